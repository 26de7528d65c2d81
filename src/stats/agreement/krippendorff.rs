//! Any number of raters, with missing ratings.

use crate::stats::{NotEstimable, finite, sum};

/// What the values of a scale mean, and hence how far apart two of them are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measurement {
    /// Names: different or not.
    Nominal,
    /// Ranks: squared number of ratings between the two, their own by half.
    Ordinal,
    /// Equal steps: squared difference.
    Interval,
    /// Equal ratios, values of at least 0: squared difference over squared sum.
    Ratio,
}

/// How much of the ratings can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pairable {
    /// Number of units given.
    pub units: u64,
    /// Units with two ratings or more.
    pub pairable_units: u64,
    /// Ratings in those.
    pub pairable_values: u64,
}

/// Krippendorff's alpha.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Krippendorff {
    /// 1 for perfect agreement, 0 for what chance gives, below 0 for systematic disagreement.
    pub alpha: f64,
    /// What it was computed from.
    pub pairable: Pairable,
    /// The method by name.
    pub method: &'static str,
}

/// Counts the ratings that alpha uses: a rating that is alone in its unit is compared with nothing.
pub fn pairable(units: &[Vec<f64>]) -> Pairable {
    let used = || units.iter().filter(|unit| unit.len() >= 2);
    Pairable {
        units: units.len() as u64,
        pairable_units: used().count() as u64,
        pairable_values: used().map(|unit| unit.len() as u64).sum(),
    }
}

/// Krippendorff's alpha, 1 less observed over expected disagreement; each unit is the list of the ratings it has.
///
/// Observed disagreement is the sum over units of the distances of all ordered pairs over `m - 1`, with m ratings in the unit;
/// expected disagreement is the same over all n pairable ratings, over `n - 1`. Ordinal distances are squared differences of
/// midranks, to which Krippendorff's sums between categories come down. Reference: Krippendorff, Computing Krippendorff's
/// Alpha-Reliability, 2011, and Content Analysis, 2004, chapter 11. Edge cases: without two ratings of one unit there are too
/// few; without variation there is no answer, not 1; negative values have no ratio distances.
///
/// The example of Krippendorff 2011, four observers and twelve units: nominal .743, ordinal .815, interval .849, ratio .797.
/// ```
/// use mentorscope::stats::agreement::krippendorff::{Measurement, krippendorff};
/// let units: Vec<Vec<f64>> = ["111", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", "555", "11", "3"]
///     .map(|unit| unit.chars().filter_map(|c| c.to_digit(10)).map(f64::from).collect()).to_vec();
/// let alpha = |m| krippendorff(&units, m).map(|k| (k.alpha * 1000.0).round() / 1000.0);
/// assert_eq!(alpha(Measurement::Nominal)?, 0.743);
/// assert_eq!(alpha(Measurement::Ordinal)?, 0.815);
/// assert_eq!(alpha(Measurement::Interval)?, 0.849);
/// assert_eq!(alpha(Measurement::Ratio)?, 0.797);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn krippendorff(units: &[Vec<f64>], measurement: Measurement) -> Result<Krippendorff, NotEstimable> {
    let pairable = pairable(units);
    if pairable.pairable_units == 0 {
        return Err(NotEstimable::TooFew { needed: 2, found: units.iter().map(|unit| unit.len() as u64).max().unwrap_or(0) });
    }
    let mut units: Vec<Vec<f64>> = units.iter().filter(|unit| unit.len() >= 2).cloned().collect();
    for value in units.iter_mut().flatten() {
        // Adding 0 turns -0 into 0, so that equal values compare as such.
        *value = finite(*value)? + 0.0;
        if measurement == Measurement::Ratio && *value < 0.0 {
            return Err(NotEstimable::InvalidInput("ratio distances need values of at least 0"));
        }
    }
    let mut all = units.concat();
    all.sort_by(f64::total_cmp);
    if all.first() == all.last() {
        return Err(NotEstimable::NoVariation);
    }
    if measurement == Measurement::Ordinal {
        let ranks = Midranks::of(&all);
        units.iter_mut().flatten().for_each(|value| *value = ranks.twice(*value));
        all = units.concat();
        all.sort_by(f64::total_cmp);
    }
    let mut observed = Vec::with_capacity(units.len());
    for unit in &mut units {
        unit.sort_by(f64::total_cmp);
        observed.push(disagreement(unit, measurement)?);
    }
    observed.sort_by(f64::total_cmp);
    let expected = disagreement(&all, measurement)?;
    Ok(Krippendorff {
        alpha: finite(1.0 - sum(observed) / expected)?,
        pairable,
        method: match measurement {
            Measurement::Nominal => "Krippendorff alpha, nominal",
            Measurement::Ordinal => "Krippendorff alpha, ordinal",
            Measurement::Interval => "Krippendorff alpha, interval",
            Measurement::Ratio => "Krippendorff alpha, ratio",
        },
    })
}

