//! The ledger in numbers, and who was there in each period.

use crate::derive::{AnalysisSet, Episode, SpanKind, Trouble, status};
use crate::stats::rate::rate;
use crate::stats::{Estimate, NotEstimable, sum};

/// Average days of a month.
pub const DAYS_PER_MONTH: f64 = 30.4375;

/// How often a kind of trouble was reported: yes, no, not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reported {
    /// Reported.
    pub yes: u64,
    /// Not reported, by all who would.
    pub no: u64,
    /// Not known.
    pub unknown: u64,
}

/// The whole ledger in numbers of episodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    /// In the register.
    pub episodes: u64,
    /// Over before they entered it: in no other number here but `episodes`.
    pub late: u64,
    /// Failed: never met, ended early, dormant.
    pub failed: [u64; 3],
    /// Ended for a reason that counts as success.
    pub succeeded: u64,
    /// Ended for a reason that says nothing about the relationship.
    pub neutral: u64,
    /// Ended, and nobody knows why.
    pub lost: u64,
    /// Open on the as-of date.
    pub open: u64,
    /// Failed, and in contact again afterward.
    pub resumed: u64,
    /// Trouble among those that failed, in the order of `Trouble::ALL`, and any of it.
    pub trouble_failed: [Reported; 6],
    /// The same among all others.
    pub trouble_others: [Reported; 6],
    /// Failures per 100 relationship-months, exact.
    pub rate: Result<Estimate, NotEstimable>,
    /// Pairs known from elsewhere and not in the register.
    pub missing: u64,
    /// The rate if all missing pairs had failed and none had been at risk a day: no true rate is higher.
    pub rate_with_missing: Result<Estimate, NotEstimable>,
}

impl Tally {
    /// Counts the ledger.
    pub fn new(ledger: &[Episode], missing: u64, confidence_level: f64) -> Self {
        let seen = || ledger.iter().filter(|episode| !episode.late);
        let count = |is: &dyn Fn(&Episode) -> bool| seen().filter(|episode| is(episode)).count() as u64;
        let trouble = |failed: bool| {
            let mut reported = [Reported::default(); 6];
            for episode in seen().filter(|episode| episode.failed() == failed) {
                for (reported, flag) in reported.iter_mut().zip(episode.trouble.into_iter().chain([episode.troubled()])) {
                    match flag {
                        Some(true) => reported.yes += 1,
                        Some(false) => reported.no += 1,
                        None => reported.unknown += 1,
                    }
                }
            }
            reported
        };
        let failures = count(&Episode::failed);
        let months = sum(seen().map(|episode| f64::from(episode.exit - episode.entry))) / DAYS_PER_MONTH / 100.0;
        Self {
            episodes: ledger.len() as u64,
            late: ledger.iter().filter(|episode| episode.late).count() as u64,
            failed: [1, 2, 3].map(|how| count(&|episode| episode.failed() && episode.how == how)),
            succeeded: count(&|episode| episode.status == status::SUCCEEDED),
            neutral: count(&|episode| episode.status == status::NEUTRAL),
            lost: count(&|episode| episode.lost),
            open: count(&|episode| episode.status == status::OPEN && !episode.lost),
            resumed: count(&|episode| episode.failed() && episode.resumed_on.is_some()),
            trouble_failed: trouble(true),
            trouble_others: trouble(false),
            rate: rate(failures, months, confidence_level),
            missing,
            rate_with_missing: rate(failures + missing, months, confidence_level),
        }
    }

    /// Kinds of trouble in the order of the counts; none stands for any of them.
    pub fn kinds() -> impl Iterator<Item = Option<Trouble>> {
        Trouble::ALL.into_iter().map(Some).chain([None])
    }
}

/// One period: `at_risk + entered = failed + succeeded + neutral + lost + open`.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Position of the period's span.
    pub span: usize,
    /// At risk on the first day.
    pub at_risk: u64,
    /// Entered since.
    pub entered: u64,
    /// Failed.
    pub failed: u64,
    /// Ended in success.
    pub succeeded: u64,
    /// Ended neutrally.
    pub neutral: u64,
    /// Lost to follow-up.
    pub lost: u64,
    /// Open on the last day.
    pub open: u64,
    /// Mentees with a relationship at risk in the period.
    pub mentees: u64,
    /// Those of them whose every relationship so far has failed by the last day.
    pub every_mentor_failed: u64,
    /// Time at risk, in hundreds of relationship-months.
    pub exposure: f64,
    /// Failures per 100 relationship-months, exact.
    pub rate: Result<Estimate, NotEstimable>,
}

/// The flows of every period.
pub fn flows(set: &AnalysisSet) -> Vec<Flow> {
    let periods = set.spans.iter().enumerate().filter(|(_, span)| span.kind == SpanKind::Period);
    periods.map(|(number, span)| flow(&set.ledger, number, (span.start, span.end), set.confidence_level)).collect()
}

/// The flow of one period, from its first to its last day.
pub fn flow(ledger: &[Episode], span: usize, (first, last): (i32, i32), confidence_level: f64) -> Flow {
    let exposed: Vec<&Episode> = ledger.iter().filter(|episode| !episode.late && episode.entry <= last && episode.exit >= first).collect();
    let count = |is: &dyn Fn(&Episode) -> bool| exposed.iter().filter(|episode| is(episode)).count() as u64;
    let over = |episode: &Episode| episode.exit <= last;
    let failed = count(&|episode| over(episode) && episode.failed());
    // Time is counted from the end of the day before: an episode open over the whole period is at risk on each of its days.
    let days = |episode: &&Episode| f64::from(episode.exit.min(last) - episode.entry.max(first - 1));
    let months = sum(exposed.iter().map(days)) / DAYS_PER_MONTH / 100.0;
    let mut mentees: Vec<u32> = exposed.iter().map(|episode| episode.mentee).collect();
    mentees.sort_unstable();
    mentees.dedup();
    let mut with_another: Vec<u32> = ledger
        .iter()
        .filter(|episode| !episode.late && episode.entry <= last && !(over(episode) && episode.failed()))
        .map(|episode| episode.mentee)
        .collect();
    with_another.sort_unstable();
    with_another.dedup();
    Flow {
        span,
        at_risk: count(&|episode| episode.entry < first),
        entered: count(&|episode| episode.entry >= first),
        failed,
        succeeded: count(&|episode| over(episode) && episode.status == status::SUCCEEDED),
        neutral: count(&|episode| over(episode) && episode.status == status::NEUTRAL),
        lost: count(&|episode| over(episode) && episode.lost),
        open: count(&|episode| !over(episode) || (episode.status == status::OPEN && !episode.lost && episode.exit == last)),
        mentees: mentees.len() as u64,
        every_mentor_failed: mentees.iter().filter(|mentee| with_another.binary_search(mentee).is_err()).count() as u64,
        exposure: months,
        rate: rate(failed, months, confidence_level),
    }
}
