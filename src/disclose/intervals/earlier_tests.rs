//! What few people changed, against all answers that agree with an old release and a new one, tried one by one.

use super::super::earlier::{Earlier, EarlierRelease};
use super::super::figure::Figure;
use super::super::record::Record;
use super::*;
use crate::analyze::{Support, Value, metric};
use crate::derive::{Group, Span};

/// Two departments in a window.
const DEPARTMENTS: [&str; 2] = ["A", "B"];

/// People of each department, and how many of them are satisfied.
type Answers = [(u64, u64); 2];

fn results() -> ResultSet {
    let group = |code: &str| Group { code: code.into(), label: code.into() };
    let grouping = |id: &str, codes: &[&str]| (id.to_string(), id.to_string(), codes.iter().map(|code| group(code)).collect());
    ResultSet {
        rows: Vec::new(),
        spans: vec![Span { id: "W".into(), label: "W".into(), kind: SpanKind::Window, first: 0, last: 3, start: 0, end: 364 }],
        groupings: vec![grouping("all", &["all"]), grouping("department", &DEPARTMENTS)],
        base_groupings: vec![1],
        actions: Vec::new(),
        confidence_level: 0.95,
        current: 0,
    }
}

fn privacy() -> Privacy {
    Privacy { minimum_people: 5, minimum_rated: 3, important: Vec::new(), key_file: "key".into() }
}

/// The rows of the whole program and of both departments.
fn rows(answers: Answers) -> Vec<ResultRow> {
    let all = (answers[0].0 + answers[1].0, answers[0].1 + answers[1].1);
    let cells = [(0, 0, all), (1, 0, answers[0]), (1, 1, answers[1])];
    let row = |(grouping, group, (people, yes)): (usize, usize, (u64, u64))| ResultRow {
        metric: metric("satisfied").unwrap(),
        detail: None,
        role: Some(Role::Mentee),
        span: 0,
        grouping,
        group,
        contrast: Contrast::None,
        value: Ok(Value::level(yes as f64 / people as f64)),
        support: Support { people, rated: people, denominator: people, n_missing: 0, short_side: yes.min(people - yes), clusters: people },
        method: "share",
    };
    cells.into_iter().map(row).collect()
}

fn figures(rows: &[ResultRow]) -> Vec<Figure> {
    rows.iter().map(|row| super::super::ladder::figure(row, &privacy(), None)).collect()
}

/// A record in which `changed` people of the first department answered otherwise than in that of none.
fn record(answers: Answers, changed: usize) -> Record {
    let atom = |(department, (people, _)): (&str, (u64, u64)), changed: usize| {
        let parts: String = (0..changed).map(|part| format!("{part:02x}11")).collect();
        serde_json::json!([null, [department], 1, people, people, 1, people as f64, format!("{changed:016x}"), parts])
    };
    let atoms = [atom((DEPARTMENTS[0], answers[0]), changed), atom((DEPARTMENTS[1], answers[1]), 0)];
    let record = serde_json::json!({ "key": "k", "held_against": [], "groupings": ["department"],
        "outcomes": { "satisfied mentee": { "W": atoms } } });
    serde_json::from_value(record).unwrap()
}

/// What a release says, as its results print it.
fn printed(rows: &[ResultRow], figures: &[Figure]) -> Vec<u8> {
    let mut text = "metric,role,period,period_kind,grouping,group,contrast,shown,estimate,bound,n,formula_version\n".to_string();
    for (row, figure) in rows.iter().zip(figures) {
        let (grouping, _, groups) = &results().groupings[row.grouping];
        let people = if row.support.people < 10 { "5 to 9" } else { "10 to 49" };
        let says = match figure {
            Figure::Point { estimate, .. } => format!("value,{estimate},,{people}"),
            Figure::AtLeast(bound, _) => format!("at_least,,{bound},{people}"),
            Figure::AtMost(bound, _) => format!("at_most,,{bound},{people}"),
            Figure::Third(third) => format!("{third:?}_third,,,{people}").to_lowercase(),
            Figure::Hidden(symbol) => format!("{},,,", symbol.letter()),
        };
        let version = row.metric.formula_version;
        text += &format!("satisfied,mentee,W,window,{grouping},{},,{says},{version}\n", groups[row.group].code);
    }
    text.into_bytes()
}