/// The distances of all ordered pairs of ascending values, over one less than their number.
fn disagreement(values: &[f64], measurement: Measurement) -> Result<f64, NotEstimable> {
    let m = values.len() as f64;
    let total = match measurement {
        Measurement::Nominal => {
            let equal = values.chunk_by(|a, b| a == b).map(|chunk| (chunk.len() as u128).pow(2)).sum::<u128>();
            ((values.len() as u128).pow(2) - equal) as f64
        }
        // The squared differences of all ordered pairs are 2 m times the squares around the mean.
        Measurement::Ordinal | Measurement::Interval => {
            let (Some(least), Some(greatest)) = (values.first(), values.last()) else { return Err(NotEstimable::NoAnswers) };
            // Clamping keeps equal values from getting a spread out of rounding.
            let mean = finite(sum(values.iter().copied()) / m)?.clamp(*least, *greatest);
            2.0 * m * sum(values.iter().map(|value| (value - mean).powi(2)))
        }
        Measurement::Ratio => {
            let distinct: Vec<&[f64]> = values.chunk_by(|a, b| a == b).collect();
            let mut terms = Vec::with_capacity(distinct.len());
            for (index, chunk) in distinct.iter().enumerate() {
                let distances = distinct[..index].iter().map(|other| {
                    // Ascending and different values of at least 0 have a sum above 0.
                    other.len() as f64 * ((chunk[0] - other[0]) / (chunk[0] + other[0])).powi(2)
                });
                terms.push(2.0 * chunk.len() as f64 * sum(distances));
            }
            sum(terms)
        }
    };
    finite(total / (m - 1.0))
}

/// Each distinct value with twice its midrank, ascending.
struct Midranks(Vec<(f64, f64)>);

impl Midranks {
    fn of(sorted: &[f64]) -> Self {
        let mut before = 0;
        let rank = |chunk: &[f64]| {
            let twice = 2 * before + chunk.len() + 1;
            before += chunk.len();
            (chunk[0], twice as f64)
        };
        Self(sorted.chunk_by(|a, b| a == b).map(rank).collect())
    }

