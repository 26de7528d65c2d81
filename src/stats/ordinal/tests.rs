use super::dif::{ItemAnswer, Magnitude, dif_ordinal};
use super::*;
use crate::stats::logistic::{Trials, maximum_likelihood};
use proptest::prelude::*;

/// Taste of four cheeses in nine categories (McCullagh & Nelder, Generalized Linear Models, 2nd ed., table 5.1, and the example
/// of SAS PROC LOGISTIC): against D, 1.6128 (.3778), 4.9646 (.4741), 3.3227 (.4251) toward lower ratings, estimates to the last
/// digit; SAS takes errors from the expected information, here they come from the observed one, 5e-3. Thresholds and errors
/// also by `MASS::polr` of R 4.2.2, 1e-5.
#[test]
fn cheese_tasting() {
    let counts =
        [[0, 0, 1, 7, 8, 8, 19, 8, 1], [6, 9, 12, 11, 7, 6, 1, 0, 0], [1, 1, 6, 8, 23, 7, 5, 1, 0], [0, 0, 0, 1, 3, 7, 14, 16, 11]];
    let mut rows = Vec::new();
    for (cheese, counts) in counts.iter().enumerate() {
        for (category, &count) in (1_u64..).zip(counts) {
            rows.push(Rating { predictors: (0..3).map(|i| f64::from(u8::from(i == cheese))).collect(), category, count });
        }
    }
    let fit = proportional_odds(&rows, 0.95).unwrap();
    for (coefficient, (estimate, error)) in fit.coefficients.iter().zip([(-1.6128, 0.3778), (-4.9646, 0.4741), (-3.3227, 0.4251)]) {
        let coefficient = coefficient.clone().unwrap();
        assert!((coefficient.estimate - estimate).abs() < 6e-5, "{}", coefficient.estimate);
        assert!((coefficient.std_error - error).abs() < 5e-3, "{}", coefficient.std_error);
    }
    let (first, last) = (fit.thresholds[0], fit.thresholds[7]);
    assert!((first.estimate + 7.0801654).abs() < 1e-5 && (last.estimate - 1.4929744).abs() < 1e-5);
    assert!((first.std_error - 0.5640094).abs() < 1e-5 && (last.std_error - 0.3356956).abs() < 1e-5);
    assert!((fit.coefficients[1].clone().unwrap().std_error - 0.4767205).abs() < 1e-5);
    assert_eq!((fit.n, fit.parameters, first.below, last.above), (208, 11, 1, 9));
}

#[test]
fn what_has_no_answer_says_why() {
    let row = |x: f64, category: u64| Rating { predictors: vec![x], category, count: 1 };
    assert_eq!(proportional_odds(&[], 0.95), Err(NotEstimable::NoAnswers));
    assert_eq!(proportional_odds(&[row(1.0, 3), row(2.0, 3)], 0.95), Err(NotEstimable::NoVariation));
    let apart = [row(1.0, 1), row(2.0, 2), row(3.0, 3), row(2.0, 2), row(4.0, 3), row(0.5, 1)];
    assert_eq!(proportional_odds(&apart, 0.95), Err(NotEstimable::Separated));
    // The extreme category alone is put apart, the others overlap: the coefficient is infinite only if all borders go along.
    let overlapping = [row(1.0, 1), row(2.0, 2), row(3.0, 1), row(2.5, 2), row(1.5, 2), row(2.2, 1), row(9.0, 3)];
    assert!(proportional_odds(&overlapping, 0.95).is_ok());
    let constant = [row(1.0, 1), row(1.0, 2), row(1.0, 5), row(1.0, 2)];
    let fit = proportional_odds(&constant, 0.95).unwrap();
    assert_eq!(fit.coefficients[0], Err(NotEstimable::Unidentified));
    assert!((fit.log_likelihood - fit.null_log_likelihood).abs() < 1e-9);
    assert_eq!((fit.thresholds.len(), fit.thresholds[1].above), (2, 5));
}

