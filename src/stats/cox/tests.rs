use super::*;
use crate::stats::NotEstimable;
use crate::stats::linear::Matrix;
use proptest::prelude::*;

fn subject(exit: f64, event: bool, covariates: &[f64]) -> Subject {
    Subject { spell: Spell { entry: None, exit, event }, covariates: covariates.to_vec(), stratum: 0, cluster: 0, weight: 1.0 }
}

/// Each subject its own cluster.
fn numbered(subjects: Vec<Subject>) -> Vec<Subject> {
    (0_u32..).zip(subjects).map(|(cluster, subject)| Subject { cluster, ..subject }).collect()
}

fn fit(subjects: &[Subject], ties: Ties, errors: Errors) -> Result<Fit, NotEstimable> {
    Model::new(subjects)?.fit(ties, errors)
}

fn estimates(fit: &Fit) -> Vec<f64> {
    fit.coefficients.iter().map(|c| c.as_ref().unwrap().estimate).collect()
}

/// Log likelihood from its definition: for every event time of every stratum the risk set is searched anew. `changing` gives the
/// covariates of a subject at a time.
fn naive_log_likelihood(subjects: &[Subject], ties: Ties, predictor: impl Fn(&Subject, f64) -> f64) -> f64 {
    let mut total = 0.0;
    for stratum in subjects.iter().map(|s| s.stratum).collect::<std::collections::BTreeSet<_>>() {
        let inside: Vec<&Subject> = subjects.iter().filter(|s| s.stratum == stratum).collect();
        let mut times: Vec<f64> = inside.iter().filter(|s| s.spell.event).map(|s| s.spell.exit).collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        for t in times {
            let risk = |s: &Subject| s.weight * predictor(s, t).exp();
            let at_risk = inside.iter().filter(|s| s.spell.exit >= t && s.spell.entry.is_none_or(|entry| entry < t));
            let all: f64 = at_risk.map(|s| risk(s)).sum();
            let dying: Vec<&&Subject> = inside.iter().filter(|s| s.spell.event && s.spell.exit == t).collect();
            let own: f64 = dying.iter().map(|s| risk(s)).sum();
            let mean = dying.iter().map(|s| s.weight).sum::<f64>() / dying.len() as f64;
            total += dying.iter().map(|s| s.weight * predictor(s, t)).sum::<f64>();
            for k in 0..dying.len() {
                let taken = if ties == Ties::Efron { k as f64 / dying.len() as f64 } else { 0.0 };
                total -= mean * (all - taken * own).ln();
            }
        }
    }
    total
}

fn dot(subject: &Subject, beta: &[f64]) -> f64 {
    subject.covariates.iter().zip(beta).map(|(x, b)| x * b).sum()
}

/// First derivatives by central differences.
fn gradient(f: &impl Fn(&[f64]) -> f64, at: &[f64]) -> Vec<f64> {
    let h = 1e-5;
    let moved = |i: usize, by: f64| f(&at.iter().enumerate().map(|(j, b)| if i == j { b + by } else { *b }).collect::<Vec<_>>());
    (0..at.len()).map(|i| (moved(i, h) - moved(i, -h)) / (2.0 * h)).collect()
}

/// Minus the second derivatives by central differences.
fn curvature(f: &impl Fn(&[f64]) -> f64, at: &[f64]) -> Matrix {
    let h = 1e-3;
    let mut matrix = Matrix::zeros(at.len(), at.len());
    for i in 0..at.len() {
        for j in 0..at.len() {
            let moved = |a: f64, b: f64| {
                let mut beta = at.to_vec();
                beta[i] += a;
                beta[j] += b;
                f(&beta)
            };
            matrix.set(i, j, -(moved(h, h) - moved(h, -h) - moved(-h, h) + moved(-h, -h)) / (4.0 * h * h));
        }
    }
    matrix
}

