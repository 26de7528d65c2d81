//! The product-limit curve and its pointwise limits.

use super::{Clock, Spell};
use crate::stats::distributions::normal_critical;
use crate::stats::{Interval, NotEstimable, finite};

/// The scale on which a pointwise interval of a survival probability S is symmetric. With g the Greenwood sum
/// `sum d / (Y (Y - d))`, z the normal deviate and `S sqrt(g)` the standard error:
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// `S^exp(+- z sqrt(g) / log S)`: stays within 0 and 1 and covers best in small samples (Borgan & Liestol, Scand J Stat
    /// 1990;17:35-41); the default. No limits at S = 1 or S = 0.
    LogLog,
    /// `S exp(+- z sqrt(g))`, cut at 1; the default of R's survival package. Both limits are 1 where S = 1; none at S = 0.
    Log,
    /// `S +- z S sqrt(g)`, cut at 0 and 1. Both limits are 1 where S = 1; none at S = 0.
    Plain,
}

/// The curve at one time at which spells ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Time at which at least one spell ended.
    pub time: f64,
    /// Number at risk at `time`.
    pub at_risk: u64,
    /// Number of events at `time`.
    pub events: u64,
    /// Number censored at `time`.
    pub censored: u64,
    /// Probability of no event up to and including `time`, 0 to 1.
    pub survival: f64,
    /// The Greenwood sum `sum d / (Y (Y - d))`, the variance of log S; none once S is 0.
    pub(super) log_variance: Option<f64>,
}

impl Step {
    /// Greenwood's standard error `S sqrt(sum d / (Y (Y - d)))`; 0 before the first event.
    ///
    /// Reference: Greenwood, Reports on Public Health and Medical Subjects 1926;33. Where S is 0 it has no value: no
    /// variation is left to estimate it from.
    pub fn std_error(&self) -> Result<f64, NotEstimable> {
        self.log_variance.map(|variance| self.survival * variance.sqrt()).ok_or(NotEstimable::NoVariation)
    }

    /// The pointwise interval of `survival`, within 0 and 1. Edge cases at S = 1 and S = 0: see [`Scale`].
    pub fn interval(&self, scale: Scale, confidence_level: f64) -> Result<Interval, NotEstimable> {
        let critical = normal_critical(confidence_level)?;
        let survival = self.survival;
        let half = critical * self.log_variance.ok_or(NotEstimable::ZeroWidth)?.sqrt();
        let limit = |sign: f64| match scale {
            Scale::LogLog => (survival.ln() * (sign * half / survival.ln()).exp()).exp(),
            Scale::Log => survival * (sign * half).exp(),
            Scale::Plain => survival * (1.0 + sign * half),
        };
        if scale == Scale::LogLog && survival >= 1.0 {
            return Err(NotEstimable::NoEvents);
        }
        Ok(Interval::new(limit(-1.0), limit(1.0), confidence_level)?.clamped(0.0, 1.0))
    }
}

/// The Kaplan-Meier (product-limit) estimator: the probability of no event so far, `product over event times of (1 - d / Y)`
/// with d events among Y at risk.
///
/// Reference: Kaplan & Meier, JASA 1958;53:457-481. Censored at an event time counts as at risk there. With delayed entry a
/// subject counts from after its entry; the curve is then conditional on no event up to the first entry. Edge cases: without
/// events the curve stays 1; where everybody at risk has the event it is 0 from there on, even if others enter later (see
/// [`zero_before_entries`](Self::zero_before_entries)). Spells without time under observation are left out and counted.
///
/// Remission under 6-MP (Freireich et al., Blood 1963;21:699-716): S(6) = .857, S(10) = .753, S(23) = .448.
/// ```
/// use mentorscope::stats::survival::{KaplanMeier, Scale, Spell};
/// let events = [6, 6, 6, 7, 10, 13, 16, 22, 23].map(|t| (t, true));
/// let censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map(|t| (t, false));
/// let spells: Vec<Spell> =
///     events.iter().chain(&censored).map(|&(t, event)| Spell { entry: None, exit: f64::from(t), event }).collect();
/// let curve = KaplanMeier::new(&spells)?;
/// assert!((curve.survival(6.0)? - 0.857).abs() < 5e-4 && (curve.survival(23.0)? - 0.448).abs() < 5e-4);
/// assert_eq!(curve.median(Scale::LogLog, 0.95)?.averaged, Ok(23.0));
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct KaplanMeier {
    /// Number of spells with time under observation.
    pub n: u64,
    /// Number of events.
    pub events: u64,
    /// Number of spells given without time under observation, which are in no other number here.
    pub never_at_risk: u64,
    /// One step for each distinct time at which spells ended, in order of time.
    pub steps: Vec<Step>,
    /// The first time at which nobody was under observation although somebody entered later.
    pub lapse: Option<f64>,
}

