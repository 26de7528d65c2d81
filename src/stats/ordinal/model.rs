//! The proportional-odds likelihood over an orthogonal basis.

use crate::stats::likelihood::Likelihood;
use crate::stats::likelihood::design::Basis;
use crate::stats::likelihood::newton::Point;
use crate::stats::linear::Matrix;
use crate::stats::logistic::{add_square, log_logistic, logistic, product};
use crate::stats::{NotEstimable, finite};

/// Category (from 0) and number of observations of one row of the basis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answered {
    pub category: usize,
    pub count: f64,
}

/// `logit P(Y <= j) = threshold_j - z'g`: parameters are the thresholds, then g. The basis' first column, the intercept, is not
/// used, for the thresholds stand for it.
pub(super) struct ProportionalOdds<'d> {
    pub basis: &'d Basis,
    pub answers: &'d [Answered],
    pub thresholds: usize,
}

/// What one observation adds: logarithm of its probability `F(above) - F(below)` and its derivatives by both ends. From
/// `F(a) - F(b) = F(a) F(-b) (1 - exp(b - a))`, which loses no digits in either tail.
struct Term {
    value: f64,
    by_above: f64,
    by_below: f64,
    /// Negative second derivatives are `above` and `below` of either end alone, and `mixed` of the distance between them.
    above: f64,
    below: f64,
    mixed: f64,
}

fn term(above: Option<f64>, below: Option<f64>) -> Term {
    let upper = above.map_or((0.0, 0.0, 0.0), |a| (log_logistic(a), logistic(-a), logistic(a) * logistic(-a)));
    let lower = below.map_or((0.0, 0.0, 0.0), |b| (log_logistic(-b), logistic(b), logistic(b) * logistic(-b)));
    let (gap, pull) = match (above, below) {
        (Some(a), Some(b)) => ((-(b - a).exp_m1()).ln(), 1.0 / (a - b).exp_m1()),
        _ => (0.0, 0.0),
    };
    let mixed = pull * (1.0 + pull);
    Term { value: upper.0 + lower.0 + gap, by_above: upper.1 + pull, by_below: -lower.1 - pull, above: upper.2, below: lower.2, mixed }
}

impl ProportionalOdds<'_> {
    /// For each row: its answer, its place between the thresholds' indices, and the linear predictor.
    fn rows<'s>(&'s self, at: &'s [f64]) -> impl Iterator<Item = (&'s [f64], Answered, f64)> + 's {
        let slopes = &at[self.thresholds..];
        self.basis.values.chunks_exact(self.basis.width).zip(self.answers).map(move |(z, answer)| {
            let z = &z[1..];
            (z, *answer, product(z, slopes))
        })
    }

    /// Indices of the thresholds above and below a category.
    fn ends(&self, category: usize) -> (Option<usize>, Option<usize>) {
        (Some(category).filter(|&c| c < self.thresholds), category.checked_sub(1))
    }

    fn direction(&self, threshold: usize, z: &[f64]) -> Vec<f64> {
        let mut direction = vec![0.0; self.thresholds];
        direction[threshold] = 1.0;
        direction.extend(z.iter().map(|z| -z));
        direction
    }
}

impl Likelihood for ProportionalOdds<'_> {
    fn evaluate(&self, at: &[f64]) -> Result<Point, NotEstimable> {
        let mut values = Vec::with_capacity(self.answers.len());
        let mut gradient = vec![0.0; at.len()];
        let mut information = Matrix::zeros(at.len(), at.len());
        for (z, answer, x) in self.rows(at) {
            let (above, below) = self.ends(answer.category);
            let term = term(above.map(|i| at[i] - x), below.map(|i| at[i] - x));
            values.push(answer.count * finite(term.value)?);
            let up = above.map(|i| self.direction(i, z));
            let down = below.map(|i| self.direction(i, z));
            for (direction, slope, curve) in [(&up, term.by_above, term.above), (&down, term.by_below, term.below)] {
                let Some(direction) = direction else { continue };
                gradient.iter_mut().zip(direction).for_each(|(cell, d)| *cell += answer.count * slope * d);
                add_square(&mut information, direction, answer.count * curve);
            }
            if let (Some(up), Some(down)) = (&up, &down) {
                let apart: Vec<f64> = up.iter().zip(down).map(|(u, d)| u - d).collect();
                add_square(&mut information, &apart, answer.count * term.mixed);
            }
        }
        let value = finite(crate::stats::sum(values))?;
        Ok(Point { value, gradient, information })
    }

    fn margins(&self, at: &[f64]) -> Vec<f64> {
        let mut margins = Vec::with_capacity(2 * self.answers.len());
        for (_, answer, x) in self.rows(at) {
            let (above, below) = self.ends(answer.category);
            margins.extend(above.map(|i| at[i] - x));
            margins.extend(below.map(|i| x - at[i]));
        }
        margins
    }

    fn can_separate(&self) -> bool {
        true
    }
}
