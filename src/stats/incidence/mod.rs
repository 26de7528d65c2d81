//! Cumulative incidence of competing events, with delayed entry.

mod gray;
mod influence;
mod variants;

pub use gray::{Contender, gray_test};
pub use variants::{IntervalScale, Variants};

use super::distributions::normal_critical;
use super::{Estimate, Interval, NotEstimable, finite};

/// One subject's time under observation, from after `entry` up to and including `exit`.
///
/// Someone censored at t still counts as at risk at t; someone entering at t does not. A subject with `exit == entry` is
/// never at risk: give a negative `entry` to those whose event at time 0 shall count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Subject {
    /// Time from the origin at which observation begins; 0 without delayed entry.
    pub entry: f64,
    /// Time from the origin of the event or of censoring, not before `entry`.
    pub exit: f64,
    /// 0 censored, otherwise the cause of the event: 1, 2, ...
    pub status: u32,
    /// First cluster (mentee); used by clustered variances only.
    pub cluster_a: u32,
    /// Second cluster (mentor); used by clustered variances only.
    pub cluster_b: u32,
}

/// One step of a cumulative incidence curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Time of at least one event of any cause.
    pub time: f64,
    /// Subjects at risk at `time`.
    pub at_risk: u64,
    /// Events of the curve's cause at `time`.
    pub events: u64,
    /// Probability of an event of this cause up to and including `time`, 0 to 1.
    pub incidence: f64,
    /// Its Greenwood-type standard error, subjects taken as independent.
    pub std_error: f64,
    /// Probability of no event of any cause up to and including `time`, 0 to 1.
    pub event_free: f64,
}

/// The Aalen-Johansen estimator: probability over time of each of several competing events.
///
/// At each event time s, cause k adds `S(s-) d_k(s) / Y(s)`, with S the probability of no event so far, d the events and Y the
/// number at risk; unlike one minus Kaplan-Meier, it does not treat the other causes as if they could still fail later.
/// Reference: Aalen & Johansen, Scand J Stat 1978;5:141-150. With delayed entry probabilities are conditional on no event up
/// to [`start`](Self::start). To begin a curve later, where enough are at risk, raise every earlier entry to that time and
/// leave out who left before it.
///
/// By hand: of three at risk at time 2 one fails; at 3 one of two (the fourth enters then); at 4 one of two graduates.
/// ```
/// use mentorscope::stats::incidence::{Incidence, Subject};
/// let of = |entry, exit, status| Subject { entry, exit, status, cluster_a: 0, cluster_b: 0 };
/// let incidence = Incidence::new(&[of(0.0, 2.0, 1), of(0.0, 4.0, 2), of(1.0, 3.0, 1), of(3.0, 5.0, 0)])?;
/// assert!((incidence.at(4.5, 1, 0.95)?.estimate - 2.0 / 3.0).abs() < 1e-12);
/// assert!((incidence.at(4.5, 2, 0.95)?.estimate - 1.0 / 6.0).abs() < 1e-12);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Incidence {
    /// Those ever at risk, sorted.
    subjects: Vec<Subject>,
    /// Entry times, sorted.
    entries: Vec<f64>,
    /// Exit times, sorted.
    exits: Vec<f64>,
    moments: Vec<Moment>,
    never_at_risk: u64,
    covered_until: f64,
}

/// One distinct event time.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Moment {
    time: f64,
    at_risk: f64,
    events: f64,
    /// Probability of no event before, S(s-).
    free_before: f64,
    /// Probability of no event up to and including the time, S(s).
    free_after: f64,
}

