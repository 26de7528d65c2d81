//! The same side answered for the same pair in the same period more than once; the most complete response is used, of equal ones the latest.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.repeated",
    severity: Severity::Warning,
    excludes: Excludes::Row,
    meaning: "The same side answered for the same pair in the same period more than once; the most complete response is used, of equal ones the latest.",
    remedy: "nothing; this row is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "one response per side, pair and period".into(), found.into())
}
