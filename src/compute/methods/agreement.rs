//! Agreement of raters, and differential item functioning.

use std::collections::BTreeMap;

use serde_json::Value;

use super::labels::{Codes, counts, number, ordered};
use crate::compute::{Answer, Fault, Method, Request, Role, Setting};
use crate::stats::agreement::kappa::{Weights, agreement, kappa};
use crate::stats::agreement::krippendorff::{Measurement, krippendorff as alpha, pairable};
use crate::stats::tables::Table;
use crate::stats::tables::mantel_haenszel::{EtsClass, Stratum, mantel_haenszel};
use crate::stats::{NotEstimable, finite};

/// The methods of this field.
pub const METHODS: &[Method] = &[
    Method {
        name: "weighted_kappa",
        aliases: &["kappa", "pabak"],
        summary: "Kappa of two raters, unweighted and with linear and quadratic weights, and PABAK",
        roles: &[
            Role {
                name: "rater1",
                meaning: "category given by the first rater",
                columns: &["rater1", "rater_1", "r1", "mentee"],
                many: false,
            },
            Role {
                name: "rater2",
                meaning: "category given by the second rater",
                columns: &["rater2", "rater_2", "r2", "mentor"],
                many: false,
            },
            Role { name: "count", meaning: "how many subjects; without it each row is one", columns: &["count", "n", "freq"], many: false },
        ],
        settings: &[Setting {
            name: "levels",
            meaning: "all categories of the scale in order, such as [1,2,3,4,5]; without it the whole numbers from the least rating to the greatest, or the labels found",
        }],
        keys: &[
            ("n", "subjects rated by both"),
            ("percent_agreement", "share of equal ratings, 0 to 1"),
            ("pabak", "prevalence-adjusted bias-adjusted kappa"),
            ("unweighted, linear, quadratic", "each with kappa, std_error, std_error0 (if kappa is 0), ci_lower and ci_upper"),
            ("levels", "the categories used"),
        ],
        run: weighted_kappa,
    },
    Method {
        name: "krippendorff",
        aliases: &["krippendorff_alpha"],
        summary: "Krippendorff's alpha for any number of raters with missing ratings: nominal, ordinal, interval and ratio",
        roles: &[
            Role {
                name: "unit",
                meaning: "what is rated; without it each row is a unit",
                columns: &["unit", "unit_id", "id", "item", "subject", "pair", "dyad", "case"],
                many: false,
            },
            Role { name: "coder", meaning: "who rated, if each row is one rating", columns: &["coder", "rater", "observer"], many: false },
            Role { name: "value", meaning: "the rating, if each row is one rating", columns: &["value", "rating"], many: false },
            Role { name: "ratings", meaning: "one column for each rater, if each row is a unit", columns: &[], many: true },
        ],
        settings: &[Setting { name: "levels", meaning: "the categories in order, where ratings are words" }],
        keys: &[
            ("n_units", "units in the file"),
            ("n_pairable_units, n_pairable_values", "units with two ratings or more, and ratings in them"),
            ("nominal, ordinal, interval, ratio", "alpha for each level of measurement"),
        ],
        run: krippendorff,
    },
    Method {
        name: "dif",
        aliases: &["mantel_haenszel", "mh_dif"],
        summary: "Differential functioning of a yes-or-no item by Mantel and Haenszel, with the ETS delta and class; of an item with more answers as dif_ordinal",
        roles: &[
            Role { name: "group", meaning: "reference or focal group", columns: &["group"], many: false },
            Role {
                name: "stratum",
                meaning: "total score or other stratum",
                columns: &["stratum", "strata", "total", "score"],
                many: false,
            },
            Role {
                name: "correct",
                meaning: "1 for endorsed or correct, else 0",
                columns: &["correct", "item", "endorsed", "response", "rating"],
                many: false,
            },
            Role { name: "count", meaning: "how many people; without it each row is one", columns: &["count", "n", "freq"], many: false },
        ],
        settings: &[Setting {
            name: "reference",
            meaning: "label of the reference group; \"ref\" or \"reference\", else the group that is not \"foc\" or \"focal\", else the first in order",
        }],
        keys: &[
            ("n, n_other_strata", "people in strata with both groups and both answers, and in others"),
            ("strata_used", "number of the former"),
            ("or_mh", "odds of the reference group over odds of the focal group"),
            ("log_or_std_error_rbg, ci_lower, ci_upper", "Robins-Breslow-Greenland standard error of its logarithm, and interval of or_mh"),
            ("chi2_cc, p_value_cc, chi2, p_value", "Mantel-Haenszel chi-square with and without continuity correction"),
            ("ets_delta, ets_delta_std_error, ets_class", "-2.35 ln(or_mh), and its class A, B or C"),
        ],
        run: dif,
    },
];

