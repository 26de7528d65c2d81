//! Reliability of scales and agreement of raters.

use std::collections::BTreeMap;

use super::regression::ID;
use crate::compute::{Answer, Fault, Method, Request, Role};
use crate::stats::NotEstimable;
use crate::stats::icc::{Correlation, Icc, SubjectTest, icc as intraclass};
use crate::stats::reliability::{
    ItemCovariance, ItemSummary, Omega, average_correlation, cronbach_alpha, feldt_interval, item_summaries, omega_total, spearman_brown,
    standardized_alpha,
};

/// The methods of this field.
pub const METHODS: &[Method] = &[
    Method {
        name: "reliability",
        aliases: &["cronbach_alpha", "omega"],
        summary: "Cronbach's alpha with Feldt's interval, its items, and omega total; or Feldt's interval for each row of summaries",
        roles: &[
            Role { name: "items", meaning: "the items in scored direction; all other columns unless named", columns: &[], many: true },
            ID,
            Role {
                name: "alpha",
                meaning: "of summaries: the alpha of the row, if headed otherwise than alpha",
                columns: &[],
                many: false,
            },
            Role {
                name: "item_count",
                meaning: "of summaries: its number of items, if headed otherwise than k",
                columns: &[],
                many: false,
            },
            Role { name: "n", meaning: "of summaries: its number of people, if headed otherwise than n", columns: &[], many: false },
            Role { name: "level", meaning: "of summaries: its confidence level, if headed otherwise than conf", columns: &[], many: false },
        ],
        settings: &[],
        keys: &[
            ("n, n_excluded, k", "people with an answer to every item, people without, items"),
            ("cronbach_alpha, ci_lower, ci_upper", "alpha in covariance form and Feldt's limits"),
            ("std_alpha, avg_r", "alpha of z-scores, and the average correlation of two items"),
            ("item, item_mean, item_std_dev, item_total_r_corrected, alpha_if_deleted", "one for each item"),
            ("spearman_brown, spearman_brown_ci_lower, spearman_brown_ci_upper", "of exactly 2 items: their reliability"),
            ("omega_total, omega_total_std", "omega of the sum of the items, and of their z-scores"),
            ("loadings_std, uniqueness_std, heywood", "the factor of the standardized items, and whether one has no uniqueness"),
            ("chisq_ml, df, p_value", "fit of one factor"),
            ("rows", "of summaries: one object for each row, with Feldt's limits"),
        ],
        run: reliability,
    },
    Method {
        name: "icc",
        aliases: &["intraclass_correlation"],
        summary: "The six intraclass correlations with McGraw & Wong intervals, mean squares and F tests",
        roles: &[
            Role {
                name: "subject",
                meaning: "who was rated, in the long form subject, rater, value",
                columns: &["subject", "dyad", "pair", "target", "id"],
                many: false,
            },
            Role { name: "raters", meaning: "one column for each rater; all columns unless named", columns: &[], many: true },
            Role { name: "rater", meaning: "in the long form: who rated, if headed otherwise than rater", columns: &[], many: false },
            Role { name: "value", meaning: "in the long form: the rating, if headed otherwise than value", columns: &[], many: false },
        ],
        settings: &[],
        keys: &[
            ("n, n_excluded, k", "subjects rated by all, subjects with a gap, raters"),
            ("BMS, WMS, JMS, EMS", "mean squares between subjects, within, between raters, error"),
            ("icc", "ICC1, ICC2, ICC3 of one rating, ICC1k, ICC2k, ICC3k of the mean of k"),
            ("ci_lower, ci_upper", "their limits; null where the formula leaves the possible range"),
            ("F_between, p_value", "tests that subjects do not differ, one_way and two_way"),
        ],
        run: icc,
    },
];

/// The column of a role without a usual heading: the one named, else the one with any of some headings.
fn column(request: &Request, role: &str, headings: &[&str]) -> Result<Option<Vec<Option<f64>>>, Fault> {
    if request.has(role) {
        return request.numbers(role).map(Some);
    }
    headings.iter().find_map(|heading| request.table.position(heading)).map(|c| request.table.numbers(c)).transpose()
}

/// Rows without a gap, and how many have one.
fn complete(columns: &[Vec<Option<f64>>]) -> Complete {
    let height = columns.first().map_or(0, Vec::len);
    let rows: Vec<Vec<f64>> = (0..height).filter_map(|row| columns.iter().map(|column| column[row]).collect()).collect();
    Complete { excluded: height - rows.len(), rows }
}

struct Complete {
    rows: Vec<Vec<f64>>,
    excluded: usize,
}

