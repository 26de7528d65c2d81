//! What kind of answer a column holds, guessed from its values. Every guess is a line to check.

use std::sync::Arc;

use super::super::choices::{choices, suspect, word};
use super::super::model::{DefinedChoice, DefinedItem};
use super::steps::{by_degree, scale_of};
use super::study::{Facts, short};
use crate::ingest::read_code;
use crate::program::instrument::ItemKind;

/// Most labels that may be choices.
const LABELS_MAX: usize = 15;
/// Longest label of a choice, in characters.
const LABEL_MAX: usize = 80;
/// Codes that surveys commonly use for missing answers.
const MISSING_CODES: [&str; 11] = ["-99", "-98", "-97", "-9", "-8", "-7", "97", "98", "99", "999", "9999"];

/// Sets the kind of an item by what its column holds; `alike` holds the values of all rows of the same grid.
pub(super) fn guess(item: &mut DefinedItem, own: &Facts, alike: &Facts) {
    item.kind = ItemKind::Text;
    if own.filled == 0 {
        item.check("nobody answered it in this file, so that its kind is not known; it counts as text until you say it");
    } else if own.whole == own.filled {
        numbers(item, own, alike);
    } else if own.whole + own.decimal == own.filled {
        item.check("numbers with decimals; an instrument holds whole numbers, so it counts as text");
    } else if ![alike, own].into_iter().any(|facts| labels(item, facts)) {
        item.check(format!("{} answers that look like text; add `choices` and change `kind` if it offers any", own.filled));
    }
}

fn numbers(item: &mut DefinedItem, own: &Facts, alike: &Facts) {
    // Other rows of a grid may hold text.
    let facts = if alike.whole == alike.filled { alike } else { own };
    let Some((low, high)) = facts.range else { return };
    let answers: Vec<i64> =
        facts.values.keys().filter(|value| !MISSING_CODES.contains(&value.as_str())).filter_map(|v| v.parse().ok()).collect();
    let codes: Vec<&str> = facts.values.keys().map(String::as_str).filter(|value| MISSING_CODES.contains(value)).collect();
    let met =
        answers.iter().min().zip(answers.iter().max()).map(|(low, high)| (*low, *high)).filter(|(low, high)| *low >= 0 && *high <= 10);
    let Some((least, most)) = met else {
        item.kind = ItemKind::Number;
        item.check(format!("whole numbers from {low} to {high} were met; change `kind` if they are codes of choices"));
        if low < -16_384 || high > 16_383 {
            item.kind = ItemKind::Text;
            item.check("the numbers are too large for an answer; they count as text");
        }
        return;
    };
    if !codes.is_empty() {
        item.check(format!(
            "{} may mean no answer; if so, list them under `not_stated` of the export, or add choices with `missing`",
            codes.join(", ")
        ));
    }
    if most <= 1 {
        item.kind = ItemKind::Single;
        let no_and_yes = choices([("0".to_owned(), "No".to_owned()), ("1".to_owned(), "Yes".to_owned())]);
        item.choices = no_and_yes.list;
        item.check(format!("only the codes {} were met; is 0 no and 1 yes?", said(least, most)));
        return;
    }
    let text = item.text.clone().unwrap_or_default().to_lowercase() + &item.id;
    if text.contains("recommend") && (most > 7 || least == 0) {
        item.kind = ItemKind::Nps;
        item.check(format!("the wording, and codes from {least} to {most}; is it answered from 0 to 10?"));
        return;
    }
    item.kind = ItemKind::Likert;
    // Codes from 0 are seldom a scale of 5 or 7.
    let top = [5, 7, 10].into_iter().find(|top| most <= *top && least > 0).unwrap_or(most);
    (item.minimum, item.maximum) = (Some(i32::from(least > 0)), i32::try_from(top).ok());
    item.check(format!(
        "codes {} were met; correct `minimum` and `maximum`, add `choices` with their labels, and change to kind = \"single\" if they are no steps of a scale",
        said(least, most)
    ));
}

fn said(low: i64, high: i64) -> String {
    if low == high { low.to_string() } else { format!("{low} to {high}") }
}

/// Takes the texts of the cells for labels, where they can be ones.
fn labels(item: &mut DefinedItem, facts: &Facts) -> bool {
    let met: Vec<&str> = facts.values.keys().map(String::as_str).collect();
    if facts.open || met.is_empty() || met.len() > LABELS_MAX {
        return false;
    }
    // `5 - Strongly agree`
    let coded: Option<Vec<(String, String)>> =
        met.iter().map(|cell| read_code(cell).and_then(|read| Some((read.code.to_string(), read.label?.to_owned())))).collect();
    if let Some(mut coded) = coded.filter(|coded| coded.len() > 1) {
        coded.sort_by_key(|(code, _)| code.parse::<i32>().unwrap_or(0));
        let offered = choices(coded);
        offered.give(item, super::super::choices::Ordered::Unknown);
        item.check_choices("codes and labels as met in one cell; add those that nobody chose");
        return true;
    }
    let (missing, answers): (Vec<&str>, Vec<&str>) = met.iter().partition(|label| suspect(label).is_some());
    let steps = scale_of(&answers).or_else(|| by_degree(&answers));
    // Texts that people wrote do not repeat; quoting them here would be no draft of a questionnaire.
    let repeated = met.len() as u64 * 2 <= facts.filled && facts.filled >= 4 && met.iter().all(|label| label.chars().count() <= LABEL_MAX);
    if steps.is_none() && !repeated {
        return false;
    }
    let (kind, list) = match steps {
        Some(steps) => {
            item.check_choices("the labels met, as steps of a scale in common use; compare wording, number and codes with your form");
            (ItemKind::Likert, steps)
        }
        None => {
            item.check_choices(if answers.len() > 2 {
                "the labels met, in the order of the alphabet; add those that nobody chose, and change to kind = \"likert\" if they are steps"
            } else {
                "the labels met; add those that nobody chose"
            });
            (ItemKind::Single, answers.iter().map(|label| (*label).to_owned()).collect())
        }
    };
    let mut offered: Vec<DefinedChoice> = Vec::new();
    for label in list {
        let code = i32::try_from(offered.len() + 1).unwrap_or(i32::MAX);
        offered.push(DefinedChoice { code, value: None, label, missing: None });
    }
    for (i, label) in missing.into_iter().enumerate() {
        let kind = suspect(label);
        item.check_choices(format!("{:?} is taken for no answer: {}", short(label), kind.map_or("", word)));
        offered.push(DefinedChoice { code: 97 + i32::try_from(i).unwrap_or(0), value: None, label: label.to_owned(), missing: kind });
    }
    let answers = offered.iter().filter(|choice| choice.missing.is_none()).count();
    item.kind = if kind == ItemKind::Likert && answers < 2 { ItemKind::Single } else { kind };
    item.choices = Arc::from(offered);
    true
}
