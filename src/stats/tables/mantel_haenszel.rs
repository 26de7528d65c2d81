//! Differential item functioning of a yes-or-no item by Mantel and Haenszel.

use super::OddsRatio;
use crate::stats::distributions::{chi_square_sf, normal_critical, normal_sf};
use crate::stats::{Interval, NotEstimable, finite, sum};

/// Answers to one item by people of one total score (or other stratum).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stratum {
    /// Reference group, endorsed or correct.
    pub reference_yes: u64,
    /// Reference group, not.
    pub reference_no: u64,
    /// Focal group, endorsed or correct.
    pub focal_yes: u64,
    /// Focal group, not.
    pub focal_no: u64,
}

/// The classes of the Educational Testing Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EtsClass {
    /// Negligible.
    A,
    /// Moderate.
    B,
    /// Large.
    C,
}

/// What the Mantel-Haenszel procedure says of one item.
#[derive(Clone, Debug, PartialEq)]
pub struct MantelHaenszel {
    /// Strata with both groups and both answers.
    pub strata_used: u64,
    /// People in them.
    pub n: u64,
    /// People in other strata, who say nothing about the difference.
    pub n_other_strata: u64,
    /// Common odds ratio: odds of the reference group over odds of the focal group.
    pub odds_ratio: OddsRatio,
    /// Standard error of its logarithm by Robins, Breslow and Greenland.
    pub log_odds_std_error: Result<f64, NotEstimable>,
    /// Interval of the odds ratio, from that standard error.
    pub interval: Result<Interval, NotEstimable>,
    /// Mantel-Haenszel chi-square with continuity correction.
    pub corrected: ChiSquareOne,
    /// The same without it.
    pub uncorrected: ChiSquareOne,
    /// Delta, `-2.35 ln(odds ratio)`: below 0 where the item is harder for the focal group.
    pub ets_delta: Result<f64, NotEstimable>,
    /// Standard error of delta.
    pub ets_delta_std_error: Result<f64, NotEstimable>,
    /// Its class.
    pub ets_class: Result<EtsClass, NotEstimable>,
    /// The method by name.
    pub method: &'static str,
}

/// A chi-square statistic on one degree of freedom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquareOne {
    /// The statistic.
    pub chi2: f64,
    /// Its p-value.
    pub p_value: f64,
}

