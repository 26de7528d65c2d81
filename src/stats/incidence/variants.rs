//! Other standard errors and intervals of a cumulative incidence, by the names under which software gives them.

use super::{Incidence, certain, complementary_log_log};
use crate::stats::distributions::normal_critical;
use crate::stats::{Interval, NotEstimable};

/// The scale on which an interval of an incidence F with standard error s is symmetric; z is the normal deviate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntervalScale {
    /// Complementary log-log of 1 - F: `1 - (1 - F)^exp(+- z s / ((1 - F) |log(1 - F)|))`, as R's etm. Both limits are 0 where F
    /// is 0; none where F is 1.
    ComplementaryLogLog,
    /// Log-log of F itself: `F^exp(+- z s / (F |log F|))`, as Stata and R's tidycmprsk. Both limits are 1 where F is 1; none
    /// where F is 0.
    LogLog,
}

/// The incidence of one cause at one time with both standard errors in use.
#[derive(Clone, Debug, PartialEq)]
pub struct Variants {
    /// Probability of an event of the cause by the time, 0 to 1.
    pub incidence: f64,
    /// Greenwood-type standard error (R's etm; survival's infinitesimal jackknife); 0 before the first event.
    pub greenwood: f64,
    /// Gray's standard error (R's cmprsk), larger by up to a factor of 2 when few remain; none for a cause without events.
    pub gray: Result<f64, NotEstimable>,
}

impl Incidence {
    /// The incidence of `cause` by `time` with both standard errors; errors as [`at`](Self::at).
    pub fn variants(&self, time: f64, cause: u32) -> Result<Variants, NotEstimable> {
        self.variants_at(&[time], cause).pop().unwrap_or(Err(NotEstimable::NoAnswers))
    }

    /// The incidence of `cause` by each of some times, as [`variants`](Self::variants).
    pub fn variants_at(&self, times: &[f64], cause: u32) -> Vec<Result<Variants, NotEstimable>> {
        let curve = self.curve(cause);
        let gray = self.gray_variances(cause);
        let at = |&time: &f64| {
            self.check_time(time)?;
            let passed = curve.partition_point(|step| step.time <= time);
            let reached = passed.checked_sub(1).and_then(|last| curve.get(last));
            let variance = |gray: &Vec<f64>| passed.checked_sub(1).and_then(|last| gray.get(last)).map_or(0.0, |v| v.sqrt());
            Ok(Variants {
                incidence: reached.map_or(0.0, |step| step.incidence),
                greenwood: reached.map_or(0.0, |step| step.std_error),
                gray: gray.as_ref().map(variance).map_err(Clone::clone),
            })
        };
        times.iter().map(at).collect()
    }

    /// The probability (0 to 1) of no event of any cause by `time`; errors as [`at`](Self::at).
    pub fn event_free(&self, time: f64) -> Result<f64, NotEstimable> {
        self.check_time(time)?;
        Ok(self.moments[..self.moments.partition_point(|m| m.time <= time)].last().map_or(1.0, |m| m.free_after))
    }

    /// The event times of any cause, in order.
    pub fn times(&self) -> Vec<f64> {
        self.moments.iter().map(|m| m.time).collect()
    }

    /// Number of events of a cause.
    pub fn events(&self, cause: u32) -> u64 {
        self.subjects.iter().filter(|s| s.status == cause && cause != 0).count() as u64
    }

    /// The variance of the incidence reached at each event time, by the martingale variance of Gray (Ann Stat 1988;16:1141-1154):
    ///
    /// `sum over s of (1 - R(s))^2 v_1(s) + R(s)^2 v_2(s)`, with `R(s) = (F(t) - F(s)) / S(s)` what an event of any cause at s takes
    /// away from the later incidence, and `v_k(s) = (S(s-) / Y)^2 d_k (1 - (d_k - 1) / (Y - 1))` the variance of the events of
    /// the cause (1) and of all others (2).
    fn gray_variances(&self, cause: u32) -> Result<Vec<f64>, NotEstimable> {
        if self.events(cause) == 0 {
            return Err(NotEstimable::NoEvents);
        }
        // With F every R(s) rises by the same step over S(s), so that the sum follows from its slope and curvature in F.
        let (mut variance, mut slope, mut curvature) = (0.0, 0.0, 0.0);
        let variances = self.moments.iter().zip(self.events_of(cause)).map(|(m, events)| {
            let own = events as f64;
            let step = m.free_before * own / m.at_risk;
            variance += step * (step * curvature - 2.0 * slope);
            slope -= step * curvature;
            let spread = |d: f64| {
                let ties = if d > 1.0 { 1.0 - (d - 1.0) / (m.at_risk - 1.0) } else { 1.0 };
                (m.free_before / m.at_risk).powi(2) * d * ties
            };
            let (first, others) = (spread(own), spread(m.events - own));
            variance += first;
            // Nobody is left from whom a later event could take anything.
            if m.free_after > 0.0 {
                slope += first / m.free_after;
                curvature += (first + others) / (m.free_after * m.free_after);
            }
            f64::max(variance, 0.0)
        });
        Ok(variances.collect())
    }
}

impl Variants {
    /// The interval of [`Incidence::at`]: none where the incidence is 0 or 1, or without variance.
    pub fn own_interval(&self, confidence_level: f64) -> Result<Interval, NotEstimable> {
        complementary_log_log(self.incidence, self.greenwood, normal_critical(confidence_level)?, confidence_level)
    }

