//! One outcome in one span as sums over unknown answers: what is published of it, and what must stay open.

use std::collections::{BTreeMap, BTreeSet};

use super::super::decimal::Decimal;
use super::super::figure::{Figure, People, Symbol, Third};
use super::super::ladder::{self, COARSE_FROM, FINE_FROM};
use super::super::means::Range;
use super::earlier::Beside;
use super::protection::Cell;
use super::search::{Sum, Unknown};
use super::units::Units;
use crate::analyze::{Atom, Contrast, ReleaseClass, ResultRow, ResultSet, Unit};
use crate::program::plan::Privacy;

/// Part of a unit by which an end is left out that a figure does not include: less than sums stand apart, more than the noise of floating-point numbers.
const END: f64 = 0.001;

/// The published sums of one outcome in one span.
pub struct Model<'a> {
    pub(super) results: &'a ResultSet,
    pub(super) privacy: &'a Privacy,
    pub(super) units: Units,
    /// Observations that are alike in every grouping; of their answers nothing is read.
    pub(super) atoms: Vec<Alike>,
    pub(super) unknowns: Vec<Unknown>,
    /// What earlier releases say.
    pub(super) beside: Beside,
}

/// See [`Model::atoms`].
pub(super) struct Alike {
    pub(super) groups: Vec<Option<usize>>,
    pub(super) period: Option<usize>,
    pub(super) per_person: u32,
    pub(super) observations: f64,
    pub(super) people: u64,
    pub(super) exposure: f64,
}

/// What tells observations apart: groups, period, and how many are averaged.
type Place<'a> = (&'a [Option<usize>], Option<usize>, u32);

/// What else may be shown of a sum that gives way: the figure, and between which values it puts the sum; none where nothing is shown.
pub type Rung = (Figure, Option<(f64, f64)>);

impl<'a> Model<'a> {
    /// The model of an outcome's atoms in a span; none where groups have no sums. `row` is any of its rows.
    pub fn new(results: &'a ResultSet, privacy: &'a Privacy, row: &ResultRow, atoms: &[&Atom]) -> Option<Self> {
        let units = Units::of(row)?;
        let mut alike: BTreeMap<Place<'_>, Alike> = BTreeMap::new();
        for atom in atoms.iter().filter(|atom| atom.observations > 0) {
            let Alike { observations, people, exposure, .. } =
                alike.entry((&atom.groups, atom.period, atom.per_person)).or_insert_with(|| Alike {
                    groups: atom.groups.clone(),
                    period: atom.period,
                    per_person: atom.per_person,
                    observations: 0.0,
                    people: 0,
                    exposure: 0.0,
                });
            *observations += atom.observations as f64;
            *people += atom.people;
            *exposure += atom.denominator;
        }
        let model = Self { results, privacy, units, atoms: Vec::new(), unknowns: Vec::new(), beside: Beside::default() };
        Some(model.of_atoms(alike.into_values().collect()))
    }

    /// The model of other atoms.
    pub(super) fn of_atoms(&self, atoms: Vec<Alike>) -> Self {
        let Self { results, privacy, units, .. } = *self;
        let unknown = |atom: &Alike| Unknown {
            upper: (atom.observations * f64::from(units.full)) as i32,
            people: i32::try_from(atom.people).unwrap_or(i32::MAX).max(1),
        };
        let unknowns = atoms.iter().map(unknown).collect();
        let beside = Beside { is_empty: self.beside.is_empty, ..Beside::default() };
        Self { results, privacy, units, atoms, unknowns, beside }
    }

    /// What earlier releases say; nothing where nothing changed since.
    pub fn beside(&self) -> &Beside {
        &self.beside
    }

    /// Its unknowns.
    pub fn unknowns(&self) -> &[Unknown] {
        &self.unknowns
    }

