//! Dates of one column in the order that is declared or that its cells show; an order that nothing shows is refused.

use jiff::civil::{Date, Time};

use super::adapter::Remark;
use super::dates::{DateFault, YEARS, plain_moment};
use crate::program::plan::DateOrder;

/// How the order of a column was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateRuling {
    /// No cell needs one: all begin with the year, name the month, or are no dates.
    NotNeeded,
    /// `program.toml` says it.
    Declared(DateOrder),
    /// So many cells have a number above 12 in one place, and none in the other.
    Shown(DateOrder, u64),
    /// Only dots separate the numbers, which are written with the day first; so many cells.
    Dotted(u64),
    /// Every one of so many cells fits both orders.
    Undecided(u64),
    /// So many cells are above 12 in the first place, so many in the second.
    Contradictory(u64, u64),
}

/// Reads the dates of one column.
#[derive(Debug, Clone)]
pub struct DateReader {
    ruling: DateRuling,
    short_years: u64,
}

/// Two-digit years up to this one belong to 2000 and after.
const PIVOT: i16 = 69;

const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

/// Day, month and year as written, not yet told apart.
enum Written {
    /// The year stands first, or the month is named.
    Sure { year: i16, month: i8, day: i8 },
    /// Two numbers, then the year.
    Numbers { first: i8, second: i8, year: i16, short: bool, dotted: bool },
}

/// What the cells of a column show so far.
#[derive(Debug, Clone, Default)]
pub(super) struct DateEvidence {
    days_first: u64,
    months_first: u64,
    open: u64,
    dotted: u64,
    short_years: u64,
}

impl DateEvidence {
    pub(super) fn add(&mut self, cell: &str) {
        if plain_moment(cell).is_some() {
            return;
        }
        let Some((Written::Numbers { first, second, short, dotted, .. }, _)) = written(cell.trim()) else { return };
        self.short_years += u64::from(short);
        match (first > 12, second > 12) {
            (true, false) => self.days_first += 1,
            (false, true) => self.months_first += 1,
            (false, false) if dotted => self.dotted += 1,
            (false, false) => self.open += 1,
            // No date in either order.
            (true, true) => {}
        }
    }

    /// Adds what other cells of the column show.
    pub(super) fn append(&mut self, other: &Self) {
        self.days_first += other.days_first;
        self.months_first += other.months_first;
        self.open += other.open;
        self.dotted += other.dotted;
        self.short_years += other.short_years;
    }

    pub(super) fn reader(&self, declared: Option<DateOrder>) -> DateReader {
        let ruling = match (declared, self.days_first, self.months_first) {
            (Some(order), ..) => DateRuling::Declared(order),
            (None, 0, 0) if self.open > 0 => DateRuling::Undecided(self.open + self.dotted),
            (None, 0, 0) if self.dotted > 0 => DateRuling::Dotted(self.dotted),
            (None, 0, 0) => DateRuling::NotNeeded,
            (None, days, 0) => DateRuling::Shown(DateOrder::Dmy, days),
            (None, 0, months) => DateRuling::Shown(DateOrder::Mdy, months),
            (None, days, months) => DateRuling::Contradictory(days, months),
        };
        DateReader { ruling, short_years: self.short_years }
    }
}

