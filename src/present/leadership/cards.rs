//! Three headline figures.

use super::View;
use crate::analyze::{Metric, metric};
use crate::disclose::{Decimal, Figure, ReleaseRow, Third};
use crate::present::model::{Card, Spark};
use crate::present::{numbers, words};

/// Metrics of the headline figures.
pub const HEADLINES: [&str; 3] = ["satisfied", "goals_met", "failed_12_months"];

/// The cards; where little is shown, only those with a figure.
pub fn cards(view: &View<'_>) -> Vec<Card> {
    let shown = |id: &&&str| !view.is_sparse || level(view, id).is_some_and(|row| !row.figure.get().is_hidden());
    HEADLINES.iter().filter(shown).filter_map(|id| metric(id)).map(|metric| card(view, metric)).collect()
}

/// The published headline figure of a metric.
pub fn level<'a>(view: &View<'a>, id: &str) -> Option<&'a ReleaseRow> {
    view.book.subject(id).and_then(|subject| view.book.program(&subject, view.span))
}

/// Whether any headline figure has a plausible range.
pub fn has_range(view: &View<'_>) -> bool {
    HEADLINES.iter().any(|id| level(view, id).is_some_and(|row| row.figure.get().interval().is_some()))
}

fn card(view: &View<'_>, metric: &'static Metric) -> Card {
    let subject = view.book.subject(metric.id);
    let row = subject.and_then(|subject| view.book.program(&subject, view.span));
    let empty = || Card {
        heading: metric.label.into(),
        number: "Not shown".into(),
        unit: String::new(),
        range: words::upper_first(words::NOT_SHOWN),
        verdict: String::new(),
        comparison: String::new(),
        spark: None,
    };
    let (Some(subject), Some(row)) = (subject, row) else { return empty() };
    let unit = words::unit_phrase(metric, None, row.role);
    let (number, unit, range) = match row.figure.get() {
        Figure::Point { estimate, interval, .. } => {
            let range = interval.map_or(String::new(), |interval| format!("Plausible range {} · ", numbers::range(metric.unit, interval)));
            (numbers::bare(metric.unit, *estimate), unit, format!("{range}{}", words::people_phrase(row)))
        }
        Figure::AtLeast(least, _) => (format!("{} or more", numbers::bare(metric.unit, *least)), unit, words::people_phrase(row)),
        Figure::AtMost(most, _) => (format!("{} or fewer", numbers::bare(metric.unit, *most)), unit, words::people_phrase(row)),
        Figure::Third(third) => {
            let unit = format!("of {}", words::noun(metric, row.role));
            (
                words::upper_first(numbers::band(metric.unit, *third)),
                unit,
                format!("{}: shown as a band to protect them", words::people_phrase(row)),
            )
        }
        Figure::Hidden(_) => return Card { range: words::upper_first(&words::why_hidden(row)), ..empty() },
    };
    let (verdict, mut comparison) = match view.book.change(&subject, view.span) {
        // Said once for all of them.
        Some((change, _)) if view.is_sparse && change.figure.get().is_hidden() => (String::new(), String::new()),
        Some((change, from)) => words::comparison(change, &words::earlier(&view.book.spans[view.span], &view.book.spans[from])),
        None => (String::new(), "No earlier period to compare with".into()),
    };
    if let Some(target) = view.facts.targets.get(metric.id) {
        let joint = if comparison.is_empty() { "" } else { ". " };
        comparison.push_str(&format!("{joint}{}", against_target(row, *target)));
    }
    Card { heading: metric.label.into(), number, unit, range, verdict, comparison, spark: spark(view, &subject) }
}

/// Whether a published figure reaches a declared target beyond its range.
fn against_target(row: &ReleaseRow, target: f64) -> String {
    let unit = row.metric.unit;
    let (lower, upper) = match row.figure.get() {
        Figure::Point { estimate, interval, .. } => {
            let (lower, upper) = interval.unwrap_or((*estimate, *estimate));
            (lower.value(), upper.value())
        }
        Figure::AtLeast(least, _) => (least.value(), 1.0),
        Figure::AtMost(most, _) => (0.0, most.value()),
        Figure::Third(third) => match third {
            Third::Lower => (0.0, 1.0 / 3.0),
            Third::Middle => (1.0 / 3.0, 2.0 / 3.0),
            Third::Upper => (2.0 / 3.0, 1.0),
        },
        Figure::Hidden(_) => return format!("Target {}: cannot be told", numbers::target(unit, target)),
    };
    let better_when_higher = row.metric.higher_is_better.unwrap_or(true);
    let (reached, missed) = if better_when_higher { (lower >= target, upper < target) } else { (upper <= target, lower > target) };
    let is_band = matches!(row.figure.get(), Figure::Third(_));
    let word = match (reached, missed) {
        (true, _) => "reached",
        (_, true) => "missed",
        // A third is no range of what is plausible: it says only where the value lies.
        _ if is_band => "cannot be told",
        _ => "within range",
    };
    format!("Target {}: {word}", numbers::target(unit, target))
}

/// The path over periods, where at least two values are shown.
fn spark(view: &View<'_>, subject: &crate::present::lookup::Subject<'_>) -> Option<Spark> {
    let book = &view.book;
    let published = |span: usize| book.program(subject, span).and_then(|row| row.figure.get().estimate());
    let estimates: Vec<Option<Decimal>> = book.periods().map(published).collect();
    let first = estimates.iter().position(Option::is_some)?;
    let last = estimates.iter().rposition(Option::is_some).filter(|last| *last > first)?;
    let text = |place: usize| estimates[place].map_or(String::new(), |value| numbers::bare(subject.metric.unit, value));
    let period = words::period_word(&book.spans[book.current]);
    let gaps = if estimates[first..=last].iter().any(Option::is_none) { "; gaps are not shown" } else { "" };
    Some(Spark {
        description: format!(
            "By {period}: {} in {}, {} in {}{gaps}",
            text(first),
            book.spans[first].label,
            text(last),
            book.spans[last].label
        ),
        values: estimates.iter().map(|value| value.map(|value| numbers::drawn(subject.metric.unit, value))).collect(),
        first: text(first),
        last: text(last),
    })
}
