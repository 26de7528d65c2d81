//! A respondent without an open pair.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.no_open_pair",
    severity: Severity::Error,
    excludes: Excludes::Row,
    meaning: "The respondent has no open pair on that side in the period.",
    remedy: "correct the register of pairs, or the wave of this file; the row is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
