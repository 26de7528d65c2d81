//! Survey responses: each row of an export linked to a person, a pair and a period, with its answers stored as codes.

use polars::prelude::{Column, DataFrame, PolarsResult};

use super::answer::missing_code;
use super::cells::number_or_text;
use super::codes::Codes;
use super::export_columns::{ExportColumns, ItemColumns};
use super::funnel::{Funnel, UNREADABLE};
use super::item::is_chosen;
use super::pairs::Pairs;
use super::repeated::ANONYMOUS;
use super::roster::Roster;
use super::rules::{self, Place, Rule};
use crate::finding::{Finding, Findings};
use crate::ingest::{RawExport, RowKind, RowView, parse_date};
use crate::program::instrument::{Instrument, ItemKind, Missing};
use crate::program::plan::{ExportPlan, Plan, Role, WaveRule, day_number};

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

/// What reading one row needs to know.
struct Context<'a> {
    plan: &'a Plan,
    export: &'a ExportPlan,
    instrument: &'a Instrument,
    raw: &'a RawExport,
    columns: ExportColumns,
    roster: &'a Roster,
    pairs: &'a Pairs,
    /// Staff who answer for the institution.
    staff: &'a Codes,
    /// First and last day of each period, in days since 1970-01-01.
    periods: Vec<(i32, i32)>,
}

/// Where a response belongs.
struct Link {
    person: u32,
    pair: Option<u32>,
    period: u16,
    date: Option<i32>,
}

/// Reads one export. The frame has the columns of `Responses::frame`, and `row`, the row in the file. Staff who answer for the institution have codes of
/// their own; without ids they are numbered by row.
pub fn check_responses(
    plan: &Plan,
    export: &ExportPlan,
    raw: &RawExport,
    roster: &Roster,
    pairs: &Pairs,
    staff: &Codes,
) -> PolarsResult<(DataFrame, Findings, Funnel)> {
    let instrument = &plan.instruments[export.instrument];
    let mut findings = Findings::default();
    let columns = ExportColumns::find(export, instrument, raw, &mut findings);
    let periods = plan.periods.iter().map(|period| (day_number(period.start), day_number(period.end))).collect();
    let usable = columns.usable;
    let mut context = Context { plan, export, instrument, raw, columns, roster, pairs, staff, periods };
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
    Ok((rows.frame(&context.columns.names)?, findings, funnel))
}

impl Context<'_> {
    fn place<'b>(&'b self, row: u64, column: Option<usize>) -> Place<'b> {
        let column = column.and_then(|column| self.raw.headings.as_slice().get(column)).map(String::as_str);
        Place { file: &self.raw.file, row: Some(row), column }
    }

    /// Person, pair and period of a row, or the rule that leaves it out.
    fn link(&self, number: u64, cells: &csv::StringRecord, view: &RowView<'_>, findings: &mut Findings) -> Result<Link, Rule> {
        let mut leave_out = |rule: Rule, finding: Finding| {
            findings.push(finding);
            Err(rule)
        };
        if view.kind == RowKind::OtherStatus {
            let found = format!("a row of status {}", number_or_text(view.status.unwrap_or_default()));
            return leave_out(
                rules::unknown_status::RULE,
                rules::unknown_status::finding(&self.place(number, self.raw.columns.status), found),
            );
        }
        if view.kind != RowKind::Usable {
            let found = format!("a row of status {}", number_or_text(view.status.unwrap_or_default()));
            return leave_out(rules::preview::RULE, rules::preview::finding(&self.place(number, self.raw.columns.status), found));
        }
        let cell = |column: Option<usize>| column.and_then(|column| cells.get(column)).map(str::trim).filter(|text| !text.is_empty());
        let person = cell(self.columns.person);
        let (person, pair) = if self.export.role == Role::Institution {
            match (person, self.columns.person) {
                (Some(id), _) => (self.staff.get(id).unwrap_or(ANONYMOUS), None),
                (None, Some(_)) => {
                    let place = self.place(number, self.columns.person);
                    return leave_out(rules::missing_person::RULE, rules::missing_person::finding(&place, "nothing"));
                }
                (None, None) => (ANONYMOUS, None),
            }
        } else {
            let Some(pair_id) = cell(self.columns.pair) else {
                return leave_out(
                    rules::missing_pair::RULE,
                    rules::missing_pair::finding(&self.place(number, self.columns.pair), "nothing"),
                );
            };
            let Some(pair) = self.pairs.ids.get(pair_id) else {
                let found = "an id that is not in the register";
                return leave_out(rules::unknown_pair::RULE, rules::unknown_pair::finding(&self.place(number, self.columns.pair), found));
            };
            let (mentee, mentor) = self.pairs.sides[pair as usize];
            let side = if self.export.role == Role::Mentee { mentee } else { mentor };
            if self.columns.person.is_some() {
                let place = self.place(number, self.columns.person);
                let Some(id) = person else {
                    return leave_out(rules::missing_person::RULE, rules::missing_person::finding(&place, "nothing"));
                };
                if self.roster.people.get(id) != Some(side) {
                    let expected = if self.export.role == Role::Mentee { "the mentee of the pair" } else { "the mentor of the pair" };
                    return leave_out(rules::wrong_person::RULE, rules::wrong_person::finding(&place, expected, "another id"));
                }
            }
            (side, Some(pair))
        };
        let date = match cell(self.columns.date) {
            None => None,
            Some(text) => match parse_date(text) {
                Ok(date) => Some(day_number(date)),
                Err(fault) => {
                    findings.push(rules::bad_date::finding(&self.place(number, self.columns.date), fault.to_string()));
                    None
                }
            },
        };
        if date.is_some_and(|day| day > day_number(self.plan.as_of)) {
            let place = self.place(number, self.columns.date);
            findings.push(rules::days_contradict::finding(&place, "a day up to the as-of date", "a later day"));
        }
        let period = self.period(number, date, findings)?;
        Ok(Link { person, pair, period, date })
    }

    /// The period of a response: declared for the file, or the one whose days and days of grace hold its date.
    fn period(&self, number: u64, date: Option<i32>, findings: &mut Findings) -> Result<u16, Rule> {
        let grace = self.plan.thresholds.wave_grace_days;
        let place = self.place(number, self.columns.date);
        match self.export.wave {
            WaveRule::Fixed(period) => {
                let (start, end) = self.periods[period];
                if let Some(day) = date
                    && (day < start || day > end + grace)
                {
                    let expected = format!("a day of {} or within {grace} days after it", self.plan.periods[period].id);
                    findings.push(rules::unexpected_date::finding(&place, expected, "another day"));
                }
                Ok(period as u16)
            }
            WaveRule::ByDate => {
                // In the days of grace, which are also the first days of the next period, an answer is about the period that has just ended.
                let found = date.and_then(|day| {
                    self.periods.iter().position(|(start, end)| day >= start + grace.min(end - start) && day <= end + grace)
                });
                let found =
                    found.or_else(|| date.and_then(|day| self.periods.iter().position(|(start, end)| day >= *start && day <= *end)));
                found.map(|period| period as u16).ok_or_else(|| {
                    let expected = "a day of a declared period or of the days of grace after it";
                    findings.push(rules::outside_periods::finding(
                        &place,
                        expected,
                        if date.is_some() { "another day" } else { "no date" },
                    ));
                    rules::outside_periods::RULE
                })
            }
        }
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
