//! Characters that a reader does not see: they steer terminals, or turn the direction of text so that it reads as something else.

/// What kind of control a character is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    /// NUL: text never holds it.
    Nul,
    /// Any other control character but tab and line ends.
    Plain,
    /// One that turns the direction of text.
    Direction,
}

/// The kind of a character, if it is any.
pub(super) fn control(character: char) -> Option<Control> {
    match character {
        '\t' | '\n' | '\r' => None,
        '\0' => Some(Control::Nul),
        '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Some(Control::Direction),
        c if c.is_control() => Some(Control::Plain),
        _ => None,
    }
}

/// The first control character of a text.
pub(super) fn first_control(text: &str) -> Option<(char, Control)> {
    // Most cells are plain, which bytes show faster than characters.
    if text.bytes().all(is_plain) {
        return None;
    }
    text.chars().find_map(|c| control(c).map(|kind| (c, kind)))
}

/// Whether a text holds any. Looks at characters only in pieces whose bytes allow for one.
pub(super) fn holds_controls(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = rest.len().min(4096);
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        let (piece, after) = rest.split_at(end);
        let suspect = piece.bytes().fold(false, |any, byte| any | !is_plain(byte));
        if suspect && piece.chars().any(|c| control(c).is_some()) {
            return true;
        }
        rest = after;
    }
    false
}

/// Whether a byte can neither be a control character nor begin the encoding of one.
fn is_plain(byte: u8) -> bool {
    let control = (byte < 0x20 && byte != b'\t' && byte != b'\n' && byte != b'\r') || byte == 0x7F;
    // 0xC2 begins U+0080 to U+009F, 0xD8 U+061C, 0xE2 U+200E and the rest.
    !(control || byte == 0xC2 || byte == 0xD8 || byte == 0xE2)
}

/// A text without them, for headings and whatever else is printed.
pub(super) fn without_controls(text: &str) -> String {
    if first_control(text).is_none() { text.to_owned() } else { text.chars().filter(|&c| control(c).is_none()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_found_and_taken_out() {
        let hidden = "a\u{202E}b\u{1b}[31m\u{9b}c\u{2066}\u{200F}\0d";
        assert_eq!(first_control(hidden), Some(('\u{202E}', Control::Direction)));
        assert_eq!(without_controls(hidden), "ab[31mcd");
        assert_eq!(first_control("\0"), Some(('\0', Control::Nul)));
        assert_eq!(first_control("x\u{9b}"), Some(('\u{9b}', Control::Plain)));
    }

    #[test]
    fn other_characters_are_none() {
        for plain in ["a\tb\r\nc", "“quoted” – naïve £ ©", "日本 🙂", "\u{200B}\u{a0}", "علي"] {
            assert_eq!((first_control(plain), holds_controls(plain)), (None, false), "{plain}");
        }
        let far = format!("{}é\u{2069}", "x“y”".repeat(5_000));
        assert!(holds_controls(&far));
    }
}