    /// Positions of the base groupings that make up a grouping, among the base groupings; empty for the whole program.
    pub(super) fn bases(&self, grouping: usize) -> Vec<usize> {
        let name = |position: usize| self.results.groupings[position].0.as_str();
        let parts = |base: &str| self.results.base_groupings.iter().position(|&position| name(position) == base);
        name(grouping).split(" x ").filter_map(parts).collect()
    }

    /// The group of each base grouping that make up a group.
    pub(super) fn codes(&self, bases: &[usize], grouping: usize, group: usize) -> Vec<Option<usize>> {
        let codes = self.results.groupings[grouping].2[group].code.split('|');
        let code = |(base, code): (&usize, &str)| {
            self.results.groupings[self.results.base_groupings[*base]].2.iter().position(|group| group.code == code)
        };
        bases.iter().zip(codes).map(code).collect()
    }

    pub(super) fn members(&self, grouping: usize, group: usize) -> Vec<u32> {
        let bases = self.bases(grouping);
        let codes = self.codes(&bases, grouping, group);
        let is_in = |atom: &Alike| bases.iter().zip(&codes).all(|(&base, code)| atom.groups[base] == *code);
        (0..self.atoms.len() as u32).filter(|&place| is_in(&self.atoms[place as usize])).collect()
    }

    /// The weight of one unit of an atom in a mean over people.
    fn weight(&self, member: u32) -> f64 {
        if self.units.is_count() { 1.0 } else { 1.0 / f64::from(self.atoms[member as usize].per_person) }
    }

    /// How many people's answers a cell weighs.
    fn total(&self, members: &[u32]) -> f64 {
        members.iter().map(|&member| self.atoms[member as usize].observations * self.weight(member)).sum()
    }

    /// Groups of pairs part a person's observations, who counts in part here and in whole there: by how much at most.
    fn parted(&self, members: &[u32]) -> f64 {
        members.iter().map(|&member| self.atoms[member as usize].observations * (1.0 - self.weight(member))).sum()
    }

    fn observations(&self, members: &[u32]) -> f64 {
        members.iter().map(|&member| self.atoms[member as usize].observations).sum()
    }

    /// Hundreds of months.
    fn exposure(&self, members: &[u32]) -> f64 {
        members.iter().map(|&member| self.atoms[member as usize].exposure).sum()
    }

    pub(super) fn people(&self, members: &[u32]) -> u64 {
        members.iter().map(|&member| self.atoms[member as usize].people).sum()
    }

    fn is_by_pair(&self, grouping: usize) -> bool {
        self.results.groupings[grouping].0.split(" x ").any(|base| base == "cohort")
    }

    /// What a row publishes; none where that is nothing about answers.
    pub fn sum(&self, row: &ResultRow, figure: &Figure) -> Option<Sum> {
        let members = self.members(row.grouping, row.group);
        let (lower, upper) = match row.contrast {
            Contrast::None => self.level(row, figure, &members)?,
            Contrast::Gap => return self.gap(row, figure, &members),
            Contrast::Change { .. } | Contrast::Effect { .. } => return None,
        };
        let terms: Vec<(u32, f64)> = members.iter().map(|&member| (member, self.weight(member))).collect();
        (!terms.is_empty()).then_some(Sum { terms, lower, upper })
    }

    /// Between which sums a figure puts a level. Halves are rounded up, and a third belongs to the middle: sums of whole answers, and those beside earlier figures, do not stand at such an end.
    fn level(&self, row: &ResultRow, figure: &Figure, members: &[u32]) -> Option<(f64, f64)> {
        let (lower, upper) = self.closed_level(row, figure, members)?;
        let are_whole = self.units.full == 1 && members.iter().all(|&member| self.atoms[member as usize].per_person == 1);
        let end = if are_whole || !self.beside.is_empty { END } else { 0.0 };
        Some(match figure {
            Figure::Third(Third::Upper) => (lower + end, upper),
            Figure::Point { .. } | Figure::Third(Third::Lower) => (lower, upper - end),
            Figure::AtMost(..) if row.support.people < 7 => (lower, upper - end),
            _ => (lower, upper),
        })
    }

