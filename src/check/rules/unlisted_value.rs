//! A column that bears witness to a cause, or names disciplines, holds a value that program.toml does not list.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "data.unlisted_value",
    severity: Severity::Error,
    excludes: Excludes::Value,
    meaning: "A column that bears witness to a cause, or names disciplines, holds a value that program.toml does not list.",
    remedy: "list the value in program.toml or correct the cell; it counts as not observed",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
