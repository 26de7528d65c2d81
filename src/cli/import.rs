//! `mentorscope import`: the definition file of a survey system becomes an instrument to complete.

use std::path::{Path, PathBuf};

use super::Format;
use super::check::system;
use crate::define::{Definition, InstrumentHead, Sheets, instrument_toml, nothing_to_evaluate, read_definition, summary};
use crate::error::{Error, Exit, Result};
use crate::ingest::WorkbookReader as _;
use crate::program::plan::{Role, System};
use crate::program::{parse_instrument, render_faults};
use crate::write::{OutputFile, write_new_files};

/// Turn a questionnaire as a survey system defines it into an instrument file, with a list of what to decide
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Reads Qualtrics .qsf, REDCap data dictionaries (CSV), LimeSurvey .lss, .lsg, .lsq and TSV structure, XLSForm .xlsx, \
    SPSS .sav. The instrument goes to standard output unless --out names a file; notes on what stays behind go to standard error.\n\nExample:\n  mentorscope import survey.qsf --role mentee --out my-program/survey.toml\n  \
    then look for `# check:` in the file, and add [[scale]] and `use`"
)]
pub struct Arguments {
    /// Definition file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// System that wrote it, where the file does not show it
    #[arg(long, value_name = "SYSTEM", value_parser = system)]
    system: Option<System>,
    /// File to write; it must not be there yet. Standard output where absent
    #[arg(long, value_name = "INSTRUMENT.toml")]
    out: Option<PathBuf>,
    /// Id of the instrument; from its title where absent
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Who answers: mentee, mentor or institution
    #[arg(long, value_name = "ROLE", value_parser = role)]
    role: Option<Role>,
    /// `text` writes the instrument, `json` a summary of the definition
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    let definition = read_definition(&arguments.file, arguments.system, sheets)?;
    let text = match arguments.format {
        Format::Text if definition.items.is_empty() => return Err(nothing_to_evaluate().at(&arguments.file)),
        Format::Text => instrument(&definition, arguments)?,
        Format::Json => serde_json::to_string_pretty(&summary(&definition))
            .map(|text| text + "\n")
            .map_err(|error| Error::new(error.to_string(), "report this as a defect of the program"))?,
    };
    print_notes(&definition);
    match &arguments.out {
        None => anstream::print!("{text}"),
        Some(path) => {
            let checks = text.lines().filter(|line| line.starts_with("# check:")).count();
            write(path, text)?;
            let items = definition.items.len();
            anstream::eprintln!("Wrote {items} items to {}; {checks} lines that begin with `# check:` ask for a decision", path.display());
        }
    }
    Ok(Exit::Clean)
}

/// What stays behind, each kind once with the questions that it concerns.
pub(super) fn print_notes(definition: &Definition) {
    const SHOWN: usize = 12;
    let mut texts: Vec<(&str, Vec<&str>)> = Vec::new();
    for note in &definition.notes {
        match texts.iter_mut().find(|(text, _)| *text == note.text) {
            Some((_, questions)) => questions.push(&note.question),
            None => texts.push((&note.text, vec![&note.question])),
        }
    }
    for (text, questions) in texts {
        let named: Vec<&str> = questions.iter().copied().filter(|question| !question.is_empty()).take(SHOWN).collect();
        let more = if questions.len() > SHOWN { format!(" and {} more", questions.len() - SHOWN) } else { String::new() };
        let place = if named.is_empty() { String::new() } else { format!(" ({}{more})", named.join(", ")) };
        anstream::eprintln!("note: {text}{place}");
    }
}

/// The instrument's text, which is read back: what this tool writes it must be able to read.
fn instrument(definition: &Definition, arguments: &Arguments) -> Result<String> {
    let file = arguments.file.file_name().unwrap_or_default().to_string_lossy();
    let head = InstrumentHead { id: arguments.id.as_deref(), role: arguments.role, role_is_guess: false, file: &file };
    let text = instrument_toml(definition, head);
    parse_instrument("instrument.toml", &text).map_err(|faults| {
        Error::new("the instrument made from this file is faulty", "report this as a defect of the program")
            .with_detail(render_faults(&text, &faults))
    })?;
    Ok(text)
}

fn write(path: &Path, text: String) -> Result<()> {
    let name = path.file_name().ok_or_else(|| Error::new("this is no name of a file", "give --out the name of a file").at(path))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if path.exists() {
        return Err(Error::new("the file is there already", "name a new one, or remove it").at(path));
    }
    write_new_files(folder, &[OutputFile { path: name.into(), bytes: text.into_bytes(), restricted: false }])
}

/// The sheets of a workbook, for XLSForms.
pub(super) fn sheets(bytes: &[u8]) -> Result<Vec<Sheets>> {
    let sheets = super::workbooks().sheets(bytes).map_err(|fault| Error::new(fault.found, fault.remedy))?;
    Ok(sheets.into_iter().map(|sheet| Sheets { name: sheet.name, rows: sheet.rows }).collect())
}

fn role(text: &str) -> std::result::Result<Role, String> {
    match text {
        "mentee" => Ok(Role::Mentee),
        "mentor" => Ok(Role::Mentor),
        "institution" => Ok(Role::Institution),
        _ => Err("use one of mentee, mentor, institution".to_owned()),
    }
}
