//! A response is dated outside all periods.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.outside_periods",
    severity: Severity::Error,
    excludes: Excludes::Row,
    meaning: "A response is dated outside all periods.",
    remedy: "correct the date or declare the period; the row is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
