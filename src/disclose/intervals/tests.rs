//! What is called open against all sets of answers, one by one.

use proptest::prelude::*;

use super::protection::{Cell, Protection};
use super::search::{Search, Sum, Unknown};

/// Every set of answers that agrees with all sums.
fn all(unknowns: &[Unknown], sums: &[Sum]) -> Vec<Vec<i32>> {
    let mut points = vec![Vec::new()];
    for unknown in unknowns {
        points = points.iter().flat_map(|point| (0..=unknown.upper).map(|value| [&point[..], &[value]].concat())).collect();
    }
    let agrees = |point: &Vec<i32>| {
        sums.iter().all(|sum| {
            let at: f64 = sum.terms.iter().map(|&(unknown, weight)| weight * f64::from(point[unknown as usize])).sum();
            (sum.lower - 1e-6..=sum.upper + 1e-6).contains(&at)
        })
    };
    points.retain(agrees);
    points
}

/// How far apart a cell's sums are among points.
fn width<'a>(cell: &Cell, points: impl Iterator<Item = &'a Vec<i32>>) -> i32 {
    let sums: Vec<i32> = points.map(|point| cell.members.iter().map(|&unknown| point[unknown as usize]).sum()).collect();
    match (sums.iter().min(), sums.iter().max()) {
        (Some(least), Some(most)) => most - least,
        _ => -1,
    }
}

fn sum(members: &[u32], lower: f64, upper: f64) -> Sum {
    Sum { terms: members.iter().map(|&member| (member, 1.0)).collect(), lower, upper }
}

fn people(each: &[i32]) -> Vec<Unknown> {
    each.iter().map(|&people| Unknown { upper: people, people }).collect()
}

#[test]
fn a_total_of_few_and_a_part_that_has_them_all_leave_nothing_open() {
    // Of 14 people 3, of 10 among them 3: of the other four nobody.
    let sums = vec![sum(&[0, 1], 3.0, 3.0), sum(&[0], 3.0, 3.0)];
    let cell = Cell { members: vec![1], width: 2 };
    let mut protection = Protection::new(Search::new(people(&[10, 4]), sums), 0.2, |_| false);
    assert!(!protection.is_open(&cell));
    // The part gives way: at most half of its ten.
    protection.search().set_bounds(1, (0.0, 5.0));
    assert!(protection.is_open(&cell));
    assert!(!protection.narrow(1, (3.0, 3.0), [&cell].into_iter()), "what is needed does not come back");
    assert_eq!(protection.search().bounds(1), (0.0, 5.0));
    assert!(protection.narrow(1, (1.0, 5.0), [&cell].into_iter()), "what is not needed does");
}

#[test]
fn who_stands_in_the_way_is_named() {
    let sums = vec![sum(&[0, 1, 2], 0.0, 20.0), sum(&[1, 2], 0.0, 0.0)];
    let mut protection = Protection::new(Search::new(people(&[10, 4, 3]), sums), 0.0, |_| false);
    assert!(!protection.is_open(&Cell { members: vec![2], width: 2 }));
    let blame = protection.search().blame();
    assert!(blame[1] > 0 && blame[0] == 0, "{blame:?}");
}

proptest! {
    #[test]
    fn what_is_called_open_is_open_to_everybody_and_to_each_of_the_people(
        each in prop::collection::vec((1i32..4, 1i32..3), 3..6),
        truth in prop::collection::vec(0u32..100, 6),
        rows in prop::collection::vec((1u32..63, 0i32..2, 0i32..2), 1..5),
        cell in 1u32..63,
        wanted in 1i32..4,
    ) {
        let unknowns: Vec<Unknown> = each.iter().map(|&(people, answers)| Unknown { upper: people * answers, people }).collect();
        let count = unknowns.len() as u32;
        let of = |mask: u32| (0..count).filter(|unknown| mask >> unknown & 1 == 1).collect::<Vec<u32>>();
        let truth: Vec<i32> = unknowns.iter().zip(&truth).map(|(unknown, &part)| part as i32 % (unknown.upper + 1)).collect();
        let sums: Vec<Sum> = rows
            .iter()
            .map(|&(mask, below, above)| (of(mask), below, above))
            .filter(|(members, ..)| !members.is_empty())
            .map(|(members, below, above)| {
                let at: i32 = members.iter().map(|&unknown| truth[unknown as usize]).sum();
                sum(&members, f64::from(at - below), f64::from(at + above))
            })
            .collect();
        let members = of(cell);
        prop_assume!(!members.is_empty());
        let range: i32 = members.iter().map(|&unknown| unknowns[unknown as usize].upper).sum();
        let cell = Cell { members, width: wanted.min(range) };
        let mut protection = Protection::new(Search::new(unknowns.clone(), sums.clone()), 0.5, |_| false);
        if protection.is_open(&cell) {
            let points = all(&unknowns, &sums);
            prop_assert!(width(&cell, points.iter()) >= cell.width);
            for (unknown, whole) in unknowns.iter().enumerate() {
                let own = whole.own();
                let left = range - if cell.members.contains(&(unknown as u32)) { own } else { 0 };
                if left > 0 {
                    let needed = cell.width.min(own).min(left).max(1);
                    // Somebody knows an answer that the true answers have.
                    for (lower, upper) in if whole.people == 1 { [(0, 0), (own, own)] } else { [(0, whole.upper - own), (own, whole.upper)] } {
                        let known = points.iter().filter(|point| (lower..=upper).contains(&point[unknown]));
                        let open = width(&cell, known);
                        prop_assert!(open == -1 || open >= needed || !cell.members.contains(&(unknown as u32)), "{unknown} {open} {needed}");
                    }
                }
            }
        }
    }
}
