//! Where the table stands in a sheet: the rows of notes above and below it, and merged headings.
//!
//! Rows are passed over only on evidence, and a remark names them. A table that begins in the first row that holds anything is the rule.

use csv::StringRecord;

use super::Area;
use super::grid::Grid;

/// Rows below a candidate that it is compared with.
const BELOW: usize = 20;
/// Rows among which the headings are looked for.
const FIRST_ROWS: usize = 30;
/// Rows of notes below a table.
const LAST_ROWS: usize = 50;
/// Rows that show which columns a record fills.
const SAMPLE: usize = 200;

/// The table within a grid, by positions among its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Island {
    /// Row of headings.
    pub start: usize,
    /// One past the last record.
    pub end: usize,
    /// First column, from 0.
    pub first: u32,
    /// One past the last column.
    pub past: u32,
    /// Whether merged headings stand above a second row of headings.
    pub grouped: bool,
    /// Why it begins where it does, in words.
    pub evidence: String,
}

impl Island {
    /// Whether there is a row of headings and a record, of two columns or more.
    pub(super) fn is_table(&self) -> bool {
        self.past - self.first >= 2 && self.end - self.start >= 2
    }
}

/// Finds the table; none in a sheet without any. `known` says whether rows begin with the headings of a survey system.
pub(super) fn find(grid: &Grid, merged: &[Area], known: &dyn Fn(&[StringRecord]) -> bool) -> Option<Island> {
    let count = grid.rows.len();
    if count == 0 {
        return None;
    }
    let head: Vec<StringRecord> = (0..count.min(FIRST_ROWS + 64)).map(|row| grid.cells(row)).collect();
    let system = (0..head.len().min(FIRST_ROWS)).find(|&row| known(&head[row..head.len().min(row + 64)]));
    let (mut start, mut evidence) = match system {
        Some(row) => (row, "the headings of a survey system".to_owned()),
        None => first_row(grid, &head, merged),
    };
    let mut grouped = false;
    if system.is_none() {
        if start > 0 && is_group(grid, merged, start - 1) && titles_only(grid, start - 1) {
            start -= 1;
            "a row of merged headings and one of headings below".clone_into(&mut evidence);
        }
        grouped = start + 1 < count && is_group(grid, merged, start) && grid.rows[start + 1].typed == 0;
    }
    let end = last_row(grid, start, system.is_some());
    let rows = &grid.rows[start..end];
    let first = rows.iter().map(|row| row.first).min()?;
    let mut past = rows.iter().map(|row| row.last + 1).max()?;
    if grouped {
        // A merged heading may span columns in which nobody answered.
        past = past.max(spans(grid, merged, start).map(|area| area.last.1 + 1).max().unwrap_or(0).min(past + 1));
    }
    Some(Island { start, end, first, past, grouped, evidence })
}

fn is_filled(cells: &StringRecord, column: usize) -> bool {
    cells.get(column).is_some_and(|cell| !cell.trim().is_empty())
}

/// The row of headings: full where the rows below are not wider, of different texts, and above values that are no text.
/// Else the first row that is not a lone title.
fn first_row(grid: &Grid, head: &[StringRecord], merged: &[Area]) -> (usize, String) {
    let plain = |row| (row, "the first row that holds anything".to_owned());
    let full = (0..head.len().saturating_sub(1).min(FIRST_ROWS)).find(|&row| {
        let rows = &grid.rows[row];
        let below = &head[row + 1..head.len().min(row + 1 + BELOW)];
        let width = grid.rows[row + 1..row + 1 + below.len()].iter().map(|row| row.last as usize + 1).max().unwrap_or(0);
        let used = |column: usize| below.iter().any(|cells| is_filled(cells, column));
        rows.filled >= 2 && rows.typed == 0 && (0..width).all(|column| !used(column) || is_filled(&head[row], column))
    });
    match full {
        Some(0) => return plain(0),
        Some(row) => {
            let below = &grid.rows[row + 1..grid.rows.len().min(row + 1 + BELOW)];
            let texts: Vec<&str> = head[row].iter().map(str::trim).filter(|text| !text.is_empty()).collect();
            let distinct = texts.iter().enumerate().all(|(i, text)| !texts[..i].contains(text));
            let notes_above = grid.rows[..row].iter().all(|above| above.typed == 0);
            if distinct && notes_above && below.iter().any(|below| below.typed > 0) {
                return (
                    row,
                    format!("row {} is the first with a heading in every column, above values that are no text", grid.rows[row].number),
                );
            }
        }
        None => {}
    }
    let mut row = 0;
    while row + 1 < head.len().min(FIRST_ROWS) && is_title(grid, merged, row) {
        row += 1;
    }
    if row == 0 { plain(0) } else { (row, format!("row {} is the first after lone titles", grid.rows[row].number)) }
}

