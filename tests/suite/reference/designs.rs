//! Weighted, grouped and before-after estimates against values from R; scripts and data stand in `tests/reference`.

use mentorscope::stats::change::{
    CellObservation, Period, ar1_reml, difference_in_differences, permutation, segmented, wild_cluster_bootstrap,
};
use mentorscope::stats::linear::Matrix;
use mentorscope::stats::multilevel::{Member, one_way, random_intercept};
use mentorscope::stats::survey::{Design, Margin, SurveyEstimate, Unit};
use mentorscope::stats::{Interval, NotEstimable};
use serde_json::Value;

/// Columns of a CSV file without quotes.
fn table(text: &str) -> Vec<(String, Vec<String>)> {
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_string).collect::<Vec<_>>());
    let headings = lines.next().unwrap();
    let rows: Vec<Vec<String>> = lines.collect();
    headings.into_iter().enumerate().map(|(j, heading)| (heading, rows.iter().map(|row| row[j].clone()).collect())).collect()
}

fn text(table: &[(String, Vec<String>)], heading: &str) -> Vec<String> {
    table.iter().find(|column| column.0 == heading).unwrap().1.clone()
}

fn numbers(table: &[(String, Vec<String>)], heading: &str) -> Vec<Option<f64>> {
    text(table, heading).iter().map(|cell| cell.parse().ok()).collect()
}

fn index(labels: &[String]) -> Vec<u32> {
    let mut sorted = labels.to_vec();
    sorted.sort();
    sorted.dedup();
    labels.iter().map(|label| sorted.iter().position(|l| l == label).unwrap() as u32).collect()
}

fn close(found: f64, expected: f64, relative: f64, what: &str) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{what}: {found} is not {expected}");
}

struct Expected(Value);

impl Expected {
    fn new(json: &str) -> Self {
        Self(serde_json::from_str(json).unwrap())
    }

    fn number(&self, key: &str) -> f64 {
        self.0[key].as_f64().unwrap()
    }

    fn list(&self, key: &str) -> Vec<f64> {
        match &self.0[key] {
            Value::Array(values) => values.iter().map(|v| v.as_f64().unwrap()).collect(),
            value => vec![value.as_f64().unwrap()],
        }
    }

    fn survey(&self, prefix: &str, found: &SurveyEstimate, interval: Result<Interval, NotEstimable>, relative: f64) {
        let interval = interval.unwrap();
        close(found.estimate, self.number(&format!("{prefix}_estimate")), relative, prefix);
        close(found.std_error.clone().unwrap(), self.number(&format!("{prefix}_std_error")), relative, prefix);
        close(interval.lower, self.number(&format!("{prefix}_lower")), relative, prefix);
        close(interval.upper, self.number(&format!("{prefix}_upper")), relative, prefix);
    }
}

/// Relative tolerance 1e-9: both sides are closed forms, except the logit share (R's own iteration, 1e-7).
#[test]
fn survey() {
    let rows = table(include_str!("../../reference/survey.csv"));
    let expected = Expected::new(include_str!("../../reference/survey.json"));
    let (strata, clusters) = (index(&text(&rows, "stratum")), index(&text(&rows, "cluster")));
    let (weights, populations) = (numbers(&rows, "weight"), numbers(&rows, "fpc"));
    let units: Vec<Unit> = (0..strata.len())
        .map(|i| Unit { weight: weights[i].unwrap(), stratum: strata[i], cluster: clusters[i], population: populations[i] })
        .collect();
    let free: Vec<Unit> = units.iter().map(|u| Unit { population: None, ..*u }).collect();
    let design = Design::new(&units).unwrap();
    let (y, x, yes) = (numbers(&rows, "y"), numbers(&rows, "x"), numbers(&rows, "yes"));
    let domain = text(&rows, "domain");
    let inside = |values: &[Option<f64>]| -> Vec<Option<f64>> { values.iter().zip(&domain).map(|(v, d)| v.filter(|_| d == "b")).collect() };
    let plain = |prefix: &str, found: SurveyEstimate| expected.survey(prefix, &found, found.interval.clone(), 1e-9);
    plain("mean", design.mean(&y, 0.95).unwrap());
    plain("total", design.total(&x, 0.95).unwrap());
    plain("ratio", design.ratio(&yes, &x, 0.95).unwrap());
    plain("replacement", Design::new(&free).unwrap().mean(&x, 0.95).unwrap());
    let part = design.mean(&inside(&y), 0.95).unwrap();
    assert_eq!(part.degrees_of_freedom as f64, expected.number("domain_df"));
    plain("domain", part);
    let share = design.mean(&yes, 0.95).unwrap();
    expected.survey("share", &share, share.logit_interval(0.95), 1e-7);

    let sexes = index(&text(&rows, "sex")).iter().map(|&l| l as usize).collect();
    let ages = index(&text(&rows, "age")).iter().map(|&l| l as usize).collect();
    let sex = Margin { levels: sexes, totals: vec![70.0, 90.0] };
    let age = Margin { levels: ages, totals: vec![60.0, 45.0, 55.0] };
    let post = design.clone().calibrated(std::slice::from_ref(&sex)).unwrap();
    plain("post", post.mean(&x, 0.95).unwrap());
    plain("post_domain", post.mean(&inside(&x), 0.95).unwrap());
    plain("post_total", post.total(&yes, 0.95).unwrap());
    let raked = design.clone().calibrated(&[sex, age]).unwrap();
    plain("rake", raked.mean(&x, 0.95).unwrap());
    for (found, expected) in raked.weights().iter().zip(expected.list("rake_weights")) {
        close(*found, expected, 1e-9, "raked weight");
    }
    let trimmed = design.trimmed(1.3).unwrap();
    for (found, expected) in trimmed.weights().iter().zip(expected.list("trim_weights")) {
        close(*found, expected, 1e-9, "trimmed weight");
    }
}

