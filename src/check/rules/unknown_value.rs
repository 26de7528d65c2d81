//! A demographic holds a value that program.toml does not list.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "roster.unknown_value",
    severity: Severity::Error,
    excludes: Excludes::Value,
    meaning: "A demographic holds a value that program.toml does not list.",
    remedy: "list the value in program.toml or correct the cell; the person counts as not stated",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
