//! Rank tests, tables and agreement against values of R 4.2.2.

use mentorscope::stats::agreement::kappa::{Weights, kappa};
use mentorscope::stats::ranks::kruskal_wallis::kruskal_wallis;
use mentorscope::stats::ranks::mann_whitney::mann_whitney;
use mentorscope::stats::tables::Table;
use mentorscope::stats::tables::chi_square::chi_square;
use mentorscope::stats::tables::freeman_halton::{Simulation, freeman_halton};
use mentorscope::stats::tables::mantel_haenszel::{Stratum, mantel_haenszel};
use mentorscope::stats::tables::trend::{ScoredShare, cochran_armitage};
use mentorscope::stats::{Frequency, NotEstimable};

const REFERENCE: &str = include_str!("../../reference/tables_ranks_agreement.csv");

/// Compares with R's value to a relative 1e-9.
fn check(method: &str, case: &str, key: &str, found: f64) {
    let line = format!("{method},{case},{key},");
    let expected: f64 = REFERENCE.lines().find_map(|l| l.strip_prefix(&line)).unwrap().parse().unwrap();
    assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{line} {found} is not {expected}");
}

fn group(values: &[f64]) -> Vec<Frequency> {
    values.iter().map(|&value| Frequency { value, count: 1 }).collect()
}

#[test]
fn rank_tests() -> Result<(), NotEstimable> {
    let cases: [(&str, &[f64], &[f64]); 3] = [
        ("small", &[3.0, 1.0, 4.0, 1.0, 5.0], &[9.0, 2.0, 6.0, 5.0, 3.0, 5.0]),
        ("one", &[2.0], &[1.0, 2.0, 3.0, 4.0, 4.0]),
        ("negative", &[-2.5, 0.0, 0.0, 1e6], &[-2.5, -3.0, 0.5]),
    ];
    for (case, first, second) in cases {
        let result = mann_whitney(&group(first), &group(second))?;
        check("mann_whitney", case, "u", result.u);
        check("mann_whitney", case, "exact", result.p_value?);
        check("mann_whitney", case, "cc", result.normal_p?);
        check("mann_whitney", case, "nocc", result.normal_p_uncorrected?);
    }
    let groups = [&[1.0, 2.0, 2.0, 5.0][..], &[2.0, 3.0, 3.0, 9.0, 9.0], &[7.0], &[4.0, 4.0, 8.0, 10.0]].map(group);
    let result = kruskal_wallis(&[&groups[0], &groups[1], &groups[2], &groups[3]])?;
    check("kruskal_wallis", "four", "h", result.h?);
    check("kruskal_wallis", "four", "p", result.p_value?);
    Ok(())
}

#[test]
fn tables() -> Result<(), NotEstimable> {
    let cases: [(&str, usize, &[u64]); 4] = [
        ("sparse", 3, &[1, 0, 4, 0, 3, 2, 6, 0, 1]),
        ("two", 2, &[12, 7, 5, 9]),
        ("tiny", 2, &[1, 0, 0, 2]),
        ("wide", 2, &[2, 0, 5, 1, 3, 4, 3, 0, 2, 1]),
    ];
    for (case, rows, counts) in cases {
        let table = Table::new(rows, counts.len() / rows, counts.to_vec())?;
        let result = chi_square(&table)?;
        check("chi_square", case, "chi2", result.chi2);
        check("chi_square", case, "p", result.p_value);
        check("chi_square", case, "min_expected", result.min_expected);
        check("chi_square", case, "first_residual", result.adjusted_residuals[0][0]);
        if let Some(yates) = result.yates {
            check("chi_square", case, "yates", yates.chi2);
            check("chi_square", case, "p_yates", yates.p_value);
        }
        check("fisher", case, "p", freeman_halton(&table, Simulation { replicates: 1, seed: 1 })?.p_value);
    }
    let groups = [(0.0, 2, 10), (1.0, 5, 12), (2.5, 0, 3), (10.0, 9, 11)];
    let result = cochran_armitage(&groups.map(|(score, count, denominator)| ScoredShare { score, count, denominator }))?;
    check("trend", "unequal", "chi2", result.chi2);
    check("trend", "unequal", "p", result.p_value);
    Ok(())
}

#[test]
fn strata_and_kappa() -> Result<(), NotEstimable> {
    let stratum =
        |[reference_yes, reference_no, focal_yes, focal_no]: [u64; 4]| Stratum { reference_yes, reference_no, focal_yes, focal_no };
    let result = mantel_haenszel(&[[5, 3, 2, 6], [8, 2, 4, 4], [1, 0, 2, 3]].map(stratum), 0.95)?;
    for (case, test) in [("corrected", result.corrected), ("plain", result.uncorrected)] {
        check("dif", case, "or", result.odds_ratio.value());
        check("dif", case, "chi2", test.chi2);
        check("dif", case, "p", test.p_value);
        check("dif", case, "lower", result.interval.clone()?.lower);
        check("dif", case, "upper", result.interval.clone()?.upper);
    }
    let close = mantel_haenszel(&[[1, 1, 1, 1], [2, 1, 1, 1]].map(stratum), 0.95)?;
    check("dif", "close", "chi2", close.corrected.chi2);
    check("dif", "close", "p", close.corrected.p_value);

    let table = Table::new(4, 4, vec![8, 2, 0, 1, 3, 6, 2, 0, 0, 1, 7, 3, 1, 0, 2, 5])?;
    let (plain, quadratic) = (kappa(&table, Weights::Unweighted, 0.95)?, kappa(&table, Weights::Quadratic, 0.95)?);
    check("kappa", "four", "unweighted", plain.kappa);
    check("kappa", "four", "quadratic", quadratic.kappa);
    check("kappa", "four", "se_unweighted", plain.std_error);
    check("kappa", "four", "se_quadratic", quadratic.std_error);
    Ok(())
}
