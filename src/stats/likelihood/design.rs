//! Predictors as an orthogonal basis, so that Newton's method meets no badly scaled column.

use std::cmp::Ordering;

use crate::stats::linear::Matrix;
use crate::stats::{NotEstimable, sum};

/// A column whose part outside the earlier columns is smaller than this share of it depends on them. As in R's `glm`.
const DEPENDENT: f64 = 1e-11;

/// The order of two rows of numbers by their first difference.
pub(crate) fn by_values(a: &[f64], b: &[f64]) -> Ordering {
    a.iter().zip(b).map(|(x, y)| x.total_cmp(y)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
}

/// Predictors of equal length, one row for each pattern with how many observations share it, behind an intercept column.
#[derive(Clone, Debug)]
pub(crate) struct Design {
    /// Row-major, intercept first.
    values: Vec<f64>,
    counts: Vec<f64>,
    width: usize,
    /// The columns that do not depend linearly on earlier ones; the intercept, 0, is always among them.
    pub kept: Vec<usize>,
}

/// The columns of a design, in some order, made orthogonal: `columns = basis * upper`, each basis column with mean square 1.
#[derive(Clone, Debug)]
pub(crate) struct Basis {
    /// Row-major.
    pub values: Vec<f64>,
    pub width: usize,
    /// Positions in the design of the columns, in the order of the basis.
    pub order: Vec<usize>,
    pub upper: Matrix,
}

impl Design {
    /// From rows of equal length with their counts; every value must be finite.
    pub fn new<'r>(rows: impl Iterator<Item = (&'r [f64], u64)> + Clone) -> Result<Self, NotEstimable> {
        let width = rows.clone().next().ok_or(NotEstimable::NoAnswers)?.0.len() + 1;
        let (mut values, mut counts) = (Vec::new(), Vec::new());
        for (row, count) in rows {
            if row.len() + 1 != width {
                return Err(NotEstimable::InvalidInput("every row needs a value of every predictor"));
            }
            if row.iter().any(|value| !value.is_finite()) {
                return Err(NotEstimable::NotFinite);
            }
            values.push(1.0);
            values.extend_from_slice(row);
            counts.push(count as f64);
        }
        let mut design = Self { values, counts, width, kept: Vec::new() };
        design.kept = design.independent();
        Ok(design)
    }

    /// Number of columns with the intercept.
    pub fn width(&self) -> usize {
        self.width
    }

    fn independent(&self) -> Vec<usize> {
        let mut kept: Vec<usize> = Vec::new();
        let mut found: Vec<Vec<f64>> = Vec::new();
        for column in 0..self.width {
            let (mut rest, size) = (self.column(column), self.mean_square(&self.column(column)).sqrt());
            self.project(&mut rest, &found);
            let left = self.mean_square(&rest).sqrt();
            if left > DEPENDENT * size {
                rest.iter_mut().for_each(|value| *value /= left);
                found.push(rest);
                kept.push(column);
            }
        }
        kept
    }

    fn column(&self, column: usize) -> Vec<f64> {
        self.values.chunks_exact(self.width).map(|row| row[column]).collect()
    }

    fn mean_square(&self, column: &[f64]) -> f64 {
        self.mean_product(column, column)
    }

    fn mean_product(&self, a: &[f64], b: &[f64]) -> f64 {
        let total = sum(self.counts.iter().copied());
        sum(a.iter().zip(b).zip(&self.counts).map(|((a, b), count)| count * a * b)) / total
    }

    /// Takes the found directions out of a column, twice because once leaves rounding behind; gives what was taken.
    fn project(&self, column: &mut [f64], found: &[Vec<f64>]) -> Vec<f64> {
        let mut taken = vec![0.0; found.len()];
        for _ in 0..2 {
            for (direction, taken) in found.iter().zip(&mut taken) {
                let part = self.mean_product(column, direction);
                *taken += part;
                column.iter_mut().zip(direction).for_each(|(value, along)| *value -= part * along);
            }
        }
        taken
    }

    /// The basis of the kept columns in their order, with one of them moved last if named.
    pub fn basis(&self, last: Option<usize>) -> Basis {
        let mut order: Vec<usize> = self.kept.iter().copied().filter(|&column| Some(column) != last).collect();
        order.extend(last);
        let width = order.len();
        let mut upper = Matrix::zeros(width, width);
        let mut found: Vec<Vec<f64>> = Vec::new();
        for (position, &column) in order.iter().enumerate() {
            let mut rest = self.column(column);
            for (row, part) in self.project(&mut rest, &found).into_iter().enumerate() {
                upper.set(row, position, part);
            }
            let size = self.mean_square(&rest).sqrt();
            upper.set(position, position, size);
            rest.iter_mut().for_each(|value| *value /= size);
            found.push(rest);
        }
        let height = self.counts.len();
        let mut values = Vec::with_capacity(height * width);
        for row in 0..height {
            values.extend(found.iter().map(|column| column[row]));
        }
        Basis { values, width, order, upper }
    }
}

