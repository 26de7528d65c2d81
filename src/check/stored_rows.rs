//! Responses as columns, while they are read.

use polars::prelude::{Column, DataFrame, PolarsResult};

use super::link::Link;

/// The rows of one export, as columns.
pub struct Rows {
    person: Vec<u32>,
    pair: Vec<Option<u32>>,
    mentee: Vec<Option<u32>>,
    mentor: Vec<Option<u32>>,
    period: Vec<u16>,
    date: Vec<Option<i32>>,
    complete: Vec<bool>,
    answered: Vec<i32>,
    row: Vec<u32>,
    second: Vec<Option<i32>>,
    /// Per stored column.
    pub items: Vec<Vec<i16>>,
}

impl Rows {
    /// No rows yet.
    pub fn new(width: usize) -> Self {
        Self {
            person: Vec::new(),
            pair: Vec::new(),
            mentee: Vec::new(),
            mentor: Vec::new(),
            period: Vec::new(),
            date: Vec::new(),
            complete: Vec::new(),
            answered: Vec::new(),
            row: Vec::new(),
            second: Vec::new(),
            items: vec![Vec::new(); width],
        }
    }

    /// Adds a response about a pair of these sides.
    pub fn push(&mut self, sides: Option<(u32, u32)>, number: u64, link: &Link, (answered, complete): (i32, bool), buffer: &[i16]) {
        self.person.push(link.person);
        self.pair.push(link.pair);
        self.mentee.push(sides.map(|sides| sides.0));
        self.mentor.push(sides.map(|sides| sides.1));
        self.period.push(link.period);
        self.date.push(link.date);
        self.second.push(link.second);
        self.complete.push(complete);
        self.answered.push(answered);
        self.row.push(u32::try_from(number).unwrap_or(u32::MAX));
        for (column, value) in self.items.iter_mut().zip(buffer) {
            column.push(*value);
        }
    }

    /// One row per response.
    pub fn frame(self, names: &[String]) -> PolarsResult<DataFrame> {
        let height = self.person.len();
        let mut columns = vec![
            Column::new("person".into(), self.person),
            Column::new("pair".into(), self.pair),
            Column::new("mentee".into(), self.mentee),
            Column::new("mentor".into(), self.mentor),
            Column::new("period".into(), self.period),
            Column::new("date".into(), self.date),
            Column::new("complete".into(), self.complete),
            Column::new("answered".into(), self.answered),
            Column::new("row".into(), self.row),
            Column::new("second".into(), self.second),
        ];
        columns.extend(names.iter().zip(self.items).map(|(name, values)| Column::new(name.as_str().into(), values)));
        DataFrame::new(height, columns)
    }
}
