//! McNemar's test of paired yes-or-no answers.

use super::distributions::chi_square_sf;
use super::incomplete::beta_tails;
use super::proportion::{Share, clopper_pearson};
use super::{Interval, NotEstimable, finite};

/// From this many discordant pairs on, chi-square is the test to report.
pub const CHI_SQUARE_FROM: u64 = 25;

/// Pairs by their two answers: first and second measurement, 1 for yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairedCounts {
    /// Yes both times.
    pub n11: u64,
    /// Yes, then no.
    pub n10: u64,
    /// No, then yes.
    pub n01: u64,
    /// No both times.
    pub n00: u64,
}

/// What McNemar's test says.
#[derive(Clone, Debug, PartialEq)]
pub struct McNemar {
    /// `(n10 - n01)^2 / (n10 + n01)`.
    pub chi_square: f64,
    /// Its p-value on 1 degree of freedom.
    pub p_chi_square: f64,
    /// With Edwards' continuity correction, `(|n10 - n01| - 1)^2 / (n10 + n01)`; 0 when both are equal.
    pub chi_square_corrected: f64,
    /// Its p-value.
    pub p_corrected: f64,
    /// Exact two-sided binomial p-value.
    pub p_exact: f64,
    /// The p-value to report: exact with fewer than [`CHI_SQUARE_FROM`] discordant pairs, else chi-square without correction.
    pub p_value: f64,
    /// The matched odds ratio `n10 / n01`, or why there is none.
    pub odds_ratio: Result<f64, NotEstimable>,
    /// Its exact interval, from the Clopper-Pearson limits of `n10 / (n10 + n01)`.
    pub odds_ratio_interval: Result<Interval, NotEstimable>,
    /// Share of yes at the first measurement minus share at the second.
    pub difference: f64,
    /// Number of pairs.
    pub n: u64,
    /// Number of pairs whose answers differ.
    pub n_discordant: u64,
    /// The method by name.
    pub method: &'static str,
}

