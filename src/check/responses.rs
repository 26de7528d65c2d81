//! Survey responses: each row of an export linked to a person, a pair and a period, with its answers stored as codes.

use std::collections::BTreeMap;

use polars::prelude::{Column, DataFrame, PolarsResult};

use super::answer::missing_code;
use super::cells::number_or_text;
use super::codes::Codes;
use super::export_columns::{ExportColumns, ItemColumns, Wording};
use super::funnel::{Funnel, UNREADABLE};
use super::item::is_chosen;
use super::link::Link;
use super::pairs::Pairs;
use super::people::PeopleIndex;
use super::rules::{self, Place, Rule};
use crate::finding::Findings;
use crate::ingest::RawExport;
use crate::program::instrument::{Instrument, ItemKind, Missing};
use crate::program::plan::{ExportPlan, Plan, day_number};

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
    let mut context = Context { plan, export, instrument, raw, columns, people, pairs, pairs_of, staff, periods };
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
    funnel.records = scan.records;
    if scan.excluded > 0 {
        funnel.excluded.insert(UNREADABLE.into(), scan.excluded);
    }
    if !usable && scan.records > scan.excluded {
        funnel.excluded.insert("file.missing_column".into(), scan.records - scan.excluded);
    }
    findings.extend(scan.findings);
    let wording = context.columns.wording(raw);
    Ok(Read { frame: rows.frame(&context.columns.names)?, wording, findings, funnel })
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
        let cell = |column: usize| cells.get(column).map(str::trim).filter(|text| !text.is_empty());
        for (item, columns) in self.instrument.items.iter().zip(&self.columns.items) {
            match columns {
                ItemColumns::Absent(slots) => buffer[slots.clone()].fill(NOT_ASKED),
                ItemColumns::One { column, slot, reader } => {
                    let stored = match cell(*column) {
                        None => NOT_STATED,
                        Some(text) => reader.read(text).unwrap_or_else(|| {
                            let expected = format!("a choice of item {:?}", item.id);
                            findings.push(rules::unknown_code::finding(&self.place(number, Some(*column)), expected, number_or_text(text)));
                            missing_code(Missing::Invalid)
                        }),
                    };
                    buffer[*slot] = stored;
                    if item.kind != ItemKind::Text {
                        shown += 1;
                        answered += i32::from(stored != NOT_STATED && stored != missing_code(Missing::Invalid));
                    }
                }
                ItemColumns::PerChoice { columns, slots } => {
                    let mut any = false;
                    for ((choice, column), slot) in item.choices.iter().zip(columns).zip(slots.clone()) {
                        let text = column.and_then(cell).filter(|text| !self.export.not_stated.iter().any(|mark| mark == text));
                        let chosen = is_chosen(text, &choice.label, choice.code).unwrap_or_else(|| {
                            let expected = format!("1, 0, blank or the label of choice {} of item {:?}", choice.code, item.id);
                            findings.push(rules::unknown_code::finding(
                                &self.place(number, *column),
                                expected,
                                number_or_text(text.unwrap_or_default()),
                            ));
                            false
                        });
                        any |= chosen;
                        buffer[slot] = i16::from(chosen);
                    }
                    // Nothing ticked: the export cannot tell "none of these" from "not answered".
                    if !any {
                        buffer[slots.clone()].fill(NOT_STATED);
                    }
                    shown += 1;
                    answered += i32::from(any);
                }
            }
        }
        let share = f64::from(answered) / f64::from(shown.max(1));
        if answered == 0 || share < self.plan.thresholds.partial_share {
            let expected = format!("at least {} of {shown} items answered", (self.plan.thresholds.partial_share * f64::from(shown)).ceil());
            findings.push(rules::break_off::finding(&Place { column: None, ..self.place(number, None) }, expected, answered.to_string()));
            return Err(rules::break_off::RULE);
        }
        Ok((answered, share >= self.plan.thresholds.complete_share))
    }
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