/// The most categories of a scale.
const MOST_LEVELS: usize = 300;

/// One spelling for numbers, so that 1, 1.0 and 01 are one category; words stay as they are.
fn category(label: &str) -> String {
    number(label).map_or_else(|| label.to_string(), |value| (value + 0.0).to_string())
}

/// The categories given by the setting `levels`.
fn levels_setting(request: &Request) -> Result<Option<Vec<String>>, Fault> {
    let Some(value) = request.setting("levels") else { return Ok(None) };
    let name = |cell: &Value| match cell {
        Value::String(word) => Some(category(word)),
        Value::Number(_) => cell.as_f64().map(|value| category(&value.to_string())),
        _ => None,
    };
    let names: Option<Vec<String>> = value.as_array().and_then(|cells| cells.iter().map(name).collect());
    let names = names.filter(|names| ordered(names).len() == names.len() && !names.is_empty());
    names.map(Some).ok_or_else(|| Fault::new("levels needs a list of different categories", "write --set levels=[1,2,3,4,5]"))
}

/// The categories found: for whole numbers all from the least to the greatest, since those between count as distance.
fn levels_found(found: &[String]) -> Vec<String> {
    let numbers: Option<Vec<f64>> = found.iter().map(|label| number(label).filter(|value| value.fract() == 0.0)).collect();
    match numbers.as_deref() {
        Some([least, .., greatest]) if greatest - least < MOST_LEVELS as f64 => {
            (0..=(greatest - least) as u64).map(|step| category(&(least + step as f64).to_string())).collect()
        }
        _ => found.to_vec(),
    }
}

fn weighted_kappa(request: &Request) -> Result<Answer, Fault> {
    let read =
        |role: &str| Ok::<_, Fault>(request.labels(role)?.into_iter().map(|label| label.map(|label| category(&label))).collect::<Vec<_>>());
    let (first, second) = (read("rater1")?, read("rater2")?);
    let counts = counts(request, "count")?;
    let given = levels_setting(request)?;
    let levels = given.unwrap_or_else(|| levels_found(&ordered(first.iter().chain(&second).flatten())));
    let place = |label: &str| {
        let unknown =
            || Fault::new(format!("the rating \"{label}\" is not a category of the scale"), format!("levels are {}", levels.join(", ")));
        levels.iter().position(|level| level == label).ok_or_else(unknown)
    };
    if levels.len() > MOST_LEVELS {
        return Err(Fault::new(format!("there are {} categories", levels.len()), "kappa needs a scale with few; for measurements use icc"));
    }
    let (mut cells, mut excluded) = (vec![0_u64; levels.len() * levels.len()], 0_u64);
    for ((first, second), subjects) in first.iter().zip(&second).zip(counts) {
        let (Some(first), Some(second), Some(subjects)) = (first, second, subjects) else {
            excluded += 1;
            continue;
        };
        let cell = &mut cells[place(first)? * levels.len() + place(second)?];
        *cell = cell.saturating_add(subjects);
    }
    let table =
        Table::new(levels.len(), levels.len(), cells).map_err(|_| Fault::new("there are too many subjects", "check the count column"))?;
    let level = request.confidence_level()?;
    let observed = agreement(&table);
    let mut answer = Answer::new()
        .with("n", table.total())
        .estimate("percent_agreement", observed.clone().map(|o| o.proportion))
        .estimate("pabak", observed.and_then(|o| o.pabak));
    for (name, weights) in [("unweighted", Weights::Unweighted), ("linear", Weights::Linear), ("quadratic", Weights::Quadratic)] {
        let result = kappa(&table, weights, level);
        let inner = Answer::new()
            .estimate("kappa", result.clone().map(|k| k.kappa))
            .estimate("std_error", result.clone().map(|k| k.std_error))
            .estimate("std_error0", result.clone().map(|k| k.std_error_null))
            .interval("", &result.and_then(|k| k.interval));
        answer = answer.object(name, inner);
    }
    Ok(answer
        .with("levels", levels)
        .number("confidence_level", level)
        .with("n_excluded", excluded)
        .with("method", "Cohen's kappa and weighted kappa on the categories of the scale, standard errors of Fleiss, Cohen & Everitt; pairs with a missing rating are left out"))
}

