//! Relationships of a roster as times under observation.

use super::NotEstimable;

/// How a relationship is known to have ended, in the numbers of survival analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndStatus {
    /// Still running when last seen, or ended for a reason that says nothing: 0.
    Censored,
    /// Ended by the event of interest: 1.
    Event,
    /// Ended by another event, after which the one of interest cannot happen: 2.
    Competing,
}

impl EndStatus {
    /// The conventional code 0, 1 or 2.
    pub fn code(self) -> u8 {
        match self {
            Self::Censored => 0,
            Self::Event => 1,
            Self::Competing => 2,
        }
    }

    /// The status with a code.
    pub fn from_code(code: u64) -> Option<Self> {
        match code {
            0 => Some(Self::Censored),
            1 => Some(Self::Event),
            2 => Some(Self::Competing),
            _ => None,
        }
    }
}

/// One relationship, in whole days from any fixed day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relationship {
    /// First day.
    pub start: i64,
    /// Last day, if it has ended.
    pub end: Option<i64>,
    /// What its end means; `None` for a reason that nobody has classified. Not looked at without an end by the cutoff.
    pub end_status: Option<EndStatus>,
}

/// Time under observation and what happened at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// `end - start`, without adding a day; 0 when both are the same day.
    pub days: u64,
    /// Status at that time.
    pub status: EndStatus,
    /// Whether observation stopped at the cutoff rather than at an end.
    pub at_cutoff: bool,
}

/// The time under observation of a relationship up to the day `cutoff` of the data.
///
/// `days = min(end, cutoff) - start`. An end after the cutoff was not yet known then and is censored at the cutoff, whatever its reason;
/// an end on the cutoff counts. A relationship of no length is kept with time 0. Edge cases: an end before the start, a
/// start after the cutoff, and an end by the cutoff whose reason is not classified are errors: there is no silent default.
///
/// 2023-07-01 (day 0) to 2024-12-31 (day 549), seen until 2024-06-30 (day 365): 365 days, censored.
/// ```
/// use mentorscope::stats::episode::{EndStatus, Relationship, observe};
/// let observed = observe(Relationship { start: 0, end: Some(549), end_status: Some(EndStatus::Event) }, 365)?;
/// assert_eq!((observed.days, observed.status.code()), (365, 0));
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn observe(relationship: Relationship, cutoff: i64) -> Result<Observed, NotEstimable> {
    let Relationship { start, end, end_status } = relationship;
    if end.is_some_and(|end| end < start) {
        return Err(NotEstimable::InvalidInput("the end lies before the start"));
    }
    if start > cutoff {
        return Err(NotEstimable::InvalidInput("the start lies after the data cutoff"));
    }
    match end.filter(|end| *end <= cutoff) {
        Some(end) => {
            let status = end_status.ok_or(NotEstimable::InvalidInput("the status map does not name the reason"))?;
            Ok(Observed { days: end.abs_diff(start), status, at_cutoff: false })
        }
        None => Ok(Observed { days: cutoff.abs_diff(start), status: EndStatus::Censored, at_cutoff: true }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn relationship(start: i64, end: Option<i64>) -> Relationship {
        Relationship { start, end, end_status: Some(EndStatus::Competing) }
    }

    #[test]
    fn ends_on_and_around_the_cutoff() {
        assert_eq!(observe(relationship(0, Some(10)), 10), Ok(Observed { days: 10, status: EndStatus::Competing, at_cutoff: false }));
        assert_eq!(observe(relationship(0, Some(11)), 10), Ok(Observed { days: 10, status: EndStatus::Censored, at_cutoff: true }));
        assert_eq!(observe(relationship(0, None), 10), Ok(Observed { days: 10, status: EndStatus::Censored, at_cutoff: true }));
        assert_eq!(observe(relationship(3, Some(3)), 10).map(|o| o.days), Ok(0));
    }

    #[test]
    fn impossible_dates_and_unknown_reasons_are_refused() {
        assert!(observe(relationship(5, Some(4)), 10).is_err());
        assert!(observe(relationship(11, None), 10).is_err());
        let unknown = |end| Relationship { start: 0, end: Some(end), end_status: None };
        assert!(observe(unknown(5), 10).is_err());
        // The reason of an end that is not known yet is not needed.
        assert!(observe(unknown(15), 10).is_ok());
    }

    #[test]
    fn codes_lead_back() {
        for code in 0..3 {
            assert_eq!(EndStatus::from_code(code).map(|s| u64::from(s.code())), Some(code));
        }
        assert_eq!(EndStatus::from_code(3), None);
    }

    proptest! {
        #[test]
        fn moving_all_dates_changes_nothing(start in 0_i64..500, length in 0_i64..500, cutoff in 0_i64..1000, shift in -800_000_i64..800_000) {
            let moved = observe(relationship(start + shift, Some(start + length + shift)), cutoff + shift);
            prop_assert_eq!(moved, observe(relationship(start, Some(start + length)), cutoff));
        }
    }
}
