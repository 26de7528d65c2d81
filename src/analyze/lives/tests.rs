//! Properties of the flows, and a ledger by hand.

use proptest::prelude::*;

use super::flows::flow;
use super::{Flow, Tally};
use crate::derive::{Episode, status};

/// An episode of a day range that ended so; nothing else is known of it.
fn episode(pair: u32, (entry, exit): (i32, i32), status: u8, lost: bool, late: bool) -> Episode {
    Episode {
        pair,
        mentee: pair % 7,
        mentor: pair % 3,
        cohort: None,
        start: entry,
        entry,
        exit,
        status,
        how: if status == status::FAILED { 2 } else { 0 },
        late,
        lost,
        resumed_on: None,
        agreed_end: None,
        interval: 45,
        first_meeting: None,
        last_contact: None,
        contacts: 0,
        ended: None,
        reason: None,
        trouble: [None; 5],
        mentee_groups: Vec::new(),
        mentor_groups: Vec::new(),
        load: 1,
        trained: None,
        assesses: None,
        coaching_percent: None,
    }
}

/// Three periods of ten days; the third ends on the as-of date.
const PERIODS: [(i32, i32); 3] = [(0, 9), (10, 19), (20, 29)];
const AS_OF: i32 = 29;

/// Episodes as the ledger can hold them: whoever is open and not lost is open on the as-of date.
fn episodes() -> impl Strategy<Value = Vec<Episode>> {
    let one = (-15_i32..=AS_OF, 1_i32..30, 0_u8..5, any::<bool>());
    proptest::collection::vec(one, 0..40).prop_map(|drawn| {
        let build = |(pair, (entry, days, kind, late)): (usize, (i32, i32, u8, bool))| {
            let exit = (entry + days).min(AS_OF + 1);
            match kind {
                0 => episode(pair as u32, (entry, AS_OF.max(entry + 1)), status::OPEN, false, false),
                4 => episode(pair as u32, (entry, exit), status::OPEN, true, false),
                // One in ten was over before it entered the register.
                kind => episode(pair as u32, (entry, exit), kind, false, late && days < 4),
            }
        };
        drawn.into_iter().enumerate().map(build).collect()
    })
}

fn comes(flow: &Flow) -> u64 {
    flow.at_risk + flow.entered
}

proptest! {
    #[test]
    fn every_period_adds_up_and_joins_the_next(ledger in episodes()) {
        let flows = PERIODS.map(|days| flow(&ledger, 0, days, 0.95));
        for flow in &flows {
            prop_assert_eq!(comes(flow), flow.failed + flow.succeeded + flow.neutral + flow.lost + flow.open);
            prop_assert!(flow.every_mentor_failed <= flow.mentees && flow.mentees <= comes(flow));
        }
        prop_assert_eq!(flows[0].open, flows[1].at_risk);
        prop_assert_eq!(flows[1].open, flows[2].at_risk);
    }

    /// Taking failed pairs out of the register never goes unsaid: with as many missing pairs known, no better rate is given.
    #[test]
    fn missing_pairs_bound_the_rate(ledger in episodes(), removed in 0_usize..10) {
        let failed: Vec<u32> = ledger.iter().filter(|episode| episode.failed() && !episode.late).map(|episode| episode.pair).collect();
        let gone = &failed[..removed.min(failed.len())];
        let left: Vec<Episode> = ledger.iter().filter(|episode| !gone.contains(&episode.pair)).cloned().collect();
        let (before, after) = (Tally::new(&ledger, 0, 0.95), Tally::new(&left, gone.len() as u64, 0.95));
        if let (Ok(before), Ok(after)) = (before.rate, after.rate_with_missing) {
            prop_assert!(after.estimate >= before.estimate * (1.0 - 1e-12));
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter(ledger in episodes()) {
        let reversed: Vec<Episode> = ledger.iter().rev().cloned().collect();
        prop_assert_eq!(flow(&ledger, 0, PERIODS[1], 0.95), flow(&reversed, 0, PERIODS[1], 0.95));
        prop_assert_eq!(Tally::new(&ledger, 2, 0.95), Tally::new(&reversed, 2, 0.95));
    }
}

#[test]
fn by_hand() {
    let ledger = [
        episode(0, (-5, 4), status::FAILED, false, false),
        episode(1, (-5, 9), status::SUCCEEDED, false, false),
        episode(2, (0, 12), status::FAILED, false, false),
        episode(3, (3, 7), status::OPEN, true, false),
        episode(7, (5, 29), status::OPEN, false, false),
        episode(8, (-9, -4), status::FAILED, false, false),
        episode(9, (1, 1), status::NEUTRAL, false, true),
    ];
    let first = flow(&ledger, 0, PERIODS[0], 0.95);
    let counts = [first.at_risk, first.entered, first.failed, first.succeeded, first.neutral, first.lost, first.open];
    assert_eq!(counts, [2, 3, 1, 1, 0, 1, 2]);
    // Mentees 0 (pairs 0 and 7), 1 (pair 1; pair 8 failed before), 2 and 3: of 0 another is open, 1 completed, 2 is open, 3 is lost.
    assert_eq!((first.mentees, first.every_mentor_failed), (4, 0));
    // Days at risk: 5 + 10 + 9 + 4 + 4.
    assert!((first.rate.unwrap().estimate - 100.0 / (32.0 / 30.4375)).abs() < 1e-9);
    // Mentee 2 has failed in the second period, and has no other.
    let second = flow(&ledger, 0, PERIODS[1], 0.95);
    assert_eq!((second.failed, second.mentees, second.every_mentor_failed), (1, 2, 1));
}
