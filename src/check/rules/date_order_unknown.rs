//! Dates of which nobody can say the month.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.date_order_unknown",
    severity: Severity::Error,
    excludes: Excludes::Value,
    meaning: "Nobody can say which number of the dates is the month.",
    remedy: "declare `date_order = \"mdy\"` or `\"dmy\"` in this [[export]]; until then these dates are not used",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
