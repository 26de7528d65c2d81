//! Weighted estimates of a population.

use serde_json::{Map, Value};

use super::columns::{Source, position};
use super::labels::{Codes, code};
use crate::compute::{Answer, Fault, Method, Request, Role, Setting};
use crate::stats::NotEstimable;
use crate::stats::survey::{Design, Margin, SurveyEstimate, Unit, kish};

const CLUSTER: Role = Role { name: "cluster", meaning: "primary sampling unit of the row", columns: &["cluster", "psu"], many: false };

/// The methods of this field.
pub const METHODS: &[Method] = &[Method {
    name: "survey",
    aliases: &["weighted", "rake", "post_stratify"],
    summary: "Weighted means, totals, shares and ratios with design-based standard errors, raking, post-stratification and Kish's design effect",
    roles: &[
        Role { name: "value", meaning: "number whose mean is wanted", columns: &["value", "score", "y", "api00"], many: false },
        Role { name: "weight", meaning: "design weight; 1, or from fpc, if there is none", columns: &["weight", "w", "pw"], many: false },
        CLUSTER,
        Role { name: "strata", meaning: "stratum of the row", columns: &["stratum", "strata"], many: false },
        Role { name: "fpc", meaning: "clusters in the stratum's population, or sampled fraction", columns: &["fpc"], many: false },
        Role { name: "domain", meaning: "subgroup of the row", columns: &["domain", "subgroup"], many: false },
        Role { name: "total", meaning: "numbers whose totals are wanted", columns: &["total", "enroll"], many: true },
        Role { name: "share", meaning: "answers whose shares are wanted", columns: &["share", "yes", "sch.wide"], many: true },
        Role { name: "numerator", meaning: "numerator of a ratio", columns: &["numerator"], many: false },
        Role { name: "denominator", meaning: "denominator of a ratio", columns: &["denominator"], many: false },
    ],
    settings: &[
        Setting { name: "margins", meaning: "population totals to rake to: {\"column\": {\"level\": total}}" },
        Setting { name: "margin", meaning: "population totals of one column (or \"a:b\" for two crossed) to post-stratify to" },
        Setting { name: "trim", meaning: "cut weights at this multiple of their median; not unless set" },
        Setting { name: "domain", meaning: "a column whose levels are reported, or column=level for that level alone" },
        Setting { name: "value", meaning: "the column of the value" },
        Setting { name: "weight", meaning: "the column of the weight" },
        Setting { name: "cluster", meaning: "the column of the cluster" },
        Setting { name: "strata", meaning: "the column of the stratum" },
        Setting { name: "fpc", meaning: "the column of the population number" },
    ],
    keys: &[
        ("kish_deff, n_eff", "Kish's design effect of the weights, and the effective sample size"),
        ("mean, std_error, ci_lower, ci_upper", "weighted mean, linearized standard error, t interval on degf"),
        ("degf", "clusters minus strata, of the rows used"),
        ("std_error_fixed_weights", "the standard error with calibrated weights taken as fixed"),
        ("std_error_final_weights", "the standard error with residuals from the regression by final weights"),
        ("logit_ci_lower, logit_ci_upper", "for a value of 0 and 1: interval of the share on the logit scale"),
        ("total_COLUMN, total_COLUMN_std_error", "population total"),
        ("p_COLUMN, p_COLUMN_std_error, p_COLUMN_ci_lower, p_COLUMN_ci_upper", "share of yes, with logit interval"),
        ("shares", "share of each level of each share column, with logit interval"),
        ("ratio, ratio_std_error", "ratio of totals"),
        ("domains", "the mean in each subgroup, all strata kept in the variance"),
        ("weights", "calibrated or trimmed weights, row by row"),
        ("margin_error", "largest distance from a population total, as a share of it"),
    ],
    run: survey,
}];

/// The rows that have all that the design needs, and that design.
struct Sample {
    rows: Vec<usize>,
    height: usize,
    design: Result<Design, NotEstimable>,
    calibrated: bool,
    trimmed: bool,
}

