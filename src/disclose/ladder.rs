//! The precision ladder: what may be shown of one cell, given how many people stand behind it.
//!
//! Under the floor nothing, not even how many. Of 5 to 9 people one of three bands. Of 10 to 49 a coarse grid. From 50 a fine one.
//! Whether a cell is hidden depends on its denominators alone, never on what people answered.

use super::decimal::{Decimal, Rounding};
use super::figure::{Figure, People, Symbol, Third};
use crate::analyze::{Contrast, Detail, Metric, ReleaseClass, ResultRow, Unit, Value};
use crate::program::plan::{Privacy, Role};
use crate::stats::NotEstimable;

/// From here a coarse number is shown.
const COARSE_FROM: u64 = 10;
/// From here a fine number is shown.
const FINE_FROM: u64 = 50;
/// Fewer people than this on the short side of a share print as a range.
const SHORT_SIDE: u64 = 3;
/// A response rate prints as a band when fewer than this did not answer.
const NOT_ANSWERED: u64 = 5;
/// Fewest clusters behind a model: ten residual degrees of freedom.
const MODEL_CLUSTERS: u64 = 12;

/// Whether a cell has the people to be shown at all.
fn has_floor(row: &ResultRow, privacy: &Privacy) -> bool {
    // Staff who answer for the institution rate nobody.
    let rates_people = row.metric.rates_people && row.role != Some(Role::Institution);
    let enough_rated = !rates_people || row.support.rated >= privacy.minimum_rated.max(3);
    row.support.people >= privacy.minimum_people.max(5) && enough_rated
}

/// How a row is released: effects of actions are models, whatever their metric.
fn class(row: &ResultRow) -> ReleaseClass {
    if matches!(row.contrast, Contrast::Effect { .. }) { ReleaseClass::Model } else { row.metric.release_class }
}

/// Whether a cell has the people to show anything at its release class.
pub fn has_people(row: &ResultRow, privacy: &Privacy) -> bool {
    let people = row.support.people;
    let enough = match class(row) {
        ReleaseClass::Model => people >= FINE_FROM && row.support.clusters >= MODEL_CLUSTERS,
        // A difference would refine the band of a group this small, and an average number has no range to be parted in three.
        ReleaseClass::Proportion | ReleaseClass::Mean => {
            people >= COARSE_FROM || (row.contrast == Contrast::None && row.metric.unit != Unit::Average)
        }
        ReleaseClass::Additive | ReleaseClass::Curve | ReleaseClass::Count => people >= COARSE_FROM,
    };
    enough && has_floor(row, privacy)
}

/// What is shown of a row whose cell is not hidden for its neighbors' sake.
pub fn figure(row: &ResultRow, privacy: &Privacy) -> Figure {
    // That answers are anonymous is the program's own declaration, and says nothing of anybody.
    if row.value == Err(NotEstimable::NotLinked) {
        return Figure::Hidden(Symbol::Unavailable);
    }
    if !has_people(row, privacy) {
        return Figure::Hidden(Symbol::Confidential);
    }
    let people = row.support.people;
    let class = class(row);
    let is_contrast = row.contrast != Contrast::None;
    let value = match &row.value {
        Ok(value) => *value,
        Err(reason) if depends_on_answers(reason) => return Figure::Hidden(Symbol::Confidential),
        Err(_) => return Figure::Hidden(Symbol::Unavailable),
    };
    if people < COARSE_FROM {
        return Figure::Third(third(row, value.estimate));
    }
    let count = if people < FINE_FROM { People::TenToFortyNine } else { People::About((people + 2) / 5 * 5) };
    match class {
        ReleaseClass::Model if row.metric.unit == Unit::Coefficient => model(value, count),
        ReleaseClass::Model => point(value, step(row.metric, people), count),
        ReleaseClass::Count => point(value, Decimal::new(5, 0), count),
        _ if is_contrast => point(value, contrast_step(row, people), count),
        ReleaseClass::Proportion | ReleaseClass::Curve => share(row, value, people, count),
        ReleaseClass::Mean | ReleaseClass::Additive => point(value, step(row.metric, people), count),
    }
}

