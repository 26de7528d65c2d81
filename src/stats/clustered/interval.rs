//! Shares, means and rates with intervals that allow for clustering.

use super::{Linearized, Observation, Sums, VarianceRule};
use crate::stats::distributions::t_critical;
use crate::stats::proportion::wilson_effective;
use crate::stats::rate::garwood;
use crate::stats::{Interval, NotEstimable};

/// An estimate whose precision allows for shared mentees and mentors.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusteredEstimate {
    /// The point estimate, in the unit that its function names.
    pub estimate: f64,
    /// Cluster-robust standard error; absent when there are too few clusters or it would be 0.
    pub std_error: Option<f64>,
    /// The confidence interval, or why there is none although there is an estimate.
    pub interval: Result<Interval, NotEstimable>,
    /// Number of observations (pairs) used.
    pub n: u64,
    /// Number of distinct first clusters (mentees).
    pub clusters_a: u64,
    /// Number of distinct second clusters (mentors).
    pub clusters_b: u64,
    /// How many independent, equally weighted observations would be as informative, above 0; absent for rates and when there
    /// are too few clusters.
    pub effective_n: Option<f64>,
    /// Degrees of freedom of the variance: the smaller number of clusters minus 1.
    pub degrees_of_freedom: Option<f64>,
    /// How the variance was formed.
    pub variance_rule: Option<VarianceRule>,
    /// The method by name, as a methods note prints it.
    pub method: &'static str,
}

/// A weighted share (0 to 1) with a Wilson interval at the effective sample size.
///
/// Each observation needs `0 <= y <= x`. The effective n is `p (1 - p) K / ((K - 1) V)`, with V the two-way clustered variance
/// and K Kish's sample size of the weights, and never above K; so independent, equally weighted answers have exactly their
/// own number and the ordinary Wilson interval. For the interval it is further reduced by `(t_(n-1) / t_(df))^2` for variances
/// estimated from few clusters (Korn & Graubard, Survey Methodol 1998;24:193-201; Dean & Pagano, J Surv Stat Methodol
/// 2015;3:484-503 on Wilson limits at it). Edge cases: when the variance is 0, as always at 0 and 1, it cannot show how alike
/// the answers within a cluster are, and the effective n is the number of distinct first clusters (and at most K), as if
/// pairs of one mentee were copies of each other. Fewer than 2 clusters in a dimension: an estimate without interval.
///
/// ```
/// use mentorscope::stats::clustered::{Observation, share};
/// let answers: Vec<_> = (0..263)
///     .map(|i| Observation { y: f64::from(u8::from(i < 81)), x: 1.0, weight: 1.0, cluster_a: i, cluster_b: i })
///     .collect();
/// let interval = share(&answers, 0.95)?.interval?; // Newcombe 1998 for 81 of 263: .2553 to .3662
/// assert!((interval.lower - 0.2553).abs() < 5e-5 && (interval.upper - 0.3662).abs() < 5e-5);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn share(observations: &[Observation], confidence_level: f64) -> Result<ClusteredEstimate, NotEstimable> {
    if observations.iter().any(|o| !(0.0 <= o.y && o.y <= o.x)) {
        return Err(NotEstimable::InvalidInput("a share needs 0 <= y <= x in every observation"));
    }
    let sums = Sums::new(observations)?;
    let p = sums.linearized.estimate.clamp(0.0, 1.0);
    let spread = p * (1.0 - p);
    let mut result =
        clustered_estimate(&sums.linearized, "two-way clustered, Wilson interval at the effective n", |_, _| Err(NotEstimable::ZeroWidth));
    result.estimate = p;
    if let Some(df) = result.degrees_of_freedom {
        let (effective_n, reduction) = match result.std_error {
            Some(std_error) => {
                let t_ratio = t_critical(confidence_level, (result.n - 1) as f64)? / t_critical(confidence_level, df)?;
                (effective_n(&sums, spread, std_error), t_ratio * t_ratio)
            }
            None => (sums.kish_n.min(result.clusters_a as f64), 1.0),
        };
        result.effective_n = Some(effective_n);
        result.interval = wilson_effective(p, effective_n * reduction, confidence_level);
    }
    Ok(result)
}

