//! Questions asked in another order than before.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "waves.item_moved",
    severity: Severity::Note,
    excludes: Excludes::Nothing,
    meaning: "Questions stand in another order than in the wave before, which can change how they are answered.",
    remedy: "nothing, if the questionnaire was rearranged; nothing is left out",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
