//! Derive: scores, spans, episodes and goals from the checked data. Nothing is estimated here.

mod accounts;
mod answers;
mod attributes;
mod contacts;
mod episodes;
mod goals;
mod ledger;
mod mirrored;
mod network;
mod outcomes;
mod spans;

use polars::prelude::*;

pub use accounts::{Account, Label, Said, TWELFTHS};
pub use answers::{Answers, span_periods};
pub use episodes::status;
pub use ledger::{Compared, Episode, Trouble};
pub use mirrored::{Mirrored, MirroredItem, MirroredWhat};
pub use network::{Mentee, Network};
pub use outcomes::{Outcome, ScaleInfo};
pub use spans::{Group, Grouping, GroupingKind, Span, SpanKind};

use crate::check::{Action, Dataset};
use crate::error::{Error, Result};
use crate::program::plan::{Plan, Role};

/// Everything that the analysis reads.
#[derive(Debug, Clone)]
pub struct AnalysisSet {
    /// Spans of time, in the order periods, windows, action spans.
    pub spans: Vec<Span>,
    /// Groupings; the first is the whole program.
    pub groupings: Vec<Grouping>,
    /// One row per span and person; see `attributes`.
    pub attributes: DataFrame,
    /// Scored answers per instrument.
    pub answers: Vec<Answers>,
    /// Trouble as both sides report it, one row per span and pair.
    pub trouble: DataFrame,
    /// Causes named, mentees' answers.
    pub mentee_causes: Option<DataFrame>,
    /// Causes named, mentors' answers.
    pub mentor_causes: Option<DataFrame>,
    /// What the witnesses say of relationships that failed or were in trouble in each window.
    pub accounts: Vec<Account>,
    /// Mentors of mentees and mentees of mentors.
    pub network: Network,
    /// Items that both sides answer about a pair; see `mirrored`.
    pub mirrored: Vec<Mirrored>,
    /// One row per episode.
    pub episodes: DataFrame,
    /// The same episodes with all that is known of them, in the order of their pairs.
    pub ledger: Vec<Episode>,
    /// What they can be compared by.
    pub compared: Compared,
    /// One row per goal, in its latest version; see `goals`.
    pub goals: DataFrame,
    /// Actions taken.
    pub actions: Vec<Action>,
    /// Assumed correlation of goal scores.
    pub rho: f64,
    /// Confidence level of every interval.
    pub confidence_level: f64,
    /// Position of the period reported on.
    pub current: usize,
}

impl AnalysisSet {
    /// Whether a side was asked without its answers being linked to pairs.
    pub fn is_anonymous(&self, role: Role) -> bool {
        self.answers.iter().any(|answers| answers.role == role)
            && !self.answers.iter().any(|answers| answers.role == role && answers.linked)
    }
}

/// Derives the analysis set for a report on the period at position `current`.
///
/// # Errors
/// Fails only where a frame cannot be computed, which would be a fault of the program.
pub fn derive(plan: &Plan, dataset: &Dataset, current: usize) -> Result<AnalysisSet> {
    build(plan, dataset, current).map_err(|source| {
        Error::new(format!("could not derive the analysis tables: {source}"), "report this with the program's configuration")
    })
}

fn build(plan: &Plan, dataset: &Dataset, current: usize) -> PolarsResult<AnalysisSet> {
    let spans = spans::spans(plan, dataset, current);
    let groupings = spans::groupings(plan);
    let answers: Vec<Answers> =
        dataset.responses().iter().map(|responses| answers::answers(plan, responses, &spans)).collect::<PolarsResult<_>>()?;
    let trouble = answers::trouble(plan, &answers)?;
    let episodes = episodes::episodes(plan, dataset)?;
    let ledger = ledger::ledger(plan, dataset, &episodes, &answers, &trouble, current as u16 + 1)?;
    let mentee_causes = answers::causes(plan, dataset.responses(), Role::Mentee)?;
    let mentor_causes = answers::causes(plan, dataset.responses(), Role::Mentor)?;
    Ok(AnalysisSet {
        attributes: attributes::attributes(plan, dataset, &spans, &groupings)?,
        accounts: accounts::accounts(plan, dataset, &spans, &episodes, &trouble, [&mentee_causes, &mentor_causes])?,
        network: network::network(plan, dataset, &spans, &episodes, &answers)?,
        mirrored: mirrored::mirrored(plan, &answers),
        trouble,
        mentee_causes,
        mentor_causes,
        episodes,
        ledger,
        compared: ledger::Compared::new(plan),
        goals: goals::goals(dataset)?,
        actions: dataset.actions().to_vec(),
        rho: plan.goals.as_ref().map_or(0.3, |goals| goals.rho),
        confidence_level: plan.thresholds.confidence_level,
        spans,
        groupings,
        answers,
        current,
    })
}
