//! One integration binary: the command as its users run it, and the structure of the crate.

#![allow(clippy::disallowed_methods)] // Tests read and write files where they like.

mod accounts;
mod architecture;
mod audit;
mod audit_planted;
mod browser;
mod commands;
mod compute;
mod corrections;
mod corruption;
mod describe;
mod determinism;
mod documents;
#[cfg(unix)]
mod hostile;
mod import;
mod layouts;
mod levels;
mod linking;
mod numbers;
mod oracle;
mod pages;
mod publish;
mod recovery;
mod reference;
mod relationships;
mod start;
mod support;
mod waves;
