//! The network of mentors: metrics over people and roles. Nothing is drawn that could identify anyone.

use super::{definitions, section, subjects};
use crate::present::lookup::{Book, Subject};
use crate::present::model::{Block, Cell, Section};
use crate::present::rows::{Row, number_column};
use crate::present::tables;

/// The section; none where there is no relationship.
pub fn section_of<R: Row>(book: &Book<'_, R>) -> Option<Section> {
    // Released, earlier periods are in results.csv.
    let spans: Vec<usize> = book.periods().filter(|span| R::EXACT || *span == book.current).chain(book.windows()).collect();
    let (mentees, mentors) = (
        ["mentors_now", "mentors_ever", "single_mentor", "mentor_levels", "disciplines_covered"],
        ["mentor_load", "mentors_at_limit", "load_gini", "load_top_tenth"],
    );
    let mut blocks = Vec::new();
    for (caption, ids) in [("Mentors of a mentee, on the last day", mentees.as_slice()), ("Load of mentors, on the last day", &mentors)] {
        let shown = subjects(book, ids);
        if !shown.is_empty() {
            blocks.push(Block::Table(tables::periods_by_subject(book, caption.into(), &shown, &spans, false)));
        }
    }
    if blocks.is_empty() {
        return None;
    }
    let window = book.latest_window().unwrap_or(book.current);
    let of = |metrics: &[&str]| book.subjects().iter().filter(|subject| metrics.contains(&subject.metric.id)).copied().collect::<Vec<_>>();
    let needs = of(&["discipline", "mentor_level", "woman_advisor", "under_represented_advisor"]);
    blocks.extend(list(book, "Needs covered, share of mentees of whom it is known", "Need", &needs, window));
    let outcomes = of(&["satisfied_by_mentors", "several_satisfied", "failures_by_mentors", "several_failures"]);
    blocks.extend(list(book, "Mentees with one mentor and with several in the period", "Outcome", &outcomes, window));
    blocks.push(Block::Paragraph(
        "Mentees with several mentors were not chosen by chance: they may differ from those with one in other ways. Whether an advisor is wanted is what \
         mentees say; those who did not say are not counted."
            .into(),
    ));
    blocks.push(definitions(
        &[mentees.as_slice(), &mentors, &["discipline", "mentor_level", "woman_advisor", "under_represented_advisor"]].concat(),
    ));
    Some(section("The network of mentors", Some("Who has how many mentors, and how the load is spread".into()), blocks))
}

/// One row per subject: value and range in the window, and in the one before.
fn list<R: Row>(book: &Book<'_, R>, caption: &str, first: &str, subjects: &[Subject<'_>], window: usize) -> Option<Block> {
    let before = book.window_before(window).filter(|_| book.windows().contains(&window));
    let at = |subject: &Subject<'_>, span: usize| book.program(subject, span).map_or_else(|| Cell::muted("z"), Row::value_and_range);
    let rows = subjects.iter().map(|subject| {
        let mut cells = vec![Cell::plain(tables::short_name(subject)), at(subject, window)];
        cells.extend(before.map(|before| at(subject, before)));
        cells
    });
    let columns = std::iter::once(window).chain(before).map(|span| number_column(&book.spans[span].label)).collect();
    (!subjects.is_empty()).then(|| Block::Table(tables::table(caption.into(), first, columns, rows.collect(), false)))
}
