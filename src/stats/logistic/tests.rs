use super::*;
use crate::stats::distributions::chi_square_quantile;
use proptest::prelude::*;

fn people(rows: &[(&[f64], bool)]) -> Vec<Trials> {
    rows.iter().map(|(x, event)| Trials { predictors: x.to_vec(), events: u64::from(*event), trials: 1 }).collect()
}

fn estimates(fit: &LogisticFit) -> Vec<f64> {
    fit.coefficients.iter().map(|c| c.as_ref().unwrap().estimate).collect()
}

/// Vasoconstriction (Finney, Biometrika 1947;34:320-334) on the logarithms of volume and rate; Pregibon, Ann Stat 1981;9:705-724:
/// -2.875, 5.179, 4.562, deviance 29.23, 5e-4 and 5e-3.
#[test]
fn vasoconstriction() {
    let volume = [
        3.70, 3.50, 1.25, 0.75, 0.80, 0.70, 0.60, 1.10, 0.90, 0.90, 0.80, 0.55, 0.60, 1.40, 0.75, 2.30, 3.20, 0.85, 1.70, 1.80, 0.40, 0.95,
        1.35, 1.50, 1.60, 0.60, 1.80, 0.95, 1.90, 1.60, 2.70, 2.35, 1.10, 1.10, 1.20, 0.80, 0.95, 0.75, 1.30,
    ];
    let rate = [
        0.825, 1.09, 2.5, 1.5, 3.2, 3.5, 0.75, 1.7, 0.75, 0.45, 0.57, 2.75, 3.0, 2.33, 3.75, 1.64, 1.6, 1.415, 1.06, 1.8, 2.0, 1.36, 1.35,
        1.36, 1.78, 1.5, 1.5, 1.9, 0.95, 0.4, 0.75, 0.03, 1.83, 2.2, 2.0, 3.33, 1.9, 1.9, 1.625,
    ];
    let event = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1];
    let rows: Vec<Trials> =
        (0..39).map(|i| Trials { predictors: vec![f64::ln(volume[i]), f64::ln(rate[i])], events: event[i], trials: 1 }).collect();
    let fit = maximum_likelihood(&rows, 0.95).unwrap();
    for (found, published) in estimates(&fit).iter().zip([-2.875, 5.179, 4.562]) {
        assert!((found - published).abs() < 5.1e-4, "{found} {published}");
    }
    assert!((-2.0 * fit.log_likelihood - 29.23).abs() < 5e-3);
}

/// Six people whose penalized likelihood has two peaks, found by scanning: 0.3076 is the lower one (-2.4183), 3.5553 the higher
/// (-1.9629), by R's `optim` from four starts.
#[test]
fn the_highest_of_several_peaks() {
    let rows = [(-2.0, 3, 3), (-3.0, 0, 2), (3.0, 1, 1)].map(|(x, events, trials)| Trials { predictors: vec![x], events, trials });
    let fit = firth(&rows, 0.95).unwrap();
    assert!((estimates(&fit)[1] - 3.555341).abs() < 1e-4);
    assert!((fit.penalized_log_likelihood.unwrap() + 1.962884).abs() < 1e-6);
}

/// Few without the event beside a thousand with it: the first step would fly far over the empty cell.
#[test]
fn an_empty_cell_beside_a_large_one_is_separated() {
    for (large, few) in [(1000, 10), (1_000_000, 3), (50, 200_000)] {
        let rows =
            [Trials { predictors: vec![0.0], events: 0, trials: few }, Trials { predictors: vec![1.0], events: large, trials: large + 3 }];
        assert_eq!(maximum_likelihood(&rows, 0.95), Err(NotEstimable::Separated), "{large} {few}");
        let one = [Trials { events: 1, ..rows[0].clone() }, rows[1].clone()];
        assert!(maximum_likelihood(&one, 0.95).unwrap().coefficients.iter().all(Result::is_ok));
    }
}

/// Two thousand people all but separated at 1000.5, by R's `optimize` and `uniroot` on the likelihood in centered x: 1.310130,
/// profile .4069807 to 4.1966755, and -4198.776 to -407.1824 for the intercept (`confint` of `glm` gives .4376 from its spline).
#[test]
fn almost_separated() {
    let event = |x: u64| x == 1000 || (x > 1000 && x != 1001);
    let rows: Vec<Trials> = (1..=2000).map(|x| Trials { predictors: vec![x as f64], events: u64::from(event(x)), trials: 1 }).collect();
    let fit = maximum_likelihood(&rows, 0.95).unwrap();
    for (coefficient, [estimate, lower, upper]) in
        fit.coefficients.iter().zip([[-1310.785, -4198.7761, -407.18241], [1.310130, 0.406_980_74, 4.196_675_5]])
    {
        let coefficient = coefficient.clone().unwrap();
        let interval = coefficient.interval.unwrap();
        for (found, expected) in [(coefficient.estimate, estimate), (interval.lower, lower), (interval.upper, upper)] {
            assert!((found / expected - 1.0).abs() < 1e-6, "{found} {expected}");
        }
    }
}

