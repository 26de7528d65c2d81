//! A release beside an earlier one of other answers: whether what few people changed follows from both.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::atoms::{Atom, Outcome};
use super::declared::Figure;
use super::judge::{Judgment, Verdict, judge};
use super::model::{Rules, System, model_of};
use super::report::{Fault, Leak};
use super::system::Target;

/// Name of records, for faults.
const RECORD: &str = "record.json";

/// What the private record of an earlier release says: its atoms by outcome with role, and span.
#[derive(Debug, Default)]
pub struct Record(BTreeMap<(String, String), Vec<Atom>>);

/// Reads a record.
pub fn read(bytes: &[u8], faults: &mut Vec<Fault>) -> Record {
    let record: Option<Value> = serde_json::from_slice(bytes).ok();
    let read = record.and_then(|record| {
        let groupings: Vec<&str> = record["groupings"].as_array()?.iter().filter_map(Value::as_str).collect();
        let mut atoms = BTreeMap::new();
        for (outcome, spans) in record["outcomes"].as_object()? {
            for (span, list) in spans.as_object()? {
                let list = list.as_array()?.iter().map(|atom| self::atom(atom, &groupings)).collect::<Option<Vec<Atom>>>()?;
                atoms.insert((outcome.clone(), span.clone()), list);
            }
        }
        Some(Record(atoms))
    });
    read.unwrap_or_else(|| {
        faults.push(Fault::new(RECORD, "the record of the earlier release cannot be read".into()));
        Record::default()
    })
}

/// An atom of a record: period, groups, how many are averaged, observations, people, most observations of one person, sum of the denominators, digest, parts.
fn atom(atom: &Value, groupings: &[&str]) -> Option<Atom> {
    let text = |place: usize| atom[place].as_str().map(str::to_string);
    let codes = atom[1].as_array()?.iter().map(Value::as_str);
    Some(Atom {
        period: text(0).unwrap_or_default(),
        groups: groupings.iter().zip(codes).filter_map(|(id, code)| Some((id.to_string(), code?.to_string()))).collect(),
        per_person: atom[2].as_i64().filter(|count| *count > 0)?,
        observations: atom[3].as_i64()?,
        people: atom[4].as_i64()?,
        rated: 0,
        numerator: 0.0,
        denominator: atom[6].as_f64()?,
        digest: text(7)?,
        parts: text(8)?,
    })
}

/// The parts of the people that differ: four digits each, of which the first two are its number.
fn differing<'a>(one: &'a str, other: &'a str) -> BTreeSet<&'a str> {
    let parts = |text: &'a str| (0..text.len() / 4).filter_map(|part| text.get(4 * part..4 * part + 4)).collect::<BTreeSet<_>>();
    parts(one).symmetric_difference(&parts(other)).filter_map(|part| part.get(..2)).collect()
}

/// What tells atoms of two releases apart.
fn place(atom: &Atom) -> (&str, &BTreeMap<String, String>, i64) {
    (&atom.period, &atom.groups, atom.per_person)
}

/// An atom that changed.
struct Changed<'a> {
    unknown: usize,
    parts: BTreeSet<&'a str>,
    people: i64,
    own: i64,
    atom: &'a Atom,
}

