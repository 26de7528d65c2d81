//! A goal is set after the as-of date.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "goals.set_in_future",
    severity: Severity::Error,
    excludes: Excludes::Row,
    meaning: "A goal is set after the as-of date.",
    remedy: "correct the date or the as-of date; the row is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "a day up to the as-of date".into(), found.into())
}
