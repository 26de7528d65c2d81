use super::*;
use crate::stats::Interval;
use crate::stats::linear::Matrix;
use proptest::prelude::*;

fn unit(weight: f64, stratum: u32, cluster: u32) -> Unit {
    Unit { weight, stratum, cluster, population: None }
}

fn given(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

/// R's `survey` documentation (apiclus1, 15 of 757 districts): mean api00 644.17, standard error 23.542. Here from district totals and numbers of
/// schools, as a ratio. Tolerance half of the last digit printed.
#[test]
fn california_schools_by_district() {
    let totals = [7359, 1888, 905, 8593, 1116, 2493, 2077, 11369, 6386, 22508, 13761, 20394, 9372, 551, 9111];
    let schools = [11, 4, 2, 13, 2, 4, 4, 16, 9, 34, 21, 37, 13, 1, 12];
    let units: Vec<Unit> = (0..15).map(|i| Unit { weight: 33.847, stratum: 0, cluster: i, population: Some(757.0) }).collect();
    let design = Design::new(&units).unwrap();
    let result = design.ratio(&given(&totals.map(f64::from)), &given(&schools.map(f64::from)), 0.95).unwrap();
    assert!((result.estimate - 644.17).abs() < 5e-3);
    assert!((result.std_error.unwrap() - 23.542).abs() < 5e-4);
    let interval = result.interval.unwrap();
    assert!((interval.lower - 593.68).abs() < 5e-3 && (interval.upper - 694.66).abs() < 5e-3);
}

/// By hand: two strata of two clusters, scores 1, 3 and 2, 8, weights 10 and 20. Total 10 * 4 + 20 * 10 = 240; variance
/// (10^2 (3 - 1)^2 + 20^2 (8 - 2)^2) with n / (n - 1) times the sum of squares from the mean = the squared difference: 400 + 14400.
#[test]
fn total_of_two_strata_by_hand() {
    let design = Design::new(&[unit(10.0, 1, 1), unit(10.0, 1, 2), unit(20.0, 2, 1), unit(20.0, 2, 2)]).unwrap();
    let result = design.total(&given(&[1.0, 3.0, 2.0, 8.0]), 0.95).unwrap();
    assert_eq!((result.estimate, result.degrees_of_freedom), (240.0, 2));
    assert!((result.std_error.unwrap() - 14800_f64.sqrt()).abs() < 1e-9);
}

/// A subgroup in one cluster only keeps the other clusters in the variance, as scores of 0.
#[test]
fn a_subgroup_keeps_all_clusters() {
    let design = Design::new(&[unit(1.0, 0, 1), unit(1.0, 0, 1), unit(1.0, 0, 2), unit(1.0, 0, 3)]).unwrap();
    let total = design.total(&[Some(4.0), Some(2.0), None, None], 0.95).unwrap();
    // Cluster totals 6, 0, 0: 3/2 * (16 + 4 + 4).
    assert!((total.std_error.clone().unwrap() - 6.0).abs() < 1e-12);
    assert_eq!(total.degrees_of_freedom, 0);
    assert_eq!(total.interval, Err(NotEstimable::TooFewClusters { needed: 2, found: 1 }));
    assert!(total.interval_on(2, 0.95).is_ok());
}

#[test]
fn what_has_no_answer_says_why() {
    assert_eq!(Design::new(&[]), Err(NotEstimable::NoAnswers));
    assert_eq!(Design::new(&[unit(0.0, 0, 0)]), Err(NotEstimable::AllWeightsZero));
    assert!(Design::new(&[unit(-1.0, 0, 0)]).is_err() && Design::new(&[unit(f64::NAN, 0, 0)]).is_err());
    let of = |population| Design::new(&[1_u32, 2, 3].map(|cluster| Unit { weight: 1.0, stratum: 0, cluster, population }));
    assert!(of(Some(2.0)).is_err() && of(Some(0.0)).is_err());
    let design = of(None).unwrap();
    assert_eq!(design.mean(&[None; 3], 0.95).map(|e| e.n), Err(NotEstimable::NoAnswers));
    assert!(design.mean(&[None; 2], 0.95).is_err());
    let flat = design.mean(&[Some(0.1); 3], 0.95).unwrap();
    assert_eq!((flat.estimate, flat.std_error.clone(), flat.interval.clone()), (0.1, Ok(0.0), Err(NotEstimable::ZeroWidth)));
    let all_yes = design.mean(&[Some(1.0); 3], 0.95).unwrap();
    assert_eq!(all_yes.logit_interval(0.95), Err(NotEstimable::ZeroWidth));
    assert_eq!(design.ratio(&[Some(1.0); 3], &[Some(0.0); 3], 0.95).map(|e| e.n), Err(NotEstimable::NoExposure));
    let weightless = Design::new(&[unit(0.0, 0, 1), unit(1.0, 0, 2)]).unwrap();
    assert_eq!(weightless.mean(&[Some(1.0), None], 0.95).map(|e| e.n), Err(NotEstimable::AllWeightsZero));
    // A census has no sampling error; a fraction is read as one.
    let census = of(Some(3.0)).unwrap().mean(&given(&[1.0, 2.0, 6.0]), 0.95).unwrap();
    assert_eq!((census.std_error, census.interval), (Ok(0.0), Err(NotEstimable::ZeroWidth)));
    let half = of(Some(0.5)).unwrap().mean(&given(&[1.0, 2.0, 6.0]), 0.95).unwrap();
    let all = design.mean(&given(&[1.0, 2.0, 6.0]), 0.95).unwrap();
    assert!((half.std_error.unwrap() / all.std_error.unwrap() - 0.5_f64.sqrt()).abs() < 1e-12);
    assert_eq!(
        Design::population_weights(&[Unit { population: Some(8.0), ..unit(0.0, 0, 1) }, Unit { population: Some(8.0), ..unit(0.0, 0, 2) }]),
        Ok(vec![4.0, 4.0])
    );
}

/// A stratum of one cluster has no variance to show, unless it was taken whole.
#[test]
fn lonely_clusters_leave_no_standard_error() {
    let lonely = |population| {
        let units = [(0, 1, Some(9.0)), (0, 2, Some(9.0)), (1, 1, population)].map(|(stratum, cluster, population)| Unit {
            weight: 1.0,
            stratum,
            cluster,
            population,
        });
        Design::new(&units).unwrap().mean(&given(&[1.0, 2.0, 6.0]), 0.95).unwrap()
    };
    assert_eq!(lonely(Some(9.0)).std_error, Err(NotEstimable::TooFewClusters { needed: 2, found: 1 }));
    assert!(lonely(Some(1.0)).std_error.is_ok());
}

#[test]
fn calibration_refuses_what_cannot_be_met() {
    let design = Design::new(&[unit(1.0, 0, 1), unit(2.0, 0, 2), unit(3.0, 0, 3), unit(4.0, 0, 4)]).unwrap();
    let rake = |margins: &[(&[usize; 4], &[f64])]| {
        let margins: Vec<Margin> =
            margins.iter().map(|(levels, totals)| Margin { levels: levels.to_vec(), totals: totals.to_vec() }).collect();
        design.clone().calibrated(&margins)
    };
    assert_eq!(rake(&[(&[0, 0, 1, 1], &[5.0, 5.0, 2.0])]), Err(NotEstimable::EmptyCell));
    assert!(rake(&[(&[0, 0, 1, 1], &[5.0, 5.0, 0.0])]).is_ok());
    assert!(matches!(rake(&[(&[0, 0, 1, 1], &[10.0, 0.0])]), Err(NotEstimable::InvalidInput(_))));
    assert!(matches!(rake(&[(&[0, 0, 1, 1], &[5.0, 5.0]), (&[0, 1, 0, 1], &[5.0, 6.0])]), Err(NotEstimable::InvalidInput(_))));
    assert!(rake(&[]).is_err() && rake(&[(&[0, 0, 1, 2], &[5.0, 5.0])]).is_err());
    // The two margins are one classification and ask for different shares of it.
    assert_eq!(rake(&[(&[0, 0, 1, 1], &[5.0, 5.0]), (&[0, 0, 1, 1], &[4.0, 6.0])]), Err(NotEstimable::NotConverged));
    // What a margin fixes has no sampling error.
    let fixed = rake(&[(&[0, 0, 1, 1], &[5.0, 7.0])]).unwrap().mean(&given(&[1.0, 1.0, 0.0, 0.0]), 0.95).unwrap();
    assert!((fixed.estimate - 5.0 / 12.0).abs() < 1e-15);
    assert_eq!((fixed.std_error.clone(), fixed.interval.clone()), (Ok(0.0), Err(NotEstimable::ZeroWidth)));
}

#[derive(Clone, Debug)]
struct Row {
    weight: f64,
    stratum: u32,
    cluster: u32,
    a: usize,
    b: usize,
    y: Option<f64>,
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (0.5_f64..5.0, 0_u32..3, 0_u32..4, 0_usize..2, 0_usize..3, proptest::option::weighted(0.9, -5.0_f64..5.0));
    proptest::collection::vec(row.prop_map(|(weight, stratum, cluster, a, b, y)| Row { weight, stratum, cluster, a, b, y }), 14..40)
}

fn design(rows: &[Row]) -> Design {
    Design::new(&rows.iter().map(|r| unit(r.weight, r.stratum, r.cluster)).collect::<Vec<_>>()).unwrap()
}

fn both_margins(rows: &[Row]) -> Vec<Margin> {
    vec![
        Margin { levels: rows.iter().map(|r| r.a).collect(), totals: vec![40.0, 60.0] },
        Margin { levels: rows.iter().map(|r| r.b).collect(), totals: vec![30.0, 30.0, 40.0] },
    ]
}

fn answers(rows: &[Row]) -> Vec<Option<f64>> {
    rows.iter().map(|r| r.y).collect()
}

/// The variance of a sum of scores from all pairs of clusters in a stratum: `sum over pairs of (t - u)^2 / (n - 1)`.
fn by_pairs(rows: &[Row], scores: &[f64]) -> f64 {
    let mut variance = 0.0;
    for stratum in 0..3 {
        let totals: Vec<f64> = (0..4)
            .filter(|&cluster| rows.iter().any(|r| r.stratum == stratum && r.cluster == cluster))
            .map(|cluster| rows.iter().zip(scores).filter(|(r, _)| r.stratum == stratum && r.cluster == cluster).map(|(_, z)| z).sum())
            .collect();
        for (i, t) in totals.iter().enumerate() {
            variance += totals[..i].iter().map(|u| (t - u).powi(2)).sum::<f64>() / (totals.len() - 1) as f64;
        }
    }
    variance
}

/// The calibrated mean when the weights before calibration are as given.
fn raked_mean(rows: &[Row]) -> f64 {
    design(rows).calibrated(&both_margins(rows)).unwrap().mean(&answers(rows), 0.95).unwrap().estimate
}

proptest! {
    /// The score of a unit is the derivative of the estimate by the logarithm of its weight: found here by changing the weight and raking anew,
    /// which gives the residuals of the regression by final weights.
    #[test]
    fn scores_are_derivatives_through_the_raking(rows in rows()) {
        let weighted = design(&rows);
        let plain = weighted.mean(&answers(&rows), 0.95);
        prop_assume!(plain.is_ok() && plain.clone().unwrap().std_error.is_ok());
        let change = |estimate: &dyn Fn(&[Row]) -> f64| -> Vec<f64> {
            (0..rows.len()).map(|i| {
                let moved = |factor: f64| { let mut rows = rows.clone(); rows[i].weight *= factor; estimate(&rows) };
                (moved(1.0 + 1e-4) - moved(1.0 - 1e-4)) / 2e-4
            }).collect()
        };
        let simple = change(&|rows| design(rows).mean(&answers(rows), 0.95).unwrap().estimate);
        prop_assert!((plain.unwrap().std_error.unwrap() - by_pairs(&rows, &simple).sqrt()).abs() < 1e-5);
        let raked = weighted.calibrated(&both_margins(&rows));
        prop_assume!(raked.is_ok());
        let raked = raked.unwrap().mean(&answers(&rows), 0.95).unwrap();
        let through = change(&raked_mean);
        prop_assert!((raked.std_error_final_weights.unwrap() - by_pairs(&rows, &through).sqrt()).abs() < 1e-5);
    }

    /// Raked weights by the plain loop over rows, and the design-weighted residuals by normal equations.
    #[test]
    fn raking_agrees_with_plain_loops(rows in rows()) {
        let margins = both_margins(&rows);
        let raked = design(&rows).calibrated(&margins);
        prop_assume!(raked.is_ok());
        let raked = raked.unwrap();
        let mut weights: Vec<f64> = rows.iter().map(|r| r.weight).collect();
        for _ in 0..3000 {
            for margin in &margins {
                for (level, total) in margin.totals.iter().enumerate() {
                    let own: f64 = weights.iter().zip(&margin.levels).filter(|(_, l)| **l == level).map(|(w, _)| w).sum();
                    weights.iter_mut().zip(&margin.levels).filter(|(_, l)| **l == level).for_each(|(w, _)| *w *= total / own);
                }
            }
        }
        prop_assert!(raked.weights().iter().zip(&weights).all(|(a, b)| (a - b).abs() < 1e-7 * b));
        prop_assert!(raked.margin_error().unwrap() < 1e-8);
        let result = raked.mean(&answers(&rows), 0.95);
        prop_assume!(result.is_ok() && result.clone().unwrap().std_error.is_ok());
        let result = result.unwrap();
        let size: f64 = rows.iter().zip(&weights).filter(|(r, _)| r.y.is_some()).map(|(_, w)| w).sum();
        let change: Vec<f64> = rows.iter().map(|r| r.y.map_or(0.0, |y| (y - result.estimate) / size)).collect();
        let x = Matrix { rows: rows.len(), columns: 4, values: rows.iter().flat_map(|r| [1.0, r.a as f64, f64::from(u8::from(r.b == 1)), f64::from(u8::from(r.b == 2))]).collect() };
        let mut wx = x.clone();
        for (i, row) in rows.iter().enumerate() { for j in 0..4 { wx.set(i, j, x.at(i, j) * row.weight); } }
        let right = wx.transpose().multiply(&Matrix { rows: rows.len(), columns: 1, values: change.clone() });
        let solved = x.transpose().multiply(&wx).solve_spd(&right.values);
        prop_assume!(solved.is_ok());
        let solved = solved.unwrap();
        let scores: Vec<f64> = (0..rows.len()).map(|i| weights[i] * (change[i] - (0..4).map(|j| x.at(i, j) * solved[j]).sum::<f64>())).collect();
        prop_assert!((result.std_error.unwrap() - by_pairs(&rows, &scores).sqrt()).abs() < 1e-7);
    }

    #[test]
    fn order_names_and_scale_do_not_matter(rows in rows(), scale in 0.1_f64..30.0) {
        let mut reversed = rows.clone();
        reversed.reverse();
        let of = |rows: &[Row]| design(rows).calibrated(&both_margins(rows)).and_then(|d| d.mean(&answers(rows), 0.95));
        prop_assert_eq!(of(&rows), of(&reversed));
        let simple = |rows: &[Row]| design(rows).mean(&answers(rows), 0.95);
        prop_assert_eq!(simple(&rows), simple(&reversed));
        let renamed: Vec<Row> = rows.iter().map(|r| Row { stratum: 7 - r.stratum, cluster: 90 - 3 * r.cluster, weight: r.weight * scale, ..r.clone() }).collect();
        if let (Ok(a), Ok(b)) = (simple(&rows), simple(&renamed)) {
            prop_assert!((a.estimate - b.estimate).abs() < 1e-12 * (1.0 + a.estimate.abs()));
            if let (Ok(a), Ok(b)) = (a.std_error, b.std_error) {
                prop_assert!((a - b).abs() < 1e-11);
            }
        }
    }

    #[test]
    fn limits_hold_the_estimate_and_widen_with_confidence(rows in rows()) {
        let mut rows = rows;
        rows.iter_mut().for_each(|r| r.y = r.y.map(|y| f64::from(u8::from(y > 0.0))));
        let result = design(&rows).mean(&answers(&rows), 0.95);
        prop_assume!(result.is_ok());
        let result = result.unwrap();
        let holds = |i: &Interval| i.lower <= result.estimate && result.estimate <= i.upper;
        if let (Ok(narrow), Ok(wide)) = (result.logit_interval(0.8), result.logit_interval(0.99)) {
            prop_assert!(holds(&narrow) && wide.lower <= narrow.lower && narrow.upper <= wide.upper);
            prop_assert!(0.0 <= wide.lower && wide.upper <= 1.0);
        }
        if let Ok(interval) = result.interval {
            prop_assert!(interval.lower < result.estimate && result.estimate < interval.upper);
        }
    }
}
