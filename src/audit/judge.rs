//! What can be worked out of each cell: certificates first, then equations, linear programs, integer programs, and all again for somebody
//! who knows one person's answers.

use super::exact::{Elimination, propagate};
use super::limits::{FIRST_POINTS, Limit, POINTS, PROGRAMS};
use super::points::{Kept, Search};
use super::programs::{End, linear_end, rounded_end, whole_end};
use super::system::{System, Target, Unknown};

/// The stage that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Equations, in fractions.
    Exact,
    /// Linear programs.
    Linear,
    /// Integer programs.
    Whole,
    /// Any of them, with one person's answers known.
    Coalition,
}

impl Stage {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Exact => "exact",
            Stage::Linear => "linear",
            Stage::Whole => "integer",
            Stage::Coalition => "coalition",
        }
    }
}

/// What can be worked out of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgment {
    /// Its sums lie far enough apart, shown by two feasible sets of answers.
    Safe,
    /// Its sum lies between these, which is too narrow.
    Leak {
        /// The stage that found it.
        stage: Stage,
        /// Smallest possible sum.
        lower: i64,
        /// Largest possible sum.
        upper: i64,
    },
    /// A limit was reached: a failure.
    Undecided {
        /// The stage.
        stage: Stage,
        /// The limit.
        limit: Limit,
    },
}

/// What can be worked out of a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The published figures contradict each other: no set of answers meets them.
    Contradiction,
    /// One judgment per target.
    Judged(Vec<Judgment>),
}

/// Judges all targets of a system. `known` is the true point, where it is known; it must be feasible to be used. `coalition` repeats everything
/// for every person whose own answers are known to an attacker.
pub fn judge(system: &System, targets: &[Target], known: Option<&[i64]>, coalition: bool) -> Verdict {
    let mut narrowed = system.clone();
    if !propagate(&mut narrowed) {
        return Verdict::Contradiction;
    }
    let mut points = Points { all: known.filter(|point| narrowed.is_feasible(point)).map(<[i64]>::to_vec).into_iter().collect() };
    let mut search = Search::new(&narrowed);
    for _ in 0..FIRST_POINTS {
        points.all.extend(search.anywhere());
    }
    let mut solver = Solver { original: system, system: &narrowed, search, elimination: None, programs: 0 };
    let mut judgments = Vec::with_capacity(targets.len());
    for target in targets {
        let Some(judgment) = solver.judge(target, None, &mut points) else { return Verdict::Contradiction };
        judgments.push(judgment);
    }
    if coalition {
        for (target, judgment) in targets.iter().zip(&mut judgments).filter(|(_, judgment)| **judgment == Judgment::Safe) {
            if let Some(worse) = solver.judge_insiders(target, known, &mut points) {
                *judgment = worse;
            }
        }
    }
    Verdict::Judged(judgments)
}

/// Feasible points found so far.
struct Points {
    all: Vec<Vec<i64>>,
}

impl Points {
    fn add(&mut self, point: Vec<i64>) {
        if self.all.len() < POINTS && !self.all.contains(&point) {
            self.all.push(point);
        }
    }

    /// Adds a point that a target needs now: room is made for it.
    fn push(&mut self, point: Vec<i64>) {
        if self.all.len() >= POINTS {
            self.all.remove(FIRST_POINTS);
        }
        self.add(point);
    }

    /// Positions of the points by a target's sum, ascending.
    fn sorted(&self, target: &Target) -> Vec<(i64, usize)> {
        let mut sums: Vec<(i64, usize)> = self.all.iter().enumerate().map(|(place, point)| (target.at(point), place)).collect();
        sums.sort_unstable();
        sums
    }

    /// How far apart the sums of the points are that keep an unknown in its range.
    fn reach(&self, by_sum: &[(i64, usize)], (unknown, lower, upper): Kept) -> i64 {
        let mut kept = by_sum.iter().filter(|(_, place)| (lower..=upper).contains(&self.all[*place][unknown]));
        let Some((least, _)) = kept.next() else { return -1 };
        kept.next_back().map_or(0, |(most, _)| most - least)
    }

    /// The points of smallest and largest sum among those that keep an unknown in its range.
    fn ends(&self, target: &Target, kept: Option<Kept>) -> Option<(&Vec<i64>, &Vec<i64>)> {
        let keeps = |point: &&Vec<i64>| kept.is_none_or(|(unknown, lower, upper)| (lower..=upper).contains(&point[unknown]));
        let smallest = self.all.iter().filter(keeps).min_by_key(|point| target.at(point))?;
        let largest = self.all.iter().filter(keeps).max_by_key(|point| target.at(point))?;
        Some((smallest, largest))
    }
}

struct Solver<'a> {
    /// The bounds before anything was published.
    original: &'a System,
    system: &'a System,
    search: Search<'a>,
    elimination: Option<Result<Elimination, Limit>>,
    programs: usize,
}

/// Searches for a certificate before a cell is left to the solvers.
const TRIES: usize = 6;

