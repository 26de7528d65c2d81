//! REDCap data dictionaries: fields, forms and choices, so that codes and labels can be compared with an instrument's.

use std::path::Path;

use super::faults::about;
use super::files::read_bytes;
use super::table::Table;
use crate::error::Result;
use crate::finding::{Excludes, Finding, Findings, Severity};

/// A data dictionary: one entry per field, in order.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    /// Fields in the order of the file.
    pub fields: Vec<DictionaryField>,
    /// What is wrong with the file.
    pub findings: Findings,
}

/// One field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DictionaryField {
    /// Row as a spreadsheet numbers it.
    pub row: u64,
    /// Field name, the heading of raw exports.
    pub name: String,
    /// Form on which it stands.
    pub form: String,
    /// Field type as the file has it, such as `radio`, `checkbox`, `calc`.
    pub kind: String,
    /// Question text.
    pub label: String,
    /// Choices in order. Only radio, dropdown, checkbox, yesno and truefalse fields have any.
    pub choices: Vec<DictionaryChoice>,
    /// Validation of text fields, such as `date_ymd` or `number_comma_decimal`; blank where none.
    pub validation: String,
    /// Group of a matrix; blank where none.
    pub matrix: String,
    /// Smallest allowed answer of a text field or slider; blank where none.
    pub minimum: String,
    /// Largest, like `minimum`.
    pub maximum: String,
    /// Whether it is marked to identify a person.
    pub identifier: bool,
    /// Condition under which it is shown; blank where always.
    pub branching: String,
    /// Annotation, with action tags such as `@HIDDEN`.
    pub annotation: String,
}

/// One choice of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DictionaryChoice {
    /// Code as raw exports have it.
    pub code: String,
    /// Label, which may hold commas.
    pub label: String,
}

/// Reads a data dictionary; `name` is what findings call it.
///
/// # Errors
/// If the file cannot be read or is larger than `TEXT_FILE_BYTES_MAX`.
pub fn read_dictionary(path: &Path, name: &str) -> Result<Dictionary> {
    Ok(Dictionary::from_bytes(name, read_bytes(path)?))
}

