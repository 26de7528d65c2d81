//! Fisher's exact test of tables of any size.

use super::fisher::{LARGEST_COUNTS, TOO_MANY_COUNTS};
use super::{Table, network, random_table};
use crate::stats::NotEstimable;

/// How many steps of about 10 nanoseconds the exact computation may take; it also keeps at most 4 million paths at once (some 300
/// MB). Beyond either, the p-value is simulated. Tables of 3 by 3 with a thousand counts, 3 by 5 with two hundred, 3 by 8 or 4 by 5
/// with a hundred, 5 by 5 with eighty, and 5 by 6 with sixty took well below a second; 4 by 4 with two hundred and 6 by 6 with eighty were out of
/// reach.
pub const LARGEST_STEPS: u64 = 200_000_000;

/// How a p-value is simulated where the exact one takes too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// Number of random tables, 1 or more.
    pub replicates: u64,
    /// Seed of the random numbers (ChaCha20).
    pub seed: u64,
}

/// What the Fisher-Freeman-Halton test says of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct FreemanHalton {
    /// The probability of all tables with these margins that are no more probable than the one observed.
    pub p_value: f64,
    /// Standard error of a simulated p-value; none for an exact one.
    pub std_error: Option<f64>,
    /// Number of random tables behind a simulated p-value; none for an exact one.
    pub replicates: Option<u64>,
    /// Sum of all counts.
    pub n: u64,
    /// The method by name.
    pub method: &'static str,
}

/// The Fisher-Freeman-Halton exact test.
///
/// Tables up to `(1 + 1e-7)` times as probable as the one observed count. Empty rows and columns are dropped first. The
/// p-value is exact for at most 65,535 counts with at most 8 rows or 8 columns that take at most [`LARGEST_STEPS`]; else it
/// is `(1 + hits) / (1 + replicates)` over seeded random tables, with standard error `sqrt(p (1 - p) / replicates)`. Which of
/// the two it is depends on the table alone. References: Freeman & Halton, Biometrika 1951;38:141-149; Mehta & Patel, JASA
/// 1983;78:427-434; Patefield, Appl Stat 1981;30:91-97; Davison & Hinkley, Bootstrap Methods, 1997, section 4.2 (simulated p).
/// Edge cases: no counts, more than [`LARGEST_COUNTS`], fewer than two rows or columns left, and no replicates are errors.
///
/// Agresti, Categorical Data Analysis, 2002, p. 57, job satisfaction by income: p .7827.
/// ```
/// use mentorscope::stats::tables::{Table, freeman_halton::{Simulation, freeman_halton}};
/// let job = Table::new(4, 4, vec![1, 2, 1, 0, 3, 3, 6, 1, 10, 10, 14, 9, 6, 7, 12, 11])?;
/// let result = freeman_halton(&job, Simulation { replicates: 1000, seed: 1 })?;
/// assert!((result.p_value - 0.7827).abs() < 5e-5 && result.std_error.is_none());
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn freeman_halton(table: &Table, simulation: Simulation) -> Result<FreemanHalton, NotEstimable> {
    within(table, simulation, LARGEST_STEPS)
}

