//! Small dense matrices: what regressions and score tests with a few columns need, and no more.

use super::{NotEstimable, finite, sum};

/// A pivot of a Cholesky factor below this share of its diagonal element is rounding, so that the matrix is singular.
const LEAST_PIVOT: f64 = 1e-12;

/// A matrix of real numbers, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
    /// The elements, first row first; `rows * columns` of them.
    pub values: Vec<f64>,
}

impl Matrix {
    /// A matrix of zeros.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns, values: vec![0.0; rows * columns] }
    }

    /// The element in row `i` and column `j`, both counted from 0; 0 outside the matrix.
    pub fn at(&self, i: usize, j: usize) -> f64 {
        if j < self.columns { self.values.get(i * self.columns + j).copied().unwrap_or(0.0) } else { 0.0 }
    }

    /// Sets the element in row `i` and column `j`; outside the matrix nothing happens.
    pub fn set(&mut self, i: usize, j: usize, value: f64) {
        if j < self.columns
            && let Some(element) = self.values.get_mut(i * self.columns + j)
        {
            *element = value;
        }
    }

    /// Row `i`; empty outside the matrix.
    pub fn row(&self, i: usize) -> &[f64] {
        self.values.get(i * self.columns..(i + 1) * self.columns).unwrap_or(&[])
    }

    /// The matrix with rows and columns exchanged.
    #[must_use]
    pub fn transpose(&self) -> Self {
        let mut result = Self::zeros(self.columns, self.rows);
        for i in 0..self.rows {
            for j in 0..self.columns {
                result.set(j, i, self.at(i, j));
            }
        }
        result
    }

    /// The product with a matrix of as many rows as this one has columns; what either lacks counts as 0. It is not checked to be finite.
    #[must_use]
    pub fn multiply(&self, other: &Self) -> Self {
        let mut result = Self::zeros(self.rows, other.columns);
        for i in 0..self.rows {
            for j in 0..other.columns {
                result.set(i, j, sum((0..self.columns).map(|k| self.at(i, k) * other.at(k, j))));
            }
        }
        result
    }

    /// The lower triangular factor L with `L L' = self`, of a symmetric positive definite matrix (its lower half is read).
    ///
    /// A matrix that is not square is refused; one that is singular to rounding, or not positive definite, is unidentified.
    ///
    /// ```
    /// use mentorscope::stats::linear::Matrix;
    /// let factor = Matrix { rows: 2, columns: 2, values: vec![4.0, 2.0, 2.0, 10.0] }.cholesky()?;
    /// assert_eq!(factor.values, [2.0, 0.0, 1.0, 3.0]);
    /// # Ok::<(), mentorscope::stats::NotEstimable>(())
    /// ```
    pub fn cholesky(&self) -> Result<Self, NotEstimable> {
        if self.rows != self.columns {
            return Err(NotEstimable::InvalidInput("a Cholesky factor needs a square matrix"));
        }
        let mut factor = Self::zeros(self.rows, self.rows);
        for i in 0..self.rows {
            for j in 0..=i {
                let rest = finite(self.at(i, j) - sum((0..j).map(|k| factor.at(i, k) * factor.at(j, k))))?;
                if i != j {
                    factor.set(i, j, rest / factor.at(j, j));
                } else if rest > LEAST_PIVOT * self.at(i, i) {
                    factor.set(i, i, rest.sqrt());
                } else {
                    return Err(NotEstimable::Unidentified);
                }
            }
        }
        Ok(factor)
    }

    /// The solution x of `self x = right` for a symmetric positive definite matrix; errors as [`cholesky`](Self::cholesky).
    pub fn solve_spd(&self, right: &[f64]) -> Result<Vec<f64>, NotEstimable> {
        if right.len() != self.rows {
            return Err(NotEstimable::InvalidInput("the right side needs as many values as the matrix has rows"));
        }
        let factor = self.cholesky()?;
        let mut x = right.to_vec();
        for i in 0..self.rows {
            x[i] = (x[i] - sum((0..i).map(|k| factor.at(i, k) * x[k]))) / factor.at(i, i);
        }
        for i in (0..self.rows).rev() {
            x[i] = finite((x[i] - sum((i + 1..self.rows).map(|k| factor.at(k, i) * x[k]))) / factor.at(i, i))?;
        }
        Ok(x)
    }

    /// The inverse of a symmetric positive definite matrix; errors as [`cholesky`](Self::cholesky).
    pub fn inverse_spd(&self) -> Result<Self, NotEstimable> {
        let mut result = Self::zeros(self.rows, self.rows);
        for j in 0..self.rows {
            let unit: Vec<f64> = (0..self.rows).map(|i| if i == j { 1.0 } else { 0.0 }).collect();
            for (i, value) in self.solve_spd(&unit)?.into_iter().enumerate() {
                result.set(i, j, value);
            }
        }
        Ok(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_positive_definite_is_refused() {
        let of = |values: [f64; 4]| Matrix { rows: 2, columns: 2, values: values.to_vec() };
        assert_eq!(of([1.0, 1.0, 1.0, 1.0]).inverse_spd(), Err(NotEstimable::Unidentified));
        assert_eq!(of([1.0, 2.0, 2.0, 1.0]).cholesky(), Err(NotEstimable::Unidentified));
        assert_eq!(of([0.0; 4]).cholesky(), Err(NotEstimable::Unidentified));
        assert!(of([f64::NAN, 0.0, 0.0, 1.0]).cholesky().is_err());
        assert!(Matrix::zeros(2, 3).cholesky().is_err());
        assert!(of([1.0, 0.0, 0.0, 1.0]).solve_spd(&[1.0]).is_err());
    }

    proptest! {
        #[test]
        fn inverse_and_solution_lead_back(values in proptest::collection::vec(-3.0_f64..3.0, 12), right in proptest::collection::vec(-9.0_f64..9.0, 3)) {
            let x = Matrix { rows: 4, columns: 3, values };
            let mut square = x.transpose().multiply(&x);
            for i in 0..3 {
                square.set(i, i, square.at(i, i) + 0.1);
            }
            let back = square.multiply(&square.inverse_spd().unwrap());
            let solution = square.solve_spd(&right).unwrap();
            for (i, expected) in right.iter().enumerate() {
                for j in 0..3 {
                    let unit = if i == j { 1.0 } else { 0.0 };
                    prop_assert!((back.at(i, j) - unit).abs() < 1e-9);
                }
                let image: f64 = (0..3).map(|k| square.at(i, k) * solution[k]).sum();
                prop_assert!((image - expected).abs() < 1e-8);
            }
            let factor = square.cholesky().unwrap();
            let product = factor.multiply(&factor.transpose());
            prop_assert!(product.values.iter().zip(&square.values).all(|(a, b)| (a - b).abs() < 1e-10));
        }
    }
}
