//! Dates of cells: ISO order only, for day and month cannot be told apart otherwise.

use std::fmt;

use jiff::civil::{Date, DateTime};

/// Why a cell is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFault {
    /// A date in another order than year, month, day, such as 10/05/2026: nobody can say which is the month.
    OtherOrder,
    /// Year, month and day, of which no such day or time exists.
    NoSuchDay,
    /// No date at all.
    NotADate,
    /// A year that no record of a program can have: a digit is missing or exchanged.
    OtherYear,
}

/// Years that records of a program can have.
pub(super) const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

impl fmt::Display for DateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherOrder => "a date in another order",
            Self::NoSuchDay => "a day or time that does not exist",
            Self::NotADate => "no date",
            Self::OtherYear => "a year before 1900 or after 2199",
        })
    }
}

/// The day of `YYYY-MM-DD`, alone or followed by a blank or `T` and a time; a zone is not applied, so that the day is the one written.
///
/// # Errors
/// If the text is anything else; other orders are never guessed.
pub fn parse_date(text: &str) -> Result<Date, DateFault> {
    let text = text.trim();
    plain_moment(text).map_or_else(|| any_date(text), |(date, _)| Ok(date))
}

fn any_date(text: &str) -> Result<Date, DateFault> {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| bytes.get(from..to).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let iso = digits(0, 4) && digits(5, 7) && digits(8, 10) && bytes[4] == b'-' && bytes[7] == b'-';
    if !iso {
        return Err(if has_three_numbers(text) { DateFault::OtherOrder } else { DateFault::NotADate });
    }
    let date = match bytes.get(10) {
        None => text.parse::<Date>().map_err(|_| DateFault::NoSuchDay),
        Some(b' ' | b'T') if digits(11, 13) && bytes.get(13) == Some(&b':') => {
            let local = text.strip_suffix(['Z', 'z']).unwrap_or(text);
            local.parse::<DateTime>().map(|time| time.date()).map_err(|_| DateFault::NoSuchDay)
        }
        Some(_) => Err(DateFault::NotADate),
    }?;
    if YEARS.contains(&date.year()) { Ok(date) } else { Err(DateFault::OtherYear) }
}

/// Day and second of the day of a text in the one shape that nearly all have: `2026-07-01`, or with a time, `2026-07-01 10:00:00`. None for any other
/// text, whatever it is.
pub(super) fn plain_moment(text: &str) -> Option<(Date, Option<i32>)> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| {
        bytes.get(from..to)?.iter().try_fold(0_i16, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i16::from(byte - b'0')))
    };
    let small = |from: usize| number(from, from + 2).and_then(|number| i8::try_from(number).ok());
    let second = match bytes.len() {
        10 => None,
        19 if matches!(bytes[10], b' ' | b'T') && bytes[13] == b':' && bytes[16] == b':' => {
            let (hours, minutes, seconds) = (i32::from(small(11)?), i32::from(small(14)?), i32::from(small(17)?));
            if hours >= 24 || minutes >= 60 || seconds >= 60 {
                return None;
            }
            Some(hours * 3_600 + minutes * 60 + seconds)
        }
        _ => return None,
    };
    if bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let date = Date::new(number(0, 4)?, small(5)?, small(8)?).ok()?;
    YEARS.contains(&date.year()).then_some((date, second))
}

/// Three groups of up to four digits between slashes, dots or hyphens, whatever follows as a time.
fn has_three_numbers(text: &str) -> bool {
    let day = text.split([' ', 'T']).next().unwrap_or("");
    let parts: Vec<&str> = day.split(['/', '.', '-']).collect();
    parts.len() == 3 && parts.iter().all(|part| matches!(part.len(), 1..=4) && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::super::date_reader::DateReader;
    use super::*;

    proptest! {
        #[test]
        fn the_short_way_ends_where_the_long_one_does(text in "(2024|1899|0000)-(0[0-9]|1[0-3])-(0[0-9]|2[0-9]|3[0-2])([ T](2[0-5]|09):(59|60|00):(59|60|61|1))?") {
            let reader = DateReader::new(None, []);
            prop_assert_eq!(plain_moment(&text).map(|(date, _)| date), any_date(&text).ok().filter(|_| !text.ends_with(":1") && !text.ends_with(":60")));
            prop_assert!(plain_moment(&text).is_none_or(|moment| reader.parse_any(&text) == Ok(moment)));
        }
    }

    #[test]
    fn iso_dates_with_and_without_time() {
        for text in [
            "2024-02-29",
            " 2024-02-29 ",
            "2024-02-29 08:28",
            "2024-02-29 08:28:09",
            "2024-02-29T23:59:59.123",
            "2024-02-29T23:30Z",
            "2024-02-29T23:30:00+02:00",
        ] {
            assert_eq!(parse_date(text), Ok(date(2024, 2, 29)), "{text}");
        }
    }

    #[test]
    fn nothing_else_is_guessed() {
        for text in ["10/05/2026", "5.10.26", "2026/10/05", "5-10-2026 8:00", "2026-1-5"] {
            assert_eq!(parse_date(text), Err(DateFault::OtherOrder), "{text}");
        }
        for text in ["2023-02-29", "2024-13-01", "2024-02-29 25:00"] {
            assert_eq!(parse_date(text), Err(DateFault::NoSuchDay), "{text}");
        }
        for text in ["", "soon", "20240229", "2024-02-29x", "2024-02-29 morning", "45321", "２０２４-01-01"] {
            assert_eq!(parse_date(text), Err(DateFault::NotADate), "{text}");
        }
    }
}
