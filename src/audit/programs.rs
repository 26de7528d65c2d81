//! Linear and integer programs: how small and how large the sum of a cell can be.

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, TerminationReason};

use super::limits::{Limit, NODES};
use super::system::{System, Target};

/// Rounding errors of the solver that count as nothing; sums are whole numbers.
const NOISE: f64 = 1e-6;

/// One end of a cell's interval.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// The whole number that no feasible sum goes beyond.
    Bound(i64),
    /// No set of answers meets the published figures.
    Contradiction,
}

/// The end of a target's interval, by the linear program in which answers may be fractions: the true end lies inside or on it.
///
/// # Errors
/// If the solver gives no answer.
pub fn linear_end(system: &System, target: &Target, largest: bool) -> Result<End, Limit> {
    solve(system, target, largest, false).map(|(end, _)| end)
}

/// As [`linear_end`], with the answers of the program rounded to whole numbers between their bounds; they need not meet the sums.
///
/// # Errors
/// If the solver gives no answer.
pub fn rounded_end(system: &System, target: &Target, largest: bool) -> Result<(End, Option<Vec<i64>>), Limit> {
    solve(system, target, largest, false)
}

/// The end of a target's interval in whole numbers, and a feasible point that has it where the solver's rounds to one.
///
/// # Errors
/// If the solver gives no proven answer within [`NODES`].
pub fn whole_end(system: &System, target: &Target, largest: bool) -> Result<(End, Option<Vec<i64>>), Limit> {
    solve(system, target, largest, true)
}

fn solve(system: &System, target: &Target, largest: bool, whole: bool) -> Result<(End, Option<Vec<i64>>), Limit> {
    let mut problem = Problem::new(if largest { OptimizationDirection::Maximize } else { OptimizationDirection::Minimize });
    let mut weights = vec![0.0; system.unknowns.len()];
    target.unknowns.iter().for_each(|&unknown| weights[unknown] += 1.0);
    let variables: Vec<_> = system
        .unknowns
        .iter()
        .zip(&weights)
        .map(|(bounds, &weight)| match (whole, i32::try_from(bounds.lower), i32::try_from(bounds.upper)) {
            (true, Ok(lower), Ok(upper)) => Ok(problem.add_integer_var(weight, (lower, upper))),
            (true, ..) => Err(Limit::Digits),
            (false, ..) => Ok(problem.add_var(weight, (bounds.lower as f64, bounds.upper as f64))),
        })
        .collect::<Result<_, _>>()?;
    for row in &system.rows {
        let terms = || row.terms.iter().map(|&(unknown, coefficient)| (variables[unknown], coefficient as f64)).collect::<Vec<_>>();
        if row.lower == row.upper {
            problem.add_constraint(terms(), ComparisonOp::Eq, row.lower as f64);
        } else {
            problem.add_constraint(terms(), ComparisonOp::Ge, row.lower as f64);
            problem.add_constraint(terms(), ComparisonOp::Le, row.upper as f64);
        }
    }
    let mut options = SolveOptions::default();
    options.node_limit = whole.then_some(NODES);
    let outcome = match problem.solve_with(options) {
        Ok(outcome) => outcome,
        Err(microlp::Error::Infeasible) => return Ok((End::Contradiction, None)),
        Err(_) => return Err(Limit::Linear),
    };
    if outcome.termination_reason() != TerminationReason::ProvenOptimal {
        return Err(if whole { Limit::Nodes } else { Limit::Linear });
    }
    let solution = outcome.into_solution().map_err(|_| Limit::Linear)?;
    let value = solution.objective();
    let bound = if largest { (value + NOISE).floor() } else { (value - NOISE).ceil() };
    let values = variables.iter().map(|&variable| solution.var_value(variable).round() as i64);
    let point: Vec<i64> = values.zip(&system.unknowns).map(|(value, bounds)| value.clamp(bounds.lower, bounds.upper)).collect();
    let point = (!whole || system.is_feasible(&point)).then_some(point);
    Ok((End::Bound(bound as i64), point))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_reach_less_far_than_fractions() {
        // 2a + 2b = 2c + 1 has fractions and no whole numbers; without it the ends are those of the bounds.
        let mut system = System::default();
        let [a, b, c] = [0; 3].map(|_| system.unknown(0, 1, 1));
        system.publish(&[(a, 3), (b, 5), (c, 7)], 8, 9);
        let target = Target::share(&system, vec![a, b, c]);
        assert_eq!(linear_end(&system, &target, true), Ok(End::Bound(2)));
        assert_eq!(linear_end(&system, &target, false), Ok(End::Bound(2)), "8/7 rounds up");
        let (end, point) = whole_end(&system, &target, true).unwrap();
        assert_eq!((end, point), (End::Bound(2), Some(vec![1, 1, 0])));
    }

    #[test]
    fn contradictions_are_no_limits() {
        let mut system = System::default();
        let [a, b] = [0; 2].map(|_| system.unknown(0, 3, 3));
        system.publish(&[(a, 1), (b, 1)], 5, 6);
        system.publish(&[(a, 1), (b, -1)], 2, 3);
        assert_eq!(linear_end(&system, &Target::share(&system, vec![a]), true), Ok(End::Contradiction));
    }
}
