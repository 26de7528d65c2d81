//! The page for leadership: is it working, for whom is it not, what was changed, did it help.

mod actions;
mod answer;
mod cards;
mod causes;
mod departments;
mod failures;
mod limits;
mod look;
mod questions;
mod sparse;

use super::lookup::Book;
use super::model::{Block, Layout, ReportModel, Section};
use super::{Facts, earlier_changes, footer, kicker, numbers};
use crate::disclose::{Release, ReleaseRow};
pub(super) use actions::place;
use look::Finding;

/// The published rows.
type Rows<'a> = Book<'a, ReleaseRow>;

/// What the page reports on, found once for all its parts.
struct View<'a> {
    book: Rows<'a>,
    release: &'a Release,
    facts: &'a Facts,
    /// The headline's span.
    span: usize,
    /// Grouping shown first, with the window it is shown for.
    departments: Option<(usize, usize)>,
    /// Everything that meets the criteria, the largest first.
    findings: Vec<Finding<'a>>,
    /// Whether so little is shown that sentences say what a larger program's page draws.
    is_sparse: bool,
}

impl View<'_> {
    fn period(&self) -> &str {
        &self.book.spans[self.span].label
    }
}

impl<'a> View<'a> {
    fn new(release: &'a Release, facts: &'a Facts) -> Self {
        let book = Book::released(release);
        let span = book.headline();
        let departments = book.first_demographic(&facts.important).zip(book.latest_window());
        let findings = look::findings(&book, span);
        let is_sparse = sparse::is_sparse(&book, facts, span);
        View { book, release, facts, span, departments, findings, is_sparse }
    }

    fn cards(&self) -> Option<Section> {
        let cards = cards::cards(self);
        let section = || Section { heading: None, subtitle: None, layout: Layout::Full, blocks: vec![Block::Cards(cards.clone())] };
        (!cards.is_empty()).then(section)
    }
}

/// What the evaluator's page shares with this one.
pub(super) struct Shared {
    /// The answer in one sentence.
    pub headline: String,
    /// The sentences under it.
    pub lede: String,
    /// The headline figures; none where none is shown.
    pub cards: Option<Section>,
    /// What was changed, and whether it helped; none where nothing was.
    pub actions: Option<Section>,
    /// What cannot be told.
    pub limits: Section,
}

/// The parts that the evaluator's page shares with this one, so that both say the same.
pub(super) fn shared(release: &Release, facts: &Facts) -> Shared {
    let view = View::new(release, facts);
    Shared {
        headline: answer::headline(&view),
        lede: answer::lede(&view),
        cards: view.cards(),
        actions: actions::section(&view),
        limits: limits::section(&view, false),
    }
}

/// Builds the page.
pub(super) fn page(release: &Release, facts: &Facts) -> ReportModel {
    let view = View::new(release, facts);
    let mut sections: Vec<Section> = view.cards().into_iter().collect();
    if view.is_sparse {
        sections.extend(sparse::sections(&view));
    } else {
        sections.extend(departments::section(&view));
    }
    sections.extend(failures::section(&view));
    sections.extend(causes::section(&view));
    if !sparse::actions_are_said(&view) {
        sections.extend(actions::section(&view));
    }
    let is_compared = look::is_compared(&view);
    sections.extend(is_compared.then(|| look::section(&view)));
    sections.push(questions::section(&view, if is_compared { Layout::Half } else { Layout::Full }));
    sections.push(limits::section(&view, view.is_sparse));
    sections.extend(earlier_changes(facts));
    let current = &view.book.spans[view.book.current];
    let mut lines = Vec::new();
    if is_compared || cards::has_range(&view) {
        lines.push(format!(
            "Plausible range: {} interval, as if similar people were asked again; it says nothing of those who did not answer. \
             Ranges of differences are widened for the number of differences looked at together. Figures are rounded and may not add up.",
            numbers::confidence(release.confidence_level)
        ));
    }
    lines.extend(is_compared.then(|| look::criteria(&view)));
    lines.push("Definitions and every released figure: evaluator and researcher reports.".into());
    ReportModel {
        file: "leadership.html".into(),
        title: format!("{}, {}: leadership report", facts.program, current.label),
        kicker: kicker(facts, &current.label, "for leadership"),
        headline: answer::headline(&view),
        lede: answer::lede(&view),
        confidential: false,
        contents: false,
        sections,
        footer: footer(facts, &current.id, lines),
    }
}
