//! Audit: an attack on the bytes about to ship, by code that shares nothing with what made them.

mod exact;
mod fraction;
mod judge;
mod limits;
mod points;
mod programs;
mod system;
#[cfg(test)]
mod tests;

pub use judge::{Judgment, Stage, Verdict, judge};
pub use limits::Limit;
pub use system::{Row, System, Target, Unknown};
