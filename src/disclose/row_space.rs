//! What follows from published sums by subtraction: exact elimination.
//!
//! A published cell is a sum over atoms, and whoever reads several can form every linear combination of them. A [`RowSpace`] holds what is published and what must
//! never be such a combination. Arithmetic is modulo a prime of 61 bits: a combination with whole coefficients stays one, so that nothing that follows over the rationals is
//! missed, unless the prime divides a determinant of the table's own zeros and ones.

/// 2^61 - 1.
const PRIME: u64 = (1 << 61) - 1;

/// A vector over atoms: position and value, not 0, in ascending order of position.
pub type Sparse = Vec<(u32, u64)>;

/// The vector with value 1 at sorted positions.
pub fn indicator(positions: &[u32]) -> Sparse {
    positions.iter().map(|&position| (position, 1)).collect()
}

fn multiply(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    let folded = (product >> 61) as u64 + (product as u64 & PRIME);
    if folded >= PRIME { folded - PRIME } else { folded }
}

fn negative(value: u64) -> u64 {
    if value == 0 { 0 } else { PRIME - value }
}

fn inverse(value: u64) -> u64 {
    let (mut power, mut base, mut exponent) = (1, value, PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            power = multiply(power, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    power
}

fn at(vector: &[(u32, u64)], position: u32) -> u64 {
    vector.binary_search_by_key(&position, |entry| entry.0).map_or(0, |place| vector[place].1)
}

/// `vector` plus `factor` times `other`.
fn plus(vector: &[(u32, u64)], factor: u64, other: &[(u32, u64)]) -> Sparse {
    let mut sum = Sparse::with_capacity(vector.len() + other.len());
    let (mut left, mut right) = (vector.iter().copied().peekable(), other.iter().copied().peekable());
    loop {
        let (position, value) = match (left.peek(), right.peek()) {
            (None, None) => return sum,
            (Some(&(here, value)), there) if there.is_none_or(|there| here < there.0) => {
                left.next();
                (here, value)
            }
            (here, Some(&(there, value))) if here.is_none_or(|here| there < here.0) => {
                right.next();
                (there, multiply(factor, value))
            }
            _ => {
                let ((position, one), other) = (left.next().unwrap_or_default(), right.next().unwrap_or_default().1);
                let value = one + multiply(factor, other);
                (position, if value >= PRIME { value - PRIME } else { value })
            }
        };
        if value != 0 {
            sum.push((position, value));
        }
    }
}

/// Whether one is a multiple of the other.
fn is_multiple(left: &[(u32, u64)], right: &[(u32, u64)]) -> bool {
    if left.len() != right.len() || left.iter().zip(right).any(|(left, right)| left.0 != right.0) {
        return false;
    }
    let (Some(first), Some(other)) = (left.first(), right.first()) else { return true };
    left.iter().zip(right).all(|(left, right)| multiply(left.1, other.1) == multiply(right.1, first.1))
}

/// What is published, and what must not follow from it.
#[derive(Debug, Clone, Default)]
pub struct RowSpace {
    /// Rows with the position that each eliminates; a row has no value where an earlier one eliminates.
    rows: Vec<(u32, Sparse)>,
    /// Guarded vectors, less what of them is published.
    guarded: Vec<Sparse>,
    /// In how many guarded vectors a position occurs, about.
    frequency: Vec<u32>,
}

impl RowSpace {
    /// Nothing published yet; `guarded` must never follow, empty ones apart.
    pub fn new(positions: usize, guarded: impl IntoIterator<Item = Sparse>) -> Self {
        let mut guarded: Vec<Sparse> = guarded.into_iter().filter(|vector| !vector.is_empty()).collect();
        guarded.sort_unstable();
        guarded.dedup();
        let mut frequency = vec![0; positions];
        guarded.iter().flatten().for_each(|&(position, _)| frequency[position as usize] += 1);
        Self { rows: Vec::new(), guarded, frequency }
    }

    fn reduced(&self, vector: &[(u32, u64)]) -> Sparse {
        let mut vector = vector.to_vec();
        for (pivot, row) in &self.rows {
            let value = at(&vector, *pivot);
            if value != 0 {
                vector = plus(&vector, negative(value), row);
            }
        }
        vector
    }

    /// Whether a vector follows from what is published.
    #[cfg(test)]
    pub fn contains(&self, vector: &[(u32, u64)]) -> bool {
        self.reduced(vector).is_empty()
    }

    /// Publishes a vector, unless something guarded would follow. Gives whether it is published.
    pub fn publish(&mut self, vector: &[(u32, u64)]) -> bool {
        let row = self.reduced(vector);
        if row.is_empty() {
            return true;
        }
        if self.guarded.iter().any(|guarded| is_multiple(guarded, &row)) {
            return false;
        }
        // Little fills up where few guarded vectors have the position.
        let Some(&(pivot, value)) = row.iter().min_by_key(|entry| (self.frequency[entry.0 as usize], entry.0)) else { return true };
        let scale = inverse(value);
        let row: Sparse = row.iter().map(|&(position, value)| (position, multiply(value, scale))).collect();
        for guarded in &mut self.guarded {
            let value = at(guarded, pivot);
            if value != 0 {
                *guarded = plus(guarded, negative(value), &row);
                guarded
                    .iter()
                    .for_each(|&(position, _)| self.frequency[position as usize] = self.frequency[position as usize].saturating_add(1));
            }
        }
        self.rows.push((pivot, row));
        true
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(values: &[i64]) -> Sparse {
        let value = |value: i64| if value < 0 { negative(value.unsigned_abs()) } else { value as u64 };
        values.iter().enumerate().filter(|(_, number)| **number != 0).map(|(place, &number)| (place as u32, value(number))).collect()
    }

    #[test]
    fn a_total_minus_what_is_shown_is_found() {
        let mut space = RowSpace::new(3, [whole(&[0, 0, 1])]);
        assert!(space.publish(&whole(&[1, 1, 1])));
        assert!(space.publish(&whole(&[1, 0, 0])));
        assert!(!space.publish(&whole(&[0, 1, 0])), "the total minus both is the third");
        assert!(space.contains(&whole(&[0, 2, 2])));
        assert!(!space.contains(&whole(&[0, 1, 0])));
    }

    #[test]
    fn two_tables_that_group_otherwise_are_taken_together() {
        // Regions A+B and C, against A and B+C: the second table gives A, hence B.
        let mut space = RowSpace::new(3, [whole(&[0, 1, 0])]);
        assert!(space.publish(&whole(&[1, 1, 0])));
        assert!(space.publish(&whole(&[0, 0, 1])));
        assert!(!space.publish(&whole(&[1, 0, 0])));
        assert!(!space.publish(&whole(&[0, 1, 1])));
    }

    #[test]
    fn whole_multiples_count() {
        let mut space = RowSpace::new(2, [whole(&[1, 0])]);
        assert!(space.publish(&whole(&[1, 1])));
        assert!(!space.publish(&whole(&[1, -1])), "half the sum of both");
    }

    /// Rank over the rationals, by whole numbers without division.
    pub(in super::super) fn rank(mut rows: Vec<Vec<i128>>) -> usize {
        let (mut rank, width) = (0, rows.first().map_or(0, Vec::len));
        for column in 0..width {
            let Some(found) = (rank..rows.len()).find(|&row| rows[row][column] != 0) else { continue };
            rows.swap(rank, found);
            for row in rank + 1..rows.len() {
                let (here, there) = (rows[rank][column], rows[row][column]);
                rows[row] = rows[row].iter().zip(&rows[rank]).map(|(below, above)| below * here - above * there).collect();
            }
            rank += 1;
        }
        rank
    }

    proptest! {
        #[test]
        fn nothing_guarded_follows_over_the_rationals_and_nothing_is_held_back_without_need(
            cells in prop::collection::vec(prop::collection::vec(0i64..2, 6), 1..7),
            guarded in prop::collection::vec(prop::collection::vec(0i64..2, 6), 1..4),
        ) {
            let mut space = RowSpace::new(6, guarded.iter().map(|vector| whole(vector)));
            let guarded: Vec<&Vec<i64>> = guarded.iter().filter(|vector| vector.contains(&1)).collect();
            let mut shown: Vec<Vec<i128>> = Vec::new();
            let wide = |vector: &[i64]| vector.iter().map(|&value| i128::from(value)).collect::<Vec<i128>>();
            for cell in &cells {
                let mut with = shown.clone();
                with.push(wide(cell));
                let known = rank(with.clone());
                let leaks = guarded.iter().any(|vector| {
                    let mut more = with.clone();
                    more.push(wide(vector));
                    rank(more) == known
                });
                prop_assert_eq!(space.publish(&whole(cell)), !leaks);
                if !leaks {
                    shown = with;
                }
            }
        }
    }
}
