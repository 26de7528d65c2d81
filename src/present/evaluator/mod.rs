//! The evaluator's page, in two editions: released, and restricted with exact figures and lists of rows.

mod accounts;
mod data;
mod network;
mod outcomes;
mod reactions;
mod sides;
pub(super) use sides::SELF_RATINGS;

use super::lookup::{Book, Subject};
use super::model::{Block, Cell, Layout, ReportModel, Section};
use super::rows::{Row, words_column};
use super::{Facts, RestrictedLists, charts, earlier_changes, footer, kicker, leadership, numbers, outlook, tables, words};
use crate::analyze::{ResultRow, ResultSet, metric};
use crate::disclose::Release;

/// The released edition.
pub(super) fn released(release: &Release, facts: &Facts) -> ReportModel {
    let book = Book::released(release);
    let shared = leadership::shared(release, facts);
    let current = &book.spans[book.current];
    let mut sections: Vec<Section> = shared.cards.into_iter().collect();
    sections.push(glance(&book));
    sections.extend(common(&book));
    sections.extend(shared.actions);
    sections.push(data::section(facts, false));
    sections.extend(earlier_changes(facts));
    sections.push(shared.limits);
    sections.push(outlook::section(&book, release, facts));
    sections.push(reading(vec![
        tables::SYMBOLS.into(),
        format!("Plausible range: {} interval. Ranges of differences are widened for the number of differences of one table looked at together (Holm).",
            numbers::confidence(book.confidence_level)),
        "Percentages are rounded to whole numbers, for 10 to 49 people to the nearest 5; for 5 to 9 only a band is shown. Figures may not add up."
            .into(),
    ]));
    ReportModel {
        file: "evaluator.html".into(),
        title: format!("{}, {}: evaluator's report", facts.program, current.label),
        kicker: kicker(facts, &current.label, "for the program's evaluators"),
        headline: shared.headline,
        lede: shared.lede,
        confidential: false,
        contents: true,
        sections: tables::without_blanks(sections),
        footer: footer(facts, &current.id, vec!["Definitions, methods and rules of publication: researcher report.".into()]),
    }
}

/// The restricted edition.
pub(super) fn restricted(results: &ResultSet, facts: &Facts, lists: &RestrictedLists, further: Vec<Section>) -> ReportModel {
    let book = Book::exact(results);
    let current = &book.spans[book.current];
    let mut sections = vec![glance(&book)];
    sections.extend(common(&book));
    sections.extend(further);
    sections.extend(actions(&book));
    sections.push(data::section(facts, true));
    sections.extend(data::lists(lists));
    sections.extend(earlier_changes(facts));
    sections.push(reading(vec![
        "z: no such figure, because nobody is in the group or there is nothing to compare with. Where a statistic has no answer, its reason stands in its place."
            .into(),
        format!(
            "Intervals are at the {} level; the Holm interval and the Holm p are adjusted for the differences of one family looked at together.",
            numbers::confidence(book.confidence_level)
        ),
        "People: distinct people who answered or whose relationship is counted. People rated: distinct people on the other side. Denominator: observations \
         used. Missing: observations asked for and not there."
            .into(),
    ]));
    ReportModel {
        file: "evaluator.html".into(),
        title: format!("{}, {}: evaluator's report, restricted edition", facts.program, current.label),
        kicker: kicker(facts, &current.label, "for the evaluation office only"),
        headline: format!("Full report with exact figures, {}", current.label),
        lede: "Exact figures identify people in small groups. Nothing on this page may be passed on; the release holds what may.".into(),
        confidential: true,
        contents: true,
        sections,
        footer: footer(facts, &current.id, Vec::new()),
    }
}

/// The sections that both editions have.
fn common<R: Row>(book: &Book<'_, R>) -> Vec<Section> {
    let mut sections = vec![reactions::response(book), reactions::satisfaction(book)];
    sections.extend(reactions::scales(book));
    sections.push(outcomes::goals(book));
    sections.push(outcomes::failure(book));
    sections.push(reactions::trouble(book));
    sections.extend(outcomes::causes(book));
    sections.extend(accounts::section_of(book));
    sections.extend(sides::section_of(book));
    sections.extend(network::section_of(book));
    sections
}

fn section(heading: &str, subtitle: Option<String>, blocks: Vec<Block>) -> Section {
    Section { heading: Some(heading.into()), subtitle, layout: Layout::Full, blocks }
}

