//! The two sides of a pair: how far they agree, who is satisfied, and whether silence goes with failure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polars::prelude::*;

use super::answers::{declared, linked, shares};
use super::estimate::{Kind, Measures, linearize, support_of};
use super::keys::{Keys, in_order, with_groups};
use super::result::{Detail, ResultRow};
use super::tabulate::{Job, Subject};
use super::whole::{compared, enough, estimated, row, support};
use crate::check::answer::FIRST_ANSWER;
use crate::derive::{AnalysisSet, Answers, Mirrored, MirroredWhat, SpanKind, status};
use crate::program::plan::Role;
use crate::stats::NotEstimable;
use crate::stats::clustered::agreement::{Reading, correlation, intraclass, weighted_kappa};
use crate::stats::clustered::{Observation, difference, mean};

/// All statistics of the two sides.
pub fn tabulate(jobs: &mut Vec<Job>, rows: &mut Vec<ResultRow>, set: &AnalysisSet) -> PolarsResult<()> {
    for mirrored in &set.mirrored {
        agreement(rows, set, mirrored)?;
    }
    satisfied(jobs, set)?;
    silence(jobs, rows, set)
}

/// A side's value, as score or as step of the scale.
type Values = BTreeMap<(u16, u32), f64>;

fn values(answers: &Answers, of: &dyn Fn(usize) -> Option<f64>) -> PolarsResult<Values> {
    let spans = answers.frame.column("span")?.u16()?;
    let pairs = answers.frame.column("pair")?.u32()?.iter();
    Ok(pairs.enumerate().filter_map(|(at, pair)| Some(((spans.get(at)?, pair?), of(at)?))).collect())
}

fn score(answers: &Answers, place: usize) -> PolarsResult<Values> {
    let part = |name: String| -> PolarsResult<Int32Chunked> { Ok(answers.frame.column(&name)?.i32()?.clone()) };
    let (numerators, denominators) = (part(format!("n{place}"))?, part(format!("d{place}"))?);
    values(answers, &|at| Some(f64::from(numerators.get(at)?) / f64::from(denominators.get(at)?)))
}

fn step(answers: &Answers, column: &str, codes: &[i32]) -> PolarsResult<Values> {
    let chosen = answers.frame.column(column)?.i16()?.clone();
    values(answers, &|at| {
        let code = chosen.get(at).filter(|code| *code >= FIRST_ANSWER)?;
        codes.iter().position(|known| *known == i32::from(code)).map(|step| step as f64)
    })
}

/// Gap, correlation and agreement of what both sides say, in every period and window.
fn agreement(rows: &mut Vec<ResultRow>, set: &AnalysisSet, mirrored: &Mirrored) -> PolarsResult<()> {
    let [one, other] = mirrored.answers.map(|place| &set.answers[place]);
    let (mentees, mentors) = match &mirrored.what {
        MirroredWhat::Scale([one_place, other_place], _) => (score(one, *one_place)?, score(other, *other_place)?),
        MirroredWhat::Item(item) => (step(one, &item.columns[0], &item.codes)?, step(other, &item.columns[1], &item.codes)?),
    };
    let mut readings: BTreeMap<u16, Vec<Reading>> = BTreeMap::new();
    let people = one.frame.column("pair")?.u32()?.iter().zip(one.frame.column("span")?.u16()?.iter());
    let sides = one.frame.column("mentee")?.u32()?.iter().zip(one.frame.column("mentor")?.u32()?.iter());
    for ((pair, span), (mentee, mentor)) in people.zip(sides) {
        let (Some(pair), Some(span), Some(cluster_a), Some(cluster_b)) = (pair, span, mentee, mentor) else { continue };
        if let (Some(&a), Some(&b)) = (mentees.get(&(span, pair)), mentors.get(&(span, pair))) {
            readings.entry(span).or_default().push(Reading { a, b, cluster_a, cluster_b });
        }
    }
    let detail = match &mirrored.what {
        MirroredWhat::Scale(_, scale) => Detail::Scale(scale.clone()),
        MirroredWhat::Item(item) => Detail::named(item.id.clone(), item.label.clone()),
    };
    for (span, _) in set.spans.iter().enumerate().filter(|(_, span)| matches!(span.kind, SpanKind::Period | SpanKind::Window)) {
        let found = readings.get(&(span as u16)).map_or(&[][..], Vec::as_slice);
        let behind = support(found.iter().map(|reading| (reading.cluster_a, reading.cluster_b)), 0);
        let mut push = |id: &str, value| rows.push(row(span, id, Some(detail.clone()), None, estimated(value), behind));
        let agreed = |method: fn(&[Reading], f64) -> _| enough(found.len()).and_then(|()| method(found, set.confidence_level));
        match &mirrored.what {
            MirroredWhat::Scale(..) => {
                let gaps: Vec<Observation> = found
                    .iter()
                    .map(|r| Observation { y: r.a - r.b, x: 1.0, weight: 1.0, cluster_a: r.cluster_a, cluster_b: r.cluster_b })
                    .collect();
                push("side_gap", mean(&gaps, set.confidence_level));
                push("side_correlation", agreed(correlation));
                push("side_icc", agreed(intraclass));
            }
            MirroredWhat::Item(_) => push("side_kappa", agreed(weighted_kappa)),
        }
    }
    Ok(())
}

