//! Labels as they are compared, spellings of "not available", and cells with several labels.

/// Spellings of "not available" with their usual form.
const NOT_AVAILABLE: [(&str, &str); 14] = [
    ("na", "NA"),
    ("n/a", "N/A"),
    ("n.a.", "n.a."),
    ("n.a", "n.a."),
    ("#n/a", "#N/A"),
    ("#na", "#N/A"),
    (".", "."),
    ("-", "-"),
    ("--", "-"),
    ("none", "None"),
    ("null", "null"),
    ("nan", "NaN"),
    ("<na>", "NA"),
    ("k.a.", "k. A."),
];

/// The usual form of a text that says "not available"; none for any other. Whether it is an answer is for the caller to decide:
/// Qualtrics writes no such text, so that there it is one.
pub fn not_available(text: &str) -> Option<&'static str> {
    if text.len() > 12 {
        return None;
    }
    let folded = fold_label(text);
    NOT_AVAILABLE.iter().find(|(spelling, _)| *spelling == folded).map(|(_, usual)| *usual)
}

/// A label as it is compared: small letters, plain quotes and dashes, single blanks, nothing invisible.
pub fn fold_label(text: &str) -> String {
    fold_signs(text).to_lowercase()
}

/// A text as people type it: plain quotes and dashes, single blanks, nothing invisible.
pub(super) fn fold_signs(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_whitespace() || is_space(c) => {
                if !folded.is_empty() && !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            c if is_invisible(c) => {}
            '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}' | '\u{2032}' | '`' | '\u{B4}' => folded.push('\''),
            '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{201F}' | '\u{2033}' | '\u{AB}' | '\u{BB}' => folded.push('"'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => folded.push('-'),
            '\u{2026}' => folded.push_str("..."),
            c => folded.push(narrow(c)),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// What one cell with several choices holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Joined {
    /// Positions among the labels, in the order of the cell.
    pub chosen: Vec<usize>,
    /// Parts that are none of the labels: a write-in, or a choice of another version of the form.
    pub others: usize,
}

/// Splits a multi-select cell by its choices' labels, which may hold the separator themselves: of several labels that fit, the longest is taken.
pub fn match_joined(cell: &str, separator: &str, labels: &[&str]) -> Joined {
    let parts: Vec<String> = cell.split(separator).map(fold_label).filter(|part| !part.is_empty()).collect();
    let labels: Vec<Vec<String>> =
        labels.iter().map(|label| label.split(separator).map(fold_label).filter(|part| !part.is_empty()).collect()).collect();
    let mut joined = Joined::default();
    let mut at = 0;
    while at < parts.len() {
        let fits = |label: &Vec<String>| !label.is_empty() && parts[at..].starts_with(label);
        match (0..labels.len()).filter(|&i| fits(&labels[i])).max_by_key(|&i| labels[i].len()) {
            Some(i) => {
                joined.chosen.push(i);
                at += labels[i].len();
            }
            None => {
                joined.others += 1;
                at += 1;
            }
        }
    }
    joined
}

/// A blank that does not look like one to a program.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, '\u{A0}' | '\u{2007}' | '\u{202F}' | '\u{3000}')
}

/// A character without a shape.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}')
}

/// The plain form of a full-width character.
pub(super) fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_compared_without_their_dress() {
        assert_eq!(fold_label(" Don\u{2019}t\u{A0}know \u{2013} \u{201C}yet\u{201D} "), "don't know - \"yet\"");
        assert_eq!(fold_label("\u{FEFF}Yes\u{200B}"), "yes");
        assert_eq!([not_available("n.a."), not_available("\u{2013}"), not_available("no")], [Some("n.a."), Some("-"), None]);
    }

    #[test]
    fn joined_choices_may_hold_the_separator() {
        let labels = ["Talks, seminars", "Talks", "E-mail"];
        assert_eq!(match_joined("Talks, seminars, E-mail, my own, way", ", ", &labels), Joined { chosen: vec![0, 2], others: 2 });
        assert_eq!(match_joined("a;b;", ";", &["a", "b"]), Joined { chosen: vec![0, 1], others: 0 });
        assert_eq!(match_joined("", ", ", &labels), Joined::default());
    }
}
