//! McDonald's omega total from a one-factor model fitted by maximum likelihood.

use super::ItemCovariance;
use super::eigen::symmetric;
use crate::stats::distributions::chi_square_sf;
use crate::stats::linear::Matrix;
use crate::stats::{NotEstimable, finite, sum};

/// Iterations before giving up; Newton's method needs about ten.
const ITERATIONS: usize = 500;
/// A uniqueness below this is on its way to 0.
const LEAST: f64 = 1e-7;

/// A one-factor model and the reliabilities that follow from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Omega {
    /// Omega total of the sum of the items as they are.
    pub raw: Result<f64, NotEstimable>,
    /// Omega total of the sum of the items as z-scores.
    pub standardized: Result<f64, NotEstimable>,
    /// Loadings of the standardized items; their sum is not negative.
    pub loadings: Vec<f64>,
    /// Uniquenesses of the standardized items: 1 minus the squared loading.
    pub uniquenesses: Vec<f64>,
    /// n times the maximum-likelihood discrepancy.
    pub chi_square: f64,
    /// k (k - 3) / 2; 0 with 3 items, whose model always fits.
    pub degrees_of_freedom: u64,
    /// P-value of the fit of one factor; none with 3 items.
    pub p_value: Result<f64, NotEstimable>,
    /// Whether the best fit gives an item a uniqueness of 0 (a Heywood case): then the model or the sample is wrong for it, and
    /// omega is not to be trusted.
    pub heywood: bool,
    /// Number of people.
    pub n: u64,
    /// The method by name, as a methods note prints it.
    pub method: &'static str,
}

/// Omega total, `(sum of loadings)^2 / ((sum of loadings)^2 + sum of uniquenesses)`, of one congeneric factor fitted by maximum
/// likelihood to the covariance matrix.
///
/// The fit minimizes `log|M| + tr(S M^-1) - log|S| - k` with M = loadings loadings' + uniquenesses, S with divisor n, over
/// uniquenesses of at least 0, by Newton's method on their logarithms with the loadings solved for. The raw version has loadings and
/// uniquenesses in the units of the items. Reference: McDonald, Test Theory, 1999; Joreskog, Psychometrika 1967;32:443-482;
/// when to prefer it to alpha: Flora, Adv Methods Pract Psychol Sci 2020;3:484-501. Edge cases: with 2 items the model is not
/// determined ([`NotEstimable::Unidentified`]), nor is it where items repeat each other exactly or people are not more than
/// items; an item that never varies is [`NotEstimable::NoVariation`]. An item without uniqueness is flagged as `heywood`.
///
/// Three items correlated by .5 each have loadings of the root of .5: omega is 4.5 / (4.5 + 1.5) = .75, as alpha.
/// ```
/// use mentorscope::stats::reliability::{ItemCovariance, omega_total};
/// let covariance = ItemCovariance::from_sums(9, &[0, 0, 0], &[4, 2, 2, 2, 4, 2, 2, 2, 4])?;
/// assert!((omega_total(&covariance)?.raw? - 0.75).abs() < 1e-9);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn omega_total(covariance: &ItemCovariance) -> Result<Omega, NotEstimable> {
    let k = covariance.items;
    if (0..k).any(|item| !covariance.varies(item)) {
        return Err(NotEstimable::NoVariation);
    }
    if k < 3 {
        return Err(NotEstimable::Unidentified);
    }
    let mut correlations = Matrix::zeros(k, k);
    for i in 0..k {
        for j in 0..k {
            correlations.set(i, j, if i == j { 1.0 } else { covariance.correlation(i, j) });
        }
    }
    let eigenvalues = symmetric(&correlations)?.values;
    // Rounding can make a singular matrix look barely regular.
    if eigenvalues.last().is_none_or(|least| *least <= 1e-10) {
        return Err(NotEstimable::Unidentified);
    }
    let log_determinant = sum(eigenvalues.iter().map(|value| value.ln()));
    let fit = best(&correlations, log_determinant)?;
    let sign = if sum(fit.loadings.iter().copied()) < 0.0 { -1.0 } else { 1.0 };
    let loadings: Vec<f64> = fit.loadings.iter().map(|loading| sign * loading).collect();
    let spread: Vec<f64> = (0..k).map(|i| covariance.variance(i).sqrt()).collect();
    let chi_square = finite(covariance.n as f64 * fit.discrepancy.max(0.0))?;
    let degrees_of_freedom = (k * (k - 3) / 2) as u64;
    Ok(Omega {
        raw: share(loadings.iter().zip(&spread).map(|(l, s)| l * s), fit.uniquenesses.iter().zip(&spread).map(|(u, s)| u * s * s)),
        standardized: share(loadings.iter().copied(), fit.uniquenesses.iter().copied()),
        loadings,
        uniquenesses: fit.uniquenesses,
        chi_square,
        degrees_of_freedom,
        p_value: if degrees_of_freedom == 0 {
            Err(NotEstimable::Unidentified)
        } else {
            chi_square_sf(chi_square, degrees_of_freedom as f64)
        },
        heywood: fit.heywood,
        n: covariance.n,
        method: "omega total, one factor by maximum likelihood",
    })
}

