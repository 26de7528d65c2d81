//! Dates contradict each other.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "data.dates_out_of_order",
    severity: Severity::Error,
    excludes: Excludes::Row,
    meaning: "Dates contradict each other.",
    remedy: "correct the dates; the row is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
