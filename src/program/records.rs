//! Reads where the roster and the records of pairs, goals and actions lie, and which headings they use.

use std::collections::BTreeMap;

use super::accounts::read_reason_causes;
use super::plan::{ActionsPlan, EndKind, GoalsPlan, PairsPlan, RosterPlan};
use super::value::{number, one_of, path, text};
use super::walker::{Names, Section};

/// Default of `[goals] rho`, the value that the T formula of goal attainment scaling assumes by convention.
const DEFAULT_RHO: f64 = 0.3;

const END_KINDS: &[(&str, EndKind)] = &[("failure", EndKind::Failure), ("success", EndKind::Success), ("neutral", EndKind::Neutral)];

pub(super) fn read_roster(root: &Section<'_>) -> Option<RosterPlan> {
    let table = root.required_table("roster", "[roster]")?;
    let headings = Names::new("column");
    let file = table.required("file", path);
    let person = table.required("person", headings.declare(text));
    let email = table.optional("email", headings.declare(text));
    let code = table.optional("code", headings.declare(text));
    let valid_from = table.optional("valid_from", headings.declare(text));
    let left_on = table.optional("left_on", headings.declare(text));
    table.done();
    Some(RosterPlan { file: file?, person: person?, email, code, valid_from, left_on })
}

pub(super) fn read_pairs(root: &Section<'_>) -> Option<PairsPlan> {
    let table = root.required_table("pairs", "[pairs]")?;
    let headings = Names::new("column");
    let required = |key| table.required(key, headings.declare(text));
    let optional = |key| table.optional(key, headings.declare(text));
    let file = table.required("file", path);
    let (pair, mentee, mentor, start) = (required("pair"), required("mentee"), required("mentor"), required("start"));
    let (registered, agreed_end) = (optional("registered"), optional("agreed_end"));
    let (first_meeting, last_contact) = (optional("first_meeting"), optional("last_contact"));
    let interval_days = optional("interval_days");
    let (ended, end_reason) = (required("ended"), required("end_reason"));
    let status_map = table.required_table("status_map", "[pairs.status_map]").map(read_status_map);
    let reasons: Vec<&str> = status_map.iter().flat_map(|map| map.keys().map(String::as_str)).collect();
    let reason_causes = table.table("cause", "[pairs.cause]").map(|table| read_reason_causes(&table, &reasons)).unwrap_or_default();
    table.done();
    Some(PairsPlan {
        file: file?,
        pair: pair?,
        mentee: mentee?,
        mentor: mentor?,
        start: start?,
        registered,
        agreed_end,
        first_meeting,
        last_contact,
        interval_days,
        ended: ended?,
        end_reason: end_reason?,
        status_map: status_map?,
        reason_causes,
    })
}

fn read_status_map(table: Section<'_>) -> BTreeMap<String, EndKind> {
    let mut map = BTreeMap::new();
    let folded = |reason: &str| reason.trim().to_lowercase();
    for (reason, value) in table.entries() {
        if reason.get_ref().trim().is_empty() {
            table.faults.add(
                reason.span(),
                "an end reason is empty",
                "a blank end reason means that the pair has not ended or that none is known; remove the line",
            );
        }
        if let Some(twin) = map.keys().find(|known: &&String| folded(known) == folded(reason.get_ref())) {
            let message = format!("the end reasons `{twin}` and `{}` differ only in capitals or blanks", reason.get_ref());
            table.faults.add(reason.span(), message, "keep one of them");
        }
        if let Some(kind) = one_of(END_KINDS)(value) {
            map.insert((*reason.get_ref()).to_owned(), kind);
        }
    }
    if table.entries().next().is_none() {
        table.fault(
            "[pairs.status_map] is empty",
            "give every end reason a meaning: \"term complete\" = \"success\", or failure, or neutral",
        );
    }
    map
}

pub(super) fn read_goals(root: &Section<'_>) -> Option<GoalsPlan> {
    let table = root.table("goals", "[goals]")?;
    let headings = Names::new("column");
    let required = |key| table.required(key, headings.declare(text));
    let optional = |key| table.optional(key, headings.declare(text));
    let file = table.required("file", path);
    let (goal, pair, set_on, due) = (required("goal"), required("pair"), required("set_on"), required("due"));
    let (mentee_agreed, mentor_agreed) = (optional("mentee_agreed"), optional("mentor_agreed"));
    let (weight, kind, abandoned) = (optional("weight"), optional("kind"), optional("abandoned"));
    let (mentee_rating, mentor_rating) = (required("mentee_rating"), optional("mentor_rating"));
    let rho = table.optional("rho", number(0.0..=0.99)).unwrap_or(DEFAULT_RHO);
    table.done();
    Some(GoalsPlan {
        file: file?,
        goal: goal?,
        pair: pair?,
        set_on: set_on?,
        mentee_agreed,
        mentor_agreed,
        due: due?,
        weight,
        kind,
        mentee_rating: mentee_rating?,
        mentor_rating,
        abandoned,
        rho,
    })
}

pub(super) fn read_actions(root: &Section<'_>) -> Option<ActionsPlan> {
    let table = root.table("actions", "[actions]")?;
    let headings = Names::new("column");
    let required = |key| table.required(key, headings.declare(text));
    let file = table.required("file", path);
    let (action, label, started) = (required("action"), required("label"), required("started"));
    let (dimension, values, metric) = (required("dimension"), required("values"), required("metric"));
    table.done();
    Some(ActionsPlan {
        file: file?,
        action: action?,
        label: label?,
        started: started?,
        dimension: dimension?,
        values: values?,
        metric: metric?,
    })
}
