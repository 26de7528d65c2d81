//! Random tables with given margins.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::Table;
use super::fisher::SLACK;
use super::network::table_value;
use crate::stats::sum;

/// Logarithms of factorials: from a table while it is small, else by Stirling's series, whose error there is below 1e-20.
pub(super) struct LogFactorials(Vec<f64>);

impl LogFactorials {
    pub(super) fn up_to(largest: u64) -> Self {
        let (mut total, mut lost) = (0.0_f64, 0.0_f64);
        let logarithms = (1..=largest.min(1 << 20)).map(|n| {
            // Summed with compensation, as `stats::sum` does.
            let (term, next) = ((n as f64).ln(), total + (n as f64).ln());
            lost += if total >= term { (total - next) + term } else { (term - next) + total };
            total = next;
            total + lost
        });
        Self(std::iter::once(0.0).chain(logarithms).collect())
    }

    pub(super) fn of(&self, n: u64) -> f64 {
        let x = n as f64;
        let known = usize::try_from(n).ok().and_then(|n| self.0.get(n)).copied();
        known.unwrap_or_else(|| {
            (x + 0.5) * x.ln() - x + (2.0 * std::f64::consts::PI).ln() / 2.0 + 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3))
        })
    }
}

/// How many of `replicates` random tables with the margins of this one are no more probable than it.
///
/// Tables are drawn from their distribution under independence, cell by cell, each cell hypergeometric given those before it
/// (Patefield, Appl Stat 1981;30:91-97). Margins are sorted first, so that the order of rows and columns, and which of the two
/// are rows, changes nothing.
pub(super) fn no_more_probable(table: &Table, replicates: u64, seed: u64) -> u64 {
    let sorted = |mut totals: Vec<u64>| {
        totals.sort_unstable_by(|a, b| b.cmp(a));
        totals
    };
    let (mut rows, mut columns) = (sorted(table.row_totals()), sorted(table.column_totals()));
    if (rows.len(), &rows) > (columns.len(), &columns) {
        std::mem::swap(&mut rows, &mut columns);
    }
    let factorials = LogFactorials::up_to(table.total());
    let threshold = table_value(table, &factorials) + SLACK.ln_1p();
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    (0..replicates).filter(|_| random_value(&rows, &columns, &factorials, &mut random) <= threshold).count() as u64
}

/// The logarithm of the product of 1 / x! over the cells of one random table.
fn random_value(rows: &[u64], columns: &[u64], factorials: &LogFactorials, random: &mut ChaCha20Rng) -> f64 {
    let mut columns_left = columns.to_vec();
    let mut terms = Vec::with_capacity(rows.len() * columns.len());
    let (mut left, mut rows_left) = (rows.iter().sum::<u64>(), rows.len());
    for &row in rows {
        let (mut draws, mut pool) = (row, left);
        rows_left -= 1;
        for column in &mut columns_left {
            // The last row takes every column's rest, as the last column takes every row's.
            let count = if rows_left == 0 { *column } else { hypergeometric(Urn { pool, marked: *column, draws }, factorials, random) };
            terms.push(-factorials.of(count));
            pool -= *column;
            *column -= count;
            draws -= count;
        }
        left -= row;
    }
    terms.sort_by(f64::total_cmp);
    sum(terms)
}

/// `draws` from a pool of which some are marked.
#[derive(Clone, Copy)]
struct Urn {
    pool: u64,
    marked: u64,
    draws: u64,
}

/// How many of the draws are marked: one uniform number is used up by the probabilities from the most probable count outwards.
fn hypergeometric(urn: Urn, factorials: &LogFactorials, random: &mut ChaCha20Rng) -> u64 {
    let Urn { pool, marked, draws } = urn;
    let unmarked = pool - marked;
    let (least, greatest) = (draws.saturating_sub(unmarked), draws.min(marked));
    if least == greatest {
        return least;
    }
    let mode = ((u128::from(draws) + 1) * (u128::from(marked) + 1) / (u128::from(pool) + 2)) as u64;
    let mode = mode.clamp(least, greatest);
    let choose = |n: u64, k: u64| factorials.of(n) - factorials.of(k) - factorials.of(n - k);
    let probability = (choose(marked, mode) + choose(unmarked, draws - mode) - choose(pool, draws)).exp();
    // 53 random bits make a number from 0 to less than 1.
    let mut rest = (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64 - probability;
    let ratio = |x: u64| (marked - x) as f64 / (x + 1) as f64 * ((draws - x) as f64 / (unmarked + x + 1 - draws) as f64);
    let (mut low, mut high, mut low_probability, mut high_probability) = (mode, mode, probability, probability);
    while rest >= 0.0 && (low > least || high < greatest) {
        if high < greatest {
            high_probability *= ratio(high);
            high += 1;
            rest -= high_probability;
            if rest < 0.0 {
                return high;
            }
        }
        if low > least {
            low_probability /= ratio(low - 1);
            low -= 1;
            rest -= low_probability;
            if rest < 0.0 {
                return low;
            }
        }
    }
    mode
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factorials_meet_stirling() {
        let table = LogFactorials::up_to(10);
        assert!((table.of(10) - 3_628_800_f64.ln()).abs() < 1e-14);
        let long = LogFactorials::up_to(1 << 20);
        assert!((long.of(1 << 20) / table.of(1 << 20) - 1.0).abs() < 1e-15);
    }

    /// Counts of 20,000 draws from an urn of 10, 4 marked, 5 drawn: each share within 4 standard errors of its probability.
    #[test]
    fn draws_follow_their_distribution() {
        let factorials = LogFactorials::up_to(10);
        let mut random = ChaCha20Rng::seed_from_u64(7);
        let mut found = [0_u32; 5];
        for _ in 0..20_000 {
            found[hypergeometric(Urn { pool: 10, marked: 4, draws: 5 }, &factorials, &mut random) as usize] += 1;
        }
        for (count, ways) in found.iter().zip([6.0, 60.0, 120.0, 60.0, 6.0]) {
            let p = ways / 252.0;
            assert!((f64::from(*count) / 2e4 - p).abs() < 4.0 * (p * (1.0 - p) / 2e4_f64).sqrt(), "{found:?}");
        }
    }
}
