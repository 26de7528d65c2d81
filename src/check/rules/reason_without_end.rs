//! A pair has an end reason and no end date.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "pairs.reason_without_end",
    severity: Severity::Error,
    excludes: Excludes::Value,
    meaning: "A pair has an end reason and no end date.",
    remedy: "record the end date; until then the pair counts as open",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "the day it ended".into(), found.into())
}
