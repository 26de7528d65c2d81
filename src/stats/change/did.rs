//! Difference in differences of two groups over two times.

use crate::stats::distributions::{t_critical, t_two_sided_p};
use crate::stats::mean::mean;
use crate::stats::{Frequency, Interval, NotEstimable, finite, sum};

/// One value of a unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellObservation {
    /// The unit (site, department) whose values belong together.
    pub cluster: u32,
    /// Whether the unit is in the group that was treated.
    pub treated: bool,
    /// Whether the value is from after the treatment began.
    pub post: bool,
    /// The value.
    pub value: f64,
}

/// The means of the four cells, each with an answer if the cell has values.
#[derive(Clone, Debug, PartialEq)]
pub struct CellMeans {
    /// Untreated group, before.
    pub control_pre: Result<f64, NotEstimable>,
    /// Untreated group, after.
    pub control_post: Result<f64, NotEstimable>,
    /// Treated group, before.
    pub treated_pre: Result<f64, NotEstimable>,
    /// Treated group, after.
    pub treated_post: Result<f64, NotEstimable>,
}

/// The means of the four cells, which stand even where an empty cell leaves no difference in differences.
pub fn cell_means(observations: &[CellObservation]) -> CellMeans {
    let of = |treated, post| {
        let own = observations.iter().filter(|o| o.treated == treated && o.post == post);
        mean(&own.map(|o| Frequency { value: o.value, count: 1 }).collect::<Vec<_>>(), 0.95).map(|e| e.estimate)
    };
    CellMeans { control_pre: of(false, false), control_post: of(false, true), treated_pre: of(true, false), treated_post: of(true, true) }
}

/// The numbers of values of the four cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellSizes {
    /// Untreated group, before.
    pub control_pre: u64,
    /// Untreated group, after.
    pub control_post: u64,
    /// Treated group, before.
    pub treated_pre: u64,
    /// Treated group, after.
    pub treated_post: u64,
}

/// The effect on the treated, with its precision.
#[derive(Clone, Debug, PartialEq)]
pub struct DifferenceInDifferences {
    /// Change of the treated less change of the untreated.
    pub estimate: f64,
    /// The means of the four cells.
    pub means: CellMeans,
    /// The numbers of values of the four cells.
    pub sizes: CellSizes,
    /// Standard error under independent values of equal variance, for comparison only.
    pub std_error_classical: Result<f64, NotEstimable>,
    /// Cluster-robust (CR1) standard error.
    pub std_error: Result<f64, NotEstimable>,
    /// Student's t interval by the clustered standard error.
    pub interval: Result<Interval, NotEstimable>,
    /// Two-sided p-value of no effect by the clustered standard error.
    pub p_value: Result<f64, NotEstimable>,
    /// Number of clusters minus 1.
    pub degrees_of_freedom: u64,
    /// Number of clusters.
    pub clusters: u64,
    /// Number of values.
    pub n: u64,
}

/// The four cells with the residuals of every cluster in them; 0 control before, 1 control after, 2 treated before, 3 treated after.
pub(super) struct Cells {
    pub(super) sizes: [f64; 4],
    /// Counted from the least of all values, so that large values lose no digits.
    pub(super) means: [f64; 4],
    /// By cluster, in the order of their names.
    pub(super) clusters: Vec<ClusterCells>,
    pub(super) residual_square: f64,
    pub(super) n: u64,
    /// Differences up to this size are rounding.
    pub(super) rounding: f64,
}

/// One cluster's part of the four cells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct ClusterCells {
    /// Numbers of values.
    pub(super) sizes: [f64; 4],
    /// Sums of residuals from the cell means.
    pub(super) residuals: [f64; 4],
}

/// The sign of each cell in the difference of differences.
pub(super) const SIGNS: [f64; 4] = [1.0, -1.0, -1.0, 1.0];

pub(super) fn cell(o: &CellObservation) -> usize {
    2 * usize::from(o.treated) + usize::from(o.post)
}

/// The largest value without its sign.
pub(super) fn largest(observations: &[CellObservation]) -> f64 {
    observations.iter().map(|o| o.value.abs()).fold(0.0, f64::max)
}

impl Cells {
    pub(super) fn new(observations: &[CellObservation]) -> Result<Self, NotEstimable> {
        if observations.is_empty() {
            return Err(NotEstimable::NoAnswers);
        }
        for o in observations {
            finite(o.value)?;
        }
        let origin = observations.iter().map(|o| o.value).fold(f64::INFINITY, f64::min);
        let rounding = 1e-14 * largest(observations);
        let mut sorted: Vec<CellObservation> = observations.iter().map(|o| CellObservation { value: o.value - origin, ..*o }).collect();
        sorted.sort_by(|a, b| cell(a).cmp(&cell(b)).then(a.value.total_cmp(&b.value)));
        let (mut sizes, mut means) = ([0.0; 4], [0.0; 4]);
        for own in sorted.chunk_by(|a, b| cell(a) == cell(b)) {
            let c = cell(&own[0]);
            sizes[c] = own.len() as f64;
            let first = sum(own.iter().map(|o| o.value)) / sizes[c];
            let mean = first + sum(own.iter().map(|o| o.value - first)) / sizes[c];
            // Clamping keeps equal values from getting a spread out of rounding.
            means[c] = finite(mean)?.clamp(own[0].value, own[own.len() - 1].value);
        }
        if sizes.contains(&0.0) {
            return Err(NotEstimable::Unidentified);
        }
        let residual_square = finite(sum(sorted.iter().map(|o| (o.value - means[cell(o)]).powi(2))))?;
        sorted.sort_by(|a, b| (a.cluster, cell(a)).cmp(&(b.cluster, cell(b))).then(a.value.total_cmp(&b.value)));
        let mut clusters = Vec::new();
        for members in sorted.chunk_by(|a, b| a.cluster == b.cluster) {
            let mut cluster = ClusterCells::default();
            for own in members.chunk_by(|a, b| cell(a) == cell(b)) {
                let c = cell(&own[0]);
                cluster.sizes[c] = own.len() as f64;
                cluster.residuals[c] = sum(own.iter().map(|o| o.value - means[c]));
            }
            clusters.push(cluster);
        }
        Ok(Self { sizes, means, clusters, residual_square, n: sorted.len() as u64, rounding })
    }

