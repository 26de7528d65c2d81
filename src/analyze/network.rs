//! The network of mentors, as metrics over people and roles.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::*;

use super::answers::{declared, linked, shares};
use super::estimate::{Kind, Measures, linearize, support_of};
use super::keys::{Keys, in_order, integers, with_groups};
use super::records::exposed;
use super::result::{Detail, ResultRow, Support};
use super::tabulate::{Job, Subject};
use super::whole::{compared, estimated, row};
use crate::derive::{AnalysisSet, Mentee, SpanKind, status};
use crate::program::plan::Role;
use crate::stats::clustered::difference;
use crate::stats::concentration::{gini, top_share};

/// Part of the mentors who count as the busiest.
const BUSIEST: f64 = 0.1;
/// Average days of a month.
const DAYS_PER_MONTH: f64 = 30.4375;

/// All statistics of the network.
pub fn tabulate(jobs: &mut Vec<Job>, rows: &mut Vec<ResultRow>, set: &AnalysisSet) -> PolarsResult<()> {
    mentees(jobs, set)?;
    mentors(jobs, rows, set)?;
    one_or_several(jobs, rows, set)
}

/// Keys of people who stand for themselves, by span and person.
fn keys_of_people(set: &AnalysisSet, people: &[(u16, u32)]) -> PolarsResult<Arc<Keys>> {
    let ids: Vec<u32> = people.iter().map(|(_, person)| *person).collect();
    let frame = df!(
        "span" => people.iter().map(|(span, _)| *span).collect::<Vec<_>>(),
        "person" => ids.clone(), "rated" => ids.clone(), "mentee" => ids.clone(), "mentor" => ids,
    )?;
    let frame = in_order(with_groups(frame.lazy(), set, "person", false)).collect()?;
    Ok(Arc::new(Keys::read(&frame, set)?))
}

fn numbers(values: &[Option<f64>]) -> Measures {
    Measures {
        y: values.iter().map(|value| value.unwrap_or(0.0)).collect(),
        x: vec![1.0; values.len()],
        missing: values.iter().map(Option::is_none).collect(),
        ..Measures::default()
    }
}

fn mentees(jobs: &mut Vec<Job>, set: &AnalysisSet) -> PolarsResult<()> {
    let network = &set.network;
    // By span and mentee already; of those with a relationship open on the last day.
    let all: Vec<&Mentee> = network.mentees.iter().filter(|mentee| mentee.now > 0).collect();
    let keys = keys_of_people(set, &all.iter().map(|mentee| (mentee.span, mentee.mentee)).collect::<Vec<_>>())?;
    let mut push = |id: &str, detail: Option<Detail>, kind: Kind, measures: Measures| {
        let subject = Subject { metric: declared(id), detail, role: None, kind, compared: true, grouped: false };
        jobs.push(Job { keys: Arc::clone(&keys), measures, subject });
    };
    let of = |value: &dyn Fn(&Mentee) -> Option<f64>| numbers(&all.iter().map(|mentee| value(mentee)).collect::<Vec<_>>());
    let flags = |value: &dyn Fn(&Mentee) -> Option<bool>| -> Measures {
        shares(&all.iter().map(|mentee| value(mentee).map(i32::from)).collect::<Vec<_>>())
    };
    let bits = |mask: u32| f64::from(mask.count_ones());
    push("mentors_now", None, Kind::Mean, of(&|mentee| Some(f64::from(mentee.now))));
    push("mentors_ever", None, Kind::Mean, of(&|mentee| Some(f64::from(mentee.ever))));
    push("single_mentor", None, Kind::Share, flags(&|mentee| Some(mentee.now == 1)));
    if !network.levels.is_empty() {
        push("mentor_levels", None, Kind::Mean, of(&|mentee| mentee.levels.map(bits)));
        for (position, (id, label)) in network.levels.iter().enumerate() {
            let has = |mentee: &Mentee| mentee.levels.map(|levels| levels >> position & 1 == 1);
            // A level at which nobody mentors, such as residents, is no need.
            if all.iter().any(|mentee| has(mentee) == Some(true)) {
                push("mentor_level", Some(Detail::named(id.clone(), label.clone())), Kind::Share, flags(&has));
            }
        }
    }
    if all.iter().any(|mentee| mentee.disciplines.is_some()) {
        push("disciplines_covered", None, Kind::Mean, of(&|mentee| mentee.disciplines.map(bits)));
        for (position, (id, label)) in network.disciplines.iter().enumerate() {
            let covered = |mentee: &Mentee| mentee.disciplines.map(|covered| covered >> position & 1 == 1);
            push("discipline", Some(Detail::named(id.clone(), label.clone())), Kind::Share, flags(&covered));
        }
    }
    for (id, is_woman) in [("woman_advisor", true), ("under_represented_advisor", false)] {
        let access = |mentee: &Mentee| if is_woman { mentee.woman } else { mentee.under_represented };
        // Who neither has nor wants one, or did not say, is not missing: the question is whether a wish is met.
        let known: Vec<(u16, u32, bool)> =
            network.mentees.iter().filter_map(|mentee| Some((mentee.span, mentee.mentee, access(mentee)?))).collect();
        if !known.is_empty() {
            let keys = keys_of_people(set, &known.iter().map(|(span, mentee, _)| (*span, *mentee)).collect::<Vec<_>>())?;
            let measures = shares(&known.iter().map(|(.., met)| Some(i32::from(*met))).collect::<Vec<_>>());
            let subject = Subject { metric: declared(id), detail: None, role: None, kind: Kind::Share, compared: true, grouped: false };
            jobs.push(Job { keys, measures, subject });
        }
    }
    Ok(())
}

