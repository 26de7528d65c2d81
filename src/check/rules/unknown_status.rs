//! A row has a status that says neither that a respondent gave it nor that it is a preview or a test.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.unknown_status",
    severity: Severity::Error,
    excludes: Excludes::Row,
    meaning: "A row has a status that says neither that a respondent gave it nor that it is a preview or a test.",
    remedy: "check the status column; such rows are left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "the status of a respondent".into(), found.into())
}
