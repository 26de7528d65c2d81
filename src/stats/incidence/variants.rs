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
        self.check_time(time)?;
        let curve = self.curve(cause);
        let passed = curve.partition_point(|step| step.time <= time);
        let reached = curve[..passed].last();
        Ok(Variants {
            incidence: reached.map_or(0.0, |step| step.incidence),
            greenwood: reached.map_or(0.0, |step| step.std_error),
            gray: self.gray_std_error(passed, cause),
        })
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

    /// The standard error of the incidence reached after the first `passed` event times, by the martingale variance of Gray
    /// (Ann Stat 1988;16:1141-1154):
    ///
    /// `sum over s of (1 - R(s))^2 v_1(s) + R(s)^2 v_2(s)`, with `R(s) = (F(t) - F(s)) / S(s)` what an event of any cause at s takes
    /// away from the later incidence, and `v_k(s) = (S(s-) / Y)^2 d_k (1 - (d_k - 1) / (Y - 1))` the variance of the events of
    /// the cause (1) and of all others (2).
    fn gray_std_error(&self, passed: usize, cause: u32) -> Result<f64, NotEstimable> {
        if self.events(cause) == 0 {
            return Err(NotEstimable::NoEvents);
        }
        let own = self.events_of(cause);
        let mut reached = 0.0;
        let incidence: Vec<f64> = self.moments[..passed]
            .iter()
            .zip(&own)
            .map(|(m, &events)| {
                reached += m.free_before * events as f64 / m.at_risk;
                reached
            })
            .collect();
        let terms = self.moments[..passed].iter().zip(&own).zip(&incidence).map(|((m, &events), &so_far)| {
            let spread = |d: f64| {
                let ties = if d > 1.0 { 1.0 - (d - 1.0) / (m.at_risk - 1.0) } else { 1.0 };
                (m.free_before / m.at_risk).powi(2) * d * ties
            };
            let lost = if m.free_after > 0.0 { (reached - so_far) / m.free_after } else { 0.0 };
            (1.0 - lost).powi(2) * spread(events as f64) + lost * lost * spread(m.events - events as f64)
        });
        Ok(crate::stats::sum(terms).sqrt())
    }
}

impl Variants {
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
