//! One statistic on one table, for a researcher who checks a single number: `mentorscope compute`.
//!
//! A method reads the columns of its roles from a CSV file, calls [`crate::stats`], and gives one JSON object in the product's
//! vocabulary. It computes nothing itself.

mod answer;
mod methods;
mod request;
mod table;

use std::fmt;

use serde_json::Value;

pub use answer::Answer;
pub use methods::METHODS;
pub use request::{Column, Request};
pub use table::Table;

/// A column that a method reads.
#[derive(Debug)]
pub struct Role {
    /// Its name, which is also the option that names the column.
    pub name: &'static str,
    /// What the column holds.
    pub meaning: &'static str,
    /// Headings that serve the role when no column is named; none for a role that takes every column that is left.
    pub columns: &'static [&'static str],
    /// Whether several columns may serve it.
    pub many: bool,
}

/// A parameter of a method, besides `confidence_level`, which all take.
#[derive(Debug)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it changes, and its default.
    pub meaning: &'static str,
}

/// One method that `compute` runs.
#[derive(Debug)]
pub struct Method {
    /// Its name on the command line.
    pub name: &'static str,
    /// Other names of it.
    pub aliases: &'static [&'static str],
    /// What it computes, in one sentence without a final period.
    pub summary: &'static str,
    /// The columns that it reads.
    pub roles: &'static [Role],
    /// Its parameters.
    pub settings: &'static [Setting],
    /// The keys of its answer, each with its meaning.
    pub keys: &'static [(&'static str, &'static str)],
    /// Runs it.
    pub run: fn(&Request) -> Result<Answer, Fault>,
}

/// Why a method could not run on what it was given. A statistic that has no answer is none: it is null in the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What is wrong, and where.
    pub what: String,
    /// What to do.
    pub next: String,
}

impl Fault {
    /// A fault with its remedy.
    pub fn new(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { what: what.into(), next: next.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what, self.next)
    }
}

impl std::error::Error for Fault {}

/// The method with a name or alias.
pub fn find(name: &str) -> Result<&'static Method, Fault> {
    let named = |method: &&Method| method.name == name || method.aliases.contains(&name);
    METHODS.iter().flat_map(|methods| methods.iter()).find(named).ok_or_else(|| {
        let known: Vec<&str> =
            METHODS.iter().flat_map(|methods| methods.iter()).flat_map(|m| m.aliases.iter().copied().chain([m.name])).collect();
        let hint = nearest(name, &known).map_or(String::new(), |near| format!("the nearest is \"{near}\"; "));
        Fault::new(format!("there is no method \"{name}\""), format!("{hint}mentorscope compute --list describes all"))
    })
}

/// Runs a method and gives its object, which begins with the method's name.
pub fn run(request: &Request, method: &Method) -> Result<Value, Fault> {
    let mut object = serde_json::Map::new();
    object.insert("statistic".to_string(), method.name.into());
    if let Value::Object(values) = (method.run)(request)?.into_json() {
        object.extend(values);
    }
    let object = Value::Object(object);
    let underflow = has_zero_p(&object, false);
    let Value::Object(mut object) = object else { return Ok(object) };
    if underflow {
        object.insert("p_value_note".to_string(), "a p-value of 0 stands for one below 1e-300".into());
    }
    Ok(Value::Object(object))
}

/// Whether a p-value anywhere in an answer is 0, which none is: it is less than numbers can say.
fn has_zero_p(value: &Value, named: bool) -> bool {
    match value {
        Value::Object(inner) => inner.iter().any(|(key, value)| has_zero_p(value, named || key.contains("p_value"))),
        Value::Array(cells) => cells.iter().any(|cell| has_zero_p(cell, named)),
        _ => named && value.as_f64() == Some(0.0),
    }
}

/// The known name most like a given one, if any is near.
fn nearest<'k>(given: &str, known: &[&'k str]) -> Option<&'k str> {
    let score = |name: &&str| strsim::jaro_winkler(given, name);
    known.iter().copied().max_by(|a, b| score(a).total_cmp(&score(b))).filter(|name| score(name) > 0.75)
}
