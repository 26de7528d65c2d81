//! The page for researchers: every released figure, with what it means, how it was computed and what was left out. Same values as on the other pages.

mod definitions;
mod dictionary;
mod figures;
mod instruments;

pub(super) use definitions::unit_words;

use super::lookup::Book;
use super::model::{Block, Layout, ReportModel, Section};
use super::{Facts, earlier_changes, footer, kicker, numbers, outlook, tables};
use crate::analyze::metric;
use crate::disclose::Release;
use crate::program::instrument::Instrument;

/// Builds the page.
pub(super) fn page(release: &Release, facts: &Facts, instruments: &[Instrument]) -> ReportModel {
    let book = Book::released(release);
    let current = &book.spans[book.current];
    let mut sections = vec![
        definitions::section(&book),
        section("What counts as failure in this program", None, vec![Block::Definitions(facts.failure_terms.clone())]),
        bullets("Denominators and missing answers", missing()),
        bullets("Intervals and comparisons", comparisons(release)),
        bullets("What is not shown, and why", hidden(release)),
        outlook::section(&book, release, facts),
    ];
    sections.extend(instruments::sections(instruments));
    sections.push(dictionary::section());
    sections.extend(figures::sections(&book));
    sections.extend(earlier_changes(facts));
    let first = &book.spans[0].label;
    ReportModel {
        file: "researcher.html".into(),
        title: format!("{}, {}: researcher report", facts.program, current.label),
        kicker: kicker(facts, &current.label, "for researchers"),
        headline: "Every released figure, how it is defined and how it was computed".into(),
        lede: format!(
            "Periods from {first} to {}. All values are those of the other pages and of results.csv, at the same precision; nothing finer is released. \
             Differences between groups stand here for the latest window; results.csv holds those of every window.",
            current.label
        ),
        confidential: false,
        contents: true,
        sections,
        footer: footer(facts, &current.id, Vec::new()),
    }
}

fn section(heading: &str, subtitle: Option<String>, blocks: Vec<Block>) -> Section {
    Section { heading: Some(heading.into()), subtitle, layout: Layout::Full, blocks }
}

fn bullets(heading: &str, lines: Vec<String>) -> Section {
    section(heading, None, vec![Block::Bullets(lines)])
}

fn missing() -> Vec<String> {
    [
        "Respondents are the unit for satisfaction and scales: answers about several relationships are averaged within the person first, so that each \
         person counts once. Relationships, goals and episodes are the unit elsewhere, as each definition says.",
        "The denominator of a share is who answered the question, not who was asked. Response rates have every open relationship as denominator.",
        "Kinds of missing answer are kept apart: does not apply, not asked, shown and not answered, prefers not to say, does not know, not a valid code.",
        "A scale score needs its minimum share of the items that were asked and apply, and at least half of all its items. Answers that do not apply or \
         were not asked leave that denominator. No answer is imputed or clamped.",
        "Of several answers of a person about a relationship in one span, the latest counts.",
        "Every relationship that ever entered the register stays in the denominators of failure; it leaves the risk set when it ends or fails. Records \
         are censored at the as-of date.",
        "People whose value of a grouping is not stated count in the whole program and in no group; a difference from everyone else leaves them out.",
    ]
    .map(String::from)
    .into()
}

fn comparisons(release: &Release) -> Vec<String> {
    let relevant = |id: &str| metric(id).and_then(numbers::relevant).unwrap_or_default();
    vec![
        format!("All intervals are at the {} level unless a column says otherwise.", numbers::confidence(release.confidence_level)),
        "Mentees and mentors recur, so variances are clustered by both; where no person recurs this is the usual variance.".into(),
        "A change compares a period with the same period a year before, and a window with the window before it. A difference compares a group with \
         everyone else whose value of the grouping is stated. The effect of an action is a difference in differences: the change where it was made minus \
         the change where it was not."
            .into(),
        "Differences looked at together are one family, adjusted by Holm's step-down procedure: all groups of one grouping in one measure and window; the \
         changes of the three headline measures together; the changes of the scales of one side together; the changes of every other measure by itself; \
         the effects of all actions together. The adjusted range of a difference is at the level that the procedure gives it."
            .into(),
        format!(
            "Words: higher or lower, where the published adjusted range excludes zero; possibly, where only the unadjusted one does; about the same, where \
             the whole adjusted range lies within the relevant difference ({} for shares, {} for relationships that fail, {} for scales); else too uncertain \
             to say. They are chosen from published values alone.",
            relevant("satisfied"),
            relevant("failed_12_months"),
            relevant("scale")
        ),
    ]
}

fn hidden(release: &Release) -> Vec<String> {
    let mut lines = vec![tables::SYMBOLS.to_string()];
    lines.extend(release.plan_sentences.iter().cloned());
    lines.push(format!(
        "A cell is shown only with at least {} distinct people behind it and, where people are rated, at least {} of those. Numbers of people alone decide, \
         never what was answered.",
        release.minimum_people, release.minimum_rated
    ));
    lines.extend(
        [
            "Where a total is shown, further groups are hidden until the hidden ones cannot be worked out from it. The sign is the same for all.",
            "5 to 9 people: only in which third of its range a value lies. 10 to 49: shares to the nearest 5, means to 0.2 of a scale point, T to 2. \
             50 and more: whole percent, means to 0.1, and the number of people to the nearest 5. Counts are to the nearest 5.",
            "A rate of the whole program is to 0.5, from 50 people to 0.1; that of a group takes steps of about three events, and is a number from 10 \
             people with an event.",
            "The interval of a share is that of all shares which round to it. Ends of intervals are rounded outward to the same grid. A share with fewer than 3 people on one side prints as a range to that end; a response \
             rate with fewer than 5 who did not answer, too.",
            "Reliability and effects of actions need at least 50 people and 12 on each side, and print with two digits.",
        ]
        .map(String::from),
    );
    lines
}
