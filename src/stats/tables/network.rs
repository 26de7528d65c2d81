//! The exact tail of all tables with given margins.

use std::collections::BTreeMap;

use super::Table;
use super::fisher::SLACK;
use super::random_table::LogFactorials;
use crate::stats::sum;

/// The largest total of counts, and the largest smaller dimension, that a node's key holds.
const LARGEST_TOTAL: u64 = 65_535;
const LARGEST_SIDE: usize = 8;

/// Partial products whose logarithms differ by less are the same number computed in a different order; far below [`SLACK`].
const SAME: f64 = 1e-10;

/// The largest number of paths kept at once, 16 bytes each.
const LARGEST_PATHS: usize = 4_000_000;

/// Steps (about 10 nanoseconds each) that it takes to fill a column in one way, to look at an edge, and to keep a path for the next
/// column; a path or a way looked at when two columns are left takes less than one.
const STEPS_OF_WAY: u64 = 4;
const STEPS_OF_EDGE: u64 = 5;
const STEPS_OF_PATH: u64 = 3;

/// The probability of all tables with these margins that are no more probable than the one given, or none where finding it
/// would take more than `largest_steps`.
///
/// Columns are filled one after the other, the smallest first, so that paths are few for long; a node of the network is the multiset
/// of what the rows still need. Paths that meet in a node with the same product of 1 / x! go on as one. A path is settled as soon as its
/// best completion is improbable enough (all completions count, and their sum is a closed formula) or its worst one is not (none
/// counts). Once two columns are left, every way to fill them is compared directly. Reference: Mehta & Patel, JASA
/// 1983;78:427-434; the bounds are others.
pub(super) fn tail(table: &Table, largest_steps: u64) -> Option<f64> {
    let (mut rows, mut columns) = (table.row_totals(), table.column_totals());
    if rows.len() > columns.len() {
        std::mem::swap(&mut rows, &mut columns);
    }
    let total = table.total();
    if rows.len() > LARGEST_SIDE || total > LARGEST_TOTAL {
        return None;
    }
    columns.sort_unstable();
    let factorials = LogFactorials::up_to(total);
    let threshold = table_value(table, &factorials) + SLACK.ln_1p();
    // Every total was found to fit 16 bits.
    let short = |values: Vec<u64>| values.into_iter().map(|value| value as u16).collect::<Vec<_>>();
    let root = key(&mut short(rows));
    let mut network = Network { columns: short(columns), factorials, threshold, all: 0.0, steps_left: largest_steps };
    network.all = network.completions(0, &needs(root));
    network.walk(root)
}

/// The logarithm of the product of 1 / x! over all cells, which orders tables of equal margins by their probability.
pub(super) fn table_value(table: &Table, factorials: &LogFactorials) -> f64 {
    let mut terms: Vec<f64> = table.counts.iter().map(|&count| -factorials.of(count)).collect();
    terms.sort_by(f64::total_cmp);
    sum(terms)
}

/// What the rows still need, in descending order, 16 bits each.
type Key = u128;

fn key(needs: &mut [u16]) -> Key {
    needs.sort_unstable_by(|a, b| b.cmp(a));
    // Rows that need nothing more add nothing (0! is 1) and leave no trace in the key.
    needs.iter().filter(|need| **need > 0).fold(0, |key, need| key << 16 | Key::from(*need))
}

fn needs(mut key: Key) -> Vec<u16> {
    let mut needs = Vec::with_capacity(LARGEST_SIDE);
    while key > 0 {
        needs.push((key & 0xffff) as u16);
        key >>= 16;
    }
    needs
}

/// Ways to reach a node with one product of 1 / x!.
#[derive(Clone, Copy)]
struct Path {
    /// The logarithm of the product.
    value: f64,
    /// How many ways have it.
    ways: f64,
}

/// What can become of the paths in a node.
struct Node {
    /// Bounds of the logarithm of the product among all ways to complete it.
    greatest: f64,
    least: f64,
    /// The logarithm of the sum of these products.
    completions: f64,
}

