//! Atoms: people who are alike in every declared grouping, the smallest cells that any table of a run is made of.

use std::collections::BTreeMap;

use super::estimate::{Kind, distinct, observations};
use super::keys::NOT_STATED;
use super::result::Contributors;
use crate::derive::{Group, Span, SpanKind};
use crate::stats::sum;

/// One atom of an outcome in a span.
#[derive(Debug, Clone, PartialEq)]
pub struct Atom {
    /// Position of the span.
    pub span: usize,
    /// Per base grouping, the position of the group; none where it is not stated.
    pub groups: Vec<Option<usize>>,
    /// Observations with an answer.
    pub observations: u64,
    /// Distinct people who answered or whose relationships are counted, by code.
    pub people: Vec<u32>,
    /// Distinct people rated or on the other side.
    pub rated: u64,
    /// Sum of the numerators: of a share, the favorable answers; of a count, the units counted; of an incidence, the failures.
    pub numerator: f64,
    /// Sum of the denominators; of a count or an incidence, the observations.
    pub denominator: f64,
}

/// Positions of the groupings that others are made of: all but the whole program and combinations, whose ids hold a blank.
pub fn base_groupings(groupings: &[(String, String, Vec<Group>)]) -> Vec<usize> {
    (1..groupings.len()).filter(|&position| !groupings[position].0.contains(' ')).collect()
}

impl Contributors {
    /// The atoms of the outcome in all periods and windows, by span and groups.
    pub fn atoms(&self, spans: &[Span], base: &[usize]) -> Vec<Atom> {
        let mut atoms = Vec::new();
        for (span, _) in spans.iter().enumerate().filter(|(_, info)| matches!(info.kind, SpanKind::Period | SpanKind::Window)) {
            let mut signatures: BTreeMap<u32, Vec<u16>> = self
                .keys
                .cell(0, span, 0)
                .iter()
                .filter(|&&row| !self.measures.missing[row as usize])
                .map(|&row| (row, Vec::new()))
                .collect();
            for &grouping in base {
                for ((_, group), rows) in self.keys.cells[grouping].range((span as u16, 0)..=(span as u16, NOT_STATED)) {
                    for row in rows {
                        if let Some(groups) = signatures.get_mut(row) {
                            groups.push(*group);
                        }
                    }
                }
            }
            atoms.extend(self.of_span(span, signatures));
        }
        atoms
    }

    fn of_span(&self, span: usize, signatures: BTreeMap<u32, Vec<u16>>) -> Vec<Atom> {
        let rows: Vec<usize> = signatures.keys().map(|&row| row as usize).collect();
        let parts = self.parts(&rows);
        let mut cells: BTreeMap<Vec<u16>, Vec<usize>> = BTreeMap::new();
        for (place, groups) in signatures.into_values().enumerate() {
            cells.entry(groups).or_default().push(place);
        }
        let atom = |(groups, places): (Vec<u16>, Vec<usize>)| {
            let of = || places.iter().map(|&place| rows[place]);
            let mut people: Vec<u32> = of().map(|row| self.keys.person[row]).filter(|&person| person != u32::MAX).collect();
            people.sort_unstable();
            people.dedup();
            Atom {
                span,
                groups: groups.into_iter().map(|group| (group != NOT_STATED).then_some(usize::from(group))).collect(),
                observations: places.len() as u64,
                people,
                rated: distinct(&self.keys.rated, of()),
                numerator: sum(places.iter().map(|&place| parts[place].0)),
                denominator: sum(places.iter().map(|&place| parts[place].1)),
            }
        };
        cells.into_iter().map(atom).collect()
    }

    /// Numerator and denominator of every row.
    fn parts(&self, rows: &[usize]) -> Vec<(f64, f64)> {
        match self.kind {
            Kind::Count => rows.iter().map(|&row| (f64::from(u8::from(self.measures.y[row] == 1.0)), 1.0)).collect(),
            Kind::Incidence(_) => rows.iter().map(|&row| (f64::from(u8::from(self.measures.status[row] == 1)), 1.0)).collect(),
            kind => observations(&self.keys, &self.measures, kind, rows)
                .iter()
                .map(|part| (part.weight * part.y, part.weight * part.x))
                .collect(),
        }
    }
}
