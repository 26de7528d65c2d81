//! Time-to-event statistics against R, on the data and figures of `tests/reference/survival.R`.

use mentorscope::stats::cox::{Errors, Model, Rival, Ties, fine_gray};
use mentorscope::stats::incidence::{Contender, Incidence, gray_test};
use mentorscope::stats::survival::{KaplanMeier, Member, Scale, Spell, Step, log_rank, restricted_mean};
use mentorscope::stats::{NotEstimable, cox, incidence};

const DATA: &str = include_str!("../../reference/survival.csv");
const EXPECTED: &str = include_str!("../../reference/survival_expected.csv");

/// The figures under a key; none where R gives NA.
fn expected(key: &str) -> Vec<Option<f64>> {
    let line = EXPECTED.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(',')).unwrap_or_else(|| panic!("{key}"));
    line.split(' ').map(|value| value.parse::<f64>().ok().filter(|value| value.is_finite())).collect()
}

/// A column by its heading.
fn column(heading: &str) -> Vec<String> {
    let mut lines = DATA.lines();
    let place = lines.next().unwrap().split(',').position(|known| known == heading).unwrap();
    lines.map(|line| line.split(',').nth(place).unwrap().to_string()).collect()
}

fn numbers(heading: &str) -> Vec<f64> {
    column(heading).iter().map(|cell| cell.parse().unwrap()).collect()
}

fn codes(heading: &str) -> Vec<u32> {
    column(heading).iter().map(|cell| cell.parse().unwrap_or_else(|_| u32::from(cell.as_bytes()[0]))).collect()
}

/// Compares with a relative tolerance of 1e-8, or 1e-10 absolute; no answer where R has none.
fn check(key: &str, found: Vec<Result<f64, NotEstimable>>) {
    let expected = expected(key);
    assert_eq!(found.len(), expected.len(), "{key}");
    for (position, (found, expected)) in found.into_iter().zip(expected).enumerate() {
        match (found, expected) {
            (Ok(found), Some(expected)) => {
                assert!((found - expected).abs() <= 1e-10 + 1e-8 * expected.abs(), "{key} {position}: {found} is not {expected}");
            }
            (Err(_), None) => {}
            other => panic!("{key} {position}: {other:?}"),
        }
    }
}

fn spells(late: bool) -> Vec<Spell> {
    let rows = numbers("entry").into_iter().zip(numbers("time")).zip(numbers("event"));
    rows.map(|((entry, exit), event)| Spell { entry: late.then_some(entry), exit, event: event == 1.0 }).collect()
}

#[test]
fn kaplan_meier() {
    for (kind, late) in [("late", true), ("right", false)] {
        let curve = KaplanMeier::new(&spells(late)).unwrap();
        check(&format!("{kind}_time"), curve.steps.iter().map(|step| Ok(step.time)).collect());
        check(&format!("{kind}_surv"), curve.steps.iter().map(|step| Ok(step.survival)).collect());
        check(&format!("{kind}_se"), curve.steps.iter().map(Step::std_error).collect());
        for (name, scale) in [("log-log", Scale::LogLog), ("log", Scale::Log), ("plain", Scale::Plain)] {
            let limits: Vec<_> = curve.steps.iter().map(|step| step.interval(scale, 0.95)).collect();
            check(&format!("{kind}_{name}_lower"), limits.iter().map(|limits| limits.clone().map(|l| l.lower)).collect());
            check(&format!("{kind}_{name}_upper"), limits.iter().map(|limits| limits.clone().map(|l| l.upper)).collect());
            let median = curve.median(scale, 0.95).unwrap();
            check(&format!("{kind}_{name}_median"), vec![median.averaged, median.limits.lower, median.limits.upper]);
        }
        let mean = restricted_mean(&curve, 9.0, 0.95).unwrap();
        check(&format!("{kind}_rmst"), vec![Ok(mean.estimate), Ok(mean.std_error.unwrap())]);
    }
}

#[test]
fn log_rank_tests() {
    for (key, strata) in [("logrank", vec![0; spells(false).len()]), ("logrank_strata", codes("stratum"))] {
        let rows = spells(false).into_iter().zip(codes("group")).zip(strata);
        let members: Vec<Member> = rows.map(|((spell, group), stratum)| Member { spell, group, stratum }).collect();
        for rho in [0.0, 1.0, 0.5] {
            check(&format!("{key}_{rho}"), vec![log_rank(&members, rho).unwrap().test.map(|test| test.chi_square)]);
        }
    }
}

