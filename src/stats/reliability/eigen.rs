//! Eigenvalues of small symmetric matrices.

use crate::stats::NotEstimable;
use crate::stats::linear::Matrix;

/// Sweeps before giving up; ten suffice for matrices of any size met here.
const SWEEPS: usize = 60;

/// Eigenvalues, falling, and their unit vectors.
#[derive(Clone, Debug)]
pub(super) struct Eigen {
    pub values: Vec<f64>,
    /// One vector for each value.
    pub vectors: Vec<Vec<f64>>,
}

/// By Jacobi's rotations (Golub & Van Loan, Matrix Computations, 4th ed., section 8.5).
pub(super) fn symmetric(matrix: &Matrix) -> Result<Eigen, NotEstimable> {
    let n = matrix.rows;
    let mut a = matrix.clone();
    let mut v = Matrix::zeros(n, n);
    (0..n).for_each(|i| v.set(i, i, 1.0));
    let size: f64 = a.values.iter().map(|x| x * x).sum();
    for _ in 0..SWEEPS {
        let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a.at(i, j).powi(2)).sum();
        if off <= 1e-32 * size {
            let mut order: Vec<usize> = (0..n).collect();
            order.sort_by(|&i, &j| a.at(j, j).total_cmp(&a.at(i, i)));
            return Ok(Eigen {
                values: order.iter().map(|&i| a.at(i, i)).collect(),
                vectors: order.iter().map(|&i| (0..n).map(|row| v.at(row, i)).collect()).collect(),
            });
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut v, p, q);
            }
        }
    }
    Err(NotEstimable::NotConverged)
}

fn rotate(a: &mut Matrix, v: &mut Matrix, p: usize, q: usize) {
    let apart = a.at(p, q);
    if apart == 0.0 {
        return;
    }
    let tau = (a.at(q, q) - a.at(p, p)) / (2.0 * apart);
    let t = tau.signum() / (tau.abs() + tau.hypot(1.0));
    let c = 1.0 / t.hypot(1.0);
    let s = t * c;
    for k in 0..a.rows {
        let (kp, kq) = (a.at(k, p), a.at(k, q));
        a.set(k, p, c * kp - s * kq);
        a.set(k, q, s * kp + c * kq);
    }
    for k in 0..a.rows {
        let (pk, qk) = (a.at(p, k), a.at(q, k));
        a.set(p, k, c * pk - s * qk);
        a.set(q, k, s * pk + c * qk);
        let (vp, vq) = (v.at(k, p), v.at(k, q));
        v.set(k, p, c * vp - s * vq);
        v.set(k, q, s * vp + c * vq);
    }
    a.set(p, q, 0.0);
    a.set(q, p, 0.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn vectors_and_values_make_the_matrix(values in proptest::collection::vec(-3.0_f64..3.0, 25)) {
            let half = Matrix { rows: 5, columns: 5, values };
            let mut matrix = half.clone();
            for i in 0..5 {
                for j in 0..5 {
                    matrix.set(i, j, half.at(i, j) + half.at(j, i));
                }
            }
            let eigen = symmetric(&matrix).unwrap();
            prop_assert!(eigen.values.windows(2).all(|pair| pair[0] >= pair[1]));
            for i in 0..5 {
                for j in 0..5 {
                    let made: f64 = (0..5).map(|m| eigen.values[m] * eigen.vectors[m][i] * eigen.vectors[m][j]).sum();
                    prop_assert!((made - matrix.at(i, j)).abs() < 1e-10);
                }
            }
        }
    }
}
