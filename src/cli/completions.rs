//! `mentorscope completions`: completions for a shell.

use clap::CommandFactory;

use crate::error::{Exit, Result};

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  mentorscope completions bash > ~/.local/share/bash-completion/completions/mentorscope")]
pub struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    clap_complete::generate(arguments.shell, &mut super::Cli::command(), "mentorscope", &mut std::io::stdout());
    Ok(Exit::Clean)
}
