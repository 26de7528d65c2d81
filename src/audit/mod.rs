//! Audit: an attack on the bytes about to ship, by code that shares nothing with what made them.

mod alone;
mod atoms;
mod attack;
mod bytes;
mod decimal;
mod declared;
mod earlier;
mod exact;
mod fraction;
mod grids;
mod judge;
mod limits;
mod model;
mod phrases;
mod points;
mod programs;
mod release;
mod report;
mod scale;
mod sides;
mod system;
#[cfg(test)]
mod tests;

pub use judge::{Judgment, Stage, Verdict, judge};
pub use limits::Limit;
pub use model::Rules;
pub use release::{Files, Identifiers, STATEMENT_FILE};
pub use report::{Fault, Leak, Report, STATEMENT, Tried};
pub use system::{Row, System, Target, Unknown};

/// How what a release hides is attacked, after its bytes were read.
#[derive(Debug, Clone, Copy, Default)]
pub enum Attack<'a> {
    /// Not at all.
    #[default]
    None,
    /// With what its bytes say: numbers of people are bands.
    Alone,
    /// With the restricted atoms: numbers of people are known.
    Atoms(&'a [u8]),
}

/// What is audited, and what is known besides.
#[derive(Debug, Clone, Default)]
pub struct Input<'a> {
    /// The files about to ship.
    pub release: Option<&'a Files>,
    /// Releases published before, corrections included, and reports that ship beside it.
    pub others: Vec<&'a Files>,
    /// An earlier release of other answers, with the record of what stood behind it: with atoms, what changed since is attacked.
    pub earlier: Option<(&'a Files, &'a [u8])>,
    /// How what the release hides is attacked.
    pub attack: Attack<'a>,
    /// The rules of the program.
    pub rules: Rules,
    /// Inside a run: what identifies somebody in the inputs.
    pub identifiers: Identifiers,
}

/// Attacks a release: reads all its bytes, then solves for everything that it hides.
pub fn audit(input: &Input<'_>) -> Report {
    let mut report = Report::default();
    let none = Files::new();
    let files = input.release.unwrap_or(&none);
    report.tried.files = files.len();
    // Earlier releases passed when they were published; only their figures matter now.
    let others: Vec<_> = input.others.iter().map(|files| release::figures(files)).collect();
    let declared = release::read(files, &others, &input.identifiers, &mut report.faults);
    let releases: Vec<_> = std::iter::once(declared).chain(others).collect();
    match input.attack {
        Attack::None => {}
        Attack::Alone => alone::attack(&releases[0], input.rules.minimum_people.max(5), &mut report),
        Attack::Atoms(bytes) => {
            let atoms = atoms::read(bytes, &mut report.faults);
            attack::attack(&atoms, &releases, &input.rules, &mut report);
            if let Some((files, record)) = input.earlier {
                let (record, figures) = (earlier::read(record, &mut report.faults), release::figures(files));
                attack::attack_changes(&atoms, &releases[0], (&figures, &record), &input.rules, &mut report);
            }
        }
    }
    report.faults.sort();
    report.faults.dedup();
    report
}
