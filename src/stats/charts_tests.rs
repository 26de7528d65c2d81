use super::*;
use proptest::prelude::*;

fn share(count: u64, denominator: u64) -> Share {
    Share { count, denominator }
}

/// NIST/SEMATECH e-Handbook 6.3.3.2, defective chips on 30 wafers of 50: center .2313, limits .0524 and .4103; wafers 15 and 23
/// are out. The formula gives .41024, so the printed upper limit holds to 1e-4 only, the others to 5e-5.
#[test]
fn nist_wafers() {
    let defects = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6];
    let chart = p_chart(&defects.map(|count| share(count, 50)), None).unwrap();
    let first = chart.points[0].unwrap();
    assert!((chart.center - 0.2313).abs() < 5e-5 && (first.lower - 0.0524).abs() < 5e-5 && (first.upper - 0.4103).abs() < 1e-4);
    assert!((first.upper - (347.0 / 1500.0 + 3.0 * (347.0 * 1153.0 / 50.0_f64).sqrt() / 1500.0)).abs() < 1e-12);
    let out: Vec<usize> = (1..=30).filter(|wafer| chart.signals.beyond_limits[wafer - 1] == Some(true)).collect();
    assert_eq!(out, [15, 23]);
}

#[test]
fn periods_without_answers_are_gaps() {
    let chart = p_chart(&[share(1, 10), share(0, 0), share(3, 10)], None).unwrap();
    assert_eq!((chart.points[1], chart.signals.beyond_limits[1], chart.center, chart.baseline_periods), (None, None, 0.2, 2));
    assert_eq!(p_chart(&[share(0, 0)], None), Err(NotEstimable::NoAnswers));
    assert_eq!(p_chart(&[share(0, 0), share(1, 2)], Some(1)), Err(NotEstimable::NoAnswers));
    assert!(p_chart(&[share(3, 2)], None).is_err());
    // A run of eight is broken by a gap after four.
    let periods: Vec<Share> =
        [9, 9, 9, 9, 0, 9, 9, 9, 9].iter().map(|&x| share(x, if x == 0 { 0 } else { 10 })).chain([share(0, 80)]).collect();
    assert!(p_chart(&periods, None).unwrap().signals.eight_on_one_side.iter().flatten().all(|signal| !signal));
}

#[test]
fn baseline_is_frozen() {
    let quiet = vec![share(5, 50); 12];
    let later: Vec<Share> = quiet.iter().copied().chain([share(30, 50), share(0, 50)]).collect();
    let chart = p_chart(&later, Some(12)).unwrap();
    assert_eq!((chart.center, chart.points[13].unwrap().upper), (0.1, p_chart(&quiet, None).unwrap().points[0].unwrap().upper));
    assert_eq!(chart.signals.beyond_limits[12..], [Some(true), Some(false)]);
    // A baseline without any event has limits of 0, which every later event exceeds.
    let none = p_chart(&[share(0, 9), share(0, 9), share(1, 9)], Some(2)).unwrap();
    assert_eq!(none.signals.beyond_limits, [Some(false), Some(false), Some(true)]);
    let values = [3.0, 5.0, 4.0, 40.0].map(Some);
    let frozen = individuals_chart(&values, Some(3)).unwrap();
    assert_eq!((frozen.center, frozen.limits.clone().unwrap().mean_moving_range), (4.0, 1.5));
    assert_eq!(frozen.signals.beyond_limits, [Some(false), Some(false), Some(false), Some(true)]);
}

#[test]
fn individuals_edge_cases() {
    assert_eq!(individuals_chart(&[], None), Err(NotEstimable::NoAnswers));
    assert_eq!(individuals_chart(&[None, None], None), Err(NotEstimable::NoAnswers));
    assert_eq!(individuals_chart(&[Some(f64::NAN)], None), Err(NotEstimable::NotFinite));
    let one = individuals_chart(&[Some(4.0)], None).unwrap();
    assert_eq!((one.center, one.limits.is_err(), one.points), (4.0, true, vec![None]));
    let constant = individuals_chart(&[Some(0.1); 5], None).unwrap();
    let limits = constant.limits.unwrap();
    assert_eq!((constant.center, limits.sigma, limits.lower, limits.upper), (0.1, 0.0, 0.1, 0.1));
    assert!(constant.signals.beyond_limits.iter().all(|signal| *signal == Some(false)));
    // Over a gap there is no moving range: of 1, 2, gap, 9, 9 only those of 1 and 0 count.
    let gap = individuals_chart(&[Some(1.0), Some(2.0), None, Some(9.0), Some(9.0)], None).unwrap();
    assert_eq!(gap.moving_ranges, [None, Some(1.0), None, None, Some(0.0)]);
    assert_eq!((gap.limits.unwrap().mean_moving_range, gap.points[2]), (0.5, None));
}

