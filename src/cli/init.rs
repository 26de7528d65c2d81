//! `mentorscope init`: a commented program to fill in.

use std::path::PathBuf;

use crate::error::{Error, Exit, Result};
use crate::program::{DEFAULT_KEY_FILE, init_files};
use crate::write::{OutputFile, write_new_files};

/// Write a commented program: program.toml with its status map, empty tables, and the key for digests
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  mentorscope init my-program\n  mentorscope check my-program")]
pub struct Arguments {
    /// Folder to write; it must not hold other versions of these files
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    let key_path = arguments.dir.join(DEFAULT_KEY_FILE);
    let key = match std::fs::read(&key_path) {
        // A key must never change: digests of earlier releases rest on it.
        Ok(key) => key,
        Err(_) => new_key()?,
    };
    let plain = init_files().into_iter().map(|(path, text)| OutputFile { path, bytes: text.into_bytes(), restricted: false });
    let mut files: Vec<OutputFile> = plain.collect();
    files.push(OutputFile { path: DEFAULT_KEY_FILE.into(), bytes: key, restricted: true });
    write_new_files(&arguments.dir, &files)?;
    anstream::println!("Wrote a program to {}:", arguments.dir.display());
    for file in &files {
        anstream::println!("  {}", file.path.display());
    }
    anstream::println!(
        "\nNext: fill in program.toml and the tables, put exports in exports/, then `mentorscope check {}`",
        arguments.dir.display()
    );
    anstream::println!("Keep {DEFAULT_KEY_FILE} secret and back it up: it proves later which inputs a release was made from.");
    Ok(Exit::Clean)
}

/// 64 random hexadecimal characters from the operating system.
fn new_key() -> Result<Vec<u8>> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        Error::new(format!("the system gave no random numbers: {error}"), "create the key file by hand: 64 random hexadecimal characters")
    })?;
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{text}\n").into_bytes())
}
