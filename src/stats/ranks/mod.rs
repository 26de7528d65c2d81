//! Rank tests of independent groups, on midranks.

mod exact;
pub mod kruskal_wallis;
pub mod mann_whitney;

use super::{Frequency, NotEstimable, finite};

/// One distinct value of the pooled groups.
#[derive(Clone, Debug, PartialEq)]
struct Tie {
    /// Twice its midrank, which is a whole number.
    twice_midrank: u64,
    /// How often it occurs in each group.
    counts: Vec<u64>,
    /// How often it occurs in all.
    size: u64,
}

/// The distinct values of all groups together, ascending.
#[derive(Clone, Debug, PartialEq)]
struct Pooled {
    ties: Vec<Tie>,
    n: u64,
}

impl Pooled {
    /// Every observation ranked among all; equal values, and 0 and -0, share the mean of their ranks.
    fn new(groups: &[&[Frequency]]) -> Result<Self, NotEstimable> {
        let mut values = Vec::new();
        for (group, frequencies) in groups.iter().enumerate() {
            for frequency in frequencies.iter().filter(|f| f.count > 0) {
                // Adding 0 turns -0 into 0.
                values.push((finite(frequency.value)? + 0.0, group, frequency.count));
            }
        }
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut ties, mut n) = (Vec::new(), 0_u64);
        for tied in values.chunk_by(|a, b| a.0 == b.0) {
            let mut counts = vec![0_u64; groups.len()];
            for &(_, group, count) in tied {
                counts[group] = counts[group].checked_add(count).ok_or(NotEstimable::NotFinite)?;
            }
            let size = total(&counts)?;
            // Ranks n + 1 to n + size have the mean n + (size + 1) / 2.
            let twice_midrank =
                n.checked_mul(2).and_then(|twice| twice.checked_add(size)?.checked_add(1)).ok_or(NotEstimable::NotFinite)?;
            n = n.checked_add(size).ok_or(NotEstimable::NotFinite)?;
            ties.push(Tie { twice_midrank, counts, size });
        }
        Ok(Self { ties, n })
    }

    /// How many observations a group has.
    fn size(&self, group: usize) -> u64 {
        self.ties.iter().map(|tie| tie.counts[group]).sum()
    }

    /// Twice the sum of a group's midranks.
    fn twice_rank_sum(&self, group: usize) -> u128 {
        self.ties.iter().map(|tie| u128::from(tie.twice_midrank) * u128::from(tie.counts[group])).sum()
    }

    /// 12 times the sum of squared deviations of all midranks from their mean: `n^3 - n - sum(t^3 - t)`. It is 0 exactly when
    /// all values are equal.
    fn twelve_squares(&self) -> Result<u128, NotEstimable> {
        let cubed = |t: u64| u128::from(t).checked_pow(3).map(|cube| cube - u128::from(t)).ok_or(NotEstimable::NotFinite);
        self.ties.iter().try_fold(cubed(self.n)?, |rest, tie| Ok(rest - cubed(tie.size)?))
    }
}

fn total(counts: &[u64]) -> Result<u64, NotEstimable> {
    counts.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count)).ok_or(NotEstimable::NotFinite)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frequencies(values: &[f64]) -> Vec<Frequency> {
        values.iter().map(|&value| Frequency { value, count: 1 }).collect()
    }

    #[test]
    fn equal_values_share_the_mean_rank() {
        let pooled = Pooled::new(&[&frequencies(&[3.0, 1.0, -0.0]), &frequencies(&[1.0, 0.0, 9.0])]).unwrap();
        let twice: Vec<u64> = pooled.ties.iter().map(|tie| tie.twice_midrank).collect();
        assert_eq!((twice, pooled.n), (vec![3, 7, 10, 12], 6));
        assert_eq!((pooled.size(0), pooled.twice_rank_sum(0), pooled.twice_rank_sum(1)), (3, 20, 22));
        assert_eq!(Pooled::new(&[&frequencies(&[f64::NAN])]), Err(NotEstimable::NotFinite));
    }

    proptest! {
        /// Each midrank as 1 + values below + half of the other equal values, which takes a pass for each value.
        #[test]
        fn midranks_by_counting(values in proptest::collection::vec(0_u32..8, 1..30)) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let pooled = Pooled::new(&[&frequencies(&values)]).unwrap();
            let rank = |v: f64| {
                let below = values.iter().filter(|w| **w < v).count() as f64;
                let equal = values.iter().filter(|w| **w == v).count() as f64;
                below + (equal + 1.0) / 2.0
            };
            let squares: f64 = values.iter().map(|&v| (rank(v) - (values.len() as f64 + 1.0) / 2.0).powi(2)).sum();
            prop_assert!((pooled.twelve_squares().unwrap() as f64 - 12.0 * squares).abs() < 1e-6);
            prop_assert_eq!(pooled.twice_rank_sum(0) as f64, 2.0 * values.iter().map(|&v| rank(v)).sum::<f64>());
        }
    }
}
