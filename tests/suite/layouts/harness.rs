//! A program whose survey files stand in some layout, and all that is computed from it, in this process.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use mentorscope::analyze::analyze;
use mentorscope::check::check;
use mentorscope::derive::derive;
use mentorscope::disclose::{PublicationPlan, release};
use mentorscope::finding::{Finding, Severity};
use mentorscope::ingest::{InProcess, read_inputs};
use mentorscope::program::load_plan;
use mentorscope::program::plan::System;
use mentorscope::write::{csv_bytes, released, restricted};
use polars::prelude::DataFrame;

use super::model::{Loss, Survey, hide, plant, read};
use super::writing::Export;
use super::{Layout, plain, qualtrics, redcap};
use crate::support::{path, run};

/// The simulated program, with what was planted.
pub struct Base {
    folder: PathBuf,
    _keep: tempfile::TempDir,
    mentees: Vec<Survey>,
    mentors: Survey,
    /// The same before anything was planted.
    simulated: (Vec<Survey>, Survey),
    /// Mentee and mentor by pair.
    sides: HashMap<String, (String, String)>,
}

/// The program that all tests rewrite; never written to.
pub fn base() -> &'static Base {
    static BASE: OnceLock<Base> = OnceLock::new();
    BASE.get_or_init(|| {
        let keep = tempfile::tempdir().unwrap();
        let folder = keep.path().join("program");
        assert_eq!(run(&["simulate", path(&folder), "--pairs", "120", "--quarters", "4", "--seed", "11"]).code, 0);
        let (mut mentees, mut mentors) = read(&folder);
        let simulated = (mentees.clone(), mentors.clone());
        mentees.iter_mut().for_each(plant);
        plant(&mut mentors);
        let mut sides = HashMap::new();
        for row in csv::Reader::from_path(folder.join("pairs.csv")).unwrap().deserialize::<BTreeMap<String, String>>() {
            let row = row.unwrap();
            sides.insert(row["pair_id"].clone(), (row["mentee_id"].clone(), row["mentor_id"].clone()));
        }
        Base { folder, _keep: keep, mentees, mentors, simulated, sides }
    })
}

impl Base {
    /// The surveys in the order of rows and without what is lost.
    pub fn without(&self, losses: &[Loss], newest_first: bool, previews: bool) -> (Vec<Survey>, Survey) {
        let (mut mentees, mut mentors) = (self.mentees.clone(), self.mentors.clone());
        for survey in mentees.iter_mut().chain([&mut mentors]) {
            if newest_first {
                survey.responses.reverse();
            }
            survey.responses.retain(|response| previews || !response.preview);
        }
        for loss in losses {
            mentees.iter_mut().for_each(|survey| loss.apply(survey, &|pair| self.sides[pair].0.clone()));
            loss.apply(&mut mentors, &|pair| self.sides[pair].1.clone());
        }
        (mentees, mentors)
    }

    /// A folder with the program whose mentees' and mentors' files are these.
    pub fn folder(&self, mentees: &[(&Survey, Export)], mentors: (&Survey, Export), by_text: bool) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("exports")).unwrap();
        let plan = std::fs::read_to_string(self.folder.join("program.toml")).unwrap();
        let (head, rest) = plan.split_once("[[export]]").unwrap();
        let institution = rest.find("[[export]]\nfile = \"exports/institution").unwrap();
        let mut toml = head.to_owned();
        for (number, (survey, export)) in mentees.iter().chain([&mentors]).enumerate() {
            let file = format!("exports/{number}.{}", export.extension);
            std::fs::write(folder.path().join(&file), &export.bytes).unwrap();
            let (instrument, wave) = (&survey.instrument.id, &survey.wave);
            toml += &format!("[[export]]\nfile = \"{file}\"\ninstrument = \"{instrument}\"\nwave = \"{wave}\"\n{}", export.keys);
            toml += &reworded(survey).filter(|_| by_text).unwrap_or_default();
        }
        toml += &rest[institution..];
        std::fs::write(folder.path().join("program.toml"), toml).unwrap();
        for file in std::fs::read_dir(&self.folder).unwrap().chain(std::fs::read_dir(self.folder.join("exports")).unwrap()) {
            let file = file.unwrap().path();
            let name = file.strip_prefix(&self.folder).unwrap();
            let is_survey = name.to_str().unwrap().contains("exports/me");
            if file.is_file() && !is_survey && !name.ends_with("program.toml") {
                std::fs::copy(&file, folder.path().join(name)).unwrap();
            }
        }
        folder
    }
}

/// The simulated program as it stands, and its responses as this test's writers write them.
pub fn as_simulated() -> (Outcome, Outcome) {
    let (mentees, mentors) = &base().simulated;
    let exports: Vec<_> = mentees.iter().map(|survey| (survey, qualtrics::codes(survey))).collect();
    let written = base().folder(&exports, (mentors, redcap::raw(mentors)), false);
    (Outcome::of(&base().folder), Outcome::of(written.path()))
}

/// The program with questions hidden from some mentees, in a layout; the pairs concerned, by file.
pub fn with_hidden(items: [&str; 2], write: fn(&Survey) -> Export) -> (Outcome, Vec<Vec<String>>) {
    let (mut mentees, mentors) = base().without(&[Loss::Respondent], false, false);
    let hidden = mentees.iter_mut().map(|survey| hide(survey, items)).collect();
    let exports: Vec<_> = mentees.iter().map(|survey| (survey, write(survey))).collect();
    let folder = base().folder(&exports, (&mentors, plain::tabs(&mentors)), false);
    (Outcome::of(folder.path()), hidden)
}