/// No fewer people changed.
fn people(changed: &[&Changed<'_>]) -> i64 {
    let parts: BTreeSet<&str> = changed.iter().flat_map(|changed| changed.parts.iter().copied()).collect();
    changed.iter().map(|changed| changed.people).fold(parts.len() as i64, i64::max)
}

/// Changes of fewer people than the floor that follow from the figures of two releases about an outcome in a span; how many were looked at.
pub fn judge_changes(
    outcome: &Outcome,
    span: &str,
    (atoms, figures): (&[Atom], &[&Figure]),
    (record, earlier): (&Record, &[&Figure]),
    rules: &Rules,
) -> (usize, Vec<Leak>) {
    let nothing = (0, Vec::new());
    let none = Vec::new();
    let before = record.0.get(&(format!("{} {}", outcome.id, outcome.role), span.to_string())).unwrap_or(&none);
    let Some(unit) = figures.first().map(|figure| figure.text("unit").to_string()) else { return nothing };
    let now: Vec<Atom> = atoms.iter().filter(|atom| atom.observations > 0).cloned().collect();
    let is_same =
        |one: &Atom, other: &Atom| place(one) == place(other) && one.digest == other.digest && one.observations == other.observations;
    if earlier.is_empty() || (now.len() == before.len() && now.iter().all(|atom| before.iter().any(|old| is_same(old, atom)))) {
        return nothing;
    }
    let models = (model_of(outcome, &unit, &now, figures, rules), model_of(outcome, &unit, before, earlier, rules));
    let (Some(new), Some(old)) = models else { return nothing };
    // Unknowns of now, then one difference for each atom that changed: the old sum is the new one and the difference, less `shift`.
    let mut system = System { unknowns: new.unknowns.clone(), rows: Vec::new() };
    let mut changed: Vec<Changed<'_>> = Vec::new();
    let mut terms: Vec<(Vec<usize>, i64)> = Vec::new();
    for (position, was) in before.iter().enumerate() {
        let here = now.iter().position(|atom| place(atom) == place(was));
        let mut own = Vec::from_iter(here);
        let mut shift = 0;
        if here.is_none_or(|here| !is_same(&now[here], was)) {
            shift = differ(&mut system, &mut changed, was, Some((position, &old)), here.map(|here| (here, &now[here])), rules);
            own.push(system.unknowns.len() - 1);
        }
        terms.push((own, shift));
    }
    for (here, atom) in now.iter().enumerate().filter(|(_, atom)| !before.iter().any(|was| place(was) == place(atom))) {
        differ(&mut system, &mut changed, atom, None, Some((here, atom)), rules);
    }
    for row in &old.rows {
        let shift: i64 = row.terms.iter().map(|&(unknown, weight)| weight * terms[unknown].1).sum();
        let parts = row.terms.iter().flat_map(|&(unknown, weight)| terms[unknown].0.iter().map(move |&own| (own, weight)));
        system.publish(&parts.collect::<Vec<_>>(), row.lower + shift, row.upper + shift);
    }
    let (targets, names) = targets(&system, outcome, span, &changed, figures.iter().chain(earlier), rules);
    let alone = judge(&system, &targets, None, true);
    new.rows.iter().for_each(|row| system.publish(&row.terms, row.lower, row.upper));
    let together = judge(&system, &targets, None, true);
    let mut leaks = Vec::new();
    match (alone, together) {
        (Verdict::Judged(alone), Verdict::Judged(together)) => {
            // What the earlier release told by itself, the new one did not give away.
            let told = together.into_iter().zip(alone).map(|(now, before)| (now, before == Judgment::Safe));
            for ((target, name), (judgment, _)) in targets.iter().zip(&names).zip(told).filter(|(_, (_, was_safe))| *was_safe) {
                let most = target.unknowns.iter().map(|&unknown| system.unknowns[unknown].upper).sum();
                let leak = |stage, interval, limit| Leak { cell: name.clone(), stage, interval, limit };
                match judgment {
                    Judgment::Safe => {}
                    Judgment::Leak { stage, lower, upper } => leaks.push(leak(stage.word(), Some((lower, upper, most)), None)),
                    Judgment::Undecided { stage, limit } => leaks.push(leak(stage.word(), None, Some(limit.words()))),
                }
            }
        }
        // So few people cannot have changed what both show: whoever reads them learns that more did, or that what they know is wrong.
        _ => return (targets.len(), Vec::new()),
    }
    (targets.len(), leaks)
}

/// Adds the difference of an atom: as much as so many people, of whom some joined or left, could change. Gives its shift.
fn differ<'a>(
    system: &mut System,
    changed: &mut Vec<Changed<'a>>,
    atom: &'a Atom,
    was: Option<(usize, &System)>,
    now: Option<(usize, &'a Atom)>,
    rules: &Rules,
) -> i64 {
    let (gained, lost) =
        (was.map_or(0, |(position, old)| old.unknowns[position].upper), now.map_or(0, |(here, _)| system.unknowns[here].upper));
    let (people_was, people_now) = (was.map_or(0, |_| atom.people), now.map_or(0, |(_, atom)| atom.people));
    let parts = differing(was.map_or("", |_| &atom.parts), now.map_or("", |(_, atom)| &atom.parts));
    let people = (people_was - people_now).abs().max(parts.len() as i64).max(1);
    let answers = (gained + lost).max(1);
    let own = (answers + people_was + people_now - 1) / (people_was + people_now).max(1);
    let (mut down, mut up) = (lost, gained);
    if people < rules.minimum_people.max(5) {
        down = down.min((people - (people_was - people_now).max(0)) * own);
        up = up.min((people - (people_now - people_was).max(0)) * own);
    }
    let unknown = system.unknown(0, down + up, if people < rules.minimum_people.max(5) { people } else { people_was + people_now });
    if let Some((here, _)) = now {
        system.publish(&[(here, 1), (unknown, 1)], down, gained + down);
    }
    changed.push(Changed { unknown, parts, people, own, atom });
    down
}

/// The changes that must stay open: of every atom, and of every shown cell.
fn targets<'a>(
    system: &System,
    outcome: &Outcome,
    span: &str,
    changed: &[Changed<'_>],
    figures: impl Iterator<Item = &'a &'a Figure>,
    rules: &Rules,
) -> (Vec<Target>, Vec<String>) {
    let shown = figures.filter(|figure| figure.is_level() && !figure.is_hidden());
    let cells: BTreeSet<(&str, &str)> = shown.map(|figure| (figure.text("grouping"), figure.text("group"))).collect();
    let in_cell =
        |(grouping, group): &(&str, &str)| changed.iter().filter(|changed| changed.atom.is_in(grouping, group)).collect::<Vec<_>>();
    let single = changed.iter().map(|changed| ("an atom".to_string(), vec![changed]));
    let together = cells.iter().map(|cell| (format!("{} = {:?}", cell.0, cell.1), in_cell(cell)));
    let (mut targets, mut names, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (name, changed) in single.chain(together) {
        let unknowns: Vec<usize> = changed.iter().map(|changed| changed.unknown).collect();
        let people = people(&changed);
        let range: i64 = unknowns.iter().map(|&unknown| system.unknowns[unknown].upper).sum();
        let own = changed.iter().map(|changed| changed.own).min().unwrap_or_default();
        if range == 0 || people >= rules.minimum_people.max(5) || !seen.insert(unknowns.clone()) {
            continue;
        }
        let mut width = ((people * own + 1) / 2).min((range + 1) / 2);
        if outcome.class == "count" {
            width = width.min(rules.minimum_people.max(5) - 1);
        }
        targets.push(Target { unknowns, width, range: Some(range) });
        names.push(format!("{} {}, {span}, changed since the earlier release: {name}, {people} people", outcome.id, outcome.role));
    }
    (targets, names)
}
