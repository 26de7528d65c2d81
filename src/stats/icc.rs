//! Intraclass correlations: how alike ratings of the same subject are.

use super::distributions::{f_quantile, f_sf};
use super::linear::Matrix;
use super::{NotEstimable, finite, sum, tail_probability};

/// The mean squares of a table of n subjects by k raters without gaps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanSquares {
    /// Number of subjects, at least 2.
    pub subjects: u64,
    /// Number of ratings of each, at least 2.
    pub raters: u64,
    /// Between subjects, on n - 1 degrees of freedom.
    pub between_subjects: f64,
    /// Within subjects, on n (k - 1).
    pub within_subjects: f64,
    /// Between raters, on k - 1.
    pub between_raters: f64,
    /// What neither explains, on (n - 1)(k - 1).
    pub error: f64,
}

/// One form of the correlation.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlation {
    /// The estimate, at most 1; below 0 where subjects differ less than chance makes them.
    pub estimate: Result<f64, NotEstimable>,
    /// Lower limit of its interval.
    pub lower: Result<f64, NotEstimable>,
    /// Upper limit; either limit may have no answer without the other.
    pub upper: Result<f64, NotEstimable>,
}

/// The test that subjects do not differ.
#[derive(Clone, Debug, PartialEq)]
pub struct SubjectTest {
    /// Ratio of mean squares.
    pub f: f64,
    /// Numerator degrees of freedom.
    pub df1: f64,
    /// Denominator degrees of freedom.
    pub df2: f64,
    /// Its p-value.
    pub p_value: f64,
}

/// The six forms of Shrout & Fleiss.
#[derive(Clone, Debug, PartialEq)]
pub struct Icc {
    /// The mean squares.
    pub mean_squares: MeanSquares,
    /// ICC(1,1): each subject has raters of its own.
    pub one_way: Correlation,
    /// ICC(2,1), absolute agreement of one rating: the same raters for all, taken as a sample of raters.
    pub agreement: Correlation,
    /// ICC(3,1), consistency of one rating: differences between raters do not count.
    pub consistency: Correlation,
    /// ICC(1,k): the mean of k ratings.
    pub one_way_average: Correlation,
    /// ICC(2,k): the mean of k ratings.
    pub agreement_average: Correlation,
    /// ICC(3,k): the mean of k ratings.
    pub consistency_average: Correlation,
    /// Between over within subjects.
    pub one_way_test: Result<SubjectTest, NotEstimable>,
    /// Between subjects over error.
    pub two_way_test: Result<SubjectTest, NotEstimable>,
    /// The method by name, as a methods note prints it.
    pub method: &'static str,
}

