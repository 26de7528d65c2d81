//! Interrupted time series by segmented regression.

use std::f64::consts::PI;

use crate::stats::least_squares::{LeastSquares, Triangle};
use crate::stats::linear::Matrix;
use crate::stats::{NotEstimable, finite, sum};

/// One period of the series with the columns of the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Period {
    /// Time, in equal steps.
    pub period: f64,
    /// 0 before the change, 1 from it on.
    pub post: f64,
    /// Time since the change, 0 before it.
    pub time_since: f64,
    /// What was measured.
    pub value: f64,
}

/// The two columns that a change adds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Steps {
    /// 0 before the change, 1 from it on.
    pub post: f64,
    /// Periods since the last one before the change: 0 before, 1 in the first period after.
    pub time_since: f64,
}

/// The columns for a period when `change` is the first period after the change: `post` is 1 from it on, and `time_since` counts
/// `period - change + 1`, so that the level change is what remains at the change once one step of the new slope is taken off.
///
/// ```
/// use mentorscope::stats::change::{Steps, steps_at};
/// assert_eq!(steps_at(12.0, 13.0), Steps { post: 0.0, time_since: 0.0 });
/// assert_eq!(steps_at(14.0, 13.0), Steps { post: 1.0, time_since: 2.0 });
/// ```
pub fn steps_at(period: f64, change: f64) -> Steps {
    if period < change { Steps { post: 0.0, time_since: 0.0 } } else { Steps { post: 1.0, time_since: period - change + 1.0 } }
}

/// A segmented regression; coefficients are of the constant, `period`, `post` and `time_since`, in this order.
#[derive(Clone, Debug, PartialEq)]
pub struct Segmented {
    /// The least-squares fit, with its standard errors of every kind, in the order of time.
    pub fit: LeastSquares,
    /// The lag that [`default_lag`] gives for this length.
    pub default_lag: u64,
    /// Whether each period stands once. Otherwise the order of residuals means nothing, and neither do Newey-West errors and Durbin and Watson's statistic.
    pub one_value_per_period: bool,
    design: Matrix,
    response: Vec<f64>,
}

/// Segmented regression of an interrupted time series: `value = b0 + b1 period + b2 post + b3 time_since + residual`.
///
/// b1 is the slope before, b2 the change of level, b3 the change of slope. Standard errors: classical, HC3 and Newey-West, by
/// [`LeastSquares`]. Reference: Wagner et al., J Clin Pharm Ther 2002;27:299-309; Turner et al., BMC Med Res Methodol 2021;21:181 on their performance:
/// Newey-West errors are too small at high autocorrelation, and with fewer than about 12 periods no method repairs it; with more prefer [`ar1_reml`].
/// Assumes that nothing else changed at the same time. Periods are sorted by time and taken as equally spaced; missing ones close up.
///
/// Edge cases: fewer periods than coefficients, or a single period on a side of the change, leave what cannot be told apart unidentified.
///
/// A series that is 1, 2, 3 and then 6, 8, 10: level change 1 (after one step of the new slope), slope change 1.
/// ```
/// use mentorscope::stats::change::{Period, segmented, steps_at};
/// let series: Vec<Period> = [1.0, 2.0, 3.0, 6.0, 8.0, 10.0].iter().zip(1..).map(|(&value, i)| {
///     let steps = steps_at(f64::from(i), 4.0);
///     Period { period: f64::from(i), post: steps.post, time_since: steps.time_since, value }
/// }).collect();
/// let result = segmented(&series)?;
/// assert!((result.fit.coefficients[2].clone()? - 1.0).abs() < 1e-9 && (result.fit.coefficients[3].clone()? - 1.0).abs() < 1e-9);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn segmented(series: &[Period]) -> Result<Segmented, NotEstimable> {
    let mut series = series.to_vec();
    series.sort_by(|a, b| {
        a.period
            .total_cmp(&b.period)
            .then(a.post.total_cmp(&b.post))
            .then(a.time_since.total_cmp(&b.time_since))
            .then(a.value.total_cmp(&b.value))
    });
    let design =
        Matrix { rows: series.len(), columns: 4, values: series.iter().flat_map(|p| [1.0, p.period, p.post, p.time_since]).collect() };
    let response: Vec<f64> = series.iter().map(|p| p.value).collect();
    let fit = LeastSquares::fit(&design, &response)?;
    let one_value_per_period = series.windows(2).all(|pair| pair[0].period < pair[1].period);
    Ok(Segmented { default_lag: default_lag(fit.n), fit, one_value_per_period, design, response })
}

