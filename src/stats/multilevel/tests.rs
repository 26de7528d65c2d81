use super::*;
use crate::stats::linear::Matrix;
use proptest::prelude::*;

fn members(groups: &[&[f64]]) -> Vec<Member> {
    (0..).zip(groups).flat_map(|(group, values)| values.iter().map(move |&value| Member { group, value })).collect()
}

fn alone(members: &[Member]) -> Result<RandomIntercept, NotEstimable> {
    random_intercept(members, &Matrix::zeros(members.len(), 0))
}

/// Balanced data have closed forms where the mean squares are in order: the variances are `(MSB - MSW) / n` and MSW.
#[test]
fn balanced_data_have_closed_forms() {
    let data = members(&[&[1.0, 3.0, 2.0], &[6.0, 5.0, 9.0], &[4.0, 4.0, 7.0]]);
    let anova = one_way(&data).unwrap();
    let model = alone(&data).unwrap();
    let (msb, msw) = (anova.mean_square_between.unwrap(), anova.mean_square_within.unwrap());
    assert!((model.variance_between - (msb - msw) / 3.0).abs() < 1e-9 && (model.variance_within - msw).abs() < 1e-9);
    assert!((model.std_errors[0] - (msb / 9.0).sqrt()).abs() < 1e-9);
    assert!((model.icc - anova.icc1.unwrap()).abs() < 1e-9);
    assert_eq!(anova.n0, Ok(3.0));
}

/// Groups of 1, 2 and 6: n0 = (9 - 41/9) / 2 = 20/9, below the mean size 3.
#[test]
fn unequal_groups_are_worth_less_than_their_mean_size() {
    let result = one_way(&members(&[&[1.0], &[4.0, 6.0], &[2.0, 3.0, 2.0, 4.0, 3.0, 1.0]])).unwrap();
    assert!((result.n0.unwrap() - 20.0 / 9.0).abs() < 1e-12);
    assert_eq!(result.mean_size, 3.0);
    assert!(result.icc1.unwrap() > result.icc1_mean_size.unwrap());
}

#[test]
fn what_has_no_answer_says_why() {
    assert_eq!(one_way(&[]), Err(NotEstimable::NoAnswers));
    assert_eq!(alone(&[]), Err(NotEstimable::NoAnswers));
    assert_eq!(one_way(&members(&[&[1.0, f64::NAN], &[2.0]])), Err(NotEstimable::NotFinite));
    let single = one_way(&members(&[&[1.0, 2.0, 4.0]])).unwrap();
    assert_eq!(single.icc1, Err(NotEstimable::TooFewClusters { needed: 2, found: 1 }));
    assert!(single.mean_square_within.is_ok() && single.f.is_err() && single.p_value.is_err() && single.design_effect.is_err());
    let singletons = one_way(&members(&[&[1.0], &[2.0], &[4.0]])).unwrap();
    assert!(singletons.mean_square_between.is_ok() && singletons.icc1.is_err());
    assert_eq!(singletons.mean_square_within, Err(NotEstimable::TooFew { needed: 4, found: 3 }));
    let alike = one_way(&members(&[&[0.1, 0.1, 0.1], &[0.7, 0.7], &[0.4]])).unwrap();
    assert_eq!((alike.icc1, alike.icc2, alike.f), (Ok(1.0), Ok(1.0), Err(NotEstimable::NoVariation)));
    let flat = one_way(&members(&[&[0.1, 0.1, 0.1], &[0.1, 0.1]])).unwrap();
    assert_eq!(
        (flat.icc1, flat.icc2, flat.f),
        (Err(NotEstimable::NoVariation), Err(NotEstimable::NoVariation), Err(NotEstimable::NoVariation))
    );
    let level = one_way(&members(&[&[1.0, 5.0, 0.3], &[0.3, 1.0, 5.0]])).unwrap();
    assert_eq!((level.icc2, level.f, level.p_value), (Err(NotEstimable::NoVariation), Ok(0.0), Ok(1.0)));
    assert_eq!(level.icc1, Ok(-0.5));
    assert_eq!(alone(&members(&[&[1.0, 2.0]])), Err(NotEstimable::TooFewClusters { needed: 2, found: 1 }));
    assert_eq!(alone(&members(&[&[1.0], &[2.0]])), Err(NotEstimable::Unidentified));
    assert_eq!(alone(&members(&[&[0.1, 0.1], &[0.7, 0.7]])), Err(NotEstimable::NoVariation));
    let data = members(&[&[1.0, 2.0, 5.0], &[4.0, 3.0]]);
    let twice = Matrix { rows: 5, columns: 2, values: vec![1.0, 2.0, 2.0, 4.0, 0.0, 0.0, 5.0, 10.0, 1.0, 2.0] };
    assert_eq!(random_intercept(&data, &twice), Err(NotEstimable::Unidentified));
    assert!(random_intercept(&data, &Matrix::zeros(4, 1)).is_err());
    assert!(matches!(random_intercept(&data, &Matrix::zeros(5, 4)), Err(NotEstimable::TooFew { needed: 6, found: 5 })));
}

/// Values far from 0 keep their spread.
#[test]
fn large_values_keep_their_spread() {
    let groups = [[1.0, 3.0, 2.0], [6.0, 5.0, 9.0], [4.0, 4.0, 7.0]];
    let near = members(&groups.each_ref().map(|g| g.as_slice()));
    let far: Vec<Member> = near.iter().map(|m| Member { value: m.value + 1e9, ..*m }).collect();
    let (a, b) = (one_way(&near).unwrap(), one_way(&far).unwrap());
    assert!((a.icc1.unwrap() - b.icc1.unwrap()).abs() < 1e-9);
    assert!((alone(&near).unwrap().variance_between - alone(&far).unwrap().variance_between).abs() < 1e-6);
}

