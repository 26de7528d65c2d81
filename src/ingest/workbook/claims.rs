//! What the XML inside a workbook claims about itself, checked against caps and against what is really there.
//!
//! A reader that believes a claimed number of texts, a cell in the last corner of a sheet or a count of repeats asks for more
//! memory than any machine has, and the process ends. Every file of the archive is looked through, whatever its name: which
//! of them holds the texts is itself a claim.

use std::cell::Cell;
use std::io::{BufReader, Read};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::fault::{Limit, WorkbookFault};
use super::{CELLS_MAX, MERGES_MAX, ROWS_MAX, SHEET_COLUMNS_MAX, SHEETS_MAX, STRINGS_MAX, STYLES_MAX};

/// Claims of texts up to this number are harmless, whatever the truth.
const STRINGS_HARMLESS: u64 = 1 << 20;
/// Bytes of the shortest text in XML.
const STRING_BYTES_MIN: u64 = 5;
/// Longest name of a font or format code, in bytes. Each format has copies of them.
const STYLE_NAME_MAX: usize = 1_024;

/// Sums over all files of an archive.
#[derive(Debug, Default)]
pub(super) struct Claims {
    strings: u64,
    cells: u64,
    merges: u64,
    formats: u64,
    sheets: u64,
    /// Formulas without a computed value.
    pub uncomputed: u64,
    /// Whether a sheet says that it fills whole rows or columns, or does not say what it fills.
    pub loose_dimension: bool,
}

/// Looks through one file of the archive. One that is no XML is left at its first fault: no reader gets further than that.
pub(super) fn check_part(source: &mut impl Read, count: &Rc<Cell<u64>>, claims: &mut Claims) -> Result<(), WorkbookFault> {
    let mut reader = Reader::from_reader(BufReader::new(source));
    let config = reader.config_mut();
    config.check_end_names = false;
    config.trim_text(false);
    let mut buffer = Vec::with_capacity(1024);
    let mut claimed = 0;
    let mut formula = Formula::default();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element)) => {
                claims.element(&element, &mut claimed)?;
                match element.local_name().as_ref() {
                    "c" => {
                        claims.cells += 1;
                        over(claims.cells, CELLS_MAX, Limit::Cells, "cells")?;
                        formula = Formula::default();
                    }
                    "f" => formula.present = true,
                    "v" | "is" => formula.value = true,
                    _ => {}
                }
            }
            Ok(Event::Empty(element)) => {
                claims.element(&element, &mut claimed)?;
                if element.local_name().as_ref() == "f" {
                    formula.present = true;
                }
            }
            Ok(Event::End(element)) if element.local_name().as_ref() == "c" => {
                claims.uncomputed += u64::from(formula.present && !formula.value);
                formula = Formula::default();
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    if claimed > STRINGS_HARMLESS.max(count.get() / STRING_BYTES_MIN) {
        return Err(WorkbookFault::Cap(format!("a claim of {claimed} texts in {} bytes", count.get()), Limit::Strings));
    }
    Ok(())
}

#[derive(Default)]
struct Formula {
    present: bool,
    value: bool,
}

impl Claims {
    fn element(&mut self, element: &BytesStart<'_>, claimed: &mut u64) -> Result<(), WorkbookFault> {
        match element.local_name().as_ref() {
            "sst" => {
                // A number that does not fit is claimed all the more.
                *claimed = attribute(element, "uniqueCount", |count| count.trim().parse().unwrap_or(u64::MAX)).unwrap_or(0);
                over(*claimed, STRINGS_MAX, Limit::Strings, "texts claimed")
            }
            "si" => {
                self.strings += 1;
                over(self.strings, STRINGS_MAX, Limit::Strings, "texts")
            }
            "c" => attribute(element, "r", check_reference).unwrap_or(Ok(())),
            "row" => attribute(element, "r", |row| match row.trim().parse::<u64>() {
                Ok(1..=ROWS_MAX) => Ok(()),
                _ => Err(beyond("a row")),
            })
            .unwrap_or(Ok(())),
            "dimension" => {
                let loose = attribute(element, "ref", is_loose).unwrap_or(false);
                self.loose_dimension |= loose;
                if loose { Ok(()) } else { attribute(element, "ref", check_area).unwrap_or(Ok(())) }
            }
            "mergeCell" => {
                self.merges += 1;
                over(self.merges, MERGES_MAX, Limit::Merges, "merged areas")?;
                attribute(element, "ref", check_area).unwrap_or(Ok(()))
            }
            "xf" => {
                self.formats += 1;
                over(self.formats, STYLES_MAX, Limit::Styles, "cell formats")
            }
            "sheet" | "table" => {
                self.sheets += 1;
                over(self.sheets, SHEETS_MAX, Limit::Sheets, "sheets")
            }
            "numFmt" => short(element, "formatCode"),
            "name" | "rFont" => short(element, "val"),
            _ => Ok(()),
        }
    }
}

fn over(count: u64, most: u64, limit: Limit, what: &str) -> Result<(), WorkbookFault> {
    if count > most { Err(WorkbookFault::Cap(format!("{count} {what}"), limit)) } else { Ok(()) }
}

