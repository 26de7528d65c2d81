//! Cox regression: hazards in proportion to the exponential of covariates, with delayed entry, strata, weights and clusters.

mod fine_gray;
mod fit;
mod newton;
mod prepared;
mod proportional;
mod risk;
mod robust;

pub use fine_gray::{Rival, Subdistribution, fine_gray};
pub use fit::{Coefficient, Fit};
pub use prepared::Model;
pub use proportional::ProportionalHazards;

use super::survival::Spell;

/// One subject, or one stretch of a subject's time with constant covariates.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// Time under observation.
    pub spell: Spell,
    /// Covariates, as many as every other subject has.
    pub covariates: Vec<f64>,
    /// The stratum, each with a baseline hazard of its own; the same for all without strata.
    pub stratum: u32,
    /// The cluster within which subjects are not independent (a mentor, or one subject's stretches), for robust errors.
    pub cluster: u32,
    /// Weight, 0 or more; 1 without weights. 0 leaves the subject out.
    pub weight: f64,
}

/// How events at the same time are handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// Efron (JASA 1977;72:557-565): close to the exact likelihood, the default.
    Efron,
    /// Breslow (Biometrics 1974;30:89-99): the simplest; coefficients are drawn towards 0 where ties are many.
    Breslow,
}

/// Where standard errors come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errors {
    /// The inverse information, right if the model holds and subjects are independent.
    Model,
    /// The Lin-Wei sandwich summed within clusters, right also if subjects of a cluster (mentees of a mentor) are dependent.
    Clustered,
}

#[cfg(test)]
mod tests;
