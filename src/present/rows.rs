//! How one row prints: published rows as the release holds them, exact rows with all that stands behind them.

use super::model::{Cell, Column, Tone};
use super::words::{self, Bearing};
use super::{flags, numbers};
use crate::analyze::{Contrast, Detail, Metric, ResultRow, Value};
use crate::disclose::{Figure, ReleaseRow, Verdict};
use crate::program::plan::Role;

/// A point with the ends of its range, in the unit of the axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// The point.
    pub estimate: f64,
    /// Lower end; the point where there is no range.
    pub lower: f64,
    /// Upper end; the point where there is no range.
    pub upper: f64,
}

/// A row that pages can print.
pub trait Row {
    /// Whether these are exact figures, which stay in the evaluation office.
    const EXACT: bool;

    /// The metric's declaration.
    fn metric(&self) -> &'static Metric;
    /// Scale or cause.
    fn detail(&self) -> Option<&Detail>;
    /// Who answers.
    fn role(&self) -> Option<Role>;
    /// Positions of span, grouping, group.
    fn place(&self) -> (usize, usize, usize);
    /// What it is compared with.
    fn contrast(&self) -> &Contrast;
    /// Metric id as results print it.
    fn metric_id(&self) -> String;
    /// What a chart draws; none where no number is shown.
    fn mark(&self) -> Option<Mark>;
    /// The value: `81%`, a band, a symbol.
    fn value(&self) -> Cell;
    /// The range without its value; empty where there is none.
    fn range(&self) -> Cell;
    /// The cells of a level.
    fn level_cells(&self) -> Vec<Cell>;
    /// The cells of a comparison.
    fn contrast_cells(&self) -> Vec<Cell>;
    /// Whether there is a number or a band to print.
    fn is_shown(&self) -> bool;
    /// Whether the published rule marks it as something to look at.
    fn flagged(&self) -> bool;
    /// What the comparison says; none for levels and exact rows.
    fn verdict(&self) -> Option<Verdict>;

    /// Headings of `level_cells`.
    fn level_columns(confidence: f64) -> Vec<Column>;
    /// Headings of `contrast_cells`. `what` names the difference.
    fn contrast_columns(what: &str, confidence: f64) -> Vec<Column>;

    /// `81% (76 to 86)`, or what stands in its place.
    fn value_and_range(&self) -> Cell {
        let (value, range) = (self.value(), self.range());
        if range.text.is_empty() { value } else { Cell { text: format!("{} ({})", value.text, range.text), tone: value.tone } }
    }
}

/// A heading over words.
pub fn words_column(heading: impl Into<String>) -> Column {
    Column { heading: heading.into(), numeric: false }
}

/// A heading over numbers.
pub fn number_column(heading: impl Into<String>) -> Column {
    Column { heading: heading.into(), numeric: true }
}

impl Row for ReleaseRow {
    const EXACT: bool = false;

    fn metric(&self) -> &'static Metric {
        self.metric
    }

    fn detail(&self) -> Option<&Detail> {
        self.detail.as_ref()
    }

    fn role(&self) -> Option<Role> {
        self.role
    }

    fn place(&self) -> (usize, usize, usize) {
        (self.span, self.grouping, self.group)
    }

    fn contrast(&self) -> &Contrast {
        &self.contrast
    }

    fn metric_id(&self) -> String {
        ReleaseRow::metric_id(self)
    }

    fn mark(&self) -> Option<Mark> {
        let figure = self.figure.get();
        let estimate = numbers::drawn(self.metric.unit, figure.estimate()?);
        let ends =
            figure.interval().map(|(lower, upper)| (numbers::drawn(self.metric.unit, lower), numbers::drawn(self.metric.unit, upper)));
        let (lower, upper) = ends.unwrap_or((estimate, estimate));
        Some(Mark { estimate, lower, upper })
    }

    fn value(&self) -> Cell {
        let figure = self.figure.get();
        match figure {
            Figure::Hidden(_) => Cell::muted(numbers::level(self.metric.unit, figure)),
            Figure::Point { estimate, .. } if self.contrast != Contrast::None => Cell::plain(numbers::signed(self.metric.unit, *estimate)),
            _ => Cell::plain(numbers::level(self.metric.unit, figure)),
        }
    }

    fn range(&self) -> Cell {
        let text = match (self.figure.get(), &self.contrast) {
            (Figure::Point { interval: Some(interval), .. }, Contrast::None) => numbers::range(self.metric.unit, *interval),
            (Figure::Point { interval: Some(interval), adjusted, .. }, _) => {
                numbers::signed_range(self.metric.unit, adjusted.unwrap_or(*interval))
            }
            _ => String::new(),
        };
        Cell::plain(text)
    }

    fn level_cells(&self) -> Vec<Cell> {
        vec![self.value_and_range(), Cell::plain(numbers::people(self.figure.get()))]
    }

    fn contrast_cells(&self) -> Vec<Cell> {
        let verdict = self.verdict.unwrap_or(Verdict::NotShown);
        let tone = match words::bearing(self.metric, self.detail.as_ref(), verdict) {
            _ if verdict == Verdict::NotShown => Tone::Muted,
            Bearing::Favorable => Tone::Favorable,
            Bearing::Unfavorable => Tone::Unfavorable,
            Bearing::Neither => Tone::Plain,
        };
        let word = if verdict == Verdict::NotShown { "" } else { words::verdict_word(verdict) };
        vec![self.value_and_range(), Cell { text: word.into(), tone }]
    }

    fn is_shown(&self) -> bool {
        !self.figure.get().is_hidden()
    }

    fn flagged(&self) -> bool {
        flags::is_flagged(self)
    }

    fn verdict(&self) -> Option<Verdict> {
        self.verdict
    }

    fn level_columns(_confidence: f64) -> Vec<Column> {
        vec![number_column("Value (plausible range)"), words_column("People")]
    }

    fn contrast_columns(what: &str, _confidence: f64) -> Vec<Column> {
        vec![number_column(format!("{what} (range)")), words_column("In words")]
    }
}