fn reliability(request: &Request) -> Result<Answer, Fault> {
    let alphas = column(request, "alpha", &["alpha"])?;
    let counts = if alphas.is_some() { column(request, "item_count", &["k"])? } else { None };
    let sizes = if counts.is_some() { column(request, "n", &["n"])? } else { None };
    if let (Some(alphas), Some(counts), Some(sizes)) = (alphas, counts, sizes) {
        return summaries(request, &alphas, &counts, &sizes);
    }
    let level = request.confidence_level()?;
    let items = request.many_numbers("items")?;
    let names: Vec<String> = items.iter().map(|(name, _)| name.clone()).collect();
    let data = complete(&items.into_iter().map(|(_, values)| values).collect::<Vec<_>>());
    let covariance = ItemCovariance::from_rows(&data.rows);
    let alpha = covariance.clone().and_then(|c| cronbach_alpha(&c, level));
    let each = item_summaries(&data.rows);
    let of_items = |value: fn(&ItemSummary) -> Result<f64, NotEstimable>| -> Vec<Result<f64, NotEstimable>> {
        match &each {
            Ok(each) => each.iter().map(value).collect(),
            Err(reason) => names.iter().map(|_| Err(reason.clone())).collect(),
        }
    };
    let mut answer = Answer::new()
        .with("n", data.rows.len())
        .with("n_excluded", data.excluded)
        .with("k", names.len())
        .with("confidence_level", level)
        .estimate("cronbach_alpha", alpha.clone().map(|a| a.estimate))
        .interval("", &alpha.and_then(|a| a.interval))
        .estimate("std_alpha", covariance.clone().and_then(|c| standardized_alpha(&c)))
        .estimate("avg_r", covariance.clone().and_then(|c| average_correlation(&c)))
        .with("item", names.clone())
        .list("item_total_r_corrected", of_items(|item| item.corrected_item_total.clone()))
        .list("alpha_if_deleted", of_items(|item| item.alpha_if_deleted.clone()))
        .list("item_mean", of_items(|item| Ok(item.mean)))
        .list("item_std_dev", of_items(|item| item.std_dev.clone()));
    if names.len() == 2 {
        let pair = covariance.clone().and_then(|c| spearman_brown(&c, level));
        answer =
            answer.estimate("spearman_brown", pair.clone().map(|p| p.estimate)).interval("spearman_brown_", &pair.and_then(|p| p.interval));
    }
    let omega = covariance.and_then(|c| omega_total(&c));
    Ok(omega_answer(answer, omega).with(
        "method",
        "listwise complete people; Cronbach's alpha in covariance form, constant items kept, Feldt interval; \
         corrected item-total correlations; omega total of one factor by maximum likelihood",
    ))
}

fn omega_answer(answer: Answer, omega: Result<Omega, NotEstimable>) -> Answer {
    match omega {
        Ok(omega) => answer
            .list("loadings_std", omega.loadings.into_iter().map(Ok))
            .list("uniqueness_std", omega.uniquenesses.into_iter().map(Ok))
            .estimate("omega_total", omega.raw)
            .estimate("omega_total_std", omega.standardized)
            .number("chisq_ml", omega.chi_square)
            .with("df", omega.degrees_of_freedom)
            .estimate("p_value", omega.p_value)
            .with("heywood", omega.heywood),
        Err(reason) => {
            let keys = ["loadings_std", "uniqueness_std", "omega_total", "omega_total_std", "chisq_ml", "df", "p_value", "heywood"];
            answer.missing(&keys, &reason)
        }
    }
}

fn summaries(request: &Request, alphas: &[Option<f64>], counts: &[Option<f64>], sizes: &[Option<f64>]) -> Result<Answer, Fault> {
    let level = request.confidence_level()?;
    let levels = column(request, "level", &["conf", "confidence_level"])?;
    let whole = |value: f64| {
        if value >= 0.0 && value.fract() == 0.0 { Ok(value as u64) } else { Err(NotEstimable::InvalidInput("counts must be whole")) }
    };
    let mut rows = Vec::new();
    let mut excluded = 0;
    for (index, ((alpha, k), n)) in alphas.iter().zip(counts).zip(sizes).enumerate() {
        let level = levels.as_ref().map_or(Some(level), |levels| levels[index]);
        let (Some(alpha), Some(k), Some(n), Some(level)) = (*alpha, *k, *n, level) else {
            excluded += 1;
            continue;
        };
        let interval = whole(k).and_then(|k| feldt_interval(alpha, k as usize, whole(n)?, level));
        let row = Answer::new().number("cronbach_alpha", alpha).number("k", k).number("n", n).number("confidence_level", level);
        rows.push(row.interval("", &interval).into_json());
    }
    let answer = Answer::new().with("n", rows.len()).with("n_excluded", excluded);
    Ok(if rows.is_empty() { answer.missing(&["rows"], &NotEstimable::NoAnswers) } else { answer.with("rows", rows) }
        .with("method", "Feldt interval on n - 1 and (n - 1)(k - 1) degrees of freedom"))
}

