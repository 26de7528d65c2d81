//! From the cells of an export to stored answers, one reader per item.

use std::collections::HashMap;

use super::answer::{answer_code, missing_code};
use crate::ingest::{DecimalMark, NumberReading, Steps, fold_label, not_available, read_code, read_number};
use crate::program::instrument::{Choice, Item, ItemKind, Missing};

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// A stored value.
    Value(i16),
    /// A stored value, and what had to be done to read it: it is named in a finding.
    Resolved(i16, Steps),
    /// A spelling of "not available" that neither the questionnaire nor `program.toml` knows.
    Mark(&'static str),
    /// Two numbers fit.
    Ambiguous,
    /// No answer that the item allows.
    Unknown,
}

/// Texts of one export that mean a kind of missing answer.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// Shown, and not answered.
    pub not_stated: Vec<String>,
    /// Not shown.
    pub not_asked: Vec<String>,
}

/// How the cells of an item are read.
#[derive(Clone)]
pub struct ItemReader {
    /// Stored value of each small code; `None` where it is no choice.
    small: [Option<i16>; 128],
    /// Stored value by folded text: labels, values of the system, larger codes and marks.
    texts: HashMap<String, i16>,
    /// Readings of texts met before, for exports repeat their labels.
    seen: HashMap<String, Reading>,
    kind: ItemKind,
    minimum: i32,
    maximum: i32,
    /// The column's decimal mark, where its cells show one.
    decimal: Option<DecimalMark>,
}

/// Most texts that a reader keeps.
const SEEN: usize = 1_000;

impl ItemReader {
    /// The reader of an item in an export with its own marks.
    pub fn new(item: &Item, marks: &Marks, decimal: Option<DecimalMark>) -> Self {
        let (minimum, maximum) = match item.kind {
            ItemKind::Nps => (item.minimum.unwrap_or(0), item.maximum.unwrap_or(10)),
            ItemKind::Number => (item.minimum.unwrap_or(i32::from(i16::MIN) / 2), item.maximum.unwrap_or(i32::from(i16::MAX) / 2)),
            _ => (item.minimum.unwrap_or(1), item.maximum.unwrap_or(0)),
        };
        let (small, texts, seen) = ([None; 128], HashMap::new(), HashMap::new());
        let mut reader = Self { small, texts, seen, kind: item.kind, minimum, maximum, decimal };
        if item.choices.is_empty() && item.kind != ItemKind::Number {
            for code in minimum..=maximum {
                reader.accept(&code.to_string(), answer_code(code));
            }
        }
        if item.kind == ItemKind::Number {
            for code in (0..=maximum).take(reader.small.len()).filter(|code| *code >= minimum) {
                reader.small[code as usize] = answer_code(code);
            }
        }
        for choice in &item.choices {
            let stored = choice.missing.map_or_else(|| answer_code(choice.code), |missing| Some(missing_code(missing)));
            for name in names(choice) {
                reader.accept(&name, stored);
            }
        }
        for (texts, missing) in [(&marks.not_asked, Missing::NotAsked), (&marks.not_stated, Missing::NotStated)] {
            for mark in texts {
                reader.accept(mark, Some(missing_code(missing)));
            }
        }
        reader
    }

    fn accept(&mut self, text: &str, stored: Option<i16>) {
        let Some(stored) = stored else { return };
        if let Some(slot) = small_code(text).and_then(|code| self.small.get_mut(code)) {
            *slot = Some(stored);
        }
        self.texts.insert(fold_label(text), stored);
    }

    /// Whether its cells are numbers.
    pub fn reads_numbers(&self) -> bool {
        self.kind == ItemKind::Number
    }

    /// Sets the decimal mark that the column's cells show.
    pub fn set_decimal_mark(&mut self, decimal: Option<DecimalMark>) {
        self.decimal = decimal;
    }

