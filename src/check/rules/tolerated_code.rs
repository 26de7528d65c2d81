//! A self-generated code that nearly fits.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.tolerated_code",
    severity: Severity::Warning,
    excludes: Excludes::Nothing,
    meaning: "A self-generated code differs from the only one that it can mean, within the declared tolerance.",
    remedy: "check the code; the answer is used",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
