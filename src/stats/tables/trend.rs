//! Trend of proportions over ordered groups.

use crate::stats::distributions::chi_square_sf;
use crate::stats::{NotEstimable, finite, sum};

/// One group of the ordered ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoredShare {
    /// The group's place on the scale along which the trend is sought.
    pub score: f64,
    /// Number with the property.
    pub count: u64,
    /// Number who answered.
    pub denominator: u64,
}

/// What the Cochran-Armitage test says of a trend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// The statistic on one degree of freedom, `z` squared.
    pub chi2: f64,
    /// Signed normal deviate: above 0 where the proportion rises with the score.
    pub z: f64,
    /// Two-sided p-value.
    pub p_value: f64,
    /// Change of the proportion per unit of score, by weighted least squares.
    pub slope: f64,
    /// Number who answered in all groups.
    pub n: u64,
    /// The method by name.
    pub method: &'static str,
}

/// The Cochran-Armitage test for a linear trend of proportions.
///
/// `z = sum(d (s - m)) / sqrt(p (1 - p) sum(n (s - m)^2))` with scores s, their mean m weighted by denominators n, the pooled
/// proportion p, and counts d; the variance has divisor N, as in the chi-square of a table, and there is no continuity
/// correction. Changing the unit or origin of the scores changes only the slope. References: Cochran, Biometrics
/// 1954;10:417-451; Armitage, Biometrics 1955;11:375-386. Edge cases: groups with a denominator of 0 say nothing and are left
/// out; no answers, all or none with the property, and a single score are errors.
///
/// Fleiss, Statistical Methods for Rates and Proportions, 1981, smokers among patients of four studies: 8.2249, p .004132.
/// ```
/// use mentorscope::stats::tables::trend::{ScoredShare, cochran_armitage};
/// let groups = [(1.0, 83, 86), (2.0, 90, 93), (3.0, 129, 136), (4.0, 70, 82)];
/// let result = cochran_armitage(&groups.map(|(score, count, denominator)| ScoredShare { score, count, denominator }))?;
/// assert!((result.chi2 - 8.2249).abs() < 5e-5 && (result.p_value - 0.004132).abs() < 5e-7);
/// assert!(result.slope < 0.0);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn cochran_armitage(groups: &[ScoredShare]) -> Result<Trend, NotEstimable> {
    let mut groups: Vec<ScoredShare> = groups.iter().copied().filter(|g| g.denominator > 0).collect();
    for group in &mut groups {
        finite(group.score)?;
        // Adding 0 turns -0 into 0, so that equal scores compare as such.
        group.score += 0.0;
        if group.count > group.denominator {
            return Err(NotEstimable::InvalidInput("the count must not exceed its denominator"));
        }
    }
    groups.sort_by(|a, b| a.score.total_cmp(&b.score).then((a.denominator, a.count).cmp(&(b.denominator, b.count))));
    let (Some(first), Some(last)) = (groups.first(), groups.last()) else { return Err(NotEstimable::NoAnswers) };
    let n = groups.iter().try_fold(0_u64, |n, g| n.checked_add(g.denominator)).ok_or(NotEstimable::NotFinite)?;
    let successes: u64 = groups.iter().map(|g| g.count).sum();
    if successes == 0 || successes == n || first.score == last.score {
        return Err(NotEstimable::NoVariation);
    }
    let size = n as f64;
    let p = successes as f64 / size;
    // From the first score onwards, divided by the range, so that neither a far origin nor a small unit costs digits.
    let range = finite(last.score - first.score)?;
    let place = |g: &ScoredShare| (g.score - first.score) / range;
    let mean = sum(groups.iter().map(|g| g.denominator as f64 * place(g))) / size;
    let spread = sum(groups.iter().map(|g| g.denominator as f64 * (place(g) - mean).powi(2)));
    let moment = sum(groups.iter().map(|g| (g.count as f64 - g.denominator as f64 * p) * (place(g) - mean)));
    let z = finite(moment / (p * (1.0 - p) * spread).sqrt())?;
    let chi2 = z * z;
    Ok(Trend {
        chi2,
        z,
        p_value: chi_square_sf(chi2, 1.0)?,
        slope: finite(moment / spread / range)?,
        n,
        method: "Cochran-Armitage test for trend, without continuity correction",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn groups(rows: &[(f64, u64, u64)]) -> Vec<ScoredShare> {
        rows.iter().map(|&(score, count, denominator)| ScoredShare { score, count, denominator }).collect()
    }

    #[test]
    fn what_has_no_answer_says_why() {
        let of = |rows: &[(f64, u64, u64)]| cochran_armitage(&groups(rows)).unwrap_err();
        assert_eq!(of(&[]), NotEstimable::NoAnswers);
        assert_eq!(of(&[(1.0, 0, 0)]), NotEstimable::NoAnswers);
        assert_eq!(of(&[(1.0, 0, 5), (2.0, 0, 8)]), NotEstimable::NoVariation);
        assert_eq!(of(&[(1.0, 5, 5), (2.0, 8, 8)]), NotEstimable::NoVariation);
        assert_eq!(of(&[(0.0, 3, 5), (-0.0, 2, 8)]), NotEstimable::NoVariation);
        assert_eq!(of(&[(1.0, 6, 5), (2.0, 1, 8)]), NotEstimable::InvalidInput("the count must not exceed its denominator"));
        assert_eq!(of(&[(f64::NAN, 1, 5), (2.0, 1, 8)]), NotEstimable::NotFinite);
    }

    proptest! {
        /// chi2 is n times the squared correlation of score and outcome over all people, one by one.
        #[test]
        fn agrees_with_correlation_over_people(rows in proptest::collection::vec((0_u32..6, 0_u64..9, 0_u64..9), 2..7)) {
            let rows: Vec<(f64, u64, u64)> = rows.iter().map(|&(s, yes, no)| (f64::from(s), yes, yes + no)).collect();
            let Ok(result) = cochran_armitage(&groups(&rows)) else { return Ok(()) };
            let mut people = Vec::new();
            for &(score, count, denominator) in &rows {
                people.extend((0..denominator).map(|i| (score, if i < count { 1.0 } else { 0.0 })));
            }
            let n = people.len() as f64;
            let mean = |f: &dyn Fn(&(f64, f64)) -> f64| people.iter().map(f).sum::<f64>() / n;
            let (x, y) = (mean(&|p| p.0), mean(&|p| p.1));
            let covariance = mean(&|p| (p.0 - x) * (p.1 - y));
            let correlation = covariance / (mean(&|p| (p.0 - x).powi(2)) * mean(&|p| (p.1 - y).powi(2))).sqrt();
            prop_assert!((result.chi2 - n * correlation * correlation).abs() < 1e-9);
            prop_assert!((result.slope - covariance / mean(&|p| (p.0 - x).powi(2))).abs() < 1e-9);
            let moved: Vec<_> = rows.iter().rev().map(|&(s, x, n)| (1e6 - 0.5 * s, x, n)).collect();
            let moved = cochran_armitage(&groups(&moved)).unwrap();
            prop_assert!((moved.z + result.z).abs() < 1e-9 && (moved.slope + 2.0 * result.slope).abs() < 1e-9);
        }
    }
}
