//! A column that every row needs is missing: no row of the file is used.

use super::Rule;
use crate::finding::{Excludes, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    code: "file.missing_column",
    severity: Severity::Error,
    excludes: Excludes::File,
    meaning: "A column that every row needs is missing: no row of the file is used.",
    remedy: "correct the heading in the file or in program.toml",
};
