//! The life of a relationship: meetings, renewals, failure and other ends.

use super::calendar::Calendar;
use super::effects::{SURGERY, failure_probability};
use super::random::Draw;
use super::world::Person;

/// How a relationship failed, by the program's records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Failure {
    /// No first meeting within the limit.
    NeverMet,
    /// Ended early for a reason that counts as failure.
    EndedEarly,
    /// No contact for twice the agreed interval.
    Dormant,
}

/// What an end reason means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Failure,
    Success,
    Neutral,
}

/// End reasons as the register writes them.
pub(super) const REASONS: [(&str, Meaning); 11] = [
    ("term complete", Meaning::Success),
    ("goals reached", Meaning::Success),
    ("graduated", Meaning::Neutral),
    ("left the institution", Meaning::Neutral),
    ("changed career path", Meaning::Neutral),
    ("mentor not available", Meaning::Failure),
    ("mentee withdrew", Meaning::Failure),
    ("poor fit", Meaning::Failure),
    ("stopped meeting", Meaning::Failure),
    ("never met", Meaning::Failure),
    ("lost contact", Meaning::Failure),
];
const TERM_COMPLETE: usize = 0;
const GOALS_REACHED: usize = 1;
const GRADUATED: usize = 2;
const LEFT: usize = 3;
const CHANGED_PATH: usize = 4;
const NEVER_MET: usize = 9;
const LOST_CONTACT: usize = 10;

/// Days from the start within which a pair must meet.
pub(super) const FIRST_MEETING_DAYS: i32 = 90;
/// Agreed days between meetings where the register states none.
pub(super) const INTERVAL_DAYS: i32 = 45;

/// One episode of a pair. Days as in `Calendar`.
pub(super) struct Pair {
    pub(super) mentee: usize,
    pub(super) mentor: usize,
    pub(super) start: i32,
    pub(super) registered: i32,
    pub(super) agreed_end: i32,
    pub(super) first_meeting: Option<i32>,
    pub(super) last_contact: Option<i32>,
    pub(super) interval: Option<i32>,
    /// Last day, and position in `REASONS`.
    pub(super) end: Option<(i32, usize)>,
    /// Day and kind of the failure, if it lies in the past.
    pub(super) failure: Option<(i32, Failure)>,
    /// Lasting quality of the relationship; mean 0, standard deviation 1.
    pub(super) quality: f64,
}

impl Pair {
    /// Last day on which the relationship exists.
    pub(super) fn last_day(&self, calendar: &Calendar) -> i32 {
        self.end.map_or(calendar.as_of, |end| end.0)
    }
}

/// Draws the life of a pair from its first day to the day of the report.
pub(super) fn live(calendar: &Calendar, people: &[Person], (mentee, mentor): (usize, usize), start: i32, draw: &mut Draw) -> Pair {
    let department = people[mentee].department;
    let interval = [Some(14), Some(30), Some(45), None][draw.pick(&[0.2, 0.5, 0.22, 0.08])];
    let days = interval.unwrap_or(INTERVAL_DAYS);
    let first_meeting = start + draw.between(3, 50);
    let quality = draw.normal();
    let probability = |day: i32| failure_probability(department, day >= calendar.turning_point());

    // The first benign end that would come: a leave of either side, a change of path, or the end of a term that is not renewed.
    let mut agreed_end = start + [365, 456, 547][draw.pick(&[0.4, 0.2, 0.4])];
    while agreed_end <= calendar.as_of && draw.chance(0.66) {
        agreed_end += 365;
    }
    let mut benign = (agreed_end, if draw.chance(0.85) { TERM_COMPLETE } else { GOALS_REACHED });
    for (day, graduated) in [people[mentee].left, people[mentor].left].into_iter().flatten() {
        if day < benign.0 {
            benign = (day, if graduated { GRADUATED } else { LEFT });
        }
    }
    let path = start + draw.between(80, 365 * 60);
    if path < benign.0 {
        benign = (path, CHANGED_PATH);
    }

    let mut pair = Pair {
        mentee,
        mentor,
        start,
        registered: start,
        agreed_end,
        first_meeting: None,
        last_contact: None,
        interval,
        end: None,
        failure: None,
        quality,
    };
    let closing = |day: i32, reason: usize| (day <= calendar.as_of).then_some((day, reason));
    // One failure in five is a pair that never meets.
    if draw.chance(0.2 * probability(start)) && benign.0 > start + FIRST_MEETING_DAYS {
        let failed = start + FIRST_MEETING_DAYS;
        pair.failure = (failed <= calendar.as_of).then_some((failed, Failure::NeverMet));
        let closed = if draw.chance(0.6) { failed + draw.between(5, 120) } else { i32::MAX };
        pair.end = closing(closed.min(benign.0), NEVER_MET);
        return pair;
    }
    pair.first_meeting = (first_meeting <= calendar.as_of).then_some(first_meeting);

    // The others fail from the third month on, month by month.
    let mut month = start + 60 + draw.between(0, 29);
    let until = benign.0.min(calendar.as_of);
    while month <= until && !draw.chance(0.092 * probability(month)) {
        month += 30;
    }
    if month <= until && draw.chance(0.6) {
        pair.failure = Some((month, Failure::EndedEarly));
        let weights = if department == SURGERY { [0.6, 0.1, 0.1, 0.2] } else { [0.25, 0.25, 0.25, 0.25] };
        pair.end = Some((month, 5 + draw.pick(&weights)));
        pair.last_contact = Some((month - draw.between(0, days)).max(first_meeting));
    } else if month <= until && month - 2 * days >= first_meeting {
        pair.failure = Some((month, Failure::Dormant));
        pair.last_contact = Some(month - 2 * days);
        let closed = if draw.chance(0.5) { month + draw.between(20, 150) } else { i32::MAX };
        pair.end = closing(closed.min(benign.0.max(month + 1)), LOST_CONTACT);
    } else {
        pair.end = closing(benign.0, benign.1);
        let seen = pair.last_day(calendar) - draw.between(0, days);
        pair.last_contact = pair.first_meeting.map(|first| seen.max(first));
        // Some are entered in the register only once they are under way.
        if draw.chance(0.04) {
            let late = start + draw.between(15, 110);
            pair.registered = if late < pair.last_day(calendar) { late } else { start };
        }
    }
    pair
}