/// Each rule on points made for it: center 0, sigma 1.
#[test]
fn rules() {
    let of = |values: &[f64]| {
        let points: Vec<_> = values.iter().map(|&value| Some(Point { value, lower: -3.0, upper: 3.0, sigma: 1.0 })).collect();
        signals(&points, 0.0)
    };
    let last = |rule: Vec<Option<bool>>| rule.last().copied().flatten().unwrap();
    assert!(last(of(&[0.0, 3.1]).beyond_limits) && !last(of(&[0.0, 3.0]).beyond_limits));
    assert!(last(of(&[2.1, 0.0, 2.2]).two_of_three_beyond_2_sigma) && last(of(&[2.1, 2.2]).two_of_three_beyond_2_sigma));
    assert!(!last(of(&[2.1, 0.0, -2.2]).two_of_three_beyond_2_sigma) && !last(of(&[2.1, 2.2, 0.0]).two_of_three_beyond_2_sigma));
    assert!(last(of(&[1.1, 1.2, 0.0, 1.3, 1.4]).four_of_five_beyond_1_sigma));
    assert!(!last(of(&[1.1, 1.2, 0.0, 0.5, 1.4]).four_of_five_beyond_1_sigma));
    assert!(last(of(&[0.1; 8]).eight_on_one_side) && !last(of(&[0.1; 7]).eight_on_one_side));
    assert!(!last(of(&[0.1, 0.1, 0.1, 0.0, 0.1, 0.1, 0.1, 0.1]).eight_on_one_side));
    assert!(last(of(&[0.0, 0.1, 0.2, 0.3, 0.4, 0.5]).six_rising_or_falling));
    assert!(!last(of(&[0.0, 0.1, 0.2, 0.2, 0.4, 0.5]).six_rising_or_falling));
}

proptest! {
    #[test]
    fn limits_hold_the_center_and_follow_a_change_of_unit(values in proptest::collection::vec(-50_i32..50, 2..20)) {
        let of = |scale: f64| individuals_chart(&values.iter().map(|v| Some(f64::from(*v) * scale + 8.0)).collect::<Vec<_>>(), None).unwrap();
        let (one, four) = (of(1.0), of(4.0));
        let (limits, wide) = (one.limits.clone().unwrap(), four.limits.clone().unwrap());
        prop_assert!(limits.lower <= one.center && one.center <= limits.upper);
        prop_assert!((wide.sigma - 4.0 * limits.sigma).abs() < 1e-9 && (four.center - 4.0 * one.center + 24.0).abs() < 1e-9);
        prop_assert_eq!(one.signals.eight_on_one_side, four.signals.eight_on_one_side);
        let by_hand = values.windows(2).map(|w| f64::from((w[1] - w[0]).abs())).sum::<f64>() / (values.len() - 1) as f64;
        prop_assert!((limits.mean_moving_range - by_hand).abs() < 1e-12);
    }

    #[test]
    fn proportions_stay_inside_0_and_1(rows in proptest::collection::vec((0_u64..20, 0_u64..20), 1..12)) {
        let periods: Vec<Share> = rows.iter().map(|&(yes, no)| share(yes, yes + no)).collect();
        let Ok(chart) = p_chart(&periods, None) else { return Ok(()) };
        for point in chart.points.iter().flatten() {
            prop_assert!(0.0 <= point.lower && point.lower <= chart.center && chart.center <= point.upper && point.upper <= 1.0);
        }
        let swapped: Vec<Share> = periods.iter().map(|p| share(p.denominator - p.count, p.denominator)).collect();
        let swapped = p_chart(&swapped, None).unwrap();
        prop_assert!((swapped.center + chart.center - 1.0).abs() < 1e-12);
    }
}
