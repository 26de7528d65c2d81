//! Means, shares, totals and ratios.

use super::Design;
use crate::stats::distributions::t_critical;
use crate::stats::{Interval, NotEstimable, finite, sum};

/// An estimate of the population with its linearized standard error.
///
/// Each unit's score is its weight times the first-order change of the estimate. Where weights were calibrated, that change is first reduced to its residual
/// from the regression on the margins, weighted with the weights before calibration: known totals leave no uncertainty in what they determine.
/// Reference: Deville & Särndal, JASA 1992;87:376-382; Lumley, Complex Surveys 2010, chapter 7. Taking the calibrated weights
/// for fixed is usually, not always, more cautious; the regression weighted with the final weights differs in small samples. Both stand beside.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyEstimate {
    /// The point estimate, in the unit that its function names.
    pub estimate: f64,
    /// Linearized standard error, 0 or more, or why there is none.
    pub std_error: Result<f64, NotEstimable>,
    /// The same with calibrated weights taken for design weights.
    pub std_error_fixed_weights: Result<f64, NotEstimable>,
    /// The same with residuals from the regression weighted with the final weights.
    pub std_error_final_weights: Result<f64, NotEstimable>,
    /// Student's t interval on `degrees_of_freedom`.
    pub interval: Result<Interval, NotEstimable>,
    /// Clusters minus strata, of the units used.
    pub degrees_of_freedom: u64,
    /// Number of units used: in the subgroup, with an answer and a weight above 0.
    pub n: u64,
    /// The method by name, as a methods note prints it.
    pub method: &'static str,
}

impl SurveyEstimate {
    /// The interval of a share by the logit: t limits of `ln(p / (1 - p))` with standard error `std_error / (p (1 - p))`, turned back, so that they
    /// stay within 0 and 1.
    ///
    /// Reference: Korn & Graubard, Analysis of Health Surveys 1999, 2.4; as R's `svyciprop`. At 0 and 1 there is none.
    pub fn logit_interval(&self, confidence_level: f64) -> Result<Interval, NotEstimable> {
        let (p, std_error) = (self.estimate, self.std_error.clone()?);
        if !(0.0..=1.0).contains(&p) {
            return Err(NotEstimable::InvalidInput("a share must lie between 0 and 1"));
        }
        if p == 0.0 || p == 1.0 || std_error == 0.0 {
            return Err(NotEstimable::ZeroWidth);
        }
        let half = self.critical(confidence_level)? * std_error / (p * (1.0 - p));
        let back = |logit: f64| 1.0 / (1.0 + (-logit).exp());
        let logit = (p / (1.0 - p)).ln();
        Interval::new(back(logit - half), back(logit + half), confidence_level)
    }

    /// The t interval on other degrees of freedom, such as those of the whole design for a subgroup.
    pub fn interval_on(&self, degrees_of_freedom: u64, confidence_level: f64) -> Result<Interval, NotEstimable> {
        let half = critical(degrees_of_freedom, confidence_level)? * self.std_error.clone()?;
        Interval::around(self.estimate, half, confidence_level)
    }

    fn critical(&self, confidence_level: f64) -> Result<f64, NotEstimable> {
        critical(self.degrees_of_freedom, confidence_level)
    }
}

fn critical(degrees_of_freedom: u64, confidence_level: f64) -> Result<f64, NotEstimable> {
    if degrees_of_freedom == 0 {
        return Err(NotEstimable::TooFewClusters { needed: 2, found: 1 });
    }
    t_critical(confidence_level, degrees_of_freedom as f64)
}

impl Design {
    /// The weighted mean `sum(w y) / sum(w)` of the units with a value; None stands for units outside the subgroup and for missing answers.
    ///
    /// Edge cases: nobody with a value is no answers; only weights of 0 is an error; equal values have a standard error of 0 and no interval.
    /// A share is the mean of 0 and 1; see [`SurveyEstimate::logit_interval`].
    pub fn mean(&self, values: &[Option<f64>], confidence_level: f64) -> Result<SurveyEstimate, NotEstimable> {
        let ones: Vec<Option<f64>> = vec![Some(1.0); self.units.len()];
        let result = self.ratio_with(values, &ones, confidence_level, true)?;
        Ok(SurveyEstimate { method: "weighted mean, linearized variance, t interval", ..result })
    }

    /// The ratio of weighted totals `sum(w y) / sum(w x)` of the units that have both.
    ///
    /// Reference: Cochran, Sampling Techniques, 3rd ed. 1977, chapter 6. Edge cases as [`mean`](Self::mean); a denominator of 0 is an error.
    pub fn ratio(
        &self,
        numerators: &[Option<f64>],
        denominators: &[Option<f64>],
        confidence_level: f64,
    ) -> Result<SurveyEstimate, NotEstimable> {
        self.ratio_with(numerators, denominators, confidence_level, false)
    }

