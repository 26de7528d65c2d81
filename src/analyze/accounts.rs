//! Where failure and trouble lay, as three witnesses say.

use std::sync::Arc;

use polars::prelude::*;

use super::answers::{declared, shares};
use super::estimate::{Kind, Measures};
use super::keys::{Keys, in_order, with_groups};
use super::result::{Detail, ResultRow};
use super::tabulate::{Job, Subject};
use super::whole::{compared, enough, estimated, row, support};
use crate::derive::{Account, AnalysisSet, Label, SpanKind, TWELFTHS};
use crate::program::cause::{Cause, Locus, Tag};
use crate::program::plan::Role;
use crate::stats::NotEstimable;
use crate::stats::clustered::agreement::{Reading, adjusted_kappa, weighted_kappa};
use crate::stats::clustered::{ClusteredEstimate, Linearized, Observation, difference, ratio, share};

/// What no witness places.
const UNPLACED: (&str, &str) = ("unplaced", "No cause named");

/// All statistics of the accounts.
pub fn tabulate(jobs: &mut Vec<Job>, rows: &mut Vec<ResultRow>, set: &AnalysisSet) -> PolarsResult<()> {
    if set.mentee_causes.is_none() && set.mentor_causes.is_none() {
        return Ok(());
    }
    counts(jobs, set, true)?;
    counts(jobs, set, false)?;
    for (span, _) in set.spans.iter().enumerate().filter(|(_, span)| span.kind == SpanKind::Window) {
        for failed in [true, false] {
            let accounts: Vec<&Account> =
                set.accounts.iter().filter(|account| usize::from(account.span) == span && account.failed == failed).collect();
            blame(rows, set, span, failed, &accounts);
            if failed {
                agreement(rows, set, span, &accounts);
            }
        }
    }
    Ok(())
}

/// Counts and shares that are tabulated like all others.
fn counts(jobs: &mut Vec<Job>, set: &AnalysisSet, failed: bool) -> PolarsResult<()> {
    let mut accounts: Vec<&Account> = set.accounts.iter().filter(|account| account.failed == failed).collect();
    // The order in which keys want their rows.
    accounts.sort_by_key(|account| (account.span, account.mentee, account.mentor, account.pair));
    let of = |value: fn(&Account) -> u32| accounts.iter().map(|account| value(account)).collect::<Vec<_>>();
    let frame = df!(
        "span" => accounts.iter().map(|account| account.span).collect::<Vec<_>>(),
        "person" => of(|account| account.mentee),
        "rated" => of(|account| account.mentor),
        "mentee" => of(|account| account.mentee),
        "mentor" => of(|account| account.mentor),
    )?;
    let frame = in_order(with_groups(frame.lazy(), set, "person", false)).collect()?;
    let keys = Arc::new(Keys::read(&frame, set)?);
    let mut push = |id: &str, detail: Detail, kind: Kind, measures: Measures| {
        let subject = Subject { metric: declared(id), detail: Some(detail), role: None, kind, compared: false, grouped: false };
        jobs.push(Job { keys: Arc::clone(&keys), measures, subject });
    };
    let flags = |flag: &dyn Fn(&Account) -> bool| -> Measures {
        shares(&accounts.iter().map(|account| Some(i32::from(flag(account)))).collect::<Vec<_>>())
    };
    let id = |of_failed: &'static str, of_troubled: &'static str| if failed { of_failed } else { of_troubled };
    for cause in Cause::ALL {
        push(id("failed_cause", "troubled_cause"), Detail::Cause(cause), Kind::Part, flags(&|account| account.named(cause.bit())));
    }
    for locus in Locus::ALL {
        let detail = Detail::named(locus.id(), locus.label());
        push(id("failed_locus", "troubled_locus"), detail, Kind::Part, flags(&|account| account.named(locus.mask())));
    }
    let unplaced = || Detail::named(UNPLACED.0, UNPLACED.1);
    push(id("failed_locus", "troubled_locus"), unplaced(), Kind::Part, flags(&|account| !account.named(u32::MAX)));
    for locus in Locus::ALL {
        let contested: Vec<Option<i32>> = accounts.iter().map(|account| contested(account, locus.mask()).map(i32::from)).collect();
        let detail = Detail::named(locus.id(), locus.label());
        push(id("failed_contested", "troubled_contested"), detail, Kind::Share, shares(&contested));
    }
    if !failed {
        return Ok(());
    }
    let names = Locus::ALL.iter().map(|locus| (locus.id(), locus.label())).chain([UNPLACED]);
    for (place, (id, label)) in names.enumerate() {
        let parts = accounts.iter().map(|account| f64::from(account.twelfths()[place]) / f64::from(TWELFTHS)).collect();
        let measures = Measures { y: parts, ..shares(&vec![Some(1); accounts.len()]) };
        push("failed_attribution", Detail::named(id, label), Kind::Share, measures);
    }
    for locus in Locus::ALL {
        for label in Label::ALL {
            // The fit of the two has no side of its own.
            if locus == Locus::Pair && matches!(label, Label::Acknowledged | Label::Attributed) {
                continue;
            }
            let detail = Detail::named(format!("{}_{}", locus.id(), label.id()), format!("{}, {}", locus.label(), label.label()));
            push("failed_label", detail, Kind::Part, flags(&|account| account.labels(locus, locus.mask()).contains(&label)));
        }
    }
    for tag in Tag::ALL {
        let detail = Detail::named(tag.id(), tag.label());
        let bit = 1u16 << tag as u16;
        push("failed_tag", detail, Kind::Part, flags(&|account| account.said.iter().any(|said| said.tags & bit != 0)));
    }
    Ok(())
}