/// A weighted mean (or any ratio of sums) with a t interval on `min(clusters) - 1` degrees of freedom.
///
/// The effective n is the spread of single observations over the variance, at most Kish's sample size of the weights. Edge
/// cases: no variance between clusters leaves an estimate without interval; so do fewer than 2 clusters in a dimension.
pub fn mean(observations: &[Observation], confidence_level: f64) -> Result<ClusteredEstimate, NotEstimable> {
    let sums = Sums::new(observations)?;
    let center = sums.linearized.estimate;
    let mut result = clustered_estimate(&sums.linearized, "two-way clustered, t interval", |std_error, df| {
        Interval::around(center, t_critical(confidence_level, df)? * std_error, confidence_level)
    });
    result.effective_n = result.std_error.map(|std_error| effective_n(&sums, sums.spread, std_error));
    Ok(result)
}

/// Events per exposure with a t interval on the log scale.
///
/// `y` counts events (0 or more) and `x` is exposure; the rate has the inverse unit of `x`. The standard error of the log rate
/// is `se / rate`. Where the variance is 0, as with no events, the interval is Garwood's exact one for the same rate and total
/// exposure, and `std_error` is absent. Fewer than 2 clusters in a dimension: an estimate without interval.
pub fn rate(observations: &[Observation], confidence_level: f64) -> Result<ClusteredEstimate, NotEstimable> {
    if observations.iter().any(|o| o.y < 0.0) {
        return Err(NotEstimable::InvalidInput("a rate needs 0 or more events in every observation"));
    }
    let sums = Sums::new(observations)?;
    let rate = sums.linearized.estimate;
    let mut result = clustered_estimate(&sums.linearized, "two-way clustered, t interval on the log scale", |std_error, df| {
        let factor = (t_critical(confidence_level, df)? * std_error / rate).exp();
        Interval::new(rate / factor, rate * factor, confidence_level)
    });
    if result.interval == Err(NotEstimable::ZeroWidth) {
        result.interval = garwood(rate * sums.exposure, sums.exposure, confidence_level);
        result.method = "exact Poisson interval (Garwood), no variance between clusters";
    }
    Ok(result)
}

/// Fills everything but `effective_n`; `interval` takes the standard error and its degrees of freedom when there is one.
pub(crate) fn clustered_estimate(
    linearized: &Linearized,
    method: &'static str,
    interval: impl FnOnce(f64, f64) -> Result<Interval, NotEstimable>,
) -> ClusteredEstimate {
    let variance = linearized.variance();
    let std_error = variance.as_ref().ok().map(|v| v.variance.sqrt()).filter(|&se| se > 0.0);
    ClusteredEstimate {
        estimate: linearized.estimate,
        std_error,
        interval: match (&variance, std_error) {
            (Err(reason), _) => Err(reason.clone()),
            (Ok(_), None) => Err(NotEstimable::ZeroWidth),
            (Ok(v), Some(std_error)) => interval(std_error, v.degrees_of_freedom),
        },
        n: linearized.n(),
        clusters_a: linearized.clusters_a(),
        clusters_b: linearized.clusters_b(),
        effective_n: None,
        degrees_of_freedom: variance.as_ref().ok().map(|v| v.degrees_of_freedom),
        variance_rule: variance.ok().map(|v| v.rule),
        method,
    }
}

