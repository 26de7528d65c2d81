//! Two raters on one categorical scale.

use crate::stats::distributions::normal_critical;
use crate::stats::tables::Table;
use crate::stats::{Interval, NotEstimable, sum};

/// How much two different categories of a scale count as agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weights {
    /// Equal categories agree, all others disagree: Cohen's kappa.
    Unweighted,
    /// `1 - |i - j| / (k - 1)` for categories i and j of k.
    Linear,
    /// `1 - (i - j)^2 / (k - 1)^2`, the convention for Likert items.
    Quadratic,
}

impl Weights {
    fn of(self, i: usize, j: usize, categories: usize) -> f64 {
        let distance = i.abs_diff(j) as f64 / (categories - 1) as f64;
        match self {
            Self::Unweighted if i == j => 1.0,
            Self::Unweighted => 0.0,
            Self::Linear => 1.0 - distance,
            Self::Quadratic => 1.0 - distance * distance,
        }
    }

    fn method(self) -> &'static str {
        match self {
            Self::Unweighted => "Cohen kappa, standard error of Fleiss, Cohen & Everitt",
            Self::Linear => "weighted kappa, linear weights, standard error of Fleiss, Cohen & Everitt",
            Self::Quadratic => "weighted kappa, quadratic weights, standard error of Fleiss, Cohen & Everitt",
        }
    }
}

/// Kappa of two raters.
#[derive(Clone, Debug, PartialEq)]
pub struct Kappa {
    /// Agreement beyond chance over its greatest possible value; 1 for perfect agreement, below 0 where chance does better.
    pub kappa: f64,
    /// Large-sample standard error; 0 where the data leave none, as with a constant rater or perfect agreement.
    pub std_error: f64,
    /// Large-sample standard error if the true kappa is 0, for testing that.
    pub std_error_null: f64,
    /// `kappa` plus and minus normal deviates of `std_error`; limits are not cut to -1 and 1.
    pub interval: Result<Interval, NotEstimable>,
    /// Number of subjects.
    pub n: u64,
    /// The method by name.
    pub method: &'static str,
}

/// Kappa from a square table of how often rater 1 (rows) and rater 2 (columns) chose each category of the scale.
///
/// `(po - pe) / (1 - pe)` with weighted observed agreement po and that expected from the raters' own shares pe. The categories
/// are those of the scale in their order, used or not: they set the distances between categories. References: Cohen, Educ
/// Psychol Meas 1960;20:37-46 and Psychol Bull 1968;70:213-220; Fleiss, Cohen & Everitt, Psychol Bull 1969;72:323-327 (standard
/// errors). Edge cases: no subjects is an error; both raters constant at one category leave nothing to expect by chance and
/// have no variation; one constant rater has kappa 0 and, like perfect agreement, a standard error of 0, hence no interval.
///
/// Diagnoses of Fleiss, Statistical Methods for Rates and Proportions, 1981, chapter 13: kappa .43.
/// ```
/// use mentorscope::stats::{agreement::kappa::{Weights, kappa}, tables::Table};
/// let diagnoses = Table::new(3, 3, vec![106, 10, 4, 22, 28, 10, 2, 12, 6])?;
/// assert!((kappa(&diagnoses, Weights::Unweighted, 0.95)?.kappa - 0.429).abs() < 5e-4);
/// assert!((kappa(&diagnoses, Weights::Linear, 0.95)?.kappa - 0.492).abs() < 5e-4);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn kappa(table: &Table, weights: Weights, confidence_level: f64) -> Result<Kappa, NotEstimable> {
    let critical = normal_critical(confidence_level)?;
    let total = subjects(table)?;
    let (k, n) = (table.rows(), total as f64);
    let (row_totals, column_totals) = (table.row_totals(), table.column_totals());
    let same = |i: usize| row_totals[i] == total && column_totals[i] == total;
    if k < 2 || (0..k).any(same) {
        return Err(NotEstimable::NoVariation);
    }
    let (rows, columns) = (shares(&row_totals, n), shares(&column_totals, n));
    let cells: Vec<Cell> = (0..k * k)
        .map(|cell| (cell / k, cell % k))
        .map(|(i, j)| Cell { i, j, weight: weights.of(i, j, k), observed: table.at(i, j) as f64 / n, expected: rows[i] * columns[j] })
        .collect();
    // Disagreement loses no digits where agreement is nearly perfect.
    let disagreement = |share: fn(&Cell) -> f64| ordered_sum(cells.iter().map(|c| (1.0 - c.weight) * share(c)));
    let (observed, expected) = (disagreement(|c| c.observed), disagreement(|c| c.expected));
    let mean_weight_of_row: Vec<f64> = (0..k).map(|i| ordered_sum((0..k).map(|j| weights.of(i, j, k) * columns[j]))).collect();
    let mean_weight_of_column: Vec<f64> = (0..k).map(|j| ordered_sum((0..k).map(|i| weights.of(i, j, k) * rows[i]))).collect();
    let margin = |c: &Cell| mean_weight_of_row[c.i] + mean_weight_of_column[c.j];
    let variance = spread(&cells, |c| c.observed, |c| c.weight * expected - margin(c) * observed) / (n * expected.powi(4));
    let variance_null = spread(&cells, |c| c.expected, |c| c.weight - margin(c)) / (n * expected.powi(2));
    let kappa = if observed == 0.0 { 1.0 } else { 1.0 - observed / expected };
    // A constant rater agrees as chance does, up to rounding.
    let constant = row_totals.contains(&total) || column_totals.contains(&total);
    let kappa = if constant { 0.0 } else { kappa };
    let std_error = variance.sqrt();
    Ok(Kappa {
        kappa,
        std_error,
        std_error_null: variance_null.sqrt(),
        interval: Interval::around(kappa, critical * std_error, confidence_level),
        n: total,
        method: weights.method(),
    })
}

