//! In which encoding a file's texts are: as declared, unless the bytes show another.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::super::adapter::Remark;
use super::super::container::ContainerFault;

/// What the texts of a file show of their encoding.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Evidence {
    /// Whether any byte is beyond ASCII.
    beyond_ascii: bool,
    /// Whether any text has bytes that UTF-8 cannot have.
    invalid: bool,
    /// Whether any text has a whole character of several bytes.
    complete: bool,
}

impl Evidence {
    pub(super) fn see(&mut self, text: &[u8]) {
        if text.is_ascii() {
            return;
        }
        self.beyond_ascii = true;
        let (valid, broken) = match std::str::from_utf8(text) {
            Ok(_) => (text, false),
            // A text that fills its width may be cut inside a character.
            Err(error) => (&text[..error.valid_up_to()], error.error_len().is_some()),
        };
        self.invalid |= broken;
        self.complete |= !broken && !valid.is_ascii();
    }

    /// Whether nothing more can be learned.
    pub(super) fn is_settled(&self) -> bool {
        self.invalid
    }

    /// The last letter of a word alone looks like a cut character in any encoding, so that whole ones are asked for.
    fn is_utf8(&self) -> bool {
        self.complete && !self.invalid
    }
}

/// The encoding to read with, and what is to be said about it. A declaration in `program.toml` wins.
pub(super) fn choose(
    declared: Option<&str>,
    name: &[u8],
    code: Option<i32>,
    evidence: Evidence,
) -> Result<(&'static Encoding, Option<Remark>), ContainerFault> {
    if let Some(label) = declared {
        let encoding = Encoding::for_label(label.as_bytes()).ok_or_else(|| ContainerFault {
            rule: "file.unknown_encoding",
            expected: "the label of an encoding".to_owned(),
            found: label.to_owned(),
            remedy: "declare one such as encoding = \"windows-1252\" or \"utf-8\"".to_owned(),
        })?;
        return Ok((encoding, None));
    }
    let remark = |found: String| {
        Some(Remark {
            rule: "file.spss_encoding",
            expected: "texts in the encoding that the file declares",
            found,
            remedy: "compare labels with the questionnaire; if letters are wrong, add a line `encoding = …` to this file's [[export]]",
        })
    };
    let stated = Encoding::for_label(trim(name)).or_else(|| code.and_then(of_code_page));
    let Some(stated) = stated else {
        let encoding = if evidence.is_utf8() { UTF_8 } else { WINDOWS_1252 };
        let said = || format!("no known encoding declared; read as {}", encoding.name().to_ascii_lowercase());
        return Ok((encoding, if evidence.beyond_ascii { remark(said()) } else { None }));
    };
    if !evidence.beyond_ascii {
        return Ok((stated, None));
    }
    if stated == UTF_8 && evidence.invalid {
        return Ok((WINDOWS_1252, remark("utf-8 declared, and bytes that are not; read as windows-1252".to_owned())));
    }
    // Letters of a single-byte encoding do not form UTF-8 by chance, and all of them in one file never do. Pairs of bytes may.
    if stated.is_single_byte() && evidence.is_utf8() {
        return Ok((
            UTF_8,
            remark(format!("{} declared, and texts that are all UTF-8; read as utf-8", stated.name().to_ascii_lowercase())),
        ));
    }
    Ok((stated, None))
}

/// Without the blanks and NUL that fill a text up to its width.
pub(super) fn trim(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |last| last + 1);
    &text[..end]
}

/// The encoding of a Windows code page. 2 and 3 stand for ASCII of seven and eight bits: any.
fn of_code_page(code: i32) -> Option<&'static Encoding> {
    let label = match code {
        65001 => "utf-8".to_owned(),
        874 | 1250..=1258 => format!("windows-{code}"),
        28591..=28606 => format!("iso-8859-{}", code - 28590),
        866 => "ibm866".to_owned(),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 | 51949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10000 => "macintosh".to_owned(),
        20866 => "koi8-r".to_owned(),
        21866 => "koi8-u".to_owned(),
        51932 => "euc-jp".to_owned(),
        54936 => "gb18030".to_owned(),
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(name: &str, code: i32, texts: &[&[u8]]) -> (&'static str, bool) {
        let mut evidence = Evidence::default();
        texts.iter().for_each(|text| evidence.see(text));
        let (encoding, remark) = choose(None, name.as_bytes(), Some(code), evidence).expect("an encoding");
        (encoding.name(), remark.is_some())
    }

    #[test]
    fn what_is_declared_holds_unless_the_bytes_contradict() {
        assert_eq!(chosen("UTF-8", 65001, &["é".as_bytes()]), ("UTF-8", false));
        assert_eq!(chosen("UTF-8", 65001, &[b"\xE9t\xE9"]), ("windows-1252", true));
        assert_eq!(chosen("", 1252, &[b"\xE9t\xE9"]), ("windows-1252", false));
        assert_eq!(chosen("", 1252, &[b"caf\xE9", b"th\xE9"]), ("windows-1252", false));
        assert_eq!(chosen("windows-1252", 1252, &["été".as_bytes(), b"plain"]), ("UTF-8", true));
        assert_eq!(chosen("", 1255, &[b"\xF9\xEC"]), ("windows-1255", false));
        assert_eq!(chosen("", 2, &[b"plain"]), ("windows-1252", false));
        assert_eq!(chosen("", 3, &[b"\xE9"]), ("windows-1252", true));
        assert_eq!(chosen("", 3, &["é".as_bytes(), b"\xC3"]), ("UTF-8", true), "cut inside a character");
    }

    #[test]
    fn a_declaration_of_the_program_wins() {
        let evidence = Evidence { beyond_ascii: true, invalid: false, complete: true };
        let chosen = choose(Some("koi8-r"), b"UTF-8", None, evidence).expect("an encoding");
        assert_eq!((chosen.0.name(), chosen.1), ("KOI8-R", None));
        assert_eq!(choose(Some("klingon"), b"", None, evidence).expect_err("unknown").rule, "file.unknown_encoding");
    }
}
