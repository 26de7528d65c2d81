//! Survey responses: each row of an export linked to a person, a pair and a period, with its answers stored as codes.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{Column, DataFrame, PolarsResult};

use super::answer::{FIRST_ANSWER, missing_code};
use super::cells::number_or_text;
use super::codes::Codes;
use super::export_columns::{ExportColumns, ItemColumns, Mapping, NAMES, Wording};
use super::funnel::{Funnel, UNREADABLE};
use super::item::{ItemReader, Reading, is_chosen};
use super::link::Link;
use super::pairs::Pairs;
use super::people::PeopleIndex;
use super::rules::{self, Place, Rule};
use crate::finding::Findings;
use crate::ingest::{DateReader, DateRuling, RawExport, match_joined};
use crate::program::instrument::{Instrument, Item, ItemKind, Missing};
use crate::program::plan::{ExportPlan, Plan, day_number};

/// Most codes kept per item that are no choice of it.
const STRANGE_CODES: usize = 50;

const NOT_STATED: i16 = missing_code(Missing::NotStated);
const NOT_ASKED: i16 = missing_code(Missing::NotAsked);

/// The rows of one export, as columns.
struct Rows {
    person: Vec<u32>,
    pair: Vec<Option<u32>>,
    mentee: Vec<Option<u32>>,
    mentor: Vec<Option<u32>>,
    period: Vec<u16>,
    date: Vec<Option<i32>>,
    complete: Vec<bool>,
    answered: Vec<i32>,
    row: Vec<u32>,
    items: Vec<Vec<i16>>,
}

/// What was read of one export.
pub struct Read {
    /// One row per response; see `check_responses`.
    pub frame: DataFrame,
    /// Its questions.
    pub wording: Wording,
    /// By what each item's column was found.
    pub mapping: Vec<Mapping>,
    /// What is wrong with it.
    pub findings: Findings,
    /// The account of its rows.
    pub funnel: Funnel,
}

/// What the other files say, to which responses are linked.
pub struct Register<'a> {
    /// The people of the roster by each of their names.
    pub people: &'a PeopleIndex,
    /// The pairs.
    pub pairs: &'a Pairs,
    /// Staff who answer for the institution.
    pub staff: &'a Codes,
}

/// What reading one row needs to know.
pub struct Context<'a> {
    /// The program.
    pub plan: &'a Plan,
    /// What it says of the file.
    pub export: &'a ExportPlan,
    instrument: &'a Instrument,
    /// The file.
    pub raw: &'a RawExport,
    /// Where things stand in it.
    pub columns: ExportColumns,
    /// How its response dates are read.
    pub dates: DateReader,
    /// Per item, whole numbers met that are no choice of it.
    strange: BTreeMap<usize, BTreeSet<i32>>,
    /// The people of the roster by each of their names.
    pub people: &'a PeopleIndex,
    /// The pairs.
    pub pairs: &'a Pairs,
    /// The pairs of each person on the side that answers.
    pub pairs_of: BTreeMap<u32, Vec<u32>>,
    /// Staff who answer for the institution.
    pub staff: &'a Codes,
    /// First and last day of each period, in days since 1970-01-01.
    pub periods: Vec<(i32, i32)>,
}

/// Reads one export. The frame has the columns of `Responses::frame`, and `row`, the row in the file. Staff who answer for the institution have codes of
/// their own; without ids they are numbered by row.
pub fn check_responses(plan: &Plan, export: &ExportPlan, raw: &RawExport, register: &Register<'_>) -> PolarsResult<Read> {
    let instrument = &plan.instruments[export.instrument];
    let mut findings = Findings::default();
    let columns = ExportColumns::find(export, instrument, raw, &mut findings);
    let periods = plan.periods.iter().map(|period| (day_number(period.start), day_number(period.end))).collect();
    let usable = columns.usable;
    let &Register { people, pairs, staff } = register;
    let pairs_of = pairs.of_side(export.role);
    let dates = response_dates(raw, columns.date.filter(|_| usable), &mut findings);
    let mut context =
        Context { plan, export, instrument, raw, columns, dates, strange: BTreeMap::new(), people, pairs, pairs_of, staff, periods };
    if export.anonymous && usable {
        let place = Place { file: &raw.file, row: None, column: None };
        findings.push(rules::anonymous::finding(&place, "answers of known people", "anonymous answers, as declared"));
    }
    let width = context.columns.names.len();
    let mut rows = Rows::new(width);
    let mut funnel = Funnel { file: raw.file.clone(), ..Funnel::default() };
    let mut buffer = vec![NOT_STATED; width];
    let scan = raw.for_each_record(|number, cells| {
        if !usable {
            return;
        }
        let view = raw.row(cells);
        match context.link(number, cells, &view, &mut findings) {
            Err(rule) => funnel.exclude(rule),
            Ok(link) => match context.answers(number, cells, &mut buffer, &mut findings) {
                Err(rule) => funnel.exclude(rule),
                Ok((answered, complete)) => {
                    rows.push(&context, number, &link, answered, complete, &buffer);
                    funnel.used += 1;
                }
            },
        }
    });
    context.name_shifted_codes(&rows, &mut findings);
    funnel.records = scan.records;
    if scan.excluded > 0 {
        funnel.excluded.insert(UNREADABLE.into(), scan.excluded);
    }
    if !usable && scan.records > scan.excluded {
        funnel.excluded.insert("file.missing_column".into(), scan.records - scan.excluded);
    }
    findings.extend(scan.findings);
    let wording = context.columns.wording(raw);
    let mapping = std::mem::take(&mut context.columns.mapping);
    Ok(Read { frame: rows.frame(&context.columns.names)?, wording, mapping, findings, funnel })
}

