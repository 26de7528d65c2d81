//! Which cells stay open: sets of answers that agree with everything published, and how far apart they lie in each cell.

use std::collections::BTreeSet;

use super::search::{Answers, Kept, Search, Unknown};

/// A cell whose answers must stay open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Unknowns that it sums up, sorted.
    pub members: Vec<u32>,
    /// How far apart its least and greatest possible sum must be.
    pub width: i32,
}

/// Sets of answers that are kept to compare cells with, one bit each.
const POINTS: usize = 256;
/// Sets of answers that are looked for before any cell is, and stay.
const FIRST: usize = 64;
/// How many of them are found from nothing, the others from these.
const BEGUN: usize = 5;
/// Points at each end of a cell that are tried with one answer exchanged.
const NEAR_ENDS: usize = 12;
/// Searches for a wider interval of a cell, in each direction.
const TRIES: usize = 3;

/// Sets of answers that agree with everything published.
#[derive(Debug)]
pub struct Protection {
    search: Search,
    points: Vec<Answers>,
    /// Which points agree with everything as it is published now.
    alive: Mask,
    /// Per unknown: the points in which one of its people can have answered nothing, and all.
    masks: Vec<[Mask; 2]>,
    /// Per unknown: its values then.
    answers: Vec<[(i32, i32); 2]>,
    /// The point that gives room next.
    oldest: usize,
    /// Answers that nobody can have given, as far as searches tell.
    impossible: BTreeSet<Kept>,
    /// Members of cells that an earlier release has told to one of the respondents.
    told: BTreeSet<Vec<u32>>,
}

/// One bit for each point.
#[derive(Debug, Clone, Copy, Default)]
struct Mask([u64; POINTS / 64]);

impl Mask {
    fn has(&self, place: usize) -> bool {
        self.0[place / 64] >> (place % 64) & 1 == 1
    }

    fn set(&mut self, place: usize, has: bool) {
        let (word, bit) = (&mut self.0[place / 64], 1 << (place % 64));
        *word = *word & !bit | if has { bit } else { 0 };
    }
}

/// Points that agree with everything by a cell's sum, ascending.
type Order = Vec<(i32, usize)>;

/// Between which values an unknown lies when one of its people answered nothing, and all.
fn answers(whole: Unknown) -> [(i32, i32); 2] {
    let own = whole.own();
    if whole.people == 1 { [(0, 0), (own, own)] } else { [(0, whole.upper - own), (own, whole.upper)] }
}

fn sum_of(point: &Answers, cell: &Cell) -> i32 {
    cell.members.iter().map(|&unknown| point.values[unknown as usize]).sum()
}

/// The points of least and greatest sum, among those of a mask if there is one.
fn ends(order: &Order, mask: Option<&Mask>) -> Option<[(i32, usize); 2]> {
    let is_in = |entry: &&(i32, usize)| mask.is_none_or(|mask| mask.has(entry.1));
    Some([*order.iter().find(is_in)?, *order.iter().rev().find(is_in)?])
}

fn is_wide(order: &Order, mask: Option<&Mask>, width: i32) -> bool {
    ends(order, mask).is_some_and(|[least, most]| most.0 - least.0 >= width)
}

impl Protection {
    /// Begins with answers near a share of each range. `give_way` is called with what stood in the way until such answers are found, and gives false where nothing is left
    /// that could.
    pub fn new(search: Search, share: f64, mut give_way: impl FnMut(&mut Search) -> bool) -> Self {
        let masks = vec![[Mask::default(); 2]; search.unknowns().len()];
        let answers = search.unknowns().iter().map(|unknown| answers(*unknown)).collect();
        let mut begun = Self {
            search,
            points: Vec::new(),
            alive: Mask::default(),
            masks,
            answers,
            oldest: FIRST,
            impossible: BTreeSet::new(),
            told: BTreeSet::new(),
        };
        loop {
            begun.search.forgive();
            if let Some(point) = begun.search.near(share) {
                begun.push(point);
            }
            for _ in 1..BEGUN {
                if let Some(point) = begun.search.anywhere() {
                    begun.push(point);
                }
            }
            for place in 0..if begun.points.is_empty() { 0 } else { FIRST } {
                if let Some(point) = begun.search.shaken(&begun.points[place % begun.points.len()]) {
                    begun.push(point);
                }
            }
            if begun.has_answers() || !give_way(&mut begun.search) {
                return begun;
            }
        }
    }

    /// Whether any answers are known that agree with everything.
    pub fn has_answers(&self) -> bool {
        (0..self.points.len()).any(|place| self.alive.has(place))
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
        is_wide(&order, None, cell.width) || self.widen(cell, cell.width, None, &mut order)
    }

