//! The ledger: one row per episode of a pair, from entry to exit, with how it ended, trouble reported, and what was known of it on its first day.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::answers::Answers;
use super::episodes::status;
use super::spans::group_of_value;
use crate::check::Dataset;
use crate::program::instrument::ItemUse;
use crate::program::plan::{Plan, Role, day_number};

/// Trouble that answers and goals report. It stands beside failure and is no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// Both sides dissatisfied in one period.
    BothDissatisfied,
    /// The mentee dissatisfied and the mentor not, in one period.
    MenteeDissatisfied,
    /// The mentor dissatisfied and the mentee not, in one period.
    MentorDissatisfied,
    /// Harm reported by either side.
    Harm,
    /// No goal met of those that came due.
    NoGoalMet,
}

impl Trouble {
    /// All of them, in the order of reports.
    pub const ALL: [Trouble; 5] = [Self::BothDissatisfied, Self::MenteeDissatisfied, Self::MentorDissatisfied, Self::Harm, Self::NoGoalMet];

    /// Name in data files.
    pub fn id(self) -> &'static str {
        match self {
            Self::BothDissatisfied => "both_dissatisfied",
            Self::MenteeDissatisfied => "only_mentee_dissatisfied",
            Self::MentorDissatisfied => "only_mentor_dissatisfied",
            Self::Harm => "harm_reported",
            Self::NoGoalMet => "no_goal_met_when_due",
        }
    }
}

/// One episode of a pair. Days count from 1970-01-01; `None` is not recorded, or not known.
#[derive(Debug, Clone, PartialEq)]
pub struct Episode {
    /// Code of the pair.
    pub pair: u32,
    /// Code of the mentee.
    pub mentee: u32,
    /// Code of the mentor.
    pub mentor: u32,
    /// Position of its cohort; none outside all cohorts.
    pub cohort: Option<u16>,
    /// First day.
    pub start: i32,
    /// Day from which it was observed: the later of start and registration.
    pub entry: i32,
    /// Day of its failure or other end, or of the last day on which it was known to be open.
    pub exit: i32,
    /// How it stands: see [`status`].
    pub status: u8,
    /// 0 not failed, 1 never met, 2 ended early, 3 dormant.
    pub how: u8,
    /// Over before it entered the register: never at risk there, and in no rate.
    pub late: bool,
    /// Open as far as known, and nobody knows how it ended.
    pub lost: bool,
    /// First contact after it never met in time or fell dormant. It stays failed.
    pub resumed_on: Option<i32>,
    /// Agreed last day.
    pub agreed_end: Option<i32>,
    /// Agreed days between meetings.
    pub interval: i32,
    /// First meeting, as the register has it.
    pub first_meeting: Option<i32>,
    /// Last contact, as the register has it.
    pub last_contact: Option<i32>,
    /// Days of contact known, of register and log together.
    pub contacts: u32,
    /// Day on which the register ends it.
    pub ended: Option<i32>,
    /// Its end reason, by position in the status map.
    pub reason: Option<u16>,
    /// Trouble in the order of [`Trouble::ALL`]; none is not known, and never no.
    pub trouble: [Option<bool>; 5],
    /// Group of the mentee on the first day under each demographic.
    pub mentee_groups: Vec<Option<u16>>,
    /// Group of the mentor on the first day under each demographic.
    pub mentor_groups: Vec<Option<u16>>,
    /// Mentees of the mentor on the first day, this one included.
    pub load: u32,
    /// Whether the mentor had finished training by the first day; none where no training is recorded at all.
    pub trained: Option<bool>,
    /// Whether the mentor also assesses the mentee.
    pub assesses: Option<bool>,
    /// Percentage of the time that went into coaching or supervision, 0 to 100.
    pub coaching_percent: Option<i32>,
}

impl Episode {
    /// Whether any trouble was reported; none where that is not known.
    pub fn troubled(&self) -> Option<bool> {
        self.trouble.into_iter().reduce(either).flatten()
    }

    /// Whether it failed.
    pub fn failed(&self) -> bool {
        self.status == status::FAILED
    }
}

/// What relationships can be compared by.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Compared {
    /// Demographics by which mentors are told apart, by position.
    pub mentor_kinds: Vec<usize>,
    /// Demographics in which the two may be alike, by position.
    pub alike: Vec<usize>,
    /// Whether training, the assessor's role and the share of coaching are recorded.
    pub recorded: [bool; 3],
    /// Whether a group, of each demographic, is "prefer not to say".
    pub refused: Vec<Vec<bool>>,
    /// The as-of date, in days since 1970-01-01.
    pub as_of: i32,
}

