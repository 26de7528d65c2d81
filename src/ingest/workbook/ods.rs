//! OpenDocument workbooks, cell by cell.
//!
//! Read here and not by the library that reads the other kind: that one holds all sheets at once, repeats cells and blanks as often as the
//! file claims, and says neither which cells are merged nor which are shown as percent.

use std::collections::BTreeSet;
use std::io::{BufReader, Cursor};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{XmlVersion, escape::resolve_predefined_entity};
use zip::ZipArchive;

use super::fault::{Limit, WorkbookFault};
use super::value::{Kind, write_iso_date, write_iso_duration, write_number};
use super::{Area, CELL_BYTES_MAX, ROWS_MAX, SheetName, Step, Visit};

/// Name of the part that holds all sheets.
const CONTENT: &str = "content.xml";

/// An opened workbook.
pub(super) struct OdsBook<'b> {
    bytes: &'b [u8],
    sheets: Vec<SheetName>,
}

/// Where the reader stands in a sheet.
#[derive(Default)]
struct At {
    row: u64,
    /// How often the row is repeated.
    rows: u64,
    column: u64,
    cells: Vec<OdsCell>,
    merged: Vec<Area>,
}

/// One cell of the row that is being read.
struct OdsCell {
    column: u64,
    repeated: u64,
    text: String,
    kind: Kind,
}

impl<'b> OdsBook<'b> {
    /// Opens a workbook that the guard has checked.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, WorkbookFault> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged("the archive"))?;
        if let Ok(manifest) = archive.by_name("META-INF/manifest.xml") {
            let mut encrypted = false;
            elements(Reader::from_reader(BufReader::new(manifest)), |event| {
                encrypted |= matches!(event, Event::Start(e) | Event::Empty(e) if e.local_name().as_ref() == "encryption-data");
                Ok(!encrypted)
            })?;
            if encrypted {
                return Err(WorkbookFault::Encrypted);
            }
        }
        let mut book = Self { bytes, sheets: Vec::new() };
        let (mut hidden, mut style) = (BTreeSet::new(), None);
        let mut sheets = Vec::new();
        let mut depth = 0_u32;
        book.content(|event| {
            match event {
                Event::Start(e) | Event::Empty(e) => match e.name().as_ref() {
                    "style:style" => style = attribute(e, "style:name"),
                    "style:table-properties" if attribute(e, "table:display").as_deref() == Some("false") => {
                        hidden.extend(style.take());
                    }
                    "table:table" if depth == 0 => {
                        let visible = attribute(e, "table:style-name").is_none_or(|style| !hidden.contains(&style));
                        sheets.push(SheetName { name: attribute(e, "table:name").unwrap_or_default(), visible });
                    }
                    _ => {}
                },
                _ => {}
            }
            // A table inside a cell is no sheet.
            match event {
                Event::Start(e) if e.name().as_ref() == "table:table" => depth += 1,
                Event::End(e) if e.name().as_ref() == "table:table" => depth = depth.saturating_sub(1),
                _ => {}
            }
            Ok(true)
        })?;
        book.sheets = sheets;
        Ok(book)
    }

    pub(super) fn sheets(&self) -> &[SheetName] {
        &self.sheets
    }

    /// Walks over the part with the sheets until `visit` returns false.
    fn content(&self, visit: impl FnMut(&Event<'_>) -> Result<bool, WorkbookFault>) -> Result<(), WorkbookFault> {
        let mut archive = ZipArchive::new(Cursor::new(self.bytes)).map_err(|_| damaged("the archive"))?;
        let part = archive.by_name(CONTENT).map_err(|_| damaged(CONTENT))?;
        elements(Reader::from_reader(BufReader::new(part)), visit)
    }

    /// Hands on each cell that holds something, in the order of the file; gives the areas of merged cells.
    pub(super) fn read(&self, sheet: &str, visit: Visit<'_>) -> Result<Vec<Area>, WorkbookFault> {
        let wanted = self.sheets.iter().position(|known| known.name == sheet).ok_or_else(|| damaged(sheet))?;
        let (mut seen, mut depth) = (0, 0_u32);
        let mut at = At::default();
        let mut cell: Option<OdsCell> = None;
        let mut paragraphs = 0;
        // Elements inside a cell whose text is not the cell's: notes and drawings.
        let mut foreign = 0_u32;
        self.content(|event| {
            let name = match event {
                Event::Start(e) => Some(e.name()),
                Event::Empty(e) => Some(e.name()),
                _ => None,
            };
            match event {
                Event::Start(e) if e.name().as_ref() == "table:table" => {
                    depth += 1;
                    seen += usize::from(depth == 1);
                    return Ok(true);
                }
                Event::End(e) if e.name().as_ref() == "table:table" => {
                    depth = depth.saturating_sub(1);
                    return Ok(!(depth == 0 && seen == wanted + 1));
                }
                _ => {}
            }
            if depth != 1 || seen != wanted + 1 {
                return Ok(true);
            }
            if let Some(open) = cell.as_mut() {
                let is_end = matches!(event, Event::End(e) if is_cell(e.name().as_ref()));
                if !is_end {
                    foreign = follow(event, open, &mut paragraphs, foreign)?;
                    return Ok(true);
                }
            }
            match event {
                Event::Start(e) | Event::Empty(e) if e.name().as_ref() == "table:table-row" => {
                    at.rows = count(e, "table:number-rows-repeated");
                    at.column = 0;
                    if matches!(event, Event::Empty(_)) {
                        return end_row(&mut at, visit);
                    }
                }
                Event::End(e) if e.name().as_ref() == "table:table-row" => return end_row(&mut at, visit),
                Event::Start(e) | Event::Empty(e) if name.is_some_and(|name| is_cell(name.as_ref())) => {
                    let next = begin(e, &mut at)?;
                    paragraphs = 0;
                    foreign = 0;
                    if matches!(event, Event::Start(_)) {
                        cell = Some(next);
                    } else {
                        at.cells.push(next);
                    }
                }
                Event::End(e) if is_cell(e.name().as_ref()) => at.cells.extend(cell.take()),
                _ => {}
            }
            Ok(true)
        })?;
        Ok(at.merged)
    }
}

