//! Intervals and p-values of contrasts, adjusted within their family by Holm's procedure.

use std::collections::BTreeMap;

use super::tabulate::Tables;
use crate::stats::multiplicity::holm;

/// Fills in the intervals of all contrasts.
pub fn adjust(tables: &mut Tables, confidence_level: f64) {
    let mut families: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, (_, family, _)) in tables.comparisons.iter().enumerate() {
        families.entry(family).or_default().push(number);
    }
    for members in families.values() {
        let p_values: Vec<Option<f64>> = members.iter().map(|&number| Some(tables.comparisons[number].2.p_value)).collect();
        let Ok(adjusted) = holm(&p_values, 1.0 - confidence_level) else { continue };
        for (&number, hypothesis) in members.iter().zip(&adjusted) {
            let Some(hypothesis) = hypothesis else { continue };
            let (row, _, comparison) = &tables.comparisons[number];
            let row = &mut tables.rows[*row];
            let (interval, wide) = match (comparison.interval(confidence_level), comparison.interval(1.0 - hypothesis.alpha)) {
                (Ok(interval), Ok(wide)) => (interval, wide),
                (Err(reason), _) | (_, Err(reason)) => {
                    row.value = Err(reason);
                    continue;
                }
            };
            if let Ok(value) = &mut row.value {
                value.interval = Some((interval.lower, interval.upper));
                value.adjusted = Some((wide.lower, wide.upper));
                value.p_adjusted = Some(hypothesis.p_adjusted);
            }
        }
    }
}
