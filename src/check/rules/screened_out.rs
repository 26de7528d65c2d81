//! A response that the survey itself ended early.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.screened_out",
    severity: Severity::Warning,
    excludes: Excludes::Row,
    meaning: "The survey ended the response early, as it does with people whom it does not ask.",
    remedy: "nothing, if that is so; the row is left out and the side counts as not having answered",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "a respondent's answer".into(), found.into())
}
