//! The TOML text of an instrument, in the form of those that come with the tool.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::choices::word;
use super::model::{DefinedChoice, DefinedItem, Definition, kind_word, snake};
use crate::program::plan::Role;

/// What the evaluator says about the instrument; the rest follows from the definition.
#[derive(Debug, Clone, Copy)]
pub struct InstrumentHead<'a> {
    /// Short name in snake case; else from the title.
    pub id: Option<&'a str>,
    /// Who answers.
    pub role: Option<Role>,
    /// Name of the file that was read.
    pub file: &'a str,
}

/// Writes the instrument of a definition; `parse_instrument` reads it.
pub fn instrument_toml(definition: &Definition, head: InstrumentHead<'_>) -> String {
    let mut text = format!(
        "# From {} ({}). Lines with `# check:` ask for a decision; add [[scale]] and `use` as surveys/README.md says.\n\n",
        comment(head.file),
        comment(&definition.format)
    );
    let stem = head.file.rsplit_once('.').map_or(head.file, |(stem, _)| stem);
    let title = if definition.title.is_empty() { stem } else { &definition.title };
    let id = head.id.map_or_else(|| snake(title), snake);
    let _ = writeln!(text, "id = {}\ntitle = {}\nversion = \"1\"", quoted(&id), quoted(&filled(title, "Imported questionnaire")));
    let role = match head.role {
        Some(Role::Mentor) => "mentor",
        Some(Role::Institution) => "institution",
        Some(Role::Mentee) => "mentee",
        None => {
            text.push_str("# check: who answers, \"mentee\", \"mentor\" or \"institution\"?\n");
            "mentee"
        }
    };
    let source = format!("Imported from {}, {}.", head.file, definition.format);
    let _ = writeln!(
        text,
        "role = \"{role}\"\n# check: say where the wording comes from, and whose it is.\nsource = {}",
        quoted(&comment(&source))
    );
    let sets = shared(&definition.items);
    if !sets.is_empty() {
        text.push_str("\n[choice_sets]\n");
        let mut named: Vec<(&str, &[DefinedChoice])> = sets.iter().map(|(choices, name)| (name.as_str(), *choices)).collect();
        named.sort_by_key(|(name, _)| definition.items.iter().position(|item| format!("{}_choices", item.id) == *name));
        for (name, choices) in named {
            let _ = writeln!(text, "{name} = {}", list(choices));
        }
    }
    let mut group = None;
    for item in &definition.items {
        let question = definition.questions.iter().find(|question| question.id == item.question);
        if let Some(question) = question
            && group != Some(&question.group)
        {
            group = Some(&question.group);
            if !question.group.is_empty() {
                let _ = write!(text, "\n# {}\n", comment(&question.group));
            }
        }
        let kind = question.map_or("", |question| question.kind.as_str());
        write_item(&mut text, item, kind, &sets);
    }
    text
}

fn write_item(text: &mut String, item: &DefinedItem, kind: &str, sets: &BTreeMap<&[DefinedChoice], String>) {
    let _ = write!(text, "\n# {}, {}\n[[item]]\nid = {}\n", comment(&item.question), comment(kind), quoted(&item.id));
    match &item.headings[..] {
        [one] if *one == item.id => {}
        [] => {}
        [one] => drop(writeln!(text, "import_id = {}", quoted(one))),
        several => {
            let names: Vec<String> = several.iter().map(|name| quoted(name)).collect();
            let _ = writeln!(text, "import_id = [{}]", names.join(", "));
        }
    }
    if let Some(wording) = &item.text {
        let _ = writeln!(text, "text = {}", quoted(wording));
    }
    for check in &item.checks {
        let _ = writeln!(text, "# check: {}", comment(check));
    }
    let _ = writeln!(text, "kind = \"{}\"", kind_word(item.kind));
    if !item.choices.is_empty() {
        match sets.get(&item.choices[..]) {
            Some(name) => drop(writeln!(text, "choices = {}", quoted(name))),
            None => drop(writeln!(text, "choices = {}", list(&item.choices))),
        }
    }
    for (key, bound) in [("minimum", item.minimum), ("maximum", item.maximum)] {
        if let Some(bound) = bound {
            let _ = writeln!(text, "{key} = {bound}");
        }
    }
}

/// Choices that several items have, by name.
fn shared(items: &[DefinedItem]) -> BTreeMap<&[DefinedChoice], String> {
    let mut uses: BTreeMap<&[DefinedChoice], (&str, usize)> = BTreeMap::new();
    for item in items.iter().filter(|item| !item.choices.is_empty()) {
        uses.entry(&item.choices[..]).or_insert((&item.id, 0)).1 += 1;
    }
    uses.into_iter().filter(|(_, (_, count))| *count > 1).map(|(choices, (id, _))| (choices, format!("{id}_choices"))).collect()
}

fn list(choices: &[DefinedChoice]) -> String {
    let lines: Vec<String> = choices
        .iter()
        .map(|choice| {
            let value = choice.value.as_ref().map_or_else(String::new, |value| format!(", value = {}", quoted(value)));
            let missing = choice.missing.map_or_else(String::new, |missing| format!(", missing = \"{}\"", word(missing)));
            format!("  {{ code = {}{value}, label = {}{missing} }},\n", choice.code, quoted(&choice.label))
        })
        .collect();
    format!("[\n{}]", lines.concat())
}

/// A text in double quotes.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => drop(write!(out, "\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A text on one line without control characters.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn filled(text: &str, other: &str) -> String {
    if text.trim().is_empty() { other.to_owned() } else { text.to_owned() }
}