fn mentors(jobs: &mut Vec<Job>, rows: &mut Vec<ResultRow>, set: &AnalysisSet) -> PolarsResult<()> {
    let loads = &set.network.loads;
    let keys = keys_of_people(set, &loads.iter().map(|(span, mentor, _)| (*span, *mentor)).collect::<Vec<_>>())?;
    let mut push = |id: &str, kind: Kind, measures: Measures| {
        let subject = Subject { metric: declared(id), detail: None, role: Some(Role::Mentor), kind, compared: true, grouped: false };
        jobs.push(Job { keys: Arc::clone(&keys), measures, subject });
    };
    push("mentor_load", Kind::Mean, numbers(&loads.iter().map(|(.., load)| Some(f64::from(*load))).collect::<Vec<_>>()));
    if let Some(limit) = set.network.load_limit {
        push("mentors_at_limit", Kind::Share, shares(&loads.iter().map(|(.., load)| Some(i32::from(*load >= limit))).collect::<Vec<_>>()));
    }
    for (span, _) in set.spans.iter().enumerate().filter(|(_, span)| matches!(span.kind, SpanKind::Period | SpanKind::Window)) {
        let amounts: Vec<f64> = loads.iter().filter(|(at, ..)| usize::from(*at) == span).map(|(.., load)| f64::from(*load)).collect();
        let people = amounts.len() as u64;
        let behind = Support { people, rated: people, denominator: people, n_missing: 0, short_side: people, clusters: people };
        let level = set.confidence_level;
        rows.push(row(span, "load_gini", None, Some(Role::Mentor), estimated(gini(&amounts, level)), behind));
        rows.push(row(span, "load_top_tenth", None, Some(Role::Mentor), estimated(top_share(&amounts, BUSIEST, level)), behind));
    }
    Ok(())
}

