//! Values of cells as text: dates and times in ISO form, numbers in the shortest form that reads back the same.

use std::fmt::Write as _;

/// What a cell holds, which its text alone does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// Number, date, time or truth value.
    Typed,
    /// Number shown as percent.
    Percent,
    /// An error, read as blank.
    Error,
}

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;
/// Serial number of 9999-12-31, the last day that a spreadsheet knows.
const LAST_DAY: f64 = 2_958_466.0;

/// Writes a number: 7, not 7.0.
pub(super) fn write_number(text: &mut String, value: f64) {
    // Writing to memory cannot fail.
    let _ = if value == 0.0 {
        // Without the sign of a negative zero.
        write!(text, "0")
    } else if value.abs() >= 1e21 || value.abs() < 1e-7 {
        write!(text, "{value:e}")
    } else {
        write!(text, "{value}")
    };
}

/// Writes the serial number of a date or time. The day is given only where there is one: below 1 it is a time, unless the
/// format shows a day.
pub(super) fn write_date(text: &mut String, serial: f64, is_1904: bool, shows_day: bool) {
    if !(0.0..LAST_DAY).contains(&serial) {
        return write_number(text, serial);
    }
    let (mut days, mut rest) = split(serial);
    if rest == DAY {
        (days, rest) = (days + 1, 0);
    }
    let has_day = days > 0 || (is_1904 && shows_day);
    if has_day {
        let day = match (is_1904, days) {
            (true, _) => civil(days - 24_107),
            // Spreadsheets know a February 29 in 1900, which no calendar does.
            (false, 60) => (1900, 2, 29),
            (false, ..60) => civil(days - 25_568),
            (false, _) => civil(days - 25_569),
        };
        let _ = write!(text, "{:04}-{:02}-{:02}", day.0, day.1, day.2);
    }
    if rest > 0 || !has_day {
        if has_day {
            text.push(' ');
        }
        let _ = write!(text, "{:02}", rest / 3_600_000);
        write_minutes(text, rest);
    }
}

/// Writes the serial number of a duration, which may be longer than a day: 255:10:10.
pub(super) fn write_duration(text: &mut String, serial: f64) {
    if serial.is_nan() || serial.abs() >= LAST_DAY {
        return write_number(text, serial);
    }
    let (days, rest) = split(serial.abs());
    let whole = days * DAY + rest;
    let sign = if serial < 0.0 && whole > 0 { "-" } else { "" };
    let _ = write!(text, "{sign}{}", whole / 3_600_000);
    write_minutes(text, whole);
}

/// Writes a date as a file has it in ISO form: a blank before the time, and no time at midnight.
pub(super) fn write_iso_date(text: &mut String, iso: &str) {
    let iso = iso.trim();
    let Some((day, time)) = iso.split_once('T') else { return text.push_str(iso) };
    text.push_str(day);
    let midnight = time.trim_end_matches('Z').bytes().all(|b| matches!(b, b'0' | b':' | b'.'));
    if !midnight {
        text.push(' ');
        text.push_str(time);
    }
}

/// Writes a duration in ISO form, `PT09H30M00S`, as 09:30:00; as it is where it has another form.
pub(super) fn write_iso_duration(text: &mut String, iso: &str) {
    let iso = iso.trim();
    match iso_milliseconds(iso) {
        Some((sign, whole)) => {
            let _ = write!(text, "{sign}{:02}", whole / 3_600_000);
            write_minutes(text, whole);
        }
        None => text.push_str(iso),
    }
}

/// Minutes, seconds and, where there are any, thousandths.
fn write_minutes(text: &mut String, milliseconds: i64) {
    let _ = write!(text, ":{:02}:{:02}", milliseconds / 60_000 % 60, milliseconds / 1000 % 60);
    if milliseconds % 1000 != 0 {
        let _ = write!(text, ".{:03}", milliseconds % 1000);
    }
}

/// Whole days and the milliseconds of the last. Serial numbers are exact to about a microsecond.
#[allow(clippy::cast_possible_truncation, reason = "callers keep it within the last day")]
fn split(serial: f64) -> (i64, i64) {
    (serial.trunc() as i64, (serial.fract() * DAY as f64).round() as i64)
}

/// Year, month and day of a number of days since 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    // Counted in eras of 400 years that begin on March 1, so that the leap day comes last.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_based = (5 * day_of_year + 2) / 153;
    let month = if march_based < 10 { march_based + 3 } else { march_based - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * march_based + 2) / 5 + 1)
}