impl KaplanMeier {
    /// Orders the spells and computes the curve.
    ///
    /// Nobody given is no answers; nobody ever at risk is an error; so are times that are negative or not finite and exits
    /// before entries. Times that differ by rounding only are one ([`Clock`]).
    pub fn new(spells: &[Spell]) -> Result<Self, NotEstimable> {
        if spells.is_empty() {
            return Err(NotEstimable::NoAnswers);
        }
        Spell::check(spells.iter())?;
        let clock = Clock::of(spells);
        let mut observed: Vec<Spell> = spells.iter().map(|spell| spell.on(&clock)).filter(Spell::observed).collect();
        let mut entries: Vec<f64> = observed.iter().filter_map(|spell| spell.entry).collect();
        entries.sort_by(f64::total_cmp);
        observed.sort_by(|p, q| p.exit.total_cmp(&q.exit));
        let from_origin = (observed.len() - entries.len()) as u64;
        let mut curve = Self {
            n: observed.len() as u64,
            events: 0,
            never_at_risk: (spells.len() - observed.len()) as u64,
            steps: Vec::new(),
            lapse: None,
        };
        let (mut survival, mut log_variance, mut gone) = (1.0, Some(0.0), 0);
        for tied in observed.chunk_by(|p, q| p.exit == q.exit) {
            let time = tied.first().map_or(0.0, |spell| spell.exit);
            let entered = from_origin + entries.partition_point(|&entry| entry < time) as u64;
            let at_risk = entered - gone;
            let events = tied.iter().filter(|spell| spell.event).count() as u64;
            let (y, d) = (at_risk as f64, events as f64);
            survival *= (y - d) / y;
            log_variance = log_variance.filter(|_| d < y).map(|variance| variance + d / (y * (y - d)));
            gone += tied.len() as u64;
            curve.events += events;
            curve.steps.push(Step { time, at_risk, events, censored: tied.len() as u64 - events, survival, log_variance });
            if curve.lapse.is_none() && gone < curve.n && gone == from_origin + entries.partition_point(|&entry| entry <= time) as u64 {
                curve.lapse = Some(time);
            }
        }
        if curve.steps.is_empty() { Err(NotEstimable::NobodyAtRisk) } else { Ok(curve) }
    }

    /// The last time at which a spell ended.
    pub fn last_time(&self) -> f64 {
        self.steps.last().map_or(0.0, |step| step.time)
    }

    /// The step that holds at `time`: the last one up to it; none before the first.
    pub fn step_at(&self, time: f64) -> Option<&Step> {
        self.steps[..self.steps.partition_point(|step| step.time <= time)].last()
    }

    /// The probability of no event up to and including `time`, 0 to 1.
    ///
    /// Nobody at risk after observation has ended, or lapsed before later entries, while the curve was above 0; not determined
    /// once the curve is 0 although others entered later ([`zero_before_entries`](Self::zero_before_entries)).
    pub fn survival(&self, time: f64) -> Result<f64, NotEstimable> {
        let at = |time: f64| self.step_at(time).map_or(1.0, |step| step.survival);
        let known_until = self.lapse.unwrap_or(self.last_time());
        if finite(time)? > known_until && at(known_until) > 0.0 {
            return Err(NotEstimable::NobodyAtRisk);
        }
        match at(time) {
            0.0 if self.zero_before_entries() => Err(NotEstimable::Unidentified),
            survival => Ok(survival),
        }
    }

    /// Whether the curve fell to 0 while others had not yet left: with delayed entry few may be at risk at first, and one event
    /// among them then decides the whole curve. Such a curve should be begun later.
    pub fn zero_before_entries(&self) -> bool {
        self.steps.iter().any(|step| step.survival == 0.0 && step.time < self.last_time())
    }
}
