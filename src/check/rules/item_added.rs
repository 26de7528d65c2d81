//! A question that the wave before did not have.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "waves.item_added",
    severity: Severity::Note,
    excludes: Excludes::Nothing,
    meaning: "A question has a column in this wave and had none in the wave before.",
    remedy: "read trends of its scales with care: they rest on more items from here on",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
