//! Values of TOML and the readers that turn them into what the plan holds.
//!
//! A reader takes a `Value` and gives what it means, or records a fault and gives nothing.

use std::fmt::Display;
use std::ops::{Range, RangeInclusive};
use std::path::{Component, Path, PathBuf};

use jiff::civil::Date;
use toml::Spanned;
use toml::de::DeValue;

use super::fault::{Faults, suggest};

/// One value, under the key that names it.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) key: &'a str,
    pub(super) node: &'a Spanned<DeValue<'a>>,
    pub(super) faults: &'a Faults<'a>,
}

impl<'a> Value<'a> {
    pub(super) fn span(self) -> Range<usize> {
        self.node.span()
    }

    /// Records a fault at this value.
    pub(super) fn report(self, message: impl Into<String>, help: impl Into<String>) {
        self.faults.add(self.span(), message, help);
    }

    /// Records a fault at this value; gives nothing, so that a reader can end with it.
    pub(super) fn fault<T>(self, message: impl Into<String>, help: impl Into<String>) -> Option<T> {
        self.report(message, help);
        None
    }

    pub(super) fn wrong_type<T>(self, expected: &str, help: &str) -> Option<T> {
        self.fault(format!("`{}` must be {expected}, not {}", self.key, type_name(self.node.get_ref())), help)
    }

    fn out_of_range<T>(self, range: &RangeInclusive<impl Display>) -> Option<T> {
        let (low, high) = (range.start().to_string(), range.end().to_string());
        let help = if high == "inf" { format!("it must be {low} or more") } else { format!("it must lie between {low} and {high}") };
        self.fault(format!("`{}` is out of range", self.key), help)
    }

    fn elements(self) -> Option<impl Iterator<Item = Value<'a>>> {
        match self.node.get_ref() {
            DeValue::Array(array) => Some(array.iter().map(move |node| Value { node, ..self })),
            _ => self.wrong_type("a list", "write [ ] around it"),
        }
    }
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Text that is not blank.
pub(super) fn text(value: Value<'_>) -> Option<String> {
    match value.node.get_ref() {
        DeValue::String(text) if text.trim().is_empty() => {
            value.fault(format!("`{}` is empty", value.key), "give it a value, or leave the key out if it is optional")
        }
        DeValue::String(text) => Some(text.to_string()),
        _ => value.wrong_type("text", "write it in double quotes"),
    }
}

/// Text between values of a cell: not empty, though it may be a blank.
pub(super) fn separator(value: Value<'_>) -> Option<String> {
    match value.node.get_ref() {
        DeValue::String(text) if text == " " => Some(text.to_string()),
        _ => self::text(value),
    }
}

/// A short name that is also safe in a file name.
pub(super) fn id(value: Value<'_>) -> Option<String> {
    let id = text(value)?;
    if id.starts_with(|c: char| c.is_ascii_alphanumeric()) && id.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) {
        return Some(id);
    }
    value.fault(format!("`{id}` cannot be an id"), "begin with a letter or digit and use only letters A to Z, digits, `.`, `_` and `-`")
}

/// A short name in snake case.
pub(super) fn snake_id(value: Value<'_>) -> Option<String> {
    let id = text(value)?;
    if id.starts_with(|c: char| c.is_ascii_lowercase()) && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
        return Some(id);
    }
    value.fault(format!("`{id}` cannot be an id here"), "begin with a lower-case letter and use only a to z, digits and `_`")
}

/// A path that stays inside the program's folder.
pub(super) fn path(value: Value<'_>) -> Option<PathBuf> {
    let path = text(value)?;
    let climbs = path.split('/').any(|part| part == "..");
    if path.starts_with(['/', '~']) || path.contains(['\\', ':']) || climbs {
        return value.fault(
            format!("the path `{path}` leaves the program's folder"),
            "write it relative to the folder of program.toml, with `/` between folders and without `..`",
        );
    }
    // `a/./b` is `a/b`: the same file must have one name.
    Some(Path::new(&path).components().filter(|part| !matches!(part, Component::CurDir)).collect())
}

