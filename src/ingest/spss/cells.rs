//! Numbers, dates and times as text.

use std::fmt::Write as _;

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan as _};

/// What a number stands for, by the type of its print format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    /// Seconds since the first day of the Gregorian calendar, of which the day counts.
    Day,
    /// The same with the time.
    Moment,
    /// Seconds.
    Duration,
}

impl Kind {
    pub(super) fn of(format: u8) -> Self {
        match format {
            20 | 23 | 24 | 28 | 29 | 30 | 38 | 39 => Self::Day,
            22 | 41 => Self::Moment,
            21 | 25 | 40 => Self::Duration,
            _ => Self::Number,
        }
    }
}

const DAY_SECONDS: f64 = 86_400.0;

/// Writes a number; false if it is a date outside the calendar, which is written as the number that it is.
pub(super) fn write(text: &mut String, number: f64, kind: Kind) -> bool {
    let written = match kind {
        Kind::Number => None,
        Kind::Day => day(number).map(|(day, _)| write!(text, "{day}")),
        Kind::Moment => day(number).map(|(day, rest)| {
            let _ = write!(text, "{day} ");
            clock(text, rest)
        }),
        Kind::Duration => (number.abs() < 1e12).then(|| {
            if number < 0.0 {
                text.push('-');
            }
            clock(text, number.abs())
        }),
    };
    match written {
        Some(_) => true,
        None => {
            plain(text, number);
            kind == Kind::Number
        }
    }
}

/// A number that is no date.
pub(super) fn number_text(number: f64) -> String {
    let mut text = String::new();
    plain(&mut text, number);
    text
}

/// The shortest digits that give the number back.
fn plain(text: &mut String, number: f64) {
    let _ = if number == 0.0 {
        // Not `-0`.
        write!(text, "0")
    } else if (1e-7..1e21).contains(&number.abs()) {
        write!(text, "{number}")
    } else {
        write!(text, "{number:e}")
    };
}

/// The day, and the seconds into it.
fn day(number: f64) -> Option<(Date, f64)> {
    const FIRST: Date = date(1582, 10, 14);
    let days = (number / DAY_SECONDS).floor();
    // Beyond this no calendar year has four digits.
    if !(0.0..4e6).contains(&days) {
        return None;
    }
    let span: Span = (days as i64).days();
    FIRST.checked_add(span).ok().map(|day| (day, number - days * DAY_SECONDS))
}

/// Hours, minutes and seconds, with as much of the second as there is, to the millisecond. Hours may be more than 24.
fn clock(text: &mut String, seconds: f64) -> std::fmt::Result {
    let thousandths = (seconds * 1000.0).round() as u64;
    let (whole, rest) = (thousandths / 1000, thousandths % 1000);
    write!(text, "{:02}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60)?;
    if rest > 0 { write!(text, ".{rest:03}") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(number: f64, kind: Kind) -> String {
        let mut text = String::new();
        write(&mut text, number, kind);
        text
    }

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        for (number, want) in [
            (1.0, "1"),
            (-0.0, "0"),
            (1.1, "1.1"),
            (-1000.3, "-1000.3"),
            (1e22, "1e22"),
            (1e-9, "1e-9"),
            (0.1 + 0.2, "0.30000000000000004"),
        ] {
            assert_eq!(text(number, Kind::Number), want);
        }
    }

    #[test]
    fn seconds_since_1582_become_days_and_times() {
        assert_eq!(text(13_744_944_000.0, Kind::Day), "2018-05-06");
        assert_eq!(text(13_744_980_610.0, Kind::Moment), "2018-05-06 10:10:10");
        assert_eq!(text(0.25, Kind::Moment), "1582-10-14 00:00:00.250");
        assert_eq!(text(36_610.0, Kind::Duration), "10:10:10");
        assert_eq!((text(-90.0, Kind::Duration), text(360_000.0, Kind::Duration)), ("-00:01:30".to_owned(), "100:00:00".to_owned()));
    }

    #[test]
    fn what_is_no_day_stays_a_number() {
        for number in [-1.0, 1e18, f64::INFINITY] {
            let mut text = String::new();
            assert!(!write(&mut text, number, Kind::Moment));
            assert!(text.parse::<f64>().is_ok_and(|n| n == number), "{text}");
        }
    }
}
