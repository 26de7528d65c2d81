//! Who has how many mentors, of what kind, and how many mentees mentors have: people and roles, no drawing.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::answers::Answers;
use super::episodes::status;
use super::spans::{Span, SpanKind, group_of_value};
use crate::check::Dataset;
use crate::program::instrument::{Advisor, Item, ItemUse};
use crate::program::plan::{Plan, Role};

/// The network at the end of every period and window.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Network {
    /// By span and mentee.
    pub mentees: Vec<Mentee>,
    /// By span and mentor: distinct mentees with a relationship open on the last day, at least one.
    pub loads: Vec<(u16, u32, u32)>,
    /// Names of levels, by position.
    pub levels: Vec<(String, String)>,
    /// Names of disciplines, by position.
    pub disciplines: Vec<(String, String)>,
    /// Mentees from which on a mentor counts as fully loaded.
    pub load_limit: Option<u32>,
}

/// A mentee with a relationship open at some time in a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mentee {
    /// Position of the span.
    pub span: u16,
    /// The person.
    pub mentee: u32,
    /// Distinct mentors with whom a relationship was open in the span.
    pub in_span: u32,
    /// Distinct mentors with whom one is open on its last day.
    pub now: u32,
    /// Distinct mentors so far.
    pub ever: u32,
    /// Levels of the mentors on the last day, as bits; none where the level of any is not stated.
    pub levels: Option<u32>,
    /// Disciplines covered by the mentors on the last day, as bits; none where it is not known of each of them.
    pub disciplines: Option<u32>,
    /// Whether the mentee has an advisor who is a woman; none where none is wanted, or the mentee did not say.
    pub woman: Option<bool>,
    /// As `woman`, of an advisor from an under-represented group.
    pub under_represented: Option<bool>,
}

struct Episode {
    pair: u32,
    mentee: u32,
    mentor: u32,
    entry: i32,
    exit: i32,
    /// Whether the exit is no end: still open on the as-of date.
    open: bool,
}

impl Episode {
    /// Whether it is open at the end of a day.
    fn is_open(&self, day: i32) -> bool {
        self.entry <= day && (self.exit > day || (self.open && self.exit == day))
    }
}

/// Builds the network.
pub fn network(plan: &Plan, dataset: &Dataset, spans: &[Span], episodes: &DataFrame, answers: &[Answers]) -> PolarsResult<Network> {
    let episodes = read(episodes)?;
    let held = Held::read(plan, dataset)?;
    let mut network = Network {
        levels: plan.network.level.map_or_else(Vec::new, |position| {
            let demographic = &plan.demographics[position];
            let own = demographic.values.iter().filter(|value| !demographic.merge.contains_key(&value.code));
            own.map(|value| (value.code.clone(), value.label.clone())).collect()
        }),
        disciplines: plan.network.disciplines.clone(),
        load_limit: plan.network.load_limit,
        ..Network::default()
    };
    let discussed = if plan.network.discipline_column.is_some() { BTreeMap::new() } else { discussed(plan, answers)? };
    let advisors = advisors(plan, answers)?;
    for (number, span) in (0u16..).zip(spans).filter(|(_, span)| matches!(span.kind, SpanKind::Period | SpanKind::Window)) {
        let mut mentees: BTreeMap<u32, Vec<&Episode>> = BTreeMap::new();
        let mut loads: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for episode in episodes.iter().filter(|episode| episode.entry <= span.end) {
            mentees.entry(episode.mentee).or_default().push(episode);
            if episode.is_open(span.end) {
                loads.entry(episode.mentor).or_default().insert(episode.mentee);
            }
        }
        network.loads.extend(loads.into_iter().map(|(mentor, mentees)| (number, mentor, mentees.len() as u32)));
        for (mentee, ever) in mentees {
            let mentors = |wanted: &dyn Fn(&Episode) -> bool| {
                ever.iter().filter(|episode| wanted(episode)).map(|episode| episode.mentor).collect::<BTreeSet<u32>>()
            };
            let in_span = mentors(&|episode| episode.exit >= span.start).len() as u32;
            if in_span == 0 {
                continue;
            }
            let open: Vec<&&Episode> = ever.iter().filter(|episode| episode.is_open(span.end)).collect();
            let now = mentors(&|episode| episode.is_open(span.end));
            // Of several mentors, what is not known of one is not known of all together.
            let joined = |of: &dyn Fn(&Episode) -> Option<u32>| {
                open.iter().try_fold(0u32, |mask, episode| Some(mask | of(episode)?)).filter(|_| !open.is_empty())
            };
            let disciplines = if plan.network.discipline_column.is_some() {
                joined(&|episode| held.at(episode.mentor, span.end)?.disciplines)
            } else {
                joined(&|episode| discussed.get(&(number, episode.pair)).copied())
            };
            let said = advisors.get(&(number, mentee)).copied().unwrap_or_default();
            network.mentees.push(Mentee {
                span: number,
                mentee,
                in_span,
                now: now.len() as u32,
                ever: mentors(&|_| true).len() as u32,
                levels: joined(&|episode| Some(1 << held.at(episode.mentor, span.end)?.level?)),
                disciplines,
                woman: said.0,
                under_represented: said.1,
            });
        }
    }
    Ok(network)
}

