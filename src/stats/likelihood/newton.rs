//! Newton's method with step halving for likelihoods of models that are linear in their parameters.

use super::Likelihood;
use crate::stats::NotEstimable;
use crate::stats::linear::Matrix;

/// Iterations before giving up: Newton's method needs about ten, scoring with Firth's penalty up to a few hundred.
const ITERATIONS: usize = 400;
/// Iterations after which a rise below rounding of the likelihood is taken for none.
const PATIENCE: usize = 25;
/// Halvings of one step before it is taken for rounding.
const HALVINGS: i32 = 30;
/// A step that moves a linear predictor by more than this is tried shorter too.
const LONG: f64 = 5.0;
/// A step that moves no linear predictor by more than this ends the iteration.
const SMALL: f64 = 1e-9;

/// A likelihood at one place.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    /// The logarithm of the likelihood.
    pub value: f64,
    /// Its derivatives.
    pub gradient: Vec<f64>,
    /// A positive definite matrix near the negative second derivatives.
    pub information: Matrix,
}

/// Where a likelihood is greatest.
#[derive(Clone, Debug)]
pub(crate) struct Maximum {
    /// The parameters.
    pub at: Vec<f64>,
    /// The likelihood there.
    pub point: Point,
}

/// What one step of Newton's method did.
enum Stepped {
    /// It moved on.
    To(Maximum),
    /// It is there: no step would change anything that matters.
    Arrived,
    /// The likelihood rises without end.
    Away,
}

/// Maximizes over the first `free` parameters and leaves the others as they are.
pub(crate) fn maximize(model: &impl Likelihood, start: Vec<f64>, free: usize) -> Result<Maximum, NotEstimable> {
    let mut best = Maximum { point: model.evaluate(&start)?, at: start };
    for iteration in 0..ITERATIONS {
        let nothing = if iteration < PATIENCE { 1e-18 } else { 1e-13 * (1.0 + best.point.value.abs()) };
        match step(model, &best, free, nothing)? {
            Stepped::To(next) => best = next,
            Stepped::Arrived => return Ok(best),
            Stepped::Away => return Err(NotEstimable::Separated),
        }
    }
    Err(NotEstimable::NotConverged)
}

/// The places on the way to a maximum: the maximum alone where there is one, else each of the first `steps`.
pub(crate) fn way(model: &impl Likelihood, start: Vec<f64>, steps: usize) -> Vec<Vec<f64>> {
    let free = start.len();
    let mut places = Vec::new();
    let Ok(point) = model.evaluate(&start) else { return places };
    let mut here = Maximum { point, at: start };
    for _ in 0..steps {
        match step(model, &here, free, 1e-18) {
            Ok(Stepped::To(next)) => here = next,
            Ok(Stepped::Arrived) => return vec![here.at],
            Ok(Stepped::Away) | Err(_) => break,
        }
        places.push(here.at.clone());
    }
    places
}

/// One step; a rise in view of no more than `nothing` is none.
fn step(model: &impl Likelihood, best: &Maximum, free: usize, nothing: f64) -> Result<Stepped, NotEstimable> {
    if free == 0 {
        return Ok(Stepped::Arrived);
    }
    let Direction { step, regular } = direction(&best.point, free)?;
    let mut along = step.clone();
    along.resize(best.at.len(), 0.0);
    let change = model.margins(&along);
    let largest = change.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    if model.can_separate() && separates(&model.margins(&best.at), &change) {
        return Ok(Stepped::Away);
    }
    // Where predictors are of very different size, rounding alone moves the linear predictors; the rise in view is then nothing.
    let rise: f64 = step.iter().zip(&best.point.gradient).map(|(step, slope)| step * slope).sum();
    let margin = model.margins(&best.at).iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    let there = largest <= SMALL || (rise.abs() <= nothing && largest <= 1e-5 * (1.0 + margin));
    // A likelihood that is flat in some direction has not been maximized in it.
    if there && (regular || !model.can_separate()) {
        return Ok(Stepped::Arrived);
    }
    // Rounding of the determinant in a penalized likelihood.
    let slack = 1e-12 * (1.0 + best.point.value.abs());
    // From a far wrong place the information is so small that a whole step would fly out of sight on the other side.
    let longest = ((LONG + margin) / largest).min(1.0);
    let at_scale = |halving: i32| {
        let scale = longest * 0.5_f64.powi(halving);
        let mut at = best.at.clone();
        at.iter_mut().zip(&step).for_each(|(value, step)| *value += scale * step);
        let point = model.evaluate(&at).ok()?;
        (point.value >= best.point.value - slack).then_some(Maximum { at, point })
    };
    let mut tried = None;
    for halving in 0..HALVINGS {
        let next = at_scale(halving);
        match (&tried, &next) {
            (None, None) => {}
            // A long step may fly over the peak into a tail that rises only just above where it began; half of it may rise more.
            (None, Some(_)) if largest > LONG => tried = next,
            (Some(Maximum { point, .. }), Some(shorter)) if shorter.point.value > point.value => tried = next,
            (Some(_), _) => break,
            (None, Some(_)) => {
                tried = next;
                break;
            }
        }
    }
    match tried {
        Some(next) => Ok(Stepped::To(next)),
        // No part of the step rises: it is rounding if next to nothing was in view, a failure otherwise.
        None if largest <= 1e-5 || rise <= 100.0 * slack => Ok(Stepped::Arrived),
        None => Err(NotEstimable::NotConverged),
    }
}

/// Where to go from a place.
struct Direction {
    step: Vec<f64>,
    /// Whether the information was positive definite as it was.
    regular: bool,
}

/// Newton's step; where the information is singular by rounding, that of the same with a little added to its diagonal.
fn direction(point: &Point, free: usize) -> Result<Direction, NotEstimable> {
    let mut part = Matrix::zeros(free, free);
    for i in 0..free {
        for j in 0..free {
            part.set(i, j, point.information.at(i, j));
        }
    }
    let right: Vec<f64> = point.gradient.iter().take(free).copied().collect();
    if let Ok(step) = part.solve_spd(&right) {
        return Ok(Direction { step, regular: true });
    }
    let mean = (0..free).map(|i| part.at(i, i)).sum::<f64>() / free as f64;
    for i in 0..free {
        part.set(i, i, part.at(i, i) + 1e-10 * mean);
    }
    Ok(Direction { step: part.solve_spd(&right)?, regular: false })
}

/// Whether a step is a direction in which the likelihood rises for ever: margins already far on their side still grow by a
/// constant step, as they do only on the way to infinity, and no margin shrinks.
fn separates(margins: &[f64], change: &[f64]) -> bool {
    let largest = change.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    let on_the_way = margins.iter().zip(change).any(|(margin, change)| *margin > 15.0 && *change > 0.5);
    on_the_way && change.iter().all(|change| *change >= -1e-5 * largest)
}
