//! Weighted, grouped and before-after estimates.

use serde_json::{Value, json};

use super::compute;

const PEOPLE: &str = "score,sex,role,w,site\n3,f,x,1,a\n4,f,y,1,a\n5,m,x,2,b\n2,m,y,1,b\n,m,y,1,c\n4,,x,1,c\n";

#[test]
fn raking_names_its_weights_by_row() {
    let found =
        compute("survey", PEOPLE, &[("cluster", "site")], &[("margins", json!({"sex": {"f": 10, "m": 11}, "role": {"x": 11, "y": 10}}))]);
    assert_eq!((&found["n"], &found["n_excluded"], &found["weights"][5], &found["degf"]), (&json!(4), &json!(2), &Value::Null, &json!(1)));
    let weights: Vec<f64> = (0..5).map(|i| found["weights"][i].as_f64().unwrap()).collect();
    assert!((weights[0] + weights[1] - 10.0).abs() < 1e-9 && (weights[0] + weights[2] - 11.0).abs() < 1e-9);
    assert!(found["std_error"].as_f64().unwrap() > 0.0);
}

#[test]
fn an_empty_population_cell_is_refused() {
    let found = compute("survey", PEOPLE, &[], &[("margin", json!({"sex": {"f": 10, "m": 10, "other": 1}}))]);
    assert_eq!((&found["mean"], &found["weights"], &found["std_error"]), (&Value::Null, &Value::Null, &Value::Null));
    assert!(found["reason"].as_str().unwrap().contains("combine groups"));
    let unknown = compute("survey", PEOPLE, &[], &[("margin", json!({"sex": {"f": 10}}))]);
    assert!(unknown["mean"].is_null() && unknown["reason"].as_str().unwrap().contains("no population total"));
}

#[test]
fn crossed_cells_subgroups_and_columns_by_setting() {
    let crossed = json!({"sex:role": {"f:x": 5, "f:y": 5, "m:x": 6, "m:y": 4}});
    let found = compute("survey", PEOPLE, &[], &[("margin", crossed), ("cluster", json!("site (three of them)"))]);
    assert_eq!((&found["weights"][0], &found["weights"][3], &found["clusters"]), (&json!(5.0), &json!(2.0), &json!(3)));
    let women = compute("survey", PEOPLE, &[], &[("domain", json!("sex == f"))]);
    assert_eq!((&women["mean"], &women["n"], &women["degf"], &women["n_excluded"]), (&json!(3.5), &json!(2), &json!(1), &json!(0)));
    let all = compute("survey", PEOPLE, &[("domain", "sex")], &[]);
    assert_eq!((&all["domains"][1]["domain"], &all["domains"][1]["mean"]), (&json!("m"), &json!(4.0)));
}

#[test]
fn weights_alone_give_the_cost_of_weighting() {
    let found = compute("survey", "w\n1\n1\n1\n3\n", &[], &[]);
    assert!((found["kish_deff"].as_f64().unwrap() - 4.0 / 3.0).abs() < 1e-12 && found.get("mean").is_none());
    assert!(compute("survey", "w\n0\n0\n", &[], &[])["kish_deff"].is_null());
    let trimmed = compute("survey", "w\n1\n1\n2\n2\n9\n", &[], &[("trim", json!(3))]);
    assert_eq!(trimmed["weights"], json!([1.75, 1.75, 2.75, 2.75, 6.0]));
}

#[test]
fn two_way_clusters() {
    let csv = "mentee,mentor,score\na,x,1\na,y,2\nb,x,3\nb,y,6\n,y,5\n";
    let found = compute("clustered_mean", csv, &[], &[]);
    assert_eq!((&found["mean"], &found["df"], &found["n_excluded"]), (&json!(3.0), &json!(1.0), &json!(1)));
    // By hand the larger one-way variance is 2.25.
    assert!((found["std_error"].as_f64().unwrap() - 1.5).abs() < 1e-12);
    assert_eq!(found["variance_rule"], json!("larger one-way"));
    let one_way = compute("clustered_mean", csv, &[("cluster", "mentor"), ("cluster2", "mentor")], &[]);
    assert_eq!((&one_way["clusters"], &one_way["n"]), (&json!(2), &json!(5)));
    assert!(compute("clustered_mean", "cluster,value\na,1\na,2\n", &[], &[])["std_error"].is_null());
}

#[test]
fn groups_of_one_have_no_correlation() {
    let found = compute("multilevel", "group,value\na,1\nb,2\nc,4\nd,NA\n", &[], &[]);
    assert_eq!((&found["J"], &found["N"], &found["n_excluded"], &found["icc1_n0"]), (&json!(3), &json!(3), &json!(1), &Value::Null));
    assert!(found["MSB"].is_number() && found["MSW"].is_null() && found["var_group"].is_null());
}

#[test]
fn a_change_without_periods_after_it_is_unidentified() {
    let csv = "period,value\n1,3\n2,4\n3,3.5\n4,5\n5,4.5\n";
    let found = compute("its", csv, &[], &[("change", json!(9))]);
    assert!(found["coef"]["period"].is_number() && found["coef"]["post"].is_null() && found["std_error_ols"]["post"].is_null());
    let flat = compute("its", "period,post,time_since,value\n1,0,0,5\n2,0,0,5\n3,1,1,5\n4,1,2,5\n5,1,3,5\n", &[], &[]);
    assert_eq!((&flat["coef"]["(Intercept)"], &flat["coef"]["post"], &flat["r2"]), (&json!(5.0), &json!(0.0), &Value::Null));
}

#[test]
fn an_empty_cell_leaves_the_means_of_the_others() {
    let csv = "unit,treated,period,value\na,yes,pre,1\na,yes,post,2\nb,no,pre,3\nb,no,pre,5\nc,no,post,\n";
    let found = compute("did", csv, &[], &[]);
    assert_eq!(
        (&found["att"], &found["cell_means"]["control_pre"], &found["cell_means"]["control_post"]),
        (&Value::Null, &json!(4.0), &Value::Null)
    );
    assert_eq!((&found["n"], &found["n_excluded"]), (&json!(4), &json!(1)));
}
