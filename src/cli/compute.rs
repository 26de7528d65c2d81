//! `mentorscope compute`: one statistic on one table.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use serde_json::{Value, json};

use super::Format;
use crate::compute::{Fault, METHODS, Method, Request, Table, find, run as run_method};
use crate::error::{Error, Exit, Result};

/// Largest table read, in bytes.
const BYTES_MAX: u64 = 64 << 20;

/// What to compute, on what.
#[derive(Debug)]
pub struct Arguments {
    method: Option<String>,
    data: Option<String>,
    roles: BTreeMap<String, String>,
    settings: Vec<String>,
    list: bool,
    format: Option<Format>,
}

impl Args for Arguments {
    fn augment_args(command: Command) -> Command {
        let command = command
            .about("Compute one statistic on one CSV table, for a number checked on any data")
            .after_help(
                "Examples:\n  mentorscope compute --list\n  mentorscope compute kaplan_meier follow-up.csv\n  \
                 mentorscope compute mann_whitney scores.csv --value score --group arm --format json\n  \
                 mentorscope compute reliability survey.csv --items q1,q2,q3 --set confidence_level=0.9\n\n\
                 What has no answer is null, with its reason.",
            )
            .arg(Arg::new("method").value_name("METHOD").required_unless_present("list").help("Name of the method; --list has all"))
            .arg(Arg::new("data").value_name("DATA.csv").help("CSV file with one row of headings; - for standard input"))
            .arg(
                Arg::new("set")
                    .long("set")
                    .value_name("KEY=VALUE")
                    .action(ArgAction::Append)
                    .help("Parameter of the method, its value as JSON or plain text, such as confidence_level=0.9"),
            )
            .arg(Arg::new("list").long("list").action(ArgAction::SetTrue).help("Describe every method: columns, parameters, results"))
            .arg(
                Arg::new("format")
                    .long("format")
                    .value_name("FORMAT")
                    .value_parser(clap::value_parser!(Format))
                    .help("json prints one object (the default), text a line per number (the default of --list)"),
            );
        // One option per role, so that a column is named as its role: --value score.
        roles().fold(command, |command, role| {
            let help = format!("Column for the role {role}");
            command.arg(Arg::new(role).long(role).value_name("COLUMN").help(help).help_heading("Roles").hide_short_help(true))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Arguments {
    fn from_arg_matches(matches: &ArgMatches) -> std::result::Result<Self, clap::Error> {
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        Ok(Self {
            method: text("method"),
            data: text("data"),
            roles: roles().filter_map(|role| Some((role.to_owned(), text(role)?))).collect(),
            settings: matches.get_many::<String>("set").into_iter().flatten().cloned().collect(),
            list: matches.get_flag("list"),
            format: matches.get_one::<Format>("format").copied(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> std::result::Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn methods() -> impl Iterator<Item = &'static Method> {
    METHODS.iter().flat_map(|methods| methods.iter())
}

/// Every role of any method, once, in alphabetical order.
fn roles() -> impl Iterator<Item = &'static str> {
    let mut names: Vec<&str> = methods().flat_map(|method| method.roles.iter().map(|role| role.name)).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter()
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    if arguments.list {
        list(arguments.method.as_deref(), arguments.format.unwrap_or(Format::Text))?;
        return Ok(Exit::Clean);
    }
    let method = find(arguments.method.as_deref().unwrap_or_default()).map_err(error)?;
    let data = arguments
        .data
        .as_deref()
        .ok_or_else(|| Error::new(format!("{} needs a table", method.name), "name a CSV file, or - for standard input"))?;
    let table = Table::read(&read(data)?).map_err(|fault| error(fault).at(data))?;
    let settings = arguments.settings.iter().map(|setting| read_setting(setting)).collect::<Result<_>>()?;
    let request = Request::new(method, &table, arguments.roles.clone(), settings).map_err(error)?;
    let answer = run_method(&request, method).map_err(error)?;
    match arguments.format.unwrap_or(Format::Json) {
        Format::Json => print_json(&answer),
        Format::Text => print_lines("", &answer),
    }
    Ok(Exit::Clean)
}

fn error(fault: Fault) -> Error {
    Error::new(fault.what, fault.next)
}

fn read(data: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let done = if data == "-" {
        std::io::stdin().lock().take(BYTES_MAX + 1).read_to_end(&mut bytes)
    } else {
        File::open(Path::new(data)).and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut bytes))
    };
    done.map_err(|source| Error::io("read the table", data, &source))?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(
            Error::new(format!("the table is larger than {} MiB", BYTES_MAX >> 20), "leave out columns that are not needed").at(data)
        );
    }
    Ok(bytes)
}

/// `key=value`, the value as JSON, else as text.
fn read_setting(setting: &str) -> Result<(String, Value)> {
    let (key, value) = setting
        .split_once('=')
        .ok_or_else(|| Error::new(format!("--set needs KEY=VALUE, not {setting:?}"), "write for instance --set confidence_level=0.9"))?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
    Ok((key.trim().to_owned(), value))
}

/// Describes the methods; only one where its name is given.
fn list(name: Option<&str>, format: Format) -> Result<()> {
    let only = name.map(find).transpose().map_err(error)?;
    let wanted: Vec<&Method> = methods().filter(|method| only.is_none_or(|only| only.name == method.name)).collect();
    if format == Format::Json {
        print_json(&Value::Array(wanted.into_iter().map(description).collect()));
        return Ok(());
    }
    for method in wanted {
        let names: Vec<&str> = std::iter::once(method.name).chain(method.aliases.iter().copied()).collect();
        anstream::println!("{}\n  {}", names.join(", "), method.summary);
        for role in method.roles {
            let usual = if role.columns.is_empty() { "every other column".to_owned() } else { role.columns.join(", ") };
            anstream::println!("  --{:<18} {} [{usual}]", role.name, role.meaning);
        }
        for setting in method.settings {
            anstream::println!("  --set {:<14} {}", setting.name, setting.meaning);
        }
        for (key, meaning) in method.keys {
            anstream::println!("  {key}: {meaning}");
        }
        anstream::println!();
    }
    Ok(())
}

fn description(method: &Method) -> Value {
    let roles = method.roles.iter();
    let roles: Vec<Value> =
        roles.map(|role| json!({ "name": role.name, "meaning": role.meaning, "columns": role.columns, "several": role.many })).collect();
    let settings: Vec<Value> = method.settings.iter().map(|setting| json!({ "name": setting.name, "meaning": setting.meaning })).collect();
    let keys: Vec<Value> = method.keys.iter().map(|(key, meaning)| json!({ "key": key, "meaning": meaning })).collect();
    json!({ "method": method.name, "aliases": method.aliases, "summary": method.summary, "roles": roles, "settings": settings, "results": keys })
}

fn print_json(value: &Value) {
    anstream::println!("{value:#}");
}

/// One line per number, behind its path.
fn print_lines(path: &str, value: &Value) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                print_lines(&if path.is_empty() { key.clone() } else { format!("{path}.{key}") }, value);
            }
        }
        Value::Array(cells) if cells.iter().any(|cell| cell.is_object() || cell.is_array()) => {
            for (number, cell) in cells.iter().enumerate() {
                print_lines(&format!("{path}[{number}]"), cell);
            }
        }
        Value::Array(cells) => {
            let cells: Vec<String> = cells.iter().map(plain).collect();
            anstream::println!("{path:<40} {}", cells.join(" "));
        }
        value => anstream::println!("{path:<40} {}", plain(value)),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        value => value.to_string(),
    }
}
