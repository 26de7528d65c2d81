//! `mentorscope publish`: the draft of a period becomes its publication.

use std::path::PathBuf;

use super::{ProgramArgument, guard};
use crate::audit::Identifiers;
use crate::error::{Error, Exit, Result};
use crate::program::load_plan;
use crate::write::{Publication, publish, remember_pairs, remember_record};

/// Copy the draft of a period to published/, byte for byte, and enter it in the ledger
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  mentorscope publish my-program --period 2026-Q3")]
pub struct Arguments {
    #[command(flatten)]
    program: ProgramArgument,
    /// Period to publish
    #[arg(long, value_name = "ID")]
    period: String,
    /// Folder of drafts [default: PROGRAM/draft]
    #[arg(long, value_name = "DIR")]
    drafts: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    let plan = load_plan(&arguments.program.program)?;
    if !plan.periods.iter().any(|period| period.id == arguments.period) {
        let known = plan.periods.iter().map(|period| period.id.as_str()).collect::<Vec<_>>().join(", ");
        return Err(Error::new(format!("there is no period {:?}", arguments.period), format!("use one of: {known}")));
    }
    let drafts = arguments.drafts.clone().unwrap_or_else(|| plan.root.join("draft"));
    let draft = drafts.join(&arguments.period).join("release");
    if draft.is_dir() {
        let files = guard::folder(&draft)?;
        // Identifiers were looked for when the draft was made; its digests show that it is the same.
        let report = guard::audit_bytes(&plan, &files, Identifiers::default())?;
        if let Some(fault) = report.faults.first() {
            let next = format!("run `mentorscope run --period {}` again, and change nothing in the draft", arguments.period);
            return Err(Error::new("the draft does not pass its audit", next)
                .at(draft)
                .with_detail(format!("{}: {}", fault.place, fault.what)));
        }
    }
    // First, so that nothing is ever published that is not remembered.
    remember_record(&plan.root, &drafts, &arguments.period)?;
    remember_pairs(&plan.root, &drafts, &arguments.period)?;
    match publish(&plan.root, &drafts, &arguments.period)? {
        Publication::Already(folder) => {
            anstream::println!("This draft of {} is published already, in {}", arguments.period, folder.display())
        }
        Publication::New(folder) => anstream::println!("Published {} in {}", arguments.period, folder.display()),
        Publication::Correction { folder, number, erratum } => {
            anstream::println!("Published correction {number} of {} in {}", arguments.period, folder.display());
            anstream::println!("What changed is listed in {}", erratum.display());
        }
    }
    Ok(Exit::Clean)
}
