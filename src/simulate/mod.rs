//! Synthetic programs with known truth: a whole program folder, from a number of pairs, a number of quarters and a seed.
//!
//! The people are invented, the file layouts are those of the real systems, and `truth.json` says what was planted and what the files hold,
//! so that every later stage can be tested against it. Equal settings give equal bytes on every machine.

mod accounts;
mod answer;
mod calendar;
mod configuration;
mod effects;
mod facts;
mod fieldwork;
mod layout;
mod life;
mod random;
mod registers;
mod rows;
mod tally;
mod truth;
mod world;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use crate::program::instrument::Instrument;
use answer::Sheet;
use calendar::Calendar;
use registers::Ids;

/// Size and seed of a simulated program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Pairs ever formed, 1 or more (0 counts as 1).
    pub pairs: usize,
    /// Quarters with surveys, ending with July to September 2026; 1 to 80 (what lies outside counts as the nearer end).
    pub quarters: usize,
    /// Seed of every draw.
    pub seed: u64,
}

/// One file of a simulated program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedFile {
    /// Path relative to the program's folder.
    pub path: PathBuf,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// The key for input digests of simulated programs. It protects nothing: their data are invented.
const KEY: &str = "5d1e0c7a9b3f48266c40e1d2f7a85b93b1c6d80e42957fa3e80b6d1f3c2a7495\n";

/// Simulates a program: `program.toml`, roster, pairs, goals, actions, survey exports, the key for digests, and `truth.json`.
pub fn simulate(settings: &Settings, mentee: &Instrument, mentor: &Instrument, institution: &Instrument) -> Vec<SimulatedFile> {
    let settings = Settings { pairs: settings.pairs.max(1), quarters: settings.quarters.clamp(1, 80), ..*settings };
    let seed = settings.seed;
    let calendar = Calendar::new(settings.quarters);
    let world = world::create(&calendar, settings.pairs, seed);
    let planted = accounts::plant(&world, seed);
    let ids = Ids::new(&world);
    let feedback = Sheet::new(mentee, false).feedback.map(|scale| mentee.scales[scale].id.as_str());

    let (goals, goal_counts) = registers::goals(&calendar, &world, &ids, seed);
    // Every part draws from a stream of its own, so the two sides can be asked at the same time.
    let (asked_mentees, asked_mentors) = std::thread::scope(|scope| {
        let mentors = scope.spawn(|| fieldwork::ask(&calendar, &world, &planted, &ids, mentor, true, seed));
        let mentees = fieldwork::ask(&calendar, &world, &planted, &ids, mentee, false, seed);
        (mentees, mentors.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let asked_institution = fieldwork::ask_institution(&calendar, &world, &ids, institution, seed);
    let truth = truth::state(&truth::Known {
        settings: &settings,
        calendar: &calendar,
        world: &world,
        planted: &planted,
        mentees: &asked_mentees.tally,
        mentors: &asked_mentors.tally,
        institution: &asked_institution.iter().map(|(_, answers)| *answers).collect::<Vec<_>>(),
        goals: &goal_counts,
        feedback,
        reworded: fieldwork::reworded(mentee).map(|item| mentee.items[item].id.as_str()),
    });

    let mut files = vec![
        file("program.toml", configuration::program(&calendar, &settings, [&mentee.id, &mentor.id, &institution.id]).into_bytes()),
        file("roster.csv", registers::roster(&calendar, &world, &planted, &ids).into_bytes()),
        file("pairs.csv", registers::pairs(&calendar, &world, &planted, &ids).into_bytes()),
        file("goals.csv", goals.into_bytes()),
        file("actions.csv", registers::actions(&calendar, feedback).into_bytes()),
    ];
    for (wave, rows) in asked_mentees.waves.iter().enumerate() {
        let mut export = layout::qualtrics_header(mentee, fieldwork::reworded(mentee).filter(|_| wave == 0 && settings.quarters > 1));
        export.append(rows);
        files.push(file(&configuration::mentee_export(&calendar.quarters[wave].id), export.into_bytes()));
    }
    let mut export = layout::redcap_header(mentor);
    asked_mentors.waves.iter().for_each(|rows| export.append(rows));
    files.push(file(configuration::MENTOR_EXPORT, export.into_bytes()));
    files.push(file("exports/mentor_dictionary.csv", layout::redcap_dictionary(mentor).into_bytes()));
    for (year, (rows, _)) in calendar.years.iter().zip(asked_institution) {
        files.push(file(&configuration::institution_export(&year.span.id), rows.into_bytes()));
    }
    files.push(file("mentorscope.key", KEY.into()));
    files.push(file("truth.json", truth.into_bytes()));
    files
}

fn file(path: &str, bytes: Vec<u8>) -> SimulatedFile {
    SimulatedFile { path: PathBuf::from(path), bytes }
}
