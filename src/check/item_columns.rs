//! The columns that one item may have, and how they are looked for.

use std::ops::Range;

use super::item::{ItemReader, names};
use crate::ingest::{ChoiceNames, HeadingFault, ItemNames, Matched, RawExport};
use crate::program::instrument::{Choice, Item, ItemKind};
use crate::program::plan::ExportPlan;

/// The columns of one item.
#[derive(Clone)]
pub enum ItemColumns {
    /// The item has no column: it was not asked. Its slots.
    Absent(Range<usize>),
    /// One column.
    One {
        /// Position in the file.
        column: usize,
        /// Position among the stored columns.
        slot: usize,
        /// How its cells are read.
        reader: Box<ItemReader>,
    },
    /// One answer, and a column per choice all the same.
    Spread {
        /// Positions in the file, each with its choice and the value stored for it.
        columns: Vec<(usize, Choice, i16)>,
        /// Position among the stored columns.
        slot: usize,
    },
    /// One column per choice; none for choices without one.
    PerChoice {
        /// Positions in the file, in the order of the choices.
        columns: Vec<Option<usize>>,
        /// Positions among the stored columns.
        slots: Range<usize>,
    },
    /// One column whose cells hold all chosen choices.
    Joined {
        /// Position in the file.
        column: usize,
        /// Positions among the stored columns.
        slots: Range<usize>,
        /// What stands between the choices of a cell.
        separator: String,
        /// What may stand for each choice: as many texts as `NAMES` per choice.
        names: Vec<String>,
    },
}

impl ItemColumns {
    /// Positions in the file.
    pub fn positions(&self) -> Vec<usize> {
        match self {
            Self::Absent(_) => Vec::new(),
            Self::One { column, .. } | Self::Joined { column, .. } => vec![*column],
            Self::Spread { columns, .. } => columns.iter().map(|(column, ..)| *column).collect(),
            Self::PerChoice { columns, .. } => columns.iter().flatten().copied().collect(),
        }
    }
}

/// Texts per choice in `ItemColumns::Joined`: label, code, and the system's own value or once more the label.
pub const NAMES: usize = 3;

/// Looks for an item by the heading that `program.toml` gives, else by its id, by the names under which its system exports it, and by its text.
pub fn find<T>(
    export: &ExportPlan,
    item: &Item,
    look: impl Fn(&ItemNames<'_>) -> Result<(T, Matched), HeadingFault>,
) -> Result<(T, &'static str), HeadingFault> {
    if let Some(heading) = export.items.get(&item.id) {
        return look(&ItemNames { id: heading, text: heading }).map(|(column, _)| (column, "program.toml"));
    }
    let ids = std::iter::once((&item.id, None)).chain(item.import_ids.iter().map(|id| (id, Some("the import id"))));
    for (id, by) in ids {
        if let Ok((column, matched)) = look(&ItemNames { id, text: "" }) {
            return Ok((column, by.unwrap_or(matched.words())));
        }
    }
    look(&ItemNames { id: &item.id, text: item.text.as_deref().unwrap_or_default() }).map(|(column, matched)| (column, matched.words()))
}

/// The one column of an item, where it has one.
pub fn column_of(export: &ExportPlan, item: &Item, raw: &RawExport) -> Option<usize> {
    find(export, item, |names| raw.find_item(names)).ok().map(|(column, _)| column)
}

/// What a choice is called.
pub fn choice_names(choice: &Choice) -> ChoiceNames<'_> {
    ChoiceNames { code: choice.code, label: &choice.label, value: choice.value.as_deref() }
}

/// Label, code, and the system's own value or once more the label.
pub fn three_names(choice: &Choice) -> Vec<String> {
    let mut texts: Vec<String> = names(choice).collect();
    texts.resize(NAMES, choice.label.clone());
    texts
}

/// The choices of an item; of one that has none, its codes.
pub fn choices_of(item: &Item) -> Vec<Choice> {
    if !item.choices.is_empty() || item.kind != ItemKind::Nps {
        return item.choices.clone();
    }
    let codes = item.minimum.unwrap_or(0)..=item.maximum.unwrap_or(10);
    codes.map(|code| Choice::new(code, code.to_string())).collect()
}
