//! Ordinary least squares with classical, heteroskedasticity-robust, autocorrelation-robust and cluster-robust standard errors.

use super::linear::Matrix;
use super::{NotEstimable, finite, sum};

/// A column whose part outside the columns before it is below this share of its length depends on them.
const ALIASED: f64 = 1e-9;

/// A leverage this near to 1 leaves an observation no residual of its own.
const FULL_LEVERAGE: f64 = 1.0 - 1e-9;

/// The upper triangle R of the QR decomposition of a matrix by Householder reflections, with `R'R` the cross-products.
///
/// Columns that depend on earlier ones get no row. Reference: Golub & Van Loan, Matrix Computations, 4th ed. 2013, 5.2.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Triangle {
    /// One row for each independent column.
    pub(crate) factor: Matrix,
    /// The independent columns, ascending.
    pub(crate) kept: Vec<usize>,
}

impl Triangle {
    /// Decomposes a matrix.
    pub(crate) fn new(matrix: &Matrix) -> Result<Self, NotEstimable> {
        let mut work = matrix.clone();
        let mut kept = Vec::new();
        for j in 0..work.columns {
            let top = kept.len();
            if top == work.rows {
                break;
            }
            let length = finite(sum((0..work.rows).map(|i| matrix.at(i, j).powi(2))).sqrt())?;
            let rest = finite(sum((top..work.rows).map(|i| work.at(i, j).powi(2))).sqrt())?;
            if rest <= ALIASED * length {
                continue;
            }
            let pivot = if work.at(top, j) > 0.0 { -rest } else { rest };
            let mut normal: Vec<f64> = (top..work.rows).map(|i| work.at(i, j)).collect();
            normal[0] -= pivot;
            let square = sum(normal.iter().map(|v| v * v));
            for column in j..work.columns {
                let product = sum(normal.iter().enumerate().map(|(k, v)| v * work.at(top + k, column)));
                let factor = 2.0 * product / square;
                for (k, v) in normal.iter().enumerate() {
                    work.set(top + k, column, work.at(top + k, column) - factor * v);
                }
            }
            // What the reflection leaves below the pivot is rounding.
            for i in top + 1..work.rows {
                work.set(i, j, 0.0);
            }
            kept.push(j);
        }
        let mut factor = Matrix::zeros(kept.len(), work.columns);
        for i in 0..kept.len() {
            for j in 0..work.columns {
                factor.set(i, j, finite(work.at(i, j))?);
            }
        }
        Ok(Self { factor, kept })
    }

    /// The coefficients of the kept columns that give column `j`.
    pub(crate) fn solve(&self, j: usize) -> Vec<f64> {
        let rank = self.kept.iter().filter(|&&column| column < j).count();
        let mut x = vec![0.0; rank];
        for i in (0..rank).rev() {
            let known = sum((i + 1..rank).map(|k| self.factor.at(i, self.kept[k]) * x[k]));
            x[i] = (self.factor.at(i, j) - known) / self.factor.at(i, self.kept[i]);
        }
        x
    }

    /// The inverse of the triangle of the first `rank` kept columns, upper triangular.
    pub(crate) fn inverse(&self, rank: usize) -> Matrix {
        let mut inverse = Matrix::zeros(rank, rank);
        for j in 0..rank {
            for i in (0..=j).rev() {
                let known = sum((i + 1..=j).map(|k| self.factor.at(i, self.kept[k]) * inverse.at(k, j)));
                let right = if i == j { 1.0 } else { 0.0 };
                inverse.set(i, j, (right - known) / self.factor.at(i, self.kept[i]));
            }
        }
        inverse
    }
}

