//! How answers are counted in whole units.

use super::super::means::Range;
use crate::analyze::{Contrast, ReleaseClass, ResultRow, Unit};

/// Parts of one answer on a scale: as fine as any questionnaire has them.
const PARTS: i32 = 60;

/// How answers to an outcome are counted in whole units.
#[derive(Debug, Clone, Copy)]
pub struct Units {
    /// Units of a full answer.
    pub full: i32,
    /// The values that an answer can have.
    pub range: Range,
    /// How the outcome is released.
    pub class: ReleaseClass,
}

impl Units {
    /// None where groups have no such sums.
    pub fn of(row: &ResultRow) -> Option<Self> {
        let full = match (row.metric.release_class, row.metric.unit) {
            // How many goals were set is what is counted, which colleagues know.
            (ReleaseClass::Count, _) if row.metric.id == "goals_set" => return None,
            (ReleaseClass::Count | ReleaseClass::Additive | ReleaseClass::Proportion, _) => 1,
            (ReleaseClass::Mean, Unit::NpsPoints) => 2,
            (ReleaseClass::Mean, Unit::ScalePoints | Unit::TPoints) => PARTS,
            _ => return None,
        };
        Some(Self { full, range: Range::of(row), class: row.metric.release_class })
    }

    /// Whether events are counted, so that no share of anything is told.
    pub fn is_count(self) -> bool {
        matches!(self.class, ReleaseClass::Count | ReleaseClass::Additive)
    }
}

/// Whether a row tells of nothing but sums of answers.
pub fn is_sum(row: &ResultRow) -> bool {
    matches!(row.contrast, Contrast::None | Contrast::Gap) && Units::of(row).is_some()
}
