//! Atoms: the observations of an outcome, parted so finely that every published cell is a sum of them.
//!
//! All that disclosure control protects, and all that an auditor can try, follows from how many people stand in which atom.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::estimate::{Kind, distinct};
use super::keys::NOT_STATED;
use super::result::{Contributors, ResultSet, outcome_key};
use crate::derive::SpanKind;
use crate::stats::sum;

/// The observations of one outcome that share their span, period and groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Atom {
    /// Position of the span.
    pub span: usize,
    /// Position of the period in which the observation was made; none where the outcome has no such.
    pub period: Option<usize>,
    /// Position of the group under each of [`ResultSet::base_groupings`]; none where it is not stated, and in periods, for which no group is published.
    pub groups: Vec<Option<usize>>,
    /// Observations of the same person in this span over which that person is averaged first; 1 where nobody is.
    pub per_person: u32,
    /// Observations that carry an answer.
    pub observations: u64,
    /// Observations that were asked for and are missing.
    pub missing: u64,
    /// Distinct people among those that carry an answer.
    pub people: u64,
    /// Distinct people rated by them.
    pub rated: u64,
    /// Sum of the observations' values: for shares, counts and incidences how many have the property, for rates the events.
    pub numerator: f64,
    /// Sum of the observations' weights: how many they are, for rates their hundreds of months.
    pub denominator: f64,
}

/// One observation, as far as it tells in which cells it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observation {
    /// Who answered, or whose relationship is counted.
    pub person: u32,
    /// Who is rated or on the other side.
    pub rated: u32,
    /// The mentee.
    pub mentee: u32,
    /// The mentor.
    pub mentor: u32,
    /// What tells observations of the same two people apart, alike in every span.
    pub unit: i64,
}

impl Contributors {
    /// What tells this outcome from all others of its role: unlike the metric id, it names the scale's instrument.
    pub fn outcome(&self) -> String {
        outcome_key(self.metric, self.detail.as_ref())
    }

    /// Whether the outcome counts observations with a property, so that the count itself is the number of those exposed.
    pub fn is_count(&self) -> bool {
        matches!(self.kind, Kind::Count | Kind::Part)
    }

    /// Whether both are about the same observations.
    pub fn shares_observations(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.keys, &other.keys)
    }

    /// The observations behind a cell: those that carry an answer, for counts those that are counted.
    pub fn cell(&self, grouping: usize, span: usize, group: Option<usize>) -> impl Iterator<Item = Observation> + '_ {
        let rows = self.keys.cell(grouping, span, group.map_or(NOT_STATED, |group| group as u16)).iter().map(|&row| row as usize);
        rows.filter(|&row| !self.measures.missing[row] && (!self.is_count() || self.measures.y[row] == 1.0))
            .map(|row| self.observation(row))
    }

    fn observation(&self, row: usize) -> Observation {
        let keys = &self.keys;
        Observation {
            person: keys.person[row],
            rated: keys.rated[row],
            mentee: keys.mentee[row],
            mentor: keys.mentor[row],
            unit: keys.unit[row],
        }
    }

    /// The groups of every observation under the base groupings, and its span.
    fn places(&self, results: &ResultSet) -> Vec<(u16, Vec<u16>)> {
        // Some outcomes leave observations out of every cell.
        let mut places = vec![(NOT_STATED, vec![NOT_STATED; results.base_groupings.len()]); self.keys.person.len()];
        for (column, &grouping) in results.base_groupings.iter().enumerate() {
            for (&(span, group), rows) in &self.keys.cells[grouping] {
                for &row in rows {
                    places[row as usize].0 = span;
                    places[row as usize].1[column] = group;
                }
            }
        }
        for (&(span, _), rows) in &self.keys.cells[0] {
            rows.iter().for_each(|&row| places[row as usize].0 = span);
        }
        places
    }

    /// How many observations of its person and span each observation is averaged with.
    fn per_person(&self, places: &[(u16, Vec<u16>)]) -> Vec<u32> {
        let mut counts: BTreeMap<(u16, u32), u32> = BTreeMap::new();
        let used = || (0..places.len()).filter(|&row| !self.measures.missing[row]);
        if !matches!(self.kind, Kind::PersonShare | Kind::PersonMean(_)) {
            return vec![1; places.len()];
        }
        used().for_each(|row| *counts.entry((places[row].0, self.keys.person[row])).or_default() += 1);
        (0..places.len()).map(|row| counts.get(&(places[row].0, self.keys.person[row])).copied().unwrap_or(1)).collect()
    }

    /// The value and the weight of an observation.
    pub(super) fn value(&self, row: usize) -> (f64, f64) {
        let (y, x) = (self.measures.y[row], self.measures.x[row]);
        match self.kind {
            Kind::PersonMean(factor) => (y / x * f64::from(factor), 1.0),
            Kind::PersonShare => (y / x, 1.0),
            Kind::Incidence(_) => (f64::from(u8::from(self.measures.status[row] == 1)), 1.0),
            _ => (y, x),
        }
    }
}

/// What an observation is sorted into: span, period, groups, and how many are averaged.
type Place<'a> = (u16, u16, &'a [u16], u32);

/// The atoms of an outcome in the periods and windows of a run, in the order span, period, groups.
pub fn atoms(results: &ResultSet, contributors: &Contributors) -> Vec<Atom> {
    parted(results, contributors, |_| ()).into_iter().map(|(atom, ())| atom).collect()
}

/// The atoms of an outcome, each with something made of the rows that carry an answer.
pub(super) fn parted<T>(results: &ResultSet, contributors: &Contributors, make: impl Fn(&[usize]) -> T) -> Vec<(Atom, T)> {
    let places = contributors.places(results);
    let per_person = contributors.per_person(&places);
    let mut rows: BTreeMap<Place<'_>, Vec<usize>> = BTreeMap::new();
    let nowhere = vec![NOT_STATED; results.base_groupings.len()];
    for (row, (span, groups)) in places.iter().enumerate() {
        let Some(info) = results.spans.get(usize::from(*span)) else { continue };
        let groups = match info.kind {
            SpanKind::Window => groups,
            // For periods no group is published.
            SpanKind::Period => &nowhere,
            SpanKind::Before(_) | SpanKind::Since(_) => continue,
        };
        rows.entry((*span, contributors.keys.period[row], groups, per_person[row])).or_default().push(row);
    }
    let stated = |code: u16| (code != NOT_STATED).then_some(usize::from(code));
    rows.into_iter()
        .map(|((span, period, groups, per_person), rows)| {
            let used: Vec<usize> = rows.iter().copied().filter(|&row| !contributors.measures.missing[row]).collect();
            let total = |part: fn((f64, f64)) -> f64| {
                let mut values: Vec<f64> = used.iter().map(|&row| part(contributors.value(row))).collect();
                values.sort_by(f64::total_cmp);
                sum(values)
            };
            let atom = Atom {
                span: usize::from(span),
                period: stated(period),
                groups: groups.iter().copied().map(stated).collect(),
                per_person,
                observations: used.len() as u64,
                missing: (rows.len() - used.len()) as u64,
                people: distinct(&contributors.keys.person, used.iter().copied()),
                rated: distinct(&contributors.keys.rated, used.iter().copied()),
                numerator: total(|value| value.0),
                denominator: total(|value| value.1),
            };
            (atom, make(&used))
        })
        .collect()
}
