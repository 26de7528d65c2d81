//! Several hypotheses tested together.

use super::{NotEstimable, sum};

/// What Holm's procedure says of one hypothesis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HolmVerdict {
    /// Adjusted p-value, 0 to 1; compare it with the familywise error rate.
    pub p_adjusted: f64,
    /// Whether the hypothesis is rejected at the familywise error rate.
    pub rejected: bool,
    /// The error rate at which stepping down evaluates this hypothesis: an interval at confidence level `1 - alpha` leaves
    /// out the null value if and only if the hypothesis is rejected.
    pub alpha: f64,
}

/// Holm's step-down procedure for a family of p-values at the familywise error rate `alpha`.
///
/// The k-th smallest of m p-values is compared with `alpha / (m - k + 1)`; the first that exceeds its level stops the
/// procedure, and every later hypothesis is evaluated at that stopping level. Equal p-values share the strictest level among
/// them, which leaves every decision as it is and makes the answer independent of their order. Reference: Holm, Scand J Stat
/// 1979;6:65-70. A missing p-value (`None`) does not count in m and has no verdict; a family without any is not an error.
/// p-values outside 0 to 1 and an alpha not strictly inside are errors.
///
/// Worked by hand at .05: of .005, .01, .03 and .04 the first meets .05/4 and the second .05/3, then .03 exceeds .05/2.
/// ```
/// use mentorscope::stats::multiplicity::holm;
/// let verdicts = holm(&[Some(0.01), Some(0.04), Some(0.03), Some(0.005)], 0.05)?;
/// let adjusted: Vec<f64> = verdicts.iter().flatten().map(|v| v.p_adjusted).collect();
/// assert_eq!(adjusted, [0.03, 0.06, 0.06, 0.02]);
/// assert_eq!(verdicts[1].map(|v| v.alpha), Some(0.025));
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn holm(p_values: &[Option<f64>], alpha: f64) -> Result<Vec<Option<HolmVerdict>>, NotEstimable> {
    if !(alpha > 0.0 && alpha < 1.0) {
        return Err(NotEstimable::InvalidInput("the familywise error rate must lie between 0 and 1"));
    }
    if p_values.iter().flatten().any(|p| !(0.0..=1.0).contains(p)) {
        return Err(NotEstimable::InvalidInput("a p-value must lie between 0 and 1"));
    }
    let mut ranked: Vec<(f64, usize)> = p_values.iter().enumerate().filter_map(|(i, p)| p.map(|p| (p, i))).collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut verdicts = vec![None; p_values.len()];
    let mut remaining = ranked.len();
    let mut p_adjusted = 0.0_f64;
    let mut stopped_at = None;
    for tied in ranked.chunk_by(|a, b| a.0 == b.0) {
        let p = tied[0].0;
        let level = stopped_at.unwrap_or(alpha / remaining as f64);
        // Later members of a tie have smaller multipliers, so the first one's adjusted value stands for all.
        p_adjusted = p_adjusted.max((p * remaining as f64).min(1.0));
        let rejected = stopped_at.is_none() && p <= level;
        if !rejected {
            stopped_at = Some(level);
        }
        for &(_, index) in tied {
            verdicts[index] = Some(HolmVerdict { p_adjusted, rejected, alpha: level });
        }
        remaining -= tied.len();
    }
    Ok(verdicts)
}

/// Bonferroni-adjusted p-values, `min(1, m p)`; they control the familywise error rate, less sharply than [`holm`].
///
/// Missing p-values do not count in m and have none. Reference: Dunn, JASA 1961;56:52-64. p-values outside 0 to 1 are errors.
/// ```
/// use mentorscope::stats::multiplicity::bonferroni;
/// assert_eq!(bonferroni(&[Some(0.01), None, Some(0.6)])?, [Some(0.02), None, Some(1.0)]);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn bonferroni(p_values: &[Option<f64>]) -> Result<Vec<Option<f64>>, NotEstimable> {
    let m = ranked(p_values)?.len() as f64;
    Ok(p_values.iter().map(|p| p.map(|p| (m * p).min(1.0))).collect())
}

/// Benjamini and Hochberg's adjusted p-values: the smallest false discovery rate at which each hypothesis is rejected.
///
/// The k-th smallest of m becomes the least `m p(j) / j` over j from k to m, at most 1. Controls the false discovery rate of
/// independent or positively dependent tests. Missing p-values do not count in m. Reference: Benjamini & Hochberg, JRSS-B
/// 1995;57:289-300. p-values outside 0 to 1 are errors.
///
/// By hand: of .01, .02 and .9 the first two become .03 and .03.
/// ```
/// use mentorscope::stats::multiplicity::benjamini_hochberg;
/// assert_eq!(benjamini_hochberg(&[Some(0.02), Some(0.9), Some(0.01)])?, [Some(0.03), Some(0.9), Some(0.03)]);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn benjamini_hochberg(p_values: &[Option<f64>]) -> Result<Vec<Option<f64>>, NotEstimable> {
    step_up(p_values, 1.0)
}

/// Benjamini and Yekutieli's adjusted p-values, valid under any dependence: those of Benjamini and Hochberg times `1 + 1/2 +
/// ... + 1/m`, at most 1.
///
/// Reference: Benjamini & Yekutieli, Ann Stat 2001;29:1165-1188. Otherwise as [`benjamini_hochberg`].
///
/// By hand: .01 and .04 become .03 and .06.
/// ```
/// use mentorscope::stats::multiplicity::benjamini_yekutieli;
/// assert_eq!(benjamini_yekutieli(&[Some(0.01), Some(0.04)])?, [Some(0.03), Some(0.06)]);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn benjamini_yekutieli(p_values: &[Option<f64>]) -> Result<Vec<Option<f64>>, NotEstimable> {
    let m = p_values.iter().flatten().count();
    step_up(p_values, sum((1..=m).map(|k| 1.0 / k as f64)))
}

