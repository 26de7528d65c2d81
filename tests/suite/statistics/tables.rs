//! Rank tests, tables, charts and agreement: against values computed in R (`tests/reference/tables_ranks_agreement.R`), and as
//! `compute` prints them.

use std::collections::BTreeMap;

use mentorscope::compute::{Request, Table as File, find, run};
use mentorscope::stats::agreement::kappa::{Weights, kappa};
use mentorscope::stats::ranks::kruskal_wallis::kruskal_wallis;
use mentorscope::stats::ranks::mann_whitney::mann_whitney;
use mentorscope::stats::tables::Table;
use mentorscope::stats::tables::chi_square::chi_square;
use mentorscope::stats::tables::freeman_halton::{Simulation, freeman_halton};
use mentorscope::stats::tables::mantel_haenszel::{Stratum, mantel_haenszel};
use mentorscope::stats::tables::trend::{ScoredShare, cochran_armitage};
use mentorscope::stats::{Frequency, NotEstimable};

const REFERENCE: &str = include_str!("../../reference/tables_ranks_agreement.csv");

/// Compares with R's value to a relative 1e-9.
fn check(method: &str, case: &str, key: &str, found: f64) {
    let line = format!("{method},{case},{key},");
    let expected: f64 = REFERENCE.lines().find_map(|l| l.strip_prefix(&line)).unwrap().parse().unwrap();
    assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{line} {found} is not {expected}");
}

fn group(values: &[f64]) -> Vec<Frequency> {
    values.iter().map(|&value| Frequency { value, count: 1 }).collect()
}

#[test]
fn rank_tests() -> Result<(), NotEstimable> {
    let cases: [(&str, &[f64], &[f64]); 3] = [
        ("small", &[3.0, 1.0, 4.0, 1.0, 5.0], &[9.0, 2.0, 6.0, 5.0, 3.0, 5.0]),
        ("one", &[2.0], &[1.0, 2.0, 3.0, 4.0, 4.0]),
        ("negative", &[-2.5, 0.0, 0.0, 1e6], &[-2.5, -3.0, 0.5]),
    ];
    for (case, first, second) in cases {
        let result = mann_whitney(&group(first), &group(second))?;
        check("mann_whitney", case, "u", result.u);
        check("mann_whitney", case, "exact", result.p_value?);
        check("mann_whitney", case, "cc", result.normal_p?);
        check("mann_whitney", case, "nocc", result.normal_p_uncorrected?);
    }
    let groups = [&[1.0, 2.0, 2.0, 5.0][..], &[2.0, 3.0, 3.0, 9.0, 9.0], &[7.0], &[4.0, 4.0, 8.0, 10.0]].map(group);
    let result = kruskal_wallis(&[&groups[0], &groups[1], &groups[2], &groups[3]])?;
    check("kruskal_wallis", "four", "h", result.h?);
    check("kruskal_wallis", "four", "p", result.p_value?);
    Ok(())
}

#[test]
fn tables() -> Result<(), NotEstimable> {
    let cases: [(&str, usize, &[u64]); 4] = [
        ("sparse", 3, &[1, 0, 4, 0, 3, 2, 6, 0, 1]),
        ("two", 2, &[12, 7, 5, 9]),
        ("tiny", 2, &[1, 0, 0, 2]),
        ("wide", 2, &[2, 0, 5, 1, 3, 4, 3, 0, 2, 1]),
    ];
    for (case, rows, counts) in cases {
        let table = Table::new(rows, counts.len() / rows, counts.to_vec())?;
        let result = chi_square(&table)?;
        check("chi_square", case, "chi2", result.chi2);
        check("chi_square", case, "p", result.p_value);
        check("chi_square", case, "min_expected", result.min_expected);
        check("chi_square", case, "first_residual", result.adjusted_residuals[0][0]);
        if let Some(yates) = result.yates {
            check("chi_square", case, "yates", yates.chi2);
            check("chi_square", case, "p_yates", yates.p_value);
        }
        check("fisher", case, "p", freeman_halton(&table, Simulation { replicates: 1, seed: 1 })?.p_value);
    }
    let groups = [(0.0, 2, 10), (1.0, 5, 12), (2.5, 0, 3), (10.0, 9, 11)];
    let result = cochran_armitage(&groups.map(|(score, count, denominator)| ScoredShare { score, count, denominator }))?;
    check("trend", "unequal", "chi2", result.chi2);
    check("trend", "unequal", "p", result.p_value);
    Ok(())
}

#[test]
fn strata_and_kappa() -> Result<(), NotEstimable> {
    let stratum =
        |[reference_yes, reference_no, focal_yes, focal_no]: [u64; 4]| Stratum { reference_yes, reference_no, focal_yes, focal_no };
    let result = mantel_haenszel(&[[5, 3, 2, 6], [8, 2, 4, 4], [1, 0, 2, 3]].map(stratum), 0.95)?;
    for (case, test) in [("corrected", result.corrected), ("plain", result.uncorrected)] {
        check("dif", case, "or", result.odds_ratio.value());
        check("dif", case, "chi2", test.chi2);
        check("dif", case, "p", test.p_value);
        check("dif", case, "lower", result.interval.clone()?.lower);
        check("dif", case, "upper", result.interval.clone()?.upper);
    }
    let close = mantel_haenszel(&[[1, 1, 1, 1], [2, 1, 1, 1]].map(stratum), 0.95)?;
    check("dif", "close", "chi2", close.corrected.chi2);
    check("dif", "close", "p", close.corrected.p_value);

    let table = Table::new(4, 4, vec![8, 2, 0, 1, 3, 6, 2, 0, 0, 1, 7, 3, 1, 0, 2, 5])?;
    let (plain, quadratic) = (kappa(&table, Weights::Unweighted, 0.95)?, kappa(&table, Weights::Quadratic, 0.95)?);
    check("kappa", "four", "unweighted", plain.kappa);
    check("kappa", "four", "quadratic", quadratic.kappa);
    check("kappa", "four", "se_unweighted", plain.std_error);
    check("kappa", "four", "se_quadratic", quadratic.std_error);
    Ok(())
}

/// The answer of a method to a file with these rows, in this order and reversed, with one row that lacks its cells.
fn answers(method: &str, headings: &str, rows: &[&str]) -> [serde_json::Value; 2] {
    let reversed: Vec<&str> = rows.iter().rev().copied().collect();
    [rows.to_vec(), reversed].map(|rows| {
        let text = format!("{headings}\n{}\n", rows.join("\n"));
        let (method, file) = (find(method).unwrap(), File::read(text.as_bytes()).unwrap());
        run(&Request::new(method, &file, BTreeMap::new(), BTreeMap::new()).unwrap(), method).unwrap()
    })
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