impl Incidence {
    /// Orders the subjects and finds the event times.
    ///
    /// Nobody given is no answers; nobody ever at risk is an error; so are times that are not finite and exits before entries.
    pub fn new(subjects: &[Subject]) -> Result<Self, NotEstimable> {
        if subjects.is_empty() {
            return Err(NotEstimable::NoAnswers);
        }
        for subject in subjects {
            if finite(subject.exit)? < finite(subject.entry)? {
                return Err(NotEstimable::InvalidInput("an exit must not precede its entry"));
            }
        }
        let given = subjects.len();
        let mut subjects: Vec<Subject> = subjects.iter().copied().filter(|s| s.entry < s.exit).collect();
        if subjects.is_empty() {
            return Err(NotEstimable::NobodyAtRisk);
        }
        subjects.sort_by(|p, q| {
            p.entry
                .total_cmp(&q.entry)
                .then(p.exit.total_cmp(&q.exit))
                .then_with(|| (p.status, p.cluster_a, p.cluster_b).cmp(&(q.status, q.cluster_a, q.cluster_b)))
        });
        let mut covered_until = subjects[0].exit;
        for subject in &subjects {
            if subject.entry > covered_until {
                break;
            }
            covered_until = covered_until.max(subject.exit);
        }
        let entries: Vec<f64> = subjects.iter().map(|s| s.entry).collect();
        let mut exits: Vec<f64> = subjects.iter().map(|s| s.exit).collect();
        exits.sort_by(f64::total_cmp);
        let mut result =
            Self { never_at_risk: (given - subjects.len()) as u64, subjects, entries, exits, moments: Vec::new(), covered_until };
        result.moments = result.moments();
        Ok(result)
    }

    fn moments(&self) -> Vec<Moment> {
        let mut times: Vec<f64> = self.subjects.iter().filter(|s| s.status != 0).map(|s| s.exit).collect();
        times.sort_by(f64::total_cmp);
        let mut free_before = 1.0;
        times
            .chunk_by(|a, b| a == b)
            .map(|tied| {
                let (time, events) = (tied[0], tied.len() as f64);
                let at_risk = self.at_risk(time) as f64;
                let moment = Moment { time, at_risk, events, free_before, free_after: free_before * ((at_risk - events) / at_risk) };
                free_before = moment.free_after;
                moment
            })
            .collect()
    }

    /// Number of subjects ever at risk.
    pub fn n(&self) -> u64 {
        self.subjects.len() as u64
    }

    /// Number of subjects given with `exit == entry`, who were never at risk and are in no other number here.
    pub fn never_at_risk(&self) -> u64 {
        self.never_at_risk
    }

    /// The earliest entry: probabilities are conditional on no event up to this time.
    pub fn start(&self) -> f64 {
        self.entries[0]
    }

    /// Number of subjects at risk at `time`: entered before it and not gone before it.
    pub fn at_risk(&self, time: f64) -> u64 {
        (self.entries.partition_point(|&e| e < time) - self.exits.partition_point(|&e| e < time)) as u64
    }

    /// The smallest number of subjects at risk at any moment after 0 and up to `time`; 0 where part of that time was not observed at all.
    pub fn fewest_at_risk(&self, time: f64) -> u64 {
        // The number falls at exits alone, so that its lows lie right after 0 and right after each of them.
        let after = |moment: f64| (self.entries.partition_point(|&e| e <= moment) - self.exits.partition_point(|&e| e <= moment)) as u64;
        let lows = self.exits.iter().copied().filter(|&exit| 0.0 <= exit && exit < time).map(after);
        lows.fold(after(0.0), u64::min)
    }

    /// The step function of one cause over all event times, with Greenwood-type standard errors (delta method; Dinse &
    /// Larson, Biometrika 1986;73:379-386; as in the R package etm).
    pub fn curve(&self, cause: u32) -> Vec<Step> {
        let mut incidence = 0.0;
        // The variance is F^2 a - 2 F b + c, with F the incidence reached and sums over the event times passed.
        let (mut a, mut b, mut c) = (0.0, 0.0, 0.0);
        self.moments
            .iter()
            .zip(self.events_of(cause))
            .map(|(m, events)| {
                let (d, y) = (events as f64, m.at_risk);
                incidence += m.free_before * d / y;
                if m.free_after > 0.0 {
                    let hazard = m.events / (y * (y - m.events));
                    let cross = m.free_before * d / (y * y);
                    a += hazard;
                    b += incidence * hazard + cross;
                    c += incidence * incidence * hazard + 2.0 * incidence * cross;
                }
                c += m.free_before * m.free_before * d * (y - d) / (y * y * y);
                let variance = (incidence * incidence * a - 2.0 * incidence * b + c).max(0.0);
                let std_error = if certain(incidence) { 0.0 } else { variance.sqrt() };
                let probability = if certain(incidence) { 1.0 } else { incidence };
                Step { time: m.time, at_risk: y as u64, events, incidence: probability, std_error, event_free: m.free_after }
            })
            .collect()
    }