/// Outcomes of mentees with one mentor in a span and of those with several.
fn one_or_several(jobs: &mut Vec<Job>, rows: &mut Vec<ResultRow>, set: &AnalysisSet) -> PolarsResult<()> {
    let counts: BTreeMap<(u16, u32), u32> =
        set.network.mentees.iter().map(|mentee| ((mentee.span, mentee.mentee), mentee.in_span)).collect();
    let several = |frame: &DataFrame| -> PolarsResult<Vec<Option<bool>>> {
        let (spans, mentees) = (frame.column("span")?.u16()?, frame.column("mentee")?.u32()?);
        let one = |at: usize| counts.get(&(spans.get(at)?, mentees.get(at)?)).map(|mentors| *mentors > 1);
        Ok((0..frame.height()).map(one).collect())
    };
    for answers in set.answers.iter().filter(|answers| answers.role == Role::Mentee && answers.linked) {
        let Some(place) = answers.outcomes.iter().position(|outcome| outcome.metric == "satisfied") else { continue };
        let frame = answers.frame.clone().lazy().with_column(col("mentor").alias("rated"));
        let frame = in_order(with_groups(frame, set, "person", false)).collect()?;
        let measures = shares(&integers(&frame, &format!("n{place}"))?);
        let measures = linked(set, &[Role::Mentee], measures);
        let cells = Cells { keys: Arc::new(Keys::read(&frame, set)?), measures, several: several(&frame)? };
        cells.tabulate(jobs, rows, set, "satisfied_by_mentors", "several_satisfied", Kind::PersonShare);
        // Several instruments may ask: the first that does counts.
        break;
    }
    let frame = in_order(with_groups(exposed(set)?, set, "person", false)).collect()?;
    let days = |name: &str| -> PolarsResult<Vec<i32>> { Ok(frame.column(name)?.i32()?.into_no_null_iter().collect()) };
    let (entry, exit, first, last) = (days("entry")?, days("exit")?, days("first_day")?, days("last_day")?);
    let kind: Vec<u8> = frame.column("status")?.u8()?.into_no_null_iter().collect();
    // As the failure rate counts: from the end of the day before to the exit or the last day.
    let at_risk = |at: usize| f64::from(exit[at].min(last[at]) - entry[at].max(first[at] - 1));
    let measures = Measures {
        y: (0..kind.len()).map(|at| f64::from(u8::from(kind[at] == status::FAILED && exit[at] <= last[at]))).collect(),
        x: (0..kind.len()).map(|at| at_risk(at) / DAYS_PER_MONTH / 100.0).collect(),
        missing: vec![false; kind.len()],
        ..Measures::default()
    };
    let cells = Cells { keys: Arc::new(Keys::read(&frame, set)?), measures, several: several(&frame)? };
    cells.tabulate(jobs, rows, set, "failures_by_mentors", "several_failures", Kind::Rate);
    Ok(())
}

/// An outcome, and of each observation whether its mentee has several mentors.
struct Cells {
    keys: Arc<Keys>,
    measures: Measures,
    several: Vec<Option<bool>>,
}

impl Cells {
    fn tabulate(&self, jobs: &mut Vec<Job>, rows: &mut Vec<ResultRow>, set: &AnalysisSet, level: &str, difference_id: &str, kind: Kind) {
        // Observations of the other cell are no missing answers: they are taken out of the keys.
        let cells = [("one", "One mentor", false), ("several", "Several mentors", true)].map(|(id, label, wanted)| {
            let mut keys = (*self.keys).clone();
            for rows in keys.cells.iter_mut().flat_map(|cells| cells.values_mut()) {
                rows.retain(|&row| self.several[row as usize] == Some(wanted));
            }
            let keys = Arc::new(keys);
            let detail = Some(Detail::named(id, label));
            let subject = Subject { metric: declared(level), detail, role: None, kind, compared: false, grouped: false };
            jobs.push(Job { keys: Arc::clone(&keys), measures: self.measures.clone(), subject });
            keys
        });
        for (span, _) in set.spans.iter().enumerate().filter(|(_, span)| matches!(span.kind, SpanKind::Period | SpanKind::Window)) {
            let found = |keys: &Keys| linearize(keys, &self.measures, kind, keys.cell(0, span, 0));
            let comparison = found(&cells[1]).and_then(|several| difference(&several, &found(&cells[0])?));
            let [one, several] = [0, 1].map(|cell: usize| support_of(&cells[cell], &self.measures, kind, cells[cell].cell(0, span, 0)));
            let smaller = if one.people <= several.people { one } else { several };
            rows.push(row(span, difference_id, None, None, compared(comparison, set.confidence_level), smaller));
        }
    }
}
