//! Spans of time over which statistics are computed, and the groupings of people within them.

use crate::check::{Action, Dataset};
use crate::program::plan::{Plan, day_number};

/// What a span is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// One reporting period, usually a quarter.
    Period,
    /// A publication window.
    Window,
    /// The periods before an action, by its position.
    Before(usize),
    /// The periods since an action, by its position.
    Since(usize),
}

/// Consecutive whole periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Short name: the period's or window's own; unique.
    pub id: String,
    /// Name used in sentences.
    pub label: String,
    /// What it is for.
    pub kind: SpanKind,
    /// First period, by position in `Plan::periods`.
    pub first: u16,
    /// Last period (included).
    pub last: u16,
    /// First day, in days since 1970-01-01.
    pub start: i32,
    /// Last day (included), never after the as-of date.
    pub end: i32,
}

/// How many periods before an action it is compared with, at most.
const BASELINE_PERIODS: usize = 4;

/// All spans of a run that reports on the period at position `current`: periods up to it, windows that it completes or that are
/// complete before it, and the spans before and since each action.
pub fn spans(plan: &Plan, dataset: &Dataset, current: usize) -> Vec<Span> {
    let as_of = day_number(plan.as_of);
    let make = |id: String, label: String, kind, first: usize, last: usize| Span {
        id,
        label,
        kind,
        first: first as u16,
        last: last as u16,
        start: day_number(plan.periods[first].start),
        end: day_number(plan.periods[last].end).min(as_of),
    };
    let mut spans: Vec<Span> = plan.periods[..=current]
        .iter()
        .enumerate()
        .map(|(index, period)| make(period.id.clone(), period.label.clone(), SpanKind::Period, index, index))
        .collect();
    for window in plan.windows.iter().filter(|window| window.last <= current) {
        spans.push(make(window.span.id.clone(), window.span.label.clone(), SpanKind::Window, window.first, window.last));
    }
    for (position, action) in dataset.actions().iter().enumerate() {
        if let Some((before, since)) = around(plan, action, current) {
            let label = |first: usize, last: usize| format!("{} to {}", plan.periods[first].id, plan.periods[last].id);
            spans.push(make(format!("before {}", action.id), label(before.0, before.1), SpanKind::Before(position), before.0, before.1));
            spans.push(make(format!("since {}", action.id), label(since.0, since.1), SpanKind::Since(position), since.0, since.1));
        }
    }
    spans
}

/// The periods wholly before an action (at most four) and those wholly since it; none where either is empty.
fn around(plan: &Plan, action: &Action, current: usize) -> Option<((usize, usize), (usize, usize))> {
    let since = plan.periods[..=current].iter().position(|period| day_number(period.start) >= action.started)?;
    let before = plan.periods[..since].iter().rposition(|period| day_number(period.end) < action.started)?;
    Some(((before.saturating_sub(BASELINE_PERIODS - 1), before), (since, current)))
}

/// One group of a grouping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Code, or codes joined by `|` for a combination.
    pub code: String,
    /// Name as printed.
    pub label: String,
}

/// What a grouping is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupingKind {
    /// Everybody in one group.
    All,
    /// One demographic of the respondent, by position.
    Demographic(usize),
    /// Several demographics of the respondent.
    Combination(Vec<usize>),
    /// The cohort of the pair, by day of entry.
    Cohort,
}

/// A way of dividing people or pairs into groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouping {
    /// Short name: `all`, the demographic's id, ids joined by ` x `, or `cohort`.
    pub id: String,
    /// Name as printed.
    pub label: String,
    /// What it is made of.
    pub kind: GroupingKind,
    /// Its groups in fixed order.
    pub groups: Vec<Group>,
}

impl Grouping {
    /// Name of its column in derived frames.
    pub fn column(position: usize) -> String {
        format!("g{position}")
    }
}

/// All groupings of a program: everybody, each demographic after its merge map, each combination, cohorts.
pub fn groupings(plan: &Plan) -> Vec<Grouping> {
    let mut groupings = vec![Grouping {
        id: "all".into(),
        label: "Whole program".into(),
        kind: GroupingKind::All,
        groups: vec![Group { code: "all".into(), label: "Whole program".into() }],
    }];
    for (position, demographic) in plan.demographics.iter().enumerate() {
        groupings.push(Grouping {
            id: demographic.id.clone(),
            label: demographic.label.clone(),
            kind: GroupingKind::Demographic(position),
            groups: merged_groups(plan, position),
        });
    }
    for members in &plan.combinations {
        let mut groups = vec![Group { code: String::new(), label: String::new() }];
        for &position in members {
            let next = merged_groups(plan, position);
            groups = groups
                .iter()
                .flat_map(|left| {
                    next.iter()
                        .map(move |right| Group { code: join(&left.code, "|", &right.code), label: join(&left.label, ", ", &right.label) })
                })
                .collect();
        }
        let ids: Vec<&str> = members.iter().map(|&position| plan.demographics[position].id.as_str()).collect();
        let labels: Vec<&str> = members.iter().map(|&position| plan.demographics[position].label.as_str()).collect();
        groupings.push(Grouping {
            id: ids.join(" x "),
            label: labels.join(" by "),
            kind: GroupingKind::Combination(members.clone()),
            groups,
        });
    }
    if !plan.cohorts.is_empty() {
        groupings.push(Grouping {
            id: "cohort".into(),
            label: "Cohort".into(),
            kind: GroupingKind::Cohort,
            groups: plan.cohorts.iter().map(|cohort| Group { code: cohort.id.clone(), label: cohort.label.clone() }).collect(),
        });
    }
    groupings
}

fn join(left: &str, between: &str, right: &str) -> String {
    if left.is_empty() { right.to_string() } else { format!("{left}{between}{right}") }
}

/// The values under which a demographic is reported: those that no merge takes away.
fn merged_groups(plan: &Plan, position: usize) -> Vec<Group> {
    let demographic = &plan.demographics[position];
    demographic
        .values
        .iter()
        .filter(|value| !demographic.merge.contains_key(&value.code))
        .map(|value| Group { code: value.code.clone(), label: value.label.clone() })
        .collect()
}

/// For each value of a demographic (as the roster frame numbers it), the position of the group it is reported under.
pub fn group_of_value(plan: &Plan, position: usize) -> Vec<Option<u16>> {
    let demographic = &plan.demographics[position];
    let groups = merged_groups(plan, position);
    let place = |code: &str| {
        let code = demographic.merge.get(code).map_or(code, String::as_str);
        groups.iter().position(|group| group.code == code).map(|place| place as u16)
    };
    demographic.values.iter().map(|value| place(&value.code)).collect()
}