impl Compared {
    pub(super) fn new(plan: &Plan) -> Self {
        let relationships = &plan.relationships;
        let refused = plan.demographics.iter().map(|demographic| {
            let reported = demographic.values.iter().filter(|value| !demographic.merge.contains_key(&value.code));
            reported.map(|value| value.refused).collect()
        });
        Self {
            mentor_kinds: relationships.mentor_kinds.clone(),
            alike: relationships.alike.clone(),
            recorded: [&relationships.trained_on, &relationships.assesses, &relationships.coaching_percent].map(Option::is_some),
            refused: refused.collect(),
            as_of: day_number(plan.as_of),
        }
    }
}

/// Yes where one is; no where both are; else not known.
fn either(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// The episodes in the order of their pairs. `reports` is what both sides say by span, of which the first `periods` are the periods.
pub fn ledger(
    plan: &Plan,
    dataset: &Dataset,
    episodes: &DataFrame,
    answers: &[Answers],
    reports: &DataFrame,
    periods: u16,
) -> PolarsResult<Vec<Episode>> {
    let pairs = dataset.pairs();
    let code = |name: &str| -> PolarsResult<Vec<u32>> { Ok(episodes.column(name)?.u32()?.into_no_null_iter().collect()) };
    let days = |frame: &DataFrame, name: &str| -> PolarsResult<Vec<Option<i32>>> { Ok(frame.column(name)?.i32()?.iter().collect()) };
    let set = |name: &str| -> PolarsResult<Vec<i32>> { Ok(episodes.column(name)?.i32()?.into_no_null_iter().collect()) };
    let small = |name: &str| -> PolarsResult<Vec<u8>> { Ok(episodes.column(name)?.u8()?.into_no_null_iter().collect()) };
    let yes = |name: &str| -> PolarsResult<Vec<bool>> { Ok(episodes.column(name)?.bool()?.iter().map(|is| is == Some(true)).collect()) };
    let (pair, mentee, mentor, contacts) = (code("pair")?, code("mentee")?, code("mentor")?, code("contacts")?);
    let (start, entry, exit, resumed) = (set("start")?, set("entry")?, set("exit")?, days(episodes, "resumed_on")?);
    let (status, how, late, lost) = (small("status")?, small("how")?, yes("late")?, yes("lost")?);
    let cohort: Vec<Option<u16>> = episodes.column("cohort")?.u16()?.iter().collect();
    let (agreed_end, interval) = (days(pairs, "agreed_end")?, days(pairs, "interval")?);
    let (first_meeting, last_contact, ended) = (days(pairs, "first_meeting")?, days(pairs, "last_contact")?, days(pairs, "ended")?);
    let reason: Vec<Option<u16>> = pairs.column("reason")?.u16()?.iter().collect();
    let assesses: Vec<Option<bool>> = pairs.column("assesses")?.bool()?.iter().collect();
    let coaching_percent = days(pairs, "coaching_percent")?;
    let people = People::read(plan, dataset)?;
    let said = said(plan, answers, reports, periods)?;
    let goals = no_goal_met(plan, dataset, &exit)?;
    let load = loads(&mentee, &mentor, &start, &exit);
    let row = |row: usize| {
        let mut trouble = said.get(&pair[row]).copied().unwrap_or_default();
        trouble[Trouble::NoGoalMet as usize] = goals[row];
        Episode {
            pair: pair[row],
            mentee: mentee[row],
            mentor: mentor[row],
            cohort: cohort[row],
            start: start[row],
            entry: entry[row],
            exit: exit[row],
            status: status[row],
            how: how[row],
            late: late[row],
            lost: lost[row],
            resumed_on: resumed[row],
            agreed_end: agreed_end[row],
            interval: interval[row].unwrap_or(plan.thresholds.meeting_interval_days),
            first_meeting: first_meeting[row],
            last_contact: last_contact[row],
            contacts: contacts[row],
            ended: ended[row],
            reason: reason[row],
            trouble,
            mentee_groups: people.groups_on(mentee[row], start[row]),
            mentor_groups: people.groups_on(mentor[row], start[row]),
            load: load[row],
            trained: plan.relationships.trained_on.as_ref().map(|_| people.trained_by(mentor[row], start[row])),
            assesses: assesses[row],
            coaching_percent: coaching_percent[row],
        }
    };
    // Both frames have one row per pair, in the order of the pairs.
    Ok((0..pair.len()).map(row).collect())
}

/// The roster by person.
struct People {
    /// First row of each person, and behind the last.
    starts: Vec<usize>,
    valid_from: Vec<i32>,
    /// Groups per demographic and row.
    groups: Vec<Vec<Option<u16>>>,
    trained_on: Vec<Option<i32>>,
}

impl People {
    fn read(plan: &Plan, dataset: &Dataset) -> PolarsResult<Self> {
        let roster = dataset.roster();
        let person: Vec<u32> = roster.column("person")?.u32()?.into_no_null_iter().collect();
        let starts = (0..=dataset.people().len() as u32).map(|code| person.partition_point(|&other| other < code)).collect();
        let groups = (0..plan.demographics.len()).map(|position| {
            let group = group_of_value(plan, position);
            let values = roster.column(&format!("d{position}"))?.u16()?.iter().map(|value| group[usize::from(value?)]).collect();
            Ok(values)
        });
        Ok(Self {
            starts,
            valid_from: roster.column("valid_from")?.i32()?.into_no_null_iter().collect(),
            groups: groups.collect::<PolarsResult<_>>()?,
            trained_on: roster.column("trained_on")?.i32()?.iter().collect(),
        })
    }

    fn rows(&self, person: u32) -> std::ops::Range<usize> {
        let at = |code: usize| self.starts.get(code).copied().unwrap_or(self.valid_from.len());
        at(person as usize)..at(person as usize + 1)
    }

    /// Groups by the row that holds on a day; before the first one, by that.
    fn groups_on(&self, person: u32, day: i32) -> Vec<Option<u16>> {
        let rows = self.rows(person);
        let held = self.valid_from[rows.clone()].partition_point(|&from| from <= day);
        let row = (!rows.is_empty()).then(|| rows.start + held.saturating_sub(1));
        self.groups.iter().map(|groups| row.and_then(|row| groups[row])).collect()
    }

    fn trained_by(&self, person: u32, day: i32) -> bool {
        self.trained_on[self.rows(person)].iter().flatten().any(|&trained| trained <= day)
    }
}

/// Mentees that each episode's mentor had on its first day, this one included.
fn loads(mentee: &[u32], mentor: &[u32], start: &[i32], exit: &[i32]) -> Vec<u32> {
    let mut of_mentor: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (row, mentor) in mentor.iter().enumerate() {
        of_mentor.entry(*mentor).or_default().push(row);
    }
    let load = |row: usize| {
        let others = of_mentor.get(&mentor[row]).into_iter().flatten();
        let mut mentees: Vec<u32> = others
            .filter(|&&other| other == row || (start[other] <= start[row] && exit[other] > start[row]))
            .map(|&other| mentee[other])
            .collect();
        mentees.sort_unstable();
        mentees.dedup();
        mentees.len() as u32
    };
    (0..mentor.len()).map(load).collect()
}

/// What both sides say over all periods, per pair.
///
/// Satisfaction is compared within a period. A flag is yes where one period shows it; no where none does, both answered in at least one, and nobody
/// was dissatisfied while the other said nothing; else not known. Harm is no only where every side that is asked has answered.
fn said(plan: &Plan, answers: &[Answers], reports: &DataFrame, periods: u16) -> PolarsResult<BTreeMap<u32, [Option<bool>; 5]>> {
    let flags = |name: &str| -> PolarsResult<Vec<Option<bool>>> {
        Ok(reports.column(name)?.i32()?.iter().map(|flag| flag.map(|flag| flag == 1)).collect())
    };
    let pairs: Vec<u32> = reports.column("pair")?.u32()?.into_no_null_iter().collect();
    let spans: Vec<u16> = reports.column("span")?.u16()?.into_no_null_iter().collect();
    let satisfaction = [flags("mentee_dissatisfied")?, flags("mentor_dissatisfied")?];
    let harm = [flags("mentee_harm")?, flags("mentor_harm")?];
    let asked = [Role::Mentee, Role::Mentor].map(|role| {
        let asks = |answers: &&Answers| plan.instruments[answers.instrument].items.iter().any(|item| item.role == Some(ItemUse::Harm));
        answers.iter().filter(|answers| answers.role == role).any(|answers| asks(&answers))
    });
    let mut of_pair: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for row in (0..pairs.len()).filter(|&row| spans[row] < periods) {
        of_pair.entry(pairs[row]).or_default().push(row);
    }
    let both = |one: Option<bool>, other: Option<bool>| either(one.map(|is| !is), other.map(|is| !is)).map(|is| !is);
    let not = |is: Option<bool>| is.map(|is| !is);
    let per_pair = of_pair.into_iter().map(|(pair, rows)| {
        let mut flags = [None; 5];
        let sides = || rows.iter().map(|&row| (satisfaction[0][row], satisfaction[1][row]));
        // A period in which nobody was dissatisfied and one side said nothing shows nothing.
        let complete = |(mentee, mentor): &(Option<bool>, Option<bool>)| mentee.is_some() && mentor.is_some();
        let telling = || sides().filter(|said| complete(said) || said.0 == Some(true) || said.1 == Some(true));
        let any = |flag: &dyn Fn(Option<bool>, Option<bool>) -> Option<bool>| {
            let any = telling().map(|(mentee, mentor)| flag(mentee, mentor)).reduce(either).flatten();
            any.filter(|is| *is || sides().any(|said| complete(&said)))
        };
        flags[Trouble::BothDissatisfied as usize] = any(&both);
        flags[Trouble::MenteeDissatisfied as usize] = any(&|mentee, mentor| both(mentee, not(mentor)));
        flags[Trouble::MentorDissatisfied as usize] = any(&|mentee, mentor| both(not(mentee), mentor));
        let side = |side: usize| {
            let said = rows.iter().filter_map(|&row| harm[side][row]);
            said.fold(None, |any: Option<bool>, is| Some(any.unwrap_or(false) || is))
        };
        let of_sides = [0, 1].map(|number| (asked[number], side(number)));
        let heard = of_sides.iter().filter(|(asked, _)| *asked).map(|(_, said)| *said);
        flags[Trouble::Harm as usize] = heard.reduce(either).flatten();
        (pair, flags)
    });
    Ok(per_pair.collect())
}

/// Whether no goal was met of those that came due while the pair was under observation: yes where each was rated, and none 0 or more by either side; no
/// where one was; else, and where none came due, not known. Goals that were given up do not count, nor, where agreement is recorded, do those on which
/// the two never agreed.
fn no_goal_met(plan: &Plan, dataset: &Dataset, exit: &[i32]) -> PolarsResult<Vec<Option<bool>>> {
    let mut flags = vec![None; exit.len()];
    let Some(declared) = &plan.goals else { return Ok(flags) };
    let as_of = day_number(plan.as_of);
    let agreement = [(&declared.mentee_agreed, "mentee_agreed"), (&declared.mentor_agreed, "mentor_agreed")];
    let agreed = agreement
        .iter()
        .filter(|(column, _)| column.is_some())
        .fold(lit(true), |all, (_, name)| all.and(col(*name).is_not_null().and(col(*name).lt_eq(col("due")))));
    let frame = dataset
        .goals()
        .clone()
        .lazy()
        .sort(["goal", "set_on"], SortMultipleOptions::default().with_maintain_order(true))
        .group_by_stable([col("goal")])
        .agg([all().exclude_cols(["goal"]).as_expr().last()])
        .filter(agreed.and(col("abandoned").is_null().or(col("abandoned").gt(col("due")))).and(col("due").lt_eq(lit(as_of))))
        .collect()?;
    let pairs: Vec<u32> = frame.column("pair")?.u32()?.into_no_null_iter().collect();
    let due: Vec<i32> = frame.column("due")?.i32()?.into_no_null_iter().collect();
    let ratings = |name: &str| -> PolarsResult<Vec<Option<i32>>> { Ok(frame.column(name)?.i32()?.iter().collect()) };
    let (mentee, mentor) = (ratings("mentee_rating")?, ratings("mentor_rating")?);
    let mut met: BTreeMap<u32, Option<bool>> = BTreeMap::new();
    for (goal, pair) in pairs.iter().enumerate().filter(|(goal, pair)| due[*goal] <= exit[**pair as usize]) {
        let reached = [mentee[goal], mentor[goal]].into_iter().flatten().map(|rating| rating >= 0).reduce(|one, other| one || other);
        let before = met.entry(*pair).or_insert(Some(false));
        *before = either(*before, reached);
    }
    for (pair, any) in met {
        flags[pair as usize] = any.map(|any| !any);
    }
    Ok(flags)
}
