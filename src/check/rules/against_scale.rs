//! An item that goes against its scale.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "instruments.against_scale",
    severity: Severity::Warning,
    excludes: Excludes::Nothing,
    meaning: "An item goes against the other items of its scale in every wave.",
    remedy: "add or remove `reversed = true` at the item if it is scored the wrong way; the answers are used as they are",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
