//! Ratios whose observations share mentees and mentors: point estimates with influence values, and variances, intervals and
//! comparisons that allow for the sharing.
//!
//! A pair belongs to one mentee and to one mentor, and both recur, so pairs are not independent. Every estimator here is
//! first [`Linearized`]: the estimate, and for each observation how much it moves the estimate. Sums of these influence
//! values over clusters give the variance of any estimate and, since influences subtract, of any difference, also when both
//! sides share clusters. [`super::incidence`] gives the same form, so it uses the same machinery.

pub mod agreement;
mod contrast;
mod interval;
mod variance;

pub use contrast::{Term, contrast, difference};
pub(crate) use interval::clustered_estimate;
pub use interval::{ClusteredEstimate, mean, rate, share};
pub use variance::{ClusteredVariance, VarianceRule};

use std::cmp::Ordering;

use super::{NotEstimable, finite, sum};

/// One observation of a ratio of weighted sums: `weight * y` over `weight * x`.
///
/// A mean has `x = 1`; a share `x = 1` and `y` 0 or 1; a rate has events in `y` and exposure in `x`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// Numerator.
    pub y: f64,
    /// Denominator, 0 or more.
    pub x: f64,
    /// Weight, 0 or more; 0 leaves the observation out.
    pub weight: f64,
    /// First cluster, by the program's convention the mentee.
    pub cluster_a: u32,
    /// Second cluster, by the program's convention the mentor. For one-way clustering repeat `cluster_a`.
    pub cluster_b: u32,
}

/// How much one observation moves an estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Influence {
    /// First cluster of the observation.
    pub cluster_a: u32,
    /// Second cluster of the observation.
    pub cluster_b: u32,
    /// First-order change of the estimate when the observation's weight grows in proportion, in the estimate's unit.
    pub value: f64,
}

/// A point estimate with the influence of every observation on it. The influences sum to 0 within rounding.
#[derive(Clone, Debug, PartialEq)]
pub struct Linearized {
    /// The point estimate.
    pub estimate: f64,
    /// One entry per observation used, sorted by cluster and value.
    pub influence: Vec<Influence>,
}

impl Linearized {
    pub(crate) fn new(estimate: f64, mut influence: Vec<Influence>) -> Result<Self, NotEstimable> {
        finite(estimate)?;
        for i in &influence {
            finite(i.value)?;
        }
        sort_in_clusters(&mut influence, |i| both(i.cluster_a, i.cluster_b), |p, q| p.value.total_cmp(&q.value));
        Ok(Self { estimate, influence })
    }

    /// Number of observations.
    pub fn n(&self) -> u64 {
        self.influence.len() as u64
    }

    /// Number of distinct first clusters (mentees).
    pub fn clusters_a(&self) -> u64 {
        self.influence.chunk_by(|p, q| p.cluster_a == q.cluster_a).count() as u64
    }

    /// Number of distinct second clusters (mentors).
    pub fn clusters_b(&self) -> u64 {
        let mut clusters: Vec<u32> = self.influence.iter().map(|i| i.cluster_b).collect();
        clusters.sort_unstable();
        clusters.dedup();
        clusters.len() as u64
    }

    /// The two-way cluster-robust variance of the estimate.
    ///
    /// Fewer than 2 clusters in either dimension is an error.
    pub fn variance(&self) -> Result<ClusteredVariance, NotEstimable> {
        variance::joint(&[Term { coefficient: 1.0, of: self }])
    }
}

/// The ratio of weighted sums `theta = sum(w y) / sum(w x)`, linearized: influence `w (y - theta x) / sum(w x)`.
///
/// Reference: Cochran, Sampling Techniques, 3rd ed. 1977, chapter 6; Woodruff, JASA 1971;66:411-414. Observations with
/// weight 0, or with `x` and `y` both 0, are left out and count neither as observations nor as clusters. Edge cases: none
/// given is no answers; all weights 0 and all `x` 0 are errors of their own; negative `x` or weight is refused.
///
/// Scores 2, 4 and 6, the first of double weight: mean (4 + 4 + 6) / 4 = 3.5.
/// ```
/// use mentorscope::stats::clustered::{Observation, ratio};
/// let of = |y, weight, cluster_a, cluster_b| Observation { y, x: 1.0, weight, cluster_a, cluster_b };
/// let result = ratio(&[of(2.0, 2.0, 1, 1), of(4.0, 1.0, 2, 1), of(6.0, 1.0, 3, 2)])?;
/// assert_eq!(result.estimate, 3.5);
/// assert_eq!(result.influence[0].value, -0.75);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn ratio(observations: &[Observation]) -> Result<Linearized, NotEstimable> {
    Ok(Sums::new(observations)?.linearized)
}

