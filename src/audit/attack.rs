//! The attack on every outcome in every span, inside a run.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::atoms::{Atom, Atoms, Outcome};
use super::declared::{Declared, Figure, RESULTS};
use super::earlier::{Record, judge_changes};
use super::judge::{Judgment, Verdict, judge};
use super::model::{Model, Rules, model};
use super::report::{Fault, Leak, Report};

/// Solves for every hidden cell, with everything that was published together.
///
/// `releases` holds the release to be judged first, then those published before it.
pub fn attack(atoms: &Atoms, releases: &[Declared], rules: &Rules, report: &mut Report) {
    let groupings: BTreeSet<String> =
        releases.first().into_iter().flat_map(|declared| &declared.figures).map(|figure| figure.text("grouping").to_string()).collect();
    let by_outcome = by_outcome(releases);
    let jobs: Vec<(&Outcome, &String, &Vec<Atom>)> =
        atoms.iter().flat_map(|(outcome, spans)| spans.iter().map(move |(span, atoms)| (outcome, span, atoms))).collect();
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let judged = |&(outcome, span, atoms): &(&Outcome, &String, &Vec<Atom>)| {
        let key = (outcome.metric.as_str(), outcome.detail.as_str(), outcome.role.as_str(), span.as_str());
        let figures = by_outcome.get(&key).map_or(&[][..], Vec::as_slice);
        let figures: Vec<&Figure> = figures.iter().copied().filter(|figure| is_of_instrument(figure, outcome)).collect();
        model(outcome, span, atoms, &figures, &groupings, rules).map(|model| judged(&model, span, outcome))
    };
    // Large ones first, so that no thread is left with one at the end.
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    order.sort_by_key(|&number| Reverse(jobs[number].2.len()));
    let next = AtomicUsize::new(0);
    let work = || {
        let taken = std::iter::repeat_with(|| order.get(next.fetch_add(1, Ordering::Relaxed))).map_while(|number| number);
        taken.map(|&number| (number, judged(&jobs[number]))).collect::<Vec<_>>()
    };
    let mut done: Vec<(usize, Option<Part>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    done.sort_by_key(|(number, _)| *number);
    for part in done.into_iter().filter_map(|(_, part)| part) {
        report.tried.cells += part.cells;
        report.tried.systems += 1;
        report.faults.extend(part.faults);
        report.leaks.extend(part.leaks);
    }
}

/// Solves for what few people changed since an earlier release, whose figures and record are given.
pub fn attack_changes(atoms: &Atoms, declared: &Declared, (earlier, record): (&Declared, &Record), rules: &Rules, report: &mut Report) {
    let by_outcome = [declared, earlier].map(|declared| by_outcome(std::slice::from_ref(declared)));
    for (outcome, spans) in atoms {
        for (span, atoms) in spans {
            let key = (outcome.metric.as_str(), outcome.detail.as_str(), outcome.role.as_str(), span.as_str());
            let [now, before] = by_outcome.each_ref().map(|figures| {
                let figures = figures.get(&key).map_or(&[][..], Vec::as_slice);
                figures.iter().copied().filter(|figure| is_of_instrument(figure, outcome)).collect::<Vec<&Figure>>()
            });
            let (cells, leaks) = judge_changes(outcome, span, (atoms, &now), (record, &before), rules);
            report.tried.cells += cells;
            report.tried.systems += usize::from(cells > 0);
            report.leaks.extend(leaks);
        }
    }
}

/// Figures by metric, detail, role and span.
type ByOutcome<'a> = BTreeMap<(&'a str, &'a str, &'a str, &'a str), Vec<&'a Figure>>;

fn by_outcome(releases: &[Declared]) -> ByOutcome<'_> {
    let mut by_outcome = ByOutcome::new();
    for figure in releases.iter().flat_map(|declared| &declared.figures) {
        let key = (figure.text("metric"), figure.text("scale_or_cause"), figure.text("role"), figure.text("period"));
        by_outcome.entry(key).or_default().push(figure);
    }
    by_outcome
}

/// Scales of one name may belong to several instruments.
fn is_of_instrument(figure: &Figure, outcome: &Outcome) -> bool {
    let instrument = figure.text("instrument");
    instrument.is_empty() || outcome.id.split(':').nth(1) == Some(instrument)
}

/// What the attack on one system gave.
struct Part {
    cells: usize,
    faults: Vec<Fault>,
    leaks: Vec<Leak>,
}

fn judged(model: &Model, span: &str, outcome: &Outcome) -> Part {
    let mut faults: Vec<Fault> = model
        .contradicted
        .iter()
        .map(|figure| Fault::new(RESULTS, format!("the true value lies outside of what its rule says: {figure}")))
        .collect();
    let mut leaks = Vec::new();
    match judge(&model.system, &model.targets, Some(&model.truth), true) {
        Verdict::Contradiction => {
            faults.push(Fault::new(RESULTS, format!("the figures of {} {} in {span} contradict each other", outcome.id, outcome.role)));
        }
        Verdict::Judged(judgments) => {
            for ((target, name), judgment) in model.targets.iter().zip(&model.names).zip(judgments) {
                let most = target.unknowns.iter().map(|&unknown| model.system.unknowns[unknown].upper).sum();
                let leak = |stage, interval, limit| Leak { cell: name.clone(), stage, interval, limit };
                match judgment {
                    Judgment::Safe => {}
                    Judgment::Leak { stage, lower, upper } => {
                        if !(lower..=upper).contains(&target.at(&model.truth)) {
                            faults.push(Fault::new(RESULTS, format!("the auditor's interval misses the truth: {name}")));
                        }
                        leaks.push(leak(stage.word(), Some((lower, upper, most)), None));
                    }
                    Judgment::Undecided { stage, limit } => leaks.push(leak(stage.word(), None, Some(limit.words()))),
                }
            }
        }
    }
    Part { cells: model.targets.len(), faults, leaks }
}
