//! A cell that should hold a number holds something else, or a number outside its range.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "data.bad_number",
    severity: Severity::Error,
    excludes: Excludes::Value,
    meaning: "A cell that should hold a number holds something else, or a number outside its range.",
    remedy: "correct the number; the value is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
