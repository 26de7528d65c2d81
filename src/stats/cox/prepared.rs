//! Subjects in the order and on the scale in which the likelihood is computed.

use super::Subject;
use crate::stats::survival::{Clock, KaplanMeier, Spell};
use crate::stats::{NotEstimable, finite, sum};

/// A Cox model's data, checked and ordered; [`fit`](Self::fit) estimates it.
#[derive(Clone, Debug)]
pub struct Model {
    /// Subjects by stratum, latest exit first.
    pub(super) rows: Vec<Row>,
    /// Strata as ranges of `rows`.
    pub(super) strata: Vec<std::ops::Range<usize>>,
    /// For each stratum, positions in `rows`, latest entry first, of those who entered late.
    pub(super) entrants: Vec<Vec<usize>>,
    /// Number of covariates given.
    pub(super) covariates: usize,
    /// What one unit of a prepared covariate is in the covariate's own unit; 0 where it never varies within a stratum.
    pub(super) scales: Vec<f64>,
    /// Number of subjects given without time under observation or weight.
    pub(super) left_out: u64,
}

/// One subject.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) entry: f64,
    pub(super) exit: f64,
    pub(super) event: bool,
    pub(super) weight: f64,
    pub(super) cluster: u32,
    pub(super) stratum: u32,
    /// Covariates less their mean in the stratum, over their standard deviation within strata.
    pub(super) x: Vec<f64>,
    /// One minus the Kaplan-Meier curve of all subjects just before `exit`: the time scale of the test of proportionality.
    pub(super) clock: f64,
}

impl Model {
    /// Checks and orders the subjects.
    ///
    /// Nobody given is no answers, nobody under observation an error, and so are times as in
    /// [`KaplanMeier::new`], covariates that are not finite or differ in number, and negative weights. Covariates are centered within
    /// strata and scaled, which changes no estimate.
    pub fn new(subjects: &[Subject]) -> Result<Self, NotEstimable> {
        let covariates = subjects.first().ok_or(NotEstimable::NoAnswers)?.covariates.len();
        Spell::check(subjects.iter().map(|subject| &subject.spell))?;
        for subject in subjects {
            if subject.covariates.len() != covariates {
                return Err(NotEstimable::InvalidInput("every subject needs every covariate"));
            }
            subject.covariates.iter().chain([&subject.weight]).try_for_each(|value| finite(*value).map(|_| ()))?;
        }
        if subjects.iter().any(|subject| subject.weight < 0.0) {
            return Err(NotEstimable::InvalidInput("weights must not be negative"));
        }
        let used: Vec<&Subject> = subjects.iter().filter(|s| s.spell.observed() && s.weight > 0.0).collect();
        let clock = Clock::of(used.iter().map(|s| &s.spell));
        let curve = KaplanMeier::new(&used.iter().map(|s| s.spell).collect::<Vec<_>>()).map_err(|_| NotEstimable::NobodyAtRisk)?;
        let mut rows: Vec<Row> = used
            .iter()
            .map(|s| {
                let spell = s.spell.on(&clock);
                let before = curve.steps.partition_point(|step| step.time < spell.exit);
                Row {
                    entry: spell.entry.unwrap_or(f64::NEG_INFINITY),
                    exit: spell.exit,
                    event: spell.event,
                    weight: s.weight,
                    cluster: s.cluster,
                    stratum: s.stratum,
                    x: s.covariates.clone(),
                    clock: 1.0 - before.checked_sub(1).and_then(|last| curve.steps.get(last)).map_or(1.0, |step| step.survival),
                }
            })
            .filter(|row| row.entry < row.exit)
            .collect();
        if rows.is_empty() {
            return Err(NotEstimable::NobodyAtRisk);
        }
        rows.sort_by(|p, q| {
            p.stratum
                .cmp(&q.stratum)
                .then(q.exit.total_cmp(&p.exit))
                .then(p.event.cmp(&q.event))
                .then(p.entry.total_cmp(&q.entry))
                .then_with(|| p.x.iter().zip(&q.x).map(|(a, b)| a.total_cmp(b)).find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal))
                .then(p.weight.total_cmp(&q.weight))
                .then(p.cluster.cmp(&q.cluster))
        });
        let mut strata = Vec::new();
        let mut from = 0;
        for stratum in rows.chunk_by(|p, q| p.stratum == q.stratum) {
            strata.push(from..from + stratum.len());
            from += stratum.len();
        }
        let scales = (0..covariates).map(|j| standardize(&mut rows, &strata, j)).collect::<Result<_, _>>()?;
        let entrants = strata.iter().map(|range| {
            let mut late: Vec<usize> = range.clone().filter(|&i| rows[i].entry > f64::NEG_INFINITY).collect();
            late.sort_by(|&a, &b| rows[b].entry.total_cmp(&rows[a].entry).then(a.cmp(&b)));
            late
        });
        let entrants = entrants.collect();
        Ok(Self { left_out: (subjects.len() - rows.len()) as u64, rows, strata, entrants, covariates, scales })
    }

    /// Number of subjects used.
    pub fn n(&self) -> u64 {
        self.rows.len() as u64
    }

    /// Number of events among them.
    pub fn events(&self) -> u64 {
        self.rows.iter().filter(|row| row.event).count() as u64
    }

    /// Number of subjects given without time under observation or with weight 0, who are in no other number.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Number of distinct clusters.
    pub fn clusters(&self) -> u64 {
        let mut clusters: Vec<u32> = self.rows.iter().map(|row| row.cluster).collect();
        clusters.sort_unstable();
        clusters.dedup();
        clusters.len() as u64
    }
}

/// Centers covariate `j` within strata and divides it by its standard deviation there, which is returned; 0 if it never varies.
fn standardize(rows: &mut [Row], strata: &[std::ops::Range<usize>], j: usize) -> Result<f64, NotEstimable> {
    let mut squares = Vec::new();
    for range in strata {
        let Some(stratum) = rows.get_mut(range.clone()) else { continue };
        let mut values: Vec<f64> = stratum.iter().map(|row| row.x[j]).collect();
        values.sort_by(f64::total_cmp);
        let (Some(&least), Some(&greatest)) = (values.first(), values.last()) else { continue };
        // Clamping keeps equal values from getting a spread out of rounding.
        let mean = finite(sum(values.iter().copied()) / values.len() as f64)?.clamp(least, greatest);
        squares.push(finite(sum(values.iter().map(|value| (value - mean).powi(2))))?);
        for row in stratum {
            row.x[j] -= mean;
        }
    }
    let scale = (sum(squares) / rows.len() as f64).sqrt();
    for row in rows.iter_mut().filter(|_| scale > 0.0) {
        row.x[j] /= scale;
    }
    Ok(scale)
}
