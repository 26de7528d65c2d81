//! Reads demographics and their combinations.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::exports::Library;
use super::fault::suggest;
use super::instrument::ItemKind;
use super::levels::read_levels;
use super::plan::{Demographic, DemographicSource, GroupValue, MultipleRule, SurveySource};
use super::value::{Value, flag, id, list, one_of, placed, separator, text};
use super::walker::{Names, Section, section};

/// Groupings of people in their order; `names` takes up their ids.
pub(super) fn read_demographics(root: &Section<'_>, names: &Names, library: &Library) -> Vec<Demographic> {
    let mut demographics: Vec<Demographic> = Vec::new();
    let tables = root.tables("demographic", "[[demographic]]");
    let ids: Vec<String> =
        tables.iter().map(|table| table.value("id").and_then(|id| id.node.get_ref().as_str()).unwrap_or_default().to_owned()).collect();
    for (place, table) in tables.into_iter().enumerate() {
        let id = table.required("id", names.declare(id)).unwrap_or_else(|| names.skipped());
        let label = table.required("label", text).unwrap_or_default();
        let has = |key| table.value(key).is_some();
        let (source, values, merge) = if has("from") && has("values") && !has("members") {
            read_levels(&table, names, &id, &ids[place + 1..], &demographics)
        } else if has("from") {
            read_derived(&table, &label, names, &demographics)
        } else {
            read_column(&table, library)
        };
        demographics.push(Demographic { id, label, source, values, merge });
        table.done();
    }
    demographics
}

/// Where values come from, the values, and which of them are reported under others.
pub(super) type Parts = (DemographicSource, Vec<GroupValue>, BTreeMap<String, String>);

