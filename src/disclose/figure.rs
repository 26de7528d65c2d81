//! What is published of one cell.

use serde::Serialize;

use super::decimal::Decimal;

/// A value that passed disclosure control. Only this stage can make one; only this reaches a released page, chart, file or log.
#[derive(Debug, Clone, PartialEq)]
pub struct Published<T>(T);

impl<T> Published<T> {
    pub(super) fn new(value: T) -> Self {
        Self(value)
    }

    /// The value.
    pub fn get(&self) -> &T {
        &self.0
    }
}

/// What a cell shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Figure {
    /// A number on a grid that its group is large enough for.
    Point {
        /// The estimate, rounded to the nearest point of the grid.
        estimate: Decimal,
        /// Interval ends, rounded outward to the grid; none for counts.
        interval: Option<(Decimal, Decimal)>,
        /// Interval ends at the level of the family, rounded outward; none outside contrasts.
        adjusted: Option<(Decimal, Decimal)>,
        /// How many people stand behind it.
        people: People,
    },
    /// Of 5 to 9 people: only in which third of its range the value lies.
    Third(Third),
    /// A share with too few people on its short side, or a mean near the end of what is possible: at least this much.
    AtLeast(Decimal, People),
    /// The same at the other end: at most this much.
    AtMost(Decimal, People),
    /// Not shown.
    Hidden(Symbol),
}

/// Thirds of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Third {
    /// Under a third.
    Lower,
    /// Between.
    Middle,
    /// Over two thirds.
    Upper,
}

/// How many people stand behind a published number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum People {
    /// 5 to 9.
    FiveToNine,
    /// 10 to 49.
    TenToFortyNine,
    /// 50 or more, to the nearest 5.
    About(u64),
}

/// Why a cell shows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Symbol {
    /// `c`: too few people, or hidden so that others cannot be worked out, or nobody: one symbol for all three.
    Confidential,
    /// `x`: enough people, but the statistic has no answer.
    Unavailable,
}

impl Symbol {
    /// The printed letter.
    pub fn letter(self) -> &'static str {
        match self {
            Symbol::Confidential => "c",
            Symbol::Unavailable => "x",
        }
    }
}

impl Figure {
    /// The estimate, where a number is shown.
    pub fn estimate(&self) -> Option<Decimal> {
        match self {
            Figure::Point { estimate, .. } => Some(*estimate),
            _ => None,
        }
    }

    /// The interval, where one is shown.
    pub fn interval(&self) -> Option<(Decimal, Decimal)> {
        match self {
            Figure::Point { interval, .. } => *interval,
            _ => None,
        }
    }

    /// Whether nothing is shown.
    pub fn is_hidden(&self) -> bool {
        matches!(self, Figure::Hidden(_))
    }
}
