//! Wilcoxon's signed-rank test.

use super::distributions::normal_two_sided_p;
use super::paired::{Pair, differences};
use super::{NotEstimable, sum};

/// Up to this many differences other than 0, the exact p-value is the one to report.
pub const EXACT_DEFAULT: u64 = 50;

/// Beyond this many differences other than 0, the exact distribution is not computed.
pub const EXACT_LIMIT: u64 = 400;

/// What Wilcoxon's test says of paired differences `first - second`.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedRank {
    /// Sum of the ranks of the positive differences (R's V).
    pub v: f64,
    /// Exact two-sided p-value, or why it was not computed.
    pub p_exact: Result<f64, NotEstimable>,
    /// Two-sided p-value by the normal approximation, corrected for ties and continuity.
    pub p_normal_corrected: f64,
    /// The same without continuity correction.
    pub p_normal: f64,
    /// The p-value to report: exact up to [`EXACT_DEFAULT`] differences, else normal with continuity correction.
    pub p_value: f64,
    /// Matched-pairs rank-biserial correlation, (positive - negative rank sum) / total, -1 to 1.
    pub rank_biserial: f64,
    /// Number of differences other than 0.
    pub n: u64,
    /// Number of differences of 0, which were dropped.
    pub n_zero: u64,
    /// The method by name.
    pub method: &'static str,
}

/// Wilcoxon's signed-rank test of pairs, zeros dropped, midranks for ties.
///
/// The exact distribution gives each difference either sign with probability 1/2 while ranks stay as they are, so it holds with ties
/// too; two-sided p is twice the smaller tail, at most 1. Normal approximation: mean `n (n + 1) / 4`, variance `n (n + 1)(2n + 1) / 24 - sum
/// (t^3 - t) / 48` over ties of t. References: Wilcoxon, Biometrics Bull 1945;1:80-83; Hollander & Wolfe, *Nonparametric statistical
/// methods*, 1973; rank-biserial: Kerby, Compr Psychol 2014;3:11.IT.3.1. Edge cases: no pairs is an error, and so are
/// differences that are all 0.
///
/// Depression factors of nine patients (Hollander & Wolfe 1973, in R's `?wilcox.test`): V 40, exact two-sided p .03906.
/// ```
/// use mentorscope::stats::{paired::Pair, signed_rank::signed_rank};
/// let first = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30];
/// let second = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
/// let pairs: Vec<Pair> = first.iter().zip(second).map(|(&first, second)| Pair { first, second }).collect();
/// let result = signed_rank(&pairs)?;
/// assert!(result.v == 40.0 && (result.p_value - 0.03906).abs() < 5e-6);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn signed_rank(pairs: &[Pair]) -> Result<SignedRank, NotEstimable> {
    if pairs.is_empty() {
        return Err(NotEstimable::NoAnswers);
    }
    let ranked = Ranked::new(&differences(pairs)?, pairs)?;
    let n = ranked.count;
    let n_zero = pairs.len() as u64 - n;
    if n == 0 {
        return Err(NotEstimable::NoVariation);
    }
    let size = n as f64;
    let total = size * (size + 1.0) / 2.0;
    let v = ranked.positive_doubled as f64 / 2.0;
    let ties = sum(ranked.runs.iter().map(|&t| (t as f64).powi(3) - t as f64));
    let std_dev = (size * (size + 1.0) * (2.0 * size + 1.0) / 24.0 - ties / 48.0).sqrt();
    let distance = (v - total / 2.0).abs();
    let p_normal = normal_two_sided_p(distance / std_dev)?;
    let p_normal_corrected = normal_two_sided_p((distance - 0.5).max(0.0) / std_dev)?;
    let p_exact = ranked.exact_p();
    let (p_value, method) = match &p_exact {
        Ok(p) if n <= EXACT_DEFAULT => (*p, "Wilcoxon signed-rank test, exact, zeros dropped"),
        _ => (p_normal_corrected, "Wilcoxon signed-rank test, normal approximation with tie and continuity correction, zeros dropped"),
    };
    Ok(SignedRank { v, p_exact, p_normal_corrected, p_normal, p_value, rank_biserial: 2.0 * v / total - 1.0, n, n_zero, method })
}

/// Twice the midranks of the absolute differences, so that they are whole numbers.
struct Ranked {
    count: u64,
    positive_doubled: u64,
    doubled: Vec<u64>,
    runs: Vec<u64>,
}

impl Ranked {
    fn new(differences: &[f64], pairs: &[Pair]) -> Result<Self, NotEstimable> {
        let mut kept: Vec<f64> = differences.iter().copied().filter(|d| *d != 0.0).collect();
        kept.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
        let unit = pairs.iter().map(|p| p.first.abs().max(p.second.abs())).fold(0.0, f64::max) * 1e-13;
        let mut ranked = Self { count: kept.len() as u64, positive_doubled: 0, doubled: Vec::new(), runs: Vec::new() };
        let mut below = 0_u64;
        for run in kept.chunk_by(|a, b| b.abs() - a.abs() <= unit) {
            let size = run.len() as u64;
            // Ranks below + 1 to below + size have the mean below + (size + 1) / 2.
            let doubled = 2 * below + size + 1;
            ranked.positive_doubled += doubled * run.iter().filter(|d| **d > 0.0).count() as u64;
            ranked.doubled.extend(std::iter::repeat_n(doubled, run.len()));
            ranked.runs.push(size);
            below += size;
        }
        Ok(ranked)
    }