/// The least `factor m p(j) / j` over this and all larger p-values, at most 1.
fn step_up(p_values: &[Option<f64>], factor: f64) -> Result<Vec<Option<f64>>, NotEstimable> {
    let ranked = ranked(p_values)?;
    let m = ranked.len() as f64;
    let mut adjusted = vec![None; p_values.len()];
    let mut least = 1.0_f64;
    for (rank, (p, index)) in ranked.into_iter().enumerate().rev() {
        least = least.min(factor * m / (rank + 1) as f64 * p);
        if let Some(place) = adjusted.get_mut(index) {
            *place = Some(least);
        }
    }
    Ok(adjusted)
}

/// The p-values that are not missing, in order, each with its place.
fn ranked(p_values: &[Option<f64>]) -> Result<Vec<(f64, usize)>, NotEstimable> {
    if p_values.iter().flatten().any(|p| !(0.0..=1.0).contains(p)) {
        return Err(NotEstimable::InvalidInput("a p-value must lie between 0 and 1"));
    }
    let mut ranked: Vec<(f64, usize)> = p_values.iter().enumerate().filter_map(|(i, p)| p.map(|p| (p, i))).collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(ranked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The 15 p-values of Benjamini & Hochberg, JRSS-B 1995;57:289-300, section 3.2; Holm adjusted as R's `p.adjust`, 1e-12.
    #[test]
    fn benjamini_hochberg_example() {
        let p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0];
        let expected = [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        let verdicts = holm(&p.map(Some), 0.05).unwrap();
        for (verdict, expected) in verdicts.iter().flatten().zip(expected) {
            assert!((verdict.p_adjusted - expected).abs() < 1e-12);
        }
        assert_eq!(verdicts.iter().flatten().filter(|v| v.rejected).count(), 3);
        assert_eq!(verdicts[14].unwrap().alpha, 0.05 / 12.0);
    }

    /// The same example: at .05 their procedure rejects 4, Bonferroni 3 (their section 3.2); values as R's `p.adjust`, 1e-12.
    #[test]
    fn false_discovery_rates_of_the_example() {
        let p =
            [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0].map(Some);
        let rejected = |adjusted: Vec<Option<f64>>| adjusted.iter().flatten().filter(|p| **p <= 0.05).count();
        assert_eq!(rejected(benjamini_hochberg(&p).unwrap()), 4);
        assert_eq!(rejected(bonferroni(&p).unwrap()), 3);
        assert!((benjamini_hochberg(&p).unwrap()[5].unwrap() - 0.0638571428571429).abs() < 1e-12);
        assert!((benjamini_yekutieli(&p).unwrap()[3].unwrap() - 0.118211907883783).abs() < 1e-12);
    }

    #[test]
    fn adjustments_ignore_the_missing_and_refuse_the_impossible() {
        for adjust in [bonferroni, benjamini_hochberg, benjamini_yekutieli] {
            assert_eq!(adjust(&[None, Some(0.04), None]).unwrap(), [None, Some(0.04), None]);
            assert_eq!(adjust(&[]).unwrap(), []);
            assert!(adjust(&[Some(1.5)]).is_err());
        }
    }

    #[test]
    fn missing_p_values_do_not_count() {
        let verdicts = holm(&[None, Some(0.04), None], 0.05).unwrap();
        assert_eq!(verdicts, [None, Some(HolmVerdict { p_adjusted: 0.04, rejected: true, alpha: 0.05 }), None]);
        assert_eq!(holm(&[None, None], 0.05).unwrap(), [None, None]);
        assert!(holm(&[Some(f64::NAN)], 0.05).is_err());
    }

    proptest! {
        /// Twin: the definition of the step-up minimum, over all pairs.
        #[test]
        fn step_up_agrees_with_its_definition(thousandths in proptest::collection::vec(0_u32..=1000, 1..15)) {
            let p: Vec<f64> = thousandths.iter().map(|&t| f64::from(t) / 1000.0).collect();
            let m = p.len() as f64;
            let adjusted = benjamini_hochberg(&p.iter().copied().map(Some).collect::<Vec<_>>()).unwrap();
            for (mine, adjusted) in p.iter().zip(adjusted) {
                let expected = p.iter().filter(|q| *q >= mine).map(|q| m * q / p.iter().filter(|r| *r <= q).count() as f64).fold(1.0, f64::min);
                prop_assert!((adjusted.unwrap() - expected).abs() < 1e-12);
            }
        }

        #[test]
        fn level_agrees_with_decision_whatever_the_order(hundredths in proptest::collection::vec(0_u32..40, 1..10)) {
            let p: Vec<Option<f64>> = hundredths.iter().map(|&h| Some(f64::from(h) / 400.0)).collect();
            let verdicts = holm(&p, 0.05).unwrap();
            for (verdict, p) in verdicts.iter().flatten().zip(p.iter().flatten()) {
                prop_assert_eq!(verdict.rejected, *p <= verdict.alpha);
            }
            let mut reversed: Vec<_> = holm(&p.iter().rev().copied().collect::<Vec<_>>(), 0.05).unwrap();
            reversed.reverse();
            prop_assert_eq!(verdicts, reversed);
        }
    }
}
