//! Survey responses: each row of an export linked to a person, a pair and a period, with its answers stored as codes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::codes::Codes;
use super::export_columns::{ExportColumns, Mapping, Wording};
use super::funnel::{Funnel, UNREADABLE};
use super::item_columns::ItemColumns;
use super::pairs::Pairs;
use super::people::PeopleIndex;
use super::row_answers::{NOT_STATED, PlanOfItems, Row};
use super::rows::Rows;
use super::rules::{self, Place};
use super::shifted::StrangeCodes;
use crate::finding::Findings;
use crate::ingest::{CellEvidence, Cells, Conventions, DateReader, DateRuling, RawExport, Scan};
use crate::program::instrument::Instrument;
use crate::program::plan::{ExportPlan, Plan, Role, day_number};

/// What was read of one export.
pub struct Read {
    /// Its responses in the order of the file.
    pub rows: Vec<Rows>,
    /// Names of the stored columns.
    pub names: Vec<String>,
    /// Its questions.
    pub wording: Wording,
    /// By what each item's column was found.
    pub mapping: Vec<Mapping>,
    /// What is wrong with it.
    pub findings: Findings,
    /// The account of its rows.
    pub funnel: Funnel,
    /// Ids of pairs that it names and the register does not have.
    pub unregistered: BTreeSet<String>,
}

/// What the other files say, to which responses are linked.
pub struct Register<'a> {
    /// The people of the roster by each of their names.
    pub people: &'a PeopleIndex<'a>,
    /// The pairs.
    pub pairs: &'a Pairs,
    /// Staff who answer for the institution.
    pub staff: &'a Codes,
}

/// What reading a row needs to know.
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
    /// Its items by how their cells are read.
    pub plan_of_items: PlanOfItems,
    /// How its dates and numbers are read.
    pub conventions: Conventions,
    /// The people of the roster by each of their names.
    pub people: &'a PeopleIndex<'a>,
    /// The pairs.
    pub pairs: &'a Pairs,
    /// The pairs of each person on the side that answers, where rows name no pair.
    pub pairs_of: BTreeMap<u32, Vec<u32>>,
    /// Staff who answer for the institution.
    pub staff: &'a Codes,
    /// First and last day of each period, in days since 1970-01-01.
    pub periods: Vec<(i32, i32)>,
    /// Ids of pairs that rows name and the register does not have.
    pub unregistered: Mutex<BTreeSet<String>>,
}

/// What reading a block of rows gives and changes.
pub struct Block {
    /// Readers of its own, which remember texts.
    pub items: Vec<ItemColumns>,
    /// Positions of the items that need a closer look in the row at hand.
    pub others: Vec<usize>,
    /// The stored answers of the row at hand.
    pub buffer: Vec<i16>,
    /// What is wrong with its rows.
    pub findings: Findings,
    /// Codes that are no choice.
    pub strange: StrangeCodes,
    evidence: CellEvidence,
    rows: Rows,
    funnel: Funnel,
}