/// A single cell, merged or not, above rows of three cells or more; two cells if a blank row follows.
fn is_title(grid: &Grid, merged: &[Area], row: usize) -> bool {
    let this = &grid.rows[row];
    let below = &grid.rows[row + 1..grid.rows.len().min(row + 1 + BELOW)];
    let widest = below.iter().map(|row| row.filled).max().unwrap_or(0);
    if is_group(grid, merged, row) {
        return false;
    }
    match this.filled {
        1 => widest >= 3,
        2 => {
            let gap = below.iter().zip(std::iter::once(this).chain(below)).find(|(next, before)| next.number > before.number + 1);
            widest >= 4 && this.typed < 2 && gap.is_some_and(|(next, _)| next.filled >= 4 || next.filled == 1)
        }
        _ => false,
    }
}

/// Horizontal merged areas of a row that hold a heading.
fn spans<'m>(grid: &'m Grid, merged: &'m [Area], row: usize) -> impl Iterator<Item = &'m Area> {
    let number = grid.rows[row].number;
    merged.iter().filter(move |area| u64::from(area.first.0) + 1 == number && area.first.0 == area.last.0 && area.last.1 > area.first.1)
}

/// Whether a row holds merged headings with others beside them, above a row of texts.
fn is_group(grid: &Grid, merged: &[Area], row: usize) -> bool {
    let this = &grid.rows[row];
    let adjacent = grid.rows.get(row + 1).is_some_and(|next| next.number == this.number + 1 && next.typed == 0 && next.filled >= 2);
    this.filled >= 2 && this.typed == 0 && adjacent && spans(grid, merged, row).next().is_some()
}

/// Whether all rows above are lone titles, or a blank row parts them from this one.
fn titles_only(grid: &Grid, row: usize) -> bool {
    let Some(above) = row.checked_sub(1).map(|above| &grid.rows[above]) else { return true };
    above.number + 1 < grid.rows[row].number || grid.rows[..row].iter().all(|row| row.filled == 1)
}

/// One past the last record. Below it stand at most two texts a row, in none of the columns that records fill, or after a blank row.
fn last_row(grid: &Grid, start: usize, is_system: bool) -> usize {
    let count = grid.rows.len();
    let body = start + 1..count;
    let sample: Vec<StringRecord> = body.clone().take(SAMPLE).filter(|&row| grid.rows[row].filled > 2).map(|row| grid.cells(row)).collect();
    let width = grid.rows[start..].iter().map(|row| row.last as usize + 1).max().unwrap_or(0);
    let share = |column: usize| sample.iter().filter(|cells| is_filled(cells, column)).count() * 20 >= sample.len() * 19;
    let always: Vec<usize> = if sample.is_empty() { Vec::new() } else { (0..width).filter(|&column| share(column)).collect() };
    let mut end = count;
    while end > start + 2 && count - end < LAST_ROWS {
        let row = &grid.rows[end - 1];
        let gap = grid.rows[end - 2].number + 1 < row.number;
        let cells = grid.cells(end - 1);
        let filled = always.iter().filter(|&&column| is_filled(&cells, column)).count();
        let sparse = row.filled <= 2 && row.typed == 0 && always.len() >= 3 && filled * 2 < always.len();
        // In a system's export the answers of someone who left at once may look like a note.
        if !sparse || (is_system && !gap && end == count) || is_like_a_record(&cells, &always, &sample) {
            break;
        }
        end -= 1;
    }
    end
}

/// Whether a sparse row has an id like those of the records (`P17` below `P16`), or a word that they have in that column (`end group`),
/// in a column that every record fills.
fn is_like_a_record(cells: &StringRecord, always: &[usize], sample: &[StringRecord]) -> bool {
    always.iter().filter(|&&column| is_filled(cells, column)).any(|&column| {
        let text = cells[column].trim();
        let others = || sample.iter().filter_map(|cells| cells.get(column)).map(str::trim);
        let id = text.bytes().any(|b| b.is_ascii_digit() || b == b'@') && others().filter(|other| shape(other) == shape(text)).count() >= 2;
        id || others().any(|other| other == text)
    })
}

