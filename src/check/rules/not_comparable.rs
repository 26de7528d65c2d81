//! The register cannot be held against earlier publications.

use super::{Place, Rule};
use crate::finding::{Excludes, Finding, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "pairs.not_comparable",
    severity: Severity::Warning,
    excludes: Excludes::Nothing,
    meaning: "The register cannot be held against the pairs of earlier publications: the program's key is missing or another one, or the record is damaged.",
    remedy: "restore the key, or registered.json, from a backup; until then pairs that vanished are not noticed",
};

/// The finding at a place.
pub fn finding(place: &Place<'_>, found: impl Into<String>) -> Finding {
    RULE.finding(place, "the key under which the earlier publications were made".into(), found.into())
}