impl Dictionary {
    /// Reads a data dictionary from its bytes, with the headings of a download or of the API.
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Self {
        let mut table = Table::from_bytes(name, bytes);
        let mut findings = std::mem::take(&mut table.findings);
        if table.headings.is_empty() {
            return Self { fields: Vec::new(), findings };
        }
        let column = |download: &str, api: &str| table.column(download).or_else(|| table.column(api));
        let mut required = |download: &str, api: &str| {
            column(download, api).or_else(|| table.require(download).map_err(|finding| findings.push(*finding)).ok())
        };
        let columns = [
            required("Variable / Field Name", "field_name"),
            required("Form Name", "form_name"),
            required("Field Type", "field_type"),
            required("Field Label", "field_label"),
            required("Choices, Calculations, OR Slider Labels", "select_choices_or_calculations"),
        ];
        let [Some(field), Some(form), Some(kind), Some(label), Some(choices)] = columns else {
            return Self { fields: Vec::new(), findings };
        };
        let validation = column("Text Validation Type OR Show Slider Number", "text_validation_type_or_show_slider_number");
        let matrix = column("Matrix Group Name", "matrix_group_name");
        let minimum = column("Text Validation Min", "text_validation_min");
        let maximum = column("Text Validation Max", "text_validation_max");
        let identifier = column("Identifier?", "identifier");
        let branching = column("Branching Logic (Show field only if...)", "branching_logic");
        let annotation = column("Field Annotation", "field_annotation");
        let mut fields = Vec::with_capacity(table.rows().len());
        for row in table.rows() {
            let text = |column: usize| row.get(column).unwrap_or("").to_owned();
            let kind = text(kind);
            let (choices, broken) = choices_of(&kind, row.get(choices).unwrap_or(""));
            if broken > 0 {
                findings.push(Finding {
                    rule: "file.dictionary_choice",
                    severity: Severity::Warning,
                    row: Some(row.row),
                    column: row.get(field).map(str::to_owned),
                    expected: "a code, a comma and a label between vertical bars".to_owned(),
                    found: format!("{broken} parts without a comma"),
                    remedy: "look for a vertical bar inside a label; the parts were passed over".to_owned(),
                    excludes: Excludes::Value,
                    ..about(name)
                });
            }
            fields.push(DictionaryField {
                row: row.row,
                name: text(field),
                form: text(form),
                label: text(label),
                validation: validation.map(text).unwrap_or_default(),
                matrix: matrix.map(text).unwrap_or_default(),
                minimum: minimum.map(text).unwrap_or_default(),
                maximum: maximum.map(text).unwrap_or_default(),
                identifier: identifier.map(text).is_some_and(|mark| mark.eq_ignore_ascii_case("y")),
                branching: branching.map(text).unwrap_or_default(),
                annotation: annotation.map(text).unwrap_or_default(),
                kind,
                choices,
            });
        }
        Self { fields, findings }
    }

    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<&DictionaryField> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// Choices of a field, and the number of parts that are none. Formulas, queries and slider labels stand in the same column.
fn choices_of(kind: &str, text: &str) -> (Vec<DictionaryChoice>, usize) {
    let choice = |code: &str, label: &str| DictionaryChoice { code: code.trim().to_owned(), label: label.trim().to_owned() };
    match kind {
        "yesno" => (vec![choice("1", "Yes"), choice("0", "No")], 0),
        "truefalse" => (vec![choice("1", "True"), choice("0", "False")], 0),
        "radio" | "dropdown" | "checkbox" => {
            let parts: Vec<&str> = text.split('|').filter(|part| !part.trim().is_empty()).collect();
            let choices: Vec<_> = parts.iter().filter_map(|part| part.split_once(',')).map(|(code, label)| choice(code, label)).collect();
            let broken = parts.len() - choices.len();
            (choices, broken)
        }
        _ => (Vec::new(), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADINGS: &str = "Variable / Field Name,Form Name,Field Type,Field Label,\"Choices, Calculations, OR Slider Labels\"";

    fn read(rows: &str) -> Dictionary {
        Dictionary::from_bytes("d.csv", format!("{HEADINGS}\n{rows}").into_bytes())
    }

    #[test]
    fn choices_split_at_bars_then_at_the_first_comma() {
        let got = read("a,f,radio,A,\"1, one|2, two, or more | -9 ,three\"\nb,f,calc,B,\"round([x], 1) | 2\"\nc,f,yesno,C,\n");
        let choices = |name: &str| -> Vec<(String, String)> {
            got.field(name).expect("a field").choices.iter().map(|c| (c.code.clone(), c.label.clone())).collect()
        };
        let pair = |code: &str, label: &str| (code.to_owned(), label.to_owned());
        assert_eq!(choices("a"), [pair("1", "one"), pair("2", "two, or more"), pair("-9", "three")]);
        assert_eq!(choices("b"), []);
        assert_eq!(choices("c"), [pair("1", "Yes"), pair("0", "No")]);
        assert!(got.findings.as_slice().is_empty());
    }

    #[test]
    fn a_bar_inside_a_label_is_said() {
        let got = read("a,f,radio,A,\"1, yes | no | 2, other\"\n");
        assert_eq!((got.findings.as_slice()[0].rule, got.findings.as_slice()[0].row), ("file.dictionary_choice", Some(2)));
    }

    #[test]
    fn api_headings_and_missing_ones() {
        let api = "field_name,form_name,field_type,field_label,select_choices_or_calculations\nq,f,dropdown,Q,\"a, A\"\n";
        assert_eq!(Dictionary::from_bytes("d.csv", api.into()).fields[0].choices.len(), 1);
        let other = Dictionary::from_bytes("d.csv", b"a,b\n1,2\n".to_vec());
        assert_eq!((other.fields.len(), other.findings.as_slice().len()), (0, 5));
    }
}
