//! When people answered: the column that says it, quarters that cover the days, and the wave of each export.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::people::Column;
use super::study::{Study, name_of};
use crate::ingest::{DateFault, DateReader, DateRuling, RawExport, RowKind, fold_text};
use crate::program::plan::{DateOrder, Thresholds};

/// Most quarters that are proposed; earlier days are left outside.
const QUARTERS_MAX: usize = 40;
/// Parts of headings of a response date, the likeliest first.
const DATE_PARTS: [&str; 13] = [
    "submit",
    "answered",
    "responded",
    "completed",
    "completion",
    "enddate",
    "responsedate",
    "recorded",
    "timestamp",
    "surveydate",
    "date",
    "datum",
    "fecha",
];
/// Parts of headings of other dates.
const OTHER_DATES: [&str; 9] = ["birth", "dob", "geburt", "nacimiento", "naissance", "death", "hired", "visit", "meeting"];

/// The days of an export's responses.
#[derive(Debug, Clone, Default)]
pub(super) struct Dates {
    /// Column that the program has to name; none where the system has one of its own, or the file has none.
    pub column: Option<Column>,
    /// Heading of the system's own column.
    pub own: Option<String>,
    /// Order of the numbers, and by how many cells it is shown.
    pub order: Option<(DateOrder, u64)>,
    /// Whether nothing shows the order.
    pub undecided: bool,
    /// Days, each with its responses.
    pub days: BTreeMap<Date, u64>,
    /// Cells that are no date.
    pub unread: u64,
    /// Usable records without one.
    pub undated: u64,
}

impl Dates {
    pub(super) fn of(raw: &RawExport, study: &Study) -> Self {
        let own = raw.columns.response_date();
        let read = own.map(|at| Self::read(raw, at, None));
        // A system may date some of its responses only, as REDCap does those of surveys.
        if read.as_ref().is_some_and(|own| own.unread + own.undated == 0) {
            return read.unwrap_or_default();
        }
        let named = by_heading(raw, study).map(|column| Self::read(raw, column.at, Some(column)));
        let dated = |dates: &Option<Self>| dates.as_ref().map_or(0, |dates| dates.days.values().sum::<u64>());
        if dated(&named) > dated(&read) || read.is_none() { named } else { read }.unwrap_or_default()
    }

    /// The days of a column: the one named, else the system's own.
    fn read(raw: &RawExport, at: usize, named: Option<Column>) -> Self {
        let own = named.is_none();
        let reader = raw.date_reader(at);
        let heading = raw.headings.as_slice().get(at).filter(|_| own).cloned();
        let mut dates = Self { column: named, own: heading, ..Self::default() };
        match reader.ruling() {
            DateRuling::Shown(order, cells) => dates.order = Some((order, cells)),
            DateRuling::Undecided(_) | DateRuling::Contradictory(..) => dates.undecided = true,
            _ => {}
        }
        let _ = raw.for_each_record(|_, cells| {
            let row = raw.row(cells);
            if row.kind != RowKind::Usable {
                return;
            }
            let cell = if own { row.date } else { cells.get(at).map(str::trim).filter(|cell| !cell.is_empty()) };
            match cell.map(|cell| reader.parse(cell)) {
                Some(Ok(day)) => *dates.days.entry(day).or_default() += 1,
                Some(Err(_)) => dates.unread += 1,
                None => dates.undated += 1,
            }
        });
        dates
    }

    fn first(&self) -> Option<Date> {
        self.days.keys().next().copied()
    }

    fn last(&self) -> Option<Date> {
        self.days.keys().next_back().copied()
    }

    /// First and last day, in words.
    pub(super) fn span(&self) -> Option<String> {
        self.first().zip(self.last()).map(|(first, last)| if first == last { first.to_string() } else { format!("{first} to {last}") })
    }

    /// The one quarter that all days belong to.
    fn quarter(&self) -> Option<Quarter> {
        let only = |of: &dyn Fn(Date) -> Option<Quarter>| {
            let first = of(self.first()?)?;
            self.days.keys().all(|day| of(*day) == Some(first)).then_some(first)
        };
        only(&|day| Some(Quarter::of(day))).or_else(|| only(&Quarter::by_date))
    }
}

/// The column of a response date in a file whose system has none of its own.
fn by_heading(raw: &RawExport, study: &Study) -> Option<Column> {
    let folded: Vec<String> = raw.headings.as_slice().iter().map(|heading| fold_text(heading)).collect();
    let is_date = |i: usize| {
        let facts = &study.columns[i];
        let mut read = (0, 0);
        let reader = DateReader::new(None, facts.values.keys().map(String::as_str));
        let cells: Vec<&String> = facts.values.keys().collect();
        let mut count = |cell: &str| match reader.parse(cell) {
            Ok(_) | Err(DateFault::OtherOrder) => read.0 += 1,
            Err(_) => read.1 += 1,
        };
        if facts.open {
            let mut left = 200;
            let _ = raw.for_each_record(|_, cells| {
                if let Some(cell) = cells.get(i).map(str::trim).filter(|cell| !cell.is_empty() && left > 0) {
                    left -= 1;
                    count(cell);
                }
            });
        } else {
            cells.into_iter().for_each(|cell| count(cell));
        }
        read.0 > 0 && read.0 >= 9 * read.1
    };
    DATE_PARTS.iter().find_map(|part| {
        let fits =
            |i: &usize| folded[*i].contains(part) && folded[*i].len() <= 40 && !OTHER_DATES.iter().any(|other| folded[*i].contains(other));
        let at =
            (0..folded.len()).filter(|i| raw.metadata.get(*i) != Some(&true)).filter(fits).find(|&i| study.is_kept(i) && is_date(i))?;
        let check = Some("the column was chosen by its heading and its dates; is it the day of the response?".to_owned());
        Some(Column { at, name: name_of(raw, at)?, check })
    })
}