/// `spread / variance`, with the n - 1 correction of the spread, at most Kish's sample size.
fn effective_n(sums: &Sums, spread: f64, std_error: f64) -> f64 {
    let kish_n = sums.kish_n;
    if kish_n <= 1.0 { kish_n } else { (spread * kish_n / (kish_n - 1.0) / (std_error * std_error)).min(kish_n) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Frequency;
    use proptest::prelude::*;

    fn rows(values: &[(f64, f64, u32, u32)]) -> Vec<Observation> {
        values.iter().map(|&(y, x, cluster_a, cluster_b)| Observation { y, x, weight: 1.0, cluster_a, cluster_b }).collect()
    }

    /// Independent observations must give what the ordinary t interval gives.
    #[test]
    fn independent_values_give_the_ordinary_t_interval() {
        let values = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let clustered = mean(&rows(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(|i| (values[i as usize], 1.0, i, i))), 0.95).unwrap();
        let plain = crate::stats::mean::mean(&values.map(|value| Frequency { value, count: 1 }), 0.95).unwrap();
        assert!((clustered.std_error.unwrap() - plain.std_error.unwrap()).abs() < 1e-12);
        assert!((clustered.interval.unwrap().upper - plain.interval.unwrap().upper).abs() < 1e-12);
        assert!((clustered.effective_n.unwrap() - 10.0).abs() < 1e-9);
    }

    /// Two copies of each answer inside one mentee must not count twice.
    #[test]
    fn copies_within_a_cluster_add_no_information() {
        let twice: Vec<_> = (0..20).flat_map(|i| [(f64::from(i % 3), 1.0, i, i); 2]).collect();
        let result = mean(&rows(&twice), 0.95).unwrap();
        assert_eq!((result.n, result.clusters_a), (40, 20));
        assert!((result.effective_n.unwrap() - 20.0).abs() < 1.0, "{:?}", result.effective_n);
    }

    #[test]
    fn unanimous_shares_count_mentees_not_pairs() {
        let yes: Vec<_> = (0..12).map(|i| (1.0, 1.0, i / 2, i % 3)).collect();
        let result = share(&rows(&yes), 0.95).unwrap();
        assert_eq!((result.estimate, result.std_error, result.effective_n), (1.0, None, Some(6.0)));
        assert_eq!(result.interval, wilson_effective(1.0, 6.0, 0.95));
    }

    #[test]
    fn one_mentor_leaves_an_estimate_without_interval() {
        let one = rows(&[(1.0, 1.0, 1, 1), (0.0, 1.0, 2, 1)]);
        for method in [share, mean, rate] {
            let result = method(&one, 0.95).unwrap();
            assert_eq!((result.estimate, result.interval), (0.5, Err(NotEstimable::TooFewClusters { needed: 2, found: 1 })));
        }
    }

    #[test]
    fn rates_without_events_have_garwoods_upper_limit() {
        let result = rate(&rows(&[(0.0, 30.0, 1, 1), (0.0, 70.0, 2, 2)]), 0.95).unwrap();
        let interval = result.interval.unwrap();
        assert_eq!((result.estimate, interval.lower), (0.0, 0.0));
        assert!((interval.upper - 0.0369).abs() < 5e-5);
    }

    #[test]
    fn shares_above_one_and_negative_events_are_refused() {
        assert!(share(&rows(&[(2.0, 1.0, 1, 1)]), 0.95).is_err());
        assert!(rate(&rows(&[(-1.0, 1.0, 1, 1)]), 0.95).is_err());
        assert_eq!(share(&[], 0.95), Err(NotEstimable::NoAnswers));
    }

    proptest! {
        #[test]
        fn limits_hold_the_estimate_in_any_order(
            values in proptest::collection::vec((0_u8..=1, 1_u8..5, 0_u32..6, 0_u32..5), 1..40),
            level in 0.8_f64..0.995,
        ) {
            let observations: Vec<Observation> = values
                .iter()
                .map(|&(y, weight, cluster_a, cluster_b)| Observation {
                    y: f64::from(y), x: 1.0, weight: f64::from(weight) / 3.0, cluster_a, cluster_b,
                })
                .collect();
            let reversed: Vec<Observation> = observations.iter().rev().copied().collect();
            for method in [share, mean, rate] {
                let result = method(&observations, level).unwrap();
                prop_assert_eq!(&result, &method(&reversed, level).unwrap());
                if let Ok(interval) = &result.interval {
                    prop_assert!(interval.lower <= result.estimate && result.estimate <= interval.upper);
                }
                prop_assert!(result.effective_n.is_none_or(|n| n > 0.0 && n <= values.len() as f64 + 1e-9));
            }
        }
    }
}
