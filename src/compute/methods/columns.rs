//! Columns named by settings.

use serde_json::Value;

use crate::compute::{Fault, Request};

/// A column named by a setting, else by its role.
pub(super) enum Source {
    /// By its position.
    Column(usize),
    /// By the role that it serves.
    Role(&'static str),
}

impl Source {
    /// The column, if there is one.
    pub fn new(request: &Request, role: &'static str, setting: &str) -> Result<Option<Self>, Fault> {
        match request.setting(setting).and_then(Value::as_str) {
            Some(name) => Ok(Some(Self::Column(position(request, name)?))),
            None => Ok(request.has(role).then_some(Self::Role(role))),
        }
    }

    /// Its cells as labels.
    pub fn labels(&self, request: &Request) -> Result<Vec<Option<String>>, Fault> {
        match self {
            Self::Column(column) => Ok(request.table.labels(*column)),
            Self::Role(role) => request.labels(role),
        }
    }

    /// Its cells as numbers.
    pub fn numbers(&self, request: &Request) -> Result<Vec<Option<f64>>, Fault> {
        match self {
            Self::Column(column) => request.table.numbers(*column),
            Self::Role(role) => request.numbers(role),
        }
    }
}

/// The column with a heading; words after the heading, and a leading tilde as of a formula, are taken for remarks.
pub(super) fn position(request: &Request, name: &str) -> Result<usize, Fault> {
    let bare = name.trim().trim_start_matches('~').trim();
    let first = bare.split_whitespace().next().unwrap_or(bare);
    let found = request.table.position(bare).or_else(|| request.table.position(first));
    found.ok_or_else(|| {
        Fault::new(format!("there is no column \"{name}\""), format!("the file has {}", request.table.headings().join(", ")))
    })
}
