//! Incomplete gamma and beta functions with both tails to full relative precision, and the inversion of tails.
//!
//! `statrs` stops its continued fraction after 140 terms, which is too few for large shapes, and its inverse functions fail
//! below a probability of about 1e-8. These take over there.

use super::{NotEstimable, finite};

/// Terms after which a series or continued fraction is given up; shapes of 1e9 need fewer.
const MOST_TERMS: u32 = 2_000_000;

/// The two tails of a continuous distribution at one point, each computed so that the smaller one keeps its digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tails {
    /// Probability of a value up to the point.
    pub lower: f64,
    /// Probability of a value above the point.
    pub upper: f64,
}

impl Tails {
    /// The tails of a point with probability `p` up to it; exact for the smaller one unless `p` itself is close to 1.
    pub fn at(p: f64) -> Self {
        Self { lower: p, upper: 1.0 - p }
    }

    fn from_lower(lower: f64) -> Self {
        Self { lower, upper: 1.0 - lower }
    }

    fn from_upper(upper: f64) -> Self {
        Self { lower: 1.0 - upper, upper }
    }

    pub fn swapped(self) -> Self {
        Self { lower: self.upper, upper: self.lower }
    }
}

/// `ln gamma(z) - ((z - 1/2) ln z - z + ln(2 pi) / 2)`, the error of Stirling's formula for the gamma function, `z > 0`.
///
/// Beyond 15 by its asymptotic series (Abramowitz & Stegun 6.1.42), whose eighth term is below 1e-17 there; before, in steps of 1
/// by the recurrence of the gamma function, none of which cancels.
pub(crate) fn stirling_error(z: f64) -> f64 {
    let (mut z, mut steps) = (z, 0.0);
    while z < 15.0 {
        let e = 1.0 / z;
        steps += if e <= 0.5 { 0.5 * e + (z + 0.5) * log1p_minus(e) } else { (z + 0.5) * e.ln_1p() - 1.0 };
        z += 1.0;
    }
    steps + stirling_series(z)
}

fn stirling_series(z: f64) -> f64 {
    let w = 1.0 / (z * z);
    let terms = [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0, 1.0 / 156.0];
    terms.iter().rev().fold(0.0, |tail, term| tail * w + term) / z
}

/// `ln(1 + e) - e` without cancellation, for `e` from -1/2 to 1/2.
fn log1p_minus(e: f64) -> f64 {
    // ln(1 + e) = 2 atanh(r), and 2 r - e = -r e.
    let r = e / (2.0 + e);
    let square = r * r;
    let series = (0..30).rev().fold(0.0, |tail, k| tail * square + 1.0 / f64::from(2 * k + 3));
    2.0 * r * square * series - r * e
}

/// `m ((1 + e) ln(1 + e) - e)`: the deviance of a count `m (1 + e)` around its mean `m` (Loader, *Fast and accurate
/// computation of binomial probabilities*, 2000).
fn deviance(m: f64, e: f64) -> f64 {
    if e <= -1.0 {
        m
    } else if e.abs() > 0.5 {
        m * ((1.0 + e) * e.ln_1p() - e)
    } else {
        m * ((1.0 + e) * log1p_minus(e) + e * e)
    }
}

/// Both tails of the gamma distribution with shape `a > 0` and scale 1 at `x >= 0`.
///
/// The lower one by its power series below `a + 1`, the upper one by Lentz's continued fraction above (Abramowitz & Stegun
/// 6.5.29 and 6.5.31), with the leading factor from Loader's deviance, which keeps its digits for large shapes.
pub(crate) fn gamma_tails(a: f64, x: f64) -> Result<Tails, NotEstimable> {
    if x <= 0.0 {
        return Ok(Tails::from_lower(0.0));
    }
    // x^a e^-x / gamma(a + 1)
    let density = (-stirling_error(a) - deviance(x, (a - x) / x)).exp() / (std::f64::consts::TAU * a).sqrt();
    if density == 0.0 {
        return Ok(if x < a { Tails::from_lower(0.0) } else { Tails::from_upper(0.0) });
    }
    if x < a + 1.0 {
        let (mut term, mut total) = (1.0, 1.0);
        for k in 1..MOST_TERMS {
            term *= x / (a + f64::from(k));
            total += term;
            if term < total * 1e-17 {
                return Ok(Tails::from_lower((density * total).min(1.0)));
            }
        }
        return Err(NotEstimable::NotConverged);
    }
    let mut b = x + 1.0 - a;
    let mut d = 1.0 / b;
    let mut c = f64::MAX;
    let mut h = d;
    for k in 1..MOST_TERMS {
        let k = f64::from(k);
        let numerator = -k * (k - a);
        b += 2.0;
        d = 1.0 / nonzero(numerator * d + b);
        c = nonzero(b + numerator / c);
        let factor = d * c;
        h *= factor;
        if (factor - 1.0).abs() < 4e-16 {
            return Ok(Tails::from_upper((density * a * h).clamp(0.0, 1.0)));
        }
    }
    Err(NotEstimable::NotConverged)
}

