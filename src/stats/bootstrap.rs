//! The bootstrap of a mean, with a recorded seed.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::distributions::{normal_cdf, normal_quantile};
use super::quantile::quantile;
use super::{Frequency, Interval, NotEstimable, finite, sum, tail_probability};

/// Least number of resamples: with fewer, the limits shake visibly.
pub const LEAST_RESAMPLES: u64 = 10_000;

/// The number of resamples unless told otherwise.
pub const DEFAULT_RESAMPLES: u64 = 20_000;

/// The most draws (observations times resamples) that one interval may take.
pub const MOST_DRAWS: u64 = 400_000_000;

/// A bootstrapped mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Bootstrap {
    /// The sample mean.
    pub mean: f64,
    /// Standard deviation of the resampled means.
    pub std_error: f64,
    /// Bias-corrected and accelerated interval: the default.
    pub interval: Result<Interval, NotEstimable>,
    /// Percentile interval.
    pub percentile_interval: Result<Interval, NotEstimable>,
    /// Bias correction z0: the normal quantile of the share of resampled means below the mean, ties counted half.
    pub bias_correction: f64,
    /// Acceleration, from the third moment of the jackknife values.
    pub acceleration: f64,
    /// Number of resamples.
    pub resamples: u64,
    /// The seed from which the same answer comes again.
    pub seed: u64,
    /// Number of observations.
    pub n: u64,
    /// The method by name.
    pub method: &'static str,
}

/// The mean of values with the BCa interval of `resamples` (at least [`LEAST_RESAMPLES`]) seeded resamples.
///
/// Draws come from ChaCha8 over the sorted values, so neither the order of the input nor the machine matters. Limits are type-7
/// quantiles of the resampled means, at `tail` and `1 - tail` for the percentile interval and for BCa at `Phi(z0 + (z0 + z) / (1 - a (z0 +
/// z)))`. References: Efron, JASA 1987;82:171-185; Efron & Tibshirani, *An introduction to the bootstrap*, 1993. Edge cases: no values, and fewer than 2,
/// are errors; equal values have no variation; more than [`MOST_DRAWS`] draws are refused, because at that size Student's
/// interval says the same.
///
/// Acceleration is that of the mean, `sum d^3 / (6 (sum d^2)^1.5)` with d the deviations: 0 for 1 to 5.
/// ```
/// use mentorscope::stats::{Frequency, bootstrap::bootstrap_mean};
/// let values = [1.0, 2.0, 3.0, 4.0, 5.0].map(|value| Frequency { value, count: 1 });
/// let result = bootstrap_mean(&values, 0.95, 10_000, 1)?;
/// assert_eq!(result.acceleration, 0.0);
/// // The ideal standard error is sqrt(2 / 5) = 0.632.
/// assert!((result.std_error - 0.632).abs() < 0.02);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn bootstrap_mean(values: &[Frequency], confidence_level: f64, resamples: u64, seed: u64) -> Result<Bootstrap, NotEstimable> {
    let tail = tail_probability(confidence_level)?;
    if resamples < LEAST_RESAMPLES {
        return Err(NotEstimable::InvalidInput("at least 10,000 resamples are needed"));
    }
    let center = super::mean::mean(values, confidence_level)?;
    let n = center.n;
    if n < 2 {
        return Err(NotEstimable::TooFew { needed: 2, found: n });
    }
    if center.std_dev == Some(0.0) {
        return Err(NotEstimable::NoVariation);
    }
    if n.checked_mul(resamples).is_none_or(|draws| draws > MOST_DRAWS) {
        return Err(NotEstimable::InvalidInput("too many values to resample; use Student's interval"));
    }
    let deviations = sorted_deviations(values, center.estimate);
    let means = resample(&deviations, resamples, seed);
    // A resampled mean within rounding of the sample mean is a tie.
    let rounding = 1e-13 * sum(deviations.iter().map(|d| d.abs()));
    let below = means.iter().filter(|m| **m < -rounding).count() as f64;
    let tied = means.iter().filter(|m| m.abs() <= rounding).count() as f64;
    let bias_correction = normal_quantile((below + tied / 2.0) / resamples as f64)?;
    let squares = sum(deviations.iter().map(|d| d * d));
    let acceleration = finite(sum(deviations.iter().map(|d| d.powi(3))) / (6.0 * squares.powf(1.5)))?;
    let average = sum(means.iter().copied()) / resamples as f64;
    let std_error = finite((sum(means.iter().map(|m| (m - average).powi(2))) / (resamples as f64 - 1.0)).sqrt())?;
    let table: Vec<Frequency> = means.into_iter().map(|value| Frequency { value, count: 1 }).collect();
    let between = |low: f64, high: f64| {
        Interval::new(center.estimate + quantile(&table, low)?, center.estimate + quantile(&table, high)?, confidence_level)
    };
    let adjusted = |p: f64| {
        let shifted = bias_correction + normal_quantile(p)?;
        let rest = 1.0 - acceleration * shifted;
        if rest <= 0.0 { Err(NotEstimable::Unidentified) } else { normal_cdf(bias_correction + shifted / rest) }
    };
    let interval = adjusted(tail).and_then(|low| between(low, adjusted(1.0 - tail)?));
    Ok(Bootstrap {
        mean: center.estimate,
        std_error,
        interval,
        percentile_interval: between(tail, 1.0 - tail),
        bias_correction,
        acceleration,
        resamples,
        seed,
        n,
        method: "BCa bootstrap of the mean",
    })
}