/// A fourfold table is saturated: Firth's estimate is that after half a person is added to each cell, also where cells are empty.
#[test]
fn firth_of_a_fourfold_table_adds_a_half_to_each_cell() {
    for cells in [[3_u64, 9, 8, 4], [0, 7, 5, 6], [0, 3, 3, 0], [0, 10, 1000, 3]] {
        let [a, b, c, d] = cells;
        let rows = [Trials { predictors: vec![0.0], events: a, trials: a + b }, Trials { predictors: vec![1.0], events: c, trials: c + d }];
        let half = |x: u64| x as f64 + 0.5;
        let expected = (half(c) * half(b) / (half(d) * half(a))).ln();
        let found = estimates(&firth(&rows, 0.95).unwrap())[1];
        assert!((found - expected).abs() < 1e-7, "{cells:?} {found} {expected}");
    }
}

#[test]
fn what_has_no_answer_says_why() {
    let none: [Trials; 0] = [];
    assert_eq!(maximum_likelihood(&none, 0.95), Err(NotEstimable::NoAnswers));
    let alike = people(&[(&[1.0], true), (&[2.0], true), (&[5.0], true)]);
    assert_eq!(maximum_likelihood(&alike, 0.95), Err(NotEstimable::NoVariation));
    assert_eq!(firth(&alike, 0.95), Err(NotEstimable::NoVariation));
    assert!(firth(&alike, 1.0).is_err());
    let two = people(&[(&[1.0], true), (&[2.0], false)]);
    assert_eq!(maximum_likelihood(&two, 0.95), Err(NotEstimable::Separated));
    assert!(firth(&two, 0.95).is_ok());
    let wrong = [Trials { predictors: vec![], events: 2, trials: 1 }];
    assert!(matches!(maximum_likelihood(&wrong, 0.95), Err(NotEstimable::InvalidInput(_))));
    let endless = people(&[(&[f64::INFINITY], true), (&[2.0], false)]);
    assert_eq!(maximum_likelihood(&endless, 0.95), Err(NotEstimable::NotFinite));
    assert_eq!(events_per_parameter(&people(&[(&[], true), (&[], false)])), Err(NotEstimable::Unidentified));
}

/// A constant column and one that repeats another have no coefficient; the rest is the model without them.
#[test]
fn dependent_predictors_are_left_out() {
    let base = [(1.0, true), (2.0, false), (3.0, true), (4.0, true), (2.5, false), (3.5, false), (5.0, true)];
    let with: Vec<Trials> =
        base.iter().map(|&(x, y)| Trials { predictors: vec![7.0, x, 3.0 - 2.0 * x], events: u64::from(y), trials: 1 }).collect();
    let without: Vec<Trials> = base.iter().map(|&(x, y)| Trials { predictors: vec![x], events: u64::from(y), trials: 1 }).collect();
    for method in [maximum_likelihood, firth] {
        let (with, without) = (method(&with, 0.95).unwrap(), method(&without, 0.95).unwrap());
        assert_eq!(with.coefficients[1], Err(NotEstimable::Unidentified));
        assert_eq!(with.coefficients[3], Err(NotEstimable::Unidentified));
        assert_eq!(with.parameters, 2);
        let (a, b) = (with.coefficients[2].clone().unwrap(), without.coefficients[1].clone().unwrap());
        assert!((a.estimate - b.estimate).abs() < 1e-9 && (a.interval.unwrap().upper - b.interval.unwrap().upper).abs() < 1e-7);
    }
}

/// The intercept alone: its estimate is the log odds, its profile limits those of the binomial likelihood.
#[test]
fn intercept_alone() {
    let fit = maximum_likelihood(&[Trials { predictors: vec![], events: 3, trials: 10 }], 0.95).unwrap();
    let intercept = fit.coefficients[0].clone().unwrap();
    assert!((intercept.estimate - (3.0_f64 / 7.0).ln()).abs() < 1e-12);
    let likelihood = |b: f64| 3.0 * log_logistic(b) + 7.0 * log_logistic(-b);
    for limit in [intercept.interval.clone().unwrap().lower, intercept.interval.unwrap().upper] {
        let fall = 2.0 * (likelihood(intercept.estimate) - likelihood(limit));
        assert!((fall - chi_square_quantile(0.95, 1.0).unwrap()).abs() < 1e-8);
    }
}