/// Both tails of the beta distribution with shapes `a, b > 0` at `x`, with `y = 1 - x` given beside it so that neither end
/// of the range loses digits.
///
/// The continued fraction of Didonato & Morris (ACM Trans Math Softw 1992;18:360-373), by Lentz's method, on the side of the
/// mean where it converges fast, with the leading factor from Loader's deviances.
pub(crate) fn beta_tails(a: f64, b: f64, x: f64, y: f64) -> Result<Tails, NotEstimable> {
    if x <= 0.0 {
        return Ok(Tails::from_lower(0.0));
    }
    if y <= 0.0 {
        return Ok(Tails::from_upper(0.0));
    }
    if x >= (a + 1.0) / (a + b + 2.0) {
        return beta_lower(b, a, y, x).map(|lower| Tails::from_lower(lower).swapped());
    }
    beta_lower(a, b, x, y).map(Tails::from_lower)
}

fn beta_lower(a: f64, b: f64, x: f64, y: f64) -> Result<f64, NotEstimable> {
    let total = a + b;
    let surplus = a * y - b * x;
    let log_density = stirling_error(total)
        - stirling_error(a)
        - stirling_error(b)
        - deviance(total * x, surplus / (total * x))
        - deviance(total * y, -surplus / (total * y));
    // x^a y^b / B(a, b)
    let factor = log_density.exp() * (a * b / (std::f64::consts::TAU * total)).sqrt();
    if factor == 0.0 {
        return Ok(0.0);
    }
    let mut fraction = nonzero(a / (a + 1.0) * (surplus + 1.0));
    let (mut c, mut d) = (fraction, 0.0);
    for n in 1..MOST_TERMS {
        let n = f64::from(n);
        let odd = a + 2.0 * n - 1.0;
        let numerator = (a + n - 1.0) / odd * ((total + n - 1.0) / odd) * n * (b - n) * x * x;
        let denominator = n + n * (b - n) * x / odd + (a + n) / (a + 2.0 * n + 1.0) * (surplus + 1.0 + n * (1.0 + y));
        d = 1.0 / nonzero(denominator + numerator * d);
        c = nonzero(denominator + numerator / c);
        fraction *= c * d;
        if (c * d - 1.0).abs() < 4e-16 {
            return Ok((factor / fraction).clamp(0.0, 1.0));
        }
    }
    Err(NotEstimable::NotConverged)
}

/// Keeps Lentz's algorithm from dividing by 0.
fn nonzero(value: f64) -> f64 {
    if value.abs() < 1e-300 { 1e-300 } else { value }
}

/// Standard normal probability above `z`, exact to 2e-13 of itself as far as numbers reach (about 38), and 0 beyond. `libm` has the
/// complementary error function to the last digit; that of `statrs` is 9e-11 off.
pub(crate) fn normal_upper(z: f64) -> f64 {
    0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2)
}

/// Both tails of the standard normal distribution at `z`.
pub(crate) fn normal_tails(z: f64) -> Tails {
    Tails { lower: normal_upper(-z), upper: normal_upper(z) }
}

