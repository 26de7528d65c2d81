//! Roster and survey give different values of a demographic.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "roster.survey_disagrees",
    severity: Severity::Warning,
    excludes: Excludes::Nothing,
    meaning: "Roster and survey give different values of a demographic.",
    remedy: "correct the one that is wrong; the side that program.toml gives precedence is used",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