/// The Mantel-Haenszel procedure for one item over strata of people of equal total score.
///
/// With cells a, b (reference yes, no) and c, d (focal) of n people: odds ratio `sum(a d / n) / sum(b c / n)`; chi-square
/// `(|sum(a - E)| - 1/2)^2 / sum(V)` with hypergeometric mean and variance, the correction left out where the sum is below one
/// half. Delta is `-2.35 ln(odds ratio)`. Class A: delta below 1 in size or corrected p of .05 or more; C: at least 1.5 and
/// significantly beyond 1 at .05, one-sided; B: all else. Strata without both groups or both answers drop out. The studied
/// item belongs into the total score. References: Mantel & Haenszel, JNCI 1959;22:719-748; Robins, Breslow & Greenland,
/// Biometrics 1986;42:311-323; Holland & Thayer 1988, in Wainer & Braun, Test Validity; Zieky 1993, in Holland & Wainer,
/// Differential Item Functioning (classes). Edge cases: no people, no stratum with both groups, and no variation in any such
/// stratum are errors; an odds ratio of 0 or infinity has no standard error, delta or class.
///
/// Admissions to Berkeley in six departments, men first (Bickel, Hammel & O'Connell, Science 1975;187:398-404): .9047.
/// ```
/// use mentorscope::stats::tables::mantel_haenszel::{Stratum, mantel_haenszel};
/// let departments = [[512, 313, 89, 19], [353, 207, 17, 8], [120, 205, 202, 391], [138, 279, 131, 244], [53, 138, 94, 299], [22, 351, 24, 317]];
/// let strata = departments.map(|[reference_yes, reference_no, focal_yes, focal_no]| Stratum { reference_yes, reference_no, focal_yes, focal_no });
/// let result = mantel_haenszel(&strata, 0.95)?;
/// assert!((result.odds_ratio.value() - 0.9047).abs() < 5e-5);
/// assert!((result.corrected.chi2 - 1.4269).abs() < 5e-5 && (result.corrected.p_value - 0.2323).abs() < 5e-5);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn mantel_haenszel(strata: &[Stratum], confidence_level: f64) -> Result<MantelHaenszel, NotEstimable> {
    let critical = normal_critical(confidence_level)?;
    let all: Vec<Cells> = strata.iter().map(Cells::new).collect::<Result<_, _>>()?;
    let people = |cells: &[Cells]| cells.iter().try_fold(0_u64, |n, c| n.checked_add(c.people)).ok_or(NotEstimable::NotFinite);
    let everybody = people(&all)?;
    if everybody == 0 {
        return Err(NotEstimable::NoAnswers);
    }
    if !all.iter().any(Cells::has_both_groups) {
        return Err(NotEstimable::NoOverlap);
    }
    let mut used: Vec<Cells> = all.into_iter().filter(|c| c.has_both_groups() && c.has_both_answers()).collect();
    if used.is_empty() {
        return Err(NotEstimable::NoVariation);
    }
    used.sort_by(|s, t| [s.a, s.b, s.c, s.d].map(|x| x as u64).cmp(&[t.a, t.b, t.c, t.d].map(|x| x as u64)));
    let over = |f: fn(&Cells) -> f64| sum(used.iter().map(f));
    let n = people(&used)?;
    let (for_reference, for_focal) = (over(|s| s.a * s.d / s.n), over(|s| s.b * s.c / s.n));
    let odds_ratio = if for_focal == 0.0 { OddsRatio::Infinite } else { OddsRatio::Finite(for_reference / for_focal) };
    let log_odds = match odds_ratio {
        OddsRatio::Finite(ratio) if ratio > 0.0 => finite(ratio.ln()),
        _ => Err(NotEstimable::Separated),
    };
    let log_odds_std_error = log_odds.clone().and_then(|_| {
        let variance = over(|s| (s.a + s.d) * s.a * s.d / (s.n * s.n)) / (2.0 * for_reference * for_reference)
            + over(|s| ((s.a + s.d) * s.b * s.c + (s.b + s.c) * s.a * s.d) / (s.n * s.n)) / (2.0 * for_reference * for_focal)
            + over(|s| (s.b + s.c) * s.b * s.c / (s.n * s.n)) / (2.0 * for_focal * for_focal);
        finite(variance.sqrt())
    });
    let interval = log_odds.clone().and_then(|log_odds| {
        let half = critical * log_odds_std_error.clone()?;
        Interval::new((log_odds - half).exp(), (log_odds + half).exp(), confidence_level)
    });
    // a - E is (a d - b c) / n, without cancellation.
    let distance = over(|s| (s.a * s.d - s.b * s.c) / s.n).abs();
    let variance = over(|s| (s.a + s.b) / s.n * ((s.c + s.d) / s.n) * (s.a + s.c) * ((s.b + s.d) / (s.n - 1.0)));
    let test = |correction: f64| {
        let chi2 = finite((distance - correction).powi(2) / variance)?;
        Ok(ChiSquareOne { chi2, p_value: chi_square_sf(chi2, 1.0)? })
    };
    let corrected = test(if distance >= 0.5 { 0.5 } else { 0.0 })?;
    let ets_delta = log_odds.map(|log_odds| -2.35 * log_odds);
    let ets_delta_std_error = log_odds_std_error.clone().map(|std_error| 2.35 * std_error);
    let ets_class = ets_delta.clone().and_then(|delta| class(delta, ets_delta_std_error.clone()?, corrected.p_value));
    Ok(MantelHaenszel {
        strata_used: used.len() as u64,
        n,
        n_other_strata: everybody - n,
        odds_ratio,
        log_odds_std_error,
        interval,
        corrected,
        uncorrected: test(0.0)?,
        ets_delta,
        ets_delta_std_error,
        ets_class,
        method: "Mantel-Haenszel procedure, Robins-Breslow-Greenland interval; ETS class by delta and the chi-square with continuity correction",
    })
}

fn class(delta: f64, std_error: f64, p_value: f64) -> Result<EtsClass, NotEstimable> {
    let size = delta.abs();
    Ok(if size < 1.0 || p_value >= 0.05 {
        EtsClass::A
    } else if size >= 1.5 && normal_sf((size - 1.0) / std_error)? < 0.05 {
        EtsClass::C
    } else {
        EtsClass::B
    })
}

/// One stratum as floating-point numbers.
struct Cells {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    n: f64,
    people: u64,
}

impl Cells {
    fn new(stratum: &Stratum) -> Result<Self, NotEstimable> {
        let cells = [stratum.reference_yes, stratum.reference_no, stratum.focal_yes, stratum.focal_no];
        let people = cells.iter().try_fold(0_u64, |n, cell| n.checked_add(*cell)).ok_or(NotEstimable::NotFinite)?;
        let [a, b, c, d] = cells.map(|cell| cell as f64);
        Ok(Self { a, b, c, d, n: people as f64, people })
    }

