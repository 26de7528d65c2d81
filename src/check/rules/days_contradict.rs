//! Two recorded days contradict each other.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "data.days_contradict",
    severity: Severity::Warning,
    excludes: Excludes::Nothing,
    meaning: "Two recorded days contradict each other.",
    remedy: "correct the one that is wrong; the days are used as they stand",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
