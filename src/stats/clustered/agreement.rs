//! How well two readings of the same pairs agree, with variances that allow for shared mentees and mentors.
//!
//! All are smooth functions of means, so that each is linearized like the ratios of this module. Kappa with quadratic weights, Cohen's kappa of two
//! categories and Lin's concordance are one formula, `2 cov / (var a + var b + (mean a - mean b)^2)` with divisor n (Fleiss & Cohen, Educ Psychol
//! Meas 1973;33:613-619; Lin, Biometrics 1989;45:255-268); ICC(A,1) of two raters is the same with unbiased mean squares.

use super::{ClusteredEstimate, Influence, Linearized, clustered_estimate};
use crate::stats::distributions::t_critical;
use crate::stats::{Interval, NotEstimable, finite, sum};

/// Two readings of one subject, in the same unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The first side's, by the program's convention the mentee's.
    pub a: f64,
    /// The second side's.
    pub b: f64,
    /// First cluster, by the program's convention the mentee.
    pub cluster_a: u32,
    /// Second cluster, by the program's convention the mentor.
    pub cluster_b: u32,
}

/// Means and central second moments (divisor n) of sorted readings.
struct Moments {
    readings: Vec<Reading>,
    n: f64,
    a: f64,
    b: f64,
    variance_a: f64,
    variance_b: f64,
    covariance: f64,
}

impl Moments {
    fn new(readings: &[Reading]) -> Result<Self, NotEstimable> {
        if readings.is_empty() {
            return Err(NotEstimable::NoAnswers);
        }
        if readings.len() < 2 {
            return Err(NotEstimable::TooFew { needed: 2, found: 1 });
        }
        for reading in readings {
            finite(reading.a)?;
            finite(reading.b)?;
        }
        let mut readings = readings.to_vec();
        readings.sort_by(|p, q| {
            (p.cluster_a, p.cluster_b).cmp(&(q.cluster_a, q.cluster_b)).then(p.a.total_cmp(&q.a)).then(p.b.total_cmp(&q.b))
        });
        let n = readings.len() as f64;
        let mean = |of: &dyn Fn(&Reading) -> f64| sum(readings.iter().map(of)) / n;
        let (a, b) = (mean(&|r| r.a), mean(&|r| r.b));
        let (variance_a, variance_b) = (mean(&|r| (r.a - a).powi(2)), mean(&|r| (r.b - b).powi(2)));
        let covariance = mean(&|r| (r.a - a) * (r.b - b));
        finite(variance_a + variance_b + covariance)?;
        Ok(Self { a, b, variance_a, variance_b, covariance, n, readings })
    }

    fn linearized(&self, estimate: f64, influence: impl Fn(&Reading) -> f64) -> Result<Linearized, NotEstimable> {
        let one = |r: &Reading| {
            let value = influence(r) / self.n;
            // What is only rounding has no influence, so that perfect agreement has no variance.
            Influence { cluster_a: r.cluster_a, cluster_b: r.cluster_b, value: if value.abs() < 1e-15 { 0.0 } else { value } }
        };
        Linearized::new(estimate, self.readings.iter().map(one).collect())
    }

    /// `2 cov / (var a + var b + (mean a - mean b)^2)`, linearized.
    fn concordance(&self) -> Result<Linearized, NotEstimable> {
        let apart = self.a - self.b;
        let spread = self.variance_a + self.variance_b + apart * apart;
        if self.variance_a + self.variance_b == 0.0 {
            return Err(NotEstimable::NoVariation);
        }
        let estimate = 2.0 * self.covariance / spread;
        self.linearized(estimate, |r| {
            let (a, b) = (r.a - self.a, r.b - self.b);
            let numerator = 2.0 * (a * b - self.covariance);
            let denominator = a * a - self.variance_a + b * b - self.variance_b + 2.0 * apart * (a - b);
            (numerator - estimate * denominator) / spread
        })
    }
}

/// Pearson's correlation of the two readings, -1 to 1, with a t interval on Fisher's z scale.
///
/// Influence of a reading: `za zb - r (za^2 + zb^2) / 2`. Edge cases: a constant side is no variation; |r| = 1 has no interval.
pub fn correlation(readings: &[Reading], confidence_level: f64) -> Result<ClusteredEstimate, NotEstimable> {
    let moments = Moments::new(readings)?;
    let (deviation_a, deviation_b) = (moments.variance_a.sqrt(), moments.variance_b.sqrt());
    if deviation_a == 0.0 || deviation_b == 0.0 {
        return Err(NotEstimable::NoVariation);
    }
    let estimate = (moments.covariance / (deviation_a * deviation_b)).clamp(-1.0, 1.0);
    let linearized = moments.linearized(estimate, |r| {
        let (a, b) = ((r.a - moments.a) / deviation_a, (r.b - moments.b) / deviation_b);
        a * b - estimate * (a * a + b * b) / 2.0
    })?;
    Ok(on_z_scale(&linearized, "Pearson correlation, two-way clustered, t interval on Fisher's z scale", confidence_level))
}

