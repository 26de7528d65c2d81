//! Logistic regression by maximum likelihood and by Firth's penalized likelihood.

mod model;
#[cfg(test)]
mod tests;

pub use super::likelihood::Coefficient;
pub(crate) use model::{add_square, log_logistic, logistic, product};

use super::likelihood::Profiled;
use super::likelihood::design::{Design, by_values};
use super::likelihood::newton::{Maximum, maximize, way};
use super::{NotEstimable, tail_probability};
use model::{Logistic, Outcome};

/// People who share their predictors, and how many of them had the event; one person is a row with 1 trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Trials {
    /// The predictors, finite; as many in every row.
    pub predictors: Vec<f64>,
    /// How many had the event, `events <= trials`.
    pub events: u64,
    /// How many there are; a row with none counts for nothing.
    pub trials: u64,
}

/// A fitted logistic regression.
#[derive(Clone, Debug, PartialEq)]
pub struct LogisticFit {
    /// The intercept and then each predictor in its order. A predictor that is constant or depends linearly on earlier ones
    /// has none: [`NotEstimable::Unidentified`], as `NA` in R; the others are those of the model without it.
    pub coefficients: Vec<Result<Coefficient, NotEstimable>>,
    /// The log-likelihood at the estimate, without penalty.
    pub log_likelihood: f64,
    /// Of Firth fits: the log-likelihood plus half the logarithm of the determinant of the information.
    pub penalized_log_likelihood: Option<f64>,
    /// The greatest log-likelihood of a model with the intercept alone, without penalty.
    pub null_log_likelihood: f64,
    /// Number of coefficients estimated, with the intercept.
    pub parameters: u64,
    /// Number of observations.
    pub n: u64,
    /// Number of events among them.
    pub events: u64,
    /// The method by name, as a methods note prints it.
    pub method: &'static str,
}

/// Number of observations in the rarer outcome for each predictor of a model, columns that are constant or dependent left out.
///
/// Below 10, maximum likelihood is biased away from 0 and [`firth`] is preferred. The bound is crude (van Smeden et al., BMC Med
/// Res Methodol 2016;16:163). Reference: Peduzzi et al., J Clin Epidemiol 1996;49:1373-1379. A model without predictors has no
/// such number: [`NotEstimable::Unidentified`].
///
/// Two events and two others for one predictor: 2.
/// ```
/// use mentorscope::stats::logistic::{Trials, events_per_parameter};
/// let rows = [(0.0, 1), (1.0, 1)].map(|(x, events)| Trials { predictors: vec![x], events, trials: 2 });
/// assert_eq!(events_per_parameter(&rows)?, 2.0);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn events_per_parameter(rows: &[Trials]) -> Result<f64, NotEstimable> {
    let data = Data::new(rows)?;
    match data.design.kept.len() {
        0 | 1 => Err(NotEstimable::Unidentified),
        parameters => Ok(data.events.min(data.n - data.events) as f64 / (parameters - 1) as f64),
    }
}

/// Logistic regression, `log(p / (1 - p)) = b0 + b1 x1 + ...`, by maximum likelihood (Newton's method with step halving).
///
/// Intervals are profile-likelihood intervals and p-values those of likelihood-ratio tests, because Wald's fail where an effect
/// is large (Hauck & Donner, JASA 1977;72:851-853); Wald's stand beside them. Reference: McCullagh & Nelder, Generalized Linear
/// Models, 2nd ed. 1989; profile intervals: Venzon & Moolgavkar, Appl Stat 1988;37:87-94. Edge cases: outcomes all alike are
/// [`NotEstimable::NoVariation`]; where a combination of predictors separates the outcomes, completely or all but for ties, no
/// finite estimate exists ([`NotEstimable::Separated`]; Albert & Anderson, Biometrika 1984;71:1-10): use [`firth`].
///
/// Of 8 untreated 2 and of 8 treated 6 improved: the coefficient is the log odds ratio, log((6/2) / (2/6)) = log 9.
/// ```
/// use mentorscope::stats::logistic::{Trials, maximum_likelihood};
/// let rows = [(0.0, 2), (1.0, 6)].map(|(x, events)| Trials { predictors: vec![x], events, trials: 8 });
/// let fit = maximum_likelihood(&rows, 0.95)?;
/// assert!((fit.coefficients[1].clone()?.estimate - 9.0_f64.ln()).abs() < 1e-9);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn maximum_likelihood(rows: &[Trials], confidence_level: f64) -> Result<LogisticFit, NotEstimable> {
    fit(rows, confidence_level, false, "logistic regression, maximum likelihood; profile-likelihood intervals, likelihood-ratio p-values")
}

/// Logistic regression by Firth's penalized likelihood, the likelihood times the root of the determinant of its information.
///
/// It takes away the first-order bias and is finite under separation. Intervals and p-values come from the penalized likelihood
/// profile with the penalty of the full information. `std_error` is the classic one, from the inverse of the unpenalized information at the
/// estimate (Heinze & Schemper); `std_error_augmented` weighs by W(1 + h), as some newer software does. Reference: Firth,
/// Biometrika 1993;80:27-38; Heinze & Schemper, Stat Med 2002;21:2409-2419. Edge cases: as [`maximum_likelihood`], but
/// separation has an answer. Of several peaks, which samples of a handful can have, the highest is taken. An interval whose limit the profile never reaches is [`NotEstimable::NotReached`].
///
/// Three without the event at x = 0 and three with it at x = 1 are separated: Firth's coefficient is exactly log 49.
/// ```
/// use mentorscope::stats::logistic::{Trials, firth};
/// let rows = [(0.0, 0), (1.0, 3)].map(|(x, events)| Trials { predictors: vec![x], events, trials: 3 });
/// assert!((firth(&rows, 0.95)?.coefficients[1].clone()?.estimate - 49.0_f64.ln()).abs() < 1e-8);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn firth(rows: &[Trials], confidence_level: f64) -> Result<LogisticFit, NotEstimable> {
    fit(
        rows,
        confidence_level,
        true,
        "logistic regression, Firth's penalized likelihood; penalized profile-likelihood intervals, penalized likelihood-ratio p-values",
    )
}

