//! Mentee and mentor are the same person.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "pairs.same_person",
    severity: Severity::Error,
    excludes: Excludes::Row,
    meaning: "Mentee and mentor are the same person.",
    remedy: "correct one of the ids; the row is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "two different people".into(), found.into())
}