/// With one binary covariate and no ties the score equation is solved by hand. Times 1 (x = 1),
/// 2 (x = 0), 3 (x = 1): with r the ratio, 1 - 2r/(2r+1) - r/(r+1) = 0 gives r = 1/sqrt(2).
#[test]
fn three_subjects_by_hand() {
    let rows = [subject(1.0, true, &[1.0]), subject(2.0, true, &[0.0]), subject(3.0, false, &[1.0])];
    let fit = fit(&rows, Ties::Efron, Errors::Model).unwrap();
    assert!((fit.coefficients[0].as_ref().unwrap().hazard_ratio.clone().unwrap() - 0.5_f64.sqrt()).abs() < 1e-10);
    assert!((fit.log_likelihood_null + 6.0_f64.ln()).abs() < 1e-12);
}

#[test]
fn what_has_no_answer_says_why() {
    assert_eq!(Model::new(&[]).unwrap_err(), NotEstimable::NoAnswers);
    let none = [subject(1.0, false, &[1.0]), subject(2.0, false, &[0.0])];
    assert_eq!(fit(&none, Ties::Efron, Errors::Model), Err(NotEstimable::NoEvents));
    let uneven = [subject(1.0, true, &[1.0]), subject(2.0, false, &[])];
    assert!(Model::new(&uneven).is_err());
    let rows = |x: [f64; 5]| -> Vec<Subject> {
        let events = [true, true, false, true, true];
        (1..)
            .zip(x)
            .zip(events)
            .map(|((t, x), event)| subject(f64::from(t), event, &[x, [1.0, 2.0, 0.5, 3.0, 1.5][t as usize - 1]]))
            .collect()
    };
    let constant = fit(&rows([2.0; 5]), Ties::Efron, Errors::Model).unwrap();
    assert_eq!(constant.coefficients[0], Err(NotEstimable::NoVariation));
    assert!(constant.coefficients[1].is_ok() && constant.score.unwrap().degrees_of_freedom == 1);
    // The second covariate is twice the first, plus 1.
    let dependent: Vec<Subject> =
        rows([2.0; 5]).iter().map(|s| Subject { covariates: vec![s.covariates[1], 2.0 * s.covariates[1] + 1.0], ..s.clone() }).collect();
    let dependent = fit(&dependent, Ties::Efron, Errors::Model).unwrap();
    assert_eq!(dependent.coefficients[1], Err(NotEstimable::Unidentified));
    assert_eq!(
        dependent.coefficients[0].as_ref().unwrap().estimate,
        estimates(
            &fit(
                &rows([2.0; 5]).iter().map(|s| Subject { covariates: vec![s.covariates[1]], ..s.clone() }).collect::<Vec<_>>(),
                Ties::Efron,
                Errors::Model
            )
            .unwrap()
        )[0]
    );
    // Constant within each stratum.
    let strata: Vec<Subject> = (0..6).map(|i| Subject { stratum: i % 2, ..subject(f64::from(i + 1), true, &[f64::from(i % 2)]) }).collect();
    assert_eq!(fit(&strata, Ties::Efron, Errors::Model).unwrap().coefficients[0], Err(NotEstimable::NoVariation));
    let one_cluster = fit(&rows([1.0, 0.0, 1.0, 0.0, 1.0]), Ties::Efron, Errors::Clustered).unwrap();
    let coefficient = one_cluster.coefficients[0].clone().unwrap();
    assert_eq!(coefficient.std_error, Err(NotEstimable::TooFewClusters { needed: 2, found: 1 }));
    assert!(coefficient.std_error_model > 0.0 && coefficient.p_value.is_err());
}

/// Only the treated have events, at any spacing and scale of the covariate: no finite coefficient, whatever the sign.
#[test]
fn monotone_likelihood_is_separated() {
    for scale in [1.0, -1e-6, 1e9] {
        let rows: Vec<Subject> = (1..=10).map(|t| subject(f64::from(t), t % 2 == 0, &[if t % 2 == 0 { scale } else { 0.0 }])).collect();
        let fit = fit(&rows, Ties::Efron, Errors::Model).unwrap();
        assert_eq!(fit.coefficients[0], Err(NotEstimable::Separated));
        assert_eq!((fit.separated, fit.wald.clone()), (true, Err(NotEstimable::Separated)));
        assert!(fit.score.is_ok() && fit.likelihood_ratio.unwrap().p_value < 0.05);
        assert_eq!(Model::new(&rows).unwrap().proportional_hazards(&fit_of(&rows), Ties::Efron, &[vec![0]]), Err(NotEstimable::Separated));
    }
    // Events in order of a continuous covariate.
    let ordered: Vec<Subject> = (1..=8).map(|t| subject(f64::from(t), true, &[f64::from(t * t)])).collect();
    assert_eq!(fit(&ordered, Ties::Efron, Errors::Model).unwrap().coefficients[0], Err(NotEstimable::Separated));
}

