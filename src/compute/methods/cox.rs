//! Cox regression.

use super::cohort::{Cohort, ENTRY, EVENT, STATUS, STRATUM, TIME};
use super::labels::{Codes, code, ordered};
use super::predictors::{Design, PREDICTORS};
use crate::compute::{Answer, Fault, Method, Request, Role, Setting};
use crate::stats::NotEstimable;
use crate::stats::cox::{Coefficient, Errors, Fit, Model, ProportionalHazards, Rival, Subdistribution, Subject, Ties, fine_gray};

/// What is read from a coefficient at a confidence level.
type Read = fn(&Coefficient, f64) -> Result<f64, NotEstimable>;

/// What is given of each coefficient, by key.
const READS: [(&str, Read); 8] = [
    ("coef", |c, _| Ok(c.estimate)),
    ("std_error", |c, _| c.std_error.clone()),
    ("std_error_naive", |c, _| Ok(c.std_error_model)),
    ("std_error_robust", |c, _| c.std_error_clustered.clone()),
    ("hr", |c, _| c.hazard_ratio.clone()),
    ("ci_lower", |c, level| c.hazard_ratio_interval(level).map(|i| i.lower)),
    ("ci_upper", |c, level| c.hazard_ratio_interval(level).map(|i| i.upper)),
    ("p_value_wald", |c, _| c.p_value.clone()),
];

/// The methods of this field.
pub const METHODS: &[Method] = &[
    Method {
        name: "cox",
        aliases: &["coxph", "cox_regression"],
        summary: "Cox regression with Efron's ties, delayed entry, strata, weights, cluster-robust errors and a test of proportional hazards",
        roles: &[
            TIME,
            EVENT,
            ENTRY,
            STRATUM,
            Role {
                name: "cluster",
                meaning: "cluster of dependent rows, such as the mentor",
                columns: &["cluster", "mentor", "mentor_id"],
                many: false,
            },
            Role {
                name: "id",
                meaning: "person; several events of one person make clustered errors the default",
                columns: &["id"],
                many: false,
            },
            Role { name: "weight", meaning: "case weight", columns: &["weight", "weights"], many: false },
            PREDICTORS,
        ],
        settings: &[
            Setting { name: "ties", meaning: "efron (the default) or breslow" },
            Setting {
                name: "robust",
                meaning: "true for Lin-Wei standard errors; the default with clusters and with weights that are not whole",
            },
        ],
        keys: &[
            (
                "coef, hr",
                "log hazard ratio and hazard ratio of each predictor; a label's is against the first label, under the column's name followed by the label",
            ),
            ("std_error, ci_lower, ci_upper, p_value_wald", "standard error of coef, interval of hr, and Wald p-value"),
            ("std_error_naive, std_error_robust", "from the inverse information, and Lin-Wei, clustered"),
            ("lr_chi2, wald_chi2, score_chi2", "tests of all predictors together, with lr_df and p-values"),
            ("breslow_coef", "coef with Breslow's ties"),
            ("zph_chi2, zph_df, zph_p_value", "test of proportional hazards of each predictor, and GLOBAL"),
        ],
        run: cox,
    },
    Method {
        name: "fine_gray",
        aliases: &["crr", "subdistribution"],
        summary: "Fine-Gray regression of the cumulative incidence of one of several competing events",
        roles: &[TIME, STATUS, PREDICTORS],
        settings: &[Setting { name: "cause", meaning: "the cause of interest; 1 by default" }],
        keys: &[
            ("coef, hr", "log subdistribution hazard ratio and its exponential, of each predictor"),
            ("std_error, ci_lower, ci_upper, p_value_wald", "robust standard error of coef, interval of hr, and Wald p-value"),
            ("wald_chi2, wald_df, wald_p_value", "test of all predictors together"),
        ],
        run: subdistribution,
    },
];

