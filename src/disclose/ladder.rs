//! The precision ladder: what may be shown of one cell, given how many people stand behind it.
//!
//! Under the floor nothing, not even how many. Of 5 to 9 people one of three bands. Of 10 to 49 a coarse grid. From 50 a fine one.
//! Whether a cell is hidden depends on its denominators alone, never on what people answered.

use super::decimal::{Decimal, Rounding};
use super::figure::{Figure, People, Symbol, Third};
use super::means;
use crate::analyze::{Contrast, ReleaseClass, ResultRow, Unit, Value};
use crate::program::plan::{Privacy, Role};
use crate::stats::NotEstimable;

/// From here a coarse number is shown.
pub(super) const COARSE_FROM: u64 = 10;
/// From here a fine number is shown.
pub(super) const FINE_FROM: u64 = 50;
/// Fewer people than this on the short side of a share print as a range.
pub(super) const SHORT_SIDE: u64 = 3;
/// A response rate prints as a band when fewer than this did not answer.
pub(super) const NOT_ANSWERED: u64 = 5;
/// How many percent a range of a share may be wide.
const REACHES: [u64; 5] = [5, 10, 20, 35, 50];
/// Ends of a rate that prints as *at most*.
pub(super) const RATES: [i64; 5] = [1, 2, 5, 10, 20];
/// People with an event from whom the rate of the whole program is a number: the floor of a count, which a rate gives away.
const EVENTS: u64 = 5;
/// Grids of a rate, in tenths.
const RATE_GRIDS: [i64; 6] = [1, 2, 5, 10, 20, 50];
/// The grid of a difference of shares of which one has a short side.
const COARSE_DIFFERENCE: Decimal = Decimal::new(10, 2);
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
        // A difference would refine the band of a group this small.
        ReleaseClass::Proportion => people >= COARSE_FROM || row.contrast == Contrast::None,
        // An average number of records has no range to be parted in bands.
        ReleaseClass::Mean if row.metric.unit == Unit::Average => people >= COARSE_FROM,
        // The interval of a difference of means would give the spread of the smaller side.
        ReleaseClass::Mean => people >= means::INTERVAL_FROM || row.contrast == Contrast::None,
        ReleaseClass::Additive | ReleaseClass::Curve | ReleaseClass::Count => people >= COARSE_FROM,
    };
    enough && has_floor(row, privacy)
}

/// What is shown of a row whose cell is not hidden for its neighbors' sake. `top` is what is shown of the favorable share on the same scale, of the same people.
pub fn figure(row: &ResultRow, privacy: &Privacy, top: Option<&Figure>) -> Figure {
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
    let count = match people {
        0..COARSE_FROM => People::FiveToNine,
        COARSE_FROM..FINE_FROM => People::TenToFortyNine,
        _ => about(people),
    };
    match class {
        ReleaseClass::Model if row.metric.unit == Unit::Coefficient => model(value, count),
        ReleaseClass::Model => point(value, step(row), count),
        ReleaseClass::Count => point(value, Decimal::new(5, 0), count),
        ReleaseClass::Proportion if is_contrast => share_contrast(row, value, people, count),
        // A difference would undo the range of a rate.
        ReleaseClass::Additive if is_contrast && row.support.short_side < events(row) => Figure::Hidden(Symbol::Confidential),
        _ if is_contrast => point(value, step(row), count),
        ReleaseClass::Mean if row.metric.unit == Unit::Average => {
            let interval = value.interval.filter(|_| people >= means::INTERVAL_FROM);
            point(Value { interval, ..value }, step(row), count)
        }
        ReleaseClass::Mean => means::band(row, value, step(row), count, top),
        ReleaseClass::Proportion if people < COARSE_FROM => third(value.estimate, people),
        ReleaseClass::Proportion | ReleaseClass::Curve => share(row, value, people, count),
        ReleaseClass::Additive => rate(row, value, count),
    }
}

