//! All released figures, grouped by metric.

use crate::analyze::METRICS;
use crate::disclose::{ReleaseRow, Verdict};
use crate::present::lookup::{Book, Subject};
use crate::present::model::{Block, Cell, Section};
use crate::present::rows::{Row, number_column, words_column};
use crate::present::{numbers, tables, words};

/// Windows whose groups a page holds; results.csv holds all.
const MOST_WINDOWS: usize = 2;

type Rows<'a> = Book<'a, ReleaseRow>;

/// One section per metric that has rows, in the registry's order; effects of actions last.
pub fn sections(book: &Rows<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    for metric in METRICS {
        let subjects: Vec<_> = book.subjects().iter().filter(|subject| subject.metric.id == metric.id).copied().collect();
        let blocks: Vec<Block> = match metric.id {
            "cause" => windows_only(book, &subjects),
            _ => subjects.iter().flat_map(|subject| blocks(book, subject)).collect(),
        };
        if !blocks.is_empty() {
            sections.push(super::section(&format!("Figures: {}", metric.label), None, blocks));
        }
    }
    sections.extend(effects(book));
    sections
}

/// Over time, then by group.
fn blocks(book: &Rows<'_>, subject: &Subject<'_>) -> Vec<Block> {
    let over_time = tables::over_time(book, subject);
    let mut blocks: Vec<Block> = if over_time.rows.is_empty() { Vec::new() } else { vec![Block::Table(over_time)] };
    blocks.extend(by_group(book, subject));
    blocks
}

/// Causes are published for windows only: one table per window, one row per cause and side.
fn windows_only(book: &Rows<'_>, subjects: &[Subject<'_>]) -> Vec<Block> {
    let one = |span: usize| {
        let rows: Vec<Vec<Cell>> = subjects
            .iter()
            .filter_map(|subject| {
                let row = book.program(subject, span)?;
                Some(std::iter::once(Cell::plain(tables::name(subject))).chain(row.level_cells()).collect())
            })
            .collect();
        let caption = format!("Causes named in failed relationships, {}", book.spans[span].label);
        let table = tables::table(caption, "Cause", ReleaseRow::level_columns(book.confidence_level), rows, false);
        (!table.rows.is_empty()).then_some(Block::Table(table))
    };
    book.windows().into_iter().filter_map(one).collect()
}

/// One row per group of every grouping of which something is shown; three columns per window.
fn by_group(book: &Rows<'_>, subject: &Subject<'_>) -> Vec<Block> {
    let windows = book.windows();
    let windows = &windows[windows.len().saturating_sub(MOST_WINDOWS)..];
    let mut rows = Vec::new();
    let mut hidden = Vec::new();
    for (grouping, (_, label, groups)) in book.groupings.iter().enumerate().skip(1) {
        let level = |group: usize, window: usize| book.level(subject, window, grouping, group);
        let any = |shown: bool| {
            (0..groups.len())
                .any(|group| windows.iter().any(|&window| level(group, window).is_some_and(|row| !shown || !row.figure.get().is_hidden())))
        };
        if !any(true) {
            if any(false) {
                hidden.push(words::lower_first(label));
            }
            continue;
        }
        for (group, names) in groups.iter().enumerate() {
            let mut cells = vec![Cell::plain(format!("{label}: {}", names.label))];
            for &window in windows {
                cells.push(tables::group_cell(level(group, window)));
                cells.push(Cell::plain(level(group, window).map_or(String::new(), |row| numbers::people(row.figure.get()))));
                cells.push(difference(book.gap(subject, window, grouping, group)));
            }
            rows.push(cells);
        }
    }
    let mut blocks = Vec::new();
    if !rows.is_empty() {
        let columns = windows.iter().flat_map(|&window| {
            let id = &book.spans[window].id;
            [
                number_column(format!("{id}: value (range)")),
                words_column(format!("{id}: people")),
                number_column(format!("{id}: against everyone else")),
            ]
        });
        blocks.push(Block::Table(tables::table(format!("{}, by group", tables::name(subject)), "Group", columns.collect(), rows, false)));
    }
    if !hidden.is_empty() {
        blocks.push(Block::Paragraph(format!("{}, by {}: {}.", tables::name(subject), words::listed(&hidden), words::NOT_SHOWN)));
    }
    blocks
}

/// `−23 (−38 to −8), lower`.
fn difference(row: Option<&ReleaseRow>) -> Cell {
    let Some(row) = row else { return Cell::muted("c") };
    let cell = row.value_and_range();
    match row.verdict.filter(|verdict| *verdict != Verdict::NotShown) {
        Some(verdict) => Cell { text: format!("{}, {}", cell.text, words::lower_first(words::verdict_word(verdict))), tone: cell.tone },
        None => cell,
    }
}

/// What each action did; none where none is logged.
fn effects(book: &Rows<'_>) -> Option<Section> {
    let rows: Vec<Vec<Cell>> = (0..book.actions.len())
        .filter_map(|action| {
            let (subject, row) = book.effect(action)?;
            let mut cells = vec![Cell::plain(&book.actions[action].label), Cell::plain(tables::name(&subject))];
            cells.extend(row.contrast_cells());
            cells.push(Cell::plain(numbers::people(row.figure.get())));
            Some(cells)
        })
        .collect();
    let mut columns = vec![words_column("Measured by")];
    columns.extend(ReleaseRow::contrast_columns("Difference in differences", book.confidence_level));
    columns.push(words_column("People"));
    let table = tables::table("Each action against what happened where it was not taken".into(), "Action", columns, rows, false);
    (!table.rows.is_empty()).then(|| super::section("Figures: effects of actions", None, vec![Block::Table(table)]))
}
