//! Answers of nobody known.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.anonymous",
    severity: Severity::Note,
    excludes: Excludes::Nothing,
    meaning: "Answers are anonymous: they count for the whole program, and in no figure about pairs or groups.",
    remedy: "nothing, or field the survey with ids next time; response by pair, trouble, causes and agreement of the two sides need to know who answered",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