/// A linear regression by ordinary least squares.
///
/// Solved by Householder reflections, which lose half as many digits as normal equations. A column that depends on earlier ones
/// is left out; the fit is then that of the rest, and every coefficient that the data cannot tell from another is unidentified
/// rather than assigned by the order of the columns. Rows are taken in the order given (the order of time, where there is one).
/// Reference: Seber & Lee, Linear Regression Analysis, 2nd ed. 2003.
///
/// Edge cases: no rows is no answers; residuals that are only rounding count as 0, and a fit without residuals has no standard errors
/// (no variation); as many independent columns as rows leave none either (too few).
///
/// Anscombe's first set (Am Stat 1973;27:17-21): intercept 3.0001, slope .5001, standard errors 1.1247 and .1179, R-squared .6665.
/// ```
/// use mentorscope::stats::{least_squares::LeastSquares, linear::Matrix};
/// let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
/// let y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
/// let design = Matrix { rows: 11, columns: 2, values: x.iter().flat_map(|&x| [1.0, x]).collect() };
/// let fit = LeastSquares::fit(&design, &y)?;
/// assert!((fit.coefficients[1].clone()? - 0.5001).abs() < 5e-5);
/// assert!((fit.classical()[1].clone()? - 0.1179).abs() < 5e-5);
/// assert!((fit.r_squared.clone()? - 0.6665).abs() < 5e-5);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LeastSquares {
    /// The coefficient of each column, or why it has none.
    pub coefficients: Vec<Result<f64, NotEstimable>>,
    /// Response minus fit, row by row.
    pub residuals: Vec<f64>,
    /// How much each row determines its own fit, 0 to 1.
    pub leverages: Vec<f64>,
    /// Number of rows.
    pub n: u64,
    /// Number of independent columns.
    pub rank: u64,
    /// The residual standard deviation, on `n - rank` degrees of freedom.
    pub residual_std_dev: Result<f64, NotEstimable>,
    /// Share of the variation about the mean that the fit explains; meaningful with a constant column.
    pub r_squared: Result<f64, NotEstimable>,
    /// The inverse of the cross-products of the independent columns.
    bread: Matrix,
    /// The independent columns of the design.
    used: Matrix,
    kept: Vec<usize>,
    residual_square: f64,
}

impl LeastSquares {
    /// Fits a response to the columns of a design.
    pub fn fit(design: &Matrix, response: &[f64]) -> Result<Self, NotEstimable> {
        if response.len() != design.rows || design.values.len() != design.rows * design.columns {
            return Err(NotEstimable::InvalidInput("a regression needs one response for each row of its design"));
        }
        if response.is_empty() {
            return Err(NotEstimable::NoAnswers);
        }
        let p = design.columns;
        // Beside a constant the response may be counted from any value; from one of its own, large responses lose no digits.
        let constant = (0..design.rows).all(|i| design.at(i, 0) == 1.0);
        let origin = if constant { response.first().copied().unwrap_or(0.0) } else { 0.0 };
        let mut joined = Matrix::zeros(design.rows, p + 1);
        for (i, y) in response.iter().enumerate() {
            for j in 0..p {
                joined.set(i, j, finite(design.at(i, j))?);
            }
            joined.set(i, p, finite(*y)? - origin);
        }
        let triangle = Triangle::new(&joined)?;
        let kept: Vec<usize> = triangle.kept.iter().copied().filter(|&column| column < p).collect();
        let rank = kept.len();
        if rank == 0 {
            return Err(NotEstimable::Unidentified);
        }
        let solution = triangle.solve(p);
        let mut coefficients: Vec<Result<f64, NotEstimable>> = vec![Err(NotEstimable::Unidentified); p];
        for (&column, value) in kept.iter().zip(&solution) {
            coefficients[column] = finite(if column == 0 { origin + value } else { *value });
        }
        for dropped in (0..p).filter(|column| !kept.contains(column)) {
            let shares = triangle.solve(dropped);
            let largest = shares.iter().fold(0.0_f64, |most, share| most.max(share.abs()));
            for (&column, share) in kept.iter().zip(&shares) {
                if share.abs() > ALIASED * largest {
                    coefficients[column] = Err(NotEstimable::Unidentified);
                }
            }
        }
        let mut used = Matrix::zeros(design.rows, rank);
        for i in 0..design.rows {
            for (k, &column) in kept.iter().enumerate() {
                used.set(i, k, design.at(i, column));
            }
        }
        let residuals: Vec<f64> = response.iter().enumerate().map(|(i, &y)| residual(y, origin, used.row(i), &solution)).collect();
        let inverse = triangle.inverse(rank);
        let leverage = |row: &[f64]| sum((0..rank).map(|j| sum((0..=j).map(|i| row[i] * inverse.at(i, j))).powi(2))).clamp(0.0, 1.0);
        let leverages = (0..design.rows).map(|i| leverage(used.row(i))).collect();
        let n = response.len() as u64;
        let residual_square = finite(sum(residuals.iter().map(|e| e * e)))?;
        let mean = sum(response.iter().copied()) / n as f64;
        let total = finite(sum(response.iter().map(|y| (y - mean).powi(2))))?;
        let flat = response.iter().all(|y| (y - mean).abs() <= 1e-13 * y.abs());
        let free = n - rank as u64;
        Ok(Self {
            coefficients,
            residuals,
            leverages,
            n,
            rank: rank as u64,
            residual_std_dev: if free == 0 { Err(too_few(rank, n)) } else { Ok((residual_square / free as f64).sqrt()) },
            r_squared: if flat { Err(NotEstimable::NoVariation) } else { Ok((1.0 - residual_square / total).clamp(0.0, 1.0)) },
            bread: inverse.multiply(&inverse.transpose()),
            used,
            kept,
            residual_square,
        })
    }

