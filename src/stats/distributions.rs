//! The distributions behind every test and interval, over `statrs` with its known weak spots repaired.
//!
//! Upper tails are computed as such, never as one minus the lower. `statrs` 0.19 serves between the probabilities 1e-8 and
//! `1 - 1e-8` and up to shapes of 10,000; beyond, its incomplete beta function is wrong (by 27% at shapes of 5 million) and
//! its inverse fails, so `super::incomplete` takes over. Every function refuses numbers that are not finite and parameters
//! that are not above 0, and a quantile that does not lead back to its probability is refused rather than returned.

use statrs::distribution::{Beta, ChiSquared, Continuous, ContinuousCDF, Normal, StudentsT};
use statrs::function::erf::erf_inv;

use super::incomplete::{Tails, beta_tails, gamma_tails, normal_upper, positive_quantile, stirling_error};
use super::{NotEstimable, finite, tail_probability};

/// Above this many degrees of freedom, t is computed from the normal distribution by expansion.
const LARGE_DF: f64 = 1e3;

/// A t statistic beyond this is a matter for the incomplete beta function: the expansion loses digits, and `statrs` underflows.
const LARGE_T: f64 = 12.0;

/// The least tail probability in which `statrs` finds a quantile.
const LEAST_TAIL: f64 = 1e-8;

/// The sum of shapes of a gamma or beta distribution up to which the continued fraction of `statrs` has enough terms.
const LARGE_SHAPE: f64 = 1e4;

fn probability(p: f64) -> Result<f64, NotEstimable> {
    if p > 0.0 && p < 1.0 { Ok(p) } else { Err(NotEstimable::InvalidInput("a quantile needs a probability strictly between 0 and 1")) }
}

/// Whether `p` is far enough inside 0 and 1 for the inverse functions of `statrs`.
fn ordinary(p: f64) -> bool {
    (LEAST_TAIL..=1.0 - LEAST_TAIL).contains(&p)
}

/// The quantile of `p`, from a first value `x` that may have lost digits, by Newton's method for the logarithm of the nearer
/// tail over the logarithm of x (tails close to a power of x become lines); refused when it does not lead back to `p`.
fn polished(mut x: f64, p: f64, distribution: &(impl ContinuousCDF<f64, f64> + Continuous<f64, f64>)) -> Result<f64, NotEstimable> {
    let tail = if p <= 0.5 { p } else { 1.0 - p };
    let mut error = f64::INFINITY;
    for _ in 0..20 {
        let density = distribution.pdf(x);
        let (found, slope) = if p <= 0.5 { (distribution.cdf(x), density) } else { (distribution.sf(x), -density) };
        error = (found / tail - 1.0).abs();
        if error <= 1e-12 {
            break;
        }
        let step = (tail / found).ln() * found / (slope * x);
        if !step.is_finite() {
            break;
        }
        x *= step.clamp(-3.0, 3.0).exp();
    }
    if error <= 1e-6 { finite(x) } else { Err(NotEstimable::InvalidInput("too far in the tail for these degrees of freedom")) }
}

fn positive(parameter: f64) -> Result<f64, NotEstimable> {
    if parameter > 0.0 && parameter.is_finite() {
        Ok(parameter)
    } else {
        Err(NotEstimable::InvalidInput("a parameter of a distribution must be above 0"))
    }
}

/// Standard normal probability of a value up to `z`.
pub fn normal_cdf(z: f64) -> Result<f64, NotEstimable> {
    normal_sf(-z)
}

/// Standard normal probability of a value above `z`, exact to 2e-13 of itself; 0 beyond 38, where it is below 1e-315.
pub fn normal_sf(z: f64) -> Result<f64, NotEstimable> {
    Ok(normal_upper(finite(z)?))
}

/// Standard normal quantile of a probability strictly between 0 and 1.
pub fn normal_quantile(p: f64) -> Result<f64, NotEstimable> {
    if p > 0.0 && p < 1.0 {
        finite(Normal::standard().inverse_cdf(p))
    } else {
        Err(NotEstimable::InvalidInput("a quantile needs a probability between 0 and 1"))
    }
}

