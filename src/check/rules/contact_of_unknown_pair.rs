//! A contact names a pair that the register does not have.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "pairs.contact_of_unknown_pair",
    severity: Severity::Error,
    excludes: Excludes::Row,
    meaning: "A contact names a pair that the register does not have.",
    remedy: "put the pair back into the register, or correct its id; the contact is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "an id of the register of pairs".into(), found.into())
}
