//! The distributions behind every test and interval, over `statrs` with its known weak spots repaired.
//!
//! Upper tails are computed as such, never as one minus the lower. Quantiles other than the normal are refused outside
//! `[1e-8, 1 - 1e-8]`, where the inverse incomplete beta function of `statrs` 0.19 is unreliable. Every function refuses
//! numbers that are not finite and parameters that are not above 0, and a quantile that does not lead back to its
//! probability is refused rather than returned.

use statrs::distribution::{Beta, ChiSquared, Continuous, ContinuousCDF, FisherSnedecor, Normal, StudentsT};
use statrs::function::erf::erf_inv;

use super::{NotEstimable, finite, tail_probability};

/// Above this many degrees of freedom, t is computed from the normal distribution by expansion.
const LARGE_DF: f64 = 1e3;

/// The least tail probability whose quantile is computed.
const LEAST_TAIL: f64 = 1e-8;

fn probability(p: f64) -> Result<f64, NotEstimable> {
    if (LEAST_TAIL..=1.0 - LEAST_TAIL).contains(&p) {
        Ok(p)
    } else {
        Err(NotEstimable::InvalidInput("a quantile needs a probability between 1e-8 and 1 - 1e-8"))
    }
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
    Ok(Normal::standard().cdf(finite(z)?))
}

/// Standard normal probability of a value above `z`.
pub fn normal_sf(z: f64) -> Result<f64, NotEstimable> {
    Ok(Normal::standard().sf(finite(z)?))
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
    if df <= LARGE_DF {
        return finite(student(df)?.sf(t));
    }
    let a = df - 0.5;
    let b = 48.0 * a * a;
    let z2 = a * (t * t / df).ln_1p();
    let correction = ((((-0.4 * z2 - 3.3) * z2 - 24.0) * z2 - 85.5) / (0.8 * z2 * z2 + 100.0 + b) + z2 + 3.0) / b;
    normal_sf(t.signum() * z2.sqrt() * (1.0 + correction))
}

/// Student's t quantile. Closed form at 1 and 2 degrees of freedom; beyond 1,000 by the Cornish-Fisher expansion
/// (Abramowitz & Stegun 26.7.5), because `statrs` loses digits there and in the end falls below the normal quantile.
pub fn t_quantile(p: f64, df: f64) -> Result<f64, NotEstimable> {
    let (p, df) = (probability(p)?, positive(df)?);
    let t = if p == 0.5 {
        0.0
    } else if df == 1.0 {
        -1.0 / (std::f64::consts::PI * p).tan()
    } else if df == 2.0 {
        (2.0 * p - 1.0) / (2.0 * p * (1.0 - p)).sqrt()
    } else if df <= LARGE_DF {
        let t = student(df)?;
        polished(t.inverse_cdf(p), p, &t)?
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

/// Chi-square: probability of a value up to `x`.
pub fn chi_square_cdf(x: f64, df: f64) -> Result<f64, NotEstimable> {
    finite(chi_square(df)?.cdf(finite(x)?))
}

/// Chi-square: probability of a value above `x`.
pub fn chi_square_sf(x: f64, df: f64) -> Result<f64, NotEstimable> {
    finite(chi_square(df)?.sf(finite(x)?))
}

/// Chi-square quantile; at 1 degree of freedom as the square of a normal quantile, which `statrs` misses for small `p`.
pub fn chi_square_quantile(p: f64, df: f64) -> Result<f64, NotEstimable> {
    let p = probability(p)?;
    if df == 1.0 {
        return finite(2.0 * erf_inv(p).powi(2));
    }
    let chi_square = chi_square(df)?;
    polished(chi_square.inverse_cdf(p), p, &chi_square)
}

fn fisher(df1: f64, df2: f64) -> Result<FisherSnedecor, NotEstimable> {
    FisherSnedecor::new(positive(df1)?, positive(df2)?).map_err(|_| NotEstimable::NotFinite)
}

/// F: probability of a value up to `x`.
pub fn f_cdf(x: f64, df1: f64, df2: f64) -> Result<f64, NotEstimable> {
    finite(fisher(df1, df2)?.cdf(finite(x)?))
}

/// F: probability of a value above `x`.
pub fn f_sf(x: f64, df1: f64, df2: f64) -> Result<f64, NotEstimable> {
    finite(fisher(df1, df2)?.sf(finite(x)?))
}

/// F quantile, through that of the beta distribution: the density of F in `statrs` overflows for large degrees of freedom.
/// The nearer tail is inverted, so that no digits are lost where beta approaches 1.
pub fn f_quantile(p: f64, df1: f64, df2: f64) -> Result<f64, NotEstimable> {
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
    finite(beta(a, b)?.cdf(finite(x)?))
}

/// Beta: probability of a value above `x`.
pub fn beta_sf(x: f64, a: f64, b: f64) -> Result<f64, NotEstimable> {
    finite(beta(a, b)?.sf(finite(x)?))
}

/// Beta quantile.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> Result<f64, NotEstimable> {
    let (p, beta) = (probability(p)?, beta(a, b)?);
    polished(beta.inverse_cdf(p), p, &beta)
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
        close(normal_sf(10.0).unwrap(), 7.61985302416053e-24, 1e-9);
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
        assert!(beta_quantile(1e-12, 2.0, 3.0).is_err());
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
