//! Questionnaires: wording where it is ours to print, answers, scales and their items.

use crate::analyze::Unit;
use crate::present::model::{Block, Cell, Section};
use crate::present::numbers;
use crate::present::rows::words_column;
use crate::present::tables;
use crate::program::instrument::{Instrument, Item, ItemKind, ItemUse, Scale, ScoreRule};

/// One section per instrument.
pub fn sections(instruments: &[Instrument]) -> Vec<Section> {
    instruments.iter().map(section).collect()
}

fn section(instrument: &Instrument) -> Section {
    let columns = ["Wording", "Kind", "Answers", "Use"].map(words_column).into();
    let rows = instrument.items.iter().map(|item| {
        let wording = item.text.as_deref().map_or_else(|| Cell::muted("scoring key only"), Cell::plain);
        vec![Cell::plain(&item.id), wording, Cell::plain(kind(item)), Cell::plain(answers(item)), Cell::plain(uses(instrument, item))]
    });
    let caption = format!("Items of {} (version {})", instrument.id, instrument.version);
    let mut blocks = vec![
        Block::Paragraph(instrument.source.trim().to_string()),
        Block::Table(tables::table(caption, "Item", columns, rows.collect(), false)),
    ];
    if !instrument.scales.is_empty() {
        let columns = ["Label", "Construct", "Items", "Score", "Version"].map(words_column).into();
        let rows = instrument.scales.iter().map(|scale| scale_row(instrument, scale)).collect();
        blocks.push(Block::Table(tables::table(format!("Scales of {}", instrument.id), "Scale", columns, rows, false)));
    }
    super::section(&format!("Instrument: {}", instrument.title), None, blocks)
}

fn scale_row(instrument: &Instrument, scale: &Scale) -> Vec<Cell> {
    let items = scale.items.iter().filter_map(|&item| instrument.items.get(item));
    let items: Vec<String> = items.map(|item| if item.reversed { format!("{} (reversed)", item.id) } else { item.id.clone() }).collect();
    let rule = match scale.score {
        ScoreRule::Mean => "mean of the answered items",
        ScoreRule::Sum => "mean of the answered items times the number of items",
    };
    let least = scale.minimum_answered.map_or(String::new(), |share| format!("; at least {} answered", numbers::confidence(share)));
    let better = if scale.higher_is_better { "" } else { "; lower is better" };
    let score = format!("{rule}, items from {} to {}{least}{better}", scale.minimum, scale.maximum);
    vec![
        Cell::plain(&scale.id),
        Cell::plain(&scale.label),
        Cell::plain(&scale.construct),
        Cell::plain(items.join(", ")),
        Cell::plain(score),
        Cell::plain(&scale.version),
    ]
}

fn kind(item: &Item) -> &'static str {
    match (item.kind, item.reversed) {
        (ItemKind::Likert, true) => "ordered choice, reversed",
        (ItemKind::Likert, false) => "ordered choice",
        (ItemKind::Nps, _) => "0 to 10",
        (ItemKind::Single, _) => "one choice",
        (ItemKind::Multiple, _) => "any number of choices",
        (ItemKind::Number, _) => "whole number",
        (ItemKind::Text, _) => "free text, restricted edition only",
    }
}

fn answers(item: &Item) -> String {
    if item.choices.is_empty() {
        return match (item.minimum, item.maximum) {
            (Some(minimum), Some(maximum)) if item.kind != ItemKind::Nps => {
                format!("{} to {}", numbers::target(Unit::Count, f64::from(minimum)), numbers::target(Unit::Count, f64::from(maximum)))
            }
            _ => String::new(),
        };
    }
    let one = |choice: &crate::program::instrument::Choice| {
        let missing = if choice.missing.is_some() { " (missing)" } else { "" };
        format!("{} {}{missing}", choice.code, choice.label)
    };
    item.choices.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn uses(instrument: &Instrument, item: &Item) -> String {
    let own = item.role.map(|role| match role {
        ItemUse::Satisfaction => "overall satisfaction",
        ItemUse::Recommend => "recommendation",
        ItemUse::Causes => "causes named",
        ItemUse::Harm => "harm reported",
        ItemUse::MetAsAgreed => "met as agreed",
        ItemUse::PowerSource => "whose conduct power was",
        ItemUse::PrejudiceSource => "whose conduct prejudice was",
        ItemUse::PrejudiceAbout => "what prejudice was about",
        ItemUse::Disciplines => "disciplines covered",
        ItemUse::Advisors => "advisors had and wanted",
    });
    let scales = instrument
        .scales
        .iter()
        .filter(|scale| scale.items.iter().any(|&place| instrument.items.get(place).is_some_and(|other| other.id == item.id)));
    own.into_iter().map(String::from).chain(scales.map(|scale| format!("scale {}", scale.id))).collect::<Vec<_>>().join(", ")
}
