//! Weighted estimates of a population, with variances that follow the design: strata, clusters, finite populations, calibrated
//! weights and subgroups.
//!
//! A [`Design`] is made once from all sampled units, may be [calibrated](Design::calibrated) to known population totals and
//! [trimmed](Design::trimmed), and then gives means, shares, totals and ratios, of everybody or of a subgroup.

mod calibration;
mod estimate;
mod weights;

pub use calibration::Margin;
pub use estimate::SurveyEstimate;
pub use weights::{Kish, Trimmed, kish, trim};

use super::{NotEstimable, finite, sum};
use calibration::Calibration;

/// One sampled unit and its place in the design.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// Design weight, 0 or more: how many of the population the unit stands for, or in proportion to that. A unit of weight 0 still
    /// counts as sampled.
    pub weight: f64,
    /// Stratum; all units alike without strata.
    pub stratum: u32,
    /// Primary sampling unit within its stratum; equal numbers in two strata are two clusters. Without clusters each unit has its own.
    pub cluster: u32,
    /// For the finite population correction: the number of clusters in the stratum's population, or, where no unit's value is above 1,
    /// the fraction of them that was sampled. The same for all units of a stratum. None: no correction.
    pub population: Option<f64>,
}

/// A sample with its weights, strata and clusters.
///
/// The variance of a total of scores z is that of cluster totals within strata: over strata h with n clusters,
/// `(1 - f) n / (n - 1) * sum((z_cluster - mean)^2)`, f the sampled fraction. Clusters count as drawn with replacement but for that factor, and
/// stages of sampling below them need no separate term (ultimate cluster method). Reference: Kish, Survey Sampling 1965; Lumley, J Stat
/// Softw 2004;9(8). Nonlinear estimates are linearized first (Woodruff, JASA 1971;66:411-414; Binder, Int Stat Rev 1983;51:279-292).
///
/// Subgroups and missing answers do not remove units from the design: they score 0, so that every stratum and cluster stays in the variance.
/// A stratum with a single cluster has no variance of its own, and the standard error then has no answer, unless that cluster is the whole stratum.
///
/// Student's sleep data as a simple random sample of 10 from 50: standard error 1.789 / sqrt(10) * sqrt(1 - 10/50) = .506.
/// ```
/// use mentorscope::stats::survey::{Design, Unit};
/// let hours = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
/// let units: Vec<Unit> = (0..10).map(|i| Unit { weight: 5.0, stratum: 0, cluster: i, population: Some(50.0) }).collect();
/// let result = Design::new(&units)?.mean(&hours.map(Some), 0.95)?;
/// assert!((result.estimate - 0.75).abs() < 1e-12);
/// assert!((result.std_error? - 0.506).abs() < 5e-4);
/// assert_eq!(result.degrees_of_freedom, 9);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    units: Vec<Unit>,
    /// Final weights, in the order of the units.
    weights: Vec<f64>,
    calibration: Option<Calibration>,
    /// Units by stratum and cluster.
    order: Vec<usize>,
}

impl Design {
    /// Checks the units.
    ///
    /// No units is no answers; all weights 0 is an error; so are negative weights, and population numbers that differ within a stratum or are
    /// below the number of clusters sampled from it.
    pub fn new(units: &[Unit]) -> Result<Self, NotEstimable> {
        if units.is_empty() {
            return Err(NotEstimable::NoAnswers);
        }
        for unit in units {
            if finite(unit.weight)? < 0.0 {
                return Err(NotEstimable::InvalidInput("weights must not be negative"));
            }
        }
        for unit in units {
            if finite(unit.population.unwrap_or(1.0))? <= 0.0 {
                return Err(NotEstimable::InvalidInput("population numbers must be above 0"));
            }
        }
        if units.iter().all(|unit| unit.weight == 0.0) {
            return Err(NotEstimable::AllWeightsZero);
        }
        let mut order: Vec<usize> = (0..units.len()).collect();
        order.sort_by_key(|&i| (units[i].stratum, units[i].cluster));
        let result = Self { units: units.to_vec(), weights: units.iter().map(|u| u.weight).collect(), calibration: None, order };
        for stratum in result.strata() {
            result.fraction(stratum)?;
        }
        Ok(result)
    }

    /// The weights that a design with known population numbers has where none are given: clusters in the stratum's population over clusters
    /// sampled (or one over the sampled fraction). Units without a population number are an error.
    pub fn population_weights(units: &[Unit]) -> Result<Vec<f64>, NotEstimable> {
        let design = Self::new(&units.iter().map(|u| Unit { weight: 1.0, ..*u }).collect::<Vec<_>>())?;
        let mut weights = vec![1.0; units.len()];
        for stratum in design.strata() {
            let fraction = design.fraction(stratum)?.ok_or(NotEstimable::InvalidInput("weights or population numbers are needed"))?;
            stratum.iter().for_each(|&i| weights[i] = 1.0 / fraction);
        }
        Ok(weights)
    }

