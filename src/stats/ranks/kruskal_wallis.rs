//! Several independent groups compared by ranks.

use super::Pooled;
use crate::stats::distributions::{chi_square_sf, normal_two_sided_p};
use crate::stats::multiplicity::holm;
use crate::stats::{Frequency, NotEstimable, sum};

/// What the Kruskal-Wallis test says of several groups.
#[derive(Clone, Debug, PartialEq)]
pub struct KruskalWallis {
    /// Observations in all groups.
    pub n: u64,
    /// Groups with at least one observation.
    pub groups: u64,
    /// Degrees of freedom, `groups - 1`.
    pub degrees_of_freedom: u64,
    /// The tie-corrected H, 0 or more.
    pub h: Result<f64, NotEstimable>,
    /// p-value of H by the chi-square distribution.
    pub p_value: Result<f64, NotEstimable>,
    /// Epsilon squared, `H / (n - 1)`: the share of the variance of ranks that lies between groups; 0 to 1.
    pub epsilon_squared: Result<f64, NotEstimable>,
    /// Eta squared based on H, `(H - k + 1) / (n - k)`, which adjusts for the number of groups k and can be negative.
    pub eta_squared: Result<f64, NotEstimable>,
    /// The mean midrank of each group as given; none for a group without observations.
    pub mean_ranks: Vec<Option<f64>>,
    /// Dunn's comparison of each two groups that have observations; empty where H has no answer.
    pub pairs: Vec<DunnPair>,
    /// The method by name.
    pub method: &'static str,
}

/// Dunn's comparison of two groups.
#[derive(Clone, Debug, PartialEq)]
pub struct DunnPair {
    /// Index of the first group, as given.
    pub first: usize,
    /// Index of the second group, as given.
    pub second: usize,
    /// Mean midrank of the first less that of the second.
    pub mean_rank_difference: f64,
    /// The difference over its standard error.
    pub z: f64,
    /// Two-sided normal p-value, unadjusted.
    pub p_value: f64,
    /// The p-value adjusted by Holm's procedure over all pairs.
    pub p_adjusted: f64,
}

/// The Kruskal-Wallis test with tie correction, and Dunn's pairwise comparisons adjusted by Holm.
///
/// `H = (n - 1) * sum(n_i (R_i - (n + 1) / 2)^2) / sum((r - (n + 1) / 2)^2)` with midranks r and their group means R: the usual
/// H over `1 - sum(t^3 - t) / (n^3 - n)`, without its cancellation. Dunn's z divides the difference of two mean ranks from this
/// same ranking by `sqrt((n (n + 1) - sum(t^3 - t) / (n - 1)) / 12 * (1 / n_i + 1 / n_j))`. Values are given, not missing; a group
/// without any is left out and lowers the degrees of freedom. References: Kruskal & Wallis, JASA 1952;47:583-621; Dunn,
/// Technometrics 1964;6:241-252; Holm, Scand J Stat 1979;6:65-70; Tomczak & Tomczak, Trends Sport Sci 2014;1:19-25 (effect
/// sizes). Edge cases: no observations is an error; with fewer than two groups H is unidentified; where all values are equal
/// it has no variation; with one observation in each group eta squared is unidentified.
///
/// Hollander & Wolfe, Nonparametric Statistical Methods, 1973, p. 116 (mucociliary efficiency): H .7714, p .68.
/// ```
/// use mentorscope::stats::{Frequency, ranks::kruskal_wallis::kruskal_wallis};
/// let group = |values: &[f64]| values.iter().map(|&value| Frequency { value, count: 1 }).collect::<Vec<_>>();
/// let normal = group(&[2.9, 3.0, 2.5, 2.6, 3.2]);
/// let obstructed = group(&[3.8, 2.7, 4.0, 2.4]);
/// let asbestosis = group(&[2.8, 3.4, 3.7, 2.2, 2.0]);
/// let result = kruskal_wallis(&[&normal, &obstructed, &asbestosis])?;
/// assert!((result.h? - 0.7714).abs() < 5e-5);
/// assert!((result.p_value? - 0.68).abs() < 5e-5);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn kruskal_wallis(groups: &[&[Frequency]]) -> Result<KruskalWallis, NotEstimable> {
    let pooled = Pooled::new(groups)?;
    if pooled.n == 0 {
        return Err(NotEstimable::NoAnswers);
    }
    let sizes: Vec<u64> = (0..groups.len()).map(|group| pooled.size(group)).collect();
    let present: Vec<usize> = (0..groups.len()).filter(|&group| sizes[group] > 0).collect();
    let h = h(&pooled, &sizes);
    let (n, k) = (pooled.n as f64, present.len() as f64);
    let eta_squared = |h: f64| if n > k { Ok((h - k + 1.0) / (n - k)) } else { Err(NotEstimable::Unidentified) };
    let mean_rank = |group: usize| (sizes[group] > 0).then(|| pooled.twice_rank_sum(group) as f64 / 2.0 / sizes[group] as f64);
    Ok(KruskalWallis {
        n: pooled.n,
        groups: present.len() as u64,
        degrees_of_freedom: present.len() as u64 - 1,
        p_value: h.clone().and_then(|h| chi_square_sf(h, k - 1.0)),
        epsilon_squared: h.clone().map(|h| h / (n - 1.0)),
        eta_squared: h.clone().and_then(eta_squared),
        mean_ranks: (0..groups.len()).map(mean_rank).collect(),
        pairs: if h.is_ok() { dunn(&pooled, &sizes, &present)? } else { Vec::new() },
        h,
        method: "Kruskal-Wallis test with tie correction; Dunn's pairwise comparisons, adjusted by Holm",
    })
}

