//! Responses as they were read: rows whose answers stand side by side, until they become columns.

use super::link::Link;

/// One response, its answers apart.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    /// Code of the person.
    pub person: u32,
    /// Code of the pair; none for answers that are not linked.
    pub pair: Option<u32>,
    /// Day of the response, in days since 1970-01-01.
    pub date: Option<i32>,
    /// Second of that day, as written; none where the file does not say it.
    pub second: Option<i32>,
    /// Items answered.
    pub answered: i32,
    /// Row in the file.
    pub row: u32,
    /// Position of the period.
    pub period: u16,
    /// Whether enough items are answered.
    pub complete: bool,
}

/// The responses of some rows of a file, in their order.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// All but the answers.
    pub heads: Vec<Head>,
    /// As many stored answers per response as columns are stored.
    answers: Vec<i16>,
    width: usize,
}

impl Rows {
    /// None yet, of so many stored columns, with room for so many responses.
    pub fn new(width: usize, room: usize) -> Self {
        Self { heads: Vec::with_capacity(room), answers: Vec::with_capacity(room * width), width }
    }

    /// Adds one.
    pub fn push(&mut self, number: u64, link: &Link, answered: i32, complete: bool, answers: &[i16]) {
        let row = u32::try_from(number).unwrap_or(u32::MAX);
        let &Link { person, pair, period, date, second } = link;
        self.heads.push(Head { person, pair, date, second, answered, row, period, complete });
        self.answers.extend_from_slice(answers);
    }

    /// The stored answers of one response.
    pub fn answers(&self, response: usize) -> &[i16] {
        self.answers.get(response * self.width..(response + 1) * self.width).unwrap_or(&[])
    }

    /// All stored answers of one column.
    pub fn column(&self, slot: usize) -> impl Iterator<Item = i16> {
        self.answers.iter().skip(slot).step_by(self.width.max(1)).copied()
    }
}
