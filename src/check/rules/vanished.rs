//! Pairs of an earlier publication are no longer in the register.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "pairs.vanished",
    severity: Severity::Error,
    excludes: Excludes::Nothing,
    meaning: "Pairs that an earlier publication counted are no longer in the register: every rate without them may look better than it is.",
    remedy: "put them back; a pair that was entered by mistake goes into `withdrawn` in [relationships]",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "every pair of the earlier publications".into(), found.into())
}