    /// The weights in use, in the order of the units.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The same design with its weights trimmed; see [`trim`]. Trimmed weights need not meet the population totals of a calibration any more:
    /// [`margin_error`](Self::margin_error) tells by how much.
    pub fn trimmed(mut self, multiple: f64) -> Result<Self, NotEstimable> {
        self.weights = trim(&self.weights, multiple)?.weights;
        Ok(self)
    }

    /// Number of distinct strata of units with a weight above 0.
    pub fn strata_count(&self) -> u64 {
        self.strata_and_clusters(|i| self.weights[i] > 0.0).strata
    }

    /// Number of distinct clusters of units with a weight above 0.
    pub fn cluster_count(&self) -> u64 {
        self.strata_and_clusters(|i| self.weights[i] > 0.0).clusters
    }

    /// Clusters minus strata, of units with a weight above 0.
    pub fn degrees_of_freedom(&self) -> u64 {
        self.strata_and_clusters(|i| self.weights[i] > 0.0).degrees_of_freedom()
    }

    fn strata(&self) -> impl Iterator<Item = &[usize]> {
        self.order.chunk_by(|&a, &b| self.units[a].stratum == self.units[b].stratum)
    }

    fn clusters<'a>(&'a self, stratum: &'a [usize]) -> impl Iterator<Item = &'a [usize]> {
        stratum.chunk_by(|&a, &b| self.units[a].cluster == self.units[b].cluster)
    }

    fn strata_and_clusters(&self, has: impl Fn(usize) -> bool) -> Counts {
        let mut counts = Counts { strata: 0, clusters: 0 };
        for stratum in self.strata() {
            let clusters = self.clusters(stratum).filter(|cluster| cluster.iter().any(|&i| has(i))).count() as u64;
            counts.clusters += clusters;
            counts.strata += u64::from(clusters > 0);
        }
        counts
    }

    /// The fraction of a stratum's clusters that was sampled, where it is known.
    fn fraction(&self, stratum: &[usize]) -> Result<Option<f64>, NotEstimable> {
        let as_fractions = self.units.iter().all(|u| u.population.is_none_or(|p| p <= 1.0));
        let mut known = stratum.iter().map(|&i| self.units[i].population);
        let Some(first) = known.next() else { return Ok(None) };
        if known.any(|other| other != first) {
            return Err(NotEstimable::InvalidInput("the population number must be one within a stratum"));
        }
        let clusters = self.clusters(stratum).count() as f64;
        match first {
            None => Ok(None),
            Some(fraction) if as_fractions => Ok(Some(fraction)),
            Some(population) if population >= clusters => Ok(Some(clusters / population)),
            Some(_) => Err(NotEstimable::InvalidInput("a stratum's population must not be below its sample")),
        }
    }

    /// The variance of the sum of scores, one for each unit.
    fn variance_of_sum(&self, scores: &[f64]) -> Result<f64, NotEstimable> {
        let mut parts = Vec::new();
        for stratum in self.strata() {
            let mut totals: Vec<f64> = self.clusters(stratum).map(|cluster| cluster_total(cluster, scores)).collect();
            totals.sort_by(f64::total_cmp);
            let n = totals.len() as f64;
            let left = 1.0 - self.fraction(stratum)?.unwrap_or(0.0);
            // A stratum taken whole is known, not estimated.
            if left < 1e-12 {
                continue;
            }
            if totals.len() < 2 {
                return Err(NotEstimable::TooFewClusters { needed: 2, found: 1 });
            }
            let mean = sum(totals.iter().copied()) / n;
            parts.push(left * n / (n - 1.0) * sum(totals.iter().map(|t| (t - mean).powi(2))));
        }
        finite(sum(parts))
    }
}

/// The scores of a cluster summed; what cancels but for rounding is 0.
fn cluster_total(cluster: &[usize], scores: &[f64]) -> f64 {
    let mut own: Vec<f64> = cluster.iter().map(|&i| scores[i]).collect();
    own.sort_by(f64::total_cmp);
    let total = sum(own.iter().copied());
    if total.abs() <= 1e-13 * sum(own.iter().map(|z| z.abs())) { 0.0 } else { total }
}

struct Counts {
    strata: u64,
    clusters: u64,
}

impl Counts {
    fn degrees_of_freedom(&self) -> u64 {
        self.clusters - self.strata
    }
}

#[cfg(test)]
mod tests;