/// The normal deviate of a two-sided interval: 1.96 at 0.95.
pub fn normal_critical(confidence_level: f64) -> Result<f64, NotEstimable> {
    Ok(-normal_quantile(tail_probability(confidence_level)?)?)
}

/// Two-sided p-value of a standard normal statistic.
pub fn normal_two_sided_p(z: f64) -> Result<f64, NotEstimable> {
    Ok((2.0 * normal_sf(z.abs())?).min(1.0))
}

fn student(df: f64) -> Result<StudentsT, NotEstimable> {
    StudentsT::new(0.0, 1.0, positive(df)?).map_err(|_| NotEstimable::NotFinite)
}

/// Student's t: probability of a value up to `t`.
pub fn t_cdf(t: f64, df: f64) -> Result<f64, NotEstimable> {
    t_sf(-t, df)
}

/// Student's t: probability of a value above `t`. Beyond 1,000 degrees of freedom by Hill's normal expansion (Algorithm
/// 395, Commun ACM 1970;13:617), where the incomplete beta function loses digits.
pub fn t_sf(t: f64, df: f64) -> Result<f64, NotEstimable> {
    let (t, df) = (finite(t)?, positive(df)?);
    if t.abs() > LARGE_T {
        let tails = t_tails(t.abs(), df)?;
        return Ok(if t > 0.0 { tails.upper } else { tails.lower });
    }
    if df <= LARGE_DF {
        return finite(student(df)?.sf(t));
    }
    let a = df - 0.5;
    let b = 48.0 * a * a;
    let z2 = a * (t * t / df).ln_1p();
    let correction = ((((-0.4 * z2 - 3.3) * z2 - 24.0) * z2 - 85.5) / (0.8 * z2 * z2 + 100.0 + b) + z2 + 3.0) / b;
    normal_sf(t.signum() * z2.sqrt() * (1.0 + correction))
}

/// Both tails at `t >= 0`, through the beta distribution of `df / (df + t^2)`.
fn t_tails(t: f64, df: f64) -> Result<Tails, NotEstimable> {
    // The larger of the two under the root first, so that the square of a very large t does not overflow.
    let (x, y) = if t > df.sqrt() {
        let ratio = df.sqrt() / t;
        if ratio < 1e-70 {
            // The square may underflow; only the first term of the series, x^a / (a B(a, 1/2)) with a = df / 2, is left.
            let a = df / 2.0;
            let log_beta = 0.5 * std::f64::consts::PI.ln() + (a - 0.5) * a.ln() - a * (a + 0.5).ln() + 0.5 + stirling_error(a)
                - stirling_error(a + 0.5);
            let upper = 0.5 * (df * ratio.ln() - a.ln() - log_beta).exp();
            return Ok(Tails { lower: 1.0 - upper, upper });
        }
        (ratio * ratio / (1.0 + ratio * ratio), 1.0 / (1.0 + ratio * ratio))
    } else {
        (df / (df + t * t), t * t / (df + t * t))
    };
    let beta = beta_tails(df / 2.0, 0.5, x, y)?;
    Ok(Tails { lower: 0.5 + 0.5 * beta.upper, upper: 0.5 * beta.lower })
}

/// Student's t quantile. Closed form at 1 and 2 degrees of freedom; beyond 1,000 by the Cornish-Fisher expansion
/// (Abramowitz & Stegun 26.7.5), because `statrs` loses digits there and in the end falls below the normal quantile. Tails
/// below 1e-8, and what `statrs` does not find, by inverting the incomplete beta function.
pub fn t_quantile(p: f64, df: f64) -> Result<f64, NotEstimable> {
    let (p, df) = (probability(p)?, positive(df)?);
    let t = if p == 0.5 {
        0.0
    } else if df == 2.0 {
        (2.0 * p - 1.0) / (2.0 * p * (1.0 - p)).sqrt()
    } else if !ordinary(p) {
        far_t_quantile(p, df)?
    } else if df == 1.0 {
        -1.0 / (std::f64::consts::PI * p).tan()
    } else if df <= LARGE_DF {
        let t = student(df)?;
        polished(t.inverse_cdf(p), p, &t).or_else(|_| far_t_quantile(p, df))?
    } else {
        let z = normal_quantile(p)?;
        let x = z * z;
        let terms = [
            (x + 1.0) / 4.0,
            ((5.0 * x + 16.0) * x + 3.0) / 96.0,
            (((3.0 * x + 19.0) * x + 17.0) * x - 15.0) / 384.0,
            ((((79.0 * x + 776.0) * x + 1482.0) * x - 1920.0) * x - 945.0) / 92160.0,
        ];
        z + z * terms.iter().rev().fold(0.0, |tail, term| (tail + term) / df)
    };
    finite(t)
}

