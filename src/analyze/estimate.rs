//! From the observations of a cell to a row.

use super::keys::Keys;
use super::result::{Support, Value};
use crate::stats::clustered::{self, ClusteredEstimate, Linearized, Observation};
use crate::stats::incidence::{Incidence, Subject};
use crate::stats::proportion::wilson_effective;
use crate::stats::rate::garwood;
use crate::stats::{NotEstimable, sum};

/// The cause of an episode's exit that counts as failure.
const FAILURE: u32 = 1;

/// How observations become a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Share, averaged within each person first.
    PersonShare,
    /// Mean, averaged within each person first, times a factor.
    PersonMean(i32),
    /// Share of units.
    Share,
    /// Mean of units.
    Mean,
    /// Events per exposure.
    Rate,
    /// How many units have the value 1.
    Count,
    /// As `Count`, of units whose total is published too, such as failures with a cause named: the rest can be told from the total, so that the
    /// people behind it are the fewer of those counted and those not.
    Part,
    /// Cumulative incidence of cause 1 at this age in days.
    Incidence(u32),
}

/// What each observation carries. `y` over `x` for ratios; entry, exit and status for incidence.
#[derive(Debug, Clone, Default)]
pub struct Measures {
    /// Numerator, or age at exit in days.
    pub y: Vec<f64>,
    /// Denominator, or age at entry in days.
    pub x: Vec<f64>,
    /// 0 censored, 1 failed, 2 or 3 other ends; empty unless the kind is incidence.
    pub status: Vec<u8>,
    /// Whether the observation was asked for and is missing.
    pub missing: Vec<bool>,
    /// Smallest and largest value that a mean can take, where it has such.
    pub bounds: Option<(f64, f64)>,
    /// Whether nobody knows to which groups the observations belong.
    pub ungrouped: bool,
    /// Why nothing can be known of any observation, where that is so.
    pub unknown: Option<NotEstimable>,
}

/// The level of a cell.
pub struct Level {
    /// The number, or why there is none.
    pub value: Result<Value, NotEstimable>,
    /// How many stand behind it.
    pub support: Support,
    /// The method's name.
    pub method: &'static str,
}

/// Observations of a cell that carry an answer.
fn used(measures: &Measures, rows: &[u32]) -> Vec<usize> {
    rows.iter().map(|&row| row as usize).filter(|&row| !measures.missing[row]).collect()
}

/// Estimates one cell.
pub fn level(keys: &Keys, measures: &Measures, kind: Kind, rows: &[u32], confidence_level: f64) -> Level {
    let used = used(measures, rows);
    let support = Support { n_missing: (rows.len() - used.len()) as u64, ..support(keys, measures, kind, &used) };
    if let Some(reason) = &measures.unknown {
        return Level { value: Err(reason.clone()), support, method: "not estimated" };
    }
    if matches!(kind, Kind::Count | Kind::Part) {
        let count = used.iter().filter(|&&row| measures.y[row] == 1.0).count();
        let method = if kind == Kind::Part { "count; people are the fewer of those counted and those not" } else { "count" };
        return Level { value: Ok(Value::level(count as f64)), support, method };
    }
    if let Kind::Incidence(age) = kind {
        return incidence_level(&subjects(keys, measures, &used), age, support, confidence_level);
    }
    let observations = observations(keys, measures, kind, &used);
    let estimate = match kind {
        Kind::PersonShare | Kind::Share => clustered::share(&observations, confidence_level),
        Kind::Rate => clustered::rate(&observations, confidence_level),
        _ => clustered::mean(&observations, confidence_level),
    };
    let alike = matches!(&estimate, Ok(estimate) if estimate.interval == Err(NotEstimable::ZeroWidth));
    if let (true, Ok(estimate), Some(bounds)) = (alike, &estimate, measures.bounds) {
        let method = "mean of equal answers, Wilson interval over the range of the scale at the number of people";
        return Level { value: all_alike(estimate.estimate, bounds, support.people, confidence_level), support, method };
    }
    let method = estimate.as_ref().map_or("not estimated", |estimate| estimate.method);
    Level { value: estimate.and_then(value), support, method }
}

/// How many stand behind a set of rows.
pub fn support_of(keys: &Keys, measures: &Measures, kind: Kind, rows: &[u32]) -> Support {
    let used = used(measures, rows);
    Support { n_missing: (rows.len() - used.len()) as u64, ..support(keys, measures, kind, &used) }
}