/// Kappa with quadratic weights of two readings that are equally spaced categories; with two categories, Cohen's kappa.
///
/// Equal to [`crate::stats::agreement::kappa::kappa`] with quadratic weights; the variance is the delta method's, which for independent readings is
/// that of Fleiss, Cohen & Everitt (Psychol Bull 1969;72:323-327), summed here over clusters. The interval is a t interval on the scale
/// `atanh` (Lin 1989). Edge cases: both sides constant is no variation; one constant side has kappa 0 and no interval.
///
/// Yes and no of ten pairs, 4 both, 3 neither, 2 and 1 of one side only: observed .7, expected .5, kappa .4.
/// ```
/// use mentorscope::stats::clustered::agreement::{Reading, weighted_kappa};
/// let cells = [(1.0, 1.0, 4), (0.0, 0.0, 3), (1.0, 0.0, 2), (0.0, 1.0, 1)];
/// let mut readings = Vec::new();
/// for (a, b, count) in cells {
///     for _ in 0..count {
///         let cluster = readings.len() as u32;
///         readings.push(Reading { a, b, cluster_a: cluster, cluster_b: cluster });
///     }
/// }
/// assert!((weighted_kappa(&readings, 0.95)?.estimate - 0.4).abs() < 1e-12);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn weighted_kappa(readings: &[Reading], confidence_level: f64) -> Result<ClusteredEstimate, NotEstimable> {
    let linearized = Moments::new(readings)?.concordance()?;
    Ok(on_z_scale(&linearized, "kappa with quadratic weights, two-way clustered, t interval on the atanh scale", confidence_level))
}

/// ICC(A,1), absolute agreement of one reading (ICC(2,1) of Shrout & Fleiss), for two raters.
///
/// Equal to [`crate::stats::icc`]'s `agreement`; that module's interval takes subjects as independent, this one allows for shared clusters. Its
/// influence is that of the same ratio with divisor n. Edge cases as for [`weighted_kappa`].
pub fn intraclass(readings: &[Reading], confidence_level: f64) -> Result<ClusteredEstimate, NotEstimable> {
    let moments = Moments::new(readings)?;
    let large = moments.concordance()?;
    let unbiased = moments.n / (moments.n - 1.0);
    let (spread, covariance) = ((moments.variance_a + moments.variance_b) * unbiased, moments.covariance * unbiased);
    let apart = moments.a - moments.b;
    let estimate = 2.0 * covariance / (spread + apart * apart - (spread - 2.0 * covariance) / moments.n);
    let linearized = Linearized { estimate: finite(estimate)?, influence: large.influence };
    Ok(on_z_scale(&linearized, "ICC(A,1), two-way clustered, t interval on the atanh scale", confidence_level))
}

/// Kappa as it would be if both answers were equally frequent and both sides equally ready to give them: `2 p - 1`, with p the share of agreement
/// (Byrt, Bishop & Carlin, J Clin Epidemiol 1993;46:423-429). For yes and no. Its interval is that of the share.
pub fn adjusted_kappa(readings: &[Reading], confidence_level: f64) -> Result<ClusteredEstimate, NotEstimable> {
    let observations: Vec<super::Observation> = readings
        .iter()
        .map(|r| super::Observation {
            y: f64::from(u8::from(r.a == r.b)),
            x: 1.0,
            weight: 1.0,
            cluster_a: r.cluster_a,
            cluster_b: r.cluster_b,
        })
        .collect();
    let share = super::share(&observations, confidence_level)?;
    Ok(ClusteredEstimate {
        estimate: 2.0 * share.estimate - 1.0,
        std_error: share.std_error.map(|error| 2.0 * error),
        interval: share
            .interval
            .and_then(|interval| Interval::new(2.0 * interval.lower - 1.0, 2.0 * interval.upper - 1.0, confidence_level)),
        method: "prevalence-adjusted and bias-adjusted kappa; two-way clustered, from the Wilson interval of the share of agreement",
        ..share
    })
}

