//! Numbers on a decimal grid: the only form in which a value is published, so that it prints the same everywhere.

use std::fmt;

/// `units` / 10^`places`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    units: i64,
    places: u8,
}

/// Which neighbor on the grid a value goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// The nearest; a value halfway goes up.
    HalfUp,
    /// The next lower.
    Down,
    /// The next higher.
    Up,
}

/// Digits that count as the value itself; what lies beyond is binary noise.
const NOISE_PLACES: i32 = 9;

impl Decimal {
    /// `units` / 10^`places`.
    pub const fn new(units: i64, places: u8) -> Self {
        Self { units, places }
    }

    /// The number that a text such as `-0.85` prints.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let places = u8::try_from(part.len()).ok().filter(|places| *places <= 9 && part.bytes().all(|digit| digit.is_ascii_digit()))?;
        format!("{whole}{part}").parse().ok().map(|units| Self { units, places })
    }

    /// Rounds a finite value to a multiple of `step`.
    pub fn round(value: f64, step: Decimal, rounding: Rounding) -> Self {
        let scale = 10i128.pow(NOISE_PLACES as u32);
        let exact = (value * 10f64.powi(NOISE_PLACES)).round() as i128;
        let size = i128::from(step.units) * scale / 10i128.pow(u32::from(step.places));
        let multiple = match rounding {
            Rounding::Down => exact.div_euclid(size),
            Rounding::Up => -(-exact).div_euclid(size),
            Rounding::HalfUp => (2 * exact + size).div_euclid(2 * size),
        };
        Self { units: multiple as i64 * step.units, places: step.places }
    }

    /// Rounds a finite value to two significant digits.
    pub fn two_digits(value: f64, rounding: Rounding) -> Self {
        let magnitude = if value == 0.0 { 0 } else { value.abs().log10().floor() as i32 };
        let places = (1 - magnitude).clamp(0, 6) as u8;
        Self::round(value, Decimal::new(1, places), rounding)
    }

    /// As a floating-point number, for drawing and comparing.
    pub fn value(self) -> f64 {
        self.units as f64 / 10f64.powi(i32::from(self.places))
    }

    /// Times 100: a proportion in percent, with two places fewer.
    pub fn percent(self) -> Self {
        if self.places >= 2 {
            Self { units: self.units, places: self.places - 2 }
        } else {
            Self { units: self.units * 10i64.pow(2 - u32::from(self.places)), places: 0 }
        }
    }

    /// Without its sign.
    pub fn magnitude(self) -> Self {
        Self { units: self.units.abs(), places: self.places }
    }

    /// Whether it lies above zero.
    pub fn is_positive(self) -> bool {
        self.units > 0
    }

    /// Whether it lies below zero.
    pub fn is_negative(self) -> bool {
        self.units < 0
    }

    /// The larger of the two.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        if other.value() > self.value() { other } else { self }
    }

    /// The smaller of the two.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        if other.value() < self.value() { other } else { self }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let base = 10u64.pow(u32::from(self.places));
        let units = self.units.unsigned_abs();
        if self.places == 0 {
            write!(f, "{sign}{units}")
        } else {
            write!(f, "{sign}{}.{:0width$}", units / base, units % base, width = usize::from(self.places))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_half_up_in_decimal() {
        let cent = Decimal::new(1, 2);
        // 1.005 is below 1.005 in binary; in decimal it is halfway.
        assert_eq!(Decimal::round(1.005, cent, Rounding::HalfUp).to_string(), "1.01");
        assert_eq!(Decimal::round(-1.005, cent, Rounding::HalfUp).to_string(), "-1.00");
        assert_eq!(Decimal::round(0.625, Decimal::new(5, 2), Rounding::HalfUp).to_string(), "0.65");
        assert_eq!(Decimal::round(0.6, Decimal::new(5, 2), Rounding::Up).to_string(), "0.60");
        assert_eq!(Decimal::round(0.601, Decimal::new(5, 2), Rounding::Up).to_string(), "0.65");
        assert_eq!(Decimal::round(-0.601, Decimal::new(5, 2), Rounding::Down).to_string(), "-0.65");
        assert_eq!(Decimal::round(4.13, Decimal::new(2, 1), Rounding::HalfUp).to_string(), "4.2");
    }

    #[test]
    fn keeps_two_significant_digits() {
        assert_eq!(Decimal::two_digits(0.8149, Rounding::HalfUp).to_string(), "0.81");
        assert_eq!(Decimal::two_digits(12.6, Rounding::HalfUp).to_string(), "13");
        assert_eq!(Decimal::two_digits(-0.0456, Rounding::HalfUp).to_string(), "-0.046");
        assert_eq!(Decimal::two_digits(0.0, Rounding::HalfUp).to_string(), "0.0");
    }

    #[test]
    fn reads_what_it_prints() {
        for text in ["0.85", "-0.05", "12", "-3.0", "0"] {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), text);
        }
        assert!(["", "c", "1.x", "1.-5", "1e3"].into_iter().all(|text| Decimal::parse(text).is_none()));
    }

    #[test]
    fn percent_shifts_the_point() {
        assert_eq!(Decimal::new(81, 2).percent().to_string(), "81");
        assert_eq!(Decimal::new(812, 3).percent().to_string(), "81.2");
        assert_eq!(Decimal::new(1, 0).percent().to_string(), "100");
    }
}
