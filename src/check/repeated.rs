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

/// Columns of answers gathered in one go: what lies beside each other in a row is fetched together.
const GATHERED: usize = 8;

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

/// A response as those of one pair are compared: what is alike in person and period is repeated, and the greatest of it is used.
type Rank = (u32, u16, i32, Option<i32>, At);

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
    pub fn resolve(mut self, pairs: &Pairs, exports: &[RawExport], funnels: &mut [Funnel], findings: &mut Findings) -> PolarsResult<DataFrame> {
        self.name_apart();
        let (kept, dropped) = self.choose(pairs.sides.len());
        for at in dropped {
            let (file, rows) = &self.parts[at.part as usize];
            let row = u64::from(rows.heads[at.response as usize].row);
            let place = Place { file: &exports[*file].file, row: Some(row), column: None };
            findings.push(rules::repeated_response::finding(&place, "another response of the same side, pair and period is used"));
            funnels[*file].used -= 1;
            funnels[*file].exclude(rules::repeated_response::RULE);
        }
        let groups: Vec<&[String]> = self.names.chunks(GATHERED).collect();
        let gathered = in_parallel(groups.len() + 1, |group| match group.checked_sub(1) {
            None => self.heads(&kept, pairs),
            Some(group) => self.answers(&kept, group * GATHERED, groups[group]),
        });
        DataFrame::new(kept.len(), gathered.into_iter().flatten().collect())
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

    fn head(&self, at: At) -> &Head {
        &self.parts[at.part as usize].1.heads[at.response as usize]
    }

    /// Responses to use, by pair, person and period, and those that others take the place of.
    fn choose(&self, pairs: usize) -> (Vec<At>, Vec<At>) {
        let (ordered, starts) = self.by_pair(pairs);
        let (mut kept, mut dropped) = (Vec::with_capacity(ordered.len()), Vec::new());
        let mut ranks: Vec<Rank> = Vec::new();
        for bounds in starts.windows(2) {
            ranks.clear();
            ranks.extend(ordered[bounds[0]..bounds[1]].iter().map(|&at| {
                let head = self.head(at);
                (head.person, head.period, head.answered, head.date, at)
            }));
            ranks.sort_unstable();
            for (position, rank) in ranks.iter().enumerate() {
                let is_last = ranks.get(position + 1).is_none_or(|next| (next.0, next.1) != (rank.0, rank.1));
                if is_last { &mut kept } else { &mut dropped }.push(rank.4);
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

    /// All columns but the answers.
    fn heads(&self, kept: &[At], pairs: &Pairs) -> Vec<Column> {
        let column = |value: fn(&Head) -> Option<u32>| -> Vec<Option<u32>> { kept.iter().map(|&at| value(self.head(at))).collect() };
        let (pair, heads) = (column(|head| head.pair), || kept.iter().map(|&at| self.head(at)));
        let side = |side: fn((u32, u32)) -> u32| -> Vec<Option<u32>> {
            pair.iter().map(|pair| pair.map(|pair| side(pairs.sides[pair as usize]))).collect()
        };
        vec![
            Column::new("person".into(), heads().map(|head| head.person).collect::<Vec<_>>()),
            Column::new("pair".into(), &pair),
            Column::new("period".into(), heads().map(|head| head.period).collect::<Vec<_>>()),
            Column::new("mentee".into(), side(|sides| sides.0)),
            Column::new("mentor".into(), side(|sides| sides.1)),
            Column::new("date".into(), heads().map(|head| head.date).collect::<Vec<_>>()),
            Column::new("complete".into(), heads().map(|head| head.complete).collect::<Vec<_>>()),
            Column::new("answered".into(), heads().map(|head| head.answered).collect::<Vec<_>>()),
        ]
    }

    /// The columns of some answers that lie beside each other.
    fn answers(&self, kept: &[At], first: usize, names: &[String]) -> Vec<Column> {
        let mut columns = vec![Vec::with_capacity(kept.len()); names.len()];
        for at in kept {
            let answers = self.parts[at.part as usize].1.answers(at.response as usize);
            for (column, answer) in columns.iter_mut().zip(&answers[first..]) {
                column.push(*answer);
            }
        }
        names.iter().zip(columns).map(|(name, values)| Int16Chunked::from_vec(name.as_str().into(), values).into_column()).collect()
    }
}
