//! A cell that should hold yes or no holds something else.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "data.bad_flag",
    severity: Severity::Error,
    excludes: Excludes::Value,
    meaning: "A cell that should hold yes or no holds something else.",
    remedy: "write `yes` or `no`, or leave the cell blank where it is not known; the value is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "yes or no".into(), found.into())
}
