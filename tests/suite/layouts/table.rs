//! A table of cells, and the files that can hold it.

use std::io::{Cursor, Write as _};

use jiff::civil::DateTime;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use zip::write::SimpleFileOptions;

/// One cell.
#[derive(Clone, Debug)]
pub enum Cell {
    Empty,
    Text(String),
    Number(i32),
    /// A date with a time, where the container has such cells.
    Moment(DateTime),
}

pub type Rows = Vec<Vec<Cell>>;

/// A cell of text; an empty one for no text.
pub fn text(text: impl Into<String>) -> Cell {
    let text = text.into();
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}

/// A row of texts.
pub fn texts<T: Into<String>>(cells: impl IntoIterator<Item = T>) -> Vec<Cell> {
    cells.into_iter().map(text).collect()
}

/// `YYYY-MM-DD HH:MM:SS`.
pub fn iso(moment: DateTime) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// How a text file is written.
#[derive(Clone, Copy)]
pub struct Style {
    pub delimiter: char,
    pub quotes: Quotes,
    pub line_end: &'static str,
    pub bom: bool,
    /// What follows a number: `,0` where the file has decimal commas.
    pub fraction: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Quotes {
    Needed,
    All,
    /// Quotes are text; line ends and tabs become blanks.
    Never,
}

/// Comma, quotes where needed, line feeds.
pub const COMMA: Style = Style { delimiter: ',', quotes: Quotes::Needed, line_end: "\n", bom: false, fraction: "" };

impl Style {
    pub fn text(self, rows: &[Vec<Cell>]) -> String {
        let mut out = String::from(if self.bom { "\u{feff}" } else { "" });
        for row in rows {
            let cells: Vec<String> = row.iter().map(|cell| self.cell(cell)).collect();
            out += &cells.join(&self.delimiter.to_string());
            out += self.line_end;
        }
        out
    }

    pub fn bytes(self, rows: &[Vec<Cell>]) -> Vec<u8> {
        self.text(rows).into_bytes()
    }

    fn cell(self, cell: &Cell) -> String {
        let text = match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => format!("{number}{}", self.fraction),
            Cell::Moment(moment) => iso(*moment),
        };
        let special = text.contains(['"', '\n', '\r']) || text.contains(self.delimiter);
        match self.quotes {
            Quotes::Never => text.replace(['\n', '\t'], " "),
            Quotes::Needed if !special => text,
            _ => format!("\"{}\"", text.replace('"', "\"\"")),
        }
    }
}

/// A workbook of one sheet.
pub fn xlsx(rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => {
                    sheet.write_string(row, column, text).unwrap();
                }
                Cell::Number(number) => {
                    sheet.write_number(row, column, f64::from(*number)).unwrap();
                }
                Cell::Moment(moment) => {
                    let value = ExcelDateTime::parse_from_str(&iso(*moment)).unwrap();
                    sheet.write_datetime_with_format(row, column, &value, &date).unwrap();
                }
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// An OpenDocument workbook of one sheet.
pub fn ods(rows: &[Vec<Cell>]) -> Vec<u8> {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('\t', "<text:tab/>");
    let mut body = String::new();
    for cells in rows {
        body += "<table:table-row>";
        for cell in cells {
            body += &match cell {
                Cell::Empty => "<table:table-cell/>".to_owned(),
                Cell::Text(text) => {
                    let lines: Vec<String> = text.split('\n').map(|line| format!("<text:p>{}</text:p>", escape(line))).collect();
                    format!("<table:table-cell office:value-type=\"string\">{}</table:table-cell>", lines.concat())
                }
                Cell::Number(number) => format!("<table:table-cell office:value-type=\"float\" office:value=\"{number}\"/>"),
                Cell::Moment(moment) => format!("<table:table-cell office:value-type=\"date\" office:date-value=\"{moment}\"/>"),
            };
        }
        body += "</table:table-row>";
    }
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\">\
         <office:body><office:spreadsheet><table:table table:name=\"Answers\">{body}</table:table></office:spreadsheet></office:body>\
         </office:document-content>"
    );
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    archive.start_file("mimetype", stored).unwrap();
    archive.write_all(b"application/vnd.oasis.opendocument.spreadsheet").unwrap();
    archive.start_file("content.xml", SimpleFileOptions::default()).unwrap();
    archive.write_all(content.as_bytes()).unwrap();
    archive.finish().unwrap().into_inner()
}
