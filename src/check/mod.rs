//! Check: decides what is used. Every fault is a finding with its place and its remedy; every row is used or left out for a named reason.

mod actions;
pub mod answer;
mod cells;
mod code_index;
mod codes;
mod completeness;
mod contacts;
mod dataset;
mod drift;
mod export_columns;
mod funnel;
mod goals;
mod item;
mod item_columns;
mod link;
mod pairs;
mod people;
mod repeated;
mod responses;
mod roster;
mod row_answers;
mod rows;
pub mod rules;
mod seen;
mod self_reports;
mod shifted;
mod witness;

use std::collections::BTreeMap;

use polars::prelude::PolarsResult;

pub use codes::Codes;
pub use completeness::ids_of_file;
pub use dataset::{Action, Dataset, Responses};
pub use export_columns::Mapping;
pub use funnel::Funnel;

use completeness::Unregistered;
use repeated::Answered;

use crate::error::{Error, Result};
use crate::finding::Findings;
use crate::ingest::{Inputs, both};
use crate::program::plan::{PersonKey, Plan, Role};

/// What the check stage gives.
pub struct Checked {
    /// The data that the run uses.
    pub dataset: Dataset,
    /// Everything that is wrong with it.
    pub findings: Findings,
    /// The account of each file, in the order roster, pairs, goals, actions, contacts, exports.
    pub funnels: Vec<Funnel>,
    /// By what each item's column was found, in the order of exports and items.
    pub mapping: Vec<Mapping>,
}

/// Checks all files of a program against its plan, and lets go of the text of each export once it is read. `is_metric` says whether an id names a
/// metric.
///
/// # Errors
/// Fails only where a frame cannot be built, which would be a fault of the program. Faults of the data are findings.
pub fn check(plan: &Plan, inputs: &mut Inputs, is_metric: &dyn Fn(&str) -> bool) -> Result<Checked> {
    build(plan, inputs, is_metric)
        .map_err(|source| Error::new(format!("could not build the data tables: {source}"), "report this with the program's configuration"))
}

fn build(plan: &Plan, inputs: &mut Inputs, is_metric: &dyn Fn(&str) -> bool) -> PolarsResult<Checked> {
    let mut findings = Findings::default();
    let tables = [Some(&inputs.roster), Some(&inputs.pairs), inputs.goals.as_ref(), inputs.actions.as_ref(), inputs.contacts.as_ref()];
    for table in tables.into_iter().flatten() {
        findings.extend(table.findings.clone());
    }
    for raw in &inputs.exports {
        findings.extend(raw.findings.clone());
    }
    let mut funnels = Vec::new();
    let reports = self_reports::read(plan, inputs);
    let (register, roster) =
        both(|| pairs::read_register(plan, &inputs.pairs), || roster::check_roster(plan, &inputs.roster, &reports, &mut findings));
    let (mut roster, funnel) = roster?;
    funnels.push(funnel);
    let (pairs, funnel) = pairs::check_pairs(plan, register, &mut roster, &mut findings)?;
    funnels.push(funnel);
    completeness::note_gaps(plan, &inputs.pairs, &mut findings);
    let mut unregistered = Unregistered::default();
    let goals = match (&plan.goals, &inputs.goals) {
        (Some(goals), Some(table)) => {
            let (frame, funnel, missing) = goals::check_goals(plan, goals, table, &pairs, &mut findings)?;
            funnels.push(funnel);
            unregistered.add(&table.file, missing);
            frame
        }
        _ => goals::no_goals()?,
    };
    let actions = match (&plan.actions, &inputs.actions) {
        (Some(actions), Some(table)) => {
            let (actions, funnel) = actions::check_actions(plan, actions, table, is_metric, &mut findings);
            funnels.push(funnel);
            actions
        }
        _ => Vec::new(),
    };
    let contacts = match (&plan.relationships.contacts, &inputs.contacts) {
        (Some(contacts), Some(table)) => {
            let (frame, funnel, missing) = contacts::check_contacts(plan, contacts, table, &pairs.ids, &mut findings)?;
            funnels.push(funnel);
            unregistered.add(&table.file, missing);
            frame
        }
        _ => contacts::no_contacts()?,
    };
    let keys: Vec<PersonKey> = plan.exports.iter().map(|export| export.person_is).collect();
    let people = people::PeopleIndex::new(&plan.roster, &inputs.roster, &roster.people, &keys);
    let register = responses::Register { people: &people, pairs: &pairs, staff: &staff(plan, inputs) };
    let mut by_instrument: BTreeMap<(Role, usize), Answered> = BTreeMap::new();
    let first = funnels.len();
    let (mut wordings, mut mapping) = (Vec::with_capacity(plan.exports.len()), Vec::new());
    for (number, (export, raw)) in plan.exports.iter().zip(&mut inputs.exports).enumerate() {
        let read = responses::check_responses(plan, export, raw, &register);
        raw.forget_text();
        findings.extend(read.findings);
        funnels.push(read.funnel);
        unregistered.add(&raw.file, read.unregistered);
        wordings.push(read.wording);
        mapping.extend(read.mapping);
        by_instrument.entry((export.role, export.instrument)).or_insert_with(|| Answered::new(read.names)).push(number, read.rows);
    }
    drift::compare_wordings(plan, &wordings, &mut findings);
    let mut responses = Vec::new();
    for ((role, instrument), answered) in by_instrument {
        let frame = answered.resolve(&pairs, &inputs.exports, &mut funnels[first..], &mut findings)?;
        let linked = role != Role::Institution
            && !plan.exports.iter().any(|export| export.anonymous && export.role == role && export.instrument == instrument);
        let mut answers = Responses { instrument, role, linked, frame };
        drift::compare_directions(plan, &mut answers, &mut findings)?;
        responses.push(answers);
    }
    let unregistered = unregistered.account(plan, &mut findings);
    let dataset = Dataset {
        people: roster.people,
        pair_ids: pairs.ids,
        roster: roster.frame,
        pairs: pairs.frame,
        goals,
        contacts,
        unregistered,
        actions,
        responses,
    };
    Ok(Checked { dataset, findings, funnels, mapping })
}

/// Staff who answer for the institution, over all its exports.
fn staff(plan: &Plan, inputs: &Inputs) -> Codes {
    let mut ids = Vec::new();
    for (export, raw) in plan.exports.iter().zip(&inputs.exports).filter(|(export, _)| export.role == Role::Institution) {
        let Some(Ok(column)) = export.person.as_ref().map(|heading| raw.column(heading)) else { continue };
        // Its findings come when the responses themselves are read.
        let _ =
            raw.for_each_record(|_, cells| ids.extend(cells.get(column).map(str::trim).filter(|id| !id.is_empty()).map(str::to_string)));
    }
    Codes::new(ids)
}
