//! What a method was asked: a table, columns for its roles, and settings.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Fault, Method, Table, nearest};

/// The names of the setting that every method takes.
const LEVEL: [&str; 2] = ["confidence_level", "conf"];

/// A column's heading and its cells, one a row; missing where the cell is empty.
pub type Column<T> = (String, Vec<Option<T>>);

/// One call of a method, checked against its declaration.
#[derive(Debug)]
pub struct Request<'a> {
    method: &'a Method,
    /// The data.
    pub table: &'a Table,
    roles: BTreeMap<String, String>,
    settings: BTreeMap<String, Value>,
}

impl<'a> Request<'a> {
    /// Checks that every role and setting is one of the method's, and that every column named is in the table.
    pub fn new(
        method: &'a Method,
        table: &'a Table,
        roles: BTreeMap<String, String>,
        settings: BTreeMap<String, Value>,
    ) -> Result<Self, Fault> {
        for (role, columns) in &roles {
            let declared = method.roles.iter().find(|known| known.name == role);
            let declared = declared.ok_or_else(|| unknown("role", role, method.name, method.roles.iter().map(|r| r.name)))?;
            // A heading may hold a comma itself.
            let several = declared.many && table.position(columns).is_none();
            let columns: Vec<&str> = if several { columns.split(',').map(str::trim).collect() } else { vec![columns] };
            for column in columns {
                if table.position(column).is_none() {
                    return Err(unknown("column", column, "the file", table.headings().iter().map(String::as_str)));
                }
            }
        }
        for key in settings.keys() {
            if !LEVEL.contains(&key.as_str()) && !method.settings.iter().any(|known| known.name == key) {
                return Err(unknown("setting", key, method.name, method.settings.iter().map(|s| s.name).chain(["confidence_level"])));
            }
        }
        Ok(Self { method, table, roles, settings })
    }

    /// The columns that serve a role: those named by the caller, else the method's usual headings that the table has.
    fn columns(&self, role: &str) -> Vec<usize> {
        let declared = self.method.roles.iter().find(|known| known.name == role);
        match (self.roles.get(role), declared) {
            (Some(named), Some(role)) if role.many && self.table.position(named).is_none() => {
                named.split(',').filter_map(|c| self.table.position(c.trim())).collect()
            }
            (Some(named), _) => self.table.position(named).into_iter().collect(),
            (None, Some(role)) if role.many && role.columns.is_empty() => self.unclaimed(),
            (None, Some(role)) => {
                let usual = role.columns.iter().filter_map(|heading| self.table.position(heading));
                if role.many { usual.collect() } else { usual.take(1).collect() }
            }
            (None, None) => Vec::new(),
        }
    }

    /// Columns that no other role of the method takes: what a role without usual headings, such as a model's predictors, stands for.
    fn unclaimed(&self) -> Vec<usize> {
        let others = self.method.roles.iter().filter(|role| !(role.many && role.columns.is_empty()));
        let claimed: Vec<usize> = others.flat_map(|role| self.columns(role.name)).collect();
        let headed = self.table.headings().iter().enumerate().filter(|(_, heading)| !heading.is_empty());
        headed.map(|(column, _)| column).filter(|column| !claimed.contains(column)).collect()
    }

    /// Whether the caller named columns for the role.
    pub fn names(&self, role: &str) -> bool {
        self.roles.contains_key(role)
    }

    /// Whether a column serves the role.
    pub fn has(&self, role: &str) -> bool {
        !self.columns(role).is_empty()
    }

    fn column(&self, role: &str) -> Result<usize, Fault> {
        self.columns(role).first().copied().ok_or_else(|| {
            let usual = self.method.roles.iter().find(|r| r.name == role).map_or(String::new(), |r| r.columns.join(" or "));
            Fault::new(
                format!("{} needs a column for the role \"{role}\", and none is headed {usual}", self.method.name),
                format!("name it with --{role} COLUMN; the file has {}", self.table.headings().join(", ")),
            )
        })
    }

    /// The numbers of a role, one a row; missing where the cell is empty.
    pub fn numbers(&self, role: &str) -> Result<Vec<Option<f64>>, Fault> {
        self.table.numbers(self.column(role)?)
    }

    /// The labels of a role, one a row; missing where the cell is empty.
    pub fn labels(&self, role: &str) -> Result<Vec<Option<String>>, Fault> {
        Ok(self.table.labels(self.column(role)?))
    }

