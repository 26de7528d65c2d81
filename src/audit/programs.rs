//! Linear and integer programs: how small and how large the sum of a cell can be.

use std::collections::BTreeMap;

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, TerminationReason};

use super::limits::{Limit, NODES};
use super::system::{Row, System, Target};

/// Rounding errors of the solver that count as nothing; sums are whole numbers.
const NOISE: f64 = 1e-6;

/// Unknowns that neither a published sum nor the target tells apart, as one: the sums of whole numbers between bounds are all whole numbers between
/// the sums of the bounds.
struct Group {
    members: Vec<usize>,
    lower: i64,
    upper: i64,
    is_inside: bool,
}

/// Whether the target holds an unknown, and the rows that do, with its coefficient.
type Column = (bool, Vec<(usize, i64)>);

/// The programs of one target.
pub struct Program<'a> {
    system: &'a System,
    groups: Vec<Group>,
    /// Published sums that say more than the bounds, over groups.
    rows: Vec<Row>,
}

impl<'a> Program<'a> {
    /// The program of a target.
    pub fn new(system: &'a System, target: &Target) -> Self {
        let mut columns: Vec<Column> = vec![(false, Vec::new()); system.unknowns.len()];
        target.unknowns.iter().for_each(|&unknown| columns[unknown].0 = true);
        let binds = |row: &&Row| {
            let (least, most) = system.reach(&row.terms);
            least < row.lower || row.upper < most
        };
        let binding: Vec<&Row> = system.rows.iter().filter(binds).collect();
        for (place, row) in binding.iter().enumerate() {
            row.terms.iter().for_each(|&(unknown, coefficient)| columns[unknown].1.push((place, coefficient)));
        }
        let mut alike: BTreeMap<&Column, Vec<usize>> = BTreeMap::new();
        columns.iter().enumerate().for_each(|(unknown, column)| alike.entry(column).or_default().push(unknown));
        let mut rows: Vec<Row> = binding.iter().map(|row| Row { terms: Vec::new(), ..**row }).collect();
        let mut groups = Vec::with_capacity(alike.len());
        for ((is_inside, column), members) in alike {
            column.iter().for_each(|&(place, coefficient)| rows[place].terms.push((groups.len(), coefficient)));
            let bounds = || members.iter().map(|&unknown| system.unknowns[unknown]);
            let (lower, upper) = (bounds().map(|bounds| bounds.lower).sum(), bounds().map(|bounds| bounds.upper).sum());
            groups.push(Group { members, lower, upper, is_inside: *is_inside });
        }
        Self { system, groups, rows }
    }

    /// The end of the target's interval where answers may be fractions: the true end lies inside or on it. With it the answers, rounded, which need
    /// not meet the sums. None where no answers meet the published figures.
    ///
    /// # Errors
    /// If the solver gives no answer.
    pub fn end(&self, largest: bool) -> Result<Option<(i64, Vec<i64>)>, Limit> {
        Ok(self.solve(largest, None)?.map(|(value, point)| {
            let bound = if largest { (value + NOISE).floor() } else { (value - NOISE).ceil() };
            (bound as i64, point)
        }))
    }

    /// The feasible point with the target's end in whole numbers, among sums beyond those that are known to be feasible. None where there is none.
    ///
    /// # Errors
    /// If the solver gives no proven answer within [`NODES`].
    pub fn beyond(&self, largest: bool, known: Option<i64>) -> Result<Option<Vec<i64>>, Limit> {
        let range = match known {
            Some(value) if largest => (value + 1, i64::MAX),
            Some(value) => (i64::MIN, value - 1),
            None => (i64::MIN, i64::MAX),
        };
        let Some((value, point)) = self.solve(largest, Some(range))? else { return Ok(None) };
        // The solver's answer must hold in whole numbers.
        let sum: i64 =
            self.groups.iter().filter(|group| group.is_inside).flat_map(|group| &group.members).map(|&unknown| point[unknown]).sum();
        let is_exact = (value - sum as f64).abs() < 0.5 && self.system.is_feasible(&point);
        if is_exact { Ok(Some(point)) } else { Err(Limit::Linear) }
    }