/// Whether the accounts of a place contradict each other; none where nobody names it, or where fewer than two witnesses say anything of all of it.
fn contested(account: &Account, causes: u32) -> Option<bool> {
    let answers = account.said.map(|said| said.of(causes));
    let known = answers.iter().flatten().count();
    (known >= 2 && account.named(causes)).then(|| answers.contains(&Some(false)))
}

/// How often each side names the other, and the difference.
fn blame(rows: &mut Vec<ResultRow>, set: &AnalysisSet, span: usize, failed: bool, accounts: &[&Account]) {
    let sides = [(0, Locus::Mentor, "mentor_blamed", Role::Mentee), (1, Locus::Mentee, "mentee_blamed", Role::Mentor)];
    let mut linearized: Vec<Result<Linearized, NotEstimable>> = Vec::new();
    let mut supports = Vec::new();
    for (witness, locus, id, role) in sides {
        // Only who answered the question for every cause of the place can have named it or not.
        let spoke = || accounts.iter().filter(move |account| account.said[witness].of(locus.mask()).is_some());
        let observations: Vec<Observation> = spoke()
            .map(|account| Observation {
                y: f64::from(u8::from(account.said[witness].of(locus.mask()) == Some(true))),
                x: 1.0,
                weight: 1.0,
                cluster_a: account.mentee,
                cluster_b: account.mentor,
            })
            .collect();
        let people =
            spoke().map(|account| if role == Role::Mentee { (account.mentee, account.mentor) } else { (account.mentor, account.mentee) });
        let behind = support(people, (accounts.len() - observations.len()) as u64);
        if failed {
            let value = if set.is_anonymous(role) {
                (Err(NotEstimable::NotLinked), "not estimated")
            } else {
                estimated(share(&observations, set.confidence_level))
            };
            rows.push(row(span, id, None, Some(role), value, behind));
        }
        linearized.push(if set.is_anonymous(role) { Err(NotEstimable::NotLinked) } else { ratio(&observations) });
        supports.push(behind);
    }
    let comparison = match (&linearized[0], &linearized[1]) {
        (Ok(mentors), Ok(mentees)) => difference(mentors, mentees),
        (Err(reason), _) | (_, Err(reason)) => Err(reason.clone()),
    };
    let smaller = if supports[0].people <= supports[1].people { supports[0] } else { supports[1] };
    let id = if failed { "blame_asymmetry" } else { "troubled_blame_asymmetry" };
    rows.push(row(span, id, None, None, compared(comparison, set.confidence_level), smaller));
}

/// How far the two sides agree on each cause of a failure.
fn agreement(rows: &mut Vec<ResultRow>, set: &AnalysisSet, span: usize, accounts: &[&Account]) {
    for cause in Cause::ALL {
        let both: Vec<(&Account, bool, bool)> = accounts
            .iter()
            .filter_map(|account| Some((*account, account.said[0].of(cause.bit())?, account.said[1].of(cause.bit())?)))
            .collect();
        let number = |yes: bool| f64::from(u8::from(yes));
        let readings: Vec<Reading> = both
            .iter()
            .map(|(account, mentee, mentor)| Reading {
                a: number(*mentee),
                b: number(*mentor),
                cluster_a: account.mentee,
                cluster_b: account.mentor,
            })
            .collect();
        let behind = support(both.iter().map(|(account, ..)| (account.mentee, account.mentor)), (accounts.len() - both.len()) as u64);
        let linked =
            || if set.is_anonymous(Role::Mentee) || set.is_anonymous(Role::Mentor) { Err(NotEstimable::NotLinked) } else { Ok(()) };
        for (id, method) in [("failed_cause_kappa", common_kappa as fn(&[Reading], f64) -> _), ("failed_cause_adjusted", adjusted_kappa)] {
            let value = linked().and_then(|()| enough(readings.len())).and_then(|()| method(&readings, set.confidence_level));
            rows.push(row(span, id, Some(Detail::Cause(cause)), None, estimated(value), behind));
        }
    }
}

/// Fewest relationships in which each side names a cause, and does not, for a kappa: below, its interval would rest on one or two people.
const FEWEST_EACH_WAY: usize = 3;

/// Kappa, where neither side names the cause nearly always or nearly never.
fn common_kappa(readings: &[Reading], confidence_level: f64) -> Result<ClusteredEstimate, NotEstimable> {
    let rarest = |of: fn(&Reading) -> f64| {
        let yes = readings.iter().filter(|reading| of(reading) == 1.0).count();
        yes.min(readings.len() - yes)
    };
    // Which side is too much of one mind says something of answers: the reason does not tell how far.
    if rarest(|reading| reading.a).min(rarest(|reading| reading.b)) < FEWEST_EACH_WAY {
        return Err(NotEstimable::ZeroWidth);
    }
    weighted_kappa(readings, confidence_level)
}
