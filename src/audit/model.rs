//! From published figures and known numbers of people to systems of sums: one per outcome and span.

use std::collections::{BTreeMap, BTreeSet};

use super::atoms::{Atom, Outcome};
use super::declared::Figure;
use super::grids::{gap_step, own_reach, step};
use super::scale::{STEPS, Scale};
pub use super::system::System;
use super::system::Target;

/// Fewest people on a side of a share that is shown as a number.
const SHORT_SIDE: f64 = 3.0;
/// Fewest people with an event where the rate of the whole program, and that of a group, is a number.
const EVENTS: [f64; 2] = [5.0, 10.0];
/// Parts of a hundred months in which exposure is counted.
const EXPOSURE_PARTS: f64 = 1e4;
/// Fewest who did not answer where a response rate is shown as a number.
const NOT_ANSWERED: f64 = 5.0;
/// A part of one answer by which an end is left out: more than the noise of floating-point numbers, less than answers stand apart from ends on the grid.
const END: f64 = 0.001;
/// What cannot be read off a release: the rules of its program.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Fewest people in a shown cell.
    pub minimum_people: i64,
}

/// One system with what it protects.
pub struct Model {
    /// Unknown answers and published sums.
    pub system: System,
    /// Hidden cells.
    pub targets: Vec<Target>,
    /// Their names, for the private log.
    pub names: Vec<String>,
    /// The true answers.
    pub truth: Vec<i64>,
    /// Figures that the true answers contradict: their rules are not those that this auditor knows.
    pub contradicted: Vec<String>,
}

/// The model of one outcome in one span.
pub fn model(
    outcome: &Outcome,
    span: &str,
    atoms: &[Atom],
    figures: &[&Figure],
    groupings: &BTreeSet<String>,
    rules: &Rules,
) -> Option<Model> {
    // The goals that were set are the observations themselves, whose number is taken to be known. What models divide is no sum of whole answers.
    if outcome.metric == "goals_set" || outcome.class == "model" {
        return None;
    }
    let answering: Vec<&Atom> = atoms.iter().filter(|atom| atom.observations > 0).collect();
    let unit = figures.first()?.text("unit");
    let scale = Scale::new(outcome, unit, &answering)?;
    let mut system = System::default();
    let mut truth = Vec::new();
    for atom in &answering {
        system.unknown(0, scale.most(atom), atom.people);
        truth.push(scale.truth(atom));
    }
    let mut builder = Builder { outcome, scale, atoms: answering, system, rules, contradicted: Vec::new(), truth };
    for figure in figures {
        builder.publish(figure);
    }
    let (targets, names) = builder.targets(span, figures, groupings);
    Some(Model { system: builder.system, targets, names, truth: builder.truth, contradicted: builder.contradicted })
}

/// What the figures of a release say, of answers that are not known; none where the outcome has no sums.
pub fn model_of(outcome: &Outcome, unit: &str, atoms: &[Atom], figures: &[&Figure], rules: &Rules) -> Option<System> {
    if outcome.metric == "goals_set" {
        return None;
    }
    let atoms: Vec<&Atom> = atoms.iter().collect();
    let scale = Scale::new(outcome, unit, &atoms)?;
    let mut system = System::default();
    for atom in &atoms {
        system.unknown(0, scale.most(atom), atom.people);
    }
    let mut builder = Builder { outcome, scale, atoms, system, rules, contradicted: Vec::new(), truth: Vec::new() };
    figures.iter().for_each(|figure| builder.publish(figure));
    Some(builder.system)
}

struct Builder<'a> {
    outcome: &'a Outcome,
    scale: Scale,
    atoms: Vec<&'a Atom>,
    system: System,
    rules: &'a Rules,
    contradicted: Vec<String>,
    /// Empty where it is not known.
    truth: Vec<i64>,
}

/// A cell's share of all that it could be, between these.
type Share = (f64, f64);

