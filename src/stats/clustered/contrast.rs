//! Differences of clustered estimates.

use super::{Linearized, variance};
use crate::stats::{Comparison, NotEstimable, finite, sum};

/// One estimate in a contrast, with its coefficient.
#[derive(Clone, Copy, Debug)]
pub struct Term<'a> {
    /// The factor of the estimate, for instance 1 and -1 in a difference.
    pub coefficient: f64,
    /// The estimate.
    pub of: &'a Linearized,
}

/// A sum of estimates with coefficients, tested against 0: a difference, a difference of differences, a trend.
///
/// Influences are added with their coefficients within each cluster, so that estimates sharing mentees or mentors (two
/// quarters, mentee and mentor answers of the same pairs) get the covariance they have; see [`super::ClusteredVariance`].
/// Degrees of freedom are the fewest clusters of any term and dimension, minus 1. Edge cases: fewer than 2 clusters anywhere
/// and no variation are errors. With fewer than about 10 clusters on a side prefer
/// [`crate::stats::two_group::cluster_level_difference`].
pub fn contrast(terms: &[Term<'_>]) -> Result<Comparison, NotEstimable> {
    if terms.is_empty() {
        return Err(NotEstimable::InvalidInput("a contrast needs at least one term"));
    }
    let estimate = finite(sum(terms.iter().map(|t| t.coefficient * t.of.estimate)))?;
    let variance = variance::joint(terms)?;
    let n = terms.iter().map(|t| t.of.n()).sum();
    let method = match variance.rule {
        super::VarianceRule::TwoWay => "t test, two-way clustered",
        super::VarianceRule::LargerOneWay => "t test, clustered in the dimension of larger variance",
    };
    Comparison::new(estimate, variance.variance.sqrt(), variance.degrees_of_freedom, n, method)
}

/// The difference `first - second` of two clustered estimates that may share clusters; see [`contrast`]. A side without variance is an error.
///
/// Three mentees' scores 1, 2, 6 and later 2, 4, 7: the paired differences are 1, 2, 1, so 4/3 with standard error 1/3.
/// ```
/// use mentorscope::stats::clustered::{Observation, difference, ratio};
/// let wave = |scores: [f64; 3]| {
///     let rows = [0, 1, 2].map(|i| Observation { y: scores[i as usize], x: 1.0, weight: 1.0, cluster_a: i, cluster_b: i });
///     ratio(&rows)
/// };
/// let change = difference(&wave([2.0, 4.0, 7.0])?, &wave([1.0, 2.0, 6.0])?)?;
/// assert!((change.estimate - 4.0 / 3.0).abs() < 1e-12 && (change.std_error - 1.0 / 3.0).abs() < 1e-12);
/// assert_eq!(change.degrees_of_freedom, 2.0);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn difference(first: &Linearized, second: &Linearized) -> Result<Comparison, NotEstimable> {
    // A side whose answers are all alike (nobody failed, everybody is satisfied) has no variance to show; taken for 0 it would make any
    // difference from the other side significant, however few stand behind it.
    for side in [first, second] {
        if side.variance()?.variance == 0.0 {
            return Err(NotEstimable::NoVariation);
        }
    }
    contrast(&[Term { coefficient: 1.0, of: first }, Term { coefficient: -1.0, of: second }])
}

#[cfg(test)]
mod tests {
    use super::super::{Observation, ratio};
    use super::*;

    fn wave(rows: &[(f64, u32, u32)]) -> Linearized {
        let of = |&(y, cluster_a, cluster_b)| Observation { y, x: 1.0, weight: 1.0, cluster_a, cluster_b };
        ratio(&rows.iter().map(of).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn sides_without_common_clusters_add_their_variances() {
        let a = wave(&[(1.0, 1, 1), (2.0, 2, 2), (4.0, 3, 3)]);
        let b = wave(&[(1.0, 11, 11), (5.0, 12, 12), (4.0, 13, 13), (3.0, 14, 14), (9.0, 15, 15)]);
        let result = difference(&a, &b).unwrap();
        let expected = a.variance().unwrap().variance + b.variance().unwrap().variance;
        assert!((result.std_error.powi(2) - expected).abs() < 1e-12);
        assert_eq!((result.degrees_of_freedom, result.n), (2.0, 8));
    }

    #[test]
    fn a_side_compared_with_itself_has_no_variation() {
        let a = wave(&[(1.0, 1, 2), (2.0, 2, 1), (4.0, 3, 2)]);
        assert_eq!(difference(&a, &a), Err(NotEstimable::NoVariation));
        assert!(contrast(&[]).is_err());
    }

    /// Changes 1, 2 and 4 against changes 0 and 1: a difference of differences of the same clusters is the difference of
    /// their changes, 7/3 - 1/2.
    #[test]
    fn difference_of_differences_uses_each_clusters_change() {
        let treated = [wave(&[(1.0, 1, 1), (1.0, 2, 2), (1.0, 3, 3)]), wave(&[(2.0, 1, 1), (3.0, 2, 2), (5.0, 3, 3)])];
        let control = [wave(&[(4.0, 4, 4), (7.0, 5, 5)]), wave(&[(4.0, 4, 4), (8.0, 5, 5)])];
        let term = |coefficient, of| Term { coefficient, of };
        let result = contrast(&[term(1.0, &treated[1]), term(-1.0, &treated[0]), term(-1.0, &control[1]), term(1.0, &control[0])]).unwrap();
        let changes = difference(&wave(&[(1.0, 1, 1), (2.0, 2, 2), (4.0, 3, 3)]), &wave(&[(0.0, 4, 4), (1.0, 5, 5)])).unwrap();
        assert!((result.estimate - 11.0 / 6.0).abs() < 1e-12);
        assert!((result.std_error - changes.std_error).abs() < 1e-12);
    }
}