fn icc(request: &Request) -> Result<Answer, Fault> {
    let level = request.confidence_level()?;
    let columns = match long_form(request)? {
        Some(columns) => columns,
        None => request.many_numbers("raters")?.into_iter().map(|(_, values)| values).collect(),
    };
    let data = complete(&columns);
    let answer =
        Answer::new().with("n", data.rows.len()).with("n_excluded", data.excluded).with("k", columns.len()).with("confidence_level", level);
    Ok(match intraclass(&data.rows, level) {
        Ok(icc) => icc_answer(answer, &icc),
        Err(reason) => {
            let forms = || Answer::new().missing(&["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"], &reason);
            let tests = || Answer::new().missing(&["one_way", "two_way"], &reason);
            let mean_squares = crate::stats::icc::mean_squares(&data.rows);
            answer
                .estimate("BMS", mean_squares.clone().map(|ms| ms.between_subjects))
                .estimate("WMS", mean_squares.clone().map(|ms| ms.within_subjects))
                .estimate("JMS", mean_squares.clone().map(|ms| ms.between_raters))
                .estimate("EMS", mean_squares.map(|ms| ms.error))
                .object("icc", forms())
                .object("ci_lower", forms())
                .object("ci_upper", forms())
                .object("F_between", tests())
                .object("p_value", tests())
        }
    }
    .with("method", "complete rows; McGraw & Wong intervals; ICC2, absolute agreement of one rating, is the default for mentee and mentor"))
}

fn icc_answer(answer: Answer, icc: &Icc) -> Answer {
    let forms = |value: fn(&Correlation) -> Result<f64, NotEstimable>| {
        Answer::new()
            .estimate("ICC1", value(&icc.one_way))
            .estimate("ICC2", value(&icc.agreement))
            .estimate("ICC3", value(&icc.consistency))
            .estimate("ICC1k", value(&icc.one_way_average))
            .estimate("ICC2k", value(&icc.agreement_average))
            .estimate("ICC3k", value(&icc.consistency_average))
    };
    let tests = |value: fn(SubjectTest) -> f64| {
        Answer::new().estimate("one_way", icc.one_way_test.clone().map(value)).estimate("two_way", icc.two_way_test.clone().map(value))
    };
    let negative = icc.agreement.estimate.as_ref().is_ok_and(|estimate| *estimate < 0.0);
    let answer = answer
        .number("BMS", icc.mean_squares.between_subjects)
        .number("WMS", icc.mean_squares.within_subjects)
        .number("JMS", icc.mean_squares.between_raters)
        .number("EMS", icc.mean_squares.error)
        .object("icc", forms(|form| form.estimate.clone()))
        .object("ci_lower", forms(|form| form.lower.clone()))
        .object("ci_upper", forms(|form| form.upper.clone()))
        .object("F_between", tests(|test| test.f))
        .object("p_value", tests(|test| test.p_value));
    if negative { answer.with("note", "the correlation is negative: that of a mean of k ratings has no meaning") } else { answer }
}

/// One column for each rater from rows of subject, rater and value, if the table has these.
fn long_form(request: &Request) -> Result<Option<Vec<Vec<Option<f64>>>>, Fault> {
    let raters = match request.table.position("rater").or_else(|| request.table.position("judge")) {
        _ if request.has("rater") => Some(request.labels("rater")?),
        found => found.map(|c| request.table.labels(c)),
    };
    let values = column(request, "value", &["value", "score", "rating"])?;
    let (Some(raters), Some(values), true) = (raters, values, request.has("subject")) else { return Ok(None) };
    let mut cells: BTreeMap<String, BTreeMap<String, Option<f64>>> = BTreeMap::new();
    let mut subjects = std::collections::BTreeSet::new();
    for ((subject, rater), value) in request.labels("subject")?.into_iter().zip(raters).zip(values) {
        if let (Some(subject), Some(rater)) = (subject, rater) {
            subjects.insert(subject.clone());
            let known = cells.entry(rater.clone()).or_default();
            if known.insert(subject.clone(), value).is_some() {
                return Err(Fault::new(
                    format!("rater \"{rater}\" has more than one rating of subject \"{subject}\""),
                    "keep one rating of each subject by each rater",
                ));
            }
        }
    }
    let of_rater = |ratings: &BTreeMap<String, Option<f64>>| subjects.iter().map(|s| ratings.get(s).copied().flatten()).collect();
    Ok(Some(cells.values().map(of_rater).collect()))
}