    fn ratio_with(&self, y: &[Option<f64>], x: &[Option<f64>], confidence_level: f64, mean: bool) -> Result<SurveyEstimate, NotEstimable> {
        let used = self.used(&[y, x])?;
        let size = self.weighted_sum(&used, x);
        if size == 0.0 {
            return Err(NotEstimable::NoExposure);
        }
        // A mean is counted from the least value, so that large values lose no digits and equal ones have exactly their own mean.
        let origin = if mean { used.iter().filter_map(|&i| y[i]).fold(f64::INFINITY, f64::min) } else { 0.0 };
        let shifted: Vec<Option<f64>> = y.iter().map(|y| y.map(|y| y - origin)).collect();
        let estimate = finite(self.weighted_sum(&used, &shifted) / finite(size)?)?;
        let mut change = vec![0.0; self.units.len()];
        for &i in &used {
            let fit = estimate * x[i].unwrap_or(0.0);
            let residual = shifted[i].unwrap_or(0.0) - fit;
            let size_of_terms = y[i].unwrap_or(0.0).abs().max(fit.abs());
            change[i] = if residual.abs() <= 1e-14 * size_of_terms { 0.0 } else { residual / size };
        }
        self.estimate(
            finite(origin + estimate)?,
            &change,
            &used,
            confidence_level,
            "ratio of weighted totals, linearized variance, t interval",
        )
    }

    /// The population total `sum(w y)` of the units with a value; None as in [`mean`](Self::mean). Needs weights that add to the population.
    pub fn total(&self, values: &[Option<f64>], confidence_level: f64) -> Result<SurveyEstimate, NotEstimable> {
        let used = self.used(&[values])?;
        let mut change = vec![0.0; self.units.len()];
        for &i in &used {
            change[i] = values[i].unwrap_or(0.0);
        }
        let estimate = finite(self.weighted_sum(&used, values))?;
        self.estimate(estimate, &change, &used, confidence_level, "weighted total, linearized variance, t interval")
    }

    /// The units with a weight and a value in all columns.
    fn used(&self, columns: &[&[Option<f64>]]) -> Result<Vec<usize>, NotEstimable> {
        if columns.iter().any(|column| column.len() != self.units.len()) {
            return Err(NotEstimable::InvalidInput("each unit needs a value or none"));
        }
        for value in columns.iter().flat_map(|column| column.iter().flatten()) {
            finite(*value)?;
        }
        let answered: Vec<usize> = (0..self.units.len()).filter(|&i| columns.iter().all(|column| column[i].is_some())).collect();
        if answered.is_empty() {
            return Err(NotEstimable::NoAnswers);
        }
        let used: Vec<usize> = answered.into_iter().filter(|&i| self.weights[i] > 0.0).collect();
        if used.is_empty() { Err(NotEstimable::AllWeightsZero) } else { Ok(used) }
    }

    fn weighted_sum(&self, used: &[usize], values: &[Option<f64>]) -> f64 {
        let mut terms: Vec<f64> = used.iter().filter_map(|&i| values[i].map(|value| self.weights[i] * value)).collect();
        terms.sort_by(f64::total_cmp);
        sum(terms)
    }

    fn estimate(
        &self,
        estimate: f64,
        change: &[f64],
        used: &[usize],
        level: f64,
        method: &'static str,
    ) -> Result<SurveyEstimate, NotEstimable> {
        let std_error = |change: Result<Vec<f64>, NotEstimable>| {
            let scores: Vec<f64> = change?.iter().zip(&self.weights).map(|(change, weight)| change * weight).collect();
            Ok(self.variance_of_sum(&scores)?.sqrt())
        };
        let mut is_used = vec![false; self.units.len()];
        used.iter().for_each(|&i| is_used[i] = true);
        let mut result = SurveyEstimate {
            estimate,
            std_error: std_error(self.calibration_residuals(change, false)),
            std_error_fixed_weights: std_error(Ok(change.to_vec())),
            std_error_final_weights: std_error(self.calibration_residuals(change, true)),
            interval: Err(NotEstimable::ZeroWidth),
            degrees_of_freedom: self.strata_and_clusters(|i| is_used[i]).degrees_of_freedom(),
            n: used.len() as u64,
            method,
        };
        result.interval = result.interval_on(result.degrees_of_freedom, level);
        Ok(result)
    }
}
