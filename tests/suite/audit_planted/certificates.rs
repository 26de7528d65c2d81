//! What published shares leave open, by a model of its own: rules as the documents state them, and pairs of data sets that all of them allow.

use mentorscope::audit::{System, Target};
use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions};

use super::release::Row;

/// People who are alike in every grouping.
pub struct Alike {
    /// Their group per grouping, in the order of the groupings; blank where it is not stated.
    pub groups: Vec<String>,
    /// How many they are.
    pub people: i64,
    /// How many of them have the property.
    pub favorable: i64,
}

/// Everybody, and what was published of them.
pub struct World<'a> {
    /// Ids of the groupings.
    pub groupings: &'a [&'a str],
    /// Everybody, each with one answer.
    pub people: Vec<Alike>,
}

/// How many have the property: fewest and most, as the sign of a cell of so many people says.
fn counts(row: &Row, people: i64) -> Option<(i64, i64)> {
    let number = |column: &str| row[column].parse::<f64>().ok();
    let of = people as f64;
    let whole = |least: f64, most: f64| ((least - 1e-9).ceil() as i64, (most + 1e-9).floor() as i64);
    // A range as wide as its size has it by itself holds two people; a wider one gave way for its neighbors.
    let own = [5, 10, 20, 35].into_iter().find(|reach| (*reach > 5 || people >= 50) && reach * people >= 200).unwrap_or(50);
    let is_own = |reach: f64| people >= 10 && (reach * 100.0).round() as i64 == own;
    Some(match row["shown"].as_str() {
        "value" => {
            // Halves are rounded up. Whoever is on the short side is one of three or more.
            let (estimate, half) = (number("estimate")?, if people < 50 { 0.025 } else { 0.005 });
            let (mut least, mut most) = ((estimate - half) * of, (estimate + half) * of - 1e-6);
            if let (Some(lower), Some(upper)) = (number("ci_lower"), number("ci_upper")) {
                (least, most) = (least.max(lower * of), most.min(upper * of));
            }
            whole(least.max(3.0), most.min(of - 3.0))
        }
        "lower_third" => (0, (people - 1) / 3),
        "middle_third" => ((people + 2) / 3, 2 * people / 3),
        "upper_third" => (2 * people / 3 + 1, people),
        "at_least" => (whole(number("bound")? * of, of).0.max(if is_own(1.0 - number("bound")?) { people - 2 } else { 0 }), people),
        "at_most" if people < 10 => (0, (people - 1) / 2),
        "at_most" => (0, whole(0.0, number("bound")? * of).1.min(if is_own(number("bound")?) { 2 } else { people })),
        _ => return None,
    })
}

impl World<'_> {
    /// Who belongs to a group; combinations join ids by ` x ` and codes by `|`.
    pub fn members(&self, grouping: &str, group: &str) -> Vec<usize> {
        let place = |id: &str| self.groupings.iter().position(|known| *known == id).unwrap();
        let is_in = |alike: &Alike| {
            grouping == "all" || grouping.split(" x ").zip(group.split('|')).all(|(id, code)| alike.groups[place(id)] == code)
        };
        (0..self.people.len()).filter(|&at| is_in(&self.people[at])).collect()
    }

    /// How many people these are.
    pub fn size(&self, members: &[usize]) -> i64 {
        members.iter().map(|&at| self.people[at].people).sum()
    }

    /// How many of these have the property.
    pub fn favorable(&self, members: &[usize]) -> i64 {
        members.iter().map(|&at| self.people[at].favorable).sum()
    }

    /// Everything that rows say.
    pub fn system(&self, rows: &[Row]) -> System {
        let mut system = System::default();
        self.people.iter().for_each(|alike| {
            system.unknown(0, alike.people, alike.people);
        });
        for row in rows {
            let members = self.members(&row["grouping"], &row["group"]);
            let weighted = |places: &[usize], weight: i64| places.iter().map(|&at| (at, weight)).collect::<Vec<_>>();
            match row["contrast"].as_str() {
                "" => {
                    if let Some((least, most)) = counts(row, self.size(&members)) {
                        system.publish(&weighted(&members, 1), least, most);
                    }
                }
                "gap" if row["shown"] == "value" => {
                    let base = self.groupings.iter().position(|known| *known == row["grouping"]).unwrap();
                    let others: Vec<usize> =
                        (0..self.people.len()).filter(|at| !members.contains(at) && !self.people[*at].groups[base].is_empty()).collect();
                    let (here, there) = (self.size(&members), self.size(&others));
                    let estimate: f64 = row["estimate"].parse().unwrap();
                    // Where a side may be short, to 10 points.
                    let is_round = (estimate * 10.0 - (estimate * 10.0).round()).abs() < 1e-9;
                    let half = if here.min(there) < 50 {
                        0.025
                    } else if is_round {
                        0.05
                    } else {
                        0.005
                    };
                    let both = (here * there) as f64;
                    let terms = [weighted(&members, there), weighted(&others, -here)].concat();
                    let (least, most) = ((estimate - half) * both - 1e-6, (estimate + half) * both + 1e-6);
                    system.publish(&terms, least.ceil() as i64, most.floor() as i64);
                }
                _ => {}
            }
        }
        system
    }

    /// Cells of too few people, in every grouping and crossing, and those that the rows hide; each with its names, for one may be all of another.
    pub fn targets(&self, system: &System, rows: &[Row], floor: i64) -> Vec<(Vec<String>, Target)> {
        let crossing = self.groupings.join(" x ");
        let mut targets: Vec<(Vec<String>, Target)> = Vec::new();
        for grouping in self.groupings.iter().copied().chain([crossing.as_str()]) {
            let ids: Vec<&str> = grouping.split(" x ").collect();
            let code = |alike: &Alike| {
                let place = |id: &&str| self.groupings.iter().position(|known| known == id).unwrap();
                ids.iter().map(|id| alike.groups[place(id)].as_str()).collect::<Vec<_>>().join("|")
            };
            let mut groups: Vec<String> = self.people.iter().map(code).collect();
            groups.sort();
            groups.dedup();
            for group in groups {
                let members = self.members(grouping, &group);
                let size = self.size(&members);
                let hides =
                    |row: &Row| row["contrast"].is_empty() && row["shown"] == "c" && row["grouping"] == grouping && row["group"] == group;
                let name = format!("{grouping} = {group:?}");
                if let Some((names, _)) = targets.iter_mut().find(|(_, target)| target.unknowns == members) {
                    names.push(name);
                    continue;
                }
                let target = Target::share(system, members);
                if size < floor {
                    targets.push((vec![name], target));
                } else if rows.iter().any(hides) {
                    targets.push((vec![name], target.as_shown(size)));
                }
            }
        }
        targets
    }
}

