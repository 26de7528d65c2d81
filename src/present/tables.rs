//! Tables made of rows: over time, by group, several metrics side by side.

use super::lookup::{Book, Subject};
use super::model::{Block, Cell, Column, Section, Table};
use super::rows::{Row, number_column, words_column};
use super::words;
use crate::derive::Group;
use crate::disclose::Symbol;

/// The key to the symbols, printed on every page that uses them.
pub const SYMBOLS: &str = "c: not shown, too few answers to protect people (or hidden so that others cannot be worked out, or nobody there). \
                           x: enough people, but no answer. z: does not apply.";

/// Cells of a figure that does not exist.
fn absent(symbol: &str, count: usize) -> Vec<Cell> {
    (0..count).map(|place| if place == 0 { Cell::muted(symbol) } else { Cell::plain("") }).collect()
}

fn levels<R: Row>(row: Option<&R>, symbol: &str, confidence: f64) -> Vec<Cell> {
    row.map_or_else(|| absent(symbol, R::level_columns(confidence).len()), Row::level_cells)
}

/// The cells of a comparison, or the symbol of one that does not exist.
pub fn contrasts<R: Row>(row: Option<&R>, symbol: &str, confidence: f64) -> Vec<Cell> {
    row.map_or_else(|| absent(symbol, R::contrast_columns("", confidence).len()), Row::contrast_cells)
}

/// What stands for a group without a row: in a release the same symbol as for a hidden one.
fn no_group<R: Row>() -> &'static str {
    if R::EXACT { "z" } else { "c" }
}

/// `81% (76 to 86)` of a group.
pub fn group_cell<R: Row>(row: Option<&R>) -> Cell {
    row.map_or_else(|| Cell::muted(no_group::<R>()), Row::value_and_range)
}

/// A table with its first column.
pub fn table(caption: String, first: &str, mut columns: Vec<Column>, rows: Vec<Vec<Cell>>, folded: bool) -> Table {
    columns.insert(0, words_column(first));
    Table { caption, columns, rows, folded }
}

/// Name of a subject.
pub fn name(subject: &Subject<'_>) -> String {
    words::name(subject.metric, subject.detail, subject.role)
}

/// One row per reporting period and per window: the whole program, and its change.
pub fn over_time<R: Row>(book: &Book<'_, R>, subject: &Subject<'_>) -> Table {
    let confidence = book.confidence_level;
    let spans = book.periods().chain(book.windows());
    let spans: Vec<usize> = spans.filter(|&span| book.program(subject, span).is_some()).collect();
    let compared = spans.iter().any(|&span| book.change(subject, span).is_some());
    let rows = spans.iter().map(|&span| {
        let mut cells = vec![Cell::plain(&book.spans[span].label)];
        cells.extend(levels(book.program(subject, span), "z", confidence));
        if compared {
            cells.extend(contrasts(book.change(subject, span).map(|(row, _)| row), "z", confidence));
        }
        cells
    });
    let mut columns = R::level_columns(confidence);
    if compared {
        columns.extend(R::contrast_columns("Change from a year (or window) before", confidence));
    }
    table(format!("{}, whole program", name(subject)), "Period", columns, rows.collect(), false)
}

/// The groups of a table: all of them; of a combination of demographics, which has many, those of which something is shown.
pub fn listed_groups<'a, R: Row>(book: &Book<'a, R>, grouping: usize, is_shown: impl Fn(usize) -> bool) -> Vec<(usize, &'a Group)> {
    let groups = book.groupings[grouping].2.iter().enumerate();
    groups.filter(|(group, _)| !book.is_combination(grouping) || is_shown(*group)).collect()
}

/// One row per group in a span: level, the window before, and the difference from everyone else.
pub fn by_group<R: Row>(book: &Book<'_, R>, subject: &Subject<'_>, grouping: usize, span: usize) -> Table {
    let confidence = book.confidence_level;
    let label = &book.groupings[grouping].1;
    let groups = listed_groups(book, grouping, |group| book.level(subject, span, grouping, group).is_some_and(Row::is_shown));
    let before = book.window_before(span).filter(|_| book.windows().contains(&span));
    let compared = groups.iter().any(|&(group, _)| book.gap(subject, span, grouping, group).is_some());
    let rows = groups.into_iter().map(|(group, names)| {
        let mut cells = vec![Cell::plain(&names.label)];
        cells.extend(levels(book.level(subject, span, grouping, group), no_group::<R>(), confidence));
        if let Some(before) = before {
            cells.push(group_cell(book.level(subject, before, grouping, group)));
        }
        if compared {
            cells.extend(contrasts(book.gap(subject, span, grouping, group), no_group::<R>(), confidence));
        }
        cells
    });
    let mut columns = R::level_columns(confidence);
    if let Some(before) = before {
        columns.push(number_column(&book.spans[before].label));
    }
    if compared {
        columns.extend(R::contrast_columns("Difference from everyone else", confidence));
    }
    table(caption(book, &name(subject), grouping, span), label, columns, rows.collect(), false)
}

fn caption<R: Row>(book: &Book<'_, R>, what: &str, grouping: usize, span: usize) -> String {
    let rest = if book.is_combination(grouping) { "; groups without a row are not shown" } else { "" };
    format!("{what}, by {}, {}{rest}", words::grouping(&book.groupings[grouping].1), book.spans[span].label)
}

