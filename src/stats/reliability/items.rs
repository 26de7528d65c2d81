//! What each item of a scale does to its reliability.

use super::{ItemCovariance, alpha_of};
use crate::stats::{NotEstimable, finite, sum};

/// One item of a scale.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemSummary {
    /// Mean of the answers.
    pub mean: f64,
    /// Standard deviation (divisor n - 1) of the answers.
    pub std_dev: Result<f64, NotEstimable>,
    /// Correlation of the item with the sum of the *other* items; with itself in the sum it would be too high.
    pub corrected_item_total: Result<f64, NotEstimable>,
    /// Cronbach's alpha of the other items. It describes the item and is no rule for deleting it.
    pub alpha_if_deleted: Result<f64, NotEstimable>,
}

/// Mean, standard deviation, corrected item-total correlation and alpha without the item, for each item of complete rows.
///
/// Reference: Nunnally & Bernstein, Psychometric Theory, 3rd ed. 1994. Edge cases: no rows is an error; an item that never varies,
/// or a sum of the others that never does, has no correlation; alpha without one of 2 items is not defined; one person
/// has means only.
///
/// By hand: the second item is the first doubled, the third goes its own way.
/// ```
/// use mentorscope::stats::reliability::item_summaries;
/// let rows: Vec<Vec<f64>> = [[1.0, 2.0, 1.0], [2.0, 4.0, 3.0], [3.0, 6.0, 1.0], [4.0, 8.0, 3.0]].iter().map(|r| r.to_vec()).collect();
/// let items = item_summaries(&rows)?;
/// assert_eq!(items[0].mean, 2.5);
/// // Variances 5/3 and 20/3, covariance 10/3: alpha of both is 2 (1 - (25/3) / 15) = 8/9.
/// assert!((items[2].alpha_if_deleted.clone()? - 8.0 / 9.0).abs() < 1e-12);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn item_summaries(rows: &[Vec<f64>]) -> Result<Vec<ItemSummary>, NotEstimable> {
    let width = rows.first().ok_or(NotEstimable::NoAnswers)?.len();
    if rows.iter().any(|row| row.len() != width) {
        return Err(NotEstimable::InvalidInput("every row needs an answer to every item"));
    }
    let covariance = ItemCovariance::from_rows(rows);
    let summary = |item: usize| {
        let mut values: Vec<f64> = rows.iter().map(|row| row[item]).collect();
        values.sort_by(f64::total_cmp);
        let mean = finite(sum(values.iter().copied()) / values.len() as f64)?;
        let std_dev = match values.len() {
            1 => Err(NotEstimable::TooFew { needed: 2, found: 1 }),
            n => finite((sum(values.iter().map(|value| (value - mean).powi(2))) / (n - 1) as f64).sqrt()),
        };
        let of_scale =
            |compute: fn(&ItemCovariance, usize) -> Result<f64, NotEstimable>| covariance.clone().and_then(|c| compute(&c, item));
        Ok(ItemSummary {
            mean,
            std_dev,
            corrected_item_total: of_scale(corrected_item_total),
            alpha_if_deleted: of_scale(alpha_if_deleted),
        })
    };
    (0..width).map(summary).collect()
}

fn corrected_item_total(covariance: &ItemCovariance, item: usize) -> Result<f64, NotEstimable> {
    let others: Vec<usize> = (0..covariance.items).filter(|&other| other != item).collect();
    let shared = sum(others.iter().map(|&other| covariance.at(item, other)));
    let rest = sum(others.iter().flat_map(|&i| others.iter().map(move |&j| (i, j))).map(|(i, j)| covariance.at(i, j)));
    let own = sum(others.iter().map(|&other| covariance.variance(other)));
    // A sum whose parts cancel is rounding, not variance.
    if rest <= 1e-12 * own || !covariance.varies(item) {
        return Err(NotEstimable::NoVariation);
    }
    finite(shared / (covariance.variance(item) * rest).sqrt()).map(|r| r.clamp(-1.0, 1.0))
}

fn alpha_if_deleted(covariance: &ItemCovariance, item: usize) -> Result<f64, NotEstimable> {
    let others: Vec<usize> = (0..covariance.items).filter(|&other| other != item).collect();
    if others.len() < 2 {
        return Err(NotEstimable::InvalidInput("a scale needs at least 2 items"));
    }
    alpha_of(covariance, &others)
}

/// The mean of the correlations between all pairs of items.
///
/// An item that never varies has no correlations, so that there is no mean either ([`NotEstimable::NoVariation`]).
pub fn average_correlation(covariance: &ItemCovariance) -> Result<f64, NotEstimable> {
    let k = covariance.items;
    if (0..k).any(|item| !covariance.varies(item)) {
        return Err(NotEstimable::NoVariation);
    }
    let pairs = (0..k).flat_map(|i| (0..i).map(move |j| (i, j)));
    let total = sum(pairs.map(|(i, j)| covariance.correlation(i, j)));
    finite(2.0 * total / (k * (k - 1)) as f64)
}