/// The ratings of each unit, by name, without missing ones.
fn units(request: &Request) -> Result<Vec<Vec<String>>, Fault> {
    let present = |label: &Option<String>| label.as_deref().map(category);
    if request.has("value") && request.has("unit") {
        let (names, values) = (Codes::new(&request.labels("unit")?), request.labels("value")?);
        let mut units = vec![Vec::new(); names.labels.len()];
        for (name, value) in names.of_row.iter().zip(&values) {
            if let (Some(unit), Some(value)) = (name.and_then(|name| units.get_mut(name)), present(value)) {
                unit.push(value);
            }
        }
        return Ok(units);
    }
    let columns = request.many_labels("ratings")?;
    let unit = |row: usize| columns.iter().filter_map(|(_, cells)| cells.get(row).and_then(&present)).collect();
    Ok((0..request.table.height()).map(unit).collect())
}

fn krippendorff(request: &Request) -> Result<Answer, Fault> {
    let units = units(request)?;
    let found = ordered(units.iter().flatten());
    let given = levels_setting(request)?;
    let words = found.iter().any(|label| number(label).is_none());
    let order = given.unwrap_or_else(|| found.clone());
    if let Some(label) = found.iter().find(|label| !order.contains(label)) {
        return Err(Fault::new(format!("the rating \"{label}\" is not one of levels"), format!("levels are {}", order.join(", "))));
    }
    // Words stand for their places; what needs numbers is refused below.
    let places: BTreeMap<&str, usize> = order.iter().map(String::as_str).zip(0..).collect();
    let code = |label: &String| match number(label) {
        Some(value) if !words => value,
        _ => places.get(label.as_str()).map_or(0.0, |place| *place as f64),
    };
    let coded: Vec<Vec<f64>> = units.iter().map(|unit| unit.iter().map(code).collect()).collect();
    let used = pairable(&coded);
    let ordered_words = request.setting("levels").is_some();
    let by = |measurement: Measurement| {
        let allowed = !words || measurement == Measurement::Nominal || (measurement == Measurement::Ordinal && ordered_words);
        if !allowed && used.pairable_units > 0 {
            return Err(NotEstimable::InvalidInput("ratings in words have no distances; levels gives them an order"));
        }
        alpha(&coded, measurement).and_then(|result| finite(result.alpha))
    };
    let ratings = units.iter().map(|unit| unit.len() as u64).sum::<u64>();
    Ok(Answer::new()
        .with("n", used.pairable_values)
        .with("n_units", used.units)
        .with("n_pairable_units", used.pairable_units)
        .with("n_pairable_values", used.pairable_values)
        .estimate("nominal", by(Measurement::Nominal))
        .estimate("ordinal", by(Measurement::Ordinal))
        .estimate("interval", by(Measurement::Interval))
        .estimate("ratio", by(Measurement::Ratio))
        .with("n_excluded", ratings - used.pairable_values)
        .with("method", "Krippendorff's alpha; a rating alone in its unit is left out"))
}