    /// Events of a cause at each event time.
    fn events_of(&self, cause: u32) -> Vec<u64> {
        let mut times: Vec<f64> = self.subjects.iter().filter(|s| s.status == cause && cause != 0).map(|s| s.exit).collect();
        times.sort_by(f64::total_cmp);
        let up_to = |time: f64| times.partition_point(|&t| t <= time) as u64;
        let mut before = 0;
        self.moments.iter().map(|m| up_to(m.time) - std::mem::replace(&mut before, up_to(m.time))).collect()
    }

    /// The probability (0 to 1) of an event of `cause` by `time`, with standard error and interval, subjects independent.
    ///
    /// The interval is symmetric in `log(-log(1 - F))` (complementary log-log of the incidence, as in the R package etm).
    /// Edge cases: an incidence of 0 has no interval (no events), nor has one without variance; a time after observation has
    /// ended or lapsed while somebody was still free of events is an error (nobody at risk); so is a time after everybody at risk had
    /// an event while others entered later (not determined).
    pub fn at(&self, time: f64, cause: u32, confidence_level: f64) -> Result<Estimate, NotEstimable> {
        self.check_time(time)?;
        let reached = self.curve(cause).into_iter().rev().find(|step| step.time <= time);
        let (estimate, std_error) = reached.map_or((0.0, 0.0), |step| (step.incidence, step.std_error));
        Ok(Estimate {
            estimate,
            std_dev: None,
            std_error: (std_error > 0.0).then_some(std_error),
            interval: complementary_log_log(estimate, std_error, normal_critical(confidence_level)?, confidence_level),
            n: self.n(),
            method: "Aalen-Johansen, Greenwood-type variance, complementary log-log interval",
        })
    }

    /// Refuses times at which the curve is not determined.
    fn check_time(&self, time: f64) -> Result<(), NotEstimable> {
        let passed = self.moments.partition_point(|m| m.time <= finite(time).unwrap_or(f64::NEG_INFINITY));
        match passed.checked_sub(1).map(|last| self.moments[last]) {
            Some(last) if last.free_after == 0.0 && self.exits[self.exits.len() - 1] > last.time => Err(NotEstimable::Unidentified),
            Some(last) if last.free_after == 0.0 => Ok(()),
            _ if finite(time)? > self.covered_until => Err(NotEstimable::NobodyAtRisk),
            _ => Ok(()),
        }
    }
}

/// Whether a probability is 1 but for rounding.
fn certain(probability: f64) -> bool {
    probability > 1.0 - 1e-12
}

/// The interval of a probability that is symmetric on the complementary log-log scale.
fn complementary_log_log(probability: f64, std_error: f64, critical: f64, confidence_level: f64) -> Result<Interval, NotEstimable> {
    if probability == 0.0 {
        return Err(NotEstimable::NoEvents);
    }
    if std_error == 0.0 || certain(probability) {
        return Err(NotEstimable::ZeroWidth);
    }
    let log_free = (-probability).ln_1p();
    let half = critical * std_error / ((1.0 - probability) * log_free.abs());
    let limit = |shift: f64| -(log_free * shift.exp()).exp_m1();
    Interval::new(limit(-half), limit(half), confidence_level)
}

#[cfg(test)]
mod tests;
