use super::*;
use crate::stats::linear::Matrix;
use proptest::prelude::*;

fn spell(exit: f64, event: bool) -> Spell {
    Spell { entry: None, exit, event }
}

fn late(entry: f64, exit: f64, event: bool) -> Spell {
    Spell { entry: Some(entry), exit, event }
}

fn close(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
}

/// Spells of whole times, some of them entered late, from small numbers.
fn spells_of(rows: &[(u8, u8, bool)], delayed: bool) -> Vec<Spell> {
    let of = |&(entry, length, event): &(u8, u8, bool)| {
        let entry = if delayed { f64::from(entry) } else { 0.0 };
        Spell { entry: delayed.then_some(entry), exit: entry + f64::from(length), event }
    };
    rows.iter().map(of).collect()
}

/// Freireich et al., Blood 1963;21:699-716: standard errors as in Klein & Moeschberger, Survival Analysis, 2nd ed., table 4.1A;
/// log-log limits by the formula of Scale::LogLog, worked by hand for S(6) = 6/7.
#[test]
fn remission_under_6mp() {
    let events = [6.0, 6.0, 6.0, 7.0, 10.0, 13.0, 16.0, 22.0, 23.0].map(|t| spell(t, true));
    let censored = [6.0, 9.0, 10.0, 11.0, 17.0, 19.0, 20.0, 25.0, 32.0, 32.0, 34.0, 35.0].map(|t| spell(t, false));
    let curve = KaplanMeier::new(&[events.to_vec(), censored.to_vec()].concat()).unwrap();
    for (time, survival, std_error, at_risk) in [(6.0, 0.857, 0.0764, 21), (10.0, 0.753, 0.0963, 15), (23.0, 0.448, 0.1346, 6)] {
        let step = curve.step_at(time).unwrap();
        close(step.survival, survival, 5.1e-4);
        close(step.std_error().unwrap(), std_error, 5.1e-5);
        assert_eq!(step.at_risk, at_risk);
    }
    let first = curve.step_at(6.0).unwrap().interval(Scale::LogLog, 0.95).unwrap();
    let shift = (1.959963984540054 * (3.0_f64 / (21.0 * 18.0)).sqrt() / (6.0_f64 / 7.0).ln()).exp();
    close(first.upper, (6.0_f64 / 7.0).powf(shift), 1e-12);
    close(first.lower, (6.0_f64 / 7.0).powf(1.0 / shift), 1e-12);
    let median = curve.median(Scale::LogLog, 0.95).unwrap();
    assert_eq!((median.averaged, median.smallest, median.limits.lower), (Ok(23.0), Ok(23.0), Ok(13.0)));
    assert_eq!(median.limits.upper, Err(NotEstimable::NotReached));
    assert_eq!((curve.n, curve.events), (21, 9));
}

#[test]
fn medians_in_both_conventions() {
    let curve = |last: bool| KaplanMeier::new(&[spell(1.0, true), spell(2.0, true), spell(3.0, last), spell(4.0, last)]).unwrap();
    let flat_to_next = curve(true).median(Scale::Log, 0.95).unwrap();
    assert_eq!((flat_to_next.averaged, flat_to_next.smallest), (Ok(2.5), Ok(2.0)));
    let flat_to_end = curve(false).median(Scale::Log, 0.95).unwrap();
    assert_eq!((flat_to_end.averaged, flat_to_end.smallest), (Ok(3.0), Ok(2.0)));
    assert_eq!(curve(false).quantile(0.25, Scale::Log, 0.95).unwrap().averaged, Err(NotEstimable::NotReached));
    assert!(curve(false).quantile(1.0, Scale::Log, 0.95).is_err() && curve(false).median(Scale::Log, 1.0).is_err());
}

