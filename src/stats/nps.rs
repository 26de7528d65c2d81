//! Net promoter score.

use super::distributions::{normal_critical, normal_two_sided_p};
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

/// A net promoter score with its plain Wald interval, and the adjusted one exactly as published.
#[derive(Clone, Debug, PartialEq)]
pub struct WaldScore {
    /// The score, -100 to 100.
    pub score: f64,
    /// `100 sqrt((p + d - (p - d)^2) / n)`, the variance divided by n.
    pub std_error: f64,
    /// Score plus and minus the normal deviate times `std_error`, not cut to -100 to 100.
    pub interval: Result<Interval, NotEstimable>,
    /// The score after adding 3/4 promoter, 3/4 detractor and 3 answers in all.
    pub adjusted_score: f64,
    /// Its standard error.
    pub adjusted_std_error: f64,
    /// Adjusted score plus and minus the deviate times its standard error, cut to -100 to 100.
    pub adjusted_interval: Result<Interval, NotEstimable>,
    /// Whether all answered alike, so that the Wald interval has no width, which is no certainty.
    pub degenerate: bool,
    /// Number of answers.
    pub n: u64,
}

/// The plain Wald interval of a net promoter score beside the adjusted one, for comparison with other sources.
///
/// The Wald interval has no width when all answer alike and is then marked `degenerate`; use [`net_promoter_score`] for display, whose
/// interval also holds the score itself at n = 1. Reference: Rocks, Am Stat 2016;70:365-372. No answers is an error.
///
/// 27 promoters, 17 passives, 14 detractors: 22.41 plus and minus 1.96 * 10.64 (by the formula).
/// ```
/// use mentorscope::stats::nps::{Recommendations, wald_score};
/// let result = wald_score(Recommendations { promoters: 27, passives: 17, detractors: 14 }, 0.95)?;
/// assert!((result.std_error - 10.64).abs() < 5e-3 && (result.interval?.lower - 1.56).abs() < 5e-3);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn wald_score(answers: Recommendations, confidence_level: f64) -> Result<WaldScore, NotEstimable> {
    let n = answers.total()?;
    let (score, std_error) = answers.moments(0.0)?;
    let (adjusted_score, adjusted_std_error) = answers.moments(0.75)?;
    let z = normal_critical(confidence_level)?;
    let around = |center: f64, std_error: f64| Interval::new(center - z * std_error, center + z * std_error, confidence_level);
    Ok(WaldScore {
        score,
        std_error,
        interval: around(score, std_error),
        adjusted_score,
        adjusted_std_error,
        adjusted_interval: around(adjusted_score, adjusted_std_error).map(|i| i.clamped(-100.0, 100.0)),
        degenerate: std_error == 0.0,
        n,
    })
}

/// The difference of two independent groups' net promoter scores.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreDifference {
    /// First score minus second, -200 to 200.
    pub difference: f64,
    /// Root of the two Wald variances' sum.
    pub std_error: f64,
    /// The difference over its standard error, or why there is none.
    pub z: Result<f64, NotEstimable>,
    /// Two-sided p-value of no difference.
    pub p_value: Result<f64, NotEstimable>,
    /// Wald interval, not cut: the default.
    pub interval: Result<Interval, NotEstimable>,
    /// The same from the adjusted scores of both groups, cut to -200 to 200; it has width even when all answer alike.
    pub adjusted_interval: Result<Interval, NotEstimable>,
    /// Answers of both groups together.
    pub n: u64,
    /// The method by name.
    pub method: &'static str,
}

/// The difference `first - second` of two net promoter scores, with z test and Wald interval.
///
/// Variances divide by n as in [`wald_score`]. Reference: Rocks, Am Stat 2016;70:365-372. Edge cases: a group without answers is an error; when
/// all answer alike within both groups there is no variation to test with, and only the adjusted interval has an answer.
///
/// 6 and 2 of 10 against 3 and 5 of 10 (no passives but the rest): 40 - (-20) = 60, standard error 100 sqrt(.064 + .076) = 37.4, by hand.
/// ```
/// use mentorscope::stats::nps::{Recommendations, score_difference};
/// let first = Recommendations { promoters: 6, passives: 2, detractors: 2 };
/// let second = Recommendations { promoters: 3, passives: 2, detractors: 5 };
/// let result = score_difference(first, second, 0.95)?;
/// assert!((result.difference - 60.0).abs() < 1e-12 && (result.std_error - 37.42).abs() < 5e-3);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn score_difference(first: Recommendations, second: Recommendations, confidence_level: f64) -> Result<ScoreDifference, NotEstimable> {
    let (a, b) = (wald_score(first, confidence_level)?, wald_score(second, confidence_level)?);
    let difference = a.score - b.score;
    let std_error = a.std_error.hypot(b.std_error);
    let z = if std_error > 0.0 { Ok(difference / std_error) } else { Err(NotEstimable::NoVariation) };
    let deviate = normal_critical(confidence_level)?;
    let adjusted = a.adjusted_std_error.hypot(b.adjusted_std_error);
    Ok(ScoreDifference {
        difference,
        std_error,
        p_value: z.clone().and_then(normal_two_sided_p),
        z,
        interval: Interval::around(difference, deviate * std_error, confidence_level),
        adjusted_interval: Interval::around(a.adjusted_score - b.adjusted_score, deviate * adjusted, confidence_level)
            .map(|i| i.clamped(-200.0, 200.0)),
        n: a.n.checked_add(b.n).ok_or(NotEstimable::NotFinite)?,
        method: "difference of net promoter scores, Wald interval",
    })
}