    /// The interval with the Greenwood-type standard error on a scale.
    ///
    /// Where the formula gives equal limits (see [`IntervalScale`]) they are returned as such: other software prints them. They
    /// claim nothing about the precision there; [`Incidence::at`] refuses them.
    pub fn interval(&self, scale: IntervalScale, confidence_level: f64) -> Result<Interval, NotEstimable> {
        let critical = normal_critical(confidence_level)?;
        let (probability, none, all) = (self.incidence, self.incidence == 0.0, certain(self.incidence));
        match scale {
            IntervalScale::ComplementaryLogLog if none => Interval::new(0.0, 0.0, confidence_level),
            IntervalScale::ComplementaryLogLog => complementary_log_log(probability, self.greenwood, critical, confidence_level),
            IntervalScale::LogLog if none => Err(NotEstimable::NoEvents),
            IntervalScale::LogLog if all => Interval::new(1.0, 1.0, confidence_level),
            IntervalScale::LogLog => {
                let log = probability.ln();
                let half = critical * self.greenwood / (probability * log.abs());
                Interval::new((log * half.exp()).exp(), (log * (-half).exp()).exp(), confidence_level)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::incidence::Subject;

    fn incidence(statuses: &[u32]) -> Incidence {
        let subject = |(time, &status): (u32, &u32)| Subject { entry: 0.0, exit: f64::from(time), status, cluster_a: 0, cluster_b: 0 };
        Incidence::new(&(1..).zip(statuses).map(subject).collect::<Vec<_>>()).unwrap()
    }

    proptest::proptest! {
        /// Gray's variance as the sum that defines it, anew for every time.
        #[test]
        fn gray_variances_by_definition(statuses in proptest::collection::vec(0_u32..3, 2..40)) {
            let incidence = incidence(&statuses);
            let Ok(found) = incidence.gray_variances(1) else { return Ok(()) };
            let n = statuses.len() as f64;
            // One at a time: (S before, S after, at risk, own event, other event, F)
            let (mut free, mut reached, mut past) = (1.0, 0.0, Vec::new());
            let mut of_events = found.iter();
            for (i, status) in statuses.iter().enumerate() {
                let at_risk = n - i as f64;
                if *status == 0 {
                    continue;
                }
                let after = free * (at_risk - 1.0) / at_risk;
                reached += if *status == 1 { free / at_risk } else { 0.0 };
                past.push((free, after, at_risk, *status, reached));
                let term = |&(free, after, at_risk, status, so_far): &(f64, f64, f64, u32, f64)| {
                    let lost = if after > 0.0 { (reached - so_far) / after } else { 0.0 };
                    (free / at_risk).powi(2) * if status == 1 { (1.0 - lost).powi(2) } else { lost * lost }
                };
                let expected: f64 = past.iter().map(term).sum();
                let own = of_events.next().unwrap();
                proptest::prop_assert!((own - expected).abs() < 1e-13, "{own} {expected}");
                free = after;
            }
        }
    }

    /// Times 1 to 6, causes 1 0 1 1 0 1, by hand. At 1 of six: variance 1/36. At 3, with S = 5/6 * 3/4 = 5/8 and F = 3/8: the event at
    /// 1 takes (3/8 - 1/6) / (5/6) = 1/4 from later ones, so (3/4)^2 / 36 + (5/6 / 4)^2.
    #[test]
    fn gray_variance_by_hand() {
        let incidence = incidence(&[1, 0, 1, 1, 0, 1]);
        assert!((incidence.variants(1.0, 1).unwrap().gray.unwrap() - 1.0 / 6.0).abs() < 1e-15);
        let expected = 0.75_f64.powi(2) / 36.0 + (5.0_f64 / 24.0).powi(2);
        assert!((incidence.variants(3.0, 1).unwrap().gray.unwrap() - expected.sqrt()).abs() < 1e-15);
        assert_eq!(incidence.variants(3.0, 2).unwrap().gray, Err(NotEstimable::NoEvents));
        assert_eq!(incidence.event_free(3.0), Ok(0.625));
        assert_eq!((incidence.times(), incidence.events(1), incidence.events(0)), (vec![1.0, 3.0, 4.0, 6.0], 4, 0));
    }

    #[test]
    fn limits_at_0_and_1() {
        let curve = incidence(&[1, 0, 1, 1, 0, 1]);
        let none = curve.variants(0.5, 1).unwrap();
        assert_eq!(none.interval(IntervalScale::ComplementaryLogLog, 0.95).unwrap().upper, 0.0);
        assert_eq!(none.interval(IntervalScale::LogLog, 0.95), Err(NotEstimable::NoEvents));
        let all = curve.variants(6.0, 1).unwrap();
        assert_eq!(all.interval(IntervalScale::ComplementaryLogLog, 0.95), Err(NotEstimable::ZeroWidth));
        assert_eq!(all.interval(IntervalScale::LogLog, 0.95).unwrap().lower, 1.0);
        assert_eq!(incidence(&[1, 0]).variants(3.0, 1), Err(NotEstimable::NobodyAtRisk));
    }

    #[test]
    fn limits_hold_the_estimate_on_both_scales() {
        let curve = incidence(&[1, 2, 1, 0, 2, 1, 1, 0, 2, 1]);
        for time in curve.times() {
            let variants = curve.variants(time, 1).unwrap();
            let log_log = variants.interval(IntervalScale::LogLog, 0.95).unwrap();
            assert!(log_log.lower < variants.incidence && variants.incidence < log_log.upper);
            let at = curve.at(time, 1, 0.95).unwrap();
            assert_eq!(variants.interval(IntervalScale::ComplementaryLogLog, 0.95), at.interval);
            // log(-log F) is the middle of its limits.
            let scale = |f: f64| (-f.ln()).ln();
            assert!((scale(log_log.lower) + scale(log_log.upper) - 2.0 * scale(variants.incidence)).abs() < 1e-9);
        }
    }
}
