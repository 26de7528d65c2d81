//! An item that turned against its scale.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "waves.scale_reversed",
    severity: Severity::Error,
    excludes: Excludes::Value,
    meaning: "An item goes against its scale in this wave and with it in another, as after its choices were reversed.",
    remedy: "compare the choices of the two waves; the answers of this wave to this item are left out until the codes agree",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
    RULE.finding(place, expected.into(), found.into())
}
