//! What was changed, and whether it helped.

use super::View;
use crate::analyze::{ActionInfo, metric};
use crate::disclose::{Figure, ReleaseRow};
use crate::present::model::{Block, Cell, Layout, Section, Tone};
use crate::present::rows::{number_column, words_column};
use crate::present::words::{self, ActionVerdict};
use crate::present::{numbers, tables};

/// Each action with its verdict and the verdict's words, in the order of the log.
pub fn verdicts(view: &View<'_>) -> Vec<(String, ActionVerdict, String)> {
    let one = |(position, action): (usize, &ActionInfo)| {
        let effect = view.book.effect(position).map(|(_, row)| row);
        let (verdict, words) = words::action_verdict(effect, action.places.is_empty());
        (action.label.clone(), verdict, words)
    };
    view.book.actions.iter().enumerate().map(one).collect()
}

/// The section; none where no action is logged.
pub fn section(view: &View<'_>) -> Option<Section> {
    if view.book.actions.is_empty() {
        return None;
    }
    let rows = view.book.actions.iter().zip(verdicts(view)).enumerate().map(|(position, (action, (label, verdict, words)))| {
        let effect = view.book.effect(position);
        let subject = effect.map(|(subject, _)| words::topic(subject.metric, subject.detail, subject.role));
        // A metric of which there is no row at all still has a declared name.
        let meant = subject
            .or_else(|| metric(&action.metric).map(|metric| words::topic(metric, None, None)))
            .unwrap_or_else(|| action.metric.clone());
        let tone = match verdict {
            ActionVerdict::Helped => Tone::Favorable,
            ActionVerdict::Worse => Tone::Unfavorable,
            ActionVerdict::Unclear | ActionVerdict::Unknown => Tone::Muted,
        };
        vec![
            Cell::plain(label),
            Cell::plain(format!("{} · {}", place(action), numbers::month_of(action.started))),
            Cell::plain(meant),
            effect.map_or_else(|| Cell::muted("none"), |(_, row)| size(row)),
            Cell { text: words, tone },
        ]
    });
    let columns =
        vec![words_column("Where, since"), words_column("Meant to move"), number_column("Against elsewhere"), words_column("Verdict")];
    let caption = "Each change against what happened over the same time where it was not made".into();
    let table = tables::table(caption, "Change", columns, rows.collect(), false);
    let heading = Some("What we changed, and whether it helped".into());
    Some(Section { heading, subtitle: None, layout: Layout::Full, blocks: vec![Block::Table(table)] })
}

/// Where an action was taken.
pub fn place(action: &ActionInfo) -> String {
    if action.places.is_empty() { "Whole program".into() } else { words::named(&action.places) }
}

/// `+11 points (4 to 18)`, or why there is no number.
fn size(row: &ReleaseRow) -> Cell {
    let unit = row.metric.unit;
    let Figure::Point { estimate, interval, adjusted, .. } = row.figure.get() else { return Cell::muted("none") };
    let range = adjusted.or(*interval).map_or(String::new(), |ends| format!(" ({})", numbers::signed_range(unit, ends)));
    Cell::plain(format!("{}{range}", numbers::signed_difference(unit, *estimate)))
}
