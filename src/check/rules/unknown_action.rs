//! An action names a demographic, a value or a metric that does not exist.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "actions.unknown_reference",
    severity: Severity::Error,
    excludes: Excludes::Row,
    meaning: "An action names a demographic, a value or a metric that does not exist.",
    remedy: "correct the name; the action is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
