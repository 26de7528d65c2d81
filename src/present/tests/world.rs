//! A small made-up program: eight quarters, two windows, four departments, two genders.

use jiff::civil::{Date, date};

use crate::analyze::{ActionInfo, Contrast, Detail, ResultRow, ResultSet, Support, Value, metric};
use crate::derive::{Group, ScaleInfo, Span, SpanKind};
use crate::disclose::{PublicationPlan, Release, release};
use crate::present::Facts;
use crate::program::cause::Cause;
use crate::program::plan::{PairsPlan, Period, Plan, Privacy, Role, RosterPlan, Thresholds, Window, day_number};
use crate::stats::NotEstimable;

pub const QUARTER: usize = 7;
pub const EARLIER_WINDOW: usize = 8;
pub const WINDOW: usize = 9;
pub const SINCE: usize = 10;
pub const DEPARTMENT: usize = 1;
pub const GENDER: usize = 2;
pub const DEPARTMENTS: [&str; 4] = ["Medicine", "Pediatrics", "Psychiatry", "Surgery"];

/// Results in the making.
pub struct World {
    pub results: ResultSet,
}

fn plan() -> Plan {
    let text = String::new;
    Plan {
        root: "program".into(),
        source: Vec::new(),
        name: "Mentorship program".into(),
        institution: "Riverside Academic Medical Center".into(),
        as_of: date(2026, 10, 5),
        seed: 1,
        periods: Vec::new(),
        windows: Vec::new(),
        cohorts: Vec::new(),
        demographics: Vec::new(),
        combinations: Vec::new(),
        roster: RosterPlan { file: "roster.csv".into(), person: text(), email: None, code: None, valid_from: None, left_on: None },
        pairs: PairsPlan {
            file: "pairs.csv".into(),
            pair: text(),
            mentee: text(),
            mentor: text(),
            start: text(),
            registered: None,
            agreed_end: None,
            first_meeting: None,
            last_contact: None,
            interval_days: None,
            ended: text(),
            end_reason: text(),
            status_map: Default::default(),
            reason_causes: Default::default(),
        },
        recorded: Vec::new(),
        network: Default::default(),
        goals: None,
        actions: None,
        relationships: Default::default(),
        exports: Vec::new(),
        instruments: Vec::new(),
        thresholds: Thresholds::default(),
        privacy: Privacy { minimum_people: 5, minimum_rated: 3, important: vec!["department".into()], key_file: "key".into() },
        targets: Default::default(),
        report_overrides: Default::default(),
    }
}

fn span(id: &str, label: &str, kind: SpanKind, (first, last): (u16, u16), (start, end): (Date, Date)) -> Span {
    Span { id: id.into(), label: label.into(), kind, first, last, start: day_number(start), end: day_number(end) }
}

fn spans() -> Vec<Span> {
    let mut spans = Vec::new();
    for quarter in 0..8u16 {
        let (year, month) = (2024 + (quarter as i16 + 3) / 4, ((quarter as i8 + 3) % 4) * 3 + 1);
        let start = date(year, month, 1);
        let end = date(year, month + 2, 1).last_of_month();
        let words = ["January to March", "April to June", "July to September", "October to December"][usize::from((quarter + 3) % 4)];
        spans.push(span(
            &format!("{year}-Q{}", (quarter + 3) % 4 + 1),
            &format!("{words} {year}"),
            SpanKind::Period,
            (quarter, quarter),
            (start, end),
        ));
    }
    let days = |from: i16| (date(from, 10, 1), date(from + 1, 9, 30));
    spans.push(span("2024-25", "October 2024 to September 2025", SpanKind::Window, (0, 3), days(2024)));
    spans.push(span("2025-26", "October 2025 to September 2026", SpanKind::Window, (4, 7), days(2025)));
    spans.push(span("since a1", "2026-Q1 to 2026-Q3", SpanKind::Since(0), (5, 7), (date(2026, 1, 1), date(2026, 9, 30))));
    spans
}

fn groups(labels: &[&str]) -> Vec<Group> {
    labels.iter().map(|label| Group { code: label.to_lowercase(), label: (*label).into() }).collect()
}

/// A scale of five steps.
pub fn scale(id: &str, label: &str) -> Detail {
    Detail::Scale(ScaleInfo {
        instrument: "survey".into(),
        id: id.into(),
        label: label.into(),
        construct: "Construct".into(),
        minimum: 1.0,
        maximum: 5.0,
        version: "1".into(),
        higher_is_better: true,
        items: Vec::new(),
    })
}