fn damaged(place: &str) -> WorkbookFault {
    WorkbookFault::Damaged(place.to_owned())
}

fn is_cell(name: &str) -> bool {
    name == "table:table-cell" || name == "table:covered-table-cell"
}

/// All events of a part, until `visit` returns false.
fn elements<R: std::io::BufRead>(
    mut reader: Reader<R>,
    mut visit: impl FnMut(&Event<'_>) -> Result<bool, WorkbookFault>,
) -> Result<(), WorkbookFault> {
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::with_capacity(1024);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) => return Ok(()),
            Ok(event) => {
                if !visit(&event)? {
                    return Ok(());
                }
            }
            Err(_) => return Err(damaged(&format!("the XML of {CONTENT}"))),
        }
    }
}

/// The value of an attribute, by its name with prefix.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().with_checks(false).flatten().find(|attribute| attribute.key.as_ref() == name)?;
    Some(found.normalized_value(XmlVersion::Implicit1_0).map_or_else(|_| found.value.to_string(), std::borrow::Cow::into_owned))
}

/// A number of repeats; a claim that is no number counts as the highest.
fn count(element: &BytesStart<'_>, name: &str) -> u64 {
    attribute(element, name).map_or(1, |text| text.trim().parse().unwrap_or(u64::MAX)).clamp(1, ROWS_MAX * 2)
}

