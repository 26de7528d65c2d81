//! A curve of cumulative incidence as a release may show it.
//!
//! An exact curve steps at every event, and gives each relationship's record back. Released, it stands on a grid of quarters; it rises only when at least five events have
//! accumulated and at least ten relationships have left the risk set since the last rise, and it ends where fewer than ten are at risk.

use super::decimal::{Decimal, Rounding};
use super::figure::Published;

/// Days between points of the grid: a quarter of a year.
const GRID_DAYS: f64 = 91.3125;
/// Events that must have accumulated before the curve rises.
const EVENTS: u64 = 5;
/// Relationships that must have left the risk set before the curve rises.
const LEAVERS: u64 = 10;
/// Relationships at risk under which the curve ends.
const AT_RISK: u64 = 10;
/// From so many at risk at its start, incidences print in whole percent; below, to the nearest 5.
const FINE_FROM: u64 = 50;

/// An exact curve at one age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExactPoint {
    /// Age in days, ascending, and with a point wherever anything changes.
    pub days: f64,
    /// Relationships at risk at that age.
    pub at_risk: u64,
    /// Events of the curve's cause up to and including that age.
    pub events: u64,
    /// Relationships that have left the risk set, for whatever reason, up to and including that age.
    pub left: u64,
    /// Cumulative incidence, 0 to 1.
    pub incidence: f64,
}

/// A released curve at one age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurvePoint {
    /// Age in quarters.
    pub quarter: u32,
    /// Cumulative incidence, on the grid of the size of its group; that of the last rise.
    pub incidence: Decimal,
    /// Relationships at risk, to the nearest 5.
    pub at_risk: u64,
}

/// Turns an exact curve into a released one; empty where fewer than ten are at risk at its start. Points are in ascending order of age, the first at 0.
pub fn release_curve(exact: &[ExactPoint], at_risk_at_start: u64) -> Published<Vec<CurvePoint>> {
    let step = Decimal::new(if at_risk_at_start >= FINE_FROM { 1 } else { 5 }, 2);
    let mut shown: Vec<CurvePoint> = Vec::new();
    let (mut events, mut left, mut incidence) = (0, 0, Decimal::new(0, 2));
    let last = exact.last().map_or(0.0, |point| point.days);
    for quarter in 0..=(last / GRID_DAYS).floor() as u32 {
        let reached = exact.iter().rfind(|point| point.days <= f64::from(quarter) * GRID_DAYS);
        let at_risk = reached.map_or(at_risk_at_start, |point| point.at_risk);
        if at_risk < AT_RISK {
            break;
        }
        if let Some(point) = reached.filter(|point| point.events - events >= EVENTS && point.left - left >= LEAVERS) {
            (events, left) = (point.events, point.left);
            incidence = Decimal::round(point.incidence, step, Rounding::HalfUp);
        }
        shown.push(CurvePoint { quarter, incidence, at_risk: (at_risk + 2) / 5 * 5 });
    }
    Published::new(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One leaves every ten days; every `each`th of them by an event.
    fn curve(people: u64, each: u64) -> Vec<ExactPoint> {
        let point = |left: u64| ExactPoint {
            days: left as f64 * 10.0,
            at_risk: people - left,
            events: left / each,
            left,
            incidence: (left / each) as f64 / people as f64,
        };
        (1..=people).map(point).collect()
    }

    #[test]
    fn a_rise_stands_for_five_events_and_ten_who_left() {
        let exact = curve(100, 3);
        let shown = release_curve(&exact, 100);
        let mut before = (0, 0);
        let mut level = Decimal::new(0, 2);
        for point in shown.get() {
            if point.incidence != level {
                let at = exact.iter().rfind(|exact| exact.days <= f64::from(point.quarter) * GRID_DAYS).expect("a rise has a cause");
                assert!(at.events - before.0 >= 5 && at.left - before.1 >= 10, "{point:?}");
                (before, level) = ((at.events, at.left), point.incidence);
            }
            assert!(point.at_risk >= 10 && point.at_risk.is_multiple_of(5));
        }
        assert!(level.value() > 0.2, "the curve rises");
        assert!(shown.get().len() < 12, "and ends before its last people");
    }

    #[test]
    fn few_events_or_few_people_draw_no_rise() {
        assert!(release_curve(&curve(100, 40), 100).get().iter().all(|point| point.incidence == Decimal::new(0, 2)));
        assert!(release_curve(&curve(9, 2), 9).get().is_empty());
        assert!(release_curve(&[], 9).get().is_empty());
    }

    #[test]
    fn when_an_event_happened_within_a_quarter_does_not_show() {
        let mut moved = curve(100, 3);
        // Between two points of the grid everything may happen at any time.
        for point in &mut moved {
            let quarter = (point.days / GRID_DAYS).floor();
            point.days = quarter * GRID_DAYS + (point.days - quarter * GRID_DAYS) * 0.5 + 0.01;
        }
        assert_eq!(release_curve(&curve(100, 3), 100), release_curve(&moved, 100));
    }
}