fn fit_of(rows: &[Subject]) -> Fit {
    fit(rows, Ties::Efron, Errors::Model).unwrap()
}

/// A group without events drives its own coefficient away; the other is as in the data without that group, which adds nothing
/// to the limit.
#[test]
fn others_are_given_at_the_limit() {
    let x = [0.3, 1.2, -0.7, 0.5, 2.0, -1.1, 0.1, 0.9];
    let mut rows: Vec<Subject> = (0..8).map(|i| subject(f64::from(i) + 1.0, i != 3, &[x[i as usize], 0.0])).collect();
    let without =
        estimates(&fit_of(&rows.iter().map(|s| Subject { covariates: vec![s.covariates[0]], ..s.clone() }).collect::<Vec<_>>()))[0];
    rows.extend((0..3).map(|i| subject(f64::from(i) + 6.5, false, &[x[i as usize + 1], 1.0])));
    let fit = fit_of(&rows);
    assert_eq!(fit.coefficients[1], Err(NotEstimable::Separated));
    assert!((fit.coefficients[0].as_ref().unwrap().estimate - without).abs() < 1e-7);
}

#[test]
fn a_finite_maximum_far_out_is_no_separation() {
    // One event among 2000 comparison subjects, all 20 of the exposed: a large but finite ratio.
    let mut rows: Vec<Subject> = (0..2000).map(|i| subject(100.0, false, &[0.0]).with_exit(100.0 + f64::from(i))).collect();
    rows.push(subject(1.0, true, &[0.0]));
    rows.extend((0..20).map(|i| subject(f64::from(i) + 2.0, true, &[1.0])));
    let fit = fit_of(&rows);
    assert!(!fit.separated && fit.coefficients[0].as_ref().unwrap().estimate > 4.0);
}

impl Subject {
    fn with_exit(self, exit: f64) -> Self {
        Self { spell: Spell { exit, ..self.spell }, ..self }
    }
}

/// A covariate in tiny units has a coefficient whose ratio is beyond the range of numbers; the coefficient stays.
#[test]
fn a_ratio_out_of_range_leaves_the_coefficient() {
    let x = [0.3, 1.2, -0.7, 0.5, 2.0, -1.1, 0.1, 0.9];
    let rows: Vec<Subject> = (0..8).map(|i| subject(f64::from(i * 3 % 8) + 1.0, i % 3 != 1, &[x[i as usize]])).collect();
    let tiny: Vec<Subject> = rows.iter().map(|s| Subject { covariates: vec![s.covariates[0] * 1e-6], ..s.clone() }).collect();
    let (usual, tiny) = (fit_of(&rows), fit_of(&tiny));
    assert!((estimates(&tiny)[0] * 1e-6 - estimates(&usual)[0]).abs() < 1e-9);
    assert_eq!(
        tiny.coefficients[0].as_ref().unwrap().hazard_ratio,
        if estimates(&usual)[0] > 0.0 { Err(NotEstimable::NotFinite) } else { Ok(0.0) }
    );
}

/// With all covariates of one binary group and no ties, the score test is the log-rank test.
#[test]
fn score_test_is_the_log_rank_test() {
    use crate::stats::survival::{Member, log_rank};
    let rows: Vec<Subject> = (1..=12).map(|t| subject(f64::from(t), t % 4 != 0, &[f64::from(t * 7 % 5 % 2)])).collect();
    let members: Vec<Member> = rows.iter().map(|s| Member { spell: s.spell, group: s.covariates[0] as u32, stratum: 0 }).collect();
    let test = log_rank(&members, 0.0).unwrap().test.unwrap();
    assert!((fit_of(&rows).score.unwrap().chi_square - test.chi_square).abs() < 1e-10);
}