/// A calendar quarter: year, and 0 to 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Quarter(i16, i8);

impl Quarter {
    pub(super) fn of(day: Date) -> Self {
        Self(day.year(), (day.month() - 1) / 3)
    }

    /// The quarter to which an answer of that day belongs where waves go by date: in the days of grace still the one before.
    fn by_date(day: Date) -> Option<Self> {
        day.checked_sub(Thresholds::default().wave_grace_days.days()).ok().map(Self::of)
    }

    fn next(self) -> Self {
        if self.1 == 3 { Self(self.0 + 1, 0) } else { Self(self.0, self.1 + 1) }
    }

    pub(super) fn id(self) -> String {
        format!("{}-Q{}", self.0, self.1 + 1)
    }

    pub(super) fn start(self) -> Date {
        Date::new(self.0, self.1 * 3 + 1, 1).unwrap_or_default()
    }

    pub(super) fn end(self) -> Date {
        Date::new(self.0, self.1 * 3 + 3, 1).unwrap_or_default().last_of_month()
    }

    /// The year in which its program year, July to June, begins.
    pub(super) fn program_year(self) -> i16 {
        if self.1 >= 2 { self.0 } else { self.0 - 1 }
    }
}

/// How an export's responses get their period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wave {
    /// As `program.toml` has it.
    pub key: String,
    /// What is to be decided about it.
    pub check: Option<String>,
}

/// Quarters over all days found.
#[derive(Debug, Clone, Default)]
pub(super) struct Calendar {
    /// In order, one after the other; empty where no export has a date.
    pub quarters: Vec<Quarter>,
    /// The last day found.
    pub last: Option<Date>,
}

impl Calendar {
    pub(super) fn of<'a>(exports: impl Iterator<Item = &'a Dates>) -> Self {
        let exports: Vec<&Dates> = exports.filter(|dates| !dates.days.is_empty()).collect();
        let needed = |dates: &&Dates| dates.quarter().or_else(|| dates.first().and_then(Quarter::by_date));
        let (Some(first), Some(last)) = (exports.iter().filter_map(needed).min(), exports.iter().filter_map(|dates| dates.last()).max())
        else {
            return Self::default();
        };
        // Up to the end of the program year, so that its publication window is whole.
        let end = Quarter::of(last).program_year();
        let mut quarters: Vec<Quarter> = std::iter::successors(Some(first), |quarter| Some(quarter.next()))
            .take_while(|quarter| quarter.program_year() <= end)
            .collect();
        let surplus = quarters.len().saturating_sub(QUARTERS_MAX);
        quarters.drain(..surplus);
        Self { quarters, last: Some(last) }
    }

    /// The wave of an export; `fallback` is the period of one without dates.
    pub(super) fn wave(&self, dates: &Dates, fallback: &str) -> Wave {
        if dates.days.is_empty() {
            let why = if dates.undecided { "the order of its dates is not known" } else { "no date of the responses was found" };
            return Wave { key: fallback.to_owned(), check: Some(format!("{why}; name the period that these answers are about")) };
        }
        let Some(quarter) = dates.quarter().filter(|quarter| self.quarters.contains(quarter)) else {
            return Wave { key: "by date".to_owned(), check: None };
        };
        let before = dates.last().and_then(Quarter::by_date).filter(|before| *before < quarter);
        let check = before.map(|before| {
            format!("these days are also the first weeks after {}; name that period if the survey was about it", before.id())
        });
        Wave { key: quarter.id(), check }
    }

    /// The period that an export without dates is given.
    pub(super) fn fallback(&self) -> String {
        self.last.map_or_else(|| "2026-Q3".to_owned(), |last| Quarter::of(last).id())
    }

    pub(super) fn said(&self) -> Vec<String> {
        match (self.quarters.first(), self.quarters.last(), self.last) {
            (Some(first), Some(end), Some(last)) => {
                let span = if first == end {
                    format!("period: calendar quarter {}", first.id())
                } else {
                    format!("periods: calendar quarters {} to {}", first.id(), end.id())
                };
                let later = if Quarter::of(last) < *end { ", up to the end of the program year" } else { "" };
                vec![format!("{span}{later}"), format!("as_of = {last}, the last date found in the exports")]
            }
            _ => vec!["no export has dates: periods and as_of are those of the template".to_owned()],
        }
    }
}
