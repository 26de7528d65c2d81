//! How a file holds its table: as text, in a workbook, or in an SPSS data file.

use super::adapter::Remark;
use super::spss::SavDictionary;

/// What the first bytes of a file show it to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Container {
    /// Delimited text.
    #[default]
    Text,
    /// A workbook of sheets: Office Open XML or OpenDocument.
    Workbook,
    /// An SPSS system file.
    Spss,
    /// A format that is not read, such as the older Excel binary one.
    Refused,
}

impl Container {
    /// By the signature at the start of the file.
    pub(super) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Self::Workbook,
            [b'$', b'F', b'L', b'2' | b'3', ..] => Self::Spss,
            [0xD0, 0xCF, 0x11, 0xE0, ..] => Self::Refused,
            _ if super::signatures::foreign(bytes).is_some() => Self::Refused,
            _ => Self::Text,
        }
    }

    /// Why a file of a refused format is refused.
    pub(super) fn refusal(bytes: &[u8]) -> ContainerFault {
        let Some((found, remedy)) = super::signatures::foreign(bytes) else { return super::workbook::refuse(bytes) };
        ContainerFault {
            rule: "file.container",
            expected: "a text table, a workbook (.xlsx, .ods) or an SPSS file (.sav)".to_owned(),
            found: found.to_owned(),
            remedy: remedy.to_owned(),
        }
    }
}

/// A file that is no text, written out as the text of a table: comma, line feed, double quotes where needed. A row without
/// cells is an empty line, so that rows keep the numbers that a spreadsheet shows.
#[derive(Debug, Clone, Default)]
pub struct Rendering {
    /// The table.
    pub text: String,
    /// Sheet that was read.
    pub sheet: Option<String>,
    /// Encoding that the file declares for its text, in lower case.
    pub encoding: String,
    /// Label of each column, where the file has them apart from the headings (SPSS variable labels), else empty.
    pub labels: Vec<String>,
    /// What is worth knowing about the file as a whole.
    pub remarks: Vec<Remark>,
    /// What an SPSS file says about its variables.
    pub dictionary: Option<SavDictionary>,
}

/// Why a file cannot be rendered. No part of it quotes a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerFault {
    /// Stable code of the rule.
    pub rule: &'static str,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// What to do.
    pub remedy: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_known_by_their_first_bytes() {
        assert_eq!(Container::of(b"PK\x03\x04"), Container::Workbook);
        assert_eq!(Container::of(b"$FL2@(#)"), Container::Spss);
        assert_eq!([&b""[..], b"a,b\n", b"<p>Why?</p>,b\n"].map(Container::of), [Container::Text; 3]);
        for page in [&b"\xEF\xBB\xBF\r\n<!DOCTYPE html>"[..], b"<HTML><table>", b"<?xml version=\"1.0\"?>", b"\xD0\xCF\x11\xE0"] {
            assert_eq!(Container::of(page), Container::Refused);
        }
        for definition in [&b"{\"SurveyEntry\":{}}"[..], b"<?xml version=\"1.0\"?><document><LimeSurveyDocType>Survey"] {
            assert_eq!(Container::of(definition), Container::Refused);
            assert!(Container::refusal(definition).remedy.contains("mentorscope import"));
        }
        assert_eq!(Container::refusal(b"<html>").found, "a web page");
        assert!(Container::refusal(b"\xD0\xCF\x11\xE0").found.contains("older"));
    }
}