impl Sample {
    fn new(request: &Request) -> Result<Self, Fault> {
        let height = request.table.height();
        let labels = |role, setting| Source::new(request, role, setting)?.map(|source| source.labels(request)).transpose();
        let numbers = |role, setting| Source::new(request, role, setting)?.map(|source| source.numbers(request)).transpose();
        let cluster = labels("cluster", "cluster")?.map(|column| Codes::new(&column));
        let stratum = labels("strata", "strata")?.map(|column| Codes::new(&column));
        let weight = numbers("weight", "weight")?;
        let fpc = numbers("fpc", "fpc")?;
        let margins = margins(request)?;
        let has = |row: &usize| {
            let row = *row;
            cluster.as_ref().is_none_or(|c| c.of_row[row].is_some())
                && stratum.as_ref().is_none_or(|c| c.of_row[row].is_some())
                && weight.as_ref().is_none_or(|c| c[row].is_some())
                && fpc.as_ref().is_none_or(|c| c[row].is_some())
                && margins.iter().all(|m| m.levels[row].is_some())
        };
        let rows: Vec<usize> = (0..height).filter(has).collect();
        let index = |codes: &Option<Codes>, row: usize, without: usize| codes.as_ref().and_then(|c| c.of_row[row]).unwrap_or(without);
        let mut units: Vec<Unit> = rows
            .iter()
            .map(|&row| Unit {
                weight: weight.as_ref().and_then(|w| w[row]).unwrap_or(1.0),
                stratum: code(index(&stratum, row, 0)),
                cluster: code(index(&cluster, row, row)),
                population: fpc.as_ref().and_then(|f| f[row]),
            })
            .collect();
        let mut design = Ok(());
        if weight.is_none() && fpc.is_some() {
            design = Design::population_weights(&units).map(|weights| {
                units.iter_mut().zip(weights).for_each(|(unit, weight)| unit.weight = weight);
            });
        }
        let mut design = design.and_then(|()| Design::new(&units));
        let calibrated = !margins.is_empty();
        if calibrated {
            let margins: Vec<Margin> = margins
                .iter()
                .map(|m| Margin { levels: rows.iter().filter_map(|&row| m.levels[row]).collect(), totals: m.totals.clone() })
                .collect();
            design = design.and_then(|design| design.calibrated(&margins));
        }
        let trimmed = request.setting("trim").is_some();
        if trimmed {
            let multiple = request.number_setting("trim", 5.0)?;
            design = design.and_then(|design| design.trimmed(multiple));
        }
        Ok(Self { rows, height, design, calibrated, trimmed })
    }

    /// The values of a column in the rows of the design, missing outside the subgroup.
    fn values(&self, column: &[Option<f64>], domain: &[bool]) -> Vec<Option<f64>> {
        self.rows.iter().map(|&row| column[row].filter(|_| domain[row])).collect()
    }
}

/// A margin with levels by row of the file; a label that the population does not name has a level with total 0.
struct FileMargin {
    levels: Vec<Option<usize>>,
    totals: Vec<f64>,
}

fn margins(request: &Request) -> Result<Vec<FileMargin>, Fault> {
    let mut result = Vec::new();
    for name in ["margins", "margin"] {
        let Some(setting) = request.setting(name) else { continue };
        let fault = || Fault::new(format!("the setting {name} is not understood"), "write it as {\"column\": {\"level\": total, …}}");
        for (column, totals) in setting.as_object().ok_or_else(fault)? {
            result.push(file_margin(request, column, totals.as_object().ok_or_else(fault)?).and_then(|m| m.ok_or_else(fault))?);
        }
    }
    Ok(result)
}

fn file_margin(request: &Request, column: &str, totals: &Map<String, Value>) -> Result<Option<FileMargin>, Fault> {
    let labels = match request.table.position(column) {
        Some(found) => request.table.labels(found),
        None if column.contains(':') => {
            let parts: Vec<Vec<Option<String>>> =
                column.split(':').map(|part| position(request, part).map(|c| request.table.labels(c))).collect::<Result<_, _>>()?;
            let joined =
                |row: usize| parts.iter().map(|part| part[row].clone()).collect::<Option<Vec<String>>>().map(|cells| cells.join(":"));
            (0..request.table.height()).map(joined).collect()
        }
        None => request.table.labels(position(request, column)?),
    };
    let codes = Codes::new(&labels);
    let mut numbers: Vec<f64> = Vec::new();
    for total in totals.values() {
        let Some(total) = total.as_f64() else { return Ok(None) };
        numbers.push(total);
    }
    let of_label: Vec<usize> =
        codes.labels.iter().map(|label| totals.keys().position(|key| key.trim() == label).unwrap_or(totals.len())).collect();
    if of_label.contains(&totals.len()) {
        numbers.push(0.0);
    }
    Ok(Some(FileMargin { levels: codes.of_row.iter().map(|row| row.map(|c| of_label[c])).collect(), totals: numbers }))
}

/// The subgroup asked for: all of a column's levels, or one.
struct Domain {
    codes: Codes,
    only: Option<String>,
}