/// Standardized alpha, that of the items as z-scores: `k r / (1 + (k - 1) r)` with the average correlation r.
///
/// Reference: Cronbach, Psychometrika 1951;16:297-334. Edge cases: as [`average_correlation`]; a sum of z-scores that never varies is
/// [`NotEstimable::NoVariation`].
///
/// Three items correlated by .5 each: 1.5 / 2 = .75.
/// ```
/// use mentorscope::stats::reliability::{ItemCovariance, standardized_alpha};
/// let covariance = ItemCovariance::from_sums(3, &[0, 0, 0], &[4, 2, 2, 2, 4, 2, 2, 2, 4])?;
/// assert!((standardized_alpha(&covariance)? - 0.75).abs() < 1e-12);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn standardized_alpha(covariance: &ItemCovariance) -> Result<f64, NotEstimable> {
    let (r, k) = (average_correlation(covariance)?, covariance.items as f64);
    let spread = 1.0 + (k - 1.0) * r;
    if spread <= 1e-12 { Err(NotEstimable::NoVariation) } else { finite(k * r / spread) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reliability::cronbach_alpha;
    use proptest::prelude::*;

    fn rows(values: &[[f64; 4]]) -> Vec<Vec<f64>> {
        values.iter().map(|row| row.to_vec()).collect()
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(item_summaries(&[]), Err(NotEstimable::NoAnswers));
        let one = item_summaries(&rows(&[[1.0, 2.0, 3.0, 4.0]])).unwrap();
        assert_eq!((one[1].mean, one[1].std_dev.clone()), (2.0, Err(NotEstimable::TooFew { needed: 2, found: 1 })));
        let constant = rows(&[[1.0, 5.0, 3.0, 4.0], [2.0, 5.0, 3.0, 1.0], [4.0, 5.0, 4.0, 2.0]]);
        let items = item_summaries(&constant).unwrap();
        assert_eq!(items[1].corrected_item_total, Err(NotEstimable::NoVariation));
        assert_eq!(items[1].std_dev, Ok(0.0));
        assert!(items[0].corrected_item_total.is_ok() && items[1].alpha_if_deleted.is_ok());
        assert_eq!(standardized_alpha(&ItemCovariance::from_rows(&constant).unwrap()), Err(NotEstimable::NoVariation));
        let two = item_summaries(&[vec![1.0, 2.0], vec![2.0, 1.0], vec![3.0, 3.0]]).unwrap();
        assert!(two[0].corrected_item_total.is_ok() && matches!(two[0].alpha_if_deleted, Err(NotEstimable::InvalidInput(_))));
    }

    /// An item constant at a decimal that is no binary fraction leaves rounding in its variance, which is none.
    #[test]
    fn rounding_is_no_variance() {
        let rows: Vec<Vec<f64>> = (0..7).map(|i| vec![0.1, f64::from(i), f64::from(i * i)]).collect();
        let items = item_summaries(&rows).unwrap();
        assert_eq!(items[0].corrected_item_total, Err(NotEstimable::NoVariation));
    }

    fn correlation(a: &[f64], b: &[f64]) -> f64 {
        let n = a.len() as f64;
        let (p, q) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
        let product = |x: &[f64], m: f64, y: &[f64], l: f64| x.iter().zip(y).map(|(x, y)| (x - m) * (y - l)).sum::<f64>();
        product(a, p, b, q) / (product(a, p, a, p) * product(b, q, b, q)).sqrt()
    }

    proptest! {
        /// From the raw answers, with the item taken out, against the shortcut over covariances.
        #[test]
        fn agrees_with_answers_taken_apart(values in proptest::collection::vec(proptest::array::uniform4(1_u8..8), 4..30)) {
            let rows: Vec<Vec<f64>> = values.iter().map(|row| row.iter().map(|&v| f64::from(v)).collect()).collect();
            let items = item_summaries(&rows).unwrap();
            let backwards: Vec<Vec<f64>> = rows.iter().rev().cloned().collect();
            prop_assert_eq!(&items, &item_summaries(&backwards).unwrap());
            for (item, summary) in items.iter().enumerate() {
                let others: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().enumerate().filter(|(i, _)| *i != item).map(|(_, v)| *v).collect()).collect();
                let alpha = ItemCovariance::from_rows(&others).and_then(|c| cronbach_alpha(&c, 0.95)).map(|a| a.estimate);
                match (&summary.alpha_if_deleted, alpha) {
                    (Ok(a), Ok(b)) => prop_assert!((a - b).abs() < 1e-9 * (1.0 + b.abs())),
                    (a, b) => prop_assert_eq!(a, &b),
                }
                if let Ok(r) = summary.corrected_item_total {
                    let own: Vec<f64> = rows.iter().map(|row| row[item]).collect();
                    let rest: Vec<f64> = others.iter().map(|row| row.iter().sum()).collect();
                    prop_assert!((r - correlation(&own, &rest)).abs() < 1e-9);
                }
            }
        }
    }
}
