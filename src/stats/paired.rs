//! Two measurements of the same people.

use super::mean::mean;
use super::{Comparison, Frequency, NotEstimable, finite};

/// One person's two values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The value whose side is counted positive in a difference, such as the one before.
    pub first: f64,
    /// The value that is subtracted, such as the one after.
    pub second: f64,
}

/// The mean difference `first - second` of pairs, with its standardized forms.
#[derive(Clone, Debug, PartialEq)]
pub struct PairedDifference {
    /// Mean of the differences.
    pub mean_difference: f64,
    /// Standard deviation (divisor n - 1) of the differences, absent for one pair.
    pub std_dev: Option<f64>,
    /// Student's paired t test, or why there is none.
    pub test: Result<Comparison, NotEstimable>,
    /// `d_z`: the mean difference over the standard deviation of the differences.
    pub d_z: Result<f64, NotEstimable>,
    /// `d_av`: the mean difference over the root of the two measurements' mean variance, comparable with Cohen's d of two groups.
    pub d_av: Result<f64, NotEstimable>,
    /// Number of pairs.
    pub n: u64,
    /// The method by name.
    pub method: &'static str,
}

/// The differences of pairs in which rounding of the values given is no difference: what is below 1e-13 of the largest value
/// counts as 0, so that 0.3 - 0.1 equals 0.4 - 0.2.
pub(crate) fn differences(pairs: &[Pair]) -> Result<Vec<f64>, NotEstimable> {
    let largest = pairs.iter().map(|p| p.first.abs().max(p.second.abs())).fold(0.0, f64::max);
    let unit = finite(largest)? * 1e-13;
    let mut found = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let difference = finite(pair.first - pair.second)?;
        found.push(if difference.abs() <= unit { 0.0 } else { difference });
    }
    found.sort_by(f64::total_cmp);
    // Neighbors within rounding take the value of the first of their run.
    let mut start = f64::NEG_INFINITY;
    for value in &mut found {
        if *value - start <= unit { *value = start } else { start = *value }
    }
    Ok(found)
}

