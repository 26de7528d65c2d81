//! An answer that is not written as the questionnaire has it.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.read_with_care",
    severity: Severity::Warning,
    excludes: Excludes::Nothing,
    meaning: "An answer was read although it is not written as the questionnaire has it.",
    remedy: "nothing, if what was done is right; else correct the cells and export again",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
