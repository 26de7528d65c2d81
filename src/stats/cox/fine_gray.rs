//! Regression of the subdistribution hazard of one of several competing events.

use super::newton::{Likelihood, maximize};
use super::risk::Pass;
use super::{Coefficient, fit::quadratic};
use crate::stats::distributions::normal_two_sided_p;
use crate::stats::linear::Matrix;
use crate::stats::survival::{ChiSquareTest, Clock, KaplanMeier, Running, Spell};
use crate::stats::{NotEstimable, finite, sum};

/// One subject with covariates, observed from the origin on.
#[derive(Clone, Debug, PartialEq)]
pub struct Rival {
    /// Time from the origin of the event or of censoring, 0 or more.
    pub time: f64,
    /// 0 censored, otherwise the cause of the event: 1, 2, ...
    pub status: u32,
    /// Covariates, as many as every other subject has.
    pub covariates: Vec<f64>,
}

/// An estimated subdistribution model.
#[derive(Clone, Debug, PartialEq)]
pub struct Subdistribution {
    /// Number of subjects.
    pub n: u64,
    /// Number of events of the cause.
    pub events: u64,
    /// One for each covariate, in the order given, or why it has none; both standard errors are the robust one.
    pub coefficients: Vec<Result<Coefficient, NotEstimable>>,
    /// Log pseudo-likelihood with all coefficients 0.
    pub log_likelihood_null: f64,
    /// Log pseudo-likelihood at its maximum.
    pub log_likelihood: f64,
    /// Whether some coefficient grows without end.
    pub separated: bool,
    /// Wald test of all coefficients.
    pub wald: Result<ChiSquareTest, NotEstimable>,
}

