//! A pair names a person whom the roster does not have.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "pairs.unknown_person",
    severity: Severity::Error,
    excludes: Excludes::Value,
    meaning: "A pair names a person whom the roster does not have.",
    remedy: "add the person to the roster or correct the id; the pair stays counted, its groups are not known",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "an id of the roster".into(), found.into())
}
