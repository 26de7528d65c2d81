//! The export's question text is not the instrument's: the question was changed, or headings were exchanged.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "responses.item_text_differs",
    severity: Severity::Warning,
    excludes: Excludes::Nothing,
    meaning: "The export's question text is not the instrument's: the question was changed, or headings were exchanged.",
    remedy: "compare the two texts before drawing a trend; the answers are used",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "the question text of the instrument".into(), found.into())
}