/// Fine and Gray's proportional subdistribution hazards: effects on the cumulative incidence of `cause`.
///
/// Subjects with another event stay at risk, with weight `G(t-) / G(T-)` for the chance of still being uncensored, G the Kaplan-Meier
/// curve of the censoring. Breslow's ties. Standard errors are the sandwich with the influence of each subject on G. Reference: Fine & Gray, JASA
/// 1999;94:496-509; numbers as cmprsk's `crr`. A subdistribution hazard ratio above 1 says that the incidence is higher, not that the
/// hazard among those still free of events is; report the cause-specific hazards of all causes beside it (Latouche et al.,
/// J Clin Epidemiol 2013;66:648-653). Edge cases as [`Model::fit`](super::Model::fit); delayed entry is outside its domain.
///
/// Without other events and without ties it is Cox's model:
/// ```
/// use mentorscope::stats::cox::{Rival, fine_gray};
/// let of = |time: f64, status: u32, x: f64| Rival { time, status, covariates: vec![x] };
/// let fit = fine_gray(&[of(1.0, 1, 1.0), of(2.0, 1, 0.0), of(3.0, 0, 1.0)], 1)?;
/// // The score is 0 where 2 r / (2 r + 1) + r / (r + 1) = 1 for the ratio r, so that r = 1 / sqrt(2).
/// assert!((fit.coefficients[0].clone()?.hazard_ratio? - 0.5_f64.sqrt()).abs() < 1e-9);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn fine_gray(rivals: &[Rival], cause: u32) -> Result<Subdistribution, NotEstimable> {
    let data = Data::new(rivals, cause)?;
    let maximum = maximize(&data)?;
    let separated = maximum.separated.contains(&true);
    let size = maximum.active.len();
    let covariance = maximum.end.information.inverse_spd().and_then(|inverse| data.sandwich(&maximum.active, &maximum.beta, &inverse));
    let coefficient = |j: usize| {
        let scale = data.scales.get(j).copied().unwrap_or(0.0);
        let none = if scale > 0.0 { NotEstimable::Unidentified } else { NotEstimable::NoVariation };
        let position = maximum.active.iter().position(|&a| a == j).ok_or(none)?;
        if maximum.separated[position] {
            return Err(NotEstimable::Separated);
        }
        let estimate = finite(maximum.beta[position] / scale)?;
        let std_error = finite(covariance.clone()?.at(position, position).max(0.0).sqrt() / scale)?;
        let p_value = if std_error > 0.0 { normal_two_sided_p(estimate / std_error) } else { Err(NotEstimable::NoVariation) };
        Ok(Coefficient {
            estimate,
            hazard_ratio: finite(estimate.exp()),
            std_error: Ok(std_error),
            std_error_model: std_error,
            std_error_clustered: Ok(std_error),
            p_value,
        })
    };
    let wald = match (separated, size) {
        (true, _) => Err(NotEstimable::Separated),
        (false, 0) => Err(NotEstimable::NoVariation),
        _ => covariance.clone().and_then(|covariance| ChiSquareTest::new(quadratic(&maximum.beta, &covariance)?, size as u64)),
    };
    Ok(Subdistribution {
        n: data.rows.len() as u64,
        events: data.rows.iter().filter(|row| row.kind == Kind::Event).count() as u64,
        coefficients: (0..data.scales.len()).map(coefficient).collect(),
        log_likelihood_null: finite(maximum.start.log_likelihood)?,
        log_likelihood: finite(maximum.end.log_likelihood)?,
        separated,
        wald,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Censored,
    Event,
    Other,
}

struct Row {
    time: f64,
    kind: Kind,
    /// Standardized covariates.
    x: Vec<f64>,
    /// Probability of not being censored before `time`, G(T-).
    uncensored: f64,
}

/// Subjects, earliest first.
struct Data {
    rows: Vec<Row>,
    scales: Vec<f64>,
}

/// Weighted sums over some subjects: of relative hazards, and of the same times covariates.
#[derive(Clone)]
struct Sums {
    total: Running,
    first: Vec<Running>,
    second: Vec<Running>,
}

impl Sums {
    fn new(size: usize) -> Self {
        Self { total: Running::default(), first: vec![Running::default(); size], second: vec![Running::default(); size * size] }
    }

    fn add(&mut self, x: &[f64], risk: f64) {
        self.total.add(risk);
        for (i, a) in x.iter().enumerate() {
            self.first[i].add(risk * a);
            for (j, b) in x.iter().enumerate() {
                self.second[i * x.len() + j].add(risk * a * b);
            }
        }
    }
}

/// One time at which observation of somebody ended. Only where the cause had an event is there anything to sum.
struct Moment {
    rows: std::ops::Range<usize>,
    /// G(t-).
    uncensored: f64,
    /// Number of events of the cause.
    events: f64,
    total: f64,
    mean: Vec<f64>,
    covariance: Vec<f64>,
}

impl Data {
    fn new(rivals: &[Rival], cause: u32) -> Result<Self, NotEstimable> {
        let covariates = rivals.first().ok_or(NotEstimable::NoAnswers)?.covariates.len();
        for rival in rivals {
            if rival.covariates.len() != covariates {
                return Err(NotEstimable::InvalidInput("every subject needs every covariate"));
            }
            rival.covariates.iter().try_for_each(|value| finite(*value).map(|_| ()))?;
        }
        let clock = Clock::new(rivals.iter().map(|rival| rival.time));
        let kind = |status: u32| match status {
            0 => Kind::Censored,
            status if status == cause => Kind::Event,
            _ => Kind::Other,
        };
        if rivals.iter().all(|rival| kind(rival.status) != Kind::Event) {
            return Err(NotEstimable::NoEvents);
        }
        let spells: Vec<Spell> = rivals.iter().map(|r| Spell { entry: None, exit: clock.tick(r.time), event: r.status == 0 }).collect();
        let censoring = KaplanMeier::new(&spells)?;
        let before = |time: f64| censoring.steps[..censoring.steps.partition_point(|s| s.time < time)].last().map_or(1.0, |s| s.survival);
        let mut rows: Vec<Row> = rivals
            .iter()
            .zip(&spells)
            .map(|(r, spell)| Row { time: spell.exit, kind: kind(r.status), x: r.covariates.clone(), uncensored: before(spell.exit) })
            .collect();
        rows.sort_by(|p, q| {
            let covariates = || p.x.iter().zip(&q.x).map(|(a, b)| a.total_cmp(b)).find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal);
            p.time.total_cmp(&q.time).then(p.kind.cmp(&q.kind)).then_with(covariates)
        });
        let scales = (0..covariates).map(|j| standardize(&mut rows, j)).collect::<Result<_, _>>()?;
        Ok(Self { rows, scales })
    }

    fn relative(row: &Row, active: &[usize], beta: &[f64]) -> f64 {
        active.iter().zip(beta).map(|(&a, beta)| beta * row.x[a]).sum::<f64>().exp()
    }

    /// The times in order, each with its weighted risk set.
    fn moments(&self, active: &[usize], beta: &[f64]) -> Vec<Moment> {
        let size = active.len();
        let chosen = |row: &Row| active.iter().map(|&a| row.x[a]).collect::<Vec<f64>>();
        // Those not yet gone, summed from the last time backwards, then those with another event, forwards.
        let mut ranges = Vec::new();
        let mut from = 0;
        for tied in self.rows.chunk_by(|p, q| p.time == q.time) {
            ranges.push(from..from + tied.len());
            from += tied.len();
        }
        let mut present = Sums::new(size);
        let mut at_risk: Vec<Option<Sums>> = Vec::with_capacity(ranges.len());
        for range in ranges.iter().rev() {
            for row in &self.rows[range.clone()] {
                present.add(&chosen(row), Self::relative(row, active, beta));
            }
            let event = self.rows[range.clone()].iter().any(|row| row.kind == Kind::Event);
            at_risk.push(event.then(|| present.clone()));
        }
        let mut staying = Sums::new(size);
        let mut moments = Vec::with_capacity(ranges.len());
        for (range, at_risk) in ranges.into_iter().zip(at_risk.into_iter().rev()) {
            let rows = &self.rows[range.clone()];
            let uncensored = rows.first().map_or(1.0, |row| row.uncensored);
            let mut moment =
                Moment { rows: range.clone(), uncensored, events: 0.0, total: 1.0, mean: vec![0.0; size], covariance: Vec::new() };
            if let Some(present) = at_risk {
                let joined = |present: &Running, staying: &Running| present.value() + uncensored * staying.value();
                let total = joined(&present.total, &staying.total);
                let mean: Vec<f64> = present.first.iter().zip(&staying.first).map(|(p, s)| joined(p, s) / total).collect();
                let second = present.second.iter().zip(&staying.second).enumerate();
                moment.covariance = second.map(|(cell, (p, s))| joined(p, s) / total - mean[cell / size] * mean[cell % size]).collect();
                moment.events = rows.iter().filter(|row| row.kind == Kind::Event).count() as f64;
                (moment.total, moment.mean) = (total, mean);
            }
            for row in rows.iter().filter(|row| row.kind == Kind::Other) {
                staying.add(&chosen(row), Self::relative(row, active, beta) / row.uncensored);
            }
            moments.push(moment);
        }
        moments
    }

    /// The sandwich of Fine and Gray, on the standardized scale.
    ///
    /// Each subject's influence on the score is its own residual, plus what its censoring does to the weights of those who stay at
    /// risk after another event: `q(u) / Y(u)` per unit of its censoring martingale, with
    /// `q(u) = sum over others gone by u of r / G(T-) (x A(u) - B(u))`, A and B the integrals after u of G(t-) and G(t-) mean(t)
    /// over the baseline hazard.
    fn sandwich(&self, active: &[usize], beta: &[f64], inverse: &Matrix) -> Result<Matrix, NotEstimable> {
        let size = active.len();
        let moments = self.moments(active, beta);
        // Index 0 holds the integral of 1, the rest those of the means.
        let integrand = |m: &Moment, factor: f64| {
            let hazard = factor * m.events / m.total;
            std::iter::once(hazard).chain(m.mean.iter().map(move |mean| mean * hazard)).collect::<Vec<f64>>()
        };
        let mut later = vec![vec![0.0; size + 1]];
        for m in moments.iter().rev() {
            let next = later.last().map_or(vec![0.0; size + 1], Clone::clone);
            later.push(next.iter().zip(integrand(m, m.uncensored)).map(|(a, b)| a + b).collect());
        }
        // For each moment, what comes after it.
        let later: Vec<Vec<f64>> = later.into_iter().rev().skip(1).collect();
        let mut residuals: Vec<Vec<f64>> = Vec::with_capacity(self.rows.len());
        let mut so_far = vec![0.0; size + 1];
        // Of those gone by other events: sums of r / G, and of the same times covariates.
        let mut staying = vec![0.0; size + 1];
        let mut compensated = vec![0.0; size];
        for (m, later) in moments.iter().zip(&later) {
            so_far.iter_mut().zip(integrand(m, 1.0)).for_each(|(total, value)| *total += value);
            let rows = &self.rows[m.rows.clone()];
            for row in rows.iter().filter(|row| row.kind == Kind::Other) {
                let weight = Self::relative(row, active, beta) / row.uncensored;
                staying[0] += weight;
                active.iter().enumerate().for_each(|(i, &a)| staying[i + 1] += weight * row.x[a]);
            }
            let at_risk = (self.rows.len() - m.rows.start) as f64;
            let censored = rows.iter().filter(|row| row.kind == Kind::Censored).count() as f64;
            let per_censoring: Vec<f64> = (0..size).map(|i| (staying[i + 1] * later[0] - staying[0] * later[i + 1]) / at_risk).collect();
            compensated.iter_mut().zip(&per_censoring).for_each(|(total, value)| *total += value * censored / at_risk);
            for row in rows {
                let relative = Self::relative(row, active, beta);
                let residual = active.iter().enumerate().map(|(i, &a)| {
                    let mut value = -relative * (row.x[a] * so_far[0] - so_far[i + 1]) - compensated[i];
                    match row.kind {
                        Kind::Event => value += row.x[a] - m.mean[i],
                        Kind::Censored => value += per_censoring[i],
                        Kind::Other => value -= relative / row.uncensored * (row.x[a] * later[0] - later[i + 1]),
                    }
                    value
                });
                residuals.push(residual.collect());
            }
        }
        let mut sandwich = Matrix::zeros(size, size);
        let influences: Vec<Vec<f64>> =
            residuals.iter().map(|u| (0..size).map(|i| (0..size).map(|j| inverse.at(i, j) * u[j]).sum()).collect()).collect();
        for i in 0..size {
            for j in 0..size {
                sandwich.set(i, j, finite(sum(influences.iter().map(|u| u[i] * u[j])))?);
            }
        }
        Ok(sandwich)
    }
}

