//! All released figures, grouped by metric.

use crate::analyze::{METRICS, Metric};
use crate::disclose::{ReleaseRow, Verdict};
use crate::present::lookup::{Book, Subject};
use crate::present::model::{Block, Cell, Section};
use crate::present::rows::{Row, number_column, words_column};
use crate::present::{numbers, tables, words};
use crate::program::plan::Role;

type Rows<'a> = Book<'a, ReleaseRow>;

/// One section per metric that has rows, in the registry's order; effects of actions last.
pub fn sections(book: &Rows<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    for metric in METRICS {
        let subjects: Vec<_> = book.subjects().iter().filter(|subject| subject.metric.id == metric.id).copied().collect();
        let blocks: Vec<Block> = match metric.id {
            _ if metric.windows_only || (metric.of_many && !matches!(metric.id, "scale" | "scale_top" | "cronbach_alpha")) => {
                side_by_side(book, metric, &subjects)
            }
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

/// One table per window, one row per cause, place, discipline or question, and side. Quarters, where there are any, are in results.csv.
fn side_by_side(book: &Rows<'_>, metric: &Metric, subjects: &[Subject<'_>]) -> Vec<Block> {
    let one = |span: usize| {
        let rows: Vec<Vec<Cell>> = subjects
            .iter()
            .filter_map(|subject| {
                let row = book.program(subject, span)?;
                let side = match subject.role {
                    Some(Role::Mentee) => ", by mentees",
                    Some(Role::Mentor) => ", by mentors",
                    _ => "",
                };
                let name = subject.detail.map_or(metric.label, |detail| detail.label());
                Some(std::iter::once(Cell::plain(format!("{name}{side}"))).chain(row.level_cells()).collect())
            })
            .collect();
        let caption = format!("{}, {}", metric.label, book.spans[span].label);
        let table = tables::table(caption, "Which", ReleaseRow::level_columns(book.confidence_level), rows, false);
        (!table.rows.is_empty()).then_some(Block::Table(table))
    };
    book.windows().into_iter().filter_map(one).collect()
}

/// One row per group of every grouping of which something is shown: the latest window in full, and the value of the window before it.
/// Earlier windows and earlier differences are in results.csv.
fn by_group(book: &Rows<'_>, subject: &Subject<'_>) -> Vec<Block> {
    let Some(window) = book.latest_window() else { return Vec::new() };
    let before = book.window_before(window);
    let level = |grouping: usize, group: usize| book.level(subject, window, grouping, group);
    let gap = |grouping: usize, group: usize| book.gap(subject, window, grouping, group);
    let groups_of = |grouping: usize| 0..book.groupings[grouping].2.len();
    let compared = (1..book.groupings.len()).any(|grouping| groups_of(grouping).any(|group| gap(grouping, group).is_some()));
    let mut rows = Vec::new();
    let mut hidden = Vec::new();
    for grouping in 1..book.groupings.len() {
        let label = &book.groupings[grouping].1;
        let is_shown = |group: usize| level(grouping, group).is_some_and(Row::is_shown);
        if !groups_of(grouping).any(is_shown) {
            if groups_of(grouping).any(|group| level(grouping, group).is_some()) {
                hidden.push(words::grouping(label));
            }
            continue;
        }
        for (group, names) in tables::listed_groups(book, grouping, is_shown) {
            let mut cells = vec![Cell::plain(format!("{label}: {}", names.label)), tables::group_cell(level(grouping, group))];
            cells.push(Cell::plain(level(grouping, group).map_or(String::new(), |row| numbers::people(row.figure.get()))));
            if compared {
                cells.push(difference(gap(grouping, group)));
            }
            cells.extend(before.map(|before| tables::group_cell(book.level(subject, before, grouping, group))));
            rows.push(cells);
        }
    }
    let mut blocks = Vec::new();
    if !rows.is_empty() {
        let mut columns = vec![number_column("Value (range)"), words_column("People")];
        if compared {
            columns.push(number_column("Against everyone else"));
        }
        columns.extend(before.map(|before| number_column(&book.spans[before].label)));
        let combined = (1..book.groupings.len()).any(|grouping| book.is_combination(grouping));
        let rest = if combined { "; combinations without a row are not shown" } else { "" };
        let caption = format!("{}, by group, {}{rest}", tables::name(subject), book.spans[window].label);
        blocks.push(Block::Table(tables::table(caption, "Group", columns, rows, false)));
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
