//! The maximum of the partial likelihood, and what tells that it has none.

use super::risk::Pass;
use crate::stats::NotEstimable;
use crate::stats::linear::Matrix;

/// The largest number of Newton steps; regular data need fewer than ten, separated data about thirty.
const MOST_STEPS: usize = 100;
/// A step this small, in standard deviations of the linear predictor per covariate, ends the search.
const SMALL_STEP: f64 = 1e-9;
/// Where steps gain less than this in log likelihood without shrinking, there is no maximum.
const NO_GAIN: f64 = 1e-9;
/// A covariate that keeps less than this share of its information, given those before it, is a function of them.
const DEPENDENT: f64 = 1e-11;

/// Where the search ended.
pub(super) struct Maximum {
    /// Covariates that the data can tell apart, by position.
    pub(super) active: Vec<usize>,
    /// Their coefficients on the prepared scale; meaningless where `separated`.
    pub(super) beta: Vec<f64>,
    /// For each active covariate, whether its coefficient grows without end, or is left undetermined by others that do.
    pub(super) separated: Vec<bool>,
    /// At coefficients of 0.
    pub(super) start: Pass,
    /// At the end.
    pub(super) end: Pass,
}

/// A log likelihood that Newton's method can climb.
pub(super) trait Likelihood {
    /// Value, score and information at coefficients of the active covariates, all on a standardized scale.
    fn pass(&self, active: &[usize], beta: &[f64]) -> Pass;
    /// The covariates that vary at all, by position.
    fn varying(&self) -> Vec<usize>;
    /// Total weight of the events.
    fn weight(&self) -> f64;
}

/// Covariates that vary and are not functions of those before them.
///
/// Of linearly dependent covariates the first stay. Decided on the information at 0, so that what varies only outside the
/// risk sets of events drops too.
fn active(likelihood: &impl Likelihood) -> Vec<usize> {
    let varying = likelihood.varying();
    let information = likelihood.pass(&varying, &vec![0.0; varying.len()]).information;
    let least = 1e-12 * likelihood.weight();
    // Cholesky rows of the covariates kept.
    let mut kept: Vec<usize> = Vec::new();
    let mut factors: Vec<Vec<f64>> = Vec::new();
    for j in 0..varying.len() {
        let mut row: Vec<f64> = Vec::with_capacity(kept.len() + 1);
        for (&k, factor) in kept.iter().zip(&factors) {
            let known: f64 = row.iter().zip(factor).map(|(a, b)| a * b).sum();
            row.push((information.at(j, k) - known) / factor.last().copied().unwrap_or(1.0));
        }
        let rest = information.at(j, j) - row.iter().map(|value| value * value).sum::<f64>();
        if rest > DEPENDENT * information.at(j, j) && information.at(j, j) > least {
            row.push(rest.sqrt());
            factors.push(row);
            kept.push(j);
        }
    }
    kept.into_iter().map(|j| varying[j]).collect()
}

/// Newton's method from 0 with step halving.
///
/// Under monotone likelihood (a direction of the coefficients in which every event outranks its risk set) the likelihood
/// approaches its bound exponentially, so that Newton's steps along it settle at a constant length while the gain
/// vanishes; at a maximum steps shrink quadratically instead.
pub(super) fn maximize(likelihood: &impl Likelihood) -> Result<Maximum, NotEstimable> {
    let active = active(likelihood);
    let size = active.len();
    let mut beta = vec![0.0; size];
    let start = likelihood.pass(&active, &beta);
    let mut end = start.clone();
    if size == 0 {
        return Ok(Maximum { active, beta, separated: Vec::new(), start, end });
    }
    let (mut last_length, mut last_step) = (f64::INFINITY, vec![0.0; size]);
    for _ in 0..MOST_STEPS {
        let step = match end.information.solve_spd(&end.score) {
            Ok(step) => step,
            // The information was regular at 0: what made it singular is a coefficient without end.
            Err(_) if last_length > 1e-3 => {
                let separated = without_maximum(&last_step, &start, &end);
                return Ok(Maximum { active, beta, separated, start, end });
            }
            Err(reason) => return Err(reason),
        };
        let (next, pass) = climb(likelihood, &active, &beta, &step, &end)?;
        let length = step.iter().fold(0.0_f64, |longest, step| longest.max(step.abs()));
        let gain = pass.log_likelihood - end.log_likelihood;
        (beta, end) = (next, pass);
        if length < SMALL_STEP {
            return Ok(Maximum { active, beta, separated: vec![false; size], start, end });
        }
        if gain < NO_GAIN && length > 1e-3 && length > 0.5 * last_length {
            let separated = without_maximum(&step, &start, &end);
            return Ok(Maximum { active, beta, separated, start, end });
        }
        (last_length, last_step) = (length, step);
    }
    Err(NotEstimable::NotConverged)
}

/// The point that a step leads to, halved until it loses no likelihood and leaves no more to gain than there was.
///
/// Where a far step lands, the likelihood may be higher than before and yet so flat that the next step would lead out of
/// the range of numbers. What is left to gain is judged by Newton's decrement, the score's square in the metric of the
/// inverse information, which a short enough step hardly changes.
fn climb(
    likelihood: &impl Likelihood,
    active: &[usize],
    beta: &[f64],
    step: &[f64],
    from: &Pass,
) -> Result<(Vec<f64>, Pass), NotEstimable> {
    let slope = |pass: &Pass, step: &[f64]| pass.score.iter().zip(step).map(|(score, step)| score * step).sum::<f64>();
    let rounding = 1e-13 * (1.0 + from.log_likelihood.abs());
    let mut fraction = 1.0;
    while fraction > 1e-12 {
        let next: Vec<f64> = beta.iter().zip(step).map(|(beta, step)| beta + fraction * step).collect();
        let pass = likelihood.pass(active, &next);
        if usable(&pass) && pass.log_likelihood >= from.log_likelihood - rounding {
            let settled = match pass.information.solve_spd(&pass.score) {
                Ok(following) => slope(&pass, &following) <= 4.0 * slope(from, step) + rounding,
                // Without information left, all is well as long as the likelihood still rises: it has no maximum.
                Err(_) => slope(&pass, step) >= -rounding,
            };
            if settled {
                return Ok((next, pass));
            }
        }
        fraction /= 2.0;
    }
    Err(NotEstimable::NotConverged)
}

/// The coefficients that the last step still moves, and those about which hardly any information is left at the end.
fn without_maximum(step: &[f64], start: &Pass, end: &Pass) -> Vec<bool> {
    let length = step.iter().fold(0.0_f64, |longest, step| longest.max(step.abs()));
    let Ok(covariance) = end.information.inverse_spd() else { return vec![true; step.len()] };
    let left = |j: usize| 1.0 / (covariance.at(j, j) * start.information.at(j, j));
    step.iter().enumerate().map(|(j, step)| step.abs() > 1e-3 * length || left(j) < 1e-5).collect()
}

fn usable(pass: &Pass) -> bool {
    let values = |matrix: &Matrix| matrix.values.iter().all(|value| value.is_finite());
    pass.log_likelihood.is_finite() && pass.score.iter().all(|value| value.is_finite()) && values(&pass.information)
}
