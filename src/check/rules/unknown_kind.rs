//! A goal's kind is neither personal nor professional.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "goals.unknown_kind",
    severity: Severity::Warning,
    excludes: Excludes::Value,
    meaning: "A goal's kind is neither personal nor professional.",
    remedy: "write `personal` or `professional`; the kind counts as not stated",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "`personal` or `professional`".into(), found.into())
}
