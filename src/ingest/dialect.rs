//! Delimiter and quoting of a text table, chosen by how well its records agree.

use serde::Serialize;

/// Text looked at, in bytes.
const WINDOW_BYTES: usize = 256 << 10;
/// Records looked at.
const WINDOW_RECORDS: usize = 200;

/// What stands between cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// Tabulator.
    Tab,
    /// `|`
    Pipe,
    /// `^`
    Caret,
    /// A blank. Only taken where every cell of row 1 is a single word and every record has as many cells.
    Space,
}

impl Delimiter {
    const ALL: [Self; 5] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Pipe, Self::Caret];

    /// The character.
    pub fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
            Self::Caret => b'^',
            Self::Space => b' ',
        }
    }
}

/// What ends a record. Line breaks inside cells do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum LineEndings {
    /// Line feed.
    #[serde(rename = "LF")]
    Lf,
    /// Carriage return and line feed.
    #[serde(rename = "CRLF")]
    CrLf,
    /// Carriage return.
    #[serde(rename = "CR")]
    Cr,
    /// More than one of them.
    #[serde(rename = "mixed")]
    Mixed,
    /// A single record without an end.
    #[serde(rename = "none")]
    None,
}

/// How the cells of a file are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub delimiter: Delimiter,
    /// Whether a double quote at the start of a cell encloses it; else quotes are text like any other.
    pub quoted: bool,
    /// Bytes of a first line `sep=…`, which spreadsheets obey and do not show.
    pub skip: usize,
}

impl Dialect {
    /// That of text which was rendered from a workbook or another container.
    pub(super) const RENDERED: Self = Self { delimiter: Delimiter::Comma, quoted: true, skip: 0 };

    /// A reader of raw records.
    pub(super) fn reader<R: std::io::Read>(&self, text: R) -> csv::Reader<R> {
        csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter.byte())
            .quoting(self.quoted)
            .buffer_capacity(64 << 10)
            .from_reader(text)
    }

    /// Chooses the delimiter whose cell counts agree best with those of row 1; the comma where nothing speaks for another.
    pub(super) fn detect(text: &str) -> Self {
        if let Some((delimiter, skip)) = declared_delimiter(text) {
            return Self { delimiter, quoted: true, skip };
        }
        let window = window(text);
        let mut best = (0.0, Self { delimiter: Delimiter::Comma, quoted: true, skip: 0 });
        for delimiter in Delimiter::ALL {
            let dialect = Self { delimiter, quoted: true, skip: 0 };
            let score = agreement(window, window.len() < text.len(), &dialect);
            if score > best.0 {
                best = (score, dialect);
            }
        }
        if best.0 == 0.0 {
            best.1.delimiter = match () {
                () if is_spaced(window, window.len() < text.len()) => Delimiter::Space,
                // No record agrees with the headings, as in a file that was cut; prose holds the other signs, but no tabs.
                () if lines(window).next().is_some_and(|line| line.matches('\t').count() >= 2) => Delimiter::Tab,
                () => Delimiter::Comma,
            };
        }
        best.1.quoted = best.1.delimiter != Delimiter::Tab || !quotes_are_text(window, window.len() < text.len());
        best.1
    }
}

/// The delimiter of a first line such as `sep=;`, and the length of that line with its end.
fn declared_delimiter(text: &str) -> Option<(Delimiter, usize)> {
    let end = text.find(['\n', '\r'])?;
    let line = text[..end].trim_matches('"');
    let sign = line.get(..4).filter(|head| head.eq_ignore_ascii_case("sep=")).map(|_| &line.as_bytes()[4..])?;
    let delimiter = Delimiter::ALL.into_iter().find(|d| sign == [d.byte()])?;
    let ending = if text[end..].starts_with("\r\n") { 2 } else { 1 };
    Some((delimiter, end + ending))
}

/// Lines that hold something, whatever ends them.
fn lines(window: &str) -> impl Iterator<Item = &str> + Clone {
    window.split(['\n', '\r']).filter(|line| !line.is_empty())
}

