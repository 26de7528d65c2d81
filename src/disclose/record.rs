//! The private record of a release: how many people stood in each of its atoms, and marks that tell whether their answers are still the same. It names nobody and holds no answer.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::analyze::{Atom, Contributors, Mark, Marker, PARTS, ResultSet};
use crate::program::plan::Role;

/// What stood behind a release.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Tells the key of the marks from others.
    key: String,
    /// SHA-256 of the manifests of the releases that it was held against.
    pub held_against: BTreeSet<String>,
    /// Ids of the groupings by which atoms are told apart.
    groupings: Vec<String>,
    /// Atoms by outcome and span.
    outcomes: BTreeMap<String, BTreeMap<String, Vec<Counted>>>,
}

/// One atom with answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Cells", into = "Cells")]
pub struct Counted {
    /// Period of the observations, where they have one.
    period: Option<String>,
    /// Code of the group by grouping of the record.
    groups: Vec<Option<String>>,
    /// Over how many of its observations each person is averaged.
    per_person: u32,
    /// Observations.
    observations: u64,
    /// Distinct people.
    people: u64,
    /// Sum of the denominators.
    exposure: f64,
    /// Mark of the observations.
    mark: Mark,
}

/// An atom as a file has it: period, groups, how many are averaged, observations, people, most observations of one person, sum of the denominators, and the mark.
type Cells = (Option<String>, Vec<Option<String>>, u32, u64, u64, u32, f64, String, String);

impl From<Cells> for Counted {
    fn from((period, groups, per_person, observations, people, each, exposure, digest, parts): Cells) -> Self {
        Self { period, groups, per_person, observations, people, exposure, mark: Mark::parse(&digest, &parts, each) }
    }
}

impl From<Counted> for Cells {
    fn from(atom: Counted) -> Self {
        let Counted { period, groups, per_person, observations, people, exposure, mark } = atom;
        (period, groups, per_person, observations, people, mark.each, exposure, mark.digest_text(), mark.parts_text())
    }
}

/// What tells an outcome from all others, its role included.
pub fn outcome_of(outcome: &str, role: Option<Role>) -> String {
    let role = match role {
        None => "",
        Some(Role::Mentee) => "mentee",
        Some(Role::Mentor) => "mentor",
        Some(Role::Institution) => "institution",
    };
    format!("{outcome} {role}")
}

impl Record {
    /// The record of a run, of the marked atoms of each outcome.
    pub fn new(marker: &Marker, results: &ResultSet, contributors: &[Contributors], marked: &[Vec<(Atom, Mark)>]) -> Self {
        let bases: Vec<_> = results.base_groupings.iter().map(|&position| &results.groupings[position]).collect();
        let mut outcomes: BTreeMap<String, BTreeMap<String, Vec<Counted>>> = BTreeMap::new();
        for (outcome, marked) in contributors.iter().zip(marked) {
            let spans = outcomes.entry(outcome_of(&outcome.outcome(), outcome.role)).or_default();
            for (atom, mark) in marked {
                let atoms = spans.entry(results.spans[atom.span].id.clone()).or_default();
                if atom.observations == 0 {
                    continue;
                }
                let code = |(group, base): (&Option<usize>, &&(String, String, Vec<_>))| group.map(|group| code(&base.2, group));
                atoms.push(Counted {
                    period: atom.period.map(|period| results.spans[period].id.clone()),
                    groups: atom.groups.iter().zip(&bases).map(code).collect(),
                    per_person: atom.per_person,
                    observations: atom.observations,
                    people: atom.people,
                    exposure: atom.denominator,
                    mark: *mark,
                });
            }
        }
        let groupings = bases.iter().map(|(id, _, _)| id.clone()).collect();
        Self { key: format!("{:016x}", marker.name()), held_against: BTreeSet::new(), groupings, outcomes }
    }

