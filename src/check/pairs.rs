//! The register of pairs.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::cells::{Column, Reader};
use super::codes::{Codes, ascending};
use super::funnel::Funnel;
use super::roster::Roster;
use super::rules;
use super::seen::Seen;
use super::witness::Witnesses;
use crate::finding::Findings;
use crate::ingest::{Table, TableRow, in_parallel};
use crate::program::plan::{EndKind, Plan, Role};

/// Pairs whose people are looked up in one go.
const LOOKED_UP: usize = 1 << 12;

/// An end whose meaning is not known: see `Dataset::pairs`.
const LOST: u8 = 3;

/// What the register gives.
pub struct Pairs {
    /// Pair ids.
    pub ids: Codes,
    /// Mentee and mentor by pair code.
    pub sides: Vec<(u32, u32)>,
    /// Day on which the pair started, by pair code.
    pub start: Vec<i32>,
    /// Day on which the pair ended, by pair code.
    pub ended: Vec<Option<i32>>,
    /// The frame; see `Dataset::pairs`.
    pub frame: DataFrame,
}

struct Columns {
    pair: Column,
    mentee: Column,
    mentor: Column,
    start: Column,
    registered: Option<Column>,
    agreed_end: Option<Column>,
    first_meeting: Option<Column>,
    last_contact: Option<Column>,
    interval: Option<Column>,
    ended: Column,
    end_reason: Column,
    assesses: Option<Column>,
    coaching_percent: Option<Column>,
}

#[derive(Clone, Copy)]
struct Pair<'t> {
    id: &'t str,
    mentee: &'t str,
    mentor: &'t str,
    start: i32,
    registered: Option<i32>,
    agreed_end: Option<i32>,
    first_meeting: Option<i32>,
    last_contact: Option<i32>,
    interval: Option<i32>,
    ended: Option<i32>,
    end_kind: Option<u8>,
    reason: Option<u16>,
    assesses: Option<bool>,
    coaching_percent: Option<i32>,
    /// Causes that the end reason names.
    reason_causes: u32,
}

/// The register as it was read, without a look at the roster.
pub struct PairRows<'t> {
    reader: Reader<'t>,
    columns: Columns,
    funnel: Funnel,
    /// In ascending order of their ids.
    pairs: Vec<(Pair<'t>, TableRow<'t>)>,
    ids: Codes,
    /// Per declared cause of the register its position in the plan, and what the rows say.
    recorded: Vec<(usize, Vec<Option<i32>>)>,
}

/// Reads the register.
pub fn read_register<'t>(plan: &Plan, table: &'t Table) -> PairRows<'t> {
    let mut reader = Reader::new(table, plan.as_of);
    let mut columns = Columns {
        pair: reader.column(&plan.pairs.pair),
        mentee: reader.column(&plan.pairs.mentee),
        mentor: reader.column(&plan.pairs.mentor),
        start: reader.column(&plan.pairs.start),
        registered: reader.optional(plan.pairs.registered.as_ref()),
        agreed_end: reader.optional(plan.pairs.agreed_end.as_ref()),
        first_meeting: reader.optional(plan.pairs.first_meeting.as_ref()),
        last_contact: reader.optional(plan.pairs.last_contact.as_ref()),
        interval: reader.optional(plan.pairs.interval_days.as_ref()),
        ended: reader.column(&plan.pairs.ended),
        end_reason: reader.column(&plan.pairs.end_reason),
        // Their place among the others is free.
        assesses: None,
        coaching_percent: None,
    };
    reader.check_order();
    columns.assesses = reader.optional(plan.relationships.assesses.as_ref());
    columns.coaching_percent = reader.optional(plan.relationships.coaching_percent.as_ref());
    let witnesses = Witnesses::of_register(plan, &mut reader);
    let mut funnel = Funnel::of_table(table);
    let (mut seen, mut pairs) = (Seen::new(), Vec::with_capacity(table.rows().len()));
    for row in reader.rows(&mut funnel) {
        match read_pair(plan, &mut reader, &columns, row, &mut seen) {
            Ok(pair) => {
                pairs.push((pair, row));
                funnel.used += 1;
            }
            Err(rule) => funnel.exclude(rule),
        }
    }
    let order = ascending(&pairs.iter().map(|(pair, _)| pair.id).collect::<Vec<_>>());
    let pairs: Vec<_> = order.into_iter().map(|position| pairs[position]).collect();
    let ids = Codes::new(pairs.iter().map(|(pair, _)| pair.id));
    let mut recorded: Vec<(usize, Vec<Option<i32>>)> = witnesses.positions().map(|position| (position, Vec::new())).collect();
    if !recorded.is_empty() {
        for (_, row) in &pairs {
            recorded.iter_mut().zip(witnesses.read(&mut reader, *row)).for_each(|((_, values), value)| values.push(value));
        }
    }
    PairRows { reader, columns, funnel, pairs, ids, recorded }
}

