//! What is shown of a mean: in which band of a grid it lies, where the outermost bands are wide enough that nobody's answer follows.
//!
//! A mean at the end of its range says what everybody chose. So does one at the end of what the published share of favorable answers leaves possible: with six
//! favorable answers of ten on five points, a mean of 4.2 leaves no choice but five and three. The bands are cut from the number of people and the published
//! share alone, and a mean prints as the band that it lies in.

use super::decimal::{Decimal, Rounding};
use super::figure::{Figure, People, Third};
use super::ladder::{COARSE_FROM, FINE_FROM};
use crate::analyze::{Detail, ResultRow, Unit, Value};

/// The answers that a mean is over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Least answer.
    pub least: f64,
    /// Greatest answer.
    pub greatest: f64,
    /// Between neighboring answers.
    pub step: f64,
}

impl Range {
    /// The range of a metric.
    pub fn of(row: &ResultRow) -> Self {
        match (&row.detail, row.metric.unit) {
            (Some(Detail::Scale(scale)), Unit::ScalePoints) => Self { least: scale.minimum, greatest: scale.maximum, step: 1.0 },
            (_, Unit::NpsPoints) => Self { least: -100.0, greatest: 100.0, step: 100.0 },
            // T of one to six goals at -2 and at +2 lies between these.
            (_, Unit::TPoints) => Self { least: 20.0, greatest: 80.0, step: 10.0 },
            _ => Self { least: 0.0, greatest: 1.0, step: 1.0 },
        }
    }

    /// Least and greatest mean that a published share in the top two answers leaves possible to so many people.
    fn possible(self, people: u64, top: Option<&Figure>) -> (f64, f64) {
        let n = people as f64;
        // How many the figure leaves possible; a range stands for two people at most.
        let (fewest, most) = match top {
            Some(Figure::Point { estimate, .. }) => {
                let half = if people < FINE_FROM { 0.025 } else { 0.005 };
                ((estimate.value() - half) * n, (estimate.value() + half) * n)
            }
            Some(Figure::AtLeast(..)) if people < COARSE_FROM => (n / 2.0, n),
            Some(Figure::AtMost(..)) if people < COARSE_FROM => (0.0, n / 2.0 - WITHOUT),
            Some(Figure::AtLeast(..)) => (n - 2.0, n),
            Some(Figure::AtMost(..)) => (0.0, 2.0),
            Some(Figure::Third(Third::Lower)) => (0.0, n / 3.0 - WITHOUT),
            Some(Figure::Third(Third::Middle)) => (n / 3.0, n * 2.0 / 3.0),
            Some(Figure::Third(Third::Upper)) => (n * 2.0 / 3.0 + WITHOUT, n),
            Some(Figure::Hidden(_)) | None => return (self.least, self.greatest),
        };
        let share = |count: f64| (count / n).clamp(0.0, 1.0);
        let (fewest, most) = (share((fewest - NOISE).ceil()), share((most + NOISE).floor()));
        // The interval beside a share may tell neighboring counts apart: each must leave room by itself.
        let (fewest, most) = if matches!(top, Some(Figure::Point { .. })) { (most, fewest) } else { (fewest, most) };
        let (lowest_top, highest_other) = (self.greatest - self.step, self.greatest - 2.0 * self.step);
        (self.least * (1.0 - fewest) + lowest_top * fewest, highest_other * (1.0 - most) + self.greatest * most)
    }
}

/// From here the interval of a mean is shown.
pub(super) const INTERVAL_FROM: u64 = 100;
/// Below what any grid resolves.
const NOISE: f64 = 1e-9;
/// The end of a band that it does not include.
const WITHOUT: f64 = 1e-6;

/// The band of a mean. `step` is its grid; `top` the published share of favorable answers of the same people, where there is one.
pub fn band(row: &ResultRow, value: Value, step: Decimal, count: People, top: Option<&Figure>) -> Figure {
    let people = row.support.people;
    let range = Range::of(row);
    let (least, greatest) = range.possible(people, top);
    let span = range.greatest - range.least;
    let edges: Vec<f64> = if people < COARSE_FROM {
        vec![range.least + span / 3.0, range.greatest - span / 3.0]
    } else {
        let first = (range.least / step.value()).floor();
        let cells = (span / step.value()).ceil() as i32 + 1;
        (0..cells).map(|cell| (first + f64::from(cell) + 0.5) * step.value()).collect()
    };
    // The band must have room for one answer at the other end of the range, and a step; beside a share that stands for up to two people, for these two.
    let is_range = matches!(top, Some(Figure::AtLeast(..) | Figure::AtMost(..)));
    let room = if is_range { 2.0 * span - range.step } else { span + range.step } / people as f64;
    let within: Vec<f64> = edges.into_iter().filter(|edge| edge - least > room + NOISE && greatest - edge >= room - NOISE).collect();
    let (Some(&lowest), Some(&highest)) = (within.first(), within.last()) else {
        return Figure::Hidden(super::Symbol::Confidential);
    };
    let tenth = if step.value() < 1.0 { Decimal::new(1, 1) } else { Decimal::new(1, 0) };
    let outward = |(lower, upper): (f64, f64)| (Decimal::round(lower, step, Rounding::Down), Decimal::round(upper, step, Rounding::Up));
    if value.estimate < lowest - NOISE {
        Figure::AtMost(Decimal::round(lowest, tenth, Rounding::Up), count)
    } else if value.estimate >= highest - NOISE {
        Figure::AtLeast(Decimal::round(highest, tenth, Rounding::Down), count)
    } else if people < COARSE_FROM {
        Figure::Third(Third::Middle)
    } else {
        // The interval of a mean is its standard deviation, and with it, of a small group, the answers.
        let interval = value.interval.filter(|_| people >= INTERVAL_FROM).map(outward);
        Figure::Point { estimate: Decimal::round(value.estimate, step, Rounding::HalfUp), interval, adjusted: None, people: count }
    }
}
