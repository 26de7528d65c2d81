//! Numbers are missing among the ids of the register.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "pairs.gap_in_ids",
    severity: Severity::Note,
    excludes: Excludes::Nothing,
    meaning: "Numbers are missing among the ids of the register: pairs may have been removed.",
    remedy: "make sure that no pair was taken out of the register; nothing is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "ids numbered without gaps".into(), found.into())
}