/// A publication window of four quarters from the October of a year on.
pub fn window(id: &str, label: &str, year: i16, first: usize) -> Window {
    let span = Period { id: id.into(), label: label.into(), start: date(year, 10, 1), end: date(year + 1, 9, 30) };
    Window { span, first, last: first + 3 }
}

/// The facts of the made-up program.
pub fn facts() -> Facts {
    Facts {
        program: "Mentorship program".into(),
        institution: "Riverside Academic Medical Center".into(),
        as_of: date(2026, 10, 5),
        responses_received: 1234,
        responses_used: 1201,
        exclusions: vec![("answers of people who are not in the roster".into(), 33)],
        findings: vec![("Error".into(), 2)],
        results_digest: "abcdefabcdefabcdef".into(),
        version: "0.1.0".into(),
        register_is_whole: true,
        important: vec!["department".into()],
        windows: vec![
            window("2024-25", "October 2024 to September 2025", 2024, 0),
            window("2025-26", "October 2025 to September 2026", 2025, 4),
        ],
        mergeable: vec!["department".into()],
        ..Facts::default()
    }
}

impl World {
    /// No rows yet.
    pub fn empty() -> Self {
        let grouping = |id: &str, label: &str, names: &[&str]| (id.to_string(), label.to_string(), groups(names));
        let results = ResultSet {
            rows: Vec::new(),
            spans: spans(),
            groupings: vec![
                grouping("all", "Whole program", &["Whole program"]),
                grouping("department", "Department", &DEPARTMENTS),
                grouping("gender", "Gender", &["Men", "Women"]),
            ],
            base_groupings: vec![DEPARTMENT, GENDER],
            actions: Vec::new(),
            confidence_level: 0.95,
            current: QUARTER,
        };
        Self { results }
    }

    /// A program where most are satisfied, Surgery and women less so, and fewer relationships fail than before.
    pub fn usual() -> Self {
        let mut world = Self::empty();
        for (place, estimate) in [0.77, 0.78, 0.76, 0.79, 0.80, 0.78, 0.80, 0.81].into_iter().enumerate() {
            world.level("satisfied", (place, 0, 0), estimate, 0.05, 240);
            world.level("goals_met", (place, 0, 0), estimate - 0.2, 0.06, 200);
            world.level("failed_12_months", (place, 0, 0), 0.9 - estimate, 0.03, 260);
            world.level("mentor_satisfied", (place, 0, 0), estimate - 0.05, 0.06, 120);
            for (id, count) in [("pairs_at_risk", 250.0), ("pairs_entered", 30.0), ("pairs_failed", 12.0), ("pairs_open", 260.0)] {
                world.level(id, (place, 0, 0), count, 0.0, 200);
            }
        }
        for (window, shift) in [(EARLIER_WINDOW, -0.03), (WINDOW, 0.0)] {
            world.level("satisfied", (window, 0, 0), 0.81 + shift, 0.05, 300);
            world.level("goals_met", (window, 0, 0), 0.62 + shift, 0.06, 280);
            world.level("failed_12_months", (window, 0, 0), 0.07 - shift, 0.02, 320);
            world.level("pairs_failed", (window, 0, 0), 34.0, 0.0, 300);
            world.level("response_mentee", (window, 0, 0), 0.78, 0.03, 320);
            world.level("response_mentor", (window, 0, 0), 0.64, 0.04, 150);
            for (group, estimate) in [0.84, 0.88, 0.82, 0.58].into_iter().enumerate() {
                let people = if group == 2 { 7 } else { 80 };
                world.level("satisfied", (window, DEPARTMENT, group), estimate + shift, 0.08, people);
                world.level("goals_met", (window, DEPARTMENT, group), estimate - 0.2, 0.08, people);
            }
            for (group, estimate) in [0.87, 0.71].into_iter().enumerate() {
                world.level("satisfied", (window, GENDER, group), estimate, 0.05, 150);
            }
            for (name, label, estimate) in [("feedback", "Feedback and teaching", 4.12), ("communication", "Communication", 3.87)] {
                let row = world.level("scale", (window, 0, 0), estimate, 0.1, 300);
                row.detail = Some(scale(name, label));
                row.role = Some(Role::Mentee);
            }
            for (cause, mentee, mentor) in
                [(Cause::Unavailable, 0.34, 0.12), (Cause::Unprepared, 0.08, 0.26), (Cause::PathMismatch, 0.27, 0.25)]
            {
                for (role, estimate) in [(Role::Mentee, mentee), (Role::Mentor, mentor)] {
                    let row = world.level("cause", (window, 0, 0), estimate, 0.1, 60);
                    row.detail = Some(Detail::Cause(cause));
                    row.role = Some(role);
                }
            }
        }
        world.change("satisfied", 0.03, (-0.04, 0.10), (-0.05, 0.11));
        world.change("goals_met", 0.09, (0.02, 0.16), (0.01, 0.17));
        world.change("failed_12_months", -0.04, (-0.08, -0.01), (-0.08, -0.01));
        for (group, estimate) in [0.04, 0.09, 0.01, -0.26].into_iter().enumerate() {
            let people = if group == 2 { 7 } else { 80 };
            world.gap("satisfied", (DEPARTMENT, group), estimate, 0.12, people);
            world.gap("goals_met", (DEPARTMENT, group), estimate * 0.6, 0.11, people);
        }
        world.gap("satisfied", (GENDER, 0), 0.16, 0.09, 150);
        world.gap("satisfied", (GENDER, 1), -0.16, 0.09, 150);
        world.action("Protected mentoring hour", &["Pediatrics"], Some((0.11, (0.04, 0.18))));
        world.action("Mentor feedback workshop", &[], None);
        world
    }