impl DateReader {
    /// Settles the order for the cells of a column. All cells should be given: the one that decides may be the last.
    pub fn new<'c>(declared: Option<DateOrder>, cells: impl IntoIterator<Item = &'c str>) -> Self {
        let mut evidence = DateEvidence::default();
        cells.into_iter().for_each(|cell| evidence.add(cell));
        evidence.reader(declared)
    }

    /// How the order was settled.
    pub fn ruling(&self) -> DateRuling {
        self.ruling
    }

    /// The order in which dates that need one are read; none where they are refused.
    pub fn order(&self) -> Option<DateOrder> {
        match self.ruling {
            DateRuling::Declared(order) | DateRuling::Shown(order, _) => Some(order),
            DateRuling::Dotted(_) => Some(DateOrder::Dmy),
            DateRuling::NotNeeded | DateRuling::Undecided(_) | DateRuling::Contradictory(..) => None,
        }
    }

    /// Whether dates that need an order can be read.
    pub fn is_decided(&self) -> bool {
        !matches!(self.ruling, DateRuling::Undecided(_) | DateRuling::Contradictory(..))
    }

    /// The day of a cell as written; a zone is not applied.
    ///
    /// # Errors
    /// If it is no date, or one whose order is not settled.
    pub fn parse(&self, text: &str) -> Result<Date, DateFault> {
        self.parse_moment(text).map(|(date, _)| date)
    }

    /// The day of a cell and the second of that day, both as written. No second where there is no time, or one whose half of the day is
    /// named in words that are not known here.
    ///
    /// # Errors
    /// As `parse`.
    pub fn parse_moment(&self, text: &str) -> Result<(Date, Option<i32>), DateFault> {
        let text = text.trim();
        plain_moment(text).map_or_else(|| self.parse_any(text), Ok)
    }

    /// As `parse_moment`, of a trimmed text.
    pub(super) fn parse_any(&self, text: &str) -> Result<(Date, Option<i32>), DateFault> {
        let (date, rest) = written(text).ok_or(DateFault::NotADate)?;
        let second = time(rest).ok_or(DateFault::NotADate)?;
        let (year, month, day) = match (date, self.order()) {
            (Written::Sure { year, month, day }, _) => (year, month, day),
            (Written::Numbers { first, second, year, .. }, Some(DateOrder::Mdy)) => (year, first, second),
            (Written::Numbers { first, second, year, .. }, Some(DateOrder::Dmy)) => (year, second, first),
            (Written::Numbers { .. }, Some(DateOrder::Ymd) | None) => return Err(DateFault::OtherOrder),
        };
        let date = Date::new(year, month, day).map_err(|_| DateFault::NoSuchDay)?;
        if YEARS.contains(&date.year()) { Ok((date, second)) } else { Err(DateFault::OtherYear) }
    }

    /// What has to be said about the column: the order and what decided it, and the century of short years.
    pub fn remarks(&self) -> Vec<Remark> {
        let mut remarks = Vec::new();
        let order = |found: String, remedy| Remark { rule: "file.date_order", expected: "dates as YYYY-MM-DD", found, remedy };
        let refused = |found: String| Remark {
            rule: "file.date_order_unknown",
            expected: "dates as YYYY-MM-DD, or cells that show which number is the day",
            found,
            remedy: "add the line `date_order = \"mdy\"` or `date_order = \"dmy\"` to this file's [[export]]; until then none of these dates is used",
        };
        let declare = "nothing to do if that is so; else add the line `date_order = …` to this file's [[export]]";
        match self.ruling {
            DateRuling::NotNeeded | DateRuling::Declared(_) => {}
            DateRuling::Shown(shown, cells) => {
                remarks.push(order(format!("{}: {cells} cells have a day above 12, none in the other place", shown.words()), declare));
            }
            DateRuling::Dotted(cells) => {
                remarks.push(order(
                    format!("day, month, year: {cells} cells have dots between the numbers, and none shows otherwise"),
                    declare,
                ));
            }
            DateRuling::Undecided(cells) => remarks.push(refused(format!("{cells} cells that fit both orders, none that fits one only"))),
            DateRuling::Contradictory(days, months) => {
                remarks.push(refused(format!("{days} cells with the day first and {months} with the month first")));
            }
        }
        if self.short_years > 0 {
            remarks.push(Remark {
                rule: "file.two_digit_year",
                expected: "years of four digits",
                found: format!("{} cells with two; up to 69 is read as 20.., from 70 on as 19..", self.short_years),
                remedy: "nothing to do if that is so; else export the dates again",
            });
        }
        remarks
    }
}

/// The date at the start of a text, and what follows it.
fn written(text: &str) -> Option<(Written, &str)> {
    // `May 5, 2024`
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let (name, rest) = word(text);
        let (day, rest) = number(rest.trim_start_matches(['.', ' ', '-']))?;
        let (year, rest) = number(rest.trim_start_matches([',', ' ', '-']))?;
        return sure(year, month(name)?, day).map(|date| (date, rest));
    }
    let (first, rest) = number(text)?;
    let separator = rest.chars().next().filter(|c| matches!(c, '/' | '.' | '-' | ' '))?;
    let rest = rest[1..].trim_start();
    if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        // `5-May-2024`
        let (name, rest) = word(rest);
        let (year, rest) = number(rest.trim_start_matches(['.', ' ', '-', '/', ',']))?;
        return sure(year, month(name)?, first).map(|date| (date, rest));
    }
    if separator == ' ' {
        return None;
    }
    let (second, rest) = number(rest)?;
    let (third, rest) = number(rest.strip_prefix(separator)?.trim_start())?;
    let small = |digits: &str| if digits.len() <= 2 { digits.parse::<i8>().ok() } else { None };
    if first.len() == 4 {
        return Some((Written::Sure { year: first.parse().ok()?, month: small(second)?, day: small(third)? }, rest));
    }
    let (year, short) = year(third)?;
    Some((Written::Numbers { first: small(first)?, second: small(second)?, year, short, dotted: separator == '.' }, rest))
}