/// A cell from its attributes; those of a text without a value follow as paragraphs.
fn begin(element: &BytesStart<'_>, at: &mut At) -> Result<OdsCell, WorkbookFault> {
    let repeated = count(element, "table:number-columns-repeated");
    let mut cell = OdsCell { column: at.column, repeated, text: String::new(), kind: Kind::Text };
    let columns = attribute(element, "table:number-columns-spanned").and_then(|n| n.parse::<u32>().ok()).unwrap_or(1);
    let rows = attribute(element, "table:number-rows-spanned").and_then(|n| n.parse::<u32>().ok()).unwrap_or(1);
    if (columns > 1 || rows > 1) && at.merged.len() < super::MERGES_MAX as usize {
        let first = (u32::try_from(at.row).unwrap_or(u32::MAX), u32::try_from(at.column).unwrap_or(u32::MAX));
        at.merged.push(Area { first, last: (first.0.saturating_add(rows - 1), first.1.saturating_add(columns - 1)) });
    }
    at.column = at.column.saturating_add(repeated);
    let value = |name: &str| attribute(element, name);
    if value("calcext:value-type").as_deref() == Some("error") {
        cell.kind = Kind::Error;
        return Ok(cell);
    }
    let kind = value("office:value-type");
    match kind.as_deref() {
        Some("float" | "percentage" | "currency") => {
            let number = value("office:value").and_then(|text| text.parse().ok()).ok_or_else(|| damaged("the number of a cell"))?;
            write_number(&mut cell.text, number);
            cell.kind = if kind.as_deref() == Some("percentage") { Kind::Percent } else { Kind::Typed };
        }
        Some("date") => {
            write_iso_date(&mut cell.text, &value("office:date-value").unwrap_or_default());
            cell.kind = Kind::Typed;
        }
        Some("time") => {
            write_iso_duration(&mut cell.text, &value("office:time-value").unwrap_or_default());
            cell.kind = Kind::Typed;
        }
        Some("boolean") => {
            let truth = value("office:boolean-value").is_some_and(|text| text.eq_ignore_ascii_case("true"));
            cell.text.push_str(if truth { "TRUE" } else { "FALSE" });
            cell.kind = Kind::Typed;
        }
        _ => cell.text = value("office:string-value").unwrap_or_default(),
    }
    Ok(cell)
}

/// Takes the text inside a cell that its attributes did not give. Returns the depth of elements whose text is not the cell's.
fn follow(event: &Event<'_>, cell: &mut OdsCell, paragraphs: &mut u32, foreign: u32) -> Result<u32, WorkbookFault> {
    let is_foreign = |name: &str| name == "office:annotation" || name.starts_with("draw:");
    match event {
        Event::Start(e) if foreign > 0 || is_foreign(e.name().as_ref()) => return Ok(foreign + 1),
        Event::End(_) if foreign > 0 => return Ok(foreign - 1),
        _ if foreign > 0 || cell.kind != Kind::Text => return Ok(foreign),
        _ => {}
    }
    // A text given as an attribute is repeated by the first paragraph.
    let given = *paragraphs == 0 && !cell.text.is_empty();
    match event {
        Event::Start(e) | Event::Empty(e) => match e.name().as_ref() {
            "text:p" if given => return Ok(foreign + u32::from(matches!(event, Event::Start(_)))),
            "text:p" => {
                if *paragraphs > 0 {
                    cell.text.push('\n');
                }
                *paragraphs += 1;
            }
            "text:s" => {
                let blanks = usize::try_from(count(e, "text:c")).unwrap_or(usize::MAX).min(CELL_BYTES_MAX + 1);
                cell.text.extend(std::iter::repeat_n(' ', blanks));
            }
            "text:tab" => cell.text.push('\t'),
            "text:line-break" => cell.text.push('\n'),
            _ => {}
        },
        Event::Text(text) if *paragraphs > 0 => cell.text.push_str(&text.xml10_content()),
        Event::CData(text) if *paragraphs > 0 => cell.text.push_str(&text.xml10_content()),
        Event::GeneralRef(reference) if *paragraphs > 0 => match reference.resolve_char_ref() {
            Ok(Some(character)) => cell.text.push(character),
            _ => cell.text.push_str(resolve_predefined_entity(reference).unwrap_or("")),
        },
        _ => {}
    }
    if cell.text.len() > CELL_BYTES_MAX {
        return Err(WorkbookFault::Cap(format!("more in column {}", cell.column + 1), Limit::CellText));
    }
    Ok(foreign)
}

/// Hands on the cells of a row as often as it is repeated. A row without any is passed over at once, whatever it claims.
fn end_row(at: &mut At, visit: Visit<'_>) -> Result<bool, WorkbookFault> {
    at.cells.retain(|cell| cell.kind == Kind::Error || !cell.text.is_empty());
    if !at.cells.is_empty() {
        for row in at.row..at.row.saturating_add(at.rows) {
            for cell in &at.cells {
                for column in cell.column..cell.column.saturating_add(cell.repeated) {
                    let place = (u32::try_from(row).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX));
                    if visit(place.0, place.1, &cell.text, cell.kind)? == Step::Enough {
                        return Ok(false);
                    }
                }
            }
        }
    }
    at.cells.clear();
    at.row = at.row.saturating_add(at.rows);
    Ok(true)
}
