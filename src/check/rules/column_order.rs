//! Columns stand in another order than usual. That is allowed; it is also what exchanged headings look like.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "data.column_order",
    severity: Severity::Note,
    excludes: Excludes::Nothing,
    meaning: "Columns stand in another order than usual. That is allowed; it is also what exchanged headings look like.",
    remedy: "make sure that no two headings were exchanged; nothing is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "columns in the usual order".into(), found.into())
}
