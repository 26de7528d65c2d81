//! Estimates, errors and tests of a Cox model.

use super::newton::{Likelihood, Maximum, maximize};
use super::prepared::Model;
use super::risk::{At, Pass};
use super::{Errors, Ties};
use crate::stats::distributions::{normal_critical, normal_two_sided_p};
use crate::stats::linear::Matrix;
use crate::stats::survival::ChiSquareTest;
use crate::stats::{Interval, NotEstimable, finite, sum};

/// The effect of one covariate.
#[derive(Clone, Debug, PartialEq)]
pub struct Coefficient {
    /// Log hazard ratio of one unit more of the covariate.
    pub estimate: f64,
    /// The hazard ratio, its exponential; none where one unit is so large a step that the ratio is out of range.
    pub hazard_ratio: Result<f64, NotEstimable>,
    /// Standard error of `estimate`, of the kind asked for.
    pub std_error: Result<f64, NotEstimable>,
    /// Standard error from the inverse information.
    pub std_error_model: f64,
    /// Lin-Wei standard error, clustered.
    pub std_error_clustered: Result<f64, NotEstimable>,
    /// Two-sided normal p-value of no effect with `std_error`, 0 to 1.
    pub p_value: Result<f64, NotEstimable>,
}

impl Coefficient {
    /// The interval of the hazard ratio, `exp(estimate +- z std_error)`.
    pub fn hazard_ratio_interval(&self, confidence_level: f64) -> Result<Interval, NotEstimable> {
        let log = Interval::around(self.estimate, normal_critical(confidence_level)? * self.std_error.clone()?, confidence_level)?;
        Interval::new(log.lower.exp(), log.upper.exp(), confidence_level)
    }
}

/// An estimated Cox model.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Number of subjects used.
    pub n: u64,
    /// Number of events.
    pub events: u64,
    /// One for each covariate, in the order given, or why it has none.
    pub coefficients: Vec<Result<Coefficient, NotEstimable>>,
    /// Log partial likelihood with all coefficients 0.
    pub log_likelihood_null: f64,
    /// Log partial likelihood at its maximum; where coefficients are separated, the bound that it approaches.
    pub log_likelihood: f64,
    /// Whether some coefficient grows without end.
    pub separated: bool,
    /// Likelihood-ratio test of all coefficients. Valid also where they are separated, not where subjects are clustered.
    pub likelihood_ratio: Result<ChiSquareTest, NotEstimable>,
    /// Wald test of all coefficients, with the errors asked for.
    pub wald: Result<ChiSquareTest, NotEstimable>,
    /// Score test of all coefficients, which for groups is the log-rank test but for ties. Valid also where they are
    /// separated, not where subjects are clustered.
    pub score: Result<ChiSquareTest, NotEstimable>,
    pub(super) active: Vec<usize>,
    pub(super) beta: Vec<f64>,
}

