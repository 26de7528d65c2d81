//! Two groups of few clusters.

use super::{Comparison, NotEstimable, finite, sum};

/// The difference `mean(treated) - mean(untreated)` of cluster-level values, with Student's pooled two-sample t.
///
/// For programs with few clusters per arm, each cluster is reduced to one value (for instance the change of its mean) and
/// these values are compared, because a cluster-robust variance is too small there. Reference: Donald & Lang, Rev Econ Stat
/// 2007;89:221-233. Assumes cluster values of equal variance, roughly normal; `n - 2` degrees of freedom. Edge cases: fewer
/// than 2 clusters in an arm, or no variation inside either arm, are errors.
///
/// Student's sleep data as two groups of ten: difference -1.58, t -1.8608 on 18 degrees of freedom, p .0792.
/// ```
/// use mentorscope::stats::two_group::cluster_level_difference;
/// let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
/// let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
/// let result = cluster_level_difference(&first, &second)?;
/// assert!((result.estimate / result.std_error + 1.8608).abs() < 5e-5);
/// assert!((result.p_value - 0.0792).abs() < 5e-5);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn cluster_level_difference(treated: &[f64], untreated: &[f64]) -> Result<Comparison, NotEstimable> {
    let found = treated.len().min(untreated.len()) as u64;
    if found < 2 {
        return Err(NotEstimable::TooFewClusters { needed: 2, found });
    }
    let (treated, untreated) = (Arm::new(treated)?, Arm::new(untreated)?);
    let degrees_of_freedom = treated.size + untreated.size - 2.0;
    let pooled = (treated.squares + untreated.squares) / degrees_of_freedom;
    let std_error = (pooled * (1.0 / treated.size + 1.0 / untreated.size)).sqrt();
    let n = (treated.size + untreated.size) as u64;
    Comparison::new(treated.mean - untreated.mean, std_error, degrees_of_freedom, n, "pooled t test of cluster values (Donald & Lang 2007)")
}

/// Mean and sum of squared deviations of one arm.
struct Arm {
    size: f64,
    mean: f64,
    squares: f64,
}

impl Arm {
    fn new(values: &[f64]) -> Result<Self, NotEstimable> {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        let size = values.len() as f64;
        // Clamping keeps equal values from getting a spread out of rounding.
        let mean = finite(sum(values.iter().copied()) / size)?.clamp(values[0], values[values.len() - 1]);
        let squares = finite(sum(values.iter().map(|v| (v - mean).powi(2))))?;
        Ok(Self { size, mean, squares })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// R 4.2.2: `t.test(extra ~ group, sleep, var.equal = TRUE)`, interval -3.363874 to 0.203874.
    #[test]
    fn interval_of_the_sleep_data() {
        let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let interval = cluster_level_difference(&first, &second).unwrap().interval(0.95).unwrap();
        assert!((interval.lower + 3.363874).abs() < 1e-6 && (interval.upper - 0.203874).abs() < 1e-6);
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(cluster_level_difference(&[1.0], &[1.0, 2.0]), Err(NotEstimable::TooFewClusters { needed: 2, found: 1 }));
        assert_eq!(cluster_level_difference(&[0.1; 3], &[0.3; 3]), Err(NotEstimable::NoVariation));
        assert_eq!(cluster_level_difference(&[0.1, f64::NAN], &[0.3; 3]), Err(NotEstimable::NotFinite));
    }

    proptest! {
        #[test]
        fn order_does_not_matter_and_sides_mirror(a in proptest::collection::vec(-5.0_f64..5.0, 2..9), b in proptest::collection::vec(-5.0_f64..5.0, 2..9)) {
            let result = cluster_level_difference(&a, &b).unwrap();
            let reversed: Vec<f64> = a.iter().rev().copied().collect();
            prop_assert_eq!(&result, &cluster_level_difference(&reversed, &b).unwrap());
            prop_assert_eq!(result.estimate, -cluster_level_difference(&b, &a).unwrap().estimate);
        }
    }
}