/// The usual number of lags for Newey-West errors, the whole part of `4 (n / 100)^(2/9)`: 2 for 24 periods.
///
/// Reference: Newey & West, Rev Econ Stud 1994;61:631-653.
pub fn default_lag(n: u64) -> u64 {
    (4.0 * (n as f64 / 100.0).powf(2.0 / 9.0)).floor() as u64
}

impl Segmented {
    /// Newey-West standard errors, none where a period stands twice.
    pub fn newey_west(&self, lag: u64) -> Vec<Result<f64, NotEstimable>> {
        if self.one_value_per_period { self.fit.newey_west(lag) } else { vec![Err(REPEATED); 4] }
    }

    /// Durbin and Watson's statistic, none where a period stands twice.
    pub fn durbin_watson(&self) -> Result<f64, NotEstimable> {
        if self.one_value_per_period { self.fit.durbin_watson() } else { Err(REPEATED) }
    }
}

const REPEATED: NotEstimable = NotEstimable::InvalidInput("a series needs one value for each period");

/// A segmented regression whose residuals follow a first-order autoregression.
#[derive(Clone, Debug, PartialEq)]
pub struct Ar1 {
    /// The coefficients of the constant, `period`, `post` and `time_since`.
    pub coefficients: Vec<f64>,
    /// Their standard errors, the autocorrelation taken as known.
    pub std_errors: Vec<f64>,
    /// Correlation of successive residuals, between -1 and 1.
    pub autocorrelation: f64,
    /// Residual standard deviation.
    pub residual_std_dev: f64,
    /// Degrees of freedom of t tests, n - 4.
    pub degrees_of_freedom: u64,
}

/// The segmented regression with residuals `e_t = rho e_(t-1) + u_t`, by generalized least squares with rho from restricted maximum
/// likelihood (REML).
///
/// For a given rho the series is whitened (Prais & Winsten, Cowles Commission 1954, the first period kept), and minus twice the restricted log-likelihood is, but for
/// constants, `(n - p) ln RSS + (n - 1) ln(1 - rho^2) + ln|X' X|` of the whitened columns. Its least value is sought on a grid from -.99 to .99 and then by golden
/// section. Reference: Cheang & Reinsel, JASA 2000;95:1173-1184; as `gls` with `corAR1` of R's `nlme`. The choice for 12 periods or more.
/// Errors of [`segmented`], of which everything must be identified; a minimum on the edge of the grid does not converge.
pub fn ar1_reml(series: &Segmented) -> Result<Ar1, NotEstimable> {
    if !series.one_value_per_period {
        return Err(REPEATED);
    }
    if let Some(Err(reason)) = series.fit.classical().into_iter().find(Result::is_err) {
        return Err(reason);
    }
    let criterion = |rho: f64| whitened(series, rho).map(|fit| fit.criterion);
    let grid: Vec<f64> = (-99..=99).map(|i| f64::from(i) / 100.0).collect();
    let mut least = f64::INFINITY;
    let mut at = 0.0;
    for &rho in &grid {
        let value = criterion(rho)?;
        if value < least {
            (least, at) = (value, rho);
        }
    }
    if at.abs() > 0.985 {
        return Err(NotEstimable::NotConverged);
    }
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (at - 0.01, at + 0.01);
    // The criterion is flat to rounding closer than about the root of the machine's precision.
    for _ in 0..40 {
        let (left, right) = (high - golden * (high - low), low + golden * (high - low));
        if criterion(left)? < criterion(right)? { high = right } else { low = left }
    }
    let rho = (low + high) / 2.0;
    let fit = whitened(series, rho)?;
    let p = series.design.columns;
    let free = (series.response.len() - p) as f64;
    let sigma = finite((fit.residual_square / free).sqrt())?;
    let inverse = fit.triangle.inverse(p);
    let error = |i: usize| sigma * sum((i..p).map(|j| inverse.at(i, j).powi(2))).sqrt();
    Ok(Ar1 {
        coefficients: fit.triangle.solve(p),
        std_errors: (0..p).map(error).collect(),
        autocorrelation: rho,
        residual_std_dev: sigma,
        degrees_of_freedom: (series.response.len() - p) as u64,
    })
}