impl ResultRow {
    fn number(&self, of: impl Fn(&Value) -> Option<String>) -> Cell {
        Cell::plain(self.value.as_ref().ok().and_then(of).unwrap_or_default())
    }

    fn interval_text(&self, of: impl Fn(&Value) -> Option<(f64, f64)>) -> Cell {
        self.number(|value| of(value).map(|ends| numbers::exact_range(self.metric.unit, ends, self.contrast != Contrast::None)))
    }
}

impl Row for ResultRow {
    const EXACT: bool = true;

    fn metric(&self) -> &'static Metric {
        self.metric
    }

    fn detail(&self) -> Option<&Detail> {
        self.detail.as_ref()
    }

    fn role(&self) -> Option<Role> {
        self.role
    }

    fn place(&self) -> (usize, usize, usize) {
        (self.span, self.grouping, self.group)
    }

    fn contrast(&self) -> &Contrast {
        &self.contrast
    }

    fn metric_id(&self) -> String {
        ResultRow::metric_id(self)
    }

    fn mark(&self) -> Option<Mark> {
        let value = self.value.as_ref().ok()?;
        let at = |value: f64| numbers::drawn_exact(self.metric.unit, value);
        let estimate = at(value.estimate);
        let (lower, upper) = value.interval.map_or((estimate, estimate), |(lower, upper)| (at(lower), at(upper)));
        Some(Mark { estimate, lower, upper })
    }

    fn value(&self) -> Cell {
        match &self.value {
            Ok(value) if self.contrast == Contrast::None => Cell::plain(numbers::exact(self.metric.unit, value.estimate)),
            Ok(value) => Cell::plain(numbers::exact_signed(self.metric.unit, value.estimate)),
            Err(reason) => Cell::muted(reason.to_string()),
        }
    }

    fn range(&self) -> Cell {
        self.interval_text(|value| value.interval)
    }

    fn level_cells(&self) -> Vec<Cell> {
        let support = &self.support;
        let mut cells = vec![self.value(), self.range()];
        cells.extend([support.people, support.rated, support.denominator, support.n_missing].map(|n| Cell::plain(numbers::count(n))));
        cells
    }

    fn contrast_cells(&self) -> Vec<Cell> {
        vec![
            self.value(),
            self.range(),
            self.interval_text(|value| value.adjusted),
            self.number(|value| value.p_value.map(numbers::p_value)),
            self.number(|value| value.p_adjusted.map(numbers::p_value)),
        ]
    }

    fn is_shown(&self) -> bool {
        self.value.is_ok()
    }

    fn flagged(&self) -> bool {
        false
    }

    fn verdict(&self) -> Option<Verdict> {
        None
    }

    fn level_columns(confidence: f64) -> Vec<Column> {
        let interval = format!("{} interval", numbers::confidence(confidence));
        ["Value", &interval, "People", "People rated", "Denominator", "Missing"].map(number_column).into()
    }

    fn contrast_columns(what: &str, confidence: f64) -> Vec<Column> {
        let interval = format!("{} interval", numbers::confidence(confidence));
        [what, &interval, "Holm interval", "p", "Holm p"].map(number_column).into()
    }
}
