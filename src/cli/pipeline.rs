//! The whole way from a program's folder to its draft.

use std::path::{Path, PathBuf};

use super::guard;
use super::output::{Progress, findings_csv};
use crate::analyze::lives::Lives;
use crate::analyze::{analyze, marked_atoms, metric};
use crate::audit::Report;
use crate::check::{Checked, Funnel, check, ids_of_file, rules};
use crate::derive::derive;
use crate::disclose::{Earlier, EarlierRelease, PublicationPlan, Record, release};
use crate::error::{Error, Result};
use crate::finding::{Finding, Severity};
use crate::ingest::{Inputs, read_inputs};
use crate::present::{self, Facts};
use crate::program::plan::{Plan, day_number};
use crate::program::{confined, load_plan};
use crate::render::{Theme, render_page};
use crate::write::{self, Draft, PublishedRelease, Vanished};

/// A program that was read and checked.
pub struct Loaded {
    /// Its plan.
    pub plan: Plan,
    /// Its files.
    pub inputs: Inputs,
    /// What may be used of them.
    pub checked: Checked,
    /// All findings, sorted.
    pub findings: Vec<Finding>,
    /// Pairs that are known from other files or from an earlier publication, and that the register does not have.
    pub missing_pairs: u64,
}

/// Reads and checks a program.
pub fn load(program: &Path) -> Result<Loaded> {
    load_as_of(program, None)
}

/// Reads and checks a program as it stands on another day than its as-of date.
pub fn load_as_of(program: &Path, as_of: Option<jiff::civil::Date>) -> Result<Loaded> {
    let mut plan = load_plan(program)?;
    plan.as_of = as_of.unwrap_or(plan.as_of);
    let mut inputs = read_inputs(&plan, &super::workbooks())?;
    let mut checked = check(&plan, &mut inputs, &|id| is_metric(&plan, id))?;
    let missing_pairs = hold_against_publications(&plan, &inputs, &mut checked)?;
    let findings = std::mem::take(&mut checked.findings).sorted();
    Ok(Loaded { plan, inputs, checked, findings, missing_pairs })
}

/// Adds what earlier publications know of pairs that are gone; how many pairs are missing in all.
fn hold_against_publications(plan: &Plan, inputs: &Inputs, checked: &mut Checked) -> Result<u64> {
    let named = checked.dataset.unregistered();
    let key = read_key(plan).ok();
    let excused = plan.relationships.withdrawn.iter().map(String::as_str);
    let vanished =
        write::vanished_pairs(&plan.root, key.as_deref(), ids_of_file(plan, &inputs.pairs), excused, named.iter().map(String::as_str))?;
    let mut missing = named.len() as u64;
    let register = rules::Place { file: &inputs.pairs.file, row: None, column: Some(&plan.pairs.pair) };
    match vanished {
        Some(Vanished::Pairs { gone, unknown }) if gone > 0 => {
            missing += unknown;
            let found = if gone == 1 { "1 pair missing".to_string() } else { format!("{gone} pairs missing") };
            checked.findings.push(rules::vanished::finding(&register, found));
        }
        Some(Vanished::NotComparable) => {
            let place = rules::Place { file: write::REGISTERED_FILE, row: None, column: None };
            checked.findings.push(rules::not_comparable::finding(&place, "a missing key, another key, or a damaged record"));
        }
        _ => {}
    }
    Ok(missing)
}

/// Whether an id names a metric that this program can have: a scale's metric needs a scale of one of its instruments.
fn is_metric(plan: &Plan, id: &str) -> bool {
    match id.split_once(':') {
        None => metric(id).is_some_and(|metric| !metric.of_many),
        Some(("scale" | "scale_top", scale)) => {
            plan.instruments.iter().flat_map(|instrument| &instrument.scales).any(|known| known.id == scale)
        }
        Some(_) => false,
    }
}

impl Loaded {
    /// Whether any finding is of error severity.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// The period to report on: the one asked for, else the last that has ended by the as-of date, else the first.
    pub fn period(&self, wanted: Option<&str>) -> Result<usize> {
        let ended = self.plan.periods.iter().rposition(|period| period.end <= self.plan.as_of);
        self.begun(wanted, ended.or(Some(0)))
    }

    /// The period whose answers are being collected: the one asked for, else the first whose days of grace are not over.
    pub fn wave(&self, wanted: Option<&str>) -> Result<usize> {
        let as_of = day_number(self.plan.as_of);
        let grace = self.plan.thresholds.wave_grace_days;
        let open = self.plan.periods.iter().position(|period| as_of <= day_number(period.end) + grace);
        self.begun(wanted, open.or_else(|| self.plan.periods.len().checked_sub(1)))
    }

