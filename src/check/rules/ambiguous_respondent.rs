//! The respondent may be several people.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.ambiguous_respondent",
    severity: Severity::Error,
    excludes: Excludes::Row,
    meaning: "Several people of the roster fit this address or code.",
    remedy: "correct the roster or the cell, or lower `code_tolerance`; the row is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