impl Solver<'_> {
    /// Judges one target; none where the figures contradict each other.
    fn judge(&mut self, target: &Target, kept: Option<Kept>, points: &mut Points) -> Option<Judgment> {
        let kept_system = kept.map(|(unknown, lower, upper)| {
            let mut system = self.system.clone();
            let bounds = &mut system.unknowns[unknown];
            (bounds.lower, bounds.upper) = (lower, upper);
            system
        });
        let stage = |stage: Stage| if kept.is_some() { Stage::Coalition } else { stage };
        if self.is_certified(target, kept, points) {
            return Some(Judgment::Safe);
        }
        let (least, most) = target.unknowns.iter().fold((0, 0), |(least, most), &unknown| {
            let bounds = kept_system.as_ref().unwrap_or(self.system).unknowns[unknown];
            (least + bounds.lower, most + bounds.upper)
        });
        if most - least < target.width {
            return Some(Judgment::Leak { stage: stage(Stage::Exact), lower: least, upper: most });
        }
        let elimination = self.elimination.get_or_insert_with(|| Elimination::new(self.system));
        match elimination.as_ref().map_err(|limit| *limit).and_then(|elimination| elimination.value(target)) {
            Ok(Some(value)) => return Some(Judgment::Leak { stage: stage(Stage::Exact), lower: value, upper: value }),
            Ok(None) => {}
            Err(limit) => return Some(Judgment::Undecided { stage: stage(Stage::Exact), limit }),
        }
        self.programs += 1;
        if self.programs > PROGRAMS {
            return Some(Judgment::Undecided { stage: stage(Stage::Linear), limit: Limit::Programs });
        }
        let system = kept_system.as_ref().unwrap_or(self.system);
        for largest in [false, true] {
            // The program's answer in fractions, rounded and repaired, is as good a certificate as any.
            if let Ok((_, Some(point))) = rounded_end(system, target, largest) {
                let sum = target.at(&point);
                self.search.toward(&point, target, largest, sum, kept).into_iter().for_each(|point| points.push(point));
            }
        }
        if points.ends(target, kept).is_some_and(|(least, most)| target.at(most) - target.at(least) >= target.width) {
            return Some(Judgment::Safe);
        }
        solve(system, target, points, &stage)
    }

    /// Whether two feasible points are far enough apart, those found so far or new ones.
    fn is_certified(&mut self, target: &Target, kept: Option<Kept>, points: &mut Points) -> bool {
        for attempt in 0..=TRIES {
            let Some((smallest, largest)) = points.ends(target, kept) else { return false };
            let (low, high) = (target.at(smallest), target.at(largest));
            if high - low >= target.width {
                return true;
            }
            if attempt == TRIES {
                break;
            }
            let (smallest, largest) = (smallest.clone(), largest.clone());
            let found = if attempt % 2 == 0 {
                self.search
                    .toward(&largest, target, true, low + target.width, kept)
                    .or_else(|| self.search.toward(&largest, target, true, high + 1, kept))
            } else {
                self.search
                    .toward(&smallest, target, false, high - target.width, kept)
                    .or_else(|| self.search.toward(&smallest, target, false, low - 1, kept))
            };
            if let Some(point) = found {
                points.push(point);
            }
        }
        false
    }

    /// Judges a target for everybody who knows one person's answers; none where all of them leave it safe.
    fn judge_insiders(&mut self, target: &Target, known: Option<&[i64]>, points: &mut Points) -> Option<Judgment> {
        let mut by_sum = points.sorted(target);
        for unknown in 0..self.system.unknowns.len() {
            let Unknown { lower, upper, people } = self.original.unknowns[unknown];
            let inside = target.unknowns.contains(&unknown);
            let own = (upper - lower + people - 1) / people;
            let Some(rest) = target.without(own, inside).filter(|_| own > 0) else { continue };
            // The person answered all or nothing; what lies between leaves no less open.
            let values = match (people, known) {
                (1, Some(point)) => vec![(point[unknown], point[unknown])],
                (1, None) => vec![(lower, lower), (upper, upper)],
                _ => vec![(lower, upper - own), (lower + own, upper)],
            };
            for (low, high) in values {
                let bounds = self.system.unknowns[unknown];
                let kept = (unknown, low.max(bounds.lower), high.min(bounds.upper));
                let is_possible = kept.1 <= kept.2 && known.is_none_or(|point| (kept.1..=kept.2).contains(&point[unknown]));
                let width = rest.width;
                if !is_possible || points.reach(&by_sum, kept) >= width {
                    continue;
                }
                match self.judge(&rest, Some(kept), points) {
                    // Where the figures contradict it, nobody can have answered so.
                    None | Some(Judgment::Safe) => by_sum = points.sorted(target),
                    worse => return worse,
                }
            }
        }
        None
    }
}

fn solve(system: &System, target: &Target, points: &mut Points, stage: &dyn Fn(Stage) -> Stage) -> Option<Judgment> {
    let mut ends = [0; 2];
    for (end, largest) in ends.iter_mut().zip([false, true]) {
        match linear_end(system, target, largest) {
            Ok(End::Bound(bound)) => *end = bound,
            Ok(End::Contradiction) => return None,
            Err(limit) => return Some(Judgment::Undecided { stage: stage(Stage::Linear), limit }),
        }
    }
    if ends[1] - ends[0] < target.width {
        return Some(Judgment::Leak { stage: stage(Stage::Linear), lower: ends[0], upper: ends[1] });
    }
    let mut proven = true;
    for (end, largest) in ends.iter_mut().zip([false, true]) {
        match whole_end(system, target, largest) {
            Ok((End::Bound(bound), point)) => {
                *end = bound;
                proven &= point.as_ref().is_some_and(|point| target.at(point) == bound);
                point.into_iter().for_each(|point| points.add(point));
            }
            Ok((End::Contradiction, _)) => return None,
            Err(limit) => return Some(Judgment::Undecided { stage: stage(Stage::Whole), limit }),
        }
    }
    Some(match (ends[1] - ends[0] < target.width, proven) {
        (true, _) => Judgment::Leak { stage: stage(Stage::Whole), lower: ends[0], upper: ends[1] },
        (false, true) => Judgment::Safe,
        // The solver's answer does not hold in whole numbers.
        (false, false) => Judgment::Undecided { stage: stage(Stage::Whole), limit: Limit::Linear },
    })
}
