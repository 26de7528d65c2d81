//! Shared pieces of output: styles, progress, lists of findings.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};

use crate::check::{Funnel, Mapping, rules};
use crate::finding::{Finding, Severity};

/// A style for `anstream`, which leaves it out where the output is no terminal or `NO_COLOR` is set.
pub fn paint(style: Style) -> Style {
    style
}

/// A line that tells on a terminal what is being done, and nowhere else.
pub struct Progress(Option<ProgressBar>);

impl Progress {
    /// A line for this many steps.
    pub fn new(steps: u64) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new(steps);
        if let Ok(style) = ProgressStyle::with_template("{bar:20} {msg}") {
            bar.set_style(style);
        }
        Self(Some(bar))
    }

    /// Says what comes next.
    pub fn step(&self, message: &'static str) {
        if let Some(bar) = &self.0 {
            bar.set_message(message);
            bar.inc(1);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

/// How many examples of a rule a list prints.
const EXAMPLES: usize = 3;

fn word(severity: Severity) -> (&'static str, Style) {
    match severity {
        Severity::Error => ("error", Style::new().bold().fg_color(Some(AnsiColor::Red.into()))),
        Severity::Warning => ("warning", Style::new().bold().fg_color(Some(AnsiColor::Yellow.into()))),
        Severity::Note => ("note", Style::new().bold()),
    }
}

/// Prints findings grouped by rule and file, the severest first, with the first cases of each.
pub fn print_findings(findings: &[Finding]) {
    let mut groups: BTreeMap<(std::cmp::Reverse<Severity>, &str, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        groups.entry((std::cmp::Reverse(finding.severity), finding.rule, finding.file.as_str())).or_default().push(finding);
    }
    for ((std::cmp::Reverse(severity), rule, file), group) in groups {
        let (name, style) = word(severity);
        let times = if group.len() == 1 { String::new() } else { format!(" × {}", group.len()) };
        let meaning = rules::ALL.iter().find(|known| known.code == rule).map_or("", |known| known.meaning);
        anstream::println!("{style}{name}{style:#} [{rule}] {file}{times}");
        if !meaning.is_empty() {
            anstream::println!("  {meaning}");
        }
        for finding in group.iter().take(EXAMPLES) {
            let row = finding.row.map_or_else(String::new, |row| format!("row {row}"));
            let column = finding.column.as_ref().map_or_else(String::new, |column| format!("column {column:?}"));
            let place = [row, column].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
            let place = if place.is_empty() { "whole file".to_string() } else { place };
            anstream::println!("    {place}: expected {}, found {}", finding.expected, finding.found);
        }
        if group.len() > EXAMPLES {
            anstream::println!("    … and {} more (`--format json` or `--findings FILE` lists all)", group.len() - EXAMPLES);
        }
        anstream::println!("  do: {}\n", group[0].remedy);
    }
}

/// Prints the column of each item, and by what it was found.
pub fn print_mapping(mapping: &[Mapping]) {
    let width = mapping.iter().map(|entry| entry.item.chars().count()).max().unwrap_or(0).max("item".len());
    for of_file in mapping.chunk_by(|left, right| left.file == right.file) {
        anstream::println!("{}", of_file[0].file);
        for entry in of_file {
            match (&entry.column, entry.number) {
                (Some(column), Some(number)) => {
                    let heading: String = column.chars().take(60).collect();
                    anstream::println!("  {:width$}  column {number:>4}  {heading:?}, by {}", entry.item, entry.by);
                }
                _ => anstream::println!("  {:width$}  {}", entry.item, entry.by),
            }
        }
        anstream::println!();
    }
}

/// Prints the account of each file: rows in, rows used, rows left out and why.
pub fn print_funnels(funnels: &[Funnel]) {
    let width = funnels.iter().map(|funnel| funnel.file.chars().count()).max().unwrap_or(0).max("file".len());
    anstream::println!("{:width$}  {:>9}  {:>9}  {:>9}  why", "file", "rows", "used", "left out");
    for funnel in funnels {
        let left_out: u64 = funnel.excluded.values().sum();
        let why = funnel.excluded.iter().map(|(rule, count)| format!("{count} {rule}")).collect::<Vec<_>>().join(", ");
        anstream::println!("{:width$}  {:>9}  {:>9}  {:>9}  {why}", funnel.file, funnel.records, funnel.used, left_out);
    }
}

/// How many findings there are of each severity, in words.
pub fn summary(findings: &[Finding]) -> String {
    let count = |severity: Severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let part = |count: usize, name: &str| format!("{count} {name}{}", if count == 1 { "" } else { "s" });
    format!(
        "{}, {}, {}",
        part(count(Severity::Error), "error"),
        part(count(Severity::Warning), "warning"),
        part(count(Severity::Note), "note")
    )
}

/// All findings as CSV, to send to whoever can mend the file.
pub fn findings_csv(findings: &[Finding]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = ["rule", "severity", "file", "row", "column", "expected", "found", "remedy", "excludes"];
    let lower = |text: String| text.to_lowercase();
    let written = writer.write_record(header).and_then(|()| {
        findings.iter().try_for_each(|finding| {
            writer.write_record([
                finding.rule.to_string(),
                lower(format!("{:?}", finding.severity)),
                crate::write::guarded(&finding.file),
                finding.row.map_or_else(String::new, |row| row.to_string()),
                crate::write::guarded(finding.column.as_deref().unwrap_or_default()),
                crate::write::guarded(&finding.expected),
                crate::write::guarded(&finding.found),
                finding.remedy.clone(),
                lower(format!("{:?}", finding.excludes)),
            ])
        })
    });
    // Writing into memory cannot fail.
    debug_assert!(written.is_ok());
    writer.into_inner().unwrap_or_default()
}
