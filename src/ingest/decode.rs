//! Bytes to text: byte order mark first, strict UTF-8 second, the declared encoding third.
//!
//! Of an export that fits none of them the encoding is guessed if that is a Western one or UTF-16 and every byte fits; whoever
//! reads the file says so. Tables of the program are never guessed.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    DecoderResult, Encoding, ISO_8859_2, ISO_8859_15, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1252, WINDOWS_1254,
    WINDOWS_1257,
};

/// Encodings that are used on a guess: one byte per character, Latin letters, alike in most of what a Western text needs.
const GUESSED: [&Encoding; 6] = [WINDOWS_1252, WINDOWS_1250, WINDOWS_1254, WINDOWS_1257, ISO_8859_2, ISO_8859_15];

/// Bytes that must speak for another of them than windows-1252, the most common.
const RARER_BYTES: usize = 24;

/// Bytes beyond ASCII that are shown to the detector (1 MiB): it is slow, and more of them decide nothing.
const SHOWN_BYTES: usize = 1 << 20;

/// Share of bytes that may be NUL in text: one in so many, and fewer than so many in a short one.
const NUL_SHARE: usize = 16;

/// Which encodings a file may have.
#[derive(Debug, Clone, Copy)]
pub(super) enum Charset<'a> {
    /// UTF-8, or UTF-16 with a byte order mark; `program.toml` has no key to say otherwise.
    Unicode,
    /// As before, else the label declared in the file's table of `program.toml`, where there is one.
    Declared(Option<&'a str>),
}

/// A file as text.
#[derive(Debug)]
pub(super) struct Decoded {
    pub text: String,
    /// Name of the encoding in lower case, such as `utf-8`.
    pub encoding: String,
    pub bom: bool,
    /// Whether the declared encoding is not the one that the bytes show.
    pub contradicts: bool,
    /// Bytes that decided a guess; none where nothing was guessed.
    pub guessed_by: Option<usize>,
}

impl Decoded {
    fn sure(text: String, encoding: &'static Encoding, bom: bool, contradicts: bool) -> Self {
        Self { text, encoding: name(encoding), bom, contradicts, guessed_by: None }
    }
}

/// Why a file is not text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DecodeFault {
    pub rule: &'static str,
    pub expected: String,
    pub found: String,
    pub remedy: String,
}

