//! Internal consistency of multi-item scales.

mod eigen;
mod items;
mod omega;

pub use items::{ItemSummary, average_correlation, item_summaries, standardized_alpha};
pub use omega::{Omega, omega_total};

use super::distributions::{f_quantile, normal_critical};
use super::{Estimate, Interval, NotEstimable, finite, sum, tail_probability};

/// The covariance matrix (divisor n - 1) of a scale's items over the people who answered all of them.
///
/// Items are expected in their scored direction: nothing here reverses one.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemCovariance {
    /// Number of items.
    items: usize,
    /// Number of complete rows.
    n: u64,
    /// Row-major, `items` by `items`, symmetric.
    values: Vec<f64>,
}

impl ItemCovariance {
    /// From complete rows of equal length, one person per row.
    ///
    /// Fewer than 2 rows or 2 items, and rows of different lengths, are errors.
    pub fn from_rows(rows: &[Vec<f64>]) -> Result<Self, NotEstimable> {
        let n = rows.len() as u64;
        let items = rows.first().ok_or(NotEstimable::NoAnswers)?.len();
        if rows.iter().any(|row| row.len() != items) {
            return Err(NotEstimable::InvalidInput("every row needs an answer to every item"));
        }
        enough(items, n)?;
        let mut rows: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
        rows.sort_by(|p, q| p.iter().zip(q.iter()).map(|(a, b)| a.total_cmp(b)).find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal));
        let means: Vec<f64> = (0..items).map(|i| sum(rows.iter().map(|row| row[i])) / n as f64).collect();
        let covariance =
            |i: usize, j: usize| finite(sum(rows.iter().map(|row| (row[i] - means[i]) * (row[j] - means[j]))) / (n - 1) as f64);
        let values = (0..items * items).map(|cell| covariance(cell / items, cell % items)).collect::<Result<_, _>>()?;
        Ok(Self { items, n, values })
    }

    /// From integer sums over `n` complete rows: of each item, and of each product of two items (row-major, symmetric).
    ///
    /// Exact up to one final rounding. Errors as [`from_rows`](Self::from_rows).
    pub fn from_sums(n: u64, sums: &[i64], products: &[i64]) -> Result<Self, NotEstimable> {
        let items = sums.len();
        if n == 0 {
            return Err(NotEstimable::NoAnswers);
        }
        enough(items, n)?;
        if products.len() != items * items {
            return Err(NotEstimable::InvalidInput("there must be one sum of products for each two items"));
        }
        let scale = n as f64 * (n - 1) as f64;
        let covariance = |i: usize, j: usize| {
            let scaled = i128::from(n) * i128::from(products[i * items + j]) - i128::from(sums[i]) * i128::from(sums[j]);
            scaled as f64 / scale
        };
        Ok(Self { items, n, values: (0..items * items).map(|cell| covariance(cell / items, cell % items)).collect() })
    }

    /// Number of items.
    pub fn items(&self) -> usize {
        self.items
    }

    /// Number of people.
    pub fn n(&self) -> u64 {
        self.n
    }

    fn at(&self, i: usize, j: usize) -> f64 {
        self.values[i * self.items + j]
    }

    fn variance(&self, item: usize) -> f64 {
        self.at(item, item)
    }

    /// Whether an item's answers differ. Those of a constant that is no binary fraction leave only rounding.
    fn varies(&self, item: usize) -> bool {
        let largest = (0..self.items).map(|i| self.variance(i)).fold(0.0, f64::max);
        self.variance(item) > 1e-24 * largest
    }

    fn correlation(&self, i: usize, j: usize) -> f64 {
        (self.at(i, j) / (self.variance(i) * self.variance(j)).sqrt()).clamp(-1.0, 1.0)
    }
}

fn enough(items: usize, n: u64) -> Result<(), NotEstimable> {
    if items < 2 {
        return Err(NotEstimable::InvalidInput("a scale needs at least 2 items"));
    }
    if n < 2 { Err(NotEstimable::TooFew { needed: 2, found: n }) } else { Ok(()) }
}

