//! One integration binary: the command as its users run it, and the structure of the crate.

mod architecture;
mod browser;
mod commands;
mod corruption;
mod describe;
mod determinism;
mod documents;
mod numbers;
mod pages;
mod publish;
mod support;