/// By span and pair: whether that side is satisfied, its mentee and its mentor.
type Satisfied = BTreeMap<(u16, u32), (bool, u32, u32)>;

/// Which of the two sides is satisfied, over relationships with an answer from both.
fn satisfied(jobs: &mut Vec<Job>, set: &AnalysisSet) -> PolarsResult<()> {
    let side = |role: Role, metric: &str| -> PolarsResult<Satisfied> {
        let mut found = BTreeMap::new();
        for answers in set.answers.iter().filter(|answers| answers.role == role && answers.linked) {
            let Some(place) = answers.outcomes.iter().position(|outcome| outcome.metric == metric) else { continue };
            let (mentee, mentor) = (answers.frame.column("mentee")?.u32()?, answers.frame.column("mentor")?.u32()?);
            let rows: BTreeMap<(u16, u32), usize> = {
                let spans = answers.frame.column("span")?.u16()?;
                let pairs = answers.frame.column("pair")?.u32()?.iter();
                pairs.enumerate().filter_map(|(at, pair)| Some(((spans.get(at)?, pair?), at))).collect()
            };
            for (key, yes) in score(answers, place)? {
                let people = rows.get(&key).and_then(|&at| Some((mentee.get(at)?, mentor.get(at)?)));
                if let Some((mentee, mentor)) = people {
                    // Several instruments may share a role: the first that says something counts.
                    found.entry(key).or_insert((yes == 1.0, mentee, mentor));
                }
            }
        }
        Ok(found)
    };
    let (mentees, mentors) = (side(Role::Mentee, "satisfied")?, side(Role::Mentor, "mentor_satisfied")?);
    let mut both: Vec<(u16, u32, u32, bool, bool)> = mentees
        .into_iter()
        .filter_map(|(key, (one, mentee, mentor))| mentors.get(&key).map(|(other, ..)| (key.0, mentee, mentor, one, *other)))
        .collect();
    both.sort_unstable();
    let of = |value: fn(&(u16, u32, u32, bool, bool)) -> u32| both.iter().map(value).collect::<Vec<_>>();
    let frame = df!(
        "span" => both.iter().map(|row| row.0).collect::<Vec<_>>(),
        "person" => of(|row| row.1), "rated" => of(|row| row.2), "mentee" => of(|row| row.1), "mentor" => of(|row| row.2),
    )?;
    let frame = in_order(with_groups(frame.lazy(), set, "person", false)).collect()?;
    let keys = Arc::new(Keys::read(&frame, set)?);
    let states = [
        ("both_satisfied", "pairs_both_satisfied", (true, true)),
        ("mentee_only_satisfied", "pairs_mentee_only_satisfied", (true, false)),
        ("mentor_only_satisfied", "pairs_mentor_only_satisfied", (false, true)),
        ("neither_satisfied", "pairs_neither_satisfied", (false, false)),
    ];
    for (share, count, wanted) in states {
        let flags: Vec<Option<i32>> = both.iter().map(|row| Some(i32::from((row.3, row.4) == wanted))).collect();
        for (id, kind) in [(share, Kind::Share), (count, Kind::Count)] {
            let measures = linked(set, &[Role::Mentee, Role::Mentor], shares(&flags));
            let subject = Subject { metric: declared(id), detail: None, role: None, kind, compared: kind == Kind::Share, grouped: false };
            jobs.push(Job { keys: Arc::clone(&keys), measures, subject });
        }
    }
    Ok(())
}

/// A relationship followed over a period: span, who could answer, the other side, whether silent in the period before, whether it failed.
type Followed = (u16, u32, u32, bool, bool);

