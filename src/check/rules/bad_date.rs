//! A cell that should hold a date holds something else, or a day that does not exist.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "data.bad_date",
    severity: Severity::Error,
    excludes: Excludes::Value,
    meaning: "A cell that should hold a date holds something else, or a day that does not exist.",
    remedy: "write the date as YYYY-MM-DD; the value is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "a date written YYYY-MM-DD".into(), found.into())
}