    /// Twice the smaller tail of the sign-flipping distribution, built up one rank at a time.
    fn exact_p(&self) -> Result<f64, NotEstimable> {
        if self.count > EXACT_LIMIT {
            return Err(NotEstimable::InvalidInput("the exact distribution is computed up to 400 differences"));
        }
        let total: u64 = self.doubled.iter().sum();
        let mut probability = vec![0.0_f64; total as usize + 1];
        probability[0] = 1.0;
        let mut reach = 0;
        for rank in self.doubled.iter().map(|rank| *rank as usize) {
            reach += rank;
            for value in (0..=reach).rev() {
                let without = if value + rank <= reach { probability[value] } else { 0.0 };
                let with = if value >= rank { probability[value - rank] } else { 0.0 };
                probability[value] = 0.5 * (without + with);
            }
        }
        // The distribution is symmetric, so the smaller tail is the one up to the smaller of V and its mirror image.
        let end = self.positive_doubled.min(total - self.positive_doubled) as usize;
        Ok((2.0 * sum(probability.iter().take(end + 1).copied())).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn from_differences(values: &[f64]) -> Vec<Pair> {
        values.iter().map(|&first| Pair { first, second: 0.0 }).collect()
    }

    /// Two-sided p by going through all sign patterns of the midranks, found by counting.
    fn by_enumeration(values: &[f64]) -> f64 {
        let kept: Vec<f64> = values.iter().copied().filter(|v| *v != 0.0).collect();
        let rank = |v: f64| {
            let below = kept.iter().filter(|w| w.abs() < v.abs()).count() as f64;
            let equal = kept.iter().filter(|w| w.abs() == v.abs()).count() as f64;
            below + (equal + 1.0) / 2.0
        };
        let ranks: Vec<f64> = kept.iter().map(|v| rank(*v)).collect();
        let observed: f64 = kept.iter().zip(&ranks).filter(|(v, _)| **v > 0.0).map(|(_, r)| r).sum();
        let (mut low, mut high) = (0_u32, 0_u32);
        for pattern in 0..1_u32 << kept.len() {
            let v: f64 = ranks.iter().enumerate().filter(|(i, _)| pattern >> i & 1 == 1).map(|(_, r)| r).sum();
            low += u32::from(v <= observed);
            high += u32::from(v >= observed);
        }
        (2.0 * f64::from(low.min(high)) / f64::from(1_u32 << kept.len())).min(1.0)
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(signed_rank(&[]), Err(NotEstimable::NoAnswers));
        assert_eq!(signed_rank(&from_differences(&[0.0, 0.0])), Err(NotEstimable::NoVariation));
        let one = signed_rank(&from_differences(&[0.0, 2.0])).unwrap();
        assert_eq!((one.v, one.p_value, one.n, one.n_zero, one.rank_biserial), (1.0, 1.0, 1, 1, 1.0));
    }

    /// Equal differences that rounding makes unequal share a rank.
    #[test]
    fn rounding_breaks_no_ties() {
        let pairs = [Pair { first: 0.3, second: 0.1 }, Pair { first: 0.2, second: 0.4 }, Pair { first: 0.9, second: 0.1 }];
        assert_eq!(signed_rank(&pairs).unwrap().v, 4.5);
    }

    /// R 4.2.2 `wilcox.test(x, exact = TRUE)` and `FALSE` of 1 to 60 with every third negative.
    #[test]
    fn beyond_fifty_the_normal_approximation_is_reported() {
        let values: Vec<f64> = (1..=60).map(|i| if i % 3 == 0 { -f64::from(i) } else { f64::from(i) }).collect();
        let result = signed_rank(&from_differences(&values)).unwrap();
        assert_eq!(result.p_value, result.p_normal_corrected);
        assert!((result.p_exact.unwrap() - 0.0355631737847665).abs() < 1e-12);
        assert!((result.p_value - 0.0362264941787866).abs() < 1e-9);
        let many: Vec<f64> = (1..=401).map(f64::from).collect();
        assert!(signed_rank(&from_differences(&many)).unwrap().p_exact.is_err());
    }

    proptest! {
        #[test]
        fn exact_agrees_with_enumeration_in_any_order(values in proptest::collection::vec(-4_i32..=4, 1..13)) {
            let values: Vec<f64> = values.iter().map(|&v| f64::from(v)).collect();
            let Ok(result) = signed_rank(&from_differences(&values)) else { return Ok(()) };
            prop_assert!((result.p_exact.clone().unwrap() - by_enumeration(&values)).abs() < 1e-12);
            let reversed: Vec<f64> = values.iter().rev().copied().collect();
            prop_assert_eq!(&result, &signed_rank(&from_differences(&reversed)).unwrap());
            let negated: Vec<f64> = values.iter().map(|v| -v).collect();
            let mirror = signed_rank(&from_differences(&negated)).unwrap();
            prop_assert!((result.p_value - mirror.p_value).abs() < 1e-12);
            prop_assert!((result.rank_biserial + mirror.rank_biserial).abs() < 1e-12);
        }
    }
}
