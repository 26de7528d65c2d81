//! Signs that a closing quote is missing.

use super::dialect::Dialect;
use super::source::SourceRow;

/// Line breaks in one cell beyond which a missing closing quote is suspected.
const LINES_IN_CELL: usize = 200;

/// The column whose cell seems to have swallowed rows: it is still open at the end of the file, holds a line that has the
/// delimiters of a whole record, or has very many lines. A delimiter before a blank does not count, for prose writes commas so.
pub(super) fn swallowing(dialect: &Dialect, width: usize, row: &SourceRow<'_>, line_break: char) -> Option<usize> {
    if row.last && dialect.quoted && is_open(row.raw, dialect.delimiter.byte()) {
        return Some(row.cells.len().saturating_sub(1));
    }
    let delimiter = char::from(dialect.delimiter.byte());
    row.cells.iter().enumerate().position(|(column, cell)| {
        if !cell.contains(line_break) {
            return false;
        }
        if is_seam(cell, column, width, delimiter, line_break) {
            return true;
        }
        let mut lines = cell.split(line_break).skip(1).peekable();
        let mut count = 0;
        while let Some(line) = lines.next() {
            count += 1;
            // The last line ends where the next quote began, in the middle of a record.
            if width >= 4 && lines.peek().is_some() && line.split(delimiter).filter(|part| !part.starts_with(' ')).count() >= width {
                return true;
            }
        }
        count >= LINES_IN_CELL
    })
}

/// Whether two stray quotes made one cell of the end of a record and the beginning of another: its first line has just the delimiters that the
/// record lacks, its last just those that stand before the column.
fn is_seam(cell: &str, column: usize, width: usize, delimiter: char, line_break: char) -> bool {
    /// In narrower tables prose has that many commas by chance.
    const WIDTH: usize = 8;
    let delimiters = |line: &str| line.split(delimiter).skip(1).filter(|part| !part.starts_with(' ')).count();
    let (first, last) = (cell.split(line_break).next().unwrap_or_default(), cell.rsplit(line_break).next().unwrap_or_default());
    width >= WIDTH && column < width && delimiters(first) == width - 1 - column && delimiters(last) == column
}

/// Whether a quoted cell has not ended where the text does.
pub(super) fn is_open(raw: &str, delimiter: u8) -> bool {
    enum At {
        Start,
        Plain,
        Quoted,
        Quote,
    }
    let mut at = At::Start;
    for byte in raw.bytes() {
        at = match (at, byte) {
            (At::Start, b'"') | (At::Quote, b'"') => At::Quoted,
            (At::Quoted, b'"') => At::Quote,
            (At::Quoted, _) => At::Quoted,
            (_, b) if b == delimiter || b == b'\n' || b == b'\r' => At::Start,
            _ => At::Plain,
        };
    }
    matches!(at, At::Quoted)
}