    /// As `read`, of a cell of one digit; none where that is no code.
    pub fn digit(&self, digit: usize) -> Option<i16> {
        self.small.get(digit).copied().flatten()
    }

    /// What a trimmed, non-blank cell says.
    pub fn read(&mut self, text: &str) -> Reading {
        if let Some(stored) = small_code(text).and_then(|code| self.small.get(code).copied().flatten()) {
            return Reading::Value(stored);
        }
        if self.kind == ItemKind::Text {
            let mark = if self.texts.is_empty() { None } else { self.texts.get(&fold_label(text)).copied() };
            return Reading::Value(mark.unwrap_or(1));
        }
        if let Some(reading) = self.seen.get(text) {
            return *reading;
        }
        let reading = self.read_anew(text);
        if self.seen.len() < SEEN {
            self.seen.insert(text.to_owned(), reading);
        }
        reading
    }

    fn read_anew(&self, text: &str) -> Reading {
        if let Some(stored) = self.texts.get(&fold_label(text)) {
            return Reading::Value(*stored);
        }
        let reading = if self.kind == ItemKind::Number { self.read_whole(text) } else { self.read_choice(text) };
        match reading {
            Reading::Unknown => not_available(text).map_or(Reading::Unknown, Reading::Mark),
            reading => reading,
        }
    }

    fn read_whole(&self, text: &str) -> Reading {
        match read_number(text, self.decimal) {
            NumberReading::Number(number) if number.value.fract() == 0.0 && number.value.abs() < f64::from(i32::MAX) => {
                // Whole and within the range of i32.
                let value = number.value as i32;
                let stored = answer_code(value).filter(|_| (self.minimum..=self.maximum).contains(&value));
                stored.map_or(Reading::Unknown, |stored| resolved(stored, number.how))
            }
            NumberReading::Ambiguous => Reading::Ambiguous,
            _ => Reading::Unknown,
        }
    }

    /// A code that needs a second look: `5.0`, `5 - Strongly agree`. A label beside a code must be that code's.
    fn read_choice(&self, text: &str) -> Reading {
        let Some(found) = read_code(text) else { return Reading::Unknown };
        let Some(stored) = self.texts.get(&found.code.to_string()) else { return Reading::Unknown };
        match found.label {
            Some(label) if self.texts.get(&fold_label(label)) != Some(stored) => Reading::Unknown,
            _ => resolved(*stored, found.how),
        }
    }
}

/// `5.0` and `5,0` for a code need no finding: nothing else can be meant.
fn resolved(stored: i16, how: Steps) -> Reading {
    use crate::ingest::Step;
    let is_whole = how.contains(Step::Whole) && how.is_within(&[Step::Whole, Step::DecimalComma]);
    if how.is_as_written() || is_whole { Reading::Value(stored) } else { Reading::Resolved(stored, how) }
}

/// All that an export may write for a choice.
pub fn names(choice: &Choice) -> impl Iterator<Item = String> {
    [choice.label.clone(), choice.code.to_string()].into_iter().chain(choice.value.clone())
}

/// The value of one to three plain digits.
fn small_code(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > 3 || !bytes.iter().all(u8::is_ascii_digit) || (bytes.len() > 1 && bytes[0] == b'0') {
        return None;
    }
    Some(bytes.iter().fold(0, |value, digit| value * 10 + usize::from(digit - b'0')))
}