/// The estimate of a set of rows with its influences.
pub fn linearize(keys: &Keys, measures: &Measures, kind: Kind, rows: &[u32]) -> Result<Linearized, NotEstimable> {
    if let Some(reason) = &measures.unknown {
        return Err(reason.clone());
    }
    let used = used(measures, rows);
    match kind {
        Kind::Incidence(age) => curve(&subjects(keys, measures, &used), f64::from(age))?.linearized(f64::from(age), FAILURE),
        _ => clustered::ratio(&observations(keys, measures, kind, &used)),
    }
}

/// Equal answers have no spread to base an interval on. A mean between bounds varies at most as a share does, so that the interval of that
/// share, at the number of people, holds.
fn all_alike(mean: f64, (least, greatest): (f64, f64), people: u64, confidence_level: f64) -> Result<Value, NotEstimable> {
    let range = greatest - least;
    let share = ((mean - least) / range).clamp(0.0, 1.0);
    let interval = wilson_effective(share, people as f64, confidence_level)?;
    Ok(Value { interval: Some((least + interval.lower * range, least + interval.upper * range)), ..Value::level(mean) })
}

/// A number without a range is not a result: the reason for the missing range stands in its place.
fn value(estimate: ClusteredEstimate) -> Result<Value, NotEstimable> {
    let interval = estimate.interval.map(|interval| (interval.lower, interval.upper))?;
    Ok(Value { interval: Some(interval), ..Value::level(estimate.estimate) })
}

fn observations(keys: &Keys, measures: &Measures, kind: Kind, used: &[usize]) -> Vec<Observation> {
    let one = |row: usize, weight: f64, factor: f64| Observation {
        y: measures.y[row] * factor,
        x: measures.x[row],
        weight,
        cluster_a: keys.mentee[row],
        cluster_b: keys.mentor[row],
    };
    match kind {
        Kind::PersonShare | Kind::PersonMean(_) => {
            let factor = if let Kind::PersonMean(factor) = kind { f64::from(factor) } else { 1.0 };
            used.chunk_by(|&left, &right| keys.person[left] == keys.person[right])
                .flat_map(|rows| rows.iter().map(|&row| (row, rows.len())))
                .map(|(row, count)| {
                    let fraction = Observation { y: measures.y[row] / measures.x[row] * factor, x: 1.0, ..one(row, 1.0, 1.0) };
                    Observation { weight: 1.0 / count as f64, ..fraction }
                })
                .collect()
        }
        _ => used.iter().map(|&row| one(row, 1.0, 1.0)).collect(),
    }
}

fn subjects(keys: &Keys, measures: &Measures, used: &[usize]) -> Vec<Subject> {
    used.iter()
        .map(|&row| Subject {
            entry: measures.x[row],
            exit: measures.y[row],
            status: measures.status[row].into(),
            cluster_a: keys.mentee[row],
            cluster_b: keys.mentor[row],
        })
        .collect()
}

/// Fewest relationships that must be at risk at every age up to the one at which an incidence is read. With fewer, one event moves the curve by
/// a fifth or more; with none, as in a cohort that was older than that already, nothing was seen of those ages.
const FEWEST_AT_RISK: u64 = 5;

/// The curve, where enough were at risk all the way from the start.
fn curve(subjects: &[Subject], age: f64) -> Result<Incidence, NotEstimable> {
    let curve = Incidence::new(subjects)?;
    match curve.fewest_at_risk(age) {
        0 => Err(NotEstimable::NobodyAtRisk),
        found if found < FEWEST_AT_RISK => Err(NotEstimable::TooFew { needed: FEWEST_AT_RISK, found }),
        _ => Ok(curve),
    }
}

fn incidence_level(subjects: &[Subject], age: u32, support: Support, confidence_level: f64) -> Level {
    let age = f64::from(age);
    let estimate = curve(subjects, age).and_then(|curve| curve.clustered_at(age, FAILURE, confidence_level));
    let (value, method) = match estimate {
        Ok(estimate) if estimate.estimate == 0.0 => {
            (no_failure(subjects, age, confidence_level), "Aalen-Johansen; exact Poisson limit where nothing failed")
        }
        Ok(estimate) => {
            let method = estimate.method;
            (value(estimate), method)
        }
        Err(reason) => (Err(reason), "not estimated"),
    };
    Level { value, support, method }
}

/// Nothing seen of a cause: the upper limit is what the exact Poisson limit of the rate would give by that age.
pub fn no_failure(subjects: &[Subject], age: f64, confidence_level: f64) -> Result<Value, NotEstimable> {
    let mut times: Vec<f64> = subjects.iter().map(|subject| subject.exit - subject.entry).collect();
    times.sort_by(f64::total_cmp);
    let limit = garwood(0.0, sum(times), confidence_level)?.upper;
    Ok(Value { interval: Some((0.0, -(-limit * age).exp_m1())), ..Value::level(0.0) })
}