/// Whether a reason says something of what people answered: that all answered alike, or that nothing happened.
fn depends_on_answers(reason: &NotEstimable) -> bool {
    matches!(
        reason,
        NotEstimable::NoVariation
            | NotEstimable::ZeroWidth
            | NotEstimable::NoEvents
            | NotEstimable::NotReached
            | NotEstimable::Separated
            | NotEstimable::NotConverged
    )
}

/// The grid of a level, or of a difference between levels.
pub(super) fn step(row: &ResultRow) -> Decimal {
    let fine = row.support.people >= FINE_FROM;
    match row.metric.unit {
        Unit::Proportion => Decimal::new(if fine { 1 } else { 5 }, 2),
        Unit::NpsPoints => Decimal::new(if fine { 1 } else { 10 }, 0),
        Unit::ScalePoints | Unit::Average => Decimal::new(if fine { 1 } else { 2 }, 1),
        Unit::TPoints => Decimal::new(if fine { 1 } else { 2 }, 0),
        // With the months, a rate is a count: one step of a group's is about three events, where each is observed for ten months.
        Unit::PerHundredMonths if row.grouping != 0 => {
            let wanted = |grid: &i64| *grid as u64 * row.support.people >= 300;
            Decimal::new(RATE_GRIDS.into_iter().find(wanted).unwrap_or(50), 1)
        }
        Unit::PerHundredMonths => Decimal::new(if fine { 1 } else { 5 }, 1),
        Unit::Count => Decimal::new(5, 0),
        Unit::Coefficient => Decimal::new(1, 2),
    }
}

/// A difference of shares. Where one has a short side, the difference would undo its range: in a small group it is hidden, in a larger one coarse.
fn share_contrast(row: &ResultRow, value: Value, people: u64, count: People) -> Figure {
    match (row.support.short_side < SHORT_SIDE, people < FINE_FROM) {
        (true, true) => Figure::Hidden(Symbol::Confidential),
        (true, false) => point(value, COARSE_DIFFERENCE, count),
        _ => point(value, step(row), count),
    }
}

/// People with an event from whom a rate is a number. Of a group, as many as a count is shown from.
pub(super) fn events(row: &ResultRow) -> u64 {
    if row.grouping == 0 { EVENTS } else { COARSE_FROM }
}

/// The end of a rate with too few events to be a number: not below what as many would make it, in ten months of each person's or of the whole program's quarter.
pub(super) fn rate_reach(row: &ResultRow) -> Option<i64> {
    let holds = if row.grouping == 0 { 200 } else { 100 };
    RATES.into_iter().find(|&reach| reach as u64 * row.support.people >= holds)
}

/// A rate; with few people to whom it happened, only that it is not above what as many would make it.
fn rate(row: &ResultRow, value: Value, count: People) -> Figure {
    if row.support.short_side >= events(row) {
        return point(value, step(row), count);
    }
    let reach = rate_reach(row).and_then(|own| RATES.into_iter().find(|&reach| reach >= own && reach as f64 >= value.estimate));
    reach.map_or(Figure::Hidden(Symbol::Confidential), |reach| Figure::AtMost(Decimal::new(reach, 0), count))
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
    let low = value.estimate < 0.5;
    let limit = if is_response && !low { NOT_ANSWERED } else { SHORT_SIDE };
    if row.support.short_side >= limit {
        // Incidences have no score intervals.
        let is_share = row.metric.release_class == ReleaseClass::Proportion;
        let interval = value.interval.map(|interval| if is_share { outer(value.estimate, interval, step(row)) } else { interval });
        let Figure::Point { estimate, interval, adjusted, people } = point(Value { interval, ..value }, step(row), count) else {
            return Figure::Hidden(Symbol::Unavailable);
        };
        let (zero, one) = (Decimal::new(0, 2), Decimal::new(100, 2));
        let within = |(lower, upper): (Decimal, Decimal)| (lower.max(zero), upper.min(one));
        return Figure::Point { estimate, interval: interval.map(within), adjusted, people };
    }
    // The range must hold two people on the short side, whoever is there, so that one of them learns nothing of all others.
    let distance = if low { value.estimate } else { 1.0 - value.estimate };
    let reach = REACHES.into_iter().find(|&wide| wide >= reach(people) && distance <= wide as f64 / 100.0).unwrap_or(50) as i64;
    if low { Figure::AtMost(Decimal::new(reach, 2), count) } else { Figure::AtLeast(Decimal::new(100 - reach, 2), count) }
}