/// Ten million people in a few patterns, and predictors far from 0 on a tiny scale.
#[test]
fn large_counts_and_shifted_predictors() {
    let small = [(1.0, 300_000, 1_000_000), (2.0, 2_000_000, 5_000_000), (3.0, 2_100_000, 4_000_000)];
    let rows = |scale: f64, shift: f64| small.map(|(x, events, trials)| Trials { predictors: vec![shift + scale * x], events, trials });
    let plain = maximum_likelihood(&rows(1.0, 0.0), 0.95).unwrap();
    let moved = maximum_likelihood(&rows(1e-3, 2020.0), 0.95).unwrap();
    let (a, b) = (plain.coefficients[1].clone().unwrap(), moved.coefficients[1].clone().unwrap());
    assert!((a.estimate - b.estimate * 1e-3).abs() < 1e-9 && (a.std_error - b.std_error * 1e-3).abs() < 1e-9);
    assert!((a.interval.unwrap().lower - b.interval.unwrap().lower * 1e-3).abs() < 1e-8);
    assert_eq!(plain.n, 10_000_000);
}

/// The penalized log-likelihood of an intercept and one predictor, written out.
fn direct(rows: &[(f64, bool)], a: f64, b: f64, penalized: bool) -> f64 {
    let (mut value, mut i00, mut i01, mut i11) = (0.0, 0.0, 0.0, 0.0);
    for &(x, event) in rows {
        let eta = a + b * x;
        // ln(1 + exp(x)) without overflow, and exact where it is near 0.
        let softplus = |x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p();
        value -= softplus(if event { -eta } else { eta });
        let w = (-softplus(eta) - softplus(-eta)).exp();
        (i00, i01, i11) = (i00 + w, i01 + w * x, i11 + w * x * x);
    }
    if penalized { value + 0.5 * (i00 * i11 - i01 * i01).ln() } else { value }
}

/// The greatest of a function between two ends: the best of many places, then golden section between its neighbors.
fn peak(low: f64, high: f64, places: usize, f: impl Fn(f64) -> f64) -> f64 {
    let at = |i: usize| low + (high - low) * i as f64 / places as f64;
    let best = (0..=places).max_by(|&i, &j| f(at(i)).total_cmp(&f(at(j)))).unwrap();
    let (mut low, mut high) = (at(best.saturating_sub(1)), at((best + 1).min(places)));
    let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
    for _ in 0..50 {
        let (p, q) = (high - ratio * (high - low), low + ratio * (high - low));
        if f(p) < f(q) { low = p } else { high = q }
    }
    f64::midpoint(low, high)
}

fn profiled(rows: &[(f64, bool)], b: f64, penalized: bool) -> f64 {
    let a = peak(-60.0, 60.0, 120, |a| direct(rows, a, b, penalized));
    direct(rows, a, b, penalized)
}

/// Whether a line through the origin of (1, x) space puts events and others apart, ties allowed but not for all: with one
/// predictor, when the ranges of x meet in at most one point.
fn apart(rows: &[(f64, bool)]) -> bool {
    let range = |event: bool| {
        let values = rows.iter().filter(|row| row.1 == event).map(|row| row.0);
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
    };
    let (yes, no) = (range(true), range(false));
    yes.0 >= no.1 || no.0 >= yes.1
}

