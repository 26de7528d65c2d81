//! What the ladder shows of rates, intervals of shares and thirds.

use super::brute_force::row;
use super::decimal::Decimal;
use super::figure::{Figure, People, Third};
use super::ladder::figure;
use crate::analyze::{Contrast, ResultRow, Value};
use crate::program::plan::Privacy;

fn shown(row: &ResultRow) -> Figure {
    figure(row, &Privacy { minimum_people: 5, minimum_rated: 3, important: Vec::new(), key_file: "key".into() }, None)
}

/// The rate of a group of people of whom some have an event.
fn rate(value: f64, people: u64, events: u64) -> ResultRow {
    ResultRow { grouping: 1, ..row("failure_rate", Value::level(value), people, events) }
}

#[test]
fn a_rate_tells_no_more_than_a_count() {
    assert_eq!(shown(&rate(1.43, 60, 9)), Figure::AtMost(Decimal::new(2, 0), People::About(60)));
    let Figure::Point { estimate, .. } = shown(&rate(1.43, 60, 10)) else { panic!("ten events are a number") };
    assert_eq!(estimate, Decimal::new(15, 1), "in steps of three events");
    let Figure::Point { estimate, .. } = shown(&rate(1.43, 300, 40)) else { panic!("forty events are a number") };
    assert_eq!(estimate, Decimal::new(14, 1));
    let whole = |events| shown(&ResultRow { grouping: 0, ..rate(0.84, 320, events) });
    assert!(matches!(whole(5), Figure::Point { estimate, .. } if estimate == Decimal::new(8, 1)));
    assert_eq!(whole(4), Figure::AtMost(Decimal::new(1, 0), People::About(320)));
}

#[test]
fn a_difference_of_rates_does_not_undo_a_range() {
    let gap = |events| shown(&ResultRow { contrast: Contrast::Gap, ..rate(0.3, 60, events) });
    assert!(gap(9).is_hidden());
    assert_eq!(gap(10).estimate(), Some(Decimal::new(5, 1)));
}

#[test]
fn the_interval_of_a_share_is_that_of_all_shares_that_round_to_it() {
    let wilson = |share: f64, n: f64, side: f64| {
        let k = 1.96f64.powi(2) / n;
        (share + k / 2.0 + side * (k * share * (1.0 - share) + k * k / 4.0).sqrt()) / (1.0 + k)
    };
    let of = |count: u64, people: u64| {
        let (share, n) = (count as f64 / people as f64, people as f64 / 1.3);
        let interval = (wilson(share, n, -1.0), wilson(share, n, 1.0));
        let value = Value { interval: Some(interval), ..Value::level(share) };
        (shown(&row("mentor_satisfied", value, people, count.min(people - count))), interval)
    };
    for people in 10..120 {
        for count in 3..=people - 3 {
            let (figure, interval) = of(count, people);
            let (Some(estimate), Some((lower, upper))) = (figure.estimate(), figure.interval()) else { panic!("{count} of {people}") };
            assert!(lower.value() <= interval.0 && interval.1 <= upper.value(), "{count} of {people}");
            // Whoever rounds to the same share has the same ends.
            for other in 3..=people - 3 {
                let (same, _) = of(other, people);
                assert!(same.estimate() != Some(estimate) || same == figure, "{count} and {other} of {people}");
            }
        }
    }
}

#[test]
fn an_exact_third_is_in_the_middle() {
    for (count, people) in [(3, 9), (6, 9)] {
        for share in [
            f64::from(count) / f64::from(people),
            f64::from(count) / f64::from(people) + 1e-16,
            f64::from(count) / f64::from(people) - 1e-16,
        ] {
            assert_eq!(shown(&row("mentor_satisfied", Value::level(share), 9, 3)), Figure::Third(Third::Middle));
        }
    }
}
