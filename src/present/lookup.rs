//! Finds rows by what they are about: subject, span, grouping, group, comparison.

use std::collections::BTreeMap;

use super::rows::Row;
use crate::analyze::{ActionInfo, Contrast, Detail, Metric, ResultRow, ResultSet};
use crate::derive::{Group, Span, SpanKind};
use crate::disclose::{Release, ReleaseRow};
use crate::program::plan::Role;

/// What rows are about: a metric, which of many, and who answers.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Position among the subjects of a book.
    pub position: usize,
    /// The metric's declaration.
    pub metric: &'static Metric,
    /// Scale or cause.
    pub detail: Option<&'a Detail>,
    /// Who answers.
    pub role: Option<Role>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Level,
    Change,
    Gap,
    Effect,
}

/// Position of the subject, span, grouping, group, kind.
type Key = (usize, usize, usize, usize, Kind);

/// The rows of a release, or of a whole result set, with an index to them.
#[derive(Debug)]
pub struct Book<'a, R> {
    rows: &'a [R],
    index: BTreeMap<Key, usize>,
    effects: BTreeMap<usize, (Subject<'a>, usize)>,
    subjects: Vec<Subject<'a>>,
    /// Spans by position.
    pub spans: &'a [Span],
    /// Groupings by position: id, label, groups.
    pub groupings: &'a [(String, String, Vec<Group>)],
    /// Actions by position.
    pub actions: &'a [ActionInfo],
    /// Confidence level of the intervals.
    pub confidence_level: f64,
    /// Position of the period reported on.
    pub current: usize,
}

/// The instrument of a scale; empty elsewhere.
pub fn instrument(detail: &Detail) -> &str {
    match detail {
        Detail::Scale(scale) => &scale.instrument,
        Detail::Cause(_) | Detail::Named(_) => "",
    }
}

impl<'a> Book<'a, ReleaseRow> {
    /// The published rows.
    pub fn released(release: &'a Release) -> Self {
        Self::new(release.rows(), &release.spans, &release.groupings, &release.actions, release.confidence_level, release.current)
    }
}

impl<'a> Book<'a, ResultRow> {
    /// All rows, exact.
    pub fn exact(results: &'a ResultSet) -> Self {
        Self::new(&results.rows, &results.spans, &results.groupings, &results.actions, results.confidence_level, results.current)
    }
}

impl<'a, R: Row> Book<'a, R> {
    fn new(
        rows: &'a [R],
        spans: &'a [Span],
        groupings: &'a [(String, String, Vec<Group>)],
        actions: &'a [ActionInfo],
        confidence_level: f64,
        current: usize,
    ) -> Self {
        let mut positions: BTreeMap<(String, String, Option<Role>), usize> = BTreeMap::new();
        let mut book = Self {
            rows,
            index: BTreeMap::new(),
            effects: BTreeMap::new(),
            subjects: Vec::new(),
            spans,
            groupings,
            actions,
            confidence_level,
            current,
        };
        for (place, row) in rows.iter().enumerate() {
            // Two instruments may have a scale of the same name.
            let instrument = row.detail().map_or(String::new(), |detail| instrument(detail).to_string());
            let name = (row.metric_id(), instrument, row.role());
            let position = *positions.entry(name).or_insert_with(|| {
                let position = book.subjects.len();
                book.subjects.push(Subject { position, metric: row.metric(), detail: row.detail(), role: row.role() });
                position
            });
            let (span, grouping, group) = row.place();
            let kind = match row.contrast() {
                Contrast::None => Kind::Level,
                Contrast::Change { .. } => Kind::Change,
                Contrast::Gap => Kind::Gap,
                Contrast::Effect { action } => {
                    book.effects.entry(*action).or_insert((book.subjects[position], place));
                    Kind::Effect
                }
            };
            book.index.entry((position, span, grouping, group, kind)).or_insert(place);
        }
        book
    }

