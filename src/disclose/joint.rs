//! Joint protection: which cells of a release are hidden so that nothing small follows from all others together.
//!
//! Outcomes that add up to one another, such as the ways in which relationships end, are taken together with all groupings, combinations, periods and windows. The
//! decision looks at who is counted where, never at what anybody answered.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;

use super::figure::{Figure, Symbol};
use super::ladder;
use super::lattice::{Candidate, Floor, publishable};
use crate::analyze::{Contrast, Contributors, Observation, ReleaseClass, ResultRow, ResultSet};
use crate::derive::SpanKind;
use crate::program::plan::{Plan, Privacy, Role};

/// Outcomes whose shares are about parts of the same observations: the first is the whole of the others.
const PARTED: [&str; 3] = ["goals_met", "goals_met_personal", "goals_met_professional"];
/// With more groupings than this, only pairs of them and all together are looked at beyond what is declared.
const ALL_SUBSETS: usize = 4;
const CONFIDENTIAL: Figure = Figure::Hidden(Symbol::Confidential);

/// Positions, among the planned rows, of those that are hidden.
pub fn hidden(plan: &Plan, results: &ResultSet, contributors: &[Contributors], planned: &[&ResultRow]) -> BTreeSet<usize> {
    let privacy = &plan.privacy;
    let levels = &levels(plan);
    let mut rows: BTreeMap<(String, Option<Role>), Vec<usize>> = BTreeMap::new();
    for (position, row) in planned.iter().enumerate() {
        rows.entry((row.outcome(), row.role)).or_default().push(position);
    }
    let families = families(contributors);
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let (families, rows) = (&families, &rows);
    let found: Vec<Vec<usize>> = std::thread::scope(|scope| {
        let work = |first: usize| {
            let mine = families.iter().skip(first).step_by(threads);
            mine.flat_map(|family| Family { privacy, levels, results, planned, rows, outcomes: family }.hidden()).collect::<Vec<usize>>()
        };
        let running: Vec<_> = (0..threads).map(|first| scope.spawn(move || work(first))).collect();
        // A thread ends early only by a defect, which must not pass for a release.
        running.into_iter().map(|thread| thread.join().unwrap_or_else(|_| (0..planned.len()).collect())).collect()
    });
    found.into_iter().flatten().collect()
}

/// Outcomes that are protected together.
fn families(contributors: &[Contributors]) -> Vec<Vec<&Contributors>> {
    let mut families: Vec<Vec<&Contributors>> = Vec::new();
    for outcome in contributors {
        let joins = |other: &Contributors| {
            (outcome.is_count() && other.is_count() && outcome.shares_observations(other))
                || (PARTED.contains(&outcome.metric.id) && PARTED.contains(&other.metric.id))
        };
        match families.iter_mut().find(|family| joins(family[0])) {
            Some(family) => family.push(outcome),
            None => families.push(vec![outcome]),
        }
    }
    families
}

/// How high each grouping of people stands above those that it gathers, and whether it is important: a level is as much as what it gathers.
fn levels(plan: &Plan) -> BTreeMap<&str, (u16, bool)> {
    let mut levels: Vec<(u16, bool)> = Vec::new();
    for demographic in &plan.demographics {
        let below = demographic.level_of().and_then(|of| levels.get(of)).map(|(height, important)| (height + 1, *important));
        let (height, important) = below.unwrap_or_default();
        levels.push((height, important || plan.privacy.important.contains(&demographic.id)));
    }
    plan.demographics.iter().map(|demographic| demographic.id.as_str()).zip(levels).collect()
}

struct Family<'a> {
    privacy: &'a Privacy,
    levels: &'a BTreeMap<&'a str, (u16, bool)>,
    results: &'a ResultSet,
    planned: &'a [&'a ResultRow],
    rows: &'a BTreeMap<(String, Option<Role>), Vec<usize>>,
    outcomes: &'a [&'a Contributors],
}

/// What comes first among candidates: the span that ends earlier, kind of cell, higher level, more people, span, grouping, group, outcome.
type Rank = (u16, usize, Reverse<u16>, Reverse<u64>, usize, usize, usize, usize);

