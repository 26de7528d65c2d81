//! Regression models of ordinal outcomes.

use super::agreement::reference_group;
use super::labels::{Codes, code};
use super::predictors::PREDICTORS;
use super::regression::{FREQUENCY, ID, Model, coefficients};
use crate::compute::{Answer, Fault, Method, Request, Role, Setting};
use crate::stats::NotEstimable;
use crate::stats::ordinal::dif::{ItemAnswer, Magnitude, NestedTest, dif_ordinal};
use crate::stats::ordinal::{OrdinalFit, Rating, proportional_odds};

/// The methods of this field.
pub const METHODS: &[Method] = &[
    Method {
        name: "proportional_odds",
        aliases: &["ordinal", "ordinal_logistic"],
        summary: "Ordinal logistic regression with proportional odds; a positive coefficient means higher answers",
        roles: &[
            Role {
                name: "outcome",
                meaning: "the answers, numbers or labels; the first column where none is headed so",
                columns: &["y", "outcome", "rating", "response", "item", "value", "score"],
                many: false,
            },
            FREQUENCY,
            ID,
            PREDICTORS,
        ],
        settings: &[Setting { name: "levels", meaning: "the labels of the answers, lowest first; needed where they are not numbers" }],
        keys: &[
            ("n, n_excluded", "people used, people with a missing value"),
            ("coef, std_error, ci_lower, ci_upper", "log odds ratios of a higher answer, with profile-likelihood limits"),
            ("wald_ci_lower, wald_ci_upper, p_value_wald", "by the normal distribution"),
            ("lr_chi2, p_value_lr", "likelihood-ratio test of no effect"),
            ("thresholds, threshold_std_error", "log odds of an answer at or under each border where predictors are 0"),
            ("loglik, null_loglik", "log-likelihoods"),
        ],
        run: ordinal,
    },
    Method {
        name: "dif_ordinal",
        aliases: &["dif_likert", "logistic_dif"],
        summary: "Differential item functioning of a rating item by nested proportional-odds models",
        roles: &[
            Role { name: "group", meaning: "the groups compared", columns: &["group"], many: false },
            Role {
                name: "matching",
                meaning: "what groups are matched on, such as the scale's total",
                columns: &["score", "total", "stratum", "matching", "rest", "theta"],
                many: false,
            },
            Role {
                name: "item",
                meaning: "the answers to the item, numbers",
                columns: &["item", "response", "rating", "correct", "value", "answer", "y"],
                many: false,
            },
        ],
        settings: &[Setting {
            name: "reference",
            meaning: "the reference group; \"ref\" or \"reference\", else the group that is not \"foc\" or \"focal\", else the first in order",
        }],
        keys: &[
            ("n, n_excluded", "people used, people with a missing value"),
            ("total, uniform, non_uniform", "likelihood-ratio tests: chi2, df, p_value, delta_r2 (Nagelkerke)"),
            ("r2_score", "Nagelkerke's R-square of the score alone"),
            ("magnitude", "negligible, moderate or large, by delta_r2 of the total test (.035, .07)"),
        ],
        run: dif,
    },
];

/// The places of answers on their scale, and the label of each place.
struct Scale {
    places: Vec<Option<u64>>,
    labels: Vec<String>,
}

/// Answers that are numbers are in their order; others need the setting `levels`.
fn scale(request: &Request, cells: &[Option<String>]) -> Result<Scale, Fault> {
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let given = request.setting("levels").and_then(|levels| levels.as_array()).map(|levels| levels.iter().map(text).collect::<Vec<_>>());
    let labels: Vec<String> = match given {
        Some(labels) => labels,
        None => {
            let mut numbers = Vec::new();
            for cell in cells.iter().flatten() {
                let number = cell.parse::<f64>().ok().filter(|number| number.is_finite());
                numbers.push(number.ok_or_else(|| {
                    Fault::new("an answer is not a number", "name the answers, lowest first, with --set levels=[\"low\",\"high\"]")
                })?);
            }
            numbers.sort_by(f64::total_cmp);
            numbers.dedup();
            numbers.iter().map(f64::to_string).collect()
        }
    };
    let place = |cell: &Option<String>| {
        let cell = cell.as_deref()?;
        let same = |label: &String| label == cell || matches!((label.parse::<f64>(), cell.parse::<f64>()), (Ok(a), Ok(b)) if a == b);
        Some(labels.iter().position(same))
    };
    let places: Vec<Option<Option<usize>>> = cells.iter().map(place).collect();
    if places.contains(&Some(None)) {
        return Err(Fault::new("an answer is not among the levels", "give all levels, lowest first, with --set levels=[…]"));
    }
    Ok(Scale { places: places.into_iter().map(|place| place.flatten().map(|p| p as u64)).collect(), labels })
}