/// Data sets that the published figures allow, each checked in whole numbers.
#[derive(Default)]
pub struct Certificates {
    points: Vec<Vec<i64>>,
}

impl Certificates {
    /// Begins with the true one.
    pub fn new(system: &System, truth: Vec<i64>) -> Self {
        assert!(system.is_feasible(&truth), "the truth meets what is published of it");
        Self { points: vec![truth] }
    }

    /// Whether two data sets show that a cell stays open, also to everybody who knows their own answer.
    pub fn is_safe(&mut self, system: &System, target: &Target) -> bool {
        if !self.is_open(system, target, None) {
            return false;
        }
        (0..system.unknowns.len()).all(|unknown| {
            let people = system.unknowns[unknown].people;
            let truth = self.points[0][unknown];
            let Some(rest) = target.without(1, target.unknowns.contains(&unknown)) else { return true };
            // One of them has the property, or one has not.
            let known = if people == 1 { vec![(truth, truth)] } else { vec![(0, people - 1), (1, people)] };
            let possible = known.into_iter().filter(|(least, most)| (*least..=*most).contains(&truth));
            possible.map(|(least, most)| (unknown, least, most)).all(|kept| self.is_open(system, &rest, Some(kept)))
        })
    }

    fn is_open(&mut self, system: &System, target: &Target, kept: Option<(usize, i64, i64)>) -> bool {
        let reach = |points: &[Vec<i64>]| {
            let keeps = |point: &&Vec<i64>| kept.is_none_or(|(unknown, least, most)| (least..=most).contains(&point[unknown]));
            let sums: Vec<i64> = points.iter().filter(keeps).map(|point| target.at(point)).collect();
            sums.iter().max().zip(sums.iter().min()).map_or(-1, |(most, least)| most - least)
        };
        if reach(&self.points) < target.width {
            let mut narrowed = system.clone();
            if let Some((unknown, least, most)) = kept {
                (narrowed.unknowns[unknown].lower, narrowed.unknowns[unknown].upper) = (least, most);
            }
            self.points.extend([false, true].into_iter().filter_map(|largest| end(&narrowed, target, largest)));
        }
        reach(&self.points) >= target.width
    }
}

/// An allowed data set in which the sum of a cell is as small or as large as it can be.
fn end(system: &System, target: &Target, largest: bool) -> Option<Vec<i64>> {
    let mut problem = Problem::new(if largest { OptimizationDirection::Maximize } else { OptimizationDirection::Minimize });
    let weight = |at: usize| if target.unknowns.contains(&at) { 1.0 } else { 0.0 };
    let variables: Vec<_> = system
        .unknowns
        .iter()
        .enumerate()
        .map(|(at, bounds)| problem.add_integer_var(weight(at), (bounds.lower as i32, bounds.upper as i32)))
        .collect();
    for row in &system.rows {
        let terms = || row.terms.iter().map(|&(unknown, weight)| (variables[unknown], weight as f64)).collect::<Vec<_>>();
        problem.add_constraint(terms(), ComparisonOp::Ge, row.lower as f64);
        problem.add_constraint(terms(), ComparisonOp::Le, row.upper as f64);
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(2_000);
    let solution = problem.solve_with(options).ok()?.into_solution().ok()?;
    let point: Vec<i64> = variables.iter().map(|&variable| solution.var_value(variable).round() as i64).collect();
    system.is_feasible(&point).then_some(point)
}
