//! Standardized mean differences.

use super::distributions::normal_critical;
use super::incomplete::stirling_error;
use super::mean::mean;
use super::noncentral::noncentrality_of_t;
use super::{Frequency, Interval, NotEstimable, finite, tail_probability};

/// A mean difference of two groups in units of their pooled standard deviation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CohenD {
    /// `mean(first) - mean(second)`.
    pub mean_difference: f64,
    /// Pooled standard deviation, `sqrt(((n1 - 1) v1 + (n2 - 1) v2) / (n1 + n2 - 2))`, above 0.
    pub std_dev_pooled: f64,
    /// The ratio of the two.
    pub cohen_d: f64,
    /// Size of the first group.
    pub n_first: u64,
    /// Size of the second group.
    pub n_second: u64,
}

impl CohenD {
    fn degrees_of_freedom(&self) -> f64 {
        self.n_first as f64 + self.n_second as f64 - 2.0
    }

    /// `n1 n2 / (n1 + n2)`, whose root turns d into Student's t.
    fn harmonic_size(&self) -> f64 {
        let (n1, n2) = (self.n_first as f64, self.n_second as f64);
        n1 / (n1 + n2) * n2
    }
}

/// Cohen's d with the pooled standard deviation.
///
/// Both groups need a value and together 3; a group of one adds no variance. No variation inside the groups is an error,
/// whatever the difference between them. Reference: Cohen, *Statistical power analysis for the behavioral sciences*, 1988.
pub fn cohen_d(first: &[Frequency], second: &[Frequency]) -> Result<CohenD, NotEstimable> {
    let (first, second) = (mean(first, 0.95)?, mean(second, 0.95)?);
    let n = first.n.checked_add(second.n).ok_or(NotEstimable::NotFinite)?;
    if n < 3 {
        return Err(NotEstimable::TooFew { needed: 3, found: n });
    }
    let squares = |n: u64, std_dev: Option<f64>| (n as f64 - 1.0) * std_dev.unwrap_or(0.0).powi(2);
    let std_dev_pooled = finite(((squares(first.n, first.std_dev) + squares(second.n, second.std_dev)) / (n as f64 - 2.0)).sqrt())?;
    if std_dev_pooled <= 10.0 * f64::EPSILON * first.estimate.abs().max(second.estimate.abs()) {
        return Err(NotEstimable::NoVariation);
    }
    let mean_difference = first.estimate - second.estimate;
    Ok(CohenD { mean_difference, std_dev_pooled, cohen_d: finite(mean_difference / std_dev_pooled)?, n_first: first.n, n_second: second.n })
}

/// Hedges' g: Cohen's d without its small-sample bias.
#[derive(Clone, Debug, PartialEq)]
pub struct HedgesG {
    /// `J d` with the exact J of [`hedges_correction`].
    pub hedges_g: f64,
    /// `d (1 - 3 / (4 df - 1))`, the usual approximation, for comparison.
    pub hedges_g_approximate: f64,
    /// Large-sample variance of g, `1/n1 + 1/n2 + g^2 / (2 (n1 + n2))`.
    pub variance: f64,
    /// Its root.
    pub std_error: f64,
    /// The noncentral-t interval, times J: the default.
    pub interval: Result<Interval, NotEstimable>,
    /// `g` plus and minus the normal deviate times `std_error`.
    pub normal_interval: Result<Interval, NotEstimable>,
    /// Both groups together.
    pub n: u64,
    /// The method by name.
    pub method: &'static str,
}

/// Hedges' g with a noncentral-t interval.
///
/// The limits are the noncentralities for which the observed t is at the two tails, over `sqrt(n1 n2 / (n1 + n2))`, times J, so that
/// estimate and limits are in one unit. Assumes normal values of equal variance. Reference: Hedges, J Educ Stat
/// 1981;6:107-128; Steiger & Fouladi 1997. Fewer than 4 values together are an error: J is 0 at 1 degree of freedom.
///
/// Student's sleep data: -.797, interval -1.665 to .091.
/// ```
/// use mentorscope::stats::{Frequency, standardized::{cohen_d, hedges_g}};
/// let group = |values: [f64; 10]| values.map(|value| Frequency { value, count: 1 });
/// let first = group([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]);
/// let second = group([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]);
/// let result = hedges_g(&cohen_d(&first, &second)?, 0.95)?;
/// let interval = result.interval?;
/// assert!((result.hedges_g + 0.797).abs() < 5e-4);
/// assert!((interval.lower + 1.665).abs() < 5e-4 && (interval.upper - 0.091).abs() < 5e-4);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn hedges_g(d: &CohenD, confidence_level: f64) -> Result<HedgesG, NotEstimable> {
    let n = d.n_first.checked_add(d.n_second).ok_or(NotEstimable::NotFinite)?;
    if n < 4 {
        return Err(NotEstimable::TooFew { needed: 4, found: n });
    }
    let df = d.degrees_of_freedom();
    let j = hedges_correction(df)?;
    let hedges_g = j * d.cohen_d;
    let (n1, n2) = (d.n_first as f64, d.n_second as f64);
    let variance = finite(1.0 / n1 + 1.0 / n2 + hedges_g * hedges_g / (2.0 * (n1 + n2)))?;
    let std_error = variance.sqrt();
    let tail = tail_probability(confidence_level)?;
    let root_size = d.harmonic_size().sqrt();
    let t = d.cohen_d * root_size;
    let limit = |upper_tail: f64| noncentrality_of_t(t, df, upper_tail).map(|ncp| j * ncp / root_size);
    // The lower limit mirrors the upper one of -t, so that neither tail is taken as one minus the other.
    let mirrored = || noncentrality_of_t(-t, df, tail).map(|ncp| -j * ncp / root_size);
    let interval = limit(tail).and_then(|lower| Interval::new(lower, mirrored()?, confidence_level));
    Ok(HedgesG {
        hedges_g,
        hedges_g_approximate: d.cohen_d * (1.0 - 3.0 / (4.0 * df - 1.0)),
        variance,
        std_error,
        interval,
        normal_interval: Interval::around(hedges_g, normal_critical(confidence_level)? * std_error, confidence_level),
        n,
        method: "Hedges' g with exact J, noncentral t interval",
    })
}

