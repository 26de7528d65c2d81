//! On small tables every set of answers can be looked at: the auditor must come to the same.

use proptest::prelude::*;

use crate::audit::{Judgment, System, Target, Verdict, judge};

/// All feasible points.
fn feasible(system: &System) -> Vec<Vec<i64>> {
    let mut points = vec![Vec::new()];
    for unknown in &system.unknowns {
        points = points
            .into_iter()
            .flat_map(|point: Vec<i64>| (unknown.lower..=unknown.upper).map(move |value| [point.clone(), vec![value]].concat()))
            .collect();
    }
    points.retain(|point| system.is_feasible(point));
    points
}

/// Smallest and largest sum of a target; none where nothing is feasible.
fn interval<'a>(points: impl Iterator<Item = &'a Vec<i64>>, target: &Target) -> Option<(i64, i64)> {
    points
        .map(|point| target.at(point))
        .fold(None, |ends, sum| Some(ends.map_or((sum, sum), |(least, most): (i64, i64)| (least.min(sum), most.max(sum)))))
}

/// Whether every person whose own answers are known still leaves the target open.
fn is_safe_for_insiders(system: &System, points: &[Vec<i64>], truth: &[i64], target: &Target) -> bool {
    (0..system.unknowns.len()).all(|unknown| {
        let bounds = system.unknowns[unknown];
        let own = (bounds.upper - bounds.lower + bounds.people - 1) / bounds.people;
        let inside = target.unknowns.contains(&unknown);
        let Some(rest) = target.without(own, inside).filter(|_| own > 0) else { return true };
        let values = if bounds.people == 1 {
            vec![(truth[unknown], truth[unknown])]
        } else {
            vec![(bounds.lower, bounds.upper - own), (bounds.lower + own, bounds.upper)]
        };
        values.into_iter().filter(|(low, high)| (*low..=*high).contains(&truth[unknown])).all(|(low, high)| {
            interval(points.iter().filter(|point| (low..=high).contains(&point[unknown])), &rest)
                .is_none_or(|(least, most)| most - least >= rest.width)
        })
    })
}

/// A small table: unknowns with their truth, sums with the slack that rounding leaves, and cells to protect.
fn tables() -> impl Strategy<Value = (System, Vec<i64>, Vec<Target>)> {
    let unknown = (1i64..=3).prop_flat_map(|people| (Just(people), 0..=people));
    proptest::collection::vec(unknown, 2..=8).prop_flat_map(|unknowns| {
        let subset = || proptest::collection::vec(any::<bool>(), unknowns.len());
        let sums = proptest::collection::vec((subset(), 0i64..=1, 0i64..=1), 1..=6);
        let targets = proptest::collection::vec(subset(), 1..=4);
        (Just(unknowns.clone()), sums, targets).prop_map(|(unknowns, sums, targets)| {
            let mut system = System::default();
            unknowns.iter().for_each(|&(people, _)| {
                system.unknown(0, people, people);
            });
            let truth: Vec<i64> = unknowns.iter().map(|(_, value)| *value).collect();
            let members = |chosen: &[bool]| (0..chosen.len()).filter(|&place| chosen[place]).collect::<Vec<_>>();
            for (chosen, below, above) in sums {
                let terms: Vec<(usize, i64)> = members(&chosen).into_iter().map(|unknown| (unknown, 1)).collect();
                let sum: i64 = terms.iter().map(|(unknown, _)| truth[*unknown]).sum();
                system.publish(&terms, sum - below, sum + above);
            }
            let targets = targets
                .iter()
                .map(|chosen| members(chosen))
                .filter(|members| !members.is_empty())
                .map(|members| Target::share(&system, members))
                .collect();
            (system, truth, targets)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_auditor_agrees_with_all_data_sets(((system, truth, targets), is_known) in (tables(), any::<bool>())) {
        let points = feasible(&system);
        let Verdict::Judged(judgments) = judge(&system, &targets, is_known.then_some(&truth[..]), false) else {
            panic!("the truth meets the figures");
        };
        for (target, judgment) in targets.iter().zip(judgments) {
            let (least, most) = interval(points.iter(), target).unwrap();
            match judgment {
                Judgment::Safe => prop_assert!(most - least >= target.width, "{least}..{most} passes as {target:?}"),
                Judgment::Leak { lower, upper, .. } => {
                    prop_assert!(most - least < target.width, "{least}..{most} fails as {target:?}");
                    prop_assert!(lower <= least && most <= upper, "{lower}..{upper} is not around {least}..{most}");
                    prop_assert!((lower..=upper).contains(&target.at(&truth)), "the truth lies outside");
                }
                Judgment::Undecided { .. } => prop_assert!(false, "undecided"),
            }
        }
    }

    #[test]
    fn the_auditor_agrees_about_insiders((system, truth, targets) in tables()) {
        let points = feasible(&system);
        let Verdict::Judged(judgments) = judge(&system, &targets, Some(&truth), true) else { panic!("the truth meets the figures") };
        for (target, judgment) in targets.iter().zip(judgments) {
            let (least, most) = interval(points.iter(), target).unwrap();
            let safe = most - least >= target.width && is_safe_for_insiders(&system, &points, &truth, target);
            prop_assert_eq!(judgment == Judgment::Safe, safe, "{:?} of {:?}", judgment, target);
        }
    }
}
