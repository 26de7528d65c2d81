//! Two rows have the same key; the first is used.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "data.duplicate_row",
    severity: Severity::Error,
    excludes: Excludes::Row,
    meaning: "Two rows have the same key; the first is used.",
    remedy: "remove one of the rows; this one is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "a key that occurs once".into(), found.into())
}