/// Paths on an edge to a node with two columns left.
struct Arrival<'a> {
    to: Key,
    edge: Path,
    open: &'a [Path],
}

/// One way to fill the last two columns.
struct Filled {
    /// The logarithm of its product.
    value: f64,
    /// The share that it and all less probable ones have in all ways.
    cumulated: f64,
}

struct Network {
    /// Column totals in ascending order, at least two.
    columns: Vec<u16>,
    factorials: LogFactorials,
    /// The greatest value of a table that counts.
    threshold: f64,
    /// The logarithm of the sum of the products of all tables.
    all: f64,
    steps_left: u64,
}

impl Network {
    fn walk(&mut self, root: Key) -> Option<f64> {
        let start = Path { value: 0.0, ways: 1.0 };
        let mut settled = Vec::new();
        if self.columns.len() == 2 {
            self.arrive(vec![Arrival { to: root, edge: start, open: &[start] }], &mut settled)?;
        }
        let mut level = BTreeMap::from([(root, vec![start])]);
        for stage in 0..self.columns.len() - 2 {
            let mut next: BTreeMap<Key, Vec<Path>> = BTreeMap::new();
            let mut nodes: BTreeMap<Key, Node> = BTreeMap::new();
            let mut arrivals = Vec::new();
            let mut kept = 0;
            for (at, paths) in &level {
                let weights = Weights::new(paths);
                let edges = self.edges(stage, &needs(*at))?;
                self.steps_left = self.steps_left.checked_sub(STEPS_OF_EDGE * edges.len() as u64)?;
                for (to, edge) in edges {
                    let node = nodes.entry(to).or_insert_with(|| self.node(stage + 1, to));
                    let below = |bound: f64| paths.partition_point(|path| path.value + edge.value + bound <= self.threshold);
                    let (improbable, open) = (below(node.greatest), below(node.least));
                    if improbable > 0 {
                        settled.push(edge.ways * weights.of_first(improbable, edge.value + node.completions - self.all));
                    }
                    let open = paths.get(improbable..open).unwrap_or(&[]);
                    if open.is_empty() {
                        continue;
                    }
                    if stage + 3 == self.columns.len() {
                        arrivals.push(Arrival { to, edge, open });
                        if arrivals.len() == LARGEST_PATHS / 4 {
                            self.arrive(std::mem::take(&mut arrivals), &mut settled)?;
                        }
                        continue;
                    }
                    self.steps_left = self.steps_left.checked_sub(STEPS_OF_PATH * open.len() as u64)?;
                    let onwards = open.iter().map(|path| Path { value: path.value + edge.value, ways: path.ways * edge.ways });
                    next.entry(to).or_default().extend(onwards);
                    kept += open.len();
                    if kept > LARGEST_PATHS {
                        next.values_mut().for_each(merge);
                        kept = next.values().map(Vec::len).sum();
                        if kept > LARGEST_PATHS / 2 {
                            return None;
                        }
                    }
                }
            }
            self.arrive(arrivals, &mut settled)?;
            next.values_mut().for_each(merge);
            level = next;
        }
        settled.sort_by(f64::total_cmp);
        Some(sum(settled).min(1.0))
    }

    fn node(&self, stage: usize, at: Key) -> Node {
        let needs = needs(at);
        let completions = self.completions(stage, &needs);
        Node { greatest: self.greatest(stage, &needs), least: self.least(stage, &needs), completions }
    }

    /// Settles paths with two columns left, node by node.
    fn arrive(&mut self, mut arrivals: Vec<Arrival>, settled: &mut Vec<f64>) -> Option<()> {
        arrivals.sort_by_key(|arrival| arrival.to);
        for arrivals in arrivals.chunk_by(|a, b| a.to == b.to) {
            let needs = needs(arrivals[0].to);
            let completions = self.completions(self.columns.len() - 2, &needs);
            let filled = self.ways_to_end(&needs, completions)?;
            for Arrival { edge, open, .. } in arrivals {
                self.steps_left = self.steps_left.checked_sub((open.len() + filled.len()) as u64 / 4)?;
                settled.push(self.last_two(&filled, completions, *edge, open));
            }
        }
        Some(())
    }

