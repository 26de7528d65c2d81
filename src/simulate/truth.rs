//! `truth.json`: what was planted, and exact counts of what the files hold.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::Settings;
use super::accounts::{self, Planted};
use super::calendar::Calendar;
use super::effects::{
    DEPARTMENTS, FAILED_AFTER, FAILED_BEFORE, GENDERS, MET_GAIN, MET_USUAL, SATISFIED_MEN, SATISFIED_SURGERY, SATISFIED_WOMEN, SURGERY,
    Treatment, WORKSHOP_GAIN,
};
use super::fieldwork::workshop_start;
use super::life::{Failure, Meaning, REASONS};
use super::registers::{GoalCounts, treated};
use super::tally::{Share, Tally};
use super::world::World;

/// Everything that the truth is stated from.
pub(super) struct Known<'a> {
    pub(super) settings: &'a Settings,
    pub(super) calendar: &'a Calendar,
    pub(super) world: &'a World,
    pub(super) planted: &'a Planted,
    pub(super) mentees: &'a Tally,
    pub(super) mentors: &'a Tally,
    /// Answers per program year.
    pub(super) institution: &'a [usize],
    pub(super) goals: &'a GoalCounts,
    /// Id of the scale that the workshop moves.
    pub(super) feedback: Option<&'a str>,
    /// Id of the mentee item that was worded otherwise in the first wave.
    pub(super) reworded: Option<&'a str>,
}

/// The text of `truth.json`.
pub(super) fn state(known: &Known<'_>) -> String {
    let Known { settings, calendar, .. } = known;
    let truth = json!({
        "about": "Invented data. `planted` are the effects that the answers were drawn with; `counts` are exact counts of what the files hold. \
                  Answers: one per pair and period, previews left out, the later of two. Departments: the mentee's on the first day of the period.",
        "settings": { "pairs": settings.pairs, "quarters": settings.quarters, "seed": settings.seed },
        "as_of": calendar.text(calendar.as_of),
        "planted": planted(known),
        "accounts": accounts::expected(calendar, known.world, known.planted, [&known.mentees.answered, &known.mentors.answered]),
        "network": network(known),
        "counts": {
            "register": register(known),
            "failures": failures(known),
            "goals": goals(known.goals),
            "mentee_answers": answers(calendar, known.mentees),
            "mentor_answers": answers(calendar, known.mentors),
            "institution_answers": per_year(calendar, |year| json!(known.institution[year])),
            "satisfied": per_year(calendar, |year| satisfied(known, known.mentees, year)),
            "mentor_satisfied": per_year(calendar, |year| satisfied(known, known.mentors, year)),
            "met_as_agreed": per_year(calendar, |year| met(known, year)),
            "causes": { "mentee": causes(known.mentees), "mentor": causes(known.mentors) },
        },
    });
    // Only maps with keys that are no text can fail, and there are none.
    let mut text = serde_json::to_string_pretty(&truth).unwrap_or_default();
    text.push('\n');
    text
}

fn planted(known: &Known<'_>) -> Value {
    let calendar = known.calendar;
    let from = calendar.text(calendar.turning_point());
    let codes = |treatment| treated(treatment).split(';').map(str::to_owned).collect::<Vec<_>>();
    let mut actions = vec![
        json!({ "id": "A1", "label": "Protected mentoring hour", "started_on": from, "departments": codes(Treatment::ProtectedHour),
                "metric": "met_as_agreed", "before": MET_USUAL, "effect": MET_GAIN, "effect_on_satisfied": 0.02, "helped": true }),
        json!({ "id": "A2", "label": "Matching by research topic", "started_on": from, "departments": codes(Treatment::TopicMatching),
                "metric": "satisfied", "effect": 0.0, "helped": false }),
    ];
    if let Some(scale) = known.feedback {
        actions.push(json!({ "id": "A3", "label": "Mentor feedback workshop", "started_on": calendar.text(workshop_start(calendar)),
                             "departments": null, "metric": format!("scale:{scale}"), "effect_in_scale_points": WORKSHOP_GAIN }));
    }
    json!({
        "failing_department": { "department": DEPARTMENTS[SURGERY].code, "satisfied": SATISFIED_SURGERY, "satisfied_elsewhere": 0.84,
                                "cause": "unavailable", "failure_ratio": 2.2 },
        "gender_gap": { "metric": "satisfied", "women": SATISFIED_WOMEN, "men": SATISFIED_MEN, "where": "all departments but the failing one" },
        "failed_12_months": { "before": FAILED_BEFORE, "after": FAILED_AFTER, "from": from },
        "actions": actions,
        "causes": { "mentees_blame": "unavailable", "mentors_blame": ["unprepared", "avoids"] },
        "reworded_item": known.reworded.filter(|_| known.settings.quarters > 1),
    })
}

fn register(known: &Known<'_>) -> Value {
    let World { people, pairs } = known.world;
    let ended = |meaning: Meaning| pairs.iter().filter(|pair| pair.end.is_some_and(|(_, reason)| REASONS[reason].1 == meaning)).count();
    json!({
        "people": people.len(),
        "mentees": people.iter().filter(|person| !person.mentor).count(),
        "mentors": people.iter().filter(|person| person.mentor).count(),
        "roster_rows": people.len() + people.iter().filter(|person| person.change.is_some()).count(),
        "people_left": people.iter().filter(|person| person.left.is_some()).count(),
        "pairs": pairs.len(),
        "registered_late": pairs.iter().filter(|pair| pair.registered > pair.start).count(),
        "without_end_date": pairs.iter().filter(|pair| pair.end.is_none()).count(),
        "open_and_not_failed": pairs.iter().filter(|pair| pair.end.is_none() && pair.failure.is_none()).count(),
        "ended": { "failure": ended(Meaning::Failure), "success": ended(Meaning::Success), "neutral": ended(Meaning::Neutral) },
        "entered": per_year(known.calendar, |year| {
            let span = &known.calendar.years[year].span;
            json!(pairs.iter().filter(|pair| (span.start..=span.end).contains(&pair.start)).count())
        }),
    })
}