    fn closed_level(&self, row: &ResultRow, figure: &Figure, members: &[u32]) -> Option<(f64, f64)> {
        if self.units.is_count() {
            let half = ladder::step(row).value() / 2.0;
            let is_rate = self.units.class == ReleaseClass::Additive;
            let exposure = if is_rate { self.exposure(members) } else { 1.0 };
            // Events are counted in people, of whom a rate as a number has enough and a range of its own has fewer.
            let (few, is_counted) = (ladder::events(row) as f64, is_rate && row.support.people as f64 == self.observations(members));
            return match figure {
                Figure::Point { estimate, .. } => {
                    let lower = (estimate.value() - half) * exposure;
                    Some((if is_counted { lower.max(few) } else { lower }, (estimate.value() + half) * exposure))
                }
                Figure::AtMost(bound, _) => {
                    let upper = bound.value() * exposure;
                    let is_own = is_counted && ladder::rate_reach(row) == Some(bound.value() as i64);
                    Some((0.0, if is_own { upper.min(few - 1.0) } else { upper }))
                }
                _ => None,
            };
        }
        let (lower, upper) = self.share(row, figure, members)?;
        let total = self.total(members);
        let parted = if self.is_by_pair(row.grouping) { self.parted(members) } else { 0.0 };
        let full = f64::from(self.units.full);
        Some(((lower * total - parted) * full, upper * (total + parted) * full))
    }

    /// Between which shares of its range a figure puts a level.
    fn share(&self, row: &ResultRow, figure: &Figure, members: &[u32]) -> Option<(f64, f64)> {
        let Range { least, greatest, .. } = self.units.range;
        let share = |value: f64| (value - least) / (greatest - least);
        let answers = self.observations(members);
        // Sides are counted in people: where each answered once, in answers, too.
        let is_counted = self.units.class == ReleaseClass::Proportion
            && row.support.people as f64 == answers
            && row.support.people >= COARSE_FROM
            && members.iter().all(|&member| self.atoms[member as usize].per_person == 1);
        let is_response = row.metric.id.starts_with("response_");
        let (few, short) = (ladder::SHORT_SIDE as f64, if is_response { ladder::NOT_ANSWERED } else { ladder::SHORT_SIDE } as f64);
        Some(match figure {
            Figure::Point { estimate, interval, .. } => {
                let half = ladder::step(row).value() / 2.0;
                let (mut lower, mut upper) = (share(estimate.value() - half), share(estimate.value() + half));
                if let Some((low, high)) = interval {
                    (lower, upper) = (lower.max(share(low.value())), upper.min(share(high.value())));
                }
                // A number says that the short side is not short.
                if is_counted && !is_response {
                    (lower, upper) = (lower.max(few / answers), upper.min(1.0 - few / answers));
                }
                (lower, upper)
            }
            // A range as wide as its size has it by itself says how many are on the short side; a wider one does not.
            Figure::AtLeast(bound, _) => {
                let bound = share(bound.value());
                let is_own = is_counted
                    && (is_response && bound > 0.5 || (100.0 - bound * 100.0).round() as u64 == ladder::reach(row.support.people));
                (if is_own { bound.max(1.0 - (short - 1.0) / answers) } else { bound }, 1.0)
            }
            Figure::AtMost(bound, _) => {
                let bound = share(bound.value());
                let is_own = is_counted && (bound * 100.0).round() as u64 == ladder::reach(row.support.people);
                (0.0, if is_own { bound.min((few - 1.0) / answers) } else { bound })
            }
            Figure::Third(Third::Lower) => (0.0, 1.0 / 3.0),
            Figure::Third(Third::Middle) => (1.0 / 3.0, 2.0 / 3.0),
            Figure::Third(Third::Upper) => (2.0 / 3.0, 1.0),
            Figure::Hidden(_) => return None,
        })
    }

