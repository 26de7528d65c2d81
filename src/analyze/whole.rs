//! Rows of the whole program that no job tabulates: agreement, differences of two cells, concentration.

use std::collections::BTreeSet;

use super::answers::declared;
use super::result::{Contrast, Detail, ResultRow, Support, Value};
use crate::program::plan::Role;
use crate::stats::clustered::ClusteredEstimate;
use crate::stats::{Comparison, NotEstimable};

/// Fewest relationships of which agreement is told (Koo and Li 2016 ask for 30; 15 is the least that is shown).
pub const FEWEST_FOR_AGREEMENT: u64 = 15;

/// A row of the whole program in a span.
pub fn row(
    span: usize,
    metric: &str,
    detail: Option<Detail>,
    role: Option<Role>,
    (value, method): (Result<Value, NotEstimable>, &'static str),
    support: Support,
) -> ResultRow {
    ResultRow { metric: declared(metric), detail, role, span, grouping: 0, group: 0, contrast: Contrast::None, value, support, method }
}

/// An estimate as a row's value: without its range a number is no result.
pub fn estimated(estimate: Result<ClusteredEstimate, NotEstimable>) -> (Result<Value, NotEstimable>, &'static str) {
    match estimate {
        Ok(estimate) => match estimate.interval {
            Ok(ends) => (Ok(Value { interval: Some((ends.lower, ends.upper)), ..Value::level(estimate.estimate) }), estimate.method),
            Err(reason) => (Err(reason), "not estimated"),
        },
        Err(reason) => (Err(reason), "not estimated"),
    }
}

/// A difference as a row's value.
pub fn compared(comparison: Result<Comparison, NotEstimable>, confidence_level: f64) -> (Result<Value, NotEstimable>, &'static str) {
    let found = comparison.and_then(|comparison| {
        let ends = comparison.interval(confidence_level)?;
        let value =
            Value { interval: Some((ends.lower, ends.upper)), p_value: Some(comparison.p_value), ..Value::level(comparison.estimate) };
        Ok((value, comparison.method))
    });
    found.map_or_else(|reason| (Err(reason), "not estimated"), |(value, method)| (Ok(value), method))
}

/// How many stand behind observations of these pairs of people.
pub fn support(people: impl Iterator<Item = (u32, u32)>, n_missing: u64) -> Support {
    let (mut one, mut other, mut denominator) = (BTreeSet::new(), BTreeSet::new(), 0);
    for (person, rated) in people {
        one.insert(person);
        other.insert(rated);
        denominator += 1;
    }
    let (people, rated) = (one.len() as u64, other.len() as u64);
    Support { people, rated, denominator, n_missing, short_side: people, clusters: people.min(rated) }
}

/// Not enough relationships to tell agreement, as a reason.
pub fn enough(found: usize) -> Result<(), NotEstimable> {
    let found = found as u64;
    if found < FEWEST_FOR_AGREEMENT { Err(NotEstimable::TooFew { needed: FEWEST_FOR_AGREEMENT, found }) } else { Ok(()) }
}
