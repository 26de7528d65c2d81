//! A respondent with several open pairs.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.ambiguous_pair",
    severity: Severity::Error,
    excludes: Excludes::Row,
    meaning: "The respondent has several open pairs in the period, and the export does not say which is meant.",
    remedy: "field the survey with the pair id, and name its column with `pair`; the row is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
