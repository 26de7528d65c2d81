//! The register of pairs.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::cells::{Column, Reader};
use super::codes::Codes;
use super::funnel::Funnel;
use super::roster::Roster;
use super::rules;
use crate::finding::Findings;
use crate::ingest::{Table, TableRow};
use crate::program::plan::{EndKind, Plan, Role};

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
}

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
}

/// Reads the register. People whom the roster lacks get codes behind those of the roster: their pairs stay counted.
pub fn check_pairs(plan: &Plan, table: &Table, roster: &mut Roster, findings: &mut Findings) -> PolarsResult<(Pairs, Funnel)> {
    let mut reader = Reader::new(table, plan.as_of);
    let columns = Columns {
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
    };
    reader.check_order();
    let mut funnel = Funnel::of_table(table);
    let (mut seen, mut pairs) = (PlHashSet::new(), Vec::new());
    for row in reader.rows(&mut funnel) {
        match read_pair(plan, &mut reader, &columns, row, &mut seen) {
            Ok(pair) => {
                let known = check_people(&mut reader, &columns, row, &pair, roster);
                pairs.push((pair, known));
                funnel.used += 1;
            }
            Err(rule) => funnel.exclude(rule),
        }
    }
    findings.extend(std::mem::take(&mut reader.findings));
    let ids = pairs.iter().flat_map(|(pair, known)| [pair.mentee, pair.mentor].into_iter().zip(known));
    roster.people.append(ids.filter(|(_, known)| known.is_none()).map(|(id, _)| id));
    build(plan, pairs, &roster.people).map(|pairs| (pairs, funnel))
}

fn read_pair<'t>(
    plan: &Plan,
    reader: &mut Reader<'_>,
    columns: &Columns,
    row: TableRow<'t>,
    seen: &mut PlHashSet<&'t str>,
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
    Ok(Pair { id, mentee, mentor, start, registered, agreed_end, first_meeting, last_contact, interval, ended, end_kind })
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

/// Gives the codes of mentee and mentor, as far as the roster has them.
fn check_people(reader: &mut Reader<'_>, columns: &Columns, row: TableRow<'_>, pair: &Pair<'_>, roster: &Roster) -> [Option<u32>; 2] {
    [(pair.mentee, &columns.mentee), (pair.mentor, &columns.mentor)].map(|(id, column)| {
        let known = roster.people.get(id);
        match known {
            None => {
                let finding = rules::unknown_person::finding(&reader.place(row, column), id);
                reader.findings.push(finding);
            }
            Some(code) => {
                let left = roster.left.get(&code).filter(|day| pair.ended.is_none() && **day <= reader.as_of);
                if left.is_some() {
                    let finding =
                        rules::open_though_left::finding(&reader.place(row, column), "an end date", format!("none, though {id} has left"));
                    reader.findings.push(finding);
                }
            }
        }
        known
    })
}

fn build(plan: &Plan, mut pairs: Vec<(Pair<'_>, [Option<u32>; 2])>, people: &Codes) -> PolarsResult<Pairs> {
    pairs.sort_by(|left, right| left.0.id.cmp(right.0.id));
    let code = |known: Option<u32>, id: &str| known.or_else(|| people.get(id)).unwrap_or(u32::MAX);
    let sides: Vec<(u32, u32)> = pairs.iter().map(|(pair, known)| (code(known[0], pair.mentee), code(known[1], pair.mentor))).collect();
    let pairs: Vec<Pair<'_>> = pairs.into_iter().map(|(pair, _)| pair).collect();
    let ids = Codes::new(pairs.iter().map(|pair| pair.id));
    let column = |value: fn(&Pair) -> Option<i32>| pairs.iter().map(value).collect::<Vec<_>>();
    let frame = df!(
        "pair" => (0..pairs.len() as u32).collect::<Vec<_>>(),
        "mentee" => sides.iter().map(|side| side.0).collect::<Vec<_>>(),
        "mentor" => sides.iter().map(|side| side.1).collect::<Vec<_>>(),
        "start" => pairs.iter().map(|pair| pair.start).collect::<Vec<_>>(),
        "registered" => pairs.iter().map(|pair| pair.registered.unwrap_or(pair.start)).collect::<Vec<_>>(),
        "agreed_end" => column(|pair| pair.agreed_end),
        "first_meeting" => column(|pair| pair.first_meeting),
        "last_contact" => column(|pair| pair.last_contact),
        "interval" => pairs.iter().map(|pair| pair.interval.unwrap_or(plan.thresholds.meeting_interval_days)).collect::<Vec<_>>(),
        "ended" => column(|pair| pair.ended),
        "end_kind" => pairs.iter().map(|pair| pair.end_kind).collect::<Vec<_>>(),
    )?;
    let ended = column(|pair| pair.ended);
    let start = pairs.iter().map(|pair| pair.start).collect();
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