fn cox(request: &Request) -> Result<Answer, Fault> {
    let cohort = Cohort::read(request, false)?;
    let level = request.confidence_level()?;
    let design = Design::read(request)?;
    let ties = if request.choice_setting("ties", &["efron", "breslow"])? == "efron" { Ties::Efron } else { Ties::Breslow };
    let weights = request.numbers_if_any("weight")?;
    let clusters = request.labels_if_any("cluster")?;
    let ids = request.labels_if_any("id")?;
    // Persons with several events need clustered errors; several rows of one event, as delayed entry splits them, do not.
    let events = |ids: &Vec<Option<String>>| {
        cohort.rows.iter().filter(|row| row.status != 0).filter_map(|row| ids.get(row.position)?.clone()).collect()
    };
    let recurrent = ids.as_ref().is_some_and(|ids| {
        let ids: Vec<String> = events(ids);
        ordered(&ids).len() < ids.len()
    });
    let dependent = clusters.is_some() || recurrent;
    let clusters = clusters.or(ids);
    // Without clusters every row is its own.
    let rows = request.table.height();
    let cluster_codes =
        clusters.as_deref().map_or_else(|| (0..rows).map(|row| Some(code(row))).collect(), |labels| Codes::new(labels).codes());
    let mut subjects = Vec::new();
    let mut excluded = cohort.excluded;
    for row in &cohort.rows {
        let covariates: Option<Vec<f64>> = design.covariates(row.position);
        let weight = weights.as_ref().map_or(Some(1.0), |weights| weights.get(row.position).copied().flatten());
        match (covariates, weight, cluster_codes[row.position]) {
            (Some(covariates), Some(weight), Some(cluster)) => {
                subjects.push(Subject { spell: row.spell(), covariates, stratum: row.stratum, cluster, weight });
            }
            _ => excluded += 1,
        }
    }
    let fractions = subjects.iter().any(|subject| subject.weight.fract() != 0.0);
    let robust = request.flag_setting("robust")? || dependent || fractions;
    let errors = if robust { Errors::Clustered } else { Errors::Model };
    let model = Model::new(&subjects);
    let fit = model.as_ref().map_err(Clone::clone).and_then(|model| model.fit(ties, errors));
    let breslow = model.as_ref().map_err(Clone::clone).and_then(|model| model.fit(Ties::Breslow, errors));
    let positions: Vec<Vec<usize>> = design.terms.iter().map(|term| term.covariates.clone()).collect();
    let proportional = match (&model, &fit) {
        (Ok(model), Ok(fit)) => model.proportional_hazards(fit, ties, &positions),
        (Err(reason), _) | (_, Err(reason)) => Err(reason.clone()),
    };
    let mut answer = Answer::new().with("n", model.as_ref().map_or(0, Model::n)).with("events", model.as_ref().map_or(0, Model::events));
    if clusters.is_some() {
        answer = answer.with("n_clusters", model.as_ref().map_or(0, Model::clusters));
    }
    answer = effects(answer, &design, &fit, &breslow, level);
    answer = proportionality(answer, &design, &proportional);
    Ok(answer
        .with("confidence_level", level)
        .with("n_excluded", excluded + model.as_ref().map_or(0, Model::left_out))
        .with("method", method(ties, robust)))
}

fn effects(answer: Answer, design: &Design, fit: &Result<Fit, NotEstimable>, breslow: &Result<Fit, NotEstimable>, level: f64) -> Answer {
    let of = |fit: &Result<Fit, NotEstimable>, position: usize| {
        let fit = fit.as_ref().map_err(Clone::clone)?;
        fit.coefficients.get(position).cloned().unwrap_or(Err(NotEstimable::Unidentified))
    };
    let each = |fit: &Result<Fit, NotEstimable>, read: Read| {
        let named = design.names.iter().enumerate();
        named.fold(Answer::new(), |inner, (position, name)| inner.estimate(name, of(fit, position).and_then(|c| read(&c, level))))
    };
    let mut answer = READS.iter().fold(answer, |answer, (key, read)| answer.object(key, each(fit, *read)));
    let with = |get: fn(&Fit) -> f64| fit.as_ref().map(get).map_err(Clone::clone);
    answer = answer
        .with("separated", fit.as_ref().is_ok_and(|fit| fit.separated))
        .estimate("loglik_null", with(|fit| fit.log_likelihood_null))
        .estimate("loglik", with(|fit| fit.log_likelihood));
    answer = answer
        .test("lr_", &fit.clone().and_then(|fit| fit.likelihood_ratio))
        .test("wald_", &fit.clone().and_then(|fit| fit.wald))
        .test("score_", &fit.clone().and_then(|fit| fit.score));
    answer.object("breslow_coef", each(breslow, |c, _| Ok(c.estimate)))
}