    /// A group minus everybody else of a stated group.
    fn gap(&self, row: &ResultRow, figure: &Figure, members: &[u32]) -> Option<Sum> {
        let (estimate, grid) = (figure.estimate()?.value(), ladder::grid_of_difference(row, figure));
        let bases = self.bases(row.grouping);
        let is_stated = |member: &u32| bases.iter().all(|&base| self.atoms[*member as usize].groups[base].is_some());
        let others: Vec<u32> =
            (0..self.atoms.len() as u32).filter(|member| is_stated(member) && members.binary_search(member).is_err()).collect();
        if self.units.class == ReleaseClass::Count || members.is_empty() || others.is_empty() {
            return None;
        }
        // Events stand over months, answers over those who gave them.
        let total = |members: &[u32]| if self.units.is_count() { self.exposure(members) } else { self.total(members) };
        let (here, there) = (total(members), total(&others));
        let mut terms: Vec<(u32, f64)> = members.iter().map(|&member| (member, self.weight(member) / here)).collect();
        terms.extend(others.iter().map(|&member| (member, -self.weight(member) / there)));
        let part = if self.is_by_pair(row.grouping) { self.parted(members) / here + self.parted(&others) / there } else { 0.0 };
        let range = if self.units.is_count() { 1.0 } else { self.units.range.greatest - self.units.range.least };
        let (half, span) = (grid / 2.0 + part * range, range / f64::from(self.units.full));
        // In units of the smaller side, so that a unit of excess weighs about as much as that of a level.
        let scale = here.min(there);
        terms.iter_mut().for_each(|term| term.1 *= scale);
        let end = if self.beside.is_empty { 0.0 } else { END };
        Some(Sum { terms, lower: (estimate - half) / span * scale, upper: (estimate + half) / span * scale - end })
    }

    /// What else may be shown of a row that gives way, finest first and at last nothing.
    pub fn rungs(&self, row: &ResultRow, figure: &Figure) -> Vec<Rung> {
        let members = self.members(row.grouping, row.group);
        let mut rungs = match row.contrast {
            Contrast::None => self.wider(row, figure, &members),
            _ => self.coarse(row, figure),
        };
        rungs.push((Figure::Hidden(Symbol::Confidential), None));
        rungs
    }

    /// A difference of shares on coarser grids.
    fn coarse(&self, row: &ResultRow, figure: &Figure) -> Vec<Rung> {
        let (Ok(value), Unit::Proportion) = (&row.value, row.metric.unit) else { return Vec::new() };
        let figures = ladder::coarse_differences(row, *value).into_iter().filter(|coarse| coarse.estimate() != figure.estimate());
        figures
            .filter_map(|figure| Some((self.sum(row, &figure)?, figure)))
            .map(|(sum, figure)| (figure, Some((sum.lower, sum.upper))))
            .collect()
    }

