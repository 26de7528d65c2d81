//! Which published sums give way so that every hidden cell keeps enough possible values.

use std::collections::BTreeSet;

use super::search::{Kept, Search};

/// A cell whose answers must stay open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Unknowns that it sums up, sorted.
    pub members: Vec<u32>,
    /// How far apart its least and greatest possible sum must be.
    pub width: i32,
}

/// Sets of answers that are kept to compare cells with.
const POINTS: usize = 72;
/// Sets of answers that are looked for before any cell is.
const FIRST: usize = 10;
/// Searches for a wider interval of a cell, in each direction.
const TRIES: usize = 3;

/// Sets of answers that agree with everything published.
#[derive(Debug)]
pub struct Protection {
    search: Search,
    points: Vec<Vec<i32>>,
    /// What nobody can have answered, as far as searches tell.
    impossible: BTreeSet<Kept>,
}

fn at(point: &[i32], members: &[u32]) -> i32 {
    members.iter().map(|&unknown| point[unknown as usize]).sum()
}

fn keeps(point: &[i32], kept: Option<Kept>) -> bool {
    kept.is_none_or(|(unknown, lower, upper)| (lower..=upper).contains(&point[unknown as usize]))
}

impl Protection {
    /// Begins with answers near a share of each range. `give_way` is called with what stood in the way until such answers are found, and gives false where nothing is left
    /// that could.
    pub fn new(mut search: Search, share: f64, mut give_way: impl FnMut(&mut Search) -> bool) -> Self {
        let mut points = Vec::new();
        loop {
            search.forgive();
            points.extend(search.near(share));
            for _ in 0..FIRST {
                points.extend(search.anywhere());
            }
            if !points.is_empty() || !give_way(&mut search) {
                return Self { search, points, impossible: BTreeSet::new() };
            }
        }
    }

    /// The search, to widen what gives way.
    pub fn search(&mut self) -> &mut Search {
        self.impossible.clear();
        &mut self.search
    }

    /// Whether a cell stays open to everybody, and to each of the people behind any unknown, who know their own answer. What stood in the way is to be read from the
    /// search where it does not.
    pub fn is_open(&mut self, cell: &Cell) -> bool {
        self.search.forgive();
        let range: i32 = cell.members.iter().map(|&member| self.search.unknowns()[member as usize].upper).sum();
        let mut sums = self.sums(cell);
        if !is_wide(&self.points, &sums, cell.width, None) && !self.widen(cell, cell.width, None, &mut sums) {
            return false;
        }
        for unknown in 0..self.search.unknowns().len() as u32 {
            let whole = self.search.unknowns()[unknown as usize];
            let own = whole.own();
            let left = range - if cell.members.binary_search(&unknown).is_ok() { own } else { 0 };
            if own == 0 || left <= 0 {
                continue;
            }
            // What one more person could have answered must stay open.
            let width = cell.width.min(own).min(left).max(1);
            // To somebody who answered nothing, and to somebody who answered all.
            let answers = if whole.people == 1 { [(0, 0), (own, own)] } else { [(0, whole.upper - own), (own, whole.upper)] };
            for (lower, upper) in answers {
                let kept = (unknown, lower, upper);
                if is_wide(&self.points, &sums, width, Some(kept)) || !self.is_possible(kept, cell, &mut sums) {
                    continue;
                }
                if !self.widen(cell, width, Some(kept), &mut sums) {
                    return false;
                }
            }
        }
        true
    }

    /// Whether somebody can have answered so; what nobody can have is no knowledge.
    fn is_possible(&mut self, kept: Kept, cell: &Cell, sums: &mut Vec<i32>) -> bool {
        if self.points.iter().any(|point| keeps(point, Some(kept))) {
            return true;
        }
        let (unknown, lower, upper) = kept;
        // Of people outside of the cell, answers that none of the points has are rare.
        if cell.members.binary_search(&unknown).is_err() || self.impossible.contains(&kept) {
            return false;
        }
        for place in 0..self.points.len().min(TRIES) {
            let value = self.points[place][unknown as usize];
            if let Some(point) = self.search.moved(&self.points[place], &[unknown], value.clamp(lower, upper) - value, None) {
                self.push(point);
                *sums = self.sums(cell);
                return true;
            }
        }
        self.impossible.insert(kept);
        false
    }

    fn push(&mut self, point: Vec<i32>) {
        if self.points.len() >= POINTS {
            self.points.remove(FIRST);
        }
        self.points.push(point);
    }

    fn sums(&self, cell: &Cell) -> Vec<i32> {
        self.points.iter().map(|point| at(point, &cell.members)).collect()
    }

    /// Searches for answers that lie further apart in a cell. `sums` are those of the points.
    fn widen(&mut self, cell: &Cell, width: i32, kept: Option<Kept>, sums: &mut Vec<i32>) -> bool {
        for attempt in 0..2 * TRIES {
            let among = || (0..self.points.len()).filter(|&place| keeps(&self.points[place], kept));
            let (Some(least), Some(most)) = (among().min_by_key(|&place| sums[place]), among().max_by_key(|&place| sums[place])) else {
                return false;
            };
            let missing = width - (sums[most] - sums[least]);
            let by = if attempt < TRIES { missing } else { 1 };
            let (from, by) = if attempt % 2 == 0 { (most, by) } else { (least, -by) };
            if let Some(point) = self.search.moved(&self.points[from], &cell.members, by, kept) {
                self.push(point);
                *sums = self.sums(cell);
                if is_wide(&self.points, sums, width, kept) {
                    return true;
                }
            }
        }
        false
    }

    /// Narrows a published sum again, unless a cell would not stay open, of which one is the most likely. Gives whether it did.
    pub fn narrow(&mut self, sum: usize, bounds: (f64, f64), cells: &[Cell], likely: usize) -> bool {
        let before = self.search.bounds(sum);
        let points = self.points.clone();
        self.search.set_bounds(sum, bounds);
        self.points.retain(|point| self.search.agrees(sum, point));
        if !self.points.is_empty() && self.is_open(&cells[likely]) && cells.iter().all(|cell| self.is_open(cell)) {
            return true;
        }
        self.search.set_bounds(sum, before);
        self.points = points;
        false
    }
}

/// Whether the sums of points that keep an unknown lie far enough apart.
fn is_wide(points: &[Vec<i32>], sums: &[i32], width: i32, kept: Option<Kept>) -> bool {
    let (mut least, mut most) = (i32::MAX, i32::MIN);
    for (point, &sum) in points.iter().zip(sums) {
        if (sum < least || sum > most) && keeps(point, kept) {
            (least, most) = (least.min(sum), most.max(sum));
            if most - least >= width {
                return true;
            }
        }
    }
    false
}
