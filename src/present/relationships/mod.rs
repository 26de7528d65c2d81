//! The life of relationships in the restricted edition: the ledger, rates and curves, and what failure goes with.

mod associations;
mod curves;
mod ledger;

use super::model::{Block, Layout, Section};
use crate::analyze::lives::Lives;
use crate::derive::Span;
use crate::program::plan::Plan;

/// The sections, with exact figures.
pub(super) fn sections(plan: &Plan, lives: &Lives, spans: &[Span]) -> Vec<Section> {
    vec![ledger::ledger(plan, lives), ledger::flows(lives, spans), curves::curve(lives), curves::groups(lives), associations::models(lives)]
}

pub(super) use ledger::definitions as terms;

fn section(heading: &str, subtitle: &str, blocks: Vec<Block>) -> Section {
    Section { heading: Some(heading.into()), subtitle: Some(subtitle.into()), layout: Layout::Full, blocks }
}
