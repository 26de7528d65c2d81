//! A file names pairs that the register does not have.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "pairs.not_in_register",
    severity: Severity::Error,
    excludes: Excludes::Nothing,
    meaning: "A file names pairs that the register does not have: relationships may be missing from every rate.",
    remedy: "put the pairs back into the register, also those that ended or failed, or correct their ids",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "pairs of the register alone".into(), found.into())
}
