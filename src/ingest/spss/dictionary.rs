//! What an SPSS file says about its variables.

use std::sync::Arc;

/// The dictionary of an SPSS file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SavDictionary {
    /// Encoding in which texts were read, in lower case.
    pub encoding: String,
    /// Label of the file; blank where none.
    pub file_label: String,
    /// How cases are stored.
    pub compression: SavCompression,
    /// Variables in order, one per column of the table.
    pub variables: Vec<SavVariable>,
    /// Sets of variables that hold the answers of one question.
    pub multiple_response_sets: Vec<MultipleResponseSet>,
}

/// How cases are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SavCompression {
    /// Eight bytes per number.
    #[default]
    None,
    /// One byte for small whole numbers.
    Bytecode,
    /// As `Bytecode`, then deflated (`.zsav`).
    Zlib,
}

/// One variable.
#[derive(Debug, Clone, PartialEq)]
pub struct SavVariable {
    /// Long name: the heading of the column.
    pub name: String,
    /// Name of at most eight bytes, by which other records refer to it.
    pub short_name: String,
    /// Question text; blank where none.
    pub label: String,
    /// Width in bytes of a string; none for a number.
    pub width: Option<usize>,
    /// Print format, such as `F8.2`, `EDATE10` or `A20`.
    pub format: String,
    /// Level of measurement.
    pub measure: SavMeasure,
    /// Labels of values, in the order of the file. Variables that share them share the list.
    pub value_labels: Arc<[SavLabel]>,
    /// Values that are no answers.
    pub user_missing: Vec<SavMissing>,
}

/// Level of measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SavMeasure {
    /// Not said.
    #[default]
    Unknown,
    /// Names without order.
    Nominal,
    /// Ordered.
    Ordinal,
    /// Numbers.
    Scale,
}

/// A value of a variable.
#[derive(Debug, Clone, PartialEq)]
pub enum SavValue {
    /// Of a numeric variable.
    Number(f64),
    /// Of a string variable, without blanks at its end.
    Text(String),
}

/// A value and its label.
#[derive(Debug, Clone, PartialEq)]
pub struct SavLabel {
    /// The value.
    pub value: SavValue,
    /// What it means.
    pub label: String,
}

/// Values declared missing, from `lo` to `hi`; both are the same for a single value.
#[derive(Debug, Clone, PartialEq)]
pub struct SavMissing {
    /// Smallest.
    pub lo: SavValue,
    /// Largest.
    pub hi: SavValue,
}

/// Several variables that hold the answers of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MultipleResponseSet {
    /// Name, beginning with `$`.
    pub name: String,
    /// Label; blank where none.
    pub label: String,
    /// Value that means chosen, where each variable is one choice; none where each variable holds the code of a choice.
    pub counted_value: Option<String>,
    /// Names of its variables, as headings have them.
    pub variables: Vec<String>,
}

impl SavDictionary {
    /// The variable of a name.
    pub fn variable(&self, name: &str) -> Option<&SavVariable> {
        self.variables.iter().find(|variable| variable.name == name)
    }
}

impl SavVariable {
    /// The label of a cell as the table has it.
    pub fn label_of(&self, cell: &str) -> Option<&str> {
        self.value_labels.iter().find(|label| self.is(cell, &label.value)).map(|label| label.label.as_str())
    }

    /// Whether a cell as the table has it holds a value declared missing; then with the value's label, which says why, where it has one.
    pub fn missing_reason(&self, cell: &str) -> Option<Option<&str>> {
        let cell = cell.trim();
        // A blank cell is system-missing, which needs no declaration.
        (!cell.is_empty() && self.user_missing.iter().any(|range| self.within(cell, range))).then(|| self.label_of(cell))
    }

    fn is(&self, cell: &str, value: &SavValue) -> bool {
        match value {
            SavValue::Number(number) => self.width.is_none() && cell.trim().parse::<f64>().is_ok_and(|cell| cell == *number),
            SavValue::Text(text) => self.width.is_some() && cell.trim_end() == text,
        }
    }

    fn within(&self, cell: &str, range: &SavMissing) -> bool {
        match (&range.lo, &range.hi) {
            (SavValue::Number(lo), SavValue::Number(hi)) if self.width.is_none() => {
                cell.parse::<f64>().is_ok_and(|cell| *lo <= cell && cell <= *hi)
            }
            (SavValue::Text(lo), SavValue::Text(_)) if self.width.is_some() => cell == lo.trim(),
            _ => false,
        }
    }

    /// Whether a number of this variable is declared missing.
    pub(super) fn is_missing_number(&self, number: f64) -> bool {
        self.user_missing
            .iter()
            .any(|range| matches!((&range.lo, &range.hi), (SavValue::Number(lo), SavValue::Number(hi)) if *lo <= number && number <= *hi))
    }
}

impl SavMeasure {
    /// Its word, such as `ordinal`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Nominal => "nominal",
            Self::Ordinal => "ordinal",
            Self::Scale => "scale",
        }
    }
}

/// As the table has it.
impl std::fmt::Display for SavValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => f.write_str(&super::cells::number_text(*number)),
            Self::Text(text) => f.write_str(text),
        }
    }
}
