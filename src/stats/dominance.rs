//! Cliff's delta and Vargha and Delaney's A: how often one group's values exceed the other's.

use super::distributions::{normal_critical, t_critical};
use super::{Frequency, Interval, NotEstimable, finite, sum};

/// Cliff's delta of two independent groups, with every variance and interval in use for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Dominance {
    /// `P(X > Y) - P(X < Y)`, -1 to 1.
    pub delta: f64,
    /// Vargha and Delaney's `A = P(X > Y) + P(X = Y) / 2 = (delta + 1) / 2`.
    pub vargha_delaney_a: f64,
    /// Cliff's unbiased variance of delta.
    pub variance_unbiased: Result<f64, NotEstimable>,
    /// Cliff's consistent variance, never below 0.
    pub variance_consistent: Result<f64, NotEstimable>,
    /// The asymmetric interval with the unbiased variance and the normal deviate: the default.
    pub interval: Result<Interval, NotEstimable>,
    /// The same with the t deviate on `n1 + n2 - 2` degrees of freedom.
    pub t_interval: Result<Interval, NotEstimable>,
    /// The same with the consistent variance and the normal deviate.
    pub consistent_interval: Result<Interval, NotEstimable>,
    /// Size of the first group.
    pub n_first: u64,
    /// Size of the second group.
    pub n_second: u64,
    /// Whether all values of both groups are equal: delta is 0 and its interval has no width, which is no certainty.
    pub degenerate: bool,
    /// The method by name.
    pub method: &'static str,
}

/// Cliff's delta with the asymmetric interval of Feng and Cliff.
///
/// With `d(i, j)` the sign of `x(i) - y(j)` and `D` their mean, the unbiased variance is `(n2^2 S(i) + n1^2 S(j) - S(ij)) /
/// (n1 n2 (n1 - 1)(n2 - 1))`, where `S` sum the squared deviations from `D` of row means, column means and single signs; the
/// consistent one is `((n2 - 1) s(i) + (n1 - 1) s(j) + s(ij)) / (n1 n2)`, each `s` over its own degrees of freedom. The interval
/// is `(D - D^3 +- z s sqrt((1 - D^2)^2 + z^2 s^2)) / (1 - D^2 + z^2 s^2)`. References: Cliff, *Ordinal methods for behavioral data
/// analysis*, 1996; Feng & Cliff, J Mod Appl Stat Methods 2004;3:322-332; Vargha & Delaney, J Educ Behav Stat 2000;25:101-132.
///
/// Edge cases: a group without values is an error. A group of one has delta but no variance. Complete separation (delta 1 or
/// -1) has no variance or interval, because the formula would claim certainty. All values equal give a variance of 0 and limits
/// of 0, marked `degenerate`. An unbiased variance that is not above 0 for another reason has no interval.
///
/// The documented example of the R package `effsize`: -.25, t interval -.7265846 to .3890062.
/// ```
/// use mentorscope::stats::{Frequency, dominance::cliff_delta};
/// let count = |value: f64, count| Frequency { value, count };
/// let first = [count(10.0, 2), count(20.0, 3), count(30.0, 3), count(40.0, 1), count(50.0, 1)];
/// let second = [count(10.0, 1), count(20.0, 1), count(30.0, 1), count(40.0, 2), count(50.0, 1)];
/// let result = cliff_delta(&first, &second, 0.95)?;
/// let interval = result.t_interval?;
/// assert!(result.delta == -0.25 && (interval.lower + 0.7265846).abs() < 5e-8 && (interval.upper - 0.3890062).abs() < 5e-8);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn cliff_delta(first: &[Frequency], second: &[Frequency], confidence_level: f64) -> Result<Dominance, NotEstimable> {
    let (first, second) = (Ranked::new(first)?, Ranked::new(second)?);
    let (n1, n2) = (first.n as f64, second.n as f64);
    let degrees_of_freedom = n1 + n2 - 2.0;
    let rows = first.against(&second);
    let columns = second.against(&first);
    // Whole numbers up to 2^127: the difference of pairs won and lost, and the pairs that are equal.
    let won: i128 = rows.iter().map(|r| i128::from(r.count) * r.net).sum();
    let tied: i128 = rows.iter().map(|r| i128::from(r.count) * r.tied).sum();
    let pairs = i128::from(first.n) * i128::from(second.n);
    let size = pairs as f64;
    let delta = won as f64 / size;
    let between_rows = sum(rows.iter().map(|r| r.count as f64 * (r.net as f64 / n2 - delta).powi(2)));
    // A column's view has the opposite sign.
    let between_columns = sum(columns.iter().map(|c| c.count as f64 * (c.net as f64 / n1 + delta).powi(2)));
    let total = (pairs - tied) as f64 - won as f64 * delta;
    let separated = won.abs() == pairs;
    let variance = |value: &dyn Fn() -> f64| {
        if first.n.min(second.n) < 2 {
            Err(NotEstimable::TooFew { needed: 2, found: first.n.min(second.n) })
        } else if separated {
            Err(NotEstimable::Separated)
        } else {
            finite(value())
        }
    };
    let freedom = (n1 - 1.0) * (n2 - 1.0);
    let variance_unbiased = variance(&|| (n2 / n1 * between_rows + n1 / n2 * between_columns - total / size) / freedom);
    let variance_consistent =
        variance(&|| ((n2 - 1.0) * between_rows / (n1 - 1.0) + (n1 - 1.0) * between_columns / (n2 - 1.0) + total / freedom) / size);
    let degenerate = tied == pairs;
    let asymmetric = |variance: &Result<f64, NotEstimable>, critical: f64| {
        let variance = variance.clone()?;
        if variance <= 0.0 && !degenerate {
            return Err(NotEstimable::ZeroWidth);
        }
        let spread = critical * critical * variance;
        let rest = 1.0 - delta * delta;
        let half = spread.sqrt() * (rest * rest + spread).sqrt();
        let limit = |half: f64| ((delta * rest + half) / (rest + spread)).clamp(-1.0, 1.0);
        Interval::new(limit(-half), limit(half), confidence_level)
    };
    let z = normal_critical(confidence_level)?;
    Ok(Dominance {
        delta,
        vargha_delaney_a: (won + pairs) as f64 / size / 2.0,
        interval: asymmetric(&variance_unbiased, z),
        t_interval: if degrees_of_freedom > 0.0 {
            asymmetric(&variance_unbiased, t_critical(confidence_level, degrees_of_freedom)?)
        } else {
            Err(NotEstimable::TooFew { needed: 2, found: 1 })
        },
        consistent_interval: asymmetric(&variance_consistent, z),
        variance_unbiased,
        variance_consistent,
        n_first: first.n,
        n_second: second.n,
        degenerate,
        method: "Cliff's delta, asymmetric interval (Feng & Cliff 2004) with unbiased variance",
    })
}