impl Basis {
    /// Coordinates in the basis of coefficients of the design's columns.
    pub fn coordinates_of(&self, coefficients: &[f64]) -> Vec<f64> {
        (0..self.width).map(|i| (i..self.width).map(|j| self.upper.at(i, j) * coefficients[self.order[j]]).sum()).collect()
    }

    /// Coefficients of the design's columns, `width` of them, from coordinates in the basis; 0 for columns outside it.
    pub fn to_coefficients(&self, coordinates: &[f64], width: usize) -> Vec<f64> {
        let mut coefficients = vec![0.0; width];
        for i in (0..self.width).rev() {
            let known: f64 = (i + 1..self.width).map(|j| self.upper.at(i, j) * coefficients[self.order[j]]).sum();
            coefficients[self.order[i]] = (coordinates[i] - known) / self.upper.at(i, i);
        }
        coefficients
    }

    /// The size of the last column outside the others: its coordinate is its coefficient times this.
    pub fn last_scale(&self) -> f64 {
        self.upper.at(self.width - 1, self.width - 1)
    }

    /// The logarithm of the determinant of `upper`.
    pub fn log_determinant(&self) -> f64 {
        (0..self.width).map(|i| self.upper.at(i, i).ln()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependent_columns_are_found_and_coefficients_lead_back() {
        let rows = [[2020.0, 7.0, 1.0, 2027.0], [2021.0, 7.0, 4.0, 2028.0], [2022.0, 7.0, 2.0, 2029.0], [2023.0, 7.0, 9.0, 2030.0]];
        let design = Design::new(rows.iter().map(|row| (row.as_slice(), 2))).unwrap();
        assert_eq!(design.kept, [0, 1, 3]);
        for last in [None, Some(0), Some(1), Some(3)] {
            let basis = design.basis(last);
            let coefficients = basis.to_coefficients(&[0.3, -0.5, 2.0], 5);
            assert_eq!((coefficients[2], coefficients[4]), (0.0, 0.0));
            let again = basis.coordinates_of(&coefficients);
            assert!(again.iter().zip([0.3, -0.5, 2.0]).all(|(a, b)| (a - b).abs() < 1e-9), "{again:?}");
            for (row, z) in rows.iter().zip(basis.values.chunks_exact(3)) {
                let direct = coefficients[0] + coefficients[1] * row[0] + coefficients[3] * row[2];
                let along = 0.3 * z[0] - 0.5 * z[1] + 2.0 * z[2];
                assert!((direct - along).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn rows_must_be_whole() {
        let ragged: [(&[f64], u64); 2] = [(&[1.0], 1), (&[1.0, 2.0], 1)];
        assert!(Design::new(ragged.into_iter()).is_err());
        let endless: [(&[f64], u64); 1] = [(&[f64::NAN], 1)];
        assert_eq!(Design::new(endless.into_iter()).err(), Some(NotEstimable::NotFinite));
    }
}
