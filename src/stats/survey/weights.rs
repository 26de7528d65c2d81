//! What unequal weights cost, and trimming of the largest.

use crate::stats::{NotEstimable, finite, sum};

/// What unequal weights do to the precision of a mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kish {
    /// How many times the variance of an equally weighted sample, 1 or more.
    pub design_effect: f64,
    /// How many equally weighted respondents would be as informative, at most `n`.
    pub effective_n: f64,
    /// Number of weights.
    pub n: u64,
}

/// Kish's design effect of weighting `n sum(w^2) / (sum w)^2`, and effective sample size `(sum w)^2 / sum(w^2)`.
///
/// Holds where weights have nothing to do with the answers. Reference: Kish, Survey Sampling 1965, section 11.7; J Off Stat 1992;8:183-200.
/// Weights need not add to anything. A weight of 0 counts in n and so raises the design effect, not the effective size. Edge cases: no weights is
/// no answers, all 0 is an error, a negative weight is refused.
///
/// Four people of whom one stands for as many as the others together: 4 (1 + 1 + 1 + 9) / 36.
/// ```
/// let result = mentorscope::stats::survey::kish(&[1.0, 1.0, 1.0, 3.0])?;
/// assert!((result.design_effect - 4.0 / 3.0).abs() < 1e-12 && (result.effective_n - 3.0).abs() < 1e-12);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn kish(weights: &[f64]) -> Result<Kish, NotEstimable> {
    let mut sorted = checked(weights)?;
    sorted.sort_by(f64::total_cmp);
    let greatest = sorted.last().copied().filter(|&w| w > 0.0).ok_or(NotEstimable::AllWeightsZero)?;
    // Scaled by the greatest, so that squares neither overflow nor vanish.
    let total = sum(sorted.iter().map(|w| w / greatest));
    let squares = sum(sorted.iter().map(|w| (w / greatest).powi(2)));
    let n = sorted.len() as u64;
    let effective_n = finite(total * total / squares)?;
    Ok(Kish { design_effect: finite(n as f64 / effective_n)?, effective_n, n })
}

/// Weights cut at a cap.
#[derive(Clone, Debug, PartialEq)]
pub struct Trimmed {
    /// The new weights, in the order given, with the same sum.
    pub weights: Vec<f64>,
    /// The greatest weight allowed.
    pub cap: f64,
    /// How many weights were above the cap.
    pub trimmed: u64,
}

/// Cuts weights at a multiple of their median (weights of 0 left aside) and spreads what was cut in equal parts over the weights below the cap, so
/// that none ends above it: `min(cap, w + d)` with the d that keeps the sum.
///
/// Trades a small bias for less variance. Reference: Potter, Proc Surv Res Methods Sect ASA 1990:225-230. Edge cases: a multiple below 1 is refused, and
/// so is a cap under which the sum cannot be kept; errors of [`kish`].
///
/// ```
/// let result = mentorscope::stats::survey::trim(&[1.0, 1.0, 2.0, 2.0, 9.0], 3.0)?;
/// assert_eq!(result.weights, [1.75, 1.75, 2.75, 2.75, 6.0]);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn trim(weights: &[f64], multiple: f64) -> Result<Trimmed, NotEstimable> {
    let mut sorted: Vec<f64> = checked(weights)?.into_iter().filter(|&w| w > 0.0).collect();
    sorted.sort_by(|a, b| b.total_cmp(a));
    if sorted.is_empty() {
        return Err(NotEstimable::AllWeightsZero);
    }
    if finite(multiple)? < 1.0 {
        return Err(NotEstimable::InvalidInput("weights are trimmed at 1 or more times their median"));
    }
    let n = sorted.len();
    let cap = finite(multiple * (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0)?;
    let trimmed = sorted.iter().filter(|&&w| w > cap).count() as u64;
    if trimmed == 0 {
        return Ok(Trimmed { weights: weights.to_vec(), cap, trimmed });
    }
    for capped in trimmed as usize..n {
        let spread = (sum(sorted[..capped].iter().map(|w| w - cap)) / (n - capped) as f64).max(0.0);
        if sorted[capped] + spread <= cap {
            let new = |&w: &f64| if w == 0.0 { 0.0 } else { (w + spread).min(cap) };
            return Ok(Trimmed { weights: weights.iter().map(new).collect(), cap, trimmed });
        }
    }
    Err(NotEstimable::InvalidInput("the weights above the cap hold more than the others can take up"))
}

