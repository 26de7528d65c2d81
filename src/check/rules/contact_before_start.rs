//! A meeting is dated before the start of the relationship.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "pairs.contact_before_start",
    severity: Severity::Warning,
    excludes: Excludes::Nothing,
    meaning: "A meeting is dated before the start of the relationship.",
    remedy: "correct the earlier or the later date; the dates are used as they stand",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
