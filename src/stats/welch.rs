//! Means of two independent groups with unequal variances.

use super::mean::mean;
use super::{Comparison, Estimate, Frequency, NotEstimable};

/// The difference `mean(first) - mean(second)`, which exists as soon as both groups have a value.
pub fn mean_difference(first: &[Frequency], second: &[Frequency]) -> Result<f64, NotEstimable> {
    Ok(mean(first, 0.95)?.estimate - mean(second, 0.95)?.estimate)
}

/// Welch's t test of the difference `mean(first) - mean(second)`.
///
/// `t = difference / sqrt(v1 + v2)` with `v = variance / n` of each group, on `(v1 + v2)^2 / (v1^2 / (n1 - 1) + v2^2 / (n2 - 1))`
/// degrees of freedom. The default for two groups, because it holds its level whether or not variances are equal (Delacre,
/// Lakens & Leys, Int Rev Soc Psychol 2017;30:92-101). Reference: Welch, Biometrika 1947;34:28-35. Edge cases: fewer than 2 values in a
/// group is an error; so are two constant groups, whatever their difference, because there is no variation to judge it by (a
/// standard error within rounding of the means counts as none). One constant group is no error.
///
/// Student's sleep data as two groups of ten (R's `?t.test`): t -1.8608, df 17.776, p .07939.
/// ```
/// use mentorscope::stats::{Frequency, welch::welch};
/// let group = |values: [f64; 10]| values.map(|value| Frequency { value, count: 1 });
/// let first = group([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]);
/// let second = group([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]);
/// let result = welch(&first, &second)?;
/// assert!((result.estimate / result.std_error + 1.8608).abs() < 5e-5);
/// assert!((result.degrees_of_freedom - 17.776).abs() < 5e-4 && (result.p_value - 0.07939).abs() < 5e-6);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn welch(first: &[Frequency], second: &[Frequency]) -> Result<Comparison, NotEstimable> {
    let (first, second) = (Arm::new(mean(first, 0.95)?)?, Arm::new(mean(second, 0.95)?)?);
    let (v1, v2) = (first.variance / first.size, second.variance / second.size);
    let std_error = (v1 + v2).sqrt();
    if std_error <= 10.0 * f64::EPSILON * first.mean.abs().max(second.mean.abs()) {
        return Err(NotEstimable::NoVariation);
    }
    // Shares of the variance rather than squares of it, which could overflow or vanish.
    let (s1, s2) = (v1 / (v1 + v2), v2 / (v1 + v2));
    let degrees_of_freedom = 1.0 / (s1 * s1 / (first.size - 1.0) + s2 * s2 / (second.size - 1.0));
    let n = first.n.checked_add(second.n).ok_or(NotEstimable::NotFinite)?;
    Comparison::new(first.mean - second.mean, std_error, degrees_of_freedom, n, "Welch's t test")
}

struct Arm {
    n: u64,
    size: f64,
    mean: f64,
    variance: f64,
}

impl Arm {
    fn new(estimate: Estimate) -> Result<Self, NotEstimable> {
        let std_dev = estimate.std_dev.ok_or(NotEstimable::TooFew { needed: 2, found: estimate.n })?;
        Ok(Self { n: estimate.n, size: estimate.n as f64, mean: estimate.estimate, variance: std_dev * std_dev })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn once(values: &[f64]) -> Vec<Frequency> {
        values.iter().map(|&value| Frequency { value, count: 1 }).collect()
    }

    /// R 4.2.2 `t.test(c(1, 2, 4), c(3, 3, 3, 3))`: t -0.755929, df 2, p 0.528595479209; one group is constant.
    #[test]
    fn one_constant_group_is_no_obstacle() {
        let result = welch(&once(&[1.0, 2.0, 4.0]), &once(&[3.0; 4])).unwrap();
        assert!((result.degrees_of_freedom - 2.0).abs() < 1e-12);
        assert!((result.estimate / result.std_error + 0.7559289460184544).abs() < 1e-12);
        assert!((result.p_value - 0.528595479209).abs() < 1e-11);
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(welch(&once(&[4.0; 4]), &once(&[3.0; 5])), Err(NotEstimable::NoVariation));
        assert_eq!(welch(&once(&[0.1; 3]), &once(&[0.1; 7])), Err(NotEstimable::NoVariation));
        assert_eq!(welch(&once(&[4.0]), &once(&[3.0, 2.0])), Err(NotEstimable::TooFew { needed: 2, found: 1 }));
        assert_eq!(welch(&once(&[]), &once(&[3.0, 2.0])), Err(NotEstimable::NoAnswers));
        assert_eq!(mean_difference(&once(&[4.0]), &once(&[3.0])), Ok(1.0));
    }

    #[test]
    fn ten_million_values_are_no_burden() {
        let first = [Frequency { value: 1.0, count: 4_000_000 }, Frequency { value: 2.0, count: 6_000_000 }];
        let second = [Frequency { value: 1.0, count: 4_010_000 }, Frequency { value: 2.0, count: 5_990_000 }];
        let result = welch(&first, &second).unwrap();
        assert!((result.estimate - 0.001).abs() < 1e-12);
        assert!((result.std_error - 2.1909e-4).abs() < 1e-7);
    }

    proptest! {
        #[test]
        fn sides_mirror_and_neither_order_nor_unit_matters(
            a in proptest::collection::vec(-5_i32..5, 2..12),
            b in proptest::collection::vec(-5_i32..5, 2..12),
            scale in 0.01_f64..100.0,
        ) {
            let a: Vec<f64> = a.iter().map(|&v| f64::from(v)).collect();
            let b: Vec<f64> = b.iter().map(|&v| f64::from(v)).collect();
            let Ok(result) = welch(&once(&a), &once(&b)) else { return Ok(()) };
            let reversed: Vec<f64> = a.iter().rev().copied().collect();
            prop_assert_eq!(&result, &welch(&once(&reversed), &once(&b)).unwrap());
            let mirror = welch(&once(&b), &once(&a)).unwrap();
            prop_assert_eq!(result.estimate, -mirror.estimate);
            prop_assert_eq!(result.p_value, mirror.p_value);
            let scaled = |v: &[f64]| once(&v.iter().map(|x| x * scale + 7.0).collect::<Vec<_>>());
            prop_assert!((welch(&scaled(&a), &scaled(&b)).unwrap().p_value - result.p_value).abs() < 1e-8);
            let smaller = (a.len().min(b.len()) - 1) as f64;
            prop_assert!(result.degrees_of_freedom >= smaller - 1e-9 && result.degrees_of_freedom <= (a.len() + b.len() - 2) as f64 + 1e-9);
        }
    }
}