impl Likelihood for Data {
    fn pass(&self, active: &[usize], beta: &[f64]) -> Pass {
        let size = active.len();
        let (mut log_likelihood, mut score) = (Running::default(), vec![Running::default(); size]);
        let mut information = vec![Running::default(); size * size];
        for m in self.moments(active, beta).iter().filter(|m| m.events > 0.0) {
            for row in self.rows[m.rows.clone()].iter().filter(|row| row.kind == Kind::Event) {
                log_likelihood.add(active.iter().zip(beta).map(|(&a, beta)| beta * row.x[a]).sum::<f64>() - m.total.ln());
                score.iter_mut().zip(active).zip(&m.mean).for_each(|((total, &a), mean)| total.add(row.x[a] - mean));
            }
            information.iter_mut().zip(&m.covariance).for_each(|(total, value)| total.add(m.events * value));
        }
        Pass {
            log_likelihood: log_likelihood.value(),
            score: score.iter().map(Running::value).collect(),
            information: Matrix { rows: size, columns: size, values: information.iter().map(Running::value).collect() },
        }
    }

    fn varying(&self) -> Vec<usize> {
        (0..self.scales.len()).filter(|&j| self.scales[j] > 0.0).collect()
    }

    fn weight(&self) -> f64 {
        self.rows.iter().filter(|row| row.kind == Kind::Event).count() as f64
    }
}

/// Centers covariate `j` and divides it by its standard deviation, which is returned; 0 if it never varies.
fn standardize(rows: &mut [Row], j: usize) -> Result<f64, NotEstimable> {
    let mut values: Vec<f64> = rows.iter().map(|row| row.x[j]).collect();
    values.sort_by(f64::total_cmp);
    let (Some(&least), Some(&greatest)) = (values.first(), values.last()) else { return Ok(0.0) };
    // Clamping keeps equal values from getting a spread out of rounding.
    let mean = finite(sum(values.iter().copied()) / values.len() as f64)?.clamp(least, greatest);
    let scale = finite((sum(values.iter().map(|value| (value - mean).powi(2))) / values.len() as f64).sqrt())?;
    for row in rows.iter_mut() {
        row.x[j] = if scale > 0.0 { (row.x[j] - mean) / scale } else { 0.0 };
    }
    Ok(scale)
}