    /// Wider and wider ranges to the nearer end of the range, at last the half of it that a level lies in.
    fn wider(&self, row: &ResultRow, figure: &Figure, members: &[u32]) -> Vec<Rung> {
        let people = match (figure, row.support.people) {
            (Figure::Point { people, .. } | Figure::AtLeast(_, people) | Figure::AtMost(_, people), _) => *people,
            (_, COARSE_FROM..FINE_FROM) => People::TenToFortyNine,
            _ => People::FiveToNine,
        };
        let bounds = |figure: &Figure| self.level(row, figure, members);
        if self.units.class == ReleaseClass::Additive {
            let highest = match figure {
                Figure::Point { estimate, .. } => estimate.value() + ladder::step(row).value() / 2.0,
                Figure::AtMost(bound, _) => bound.value() + 1.0,
                _ => return Vec::new(),
            };
            // An end that its size never has by itself does not say that events are few.
            let is_wider = |reach: &i64| *reach as f64 >= highest && ladder::rate_reach(row) != Some(*reach);
            let wider = ladder::RATES.into_iter().filter(is_wider).take(2).map(|reach| Figure::AtMost(Decimal::new(reach, 0), people));
            return wider.map(|figure| (figure.clone(), bounds(&figure))).collect();
        }
        let Some((lower, upper)) = self.share(row, figure, members) else { return Vec::new() };
        let Range { least, greatest, .. } = self.units.range;
        // Ends that a range of its size never has by itself, so that none of them says how many are on the short side.
        let reaches: &[f64] = match (self.units.class, row.support.people) {
            (ReleaseClass::Proportion, 0..COARSE_FROM) => &[0.5],
            (ReleaseClass::Proportion, _) if row.metric.id.starts_with("response_") => &[0.5],
            (ReleaseClass::Proportion, people) => {
                let own = ladder::reach(people);
                &[0.1, 0.2, 0.35, 0.5][[10, 20, 35, 50].iter().position(|&reach| reach > own).unwrap_or(3)..]
            }
            (ReleaseClass::Mean, 0..COARSE_FROM) => &[0.5],
            (ReleaseClass::Mean, _) => &[0.25, 0.5],
            _ => &[],
        };
        let places = match row.metric.unit {
            Unit::Proportion => 2,
            Unit::ScalePoints => 1,
            _ => 0,
        };
        let decimal = |share: f64| {
            let value = (least + share * (greatest - least)) * 10f64.powi(places);
            // An end that the grid has not would say something else than it does.
            ((value - value.round()).abs() < 1e-6).then(|| Decimal::new(value.round() as i64, places as u8))
        };
        let at_most = reaches.iter().filter(|&&reach| reach >= upper - 1e-9).filter_map(|&reach| decimal(reach));
        let at_least = reaches.iter().filter(|&&reach| 1.0 - reach <= lower + 1e-9).filter_map(|&reach| decimal(1.0 - reach));
        let ranges: Vec<Figure> = if upper <= 0.5 + 1e-9 {
            at_most.map(|bound| Figure::AtMost(bound, people)).collect()
        } else {
            at_least.map(|bound| Figure::AtLeast(bound, people)).collect()
        };
        ranges.into_iter().filter(|range| range != figure).map(|range| (range.clone(), bounds(&range))).collect()
    }

    /// The cell of a row that shows nothing.
    pub fn hidden_cell(&self, row: &ResultRow) -> Option<Cell> {
        self.cell(self.members(row.grouping, row.group), true)
    }

    /// Every cell with too few people, of declared groupings and of any two crossed.
    pub fn small_cells(&self) -> Vec<Cell> {
        let bases = self.results.base_groupings.len();
        let declared = (0..self.results.groupings.len()).map(|grouping| self.bases(grouping));
        let crossed = (0..bases).flat_map(|one| (one + 1..bases).map(move |other| vec![one, other]));
        let tables: BTreeSet<Vec<usize>> = declared.chain(crossed).collect();
        let mut cells = Vec::new();
        for bases in tables {
            let mut parts: BTreeMap<Vec<Option<usize>>, Vec<u32>> = BTreeMap::new();
            for (place, atom) in self.atoms.iter().enumerate() {
                parts.entry(bases.iter().map(|&base| atom.groups[base]).collect()).or_default().push(place as u32);
            }
            cells.extend(parts.into_values().filter_map(|members| self.cell(members, false)));
        }
        cells
    }

    /// Half of a cell's range must stay possible; of one that would have been shown, as much as its precision leaves.
    fn cell(&self, members: Vec<u32>, is_hidden: bool) -> Option<Cell> {
        let people = self.people(&members);
        let is_small = people < self.privacy.minimum_people.max(5);
        let range: i32 = members.iter().map(|&member| self.unknowns[member as usize].upper).sum();
        if range == 0 || !(is_small || is_hidden) {
            return None;
        }
        let mut width = (range + 1) / 2;
        if !is_small {
            let parts = match people {
                0..COARSE_FROM => 3,
                COARSE_FROM..FINE_FROM => 20,
                _ => 100,
            };
            width = width.min((range / parts).max(1));
        }
        if self.units.class == ReleaseClass::Count {
            width = width.min(self.privacy.minimum_people.max(5) as i32 - 1);
        }
        Some(Cell { members, width })
    }
}