fn share(loadings: impl Iterator<Item = f64>, uniquenesses: impl Iterator<Item = f64>) -> Result<f64, NotEstimable> {
    let common = sum(loadings).powi(2);
    finite(common / (common + sum(uniquenesses)))
}

/// A one-factor model of a correlation matrix.
#[derive(Clone, Debug)]
struct Fit {
    loadings: Vec<f64>,
    uniquenesses: Vec<f64>,
    discrepancy: f64,
    heywood: bool,
}

/// The better of the best fit with all uniquenesses above 0, if there is one, and the best with one of them 0.
fn best(correlations: &Matrix, log_determinant: f64) -> Result<Fit, NotEstimable> {
    let k = correlations.rows;
    let inverse = correlations.inverse_spd()?;
    let usual: Vec<f64> = (0..k).map(|i| ((1.0 - 0.5 / k as f64) / inverse.at(i, i)).ln()).collect();
    // The discrepancy can have several valleys, most of them with one item near to the factor.
    let near = (0..k).map(|item| (0..k).map(|i| if i == item { 0.1_f64.ln() } else { 0.8_f64.ln() }).collect());
    let starts = [usual, vec![0.5_f64.ln(); k]].into_iter().chain(near);
    let inner: Vec<_> = starts.map(|start| newton(correlations, start)).collect();
    if let (Some(Err(reason)), true) = (inner.first(), inner.iter().all(Result::is_err)) {
        return Err(reason.clone());
    }
    let edge = (0..k).map(|item| without_uniqueness(correlations, log_determinant, item));
    let mut best: Option<Fit> = None;
    for fit in inner.into_iter().flatten().flatten().chain(edge) {
        // Rounding must not make an equal fit a Heywood case.
        if best.as_ref().is_none_or(|known| fit.discrepancy < known.discrepancy - 1e-10) {
            best = Some(fit);
        }
    }
    best.ok_or(NotEstimable::NotConverged)
}

/// The best fit in which the factor is one of the items: the others are then regressed on it, each by itself.
fn without_uniqueness(correlations: &Matrix, log_determinant: f64, item: usize) -> Fit {
    let loadings: Vec<f64> = (0..correlations.rows).map(|j| correlations.at(item, j)).collect();
    let uniquenesses: Vec<f64> = loadings.iter().enumerate().map(|(j, r)| if j == item { 0.0 } else { 1.0 - r * r }).collect();
    let discrepancy = sum(uniquenesses.iter().filter(|u| **u > 0.0).map(|u| u.ln())) - log_determinant;
    Fit { loadings, uniquenesses, discrepancy, heywood: true }
}

/// The discrepancy after the best loadings for given logarithms of the uniquenesses, with its derivatives.
struct Profile {
    loadings: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
    curvature: Matrix,
}

/// With e the eigenvalues and u the vectors of the correlations scaled by the roots of the uniquenesses, the discrepancy is the
/// sum of `e - log e - 1` over all but the greatest; the derivatives follow from those of e and u.
fn profile(correlations: &Matrix, logs: &[f64]) -> Result<Profile, NotEstimable> {
    let k = logs.len();
    let scale: Vec<f64> = logs.iter().map(|t| (-t / 2.0).exp()).collect();
    let mut scaled = Matrix::zeros(k, k);
    for i in 0..k {
        for j in 0..k {
            scaled.set(i, j, finite(scale[i] * correlations.at(i, j) * scale[j])?);
        }
    }
    let eigen = symmetric(&scaled)?;
    let (e, u) = (&eigen.values, &eigen.vectors);
    let value = finite(sum((1..k).map(|m| e[m] - e[m].ln() - 1.0)))?;
    let gradient = (0..k).map(|i| (1..k).map(|m| (1.0 - e[m]) * u[m][i] * u[m][i]).sum()).collect();
    let mut curvature = Matrix::zeros(k, k);
    for i in 0..k {
        for j in 0..k {
            let mut cell = 0.0;
            for m in 1..k {
                let along = u[m][i] * u[m][j];
                cell += (1..k).map(|other| 0.5 * (e[m] + e[other]) * along * u[other][i] * u[other][j]).sum::<f64>();
                // Equal eigenvalues are all 1, of items that share nothing, where this part is 0.
                let gap = e[0] - e[m];
                cell += if gap > 1e-12 { (1.0 - e[m]) * (e[m] + e[0]) / gap * along * u[0][i] * u[0][j] } else { 0.0 };
            }
            curvature.set(i, j, cell);
        }
    }
    let size = (e[0] - 1.0).max(0.0).sqrt();
    let loadings = (0..k).map(|i| u[0][i] * size / scale[i]).collect();
    Ok(Profile { loadings, value, gradient, curvature })
}