/// Every observation's deviation from the mean, sorted; deviations keep the digits that large values would lose.
fn sorted_deviations(values: &[Frequency], mean: f64) -> Vec<f64> {
    let mut deviations: Vec<f64> =
        values.iter().flat_map(|v| std::iter::repeat_n(v.value - mean, usize::try_from(v.count).unwrap_or(usize::MAX))).collect();
    deviations.sort_by(f64::total_cmp);
    deviations
}

/// Mean deviations of the resamples, sorted.
fn resample(deviations: &[f64], resamples: u64, seed: u64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let size = deviations.len();
    let mut draw = || {
        let total: f64 = (0..size)
            .map(|_| {
                // The upper half of a 128-bit product is uniform over 0 to size - 1 but for 2^-64 of a value's chance.
                let index = (u128::from(rng.next_u64()) * size as u128) >> 64;
                deviations.get(index as usize).copied().unwrap_or(0.0)
            })
            .sum();
        total / size as f64
    };
    let mut means: Vec<f64> = (0..resamples).map(|_| draw()).collect();
    means.sort_by(f64::total_cmp);
    means
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn once(values: &[f64]) -> Vec<Frequency> {
        values.iter().map(|&value| Frequency { value, count: 1 }).collect()
    }

    #[test]
    fn the_seed_alone_decides() {
        let values = once(&[3.0, 1.0, 4.0, 1.5, 9.0]);
        let reversed: Vec<Frequency> = values.iter().rev().copied().collect();
        let result = bootstrap_mean(&values, 0.9, 10_000, 7).unwrap();
        assert_eq!(result, bootstrap_mean(&reversed, 0.9, 10_000, 7).unwrap());
        assert_ne!(result.std_error, bootstrap_mean(&values, 0.9, 10_000, 8).unwrap().std_error);
    }

    /// All 5^5 resamples of 1, 2, 4, 7, 11, weighted alike: the limits that infinitely many draws would give.
    #[test]
    fn comes_near_the_ideal_bootstrap() {
        let values = [1.0, 2.0, 4.0, 7.0, 11.0];
        let mut means: Vec<f64> =
            (0..3125_u32).map(|code| (0..5).map(|place| values[(code / 5_u32.pow(place) % 5) as usize]).sum::<f64>() / 5.0).collect();
        means.sort_by(f64::total_cmp);
        let result = bootstrap_mean(&once(&values), 0.9, 40_000, 1).unwrap();
        let percentile = result.percentile_interval.unwrap();
        assert!((percentile.lower - means[156]).abs() <= 0.2 && (percentile.upper - means[2968]).abs() <= 0.2);
        let below = means.iter().filter(|m| **m < 5.0 - 1e-9).count() as f64;
        let tied = means.iter().filter(|m| (**m - 5.0).abs() < 1e-9).count() as f64;
        let ideal = normal_quantile((below + tied / 2.0) / 3125.0).unwrap();
        assert!((result.bias_correction - ideal).abs() < 0.02);
        let variance = values.iter().map(|v| (v - 5.0_f64).powi(2)).sum::<f64>() / 25.0;
        assert!((result.std_error / variance.sqrt() - 1.0).abs() < 0.02);
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(bootstrap_mean(&[], 0.95, 10_000, 1), Err(NotEstimable::NoAnswers));
        assert_eq!(bootstrap_mean(&once(&[1.0]), 0.95, 10_000, 1), Err(NotEstimable::TooFew { needed: 2, found: 1 }));
        assert_eq!(bootstrap_mean(&once(&[0.1; 4]), 0.95, 10_000, 1), Err(NotEstimable::NoVariation));
        assert!(bootstrap_mean(&once(&[1.0, 2.0]), 0.95, 500, 1).is_err());
        let many = [Frequency { value: 1.0, count: 5_000_000 }, Frequency { value: 2.0, count: 5_000_000 }];
        assert!(matches!(bootstrap_mean(&many, 0.95, 10_000, 1), Err(NotEstimable::InvalidInput(_))));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn limits_lie_within_the_data_in_order(values in proptest::collection::vec(-9_i32..9, 2..12)) {
            let values = once(&values.iter().map(|&v| f64::from(v)).collect::<Vec<_>>());
            let Ok(result) = bootstrap_mean(&values, 0.8, 10_000, 3) else { return Ok(()) };
            let least = values.iter().map(|v| v.value).fold(f64::INFINITY, f64::min);
            let greatest = values.iter().map(|v| v.value).fold(f64::NEG_INFINITY, f64::max);
            for interval in [result.interval.unwrap(), result.percentile_interval.unwrap()] {
                prop_assert!(least - 1e-9 <= interval.lower && interval.lower <= interval.upper && interval.upper <= greatest + 1e-9);
            }
        }
    }
}
