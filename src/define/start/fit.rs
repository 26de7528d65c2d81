//! How well an instrument fits an export: which of its items have a column, and by what.

use std::collections::{BTreeMap, BTreeSet};

use super::study::name_of;
use crate::ingest::{ChoiceNames, ItemNames, Matched, RawExport, fold_text};
use crate::program::instrument::{Instrument, Item, ItemKind};

/// Similarity of two texts, 0 to 1, from which one may be the other reworded.
const SIMILAR: f64 = 0.85;
/// Longest text that is compared for similarity, in characters.
const COMPARED_MAX: usize = 300;

/// An instrument held against an export.
#[derive(Debug, Clone, Default)]
pub(super) struct Fit {
    /// Items with a column.
    pub found: usize,
    /// All items.
    pub of: usize,
    /// Headings of items that were not found by a name of theirs, by item id.
    pub mapped: BTreeMap<String, String>,
    /// Of these, the ones whose text differs.
    pub unsure: BTreeSet<String>,
    /// Ids of items without a column.
    pub absent: Vec<String>,
}

impl Fit {
    /// Looks for the items as `check` does: by id, by the names under which they are exported, by text. Columns that name people are no answers.
    pub(super) fn of(instrument: &Instrument, raw: &RawExport, people: &[usize]) -> Self {
        let mut fit = Self { of: instrument.items.len(), ..Self::default() };
        let mut used: BTreeSet<usize> = people.iter().copied().collect();
        let mut absent = Vec::new();
        for item in &instrument.items {
            let Some((columns, by)) = find(item, raw).filter(|(columns, _)| !columns.iter().any(|at| people.contains(at))) else {
                absent.push(item);
                continue;
            };
            fit.found += 1;
            used.extend(&columns);
            // A text is found as well when the program is checked; written down it can be looked at.
            if let ([at], true) = (&columns[..], matches!(by, Matched::ByLabel | Matched::ByRow))
                && item.kind != ItemKind::Multiple
                && let Some(name) = name_of(raw, *at)
            {
                fit.mapped.insert(item.id.clone(), name);
            }
        }
        fit.absent = absent.iter().map(|item| item.id.clone()).collect();
        if fit.is_most() {
            fit.reworded(&absent, raw, &mut used);
        }
        fit
    }

    /// Whether most items have a column.
    pub(super) fn is_most(&self) -> bool {
        self.found * 2 > self.of
    }

    /// Items whose text is nearly that of a column which no other item has.
    fn reworded(&mut self, absent: &[&Item], raw: &RawExport, used: &mut BTreeSet<usize>) {
        let is_free = |at: usize, used: &BTreeSet<usize>| {
            !used.contains(&at) && !raw.metadata.get(at).copied().unwrap_or(false) && !raw.companions.get(at).copied().unwrap_or(false)
        };
        for item in absent.iter().filter(|item| item.kind != ItemKind::Multiple) {
            let Some(text) = item.text.as_deref().map(fold_text).filter(|text| (12..COMPARED_MAX).contains(&text.len())) else { continue };
            let near = |at: &usize| {
                let label = raw.labels.get(*at).map(|label| fold_text(label)).filter(|label| label.len() < COMPARED_MAX)?;
                let similarity = strsim::normalized_levenshtein(&label, &text);
                (similarity >= SIMILAR).then_some((similarity, *at))
            };
            let columns = (0..raw.labels.len()).filter(|at| is_free(*at, used));
            let best = columns.filter_map(|at| near(&at)).max_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((name, at)) = best.and_then(|(_, at)| Some((name_of(raw, at)?, at))) {
                used.insert(at);
                self.found += 1;
                self.absent.retain(|id| *id != item.id);
                self.mapped.insert(item.id.clone(), name);
                self.unsure.insert(item.id.clone());
            }
        }
    }
}

/// The columns of an item, and by what they were found.
fn find(item: &Item, raw: &RawExport) -> Option<(Vec<usize>, Matched)> {
    let text = item.text.as_deref().unwrap_or_default();
    let names =
        std::iter::once((item.id.as_str(), "")).chain(item.import_ids.iter().map(|id| (id.as_str(), ""))).chain([(item.id.as_str(), text)]);
    if item.kind == ItemKind::Multiple {
        for (id, text) in names.clone() {
            let choices = item.choices.iter().filter_map(|choice| {
                let names = ChoiceNames { code: choice.code, label: &choice.label, value: choice.value.as_deref() };
                raw.find_choice(&ItemNames { id, text }, &names).ok()
            });
            let found: Vec<(usize, Matched)> = choices.collect();
            if let Some(by) = found.iter().map(|(_, by)| *by).max() {
                return Some((found.into_iter().map(|(at, _)| at).collect(), by));
            }
        }
    }
    for (id, text) in names {
        if let Ok((at, by)) = raw.find_item(&ItemNames { id, text }) {
            return Some((vec![at], by));
        }
    }
    None
}
