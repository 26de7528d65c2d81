//! Numbers in sentences and cells: each must be one of the declared release, a date, a rule, or a fixed text.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::decimal::Decimal;
use crate::audit::declared::{Declared, Printed};

/// Phrases with numbers that state rules, units and dates of the method, whatever anybody answered. `#` stands for any whole number of a rule
/// that the program may set (the floor, thresholds, levels).
const RULES: [&str; 49] = [
    "about 5",
    "fewer than 5",
    "5 to 9 people",
    "5 to 9",
    "10 to 49",
    "for 10 to 49 people to the nearest 5",
    "to the nearest 5",
    "for 5 to 9 only a band",
    "50 and more",
    "50 or more",
    "10 people or more",
    "at least # distinct people",
    "at least # of those",
    "at least # people",
    "with at least #",
    "and # on each side",
    "means to 0.2 of a scale point, T to 2",
    "means to 0.1",
    "to 0.5, from 50 people to 0.1",
    "a number from 10 people with an event",
    "with fewer than 3 people",
    "with fewer than 5 who did not answer",
    "10 points for shares, 5 points for relationships that fail",
    "at least 10 points (5 points for relationships that fail)",
    "within 12 months",
    "over 12 months",
    "in 100",
    "per 100",
    "Of 100",
    "#% interval",
    "#% level",
    "shares 0 to 1",
    "0 to 1",
    "0 to 10",
    "−100 to 100",
    "at most 1",
    "50 is as expected",
    "AAPOR RR2",
    "Kirkpatrick #",
    "Formula version #",
    "version #",
    "Relevant difference: # points",
    "Relevant difference: # T points",
    "under 0.001",
    "times 100",
    "and # more",
    "of # questions",
    "T = 50",
    "none of them",
];

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// What may stand in texts besides published figures.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Fixed texts by their first number, longest first.
    texts: BTreeMap<String, Vec<String>>,
    /// Fixed texts that are one character, such as the version of a questionnaire: they stand alone.
    single: BTreeSet<String>,
    /// Targets of the program.
    targets: BTreeSet<Decimal>,
}

impl Vocabulary {
    /// From the fixed texts that the release declares: phrases, `target NUMBER`, and `rule NUMBER` for numbers by which rules are set.
    pub fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let mut vocabulary = Self::default();
        let mut rules = BTreeSet::new();
        let mut phrases: BTreeSet<String> = RULES.iter().filter(|rule| !rule.contains('#')).map(|rule| plain(rule)).collect();
        for text in texts {
            if let Some(rule) = text.strip_prefix("rule ") {
                rules.insert(rule.to_string());
            } else if let Some(target) = text.strip_prefix("target ") {
                vocabulary.targets.extend(Decimal::parse(target));
            } else if text.chars().count() > 1 {
                phrases.insert(plain(&text));
            } else {
                vocabulary.single.insert(text);
            }
        }
        for rule in RULES.iter().filter(|rule| rule.contains('#')) {
            phrases.extend(rules.iter().map(|number| rule.replace('#', number)));
        }
        for phrase in phrases {
            let number = numerals(&phrase).next().map(str::to_string);
            if let Some(number) = number {
                vocabulary.texts.entry(number).or_default().push(phrase);
            }
        }
        vocabulary
    }

    /// The text without what is fixed: phrases give way to a mark that is no word.
    fn strip(&self, text: &str) -> String {
        let mut rest = plain(text);
        let numbers: BTreeSet<String> = numerals(&rest).map(str::to_string).collect();
        let mut phrases: Vec<&String> = numbers.iter().filter_map(|number| self.texts.get(number)).flatten().collect();
        phrases.sort_by(|one, two| two.len().cmp(&one.len()).then(one.cmp(two)));
        for phrase in phrases {
            if phrase.len() <= rest.len() && rest.contains(phrase.as_str()) {
                rest = replace_words(&rest, phrase);
            }
        }
        dates(&rest)
    }
}

/// Runs of digits in a text.
fn numerals(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty())
}

/// True minus and thin spaces undone, white space made one space.
pub fn plain(text: &str) -> String {
    let text = text.replace('\u{2212}', "-").replace(['\u{2009}', '\u{202f}'], "");
    text.replace('\u{a0}', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Takes a phrase out where it stands as whole words and not inside a longer number.
fn replace_words(text: &str, phrase: &str) -> String {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric());
    let mut rest = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(at) = text[from..].find(phrase).map(|at| at + from) {
        let end = at + phrase.len();
        let mut after = text[end..].chars();
        let (next, second) = (after.next(), after.next());
        let inside = is_word(text[..at].chars().next_back())
            || is_word(next)
            || (next == Some('.') && second.is_some_and(|c| c.is_ascii_digit()))
            || text[..at].ends_with(['-', '+']) && phrase.starts_with(|c: char| c.is_ascii_digit());
        rest.push_str(&text[from..at]);
        rest.push_str(if inside { phrase } else { "§" });
        from = end;
    }
    rest + &text[from..]
}

/// Takes out `October 5, 2026`, `October 2026` and `2026-10-05`.
fn dates(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_string();
    let is_year = |word: &str| matches!(bare(word).parse::<u32>(), Ok(1900..=2199)) && bare(word).len() == 4;
    let is_day = |word: &str| matches!(bare(word).parse::<u32>(), Ok(1..=31)) && word.ends_with(',');
    let mut kept: Vec<&str> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let word = words[at];
        let next = |step: usize| words.get(at + step).copied().unwrap_or_default();
        if MONTHS.contains(&bare(word).as_str()) && is_day(next(1)) && is_year(next(2)) {
            at += 3;
        } else if MONTHS.contains(&bare(word).as_str()) && is_year(next(1)) {
            at += 2;
        } else if bare(word).parse::<jiff::civil::Date>().is_ok() {
            at += 1;
        } else {
            kept.push(word);
            at += 1;
            continue;
        }
        kept.push("§");
    }
    kept.join(" ")
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(Decimal),
    Word(String),
}

fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        let before = at.checked_sub(1).map_or(' ', |before| chars[before]);
        let is_signed = matches!(c, '-' | '+') && next.is_ascii_digit() && !before.is_alphanumeric();
        if c.is_ascii_digit() || is_signed {
            let start = at;
            at += 1;
            while at < chars.len()
                && (chars[at].is_ascii_digit() || (chars[at] == '.' && chars.get(at + 1).is_some_and(char::is_ascii_digit)))
            {
                at += 1;
            }
            let number: String = chars[start..at].iter().collect();
            tokens.push(Decimal::parse(&number).map_or(Token::Word(number), Token::Number));
        } else if c.is_alphabetic() {
            let start = at;
            while at < chars.len() && chars[at].is_alphabetic() {
                at += 1;
            }
            tokens.push(Token::Word(chars[start..at].iter().collect()));
        } else {
            if !c.is_whitespace() {
                tokens.push(Token::Word(c.to_string()));
            }
            at += 1;
        }
    }
    tokens
}

/// Numbers of a text that are not declared. `context` is what the text is about: itself, headings, captions. Where it `ends` with a figure, as a
/// label beside a mark does, that figure needs no unit.
pub fn undeclared(
    text: &str,
    vocabulary: &Vocabulary,
    declared: &Declared,
    counts: &[Decimal],
    context: &[&str],
    ends: bool,
) -> Vec<String> {
    if !text.chars().any(char::is_numeric) || vocabulary.single.contains(text.trim()) {
        return Vec::new();
    }
    let tokens = tokens(&vocabulary.strip(text));
    let number = |at: usize| match tokens.get(at) {
        Some(Token::Number(number)) => Some(*number),
        _ => None,
    };
    let word = |at: usize| match tokens.get(at) {
        Some(Token::Word(word)) => word.as_str(),
        _ => "",
    };
    // `(L to U` behind a number and its unit: where the range begins.
    let range_at = |at: usize| {
        let open = (at..at + 4).find(|&place| word(place) == "(")?;
        (at..open).all(|place| matches!(word(place), "%" | "point" | "points" | "scale" | "T" | "in" | "§")).then_some(open + 1)
    };
    let range = |at: usize| {
        let unit = usize::from(word(at + 1) == "%");
        (word(at + 1 + unit) == "to").then_some(())?;
        Some((number(at)?, number(at + 2 + unit)?, at + 3 + unit))
    };
    // `published as 20, now 25`.
    let is_corrected = |at: usize| at > 0 && (word(at - 1) == "now" || (at > 1 && word(at - 1) == "as" && word(at - 2) == "published"));
    // A text that is one figure, as in a cell or beside a mark.
    let is_cell = tokens.iter().all(|token| {
        matches!(token, Token::Number(_)) || matches!(token, Token::Word(word) if matches!(word.as_str(), "%" | "(" | ")" | "to" | "§"))
    });
    // A drawing's description names its extremes, where they have no range by their number alone.
    let is_description = text.contains(", axis from ");
    let mut wrong = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some(value) = number(at) else {
            if let Token::Word(word) = &tokens[at]
                && word.chars().any(char::is_numeric)
            {
                wrong.push(word.clone());
            }
            at += 1;
            continue;
        };
        let percent = usize::from(word(at + 1) == "%");
        let mut end = at + 1 + percent;
        let is_about = at > 0 && matches!(word(at - 1), "about" | "About") && !matches!(word(end), "point" | "points" | "scale");
        let is_declared = if is_about {
            counts.contains(&value) || declared.says(Printed::People(value), context) || declared.says(Printed::One(value), context)
                // A rounded count of the whole program, whatever the sentence calls it.
                || declared.says(Printed::One(value), &[])
        } else if at > 0 && word(at - 1) == "From" && word(end) == "to" {
            declared.says(Printed::One(value), context)
        } else if let Some((one, other, after)) = range_at(end).and_then(range) {
            end = after;
            declared.says(Printed::Whole(value, one, other), context)
        } else if let Some((one, other, after)) = range(at) {
            end = after;
            declared.says(Printed::Range(one, other), context) || is_axis(&tokens, at)
        } else if (word(end) == "or" && matches!(word(end + 1), "more" | "less" | "fewer"))
            || (at > 1 && word(at - 2) == "at" && matches!(word(at - 1), "least" | "most"))
        {
            declared.says(Printed::Bound(value), context)
        } else if percent == 1
            || is_cell
            || is_corrected(at)
            || (ends && end == tokens.len())
            || (is_description && word(end) == "." && at > 0 && matches!(word(at - 1), "," | ":"))
            || (at > 0 && word(at - 1) == "to" && is_path(&tokens))
            || matches!(word(end), "§" | "in" | "point" | "points" | "scale" | "T")
        {
            declared.says(Printed::One(value), context)
        } else {
            at > 0 && word(at - 1) == "Target" && vocabulary.targets.contains(&value)
        };
        if !is_declared {
            wrong.push(format!("{}", value.value()));
        }
        at = end;
    }
    wrong
}

/// `axis from 20 to 100`: the ends of an axis lie on ticks, which are round.
fn is_axis(tokens: &[Token], at: usize) -> bool {
    let word = |back: usize| at.checked_sub(back).and_then(|place| tokens.get(place));
    word(2) == Some(&Token::Word("axis".into())) && word(1) == Some(&Token::Word("from".into()))
}

/// `From 70% to 80%`: two figures, not a range.
fn is_path(tokens: &[Token]) -> bool {
    tokens.first() == Some(&Token::Word("From".into()))
}