/// `2 n_i (R_i - (n + 1) / 2)`, an exact whole number.
fn excess(pooled: &Pooled, sizes: &[u64], group: usize) -> f64 {
    let expected = u128::from(sizes[group]) * (u128::from(pooled.n) + 1);
    let found = pooled.twice_rank_sum(group);
    let distance = expected.abs_diff(found) as f64;
    if found < expected { -distance } else { distance }
}

fn h(pooled: &Pooled, sizes: &[u64]) -> Result<f64, NotEstimable> {
    if sizes.iter().filter(|size| **size > 0).count() < 2 {
        return Err(NotEstimable::Unidentified);
    }
    let squares = pooled.twelve_squares()?;
    if squares == 0 {
        return Err(NotEstimable::NoVariation);
    }
    let term = |group: usize| excess(pooled, sizes, group).powi(2) / sizes[group] as f64;
    let mut between: Vec<f64> = (0..sizes.len()).filter(|&group| sizes[group] > 0).map(term).collect();
    between.sort_by(f64::total_cmp);
    // A factor of 4 from the doubled ranks, and 12 from the squares; H cannot exceed n - 1.
    let n = pooled.n as f64;
    Ok(((n - 1.0) * 3.0 * sum(between) / squares as f64).min(n - 1.0))
}

