//! Times to events.

use serde_json::{Value, json};

use super::{attempt, compute};

#[test]
fn missing_cells_are_left_out_and_counted() {
    let answer = compute("kaplan_meier", "time,event\n1,1\n2,\n,1\nNA,0\n3,TRUE\n4,0\n", &[], &[]);
    assert_eq!((answer["n"].clone(), answer["n_excluded"].clone()), (json!(3), json!(3)));
    assert_eq!(answer["n_risk"], json!([3, 2, 1]));
    assert_eq!(answer["median"], json!(3.0));
}

#[test]
fn groups_stand_in_the_order_of_their_numbers() {
    let answer = compute("logrank", "time,event,group\n1,1,10\n2,1,9\n3,0,10\n4,1,9\n", &[], &[]);
    assert_eq!(answer["groups"], json!(["9", "10"]));
    assert_eq!(answer["df"], json!(1));
}

#[test]
fn what_has_no_answer_is_null_with_a_reason() {
    let none = compute("logrank", "time,event,group\n1,0,a\n2,0,b\n", &[], &[]);
    assert_eq!((none["p_value"].clone(), none["reason"].clone()), (Value::Null, json!("no events")));
    let separated = compute("cox", "time,event,x\n1,1,1\n2,1,1\n3,0,0\n4,0,0\n", &[], &[]);
    assert_eq!((separated["coef"]["x"].clone(), separated["separated"].clone()), (Value::Null, json!(true)));
    assert!(separated["score_p_value"].is_number());
    let beyond = compute("rmst", "time,event,group\n1,1,a\n5,0,a\n2,1,b\n3,0,b\n", &[], &[("tau", json!(4))]);
    assert!(beyond["rmst"][0].is_number() && beyond["rmst"][1].is_null() && beyond["diff"].is_null());
    let late = compute("competing_risks", "entry,time,status,group\n0,1,1,a\n0,3,0,a\n1,2,1,b\n1,4,2,b\n", &[], &[]);
    assert!(late["gray"]["cause1"]["chi2"].is_null());
}

#[test]
fn labels_become_dummies_and_one_term() {
    let rows = "time,event,site,x\n1,1,b,0.2\n2,1,a,1.1\n3,0,c,0.4\n4,1,c,0.9\n5,1,b,-0.3\n6,1,a,0.1\n7,0,b,0.8\n8,1,c,-0.6\n9,1,a,0.5\n";
    let answer = compute("cox", rows, &[], &[]);
    assert_eq!(answer["coef"].as_object().unwrap().keys().collect::<Vec<_>>(), ["siteb", "sitec", "x"]);
    assert_eq!(answer["zph_df"], json!({"site": 2, "x": 1, "GLOBAL": 3}));
    let many: String = (0..60).map(|i| format!("{i},1,person{i}\n")).collect();
    assert!(attempt("cox", &format!("time,event,name\n{many}"), &[], &[]).is_err());
}

#[test]
fn clusters_and_recurrent_events_make_robust_errors_the_default() {
    let model = |answer: &Value| answer["std_error"]["x"] == answer["std_error_naive"]["x"];
    let rows = |heading: &str, last: u32| {
        let x = [0.2, 1.1, 0.4, 0.9, -0.3, 0.1];
        let row = |(i, x): (usize, &f64)| format!("{},1,{x},{}\n", i + 1, if i == 5 { last } else { i as u32 });
        format!("time,event,x,{heading}\n{}", x.iter().enumerate().map(row).collect::<String>())
    };
    assert!(model(&compute("cox", &rows("id", 5), &[], &[])));
    assert!(!model(&compute("cox", &rows("id", 0), &[], &[])));
    assert!(!model(&compute("cox", &rows("cluster", 0), &[], &[])));
    assert!(!model(&compute("cox", &rows("id", 5), &[], &[("robust", json!(true))])));
}

#[test]
fn faults_name_the_row() {
    assert!(attempt("kaplan_meier", "time,event\n1,1\n2,2\n", &[], &[]).unwrap_err().what.contains("row 3"));
    assert!(attempt("competing_risks", "time,status\n1,1\n2,1.5\n", &[], &[]).unwrap_err().what.contains("row 3"));
    let negative = compute("kaplan_meier", "time,event\n-1,1\n2,0\n", &[], &[]);
    assert!(negative["surv"].is_null() && negative["reason"].as_str().unwrap().contains("negative"));
}
