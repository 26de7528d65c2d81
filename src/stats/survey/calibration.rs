//! Weights that meet known population totals: post-stratification and raking.

use super::Design;
use crate::stats::least_squares::LeastSquares;
use crate::stats::linear::Matrix;
use crate::stats::{NotEstimable, finite, sum};

/// Raking stops when every total is met within this share of it.
const MARGIN_TOLERANCE: f64 = 1e-12;

/// The least accuracy, as a share of each total, of weights that are used after the last pass.
const ACCEPTED: f64 = 1e-8;

/// The most passes over all margins.
const PASSES: u32 = 10_000;

/// Margins whose totals differ by more than this share describe different populations; up to it, by rounding, they are scaled to the first.
const SAME_POPULATION: f64 = 1e-6;

/// One classification of the population with known totals.
#[derive(Clone, Debug, PartialEq)]
pub struct Margin {
    /// The level of each unit, an index into `totals`.
    pub levels: Vec<usize>,
    /// The population's number in each level (or share of it, in all margins).
    pub totals: Vec<f64>,
}

/// What calibration leaves for the variance: which units share all levels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Calibration {
    cell_of: Vec<usize>,
    /// The level of each cell in each margin.
    cells: Vec<Vec<usize>>,
    totals: Vec<Vec<f64>>,
    /// Weights before calibration, by unit.
    before: Vec<f64>,
}

impl Design {
    /// The design with weights raked to the totals of the margins: each margin in turn scales the weights of each level to its total, until all
    /// are met within 1e-12 of themselves. With one margin that is post-stratification, done in one pass.
    ///
    /// Raking gives the weights nearest to the design weights in the sense of the least `sum(w ln(w / d))`. References: Deming & Stephan, Ann
    /// Math Stat 1940;11:427-444; Deville, Särndal & Sautory, JASA 1993;88:1013-1020. Estimates then have the variance of their calibration
    /// residuals; see [`SurveyEstimate`](super::SurveyEstimate).
    ///
    /// Edge cases: a level of the population without anybody in the sample is an empty cell, to be combined with another; a level of the sample
    /// that the population does not have, and margins with different sums, are refused; margins that no weights can meet do not converge.
    ///
    /// Two of four respondents are women, in a population of 60 women and 40 men.
    /// ```
    /// use mentorscope::stats::survey::{Design, Margin, Unit};
    /// let units = [1.0, 1.0, 1.0, 3.0].map(|weight| Unit { weight, stratum: 0, cluster: weight as u32, population: None });
    /// let design = Design::new(&units)?.calibrated(&[Margin { levels: vec![0, 0, 1, 1], totals: vec![60.0, 40.0] }])?;
    /// assert_eq!(design.weights(), [30.0, 30.0, 10.0, 30.0]);
    /// # Ok::<(), mentorscope::stats::NotEstimable>(())
    /// ```
    pub fn calibrated(mut self, margins: &[Margin]) -> Result<Self, NotEstimable> {
        let totals = population(margins, self.units.len())?;
        let n = self.units.len();
        let mut keys: Vec<Vec<usize>> = (0..n).map(|i| margins.iter().map(|m| m.levels[i]).collect()).collect();
        let mut cells = keys.clone();
        cells.sort_unstable();
        cells.dedup();
        let cell_of: Vec<usize> = keys.drain(..).map(|key| cells.partition_point(|cell| *cell < key)).collect();
        let calibration = Calibration { cell_of, cells, totals, before: self.weights.clone() };
        let before = calibration.cell_sums(&self.weights);
        let mut after = before.clone();
        let mut worst = f64::INFINITY;
        for pass in 0..PASSES {
            if pass > 0 {
                worst = calibration.worst(&after)?;
                if worst <= MARGIN_TOLERANCE {
                    break;
                }
            }
            for (m, totals) in calibration.totals.iter().enumerate() {
                let found = calibration.level_sums(m, &after);
                for (cell, weight) in calibration.cells.iter().zip(&mut after) {
                    if found[cell[m]] > 0.0 {
                        *weight *= totals[cell[m]] / found[cell[m]];
                    }
                }
                for (total, found) in totals.iter().zip(&found) {
                    check(*total, *found)?;
                }
            }
        }
        if worst > ACCEPTED {
            return Err(NotEstimable::NotConverged);
        }
        for (weight, &cell) in self.weights.iter_mut().zip(&calibration.cell_of) {
            if *weight > 0.0 {
                *weight = finite(*weight * (after[cell] / before[cell]))?;
            }
        }
        self.calibration = Some(calibration);
        Ok(self)
    }

    /// How far the weights are from the population totals: the largest difference as a share of its total; none without calibration.
    pub fn margin_error(&self) -> Option<f64> {
        let calibration = self.calibration.as_ref()?;
        calibration.worst(&calibration.cell_sums(&self.weights)).ok()
    }

