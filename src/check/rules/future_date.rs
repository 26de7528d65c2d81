//! A recorded day lies after the as-of date.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "data.future_date",
    severity: Severity::Error,
    excludes: Excludes::Value,
    meaning: "A recorded day lies after the as-of date.",
    remedy: "correct the date or the as-of date; the value is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