    /// The logarithm of the sum of the products over all ways to complete a node: n! over all factorials of its margins.
    fn completions(&self, stage: usize, needs: &[u16]) -> f64 {
        let total = needs.iter().map(|need| u64::from(*need)).sum();
        let margins = needs.iter().chain(&self.columns[stage..]).map(|margin| -self.factorials.of(u64::from(*margin)));
        self.factorials.of(total) + sum(margins)
    }

    /// At least the logarithm of the greatest product among all ways to complete a node.
    ///
    /// By Lagrange multipliers u and v of rows and columns: whatever they are, the sum over cells of the greatest
    /// `(u + v) x - ln x!`, less the margins times their multipliers, is an upper bound. Those taken make the cells, each half a
    /// count larger, proportional to rows and columns, which is nearly optimal.
    fn greatest(&self, stage: usize, needs: &[u16]) -> f64 {
        let columns = &self.columns[stage..];
        let (r, c) = (needs.len() as f64, columns.len() as f64);
        let total: f64 = needs.iter().map(|need| f64::from(*need)).sum();
        let row_log = |need: u16| (f64::from(need) + c / 2.0).ln();
        let column_log = |column: u16| ((f64::from(column) + r / 2.0) / (total + r * c / 2.0)).ln();
        let mut bound = 0.0;
        for &column in columns {
            let v = column_log(column);
            bound -= v * f64::from(column);
            for &need in needs {
                let multiplier = row_log(need) + v;
                let best = (multiplier.exp() as u16).min(need).min(column);
                bound += multiplier * f64::from(best) - self.factorials.of(u64::from(best));
            }
        }
        bound - needs.iter().map(|&need| row_log(need) * f64::from(need)).sum::<f64>()
    }

    /// At most the logarithm of the least product among all ways to complete a node: each row fills the largest columns, or each
    /// column the largest rows, as if it were alone.
    fn least(&self, stage: usize, needs: &[u16]) -> f64 {
        // Needs and columns stand in ascending order.
        let columns = &self.columns[stage..];
        self.alone(needs, columns).max(self.alone(columns, needs))
    }

    fn alone(&self, lines: &[u16], across: &[u16]) -> f64 {
        let line = |line: &u16| {
            let mut left = *line;
            let taken = across.iter().rev().map(|room| {
                let taken = left.min(*room);
                left -= taken;
                -self.factorials.of(u64::from(taken))
            });
            taken.sum::<f64>()
        };
        lines.iter().map(line).sum()
    }

    /// The nodes that one column leads to, and the ways to each.
    fn edges(&mut self, stage: usize, needs: &[u16]) -> Option<Vec<(Key, Path)>> {
        let mut ways: Vec<(Key, f64)> = Vec::new();
        self.fill(stage, needs, |left, value| {
            let mut sorted = [0_u16; LARGEST_SIDE];
            let sorted = &mut sorted[..left.len()];
            sorted.copy_from_slice(left);
            ways.push((key(sorted), value));
        })?;
        ways.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut edges: Vec<(Key, Path)> = Vec::new();
        for (to, value) in ways {
            match edges.last_mut() {
                Some((known, edge)) if *known == to && value - edge.value < SAME => edge.ways += 1.0,
                _ => edges.push((to, Path { value, ways: 1.0 })),
            }
        }
        Some(edges)
    }

    /// Every way to fill the last two columns, the least probable first.
    fn ways_to_end(&mut self, needs: &[u16], completions: f64) -> Option<Vec<Filled>> {
        let mut filled = Vec::new();
        let factorials: Vec<f64> = (0..=needs.iter().copied().max().unwrap_or(0)).map(|n| self.factorials.of(u64::from(n))).collect();
        self.fill(self.columns.len() - 2, needs, |left, value| {
            filled.push(Filled { value: value - left.iter().map(|need| factorials[usize::from(*need)]).sum::<f64>(), cumulated: 0.0 });
        })?;
        filled.sort_unstable_by(|a, b| a.value.total_cmp(&b.value));
        let mut total = 0.0;
        for way in &mut filled {
            total += (way.value - completions).exp();
            way.cumulated = total;
        }
        Some(filled)
    }

