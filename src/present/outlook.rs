//! What is hidden, and what would make it publishable.
//!
//! All of it follows from the plan, from dates, and from which published cells show something. How many people a hidden cell holds, and whether it is hidden
//! for its own sake or for a neighbor's, is known to nobody here: a release does not hold it.

use jiff::ToSpan;
use jiff::civil::Date;

use super::lookup::{Book, Subject};
use super::model::{Block, Cell, Layout, Section, Table};
use super::rows::{number_column, words_column};
use super::{Facts, numbers, tables, words};
use crate::disclose::{Release, ReleaseRow};

type Rows<'a> = Book<'a, ReleaseRow>;

/// Measures whose pattern of shown and hidden figures is told.
const MEASURES: [&str; 4] = ["satisfied", "mentor_satisfied", "goals_met", "failed_12_months"];

/// Why figures are hidden.
pub fn why(release: &Release) -> String {
    format!(
        "A figure needs the answers of at least {} people, about at least {} people where people are rated, so that nobody's answer can be found. Others are \
         hidden because they would give such a figure away.",
        release.minimum_people, release.minimum_rated
    )
}

/// When the next figures for groups can be made; none where the program declares no window.
pub fn next_window(facts: &Facts, current: usize) -> Option<String> {
    let (next, day) = next(facts, current)?;
    let day = numbers::date(day);
    Some(match next {
        Some(label) => format!("The next publication window is {label}; its last day is {day}."),
        None => {
            let last = &facts.windows.last()?.span.label;
            format!("No publication window after {last} is declared in program.toml yet; one as long would end on {day}.")
        }
    })
}

/// The same, and that groups can be merged, in the fewest words; none where there is nothing to advise.
pub fn in_short(facts: &Facts, current: usize, grouping: &str) -> Option<String> {
    let later = next(facts, current).map(|(label, day)| {
        let which = if label.is_some() { "the next" } else { "a" };
        format!("{which} window to {}", numbers::date(day))
    });
    match (merging(facts, grouping), later) {
        (Some(_), Some(later)) => Some(format!("Groups merged before they are published, and {later}, may show more.")),
        (Some(_), None) => Some("Groups merged before they are published may show more.".into()),
        (None, Some(later)) => Some(format!("{} may show more.", words::upper_first(&later))),
        (None, None) => None,
    }
}

/// The label of the next declared window, where there is one, and its last day: else that of one as long as the last.
fn next(facts: &Facts, current: usize) -> Option<(Option<&str>, Date)> {
    if let Some(next) = facts.windows.iter().find(|window| window.last > current) {
        return Some((Some(&next.span.label), next.span.end));
    }
    let last = &facts.windows.last()?.span;
    Some((None, as_long_after(last.start, last.end)?))
}

/// The last day of a span that follows another and is as long: in months where they are whole, else in days.
fn as_long_after(start: Date, end: Date) -> Option<Date> {
    let next = end.tomorrow().ok()?;
    let months = (i32::from(next.year()) - i32::from(start.year())) * 12 + i32::from(next.month()) - i32::from(start.month());
    let after = if next.day() == start.day() && months > 0 {
        next.checked_add(months.months())
    } else {
        let days = start.until(next).ok()?.get_days();
        next.checked_add(days.days())
    };
    after.ok()?.yesterday().ok()
}

/// How groups can be merged, where those of the grouping can.
pub fn merging(facts: &Facts, grouping: &str) -> Option<&'static str> {
    facts
        .mergeable
        .iter()
        .any(|id| id == grouping)
        .then_some("Small groups can be reported as one (merge in program.toml); this must be decided before they are first published.")
}

/// Of the groups of a table, how many show a figure, and how many there are; none where there is no such table.
pub fn groups_shown(book: &Rows<'_>, subject: &Subject<'_>, grouping: usize, span: usize) -> Option<(usize, usize)> {
    let rows = (0..book.groupings[grouping].2.len()).filter_map(|group| book.level(subject, span, grouping, group));
    let (shown, all) = rows.fold((0, 0), |(shown, all), row| (shown + usize::from(!row.figure.get().is_hidden()), all + 1));
    (all > 0).then_some((shown, all))
}

/// `3 of 12 groups`: the form that the audit knows, which counts for itself.
pub fn of_groups(shown: usize, all: usize) -> String {
    if shown == 0 { "no group".into() } else { format!("{shown} of {all} groups") }
}

