//! Records and their cells, found in the text without a copy. Quotes and line ends mean what they mean to the csv crate; a test holds
//! the two against each other.

use memchr::{memchr, memchr2, memchr3};

use super::dialect::Dialect;
use super::source::RECORD_BYTES_READ;

/// The cells of one record.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'r> {
    text: &'r str,
    /// Where each cell begins, then where one more would. A single byte stands between cells.
    starts: &'r [u32],
}

impl<'r> Cells<'r> {
    pub(super) fn new(text: &'r str, starts: &'r [u32]) -> Self {
        Self { text, starts }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A cell, from 0, as the file has it; none beyond the last.
    pub fn get(&self, column: usize) -> Option<&'r str> {
        let (start, next) = (*self.starts.get(column)?, *self.starts.get(column + 1)?);
        self.text.get(start as usize..next as usize - 1)
    }

    /// As `get`, in bytes.
    pub fn bytes(&self, column: usize) -> Option<&'r [u8]> {
        let (start, next) = (*self.starts.get(column)?, *self.starts.get(column + 1)?);
        self.text.as_bytes().get(start as usize..next as usize - 1)
    }

    /// All cells in order.
    pub fn iter(&self) -> impl Iterator<Item = &'r str> + use<'r> {
        let cells = *self;
        (0..cells.len()).filter_map(move |column| cells.get(column))
    }
}

/// Where a record stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// As a spreadsheet numbers it, from 1.
    pub number: u64,
    pub start: usize,
    /// Behind its line end.
    pub end: usize,
    /// Whether any double quote may mean more than itself.
    pub quotes: bool,
    /// Whether the record goes on beyond what is read; nothing after it is.
    pub cut: bool,
}

/// The records of a text in order. Blank lines count as rows and are passed over.
pub(super) struct Records<'t> {
    text: &'t str,
    delimiter: u8,
    quoted: bool,
    at: usize,
    number: u64,
}

impl<'t> Records<'t> {
    /// From a place between two records, before which there are so many rows.
    pub(super) fn new(text: &'t str, dialect: &Dialect, at: usize, number: u64) -> Self {
        Self { text, delimiter: dialect.delimiter.byte(), quoted: dialect.quoted, at, number }
    }
}

impl Iterator for Records<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        let bytes = self.text.as_bytes();
        let mut start = self.at;
        loop {
            match bytes.get(start)? {
                b'\r' if bytes.get(start + 1) == Some(&b'\n') => start += 2,
                b'\r' | b'\n' => start += 1,
                _ => break,
            }
            self.number += 1;
        }
        self.number += 1;
        let limit = start.saturating_add(RECORD_BYTES_READ);
        let within = self.text.get(start..).map_or("", |rest| up_to(rest, limit - start));
        let first = if self.quoted { memchr3(b'"', b'\n', b'\r', within.as_bytes()) } else { memchr2(b'\n', b'\r', within.as_bytes()) };
        let quotes = first.is_some_and(|at| within.as_bytes()[at] == b'"');
        let length = if quotes { walk_quoted(within, self.delimiter, |_| {}) } else { first };
        let mut end = start + length.map_or(within.len(), |length| length + 1);
        if length.is_some() && bytes[end - 1] == b'\r' && bytes.get(end) == Some(&b'\n') {
            end += 1;
        }
        let cut = length.is_none() && end < bytes.len();
        self.at = if cut { bytes.len() } else { end };
        Some(Found { number: self.number, start, end, quotes, cut })
    }
}

/// The start of a text, of at most so many bytes.
fn up_to(text: &str, length: usize) -> &str {
    let mut end = text.len().min(length);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Splits records into cells. One serves many records.
#[derive(Debug, Default)]
pub(super) struct Splitter {
    /// Cells of a record with quotes, without them.
    plain: String,
    starts: Vec<u32>,
}

impl Splitter {
    /// The cells of a record.
    pub(super) fn split<'r>(&'r mut self, record: &'r str, quotes: bool, delimiter: u8) -> Cells<'r> {
        self.starts.clear();
        self.starts.push(0);
        if !quotes {
            let record = without_end(record);
            split_plain(record.as_bytes(), delimiter, &mut self.starts);
            // At most `RECORD_BYTES_READ`, which is far within the range.
            self.starts.push(record.len() as u32 + 1);
            return Cells::new(record, &self.starts);
        }
        let (plain, starts) = (&mut self.plain, &mut self.starts);
        plain.clear();
        walk_quoted(record, delimiter, |part| match part {
            Part::Text(text) => plain.push_str(text),
            Part::End => {
                plain.push(' ');
                starts.push(plain.len() as u32);
            }
        });
        Cells::new(&self.plain, &self.starts)
    }
}

fn without_end(record: &str) -> &str {
    let record = record.strip_suffix('\n').unwrap_or(record);
    record.strip_suffix('\r').unwrap_or(record)
}

/// Adds where a cell begins behind each delimiter. Looks at eight bytes at once.
fn split_plain(bytes: &[u8], delimiter: u8, starts: &mut Vec<u32>) {
    const LOW: u64 = u64::from_ne_bytes([0x7F; 8]);
    let pattern = u64::from_ne_bytes([delimiter; 8]);
    let mut at = 0_u32;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        // The highest bit of each byte that is the delimiter, and no other bit.
        let other = u64::from_le_bytes(*word) ^ pattern;
        let mut hits = !((other & LOW).wrapping_add(LOW) | other | LOW);
        while hits != 0 {
            starts.push(at + hits.trailing_zeros() / 8 + 1);
            hits &= hits.wrapping_sub(1);
        }
        at += 8;
    }
    starts.extend(rest.iter().zip(at + 1..).filter(|(byte, _)| **byte == delimiter).map(|(_, next)| next));
}

