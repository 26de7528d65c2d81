//! Two groups: Welch's t test and effect sizes.

use super::groups::{DIRECTION, FIRST, Groups};
use super::labels::{Codes, count, counts};
use crate::compute::{Answer, Fault, Method, Request, Role};
use crate::stats::NotEstimable;
use crate::stats::dominance::{Dominance, cliff_delta};
use crate::stats::odds_ratio::{OddsRatio, TwoByTwo, odds_ratio};
use crate::stats::standardized::{CohenD, HedgesG, cohen_d, hedges_g};
use crate::stats::welch::{mean_difference, welch};

const VALUE: Role = Role { name: "value", meaning: "the values", columns: &["value", "score", "y"], many: false };

/// The methods of this field.
pub const METHODS: &[Method] = &[
    Method {
        name: "welch_t",
        aliases: &["welch", "t_test"],
        summary: "Welch's t test and interval of the difference of two means",
        roles: &[Role { name: "group", meaning: "label of the group", columns: &["group", "arm"], many: false }, VALUE],
        settings: &[FIRST, DIRECTION],
        keys: &[
            ("mean_diff", "first mean minus second"),
            ("std_error, t, df, p_value", "Welch's test, two-sided"),
            ("ci_lower, ci_upper", "t interval of the difference"),
            ("first, second", "label, n, mean and std_dev of each group"),
        ],
        run: welch_t,
    },
    Method {
        name: "effect_size",
        aliases: &["hedges_g", "cliff_delta", "odds_ratio"],
        summary: "Hedges' g and Cliff's delta of two groups of values, or the odds ratio of 2 by 2 counts",
        roles: &[
            Role { name: "group", meaning: "label of the group", columns: &["group", "arm", "row", "exposure"], many: false },
            VALUE,
            Role {
                name: "outcome",
                meaning: "label of the outcome, for an odds ratio",
                columns: &["col", "outcome", "event"],
                many: false,
            },
            Role {
                name: "count",
                meaning: "number of observations of a row, for an odds ratio",
                columns: &["count", "freq", "n"],
                many: false,
            },
            Role { name: "a", meaning: "count of the first group with the event", columns: &["a", "n11"], many: false },
            Role { name: "b", meaning: "count of the first group without", columns: &["b", "n12", "n10"], many: false },
            Role { name: "c", meaning: "count of the second group with the event", columns: &["c", "n21", "n01"], many: false },
            Role { name: "d", meaning: "count of the second group without", columns: &["d", "n22", "n00"], many: false },
            Role { name: "x1", meaning: "events of the first group", columns: &["x1", "events1"], many: false },
            Role { name: "n1", meaning: "size of the first group", columns: &["n1", "total1"], many: false },
            Role { name: "x2", meaning: "events of the second group", columns: &["x2", "events2"], many: false },
            Role { name: "n2", meaning: "size of the second group", columns: &["n2", "total2"], many: false },
        ],
        settings: &[FIRST, DIRECTION],
        keys: &[
            ("n1, n2", "sizes of the groups"),
            ("mean_diff, std_dev_pooled, cohen_d", "difference of means and its size in pooled standard deviations"),
            ("hedges_g, hedges_g_approx, var_g", "with the exact J, with the approximate J, and its large-sample variance"),
            ("nct_ci_lower, nct_ci_upper", "noncentral t interval of g, the default"),
            ("normal_ci_lower, normal_ci_upper", "normal interval of g"),
            ("delta, vargha_delaney_a", "Cliff's delta; Vargha and Delaney's A"),
            ("var_unbiased, var_consistent", "variances of delta"),
            ("z_ci_lower, z_ci_upper", "asymmetric interval of delta with unbiased variance and normal deviate, the default"),
            ("t_ci_lower, consistent_z_ci_lower", "the same with t deviate, and with consistent variance"),
            ("degenerate", "true where all values are equal and the intervals of delta have no width"),
            (
                "or, log_or, std_error_log, ci_lower, ci_upper, p_value, corrected",
                "odds ratio with Woolf's interval; corrected where 1/2 was added to every count",
            ),
        ],
        run: effect_size,
    },
];

