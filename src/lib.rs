//! mentorscope evaluates mentorship programs in academic medicine.
//!
//! Data walks one way: [`program`] reads the configuration, [`ingest`] the exports, [`check`] decides what is used,
//! [`derive`] scores and links, [`analyze`] computes exactly, [`disclose`] decides what may be published,
//! [`present`] chooses words, [`render`] draws pages, [`write`] puts files on disk. [`stats`] knows nothing of any of them.
#![forbid(unsafe_code)]
#![deny(clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro, clippy::todo, clippy::unimplemented)]
#![deny(clippy::disallowed_methods)]
#![warn(missing_docs)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::panic))]

pub mod analyze;
pub mod audit;
pub mod check;
pub mod cli;
pub mod compute;
pub mod define;
pub mod derive;
pub mod disclose;
pub mod error;
pub mod finding;
pub mod ingest;
pub mod present;
pub mod program;
pub mod render;
pub mod simulate;
pub mod stats;
pub mod write;