/// Records that outlive the pass over them.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    text: String,
    starts: Vec<u32>,
    /// Where the places of each record begin among `starts`, then where those of one more would.
    firsts: Vec<usize>,
}

impl Kept {
    /// Keeps one more.
    pub(super) fn push(&mut self, cells: &Cells<'_>) {
        if self.firsts.is_empty() {
            self.firsts.push(0);
        }
        // A table has at most `TABLE_BYTES_MAX`, which is far within the range.
        let before = self.text.len() as u32;
        self.text.push_str(cells.text);
        self.text.push(' ');
        self.starts.extend(cells.starts.iter().map(|start| before + start));
        self.firsts.push(self.starts.len());
    }

    /// One of them, from 0.
    pub(super) fn get(&self, record: usize) -> Cells<'_> {
        let places = self.firsts.get(record).zip(self.firsts.get(record + 1)).and_then(|(&first, &next)| self.starts.get(first..next));
        Cells::new(&self.text, places.unwrap_or(&[]))
    }
}

/// What is met on the way over a record.
enum Part<'t> {
    /// Text of a cell, without the quotes that enclose it.
    Text(&'t str),
    /// The end of a cell.
    End,
}

/// Walks over a record with quotes. Gives the place of the line end, or none where the text ends first.
fn walk_quoted<'t>(text: &'t str, delimiter: u8, mut visit: impl FnMut(Part<'t>)) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        // A quote encloses a cell only at its start.
        if bytes.get(at) == Some(&b'"') {
            at += 1;
            loop {
                let Some(length) = memchr(b'"', &bytes[at..]) else {
                    visit(Part::Text(&text[at..]));
                    visit(Part::End);
                    return None;
                };
                let doubled = usize::from(bytes.get(at + length + 1) == Some(&b'"'));
                visit(Part::Text(&text[at..at + length + doubled]));
                at += length + 1 + doubled;
                if doubled == 0 {
                    break;
                }
            }
        }
        // What follows a closing quote belongs to the cell, quotes included.
        let length = memchr3(delimiter, b'\n', b'\r', &bytes[at..]);
        let end = length.map_or(bytes.len(), |length| at + length);
        visit(Part::Text(&text[at..end]));
        visit(Part::End);
        if bytes.get(end) != Some(&delimiter) {
            return length.map(|_| end);
        }
        at = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::dialect::Delimiter;
    use super::*;

    fn ours(text: &str, dialect: &Dialect) -> Vec<Vec<String>> {
        let mut splitter = Splitter::default();
        let mut records = Vec::new();
        for found in Records::new(text, dialect, 0, 0) {
            let cells = splitter.split(&text[found.start..found.end], found.quotes, dialect.delimiter.byte());
            records.push(cells.iter().map(str::to_owned).collect());
        }
        records
    }

    fn theirs(text: &str, dialect: &Dialect) -> Vec<Vec<String>> {
        dialect.reader(text.as_bytes()).into_records().map(|record| record.expect("UTF-8").iter().map(str::to_owned).collect()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn records_are_those_of_the_csv_crate(text in "[ab1;,\"\r\n\té]{0,60}", semicolon: bool, quoted: bool) {
            let delimiter = if semicolon { Delimiter::Semicolon } else { Delimiter::Comma };
            let dialect = Dialect { delimiter, quoted, skip: 0 };
            prop_assert_eq!(ours(&text, &dialect), theirs(&text, &dialect));
        }
    }

    #[test]
    fn any_byte_may_be_the_delimiters_neighbor() {
        let dialect = Dialect { delimiter: Delimiter::Caret, quoted: true, skip: 0 };
        let text: String = (1..=0x7F_u8).map(char::from).filter(|c| !"\n\r\"".contains(*c)).flat_map(|c| [c, '^', 'ÿ', '^']).collect();
        assert_eq!(ours(&text, &dialect), theirs(&text, &dialect));
    }

    #[test]
    fn cells_end_where_the_record_does() {
        let mut splitter = Splitter::default();
        let cells = splitter.split("a,,\"b\"\"\"\r\n", true, b',');
        assert_eq!((cells.len(), cells.get(0), cells.get(1), cells.get(2), cells.get(3)), (3, Some("a"), Some(""), Some("b\""), None));
        let cells = splitter.split("é,1\n", false, b',');
        assert_eq!((cells.bytes(1), cells.bytes(2), Cells::new("", &[]).len()), (Some(&b"1"[..]), None, 0));
    }

    #[test]
    fn kept_records_are_as_they_were() {
        let (mut kept, mut splitter) = (Kept::default(), Splitter::default());
        for record in ["é,,1\n", "\"a,b\",\n", "\"\""] {
            kept.push(&splitter.split(record, record.contains('"'), b','));
        }
        let cells = |record| kept.get(record).iter().collect::<Vec<_>>();
        assert_eq!([cells(0), cells(1), cells(2), cells(3)], [vec!["é", "", "1"], vec!["a,b", ""], vec![""], vec![]]);
    }
}