/// A text with its letters and digits exchanged for one of each, runs of them for one.
fn shape(text: &str) -> String {
    let mut shape = String::new();
    for c in text.chars() {
        let sign = match c {
            _ if c.is_ascii_digit() => '9',
            _ if c.is_alphabetic() => 'a',
            _ => c,
        };
        if !matches!(sign, '9' | 'a') || !shape.ends_with(sign) {
            shape.push(sign);
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::super::value::Kind;
    use super::*;

    /// Cells parted by `|`, numbers typed, rows by line ends.
    fn grid(text: &str) -> Grid {
        let mut grid = Grid::default();
        for (row, line) in (0..).zip(text.lines()) {
            for (column, cell) in (0..).zip(line.split('|')) {
                let kind = if cell.parse::<f64>().is_ok() { Kind::Typed } else { Kind::Text };
                grid.push(row, column, cell, kind).expect("fits");
            }
        }
        grid.close();
        grid
    }

    fn island(text: &str, merged: &[Area]) -> (u64, u64, u32, u32, bool) {
        let grid = grid(text);
        let known = |rows: &[StringRecord]| rows[0].iter().any(|cell| cell == "ResponseId");
        let found = find(&grid, merged, &known).expect("a table");
        (grid.rows[found.start].number, grid.rows[found.end - 1].number, found.first, found.past, found.grouped)
    }

    fn area(row: u32, first: u32, last: u32) -> Area {
        Area { first: (row, first), last: (row, last) }
    }

    #[test]
    fn a_table_from_the_first_row_is_the_rule() {
        assert_eq!(island("id|a|b\n1|2|3\n2||4\n", &[]), (1, 3, 0, 3, false));
        assert_eq!(island("id|a|b\nx|y|\nz||\n", &[]), (1, 3, 0, 3, false), "a respondent who left at once");
        assert_eq!(island("\n\n||id|a\n||1|2\n", &[]), (3, 4, 2, 4, false), "blank rows and columns before it");
        assert_eq!(island("Q1||Q2\n|yes|no\n1|2|3\n", &[]), (1, 3, 0, 3, false), "two rows of headings that fill each other's gaps");
    }

    #[test]
    fn notes_above_and_below_are_passed_over() {
        let text = "a line\nanother||right\nmore|of|them||yes|yes\nname|role|age|kids|born|died\nA|x|69|1|2|3\nB|y|70|0|4|5\nC|z|71|1|2|3\nend\n|also\n||at the|bottom\n";
        assert_eq!(island(text, &[]), (4, 7, 0, 6, false));
        // A merged note above the headings is no group of them.
        let merged = "more|of|them|||yes\nor|merging||||cells\nname|role|age|kids|born|died\nA|x|69|1|2|3\nB|y|70|0|4|5\n";
        assert_eq!(island(merged, &[area(1, 1, 4)]), (3, 5, 0, 6, false));
    }

    #[test]
    fn a_last_record_with_little_in_it_is_no_note() {
        let ids = "id|how|why|when\nP15|a|b|c\nP16|a|b|d\nP17|||\n";
        assert_eq!(island(ids, &[]), (1, 4, 0, 4, false));
        let words = "type|name|label|hint\ntext|a|A|x\nend group|b|B|y\nend group|||\n";
        assert_eq!(island(words, &[]), (1, 4, 0, 4, false));
        let note = "id|how|why|when\nP15|a|b|c\nP16|a|b|d\nSource: the office||\n";
        assert_eq!(island(note, &[]), (1, 3, 0, 4, false));
    }

    #[test]
    fn titles_are_passed_over_and_groups_kept() {
        assert_eq!(island("My survey\n\nname|why|how\nA|b|c\nB|c|d\n", &[area(0, 0, 2)]), (3, 5, 0, 3, false));
        assert_eq!(island("id|Mentor|||Program\n|calm|kind|fair|fun\n1|2|3|4|5\n", &[area(0, 1, 3)]), (1, 3, 0, 5, true));
        assert_eq!(island("Title\nid|Mentor|||Program\nno|calm|kind|fair|fun\n1|2|3|4|5\n", &[area(1, 1, 3)]), (2, 4, 0, 5, true));
    }

    #[test]
    fn headings_of_a_system_decide() {
        assert_eq!(island("Export\nof|today|x\nStart|ResponseId|Q1\na|b|c\n", &[]), (3, 4, 0, 3, false));
        assert_eq!(island("Start|ResponseId|Q1\na|b|c\nd\n", &[]), (1, 3, 0, 3, false));
    }
}
