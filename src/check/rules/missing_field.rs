//! A row lacks a value that it cannot do without.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "data.missing_field",
    severity: Severity::Error,
    excludes: Excludes::Row,
    meaning: "A row lacks a value that it cannot do without.",
    remedy: "fill in the cell; the row is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "a value".into(), found.into())
}