fn read(frame: &DataFrame) -> PolarsResult<Vec<Episode>> {
    let whole = |name: &str| -> PolarsResult<Vec<u32>> { Ok(frame.column(name)?.u32()?.into_no_null_iter().collect()) };
    let day = |name: &str| -> PolarsResult<Vec<i32>> { Ok(frame.column(name)?.i32()?.into_no_null_iter().collect()) };
    let flag = |name: &str| -> PolarsResult<Vec<bool>> { Ok(frame.column(name)?.bool()?.iter().map(|flag| flag == Some(true)).collect()) };
    let (pair, mentee, mentor) = (whole("pair")?, whole("mentee")?, whole("mentor")?);
    let (entry, exit, late, lost) = (day("entry")?, day("exit")?, flag("late")?, flag("lost")?);
    let status: Vec<u8> = frame.column("status")?.u8()?.into_no_null_iter().collect();
    let one = |row: usize| Episode {
        pair: pair[row],
        mentee: mentee[row],
        mentor: mentor[row],
        entry: entry[row],
        exit: exit[row],
        open: status[row] == status::OPEN && !lost[row],
    };
    Ok((0..pair.len()).filter(|&row| !late[row]).map(one).collect())
}

/// What the roster says of a mentor from a day on.
struct HeldRow {
    from: i32,
    level: Option<u16>,
    disciplines: Option<u32>,
}

struct Held(BTreeMap<u32, Vec<HeldRow>>);

impl Held {
    fn read(plan: &Plan, dataset: &Dataset) -> PolarsResult<Self> {
        let frame = dataset.roster();
        let mut held: BTreeMap<u32, Vec<HeldRow>> = BTreeMap::new();
        let level = match plan.network.level {
            Some(position) => Some((frame.column(&format!("d{position}"))?.u16()?.clone(), group_of_value(plan, position))),
            None => None,
        };
        let (from, disciplines) = (frame.column("valid_from")?.i32()?, frame.column("disciplines")?.u32()?);
        for (row, person) in frame.column("person")?.u32()?.into_no_null_iter().enumerate() {
            let level = level.as_ref().and_then(|(values, groups)| groups[usize::from(values.get(row)?)]);
            let row = HeldRow { from: from.get(row).unwrap_or(i32::MIN), level, disciplines: disciplines.get(row) };
            held.entry(person).or_default().push(row);
        }
        Ok(Self(held))
    }

    /// The row that holds on a day; the first one for days before it.
    fn at(&self, person: u32, day: i32) -> Option<&HeldRow> {
        let rows = self.0.get(&person)?;
        rows.iter().rfind(|row| row.from <= day).or(rows.first())
    }
}

/// Answers of mentees to the item of a use: span, unit and the choices ticked.
fn ticked<'a>(plan: &'a Plan, answers: &'a [Answers], wanted: ItemUse) -> impl Iterator<Item = (&'a Answers, &'a Item)> {
    answers.iter().filter(|answers| answers.role == Role::Mentee && answers.linked).filter_map(move |answers| {
        plan.instruments[answers.instrument].items.iter().find(|item| item.role == Some(wanted)).map(|item| (answers, item))
    })
}

