//! Three headline figures.

use super::View;
use crate::analyze::{Metric, metric};
use crate::disclose::{Decimal, Figure, ReleaseRow};
use crate::present::model::{Card, Spark};
use crate::present::{numbers, words};

const HEADLINES: [&str; 3] = ["satisfied", "goals_met", "failed_12_months"];

/// The cards.
pub fn cards(view: &View<'_>) -> Vec<Card> {
    HEADLINES.iter().filter_map(|id| metric(id)).map(|metric| card(view, metric)).collect()
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
        Some((change, from)) => words::comparison(change, &words::earlier(&view.book.spans[view.span], &view.book.spans[from])),
        None => (String::new(), "No earlier period to compare with".into()),
    };
    if let Some(target) = view.facts.targets.get(metric.id) {
        comparison.push_str(&format!(". {}", against_target(row, *target)));
    }
    Card { heading: metric.label.into(), number, unit, range, verdict, comparison, spark: spark(view, &subject) }
}

/// Whether a published figure reaches a declared target beyond its range.
fn against_target(row: &ReleaseRow, target: f64) -> String {
    let unit = row.metric.unit;
    let (lower, upper) = match row.figure.get() {
        Figure::Point { estimate, interval, .. } => interval.unwrap_or((*estimate, *estimate)),
        Figure::AtLeast(least, _) => (*least, Decimal::new(1, 0)),
        Figure::AtMost(most, _) => (Decimal::new(0, 0), *most),
        Figure::Third(_) | Figure::Hidden(_) => return format!("Target {}: cannot be told", numbers::target(unit, target)),
    };
    let better_when_higher = row.metric.higher_is_better.unwrap_or(true);
    let (reached, missed) = if better_when_higher {
        (lower.value() >= target, upper.value() < target)
    } else {
        (upper.value() <= target, lower.value() > target)
    };
    let word = match (reached, missed) {
        (true, _) => "reached",
        (_, true) => "missed",
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
