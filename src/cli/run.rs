//! `mentorscope run`: the draft of a period.

use std::path::PathBuf;

use super::output::{Progress, print_findings, print_funnels, summary};
use super::{ProgramArgument, pipeline};
use crate::error::{Error, Exit, Result};

/// Check, compute, protect, and write the draft of a period's reports
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  mentorscope run my-program\n  mentorscope run my-program --period 2026-Q3 --strict")]
pub struct Arguments {
    #[command(flatten)]
    program: ProgramArgument,
    /// Folder for drafts [default: PROGRAM/draft]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Period to report on [default: the last one that has ended by the as-of date]
    #[arg(long, value_name = "ID")]
    period: Option<String>,
    /// Write nothing if there is any finding of error severity
    #[arg(long)]
    strict: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    let progress = Progress::new(7);
    progress.step("checking");
    let loaded = pipeline::load(&arguments.program.program)?;
    let period = loaded.period(arguments.period.as_deref())?;
    if arguments.strict && loaded.has_errors() {
        drop(progress);
        print_findings(&loaded.findings);
        return Err(Error::new(
            format!("nothing was written: {}", summary(&loaded.findings)),
            "mend what the findings name, or run without --strict",
        ));
    }
    let drafts = arguments.out.clone().unwrap_or_else(|| loaded.plan.root.join("draft"));
    let written = pipeline::write_draft(&loaded, &drafts, period, &progress)?;
    drop(progress);
    if loaded.has_errors() {
        print_findings(&loaded.findings);
    }
    print_funnels(&loaded.checked.funnels);
    anstream::println!("\n{}", summary(&loaded.findings));
    if written.unrecorded > 0 {
        let releases = if written.unrecorded == 1 {
            "1 published release has".into()
        } else {
            format!("{} published releases have", written.unrecorded)
        };
        anstream::println!(
            "{releases} no record under this program's key of what stood behind the figures.\n\
             Where a figure would come out differently now, it is not shown, since nothing tells what the two say together.\n\
             Restore records/ or the key from a backup, if you have one; see docs/privacy.md, The ledger."
        );
    }
    written.passed()?;
    anstream::println!("Draft of {} written to {}", written.period, written.folder.display());
    let page = written.folder.join("release/leadership.html");
    if loaded.has_errors() {
        anstream::println!("Next: mend what the findings name and run again; the draft so far is {}", page.display());
    } else {
        let drafts = arguments.out.as_ref().map_or_else(String::new, |out| format!(" --drafts {}", out.display()));
        let program = arguments.program.program.display();
        anstream::println!("Next: read {}; then `mentorscope publish {program} --period {}{drafts}`", page.display(), written.period);
    }
    Ok(if loaded.has_errors() { Exit::Findings } else { Exit::Clean })
}
