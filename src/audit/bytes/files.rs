//! CSV, Parquet, workbook and manifest: the same cells as the declared results, and nothing besides.

use std::collections::{BTreeSet, HashSet};
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use crate::audit::decimal::Decimal;
use crate::audit::declared::{Declared, Figure, RESULTS};
use crate::audit::grids::{is_on, rate_grids};
use crate::audit::report::Fault;

/// Columns that hold numbers, and may begin with a sign.
const NUMERIC: [&str; 8] =
    ["estimate", "ci_lower", "ci_upper", "confidence_level", "adjusted_lower", "adjusted_upper", "bound", "formula_version"];
/// Columns that hold words.
const WORDS: [&str; 19] = [
    "metric",
    "label",
    "instrument",
    "scale_or_cause",
    "role",
    "period",
    "period_kind",
    "grouping",
    "group",
    "group_label",
    "contrast",
    "reference",
    "unit",
    "unit_of_analysis",
    "shown",
    "n",
    "verdict",
    "method",
    "reason",
];
/// Units of means, whose intervals are standard deviations.
const MEANS: [&str; 4] = ["scale_points", "nps_points", "t_points", "average"];
/// From here a mean has an interval; a model, which a difference of the two sides is, from fewer.
const INTERVAL_FROM: [u64; 2] = [100, 50];
/// What begins a formula in a spreadsheet.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\0'];

/// Cells of the declared results: formulas, grids and signs by size.
pub fn results(declared: &Declared, faults: &mut Vec<Fault>) {
    // A standard deviation or a smallest answer would stand in a column of its own.
    for column in declared.columns.iter().filter(|column| !WORDS.contains(&column.as_str()) && !NUMERIC.contains(&column.as_str())) {
        faults.push(Fault::new(RESULTS, format!("has a column {column}, which the auditor does not know")));
    }
    for figure in &declared.figures {
        for (column, text) in figure.cells() {
            let is_number = NUMERIC.contains(&column);
            if is_number && !text.is_empty() && Decimal::parse(text).is_none() {
                faults.push(Fault::new(RESULTS, format!("{column} is no number: {}", figure.place())));
            }
            if !is_number && text.starts_with(FORMULA) {
                faults.push(Fault::new(RESULTS, format!("{column} begins a formula: {}", figure.place())));
            }
        }
        let shows = NUMERIC.iter().take(7).any(|column| !figure.text(column).is_empty());
        if figure.is_hidden() && (shows || !figure.text("n").is_empty()) {
            faults.push(Fault::new(RESULTS, format!("a hidden cell shows something: {}", figure.place())));
        }
        let about = figure.text("n").strip_prefix("about ").map(str::parse::<u64>);
        let is_band = match (figure.text("n"), about) {
            ("", None) => figure.is_hidden(),
            ("5 to 9" | "10 to 49", None) => true,
            (_, Some(Ok(people))) => people >= 50 && people % 5 == 0,
            _ => false,
        };
        if !is_band {
            faults.push(Fault::new(RESULTS, format!("the number of people is no band: {}", figure.place())));
        }
        // Of so few only a band is told; its end is a number of the rules.
        let is_number = NUMERIC.iter().filter(|column| **column != "bound").take(6).any(|column| !figure.text(column).is_empty());
        if figure.text("n") == "5 to 9" && is_number {
            faults.push(Fault::new(RESULTS, format!("5 to 9 people show a number: {}", figure.place())));
        }
        if is_mean_of_few(figure) {
            faults.push(Fault::new(RESULTS, format!("a mean of few people has an interval: {}", figure.place())));
        }
        let step = match (figure.text("unit"), figure.text("n")) {
            ("proportion", "10 to 49") => Decimal { units: 5, places: 2 },
            ("proportion", _) => Decimal { units: 1, places: 2 },
            ("count", _) => Decimal { units: 5, places: 0 },
            ("per_100_relationship_months", _) if figure.text("grouping") != "all" && figure.text("contrast") != "effect" => {
                if !rate_grids(figure).into_iter().any(|grid| is_on(figure, grid)) {
                    faults.push(Fault::new(RESULTS, format!("a number is finer than the grid of its size: {}", figure.place())));
                }
                continue;
            }
            _ => continue,
        };
        let off = ["estimate", "ci_lower", "ci_upper", "adjusted_lower", "adjusted_upper", "bound"]
            .iter()
            .filter_map(|column| figure.number(column))
            .any(|number| {
                let scale = 10i64.pow(number.places.max(step.places));
                let scaled = |decimal: Decimal| decimal.units * (scale / 10i64.pow(decimal.places));
                scaled(number) % scaled(step) != 0
            });
        if off {
            faults.push(Fault::new(RESULTS, format!("a number is finer than the grid of its size: {}", figure.place())));
        }
    }
    if let Some(grouping) = declared.first_disorder() {
        faults.push(Fault::new(RESULTS, format!("groups of {grouping} do not stand in one order")));
    }
}

