//! Ordinal logistic regression, and differential item functioning by it.

pub mod dif;
mod model;
#[cfg(test)]
mod tests;

pub use super::likelihood::Coefficient;

use super::likelihood::Profiled;
use super::likelihood::design::{Basis, Design, by_values};
use super::likelihood::newton::{Maximum, maximize};
use super::{NotEstimable, finite, sum, tail_probability};
use model::{Answered, ProportionalOdds};

/// People who share predictors and answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Rating {
    /// The predictors, finite; as many in every row.
    pub predictors: Vec<f64>,
    /// The answer's place on its scale. Only the order matters; a place that nobody chose has no threshold.
    pub category: u64,
    /// How many people they are; a row with none counts for nothing.
    pub count: u64,
}

/// The border between two neighboring categories on the scale of the linear predictor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// The category below the border.
    pub below: u64,
    /// The category above it.
    pub above: u64,
    /// The log odds of answering at or under the border when every predictor is 0.
    pub estimate: f64,
    /// Its standard error.
    pub std_error: f64,
}

/// A fitted proportional-odds model.
#[derive(Clone, Debug, PartialEq)]
pub struct OrdinalFit {
    /// Each predictor in its order; [`NotEstimable::Unidentified`] for one that is constant or depends on earlier ones.
    pub coefficients: Vec<Result<Coefficient, NotEstimable>>,
    /// The thresholds, rising.
    pub thresholds: Vec<Threshold>,
    /// The log-likelihood at the estimate.
    pub log_likelihood: f64,
    /// That of the model without predictors.
    pub null_log_likelihood: f64,
    /// Number of thresholds and coefficients estimated.
    pub parameters: u64,
    /// Number of observations.
    pub n: u64,
    /// The method by name, as a methods note prints it.
    pub method: &'static str,
}

/// The proportional-odds (cumulative logit) model, `logit P(Y <= j) = threshold_j - (b1 x1 + ...)`.
///
/// A positive coefficient means higher answers; `exp(b)` is the odds ratio of a higher answer, the same at every cut of the
/// scale. By Newton's method; intervals are profile-likelihood intervals and p-values those of likelihood-ratio tests. With two
/// categories it is logistic regression. Reference: McCullagh, J R Stat Soc B 1980;42:109-142. Signs as in `MASS::polr` of R;
/// some software prints the opposite. Edge cases: one category is [`NotEstimable::NoVariation`]; a scale whose categories
/// the predictors put apart is [`NotEstimable::Separated`].
///
/// With two categories and one yes/no predictor it is the log odds ratio, log((6/2) / (2/6)) = log 9.
/// ```
/// use mentorscope::stats::ordinal::{Rating, proportional_odds};
/// let rows = [(0.0, 1, 6), (0.0, 2, 2), (1.0, 1, 2), (1.0, 2, 6)]
///     .map(|(x, category, count)| Rating { predictors: vec![x], category, count });
/// assert!((proportional_odds(&rows, 0.95)?.coefficients[0].clone()?.estimate - 9.0_f64.ln()).abs() < 1e-9);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn proportional_odds(rows: &[Rating], confidence_level: f64) -> Result<OrdinalFit, NotEstimable> {
    tail_probability(confidence_level)?;
    let data = Data::new(rows)?;
    let (natural, best) = data.fitted()?;
    let cuts = data.categories.len() - 1;
    let shifted = data.raw(&natural, &best.at);
    let coefficient = |column: usize| {
        if !data.design.kept.contains(&column) {
            return Err(NotEstimable::Unidentified);
        }
        let basis = data.design.basis(Some(column));
        let model = ProportionalOdds { basis: &basis, answers: &data.answers, thresholds: cuts };
        let coordinates = basis.coordinates_of(&shifted.coefficients);
        let mut start: Vec<f64> = shifted.thresholds.iter().map(|t| t - coordinates[0]).collect();
        start.extend(&coordinates[1..]);
        let free = start.len();
        let best = maximize(&model, start, free)?;
        let scale = basis.last_scale();
        let std_error = finite(best.point.information.inverse_spd()?.at(free - 1, free - 1).sqrt() / scale)?;
        let maximum = best.point.value;
        Profiled { model: &model, best: best.at, maximum, scale, std_error, std_error_augmented: None }.coefficient(confidence_level)
    };
    let coefficients = (1..data.design.width()).map(coefficient).collect();
    Ok(OrdinalFit {
        coefficients,
        thresholds: data.thresholds(&natural, &best, &shifted.thresholds)?,
        log_likelihood: best.point.value,
        null_log_likelihood: data.null_log_likelihood(),
        parameters: best.at.len() as u64,
        n: data.n,
        method: "proportional-odds model, maximum likelihood; profile-likelihood intervals, likelihood-ratio p-values",
    })
}

