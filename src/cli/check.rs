//! `mentorscope check`: what is wrong, what would be used, what would be left out and why.

use std::io::Read as _;
use std::path::PathBuf;

use serde_json::json;

use super::output::{findings_csv, print_findings, print_funnels, print_mapping, summary};
use super::{Format, ProgramArgument, pipeline};
use crate::define::{DefinitionKind, definition_kind, is_xlsform};
use crate::error::{Error, Exit, Result};
use crate::finding::{Excludes, Finding, Severity};
use crate::ingest::{Declared, describe, read_bytes};
use crate::program::plan::System;

/// Check a program's files, or describe one export
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  mentorscope check my-program\n  mentorscope check my-program --findings to-send.csv\n  mentorscope check my-program --mapping\n  mentorscope check --file export.csv --format json\n  mentorscope check --file export.csv --record 1 --column 3"
)]
pub struct Arguments {
    #[command(flatten)]
    program: ProgramArgument,
    /// Describe this one export instead of a program
    #[arg(long, value_name = "EXPORT")]
    file: Option<PathBuf>,
    /// With --file: the system that wrote it, where detection is wrong
    #[arg(long, requires = "file", value_parser = system)]
    system: Option<System>,
    /// With --file: the sheet of a workbook
    #[arg(long, requires = "file", value_name = "NAME")]
    sheet: Option<String>,
    /// With --file: the encoding of a file that is not UTF-8, such as windows-1252
    #[arg(long, requires = "file", value_name = "LABEL")]
    encoding: Option<String>,
    /// With --file and --column: print this record's cell (the first record is 1)
    #[arg(long, requires = "file", requires = "column", value_name = "N")]
    record: Option<u64>,
    /// With --file and --record: the column (the first is 1)
    #[arg(long, requires = "record", value_name = "M")]
    column: Option<usize>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// List the column of each item, and by what it was found
    #[arg(long, conflicts_with = "file")]
    mapping: bool,
    /// Write all findings to this CSV file, to send to the owner of the survey
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    findings: Option<PathBuf>,
}

/// A system by its name in `program.toml`.
pub fn system(name: &str) -> std::result::Result<System, String> {
    let known = || System::ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    System::ALL.iter().find(|(known, _)| *known == name).map(|(_, system)| *system).ok_or_else(|| format!("it is one of {}", known()))
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    match &arguments.file {
        Some(file) => describe_file(arguments, file),
        None => check_program(arguments),
    }
}

fn check_program(arguments: &Arguments) -> Result<Exit> {
    let loaded = pipeline::load(&arguments.program.program)?;
    if let Some(path) = &arguments.findings {
        std::fs::write(path, findings_csv(&loaded.findings)).map_err(|error| Error::io("write the findings", path, &error))?;
    }
    let mapping = &loaded.checked.mapping;
    match arguments.format {
        Format::Json if arguments.mapping => {
            print_json(&json!({ "findings": loaded.findings, "files": loaded.checked.funnels, "mapping": mapping }))?;
        }
        Format::Json => print_json(&json!({ "findings": loaded.findings, "files": loaded.checked.funnels }))?,
        Format::Text => {
            if arguments.mapping {
                print_mapping(mapping);
            }
            print_findings(&loaded.findings);
            print_funnels(&loaded.checked.funnels);
            anstream::println!("\n{}", summary(&loaded.findings));
        }
    }
    Ok(if loaded.has_errors() { Exit::Findings } else { Exit::Clean })
}

fn describe_file(arguments: &Arguments, file: &std::path::Path) -> Result<Exit> {
    let kind = definition_of(file)?;
    if let Some(kind) = kind.filter(|kind| !kind.is_table) {
        let next = format!(
            "`mentorscope import {}` makes an instrument of it; `mentorscope init DIR --from {0}` starts a program; the answers are in an export",
            file.display()
        );
        return Err(Error::new(format!("this is no export but the definition of a questionnaire: {}", kind.words), next).at(file));
    }
    let declared =
        Declared { system: arguments.system, encoding: arguments.encoding.clone(), sheet: arguments.sheet.clone(), ..Declared::default() };
    let description = describe(file, arguments.record, arguments.column, &declared, &super::workbooks())?;
    let mut findings = description.findings.clone();
    if let Some(kind) = kind {
        findings.push(Finding {
            severity: Severity::Note,
            rule: "file.definition",
            file: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            expected: "answers".to_owned(),
            found: format!("the definition of a questionnaire: {}", kind.words),
            remedy: format!("`mentorscope import {}` makes an instrument of it", file.display()),
            row: None,
            column: None,
            excludes: Excludes::Nothing,
        });
    }
    let findings = findings.sorted();
    let mut object =
        serde_json::to_value(&description).map_err(|error| Error::new(error.to_string(), "report this as a defect of the program"))?;
    match arguments.format {
        Format::Json => {
            object["findings"] = json!(findings);
            print_json(&object)?;
        }
        Format::Text => {
            for (key, value) in object.as_object().into_iter().flatten() {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_string);
                anstream::println!("{:<28} {value}", key.replace('_', " "));
            }
            anstream::println!();
            print_findings(&findings);
            anstream::println!("{}", summary(&findings));
        }
    }
    Ok(if findings.iter().any(|finding| finding.severity == Severity::Error) { Exit::Findings } else { Exit::Clean })
}

/// What kind of definition a file is; none for an export. A workbook is looked into for the sheets of an XLSForm.
fn definition_of(file: &std::path::Path) -> Result<Option<DefinitionKind>> {
    /// Bytes that show a definition.
    const HEAD: u64 = 4 << 10;
    let mut head = Vec::new();
    // A file that cannot be read is the business of what describes it.
    drop(std::fs::File::open(file).and_then(|open| open.take(HEAD).read_to_end(&mut head)));
    if head.starts_with(b"PK") {
        // A workbook that cannot be read is described, with what is wrong with it.
        let is_form = super::import::sheets(&read_bytes(file)?).is_ok_and(|sheets| is_xlsform(&sheets));
        return Ok(is_form.then_some(DefinitionKind { system: System::Kobo, words: "an XLSForm (KoboToolbox, ODK)", is_table: true }));
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    Ok(definition_kind(&name, &head))
}

fn print_json(value: &serde_json::Value) -> Result<()> {
    let text =
        serde_json::to_string_pretty(value).map_err(|error| Error::new(error.to_string(), "report this as a defect of the program"))?;
    anstream::println!("{text}");
    Ok(())
}
