//! Members of groups.

use super::labels::{Codes, code};
use crate::compute::{Answer, Fault, Method, Request, Role};
use crate::stats::NotEstimable;
use crate::stats::linear::Matrix;
use crate::stats::multilevel::{Member, one_way, random_intercept};

/// The methods of this field.
pub const METHODS: &[Method] = &[Method {
    name: "multilevel",
    aliases: &["icc1", "random_intercept"],
    summary: "How alike members of a group are: one-way analysis of variance, ICC(1), ICC(2), design effect, and a random-intercept model by REML",
    roles: &[
        Role { name: "value", meaning: "the number", columns: &["value", "score", "y"], many: false },
        Role {
            name: "group",
            meaning: "the group of the row",
            columns: &["group", "cluster", "mentor", "site", "unit", "batch"],
            many: false,
        },
        Role {
            name: "predictor",
            meaning: "predictors of the random-intercept model, if any",
            columns: &["predictor", "predictors"],
            many: true,
        },
    ],
    settings: &[],
    keys: &[
        ("J, N", "numbers of groups and of values"),
        ("MSB, MSW", "mean squares between and within groups"),
        ("F, p_value", "test of equal group means"),
        ("n0, mean_n", "group size that unequal groups are worth, and mean group size"),
        ("icc1_n0, icc1_mean_n", "ICC(1) by either size; negative values stand"),
        ("icc2", "reliability of group means, ICC(2)"),
        ("deff_mean_n", "design effect 1 + (mean_n - 1) max(0, icc1_n0)"),
        ("intercept, intercept_std_error", "by REML and generalized least squares"),
        ("coef, coef_std_error", "with predictors: coefficients by name, and their standard errors"),
        (
            "var_group, var_resid, icc_reml",
            "variances between and within groups by REML, and the share between; var_group_reml is var_group",
        ),
        ("reml_criterion", "minus twice the restricted log-likelihood"),
        ("boundary", "whether the variance between groups is 0 by REML"),
    ],
    run: multilevel,
}];

fn multilevel(request: &Request) -> Result<Answer, Fault> {
    let values = request.numbers("value")?;
    let groups = Codes::new(&request.labels("group")?);
    let predictors = if request.has("predictor") { request.many_numbers("predictor")? } else { Vec::new() };
    let mut members = Vec::new();
    let mut cells = Vec::new();
    for (row, value) in values.iter().enumerate() {
        let own: Option<Vec<f64>> = predictors.iter().map(|(_, column)| column[row]).collect();
        let (Some(value), Some(group), Some(own)) = (*value, groups.of_row[row], own) else { continue };
        members.push(Member { group: code(group), value });
        cells.extend(own);
    }
    let excluded = values.len() - members.len();
    let method = "one-way analysis of variance; icc1_n0 is the default ICC(1); design effect by mean group size; REML with generalized least squares standard errors";
    let close = |answer: Answer| answer.with("n", members.len()).with("n_excluded", excluded).with("method", method);
    let keys = ["MSB", "MSW", "F", "p_value", "n0", "icc1_n0", "icc1_mean_n", "icc2", "deff_mean_n"];
    let answer = match one_way(&members) {
        Ok(result) => Answer::new()
            .with("J", result.groups)
            .with("N", result.n)
            .estimate("MSB", result.mean_square_between)
            .estimate("MSW", result.mean_square_within)
            .estimate("F", result.f)
            .estimate("p_value", result.p_value)
            .estimate("n0", result.n0)
            .number("mean_n", result.mean_size)
            .estimate("icc1_n0", result.icc1)
            .estimate("icc1_mean_n", result.icc1_mean_size)
            .estimate("icc2", result.icc2)
            .estimate("deff_mean_n", result.design_effect),
        Err(reason) => Answer::new().with("J", groups.labels.len()).with("N", members.len()).missing(&keys, &reason),
    };
    let design = Matrix { rows: members.len(), columns: predictors.len(), values: cells };
    Ok(close(with_model(answer, random_intercept(&members, &design), &predictors)))
}

type Model = Result<crate::stats::multilevel::RandomIntercept, NotEstimable>;

fn with_model(answer: Answer, model: Model, predictors: &[(String, Vec<Option<f64>>)]) -> Answer {
    let keys = ["intercept", "intercept_std_error", "var_group", "var_group_reml", "var_resid", "icc_reml", "reml_criterion", "boundary"];
    let model = match model {
        Ok(model) => model,
        Err(reason) => return answer.missing(&keys, &reason),
    };
    let answer = answer.number("intercept", model.coefficients[0]).number("intercept_std_error", model.std_errors[0]);
    let mut coefficients = Answer::new();
    let mut errors = Answer::new();
    for (k, name) in ["(Intercept)"].into_iter().chain(predictors.iter().map(|p| p.0.as_str())).enumerate() {
        coefficients = coefficients.number(name, model.coefficients[k]);
        errors = errors.number(name, model.std_errors[k]);
    }
    let answer = if predictors.is_empty() { answer } else { answer.object("coef", coefficients).object("coef_std_error", errors) };
    answer
        .number("var_group", model.variance_between)
        .number("var_group_reml", model.variance_between)
        .number("var_resid", model.variance_within)
        .number("icc_reml", model.icc)
        .number("reml_criterion", model.criterion)
        .with("boundary", model.boundary)
}
