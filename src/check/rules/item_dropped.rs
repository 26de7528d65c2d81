//! A question that this wave no longer has.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "waves.item_dropped",
    severity: Severity::Warning,
    excludes: Excludes::Nothing,
    meaning: "A question had a column in the wave before and has none in this one.",
    remedy: "map the item under `items` in program.toml if its heading changed; it counts as not asked",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
