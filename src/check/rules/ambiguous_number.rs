//! A number with two meanings.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.ambiguous_number",
    severity: Severity::Error,
    excludes: Excludes::Value,
    meaning: "A number can be read in two ways, and no other cell of its column decides.",
    remedy: "export numbers without thousands separators; the answer is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
