//! Effects of a change.

use super::columns::Source;
use super::labels::{Codes, code};
use crate::compute::{Answer, Fault, Method, Request, Role, Setting};
use crate::stats::NotEstimable;
use crate::stats::change::{
    CellMeans, CellObservation, CellSizes, Period, Resampled, ar1_reml, cell_means, difference_in_differences, permutation, segmented,
    steps_at, wild_cluster_bootstrap,
};

/// The names of the coefficients of a segmented regression.
const TERMS: [&str; 4] = ["(Intercept)", "period", "post", "time_since"];

/// Up to this many clusters the tests for few clusters run unasked.
const FEW_CLUSTERS: u64 = 50;

/// The methods of this field.
pub const METHODS: &[Method] = &[
    Method {
        name: "its",
        aliases: &["segmented_regression", "interrupted_time_series"],
        summary: "Segmented regression of an interrupted time series, with classical, HC3, Newey-West and autoregressive standard errors",
        roles: &[
            Role { name: "value", meaning: "what was measured", columns: &["value", "score", "y"], many: false },
            Role { name: "period", meaning: "number of the period", columns: &["period", "time", "t"], many: false },
            Role { name: "post", meaning: "0 before the change, 1 from it on", columns: &["post", "level"], many: false },
            Role { name: "time_since", meaning: "time since the change, 0 before it", columns: &["time_since", "trend"], many: false },
        ],
        settings: &[
            Setting { name: "change", meaning: "the first period after the change, where the file lacks post and time_since" },
            Setting { name: "lag", meaning: "lag of the Newey-West errors; the whole part of 4 (n / 100)^(2/9) unless set" },
        ],
        keys: &[
            ("coef", "constant, slope before, change of level, change of slope"),
            ("std_error_ols, std_error_hc3", "classical and HC3 standard errors"),
            ("std_error_newey_west", "Newey-West standard errors at newey_west_lag"),
            ("std_error_newey_west_lag1 … _lag4", "the same at other lags"),
            ("durbin_watson, sigma, r2", "Durbin and Watson's statistic, residual standard deviation, share of variation explained"),
            ("ar1", "the model with first-order autoregressive residuals by REML"),
            ("assumption", "what the effect rests on"),
        ],
        run: its,
    },
    Method {
        name: "did",
        aliases: &["difference_in_differences"],
        summary: "Difference in differences with cluster-robust (CR1) standard error, and permutation and wild bootstrap tests for few clusters",
        roles: &[
            Role { name: "value", meaning: "what was measured", columns: &["value", "score", "y"], many: false },
            Role {
                name: "cluster",
                meaning: "the unit whose values belong together",
                columns: &["unit", "cluster", "site", "id"],
                many: false,
            },
            Role {
                name: "treated",
                meaning: "0 and 1, or two labels in order: untreated, treated",
                columns: &["treated", "treatment", "group"],
                many: false,
            },
            Role {
                name: "period",
                meaning: "0 and 1, or two labels in order: before, after",
                columns: &["period", "post", "time"],
                many: false,
            },
        ],
        settings: &[
            Setting { name: "cluster", meaning: "the column of the unit" },
            Setting { name: "replicates", meaning: "random data sets where not all can be counted; 9999 unless set" },
            Setting { name: "seed", meaning: "seed of the random data sets; 1 unless set" },
        ],
        keys: &[
            ("att", "change of the treated less change of the untreated"),
            (
                "std_error_cluster_cr1, df, ci_lower, ci_upper, p_value",
                "cluster-robust standard error, clusters minus 1, t interval and test",
            ),
            ("std_error_ols", "standard error under independence, for comparison"),
            ("cell_means, cell_n", "means and numbers of the four cells"),
            ("permutation_p_value", "permutation of treatment over clusters"),
            ("wild_bootstrap_p_value", "wild cluster bootstrap t test"),
            ("assumption", "what the effect rests on"),
        ],
        run: did,
    },
];