/// A boundary fit: groups of equal means have no variance between them, and then the model is a plain regression.
#[test]
fn boundary_is_exactly_zero() {
    let model = alone(&members(&[&[1.0, 5.0, 2.0, 4.0], &[2.0, 4.0, 3.0, 1.0], &[5.0, 1.0, 4.0, 4.0]])).unwrap();
    assert!(model.boundary);
    assert_eq!((model.variance_between, model.icc), (0.0, 0.0));
    assert!((model.std_errors[0] - (model.variance_within / 12.0).sqrt()).abs() < 1e-12);
}

/// Minus twice the restricted log-likelihood, written out with the full covariance matrix.
fn full_criterion(members: &[Member], x: &Matrix, between: f64, within: f64) -> f64 {
    let n = members.len();
    let mut covariance = Matrix::zeros(n, n);
    for i in 0..n {
        for j in 0..n {
            let same = if members[i].group == members[j].group { between } else { 0.0 };
            covariance.set(i, j, same + if i == j { within } else { 0.0 });
        }
    }
    let log_determinant = |m: &Matrix| (0..m.rows).map(|i| 2.0 * m.cholesky().unwrap().at(i, i).ln()).sum::<f64>();
    let inverse = covariance.inverse_spd().unwrap();
    let y = Matrix { rows: n, columns: 1, values: members.iter().map(|m| m.value).collect() };
    let xv = x.transpose().multiply(&inverse);
    let xvx = xv.multiply(x);
    let b = xvx.solve_spd(&xv.multiply(&y).values).unwrap();
    let fitted = x.multiply(&Matrix { rows: x.columns, columns: 1, values: b });
    let e = Matrix { rows: n, columns: 1, values: y.values.iter().zip(&fitted.values).map(|(y, f)| y - f).collect() };
    let quadratic = e.transpose().multiply(&inverse).multiply(&e).values[0];
    (n - x.columns) as f64 * (2.0 * std::f64::consts::PI).ln() + log_determinant(&covariance) + log_determinant(&xvx) + quadratic
}

proptest! {
    #[test]
    fn likelihood_is_at_its_top(rows in proptest::collection::vec((0_u32..5, -4.0_f64..4.0, -2.0_f64..2.0), 9..25)) {
        let data: Vec<Member> = rows.iter().map(|r| Member { group: r.0, value: r.1 + f64::from(r.0) / 2.0 }).collect();
        let z = Matrix { rows: rows.len(), columns: 1, values: rows.iter().map(|r| r.2 + 30.0).collect() };
        let fit = random_intercept(&data, &z);
        prop_assume!(fit.is_ok());
        let fit = fit.unwrap();
        let x = Matrix { rows: rows.len(), columns: 2, values: rows.iter().flat_map(|r| [1.0, r.2 + 30.0]).collect() };
        let (between, within) = (fit.variance_between, fit.variance_within);
        let top = full_criterion(&data, &x, between, within);
        prop_assert!((top - fit.criterion).abs() < 1e-6);
        for a in [0.0, 0.2, 0.7, 0.99, 1.01, 1.3, 3.0] {
            for b in [0.5, 0.98, 1.0, 1.02, 2.0] {
                prop_assert!(top <= full_criterion(&data, &x, between * a, within * b) + 1e-7);
                prop_assert!(top <= full_criterion(&data, &x, within * a * 0.3, within * b) + 1e-7);
            }
        }
        let reversed: Vec<Member> = data.iter().rev().copied().collect();
        let backwards = Matrix { rows: rows.len(), columns: 1, values: rows.iter().rev().map(|r| r.2 + 30.0).collect() };
        prop_assert_eq!(fit, random_intercept(&reversed, &backwards).unwrap());
    }

    #[test]
    fn order_names_and_scale_do_not_matter(rows in proptest::collection::vec((0_u32..6, -9_i32..9), 4..30), scale in 0.1_f64..20.0) {
        let of = |name: &dyn Fn(u32) -> u32, scale: f64| rows.iter().map(|r| Member { group: name(r.0), value: f64::from(r.1) / 3.0 * scale }).collect::<Vec<_>>();
        let data = of(&|g| g, 1.0);
        let reversed: Vec<Member> = data.iter().rev().copied().collect();
        let result = one_way(&data).unwrap();
        prop_assert_eq!(&result, &one_way(&reversed).unwrap());
        prop_assert_eq!(&result, &one_way(&of(&|g| 50 - g, 1.0)).unwrap());
        if let (Ok(a), Ok(b)) = (result.icc1.clone(), one_way(&of(&|g| g, scale)).unwrap().icc1) {
            prop_assert!((a - b).abs() < 1e-9 && a <= 1.0 + 1e-12);
        }
        // The mean squares from all pairs: within a group, sum of squared differences over the size; total likewise.
        let pairs = |same: bool| -> f64 {
            let each = data.iter().enumerate().flat_map(|(i, p)| data[..i].iter().map(move |q| (p, q)));
            each.filter(|(p, q)| !same || p.group == q.group)
                .map(|(p, q)| (p.value - q.value).powi(2) / if same { data.iter().filter(|m| m.group == p.group).count() } else { data.len() } as f64)
                .sum()
        };
        if let (Ok(msb), Ok(msw)) = (result.mean_square_between, result.mean_square_within) {
            let (j, n) = (result.groups as f64, result.n as f64);
            prop_assert!((msw * (n - j) - pairs(true)).abs() < 1e-8);
            prop_assert!((msb * (j - 1.0) - (pairs(false) - pairs(true))).abs() < 1e-8);
        }
    }
}