impl Domain {
    fn new(request: &Request) -> Result<Option<Self>, Fault> {
        let Some(text) = request.setting("domain").and_then(Value::as_str) else {
            let labels = request.labels_if_any("domain")?;
            return Ok(labels.map(|labels| Self { codes: Codes::new(&labels), only: None }));
        };
        let (column, only) = match text.split_once('=') {
            Some((column, level)) => (column, Some(level.trim_matches(|c: char| "= \"'".contains(c)).to_string())),
            None => (text, None),
        };
        let codes = Codes::new(&request.table.labels(position(request, column)?));
        Ok(Some(Self { codes, only }))
    }

    fn rows(&self, label: &str) -> Vec<bool> {
        self.codes.of_row.iter().map(|row| row.is_some_and(|c| self.codes.labels[c] == label)).collect()
    }
}

/// Refuses a column of identifiers where levels are reported.
fn few(codes: &Codes, column: &str) -> Result<(), Fault> {
    const MOST_LEVELS: usize = 500;
    if codes.labels.len() <= MOST_LEVELS {
        return Ok(());
    }
    Err(Fault::new(format!("the column \"{column}\" has more than {MOST_LEVELS} levels"), "name a column with fewer"))
}

fn survey(request: &Request) -> Result<Answer, Fault> {
    let level = request.confidence_level()?;
    let sample = Sample::new(request)?;
    let domain = Domain::new(request)?;
    let everybody = vec![true; sample.height];
    let chosen = domain.as_ref().and_then(|d| d.only.as_ref().map(|label| d.rows(label))).unwrap_or_else(|| everybody.clone());
    let value = Source::new(request, "value", "value")?.map(|source| source.numbers(request)).transpose()?;
    let mut answer = Answer::new();
    let estimate =
        value.as_ref().map(|column| sample.design.clone().and_then(|design| design.mean(&sample.values(column, &chosen), level)));
    let used = |row: &usize| value.as_ref().is_none_or(|column| column[*row].is_some());
    let answering: Vec<usize> = (0..sample.rows.len()).filter(|&i| used(&sample.rows[i]) && chosen[sample.rows[i]]).collect();
    if let Some(estimate) = &estimate {
        answer = with_mean(answer, estimate, &sample, level);
        let binary = value.iter().flatten().flatten().all(|v| *v == 0.0 || *v == 1.0);
        if binary && value.iter().flatten().flatten().next().is_some() {
            answer = answer
                .estimate("p", estimate.clone().map(|e| e.estimate))
                .estimate("p_std_error", estimate.clone().and_then(|e| e.std_error))
                .interval("logit_", &estimate.clone().and_then(|e| e.logit_interval(level)));
        }
    }
    let weights = sample.design.as_ref().map(|design| answering.iter().map(|&i| design.weights()[i]).collect::<Vec<f64>>());
    let effect = weights.map_err(Clone::clone).and_then(|weights| kish(&weights));
    answer = answer.estimate("kish_deff", effect.clone().map(|k| k.design_effect)).estimate("n_eff", effect.map(|k| k.effective_n));
    answer = with_columns(request, answer, &sample, &chosen, level)?;
    if let (Some(domain), Some(column)) = (domain.as_ref().filter(|d| d.only.is_none()), &value) {
        let mut list = Vec::new();
        few(&domain.codes, "domain")?;
        for label in &domain.codes.labels {
            let rows = domain.rows(label);
            let estimate = sample.design.clone().and_then(|design| design.mean(&sample.values(column, &rows), level));
            let n = estimate.as_ref().map_or(0, |e| e.n);
            list.push(with_mean(Answer::new().with("domain", label.as_str()), &estimate, &sample, level).with("n", n).into_json());
        }
        answer = answer.with("domains", list);
    }
    if sample.calibrated || sample.trimmed {
        answer = match &sample.design {
            Ok(design) => {
                let mut cells: Vec<Value> = vec![Value::Null; sample.height];
                for (&row, &weight) in sample.rows.iter().zip(design.weights()) {
                    cells[row] = weight.into();
                }
                let answer = answer.with("weights", cells);
                match design.margin_error() {
                    Some(error) => answer.number("margin_error", error),
                    None => answer,
                }
            }
            Err(reason) => answer.missing(&["weights"], reason),
        };
    }
    if let Ok(design) = &sample.design {
        answer = answer
            .with("clusters", design.cluster_count())
            .with("strata", design.strata_count())
            .with("design_degf", design.degrees_of_freedom());
    }
    let n = match &estimate {
        Some(estimate) => estimate.as_ref().map_or(0, |e| e.n),
        None => answering.len() as u64,
    };
    let eligible = chosen.iter().filter(|c| **c).count() as u64;
    Ok(answer.with("n", n).with("n_excluded", eligible.saturating_sub(answering.len() as u64)).with("method", method(&sample)))
}

