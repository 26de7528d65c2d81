//! The answers of one row.

use super::answer::{FIRST_ANSWER, missing_code};
use super::cells::number_or_text;
use super::item::{ItemReader, Reading, is_chosen};
use super::item_columns::{ItemColumns, NAMES};
use super::responses::{Block, Context};
use super::rules::{self, Place, Rule};
use crate::finding::Findings;
use crate::ingest::{Cells, RawExport, match_joined};
use crate::program::instrument::{Choice, Instrument, Item, ItemKind, Missing};

/// Stored where a question was shown and not answered.
pub const NOT_STATED: i16 = missing_code(Missing::NotStated);
const NOT_ASKED: i16 = missing_code(Missing::NotAsked);

/// One row of an export.
pub struct Row<'r> {
    /// As a spreadsheet numbers it.
    pub number: u64,
    /// Its cells.
    pub cells: &'r Cells<'r>,
    /// Whether the system says that the respondent left before the end. What it marks as not asked may then not have been reached.
    pub is_open: bool,
}

impl<'r> Row<'r> {
    /// A cell without the blanks around it; none where it is blank.
    fn text(&self, column: usize) -> Option<&'r str> {
        self.cells.get(column).map(str::trim).filter(|text| !text.is_empty())
    }

    /// A stored value, where leaving is no reason for a question to count as not asked.
    fn shown(&self, stored: i16) -> i16 {
        if self.is_open && stored == NOT_ASKED { NOT_STATED } else { stored }
    }
}