    /// Values less their fit on the margins, by regression weighted with the weights before calibration or, as a variant, after it.
    pub(super) fn calibration_residuals(&self, values: &[f64], by_final_weights: bool) -> Result<Vec<f64>, NotEstimable> {
        let Some(calibration) = &self.calibration else { return Ok(values.to_vec()) };
        let weights = if by_final_weights { &self.weights } else { &calibration.before };
        let fitted = calibration.fitted(values, weights)?;
        let residual = |(&value, &cell): (&f64, &usize)| {
            let residual = value - fitted[cell];
            if residual.abs() <= 1e-12 * value.abs().max(fitted[cell].abs()) { 0.0 } else { residual }
        };
        Ok(values.iter().zip(&calibration.cell_of).map(residual).collect())
    }
}

/// The totals of each margin, checked, and scaled to the sum of the first.
fn population(margins: &[Margin], units: usize) -> Result<Vec<Vec<f64>>, NotEstimable> {
    let Some(first) = margins.first() else { return Err(NotEstimable::InvalidInput("calibration needs at least one margin")) };
    let size = sum(first.totals.iter().copied());
    let mut result = Vec::new();
    for margin in margins {
        if margin.levels.len() != units || margin.levels.iter().any(|&level| level >= margin.totals.len()) {
            return Err(NotEstimable::InvalidInput("each unit needs a level of each margin"));
        }
        for &total in &margin.totals {
            if finite(total)? < 0.0 {
                return Err(NotEstimable::InvalidInput("population totals must not be negative"));
            }
        }
        let own = sum(margin.totals.iter().copied());
        if own <= 0.0 || (own / size - 1.0).abs() > SAME_POPULATION {
            return Err(NotEstimable::InvalidInput("the margins must add to the same population"));
        }
        result.push(margin.totals.iter().map(|total| total * (size / own)).collect());
    }
    Ok(result)
}

/// Whether a level can be scaled to its total.
fn check(total: f64, found: f64) -> Result<(), NotEstimable> {
    if total > 0.0 && found == 0.0 {
        Err(NotEstimable::EmptyCell)
    } else if total == 0.0 && found > 0.0 {
        Err(NotEstimable::InvalidInput("a level of the sample has no population total"))
    } else {
        Ok(())
    }
}

impl Calibration {
    fn cell_sums(&self, weights: &[f64]) -> Vec<f64> {
        let mut own: Vec<(usize, f64)> = self.cell_of.iter().copied().zip(weights.iter().copied()).collect();
        own.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        own.chunk_by(|a, b| a.0 == b.0).map(|cell| sum(cell.iter().map(|c| c.1))).collect()
    }

    fn level_sums(&self, margin: usize, cell_weights: &[f64]) -> Vec<f64> {
        let level = |l: usize| self.cells.iter().zip(cell_weights).filter(move |(cell, _)| cell[margin] == l).map(|(_, weight)| *weight);
        (0..self.totals[margin].len()).map(|l| sum(level(l))).collect()
    }

    fn worst(&self, cell_weights: &[f64]) -> Result<f64, NotEstimable> {
        let mut worst = 0.0_f64;
        for (m, totals) in self.totals.iter().enumerate() {
            for (total, found) in totals.iter().zip(self.level_sums(m, cell_weights)) {
                check(*total, found)?;
                if *total > 0.0 {
                    worst = worst.max((found / total - 1.0).abs());
                }
            }
        }
        finite(worst)
    }

    /// The fit of each cell in the weighted regression of values on the levels of all margins. Units of a cell share their fit, so the regression
    /// is that of cell means.
    fn fitted(&self, values: &[f64], weights: &[f64]) -> Result<Vec<f64>, NotEstimable> {
        let sizes = self.cell_sums(weights);
        let sums = self.cell_sums(&values.iter().zip(weights).map(|(value, weight)| value * weight).collect::<Vec<_>>());
        let columns: usize = self.totals.iter().map(Vec::len).sum();
        let mut design = Matrix::zeros(sizes.len(), columns);
        let mut response = Vec::new();
        for (c, (size, total)) in sizes.iter().zip(&sums).enumerate() {
            let root = size.sqrt();
            let mut offset = 0;
            for (level, totals) in self.cells[c].iter().zip(&self.totals) {
                design.set(c, offset + level, root);
                offset += totals.len();
            }
            response.push(if *size > 0.0 { total / root } else { 0.0 });
        }
        let fit = LeastSquares::fit(&design, &response)?;
        let mean = |(c, size): (usize, &f64)| if *size > 0.0 { (response[c] - fit.residuals[c]) / size.sqrt() } else { 0.0 };
        Ok(sizes.iter().enumerate().map(mean).collect())
    }
}