fn on_z_scale(linearized: &Linearized, method: &'static str, confidence_level: f64) -> ClusteredEstimate {
    let estimate = linearized.estimate;
    clustered_estimate(linearized, method, |std_error, df| {
        let slope = 1.0 - estimate * estimate;
        if slope <= 0.0 {
            return Err(NotEstimable::ZeroWidth);
        }
        let half = t_critical(confidence_level, df)? * std_error / slope;
        Interval::new((estimate.atanh() - half).tanh(), (estimate.atanh() + half).tanh(), confidence_level)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::agreement::kappa::{Weights, kappa};
    use crate::stats::icc::icc;
    use crate::stats::tables::Table;
    use proptest::prelude::*;

    fn readings(values: &[(f64, f64)]) -> Vec<Reading> {
        (0..).zip(values).map(|(i, &(a, b))| Reading { a, b, cluster_a: i, cluster_b: i }).collect()
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(correlation(&[], 0.95).unwrap_err(), NotEstimable::NoAnswers);
        assert_eq!(weighted_kappa(&readings(&[(1.0, 1.0); 4]), 0.95).unwrap_err(), NotEstimable::NoVariation);
        assert_eq!(correlation(&readings(&[(1.0, 1.0), (1.0, 2.0)]), 0.95).unwrap_err(), NotEstimable::NoVariation);
        let perfect = weighted_kappa(&readings(&[(1.0, 1.0), (2.0, 2.0), (5.0, 5.0)]), 0.95).unwrap();
        assert_eq!((perfect.estimate, perfect.interval), (1.0, Err(NotEstimable::ZeroWidth)));
        let constant = weighted_kappa(&readings(&[(1.0, 1.0), (1.0, 0.0), (1.0, 1.0)]), 0.95).unwrap();
        assert_eq!((constant.estimate, constant.interval), (0.0, Err(NotEstimable::ZeroWidth)));
    }

    /// Anscombe's first data set: r .81642.
    #[test]
    fn correlation_of_a_published_set() {
        let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
        let y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
        let result = correlation(&readings(&x.into_iter().zip(y).collect::<Vec<_>>()), 0.95).unwrap();
        assert!((result.estimate - 0.816_420_516_345).abs() < 1e-10);
    }

    /// Each pair twice in the same clusters carries no more information than once.
    #[test]
    fn copies_within_a_cluster_add_no_information() {
        let once = readings(&[(1.0, 2.0), (2.0, 2.0), (4.0, 3.0), (5.0, 4.0), (3.0, 5.0), (2.0, 1.0)]);
        let twice = [once.clone(), once.clone()].concat();
        for method in [correlation, weighted_kappa] {
            let (one, two) = (method(&once, 0.95).unwrap(), method(&twice, 0.95).unwrap());
            assert!((one.std_error.unwrap() - two.std_error.unwrap()).abs() < 1e-12);
        }
    }

    proptest! {
        /// The same numbers as the functions for independent subjects, whatever the order.
        #[test]
        fn agrees_with_kappa_and_icc(values in proptest::collection::vec((0_u8..5, 0_u8..5), 3..60)) {
            let pairs: Vec<(f64, f64)> = values.iter().map(|&(a, b)| (f64::from(a), f64::from(b))).collect();
            let mut counts = vec![0_u64; 25];
            values.iter().for_each(|&(a, b)| counts[usize::from(a) * 5 + usize::from(b)] += 1);
            let table = kappa(&Table::new(5, 5, counts).unwrap(), Weights::Quadratic, 0.95);
            let clustered = weighted_kappa(&readings(&pairs), 0.95);
            if let (Ok(table), Ok(clustered)) = (&table, &clustered) {
                prop_assert!((table.kappa - clustered.estimate).abs() < 1e-9);
                // The delta method's variance, but for the divisor n - 1 of clustered sums.
                let n = pairs.len() as f64;
                let expected = table.std_error * (n / (n - 1.0)).sqrt();
                prop_assert!((clustered.std_error.unwrap_or(0.0) - expected).abs() < 1e-7, "{:?} {expected}", clustered.std_error);
            }
            let rows: Vec<Vec<f64>> = pairs.iter().map(|&(a, b)| vec![a, b]).collect();
            if let (Ok(all), Ok(clustered)) = (icc(&rows, 0.95), intraclass(&readings(&pairs), 0.95))
                && let Ok(estimate) = all.agreement.estimate
            {
                prop_assert!((estimate - clustered.estimate).abs() < 1e-9);
            }
            let reversed: Vec<Reading> = readings(&pairs).into_iter().rev().collect();
            prop_assert_eq!(&clustered, &weighted_kappa(&reversed, 0.95));
            if let Ok(result) = correlation(&reversed, 0.9)
                && let Ok(interval) = result.interval
            {
                prop_assert!(interval.lower <= result.estimate && result.estimate <= interval.upper && interval.lower >= -1.0);
            }
        }
    }
}
