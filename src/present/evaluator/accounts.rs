//! Where failure and trouble lay, as mentees, mentors and the program's records say.

use super::{definitions, section};
use crate::analyze::metric;
use crate::derive::Label;
use crate::present::lookup::Book;
use crate::present::model::{Block, Cell, Section};
use crate::present::rows::{Row, number_column};
use crate::present::{tables, words};
use crate::program::cause::{Cause, Locus, Tag};
use crate::program::plan::Role;

/// The section; none where nobody is asked about causes.
pub fn section_of<R: Row>(book: &Book<'_, R>) -> Option<Section> {
    let window = book.latest_window()?;
    book.subject("failed_locus")?;
    let label = &book.spans[window].label;
    let mut blocks = vec![Block::Paragraph(
        "Each relationship has up to three witnesses: the mentee's answers, the mentor's answers, and the program's own records. What a witness did not \
         say is not known; it is never taken for no. A choice that was offered and not ticked counts as no. Where witnesses differ, both accounts stand: \
         nobody is outvoted, and nothing is read from who the two people are."
            .into(),
    )];
    blocks.push(places(book, window));
    blocks.push(standing(book, window));
    blocks.push(causes(book, window));
    blocks.push(blame(book, window));
    blocks.push(tags(book, window));
    let defined = [
        "failed_locus",
        "failed_attribution",
        "failed_contested",
        "failed_label",
        "failed_cause",
        "failed_cause_kappa",
        "failed_cause_adjusted",
        "blame_asymmetry",
        "failed_tag",
    ];
    blocks.push(definitions(&defined.into_iter().filter(|id| R::EXACT || !is_restricted(id)).collect::<Vec<_>>()));
    Some(section("Where it lay", Some(format!("Relationships that failed or were in trouble, {label}")), blocks))
}

/// The figure of a metric, of one of many where an id is given; none where there is no row.
fn find<'a, R: Row>(book: &Book<'a, R>, window: usize, metric: &str, id: Option<&str>, role: Option<Role>) -> Option<&'a R> {
    let wanted = book.subjects().iter().find(|subject| {
        subject.metric.id == metric && subject.detail.map(|detail| detail.id()) == id && (role.is_none() || subject.role == role)
    });
    wanted.and_then(|subject| book.program(subject, window))
}

fn cell<R: Row>(row: Option<&R>) -> Cell {
    row.map_or_else(|| Cell::muted("z"), Row::value_and_range)
}

/// A table whose rows are things with an id, whose columns are metrics; in a release only rows of which something is shown.
fn table<R: Row>(
    book: &Book<'_, R>,
    window: usize,
    caption: &str,
    first: &str,
    metrics: &[(&str, &str)],
    things: &[(&str, &str)],
) -> Block {
    let caption = format!("{caption}, {}", book.spans[window].label);
    let rows: Vec<Vec<Cell>> = things
        .iter()
        .filter_map(|(id, label)| {
            let found: Vec<Option<&R>> = metrics.iter().map(|(metric, _)| find(book, window, metric, Some(id), None)).collect();
            let shown = R::EXACT || found.iter().flatten().any(|row| row.is_shown());
            shown.then(|| std::iter::once(Cell::plain(*label)).chain(found.into_iter().map(cell)).collect())
        })
        .collect();
    if rows.is_empty() {
        return Block::Paragraph(format!("{caption}: {}.", words::NOT_SHOWN));
    }
    let columns = metrics.iter().map(|(_, heading)| number_column(*heading)).collect();
    let rest = if rows.len() < things.len() { "; what has no row is not shown" } else { "" };
    Block::Table(tables::table(format!("{caption}{rest}"), first, columns, rows, false))
}

fn places<R: Row>(book: &Book<'_, R>, window: usize) -> Block {
    let metrics = [
        ("failed_locus", "Failed: relationships"),
        ("failed_attribution", "Failed: divided among places"),
        ("failed_contested", "Failed: accounts contested"),
        ("troubled_locus", "In trouble: relationships"),
        ("troubled_contested", "In trouble: accounts contested"),
    ];
    let mut things: Vec<(&str, &str)> = Locus::ALL.iter().map(|locus| (locus.id(), locus.label())).collect();
    things.push(("unplaced", "No cause named"));
    table(book, window, "Where it lay; a relationship may lie in several places", "Place", &metrics, &things)
}

/// How the witnesses of each place stand to each other.
fn standing<R: Row>(book: &Book<'_, R>, window: usize) -> Block {
    let caption =
        format!("Failed relationships by how their witnesses stand to each other; several may hold at once, {}", book.spans[window].label);
    let found = |locus: Locus, label: Label| find(book, window, "failed_label", Some(&format!("{}_{}", locus.id(), label.id())), None);
    if !R::EXACT && !Locus::ALL.iter().any(|locus| Label::ALL.iter().any(|label| found(*locus, *label).is_some_and(Row::is_shown))) {
        return Block::Paragraph(format!("{caption}: {}.", words::NOT_SHOWN));
    }
    let rows = Locus::ALL.iter().map(|locus| {
        let cells = Label::ALL.iter().map(|label| cell(found(*locus, *label)));
        std::iter::once(Cell::plain(locus.label())).chain(cells).collect()
    });
    let columns = Label::ALL.iter().map(|label| number_column(words::upper_first(label.label()))).collect();
    Block::Table(tables::table(caption, "Place", columns, rows.collect(), false))
}

/// Whether a release has no figure of the metric.
fn is_restricted(id: &str) -> bool {
    metric(id).is_some_and(|metric| metric.restricted)
}

fn causes<R: Row>(book: &Book<'_, R>, window: usize) -> Block {
    let metrics = [
        ("failed_cause", "Failed: relationships"),
        ("failed_cause_kappa", "Kappa of the two sides"),
        ("failed_cause_adjusted", "Kappa adjusted for prevalence"),
        ("troubled_cause", "In trouble: relationships"),
    ];
    let metrics: Vec<(&str, &str)> = metrics.into_iter().filter(|(id, _)| R::EXACT || !is_restricted(id)).collect();
    let things: Vec<(&str, &str)> = Cause::ALL.iter().map(|cause| (cause.id(), cause.label())).collect();
    table(book, window, "Causes named by any witness, and how far the two sides agree on them", "Cause", &metrics, &things)
}

fn blame<R: Row>(book: &Book<'_, R>, window: usize) -> Block {
    let lines = [
        ("mentor_blamed", "Mentees who answered and name a cause on the mentor's side"),
        ("mentee_blamed", "Mentors who answered and name a cause on the mentee's side"),
        ("blame_asymmetry", "The first minus the second"),
        ("troubled_blame_asymmetry", "The same difference, of relationships in trouble"),
    ];
    let rows = lines.iter().map(|(metric, label)| vec![Cell::plain(*label), cell(find(book, window, metric, None, None))]);
    let caption = format!("Who names whom, failed relationships, {}", book.spans[window].label);
    Block::Table(tables::table(caption, "Of failed relationships", vec![number_column("Share (range)")], rows.collect(), false))
}

fn tags<R: Row>(book: &Book<'_, R>, window: usize) -> Block {
    let things: Vec<(&str, &str)> = Tag::ALL.iter().map(|tag| (tag.id(), tag.label())).collect();
    let metrics = [("failed_tag", "Failed: relationships")];
    table(book, window, "Power and prejudice, from reports only", "As reported", &metrics, &things)
}
