//! One sheet as the text of a table, and all sheets as rows.

use csv::StringRecord;

use super::super::adapter::{Probe, Remark, detect};
use super::super::container::{Container, Rendering};
use super::fault::{Limit, Note, WorkbookFault};
use super::grid::{Grid, letters, write_cell};
use super::island::{self, Island};
use super::{Area, Book, DEFINITION_BYTES_MAX, SheetRows, Step, TEXT_BYTES_MAX};
use crate::program::plan::System;

/// Rows of each sheet that are looked at to find the one with a table.
const LOOK_ROWS: usize = 100;

/// A sheet that was read.
#[derive(Debug)]
pub(super) struct Rendered {
    pub text: String,
    pub sheet: String,
    pub notes: Vec<Note>,
}

impl Rendered {
    pub(super) fn into_rendering(self) -> Rendering {
        let remarks = self.notes.into_iter().map(Remark::from).collect();
        Rendering { text: self.text, sheet: Some(self.sheet), encoding: "utf-8".to_owned(), labels: Vec::new(), remarks, dictionary: None }
    }
}

/// Renders the declared sheet, else the first with a table.
pub(super) fn render(bytes: &[u8], declared: Option<&str>) -> Result<Rendered, WorkbookFault> {
    let (mut book, uncomputed) = Book::open(bytes)?;
    let (sheet, others) = choose(&mut book, declared)?;
    let (grid, merged) = read(&mut book, &sheet, usize::MAX)?;
    let mut notes = Vec::new();
    if !others.is_empty() {
        notes.push(Note::Sheet(sheet.clone(), others));
    }
    let text = match island::find(&grid, &merged, &is_known) {
        Some(island) => {
            describe(&grid, &island, &mut notes);
            table(&grid, &merged, &island, &mut notes)?
        }
        None => String::new(),
    };
    if uncomputed > 0 {
        notes.push(Note::Uncomputed(uncomputed));
    }
    Ok(Rendered { text, sheet, notes })
}

/// All sheets as rows of text.
pub(super) fn sheets(bytes: &[u8]) -> Result<Vec<SheetRows>, WorkbookFault> {
    let (mut book, _) = Book::open(bytes)?;
    let names: Vec<String> = book.sheets().iter().map(|sheet| sheet.name.clone()).collect();
    let (mut all, mut bytes) = (Vec::with_capacity(names.len()), 0);
    for name in names {
        let (grid, _) = read(&mut book, &name, usize::MAX)?;
        let mut rows: Vec<Vec<String>> = Vec::new();
        for (at, row) in grid.rows.iter().enumerate() {
            bytes += grid.text(at).len();
            if bytes > DEFINITION_BYTES_MAX {
                return Err(WorkbookFault::Cap("more in all sheets".to_owned(), Limit::Definition));
            }
            rows.resize_with(usize::try_from(row.number - 1).unwrap_or(usize::MAX), Vec::new);
            rows.push(grid.cells(at).iter().map(str::to_owned).collect());
        }
        all.push(SheetRows { name, rows });
    }
    Ok(all)
}

/// The sheet to read and, where nothing was declared, the others with tables.
fn choose(book: &mut Book<'_>, declared: Option<&str>) -> Result<(String, Vec<String>), WorkbookFault> {
    if let Some(wanted) = declared {
        let same = |name: &str| name.trim().to_lowercase() == wanted.trim().to_lowercase();
        let exact = book.sheets().iter().find(|sheet| sheet.name == wanted);
        let found = exact.or_else(|| book.sheets().iter().find(|sheet| same(&sheet.name)));
        let names = || book.sheets().iter().map(|sheet| sheet.name.clone()).collect();
        return found.map(|sheet| (sheet.name.clone(), Vec::new())).ok_or_else(|| WorkbookFault::NoSuchSheet(wanted.to_owned(), names()));
    }
    let mut names: Vec<String> = book.sheets().iter().filter(|sheet| sheet.visible).map(|sheet| sheet.name.clone()).collect();
    if names.is_empty() {
        names = book.sheets().iter().map(|sheet| sheet.name.clone()).collect();
    }
    if let [only] = names.as_slice() {
        return Ok((only.clone(), Vec::new()));
    }
    let (mut tables, mut filled) = (Vec::new(), None);
    for name in &names {
        let (grid, _) = read(book, name, LOOK_ROWS)?;
        match island::find(&grid, &[], &is_known) {
            Some(island) if island.is_table() => tables.push(name.clone()),
            Some(_) if filled.is_none() => filled = Some(name.clone()),
            _ => {}
        }
    }
    let mut tables = tables.into_iter();
    let first = tables.next().or(filled).or_else(|| names.first().cloned());
    let none = || WorkbookFault::Damaged("the list of sheets, which is empty".to_owned());
    Ok((first.ok_or_else(none)?, tables.collect()))
}