/// The figures of a new release beside those of an old one.
fn protected(before: Answers, after: Answers, changed: usize) -> [Vec<Figure>; 2] {
    let (old, new) = (rows(before), rows(after));
    let published = figures(&old);
    let release = EarlierRelease::read(&printed(&old, &published), Some(record(before, 0))).unwrap();
    let earlier = Earlier::new(record(after, changed), vec![release]);
    let (results, privacy) = (results(), privacy());
    let mut shown = figures(&new);
    let planned: Vec<&ResultRow> = new.iter().collect();
    let versions = earlier.versions("satisfied", Some(Role::Mentee), "W");
    let atom = |(group, (people, yes)): (usize, (u64, u64))| Atom {
        span: 0,
        period: None,
        groups: vec![Some(group)],
        per_person: 1,
        observations: people,
        missing: 0,
        people,
        rated: people,
        numerator: yes as f64,
        denominator: people as f64,
    };
    let atoms: Vec<Atom> = after.into_iter().enumerate().map(atom).collect();
    let mut model = Model::new(&results, &privacy, planned[0], &atoms.iter().collect::<Vec<_>>()).unwrap();
    if !versions.is_empty() {
        model.hold_against(earlier.now(), &versions, planned[0], &planned);
        for (position, figure) in of_span(&model, &results, &privacy, &planned, &shown, &[0, 1, 2]) {
            shown[position] = figure;
        }
    }
    [published, shown]
}

/// Whether answers give this figure: as such a cell shows by itself, or within a range that gave way.
fn agrees(row: &ResultRow, figure: &Figure) -> bool {
    let Ok(Value { estimate, .. }) = row.value else { unreachable!() };
    match figure {
        Figure::Hidden(_) => true,
        Figure::AtLeast(bound, _) if row.support.people >= 7 => estimate >= bound.value() - 1e-9,
        Figure::AtMost(bound, _) if row.support.people >= 7 => estimate <= bound.value() + 1e-9,
        shown => super::super::ladder::figure(row, &privacy(), None) == *shown,
    }
}

/// How many satisfied people more there can be than before, to whoever knows that one of the first department changed, and nothing else than both releases.
fn possible(before: Answers, after: Answers, [old, new]: &[Vec<Figure>; 2], one: &[i64]) -> BTreeSet<i64> {
    let mut found = BTreeSet::new();
    let agree = |answers: Answers, figures: &[Figure]| rows(answers).iter().zip(figures).all(|(row, figure)| agrees(row, figure));
    for (first, second) in (0..=before[0].0).flat_map(|first| (0..=before[1].0).map(move |second| (first, second))) {
        if !agree([(before[0].0, first), (before[1].0, second)], old) {
            continue;
        }
        for &by in one {
            let changed = first as i64 + by;
            let is_possible = (0..=after[0].0 as i64).contains(&changed);
            if is_possible && agree([(after[0].0, changed as u64), (after[1].0, second)], new) {
                found.insert(by);
            }
        }
    }
    found
}

#[test]
fn of_one_person_who_changed_nobody_learns_how() {
    let (mut tried, mut leaked, mut told) = (0, 0, Vec::new());
    for (here, there) in [(6, 8), (6, 17), (8, 10), (10, 12), (13, 7), (14, 26), (20, 20), (25, 23)] {
        for (yes, others) in (1..here).step_by(3).flat_map(|yes| (0..=there).step_by(4).map(move |others| (yes, others))) {
            let before = [(here, yes), (there, others)];
            // Somebody changed an answer, joined, or left.
            let changes =
                [(0, -1, &[-1, 0, 1][..]), (0, 1, &[-1, 0, 1]), (1, 0, &[0, 1]), (1, 1, &[0, 1]), (-1, 0, &[-1, 0]), (-1, -1, &[-1, 0])];
            for (people, by, one) in changes {
                let after = [((here as i64 + people) as u64, (yes as i64 + by) as u64), before[1]];
                if after[0].1 > after[0].0 {
                    continue;
                }
                let alone = [figures(&rows(before)), figures(&rows(after))];
                let shown = protected(before, after, 1);
                tried += 1;
                leaked += usize::from(possible(before, after, &alone, one).len() < 2);
                let open = possible(before, after, &shown, one);
                if open.len() < 2 {
                    told.push(format!("{before:?} {after:?} {open:?} {shown:?}"));
                }
            }
        }
    }
    assert!(told.is_empty(), "{} of {tried}:\n{}", told.len(), told.join("\n"));
    assert!(leaked * 20 > tried, "figures side by side would have told: {leaked} of {tried}");
}

#[test]
fn what_many_changed_is_shown_anew_and_what_nobody_changed_stays() {
    let (before, after) = ([(20, 15), (20, 10)], [(20, 5), (20, 10)]);
    assert_eq!(protected(before, after, 10)[1], figures(&rows(after)));
    assert_eq!(protected(before, before, 0)[1], figures(&rows(before)));
}