fn its(request: &Request) -> Result<Answer, Fault> {
    let (values, periods) = (request.numbers("value")?, request.numbers("period")?);
    let change = request.setting("change").map(|_| request.number_setting("change", 0.0)).transpose()?;
    let columns = match change {
        Some(_) => None,
        None => Some((request.numbers("post")?, request.numbers("time_since")?)),
    };
    let row = |i: usize| {
        let (period, value) = (periods[i]?, values[i]?);
        match (&columns, change) {
            (Some((post, since)), _) => Some(Period { period, post: post[i]?, time_since: since[i]?, value }),
            (None, Some(change)) => {
                let steps = steps_at(period, change);
                Some(Period { period, post: steps.post, time_since: steps.time_since, value })
            }
            (None, None) => None,
        }
    };
    let series: Vec<Period> = (0..values.len()).filter_map(row).collect();
    let excluded = values.len() - series.len();
    let assumption = "nothing else that affects the outcome changed at the same time, and the slope before would have gone on";
    let close = |answer: Answer, lag: u64| {
        let method = format!(
            "segmented regression by ordinary least squares in the order of time; Newey-West with Bartlett weights, lag {lag}, factor n / (n - k), no prewhitening; periods taken as equally spaced; prefer ar1 from 12 periods on"
        );
        answer.with("assumption", assumption).with("n", series.len()).with("n_excluded", excluded).with("method", method)
    };
    let keys = ["coef", "std_error_ols", "std_error_newey_west", "std_error_hc3", "durbin_watson", "sigma", "r2", "ar1"];
    let result = match segmented(&series) {
        Ok(result) => result,
        Err(reason) => return Ok(close(Answer::new().missing(&keys, &reason), 0)),
    };
    let lag = request.count_setting("lag", result.default_lag)?;
    let fit = &result.fit;
    let mut answer = Answer::new()
        .object("coef", by_term(&fit.coefficients))
        .object("std_error_ols", by_term(&fit.classical()))
        .object("std_error_newey_west", by_term(&result.newey_west(lag)))
        .with("newey_west_lag", lag);
    for other in (1..=4).chain([lag].into_iter().filter(|l| *l > 4)).filter(|l| *l < fit.n) {
        answer = answer.object(&format!("std_error_newey_west_lag{other}"), by_term(&result.newey_west(other)));
    }
    answer = answer
        .object("std_error_hc3", by_term(&fit.hc3()))
        .estimate("durbin_watson", result.durbin_watson())
        .estimate("sigma", fit.residual_std_dev.clone())
        .estimate("r2", fit.r_squared.clone())
        .with("df", fit.n - fit.rank);
    answer = match ar1_reml(&result) {
        Ok(model) => {
            let all = |values: Vec<f64>| by_term(&values.into_iter().map(Ok).collect::<Vec<_>>());
            let inner = Answer::new()
                .object("coef", all(model.coefficients))
                .object("std_error", all(model.std_errors))
                .number("rho", model.autocorrelation)
                .number("sigma", model.residual_std_dev)
                .with("df", model.degrees_of_freedom);
            answer.object("ar1", inner)
        }
        Err(reason) => answer.missing(&["ar1"], &reason),
    };
    Ok(close(answer, lag))
}

fn by_term(values: &[Result<f64, NotEstimable>]) -> Answer {
    TERMS.iter().zip(values).fold(Answer::new(), |answer, (term, value)| answer.estimate(term, value.clone()))
}

/// A column of two labels as false and true, by the usual words or else by order.
fn two_sided(labels: &[Option<String>], role: &str) -> Result<Vec<Option<bool>>, Fault> {
    const NO: [&str; 7] = ["0", "false", "no", "control", "untreated", "pre", "before"];
    const YES: [&str; 7] = ["1", "true", "yes", "treated", "treatment", "post", "after"];
    let codes = Codes::new(labels);
    let known = |words: &[&str], label: &String| {
        let label = label.to_lowercase();
        words.contains(&label.as_str()) || label.parse::<f64>().ok().is_some_and(|v| words.iter().any(|w| w.parse::<f64>() == Ok(v)))
    };
    if codes.labels.iter().all(|label| known(&NO, label) || known(&YES, label)) {
        return Ok(codes.of_row.iter().map(|row| row.map(|c| known(&YES, &codes.labels[c]))).collect());
    }
    match codes.labels.len() {
        2 => Ok(codes.of_row.iter().map(|row| row.map(|place| place == 1)).collect()),
        _ => Err(Fault::new(
            format!("the column of the role \"{role}\" must hold two values, such as 0 and 1"),
            format!("name another column with --{role} COLUMN"),
        )),
    }
}