#[test]
fn what_has_no_answer_says_why() {
    assert_eq!(KaplanMeier::new(&[]), Err(NotEstimable::NoAnswers));
    assert_eq!(KaplanMeier::new(&[late(3.0, 3.0, true)]), Err(NotEstimable::NobodyAtRisk));
    assert!(KaplanMeier::new(&[late(3.0, 2.0, true)]).is_err());
    assert!(KaplanMeier::new(&[spell(-1.0, true)]).is_err() && KaplanMeier::new(&[spell(f64::NAN, true)]).is_err());
    let censored = KaplanMeier::new(&[spell(3.0, false), spell(5.0, false), late(1.0, 1.0, true)]).unwrap();
    assert_eq!((censored.n, censored.never_at_risk, censored.events), (2, 1, 0));
    let step = censored.step_at(4.0).unwrap();
    assert_eq!((step.survival, step.std_error()), (1.0, Ok(0.0)));
    assert_eq!(step.interval(Scale::LogLog, 0.95), Err(NotEstimable::NoEvents));
    assert_eq!(step.interval(Scale::Log, 0.95).unwrap().lower, 1.0);
    assert_eq!(censored.median(Scale::LogLog, 0.95).unwrap().averaged, Err(NotEstimable::NotReached));
    assert_eq!((censored.survival(5.0), censored.survival(5.5)), (Ok(1.0), Err(NotEstimable::NobodyAtRisk)));
    let all = KaplanMeier::new(&[spell(4.0, true)]).unwrap();
    let step = all.step_at(4.0).unwrap();
    assert_eq!((step.survival, step.std_error()), (0.0, Err(NotEstimable::NoVariation)));
    assert_eq!(step.interval(Scale::Plain, 0.95), Err(NotEstimable::ZeroWidth));
    assert_eq!(all.survival(9.0), Ok(0.0));
}

