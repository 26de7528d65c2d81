//! A pair is open although one of the two has left.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "pairs.open_though_left",
    severity: Severity::Warning,
    excludes: Excludes::Nothing,
    meaning: "A pair is open although one of the two has left.",
    remedy: "record when and why the pair ended; until then it counts as open",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
