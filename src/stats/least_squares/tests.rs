use super::*;
use proptest::prelude::*;

fn design(columns: &[&[f64]]) -> Matrix {
    let rows = columns[0].len();
    let mut matrix = Matrix::zeros(rows, columns.len());
    for (j, column) in columns.iter().enumerate() {
        for (i, &value) in column.iter().enumerate() {
            matrix.set(i, j, value);
        }
    }
    matrix
}

/// NIST's certified values for the Longley data (StRD, six predictors, ill-conditioned): relative tolerance 1e-9.
#[test]
fn longley_certified() {
    let y = [
        60323.0, 61122.0, 60171.0, 61187.0, 63221.0, 63639.0, 64989.0, 63761.0, 66019.0, 67857.0, 68169.0, 66513.0, 68655.0, 69564.0,
        69331.0, 70551.0,
    ];
    let deflator = [83.0, 88.5, 88.2, 89.5, 96.2, 98.1, 99.0, 100.0, 101.2, 104.6, 108.4, 110.8, 112.6, 114.2, 115.7, 116.9];
    let gnp = [
        234289.0, 259426.0, 258054.0, 284599.0, 328975.0, 346999.0, 365385.0, 363112.0, 397469.0, 419180.0, 442769.0, 444546.0, 482704.0,
        502601.0, 518173.0, 554894.0,
    ];
    let unemployed =
        [2356.0, 2325.0, 3682.0, 3351.0, 2099.0, 1932.0, 1870.0, 3578.0, 2904.0, 2822.0, 2936.0, 4681.0, 3813.0, 3931.0, 4806.0, 4007.0];
    let forces =
        [1590.0, 1456.0, 1616.0, 1650.0, 3099.0, 3594.0, 3547.0, 3350.0, 3048.0, 2857.0, 2798.0, 2637.0, 2552.0, 2514.0, 2572.0, 2827.0];
    let population = [
        107608.0, 108632.0, 109773.0, 110929.0, 112075.0, 113270.0, 115094.0, 116219.0, 117388.0, 118734.0, 120445.0, 121950.0, 123366.0,
        125368.0, 127852.0, 130081.0,
    ];
    let year: Vec<f64> = (1947..1963).map(f64::from).collect();
    let fit = LeastSquares::fit(&design(&[&[1.0; 16], &deflator, &gnp, &unemployed, &forces, &population, &year]), &y).unwrap();
    let certified = [
        -3482258.63459582,
        15.0618722713733,
        -0.358191792925910e-01,
        -2.02022980381683,
        -1.03322686717359,
        -0.511041056535807e-01,
        1829.15146461355,
    ];
    let errors = [
        890420.383607373,
        84.9149257747669,
        0.334910077722432e-01,
        0.488399681651699,
        0.214274163161675,
        0.226073200069370,
        455.478499142212,
    ];
    for j in 0..7 {
        assert!((fit.coefficients[j].clone().unwrap() / certified[j] - 1.0).abs() < 1e-9, "{j}");
        assert!((fit.classical()[j].clone().unwrap() / errors[j] - 1.0).abs() < 1e-9, "{j}");
    }
    assert!((fit.residual_std_dev.unwrap() / 304.854073561965 - 1.0).abs() < 1e-9);
    assert!((fit.r_squared.unwrap() - 0.995479004577296).abs() < 1e-12);
}

#[test]
fn what_the_data_cannot_tell_apart_is_unidentified() {
    let x = [1.0, 2.0, 3.0, 5.0];
    let twice = x.map(|v| 2.0 * v);
    let fit = LeastSquares::fit(&design(&[&[1.0; 4], &x, &twice]), &[1.0, 3.0, 2.0, 4.0]).unwrap();
    assert!(fit.coefficients[0].is_ok() && fit.classical()[0].is_ok());
    assert_eq!(
        (fit.coefficients[1].clone(), fit.coefficients[2].clone()),
        (Err(NotEstimable::Unidentified), Err(NotEstimable::Unidentified))
    );
    assert_eq!(fit.rank, 2);
    assert_eq!(fit.newey_west(1)[1], Err(NotEstimable::Unidentified));
}

