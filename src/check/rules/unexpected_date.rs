//! A response is dated outside the wave that its file is declared to be.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.unexpected_date",
    severity: Severity::Warning,
    excludes: Excludes::Nothing,
    meaning: "A response is dated outside the wave that its file is declared to be.",
    remedy: "check the wave of this file in program.toml; the response is used in that wave",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
