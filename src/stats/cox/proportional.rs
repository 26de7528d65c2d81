//! The test of proportional hazards.

use super::prepared::Model;
use super::risk::At;
use super::{Fit, Ties};
use crate::stats::NotEstimable;
use crate::stats::linear::Matrix;
use crate::stats::survival::{ChiSquareTest, Running, chi_square_of};

/// Tests that effects do not change over time.
#[derive(Clone, Debug, PartialEq)]
pub struct ProportionalHazards {
    /// One test for each term asked for.
    pub terms: Vec<Result<ChiSquareTest, NotEstimable>>,
    /// The test of all covariates together.
    pub global: Result<ChiSquareTest, NotEstimable>,
}

impl Model {
    /// The score test of coefficients `beta + theta g(t)` against theta = 0, with g(t) one minus the Kaplan-Meier curve of all
    /// subjects just before t, for each term (a list of covariate positions: one, or all dummies of a category) and for all.
    ///
    /// With V(t) the risk-weighted covariance at each factor of the likelihood, the score of theta is `sum g (x - mean)`, and its
    /// variance `sum g^2 V - (sum g V)' I^-1 (sum g V)`. Reference: Grambsch & Therneau, Biometrika 1994;81:515-526, in the exact form
    /// that R's `cox.zph` computes since survival 3.0 (before, an approximation with V constant). Edge cases: a fit without maximum
    /// has no test (separated); events at one time only give no variation; a term whose covariates dropped has none.
    pub fn proportional_hazards(&self, fit: &Fit, ties: Ties, terms: &[Vec<usize>]) -> Result<ProportionalHazards, NotEstimable> {
        if fit.separated {
            return Err(NotEstimable::Separated);
        }
        let active = &fit.active;
        let size = active.len();
        let at = At { active, beta: &fit.beta, ties };
        // Centering g changes nothing, because the score of beta is 0, but saves digits.
        let clocks: Vec<f64> = self.rows.iter().filter(|row| row.event).map(|row| row.clock).collect();
        let center = crate::stats::sum(clocks.iter().copied()) / clocks.len() as f64;
        if size == 0 || clocks.iter().all(|clock| Some(clock) == clocks.first()) {
            return Err(NotEstimable::NoVariation);
        }
        let mut score = vec![Running::default(); size];
        let mut sums = [(); 3].map(|()| vec![Running::default(); size * size]);
        self.each_moment(&at, |moment| {
            let g = moment.events.first().map_or(0.0, |row| row.clock - center);
            for row in moment.events {
                score.iter_mut().zip(active).for_each(|(total, &a)| total.add(row.weight * g * row.x[a]));
            }
            for factor in &moment.factors {
                score.iter_mut().zip(&factor.mean).for_each(|(total, mean)| total.add(-moment.weight * g * mean));
                for (power, sums) in (0..).zip(&mut sums) {
                    let weight = moment.weight * g.powi(power);
                    sums.iter_mut().zip(&factor.covariance).for_each(|(total, value)| total.add(weight * value));
                }
            }
        });
        let [plain, once, twice] = sums.map(|sums| Matrix { rows: size, columns: size, values: sums.iter().map(Running::value).collect() });
        let inverse = plain.inverse_spd()?;
        let test = |positions: &[usize]| {
            let mut variance = Matrix::zeros(positions.len(), positions.len());
            for (i, &a) in positions.iter().enumerate() {
                for (j, &b) in positions.iter().enumerate() {
                    let known = (0..size * size)
                        .map(|cell| once.at(a, cell / size) * inverse.at(cell / size, cell % size) * once.at(cell % size, b));
                    variance.set(i, j, twice.at(a, b) - crate::stats::sum(known));
                }
                // What is left of a variance after rounding is none.
                if variance.at(i, i) <= 1e-10 * twice.at(a, a) {
                    return Err(NotEstimable::NoVariation);
                }
            }
            chi_square_of(&positions.iter().map(|&a| score[a].value()).collect::<Vec<_>>(), &variance)
        };
        let terms = terms.iter().map(|term| {
            let positions: Vec<usize> = (0..size).filter(|&i| term.contains(&active[i])).collect();
            if positions.is_empty() { Err(NotEstimable::Unidentified) } else { test(&positions) }
        });
        Ok(ProportionalHazards { terms: terms.collect(), global: test(&(0..size).collect::<Vec<_>>()) })
    }
}