    /// Adds a level; gives it for further changes.
    pub fn level(&mut self, id: &str, place: (usize, usize, usize), estimate: f64, half: f64, people: u64) -> &mut ResultRow {
        let interval = (half > 0.0).then_some((estimate - half, estimate + half));
        self.push(id, place, Contrast::None, Ok(Value { interval, ..Value::level(estimate) }), people)
    }

    /// Adds the headline window's change, with both its intervals.
    pub fn change(&mut self, id: &str, estimate: f64, interval: (f64, f64), adjusted: (f64, f64)) -> &mut ResultRow {
        let value = Value {
            interval: Some(interval),
            adjusted: Some(adjusted),
            p_value: Some(0.0321),
            p_adjusted: Some(0.0642),
            ..Value::level(estimate)
        };
        self.results.rows.retain(|row| !(row.metric.id == id && matches!(row.contrast, Contrast::Change { .. })));
        self.push(id, (WINDOW, 0, 0), Contrast::Change { from: EARLIER_WINDOW }, Ok(value), 280)
    }

    /// Adds a group's difference from everyone else.
    pub fn gap(&mut self, id: &str, (grouping, group): (usize, usize), estimate: f64, half: f64, people: u64) -> &mut ResultRow {
        let ends = Some((estimate - half, estimate + half));
        let value = Value { interval: ends, adjusted: ends, p_value: Some(0.01), p_adjusted: Some(0.02), ..Value::level(estimate) };
        self.push(id, (WINDOW, grouping, group), Contrast::Gap, Ok(value), people)
    }

    /// Adds an action with its effect.
    pub fn action(&mut self, label: &str, places: &[&str], effect: Option<(f64, (f64, f64))>) {
        let action = self.results.actions.len();
        self.results.actions.push(ActionInfo {
            id: format!("a{action}"),
            label: label.into(),
            started: day_number(date(2026, 1, 1)),
            places: places.iter().map(|place| (*place).into()).collect(),
            metric: "met_as_agreed".into(),
        });
        let value = effect
            .map(|(estimate, ends)| Value { interval: Some(ends), adjusted: Some(ends), ..Value::level(estimate) })
            .ok_or(NotEstimable::Unidentified);
        let people = if value.is_ok() { 90 } else { 0 };
        self.push("met_as_agreed", (SINCE, 0, 0), Contrast::Effect { action }, value, people);
    }

    fn push(
        &mut self,
        id: &str,
        (span, grouping, group): (usize, usize, usize),
        contrast: Contrast,
        value: Result<Value, NotEstimable>,
        people: u64,
    ) -> &mut ResultRow {
        let role = match id {
            "satisfied" | "nps" | "met_as_agreed" | "response_mentee" => Some(Role::Mentee),
            "mentor_satisfied" | "response_mentor" => Some(Role::Mentor),
            _ => None,
        };
        // A difference has short sides of its own, here ample ones.
        let is_level = contrast == Contrast::None;
        let short_side = if !is_level {
            people / 4
        } else {
            value.as_ref().map_or(0, |value| (value.estimate.min(1.0 - value.estimate).max(0.0) * people as f64) as u64)
        };
        self.results.rows.push(ResultRow {
            metric: metric(id).expect("declared"),
            detail: None,
            role,
            span,
            grouping,
            group,
            contrast,
            value,
            support: Support { people, rated: people, denominator: people, n_missing: 4, short_side, clusters: people },
            method: "a method",
        });
        self.results.rows.last_mut().expect("just pushed")
    }

    /// What disclosure control leaves of it.
    pub fn release(&self) -> Release {
        let plan = plan();
        release(&plan, &PublicationPlan::new(&plan), &self.results, &[], &crate::disclose::Earlier::default())
    }
}