/// Hedges' `J = gamma(df/2) / (sqrt(df/2) gamma((df - 1)/2))`, the factor that takes the bias out of d; `df` above 1.
///
/// Through Stirling's errors, so that it keeps its digits for millions of degrees of freedom.
///
/// At 5 degrees of freedom gamma(2.5) / (sqrt(2.5) gamma(2)) = 1.32934 / 1.58114 = .84075, by hand.
/// ```
/// let j = mentorscope::stats::standardized::hedges_correction(5.0)?;
/// assert!((j - 0.84075).abs() < 5e-6);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn hedges_correction(df: f64) -> Result<f64, NotEstimable> {
    if finite(df)? <= 1.0 {
        return Err(NotEstimable::InvalidInput("the correction needs more than 1 degree of freedom"));
    }
    let z = df / 2.0;
    Ok((-(z - 1.0) * (-0.5 / z).ln_1p() - 0.5 + stirling_error(z) - stirling_error(z - 0.5)).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::noncentral::{noncentral_t_cdf, noncentral_t_sf};
    use proptest::prelude::*;

    fn once(values: &[f64]) -> Vec<Frequency> {
        values.iter().map(|&value| Frequency { value, count: 1 }).collect()
    }

    /// Closed forms: J(2) = 1 / sqrt(pi), J(3) = sqrt(pi / 6), J(4) = sqrt(2 / pi); 1e-14.
    #[test]
    fn correction_in_closed_form() {
        let pi = std::f64::consts::PI;
        assert!((hedges_correction(2.0).unwrap() - 1.0 / pi.sqrt()).abs() < 1e-14);
        assert!((hedges_correction(3.0).unwrap() - (pi / 6.0).sqrt()).abs() < 1e-14);
        assert!((hedges_correction(4.0).unwrap() - (2.0 / pi).sqrt()).abs() < 1e-14);
        // Far out, Hedges' approximation has all digits.
        assert!((hedges_correction(1e7).unwrap() - (1.0 - 3.0 / (4e7 - 1.0))).abs() < 1e-15);
        assert!(hedges_correction(1.0).is_err());
    }

    /// Twin: J(df + 2) = J(df) * df / (df - 1) * sqrt(df / (df + 2)), by the recurrence of the gamma function.
    #[test]
    fn correction_obeys_the_recurrence() {
        let mut j = hedges_correction(2.0).unwrap();
        for df in (4..400).step_by(2) {
            let before = f64::from(df - 2);
            // gamma(df/2) gains (before / 2), gamma((df - 1)/2) gains (before - 1) / 2, the root changes.
            j *= before / (before - 1.0) * (before / f64::from(df)).sqrt();
            assert!((hedges_correction(f64::from(df)).unwrap() - j).abs() < 1e-13, "{df}");
        }
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(cohen_d(&once(&[1.0]), &once(&[2.0])), Err(NotEstimable::TooFew { needed: 3, found: 2 }));
        assert_eq!(cohen_d(&once(&[]), &once(&[2.0, 3.0])), Err(NotEstimable::NoAnswers));
        assert_eq!(cohen_d(&once(&[4.0; 4]), &once(&[3.0; 4])), Err(NotEstimable::NoVariation));
        let three = cohen_d(&once(&[1.0]), &once(&[2.0, 3.0])).unwrap();
        assert!((three.cohen_d + 1.5 / 0.5_f64.sqrt()).abs() < 1e-12);
        assert_eq!(hedges_g(&three, 0.95), Err(NotEstimable::TooFew { needed: 4, found: 3 }));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn limits_leave_their_tails_and_mirror(
            a in proptest::collection::vec(-20_i32..20, 2..9),
            b in proptest::collection::vec(-20_i32..20, 2..9),
            level in 0.6_f64..0.9999,
        ) {
            let a: Vec<f64> = a.iter().map(|&v| f64::from(v)).collect();
            let b: Vec<f64> = b.iter().map(|&v| f64::from(v)).collect();
            let Ok(d) = cohen_d(&once(&a), &once(&b)) else { return Ok(()) };
            let g = hedges_g(&d, level).unwrap();
            let interval = g.interval.clone().unwrap();
            prop_assert!(interval.lower < g.hedges_g && g.hedges_g < interval.upper);
            let mirror = hedges_g(&cohen_d(&once(&b), &once(&a)).unwrap(), level).unwrap().interval.unwrap();
            prop_assert!((interval.lower + mirror.upper).abs() < 1e-9 * (1.0 + interval.lower.abs()));
            let (df, size) = (d.degrees_of_freedom(), d.harmonic_size().sqrt());
            let (t, j) = (d.cohen_d * size, hedges_correction(df).unwrap());
            let tail = (1.0 - level) / 2.0;
            prop_assert!((noncentral_t_sf(t, df, interval.lower * size / j).unwrap() / tail - 1.0).abs() < 1e-8);
            prop_assert!((noncentral_t_cdf(t, df, interval.upper * size / j).unwrap() / tail - 1.0).abs() < 1e-8);
            let wider = hedges_g(&d, level + (1.0 - level) / 2.0).unwrap().interval.unwrap();
            prop_assert!(wider.lower < interval.lower && interval.upper < wider.upper);
        }
    }
}
