//! Times by which a given share had the event.

use super::{KaplanMeier, Scale};
use crate::stats::NotEstimable;

/// A probability closer to the one asked for than this is equal to it: products of fractions are inexact in the last digits. R's
/// tolerance is the same, the root of the machine's precision.
const EQUAL: f64 = 1.490_116_119_384_765_6e-8;

/// The time at which a curve reaches a probability, in both conventions in use, with its limits.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantileTime {
    /// As R's `quantile.survfit`: where the curve is flat at exactly the probability, halfway from the time at which it gets there
    /// to the next event, or to the last time observed if there is none.
    pub averaged: Result<f64, NotEstimable>,
    /// The smallest time at which the curve is at or below the probability (SAS; lifelines).
    pub smallest: Result<f64, NotEstimable>,
    /// The confidence limits.
    pub limits: LimitTimes,
}

/// The limits of a quantile, either of which may not be reached.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitTimes {
    /// Time at which the lower pointwise limit of the curve reaches the probability.
    pub lower: Result<f64, NotEstimable>,
    /// Time at which the upper pointwise limit of the curve reaches the probability.
    pub upper: Result<f64, NotEstimable>,
}

impl KaplanMeier {
    /// The median time to the event; see [`quantile`](Self::quantile).
    pub fn median(&self, scale: Scale, confidence_level: f64) -> Result<QuantileTime, NotEstimable> {
        self.quantile(0.5, scale, confidence_level)
    }

    /// The time by which a share `1 - survival` had the event, with limits where the pointwise band crosses `survival`.
    ///
    /// Reference: Brookmeyer & Crowley, Biometrics 1982;38:29-41. Not reached where the curve, or a limit of it, stays above; a
    /// limit is also not reached where the curve falls to 0 first, because there it has no limits. A limit that rises again, as it
    /// can where few are at risk, is taken as R's `quantile.survfit` takes it: at the time of its highest value at or below
    /// `survival`. `survival` must lie strictly between 0 and 1.
    pub fn quantile(&self, survival: f64, scale: Scale, confidence_level: f64) -> Result<QuantileTime, NotEstimable> {
        if !(survival > 0.0 && survival < 1.0) {
            return Err(NotEstimable::InvalidInput("a survival probability between 0 and 1 is needed"));
        }
        // Refuses a level outside its domain, so that below an error means a step without limits.
        crate::stats::tail_probability(confidence_level)?;
        let last = self.last_time();
        let curve: Vec<(f64, f64)> = self.steps.iter().map(|step| (step.time, step.survival)).collect();
        let limit = |lower: bool| {
            let limits = self.steps.iter().filter_map(|step| {
                let interval = step.interval(scale, confidence_level).ok()?;
                Some((step.time, if lower { interval.lower } else { interval.upper }))
            });
            averaged(&limits.collect::<Vec<_>>(), survival, last)
        };
        Ok(QuantileTime {
            averaged: averaged(&curve, survival, last),
            smallest: reached(&curve, survival).and_then(|at| curve.get(at).map(|point| point.0)).ok_or(NotEstimable::NotReached),
            limits: LimitTimes { lower: limit(true), upper: limit(false) },
        })
    }
}

/// The position of the first point at or below the probability.
fn reached(points: &[(f64, f64)], probability: f64) -> Option<usize> {
    points.iter().position(|point| point.1 <= probability + EQUAL)
}

/// The point with the highest value at or below a bound, the first of several.
fn highest(points: &[(f64, f64)], bound: f64) -> Option<(f64, f64)> {
    points.iter().filter(|point| point.1 <= bound).fold(None, |best, point| match best {
        Some((_, value)) if value >= point.1 => best,
        _ => Some(*point),
    })
}

fn averaged(points: &[(f64, f64)], probability: f64, last: f64) -> Result<f64, NotEstimable> {
    let (time, value) = highest(points, probability + EQUAL).ok_or(NotEstimable::NotReached)?;
    if (value - probability).abs() > EQUAL {
        return Ok(time);
    }
    let next = highest(points, probability - EQUAL).map_or(last, |point| point.0);
    Ok(time + (next - time) / 2.0)
}