#[test]
fn cumulative_incidence_and_gray() {
    let rows = numbers("time").into_iter().zip(codes("status"));
    let subjects = rows.map(|(exit, status)| incidence::Subject { entry: -1.0, exit, status, cluster_a: 0, cluster_b: 0 });
    let curve = Incidence::new(&subjects.collect::<Vec<_>>()).unwrap();
    let variants = [2.0, 5.0, 9.0].map(|time| curve.variants(time, 1).unwrap());
    check("cif_1", variants.iter().map(|v| Ok(v.incidence)).collect());
    check("cif_se_1", variants.iter().map(|v| v.gray.clone()).collect());
    for (key, strata) in [("gray", vec![0; spells(false).len()]), ("gray_strata", codes("stratum"))] {
        let rows = numbers("time").into_iter().zip(codes("status")).zip(codes("group").into_iter().zip(strata));
        let contenders: Vec<Contender> =
            rows.map(|((time, status), (group, stratum))| Contender { time, status, group, stratum }).collect();
        for rho in [0.0, 1.0] {
            check(&format!("{key}_{rho}"), [1, 2].map(|cause| gray_test(&contenders, cause, rho).map(|test| test.chi_square)).to_vec());
        }
    }
}

#[test]
fn cox_models() {
    let ones = vec![1.0; spells(true).len()];
    let zeros = vec![0; spells(true).len()];
    let cases = [
        ("plain", zeros.clone(), ones.clone(), Ties::Efron, Errors::Model),
        ("strata", codes("stratum"), ones.clone(), Ties::Efron, Errors::Model),
        ("clustered", zeros.clone(), ones.clone(), Ties::Efron, Errors::Clustered),
        ("weighted", codes("stratum"), numbers("weight"), Ties::Efron, Errors::Clustered),
        ("breslow", zeros, ones, Ties::Breslow, Errors::Clustered),
    ];
    let (x1, x2, clusters) = (numbers("x1"), numbers("x2"), codes("cluster"));
    for (key, strata, weights, ties, errors) in cases {
        let subject = |(i, spell): (usize, Spell)| cox::Subject {
            spell,
            covariates: vec![x1[i], x2[i]],
            stratum: strata[i],
            cluster: clusters[i],
            weight: weights[i],
        };
        let model = Model::new(&spells(true).into_iter().enumerate().map(subject).collect::<Vec<_>>()).unwrap();
        let fit = model.fit(ties, errors).unwrap();
        check(&format!("{key}_coef"), fit.coefficients.iter().map(|c| c.clone().map(|c| c.estimate)).collect());
        check(&format!("{key}_se"), fit.coefficients.iter().map(|c| c.clone().and_then(|c| c.std_error)).collect());
        check(&format!("{key}_loglik"), vec![Ok(fit.log_likelihood_null), Ok(fit.log_likelihood)]);
        let tests = [&fit.likelihood_ratio, &fit.wald, &fit.score].map(|test| test.clone().map(|test| test.chi_square));
        check(&format!("{key}_tests"), tests.to_vec());
        let proportional = model.proportional_hazards(&fit, ties, &[vec![0], vec![1]]).unwrap();
        let tests = proportional.terms.iter().chain([&proportional.global]).map(|test| test.clone().map(|test| test.chi_square));
        check(&format!("{key}_zph"), tests.collect());
    }
}

#[test]
fn subdistribution_hazards() {
    let times = expected("crr_time").into_iter().flatten();
    let covariates = numbers("x1").into_iter().zip(numbers("x2")).map(|(x1, x2)| vec![x1, x2]);
    let rivals = times.zip(codes("status")).zip(covariates).map(|((time, status), covariates)| Rival { time, status, covariates });
    let fit = fine_gray(&rivals.collect::<Vec<_>>(), 1).unwrap();
    check("crr_coef", fit.coefficients.iter().map(|c| c.clone().map(|c| c.estimate)).collect());
    check("crr_se", fit.coefficients.iter().map(|c| c.clone().and_then(|c| c.std_error)).collect());
}
