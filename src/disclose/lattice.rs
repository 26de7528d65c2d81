//! The cells of a family of outcomes over its atoms: what may be published, and what must not follow from it.

use std::collections::BTreeMap;

use super::row_space::{RowSpace, Sparse, indicator};
use crate::analyze::Observation;

/// What tells one observation of a family from another, whichever cell it is met in.
pub type Unit = (u32, u32, i64);

/// The unit of an observation.
pub fn unit(observation: &Observation) -> Unit {
    (observation.mentee, observation.mentor, observation.unit)
}

/// How many must stand behind what can be worked out.
#[derive(Debug, Clone, Copy)]
pub struct Floor {
    /// Distinct people.
    pub people: usize,
    /// Distinct rated people; 0 where nobody is rated.
    pub rated: usize,
}

/// A cell that may be published.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Observations in it.
    pub members: Vec<Observation>,
    /// Table that it belongs to; the cells of a table share no observation.
    pub table: usize,
    /// Whether it has the people to be shown.
    pub enough: bool,
}

/// Which candidates are published, taken in their order. `tables` are further ways of parting the observations, under which nothing small may be
/// found either: each is a list of sets of units.
pub fn publishable(candidates: &[Candidate], lattice: &[Vec<Observation>], floor: Floor) -> Vec<bool> {
    let atoms = Atoms::new(candidates);
    let cells: Vec<Option<Vec<u32>>> = candidates.iter().map(|candidate| atoms.of(&candidate.members)).collect();
    let guarded = atoms.guarded(candidates, &cells, lattice, floor);
    let mut space = RowSpace::new(atoms.members.len(), guarded);
    candidates
        .iter()
        .zip(&cells)
        .map(|(candidate, cell)| candidate.enough && cell.as_ref().is_some_and(|cell| space.publish(&indicator(cell))))
        .collect()
}

/// Units that are in the same candidates with enough people. What can be worked out from these treats them alike.
struct Atoms {
    of_unit: BTreeMap<Unit, u32>,
    /// Units, people and rated people of each.
    members: Vec<Members>,
}

#[derive(Default)]
struct Members {
    units: usize,
    people: Vec<u32>,
    rated: Vec<u32>,
}

impl Atoms {
    fn new(candidates: &[Candidate]) -> Self {
        let mut signatures: BTreeMap<Unit, Vec<u32>> = BTreeMap::new();
        for (number, candidate) in candidates.iter().enumerate().filter(|(_, candidate)| candidate.enough) {
            candidate.members.iter().for_each(|member| signatures.entry(unit(member)).or_default().push(number as u32));
        }
        let mut numbers: BTreeMap<&[u32], u32> = BTreeMap::new();
        let mut of_unit = BTreeMap::new();
        for (unit, signature) in &signatures {
            let next = numbers.len() as u32;
            of_unit.insert(*unit, *numbers.entry(signature).or_insert(next));
        }
        let mut members: Vec<Members> = Vec::new();
        members.resize_with(numbers.len(), Members::default);
        of_unit.values().for_each(|&atom| members[atom as usize].units += 1);
        for member in candidates.iter().filter(|candidate| candidate.enough).flat_map(|candidate| &candidate.members) {
            let atom = &mut members[of_unit[&unit(member)] as usize];
            atom.people.push(member.person);
            atom.rated.push(member.rated);
        }
        for atom in &mut members {
            for ids in [&mut atom.people, &mut atom.rated] {
                ids.sort_unstable();
                ids.dedup();
            }
        }
        Self { of_unit, members }
    }

    /// The atoms that make up a set of observations; none where they do not do so exactly, so that nothing published can give it.
    fn of(&self, set: &[Observation]) -> Option<Vec<u32>> {
        let mut units: Vec<Unit> = set.iter().map(unit).collect();
        units.sort_unstable();
        units.dedup();
        let mut atoms: Vec<u32> = units.iter().map(|unit| self.of_unit.get(unit).copied()).collect::<Option<_>>()?;
        atoms.sort_unstable();
        atoms.dedup();
        let whole: usize = atoms.iter().map(|&atom| self.members[atom as usize].units).sum();
        (whole == units.len()).then_some(atoms)
    }

    /// Whether too few people stand behind a set of atoms, and not nobody.
    fn is_small(&self, atoms: &[u32], floor: Floor) -> bool {
        let fewer = |limit: usize, ids: fn(&Members) -> &[u32]| {
            let mut seen: Vec<u32> = Vec::new();
            for &atom in atoms {
                for &id in ids(&self.members[atom as usize]) {
                    if !seen.contains(&id) {
                        seen.push(id);
                        if seen.len() >= limit {
                            return false;
                        }
                    }
                }
            }
            limit > 0
        };
        !atoms.is_empty() && (fewer(floor.people, |members| &members.people) || fewer(floor.rated, |members| &members.rated))
    }

    /// Everything small that a reader could be after: atoms, cells of the lattice, and what remains of one cell without others; and each of these without one
    /// person, who knows what he or she answered.
    fn guarded(&self, candidates: &[Candidate], cells: &[Option<Vec<u32>>], lattice: &[Vec<Observation>], floor: Floor) -> Vec<Sparse> {
        let mut small: Vec<Vec<u32>> = (0..self.members.len() as u32).map(|atom| vec![atom]).collect();
        small.extend(lattice.iter().filter_map(|set| self.of(set)));
        small.extend(cells.iter().flatten().cloned());
        let shown: Vec<(usize, &Vec<u32>)> = candidates
            .iter()
            .zip(cells)
            .filter(|(candidate, _)| candidate.enough)
            .filter_map(|(candidate, cell)| cell.as_ref().map(|cell| (candidate.table, cell)))
            .collect();
        let mut tables: BTreeMap<usize, Vec<&Vec<u32>>> = BTreeMap::new();
        shown.iter().for_each(|(table, cell)| tables.entry(*table).or_default().push(cell));
        for (_, whole) in &shown {
            let mut left = vec![false; self.members.len()];
            whole.iter().for_each(|&atom| left[atom as usize] = true);
            for parts in tables.values() {
                let mut rest = left.clone();
                let mut taken = false;
                for part in parts.iter().filter(|part| part.len() <= whole.len() && part.iter().all(|&atom| left[atom as usize])) {
                    taken = true;
                    part.iter().for_each(|&atom| rest[atom as usize] = false);
                    // One cell without another.
                    small.push(whole.iter().copied().filter(|atom| part.binary_search(atom).is_err()).collect());
                }
                if taken {
                    small.push(whole.iter().copied().filter(|&atom| rest[atom as usize]).collect());
                }
            }
        }
        small.sort_unstable();
        small.dedup();
        small.retain(|atoms| self.is_small(atoms, floor));
        let without_one: Vec<Vec<u32>> = small
            .iter()
            .flat_map(|atoms| {
                let single = atoms.iter().filter(|&&atom| self.members[atom as usize].people.len() == 1);
                single.map(|one| atoms.iter().copied().filter(|atom| atom != one).collect())
            })
            .collect();
        small.into_iter().chain(without_one).map(|atoms| indicator(&atoms)).collect()
    }
}