/// Holds the register against the roster. People whom the roster lacks get codes behind those of the roster: their pairs stay counted.
pub fn check_pairs(plan: &Plan, register: PairRows<'_>, roster: &mut Roster, findings: &mut Findings) -> PolarsResult<(Pairs, Funnel)> {
    let PairRows { mut reader, columns, funnel, pairs, ids, recorded } = register;
    let of_roster = |(pair, _): &(Pair<'_>, TableRow<'_>)| [pair.mentee, pair.mentor].map(|id| roster.people.get(id));
    let known = in_parallel(pairs.chunks(LOOKED_UP), |pairs| pairs.iter().map(of_roster).collect::<Vec<_>>()).concat();
    for ((pair, row), known) in pairs.iter().zip(&known) {
        check_people(&mut reader, &columns, *row, pair, roster, known);
    }
    findings.extend(std::mem::take(&mut reader.findings));
    let sides = pairs.iter().zip(&known).flat_map(|((pair, _), known)| [pair.mentee, pair.mentor].into_iter().zip(known));
    roster.people.append(sides.filter(|(_, known)| known.is_none()).map(|(id, _)| id));
    let mut pairs = build(plan, &pairs, ids, &known, &roster.people)?;
    for (position, values) in recorded {
        pairs.frame.with_column(polars::prelude::Column::new(format!("w{position}").into(), values))?;
    }
    Ok((pairs, funnel))
}