/// The point above 0 with the given tails, both above 0, by the root of the logarithm of the smaller tail over the logarithm
/// of the point. Points outside about 1e-300 to 1e300 are refused.
pub(crate) fn positive_quantile(target: Tails, tails: impl Fn(f64) -> Result<Tails, NotEstimable>) -> Result<f64, NotEstimable> {
    // Increasing in the logarithm of the point, minus or plus infinity where a tail has underflowed.
    let surplus_at = |tails: Tails| -> Result<f64, NotEstimable> {
        Ok(if target.lower <= target.upper { tails.lower.ln() - target.lower.ln() } else { target.upper.ln() - tails.upper.ln() })
    };
    let surplus = |u: f64| surplus_at(tails(u.exp())?);
    let too_far = NotEstimable::InvalidInput("the quantile is too near 0 or too large");
    let (mut low, mut high, mut step) = (0.0_f64, 0.0_f64, 1.0);
    while surplus(low)? > 0.0 {
        high = low;
        low -= step;
        step *= 2.0;
        low = low.max(-690.0);
        if low == -690.0 && surplus(low)? > 0.0 {
            return Err(too_far);
        }
    }
    while surplus(high)? < 0.0 {
        low = high;
        high = (high + step).min(690.0);
        step *= 2.0;
        if high == 690.0 && surplus(high)? < 0.0 {
            return Err(too_far);
        }
    }
    let x = root(low, high, surplus)?.exp();
    // The logarithm of a large point has fewer digits than the point: one step of the secant gives them back.
    let nudge = 1e-6;
    let at = |x: f64| -> Result<f64, NotEstimable> { surplus_at(tails(x)?) };
    let here = at(x)?;
    let step = -here * nudge / (at(x * (1.0 + nudge))? - here);
    finite(if step.abs() < 1e-9 { x * (1.0 + step) } else { x })
}

/// A root of a function that increases from at most 0 at `low` to at least 0 at `high`, to the last digits of an abscissa: by
/// bisection, and where the function is finite by Ridders' method, whose point is then enclosed closely. At most 300 rounds.
pub(crate) fn root(low: f64, high: f64, f: impl Fn(f64) -> Result<f64, NotEstimable>) -> Result<f64, NotEstimable> {
    let mut bracket = Bracket { low, high, at_low: f(low)?, at_high: f(high)? };
    for _ in 0..300 {
        let middle = bracket.low + (bracket.high - bracket.low) / 2.0;
        let width = bracket.high - bracket.low;
        if width <= 1e-15 * middle.abs().max(1e-200) {
            return Ok(middle);
        }
        let at_middle = f(middle)?;
        let scale = (at_middle * at_middle - bracket.at_low * bracket.at_high).sqrt();
        let half = width / 2.0;
        if bracket.narrow(middle, at_middle) {
            return Ok(middle);
        }
        if !(scale.is_finite() && scale > 0.0) {
            continue;
        }
        let next = middle - half * at_middle / scale;
        for nudge in [0.0, -1e-3, 1e-3] {
            let x = next + nudge * half;
            if bracket.low < x && x < bracket.high && bracket.narrow(x, f(x)?) {
                return Ok(x);
            }
        }
    }
    Err(NotEstimable::NotConverged)
}

struct Bracket {
    low: f64,
    high: f64,
    at_low: f64,
    at_high: f64,
}

