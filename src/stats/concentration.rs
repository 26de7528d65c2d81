//! How unevenly an amount is spread over its holders.

use super::clustered::{ClusteredEstimate, Influence, Linearized, clustered_estimate};
use super::distributions::t_critical;
use super::{Interval, NotEstimable, finite, sum};

/// Gini's coefficient of amounts of 0 or more: 0 where all hold alike, towards 1 where one holds all.
///
/// `2 sum(i y_i) / (n sum(y)) - (n + 1) / n` over amounts in ascending order (Gini 1912), with the standard error of Davidson (J Econom
/// 2009;150:30-40), holders taken as independent and equal amounts given their mean rank; t interval, cut to 0 and 1. Edge cases: no holders, fewer
/// than 2, all amounts 0 and negative amounts are errors; equal amounts have coefficient 0 and no interval.
///
/// Amounts 1, 2, 3, 4: 2 (1 + 4 + 9 + 16) / 40 - 5/4 = .25.
/// ```
/// use mentorscope::stats::concentration::gini;
/// assert!((gini(&[4.0, 1.0, 3.0, 2.0], 0.95)?.estimate - 0.25).abs() < 1e-12);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn gini(amounts: &[f64], confidence_level: f64) -> Result<ClusteredEstimate, NotEstimable> {
    let sorted = Sorted::new(amounts)?;
    let (n, mean) = (sorted.n, sorted.mean);
    let weighted = sum(sorted.ranked().map(|(amount, rank, _)| amount * rank));
    let estimate = (2.0 * weighted / (n * n * mean) - (n + 1.0) / n).max(0.0);
    let influence = sorted.ranked().map(|(amount, rank, below)| {
        let z = -(estimate + 1.0) * amount + (2.0 * rank - 1.0) / n * amount - 2.0 / n * below;
        z / mean
    });
    sorted.estimate(estimate, influence.collect(), "Gini coefficient, standard error of Davidson, t interval", confidence_level)
}

/// Share of the whole that the greatest holders have: of n holders the `part` n greatest, the last of them in part where that is no whole number.
///
/// One minus the ordinate of the Lorenz curve at `1 - part`, with the variance of Beach & Davidson (Rev Econ Stud 1983;50:723-735). Edge cases as for
/// [`gini`]; `part` lies between 0 and 1.
///
/// Ten holders of 1, ..., 10: the greatest has 10 of 55.
/// ```
/// use mentorscope::stats::concentration::top_share;
/// let amounts: Vec<f64> = (1..=10).map(f64::from).collect();
/// assert!((top_share(&amounts, 0.1, 0.95)?.estimate - 10.0 / 55.0).abs() < 1e-12);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn top_share(amounts: &[f64], part: f64, confidence_level: f64) -> Result<ClusteredEstimate, NotEstimable> {
    if !(part > 0.0 && part < 1.0) {
        return Err(NotEstimable::InvalidInput("the part must lie between 0 and 1"));
    }
    let sorted = Sorted::new(amounts)?;
    let (n, mean) = (sorted.n, sorted.mean);
    // Rounding must not move a whole number of holders to the next one.
    let below = ((1.0 - part) * n * 1e9).round() / 1e9;
    let whole = (below.floor() as usize).min(sorted.amounts.len() - 1);
    let border = sorted.amounts[whole];
    let held = (sum(sorted.amounts[..whole].iter().copied()) + (below - whole as f64) * border) / n;
    let lorenz = held / mean;
    let influence = sorted.amounts.iter().map(|&amount| {
        let low = if amount <= border { amount - border } else { 0.0 };
        -((low + below / n * border - held) - lorenz * (amount - mean)) / mean
    });
    let influence: Vec<f64> = influence.collect();
    sorted.estimate(
        1.0 - lorenz,
        influence,
        "share from the Lorenz curve, standard error of Beach and Davidson, t interval",
        confidence_level,
    )
}

struct Sorted {
    amounts: Vec<f64>,
    n: f64,
    mean: f64,
}

