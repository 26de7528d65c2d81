//! Inputs on which statistics packages disagree, print *not a number*, or claim a certainty that is not there.

use serde_json::{Value, json};

use super::compute;

/// The keys are there, null, and explained by these words.
fn none(answer: &Value, keys: &[&str], reason: &str) {
    for key in keys {
        assert!(answer.get(*key).is_some_and(Value::is_null), "{key} in {answer}");
    }
    assert!(answer["reason"].as_str().is_some_and(|words| words.contains(reason)), "{reason:?} in {answer}");
}

#[test]
fn a_proportion_of_nobody() {
    let answer = compute("proportion", "x,n\n0,0\n", &[], &[]);
    none(&answer["rows"][0], &["estimate", "ci_lower", "ci_upper", "clopper_pearson_ci_lower"], "no answers");
}

#[test]
fn a_t_test_of_two_constant_groups() {
    for second in [3, 4] {
        let answer = compute("welch_t", &format!("group,value\na,3\na,3\nb,{second}\nb,{second}\n"), &[], &[]);
        none(&answer, &["t", "df", "p_value", "ci_lower", "ci_upper"], "no variation");
        assert_eq!(answer["mean_diff"], json!(f64::from(3 - second)));
    }
    none(&compute("paired", "pre,post\n1,2\n2,3\n5,6\n", &[], &[]), &["t", "p_value", "d_z", "ci_lower"], "no variation");
}

#[test]
fn ranks_that_are_all_tied() {
    let csv = "group,value\na,4\na,4\nb,4\nb,4\n";
    none(&compute("mann_whitney", csv, &[], &[]), &["p_value", "p_value_exact", "p_value_normal_cc"], "no variation");
    none(&compute("kruskal_wallis", csv, &[], &[]), &["H", "p_value", "epsilon_sq"], "no variation");
}

#[test]
fn alpha_of_constant_items_and_of_a_constant_total() {
    for csv in ["q1,q2\n5,4\n5,4\n5,4\n", "q1,q2\n1,3\n2,2\n3,1\n"] {
        none(&compute("reliability", csv, &[], &[]), &["cronbach_alpha", "ci_lower", "ci_upper"], "no variation");
    }
}

#[test]
fn intraclass_correlation_without_variance_and_of_three_pairs() {
    none(&compute("icc", "a,b\n3,3\n3,3\n3,3\n", &[], &[])["icc"], &["ICC1", "ICC2", "ICC3"], "no variation");
    // Every three pairs of ratings from 1 to 3: no limit outside of what a correlation of two can be.
    let mut without = 0;
    for case in 0..3_usize.pow(6) {
        let digit = |place: u32| case / 3_usize.pow(place) % 3 + 1;
        let csv = format!("a,b\n{},{}\n{},{}\n{},{}\n", digit(0), digit(1), digit(2), digit(3), digit(4), digit(5));
        let answer = compute("icc", &csv, &[], &[]);
        for form in ["ICC1", "ICC2", "ICC3"] {
            for limit in ["ci_lower", "ci_upper"] {
                match answer[limit][form].as_f64() {
                    Some(value) => assert!((-1.0 - 1e-12..=1.0 + 1e-12).contains(&value), "{csv}{form} {value}"),
                    None => without += 1,
                }
            }
        }
    }
    assert!(without > 0);
}

#[test]
fn kappa_of_two_constant_raters() {
    let answer = compute("weighted_kappa", "rater1,rater2\n5,5\n5,5\n", &[], &[("levels", json!([1, 2, 3, 4, 5]))]);
    for weights in ["unweighted", "linear", "quadratic"] {
        none(&answer[weights], &["kappa", "std_error", "ci_lower"], "no variation");
    }
}

#[test]
fn krippendorff_without_variation_and_without_pairs() {
    let keys = ["nominal", "ordinal", "interval", "ratio"];
    none(&compute("krippendorff", "unit,a,b\n1,3,3\n2,3,3\n", &[], &[]), &keys, "no variation");
    let unpaired = compute("krippendorff", "unit,a,b\n1,3,\n2,,4\n", &[], &[]);
    assert!(keys.iter().all(|key| unpaired[*key].is_null()) && unpaired["reason"].is_string());
}

#[test]
fn tables_with_empty_lines() {
    let dropped = compute("chi_square", "row,col,count\na,x,3\na,y,1\na,z,0\nb,x,2\nb,y,6\nb,z,0\n", &[], &[]);
    assert_eq!((&dropped["df"], &dropped["columns"]), (&json!(1), &json!(["x", "y"])));
    let nothing = "row,col,count\na,x,3\na,y,4\nb,x,0\nb,y,0\n";
    none(&compute("chi_square", nothing, &[], &[]), &["chi2", "df", "p_value"], "no variation");
    none(&compute("fisher_exact", nothing, &[], &[]), &["p_value", "cmle_or", "ci_lower"], "no variation");
}