/// Failure in a period, by whether a side had answered in the period before: over relationships open throughout that one and at its end, so that each
/// could have answered. A window takes the periods of failure that lie in it.
fn silence(jobs: &mut Vec<Job>, rows: &mut Vec<ResultRow>, set: &AnalysisSet) -> PolarsResult<()> {
    let episodes = &set.episodes;
    let whole = |name: &str| -> PolarsResult<Vec<u32>> { Ok(episodes.column(name)?.u32()?.into_no_null_iter().collect()) };
    let day = |name: &str| -> PolarsResult<Vec<i32>> { Ok(episodes.column(name)?.i32()?.into_no_null_iter().collect()) };
    let (pairs, mentees, mentors) = (whole("pair")?, whole("mentee")?, whole("mentor")?);
    let (entry, exit) = (day("entry")?, day("exit")?);
    let kind: Vec<u8> = episodes.column("status")?.u8()?.into_no_null_iter().collect();
    let windows: Vec<usize> = (0..set.spans.len()).filter(|&span| set.spans[span].kind == SpanKind::Window).collect();
    for role in [Role::Mentee, Role::Mentor] {
        if !set.answers.iter().any(|answers| answers.role == role) {
            continue;
        }
        let mut answered: BTreeSet<(u16, u32)> = BTreeSet::new();
        for answers in set.answers.iter().filter(|answers| answers.role == role && answers.linked) {
            let spans = answers.frame.column("span")?.u16()?;
            let keys = answers.frame.column("pair")?.u32()?.iter().enumerate();
            answered.extend(keys.filter_map(|(at, pair)| Some((spans.get(at)?, pair?))));
        }
        let mut found: Vec<Followed> = Vec::new();
        for period in 1..=set.current {
            let (before, now) = (&set.spans[period - 1], &set.spans[period]);
            let inside =
                windows.iter().copied().filter(|&window| (set.spans[window].first..=set.spans[window].last).contains(&(period as u16)));
            let spans: Vec<usize> = std::iter::once(period).chain(inside).collect();
            for at in (0..pairs.len()).filter(|&at| entry[at] < before.start && exit[at] > before.end) {
                let failed = kind[at] == status::FAILED && exit[at] <= now.end;
                let silent = !answered.contains(&((period - 1) as u16, pairs[at]));
                let (person, rated) = if role == Role::Mentee { (mentees[at], mentors[at]) } else { (mentors[at], mentees[at]) };
                found.extend(spans.iter().map(|&span| (span as u16, person, rated, silent, failed)));
            }
        }
        let mut levels: Vec<(Keys, Measures)> = Vec::new();
        for (id, wanted) in [("failed_after_answer", false), ("failed_after_silence", true)] {
            let mut cell: Vec<_> = found.iter().copied().filter(|row| row.3 == wanted).collect();
            cell.sort_unstable();
            let of = |value: &dyn Fn(&Followed) -> u32| cell.iter().map(value).collect::<Vec<_>>();
            let (mentee, mentor) =
                if role == Role::Mentee { (of(&|row| row.1), of(&|row| row.2)) } else { (of(&|row| row.2), of(&|row| row.1)) };
            let frame = df!(
                "span" => cell.iter().map(|row| row.0).collect::<Vec<_>>(),
                "person" => of(&|row| row.1), "rated" => of(&|row| row.2), "mentee" => mentee, "mentor" => mentor,
                "failed" => cell.iter().map(|row| i32::from(row.4)).collect::<Vec<_>>(),
            )?;
            let frame = in_order(with_groups(frame.lazy(), set, "person", false)).collect()?;
            let keys = Keys::read(&frame, set)?;
            let measures = linked(set, &[role], shares(&super::keys::integers(&frame, "failed")?));
            let subject =
                Subject { metric: declared(id), detail: None, role: Some(role), kind: Kind::Share, compared: false, grouped: false };
            jobs.push(Job { keys: Arc::new(keys.clone()), measures: measures.clone(), subject });
            levels.push((keys, measures));
        }
        for span in (0..=set.current).chain(windows.iter().copied()) {
            let one = |(keys, measures): &(Keys, Measures)| linearize(keys, measures, Kind::Share, keys.cell(0, span, 0));
            let comparison = one(&levels[1]).and_then(|silent| difference(&silent, &one(&levels[0])?));
            let supports: Vec<_> =
                levels.iter().map(|(keys, measures)| support_of(keys, measures, Kind::Share, keys.cell(0, span, 0))).collect();
            let smaller = if supports[0].people <= supports[1].people { supports[0] } else { supports[1] };
            let value = if set.is_anonymous(role) {
                (Err(NotEstimable::NotLinked), "not estimated")
            } else {
                compared(comparison, set.confidence_level)
            };
            rows.push(row(span, "silence_difference", None, Some(role), value, smaller));
        }
    }
    Ok(())
}
