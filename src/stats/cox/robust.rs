//! Score residuals and the variance that allows for dependence within clusters.

use super::prepared::Model;
use super::risk::At;
use crate::stats::linear::Matrix;
use crate::stats::survival::Running;
use crate::stats::{NotEstimable, finite};

/// What being at risk at one event time costs, and what the event there brings.
struct Cost {
    time: f64,
    /// Cumulated over the event times up to this one: `w / total`, and the same times the mean covariates.
    cumulated: Charge,
    /// The same at this time alone, as it applies to those who have the event here.
    dying: Charge,
    /// The same at this time alone, as it applies to the others.
    others: Charge,
    /// Mean covariates, averaged over the factors.
    mean: Vec<f64>,
}

#[derive(Clone)]
struct Charge {
    hazard: f64,
    means: Vec<f64>,
}

impl Charge {
    fn none(size: usize) -> Self {
        Self { hazard: 0.0, means: vec![0.0; size] }
    }

    fn add(&mut self, other: &Self) {
        self.hazard += other.hazard;
        self.means.iter_mut().zip(&other.means).for_each(|(total, value)| *total += value);
    }
}

impl Model {
    /// The sandwich `I^-1 (sum over clusters of u u') I^-1`, with u the weighted score residuals summed within the cluster.
    ///
    /// The residual of a subject is the event's covariates less the mean of its risk set, minus the sum over the event times at
    /// risk of its relative hazard times `(x - mean) w / total`; with Efron's ties both run over the factors of the tied events, to
    /// which those who have the event belong with a falling share. No finite-sample factor. Reference: Lin & Wei, JASA
    /// 1989;84:1074-1078. Fewer than 2 clusters are too few.
    pub(super) fn clustered_covariance(&self, at: &At, inverse: &Matrix) -> Result<Matrix, NotEstimable> {
        let found = self.clusters();
        if found < 2 {
            return Err(NotEstimable::TooFewClusters { needed: 2, found });
        }
        let size = at.active.len();
        let costs = self.costs(at);
        let mut by_cluster: Vec<(u32, Vec<f64>)> = Vec::with_capacity(self.rows.len());
        for (range, costs) in self.strata.iter().zip(&costs) {
            for row in &self.rows[range.clone()] {
                let passed = |time: f64| costs.partition_point(|cost| cost.time <= time).checked_sub(1).and_then(|last| costs.get(last));
                let mut charge = passed(row.exit).map_or(Charge::none(size), |cost| cost.cumulated.clone());
                if let Some(cost) = passed(row.entry) {
                    charge.hazard -= cost.cumulated.hazard;
                    charge.means.iter_mut().zip(&cost.cumulated.means).for_each(|(total, value)| *total -= value);
                }
                let mut own = vec![0.0; size];
                if let Some(cost) = passed(row.exit).filter(|_| row.event) {
                    charge.hazard += cost.dying.hazard - cost.others.hazard;
                    for (i, &a) in at.active.iter().enumerate() {
                        charge.means[i] += cost.dying.means[i] - cost.others.means[i];
                        own[i] = row.x[a] - cost.mean[i];
                    }
                }
                let relative = at.predictor(row).exp();
                let residual = |i: usize| row.weight * (own[i] - relative * (row.x[at.active[i]] * charge.hazard - charge.means[i]));
                by_cluster.push((row.cluster, (0..size).map(residual).collect()));
            }
        }
        by_cluster.sort_by_key(|residual| residual.0);
        let mut middle = vec![Running::default(); size * size];
        for cluster in by_cluster.chunk_by(|p, q| p.0 == q.0) {
            let total: Vec<f64> = (0..size).map(|i| crate::stats::sum(cluster.iter().map(|residual| residual.1[i]))).collect();
            for i in 0..size {
                for j in 0..size {
                    middle[i * size + j].add(total[i] * total[j]);
                }
            }
        }
        let mut sandwich = Matrix::zeros(size, size);
        for i in 0..size {
            for j in 0..size {
                let terms = (0..size * size).map(|cell| inverse.at(i, cell / size) * middle[cell].value() * inverse.at(cell % size, j));
                sandwich.set(i, j, finite(crate::stats::sum(terms))?);
            }
        }
        Ok(sandwich)
    }

    /// The costs of each stratum, in order of time.
    fn costs(&self, at: &At) -> Vec<Vec<Cost>> {
        let size = at.active.len();
        let mut costs: Vec<Vec<Cost>> = self.strata.iter().map(|_| Vec::new()).collect();
        self.each_moment(at, |moment| {
            let (mut dying, mut others, mut mean) = (Charge::none(size), Charge::none(size), vec![0.0; size]);
            for factor in &moment.factors {
                let hazard = moment.weight / factor.total * (-moment.reference).exp();
                let charge = Charge { hazard, means: factor.mean.iter().map(|mean| mean * hazard).collect() };
                others.add(&charge);
                let left = 1.0 - factor.taken;
                dying.add(&Charge { hazard: left * charge.hazard, means: charge.means.iter().map(|mean| left * mean).collect() });
                mean.iter_mut().zip(&factor.mean).for_each(|(total, value)| *total += value / moment.factors.len() as f64);
            }
            costs[moment.stratum].push(Cost { time: moment.time, cumulated: others.clone(), dying, others, mean });
        });
        for costs in &mut costs {
            costs.reverse();
            let mut so_far = Charge::none(size);
            for cost in costs {
                so_far.add(&cost.others);
                cost.cumulated = so_far.clone();
            }
        }
        costs
    }
}