/// One cell of the table, as shares of all subjects.
struct Cell {
    i: usize,
    j: usize,
    weight: f64,
    observed: f64,
    expected: f64,
}

fn ordered_sum(terms: impl Iterator<Item = f64>) -> f64 {
    let mut terms: Vec<f64> = terms.collect();
    terms.sort_by(f64::total_cmp);
    sum(terms)
}

/// The variance of a score over cells of given probability: the bracketed terms of Fleiss, Cohen & Everitt, whose subtrahend
/// is the square of that mean. A spread within rounding is 0.
fn spread(cells: &[Cell], probability: impl Fn(&Cell) -> f64, score: impl Fn(&Cell) -> f64) -> f64 {
    let present = || cells.iter().filter(|c| probability(c) > 0.0);
    let mean = ordered_sum(present().map(|c| probability(c) * score(c)));
    let farthest = present().map(|c| (score(c) - mean).abs()).fold(0.0, f64::max);
    if farthest <= 1e-13 { 0.0 } else { ordered_sum(present().map(|c| probability(c) * (score(c) - mean).powi(2))) }
}

fn shares(totals: &[u64], n: f64) -> Vec<f64> {
    totals.iter().map(|total| *total as f64 / n).collect()
}

fn subjects(table: &Table) -> Result<u64, NotEstimable> {
    if table.rows() != table.columns() {
        return Err(NotEstimable::InvalidInput("both raters need the same categories"));
    }
    match table.total() {
        0 => Err(NotEstimable::NoAnswers),
        total => Ok(total),
    }
}

/// How often two raters chose the same category.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// Share of subjects on whom both agree, 0 to 1.
    pub proportion: f64,
    /// Prevalence-adjusted bias-adjusted kappa; unidentified for a scale of one category.
    pub pabak: Result<f64, NotEstimable>,
    /// Number of subjects.
    pub n: u64,
}