impl Family<'_> {
    fn hidden(&self) -> Vec<usize> {
        let mut candidates: Vec<(Rank, usize, Candidate)> = Vec::new();
        let mut rates_people = false;
        for (number, outcome) in self.outcomes.iter().enumerate() {
            rates_people |= outcome.metric.rates_people && outcome.role != Some(Role::Institution);
            for &position in self.rows.get(&(outcome.outcome(), outcome.role)).into_iter().flatten() {
                let row = self.planned[position];
                if row.metric.release_class == ReleaseClass::Model
                    || matches!(row.contrast, Contrast::Change { .. } | Contrast::Effect { .. })
                {
                    continue;
                }
                candidates.push((self.rank(row, number), position, self.candidate(outcome, row, number)));
            }
        }
        candidates.sort_by_key(|(rank, position, _)| (*rank, *position));
        let positions: Vec<usize> = candidates.iter().map(|(_, position, _)| *position).collect();
        let candidates: Vec<Candidate> = candidates.into_iter().map(|(_, _, candidate)| candidate).collect();
        let rated = if rates_people { self.privacy.minimum_rated.max(3) as usize } else { 0 };
        let floor = Floor { people: self.privacy.minimum_people.max(5) as usize, rated };
        let shown = publishable(&candidates, &self.lattice(floor), floor);
        positions.iter().zip(&shown).filter(|(_, shown)| !**shown).map(|(position, _)| *position).collect()
    }

    fn rank(&self, row: &ResultRow, outcome: usize) -> Rank {
        let (id, _, _) = &self.results.groupings[row.grouping];
        let (level, is_important) = self.levels.get(id.as_str()).copied().unwrap_or_default();
        let kind = match (row.grouping, row.contrast == Contrast::Gap) {
            (0, _) if self.results.spans[row.span].kind == SpanKind::Period => 0,
            (0, _) => 1,
            _ if !self.results.base_groupings.contains(&row.grouping) => 6,
            (_, gap) => 2 + usize::from(gap) + if is_important { 0 } else { 2 },
        };
        // What could be published first is decided first, so that a later release hides and shows the same of earlier spans as those before it.
        let people = if kind == 0 { 0 } else { row.support.people };
        (self.results.spans[row.span].last, kind, Reverse(level), Reverse(people), row.span, row.grouping, row.group, outcome)
    }

    /// The observations that a row tells something new of: its cell, for a gap everybody else.
    fn candidate(&self, outcome: &Contributors, row: &ResultRow, number: usize) -> Candidate {
        let groups = self.results.groupings[row.grouping].2.len();
        let members: Vec<Observation> = if row.contrast == Contrast::Gap {
            let others = (0..groups).filter(|group| *group != row.group);
            others.flat_map(|group| outcome.cell(row.grouping, row.span, Some(group))).collect()
        } else {
            outcome.cell(row.grouping, row.span, Some(row.group)).collect()
        };
        // What stands against a group overlaps the other groups: a table of its own.
        let place = (number * self.results.spans.len() + row.span) * self.results.groupings.len() + row.grouping;
        let table = if row.contrast == Contrast::Gap { usize::MAX - place * groups - row.group } else { place };
        Candidate { members, table, enough: ladder::has_people(row, self.privacy) }
    }

    /// All small cells of all combinations of groupings in the windows, declared or not.
    fn lattice(&self, floor: Floor) -> Vec<Vec<Observation>> {
        let bases = &self.results.base_groupings;
        let wanted = |subset: u32| bases.len() <= ALL_SUBSETS || subset.count_ones() <= 2 || subset.count_ones() as usize == bases.len();
        let subsets: Vec<u32> = (1..1u32 << bases.len().min(16)).filter(|&subset| wanted(subset)).collect();
        let windows = (0..self.results.spans.len()).filter(|&span| self.results.spans[span].kind == SpanKind::Window);
        let mut small = Vec::new();
        for (outcome, span) in
            windows.flat_map(|span| self.outcomes.iter().filter(|outcome| outcome.grouped).map(move |outcome| (outcome, span)))
        {
            // Group under each base grouping, not stated included.
            let mut groups: BTreeMap<Observation, Vec<usize>> = BTreeMap::new();
            for (column, &grouping) in bases.iter().enumerate() {
                let codes = (0..self.results.groupings[grouping].2.len()).map(Some).chain([None]);
                for (code, group) in codes.enumerate() {
                    for observation in outcome.cell(grouping, span, group) {
                        groups.entry(observation).or_insert_with(|| vec![usize::MAX; bases.len()])[column] = code;
                    }
                }
            }
            for subset in &subsets {
                let mut cells: BTreeMap<Vec<usize>, Vec<Observation>> = BTreeMap::new();
                for (observation, codes) in &groups {
                    let key = codes.iter().enumerate().filter(|(column, _)| subset >> column & 1 == 1).map(|(_, code)| *code).collect();
                    cells.entry(key).or_default().push(*observation);
                }
                small.extend(cells.into_values().filter(|members| has_fewer(members, floor)));
            }
        }
        small
    }
}

/// Hides comparisons that involve a hidden level, and changes that would undo that a level shows less than its size allows (`coarse`, by position).
pub fn hide_contrasts(planned: &[&ResultRow], figures: &mut [Figure], coarse: &BTreeSet<usize>) {
    let level = |row: &ResultRow, span: usize| (row.outcome(), row.role, span, row.grouping, row.group);
    let levels: BTreeMap<_, usize> = (0..planned.len())
        .filter(|&position| planned[position].contrast == Contrast::None)
        .map(|position| (level(planned[position], planned[position].span), position))
        .collect();
    for position in 0..planned.len() {
        let row = planned[position];
        let is_hidden = |span: usize| levels.get(&level(row, span)).is_some_and(|&level| figures[level] == CONFIDENTIAL);
        let is_coarse = |span: usize| levels.get(&level(row, span)).is_some_and(|level| coarse.contains(level));
        let hides = match row.contrast {
            Contrast::Gap => is_hidden(row.span),
            Contrast::Change { from } => [row.span, from].into_iter().any(|span| is_hidden(span) || is_coarse(span)),
            Contrast::None | Contrast::Effect { .. } => false,
        };
        if hides {
            figures[position] = CONFIDENTIAL;
        }
    }
}

fn has_fewer(members: &[Observation], floor: Floor) -> bool {
    let distinct = |id: fn(&Observation) -> u32| members.iter().map(id).collect::<BTreeSet<u32>>().len();
    distinct(|member| member.person) < floor.people || distinct(|member| member.rated) < floor.rated
}
