//! Survey responses: each row of an export linked to a person, a pair and a period, with its answers stored as codes.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{DataFrame, PolarsResult};

use super::answer::FIRST_ANSWER;
use super::codes::Codes;
use super::export_columns::{ExportColumns, Mapping, Wording};
use super::funnel::{Funnel, UNREADABLE};
use super::item_columns::ItemColumns;
use super::pairs::Pairs;
use super::people::PeopleIndex;
use super::row_answers::{NOT_STATED, Row};
use super::rules::{self, Place};
use super::stored_rows::Rows;
use crate::finding::Findings;
use crate::ingest::{DateReader, DateRuling, RawExport};
use crate::program::instrument::{Instrument, Item};
use crate::program::plan::{ExportPlan, Plan, day_number};

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
    /// The questionnaire.
    pub instrument: &'a Instrument,
    /// The file.
    pub raw: &'a RawExport,
    /// Where things stand in it.
    pub columns: ExportColumns,
    /// How its response dates are read.
    pub dates: DateReader,
    /// Per item, whole numbers met that are no choice of it.
    pub strange: BTreeMap<usize, BTreeSet<i32>>,
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
            Ok(link) => match context.answers(&Row { number, cells, is_open: view.finished == Some(false) }, &mut buffer, &mut findings) {
                Err(rule) => funnel.exclude(rule),
                Ok(response) => {
                    let sides = link.pair.map(|pair| pairs.sides[pair as usize]);
                    rows.push(sides, number, &link, response, &buffer);
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
}

/// By how much all codes met lie beside those of the item's choices; none where they do not, or where fewer than three say so.
fn shift_of_codes(item: &Item, met: BTreeSet<i32>) -> Option<i32> {
    let codes: BTreeSet<i32> = item.choices.iter().filter(|choice| choice.missing.is_none()).map(|choice| choice.code).collect();
    let mut shifts: Vec<i32> = (-20..=20).filter(|shift| *shift != 0).collect();
    shifts.sort_by_key(|shift| shift.abs());
    let fits = |shift: &i32| met.iter().all(|code| codes.contains(&(code - shift)));
    if met.len() >= 3 { shifts.into_iter().find(fits) } else { None }
}