fn did(request: &Request) -> Result<Answer, Fault> {
    let level = request.confidence_level()?;
    let values = request.numbers("value")?;
    let clusters = match Source::new(request, "cluster", "cluster")? {
        Some(source) => Codes::new(&source.labels(request)?),
        None => Codes::new(&request.labels("cluster")?),
    };
    let treated = two_sided(&request.labels("treated")?, "treated")?;
    let post = two_sided(&request.labels("period")?, "period")?;
    let row =
        |i: usize| Some(CellObservation { cluster: code(clusters.of_row[i]?), treated: treated[i]?, post: post[i]?, value: values[i]? });
    let observations: Vec<CellObservation> = (0..values.len()).filter_map(row).collect();
    let excluded = values.len() - observations.len();
    let assumption = "parallel trends: without the treatment both groups would have changed alike";
    let keys = ["att", "std_error_ols", "std_error_cluster_cr1", "df", "ci_lower", "ci_upper", "p_value"];
    let result = match difference_in_differences(&observations, level) {
        Ok(result) => result,
        Err(reason) => {
            let answer =
                Answer::new().missing(&keys, &reason).object("cell_means", four(&cell_means(&observations))).with("assumption", assumption);
            return Ok(answer.with("n", observations.len()).with("n_excluded", excluded).with("method", "difference in differences"));
        }
    };
    let mut answer = Answer::new()
        .number("att", result.estimate)
        .estimate("std_error_ols", result.std_error_classical)
        .estimate("std_error_cluster_cr1", result.std_error)
        .with("df", result.degrees_of_freedom)
        .interval("", &result.interval)
        .number("confidence_level", level)
        .estimate("p_value", result.p_value)
        .object("cell_means", four(&result.means))
        .object("cell_n", sizes(&result.sizes))
        .with("clusters", result.clusters);
    if result.clusters <= FEW_CLUSTERS || request.setting("replicates").is_some() {
        let (replicates, seed) = (request.bounded_setting("replicates", 9999, 1_000_000)?, request.count_setting("seed", 1)?);
        answer = with_test(answer, "permutation", permutation(&observations, replicates, seed));
        answer = with_test(answer, "wild_bootstrap", wild_cluster_bootstrap(&observations, replicates, seed)).with("seed", seed);
    }
    let method = "difference in differences; CR1 by cluster, factor G/(G-1) (n-1)/(n-4), t on clusters minus 1; with fewer than about 20 clusters prefer the permutation or wild bootstrap p";
    Ok(answer.with("assumption", assumption).with("n", result.n).with("n_excluded", excluded).with("method", method))
}

fn four(cells: &CellMeans) -> Answer {
    Answer::new()
        .estimate("control_pre", cells.control_pre.clone())
        .estimate("control_post", cells.control_post.clone())
        .estimate("treated_pre", cells.treated_pre.clone())
        .estimate("treated_post", cells.treated_post.clone())
}

fn sizes(cells: &CellSizes) -> Answer {
    Answer::new()
        .with("control_pre", cells.control_pre)
        .with("control_post", cells.control_post)
        .with("treated_pre", cells.treated_pre)
        .with("treated_post", cells.treated_post)
}

fn with_test(answer: Answer, name: &str, test: Result<Resampled, NotEstimable>) -> Answer {
    let key = format!("{name}_p_value");
    match test {
        Ok(test) => answer
            .number(&key, test.p_value)
            .with(&format!("{name}_replicates"), test.replicates)
            .with(&format!("{name}_exact"), test.exact),
        Err(reason) => answer.missing(&[&key], &reason),
    }
}