impl Sorted {
    fn new(amounts: &[f64]) -> Result<Self, NotEstimable> {
        if amounts.is_empty() {
            return Err(NotEstimable::NoAnswers);
        }
        if amounts.len() < 2 {
            return Err(NotEstimable::TooFew { needed: 2, found: 1 });
        }
        let mut amounts = amounts.to_vec();
        for amount in &amounts {
            if finite(*amount)? < 0.0 {
                return Err(NotEstimable::InvalidInput("amounts must not be negative"));
            }
        }
        amounts.sort_by(f64::total_cmp);
        let n = amounts.len() as f64;
        let mean = finite(sum(amounts.iter().copied()) / n)?;
        if mean == 0.0 { Err(NotEstimable::NoVariation) } else { Ok(Self { amounts, n, mean }) }
    }

    /// Each amount with its mean rank from 1, and the mean over its equals of the sum of all amounts up to it.
    fn ranked(&self) -> impl Iterator<Item = (f64, f64, f64)> + '_ {
        let (mut before, mut total) = (0.0, 0.0);
        self.amounts.chunk_by(|p, q| p == q).flat_map(move |equal| {
            let (count, amount) = (equal.len() as f64, equal[0]);
            let middle = (count + 1.0) / 2.0;
            let one = (amount, before + middle, total + middle * amount);
            before += count;
            total += count * amount;
            std::iter::repeat_n(one, equal.len())
        })
    }

    /// `influence` in the order of the amounts, times n.
    fn estimate(
        &self,
        estimate: f64,
        influence: Vec<f64>,
        method: &'static str,
        confidence_level: f64,
    ) -> Result<ClusteredEstimate, NotEstimable> {
        let center = sum(influence.iter().copied()) / self.n;
        // Holders are told apart by their place in ascending order; which of two equals is first does not matter.
        let one = |(place, value): (u32, &f64)| {
            let value = (value - center) / self.n;
            Influence { cluster_a: place, cluster_b: place, value: if value.abs() < 1e-14 { 0.0 } else { value } }
        };
        let linearized = Linearized::new(estimate, (0..).zip(&influence).map(one).collect())?;
        Ok(clustered_estimate(&linearized, method, |std_error, df| {
            Interval::around(estimate, t_critical(confidence_level, df)? * std_error, confidence_level)
                .map(|interval| interval.clamped(0.0, 1.0))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(gini(&[], 0.95).unwrap_err(), NotEstimable::NoAnswers);
        assert_eq!(gini(&[0.0, 0.0], 0.95).unwrap_err(), NotEstimable::NoVariation);
        assert!(gini(&[1.0, -1.0], 0.95).is_err() && top_share(&[1.0, 2.0], 1.0, 0.95).is_err());
        let equal = gini(&[2.0, 2.0, 2.0], 0.95).unwrap();
        assert_eq!((equal.estimate, equal.interval), (0.0, Err(NotEstimable::ZeroWidth)));
    }

    /// The jackknife is another way to the same variance.
    #[test]
    fn standard_errors_are_near_the_jackknife() {
        let amounts: Vec<f64> = (0..80).map(|i| f64::from(1 + i * 37 % 6)).collect();
        let top_tenth = |amounts: &[f64]| top_share(amounts, 0.1, 0.95);
        for method in [&(|amounts: &[f64]| gini(amounts, 0.95)) as &dyn Fn(&[f64]) -> Result<ClusteredEstimate, NotEstimable>, &top_tenth] {
            let all = method(&amounts).unwrap();
            let left_out: Vec<f64> = (0..amounts.len())
                .map(|gone| {
                    let rest: Vec<f64> = amounts.iter().enumerate().filter(|(i, _)| *i != gone).map(|(_, amount)| *amount).collect();
                    method(&rest).unwrap().estimate
                })
                .collect();
            let n = amounts.len() as f64;
            let mean = left_out.iter().sum::<f64>() / n;
            let jackknife = ((n - 1.0) / n * left_out.iter().map(|value| (value - mean).powi(2)).sum::<f64>()).sqrt();
            let found = all.std_error.unwrap();
            assert!((found / jackknife - 1.0).abs() < 0.08, "{found} {jackknife}");
        }
    }
}