/// Whether a mean of too few people has an interval. Changes of numbers of records and effects of actions have one whatever their size.
fn is_mean_of_few(figure: &Figure) -> bool {
    let is_mean = match (figure.text("unit"), figure.text("contrast")) {
        (_, "effect") | ("average", "change") => false,
        (unit, _) => MEANS.contains(&unit),
    };
    let has_interval = ["ci_lower", "ci_upper", "adjusted_lower", "adjusted_upper"].iter().any(|column| !figure.text(column).is_empty());
    let people = figure.text("n").strip_prefix("about ").and_then(|people| people.parse::<u64>().ok()).unwrap_or(0);
    is_mean && has_interval && people < INTERVAL_FROM[usize::from(figure.text("metric") == "side_gap")]
}

/// The workbook holds rows of the declared results only, as the same texts and numbers.
pub fn workbook(file: &str, bytes: &[u8], declared: &Declared, faults: &mut Vec<Fault>) {
    let Ok(mut book) = Xlsx::new(Cursor::new(bytes)) else {
        faults.push(Fault::new(file, "cannot be read".into()));
        return;
    };
    let known: HashSet<Vec<String>> = declared
        .figures
        .iter()
        .map(|figure| declared.columns.iter().map(|column| canonical(column, figure.text(column))).collect())
        .collect();
    for sheet in book.sheet_names() {
        let formulas = book.worksheet_formula(&sheet).map(|range| range.used_cells().any(|(.., formula)| !formula.is_empty()));
        if formulas.unwrap_or(true) {
            faults.push(Fault::new(file, format!("the sheet {sheet} holds a formula")));
        }
        let Ok(range) = book.worksheet_range(&sheet) else {
            faults.push(Fault::new(file, format!("the sheet {sheet} cannot be read")));
            continue;
        };
        let mut rows = range.rows();
        let header: Vec<String> = rows.next().map_or_else(Vec::new, |row| row.iter().map(ToString::to_string).collect());
        if header != *declared.columns {
            faults.push(Fault::new(file, format!("the sheet {sheet} has other columns than the declared results")));
            continue;
        }
        for (line, row) in rows.enumerate() {
            let cells: Vec<String> = row
                .iter()
                .zip(&header)
                .map(|(cell, column)| match cell {
                    Data::Empty => String::new(),
                    Data::Float(number) => canonical(column, &number.to_string()),
                    Data::Int(number) => canonical(column, &number.to_string()),
                    other => canonical(column, &other.to_string()),
                })
                .collect();
            if !known.contains(&cells) {
                faults.push(Fault::new(file, format!("row {} of the sheet {sheet} is no declared figure", line + 2)));
            }
        }
    }
    extras(file, bytes, faults);
}

/// Parts of a workbook that hold words or links besides its sheets.
fn extras(file: &str, bytes: &[u8], faults: &mut Vec<Fault>) {
    let Ok(archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        faults.push(Fault::new(file, "cannot be read".into()));
        return;
    };
    for name in archive.file_names().flatten() {
        let name = name.as_ref();
        let is_plain = matches!(name, "[Content_Types].xml" | "_rels/.rels" | "docProps/app.xml" | "docProps/core.xml")
            || matches!(
                name,
                "xl/workbook.xml" | "xl/styles.xml" | "xl/sharedStrings.xml" | "xl/theme/theme1.xml" | "xl/_rels/workbook.xml.rels"
            )
            || (name.starts_with("xl/worksheets/sheet") && name.ends_with(".xml"));
        if !is_plain {
            faults.push(Fault::new(file, format!("has a part {name}")));
        }
    }
}

/// A cell's text, numbers in one form.
fn canonical(column: &str, text: &str) -> String {
    match Decimal::parse(text).filter(|_| NUMERIC.contains(&column)) {
        Some(number) => format!("{}e-{}", number.units, number.places),
        None => text.to_string(),
    }
}

/// Columns of a table read elsewhere (Parquet); nothing else but the declared results, in their order.
pub fn same_rows(file: &str, columns: &[(String, Vec<String>)], declared: &Declared, faults: &mut Vec<Fault>) {
    let rows = columns.first().map_or(0, |(_, texts)| texts.len());
    if rows != declared.figures.len() {
        faults.push(Fault::new(file, "has another number of rows than the declared results".into()));
    }
    let names: BTreeSet<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let has_names = columns.len() == declared.columns.len() && declared.columns.iter().all(|column| names.contains(column.as_str()));
    for (line, figure) in declared.figures.iter().take(rows).enumerate() {
        let is_same = |(column, texts): &(String, Vec<String>)| {
            let (here, there) = (unguarded(&texts[line]), unguarded(figure.text(column)));
            here == there || canonical(column, here) == canonical(column, there)
        };
        if !has_names || !columns.iter().all(is_same) {
            faults.push(Fault::new(file, format!("row {} is no declared figure", line + 1)));
        }
    }
}

/// Parquet keeps texts as they are; the CSV puts an apostrophe before what begins like a formula.
fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA)).unwrap_or(text)
}