/// The log-likelihood of thresholds and one slope, written out.
fn direct(rows: &[Rating], cuts: &[f64], slope: f64) -> f64 {
    let up_to = |j: usize, x: f64| cuts.get(j).map_or(1.0, |cut| 1.0 / (1.0 + (slope * x - cut).exp()));
    rows.iter()
        .map(|row| {
            let (c, x) = (row.category as usize, row.predictors[0]);
            (up_to(c, x) - if c == 0 { 0.0 } else { up_to(c - 1, x) }).ln()
        })
        .sum()
}

/// Hill climbing one parameter at a time in shrinking steps; slow, and without derivatives.
fn climb(rows: &[Rating]) -> (Vec<f64>, f64) {
    let mut at = vec![-0.7, 0.7, 0.0];
    let value = |at: &[f64]| if at[0] < at[1] { direct(rows, &at[..2], at[2]) } else { f64::NEG_INFINITY };
    let mut step = 1.0;
    while step > 1e-9 {
        let mut moved = false;
        for i in 0..3 {
            for sign in [-1.0, 1.0] {
                let mut next = at.clone();
                next[i] += sign * step;
                if value(&next) > value(&at) {
                    at = next;
                    moved = true;
                }
            }
        }
        if !moved {
            step /= 2.0;
        }
    }
    let top = value(&at);
    (at, top)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn agrees_with_hill_climbing(data in proptest::collection::vec((0_u8..5, 0_u64..3), 8..25)) {
        let rows: Vec<Rating> = data.iter().map(|&(x, category)| Rating { predictors: vec![f64::from(x) - 2.0], category, count: 1 }).collect();
        prop_assume!((0..3).all(|c| data.iter().any(|row| row.1 == c)));
        let backwards: Vec<Rating> = rows.iter().rev().cloned().collect();
        let fit = proportional_odds(&rows, 0.95);
        prop_assert_eq!(&fit, &proportional_odds(&backwards, 0.95));
        let Ok(fit) = fit else { return Ok(()) };
        let Ok(slope) = fit.coefficients[0].clone() else { return Ok(()) };
        prop_assume!(slope.estimate.abs() < 5.0);
        let (at, top) = climb(&rows);
        prop_assert!((fit.log_likelihood - top).abs() < 1e-6, "{} {}", fit.log_likelihood, top);
        prop_assert!(fit.log_likelihood >= top - 1e-9);
        prop_assert!((slope.estimate - at[2]).abs() < 1e-3);
        let interval = slope.interval.unwrap();
        prop_assert!(interval.lower < slope.estimate && slope.estimate < interval.upper);
        // The scale turned around turns the sign.
        let turned: Vec<Rating> = rows.iter().map(|row| Rating { category: 2 - row.category, ..row.clone() }).collect();
        let other = proportional_odds(&turned, 0.95).unwrap().coefficients[0].clone().unwrap();
        prop_assert!((other.estimate + slope.estimate).abs() < 1e-7 * (1.0 + slope.estimate.abs()));
    }

    #[test]
    fn two_categories_are_logistic_regression(data in proptest::collection::vec((0_u8..6, 0_u8..3, any::<bool>()), 8..40)) {
        let predictors = |x: u8, z: u8| vec![f64::from(x), f64::from(z)];
        let ratings: Vec<Rating> = data.iter().map(|&(x, z, y)| Rating { predictors: predictors(x, z), category: if y { 9 } else { 4 }, count: 1 }).collect();
        let trials: Vec<Trials> = data.iter().map(|&(x, z, y)| Trials { predictors: predictors(x, z), events: u64::from(y), trials: 1 }).collect();
        match (proportional_odds(&ratings, 0.9), maximum_likelihood(&trials, 0.9)) {
            (Ok(ordinal), Ok(binary)) => {
                for (a, b) in ordinal.coefficients.iter().zip(&binary.coefficients[1..]) {
                    let (Ok(a), Ok(b)) = (a, b) else { prop_assert_eq!(a, b); continue };
                    prop_assert!((a.estimate - b.estimate).abs() < 1e-7 * (1.0 + b.estimate.abs()));
                    prop_assert!((a.std_error - b.std_error).abs() < 1e-6 * b.std_error);
                    let (a, b) = (a.interval.clone().unwrap(), b.interval.clone().unwrap());
                    prop_assert!((a.lower - b.lower).abs() < 1e-6 * (1.0 + b.lower.abs()));
                }
                let intercept = binary.coefficients[0].clone().unwrap();
                prop_assert!((ordinal.thresholds[0].estimate + intercept.estimate).abs() < 1e-6 * (1.0 + intercept.estimate.abs()));
                prop_assert!((ordinal.thresholds[0].std_error - intercept.std_error).abs() < 1e-6 * intercept.std_error);
            }
            (a, b) => prop_assert_eq!(a.err(), b.err()),
        }
    }

    /// Names of groups, but for the reference, and the origin and unit of the score do not matter.
    #[test]
    fn dif_ignores_labels_and_units(data in proptest::collection::vec((0_u32..2, 0_u8..8, 0_u64..4), 30..60)) {
        let answers = |swap: bool, scale: f64| -> Vec<ItemAnswer> {
            data.iter().map(|&(group, score, category)| ItemAnswer { group: if swap { 1 - group } else { group }, score: 100.0 + scale * f64::from(score), category }).collect()
        };
        let (a, b) = (dif_ordinal(&answers(false, 1.0), 0.95), dif_ordinal(&answers(true, 0.01), 0.95));
        let (Ok(a), Ok(b)) = (a, b) else { return Ok(()) };
        for (a, b) in [(&a.total, &b.total), (&a.uniform, &b.uniform), (&a.non_uniform, &b.non_uniform)] {
            let (Ok(a), Ok(b)) = (a, b) else { continue };
            prop_assert!((a.chi_square - b.chi_square).abs() < 1e-6 && a.degrees_of_freedom == b.degrees_of_freedom);
            prop_assert!((0.0..=1.0).contains(&a.p_value) && (0.0..=1.0).contains(&a.delta_r_square));
        }
        if let (Ok(total), Ok(uniform), Ok(rest)) = (a.total, a.uniform, a.non_uniform) {
            prop_assert!((total.chi_square - uniform.chi_square - rest.chi_square).abs() < 1e-6);
        }
    }
}

