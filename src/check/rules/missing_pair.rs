//! A response does not say which pair it is about.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.missing_pair",
    severity: Severity::Error,
    excludes: Excludes::Row,
    meaning: "A response does not say which pair it is about.",
    remedy: "fill in the pair id; the row is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "an id of the register of pairs".into(), found.into())
}