    fn twice(&self, value: f64) -> f64 {
        let position = self.0.partition_point(|(known, _)| *known < value);
        self.0.get(position).map_or(value, |(_, twice)| *twice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Measurement; 4] = [Measurement::Nominal, Measurement::Ordinal, Measurement::Interval, Measurement::Ratio];

    /// The coincidence matrix of Krippendorff 2011, with distances as he writes them.
    fn by_coincidences(units: &[Vec<f64>], measurement: Measurement) -> f64 {
        let units: Vec<&Vec<f64>> = units.iter().filter(|u| u.len() > 1).collect();
        let mut values: Vec<f64> = units.iter().flat_map(|u| u.iter().copied()).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        let size = values.len();
        let place = |v: f64| values.iter().position(|w| *w == v).unwrap();
        let mut coincidences = vec![vec![0.0; size]; size];
        for unit in units {
            for (i, a) in unit.iter().enumerate() {
                for (j, b) in unit.iter().enumerate() {
                    if i != j {
                        coincidences[place(*a)][place(*b)] += 1.0 / (unit.len() as f64 - 1.0);
                    }
                }
            }
        }
        let totals: Vec<f64> = coincidences.iter().map(|row| row.iter().sum()).collect();
        let n: f64 = totals.iter().sum();
        let distance = |c: usize, k: usize| match measurement {
            Measurement::Nominal => {
                if c == k {
                    0.0
                } else {
                    1.0
                }
            }
            Measurement::Ordinal => {
                let (low, high) = (c.min(k), c.max(k));
                (totals[low..=high].iter().sum::<f64>() - (totals[c] + totals[k]) / 2.0).powi(2)
            }
            Measurement::Interval => (values[c] - values[k]).powi(2),
            Measurement::Ratio => {
                if c == k {
                    0.0
                } else {
                    ((values[c] - values[k]) / (values[c] + values[k])).powi(2)
                }
            }
        };
        let (mut observed, mut expected) = (0.0, 0.0);
        for c in 0..size {
            for k in 0..size {
                observed += coincidences[c][k] * distance(c, k) / n;
                expected += totals[c] * totals[k] * distance(c, k) / (n * (n - 1.0));
            }
        }
        1.0 - observed / expected
    }

    #[test]
    fn what_has_no_answer_says_why() {
        for measurement in ALL {
            assert_eq!(krippendorff(&[], measurement), Err(NotEstimable::TooFew { needed: 2, found: 0 }));
            assert_eq!(krippendorff(&[vec![1.0], vec![2.0], vec![]], measurement), Err(NotEstimable::TooFew { needed: 2, found: 1 }));
            assert_eq!(krippendorff(&[vec![0.1; 3], vec![0.1, 0.1], vec![5.0]], measurement), Err(NotEstimable::NoVariation));
            assert_eq!(krippendorff(&[vec![1.0, f64::INFINITY]], measurement), Err(NotEstimable::NotFinite));
        }
        assert_eq!(pairable(&[vec![1.0, 2.0, 3.0], vec![4.0], vec![]]), Pairable { units: 3, pairable_units: 1, pairable_values: 3 });
        assert!(krippendorff(&[vec![-1.0, 2.0], vec![3.0, 3.0]], Measurement::Ratio).is_err());
        // Zeros of either sign are one value.
        assert_eq!(krippendorff(&[vec![0.0, -0.0], vec![1.0, 1.0]], Measurement::Ratio).unwrap().alpha, 1.0);
    }

    proptest! {
        #[test]
        fn agrees_with_coincidence_matrix(units in proptest::collection::vec(proptest::collection::vec(0_u32..6, 0..5), 1..12)) {
            let units: Vec<Vec<f64>> = units.iter().map(|u| u.iter().map(|&v| f64::from(v)).collect()).collect();
            for measurement in ALL {
                let Ok(result) = krippendorff(&units, measurement) else { continue };
                prop_assert!((result.alpha - by_coincidences(&units, measurement)).abs() < 1e-10);
                prop_assert!(result.alpha <= 1.0);
                let reversed: Vec<Vec<f64>> = units.iter().rev().map(|u| u.iter().rev().copied().collect()).collect();
                prop_assert_eq!(krippendorff(&reversed, measurement).unwrap().alpha, result.alpha);
                let changed: Vec<Vec<f64>> = units.iter().map(|u| u.iter().map(|v| match measurement {
                    Measurement::Nominal => (v * 3.0 + 1.0) % 7.0,
                    Measurement::Ordinal => v.exp(),
                    Measurement::Interval => 2.0 * v + 64.0,
                    Measurement::Ratio => 4.0 * v,
                }).collect()).collect();
                prop_assert!((krippendorff(&changed, measurement).unwrap().alpha - result.alpha).abs() < 1e-10);
            }
        }
    }
}