    pub(super) fn estimate(&self) -> f64 {
        (self.means[3] - self.means[2]) - (self.means[1] - self.means[0])
    }

    /// The CR1 variance of the estimate, where residual sums of clusters are as given.
    pub(super) fn variance(&self, residuals: impl Fn(&ClusterCells, usize) -> f64) -> f64 {
        let score = |cluster: &ClusterCells| sum((0..4).map(|c| SIGNS[c] * residuals(cluster, c) / self.sizes[c]));
        let squares = sum(self.clusters.iter().map(|cluster| score(cluster).powi(2)));
        let (g, n) = (self.clusters.len() as f64, self.n as f64);
        squares * g / (g - 1.0) * (n - 1.0) / (n - 4.0)
    }

    /// The fewest clusters in any of the two groups.
    pub(super) fn fewest_clusters(&self) -> u64 {
        let count = |cells: [usize; 2]| self.clusters.iter().filter(|g| cells.iter().any(|&c| g.sizes[c] > 0.0)).count() as u64;
        count([0, 1]).min(count([2, 3]))
    }
}

/// Difference in differences: change of the treated group's mean less change of the untreated group's, with CR1 standard error by cluster.
///
/// It is the interaction in the regression of the value on group, time and their product. Factor `G / (G - 1) * (n - 1) / (n - 4)`, t with
/// G - 1 degrees of freedom. Rests on parallel trends: without the treatment both groups would have changed alike. References: Bertrand, Duflo &
/// Mullainathan, Q J Econ 2004;119:249-275; Cameron & Miller, J Hum Resour 2015;50:317-372. With fewer than about 20 clusters a side,
/// or very unequal ones, prefer [`permutation`](super::permutation) or [`wild_cluster_bootstrap`](super::wild_cluster_bootstrap).
///
/// Edge cases: a cell without values leaves the effect unidentified. Fewer than 2 clusters in a group leave no standard error, because a single cluster's
/// residuals cancel and the formula would take its uncertainty for 0. No variation within cells leaves an estimate alone; so do 4 values.
///
/// Card & Krueger (Am Econ Rev 1994;84:772-793, table 3): employment 23.33 to 21.17 in Pennsylvania, 20.44 to 21.03 in New Jersey: 2.76 (from unrounded means).
/// ```
/// use mentorscope::stats::change::{CellObservation, difference_in_differences};
/// let means = [(false, false, 23.33), (false, true, 21.17), (true, false, 20.44), (true, true, 21.03)];
/// let values: Vec<_> = (0..8).map(|i| {
///     let (treated, post, mean) = means[i / 2];
///     CellObservation { cluster: i as u32 % 2 + 2 * u32::from(treated), treated, post, value: mean + [-1.0, 1.0][i % 2] }
/// }).collect();
/// let result = difference_in_differences(&values, 0.95)?;
/// assert!((result.estimate - 2.75).abs() < 1e-9);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn difference_in_differences(observations: &[CellObservation], confidence_level: f64) -> Result<DifferenceInDifferences, NotEstimable> {
    let cells = Cells::new(observations)?;
    let estimate = finite(cells.estimate())?;
    let clusters = cells.clusters.len() as u64;
    let degrees_of_freedom = clusters - 1;
    let few = if cells.n <= 4 { Err(NotEstimable::TooFew { needed: 5, found: cells.n }) } else { Ok(()) };
    let classical =
        few.clone().map(|()| (cells.residual_square / (cells.n as f64 - 4.0) * sum(cells.sizes.iter().map(|n| 1.0 / n))).sqrt());
    let found = cells.fewest_clusters();
    // Residual sums that cancel within every cluster, but for rounding, show no variance between clusters.
    let std_error = few.and_then(|()| {
        if found < 2 {
            return Err(NotEstimable::TooFewClusters { needed: 2, found });
        }
        let std_error = finite(cells.variance(|cluster, c| cluster.residuals[c]).sqrt())?;
        Ok(if std_error <= 10.0 * cells.rounding { 0.0 } else { std_error })
    });
    let usable = std_error.clone().and_then(|se| if se == 0.0 { Err(NotEstimable::NoVariation) } else { Ok(se) });
    let sizes = cells.sizes.map(|n| n as u64);
    Ok(DifferenceInDifferences {
        estimate,
        means: cell_means(observations),
        sizes: CellSizes { control_pre: sizes[0], control_post: sizes[1], treated_pre: sizes[2], treated_post: sizes[3] },
        std_error_classical: classical,
        interval: usable
            .clone()
            .and_then(|se| Interval::around(estimate, t_critical(confidence_level, degrees_of_freedom as f64)? * se, confidence_level)),
        p_value: usable.and_then(|se| t_two_sided_p(estimate / se, degrees_of_freedom as f64)),
        std_error,
        degrees_of_freedom,
        clusters,
        n: cells.n,
    })
}
