//! Tests of a difference in differences that hold with few clusters.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::did::{CellObservation, Cells, ClusterCells, SIGNS, cell};
use crate::stats::{NotEstimable, sum};

/// Up to this many assignments or sign patterns are counted one by one; beyond, they are drawn.
const ALL: u64 = 10_000;

/// Statistics closer than this share count as equal, so that rounding does not break ties.
const TIE: f64 = 1e-9;

/// A p-value from counted or drawn data sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Resampled {
    /// Two-sided p-value.
    pub p_value: f64,
    /// Number of data sets compared with the observed one, itself included.
    pub replicates: u64,
    /// Whether all possible ones were counted.
    pub exact: bool,
    /// The method by name, as a methods note prints it.
    pub method: &'static str,
}

/// The share of assignments of treatment to clusters under which the difference in differences is at least as far from 0.
///
/// Exact in the sense of Fisher where treatment could as well have fallen on any clusters of the same number, and no effect means none on anybody. All
/// assignments are counted up to 10,000; beyond, `replicates` are drawn from `seed` (ChaCha8 over clusters sorted by what they hold) and the observed
/// one is added (Phipson & Smyth, Stat Appl Genet Mol Biol 2010;9:39). Assignments that would leave a cell empty are left out. References: Fisher, Design of
/// Experiments 1935; MacKinnon & Webb, J Econom 2020;218:435-450.
///
/// Edge cases: an empty cell and fewer than 2 clusters are errors; a cluster that is treated and untreated has no assignment to move and is refused. The
/// smallest p-value possible is one over the number of assignments.
pub fn permutation(observations: &[CellObservation], replicates: u64, seed: u64) -> Result<Resampled, NotEstimable> {
    let cells = Cells::new(observations)?;
    let observed = cells.estimate();
    let units = Unit::all(observations)?;
    let treated = units.iter().filter(|u| u.treated).count();
    let statistic = |chosen: &[bool]| {
        let mut sizes = [0.0; 4];
        let mut totals = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
        for (unit, &is_treated) in units.iter().zip(chosen) {
            for time in 0..2 {
                let c = 2 * usize::from(is_treated) + time;
                sizes[c] += unit.sizes[time];
                totals[c].push(unit.totals[time]);
            }
        }
        let means: Vec<f64> = totals.iter().zip(sizes).map(|(total, size)| sum(total.iter().copied()) / size).collect();
        (!sizes.contains(&0.0)).then(|| (means[3] - means[2]) - (means[1] - means[0]))
    };
    let rounding = 10.0 * cells.rounding;
    let far = |value: f64| value.abs() >= observed.abs() - TIE * observed.abs() - rounding;
    let (mut count, mut extreme) = (0_u64, 0_u64);
    let exact = choose(units.len() as u64, treated as u64).is_some_and(|all| all <= ALL);
    if exact {
        let mut chosen: Vec<usize> = (0..treated).collect();
        loop {
            let mut assignment = vec![false; units.len()];
            chosen.iter().for_each(|&i| assignment[i] = true);
            if let Some(value) = statistic(&assignment) {
                count += 1;
                extreme += u64::from(far(value));
            }
            if !advance(&mut chosen, units.len()) {
                break;
            }
        }
    } else {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut assignment: Vec<bool> = (0..units.len()).map(|i| i < treated).collect();
        (count, extreme) = (1, 1);
        for _ in 0..replicates {
            for i in (1..assignment.len()).rev() {
                assignment.swap(i, below(&mut random, i as u64 + 1) as usize);
            }
            if let Some(value) = statistic(&assignment) {
                count += 1;
                extreme += u64::from(far(value));
            }
        }
    }
    let method = if exact {
        "permutation of treatment over clusters, all assignments"
    } else {
        "permutation of treatment over clusters, drawn with a seed"
    };
    Ok(Resampled { p_value: extreme as f64 / count as f64, replicates: count, exact, method })
}