/// The quantile of any probability by inverting [`t_tails`]; slower, but right in every tail.
fn far_t_quantile(p: f64, df: f64) -> Result<f64, NotEstimable> {
    let tails = Tails::at(p);
    let target = if p < 0.5 { tails.swapped() } else { tails };
    Ok(positive_quantile(target, |t| t_tails(t, df))? * if p < 0.5 { -1.0 } else { 1.0 })
}

/// The t deviate of a two-sided interval: 2.262 at 0.95 and 9 degrees of freedom.
pub fn t_critical(confidence_level: f64, df: f64) -> Result<f64, NotEstimable> {
    Ok(-t_quantile(tail_probability(confidence_level)?, df)?)
}

/// Two-sided p-value of a t statistic.
pub fn t_two_sided_p(t: f64, df: f64) -> Result<f64, NotEstimable> {
    Ok((2.0 * t_sf(t.abs(), df)?).min(1.0))
}

fn chi_square(df: f64) -> Result<ChiSquared, NotEstimable> {
    ChiSquared::new(positive(df)?).map_err(|_| NotEstimable::NotFinite)
}

/// Both tails of chi-square, for more degrees of freedom than `statrs` has terms for.
fn chi_square_tails(x: f64, df: f64) -> Result<Tails, NotEstimable> {
    gamma_tails(positive(df)? / 2.0, finite(x)? / 2.0)
}

/// Chi-square: probability of a value up to `x`.
pub fn chi_square_cdf(x: f64, df: f64) -> Result<f64, NotEstimable> {
    if df > 2.0 * LARGE_SHAPE {
        return Ok(chi_square_tails(x, df)?.lower);
    }
    finite(chi_square(df)?.cdf(finite(x)?))
}

/// Chi-square: probability of a value above `x`.
pub fn chi_square_sf(x: f64, df: f64) -> Result<f64, NotEstimable> {
    if df > 2.0 * LARGE_SHAPE {
        return Ok(chi_square_tails(x, df)?.upper);
    }
    finite(chi_square(df)?.sf(finite(x)?))
}

/// Chi-square quantile; at 1 degree of freedom as the square of a normal quantile, which `statrs` misses for small `p`.
pub fn chi_square_quantile(p: f64, df: f64) -> Result<f64, NotEstimable> {
    let (p, df) = (probability(p)?, positive(df)?);
    let far = || positive_quantile(Tails::at(p), |x| chi_square_tails(x, df));
    if !ordinary(p) || df > 2.0 * LARGE_SHAPE {
        return far();
    }
    if df == 1.0 {
        return finite(2.0 * erf_inv(p).powi(2));
    }
    let chi_square = chi_square(df)?;
    polished(chi_square.inverse_cdf(p), p, &chi_square).or_else(|_| far())
}

/// Both tails of F, through the beta distribution of `df1 x / (df1 x + df2)`; `statrs` rounds that share to 1 in the upper tail.
fn f_tails(x: f64, df1: f64, df2: f64) -> Result<Tails, NotEstimable> {
    let (a, b) = (positive(df1)? / 2.0, positive(df2)? / 2.0);
    let odds = finite(x)?.max(0.0) / df2 * df1;
    // Of the two forms the one whose terms stay finite.
    let (share, rest) =
        if odds > 1.0 { (1.0 / (1.0 + 1.0 / odds), 1.0 / odds / (1.0 + 1.0 / odds)) } else { (odds / (1.0 + odds), 1.0 / (1.0 + odds)) };
    beta_tails(a, b, share, rest)
}

