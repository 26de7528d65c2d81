//! Quantiles of values.

use super::{Frequency, NotEstimable, finite};

/// The sample quantile of R's type 7, the default of R, Excel (`QUARTILE.INC`) and numpy: position `(n - 1) p` in the sorted
/// values counted from 0, with linear interpolation between neighbors.
///
/// `p` lies in 0 to 1; .25, .5 and .75 give the quartiles. Reference: Hyndman & Fan, Am Stat 1996;50:361-365. No values is an error.
///
/// 1, 2, 3 and 10: median 2.5, third quartile 3 + 0.25 * 7 = 4.75 (by hand).
/// ```
/// use mentorscope::stats::{Frequency, quantile::quantile};
/// let values = [1.0, 2.0, 3.0, 10.0].map(|value| Frequency { value, count: 1 });
/// assert_eq!(quantile(&values, 0.5)?, 2.5);
/// assert_eq!(quantile(&values, 0.75)?, 4.75);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn quantile(values: &[Frequency], p: f64) -> Result<f64, NotEstimable> {
    if !(0.0..=1.0).contains(&p) {
        return Err(NotEstimable::InvalidInput("a quantile needs a probability between 0 and 1"));
    }
    let mut values: Vec<Frequency> = values.iter().copied().filter(|v| v.count > 0).collect();
    for value in &values {
        finite(value.value)?;
    }
    values.sort_by(|a, b| a.value.total_cmp(&b.value));
    let n = values.iter().try_fold(0_u64, |n, v| n.checked_add(v.count)).ok_or(NotEstimable::NotFinite)?;
    if n == 0 {
        return Err(NotEstimable::NoAnswers);
    }
    let position = (n - 1) as f64 * p;
    let whole = position.floor();
    let at = |index: u64| {
        let mut seen = 0_u64;
        values.iter().find(|v| {
            seen += v.count;
            index < seen
        })
    };
    let index = (whole as u64).min(n - 1);
    let (Some(lower), Some(upper)) = (at(index), at((index + 1).min(n - 1))) else { return Err(NotEstimable::NoAnswers) };
    if lower.value == upper.value {
        return Ok(lower.value);
    }
    let share = position - whole;
    finite(lower.value * (1.0 - share) + upper.value * share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn once(values: &[f64]) -> Vec<Frequency> {
        values.iter().map(|&value| Frequency { value, count: 1 }).collect()
    }

    /// R 4.2.2 `quantile(airquality$Wind[1:10], c(.1, .25, .5, .75, .9))`.
    #[test]
    fn agrees_with_r() {
        let wind = once(&[7.4, 8.0, 12.6, 11.5, 14.3, 14.9, 8.6, 13.8, 20.1, 8.6]);
        for (p, expected) in [(0.1, 7.94), (0.25, 8.6), (0.5, 12.05), (0.75, 14.175), (0.9, 15.42)] {
            assert!((quantile(&wind, p).unwrap() - expected).abs() < 1e-12, "{p}");
        }
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(quantile(&[], 0.5), Err(NotEstimable::NoAnswers));
        assert_eq!(quantile(&once(&[f64::INFINITY]), 0.5), Err(NotEstimable::NotFinite));
        assert!(quantile(&once(&[1.0]), 1.5).is_err());
        assert_eq!(quantile(&once(&[3.0]), 0.3), Ok(3.0));
    }

    proptest! {
        #[test]
        fn rises_with_p_and_mirrors(values in proptest::collection::vec(-9_i32..9, 1..30), p in 0.0_f64..=1.0, q in 0.0_f64..=1.0) {
            let values: Vec<f64> = values.iter().map(|&v| f64::from(v)).collect();
            let reversed: Vec<f64> = values.iter().rev().copied().collect();
            let result = quantile(&once(&values), p).unwrap();
            prop_assert_eq!(result, quantile(&once(&reversed), p).unwrap());
            prop_assert!((quantile(&once(&values), q).unwrap() - result) * (q - p) >= -1e-12);
            let negated: Vec<f64> = values.iter().map(|v| -v).collect();
            prop_assert!((quantile(&once(&negated), 1.0 - p).unwrap() + result).abs() < 1e-9);
        }
    }
}
