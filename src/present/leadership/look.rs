//! Where to look: what meets the printed criteria, the largest first.

use super::{Rows, View};
use crate::analyze::{Level, metric};
use crate::disclose::{Figure, ReleaseRow, Verdict};
use crate::present::lookup::Subject;
use crate::present::model::{Block, Layout, ListItem, Section};
use crate::present::{flags, numbers, words};

/// Most items listed.
const MOST: usize = 3;
/// Most further matters named of one group.
const MOST_FURTHER: usize = 2;
/// Metrics that say again what a listed one says.
const SAID_BY_OTHERS: [&str; 5] = ["scale_top", "failure_rate", "goals_met_mentor", "gas_t_mentee", "gas_t_mentor"];

/// What a finding compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// A group with everyone else, in the latest window.
    Gap {
        /// Position of the grouping.
        grouping: usize,
        /// Position of the group.
        group: usize,
    },
    /// The whole program with an earlier span.
    Change {
        /// Position of the earlier span.
        from: usize,
    },
}

/// Something that meets the criteria.
#[derive(Debug)]
pub struct Finding<'a> {
    /// What it is about.
    pub subject: Subject<'a>,
    /// The published difference.
    pub row: &'a ReleaseRow,
    /// What is compared.
    pub comparison: Comparison,
    /// Further matters in which the same group differs, in a word or two each.
    pub further: Vec<String>,
}

fn is_looked_at(subject: &Subject<'_>) -> bool {
    subject.metric.level != Level::Quality && !SAID_BY_OTHERS.contains(&subject.metric.id)
}

/// Everything that meets the criteria, the largest difference against its metric's relevant one first.
pub fn findings<'a>(book: &Rows<'a>, span: usize) -> Vec<Finding<'a>> {
    let mut found = Vec::new();
    let subjects = || book.subjects().iter().filter(|subject| is_looked_at(subject));
    for subject in subjects().filter(|subject| subject.metric.primary) {
        if let Some((row, from)) = book.change(subject, span).filter(|(row, _)| flags::is_flagged(row)) {
            found.push(Finding { subject: *subject, row, comparison: Comparison::Change { from }, further: Vec::new() });
        }
    }
    if let Some(window) = book.latest_window() {
        for grouping in book.demographics() {
            for group in 0..book.groupings[grouping].2.len() {
                let gap = |subject: &Subject<'a>| {
                    book.gap(subject, window, grouping, group).filter(|row| flags::is_flagged(row)).map(|row| (*subject, row))
                };
                let mut gaps: Vec<_> = subjects().filter_map(gap).collect();
                // A primary outcome first, then the largest: only a primary outcome puts a group on the list.
                let order = |subject: &Subject<'_>, row: &ReleaseRow| (subject.metric.primary, flags::size(row).unwrap_or(0.0));
                gaps.sort_by(|a, b| {
                    let ((a_headline, a_size), (b_headline, b_size)) = (order(&a.0, a.1), order(&b.0, b.1));
                    b_headline.cmp(&a_headline).then(b_size.total_cmp(&a_size))
                });
                if let [(subject, row), rest @ ..] = gaps.as_slice()
                    && subject.metric.primary
                {
                    let further = rest
                        .iter()
                        .take(MOST_FURTHER)
                        .map(|(subject, _)| words::topic(subject.metric, subject.detail, subject.role))
                        .collect();
                    found.push(Finding { subject: *subject, row, comparison: Comparison::Gap { grouping, group }, further });
                }
            }
        }
    }
    found.sort_by(|a, b| flags::size(b.row).unwrap_or(0.0).total_cmp(&flags::size(a.row).unwrap_or(0.0)));
    found
}

/// Whether any difference that could be listed is shown: else nothing was looked at.
pub fn is_compared(view: &View<'_>) -> bool {
    let book = &view.book;
    let shown = |row: &ReleaseRow| row.verdict.is_some_and(|verdict| verdict != Verdict::NotShown);
    let primary = || book.subjects().iter().filter(|subject| is_looked_at(subject) && subject.metric.primary);
    let changed = primary().any(|subject| book.change(subject, view.span).is_some_and(|(row, _)| shown(row)));
    let groups =
        || book.demographics().into_iter().flat_map(|grouping| (0..book.groupings[grouping].2.len()).map(move |group| (grouping, group)));
    let window = book.latest_window();
    changed
        || window.is_some_and(|window| {
            primary().any(|subject| groups().any(|(grouping, group)| book.gap(subject, window, grouping, group).is_some_and(shown)))
        })
}