/// The nearest best fit with all uniquenesses above 0; none where the way leads to a uniqueness of 0.
fn newton(correlations: &Matrix, start: Vec<f64>) -> Result<Option<Fit>, NotEstimable> {
    let mut logs = start;
    let mut here = profile(correlations, &logs)?;
    for _ in 0..ITERATIONS {
        if logs.iter().any(|t| *t < LEAST.ln()) {
            return Ok(None);
        }
        let step = descent(&here)?;
        let largest = step.iter().fold(0.0_f64, |most, s| most.max(s.abs()));
        if largest < 1e-9 {
            let uniquenesses = logs.iter().map(|t| t.exp()).collect();
            return Ok(Some(Fit { loadings: here.loadings, uniquenesses, discrepancy: here.value, heywood: false }));
        }
        let limit = (2.0 / largest).min(1.0);
        let tried = (0..40).find_map(|halving| {
            let scale = limit * 0.5_f64.powi(halving);
            let next: Vec<f64> = logs.iter().zip(&step).map(|(t, s)| t + scale * s).collect();
            let there = profile(correlations, &next).ok()?;
            (there.value <= here.value + 1e-15).then_some((next, there))
        });
        match tried {
            Some((next, there)) => (logs, here) = (next, there),
            None => return Err(NotEstimable::NotConverged),
        }
    }
    Err(NotEstimable::NotConverged)
}

