//! The columns that all methods for times to events read.

use super::labels::Codes;
use crate::compute::{Fault, Request, Role};
use crate::stats::incidence::Subject;
use crate::stats::survival::{Clock, Spell};

/// Time at the end of observation.
pub const TIME: Role =
    Role { name: "time", meaning: "time of the event or of censoring", columns: &["time", "stop", "exit", "duration"], many: false };
/// Event or censoring.
pub const EVENT: Role = Role {
    name: "event",
    meaning: "1 if observation ended with the event, 0 if it was censored",
    columns: &["event", "status"],
    many: false,
};
/// Cause of the event.
pub const STATUS: Role = Role {
    name: "status",
    meaning: "0 if observation was censored, otherwise the cause of the event: 1, 2, ...",
    columns: &["status", "cause", "event"],
    many: false,
};
/// Delayed entry.
pub const ENTRY: Role = Role {
    name: "entry",
    meaning: "time at which observation began, if it began late",
    columns: &["entry", "start", "entry_time", "start_time"],
    many: false,
};
/// Group.
pub const GROUP: Role = Role { name: "group", meaning: "group of the row", columns: &["group", "arm"], many: false };
/// Stratum.
pub const STRATUM: Role =
    Role { name: "stratum", meaning: "stratum within which groups are compared", columns: &["stratum", "strata"], many: false };

/// One complete row.
pub struct Row {
    /// Delayed entry, where there is such a column.
    pub entry: Option<f64>,
    /// End of observation.
    pub time: f64,
    /// 0 censored, otherwise the event or its cause.
    pub status: u32,
    /// Position of the group's label.
    pub group: u32,
    /// Position of the stratum's label.
    pub stratum: u32,
    /// Position of the row in the file, from 0.
    pub position: usize,
}

impl Row {
    /// The row's time under observation.
    pub fn spell(&self) -> Spell {
        Spell { entry: self.entry, exit: self.time, event: self.status != 0 }
    }
}

/// The rows that are complete in every role that the method reads.
pub struct Cohort {
    /// Rows in the order of the file.
    pub rows: Vec<Row>,
    /// Labels of the groups, in order; `all` where there is no group column.
    pub groups: Vec<String>,
    /// Whether there is a group column.
    pub grouped: bool,
    /// Whether there is a column for delayed entry.
    pub delayed: bool,
    /// Number of strata.
    pub strata: usize,
    /// Number of rows left out because a cell is missing.
    pub excluded: u64,
}

impl Cohort {
    /// Reads the columns; statuses are causes if `causes`, else only 0 and 1.
    pub fn read(request: &Request, causes: bool) -> Result<Self, Fault> {
        let times = request.numbers("time")?;
        let role = if causes { "status" } else { "event" };
        let statuses = statuses(request.labels(role)?, role, causes)?;
        let entries = request.numbers_if_any("entry")?;
        let groups = request.labels_if_any("group")?.map(|labels| Codes::new(&labels));
        let strata = request.labels_if_any("stratum")?.map(|labels| Codes::new(&labels));
        let of_row = |codes: &Option<Codes>| codes.as_ref().map_or_else(|| vec![Some(0); times.len()], Codes::codes);
        let (group_codes, stratum_codes) = (of_row(&groups), of_row(&strata));
        let mut rows = Vec::new();
        let mut excluded = 0;
        for (position, (time, status)) in times.iter().zip(&statuses).enumerate() {
            let entry = entries.as_ref().map(|entries| entries.get(position).copied().flatten());
            match (time, status, entry, group_codes[position], stratum_codes[position]) {
                (_, _, Some(None), _, _) => excluded += 1,
                (&Some(time), &Some(status), entry, Some(group), Some(stratum)) => {
                    rows.push(Row { entry: entry.flatten(), time, status, group, stratum, position });
                }
                _ => excluded += 1,
            }
        }
        let grouped = groups.is_some();
        let strata = strata.map_or(1, |codes| codes.labels.len());
        let groups = groups.map_or_else(|| vec!["all".to_string()], |codes| codes.labels);
        Ok(Self { rows, groups, grouped, delayed: entries.is_some(), strata, excluded })
    }

    /// Refuses a column of identifiers as groups, for tests whose work grows with their square.
    pub fn few_groups(self) -> Result<Self, Fault> {
        const MOST_GROUPS: usize = 200;
        if self.groups.len() <= MOST_GROUPS {
            return Ok(self);
        }
        Err(Fault::new(format!("there are {} groups", self.groups.len()), "name a column with fewer, with --group COLUMN"))
    }

    fn by_group<T>(&self, of_row: impl Fn(&Row) -> T) -> Vec<Vec<T>> {
        let mut groups: Vec<Vec<T>> = self.groups.iter().map(|_| Vec::new()).collect();
        for row in &self.rows {
            if let Some(group) = groups.get_mut(row.group as usize) {
                group.push(of_row(row));
            }
        }
        groups
    }

    /// The spells of each group.
    pub fn spells(&self) -> Vec<Vec<Spell>> {
        self.by_group(Row::spell)
    }

    /// The subjects of each group for a cumulative incidence, on one clock.
    pub fn subjects(&self) -> Vec<Vec<Subject>> {
        let clock = Clock::new(self.rows.iter().flat_map(|row| row.entry.into_iter().chain([row.time])));
        self.by_group(|row| Subject {
            // Who is observed from the origin on is at risk at time 0 too.
            entry: row.entry.map_or(-1.0, |entry| clock.tick(entry)),
            exit: clock.tick(row.time),
            status: row.status,
            cluster_a: 0,
            cluster_b: 0,
        })
    }

    /// The setting `times`, a number or a list of them.
    pub fn times_setting(&self, request: &Request) -> Result<Option<Vec<f64>>, Fault> {
        match request.setting("times") {
            Some(value) if value.is_number() => request.number_setting("times", 0.0).map(|time| Some(vec![time])),
            _ => request.numbers_setting("times"),
        }
    }
}

/// The greatest number of a cause.
const MOST_CAUSES: f64 = 50.0;

/// Whole numbers, or true and false.
fn statuses(labels: Vec<Option<String>>, role: &str, causes: bool) -> Result<Vec<Option<u32>>, Fault> {
    let wrong = |row: usize| {
        let allowed = if causes { "0 (censored), 1, 2, ... up to 50" } else { "0 (censored) or 1 (event)" };
        Fault::new(format!("row {}, role \"{role}\" holds something other than {allowed}", row + 2), "correct it, or name another column")
    };
    let status = |(row, label): (usize, Option<String>)| match label.as_deref().map(str::to_lowercase).as_deref() {
        None => Ok(None),
        Some("true") => Ok(Some(1)),
        Some("false") => Ok(Some(0)),
        Some(label) => {
            let value = label
                .parse::<f64>()
                .ok()
                .filter(|value| value.fract() == 0.0 && (0.0..=if causes { MOST_CAUSES } else { 1.0 }).contains(value));
            // The cast is exact: the value is whole and small.
            value.map(|value| Some(value as u32)).ok_or_else(|| wrong(row))
        }
    };
    labels.into_iter().enumerate().map(status).collect()
}
