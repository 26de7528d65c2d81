//! The ledger of relationships, the steps of their curves and the models of failure as tables, for the restricted edition.

use std::borrow::Cow;

use jiff::ToSpan;

use super::results::TidyTable;
use crate::analyze::lives::{Lives, Withheld};
use crate::check::Dataset;
use crate::derive::{AnalysisSet, Episode, GroupingKind, Trouble, status};
use crate::program::plan::Plan;

const ENDS: [&str; 3] = ["failed", "completed", "neutral"];

fn day(day: i32) -> String {
    jiff::civil::date(1970, 1, 1).checked_add(day.days()).map_or_else(|_| day.to_string(), |date| date.to_string())
}

fn optional<T>(value: Option<T>, text: impl Fn(T) -> String) -> String {
    value.map_or_else(String::new, text)
}

fn yes(flag: Option<bool>) -> String {
    match flag {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
    .into()
}

fn column(name: &'static str, is_number: bool) -> (Cow<'static, str>, bool) {
    (name.into(), is_number)
}

/// One row per episode, in the order of the pairs' ids. Empty cells are not recorded; what answers say is `yes`, `no` or `unknown`.
pub fn episodes(plan: &Plan, dataset: &Dataset, set: &AnalysisSet) -> TidyTable {
    let text = ["pair", "mentee", "mentor", "cohort", "start", "registered", "entry", "agreed_end"];
    let mut columns: Vec<(Cow<'static, str>, bool)> = text.map(|name| column(name, false)).into();
    columns.extend([
        column("interval_days", true),
        column("first_meeting", false),
        column("last_contact", false),
        column("contacts", true),
    ]);
    columns.extend(["ended", "end_reason", "status", "failure", "exit"].map(|name| column(name, false)));
    columns.extend(["age_at_entry", "age_at_exit", "days_at_risk"].map(|name| column(name, true)));
    columns.extend(["never_at_risk", "resumed_on"].map(|name| column(name, false)));
    columns.extend(Trouble::ALL.map(|trouble| column(trouble.id(), false)));
    columns.push(column("any_trouble", false));
    columns.push(column("mentees_of_mentor", true));
    columns.extend(["mentor_trained", "mentor_assesses"].map(|name| column(name, false)));
    columns.push(column("coaching_percent", true));
    for side in ["mentee", "mentor"] {
        columns.extend(plan.demographics.iter().map(|demographic| (format!("{side}_{}", demographic.id).into(), false)));
    }
    let reasons: Vec<&String> = plan.pairs.status_map.keys().collect();
    let registered = dataset.pairs().column("registered").and_then(|column| column.i32()).map(|days| days.iter().collect::<Vec<_>>());
    let registered = registered.unwrap_or_default();
    let groups = |of: usize| set.groupings.iter().find(|grouping| grouping.kind == GroupingKind::Demographic(of));
    let row = |episode: &Episode| {
        let person = |code: u32| dataset.people().id(code).unwrap_or_default().to_string();
        let standing = match episode.status {
            status::FAILED => "failed",
            status::SUCCEEDED => "completed",
            status::NEUTRAL => "neutral",
            _ if episode.lost => "lost",
            _ => "open",
        };
        let failure = ["", "never met", "ended early", "dormant"][usize::from(episode.how).min(3)];
        let at_risk = if episode.late { 0 } else { episode.exit - episode.entry };
        let mut cells = vec![
            dataset.pair_ids().id(episode.pair).unwrap_or_default().to_string(),
            person(episode.mentee),
            person(episode.mentor),
            optional(episode.cohort, |cohort| plan.cohorts[usize::from(cohort)].id.clone()),
            day(episode.start),
            optional(registered.get(episode.pair as usize).copied().flatten(), day),
            day(episode.entry),
            optional(episode.agreed_end, day),
            episode.interval.to_string(),
            optional(episode.first_meeting, day),
            optional(episode.last_contact, day),
            episode.contacts.to_string(),
            optional(episode.ended, day),
            optional(episode.reason, |reason| reasons[usize::from(reason)].clone()),
            standing.into(),
            failure.into(),
            day(episode.exit),
            (episode.entry - episode.start).to_string(),
            (episode.exit - episode.start).to_string(),
            at_risk.to_string(),
            yes(Some(episode.late)),
            optional(episode.resumed_on, day),
        ];
        cells.extend(episode.trouble.map(yes));
        cells.push(yes(episode.troubled()));
        cells.push(episode.load.to_string());
        cells.extend([episode.trained, episode.assesses].map(|flag| optional(flag, |flag| yes(Some(flag)))));
        cells.push(optional(episode.coaching_percent, |percent| percent.to_string()));
        for side in [&episode.mentee_groups, &episode.mentor_groups] {
            let code = |(of, group): (usize, &Option<u16>)| {
                optional(*group, |group| groups(of).map_or_else(String::new, |grouping| grouping.groups[usize::from(group)].code.clone()))
            };
            cells.extend(side.iter().enumerate().map(code));
        }
        cells
    };
    TidyTable { columns, rows: set.ledger.iter().map(row).collect() }
}

/// One row per division, group, way of ending and step of its curve.
pub fn curves(lives: &Lives) -> TidyTable {
    let columns = [
        ("division", false),
        ("group", false),
        ("end", false),
        ("age_days", true),
        ("at_risk", true),
        ("events", true),
        ("incidence", true),
        ("std_error", true),
    ];
    let rows = lives.curves.iter().flat_map(|curve| {
        ENDS.iter().enumerate().flat_map(move |(end, name)| {
            curve.steps.iter().map(move |step| {
                vec![
                    curve.division.id.clone(),
                    curve.division.groups[curve.group].0.clone(),
                    (*name).to_string(),
                    step.time.to_string(),
                    step.at_risk.to_string(),
                    step.events[end].to_string(),
                    step.incidence[end].to_string(),
                    step.std_error[end].to_string(),
                ]
            })
        })
    });
    TidyTable { columns: columns.map(|(name, is_number)| column(name, is_number)).into(), rows: rows.collect() }
}

/// Gray's tests and the models of failure, one row per test, effect, or model that is withheld.
pub fn comparisons(lives: &Lives) -> TidyTable {
    let columns = [
        ("kind", false),
        ("subject", false),
        ("term", false),
        ("statistic", true),
        ("ci_lower", true),
        ("ci_upper", true),
        ("degrees_of_freedom", true),
        ("p_value", true),
        ("p_adjusted", true),
        ("proportional_hazards_p", true),
        ("relationships", true),
        ("failures", true),
        ("mentors", true),
        ("left_out", true),
        ("method", false),
        ("reason", false),
    ];
    let none = String::new;
    let number = |value: f64| value.to_string();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for test in &lives.tests {
        let (statistic, freedom, p, adjusted, reason) = match &test.result {
            Ok((statistic, freedom, p, adjusted)) => (number(*statistic), freedom.to_string(), number(*p), number(*adjusted), none()),
            Err(reason) => (none(), none(), none(), none(), reason.to_string()),
        };
        let end = ENDS[test.cause as usize - 1];
        let (people, late) = (test.relationships.to_string(), test.registered_late.to_string());
        let method = "Gray's test, relationships independent".to_string();
        let cells = [
            "gray".into(),
            test.division.id.clone(),
            end.into(),
            statistic,
            none(),
            none(),
            freedom,
            p,
            adjusted,
            none(),
            people,
            none(),
            none(),
            late,
            method,
            reason,
        ];
        rows.push(cells.into());
    }
    for model in &lives.associations {
        let subject = model.factor.clone().unwrap_or_else(|| "all together".into());
        let kind = if model.hazard { "hazard ratio" } else { "odds ratio" };
        let tail = [
            model.proportional.map_or_else(none, number),
            model.relationships.to_string(),
            model.failures.to_string(),
            model.mentors.to_string(),
            model.left_out.to_string(),
            model.method.to_string(),
        ];
        match &model.effects {
            Ok(effects) => rows.extend(effects.iter().map(|effect| {
                let (lower, upper) = effect.interval.as_ref().map_or_else(|_| (none(), none()), |ends| (number(ends.0), number(ends.1)));
                let mut cells = vec![kind.to_string(), subject.clone(), effect.term.clone(), number(effect.ratio), lower, upper, none()];
                cells.extend([number(effect.p_value), number(effect.p_adjusted)]);
                cells.extend(tail.clone());
                cells.push(none());
                cells
            })),
            Err(why) => {
                let mut cells = vec![kind.to_string(), subject];
                cells.extend([(); 7].map(|()| none()));
                cells.extend(tail);
                cells.push(reason(why));
                rows.push(cells);
            }
        }
    }
    TidyTable { columns: columns.map(|(name, is_number)| column(name, is_number)).into(), rows }
}

fn reason(why: &Withheld) -> String {
    match why {
        Withheld::TooFewFailures { .. } => "too few failures".into(),
        Withheld::TooFewPerParameter { .. } => "too few failures for so many parameters".into(),
        Withheld::TooFewMentors { .. } => "too few mentors for clustered errors".into(),
        Withheld::NotProportional { .. } => "hazards not in proportion".into(),
        Withheld::NoVariation => "no values to compare".into(),
        Withheld::NotEstimable(reason) => reason.to_string(),
    }
}
