//! Columns found by their headings, missing cells dropped and counted, reasons for what has no answer.

use serde_json::Value;

use super::compute;

#[test]
fn variants_are_found_by_shape() {
    // Fewer than 25 discordant pairs: exact, 2 / 32 by hand.
    let exact = compute("paired", "n00,n01,n10,n11\n4,0,5,3\n", &[], &[]);
    assert!((exact["p_value"].as_f64().unwrap() - 0.0625).abs() < 1e-14);
    assert_eq!(compute("paired", "post,pre\n1,3\n2,5\n,1\n", &[], &[])["mean_diff"], 2.5);
    // By hand: 4.5 * 3.5 / (7.5 * 0.5) = 4.2, rows and columns in the order of their labels.
    let odds = compute("effect_size", "col,row,count\nno,B,3\nyes,B,0\nyes,A,4\nno,A,7\n", &[], &[]);
    let inverse = 0.5 * 7.5 / (4.5 * 3.5);
    assert!((odds["or"].as_f64().unwrap() * inverse - 1.0).abs() < 1e-12 && odds["corrected"] == true);
    assert_eq!(compute("nps", "ltr,group\n10,b\n0,a\n9,b\n7,a\n", &[], &[("first", "b".into())])["diff"], 150.0);
}

#[test]
fn a_group_without_values_is_still_a_group() {
    let answer = compute("welch_t", "value,group\n3,z\n4,z\nNA,y\n", &[], &[]);
    assert_eq!((&answer["first"]["label"], &answer["mean_diff"], &answer["n_excluded"]), (&"y".into(), &Value::Null, &1.into()));
    assert_eq!(answer["reason"], "no answers");
}

#[test]
fn conf_is_the_confidence_level() {
    let csv = "x,n\n81,263\n";
    let short = compute("proportion", csv, &[], &[("conf", 0.9.into())]);
    assert_eq!(short, compute("proportion", csv, &[], &[("confidence_level", 0.9.into())]));
    assert_ne!(short, compute("proportion", csv, &[], &[]));
}

/// The answer of a method to a file with these rows, in this order and reversed, with one row that lacks its cells.
fn answers(method: &str, headings: &str, rows: &[&str]) -> [serde_json::Value; 2] {
    let reversed: Vec<&str> = rows.iter().rev().copied().collect();
    [rows.to_vec(), reversed].map(|rows| compute(method, &format!("{headings}\n{}\n", rows.join("\n")), &[], &[]))
}

#[test]
fn order_of_rows_changes_nothing_and_missing_cells_are_counted() {
    let cases: [(&str, &str, &[&str], &str, f64); 9] = [
        ("mann_whitney", "group,value", &["b,2", "a,1", "a,3", "b,NA", "b,7"], "U1", 1.0),
        ("kruskal_wallis", "value,group", &["2,b", "1,a", ",c", "5,c", "7,b"], "H", 1.8),
        ("chi_square", "row,col,count", &["r10,y,4", "r2,y,2", "r2,x,4", "r10,x,2", ",x,9"], "chi2", 4.0 / 3.0),
        ("fisher_exact", "row,col,count", &["b,y,3", "b,x,1", "a,y,1", "a,x,3", "a,x,"], "p_value", 34.0 / 70.0),
        ("trend", "n,x,score", &["5,3,2", "5,1,1", "4,,3"], "chi2", 5.0 / 3.0),
        ("control_chart", "period,value", &["10,4", "9,3", "2,3", ",8"], "mr_bar", 0.5),
        ("weighted_kappa", "rater1,rater2", &["1,1", "2,2", "2,1", "1,NA", "1,1"], "percent_agreement", 0.75),
        ("krippendorff", "unit,a,b", &["1,1,1", "2,2,2", "3,4,"], "nominal", 1.0),
        ("dif", "group,stratum,correct", &["foc,1,0", "ref,1,1", "foc,1,1", "ref,1,0", "ref,,1"], "or_mh", 1.0),
    ];
    for (method, headings, rows, key, expected) in cases {
        let [answer, reversed] = answers(method, headings, rows);
        assert_eq!(answer, reversed, "{method}");
        assert!((answer[key].as_f64().unwrap() - expected).abs() < 1e-12, "{method} {key} {}", answer[key]);
        assert_eq!(answer["n_excluded"], 1, "{method}");
        assert!(answer["method"].is_string(), "{method}");
    }
}

#[test]
fn what_has_no_answer_is_null_with_a_reason() {
    let cases: [(&str, &str, &[&str], &[&str]); 8] = [
        ("mann_whitney", "group,value", &["a,1", "b,"], &["p_value", "U1"]),
        ("kruskal_wallis", "group,value", &["a,3", "b,3", "c,3"], &["H", "p_value", "epsilon_sq"]),
        ("chi_square", "row,col,count", &["a,x,3", "b,x,4", "b,y,0"], &["chi2", "p_value", "cramers_v", "df"]),
        ("fisher_exact", "row,col,count", &["a,x,3", "a,y,4", "b,x,0", "b,y,0"], &["p_value", "cmle_or", "ci_lower"]),
        ("trend", "score,x,n", &["1,0,4", "2,0,5"], &["chi2", "p_value", "z_abs"]),
        ("control_chart", "period,x,n", &["1,0,0", "2,,"], &["center", "p", "ucl", "out"]),
        ("krippendorff", "unit,a,b", &["1,1,", "2,,2"], &["nominal", "ordinal", "interval", "ratio"]),
        ("dif", "group,stratum,correct", &["ref,1,0", "foc,2,1"], &["or_mh", "chi2_cc", "p_value_cc", "ets_delta"]),
    ];
    for (method, headings, rows, keys) in cases {
        let [answer, _] = answers(method, headings, rows);
        assert!(keys.iter().all(|key| answer[*key].is_null() && answer.get(*key).is_some()), "{answer}");
        assert!(answer["reason"].is_string(), "{answer}");
    }
    let [answer, _] = answers("weighted_kappa", "rater1,rater2", &["5,5", "5,5"]);
    for weights in ["unweighted", "linear", "quadratic"] {
        assert!(answer[weights]["kappa"].is_null() && answer[weights]["reason"] == "no variation", "{answer}");
    }
}
