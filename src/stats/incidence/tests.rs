use super::*;
use crate::stats::{clustered::difference, sum};
use proptest::prelude::*;

fn subject(entry: f64, exit: f64, status: u32) -> Subject {
    Subject { entry, exit, status, cluster_a: 0, cluster_b: 0 }
}

fn numbered(rows: &[(f64, f64, u32)]) -> Vec<Subject> {
    (0_u32..).zip(rows).map(|(i, &(entry, exit, status))| Subject { cluster_a: i, cluster_b: i, ..subject(entry, exit, status) }).collect()
}

/// Freireich et al., Blood 1963;21:699-716, weeks of remission under 6-MP. Without competing events the incidence is one
/// minus Kaplan-Meier; estimates and Greenwood errors as in Klein & Moeschberger, Survival Analysis, 2nd ed., table 4.1A.
#[test]
fn remission_times_under_6mp() {
    let events = [6.0, 6.0, 6.0, 7.0, 10.0, 13.0, 16.0, 22.0, 23.0].map(|t| subject(0.0, t, 1));
    let censored = [6.0, 9.0, 10.0, 11.0, 17.0, 19.0, 20.0, 25.0, 32.0, 32.0, 34.0, 35.0].map(|t| subject(0.0, t, 0));
    let incidence = Incidence::new(&[events.to_vec(), censored.to_vec()].concat()).unwrap();
    for (time, free, std_error) in [(6.0, 0.857, 0.0764), (10.0, 0.753, 0.0963), (16.0, 0.627, 0.1141), (23.0, 0.448, 0.1346)] {
        let result = incidence.at(time, 1, 0.95).unwrap();
        assert!((1.0 - result.estimate - free).abs() < 5.1e-4, "{time}");
        assert!((result.std_error.unwrap() - std_error).abs() < 5.1e-5, "{time}");
    }
    assert_eq!(incidence.at_risk(10.0), 15);
}

/// R 4.2.2, etm 1.1.1 on times 1 to 6 with status 1 0 1 1 0 1; tolerance 1e-9.
#[test]
fn complementary_log_log_limits() {
    let incidence =
        Incidence::new(&numbered(&[(0.0, 1.0, 1), (0.0, 2.0, 0), (0.0, 3.0, 1), (0.0, 4.0, 1), (0.0, 5.0, 0), (0.0, 6.0, 1)])).unwrap();
    let result = incidence.at(4.0, 1, 0.95).unwrap();
    let interval = result.interval.unwrap();
    assert!((result.estimate - 0.583333333333333).abs() < 1e-9);
    assert!((result.std_error.unwrap() - 0.221787769759324).abs() < 1e-9);
    assert!((interval.lower - 0.23347778044942).abs() < 1e-9 && (interval.upper - 0.944008135147947).abs() < 1e-9);
    let end = incidence.at(6.0, 1, 0.95).unwrap();
    assert_eq!((end.estimate, end.interval), (1.0, Err(NotEstimable::ZeroWidth)));
}

#[test]
fn what_has_no_answer_says_why() {
    assert_eq!(Incidence::new(&[]), Err(NotEstimable::NoAnswers));
    assert_eq!(Incidence::new(&[subject(3.0, 3.0, 1)]), Err(NotEstimable::NobodyAtRisk));
    assert!(Incidence::new(&[subject(3.0, 2.0, 1)]).is_err());
    let censored = Incidence::new(&[subject(0.0, 3.0, 0), subject(0.0, 5.0, 0), subject(1.0, 1.0, 1)]).unwrap();
    assert_eq!((censored.n(), censored.never_at_risk()), (2, 1));
    let none = censored.at(4.0, 1, 0.95).unwrap();
    assert_eq!((none.estimate, none.interval), (0.0, Err(NotEstimable::NoEvents)));
    assert_eq!(censored.at(5.5, 1, 0.95), Err(NotEstimable::NobodyAtRisk));
    let lapsed = Incidence::new(&[subject(0.0, 2.0, 1), subject(0.0, 3.0, 0), subject(4.0, 6.0, 1)]).unwrap();
    assert_eq!(lapsed.at(5.0, 1, 0.95), Err(NotEstimable::NobodyAtRisk));
    let exhausted = Incidence::new(&[subject(0.0, 2.0, 1), subject(2.0, 6.0, 1)]).unwrap();
    assert_eq!(exhausted.at(3.0, 1, 0.95), Err(NotEstimable::Unidentified));
}

