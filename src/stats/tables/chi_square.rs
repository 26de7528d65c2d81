//! Pearson's test of independence.

use super::{Reduced, Table};
use crate::stats::distributions::chi_square_sf;
use crate::stats::{NotEstimable, finite, sum};

/// What Pearson's chi-square test says of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct ChiSquare {
    /// Sum of all counts.
    pub n: u64,
    /// Pearson's statistic without continuity correction.
    pub chi2: f64,
    /// `(rows - 1) * (columns - 1)` of the reduced table.
    pub degrees_of_freedom: u64,
    /// p-value by the chi-square distribution.
    pub p_value: f64,
    /// Cramer's V, `sqrt(chi2 / (n * (min(rows, columns) - 1)))`; 0 to 1. With two rows and columns it is the size of phi.
    pub cramers_v: f64,
    /// Cramer's V with Bergsma's bias correction; unidentified with very few observations.
    pub cramers_v_bias_corrected: Result<f64, NotEstimable>,
    /// The smallest expected count.
    pub min_expected: f64,
    /// How many expected counts are below 5; where there are any, an exact test is preferred.
    pub expected_below_5: u64,
    /// For each row and column left, `(count - expected) / sqrt(expected * (1 - row share) * (1 - column share))`, which is
    /// close to standard normal under independence.
    pub adjusted_residuals: Vec<Vec<f64>>,
    /// The test with Yates' continuity correction; only for two rows and two columns.
    pub yates: Option<Yates>,
    /// The table tested, without its empty rows and columns.
    pub reduced: Reduced,
    /// The method by name.
    pub method: &'static str,
}

/// The test of a two-by-two table with continuity correction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Yates {
    /// The statistic: each distance from expectation is reduced by one half, though not below 0.
    pub chi2: f64,
    /// Its p-value on one degree of freedom.
    pub p_value: f64,
}

/// Pearson's chi-square test, `sum((count - expected)^2 / expected)`, without continuity correction.
///
/// Empty rows and columns are dropped first. Bergsma's V takes `(r - 1)(c - 1) / (n - 1)` from phi squared (not below 0) and
/// `(r - 1)^2 / (n - 1)` from each dimension r. References: Pearson, Philos Mag 1900;50:157-175; Haberman, Biometrics
/// 1973;29:205-220 (residuals); Bergsma, J Korean Stat Soc 2013;42:323-328; Yates, Suppl J R Stat Soc 1934;1:217-235. Edge
/// cases: no counts, and fewer than two rows or columns left, are errors.
///
/// Agresti, Introduction to Categorical Data Analysis, 2007, p. 39, gender by party: 30.07 on 2 degrees of freedom.
/// ```
/// use mentorscope::stats::tables::{Table, chi_square::chi_square};
/// let result = chi_square(&Table::new(2, 3, vec![762, 327, 468, 484, 239, 477])?)?;
/// assert!((result.chi2 - 30.07).abs() < 5e-3);
/// assert!((result.adjusted_residuals[0][0] - 4.50).abs() < 5e-3);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn chi_square(table: &Table) -> Result<ChiSquare, NotEstimable> {
    let reduced = table.reduced()?;
    let table = &reduced.table;
    let (row_totals, column_totals) = (table.row_totals(), table.column_totals());
    let total = table.total();
    let n = total as f64;
    let (mut terms, mut corrected, mut expected_counts, mut adjusted_residuals) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (row, &row_total) in row_totals.iter().enumerate() {
        let mut residuals = Vec::new();
        for (column, &column_total) in column_totals.iter().enumerate() {
            let product = u128::from(row_total) * u128::from(column_total);
            let expected = product as f64 / n;
            // The distance times n, exact in whole numbers.
            let scaled = u128::from(table.at(row, column)) * u128::from(total);
            let distance = scaled.abs_diff(product) as f64 / n * if scaled < product { -1.0 } else { 1.0 };
            let others = (total - row_total) as f64 * ((total - column_total) as f64) / (n * n);
            residuals.push(finite(distance / (expected * others).sqrt())?);
            terms.push(distance * distance / expected);
            corrected.push((distance.abs() - 0.5).max(0.0).powi(2) / expected);
            expected_counts.push(expected);
        }
        adjusted_residuals.push(residuals);
    }
    let chi2 = ordered_sum(terms);
    let (r, c) = (row_totals.len() as f64, column_totals.len() as f64);
    let degrees_of_freedom = (r - 1.0) * (c - 1.0);
    let yates = match (row_totals.len(), column_totals.len()) {
        (2, 2) => {
            let chi2 = ordered_sum(corrected);
            Some(Yates { chi2, p_value: chi_square_sf(chi2, 1.0)? })
        }
        _ => None,
    };
    Ok(ChiSquare {
        n: total,
        chi2: finite(chi2)?,
        degrees_of_freedom: degrees_of_freedom as u64,
        p_value: chi_square_sf(chi2, degrees_of_freedom)?,
        cramers_v: (chi2 / (n * (r.min(c) - 1.0))).sqrt().min(1.0),
        cramers_v_bias_corrected: bias_corrected(chi2, n, r, c),
        min_expected: expected_counts.iter().copied().fold(f64::INFINITY, f64::min),
        expected_below_5: expected_counts.iter().filter(|e| **e < 5.0).count() as u64,
        adjusted_residuals,
        yates,
        method: "Pearson chi-square test without continuity correction, empty rows and columns dropped",
        reduced,
    })
}

