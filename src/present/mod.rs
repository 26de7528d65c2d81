//! Present: chooses words and shapes pages from published values (or, for the restricted edition, from exact ones). It computes no statistic and
//! reads no file.

mod changes;
mod charts;
mod evaluator;
mod flags;
mod leadership;
mod lookup;
pub mod model;
mod numbers;
mod outlook;
mod relationships;
mod researcher;
mod rows;
mod tables;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::analyze::lives::Lives;
use crate::analyze::{ResultSet, Unit};
use crate::derive::Span;
use crate::disclose::Release;
use crate::program::instrument::Instrument;
use crate::program::plan::{Plan, Window};
pub use changes::{ChangedFigure, changed_figure};
use model::{Block, Layout, ReportModel, Section};

/// What pages say beyond the statistics: names, dates, what was read and what was left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// Name of the program, as printed.
    pub program: String,
    /// Institution, as printed.
    pub institution: String,
    /// The date that "now" means.
    pub as_of: Date,
    /// Answers (rows) in the survey exports.
    pub responses_received: u64,
    /// Answers used.
    pub responses_used: u64,
    /// Why answers were left out, in plain words, with how many each.
    pub exclusions: Vec<(String, u64)>,
    /// Findings of the checks: severity in words, and how many.
    pub findings: Vec<(String, u64)>,
    /// Digest of the results, hexadecimal.
    pub results_digest: String,
    /// Version of this program.
    pub version: String,
    /// What counts as failure: terms and their definitions, with the program's thresholds and end reasons.
    pub failure_terms: Vec<(String, String)>,
    /// Whether every relationship that other files or earlier publications know is in the register.
    pub register_is_whole: bool,
    /// Earlier published figures that changed, a sentence each, with the reason.
    pub earlier_changes: Vec<String>,
    /// Declared target per metric id, in the metric's stored unit.
    pub targets: BTreeMap<String, f64>,
    /// Demographic ids to show first.
    pub important: Vec<String>,
    /// Declared publication windows in date order, complete or not.
    pub windows: Vec<Window>,
    /// Demographic ids whose groups the program may merge.
    pub mergeable: Vec<String>,
}

/// Lists of rows for the evaluation office, such as relationships that failed or rows that were left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RestrictedLists {
    /// Title, column headings, rows with as many cells as headings.
    pub sections: Vec<(String, Vec<String>, Vec<Vec<String>>)>,
}

/// The page for leadership: `leadership.html`.
pub fn leadership(release: &Release, facts: &Facts) -> ReportModel {
    leadership::page(release, facts)
}

/// The evaluator's page in the released edition: `evaluator.html`.
pub fn evaluator(release: &Release, facts: &Facts) -> ReportModel {
    evaluator::released(release, facts)
}

/// The page for researchers: `researcher.html`.
pub fn researcher(release: &Release, facts: &Facts, instruments: &[Instrument]) -> ReportModel {
    researcher::page(release, facts, instruments)
}

/// The evaluator's page in the restricted edition, with exact figures and lists of rows: `evaluator.html`. `further` sections follow those on failure.
pub fn restricted(results: &ResultSet, facts: &Facts, lists: &RestrictedLists, further: Vec<Section>) -> ReportModel {
    evaluator::restricted(results, facts, lists, further)
}

/// Sentences with numbers that stand on released pages whatever anybody answered.
pub const FIXED_SENTENCES: [&str; 1] = [evaluator::SELF_RATINGS];

/// What counts as failure in a program, with its thresholds and end reasons: terms and definitions.
pub fn failure_terms(plan: &Plan) -> Vec<(String, String)> {
    relationships::terms(plan)
}

/// Sections of the restricted edition on the life of relationships.
pub fn relationships(plan: &Plan, lives: &Lives, spans: &[Span]) -> Vec<Section> {
    relationships::sections(plan, lives, spans)
}

/// A metric's unit in words, such as `share, stored as 0 to 1 and printed in percent`.
pub fn unit_words(unit: Unit) -> &'static str {
    researcher::unit_words(unit)
}

/// The line above the headline.
fn kicker(facts: &Facts, period: &str, audience: &str) -> String {
    format!("{} · {} · {period}, as of {} · {audience}", facts.institution, facts.program, numbers::date(facts.as_of))
}

/// Which figures published before changed, and why; none where none did.
fn earlier_changes(facts: &Facts) -> Option<Section> {
    let blocks = vec![Block::Bullets(facts.earlier_changes.clone())];
    let section = Section { heading: Some("Earlier figures that changed".into()), subtitle: None, layout: Layout::Full, blocks };
    (!facts.earlier_changes.is_empty()).then_some(section)
}

/// The lines at the foot of a page.
fn footer(facts: &Facts, period: &str, mut lines: Vec<String>) -> Vec<String> {
    let digest = numbers::short_digest(&facts.results_digest);
    let release = format!("Release {period}, results digest {digest}, made with mentorscope {}.", facts.version);
    // The last line says where to read on; the release belongs beside it.
    match lines.last_mut() {
        Some(last) => *last = format!("{last} {release}"),
        None => lines.push(release),
    }
    lines
}
