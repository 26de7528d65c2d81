//! What the audit needs to know of a run: the rules, fixed texts, identifiers, and what was published before.

use std::collections::BTreeSet;
use std::path::Path;

use super::pipeline::Loaded;
use crate::analyze::{METRICS, ReleaseClass};
use crate::audit::{Files, Identifiers, Input, Report, Rules, STATEMENT, STATEMENT_FILE, audit};
use crate::error::Result;
use crate::present::{self, Facts};
use crate::program::plan::Plan;
use crate::write::{OutputFile, published_folders, read_folder, slashed};

/// The public statement: its file's name and text.
pub const PUBLIC: (&str, &str) = (STATEMENT_FILE, STATEMENT);

/// The files of a release as the audit reads them.
pub fn files(files: &[OutputFile]) -> Files {
    files.iter().map(|file| (slashed(file), file.bytes.clone())).collect()
}

/// The files below a folder.
///
/// # Errors
/// If it cannot be read.
pub fn folder(folder: &Path) -> Result<Files> {
    Ok(files(&read_folder(folder)?))
}

/// The rules of a program.
pub fn rules(plan: &Plan) -> Rules {
    Rules { minimum_people: plan.privacy.minimum_people.max(5).try_into().unwrap_or(i64::MAX) }
}

/// Reads the bytes of a release of a program, whose pages may print what it published before.
///
/// # Errors
/// If an earlier release cannot be read.
pub fn audit_bytes(plan: &Plan, release: &Files, identifiers: Identifiers) -> Result<Report> {
    let earlier: Vec<Files> = published_folders(&plan.root)?.iter().map(|place| folder(place)).collect::<Result<_>>()?;
    let others = earlier.iter().collect();
    Ok(audit(&Input { release: Some(release), others, rules: rules(plan), identifiers, ..Input::default() }))
}

/// Texts with numbers that come from the configuration, the questionnaires and the registry of metrics. No answer changes them.
pub fn fixed_texts(plan: &Plan) -> Vec<String> {
    let mut texts = BTreeSet::new();
    let mut add = |text: String| {
        texts.insert(text);
    };
    for period in plan.periods.iter().chain(&plan.cohorts).chain(plan.windows.iter().map(|window| &window.span)) {
        add(period.id.clone());
        add(period.label.clone());
    }
    present::FIXED_SENTENCES.into_iter().for_each(|text| add(text.to_string()));
    present::failure_terms(plan).into_iter().for_each(|(_, text)| add(text));
    add(plan.name.clone());
    add(plan.institution.clone());
    for demographic in &plan.demographics {
        add(demographic.label.clone());
        add(demographic.label.to_lowercase());
        demographic.values.iter().for_each(|value| add(value.label.clone()));
    }
    for instrument in &plan.instruments {
        [&instrument.id, &instrument.title, &instrument.version, &instrument.source].into_iter().for_each(|text| add(text.clone()));
        for item in &instrument.items {
            add(item.id.clone());
            item.text.iter().for_each(|text| add(text.clone()));
            item.choices.iter().for_each(|choice| add(format!("{} {}", choice.code, choice.label)));
            if let (Some(least), Some(most)) = (item.minimum, item.maximum) {
                add(format!("{least} to {most}"));
            }
        }
        for scale in &instrument.scales {
            [&scale.id, &scale.label, &scale.construct, &scale.version].into_iter().for_each(|text| add(text.clone()));
            add(format!("items from {} to {}", scale.minimum, scale.maximum));
            add(format!("from {} to {}", scale.minimum, scale.maximum));
            scale.minimum_answered.iter().for_each(|share| add(format!("rule {}", (share * 100.0).round())));
        }
    }
    for metric in METRICS {
        [metric.id, metric.label, metric.definition, metric.reference].into_iter().for_each(|text| add(text.to_string()));
        if let Some(difference) = metric.relevant_difference {
            let points = if metric.release_class == ReleaseClass::Proportion { difference * 100.0 } else { difference };
            add(format!("Relevant difference: {points}"));
            for unit in ["points", "scale points", "T points", "failures"] {
                add(format!("{points} {unit}"));
            }
        }
        add(format!("rule {}", metric.formula_version));
    }
    for target in plan.targets.values() {
        add(format!("target {target}"));
        add(format!("target {}", (target * 1000.0).round() / 10.0));
    }
    let thresholds = toml::from_str::<toml::Table>(&String::from_utf8_lossy(&plan.source)).unwrap_or_default();
    for section in ["thresholds", "privacy"] {
        let values = thresholds.get(section).and_then(toml::Value::as_table);
        values.into_iter().flatten().filter_map(|(_, value)| value.as_integer()).for_each(|value| add(format!("rule {value}")));
    }
    [rules(plan).minimum_people, 1, 2, 3, 4, 5, 10, 12, 50, 95].into_iter().for_each(|number| add(format!("rule {number}")));
    texts.into_iter().filter(|text| text.chars().any(|c| c.is_ascii_digit())).collect()
}

/// The rounded counts that pages print besides the results.
pub fn declared_counts(facts: &Facts) -> Vec<String> {
    let counts = [facts.responses_received, facts.responses_used];
    let all = counts.into_iter().chain(facts.exclusions.iter().chain(&facts.findings).map(|(_, count)| *count));
    let rounded: BTreeSet<u64> = all.filter(|count| *count >= 5).map(|count| (count + 2) / 5 * 5).collect();
    rounded.into_iter().map(|count| count.to_string()).collect()
}

/// Ids of people and pairs, addresses, and names of input files. Words that the configuration itself uses are left to it, and numbers of few
/// digits, which stand for anything.
pub fn identifiers(loaded: &Loaded) -> Identifiers {
    let plan = &loaded.plan;
    let inputs = &loaded.inputs;
    let mut words: BTreeSet<String> = BTreeSet::new();
    let dataset = &loaded.checked.dataset;
    for codes in [dataset.people(), dataset.pair_ids()] {
        words.extend((0..codes.len() as u32).filter_map(|code| codes.id(code)).map(str::to_string));
    }
    if let Some(column) = plan.roster.email.as_deref().and_then(|heading| inputs.roster.column(heading)) {
        words.extend(inputs.roster.rows().filter_map(|row| row.get(column).map(str::to_string)));
    }
    let tables = [Some(&inputs.roster), Some(&inputs.pairs), inputs.goals.as_ref(), inputs.actions.as_ref()];
    let names = tables.into_iter().flatten().map(|table| table.file.clone()).chain(inputs.exports.iter().map(|raw| raw.file.clone()));
    for name in names {
        let file = Path::new(&name).file_name().map(|file| file.to_string_lossy().into_owned());
        words.extend(file);
        words.insert(name);
    }
    let own = String::from_utf8_lossy(&plan.source).to_lowercase();
    let own: BTreeSet<&str> = own.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).collect();
    let tells = |word: &String| {
        let digits = word.bytes().all(|byte| byte.is_ascii_digit());
        !word.trim().is_empty() && (!digits || word.len() >= 6) && word.chars().count() >= 3 && !own.contains(word.to_lowercase().as_str())
    };
    Identifiers { words: words.into_iter().filter(tells).collect() }
}
