//! Walks parsed TOML by hand, so that every fault is found in one pass and none hides another.
//!
//! A `Section` is a table; its keys are read by name with a reader (`text`, `date`, `whole(1..=9)` …). A section's vocabulary is what was
//! asked of it: `done` reports every other key, and those that were required and are not there.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{Faults, nearest, suggest};
use super::value::{Value, text};

/// A table as a section.
pub(super) fn section<'a>(name: &'a str) -> impl Fn(Value<'a>) -> Option<Section<'a>> {
    move |value| match value.node.get_ref() {
        DeValue::Table(table) => {
            Some(Section { faults: value.faults, name, table, span: value.span(), asked: RefCell::default(), missing: RefCell::default() })
        }
        _ => value.wrong_type("a table", &format!("write it as {name} with its keys, or in braces {{ }}")),
    }
}

/// A table.
pub(super) struct Section<'a> {
    pub(super) faults: &'a Faults<'a>,
    name: &'a str,
    table: &'a DeTable<'a>,
    /// Its header, or its text where it is written inline.
    pub(super) span: Range<usize>,
    asked: RefCell<Vec<&'static str>>,
    /// Keys that are not there, each with what to add.
    missing: RefCell<Vec<(&'static str, String)>>,
}

impl<'a> Section<'a> {
    /// The top of a file.
    pub(super) fn root(table: &'a DeTable<'a>, faults: &'a Faults<'a>) -> Self {
        Self { faults, name: "the file", table, span: 0..0, asked: RefCell::default(), missing: RefCell::default() }
    }

    /// The key's value, read; nothing where the key is absent or its value at fault.
    pub(super) fn optional<T>(&self, key: &'static str, read: impl FnOnce(Value<'a>) -> Option<T>) -> Option<T> {
        read(self.value(key)?)
    }

    /// The key's value, read; where the key is absent, `done` reports it.
    pub(super) fn required<T>(&self, key: &'static str, read: impl FnOnce(Value<'a>) -> Option<T>) -> Option<T> {
        self.required_as(key, || format!("the key `{key}`"), read)
    }

    /// A table under this one that must be there.
    pub(super) fn required_table(&self, key: &'static str, name: &'a str) -> Option<Section<'a>> {
        self.required_as(key, || format!("the section {name}"), section(name))
    }

    fn required_as<T>(&self, key: &'static str, what: impl Fn() -> String, read: impl FnOnce(Value<'a>) -> Option<T>) -> Option<T> {
        let value = self.value(key);
        if value.is_none() {
            self.missing.borrow_mut().push((key, what()));
        }
        read(value?)
    }

    /// The raw value of a key; asking for it makes the key known.
    pub(super) fn value(&self, key: &'static str) -> Option<Value<'a>> {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
        let (key, node) = self.table.get_key_value(key)?;
        Some(Value { key: key.get_ref(), node, faults: self.faults })
    }

    /// A table under this one, as `[name]` or inline.
    pub(super) fn table(&self, key: &'static str, name: &'a str) -> Option<Section<'a>> {
        self.optional(key, section(name))
    }

    /// The tables of a list, as `[[name]]` or inline.
    pub(super) fn tables(&self, key: &'static str, name: &'a str) -> Vec<Section<'a>> {
        let help = format!("write {name} above each, with double brackets");
        let Some(value) = self.value(key) else { return Vec::new() };
        match value.node.get_ref() {
            DeValue::Array(array) => array.iter().filter_map(|node| section(name)(Value { node, ..value })).collect(),
            _ => value.wrong_type("a list of tables", &help).unwrap_or_default(),
        }
    }

    /// The tables of a list that must hold at least one.
    pub(super) fn required_tables(&self, key: &'static str, name: &'a str, remedy: &str) -> Vec<Section<'a>> {
        let empty = self.value(key).is_none_or(|value| value.node.get_ref().as_array().is_some_and(|array| array.is_empty()));
        if empty {
            self.fault(format!("there is no {name}"), remedy);
        }
        self.tables(key, name)
    }

    /// All keys and values of a table whose keys are the program's own words.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Spanned<&'a str>, Value<'a>)> {
        self.table.iter().map(|(key, node)| {
            let name: &'a str = key.get_ref();
            (Spanned::new(key.span(), name), Value { key: name, node, faults: self.faults })
        })
    }

    /// Faults the key where it is present: it makes no sense here.
    pub(super) fn forbid(&self, key: &'static str, why: &str) {
        if let Some(value) = self.value(key) {
            self.faults.add(self.key_span(key).unwrap_or(value.span()), format!("`{key}` does not belong here: {why}"), "remove it");
        }
    }

    /// Records a fault at the head of the section.
    pub(super) fn fault(&self, message: impl Into<String>, help: impl Into<String>) {
        self.faults.add(self.span.clone(), message, help);
    }

    /// Reports the keys that nobody asked for, and those that are missing; every section ends with it.
    pub(super) fn done(&self) {
        let (asked, mut missing) = (self.asked.borrow(), self.missing.borrow_mut());
        for (key, _) in self.table.iter().filter(|(key, _)| !asked.contains(&key.get_ref().as_ref())) {
            let help = suggest(key.get_ref(), asked.iter().copied());
            self.faults.add(key.span(), format!("unknown key `{}` in {}", key.get_ref(), self.name), help);
            // A misspelled key is one fault, not two.
            let meant = nearest(key.get_ref(), asked.iter().copied());
            missing.retain(|(key, _)| Some(*key) != meant);
        }
        for (_, what) in missing.drain(..) {
            self.fault(format!("{} lacks {what}", self.name), format!("add {what}"));
        }
    }

    fn key_span(&self, key: &str) -> Option<Range<usize>> {
        self.table.get_key_value(key).map(|(key, _)| key.span())
    }
}

/// Names as they are declared: each once, and every later mention resolved to its position.
pub(super) struct Names {
    what: &'static str,
    list: RefCell<Vec<String>>,
}

impl Names {
    pub(super) fn new(what: &'static str) -> Self {
        Self { what, list: RefCell::default() }
    }

    /// Takes up the name that a reader gives; a name already taken is a fault.
    pub(super) fn declare<'a>(&self, read: impl Fn(Value<'a>) -> Option<String>) -> impl Fn(Value<'a>) -> Option<String> {
        move |value| {
            let name = read(value)?;
            let taken = self.list.borrow().contains(&name);
            if taken {
                value.report(format!("the {} `{name}` appears twice", self.what), "each may appear only once: rename or remove one");
            }
            self.list.borrow_mut().push(if taken { String::new() } else { name.clone() });
            Some(name)
        }
    }

    /// Position of the name that the value mentions; an unknown name is a fault.
    pub(super) fn mention(&self, value: Value<'_>) -> Option<usize> {
        self.find(&text(value)?, value.span(), value.faults)
    }

    /// Position of a name mentioned at a place; an unknown name is a fault.
    pub(super) fn find(&self, name: &str, span: Range<usize>, faults: &Faults<'_>) -> Option<usize> {
        let list = self.list.borrow();
        let position = list.iter().position(|known| known == name);
        // Where nothing is declared because the declarations are at fault, their faults are enough.
        if position.is_none() && (!list.is_empty() || faults.is_empty()) {
            faults.add(
                span,
                format!("unknown {} `{name}`", self.what),
                suggest(name, list.iter().map(String::as_str).filter(|known| !known.is_empty())),
            );
        }
        position
    }

    /// Keeps the place of a thing whose name is at fault, so that positions stay those of the things.
    pub(super) fn skipped(&self) -> String {
        self.list.borrow_mut().push(String::new());
        String::new()
    }
}
