//! One row per department (or whatever the program shows first): who is behind, who is not.

use super::{View, limits, look};
use crate::disclose::Verdict;
use crate::present::model::{Block, Layout, Section};
use crate::present::{charts, flags, words};

/// The section; none where the program has no demographic or no complete window.
pub fn section(view: &View<'_>) -> Option<Section> {
    let (grouping, window) = view.departments?;
    let subject = view.book.subject("satisfied")?;
    let (_, label, _) = &view.book.groupings[grouping];
    let label = words::lower_first(label);
    let period = &view.book.spans[window].label;
    let title = title(view, grouping, window);
    let Some(figure) = charts::group_dots(&view.book, title.clone(), &subject, grouping, window) else {
        let anonymous = limits::is_anonymous(&view.book, view.span, "response_mentee");
        let why = if anonymous { "not known, for mentees answered anonymously" } else { words::NOT_SHOWN };
        let blocks = vec![Block::Paragraph(format!("Satisfaction by {label}, {period}: {why}."))];
        return Some(Section {
            heading: Some(if anonymous {
                format!("Anonymous answers do not tell one {label} from another")
            } else {
                format!("Too few answers to tell one {label} from another")
            }),
            subtitle: None,
            layout: Layout::Full,
            blocks,
        });
    };
    let span = &view.book.spans[window];
    let before = view.book.window_before(window).map(|before| words::earlier(span, &view.book.spans[before]));
    let before = before.map_or(String::new(), |before| format!("; hollow circle: {}", before.trim_start_matches("in ")));
    let subtitle = format!("Mentees satisfied, {period}; line: plausible range{before}");
    Some(Section { heading: Some(title), subtitle: Some(subtitle), layout: Layout::Full, blocks: vec![Block::Figure(figure)] })
}

/// The finding in a line.
fn title(view: &View<'_>, grouping: usize, window: usize) -> String {
    let book = &view.book;
    let (_, label, groups) = &book.groupings[grouping];
    let label = words::lower_first(label);
    let Some(subject) = book.subject("satisfied") else { return format!("Satisfaction by {label}") };
    let gaps = || {
        groups
            .iter()
            .enumerate()
            .filter_map(|(group, names)| book.gap(&subject, window, grouping, group).map(|row| (names.label.clone(), row)))
    };
    let behind: Vec<String> = gaps().filter(|(_, row)| flags::is_flagged(row)).map(|(name, _)| name).collect();
    let ahead: Vec<String> = gaps().filter(|(_, row)| row.verdict == Some(Verdict::Higher)).map(|(name, _)| name).collect();
    match (behind.as_slice(), ahead.as_slice()) {
        ([only], _) => format!("{only} is the one {label} clearly behind the rest"),
        ([_, _, ..], _) => format!("{} are clearly behind the rest", words::named(&behind)),
        ([], [only]) => format!("{only} is clearly ahead; no {label} is clearly behind"),
        ([], [_, _, ..]) => format!("{} are clearly ahead; no {label} is clearly behind", words::named(&ahead)),
        ([], []) if look::any_gap_shown(book, grouping, window) => format!("No {label} is clearly behind or ahead of the rest"),
        _ => format!("Satisfaction by {label}"),
    }
}