/// Newton's step downhill; where the curvature is not positive definite, with as much added to its diagonal as makes it so.
fn descent(here: &Profile) -> Result<Vec<f64>, NotEstimable> {
    let downhill: Vec<f64> = here.gradient.iter().map(|g| -g).collect();
    let mut damped = here.curvature.clone();
    let mut added = 0.0;
    for attempt in 0..60 {
        if let Ok(step) = damped.solve_spd(&downhill) {
            return Ok(step);
        }
        let more = 1e-8 * 4.0_f64.powi(attempt) - added;
        for i in 0..damped.rows {
            damped.set(i, i, damped.at(i, i) + more);
        }
        added += more;
    }
    Err(NotEstimable::NotConverged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn correlations(k: usize, below: &[f64]) -> Matrix {
        let mut matrix = Matrix::zeros(k, k);
        let mut below = below.iter();
        for i in 0..k {
            matrix.set(i, i, 1.0);
            for j in 0..i {
                let r = *below.next().unwrap();
                matrix.set(i, j, r);
                matrix.set(j, i, r);
            }
        }
        matrix
    }

    fn fit(matrix: &Matrix) -> Fit {
        best(matrix, sum(symmetric(matrix).unwrap().values.iter().map(|e| e.ln()))).unwrap()
    }

    /// Three items determine their loadings: the square of the first is r12 r13 / r23.
    #[test]
    fn three_items_are_solved_by_hand() {
        let fit = fit(&correlations(3, &[0.42, 0.48, 0.56]));
        assert!(!fit.heywood && fit.discrepancy.abs() < 1e-9);
        for (loading, expected) in fit.loadings.iter().zip([0.6, 0.7, 0.8]) {
            assert!((loading.abs() - expected).abs() < 1e-7, "{loading}");
        }
    }

    /// The first item would need a squared loading of .6 * .6 / .2 = 1.8: it becomes the factor.
    #[test]
    fn an_item_without_uniqueness_is_flagged() {
        let matrix = correlations(3, &[0.6, 0.6, 0.2]);
        let fit = fit(&matrix);
        assert!(fit.heywood);
        assert_eq!((fit.loadings, fit.uniquenesses), (vec![1.0, 0.6, 0.6], vec![0.0, 0.64, 0.64]));
        assert!((fit.discrepancy - discrepancy(&matrix, &[1.0, 0.6, 0.6], &[0.0, 0.64, 0.64])).abs() < 1e-12);
    }

    #[test]
    fn what_has_no_answer_says_why() {
        let of = |rows: &[[f64; 3]]| omega_total(&ItemCovariance::from_rows(&rows.iter().map(|r| r.to_vec()).collect::<Vec<_>>()).unwrap());
        let repeated = [[1.0, 1.0, 4.0], [2.0, 2.0, 1.0], [3.0, 3.0, 3.0], [5.0, 5.0, 2.0]];
        assert_eq!(of(&repeated), Err(NotEstimable::Unidentified));
        assert_eq!(of(&[[1.0, 2.0, 4.0], [2.0, 2.0, 1.0], [3.0, 2.0, 3.0], [4.0, 2.0, 3.0]]), Err(NotEstimable::NoVariation));
        assert_eq!(of(&[[1.0, 2.0, 4.0], [2.0, 1.0, 1.0]]), Err(NotEstimable::Unidentified));
        assert_eq!(omega_total(&ItemCovariance::from_sums(9, &[0, 0], &[4, 2, 2, 4]).unwrap()), Err(NotEstimable::Unidentified));
    }

    /// The discrepancy from its definition.
    fn discrepancy(correlations: &Matrix, loadings: &[f64], uniquenesses: &[f64]) -> f64 {
        let k = loadings.len();
        let mut model = Matrix::zeros(k, k);
        for i in 0..k {
            for j in 0..k {
                model.set(i, j, loadings[i] * loadings[j] + if i == j { uniquenesses[i] } else { 0.0 });
            }
        }
        let log = |m: &Matrix| m.cholesky().map(|l| (0..k).map(|i| 2.0 * l.at(i, i).ln()).sum::<f64>()).unwrap();
        let trace: f64 = correlations.multiply(&model.inverse_spd().unwrap()).values.chunks(k).enumerate().map(|(i, row)| row[i]).sum();
        log(&model) + trace - log(correlations) - k as f64
    }

    /// The expectation-maximization algorithm of Rubin & Thayer (Psychometrika 1982;47:69-76): slow, and never uphill.
    fn expectation_maximization(correlations: &Matrix, steps: usize) -> (Vec<f64>, Vec<f64>) {
        let k = correlations.rows;
        let (mut loadings, mut uniquenesses) = (vec![0.6; k], vec![0.6; k]);
        for _ in 0..steps {
            let precision = 1.0 + (0..k).map(|i| loadings[i] * loadings[i] / uniquenesses[i]).sum::<f64>();
            let weights: Vec<f64> = (0..k).map(|i| loadings[i] / uniquenesses[i] / precision).collect();
            let cross: Vec<f64> = (0..k).map(|i| (0..k).map(|j| correlations.at(i, j) * weights[j]).sum()).collect();
            let second = 1.0 / precision + (0..k).map(|i| weights[i] * cross[i]).sum::<f64>();
            loadings = cross.iter().map(|c| c / second).collect();
            uniquenesses = (0..k).map(|i| 1.0 - loadings[i] * cross[i]).collect();
        }
        (loadings, uniquenesses)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn nothing_fits_better(values in proptest::collection::vec(proptest::array::uniform5(1_u8..8), 12..60), lift in 0.0_f64..1.5) {
            let rows: Vec<Vec<f64>> = values.iter().map(|row| {
                let common: f64 = row.iter().map(|&v| f64::from(v)).sum::<f64>() / 5.0;
                row.iter().map(|&v| f64::from(v) + lift * common).collect()
            }).collect();
            let covariance = ItemCovariance::from_rows(&rows).unwrap();
            let Ok(omega) = omega_total(&covariance) else { return Ok(()) };
            let mut matrix = Matrix::zeros(5, 5);
            (0..5).for_each(|i| (0..5).for_each(|j| matrix.set(i, j, covariance.correlation(i, j))));
            let found = discrepancy(&matrix, &omega.loadings, &omega.uniquenesses);
            prop_assert!((found * covariance.n() as f64 - omega.chi_square).abs() < 1e-6 * (1.0 + omega.chi_square));
            let (loadings, uniquenesses) = expectation_maximization(&matrix, 3000);
            let other = discrepancy(&matrix, &loadings, &uniquenesses);
            prop_assert!(found <= other + 1e-9, "{} {}", found, other);
            if !omega.heywood && (found - other).abs() < 1e-9 {
                let sign = if loadings.iter().sum::<f64>() < 0.0 { -1.0 } else { 1.0 };
                for (a, b) in omega.loadings.iter().zip(loadings) {
                    prop_assert!((a - sign * b).abs() < 1e-3, "{} {}", a, b);
                }
            }
            for (loading, uniqueness) in omega.loadings.iter().zip(&omega.uniquenesses) {
                prop_assert!((loading * loading + uniqueness - 1.0).abs() < 1e-6 && *uniqueness >= 0.0);
            }
            // Omega does not depend on the unit of the scale, nor the standardized one on that of an item.
            let stretched: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().enumerate().map(|(i, v)| 10.0 + v * (i + 1) as f64).collect()).collect();
            let stretched = omega_total(&ItemCovariance::from_rows(&stretched).unwrap()).unwrap();
            prop_assert!((stretched.standardized.unwrap() - omega.standardized.unwrap()).abs() < 1e-6);
        }
    }
}
