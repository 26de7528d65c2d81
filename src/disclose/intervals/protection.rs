//! Which cells stay open: sets of answers that agree with everything published, and how far apart they lie in each cell.

use std::collections::BTreeSet;

use super::search::{Answers, Kept, Search};

/// A cell whose answers must stay open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Unknowns that it sums up, sorted.
    pub members: Vec<u32>,
    /// How far apart its least and greatest possible sum must be.
    pub width: i32,
}

/// Sets of answers that are kept to compare cells with, one bit each.
const POINTS: usize = 96;
/// Sets of answers that are looked for before any cell is, and stay.
const FIRST: usize = 10;
/// Searches for a wider interval of a cell, in each direction.
const TRIES: usize = 3;

/// Sets of answers that agree with everything published.
#[derive(Debug)]
pub struct Protection {
    search: Search,
    points: Vec<Answers>,
    /// Which points agree with everything as it is published now.
    alive: u128,
    /// Per unknown: the points in which one of its people can have answered nothing, and all.
    masks: Vec<[u128; 2]>,
    /// The point that gives room next.
    oldest: usize,
    /// Answers that nobody can have given, as far as searches tell.
    impossible: BTreeSet<Kept>,
    /// Members of cells that an earlier release has told to one of the respondents.
    told: BTreeSet<Vec<u32>>,
}

/// Points by a cell's sum, ascending.
type Order = Vec<(i32, usize)>;

/// The values of an unknown when one of its people answered nothing, and all.
fn answers(search: &Search, unknown: u32) -> [Kept; 2] {
    let whole = search.unknowns()[unknown as usize];
    let own = whole.own();
    if whole.people == 1 { [(unknown, 0, 0), (unknown, own, own)] } else { [(unknown, 0, whole.upper - own), (unknown, own, whole.upper)] }
}

fn ends(order: &Order, mask: u128) -> Option<(usize, usize)> {
    let is_in = |entry: &&(i32, usize)| mask >> entry.1 & 1 == 1;
    Some((order.iter().find(is_in)?.1, order.iter().rev().find(is_in)?.1))
}

fn is_wide(order: &Order, mask: u128, width: i32) -> bool {
    let is_in = |entry: &&(i32, usize)| mask >> entry.1 & 1 == 1;
    match (order.iter().find(is_in), order.iter().rev().find(is_in)) {
        (Some(least), Some(most)) => most.0 - least.0 >= width,
        _ => false,
    }
}

impl Protection {
    /// Begins with answers near a share of each range. `give_way` is called with what stood in the way until such answers are found, and gives false where nothing is left
    /// that could.
    pub fn new(search: Search, share: f64, mut give_way: impl FnMut(&mut Search) -> bool) -> Self {
        let masks = vec![[0; 2]; search.unknowns().len()];
        let mut begun =
            Self { search, points: Vec::new(), alive: 0, masks, oldest: FIRST, impossible: BTreeSet::new(), told: BTreeSet::new() };
        loop {
            begun.search.forgive();
            if let Some(point) = begun.search.near(share) {
                begun.push(point);
            }
            for _ in 0..FIRST {
                if let Some(point) = begun.search.anywhere() {
                    begun.push(point);
                }
            }
            if begun.alive != 0 || !give_way(&mut begun.search) {
                return begun;
            }
        }
    }

    /// Whether any answers are known that agree with everything.
    pub fn has_answers(&self) -> bool {
        self.alive != 0
    }

    /// The search, to widen what gives way.
    pub fn search(&mut self) -> &mut Search {
        self.impossible.clear();
        &mut self.search
    }

    /// Cells with these members must stay open only to those who know nobody's answer.
    pub fn tell(&mut self, told: BTreeSet<Vec<u32>>) {
        self.told = told;
    }

    /// Whether a cell stays open to those who know nobody's answer.
    pub fn is_open_from_outside(&mut self, cell: &Cell) -> bool {
        self.search.forgive();
        let mut order = self.order(cell);
        is_wide(&order, self.alive, cell.width) || self.widen(cell, cell.width, None, &mut order)
    }

    /// Whether a cell stays open to everybody, and to each of the people behind any unknown, who know their own answer. What stood in the way is to be read from the
    /// search where it does not.
    pub fn is_open(&mut self, cell: &Cell) -> bool {
        self.search.forgive();
        let range: i32 = cell.members.iter().map(|&member| self.search.unknowns()[member as usize].upper).sum();
        let mut order = self.order(cell);
        if !is_wide(&order, self.alive, cell.width) && !self.widen(cell, cell.width, None, &mut order) {
            return false;
        }
        if self.told.contains(&cell.members) {
            return true;
        }
        for unknown in 0..self.masks.len() as u32 {
            let own = self.search.unknowns()[unknown as usize].own();
            let left = range - if cell.members.binary_search(&unknown).is_ok() { own } else { 0 };
            if own == 0 || left <= 0 {
                continue;
            }
            // What one more person could have answered must stay open.
            let width = cell.width.min(own).min(left).max(1);
            for answer in 0..2 {
                if is_wide(&order, self.alive & self.masks[unknown as usize][answer], width) {
                    continue;
                }
                if self.is_possible(unknown, answer, cell, &mut order) && !self.widen(cell, width, Some((unknown, answer)), &mut order) {
                    return false;
                }
            }
        }
        true
    }

