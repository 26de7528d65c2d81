//! A question that changed between waves.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "waves.item_reworded",
    severity: Severity::Warning,
    excludes: Excludes::Nothing,
    meaning: "A question has another text than in the wave before.",
    remedy: "compare the two texts before reading a trend of this item or its scales; the answers are used",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