fn method(sample: &Sample) -> String {
    let mut parts =
        vec!["Taylor-linearized variance by ultimate clusters within strata", "t interval on clusters minus strata of the rows used"];
    if sample.calibrated {
        parts.push("weights raked to 1e-12 of the population totals (one margin: post-stratified)");
        parts.push("standard error by calibration residuals from the regression with the weights before calibration");
    }
    if sample.trimmed {
        parts.push("weights trimmed at a multiple of their median, the cut spread equally below it");
    }
    parts.join("; ")
}

fn with_mean(answer: Answer, estimate: &Result<SurveyEstimate, NotEstimable>, sample: &Sample, level: f64) -> Answer {
    let own = |of: fn(SurveyEstimate) -> Result<f64, NotEstimable>| estimate.clone().and_then(of);
    let mut answer = answer
        .estimate("mean", own(|e| Ok(e.estimate)))
        .estimate("std_error", own(|e| e.std_error))
        .interval("", &estimate.clone().and_then(|e| e.interval))
        .number("confidence_level", level);
    answer = match estimate {
        Ok(e) => answer.with("degf", e.degrees_of_freedom),
        Err(reason) => answer.missing(&["degf"], reason),
    };
    if let (Ok(estimate), Ok(design)) = (estimate, &sample.design)
        && estimate.degrees_of_freedom != design.degrees_of_freedom()
    {
        answer = answer.interval("design_degf_", &estimate.interval_on(design.degrees_of_freedom(), level));
    }
    if sample.calibrated {
        answer = answer
            .estimate("std_error_fixed_weights", own(|e| e.std_error_fixed_weights))
            .estimate("std_error_final_weights", own(|e| e.std_error_final_weights));
    }
    answer
}

/// Totals, shares and ratios of the columns that were named.
fn with_columns(request: &Request, mut answer: Answer, sample: &Sample, chosen: &[bool], level: f64) -> Result<Answer, Fault> {
    if request.has("total") {
        for (heading, column) in request.many_numbers("total")? {
            let total = sample.design.clone().and_then(|design| design.total(&sample.values(&column, chosen), level));
            answer = with_prefix(answer, &format!("total_{}", word(&heading)), &total, &total.clone().and_then(|t| t.interval));
        }
    }
    if request.has("share") {
        let mut shares = Vec::new();
        for (heading, labels) in request.many_labels("share")? {
            let codes = Codes::new(&labels);
            few(&codes, &heading)?;
            for (index, label) in codes.labels.iter().enumerate() {
                let is: Vec<Option<f64>> = codes.of_row.iter().map(|row| row.map(|c| f64::from(u8::from(c == index)))).collect();
                let share = sample.design.clone().and_then(|design| design.mean(&sample.values(&is, chosen), level));
                let interval = share.clone().and_then(|s| s.logit_interval(level));
                let one = Answer::new().with("column", heading.as_str()).with("level", label.as_str());
                shares.push(with_prefix(one, "p", &share, &interval).into_json());
                if ["yes", "true", "1"].contains(&label.to_lowercase().as_str()) {
                    answer = with_prefix(answer, &format!("p_{}", word(&heading)), &share, &interval);
                }
            }
        }
        answer = answer.with("shares", shares);
    }
    if request.has("numerator") && request.has("denominator") {
        let (top, bottom) = (request.numbers("numerator")?, request.numbers("denominator")?);
        let ratio = sample.design.clone().and_then(|d| d.ratio(&sample.values(&top, chosen), &sample.values(&bottom, chosen), level));
        answer = with_prefix(answer, "ratio", &ratio, &ratio.clone().and_then(|r| r.interval));
    }
    Ok(answer)
}

fn with_prefix(
    answer: Answer,
    key: &str,
    estimate: &Result<SurveyEstimate, NotEstimable>,
    interval: &Result<crate::stats::Interval, NotEstimable>,
) -> Answer {
    answer
        .estimate(key, estimate.clone().map(|e| e.estimate))
        .estimate(&format!("{key}_std_error"), estimate.clone().and_then(|e| e.std_error))
        .interval(&format!("{key}_"), interval)
        .with(&format!("{key}_n"), estimate.as_ref().map_or(0, |e| e.n))
}

/// A heading as part of a key: letters, digits and underscores.
fn word(heading: &str) -> String {
    heading.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect()
}