    /// Standard errors of the coefficients under independent residuals of equal variance.
    pub fn classical(&self) -> Vec<Result<f64, NotEstimable>> {
        self.standard_errors(self.residual_std_dev.clone().map(|sigma| {
            let mut covariance = self.bread.clone();
            covariance.values.iter_mut().for_each(|v| *v *= sigma * sigma);
            covariance
        }))
    }

    /// HC3 standard errors, for residuals of unequal variance: each residual is divided by one minus its leverage.
    ///
    /// Reference: MacKinnon & White, J Econom 1985;29:305-325. A row that alone determines its fit has no residual, and then there is no answer.
    pub fn hc3(&self) -> Vec<Result<f64, NotEstimable>> {
        if self.leverages.iter().any(|&h| h > FULL_LEVERAGE) {
            return self.standard_errors(Err(NotEstimable::Unidentified));
        }
        let scores = self.scores(|i| self.residuals[i] / (1.0 - self.leverages[i]));
        self.standard_errors(self.sandwich(&cross(&scores, &scores, 0), 1.0))
    }

    /// Newey-West standard errors, for residuals correlated over up to `lag` rows, with Bartlett weights `1 - l / (lag + 1)`, no
    /// prewhitening, and the small-sample factor `n / (n - rank)`.
    ///
    /// Reference: Newey & West, Econometrica 1987;55:703-708. Rows count as equally spaced. At high autocorrelation the errors are too small.
    pub fn newey_west(&self, lag: u64) -> Vec<Result<f64, NotEstimable>> {
        if lag >= self.n {
            return self.standard_errors(Err(NotEstimable::InvalidInput("the lag must be below the number of observations")));
        }
        let scores = self.scores(|i| self.residuals[i]);
        let mut meat = cross(&scores, &scores, 0);
        for l in 1..=lag {
            let weight = 1.0 - l as f64 / (lag + 1) as f64;
            let shifted = cross(&scores, &scores, l as usize);
            for i in 0..meat.rows {
                for j in 0..meat.rows {
                    meat.set(i, j, meat.at(i, j) + weight * (shifted.at(i, j) + shifted.at(j, i)));
                }
            }
        }
        self.standard_errors(self.free().and_then(|free| self.sandwich(&meat, self.n as f64 / free)))
    }

    /// Cluster-robust (CR1) standard errors: rows of one cluster may be correlated in any way. The factor is
    /// `G / (G - 1) * (n - 1) / (n - rank)` with G the number of clusters; tests take `G - 1` degrees of freedom.
    ///
    /// Reference: Liang & Zeger, Biometrika 1986;73:13-22; Cameron & Miller, J Hum Resour 2015;50:317-372.
    pub fn clustered(&self, clusters: &[u32]) -> Vec<Result<f64, NotEstimable>> {
        if clusters.len() != self.residuals.len() {
            return self.standard_errors(Err(NotEstimable::InvalidInput("each row needs a cluster")));
        }
        let mut order: Vec<usize> = (0..clusters.len()).collect();
        order.sort_by_key(|&i| clusters[i]);
        let scores = self.scores(|i| self.residuals[i]);
        let groups: Vec<&[usize]> = order.chunk_by(|&a, &b| clusters[a] == clusters[b]).collect();
        let count = groups.len();
        if count < 2 {
            return self.standard_errors(Err(NotEstimable::TooFewClusters { needed: 2, found: count as u64 }));
        }
        let mut totals = Matrix::zeros(count, scores.columns);
        for (g, members) in groups.iter().enumerate() {
            for j in 0..scores.columns {
                totals.set(g, j, sum(members.iter().map(|&i| scores.at(i, j))));
            }
        }
        let factor = count as f64 / (count - 1) as f64 * (self.n - 1) as f64;
        self.standard_errors(self.free().and_then(|free| self.sandwich(&cross(&totals, &totals, 0), factor / free)))
    }

