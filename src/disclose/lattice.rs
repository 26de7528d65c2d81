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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::row_space::tests::rank;
    use super::*;

    const FLOOR: Floor = Floor { people: 5, rated: 0 };

    /// One observation per person.
    fn person(id: u32) -> Observation {
        Observation { person: id, rated: id, mentee: id, mentor: id, unit: 0 }
    }

    fn candidate(table: usize, people: impl IntoIterator<Item = u32>) -> Candidate {
        let members: Vec<Observation> = people.into_iter().map(person).collect();
        let enough = members.len() >= FLOOR.people;
        Candidate { members, table, enough }
    }

    /// Tables of groups that follow one another, each of so many people.
    fn table(number: usize, sizes: &[u32]) -> Vec<Candidate> {
        let starts = sizes.iter().scan(0, |next, size| {
            *next += size;
            Some(*next - size)
        });
        starts.zip(sizes).map(|(start, size)| candidate(number, start..start + size)).collect()
    }

    fn shown(parts: &[Vec<Candidate>]) -> Vec<bool> {
        publishable(&parts.concat(), &[], FLOOR)
    }

    #[test]
    fn a_small_group_alone_takes_another_with_it() {
        assert_eq!(shown(&[table(0, &[30]), table(1, &[12, 9, 6, 3])]), [true, true, true, false, false]);
    }

    #[test]
    fn three_single_people_are_not_found_as_three() {
        // Together they are under the floor: what remains of the total without the others is protected too.
        assert_eq!(shown(&[table(0, &[23]), table(1, &[12, 8, 1, 1, 1])]), [true, true, false, false, false, false]);
        assert_eq!(
            shown(&[table(0, &[26]), table(1, &[12, 8, 2, 2, 2])]),
            [true, true, true, false, false, false],
            "six cannot be told apart"
        );
    }

    #[test]
    fn people_of_no_stated_group_are_protected_as_a_group() {
        assert_eq!(shown(&[table(0, &[32]), table(1, &[20, 10])]), [true, true, false], "two more stand in the total");
    }

    #[test]
    fn tables_that_group_otherwise_are_protected_together() {
        // Regions A, B+C against A+B, C: B has two people.
        let one = vec![candidate(1, 0..10), candidate(1, 10..22)];
        let other = vec![candidate(2, 0..12), candidate(2, 12..22)];
        assert_eq!(shown(&[table(0, &[22]), one, other]), [true, true, true, false, false]);
    }

    #[test]
    fn a_quarter_and_its_year_do_not_give_the_few_between_them() {
        assert_eq!(shown(&[table(0, &[40]), table(1, &[43])]), [true, false]);
        assert_eq!(shown(&[table(0, &[40]), table(1, &[46])]), [true, true]);
    }

    #[test]
    fn who_knows_one_answer_does_not_find_four_others() {
        // Five people remain: one alone in a group of the other table, and four.
        let total = table(0, &[25]);
        let lonely = vec![candidate(2, 0..24)];
        let parts = vec![candidate(1, 0..20)];
        assert_eq!(shown(&[total, parts, lonely]), [true, true, false]);
    }

    #[test]
    fn few_rated_people_are_protected_like_few_people() {
        let floor = Floor { people: 5, rated: 3 };
        let rated_by = |rated: u32, people: std::ops::Range<u32>| people.map(move |id| Observation { rated: rated + id % 2, ..person(id) });
        let many: Vec<Observation> = (0..20).map(person).collect();
        let few: Vec<Observation> = rated_by(100, 20..32).collect();
        let all = Candidate { members: many.iter().chain(&few).copied().collect(), table: 0, enough: true };
        let parts = [Candidate { members: many, table: 1, enough: true }, Candidate { members: few, table: 1, enough: false }];
        assert_eq!(publishable(&[&[all], &parts[..]].concat(), &[], floor), [true, false, false]);
    }

    proptest! {
        #[test]
        fn no_small_cell_of_any_crossing_follows_over_the_rationals(groups in prop::collection::vec((0u32..4, 0u32..3, 0u32..3), 8..40)) {
            let all: Vec<u32> = (0..groups.len() as u32).collect();
            let within = |keep: &dyn Fn(&(u32, u32, u32)) -> bool| all.iter().copied().filter(|&id| keep(&groups[id as usize])).collect::<Vec<u32>>();
            let mut candidates = vec![candidate(0, all.clone())];
            candidates.extend((0..4).map(|group| candidate(1, within(&|of| of.0 == group))));
            // The last group of the second table is not stated.
            candidates.extend((0..2).map(|group| candidate(2, within(&|of| of.1 == group))));
            candidates.extend((0..12).map(|cell| candidate(3, within(&|of| of.0 == cell / 3 && of.1 == cell % 3))));
            let mut lattice: Vec<Vec<u32>> = Vec::new();
            for first in 0..5 {
                for second in 0..4 {
                    for third in 0..4 {
                        lattice.push(within(&|of| (first == 4 || of.0 == first) && (second == 3 || of.1 == second) && (third == 3 || of.2 == third)));
                    }
                }
            }
            let sets: Vec<Vec<Observation>> = lattice.iter().map(|set| set.iter().copied().map(person).collect()).collect();
            let shown = publishable(&candidates, &sets, FLOOR);
            let vector = |set: &[u32]| (0..all.len() as u32).map(|id| i128::from(set.contains(&id))).collect::<Vec<i128>>();
            let members = |candidate: &Candidate| vector(&candidate.members.iter().map(|member| member.person).collect::<Vec<u32>>());
            let rows: Vec<Vec<i128>> = candidates.iter().zip(&shown).filter(|(_, shown)| **shown).map(|(candidate, _)| members(candidate)).collect();
            prop_assert!(candidates.iter().zip(&shown).all(|(candidate, shown)| candidate.enough || !shown));
            // One person each is a column; equal columns change no rank.
            let known = rank(rows.clone());
            for small in lattice.iter().filter(|set| (1..FLOOR.people).contains(&set.len())) {
                let mut with = rows.clone();
                with.push(vector(small));
                prop_assert!(rank(with) > known, "{small:?} of {groups:?}");
            }
        }

        #[test]
        fn the_order_of_people_changes_nothing(groups in prop::collection::vec(0u32..5, 8..40)) {
            let cells = |ids: &[u32]| -> Vec<Candidate> {
                let within = |group: u32| ids.iter().copied().filter(|&id| groups[id as usize] == group).collect::<Vec<u32>>();
                std::iter::once(candidate(0, ids.to_vec())).chain((0..5).map(|group| candidate(1, within(group)))).collect()
            };
            let forward: Vec<u32> = (0..groups.len() as u32).collect();
            let backward: Vec<u32> = forward.iter().rev().copied().collect();
            prop_assert_eq!(publishable(&cells(&forward), &[], FLOOR), publishable(&cells(&backward), &[], FLOOR));
        }
    }
}
