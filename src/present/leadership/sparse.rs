//! Programs so small that little can be shown: what is safe to say, what is not shown yet and why, and what would show more. Sentences stand in place of
//! empty charts and of tables without a number.

use super::cards::{self, HEADLINES};
use super::look::is_point;
use super::{Rows, View, actions, limits};
use crate::disclose::{Figure, Symbol};
use crate::present::model::{Block, Layout, Section};
use crate::present::words::{self, ActionVerdict};
use crate::present::{Facts, numbers, outlook};

/// Whether no headline figure is shown, or not two groups of the demographic shown first have a number. Where answers are anonymous, groups are not known to anybody.
pub fn is_sparse(book: &Rows<'_>, facts: &Facts, span: usize) -> bool {
    let is_hidden = |id: &&str| {
        let row = book.subject(id).and_then(|subject| book.program(&subject, span));
        row.is_none_or(|row| row.figure.get().is_hidden())
    };
    let without_groups = match (book.first_demographic(&facts.important), book.latest_window(), book.subject("satisfied")) {
        (Some(grouping), Some(window), Some(subject)) if !limits::is_anonymous(book, span, "response_mentee") => {
            let rows = (0..book.groupings[grouping].2.len()).filter_map(|group| book.level(&subject, window, grouping, group));
            rows.filter(|row| is_point(row)).count() < 2
        }
        _ => false,
    };
    without_groups || HEADLINES.iter().all(is_hidden)
}

/// The sections that stand after the headline figures.
pub fn sections(view: &View<'_>) -> Vec<Section> {
    let half = |heading: &str, blocks: Vec<Block>| Section { heading: Some(heading.into()), subtitle: None, layout: Layout::Half, blocks };
    let said = safe(view);
    let said = (!said.is_empty()).then(|| Section {
        heading: Some("What is safe to say".into()),
        subtitle: None,
        layout: Layout::Full,
        blocks: vec![Block::Bullets(said)],
    });
    let hidden = format!("Not shown: {}.", words::listed(&hidden(view)));
    let why = outlook::why(view.release);
    said.into_iter()
        .chain([
            half("What is not shown yet, and why", vec![Block::Paragraph(hidden), Block::Paragraph(why)]),
            half("What would show more", vec![Block::Bullets(more(view))]),
        ])
        .collect()
}

/// Whether what was changed is told in sentences: nothing can be said yet of what any of it did.
pub fn actions_are_said(view: &View<'_>) -> bool {
    view.is_sparse && actions::verdicts(view).iter().all(|(_, verdict, _)| *verdict == ActionVerdict::Unknown)
}

/// Relationships, who answered, and what was done.
fn safe(view: &View<'_>) -> Vec<String> {
    let mut lines: Vec<String> = pairs(view).into_iter().collect();
    lines.extend(limits::answered(view).map(|(words, span)| format!("{words} ({}).", view.book.spans[span].label)));
    lines.extend(groups(view));
    if actions_are_said(view) {
        lines.extend(view.book.actions.iter().map(|action| {
            let everywhere = if action.places.is_empty() { "; there is no place without it to compare with" } else { "" };
            let place = if action.places.is_empty() { "whole program".into() } else { actions::place(action) };
            format!("{}: {place}, since {}{everywhere}.", action.label, numbers::month_of(action.started))
        }));
    }
    lines
}

/// How many relationships the program supports, where that count is itself published.
fn pairs(view: &View<'_>) -> Option<String> {
    let places =
        [("pairs_open", view.span), ("pairs_open", view.book.current), ("pairs_at_risk", view.span), ("pairs_at_risk", view.book.current)];
    places.into_iter().find_map(|(metric, span)| {
        let row = view.book.program(&view.book.subject(metric)?, span)?;
        let Figure::Point { estimate, .. } = row.figure.get() else { return None };
        let day = if metric == "pairs_open" { "last" } else { "first" };
        Some(format!("About {} relationships were open on the {day} day of {}.", numbers::decimal(*estimate), view.book.spans[span].label))
    })
}

/// The groups that are shown, with the numbers or bands that no chart is drawn of, in their declared order.
fn groups(view: &View<'_>) -> Option<String> {
    let (grouping, window) = view.departments?;
    let subject = view.book.subject("satisfied")?;
    let (_, label, groups) = &view.book.groupings[grouping];
    let shown = groups.iter().enumerate().filter_map(|(group, names)| {
        let amount = view.book.level(&subject, window, grouping, group).and_then(words::amount)?;
        Some(format!("{}, {amount}", names.label))
    });
    let shown: Vec<String> = shown.collect();
    let period = &view.book.spans[window].label;
    (!shown.is_empty()).then(|| format!("Mentees satisfied, by {} ({period}): {}.", words::lower_first(label), shown.join("; ")))
}

/// What a larger program's page would show here.
fn hidden(view: &View<'_>) -> Vec<String> {
    let book = &view.book;
    let mut things = Vec::new();
    if pairs(view).is_none() {
        things.push("how many relationships there are".to_string());
    }
    for id in HEADLINES {
        let Some(subject) = book.subject(id) else { continue };
        let topic = words::topic(subject.metric, None, None);
        match cards::level(view, id) {
            Some(row) if !row.figure.get().is_hidden() => {}
            Some(row) => match (&row.reason, row.figure.get()) {
                (Some(reason), Figure::Hidden(Symbol::Unavailable)) => things.push(format!("{topic} ({reason})")),
                _ => things.push(topic),
            },
            None => things.push(topic),
        }
    }
    let compared = |id: &&str| {
        let change = book.subject(id).and_then(|subject| book.change(&subject, view.span));
        change.is_some_and(|(row, _)| !row.figure.get().is_hidden())
    };
    let before = HEADLINES.iter().filter_map(|id| book.change(&book.subject(id)?, view.span)).map(|(_, from)| from).next();
    if let Some(from) = before.filter(|_| !HEADLINES.iter().any(compared)) {
        things.push(format!("whether anything differs from {}", words::earlier(&book.spans[view.span], &book.spans[from])));
    }
    let is_anonymous = ["response_mentee", "response_mentor"].iter().any(|id| limits::is_anonymous(book, view.span, id));
    if limits::answered(view).is_none() && !is_anonymous {
        things.push("how many answered".into());
    }
    if let Some((grouping, window)) = view.departments {
        let label = words::lower_first(&book.groupings[grouping].1);
        let shown = book.subject("satisfied").and_then(|subject| outlook::groups_shown(book, &subject, grouping, window));
        things.extend(match shown {
            Some((shown, all)) if shown == all => None,
            Some((shown, all)) if shown > 0 => Some(format!("satisfaction by {label} (shown: {})", outlook::of_groups(shown, all))),
            _ => Some(format!("satisfaction by {label}")),
        });
    }
    if view.book.actions.iter().any(|action| !action.places.is_empty()) && actions_are_said(view) {
        things.push("whether what was changed helped".into());
    }
    things
}

/// When, by whom and how more can be shown.
fn more(view: &View<'_>) -> Vec<String> {
    let mut lines: Vec<String> = outlook::next_window(view.facts, view.book.current)
        .map(|next| format!("Time. {next} It pools its periods: more can be shown then, if enough people answer."))
        .into_iter()
        .collect();
    lines.push("Answers. Everybody counts once, however often they answer: ask those who have not answered yet.".into());
    let merging = view.departments.and_then(|(grouping, _)| outlook::merging(view.facts, &view.book.groupings[grouping].0));
    lines.extend(merging.map(|words| format!("Groups. {words}")));
    lines
}
