//! Regression models of yes/no outcomes, and what models of all outcomes read.

use super::labels::counts;
use super::predictors::{Design, PREDICTORS};
use crate::compute::{Answer, Fault, Method, Request, Role, Setting};
use crate::stats::NotEstimable;
use crate::stats::logistic::{Coefficient, LogisticFit, Trials, events_per_parameter, firth, maximum_likelihood};

pub(super) const FREQUENCY: Role =
    Role { name: "frequency", meaning: "how many people the row stands for, if not one", columns: &["freq", "frequency"], many: false };
pub(super) const ID: Role = Role {
    name: "id",
    meaning: "identifies the row; not used",
    columns: &["id", "person", "person_id", "respondent", "respondent_id"],
    many: false,
};

const ROLES: &[Role] = &[
    Role {
        name: "outcome",
        meaning: "1 with the event, 0 without; the first column where none is headed so",
        columns: &["y", "outcome", "event", "success", "HG", "case"],
        many: false,
    },
    FREQUENCY,
    ID,
    PREDICTORS,
];

const EVENT: Setting = Setting { name: "event", meaning: "the label of the outcome that is the event, where labels are not 0 and 1" };

const KEYS: &[(&str, &str)] = &[
    ("n, events, n_excluded", "people used, events among them, people with a missing value"),
    ("separated", "whether no finite maximum-likelihood estimate exists"),
    ("estimator", "ml or firth: what the keys outside ml and firth hold"),
    ("events_per_parameter", "people in the rarer outcome for each predictor"),
    ("coef", "the coefficients by predictor, log odds for one unit"),
    ("std_error, std_error_wald", "both the same: from the inverse of the unpenalized information"),
    ("std_error_augmented", "of Firth: with weights W(1 + h)"),
    ("ci_lower, ci_upper", "profile-likelihood limits, of Firth penalized"),
    ("wald_ci_lower, wald_ci_upper, p_value_wald", "by the normal distribution and std_error_wald"),
    ("lr_chi2, p_value_lr", "likelihood-ratio test of no effect, of Firth penalized"),
    ("loglik, null_loglik, penalized_loglik", "log-likelihoods"),
    ("ml, firth", "the same of either estimator"),
];

/// The methods of this field.
pub const METHODS: &[Method] = &[
    Method {
        name: "logistic",
        aliases: &["logistic_regression"],
        summary: "Logistic regression by maximum likelihood, or by Firth's penalized likelihood where events are few or separated",
        roles: ROLES,
        settings: &[
            Setting {
                name: "firth",
                meaning: "true for Firth, false for maximum likelihood; by events per parameter and separation unless set",
            },
            EVENT,
        ],
        keys: KEYS,
        run: logistic,
    },
    Method {
        name: "firth",
        aliases: &["firth_logistic"],
        summary: "Logistic regression by Firth's penalized likelihood",
        roles: ROLES,
        settings: &[EVENT],
        keys: KEYS,
        run: firth_logistic,
    },
];

/// What both models read: the outcome as text, the predictors, how many people a row stands for.
pub(super) struct Model {
    pub outcome: Vec<Option<String>>,
    pub design: Design,
    pub counts: Vec<Option<u64>>,
}

impl Model {
    pub fn read(request: &Request) -> Result<Self, Fault> {
        let mut columns = if request.has("predictors") { request.many_labels("predictors")? } else { Vec::new() };
        let outcome = if request.has("outcome") {
            request.labels("outcome")?
        } else if columns.is_empty() {
            return Err(Fault::new("there is no column for the outcome", "name it with --outcome COLUMN"));
        } else {
            columns.remove(0).1
        };
        Ok(Self { outcome, design: Design::new(columns)?, counts: counts(request, "frequency")? })
    }
}

fn logistic(request: &Request) -> Result<Answer, Fault> {
    by_estimator(request, request.setting("firth").map(|_| request.flag_setting("firth")).transpose()?)
}

fn firth_logistic(request: &Request) -> Result<Answer, Fault> {
    by_estimator(request, Some(true))
}