fn ordinal(request: &Request) -> Result<Answer, Fault> {
    let level = request.confidence_level()?;
    let model = Model::read(request)?;
    let scale = scale(request, &model.outcome)?;
    let mut rows = Vec::new();
    let mut excluded = 0_u64;
    for (row, (category, count)) in scale.places.iter().zip(&model.counts).enumerate() {
        match (category, model.design.covariates(row), count) {
            (Some(category), Some(predictors), Some(count)) => rows.push(Rating { predictors, category: *category, count: *count }),
            _ => excluded += 1,
        }
    }
    let n = rows.iter().map(|row| row.count).fold(0, u64::saturating_add);
    let answer = Answer::new().with("n", n).with("n_excluded", excluded).with("confidence_level", level);
    let names: Vec<&str> = model.design.names.iter().map(String::as_str).collect();
    Ok(match proportional_odds(&rows, level) {
        Ok(fit) => ordinal_answer(answer.with("separated", false), &names, &scale.labels, &fit),
        Err(reason) => {
            let answer = answer.with("separated", reason == NotEstimable::Separated);
            answer.missing(&["coef", "std_error", "ci_lower", "ci_upper", "lr_chi2", "p_value_lr", "thresholds", "loglik"], &reason)
        }
    }
    .with("method", "proportional-odds model of complete rows, logit P(Y <= j) = threshold - x b; profile-likelihood intervals, likelihood-ratio p-values"))
}

fn ordinal_answer(answer: Answer, names: &[&str], labels: &[String], fit: &OrdinalFit) -> Answer {
    let label = |place: u64| usize::try_from(place).ok().and_then(|place| labels.get(place)).map_or("", String::as_str);
    let (mut thresholds, mut errors) = (Answer::new(), Answer::new());
    for threshold in &fit.thresholds {
        let name = format!("{}|{}", label(threshold.below), label(threshold.above));
        thresholds = thresholds.number(&name, threshold.estimate);
        errors = errors.number(&name, threshold.std_error);
    }
    coefficients(answer, "std_error", names, &fit.coefficients)
        .object("thresholds", thresholds)
        .object("threshold_std_error", errors)
        .number("loglik", fit.log_likelihood)
        .number("null_loglik", fit.null_log_likelihood)
}

fn dif(request: &Request) -> Result<Answer, Fault> {
    dif_by(request, "matching", "item")
}

/// Differential functioning of the item in one role, matched on the numbers in another.
pub(super) fn dif_by(request: &Request, matching: &str, item: &str) -> Result<Answer, Fault> {
    let level = request.confidence_level()?;
    let groups = Codes::new(&request.labels("group")?);
    let scores = request.numbers(matching)?;
    let items = scale(request, &request.labels(item)?)?.places;
    let reference = reference_group(request, &groups)?;
    // The reference is group 0.
    let number = |place: usize| code(if place == reference { 0 } else { place + usize::from(place < reference) });
    let mut answers = Vec::new();
    let mut excluded = 0_u64;
    for ((group, score), item) in groups.of_row.iter().zip(&scores).zip(&items) {
        match (group, score, item) {
            (Some(group), Some(score), Some(category)) => {
                answers.push(ItemAnswer { group: number(*group), score: *score, category: *category });
            }
            _ => excluded += 1,
        }
    }
    let reference = groups.labels.get(reference).cloned();
    let answer = Answer::new().with("n", answers.len()).with("n_excluded", excluded).with("reference", reference);
    Ok(match dif_ordinal(&answers, level) {
        Ok(found) => {
            let answer = answer
                .object("total", nested(&found.total))
                .object("uniform", nested(&found.uniform))
                .object("non_uniform", nested(&found.non_uniform))
                .number("r2_score", found.r_square_score);
            match found.magnitude {
                Ok(magnitude) => answer.with(
                    "magnitude",
                    match magnitude {
                        Magnitude::Negligible => "negligible",
                        Magnitude::Moderate => "moderate",
                        Magnitude::Large => "large",
                    },
                ),
                Err(reason) => answer.missing(&["magnitude"], &reason),
            }
        }
        Err(reason) => answer.missing(&["total", "uniform", "non_uniform", "r2_score", "magnitude"], &reason),
    }
    .with("method", "nested proportional-odds models, likelihood-ratio tests, change of Nagelkerke's R-square (.035, .07)"))
}

fn nested(test: &Result<NestedTest, NotEstimable>) -> Answer {
    Answer::new()
        .estimate("chi2", test.clone().map(|t| t.chi_square))
        .estimate("df", test.clone().map(|t| t.degrees_of_freedom))
        .estimate("p_value", test.clone().map(|t| t.p_value))
        .estimate("delta_r2", test.clone().map(|t| t.delta_r_square))
}
