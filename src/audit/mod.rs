//! Audit: an attack on the bytes about to ship, by code that shares nothing with what made them.

mod bytes;
mod decimal;
mod declared;
mod exact;
mod fraction;
mod judge;
mod limits;
mod points;
mod programs;
mod release;
mod report;
mod system;
#[cfg(test)]
mod tests;

pub use judge::{Judgment, Stage, Verdict, judge};
pub use limits::Limit;
pub use release::{Files, Identifiers, STATEMENT_FILE};
pub use report::{Fault, Leak, Report, STATEMENT, Tried};
pub use system::{Row, System, Target, Unknown};
