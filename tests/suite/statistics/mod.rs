//! The statistics against values of R (`tests/reference/`), and as `compute` prints them.

mod basic;
mod designs;
mod designs_computed;
mod models;
mod survival;
mod survival_computed;
mod tables;
