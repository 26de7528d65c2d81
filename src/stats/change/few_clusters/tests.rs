use super::super::did::difference_in_differences;
use super::*;
use crate::stats::least_squares::LeastSquares;
use crate::stats::linear::Matrix;
use proptest::prelude::*;

fn of(cluster: u32, treated: bool, post: bool, value: f64) -> CellObservation {
    CellObservation { cluster, treated, post, value }
}

/// One value before and one after of each cluster.
fn pairs(treated: &[[f64; 2]], control: &[[f64; 2]]) -> Vec<CellObservation> {
    let both = treated.iter().map(|v| (true, v)).chain(control.iter().map(|v| (false, v)));
    (0..).zip(both).flat_map(|(g, (t, v))| [of(g, t, false, v[0]), of(g, t, true, v[1])]).collect()
}

/// Changes 3, 4, 5 against 0, 1, 2: of the 20 assignments only the observed one and its mirror image are as far apart.
#[test]
fn permutation_by_hand() {
    let data = pairs(&[[1.0, 4.0], [2.0, 6.0], [0.0, 5.0]], &[[1.0, 1.0], [3.0, 4.0], [2.0, 4.0]]);
    let result = permutation(&data, 99, 1).unwrap();
    assert_eq!((result.p_value, result.replicates, result.exact), (0.1, 20, true));
}

#[test]
fn what_has_no_answer_says_why() {
    let lone = pairs(&[[1.0, 4.0]], &[[1.0, 1.5], [3.0, 4.0], [2.0, 4.0]]);
    assert_eq!(wild_cluster_bootstrap(&lone, 99, 1), Err(NotEstimable::TooFewClusters { needed: 2, found: 1 }));
    assert_eq!(permutation(&lone, 99, 1).unwrap().replicates, 4);
    let result = difference_in_differences(&lone, 0.95).unwrap();
    assert_eq!(result.std_error, Err(NotEstimable::TooFewClusters { needed: 2, found: 1 }));
    assert!(result.interval.is_err() && result.p_value.is_err() && (result.estimate - (3.0 - 3.5 / 3.0)).abs() < 1e-12);
    assert_eq!(difference_in_differences(&[], 0.95).map(|r| r.n), Err(NotEstimable::NoAnswers));
    assert_eq!(difference_in_differences(&pairs(&[[1.0, 2.0]], &[]), 0.95).map(|r| r.n), Err(NotEstimable::Unidentified));
    let partial = super::super::did::cell_means(&pairs(&[[1.0, 2.0]], &[]));
    assert_eq!((partial.treated_post, partial.control_pre), (Ok(2.0), Err(NotEstimable::NoAnswers)));
    let four = difference_in_differences(&pairs(&[[1.0, 2.0]], &[[1.0, 5.0]]), 0.95).unwrap();
    assert_eq!((four.estimate, four.std_error), (-3.0, Err(NotEstimable::TooFew { needed: 5, found: 4 })));
    let flat = difference_in_differences(&pairs(&[[0.1, 0.7]; 3], &[[0.3, 0.4]; 3]), 0.95).unwrap();
    assert_eq!((flat.std_error, flat.p_value, flat.interval), (Ok(0.0), Err(NotEstimable::NoVariation), Err(NotEstimable::NoVariation)));
    assert_eq!(wild_cluster_bootstrap(&pairs(&[[0.1, 0.7]; 3], &[[0.3, 0.4]; 3]), 9, 1), Err(NotEstimable::NoVariation));
    // Clusters that differ from each other by a constant only show no variance of the change.
    let shifted = difference_in_differences(&pairs(&[[0.1, 0.7], [1.1, 1.7]], &[[0.3, 0.4], [2.3, 2.4]]), 0.95).unwrap();
    assert_eq!((shifted.std_error, shifted.p_value), (Ok(0.0), Err(NotEstimable::NoVariation)));
    let mut mixed = pairs(&[[1.0, 4.0], [2.0, 6.0]], &[[1.0, 1.0], [3.0, 4.0]]);
    mixed.push(of(0, false, true, 2.0));
    assert!(permutation(&mixed, 9, 1).is_err() && wild_cluster_bootstrap(&mixed, 9, 1).is_ok());
    assert!(difference_in_differences(&[of(0, true, true, f64::NAN)], 0.95).is_err());
}

/// Beyond 10,000 assignments and sign patterns a seed decides, and the same seed gives the same answer in any order.
#[test]
fn many_clusters_are_drawn_with_a_seed() {
    let value = |i: u32| f64::from(i * 7 % 11);
    let treated: Vec<[f64; 2]> = (0..10).map(|i| [value(i), value(i) + f64::from(i % 3)]).collect();
    let control: Vec<[f64; 2]> = (10..20).map(|i| [value(i), value(i) + f64::from(i % 4) - 0.5]).collect();
    let data = pairs(&treated, &control);
    let reversed: Vec<CellObservation> = data.iter().rev().map(|o| CellObservation { cluster: 77 - o.cluster, ..*o }).collect();
    for test in [permutation, wild_cluster_bootstrap] {
        let result = test(&data, 1999, 5).unwrap();
        assert_eq!((result.exact, result.replicates), (false, 2000));
        assert_eq!(result, test(&reversed, 1999, 5).unwrap());
        let other = test(&data, 1999, 6).unwrap();
        assert!(result.p_value != other.p_value && (result.p_value - other.p_value).abs() < 0.06);
        let by_t = difference_in_differences(&data, 0.95).unwrap().p_value.unwrap();
        assert!((result.p_value - by_t).abs() < 0.08);
    }
}

