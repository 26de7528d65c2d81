//! An end reason is not in the status map: whether it is a failure is not known.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "pairs.unknown_end_reason",
    severity: Severity::Error,
    excludes: Excludes::Value,
    meaning: "An end reason is not in the status map: whether it is a failure is not known.",
    remedy: "add the reason to [pairs.status_map] in program.toml; until then the pair counts as lost to follow-up on its last day",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "an end reason of [pairs.status_map]".into(), found.into())
}
