//! `Dataset`: what passed the checks, with ids as codes and dates as days.

use polars::prelude::DataFrame;

use super::codes::Codes;
use crate::program::plan::Role;

/// The data that a run uses. Only the check stage can make one.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// People of the roster.
    pub(super) people: Codes,
    /// Pairs of the register.
    pub(super) pair_ids: Codes,
    /// One row per person and `valid_from`: `person` u32, `valid_from` i32 (days since 1970-01-01, `i32::MIN` where undated),
    /// `left_on` i32 (null: still here), `trained_on` i32 (null: not trained as a mentor, as far as is known), `disciplines` u32 (bit k: the k-th of the
    /// plan; null: not recorded), `w{k}` i32 per recorded cause of people (1 yes, 0 no, null not observed), `d0`, `d1`, … u16 (position in the
    /// demographic's values; null: not stated).
    pub(super) roster: DataFrame,
    /// One row per episode: `pair`, `mentee`, `mentor` u32; `start`, `registered` i32; `agreed_end`, `first_meeting`, `last_contact` i32
    /// (null: not recorded); `interval` i32 (agreed days between meetings); `ended` i32 (null: open); `end_kind` u8
    /// (0 failure, 1 success, 2 neutral, 3 not known: lost on that day; null: open); `reason` u16 (position in the status map; null: none, or none of
    /// it); `assesses` bool and `coaching_percent` i32, 0 to 100 (null: not recorded); `reason_causes` u32 (bit k: the end reason names the k-th cause);
    /// `w{k}` i32 per recorded cause of pairs (1 yes, 0 no, null not observed).
    pub(super) pairs: DataFrame,
    /// One row per goal version: `goal`, `pair`, `mentee`, `mentor` u32; `set_on`, `due` i32; `mentee_agreed`, `mentor_agreed`, `abandoned` i32
    /// (null: no such day); `weight` f64 (0 or more); `kind` u8 (0 personal, 1 professional; null: not stated); `mentee_rating`, `mentor_rating` i32 (-2 to 2; null: not rated).
    pub(super) goals: DataFrame,
    /// One row per pair and day of contact in the log: `pair` u32, `day` i32; sorted, each once. Empty where the program keeps no log.
    pub(super) contacts: DataFrame,
    /// Ids of pairs that other files name and the register does not have, each once, sorted.
    pub(super) unregistered: Vec<String>,
    /// Actions taken, in the order of the file.
    pub(super) actions: Vec<Action>,
    /// Answers, one entry per instrument and role, in the order of `program.toml`.
    pub(super) responses: Vec<Responses>,
}

/// The answers to one instrument.
#[derive(Debug, Clone)]
pub struct Responses {
    /// Position in `Plan::instruments`.
    pub instrument: usize,
    /// Who answered.
    pub role: Role,
    /// Whether they are about pairs; the answers of staff and of anonymous respondents are not.
    pub linked: bool,
    /// One row per response: `person`, `pair`, `mentee`, `mentor` u32 (null for answers that are not linked, except `person`, which numbers
    /// the respondents), `period` u16 (position in `Plan::periods`), `date` i32 (null: not recorded), `complete` bool, `answered` i32, then one i16
    /// column per item named by its id, or `id___code` per choice of a multiple item (1 chosen, 0 not), as `check::answer` stores answers.
    pub frame: DataFrame,
}

/// One action taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Its id.
    pub id: String,
    /// Its name as printed.
    pub label: String,
    /// First day, in days since 1970-01-01.
    pub started: i32,
    /// Position of the demographic that says where, and the positions of the values; none for the whole program.
    pub place: Option<(usize, Vec<u16>)>,
    /// The metric it was meant to move.
    pub metric: String,
}

impl Dataset {
    /// People of the roster.
    pub fn people(&self) -> &Codes {
        &self.people
    }

    /// Pairs of the register.
    pub fn pair_ids(&self) -> &Codes {
        &self.pair_ids
    }

    /// The roster; see the field's documentation for its grain.
    pub fn roster(&self) -> &DataFrame {
        &self.roster
    }

    /// The register of pairs, one row per episode.
    pub fn pairs(&self) -> &DataFrame {
        &self.pairs
    }

    /// The goals, one row per goal version.
    pub fn goals(&self) -> &DataFrame {
        &self.goals
    }

    /// The log of contacts.
    pub fn contacts(&self) -> &DataFrame {
        &self.contacts
    }

    /// Ids of pairs that other files name and the register does not have, each once, sorted.
    pub fn unregistered(&self) -> &[String] {
        &self.unregistered
    }

    /// Actions taken.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// Answers per instrument and role.
    pub fn responses(&self) -> &[Responses] {
        &self.responses
    }
}
