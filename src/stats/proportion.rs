//! Proportions and differences of proportions.

use super::distributions::{beta_quantile, normal_critical};
use super::{Estimate, Interval, NotEstimable, finite, tail_probability};

/// How many of how many: `0 <= count <= denominator`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Number with the property.
    pub count: u64,
    /// Number who answered; those asked who did not answer are not in it.
    pub denominator: u64,
}

impl Share {
    /// The proportion, 0 to 1.
    fn proportion(self) -> Result<f64, NotEstimable> {
        if self.denominator == 0 {
            return Err(NotEstimable::NoAnswers);
        }
        if self.count > self.denominator {
            return Err(NotEstimable::InvalidInput("the count must not exceed its denominator"));
        }
        Ok(self.count as f64 / self.denominator as f64)
    }
}

/// A proportion with the Wilson score interval, without continuity correction.
///
/// Chosen for display because its coverage stays near nominal at small n and near 0 and 1 (Brown, Cai & DasGupta, Stat Sci
/// 2001;16:101-133). Reference: Wilson, JASA 1927;22:209-212. Edge cases: no answers is an error; at a count of 0 the
/// lower limit is exactly 0, at a full count the upper is exactly 1. `std_error` is the Wald one, absent at 0 and 1.
///
/// Newcombe, Stat Med 1998;17:857-872, 81 of 263: .2553 to .3662.
/// ```
/// use mentorscope::stats::proportion::{Share, wilson};
/// let interval = wilson(Share { count: 81, denominator: 263 }, 0.95)?.interval?;
/// assert!((interval.lower - 0.2553).abs() < 5e-5 && (interval.upper - 0.3662).abs() < 5e-5);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn wilson(share: Share, confidence_level: f64) -> Result<Estimate, NotEstimable> {
    let p = share.proportion()?;
    let interval = wilson_effective(p, share.denominator as f64, confidence_level)?;
    Ok(estimate(share, p, interval, "Wilson score interval"))
}

/// The Wilson interval around a proportion (0 to 1) with a real-valued effective sample size above 0, as designs with
/// weights or clusters have (Korn & Graubard, Survey Methodol 1998;24:193-201). Edge cases as [`wilson`].
pub fn wilson_effective(proportion: f64, effective_n: f64, confidence_level: f64) -> Result<Interval, NotEstimable> {
    let (p, n) = (finite(proportion)?, finite(effective_n)?);
    if !(0.0..=1.0).contains(&p) {
        return Err(NotEstimable::InvalidInput("a proportion must lie between 0 and 1"));
    }
    if n <= 0.0 {
        return Err(NotEstimable::NoAnswers);
    }
    let z = normal_critical(confidence_level)?;
    let c = z * z / n;
    let center = (p + c / 2.0) / (1.0 + c);
    let half = (c * p * (1.0 - p) + c * c / 4.0).sqrt() / (1.0 + c);
    let lower = if p == 0.0 { 0.0 } else { (center - half).clamp(0.0, p) };
    let upper = if p == 1.0 { 1.0 } else { (center + half).clamp(p, 1.0) };
    Interval::new(lower, upper, confidence_level)
}

/// A proportion with the Clopper-Pearson (exact) interval, for where coverage must be guaranteed; it is wider than needed.
///
/// Limits are beta quantiles. Reference: Clopper & Pearson, Biometrika 1934;26:404-413. Edge cases as [`wilson`].
///
/// Newcombe, Stat Med 1998;17:857-872, 81 of 263: .2527 to .3676.
/// ```
/// use mentorscope::stats::proportion::{Share, clopper_pearson};
/// let interval = clopper_pearson(Share { count: 81, denominator: 263 }, 0.95)?.interval?;
/// assert!((interval.lower - 0.2527).abs() < 5e-5 && (interval.upper - 0.3676).abs() < 5e-5);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn clopper_pearson(share: Share, confidence_level: f64) -> Result<Estimate, NotEstimable> {
    let p = share.proportion()?;
    let tail = tail_probability(confidence_level)?;
    let (x, n) = (share.count as f64, share.denominator as f64);
    let lower = if share.count == 0 { 0.0 } else { beta_quantile(tail, x, n - x + 1.0)? };
    let upper = if share.count == share.denominator { 1.0 } else { beta_quantile(1.0 - tail, x + 1.0, n - x)? };
    let interval = Interval::new(lower, upper, confidence_level)?;
    Ok(estimate(share, p, interval, "Clopper-Pearson exact interval"))
}

