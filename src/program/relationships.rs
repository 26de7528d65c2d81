//! Reads what a program says of its relationships beyond the register: the log of contacts, and what failure is compared by.

use std::path::PathBuf;

use super::value::{list, path, text};
use super::walker::{Names, Section};

/// The log of contacts: one row per meeting. Fields hold column headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactsPlan {
    /// Path relative to the program's folder.
    pub file: PathBuf,
    /// Heading of the pair id.
    pub pair: String,
    /// Heading of the day of the contact.
    pub day: String,
}

/// What relationships are compared by, as far as the program records it. Demographics are positions in `Plan::demographics`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RelationshipsPlan {
    /// The log of contacts, where the program keeps one.
    pub contacts: Option<ContactsPlan>,
    /// Demographics by which mentors are told apart, such as rank or discipline.
    pub mentor_kinds: Vec<usize>,
    /// Demographics in which mentee and mentor may be alike.
    pub alike: Vec<usize>,
    /// Heading, in the roster, of the day on which a person finished training as a mentor.
    pub trained_on: Option<String>,
    /// Heading, in the register, of whether the mentor also assesses the mentee: yes or no.
    pub assesses: Option<String>,
    /// Heading, in the register, of the percentage of the time that went into coaching or supervision.
    pub coaching_percent: Option<String>,
    /// Ids of pairs that were once in the register by mistake: they may be missing from it.
    pub withdrawn: Vec<String>,
}

/// Reads `[contacts]` and `[relationships]`.
pub(super) fn read_relationships(root: &Section<'_>, demographics: &Names) -> RelationshipsPlan {
    let contacts = root.table("contacts", "[contacts]").and_then(|table| {
        let headings = Names::new("column");
        let file = table.required("file", path);
        let (pair, day) = (table.required("pair", headings.declare(text)), table.required("day", headings.declare(text)));
        table.done();
        Some(ContactsPlan { file: file?, pair: pair?, day: day? })
    });
    let Some(table) = root.table("relationships", "[relationships]") else { return RelationshipsPlan { contacts, ..Default::default() } };
    let (kinds, alike, withdrawn) = (Names::new("demographic"), Names::new("demographic"), Names::new("pair"));
    let named = |key, seen: &Names| {
        let read = table.optional(key, list(|value| seen.declare(text)(value).and_then(|_| demographics.mention(value))));
        read.unwrap_or_default()
    };
    let (mentor_kinds, alike) = (named("mentor_kinds", &kinds), named("alike", &alike));
    let headings = Names::new("column");
    let trained_on = table.optional("trained_on", text);
    let assesses = table.optional("assesses", headings.declare(text));
    let coaching_percent = table.optional("coaching_percent", headings.declare(text));
    let withdrawn = table.optional("withdrawn", list(withdrawn.declare(text))).unwrap_or_default();
    table.done();
    RelationshipsPlan { contacts, mentor_kinds, alike, trained_on, assesses, coaching_percent, withdrawn }
}
