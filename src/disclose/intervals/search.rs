//! Sets of answers that agree with everything published, found by exchange.
//!
//! Whoever reads a release can only exclude what does not agree with it. Two sets of answers that agree with it, and that differ much in a cell, show that the cell is
//! protected. Each set found is checked against every published sum; none is the true one, and no true answer is read here.

/// Most changes of one search.
const CHANGES: usize = 200;
/// Changes without progress after which a search is given up.
const STALLED: usize = 40;
/// Changes for which an unknown that was moved stays where it is.
const REST: usize = 6;
/// One of so many answers is put to an end when a set of them is shaken.
const SHAKEN: usize = 12;
/// Below what any sum resolves.
const NOISE: f64 = 1e-7;

/// The answers of people who are alike in every grouping: a whole number from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unknown {
    /// Largest value.
    pub upper: i32,
    /// How many people give it.
    pub people: i32,
}

impl Unknown {
    /// The most that one of its people can give.
    pub fn own(self) -> i32 {
        (self.upper + self.people - 1) / self.people.max(1)
    }
}

/// A published sum over unknowns and the values between which it lies.
#[derive(Debug, Clone, PartialEq)]
pub struct Sum {
    /// Unknowns with their weights, not 0; none appears twice.
    pub terms: Vec<(u32, f64)>,
    /// Least.
    pub lower: f64,
    /// Greatest.
    pub upper: f64,
}

impl Sum {
    fn at(&self, point: &[i32]) -> f64 {
        self.terms.iter().map(|&(unknown, weight)| weight * f64::from(point[unknown as usize])).sum()
    }

    fn excess(&self, sum: f64) -> f64 {
        let noise = NOISE * (1.0 + sum.abs());
        let out = (self.lower - sum).max(sum - self.upper);
        if out > noise { out } else { 0.0 }
    }
}

/// A set of answers, and what they give in each published sum.
#[derive(Debug, Clone)]
pub struct Answers {
    /// By unknown.
    pub values: Vec<i32>,
    sums: Vec<f64>,
}

/// An unknown that is kept between two values.
pub type Kept = (u32, i32, i32);

/// A choice that is the same in every run (xorshift64*).
#[derive(Debug)]
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

/// A search among all answers to one outcome in one span.
#[derive(Debug)]
pub struct Search {
    unknowns: Vec<Unknown>,
    sums: Vec<Sum>,
    /// Per unknown: the sums that it is in, with its weight.
    columns: Vec<Vec<(u32, f64)>>,
    /// What one unit of excess of a sum weighs.
    weights: Vec<f64>,
    /// How often a sum stood in the way since [`Search::forgive`].
    blame: Vec<u32>,
    choices: Choices,
}

/// What a search may not move.
#[derive(Default)]
struct Pinned<'a> {
    held: &'a [u32],
    kept: Option<Kept>,
}

impl Search {
    /// A search among these unknowns that agrees with these sums.
    pub fn new(unknowns: Vec<Unknown>, sums: Vec<Sum>) -> Self {
        let mut columns = vec![Vec::new(); unknowns.len()];
        for (position, sum) in sums.iter().enumerate() {
            sum.terms.iter().for_each(|&(unknown, weight)| columns[unknown as usize].push((position as u32, weight)));
        }
        let weight = |sum: &Sum| 1.0 / sum.terms.iter().map(|(_, weight)| weight.abs()).fold(f64::MIN_POSITIVE, f64::max);
        let weights = sums.iter().map(weight).collect();
        let blame = vec![0; sums.len()];
        Self { unknowns, sums, columns, weights, blame, choices: Choices(0x9E37_79B9_7F4A_7C15) }
    }

    /// The unknowns.
    pub fn unknowns(&self) -> &[Unknown] {
        &self.unknowns
    }

    /// Between which values a published sum lies.
    pub fn bounds(&self, sum: usize) -> (f64, f64) {
        (self.sums[sum].lower, self.sums[sum].upper)
    }

    /// Sets between which values a published sum lies.
    pub fn set_bounds(&mut self, sum: usize, (lower, upper): (f64, f64)) {
        (self.sums[sum].lower, self.sums[sum].upper) = (lower, upper);
    }