#[test]
fn dif_says_why_it_has_no_answer() {
    let answer = |group, score, category| ItemAnswer { group, score, category };
    assert_eq!(dif_ordinal(&[], 0.95), Err(NotEstimable::NoAnswers));
    let apart = [answer(0, 1.0, 1), answer(0, 2.0, 2), answer(1, 3.0, 1), answer(1, 4.0, 2)];
    assert_eq!(dif_ordinal(&apart, 0.95), Err(NotEstimable::NoOverlap));
    let single = [answer(0, 1.0, 1), answer(0, 2.0, 2)];
    assert_eq!(dif_ordinal(&single, 0.95), Err(NotEstimable::NoOverlap));
    let alike = [answer(0, 1.0, 2), answer(0, 2.0, 2), answer(1, 1.0, 2), answer(1, 2.0, 2)];
    assert_eq!(dif_ordinal(&alike, 0.95), Err(NotEstimable::NoVariation));
}

/// At every score the focal group answers one category lower, for half of its people: plainly large, and uniform.
#[test]
fn dif_of_a_harder_item_is_uniform() {
    let mut answers = Vec::new();
    for score in 1_u64..=6 {
        for (offset, count) in [(0, 3), (1, 5), (2, 4)] {
            for group in [0_u32, 1] {
                let category = if group == 0 { score + offset + 2 } else { score + offset };
                answers.extend((0..count).map(|_| ItemAnswer { group, score: score as f64, category }));
            }
        }
    }
    let found = dif_ordinal(&answers, 0.95).unwrap();
    assert!(found.uniform.clone().unwrap().p_value < 1e-6 && found.non_uniform.unwrap().p_value > 0.5);
    assert_eq!(found.magnitude, Ok(Magnitude::Large));
}
