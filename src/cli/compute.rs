//! `mentorscope compute`: one statistic on one table.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches};
use serde_json::{Value, json};

use super::Format;
use crate::compute::{self, Fault, METHODS, Method, Request, Table};
use crate::error::{Error, Exit, Result};

/// Largest table read.
const LARGEST_INPUT: u64 = 64 << 20;

/// Compute one statistic on one CSV file, with its definition, interval and reasons
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "mentorscope compute METHOD DATA.csv [--ROLE COLUMN]... [--set KEY=VALUE]... [--format json|text]\n       mentorscope compute --list [METHOD]",
    after_help = "Roles say which column serves for what, such as --group arm; where none is named, usual headings do. Roles that take \
    several columns take them with commas between: --items q1,q2,q3. `--list METHOD` prints the roles, settings and result keys of a method.\n\
    A result that does not exist is null with its reason, and no failure.\n\n\
    Examples:\n  mentorscope compute --list welch_t\n  mentorscope compute welch_t scores.csv --value=satisfaction --group cohort\n  \
    mentorscope compute reliability answers.csv --items q1,q2,q3,q4 --format text\n  mentorscope compute rmst pairs.csv --set tau=12 --set conf=0.9\n  \
    cat counts.csv | mentorscope compute fisher_exact -"
)]
pub struct Arguments {
    /// Name of the method
    #[arg(value_name = "METHOD", required_unless_present = "list")]
    method: Option<String>,
    /// CSV file with one row of headings; `-` reads standard input
    #[arg(value_name = "DATA.csv", required_unless_present = "list")]
    data: Option<PathBuf>,
    /// Describe all methods, or the one named
    #[arg(long, conflicts_with = "data")]
    list: bool,
    /// Set a parameter of the method; `confidence_level` (or `conf`) is one of every method. Values are JSON, or plain words
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// How to print: results are JSON and lists text unless told otherwise
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    roles: Roles,
}

/// The columns named for roles: one option for each role that any method has.
#[derive(Debug)]
struct Roles(BTreeMap<String, String>);

fn methods() -> impl Iterator<Item = &'static Method> {
    METHODS.iter().flat_map(|methods| methods.iter())
}

fn role_names() -> BTreeSet<&'static str> {
    methods().flat_map(|method| method.roles).map(|role| role.name).collect()
}

