//! Labels in an order that does not depend on the order of rows, and whole counts.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::Value;

use crate::compute::{Fault, Request};

/// The distinct labels of a column, in order, and for each row the place of its own; missing where the cell is.
pub(super) struct Codes {
    /// The labels: numbers by size, other labels as text.
    pub labels: Vec<String>,
    /// One for each row.
    pub of_row: Vec<Option<usize>>,
}

impl Codes {
    /// Numbers the labels of a column.
    pub fn new(column: &[Option<String>]) -> Self {
        let labels = ordered(column.iter().flatten());
        let places: BTreeMap<&str, usize> = labels.iter().map(String::as_str).zip(0..).collect();
        let of_row = column.iter().map(|label| places.get(label.as_deref()?).copied()).collect();
        Self { labels, of_row }
    }

    /// The code of each row, as functions of `stats` take it.
    pub fn codes(&self) -> Vec<Option<u32>> {
        self.of_row.iter().map(|place| place.map(code)).collect()
    }

    /// The place of the label that a setting names; none without the setting, and a fault where no row has the label.
    pub fn named(&self, request: &Request, setting: &str) -> Result<Option<usize>, Fault> {
        request.setting(setting).map(|value| place_of(&self.labels, value)).transpose()
    }
}

/// The distinct labels: numbers by size, and as text (capitals before small letters) where any is no number.
pub(super) fn ordered<'l>(labels: impl IntoIterator<Item = &'l String>) -> Vec<String> {
    let mut distinct: Vec<String> = labels.into_iter().cloned().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.iter().all(|label| number(label).is_some()) {
        distinct.sort_by(|a, b| number(a).partial_cmp(&number(b)).unwrap_or(Ordering::Equal));
    }
    distinct
}

/// The place among labels of the one that a setting names.
pub(super) fn place_of(labels: &[String], named: &Value) -> Result<usize, Fault> {
    let text = named.as_str().map_or_else(|| named.to_string(), str::to_string);
    let same = |label: &String| *label == text || number(label).is_some_and(|value| Some(value) == number(&text));
    labels
        .iter()
        .position(same)
        .ok_or_else(|| Fault::new(format!("no row has the label \"{text}\""), format!("there are {}", labels.join(", "))))
}

/// The finite number that a label is, if it is one.
pub(super) fn number(label: &str) -> Option<f64> {
    label.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// A place as the code of a cluster, group or stratum.
pub(super) fn code(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// A whole number of at least 0, or nothing where the cell holds another number.
pub(super) fn count(value: f64) -> Option<u64> {
    // 2^53, up to which every whole number is exact.
    (value >= 0.0 && value.fract() == 0.0 && value <= 9_007_199_254_740_992.0).then_some(value as u64)
}

/// A cell that must be a count, with a fault that names its role.
pub(super) fn counted(value: f64, role: &str) -> Result<u64, Fault> {
    let fault = || Fault::new(format!("{value} in the column for \"{role}\" is not a count"), "counts are whole numbers of at least 0");
    count(value).ok_or_else(fault)
}

/// How many each row stands for: the role `count` where there is such a column, else one.
pub(super) fn counts(request: &Request, role: &str) -> Result<Vec<Option<u64>>, Fault> {
    match request.numbers_if_any(role)? {
        Some(cells) => cells.into_iter().map(|cell| cell.map(|value| counted(value, role)).transpose()).collect(),
        None => Ok(vec![Some(1); request.table.height()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_size_and_others_as_text() {
        let order = |labels: &[&str]| ordered(&labels.iter().map(|label| label.to_string()).collect::<Vec<_>>());
        assert_eq!(order(&["10", "9", "-1", "2.5", "9"]), ["-1", "2.5", "9", "10"]);
        assert_eq!(order(&["c10", "c2", "b"]), ["b", "c10", "c2"]);
        assert_eq!(order(&["control", "6-MP"]), ["6-MP", "control"]);
    }

    #[test]
    fn codes_point_at_labels() {
        let codes = Codes::new(&[Some("b".to_string()), None, Some("a".to_string()), Some("b".to_string())]);
        assert_eq!(
            (codes.labels.as_slice(), codes.of_row.as_slice()),
            (["a".to_string(), "b".to_string()].as_slice(), [Some(1), None, Some(0), Some(1)].as_slice())
        );
    }

    #[test]
    fn settings_name_labels_as_text_or_number() {
        let labels = ["1".to_string(), "2".to_string()];
        assert_eq!(place_of(&labels, &Value::from(2.0)), Ok(1));
        assert_eq!(place_of(&labels, &Value::from("1")), Ok(0));
        assert!(place_of(&labels, &Value::from(3)).is_err());
    }

    #[test]
    fn counts_are_whole() {
        assert_eq!((count(3.0), count(-1.0), count(2.5), count(1e300)), (Some(3), None, None, None));
        assert!(counted(1.5, "x").is_err());
    }
}
