//! Profile-likelihood intervals and likelihood-ratio tests of one parameter.

use super::Likelihood;
use super::newton::{Maximum, maximize};
use crate::stats::distributions::{chi_square_sf, normal_critical, normal_two_sided_p};
use crate::stats::linear::Matrix;
use crate::stats::{Interval, NotEstimable, finite};

/// One coefficient of a fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct Coefficient {
    /// The estimate: change of the log odds for one unit of the predictor.
    pub estimate: f64,
    /// Standard error from the inverse of the unpenalized Fisher information at the estimate.
    pub std_error: f64,
    /// Of Firth fits: standard error from the information with weights W(1 + h), h the leverages.
    pub std_error_augmented: Option<f64>,
    /// Profile (of Firth fits: penalized profile) likelihood interval.
    pub interval: Result<Interval, NotEstimable>,
    /// Wald interval, estimate plus and minus z times `std_error`.
    pub wald_interval: Result<Interval, NotEstimable>,
    /// Likelihood-ratio (of Firth fits: penalized likelihood-ratio) chi-square of no effect, 1 degree of freedom.
    pub lr_chi_square: Result<f64, NotEstimable>,
    /// Its p-value.
    pub p_value: Result<f64, NotEstimable>,
    /// Two-sided p-value of estimate / `std_error` against the normal distribution.
    pub wald_p_value: Result<f64, NotEstimable>,
}

/// A model whose last parameter is the one profiled, with its fit.
pub(crate) struct Profiled<'m, M> {
    pub model: &'m M,
    /// The parameters at the maximum.
    pub best: Vec<f64>,
    /// The likelihood there.
    pub maximum: f64,
    /// The last parameter is the coefficient times this.
    pub scale: f64,
    pub std_error: f64,
    pub std_error_augmented: Option<f64>,
}

impl<M: Likelihood> Profiled<'_, M> {
    /// The coefficient with its interval and test.
    pub fn coefficient(&self, confidence_level: f64) -> Result<Coefficient, NotEstimable> {
        let estimate = finite(self.best.last().map_or(0.0, |last| last / self.scale))?;
        let z = normal_critical(confidence_level)?;
        let limit = |side: f64| self.limit(estimate, side * z * self.std_error, z);
        let interval = limit(-1.0).and_then(|lower| Interval::new(lower, limit(1.0)?, confidence_level));
        let lr_chi_square = self.deviance(0.0, &mut self.best.clone());
        Ok(Coefficient {
            estimate,
            std_error: self.std_error,
            std_error_augmented: self.std_error_augmented,
            interval,
            wald_interval: Interval::around(estimate, z * self.std_error, confidence_level),
            p_value: lr_chi_square.clone().and_then(|x| chi_square_sf(x, 1.0)),
            lr_chi_square,
            wald_p_value: normal_two_sided_p(estimate / self.std_error),
        })
    }

    /// Twice the fall of the likelihood from its maximum when the coefficient is held at a value and all others are free; `start`
    /// is a place on the profile and moves to the one found.
    fn deviance(&self, value: f64, start: &mut Vec<f64>) -> Result<f64, NotEstimable> {
        let fit = self.follow(value * self.scale, start, 0)?;
        *start = fit.at;
        let fall = 2.0 * (self.maximum - fit.point.value);
        // A higher place than the maximum: the likelihood has several peaks, and this was not the highest.
        if fall < -1e-6 * (1.0 + self.maximum.abs()) { Err(NotEstimable::NotConverged) } else { Ok(fall.max(0.0)) }
    }

    /// The maximum with the last parameter held at a value, from a place on the profile along its tangent; by way of the
    /// middle where that is too far.
    fn follow(&self, last: f64, from: &[f64], depth: u32) -> Result<Maximum, NotEstimable> {
        let free = from.len() - 1;
        let jump = last - from[free];
        let mut start = from.to_vec();
        if let Ok(tangent) = self.tangent(from) {
            start.iter_mut().zip(tangent).for_each(|(value, slope)| *value += slope * jump);
        }
        start[free] = last;
        maximize(self.model, start, free).or_else(|reason| {
            if depth >= 6 {
                return Err(reason);
            }
            let middle = self.follow(from[free] + jump / 2.0, from, depth + 1)?;
            self.follow(last, &middle.at, depth + 1)
        })
    }

    /// How the other parameters move with the last one.
    fn tangent(&self, at: &[f64]) -> Result<Vec<f64>, NotEstimable> {
        let free = at.len() - 1;
        let information = self.model.evaluate(at)?.information;
        let mut part = Matrix::zeros(free, free);
        for i in 0..free {
            for j in 0..free {
                part.set(i, j, information.at(i, j));
            }
        }
        part.solve_spd(&(0..free).map(|i| -information.at(i, free)).collect::<Vec<_>>())
    }

    /// The value on one side at which the root of the deviance is `z`, by the Illinois method, whose function is almost a line.
    fn limit(&self, estimate: f64, step: f64, z: f64) -> Result<f64, NotEstimable> {
        let mut start = self.best.clone();
        let (mut near, mut near_height) = (estimate, -z);
        let (mut far, mut far_height) = (estimate, -z);
        for doubling in 0..40 {
            far = estimate + step * 2.0_f64.powi(doubling);
            far_height = self.deviance(far, &mut start)?.sqrt() - z;
            if far_height >= 0.0 {
                break;
            }
            (near, near_height) = (far, far_height);
        }
        if far_height < 0.0 {
            return Err(NotEstimable::NotReached);
        }
        let mut side = 0;
        for _ in 0..200 {
            if (far - near).abs() <= 1e-10 * step.abs() || far_height == 0.0 {
                break;
            }
            let middle = (near * far_height - far * near_height) / (far_height - near_height);
            let height = self.deviance(middle, &mut start)?.sqrt() - z;
            if height.abs() <= 1e-10 {
                return finite(middle);
            }
            if height > 0.0 {
                (far, far_height) = (middle, height);
                if side == 1 {
                    near_height /= 2.0;
                }
                side = 1;
            } else {
                (near, near_height) = (middle, height);
                if side == -1 {
                    far_height /= 2.0;
                }
                side = -1;
            }
        }
        finite(far)
    }
}