/// One row per group, one column per subject: value with range.
pub fn side_by_side<R: Row>(book: &Book<'_, R>, what: &str, subjects: &[Subject<'_>], grouping: usize, span: usize) -> Table {
    let label = &book.groupings[grouping].1;
    let is_shown = |group: usize| subjects.iter().any(|subject| book.level(subject, span, grouping, group).is_some_and(Row::is_shown));
    let rows = listed_groups(book, grouping, is_shown).into_iter().map(|(group, names)| {
        let cells = subjects.iter().map(|subject| group_cell(book.level(subject, span, grouping, group)));
        std::iter::once(Cell::plain(&names.label)).chain(cells).collect()
    });
    let columns = subjects.iter().map(|subject| number_column(short_name(subject))).collect();
    table(caption(book, what, grouping, span), label, columns, rows.collect(), false)
}

/// Name of a subject where the side that answers is clear.
pub fn short_name(subject: &Subject<'_>) -> String {
    words::name(subject.metric, subject.detail, None)
}

/// Whether any group of a table has a row, and whether any shows something.
fn has_rows<R: Row>(book: &Book<'_, R>, subjects: &[Subject<'_>], grouping: usize, span: usize) -> (bool, bool) {
    let groups = 0..book.groupings[grouping].2.len();
    let rows = groups.flat_map(|group| subjects.iter().filter_map(move |subject| book.level(subject, span, grouping, group)));
    rows.fold((false, false), |(_, shown), row| (true, shown || row.is_shown()))
}

/// The tables of some subjects by every grouping and span for which there are rows: one table per subject, or one for all side by side.
pub fn all_groups<R: Row>(book: &Book<'_, R>, what: &str, subjects: &[Subject<'_>], together: bool) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (grouping, span) in grouped_places(book) {
        if together {
            let table = || side_by_side(book, what, subjects, grouping, span);
            blocks.extend(shown_or_said(book, what, subjects, (grouping, span), table));
        } else {
            blocks.extend(subjects.iter().filter_map(|subject| one_by_group(book, subject, grouping, span)));
        }
    }
    blocks
}

/// The groupings, each with the spans that its tables cover.
pub fn grouped_places<R: Row>(book: &Book<'_, R>) -> Vec<(usize, usize)> {
    let spans = group_spans(book);
    (1..book.groupings.len()).flat_map(|grouping| spans.iter().map(move |&span| (grouping, span))).collect()
}

/// The table of a subject by one grouping; that nothing is shown, in words; none where there are no rows.
pub fn one_by_group<R: Row>(book: &Book<'_, R>, subject: &Subject<'_>, grouping: usize, span: usize) -> Option<Block> {
    let table = || by_group(book, subject, grouping, span);
    shown_or_said(book, &name(subject), std::slice::from_ref(subject), (grouping, span), table)
}

fn shown_or_said<R: Row>(
    book: &Book<'_, R>,
    what: &str,
    subjects: &[Subject<'_>],
    (grouping, span): (usize, usize),
    table: impl Fn() -> Table,
) -> Option<Block> {
    match has_rows(book, subjects, grouping, span) {
        (false, _) => None,
        (true, false) => Some(nothing_shown(&caption(book, what, grouping, span))),
        (true, true) => Some(Block::Table(table())),
    }
}

/// The sections of a released page, where a sentence stands in place of every table that shows nothing.
pub fn without_blanks(mut sections: Vec<Section>) -> Vec<Section> {
    let is_blank = |table: &Table| {
        let mut cells = table.rows.iter().flat_map(|row| row.iter().skip(1)).map(|cell| cell.text.as_str());
        let hides = cells.clone().any(|text| text == Symbol::Confidential.letter());
        hides && cells.all(|text| text.is_empty() || text == "z" || text == Symbol::Confidential.letter())
    };
    for block in sections.iter_mut().flat_map(|section| &mut section.blocks) {
        if let Block::Table(table) = block
            && is_blank(table)
        {
            *block = nothing_shown(&table.caption);
        }
    }
    sections
}

fn nothing_shown(caption: &str) -> Block {
    Block::Paragraph(format!("{caption}: {}.", words::NOT_SHOWN))
}

/// The spans that tables by group cover: the latest window, and in the restricted edition the current period too.
fn group_spans<R: Row>(book: &Book<'_, R>) -> Vec<usize> {
    let mut spans: Vec<usize> = book.latest_window().into_iter().collect();
    if R::EXACT {
        spans.push(book.current);
    }
    spans
}

/// One row per period, one column per subject: value with range.
pub fn periods_by_subject<R: Row>(book: &Book<'_, R>, caption: String, subjects: &[Subject<'_>], spans: &[usize], folded: bool) -> Table {
    let rows = spans.iter().map(|&span| {
        let cells = subjects.iter().map(|subject| book.program(subject, span).map_or_else(|| Cell::muted("z"), Row::value_and_range));
        std::iter::once(Cell::plain(&book.spans[span].label)).chain(cells).collect()
    });
    let columns = subjects.iter().map(|subject| number_column(name(subject))).collect();
    table(caption, "Period", columns, rows.collect(), folded)
}