    /// The numbers of a role that may be absent.
    pub fn numbers_if_any(&self, role: &str) -> Result<Option<Vec<Option<f64>>>, Fault> {
        if self.has(role) { self.numbers(role).map(Some) } else { Ok(None) }
    }

    /// The labels of a role that may be absent.
    pub fn labels_if_any(&self, role: &str) -> Result<Option<Vec<Option<String>>>, Fault> {
        if self.has(role) { self.labels(role).map(Some) } else { Ok(None) }
    }

    /// The columns of a role that takes several, each with its heading; at least one.
    pub fn many_numbers(&self, role: &str) -> Result<Vec<Column<f64>>, Fault> {
        self.column(role)?;
        self.columns(role).into_iter().map(|c| Ok((self.table.headings()[c].clone(), self.table.numbers(c)?))).collect()
    }

    /// As [`many_numbers`](Self::many_numbers), as labels.
    pub fn many_labels(&self, role: &str) -> Result<Vec<Column<String>>, Fault> {
        self.column(role)?;
        Ok(self.columns(role).into_iter().map(|c| (self.table.headings()[c].clone(), self.table.labels(c))).collect())
    }

    /// A setting as it was given, if it was.
    pub fn setting(&self, name: &str) -> Option<&Value> {
        self.settings.get(name)
    }

    /// A setting that must be a number.
    pub fn number_setting(&self, name: &str, default: f64) -> Result<f64, Fault> {
        match self.setting(name) {
            None => Ok(default),
            Some(value) => value.as_f64().ok_or_else(|| wrong(name, "a number", value)),
        }
    }

    /// A setting that must be a whole number of at least 0.
    pub fn count_setting(&self, name: &str, default: u64) -> Result<u64, Fault> {
        match self.setting(name) {
            None => Ok(default),
            Some(value) => value.as_u64().ok_or_else(|| wrong(name, "a whole number of at least 0", value)),
        }
    }

    /// A setting that must be a whole number, at most a given one.
    pub fn bounded_setting(&self, name: &str, default: u64, most: u64) -> Result<u64, Fault> {
        let value = self.count_setting(name, default)?;
        if value <= most { Ok(value) } else { Err(wrong(name, &format!("a whole number of at most {most}"), &value.into())) }
    }

    /// A setting that must be one of a few words; the first is the default.
    pub fn choice_setting(&self, name: &str, choices: &[&'static str]) -> Result<&'static str, Fault> {
        match self.setting(name) {
            None => Ok(choices.first().copied().unwrap_or_default()),
            Some(value) => {
                let known = choices.iter().find(|choice| value.as_str() == Some(choice));
                known.copied().ok_or_else(|| wrong(name, &format!("one of {}", choices.join(", ")), value))
            }
        }
    }

    /// A setting that must be true or false; false unless given.
    pub fn flag_setting(&self, name: &str) -> Result<bool, Fault> {
        match self.setting(name) {
            None => Ok(false),
            Some(value) => value.as_bool().ok_or_else(|| wrong(name, "true or false", value)),
        }
    }

    /// A setting that must be a list of numbers.
    pub fn numbers_setting(&self, name: &str) -> Result<Option<Vec<f64>>, Fault> {
        let Some(value) = self.setting(name) else { return Ok(None) };
        let numbers = value.as_array().and_then(|cells| cells.iter().map(Value::as_f64).collect());
        numbers.map(Some).ok_or_else(|| wrong(name, "a list of numbers such as [1,2,3]", value))
    }

    /// The two-sided confidence level, 0.95 unless set as `confidence_level` or `conf`.
    pub fn confidence_level(&self) -> Result<f64, Fault> {
        let [name, short] = LEVEL;
        let name = if self.setting(name).is_none() && self.setting(short).is_some() { short } else { name };
        let level = self.number_setting(name, 0.95)?;
        if level > 0.0 && level < 1.0 { Ok(level) } else { Err(wrong(name, "a number between 0 and 1", &level.into())) }
    }
}

fn wrong(name: &str, expected: &str, found: &Value) -> Fault {
    Fault::new(format!("the setting {name} needs {expected}, not {found}"), format!("write --set {name}=…"))
}

fn unknown<'n>(kind: &str, given: &str, owner: &str, known: impl Iterator<Item = &'n str>) -> Fault {
    let known: Vec<&str> = known.collect();
    let next = match nearest(given, &known) {
        Some(near) => format!("the nearest is \"{near}\""),
        None if known.is_empty() => format!("{owner} takes none"),
        None => format!("there are {}", known.join(", ")),
    };
    Fault::new(format!("{owner} has no {kind} \"{given}\""), next)
}
