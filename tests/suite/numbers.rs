//! The numbers, recomputed from the example's files by other means: slow plain loops, a day at a time, one pair of observations at a time.
//! Nothing here is shared with the crate but the definitions that `docs/` prints.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::support::{Program, example, example_draft, path, results, run};

type Row = BTreeMap<String, String>;

// ---- The program's files --------------------------------------------------------------------------------------------------------------

struct Span {
    id: String,
    periods: Vec<String>,
    first_day: i64,
    last_day: i64,
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    Failure,
    Success,
    Neutral,
}

struct Pair {
    mentee: String,
    mentor: String,
    start: i64,
    entry: i64,
    /// The event or, while nothing happened, the as-of date.
    exit: i64,
    end: Option<End>,
}

/// A mentee's answer about a pair.
struct Answer {
    pair: String,
    period: String,
    day: i64,
    cells: Row,
}

struct Goal {
    pair: String,
    due: i64,
    abandoned: bool,
    weight: f64,
    rating: Option<i32>,
}

struct World {
    spans: Vec<Span>,
    cohorts: Vec<(String, i64, i64)>,
    roster: Vec<Row>,
    pairs: BTreeMap<String, Pair>,
    answers: Vec<Answer>,
    goals: Vec<Goal>,
    results: Vec<Row>,
}

fn records(file: &str) -> Vec<Row> {
    results(&example().join(file))
}

/// Days since some day long ago, by counting the days of each month.
fn day(text: &str) -> i64 {
    let part = |range| -> i64 { str::parse(&text[range]).unwrap() };
    let (year, month, day_of_month): (i64, i64, i64) = (part(0..4), part(5..7), part(8..10));
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let years: i64 = (1900..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    let months = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    years + months[..month as usize - 1].iter().sum::<i64>() + day_of_month
}

fn some_day(text: &str) -> Option<i64> {
    (!text.is_empty()).then(|| day(text))
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let plan: toml::Table = std::fs::read_to_string(example().join("program.toml")).unwrap().parse().unwrap();
        let as_of = day(&plan["program"]["as_of"].to_string());
        let dated = |table: &toml::Value| {
            (table["id"].as_str().unwrap().to_string(), day(&table["start"].to_string()), day(&table["end"].to_string()))
        };
        let periods: Vec<_> = plan["period"].as_array().unwrap().iter().map(dated).collect();
        let span = |id: &str, names: Vec<String>| {
            let of = |name: &String| periods.iter().find(|period| period.0 == *name).unwrap();
            let last_day = names.iter().map(|name| of(name).2).max().unwrap();
            Span {
                id: id.into(),
                first_day: names.iter().map(|name| of(name).1).min().unwrap(),
                last_day: last_day.min(as_of),
                periods: names,
            }
        };
        let mut spans: Vec<Span> = periods.iter().map(|period| span(&period.0, vec![period.0.clone()])).collect();
        for window in plan["window"].as_array().unwrap() {
            let names = window["periods"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_string()).collect();
            spans.push(span(window["id"].as_str().unwrap(), names));
        }
        let limit = plan["thresholds"]["first_meeting_days"].as_integer().unwrap();
        let reasons = plan["pairs"]["status_map"].as_table().unwrap();
        let pairs = records("pairs.csv").into_iter().map(|row| (row["pair_id"].clone(), pair(&row, as_of, limit, reasons))).collect();
        World {
            cohorts: plan["cohort"].as_array().unwrap().iter().map(dated).collect(),
            roster: records("roster.csv"),
            answers: answers(&periods),
            goals: goals(),
            results: results(&example_draft().join("restricted/data/results.csv")),
            spans,
            pairs,
        }
    })
}

/// The first of what the register shows: an end, no first meeting within the limit, no contact for twice the agreed interval.
fn pair(row: &Row, as_of: i64, limit: i64, reasons: &toml::Table) -> Pair {
    let start = day(&row["start_date"]);
    let mut events = Vec::new();
    if some_day(&row["first_meeting"]).is_none_or(|met| met > start + limit) {
        events.push((start + limit, 1, End::Failure));
    }
    if let Some(seen) = some_day(&row["last_contact"]).or(some_day(&row["first_meeting"])) {
        events.push((seen + 2 * row["meeting_interval_days"].parse::<i64>().unwrap_or(45), 2, End::Failure));
    }
    if let Some(ended) = some_day(&row["end_date"]) {
        let kind = match reasons[&row["end_reason"]].as_str().unwrap() {
            "failure" => End::Failure,
            "success" => End::Success,
            _ => End::Neutral,
        };
        // An end on the day that a limit is reached is the end.
        events.push((ended, 0, kind));
    }
    let first = events.into_iter().filter(|event| event.0 <= as_of).min_by_key(|event| (event.0, event.1));
    let entry = start.max(some_day(&row["registered_on"]).unwrap_or(start));
    let exit = first.map_or(as_of, |event| event.0);
    Pair { mentee: row["mentee_id"].clone(), mentor: row["mentor_id"].clone(), start, entry, exit, end: first.map(|event| event.2) }
}