/// Cronbach's alpha in covariance form, `k / (k - 1) * (1 - sum of item variances / variance of the total)`, with Feldt's
/// exact F interval.
///
/// Listwise-complete people only; constant items are kept (they lower alpha). At most 1, and printed when negative. Reference:
/// Cronbach, Psychometrika 1951;16:297-334. Edge cases: a total that never varies is an error. For 2 items report
/// [`spearman_brown`] (Eisinga, te Grotenhuis & Pelzer, Int J Public Health 2013;58:637-642). `std_dev` and `std_error` are
/// absent.
///
/// Item variances of 2 and covariances of 1 among three items: 1.5 * (1 - 6 / 12) = 0.75.
/// ```
/// use mentorscope::stats::reliability::{ItemCovariance, cronbach_alpha};
/// let covariance = ItemCovariance::from_sums(3, &[0, 0, 0], &[4, 2, 2, 2, 4, 2, 2, 2, 4])?;
/// assert!((cronbach_alpha(&covariance, 0.95)?.estimate - 0.75).abs() < 1e-12);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn cronbach_alpha(covariance: &ItemCovariance, confidence_level: f64) -> Result<Estimate, NotEstimable> {
    let alpha = alpha_of(covariance, &(0..covariance.items).collect::<Vec<_>>())?;
    Ok(Estimate {
        estimate: alpha,
        std_dev: None,
        std_error: None,
        interval: feldt_interval(alpha, covariance.items, covariance.n, confidence_level),
        n: covariance.n,
        method: "Cronbach's alpha, Feldt interval",
    })
}

/// Alpha of some of the items, at least 2.
fn alpha_of(covariance: &ItemCovariance, items: &[usize]) -> Result<f64, NotEstimable> {
    let k = items.len() as f64;
    let total = sum(items.iter().flat_map(|&i| items.iter().map(move |&j| covariance.at(i, j))));
    let own = sum(items.iter().map(|&i| covariance.variance(i)));
    // A total whose parts cancel is rounding, not variance.
    if total <= 1e-12 * own {
        return Err(NotEstimable::NoVariation);
    }
    finite(k / (k - 1.0) * (1.0 - own / total))
}

/// Feldt's interval of an alpha from `items` items and `n` people:
/// `1 - (1 - alpha) F(1 - tail)` to `1 - (1 - alpha) F(tail)` on `n - 1` and `(n - 1)(k - 1)` degrees of freedom.
///
/// Reference: Feldt, Psychometrika 1965;30:357-370; Feldt, Woodruff & Salih, Appl Psychol Meas 1987;11:93-103. Some software
/// takes `n (k - 1)` for the second degrees of freedom; Feldt does not. An alpha of exactly 1 has no interval.
pub fn feldt_interval(alpha: f64, items: usize, n: u64, confidence_level: f64) -> Result<Interval, NotEstimable> {
    enough(items, n)?;
    if finite(alpha)? > 1.0 {
        return Err(NotEstimable::InvalidInput("alpha must not exceed 1"));
    }
    if alpha == 1.0 {
        return Err(NotEstimable::ZeroWidth);
    }
    let tail = tail_probability(confidence_level)?;
    let df1 = (n - 1) as f64;
    let df2 = df1 * (items - 1) as f64;
    let limit = |p: f64| f_quantile(p, df1, df2).map(|f| 1.0 - (1.0 - alpha) * f);
    Interval::new(limit(1.0 - tail)?, limit(tail)?, confidence_level)
}

