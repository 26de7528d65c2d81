//! Reads levels: demographics whose values gather those of another, such as divisions of departments.

use std::collections::BTreeMap;

use toml::Spanned;

use super::fault::suggest;
use super::people::Parts;
use super::plan::{Demographic, DemographicSource, GroupValue};
use super::value::{Value, list, placed, text};
use super::walker::{Names, Section, section};

/// One value of a level, with the values that it gathers.
struct Gathered {
    value: GroupValue,
    members: Vec<Spanned<String>>,
}

/// A level: `from` another demographic, whose values each of its own lists under `members`.
pub(super) fn read_levels<'a>(table: &Section<'a>, names: &Names, id: &str, later: &[String], earlier: &[Demographic]) -> Parts {
    for key in ["column", "merge", "multiple", "survey"] {
        table.forbid(key, "a demographic with `from` takes its values from another");
    }
    let of = table.required("from", |value: Value<'a>| read_from(value, names, later, earlier));
    let codes = Names::new("value");
    let gathered = table.required("values", list(|value| read_gathered(value, &codes))).unwrap_or_default();
    let level = of.map(|of| level(table, id, &earlier[of], &gathered)).unwrap_or_default();
    let values = gathered.into_iter().map(|gathered| gathered.value).collect();
    (DemographicSource::Levels { of: of.unwrap_or_default(), level }, values, BTreeMap::new())
}

/// The demographic that a level is made of: one that is declared above, so that no two are made of each other.
fn read_from(value: Value<'_>, names: &Names, later: &[String], earlier: &[Demographic]) -> Option<usize> {
    let named = text(value)?;
    if later.contains(&named) {
        let help = format!("declare `{named}` above it; two demographics cannot be made of each other");
        return value.fault(format!("`from` names `{named}`, which is declared below"), help);
    }
    let of = names.mention(value)?;
    match earlier.get(of).map(|other| &other.source) {
        Some(DemographicSource::Members { .. }) => {
            value.fault("`from` names a demographic of yes and no", "name one that has a `column`, or a level of one")
        }
        Some(_) => Some(of),
        None => value.fault("`from` names the demographic itself", "name another one that is declared above"),
    }
}

/// `{ code = "MEDICAL", label = "Medical specialties", members = ["CARD", "NEPH"] }`.
fn read_gathered<'a>(value: Value<'a>, codes: &Names) -> Option<Gathered> {
    let table = section("a value")(value)?;
    let code = table.required("code", codes.declare(text));
    let label = table.optional("label", text);
    let members = table.required("members", list(placed(text))).unwrap_or_default();
    table.done();
    let code = code?;
    Some(Gathered { value: GroupValue { label: label.unwrap_or_else(|| code.clone()), code, refused: false }, members })
}

/// For each value of the demographic below, the position of the value that gathers it; none for those who refused. A value that is reported under another
/// goes with that one.
fn level(table: &Section<'_>, id: &str, below: &Demographic, gathered: &[Gathered]) -> Vec<Option<u16>> {
    let mut places: BTreeMap<&str, u16> = BTreeMap::new();
    // What is missing can only be told where every value could be read.
    let written = table.value("values").and_then(|values| values.node.get_ref().as_array().map(|list| list.len()));
    let mut is_sound = written == Some(gathered.len());
    for (place, one) in (0u16..).zip(gathered) {
        is_sound &= !one.members.is_empty();
        for member in &one.members {
            let code = member.get_ref().as_str();
            let fault = |message: String, help: String| table.faults.add(member.span(), message, help);
            let known = below.values.iter().find(|value| value.code == code);
            if known.is_none() {
                let help = suggest(code, below.values.iter().map(|value| value.code.as_str()));
                fault(format!("demographic `{}` has no value `{code}`", below.id), help);
            } else if let Some(into) = below.merge.get(code) {
                fault(format!("`{code}` is reported as `{into}`"), format!("leave it out; it goes where `{into}` goes"));
            } else if known.is_some_and(|value| value.refused) {
                fault(format!("`{code}` means prefer not to say"), format!("leave it out: without `{}` nobody has a `{id}`", below.id));
            } else if let Some(first) = places.get(code) {
                let first = &gathered[usize::from(*first)].value.code;
                let what =
                    if *first == one.value.code { format!("appears twice in `{first}`") } else { format!("belongs to `{first}` already") };
                fault(format!("`{code}` {what}"), "name it once, so that the parts add up to the whole".to_owned());
            } else {
                places.insert(code, place);
                continue;
            }
            is_sound = false;
        }
    }
    let reported = below.values.iter().filter(|value| !value.refused && !below.merge.contains_key(&value.code));
    let missing: Vec<String> =
        reported.filter(|value| !places.contains_key(value.code.as_str())).map(|value| format!("`{}`", value.code)).collect();
    // A misspelled member would be missing as well: one fault, not two.
    if is_sound && !missing.is_empty() {
        let message = format!(
            "{} of `{}` {} to no value of `{id}`",
            missing.join(", "),
            below.id,
            if missing.len() == 1 { "belongs" } else { "belong" }
        );
        table.fault(message, "add what is missing to the members of a value, or give it a value of its own");
    }
    let place = |value: &GroupValue| {
        let code = below.merge.get(&value.code).unwrap_or(&value.code);
        places.get(code.as_str()).copied()
    };
    below.values.iter().map(place).collect()
}
