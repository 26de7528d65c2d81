//! Decimal numbers as they stand in files and on pages.

use std::cmp::Ordering;

/// `units` / 10^`places`, without needless zeros, so that equal numbers are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// Digits as a whole number.
    pub units: i64,
    /// Digits behind the point.
    pub places: u32,
}

impl Decimal {
    /// Reads `-12.30`; none for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(fraction) || (digits.contains('.') && fraction.is_empty()) || fraction.len() > 9 {
            return None;
        }
        let mut units: i64 = 0;
        for digit in whole.bytes().chain(fraction.bytes()) {
            units = units * 10 + i64::from(digit - b'0');
            if units >= 1_000_000_000_000_000 {
                return None;
            }
        }
        let sign = if text.starts_with('-') { -1 } else { 1 };
        Some(Self { units: sign * units, places: fraction.len() as u32 }.reduced())
    }

    fn reduced(mut self) -> Self {
        while self.places > 0 && self.units % 10 == 0 {
            self.units /= 10;
            self.places -= 1;
        }
        self
    }

    /// Times 100.
    #[must_use]
    pub fn hundredfold(self) -> Self {
        let up = 2u32.saturating_sub(self.places);
        Self { units: self.units * 10i64.pow(up), places: self.places.saturating_sub(2) }.reduced()
    }

    /// Without its sign.
    #[must_use]
    pub fn magnitude(self) -> Self {
        Self { units: self.units.abs(), places: self.places }
    }

    /// As a floating-point number.
    pub fn value(self) -> f64 {
        self.units as f64 / 10f64.powi(self.places as i32)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let scaled = |one: &Self, two: &Self| i128::from(one.units) * 10i128.pow(two.places);
        scaled(self, other).cmp(&scaled(other, self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_are_equal() {
        let parse = |text: &str| Decimal::parse(text).unwrap();
        assert_eq!(parse("0.70"), parse("0.7"));
        assert_eq!(parse("0.73").hundredfold(), parse("73"));
        assert_eq!(parse("-0.085").hundredfold(), parse("-8.5"));
        assert_eq!(parse("1").hundredfold(), parse("100.0"));
        assert!(parse("-0.3") < parse("0.25"));
        assert_eq!(["", ".", "1.", "1e3", "c", "--1", "0x1"].map(Decimal::parse), [None; 7]);
    }
}