impl Recommendations {
    fn total(self) -> Result<u64, NotEstimable> {
        let n = self.promoters.checked_add(self.passives).and_then(|n| n.checked_add(self.detractors)).ok_or(NotEstimable::NotFinite)?;
        if n == 0 { Err(NotEstimable::NoAnswers) } else { Ok(n) }
    }

    /// Score and standard error after adding so many promoters and as many detractors, and four times as many answers in all.
    fn moments(self, added: f64) -> Result<(f64, f64), NotEstimable> {
        let size = self.total()? as f64 + 4.0 * added;
        let (p, d) = ((self.promoters as f64 + added) / size, (self.detractors as f64 + added) / size);
        // Written as a sum of products, the variance is exactly 0 when all answer alike.
        let rest = (self.passives as f64 + 2.0 * added) / size;
        Ok((100.0 * (p - d), 100.0 * ((p * d * 4.0 + rest * (p + d)) / size).sqrt()))
    }
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

    /// The plain formulas, in R 4.2.2: adjusted standard error 13.6082763487954 for six passives, Wald 10.6403488696672 for 27, 17, 14.
    #[test]
    fn wald_by_formula() {
        let alike = wald_score(answers(0, 6, 0), 0.95).unwrap();
        assert!(alike.degenerate && alike.std_error == 0.0 && alike.interval.unwrap().lower == 0.0);
        assert!((alike.adjusted_std_error - 13.6082763487954).abs() < 1e-9);
        assert!(wald_score(answers(9, 0, 0), 0.95).unwrap().degenerate);
        assert!((wald_score(answers(27, 17, 14), 0.95).unwrap().std_error - 10.6403488696672).abs() < 1e-9);
        // At n = 1 the published adjustment leaves the score outside its interval.
        let one = wald_score(answers(1, 0, 0), 0.95).unwrap();
        assert!(one.adjusted_interval.unwrap().upper < one.score);
    }

    #[test]
    fn groups_that_answer_alike_have_no_test() {
        let result = score_difference(answers(4, 0, 0), answers(0, 0, 3), 0.95).unwrap();
        assert_eq!((result.difference, result.z, result.interval), (200.0, Err(NotEstimable::NoVariation), Err(NotEstimable::ZeroWidth)));
        assert!(result.adjusted_interval.unwrap().upper <= 200.0);
        assert_eq!(score_difference(answers(4, 0, 0), answers(0, 0, 0), 0.95), Err(NotEstimable::NoAnswers));
    }

    proptest! {
        #[test]
        fn difference_mirrors(a in (0_u64..50, 0_u64..50, 1_u64..50), b in (0_u64..50, 1_u64..50, 0_u64..50), level in 0.5_f64..0.999) {
            let (a, b) = (answers(a.0, a.1, a.2), answers(b.0, b.1, b.2));
            let result = score_difference(a, b, level).unwrap();
            let mirror = score_difference(b, a, level).unwrap();
            prop_assert_eq!(result.difference, -mirror.difference);
            prop_assert_eq!(&result.p_value, &mirror.p_value);
            // Twin: the variance of +1, 0 and -1 scores over n.
            let variance = |r: Recommendations| {
                let (n, mean) = ((r.promoters + r.passives + r.detractors) as f64, wald_score(r, level).unwrap().score / 100.0);
                let square = |count: u64, value: f64| count as f64 * (value - mean).powi(2);
                (square(r.promoters, 1.0) + square(r.passives, 0.0) + square(r.detractors, -1.0)) / n / n
            };
            prop_assert!((result.std_error - 100.0 * (variance(a) + variance(b)).sqrt()).abs() < 1e-9);
        }
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