/// Reads one export. Staff who answer for the institution have codes of their own; without ids they are numbered later, by row.
pub fn check_responses(plan: &Plan, export: &ExportPlan, raw: &RawExport, register: &Register<'_>) -> Read {
    let instrument = &plan.instruments[export.instrument];
    let mut findings = Findings::default();
    let columns = ExportColumns::find(export, instrument, raw, &mut findings);
    let periods = plan.periods.iter().map(|period| (day_number(period.start), day_number(period.end))).collect();
    let usable = columns.usable;
    let &Register { people, pairs, staff } = register;
    let unnamed = columns.pair.is_none() && !export.anonymous && export.role != Role::Institution;
    let pairs_of = if unnamed { pairs.of_side(export.role) } else { BTreeMap::new() };
    let numbers = if usable { columns.number_columns() } else { Vec::new() };
    let date_column = columns.date.filter(|_| usable);
    let evidence = raw.evidence(date_column, &numbers);
    let conventions = evidence.conventions();
    let plan_of_items = PlanOfItems::new(instrument, &columns.items, raw);
    let mut context = Context {
        plan,
        export,
        instrument,
        raw,
        columns,
        plan_of_items,
        conventions,
        people,
        pairs,
        pairs_of,
        staff,
        periods,
        unregistered: Mutex::default(),
    };
    if export.anonymous && usable {
        let place = Place { file: &raw.file, row: None, column: None };
        findings.push(rules::anonymous::finding(&place, "answers of known people", "anonymous answers, as declared"));
    }
    let (blocks, scan) = context.read(evidence);
    remark_on_dates(raw, date_column, &context.conventions.dates, &mut findings);
    let mut funnel = Funnel { file: raw.file.clone(), records: scan.records, ..Funnel::default() };
    let (mut rows, mut strange) = (Vec::with_capacity(blocks.len()), StrangeCodes::default());
    for block in blocks {
        findings.extend(block.findings);
        funnel.add(&block.funnel);
        strange.append(&block.strange);
        rows.push(block.rows);
    }
    context.name_shifted_codes(&strange, &rows, &mut findings);
    if scan.excluded > 0 {
        funnel.excluded.insert(UNREADABLE.into(), scan.excluded);
    }
    if !usable && scan.records > scan.excluded {
        funnel.excluded.insert("file.missing_column".into(), scan.records - scan.excluded);
    }
    findings.extend(scan.findings);
    let wording = context.columns.wording(raw);
    let ExportColumns { names, mapping, .. } = std::mem::take(&mut context.columns);
    let unregistered = context.unregistered.into_inner().unwrap_or_else(PoisonError::into_inner);
    Read { rows, names, wording, mapping, findings, funnel, unregistered }
}

/// Says how a file's response dates are read. Where their order cannot be told, none is used, and the finding says what to declare.
fn remark_on_dates(raw: &RawExport, column: Option<usize>, reader: &DateReader, findings: &mut Findings) {
    let place =
        Place { file: &raw.file, row: None, column: column.and_then(|column| raw.headings.as_slice().get(column)).map(String::as_str) };
    for remark in reader.remarks() {
        let finding = match reader.ruling() {
            DateRuling::Undecided(_) | DateRuling::Contradictory(..) => {
                rules::date_order_unknown::finding(&place, remark.expected, remark.found)
            }
            _ => rules::date_order::finding(&place, remark.expected, remark.found),
        };
        findings.push(finding);
    }
}

impl Context<'_> {
    /// A place in the file.
    pub fn place<'b>(&'b self, row: u64, column: Option<usize>) -> Place<'b> {
        let column = column.and_then(|column| self.raw.headings.as_slice().get(column)).map(String::as_str);
        Place { file: &self.raw.file, row: Some(row), column }
    }

    /// Reads all records. Only all of them together show how dates and numbers are written; where they do not show what was assumed, they are read once
    /// more.
    fn read(&mut self, evidence: CellEvidence) -> (Vec<Block>, Scan) {
        loop {
            self.columns.set_decimal_marks(&self.conventions.decimals);
            let (blocks, scan) =
                self.raw.for_each_block(|records| self.block(&evidence, records), |block, number, cells| self.row(block, number, cells));
            let mut all = evidence.clone();
            blocks.iter().for_each(|block| all.append(&block.evidence));
            let found = all.conventions();
            let is_as_assumed = found.read_alike(&self.conventions);
            self.conventions = found;
            if is_as_assumed {
                return (blocks, scan);
            }
        }
    }

    fn row(&self, block: &mut Block, number: u64, cells: &Cells<'_>) {
        if !self.columns.usable {
            return;
        }
        block.evidence.add(cells);
        let row = Row { number, cells, is_open: self.raw.finished(cells) == Some(false) };
        let linked = self.link(number, cells, &mut block.findings);
        match linked.and_then(|link| self.answers(&row, block).map(|answers| (link, answers))) {
            Err(rule) => block.funnel.exclude(rule),
            Ok((link, (answered, complete))) => {
                block.rows.push(number, &link, answered, complete, &block.buffer);
                block.funnel.used += 1;
            }
        }
    }

    /// A block of so many records of which nothing is read yet.
    fn block(&self, evidence: &CellEvidence, records: usize) -> Block {
        let width = self.columns.names.len();
        Block {
            items: self.columns.items.clone(),
            others: Vec::with_capacity(self.instrument.items.len()),
            buffer: vec![NOT_STATED; width],
            findings: Findings::default(),
            strange: StrangeCodes::default(),
            evidence: evidence.clone(),
            rows: Rows::new(width, records),
            funnel: Funnel::default(),
        }
    }
}