impl Context<'_> {
    /// Fills the block's buffer with a row's answers; gives how many items were answered and whether the response is complete.
    pub fn answers(&self, row: &Row<'_>, block: &mut Block) -> Result<(i32, bool), Rule> {
        let (mut items, mut buffer) = (std::mem::take(&mut block.items), std::mem::take(&mut block.buffer));
        let mut others = std::mem::take(&mut block.others);
        others.clear();
        others.extend_from_slice(&self.plan_of_items.others);
        let mut count = Count::default();
        for plain in &self.plan_of_items.plain {
            match plain.read(row.cells).map(|stored| row.shown(stored)) {
                Some(stored) => {
                    buffer[plain.slot] = stored;
                    count.add(Answer::of(stored));
                }
                None => others.push(plain.item),
            }
        }
        for &position in &others {
            let (item, columns) = (&self.instrument.items[position], &mut items[position]);
            let answer = match columns {
                ItemColumns::Absent(slots) => {
                    buffer[slots.clone()].fill(NOT_ASKED);
                    Answer::NotAsked
                }
                ItemColumns::One { column, slot, reader } => {
                    let stored = match row.text(*column) {
                        None => NOT_STATED,
                        Some(text) => self.one(row.number, &Cell { column: *column, slot: *slot, text }, item, reader, block),
                    };
                    buffer[*slot] = row.shown(stored);
                    Answer::of(buffer[*slot])
                }
                ItemColumns::Spread { columns, slot } => {
                    buffer[*slot] = self.spread(row, item, columns, &mut block.findings);
                    Answer::of(buffer[*slot])
                }
                ItemColumns::PerChoice { columns, slots } => {
                    self.per_choice(row, item, columns, &mut buffer[slots.clone()], &mut block.findings)
                }
                ItemColumns::Joined { column, slots, separator, names } => {
                    let joined = JoinedCell { column: *column, separator, names };
                    self.joined(row, item, &joined, &mut buffer[slots.clone()], &mut block.findings)
                }
            };
            if item.kind != ItemKind::Text {
                count.add(answer);
            }
        }
        (block.items, block.buffer, block.others) = (items, buffer, others);
        let Count { answered, shown } = count;
        let share = f64::from(answered) / f64::from(shown.max(1));
        if answered == 0 || share < self.plan.thresholds.partial_share {
            let expected = format!("at least {} of {shown} items answered", (self.plan.thresholds.partial_share * f64::from(shown)).ceil());
            let place = Place { column: None, ..self.place(row.number, None) };
            block.findings.push(rules::break_off::finding(&place, expected, answered.to_string()));
            return Err(rules::break_off::RULE);
        }
        Ok((answered, share >= self.plan.thresholds.complete_share))
    }

    /// The stored value of a cell that is not blank.
    fn one(&self, number: u64, cell: &Cell<'_>, item: &Item, reader: &mut ItemReader, block: &mut Block) -> i16 {
        let &Cell { column, slot, text } = cell;
        let mut unknown_code = None;
        // What an SPSS file declares to be missing is no answer, unless the questionnaire knows the code.
        let declared = || {
            let variable = self.raw.dictionary.as_ref()?.variables.get(column)?;
            variable.missing_reason(text)
        };
        let reading = match reader.read(text) {
            Reading::Value(stored) if stored >= FIRST_ANSWER && declared().is_some() && !has_code(item, text) => Reading::Value(NOT_STATED),
            Reading::Unknown if declared().is_some() => Reading::Value(NOT_STATED),
            reading => reading,
        };
        let place = self.place(number, Some(column));
        let expected = || format!("a choice of item {:?}", item.id);
        let finding = match reading {
            Reading::Value(stored) => return stored,
            Reading::Resolved(stored, how) => {
                block.findings.push(rules::read_with_care::finding(&place, expected(), how.to_string()));
                return stored;
            }
            Reading::Mark(mark) => rules::undeclared_mark::finding(&place, expected(), format!("the mark {mark:?}")),
            Reading::Ambiguous => {
                rules::ambiguous_number::finding(&place, "a number with one meaning", "a comma that separates thousands or a fraction")
            }
            Reading::Unknown => {
                unknown_code = text.parse::<i32>().ok();
                rules::unknown_code::finding(&place, expected(), number_or_text(text))
            }
        };
        block.findings.push(finding);
        if let Some(code) = unknown_code {
            block.strange.add(slot, code);
        }
        missing_code(Missing::Invalid)
    }

    /// The choices of an item that have a column each.
    fn per_choice(&self, row: &Row<'_>, item: &Item, columns: &[Option<usize>], buffer: &mut [i16], findings: &mut Findings) -> Answer {
        let (mut any, mut hidden) = (false, 0);
        for ((choice, column), slot) in item.choices.iter().zip(columns).zip(&mut *buffer) {
            let cell = column.and_then(|column| row.text(column));
            hidden += usize::from(cell.is_some_and(|text| is_mark(&self.columns.marks.not_asked, text)));
            let text = cell.filter(|text| !self.is_any_mark(text));
            let chosen = is_chosen(text, choice, self.raw.ticks_by_label()).unwrap_or_else(|| {
                let expected = format!("1, 0, blank or the label of choice {} of item {:?}", choice.code, item.id);
                let found = number_or_text(text.unwrap_or_default());
                findings.push(rules::unknown_code::finding(&self.place(row.number, *column), expected, found));
                false
            });
            any |= chosen;
            *slot = i16::from(chosen);
        }
        if hidden > 0 && hidden == columns.iter().flatten().count() && !row.is_open {
            buffer.fill(NOT_ASKED);
            return Answer::NotAsked;
        }
        Self::ticked(any, buffer)
    }

    /// The choices of an item that share a cell.
    fn joined(&self, row: &Row<'_>, item: &Item, columns: &JoinedCell<'_>, buffer: &mut [i16], findings: &mut Findings) -> Answer {
        buffer.fill(0);
        let cell = row.text(columns.column);
        if cell.is_some_and(|text| is_mark(&self.columns.marks.not_asked, text)) && !row.is_open {
            buffer.fill(NOT_ASKED);
            return Answer::NotAsked;
        }
        let Some(text) = cell.filter(|text| !self.is_any_mark(text)) else {
            return Self::ticked(false, buffer);
        };
        let names: Vec<&str> = columns.names.iter().map(String::as_str).collect();
        let found = match_joined(text, columns.separator, &names);
        for position in &found.chosen {
            buffer[position / NAMES] = 1;
        }
        if found.others > 0 {
            let (expected, parts) =
                (format!("choices of item {:?}", item.id), if found.others == 1 { "one part" } else { "several parts" });
            findings.push(rules::unknown_code::finding(
                &self.place(row.number, Some(columns.column)),
                expected,
                format!("{parts} that are no choice"),
            ));
        }
        Self::ticked(!found.chosen.is_empty(), buffer)
    }

    /// The one answer to an item whose choices have a column each.
    fn spread(&self, row: &Row<'_>, item: &Item, columns: &[(usize, Choice, i16)], findings: &mut Findings) -> i16 {
        let (mut stored, mut hidden) = (NOT_STATED, 0);
        for (column, choice, value) in columns {
            let cell = row.text(*column);
            hidden += usize::from(cell.is_some_and(|text| is_mark(&self.columns.marks.not_asked, text)));
            let Some(text) = cell.filter(|text| !self.is_any_mark(text)) else { continue };
            let fault = match is_chosen(Some(text), choice, self.raw.ticks_by_label()) {
                Some(false) => continue,
                Some(true) if stored == NOT_STATED => {
                    stored = *value;
                    continue;
                }
                Some(true) => "another choice too".to_owned(),
                None => number_or_text(text),
            };
            let expected = format!("blank or the label of choice {} of item {:?}, which has one answer", choice.code, item.id);
            findings.push(rules::unknown_code::finding(&self.place(row.number, Some(*column)), expected, fault));
            return missing_code(Missing::Invalid);
        }
        if hidden == columns.len() { row.shown(NOT_ASKED) } else { stored }
    }

    /// Whether a text means that there is no answer.
    fn is_any_mark(&self, text: &str) -> bool {
        is_mark(&self.columns.marks.not_stated, text) || is_mark(&self.columns.marks.not_asked, text)
    }

    /// Nothing ticked: the export cannot tell "none of these" from "not answered".
    fn ticked(any: bool, buffer: &mut [i16]) -> Answer {
        if any {
            return Answer::Given;
        }
        buffer.fill(NOT_STATED);
        Answer::NotGiven
    }
}