    fn order(&self, cell: &Cell) -> Order {
        let sum = |point: &Answers| cell.members.iter().map(|&unknown| point.values[unknown as usize]).sum();
        let alive = (0..self.points.len()).filter(|&place| self.alive >> place & 1 == 1);
        let mut order: Order = alive.map(|place| (sum(&self.points[place]), place)).collect();
        order.sort_unstable();
        order
    }

    /// Whether somebody can have answered so; what nobody can have is no knowledge.
    fn is_possible(&mut self, unknown: u32, answer: usize, cell: &Cell, order: &mut Order) -> bool {
        if self.alive & self.masks[unknown as usize][answer] != 0 {
            return true;
        }
        let kept = answers(&self.search, unknown)[answer];
        // Of people outside of the cell, answers that none of the points has are rare.
        if cell.members.binary_search(&unknown).is_err() || self.impossible.contains(&kept) {
            return false;
        }
        for (_, place) in order.iter().take(TRIES) {
            let value = self.points[*place].values[unknown as usize];
            if let Some(point) = self.search.moved(&self.points[*place], &[unknown], value.clamp(kept.1, kept.2) - value, None) {
                self.push(point);
                *order = self.order(cell);
                return true;
            }
        }
        self.impossible.insert(kept);
        false
    }

    fn push(&mut self, point: Answers) {
        let place = if self.points.len() < POINTS {
            self.points.push(point);
            self.points.len() - 1
        } else {
            // What does not agree any more goes first.
            let dead = (FIRST..POINTS).find(|place| self.alive >> place & 1 == 0);
            let place = dead.unwrap_or(self.oldest);
            self.oldest = if place + 1 < POINTS { place + 1 } else { FIRST };
            self.points[place] = point;
            place
        };
        let bit = 1u128 << place;
        self.alive |= bit;
        for (unknown, value) in self.points[place].values.iter().enumerate() {
            for (mask, (_, lower, upper)) in self.masks[unknown].iter_mut().zip(answers(&self.search, unknown as u32)) {
                if (lower..=upper).contains(value) {
                    *mask |= bit;
                } else {
                    *mask &= !bit;
                }
            }
        }
    }

    /// Searches for answers that lie further apart in a cell, with a person's answer known.
    fn widen(&mut self, cell: &Cell, width: i32, known: Option<(u32, usize)>, order: &mut Order) -> bool {
        let kept = known.map(|(unknown, answer)| answers(&self.search, unknown)[answer]);
        let mask = |masks: &[[u128; 2]]| known.map_or(u128::MAX, |(unknown, answer)| masks[unknown as usize][answer]);
        for attempt in 0..2 * TRIES {
            let Some((least, most)) = ends(order, self.alive & mask(&self.masks)) else { return false };
            let sum = |place: usize| order.iter().find(|entry| entry.1 == place).map_or(0, |entry| entry.0);
            let by = if attempt < TRIES { width - (sum(most) - sum(least)) } else { 1 };
            let (from, by) = if attempt % 2 == 0 { (most, by) } else { (least, -by) };
            if let Some(point) = self.search.moved(&self.points[from], &cell.members, by, kept) {
                self.push(point);
                *order = self.order(cell);
                if is_wide(order, self.alive & mask(&self.masks), width) {
                    return true;
                }
            }
        }
        false
    }

    /// Narrows a published sum again, unless a cell would not stay open, of which one is the most likely. Gives whether it did.
    pub fn narrow(&mut self, sum: usize, bounds: (f64, f64), cells: &[Cell], likely: usize) -> bool {
        let before = self.search.bounds(sum);
        let alive = self.alive;
        self.search.set_bounds(sum, bounds);
        for place in 0..self.points.len() {
            if !self.search.agrees(sum, &self.points[place]) {
                self.alive &= !(1 << place);
            }
        }
        self.impossible.clear();
        if self.alive != 0 && self.is_open(&cells[likely]) && cells.iter().all(|cell| self.is_open(cell)) {
            return true;
        }
        self.search.set_bounds(sum, before);
        // Points found meanwhile agree with what is wider as well.
        self.alive |= alive;
        self.impossible.clear();
        false
    }
}
