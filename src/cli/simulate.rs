//! `mentorscope simulate`: a program with known truth.

use std::path::{Path, PathBuf};

use crate::error::{Error, Exit, Result};
use crate::program::instrument::Instrument;
use crate::program::{parse_instrument, render_faults, shipped_instruments};
use crate::simulate::{Settings, simulate};
use crate::write::{OutputFile, write_new_files};

/// The example program: its seed was chosen so that what was planted shows at this size.
pub const EXAMPLE: Settings = Settings { pairs: 900, quarters: 8, seed: 37 };

/// Write a synthetic program whose truth is known and written down in truth.json
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  mentorscope simulate /tmp/program --pairs 2000 --quarters 8 --seed 7\n  mentorscope run /tmp/program")]
pub struct Arguments {
    /// Folder to write; a new one
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Pairs to simulate
    #[arg(long, value_name = "N", default_value_t = EXAMPLE.pairs as u64, value_parser = clap::value_parser!(u64).range(1..=2_000_000))]
    pairs: u64,
    /// Quarters to simulate
    #[arg(long, value_name = "N", default_value_t = EXAMPLE.quarters as u64, value_parser = clap::value_parser!(u64).range(1..=80))]
    quarters: u64,
    /// Seed: equal seeds give equal files
    #[arg(long, value_name = "N", default_value_t = EXAMPLE.seed)]
    seed: u64,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    let settings = Settings { pairs: arguments.pairs as usize, quarters: arguments.quarters as usize, seed: arguments.seed };
    write_program(&arguments.dir, &settings)?;
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    anstream::println!(
        "Wrote {} over {} to {}",
        plural(settings.pairs, "pair"),
        plural(settings.quarters, "quarter"),
        arguments.dir.display()
    );
    anstream::println!("What was planted is in {}", arguments.dir.join("truth.json").display());
    Ok(Exit::Clean)
}

/// Writes a simulated program into a folder.
pub fn write_program(folder: &Path, settings: &Settings) -> Result<()> {
    let files: Vec<OutputFile> = example_files(settings)?;
    write_new_files(folder, &files)
}

/// The files of a simulated program.
pub fn example_files(settings: &Settings) -> Result<Vec<OutputFile>> {
    let files = simulate(settings, &shipped("mentee_quarterly")?, &shipped("mentor_quarterly")?, &shipped("institution_annual")?);
    Ok(files.into_iter().map(|file| OutputFile { path: file.path, bytes: file.bytes, restricted: false }).collect())
}

fn shipped(id: &str) -> Result<Instrument> {
    let defect = |what: String| Error::new(what, "report this as a defect of the program");
    let (_, text) = shipped_instruments().iter().find(|(name, _)| *name == id).ok_or_else(|| defect(format!("no instrument {id}")))?;
    parse_instrument(&format!("{id}.toml"), text)
        .map_err(|faults| defect(format!("{id}.toml is faulty")).with_detail(render_faults(text, &faults)))
}