#[test]
fn delayed_entry_counts_from_after_the_entry() {
    let curve = KaplanMeier::new(&[late(0.0, 2.0, true), late(0.0, 2.0, false), late(2.0, 4.0, false), late(1.0, 5.0, true)]).unwrap();
    assert_eq!(curve.steps.iter().map(|step| step.at_risk).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(curve.step_at(2.0).unwrap().survival, 2.0 / 3.0);
    let early = KaplanMeier::new(&[late(0.0, 1.0, true), late(2.0, 4.0, true), late(2.0, 6.0, false)]).unwrap();
    assert!(early.zero_before_entries() && early.survival(5.0) == Err(NotEstimable::Unidentified));
    let lapsed = KaplanMeier::new(&[spell(1.0, true), spell(2.0, false), late(3.0, 4.0, true)]).unwrap();
    assert_eq!((lapsed.lapse, lapsed.survival(2.0), lapsed.survival(3.5)), (Some(2.0), Ok(0.5), Err(NotEstimable::NobodyAtRisk)));
    assert_eq!(restricted_mean(&lapsed, 3.5, 0.95), Err(NotEstimable::NobodyAtRisk));
}

#[test]
fn an_event_at_time_0_counts_without_delayed_entry() {
    let curve = KaplanMeier::new(&[spell(0.0, true), spell(1.0, false)]).unwrap();
    assert_eq!((curve.survival(0.0), curve.n), (Ok(0.5), 2));
    close(restricted_mean(&curve, 1.0, 0.95).unwrap().estimate, 0.5, 1e-15);
}

#[test]
fn times_apart_by_rounding_are_tied() {
    let curve = KaplanMeier::new(&[spell(0.1 + 0.2, true), spell(0.3, true), spell(1.0, false)]).unwrap();
    assert_eq!((curve.steps.len(), curve.steps[0].events), (2, 2));
    assert_eq!(Clock::new([1.0, 1.0 + 1e-9]).tick(1.0 + 1e-9), 1.0 + 1e-9);
}

#[test]
fn restricted_means_at_the_edges() {
    let censored = KaplanMeier::new(&[spell(3.0, false), spell(5.0, false)]).unwrap();
    let mean = restricted_mean(&censored, 4.0, 0.95).unwrap();
    assert_eq!((mean.estimate, mean.std_error, mean.interval), (4.0, Some(0.0), Err(NotEstimable::ZeroWidth)));
    assert_eq!(restricted_mean(&censored, 6.0, 0.95), Err(NotEstimable::NobodyAtRisk));
    assert!(restricted_mean(&censored, 0.0, 0.95).is_err());
    let before_any = restricted_mean(&KaplanMeier::new(&[spell(3.0, true)]).unwrap(), 2.0, 0.95).unwrap();
    assert_eq!((before_any.estimate, before_any.std_error), (2.0, Some(0.0)));
    let same = restricted_mean(&censored, 4.0, 0.95).unwrap();
    assert_eq!(restricted_mean_difference(&same, &same, 0.95).unwrap().p_value, Err(NotEstimable::NoVariation));
    assert_eq!((common_horizon([&censored]), common_horizon([])), (Some(5.0), None));
}

fn member(group: u32, stratum: u32, exit: f64, event: bool) -> Member {
    Member { spell: spell(exit, event), group, stratum }
}

#[test]
fn log_rank_at_the_edges() {
    let tested = |members: &[Member]| log_rank(members, 0.0).unwrap().test;
    assert_eq!(log_rank(&[], 0.0).unwrap_err(), NotEstimable::NoAnswers);
    assert_eq!(tested(&[member(0, 0, 1.0, false), member(1, 0, 2.0, false)]), Err(NotEstimable::NoEvents));
    assert_eq!(tested(&[member(4, 0, 1.0, true), member(4, 0, 2.0, true)]), Err(NotEstimable::TooFewClusters { needed: 2, found: 1 }));
    // The groups stand in different strata, or all at risk have the event at once.
    assert_eq!(tested(&[member(0, 0, 1.0, true), member(0, 0, 2.0, true), member(1, 1, 1.0, true)]), Err(NotEstimable::NoOverlap));
    assert_eq!(tested(&[member(0, 0, 1.0, true), member(1, 0, 1.0, true)]), Err(NotEstimable::NoOverlap));
    // Group 2 is gone before the first event: it drops. Group 1 has no event and stays.
    let rows = [(0, 2.0, true), (0, 3.0, true), (1, 4.0, false), (1, 5.0, false), (2, 1.0, false)];
    let result = log_rank(&rows.map(|(group, exit, event)| member(group, 0, exit, event)), 0.0).unwrap();
    assert_eq!((result.groups[2].expected, result.test.unwrap().degrees_of_freedom), (0.0, 1));
    assert_eq!(result.groups.iter().map(|tally| tally.n).collect::<Vec<_>>(), [2, 2, 1]);
}

#[test]
fn dependent_components_add_nothing() {
    let covariance = Matrix { rows: 3, columns: 3, values: vec![2.0, 2.0, 0.0, 2.0, 2.0, 0.0, 0.0, 0.0, 4.0] };
    let test = chi_square_of(&[1.0, 1.0, 2.0], &covariance).unwrap();
    assert_eq!((test.chi_square, test.degrees_of_freedom), (1.5, 2));
    assert_eq!(chi_square_of(&[0.0; 2], &Matrix::zeros(2, 2)), Err(NotEstimable::NoVariation));
}

/// The log-rank statistic from its definition: every pair of groups at every event time, and a matrix inverse.
fn naive_log_rank(members: &[Member], rho: f64, groups: u32) -> Option<f64> {
    let size = groups as usize;
    let (mut u, mut v) = (vec![0.0; size], vec![vec![0.0; size]; size]);
    for stratum in 0..3 {
        let inside: Vec<&Member> = members.iter().filter(|m| m.stratum == stratum).collect();
        let mut times: Vec<f64> = inside.iter().filter(|m| m.spell.event).map(|m| m.spell.exit).collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        let mut survival: f64 = 1.0;
        for t in times {
            let risk = |m: &&&Member| m.spell.exit >= t && m.spell.entry.is_none_or(|entry| entry < t);
            let y = inside.iter().filter(risk).count() as f64;
            let d = inside.iter().filter(|m| m.spell.event && m.spell.exit == t).count() as f64;
            let share = |g: usize| inside.iter().filter(risk).filter(|m| m.group as usize == g).count() as f64 / y;
            let weight = survival.powf(rho);
            for g in 0..size {
                let own = inside.iter().filter(|m| m.spell.event && m.spell.exit == t && m.group as usize == g).count() as f64;
                u[g] += weight * (own - d * share(g));
                for h in (0..size).filter(|_| y > 1.0) {
                    let same = if g == h { 1.0 } else { 0.0 };
                    v[g][h] += weight * weight * d * (y - d) / (y - 1.0) * share(g) * (same - share(h));
                }
            }
            survival *= 1.0 - d / y;
        }
    }
    let mut reduced = Matrix::zeros(size - 1, size - 1);
    for (g, row) in v.iter().enumerate().skip(1) {
        for (h, &cell) in row.iter().enumerate().skip(1) {
            reduced.set(g - 1, h - 1, cell);
        }
    }
    let solved = reduced.solve_spd(&u[1..]).ok()?;
    Some(solved.iter().zip(&u[1..]).map(|(a, b)| a * b).sum())
}

proptest! {
    #[test]
    fn curve_equals_its_definition(rows in proptest::collection::vec((0_u8..4, 1_u8..9, any::<bool>()), 2..40), delayed: bool) {
        let spells = spells_of(&rows, delayed);
        let curve = KaplanMeier::new(&spells).unwrap();
        let reversed: Vec<Spell> = spells.iter().rev().copied().collect();
        prop_assert_eq!(&curve, &KaplanMeier::new(&reversed).unwrap());
        for step in &curve.steps {
            // Product and Greenwood's sum over all events of spells up to the time, each counted by its definition.
            let (mut survival, mut greenwood) = (1.0, 0.0);
            let mut times: Vec<f64> = spells.iter().filter(|s| s.event && s.exit <= step.time).map(|s| s.exit).collect();
            times.sort_by(f64::total_cmp);
            times.dedup();
            for t in times {
                let y = spells.iter().filter(|s| s.exit >= t && s.entry.is_none_or(|entry| entry < t)).count() as f64;
                let d = spells.iter().filter(|s| s.event && s.exit == t).count() as f64;
                survival *= 1.0 - d / y;
                greenwood += d / (y * (y - d));
            }
            prop_assert!((step.survival - survival).abs() < 1e-12);
            if let Ok(std_error) = step.std_error() {
                prop_assert!((std_error - survival * greenwood.sqrt()).abs() < 1e-12);
            }
            for scale in [Scale::LogLog, Scale::Log, Scale::Plain] {
                let Ok(interval) = step.interval(scale, 0.95) else { continue };
                prop_assert!(0.0 <= interval.lower && interval.lower <= step.survival + 1e-15);
                prop_assert!(step.survival <= interval.upper + 1e-15 && interval.upper <= 1.0);
                let wider = step.interval(scale, 0.99).unwrap();
                prop_assert!(wider.lower <= interval.lower && interval.upper <= wider.upper);
            }
        }
    }

    /// Area by a fine Riemann sum; variance as the sum over pairs of subintervals of the covariance of the curve,
    /// `Cov(S(u), S(v)) = S(u) S(v) greenwood(min(u, v))`.
    #[test]
    fn restricted_mean_equals_its_integral(rows in proptest::collection::vec((0_u8..4, 1_u8..9, any::<bool>()), 4..30)) {
        let curve = KaplanMeier::new(&spells_of(&rows, false)).unwrap();
        let tau = 4.0;
        let Ok(mean) = restricted_mean(&curve, tau, 0.95) else { return Ok(()) };
        let cells = 80;
        let width = tau / f64::from(cells);
        let middle = |cell: i32| (f64::from(cell) + 0.5) * width;
        let survival = |time: f64| curve.step_at(time).map_or(1.0, |step| step.survival);
        let greenwood = |time: f64| curve.step_at(time).map_or(Some(0.0), |step| step.log_variance).unwrap_or(0.0);
        let area: f64 = (0..cells).map(|cell| survival(middle(cell)) * width).sum();
        prop_assert!((mean.estimate - area).abs() < 1e-10);
        let mut variance = 0.0;
        for u in 0..cells {
            for v in 0..cells {
                variance += survival(middle(u)) * survival(middle(v)) * greenwood(middle(u.min(v))) * width * width;
            }
        }
        prop_assert!((mean.std_error.unwrap() - variance.sqrt()).abs() < 1e-10);
    }

    #[test]
    fn log_rank_equals_its_definition(rows in proptest::collection::vec(((0_u8..4, 1_u8..9, any::<bool>()), 0_u32..3, 0_u32..3), 12..50), delayed: bool, rho in 0_u8..3) {
        let rho = f64::from(rho) / 2.0;
        let spells = spells_of(&rows.iter().map(|row| row.0).collect::<Vec<_>>(), delayed);
        let members: Vec<Member> = spells.iter().zip(&rows).map(|(&spell, row)| Member { spell, group: row.1, stratum: row.2 }).collect();
        let result = log_rank(&members, rho).unwrap();
        let total = |read: fn(&GroupTally) -> f64| result.groups.iter().map(read).sum::<f64>();
        prop_assert!((total(|tally| tally.observed) - total(|tally| tally.expected)).abs() < 1e-10);
        if let (Ok(test), Some(naive)) = (&result.test, naive_log_rank(&members, rho, 3)) {
            prop_assert!((test.chi_square - naive).abs() < 1e-7 * (1.0 + naive));
        }
        let mut relabeled: Vec<Member> = members.iter().map(|m| Member { group: 7 - m.group, stratum: m.stratum + 5, ..*m }).collect();
        relabeled.reverse();
        let other = log_rank(&relabeled, rho).unwrap();
        if let (Ok(a), Ok(b)) = (&result.test, &other.test) {
            prop_assert!(a.degrees_of_freedom == b.degrees_of_freedom && (a.chi_square - b.chi_square).abs() < 1e-8 * (1.0 + a.chi_square));
        } else {
            prop_assert_eq!(result.test, other.test);
        }
    }

    #[test]
    fn terms_added_and_taken_away_leave_nothing(values in proptest::collection::vec(-1e6_f64..1e6, 1..50)) {
        let mut running = Running::default();
        running.add(1e-6);
        values.iter().for_each(|&value| running.add(value));
        values.iter().for_each(|&value| running.add(-value));
        prop_assert!((running.value() - 1e-6).abs() < 1e-18);
    }
}