    /// The period asked for, else the default, if it has begun.
    fn begun(&self, wanted: Option<&str>, default: Option<usize>) -> Result<usize> {
        let periods = &self.plan.periods;
        let begun = periods.iter().rposition(|period| period.start <= self.plan.as_of);
        match wanted {
            None => default
                .filter(|position| Some(*position) <= begun)
                .ok_or_else(|| Error::new("no period has begun by the as-of date", "correct `as_of` or the periods in program.toml")),
            Some(id) => match periods.iter().position(|period| period.id == id) {
                Some(position) if Some(position) <= begun => Ok(position),
                Some(_) => Err(Error::new(format!("the period {id:?} begins after the as-of date"), "correct `as_of` in program.toml")),
                None => {
                    let known = periods.iter().map(|period| period.id.as_str()).collect::<Vec<_>>().join(", ");
                    Err(Error::new(format!("there is no period {id:?}"), format!("use one of: {known}")))
                }
            },
        }
    }
}

/// What a run wrote.
pub struct Written {
    /// Folder of the draft.
    pub folder: PathBuf,
    /// Period reported on.
    pub period: String,
    /// What the audit of the release found.
    pub audit: Report,
    /// How many published releases have no record under the program's key.
    pub unrecorded: usize,
}

impl Written {
    /// The refusal of a release that did not pass the audit. It names no cell: the private log does.
    pub fn passed(&self) -> Result<()> {
        if self.audit.is_clean() {
            return Ok(());
        }
        let what = format!("the release did not pass its audit: {} faults in its files", self.audit.faults.len());
        let next = "read audit.log in the restricted edition";
        Err(Error::new(what, next).at(self.folder.join("restricted").join(write::AUDIT_LOG_FILE)))
    }
}

/// Computes everything and writes the draft of a period under `drafts`.
pub fn write_draft(loaded: &Loaded, drafts: &Path, current: usize, progress: &Progress) -> Result<Written> {
    let plan = &loaded.plan;
    let period = plan.periods[current].id.clone();
    // Read from the configuration before any answer is looked at.
    let publication = PublicationPlan::new(plan);
    let theme = Theme::with_own(&plan.report_overrides)?;
    let key = read_key(plan)?;
    progress.step("scoring");
    let set = derive(plan, &loaded.checked.dataset, current)?;
    progress.step("computing");
    let (results, contributors) = analyze(&set)?;
    let lives = Lives::new(&set, loaded.missing_pairs);
    progress.step("protecting");
    let marker = write::marker(&key, loaded.checked.dataset.people().ids());
    let marked: Vec<_> = contributors.iter().map(|outcome| marked_atoms(&results, outcome, &marker)).collect();
    let mut record = Record::new(&marker, &results, &contributors, &marked);
    let published = write::published_releases(&plan.root)?;
    record.held_against = published.iter().map(|release| release.manifest_sha256.clone()).collect();
    let earlier = Earlier::new(record, published.iter().map(PublishedRelease::read).collect::<Result<Vec<EarlierRelease>>>()?);
    let released = release(plan, &publication, &results, &contributors, &earlier);
    let table = write::released(&released);
    let csv = write::csv_bytes(&table)?;
    let mut facts = facts(loaded);
    facts.results_digest = write::sha256_hex(&csv);
    facts.earlier_changes = write::changes_since_published(&plan.root, &period, &csv)?.iter().map(present::changed_figure).collect();
    progress.step("drawing");
    let exact_table = write::restricted(&results);
    let exact_facts = Facts { results_digest: write::sha256_hex(&write::csv_bytes(&exact_table)?), ..facts.clone() };
    let lists = super::lists::lists(loaded, &set)?;
    let pages = [
        present::leadership(&released, &facts),
        present::evaluator(&released, &facts),
        present::researcher(&released, &facts, &plan.instruments),
    ];
    let further = present::relationships(plan, &lives, &set.spans);
    let exact_page = present::restricted(&results, &exact_facts, &lists, further);
    let draft = Draft {
        pages: pages.iter().map(|page| render_page(page, &theme)).collect::<Result<_>>()?,
        results: table,
        restricted_pages: vec![render_page(&exact_page, &theme)?],
        restricted_results: exact_table,
        restricted_tables: vec![
            ("episodes", write::episodes(plan, &loaded.checked.dataset, &set)),
            ("curves", write::curves(&lives)),
            ("comparisons", write::comparisons(&lives)),
            ("attribution", super::attribution::attribution(&loaded.checked.dataset, &set)),
        ],
        registered: write::registered_file(&key, ids_of_file(plan, &loaded.inputs.pairs))?,
        findings: findings_csv(&loaded.findings),
        record: write::record_file(earlier.now())?,
        atoms: write::atoms_csv(&results, &contributors, &marked)?,
        fixed_texts: guard::fixed_texts(plan),
        declared_counts: guard::declared_counts(&facts),
    };
    progress.step("attacking");
    let inputs_digest = keyed_inputs(loaded, &key);
    let released = write::released_files(plan, &period, &inputs_digest, &draft, guard::PUBLIC)?;
    let files = guard::files(&released);
    let report = guard::audit_bytes(plan, &files, guard::identifiers(loaded))?;
    progress.step("writing");
    let folder = drafts.join(&period);
    let released = report.is_clean().then_some(released);
    write::write_draft(&folder, plan, &period, &inputs_digest, &draft, released, &report.log())?;
    Ok(Written { folder, period, audit: report, unrecorded: earlier.unrecorded() })
}