/// Rows with equal predictors put together, sorted, so that the order of the input does not matter.
struct Data {
    design: Design,
    outcomes: Vec<Outcome>,
    n: u64,
    events: u64,
}

impl Data {
    fn new(rows: &[Trials]) -> Result<Self, NotEstimable> {
        if rows.iter().any(|row| row.events > row.trials) {
            return Err(NotEstimable::InvalidInput("events must not exceed trials"));
        }
        let mut sorted: Vec<&Trials> = rows.iter().filter(|row| row.trials > 0).collect();
        sorted.sort_by(|a, b| by_values(&a.predictors, &b.predictors));
        let mut patterns: Vec<Trials> = Vec::new();
        for row in sorted {
            match patterns.last_mut() {
                Some(last) if last.predictors == row.predictors => {
                    last.events = last.events.checked_add(row.events).ok_or(NotEstimable::NotFinite)?;
                    last.trials = last.trials.checked_add(row.trials).ok_or(NotEstimable::NotFinite)?;
                }
                _ => patterns.push(row.clone()),
            }
        }
        let design = Design::new(patterns.iter().map(|p| (p.predictors.as_slice(), p.trials)))?;
        let total = |count: fn(&Trials) -> u64| {
            patterns.iter().try_fold(0_u64, |sum, pattern| sum.checked_add(count(pattern))).ok_or(NotEstimable::NotFinite)
        };
        let (n, events) = (total(|p| p.trials)?, total(|p| p.events)?);
        let outcomes = patterns.iter().map(|p| Outcome { events: p.events as f64, others: (p.trials - p.events) as f64 }).collect();
        Ok(Self { design, outcomes, n, events })
    }
}

/// The maximum from a start; of a penalized likelihood, which in very small samples can have several peaks, the highest of those
/// found from the start and from places on the way to the unpenalized maximum.
fn highest(model: &Logistic, start: Vec<f64>) -> Result<Maximum, NotEstimable> {
    let free = start.len();
    if !model.penalized {
        return maximize(model, start, free);
    }
    let places = way(&Logistic { penalized: false, ..*model }, start.clone(), 12);
    let mut best = maximize(model, start, free);
    for other in places.into_iter().filter_map(|place| maximize(model, place, free).ok()) {
        // Equal but for rounding, the first stands.
        if best.as_ref().map_or(true, |best| other.point.value > best.point.value + 1e-9) {
            best = Ok(other);
        }
    }
    best
}

fn fit(rows: &[Trials], confidence_level: f64, penalized: bool, method: &'static str) -> Result<LogisticFit, NotEstimable> {
    tail_probability(confidence_level)?;
    let data = Data::new(rows)?;
    if data.events == 0 || data.events == data.n {
        return Err(NotEstimable::NoVariation);
    }
    let share = data.events as f64 / data.n as f64;
    let natural = data.design.basis(None);
    let model = Logistic { basis: &natural, outcomes: &data.outcomes, penalized };
    let mut start = vec![0.0; natural.width];
    start[0] = (share / (1.0 - share)).ln();
    let best = highest(&model, start)?;
    let raw = natural.to_coefficients(&best.at, data.design.width());
    let coefficient = |column: usize| {
        if !data.design.kept.contains(&column) {
            return Err(NotEstimable::Unidentified);
        }
        let basis = data.design.basis(Some(column));
        let model = Logistic { basis: &basis, outcomes: &data.outcomes, penalized };
        // A short polish in this basis, so that rounding of the change of basis does not enter the profile.
        let best = maximize(&model, basis.coordinates_of(&raw), basis.width)?;
        let informations = model.informations(&best.at)?;
        let scale = basis.last_scale();
        let error = |information: &super::linear::Matrix| {
            information.inverse_spd().map(|inverse| inverse.at(basis.width - 1, basis.width - 1).sqrt() / scale)
        };
        let std_error = error(&informations.plain)?;
        let std_error_augmented = informations.augmented.as_ref().map(error).transpose()?;
        let maximum = best.point.value;
        Profiled { model: &model, best: best.at, maximum, scale, std_error, std_error_augmented }.coefficient(confidence_level)
    };
    let coefficients = (0..data.design.width()).map(coefficient).collect();
    let log_likelihood = Logistic { penalized: false, ..model }.log_likelihood(&best.at);
    Ok(LogisticFit {
        coefficients,
        log_likelihood,
        // Of the information in the units of the predictors, not of the basis.
        penalized_log_likelihood: penalized.then(|| best.point.value + natural.log_determinant()),
        null_log_likelihood: data.events as f64 * share.ln() + (data.n - data.events) as f64 * (1.0 - share).ln(),
        parameters: data.design.kept.len() as u64,
        n: data.n,
        events: data.events,
        method,
    })
}