/// The robust variance without ties: the sum of squares of the derivatives of the coefficients by the subjects' weights.
#[test]
fn robust_errors_are_the_infinitesimal_jackknife() {
    let x = [0.3, 1.2, -0.7, 0.5, 2.0, -1.1, 0.1, 0.9, -0.4, 1.4, 0.2, -0.9];
    let rows: Vec<Subject> = (0..12)
        .map(|i| Subject {
            spell: Spell {
                entry: (i % 3 == 0).then_some(f64::from(i) / 4.0),
                exit: f64::from(i * 5 % 13 + i / 3) + 4.0 + f64::from(i) / 50.0,
                event: i % 4 != 1,
            },
            cluster: i % 5,
            stratum: i % 2,
            weight: 1.0 + f64::from(i % 3) / 2.0,
            covariates: vec![x[i as usize], f64::from(i % 2 + i / 6)],
        })
        .collect();
    let found = fit(&rows, Ties::Efron, Errors::Clustered).unwrap();
    let h = 1e-4;
    let mut by_cluster = [[0.0; 2]; 5];
    for i in 0..rows.len() {
        let moved = |factor: f64| {
            let mut rows = rows.clone();
            rows[i].weight *= factor;
            estimates(&fit_of(&rows))
        };
        let (up, down) = (moved(1.0 + h), moved(1.0 - h));
        for j in 0..2 {
            by_cluster[rows[i].cluster as usize][j] += (up[j] - down[j]) / (2.0 * h);
        }
    }
    for j in 0..2 {
        let std_error = by_cluster.iter().map(|d| d[j] * d[j]).sum::<f64>().sqrt();
        assert!((found.coefficients[j].as_ref().unwrap().std_error.clone().unwrap() - std_error).abs() < 1e-6);
    }
}

/// The naive score of Fine & Gray and their variance, summed over all pairs and triples of subjects.
#[test]
fn subdistribution_equals_its_definition() {
    let x = [0.3, 1.2, -0.7, 0.5, 2.0, -1.1, 0.1, 0.9, -0.4, 1.4, 0.2, -0.9, 0.6, -0.2];
    let status = [1, 2, 0, 1, 0, 2, 1, 0, 2, 1, 0, 1, 1, 0];
    let n = x.len();
    let time: Vec<f64> = (0..n).map(|i| (i * 5 % 14) as f64 + 1.0).collect();
    let rivals: Vec<Rival> = (0..n).map(|i| Rival { time: time[i], status: status[i], covariates: vec![x[i]] }).collect();
    let coefficient = fine_gray(&rivals, 1).unwrap().coefficients[0].clone().unwrap();
    let beta = coefficient.estimate;
    let at_risk = |t: f64| (0..n).filter(|&i| time[i] >= t).count() as f64;
    let g = |t: f64| (0..n).filter(|&i| status[i] == 0 && time[i] < t).map(|i| 1.0 - 1.0 / at_risk(time[i])).product::<f64>();
    let weight = |i: usize, t: f64| match status[i] {
        _ if time[i] >= t => 1.0,
        2 => g(t) / g(time[i]),
        _ => 0.0,
    };
    let total = |t: f64| (0..n).map(|i| weight(i, t) * (beta * x[i]).exp()).sum::<f64>();
    let mean = |t: f64| (0..n).map(|i| weight(i, t) * (beta * x[i]).exp() * x[i]).sum::<f64>() / total(t);
    let square = |t: f64| (0..n).map(|i| weight(i, t) * (beta * x[i]).exp() * x[i] * x[i]).sum::<f64>() / total(t);
    let events: Vec<usize> = (0..n).filter(|&i| status[i] == 1).collect();
    let score: f64 = events.iter().map(|&i| x[i] - mean(time[i])).sum();
    assert!(score.abs() < 1e-9);
    let information: f64 = events.iter().map(|&i| square(time[i]) - mean(time[i]).powi(2)).sum();
    let charge = |i: usize, s: f64| weight(i, s) * (beta * x[i]).exp() * (x[i] - mean(s)) / total(s);
    let eta = |i: usize| {
        let own = if status[i] == 1 { x[i] - mean(time[i]) } else { 0.0 };
        own - events.iter().map(|&e| charge(i, time[e])).sum::<f64>()
    };
    let q = |u: f64| {
        let staying = (0..n).filter(|&i| status[i] == 2 && time[i] <= u);
        staying.map(|i| events.iter().filter(|&&e| time[e] > u).map(|&e| charge(i, time[e])).sum::<f64>()).sum::<f64>()
    };
    let psi = |k: usize| {
        let own = if status[k] == 0 { q(time[k]) / at_risk(time[k]) } else { 0.0 };
        let expected = (0..n).filter(|&c| status[c] == 0 && time[c] <= time[k]).map(|c| q(time[c]) / at_risk(time[c]).powi(2));
        own - expected.sum::<f64>()
    };
    let std_error = (0..n).map(|i| (eta(i) + psi(i)).powi(2)).sum::<f64>().sqrt() / information;
    assert!((coefficient.std_error.unwrap() - std_error).abs() < 1e-9);
}