/// Mean squares to 1e-10; what lme4 iterates to 1e-5, the criterion, flat at its minimum, to 1e-9.
#[test]
fn multilevel() {
    let rows = table(include_str!("../../reference/multilevel.csv"));
    let expected = Expected::new(include_str!("../../reference/multilevel.json"));
    let groups = index(&text(&rows, "group"));
    let members: Vec<Member> =
        groups.iter().zip(numbers(&rows, "value")).map(|(&group, value)| Member { group, value: value.unwrap() }).collect();
    let anova = one_way(&members).unwrap();
    let found = [anova.mean_square_between, anova.mean_square_within, anova.f, anova.p_value];
    for (found, expected) in found.into_iter().zip(expected.list("anova")) {
        close(found.unwrap(), expected, 1e-10, "anova");
    }
    close(anova.n0.unwrap(), expected.number("n0"), 1e-12, "n0");
    close(anova.icc1.unwrap(), expected.number("icc1"), 1e-10, "icc1");
    close(anova.icc2.unwrap(), expected.number("icc2"), 1e-10, "icc2");
    let (x1, x2) = (numbers(&rows, "x1"), numbers(&rows, "x2"));
    let full = Matrix { rows: members.len(), columns: 2, values: x1.iter().zip(&x2).flat_map(|(a, b)| [a.unwrap(), b.unwrap()]).collect() };
    for (kind, design) in [("empty", Matrix::zeros(members.len(), 0)), ("full", full)] {
        let fit = random_intercept(&members, &design).unwrap();
        for (k, value) in expected.list(&format!("{kind}_coef")).into_iter().enumerate() {
            close(fit.coefficients[k], value, 1e-5, kind);
            close(fit.std_errors[k], expected.list(&format!("{kind}_std_error"))[k], 1e-5, kind);
        }
        close(fit.variance_between, expected.list(&format!("{kind}_variances"))[0], 1e-5, kind);
        close(fit.variance_within, expected.list(&format!("{kind}_variances"))[1], 1e-5, kind);
        close(fit.criterion, expected.number(&format!("{kind}_criterion")), 1e-9, kind);
    }
}

/// Closed forms to 1e-9; generalized least squares, which nlme iterates, to 1e-5.
#[test]
fn change() {
    let expected = Expected::new(include_str!("../../reference/change.json"));
    let rows = table(include_str!("../../reference/its.csv"));
    let column = |heading: &str| numbers(&rows, heading).into_iter().map(Option::unwrap).collect::<Vec<f64>>();
    let (period, post, time_since, value) = (column("period"), column("post"), column("time_since"), column("value"));
    let series: Vec<Period> =
        (0..value.len()).map(|i| Period { period: period[i], post: post[i], time_since: time_since[i], value: value[i] }).collect();
    let result = segmented(&series).unwrap();
    let kinds = [
        ("its_coef", result.fit.coefficients.clone()),
        ("its_classical", result.fit.classical()),
        ("its_hc3", result.fit.hc3()),
        ("its_newey_west_lag3", result.newey_west(3)),
    ];
    for (kind, found) in kinds {
        for (found, expected) in found.into_iter().zip(expected.list(kind)) {
            close(found.unwrap(), expected, 1e-9, kind);
        }
    }
    close(result.durbin_watson().unwrap(), expected.number("its_durbin_watson"), 1e-9, "Durbin-Watson");
    let gls = ar1_reml(&result).unwrap();
    let found: Vec<f64> =
        gls.coefficients.iter().chain(&gls.std_errors).copied().chain([gls.residual_std_dev, gls.autocorrelation]).collect();
    for (found, expected) in found.into_iter().zip(expected.list("its_gls")) {
        close(found, expected, 1e-5, "gls");
    }

    let rows = table(include_str!("../../reference/did.csv"));
    let unit = index(&text(&rows, "unit"));
    let column = |heading: &str| numbers(&rows, heading).into_iter().map(Option::unwrap).collect::<Vec<f64>>();
    let (treated, period, value) = (column("treated"), column("period"), column("value"));
    let data: Vec<CellObservation> = (0..value.len())
        .map(|i| CellObservation { cluster: unit[i], treated: treated[i] == 1.0, post: period[i] == 1.0, value: value[i] })
        .collect();
    let result = difference_in_differences(&data, 0.95).unwrap();
    close(result.estimate, expected.number("did_att"), 1e-9, "att");
    close(result.std_error_classical.unwrap(), expected.number("did_classical"), 1e-9, "classical");
    close(result.std_error.unwrap(), expected.number("did_cr1"), 1e-9, "CR1");
    close(permutation(&data, 0, 1).unwrap().p_value, expected.number("did_permutation"), 1e-12, "permutation");
    close(wild_cluster_bootstrap(&data, 0, 1).unwrap().p_value, expected.number("did_wild"), 1e-12, "wild bootstrap");
}
