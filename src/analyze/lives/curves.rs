//! Cumulative incidence of failure and of the other ends, and whether groups differ in it.

use super::{CAUSES, Division, divisions};
use crate::analyze::Value;
use crate::analyze::estimate::no_failure;
use crate::derive::{AnalysisSet, Episode};
use crate::stats::NotEstimable;
use crate::stats::incidence::{Contender, Incidence, Subject, gray_test};
use crate::stats::multiplicity::benjamini_hochberg;

/// Fewest relationships at risk with which a curve begins and goes on.
const FEWEST_AT_RISK: u64 = 5;
/// Fewest relationships of a group that is compared with others.
pub const FEWEST_IN_TEST: u64 = 10;
/// Ages in days at which curves are read: 6, 12, 18 and 24 months.
pub const READ_AT: [i32; 4] = [183, 365, 548, 730];
/// Ages of a drawn curve, in days: every other month for three years.
const DRAWN_EVERY: i32 = 61;
const DRAWN: i32 = 19;

/// One step of a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Age in days.
    pub time: f64,
    /// Relationships at risk at that age.
    pub at_risk: u64,
    /// Failed, succeeded, ended neutrally at that age.
    pub events: [u64; 3],
    /// Probability of each by that age, 0 to 1.
    pub incidence: [f64; 3],
    /// Greenwood-type standard errors, relationships taken as independent.
    pub std_error: [f64; 3],
}

/// The curves of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// The division.
    pub division: Division,
    /// Position of the group in it.
    pub group: usize,
    /// Relationships of the group that were ever at risk.
    pub relationships: u64,
    /// Failures, successes, neutral ends.
    pub ends: [u64; 3],
    /// Age in days from which on it is known, 0 as a rule: probabilities are of those open at that age.
    pub from: f64,
    /// Age in days up to which enough were at risk.
    pub until: f64,
    /// Its steps, all of them, also where few are at risk. Empty where there is no curve.
    pub steps: Vec<Step>,
    /// Probability of each end by each of [`READ_AT`], with its clustered interval.
    pub read: [[Result<Value, NotEstimable>; 3]; 4],
    /// Age, number at risk, and probability of each end: the points of a drawing, while enough are at risk. For the whole program alone.
    pub drawn: Vec<(i32, u64, [Option<Value>; 3])>,
}

/// Age at entry and at exit, and how it ended, of an episode that was at risk.
fn subject(episode: &Episode) -> Option<Subject> {
    (!episode.late).then(|| Subject {
        entry: f64::from(episode.entry - episode.start),
        exit: f64::from(episode.exit - episode.start),
        status: u32::from(episode.status),
        cluster_a: episode.mentee,
        cluster_b: episode.mentor,
    })
}

/// Every group's curves.
pub fn curves(set: &AnalysisSet, confidence_level: f64) -> Vec<Curve> {
    let mut curves = Vec::new();
    for (division, group_of) in divisions(set) {
        let mut groups: Vec<Vec<Subject>> = vec![Vec::new(); division.groups.len()];
        for episode in &set.ledger {
            if let (Some(group), Some(subject)) = (group_of(episode), subject(episode)) {
                groups[usize::from(group)].push(subject);
            }
        }
        for (group, subjects) in groups.iter().enumerate() {
            curves.push(curve(&division, group, subjects, confidence_level));
        }
    }
    curves
}

fn curve(division: &Division, group: usize, subjects: &[Subject], confidence_level: f64) -> Curve {
    let missing = |reason: &NotEstimable| [(); 4].map(|()| [(); 3].map(|()| Err(reason.clone())));
    let mut curve = Curve {
        division: division.clone(),
        group,
        relationships: subjects.len() as u64,
        ends: CAUSES.map(|cause| subjects.iter().filter(|subject| subject.status == cause).count() as u64),
        from: 0.0,
        until: 0.0,
        steps: Vec::new(),
        read: missing(&NotEstimable::NoAnswers),
        drawn: Vec::new(),
    };
    let started = begin(subjects);
    let (from, incidence) = match started.and_then(|(from, subjects)| Ok((from, Incidence::new(&subjects)?))) {
        Ok(started) => started,
        Err(reason) => return Curve { read: missing(&reason), ..curve },
    };
    curve.from = from;
    curve.until = last_age(subjects, from);
    let of_causes = CAUSES.map(|cause| incidence.curve(cause));
    curve.steps = (0..of_causes[0].len())
        .map(|step| {
            let at = [0, 1, 2].map(|cause| of_causes[cause][step]);
            Step {
                time: at[0].time,
                at_risk: at[0].at_risk,
                events: at.map(|step| step.events),
                incidence: at.map(|step| step.incidence),
                std_error: at.map(|step| step.std_error),
            }
        })
        .collect();
    let until = curve.until;
    let read = |age: i32, cause: u32| {
        if f64::from(age) > until {
            let found = incidence.at_risk(f64::from(age));
            return Err(if found == 0 { NotEstimable::NobodyAtRisk } else { NotEstimable::TooFew { needed: FEWEST_AT_RISK, found } });
        }
        let estimate = incidence.clustered_at(f64::from(age), cause, confidence_level)?;
        // On the first day nothing has happened by definition; later, nothing seen still has a limit.
        if estimate.estimate == 0.0 && f64::from(age) > from {
            return no_failure(&seen_until(subjects, f64::from(age)), f64::from(age), confidence_level);
        }
        let interval = estimate.interval.ok().map(|interval| (interval.lower, interval.upper));
        Ok(Value { interval, ..Value::level(estimate.estimate) })
    };
    curve.read = READ_AT.map(|age| CAUSES.map(|cause| read(age, cause)));
    if division.id == "all" {
        let ages = (0..DRAWN).map(|number| number * DRAWN_EVERY).filter(|&age| f64::from(age) >= from && f64::from(age) <= until);
        curve.drawn =
            ages.map(|age| (age, incidence.at_risk(f64::from(age).max(0.5)), CAUSES.map(|cause| read(age, cause).ok()))).collect();
    }
    curve
}

