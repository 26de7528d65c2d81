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

/// Responses whose answers are gathered by one thread in one go.
const PIECE: usize = 1 << 15;
/// Responses whose answers are turned from rows into columns in one go: few enough to stay near the processor.
const GATHERED: usize = 1 << 10;

/// Groups in which is chosen in one go.
const GROUPS: usize = 1 << 12;

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

/// What is chosen among the responses of some groups.
struct Chosen {
    /// Responses to use, by group, person and period.
    kept: Vec<At>,
    heads: Vec<Head>,
    /// Those that others take the place of.
    dropped: Vec<(At, Head)>,
}

/// A response as those of one group are compared: what is alike in person and period is repeated, and the greatest of it is used. Last is its place
/// among those that are ordered.
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
        let (ordered, starts) = self.by_pair(pairs.sides.len());
        let groups = starts.len() - 1;
        let chosen = in_parallel((0..groups).step_by(GROUPS), |first| self.choose(&ordered, &starts[first..=(first + GROUPS).min(groups)]));
        for (at, head) in chosen.iter().flat_map(|chosen| &chosen.dropped) {
            let (file, _) = &self.parts[at.part as usize];
            let place = Place { file: &exports[*file].file, row: Some(u64::from(head.row)), column: None };
            findings.push(rules::repeated_response::finding(&place, "another response of the same side, pair and period is used"));
            funnels[*file].used -= 1;
            funnels[*file].exclude(rules::repeated_response::RULE);
        }
        let kept = chosen.iter().map(|chosen| chosen.kept.as_slice()).collect::<Vec<_>>().concat();
        let mut columns = head_columns(&chosen, pairs);
        columns.extend(self.answers(&kept));
        DataFrame::new(kept.len(), columns)
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

    /// Chooses among the responses of some groups, whose bounds among the ordered ones are given.
    fn choose(&self, ordered: &[At], bounds: &[usize]) -> Chosen {
        let first = bounds.first().copied().unwrap_or(0);
        let ordered = &ordered[first..bounds.last().copied().unwrap_or(first)];
        // Nothing is compared meanwhile, so that many heads are fetched at once.
        let heads: Vec<Head> = ordered.iter().map(|at| self.parts[at.part as usize].1.heads[at.response as usize]).collect();
        let mut chosen = Chosen { kept: Vec::with_capacity(heads.len()), heads: Vec::with_capacity(heads.len()), dropped: Vec::new() };
        let mut ranks: Vec<Rank> = Vec::new();
        for group in bounds.windows(2) {
            ranks.clear();
            // Responses of a group stand in the order of files and rows.
            ranks.extend((group[0] - first..group[1] - first).map(|place| {
                let head = &heads[place];
                (head.person, head.period, head.answered, head.date, head.second, place)
            }));
            ranks.sort_unstable();
            for (position, rank) in ranks.iter().enumerate() {
                let is_last = ranks.get(position + 1).is_none_or(|next| (next.0, next.1) != (rank.0, rank.1));
                if is_last {
                    chosen.kept.push(ordered[rank.5]);
                    chosen.heads.push(heads[rank.5]);
                } else {
                    chosen.dropped.push((ordered[rank.5], heads[rank.5]));
                }
            }
        }
        chosen
    }

    /// All responses in groups, those of no pair first, then those of each pair; and the bounds of the groups.
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
        let mut columns: Vec<Vec<i16>> = self.names.iter().map(|_| vec![0; kept.len()]).collect();
        let mut pieces: Vec<(&[At], Vec<&mut [i16]>)> = kept.chunks(PIECE).map(|kept| (kept, Vec::with_capacity(columns.len()))).collect();
        for column in &mut columns {
            pieces.iter_mut().zip(column.chunks_mut(PIECE)).for_each(|((_, columns), part)| columns.push(part));
        }
        in_parallel(pieces, |(kept, mut columns)| {
            let width = columns.len();
            let mut rows = Vec::with_capacity(kept.len().min(GATHERED) * width);
            for (number, kept) in kept.chunks(GATHERED).enumerate() {
                // Rows are fetched from all over memory first, and turned into columns where they are near.
                rows.clear();
                for at in kept {
                    rows.extend_from_slice(self.parts[at.part as usize].1.answers(at.response as usize));
                }
                for (slot, column) in columns.iter_mut().enumerate() {
                    let stored = column.iter_mut().skip(number * GATHERED);
                    stored.zip(rows[slot..].iter().step_by(width)).for_each(|(stored, answer)| *stored = *answer);
                }
            }
        });
        self.names.iter().zip(columns).map(|(name, values)| Int16Chunked::from_vec(name.as_str().into(), values).into_column()).collect()
    }
}

/// All columns but the answers.
fn head_columns(chosen: &[Chosen], pairs: &Pairs) -> Vec<Column> {
    let heads = || chosen.iter().flat_map(|chosen| &chosen.heads);
    let side = |name: &str, side: fn((u32, u32)) -> u32| {
        let of_pair = |head: &Head| head.pair.map(|pair| side(pairs.sides[pair as usize]));
        UInt32Chunked::from_iter_options(name.into(), heads().map(of_pair)).into_column()
    };
    in_parallel(0..8, |column| match column {
        0 => Column::new("person".into(), heads().map(|head| head.person).collect::<Vec<_>>()),
        1 => UInt32Chunked::from_iter_options("pair".into(), heads().map(|head| head.pair)).into_column(),
        2 => Column::new("period".into(), heads().map(|head| head.period).collect::<Vec<_>>()),
        3 => side("mentee", |sides| sides.0),
        4 => side("mentor", |sides| sides.1),
        5 => Int32Chunked::from_iter_options("date".into(), heads().map(|head| head.date)).into_column(),
        6 => Column::new("complete".into(), heads().map(|head| head.complete).collect::<Vec<_>>()),
        _ => Column::new("answered".into(), heads().map(|head| head.answered).collect::<Vec<_>>()),
    })
}