/// The difference `first - second` of two independent proportions (-1 to 1), Newcombe's hybrid score interval.
///
/// Built from the two Wilson intervals (method 10 of Newcombe, Stat Med 1998;17:873-890), so it never leaves -1 to 1 and has
/// no zero width. `n` is both denominators together; `std_error` is the unpooled Wald one, absent when it is 0.
///
/// Newcombe's table II, 56 of 70 against 48 of 80: .0524 to .3339.
/// ```
/// use mentorscope::stats::proportion::{Share, newcombe_difference};
/// let (a, b) = (Share { count: 56, denominator: 70 }, Share { count: 48, denominator: 80 });
/// let interval = newcombe_difference(a, b, 0.95)?.interval?;
/// assert!((interval.lower - 0.0524).abs() < 5e-5 && (interval.upper - 0.3339).abs() < 5e-5);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn newcombe_difference(first: Share, second: Share, confidence_level: f64) -> Result<Estimate, NotEstimable> {
    let (p1, p2) = (first.proportion()?, second.proportion()?);
    let (n1, n2) = (first.denominator as f64, second.denominator as f64);
    let i1 = wilson_effective(p1, n1, confidence_level)?;
    let i2 = wilson_effective(p2, n2, confidence_level)?;
    let difference = p1 - p2;
    let interval = Interval::new(
        difference - (p1 - i1.lower).hypot(i2.upper - p2),
        difference + (i1.upper - p1).hypot(p2 - i2.lower),
        confidence_level,
    )?
    .clamped(-1.0, 1.0);
    let std_error = (p1 * (1.0 - p1) / n1 + p2 * (1.0 - p2) / n2).sqrt();
    Ok(Estimate {
        estimate: difference,
        std_dev: None,
        std_error: (std_error > 0.0).then_some(std_error),
        interval: Ok(interval),
        n: first.denominator.saturating_add(second.denominator),
        method: "Newcombe hybrid score interval",
    })
}

fn estimate(share: Share, p: f64, interval: Interval, method: &'static str) -> Estimate {
    let std_error = (p * (1.0 - p) / share.denominator as f64).sqrt();
    Estimate {
        estimate: p,
        std_dev: None,
        std_error: (std_error > 0.0).then_some(std_error),
        interval: Ok(interval),
        n: share.denominator,
        method,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn share(count: u64, denominator: u64) -> Share {
        Share { count, denominator }
    }

    /// Newcombe, Stat Med 1998;17:857-872, table I; printed to 4 decimals.
    #[test]
    fn wilson_gives_newcombes_figures() {
        for (x, n, lower, upper) in [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)] {
            let interval = wilson(share(x, n), 0.95).unwrap().interval.unwrap();
            assert!((interval.lower - lower).abs() < 5.1e-5 && (interval.upper - upper).abs() < 5.1e-5, "{x}/{n} {interval:?}");
        }
    }

    /// Newcombe, Stat Med 1998;17:873-890, table II, method 10; printed to 4 decimals.
    #[test]
    fn difference_gives_newcombes_figures() {
        for (a, b, lower, upper) in [
            (share(9, 10), share(3, 10), 0.1705, 0.8090),
            (share(6, 7), share(2, 7), 0.0582, 0.8062),
            (share(5, 56), share(0, 29), -0.0381, 0.1926),
            (share(0, 10), share(0, 20), -0.1611, 0.2775),
            (share(10, 10), share(0, 10), 0.6075, 1.0),
        ] {
            let interval = newcombe_difference(a, b, 0.95).unwrap().interval.unwrap();
            assert!((interval.lower - lower).abs() < 5.1e-5 && (interval.upper - upper).abs() < 5.1e-5, "{interval:?}");
        }
    }

    #[test]
    fn zero_and_full_counts_touch_their_bound_exactly() {
        for method in [wilson, clopper_pearson] {
            assert_eq!(method(share(0, 7), 0.9).unwrap().interval.unwrap().lower, 0.0);
            assert_eq!(method(share(7, 7), 0.9).unwrap().interval.unwrap().upper, 1.0);
        }
    }

    /// R 4.2.2 `binom.test(1e7, 1e7, conf.level = .999999999)` and `binom.test(5e6, 1e7)`, to 12 digits.
    #[test]
    fn exact_limits_hold_for_ten_million_and_extreme_levels() {
        let lower = |x, level| clopper_pearson(share(x, 10_000_000), level).unwrap().interval.unwrap().lower;
        assert!((lower(10_000_000, 0.999999999) - 0.9999978583609888).abs() < 1e-12);
        assert!((lower(5_000_000, 0.95) - 0.4996900525213711).abs() < 1e-12);
    }

    #[test]
    fn no_answers_and_impossible_counts_are_refused() {
        assert_eq!(wilson(share(0, 0), 0.95), Err(NotEstimable::NoAnswers));
        assert_eq!(newcombe_difference(share(1, 2), share(0, 0), 0.95), Err(NotEstimable::NoAnswers));
        assert!(matches!(clopper_pearson(share(3, 2), 0.95), Err(NotEstimable::InvalidInput(_))));
    }

    proptest! {
        #[test]
        fn limits_enclose_the_proportion_and_exact_ones_are_no_narrower(n in 1_u64..400, part in 0.0_f64..=1.0, level in 0.8_f64..0.999) {
            let share = share((n as f64 * part) as u64, n);
            let p = share.count as f64 / n as f64;
            let score = wilson(share, level).unwrap().interval.unwrap();
            let exact = clopper_pearson(share, level).unwrap().interval.unwrap();
            for interval in [score, exact] {
                prop_assert!(0.0 <= interval.lower && interval.lower <= p && p <= interval.upper && interval.upper <= 1.0);
            }
            let difference = newcombe_difference(share, share, level).unwrap().interval.unwrap();
            prop_assert!((difference.lower + difference.upper).abs() < 1e-12);
        }
    }
}