/// Decodes a whole file. A fault names the position of the first offending byte (0 is the first of the file).
pub(super) fn decode(mut bytes: Vec<u8>, charset: Charset<'_>) -> Result<Decoded, DecodeFault> {
    let declared = match charset {
        Charset::Declared(Some(label)) => Some(Encoding::for_label(label.as_bytes()).ok_or_else(|| DecodeFault {
            rule: "file.unknown_encoding",
            expected: "the label of an encoding".to_owned(),
            found: label.to_owned(),
            remedy: "declare one such as encoding = \"windows-1252\", \"iso-8859-15\" or \"utf-16le\"".to_owned(),
        })?),
        _ => None,
    };
    let contradicts = |found: &'static Encoding| declared.is_some_and(|declared| declared != found);
    if let Some((encoding, length)) = Encoding::for_bom(&bytes) {
        let contradicts = contradicts(encoding);
        if encoding == UTF_8 {
            bytes.drain(..length);
            let text =
                String::from_utf8(bytes).map_err(|error| not_utf8(error.as_bytes(), error.utf8_error().valid_up_to(), length, charset))?;
            return Ok(Decoded::sure(text, encoding, true, contradicts));
        }
        let text = decode_as(encoding, &bytes[length..], length)?;
        return Ok(Decoded::sure(text, encoding, true, contradicts));
    }
    // UTF-16 text of a Western language is also valid UTF-8 full of NUL, so that the declaration goes first here.
    if let Some(encoding) = declared.filter(|&e| e == UTF_16LE || e == UTF_16BE) {
        return Ok(Decoded::sure(decode_as(encoding, &bytes, 0)?, encoding, false, false));
    }
    if let Some(encoding) = utf16_without_mark(&bytes) {
        if matches!(charset, Charset::Declared(None))
            && let Ok(text) = decode_as(encoding, &bytes, 0)
        {
            let nuls = bytes.iter().filter(|&&b| b == 0).count();
            return Ok(Decoded { guessed_by: Some(nuls), ..Decoded::sure(text, encoding, false, false) });
        }
        let label = name(encoding);
        return Err(DecodeFault {
            rule: "file.encoding",
            expected: "text in UTF-8".to_owned(),
            found: format!("every second byte is NUL from position 0 on, as in {label} without a byte order mark"),
            remedy: remedy(charset, &label),
        });
    }
    // What was cut off while it was written, or is no text at all, holds long runs of them.
    let nuls = bytes.iter().filter(|&&b| b == 0).count();
    if nuls >= NUL_SHARE && nuls * NUL_SHARE > bytes.len() {
        return Err(DecodeFault {
            rule: "file.encoding",
            expected: "text".to_owned(),
            found: format!("{nuls} NUL characters in {} bytes", bytes.len()),
            remedy: "export the file again; it is damaged, or no text".to_owned(),
        });
    }
    match (String::from_utf8(bytes), declared) {
        (Ok(text), _) => {
            let contradicts = !text.is_ascii() && contradicts(UTF_8);
            Ok(Decoded::sure(text, UTF_8, false, contradicts))
        }
        (Err(error), Some(encoding)) if encoding != UTF_8 => {
            Ok(Decoded::sure(decode_as(encoding, error.as_bytes(), 0)?, encoding, false, false))
        }
        (Err(error), None) if matches!(charset, Charset::Declared(None)) => {
            let position = error.utf8_error().valid_up_to();
            guess(error.as_bytes())
                .map_err(|encoding| DecodeFault { remedy: remedy(charset, &encoding), ..not_utf8(error.as_bytes(), position, 0, charset) })
        }
        (Err(error), _) => Err(not_utf8(error.as_bytes(), error.utf8_error().valid_up_to(), 0, charset)),
    }
}

/// The text in the encoding that the bytes most likely have, or the name of that encoding if it is not used on a guess.
fn guess(bytes: &[u8]) -> Result<Decoded, String> {
    let deciding = bytes.iter().filter(|b| !b.is_ascii()).count();
    let encoding = if is_macintosh(bytes) {
        MACINTOSH
    } else {
        match detect(bytes) {
            // A few bytes are too little for a rarer encoding of the family, or for another script where each stands alone.
            rarer if deciding < RARER_BYTES && (GUESSED.contains(&rarer) || stand_alone(bytes)) => WINDOWS_1252,
            encoding => encoding,
        }
    };
    // A NUL is in no text of these encodings: the file is damaged, or no text at all.
    let usable = (GUESSED.contains(&encoding) || encoding == MACINTOSH) && !bytes.contains(&0);
    match decode_as(encoding, bytes, 0) {
        // The C1 controls stand for bytes that the encoding does not have.
        Ok(text) if usable && !text.chars().any(|c| matches!(c, '\u{80}'..='\u{9F}')) => {
            Ok(Decoded { guessed_by: Some(deciding), ..Decoded::sure(text, encoding, false, false) })
        }
        // What windows-1252 and its family do not have is mostly a letter of the older Macintosh encoding.
        _ if GUESSED.contains(&encoding) => Err(name(MACINTOSH)),
        _ => Err(name(encoding)),
    }
}