    fn find(&self, subject: &Subject<'_>, (span, grouping, group): (usize, usize, usize), kind: Kind) -> Option<&'a R> {
        self.index.get(&(subject.position, span, grouping, group, kind)).map(|&place| &self.rows[place])
    }

    /// The level of a group in a span.
    pub fn level(&self, subject: &Subject<'_>, span: usize, grouping: usize, group: usize) -> Option<&'a R> {
        self.find(subject, (span, grouping, group), Kind::Level)
    }

    /// The level of the whole program in a span.
    pub fn program(&self, subject: &Subject<'_>, span: usize) -> Option<&'a R> {
        self.level(subject, span, 0, 0)
    }

    /// The whole program's change to this span, with the earlier span.
    pub fn change(&self, subject: &Subject<'_>, span: usize) -> Option<(&'a R, usize)> {
        let row = self.find(subject, (span, 0, 0), Kind::Change)?;
        match row.contrast() {
            Contrast::Change { from } => Some((row, *from)),
            _ => None,
        }
    }

    /// A group minus everyone else.
    pub fn gap(&self, subject: &Subject<'_>, span: usize, grouping: usize, group: usize) -> Option<&'a R> {
        self.find(subject, (span, grouping, group), Kind::Gap)
    }

    /// The effect of an action, with what it is measured by.
    pub fn effect(&self, action: usize) -> Option<(Subject<'a>, &'a R)> {
        self.effects.get(&action).map(|&(subject, place)| (subject, &self.rows[place]))
    }

    /// Everything rows are about, in the order of the rows.
    pub fn subjects(&self) -> &[Subject<'a>] {
        &self.subjects
    }

    /// The first subject of a metric.
    pub fn subject(&self, metric: &str) -> Option<Subject<'a>> {
        self.subjects.iter().find(|subject| subject.metric.id == metric).copied()
    }

    /// All subjects of a metric answered in a role.
    pub fn subjects_of(&self, metric: &str, role: Role) -> Vec<Subject<'a>> {
        self.subjects.iter().filter(|subject| subject.metric.id == metric && subject.role == Some(role)).copied().collect()
    }

    /// All rows.
    pub fn rows(&self) -> &'a [R] {
        self.rows
    }

    /// Positions of the reporting periods up to the current one.
    pub fn periods(&self) -> std::ops::RangeInclusive<usize> {
        0..=self.current
    }

    /// Positions of the complete publication windows, in date order.
    pub fn windows(&self) -> Vec<usize> {
        (0..self.spans.len()).filter(|&span| self.spans[span].kind == SpanKind::Window).collect()
    }

    /// The span of the headline: the window that the current period completes, else the current period.
    pub fn headline(&self) -> usize {
        self.windows().into_iter().rev().find(|&span| usize::from(self.spans[span].last) == self.current).unwrap_or(self.current)
    }

    /// The latest complete window.
    pub fn latest_window(&self) -> Option<usize> {
        self.windows().last().copied()
    }

    /// The window before a window.
    pub fn window_before(&self, span: usize) -> Option<usize> {
        self.windows().into_iter().rev().find(|&window| window < span)
    }

    /// Whether a grouping combines several demographics.
    pub fn is_combination(&self, grouping: usize) -> bool {
        // Ids hold no blanks; a combination joins them by ` x `.
        self.groupings[grouping].0.contains(' ')
    }

    /// Positions of the groupings by one demographic.
    pub fn demographics(&self) -> Vec<usize> {
        (1..self.groupings.len()).filter(|&grouping| !self.is_combination(grouping) && self.groupings[grouping].0 != "cohort").collect()
    }

    /// The demographic to show first: the first of the important ones, else the first.
    pub fn first_demographic(&self, important: &[String]) -> Option<usize> {
        let demographics = self.demographics();
        let named = important.iter().find_map(|id| demographics.iter().find(|&&grouping| &self.groupings[grouping].0 == id));
        named.or(demographics.first()).copied()
    }
}