fn proportionality(answer: Answer, design: &Design, result: &Result<ProportionalHazards, NotEstimable>) -> Answer {
    let mut objects = [Answer::new(), Answer::new(), Answer::new()];
    let names = design.terms.iter().map(|term| term.name.as_str()).chain(["GLOBAL"]);
    for (position, name) in names.enumerate() {
        let test = result.as_ref().map_err(Clone::clone).and_then(|tests| tests.terms.get(position).unwrap_or(&tests.global).clone());
        let [chi, df, p] = objects;
        objects = [
            chi.estimate(name, test.clone().map(|test| test.chi_square)),
            match &test {
                Ok(test) => df.with(name, test.degrees_of_freedom),
                Err(reason) => df.estimate(name, Err(reason.clone())),
            },
            p.estimate(name, test.map(|test| test.p_value)),
        ];
    }
    let [chi, df, p] = objects;
    answer.object("zph_chi2", chi).object("zph_df", df).object("zph_p_value", p)
}

fn method(ties: Ties, robust: bool) -> String {
    let ties = if ties == Ties::Efron { "Efron" } else { "Breslow" };
    let errors = if robust {
        "std_error, ci and Wald tests Lin-Wei robust, clustered; LR and score tests take rows as independent"
    } else {
        "std_error from the inverse information"
    };
    format!("Cox regression, {ties} ties; {errors}; score test of proportional hazards (Grambsch-Therneau) against 1 - Kaplan-Meier")
}

fn subdistribution(request: &Request) -> Result<Answer, Fault> {
    let cohort = Cohort::read(request, true)?;
    let design = Design::read(request)?;
    let cause = u32::try_from(request.count_setting("cause", 1)?).unwrap_or(u32::MAX);
    Ok(subdistribution_of(Answer::new(), &cohort, &design, cause, request.confidence_level()?))
}

/// Adds the Fine-Gray model of a cause.
pub fn subdistribution_of(answer: Answer, cohort: &Cohort, design: &Design, cause: u32, level: f64) -> Answer {
    let complete = cohort
        .rows
        .iter()
        .filter_map(|row| design.covariates(row.position).map(|covariates| Rival { time: row.time, status: row.status, covariates }));
    let rivals: Vec<Rival> = complete.collect();
    let fit = if cohort.delayed {
        Err(NotEstimable::InvalidInput("Fine-Gray regression needs everybody observed from the origin on"))
    } else {
        fine_gray(&rivals, cause)
    };
    let keys = ["coef", "std_error", "hr", "ci_lower", "ci_upper", "p_value_wald"];
    let of = |position: usize| match &fit {
        Ok(fit) => fit.coefficients.get(position).cloned().unwrap_or(Err(NotEstimable::Unidentified)),
        Err(reason) => Err(reason.clone()),
    };
    let answer = READS.iter().filter(|read| keys.contains(&read.0)).fold(answer, |answer, (key, read)| {
        let named = design.names.iter().enumerate();
        answer.object(
            key,
            named.fold(Answer::new(), |inner, (position, name)| inner.estimate(name, of(position).and_then(|c| read(&c, level)))),
        )
    });
    let with = |get: fn(&Subdistribution) -> f64| fit.as_ref().map(get).map_err(Clone::clone);
    answer
        .with("separated", fit.as_ref().is_ok_and(|fit| fit.separated))
        .estimate("loglik_null", with(|fit| fit.log_likelihood_null))
        .estimate("loglik", with(|fit| fit.log_likelihood))
        .test("wald_", &fit.clone().and_then(|fit| fit.wald))
        .with("n", rivals.len())
        .with("events", fit.as_ref().map_or(0, |fit| fit.events))
        .with("cause", cause)
        .with("confidence_level", level)
        .with("n_excluded", cohort.excluded + (cohort.rows.len() - rivals.len()) as u64)
        .with("method", "Fine-Gray subdistribution hazards, Breslow ties, robust standard error with the censoring estimated; coef is of the subdistribution, not of the cause-specific hazard")
}
