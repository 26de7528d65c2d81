//! Scales that an instrument may have, as proposals: rows of one matrix with the same choices.

use super::model::{DefinedItem, Definition, snake};
use super::qsf_items::UNWRITTEN;
use crate::program::instrument::ItemKind;

/// Fewest items of a proposal.
const ITEMS_MIN: usize = 3;

/// A scale to think about.
pub(super) struct Proposal<'a> {
    pub id: String,
    pub label: String,
    pub items: Vec<&'a str>,
}

/// One proposal per run of ordered items of one question with one list of choices.
pub(super) fn proposals(definition: &Definition) -> Vec<Proposal<'_>> {
    let alike = |a: &DefinedItem, b: &DefinedItem| {
        a.question == b.question && b.kind == ItemKind::Likert && a.choices == b.choices && (a.minimum, a.maximum) == (b.minimum, b.maximum)
    };
    let mut taken = std::collections::BTreeSet::new();
    let runs = definition.items.chunk_by(alike).filter(|run| run.len() >= ITEMS_MIN && run[0].kind == ItemKind::Likert);
    runs.map(|run| {
        let question = definition.questions.iter().find(|question| question.id == run[0].question);
        let code = question.map_or(run[0].question.as_str(), |question| question.code.as_str());
        let base = snake(if code.is_empty() { &run[0].id } else { code });
        let number = (2..).map(|number| format!("{base}_{number}"));
        let id = std::iter::once(base.clone()).chain(number).find(|id| taken.insert(id.clone())).unwrap_or(base);
        let label = question
            .map(|question| question.text.clone())
            .filter(|text| !text.is_empty() && !text.starts_with(UNWRITTEN))
            .unwrap_or_else(|| id.clone());
        Proposal { id, label, items: run.iter().map(|item| item.id.as_str()).collect() }
    })
    .collect()
}