/// The score interval of a share at the ends of what its rounding leaves possible, so that the ends of the interval tell of the share no more than the share does.
///
/// A score interval (Wilson, JASA 1927) at effective n has (p − end)² = z²/n · end · (1 − end), which gives z²/n, and with it the interval of another share.
fn outer(share: f64, (lower, upper): (f64, f64), step: Decimal) -> (f64, f64) {
    let steepness = |end: f64| (share - end).powi(2) / (end * (1.0 - end));
    let end = |share: f64, end: f64, side: f64| {
        // At an end of the range there is nothing to widen.
        if end <= 0.0 || end >= 1.0 {
            return end;
        }
        let k = steepness(end);
        ((share + k / 2.0) + side * (k * share * (1.0 - share) + k * k / 4.0).sqrt()) / (1.0 + k)
    };
    let (printed, half) = (Decimal::round(share, step, Rounding::HalfUp).value(), step.value() / 2.0);
    (end((printed - half).max(0.0), lower, -1.0), end((printed + half).min(1.0), upper, 1.0))
}

/// How many percent a range is wide at least: two people of so many must have room in it.
pub(super) fn reach(people: u64) -> u64 {
    REACHES.into_iter().find(|&reach| (reach > 5 || people >= FINE_FROM) && reach * people >= 200).unwrap_or(50)
}

/// A difference of shares on coarser and coarser grids, the last that which it has where one has a short side.
pub(super) fn coarse_differences(row: &ResultRow, value: Value) -> Vec<Figure> {
    let people = row.support.people;
    let count = if people < FINE_FROM { People::TenToFortyNine } else { about(people) };
    let own = step(row).value();
    let grids = [Decimal::new(5, 2), COARSE_DIFFERENCE].into_iter().filter(|grid| grid.value() > own + 1e-9);
    grids.map(|grid| point(value, grid, count)).collect()
}

/// The coarsest grid of a difference that all its numbers lie on.
pub(super) fn grid_of_difference(row: &ResultRow, figure: &Figure) -> f64 {
    let own = step(row).value();
    let Figure::Point { estimate, interval, adjusted, .. } = figure else { return own };
    let ends = interval.iter().chain(adjusted).flat_map(|(lower, upper)| [lower, upper]);
    let numbers: Vec<f64> = std::iter::once(estimate).chain(ends).map(|number| number.value()).collect();
    let is_on = |grid: &f64| *grid >= own && numbers.iter().all(|number| ((number / grid).round() - number / grid).abs() < 1e-6);
    [COARSE_DIFFERENCE.value(), 0.05].into_iter().find(is_on).filter(|_| row.metric.unit == Unit::Proportion).unwrap_or(own)
}

fn about(people: u64) -> People {
    People::About((people + 2) / 5 * 5)
}

/// A share of 5 to 9 people: a third of the range, of 5 or 6 a half, since a third would leave one person on the short side.
fn third(share: f64, people: u64) -> Figure {
    if people < 7 {
        let half = Decimal::new(50, 2);
        return if share < 0.5 { Figure::AtMost(half, People::FiveToNine) } else { Figure::AtLeast(half, People::FiveToNine) };
    }
    // A share of exactly a third, as near as numbers come, is in the middle.
    Figure::Third(if share < 1.0 / 3.0 - 1e-9 {
        Third::Lower
    } else if share > 2.0 / 3.0 + 1e-9 {
        Third::Upper
    } else {
        Third::Middle
    })
}