/// The subjects as they were seen up to an age.
fn seen_until(subjects: &[Subject], age: f64) -> Vec<Subject> {
    let seen = subjects.iter().filter(|subject| subject.entry < age);
    seen.map(|subject| Subject { exit: subject.exit.min(age), ..*subject }).collect()
}

/// The subjects from the age on at which enough are at risk. As a rule that is the first day; where nearly all were registered late, it is later, and
/// the curve is that of the relationships open at that age.
fn begin(subjects: &[Subject]) -> Result<(f64, Vec<Subject>), NotEstimable> {
    let mut entries: Vec<f64> = subjects.iter().map(|subject| subject.entry).collect();
    entries.sort_by(f64::total_cmp);
    entries.dedup();
    let at_risk_after = |age: f64| subjects.iter().filter(|subject| subject.entry <= age && subject.exit > age).count() as u64;
    let mut most = 0;
    for age in entries {
        let found = at_risk_after(age);
        if found >= FEWEST_AT_RISK {
            let later =
                subjects.iter().filter(|subject| subject.exit > age).map(|subject| Subject { entry: subject.entry.max(age), ..*subject });
            return Ok((age, later.collect()));
        }
        most = most.max(found);
    }
    Err(if subjects.is_empty() { NotEstimable::NoAnswers } else { NotEstimable::TooFew { needed: FEWEST_AT_RISK, found: most } })
}

/// The last age up to which enough were at risk at every age since the first.
fn last_age(subjects: &[Subject], from: f64) -> f64 {
    let mut exits: Vec<f64> = subjects.iter().map(|subject| subject.exit).filter(|&exit| exit > from).collect();
    let mut entries: Vec<f64> = subjects.iter().map(|subject| subject.entry.max(from)).collect();
    exits.sort_by(f64::total_cmp);
    entries.sort_by(f64::total_cmp);
    let gone_before = subjects.iter().filter(|subject| subject.exit <= from).count();
    let mut last = from;
    for (gone, &exit) in exits.iter().enumerate() {
        let at_risk = entries.partition_point(|&entry| entry < exit) as i64 - (gone + gone_before) as i64;
        // Of equal exits the first counts all who are there.
        if exit > last && at_risk < FEWEST_AT_RISK as i64 {
            return last;
        }
        last = last.max(exit);
    }
    last
}

/// Gray's test of one cause over the groups of a division.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupTest {
    /// The division.
    pub division: Division,
    /// The cause: 1 failure, 2 success, 3 neutral end.
    pub cause: u32,
    /// Positions of the groups compared.
    pub compared: Vec<usize>,
    /// Relationships compared.
    pub relationships: u64,
    /// Relationships left out because they were registered late, for which the test is not made.
    pub registered_late: u64,
    /// Chi-square, degrees of freedom, p-value, and the p-value adjusted (Benjamini-Hochberg) over all divisions' tests of the cause.
    pub result: Result<(f64, u64, f64, f64), NotEstimable>,
}

/// The tests of every division with at least two groups that are large enough.
pub fn tests(set: &AnalysisSet) -> Vec<GroupTest> {
    let mut all: Vec<GroupTest> = Vec::new();
    for cause in CAUSES {
        let first = all.len();
        for (division, group_of) in divisions(set).into_iter().skip(1) {
            let observed = |episode: &&Episode| !episode.late && episode.entry == episode.start;
            let grouped = || set.ledger.iter().filter_map(|episode| Some((group_of(episode)?, episode)));
            let size = |group: usize| grouped().filter(|(of, episode)| usize::from(*of) == group && observed(episode)).count() as u64;
            let compared: Vec<usize> = (0..division.groups.len()).filter(|&group| size(group) >= FEWEST_IN_TEST).collect();
            let within = || grouped().filter(|(group, _)| compared.contains(&usize::from(*group)));
            let contenders: Vec<Contender> = within()
                .filter(|(_, episode)| observed(episode))
                .map(|(group, episode)| Contender {
                    time: f64::from(episode.exit - episode.start),
                    status: u32::from(episode.status),
                    group: u32::from(group),
                    stratum: 0,
                })
                .collect();
            let late = within().filter(|(_, episode)| !episode.late && episode.entry > episode.start).count() as u64;
            let result = if compared.len() < 2 {
                Err(NotEstimable::TooFewClusters { needed: 2, found: compared.len() as u64 })
            } else {
                gray_test(&contenders, cause, 0.0).map(|test| (test.chi_square, test.degrees_of_freedom, test.p_value, test.p_value))
            };
            let relationships = contenders.len() as u64;
            all.push(GroupTest { division, cause, compared, relationships, registered_late: late, result });
        }
        let p_values: Vec<Option<f64>> = all[first..].iter().map(|test| test.result.as_ref().ok().map(|result| result.2)).collect();
        if let Ok(adjusted) = benjamini_hochberg(&p_values) {
            for (test, adjusted) in all[first..].iter_mut().zip(adjusted) {
                if let (Ok(result), Some(adjusted)) = (&mut test.result, adjusted) {
                    result.3 = adjusted;
                }
            }
        }
    }
    all
}
