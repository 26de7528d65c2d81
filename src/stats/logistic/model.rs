//! The binomial likelihood over an orthogonal basis, plain or with Firth's penalty.

use crate::stats::likelihood::Likelihood;
use crate::stats::likelihood::design::Basis;
use crate::stats::likelihood::newton::Point;
use crate::stats::linear::Matrix;
use crate::stats::{NotEstimable, finite, sum};

/// Events and non-events of one row of the basis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    pub events: f64,
    pub others: f64,
}

/// A logistic likelihood; with `penalized`, plus half the logarithm of the determinant of the information.
pub(super) struct Logistic<'d> {
    pub basis: &'d Basis,
    pub outcomes: &'d [Outcome],
    pub penalized: bool,
}

/// The logarithm of the logistic function, without overflow.
pub(crate) fn log_logistic(x: f64) -> f64 {
    if x >= 0.0 { -(-x).exp().ln_1p() } else { x - x.exp().ln_1p() }
}

/// The logistic function, exact in both tails.
pub(crate) fn logistic(x: f64) -> f64 {
    if x >= 0.0 { 1.0 / (1.0 + (-x).exp()) } else { x.exp() / (1.0 + x.exp()) }
}

impl Logistic<'_> {
    fn rows<'s>(&'s self, at: &'s [f64]) -> impl Iterator<Item = (&'s [f64], Outcome, f64)> + 's {
        self.basis.values.chunks_exact(self.basis.width).zip(self.outcomes).map(|(z, outcome)| (z, *outcome, product(z, at)))
    }

    pub fn log_likelihood(&self, at: &[f64]) -> f64 {
        sum(self.rows(at).map(|(_, outcome, x)| outcome.events * log_logistic(x) + outcome.others * log_logistic(-x)))
    }

    /// The information with weights W, or W(1 + leverage) where leverages are given.
    fn information(&self, at: &[f64], leverages: Option<&[f64]>) -> Matrix {
        let mut information = Matrix::zeros(self.basis.width, self.basis.width);
        for (index, (z, outcome, x)) in self.rows(at).enumerate() {
            let leverage = leverages.map_or(0.0, |all| all[index]);
            add_square(&mut information, z, (outcome.events + outcome.others + leverage) * logistic(x) * logistic(-x));
        }
        information
    }

    /// For each row the sum of its observations' leverages.
    fn leverages(&self, at: &[f64], information: &Matrix) -> Result<Vec<f64>, NotEstimable> {
        let inverse = information.inverse_spd()?;
        let leverage = |(z, outcome, x): (&[f64], Outcome, f64)| {
            let weight = (outcome.events + outcome.others) * logistic(x) * logistic(-x);
            let quadratic: f64 =
                z.iter().enumerate().map(|(i, a)| a * z.iter().enumerate().map(|(j, b)| inverse.at(i, j) * b).sum::<f64>()).sum();
            weight * quadratic
        };
        Ok(self.rows(at).map(leverage).collect())
    }

    /// The unpenalized information and, of a penalized likelihood, that with weights W(1 + h).
    pub fn informations(&self, at: &[f64]) -> Result<Informations, NotEstimable> {
        let plain = self.information(at, None);
        let augmented = if self.penalized { Some(self.information(at, Some(&self.leverages(at, &plain)?))) } else { None };
        Ok(Informations { plain, augmented })
    }
}

/// The information of one place under both weights.
pub(super) struct Informations {
    pub plain: Matrix,
    pub augmented: Option<Matrix>,
}

/// Adds `weight * z z'`.
pub(crate) fn add_square(matrix: &mut Matrix, z: &[f64], weight: f64) {
    for (a, row) in z.iter().zip(matrix.values.chunks_exact_mut(z.len().max(1))) {
        let scaled = weight * a;
        row.iter_mut().zip(z).for_each(|(cell, b)| *cell += scaled * b);
    }
}

pub(crate) fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl Likelihood for Logistic<'_> {
    fn evaluate(&self, at: &[f64]) -> Result<Point, NotEstimable> {
        let mut value = self.log_likelihood(at);
        let mut information = self.information(at, None);
        let mut leverages = None;
        if self.penalized {
            let lower = information.cholesky()?;
            value += (0..lower.rows).map(|i| lower.at(i, i).ln()).sum::<f64>();
            let found = self.leverages(at, &information)?;
            information = self.information(at, Some(&found));
            leverages = Some(found);
        }
        let mut gradient = vec![0.0; self.basis.width];
        for (index, (z, outcome, x)) in self.rows(at).enumerate() {
            let half = leverages.as_ref().map_or(0.0, |all| all[index] / 2.0);
            let residual = (outcome.events + half) * logistic(-x) - (outcome.others + half) * logistic(x);
            gradient.iter_mut().zip(z).for_each(|(cell, z)| *cell += residual * z);
        }
        finite(value)?;
        Ok(Point { value, gradient, information })
    }

    fn margins(&self, at: &[f64]) -> Vec<f64> {
        let mut margins = Vec::with_capacity(self.outcomes.len());
        for (_, outcome, x) in self.rows(at) {
            if outcome.events > 0.0 {
                margins.push(x);
            }
            if outcome.others > 0.0 {
                margins.push(-x);
            }
        }
        margins
    }

    fn can_separate(&self) -> bool {
        !self.penalized
    }
}