/// McNemar's test of a change in paired yes-or-no answers.
///
/// Only discordant pairs count: under no change each is as likely one way as the other. References: McNemar, Psychometrika
/// 1947;12:153-157; Edwards, Psychometrika 1948;13:185-187. Edge cases: no pairs, and no discordant pairs, are errors; where all change one
/// way the odds ratio has no finite value and no interval, while the p-values stand.
///
/// Approval of a prime minister (Agresti, *Categorical data analysis*, section 10.1): 150 against 86, chi-square 17.36.
/// ```
/// use mentorscope::stats::mcnemar::{PairedCounts, mcnemar};
/// let result = mcnemar(PairedCounts { n11: 794, n10: 150, n01: 86, n00: 570 }, 0.95)?;
/// assert!((result.chi_square - 17.36).abs() < 5e-3);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn mcnemar(counts: PairedCounts, confidence_level: f64) -> Result<McNemar, NotEstimable> {
    let PairedCounts { n11, n10, n01, n00 } = counts;
    let n = [n11, n10, n01, n00].iter().try_fold(0_u64, |n, cell| n.checked_add(*cell)).ok_or(NotEstimable::NotFinite)?;
    if n == 0 {
        return Err(NotEstimable::NoAnswers);
    }
    let n_discordant = n10 + n01;
    if n_discordant == 0 {
        return Err(NotEstimable::NoVariation);
    }
    let gap = n10.abs_diff(n01) as f64;
    let size = n_discordant as f64;
    let chi_square = gap / size * gap;
    let chi_square_corrected = (gap - 1.0).max(0.0).powi(2) / size;
    let fewer = n10.min(n01) as f64;
    // The binomial probability of at most `fewer` is a beta probability at 1/2.
    let p_exact = (2.0 * beta_tails(size - fewer, fewer + 1.0, 0.5, 0.5)?.lower).min(1.0);
    let p_chi_square = chi_square_sf(chi_square, 1.0)?;
    let (p_value, method) = if n_discordant < CHI_SQUARE_FROM {
        (p_exact, "McNemar's test, exact binomial")
    } else {
        (p_chi_square, "McNemar's test, chi-square without continuity correction")
    };
    let odds_ratio_interval = if n01 == 0 {
        Err(NotEstimable::Separated)
    } else {
        let odds = |share: f64| share / (1.0 - share);
        clopper_pearson(Share { count: n10, denominator: n_discordant }, confidence_level)
            .and_then(|share| share.interval)
            .and_then(|share| Interval::new(odds(share.lower), odds(share.upper), confidence_level))
    };
    Ok(McNemar {
        chi_square,
        p_chi_square,
        chi_square_corrected,
        p_corrected: chi_square_sf(chi_square_corrected, 1.0)?,
        p_exact,
        p_value,
        odds_ratio: if n01 == 0 { Err(NotEstimable::Separated) } else { finite(n10 as f64 / n01 as f64) },
        odds_ratio_interval,
        difference: (n10 as f64 - n01 as f64) / n as f64,
        n,
        n_discordant,
        method,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counts(n10: u64, n01: u64) -> PairedCounts {
        PairedCounts { n11: 3, n10, n01, n00: 4 }
    }

    /// By hand: five of five one way, 2 / 32.
    #[test]
    fn all_one_way_keeps_its_p() {
        let result = mcnemar(counts(5, 0), 0.95).unwrap();
        assert!((result.p_value - 0.0625).abs() < 1e-15);
        assert_eq!((result.odds_ratio, result.odds_ratio_interval), (Err(NotEstimable::Separated), Err(NotEstimable::Separated)));
        let other = mcnemar(counts(0, 5), 0.95).unwrap();
        assert_eq!((other.odds_ratio, other.odds_ratio_interval.unwrap().lower), (Ok(0.0), 0.0));
    }

    /// R 4.2.2 `mcnemar.test` and `binom.test(86, 236)` of Agresti's table: corrected 16.8178, p 4.115e-05; exact 3.716e-05.
    #[test]
    fn approval_ratings() {
        let result = mcnemar(PairedCounts { n11: 794, n10: 150, n01: 86, n00: 570 }, 0.95).unwrap();
        assert!((result.chi_square_corrected - 16.8178).abs() < 5e-5 && (result.p_corrected / 4.11456e-5 - 1.0).abs() < 5e-6);
        assert!((result.p_exact / 3.71594e-5 - 1.0).abs() < 5e-6 && result.p_value == result.p_chi_square);
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(mcnemar(PairedCounts { n11: 0, n10: 0, n01: 0, n00: 0 }, 0.95), Err(NotEstimable::NoAnswers));
        assert_eq!(mcnemar(counts(0, 0), 0.95), Err(NotEstimable::NoVariation));
        let equal = mcnemar(counts(2, 2), 0.95).unwrap();
        assert_eq!((equal.chi_square_corrected, equal.p_exact), (0.0, 1.0));
    }

    proptest! {
        #[test]
        fn exact_agrees_with_binomial_sums(n10 in 0_u64..40, n01 in 0_u64..40) {
            let Ok(result) = mcnemar(counts(n10, n01), 0.95) else { return Ok(()) };
            let total = n10 + n01;
            let mut term = 0.5_f64.powi(total as i32);
            let mut tail = term;
            for k in 1..=n10.min(n01) {
                term *= (total - k + 1) as f64 / k as f64;
                tail += term;
            }
            prop_assert!((result.p_exact - (2.0 * tail).min(1.0)).abs() < 1e-12);
            let mirror = mcnemar(counts(n01, n10), 0.95).unwrap();
            prop_assert!((mirror.p_value - result.p_value).abs() < 1e-15);
            prop_assert!((mirror.difference + result.difference).abs() < 1e-15);
            if let (Ok(ratio), Ok(interval)) = (result.odds_ratio, result.odds_ratio_interval) {
                prop_assert!(interval.lower <= ratio && ratio <= interval.upper);
            }
        }
    }
}