/// The ratio with the sums that effective sample sizes need.
struct Sums {
    linearized: Linearized,
    /// Unweighted sum of x.
    exposure: f64,
    /// `sum(w (y - theta x)^2) / sum(w x)`: the spread of single observations.
    spread: f64,
    /// Kish's sample size under unequal weights, `(sum(w x))^2 / sum((w x)^2)`.
    kish_n: f64,
}

impl Sums {
    fn new(observations: &[Observation]) -> Result<Self, NotEstimable> {
        if observations.is_empty() {
            return Err(NotEstimable::NoAnswers);
        }
        for o in observations {
            if finite(o.x)? < 0.0 || finite(o.weight)? < 0.0 {
                return Err(NotEstimable::InvalidInput("denominators and weights must not be negative"));
            }
            finite(o.y)?;
        }
        let mut used: Vec<Observation> = observations.iter().copied().filter(|o| o.weight > 0.0).collect();
        if used.is_empty() {
            return Err(NotEstimable::AllWeightsZero);
        }
        used.retain(|o| o.x > 0.0 || o.y != 0.0);
        sort_in_clusters(
            &mut used,
            |o| both(o.cluster_a, o.cluster_b),
            |p, q| p.y.total_cmp(&q.y).then(p.x.total_cmp(&q.x)).then(p.weight.total_cmp(&q.weight)),
        );
        let total = finite(sum(used.iter().map(|o| o.weight * o.x)))?;
        if total == 0.0 {
            return Err(NotEstimable::NoExposure);
        }
        let estimate = finite(sum(used.iter().map(|o| o.weight * o.y)) / total)?;
        let influence = used
            .iter()
            .map(|o| Influence { cluster_a: o.cluster_a, cluster_b: o.cluster_b, value: o.weight * residual(o, estimate) / total })
            .collect();
        Ok(Self {
            linearized: Linearized::new(estimate, influence)?,
            exposure: sum(used.iter().map(|o| o.x)),
            spread: sum(used.iter().map(|o| o.weight * residual(o, estimate).powi(2))) / total,
            kish_n: total * total / sum(used.iter().map(|o| (o.weight * o.x).powi(2))),
        })
    }
}

/// Two clusters as one.
fn both(cluster_a: u32, cluster_b: u32) -> u64 {
    u64::from(cluster_a) << 32 | u64::from(cluster_b)
}

/// Sorts by cluster, and in a finer order within each. Most lists have their clusters in order already, which is quickly seen by looking at these
/// alone.
fn sort_in_clusters<T>(items: &mut [T], cluster: impl Fn(&T) -> u64, finer: impl Fn(&T, &T) -> Ordering) {
    items.sort_by_key(&cluster);
    for alike in items.chunk_by_mut(|p, q| cluster(p) == cluster(q)) {
        alike.sort_by(&finer);
    }
}

/// `y - theta x`, with what is only rounding taken for 0 so that equal values have no variance.
fn residual(o: &Observation, theta: f64) -> f64 {
    let residual = o.y - theta * o.x;
    if residual.abs() <= 1e-14 * o.y.abs().max((theta * o.x).abs()) { 0.0 } else { residual }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(y: f64, x: f64, weight: f64, cluster: u32) -> Observation {
        Observation { y, x, weight, cluster_a: cluster, cluster_b: cluster }
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(ratio(&[]), Err(NotEstimable::NoAnswers));
        assert_eq!(ratio(&[of(1.0, 1.0, 0.0, 1)]), Err(NotEstimable::AllWeightsZero));
        assert_eq!(ratio(&[of(0.0, 0.0, 1.0, 1)]), Err(NotEstimable::NoExposure));
        assert_eq!(ratio(&[of(f64::INFINITY, 1.0, 1.0, 1)]), Err(NotEstimable::NotFinite));
        assert!(ratio(&[of(1.0, -1.0, 1.0, 1)]).is_err());
    }

    #[test]
    fn what_contributes_nothing_is_not_counted() {
        let result = ratio(&[of(1.0, 2.0, 1.0, 1), of(3.0, 2.0, 1.0, 2), of(0.0, 0.0, 1.0, 3), of(9.0, 1.0, 0.0, 4)]).unwrap();
        assert_eq!((result.estimate, result.n(), result.clusters_a(), result.clusters_b()), (1.0, 2, 2, 2));
    }

    #[test]
    fn equal_values_have_no_influence() {
        let result = ratio(&[of(0.1, 1.0, 0.3, 1), of(0.1, 1.0, 0.7, 2), of(0.1, 1.0, 1.1, 3)]).unwrap();
        assert!(result.influence.iter().all(|i| i.value == 0.0));
    }
}