#[test]
fn subdistribution_at_the_edges() {
    let of = |time: f64, status: u32, x: f64| Rival { time, status, covariates: vec![x] };
    assert_eq!(fine_gray(&[], 1).unwrap_err(), NotEstimable::NoAnswers);
    assert_eq!(fine_gray(&[of(1.0, 2, 0.0), of(2.0, 0, 1.0)], 1).unwrap_err(), NotEstimable::NoEvents);
    let constant = fine_gray(&[of(1.0, 1, 3.0), of(2.0, 2, 3.0), of(3.0, 0, 3.0)], 1).unwrap();
    assert_eq!(constant.coefficients[0], Err(NotEstimable::NoVariation));
    let separated = fine_gray(&[of(1.0, 1, 1.0), of(2.0, 1, 1.0), of(3.0, 2, 0.0), of(4.0, 0, 0.0)], 1).unwrap();
    assert_eq!(separated.coefficients[0], Err(NotEstimable::Separated));
}

/// Without other events and without ties, the subdistribution model is Cox's, and its robust error is Lin and Wei's.
#[test]
fn without_competing_events_it_is_cox() {
    let x = [0.3, 1.2, -0.7, 0.5, 2.0, -1.1, 0.1, 0.9];
    let rows: Vec<Subject> = (0..8).map(|i| subject(f64::from(i * 3 % 8) + 1.0, i % 3 != 1, &[x[i as usize]])).collect();
    let cox = fit(&numbered(rows.clone()), Ties::Efron, Errors::Clustered).unwrap().coefficients[0].clone().unwrap();
    let rivals: Vec<Rival> =
        rows.iter().map(|s| Rival { time: s.spell.exit, status: u32::from(s.spell.event), covariates: s.covariates.clone() }).collect();
    let found = fine_gray(&rivals, 1).unwrap().coefficients[0].clone().unwrap();
    assert!((found.estimate - cox.estimate).abs() < 1e-9);
    assert!((found.std_error.unwrap() - cox.std_error.unwrap()).abs() < 1e-9);
}

