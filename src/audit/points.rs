//! Feasible sets of answers, found by exchange: each is checked in whole numbers, so that two of them prove how far apart a cell's sums can be.

use super::limits::{CHANGES, STALLED};
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

/// An unknown that is kept in a narrower range: position, smallest, largest value.
pub type Kept = (usize, i64, i64);

/// Which sums of a target are looked for.
#[derive(Debug, Clone, Copy)]
pub enum Goal {
    /// This one and larger ones.
    AtLeast(i64),
    /// This one and smaller ones.
    AtMost(i64),
}

/// A search in one system.
pub struct Search<'a> {
    system: &'a System,
    /// The published sums, and last what is looked for.
    rows: Vec<Row>,
    /// Per unknown: rows with its coefficient.
    columns: Vec<Vec<(usize, i64)>>,
    /// Per row: what one unit of excess weighs, so that rows of large coefficients do not outweigh the others.
    scales: Vec<f64>,
    choices: Choices,
}

/// Changes for which an unknown that was moved stays where it is.
const REST: usize = 6;
/// Further than any sum reaches.
const FAR: i64 = i64::MAX / 4;

impl<'a> Search<'a> {
    /// Prepares a search.
    pub fn new(system: &'a System) -> Self {
        let mut columns = vec![Vec::new(); system.unknowns.len()];
        for (position, row) in system.rows.iter().enumerate() {
            row.terms.iter().for_each(|&(unknown, coefficient)| columns[unknown].push((position, coefficient)));
        }
        let goal = Row { terms: Vec::new(), lower: -FAR, upper: FAR };
        let rows: Vec<Row> = system.rows.iter().cloned().chain([goal]).collect();
        let scale = |row: &Row| 1.0 / row.terms.iter().map(|(_, coefficient)| coefficient.abs()).max().unwrap_or(1) as f64;
        let scales = rows.iter().map(scale).collect();
        Self { system, rows, columns, scales, choices: Choices(0x9E37_79B9_7F4A_7C15) }
    }

    /// A feasible point near answers that are all at one end of their range, by chance.
    pub fn anywhere(&mut self) -> Option<Vec<i64>> {
        let ends = self.system.unknowns.iter();
        let start = ends.map(|bounds| if self.choices.next() & 1 == 0 { bounds.lower } else { bounds.upper }).collect();
        self.repair(start, None, 1)
    }

    /// A feasible point in which the target's sum is as wanted, from a point that is feasible or nearly so, with one unknown kept in a narrower
    /// range. With more patience more changes are made before it is given up.
    pub fn toward(&mut self, from: &[i64], target: &Target, goal: Goal, kept: Option<Kept>, patience: usize) -> Option<Vec<i64>> {
        let mut point = from.to_vec();
        if let Some((unknown, lower, upper)) = kept {
            point[unknown] = point[unknown].clamp(lower, upper);
        }
        let place = self.rows.len() - 1;
        let (lower, upper) = match goal {
            Goal::AtLeast(value) => (value, FAR),
            Goal::AtMost(value) => (-FAR, value),
        };
        self.rows[place] = Row { terms: target.unknowns.iter().map(|&unknown| (unknown, 1)).collect(), lower, upper };
        target.unknowns.iter().for_each(|&unknown| self.columns[unknown].push((place, 1)));
        let found = self.repair(point, kept, patience);
        for &unknown in &target.unknowns {
            self.columns[unknown].pop();
        }
        self.rows[place] = Row { terms: Vec::new(), lower: -FAR, upper: FAR };
        found
    }

    /// Moves unknowns until every sum is met. Where no move helps, the broken sums come to weigh more, until one does.
    fn repair(&mut self, mut point: Vec<i64>, kept: Option<Kept>, patience: usize) -> Option<Vec<i64>> {
        let rows = &self.rows;
        let mut sums: Vec<i64> = rows.iter().map(|row| row.at(&point)).collect();
        let mut weights = self.scales.clone();
        let mut rests: Vec<usize> = vec![0; point.len()];
        let mut broken = Broken::default();
        broken.places.resize(rows.len(), usize::MAX);
        let mut total = 0.0;
        for (row, sum) in sums.iter().enumerate() {
            broken.set(row, rows[row].excess(*sum) > 0);
            total += rows[row].excess(*sum) as f64 * self.scales[row];
        }
        let (mut least, mut since) = (total, 0);
        for change in 1..=CHANGES * patience {
            if broken.list.is_empty() {
                return self.system.is_feasible(&point).then_some(point);
            }
            let row = broken.list[self.choices.below(broken.list.len())];
            let is_low = sums[row] < rows[row].lower;
            let excess = rows[row].excess(sums[row]);
            let mut best: Option<(f64, usize, i64)> = None;
            // Of equally good moves the first one met wins: begin at a different one each time.
            let terms = &rows[row].terms;
            let offset = self.choices.below(terms.len());
            for &(unknown, coefficient) in terms[offset..].iter().chain(&terms[..offset]) {
                if rests[unknown] > change {
                    continue;
                }
                let (lower, upper) = match kept {
                    Some((kept, lower, upper)) if kept == unknown => (lower, upper),
                    _ => (self.system.unknowns[unknown].lower, self.system.unknowns[unknown].upper),
                };
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
                        (after - rows[row].excess(sums[row])) as f64 * weights[row]
                    })
                    .sum();
                if best.is_none_or(|(least, ..)| gain < least) {
                    best = Some((gain, unknown, step));
                }
            }
            let (gain, unknown, step) = best?;
            if gain >= 0.0 {
                broken.list.iter().for_each(|&row| weights[row] += self.scales[row]);
            }
            point[unknown] += step;
            rests[unknown] = change + REST;
            for &(row, coefficient) in &self.columns[unknown] {
                let before = rows[row].excess(sums[row]);
                sums[row] += coefficient * step;
                let after = rows[row].excess(sums[row]);
                total += (after - before) as f64 * self.scales[row];
                broken.set(row, after > 0);
            }
            if total < least {
                (least, since) = (total, change);
            } else if change - since > STALLED * patience {
                return None;
            }
        }
        None
    }
}

/// The rows that are not met, to draw one from.
#[derive(Default)]
struct Broken {
    list: Vec<usize>,
    /// Per row its place in the list.
    places: Vec<usize>,
}

impl Broken {
    fn set(&mut self, row: usize, is_broken: bool) {
        let place = self.places[row];
        if is_broken && place == usize::MAX {
            self.places[row] = self.list.len();
            self.list.push(row);
        } else if !is_broken && place != usize::MAX {
            self.list.swap_remove(place);
            self.places[row] = usize::MAX;
            if let Some(&moved) = self.list.get(place) {
                self.places[moved] = place;
            }
        }
    }
}