    /// Whether answers agree with a published sum.
    pub fn agrees(&self, sum: usize, point: &Answers) -> bool {
        self.sums[sum].excess(point.sums[sum]) == 0.0
    }

    /// Whether answers still agree with everything published when one unknown has a value between these.
    pub fn allows(&self, point: &Answers, (unknown, lower, upper): Kept) -> bool {
        let value = point.values[unknown as usize];
        let step = f64::from(value.clamp(lower, upper) - value);
        self.columns[unknown as usize]
            .iter()
            .all(|&(sum, weight)| self.sums[sum as usize].excess(point.sums[sum as usize] + weight * step) == 0.0)
    }

    fn answers(&self, values: Vec<i32>) -> Answers {
        let sums = self.sums.iter().map(|sum| sum.at(&values)).collect();
        Answers { values, sums }
    }

    fn step(&self, point: &mut Answers, unknown: u32, step: i32) {
        point.values[unknown as usize] += step;
        for &(sum, weight) in &self.columns[unknown as usize] {
            point.sums[sum as usize] += weight * f64::from(step);
        }
    }

    /// Forgets what stood in the way.
    pub fn forgive(&mut self) {
        self.blame.fill(0);
    }

    /// Blames every sum over some unknowns.
    pub fn suspect(&mut self, unknowns: impl IntoIterator<Item = u32>) {
        for unknown in unknowns {
            self.columns[unknown as usize].iter().for_each(|&(sum, _)| self.blame[sum as usize] += 1);
        }
    }

    /// How often each sum stood in the way.
    pub fn blame(&self) -> &[u32] {
        &self.blame
    }

    /// Answers that agree with everything published, near the same share of each range.
    pub fn near(&mut self, share: f64) -> Option<Answers> {
        let start = self.unknowns.iter().map(|unknown| (f64::from(unknown.upper) * share).round() as i32).collect();
        self.repair(self.answers(start), &Pinned::default())
    }

    /// Answers that agree with everything published, near answers that are all at one end, by chance.
    pub fn anywhere(&mut self) -> Option<Answers> {
        let start = (0..self.unknowns.len()).map(|at| if self.choices.next() & 1 == 0 { 0 } else { self.unknowns[at].upper }).collect();
        self.repair(self.answers(start), &Pinned::default())
    }

    /// Answers that agree with everything published, near others of which some are put to one end or the other.
    pub fn shaken(&mut self, from: &Answers) -> Option<Answers> {
        let mut point = from.clone();
        for _ in 0..(self.unknowns.len() / SHAKEN).max(4) {
            let unknown = self.choices.below(self.unknowns.len());
            let end = if self.choices.next() & 1 == 0 { 0 } else { self.unknowns[unknown].upper };
            let step = end - point.values[unknown];
            self.step(&mut point, unknown as u32, step);
        }
        self.repair(point, &Pinned::default())
    }

    /// Answers that agree with everything published, near others that did.
    pub fn repaired(&mut self, from: &Answers) -> Option<Answers> {
        self.repair(from.clone(), &Pinned::default())
    }

    /// From answers that agree, others in which a cell's sum is moved by `by`, or as far as it reaches, with one unknown kept between two values. `cell` is sorted.
    pub fn moved(&mut self, from: &Answers, cell: &[u32], by: i32, kept: Option<Kept>) -> Option<Answers> {
        let mut point = from.clone();
        let sum = |point: &Answers| cell.iter().map(|&unknown| point.values[unknown as usize]).sum::<i32>();
        let before = sum(&point);
        if let Some((unknown, lower, upper)) = kept {
            let value = point.values[unknown as usize];
            self.step(&mut point, unknown, value.clamp(lower, upper) - value);
        }
        let mut missing = before + by - sum(&point);
        let mut order = cell.to_vec();
        for place in (1..order.len()).rev() {
            let other = self.choices.below(place + 1);
            order.swap(place, other);
        }
        for unknown in order {
            let (lower, upper) = self.range(unknown, kept);
            let value = point.values[unknown as usize];
            let step = missing.clamp(lower - value, upper - value);
            self.step(&mut point, unknown, step);
            missing -= step;
        }
        // As far as the cell reaches is far enough to go on from there.
        if missing.abs() >= by.abs() {
            return None;
        }
        self.repair(point, &Pinned { held: cell, kept })
    }

