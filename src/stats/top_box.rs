//! Answers to one item on an ordered scale.

use super::mean::mean;
use super::proportion::{Share, wilson};
use super::quantile::quantile;
use super::{Estimate, Frequency, NotEstimable};

/// Quartiles and moments of an item's answers.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemSummary {
    /// Share of answers in the highest categories, with its Wilson interval.
    pub top: Estimate,
    /// Number of them.
    pub n_top: u64,
    /// Share of answers in the lowest categories, with its Wilson interval.
    pub bottom: Estimate,
    /// Number of them.
    pub n_bottom: u64,
    /// Mean of the category values.
    pub mean: f64,
    /// Standard deviation (divisor n - 1), absent for one answer.
    pub std_dev: Option<f64>,
    /// First quartile, type 7.
    pub first_quartile: f64,
    /// Median.
    pub median: f64,
    /// Third quartile, type 7.
    pub third_quartile: f64,
    /// Number of answers.
    pub n: u64,
    /// The method by name.
    pub method: &'static str,
}

/// Top-box and bottom-box shares of an item, beside its quartiles and moments.
///
/// `counts` holds the number of answers of every category of the scale in order, empty ones included; the first category has the value `least`
/// and each next one 1 more. The highest `top` and the lowest `bottom` categories are counted (2 of 5 for the usual top-2-box). The
/// denominator is those who answered. Quartiles are R's type 7. Edge cases: no answers is an error; so are boxes wider than the scale.
///
/// Of 0, 3, 3, 21 and 9 answers, 30 of 36 are in the top two boxes; quartiles 4, 4 and 4.25.
/// ```
/// use mentorscope::stats::top_box::item_summary;
/// let result = item_summary(&[0, 3, 3, 21, 9], 1.0, 2, 2, 0.95)?;
/// assert_eq!((result.n_top, result.n_bottom, result.n), (30, 3, 36));
/// assert_eq!((result.first_quartile, result.median, result.third_quartile), (4.0, 4.0, 4.25));
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn item_summary(counts: &[u64], least: f64, top: usize, bottom: usize, confidence_level: f64) -> Result<ItemSummary, NotEstimable> {
    if top > counts.len() || bottom > counts.len() {
        return Err(NotEstimable::InvalidInput("a box must not be wider than the scale"));
    }
    let table: Vec<Frequency> = counts.iter().enumerate().map(|(place, &count)| Frequency { value: least + place as f64, count }).collect();
    let moments = mean(&table, confidence_level)?;
    let n_top = counts.iter().rev().take(top).sum();
    let n_bottom = counts.iter().take(bottom).sum();
    let share = |count| wilson(Share { count, denominator: moments.n }, confidence_level);
    Ok(ItemSummary {
        top: share(n_top)?,
        n_top,
        bottom: share(n_bottom)?,
        n_bottom,
        mean: moments.estimate,
        std_dev: moments.std_dev,
        first_quartile: quantile(&table, 0.25)?,
        median: quantile(&table, 0.5)?,
        third_quartile: quantile(&table, 0.75)?,
        n: moments.n,
        method: "Wilson score interval; quartiles type 7",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(item_summary(&[0; 5], 1.0, 2, 2, 0.95), Err(NotEstimable::NoAnswers));
        assert!(matches!(item_summary(&[1, 2], 1.0, 3, 2, 0.95), Err(NotEstimable::InvalidInput(_))));
        let one = item_summary(&[0, 1], 1.0, 1, 1, 0.95).unwrap();
        assert_eq!((one.mean, one.std_dev, one.median, one.n_top), (2.0, None, 2.0, 1));
    }

    proptest! {
        #[test]
        fn turning_the_scale_round_swaps_the_boxes(counts in proptest::collection::vec(0_u64..30, 5..6), level in 0.6_f64..0.99) {
            let Ok(result) = item_summary(&counts, 1.0, 2, 1, level) else { return Ok(()) };
            let turned: Vec<u64> = counts.iter().rev().copied().collect();
            let mirror = item_summary(&turned, 1.0, 1, 2, level).unwrap();
            prop_assert_eq!(result.n_top, mirror.n_bottom);
            prop_assert_eq!(&result.bottom, &mirror.top);
            prop_assert!((result.mean + mirror.mean - 6.0).abs() < 1e-12);
            prop_assert!((result.first_quartile + mirror.third_quartile - 6.0).abs() < 1e-12);
        }
    }
}
