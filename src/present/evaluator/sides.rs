//! The two sides of a pair.

use super::{definitions, section, subjects};
use crate::present::lookup::{Book, Subject};
use crate::present::model::{Block, Cell, Section};
use crate::present::rows::{Row, number_column};
use crate::present::tables;
use crate::program::plan::Role;

/// What to expect of a gap, with its source.
pub const SELF_RATINGS: &str = "Mentors usually rate themselves lower than mentees rate them: before one training, mentors gave themselves 4.8 of 7 and their mentees gave them \
     5.6 (Am J Trop Med Hyg 2023, PMC10397461). A gap in that direction is no sign of failure.";

/// The section; none where the two sides are not both asked.
pub fn section_of<R: Row>(book: &Book<'_, R>) -> Option<Section> {
    let all: Vec<usize> = book.periods().chain(book.windows()).collect();
    let window = book.latest_window().unwrap_or(book.current);
    let shares = subjects(book, &["both_satisfied", "mentee_only_satisfied", "mentor_only_satisfied", "neither_satisfied"]);
    let of = |metric: &str| book.subjects().iter().filter(|subject| subject.metric.id == metric).copied().collect::<Vec<_>>();
    let (gaps, correlations, agreements) = (of("side_gap"), of("side_correlation"), of("side_icc"));
    if shares.is_empty() && gaps.is_empty() {
        return None;
    }
    let mut blocks = vec![Block::Paragraph(SELF_RATINGS.into())];
    let over_time = |caption: &str, subjects: &[Subject<'_>], folded: bool| {
        (!subjects.is_empty()).then(|| Block::Table(tables::periods_by_subject(book, caption.into(), subjects, &all, folded)))
    };
    blocks.extend(over_time("Who is satisfied, of relationships with an answer from both sides", &shares, false));
    if R::EXACT {
        let counts = ["pairs_both_satisfied", "pairs_mentee_only_satisfied", "pairs_mentor_only_satisfied", "pairs_neither_satisfied"];
        blocks.extend(over_time("The numbers behind it", &subjects(book, &counts), true));
    }
    let rows = gaps.iter().map(|gap| {
        let twin = |of: &[Subject<'_>]| {
            let found = of.iter().find(|other| other.detail == gap.detail).and_then(|subject| book.program(subject, window));
            found.map_or_else(|| Cell::muted("z"), Row::value_and_range)
        };
        let own = book.program(gap, window).map_or_else(|| Cell::muted("z"), Row::value_and_range);
        vec![Cell::plain(gap.detail.map_or("", |detail| detail.label())), own, twin(&correlations), twin(&agreements)]
    });
    let columns = ["Mentee minus mentor, in scale points", "Correlation", "Agreement (ICC)"].map(number_column).into();
    let label = &book.spans[window].label;
    if !gaps.is_empty() {
        let caption = format!("Scales that both sides answer, {label}");
        blocks.push(Block::Table(tables::table(caption, "Scale", columns, rows.collect(), false)));
        // Released, they are in results.csv: two long tables more would hide the rest.
        if R::EXACT {
            blocks.extend(named(book, "Mentee minus mentor, in scale points, over time", &gaps, &all));
            blocks.extend(named(book, "Agreement (ICC) over time", &agreements, &all));
        }
    }
    blocks.extend(questions(book, &of("side_kappa"), window));
    // Who answered is in the section on response too; here it stands beside what silence goes with.
    if R::EXACT {
        let answered = ["pairs_both_answered", "pairs_mentee_only", "pairs_mentor_only", "pairs_neither_answered"];
        blocks.extend(over_time("Who answered", &subjects(book, &answered), false));
    }
    blocks.extend(silence(book, window));
    blocks.push(definitions(&["both_satisfied", "side_gap", "side_correlation", "side_icc", "side_kappa", "silence_difference"]));
    Some(section("The two sides of a pair", Some("What mentee and mentor say of one relationship in one period".into()), blocks))
}

/// One metric of many over time, headed by names alone.
fn named<R: Row>(book: &Book<'_, R>, caption: &str, subjects: &[Subject<'_>], spans: &[usize]) -> Option<Block> {
    let mut table = tables::periods_by_subject(book, caption.into(), subjects, spans, true);
    for (column, subject) in table.columns.iter_mut().skip(1).zip(subjects) {
        column.heading = subject.detail.map_or(String::new(), |detail| detail.label().to_string());
    }
    (!subjects.is_empty()).then_some(Block::Table(table))
}

/// Agreement on each question that both sides answer.
fn questions<R: Row>(book: &Book<'_, R>, kappas: &[Subject<'_>], window: usize) -> Option<Block> {
    let rows: Vec<Vec<Cell>> = kappas
        .iter()
        .filter_map(|subject| {
            let row = book.program(subject, window)?;
            Some(vec![Cell::plain(subject.detail.map_or("", |detail| detail.label())), row.value_and_range()])
        })
        .collect();
    let caption = format!("Questions that both sides answer, as mentees are asked, {}", book.spans[window].label);
    let table = tables::table(caption, "Question", vec![number_column("Weighted kappa")], rows, true);
    (!table.rows.is_empty()).then_some(Block::Table(table))
}

/// Failure after silence and after an answer, by side.
fn silence<R: Row>(book: &Book<'_, R>, window: usize) -> Vec<Block> {
    let cell = |metric: &str, role: Role| {
        let found = book.subjects_of(metric, role).first().and_then(|subject| book.program(subject, window));
        found.map_or_else(|| Cell::muted("z"), Row::value_and_range)
    };
    let metrics = ["failed_after_answer", "failed_after_silence", "silence_difference"];
    let sides = [(Role::Mentee, "Mentee"), (Role::Mentor, "Mentor")];
    let rows: Vec<Vec<Cell>> = sides
        .into_iter()
        .filter(|(role, _)| !book.subjects_of(metrics[0], *role).is_empty())
        .map(|(role, name)| std::iter::once(Cell::plain(name)).chain(metrics.map(|metric| cell(metric, role))).collect())
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let columns = ["Failed in the period after an answer", "After silence", "Difference"].map(number_column).into();
    let caption = format!("Silence and failure, {}", book.spans[window].label);
    vec![
        Block::Table(tables::table(caption, "Side", columns, rows, false)),
        Block::Paragraph("An association: those who are silent may differ from those who answer in other ways.".into()),
    ]
}
