//! Whether what `simulate` planted of failure is found again, within its intervals as often as they say: `cargo bench --bench recovery`, or with `-- 50`
//! for another number of seeds. Prints the tables of `docs/validation.md`.
//!
//! Truth is taken from the simulator and not from the statistics under test: counts of `truth.json`, the planted ratio, and shares and rates of all seeds
//! together, counted without any model where every relationship was seen for long enough.

#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use std::collections::BTreeMap;

use mentorscope::analyze::lives::Lives;
use mentorscope::check::check;
use mentorscope::derive::{AnalysisSet, Episode, SpanKind, derive, status};
use mentorscope::ingest::{InProcess, read_inputs};
use mentorscope::program::{load_plan, parse_instrument, shipped_instruments};
use mentorscope::simulate::{Settings, simulate};
use mentorscope::stats::cox::{Errors, Model, Subject, Ties};
use mentorscope::stats::survival::Spell;

const SEEDS: u64 = 200;
/// The ratio of failure in Surgery that the simulator plants.
const PLANTED_RATIO: f64 = 2.2;
const YEAR: i32 = 365;
/// The cohort of which every relationship was seen for more than a year.
const COHORT: u16 = 1;

/// An interval and the quantity that it is of.
struct Found {
    quantity: String,
    estimate: f64,
    interval: Option<(f64, f64)>,
}