impl Builder<'_> {
    fn members(&self, grouping: &str, group: &str) -> Vec<usize> {
        (0..self.atoms.len()).filter(|&place| self.atoms[place].is_in(grouping, group)).collect()
    }

    /// Adds what a figure says.
    fn publish(&mut self, figure: &Figure) {
        let members = self.members(figure.text("grouping"), figure.text("group"));
        match figure.text("contrast") {
            "" => self.publish_level(figure, &members),
            "gap" => self.publish_gap(figure, &members),
            _ => {}
        }
    }

    fn publish_level(&mut self, figure: &Figure, members: &[usize]) {
        let terms: Vec<(usize, i64)> = members.iter().map(|&place| (place, self.scale.weight(self.atoms[place]))).collect();
        let rounding: f64 = if self.scale.units == STEPS { terms.iter().map(|(_, weight)| *weight as f64 / 2.0).sum() } else { 0.0 };
        let slack = rounding + members.iter().map(|&place| self.scale.slack(self.atoms[place])).sum::<f64>();
        // Sides are counted in people, who may stand in several atoms with relationships that ended or other things of theirs: then they cannot be counted in answers.
        let wide = |are_counted| self.level(figure, members, are_counted).map(|(lower, upper)| (lower - slack, upper + slack));
        let Some((counted, plain)) = wide(true).zip(wide(false)) else { return };
        let is_of_things = figure.text("unit_of_analysis") == "episode";
        let (lower, upper) = if is_of_things && (self.truth.is_empty() || !self.agrees(&terms, counted)) { plain } else { counted };
        self.add(figure, &terms, lower, upper);
    }

    /// The weight of a cell's observations, in parts.
    fn weight(&self, members: &[usize]) -> i64 {
        members.iter().map(|&place| self.atoms[place].observations * self.scale.weight(self.atoms[place])).sum()
    }

    /// Between which weighted sums, in units, a figure puts a cell.
    fn level(&self, figure: &Figure, members: &[usize], are_counted: bool) -> Option<(f64, f64)> {
        if self.scale.is_count {
            if self.outcome.class == "count" {
                let estimate = figure.number("estimate")?.value();
                return Some((estimate - 2.5, estimate + 2.5));
            }
            let hundreds = self.exposure(members);
            let people: i64 = members.iter().map(|&place| self.atoms[place].people).sum();
            let is_counted = are_counted && members.iter().map(|&place| self.atoms[place].observations).sum::<i64>() == people;
            let is_group = figure.text("grouping") != "all";
            let few = EVENTS[usize::from(is_group)];
            return match figure.text("shown") {
                "value" => {
                    let (estimate, half) = (figure.number("estimate")?.value(), step(figure)? / 2.0);
                    let lower = (estimate - half) * hundreds;
                    Some((if is_counted { lower.max(few) } else { lower }, (estimate + half) * hundreds))
                }
                "at_most" => {
                    let bound = figure.number("bound")?.value();
                    // An end as low as its size has it by itself says that events are few.
                    let holds = |reach: &f64| reach * people as f64 >= if is_group { 100.0 } else { 200.0 };
                    let is_own = is_counted && [1.0, 2.0, 5.0, 10.0, 20.0].into_iter().find(holds) == Some(bound);
                    Some((0.0, if is_own { (bound * hundreds).min(few - 1.0) } else { bound * hundreds }))
                }
                _ => None,
            };
        }
        let weight = self.weight(members) as f64;
        let parted = self.parted(figure, members);
        let (lower, upper) = self.share(figure, members, are_counted)?;
        let units = self.scale.units as f64;
        Some(((lower * weight - parted) * units, upper * (weight + parted) * units))
    }

    /// Between which shares of its range a figure puts a cell.
    fn share(&self, figure: &Figure, members: &[usize], are_counted: bool) -> Option<Share> {
        let share = |value: f64| (value - self.scale.least) / self.scale.range;
        let answers: f64 = members.iter().map(|&place| self.atoms[place].observations as f64).sum();
        let people: i64 = members.iter().map(|&place| self.atoms[place].people).sum();
        // Sides are counted in people: where each answered once, in answers, too.
        let is_response = self.outcome.metric.starts_with("response_");
        // Who is invited again in every period is in the atoms of each.
        let is_repeated = is_response && members.iter().any(|&place| self.atoms[place].period != self.atoms[members[0]].period);
        let is_plain = are_counted && self.scale.is_share && self.scale.parts == 1 && people as f64 == answers && !is_repeated;
        // A band of 5 to 9 people, or of which half it is, says nothing of how many are on a side.
        let is_counted = is_plain && figure.text("n") != "5 to 9";
        let short = if is_response { NOT_ANSWERED } else { SHORT_SIDE };
        // Halves are rounded up, ends of thirds belong to the middle, and half is no less than half: whole answers do not stand at those ends.
        let end = if self.scale.is_share && self.scale.parts == 1 { END / answers } else { 0.0 };
        // A range as wide as its size has it by itself says how many are on the short side; a wider one, shown for its neighbors' sake, does not.
        let is_own = |reach: f64| is_counted && (if is_response { reach < 0.499 } else { (reach - own_reach(people)).abs() < 1e-6 });
        match figure.text("shown") {
            "value" => {
                let (estimate, half) = (figure.number("estimate")?.value(), step(figure)? / 2.0);
                let (mut lower, mut upper) = (share(estimate - half), share(estimate + half) - end);
                if let (Some(low), Some(high)) = (figure.number("ci_lower"), figure.number("ci_upper")) {
                    lower = lower.max(share(low.value()));
                    upper = upper.min(share(high.value()));
                }
                // A number says that the short side is not short: of a response rate of half and more, those who did not answer.
                if is_plain {
                    lower = lower.max(SHORT_SIDE / answers);
                    upper = upper.min(1.0 - if estimate > 0.5 { short } else { SHORT_SIDE } / answers);
                }
                Some((lower, upper))
            }
            "lower_third" => Some((0.0, 1.0 / 3.0 - end)),
            "middle_third" => Some((1.0 / 3.0, 2.0 / 3.0)),
            "upper_third" => Some((2.0 / 3.0 + end, 1.0)),
            "at_least" => {
                let bound = share(figure.number("bound")?.value());
                Some((if is_own(1.0 - bound) { bound.max(1.0 - (short - 1.0) / answers) } else { bound }, 1.0))
            }
            "at_most" => {
                let bound = share(figure.number("bound")?.value());
                let is_half = figure.text("n") == "5 to 9";
                Some((0.0, if is_own(bound) { bound.min((short - 1.0) / answers) } else { bound - if is_half { end } else { 0.0 } }))
            }
            _ => None,
        }
    }

    /// Groups of pairs part a person's observations, who counts in part here and in whole there: by how much at most.
    fn parted(&self, figure: &Figure, members: &[usize]) -> f64 {
        let is_parted = figure.text("grouping").split(" x ").any(|base| base == "cohort");
        let part = |atom: &Atom| atom.observations as f64 * (self.scale.parts - self.scale.weight(atom)) as f64;
        if is_parted { members.iter().map(|&place| part(self.atoms[place])).sum() } else { 0.0 }
    }

    /// Hundreds of months.
    fn exposure(&self, members: &[usize]) -> f64 {
        members.iter().map(|&place| self.atoms[place].denominator).sum()
    }

    /// A group minus everybody else of a stated group.
    fn publish_gap(&mut self, figure: &Figure, members: &[usize]) {
        let (Some(estimate), Some(step)) = (figure.number("estimate"), gap_step(figure)) else { return };
        let grouping = figure.text("grouping");
        let is_stated = |place: usize| grouping.split(" x ").all(|base| self.atoms[place].groups.contains_key(base));
        let others: Vec<usize> = (0..self.atoms.len()).filter(|&place| !members.contains(&place) && is_stated(place)).collect();
        if self.outcome.class == "count" || members.is_empty() || others.is_empty() {
            return;
        }
        let is_rate = self.scale.is_count;
        let total = |places: &[usize]| {
            if is_rate { (self.exposure(places) * EXPOSURE_PARTS).round() as i64 } else { self.weight(places) }
        };
        let (here, there) = (total(members), total(&others));
        let weighted = |places: &[usize], factor: i64| {
            let weight = |place: usize| if is_rate { 1 } else { self.scale.weight(self.atoms[place]) };
            places.iter().map(|&place| (place, factor * weight(place))).collect::<Vec<_>>()
        };
        let terms = [weighted(members, there), weighted(&others, -here)].concat();
        let both = here as f64 * there as f64 * self.scale.units as f64 / self.scale.range / if is_rate { EXPOSURE_PARTS } else { 1.0 };
        // Both the sums and what they are divided by are about right only.
        let slack = |places: &[usize]| -> f64 {
            let most = |place: usize| self.scale.most(self.atoms[place]) as f64;
            let sums: f64 = places.iter().map(|&place| if is_rate { 0.0 } else { 2.0 * self.scale.slack(self.atoms[place]) }).sum();
            let halves: f64 = if self.scale.units == STEPS {
                places.iter().map(|&place| self.scale.weight(self.atoms[place]) as f64 / 2.0).sum()
            } else {
                0.0
            };
            let months: f64 = if is_rate { places.iter().map(|&place| most(place)).sum::<f64>() / 2.0 } else { 0.0 };
            sums + halves + months
        };
        let months = |one: &[usize], other: i64| if is_rate { slack(one) } else { slack(one) * other as f64 };
        let parted = if is_rate {
            0.0
        } else {
            (self.parted(figure, members) * there as f64 + self.parted(figure, &others) * here as f64) * self.scale.units as f64
        };
        let slack = months(members, there) + months(&others, here) + parted;
        let middle = estimate.value();
        self.add(figure, &terms, (middle - step / 2.0) * both - slack, (middle + step / 2.0) * both + slack);
    }

    fn add(&mut self, figure: &Figure, terms: &[(usize, i64)], lower: f64, upper: f64) {
        if !self.agrees(terms, (lower, upper)) {
            self.contradicted.push(figure.place());
            return;
        }
        let (lower, upper) = whole(lower, upper);
        self.system.publish(terms, lower, upper);
    }

    /// Whether the true answers lie between these, where they are known.
    fn agrees(&self, terms: &[(usize, i64)], (lower, upper): (f64, f64)) -> bool {
        if self.truth.is_empty() {
            return true;
        }
        let (lower, upper) = whole(lower, upper);
        (lower..=upper).contains(&terms.iter().map(|(place, coefficient)| self.truth[*place] * coefficient).sum())
    }

    /// Groupings of people that a reader can cross, declared or not: those who are alike in two of them stand between the figures of both.
    fn crossings(&self) -> BTreeSet<String> {
        let bases: BTreeSet<&String> = self.atoms.iter().flat_map(|atom| atom.groups.keys()).collect();
        let bases: Vec<&str> = bases.into_iter().map(String::as_str).collect();
        let joined = |subset: u32| -> String {
            let chosen: Vec<&str> = bases.iter().enumerate().filter(|(place, _)| subset >> place & 1 == 1).map(|(_, base)| *base).collect();
            chosen.join(" x ")
        };
        // Finer ones are single people, whom the attack of each insider covers.
        (1..1u32 << bases.len().min(16)).filter(|subset| subset.count_ones() <= 2).map(joined).collect()
    }

    /// Every hidden cell: those of too few people, whether they are part of the release or not, and those that the release does not show.
    fn targets(&self, span: &str, figures: &[&Figure], groupings: &BTreeSet<String>) -> (Vec<Target>, Vec<String>) {
        let hidden: BTreeSet<(&str, &str)> = figures
            .iter()
            .filter(|figure| figure.is_level() && figure.text("shown") == "c")
            .map(|figure| (figure.text("grouping"), figure.text("group")))
            .collect();
        let mut cells: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
        let crossings = self.crossings();
        let all: BTreeSet<&String> = groupings.iter().chain(&crossings).collect();
        for grouping in all {
            for (place, atom) in self.atoms.iter().enumerate() {
                let codes: Vec<&str> = grouping.split(" x ").map(|base| atom.groups.get(base).map_or("", String::as_str)).collect();
                let group = if grouping == "all" { "all".to_string() } else { codes.join("|") };
                cells.entry((grouping, group)).or_default().push(place);
            }
        }
        let (mut targets, mut names) = (Vec::new(), Vec::new());
        let mut seen: BTreeSet<Vec<usize>> = BTreeSet::new();
        for ((grouping, group), members) in cells {
            let people: i64 = members.iter().map(|&place| self.atoms[place].people).sum();
            let is_small = people < self.rules.minimum_people;
            if !(is_small || hidden.contains(&(grouping, group.as_str()))) || !seen.insert(members.clone()) {
                continue;
            }
            let mut target = Target::share(&self.system, members);
            if !is_small {
                target = target.as_shown(people);
            }
            if self.outcome.class == "count" {
                target.width = target.width.min(self.rules.minimum_people - 1);
            }
            if target.range == Some(0) {
                continue;
            }
            targets.push(target);
            names.push(format!("{} {}, {span}, {grouping} = {group:?}, {people} people", self.outcome.id, self.outcome.role));
        }
        (targets, names)
    }
}

/// Whole numbers between two ends, of which floating-point noise must not take away one.
fn whole(lower: f64, upper: f64) -> (i64, i64) {
    let noise = 1e-7 * (1.0 + lower.abs().max(upper.abs()));
    ((lower - noise).ceil() as i64, (upper + noise).floor() as i64)
}
