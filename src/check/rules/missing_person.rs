//! A response does not say who gave it.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.missing_person",
    severity: Severity::Error,
    excludes: Excludes::Row,
    meaning: "A response does not say who gave it.",
    remedy: "fill in the id; the row is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "an id".into(), found.into())
}