/// Distinct people among rows; `rows` need not be sorted.
pub fn distinct(ids: &[u32], rows: impl Iterator<Item = usize>) -> u64 {
    let mut seen: Vec<u32> = rows.map(|row| ids[row]).filter(|&id| id != u32::MAX).collect();
    let (least, greatest) = seen.iter().fold((u32::MAX, 0), |(least, greatest), &id| (least.min(id), greatest.max(id)));
    // A bit per possible id is quicker than sorting, where ids are not too far apart.
    if !seen.is_sorted() && ((greatest - least) as usize) < BITS_PER_ID * seen.len() {
        let mut bits = vec![0_u64; (greatest - least) as usize / 64 + 1];
        seen.iter().map(|id| (id - least) as usize).for_each(|id| bits[id / 64] |= 1 << (id % 64));
        return bits.iter().map(|bits| u64::from(bits.count_ones())).sum();
    }
    seen.sort_unstable();
    seen.dedup();
    seen.len() as u64
}

/// Possible ids for each one met, up to which they are counted by bits.
const BITS_PER_ID: usize = 64;

fn support(keys: &Keys, measures: &Measures, kind: Kind, used: &[usize]) -> Support {
    let rows = || used.iter().copied().filter(|&row| kind != Kind::Count || measures.y[row] == 1.0);
    if kind == Kind::Part {
        return part(keys, measures, used);
    }
    let people = distinct(&keys.person, rows());
    let favorable = |row: usize| match kind {
        Kind::Incidence(_) => measures.status[row] == 1,
        _ => measures.y[row] > 0.0,
    };
    let unfavorable = |row: usize| match kind {
        Kind::Incidence(_) => measures.status[row] != 1,
        _ => measures.y[row] < measures.x[row],
    };
    let sides = || {
        let with = distinct(&keys.person, used.iter().copied().filter(|&row| favorable(row)));
        with.min(distinct(&keys.person, used.iter().copied().filter(|&row| unfavorable(row))))
    };
    Support {
        people,
        rated: distinct(&keys.rated, rows()),
        denominator: used.len() as u64,
        n_missing: 0,
        short_side: match kind {
            Kind::PersonShare | Kind::Share | Kind::Incidence(_) => sides(),
            Kind::Rate => distinct(&keys.person, used.iter().copied().filter(|&row| favorable(row))),
            Kind::PersonMean(_) | Kind::Mean | Kind::Count | Kind::Part => people,
        },
        clusters: distinct(&keys.mentee, rows()).min(distinct(&keys.mentor, rows())),
    }
}

/// The support of the smaller side of a count whose total is published.
fn part(keys: &Keys, measures: &Measures, used: &[usize]) -> Support {
    let fewer = |ids: &[u32]| {
        let of = |counted: bool| distinct(ids, used.iter().copied().filter(|&row| (measures.y[row] == 1.0) == counted));
        of(true).min(of(false))
    };
    let people = fewer(&keys.person);
    Support {
        people,
        rated: fewer(&keys.rated),
        denominator: used.len() as u64,
        n_missing: 0,
        short_side: people,
        clusters: fewer(&keys.mentee).min(fewer(&keys.mentor)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 7 of 8 failures have a cause named: the eighth is one person's, who would be told by subtraction.
    #[test]
    fn a_part_has_the_people_of_its_smaller_side() {
        let keys = Keys {
            person: (0..8).collect(),
            rated: vec![0, 0, 1, 1, 2, 2, 3, 3],
            mentee: (0..8).collect(),
            mentor: (0..8).collect(),
            unit: vec![0; 8],
            period: vec![0; 8],
            cells: Vec::new(),
        };
        let measures =
            Measures { y: vec![1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0], x: vec![1.0; 8], missing: vec![false; 8], ..Measures::default() };
        let rows: Vec<u32> = (0..8).collect();
        let [count, part] = [Kind::Count, Kind::Part].map(|kind| level(&keys, &measures, kind, &rows, 0.95));
        assert_eq!((count.value.unwrap().estimate, count.support.people, count.support.rated), (7.0, 7, 4));
        assert_eq!((part.value.unwrap().estimate, part.support.people, part.support.rated), (7.0, 1, 1));
    }

    #[test]
    fn people_are_counted_once_however_far_their_ids_lie_apart() {
        let near: Vec<u32> = (0..1_000).map(|row| 7 + row * 37 % 500).collect();
        let far = [u32::MAX - 1, 3, u32::MAX, 3, 1 << 31];
        assert_eq!((distinct(&near, 0..1_000), distinct(&near, 0..10), distinct(&far, 0..5), distinct(&far, 0..0)), (500, 10, 3, 0));
        assert_eq!(distinct(&[64, 0, 63, 127, 128, 0], 0..6), 5);
    }
}