/// Whether any difference of satisfaction between groups is shown.
pub fn any_gap_shown(book: &Rows<'_>, grouping: usize, window: usize) -> bool {
    let Some(subject) = book.subject("satisfied") else { return false };
    let groups = 0..book.groupings[grouping].2.len();
    groups
        .filter_map(|group| book.gap(&subject, window, grouping, group))
        .any(|row| row.verdict.is_some_and(|verdict| verdict != Verdict::NotShown))
}

/// `Surgery, satisfaction`; `Women (gender), goals met`; `Whole program, relationships that fail`.
pub fn lead(view: &View<'_>, finding: &Finding<'_>) -> String {
    let subject = &finding.subject;
    let topic = words::topic(subject.metric, subject.detail, subject.role);
    match finding.comparison {
        Comparison::Change { .. } => format!("Whole program, {topic}"),
        Comparison::Gap { grouping, group } => {
            let (_, label, groups) = &view.book.groupings[grouping];
            let is_first = view.departments.is_some_and(|(first, _)| first == grouping);
            let of = if is_first { String::new() } else { format!(" ({})", words::lower_first(label)) };
            format!("{}{of}, {topic}", groups[group].label)
        }
    }
}

/// `58 in 100 against 81 in 100 in the whole program; lower than everyone else, by about 23 points (11 to 40).`
pub fn difference(view: &View<'_>, finding: &Finding<'_>) -> String {
    let book = &view.book;
    let span = finding.row.span;
    let (level, other, beside, than) = match finding.comparison {
        Comparison::Gap { grouping, group } => {
            let (level, program) = (book.level(&finding.subject, span, grouping, group), book.program(&finding.subject, span));
            (level, program, "in the whole program".to_string(), "everyone else".to_string())
        }
        Comparison::Change { from } => {
            let before = words::earlier(&book.spans[span], &book.spans[from]);
            (book.program(&finding.subject, span), book.program(&finding.subject, from), before.clone(), before)
        }
    };
    let (verdict, rest) = words::comparison(finding.row, &than);
    let levels = level.and_then(words::amount).zip(other.and_then(words::amount));
    let levels = levels.map_or(String::new(), |(level, other)| format!("{level} against {other} {beside}; "));
    words::upper_first(&format!("{levels}{} {rest}.", words::lower_first(&verdict)))
}

/// The difference, and what else the group is behind in.
fn sentence(view: &View<'_>, finding: &Finding<'_>) -> String {
    let further = if finding.further.is_empty() { String::new() } else { format!(" Also behind in {}.", words::listed(&finding.further)) };
    difference(view, finding) + &further
}

/// The section.
pub fn section(view: &View<'_>) -> Section {
    let items: Vec<ListItem> = view
        .findings
        .iter()
        .take(MOST)
        .map(|finding| ListItem { lead: format!("{}.", lead(view, finding)), text: sentence(view, finding) })
        .collect();
    let list = if items.is_empty() {
        Block::Paragraph(
            "Nothing meets the criteria. That does not prove that all is well: differences in small groups cannot be told.".into(),
        )
    } else {
        Block::Numbered(items)
    };
    Section {
        heading: Some("Where to look".into()),
        subtitle: Some("By the criteria at the foot of the page".into()),
        layout: Layout::Half,
        blocks: vec![list],
    }
}

/// The criteria, for the foot of the page.
pub fn criteria(view: &View<'_>) -> String {
    let relevant = |id: &str| metric(id).and_then(numbers::relevant).unwrap_or_default();
    let window = view.book.latest_window().map_or(String::new(), |window| format!(" Groups: {}.", view.book.spans[window].label));
    format!(
        "Where to look lists what is worse than elsewhere or than before in satisfaction of mentees or mentors, meetings held, goals met or relationships that \
         fail, where the range of the difference, widened for all of these together, excludes zero and the difference is at least {} ({} for relationships \
         that fail); largest first, at most three.{window}",
        relevant("satisfied"),
        relevant("failed_12_months"),
    )
}

/// Whether a row shows a number.
pub fn is_point(row: &ReleaseRow) -> bool {
    matches!(row.figure.get(), Figure::Point { .. })
}
