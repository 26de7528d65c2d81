//! A pair starts after the as-of date.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "pairs.not_started",
    severity: Severity::Note,
    excludes: Excludes::Row,
    meaning: "A pair starts after the as-of date.",
    remedy: "nothing; it will count once it has started",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