/// Both estimators; at the top Firth's, maximum likelihood, or the one that the data ask for.
fn by_estimator(request: &Request, wanted: Option<bool>) -> Result<Answer, Fault> {
    let level = request.confidence_level()?;
    let event = request.setting("event").map(|label| label.as_str().map_or_else(|| label.to_string(), str::to_string));
    let model = Model::read(request)?;
    let mut rows = Vec::new();
    let mut excluded = 0_u64;
    for (row, (outcome, count)) in model.outcome.iter().zip(&model.counts).enumerate() {
        let (Some(text), Some(predictors), Some(trials)) = (outcome, model.design.covariates(row), count) else {
            excluded += 1;
            continue;
        };
        let happened = match (&event, text.parse::<f64>()) {
            (Some(event), _) => event == text,
            (None, Ok(1.0)) => true,
            (None, Ok(0.0)) => false,
            _ => {
                return Err(Fault::new(
                    "an outcome is neither 0 nor 1",
                    "name the label of the event with --set event=LABEL, or another --outcome",
                ));
            }
        };
        rows.push(Trials { predictors, events: if happened { *trials } else { 0 }, trials: *trials });
    }
    let ml = maximum_likelihood(&rows, level);
    let penalized = firth(&rows, level);
    let separated = match &ml {
        Ok(_) => Ok(false),
        // Where all have the outcome, or none, the intercept alone separates.
        Err(NotEstimable::Separated | NotEstimable::NoVariation) => Ok(true),
        Err(reason) => Err(reason.clone()),
    };
    let per_parameter = events_per_parameter(&rows);
    let few = per_parameter.as_ref().is_ok_and(|events| *events < 10.0);
    let use_firth = wanted.unwrap_or(few || separated == Ok(true));
    let names: Vec<&str> = std::iter::once("(Intercept)").chain(model.design.names.iter().map(String::as_str)).collect();
    let n = rows.iter().map(|row| row.trials).fold(0, u64::saturating_add);
    let events = rows.iter().map(|row| row.events).fold(0, u64::saturating_add);
    let mut answer = Answer::new().with("n", n).with("events", events).with("n_excluded", excluded).with("confidence_level", level);
    answer = match separated {
        Ok(separated) => answer.with("separated", separated),
        Err(reason) => answer.missing(&["separated"], &reason),
    };
    answer = answer.with("estimator", if use_firth { "firth" } else { "ml" }).estimate("events_per_parameter", per_parameter);
    let chosen = if use_firth { &penalized } else { &ml };
    answer = logistic_answer(answer, &names, chosen);
    answer = answer
        .object("ml", logistic_answer(Answer::new(), &names, &ml))
        .object("firth", logistic_answer(Answer::new(), &names, &penalized));
    let why = match (wanted, use_firth) {
        (Some(_), _) => "as asked for",
        (None, true) => "because events per parameter are below 10 or the outcomes are separated",
        (None, false) => "because events per parameter are at least 10 and nothing is separated",
    };
    let name = if use_firth {
        "Firth's penalized likelihood; penalized profile-likelihood intervals and likelihood-ratio p-values"
    } else {
        "maximum likelihood; profile-likelihood intervals and likelihood-ratio p-values"
    };
    Ok(answer.with("method", format!("logistic regression of complete rows, {name}, {why}")))
}

fn logistic_answer(answer: Answer, names: &[&str], fit: &Result<LogisticFit, NotEstimable>) -> Answer {
    match fit {
        Ok(fit) => {
            let answer = coefficients(answer, "std_error", names, &fit.coefficients);
            let answer = answer.object("std_error_wald", by_name(names, &fit.coefficients, |c| Ok(c.std_error)));
            let answer = match fit.penalized_log_likelihood {
                Some(value) => {
                    let augmented = |c: &Coefficient| c.std_error_augmented.ok_or(NotEstimable::Unidentified);
                    answer.object("std_error_augmented", by_name(names, &fit.coefficients, augmented)).number("penalized_loglik", value)
                }
                None => answer,
            };
            answer.number("loglik", fit.log_likelihood).number("null_loglik", fit.null_log_likelihood)
        }
        Err(reason) => {
            answer.missing(&["coef", "std_error", "std_error_wald", "ci_lower", "ci_upper", "lr_chi2", "p_value_lr", "loglik"], reason)
        }
    }
}

/// One value of every coefficient, by name.
fn by_name(
    names: &[&str],
    coefficients: &[Result<Coefficient, NotEstimable>],
    value: impl Fn(&Coefficient) -> Result<f64, NotEstimable>,
) -> Answer {
    let pairs = names.iter().zip(coefficients);
    pairs.fold(Answer::new(), |answer, (name, coefficient)| answer.estimate(name, coefficient.clone().and_then(|c| value(&c))))
}

pub(super) fn coefficients(answer: Answer, std_error: &str, names: &[&str], found: &[Result<Coefficient, NotEstimable>]) -> Answer {
    answer
        .object("coef", by_name(names, found, |c| Ok(c.estimate)))
        .object(std_error, by_name(names, found, |c| Ok(c.std_error)))
        .object("ci_lower", by_name(names, found, |c| c.interval.clone().map(|i| i.lower)))
        .object("ci_upper", by_name(names, found, |c| c.interval.clone().map(|i| i.upper)))
        .object("wald_ci_lower", by_name(names, found, |c| c.wald_interval.clone().map(|i| i.lower)))
        .object("wald_ci_upper", by_name(names, found, |c| c.wald_interval.clone().map(|i| i.upper)))
        .object("p_value_wald", by_name(names, found, |c| c.wald_p_value.clone()))
        .object("lr_chi2", by_name(names, found, |c| c.lr_chi_square.clone()))
        .object("p_value_lr", by_name(names, found, |c| c.p_value.clone()))
}