impl clap::FromArgMatches for Roles {
    fn from_arg_matches(matches: &ArgMatches) -> std::result::Result<Self, clap::Error> {
        let named = |role: &'static str| {
            let columns: Vec<&str> = matches.get_many::<String>(role)?.map(String::as_str).collect();
            Some((role.to_string(), columns.join(",")))
        };
        Ok(Self(role_names().into_iter().filter_map(named).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> std::result::Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl clap::Args for Roles {
    fn augment_args(command: clap::Command) -> clap::Command {
        role_names().into_iter().fold(command, |command, role| {
            let argument = Arg::new(role).long(role).value_name("COLUMN").action(ArgAction::Append);
            command.arg(argument.allow_hyphen_values(true).hide(true))
        })
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    let method = arguments.method.as_deref().map(compute::find).transpose().map_err(wrong)?;
    if arguments.list {
        let listed: Vec<&Method> = methods().filter(|known| method.is_none_or(|method| method.name == known.name)).collect();
        match arguments.format.unwrap_or(Format::Text) {
            Format::Text => anstream::print!("{}", listed.iter().map(|method| described(method)).collect::<Vec<_>>().join("\n")),
            Format::Json => anstream::println!("{:#}", Value::from_iter(listed.iter().map(|method| declared(method)))),
        }
        return Ok(Exit::Clean);
    }
    let (Some(method), Some(path)) = (method, &arguments.data) else {
        return Err(Error::new("a method and a file are needed", "see `mentorscope compute --help`"));
    };
    let table = Table::read(&input(path)?).map_err(|fault| wrong(fault).at(path))?;
    let request = Request::new(method, &table, arguments.roles.0.clone(), settings(&arguments.settings)?);
    let answer = request.and_then(|request| compute::run(&request, method)).map_err(|fault| wrong(fault).at(path))?;
    match arguments.format.unwrap_or(Format::Json) {
        Format::Json => anstream::println!("{answer:#}"),
        Format::Text => anstream::print!("{}", aligned(&answer)),
    }
    Ok(Exit::Clean)
}

fn wrong(fault: Fault) -> Error {
    Error::new(fault.what, fault.next)
}

/// The bytes of a file or of standard input.
fn input(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(LARGEST_INPUT + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LARGEST_INPUT + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| Error::io("read the table", path, &error))?;
    if bytes.len() as u64 > LARGEST_INPUT {
        return Err(Error::new("the table is larger than 64 MiB", "leave out columns that the method does not need").at(path));
    }
    Ok(bytes)
}

/// Settings as JSON, and as text where they are none.
fn settings(given: &[String]) -> Result<BTreeMap<String, Value>> {
    let mut settings = BTreeMap::new();
    for setting in given {
        let (key, value) = setting.split_once('=').ok_or_else(|| {
            Error::new(format!("the setting \"{setting}\" has no value"), "write --set KEY=VALUE, such as --set conf=0.9")
        })?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
        if settings.insert(key.trim().to_string(), value).is_some() {
            return Err(Error::new(format!("the setting {} is given twice", key.trim()), "give it once"));
        }
    }
    Ok(settings)
}

fn declared(method: &Method) -> Value {
    let roles =
        method.roles.iter().map(|role| json!({ "name": role.name, "meaning": role.meaning, "columns": role.columns, "many": role.many }));
    let settings = method.settings.iter().map(|setting| json!({ "name": setting.name, "meaning": setting.meaning }));
    let keys = method.keys.iter().map(|(name, meaning)| json!({ "name": name, "meaning": meaning }));
    json!({
        "name": method.name,
        "aliases": method.aliases,
        "summary": method.summary,
        "roles": Value::from_iter(roles),
        "settings": Value::from_iter(settings),
        "keys": Value::from_iter(keys),
    })
}

fn described(method: &Method) -> String {
    let mut text = format!("{}\n  {}.\n", method.name, method.summary);
    if !method.aliases.is_empty() {
        text += &format!("  also: {}\n", method.aliases.join(", "));
    }
    let roles = method.roles.iter().map(|role| {
        let several = if role.many { " (several)" } else { "" };
        let usual = if role.columns.is_empty() { String::new() } else { format!(" [{}]", role.columns.join(", ")) };
        (format!("--{}", role.name), format!("{}{several}{usual}", role.meaning))
    });
    let settings = method.settings.iter().map(|setting| (format!("--set {}=", setting.name), setting.meaning.to_string()));
    let keys = method.keys.iter().map(|(name, meaning)| (name.to_string(), meaning.to_string()));
    for (title, lines) in [("columns", roles.collect::<Vec<_>>()), ("settings", settings.collect()), ("results", keys.collect())] {
        if !lines.is_empty() {
            text += &format!("  {title}:\n");
        }
        for (name, meaning) in lines {
            text += &format!("    {name}\n        {meaning}\n");
        }
    }
    text
}

/// One line for each value, by its path.
fn aligned(answer: &Value) -> String {
    let mut lines = Vec::new();
    flatten(answer, String::new(), &mut lines);
    let width = lines.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0);
    lines.iter().map(|(key, value)| format!("{key:width$}  {value}\n")).collect()
}

fn flatten(value: &Value, path: String, lines: &mut Vec<(String, String)>) {
    let below = |key: &str| if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
    match value {
        Value::Object(inner) => inner.iter().for_each(|(key, value)| flatten(value, below(key), lines)),
        Value::Array(cells) if cells.iter().any(|cell| cell.is_object() || cell.is_array()) => {
            cells.iter().enumerate().for_each(|(place, cell)| flatten(cell, format!("{path}[{place}]"), lines));
        }
        Value::Array(cells) => lines.push((path, cells.iter().map(word).collect::<Vec<_>>().join(", "))),
        value => lines.push((path, word(value))),
    }
}

/// A value for people: numbers to seven digits.
fn word(value: &Value) -> String {
    match (value, value.as_f64()) {
        (Value::Null, _) => "none".to_string(),
        (Value::String(text), _) => text.clone(),
        (Value::Number(number), Some(value)) if number.is_f64() && value != 0.0 => {
            let digits = 6 - value.abs().log10().floor() as i32;
            match usize::try_from(digits) {
                Ok(digits) if digits <= 10 => {
                    let text = format!("{value:.digits$}");
                    if digits > 0 { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
                }
                Err(_) if value.abs() < 1e15 => format!("{value:.0}"),
                _ => format!("{value:.6e}"),
            }
        }
        (value, Some(0.0)) if value.is_f64() => "0".to_string(),
        (value, _) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_seven_digits() {
        let words = [
            json!(0.123456789),
            json!(1234567.89),
            json!(-2.5),
            json!(3),
            json!(0.0),
            json!(1e-12),
            json!(1e20),
            json!(null),
            json!("Inf"),
        ];
        let expected = ["0.1234568", "1234568", "-2.5", "3", "0", "1.000000e-12", "1.000000e20", "none", "Inf"];
        assert_eq!(words.iter().map(word).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn answers_are_aligned_by_path() {
        let answer = json!({ "statistic": "x", "first": { "n": 3 }, "rows": [{ "p": 0.5 }, { "p": null }], "levels": [1, 2] });
        assert_eq!(aligned(&answer), "statistic  x\nfirst.n    3\nrows[0].p  0.5\nrows[1].p  none\nlevels     1, 2\n");
    }

    #[test]
    fn no_role_takes_the_name_of_another_option() {
        for name in ["list", "set", "settings", "format", "help", "method", "data", "version"] {
            assert!(!role_names().contains(name), "{name}");
        }
    }
}
