//! A pair has ended and no reason is recorded.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "pairs.missing_end_reason",
    severity: Severity::Error,
    excludes: Excludes::Value,
    meaning: "A pair has ended and no reason is recorded.",
    remedy: "record the reason; until then the pair counts as lost to follow-up on its last day",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "an end reason".into(), found.into())
}
