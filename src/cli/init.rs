//! `mentorscope init`: a commented program to fill in, empty or of the files that a program has already.

use std::path::{Path, PathBuf};

use crate::define::start::{Given, Start, start};
use crate::error::{Error, Exit, Result};
use crate::ingest::read_bytes;
use crate::program::{DEFAULT_KEY_FILE, init_files, load_plan};
use crate::write::{OutputFile, write_new_files};

/// Write a commented program: program.toml with its status map, empty tables, and the key for digests
#[derive(Debug, clap::Args)]
#[command(
    after_help = "With --from the program is made of what you have: definitions (Qualtrics .qsf, REDCap data dictionaries, LimeSurvey .lss, \
    XLSForm, SPSS .sav) become instruments; exports of any known system are copied, described in program.toml, and matched with an \
    instrument. Everything uncertain stands behind a line that begins with `# check:`.\n\nExamples:\n  mentorscope init my-program\n  \
    mentorscope init my-program --from survey.qsf responses_july.csv\n  mentorscope check my-program"
)]
pub struct Arguments {
    /// Folder to write; it must not hold other versions of these files
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Definitions of questionnaires and survey exports to start from
    #[arg(long, value_name = "FILE", num_args = 1..)]
    from: Vec<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    let started = if arguments.from.is_empty() { None } else { Some(from_files(&arguments.from)?) };
    let key_path = arguments.dir.join(DEFAULT_KEY_FILE);
    let key = match std::fs::read(&key_path) {
        // A key must never change: digests of earlier releases rest on it.
        Ok(key) => key,
        Err(_) => new_key()?,
    };
    let mut files: Vec<OutputFile> = match &started {
        None => init_files().into_iter().map(|(path, text)| OutputFile { path, bytes: text.into_bytes(), restricted: false }).collect(),
        Some(start) => {
            let file = |file: &crate::define::start::StartFile| OutputFile {
                path: file.path.clone(),
                bytes: file.bytes.clone(),
                restricted: file.answers,
            };
            start.files.iter().map(file).collect()
        }
    };
    files.push(OutputFile { path: DEFAULT_KEY_FILE.into(), bytes: key, restricted: true });
    write_new_files(&arguments.dir, &files)?;
    anstream::println!("Wrote a program to {}:", arguments.dir.display());
    for file in &files {
        anstream::println!("  {}", file.path.display());
    }
    match &started {
        Some(start) => print_start(start, &arguments.dir),
        None => anstream::println!(
            "\nNext: fill in program.toml and the tables, put exports in exports/, then `mentorscope check {}`",
            arguments.dir.display()
        ),
    }
    anstream::println!("Keep {DEFAULT_KEY_FILE} secret and back it up: it proves later which inputs a release was made from.");
    Ok(Exit::Clean)
}

/// The program of these files. It is read back before anything is written: what this tool writes it must be able to read.
fn from_files(paths: &[PathBuf]) -> Result<Start> {
    let mut given = Vec::with_capacity(paths.len());
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| Error::new("the name of this file is not UTF-8 text", "rename it").at(path))?;
        given.push(Given { name: name.to_owned(), bytes: read_bytes(path)? });
    }
    let start = start(given, &super::workbooks())?;
    let trial =
        tempfile::tempdir().map_err(|error| Error::new(format!("could not make a temporary folder: {error}"), "make room for one"))?;
    let configuration = start.files.iter().filter(|file| file.path.extension().is_some_and(|extension| extension == "toml"));
    for file in configuration {
        let path = trial.path().join(&file.path);
        std::fs::write(&path, &file.bytes).map_err(|error| Error::io("write", &path, &error))?;
    }
    load_plan(trial.path()).map_err(|error| {
        let detail = error.detail.unwrap_or_default();
        Error::new(format!("the program made of these files is faulty: {}", error.what), "report this as a defect of the program")
            .with_detail(detail)
    })?;
    Ok(start)
}

/// What was proposed, and what is left to decide.
fn print_start(start: &Start, dir: &Path) {
    anstream::println!("\nProposed:");
    for (file, said) in &start.proposed {
        anstream::println!("  {file}");
        for line in said {
            anstream::println!("    {line}");
        }
    }
    anstream::println!("\nTo decide:");
    for what in &start.decide {
        anstream::println!("  - {what}");
    }
    anstream::println!("\nNext: fill in roster.csv and pairs.csv, decide what is marked, then `mentorscope check {}`", dir.display());
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
