//! The precision ladder, attacked with all data sets there are.
//!
//! Every way in which n people can answer an item of five points is turned into what a release shows of it: the favorable share and the mean, with intervals and
//! numbers of people. The attacker knows the rules and n, and looks up which data sets show the same. No data set may be found, and nobody who knows
//! one answer, his or her own, may learn all others.

use std::collections::BTreeMap;

use super::ladder;
use crate::analyze::{Contrast, Detail, ResultRow, Support, Value, metric};
use crate::derive::ScaleInfo;
use crate::program::plan::{Privacy, Role};
use crate::stats::clustered::{Observation, mean, share};

/// How many chose each of the five answers.
type Answers = [u64; 5];

pub(super) fn row(id: &str, value: Value, n: u64, short_side: u64) -> ResultRow {
    let scale = ScaleInfo {
        instrument: "survey".into(),
        id: "overall".into(),
        label: "Overall".into(),
        construct: String::new(),
        minimum: 1.0,
        maximum: 5.0,
        version: "1".into(),
        higher_is_better: true,
        items: Vec::new(),
    };
    ResultRow {
        metric: metric(id).expect("declared"),
        detail: Some(Detail::Scale(scale)),
        role: Some(Role::Mentee),
        span: 0,
        grouping: 0,
        group: 0,
        contrast: Contrast::None,
        value: Ok(value),
        support: Support { people: n, rated: n, denominator: n, n_missing: 0, short_side, clusters: n },
        method: "",
    }
}

/// What a release shows of the answers of people who each have a mentor of their own.
fn shown(answers: &Answers, n: u64) -> String {
    let privacy = Privacy { minimum_people: 5, minimum_rated: 3, important: Vec::new(), key_file: "key".into() };
    let observations = |value: fn(u64) -> f64| -> Vec<Observation> {
        let each = (1..6).flat_map(|answer| std::iter::repeat_n(answer, answers[answer as usize - 1] as usize));
        let one = |(person, answer): (usize, u64)| Observation {
            y: value(answer),
            x: 1.0,
            weight: 1.0,
            cluster_a: person as u32,
            cluster_b: person as u32,
        };
        each.enumerate().map(one).collect()
    };
    let level = |estimate: crate::stats::clustered::ClusteredEstimate| Value {
        interval: estimate.interval.ok().map(|interval| (interval.lower, interval.upper)),
        ..Value::level(estimate.estimate)
    };
    let favorable = answers[3] + answers[4];
    let top = level(share(&observations(|answer| f64::from(u8::from(answer >= 4))), 0.95).expect("has people"));
    let top = ladder::figure(&row("scale_top", top, n, favorable.min(n - favorable)), &privacy, None);
    let mean = level(mean(&observations(|answer| answer as f64), 0.95).expect("has people"));
    let mean = ladder::figure(&row("scale", mean, n, n), &privacy, Some(&top));
    format!("{top:?} {mean:?}")
}

fn all(n: u64) -> impl Iterator<Item = Answers> {
    (0..=n).flat_map(move |a| {
        (0..=n - a).flat_map(move |b| (0..=n - a - b).flat_map(move |c| (0..=n - a - b - c).map(move |d| [a, b, c, d, n - a - b - c - d])))
    })
}

fn attack(n: u64) {
    let mut alike: BTreeMap<String, Vec<Answers>> = BTreeMap::new();
    for answers in all(n) {
        alike.entry(shown(&answers, n)).or_default().push(answers);
    }
    assert!(alike.len() > 1, "something is shown of {n} people");
    for (shown, possible) in &alike {
        assert!(possible.len() > 1, "{n} people answered {:?}: {shown}", possible[0]);
        for own in 0..5 {
            let knowing: Vec<&Answers> = possible.iter().filter(|answers| answers[own] > 0).collect();
            assert_ne!(knowing.len(), 1, "whoever answered {} knows all of {:?}: {shown}", own + 1, knowing[0]);
        }
        let favorable: Vec<u64> = possible.iter().map(|answers| answers[3] + answers[4]).collect();
        let (least, most) = (favorable.iter().min().expect("not empty"), favorable.iter().max().expect("not empty"));
        // On a short side none, one and two look alike.
        assert!(*least >= 3 || *most >= 2, "{n}: {shown}");
        assert!(*most <= n - 3 || *least <= n - 2, "{n}: {shown}");
    }
}

#[test]
fn no_answers_of_five_to_twenty_people_can_be_found() {
    (5..=20).for_each(attack);
}

#[test]
#[ignore = "minutes; see docs/validation.md"]
fn no_answers_of_up_to_fifty_people_can_be_found() {
    (21..=51).for_each(attack);
}

#[test]
fn under_the_floor_nothing_is_shown() {
    for n in 1..5 {
        for answers in all(n) {
            assert_eq!(shown(&answers, n), shown(&[n, 0, 0, 0, 0], n));
        }
    }
}