/// F: probability of a value up to `x`.
pub fn f_cdf(x: f64, df1: f64, df2: f64) -> Result<f64, NotEstimable> {
    Ok(f_tails(x, df1, df2)?.lower)
}

/// F: probability of a value above `x`.
pub fn f_sf(x: f64, df1: f64, df2: f64) -> Result<f64, NotEstimable> {
    Ok(f_tails(x, df1, df2)?.upper)
}

/// F quantile, through that of the beta distribution: the density of F in `statrs` overflows for large degrees of freedom.
/// The nearer tail is inverted, so that no digits are lost where beta approaches 1.
pub fn f_quantile(p: f64, df1: f64, df2: f64) -> Result<f64, NotEstimable> {
    let (p, df1, df2) = (probability(p)?, positive(df1)?, positive(df2)?);
    if !ordinary(p) || df1 + df2 > 2.0 * LARGE_SHAPE {
        return positive_quantile(Tails::at(p), |x| f_tails(x, df1, df2));
    }
    let odds = if p <= 0.5 {
        let z = beta_quantile(p, df1 / 2.0, df2 / 2.0)?;
        z / (1.0 - z)
    } else {
        let z = beta_quantile(1.0 - p, df2 / 2.0, df1 / 2.0)?;
        (1.0 - z) / z
    };
    finite(odds * df2 / df1)
}

fn beta(a: f64, b: f64) -> Result<Beta, NotEstimable> {
    Beta::new(positive(a)?, positive(b)?).map_err(|_| NotEstimable::NotFinite)
}

/// Beta: probability of a value up to `x`.
pub fn beta_cdf(x: f64, a: f64, b: f64) -> Result<f64, NotEstimable> {
    if a + b > LARGE_SHAPE {
        return Ok(beta_tails(positive(a)?, positive(b)?, finite(x)?, 1.0 - x)?.lower);
    }
    finite(beta(a, b)?.cdf(finite(x)?))
}

/// Beta: probability of a value above `x`.
pub fn beta_sf(x: f64, a: f64, b: f64) -> Result<f64, NotEstimable> {
    if a + b > LARGE_SHAPE {
        return Ok(beta_tails(positive(a)?, positive(b)?, finite(x)?, 1.0 - x)?.upper);
    }
    finite(beta(a, b)?.sf(finite(x)?))
}