#[test]
fn censored_at_an_event_time_is_at_risk_but_entering_then_is_not() {
    let incidence = Incidence::new(&[subject(0.0, 2.0, 1), subject(0.0, 2.0, 0), subject(2.0, 4.0, 0)]).unwrap();
    assert_eq!(incidence.at(2.0, 1, 0.95).unwrap().estimate, 0.5);
    assert_eq!(incidence.at_risk(2.0), 2);
}

/// A thousand copies of everyone and one more of one subject: the estimate moves by a thousandth of the subject's influence.
#[test]
fn influence_is_the_derivative_by_a_subjects_weight() {
    let rows = numbered(&[(0.0, 2.0, 1), (0.0, 4.0, 2), (1.0, 3.0, 1), (2.5, 5.0, 0), (0.0, 3.0, 2), (1.5, 6.0, 1), (0.5, 6.0, 0)]);
    let copies = 1000;
    let many: Vec<Subject> = rows.iter().flat_map(|s| vec![*s; copies]).collect();
    let estimate = |subjects: &[Subject]| Incidence::new(subjects).unwrap().at(4.0, 1, 0.95).unwrap().estimate;
    for influence in Incidence::new(&rows).unwrap().linearized(4.0, 1).unwrap().influence {
        let one_more = [many.clone(), vec![rows[influence.cluster_a as usize]]].concat();
        let moved = (estimate(&one_more) - estimate(&many)) * copies as f64;
        assert!((moved - influence.value).abs() < 1e-3, "{influence:?} moved by {moved}");
    }
}

/// The two groups share no cluster and every subject is its own, so variances add, each with n / (n - 1).
#[test]
fn groups_are_compared_through_their_influences() {
    let a = Incidence::new(&numbered(&[(0.0, 1.0, 1), (0.0, 2.0, 2), (0.0, 3.0, 0), (0.0, 4.0, 1)])).unwrap();
    let b: Vec<Subject> = numbered(&[(0.0, 1.5, 2), (0.0, 2.5, 1), (0.5, 3.0, 1), (0.0, 4.0, 0), (1.0, 5.0, 0)]);
    let b =
        Incidence::new(&b.iter().map(|s| Subject { cluster_a: s.cluster_a + 10, cluster_b: s.cluster_b + 10, ..*s }).collect::<Vec<_>>())
            .unwrap();
    let result = difference(&a.linearized(3.0, 1).unwrap(), &b.linearized(3.0, 1).unwrap()).unwrap();
    let variance = |i: &Incidence| i.at(3.0, 1, 0.95).unwrap().std_error.unwrap().powi(2);
    assert!((result.std_error.powi(2) - variance(&a) * 4.0 / 3.0 - variance(&b) * 5.0 / 4.0).abs() < 1e-12);
}

proptest! {
    #[test]
    fn curve_and_influences_agree(rows in proptest::collection::vec((0_u8..4, 1_u8..9, 0_u32..3), 3..40), delayed in 0_u8..2) {
        let rows: Vec<_> =
            rows.iter().map(|&(entry, length, status)| (f64::from(entry * delayed), f64::from(entry * delayed + length), status)).collect();
        let subjects = numbered(&rows);
        let reversed: Vec<Subject> = subjects.iter().rev().copied().collect();
        let incidence = Incidence::new(&subjects).unwrap();
        prop_assert_eq!(&incidence, &Incidence::new(&reversed).unwrap());
        let (first, second) = (incidence.curve(1), incidence.curve(2));
        for (one, two) in first.iter().zip(&second) {
            prop_assert!((one.incidence + two.incidence + one.event_free - 1.0).abs() < 1e-12);
            let Ok(result) = incidence.at(one.time, 1, 0.95) else { continue };
            prop_assert!((result.estimate - one.incidence).abs() < 1e-12);
            if let Ok(interval) = &result.interval {
                prop_assert!(0.0 <= interval.lower && interval.lower <= result.estimate && result.estimate <= interval.upper && interval.upper <= 1.0);
            }
            let linearized = incidence.linearized(one.time, 1).unwrap();
            prop_assert!((linearized.estimate - one.incidence).abs() < 1e-12);
            prop_assert!(sum(linearized.influence.iter().map(|i| i.value)).abs() < 1e-12);
            if rows.iter().all(|row| row.0 == 0.0) {
                let jackknife = sum(linearized.influence.iter().map(|i| i.value * i.value)).sqrt();
                prop_assert!((jackknife - one.std_error).abs() < 1e-7);
            }
        }
    }
}