fn dif(request: &Request) -> Result<Answer, Fault> {
    let (groups, correct) = (Codes::new(&request.labels("group")?), request.numbers("correct")?);
    // An item with more answers than yes and no is one of ratings.
    if correct.iter().flatten().any(|answer| *answer != 0.0 && *answer != 1.0) && !request.has("count") {
        return super::ordinal::dif_by(request, "stratum", "correct");
    }
    let strata = Codes::new(&request.labels("stratum")?);
    if groups.labels.len() > 2 {
        return Err(Fault::new(format!("dif compares two groups, and there are {}", groups.labels.len()), "leave two in the file"));
    }
    let reference = reference_group(request, &groups)?;
    let mut cells = vec![Stratum { reference_yes: 0, reference_no: 0, focal_yes: 0, focal_no: 0 }; strata.labels.len()];
    let mut excluded = 0_u64;
    for (((group, stratum), answer), people) in groups.of_row.iter().zip(&strata.of_row).zip(correct).zip(counts(request, "count")?) {
        let stratum = stratum.and_then(|stratum| cells.get_mut(stratum));
        let (Some(group), Some(stratum), Some(answer), Some(people)) = (group, stratum, answer, people) else {
            excluded += 1;
            continue;
        };
        let cell = match (*group == reference, answer) {
            (true, 1.0) => &mut stratum.reference_yes,
            (true, 0.0) => &mut stratum.reference_no,
            (false, 1.0) => &mut stratum.focal_yes,
            (false, 0.0) => &mut stratum.focal_no,
            _ => return Err(Fault::new(format!("{answer} in the column for \"correct\" is neither 0 nor 1"), "code answers as 0 and 1")),
        };
        *cell = cell.saturating_add(people);
    }
    let focal = (0..groups.labels.len()).find(|group| *group != reference).and_then(|group| groups.labels.get(group).cloned());
    let reference = groups.labels.get(reference).cloned();
    let people = |stratum: &Stratum| {
        [stratum.reference_yes, stratum.reference_no, stratum.focal_yes, stratum.focal_no].into_iter().fold(0, u64::saturating_add)
    };
    let all = cells.iter().map(people).fold(0, u64::saturating_add);
    let level = request.confidence_level()?;
    let answer = Answer::new().with("reference", reference).with("focal", focal);
    Ok(match mantel_haenszel(&cells, level) {
        Ok(result) => {
            let answer = answer
                .with("n", result.n)
                .with("strata_used", result.strata_used)
                .number("or_mh", result.odds_ratio.value())
                .estimate("log_or_std_error_rbg", result.log_odds_std_error)
                .interval("", &result.interval)
                .number("confidence_level", level)
                .number("chi2_cc", result.corrected.chi2)
                .number("p_value_cc", result.corrected.p_value)
                .number("chi2", result.uncorrected.chi2)
                .number("p_value", result.uncorrected.p_value)
                .estimate("ets_delta", result.ets_delta)
                .estimate("ets_delta_std_error", result.ets_delta_std_error);
            let answer = match result.ets_class {
                Ok(EtsClass::A) => answer.with("ets_class", "A"),
                Ok(EtsClass::B) => answer.with("ets_class", "B"),
                Ok(EtsClass::C) => answer.with("ets_class", "C"),
                Err(reason) => answer.missing(&["ets_class"], &reason),
            };
            answer.with("n_other_strata", result.n_other_strata).with("n_excluded", excluded).with("method", result.method)
        }
        Err(reason) => answer
            .with("n", 0)
            .with("strata_used", 0)
            .missing(&["or_mh", "log_or_std_error_rbg", "ci_lower", "ci_upper", "chi2_cc", "p_value_cc", "chi2", "p_value"], &reason)
            .missing(&["ets_delta", "ets_delta_std_error", "ets_class"], &reason)
            .with("n_other_strata", all)
            .with("n_excluded", excluded)
            .with("method", "Mantel-Haenszel procedure"),
    })
}

/// The place of the reference group: as set, else the group called so, else the first that is not called the focal one.
pub(super) fn reference_group(request: &Request, groups: &Codes) -> Result<usize, Fault> {
    if let Some(named) = groups.named(request, "reference")? {
        return Ok(named);
    }
    let is = |label: &String, words: [&str; 2]| words.contains(&label.to_lowercase().as_str());
    let named = groups.labels.iter().position(|label| is(label, ["ref", "reference"]));
    Ok(named.or_else(|| groups.labels.iter().position(|label| !is(label, ["foc", "focal"]))).unwrap_or(0))
}