/// What pages say of the data: how much was read, used and left out.
fn facts(loaded: &Loaded) -> Facts {
    let plan = &loaded.plan;
    let surveys: Vec<&Funnel> = loaded
        .checked
        .funnels
        .iter()
        .filter(|funnel| plan.exports.iter().any(|export| export.file.display().to_string() == funnel.file))
        .collect();
    let mut exclusions = std::collections::BTreeMap::<&str, u64>::new();
    for (rule, count) in surveys.iter().flat_map(|funnel| &funnel.excluded) {
        *exclusions.entry(rule).or_default() += count;
    }
    let meaning = |code: &str| {
        let known = rules::ALL.iter().find(|rule| rule.code == code).map(|rule| rule.meaning.trim_end_matches('.'));
        known.unwrap_or("The row cannot be read as the file stands").to_string()
    };
    let count = |severity: Severity| loaded.findings.iter().filter(|finding| finding.severity == severity).count() as u64;
    Facts {
        program: plan.name.clone(),
        institution: plan.institution.clone(),
        as_of: plan.as_of,
        responses_received: surveys.iter().map(|funnel| funnel.records).sum(),
        responses_used: surveys.iter().map(|funnel| funnel.used).sum(),
        exclusions: exclusions.into_iter().map(|(code, count)| (meaning(code), count)).collect(),
        findings: vec![
            ("errors".into(), count(Severity::Error)),
            ("warnings".into(), count(Severity::Warning)),
            ("notes".into(), count(Severity::Note)),
        ],
        results_digest: String::new(),
        version: env!("CARGO_PKG_VERSION").into(),
        earlier_changes: Vec::new(),
        failure_terms: present::failure_terms(plan),
        register_is_whole: loaded.missing_pairs == 0,
        targets: plan.targets.clone(),
        important: plan.privacy.important.clone(),
        windows: plan.windows.clone(),
        mergeable: plan
            .demographics
            .iter()
            .filter(|demographic| demographic.is_mergeable())
            .map(|demographic| demographic.id.clone())
            .collect(),
    }
}

fn read_key(plan: &Plan) -> Result<Vec<u8>> {
    let path = plan.root.join(&plan.privacy.key_file);
    let real = if path.exists() { confined(&plan.root, &plan.privacy.key_file)? } else { path.clone() };
    let key = std::fs::read_to_string(&real).map_err(|_| {
        Error::new(
            "the program has no key for the digests of its inputs",
            "write 64 random hexadecimal characters into it, as `mentorscope init` does",
        )
        .at(&path)
    })?;
    let key = key.trim().as_bytes().to_vec();
    if key.len() < 32 {
        return Err(Error::new("the key for the digests of inputs is too short", "use 64 random hexadecimal characters").at(&path));
    }
    Ok(key)
}

fn keyed_inputs(loaded: &Loaded, key: &[u8]) -> String {
    let inputs = &loaded.inputs;
    let tables = [Some(&inputs.roster), Some(&inputs.pairs), inputs.goals.as_ref(), inputs.actions.as_ref(), inputs.contacts.as_ref()];
    let mut digests: Vec<(String, [u8; 32])> = tables.into_iter().flatten().map(|table| (table.file.clone(), table.digest)).collect();
    digests.extend(inputs.exports.iter().map(|raw| (raw.file.clone(), raw.digest)));
    write::keyed_digest(key, &digests)
}