    /// Whether a cell stays open to everybody, and to each of the people behind any unknown, who know their own answer. What stood in the way is to be read from the
    /// search where it does not.
    pub fn is_open(&mut self, cell: &Cell) -> bool {
        self.search.forgive();
        let range: i32 = cell.members.iter().map(|&member| self.search.unknowns()[member as usize].upper).sum();
        let mut order = self.order(cell);
        if !is_wide(&order, None, cell.width) && !self.widen(cell, cell.width, None, &mut order) {
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
                if is_wide(&order, Some(&self.masks[unknown as usize][answer]), width) {
                    continue;
                }
                let is_outside = cell.members.binary_search(&unknown).is_err();
                if is_outside && self.is_wide_with(&order, self.kept(unknown, answer), width) {
                    continue;
                }
                if self.is_possible(unknown, answer, cell, &mut order) && !self.widen(cell, width, Some((unknown, answer)), &mut order) {
                    return false;
                }
            }
        }
        true
    }

    /// Whether two points lie far enough apart in which somebody outside of the cell can have answered otherwise, all else alike.
    fn is_wide_with(&self, order: &Order, kept: Kept, width: i32) -> bool {
        let allows = |entry: &&(i32, usize)| self.search.allows(&self.points[entry.1], kept);
        let least = order.iter().take(NEAR_ENDS).find(allows);
        let most = order.iter().rev().take(NEAR_ENDS).find(allows);
        least.zip(most).is_some_and(|(least, most)| most.0 - least.0 >= width)
    }

    fn kept(&self, unknown: u32, answer: usize) -> Kept {
        let (lower, upper) = self.answers[unknown as usize][answer];
        (unknown, lower, upper)
    }

    fn order(&self, cell: &Cell) -> Order {
        let alive = (0..self.points.len()).filter(|&place| self.alive.has(place));
        let mut order: Order = alive.map(|place| (sum_of(&self.points[place], cell), place)).collect();
        order.sort_unstable();
        order
    }

    /// Whether somebody can have answered so; what nobody can have is no knowledge.
    fn is_possible(&mut self, unknown: u32, answer: usize, cell: &Cell, order: &mut Order) -> bool {
        if order.iter().any(|entry| self.masks[unknown as usize][answer].has(entry.1)) {
            return true;
        }
        let kept = self.kept(unknown, answer);
        if self.impossible.contains(&kept) {
            return false;
        }
        for (_, place) in order.iter().take(TRIES) {
            let value = self.points[*place].values[unknown as usize];
            if let Some(point) = self.search.moved(&self.points[*place], &[unknown], value.clamp(kept.1, kept.2) - value, None) {
                self.enter(point, cell, order);
                return true;
            }
        }
        self.impossible.insert(kept);
        false
    }

    /// Keeps a point, and enters it among those ordered by a cell's sum.
    fn enter(&mut self, point: Answers, cell: &Cell, order: &mut Order) {
        let sum = sum_of(&point, cell);
        let place = self.push(point);
        order.retain(|entry| entry.1 != place);
        let at = order.partition_point(|entry| *entry < (sum, place));
        order.insert(at, (sum, place));
    }

    /// Keeps a point, and gives its place.
    fn push(&mut self, point: Answers) -> usize {
        let place = if self.points.len() < POINTS {
            self.points.push(point.clone());
            self.points.len() - 1
        } else {
            // What does not agree any more goes first.
            let dead = (FIRST..POINTS).find(|&place| !self.alive.has(place));
            let place = dead.unwrap_or(self.oldest);
            self.oldest = if place + 1 < POINTS { place + 1 } else { FIRST };
            place
        };
        self.put(place, point);
        place
    }

    fn put(&mut self, place: usize, point: Answers) {
        self.points[place] = point;
        self.alive.set(place, true);
        for ((value, masks), answers) in self.points[place].values.iter().zip(&mut self.masks).zip(&self.answers) {
            for (mask, (lower, upper)) in masks.iter_mut().zip(answers) {
                mask.set(place, (lower..=upper).contains(&value));
            }
        }
    }

    /// Searches for answers that lie further apart in a cell, with a person's answer known.
    fn widen(&mut self, cell: &Cell, width: i32, known: Option<(u32, usize)>, order: &mut Order) -> bool {
        let kept = known.map(|(unknown, answer)| self.kept(unknown, answer));
        let mask = |masks: &'_ [[Mask; 2]]| known.map(|(unknown, answer)| masks[unknown as usize][answer]);
        for attempt in 0..2 * TRIES {
            let Some([least, most]) = ends(order, mask(&self.masks).as_ref()) else { return false };
            let by = if attempt < TRIES { width - (most.0 - least.0) } else { 1 };
            let (from, by) = if attempt % 2 == 0 { (most.1, by) } else { (least.1, -by) };
            if let Some(point) = self.search.moved(&self.points[from], &cell.members, by, kept) {
                self.enter(point, cell, order);
                if is_wide(order, mask(&self.masks).as_ref(), width) {
                    return true;
                }
            }
        }
        false
    }

    /// Narrows a published sum again, unless one of the cells would not stay open. Gives whether it did.
    pub fn narrow<'a>(&mut self, sum: usize, bounds: (f64, f64), mut cells: impl Iterator<Item = &'a Cell>) -> bool {
        let before = self.search.bounds(sum);
        let alive = self.alive;
        self.search.set_bounds(sum, bounds);
        for place in 0..self.points.len() {
            if !self.search.agrees(sum, &self.points[place]) {
                self.alive.set(place, false);
                // One that is nearly right is soon made right.
                if place < FIRST
                    && let Some(point) = self.search.repaired(&self.points[place])
                {
                    self.put(place, point);
                }
            }
        }
        // What is impossible remains so.
        let impossible = self.impossible.clone();
        if self.has_answers() && cells.all(|cell| self.is_open(cell)) {
            return true;
        }
        self.search.set_bounds(sum, before);
        // Points found meanwhile agree with what is wider as well.
        (0..self.points.len()).filter(|&place| alive.has(place)).for_each(|place| self.alive.set(place, true));
        self.impossible = impossible;
        false
    }
}
