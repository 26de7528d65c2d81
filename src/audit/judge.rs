//! What can be worked out of each cell: certificates first, then equations, linear programs, integer programs, and all again for somebody
//! who knows one person's answers.

use super::exact::{Elimination, propagate};
use super::limits::{FIRST_POINTS, Limit, PATIENCE, POINTS, PROGRAMS, TRIES};
use super::points::{Goal, Kept, Search};
use super::programs::Program;
use super::sides::tighten;
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
    if !(propagate(&mut narrowed) && tighten(&mut narrowed) && propagate(&mut narrowed)) {
        return Verdict::Contradiction;
    }
    let mut points = Points { all: known.filter(|point| narrowed.is_feasible(point)).map(<[i64]>::to_vec).into_iter().collect() };
    let mut search = Search::new(&narrowed);
    for _ in 0..FIRST_POINTS {
        if points.all.is_empty() {
            points.all.extend(search.anywhere());
        }
    }
    let mut solver = Solver { original: system, system: &narrowed, search, elimination: None, programs: 0 };
    let mut judgments = Vec::with_capacity(targets.len());
    for target in targets {
        let Some(judgment) = solver.judge(Question { target, kept: None }, &mut points) else { return Verdict::Contradiction };
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

/// What is asked of a target, where one unknown may be kept in a narrower range: by somebody who knows one person's answers.
#[derive(Clone, Copy)]
struct Question<'a> {
    target: &'a Target,
    kept: Option<Kept>,
}

