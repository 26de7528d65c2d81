//! A spelling of "not available" that was not declared.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.undeclared_mark",
    severity: Severity::Error,
    excludes: Excludes::Value,
    meaning: "A cell holds a mark for \"not available\" that neither the questionnaire nor the program declares.",
    remedy: "declare it with `not_stated = [...]` in this [[export]], or as a choice with `missing` in the questionnaire; the answer is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
