//! Time to one kind of event: Kaplan-Meier curves, restricted means and log-rank tests, with delayed entry.

mod kaplan_meier;
mod log_rank;
mod quadratic;
mod quantile;
mod restricted_mean;

pub use kaplan_meier::{KaplanMeier, Scale, Step};
pub use log_rank::{GroupTally, LogRank, Member, log_rank};
pub(crate) use quadratic::chi_square_of;
pub use quantile::{LimitTimes, QuantileTime};
pub use restricted_mean::{RestrictedMeanDifference, common_horizon, restricted_mean, restricted_mean_difference};

use super::distributions::chi_square_sf;
use super::{NotEstimable, finite};

/// One subject's time under observation, from after `entry` up to and including `exit`.
///
/// Someone censored at t still counts as at risk at t; someone entering at t does not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spell {
    /// Time from the origin at which observation begins, for delayed entry. None: observed from the origin on, so that an event
    /// at time 0 counts. An entry equal to the exit leaves no time under observation, and the spell is left out.
    pub entry: Option<f64>,
    /// Time from the origin of the event or of censoring, 0 or more, not before `entry`.
    pub exit: f64,
    /// Whether the spell ended with the event; otherwise it was censored.
    pub event: bool,
}

impl Spell {
    /// Whether the subject is ever under observation.
    pub(crate) fn observed(&self) -> bool {
        self.entry.is_none_or(|entry| entry < self.exit)
    }

    /// Refuses times that are not finite or negative, and exits before entries; one check after the other, so that the reason does not
    /// depend on the order of spells.
    pub(crate) fn check<'s>(spells: impl Iterator<Item = &'s Self> + Clone) -> Result<(), NotEstimable> {
        for spell in spells.clone() {
            finite(spell.exit)?;
            finite(spell.entry.unwrap_or(0.0))?;
        }
        if spells.clone().any(|spell| spell.exit < 0.0) {
            return Err(NotEstimable::InvalidInput("times must not be negative"));
        }
        if spells.clone().any(|spell| spell.entry.is_some_and(|entry| entry > spell.exit)) {
            return Err(NotEstimable::InvalidInput("an exit must not precede its entry"));
        }
        Ok(())
    }

    /// The spell on a clock's ticks.
    pub(crate) fn on(self, clock: &Clock) -> Self {
        Self { entry: self.entry.map(|entry| clock.tick(entry)), exit: clock.tick(self.exit), ..self }
    }
}

/// Distinct times, where times that differ by rounding only are one.
///
/// Durations are often computed, such as days divided by 365.25, and one that should be 0.3 may come as 0.30000000000000004.
/// Taken as two times they would break a tie and change the estimate. Times closer than a relative 1e-12 to the one before are
/// moved to the earliest of their run. R's survival package does the same within a relative 1.5e-8.
///
/// ```
/// use mentorscope::stats::survival::Clock;
/// let clock = Clock::new([0.1 + 0.2, 0.3, 0.4]);
/// assert_eq!(clock.tick(0.1 + 0.2), 0.3);
/// assert_eq!(clock.tick(0.4), 0.4);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    ticks: Vec<f64>,
}

impl Clock {
    /// The distinct times among those given.
    pub fn new(times: impl IntoIterator<Item = f64>) -> Self {
        let mut ticks: Vec<f64> = times.into_iter().collect();
        ticks.sort_by(f64::total_cmp);
        let mut last = f64::NEG_INFINITY;
        ticks.retain(|&time| {
            // The distance is to the time before, not to the first of the run, so that a run never splits by where it starts.
            let same = time - last <= 1e-12 * time.abs();
            last = time;
            !same
        });
        Self { ticks }
    }

    /// The clock of some spells.
    pub(crate) fn of<'s>(spells: impl IntoIterator<Item = &'s Spell>) -> Self {
        Self::new(spells.into_iter().flat_map(|spell| spell.entry.into_iter().chain([spell.exit])))
    }

    /// The time that stands for one of those given to [`new`](Self::new); any other stands for itself or moves to the tick before.
    pub fn tick(&self, time: f64) -> f64 {
        self.ticks[..self.ticks.partition_point(|&tick| tick <= time)].last().copied().unwrap_or(time)
    }
}

/// A statistic that follows a chi-square distribution when the hypothesis tested holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquareTest {
    /// The statistic, 0 or more.
    pub chi_square: f64,
    /// Degrees of freedom, at least 1.
    pub degrees_of_freedom: u64,
    /// Probability of a statistic at least as large, 0 to 1.
    pub p_value: f64,
}

impl ChiSquareTest {
    pub(crate) fn new(chi_square: f64, degrees_of_freedom: u64) -> Result<Self, NotEstimable> {
        // A statistic below 0 is rounding.
        let chi_square = finite(chi_square)?.max(0.0);
        Ok(Self { chi_square, degrees_of_freedom, p_value: chi_square_sf(chi_square, degrees_of_freedom as f64)? })
    }
}

/// A running sum with Neumaier's compensation, from which terms can be taken away again without leaving their rounding behind.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Running {
    total: f64,
    lost: f64,
}

impl Running {
    pub(crate) fn add(&mut self, value: f64) {
        let next = self.total + value;
        self.lost += if self.total.abs() >= value.abs() { (self.total - next) + value } else { (value - next) + self.total };
        self.total = next;
    }

    pub(crate) fn scale(&mut self, factor: f64) {
        self.total *= factor;
        self.lost *= factor;
    }

    pub(crate) fn value(&self) -> f64 {
        self.total + self.lost
    }
}

#[cfg(test)]
mod tests;
