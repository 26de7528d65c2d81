//! Regression with a random intercept for each group, by restricted maximum likelihood.

use std::f64::consts::PI;

use super::Member;
use crate::stats::least_squares::Triangle;
use crate::stats::linear::Matrix;
use crate::stats::{NotEstimable, finite, sum};

/// Points of the share of variance between groups at which the criterion is compared before it is refined.
const GRID: u32 = 200;

/// Halvings of the bracket of the minimum, down to the last digits of the share.
const HALVINGS: u32 = 50;

/// A linear model with a random intercept for each group.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomIntercept {
    /// The intercept, then the coefficient of each predictor.
    pub coefficients: Vec<f64>,
    /// Generalized least squares standard errors of the coefficients, the variances taken as known.
    pub std_errors: Vec<f64>,
    /// Variance between groups, 0 or more.
    pub variance_between: f64,
    /// Variance within groups, above 0.
    pub variance_within: f64,
    /// Share of the variance that lies between groups, 0 to 1.
    pub icc: f64,
    /// Minus twice the restricted log-likelihood, with all constants, as `lme4` and `nlme` print it.
    pub criterion: f64,
    /// Whether the variance between groups lies on its boundary, 0.
    pub boundary: bool,
    /// Number of groups.
    pub groups: u64,
    /// Number of values.
    pub n: u64,
}

/// Fits `value = intercept + predictors + group + residual` by restricted maximum likelihood (REML).
///
/// `predictors` has one row for each member, and no columns for the intercept alone. For a given ratio r of the two variances the coefficients
/// are those of generalized least squares, and the criterion is
/// `(n - p)(1 + ln(2 pi RSS / (n - p))) + ln|X' V^-1 X| + sum over groups of ln(1 + n_j r)`. It is compared at 200 values of r / (1 + r), and refined around the
/// least, so that a second minimum is not taken for the first. All cross-products are kept as triangles of reflections. References: Patterson &
/// Thompson, Biometrika 1971;58:545-554; Bates et al., J Stat Softw 2015;67(1).
///
/// A variance between groups on its boundary is exactly 0, where analysis of variance may print a negative correlation. The standard errors do not allow
/// for the estimation of the variances: with fewer than about 20 groups intervals from them are too narrow.
///
/// Edge cases: fewer than 2 groups, fewer values than coefficients and a further one, groups of one member only (the variances cannot be told
/// apart), predictors that depend on each other, and no variation left within groups have no answer.
///
/// Dyestuff (documentation of `lme4`): intercept 1527.5 (19.38), variances 1764.05 and 2451.25, criterion 319.65.
/// ```
/// use mentorscope::stats::{linear::Matrix, multilevel::{Member, random_intercept}};
/// let yields = [
///     [1545.0, 1440.0, 1440.0, 1520.0, 1580.0], [1540.0, 1555.0, 1490.0, 1560.0, 1495.0], [1595.0, 1550.0, 1605.0, 1510.0, 1560.0],
///     [1445.0, 1440.0, 1595.0, 1465.0, 1545.0], [1595.0, 1630.0, 1515.0, 1635.0, 1625.0], [1520.0, 1455.0, 1450.0, 1480.0, 1445.0],
/// ];
/// let members: Vec<Member> = (0..30).map(|i| Member { group: i as u32 / 5, value: yields[i / 5][i % 5] }).collect();
/// let result = random_intercept(&members, &Matrix::zeros(30, 0))?;
/// assert!((result.coefficients[0] - 1527.5).abs() < 1e-9 && (result.std_errors[0] - 19.38).abs() < 5e-3);
/// assert!((result.variance_between - 1764.05).abs() < 5e-3 && (result.variance_within - 2451.25).abs() < 5e-3);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn random_intercept(members: &[Member], predictors: &Matrix) -> Result<RandomIntercept, NotEstimable> {
    let model = Model::new(members, predictors)?;
    let ratio = |share: f64| share / (1.0 - share);
    let step = 1.0 / f64::from(GRID);
    let mut least = model.solve(0.0)?.criterion;
    let mut at = 0_u32;
    for point in 1..GRID {
        let criterion = model.solve(ratio(f64::from(point) * step))?.criterion;
        if criterion < least {
            (least, at) = (criterion, point);
        }
    }
    let (mut low, mut high) = (f64::from(at.saturating_sub(1)) * step, (f64::from(at + 1) * step).min(1.0 - 1e-12));
    // The boundary is the minimum when the criterion is nowhere lower and rises from it.
    if at == 0 && model.slope(0.0)? >= 0.0 {
        return model.answer(0.0, true);
    }
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        if model.slope(ratio(middle))? > 0.0 {
            high = middle;
        } else {
            low = middle;
        }
    }
    model.answer(ratio((low + high) / 2.0), false)
}