/// Two predictors: any separating plane can be turned until it holds two of the points, so all pairs of points are tried, with
/// each of the ways in which points on the plane may be split along it (one predictor along it, recursively).
fn apart_in_the_plane(rows: &[([f64; 2], bool)]) -> bool {
    let normals = rows.iter().flat_map(|p| rows.iter().map(move |q| (p, q))).filter(|(p, q)| p.0 != q.0).map(|(p, q)| {
        let (dx, dy) = (q.0[0] - p.0[0], q.0[1] - p.0[1]);
        (dy, -dx, dy * p.0[0] - dx * p.0[1])
    });
    normals.flat_map(|(a, b, c)| [(a, b, c), (-a, -b, -c)]).any(|(a, b, c)| {
        let side = |row: &([f64; 2], bool)| (a * row.0[0] + b * row.0[1] - c) * if row.1 { 1.0 } else { -1.0 };
        rows.iter().all(|row| side(row) >= 0.0) && rows.iter().any(|row| side(row) > 0.0)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn agrees_with_direct_maximization(data in proptest::collection::vec((0_u8..7, any::<bool>()), 6..25)) {
        let rows: Vec<(f64, bool)> = data.iter().map(|&(x, y)| (f64::from(x) - 3.0, y)).collect();
        let xs: std::collections::BTreeSet<u8> = data.iter().map(|row| row.0).collect();
        let events = rows.iter().filter(|row| row.1).count();
        prop_assume!(xs.len() > 1 && events > 0 && events < rows.len());
        let trials: Vec<Trials> = rows.iter().map(|&(x, y)| Trials { predictors: vec![x], events: u64::from(y), trials: 1 }).collect();
        let backwards: Vec<Trials> = trials.iter().rev().cloned().collect();
        for (penalized, method) in [(false, maximum_likelihood as fn(&[Trials], f64) -> _), (true, firth)] {
            let fit = method(&trials, 0.9);
            prop_assert_eq!(&fit, &method(&backwards, 0.9));
            if !penalized {
                prop_assert_eq!(fit == Err(NotEstimable::Separated), apart(&rows));
            }
            let Ok(fit) = fit else { continue };
            let slope = fit.coefficients[1].clone().unwrap();
            let found = peak(-15.0, 15.0, 120, |b| profiled(&rows, b, penalized));
            prop_assert!((slope.estimate - found).abs() < 1e-5 * (1.0 + found.abs()), "{} {}", slope.estimate, found);
            let top = profiled(&rows, slope.estimate, penalized);
            let fall = 2.0 * (top - profiled(&rows, 0.0, penalized));
            prop_assert!((slope.lr_chi_square.unwrap() - fall).abs() < 1e-6);
            if let Ok(interval) = slope.interval {
                prop_assert!(interval.lower < slope.estimate && slope.estimate < interval.upper);
                for limit in [interval.lower, interval.upper].into_iter().filter(|limit| limit.abs() < 8.0) {
                    let fall = 2.0 * (top - profiled(&rows, limit, penalized));
                    prop_assert!((fall - chi_square_quantile(0.9, 1.0).unwrap()).abs() < 1e-6, "{}", fall);
                }
                let wider = method(&trials, 0.99).unwrap().coefficients[1].clone().unwrap().interval;
                if let Ok(wider) = wider {
                    prop_assert!(wider.lower < interval.lower && wider.upper > interval.upper);
                }
            }
        }
    }

    #[test]
    fn separation_by_two_predictors_is_found_exactly(data in proptest::collection::vec((0_u8..4, 0_u8..4, any::<bool>()), 5..14)) {
        let rows: Vec<([f64; 2], bool)> = data.iter().map(|&(x, z, y)| ([f64::from(x), f64::from(z)], y)).collect();
        let trials: Vec<Trials> = rows.iter().map(|&(x, y)| Trials { predictors: x.to_vec(), events: u64::from(y), trials: 1 }).collect();
        let fit = maximum_likelihood(&trials, 0.95);
        prop_assume!(fit != Err(NotEstimable::NoVariation));
        prop_assume!(fit.as_ref().map_or(true, |fit| fit.parameters == 3));
        match fit {
            Ok(_) => prop_assert!(!apart_in_the_plane(&rows)),
            Err(reason) => {
                prop_assert_eq!(reason, NotEstimable::Separated);
                // Predictors that depend on each other leave one direction, in which no plane through two points need differ.
                let flat = rows.iter().all(|row| rows.iter().all(|other| {
                    let cross = |p: [f64; 2], q: [f64; 2], r: [f64; 2]| (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
                    rows.iter().all(|third| cross(row.0, other.0, third.0) == 0.0)
                }));
                prop_assert!(flat || apart_in_the_plane(&rows));
            }
        }
    }

    #[test]
    fn units_and_signs_of_predictors_do_not_matter(data in proptest::collection::vec((0_u8..9, 0_u8..3, any::<bool>()), 12..40), scale in 1e-4_f64..1e4) {
        let rows = |scale: f64| -> Vec<Trials> {
            data.iter().map(|&(x, z, y)| Trials { predictors: vec![scale * f64::from(x), f64::from(z)], events: u64::from(y), trials: 1 }).collect()
        };
        for method in [maximum_likelihood, firth] {
            let (Ok(a), Ok(b)) = (method(&rows(1.0), 0.95), method(&rows(-scale), 0.95)) else { continue };
            for (column, factor) in [(1, -scale), (2, 1.0)] {
                let (Ok(a), Ok(b)) = (&a.coefficients[column], &b.coefficients[column]) else { continue };
                prop_assert!((a.estimate - b.estimate * factor).abs() < 1e-6 * (1.0 + a.estimate.abs()));
                prop_assert!((a.std_error - b.std_error * factor.abs()).abs() < 1e-6 * (1.0 + a.std_error));
            }
        }
    }
}
