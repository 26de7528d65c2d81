//! An item of the instrument has no column in the export.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.missing_column",
    severity: Severity::Warning,
    excludes: Excludes::Nothing,
    meaning: "An item of the instrument has no column in the export.",
    remedy: "map the item under `items` in program.toml if its heading differs; it counts as not asked",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "a column for the item".into(), found.into())
}