/// The data reduced to triangles.
struct Model {
    /// Cross-products within groups of the columns 1, predictors, value.
    within: Matrix,
    /// Size and column means of each group.
    groups: Vec<GroupMeans>,
    /// What was taken off each column; adding it back turns the fit into that of the data.
    centers: Vec<f64>,
    n: u64,
}

struct GroupMeans {
    size: f64,
    means: Vec<f64>,
}

/// The fit for one ratio of variances.
struct Fit {
    criterion: f64,
    triangle: Triangle,
    residual_square: f64,
}

impl Model {
    fn new(members: &[Member], predictors: &Matrix) -> Result<Self, NotEstimable> {
        if members.is_empty() {
            return Err(NotEstimable::NoAnswers);
        }
        if predictors.rows != members.len() || predictors.values.len() != predictors.rows * predictors.columns {
            return Err(NotEstimable::InvalidInput("each value needs its predictors"));
        }
        let mut rows: Vec<(u32, Vec<f64>)> = members
            .iter()
            .enumerate()
            .map(|(i, member)| (member.group, [1.0].iter().chain(predictors.row(i)).copied().chain([member.value]).collect()))
            .collect();
        for value in rows.iter().flat_map(|row| &row.1) {
            finite(*value)?;
        }
        let by_values =
            |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x.total_cmp(y)).find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal);
        rows.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| by_values(&a.1, &b.1)));
        let columns = predictors.columns + 2;
        let n = rows.len();
        // Each column but the constant is counted from its least value, so that large values lose no digits.
        let column = |j: usize| rows.iter().map(move |row| row.1[j]);
        let origins: Vec<f64> = (0..columns).map(|j| if j == 0 { 0.0 } else { column(j).fold(f64::INFINITY, f64::min) }).collect();
        let rounding: Vec<f64> = (0..columns).map(|j| 1e-14 * column(j).map(f64::abs).fold(0.0, f64::max)).collect();
        for row in &mut rows {
            row.1.iter_mut().zip(&origins).for_each(|(value, origin)| *value -= origin);
        }
        let mean = |rows: &[(u32, Vec<f64>)], j: usize| super::center(rows.iter().map(|row| (1.0, row.1[j])), rows.len() as f64);
        let middles: Vec<f64> = (0..columns).map(|j| if j == 0 { 0.0 } else { mean(&rows, j) }).collect();
        let mut groups = Vec::new();
        let mut deviations = Matrix::zeros(n, columns);
        let mut i = 0;
        for own in rows.chunk_by(|a, b| a.0 == b.0) {
            let means: Vec<f64> = (0..columns).map(|j| mean(own, j)).collect();
            for row in own {
                for j in 1..columns {
                    let d = row.1[j] - means[j];
                    deviations.set(i, j, if d.abs() <= rounding[j] { 0.0 } else { d });
                }
                i += 1;
            }
            groups.push(GroupMeans {
                size: own.len() as f64,
                means: means.iter().zip(&middles).map(|(mean, middle)| mean - middle).collect(),
            });
        }
        let p = columns - 1;
        let count = groups.len() as u64;
        if count < 2 {
            return Err(NotEstimable::TooFewClusters { needed: 2, found: count });
        }
        if n <= p {
            return Err(NotEstimable::TooFew { needed: p as u64 + 1, found: n as u64 });
        }
        if count == n as u64 {
            return Err(NotEstimable::Unidentified);
        }
        let within = Triangle::new(&deviations)?;
        // Without residuals within groups the likelihood has no maximum.
        if !within.kept.contains(&p) {
            return Err(NotEstimable::NoVariation);
        }
        let centers = origins.iter().zip(&middles).map(|(origin, middle)| origin + middle).collect();
        Ok(Self { within: within.factor, groups, centers, n: n as u64 })
    }

    fn solve(&self, ratio: f64) -> Result<Fit, NotEstimable> {
        let columns = self.centers.len();
        let mut stacked = Matrix::zeros(self.within.rows + self.groups.len(), columns);
        for i in 0..self.within.rows {
            for j in 0..columns {
                stacked.set(i, j, self.within.at(i, j));
            }
        }
        for (g, group) in self.groups.iter().enumerate() {
            let root = (group.size / (1.0 + group.size * ratio)).sqrt();
            for (j, mean) in group.means.iter().enumerate() {
                stacked.set(self.within.rows + g, j, root * mean);
            }
        }
        let triangle = Triangle::new(&stacked)?;
        let p = columns - 1;
        if (0..p).any(|j| !triangle.kept.contains(&j)) {
            return Err(NotEstimable::Unidentified);
        }
        if !triangle.kept.contains(&p) {
            return Err(NotEstimable::NoVariation);
        }
        let residual_square = finite(triangle.factor.at(p, p).powi(2))?;
        let free = self.n as f64 - p as f64;
        let determinant = sum((0..p).map(|j| 2.0 * triangle.factor.at(j, j).abs().ln()));
        let groups = sum(self.groups.iter().map(|g| (g.size * ratio).ln_1p()));
        let criterion = finite(free * (1.0 + (2.0 * PI * residual_square / free).ln()) + determinant + groups)?;
        Ok(Fit { criterion, triangle, residual_square })
    }

    /// The derivative of the criterion by the ratio of variances.
    fn slope(&self, ratio: f64) -> Result<f64, NotEstimable> {
        let fit = self.solve(ratio)?;
        let p = self.centers.len() - 1;
        let solution = fit.triangle.solve(p);
        let inverse = fit.triangle.inverse(p);
        let terms = self.groups.iter().map(|group| {
            let weight = group.size / (1.0 + group.size * ratio);
            let residual = group.means[p] - sum((0..p).map(|j| group.means[j] * solution[j]));
            let leverage = sum((0..p).map(|j| sum((0..=j).map(|i| group.means[i] * inverse.at(i, j))).powi(2)));
            weight - weight * weight * (leverage + residual * residual * (self.n as f64 - p as f64) / fit.residual_square)
        });
        finite(sum(terms))
    }

    fn answer(&self, ratio: f64, boundary: bool) -> Result<RandomIntercept, NotEstimable> {
        let fit = self.solve(ratio)?;
        let p = self.centers.len() - 1;
        let mut coefficients = fit.triangle.solve(p);
        let inverse = fit.triangle.inverse(p);
        let variance_within = fit.residual_square / (self.n as f64 - p as f64);
        // The intercept of the centered fit, moved back to where all predictors are 0.
        let shift: Vec<f64> = (0..p).map(|j| if j == 0 { 1.0 } else { -self.centers[j] }).collect();
        coefficients[0] = self.centers[p] + sum((0..p).map(|j| coefficients[j] * shift[j]));
        let length = |row: &[f64]| sum((0..p).map(|j| sum((0..=j).map(|i| row[i] * inverse.at(i, j))).powi(2)));
        let std_errors = (0..p).map(|k| {
            let unit: Vec<f64> = (0..p).map(|j| if j == k { 1.0 } else { 0.0 }).collect();
            finite((variance_within * length(if k == 0 { &shift } else { &unit })).sqrt())
        });
        let std_errors = std_errors.collect::<Result<Vec<f64>, _>>()?;
        for coefficient in &coefficients {
            finite(*coefficient)?;
        }
        Ok(RandomIntercept {
            coefficients,
            std_errors,
            variance_between: finite(ratio * variance_within)?,
            variance_within,
            icc: ratio / (1.0 + ratio),
            criterion: fit.criterion,
            boundary,
            groups: self.groups.len() as u64,
            n: self.n,
        })
    }
}
