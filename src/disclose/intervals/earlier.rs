//! Earlier figures of other answers beside those of now. An atom that is as it was stands in both; of one that changed, the old sum is the new one and a difference. What earlier releases
//! published cannot give way. Where fewer people changed than the floor, what they changed must stay open, in every atom by itself and in every shown cell.

use std::collections::{BTreeMap, BTreeSet};

use super::super::earlier::{Shown, Version, word};
use super::super::figure::{Figure, People, Symbol, Third};
use super::super::record::{Change, Crowd, Place, Record, outcome_of};
use super::model::{Alike, Model};
use super::protection::Cell;
use super::search::{Sum, Unknown};
use crate::analyze::{Contrast, ReleaseClass, ResultRow, Support};

/// What earlier releases add to the model of an outcome in a span.
#[derive(Debug)]
pub struct Beside {
    /// Whether there are none.
    pub is_empty: bool,
    /// Published sums that cannot give way.
    pub sums: Vec<Sum>,
    /// Changes that must stay open.
    pub cells: Vec<Cell>,
    /// Groups of the atoms that changed, by release.
    pub changes: Vec<Vec<(Vec<Option<usize>>, Change)>>,
}

impl Default for Beside {
    fn default() -> Self {
        Self { is_empty: true, sums: Vec::new(), cells: Vec::new(), changes: Vec::new() }
    }
}

impl Beside {
    /// Unknowns of now that a cell is about: of a difference, those that it is the difference from.
    pub fn near(&self, cell: &Cell) -> Vec<u32> {
        let smallest = |member: &u32| {
            let has = |sum: &&Sum| sum.terms.iter().any(|(unknown, _)| unknown == member);
            self.sums.iter().filter(has).min_by_key(|sum| sum.terms.len())
        };
        cell.members.iter().filter_map(smallest).flat_map(|sum| sum.terms.iter().map(|&(unknown, _)| unknown)).collect()
    }
}

/// The old sum of an atom: unknowns of now, and of one that changed another that is the difference and `less` more.
#[derive(Debug, Clone)]
struct Old {
    now: Vec<u32>,
    difference: Option<(u32, i32)>,
}

/// An atom that changed.
struct Changed<'a> {
    groups: Vec<Option<usize>>,
    change: Change,
    unknown: u32,
    /// Before and after.
    crowds: [&'a Crowd; 2],
}