fn checked(weights: &[f64]) -> Result<Vec<f64>, NotEstimable> {
    if weights.is_empty() {
        return Err(NotEstimable::NoAnswers);
    }
    for &weight in weights {
        if finite(weight)? < 0.0 {
            return Err(NotEstimable::InvalidInput("weights must not be negative"));
        }
    }
    Ok(weights.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(kish(&[]), Err(NotEstimable::NoAnswers));
        assert_eq!(kish(&[0.0, 0.0]), Err(NotEstimable::AllWeightsZero));
        assert!(kish(&[1.0, -1.0]).is_err() && kish(&[f64::NAN]).is_err());
        assert_eq!(kish(&[0.3]), Ok(Kish { design_effect: 1.0, effective_n: 1.0, n: 1 }));
        assert!((kish(&[1e200; 8]).unwrap().effective_n - 8.0).abs() < 1e-12);
        assert!(trim(&[1.0, 2.0], 0.5).is_err());
        assert!(trim(&[1.0, 1.0, 1.0, 100.0], 5.0).is_err());
        assert_eq!(trim(&[2.0, 1.0], 5.0).unwrap().weights, [2.0, 1.0]);
    }

    /// The repeated cutting that the closed form replaces: cut, spread equally over all that were not above the cap, again.
    fn by_repetition(weights: &[f64], cap: f64) -> Vec<f64> {
        let mut now = weights.to_vec();
        for _ in 0..100_000 {
            let above: Vec<bool> = now.iter().map(|&w| w > cap).collect();
            let excess: f64 = now.iter().map(|&w| (w - cap).max(0.0)).sum();
            let rest = above.iter().filter(|a| !**a).count() as f64;
            if excess < 1e-14 {
                break;
            }
            now = now.iter().zip(&above).map(|(&w, &a)| if a { cap } else { w + excess / rest }).collect();
        }
        now
    }

    proptest! {
        #[test]
        fn trimming_keeps_the_sum_under_the_cap(mut weights in proptest::collection::vec(0.2_f64..4.0, 5..30), large in 5.0_f64..12.0) {
            weights.push(large);
            prop_assume!(trim(&weights, 3.0).is_ok());
            let result = trim(&weights, 3.0).unwrap();
            prop_assert!((result.weights.iter().sum::<f64>() - weights.iter().sum::<f64>()).abs() < 1e-9);
            prop_assert!(result.weights.iter().all(|&w| w <= result.cap * (1.0 + 1e-12)) || result.trimmed == 0);
            let slow = by_repetition(&weights, result.cap);
            prop_assert!(slow.iter().zip(&result.weights).all(|(a, b)| (a - b).abs() < 1e-6));
        }

        #[test]
        fn kish_ignores_order_and_scale(weights in proptest::collection::vec(0.0_f64..9.0, 2..30), scale in 0.1_f64..50.0) {
            prop_assume!(weights.iter().any(|&w| w > 0.0));
            let result = kish(&weights).unwrap();
            let reversed: Vec<f64> = weights.iter().rev().copied().collect();
            prop_assert_eq!(result, kish(&reversed).unwrap());
            let scaled: Vec<f64> = weights.iter().map(|w| w * scale).collect();
            prop_assert!((result.design_effect / kish(&scaled).unwrap().design_effect - 1.0).abs() < 1e-12);
            prop_assert!(result.design_effect >= 1.0 - 1e-12 && result.effective_n <= result.n as f64 * (1.0 + 1e-12));
        }
    }
}