    /// Whether both have marks under the same key.
    pub fn is_comparable(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// The groupings by which its atoms are told apart.
    pub fn groupings(&self) -> &[String] {
        &self.groupings
    }

    /// The atoms of an outcome in a span; none where nobody answered.
    pub fn atoms(&self, outcome: &str, span: &str) -> &[Counted] {
        self.outcomes.get(outcome).and_then(|spans| spans.get(span)).map_or(&[], Vec::as_slice)
    }

    /// Whether the same answers stand behind an outcome in a span, by the groupings that both have.
    pub fn is_same(&self, other: &Self, outcome: &str, span: &str) -> bool {
        let is_equal = || self.groupings == other.groupings && self.atoms(outcome, span) == other.atoms(outcome, span);
        self.is_comparable(other) && (is_equal() || self.changes(other, outcome, span).is_empty())
    }

    /// What changed of an outcome in a span between two records, by the groupings that both have.
    pub fn changes(&self, other: &Self, outcome: &str, span: &str) -> Vec<Change> {
        let common: Vec<String> = self.groupings.iter().filter(|id| other.groupings.contains(id)).cloned().collect();
        let [own, others] = [self, other].map(|record| record.places(&common, outcome, span));
        let places: BTreeSet<&Place> = own.keys().chain(others.keys()).collect();
        places.into_iter().filter_map(|place| Change::between(own.get(place), others.get(place))).collect()
    }

    /// Whether the same answers stand behind every outcome and span that both have.
    pub fn agrees(&self, other: &Self) -> bool {
        let spans = self.outcomes.iter().flat_map(|(outcome, spans)| spans.keys().map(move |span| (outcome, span)));
        let is_known = |outcome: &String, span: &String| other.outcomes.get(outcome).is_some_and(|spans| spans.contains_key(span));
        let mut common = spans.filter(|(outcome, span)| is_known(outcome, span));
        common.all(|(outcome, span)| self.is_same(other, outcome, span))
    }

    /// The atoms of an outcome in a span, by some of its groupings.
    pub fn places(&self, groupings: &[String], outcome: &str, span: &str) -> BTreeMap<Place, Crowd> {
        let columns: Vec<usize> = groupings.iter().filter_map(|id| self.groupings.iter().position(|own| own == id)).collect();
        let mut places: BTreeMap<Place, Crowd> = BTreeMap::new();
        for atom in self.atoms(outcome, span) {
            let groups = columns.iter().map(|&column| atom.groups.get(column).cloned().flatten()).collect();
            places.entry((atom.period.clone(), groups, atom.per_person)).or_default().add(atom);
        }
        places
    }
}

/// What tells atoms of different releases apart: period, groups, and how many are averaged.
pub type Place = (Option<String>, Vec<Option<String>>, u32);

/// Everybody at one place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Crowd {
    /// Observations.
    pub observations: u64,
    /// People; who is in several atoms counts in each.
    pub people: u64,
    /// No fewer than the observations of any one person.
    pub each: u64,
    /// Sum of the denominators.
    pub exposure: f64,
    /// Mark of the observations.
    pub digest: u64,
    parts: [u8; PARTS],
}

impl Crowd {
    fn add(&mut self, atom: &Counted) {
        self.observations += atom.observations;
        self.people += atom.people;
        self.each += u64::from(atom.mark.each);
        self.exposure += atom.exposure;
        self.digest = self.digest.wrapping_add(atom.mark.digest);
        self.parts.iter_mut().zip(atom.mark.parts).for_each(|(own, part)| *own = own.wrapping_add(part));
    }
}

/// A change of the answers at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Which parts of the people changed.
    parts: u32,
    /// No more than the people who did.
    people: u64,
}

impl Change {
    /// What changed between what stood at a place in one release and in another; none where nothing did.
    pub fn between(one: Option<&Crowd>, other: Option<&Crowd>) -> Option<Self> {
        let nobody = Crowd::default();
        let (before, after) = (one.unwrap_or(&nobody), other.unwrap_or(&nobody));
        let is_same = before.digest == after.digest && before.observations == after.observations;
        let differs = |place: &usize| before.parts[*place] != after.parts[*place];
        let parts = (0..PARTS).filter(differs).fold(0, |parts, place| parts | 1 << place);
        let people = before.people.abs_diff(after.people).max(1);
        (!is_same).then_some(Self { parts, people })
    }

    /// No more than how many people changed in all: people of different parts are different people.
    pub fn people<'a>(changes: impl IntoIterator<Item = &'a Self>) -> u64 {
        let together = |(parts, people): (u32, u64), change: &Self| (parts | change.parts, people.max(change.people));
        let (parts, people) = changes.into_iter().fold((0, 0), together);
        people.max(parts.count_ones().into())
    }
}

fn code(groups: &[crate::derive::Group], group: usize) -> String {
    groups[group].code.clone()
}