/// The wild cluster bootstrap t test of no effect: residuals under no effect, their sign turned for whole clusters.
///
/// The model without the interaction is fitted; each replicate turns the residuals of every cluster by +1 or -1 (Rademacher) and compares the CR1 t statistic with
/// the observed one. All sign patterns are counted up to 10,000 (13 clusters); beyond, `replicates` are drawn from `seed` (ChaCha8 over clusters sorted by what
/// they hold) and the observed one is added. Reference: Cameron, Gelbach & Miller, Rev Econ Stat 2008;90:414-427. With fewer than about 5
/// clusters in a group it can hardly reject; with one it misleads (MacKinnon & Webb 2017) and has no answer. Errors else as
/// [`difference_in_differences`](super::difference_in_differences).
pub fn wild_cluster_bootstrap(observations: &[CellObservation], replicates: u64, seed: u64) -> Result<Resampled, NotEstimable> {
    let cells = Cells::new(observations)?;
    let found = cells.fewest_clusters();
    if found < 2 {
        return Err(NotEstimable::TooFewClusters { needed: 2, found });
    }
    if cells.n <= 4 {
        return Err(NotEstimable::TooFew { needed: 5, found: cells.n });
    }
    let estimate = cells.estimate();
    let rounding = 10.0 * cells.rounding;
    let variance = cells.variance(|cluster, c| cluster.residuals[c]);
    if variance.sqrt() <= rounding {
        return Err(NotEstimable::NoVariation);
    }
    // Least squares under no effect moves each cell mean in inverse proportion to its size.
    let share = estimate / sum(cells.sizes.iter().map(|n| 1.0 / n));
    let shift: Vec<f64> = (0..4).map(|c| SIGNS[c] * share / cells.sizes[c]).collect();
    let mut restricted: Vec<ClusterCells> = cells.clusters.clone();
    for cluster in &mut restricted {
        cluster.residuals = std::array::from_fn(|c| cluster.residuals[c] + cluster.sizes[c] * shift[c]);
    }
    let by_content = |a: &ClusterCells| a.sizes.iter().chain(&a.residuals).copied().collect::<Vec<f64>>();
    restricted.sort_by(|a, b| compare(&by_content(a), &by_content(b)));
    let observed = estimate * estimate / variance;
    // The squared t statistic when each cluster's residuals have the sign given.
    let statistic = |signs: &[f64]| {
        let mean: Vec<f64> = (0..4).map(|c| sum(restricted.iter().zip(signs).map(|(g, s)| s * g.residuals[c])) / cells.sizes[c]).collect();
        let effect = sum((0..4).map(|c| SIGNS[c] * mean[c]));
        let turned: Vec<ClusterCells> = restricted
            .iter()
            .zip(signs)
            .map(|(g, s)| ClusterCells { sizes: g.sizes, residuals: std::array::from_fn(|c| s * g.residuals[c] - g.sizes[c] * mean[c]) })
            .collect();
        let score = |g: &ClusterCells| sum((0..4).map(|c| SIGNS[c] * g.residuals[c] / cells.sizes[c]));
        let (g, n) = (turned.len() as f64, cells.n as f64);
        let variance = sum(turned.iter().map(|c| score(c).powi(2))) * g / (g - 1.0) * (n - 1.0) / (n - 4.0);
        // A replicate without variance is as far from no effect as can be, unless it shows none.
        if variance.sqrt() > rounding {
            effect * effect / variance
        } else if effect.abs() > rounding {
            f64::INFINITY
        } else {
            0.0
        }
    };
    let far = |value: f64| value >= observed * (1.0 - TIE);
    let clusters = restricted.len();
    let exact = clusters < 14 && 1_u64 << clusters <= ALL;
    let (mut count, mut extreme) = (0_u64, 0_u64);
    if exact {
        for pattern in 0..1_u64 << clusters {
            let signs: Vec<f64> = (0..clusters).map(|g| if pattern >> g & 1 == 1 { -1.0 } else { 1.0 }).collect();
            count += 1;
            extreme += u64::from(far(statistic(&signs)));
        }
    } else {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        (count, extreme) = (1, 1);
        for _ in 0..replicates {
            let signs: Vec<f64> = (0..clusters).map(|_| if random.next_u32() & 1 == 1 { -1.0 } else { 1.0 }).collect();
            count += 1;
            extreme += u64::from(far(statistic(&signs)));
        }
    }
    let method = if exact { "wild cluster bootstrap t, all sign patterns" } else { "wild cluster bootstrap t, drawn with a seed" };
    Ok(Resampled { p_value: extreme as f64 / count as f64, replicates: count, exact, method })
}

/// A cluster's values before and after.
struct Unit {
    treated: bool,
    sizes: [f64; 2],
    totals: [f64; 2],
}

impl Unit {
    fn all(observations: &[CellObservation]) -> Result<Vec<Self>, NotEstimable> {
        let origin = observations.iter().map(|o| o.value).fold(f64::INFINITY, f64::min);
        let mut sorted: Vec<CellObservation> = observations.iter().map(|o| CellObservation { value: o.value - origin, ..*o }).collect();
        sorted.sort_by(|a, b| (a.cluster, cell(a)).cmp(&(b.cluster, cell(b))).then(a.value.total_cmp(&b.value)));
        let mut units = Vec::new();
        for own in sorted.chunk_by(|a, b| a.cluster == b.cluster) {
            if own.iter().any(|o| o.treated != own[0].treated) {
                return Err(NotEstimable::InvalidInput("each cluster must be treated or untreated throughout"));
            }
            let at = |post: bool| own.iter().filter(move |o| o.post == post);
            units.push(Self {
                treated: own[0].treated,
                sizes: [false, true].map(|post| at(post).count() as f64),
                totals: [false, true].map(|post| sum(at(post).map(|o| o.value))),
            });
        }
        if units.len() < 2 {
            return Err(NotEstimable::TooFewClusters { needed: 2, found: units.len() as u64 });
        }
        units.sort_by(|a, b| compare(&[a.sizes, a.totals].concat(), &[b.sizes, b.totals].concat()));
        Ok(units)
    }
}

fn compare(a: &[f64], b: &[f64]) -> std::cmp::Ordering {
    a.iter().zip(b).map(|(x, y)| x.total_cmp(y)).find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
}

/// The number of ways to choose `k` of `n`, unless it is beyond all counting.
fn choose(n: u64, k: u64) -> Option<u64> {
    let mut ways = 1_u64;
    for i in 0..k.min(n - k) {
        ways = ways.checked_mul(n - i)? / (i + 1);
    }
    Some(ways)
}

/// The next combination of indices below `n` in lexicographic order.
fn advance(chosen: &mut [usize], n: usize) -> bool {
    let k = chosen.len();
    let Some(i) = (0..k).rev().find(|&i| chosen[i] < n - k + i) else { return false };
    chosen[i] += 1;
    for j in i + 1..k {
        chosen[j] = chosen[j - 1] + 1;
    }
    true
}

/// A number below `bound` without bias, by rejection.
fn below(random: &mut ChaCha8Rng, bound: u64) -> u64 {
    let zone = u64::MAX - u64::MAX % bound;
    loop {
        let drawn = random.next_u64();
        if drawn < zone {
            return drawn % bound;
        }
    }
}

#[cfg(test)]
mod tests;
