//! Events per exposure.

use super::distributions::chi_square_quantile;
use super::{Estimate, Interval, NotEstimable, finite, tail_probability};

/// Events per unit of exposure (for instance per relationship-month) with the exact Poisson interval.
///
/// Limits are chi-square quantiles, `q(tail; 2x) / 2` and `q(1 - tail; 2x + 2) / 2` over the exposure (Garwood, Biometrika
/// 1936;28:437-442). `exposure` is a total time above 0; the rate has its inverse unit. Edge cases: no exposure is an error;
/// no events gives a rate of 0 with lower limit exactly 0 and a positive upper limit. `n` is the number of events.
///
/// 10 events: 4.80 to 18.39 expected ones.
/// ```
/// use mentorscope::stats::rate::rate;
/// let interval = rate(10, 1.0, 0.95)?.interval?;
/// assert!((interval.lower - 4.80).abs() < 5e-3 && (interval.upper - 18.39).abs() < 5e-3);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn rate(events: u64, exposure: f64, confidence_level: f64) -> Result<Estimate, NotEstimable> {
    let interval = garwood(events as f64, exposure, confidence_level)?;
    let estimate = finite(events as f64 / exposure)?;
    let std_error = (events > 0).then(|| (events as f64).sqrt() / exposure);
    Ok(Estimate { estimate, std_dev: None, std_error, interval: Ok(interval), n: events, method: "exact Poisson interval (Garwood)" })
}

/// Garwood's limits, for a number of events that weighting may have made fractional.
pub(crate) fn garwood(events: f64, exposure: f64, confidence_level: f64) -> Result<Interval, NotEstimable> {
    if finite(exposure)? < 0.0 || finite(events)? < 0.0 {
        return Err(NotEstimable::InvalidInput("events and exposure must not be negative"));
    }
    if exposure == 0.0 {
        return Err(NotEstimable::NoExposure);
    }
    let tail = tail_probability(confidence_level)?;
    let lower = if events == 0.0 { 0.0 } else { chi_square_quantile(tail, 2.0 * events)? / 2.0 };
    let upper = chi_square_quantile(1.0 - tail, 2.0 * events + 2.0)? / 2.0;
    Interval::new(lower / exposure, upper / exposure, confidence_level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Exact 95% limits of a Poisson count by the chi-square formula (Ulm, Am J Epidemiol 1990;131:373-375), to 2 decimals.
    #[test]
    fn garwood_limits() {
        for (events, lower, upper) in [(0, 0.0, 3.69), (1, 0.03, 5.57), (5, 1.62, 11.67), (20, 12.22, 30.89), (100, 81.36, 121.63)] {
            let interval = rate(events, 1.0, 0.95).unwrap().interval.unwrap();
            assert!((interval.lower - lower).abs() < 6e-3 && (interval.upper - upper).abs() < 6e-3, "{events} {interval:?}");
        }
    }

    #[test]
    fn no_exposure_has_no_rate() {
        assert_eq!(rate(0, 0.0, 0.95), Err(NotEstimable::NoExposure));
        assert!(rate(1, -2.0, 0.95).is_err());
    }

    proptest! {
        #[test]
        fn limits_hold_the_rate_and_scale_with_exposure(events in 0_u64..500, exposure in 0.1_f64..1e4) {
            let result = rate(events, exposure, 0.95).unwrap();
            let interval = result.interval.unwrap();
            prop_assert!(interval.lower <= result.estimate && result.estimate < interval.upper);
            let unit = rate(events, 1.0, 0.95).unwrap().interval.unwrap();
            prop_assert!((interval.upper * exposure - unit.upper).abs() < 1e-9 * unit.upper);
        }
    }
}
