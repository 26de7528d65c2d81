//! The TOML text of an instrument, in the form of those that come with the tool.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::choices::word;
use super::limesurvey_items::kind_words;
use super::model::{DefinedChoice, DefinedItem, Definition, Question, kind_word, snake};
use super::scales::proposals;
use crate::program::plan::{Role, System};

/// What stands above every instrument that this tool drafts.
const GUIDE: &str = "\
# Lines that begin with `# check:` ask for a decision: decide, then remove the line. What no definition says is yours to add:
#   use = \"satisfaction\", \"recommend\", \"met_as_agreed\", \"causes\" or \"harm\", on the one item that asks for it
#   reversed = true, on items where a high code means little of what the scale measures
#   [[scale]], for items that measure one thing together; proposals stand at the end where there are any
# surveys/README.md of mentorscope explains every key.
";

/// What the evaluator says about the instrument; the rest follows from the definition.
#[derive(Debug, Clone, Copy)]
pub struct InstrumentHead<'a> {
    /// Short name in snake case; else from the title.
    pub id: Option<&'a str>,
    /// Who answers.
    pub role: Option<Role>,
    /// Whether that is a guess, to be checked.
    pub role_is_guess: bool,
    /// Name of the file that was read.
    pub file: &'a str,
}

/// Writes the instrument of a definition; `parse_instrument` reads it.
pub fn instrument_toml(definition: &Definition, head: InstrumentHead<'_>) -> String {
    let mut text = format!("# From {} ({}).\n{GUIDE}\n", comment(head.file), comment(&definition.format));
    let stem = head.file.rsplit_once('.').map_or(head.file, |(stem, _)| stem);
    let title = if definition.title.is_empty() { stem } else { &definition.title };
    let id = head.id.map_or_else(|| snake(title), snake);
    let _ = writeln!(text, "id = {}", quoted(&id));
    if definition.title.is_empty() {
        text.push_str("# check: the title, as printed; the file has none\n");
    }
    let _ = writeln!(text, "title = {}\nversion = \"1\"", quoted(&filled(title, "Imported questionnaire")));
    let role = match head.role {
        Some(Role::Mentor) => "mentor",
        Some(Role::Institution) => "institution",
        Some(Role::Mentee) => "mentee",
        None => {
            text.push_str("# check: who answers, \"mentee\", \"mentor\" or \"institution\"?\n");
            "mentee"
        }
    };
    if head.role.is_some() && head.role_is_guess {
        text.push_str("# check: who answers was guessed from names\n");
    }
    let source = format!("Imported from {}, {}.", head.file, definition.format);
    let _ = writeln!(
        text,
        "role = \"{role}\"\n# check: say where the wording comes from, and whose it is.\nsource = {}",
        quoted(&comment(&source))
    );
    let sets = shared(&definition.items);
    if !sets.is_empty() {
        text.push_str("\n# Choices that several items share.\n[choice_sets]\n");
        let mut named: Vec<(&str, &[DefinedChoice])> = sets.iter().map(|(choices, name)| (name.as_str(), *choices)).collect();
        named.sort_by_key(|(name, _)| definition.items.iter().position(|item| format!("{}_choices", item.id) == *name));
        for (name, choices) in named {
            // What is to be decided on shared choices is decided once.
            let of_items = definition.items.iter().filter(|item| item.choices[..] == *choices).flat_map(|item| &item.choice_checks);
            write_checks(&mut text, of_items.collect::<BTreeSet<_>>());
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
        write_item(&mut text, item, &origin(definition.system, item, question), &sets);
    }
    let scales = proposals(definition);
    if !scales.is_empty() {
        text.push_str(
            "\n# Proposals, made of rows of one matrix. To use one, remove its #, say what it measures, and mark reversed items.\n",
        );
        for scale in scales {
            let items: Vec<String> = scale.items.iter().map(|id| quoted(id)).collect();
            let _ = write!(
                text,
                "#\n# [[scale]]\n# id = {}\n# label = {}\n# construct = \"…\"\n# items = [{}]\n# score = \"mean\"\n",
                quoted(&scale.id),
                quoted(&comment(&scale.label)),
                items.join(", ")
            );
        }
    }
    text
}

/// The question from which an item comes, in a comment.
fn origin(system: System, item: &DefinedItem, question: Option<&Question>) -> String {
    let Some(question) = question else { return item.question.clone() };
    match system {
        _ if question.kind.is_empty() => question.id.clone(),
        System::LimeSurvey => format!("{}, {}", question.code, kind_words(&question.kind)),
        _ => format!("{}, {}", question.id, question.kind),
    }
}

fn write_checks<'a>(text: &mut String, checks: impl IntoIterator<Item = &'a String>) {
    for check in checks {
        let _ = writeln!(text, "# check: {}", comment(check));
    }
}

fn write_item(text: &mut String, item: &DefinedItem, origin: &str, sets: &BTreeMap<&[DefinedChoice], String>) {
    let _ = write!(text, "\n# {}\n[[item]]\nid = {}\n", comment(origin), quoted(&item.id));
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
    let shared = sets.get(&item.choices[..]);
    write_checks(text, &item.checks);
    if shared.is_none() {
        write_checks(text, &item.choice_checks);
    }
    let _ = writeln!(text, "kind = \"{}\"", kind_word(item.kind));
    if !item.choices.is_empty() {
        match shared {
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
pub(super) fn quoted(text: &str) -> String {
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
pub(super) fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn filled(text: &str, other: &str) -> String {
    if text.trim().is_empty() { other.to_owned() } else { text.to_owned() }
}
