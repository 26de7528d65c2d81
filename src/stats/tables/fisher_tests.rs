use super::*;
use proptest::prelude::*;

fn test(counts: [u64; 4]) -> Fisher {
    fisher_exact(&Table::new(2, 2, counts.to_vec()).unwrap(), 0.95).unwrap()
}

fn choose(n: u64, k: u64) -> f64 {
    (1..=k).fold(1.0, |product, i| product * (n - k + i) as f64 / i as f64)
}

/// Every first cell with its weight at an odds ratio, from binomial coefficients.
fn weights([a, b, c, d]: [u64; 4], odds: f64) -> Vec<(u64, f64)> {
    let (row, column, n) = (a + b, a + c, a + b + c + d);
    (0..=row.min(column))
        .filter(|x| column - x <= n - row)
        .map(|x| (x, choose(row, x) * choose(n - row, column - x) * odds.powi(x as i32)))
        .collect()
}

fn share(counts: [u64; 4], odds: f64, chosen: impl Fn(u64, f64) -> bool) -> f64 {
    let weights = weights(counts, odds);
    let part: f64 = weights.iter().filter(|(x, w)| chosen(*x, *w)).map(|(_, w)| w).sum();
    part / weights.iter().map(|(_, w)| w).sum::<f64>()
}

/// Criminal twins, Fisher 1970 p. 95 and R's `?fisher.test`: p .0005367; limits by root search of that page's likelihood in
/// Python with 50 digits, to 1e-9: .00331716395 and .36318960236.
#[test]
fn convictions_of_twins() {
    let result = test([2, 10, 15, 3]);
    assert!((result.p_value - 0.0005367).abs() < 5e-8);
    assert!((result.p_less - 0.0004652).abs() < 5e-8, "one-sided, same page: {}", result.p_less);
    assert!((result.odds_ratio.value() - 0.046937).abs() < 5e-7);
    assert!((result.lower - 0.00331716395).abs() < 1e-9 && (result.upper.value() - 0.36318960236).abs() < 1e-9);
}

#[test]
fn what_has_no_answer_says_why() {
    let of = |counts: Vec<u64>| fisher_exact(&Table::new(2, counts.len() / 2, counts).unwrap(), 0.95);
    assert_eq!(of(vec![0; 4]), Err(NotEstimable::NoAnswers));
    assert_eq!(of(vec![3, 4, 0, 0]), Err(NotEstimable::NoVariation));
    assert_eq!(of(vec![3, 0, 4, 0]), Err(NotEstimable::NoVariation));
    assert!(of(vec![1, 2, 3, 4, 5, 6]).is_err());
    assert!(fisher_exact(&Table::new(2, 2, vec![1; 4]).unwrap(), 1.0).is_err());
}

#[test]
fn opposite_empty_cells_open_the_interval() {
    let full = test([6, 0, 0, 5]);
    assert_eq!((full.odds_ratio, full.upper), (OddsRatio::Infinite, OddsRatio::Infinite));
    // One of C(11, 5) tables is as extreme; the lower limit solves psi^6 / sum = .025.
    assert!((full.p_value * 462.0 - 1.0).abs() < 1e-12);
    assert!((share([6, 0, 0, 5], full.lower, |x, _| x >= 6) / 0.025 - 1.0).abs() < 1e-12);
    let none = test([0, 6, 5, 0]);
    assert_eq!((none.odds_ratio, none.lower), (OddsRatio::Finite(0.0), 0.0));
    assert!((none.upper.value() * full.lower - 1.0).abs() < 1e-12);
    assert_eq!(test([1, 1, 1, 1]).p_value, 1.0);
}

/// Ten million answers: the odds ratio of samples this large is the plain one, and its exact limits are those of the log
/// odds ratio's normal interval, to 1e-4.
#[test]
fn large_counts() {
    let result = test([2_510_000, 2_490_000, 2_500_000, 2_500_000]);
    let plain = 251.0 / 249.0;
    let std_error = (1.0 / 2.51e6 + 1.0 / 2.49e6 + 2.0 / 2.5e6_f64).sqrt();
    assert!((result.odds_ratio.value() - plain).abs() < 1e-8);
    assert!((result.lower.ln() - (plain.ln() - 1.959964 * std_error)).abs() < 1e-6);
    assert!((result.upper.value().ln() - (plain.ln() + 1.959964 * std_error)).abs() < 1e-6);
    let z = plain.ln() / std_error;
    assert!((result.p_value / crate::stats::distributions::normal_two_sided_p(z).unwrap() - 1.0).abs() < 1e-2);
    assert!(test([5_000_000, 0, 0, 5_000_000]).p_value < 1e-300);
}

proptest! {
    #[test]
    fn agrees_with_enumeration(a in 0_u64..12, b in 0_u64..12, c in 0_u64..12, d in 0_u64..12, level in 0.5_f64..0.999) {
        let counts = [a, b, c, d];
        let Ok(result) = fisher_exact(&Table::new(2, 2, counts.to_vec()).unwrap(), level) else { return Ok(()) };
        let own = weights(counts, 1.0).iter().find(|(x, _)| *x == a).unwrap().1;
        prop_assert!((result.p_value - share(counts, 1.0, |_, w| w <= own * (1.0 + SLACK))).abs() < 1e-13);
        prop_assert!((result.p_less - share(counts, 1.0, |x, _| x <= a)).abs() < 1e-13);
        prop_assert!((result.p_greater - share(counts, 1.0, |x, _| x >= a)).abs() < 1e-13);
        let tail = (1.0 - level) / 2.0;
        prop_assert!(result.lower == 0.0 || (share(counts, result.lower, |x, _| x >= a) - tail).abs() < 1e-12);
        prop_assert!(result.lower <= result.odds_ratio.value() && result.odds_ratio.value() <= result.upper.value());
        if let OddsRatio::Finite(upper) = result.upper {
            prop_assert!((share(counts, upper, |x, _| x <= a) - tail).abs() < 1e-12);
        }
        if let OddsRatio::Finite(odds) = result.odds_ratio && odds > 0.0 {
            let weights = weights(counts, odds);
            let mean = weights.iter().map(|(x, w)| *x as f64 * w).sum::<f64>() / weights.iter().map(|(_, w)| w).sum::<f64>();
            prop_assert!((mean - a as f64).abs() < 1e-10);
        }
        let wider = fisher_exact(&Table::new(2, 2, counts.to_vec()).unwrap(), (1.0 + level) / 2.0).unwrap();
        prop_assert!(wider.lower <= result.lower && wider.upper.value() >= result.upper.value());
        let transposed = fisher_exact(&Table::new(2, 2, vec![a, c, b, d]).unwrap(), level).unwrap();
        prop_assert!((transposed.p_value - result.p_value).abs() < 1e-13);
    }
}
