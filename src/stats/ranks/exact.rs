//! The permutation distribution of a rank sum.

use super::Pooled;

/// The two-sided p-value of a sum of midranks: the share of all ways to choose `size` of the observations whose sum of
/// midranks lies at least as far from its mean as the one observed, `twice_sum / 2`.
///
/// Midranks are doubled into whole numbers, and the number of choices with each sum is found by adding one observation at a
/// time (Streitberg & Rohmel, Stat Softw Newsl 1986;12:10-17). In row `j`, sums are counted from the least sum of `j`
/// observations. Counts are floating-point numbers that are only ever added, so their relative error stays near `n` times
/// the machine's.
pub(super) fn two_sided_p(pooled: &Pooled, size: usize, twice_sum: u128) -> f64 {
    let scores: Vec<u64> = pooled.ties.iter().flat_map(|tie| (0..tie.size).map(|_| tie.twice_midrank)).collect();
    let unit = scores.windows(2).map(|pair| pair[1] - pair[0]).fold(0, greatest_common_divisor).max(1);
    let mut before = vec![0_u64; scores.len() + 1];
    for (index, score) in scores.iter().enumerate() {
        before[index + 1] = before[index] + score;
    }
    // The sum of the `j` scores that end before `index`, over the sum of the least `j`, in units.
    let span = |index: usize, j: usize| ((before[index] - before[index - j] - before[j]) / unit) as usize;
    let mut rows: Vec<Vec<f64>> = (0..=size).map(|j| vec![0.0; span(scores.len(), j) + 1]).collect();
    rows[0][0] = 1.0;
    for index in 0..scores.len() {
        for j in (0..size.min(index + 1)).rev() {
            let shift = ((scores[index] - scores[j]) / unit) as usize;
            let (head, tail) = rows.split_at_mut(j + 1);
            let source = &head[j][..=span(index, j)];
            for (to, from) in tail[0][shift..].iter_mut().zip(source) {
                *to += from;
            }
        }
    }
    let mean = size as u64 * (pooled.n + 1);
    let observed = u128::from(mean).abs_diff(twice_sum);
    let far = |(index, _): &(usize, &f64)| u128::from((before[size] + unit * *index as u64).abs_diff(mean)) >= observed;
    let extreme: f64 = rows[size].iter().enumerate().filter(far).map(|(_, ways)| ways).sum();
    (extreme / rows[size].iter().sum::<f64>()).min(1.0)
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Frequency;
    use proptest::prelude::*;

    /// Every choice of `size` of the observations, one by one.
    fn enumerated(scores: &[u64], size: usize, twice_sum: u64) -> f64 {
        let mean = (size * (scores.len() + 1)) as u64;
        let (mut extreme, mut all) = (0.0, 0.0);
        for choice in 0..1_u32 << scores.len() {
            if choice.count_ones() as usize == size {
                let sum: u64 = scores.iter().enumerate().filter(|(i, _)| choice >> i & 1 == 1).map(|(_, s)| s).sum();
                all += 1.0;
                extreme += if sum.abs_diff(mean) >= twice_sum.abs_diff(mean) { 1.0 } else { 0.0 };
            }
        }
        extreme / all
    }

    proptest! {
        #[test]
        fn agrees_with_enumeration(values in proptest::collection::vec(0_u32..6, 2..13), cut in 1_usize..12) {
            let size = cut.min(values.len() - 1);
            let frequencies: Vec<Frequency> = values.iter().map(|&v| Frequency { value: f64::from(v), count: 1 }).collect();
            let pooled = Pooled::new(&[&frequencies[..size], &frequencies[size..]]).unwrap();
            let scores: Vec<u64> = pooled.ties.iter().flat_map(|tie| vec![tie.twice_midrank; tie.size as usize]).collect();
            let sum = pooled.twice_rank_sum(0);
            prop_assert!((two_sided_p(&pooled, size, sum) - enumerated(&scores, size, sum as u64)).abs() < 1e-13);
        }
    }
}