/// The sum in ascending order, so that transposing or permuting the table changes nothing.
fn ordered_sum(mut terms: Vec<f64>) -> f64 {
    terms.sort_by(f64::total_cmp);
    sum(terms)
}

fn bias_corrected(chi2: f64, n: f64, rows: f64, columns: f64) -> Result<f64, NotEstimable> {
    let phi2 = (chi2 / n - (rows - 1.0) * (columns - 1.0) / (n - 1.0)).max(0.0);
    let shrunk = |dimension: f64| dimension - (dimension - 1.0).powi(2) / (n - 1.0) - 1.0;
    let divisor = shrunk(rows).min(shrunk(columns));
    if divisor <= 0.0 {
        return Err(NotEstimable::Unidentified);
    }
    Ok((phi2 / divisor).sqrt().min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn test(rows: usize, columns: usize, counts: &[u64]) -> Result<ChiSquare, NotEstimable> {
        chi_square(&Table::new(rows, columns, counts.to_vec()).unwrap())
    }

    /// Both statistics by their short forms for two rows and columns, `n (ad - bc)^2` and `n (|ad - bc| - n / 2)^2` over the margins.
    #[test]
    fn two_by_two_by_short_forms() {
        let result = test(2, 2, &[12, 7, 5, 9]).unwrap();
        let yates = result.yates.unwrap();
        let by_hand = 33.0 * (12.0 * 9.0 - 7.0 * 5.0_f64).powi(2) / (19.0 * 14.0 * 17.0 * 16.0);
        let corrected = 33.0 * (12.0 * 9.0 - 7.0 * 5.0 - 33.0 / 2.0_f64).powi(2) / (19.0 * 14.0 * 17.0 * 16.0);
        assert!((result.chi2 - by_hand).abs() < 1e-12 && (yates.chi2 - corrected).abs() < 1e-12);
        assert!(test(2, 3, &[1, 2, 3, 4, 5, 6]).unwrap().yates.is_none());
    }

    #[test]
    fn edge_cases() {
        assert_eq!(test(2, 2, &[3, 0, 4, 0]), Err(NotEstimable::NoVariation));
        assert_eq!(test(2, 2, &[0; 4]), Err(NotEstimable::NoAnswers));
        let two = test(2, 2, &[1, 0, 0, 1]).unwrap();
        assert_eq!((two.chi2, two.cramers_v, two.cramers_v_bias_corrected), (2.0, 1.0, Err(NotEstimable::Unidentified)));
        let even = test(2, 2, &[5, 5, 5, 5]).unwrap();
        assert_eq!((even.chi2, even.p_value, even.cramers_v_bias_corrected, even.yates.unwrap().chi2), (0.0, 1.0, Ok(0.0), 0.0));
        let large = test(2, 2, &[2_500_001, 2_500_000, 2_500_000, 2_500_001]).unwrap();
        // Four distances of one half from 2,500,000.5.
        assert!((large.chi2 * 2_500_000.5 - 1.0).abs() < 1e-12, "{}", large.chi2);
    }

    proptest! {
        #[test]
        fn transposing_permuting_and_empty_lines_change_nothing(counts in proptest::collection::vec(0_u64..20, 12)) {
            let Ok(result) = test(3, 4, &counts) else { return Ok(()) };
            let transposed: Vec<u64> = (0..12).map(|cell| counts[cell % 3 * 4 + cell / 3]).collect();
            let reversed: Vec<u64> = counts.iter().rev().copied().collect();
            let padded = [counts.clone(), vec![0; 4]].concat();
            for (rows, columns, counts) in [(4, 3, transposed), (3, 4, reversed), (4, 4, padded)] {
                let other = test(rows, columns, &counts).unwrap();
                prop_assert_eq!((result.chi2, result.p_value, result.cramers_v), (other.chi2, other.p_value, other.cramers_v));
            }
            // chi2 = n (sum(o^2 / (r c)) - 1), and adjusted residuals add up to it with weights (1 - row)(1 - column).
            let (rows, columns, n) = (result.reduced.table.row_totals(), result.reduced.table.column_totals(), result.n as f64);
            let (mut other, mut weighted) = (-1.0, 0.0);
            for (i, r) in rows.iter().enumerate() {
                for (j, c) in columns.iter().enumerate() {
                    other += (result.reduced.table.at(i, j) as f64).powi(2) / (*r as f64 * *c as f64);
                    weighted += result.adjusted_residuals[i][j].powi(2) * (1.0 - *r as f64 / n) * (1.0 - *c as f64 / n);
                }
            }
            prop_assert!((result.chi2 - n * other).abs() < 1e-9 && (result.chi2 - weighted).abs() < 1e-9);
            if let Ok(corrected) = result.cramers_v_bias_corrected {
                prop_assert!((0.0..=1.0).contains(&corrected) && result.cramers_v <= 1.0);
            }
        }
    }
}
