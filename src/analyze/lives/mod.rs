//! The lives of relationships: their ledger in numbers, curves of failure and of the other ends, and what failure goes with.
//!
//! Everything here is exact, and for the restricted edition alone.

mod associations;
mod curves;
mod flows;

#[cfg(test)]
mod tests;

pub use associations::{Association, Effect, RELEASE_CLASS, Withheld};
pub use curves::{Curve, FEWEST_IN_TEST, GroupTest, READ_AT, Step};
pub use flows::{DAYS_PER_MONTH, Flow, Reported, Tally};

use crate::derive::{AnalysisSet, Compared, Episode, GroupingKind};

/// Causes of an end, as the curves number them.
pub const CAUSES: [u32; 3] = [1, 2, 3];

/// All of it.
#[derive(Debug, Clone)]
pub struct Lives {
    /// The ledger in numbers.
    pub tally: Tally,
    /// One row per period: who was there, who came, who went.
    pub flows: Vec<Flow>,
    /// Curves: the whole program first, then every division's groups in order.
    pub curves: Vec<Curve>,
    /// Gray's tests of the divisions' groups, in the order of the divisions, failure first.
    pub tests: Vec<GroupTest>,
    /// What failure goes with.
    pub associations: Vec<Association>,
    /// What could not be looked at, because the program does not record it.
    pub not_recorded: Vec<NotRecorded>,
    /// Confidence level of every interval.
    pub confidence_level: f64,
}

/// Something that the program does not record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRecorded {
    /// Demographics by which mentors are told apart.
    MentorKinds,
    /// Demographics in which the two may be alike.
    Alike,
    /// Training of mentors.
    Training,
    /// Whether the mentor assesses the mentee.
    Assessing,
    /// The share of coaching.
    Coaching,
}

/// A way of dividing relationships into groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// Short name: `all`, `cohort`, the demographic's id, or `mentor:` and that id.
    pub id: String,
    /// Label of the demographic.
    pub label: String,
    /// Whether it divides by the mentor and not by the mentee.
    pub by_mentor: bool,
    /// Codes and labels of its groups.
    pub groups: Vec<(String, String)>,
}

impl Lives {
    /// Computes them. `missing` pairs are known from elsewhere and not in the register.
    pub fn new(set: &AnalysisSet, missing: u64) -> Self {
        let level = set.confidence_level;
        let curves = curves::curves(set, level);
        let recorded = &set.compared;
        let absent = [
            (recorded.mentor_kinds.is_empty(), NotRecorded::MentorKinds),
            (recorded.alike.is_empty(), NotRecorded::Alike),
            (!recorded.recorded[0], NotRecorded::Training),
            (!recorded.recorded[1], NotRecorded::Assessing),
            (!recorded.recorded[2], NotRecorded::Coaching),
        ];
        Self {
            tally: Tally::new(&set.ledger, missing, level),
            flows: flows::flows(set),
            curves,
            tests: curves::tests(set),
            associations: associations::associations(set, level),
            not_recorded: absent.into_iter().filter(|(is_absent, _)| *is_absent).map(|(_, what)| what).collect(),
            confidence_level: level,
        }
    }
}

/// The group of an episode under a division.
type GroupOf<'a> = Box<dyn Fn(&Episode) -> Option<u16> + 'a>;

/// All divisions: the whole program, cohorts, demographics of the mentee, kinds of mentor.
fn divisions(set: &AnalysisSet) -> Vec<(Division, GroupOf<'_>)> {
    let named = |id: String, label: &str, by_mentor: bool, grouping: usize| Division {
        id,
        label: label.to_string(),
        by_mentor,
        groups: set.groupings[grouping].groups.iter().map(|group| (group.code.clone(), group.label.clone())).collect(),
    };
    let mut all: Vec<(Division, GroupOf<'_>)> = Vec::new();
    for (place, grouping) in set.groupings.iter().enumerate() {
        let division = named(grouping.id.clone(), &grouping.label, false, place);
        match grouping.kind {
            GroupingKind::All => all.push((division, Box::new(|_| Some(0)))),
            GroupingKind::Cohort => all.push((division, Box::new(|episode| episode.cohort))),
            GroupingKind::Demographic(of) => all.push((division, Box::new(move |episode| episode.mentee_groups[of]))),
            // Combinations are too thin for a curve.
            GroupingKind::Combination(_) => {}
        }
    }
    let Compared { mentor_kinds, .. } = &set.compared;
    for &of in mentor_kinds {
        let Some(place) = set.groupings.iter().position(|grouping| grouping.kind == GroupingKind::Demographic(of)) else { continue };
        let grouping = &set.groupings[place];
        let division = named(format!("mentor:{}", grouping.id), &grouping.label, true, place);
        all.push((division, Box::new(move |episode: &Episode| episode.mentor_groups[of])));
    }
    all
}
