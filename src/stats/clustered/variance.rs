//! The two-way cluster-robust variance.

use super::{Influence, Term, both, sort_in_clusters};
use crate::stats::{NotEstimable, finite, sum};

/// Which of the two readings of the two-way variance was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VarianceRule {
    /// `V_a + V_b - V_ab`.
    TwoWay,
    /// The larger of `V_a` and `V_b`, because the two-way variance fell below it.
    LargerOneWay,
}

/// A variance that allows for observations sharing either of two clusters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClusteredVariance {
    /// The variance of the estimate, 0 or more; 0 only when every cluster's influence is 0.
    pub variance: f64,
    /// Degrees of freedom: the smallest number of clusters in any side and dimension, minus 1.
    pub degrees_of_freedom: f64,
    /// How the variance was formed.
    pub rule: VarianceRule,
}

/// `V_a + V_b - V_ab` of a weighted sum of linearized estimates.
///
/// Each one-way variance sums squared cluster totals of influence. Before they are totaled, influences are scaled by
/// `sqrt(G / (G - 1))` with G the number of clusters of their own term, so that terms without common clusters have exactly
/// the sum of their variances, and terms with the same clusters have the usual factor. Reference: Cameron, Gelbach & Miller,
/// J Bus Econ Stat 2011;29:238-249. The difference can come out too small, even negative, in small samples; then the larger
/// one-way variance is used instead, and `rule` says so. Fewer than 2 clusters in any term and dimension is an error.
pub(super) fn joint(terms: &[Term<'_>]) -> Result<ClusteredVariance, NotEstimable> {
    let a = one_way(terms, |i| u64::from(i.cluster_a))?;
    let b = one_way(terms, |i| u64::from(i.cluster_b))?;
    let both = one_way(terms, |i| both(i.cluster_a, i.cluster_b))?;
    let larger = a.variance.max(b.variance);
    let two_way = finite(a.variance + b.variance - both.variance)?;
    // Rounding alone must not change the rule where one dimension is nested in the other.
    let rule = if two_way < larger * (1.0 - 1e-12) { VarianceRule::LargerOneWay } else { VarianceRule::TwoWay };
    let fewest = a.fewest_clusters.min(b.fewest_clusters);
    Ok(ClusteredVariance { variance: two_way.max(larger), degrees_of_freedom: (fewest - 1) as f64, rule })
}

struct OneWay {
    variance: f64,
    fewest_clusters: u64,
}

fn one_way(terms: &[Term<'_>], key: impl Fn(&Influence) -> u64) -> Result<OneWay, NotEstimable> {
    let mut parts: Vec<(u64, f64)> = Vec::new();
    let mut fewest_clusters = u64::MAX;
    for term in terms {
        let mut clusters: Vec<u64> = term.of.influence.iter().map(&key).collect();
        clusters.sort_unstable();
        clusters.dedup();
        let found = clusters.len() as u64;
        fewest_clusters = fewest_clusters.min(found);
        if found < 2 {
            return Err(NotEstimable::TooFewClusters { needed: 2, found });
        }
        let scale = term.coefficient * (found as f64 / (found - 1) as f64).sqrt();
        parts.extend(term.of.influence.iter().map(|i| (key(i), scale * i.value)));
    }
    sort_in_clusters(&mut parts, |p| p.0, |p, q| p.1.total_cmp(&q.1));
    let squares = parts.chunk_by(|p, q| p.0 == q.0).map(|cluster| {
        let total = sum(cluster.iter().map(|p| p.1));
        let size = sum(cluster.iter().map(|p| p.1.abs()));
        // What cancels within a cluster leaves rounding, which is no variance.
        if total.abs() <= 1e-13 * size { 0.0 } else { total * total }
    });
    Ok(OneWay { variance: finite(sum(squares))?, fewest_clusters })
}

#[cfg(test)]
mod tests {
    use super::super::{Linearized, Observation, ratio};
    use super::*;
    use proptest::prelude::*;

    fn observations(rows: &[(f64, u32, u32)]) -> Vec<Observation> {
        rows.iter().map(|&(y, cluster_a, cluster_b)| Observation { y, x: 1.0, weight: 1.0, cluster_a, cluster_b }).collect()
    }

    /// R's `survey` documentation (apiclus1): mean api00 644.17 with standard error 23.542 under a population of 757 districts,
    /// so 23.542 / sqrt(1 - 15/757) = 23.779 without it. Here from the 15 district totals and school counts; tolerance 5e-4.
    #[test]
    fn california_schools_by_district() {
        let totals = [7359, 1888, 905, 8593, 1116, 2493, 2077, 11369, 6386, 22508, 13761, 20394, 9372, 551, 9111];
        let schools = [11, 4, 2, 13, 2, 4, 4, 16, 9, 34, 21, 37, 13, 1, 12];
        let rows: Vec<Observation> = (0_u32..)
            .zip(totals.iter().zip(schools))
            .map(|(i, (&y, x))| Observation { y: f64::from(y), x: f64::from(x), weight: 33.847, cluster_a: i, cluster_b: i })
            .collect();
        let result = ratio(&rows).unwrap();
        let variance = result.variance().unwrap();
        assert!((result.estimate - 644.169).abs() < 1e-3);
        assert!((variance.variance.sqrt() - 23.779).abs() < 5e-4);
        assert_eq!((variance.degrees_of_freedom, variance.rule), (14.0, VarianceRule::TwoWay));
    }

    /// By hand: scores 1, 2, 3, 6 (mean 3) in a 2 by 2 crossing have influences -.5, -.25, 0, .75. Totals by the first
    /// cluster are -.75 and .75, by the second -.5 and .5; factors 2, 2 and 4/3: 2.25 + 1 - (4/3) .875 = 2.0833 < 2.25.
    #[test]
    fn crossing_by_hand_falls_back_on_the_larger_one_way_variance() {
        let result = ratio(&observations(&[(1.0, 1, 1), (2.0, 1, 2), (3.0, 2, 1), (6.0, 2, 2)])).unwrap();
        let variance = result.variance().unwrap();
        assert!((variance.variance - 2.25).abs() < 1e-12);
        assert_eq!((variance.rule, variance.degrees_of_freedom), (VarianceRule::LargerOneWay, 1.0));
    }

    #[test]
    fn a_single_mentor_gives_no_variance() {
        let result = ratio(&observations(&[(1.0, 1, 9), (2.0, 2, 9), (4.0, 3, 9)])).unwrap();
        assert_eq!(result.variance(), Err(NotEstimable::TooFewClusters { needed: 2, found: 1 }));
    }

    /// The variance as a double sum over observations, without totals by cluster.
    fn double_sum(result: &Linearized, same: impl Fn(&Influence, &Influence) -> bool, clusters: usize) -> f64 {
        let pairs = result.influence.iter().flat_map(|p| result.influence.iter().map(move |q| (p, q)));
        let squares = sum(pairs.filter(|(p, q)| same(p, q)).map(|(p, q)| p.value * q.value));
        squares * clusters as f64 / (clusters - 1) as f64
    }

    proptest! {
        #[test]
        fn agrees_with_the_double_sum_in_any_order(rows in proptest::collection::vec((-9_i32..9, 0_u32..5, 0_u32..4), 6..40)) {
            let rows: Vec<(f64, u32, u32)> = rows.iter().map(|&(y, a, b)| (f64::from(y) / 3.0, a, b)).collect();
            let result = ratio(&observations(&rows)).unwrap();
            let reversed: Vec<_> = rows.iter().rev().copied().collect();
            prop_assert_eq!(&result, &ratio(&observations(&reversed)).unwrap());
            prop_assume!(result.clusters_a() > 1 && result.clusters_b() > 1);
            let mut both: Vec<_> = rows.iter().map(|r| (r.1, r.2)).collect();
            both.sort_unstable();
            both.dedup();
            let a = double_sum(&result, |p, q| p.cluster_a == q.cluster_a, result.clusters_a() as usize);
            let b = double_sum(&result, |p, q| p.cluster_b == q.cluster_b, result.clusters_b() as usize);
            let ab = double_sum(&result, |p, q| p.cluster_a == q.cluster_a && p.cluster_b == q.cluster_b, both.len());
            prop_assert!((result.variance().unwrap().variance - (a + b - ab).max(a).max(b)).abs() < 1e-12);
        }
    }
}
