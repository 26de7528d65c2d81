//! `mentorscope demo`: the example program and its reports.

use std::path::PathBuf;

use super::output::Progress;
use super::pipeline;
use super::simulate::{EXAMPLE, write_program};
use crate::error::{Exit, Result};

/// Write the example program and its reports, and say where they are
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  mentorscope demo /tmp/mentorscope-demo")]
pub struct Arguments {
    /// Folder to write; a new one, or one that an earlier demo wrote
    #[arg(value_name = "DIR", default_value = "mentorscope-demo")]
    dir: PathBuf,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    let progress = Progress::new(6);
    progress.step("writing the example program");
    write_program(&arguments.dir, &EXAMPLE)?;
    progress.step("checking");
    let loaded = pipeline::load(&arguments.dir)?;
    let written = pipeline::write_draft(&loaded, &arguments.dir.join("draft"), loaded.period(None)?, &progress)?;
    drop(progress);
    written.passed()?;
    anstream::println!("The example program is in {}", arguments.dir.display());
    anstream::println!("Its reports for {}:", written.period);
    for (page, reader) in [("leadership", "for leaders"), ("evaluator", "for evaluators"), ("researcher", "for researchers")] {
        anstream::println!("  {}  {reader}", written.folder.join(format!("release/{page}.html")).display());
    }
    anstream::println!("  {}  exact figures, for the evaluation office alone", written.folder.join("restricted/evaluator.html").display());
    anstream::println!("\nNext: open the leadership page in a browser; then `mentorscope check {}`", arguments.dir.display());
    Ok(if loaded.has_errors() { Exit::Findings } else { Exit::Clean })
}