/// The mentees' answers that count: no previews, none broken off, of two about the same pair and period the fuller, then the later one.
fn answers(periods: &[(String, i64, i64)]) -> Vec<Answer> {
    let mut kept: BTreeMap<(String, String), ((usize, i64), Answer)> = BTreeMap::new();
    for (period, ..) in periods {
        let rows = records(&format!("exports/mentee_{period}.csv"));
        // Below the header stand the question texts and the import ids.
        for mut cells in rows.into_iter().skip(2).filter(|row| row["Status"] == "0") {
            cells.values_mut().filter(|cell| *cell == "-99").for_each(String::clear);
            let asked = ["StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished", "RecordedDate"];
            let about = |name: &str| asked.contains(&name) || name.starts_with(char::is_uppercase) || matches!(name, "pair_id" | "comment");
            let item = |name: &str| name.trim_end_matches(|letter: char| letter.is_ascii_digit()).trim_end_matches('_').to_string();
            let items: BTreeSet<String> = cells.keys().filter(|name| !about(name)).map(|name| item(name)).collect();
            let filled: BTreeSet<String> =
                cells.iter().filter(|(name, cell)| !about(name) && !cell.is_empty()).map(|(name, _)| item(name)).collect();
            if filled.len() * 2 < items.len() {
                continue;
            }
            let answer = Answer { pair: cells["pair_id"].clone(), period: period.clone(), day: day(&cells["EndDate"]), cells };
            let rank = (filled.len(), answer.day);
            let key = (answer.pair.clone(), answer.period.clone());
            if kept.get(&key).is_none_or(|(other, _)| *other <= rank) {
                kept.insert(key, (rank, answer));
            }
        }
    }
    kept.into_values().map(|(_, answer)| answer).collect()
}

/// Goals in their latest version.
fn goals() -> Vec<Goal> {
    let mut latest: BTreeMap<String, Row> = BTreeMap::new();
    for row in records("goals.csv") {
        if latest.get(&row["goal_id"]).is_none_or(|other| day(&other["set_on"]) <= day(&row["set_on"])) {
            latest.insert(row["goal_id"].clone(), row);
        }
    }
    let goal = |row: Row| {
        let due = day(&row["due_on"]);
        Goal {
            pair: row["pair_id"].clone(),
            due,
            abandoned: some_day(&row["abandoned_on"]).is_some_and(|abandoned| abandoned <= due),
            weight: row["weight"].parse().unwrap(),
            rating: row["mentee_rating"].parse().ok(),
        }
    };
    latest.into_values().map(goal).collect()
}

impl World {
    fn span(&self, id: &str) -> &Span {
        self.spans.iter().find(|span| span.id == id).unwrap()
    }

    /// The group of a pair: by its mentee's roster row on the span's first day (their first row if they came later), or by its own start.
    fn group(&self, span: &Span, pair: &str, grouping: &str) -> Option<String> {
        let pair = &self.pairs[pair];
        if grouping == "all" {
            return Some("all".into());
        }
        if grouping == "cohort" {
            return self.cohorts.iter().find(|(_, from, to)| (*from..=*to).contains(&pair.start)).map(|cohort| cohort.0.clone());
        }
        let mut own: Vec<&Row> = self.roster.iter().filter(|row| row["person_id"] == pair.mentee).collect();
        own.sort_by_key(|row| day(&row["valid_from"]));
        let held = own.iter().rev().find(|row| day(&row["valid_from"]) <= span.first_day).unwrap_or(&own[0]);
        let stated = |column: &str| Some(held[column].clone()).filter(|value| !value.is_empty());
        match grouping {
            "under_represented" => stated("race").filter(|races| !races.contains("PNS")).map(|races| {
                let member = races.split(';').any(|race| ["AIAN", "BLACK", "HISP", "NHPI"].contains(&race.trim()));
                if member { "yes".into() } else { "no".into() }
            }),
            column => stated(column),
        }
    }

