//! Exact fractions. An overflow is a failure of the audit, never a wrong answer.

use super::limits::Limit;

/// `numerator` / `denominator` in lowest terms, with a positive denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    /// Zero.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// A whole number.
    pub fn whole(value: i64) -> Self {
        Self { numerator: i128::from(value), denominator: 1 }
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        self.numerator == 0
    }

    fn reduced(numerator: i128, denominator: i128) -> Self {
        let divisor = greatest_common_divisor(numerator, denominator).max(1);
        let sign = if denominator < 0 { -1 } else { 1 };
        Self { numerator: sign * numerator / divisor, denominator: sign * denominator / divisor }
    }

    /// `self` - `factor` × `other`.
    pub fn minus_product(self, factor: Self, other: Self) -> Result<Self, Limit> {
        let product = Self::reduced(
            factor.numerator.checked_mul(other.numerator).ok_or(Limit::Digits)?,
            factor.denominator.checked_mul(other.denominator).ok_or(Limit::Digits)?,
        );
        let left = self.numerator.checked_mul(product.denominator).ok_or(Limit::Digits)?;
        let right = product.numerator.checked_mul(self.denominator).ok_or(Limit::Digits)?;
        let denominator = self.denominator.checked_mul(product.denominator).ok_or(Limit::Digits)?;
        Ok(Self::reduced(left.checked_sub(right).ok_or(Limit::Digits)?, denominator))
    }

    /// `self` / `other`, which is not zero.
    pub fn over(self, other: Self) -> Result<Self, Limit> {
        let numerator = self.numerator.checked_mul(other.denominator).ok_or(Limit::Digits)?;
        Ok(Self::reduced(numerator, self.denominator.checked_mul(other.numerator).ok_or(Limit::Digits)?))
    }

    /// As a whole number, if it is one.
    pub fn as_whole(self) -> Option<i64> {
        (self.denominator == 1).then_some(self.numerator).and_then(|value| i64::try_from(value).ok())
    }
}

/// The greatest common divisor of the magnitudes; 0 of two zeros.
pub fn greatest_common_divisor(one: i128, other: i128) -> i128 {
    let (mut one, mut other) = (one.abs(), other.abs());
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_lowest_terms_and_sign() {
        let half = Fraction::whole(3).over(Fraction::whole(-6)).unwrap();
        assert_eq!(half, Fraction::reduced(1, -2));
        let back = Fraction::whole(1).minus_product(half, Fraction::whole(2)).unwrap();
        assert_eq!(back.as_whole(), Some(2));
        assert_eq!(half.as_whole(), None);
    }

    #[test]
    fn an_overflow_is_said() {
        let huge = Fraction { numerator: i128::MAX - 1, denominator: 1 };
        assert_eq!(huge.minus_product(Fraction::whole(-1), huge), Err(Limit::Digits));
    }
}
