//! Goals, failure of relationships, and why.

use super::{definitions, over_time, section, subjects};
use crate::present::lookup::Book;
use crate::present::model::{Block, Cell, Section};
use crate::present::rows::{Row, words_column};
use crate::present::{charts, tables};
use crate::program::plan::Role;

/// Goals met, agreed and followed up.
pub fn goals<R: Row>(book: &Book<'_, R>) -> Section {
    let shares = ["goals_met", "goals_met_mentor", "goals_agreed", "goals_no_follow_up"];
    let scores = ["gas_t_mentee", "gas_t_mentor"];
    let (share_subjects, score_subjects) = (subjects(book, &shares), subjects(book, &scores));
    let mut blocks = over_time(book, &share_subjects);
    blocks.extend(subjects(book, &["goals_set"]).iter().map(|subject| Block::Table(tables::over_time(book, subject))));
    blocks.extend(tables::all_groups(book, "Goals", &share_subjects[..share_subjects.len().min(1)], false));
    blocks.extend(tables::all_groups(book, "Goals, further measures", share_subjects.get(1..).unwrap_or_default(), true));
    blocks.extend(over_time(book, &score_subjects));
    blocks.extend(tables::all_groups(book, "Goal attainment T", &score_subjects, true));
    blocks.push(definitions(&[shares.as_slice(), scores.as_slice()].concat()));
    section("Goals", Some("Goals that came due in the period".into()), blocks)
}

/// Relationships entered, failed and ended; the rate and the share that fails within twelve months.
pub fn failure<R: Row>(book: &Book<'_, R>) -> Section {
    let flows = ["pairs_at_risk", "pairs_entered", "pairs_failed", "pairs_succeeded", "pairs_ended_neutral", "pairs_lost", "pairs_open"];
    let measures = ["failed_12_months", "failure_rate"];
    let spans: Vec<usize> = book.periods().chain(book.windows()).collect();
    let mut blocks = Vec::new();
    for id in measures {
        blocks.extend(over_time(book, &subjects(book, &[id])));
    }
    blocks.push(Block::Table(tables::periods_by_subject(
        book,
        "Relationships in the register, whole program".into(),
        &subjects(book, &flows),
        &spans,
        false,
    )));
    blocks.extend(tables::all_groups(book, "Failure", &subjects(book, &measures[..1]), false));
    blocks.extend(tables::all_groups(book, "Failures per 100 relationship-months", &subjects(book, &measures[1..]), true));
    blocks.push(definitions(&[measures.as_slice(), flows.as_slice()].concat()));
    section("Relationship failure", Some("Every relationship ever formed stays counted; completed and neutral ends compete".into()), blocks)
}

/// Causes that each side named; none where there is no row.
pub fn causes<R: Row>(book: &Book<'_, R>) -> Option<Section> {
    let window = book.latest_window()?;
    let ranked = charts::ranked_causes(book, window);
    if ranked.is_empty() {
        return None;
    }
    let mut blocks = Vec::new();
    match charts::cause_dots(book, "Causes of failure, by how often each side named them".into(), window, usize::MAX) {
        Some(figure) => blocks.push(Block::Figure(figure)),
        None => {
            blocks.push(Block::Paragraph(format!("Causes of failure, {}: {}.", book.spans[window].label, crate::present::words::NOT_SHOWN)))
        }
    }
    if R::EXACT {
        for (role, who) in [(Role::Mentee, "mentees"), (Role::Mentor, "mentors")] {
            let rows = book.subjects_of("cause", role).into_iter().filter_map(|subject| {
                let row = book.program(&subject, window)?;
                let mut cells =
                    vec![Cell::plain(tables::short_name(&subject)), Cell::plain(subject.detail.map_or("", |detail| detail.id()))];
                cells.extend(row.level_cells());
                Some(cells)
            });
            let mut columns = R::level_columns(book.confidence_level);
            columns.insert(0, words_column("Id"));
            let caption = format!("Causes named by {who}, {}", book.spans[window].label);
            blocks.push(Block::Table(tables::table(caption, "Cause", columns, rows.collect(), false)));
        }
    }
    blocks.push(definitions(&["cause"]));
    let subtitle =
        format!("Failed relationships, {}; what a side names is its view, and both are shown where they differ", book.spans[window].label);
    Some(section("Causes named", Some(subtitle), blocks))
}
