//! Counts of what the exports hold, made while they are written.

use std::collections::BTreeMap;

use super::accounts::Answered;
use super::effects::{DEPARTMENTS, GENDERS};
use crate::program::cause::Cause;

/// A share as two counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) yes: usize,
    pub(super) of: usize,
}

impl Share {
    pub(super) fn add(&mut self, yes: bool) {
        self.yes += usize::from(yes);
        self.of += 1;
    }

    /// The sum of several.
    pub(super) fn sum<'a>(shares: impl IntoIterator<Item = &'a Share>) -> Share {
        shares.into_iter().fold(Share::default(), |sum, share| Share { yes: sum.yes + share.yes, of: sum.of + share.of })
    }
}

/// Counts of one side. One answer per pair and wave: of two, the later one.
pub(super) struct Tally {
    /// Per wave, department of the mentee and gender of the respondent.
    pub(super) satisfied: Vec<[[Share; GENDERS.len()]; DEPARTMENTS.len()]>,
    /// Per wave and department of the mentee.
    pub(super) met: Vec<[Share; DEPARTMENTS.len()]>,
    /// Per wave: pairs with a row.
    pub(super) pairs: Vec<usize>,
    /// Per wave: of these, broken off past the middle.
    pub(super) partial: Vec<usize>,
    /// Per wave: of these, opened without any answer.
    pub(super) opened: Vec<usize>,
    /// Per wave: of these, with two rows.
    pub(super) twice: Vec<usize>,
    /// Per wave: rows by the survey's author.
    pub(super) previews: Vec<usize>,
    /// Failed pairs whose latest answer to the question about causes named each cause.
    pub(super) causes: BTreeMap<Cause, usize>,
    /// Failed pairs with an answer to that question.
    pub(super) failed_with_answer: usize,
    /// Per pair: its answers to that question, in order of time.
    pub(super) answered: Vec<Vec<Answered>>,
}

impl Tally {
    pub(super) fn new(waves: usize, pairs: usize) -> Self {
        Self {
            satisfied: vec![[[Share::default(); GENDERS.len()]; DEPARTMENTS.len()]; waves],
            met: vec![[Share::default(); DEPARTMENTS.len()]; waves],
            pairs: vec![0; waves],
            partial: vec![0; waves],
            opened: vec![0; waves],
            twice: vec![0; waves],
            previews: vec![0; waves],
            causes: BTreeMap::new(),
            failed_with_answer: 0,
            answered: vec![Vec::new(); pairs],
        }
    }

    pub(super) fn count_row(&mut self, wave: usize, finished: bool, nothing: bool, twice: bool) {
        self.pairs[wave] += 1;
        self.partial[wave] += usize::from(!finished && !nothing);
        self.opened[wave] += usize::from(!finished && nothing);
        self.twice[wave] += usize::from(twice);
    }

    pub(super) fn count_causes(&mut self, causes: &[Cause]) {
        self.failed_with_answer += 1;
        for cause in causes {
            *self.causes.entry(*cause).or_default() += 1;
        }
    }
}
