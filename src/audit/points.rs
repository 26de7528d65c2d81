//! Feasible sets of answers, found by exchange: each is checked in whole numbers, so that two of them prove how far apart a cell's sums can be.

use super::limits::CHANGES;
use super::system::{Row, System, Target};

/// A generator of choices that is the same in every run (xorshift64*).
#[derive(Debug, Clone)]
struct Choices(u64);

impl Choices {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// A search in one system.
pub struct Search<'a> {
    system: &'a System,
    /// Per unknown: rows with its coefficient.
    columns: Vec<Vec<(usize, i64)>>,
    /// Per row: what one unit of excess weighs, so that rows of large coefficients do not outweigh the others.
    weights: Vec<f64>,
    choices: Choices,
}

/// Changes for which an unknown that was moved stays where it is.
const REST: usize = 6;

impl<'a> Search<'a> {
    /// Prepares a search.
    pub fn new(system: &'a System) -> Self {
        let mut columns = vec![Vec::new(); system.unknowns.len()];
        for (position, row) in system.rows.iter().enumerate() {
            row.terms.iter().for_each(|&(unknown, coefficient)| columns[unknown].push((position, coefficient)));
        }
        let weight = |row: &Row| 1.0 / row.terms.iter().map(|(_, coefficient)| coefficient.abs()).max().unwrap_or(1) as f64;
        Self { system, columns, weights: system.rows.iter().map(weight).collect(), choices: Choices(0x9E37_79B9_7F4A_7C15) }
    }

    /// A feasible point near answers that are all at one end of their range, by chance.
    pub fn anywhere(&mut self) -> Option<Vec<i64>> {
        let ends = self.system.unknowns.clone();
        let start = ends.iter().map(|bounds| if self.choices.next() & 1 == 0 { bounds.lower } else { bounds.upper }).collect();
        self.repair(start, &Pinned::default())
    }

    /// A feasible point from a feasible one in which the target's sum is at least (or at most) a value, with one unknown kept in a narrower range.
    pub fn toward(&mut self, from: &[i64], target: &Target, at_least: bool, value: i64, kept: Option<Kept>) -> Option<Vec<i64>> {
        let mut point = from.to_vec();
        let mut pinned = Pinned { kept, ..Pinned::default() };
        if let Some((unknown, lower, upper)) = kept {
            point[unknown] = point[unknown].clamp(lower, upper);
        }
        // The target is moved first and held; everybody else gives way.
        let mut order = target.unknowns.clone();
        for place in (1..order.len()).rev() {
            let other = self.choices.below(place + 1);
            order.swap(place, other);
        }
        let mut missing = if at_least { value - target.at(&point) } else { target.at(&point) - value };
        for unknown in order {
            let (lower, upper) = pinned.range(self.system, unknown);
            let room = if at_least { upper - point[unknown] } else { point[unknown] - lower };
            let step = room.min(missing).max(0);
            point[unknown] += if at_least { step } else { -step };
            missing -= step;
        }
        if missing > 0 {
            return None;
        }
        pinned.held = target.unknowns.clone();
        pinned.held.sort_unstable();
        self.repair(point, &pinned)
    }

    /// Moves unknowns until every published sum is met.
    fn repair(&mut self, mut point: Vec<i64>, pinned: &Pinned) -> Option<Vec<i64>> {
        let rows = &self.system.rows;
        let mut sums: Vec<i64> = rows.iter().map(|row| row.at(&point)).collect();
        let mut rests: Vec<usize> = vec![0; point.len()];
        for change in 1..=CHANGES {
            let broken: Vec<usize> = (0..rows.len()).filter(|&row| rows[row].excess(sums[row]) > 0).collect();
            if broken.is_empty() {
                return self.system.is_feasible(&point).then_some(point);
            }
            let row = broken[self.choices.below(broken.len())];
            let is_low = sums[row] < rows[row].lower;
            let excess = rows[row].excess(sums[row]);
            let mut best: Option<(f64, usize, i64)> = None;
            // Of equally good moves the first one met wins: begin at a different one each time.
            let terms = &rows[row].terms;
            let offset = self.choices.below(terms.len());
            for &(unknown, coefficient) in terms[offset..].iter().chain(&terms[..offset]) {
                if rests[unknown] > change || pinned.held.binary_search(&unknown).is_ok() {
                    continue;
                }
                let (lower, upper) = pinned.range(self.system, unknown);
                let is_up = (coefficient > 0) == is_low;
                let room = if is_up { upper - point[unknown] } else { point[unknown] - lower };
                let size = ((excess + coefficient.abs() - 1) / coefficient.abs()).min(room);
                if size <= 0 {
                    continue;
                }
                let step = if is_up { size } else { -size };
                let gain: f64 = self.columns[unknown]
                    .iter()
                    .map(|&(row, coefficient)| {
                        let after = rows[row].excess(sums[row] + coefficient * step);
                        (after - rows[row].excess(sums[row])) as f64 * self.weights[row]
                    })
                    .sum();
                if best.is_none_or(|(least, ..)| gain < least) {
                    best = Some((gain, unknown, step));
                }
            }
            let (_, unknown, step) = best?;
            point[unknown] += step;
            rests[unknown] = change + REST;
            for &(row, coefficient) in &self.columns[unknown] {
                sums[row] += coefficient * step;
            }
        }
        None
    }
}

/// An unknown that is kept in a narrower range: position, smallest, largest value.
pub type Kept = (usize, i64, i64);

/// What a search may not move.
#[derive(Default)]
struct Pinned {
    /// Unknowns that stay, sorted.
    held: Vec<usize>,
    kept: Option<Kept>,
}

impl Pinned {
    fn range(&self, system: &System, unknown: usize) -> (i64, i64) {
        match self.kept {
            Some((kept, lower, upper)) if kept == unknown => (lower, upper),
            _ => (system.unknowns[unknown].lower, system.unknowns[unknown].upper),
        }
    }
}