struct Whitened {
    criterion: f64,
    residual_square: f64,
    triangle: Triangle,
}

fn whitened(series: &Segmented, rho: f64) -> Result<Whitened, NotEstimable> {
    let (n, p) = (series.response.len(), series.design.columns);
    let value = |i: usize, j: usize| if j < p { series.design.at(i, j) } else { series.response[i] };
    let scale = (1.0 - rho * rho).sqrt();
    let mut rows = Matrix::zeros(n, p + 1);
    for i in 0..n {
        for j in 0..=p {
            rows.set(i, j, if i == 0 { value(0, j) } else { (value(i, j) - rho * value(i - 1, j)) / scale });
        }
    }
    let triangle = Triangle::new(&rows)?;
    if triangle.kept.len() <= p {
        return Err(NotEstimable::NoVariation);
    }
    let residual_square = triangle.factor.at(p, p).powi(2);
    let determinant = sum((0..p).map(|j| 2.0 * triangle.factor.at(j, j).abs().ln()));
    let free = (n - p) as f64;
    let criterion = free * (2.0 * PI * residual_square).ln() + (n - 1) as f64 * (scale * scale).ln() + determinant;
    Ok(Whitened { criterion: finite(criterion)?, residual_square, triangle })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn series(values: &[f64], change: u32) -> Vec<Period> {
        (1..)
            .zip(values)
            .map(|(i, &value)| {
                let steps = steps_at(f64::from(i), f64::from(change));
                Period { period: f64::from(i), post: steps.post, time_since: steps.time_since, value }
            })
            .collect()
    }

    /// The Nile at Aswan, 1871 to 1900, with a change put at 1886 (R 4.2.2, `lm` and `nlme::gls(correlation = corAR1(), method =
    /// "REML")` on `Nile[1:30]`): relative tolerance 1e-5 for the latter, whose own optimizer stops at about 1e-6.
    #[test]
    fn nile() {
        let nile = [
            1120.0, 1160.0, 963.0, 1210.0, 1160.0, 1160.0, 813.0, 1230.0, 1370.0, 1140.0, 995.0, 935.0, 1110.0, 994.0, 1020.0, 960.0,
            1180.0, 799.0, 958.0, 1140.0, 1100.0, 1210.0, 1150.0, 1250.0, 1260.0, 1220.0, 1030.0, 1100.0, 774.0, 840.0,
        ];
        let result = segmented(&series(&nile, 16)).unwrap();
        let gls = ar1_reml(&result).unwrap();
        let close = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-5, "{found} is not {expected}");
        for (j, expected) in NILE_OLS.iter().enumerate() {
            close(result.fit.coefficients[j].clone().unwrap(), *expected);
        }
        for j in 0..4 {
            close(gls.coefficients[j], NILE_GLS[j]);
            close(gls.std_errors[j], NILE_GLS_ERRORS[j]);
        }
        close(gls.autocorrelation, NILE_RHO);
        close(gls.residual_std_dev, NILE_SIGMA);
    }

    const NILE_OLS: [f64; 4] = [1150.25714285714, -7.28214285714, 48.93690476190, 4.12857142857];
    const NILE_GLS: [f64; 4] = [1137.875609108899, -5.110764790071, 23.888761323336, 0.907852302472];
    const NILE_GLS_ERRORS: [f64; 4] = [123.9822341810, 13.2415006598, 148.3097464288, 19.9119430814];
    const NILE_RHO: f64 = 0.388859584915;
    const NILE_SIGMA: f64 = 168.243180198;

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(segmented(&[]), Err(NotEstimable::NoAnswers));
        // No period after the change: level and slope change are not identified, the rest is.
        let before = segmented(&series(&[1.0, 3.0, 2.0, 5.0], 9)).unwrap();
        assert!(before.fit.coefficients[1].is_ok() && before.fit.classical()[1].is_ok());
        assert_eq!(before.fit.coefficients[2], Err(NotEstimable::Unidentified));
        assert_eq!(ar1_reml(&before), Err(NotEstimable::Unidentified));
        // One period after it: level and slope change are one number.
        let one = segmented(&series(&[1.0, 3.0, 2.0, 5.0, 4.0, 9.0], 6)).unwrap();
        assert!(one.fit.coefficients[0].is_ok() && one.fit.coefficients[2].is_err() && one.fit.coefficients[3].is_err());
        let mut twice = series(&[1.0, 3.0, 2.0, 5.0, 4.0, 9.0], 4);
        twice.extend(series(&[2.0, 1.0, 2.0, 4.0, 7.0, 9.0], 4));
        let twice = segmented(&twice).unwrap();
        assert!(
            twice.fit.classical()[2].is_ok()
                && twice.newey_west(1)[2].is_err()
                && twice.durbin_watson().is_err()
                && ar1_reml(&twice).is_err()
        );
        assert!(segmented(&series(&[1.0, f64::NAN, 2.0], 2)).is_err());
        assert_eq!((default_lag(24), default_lag(100)), (2, 4));
    }

    /// The restricted likelihood written out with the full covariance matrix, at its maximum and beside it.
    fn full_criterion(result: &Segmented, rho: f64) -> f64 {
        let n = result.response.len();
        let mut covariance = Matrix::zeros(n, n);
        for i in 0..n {
            for j in 0..n {
                covariance.set(i, j, rho.powi(i.abs_diff(j) as i32));
            }
        }
        let log_determinant = |m: &Matrix| (0..m.rows).map(|i| 2.0 * m.cholesky().unwrap().at(i, i).ln()).sum::<f64>();
        let inverse = covariance.inverse_spd().unwrap();
        let y = Matrix { rows: n, columns: 1, values: result.response.clone() };
        let xv = result.design.transpose().multiply(&inverse);
        let xvx = xv.multiply(&result.design);
        let b = Matrix { rows: 4, columns: 1, values: xvx.solve_spd(&xv.multiply(&y).values).unwrap() };
        let fitted = result.design.multiply(&b);
        let e = Matrix { rows: n, columns: 1, values: y.values.iter().zip(&fitted.values).map(|(y, f)| y - f).collect() };
        let rss = e.transpose().multiply(&inverse).multiply(&e).values[0];
        (n - 4) as f64 * (2.0 * PI * rss).ln() + log_determinant(&covariance) + log_determinant(&xvx)
    }

    proptest! {
        #[test]
        fn order_does_not_matter_and_the_likelihood_is_at_its_top(values in proptest::collection::vec(-5.0_f64..5.0, 10..20), change in 4_u32..7) {
            let periods = series(&values, change);
            let result = segmented(&periods).unwrap();
            let reversed: Vec<Period> = periods.iter().rev().copied().collect();
            prop_assert_eq!(&result, &segmented(&reversed).unwrap());
            if let Ok(gls) = ar1_reml(&result) {
                let top = full_criterion(&result, gls.autocorrelation);
                prop_assert!((top - whitened(&result, gls.autocorrelation).unwrap().criterion).abs() < 1e-6);
                for i in -19..=19 {
                    prop_assert!(top <= full_criterion(&result, f64::from(i) / 20.0) + 1e-7);
                }
            }
        }
    }
}