    fn range(&self, unknown: u32, kept: Option<Kept>) -> (i32, i32) {
        match kept {
            Some((kept, lower, upper)) if kept == unknown => (lower, upper),
            _ => (0, self.unknowns[unknown as usize].upper),
        }
    }

    /// Moves unknowns until every published sum is met. Where no move helps, the broken sums come to weigh more, until one does.
    fn repair(&mut self, from: Answers, pinned: &Pinned<'_>) -> Option<Answers> {
        let Answers { values: mut point, mut sums } = from;
        let mut excess: Vec<f64> = self.sums.iter().zip(&sums).map(|(row, &sum)| row.excess(sum)).collect();
        let mut broken: Vec<u32> = (0..sums.len() as u32).filter(|&row| excess[row as usize] > 0.0).collect();
        let mut total: f64 = excess.iter().zip(&self.weights).map(|(excess, weight)| excess * weight).sum();
        let mut weights = self.weights.clone();
        let (mut least, mut stalled) = (total, 0);
        let mut rests: Vec<usize> = vec![0; point.len()];
        for change in 1..=CHANGES {
            if broken.is_empty() {
                return Some(Answers { values: point, sums });
            }
            let row = broken[self.choices.below(broken.len())] as usize;
            self.blame[row] += 1;
            let is_low = sums[row] < self.sums[row].lower;
            let terms = &self.sums[row].terms;
            // Of equally good moves the first one met wins: begin at a different one each time.
            let offset = self.choices.below(terms.len());
            let mut best: Option<(f64, u32, i32)> = None;
            // No move does better than one that meets this sum and breaks no other, unless it happens to meet two.
            let wanted = NOISE - excess[row] * weights[row];
            for &(unknown, weight) in terms[offset..].iter().chain(&terms[..offset]) {
                if rests[unknown as usize] > change || pinned.held.binary_search(&unknown).is_ok() {
                    continue;
                }
                let (lower, upper) = self.range(unknown, pinned.kept);
                let is_up = (weight > 0.0) == is_low;
                let room = if is_up { upper - point[unknown as usize] } else { point[unknown as usize] - lower };
                let size = ((excess[row] / weight.abs() - NOISE).ceil().min(1e9) as i32).max(1).min(room);
                if size <= 0 {
                    continue;
                }
                let step = if is_up { size } else { -size };
                let mut gain = 0.0;
                for &(other, weight) in &self.columns[unknown as usize] {
                    let other = other as usize;
                    let after = self.sums[other].excess(sums[other] + weight * f64::from(step));
                    gain += (after - excess[other]) * weights[other];
                }
                if best.is_none_or(|(least, ..)| gain < least) {
                    best = Some((gain, unknown, step));
                    if gain <= wanted {
                        break;
                    }
                }
            }
            let (gain, unknown, step) = best?;
            if gain > -NOISE {
                broken.iter().for_each(|&row| weights[row as usize] += self.weights[row as usize]);
            }
            point[unknown as usize] += step;
            rests[unknown as usize] = change + REST;
            for &(other, weight) in &self.columns[unknown as usize] {
                let other = other as usize;
                sums[other] += weight * f64::from(step);
                let after = self.sums[other].excess(sums[other]);
                total += (after - excess[other]) * self.weights[other];
                match (excess[other] > 0.0, after > 0.0) {
                    (false, true) => broken.push(other as u32),
                    (true, false) => broken.retain(|&row| row as usize != other),
                    _ => {}
                }
                excess[other] = after;
            }
            if total < least - NOISE {
                (least, stalled) = (total, 0);
            } else {
                stalled += 1;
                if stalled > STALLED {
                    return None;
                }
            }
        }
        broken.is_empty().then_some(Answers { values: point, sums })
    }
}
