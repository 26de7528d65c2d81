//! The command line: the one place that reads arguments and the environment, and prints.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_methods)]

mod attribution;
mod audit;
mod check;
mod completions;
mod compute;
mod demo;
mod guard;
mod import;
mod init;
mod lists;
mod metrics;
mod output;
mod pipeline;
mod publish;
mod run;
mod simulate;
mod status;
#[cfg(unix)]
pub mod workbook_child;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::{Error, Exit};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "mentorscope",
    version,
    about = "Evaluates a mentorship program: checks a quarter's exports, computes its metrics, writes its reports",
    after_help = "Exit codes: 0 clean, 1 findings of error severity, 2 could not run.\n\nStart with:\n  mentorscope demo            a complete example, in ./mentorscope-demo\n  mentorscope init my-program a commented program to fill in"
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Arguments),
    Init(init::Arguments),
    Check(check::Arguments),
    Run(run::Arguments),
    Publish(publish::Arguments),
    Audit(audit::Arguments),
    Status(status::Arguments),
    Simulate(simulate::Arguments),
    Import(import::Arguments),
    Metrics(metrics::Arguments),
    Compute(compute::Arguments),
    Completions(completions::Arguments),
    /// Reads a workbook from the input in limits of memory and time, for this command itself
    #[cfg(unix)]
    #[command(hide = true, name = workbook_child::COMMAND)]
    ReadWorkbook {
        /// Sheet to read
        #[arg(long)]
        sheet: Option<String>,
        /// Give all sheets
        #[arg(long)]
        all: bool,
    },
}

/// Reads workbooks: on Unix in a child process that a crafted file cannot use to end this one.
#[cfg(unix)]
fn workbooks() -> impl crate::ingest::WorkbookReader {
    workbook_child::ChildReader::this_command()
}

/// Reads workbooks.
#[cfg(not(unix))]
fn workbooks() -> impl crate::ingest::WorkbookReader {
    crate::ingest::InProcess
}

/// How lists are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Sentences and tables for people.
    Text,
    /// One JSON object.
    Json,
}

/// A program's folder, given or the current one.
#[derive(Debug, clap::Args)]
struct ProgramArgument {
    /// Folder with program.toml, or the path of program.toml
    #[arg(value_name = "PROGRAM", default_value = ".")]
    program: PathBuf,
}

/// Parses the command line, runs the command, and gives the process's exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no failures.
            let code = if error.use_stderr() { Exit::Failed } else { Exit::Clean };
            drop(error.print());
            return ExitCode::from(code as u8);
        }
    };
    let result = match cli.command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Publish(arguments) => publish::run(&arguments),
        Command::Audit(arguments) => audit::run(&arguments),
        Command::Status(arguments) => status::run(&arguments),
        Command::Simulate(arguments) => simulate::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Metrics(arguments) => metrics::run(&arguments),
        Command::Compute(arguments) => compute::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        #[cfg(unix)]
        Command::ReadWorkbook { sheet, all } => return workbook_child::run(sheet.as_deref(), all),
    };
    match result {
        Ok(exit) => ExitCode::from(exit as u8),
        Err(error) => {
            report(&error);
            ExitCode::from(Exit::Failed as u8)
        }
    }
}

fn report(error: &Error) {
    let bold = output::paint(anstyle::Style::new().bold().fg_color(Some(anstyle::AnsiColor::Red.into())));
    anstream::eprintln!("{bold}error{bold:#}: {}", error.what);
    if let Some(place) = &error.place {
        anstream::eprintln!("  at: {}", place.display());
    }
    if let Some(detail) = &error.detail {
        anstream::eprintln!("\n{detail}\n");
    }
    anstream::eprintln!("  next: {}", error.next);
}