/// The two-way analysis of variance of complete rows, one subject a row and one rater a column.
///
/// Values are centered before they are squared, so that a large constant costs no digits. A mean square smaller than what
/// rounding of the values makes of nothing is 0. Errors: no rows, fewer than 2 rows or columns, rows of different lengths.
pub fn mean_squares(rows: &[Vec<f64>]) -> Result<MeanSquares, NotEstimable> {
    let k = rows.first().ok_or(NotEstimable::NoAnswers)?.len();
    if rows.iter().any(|row| row.len() != k) {
        return Err(NotEstimable::InvalidInput("every subject needs a rating by every rater"));
    }
    if rows.iter().flatten().any(|value| !value.is_finite()) {
        return Err(NotEstimable::NotFinite);
    }
    if k < 2 {
        return Err(NotEstimable::InvalidInput("there must be at least 2 ratings of each subject"));
    }
    let n = rows.len();
    if n < 2 {
        return Err(NotEstimable::TooFew { needed: 2, found: n as u64 });
    }
    let total = |values: &mut dyn Iterator<Item = f64>| {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        sum(values)
    };
    let (n_real, k_real) = (n as f64, k as f64);
    let grand = total(&mut rows.iter().flatten().copied()) / (n_real * k_real);
    let centered = Matrix { rows: n, columns: k, values: rows.iter().flatten().map(|value| value - grand).collect() };
    let subject: Vec<f64> = (0..n).map(|i| total(&mut (0..k).map(|j| centered.at(i, j))) / k_real).collect();
    let rater: Vec<f64> = (0..k).map(|j| total(&mut (0..n).map(|i| centered.at(i, j))) / n_real).collect();
    let largest = rows.iter().flatten().fold(0.0_f64, |most, value| most.max(value.abs()));
    let rounding = (16.0 * f64::EPSILON * largest).powi(2);
    let mean_square = |sum: f64, df: f64| finite(sum / df).map(|ms| if ms <= rounding { 0.0 } else { ms });
    let squares = |residual: &dyn Fn(usize, usize) -> f64| {
        total(&mut (0..n).flat_map(|i| (0..k).map(move |j| (i, j))).map(|(i, j)| residual(i, j).powi(2)))
    };
    Ok(MeanSquares {
        subjects: n as u64,
        raters: k as u64,
        between_subjects: mean_square(k_real * total(&mut subject.iter().map(|mean| mean * mean)), n_real - 1.0)?,
        within_subjects: mean_square(squares(&|i, j| centered.at(i, j) - subject[i]), n_real * (k_real - 1.0))?,
        between_raters: mean_square(n_real * total(&mut rater.iter().map(|mean| mean * mean)), k_real - 1.0)?,
        error: mean_square(squares(&|i, j| centered.at(i, j) - subject[i] - rater[j]), (n_real - 1.0) * (k_real - 1.0))?,
    })
}

/// All six intraclass correlations with their intervals, from complete rows.
///
/// With mean squares B between subjects, W within, J between raters, E error: ICC(1,1) = (B - W) / (B + (k - 1) W);
/// ICC(2,1) = (B - E) / (B + (k - 1) E + k (J - E) / n); ICC(3,1) = (B - E) / (B + (k - 1) E); for the mean of k ratings (B - W) / B,
/// (B - E) / (B + (J - E) / n), (B - E) / B. Intervals of forms 1 and 3 are exact F limits, those of form 2 take Satterthwaite's
/// degrees of freedom. For mentee and mentor, whose roles differ, ICC(2,1) is the one to report. Reference: Shrout & Fleiss, Psychol
/// Bull 1979;86:420-428; McGraw & Wong, Psychol Methods 1996;1:30-46.
///
/// Edge cases: negative values are given as they are. A limit of a single rating outside [-1 / (k - 1), 1], and the limit of the
/// mean derived from it, are no limits: [`NotEstimable::Unidentified`]. No variation at all is an error of every form; ratings that
/// agree completely have no interval and no test ([`NotEstimable::ZeroWidth`]).
///
/// Shrout & Fleiss 1979, table 4: .17 .29 .71 .44 .62 .91.
/// ```
/// use mentorscope::stats::icc::icc;
/// let rows = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]];
/// let rows: Vec<Vec<f64>> = rows.iter().map(|row| row.map(f64::from).to_vec()).collect();
/// assert!((icc(&rows, 0.95)?.agreement.estimate? - 0.29).abs() < 5e-3);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn icc(rows: &[Vec<f64>], confidence_level: f64) -> Result<Icc, NotEstimable> {
    let tail = tail_probability(confidence_level)?;
    let ms = mean_squares(rows)?;
    let MeanSquares { between_subjects: b, within_subjects: w, between_raters: j, error: e, .. } = ms;
    if b == 0.0 && w == 0.0 {
        return Err(NotEstimable::NoVariation);
    }
    let (n, k) = (ms.subjects as f64, ms.raters as f64);
    let one_way = f_limits(b, w, n - 1.0, n * (k - 1.0), k, tail);
    let consistency = f_limits(b, e, n - 1.0, (n - 1.0) * (k - 1.0), k, tail);
    let agreement_estimate = ratio(b - e, b + (k - 1.0) * e + k * (j - e) / n);
    let agreement = agreement_estimate.clone().and_then(|rho| agreement_limits(&ms, rho, tail));
    let one = |estimate, limits: &Result<Limits, NotEstimable>| Correlation {
        estimate,
        lower: limits.clone().and_then(|l| single(l.lower, k)),
        upper: limits.clone().and_then(|l| single(l.upper, k)),
    };
    let mean = |estimate, limits: &Result<Limits, NotEstimable>| Correlation {
        estimate,
        lower: limits.clone().and_then(|l| average(l.lower, k)),
        upper: limits.clone().and_then(|l| average(l.upper, k)),
    };
    Ok(Icc {
        mean_squares: ms,
        one_way: one(ratio(b - w, b + (k - 1.0) * w), &one_way),
        agreement: one(agreement_estimate, &agreement),
        consistency: one(ratio(b - e, b + (k - 1.0) * e), &consistency),
        one_way_average: mean(ratio(b - w, b), &one_way),
        agreement_average: mean(ratio(b - e, b + (j - e) / n), &agreement),
        consistency_average: mean(ratio(b - e, b), &consistency),
        one_way_test: subject_test(b, w, n - 1.0, n * (k - 1.0)),
        two_way_test: subject_test(b, e, n - 1.0, (n - 1.0) * (k - 1.0)),
        method: "intraclass correlations of complete rows; McGraw & Wong intervals; ICC(2,1), absolute agreement, is the default",
    })
}