impl Model<'_> {
    /// Holds the figures of now against earlier ones. `row` is any of the outcome, `shown` are its levels that show a figure.
    pub fn hold_against(&mut self, now: &Record, versions: &[Version<'_>], row: &ResultRow, shown: &[&ResultRow]) {
        let (outcome, span) = (outcome_of(&row.outcome(), row.role), self.results.spans[row.span].id.clone());
        let nobody = Crowd::default();
        self.beside.is_empty = versions.is_empty();
        // What is the same in two earlier releases is one unknown.
        let mut remembered: BTreeMap<(Vec<String>, Place, u64), u32> = BTreeMap::new();
        for (record, figures) in versions {
            let common: Vec<String> = self.base_ids().into_iter().filter(|id| record.groupings().contains(id)).collect();
            let [before, after] = [*record, now].map(|record| record.places(&common, &outcome, &span));
            let mut own: BTreeMap<Place, Vec<u32>> = BTreeMap::new();
            (0..self.atoms.len()).for_each(|atom| own.entry(self.place(atom, &common)).or_default().push(atom as u32));
            let mut changed: Vec<Changed<'_>> = Vec::new();
            let mut olds: Vec<Old> = Vec::new();
            for place in before.keys().chain(after.keys().filter(|place| !before.contains_key(*place))) {
                let (old, new) = (before.get(place), after.get(place));
                let now = own.get(place).cloned().unwrap_or_default();
                let difference = Change::between(old, new).map(|change| {
                    let crowds = [old, new].map(|crowd| crowd.unwrap_or(&nobody));
                    let (least, most) = self.limits(change, crowds);
                    let key = (common.clone(), place.clone(), old.map_or(0, |crowd| crowd.digest));
                    let unknown = *remembered.entry(key).or_insert_with(|| self.difference(change, crowds, (least, most), &now));
                    changed.push(Changed { groups: self.groups(place, &common), change, unknown, crowds });
                    (unknown, -least)
                });
                if old.is_some() {
                    olds.push(Old { now, difference });
                }
            }
            let alike = before.iter().map(|(place, crowd)| self.alike(place, &common, crowd)).collect();
            let model = self.of_atoms(alike);
            let groupings: Vec<usize> = (0..self.results.groupings.len()).filter(|&grouping| self.is_made_of(grouping, &common)).collect();
            for figure in *figures {
                let sum = model.earlier_row(row, figure, &groupings).and_then(|row| model.sum(&row, &figure.figure));
                let sum = sum.map(|sum| translated(sum, &olds));
                self.beside.sums.extend(sum.filter(|sum| !self.beside.sums.contains(sum)).into_iter().collect::<Vec<_>>());
            }
            let levels = figures.iter().filter(|figure| figure.contrast.is_empty() && !figure.figure.is_hidden());
            let mut cells: BTreeSet<(usize, usize)> = levels.filter_map(|figure| self.cell_of(figure, &groupings)).collect();
            cells.extend(shown.iter().map(|row| (row.grouping, row.group)));
            let one_each = changed.iter().filter_map(|changed| self.open(&[changed])).collect::<Vec<_>>();
            let together = cells.into_iter().filter(|(grouping, _)| groupings.contains(grouping)).filter_map(|(grouping, group)| {
                let bases = self.bases(grouping);
                let codes = self.codes(&bases, grouping, group);
                let is_in = |changed: &&Changed<'_>| bases.iter().zip(&codes).all(|(&base, code)| changed.groups[base] == *code);
                self.open(&changed.iter().filter(is_in).collect::<Vec<_>>())
            });
            let together = together.collect::<Vec<_>>();
            self.beside.cells.extend(one_each.into_iter().chain(together));
            self.beside.changes.push(changed.into_iter().map(|changed| (changed.groups, changed.change)).collect());
        }
    }

    /// What is shown of a row beside earlier figures, unless it repeats one: the ends of an interval tell the direction of a change as an estimate does, and are no sum.
    pub fn without_interval(&self, row: &ResultRow, figure: &Figure) -> Option<Figure> {
        let Figure::Point { estimate, interval: Some(_), people, .. } = figure else { return None };
        let bases = self.bases(row.grouping);
        let codes = self.codes(&bases, row.grouping, row.group);
        let is_in = |groups: &[Option<usize>]| bases.iter().zip(&codes).all(|(&base, code)| groups[base] == *code);
        let is_few = |changes: &Vec<(Vec<Option<usize>>, Change)>| {
            // A difference is about everybody, its group by itself included.
            let own = Change::people(changes.iter().filter(|(groups, _)| is_in(groups)).map(|(_, change)| change));
            let all = Change::people(changes.iter().map(|(_, change)| change));
            let few = 1..self.floor();
            few.contains(&own) || row.contrast == Contrast::Gap && few.contains(&all)
        };
        let bare = || match row.contrast {
            Contrast::None => Figure::Point { estimate: *estimate, interval: None, adjusted: None, people: *people },
            _ => Figure::Hidden(Symbol::Confidential),
        };
        self.beside.changes.iter().any(is_few).then(bare)
    }

    fn floor(&self) -> u64 {
        self.privacy.minimum_people.max(5)
    }

    fn base_ids(&self) -> Vec<String> {
        self.results.base_groupings.iter().map(|&position| self.results.groupings[position].0.clone()).collect()
    }

    /// The place of an atom of now, by some groupings.
    fn place(&self, atom: usize, common: &[String]) -> Place {
        let Alike { groups, period, per_person, .. } = &self.atoms[atom];
        let code = |(&grouping, group): (&usize, &Option<usize>)| {
            let (id, _, codes) = &self.results.groupings[grouping];
            common.contains(id).then(|| group.map(|group| codes[group].code.clone()))
        };
        let groups = self.results.base_groupings.iter().zip(groups).filter_map(code).collect();
        (period.map(|period| self.results.spans[period].id.clone()), groups, *per_person)
    }

    /// Positions of the groups of a place; that of a group which is no more is nobody's.
    fn groups(&self, place: &Place, common: &[String]) -> Vec<Option<usize>> {
        let mut codes = place.1.iter();
        let bases = self.results.base_groupings.iter().map(|&grouping| &self.results.groupings[grouping]);
        let position = |(id, _, groups): &(String, String, Vec<crate::derive::Group>)| {
            let code = if common.contains(id) { codes.next()?.as_ref()? } else { return None };
            Some(groups.iter().position(|group| group.code == *code).unwrap_or(usize::MAX))
        };
        bases.map(position).collect()
    }

    fn alike(&self, place: &Place, common: &[String], crowd: &Crowd) -> Alike {
        Alike {
            groups: self.groups(place, common),
            period: None,
            per_person: place.2,
            observations: crowd.observations as f64,
            people: crowd.people,
            exposure: crowd.exposure,
        }
    }

    fn units(&self, observations: u64) -> i32 {
        i32::try_from(observations).unwrap_or(i32::MAX / self.units.full).saturating_mul(self.units.full)
    }

    /// Least and most that the old sum of an atom is more than the new one. Whoever reads both may know how many changed, which is a guard against nobody where
    /// they are as many as the floor.
    fn limits(&self, change: Change, [before, after]: [&Crowd; 2]) -> (i32, i32) {
        let (most_lost, most_gained) = (self.units(after.observations), self.units(before.observations));
        let people = Change::people([&change]);
        if people >= self.floor() {
            return (-most_lost, most_gained);
        }
        let each = before.each.max(after.each);
        // Who joined or left changed one way only.
        let joined = people - after.people.saturating_sub(before.people).min(people);
        let left = people - before.people.saturating_sub(after.people).min(people);
        (-self.units(left * each).min(most_lost), self.units(joined * each).min(most_gained))
    }

    /// Adds the unknown difference of an atom, from 0.
    fn difference(&mut self, change: Change, [before, after]: [&Crowd; 2], (least, most): (i32, i32), now: &[u32]) -> u32 {
        let people = Change::people([&change]);
        let people = if people < self.floor() { people } else { before.people + after.people };
        let unknown = self.unknowns.len() as u32;
        self.unknowns.push(Unknown { upper: most - least, people: i32::try_from(people).unwrap_or(i32::MAX).max(1) });
        if !now.is_empty() {
            let terms = now.iter().copied().chain([unknown]).map(|unknown| (unknown, 1.0)).collect();
            let lower = f64::from(-least);
            self.beside.sums.push(Sum { terms, lower, upper: lower + f64::from(self.units(before.observations)) });
        }
        unknown
    }

    /// What these atoms changed together, if that is to stay open.
    fn open(&self, changed: &[&Changed<'_>]) -> Option<Cell> {
        let people = Change::people(changed.iter().map(|changed| &changed.change));
        let members: Vec<u32> = changed.iter().map(|changed| changed.unknown).collect::<BTreeSet<u32>>().into_iter().collect();
        let range: i32 = members.iter().map(|&member| self.unknowns[member as usize].upper).sum();
        if range == 0 || people >= self.floor() {
            return None;
        }
        let all = |count: fn(&Crowd) -> u64| changed.iter().flat_map(|changed| changed.crowds).map(count).sum::<u64>();
        // Half of what so many could have given.
        let own = self.units(all(|crowd| crowd.observations)).div_euclid(i32::try_from(all(|crowd| crowd.people)).ok()?.max(1)).max(1);
        let mut width = (own.saturating_mul(people as i32) + 1) / 2;
        if self.units.class == ReleaseClass::Count {
            width = width.min(self.floor() as i32 - 1);
        }
        Some(Cell { members, width: width.min((range + 1) / 2) })
    }

    /// Whether a grouping of now is a combination of these.
    fn is_made_of(&self, grouping: usize, common: &[String]) -> bool {
        grouping == 0 || self.results.groupings[grouping].0.split(" x ").all(|base| common.iter().any(|id| id == base))
    }

    fn cell_of(&self, figure: &Shown, groupings: &[usize]) -> Option<(usize, usize)> {
        let grouping = groupings.iter().copied().find(|&grouping| self.results.groupings[grouping].0 == figure.grouping)?;
        Some((grouping, self.results.groupings[grouping].2.iter().position(|group| group.code == figure.group)?))
    }

    /// The row that an earlier figure was of; none where it tells nothing of sums. `self` is the model of that time.
    fn earlier_row(&self, row: &ResultRow, figure: &Shown, groupings: &[usize]) -> Option<ResultRow> {
        let contrast = [Contrast::None, Contrast::Gap].into_iter().find(|contrast| word(contrast) == figure.contrast)?;
        if figure.formula_version != row.metric.formula_version {
            return None;
        }
        let (grouping, group) = self.cell_of(figure, groupings)?;
        // Whoever is in several atoms counts once there.
        let counted = self.people(&self.members(grouping, group));
        let people = match &figure.figure {
            Figure::Point { people, .. } | Figure::AtLeast(_, people) | Figure::AtMost(_, people) => match people {
                People::FiveToNine => counted.clamp(5, 9),
                People::TenToFortyNine => counted.clamp(10, 49),
                People::About(people) => counted.clamp(people.saturating_sub(2).max(50), people + 2),
            },
            Figure::Third(Third::Lower | Third::Middle | Third::Upper) => counted.clamp(7, 9),
            Figure::Hidden(_) => return None,
        };
        let support = Support { people, ..Support::default() };
        Some(ResultRow { grouping, group, contrast, support, ..row.clone() })
    }
}

/// A sum over old sums as one over unknowns.
fn translated(sum: Sum, olds: &[Old]) -> Sum {
    let (mut terms, mut shift) = (Vec::new(), 0.0);
    for (old, weight) in sum.terms {
        let Old { now, difference } = &olds[old as usize];
        terms.extend(now.iter().map(|&unknown| (unknown, weight)));
        if let Some((unknown, less)) = difference {
            terms.push((*unknown, weight));
            shift += weight * f64::from(*less);
        }
    }
    Sum { terms, lower: sum.lower + shift, upper: sum.upper + shift }
}
