//! What cannot be told, and what is safe to say where nothing is shown.

use super::{View, actions};
use crate::disclose::{Figure, Symbol};
use crate::present::lookup::Subject;
use crate::present::model::{Block, Layout, Section};
use crate::present::{numbers, words};
use crate::stats::NotEstimable;

/// The note at the end.
pub fn section(view: &View<'_>) -> Section {
    let mut lines = vec![response(view)];
    if something_hidden(view) {
        lines.push("Some groups are not shown: too few answers to protect people.".into());
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

/// What is not known of a side that answers anonymously; none where it does not.
pub fn anonymous(view: &View<'_>, response: &str) -> bool {
    let row = view.book.subject(response).and_then(|subject| view.book.program(&subject, view.span));
    row.is_some_and(|row| {
        matches!(row.figure.get(), Figure::Hidden(Symbol::Unavailable)) && row.reason == Some(NotEstimable::NotLinked.to_string())
    })
}

fn response(view: &View<'_>) -> String {
    let sides = [("response_mentee", "Mentees"), ("response_mentor", "Mentors")].into_iter().filter(|(id, _)| anonymous(view, id));
    let sides: Vec<&str> = sides.map(|(_, side)| side).collect();
    if !sides.is_empty() {
        return format!(
            "{} answered anonymously: how many of those asked answered, what they say by group, and what the two sides of one relationship say cannot be told.",
            words::upper_first(&sides.join(" and ").to_lowercase())
        );
    }
    let amount = |id: &str| {
        let subject = view.book.subject(id)?;
        view.book.program(&subject, view.span).and_then(words::amount)
    };
    let what = "questionnaires about open relationships";
    match (amount("response_mentee"), amount("response_mentor")) {
        (Some(mentees), Some(mentors)) => {
            format!("Mentees answered {mentees} of the {what}, mentors {mentors}; the others may see it differently.")
        }
        (Some(mentees), None) => {
            format!("Mentees answered {mentees} of the {what}; how many mentors answered is {}.", words::NOT_SHOWN)
        }
        (None, Some(mentors)) => {
            format!("Mentors answered {mentors} of the {what}; how many mentees answered is {}.", words::NOT_SHOWN)
        }
        (None, None) => format!("How many answered is {}; those who did not answer may see it differently.", words::NOT_SHOWN),
    }
}

/// Whether any group of a single demographic has a hidden figure in the latest window.
fn something_hidden(view: &View<'_>) -> bool {
    let book = &view.book;
    let Some(window) = book.latest_window() else { return true };
    let hidden = |subject: &Subject<'_>, grouping: usize, group: usize| {
        book.level(subject, window, grouping, group).is_none_or(|row| row.figure.get().is_hidden())
    };
    let Some(subject) = book.subject("satisfied") else { return true };
    book.demographics().into_iter().any(|grouping| (0..book.groupings[grouping].2.len()).any(|group| hidden(&subject, grouping, group)))
}

/// Where none of the headline figures is shown: what was done, and when figures will appear.
pub fn safe_to_say(view: &View<'_>) -> Option<Section> {
    let shown = ["satisfied", "goals_met", "failed_12_months"].iter().any(|id| {
        let row = view.book.subject(id).and_then(|subject| view.book.program(&subject, view.span));
        row.is_some_and(|row| !row.figure.get().is_hidden())
    });
    if shown {
        return None;
    }
    let open = view.book.subject("pairs_open").and_then(|subject| view.book.program(&subject, view.book.current));
    let open = open
        .and_then(|row| row.figure.get().estimate())
        .map(|count| format!("About {} relationships were open on the last day.", numbers::decimal(count)));
    let mut lines: Vec<String> = open.into_iter().collect();
    lines.extend(
        view.book
            .actions
            .iter()
            .map(|action| format!("{}: {}, since {}.", action.label, actions::place(action), numbers::month_of(action.started))),
    );
    lines.push(format!(
        "A figure appears once at least {} people have answered and at least {} people are rated; for groups, over a whole publication window.",
        view.release.minimum_people, view.release.minimum_rated
    ));
    Some(Section { heading: Some("What is safe to say".into()), subtitle: None, layout: Layout::Full, blocks: vec![Block::Bullets(lines)] })
}