/// The section of the pages for evaluators and researchers.
pub fn section(book: &Rows<'_>, release: &Release, facts: &Facts) -> Section {
    Section {
        heading: Some("What is hidden, and what would show it".into()),
        subtitle: Some("Nothing here says which figure is small and which is hidden for a neighbor's sake".into()),
        layout: Layout::Full,
        blocks: vec![Block::Table(pattern(book)), Block::Bullets(advice(book, release, facts))],
    }
}

/// Which figures are shown, by measure and place.
fn pattern(book: &Rows<'_>) -> Table {
    let subjects: Vec<Subject<'_>> = MEASURES.iter().filter_map(|id| book.subject(id)).collect();
    let mut spans = vec![book.current];
    spans.extend(book.latest_window());
    let whole = spans.iter().map(|&span| {
        let cells = subjects.iter().map(|subject| match book.program(subject, span) {
            Some(row) if row.figure.get().is_hidden() => Cell::muted("hidden"),
            Some(_) => Cell::plain("shown"),
            None => Cell::muted("z"),
        });
        std::iter::once(Cell::plain(format!("Whole program, {}", book.spans[span].label))).chain(cells).collect::<Vec<_>>()
    });
    let groupings = book.latest_window().map_or(0..0, |_| 1..book.groupings.len());
    let grouped = groupings.zip(book.latest_window().into_iter().cycle()).map(|(grouping, window)| {
        let cells = subjects.iter().map(|subject| match groups_shown(book, subject, grouping, window) {
            Some((0, all)) => Cell::muted(of_groups(0, all)),
            Some((shown, all)) if shown == all => Cell::plain("all groups"),
            Some((shown, all)) => Cell::plain(of_groups(shown, all)),
            None => Cell::muted("z"),
        });
        let place = format!("By {}", words::grouping(&book.groupings[grouping].1));
        std::iter::once(Cell::plain(place)).chain(cells).collect::<Vec<_>>()
    });
    let rows = whole.chain(grouped).collect();
    let mut columns: Vec<_> = subjects.iter().map(|subject| number_column(tables::name(subject))).collect();
    columns.insert(0, words_column("Figures for"));
    let groups = book.latest_window().map_or(String::new(), |window| format!("; groups: {}", book.spans[window].label));
    Table { caption: format!("How much of each table is shown{groups}"), columns, rows, folded: false }
}

/// What would show more, to whoever keeps the program's configuration.
fn advice(book: &Rows<'_>, release: &Release, facts: &Facts) -> Vec<String> {
    let mut lines = vec![why(release)];
    lines.push(
        "Time: figures for groups exist for complete publication windows only. A window pools its periods, so that what is hidden in each of them can be \
         shown of all together; a window that has not begun may be declared longer."
            .into(),
    );
    lines.extend(next_window(facts, book.current));
    lines.push(
        "People: whoever answers counts once in a window, however often. Each further person who answers helps; asking the same people more often does not. \
         `mentorscope status` lists whom to remind."
            .into(),
    );
    let labels: Vec<String> = (1..book.groupings.len())
        .filter(|&grouping| facts.mergeable.contains(&book.groupings[grouping].0))
        .map(|grouping| words::lower_first(&book.groupings[grouping].1))
        .collect();
    if !labels.is_empty() {
        lines.push(format!(
            "Groups: small ones can be reported as one (merge in program.toml), by {}. Decide that before anything is published: a merged figure beside an earlier \
             one without it can give away what was hidden.",
            words::listed(&labels)
        ));
    }
    if (1..book.groupings.len()).any(|grouping| book.is_combination(grouping)) {
        lines.push("Combinations: each makes smaller groups, for which others must be hidden too. Without them, more may be shown of single groupings.".into());
    }
    lines.push("Order: groupings named as important in program.toml are decided first, and so keep more of their figures.".into());
    lines
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_window_after_the_last_is_as_long() {
        let cases = [
            ((2025, 10, 1), (2026, 9, 30), (2027, 9, 30)),
            ((2027, 7, 1), (2027, 12, 31), (2028, 6, 30)),
            ((2023, 3, 1), (2024, 2, 29), (2025, 2, 28)),
            ((2026, 1, 10), (2026, 1, 19), (2026, 1, 29)),
        ];
        for (start, end, after) in cases {
            let day = |(year, month, day)| date(year, month, day);
            assert_eq!(as_long_after(day(start), day(end)), Some(day(after)), "{start:?}");
        }
    }
}
