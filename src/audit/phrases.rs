//! Phrases that are looked for in many texts at once, by their first word.

use std::collections::HashMap;

/// Phrases by number.
#[derive(Debug, Default)]
pub struct Phrases {
    texts: Vec<String>,
    numbers: HashMap<String, usize>,
    /// Numbers of phrases by first word; those that begin with a sign by the empty one.
    by_word: HashMap<String, Vec<usize>>,
}

impl Phrases {
    /// The number of a phrase, which is added where it is new.
    pub fn number(&mut self, phrase: &str) -> usize {
        if let Some(&number) = self.numbers.get(phrase) {
            return number;
        }
        let number = self.texts.len();
        self.texts.push(phrase.to_string());
        self.numbers.insert(phrase.to_string(), number);
        self.by_word.entry(word(phrase).to_string()).or_default().push(number);
        number
    }

    /// Numbers of the phrases that a text holds as whole words, ascending.
    pub fn held(&self, text: &str) -> Vec<usize> {
        let mut held: Vec<usize> = Vec::new();
        let mut is_inside = false;
        for (at, c) in text.char_indices() {
            if c.is_alphanumeric() && !is_inside {
                let ends = |phrase: &str| !text[at + phrase.len()..].starts_with(char::is_alphanumeric);
                let candidates = self.by_word.get(word(&text[at..])).into_iter().flatten().copied();
                held.extend(candidates.filter(|&number| text[at..].starts_with(&self.texts[number]) && ends(&self.texts[number])));
            }
            is_inside = c.is_alphanumeric();
        }
        held.extend(self.by_word.get("").into_iter().flatten().copied().filter(|&number| holds(text, &self.texts[number])));
        held.sort_unstable();
        held.dedup();
        held
    }
}

/// The word that a text begins with.
fn word(text: &str) -> &str {
    text.find(|c: char| !c.is_alphanumeric()).map_or(text, |end| &text[..end])
}

/// Whether a text holds a phrase as whole words.
pub fn holds(text: &str, phrase: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !phrase.is_empty()
        && text
            .match_indices(phrase)
            .any(|(at, _)| !is_word(text[..at].chars().next_back()) && !is_word(text[at + phrase.len()..].chars().next()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn all_at_once_is_one_by_one(text in "[ab é,(]{0,24}", phrases in proptest::collection::vec("[ab é,(]{0,4}", 1..8)) {
            let mut all = Phrases::default();
            let numbers: Vec<usize> = phrases.iter().map(|phrase| all.number(phrase)).collect();
            let held = all.held(&text);
            for (phrase, number) in phrases.iter().zip(numbers) {
                prop_assert_eq!(held.contains(&number), holds(&text, phrase), "{:?} in {:?}", phrase, text);
            }
        }
    }
}