/// Distinct values in order, each with the number of observations below it.
struct Ranked {
    values: Vec<Frequency>,
    n: u64,
}

/// What one value (`count` times) meets in the other group: pairs won minus lost, and pairs tied.
struct Row {
    count: u64,
    net: i128,
    tied: i128,
}

impl Ranked {
    fn new(values: &[Frequency]) -> Result<Self, NotEstimable> {
        let mut values: Vec<Frequency> = values.iter().copied().filter(|v| v.count > 0).collect();
        if values.iter().any(|v| !v.value.is_finite()) {
            return Err(NotEstimable::NotFinite);
        }
        values.sort_by(|a, b| a.value.total_cmp(&b.value));
        let n = values.iter().try_fold(0_u64, |n, v| n.checked_add(v.count)).ok_or(NotEstimable::NotFinite)?;
        let mut distinct: Vec<Frequency> = Vec::new();
        for value in values {
            match distinct.last_mut() {
                Some(last) if last.value == value.value => last.count += value.count,
                _ => distinct.push(value),
            }
        }
        if n == 0 { Err(NotEstimable::NoAnswers) } else { Ok(Self { values: distinct, n }) }
    }

    fn against(&self, other: &Self) -> Vec<Row> {
        let (mut below, mut next) = (0_u64, 0);
        let row = |mine: &Frequency| {
            while let Some(theirs) = other.values.get(next).filter(|theirs| theirs.value < mine.value) {
                below += theirs.count;
                next += 1;
            }
            let tied = other.values.get(next).filter(|theirs| theirs.value == mine.value).map_or(0, |theirs| theirs.count);
            let above = other.n - below - tied;
            Row { count: mine.count, net: i128::from(below) - i128::from(above), tied: i128::from(tied) }
        };
        self.values.iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn once(values: &[f64]) -> Vec<Frequency> {
        values.iter().map(|&value| Frequency { value, count: 1 }).collect()
    }

    /// Delta and both variances from the matrix of signs, straight from their definitions.
    fn by_matrix(x: &[f64], y: &[f64]) -> [f64; 3] {
        let (n1, n2) = (x.len() as f64, y.len() as f64);
        let sign = |a: f64, b: f64| f64::from(u8::from(a > b)) - f64::from(u8::from(a < b));
        let d: Vec<Vec<f64>> = x.iter().map(|&a| y.iter().map(|&b| sign(a, b)).collect()).collect();
        let delta = d.iter().flatten().sum::<f64>() / n1 / n2;
        let rows: f64 = d.iter().map(|r| (r.iter().sum::<f64>() / n2 - delta).powi(2)).sum();
        let columns: f64 = (0..y.len()).map(|j| (d.iter().map(|r| r[j]).sum::<f64>() / n1 - delta).powi(2)).sum();
        let cells: f64 = d.iter().flatten().map(|v| (v - delta).powi(2)).sum();
        let unbiased = (n2 * n2 * rows + n1 * n1 * columns - cells) / (n1 * n2 * (n1 - 1.0) * (n2 - 1.0));
        let within = cells / ((n1 - 1.0) * (n2 - 1.0));
        let consistent = ((n2 - 1.0) * rows / (n1 - 1.0) + (n1 - 1.0) * columns / (n2 - 1.0) + within) / (n1 * n2);
        [delta, unbiased, consistent]
    }

    #[test]
    fn separation_ties_and_small_groups_say_what_they_are() {
        let apart = cliff_delta(&once(&[4.0, 5.0, 5.0]), &once(&[1.0, 2.0]), 0.95).unwrap();
        assert_eq!((apart.delta, apart.vargha_delaney_a), (1.0, 1.0));
        assert_eq!(apart.variance_unbiased, Err(NotEstimable::Separated));
        assert_eq!(apart.interval, Err(NotEstimable::Separated));
        let tied = cliff_delta(&once(&[3.0; 6]), &once(&[3.0; 5]), 0.95).unwrap();
        assert!(tied.degenerate && tied.delta == 0.0 && tied.variance_unbiased == Ok(0.0));
        assert_eq!(tied.interval.unwrap().upper, 0.0);
        let single = cliff_delta(&once(&[3.0]), &once(&[3.0, 4.0]), 0.95).unwrap();
        assert_eq!(single.delta, -0.5);
        assert_eq!(single.interval, Err(NotEstimable::TooFew { needed: 2, found: 1 }));
        let alone = cliff_delta(&once(&[3.0]), &once(&[4.0]), 0.95).unwrap();
        assert_eq!((alone.delta, alone.t_interval), (-1.0, Err(NotEstimable::TooFew { needed: 2, found: 1 })));
        assert_eq!(cliff_delta(&[], &once(&[3.0]), 0.95), Err(NotEstimable::NoAnswers));
        assert_eq!(cliff_delta(&once(&[f64::NAN]), &once(&[3.0]), 0.95), Err(NotEstimable::NotFinite));
    }

    #[test]
    fn ten_million_a_side_is_counted_in_whole_numbers() {
        let (a, b) = (Frequency { value: 1.0, count: 5_000_000 }, Frequency { value: 2.0, count: 5_000_000 });
        let result = cliff_delta(&[a, b], &[Frequency { count: 5_000_001, ..a }, Frequency { count: 4_999_999, ..b }], 0.95).unwrap();
        assert!((result.delta - 1e-7).abs() < 1e-20);
        // Two shares of one half: variance 1 / (4 n) each, in units where delta is their difference.
        assert!((result.variance_unbiased.unwrap() / 5e-8 - 1.0).abs() < 1e-6);
    }

    proptest! {
        #[test]
        fn agrees_with_the_matrix_of_signs(
            x in proptest::collection::vec(0_i32..7, 2..15),
            y in proptest::collection::vec(0_i32..7, 2..15),
            level in 0.6_f64..0.999,
        ) {
            let x: Vec<f64> = x.iter().map(|&v| f64::from(v)).collect();
            let y: Vec<f64> = y.iter().map(|&v| f64::from(v)).collect();
            let result = cliff_delta(&once(&x), &once(&y), level).unwrap();
            let [delta, unbiased, consistent] = by_matrix(&x, &y);
            prop_assert!((result.delta - delta).abs() < 1e-12);
            if let Ok(variance) = result.variance_unbiased {
                prop_assert!((variance - unbiased).abs() < 1e-12);
                prop_assert!((result.variance_consistent.clone().unwrap() - consistent).abs() < 1e-12);
            }
            let reversed: Vec<f64> = x.iter().rev().copied().collect();
            prop_assert_eq!(&result.interval, &cliff_delta(&once(&reversed), &once(&y), level).unwrap().interval);
            let mirror = cliff_delta(&once(&y), &once(&x), level).unwrap();
            prop_assert!((mirror.delta + result.delta).abs() < 1e-15);
            // Any increasing recoding leaves all as it is.
            let recoded = |v: &[f64]| once(&v.iter().map(|v| v.exp()).collect::<Vec<_>>());
            prop_assert_eq!(&result, &cliff_delta(&recoded(&x), &recoded(&y), level).unwrap());
            if let Ok(interval) = result.interval {
                prop_assert!(-1.0 <= interval.lower && interval.lower <= result.delta && result.delta <= interval.upper && interval.upper <= 1.0);
                let wider = cliff_delta(&once(&x), &once(&y), level + (1.0 - level) / 2.0).unwrap().interval.unwrap();
                prop_assert!(wider.lower <= interval.lower && interval.upper <= wider.upper);
            }
        }
    }
}
