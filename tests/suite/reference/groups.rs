//! Statistics of one and two groups and their distributions against values of R 4.2.2 (tests/reference).

use mentorscope::stats::mcnemar::{PairedCounts, mcnemar};
use mentorscope::stats::multiplicity::{benjamini_hochberg, benjamini_yekutieli, bonferroni, holm};
use mentorscope::stats::paired::{Pair, paired_t};
use mentorscope::stats::quantile::quantile;
use mentorscope::stats::signed_rank::signed_rank;
use mentorscope::stats::welch::welch;
use mentorscope::stats::{Frequency, NotEstimable, distributions as d};
use serde_json::Value;

fn cases(kind: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(include_str!("../../reference/basic.json")).unwrap();
    let found: Vec<Value> = all.into_iter().filter(|case| case["kind"] == kind).collect();
    assert!(found.len() > 5, "{kind}");
    found
}

fn numbers(case: &Value, key: &str) -> Vec<Option<f64>> {
    case[key].as_array().unwrap().iter().map(Value::as_f64).collect()
}

fn once(case: &Value, key: &str) -> Vec<Frequency> {
    numbers(case, key).into_iter().flatten().map(|value| Frequency { value, count: 1 }).collect()
}

fn check(case: &Value, key: &str, found: f64, relative: f64) {
    let expected = case[key].as_f64().unwrap();
    assert!((found - expected).abs() <= relative * expected.abs().max(1e-9), "{key}: {found} is not {expected} in {case}");
}

fn pairs(case: &Value) -> Vec<Pair> {
    let (x, y) = (numbers(case, "x"), numbers(case, "y"));
    x.iter().zip(&y).map(|(x, y)| Pair { first: x.unwrap(), second: y.unwrap() }).collect()
}

/// Relative tolerance 1e-9, and for tails below 1e-200 1e-8 (there the last bit of the point itself moves them so far).
#[test]
fn distributions_in_ordinary_and_extreme_places() {
    let mut worst = 0.0_f64;
    for line in include_str!("../../reference/distributions.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [a, b, x, expected] = [1, 2, 3, 4].map(|i| cells[i].parse::<f64>().unwrap());
        let found = match cells[0] {
            "norm_sf" => d::normal_sf(x),
            "t_quantile" => d::t_quantile(x, a),
            "t_sf" => d::t_sf(x, a),
            "chi2_quantile" => d::chi_square_quantile(x, a),
            "chi2_sf" => d::chi_square_sf(x, a),
            "chi2_cdf" => d::chi_square_cdf(x, a),
            "f_quantile" => d::f_quantile(x, a, b),
            "f_sf" => d::f_sf(x, a, b),
            "beta_quantile" => d::beta_quantile(x, a, b),
            "beta_sf" => d::beta_sf(x, a, b),
            "beta_cdf" => d::beta_cdf(x, a, b),
            name => panic!("{name}"),
        };
        let error = (found.clone().unwrap_or(f64::NAN) - expected).abs();
        let tolerance = if expected.abs() < 1e-200 { 1e-8 } else { 1e-9 };
        assert!(error <= tolerance * expected.abs() + 1e-300, "{line}: {found:?}");
        worst = worst.max(error / (expected.abs() + 1e-290));
    }
    println!("worst relative error {worst:e}");
}

#[test]
fn welch_agrees_with_t_test() {
    for case in cases("welch") {
        let result = welch(&once(&case, "x"), &once(&case, "y")).unwrap();
        check(&case, "t", result.estimate / result.std_error, 1e-10);
        check(&case, "df", result.degrees_of_freedom, 1e-10);
        check(&case, "p", result.p_value, 1e-9);
        let interval = result.interval(0.95).unwrap();
        check(&case, "lower", interval.lower, 1e-9);
        check(&case, "upper", interval.upper, 1e-9);
    }
}

#[test]
fn pairs_agree_with_paired_t_test_and_wilcoxon() {
    for case in cases("paired") {
        let test = paired_t(&pairs(&case)).unwrap().test.unwrap();
        check(&case, "t", test.estimate / test.std_error, 1e-10);
        check(&case, "p", test.p_value, 1e-9);
        let interval = test.interval(0.95).unwrap();
        check(&case, "lower", interval.lower, 1e-9);
        check(&case, "upper", interval.upper, 1e-9);
        let ranks = signed_rank(&pairs(&case)).unwrap();
        check(&case, "v", ranks.v, 1e-12);
        check(&case, "p_cc", ranks.p_normal_corrected, 1e-9);
        check(&case, "p_nocc", ranks.p_normal, 1e-9);
    }
}

#[test]
fn exact_signed_ranks_agree_with_wilcoxon() {
    for case in cases("signed") {
        let pairs: Vec<Pair> = once(&case, "x").iter().map(|x| Pair { first: x.value, second: 0.0 }).collect();
        let result = signed_rank(&pairs).unwrap();
        check(&case, "v", result.v, 1e-12);
        check(&case, "p_exact", result.p_exact.unwrap(), 1e-11);
    }
}

#[test]
fn quantiles_agree_with_type_7() {
    for case in cases("quantile") {
        for (p, expected) in [0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0].into_iter().zip(numbers(&case, "q")) {
            assert!((quantile(&once(&case, "x"), p).unwrap() - expected.unwrap()).abs() < 1e-12, "{case}");
        }
    }
}

#[test]
fn adjusted_p_values_agree_with_p_adjust() {
    for case in cases("adjust") {
        let p = numbers(&case, "p");
        let holm = holm(&p, 0.05).unwrap().into_iter().map(|v| v.map(|v| v.p_adjusted)).collect();
        let families = [
            ("holm", holm),
            ("bh", benjamini_hochberg(&p).unwrap()),
            ("bonferroni", bonferroni(&p).unwrap()),
            ("by", benjamini_yekutieli(&p).unwrap()),
        ];
        for (name, adjusted) in families {
            for (found, expected) in adjusted.iter().zip(numbers(&case, name)) {
                assert_eq!(found.is_none(), expected.is_none());
                assert!((found.unwrap_or(0.0) - expected.unwrap_or(0.0)).abs() < 1e-12, "{name} {case}");
            }
        }
    }
}

#[test]
fn mcnemar_agrees_with_mcnemar_test_and_binom_test() {
    for case in cases("mcnemar") {
        let [n11, n10, n01, n00] = [0, 1, 2, 3].map(|i| numbers(&case, "counts")[i].unwrap() as u64);
        let result = mcnemar(PairedCounts { n11, n10, n01, n00 }, 0.95).unwrap();
        check(&case, "chi2", result.chi_square, 1e-10);
        check(&case, "p", result.p_chi_square, 1e-9);
        check(&case, "chi2_cc", result.chi_square_corrected, 1e-10);
        check(&case, "p_cc", result.p_corrected, 1e-9);
        check(&case, "p_exact", result.p_exact, 1e-9);
        match result.odds_ratio_interval {
            Ok(interval) => {
                check(&case, "or_lower", interval.lower, 1e-6);
                check(&case, "or_upper", interval.upper, 1e-6);
            }
            Err(reason) => assert_eq!((reason, case["or_upper"].is_null()), (NotEstimable::Separated, true)),
        }
    }
}