fn read_pair<'t>(
    plan: &Plan,
    reader: &mut Reader<'_>,
    columns: &Columns,
    row: TableRow<'t>,
    seen: &mut Seen<&'t str>,
) -> Result<Pair<'t>, rules::Rule> {
    let missing = Err(rules::missing_field::RULE);
    let (Some(id), Some(mentee), Some(mentor)) =
        (reader.required(row, &columns.pair), reader.required(row, &columns.mentee), reader.required(row, &columns.mentor))
    else {
        return missing;
    };
    let start = reader.required_day(row, &columns.start)?;
    if !seen.insert(id) {
        let finding = rules::duplicate_row::finding(&reader.place(row, &columns.pair), id);
        reader.findings.push(finding);
        return Err(rules::duplicate_row::RULE);
    }
    if mentee == mentor {
        let finding = rules::same_person::finding(&reader.place(row, &columns.mentor), "the same id");
        reader.findings.push(finding);
        return Err(rules::same_person::RULE);
    }
    if start > reader.as_of {
        let finding = rules::not_started::finding(&reader.place(row, &columns.start), "a day up to the as-of date", "a later day");
        reader.findings.push(finding);
        return Err(rules::not_started::RULE);
    }
    let agreed_end = columns.agreed_end.as_ref().and_then(|column| reader.day(row, column));
    let first_meeting = reader.past_day(row, columns.first_meeting.as_ref());
    let last_contact = reader.past_day(row, columns.last_contact.as_ref());
    let registered = reader.past_day(row, columns.registered.as_ref());
    let interval = reader.integer(row, columns.interval.as_ref(), 1..=366);
    let ended = reader.past_day(row, Some(&columns.ended));
    for (day, column) in [(ended, Some(&columns.ended)), (agreed_end, columns.agreed_end.as_ref())] {
        if let (Some(day), Some(column)) = (day, column)
            && day < start
        {
            let finding = rules::dates_out_of_order::finding(&reader.place(row, column), "a day not before the start", "an earlier day");
            reader.findings.push(finding);
            return Err(rules::dates_out_of_order::RULE);
        }
    }
    for (day, column) in [(first_meeting, columns.first_meeting.as_ref()), (last_contact, columns.last_contact.as_ref())] {
        if let (Some(day), Some(column)) = (day, column)
            && day < start
        {
            let finding = rules::contact_before_start::finding(&reader.place(row, column), "a day not before the start", "an earlier day");
            reader.findings.push(finding);
        }
    }
    check_days(reader, columns, row, [registered, first_meeting, last_contact, ended]);
    let end_kind = end_kind(plan, reader, columns, row, ended);
    let text = reader.text(row, &columns.end_reason).filter(|_| ended.is_some());
    let reason = text.and_then(|text| plan.pairs.status_map.keys().position(|known| known == text)).map(|place| place as u16);
    let named = text.and_then(|text| plan.pairs.reason_causes.get(text));
    let reason_causes = named.into_iter().flatten().fold(0, |mask, cause| mask | cause.bit());
    let assesses = reader.flag(row, columns.assesses.as_ref());
    let coaching_percent = reader.integer(row, columns.coaching_percent.as_ref(), 0..=100);
    Ok(Pair {
        id,
        mentee,
        mentor,
        start,
        registered,
        agreed_end,
        first_meeting,
        last_contact,
        interval,
        ended,
        end_kind,
        reason,
        assesses,
        coaching_percent,
        reason_causes,
    })
}

/// Says where registration, first meeting, last contact and end contradict each other.
fn check_days(reader: &mut Reader<'_>, columns: &Columns, row: TableRow<'_>, [registered, first, last, ended]: [Option<i32>; 4]) {
    let (first_column, last_column) = (columns.first_meeting.as_ref(), columns.last_contact.as_ref());
    if let (Some(first), Some(last), Some(column)) = (first, last, first_column)
        && first > last
    {
        reader.contradiction(row, column, "a day not after the last contact");
    }
    if let (None, Some(_), Some(column)) = (first, last, first_column) {
        reader.contradiction(row, column, "the day of the first meeting, since there was contact");
    }
    for (day, column) in [(registered, columns.registered.as_ref()), (first, first_column), (last, last_column)] {
        if let (Some(day), Some(ended), Some(column)) = (day, ended, column)
            && day > ended
        {
            reader.contradiction(row, column, "a day not after the end of the relationship");
        }
    }
}

/// What the end of a pair means; lost where its reason is missing or not in the status map.
fn end_kind(plan: &Plan, reader: &mut Reader<'_>, columns: &Columns, row: TableRow<'_>, ended: Option<i32>) -> Option<u8> {
    let reason = reader.text(row, &columns.end_reason);
    let (finding, kind) = match (ended, reason) {
        (None, None) => return None,
        (None, Some(_)) => {
            // A date that could not be read has a finding of its own.
            if reader.text(row, &columns.ended).is_some() {
                return None;
            }
            (rules::reason_without_end::finding(&reader.place(row, &columns.ended), "no date"), None)
        }
        (Some(_), None) => (rules::missing_end_reason::finding(&reader.place(row, &columns.end_reason), "nothing"), Some(LOST)),
        (Some(_), Some(reason)) => match plan.pairs.status_map.get(reason) {
            Some(EndKind::Failure) => return Some(0),
            Some(EndKind::Success) => return Some(1),
            Some(EndKind::Neutral) => return Some(2),
            None => (rules::unknown_end_reason::finding(&reader.place(row, &columns.end_reason), nearest_reason(plan, reason)), Some(LOST)),
        },
    };
    reader.findings.push(finding);
    kind
}