#[test]
fn a_curve_without_events() {
    let answer = compute("kaplan_meier", "time,event\n1,0\n2,0\n5,0\n", &[], &[]);
    assert_eq!(answer["surv"], json!([1.0, 1.0, 1.0]));
    none(&answer, &["median", "median_min_t", "median_ci_lower", "median_ci_upper"], "not reached");
}

#[test]
fn tests_of_curves_without_events() {
    none(&compute("logrank", "time,event,group\n1,0,a\n2,0,b\n", &[], &[]), &["chi2", "df", "p_value"], "no events");
    let gray = compute("competing_risks", "time,status,group\n1,2,a\n2,0,a\n3,2,b\n", &[], &[]);
    none(&gray["gray"]["cause1"], &["chi2", "df", "p_value"], "no events");
    assert_eq!(gray["groups"]["a"]["cause1"]["cif"], json!([0.0]));
}

#[test]
fn a_monotone_likelihood() {
    let answer = compute("cox", "time,event,x\n1,1,1\n2,1,1\n3,0,0\n4,1,0\n5,0,0\n", &[], &[]);
    assert_eq!(answer["separated"], json!(true));
    none(&answer["coef"], &["x"], "separation");
    // The log-rank test stays, as the score test.
    assert!(answer["score_p_value"].is_number());
}

#[test]
fn separated_outcomes() {
    let answer = compute("logistic", "y,x\n0,0\n0,0\n0,0\n1,1\n1,1\n1,1\n", &[], &[]);
    assert_eq!((&answer["separated"], &answer["estimator"]), (&json!(true), &json!("firth")));
    assert!((answer["coef"]["x"].as_f64().unwrap() - 49_f64.ln()).abs() < 1e-8);
    assert_eq!(answer["firth"]["coef"], answer["coef"]);
    none(&answer["ml"], &["coef", "std_error_wald"], "separation");
}

#[test]
fn a_population_cell_without_respondents() {
    let csv = "value,sex\n1,f\n2,f\n3,m\n5,m\n";
    let answer = compute("survey", csv, &[], &[("margin", json!({"sex": {"f": 10, "m": 10, "x": 5}}))]);
    none(&answer, &["mean", "std_error", "weights"], "combine groups");
}

/// 10^9 + 1 to 5 have the standard deviation of 1 to 5.
#[test]
fn large_offsets_keep_their_spread() {
    let csv: String = (1..=5).map(|i| format!("{}\n", 1_000_000_000_u64 + i)).collect();
    let answer = compute("mean_ci", &format!("value\n{csv}"), &[], &[]);
    assert!((answer["std_dev"].as_f64().unwrap() - 2.5_f64.sqrt()).abs() < 1e-12);
}

/// A p-value below 1e-300 is printed as 0, and said to be smaller than numbers can say.
#[test]
fn a_p_value_of_0_is_explained() {
    let answer = compute("chi_square", "row,col,count\na,x,5000\na,y,1\nb,x,1\nb,y,5000\n", &[], &[]);
    assert_eq!(answer["p_value"], json!(0.0));
    assert!(answer["p_value_note"].as_str().unwrap().contains("1e-300"));
    let normal = compute("chi_square", "row,col,count\na,x,5\na,y,1\nb,x,1\nb,y,5\n", &[], &[]);
    assert!(normal.get("p_value_note").is_none());
}

#[test]
fn fine_gray_is_done_only_where_predictors_are_named() {
    let csv = "time,status,x,note\n1,1,0,a\n2,2,1,b\n3,1,1,c\n4,0,0,d\n5,1,1,e\n";
    assert!(compute("competing_risks", csv, &[], &[]).get("coef").is_none());
    let named = compute("competing_risks", csv, &[("predictors", "x")], &[]);
    assert_eq!(named["coef"], compute("fine_gray", csv, &[("predictors", "x")], &[])["coef"]);
}

/// An odds ratio of 0 or infinity is a number, or `Inf` in words; what follows from its logarithm is not.
#[test]
fn extreme_odds_ratios_of_an_item() {
    let csv = "group,stratum,correct\nref,1,1\nref,1,1\nfoc,1,0\nfoc,1,0\nref,2,1\nfoc,2,0\n";
    let answer = compute("dif", csv, &[], &[]);
    assert_eq!(answer["or_mh"], json!("Inf"));
    none(&answer, &["ci_lower", "ci_upper", "ets_delta", "ets_class"], "");
    let turned = compute("dif", csv, &[], &[("reference", json!("foc"))]);
    assert_eq!(turned["or_mh"], json!(0.0));
    assert_eq!(turned["p_value"], answer["p_value"]);
}