/// A quotient, or that its parts cannot tell it: a denominator that is 0 or, as sums of mean squares can be, below 0.
fn ratio(numerator: f64, denominator: f64) -> Result<f64, NotEstimable> {
    if denominator > 0.0 { finite(numerator / denominator) } else { Err(NotEstimable::Unidentified) }
}

fn subject_test(between: f64, within: f64, df1: f64, df2: f64) -> Result<SubjectTest, NotEstimable> {
    if within == 0.0 {
        return Err(NotEstimable::ZeroWidth);
    }
    let f = finite(between / within)?;
    Ok(SubjectTest { f, df1, df2, p_value: f_sf(f, df1, df2)? })
}

/// Limits of a single rating before they are checked.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Limits {
    lower: f64,
    upper: f64,
}

fn f_limits(between: f64, within: f64, df1: f64, df2: f64, k: f64, tail: f64) -> Result<Limits, NotEstimable> {
    if within == 0.0 {
        return Err(NotEstimable::ZeroWidth);
    }
    let f = between / within;
    let limit = |f: f64| (f - 1.0) / (f + k - 1.0);
    Ok(Limits { lower: limit(f / f_quantile(1.0 - tail, df1, df2)?), upper: limit(f * f_quantile(1.0 - tail, df2, df1)?) })
}

/// Both sides of Satterthwaite's ratio are multiplied by the square of the error mean square, so that it may be 0.
fn agreement_limits(ms: &MeanSquares, rho: f64, tail: f64) -> Result<Limits, NotEstimable> {
    let (n, k, b, j, e) = (ms.subjects as f64, ms.raters as f64, ms.between_subjects, ms.between_raters, ms.error);
    if j == 0.0 && e == 0.0 {
        return Err(NotEstimable::ZeroWidth);
    }
    let rest = e * (n * (1.0 + (k - 1.0) * rho) - k * rho);
    let numerator = (k - 1.0) * (n - 1.0) * (k * rho * j + rest).powi(2);
    let denominator = (n - 1.0) * k * k * rho * rho * j * j + rest * rest;
    let df = ratio(numerator, denominator)?;
    // Where the correlation is far below 0 the degrees of freedom vanish, and F with them.
    let quantile = |df1: f64, df2: f64| f_quantile(1.0 - tail, df1, df2).map_err(|_| NotEstimable::Unidentified);
    let (low, high) = (quantile(n - 1.0, df)?, quantile(df, n - 1.0)?);
    let other = k * j + (k * n - k - n) * e;
    Ok(Limits { lower: n * (b - low * e) / (low * other + n * b), upper: n * (high * b - e) / (other + n * high * b) })
}

