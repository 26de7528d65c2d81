//! Why relationships failed, as each side sees it.

use super::{View, look};
use crate::analyze::Detail;
use crate::disclose::Figure;
use crate::present::lookup::Subject;
use crate::present::model::{Block, Layout, Section};
use crate::present::{charts, numbers, words};

/// Causes drawn.
const MOST: usize = 5;

/// The window whose causes are shown: the headline's, else the latest.
pub fn window(view: &View<'_>) -> Option<usize> {
    if view.book.windows().contains(&view.span) { Some(view.span) } else { view.book.latest_window() }
}

/// The section; none where nothing is shown.
pub fn section(view: &View<'_>) -> Option<Section> {
    let window = window(view)?;
    let title = title(view, window);
    let figure = charts::cause_dots(&view.book, title.clone(), window, MOST)?;
    let failed = view.book.subject("pairs_failed").and_then(|subject| view.book.program(&subject, window));
    let period = &view.book.spans[window].label;
    let failed = failed
        .and_then(|row| row.figure.get().estimate())
        .map_or(String::new(), |count| format!("; about {} failed", numbers::decimal(count)));
    let subtitle = format!("Share of failed relationships in which each side that answered named the cause, {period}{failed}");
    Some(Section { heading: Some(title), subtitle: Some(subtitle), layout: Layout::Full, blocks: vec![Block::Figure(figure)] })
}

/// Each side's most named causes, where one or two stand first by published value: mentees, then mentors.
pub fn leading(view: &View<'_>, window: usize) -> [Vec<String>; 2] {
    let ranked = charts::ranked_causes(&view.book, window);
    [0, 1].map(|side| {
        let mut best: Vec<(f64, String)> = Vec::new();
        for subject in ranked.iter().filter_map(|pair| pair[side]) {
            let Some((value, label)) = named(view, &subject, window) else { continue };
            match best.first().map(|(most, _)| value.total_cmp(most)) {
                None | Some(std::cmp::Ordering::Greater) => best = vec![(value, label)],
                Some(std::cmp::Ordering::Equal) => best.push((value, label)),
                Some(std::cmp::Ordering::Less) => {}
            }
        }
        if best.len() <= 2 { best.into_iter().map(|(_, label)| label).collect() } else { Vec::new() }
    })
}

fn named(view: &View<'_>, subject: &Subject<'_>, window: usize) -> Option<(f64, String)> {
    let row = view.book.program(subject, window).filter(|row| look::is_point(row))?;
    let Figure::Point { estimate, .. } = row.figure.get() else { return None };
    let Some(Detail::Cause(cause)) = subject.detail else { return None };
    Some((estimate.value(), cause.label().to_string())).filter(|(value, _)| *value > 0.0)
}

fn title(view: &View<'_>, window: usize) -> String {
    let quoted = |labels: &[String]| words::listed(&labels.iter().map(|label| format!("“{label}”")).collect::<Vec<_>>());
    match leading(view, window) {
        [mentees, mentors] if !mentees.is_empty() && mentees == mentors => {
            format!("Why relationships failed: both sides most often name {}", quoted(&mentees))
        }
        [mentees, mentors] if !mentees.is_empty() && !mentors.is_empty() => {
            format!("Why relationships failed: mentees most often name {}, mentors {}", quoted(&mentees), quoted(&mentors))
        }
        [mentees, _] if !mentees.is_empty() => format!("Why relationships failed: mentees most often name {}", quoted(&mentees)),
        [_, mentors] if !mentors.is_empty() => format!("Why relationships failed: mentors most often name {}", quoted(&mentors)),
        _ => "Why relationships failed, as each side sees it".into(),
    }
}
