//! `mentorscope audit`: what releases reveal.

use std::path::PathBuf;

use serde_json::json;

use super::{Format, guard};
use crate::audit::{Attack, Files, Identifiers, Input, Report, Rules, audit};
use crate::error::{Error, Exit, Result};

/// Attack released folders: read every byte, and say what could be worked out of what they hide
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Each folder is attacked together with all others named. Without --atoms only bands of\npeople are known, so that less is found.\n\nExamples:\n  mentorscope audit published/2026-Q3\n  mentorscope audit draft/2026-Q3/release --atoms draft/2026-Q3/restricted/data/atoms.csv\n  mentorscope audit published/2026-Q2 published/2026-Q3 --format json"
)]
pub struct Arguments {
    /// Folders of releases
    #[arg(value_name = "RELEASE", required = true)]
    releases: Vec<PathBuf>,
    /// Fewest people behind a shown figure, as the releases' programs set it
    #[arg(long, value_name = "NUMBER", default_value_t = 5)]
    minimum_people: u32,
    /// The atoms of the run that made the release (restricted/data/atoms.csv): the attack then knows every number of people, and the log is
    /// confidential
    #[arg(long, value_name = "FILE")]
    atoms: Option<PathBuf>,
    /// An earlier release of the same program: what few people changed since is attacked, too
    #[arg(long, value_name = "RELEASE", requires_all = ["atoms", "record"])]
    earlier: Option<PathBuf>,
    /// The private record of what stood behind the earlier release (records/PERIOD.DIGEST.json)
    #[arg(long, value_name = "FILE", requires = "earlier")]
    record: Option<PathBuf>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    let mut folders: Vec<(&PathBuf, Files)> = Vec::new();
    for place in &arguments.releases {
        if !place.join(crate::write::MANIFEST_FILE).is_file() {
            return Err(
                Error::new("the folder holds no release", "name a folder with a manifest.json, such as published/2026-Q3").at(place)
            );
        }
        folders.push((place, guard::folder(place)?));
    }
    let read = |what: &'static str| move |file: &PathBuf| std::fs::read(file).map_err(|error| Error::io(what, file, &error));
    let atoms = arguments.atoms.as_ref().map(read("read the atoms")).transpose()?;
    let earlier = arguments.earlier.as_ref().map(|folder| guard::folder(folder)).transpose()?;
    let record = arguments.record.as_ref().map(read("read the record")).transpose()?;
    if atoms.is_some() && folders.len() > 1 {
        return Err(Error::new("atoms belong to one release", "name one release with --atoms"));
    }
    let rules = Rules { minimum_people: i64::from(arguments.minimum_people) };
    let reports: Vec<(&PathBuf, Report)> = folders
        .iter()
        .map(|(place, files)| {
            let others = folders.iter().filter(|(other, _)| other != place).map(|(_, files)| files).collect();
            let input = Input {
                release: Some(files),
                others,
                earlier: earlier.as_ref().zip(record.as_deref()),
                attack: atoms.as_deref().map_or(Attack::Alone, Attack::Atoms),
                rules: rules.clone(),
                identifiers: Identifiers::default(),
            };
            (*place, audit(&input))
        })
        .collect();
    match arguments.format {
        Format::Json => {
            let all: Vec<_> = reports
                .iter()
                .map(|(place, report)| json!({ "release": place.display().to_string(), "clean": report.is_clean(), "report": report }))
                .collect();
            anstream::println!("{:#}", json!({ "releases": all }));
        }
        Format::Text => reports.iter().for_each(|(place, report)| {
            anstream::println!("{}", place.display());
            anstream::print!("{}", report.log());
        }),
    }
    Ok(if reports.iter().all(|(_, report)| report.is_clean()) { Exit::Clean } else { Exit::Failed })
}
