//! Restricted mean survival time.

use super::KaplanMeier;
use crate::stats::distributions::{normal_critical, normal_two_sided_p};
use crate::stats::{Estimate, Interval, NotEstimable, finite, sum};

/// The mean time without event up to a horizon `tau`: the area under the Kaplan-Meier curve from 0 to tau, in the unit of time.
///
/// Variance `sum over event times t <= tau of A(t)^2 d / (Y (Y - d))`, with A(t) the area from t to tau; the last term is 0 where
/// everybody left had the event. Normal interval. Reference: Irwin, J Hyg 1949;47:188-189; Royston & Parmar, BMC Med Res
/// Methodol 2013;13:152. The horizon is to be fixed before looking at the data. Edge cases: beyond the end of observation
/// the curve is unknown unless it is 0 (nobody at risk); without events the mean is tau with standard error 0 and no interval.
///
/// Times 1, 2, 3, all events, to tau = 2: area 1 + 2/3 = 1.667.
/// ```
/// use mentorscope::stats::survival::{KaplanMeier, Spell, restricted_mean};
/// let curve = KaplanMeier::new(&[1.0, 2.0, 3.0].map(|exit| Spell { entry: None, exit, event: true }))?;
/// assert!((restricted_mean(&curve, 2.0, 0.95)?.estimate - 5.0 / 3.0).abs() < 1e-12);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn restricted_mean(curve: &KaplanMeier, tau: f64, confidence_level: f64) -> Result<Estimate, NotEstimable> {
    if finite(tau)? <= 0.0 {
        return Err(NotEstimable::InvalidInput("the horizon tau must be above 0"));
    }
    curve.survival(tau)?;
    let passed = &curve.steps[..curve.steps.partition_point(|step| step.time <= tau)];
    // The curve's height from each time on, up to the next.
    let mut areas = vec![curve.steps.first().map_or(tau, |step| step.time.min(tau))];
    for (position, step) in passed.iter().enumerate() {
        let until = passed.get(position + 1).map_or(tau, |next| next.time);
        areas.push(step.survival * (until - step.time));
    }
    let mut beyond = 0.0;
    let mut terms = Vec::with_capacity(passed.len());
    for (step, area) in passed.iter().zip(&areas[1..]).rev() {
        beyond += area;
        let (y, d) = (step.at_risk as f64, step.events as f64);
        if d < y {
            terms.push(beyond * beyond * d / (y * (y - d)));
        }
    }
    let estimate = finite(sum(areas.iter().copied()))?;
    let std_error = finite(sum(terms).sqrt())?;
    Ok(Estimate {
        estimate,
        std_dev: None,
        std_error: Some(std_error),
        interval: Interval::around(estimate, normal_critical(confidence_level)? * std_error, confidence_level),
        n: curve.n,
        method: "area under the Kaplan-Meier curve up to tau, Greenwood-type variance, normal interval",
    })
}

/// The largest horizon up to which every curve is known from its own data: the smallest of their last times.
///
/// None of no curves. A horizon so chosen depends on the data; fix one in advance where it can be.
pub fn common_horizon<'c>(curves: impl IntoIterator<Item = &'c KaplanMeier>) -> Option<f64> {
    curves.into_iter().map(KaplanMeier::last_time).min_by(f64::total_cmp)
}

/// The difference of two restricted means.
#[derive(Clone, Debug, PartialEq)]
pub struct RestrictedMeanDifference {
    /// First minus second, in the unit of time.
    pub estimate: f64,
    /// Its standard error; 0 where neither group had an event.
    pub std_error: f64,
    /// Normal interval.
    pub interval: Result<Interval, NotEstimable>,
    /// Two-sided normal p-value of no difference, 0 to 1; none without variation.
    pub p_value: Result<f64, NotEstimable>,
}

/// The difference `first - second` of two independent groups' restricted means up to the same horizon, with a normal test.
///
/// Where neither group had any event by then there is neither interval nor test.
///
/// ```
/// use mentorscope::stats::survival::{KaplanMeier, Spell, restricted_mean, restricted_mean_difference};
/// let of = |times: [f64; 3]| KaplanMeier::new(&times.map(|exit| Spell { entry: None, exit, event: true }));
/// let (first, second) = (restricted_mean(&of([1.0, 2.0, 3.0])?, 3.0, 0.95)?, restricted_mean(&of([2.0, 3.0, 4.0])?, 3.0, 0.95)?);
/// assert!((restricted_mean_difference(&first, &second, 0.95)?.estimate - (2.0 - 8.0 / 3.0)).abs() < 1e-12);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn restricted_mean_difference(
    first: &Estimate,
    second: &Estimate,
    confidence_level: f64,
) -> Result<RestrictedMeanDifference, NotEstimable> {
    let estimate = finite(first.estimate - second.estimate)?;
    let std_error = first.std_error.unwrap_or(0.0).hypot(second.std_error.unwrap_or(0.0));
    Ok(RestrictedMeanDifference {
        estimate,
        std_error,
        interval: Interval::around(estimate, normal_critical(confidence_level)? * std_error, confidence_level),
        p_value: if std_error > 0.0 { normal_two_sided_p(estimate / std_error) } else { Err(NotEstimable::NoVariation) },
    })
}
