//! Choices as an instrument can hold them, and what the evaluator has to be asked about them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::model::{DefinedChoice, DefinedItem};
use crate::program::instrument::{ItemKind, Missing};

/// Most choices of one item.
const CHOICES_MAX: usize = 1_000;
/// Most remarks on the choices of one item; a matrix repeats them in every row.
const CHECKS_MAX: usize = 20;
/// Largest code of an instrument, smallest negated.
const CODE_MAX: i32 = 30_000;

/// A list of choices, and what is to be checked in every item that has it.
#[derive(Debug, Clone, Default)]
pub(super) struct Choices {
    pub list: Arc<[DefinedChoice]>,
    pub checks: Vec<String>,
}

/// From values as exports write them, and labels. Where all values are whole numbers they are the codes; else the choices are
/// numbered in order.
pub(super) fn choices(pairs: impl IntoIterator<Item = (String, String)>) -> Choices {
    let mut checks = Vec::new();
    let mut merged: Vec<(String, String)> = Vec::new();
    let mut at: BTreeMap<String, usize> = BTreeMap::new();
    for (value, label) in pairs {
        if value.trim().is_empty() {
            checks.push(format!("the choice {label:?} has no code and was left out"));
            continue;
        }
        if let Some(&first) = at.get(&value) {
            checks.push(format!("the value {value:?} stands for several choices; exports cannot tell them apart"));
            let known: &mut (String, String) = &mut merged[first];
            if known.1 != label && known.1.len() < 500 {
                known.1 = format!("{} / {label}", known.1);
            }
            continue;
        }
        if merged.len() == CHOICES_MAX {
            checks.push(format!("only the first {CHOICES_MAX} choices were carried over"));
            break;
        }
        at.insert(value.clone(), merged.len());
        merged.push((value, label));
    }
    checks.dedup();
    let whole: Option<Vec<i32>> = merged.iter().map(|(value, _)| code(value)).collect();
    let mut labels = BTreeSet::new();
    let list = merged
        .into_iter()
        .enumerate()
        .map(|(i, (value, label))| {
            let number = i32::try_from(i + 1).unwrap_or(CODE_MAX);
            let (code, value_key) = match &whole {
                Some(codes) => (codes[i], None),
                None => (number, Some(value.clone())),
            };
            let mut label = if label.is_empty() { value } else { label };
            if label.trim().is_empty() {
                label = format!("Choice {number}");
            }
            let mut unique = label.clone();
            let mut times = 1;
            while !labels.insert(unique.clone()) {
                times += 1;
                unique = format!("{label} ({times})");
            }
            // Said once of a label, however many have it.
            if times == 2 {
                checks.push(format!("several choices have the label {label:?}"));
            }
            DefinedChoice { code, value: value_key, label: unique, missing: None }
        })
        .collect();
    if checks.len() > CHECKS_MAX {
        let more = checks.len() - CHECKS_MAX;
        checks.truncate(CHECKS_MAX);
        checks.push(format!("{more} more remarks of these kinds on the choices"));
    }
    Choices { list, checks }
}

/// A value that is written as a code would be.
pub(super) fn code(value: &str) -> Option<i32> {
    let number: i32 = value.parse().ok()?;
    ((-CODE_MAX..=CODE_MAX).contains(&number) && number.to_string() == value).then_some(number)
}

impl Choices {
    /// Gives the choices to an item of one choice; `ordered` says whether the system takes them for a scale.
    pub(super) fn give(&self, item: &mut DefinedItem, ordered: Ordered) {
        item.choices = Arc::clone(&self.list);
        item.choice_checks.extend(self.checks.iter().cloned());
        self.suggest_missing(item);
        let answers: Vec<&DefinedChoice> =
            self.list.iter().filter(|choice| choice.missing.is_none() && suspect(&choice.label).is_none()).collect();
        let words = answers.iter().filter(|choice| is_step(&choice.label)).count();
        let numbers: Option<Vec<u32>> = answers.iter().map(|choice| number(&choice.label)).collect();
        let numbered = numbers.is_some_and(|numbers| numbers.windows(2).all(|pair| pair[0] < pair[1]));
        let looks_ordered = answers.len() >= 3 && (words * 2 >= answers.len() || numbered);
        let ordered = match ordered {
            Ordered::Yes => true,
            Ordered::No => false,
            Ordered::Unknown => looks_ordered,
        };
        let distinct = self.list.iter().filter(|choice| choice.missing.is_none()).count() > 1;
        if !ordered || !distinct {
            item.kind = ItemKind::Single;
            return;
        }
        item.kind = ItemKind::Likert;
        if answers.iter().any(|choice| choice.value.is_some()) {
            item.check_choices(
                "the choices are numbered in the order in which they are shown; exchange the codes if a high one should mean more",
            );
        } else if answers.len() > 1 && answers.windows(2).all(|pair| pair[0].code > pair[1].code) {
            item.check_choices(
                "the codes run downward in the order in which the choices are shown; is the item reversed, or were they turned round \
                 at the source?",
            );
        }
        if looks_ordered
            && answers.len() > 1
            && !answers.windows(2).all(|pair| pair[0].code < pair[1].code)
            && !answers.windows(2).all(|pair| pair[0].code > pair[1].code)
        {
            item.check_choices("the codes neither rise nor fall in the order in which the choices are shown");
        }
        let codes: Vec<i32> = answers.iter().map(|choice| choice.code).collect();
        if codes == (0..=10).collect::<Vec<_>>() {
            item.check("change to kind = \"nps\" without choices if this asks how likely somebody is to recommend");
        }
        if let (true, Some((last, rest))) = (codes.len() > 2, codes.split_last())
            && rest.iter().all(|code| (code - last).abs() > 2 * i32::try_from(rest.len()).unwrap_or(CODE_MAX))
        {
            item.check_choices(format!("the code {last} lies far from the others; if it is no answer, add `missing` to it"));
        }
        if !looks_ordered {
            item.check_choices("nothing in these labels shows an order; change to kind = \"single\" unless they are steps of a scale");
        }
    }