/// What an evaluator declares where a file finds questions by their text, and one was asked in other words.
fn reworded(survey: &Survey) -> Option<String> {
    let items = survey.instrument.items.iter().zip(&survey.texts);
    let other = items.into_iter().find(|(item, asked)| item.text.as_ref() != Some(asked))?;
    Some(format!("items = {{ {} = {:?} }}\n", other.0.id, other.1))
}

/// All that a program gives.
pub struct Outcome {
    /// Per survey file: records, used, left out by rule.
    pub funnels: Vec<(u64, u64, BTreeMap<String, u64>)>,
    /// Mentees' and mentors' stored answers.
    pub frames: Vec<DataFrame>,
    pub released: Vec<u8>,
    pub restricted: Vec<u8>,
    /// Findings of the survey files.
    pub findings: Vec<Finding>,
    pub systems: Vec<System>,
}

impl Outcome {
    pub fn of(folder: &Path) -> Self {
        let plan = load_plan(folder).unwrap_or_else(|error| panic!("{error}"));
        let mut inputs = read_inputs(&plan, &InProcess).unwrap();
        let checked = check(&plan, &mut inputs, &|_| true).unwrap();
        let current = plan.periods.iter().rposition(|period| period.end <= plan.as_of).unwrap();
        let set = derive(&plan, &checked.dataset, current).unwrap();
        let (results, contributors) = analyze(&set).unwrap();
        let published = release(&plan, &PublicationPlan::new(&plan), &results, &contributors, &mentorscope::disclose::Earlier::default());
        let is_survey = |file: &str| file.strip_prefix("exports/").is_some_and(|name| name.starts_with(|c: char| c.is_ascii_digit()));
        Self {
            funnels: checked
                .funnels
                .into_iter()
                .filter(|funnel| is_survey(&funnel.file))
                .map(|funnel| (funnel.records, funnel.used, funnel.excluded))
                .collect(),
            frames: checked.dataset.responses().iter().filter(|responses| responses.linked).map(|r| r.frame.clone()).collect(),
            released: csv_bytes(&released(&published)).unwrap(),
            restricted: csv_bytes(&restricted(&results)).unwrap(),
            findings: checked.findings.sorted().into_iter().filter(|finding| is_survey(&finding.file)).collect(),
            systems: inputs.exports.iter().filter(|raw| is_survey(&raw.file)).map(|raw| raw.system).collect(),
        }
    }

    /// Fails unless the other gave the same from the same responses.
    pub fn assert_same(&self, want: &Self, name: &str) {
        assert_eq!(self.problems(), want.problems(), "{name}: findings\n{}", self.lines());
        assert_eq!(self.funnels, want.funnels, "{name}: rows");
        assert_eq!(self.frames.len(), 2);
        for (got, want) in self.frames.iter().zip(&want.frames) {
            assert!(got.equals_missing(want), "{name}: stored answers differ in {:?}", different_columns(got, want));
        }
        assert!(self.released == want.released, "{name}: released results differ");
        assert!(self.restricted == want.restricted, "{name}: restricted results differ");
    }

    /// The first findings that matter.
    fn lines(&self) -> String {
        let lines = self.findings.iter().filter(|finding| finding.severity != Severity::Note).take(20);
        lines.map(|f| format!("{} {} {:?} {:?} {} / {}\n", f.rule, f.file, f.row, f.column, f.expected, f.found)).collect()
    }

    /// How often each rule found something that matters.
    pub fn problems(&self) -> BTreeMap<&'static str, usize> {
        let mut problems = BTreeMap::new();
        for finding in self.findings.iter().filter(|finding| finding.severity != Severity::Note) {
            *problems.entry(finding.rule).or_default() += 1;
        }
        problems
    }
}

/// Names of the columns that differ.
pub fn different_columns(one: &DataFrame, other: &DataFrame) -> Vec<String> {
    let pairs = one.columns().iter().zip(other.columns());
    pairs.filter(|(one, other)| !one.equals_missing(other)).map(|(one, _)| one.name().to_string()).collect()
}

/// One file of the program.
pub fn mentees_of_one_wave() -> Survey {
    base().mentees[1].clone()
}

/// The program in a layout. Nothing is lost on the way to the writer but what the layout's files never hold.
pub fn program_in(layout: &Layout) -> tempfile::TempDir {
    let base = base();
    // What a system does not store cannot be given to its writer either.
    let never_there: &[Loss] = if layout.losses.contains(&Loss::Unsubmitted) { &[Loss::Unsubmitted] } else { &[] };
    let (mentees, mentors) = base.without(never_there, layout.newest_first, layout.previews);
    let exports = mentees.iter().map(|survey| (survey, (layout.write)(survey))).collect::<Vec<_>>();
    base.folder(&exports, (&mentors, (layout.write)(&mentors)), layout.by_text)
}

/// The same program as the simulation writes it (codes of Qualtrics; the mentors' in a plain table), without some of its content.
pub fn reference(losses: &[Loss], newest_first: bool, previews: bool) -> Arc<Outcome> {
    type Key = (Vec<Loss>, bool, bool);
    static KNOWN: OnceLock<Mutex<HashMap<Key, Arc<Outcome>>>> = OnceLock::new();
    let known = KNOWN.get_or_init(Mutex::default);
    let key = (losses.to_vec(), newest_first, previews);
    if let Some(outcome) = known.lock().unwrap().get(&key) {
        return Arc::clone(outcome);
    }
    let (mentees, mentors) = base().without(losses, newest_first, previews);
    let exports: Vec<_> = mentees.iter().map(|survey| (survey, qualtrics::codes(survey))).collect();
    let folder = base().folder(&exports, (&mentors, plain::tabs(&mentors)), false);
    let outcome = Arc::new(Outcome::of(folder.path()));
    known.lock().unwrap().insert(key, Arc::clone(&outcome));
    outcome
}