/// Beta quantile.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> Result<f64, NotEstimable> {
    let (p, a, b) = (probability(p)?, positive(a)?, positive(b)?);
    let far = || {
        // Over the odds, which have room on both sides where the probability itself has none.
        let odds = positive_quantile(Tails::at(p), |odds| beta_tails(a, b, odds / (1.0 + odds), 1.0 / (1.0 + odds)))?;
        finite(if odds > 1.0 { 1.0 / (1.0 + 1.0 / odds) } else { odds / (1.0 + odds) })
    };
    if !ordinary(p) || a + b > LARGE_SHAPE {
        return far();
    }
    let beta = beta(a, b)?;
    polished(beta.inverse_cdf(p), p, &beta).or_else(|_| far())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(found: f64, expected: f64, relative: f64) {
        assert!((found - expected).abs() <= relative * expected.abs(), "{found} is not {expected}");
    }

    /// Values of R 4.2.2 (`qt`, `pt`, `qchisq`, `pchisq`, `qf`), to 15 digits; relative tolerance 1e-9.
    #[test]
    fn agrees_with_r() {
        close(normal_quantile(0.975).unwrap(), 1.95996398454005, 1e-9);
        close(normal_quantile(1e-20).unwrap(), -9.26234008979841, 1e-9);
        close(normal_sf(10.0).unwrap(), 7.619853024160526e-24, 1e-13);
        close(normal_sf(38.0).unwrap(), 2.8854287e-316, 1e-6);
        close(normal_cdf(-37.0).unwrap(), 5.725571222524576e-300, 2e-13);
        close(normal_cdf(1.0).unwrap(), 0.841344746068543, 1e-15);
        close(t_quantile(0.975, 1.0).unwrap(), 12.7062047361747, 1e-9);
        close(t_quantile(0.975, 2.0).unwrap(), 4.30265272974946, 1e-9);
        close(t_quantile(0.975, 30.0).unwrap(), 2.04227245630124, 1e-9);
        close(t_quantile(0.025, 1e6).unwrap(), -1.95996635681411, 1e-9);
        close(t_sf(8.0, 1.0).unwrap(), 0.0395834241605655, 1e-9);
        close(t_sf(8.0, 1e6).unwrap(), 6.22753171660127e-16, 1e-9);
        close(chi_square_quantile(1e-8, 1.0).unwrap(), 1.57079632679489e-16, 1e-9);
        close(f_quantile(0.975, 88.0, 528.0).unwrap(), 1.35290080643393, 1e-9);
    }

    /// Quantiles close to 0, where the first value of `statrs` is off by as much as a factor of 500: each must lead back.
    #[test]
    fn tiny_quantiles_are_polished() {
        close(chi_square_cdf(chi_square_quantile(1.48e-8, 1.1).unwrap(), 1.1).unwrap(), 1.48e-8, 1e-9);
        close(beta_quantile(0.975, 1.0, 1e6).unwrap(), -(0.025_f64.ln() / 1e6).exp_m1(), 1e-9);
    }

    /// Exact inversions in mpmath, where R 4.2.2 `qt` is 1% off; the median of F with equal degrees of freedom is 1 (`qf` says .99999933).
    #[test]
    fn far_and_large_beyond_r() {
        close(t_quantile(1e-250, 1.5).unwrap(), -2.42266310113461e166, 1e-9);
        close(f_quantile(0.5, 1e6, 1e6).unwrap(), 1.0, 1e-12);
        close(beta_cdf(0.5, 5e6, 5e6).unwrap(), 0.5, 1e-12);
    }

    /// Below the normal quantile is where the unrepaired quantile fell at half a million degrees of freedom.
    #[test]
    fn t_quantile_falls_towards_the_normal_one() {
        let mut last = f64::INFINITY;
        for df in [1.0, 2.0, 5.0, 50.0, 5e3, 1e4, 1.0001e4, 1e5, 5e5, 1e9] {
            let quantile = t_quantile(0.975, df).unwrap();
            assert!(quantile < last && quantile > 1.959963984, "{df}: {quantile}");
            last = quantile;
        }
    }

    #[test]
    fn outside_the_domain_is_refused() {
        assert!(normal_quantile(0.0).is_err());
        assert!(normal_cdf(f64::NAN).is_err());
        assert!(t_quantile(0.5, 0.0).is_err());
        assert!(beta_quantile(0.0, 2.0, 3.0).is_err());
        assert!(t_critical(1.0, 5.0).is_err());
    }

    proptest! {
        #[test]
        fn quantile_inverts_cdf_and_tails_add_to_one(p in 0.0005_f64..0.9995, df in 1.0_f64..3e4, df2 in 2.0_f64..500.0) {
            let t = t_quantile(p, df).unwrap();
            prop_assert!((t_cdf(t, df).unwrap() - p).abs() < 1e-9);
            prop_assert!((t_cdf(t, df).unwrap() + t_sf(t, df).unwrap() - 1.0).abs() < 1e-12);
            let df1 = df.min(500.0);
            let x = chi_square_quantile(p, df1).unwrap();
            prop_assert!((chi_square_cdf(x, df1).unwrap() - p).abs() < 1e-9);
            prop_assert!((chi_square_cdf(x, df1).unwrap() + chi_square_sf(x, df1).unwrap() - 1.0).abs() < 1e-12);
            let f = f_quantile(p, df1, df2).unwrap();
            prop_assert!((f_cdf(f, df1, df2).unwrap() - p).abs() < 1e-9);
            prop_assert!((f_cdf(f, df1, df2).unwrap() + f_sf(f, df1, df2).unwrap() - 1.0).abs() < 1e-12);
            let b = beta_quantile(p, df1, df2).unwrap();
            prop_assert!((beta_cdf(b, df1, df2).unwrap() - p).abs() < 1e-9);
            prop_assert!((beta_cdf(b, df1, df2).unwrap() + beta_sf(b, df1, df2).unwrap() - 1.0).abs() < 1e-12);
        }
    }
}