/// What a seed gave.
#[derive(Default)]
struct Seed {
    found: Vec<Found>,
    /// Events and exposure (or relationships) per quantity, for the truth over all seeds.
    counts: BTreeMap<String, (f64, f64)>,
    /// p-values of hypotheses that are true, and of those that are not, by name.
    p_values: Vec<(&'static str, f64)>,
    /// Whether failures of each kind were as many as planted.
    exact: bool,
}

fn main() {
    let seeds = std::env::args().skip(1).find_map(|argument| argument.parse::<u64>().ok()).unwrap_or(SEEDS);
    let all: Vec<Seed> = (1..=seeds).map(one).collect();
    println!(
        "{seeds} seeds, 900 pairs each. Failures of each kind exactly as planted: {} of {seeds}.\n",
        all.iter().filter(|seed| seed.exact).count()
    );
    println!("| quantity | truth | mean estimate | intervals that hold the truth | without interval |");
    println!("|---|---|---|---|---|");
    let quantities: Vec<&String> = all[0].found.iter().map(|found| &found.quantity).collect();
    let (mut held, mut given) = (0, 0);
    for quantity in quantities {
        let counts = all.iter().filter_map(|seed| seed.counts.get(quantity)).fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let truth = if counts.1 > 0.0 {
            counts.0 / counts.1
        } else if quantity.contains("Surgery") {
            PLANTED_RATIO
        } else {
            1.0
        };
        let found: Vec<&Found> = all.iter().flat_map(|seed| seed.found.iter().filter(|found| found.quantity == *quantity)).collect();
        let intervals: Vec<(f64, f64)> = found.iter().filter_map(|found| found.interval).collect();
        let hold = intervals.iter().filter(|ends| ends.0 <= truth && truth <= ends.1).count();
        let mean = found.iter().map(|found| found.estimate).sum::<f64>() / found.len() as f64;
        (held, given) = (held + hold, given + intervals.len());
        println!(
            "| {quantity} | {truth:.4} | {mean:.4} | {hold} of {} ({:.1}%) | {} |",
            intervals.len(),
            100.0 * hold as f64 / intervals.len() as f64,
            seeds as usize - intervals.len()
        );
    }
    println!("\nAll together: {held} of {given} ({:.1}%).\n", 100.0 * held as f64 / given as f64);
    println!("| test | hypothesis of no difference | p under 0.05 |");
    println!("|---|---|---|");
    let mut tests: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    all.iter().flat_map(|seed| &seed.p_values).for_each(|(name, p)| tests.entry(name).or_default().push(*p));
    for (name, p_values) in tests {
        let small = p_values.iter().filter(|p| **p < 0.05).count();
        let truth = if name.contains("department") { "false" } else { "true" };
        println!("| {name} | {truth} | {small} of {} ({:.1}%) |", p_values.len(), 100.0 * small as f64 / p_values.len() as f64);
    }
}

fn one(number: u64) -> Seed {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let instrument = |id: &str| {
        let (_, text) = shipped_instruments().iter().find(|(name, _)| *name == id).expect("shipped");
        parse_instrument(id, text).expect("sound")
    };
    let settings = Settings { pairs: 900, quarters: 8, seed: 10_000 + number };
    let files = simulate(&settings, &instrument("mentee_quarterly"), &instrument("mentor_quarterly"), &instrument("institution_annual"));
    let mut truth = serde_json::Value::Null;
    for file in &files {
        let place = folder.path().join(&file.path);
        std::fs::create_dir_all(place.parent().expect("in the folder")).expect("a folder");
        std::fs::write(place, &file.bytes).expect("written");
        if file.path.ends_with("truth.json") {
            truth = serde_json::from_slice(&file.bytes).expect("JSON");
        }
    }
    let plan = load_plan(folder.path()).expect("a sound program");
    let mut inputs = read_inputs(&plan, &InProcess).expect("readable files");
    let checked = check(&plan, &mut inputs, &|_| true).expect("a dataset");
    let set = derive(&plan, &checked.dataset, plan.periods.len() - 1).expect("an analysis set");
    measure(&set, &Lives::new(&set, 0), &truth["counts"]["failures"])
}

fn measure(set: &AnalysisSet, lives: &Lives, planted: &serde_json::Value) -> Seed {
    let mut seed = Seed::default();
    let kinds = ["never_met", "ended_early", "dormant"];
    let counted = |how: u8| set.ledger.iter().filter(|episode| episode.failed() && episode.how == how).count() as u64;
    seed.exact = (1..).zip(kinds).all(|(how, kind)| planted[kind].as_u64() == Some(counted(how)));

    let ends = ["failed", "completed", "ended neutrally"];
    let cohort: Vec<&Episode> = set.ledger.iter().filter(|episode| episode.cohort == Some(COHORT)).collect();
    let curve = lives.curves.iter().find(|curve| curve.division.id == "cohort" && curve.group == usize::from(COHORT)).expect("a cohort");
    for (end, name) in ends.iter().enumerate() {
        let quantity = format!("{name} by 12 months, one cohort");
        if let Ok(value) = &curve.read[1][end] {
            seed.found.push(Found { quantity: quantity.clone(), estimate: value.estimate, interval: value.interval });
        }
        let ended = |episode: &&&Episode| usize::from(episode.status) == end + 1 && episode.exit - episode.start <= YEAR;
        seed.counts.insert(quantity, (cohort.iter().filter(ended).count() as f64, cohort.len() as f64));
    }
    for flow in &lives.flows {
        let span = &set.spans[flow.span];
        assert_eq!(span.kind, SpanKind::Period);
        let quantity = format!("failures per 100 months, {}", span.id);
        let Ok(rate) = &flow.rate else { continue };
        let interval = rate.interval.as_ref().ok().map(|interval| (interval.lower, interval.upper));
        seed.found.push(Found { quantity: quantity.clone(), estimate: rate.estimate, interval });
        seed.counts.insert(quantity, (flow.failed as f64, flow.exposure));
    }
    seed.found.extend(surgery(set));
    for model in lives.associations.iter().filter(|model| model.factor.as_deref() != Some("Agreed days between meetings")) {
        let Some(factor) = &model.factor else { continue };
        for effect in model.effects.iter().flatten() {
            let quantity = format!("hazard ratio, {}: {}", factor.to_lowercase(), effect.term.to_lowercase());
            let interval = effect.interval.as_ref().ok().copied();
            seed.found.push(Found { quantity, estimate: effect.ratio, interval });
        }
    }
    for (division, name) in [
        ("gender", "Gray, failure by gender"),
        ("mentor:career_stage", "Gray, failure by mentor's stage"),
        ("department", "Gray, failure by department"),
    ] {
        let test = lives.tests.iter().find(|test| test.division.id == division && test.cause == u32::from(status::FAILED));
        if let Some(Ok((_, _, p, _))) = test.map(|test| &test.result) {
            seed.p_values.push((name, *p));
        }
    }
    seed
}

/// The hazard ratio of the failing department, by the same model as the factors'.
fn surgery(set: &AnalysisSet) -> Option<Found> {
    let department = set.groupings.iter().find(|grouping| grouping.id == "department")?;
    let failing = department.groups.iter().position(|group| group.code == "SURG")?;
    let subjects: Vec<Subject> = set
        .ledger
        .iter()
        .filter(|episode| !episode.late)
        .map(|episode| Subject {
            spell: Spell {
                entry: (episode.entry > episode.start).then(|| f64::from(episode.entry - episode.start)),
                exit: f64::from(episode.exit - episode.start),
                event: episode.failed(),
            },
            covariates: vec![f64::from(u8::from(episode.mentee_groups[0].is_some_and(|group| usize::from(group) == failing)))],
            stratum: 0,
            cluster: episode.mentor,
            weight: 1.0,
        })
        .collect();
    let fit = Model::new(&subjects).and_then(|model| model.fit(Ties::Efron, Errors::Clustered)).ok()?;
    let coefficient = fit.coefficients[0].as_ref().ok()?;
    let interval = coefficient.hazard_ratio_interval(0.95).ok().map(|interval| (interval.lower, interval.upper));
    let estimate = coefficient.hazard_ratio.clone().ok()?;
    Some(Found { quantity: "hazard ratio, Surgery against all others".into(), estimate, interval })
}
