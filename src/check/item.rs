//! From the cells of an export to stored answers, one reader per item.

use std::collections::HashMap;

use super::answer::{answer_code, missing_code};
use crate::program::instrument::{Item, ItemKind, Missing};

/// How one cell of an item is read.
pub struct ItemReader {
    /// Stored value of each small code; `None` where it is no choice.
    small: [Option<i16>; 128],
    /// Stored value by text in lower case: labels and larger codes.
    texts: HashMap<String, i16>,
    kind: ItemKind,
    minimum: i32,
    maximum: i32,
}

impl ItemReader {
    /// The reader of an item. `not_stated` are the export's own marks for "shown, not answered".
    pub fn new(item: &Item, not_stated: &[String]) -> Self {
        let (minimum, maximum) = match item.kind {
            ItemKind::Nps => (item.minimum.unwrap_or(0), item.maximum.unwrap_or(10)),
            ItemKind::Number => (item.minimum.unwrap_or(i32::from(i16::MIN) / 2), item.maximum.unwrap_or(i32::from(i16::MAX) / 2)),
            _ => (item.minimum.unwrap_or(1), item.maximum.unwrap_or(0)),
        };
        let mut reader = Self { small: [None; 128], texts: HashMap::new(), kind: item.kind, minimum, maximum };
        if item.choices.is_empty() && item.kind != ItemKind::Number {
            for code in minimum..=maximum {
                reader.accept(&code.to_string(), answer_code(code));
            }
        }
        for choice in &item.choices {
            let stored = choice.missing.map_or_else(|| answer_code(choice.code), |missing| Some(missing_code(missing)));
            reader.accept(&choice.code.to_string(), stored);
            reader.accept(&choice.label, stored);
        }
        for mark in not_stated {
            reader.accept(mark, Some(missing_code(Missing::NotStated)));
        }
        reader
    }

    fn accept(&mut self, text: &str, stored: Option<i16>) {
        let Some(stored) = stored else { return };
        if let Some(slot) = small_code(text).and_then(|code| self.small.get_mut(code)) {
            *slot = Some(stored);
        }
        self.texts.insert(text.trim().to_lowercase(), stored);
    }

    /// The stored value of a trimmed, non-blank cell; none where it is no choice of the item.
    pub fn read(&self, text: &str) -> Option<i16> {
        if self.kind == ItemKind::Text {
            return self.texts.get(text).copied().or(Some(1));
        }
        if let Some(stored) = small_code(text).and_then(|code| self.small.get(code).copied().flatten()) {
            return Some(stored);
        }
        if let Some(stored) = self.texts.get(&text.to_lowercase()) {
            return Some(*stored);
        }
        // A whole number that a spreadsheet wrote with a decimal point is that number.
        let whole = text.strip_suffix(".0").unwrap_or(text);
        if self.kind == ItemKind::Number {
            return whole.parse::<i32>().ok().filter(|number| (self.minimum..=self.maximum).contains(number)).and_then(answer_code);
        }
        if whole.len() < text.len() { self.texts.get(whole).copied() } else { None }
    }
}

/// The value of one to three plain digits.
fn small_code(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > 3 || !bytes.iter().all(u8::is_ascii_digit) || (bytes.len() > 1 && bytes[0] == b'0') {
        return None;
    }
    Some(bytes.iter().fold(0, |value, digit| value * 10 + usize::from(digit - b'0')))
}

/// Whether a cell of a choice's own column says that it was chosen; none where it says neither.
pub fn is_chosen(text: Option<&str>, label: &str, code: i32) -> Option<bool> {
    match text {
        None | Some("0") => Some(false),
        Some("1") => Some(true),
        Some(text) if text == label || text == code.to_string() => Some(true),
        Some(text) => match text.to_lowercase().as_str() {
            "checked" | "true" | "yes" | "selected" => Some(true),
            "unchecked" | "false" | "no" => Some(false),
            lower if lower == label.to_lowercase() => Some(true),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::instrument::Choice;

    fn item() -> Item {
        let choice = |code, label: &str, missing| Choice { code, label: label.into(), missing, cause: None, yes: false };
        Item {
            id: "q".into(),
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
        let reader = ItemReader::new(&item(), &["-99".into()]);
        assert_eq!(reader.read("5"), Some(5));
        assert_eq!(reader.read("5.0"), Some(5));
        assert_eq!(reader.read("agree"), Some(5));
        assert_eq!(reader.read("97"), Some(missing_code(Missing::NotApplicable)));
        assert_eq!(reader.read("-99"), Some(missing_code(Missing::NotStated)));
        assert_eq!(reader.read("2"), None, "between the choices is no choice");
        assert_eq!(reader.read("05"), None);
        assert_eq!(reader.read("5.5"), None);
    }

    #[test]
    fn chosen_cells_in_both_systems() {
        assert_eq!(is_chosen(Some("1"), "Mentor not available", 3), Some(true));
        assert_eq!(is_chosen(Some("Mentor not available"), "Mentor not available", 3), Some(true));
        assert_eq!(is_chosen(Some("0"), "x", 3), Some(false));
        assert_eq!(is_chosen(None, "x", 3), Some(false));
        assert_eq!(is_chosen(Some("perhaps"), "x", 3), None);
    }
}
