//! Effects of a change: interrupted time series and difference in differences.

mod did;
mod few_clusters;
mod its;

pub use did::{CellMeans, CellObservation, CellSizes, DifferenceInDifferences, cell_means, difference_in_differences};
pub use few_clusters::{Resampled, permutation, wild_cluster_bootstrap};
pub use its::{Ar1, Period, Segmented, Steps, ar1_reml, default_lag, segmented, steps_at};