fn welch_t(request: &Request) -> Result<Answer, Fault> {
    let groups = Groups::two(request)?;
    let level = request.confidence_level()?;
    let (first, second) = (groups.values(0), groups.values(1));
    let test = welch(&first, &second);
    let summary = |place: usize, values: &[crate::stats::Frequency]| {
        let mean = crate::stats::mean::mean(values, level);
        let std_dev = mean.clone().and_then(|m| m.std_dev.ok_or(NotEstimable::TooFew { needed: 2, found: m.n }));
        Answer::new()
            .with("label", groups.label(place))
            .with("n", values.len())
            .estimate("mean", mean.map(|m| m.estimate))
            .estimate("std_dev", std_dev)
    };
    Ok(Answer::new()
        .estimate("mean_diff", mean_difference(&first, &second))
        .estimate("std_error", test.clone().map(|t| t.std_error))
        .estimate("t", test.clone().map(|t| t.estimate / t.std_error))
        .estimate("df", test.clone().map(|t| t.degrees_of_freedom))
        .estimate("p_value", test.clone().map(|t| t.p_value))
        .interval("", &test.and_then(|t| t.interval(level)))
        .object("first", summary(0, &first))
        .object("second", summary(1, &second))
        .with("n", first.len() + second.len())
        .with("n_excluded", groups.excluded)
        .with("confidence_level", level)
        .with("method", "Welch's t test, first minus second in the order of the labels"))
}

fn effect_size(request: &Request) -> Result<Answer, Fault> {
    let level = request.confidence_level()?;
    if request.has("a") && request.has("d") {
        return tables(request, ["a", "b", "c", "d"], false, level);
    }
    if request.has("x1") && request.has("n2") {
        return tables(request, ["x1", "n1", "x2", "n2"], true, level);
    }
    if request.has("outcome") && !request.has("value") {
        let (table, excluded) = cross(request)?;
        return Ok(odds_answer(Answer::new(), &table.and_then(|t| odds_ratio(t, level)))
            .with("n_excluded", excluded)
            .with("confidence_level", level));
    }
    let groups = Groups::two(request)?;
    Ok(of_values(&groups, level))
}

fn of_values(groups: &Groups, level: f64) -> Answer {
    let (first, second) = (groups.values(0), groups.values(1));
    let d = cohen_d(&first, &second);
    let g = d.clone().and_then(|d| hedges_g(&d, level));
    let delta = cliff_delta(&first, &second, level);
    let of_d = |f: fn(&CohenD) -> f64| d.as_ref().map(f).map_err(Clone::clone);
    let of_g = |f: fn(&HedgesG) -> f64| g.as_ref().map(f).map_err(Clone::clone);
    let of_delta = |f: fn(&Dominance) -> f64| delta.as_ref().map(f).map_err(Clone::clone);
    Answer::new()
        .with("first", groups.label(0))
        .with("second", groups.label(1))
        .with("n1", first.len())
        .with("n2", second.len())
        .estimate("mean_diff", mean_difference(&first, &second))
        .estimate("std_dev_pooled", of_d(|d| d.std_dev_pooled))
        .estimate("cohen_d", of_d(|d| d.cohen_d))
        .estimate("hedges_g", of_g(|g| g.hedges_g))
        .estimate("hedges_g_approx", of_g(|g| g.hedges_g_approximate))
        .estimate("var_g", of_g(|g| g.variance))
        .interval("nct_", &g.clone().and_then(|g| g.interval))
        .interval("normal_", &g.clone().and_then(|g| g.normal_interval))
        .estimate("delta", of_delta(|d| d.delta))
        .estimate("vargha_delaney_a", of_delta(|d| d.vargha_delaney_a))
        .estimate("var_unbiased", delta.clone().and_then(|d| d.variance_unbiased))
        .estimate("var_consistent", delta.clone().and_then(|d| d.variance_consistent))
        .interval("z_", &delta.clone().and_then(|d| d.interval))
        .interval("t_", &delta.clone().and_then(|d| d.t_interval))
        .interval("consistent_z_", &delta.clone().and_then(|d| d.consistent_interval))
        .with("degenerate", delta.is_ok_and(|d| d.degenerate))
        .with("n", first.len() + second.len())
        .with("n_excluded", groups.excluded)
        .with("confidence_level", level)
        .with(
            "method",
            "first minus second in the order of the labels; Hedges' g with exact J, noncentral t interval (nct) by default; Cliff's delta, \
             asymmetric interval with unbiased variance and normal deviate (z) by default",
        )
}