impl Model {
    /// The coefficients that maximize Cox's partial likelihood, `product over events of exp(x'b) / sum over the risk set of exp(x'b)`,
    /// with ties handled as asked.
    ///
    /// Reference: Cox, J R Stat Soc B 1972;34:187-220; weights and strata as in Therneau & Grambsch, Modeling Survival Data, 2000.
    /// Newton's method on standardized covariates. Edge cases: no events; a covariate that never varies (no variation) or that
    /// those before it determine (not determined) drops, and the others are estimated without it; a covariate whose coefficient
    /// would grow without end (monotone likelihood) is separated, and the others are given at the limit.
    ///
    /// Freireich's trial: Efron -1.5721 with standard error .4124, Breslow -1.5092 (R's `coxph`).
    /// ```
    /// use mentorscope::stats::cox::{Errors, Model, Subject, Ties};
    /// use mentorscope::stats::survival::Spell;
    /// let of = |treated: f64, event: bool, exit: u32| Subject {
    ///     spell: Spell { entry: None, exit: f64::from(exit), event }, covariates: vec![treated], stratum: 0, cluster: 0, weight: 1.0,
    /// };
    /// let treated = [6, 6, 6, 7, 10, 13, 16, 22, 23].map(|t| of(1.0, true, t));
    /// let censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map(|t| of(1.0, false, t));
    /// let placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23].map(|t| of(0.0, true, t));
    /// let model = Model::new(&[&treated[..], &censored[..], &placebo[..]].concat())?;
    /// let efron = model.fit(Ties::Efron, Errors::Model)?.coefficients[0].clone()?;
    /// let breslow = model.fit(Ties::Breslow, Errors::Model)?.coefficients[0].clone()?;
    /// assert!((efron.estimate + 1.5721).abs() < 5e-5 && (efron.std_error? - 0.4124).abs() < 5e-5);
    /// assert!((breslow.estimate + 1.5092).abs() < 5e-5);
    /// # Ok::<(), mentorscope::stats::NotEstimable>(())
    /// ```
    pub fn fit(&self, ties: Ties, errors: Errors) -> Result<Fit, NotEstimable> {
        if self.events() == 0 {
            return Err(NotEstimable::NoEvents);
        }
        let maximum = maximize(&WithTies { model: self, ties })?;
        let separated = maximum.separated.contains(&true);
        let df = maximum.active.len() as u64;
        let none = || if self.covariates == 0 { NotEstimable::Unidentified } else { self.dropped(0) };
        let tested = |chi_square: Result<f64, NotEstimable>| if df == 0 { Err(none()) } else { ChiSquareTest::new(chi_square?, df) };
        let at = At { active: &maximum.active, beta: &maximum.beta, ties };
        let model = maximum.end.information.inverse_spd();
        let clustered = match (&model, df) {
            (_, 0) => Err(none()),
            (Ok(inverse), _) => self.clustered_covariance(&at, inverse),
            (Err(reason), _) => Err(reason.clone()),
        };
        let chosen = if errors == Errors::Model { &model } else { &clustered };
        let wald = if separated {
            Err(NotEstimable::Separated)
        } else {
            tested(chosen.clone().and_then(|covariance| quadratic(&maximum.beta, &covariance)))
        };
        let gained = 2.0 * (maximum.end.log_likelihood - maximum.start.log_likelihood);
        Ok(Fit {
            n: self.n(),
            events: self.events(),
            coefficients: (0..self.covariates).map(|j| self.coefficient(j, &maximum, &model, &clustered, errors)).collect(),
            log_likelihood_null: finite(maximum.start.log_likelihood)?,
            log_likelihood: finite(maximum.end.log_likelihood)?,
            separated,
            likelihood_ratio: tested(Ok(gained)),
            wald,
            score: tested(quadratic(&maximum.start.score, &maximum.start.information)),
            active: maximum.active.clone(),
            beta: maximum.beta.clone(),
        })
    }

    /// Why a covariate has no coefficient.
    fn dropped(&self, covariate: usize) -> NotEstimable {
        match self.scales.get(covariate) {
            Some(&scale) if scale > 0.0 => NotEstimable::Unidentified,
            _ => NotEstimable::NoVariation,
        }
    }

    fn coefficient(
        &self,
        covariate: usize,
        maximum: &Maximum,
        model: &Result<Matrix, NotEstimable>,
        clustered: &Result<Matrix, NotEstimable>,
        errors: Errors,
    ) -> Result<Coefficient, NotEstimable> {
        let position = maximum.active.iter().position(|&a| a == covariate).ok_or_else(|| self.dropped(covariate))?;
        if maximum.separated[position] {
            return Err(NotEstimable::Separated);
        }
        let scale = self.scales[covariate];
        let error = |covariance: &Result<Matrix, NotEstimable>| {
            let variance = covariance.as_ref().map_err(Clone::clone)?.at(position, position);
            finite(variance.max(0.0).sqrt() / scale)
        };
        let estimate = finite(maximum.beta[position] / scale)?;
        let std_error_model = error(model)?;
        let std_error_clustered = error(clustered);
        let std_error = if errors == Errors::Model { Ok(std_error_model) } else { std_error_clustered.clone() };
        let p_value = std_error
            .clone()
            .and_then(|std_error| if std_error > 0.0 { normal_two_sided_p(estimate / std_error) } else { Err(NotEstimable::NoVariation) });
        Ok(Coefficient { estimate, hazard_ratio: finite(estimate.exp()), std_error, std_error_model, std_error_clustered, p_value })
    }
}

/// The partial likelihood of a model under one rule for ties.
struct WithTies<'m> {
    model: &'m Model,
    ties: Ties,
}

impl Likelihood for WithTies<'_> {
    fn pass(&self, active: &[usize], beta: &[f64]) -> Pass {
        self.model.pass(&At { active, beta, ties: self.ties })
    }

    fn varying(&self) -> Vec<usize> {
        (0..self.model.covariates).filter(|&j| self.model.scales[j] > 0.0).collect()
    }

    fn weight(&self) -> f64 {
        sum(self.model.rows.iter().filter(|row| row.event).map(|row| row.weight))
    }
}

/// `v' A^-1 v`.
pub(super) fn quadratic(v: &[f64], matrix: &Matrix) -> Result<f64, NotEstimable> {
    let solved = matrix.solve_spd(v)?;
    Ok(sum(v.iter().zip(&solved).map(|(a, b)| a * b)))
}