impl Bracket {
    /// Moves one end to a point inside; whether the point is the root itself.
    fn narrow(&mut self, x: f64, at: f64) -> bool {
        if at < 0.0 {
            (self.low, self.at_low) = (x, at);
        } else {
            (self.high, self.at_high) = (x, at);
        }
        at == 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(found: f64, expected: f64, relative: f64) {
        assert!((found - expected).abs() <= relative * expected.abs(), "{found} is not {expected}");
    }

    /// Closed forms: gamma(1) is 1, gamma(1/2) the root of pi; gamma(21) is 20!.
    #[test]
    fn stirling_errors_give_factorials() {
        let ln_gamma = |z: f64| (z - 0.5) * z.ln() - z + std::f64::consts::TAU.ln() / 2.0 + stirling_error(z);
        assert!(ln_gamma(1.0).abs() < 1e-15);
        close(ln_gamma(0.5), std::f64::consts::PI.ln() / 2.0, 1e-15);
        close(ln_gamma(21.0), 2_432_902_008_176_640_000_f64.ln(), 1e-15);
        // gamma(z) is about 1 / z near 0.
        close(ln_gamma(1e-9), 1e9_f64.ln(), 1e-10);
    }

    /// Closed form: symmetric shapes split at one half, whatever their size; `statrs` 0.19.1 says .364 at 5 million.
    #[test]
    fn large_symmetric_shapes_split_evenly() {
        for shape in [0.01, 1.0, 500.0, 5e6, 1e9] {
            close(beta_tails(shape, shape, 0.5, 0.5).unwrap().lower, 0.5, 1e-12);
        }
    }

    /// Closed form: the distribution of the smallest of n uniform values, far out in both tails.
    #[test]
    fn tails_in_closed_form() {
        for (n, x) in [(3.0, 1e-250), (1e6, 1e-9), (1e6, 5e-4), (1e6, 1e-2)] {
            let tails = beta_tails(1.0, n, x, 1.0 - x).unwrap();
            close(tails.lower, -(n * (-x).ln_1p()).exp_m1(), 1e-10);
            close(tails.upper, (n * (-x).ln_1p()).exp(), 1e-10);
        }
        close(gamma_tails(1.0, 700.0).unwrap().upper, (-700.0_f64).exp(), 1e-12);
        close(gamma_tails(1.0, 1e-200).unwrap().lower, 1e-200, 1e-12);
    }

    #[test]
    fn ends_of_the_range_are_exact() {
        assert_eq!(gamma_tails(2.0, 0.0), Ok(Tails { lower: 0.0, upper: 1.0 }));
        assert_eq!(beta_tails(2.0, 3.0, 0.0, 1.0), Ok(Tails { lower: 0.0, upper: 1.0 }));
        assert_eq!(beta_tails(2.0, 3.0, 1.0, 0.0), Ok(Tails { lower: 1.0, upper: 0.0 }));
        assert_eq!(gamma_tails(2.0, 1e5).unwrap().upper, 0.0);
    }

    #[test]
    fn roots_are_found_beyond_infinities() {
        let found = root(-10.0, 50.0, |x| {
            Ok(if x < -5.0 {
                f64::NEG_INFINITY
            } else if x > 20.0 {
                f64::INFINITY
            } else {
                x.powi(3) - 2.0
            })
        });
        close(found.unwrap(), 2.0_f64.cbrt(), 1e-14);
        assert!(positive_quantile(Tails { lower: 1e-200, upper: 1.0 }, |x| gamma_tails(0.01, x)).is_err());
    }

    proptest! {
        /// Twin: whole shapes as sums of binomial and Poisson probabilities.
        #[test]
        fn whole_shapes_agree_with_sums(a in 1_i32..40, b in 1_i32..40, x in 0.01_f64..0.99) {
            let n = a + b - 1;
            let (mut term, mut below) = ((1.0 - x).powi(n), 0.0);
            for k in 0..a {
                below += term;
                term *= f64::from(n - k) / f64::from(k + 1) * x / (1.0 - x);
            }
            let tails = beta_tails(f64::from(a), f64::from(b), x, 1.0 - x).unwrap();
            prop_assert!((tails.upper - below).abs() < 1e-12 * below.max(1e-3));
            let mean = x * 50.0;
            let (mut term, mut below) = ((-mean).exp(), 0.0);
            for k in 0..a {
                below += term;
                term *= mean / f64::from(k + 1);
            }
            prop_assert!((gamma_tails(f64::from(a), mean).unwrap().upper - below).abs() < 1e-12 * below.max(1e-3));
        }

        #[test]
        fn quantiles_lead_back_to_either_tail(a in 0.2_f64..1e6, exponent in -290.0_f64..-0.5, above in proptest::bool::ANY) {
            let p = 10.0_f64.powf(exponent);
            let target = if above { Tails { lower: 1.0 - p, upper: p } } else { Tails::at(p) };
            if let Ok(x) = positive_quantile(target, |x| gamma_tails(a, x)) {
                let tails = gamma_tails(a, x).unwrap();
                let found = if above { tails.upper } else { tails.lower };
                // The last bit of x moves a tail at 1e-290 by 1e-7 for the largest shapes.
                prop_assert!((found / p - 1.0).abs() < 1e-11 + 4e-16 * a.sqrt() * 50.0);
            }
        }
    }
}
