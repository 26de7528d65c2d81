//! Quadratic forms of singular covariance matrices, as tests of several groups have them.

use super::ChiSquareTest;
use crate::stats::NotEstimable;
use crate::stats::linear::Matrix;

/// The share of its variance below which what is left of a component, given the others, is rounding.
const NEGLIGIBLE: f64 = 1e-9;

/// `u' V^- u` with `V^-` a generalized inverse of the covariance matrix V of `u`, tested on the rank of V.
///
/// Cholesky factors with the largest remaining pivot first; components whose remaining variance is nothing but rounding are
/// functions of the others and add neither statistic nor degree of freedom. No variation where the rank is 0.
pub(crate) fn chi_square_of(deviations: &[f64], covariance: &Matrix) -> Result<ChiSquareTest, NotEstimable> {
    let size = deviations.len();
    let mut remaining = covariance.clone();
    let mut deviations = deviations.to_vec();
    let mut open: Vec<usize> = (0..size).filter(|&i| covariance.at(i, i) > 0.0).collect();
    let (mut chi_square, mut rank) = (0.0, 0);
    let share = |matrix: &Matrix, i: usize| matrix.at(i, i) / covariance.at(i, i);
    while let Some(&pivot) = open.iter().max_by(|&&a, &&b| share(&remaining, a).total_cmp(&share(&remaining, b))) {
        if share(&remaining, pivot) <= NEGLIGIBLE {
            break;
        }
        open.retain(|&i| i != pivot);
        let variance = remaining.at(pivot, pivot);
        chi_square += deviations[pivot] * deviations[pivot] / variance;
        rank += 1;
        for &i in &open {
            let slope = remaining.at(i, pivot) / variance;
            deviations[i] -= slope * deviations[pivot];
            for &j in &open {
                remaining.set(i, j, remaining.at(i, j) - slope * remaining.at(pivot, j));
            }
        }
    }
    if rank == 0 { Err(NotEstimable::NoVariation) } else { ChiSquareTest::new(chi_square, rank) }
}