/// What the detector makes of the bytes, or of as many of them as it is shown.
fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut shown = 0;
    for chunk in bytes.chunks(64 << 10) {
        detector.feed(chunk, false);
        shown += chunk.iter().filter(|b| !b.is_ascii()).count();
        if shown > SHOWN_BYTES {
            break;
        }
    }
    detector.feed(b"", true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Whether no two bytes beyond ASCII are neighbors, as they are in every word of another script.
fn stand_alone(bytes: &[u8]) -> bool {
    !bytes.windows(2).any(|pair| !pair[0].is_ascii() && !pair[1].is_ascii())
}

/// Whether the only bytes beyond ASCII are those by which the older Macintosh encoding writes no-break spaces, ellipses, dashes and
/// typographic quotes. In windows-1252 they are capital letters with accents, which do not stand beside small letters only.
fn is_macintosh(bytes: &[u8]) -> bool {
    let mut any = false;
    for (i, byte) in bytes.iter().enumerate().filter(|(_, byte)| !byte.is_ascii()) {
        let capital = |at: Option<&u8>| at.is_some_and(u8::is_ascii_uppercase);
        let beside = capital(bytes.get(i + 1)) && (i == 0 || capital(bytes.get(i - 1)) || bytes.get(i - 1).is_none());
        if !matches!(byte, 0xC9 | 0xCA | 0xD0..=0xD5) || beside {
            return false;
        }
        any = true;
    }
    any
}

fn name(encoding: &'static Encoding) -> String {
    encoding.name().to_ascii_lowercase()
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8], offset: usize) -> Result<String, DecodeFault> {
    let fault = |position: usize| DecodeFault {
        rule: "file.encoding",
        expected: format!("text in {}", name(encoding)),
        found: format!("a byte that does not fit at position {}{}", offset + position, place(encoding, &bytes[..position])),
        remedy: "save the file again as UTF-8, or declare the encoding in which it was written; it may also be cut short".to_owned(),
    };
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let capacity = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).ok_or_else(|| fault(0))?;
    let mut text = String::with_capacity(capacity);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text),
        (DecoderResult::Malformed(length, after), read) => Err(fault(read.saturating_sub(usize::from(length) + usize::from(after)))),
        (DecoderResult::OutputFull, read) => Err(fault(read)),
    }
}

/// Line and column of the first byte that does not fit, by what can be read before it.
fn place(encoding: &'static Encoding, before: &[u8]) -> String {
    let (text, _) = encoding.decode_without_bom_handling(before);
    let line = 1 + text.matches('\n').count();
    let column = 1 + text.rsplit('\n').next().map_or(0, |last| last.chars().count());
    format!(" (line {line}, column {column} of the file)")
}

/// UTF-16 if the bytes look like it: in the first 512, at least half of either parity is NUL.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(512)];
    let nul = |parity: usize| head.iter().skip(parity).step_by(2).filter(|&&b| b == 0).count();
    let enough = (head.len() / 4).max(2);
    if nul(1) >= enough && nul(0) * 4 < enough {
        Some(UTF_16LE)
    } else if nul(0) >= enough && nul(1) * 4 < enough {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn not_utf8(bytes: &[u8], position: usize, offset: usize, charset: Charset<'_>) -> DecodeFault {
    let before = &bytes[..position];
    let (line, start) =
        (1 + before.iter().filter(|&&b| b == b'\n').count(), before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1));
    // Everything before is UTF-8, in which all bytes but these begin a character.
    let column = 1 + before[start..].iter().filter(|&&b| b & 0xC0 != 0x80).count();
    DecodeFault {
        rule: "file.encoding",
        expected: "text in UTF-8".to_owned(),
        found: format!("a byte that is not UTF-8 at position {} (line {line}, column {column} of the file)", offset + position),
        remedy: remedy(charset, "windows-1252"),
    }
}

