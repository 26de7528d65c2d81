//! Who answered, how satisfied both sides are, and the trouble that both report.

use super::{definitions, over_time, section, subjects};
use crate::present::lookup::{self, Book, Subject};
use crate::present::model::{Block, Section};
use crate::present::rows::Row;
use crate::present::{charts, tables, words};
use crate::program::plan::Role;

/// Lines that one chart holds.
const LINES: usize = 4;

/// Who answered.
pub fn response<R: Row>(book: &Book<'_, R>) -> Section {
    let rates = ["response_mentee", "response_mentor"];
    let sides = ["pairs_both_answered", "pairs_mentee_only", "pairs_mentor_only", "pairs_neither_answered"];
    let both = subjects(book, &rates);
    let mut blocks = over_time(book, &both);
    let spans: Vec<usize> = book.periods().chain(book.windows()).collect();
    let counts = subjects(book, &sides);
    if !counts.is_empty() {
        blocks.push(Block::Table(tables::periods_by_subject(
            book,
            "Open relationships by who answered, whole program".into(),
            &counts,
            &spans,
            false,
        )));
    }
    blocks.extend(tables::all_groups(book, "Response", &both, true));
    blocks.push(definitions(&rates));
    section("Response", Some("Of the open relationships, those with an answer from the mentee and from the mentor".into()), blocks)
}

/// Overall satisfaction of both sides.
pub fn satisfaction<R: Row>(book: &Book<'_, R>) -> Section {
    let shares = ["satisfied", "mentor_satisfied", "met_as_agreed"];
    let nets = ["nps", "mentor_nps"];
    let (share_subjects, net_subjects) = (subjects(book, &shares), subjects(book, &nets));
    let mut blocks = over_time(book, &share_subjects);
    let demographics = book.demographics();
    for (grouping, span) in tables::grouped_places(book) {
        for subject in &share_subjects {
            let title = format!("{}, by {}", tables::name(subject), words::grouping(&book.groupings[grouping].1));
            let figure = charts::group_dots(book, title, subject, grouping, span);
            // Combinations of demographics are left to tables and so, to keep a release's page light, is everything but the headline measure.
            let drawn = demographics.contains(&grouping) && (R::EXACT || subject.metric.id == shares[0]);
            blocks.extend(match figure.filter(|_| drawn) {
                Some(mut figure) => {
                    figure.table.folded = false;
                    Some(Block::Figure(figure))
                }
                None => tables::one_by_group(book, subject, grouping, span),
            });
        }
    }
    if let (Some(subject), Some(grouping)) = (share_subjects.first(), demographics.first()) {
        blocks.extend(charts::panels(book, subject, *grouping).map(Block::Figure));
    }
    blocks.extend(over_time(book, &net_subjects));
    blocks.extend(tables::all_groups(book, "Would recommend (net)", &net_subjects, true));
    blocks.push(definitions(&[shares.as_slice(), nets.as_slice()].concat()));
    section("Satisfaction", Some("Overall answers of mentees and mentors, each person counted once".into()), blocks)
}

/// Scale scores, one section per side that answers and instrument.
pub fn scales<R: Row>(book: &Book<'_, R>) -> Vec<Section> {
    let sides = [(Role::Mentee, "by mentees"), (Role::Mentor, "by mentors"), (Role::Institution, "by staff")];
    let mut sections = Vec::new();
    for (role, who) in sides {
        let all = book.subjects_of("scale", role);
        let instrument = |subject: &Subject<'_>| subject.detail.map_or(String::new(), |detail| lookup::instrument(detail).to_string());
        let parts: Vec<_> = all.chunk_by(|a, b| instrument(a) == instrument(b)).collect();
        for scales in &parts {
            let which = if parts.len() > 1 { format!(" ({})", instrument(&scales[0])) } else { String::new() };
            sections.push(scale_section(book, scales, &format!("{who}{which}")));
        }
    }
    sections
}

fn scale_section<R: Row>(book: &Book<'_, R>, scales: &[Subject<'_>], who: &str) -> Section {
    let mut blocks: Vec<Block> = charts::scale_dots(book, scales, book.headline(), who).into_iter().map(Block::Figure).collect();
    for some in scales.chunks(LINES) {
        let name = format!("Scale scores {who} over time: {}", some.iter().map(tables::short_name).collect::<Vec<_>>().join(", "));
        blocks.extend(charts::trend(book, name, some).map(Block::Figure));
    }
    if R::EXACT {
        blocks.extend(scales.iter().map(|subject| Block::Table(tables::over_time(book, subject))));
    }
    blocks.extend(tables::all_groups(book, &format!("Scale scores {who}"), scales, true));
    if blocks.iter().all(|block| matches!(block, Block::Paragraph(_))) {
        blocks = vec![Block::Paragraph(format!("Scale scores {who}: {}.", words::NOT_SHOWN))];
    }
    blocks.push(definitions(&["scale", "cronbach_alpha"]));
    section(&format!("Scales answered {who}"), Some("Mean of the answered items, each person counted once".into()), blocks)
}

/// Trouble as both sides report it.
pub fn trouble<R: Row>(book: &Book<'_, R>) -> Section {
    let ids = ["both_dissatisfied", "mentee_dissatisfied", "mentor_dissatisfied", "harm_reported"];
    let reported = subjects(book, &ids);
    let mut blocks = over_time(book, &reported);
    blocks.extend(tables::all_groups(book, "Trouble reported", &reported, true));
    blocks.push(definitions(&ids));
    section("Trouble as both sides report it", Some("Relationships with an answer from both sides; harm: from either".into()), blocks)
}
