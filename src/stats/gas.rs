//! Goal attainment scaling.

use super::{NotEstimable, finite, sum};

/// The correlation between goal scores that the T score conventionally assumes.
pub const CONVENTIONAL_RHO: f64 = 0.3;

/// One scored goal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goal {
    /// Attainment, -2 to 2 with 0 as expected; -3 is allowed for the variant that reserves it for "worse than at the start".
    pub score: f64,
    /// Weight, 0 or more; a weight of 0 leaves the goal out.
    pub weight: f64,
}

/// A person's goal attainment T score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GoalAttainment {
    /// T score: 50 when goals are attained as expected, standard deviation 10 under the assumptions of the formula. Its
    /// attainable range grows with the number of goals, so `n` belongs beside it.
    pub t_score: f64,
    /// Number of goals with a weight above 0.
    pub n: u64,
}

/// T = 50 + 10 * sum(w x) / sqrt((1 - rho) * sum(w^2) + rho * (sum w)^2).
///
/// Reference: Kiresuk & Sherman, Community Ment Health J 1968;4:443-453; `rho` is [`CONVENTIONAL_RHO`] there and must lie in
/// 0 to 1. Scores are given, not missing: leaving out an unscored goal changes T, so the caller reports how many it left out.
/// Edge cases: no goals, all weights 0, and a score or weight outside its domain are errors; one goal gives the same T
/// whatever its weight.
///
/// Four goals at -2 give 20.98, the 21.0 that Turner-Stokes & Williams (Clin Rehabil 2010;24:528-535) print as the median
/// baseline of their patients.
/// ```
/// use mentorscope::stats::gas::{CONVENTIONAL_RHO, Goal, gas_t};
/// let t = gas_t(&[Goal { score: -2.0, weight: 1.0 }; 4], CONVENTIONAL_RHO)?;
/// assert!((t.t_score - 20.98).abs() < 5e-3);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn gas_t(goals: &[Goal], rho: f64) -> Result<GoalAttainment, NotEstimable> {
    if goals.is_empty() {
        return Err(NotEstimable::NoAnswers);
    }
    if !(0.0..=1.0).contains(&rho) {
        return Err(NotEstimable::InvalidInput("rho must lie between 0 and 1"));
    }
    // One check after the other, so that the reason does not depend on the order of goals.
    for goal in goals {
        if finite(goal.weight)? < 0.0 {
            return Err(NotEstimable::InvalidInput("a goal's weight must not be negative"));
        }
    }
    for goal in goals {
        if !(-3.0..=2.0).contains(&finite(goal.score)?) {
            return Err(NotEstimable::InvalidInput("a goal's score must lie between -3 and 2"));
        }
    }
    let mut goals: Vec<Goal> = goals.iter().copied().filter(|g| g.weight > 0.0).collect();
    goals.sort_by(|a, b| a.weight.total_cmp(&b.weight).then(a.score.total_cmp(&b.score)));
    // T does not depend on the scale of the weights; dividing by the largest keeps extreme ones from overflowing.
    let largest = goals.last().ok_or(NotEstimable::AllWeightsZero)?.weight;
    let weights = || goals.iter().map(|g| g.weight / largest);
    let weighted_score = sum(goals.iter().map(|g| g.weight / largest * g.score));
    let spread = (1.0 - rho) * sum(weights().map(|w| w * w)) + rho * sum(weights()).powi(2);
    let t_score = finite(50.0 + 10.0 * weighted_score / spread.sqrt())?;
    Ok(GoalAttainment { t_score, n: goals.len() as u64 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn t(goals: &[(f64, f64)]) -> Result<f64, NotEstimable> {
        let goals: Vec<Goal> = goals.iter().map(|&(score, weight)| Goal { score, weight }).collect();
        gas_t(&goals, CONVENTIONAL_RHO).map(|g| g.t_score)
    }

    /// Three equal goals at +1: 50 + 30 / sqrt(0.7 * 3 + 0.3 * 9) = 63.69; weights 3 5 1 4 2 6 with scores -2 0 -1 2 0 1
    /// cancel to 50 + 10 * 7 / sqrt(0.7 * 91 + 0.3 * 441) = 55 exactly.
    #[test]
    fn worked_examples() {
        assert!((t(&[(1.0, 1.0); 3]).unwrap() - 63.6930639376).abs() < 1e-9);
        assert!((t(&[(-2.0, 3.0), (0.0, 5.0), (-1.0, 1.0), (2.0, 4.0), (0.0, 2.0), (1.0, 6.0)]).unwrap() - 55.0).abs() < 1e-9);
        assert_eq!(t(&[(2.0, 20.0)]).unwrap(), 70.0);
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(t(&[]), Err(NotEstimable::NoAnswers));
        assert_eq!(t(&[(1.0, 0.0), (2.0, 0.0)]), Err(NotEstimable::AllWeightsZero));
        assert!(t(&[(7.0, 1.0)]).is_err());
        assert!(t(&[(1.0, -1.0)]).is_err());
    }

    proptest! {
        #[test]
        fn neither_order_nor_scale_of_weights_matters(goals in proptest::collection::vec((-2_i32..=2, 1_i32..9), 1..8)) {
            let goals: Vec<(f64, f64)> = goals.iter().map(|&(s, w)| (f64::from(s), f64::from(w))).collect();
            let reversed: Vec<_> = goals.iter().rev().copied().collect();
            let scaled: Vec<_> = goals.iter().map(|&(s, w)| (s, w * 1e200)).collect();
            prop_assert_eq!(t(&goals).unwrap(), t(&reversed).unwrap());
            prop_assert!((t(&goals).unwrap() - t(&scaled).unwrap()).abs() < 1e-9);
        }
    }
}