/// One odds ratio, or one for each row where there are several.
fn tables(request: &Request, roles: [&str; 4], sizes: bool, level: f64) -> Result<Answer, Fault> {
    const METHOD: &str = "sample odds ratio, Woolf interval; 1/2 added to every count where one is 0 (corrected)";
    let columns = roles.iter().map(|role| request.numbers(role)).collect::<Result<Vec<_>, _>>()?;
    let mut rows = Vec::new();
    let (mut n, mut excluded) = (0_u64, 0_u64);
    for row in 0..request.table.height() {
        let cells: Vec<f64> = columns.iter().filter_map(|column| column.get(row).copied().flatten()).collect();
        let &[a, b, c, d] = cells.as_slice() else {
            excluded += 1;
            rows.push(odds_answer(Answer::new(), &Err(NotEstimable::NoAnswers)));
            continue;
        };
        let (b, d) = if sizes { (b - a, d - c) } else { (b, d) };
        let result = table([a, b, c, d]).and_then(|t| odds_ratio(t, level));
        n = result.as_ref().map_or(n, |result| n.saturating_add(result.n));
        rows.push(odds_answer(Answer::new(), &result));
    }
    let answer = match (rows.pop(), rows.is_empty()) {
        (Some(only), true) => only,
        (Some(last), false) => {
            rows.push(last);
            let rows: Vec<_> = rows.into_iter().map(Answer::into_json).collect();
            Answer::new().with("rows", rows).with("n", n).with("method", METHOD)
        }
        (None, _) => odds_answer(Answer::new(), &Err(NotEstimable::NoAnswers)),
    };
    Ok(answer.with("n_excluded", excluded).with("confidence_level", level))
}

fn table(cells: [f64; 4]) -> Result<TwoByTwo, NotEstimable> {
    match cells.map(count) {
        [Some(first_event), Some(first_none), Some(second_event), Some(second_none)] => {
            Ok(TwoByTwo { first_event, first_none, second_event, second_none })
        }
        _ => Err(NotEstimable::InvalidInput("counts must be whole numbers of at least 0")),
    }
}

fn odds_answer(answer: Answer, result: &Result<OddsRatio, NotEstimable>) -> Answer {
    let number = |f: fn(&OddsRatio) -> f64| result.as_ref().map(f).map_err(Clone::clone);
    answer
        .estimate("or", number(|r| r.odds_ratio))
        .estimate("log_or", number(|r| r.log_odds_ratio))
        .estimate("std_error_log", number(|r| r.std_error))
        .interval("", &result.clone().and_then(|r| r.interval))
        .estimate("p_value", number(|r| r.p_value))
        .with("corrected", result.as_ref().is_ok_and(|r| r.corrected))
        .with("n", result.as_ref().map_or(0, |r| r.n))
        .with("method", result.as_ref().map_or("sample odds ratio, Woolf interval", |r| r.method))
}

/// The 2 by 2 table of rows with a group, an outcome and perhaps a count; labels in order, the outcome 1 (or yes) before 0 (or no).
fn cross(request: &Request) -> Result<(Result<TwoByTwo, NotEstimable>, u64), Fault> {
    let (rows, columns) = (Codes::new(&request.labels("group")?), Codes::new(&request.labels("outcome")?));
    if rows.labels.len() > 2 || columns.labels.len() > 2 {
        return Err(Fault::new("the table has more than two groups or outcomes", "keep two of each"));
    }
    let negative = |label: &String| ["0", "no", "false"].contains(&label.to_lowercase().as_str());
    let turned = usize::from(columns.labels.first().is_some_and(negative));
    let mut cells = [0_u64; 4];
    let mut excluded = 0_u64;
    for ((row, column), count) in rows.of_row.iter().zip(&columns.of_row).zip(counts(request, "count")?) {
        let cell = row.zip(*column).and_then(|(row, column)| cells.get_mut(2 * row + (column ^ turned)));
        match (cell, count) {
            (Some(cell), Some(count)) => *cell = cell.saturating_add(count),
            _ => excluded += 1,
        }
    }
    let [first_event, first_none, second_event, second_none] = cells;
    Ok((Ok(TwoByTwo { first_event, first_none, second_event, second_none }), excluded))
}