/// Who has how many mentors at the end of each program year, from the register.
fn network(known: &Known<'_>) -> Value {
    per_year(known.calendar, |year| {
        let day = known.calendar.years[year].span.end;
        let (mut mentors, mut mentees) = (BTreeMap::<usize, BTreeSet<usize>>::new(), BTreeMap::<usize, BTreeSet<usize>>::new());
        for pair in &known.world.pairs {
            let over = [pair.end.map(|end| end.0), pair.failure.map(|failure| failure.0)].into_iter().flatten().min();
            if pair.registered <= day && over.is_none_or(|over| over > day) {
                mentors.entry(pair.mentee).or_default().insert(pair.mentor);
                mentees.entry(pair.mentor).or_default().insert(pair.mentee);
            }
        }
        let ties: usize = mentees.values().map(BTreeSet::len).sum();
        json!({
            "mentees": mentors.len(),
            "with_one_mentor": mentors.values().filter(|mentors| mentors.len() == 1).count(),
            "mentors": mentees.len(),
            "ties": ties,
        })
    })
}

fn failures(known: &Known<'_>) -> Value {
    let failed = |kind: Option<Failure>, days: std::ops::RangeInclusive<i32>, department: Option<usize>| {
        let pairs = known.world.pairs.iter().filter(|pair| {
            let here = department.is_none_or(|department| known.world.people[pair.mentee].department == department);
            here && pair.failure.is_some_and(|(day, how)| days.contains(&day) && kind.is_none_or(|kind| kind == how))
        });
        pairs.count()
    };
    let ever = 0..=known.calendar.as_of;
    json!({
        "all": failed(None, ever.clone(), None),
        "never_met": failed(Some(Failure::NeverMet), ever.clone(), None),
        "ended_early": failed(Some(Failure::EndedEarly), ever.clone(), None),
        "dormant": failed(Some(Failure::Dormant), ever, None),
        "per_year": per_year(known.calendar, |year| {
            let span = &known.calendar.years[year].span;
            let days = span.start..=span.end;
            json!({ "all": failed(None, days.clone(), None), "failing_department_at_entry": failed(None, days, Some(SURGERY)) })
        }),
    })
}

fn goals(counts: &GoalCounts) -> Value {
    json!({
        "set": counts.set,
        "rows": counts.rows,
        "abandoned": counts.abandoned,
        "due_and_not_abandoned": counts.due,
        "rated_by_mentee": counts.rated_by_mentee,
        "met_by_mentee": counts.met_by_mentee,
        "rated_by_mentor": counts.rated_by_mentor,
        "met_by_mentor": counts.met_by_mentor,
        "not_followed_up": counts.not_followed_up,
    })
}

fn answers(calendar: &Calendar, tally: &Tally) -> Value {
    let one = |wave: usize| {
        json!({
            "pairs": tally.pairs[wave], "partial": tally.partial[wave], "opened_only": tally.opened[wave], "twice": tally.twice[wave],
            "previews": tally.previews[wave], "rows": tally.pairs[wave] + tally.twice[wave] + tally.previews[wave],
            "satisfied": share(Share::sum(tally.satisfied[wave].iter().flatten())),
        })
    };
    Value::Object(calendar.quarters.iter().enumerate().map(|(wave, quarter)| (quarter.id.clone(), one(wave))).collect())
}

fn satisfied(known: &Known<'_>, tally: &Tally, year: usize) -> Value {
    let waves = || tally.satisfied[known.calendar.years[year].quarters.clone()].iter();
    let departments =
        (0..DEPARTMENTS.len()).map(|at| (DEPARTMENTS[at].code.to_owned(), share(Share::sum(waves().flat_map(|wave| &wave[at])))));
    let elsewhere = |gender: usize| {
        let shares =
            waves().flat_map(|wave| wave.iter().enumerate().filter(|(department, _)| *department != SURGERY).map(|(_, of)| &of[gender]));
        share(Share::sum(shares))
    };
    json!({
        "all": share(Share::sum(waves().flatten().flatten())),
        "by_department_of_mentee": departments.collect::<Map<_, _>>(),
        "by_gender_outside_failing_department": (0..GENDERS.len()).map(|at| (GENDERS[at].0.to_owned(), elsewhere(at))).collect::<Map<_, _>>(),
    })
}

fn met(known: &Known<'_>, year: usize) -> Value {
    let waves = || known.mentees.met[known.calendar.years[year].quarters.clone()].iter();
    let departments = (0..DEPARTMENTS.len()).map(|at| (DEPARTMENTS[at].code.to_owned(), share(Share::sum(waves().map(|wave| &wave[at])))));
    json!({ "all": share(Share::sum(waves().flatten())), "by_department_of_mentee": departments.collect::<Map<_, _>>() })
}

fn causes(tally: &Tally) -> Value {
    let named: Map<String, Value> = tally.causes.iter().map(|(cause, pairs)| (cause.id().to_owned(), json!(pairs))).collect();
    json!({ "failed_pairs_with_answer": tally.failed_with_answer, "named": named })
}

fn share(share: Share) -> Value {
    json!({ "yes": share.yes, "of": share.of })
}

fn per_year(calendar: &Calendar, value: impl Fn(usize) -> Value) -> Value {
    Value::Object(calendar.years.iter().enumerate().map(|(at, year)| (year.span.id.clone(), value(at))).collect())
}