    fn has_both_groups(&self) -> bool {
        self.a + self.b > 0.0 && self.c + self.d > 0.0
    }

    fn has_both_answers(&self) -> bool {
        self.a + self.c > 0.0 && self.b + self.d > 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn strata(cells: &[[u64; 4]]) -> Vec<Stratum> {
        cells
            .iter()
            .map(|&[reference_yes, reference_no, focal_yes, focal_no]| Stratum { reference_yes, reference_no, focal_yes, focal_no })
            .collect()
    }

    #[test]
    fn what_has_no_answer_says_why() {
        let of = |cells: &[[u64; 4]]| mantel_haenszel(&strata(cells), 0.95);
        assert_eq!(of(&[]), Err(NotEstimable::NoAnswers));
        assert_eq!(of(&[[2, 3, 0, 0], [0, 0, 4, 1]]), Err(NotEstimable::NoOverlap));
        assert_eq!(of(&[[2, 0, 3, 0], [0, 4, 0, 1]]), Err(NotEstimable::NoVariation));
        let separated = of(&[[5, 0, 0, 5], [3, 0, 2, 0]]).unwrap();
        assert_eq!(
            (separated.odds_ratio, separated.ets_delta, separated.strata_used, separated.n_other_strata),
            (OddsRatio::Infinite, Err(NotEstimable::Separated), 1, 5)
        );
        assert_eq!(of(&[[0, 5, 5, 0]]).unwrap().interval, Err(NotEstimable::Separated));
    }

    /// Three strata of equal odds ratio: the common one is it. 4 (A), 4 with few people (A), 4 with many (C), 1.6 with many (B).
    #[test]
    fn classes() {
        let of = |cells: &[[u64; 4]]| mantel_haenszel(&strata(cells), 0.95).unwrap();
        let few = of(&[[4, 2, 2, 4]; 1]);
        assert!((few.odds_ratio.value() - 4.0).abs() < 1e-12 && few.ets_class == Ok(EtsClass::A));
        assert_eq!(of(&[[400, 200, 200, 400]; 3]).ets_class, Ok(EtsClass::C));
        assert_eq!(of(&[[400, 250, 300, 300]; 3]).ets_class, Ok(EtsClass::B));
        assert_eq!(of(&[[4_000_000, 3_900_000, 3_000_000, 3_000_000]]).ets_class, Ok(EtsClass::A));
    }

    /// A sum below one half is not corrected, as in R: (|0.25|)^2 and not 0 or (0.25 - 0.5)^2.
    #[test]
    fn small_distances_are_not_corrected() {
        let result = mantel_haenszel(&strata(&[[1, 1, 1, 1], [2, 1, 1, 1]]), 0.95).unwrap();
        assert!((result.corrected.chi2 - result.uncorrected.chi2).abs() < 1e-15 && result.corrected.chi2 > 0.0);
    }

    proptest! {
        #[test]
        fn textbook_moments_and_swapping_groups(cells in proptest::collection::vec([0_u64..9, 0_u64..9, 0_u64..9, 0_u64..9], 1..6), level in 0.5_f64..0.99) {
            let Ok(result) = mantel_haenszel(&strata(&cells), level) else { return Ok(()) };
            let (mut distance, mut variance) = (0.0, 0.0);
            for [a, b, c, d] in cells.iter().map(|s| s.map(|x| x as f64)) {
                let n = a + b + c + d;
                if (a + b) * (c + d) * (a + c) * (b + d) > 0.0 {
                    distance += a - (a + b) * (a + c) / n;
                    variance += (a + b) * (c + d) * (a + c) * (b + d) / (n * n * (n - 1.0));
                }
            }
            prop_assert!((result.uncorrected.chi2 - distance * distance / variance).abs() < 1e-9);
            let swapped: Vec<[u64; 4]> = cells.iter().rev().map(|&[a, b, c, d]| [c, d, a, b]).collect();
            let swapped = mantel_haenszel(&strata(&swapped), level).unwrap();
            prop_assert!((swapped.uncorrected.chi2 - result.uncorrected.chi2).abs() < 1e-9);
            if let (Ok(delta), Ok(other), Ok(interval)) = (result.ets_delta, swapped.ets_delta, result.interval) {
                prop_assert!((delta + other).abs() < 1e-9);
                prop_assert!(interval.lower < result.odds_ratio.value() && result.odds_ratio.value() < interval.upper);
                prop_assert!((result.log_odds_std_error.unwrap() - swapped.log_odds_std_error.unwrap()).abs() < 1e-9);
            }
        }
    }
}
