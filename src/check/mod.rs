//! Check: decides what is used. Every fault is a finding with its place and its remedy; every row is used or left out for a named reason.

mod actions;
pub mod answer;
mod cells;
mod codes;
mod dataset;
mod export_columns;
mod funnel;
mod goals;
mod item;
mod pairs;
mod repeated;
mod responses;
mod roster;
pub mod rules;
mod self_reports;

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, IntoLazy, PolarsResult, UnionArgs, concat};

pub use codes::Codes;
pub use dataset::{Action, Dataset, Responses};
pub use funnel::Funnel;

use crate::error::{Error, Result};
use crate::finding::Findings;
use crate::ingest::Inputs;
use crate::program::plan::{Plan, Role};

/// What the check stage gives.
pub struct Checked {
    /// The data that the run uses.
    pub dataset: Dataset,
    /// Everything that is wrong with it.
    pub findings: Findings,
    /// The account of each file, in the order roster, pairs, goals, actions, exports.
    pub funnels: Vec<Funnel>,
}

/// Checks all files of a program against its plan. `is_metric` says whether an id names a metric.
///
/// # Errors
/// Fails only where a frame cannot be built, which would be a fault of the program. Faults of the data are findings.
pub fn check(plan: &Plan, inputs: &Inputs, is_metric: &dyn Fn(&str) -> bool) -> Result<Checked> {
    build(plan, inputs, is_metric)
        .map_err(|source| Error::new(format!("could not build the data tables: {source}"), "report this with the program's configuration"))
}

fn build(plan: &Plan, inputs: &Inputs, is_metric: &dyn Fn(&str) -> bool) -> PolarsResult<Checked> {
    let mut findings = Findings::default();
    for table in [Some(&inputs.roster), Some(&inputs.pairs), inputs.goals.as_ref(), inputs.actions.as_ref()].into_iter().flatten() {
        findings.extend(table.findings.clone());
    }
    for raw in &inputs.exports {
        findings.extend(raw.findings.clone());
    }
    let mut funnels = Vec::new();
    let reports = self_reports::read(plan, inputs);
    let (mut roster, funnel) = roster::check_roster(plan, &inputs.roster, &reports, &mut findings)?;
    funnels.push(funnel);
    let (pairs, funnel) = pairs::check_pairs(plan, &inputs.pairs, &mut roster, &mut findings)?;
    funnels.push(funnel);
    let goals = match (&plan.goals, &inputs.goals) {
        (Some(goals), Some(table)) => {
            let (frame, funnel) = goals::check_goals(plan, goals, table, &pairs, &mut findings)?;
            funnels.push(funnel);
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
    let staff = staff(plan, inputs);
    let mut by_instrument: BTreeMap<(Role, usize), Vec<(usize, DataFrame)>> = BTreeMap::new();
    let first = funnels.len();
    for (number, (export, raw)) in plan.exports.iter().zip(&inputs.exports).enumerate() {
        let (frame, of_export, funnel) = responses::check_responses(plan, export, raw, &roster, &pairs, &staff)?;
        findings.extend(of_export);
        funnels.push(funnel);
        by_instrument.entry((export.role, export.instrument)).or_default().push((number, frame));
    }
    let mut responses = Vec::new();
    for ((role, instrument), frames) in by_instrument {
        let frame = repeated::resolve(frames, &inputs.exports, &mut funnels[first..], &mut findings)?;
        responses.push(Responses { instrument, role, frame });
    }
    let dataset =
        Dataset { people: roster.people, pair_ids: pairs.ids, roster: roster.frame, pairs: pairs.frame, goals, actions, responses };
    Ok(Checked { dataset, findings, funnels })
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

/// Puts frames of equal columns one below the other.
fn stack(frames: Vec<DataFrame>) -> PolarsResult<DataFrame> {
    concat(frames.into_iter().map(IntoLazy::lazy).collect::<Vec<_>>(), UnionArgs::default())?.collect()
}