impl Question<'_> {
    fn stage(self, stage: Stage) -> Stage {
        if self.kept.is_some() { Stage::Coalition } else { stage }
    }

    fn undecided(self, stage: Stage, limit: Limit) -> Option<Judgment> {
        Some(Judgment::Undecided { stage: self.stage(stage), limit })
    }

    fn leak(self, stage: Stage, lower: i64, upper: i64) -> Option<Judgment> {
        Some(Judgment::Leak { stage: self.stage(stage), lower, upper })
    }
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
            // The first one is the truth, where it is known.
            self.all.remove(1);
        }
        self.add(point);
    }

    /// Positions of the points by a target's sum, ascending.
    fn sorted(&self, target: &Target) -> Vec<(i64, usize)> {
        let mut sums: Vec<(i64, usize)> = self.all.iter().enumerate().map(|(place, point)| (target.at(point), place)).collect();
        sums.sort_unstable();
        sums
    }

    /// The point of this rank among the largest or smallest sums, from the first again where there are fewer.
    fn ranked(&self, target: &Target, largest: bool, rank: usize) -> &Vec<i64> {
        let by_sum = self.sorted(target);
        let rank = rank % by_sum.len();
        &self.all[by_sum[if largest { by_sum.len() - 1 - rank } else { rank }].1]
    }

    /// How far apart the sums of the points are that keep an unknown in its range.
    fn reach(&self, by_sum: &[(i64, usize)], (unknown, lower, upper): Kept) -> i64 {
        let mut kept = by_sum.iter().filter(|(_, place)| (lower..=upper).contains(&self.all[*place][unknown]));
        let Some((least, _)) = kept.next() else { return -1 };
        kept.next_back().map_or(0, |(most, _)| most - least)
    }

    /// Whether two points that keep an unknown in its range are far enough apart.
    fn are_wide(&self, asked: Question<'_>) -> bool {
        self.ends(asked).is_some_and(|[(low, _), (high, _)]| high - low >= asked.target.width)
    }

    /// The points of smallest and largest sum among those that keep an unknown in its range, with their sums.
    fn ends(&self, Question { target, kept }: Question<'_>) -> Option<[(i64, &Vec<i64>); 2]> {
        let keeps = |point: &&Vec<i64>| kept.is_none_or(|(unknown, lower, upper)| (lower..=upper).contains(&point[unknown]));
        let mut sums = self.all.iter().filter(keeps).map(|point| (target.at(point), point));
        let first = sums.next()?;
        Some(sums.fold([first; 2], |[smallest, largest], point| {
            [if point.0 < smallest.0 { point } else { smallest }, if point.0 > largest.0 { point } else { largest }]
        }))
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

impl Solver<'_> {
    /// Judges one target; none where the figures contradict each other.
    fn judge(&mut self, asked: Question<'_>, points: &mut Points) -> Option<Judgment> {
        let target = asked.target;
        let kept_system = asked.kept.map(|(unknown, lower, upper)| {
            let mut system = self.system.clone();
            let bounds = &mut system.unknowns[unknown];
            (bounds.lower, bounds.upper) = (lower, upper);
            system
        });
        let system = kept_system.as_ref().unwrap_or(self.system);
        let terms: Vec<(usize, i64)> = target.unknowns.iter().map(|&unknown| (unknown, 1)).collect();
        let (least, most) = system.reach(&terms);
        if most - least < target.width {
            return asked.leak(Stage::Exact, least, most);
        }
        if self.is_certified(asked, points, None) {
            return Some(Judgment::Safe);
        }
        let elimination = self.elimination.get_or_insert_with(|| Elimination::new(self.system));
        match elimination.as_ref().map_err(|limit| *limit).and_then(|elimination| elimination.value(target)) {
            Ok(Some(value)) => return asked.leak(Stage::Exact, value, value),
            Ok(None) => {}
            Err(limit) => return asked.undecided(Stage::Exact, limit),
        }
        self.programs += 1;
        if self.programs > PROGRAMS {
            return asked.undecided(Stage::Linear, Limit::Programs);
        }
        self.solve(&Program::new(system, target), asked, points)
    }

    /// Judges a target by programs; none where the figures contradict each other.
    fn solve(&mut self, program: &Program<'_>, asked: Question<'_>, points: &mut Points) -> Option<Judgment> {
        let mut ends = [0; 2];
        let mut corners = [Vec::new(), Vec::new()];
        for (place, largest) in [false, true].into_iter().enumerate() {
            match program.end(largest) {
                Ok(Some((bound, point))) => (ends[place], corners[place]) = (bound, point),
                // A point that meets the figures is proof that the solver is wrong.
                Ok(None) if points.ends(asked).is_some() => return asked.undecided(Stage::Linear, Limit::Linear),
                Ok(None) => return None,
                Err(limit) => return asked.undecided(Stage::Linear, limit),
            }
            // The program's answer in fractions, rounded and repaired, is as good a certificate as any.
            for part in [1, 2] {
                if points.ends(asked).is_some_and(|found| found[place].0 != ends[place]) && !points.are_wide(asked) {
                    self.seek(asked, points, largest, &corners[place], part, 1);
                }
            }
            if points.are_wide(asked) {
                return Some(Judgment::Safe);
            }
        }
        if ends[1] - ends[0] < asked.target.width {
            return asked.leak(Stage::Linear, ends[0], ends[1]);
        }
        if self.is_certified(asked, points, Some(&corners)) {
            return Some(Judgment::Safe);
        }
        let mut reached = None;
        for (place, largest) in [false, true].into_iter().enumerate() {
            let known = points.ends(asked).map(|ends| ends[place].0);
            if known == Some(ends[place]) {
                continue;
            }
            match program.beyond(largest, known) {
                Ok(Some(point)) => {
                    ends[place] = asked.target.at(&point);
                    points.push(point);
                }
                Ok(None) => ends[place] = known?,
                Err(limit) => reached = Some(limit),
            }
        }
        match reached {
            _ if points.are_wide(asked) => Some(Judgment::Safe),
            _ if ends[1] - ends[0] < asked.target.width => asked.leak(Stage::Whole, ends[0], ends[1]),
            // No limit was reached, and yet the answers of the solver do not agree with each other.
            limit => asked.undecided(Stage::Whole, limit.unwrap_or(Limit::Linear)),
        }
    }

    /// Whether two feasible points are far enough apart, those found so far or new ones. Searches begin at the corners, where there are any.
    fn is_certified(&mut self, asked: Question<'_>, points: &mut Points, corners: Option<&[Vec<i64>; 2]>) -> bool {
        for attempt in 0..TRIES {
            let Some(ends) = points.ends(asked) else { return false };
            if points.are_wide(asked) {
                return true;
            }
            let (place, largest, round) = (attempt % 2, attempt % 2 == 1, attempt / 2);
            let from = match corners {
                Some(corners) => corners[place].clone(),
                // Points that differ in the kept unknown may be nearer to one that does not.
                None if round > 0 && asked.kept.is_some() => points.ranked(asked.target, largest, round - 1).clone(),
                None => ends[place].1.clone(),
            };
            // All that is missing at first, then half of it.
            let part = if round == 0 { 1 } else { 2 };
            self.seek(asked, points, largest, &from, part, if corners.is_some() { PATIENCE } else { 1 });
        }
        points.are_wide(asked)
    }

    /// Looks for a point beyond those found so far, by a part of what is missing between them.
    fn seek(&mut self, asked: Question<'_>, points: &mut Points, largest: bool, from: &[i64], part: i64, patience: usize) {
        let Some([(low, _), (high, _)]) = points.ends(asked) else { return };
        let step = (asked.target.width - (high - low) + part - 1) / part;
        let goal = if largest { Goal::AtLeast(high + step) } else { Goal::AtMost(low - step) };
        let found = self.search.toward(from, asked.target, goal, asked.kept, patience);
        found.into_iter().for_each(|point| points.push(point));
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
                match self.judge(Question { target: &rest, kept: Some(kept) }, points) {
                    // Where the figures contradict it, nobody can have answered so.
                    None | Some(Judgment::Safe) => by_sum = points.sorted(target),
                    worse => return worse,
                }
            }
        }
        None
    }
}