fn reading(lines: Vec<String>) -> Section {
    Section { heading: Some("How to read this".into()), subtitle: None, layout: Layout::Note, blocks: vec![Block::Bullets(lines)] }
}

/// The headline figures in one table.
fn glance<R: Row>(book: &Book<'_, R>) -> Section {
    let span = book.headline();
    let headlines =
        ["satisfied", "mentor_satisfied", "met_as_agreed", "goals_met", "failed_12_months", "response_mentee", "response_mentor"];
    let confidence = book.confidence_level;
    let rows = headlines.iter().filter_map(|id| book.subject(id)).filter_map(|subject| {
        let row = book.program(&subject, span)?;
        let mut cells = vec![Cell::plain(tables::name(&subject))];
        cells.extend(row.level_cells());
        cells.extend(tables::contrasts(book.change(&subject, span).map(|(row, _)| row), "z", confidence));
        Some(cells)
    });
    let mut columns = R::level_columns(confidence);
    columns.extend(R::contrast_columns("Change", confidence));
    let from = headlines
        .iter()
        .filter_map(|id| book.subject(id))
        .find_map(|subject| book.change(&subject, span))
        .map(|(_, from)| &book.spans[from].label);
    let change = from.map_or(String::new(), |from| format!("; change from {from}"));
    let label = &book.spans[span].label;
    let table = tables::table(format!("Whole program, {label}{change}"), "Measure", columns, rows.collect(), false);
    section("At a glance", None, vec![Block::Table(table)])
}

/// Metrics by id, as far as there are rows.
fn subjects<'a, R: Row>(book: &Book<'a, R>, ids: &[&str]) -> Vec<Subject<'a>> {
    let has_level = |subject: &Subject<'_>| (0..book.spans.len()).any(|span| book.program(subject, span).is_some());
    ids.iter().filter_map(|id| book.subject(id)).filter(has_level).collect()
}

/// What the metrics mean.
fn definitions(ids: &[&str]) -> Block {
    Block::Definitions(
        ids.iter().filter_map(|id| metric(id)).map(|metric| (metric.label.into(), format!("{}.", metric.definition))).collect(),
    )
}

/// What a chart over time shows: the first subject's latest published comparison, else its name.
fn finding<R: Row>(book: &Book<'_, R>, subject: &Subject<'_>) -> String {
    let name = tables::name(subject);
    let found = [book.headline(), book.current].into_iter().find_map(|span| {
        let (row, from) = book.change(subject, span)?;
        words::brief(row.verdict()?, &words::earlier(&book.spans[span], &book.spans[from]))
    });
    found.map_or_else(|| format!("{name}, by {}", words::period_word(&book.spans[book.current])), |found| format!("{name}: {found}"))
}

/// A chart over the periods, then a table over time per subject.
fn over_time<R: Row>(book: &Book<'_, R>, subjects: &[Subject<'_>]) -> Vec<Block> {
    let Some(first) = subjects.first() else { return Vec::new() };
    let figure = charts::trend(book, finding(book, first), subjects).map(|mut figure| {
        figure.table.folded = true;
        Block::Figure(figure)
    });
    let tables = subjects.iter().map(|subject| Block::Table(tables::over_time(book, subject)));
    figure.into_iter().chain(tables).collect()
}

/// What each action did, with all figures.
fn actions(book: &Book<'_, ResultRow>) -> Option<Section> {
    if book.actions.is_empty() {
        return None;
    }
    let confidence = book.confidence_level;
    let rows = book.actions.iter().enumerate().map(|(position, action)| {
        let mut cells = vec![
            Cell::plain(&action.label),
            Cell::plain(format!("{} · {}", leadership::place(action), numbers::month_of(action.started))),
            Cell::plain(&action.metric),
        ];
        cells.extend(tables::contrasts(book.effect(position).map(|(_, row)| row), "z", confidence));
        cells
    });
    let mut columns = vec![words_column("Where, since"), words_column("Meant to move")];
    columns.extend(ResultRow::contrast_columns("Change beyond that elsewhere", confidence));
    let table = tables::table("Difference in differences against where it was not made".into(), "Change", columns, rows.collect(), false);
    Some(section("What we changed, and whether it helped", None, vec![Block::Table(table)]))
}
