//! One response per side, pair and period: the most complete, of equal ones the latest, of those the one further down in the later file.

use polars::prelude::*;

use super::funnel::Funnel;
use super::pairs::Pairs;
use super::rows::{Head, Rows};
use super::rules::{self, Place};
use crate::finding::Findings;
use crate::ingest::{RawExport, in_parallel};

/// Stands for a respondent without an id.
pub const ANONYMOUS: u32 = u32::MAX;
/// Numbers of anonymous respondents begin here, far above those of people with ids.
const FIRST_ANONYMOUS: u32 = 1 << 31;

/// Responses whose answers are gathered in one go: few enough to stay near the processor.
const GATHERED: usize = 1 << 11;

/// The responses to one instrument, in the order of files and rows.
pub struct Answered {
    /// Position of the file among the exports, and some of its rows.
    parts: Vec<(usize, Rows)>,
    /// Names of the stored columns.
    names: Vec<String>,
}

/// Where a response stands among them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct At {
    part: u32,
    response: u32,
}

/// Responses with their places.
type Placed = Vec<(At, Head)>;

/// A response as those of one pair are compared: what is alike in person and period is repeated, and the greatest of it is used. Last is its place
/// among those of the pair.
type Rank = (u32, u16, i32, Option<i32>, Option<i32>, usize);

impl Answered {
    /// None yet.
    pub fn new(names: Vec<String>) -> Self {
        Self { parts: Vec::new(), names }
    }

    /// Adds those of one more file.
    pub fn push(&mut self, file: usize, rows: Vec<Rows>) {
        self.parts.extend(rows.into_iter().map(|rows| (file, rows)));
    }

    /// Leaves out repeated responses, each with a finding, and gives the frame that `Responses::frame` describes, by pair, person and period.
    pub fn resolve(
        mut self,
        pairs: &Pairs,
        exports: &[RawExport],
        funnels: &mut [Funnel],
        findings: &mut Findings,
    ) -> PolarsResult<DataFrame> {
        self.name_apart();
        let (kept, dropped) = self.choose(pairs.sides.len());
        for (at, head) in dropped {
            let (file, _) = &self.parts[at.part as usize];
            let place = Place { file: &exports[*file].file, row: Some(u64::from(head.row)), column: None };
            findings.push(rules::repeated_response::finding(&place, "another response of the same side, pair and period is used"));
            funnels[*file].used -= 1;
            funnels[*file].exclude(rules::repeated_response::RULE);
        }
        let (places, heads): (Vec<At>, Vec<Head>) = kept.into_iter().unzip();
        let mut columns = head_columns(&heads, pairs);
        columns.extend(self.answers(&places));
        DataFrame::new(places.len(), columns)
    }

    /// Numbers anonymous respondents, whom nothing but their row tells apart.
    fn name_apart(&mut self) {
        let heads = self.parts.iter_mut().flat_map(|(_, rows)| &mut rows.heads);
        for (number, head) in (FIRST_ANONYMOUS..).zip(heads) {
            if head.person == ANONYMOUS {
                head.person = number;
            }
        }
    }

    /// Responses to use, by pair, person and period, and those that others take the place of.
    fn choose(&self, pairs: usize) -> (Placed, Placed) {
        let (ordered, starts) = self.by_pair(pairs);
        // Nothing is compared meanwhile, so that many heads are fetched at once.
        let head = |at: &At| (*at, self.parts[at.part as usize].1.heads[at.response as usize]);
        let ordered: Vec<(At, Head)> = ordered.iter().map(head).collect();
        let (mut kept, mut dropped) = (Vec::with_capacity(ordered.len()), Vec::new());
        let mut ranks: Vec<Rank> = Vec::new();
        for bounds in starts.windows(2) {
            let of_pair = &ordered[bounds[0]..bounds[1]];
            ranks.clear();
            // Responses of a pair stand in the order of files and rows.
            ranks.extend(
                of_pair
                    .iter()
                    .enumerate()
                    .map(|(place, (_, head))| (head.person, head.period, head.answered, head.date, head.second, place)),
            );
            ranks.sort_unstable();
            for (position, rank) in ranks.iter().enumerate() {
                let is_last = ranks.get(position + 1).is_none_or(|next| (next.0, next.1) != (rank.0, rank.1));
                if is_last { &mut kept } else { &mut dropped }.push(of_pair[rank.5]);
            }
        }
        (kept, dropped)
    }

    /// All responses, those of no pair first, then by pair, and where those of each begin.
    fn by_pair(&self, pairs: usize) -> (Vec<At>, Vec<usize>) {
        let group = |head: &Head| head.pair.map_or(0, |pair| pair as usize + 1);
        let mut starts = vec![0; pairs + 3];
        for head in self.parts.iter().flat_map(|(_, rows)| &rows.heads) {
            starts[group(head) + 2] += 1;
        }
        for position in 2..starts.len() {
            starts[position] += starts[position - 1];
        }
        let mut ordered = vec![At { part: 0, response: 0 }; starts.last().copied().unwrap_or(0)];
        for (part, (_, rows)) in (0_u32..).zip(&self.parts) {
            for (response, head) in (0_u32..).zip(&rows.heads) {
                let next = &mut starts[group(head) + 1];
                ordered[*next] = At { part, response };
                *next += 1;
            }
        }
        starts.pop();
        (ordered, starts)
    }

    /// The columns of answers.
    fn answers(&self, kept: &[At]) -> Vec<Column> {
        let mut columns = vec![vec![0_i16; kept.len()]; self.names.len()];
        let mut pieces: Vec<(&[At], Vec<&mut [i16]>)> =
            kept.chunks(GATHERED).map(|kept| (kept, Vec::with_capacity(columns.len()))).collect();
        for column in &mut columns {
            pieces.iter_mut().zip(column.chunks_mut(GATHERED)).for_each(|((_, columns), part)| columns.push(part));
        }
        in_parallel(pieces, |(kept, columns)| {
            let width = columns.len();
            // Rows are fetched from all over memory first, and turned into columns where they are near.
            let mut rows = Vec::with_capacity(kept.len() * width);
            for at in kept {
                rows.extend_from_slice(self.parts[at.part as usize].1.answers(at.response as usize));
            }
            for (slot, column) in columns.into_iter().enumerate() {
                column.iter_mut().zip(rows[slot..].iter().step_by(width)).for_each(|(stored, answer)| *stored = *answer);
            }
        });
        self.names.iter().zip(columns).map(|(name, values)| Int16Chunked::from_vec(name.as_str().into(), values).into_column()).collect()
    }
}

/// All columns but the answers.
fn head_columns(heads: &[Head], pairs: &Pairs) -> Vec<Column> {
    let side = |side: fn((u32, u32)) -> u32| -> Vec<Option<u32>> {
        heads.iter().map(|head| head.pair.map(|pair| side(pairs.sides[pair as usize]))).collect()
    };
    vec![
        Column::new("person".into(), heads.iter().map(|head| head.person).collect::<Vec<_>>()),
        Column::new("pair".into(), heads.iter().map(|head| head.pair).collect::<Vec<_>>()),
        Column::new("period".into(), heads.iter().map(|head| head.period).collect::<Vec<_>>()),
        Column::new("mentee".into(), side(|sides| sides.0)),
        Column::new("mentor".into(), side(|sides| sides.1)),
        Column::new("date".into(), heads.iter().map(|head| head.date).collect::<Vec<_>>()),
        Column::new("complete".into(), heads.iter().map(|head| head.complete).collect::<Vec<_>>()),
        Column::new("answered".into(), heads.iter().map(|head| head.answered).collect::<Vec<_>>()),
    ]
}
