//! A preview, a test or another row that is no respondent's.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.preview",
    severity: Severity::Note,
    excludes: Excludes::Row,
    meaning: "A preview, a test or another row that is no respondent's.",
    remedy: "nothing; such rows are left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "a respondent's answer".into(), found.into())
}
