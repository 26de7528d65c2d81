//! One pass over the risk sets: the log likelihood, its score and its information.

use super::Ties;
use super::prepared::{Model, Row};
use crate::stats::linear::Matrix;
use crate::stats::survival::Running;

/// How far the largest linear predictor of a risk set may stand above the reference before sums are rescaled.
const HEADROOM: f64 = 30.0;

/// The log partial likelihood at some coefficients, with derivatives in some of the covariates.
#[derive(Clone, Debug)]
pub(super) struct Pass {
    pub(super) log_likelihood: f64,
    pub(super) score: Vec<f64>,
    pub(super) information: Matrix,
}

/// What happens at one event time of a stratum, whose risk set is complete.
pub(super) struct Moment<'m> {
    pub(super) time: f64,
    pub(super) stratum: usize,
    /// Those with the event at this time.
    pub(super) events: &'m [&'m Row],
    /// Mean weight of the events.
    pub(super) weight: f64,
    /// One entry for each factor of the likelihood: as many as events.
    pub(super) factors: Vec<Factor>,
    /// The linear predictor that counts as 0 in `Factor::total`.
    pub(super) reference: f64,
}

/// The denominator of one event's factor of the likelihood.
pub(super) struct Factor {
    /// The share of the tied events' risk taken out: `k / d` for Efron's k-th, 0 for Breslow.
    pub(super) taken: f64,
    /// Sum of weights times `exp(linear predictor - reference)`.
    pub(super) total: f64,
    /// Risk-weighted means of the covariates.
    pub(super) mean: Vec<f64>,
    /// Risk-weighted covariances, row after row.
    pub(super) covariance: Vec<f64>,
}

/// Sums over a risk set: of weights, of covariates, of products of covariates.
struct Sums {
    total: Running,
    first: Vec<Running>,
    second: Vec<Running>,
}

impl Sums {
    fn new(size: usize) -> Self {
        Self { total: Running::default(), first: vec![Running::default(); size], second: vec![Running::default(); size * size] }
    }

    fn add(&mut self, row: &Row, active: &[usize], risk: f64) {
        self.total.add(risk);
        for (i, &a) in active.iter().enumerate() {
            self.first[i].add(risk * row.x[a]);
            for (j, &b) in active.iter().enumerate().take(i + 1) {
                self.second[i * active.len() + j].add(risk * (row.x[a] * row.x[b]));
            }
        }
    }

    fn scale(&mut self, factor: f64) {
        self.total.scale(factor);
        self.first.iter_mut().chain(&mut self.second).for_each(|cell| cell.scale(factor));
    }
}

/// Coefficients of the active covariates, on the prepared scale.
pub(super) struct At<'a> {
    pub(super) active: &'a [usize],
    pub(super) beta: &'a [f64],
    pub(super) ties: Ties,
}

impl At<'_> {
    pub(super) fn predictor(&self, row: &Row) -> f64 {
        self.active.iter().zip(self.beta).map(|(&a, beta)| beta * row.x[a]).sum()
    }
}

impl Model {
    /// Calls `visit` at each event time of each stratum, latest first.
    pub(super) fn each_moment(&self, at: &At, mut visit: impl FnMut(&Moment)) {
        for (stratum, (range, entrants)) in self.strata.iter().zip(&self.entrants).enumerate() {
            let mut sums = Sums::new(at.active.len());
            let mut reference = f64::NEG_INFINITY;
            let mut entrants = entrants.iter().map(|&i| &self.rows[i]).peekable();
            for tied in self.rows[range.clone()].chunk_by(|p, q| p.exit == q.exit) {
                for row in tied {
                    let predictor = at.predictor(row);
                    if predictor > reference + HEADROOM || reference == f64::NEG_INFINITY {
                        sums.scale((reference - predictor).exp());
                        reference = predictor;
                    }
                    sums.add(row, at.active, row.weight * (predictor - reference).exp());
                }
                let time = tied.first().map_or(0.0, |row| row.exit);
                while let Some(row) = entrants.next_if(|row| row.entry >= time) {
                    sums.add(row, at.active, -row.weight * (at.predictor(row) - reference).exp());
                }
                let events: Vec<&Row> = tied.iter().filter(|row| row.event).collect();
                if !events.is_empty() {
                    let mut dying = Sums::new(at.active.len());
                    for row in &events {
                        dying.add(row, at.active, row.weight * (at.predictor(row) - reference).exp());
                    }
                    let count = events.len() as f64;
                    let weight = crate::stats::sum(events.iter().map(|row| row.weight)) / count;
                    let taken = |k: usize| if at.ties == Ties::Efron { k as f64 / count } else { 0.0 };
                    let factors = (0..events.len()).map(|k| factor(&sums, &dying, taken(k), at.active.len())).collect();
                    visit(&Moment { time, stratum, events: &events, weight, factors, reference });
                }
            }
        }
    }

    /// Log likelihood, score and information at the coefficients.
    pub(super) fn pass(&self, at: &At) -> Pass {
        let size = at.active.len();
        let mut log_likelihood = Running::default();
        let mut score = vec![Running::default(); size];
        let mut information = vec![Running::default(); size * size];
        self.each_moment(at, |moment| {
            for row in moment.events {
                log_likelihood.add(row.weight * (at.predictor(row) - moment.reference));
                for (total, &a) in score.iter_mut().zip(at.active) {
                    total.add(row.weight * row.x[a]);
                }
            }
            for factor in &moment.factors {
                log_likelihood.add(-moment.weight * factor.total.ln());
                for (total, mean) in score.iter_mut().zip(&factor.mean) {
                    total.add(-moment.weight * mean);
                }
                for (total, covariance) in information.iter_mut().zip(&factor.covariance) {
                    total.add(moment.weight * covariance);
                }
            }
        });
        Pass {
            log_likelihood: log_likelihood.value(),
            score: score.iter().map(Running::value).collect(),
            information: Matrix { rows: size, columns: size, values: information.iter().map(Running::value).collect() },
        }
    }
}

fn factor(sums: &Sums, dying: &Sums, taken: f64, size: usize) -> Factor {
    let left = |all: &Running, dying: &Running| all.value() - taken * dying.value();
    let total = left(&sums.total, &dying.total);
    let mean: Vec<f64> = sums.first.iter().zip(&dying.first).map(|(all, dying)| left(all, dying) / total).collect();
    let mut covariance = vec![0.0; size * size];
    for i in 0..size {
        for j in 0..=i {
            let cell = left(&sums.second[i * size + j], &dying.second[i * size + j]) / total - mean[i] * mean[j];
            covariance[i * size + j] = cell;
            covariance[j * size + i] = cell;
        }
    }
    Factor { taken, total, mean, covariance }
}