    /// The end of the target's interval with answers rounded to whole numbers: in fractions, or in whole numbers where the sum must be in a range.
    fn solve(&self, largest: bool, whole: Option<(i64, i64)>) -> Result<Option<(f64, Vec<i64>)>, Limit> {
        let mut problem = Problem::new(if largest { OptimizationDirection::Maximize } else { OptimizationDirection::Minimize });
        let mut variables = Vec::with_capacity(self.groups.len());
        for group in &self.groups {
            let weight = if group.is_inside { 1.0 } else { 0.0 };
            variables.push(if whole.is_some() {
                let bound = |value: i64| i32::try_from(value).map_err(|_| Limit::Digits);
                problem.add_integer_var(weight, (bound(group.lower)?, bound(group.upper)?))
            } else {
                problem.add_var(weight, (group.lower as f64, group.upper as f64))
            });
        }
        let inside = || self.groups.iter().enumerate().filter(|(_, group)| group.is_inside);
        let reach = inside().fold((0, 0), |(least, most), (_, group)| (least + group.lower, most + group.upper));
        let own = whole.map(|(least, most)| Row {
            terms: inside().map(|(place, _)| (place, 1)).collect(),
            lower: least.max(reach.0),
            upper: most.min(reach.1),
        });
        if own.as_ref().is_some_and(|row| row.lower > row.upper) {
            return Ok(None);
        }
        for row in self.rows.iter().chain(&own) {
            let terms = row.terms.iter().map(|&(group, coefficient)| (variables[group], coefficient as f64));
            if row.lower == row.upper {
                problem.add_constraint(terms.collect::<Vec<_>>(), ComparisonOp::Eq, row.lower as f64);
            } else {
                // A bounded variable for the sum makes one constraint of two.
                let sum = problem.add_var(0.0, (row.lower as f64, row.upper as f64));
                problem.add_constraint(terms.chain([(sum, -1.0)]).collect::<Vec<_>>(), ComparisonOp::Eq, 0.0);
            }
        }
        let mut options = SolveOptions::default();
        options.node_limit = whole.map(|_| NODES / self.groups.len().max(1) as u64);
        let outcome = match problem.solve_with(options) {
            Ok(outcome) => outcome,
            Err(microlp::Error::Infeasible) => return Ok(None),
            Err(_) => return Err(Limit::Linear),
        };
        if outcome.termination_reason() != TerminationReason::ProvenOptimal {
            return Err(if whole.is_some() { Limit::Nodes } else { Limit::Linear });
        }
        let solution = outcome.into_solution().map_err(|_| Limit::Linear)?;
        let point = self.spread(variables.iter().map(|&variable| solution.var_value(variable).round() as i64));
        Ok(Some((solution.objective(), point)))
    }

    /// Values of groups, spread over their members.
    fn spread(&self, values: impl Iterator<Item = i64>) -> Vec<i64> {
        let mut point: Vec<i64> = self.system.unknowns.iter().map(|bounds| bounds.lower).collect();
        for (group, value) in self.groups.iter().zip(values) {
            let mut rest = value - group.lower;
            for &unknown in &group.members {
                let bounds = self.system.unknowns[unknown];
                let step = rest.clamp(0, bounds.upper - bounds.lower);
                point[unknown] += step;
                rest -= step;
            }
        }
        point
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn alike_unknowns_are_one(
            people in proptest::collection::vec(1i64..=3, 2..=4),
            sums in proptest::collection::vec((proptest::collection::vec(-1i64..=2, 4), 0i64..=6, 0i64..=2), 1..=3),
            inside in proptest::collection::vec(any::<bool>(), 4),
        ) {
            // Answers of several people who are alike, together and each for itself.
            let (mut joint, mut single) = (System::default(), System::default());
            people.iter().for_each(|&people| {
                joint.unknown(0, people, people);
                (0..people).for_each(|_| {
                    single.unknown(0, 1, 1);
                });
            });
            let owners: Vec<usize> = people.iter().enumerate().flat_map(|(owner, &people)| vec![owner; people as usize]).collect();
            for (coefficients, lower, slack) in &sums {
                let terms = |owners: &[usize]| owners.iter().enumerate().map(|(place, &owner)| (place, coefficients[owner])).collect::<Vec<_>>();
                joint.publish(&terms(&(0..people.len()).collect::<Vec<_>>()), *lower, lower + slack);
                single.publish(&terms(&owners), *lower, lower + slack);
            }
            let target = |system: &System, owners: &[usize]| {
                Target::share(system, (0..owners.len()).filter(|&place| inside[owners[place]]).collect())
            };
            let both = (target(&joint, &(0..people.len()).collect::<Vec<_>>()), target(&single, &owners));
            let (joint, single) = (Program::new(&joint, &both.0), Program::new(&single, &both.1));
            for largest in [false, true] {
                let end = |program: &Program<'_>| program.end(largest).unwrap().map(|(end, _)| end);
                prop_assert_eq!(end(&joint), end(&single));
                let sum = |program: &Program<'_>, target: &Target| program.beyond(largest, None).unwrap().map(|point| target.at(&point));
                prop_assert_eq!(sum(&joint, &both.0), sum(&single, &both.1));
            }
        }
    }

    #[test]
    fn whole_numbers_reach_less_far_than_fractions() {
        // 2a + 2b = 2c + 1 has fractions and no whole numbers; without it the ends are those of the bounds.
        let mut system = System::default();
        let [a, b, c] = [0; 3].map(|_| system.unknown(0, 1, 1));
        system.publish(&[(a, 3), (b, 5), (c, 7)], 8, 9);
        let target = Target::share(&system, vec![a, b, c]);
        let program = Program::new(&system, &target);
        let end = |largest: bool| program.end(largest).unwrap().unwrap().0;
        assert_eq!((end(false), end(true)), (2, 2), "8/7 rounds up");
        assert_eq!(program.beyond(true, None), Ok(Some(vec![1, 1, 0])));
        assert_eq!(program.beyond(true, Some(2)), Ok(None));
    }

    #[test]
    fn contradictions_are_no_limits() {
        let mut system = System::default();
        let [a, b] = [0; 2].map(|_| system.unknown(0, 3, 3));
        system.publish(&[(a, 1), (b, 1)], 5, 6);
        system.publish(&[(a, 1), (b, -1)], 2, 3);
        let target = Target::share(&system, vec![a]);
        assert_eq!(Program::new(&system, &target).end(true), Ok(None));
    }
}