/// The paired t test and its effect sizes `d_z` and `d_av`.
///
/// `t = mean / (s / sqrt(n))` of the n differences on n - 1 degrees of freedom. Effect sizes: Lakens, Front Psychol 2013;4:863; `d_av`
/// here divides by `sqrt((v1 + v2) / 2)`, which for pairs equals Cohen's pooled form (Cumming's average of variances), not by
/// the average of the two standard deviations. Complete pairs only: the caller drops the others and counts them. Edge cases: no pairs is an
/// error; one pair has a mean difference and nothing else; differences that are all equal have no test and no `d_z`, whatever their size.
///
/// Student's sleep data (R's `?t.test`): t -4.0621 on 9 degrees of freedom, p .002833.
/// ```
/// use mentorscope::stats::paired::{Pair, paired_t};
/// let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
/// let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
/// let pairs: Vec<Pair> = first.iter().zip(second).map(|(&first, second)| Pair { first, second }).collect();
/// let test = paired_t(&pairs)?.test?;
/// assert!((test.estimate / test.std_error + 4.0621).abs() < 5e-5 && (test.p_value - 0.002833).abs() < 5e-7);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn paired_t(pairs: &[Pair]) -> Result<PairedDifference, NotEstimable> {
    let once = |values: Vec<f64>| values.into_iter().map(|value| Frequency { value, count: 1 }).collect::<Vec<_>>();
    let difference = mean(&once(differences(pairs)?), 0.95)?;
    let n = difference.n;
    let (first, second) =
        (mean(&once(pairs.iter().map(|p| p.first).collect()), 0.95)?, mean(&once(pairs.iter().map(|p| p.second).collect()), 0.95)?);
    let too_few = NotEstimable::TooFew { needed: 2, found: n };
    let test = match difference.std_dev {
        None => Err(too_few.clone()),
        Some(std_dev) => Comparison::new(difference.estimate, std_dev / (n as f64).sqrt(), n as f64 - 1.0, n, "paired t test"),
    };
    let standardized = |std_dev: f64| if std_dev > 0.0 { finite(difference.estimate / std_dev) } else { Err(NotEstimable::NoVariation) };
    let d_av = match (first.std_dev, second.std_dev) {
        (Some(s1), Some(s2)) => standardized((s1 * s1 / 2.0 + s2 * s2 / 2.0).sqrt()),
        _ => Err(too_few.clone()),
    };
    Ok(PairedDifference {
        mean_difference: difference.estimate,
        std_dev: difference.std_dev,
        test,
        d_z: difference.std_dev.ok_or(too_few).and_then(standardized),
        d_av,
        n,
        method: "paired t test; d_z by the differences, d_av by the root of the mean variance",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(values: &[(f64, f64)]) -> Vec<Pair> {
        values.iter().map(|&(first, second)| Pair { first, second }).collect()
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(paired_t(&[]), Err(NotEstimable::NoAnswers));
        let one = paired_t(&pairs(&[(3.0, 1.0)])).unwrap();
        assert_eq!((one.mean_difference, one.d_z, one.n), (2.0, Err(NotEstimable::TooFew { needed: 2, found: 1 }), 1));
        assert!(one.test.is_err() && one.d_av.is_err());
        assert!(matches!(paired_t(&pairs(&[(f64::NAN, 1.0)])), Err(NotEstimable::NotFinite)));
    }

    /// Differences of 0.2 that rounding makes unequal have no variation; d_av still has the spread of the values.
    #[test]
    fn equal_differences_have_no_test() {
        let result = paired_t(&pairs(&[(0.3, 0.1), (0.4, 0.2), (0.5, 0.3)])).unwrap();
        assert_eq!(result.test, Err(NotEstimable::NoVariation));
        assert_eq!(result.d_z, Err(NotEstimable::NoVariation));
        assert!((result.d_av.unwrap() - 2.0).abs() < 1e-9);
        let same = paired_t(&pairs(&[(4.0, 4.0), (4.0, 4.0)])).unwrap();
        assert_eq!((same.mean_difference, same.d_av), (0.0, Err(NotEstimable::NoVariation)));
    }

    /// For pairs, the average-variance form is Cohen's d of the two measurements as groups.
    #[test]
    fn d_av_is_the_two_group_d() {
        let values = [(1.0, 2.5), (2.0, 2.0), (4.0, 7.0), (3.0, 3.5)];
        let side = |f: fn(&(f64, f64)) -> f64| values.iter().map(|v| Frequency { value: f(v), count: 1 }).collect::<Vec<_>>();
        let d = crate::stats::standardized::cohen_d(&side(|v| v.0), &side(|v| v.1)).unwrap();
        assert!((paired_t(&pairs(&values)).unwrap().d_av.unwrap() - d.cohen_d).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn order_does_not_matter_and_sides_mirror(values in proptest::collection::vec((-9_i32..9, -9_i32..9), 1..20)) {
            let given = pairs(&values.iter().map(|&(a, b)| (f64::from(a), f64::from(b))).collect::<Vec<_>>());
            let result = paired_t(&given).unwrap();
            let reversed: Vec<Pair> = given.iter().rev().copied().collect();
            prop_assert_eq!(&result, &paired_t(&reversed).unwrap());
            let swapped: Vec<Pair> = given.iter().map(|p| Pair { first: p.second, second: p.first }).collect();
            let mirror = paired_t(&swapped).unwrap();
            prop_assert!((mirror.mean_difference + result.mean_difference).abs() < 1e-12);
            if let Ok(test) = result.test {
                prop_assert!((test.p_value - mirror.test.unwrap().p_value).abs() < 1e-12);
                prop_assert!((test.estimate / test.std_error - result.d_z.unwrap() * (result.n as f64).sqrt()).abs() < 1e-9);
            }
        }
    }
}