fn remedy(charset: Charset<'_>, label: &str) -> String {
    match charset {
        Charset::Unicode => "save the file again as UTF-8 (in a spreadsheet: \"CSV UTF-8\")".to_owned(),
        Charset::Declared(_) => {
            format!("add the line `encoding = \"{label}\"` to this file's [[export]] if it was written so, or save the file again as UTF-8")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Charset<'static> = Charset::Declared(None);

    #[test]
    fn marks_win_over_declarations() {
        let got = decode(b"\xFF\xFEa\x00\xE9\x00".to_vec(), Charset::Declared(Some("windows-1252"))).expect("UTF-16LE");
        assert_eq!((got.text.as_str(), got.encoding.as_str(), got.bom, got.contradicts), ("aé", "utf-16le", true, true));
        let got = decode(b"\xFE\xFF\x00a".to_vec(), OPEN).expect("UTF-16BE");
        assert_eq!((got.text.as_str(), got.encoding.as_str()), ("a", "utf-16be"));
        let got = decode(b"\xEF\xBB\xBFV1".to_vec(), Charset::Unicode).expect("UTF-8");
        assert_eq!((got.text.as_str(), got.bom), ("V1", true));
    }

    #[test]
    fn western_bytes_of_an_export_are_guessed_and_counted() {
        let got = decode(b"name\nRen\xE9e, caf\xE9, \x93q\x94\n".to_vec(), OPEN).expect("guessed");
        assert_eq!((got.encoding.as_str(), got.guessed_by), ("windows-1252", Some(4)));
        assert!(got.text.contains("“q”"));
        let got = decode(b"name\ndon\xD5t, a\xCAb\n".to_vec(), OPEN).expect("guessed");
        assert_eq!((got.encoding.as_str(), got.text.as_str()), ("macintosh", "name\ndon’t, a\u{a0}b\n"));
        let few = decode(b"fan?\x8C\xE6 yes\n".to_vec(), OPEN).expect("guessed");
        assert_eq!((few.encoding.as_str(), few.guessed_by), ("windows-1252", Some(2)), "too little for a rarer encoding");
        let half = decode(b"why\nA hole is dug 3\xBDm deep\n".to_vec(), OPEN).expect("guessed");
        assert_eq!((half.encoding.as_str(), half.text.as_str()), ("windows-1252", "why\nA hole is dug 3½m deep\n"), "no Chinese letter");
        let name = decode(b"name\n\xC5\xEB\xE5\xED\xE0 \xCF\xE5\xF2\xF0\xEE\xE2\xE0\n".to_vec(), OPEN);
        assert!(name.is_err(), "words of another script are not guessed");
        let russian = "Оцените, насколько вы довольны программой наставничества\n".repeat(3);
        let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(&russian);
        let fault = decode(bytes.to_vec(), OPEN).expect_err("not Western");
        assert!(fault.remedy.contains("`encoding = \"windows-1251\"`"), "{}", fault.remedy);
    }

    #[test]
    fn runs_of_nul_are_no_text() {
        let cut = [b"id,why\n1,well\n".to_vec(), vec![0; 4_096]].concat();
        let fault = decode(cut, OPEN).expect_err("damaged");
        assert_eq!(fault.found, "4096 NUL characters in 4110 bytes");
        assert!(decode(b"id,why\n1,some text with one \0 in it\n".to_vec(), OPEN).is_ok());
    }

    #[test]
    fn tables_are_never_guessed() {
        let fault = decode(b"name\nRen\xE9e".to_vec(), Charset::Unicode).expect_err("not UTF-8");
        assert!(fault.found.contains("position 8 (line 2, column 4"), "{}", fault.found);
        let got = decode(b"Ren\xE9e \x93q\x94".to_vec(), Charset::Declared(Some("windows-1252"))).expect("declared");
        assert_eq!((got.text.as_str(), got.encoding.as_str()), ("Renée “q”", "windows-1252"));
        assert!(decode(b"Ren\xE9e".to_vec(), Charset::Unicode).expect_err("tables").remedy.contains("CSV UTF-8"));
        assert_eq!(decode(vec![], Charset::Declared(Some("klingon"))).expect_err("label").rule, "file.unknown_encoding");
    }

    #[test]
    fn utf16_without_a_mark_is_guessed() {
        let bytes: Vec<u8> = "id;score\n1;2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let got = decode(bytes.clone(), OPEN).expect("no mark");
        assert_eq!((got.text.as_str(), got.encoding.as_str(), got.guessed_by), ("id;score\n1;2\n", "utf-16le", Some(13)));
        assert_eq!(decode(bytes.clone(), Charset::Unicode).expect_err("a table").rule, "file.encoding");
        assert_eq!(decode(bytes[..bytes.len() - 1].to_vec(), Charset::Declared(Some("utf-16le"))).expect_err("cut").rule, "file.encoding");
        assert_eq!(decode(bytes, Charset::Declared(Some("utf-16le"))).expect("declared").text, "id;score\n1;2\n");
    }
}
