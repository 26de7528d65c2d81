//! The respondent is not that side of the pair.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.wrong_person",
    severity: Severity::Error,
    excludes: Excludes::Row,
    meaning: "The respondent is not that side of the pair.",
    remedy: "correct the person or the pair id; the row is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