fn read_column<'a>(table: &Section<'a>, library: &Library) -> Parts {
    table.forbid("members", "it goes with `from`");
    let column = table.required("column", text).unwrap_or_default();
    let codes = Names::new("value");
    let values = table.required("values", list(|value| read_value(value, &codes))).unwrap_or_default();
    let merge = table.table("merge", "`merge`").map(|merge| read_merge(&merge, &values, &codes)).unwrap_or_default();
    let multiple = table.table("multiple", "`multiple`").and_then(|multiple| {
        let separator = multiple.required("separator", separator);
        let report_as = multiple.required("report_as", |value: Value<'a>| codes.mention(value));
        multiple.done();
        let report_as = values.get(report_as?)?.code.clone();
        Some(MultipleRule { separator: separator?, report_as })
    });
    let survey = table.table("survey", "`survey`").and_then(|survey| read_survey(survey, library));
    (DemographicSource::Roster { column, multiple, survey }, values, merge)
}

/// A value: `"MED"` or `{ code = "MED", label = "Medicine" }`.
fn read_value(value: Value<'_>, codes: &Names) -> Option<GroupValue> {
    if !matches!(value.node.get_ref(), DeValue::Table(_)) {
        let code = codes.declare(text)(value)?;
        return Some(GroupValue { label: code.clone(), code, refused: false });
    }
    let table = section("a value")(value)?;
    let code = table.required("code", codes.declare(text));
    let label = table.optional("label", text);
    let refused = table.optional("refused", flag).unwrap_or(false);
    table.done();
    let code = code?;
    Some(GroupValue { label: label.unwrap_or_else(|| code.clone()), code, refused })
}

fn read_merge(table: &Section<'_>, values: &[GroupValue], codes: &Names) -> BTreeMap<String, String> {
    let mut merge = BTreeMap::new();
    for (from, value) in table.entries() {
        let known = codes.find(from.get_ref(), from.span(), table.faults);
        let Some(into) = codes.mention(value).and_then(|at| values.get(at)) else { continue };
        if into.code == *from.get_ref() {
            table.faults.add(value.span(), format!("`{}` is merged into itself", into.code), "name another value, or remove the line");
        } else if table.entries().any(|(merged, _)| *merged.get_ref() == into.code) {
            let message = format!("`{}` is merged into `{}`, which is itself merged", from.get_ref(), into.code);
            table.faults.add(value.span(), message, "name the last value of the chain");
        } else if known.is_some() {
            merge.insert((*from.get_ref()).to_owned(), into.code.clone());
        }
    }
    merge
}

const PRECEDENCE: &[(&str, bool)] = &[("roster", false), ("survey", true)];

fn read_survey(table: Section<'_>, library: &Library) -> Option<SurveySource> {
    let instrument = table.required("instrument", placed(text));
    let item = table.required("item", placed(text));
    let survey_wins = table.required("precedence", one_of(PRECEDENCE));
    let faults = table.faults;
    table.done();
    let (named, item) = (instrument?, item?);
    let Some(instrument) = library.find(named.get_ref()) else {
        // While an instrument cannot be read, a mention that may mean it cannot be judged.
        if !library.is_broken() {
            let message = format!("no export uses an instrument `{}`", named.get_ref());
            faults.add(named.span(), message, suggest(named.get_ref(), library.ids()));
        }
        return None;
    };
    match instrument.items.iter().find(|known| known.id == *item.get_ref()).map(|item| item.kind) {
        Some(ItemKind::Single | ItemKind::Multiple) => {}
        Some(_) => {
            let message = format!("item `{}` of `{}` is not a choice from a list", item.get_ref(), instrument.id);
            faults.add(item.span(), message, "name an item of kind `single` or `multiple`");
        }
        None => {
            let message = format!("instrument `{}` has no item `{}`", instrument.id, item.get_ref());
            faults.add(item.span(), message, suggest(item.get_ref(), instrument.items.iter().map(|known| known.id.as_str())));
        }
    }
    Some(SurveySource { instrument: instrument.id.clone(), item: item.into_inner(), survey_wins: survey_wins? })
}

/// A yes/no grouping: whether a person's value in another demographic is on the program's list.
fn read_derived<'a>(table: &Section<'a>, label: &str, names: &Names, earlier: &[Demographic]) -> Parts {
    for key in ["column", "values", "merge", "multiple", "survey"] {
        table.forbid(key, "a demographic with `from` takes its values from another");
    }
    let yes_no = [("yes", label.to_owned()), ("no", format!("Not {}", lower_first(label)))];
    let values = yes_no.into_iter().map(|(code, label)| GroupValue { code: code.to_owned(), label, refused: false }).collect();
    let of = table.required("from", |value: Value<'a>| {
        let of = names.mention(value)?;
        match earlier.get(of).map(|other| &other.source) {
            Some(DemographicSource::Roster { .. }) => Some(of),
            Some(DemographicSource::Members { .. } | DemographicSource::Levels { .. }) => {
                value.fault("`from` names a demographic that is itself derived", "name one that has a `column`")
            }
            None => value.fault("`from` names the demographic itself", "name another one that is declared above and has a `column`"),
        }
    });
    let codes = Names::new("value");
    let other = of.and_then(|of| earlier.get(of));
    let member = |value: Value<'a>| {
        let code = codes.declare(text)(value)?;
        match other {
            Some(other) if !other.values.iter().any(|known| known.code == code) => {
                let known = other.values.iter().map(|known| known.code.as_str());
                value.fault(format!("demographic `{}` has no value `{code}`", other.id), suggest(&code, known))
            }
            _ => Some(code),
        }
    };
    let members = table.required("members", list(member)).unwrap_or_default();
    (DemographicSource::Members { of: of.unwrap_or_default(), members }, values, BTreeMap::new())
}

/// A label in mid-sentence; an abbreviation keeps its capitals.
fn lower_first(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => label.to_owned(),
    }
}

/// Combinations of two or more demographics, as positions.
pub(super) fn read_combinations(root: &Section<'_>, names: &Names) -> Vec<Vec<usize>> {
    let Some(table) = root.table("groups", "[groups]") else { return Vec::new() };
    let mut seen: Vec<Vec<usize>> = Vec::new();
    let combination = |value| list(|value| Some(names.mention(value)))(value).map(|positions| (positions, value));
    let read = table.optional("combinations", list(combination)).unwrap_or_default();
    table.done();
    let mut combinations = Vec::new();
    for (positions, value) in read {
        let Some(positions) = positions.into_iter().collect::<Option<Vec<usize>>>() else { continue };
        let mut set = positions.clone();
        set.sort_unstable();
        set.dedup();
        if set.len() < 2 || set.len() < positions.len() {
            value.report(
                "a combination needs two or more different demographics",
                "name each demographic once, such as [\"department\", \"gender\"]",
            );
        } else if seen.contains(&set) {
            value.report("this combination appears twice", "remove one");
        }
        seen.push(set);
        combinations.push(positions);
    }
    combinations
}