/// Rows with equal predictors and answer put together, sorted.
struct Data {
    design: Design,
    answers: Vec<Answered>,
    /// The categories that somebody chose, rising, and by how many.
    categories: Vec<Chosen>,
    n: u64,
}

#[derive(Clone, Copy)]
struct Chosen {
    category: u64,
    count: u64,
}

/// Parameters in the units of the predictors.
struct Raw {
    thresholds: Vec<f64>,
    /// The intercept's place first, always 0 in effect.
    coefficients: Vec<f64>,
}

impl Data {
    fn new(rows: &[Rating]) -> Result<Self, NotEstimable> {
        let mut sorted: Vec<&Rating> = rows.iter().filter(|row| row.count > 0).collect();
        sorted.sort_by(|a, b| by_values(&a.predictors, &b.predictors).then(a.category.cmp(&b.category)));
        let mut patterns: Vec<Rating> = Vec::new();
        for row in sorted {
            match patterns.last_mut() {
                Some(last) if last.predictors == row.predictors && last.category == row.category => {
                    last.count = last.count.checked_add(row.count).ok_or(NotEstimable::NotFinite)?;
                }
                _ => patterns.push(row.clone()),
            }
        }
        let design = Design::new(patterns.iter().map(|p| (p.predictors.as_slice(), p.count)))?;
        let mut counts = std::collections::BTreeMap::new();
        let mut n = 0_u64;
        for pattern in &patterns {
            n = n.checked_add(pattern.count).ok_or(NotEstimable::NotFinite)?;
            // A part of n, which has just been found not to overflow.
            *counts.entry(pattern.category).or_insert(0_u64) += pattern.count;
        }
        let categories: Vec<Chosen> = counts.into_iter().map(|(category, count)| Chosen { category, count }).collect();
        let place = |category: u64| categories.partition_point(|chosen| chosen.category < category);
        let answers = patterns.iter().map(|p| Answered { category: place(p.category), count: p.count as f64 }).collect();
        if categories.len() < 2 {
            return Err(NotEstimable::NoVariation);
        }
        Ok(Self { design, answers, categories, n })
    }

    fn null_log_likelihood(&self) -> f64 {
        sum(self.categories.iter().map(|c| c.count as f64 * (c.count as f64 / self.n as f64).ln()))
    }

    fn fitted(&self) -> Result<(Basis, Maximum), NotEstimable> {
        let basis = self.design.basis(None);
        let mut under = 0_u64;
        let mut start = Vec::new();
        for chosen in self.categories.iter().take(self.categories.len() - 1) {
            under += chosen.count;
            start.push((under as f64 / (self.n - under) as f64).ln());
        }
        let thresholds = start.len();
        start.resize(thresholds + basis.width - 1, 0.0);
        let free = start.len();
        let best = maximize(&ProportionalOdds { basis: &basis, answers: &self.answers, thresholds }, start, free)?;
        Ok((basis, best))
    }

    fn raw(&self, basis: &Basis, at: &[f64]) -> Raw {
        let cuts = self.categories.len() - 1;
        let coordinates: Vec<f64> = std::iter::once(0.0).chain(at.iter().skip(cuts).copied()).collect();
        let mut coefficients = basis.to_coefficients(&coordinates, self.design.width());
        // The basis is centered; what that adds to every linear predictor belongs to the thresholds.
        let thresholds = at.iter().take(cuts).map(|t| t - coefficients[0]).collect();
        coefficients[0] = 0.0;
        Raw { thresholds, coefficients }
    }

    fn thresholds(&self, basis: &Basis, best: &Maximum, raw: &[f64]) -> Result<Vec<Threshold>, NotEstimable> {
        let covariance = best.point.information.inverse_spd()?;
        let cuts = self.categories.len() - 1;
        // How each coordinate of the basis moves the intercept in the units of the predictors.
        let pull = |slope: usize| {
            let unit: Vec<f64> = (0..basis.width).map(|i| if i == slope + 1 { 1.0 } else { 0.0 }).collect();
            basis.to_coefficients(&unit, self.design.width())[0]
        };
        let pulls: Vec<f64> = (0..basis.width - 1).map(pull).collect();
        let threshold = |(index, (pair, estimate)): (usize, (&[Chosen], &f64))| {
            let mut along = vec![0.0; cuts];
            along[index] = 1.0;
            along.extend(pulls.iter().map(|pull| -pull));
            let size = along.len();
            let variance: f64 = (0..size).map(|i| (0..size).map(|j| along[i] * covariance.at(i, j) * along[j]).sum::<f64>()).sum();
            Ok(Threshold { below: pair[0].category, above: pair[1].category, estimate: *estimate, std_error: finite(variance.sqrt())? })
        };
        self.categories.windows(2).zip(raw).enumerate().map(threshold).collect()
    }
}
