//! Codes that are no choice of their item, and what they have in common.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::FIRST_ANSWER;
use super::item_columns::ItemColumns;
use super::responses::Context;
use super::rows::Rows;
use super::rules::{self, Place};
use crate::finding::Findings;
use crate::program::instrument::Item;

/// Most codes kept per item that are no choice of it.
const STRANGE_CODES: usize = 50;

/// Per stored column, the first whole numbers met that are no choice of its item, in the order in which they were met.
#[derive(Debug, Clone, Default)]
pub struct StrangeCodes {
    by_slot: BTreeMap<usize, Vec<i32>>,
}

impl StrangeCodes {
    /// Adds one.
    pub fn add(&mut self, slot: usize, code: i32) {
        let codes = self.by_slot.entry(slot).or_default();
        if codes.len() < STRANGE_CODES && !codes.contains(&code) {
            codes.push(code);
        }
    }

    /// Adds those that were met after them.
    pub fn append(&mut self, other: &Self) {
        for (slot, codes) in &other.by_slot {
            codes.iter().for_each(|code| self.add(*slot, *code));
        }
    }
}

impl Context<'_> {
    /// Names items whose codes are those of their choices moved by a constant, as after a change of the recode values.
    pub fn name_shifted_codes(&self, strange: &StrangeCodes, rows: &[Rows], findings: &mut Findings) {
        for (item, columns) in self.instrument.items.iter().zip(&self.columns.items) {
            let ItemColumns::One { column, slot, .. } = columns else { continue };
            let Some(strange) = strange.by_slot.get(slot) else { continue };
            let stored = rows.iter().flat_map(|rows| rows.column(*slot));
            let known = stored.filter(|stored| *stored >= FIRST_ANSWER).map(i32::from);
            if let Some(shift) = shift_of_codes(item, strange.iter().copied().chain(known).collect()) {
                let place = Place { row: None, ..self.place(0, Some(*column)) };
                findings.push(rules::codes_shifted::finding(
                    &place,
                    format!("the codes of item {:?}", item.id),
                    format!("codes {shift:+} beside them"),
                ));
            }
        }
    }
}

/// By how much all codes met lie beside those of the item's choices; none where they do not, or where fewer than three say so.
fn shift_of_codes(item: &Item, met: BTreeSet<i32>) -> Option<i32> {
    let codes: BTreeSet<i32> = item.choices.iter().filter(|choice| choice.missing.is_none()).map(|choice| choice.code).collect();
    let mut shifts: Vec<i32> = (-20..=20).filter(|shift| *shift != 0).collect();
    shifts.sort_by_key(|shift| shift.abs());
    let fits = |shift: &i32| met.iter().all(|code| codes.contains(&(code - shift)));
    if met.len() >= 3 { shifts.into_iter().find(fits) } else { None }
}