fn sure<'t>(year_digits: &'t str, month: i8, day: &'t str) -> Option<Written> {
    let (year, _) = year(year_digits)?;
    Some(Written::Sure { year, month, day: if day.len() <= 2 { day.parse().ok()? } else { return None } })
}

/// A year of four digits, or of two with its century.
fn year(digits: &str) -> Option<(i16, bool)> {
    let year: i16 = digits.parse().ok()?;
    match digits.len() {
        4 => Some((year, false)),
        2 => Some((if year <= PIVOT { 2000 + year } else { 1900 + year }, true)),
        _ => None,
    }
}

fn month(name: &str) -> Option<i8> {
    if name.len() < 3 {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let lower = if lower == "sept" { "sep" } else { lower.as_str() };
    let at = MONTHS.iter().position(|month| *month == lower || month[..3] == *lower)?;
    i8::try_from(at + 1).ok()
}

fn number(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    matches!(end, 1..=4).then(|| text.split_at(end))
}

fn word(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().position(|b| !b.is_ascii_alphabetic()).unwrap_or(text.len()))
}

/// The second of the day of a text that is empty or a time, with a half of the day and a zone where there are any; none for any other text.
fn time(rest: &str) -> Option<Option<i32>> {
    let Some(time) = rest.strip_prefix(['T', ' ', ',']) else { return rest.is_empty().then_some(None) };
    let time = time.trim_start();
    let end = time.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(time.len());
    let (clock, tail) = time.split_at(end);
    let mut parts = clock.split([':', '.']);
    let mut part = || parts.next().map(|digits| (digits.len(), digits.parse::<i8>().ok()));
    let (Some((1..=2, Some(hour))), Some((2, Some(minute)))) = (part(), part()) else { return None };
    let second = match part() {
        None => 0,
        Some((2, Some(second))) => second,
        Some(_) => return None,
    };
    // A leap second is a time too.
    if Time::new(hour, minute, second.min(59), 0).is_err() || second > 60 {
        return None;
    }
    let tail = tail.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{202F}');
    // `PM`, `p.m.`, `Z`, `+02:00`, `GMT+2`, `EET`, and their like in other scripts: short, and without a second clock.
    let is_short = tail.chars().count() <= 14
        && !tail.contains('/')
        && tail.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '+' | '-' | ':' | ' ' | '\u{A0}' | '\u{202F}' | '\u{2212}'));
    let second = |hour: i8| i32::from(hour) * 3_600 + i32::from(minute) * 60 + i32::from(second);
    is_short.then(|| hour_of_day(hour, tail).map(second))
}