/// How a file's response dates are read. Where their order cannot be told, none is used, and a finding says what to declare.
fn response_dates(raw: &RawExport, column: Option<usize>, findings: &mut Findings) -> DateReader {
    let Some(column) = column else { return DateReader::new(None, []) };
    let reader = raw.date_reader(column);
    let place = Place { file: &raw.file, row: None, column: raw.headings.as_slice().get(column).map(String::as_str) };
    for remark in reader.remarks() {
        let finding = match reader.ruling() {
            DateRuling::Undecided(_) | DateRuling::Contradictory(..) => {
                rules::date_order_unknown::finding(&place, remark.expected, remark.found)
            }
            _ => rules::date_order::finding(&place, remark.expected, remark.found),
        };
        findings.push(finding);
    }
    reader
}

impl Context<'_> {
    /// A place in the file.
    pub fn place<'b>(&'b self, row: u64, column: Option<usize>) -> Place<'b> {
        let column = column.and_then(|column| self.raw.headings.as_slice().get(column)).map(String::as_str);
        Place { file: &self.raw.file, row: Some(row), column }
    }

    /// Fills the buffer with a row's answers; gives how many items were answered and whether the response is complete.
    fn answers(
        &mut self,
        number: u64,
        cells: &csv::StringRecord,
        buffer: &mut [i16],
        findings: &mut Findings,
    ) -> Result<(i32, bool), Rule> {
        let (mut answered, mut shown) = (0, 0);
        let mut items = std::mem::take(&mut self.columns.items);
        for (item, columns) in self.instrument.items.iter().zip(&mut items) {
            let answer = match columns {
                ItemColumns::Absent(slots) => {
                    buffer[slots.clone()].fill(NOT_ASKED);
                    Answer::NotAsked
                }
                ItemColumns::One { column, slot, reader } => {
                    let stored = match text_of(cells, *column) {
                        None => NOT_STATED,
                        Some(text) => self.one(number, &Cell { column: *column, slot: *slot, text }, item, reader, findings),
                    };
                    buffer[*slot] = stored;
                    Answer::of(stored)
                }
                ItemColumns::PerChoice { columns, slots } => {
                    self.per_choice(number, cells, item, columns, &mut buffer[slots.clone()], findings)
                }
                ItemColumns::Joined { column, slots, separator, names } => {
                    let joined = JoinedCell { column: *column, separator, names };
                    self.joined(number, cells, item, &joined, &mut buffer[slots.clone()], findings)
                }
            };
            if item.kind != ItemKind::Text && answer != Answer::NotAsked {
                shown += 1;
                answered += i32::from(answer == Answer::Given);
            }
        }
        self.columns.items = items;
        let share = f64::from(answered) / f64::from(shown.max(1));
        if answered == 0 || share < self.plan.thresholds.partial_share {
            let expected = format!("at least {} of {shown} items answered", (self.plan.thresholds.partial_share * f64::from(shown)).ceil());
            findings.push(rules::break_off::finding(&Place { column: None, ..self.place(number, None) }, expected, answered.to_string()));
            return Err(rules::break_off::RULE);
        }
        Ok((answered, share >= self.plan.thresholds.complete_share))
    }

    /// The stored value of a cell that is not blank.
    fn one(&mut self, number: u64, cell: &Cell<'_>, item: &Item, reader: &mut ItemReader, findings: &mut Findings) -> i16 {
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
                findings.push(rules::read_with_care::finding(&place, expected(), how.to_string()));
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
        findings.push(finding);
        if let Some(code) = unknown_code {
            let codes = self.strange.entry(slot).or_default();
            if codes.len() < STRANGE_CODES {
                codes.insert(code);
            }
        }
        missing_code(Missing::Invalid)
    }

    /// Names items whose codes are those of their choices moved by a constant, as after a change of the recode values.
    fn name_shifted_codes(&self, rows: &Rows, findings: &mut Findings) {
        for (item, columns) in self.instrument.items.iter().zip(&self.columns.items) {
            let ItemColumns::One { column, slot, .. } = columns else { continue };
            let Some(strange) = self.strange.get(slot) else { continue };
            let known = rows.items[*slot].iter().filter(|stored| **stored >= FIRST_ANSWER).map(|stored| i32::from(*stored));
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

    /// The choices of an item that have a column each.
    fn per_choice(
        &self,
        number: u64,
        cells: &csv::StringRecord,
        item: &Item,
        columns: &[Option<usize>],
        buffer: &mut [i16],
        findings: &mut Findings,
    ) -> Answer {
        let is_mark = |marks: &[String], text: &str| marks.iter().any(|mark| mark == text);
        let (mut any, mut hidden) = (false, 0);
        for ((choice, column), slot) in item.choices.iter().zip(columns).zip(&mut *buffer) {
            let cell = column.and_then(|column| text_of(cells, column));
            hidden += usize::from(cell.is_some_and(|text| is_mark(&self.columns.marks.not_asked, text)));
            let text = cell.filter(|text| !is_mark(&self.columns.marks.not_stated, text) && !is_mark(&self.columns.marks.not_asked, text));
            let chosen = is_chosen(text, choice).unwrap_or_else(|| {
                let expected = format!("1, 0, blank or the label of choice {} of item {:?}", choice.code, item.id);
                let found = number_or_text(text.unwrap_or_default());
                findings.push(rules::unknown_code::finding(&self.place(number, *column), expected, found));
                false
            });
            any |= chosen;
            *slot = i16::from(chosen);
        }
        if hidden > 0 && hidden == columns.iter().flatten().count() {
            buffer.fill(NOT_ASKED);
            return Answer::NotAsked;
        }
        Self::ticked(any, buffer)
    }

    /// The choices of an item that share a cell.
    fn joined(
        &self,
        number: u64,
        cells: &csv::StringRecord,
        item: &Item,
        columns: &JoinedCell<'_>,
        buffer: &mut [i16],
        findings: &mut Findings,
    ) -> Answer {
        buffer.fill(0);
        let cell = text_of(cells, columns.column);
        if cell.is_some_and(|text| self.columns.marks.not_asked.iter().any(|mark| mark == text)) {
            buffer.fill(NOT_ASKED);
            return Answer::NotAsked;
        }
        let Some(text) = cell.filter(|text| !self.columns.marks.not_stated.iter().any(|mark| mark == text)) else {
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
                &self.place(number, Some(columns.column)),
                expected,
                format!("{parts} that are no choice"),
            ));
        }
        Self::ticked(!found.chosen.is_empty(), buffer)
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

/// By how much all codes met lie beside those of the item's choices; none where they do not, or where fewer than three say so.
fn shift_of_codes(item: &Item, met: BTreeSet<i32>) -> Option<i32> {
    let codes: BTreeSet<i32> = item.choices.iter().filter(|choice| choice.missing.is_none()).map(|choice| choice.code).collect();
    let mut shifts: Vec<i32> = (-20..=20).filter(|shift| *shift != 0).collect();
    shifts.sort_by_key(|shift| shift.abs());
    let fits = |shift: &i32| met.iter().all(|code| codes.contains(&(code - shift)));
    if met.len() >= 3 { shifts.into_iter().find(fits) } else { None }
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

/// A cell without the blanks around it; none where it is blank.
fn text_of(cells: &csv::StringRecord, column: usize) -> Option<&str> {
    cells.get(column).map(str::trim).filter(|text| !text.is_empty())
}

/// Whether a text is the code of one of the item's choices.
fn has_code(item: &Item, text: &str) -> bool {
    item.choices.iter().any(|choice| choice.code.to_string() == text)
}

impl Rows {
    fn new(width: usize) -> Self {
        Self {
            person: Vec::new(),
            pair: Vec::new(),
            mentee: Vec::new(),
            mentor: Vec::new(),
            period: Vec::new(),
            date: Vec::new(),
            complete: Vec::new(),
            answered: Vec::new(),
            row: Vec::new(),
            items: vec![Vec::new(); width],
        }
    }

    fn push(&mut self, context: &Context<'_>, number: u64, link: &Link, answered: i32, complete: bool, buffer: &[i16]) {
        let sides = link.pair.map(|pair| context.pairs.sides[pair as usize]);
        self.person.push(link.person);
        self.pair.push(link.pair);
        self.mentee.push(sides.map(|sides| sides.0));
        self.mentor.push(sides.map(|sides| sides.1));
        self.period.push(link.period);
        self.date.push(link.date);
        self.complete.push(complete);
        self.answered.push(answered);
        self.row.push(u32::try_from(number).unwrap_or(u32::MAX));
        for (column, value) in self.items.iter_mut().zip(buffer) {
            column.push(*value);
        }
    }

    fn frame(self, names: &[String]) -> PolarsResult<DataFrame> {
        let height = self.person.len();
        let mut columns = vec![
            Column::new("person".into(), self.person),
            Column::new("pair".into(), self.pair),
            Column::new("mentee".into(), self.mentee),
            Column::new("mentor".into(), self.mentor),
            Column::new("period".into(), self.period),
            Column::new("date".into(), self.date),
            Column::new("complete".into(), self.complete),
            Column::new("answered".into(), self.answered),
            Column::new("row".into(), self.row),
        ];
        columns.extend(names.iter().zip(self.items).map(|(name, values)| Column::new(name.as_str().into(), values)));
        DataFrame::new(height, columns)
    }
}
