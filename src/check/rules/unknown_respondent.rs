//! The respondent is not in the roster.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.unknown_respondent",
    severity: Severity::Error,
    excludes: Excludes::Row,
    meaning: "Nobody in the roster has this address or code.",
    remedy: "add the person to the roster, or correct the cell; the row is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