fn window(text: &str) -> &str {
    let mut end = text.len().min(WINDOW_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Share of records with as many cells as row 1, squared, times the logarithm of that number. 0 where row 1 has one cell.
/// A record with quotes inside its cells counts half, for they mostly come from cutting through a quoted cell.
fn agreement(window: &str, cut: bool, dialect: &Dialect) -> f64 {
    let mut reader = dialect.reader(window.as_bytes());
    let mut record = csv::ByteRecord::new();
    let mut counts = Vec::with_capacity(WINDOW_RECORDS);
    while counts.len() < WINDOW_RECORDS && matches!(reader.read_byte_record(&mut record), Ok(true)) {
        counts.push((record.len(), record.as_slice().contains(&b'"')));
    }
    if cut && counts.len() < WINDOW_RECORDS && counts.len() > 1 {
        counts.pop();
    }
    let Some((&(first, _), rest)) = counts.split_first().filter(|(first, _)| first.0 > 1) else { return 0.0 };
    let agreeing = rest.iter().filter(|(cells, _)| *cells == first);
    let same: f64 = agreeing.map(|(_, quotes)| if *quotes { 0.5 } else { 1.0 }).sum();
    let share = if rest.is_empty() { 1.0 } else { same / rest.len() as f64 };
    share * share * (first as f64).ln()
}

/// Whether blanks separate the cells: at least three headings, each a name without signs, and in every record as many cells, one of
/// them at least a number or in quotes. Lists of phrases (`18 to 24 years`) have as many words in each line too.
fn is_spaced(window: &str, cut: bool) -> bool {
    let dialect = Dialect { delimiter: Delimiter::Space, quoted: true, skip: 0 };
    let mut lines = lines(window);
    let names = lines.next().unwrap_or("").split(' ').map(|name| name.trim_matches('"'));
    let is_name =
        |name: &str| name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let is_value = |cell: &str| cell.starts_with('"') || cell.parse::<f64>().is_ok();
    let several = names.clone().count() >= 3 && lines.clone().next().is_some();
    let valued = || lines.take(WINDOW_RECORDS).all(|line| line.split(' ').any(is_value));
    // All records agree just where the score is the greatest that the number of columns allows.
    several && names.clone().all(is_name) && valued() && agreement(window, cut, &dialect) >= (names.count() as f64).ln()
}

/// Whether a tab-separated file was written without any quoting rule: each line has as many tabs as the first, and some cell
/// begins with a quote that does not enclose it.
fn quotes_are_text(window: &str, cut: bool) -> bool {
    let mut lines: Vec<&str> = lines(window).take(WINDOW_RECORDS).collect();
    if cut && lines.len() < WINDOW_RECORDS {
        lines.pop();
    }
    let tabs = |line: &str| line.bytes().filter(|&b| b == b'\t').count();
    let Some(first) = lines.first().map(|line| tabs(line)) else { return false };
    lines.iter().all(|line| tabs(line) == first) && lines.iter().flat_map(|line| line.split('\t')).any(starts_but_does_not_enclose)
}

fn starts_but_does_not_enclose(cell: &str) -> bool {
    let Some(rest) = cell.strip_prefix('"') else { return false };
    let Some(inner) = rest.strip_suffix('"') else { return true };
    inner.replace("\"\"", "").contains('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delimiter(text: &str) -> Delimiter {
        Dialect::detect(text).delimiter
    }

    #[test]
    fn commas_inside_cells_do_not_win() {
        assert_eq!(delimiter("id;q1, and why;q2\n1;yes, often;3\n2;no;1,5\n"), Delimiter::Semicolon);
        assert_eq!(delimiter("id,\"a;b;c\",\"d;e;f\"\n1,\"x;y;z\",\"x;y;z\"\n"), Delimiter::Comma);
        assert_eq!(delimiter("a\tb\n1,2\t3,4\n"), Delimiter::Tab);
        assert_eq!(delimiter("a|b\n1|2\n"), Delimiter::Pipe);
        assert_eq!(delimiter("a^b\n1, 2^2\n"), Delimiter::Caret);
        assert_eq!(delimiter("record_id q1 q2\n1 \"so so\" 3\n2 \"\" 4\n"), Delimiter::Space);
        assert_eq!(delimiter("18 to 24 years\n25 to 34 years\n35 to 44 years\n"), Delimiter::Comma);
        assert_eq!(delimiter("Worker at level\nworker at work\nworker in leave\n"), Delimiter::Comma);
        assert_eq!(delimiter("How are you\nvery well thanks a lot\nso so\n"), Delimiter::Comma);
        assert_eq!(delimiter("only\n1\n"), Delimiter::Comma);
    }

    #[test]
    fn headings_alone_decide_where_the_only_record_was_cut() {
        assert_eq!(delimiter("id\tHow, and why?\tWhen, where; who?\n1\twel"), Delimiter::Tab);
        assert_eq!(delimiter("Why?\tWell, or not?\nso, so\n"), Delimiter::Comma, "one tab may be prose");
    }

    #[test]
    fn a_sep_line_decides() {
        let got = Dialect::detect("sep=;\r\na,b;c\n");
        assert_eq!((got.delimiter, got.skip), (Delimiter::Semicolon, 7));
        assert_eq!(Dialect::detect("separate,b\n").skip, 0);
    }

    #[test]
    fn quotes_of_a_tab_file_may_be_text() {
        assert!(!Dialect::detect("a\tb\n\"x\" and y\tz\n").quoted);
        assert!(Dialect::detect("a\tb\n\"x\ny\"\tz\n").quoted);
        assert!(Dialect::detect("\"a\"\t\"b\"\r\"x\"\t\"y\"\r\"z\"\t\"u\"\r").quoted, "line ends of old");
        assert!(!Dialect::detect("a\tb\r\"x\" and y\tz\r").quoted);
        assert!(Dialect::detect("a\tb\n\"say \"\"hi\"\"\"\tz\n").quoted);
    }
}
