//! Protection against inequalities: what gives way so that no hidden cell is pinned down by the ranges and rounding of all others together.
//!
//! Elimination keeps every hidden cell from being a linear combination of what is shown. Answers are also whole numbers between none and all: where a total and most of its
//! parts are known to a few, so is what remains. Here every hidden cell must have two sets of answers that agree with all that is shown and lie far enough apart, for
//! everybody and for each respondent. Where such sets are not found, the figure that stands in their way gives way: combinations first, then differences of few people, groups,
//! other differences, and groups named as important; it shows on which side of the middle it lies, then nothing. Numbers of people and the figures themselves decide, never an answer that is not shown.

mod earlier;
#[cfg(test)]
mod earlier_tests;
mod model;
mod protection;
mod search;
#[cfg(test)]
mod tests;
mod units;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

use self::model::{Model, Rung};
use self::protection::{Cell, Protection};
use self::search::{Search, Sum};
pub use self::units::is_sum;
use super::earlier::Earlier;
use super::figure::{Figure, Symbol};
use super::ladder::FINE_FROM;
use crate::analyze::{Atom, Contrast, Contributors, Metric, ResultRow, ResultSet, atoms};
use crate::derive::SpanKind;
use crate::program::plan::{Privacy, Role};

/// Replaces figures until no hidden cell of the wanted metrics is pinned down, by itself or together with `earlier` figures, and gives the positions of those replaced. `figures` are
/// those of the planned rows.
pub fn protect(
    privacy: &Privacy,
    results: &ResultSet,
    contributors: &[Contributors],
    planned: &[&ResultRow],
    figures: &mut [Figure],
    earlier: &Earlier,
    wanted: impl Fn(&Metric) -> bool,
) -> BTreeSet<usize> {
    let mut rows: BTreeMap<(String, Option<Role>, usize), Vec<usize>> = BTreeMap::new();
    for (position, row) in planned.iter().enumerate() {
        if matches!(results.spans[row.span].kind, SpanKind::Window | SpanKind::Period) {
            rows.entry((row.outcome(), row.role, row.span)).or_default().push(position);
        }
    }
    let outcomes: Vec<&Contributors> =
        contributors.iter().filter(|outcome| (outcome.grouped || !earlier.is_empty()) && wanted(outcome.metric)).collect();
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let (shown, rows, outcomes) = (&*figures, &rows, &outcomes);
    let next = AtomicUsize::new(0);
    let found: Vec<(usize, Figure)> = std::thread::scope(|scope| {
        let work = || {
            let mine = std::iter::from_fn(|| outcomes.get(next.fetch_add(1, Ordering::Relaxed)));
            mine.flat_map(|outcome| of_outcome(privacy, results, outcome, planned, shown, rows, earlier)).collect::<Vec<_>>()
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    found
        .into_iter()
        .map(|(position, figure)| {
            figures[position] = figure;
            position
        })
        .collect()
}

/// What gives way among the figures of one outcome.
fn of_outcome(
    privacy: &Privacy,
    results: &ResultSet,
    outcome: &Contributors,
    planned: &[&ResultRow],
    figures: &[Figure],
    rows: &BTreeMap<(String, Option<Role>, usize), Vec<usize>>,
    earlier: &Earlier,
) -> Vec<(usize, Figure)> {
    let all = atoms(results, outcome);
    let mut given = Vec::new();
    for (span, info) in results.spans.iter().enumerate() {
        let Some(positions) = rows.get(&(outcome.outcome(), outcome.role, span)) else { continue };
        let versions = earlier.versions(&outcome.outcome(), outcome.role, &info.id);
        // Figures of groups are published over windows only.
        if versions.is_empty() && !(outcome.grouped && info.kind == SpanKind::Window) {
            continue;
        }
        let atoms: Vec<&Atom> = all.iter().filter(|atom| atom.span == span).collect();
        let Some(mut model) = Model::new(results, privacy, planned[positions[0]], &atoms) else { continue };
        if versions.is_empty() {
            given.extend(of_span(&model, results, privacy, planned, figures, positions));
            continue;
        }
        let is_shown = |position: &&usize| planned[**position].contrast == Contrast::None && !figures[**position].is_hidden();
        let shown: Vec<&ResultRow> = positions.iter().filter(is_shown).map(|&position| planned[position]).collect();
        model.hold_against(earlier.now(), &versions, planned[positions[0]], &shown);
        let is_new = |position: &usize| !earlier.repeats(results, planned[*position], &figures[*position]);
        let bare = |position: usize| Some((position, model.without_interval(planned[position], &figures[position])?));
        let bare: Vec<(usize, Figure)> = positions.iter().copied().filter(is_new).filter_map(bare).collect();
        let mut own = figures.to_vec();
        bare.iter().for_each(|(position, figure)| own[*position] = figure.clone());
        given.extend(bare);
        given.extend(of_span(&model, results, privacy, planned, &own, positions));
    }
    given
}

/// A published row that may give way.
struct Published<'a> {
    position: usize,
    row: &'a ResultRow,
    /// The less, the later it gives way.
    rank: u8,
    /// What it may show instead, next last.
    rungs: Vec<Rung>,
    /// What it shows instead, at last, and between which values it lay before.
    given: Vec<(Figure, (f64, f64))>,
    /// The cell for which it gave way last.
    cell: usize,
}

impl Published<'_> {
    fn is_hidden(&self) -> bool {
        self.given.last().is_some_and(|(figure, _)| figure.is_hidden())
    }
}

fn of_span(
    model: &Model<'_>,
    results: &ResultSet,
    privacy: &Privacy,
    planned: &[&ResultRow],
    figures: &[Figure],
    positions: &[usize],
) -> Vec<(usize, Figure)> {
    let mut cells = model.small_cells();
    let levels = positions.iter().filter(|&&position| planned[position].contrast == Contrast::None);
    cells.extend(levels.filter(|&&position| figures[position].is_hidden()).filter_map(|&position| model.hidden_cell(planned[position])));
    let mut seen = BTreeSet::new();
    cells.extend(model.beside().cells.iter().cloned());
    cells.retain(|cell| seen.insert(cell.members.clone()));
    let mut told = BTreeSet::new();
    if !model.beside().is_empty {
        // What earlier figures say by themselves, nothing can hide any more.
        let mut alone = Protection::new(Search::new(model.unknowns().to_vec(), model.beside().sums.clone()), 0.5, |_| false);
        if !alone.has_answers() {
            // Nor can what they say be reckoned with where no answers are found that agree with them.
            let shown = positions.iter().filter(|&&position| !figures[position].is_hidden());
            return shown.map(|&position| (position, Figure::Hidden(Symbol::Confidential))).collect();
        }
        cells.retain(|cell| {
            let is_open = alone.is_open(cell);
            let is_told = !is_open && alone.is_open_from_outside(cell);
            if is_told {
                told.insert(cell.members.clone());
            }
            is_open || is_told
        });
    }
    let mut published: Vec<Published<'_>> = Vec::new();
    let mut sums: Vec<Sum> = Vec::new();
    for &position in positions {
        let (row, figure) = (planned[position], &figures[position]);
        if let Some(sum) = model.sum(row, figure) {
            let rungs = model.rungs(row, figure).into_iter().rev().collect();
            published.push(Published { position, row, rank: rank(results, privacy, row), rungs, given: Vec::new(), cell: 0 });
            sums.push(sum);
        }
    }
    // They come last, and do not give way.
    sums.extend(model.beside().sums.iter().cloned());
    if cells.is_empty() || published.is_empty() {
        return Vec::new();
    }
    let share = sums.iter().zip(&published).find(|(_, row)| row.row.grouping == 0).map_or(0.5, |(sum, _)| {
        let most: f64 = sum.terms.iter().map(|(unknown, weight)| weight * f64::from(model.unknowns()[*unknown as usize].upper)).sum();
        ((sum.lower.max(0.0) + sum.upper.min(most)) / 2.0 / most).clamp(0.0, 1.0)
    });
    // Where nothing earlier stands beside, the search names what is in its way.
    let everything = if model.beside().is_empty { 0 } else { model.unknowns().len() as u32 };
    let mut protection = Protection::new(Search::new(model.unknowns().to_vec(), sums), share, |search| {
        let gave = give_way(search, &mut published, 0);
        gave.or_else(|| {
            search.suspect(0..everything);
            give_way(search, &mut published, 0)
        })
        .is_some()
    });
    protection.tell(told);
    let (mut at, mut lost) = (0, BTreeSet::new());
    while at < cells.len() {
        if protection.is_open(&cells[at]) {
            at += 1;
            continue;
        }
        let gave = give_way(protection.search(), &mut published, at).or_else(|| {
            // Among sums that cannot give way, the search may not get as far as those that can.
            protection.search().suspect(model.beside().near(&cells[at]));
            give_way(protection.search(), &mut published, at)
        });
        match gave {
            // What is hidden now must stay open as well.
            Some(row) if published[row].is_hidden() && published[row].row.contrast == Contrast::None => {
                let cell = model.hidden_cell(published[row].row);
                cells.extend(cell.filter(|cell: &Cell| seen.insert(cell.members.clone())));
            }
            Some(_) => {}
            None => {
                lost.insert(at);
                at += 1
            }
        }
    }
    // What gave way in vain comes back, what matters most first. Nothing is in vain for a cell that is not open yet.
    lost.retain(|&at| !protection.is_open(&cells[at]));
    let gave_way = |row: &usize| !published[*row].given.is_empty() && !lost.contains(&published[*row].cell);
    let mut order: Vec<usize> = (0..published.len()).filter(gave_way).collect();
    order.sort_by_key(|&row| (published[row].rank, Reverse(published[row].row.support.people), published[row].position));
    for row in order {
        while let Some((figure, before)) = published[row].given.pop() {
            // The cell for which it gave way fails first, if any.
            let likely = std::iter::once((published[row].cell, &cells[published[row].cell]));
            if !protection.narrow(
                row,
                before,
                likely.chain(cells.iter().enumerate()).filter(|(at, _)| !lost.contains(at)).map(|(_, cell)| cell),
            ) {
                published[row].given.push((figure, before));
                break;
            }
        }
    }
    let last = |row: &mut Published<'_>| row.given.pop().map(|(figure, _)| (row.position, figure));
    published.iter_mut().filter_map(last).collect()
}

/// Which rows give way first: combinations, differences of few people, groups, other differences, important groups; the whole program last.
fn rank(results: &ResultSet, privacy: &Privacy, row: &ResultRow) -> u8 {
    let is_important = privacy.important.contains(&results.groupings[row.grouping].0);
    match (row.grouping, row.contrast == Contrast::None) {
        (0, _) => 0,
        (grouping, _) if !results.base_groupings.contains(&grouping) => 5,
        (_, true) if is_important => 1,
        (_, true) => 3,
        // What sets large groups apart is what leaders ask for first.
        (_, false) if is_important || row.support.people >= FINE_FROM => 2,
        (_, false) => 4,
    }
}

/// One of the rows that stood in the way of a cell shows less. Gives its position; none where nothing is left that could.
fn give_way(search: &mut Search, published: &mut [Published<'_>], cell: usize) -> Option<usize> {
    let blame = search.blame().to_vec();
    let blamed: Vec<usize> = (0..published.len()).filter(|&row| !published[row].rungs.is_empty() && blame[row] > 0).collect();
    // The whole program gives way where nothing else is left.
    let (whole, parts): (Vec<usize>, Vec<usize>) = blamed.into_iter().partition(|&row| published[row].rank == 0);
    let candidates = if parts.is_empty() { whole } else { parts };
    let most = candidates.iter().map(|&row| blame[row]).max()?;
    // What stood in the way by the way only is not to blame.
    let row = candidates.into_iter().filter(|&row| 4 * blame[row] >= most).min_by_key(|&row| {
        let Published { position, row: of, rank, .. } = &published[row];
        (Reverse(*rank), Reverse(blame[row]), of.support.people, *position)
    })?;
    let (figure, bounds) = published[row].rungs.pop()?;
    published[row].cell = cell;
    published[row].given.push((figure, search.bounds(row)));
    search.set_bounds(row, bounds.unwrap_or((f64::NEG_INFINITY, f64::INFINITY)));
    Some(row)
}
