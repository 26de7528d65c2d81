//! Relationships that failed: how many, whether that changes, and for whom.

use super::{View, look};
use crate::disclose::{ReleaseRow, Verdict};
use crate::present::lookup::Subject;
use crate::present::model::{Block, Layout, Section};
use crate::present::{flags, numbers, words};

/// The metric that is compared.
const METRIC: &str = "failed_12_months";
/// Most groups named.
const MOST: usize = 2;
const NO_GROUPS: &str = "There are too few relationships to tell for whom they fail more often.";
const NO_GROUP: &str = "In no group do relationships clearly fail more often than elsewhere; differences in small groups cannot be told.";

/// The section, in words: the headline figure beside it has the path over periods, the section after it the causes. None where nothing is shown.
pub fn section(view: &View<'_>) -> Option<Section> {
    let subject = view.book.subject(METRIC)?;
    view.book.program(&subject, view.span).filter(|row| !row.figure.get().is_hidden())?;
    let text = format!("{} {}", ends(view), for_whom(view, &subject));
    Some(Section {
        heading: Some(title(view, &subject)),
        subtitle: Some(view.period().to_string()),
        layout: Layout::Full,
        blocks: vec![Block::Paragraph(text)],
    })
}

/// How many, and whether that changed.
fn title(view: &View<'_>, subject: &Subject<'_>) -> String {
    let failed = count(view, "pairs_failed")
        .map_or_else(|| "Relationships that failed".into(), |count| format!("About {count} relationships failed"));
    let Some((change, from)) = view.book.change(subject, view.span) else { return failed };
    let before = words::earlier(&view.book.spans[view.span], &view.book.spans[from]);
    match change.verdict {
        Some(Verdict::Higher) => format!("{failed}: more often than {before}"),
        Some(Verdict::Lower) => format!("{failed}: less often than {before}"),
        Some(Verdict::PossiblyHigher) => format!("{failed}: possibly more often than {before}"),
        Some(Verdict::PossiblyLower) => format!("{failed}: possibly less often than {before}"),
        Some(Verdict::AboutTheSame) => format!("{failed}: about as often as {before}"),
        Some(Verdict::Uncertain) => format!("{failed}; whether that is more or less often than {before} is too uncertain to say"),
        Some(Verdict::NotShown) | None => failed,
    }
}

/// A published count of the headline's span, in words.
fn count(view: &View<'_>, metric: &str) -> Option<String> {
    let row = view.book.program(&view.book.subject(metric)?, view.span)?;
    row.figure.get().estimate().map(numbers::decimal)
}

/// What counts as failure, and how the others ended.
fn ends(view: &View<'_>) -> String {
    let parts = [
        ("pairs_succeeded", "reached the end of their term or their goals"),
        ("pairs_ended_neutral", "ended for reasons that say nothing about them"),
        ("pairs_open", "were open at the end"),
    ];
    let parts: Vec<String> =
        parts.iter().filter_map(|(metric, words)| count(view, metric).map(|count| format!("about {count} {words}"))).collect();
    let others = if parts.is_empty() { String::new() } else { format!(" Of the others, {}.", words::listed(&parts)) };
    format!(
        "Failed means, by the program's own records: never met, ended early for no neutral reason, or no contact for twice the agreed time.{others}"
    )
}

/// The groups in which relationships clearly fail more often.
fn for_whom(view: &View<'_>, subject: &Subject<'_>) -> String {
    let book = &view.book;
    let Some(window) = book.latest_window() else { return NO_GROUPS.into() };
    let gaps: Vec<(usize, usize, &ReleaseRow)> = book
        .demographics()
        .into_iter()
        .flat_map(|grouping| (0..book.groupings[grouping].2.len()).map(move |group| (grouping, group)))
        .filter_map(|(grouping, group)| book.gap(subject, window, grouping, group).map(|row| (grouping, group, row)))
        .filter(|(.., row)| look::is_point(row))
        .collect();
    let mut flagged: Vec<_> = gaps.iter().filter(|(.., row)| flags::is_flagged(row)).collect();
    flagged.sort_by(|a, b| flags::size(b.2).unwrap_or(0.0).total_cmp(&flags::size(a.2).unwrap_or(0.0)));
    if flagged.is_empty() {
        return if gaps.is_empty() { NO_GROUPS.into() } else { NO_GROUP.into() };
    }
    let sentence = |&&(grouping, group, row): &&(usize, usize, &ReleaseRow)| {
        let level = book.level(subject, window, grouping, group).and_then(words::amount);
        let (verdict, rest) = words::comparison(row, "elsewhere");
        let place = format!("{} ({})", book.groupings[grouping].2[group].label, words::lower_first(&book.groupings[grouping].1));
        level.map(|level| format!("{place}: {level} fail within 12 months, {} {rest}.", words::lower_first(&verdict)))
    };
    flagged.iter().take(MOST).filter_map(sentence).collect::<Vec<_>>().join(" ")
}
