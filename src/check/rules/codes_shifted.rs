//! Answers coded otherwise than before.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "waves.codes_shifted",
    severity: Severity::Error,
    excludes: Excludes::Nothing,
    meaning: "The codes of an item are those of its choices moved by a constant, as after a change of the recode values.",
    remedy: "correct the recode values and export again, or give this wave an instrument of its own; codes that are no choice are left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