    /// The latest answer about each pair in a span.
    fn latest(&self, span: &Span) -> Vec<&Answer> {
        let mut latest: BTreeMap<&str, &Answer> = BTreeMap::new();
        for answer in self.answers.iter().filter(|answer| span.periods.contains(&answer.period)) {
            let place = |answer: &Answer| (span.periods.iter().position(|period| *period == answer.period), answer.day);
            if latest.get(answer.pair.as_str()).is_none_or(|other| place(other) < place(answer)) {
                latest.insert(&answer.pair, answer);
            }
        }
        latest.into_values().collect()
    }

    /// Pairs under observation in a span.
    fn exposed(&self, span: &Span) -> Vec<&str> {
        let at_risk = |pair: &Pair| pair.entry <= span.last_day && pair.exit >= span.first_day;
        self.pairs.iter().filter(|(_, pair)| at_risk(pair)).map(|(id, _)| id.as_str()).collect()
    }

    /// The row of the restricted results.
    fn row(&self, metric: &str, detail: &str, span: &str, grouping: &str, group: &str, contrast: &str) -> &Row {
        let wanted = [
            ("metric", metric),
            ("scale_or_cause", detail),
            ("period", span),
            ("grouping", grouping),
            ("group", group),
            ("contrast", contrast),
        ];
        let fits = |row: &&Row| row["role"] != "mentor" && wanted.iter().all(|(column, value)| row[*column] == *value);
        self.results.iter().find(fits).unwrap_or_else(|| panic!("no row {wanted:?}"))
    }

    /// Answers of a span with the values of one item or scale; `value` gives none where there is no answer.
    fn answered(&self, span: &Span, grouping: &str, group: &str, value: impl Fn(&Row) -> Option<f64>) -> Vec<Observation<'_>> {
        let mut rows = Vec::new();
        for answer in self.latest(span) {
            if self.group(span, &answer.pair, grouping).as_deref() != Some(group) {
                continue;
            }
            if let Some(y) = value(&answer.cells) {
                let pair = &self.pairs[&answer.pair];
                rows.push(Observation { mentee: &pair.mentee, mentor: &pair.mentor, y, x: 1.0, weight: 1.0 });
            }
        }
        // A mentee counts once, however many relationships it has.
        let people: Vec<&str> = rows.iter().map(|row| row.mentee).collect();
        rows.iter_mut().for_each(|row| row.weight = 1.0 / people.iter().filter(|mentee| **mentee == row.mentee).count() as f64);
        rows
    }
}

fn satisfied(cells: &Row) -> Option<f64> {
    cells["satisfied_overall"].parse::<i32>().ok().filter(|code| *code <= 5).map(|code| f64::from(u8::from(code >= 4)))
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("no {column} in {row:?}"))
}

#[track_caller]
fn same(row: &Row, column: &str, expected: f64, tolerance: f64) {
    let found = number(row, column);
    assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "{column} {found}, by other means {expected}: {row:?}");
}

// ---- Statistics by definition ---------------------------------------------------------------------------------------------------------

#[derive(Clone, Copy)]
struct Observation<'a> {
    mentee: &'a str,
    mentor: &'a str,
    y: f64,
    x: f64,
    weight: f64,
}

/// A ratio of sums and how much each observation moves it.
struct Ratio<'a> {
    estimate: f64,
    moves: Vec<(&'a str, &'a str, f64)>,
}

fn ratio<'a>(rows: &[Observation<'a>]) -> Ratio<'a> {
    let total: f64 = rows.iter().map(|row| row.weight * row.x).sum();
    let estimate = rows.iter().map(|row| row.weight * row.y).sum::<f64>() / total;
    let moves = rows.iter().map(|row| (row.mentee, row.mentor, row.weight * (row.y - estimate * row.x) / total)).collect();
    Ratio { estimate, moves }
}