/// The Spearman-Brown reliability `2 r / (1 + r)` of a scale of exactly 2 items correlated by r.
///
/// The interval comes from Fisher's z of r and needs 4 people. Reference: Eisinga, te Grotenhuis & Pelzer, Int J Public
/// Health 2013;58:637-642. Edge cases: an item that never varies is an error; so is r = -1, where the formula divides by 0; a
/// reliability of exactly 1 has no interval.
///
/// A correlation of .5 gives 2 * .5 / 1.5 = .667.
/// ```
/// use mentorscope::stats::reliability::{ItemCovariance, spearman_brown};
/// let covariance = ItemCovariance::from_sums(9, &[0, 0], &[8, 4, 4, 8])?;
/// assert!((spearman_brown(&covariance, 0.95)?.estimate - 2.0 / 3.0).abs() < 1e-12);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn spearman_brown(covariance: &ItemCovariance, confidence_level: f64) -> Result<Estimate, NotEstimable> {
    if covariance.items != 2 {
        return Err(NotEstimable::InvalidInput("Spearman-Brown reliability is for scales of 2 items"));
    }
    let spread = (covariance.variance(0) * covariance.variance(1)).sqrt();
    if spread == 0.0 {
        return Err(NotEstimable::NoVariation);
    }
    let r = (covariance.values[1] / spread).clamp(-1.0, 1.0);
    if r + 1.0 < 1e-12 {
        return Err(NotEstimable::Unidentified);
    }
    let double = |r: f64| 2.0 * r / (1.0 + r);
    let n = covariance.n;
    let interval = if n < 4 {
        Err(NotEstimable::TooFew { needed: 4, found: n })
    } else if 1.0 - r < 1e-12 {
        Err(NotEstimable::ZeroWidth)
    } else {
        let half = normal_critical(confidence_level)? / ((n - 3) as f64).sqrt();
        Interval::new(double((r.atanh() - half).tanh()), double((r.atanh() + half).tanh()), confidence_level)
    };
    Ok(Estimate { estimate: double(r), std_dev: None, std_error: None, interval, n, method: "Spearman-Brown, Fisher z interval" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Feldt, Woodruff & Salih 1987 as in the R package psychometric (`alpha.CI`): alpha .79, 26 items, 41 people, two-sided
    /// 90%; limits by R 4.2.2 and `psych::alpha.ci`, 1e-9.
    #[test]
    fn feldt_limits() {
        let interval = feldt_interval(0.79, 26, 41, 0.90).unwrap();
        assert!((interval.lower - 0.704675961486237).abs() < 1e-9 && (interval.upper - 0.861614452584858).abs() < 1e-9);
    }

    #[test]
    fn what_has_no_answer_says_why() {
        let alpha = |rows: &[[f64; 3]]| {
            let rows: Vec<Vec<f64>> = rows.iter().map(|r| r.to_vec()).collect();
            ItemCovariance::from_rows(&rows).and_then(|c| cronbach_alpha(&c, 0.95))
        };
        assert_eq!(alpha(&[]), Err(NotEstimable::NoAnswers));
        assert_eq!(alpha(&[[1.0, 2.0, 3.0]]), Err(NotEstimable::TooFew { needed: 2, found: 1 }));
        assert_eq!(alpha(&[[5.0; 3]; 8]), Err(NotEstimable::NoVariation));
        assert_eq!(alpha(&[[0.1, 0.7, 0.2], [0.2, 0.6, 0.2], [0.4, 0.4, 0.2]]), Err(NotEstimable::NoVariation));
        let perfect = alpha(&[[1.0; 3], [2.0; 3], [4.0; 3]]).unwrap();
        assert!((perfect.estimate - 1.0).abs() < 1e-12);
        let two = |products: &[i64; 4]| ItemCovariance::from_sums(6, &[0, 0], products).and_then(|c| spearman_brown(&c, 0.95));
        assert_eq!(two(&[4, -4, -4, 4]), Err(NotEstimable::Unidentified));
        assert_eq!(two(&[4, 0, 0, 0]), Err(NotEstimable::NoVariation));
        assert_eq!(two(&[4, 4, 4, 4]).unwrap().interval, Err(NotEstimable::ZeroWidth));
    }

    proptest! {
        #[test]
        fn sums_rows_and_orders_agree(rows in proptest::collection::vec(proptest::collection::vec(1_i64..8, 4), 3..40)) {
            let real: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|&v| v as f64).collect()).collect();
            let reversed: Vec<Vec<f64>> = real.iter().rev().cloned().collect();
            let sums: Vec<i64> = (0..4).map(|i| rows.iter().map(|row| row[i]).sum()).collect();
            let products: Vec<i64> = (0..16).map(|cell| rows.iter().map(|row| row[cell / 4] * row[cell % 4]).sum()).collect();
            let by_rows = ItemCovariance::from_rows(&real).unwrap();
            prop_assert_eq!(&by_rows, &ItemCovariance::from_rows(&reversed).unwrap());
            let by_sums = ItemCovariance::from_sums(rows.len() as u64, &sums, &products).unwrap();
            if let (Ok(a), Ok(b)) = (cronbach_alpha(&by_rows, 0.95), cronbach_alpha(&by_sums, 0.95)) {
                prop_assert!((a.estimate - b.estimate).abs() < 1e-9 * (1.0 + a.estimate.abs()));
                prop_assert!(a.estimate <= 1.0 + 1e-12);
                if let Ok(interval) = a.interval {
                    prop_assert!(interval.lower < a.estimate && a.estimate < interval.upper);
                }
            }
        }
    }
}
