//! An answer is none of the item's choices.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.unknown_code",
    severity: Severity::Error,
    excludes: Excludes::Value,
    meaning: "An answer is none of the item's choices.",
    remedy: "correct the export or add the choice to the instrument; the answer is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