/// Items by how their cells are read.
#[derive(Debug, Clone, Default)]
pub struct PlanOfItems {
    plain: Vec<Plain>,
    /// Positions of the others.
    others: Vec<usize>,
}

/// An item whose cells are blank or codes of one digit, most of them.
#[derive(Debug, Clone)]
struct Plain {
    /// Position in the instrument.
    item: usize,
    column: usize,
    slot: usize,
    /// Stored value of each digit, or `NO_CODE`.
    codes: [i16; 10],
}

/// In place of the stored value of a digit that is no code.
const NO_CODE: i16 = i16::MIN;

impl PlanOfItems {
    /// Sorts the items of a file; an SPSS file may declare codes missing, so that its cells all need a second look.
    pub fn new(instrument: &Instrument, columns: &[ItemColumns], raw: &RawExport) -> Self {
        let mut plan = Self::default();
        for (position, (item, columns)) in instrument.items.iter().zip(columns).enumerate() {
            match columns {
                ItemColumns::One { column, slot, reader } if item.kind != ItemKind::Text && raw.dictionary.is_none() => {
                    let codes = std::array::from_fn(|digit| reader.digit(digit).unwrap_or(NO_CODE));
                    plan.plain.push(Plain { item: position, column: *column, slot: *slot, codes });
                }
                _ => plan.others.push(position),
            }
        }
        plan
    }
}

impl Plain {
    /// The stored value of a cell that is blank or a code of one digit; none for any other.
    fn read(&self, cells: &Cells<'_>) -> Option<i16> {
        match cells.bytes(self.column)? {
            [] => Some(NOT_STATED),
            [byte] => self.codes.get(usize::from(byte.wrapping_sub(b'0'))).copied().filter(|stored| *stored != NO_CODE),
            _ => None,
        }
    }
}

/// Items shown to the respondent, and those of them that were answered.
#[derive(Default)]
struct Count {
    shown: i32,
    answered: i32,
}

impl Count {
    fn add(&mut self, answer: Answer) {
        self.shown += i32::from(answer != Answer::NotAsked);
        self.answered += i32::from(answer == Answer::Given);
    }
}

/// Whether an item was answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Given,
    NotGiven,
    NotAsked,
}

impl Answer {
    fn of(stored: i16) -> Self {
        match stored {
            NOT_ASKED => Self::NotAsked,
            NOT_STATED => Self::NotGiven,
            stored if stored == missing_code(Missing::Invalid) => Self::NotGiven,
            _ => Self::Given,
        }
    }
}

/// A cell of an item that has one column.
struct Cell<'a> {
    column: usize,
    slot: usize,
    text: &'a str,
}

/// The column of `ItemColumns::Joined`.
struct JoinedCell<'a> {
    column: usize,
    separator: &'a str,
    names: &'a [String],
}

fn is_mark(marks: &[String], text: &str) -> bool {
    marks.iter().any(|mark| mark == text)
}

/// Whether a text is the code of one of the item's choices.
fn has_code(item: &Item, text: &str) -> bool {
    item.choices.iter().any(|choice| choice.code.to_string() == text)
}
