//! The order of dates, found in the column.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.date_order",
    severity: Severity::Note,
    excludes: Excludes::Nothing,
    meaning: "The order of day, month and year was found in the column itself.",
    remedy: "nothing if it is right; else declare `date_order` in this [[export]]",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