    /// Durbin and Watson's ratio of squared differences of successive residuals to squared residuals: 2 without autocorrelation.
    ///
    /// Reference: Durbin & Watson, Biometrika 1950;37:409-428. Not a test in short series. A perfect fit has none.
    pub fn durbin_watson(&self) -> Result<f64, NotEstimable> {
        if self.residual_square == 0.0 {
            return Err(NotEstimable::NoVariation);
        }
        finite(sum(self.residuals.windows(2).map(|pair| (pair[1] - pair[0]).powi(2))) / self.residual_square)
    }

    /// `n - rank`, above 0.
    fn free(&self) -> Result<f64, NotEstimable> {
        if self.n > self.rank { Ok((self.n - self.rank) as f64) } else { Err(too_few(self.kept.len(), self.n)) }
    }

    /// The rows of the design, each times its (adjusted) residual.
    fn scores(&self, residual: impl Fn(usize) -> f64) -> Matrix {
        let mut scores = self.used.clone();
        for i in 0..scores.rows {
            let e = residual(i);
            for j in 0..scores.columns {
                scores.set(i, j, scores.at(i, j) * e);
            }
        }
        scores
    }

    fn sandwich(&self, meat: &Matrix, factor: f64) -> Result<Matrix, NotEstimable> {
        let mut covariance = self.bread.multiply(meat).multiply(&self.bread);
        covariance.values.iter_mut().for_each(|v| *v *= factor);
        Ok(covariance)
    }

    /// The roots of the diagonal, for each coefficient that there is.
    fn standard_errors(&self, covariance: Result<Matrix, NotEstimable>) -> Vec<Result<f64, NotEstimable>> {
        let mut errors: Vec<Result<f64, NotEstimable>> = vec![Err(NotEstimable::Unidentified); self.coefficients.len()];
        for (k, &column) in self.kept.iter().enumerate() {
            errors[column] = match (&self.coefficients[column], &covariance) {
                (Err(reason), _) | (Ok(_), Err(reason)) => Err(reason.clone()),
                (Ok(_), Ok(_)) if self.residual_square == 0.0 => Err(NotEstimable::NoVariation),
                (Ok(_), Ok(covariance)) => finite(covariance.at(k, k)).map(|variance| variance.max(0.0).sqrt()),
            };
        }
        errors
    }
}

fn too_few(rank: usize, found: u64) -> NotEstimable {
    NotEstimable::TooFew { needed: rank as u64 + 1, found }
}

/// `y` minus `origin` and its fit from there, with what is only rounding taken for 0.
fn residual(y: f64, origin: f64, row: &[f64], solution: &[f64]) -> f64 {
    let terms = || row.iter().zip(solution).map(|(x, b)| x * b);
    let residual = (y - origin) - sum(terms());
    let size = y.abs() + sum(terms().map(f64::abs));
    if residual.abs() <= 1e-13 * size { 0.0 } else { residual }
}

/// Sum over rows of the products of a row of `left` with the row of `right` that is `lag` rows before.
fn cross(left: &Matrix, right: &Matrix, lag: usize) -> Matrix {
    let mut result = Matrix::zeros(left.columns, right.columns);
    for i in 0..left.columns {
        for j in 0..right.columns {
            result.set(i, j, sum((lag..left.rows).map(|t| left.at(t, i) * right.at(t - lag, j))));
        }
    }
    result
}

#[cfg(test)]
mod tests;