/// Values far from 0 keep their spread.
#[test]
fn large_values_keep_their_spread() {
    let near = pairs(&[[1.0, 4.0], [2.0, 6.0], [0.0, 5.0]], &[[1.0, 1.0], [3.0, 4.0], [2.0, 4.0]]);
    let far: Vec<CellObservation> = near.iter().map(|o| CellObservation { value: o.value + 1e9, ..*o }).collect();
    let (a, b) = (difference_in_differences(&near, 0.95).unwrap(), difference_in_differences(&far, 0.95).unwrap());
    assert_eq!((a.estimate, a.std_error, a.p_value), (b.estimate, b.std_error, b.p_value));
    assert_eq!(wild_cluster_bootstrap(&near, 0, 1), wild_cluster_bootstrap(&far, 0, 1));
    assert_eq!(permutation(&near, 0, 1), permutation(&far, 0, 1));
}

fn rows() -> impl Strategy<Value = Vec<CellObservation>> {
    let row = (0_u32..6, proptest::bool::ANY, -5.0_f64..5.0).prop_map(|(cluster, post, value)| of(cluster, cluster % 2 == 1, post, value));
    proptest::collection::vec(row, 12..40)
}

fn design(data: &[CellObservation]) -> Matrix {
    let row = |o: &CellObservation| {
        let (t, p) = (f64::from(u8::from(o.treated)), f64::from(u8::from(o.post)));
        [1.0, t, p, t * p]
    };
    Matrix { rows: data.len(), columns: 4, values: data.iter().flat_map(row).collect() }
}

proptest! {
    /// The regression with an interaction, with CR1 from its own sandwich.
    #[test]
    fn regression_gives_the_same(data in rows()) {
        let result = difference_in_differences(&data, 0.95);
        prop_assume!(result.is_ok() && result.clone().unwrap().std_error.is_ok());
        let result = result.unwrap();
        let fit = LeastSquares::fit(&design(&data), &data.iter().map(|o| o.value).collect::<Vec<_>>()).unwrap();
        let clusters: Vec<u32> = data.iter().map(|o| o.cluster).collect();
        prop_assert!((fit.coefficients[3].clone().unwrap() - result.estimate).abs() < 1e-10);
        prop_assert!((fit.classical()[3].clone().unwrap() - result.std_error_classical.clone().unwrap()).abs() < 1e-10);
        prop_assert!((fit.clustered(&clusters)[3].clone().unwrap() - result.std_error.clone().unwrap()).abs() < 1e-7);
        if let (Ok(interval), Ok(p)) = (&result.interval, &result.p_value) {
            prop_assert!(interval.lower < result.estimate && result.estimate < interval.upper);
            prop_assert_eq!(interval.lower > 0.0 || interval.upper < 0.0, *p < 0.05);
        }
        let reversed: Vec<CellObservation> = data.iter().rev().copied().collect();
        prop_assert_eq!(result, difference_in_differences(&reversed, 0.95).unwrap());
    }

    /// Every sign pattern by refitting both regressions.
    #[test]
    fn wild_bootstrap_agrees_with_refitting(data in rows()) {
        let found = wild_cluster_bootstrap(&data, 0, 1);
        prop_assume!(found.is_ok());
        let found = found.unwrap();
        let x = design(&data);
        let values: Vec<f64> = data.iter().map(|o| o.value).collect();
        let clusters: Vec<u32> = data.iter().map(|o| o.cluster).collect();
        let without = Matrix { rows: x.rows, columns: 3, values: (0..x.rows).flat_map(|i| x.row(i)[..3].to_vec()).collect() };
        let null = LeastSquares::fit(&without, &values).unwrap();
        let t = |y: &[f64]| {
            let fit = LeastSquares::fit(&x, y).unwrap();
            (fit.coefficients[3].clone().unwrap() / fit.clustered(&clusters)[3].clone().unwrap_or(f64::MIN_POSITIVE)).abs()
        };
        let observed = t(&values);
        let mut distinct = clusters.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let patterns = 1_u32 << distinct.len();
        prop_assert_eq!(u64::from(patterns), found.replicates);
        let sign = |pattern: u32, cluster: u32| if distinct.iter().position(|c| *c == cluster).is_some_and(|k| pattern >> k & 1 == 1) { -1.0 } else { 1.0 };
        let extreme = (0..patterns).filter(|&pattern| {
            let y: Vec<f64> = (0..values.len()).map(|i| values[i] - null.residuals[i] + sign(pattern, clusters[i]) * null.residuals[i]).collect();
            t(&y) >= observed * (1.0 - 1e-7)
        }).count();
        prop_assert!((found.p_value - extreme as f64 / f64::from(patterns)).abs() < 1e-12);
    }

    #[test]
    fn permutation_agrees_with_all_subsets(data in rows()) {
        let found = permutation(&data, 0, 1);
        prop_assume!(found.is_ok());
        let observed = difference_in_differences(&data, 0.95).unwrap().estimate.abs();
        let mut distinct: Vec<u32> = data.iter().map(|o| o.cluster).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let treated = distinct.iter().filter(|c| *c % 2 == 1).count();
        let (mut count, mut extreme) = (0.0, 0.0);
        for subset in (0..1_u32 << distinct.len()).filter(|s| s.count_ones() as usize == treated) {
            let moved: Vec<CellObservation> = data.iter().map(|o| {
                let k = distinct.iter().position(|c| *c == o.cluster).unwrap();
                CellObservation { treated: subset >> k & 1 == 1, ..*o }
            }).collect();
            if let Ok(result) = difference_in_differences(&moved, 0.95) {
                count += 1.0;
                extreme += f64::from(u8::from(result.estimate.abs() >= observed * (1.0 - 1e-9) - 1e-12));
            }
        }
        prop_assert!((found.unwrap().p_value - extreme / count).abs() < 1e-12);
    }
}