    /// Gives the choices to an item of which any number may be chosen.
    pub(super) fn give_multiple(&self, item: &mut DefinedItem) {
        item.kind = ItemKind::Multiple;
        item.choices = Arc::clone(&self.list);
        item.choice_checks.extend(self.checks.iter().cloned());
        self.suggest_missing(item);
    }

    fn suggest_missing(&self, item: &mut DefinedItem) {
        for choice in self.list.iter().filter(|choice| choice.missing.is_none()) {
            if item.checks.len() > 2 * CHECKS_MAX {
                return;
            }
            if let Some(missing) = suspect(&choice.label) {
                let word = word(missing);
                item.check_choices(format!(
                    "choice {}, {:?}, may be no answer; if so, add missing = \"{word}\"",
                    choice.code, choice.label
                ));
            }
        }
    }
}

/// Whether a system takes choices for a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ordered {
    Yes,
    No,
    Unknown,
}

/// The word of an instrument for a kind of missing value.
pub(super) fn word(missing: Missing) -> &'static str {
    match missing {
        Missing::Refused => "refused",
        Missing::DontKnow => "dont_know",
        _ => "not_applicable",
    }
}

/// What kind of missing value a label seems to say, in the commonest words.
pub(super) fn suspect(label: &str) -> Option<Missing> {
    let label = label.to_lowercase().replace('’', "'");
    let has = |words: &[&str]| words.iter().any(|word| label.contains(word));
    if has(&[
        "prefer not",
        "not wish",
        "rather not",
        "decline",
        "refuse",
        "no response",
        "no answer",
        "keine angabe",
        "keine antwort",
        "prefiero no",
        "préfère ne pas",
    ]) {
        return Some(Missing::Refused);
    }
    if has(&[
        "don't know",
        "dont know",
        "do not know",
        "unknown",
        "unsure",
        "not sure",
        "can't say",
        "weiß nicht",
        "weiss nicht",
        "no sé",
        "ne sais pas",
    ]) {
        return Some(Missing::DontKnow);
    }
    let not_applicable =
        ["not applicable", "does not apply", "doesn't apply", "no opinion", "no basis", "never tried", "nicht zutreffend", "no aplica"];
    (has(&not_applicable) || matches!(label.trim(), "n/a" | "na" | "n.a." | "k.a.")).then_some(Missing::NotApplicable)
}

/// The number up to 100 with which a label begins: `3`, or `10 (all my time)`. Greater ones are years and the like.
fn number(label: &str) -> Option<u32> {
    let digits = label.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok().filter(|number| *number <= 100)
}

/// Whether a label is one step of a scale, in the commonest words.
fn is_step(label: &str) -> bool {
    const WORDS: [&str; 28] = [
        "agree",
        "satisf",
        "likely",
        "often",
        "never",
        "always",
        "sometimes",
        "rarely",
        "poor",
        "excellent",
        "fair",
        "good",
        "important",
        "helpful",
        "useful",
        "confident",
        "comfortable",
        "somewhat",
        "neutral",
        "neither",
        "very ",
        "extremely",
        "not at all",
        "moderate",
        "stimme",
        "zufrieden",
        "wichtig",
        "zutreffend",
    ];
    let label = label.to_lowercase();
    WORDS.iter().any(|word| label.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Choices {
        choices(list.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())))
    }

    #[test]
    fn numbers_are_codes_and_texts_are_values() {
        let got: Vec<_> = pairs(&[("1", "No"), ("-99", "Refused")]).list.iter().map(|c| (c.code, c.value.clone())).collect();
        assert_eq!(got, [(1, None), (-99, None)]);
        let got: Vec<_> = pairs(&[("1", "No"), ("A02", "Yes")]).list.iter().map(|c| (c.code, c.value.clone())).collect();
        assert_eq!(got, [(1, Some("1".to_owned())), (2, Some("A02".to_owned()))]);
        assert_eq!((code("01"), code("16753920"), code("-2"), code("1.0")), (None, None, Some(-2), None));
    }

    #[test]
    fn what_exports_cannot_tell_apart_is_joined_and_said() {
        let got = pairs(&[("1", "Red"), ("1", "Blue"), ("2", "Green"), ("3", "Green"), ("4", "")]);
        let labels: Vec<&str> = got.list.iter().map(|choice| choice.label.as_str()).collect();
        assert_eq!(labels, ["Red / Blue", "Green", "Green (2)", "4"]);
        assert_eq!(got.checks.len(), 2);
    }
}