/// Whether a cell of a choice's own column says that it was chosen; none where it says neither. `by_label`: the system writes the choice's
/// label, so that `No` in the column of the choice "No" is a tick.
pub fn is_chosen(text: Option<&str>, choice: &Choice, by_label: bool) -> Option<bool> {
    let Some(text) = text else { return Some(false) };
    if by_label && fold_label(&choice.label) == fold_label(text) {
        return Some(true);
    }
    match text {
        // Statistics packages and data-frame libraries write fractions.
        "0" | "0.0" | "0,0" => Some(false),
        "1" | "1.0" | "1,0" => Some(true),
        text => match fold_label(text).as_str() {
            "checked" | "true" | "yes" | "y" | "selected" => Some(true),
            "unchecked" | "false" | "no" | "n" | "not selected" => Some(false),
            folded => names(choice).any(|name| fold_label(&name) == folded).then_some(true),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::instrument::Choice;

    fn item() -> Item {
        let choice = |code, label: &str, missing| Choice { missing, ..Choice::new(code, label) };
        Item {
            id: "q".into(),
            import_ids: Vec::new(),
            text: None,
            kind: ItemKind::Likert,
            choices: vec![
                choice(1, "Disagree", None),
                choice(5, "Agree", None),
                choice(97, "Does not apply", Some(Missing::NotApplicable)),
            ],
            reversed: false,
            role: None,
            minimum: None,
            maximum: None,
        }
    }

    #[test]
    fn codes_labels_and_marks_are_read() {
        let marks = Marks { not_stated: vec!["-99".into()], not_asked: vec!["N/A".into()] };
        let mut reader = ItemReader::new(&item(), &marks, None);
        assert_eq!(reader.read("5"), Reading::Value(5));
        assert_eq!((reader.read("5.0"), reader.read("5,0")), (Reading::Value(5), Reading::Value(5)));
        assert_eq!(reader.read("agree"), Reading::Value(5));
        assert_eq!(reader.read("97"), Reading::Value(missing_code(Missing::NotApplicable)));
        assert_eq!(reader.read("-99"), Reading::Value(missing_code(Missing::NotStated)));
        assert_eq!(reader.read("n/a"), Reading::Value(missing_code(Missing::NotAsked)));
        assert_eq!(reader.read("NA"), Reading::Mark("NA"));
        assert_eq!(reader.read("2"), Reading::Unknown, "between the choices is no choice");
        assert_eq!(reader.read("05"), Reading::Unknown);
        assert_eq!(reader.read("5.5"), Reading::Unknown);
    }

    #[test]
    fn what_had_to_be_done_is_said() {
        let mut reader = ItemReader::new(&item(), &Marks::default(), None);
        let Reading::Resolved(5, how) = reader.read("5 - Agree") else { panic!("a code with its label") };
        assert_eq!(how.to_string(), "a code before its label");
        assert_eq!(reader.read("5 - Disagree"), Reading::Unknown, "code and label contradict each other");
        let number = Item { kind: ItemKind::Number, choices: Vec::new(), ..item() };
        let mut reader = ItemReader::new(&number, &Marks::default(), None);
        assert_eq!(reader.read("1,234"), Reading::Ambiguous);
        assert!(matches!(reader.read("1,234,000"), Reading::Unknown), "beyond what a number may be");
        assert!(matches!(reader.read("40%"), Reading::Resolved(40, _)));
        let mut reader = ItemReader::new(&number, &Marks::default(), Some(DecimalMark::Point));
        assert!(matches!(reader.read("1,234"), Reading::Resolved(1234, _)));
    }

    #[test]
    fn chosen_cells_in_all_systems() {
        let choice = Choice { value: Some("SQ003".into()), ..Choice::new(3, "Mentor not available") };
        let chosen = |text: &str| is_chosen(Some(text), &choice, false);
        for text in ["1", "Mentor not available", "mentor\u{a0}not available", "SQ003", "Y", "TRUE", "checked", "1.0", "1,0"] {
            assert_eq!(chosen(text), Some(true), "{text}");
        }
        assert_eq!(
            (chosen("0"), chosen("No"), is_chosen(None, &choice, false), chosen("perhaps")),
            (Some(false), Some(false), Some(false), None)
        );
        let no = Choice { label: "No".into(), ..choice };
        assert_eq!([true, false].map(|by_label| is_chosen(Some("no"), &no, by_label)), [Some(true), Some(false)]);
    }
}
