//! What an audit found.

use serde::Serialize;

use super::judge::Stage;

/// Something in the bytes that must not be there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// File, and where in it.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

impl Fault {
    /// A fault at a place.
    pub fn new(place: impl Into<String>, what: String) -> Self {
        Self { place: place.into(), what }
    }
}

/// A hidden cell that can be worked out, or that a limit left undecided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Leak {
    /// Outcome, period and group.
    pub cell: String,
    /// The stage that found it.
    pub stage: &'static str,
    /// What follows of it, as sums of answers out of the largest possible sum; none where a limit was reached.
    pub interval: Option<(i64, i64, i64)>,
    /// The limit that was reached.
    pub limit: Option<&'static str>,
}

/// How much was tried; none of it depends on an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tried {
    /// Files read.
    pub files: usize,
    /// Hidden cells attacked.
    pub cells: usize,
    /// Systems of published figures.
    pub systems: usize,
}

/// The result of an audit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// What must not be in the bytes.
    pub faults: Vec<Fault>,
    /// Hidden cells that can be worked out.
    pub leaks: Vec<Leak>,
    /// How much was tried.
    pub tried: Tried,
}

impl Report {
    /// Whether the release may ship.
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty() && self.leaks.is_empty()
    }

    /// The private log: what was found where. It belongs in the restricted edition only.
    pub fn log(&self) -> String {
        let mut lines = vec![format!(
            "CONFIDENTIAL. {} files read, {} hidden cells attacked in {} systems of published figures; {} faults in the bytes, {} cells that leak.",
            self.tried.files,
            self.tried.cells,
            self.tried.systems,
            self.faults.len(),
            self.leaks.len()
        )];
        lines.extend(self.faults.iter().map(|fault| format!("fault: {}: {}", fault.place, fault.what)));
        lines.extend(self.leaks.iter().map(|leak| {
            let found = match (leak.interval, leak.limit) {
                (Some((lower, upper, range)), _) => format!("between {lower} and {upper} of {range}"),
                (None, limit) => format!("undecided: {}", limit.unwrap_or("unknown")),
            };
            format!("leak: {}: {found} ({} stage)", leak.cell, leak.stage)
        }));
        lines.join("\n") + "\n"
    }
}

/// The public statement of what was tried. It depends on nothing but the tool's version, so that it tells nothing of anybody.
pub const STATEMENT: &str = "\
Before these files were written they were read as they are, by a program that shares no code with the one that chose what to show: tables,
sentences, the texts and coordinates of drawings, CSV, JSON, Parquet and workbook. A number that is not one of the declared results, an identifier
of the inputs, a script, a reference to anything outside and a cell that a spreadsheet would run would have stopped them.

This statement does not say that nothing follows from the shown figures about the hidden ones. `mentorscope audit` tries that.
";

impl From<Stage> for &'static str {
    fn from(stage: Stage) -> Self {
        stage.word()
    }
}
