//! Two independent groups compared by ranks.

use super::{Pooled, exact};
use crate::stats::distributions::normal_two_sided_p;
use crate::stats::{Frequency, NotEstimable};

/// With at most this many observations in each group, `p_value` is exact.
pub const EXACT_GROUP: u64 = 50;

/// With at most this many observations in both groups together, `exact_p` is computed.
pub const EXACT_TOTAL: u64 = 400;

/// What the Mann-Whitney test says of two groups.
#[derive(Clone, Debug, PartialEq)]
pub struct MannWhitney {
    /// Pairs of one observation from each group in which the first group's is greater; equal ones count one half.
    pub u: f64,
    /// The same seen from the second group: `n_first * n_second - u`.
    pub u_second: f64,
    /// Observations in the first group.
    pub n_first: u64,
    /// Observations in the second group.
    pub n_second: u64,
    /// Probability that an observation of the first group exceeds one of the second, plus half that of equality; 0 to 1.
    pub superiority: f64,
    /// Cliff's delta, `2 * superiority - 1`; -1 to 1.
    pub cliff_delta: f64,
    /// Two-sided p-value by the method named in `method`.
    pub p_value: Result<f64, NotEstimable>,
    /// Two-sided p-value by the permutation distribution, up to [`EXACT_TOTAL`] observations.
    pub exact_p: Result<f64, NotEstimable>,
    /// Two-sided p-value by the tie-corrected normal distribution with continuity correction.
    pub normal_p: Result<f64, NotEstimable>,
    /// The same without continuity correction.
    pub normal_p_uncorrected: Result<f64, NotEstimable>,
    /// How `p_value` was found.
    pub method: &'static str,
}

/// The Mann-Whitney (Wilcoxon rank-sum) test with midranks.
///
/// `u` is the sum of the first group's midranks less `n1 (n1 + 1) / 2`. `p_value` is exact with up to [`EXACT_GROUP`]
/// observations in each group: the share of all regroupings whose rank sum lies at least as far from its mean, given the
/// ties found. Above that it is normal, with variance `n1 n2 / 12 * (n + 1 - sum(t^3 - t) / (n (n - 1)))` and one half taken
/// from the distance to the mean (no more than the distance). References: Mann & Whitney, Ann Math Stat 1947;18:50-60;
/// Streitberg & Rohmel, Stat Softw Newsl 1986;12:10-17; Lehmann, Nonparametrics, 1975, chapter 1. Edge cases: a group without
/// observations is an error; where all values are equal, effect sizes stand and p-values have no answer.
///
/// Hollander & Wolfe, Nonparametric Statistical Methods, 1973, p. 69: U 35, exact two-sided p .2544.
/// ```
/// use mentorscope::stats::{Frequency, ranks::mann_whitney::mann_whitney};
/// let group = |values: &[f64]| values.iter().map(|&value| Frequency { value, count: 1 }).collect::<Vec<_>>();
/// let term = group(&[0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]);
/// let early = group(&[1.15, 0.88, 0.90, 0.74, 1.21]);
/// let result = mann_whitney(&term, &early)?;
/// assert_eq!(result.u, 35.0);
/// assert!((result.p_value? - 0.2544).abs() < 5e-5);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn mann_whitney(first: &[Frequency], second: &[Frequency]) -> Result<MannWhitney, NotEstimable> {
    let pooled = Pooled::new(&[first, second])?;
    let (n_first, n_second) = (pooled.size(0), pooled.size(1));
    if n_first == 0 || n_second == 0 {
        return Err(NotEstimable::NoAnswers);
    }
    let pairs = n_first as f64 * n_second as f64;
    let least = u128::from(n_first) * (u128::from(n_first) + 1);
    let twice_u = pooled.twice_rank_sum(0) - least;
    let u = twice_u as f64 / 2.0;
    let exact_p = exact_p(&pooled);
    let normal_p = normal_p(&pooled, u - pairs / 2.0, 0.5);
    let is_exact = n_first.max(n_second) <= EXACT_GROUP;
    Ok(MannWhitney {
        u,
        u_second: pairs - u,
        n_first,
        n_second,
        superiority: u / pairs,
        cliff_delta: (2.0 * u - pairs) / pairs,
        p_value: if is_exact { exact_p.clone() } else { normal_p.clone() },
        exact_p,
        normal_p,
        normal_p_uncorrected: self::normal_p(&pooled, u - pairs / 2.0, 0.0),
        method: if is_exact {
            "Mann-Whitney test, exact permutation distribution with midranks (at most 50 in each group)"
        } else {
            "Mann-Whitney test, tie-corrected normal approximation with continuity correction (more than 50 in a group)"
        },
    })
}

