//! Too few items are answered: the response counts as a break-off, not as an answer.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.break_off",
    severity: Severity::Warning,
    excludes: Excludes::Row,
    meaning: "Too few items are answered: the response counts as a break-off, not as an answer.",
    remedy: "nothing; the row is left out and the side counts as not having answered",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