/// Whether a reason says something of what people answered: that all answered alike, or that nothing happened.
fn depends_on_answers(reason: &NotEstimable) -> bool {
    matches!(reason, NotEstimable::NoVariation | NotEstimable::ZeroWidth | NotEstimable::NoEvents)
}

/// The grid of a level.
fn step(metric: &Metric, people: u64) -> Decimal {
    let fine = people >= FINE_FROM;
    match metric.unit {
        Unit::Proportion => Decimal::new(if fine { 1 } else { 5 }, 2),
        Unit::NpsPoints => Decimal::new(if fine { 1 } else { 10 }, 0),
        Unit::ScalePoints | Unit::Average => Decimal::new(if fine { 1 } else { 2 }, 1),
        Unit::TPoints => Decimal::new(if fine { 1 } else { 2 }, 0),
        Unit::PerHundredMonths => Decimal::new(if fine { 1 } else { 5 }, 1),
        Unit::Count => Decimal::new(5, 0),
        Unit::Coefficient => Decimal::new(1, 2),
    }
}

/// The grid of a difference: that of the smaller side, coarser where a share has a short side, since the difference would undo its range.
fn contrast_step(row: &ResultRow, people: u64) -> Decimal {
    let short = row.metric.unit == Unit::Proportion && row.support.short_side < SHORT_SIDE;
    if short { Decimal::new(10, 2) } else { step(row.metric, people) }
}

fn point(value: Value, step: Decimal, people: People) -> Figure {
    let outward = |(lower, upper): (f64, f64)| (Decimal::round(lower, step, Rounding::Down), Decimal::round(upper, step, Rounding::Up));
    Figure::Point {
        estimate: Decimal::round(value.estimate, step, Rounding::HalfUp),
        interval: value.interval.map(outward),
        adjusted: value.adjusted.map(outward),
        people,
    }
}

fn model(value: Value, people: People) -> Figure {
    let outward = |(lower, upper): (f64, f64)| (Decimal::two_digits(lower, Rounding::Down), Decimal::two_digits(upper, Rounding::Up));
    Figure::Point {
        estimate: Decimal::two_digits(value.estimate, Rounding::HalfUp),
        interval: value.interval.map(outward),
        adjusted: value.adjusted.map(outward),
        people,
    }
}

fn share(row: &ResultRow, value: Value, people: u64, count: People) -> Figure {
    let is_response = row.metric.id.starts_with("response_");
    let limit = if is_response { NOT_ANSWERED } else { SHORT_SIDE };
    let low = value.estimate < 0.5;
    if row.support.short_side >= limit || (is_response && low) {
        let Figure::Point { estimate, interval, adjusted, people } = point(value, step(row.metric, people), count) else {
            return Figure::Hidden(Symbol::Unavailable);
        };
        let (zero, one) = (Decimal::new(0, 2), Decimal::new(100, 2));
        let within = |(lower, upper): (Decimal, Decimal)| (lower.max(zero), upper.min(one));
        return Figure::Point { estimate, interval: interval.map(within), adjusted, people };
    }
    // The widest range that still says on which side most people are, fixed in steps so that its end does not give the number of people away.
    let distance = if low { value.estimate } else { 1.0 - value.estimate };
    let reach = [5, 10, 20, 35, 50]
        .into_iter()
        .find(|reach| people >= if *reach == 5 { FINE_FROM } else { 0 } && distance <= f64::from(*reach) / 100.0);
    let reach = i64::from(reach.unwrap_or(50));
    if low { Figure::AtMost(Decimal::new(reach, 2), count) } else { Figure::AtLeast(Decimal::new(100 - reach, 2), count) }
}

fn third(row: &ResultRow, estimate: f64) -> Third {
    let (lowest, highest) = match (&row.detail, row.metric.unit) {
        (Some(Detail::Scale(scale)), Unit::ScalePoints) => (scale.minimum, scale.maximum),
        (_, Unit::NpsPoints) => (-100.0, 100.0),
        // T of one to six goals at -2 and at +2 lies between these.
        (_, Unit::TPoints) => (20.0, 80.0),
        _ => (0.0, 1.0),
    };
    let place = (estimate - lowest) / (highest - lowest);
    if place < 1.0 / 3.0 {
        Third::Lower
    } else if place > 2.0 / 3.0 {
        Third::Upper
    } else {
        Third::Middle
    }
}