#[test]
fn what_has_no_answer_says_why() {
    assert_eq!(LeastSquares::fit(&Matrix::zeros(0, 1), &[]), Err(NotEstimable::NoAnswers));
    assert_eq!(LeastSquares::fit(&Matrix::zeros(2, 1), &[1.0, 2.0]), Err(NotEstimable::Unidentified));
    assert_eq!(LeastSquares::fit(&design(&[&[1.0, f64::NAN]]), &[1.0, 2.0]), Err(NotEstimable::NotFinite));
    let saturated = LeastSquares::fit(&design(&[&[1.0; 2], &[0.0, 1.0]]), &[1.0, 3.0]).unwrap();
    assert_eq!(saturated.coefficients[1], Ok(2.0));
    assert!(matches!(saturated.classical()[1], Err(NotEstimable::TooFew { needed: 3, found: 2 })));
    assert!(saturated.newey_west(1)[1].is_err() && saturated.hc3()[1].is_err());
    let perfect = LeastSquares::fit(&design(&[&[1.0; 4], &[1.0, 2.0, 3.0, 4.0]]), &[0.3, 0.6, 0.9, 1.2]).unwrap();
    assert_eq!(perfect.classical()[1], Err(NotEstimable::NoVariation));
    assert_eq!(perfect.durbin_watson(), Err(NotEstimable::NoVariation));
    let flat = LeastSquares::fit(&design(&[&[1.0; 4], &[1.0, 2.0, 3.0, 4.0]]), &[0.3; 4]).unwrap();
    assert_eq!(flat.r_squared, Err(NotEstimable::NoVariation));
    // The last row alone determines the last coefficient.
    let lonely = LeastSquares::fit(&design(&[&[1.0; 4], &[0.0, 0.0, 0.0, 1.0]]), &[1.0, 2.0, 4.0, 3.0]).unwrap();
    assert_eq!(lonely.hc3()[0], Err(NotEstimable::Unidentified));
    assert!(lonely.classical()[1].is_ok() && lonely.clustered(&[1, 1, 1, 1])[0].is_err());
}

/// Every robust covariance as a double sum over pairs of rows, from the normal equations.
fn by_pairs(x: &Matrix, residuals: &[f64], weight: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let bread = x.transpose().multiply(x).inverse_spd().unwrap();
    let influence = bread.multiply(&x.transpose());
    let pairs = |j: usize| (0..x.rows).flat_map(move |s| (0..x.rows).map(move |t| (j, s, t)));
    (0..x.columns)
        .map(|j| {
            pairs(j)
                .map(|(j, s, t)| weight(s, t) * influence.at(j, s) * influence.at(j, t) * residuals[s] * residuals[t])
                .sum::<f64>()
                .sqrt()
        })
        .collect()
}

proptest! {
    #[test]
    fn robust_errors_agree_with_double_sums(rows in proptest::collection::vec((-3.0_f64..3.0, -9.0_f64..9.0, 0_u32..4), 8..30), lag in 0_u64..5) {
        let z: Vec<f64> = rows.iter().map(|r| r.0).collect();
        let y: Vec<f64> = rows.iter().map(|r| r.1).collect();
        let clusters: Vec<u32> = rows.iter().map(|r| r.2).collect();
        let x = design(&[&vec![1.0; z.len()], &z]);
        let fit = LeastSquares::fit(&x, &y).unwrap();
        prop_assume!(fit.rank == 2 && fit.leverages.iter().all(|&h| h < 0.999));
        let n = y.len() as f64;
        let hat = |t: usize| fit.leverages[t];
        let hc3 = by_pairs(&x, &fit.residuals, |s, t| if s == t { (1.0 - hat(t)).powi(-2) } else { 0.0 });
        let nw = by_pairs(&x, &fit.residuals, |s, t| (1.0 - s.abs_diff(t) as f64 / (lag + 1) as f64).max(0.0) * n / (n - 2.0));
        let mut distinct = clusters.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let g = distinct.len() as f64;
        prop_assert!((fit.leverages.iter().sum::<f64>() - 2.0).abs() < 1e-9);
        for j in 0..2 {
            prop_assert!((fit.hc3()[j].clone().unwrap() - hc3[j]).abs() < 1e-7 * (1.0 + hc3[j]));
            prop_assert!((fit.newey_west(lag)[j].clone().unwrap() - nw[j]).abs() < 1e-7 * (1.0 + nw[j]));
            if distinct.len() > 1 {
                let cr = by_pairs(&x, &fit.residuals, |s, t| if clusters[s] == clusters[t] { g / (g - 1.0) * (n - 1.0) / (n - 2.0) } else { 0.0 });
                let found = fit.clustered(&clusters)[j].clone().unwrap();
                prop_assert!((found.powi(2) - cr[j].powi(2)).abs() < 1e-7 * (1.0 + cr[j].powi(2)) || cr[j].is_nan());
            }
        }
    }
}