/// The limit of a single rating, where it is one.
fn single(limit: f64, k: f64) -> Result<f64, NotEstimable> {
    let possible = limit >= -1.0 / (k - 1.0) - 1e-12 && limit <= 1.0 + 1e-12;
    if possible { Ok(limit) } else { Err(NotEstimable::Unidentified) }
}

/// The limit of the mean of k ratings, by Spearman and Brown's formula.
fn average(limit: f64, k: f64) -> Result<f64, NotEstimable> {
    let x = single(limit, k)?;
    ratio(k * x, 1.0 + (k - 1.0) * x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(values: &[&[f64]]) -> Vec<Vec<f64>> {
        values.iter().map(|row| row.to_vec()).collect()
    }

    /// Shrout & Fleiss 1979, tables 2 to 4: mean squares 11.24, 6.26, 32.49, 1.02; ICC .17 .29 .71 .44 .62 .91; the interval of
    /// ICC(2,1) as McGraw & Wong's formula gives it in R's `psych`, .0188 to .7611, all to the last digit given.
    #[test]
    fn shrout_and_fleiss() {
        let data = rows(&[
            &[9.0, 2.0, 5.0, 8.0],
            &[6.0, 1.0, 3.0, 2.0],
            &[8.0, 4.0, 6.0, 8.0],
            &[7.0, 1.0, 2.0, 6.0],
            &[10.0, 5.0, 6.0, 9.0],
            &[6.0, 2.0, 4.0, 7.0],
        ]);
        let icc = icc(&data, 0.95).unwrap();
        let ms = icc.mean_squares;
        for (found, published) in [(ms.between_subjects, 11.24), (ms.within_subjects, 6.26), (ms.between_raters, 32.49), (ms.error, 1.02)] {
            assert!((found - published).abs() < 5.1e-3);
        }
        let forms =
            [&icc.one_way, &icc.agreement, &icc.consistency, &icc.one_way_average, &icc.agreement_average, &icc.consistency_average];
        for (form, published) in forms.into_iter().zip([0.17, 0.29, 0.71, 0.44, 0.62, 0.91]) {
            assert!((form.estimate.clone().unwrap() - published).abs() < 5e-3);
        }
        assert!((icc.agreement.lower.unwrap() - 0.0188).abs() < 5e-5 && (icc.agreement.upper.unwrap() - 0.7611).abs() < 5e-5);
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(icc(&[], 0.95), Err(NotEstimable::NoAnswers));
        assert_eq!(icc(&rows(&[&[1.0, 2.0]]), 0.95), Err(NotEstimable::TooFew { needed: 2, found: 1 }));
        assert!(matches!(icc(&rows(&[&[1.0], &[2.0]]), 0.95), Err(NotEstimable::InvalidInput(_))));
        assert!(matches!(icc(&rows(&[&[1.0, 2.0], &[2.0]]), 0.95), Err(NotEstimable::InvalidInput(_))));
        // 0.1 is no binary fraction: its mean leaves rounding, which is no variation.
        assert_eq!(icc(&rows(&[&[0.1, 0.1, 0.1][..]; 7]), 0.95), Err(NotEstimable::NoVariation));
    }

    #[test]
    fn complete_agreement_has_no_interval() {
        let icc = icc(&rows(&[&[1.0, 1.0], &[3.0, 3.0], &[4.0, 4.0]]), 0.95).unwrap();
        assert_eq!(icc.agreement.estimate, Ok(1.0));
        assert_eq!((icc.agreement.lower, icc.one_way_test), (Err(NotEstimable::ZeroWidth), Err(NotEstimable::ZeroWidth)));
    }

    /// Raters who differ by a constant are consistent but do not agree; the limits are those of ever smaller errors.
    #[test]
    fn a_constant_difference_is_consistent() {
        let data = |error: f64| rows(&[&[1.0, 2.0], &[2.0, 3.0 + error], &[4.0, 5.0], &[5.0, 6.0 - error], &[3.0, 4.0]]);
        let exact = icc(&data(0.0), 0.95).unwrap();
        assert_eq!((exact.consistency.estimate, exact.consistency.lower), (Ok(1.0), Err(NotEstimable::ZeroWidth)));
        let near = icc(&data(1e-6), 0.95).unwrap();
        assert!(exact.agreement.estimate.clone().unwrap() < 0.9);
        assert!((exact.agreement.lower.unwrap() - near.agreement.lower.unwrap()).abs() < 1e-6);
        assert!((exact.agreement.upper.unwrap() - near.agreement.upper.unwrap()).abs() < 1e-6);
    }

    /// Three pairs that disagree: the formula's lower limit of ICC(2,1) leaves [-1, 1], and is none.
    #[test]
    fn impossible_limits_are_none() {
        let icc = icc(&rows(&[&[1.0, 5.0], &[4.0, 2.0], &[5.0, 1.0]]), 0.95).unwrap();
        assert!(icc.agreement.estimate.unwrap() < 0.0);
        for limit in [&icc.agreement.lower, &icc.agreement.upper, &icc.one_way.lower, &icc.consistency.upper] {
            assert!(limit.as_ref().is_ok_and(|x| (-1.0..=1.0).contains(x)) || *limit == Err(NotEstimable::Unidentified));
        }
    }

    /// Sums of squares from the definition of an analysis of variance, without centering first.
    fn textbook(rows: &[Vec<f64>]) -> [f64; 4] {
        let (n, k) = (rows.len() as f64, rows[0].len() as f64);
        let total: f64 = rows.iter().flatten().sum();
        let correction = total * total / (n * k);
        let all: f64 = rows.iter().flatten().map(|x| x * x).sum::<f64>() - correction;
        let subjects = rows.iter().map(|row| row.iter().sum::<f64>().powi(2)).sum::<f64>() / k - correction;
        let raters = (0..rows[0].len()).map(|j| rows.iter().map(|row| row[j]).sum::<f64>().powi(2)).sum::<f64>() / n - correction;
        [subjects / (n - 1.0), (all - subjects) / (n * (k - 1.0)), raters / (k - 1.0), (all - subjects - raters) / ((n - 1.0) * (k - 1.0))]
    }

    proptest! {
        #[test]
        fn mean_squares_are_the_textbook_s(values in proptest::collection::vec(proptest::array::uniform3(1_u8..8), 2..30), shift in -1e6_f64..1e6) {
            let data: Vec<Vec<f64>> = values.iter().map(|row| row.map(f64::from).to_vec()).collect();
            let ms = mean_squares(&data).unwrap();
            for (a, b) in [ms.between_subjects, ms.within_subjects, ms.between_raters, ms.error].into_iter().zip(textbook(&data)) {
                prop_assert!((a - b).abs() < 1e-9, "{} {}", a, b);
            }
            let Ok(plain) = icc(&data, 0.95) else { return Ok(()) };
            // Neither the order of subjects nor of raters, nor origin and unit of the scale.
            let moved: Vec<Vec<f64>> = data.iter().rev().map(|row| row.iter().rev().map(|x| shift + 3.0 * x).collect()).collect();
            let moved = icc(&moved, 0.95).unwrap();
            let wider = icc(&data, 0.99).unwrap();
            for (a, b, w) in [(&plain.one_way, &moved.one_way, &wider.one_way), (&plain.agreement, &moved.agreement, &wider.agreement), (&plain.consistency_average, &moved.consistency_average, &wider.consistency_average)] {
                if let (Ok(a), Ok(b)) = (&a.estimate, &b.estimate) {
                    prop_assert!((a - b).abs() < 1e-6 * (1.0 + a.abs()) && *a <= 1.0);
                }
                if let (Ok(low), Ok(estimate), Ok(high)) = (&a.lower, &a.estimate, &a.upper) {
                    prop_assert!(low <= estimate && estimate <= high, "{} {} {}", low, estimate, high);
                }
                if let (Ok(a), Ok(w)) = (&a.lower, &w.lower) {
                    // Both the same but for rounding where the degrees of freedom vanish.
                    prop_assert!(*w <= a + 1e-12);
                }
            }
        }
    }
}
