//! Odds ratios of 2 by 2 tables.

use super::distributions::{normal_critical, normal_two_sided_p};
use super::{Interval, NotEstimable};

/// Counts of a 2 by 2 table: two groups, each split by whether the event happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TwoByTwo {
    /// First group, event.
    pub first_event: u64,
    /// First group, no event.
    pub first_none: u64,
    /// Second group, event.
    pub second_event: u64,
    /// Second group, no event.
    pub second_none: u64,
}

/// The sample odds ratio of the first group over the second.
#[derive(Clone, Debug, PartialEq)]
pub struct OddsRatio {
    /// The odds ratio, above 0.
    pub odds_ratio: f64,
    /// Its natural logarithm.
    pub log_odds_ratio: f64,
    /// Woolf's standard error of the logarithm, the root of the summed reciprocal counts.
    pub std_error: f64,
    /// Woolf's interval of the odds ratio.
    pub interval: Result<Interval, NotEstimable>,
    /// Two-sided Wald p-value of an odds ratio of 1.
    pub p_value: f64,
    /// Whether 1/2 was added to every count, because one of them was 0.
    pub corrected: bool,
    /// Number of observations.
    pub n: u64,
    /// The method by name.
    pub method: &'static str,
}

/// `ad / (bc)` with Woolf's logit interval.
///
/// Where a count is 0, and only there, 1/2 is added to all four (Haldane, Ann Hum Genet 1956;20:309-311; Anscombe, Biometrika
/// 1956;43:461-464), and `corrected` says so. Reference: Woolf, Ann Hum Genet 1955;19:251-253. Edge cases: a group without observations is an
/// error; so is an event that nobody or everybody had, because the table then says nothing about a ratio. With small counts
/// use Fisher's exact test beside it.
///
/// Doll & Hill, BMJ 1950;2:739-748, smokers among men with and without lung cancer (647 and 2 against 622 and 27): 14.04.
/// ```
/// use mentorscope::stats::odds_ratio::{TwoByTwo, odds_ratio};
/// let result = odds_ratio(TwoByTwo { first_event: 647, first_none: 2, second_event: 622, second_none: 27 }, 0.95)?;
/// assert!((result.odds_ratio - 14.04).abs() < 5e-3);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn odds_ratio(table: TwoByTwo, confidence_level: f64) -> Result<OddsRatio, NotEstimable> {
    let cells = [table.first_event, table.first_none, table.second_event, table.second_none];
    let n = cells.iter().try_fold(0_u64, |n, cell| n.checked_add(*cell)).ok_or(NotEstimable::NotFinite)?;
    let [a, b, c, d] = cells;
    if (a == 0 && b == 0) || (c == 0 && d == 0) {
        return Err(NotEstimable::NoAnswers);
    }
    if (a == 0 && c == 0) || (b == 0 && d == 0) {
        return Err(NotEstimable::NoVariation);
    }
    let corrected = cells.contains(&0);
    let [a, b, c, d] = cells.map(|cell| cell as f64 + if corrected { 0.5 } else { 0.0 });
    let log_odds_ratio = (a / b).ln() - (c / d).ln();
    let std_error = (1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d).sqrt();
    let half = normal_critical(confidence_level)? * std_error;
    Ok(OddsRatio {
        odds_ratio: a / b * (d / c),
        log_odds_ratio,
        std_error,
        interval: Interval::new((log_odds_ratio - half).exp(), (log_odds_ratio + half).exp(), confidence_level),
        p_value: normal_two_sided_p(log_odds_ratio / std_error)?,
        corrected,
        n,
        method: if corrected {
            "sample odds ratio after adding 1/2 to every count, Woolf interval"
        } else {
            "sample odds ratio, Woolf interval"
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(first_event: u64, first_none: u64, second_event: u64, second_none: u64) -> TwoByTwo {
        TwoByTwo { first_event, first_none, second_event, second_none }
    }

    /// Aspirin and heart attacks (Physicians' Health Study, in Agresti, *Categorical data analysis*, section 3.1): 189 and 10,845 on placebo,
    /// 104 and 10,933 on aspirin; odds ratio 1.832, standard error .123, interval 1.44 to 2.33.
    #[test]
    fn agrestis_figures() {
        let result = odds_ratio(table(189, 10_845, 104, 10_933), 0.95).unwrap();
        let interval = result.interval.unwrap();
        assert!((result.odds_ratio - 1.832).abs() < 5e-4 && (result.std_error - 0.123).abs() < 5e-4);
        assert!((interval.lower - 1.44).abs() < 5e-3 && (interval.upper - 2.33).abs() < 5e-3);
    }

    /// By hand: 3.5 * 4.5 / (0.5 * 2.5) = 12.6.
    #[test]
    fn half_is_added_only_where_a_count_is_zero() {
        let result = odds_ratio(table(3, 0, 2, 4), 0.95).unwrap();
        assert!(result.corrected && (result.odds_ratio - 12.6).abs() < 1e-12);
        assert!(!odds_ratio(table(3, 1, 2, 4), 0.95).unwrap().corrected);
    }

    #[test]
    fn empty_margins_have_no_ratio() {
        assert_eq!(odds_ratio(table(0, 0, 3, 4), 0.95), Err(NotEstimable::NoAnswers));
        assert_eq!(odds_ratio(table(0, 5, 0, 4), 0.95), Err(NotEstimable::NoVariation));
        assert_eq!(odds_ratio(table(5, 0, 4, 0), 0.95), Err(NotEstimable::NoVariation));
        assert_eq!(odds_ratio(table(u64::MAX, 1, 1, 1), 0.95), Err(NotEstimable::NotFinite));
    }

    proptest! {
        #[test]
        fn swapping_groups_or_outcomes_inverts(a in 0_u64..40, b in 1_u64..40, c in 1_u64..40, d in 0_u64..40, level in 0.6_f64..0.999) {
            let result = odds_ratio(table(a, b, c, d), level).unwrap();
            for swapped in [table(c, d, a, b), table(b, a, d, c)] {
                let other = odds_ratio(swapped, level).unwrap();
                prop_assert!((result.log_odds_ratio + other.log_odds_ratio).abs() < 1e-12);
                prop_assert!((result.p_value - other.p_value).abs() < 1e-12);
            }
            let interval = result.interval.unwrap();
            prop_assert!(0.0 < interval.lower && interval.lower < result.odds_ratio && result.odds_ratio < interval.upper);
            prop_assert!((interval.lower * interval.upper / result.odds_ratio.powi(2) - 1.0).abs() < 1e-9);
        }
    }
}
