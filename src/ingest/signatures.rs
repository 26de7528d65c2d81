//! What a file is that is no table of any kind, by its first bytes.
//!
//! Some systems write pages under the name of a workbook, and a download that needed a login saves the page that asks for it. A definition
//! is often at hand where the answers are meant.

/// Bytes in which marks that do not stand at the very start are looked for.
const HEAD: usize = 4 << 10;

/// Said of definitions.
const IMPORT: &str = "give it to `mentorscope import`, and export the answers as CSV";
/// Said of packed files.
const UNPACK: &str = "unpack it, and name the file inside";
/// Said of what holds no answers, or not as a table.
const EXPORT: &str = "export the answers as CSV, .xlsx or .sav";

/// What a file is, in words, and what to do; none where it may be a table.
pub(super) fn foreign(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    binary(bytes).or_else(|| {
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
        markup(text).or_else(|| object(text))
    })
}

/// Formats that are no text.
fn binary(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const STARTS: [(&[u8], (&str, &str)); 17] = [
        (b"\x1F\x8B\x08", ("a packed file (.gz)", UNPACK)),
        (b"7z\xBC\xAF\x27\x1C", ("an archive (.7z)", UNPACK)),
        (b"Rar!\x1A\x07", ("an archive (.rar)", UNPACK)),
        (b"BZh", ("a packed file (.bz2)", UNPACK)),
        (b"\xFD7zXZ\x00", ("a packed file (.xz)", UNPACK)),
        (b"%PDF-", ("a PDF document", EXPORT)),
        (b"{\\rtf", ("a text document (.rtf)", EXPORT)),
        (b"\x89PNG\r\n", ("a picture", EXPORT)),
        (b"\xFF\xD8\xFF", ("a picture", EXPORT)),
        (b"GIF8", ("a picture", EXPORT)),
        (b"SQLite format 3\0", ("a database (SQLite)", EXPORT)),
        (b"PAR1", ("a Parquet file", EXPORT)),
        (b"RDX2\n", ("a data file of R", EXPORT)),
        (b"RDX3\n", ("a data file of R", EXPORT)),
        (b"<stata_dta>", ("a data file of Stata (.dta)", EXPORT)),
        (b"HEADER RECORD*******LIBRARY HEADER RECORD", ("a transport file of SAS (.xpt)", EXPORT)),
        (b"\0\0\0\0\0\0\0\0\0\0\0\0\xC2\xEA\x81\x60", ("a data file of SAS (.sas7bdat)", EXPORT)),
    ];
    if let Some((_, what)) = STARTS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Some(*what);
    }
    // Five lines of 40 characters greet the reader before the mark.
    let portable = holds(&bytes[..bytes.len().min(512)], b"ASCII SPSS PORT FILE");
    portable.then_some(("a portable file of SPSS (.por)", "save it in SPSS as .sav, or export CSV"))
}

/// Web pages and XML.
fn markup(text: &[u8]) -> Option<(&'static str, &'static str)> {
    let begins = |mark: &[u8]| text.get(..mark.len()).is_some_and(|head| head.eq_ignore_ascii_case(mark));
    let element = |name: &[u8]| begins(name) && text.get(name.len()).is_some_and(|next| b" >\r\n\t".contains(next));
    let page = [&b"<html"[..], b"<head", b"<body", b"<meta", b"<table"].into_iter().any(element);
    if page || begins(b"<!doctype html") || begins(b"MIME-Version: 1.0") {
        return Some(("a web page", "look at it in a browser: log in and export again, or open it in a spreadsheet and save it as .xlsx"));
    }
    if text.starts_with(b"<") && holds(&text[..text.len().min(HEAD)], b"<LimeSurveyDocType>") {
        return Some(("the structure of a LimeSurvey questionnaire, without answers", IMPORT));
    }
    begins(b"<?xml").then_some(("an XML file", "open it in a spreadsheet and save it as .xlsx, or export as CSV"))
}

/// JSON. A cell that holds an import id begins like it, with its quotes doubled or not.
fn object(text: &[u8]) -> Option<(&'static str, &'static str)> {
    let inside = text.strip_prefix(b"[").map_or(text, <[u8]>::trim_ascii_start).strip_prefix(b"{")?.trim_ascii_start();
    let head = &text[..text.len().min(HEAD)];
    let key = inside.strip_prefix(b"\"").filter(|rest| !rest.starts_with(b"\"") && !rest.starts_with(b"ImportId"))?;
    let end = key.iter().take(200).position(|&byte| byte == b'"')?;
    if !key[end + 1..].trim_ascii_start().starts_with(b":") {
        return None;
    }
    let survey = holds(head, b"\"SurveyEntry\"") || holds(head, b"\"SurveyElements\"");
    Some(if survey { ("a Qualtrics survey definition (.qsf), without answers", IMPORT) } else { ("a JSON file", EXPORT) })
}

fn holds(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> Option<&'static str> {
        foreign(bytes).map(|(found, _)| found)
    }

    #[test]
    fn what_is_no_table_is_named() {
        assert_eq!(found(b"%PDF-1.7\n"), Some("a PDF document"));
        assert_eq!(found(b"\x1F\x8B\x08\0"), Some("a packed file (.gz)"));
        assert_eq!(found(&[&[b'0'; 120][..], b"ASCII SPSS PORT FILE"].concat()), Some("a portable file of SPSS (.por)"));
        for page in [&b"\xEF\xBB\xBF\r\n<!DOCTYPE html>"[..], b"<HTML><table>", b"<table border=\"1\">", b"MIME-Version: 1.0\r\n"] {
            assert_eq!(found(page), Some("a web page"));
        }
        assert_eq!(found(b"<?xml version=\"1.0\"?>"), Some("an XML file"));
    }

    #[test]
    fn definitions_are_sent_to_import() {
        let structure = b"<?xml version=\"1.0\"?>\n<document>\n <LimeSurveyDocType>Survey</LimeSurveyDocType>";
        assert!(foreign(structure).is_some_and(|(found, next)| found.contains("LimeSurvey") && next.contains("import")));
        let survey = b"{\"SurveyEntry\":{\"SurveyID\":\"SV_1\"},\"SurveyElements\":[]}";
        assert!(foreign(survey).is_some_and(|(found, next)| found.contains("Qualtrics") && next.contains("import")));
        assert_eq!(found(b"[ {\"a\": 1}]"), Some("a JSON file"));
    }

    #[test]
    fn tables_are_left_alone() {
        for text in [
            &b""[..],
            b"a,b\n",
            b"<p>Why?</p>,b\n",
            b"<tablets>,b\n",
            b"{a},b\n",
            b"\"{\"\"ImportId\"\":\"\"QID1\"\"}\",b\n",
            b"{\"ImportId\":\"startDate\"}\t{\"ImportId\":\"QID1\"}\n",
            b"[1],b\n",
            b"{\"a\",\"b\"}\n",
            b"BZ,GIF\n",
        ] {
            assert_eq!(found(text), None, "{}", String::from_utf8_lossy(text));
        }
    }
}