fn dunn(pooled: &Pooled, sizes: &[u64], present: &[usize]) -> Result<Vec<DunnPair>, NotEstimable> {
    let n = pooled.n as f64;
    let variance = pooled.twelve_squares()? as f64 / (12.0 * (n - 1.0));
    let mut pairs = Vec::new();
    for (position, &first) in present.iter().enumerate() {
        for &second in &present[position + 1..] {
            let (n_first, n_second) = (sizes[first] as f64, sizes[second] as f64);
            let difference = (excess(pooled, sizes, first) / n_first - excess(pooled, sizes, second) / n_second) / 2.0;
            let z = difference / (variance * (1.0 / n_first + 1.0 / n_second)).sqrt();
            let p_value = normal_two_sided_p(z)?;
            pairs.push(DunnPair { first, second, mean_rank_difference: difference, z, p_value, p_adjusted: p_value });
        }
    }
    // The adjusted p-values do not depend on the error rate.
    let verdicts = holm(&pairs.iter().map(|pair| Some(pair.p_value)).collect::<Vec<_>>(), 0.05)?;
    for (pair, verdict) in pairs.iter_mut().zip(verdicts.into_iter().flatten()) {
        pair.p_adjusted = verdict.p_adjusted;
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::ranks::mann_whitney::mann_whitney;
    use proptest::prelude::*;

    fn group(values: &[f64]) -> Vec<Frequency> {
        values.iter().map(|&value| Frequency { value, count: 1 }).collect()
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(kruskal_wallis(&[&[], &[]]), Err(NotEstimable::NoAnswers));
        let tied = kruskal_wallis(&[&group(&[3.0; 4]), &group(&[3.0; 4]), &group(&[3.0; 4])]).unwrap();
        assert_eq!((tied.n, tied.groups, tied.degrees_of_freedom, tied.h, tied.pairs.len()), (12, 3, 2, Err(NotEstimable::NoVariation), 0));
        assert_eq!(kruskal_wallis(&[&group(&[1.0, 2.0])]).unwrap().h, Err(NotEstimable::Unidentified));
        let singles = kruskal_wallis(&[&group(&[1.0]), &[], &group(&[2.0]), &group(&[5.0])]).unwrap();
        assert_eq!((singles.h, singles.groups, singles.eta_squared), (Ok(2.0), 3, Err(NotEstimable::Unidentified)));
        assert_eq!(singles.mean_ranks, [Some(1.0), None, Some(2.0), Some(3.0)]);
        assert_eq!((singles.pairs[1].first, singles.pairs[1].second), (0, 3));
    }

    proptest! {
        /// The textbook formula with its tie divisor; and for two groups H is the square of the Mann-Whitney z and of Dunn's.
        #[test]
        fn agrees_with_textbook_formula(
            a in proptest::collection::vec(0_u32..7, 1..12),
            b in proptest::collection::vec(0_u32..7, 1..12),
            c in proptest::collection::vec(0_u32..7, 1..12),
        ) {
            let groups: Vec<Vec<f64>> = [a, b, c].into_iter().map(|g| g.into_iter().map(f64::from).collect()).collect();
            let all: Vec<f64> = groups.concat();
            let n = all.len() as f64;
            let count = |v: f64| all.iter().filter(|w| **w == v).count() as f64;
            let rank = |v: f64| all.iter().filter(|w| **w < v).count() as f64 + (count(v) + 1.0) / 2.0;
            let textbook = 12.0 / (n * (n + 1.0))
                * groups.iter().map(|g| g.iter().map(|&v| rank(v)).sum::<f64>().powi(2) / g.len() as f64).sum::<f64>()
                - 3.0 * (n + 1.0);
            // Each of t tied values adds t^2 - 1, which makes t^3 - t.
            let divisor = 1.0 - all.iter().map(|&v| count(v).powi(2) - 1.0).sum::<f64>() / (n.powi(3) - n);
            let frequencies: Vec<Vec<Frequency>> = groups.iter().map(|g| group(g)).collect();
            let result = kruskal_wallis(&[&frequencies[0], &frequencies[1], &frequencies[2]]).unwrap();
            if let Ok(h) = result.h {
                prop_assert!((h - textbook / divisor).abs() < 1e-9);
                prop_assert!(result.pairs.iter().all(|p| p.p_adjusted >= p.p_value && p.p_adjusted <= 1.0));
                let moved = kruskal_wallis(&[&frequencies[2], &frequencies[0], &frequencies[1]]).unwrap();
                prop_assert_eq!(moved.h.unwrap(), h);
            }
            let two = kruskal_wallis(&[&frequencies[0], &frequencies[1]]).unwrap();
            if let Ok(p) = two.p_value {
                let normal = mann_whitney(&frequencies[0], &frequencies[1]).unwrap().normal_p_uncorrected.unwrap();
                prop_assert!((p - normal).abs() < 1e-9 && (two.pairs[0].p_value - normal).abs() < 1e-9);
            }
        }
    }
}