/// A calendar day.
pub(super) fn date(value: Value<'_>) -> Option<Date> {
    let help = "write it as year-month-day without quotes, such as 2026-07-01";
    match value.node.get_ref() {
        DeValue::Datetime(toml::value::Datetime { date: Some(day), time: None, offset: None }) => {
            let (year, month, of_month) = (i16::try_from(day.year).ok(), i8::try_from(day.month).ok(), i8::try_from(day.day).ok());
            let date = year.zip(month).zip(of_month).and_then(|((y, m), d)| Date::new(y, m, d).ok());
            date.filter(|date| date.year() >= 1900)
                .or_else(|| value.fault(format!("`{}` is not a day of the calendar since 1900", value.key), help))
        }
        DeValue::Datetime(_) => value.fault(format!("`{}` must be a day without a time", value.key), help),
        _ => value.wrong_type("a date", help),
    }
}

/// `true` or `false`.
pub(super) fn flag(value: Value<'_>) -> Option<bool> {
    value.node.get_ref().as_bool().or_else(|| value.wrong_type("true or false", "write true or false without quotes"))
}

/// A whole number in a range.
pub(super) fn whole<N: TryFrom<i64> + PartialOrd + Display>(range: RangeInclusive<N>) -> impl Fn(Value<'_>) -> Option<N> {
    move |value| match value.node.get_ref() {
        DeValue::Integer(n) => {
            let n = i64::from_str_radix(n.as_str(), n.radix()).ok().and_then(|n| N::try_from(n).ok());
            n.filter(|n| range.contains(n)).or_else(|| value.out_of_range(&range))
        }
        _ => value.wrong_type("a whole number", "write it without quotes"),
    }
}

/// A number in a range.
pub(super) fn number(range: RangeInclusive<f64>) -> impl Fn(Value<'_>) -> Option<f64> {
    move |value| {
        let number = match value.node.get_ref() {
            DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(|n| n as f64),
            DeValue::Float(n) => n.as_str().parse().ok(),
            _ => return value.wrong_type("a number", "write it without quotes"),
        };
        number.filter(|n: &f64| n.is_finite() && range.contains(n)).or_else(|| value.out_of_range(&range))
    }
}

/// One word of a fixed list.
pub(super) fn one_of<T: Copy>(words: &'static [(&'static str, T)]) -> impl Fn(Value<'_>) -> Option<T> {
    move |value| {
        let word = text(value)?;
        let known = words.iter().find(|(known, _)| *known == word).map(|(_, meaning)| *meaning);
        known.or_else(|| value.fault(format!("`{}` cannot be `{word}`", value.key), suggest(&word, words.iter().map(|(known, _)| *known))))
    }
}

/// A list with at least one element; elements at fault are left out.
pub(super) fn list<'a, T>(read: impl Fn(Value<'a>) -> Option<T>) -> impl Fn(Value<'a>) -> Option<Vec<T>> {
    move |value| {
        let mut elements = value.elements()?.peekable();
        if elements.peek().is_none() {
            return value
                .fault(format!("`{}` is empty", value.key), "give it at least one element, or leave the key out if it is optional");
        }
        Some(elements.filter_map(&read).collect())
    }
}

/// One text, or a list of them.
pub(super) fn text_or_list(value: Value<'_>) -> Option<Vec<String>> {
    match value.node.get_ref() {
        DeValue::Array(_) => list(text)(value),
        _ => text(value).map(|text| vec![text]),
    }
}

/// A value with its place, for checks that come later.
pub(super) fn placed<'a, T>(read: impl Fn(Value<'a>) -> Option<T>) -> impl Fn(Value<'a>) -> Option<Spanned<T>> {
    move |value| read(value).map(|read| Spanned::new(value.span(), read))
}
