//! Net promoter score.

use super::distributions::normal_critical;
use super::{Estimate, Interval, NotEstimable};

/// Answers to a 0 to 10 likelihood-to-recommend item, in its three conventional groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recommendations {
    /// Answers 9 and 10.
    pub promoters: u64,
    /// Answers 7 and 8.
    pub passives: u64,
    /// Answers 0 to 6.
    pub detractors: u64,
}

/// The net promoter score, percentage of promoters minus percentage of detractors (-100 to 100), with the adjusted Wald
/// interval.
///
/// The interval is centered on the score after adding 3/4 promoter, 3/4 detractor and 3 answers in all (Rocks, Am Stat
/// 2016;70:365-372), with variance `(p + d - (p - d)^2) / n` and `std_error` from the same adjusted counts; it is cut to
/// -100 to 100 and widened where needed to hold the score itself, which the adjustment can leave outside at n = 1. The plain
/// Wald interval is refused because it has zero width when all answer alike. No answers is an error.
///
/// Six passive answers: score 0, interval -26.67 to 26.67 (by hand: standard error 100 * sqrt(1.5 / 9 / 9) = 13.608).
/// ```
/// use mentorscope::stats::nps::{Recommendations, net_promoter_score};
/// let result = net_promoter_score(Recommendations { promoters: 0, passives: 6, detractors: 0 }, 0.95)?;
/// assert_eq!(result.estimate, 0.0);
/// assert!((result.interval?.upper - 26.67).abs() < 5e-3);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn net_promoter_score(answers: Recommendations, confidence_level: f64) -> Result<Estimate, NotEstimable> {
    let Recommendations { promoters, passives, detractors } = answers;
    let n = promoters.checked_add(passives).and_then(|n| n.checked_add(detractors)).ok_or(NotEstimable::NotFinite)?;
    if n == 0 {
        return Err(NotEstimable::NoAnswers);
    }
    let estimate = 100.0 * (promoters as f64 - detractors as f64) / n as f64;
    let size = n as f64 + 3.0;
    let (p, d) = ((promoters as f64 + 0.75) / size, (detractors as f64 + 0.75) / size);
    let std_error = 100.0 * ((p + d - (p - d).powi(2)) / size).sqrt();
    let half = normal_critical(confidence_level)? * std_error;
    let center = 100.0 * (p - d);
    let interval = Interval::new((center - half).min(estimate), (center + half).max(estimate), confidence_level)?.clamped(-100.0, 100.0);
    Ok(Estimate {
        estimate,
        std_dev: None,
        std_error: Some(std_error),
        interval: Ok(interval),
        n,
        method: "adjusted Wald interval (Rocks 2016)",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answers(promoters: u64, passives: u64, detractors: u64) -> Recommendations {
        Recommendations { promoters, passives, detractors }
    }

    /// 27 promoters, 17 passives, 14 detractors; limits by the formula of Rocks (2016), computed in R 4.2.2, to 1e-9.
    #[test]
    fn adjusted_wald_by_formula() {
        let result = net_promoter_score(answers(27, 17, 14), 0.95).unwrap();
        let interval = result.interval.unwrap();
        assert!((result.estimate - 22.4137931034483).abs() < 1e-9);
        assert!((result.std_error.unwrap() - 10.3330078545154).abs() < 1e-9);
        assert!((interval.lower - 1.05915216301646).abs() < 1e-9 && (interval.upper - 41.5637986566557).abs() < 1e-9);
    }

    #[test]
    fn no_answers_has_no_score() {
        assert_eq!(net_promoter_score(answers(0, 0, 0), 0.95), Err(NotEstimable::NoAnswers));
    }

    proptest! {
        #[test]
        fn limits_hold_the_score_and_mirror_when_groups_swap(p in 0_u64..50, q in 0_u64..50, d in 1_u64..50, level in 0.5_f64..0.999) {
            let result = net_promoter_score(answers(p, q, d), level).unwrap();
            let mirror = net_promoter_score(answers(d, q, p), level).unwrap().interval.unwrap();
            let interval = result.interval.unwrap();
            prop_assert!(-100.0 <= interval.lower && interval.lower <= result.estimate);
            prop_assert!(result.estimate <= interval.upper && interval.upper <= 100.0 && interval.lower < interval.upper);
            prop_assert!((interval.lower + mirror.upper).abs() < 1e-9);
        }
    }
}
