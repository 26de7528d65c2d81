//! What maximum-likelihood models share: an orthogonal design, Newton's method, profile intervals.

pub(crate) mod design;
pub(crate) mod newton;
mod profile;

pub use profile::Coefficient;
pub(crate) use profile::Profiled;

use super::NotEstimable;
use newton::Point;

/// A log-likelihood of parameters that act through linear predictors.
pub(crate) trait Likelihood {
    /// The likelihood at a place; an error where it has none.
    fn evaluate(&self, at: &[f64]) -> Result<Point, NotEstimable>;

    /// The signed linear predictors of a place, each positive on the side that the observation is on: the likelihood of the
    /// observation rises with it. Linear, so those of a step are the changes.
    fn margins(&self, at: &[f64]) -> Vec<f64>;

    /// Whether the likelihood may rise without end, as it does where predictors separate outcomes.
    fn can_separate(&self) -> bool;
}