fn exact_p(pooled: &Pooled) -> Result<f64, NotEstimable> {
    if pooled.ties.len() < 2 {
        return Err(NotEstimable::NoVariation);
    }
    if pooled.n > EXACT_TOTAL {
        return Err(NotEstimable::InvalidInput("the exact distribution is computed for at most 400 observations"));
    }
    let smaller = if pooled.size(0) <= pooled.size(1) { 0 } else { 1 };
    Ok(exact::two_sided_p(pooled, pooled.size(smaller) as usize, pooled.twice_rank_sum(smaller)))
}

fn normal_p(pooled: &Pooled, distance: f64, correction: f64) -> Result<f64, NotEstimable> {
    let squares = pooled.twelve_squares()?;
    if squares == 0 {
        return Err(NotEstimable::NoVariation);
    }
    let n = pooled.n as f64;
    let variance = pooled.size(0) as f64 * pooled.size(1) as f64 / 12.0 * (squares as f64 / (n * (n - 1.0)));
    normal_two_sided_p((distance.abs() - correction).max(0.0) / variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn group(values: &[f64]) -> Vec<Frequency> {
        values.iter().map(|&value| Frequency { value, count: 1 }).collect()
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(mann_whitney(&group(&[1.0]), &[]), Err(NotEstimable::NoAnswers));
        let tied = mann_whitney(&group(&[3.0; 5]), &group(&[3.0; 7])).unwrap();
        assert_eq!((tied.u, tied.superiority, tied.cliff_delta), (17.5, 0.5, 0.0));
        for p in [tied.p_value, tied.exact_p, tied.normal_p, tied.normal_p_uncorrected] {
            assert_eq!(p, Err(NotEstimable::NoVariation));
        }
    }

    /// Groups of one: both regroupings are equally far from the mean.
    #[test]
    fn one_against_one_is_never_significant() {
        let result = mann_whitney(&group(&[2.0]), &group(&[1.0])).unwrap();
        assert_eq!((result.u, result.p_value, result.normal_p), (1.0, Ok(1.0), Ok(1.0)));
    }

    /// Separate groups of 60 and 61: two of C(121, 60) regroupings are as extreme; ten million Likert answers do not overflow.
    #[test]
    fn sizes_choose_the_method() {
        let (low, high): (Vec<f64>, Vec<f64>) = ((0..60).map(f64::from).collect(), (60..121).map(f64::from).collect());
        let result = mann_whitney(&group(&low), &group(&high)).unwrap();
        let ways = (1..=60).fold(1.0, |ways, i| ways * (61.0 + f64::from(i)) / f64::from(i));
        assert!((result.exact_p.clone().unwrap() * ways / 2.0 - 1.0).abs() < 1e-12);
        assert_eq!(result.p_value, result.normal_p);
        let many =
            |counts: [u64; 3]| counts.iter().zip([1.0, 2.0, 3.0]).map(|(&count, value)| Frequency { value, count }).collect::<Vec<_>>();
        let large = mann_whitney(&many([1_000_000, 3_000_000, 1_000_000]), &many([1_000_000, 2_999_000, 1_001_000])).unwrap();
        assert!(large.exact_p.is_err() && large.p_value.unwrap() > 0.05 && large.superiority < 0.5);
    }

    proptest! {
        #[test]
        fn counting_pairs_gives_u_and_monotone_scales_and_order_change_nothing(
            a in proptest::collection::vec(0_u32..6, 1..15),
            b in proptest::collection::vec(0_u32..6, 1..15),
        ) {
            let a: Vec<f64> = a.into_iter().map(f64::from).collect();
            let b: Vec<f64> = b.into_iter().map(f64::from).collect();
            let result = mann_whitney(&group(&a), &group(&b)).unwrap();
            let pairs = a.iter().flat_map(|x| b.iter().map(move |y| if x > y { 1.0 } else if x == y { 0.5 } else { 0.0 }));
            prop_assert_eq!(result.u, pairs.sum::<f64>());
            let stretched = |values: &[f64]| group(&values.iter().rev().map(|v| v.exp() - 3.0).collect::<Vec<_>>());
            prop_assert_eq!(&result, &mann_whitney(&stretched(&a), &stretched(&b)).unwrap());
            let mirror = mann_whitney(&group(&b), &group(&a)).unwrap();
            prop_assert_eq!((mirror.u, mirror.u_second, -mirror.cliff_delta), (result.u_second, result.u, result.cliff_delta));
            if let (Ok(p), Ok(q)) = (result.p_value, mirror.p_value) {
                prop_assert!((p - q).abs() < 1e-12 && p > 0.0 && p <= 1.0);
                prop_assert!(result.normal_p.unwrap() >= result.normal_p_uncorrected.unwrap());
            }
        }
    }
}
