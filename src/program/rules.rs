//! Reads thresholds, rules of publication and targets.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::exports::Library;
use super::fault::suggest;
use super::instrument::ScoreRule;
use super::plan::{Privacy, Thresholds};
use super::value::{Value, list, number, path, whole};
use super::walker::{Names, Section};

/// Fewest people in a published cell that a program may declare.
pub const FLOOR_PEOPLE: u64 = 5;
/// Fewest rated people in a published cell that a program may declare.
pub const FLOOR_RATED: u64 = 3;
/// The file with the key for digests where the program names none.
pub const DEFAULT_KEY_FILE: &str = "mentorscope.key";

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            first_meeting_days: 90,
            meeting_interval_days: 45,
            minimum_answered: 0.75,
            wave_grace_days: 21,
            term_notice_days: 60,
            goal_grace_days: 90,
            complete_share: 0.8,
            partial_share: 0.5,
            confidence_level: 0.95,
        }
    }
}

impl Default for Privacy {
    fn default() -> Self {
        Self { minimum_people: FLOOR_PEOPLE, minimum_rated: FLOOR_RATED, important: Vec::new(), key_file: PathBuf::from(DEFAULT_KEY_FILE) }
    }
}

pub(super) fn read_thresholds(root: &Section<'_>) -> Thresholds {
    let default = Thresholds::default();
    let Some(table) = root.table("thresholds", "[thresholds]") else { return default };
    let share = |key, otherwise: f64| table.optional(key, number(0.01..=1.0)).unwrap_or(otherwise);
    let days = |key, range, otherwise: i32| table.optional(key, whole(range)).unwrap_or(otherwise);
    let read = Thresholds {
        first_meeting_days: days("first_meeting_days", 1..=730, default.first_meeting_days),
        meeting_interval_days: days("meeting_interval_days", 1..=366, default.meeting_interval_days),
        minimum_answered: share("minimum_answered", default.minimum_answered),
        wave_grace_days: days("wave_grace_days", 0..=90, default.wave_grace_days),
        term_notice_days: days("term_notice_days", 1..=366, default.term_notice_days),
        goal_grace_days: days("goal_grace_days", 0..=730, default.goal_grace_days),
        complete_share: share("complete_share", default.complete_share),
        partial_share: share("partial_share", default.partial_share),
        confidence_level: table.optional("confidence_level", number(0.5..=0.999)).unwrap_or(default.confidence_level),
    };
    if read.partial_share >= read.complete_share {
        let message = format!("`partial_share` ({}) is not below `complete_share` ({})", read.partial_share, read.complete_share);
        let place = table.value("partial_share").or(table.value("complete_share")).map_or(table.span.clone(), Value::span);
        table.faults.add(place, message, "a partial response answers less than a complete one");
    }
    table.done();
    read
}

pub(super) fn read_privacy(root: &Section<'_>, demographics: &Names) -> Privacy {
    let default = Privacy::default();
    let Some(table) = root.table("privacy", "[privacy]") else { return default };
    let floor = |key, floor: u64| {
        let read = table.optional(key, |value| {
            let n = whole(0..=1_000_u64)(value)?;
            let help = "a program may protect more, never less: raise it, or leave the key out";
            if n < floor { value.fault(format!("`{key}` is {n}, below the floor of {floor}"), help) } else { Some(n) }
        });
        read.unwrap_or(floor)
    };
    let minimum_people = floor("minimum_people", FLOOR_PEOPLE);
    let minimum_rated = floor("minimum_rated", FLOOR_RATED);
    let seen = Names::new("demographic");
    let important = table
        .optional("important", list(|value| seen.declare(super::value::text)(value).filter(|_| demographics.mention(value).is_some())));
    let key_file = table.optional("key_file", path).unwrap_or(default.key_file);
    table.done();
    Privacy { minimum_people, minimum_rated, important: important.unwrap_or_default(), key_file }
}

/// Metrics that may have a target, with the range of each; scales come beside them as `scale:<scale id>`.
const TARGETS: [(&str, f64, f64); 7] = [
    ("satisfied", 0.0, 1.0),
    ("mentor_satisfied", 0.0, 1.0),
    ("nps", -100.0, 100.0),
    ("met_as_agreed", 0.0, 1.0),
    ("goals_met", 0.0, 1.0),
    ("failure_rate", 0.0, f64::INFINITY),
    ("failed_12_months", 0.0, 1.0),
];

pub(super) fn read_targets(root: &Section<'_>, library: &Library<'_>) -> BTreeMap<String, f64> {
    let Some(table) = root.table("targets", "[targets]") else { return BTreeMap::new() };
    let mut metrics: Vec<(String, f64, f64)> = TARGETS.iter().map(|(id, low, high)| ((*id).to_owned(), *low, *high)).collect();
    metrics.extend(library.instruments().flat_map(|instrument| &instrument.scales).map(|scale| {
        let items = if scale.score == ScoreRule::Sum { scale.items.len() as f64 } else { 1.0 };
        (format!("scale:{}", scale.id), f64::from(scale.minimum) * items, f64::from(scale.maximum) * items)
    }));
    let mut targets = BTreeMap::new();
    for (id, value) in table.entries() {
        // Two versions of a scale may share an id and not a range; their ranges are joined.
        let ranges = metrics.iter().filter(|(known, ..)| known == id.get_ref()).map(|(_, low, high)| (*low, *high));
        let Some((low, high)) = ranges.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else {
            // While an instrument cannot be read, its scales are not known.
            if !(library.is_broken() && id.get_ref().starts_with("scale:")) {
                let help = suggest(id.get_ref(), metrics.iter().map(|(known, ..)| known.as_str()));
                table.faults.add(id.span(), format!("unknown metric `{}`", id.get_ref()), help);
            }
            continue;
        };
        if let Some(target) = number(low..=high)(value) {
            targets.insert((*id.get_ref()).to_owned(), target);
        }
    }
    targets
}