fn nearest_reason(plan: &Plan, reason: &str) -> String {
    let reasons = plan.pairs.status_map.keys();
    let nearest = reasons.max_by(|a, b| strsim::jaro_winkler(a, reason).total_cmp(&strsim::jaro_winkler(b, reason)));
    nearest.map_or_else(
        || "a reason that is not in the map".into(),
        |nearest| format!("a reason that is not in the map; the nearest one there is {nearest:?}"),
    )
}

/// Names people whom the roster lacks, and those who have left though their pair is open. `known` are the codes of mentee and mentor.
fn check_people(reader: &mut Reader<'_>, columns: &Columns, row: TableRow<'_>, pair: &Pair<'_>, roster: &Roster, known: &[Option<u32>; 2]) {
    for ((id, column), known) in [(pair.mentee, &columns.mentee), (pair.mentor, &columns.mentor)].into_iter().zip(known) {
        match known {
            None => {
                let finding = rules::unknown_person::finding(&reader.place(row, column), id);
                reader.findings.push(finding);
            }
            Some(code) => {
                let left = roster.left.get(code).filter(|day| pair.ended.is_none() && **day <= reader.as_of);
                if left.is_some() {
                    let finding =
                        rules::open_though_left::finding(&reader.place(row, column), "an end date", format!("none, though {id} has left"));
                    reader.findings.push(finding);
                }
            }
        }
    }
}

fn build(plan: &Plan, pairs: &[(Pair<'_>, TableRow<'_>)], ids: Codes, known: &[[Option<u32>; 2]], people: &Codes) -> PolarsResult<Pairs> {
    let code = |known: Option<u32>, id: &str| known.or_else(|| people.get(id)).unwrap_or(u32::MAX);
    let both_sides =
        |((pair, _), known): (&(Pair<'_>, TableRow<'_>), &[Option<u32>; 2])| (code(known[0], pair.mentee), code(known[1], pair.mentor));
    let sides: Vec<(u32, u32)> = pairs.iter().zip(known).map(both_sides).collect();
    let pairs = || pairs.iter().map(|(pair, _)| pair);
    let column = |value: fn(&Pair<'_>) -> Option<i32>| pairs().map(value).collect::<Vec<_>>();
    let frame = df!(
        "pair" => (0..sides.len() as u32).collect::<Vec<_>>(),
        "mentee" => sides.iter().map(|side| side.0).collect::<Vec<_>>(),
        "mentor" => sides.iter().map(|side| side.1).collect::<Vec<_>>(),
        "start" => pairs().map(|pair| pair.start).collect::<Vec<_>>(),
        "registered" => pairs().map(|pair| pair.registered.unwrap_or(pair.start)).collect::<Vec<_>>(),
        "agreed_end" => column(|pair| pair.agreed_end),
        "first_meeting" => column(|pair| pair.first_meeting),
        "last_contact" => column(|pair| pair.last_contact),
        "interval" => pairs().map(|pair| pair.interval.unwrap_or(plan.thresholds.meeting_interval_days)).collect::<Vec<_>>(),
        "ended" => column(|pair| pair.ended),
        "end_kind" => pairs().map(|pair| pair.end_kind).collect::<Vec<_>>(),
        "reason" => pairs().map(|pair| pair.reason).collect::<Vec<_>>(),
        "assesses" => pairs().map(|pair| pair.assesses).collect::<Vec<_>>(),
        "coaching_percent" => column(|pair| pair.coaching_percent),
        "reason_causes" => pairs().map(|pair| pair.reason_causes).collect::<Vec<_>>(),
    )?;
    let (ended, start) = (column(|pair| pair.ended), pairs().map(|pair| pair.start).collect());
    Ok(Pairs { ids, sides, start, ended, frame })
}

impl Pairs {
    /// The pairs of each person on one side.
    pub fn of_side(&self, role: Role) -> BTreeMap<u32, Vec<u32>> {
        let mut pairs: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (pair, (mentee, mentor)) in (0u32..).zip(&self.sides) {
            pairs.entry(if role == Role::Mentee { *mentee } else { *mentor }).or_default().push(pair);
        }
        pairs
    }
}
