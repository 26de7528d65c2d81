//! What cannot be told.

use super::{Rows, View};
use crate::disclose::{Figure, Symbol};
use crate::present::model::{Block, Layout, Section};
use crate::present::{numbers, outlook, words};
use crate::stats::NotEstimable;

/// The note at the end. Where who answered and what is hidden was `told` before, it is not said again.
pub fn section(view: &View<'_>, told: bool) -> Section {
    let mut lines = Vec::new();
    lines.extend(anonymous_sides(view).or_else(|| (!told).then(|| response(view))));
    if !told {
        lines.extend(hidden_groups(view));
    }
    if !view.facts.register_is_whole {
        lines.push(
            "Relationships are known from other records that the register lacks: more may have failed than is shown. The evaluation office knows of them.".into(),
        );
    }
    lines.push("Nothing was assigned by lot: differences are associations, not proof of what brought them about.".into());
    lines.push(format!("Records are as of {}: relationships open then may yet end.", numbers::date(view.facts.as_of)));
    Section { heading: Some("What we cannot tell".into()), subtitle: None, layout: Layout::Note, blocks: vec![Block::Bullets(lines)] }
}

/// Whether a side answers anonymously.
pub fn is_anonymous(book: &Rows<'_>, span: usize, response: &str) -> bool {
    let row = book.subject(response).and_then(|subject| book.program(&subject, span));
    row.is_some_and(|row| {
        matches!(row.figure.get(), Figure::Hidden(Symbol::Unavailable)) && row.reason == Some(NotEstimable::NotLinked.to_string())
    })
}

/// What is not known of sides that answer anonymously; none where neither does.
fn anonymous_sides(view: &View<'_>) -> Option<String> {
    let sides = [("response_mentee", "mentees"), ("response_mentor", "mentors")];
    let sides: Vec<&str> = sides.into_iter().filter(|(id, _)| is_anonymous(&view.book, view.span, id)).map(|(_, side)| side).collect();
    (!sides.is_empty()).then(|| {
        format!(
            "{} answered anonymously: how many of those asked answered, what they say by group, and what the two sides of one relationship say cannot be told.",
            words::upper_first(&sides.join(" and "))
        )
    })
}

const ASKED: &str = "questionnaires about open relationships";

/// How many of those asked answered, as published for the headline's span, else for the current period; none where neither side is shown.
pub fn answered(view: &View<'_>) -> Option<(String, usize)> {
    [view.span, view.book.current].into_iter().find_map(|span| {
        let amount = |id: &str| view.book.program(&view.book.subject(id)?, span).and_then(words::amount);
        let words = match (amount("response_mentee"), amount("response_mentor")) {
            (Some(mentees), Some(mentors)) => format!("Mentees answered {mentees} of the {ASKED}, mentors {mentors}"),
            (Some(mentees), None) => format!("Mentees answered {mentees} of the {ASKED}"),
            (None, Some(mentors)) => format!("Mentors answered {mentors} of the {ASKED}"),
            (None, None) => return None,
        };
        Some((words, span))
    })
}

fn response(view: &View<'_>) -> String {
    let shown = |id: &str| {
        let row = view.book.subject(id).and_then(|subject| view.book.program(&subject, view.span));
        row.is_some_and(|row| !row.figure.get().is_hidden())
    };
    match (answered(view).filter(|(_, span)| *span == view.span), shown("response_mentee"), shown("response_mentor")) {
        (Some((words, _)), true, true) => format!("{words}; the others may see it differently."),
        (Some((words, _)), true, false) => format!("{words}; how many mentors answered is {}.", words::NOT_SHOWN),
        (Some((words, _)), ..) => format!("{words}; how many mentees answered is {}.", words::NOT_SHOWN),
        (None, ..) => format!("How many answered is {}; those who did not answer may see it differently.", words::NOT_SHOWN),
    }
}

/// Of which groups nothing is shown in the latest window, and what would change that; none where all of them are.
fn hidden_groups(view: &View<'_>) -> Option<String> {
    let book = &view.book;
    if is_anonymous(book, view.span, "response_mentee") {
        return None;
    }
    let Some(window) = book.latest_window() else {
        let next = outlook::next_window(view.facts, book.current).map_or(String::new(), |next| format!(" {next}"));
        return Some(format!("Groups are not shown: their figures cover complete publication windows only.{next}"));
    };
    let subject = book.subject("satisfied")?;
    let first = view.departments.map(|(grouping, _)| grouping);
    let hides = |grouping: &usize| outlook::groups_shown(book, &subject, *grouping, window).is_some_and(|(shown, all)| shown < all);
    let hiding = book.demographics().into_iter().filter(hides).collect::<Vec<usize>>();
    let grouping = *first.filter(|first| hiding.contains(first)).as_ref().or(hiding.first())?;
    let (shown, all) = outlook::groups_shown(book, &subject, grouping, window)?;
    let more = outlook::in_short(view.facts, book.current, &book.groupings[grouping].0).map_or(String::new(), |more| format!(" {more}"));
    Some(format!(
        "Satisfaction by {} is shown for {}, to protect people.{more}",
        words::lower_first(&book.groupings[grouping].1),
        outlook::of_groups(shown, all),
    ))
}