    /// The probability of all tables that count among those that paths on an edge to a node with two columns left can become.
    fn last_two(&self, filled: &[Filled], completions: f64, edge: Path, open: &[Path]) -> f64 {
        let mut reached = filled.len();
        let counted = open.iter().map(|path| {
            let value = path.value + edge.value;
            // Paths rise, so that ever fewer completions count.
            while reached > 0 && filled.get(reached - 1).is_some_and(|way| value + way.value > self.threshold) {
                reached -= 1;
            }
            let share = reached.checked_sub(1).and_then(|last| filled.get(last)).map_or(0.0, |way| way.cumulated);
            path.ways * edge.ways * (value + completions - self.all).exp() * share
        });
        sum(counted)
    }

    /// Visits all ways to fill one column, at most as many as paths, with what the rows need then, and the logarithm of the product of 1 / x!.
    fn fill(&mut self, stage: usize, needs: &[u16], mut visit: impl FnMut(&[u16], f64)) -> Option<()> {
        let mut others = 0;
        let mut needed_below: Vec<u32> = needs
            .iter()
            .rev()
            .map(|need| {
                others += u32::from(*need);
                others - u32::from(*need)
            })
            .collect();
        needed_below.reverse();
        // What visits keep must not fill memory.
        let allowed = self.steps_left.min(STEPS_OF_WAY * LARGEST_PATHS as u64);
        let mut filling = Filling { needs, needed_below, factorials: &self.factorials, steps_left: allowed };
        let mut left = needs.to_vec();
        filling.row(0, self.columns[stage], 0.0, &mut left, &mut visit)?;
        self.steps_left -= allowed - filling.steps_left;
        Some(())
    }
}

/// Filling one column, row by row.
struct Filling<'a> {
    needs: &'a [u16],
    /// What all rows below each one need together.
    needed_below: Vec<u32>,
    factorials: &'a LogFactorials,
    steps_left: u64,
}

impl Filling<'_> {
    fn row(&mut self, row: usize, rest: u16, value: f64, left: &mut [u16], visit: &mut impl FnMut(&[u16], f64)) -> Option<()> {
        let need = self.needs[row];
        if row + 1 == self.needs.len() {
            self.steps_left = self.steps_left.checked_sub(STEPS_OF_WAY)?;
            left[row] = need - rest;
            visit(left, value - self.factorials.of(u64::from(rest)));
            return Some(());
        }
        let least = u32::from(rest).saturating_sub(self.needed_below[row]) as u16;
        for count in least..=need.min(rest) {
            left[row] = need - count;
            self.row(row + 1, rest - count, value - self.factorials.of(u64::from(count)), left, visit)?;
        }
        Some(())
    }
}

/// Sums of the products of the first paths in a node, relative to the greatest, so that they do not underflow.
struct Weights {
    greatest: f64,
    cumulated: Vec<f64>,
}

impl Weights {
    fn new(paths: &[Path]) -> Self {
        let greatest = paths.last().map_or(0.0, |path| path.value);
        let mut total = 0.0;
        let add = |path: &Path| {
            total += path.ways * (path.value - greatest).exp();
            total
        };
        Self { greatest, cumulated: paths.iter().map(add).collect() }
    }

    /// The sum over the first few paths, times `exp(factor)`.
    fn of_first(&self, count: usize, factor: f64) -> f64 {
        let share = count.checked_sub(1).and_then(|last| self.cumulated.get(last)).copied().unwrap_or(0.0);
        share * (self.greatest + factor).exp()
    }
}

/// Sorts paths by their product, and joins those of one product.
fn merge(paths: &mut Vec<Path>) {
    paths.sort_unstable_by(|a, b| a.value.total_cmp(&b.value));
    paths.dedup_by(|path, kept| {
        let same = path.value - kept.value < SAME;
        if same {
            kept.ways += path.ways;
        }
        same
    });
    paths.shrink_to_fit();
}