fn short(element: &BytesStart<'_>, name: &str) -> Result<(), WorkbookFault> {
    match attribute(element, name, |value| value.len()) {
        Some(length) if length > STYLE_NAME_MAX => Err(WorkbookFault::Cap(format!("a name of {length} bytes"), Limit::Styles)),
        _ => Ok(()),
    }
}

/// What `read` makes of an attribute, by its name without prefix.
fn attribute<T>(element: &BytesStart<'_>, name: &str, read: impl FnOnce(&str) -> T) -> Option<T> {
    let found = element.attributes().with_checks(false).flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(read(&found.value))
}

fn beyond(what: &str) -> WorkbookFault {
    WorkbookFault::Cap(format!("{what} beyond them"), Limit::Positions)
}

/// Row and column, from 1, of a reference such as `AB12`; only those that a spreadsheet can address.
fn check_reference(place: &str) -> Result<(), WorkbookFault> {
    position(place).map(|_| ()).ok_or_else(|| beyond("a cell"))
}

fn check_area(area: &str) -> Result<(), WorkbookFault> {
    let (first, last) = area.split_once(':').unwrap_or((area, area));
    match (position(first), position(last)) {
        (Some(first), Some(last)) if first.0 <= last.0 && first.1 <= last.1 => Ok(()),
        _ => Err(beyond("an area")),
    }
}

/// An area such as `1:58` or `A:AMJ`, as some spreadsheets write it where whole rows or columns have a format; it claims no cell.
fn is_loose(area: &str) -> bool {
    let all = |is: fn(&u8) -> bool| {
        let (first, last) = area.split_once(':').unwrap_or(("", ""));
        [first, last].iter().all(|end| !end.is_empty() && end.bytes().all(|byte| is(&byte)))
    };
    area.trim().is_empty() || all(u8::is_ascii_digit) || all(u8::is_ascii_alphabetic)
}

fn position(place: &str) -> Option<(u64, u64)> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = place.split_at(letters);
    if letters.is_empty() || letters.len() > 3 || digits.is_empty() || digits.len() > 7 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let column = letters.bytes().fold(0, |column, letter| column * 26 + u64::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row = digits.parse().ok()?;
    ((1..=ROWS_MAX).contains(&row) && column <= SHEET_COLUMNS_MAX).then_some((row, column))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(xml: &str) -> Result<Claims, WorkbookFault> {
        let mut claims = Claims::default();
        check_part(&mut xml.as_bytes(), &Rc::new(Cell::new(xml.len() as u64)), &mut claims).map(|()| claims)
    }

    fn limit(xml: &str) -> Option<Limit> {
        match check(xml) {
            Err(WorkbookFault::Cap(_, limit)) => Some(limit),
            other => {
                assert!(other.is_ok(), "{other:?}");
                None
            }
        }
    }

    #[test]
    fn claims_beyond_reason_are_refused() {
        assert_eq!(limit("<sst uniqueCount=\"4000000000000\"><si/></sst>"), Some(Limit::Strings));
        assert_eq!(limit("<x:sst x:count=\"9\" uniqueCount=\"99999999999999999999999\"/>"), Some(Limit::Strings));
        assert_eq!(limit("<sst uniqueCount=\"4000000\"/>"), Some(Limit::Strings), "in a file too short to hold them");
        assert_eq!(limit("<sst uniqueCount=\"40\"/>"), None, "a wrong claim does no harm");
        assert_eq!(limit("<dimension ref=\"A1:XFE1\"/>"), Some(Limit::Positions));
        assert_eq!(limit("<dimension ref=\"B2:A1\"/>"), Some(Limit::Positions), "an area whose end lies before its beginning");
        for loose in ["1:58", "A:AMJ", ""] {
            assert!(check(&format!("<dimension ref=\"{loose}\"/>")).expect("no cell").loose_dimension);
        }
        assert!(!check("<dimension ref=\"A1:B2\"/>").expect("within").loose_dimension);
        assert_eq!(limit("<row r=\"0\"/>"), Some(Limit::Positions));
        assert_eq!(limit("<c r=\"A1048577\"><v>1</v></c>"), Some(Limit::Positions));
        assert_eq!(limit("<c r=\"ZZZZZZZZ1\"/>"), Some(Limit::Positions));
        assert_eq!(limit(&format!("<numFmt formatCode=\"{}\"/>", "0".repeat(2_000))), Some(Limit::Styles));
        assert_eq!(limit(&"<sheet/>".repeat(1_001)), Some(Limit::Sheets));
    }

    #[test]
    fn formulas_without_value_are_counted() {
        let claims = check("<c r=\"A1\"><f>B1</f></c><c r=\"A2\"><f>B1</f><v>2</v></c><c r=\"A3\"><f/><v></v></c><c/>").expect("sound");
        assert_eq!((claims.uncomputed, claims.cells), (1, 3));
    }

    #[test]
    fn anything_but_xml_is_passed_over() {
        assert_eq!(limit("\u{89}PNG\r\n<<<>>&&& <c r=\"A0\""), None);
    }
}
