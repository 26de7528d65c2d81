//! Agreement of raters about the same subjects.

pub mod kappa;
pub mod krippendorff;