fn within(table: &Table, simulation: Simulation, largest_steps: u64) -> Result<FreemanHalton, NotEstimable> {
    if simulation.replicates == 0 {
        return Err(NotEstimable::InvalidInput("a simulated p-value needs at least one replicate"));
    }
    let table = table.reduced()?.table;
    let n = table.total();
    if n > LARGEST_COUNTS {
        return Err(TOO_MANY_COUNTS);
    }
    if let Some(p_value) = network::tail(&table, largest_steps) {
        let method = "Fisher-Freeman-Halton exact test (network algorithm)";
        return Ok(FreemanHalton { p_value, std_error: None, replicates: None, n, method });
    }
    let replicates = simulation.replicates as f64;
    let hits = random_table::no_more_probable(&table, simulation.replicates, simulation.seed);
    let p_value = (1.0 + hits as f64) / (1.0 + replicates);
    Ok(FreemanHalton {
        p_value,
        std_error: Some((p_value * (1.0 - p_value) / replicates).sqrt()),
        replicates: Some(simulation.replicates),
        n,
        method: "Fisher-Freeman-Halton test, p-value simulated from random tables (ChaCha20): too large for the exact one",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::tables::fisher::{SLACK, fisher_exact};
    use proptest::prelude::*;

    const SIMULATION: Simulation = Simulation { replicates: 4000, seed: 42 };

    fn table(rows: usize, columns: usize, counts: &[u64]) -> Table {
        Table::new(rows, columns, counts.to_vec()).unwrap()
    }

    /// Every table with the margins of the given one, cell by cell, by its product of 1 / x!.
    fn enumerate(rows: &mut [u64], columns: &mut [u64], cell: usize, product: f64, all: &mut Vec<f64>) {
        let (row, column) = (cell / columns.len(), cell % columns.len());
        if row == rows.len() {
            if columns.iter().all(|left| *left == 0) {
                all.push(product);
            }
            return;
        }
        for count in 0..=rows[row].min(columns[column]) {
            rows[row] -= count;
            columns[column] -= count;
            if column + 1 < columns.len() || rows[row] == 0 {
                let factorial: f64 = (1..=count).map(|i| i as f64).product();
                enumerate(rows, columns, cell + 1, product / factorial, all);
            }
            rows[row] += count;
            columns[column] += count;
        }
    }

    fn enumerated_p(table: &Table) -> f64 {
        let mut all = Vec::new();
        enumerate(&mut table.row_totals(), &mut table.column_totals(), 0, 1.0, &mut all);
        let own: f64 = table.counts.iter().map(|&count| 1.0 / (1..=count).map(|i| i as f64).product::<f64>()).product();
        all.iter().filter(|p| **p <= own * (1.0 + SLACK)).sum::<f64>() / all.iter().sum::<f64>()
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(freeman_halton(&table(2, 3, &[0; 6]), SIMULATION), Err(NotEstimable::NoAnswers));
        assert_eq!(freeman_halton(&table(2, 3, &[1, 2, 3, 0, 0, 0]), SIMULATION), Err(NotEstimable::NoVariation));
        assert!(freeman_halton(&table(2, 2, &[1; 4]), Simulation { replicates: 0, seed: 1 }).is_err());
    }

    /// All tables count where the observed one is the most probable: equal probabilities must not be lost to rounding.
    #[test]
    fn ties_in_probability() {
        assert!((freeman_halton(&table(3, 2, &[3; 6]), SIMULATION).unwrap().p_value - 1.0).abs() < 1e-14);
    }

    /// `fisher.test` of R 4.2.2 with a workspace of 4e8, which joins paths that differ by up to 3e-7 in their logarithms.
    #[test]
    fn larger_tables_are_exact_too() {
        let tables = [
            (3, 5, vec![18, 13, 19, 20, 23, 3, 20, 4, 11, 12, 11, 20, 15, 13, 12], 0.0143571978),
            (4, 6, vec![1, 6, 6, 3, 2, 3, 0, 4, 6, 3, 5, 2, 5, 7, 4, 1, 0, 8, 4, 5, 3, 2, 3, 7], 0.1412439755),
            (3, 3, vec![82, 68, 55, 43, 104, 59, 52, 78, 59], 0.0003259891556),
        ];
        for (rows, columns, counts, p) in tables {
            let result = freeman_halton(&table(rows, columns, &counts), SIMULATION).unwrap();
            assert!(result.std_error.is_none() && (result.p_value / p - 1.0).abs() < 1e-8, "{result:?}");
        }
    }

    /// The same table exactly and simulated; the seed decides the simulated one, the order of rows does not.
    #[test]
    fn simulation_meets_exact_answer() {
        let counts = [4, 1, 0, 2, 6, 3, 1, 2, 7];
        let exact = freeman_halton(&table(3, 3, &counts), SIMULATION).unwrap();
        let simulated = within(&table(3, 3, &counts), SIMULATION, 1).unwrap();
        let transposed = within(&table(3, 3, &[1, 6, 2, 4, 2, 1, 0, 3, 7]), SIMULATION, 1).unwrap();
        assert!((exact.p_value - simulated.p_value).abs() < 4.0 * simulated.std_error.unwrap());
        assert_eq!((simulated.replicates, simulated.p_value), (Some(4000), transposed.p_value));
        assert_ne!(simulated.p_value, within(&table(3, 3, &counts), Simulation { seed: 43, ..SIMULATION }, 1).unwrap().p_value);
    }

    /// More than the exact computation holds: 10 by 10, and ten million counts.
    #[test]
    fn large_tables_are_simulated() {
        let wide: Vec<u64> = (0..100).map(|cell| cell * 7 % 5 + 1).collect();
        let few = Simulation { replicates: 200, seed: 1 };
        assert_eq!(freeman_halton(&table(10, 10, &wide), few).unwrap().replicates, Some(200));
        let many = [1_666_667, 1_666_000, 1_667_000, 1_666_333, 1_667_000, 1_667_000];
        let result = freeman_halton(&table(2, 3, &many), few).unwrap();
        assert!(result.replicates == Some(200) && result.p_value > 0.3 && result.p_value < 1.0, "{result:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn agrees_with_enumeration_and_transposing_changes_nothing(counts in proptest::collection::vec(0_u64..4, 15), columns in 2_usize..6) {
            let (rows, counts) = (3, &counts[..3 * columns]);
            let table = table(rows, columns, counts);
            let Ok(result) = freeman_halton(&table, SIMULATION) else { return Ok(()) };
            prop_assert!((result.p_value - enumerated_p(&table.reduced().unwrap().table)).abs() < 1e-12);
            let transposed: Vec<u64> = (0..rows * columns).map(|cell| counts[cell % rows * columns + cell / rows]).collect();
            let other = freeman_halton(&Table::new(columns, rows, transposed).unwrap(), SIMULATION).unwrap();
            prop_assert!((result.p_value - other.p_value).abs() < 1e-13);
        }

        #[test]
        fn two_by_two_is_fishers(a in 0_u64..40, b in 0_u64..40, c in 0_u64..40, d in 0_u64..40) {
            let table = table(2, 2, &[a, b, c, d]);
            if let Ok(fisher) = fisher_exact(&table, 0.95) {
                prop_assert!((freeman_halton(&table, SIMULATION).unwrap().p_value - fisher.p_value).abs() < 1e-12);
            }
        }
    }
}