/// Two-way clustered variance of a sum of estimates with signs, as a sum over pairs of observations that share a mentee, a mentor or both
/// (Cameron, Gelbach & Miller 2011), each with G/(G-1); never below either one-way variance. With the fewest clusters minus 1.
fn two_way(terms: &[(f64, &Ratio<'_>)]) -> (f64, usize) {
    let mut fewest = usize::MAX;
    let mut by = |key: fn(&(&str, &str, f64)) -> (String, String)| -> f64 {
        let mut moves = Vec::new();
        for (sign, ratio) in terms {
            let clusters: BTreeSet<_> = ratio.moves.iter().map(key).collect();
            fewest = fewest.min(clusters.len());
            let scale = sign * (clusters.len() as f64 / (clusters.len() - 1) as f64).sqrt();
            moves.extend(ratio.moves.iter().map(|one| (key(one), scale * one.2)));
        }
        let mut total = 0.0;
        for one in &moves {
            for other in moves.iter().filter(|other| other.0 == one.0) {
                total += one.1 * other.1;
            }
        }
        total
    };
    let mentees = by(|one| (one.0.into(), String::new()));
    let mentors = by(|one| (String::new(), one.1.into()));
    let both = by(|one| (one.0.into(), one.1.into()));
    ((mentees + mentors - both).max(mentees).max(mentors), fewest - 1)
}

/// Two-sided 95% point of Student's t: with x = sqrt(df) tan(angle) its density is a power of the cosine.
fn t_95(df: usize) -> f64 {
    let steps = 40_000;
    let width = std::f64::consts::FRAC_PI_2 / f64::from(steps);
    let density = |step: i32| (f64::from(step) * width).cos().powi(df as i32 - 1);
    // Simpson's rule over two steps at a time.
    let piece = |step: i32| (density(step) + 4.0 * density(step + 1) + density(step + 2)) / 3.0;
    let total: f64 = (0..steps).step_by(2).map(piece).sum();
    let (mut sum, mut step) = (0.0, 0);
    while sum + piece(step) < 0.95 * total {
        sum += piece(step);
        step += 2;
    }
    // Newton's method within the last piece.
    let (mut angle, start) = (f64::from(step) * width, f64::from(step) * width);
    for _ in 0..20 {
        let middle = ((angle + start) / 2.0).cos().powi(df as i32 - 1);
        let area = (start.cos().powi(df as i32 - 1) + 4.0 * middle + angle.cos().powi(df as i32 - 1)) / 6.0 * (angle - start);
        angle -= (area - (0.95 * total - sum) * width) / angle.cos().powi(df as i32 - 1);
    }
    (df as f64).sqrt() * angle.tan()
}

#[test]
fn students_t_has_its_tabulated_points() {
    // Any table of the t distribution, two-sided 5%.
    for (df, tabulated) in [(1, 12.706), (2, 4.303), (10, 2.228), (30, 2.042), (120, 1.980)] {
        assert!((t_95(df) - tabulated).abs() < 5e-4, "{df} {}", t_95(df));
    }
}

/// Wilson's interval at the effective sample size (Korn & Graubard 1998).
fn wilson(rows: &[Observation<'_>]) -> (f64, f64) {
    let ratio = ratio(rows);
    let p = ratio.estimate;
    let (variance, df) = two_way(&[(1.0, &ratio)]);
    let weights: f64 = rows.iter().map(|row| row.weight).sum();
    let kish = weights * weights / rows.iter().map(|row| row.weight * row.weight).sum::<f64>();
    let n = (p * (1.0 - p) * kish / (kish - 1.0) / variance).min(kish) * (t_95(rows.len() - 1) / t_95(df)).powi(2);
    let z = 1.959_963_984_540_054;
    let (center, half) = (p + z * z / (2.0 * n), z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt());
    let scale = 1.0 + z * z / n;
    ((center - half) / scale, (center + half) / scale)
}

// ---- The comparisons ------------------------------------------------------------------------------------------------------------------

#[test]
fn satisfaction_and_its_interval_agree_with_plain_loops() {
    let world = world();
    let cells = [
        ("2024-Q4", "all", "all"),
        ("2026-Q3", "all", "all"),
        ("2025-26", "all", "all"),
        ("2025-26", "department", "SURG"),
        ("2025-26", "gender", "W"),
        ("2025-26", "under_represented", "yes"),
        ("2025-26", "under_represented", "no"),
        ("2024-25", "cohort", "AY24"),
    ];
    for (span, grouping, group) in cells {
        let rows = world.answered(world.span(span), grouping, group, satisfied);
        let found = world.row("satisfied", "", span, grouping, group, "");
        let (lower, upper) = wilson(&rows);
        same(found, "estimate", ratio(&rows).estimate, 1e-12);
        same(found, "ci_lower", lower, 1e-8);
        same(found, "ci_upper", upper, 1e-8);
        let people: BTreeSet<&str> = rows.iter().map(|row| row.mentee).collect();
        assert_eq!((number(found, "n"), number(found, "denominator")), (people.len() as f64, rows.len() as f64));
    }
}

#[test]
fn a_scale_with_a_reversed_item_agrees_with_plain_loops() {
    let world = world();
    // Three items: three quarters of those that apply must be answered, and at least half of all.
    let communication = |cells: &Row| {
        let code = |item: &str| cells[item].parse::<f64>().ok();
        let items = [
            code("mentor_honest"),
            code("mentor_approachable"),
            code("avoids_hard_topics").map(|code| if code < 6.0 { 6.0 - code } else { code }),
        ];
        let due = items.iter().filter(|code| **code != Some(97.0)).count();
        let answered: Vec<f64> = items.into_iter().flatten().filter(|code| *code < 6.0).collect();
        let enough = !answered.is_empty() && 4 * answered.len() >= 3 * due && answered.len() >= 2;
        enough.then(|| answered.iter().sum::<f64>() / answered.len() as f64)
    };
    for (span, grouping, group) in [("2026-Q3", "all", "all"), ("2025-26", "all", "all"), ("2025-26", "department", "PEDS")] {
        let ratio = ratio(&world.answered(world.span(span), grouping, group, communication));
        let (variance, df) = two_way(&[(1.0, &ratio)]);
        let found = world.row("scale", "communication", span, grouping, group, "");
        same(found, "estimate", ratio.estimate, 1e-12);
        same(found, "ci_lower", ratio.estimate - t_95(df) * variance.sqrt(), 1e-8);
    }
}

#[test]
fn response_is_the_answers_over_the_open_pairs_of_each_period() {
    let world = world();
    for span in &world.spans {
        let (mut open, mut answered) = (0.0, 0.0);
        for period in &span.periods {
            for pair in world.exposed(world.span(period)) {
                open += 1.0;
                answered += f64::from(u8::from(world.answers.iter().any(|answer| answer.pair == pair && answer.period == *period)));
            }
        }
        let found = world.row("response_mentee", "", &span.id, "all", "all", "");
        same(found, "estimate", answered / open, 1e-12);
        same(found, "denominator", open, 0.0);
    }
}

#[test]
fn goals_agree_with_plain_loops() {
    let world = world();
    for (span, grouping, group) in [("2026-Q3", "all", "all"), ("2024-25", "all", "all"), ("2025-26", "under_represented", "yes")] {
        let days = world.span(span);
        let in_cell = |goal: &&Goal| {
            (days.first_day..=days.last_day).contains(&goal.due)
                && !goal.abandoned
                && world.group(days, &goal.pair, grouping).as_deref() == Some(group)
        };
        let due: Vec<&Goal> = world.goals.iter().filter(in_cell).collect();
        let rated: Vec<i32> = due.iter().filter_map(|goal| goal.rating).collect();
        let met = rated.iter().filter(|rating| **rating >= 0).count() as f64 / rated.len() as f64;
        same(world.row("goals_met", "", span, grouping, group, ""), "estimate", met, 1e-12);
        let pairs: BTreeSet<&str> = due.iter().map(|goal| goal.pair.as_str()).collect();
        let t_scores: Vec<f64> = pairs.iter().filter_map(|pair| t_score(due.iter().filter(|goal| goal.pair == **pair))).collect();
        same(
            world.row("gas_t_mentee", "", span, grouping, group, ""),
            "estimate",
            t_scores.iter().sum::<f64>() / t_scores.len() as f64,
            1e-12,
        );
    }
}

/// Goal Attainment Scaling T (Kiresuk & Sherman 1968): rho is .3.
fn t_score<'a>(goals: impl Iterator<Item = &'a &'a Goal>) -> Option<f64> {
    let rated: Vec<(f64, f64)> = goals.filter_map(|goal| goal.rating.map(|rating| (goal.weight, f64::from(rating)))).collect();
    let sum = |term: fn(&(f64, f64)) -> f64| rated.iter().map(term).sum::<f64>();
    let spread = 0.7 * sum(|goal| goal.0 * goal.0) + 0.3 * sum(|goal| goal.0).powi(2);
    (!rated.is_empty()).then(|| 50.0 + 10.0 * sum(|goal| goal.0 * goal.1) / spread.sqrt())
}

#[test]
fn goal_attainment_has_its_published_values() {
    let goal = |weight: f64, rating: i32| Goal { pair: String::new(), due: 0, abandoned: false, weight, rating: Some(rating) };
    let t = |goals: &[Goal]| t_score(goals.iter().collect::<Vec<_>>().iter()).unwrap();
    // Turner-Stokes & Williams 2010: all of 4 equal goals at -2 give 21.0, all of 5 give 19.8; one goal at +2 gives 70.
    assert!((t(&[goal(1.0, -2), goal(1.0, -2), goal(1.0, -2), goal(1.0, -2)]) - 20.98).abs() < 5e-3);
    assert!((t(&[goal(2.0, 2)]) - 70.0).abs() < 1e-12);
}

#[test]
fn failures_their_rate_and_their_incidence_agree_with_a_walk_through_every_day() {
    let world = world();
    let cells = [
        ("2024-Q4", "all", "all"),
        ("2026-Q3", "all", "all"),
        ("2024-25", "all", "all"),
        ("2025-26", "department", "SURG"),
        ("2025-26", "cohort", "AY25"),
    ];
    for (span, grouping, group) in cells {
        let days = world.span(span);
        let exposed: Vec<&Pair> = world
            .exposed(days)
            .into_iter()
            .filter(|id| world.group(days, id, grouping).as_deref() == Some(group))
            .map(|id| &world.pairs[id])
            .collect();
        let (mut failures, mut rows) = (0.0, Vec::new());
        // Age in days, to how many were at risk, failed and ended on that day of their lives.
        let mut ages: BTreeMap<i64, [f64; 3]> = BTreeMap::new();
        for pair in &exposed {
            let (mut at_risk, mut failed) = (0.0, 0.0);
            for today in days.first_day..=days.last_day {
                if pair.entry < today && today <= pair.exit {
                    at_risk += 1.0;
                    let age = ages.entry(today - pair.start).or_default();
                    age[0] += 1.0;
                    if today == pair.exit && pair.end.is_some() {
                        age[2] += 1.0;
                        if pair.end == Some(End::Failure) {
                            age[1] += 1.0;
                            failed = 1.0;
                        }
                    }
                }
            }
            failures += failed;
            rows.push(Observation { mentee: &pair.mentee, mentor: &pair.mentor, y: failed, x: at_risk / 30.4375 / 100.0, weight: 1.0 });
        }
        same(world.row("pairs_failed", "", span, grouping, group, ""), "estimate", failures, 0.0);
        let rate = ratio(&rows.into_iter().filter(|row| row.x > 0.0).collect::<Vec<_>>());
        let (variance, df) = two_way(&[(1.0, &rate)]);
        let factor = (t_95(df) * variance.sqrt() / rate.estimate).exp();
        let found = world.row("failure_rate", "", span, grouping, group, "");
        same(found, "estimate", rate.estimate, 1e-12);
        same(found, "ci_lower", rate.estimate / factor, 1e-8);
        same(found, "ci_upper", rate.estimate * factor, 1e-8);
        // Aalen & Johansen 1978, one day of age after the other.
        let (mut free, mut incidence) = (1.0, 0.0);
        for age in 1..=365 {
            let [at_risk, failed, ended] = ages[&age];
            incidence += free * failed / at_risk;
            free *= 1.0 - ended / at_risk;
        }
        same(world.row("failed_12_months", "", span, grouping, group, ""), "estimate", incidence, 1e-12);
    }
}

#[test]
fn a_cause_is_the_share_of_failed_pairs_whose_mentee_named_it_last() {
    let world = world();
    for span in world.spans.iter().filter(|span| span.periods.len() > 1) {
        let last = span.periods.last().unwrap();
        let (mut asked, mut named) = (0.0, 0.0);
        for id in world.exposed(span) {
            let pair = &world.pairs[id];
            let ticked = |answer: &Answer| {
                answer.cells.iter().any(|(name, cell)| name.starts_with("trouble_causes") && !cell.is_empty() && cell != "0")
            };
            let said = world.answers.iter().filter(|answer| answer.pair == id && answer.period <= *last && ticked(answer));
            if let (Some(End::Failure), true, Some(answer)) =
                (pair.end, pair.exit <= span.last_day, said.max_by_key(|answer| (&answer.period, answer.day)))
            {
                asked += 1.0;
                // Code 8: the mentor was not available.
                named += f64::from(u8::from(!answer.cells["trouble_causes_8"].is_empty()));
            }
        }
        same(world.row("cause", "unavailable", &span.id, "all", "all", ""), "estimate", named / asked, 1e-12);
    }
}

#[test]
fn a_gap_and_a_change_have_the_covariance_of_shared_people() {
    let world = world();
    let (before, now) = (world.span("2024-25"), world.span("2025-26"));
    let all = |span| ratio(&world.answered(span, "all", "all", satisfied));
    let everyone_else: Vec<Observation<'_>> =
        ["M", "NB", "PNS"].iter().flat_map(|group| world.answered(now, "gender", group, satisfied)).collect();
    let gap = (
        ratio(&world.answered(now, "gender", "W", satisfied)),
        ratio(&everyone_else),
        world.row("satisfied", "", "2025-26", "gender", "W", "gap"),
    );
    let change = (all(now), all(before), world.row("satisfied", "", "2025-26", "all", "all", "change"));
    for (one, other, found) in [gap, change] {
        let (variance, df) = two_way(&[(1.0, &one), (-1.0, &other)]);
        let difference = one.estimate - other.estimate;
        same(found, "estimate", difference, 1e-12);
        same(found, "ci_lower", difference - t_95(df) * variance.sqrt(), 1e-8);
        same(found, "ci_upper", difference + t_95(df) * variance.sqrt(), 1e-8);
    }
}

// ---- Properties -----------------------------------------------------------------------------------------------------------------------

#[test]
fn intervals_hold_their_estimate_and_shares_stay_between_0_and_1() {
    let mut intervals = 0;
    for row in world().results.iter().filter(|row| !row["estimate"].is_empty() && !row["ci_lower"].is_empty()) {
        let [estimate, lower, upper] = ["estimate", "ci_lower", "ci_upper"].map(|column| number(row, column));
        assert!(lower <= estimate && estimate <= upper, "{row:?}");
        if row["contrast"].is_empty() && row["unit"] == "proportion" {
            let differences = ["blame_asymmetry", "troubled_blame_asymmetry", "silence_difference", "several_satisfied"];
            let least = if differences.contains(&row["metric"].as_str()) { -1.0 } else { 0.0 };
            assert!(least <= lower && upper <= 1.0, "{row:?}");
        }
        if !row["adjusted_lower"].is_empty() {
            let rounding = 1e-9 * (upper - lower);
            assert!(number(row, "adjusted_lower") <= lower + rounding && upper <= number(row, "adjusted_upper") + rounding, "{row:?}");
            let away_from_0 = number(row, "adjusted_lower") > 0.0 || number(row, "adjusted_upper") < 0.0;
            assert_eq!(number(row, "p_adjusted") <= 0.05, away_from_0, "{row:?}");
        }
        intervals += 1;
    }
    assert!(intervals > 10_000, "{intervals}");
}

#[test]
fn what_was_open_and_what_entered_is_what_ended_and_what_stays_open() {
    let mut cells: BTreeMap<[&str; 3], BTreeMap<&str, f64>> = BTreeMap::new();
    for row in world().results.iter().filter(|row| row["metric"].starts_with("pairs_")) {
        cells
            .entry(["period", "grouping", "group"].map(|column| row[column].as_str()))
            .or_default()
            .insert(&row["metric"], number(row, "estimate"));
    }
    for (cell, counts) in &cells {
        let ends = counts["pairs_failed"] + counts["pairs_succeeded"] + counts["pairs_ended_neutral"] + counts["pairs_open"];
        assert_eq!(counts["pairs_at_risk"] + counts["pairs_entered"], ends, "{cell:?}");
    }
    let quarters: Vec<&str> = world().spans.iter().filter(|span| span.periods.len() == 1).map(|span| span.id.as_str()).collect();
    for two in quarters.windows(2) {
        assert_eq!(cells[&[two[0], "all", "all"]]["pairs_open"], cells[&[two[1], "all", "all"]]["pairs_at_risk"], "{two:?}");
    }
}

#[test]
fn what_people_and_pairs_are_called_changes_no_number() {
    let program = Program::new();
    let text = |file: &str| String::from_utf8(program.read(file)).unwrap();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (file, column) in [("roster.csv", "person_id"), ("pairs.csv", "pair_id")] {
        let ids: BTreeSet<String> = records(file).into_iter().map(|row| row[column].clone()).collect();
        // In the opposite order, so that whatever is decided by name is decided the other way.
        names.extend(ids.iter().rev().enumerate().map(|(number, id)| (id.clone(), format!("{}{number:06}", &id[..1]))));
    }
    let exports = std::fs::read_dir(program.path().join("exports"))
        .unwrap()
        .map(|entry| format!("exports/{}", entry.unwrap().file_name().to_str().unwrap()));
    for file in exports.chain(["roster.csv", "pairs.csv", "goals.csv"].map(String::from)) {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).from_reader(text(&file).as_bytes()).into_records().collect::<Vec<_>>();
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        for record in reader.drain(..).map(Result::unwrap) {
            writer.write_record(record.iter().map(|cell| names.get(cell).map_or(cell, String::as_str))).unwrap();
        }
        program.write(&file, writer.into_inner().unwrap());
    }
    let out = tempfile::tempdir().unwrap();
    assert_eq!(run(&["run", path(program.path()), "--out", path(out.path())]).code, 0);
    for file in ["release/data/results.csv", "restricted/data/results.csv"] {
        let [one, other] =
            [example_draft().join(file), out.path().join("2026-Q3").join(file)].map(|path| std::fs::read_to_string(path).unwrap());
        let differ = one.lines().zip(other.lines()).find(|(left, right)| left != right);
        assert!(differ.is_none() && one.len() == other.len(), "{file} depends on what people and pairs are called: {differ:?}");
    }
}

// ---- What must not be read out of the data ---------------------------------------------------------------------------------------------

#[test]
fn a_cohort_older_than_a_year_says_nothing_of_its_first_year() {
    let world = world();
    // Pairs that started by June 2024 were over 15 months old in October 2025.
    let row = world.row("failed_12_months", "", "2025-26", "cohort", "AY23", "");
    assert!(row["estimate"].is_empty() && !row["reason"].is_empty(), "{row:?}");
}

#[test]
fn a_group_in_which_nothing_happened_is_not_proved_different() {
    let key = |row: &Row| ["metric", "scale_or_cause", "role", "period", "grouping", "group"].map(|column| row[column].clone());
    let rows = &world().results;
    let levels: BTreeMap<_, &Row> = rows.iter().filter(|row| row["contrast"].is_empty()).map(|row| (key(row), row)).collect();
    for gap in rows.iter().filter(|row| row["contrast"] == "gap" && !row["p_value"].is_empty()) {
        let level = levels[&key(gap)];
        let at_an_end = match level["unit"].as_str() {
            "proportion" => level["estimate"] == "0" || level["estimate"] == "1",
            "per_100_relationship_months" => level["estimate"] == "0",
            _ => false,
        };
        assert!(!at_an_end, "no variance of its own, but a p-value: {gap:?}");
    }
}

#[test]
fn two_groups_are_one_hypothesis() {
    for row in world()
        .results
        .iter()
        .filter(|row| row["grouping"] == "under_represented" && row["metric"] == "scale" && !row["p_value"].is_empty())
    {
        assert_eq!(row["p_value"], row["p_adjusted"], "{row:?}");
    }
}

#[test]
fn respondents_who_are_not_linked_to_the_roster_have_no_group() {
    for row in world().results.iter().filter(|row| row["role"] == "institution" && row["grouping"] != "all") {
        assert!(row["estimate"].is_empty() && row["n"] == "0", "{row:?}");
    }
}

#[test]
fn what_a_program_does_not_record_has_not_failed() {
    let program = Program::new();
    program.edit("program.toml", |text| {
        text.replace("first_meeting = \"first_meeting\"\n", "").replace("last_contact = \"last_contact\"\n", "")
    });
    let out = tempfile::tempdir().unwrap();
    assert_eq!(run(&["run", path(program.path()), "--out", path(out.path())]).code, 0);
    let rows = results(&out.path().join("2026-Q3/restricted/data/results.csv"));
    let span = world().span("2025-26");
    let reasons = ["mentor not available", "mentee withdrew", "poor fit", "stopped meeting", "never met", "lost contact"];
    let ended = |row: &&Row| {
        reasons.contains(&row["end_reason"].as_str())
            && some_day(&row["end_date"]).is_some_and(|day| (span.first_day..=span.last_day).contains(&day))
    };
    let expected = records("pairs.csv").iter().filter(ended).count();
    let failed = rows.iter().find(|row| row["metric"] == "pairs_failed" && row["period"] == "2025-26" && row["grouping"] == "all").unwrap();
    assert_eq!(number(failed, "estimate"), expected as f64);
}