/// Reads a sheet up to a number of rows that hold something.
fn read(book: &mut Book<'_>, sheet: &str, rows: usize) -> Result<(Grid, Vec<Area>), WorkbookFault> {
    let mut grid = Grid::default();
    let merged = book.read(sheet, &mut |row, column, text, kind| {
        grid.push(row, column, text, kind)?;
        Ok(if grid.rows.len() > rows { Step::Enough } else { Step::On })
    })?;
    grid.close();
    Ok((grid, merged))
}

/// Whether rows begin with the headings of a survey system.
fn is_known(rows: &[StringRecord]) -> bool {
    let (adapter, _) = detect(&Probe { rows, container: Container::Workbook });
    !matches!(adapter.system(), System::Csv | System::Workbook)
}

/// What was passed over, and what the cells were like.
fn describe(grid: &Grid, island: &Island, notes: &mut Vec<Note>) {
    let passed_over = |rows, why: &str| range(grid, rows).map(|rows| Note::PassedOver(rows, why.to_owned()));
    notes.extend(passed_over(0..island.start, &island.evidence));
    notes.extend(passed_over(island.end..grid.rows.len(), "a text or two, where records fill other columns"));
    if island.first > 0 {
        notes.push(Note::FirstColumn(letters(island.first)));
    }
    if grid.errors > 0 {
        notes.push(Note::Errors(grid.errors));
    }
    let percent = (1..).zip(grid.percent.iter().skip(island.first as usize)).filter(|(_, count)| **count > 0);
    let percent: Vec<u32> = percent.map(|(column, _)| column).collect();
    if !percent.is_empty() {
        notes.push(Note::Percent(percent));
    }
}

/// Numbers of the first and last of some rows.
fn range(grid: &Grid, rows: std::ops::Range<usize>) -> Option<String> {
    let rows = grid.rows.get(rows)?;
    let (first, last) = (rows.first()?.number, rows.last()?.number);
    Some(if first == last { format!("row {first}") } else { format!("rows {first} to {last}") })
}

/// The records of the table, each in the line of its row; a row without one is an empty line.
fn table(grid: &Grid, merged: &[Area], island: &Island, notes: &mut Vec<Note>) -> Result<String, WorkbookFault> {
    let mut text = String::new();
    let mut line = 1;
    for row in island.start..island.end {
        let number = grid.rows[row].number;
        text.extend(std::iter::repeat_n('\n', usize::try_from(number - line).unwrap_or(0)));
        line = number + 1;
        let carried = if row == island.start && island.grouped { carry(grid, merged, island, notes) } else { None };
        let cells = carried.as_deref().unwrap_or_else(|| grid.text(row));
        // Columns before the first hold nothing in any row of the table, so that each record begins with their delimiters.
        let cells = cells.get(island.first as usize..).unwrap_or("");
        text.push_str(cells);
        if carried.is_none() {
            text.extend(std::iter::repeat_n(',', (island.past - 1 - grid.rows[row].last) as usize));
        }
        text.push('\n');
        if text.len() > TEXT_BYTES_MAX {
            return Err(WorkbookFault::Cap(format!("more in row {number}"), Limit::Text));
        }
    }
    Ok(text)
}

/// The first row of headings with each merged one in all columns that it spans.
fn carry(grid: &Grid, merged: &[Area], island: &Island, notes: &mut Vec<Note>) -> Option<String> {
    let row = u32::try_from(grid.rows[island.start].number - 1).ok()?;
    let mut cells: Vec<String> = grid.cells(island.start).iter().map(str::to_owned).collect();
    cells.resize(island.past as usize, String::new());
    let mut carried = 0;
    for area in merged.iter().filter(|area| area.first.0 == row && area.last.0 == row && area.last.1 > area.first.1) {
        let Some(heading) = cells.get(area.first.1 as usize).filter(|heading| !heading.trim().is_empty()).cloned() else { continue };
        let columns = area.first.1 as usize + 1..(area.last.1 as usize + 1).min(cells.len());
        cells.get_mut(columns)?.fill(heading);
        carried += 1;
    }
    notes.push(Note::Carried(carried));
    let mut text = String::new();
    for (column, cell) in cells.iter().enumerate() {
        if column > 0 {
            text.push(',');
        }
        write_cell(&mut text, cell);
    }
    Some(text)
}