/// Observed agreement, and PABAK: kappa if both raters had used all k categories equally often, `(k po - 1) / (k - 1)`.
///
/// References: Byrt, Bishop & Carlin, J Clin Epidemiol 1993;46:423-429; for more than two categories it is the coefficient of
/// Bennett, Alpert & Goldstein, Public Opin Q 1954;18:303-308. Like kappa it takes categories from the scale. No subjects is
/// an error.
///
/// ```
/// use mentorscope::stats::{agreement::kappa::agreement, tables::Table};
/// let result = agreement(&Table::new(2, 2, vec![80, 10, 5, 5])?)?;
/// assert_eq!(result.proportion, 0.85);
/// assert!((result.pabak? - 0.70).abs() < 1e-12);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn agreement(table: &Table) -> Result<Agreement, NotEstimable> {
    let n = subjects(table)?;
    let (k, agreed) = (table.rows() as f64, (0..table.rows()).map(|i| table.at(i, i)).sum::<u64>());
    let proportion = agreed as f64 / n as f64;
    let pabak = if k < 2.0 { Err(NotEstimable::Unidentified) } else { Ok((k * proportion - 1.0) / (k - 1.0)) };
    Ok(Agreement { proportion, pabak, n })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Weights; 3] = [Weights::Unweighted, Weights::Linear, Weights::Quadratic];

    fn table(k: usize, counts: &[u64]) -> Table {
        Table::new(k, k, counts.to_vec()).unwrap()
    }

    #[test]
    fn edge_cases() {
        for weights in ALL {
            let of = |k, counts: &[u64]| kappa(&table(k, counts), weights, 0.95);
            assert_eq!(of(2, &[0; 4]), Err(NotEstimable::NoAnswers));
            assert_eq!(of(2, &[7, 0, 0, 0]), Err(NotEstimable::NoVariation));
            assert_eq!(of(1, &[7]), Err(NotEstimable::NoVariation));
            for (counts, expected) in
                [([3, 4, 2, 0, 0, 0, 0, 0, 0], 0.0), ([0, 0, 9, 0, 0, 0, 0, 0, 0], 0.0), ([3, 0, 0, 0, 5, 0, 0, 0, 4], 1.0)]
            {
                let result = of(3, &counts).unwrap();
                assert_eq!((result.kappa, result.std_error, result.interval), (expected, 0.0, Err(NotEstimable::ZeroWidth)));
            }
        }
        assert!(kappa(&Table::new(2, 3, vec![1; 6]).unwrap(), Weights::Linear, 0.95).is_err());
        assert_eq!(agreement(&table(2, &[0; 4])), Err(NotEstimable::NoAnswers));
        assert_eq!(agreement(&table(1, &[4])).unwrap().pabak, Err(NotEstimable::Unidentified));
        let large = kappa(&table(2, &[4_999_999, 1, 0, 5_000_000]), Weights::Linear, 0.95).unwrap();
        assert!((large.kappa - (1.0 - 2e-7)).abs() < 1e-12 && large.std_error > 0.0 && large.std_error < 1e-6);
    }

    /// Unused categories inside the scale widen distances; at its ends they change nothing.
    #[test]
    fn categories_of_the_scale_count() {
        let narrow = kappa(&table(2, &[5, 2, 1, 6]), Weights::Quadratic, 0.95).unwrap();
        let mut wide = vec![0; 16];
        (wide[5], wide[6], wide[9], wide[10]) = (5, 2, 1, 6);
        let wide = kappa(&table(4, &wide), Weights::Quadratic, 0.95).unwrap();
        assert!((narrow.kappa - wide.kappa).abs() < 1e-12 && (narrow.std_error - wide.std_error).abs() < 1e-12);
        let close = kappa(&table(3, &[5, 2, 0, 1, 5, 1, 0, 1, 5]), Weights::Linear, 0.95).unwrap();
        let spaced = kappa(&table(4, &[5, 2, 0, 0, 1, 5, 0, 1, 0, 0, 0, 0, 0, 1, 0, 5]), Weights::Linear, 0.95).unwrap();
        // By hand: distances add up to 5 and 7 where 344 / 20 and 512 / 20 are expected.
        assert!((close.kappa - (1.0 - 100.0 / 344.0)).abs() < 1e-12 && (spaced.kappa - (1.0 - 140.0 / 512.0)).abs() < 1e-12);
    }

    /// How kappa moves with the share of each cell, found numerically: its variance is that of these derivatives over n.
    fn delta_method_variance(counts: &[u64], k: usize, weights: Weights) -> f64 {
        let n: f64 = counts.iter().map(|c| *c as f64).sum();
        let p: Vec<f64> = counts.iter().map(|c| *c as f64 / n).collect();
        let value = |p: &[f64]| {
            let all: f64 = p.iter().sum();
            let row = |i: usize| (0..k).map(|j| p[i * k + j]).sum::<f64>() / all;
            let column = |j: usize| (0..k).map(|i| p[i * k + j]).sum::<f64>() / all;
            let cells = || (0..k * k).map(|c| (c / k, c % k));
            let po: f64 = cells().map(|(i, j)| weights.of(i, j, k) * p[i * k + j] / all).sum();
            let pe: f64 = cells().map(|(i, j)| weights.of(i, j, k) * row(i) * column(j)).sum();
            (po - pe) / (1.0 - pe)
        };
        let derivative = |cell: usize| {
            let (mut up, mut down) = (p.clone(), p.clone());
            up[cell] += 1e-5;
            down[cell] -= 1e-5;
            (value(&up) - value(&down)) / 2e-5
        };
        (0..k * k).map(|cell| p[cell] * derivative(cell).powi(2)).sum::<f64>() / n
    }

    proptest! {
        #[test]
        fn standard_error_is_the_delta_methods(counts in proptest::collection::vec(1_u64..12, 9), level in 0.5_f64..0.99) {
            for weights in ALL {
                let result = kappa(&table(3, &counts), weights, level).unwrap();
                let expected = delta_method_variance(&counts, 3, weights).sqrt();
                prop_assert!((result.std_error - expected).abs() < 1e-6, "{} {}", result.std_error, expected);
                prop_assert!(result.kappa <= 1.0);
                let swapped: Vec<u64> = (0..9).map(|cell| counts[cell % 3 * 3 + cell / 3]).collect();
                let reversed: Vec<u64> = counts.iter().rev().copied().collect();
                for other in [swapped, reversed] {
                    let other = kappa(&table(3, &other), weights, level).unwrap();
                    prop_assert!((other.kappa - result.kappa).abs() < 1e-12 && (other.std_error_null - result.std_error_null).abs() < 1e-12);
                }
                if let Ok(interval) = result.interval {
                    prop_assert!(interval.lower < result.kappa && result.kappa < interval.upper);
                }
            }
        }

        /// With two categories all weights are the same.
        #[test]
        fn two_categories_need_no_weights(counts in proptest::collection::vec(0_u64..12, 4)) {
            let [one, two, three] = ALL.map(|weights| kappa(&table(2, &counts), weights, 0.95).map(|k| (k.kappa, k.std_error)));
            prop_assert_eq!(&one, &two);
            prop_assert_eq!(&one, &three);
        }
    }
}