/// The hour from 0 to 23; none where the half of the day is not known.
fn hour_of_day(hour: i8, tail: &str) -> Option<i8> {
    let tail = tail.to_lowercase();
    // `AM`, `a.m.`, `a. m.`; but not `AMT`, which is a zone.
    let half = |first: char| {
        let rest = tail.strip_prefix(first).map(|rest| rest.trim_start_matches(|c: char| c == '.' || c.is_whitespace()));
        rest.and_then(|rest| rest.strip_prefix('m')).is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
    };
    match (half('a'), half('p')) {
        (true, _) => Some(hour % 12),
        (_, true) => Some(hour % 12 + 12),
        // Zones are written in plain letters, halves of the day in the words of a language.
        _ => tail.chars().all(|c| c.is_ascii() || c == '\u{2212}').then_some(hour),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn reader(cells: &[&str]) -> DateReader {
        DateReader::new(None, cells.iter().copied())
    }

    #[test]
    fn sure_dates_need_no_order() {
        let reader = reader(&[]);
        for text in [
            "2024-02-29",
            "2024-02-29T08:28:09.123+02",
            "2024-02-29 08:28:09+02:00",
            "2024-02-29T23:30Z",
            "2024/2/29 4:23:11 PM GMT+1",
            "29-Feb-2024",
            "29-Feb-24 10:00",
            "29 February 2024",
            "Feb 29, 2024 9:45:35 AM",
            "2024.02.29",
        ] {
            assert_eq!(reader.parse(text), Ok(date(2024, 2, 29)), "{text}");
        }
        for text in ["", "soon", "45321", "2024-02-29x", "May be", "5-10", "1.5.2", "2024-02-29 99:00"] {
            assert_eq!(reader.parse(text), Err(DateFault::NotADate), "{text}");
        }
        assert_eq!(reader.parse("2023-02-29"), Err(DateFault::NoSuchDay));
        assert_eq!(reader.parse("1024-02-29"), Err(DateFault::OtherYear));
        assert!(reader.remarks().is_empty());
    }

    #[test]
    fn the_time_of_day_is_read_as_written() {
        let reader = reader(&["13/2/2024"]);
        let second = |text: &str| reader.parse_moment(text).map(|(_, second)| second);
        for (text, clock) in [
            ("2024-02-29T08:28:09.123+02", (8, 28, 9)),
            ("2024-02-29 23:30Z", (23, 30, 0)),
            ("2024/2/29 12:23:11 AM GMT+1", (0, 23, 11)),
            ("29/2/2024 4:23 p.\u{a0}m.", (16, 23, 0)),
            ("29/2/2024 3:34:51 PM GMT+1", (15, 34, 51)),
            ("Feb 29, 2024 12:00:01 PM", (12, 0, 1)),
            ("29.2.2024 19.07.17", (19, 7, 17)),
            ("2024-02-29 10:00:00 GMT\u{2212}5", (10, 0, 0)),
            ("2024-02-29 03:00:00 AMT", (3, 0, 0)),
        ] {
            assert_eq!(second(text), Ok(Some(clock.0 * 3_600 + clock.1 * 60 + clock.2)), "{text}");
        }
        assert_eq!([second("2024-02-29"), second("2024-02-29 4:05:06 \u{c624}\u{d6c4}")], [Ok(None), Ok(None)]);
    }

    #[test]
    fn one_cell_decides_its_column() {
        let mdy = reader(&["1/2/2024 10:00", "12/13/2018 11:06:09", "x", ""]);
        assert_eq!(mdy.ruling(), DateRuling::Shown(DateOrder::Mdy, 1));
        assert_eq!(mdy.parse("1/2/2024 9:05 PM"), Ok(date(2024, 1, 2)));
        assert_eq!(mdy.parse("13/2/2024"), Err(DateFault::NoSuchDay));
        let dmy = reader(&["1/2/24", "31/1/24 19.07.17"]);
        assert_eq!(dmy.parse("1/2/24"), Ok(date(2024, 2, 1)));
        let rules: Vec<_> = dmy.remarks().iter().map(|r| r.rule).collect();
        assert_eq!(rules, ["file.date_order", "file.two_digit_year"]);
    }

    #[test]
    fn a_column_that_shows_nothing_is_refused() {
        let open = reader(&["1/2/2024", "3/4/2024"]);
        assert_eq!((open.ruling(), open.is_decided()), (DateRuling::Undecided(2), false));
        assert_eq!(open.parse("1/2/2024"), Err(DateFault::OtherOrder));
        assert!(open.remarks()[0].remedy.contains("date_order = \"mdy\""));
        assert_eq!(reader(&["13/1/2024", "1/13/2024"]).ruling(), DateRuling::Contradictory(1, 1));
        let declared = DateReader::new(Some(DateOrder::Dmy), ["1/2/2024"]);
        assert_eq!(declared.parse("1/2/2024"), Ok(date(2024, 2, 1)));
    }

    #[test]
    fn dots_mean_the_day_first() {
        let dotted = reader(&["01.02.2024 10:00", "03.04.2024"]);
        assert_eq!(dotted.ruling(), DateRuling::Dotted(2));
        assert_eq!(dotted.parse("01.02.2024"), Ok(date(2024, 2, 1)));
        assert_eq!(reader(&["01.13.2024"]).ruling(), DateRuling::Shown(DateOrder::Mdy, 1));
    }
}