fn random_subjects(rows: &[(u8, u8, u8, i8, u8)], delayed: bool) -> Vec<Subject> {
    let of = |&(entry, length, event, x, z): &(u8, u8, u8, i8, u8)| Subject {
        spell: Spell { entry: delayed.then_some(f64::from(entry)), exit: f64::from(entry * u8::from(delayed) + length), event: event > 0 },
        covariates: vec![f64::from(x) / 4.0, f64::from(z % 2)],
        stratum: u32::from(z / 2 % 2),
        cluster: u32::from(z),
        weight: 1.0 + f64::from(z % 3) / 2.0,
    };
    rows.iter().map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn maximum_of_the_naive_likelihood(rows in proptest::collection::vec((0_u8..4, 1_u8..9, 0_u8..3, -8_i8..8, 0_u8..8), 15..40), delayed: bool, efron: bool) {
        let subjects = random_subjects(&rows, delayed);
        let ties = if efron { Ties::Efron } else { Ties::Breslow };
        let Ok(found) = fit(&subjects, ties, Errors::Model) else { return Ok(()) };
        if found.separated || found.coefficients.iter().any(Result::is_err) {
            return Ok(());
        }
        let beta = estimates(&found);
        let naive = |beta: &[f64]| naive_log_likelihood(&subjects, ties, |s, _| dot(s, beta));
        prop_assert!((naive(&beta) - found.log_likelihood).abs() < 1e-8 * (1.0 + found.log_likelihood.abs()));
        prop_assert!((naive(&[0.0, 0.0]) - found.log_likelihood_null).abs() < 1e-9 * (1.0 + found.log_likelihood_null.abs()));
        prop_assert!(gradient(&naive, &beta).iter().all(|slope| slope.abs() < 1e-4));
        let covariance = curvature(&naive, &beta).inverse_spd().unwrap();
        for j in 0..2 {
            let std_error = found.coefficients[j].as_ref().unwrap().std_error_model;
            prop_assert!((covariance.at(j, j).sqrt() / std_error - 1.0).abs() < 1e-3);
        }
        // Order, position and unit of the covariates, and names of strata do not matter.
        let mut moved: Vec<Subject> = subjects.iter().rev().cloned().collect();
        for s in &mut moved {
            s.covariates = vec![s.covariates[0] * 1e3 + 1e5, s.covariates[1]];
            s.stratum = 9 - s.stratum;
        }
        let other = fit(&moved, ties, Errors::Model).unwrap();
        prop_assert!((estimates(&other)[0] * 1e3 - beta[0]).abs() < 1e-6 * (1.0 + beta[0].abs()));
        prop_assert!((estimates(&other)[1] - beta[1]).abs() < 1e-6 * (1.0 + beta[1].abs()));
        let mut shuffled = subjects.clone();
        shuffled.rotate_left(7);
        prop_assert_eq!(found, fit(&shuffled, ties, Errors::Model).unwrap());
    }

    /// The test of proportionality as the score test of a naive likelihood whose second coefficients multiply x g(t).
    #[test]
    fn proportionality_is_a_score_test(rows in proptest::collection::vec((0_u8..4, 1_u8..9, 0_u8..3, -8_i8..8, 0_u8..8), 20..40), delayed: bool) {
        let subjects: Vec<Subject> = random_subjects(&rows, delayed).into_iter().map(|s| Subject { weight: 1.0, ..s }).collect();
        let model = Model::new(&subjects).unwrap();
        let Ok(found) = model.fit(Ties::Efron, Errors::Model) else { return Ok(()) };
        if found.separated || found.coefficients.iter().any(Result::is_err) {
            return Ok(());
        }
        let Ok(tests) = model.proportional_hazards(&found, Ties::Efron, &[vec![0], vec![1]]) else { return Ok(()) };
        let curve = crate::stats::survival::KaplanMeier::new(&subjects.iter().map(|s| s.spell).collect::<Vec<_>>()).unwrap();
        let g = |t: f64| 1.0 - curve.steps.iter().rev().find(|step| step.time < t).map_or(1.0, |step| step.survival);
        let naive = |b: &[f64]| naive_log_likelihood(&subjects, Ties::Efron, |s, t| dot(s, &b[..2]) + g(t) * dot(s, &b[2..]));
        let at: Vec<f64> = estimates(&found).into_iter().chain([0.0, 0.0]).collect();
        let (slopes, information) = (gradient(&naive, &at), curvature(&naive, &at));
        if let (Ok(solved), Ok(global)) = (information.solve_spd(&slopes), &tests.global) {
            let naive: f64 = solved.iter().zip(&slopes).map(|(a, b)| a * b).sum();
            prop_assert!(global.degrees_of_freedom < 2 || (global.chi_square - naive).abs() < 1e-2 * (1.0 + naive), "{} {naive}", global.chi_square);
        }
    }
}
