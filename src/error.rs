//! Errors that end a run, and the exit codes of the command.

use std::fmt;
use std::path::{Path, PathBuf};

/// Why a run could not go on: what failed, where, and what to do next.
#[derive(Debug)]
pub struct Error {
    /// What failed, in one sentence without a final period.
    pub what: String,
    /// The file or folder concerned, where there is one.
    pub place: Option<PathBuf>,
    /// What the reader can do about it.
    pub next: String,
    /// A rendered explanation (source lines with carets), printed as it is.
    pub detail: Option<String>,
}

/// The result of a stage that can stop the run.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error with its remedy.
    pub fn new(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { what: what.into(), place: None, next: next.into(), detail: None }
    }

    /// Names the file or folder concerned.
    #[must_use]
    pub fn at(mut self, place: impl AsRef<Path>) -> Self {
        self.place = Some(place.as_ref().to_path_buf());
        self
    }

    /// Adds source lines with carets.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// A failed read or write.
    pub fn io(action: &str, place: impl AsRef<Path>, source: &std::io::Error) -> Self {
        match source.kind() {
            std::io::ErrorKind::NotFound => Self::new(format!("could not {action}: it is not there"), "check the path").at(place),
            _ => Self::new(format!("could not {action}: {source}"), "check that you may read and write it").at(place),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        if let Some(place) = &self.place {
            write!(f, " ({})", place.display())?;
        }
        write!(f, "; {}", self.next)
    }
}

impl std::error::Error for Error {}

/// What the process returns to its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// No finding of error severity.
    Clean = 0,
    /// At least one finding of error severity; what could be used was used.
    Findings = 1,
    /// The run could not go on.
    Failed = 2,
}