/// Which choices of an item each row ticks, by position; none where nothing was ticked, which is no answer.
fn choices(frame: &DataFrame, item: &Item) -> PolarsResult<Vec<Option<u64>>> {
    let mut rows = vec![0u64; frame.height()];
    for (position, choice) in item.choices.iter().enumerate().take(64) {
        let column = frame.column(&format!("{}___{}", item.id, choice.code))?.i16()?;
        rows.iter_mut().zip(column.iter()).filter(|(_, value)| *value == Some(1)).for_each(|(row, _)| *row |= 1 << position);
    }
    Ok(rows.into_iter().map(|row| (row != 0).then_some(row)).collect())
}

/// Disciplines that a mentee discussed with a mentor, by span and pair.
fn discussed(plan: &Plan, answers: &[Answers]) -> PolarsResult<BTreeMap<(u16, u32), u32>> {
    let mut found = BTreeMap::new();
    for (answers, item) in ticked(plan, answers, ItemUse::Disciplines) {
        let position = |id: &str| plan.network.disciplines.iter().position(|(known, _)| known == id);
        let bits: Vec<u32> =
            item.choices.iter().map(|choice| choice.discipline.as_deref().and_then(position).map_or(0, |at| 1 << at)).collect();
        let (spans, pairs) = (answers.frame.column("span")?.u16()?, answers.frame.column("pair")?.u32()?);
        for (row, ticked) in choices(&answers.frame, item)?.into_iter().enumerate() {
            if let (Some(ticked), Some(span), Some(pair)) = (ticked, spans.get(row), pairs.get(row)) {
                let mask = bits.iter().enumerate().filter(|(at, _)| ticked >> at & 1 == 1).fold(0, |mask, (_, bit)| mask | bit);
                *found.entry((span, pair)).or_insert(0) |= mask;
            }
        }
    }
    Ok(found)
}

/// Whether a wish for a woman, and for an under-represented person, as an advisor is met; none where there is none.
type Access = (Option<bool>, Option<bool>);

/// Whether mentees have the advisors that they want, by span and mentee: their latest answer in the span.
fn advisors(plan: &Plan, answers: &[Answers]) -> PolarsResult<BTreeMap<(u16, u32), Access>> {
    let mut latest: BTreeMap<(u16, u32), ((u16, i32), u8)> = BTreeMap::new();
    for (answers, item) in ticked(plan, answers, ItemUse::Advisors) {
        let bits: Vec<u8> = item.choices.iter().map(|choice| choice.advisor.map_or(0, |advisor| 1 << advisor as u8)).collect();
        let frame = &answers.frame;
        let (spans, mentees) = (frame.column("span")?.u16()?, frame.column("mentee")?.u32()?);
        let (periods, dates) = (frame.column("period")?.u16()?, frame.column("date")?.i32()?);
        for (row, ticked) in choices(frame, item)?.into_iter().enumerate() {
            let (Some(ticked), Some(span), Some(mentee)) = (ticked, spans.get(row), mentees.get(row)) else { continue };
            let mask = bits.iter().enumerate().filter(|(at, _)| ticked >> at & 1 == 1).fold(0, |mask, (_, bit)| mask | bit);
            let when = (periods.get(row).unwrap_or(0), dates.get(row).unwrap_or(i32::MIN));
            let known = latest.entry((span, mentee)).or_insert((when, mask));
            // Of answers given on one day, what any of them says.
            *known = if when > known.0 { (when, mask) } else { (known.0, if when == known.0 { known.1 | mask } else { known.1 }) };
        }
    }
    let access = |mask: u8, has: Advisor, wants: Advisor| match (mask >> has as u8 & 1, mask >> wants as u8 & 1) {
        (1, 0) => Some(true),
        (0, 1) => Some(false),
        // Neither wanted nor had, or both said at once.
        _ => None,
    };
    let both = |mask| {
        (access(mask, Advisor::HasWoman, Advisor::WantsWoman), access(mask, Advisor::HasUnderRepresented, Advisor::WantsUnderRepresented))
    };
    Ok(latest.into_iter().map(|(key, (_, mask))| (key, both(mask))).collect())
}