fn iso_milliseconds(iso: &str) -> Option<(&'static str, i64)> {
    let (sign, rest) = iso.strip_prefix('-').map_or(("", iso), |rest| ("-", rest));
    let (days, time) = rest.strip_prefix('P')?.split_once('T')?;
    let days: f64 = if days.is_empty() { 0.0 } else { days.strip_suffix('D')?.parse().ok()? };
    let mut seconds = days * 86_400.0;
    let mut rest = time;
    for (unit, factor) in [('H', 3600.0), ('M', 60.0), ('S', 1.0)] {
        if let Some((number, after)) = rest.split_once(unit) {
            seconds += number.replace(',', ".").parse::<f64>().ok()? * factor;
            rest = after;
        }
    }
    let whole = (0.0..LAST_DAY * 86_400.0).contains(&seconds) && rest.is_empty();
    #[allow(clippy::cast_possible_truncation, reason = "checked just above")]
    whole.then(|| (sign, (seconds * 1000.0).round() as i64))
}

/// What a number format shows, apart from digits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Shows {
    pub percent: bool,
    /// A year or a day.
    pub day: bool,
}

impl Shows {
    /// Of a format code; text in quotes, after a backslash and in brackets says nothing.
    pub(super) fn of(code: &str) -> Self {
        let mut shows = Self::default();
        let mut characters = code.chars();
        while let Some(c) = characters.next() {
            match c {
                '"' => drop(characters.by_ref().find(|&c| c == '"')),
                '[' => drop(characters.by_ref().find(|&c| c == ']')),
                '\\' | '_' | '*' => drop(characters.next()),
                '%' => shows.percent = true,
                'd' | 'D' | 'y' | 'Y' => shows.day = true,
                _ => {}
            }
        }
        shows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut String)) -> String {
        let mut text = String::new();
        write(&mut text);
        text
    }

    #[test]
    fn numbers_are_short_and_read_back() {
        let got = [7.0, 0.1, 1.1, -0.0, 168_629_696.0, 1e300, 1e-9, -2.5].map(|v| text(|t| write_number(t, v)));
        assert_eq!(got, ["7", "0.1", "1.1", "0", "168629696", "1e300", "1e-9", "-2.5"]);
    }

    #[test]
    fn dates_of_both_systems() {
        let date = |serial: f64| text(|t| write_date(t, serial, false, true));
        assert_eq!([1.0, 59.0, 60.0, 61.0].map(date), ["1900-01-01", "1900-02-28", "1900-02-29", "1900-03-01"]);
        assert_eq!(
            [17_175.0, 43_831.5, 44_270.541_284_722_2, 2_958_465.0].map(date),
            ["1947-01-08", "2020-01-01 12:00:00", "2021-03-15 12:59:27", "9999-12-31"]
        );
        assert_eq!([-1.0, 3e9].map(date), ["-1", "3000000000"]);
        let mac = |serial: f64| text(|t| write_date(t, serial, true, true));
        assert_eq!([0.0, 42_735.0, 42_735.25].map(mac), ["1904-01-01", "2021-01-01", "2021-01-01 06:00:00"]);
    }

    #[test]
    fn times_and_durations() {
        let time = |serial: f64| text(|t| write_date(t, serial, false, false));
        assert_eq!([0.0, 0.5, 0.643_055_555_555_556, 0.999_999_999_9].map(time), ["00:00:00", "12:00:00", "15:26:00", "1900-01-01"]);
        assert_eq!(text(|t| write_date(t, 0.25, true, false)), "06:00:00");
        let duration = |serial: f64| text(|t| write_duration(t, serial));
        assert_eq!(
            [10.632_060_185_185_2, 0.062_5, -0.5, 0.000_005_787].map(duration),
            ["255:10:10", "1:30:00", "-12:00:00", "0:00:00.500"]
        );
        let iso = |iso: &str| text(|t| write_iso_duration(t, iso));
        assert_eq!(["PT255H10M10S", "PT09H30M00S", "P1DT2H", "soon"].map(iso), ["255:10:10", "09:30:00", "26:00:00", "soon"]);
    }

    #[test]
    fn iso_dates_lose_midnight() {
        let iso = |iso: &str| text(|t| write_iso_date(t, iso));
        assert_eq!(
            ["2021-01-02", "2021-01-02T00:00:00", "2021-01-02T00:00:00.000Z", "2021-01-02T10:05:00"].map(iso),
            ["2021-01-02", "2021-01-02", "2021-01-02", "2021-01-02 10:05:00"]
        );
    }

    #[test]
    fn formats_show_percent_and_days() {
        assert_eq!(Shows::of("0.00%"), Shows { percent: true, day: false });
        assert_eq!(Shows::of("0\" % of days\""), Shows::default());
        assert_eq!(Shows::of("[$-409]yyyy\\-mm\\-dd"), Shows { percent: false, day: true });
        assert_eq!(Shows::of("[h]:mm:ss"), Shows::default());
    }
}
