//! Reads instrument files.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::cause::{Cause, Tag};
use super::fault::{Fault, Faults, suggest};
use super::instrument::{Advisor, Choice, Instrument, Item, ItemKind, ItemUse, Missing, RESERVED_IDS, Scale, ScoreRule};
use super::plan::Role;
use super::value::{Value, flag, list, number, one_of, snake_id, text, text_or_list, whole};
use super::walker::{Names, Section, section};

/// Who answers, in the words of instruments and exports.
pub(super) const ROLES: &[(&str, Role)] = &[("mentee", Role::Mentee), ("mentor", Role::Mentor), ("institution", Role::Institution)];

const KINDS: &[(&str, ItemKind)] = &[
    ("likert", ItemKind::Likert),
    ("nps", ItemKind::Nps),
    ("single", ItemKind::Single),
    ("multiple", ItemKind::Multiple),
    ("number", ItemKind::Number),
    ("text", ItemKind::Text),
];

const USES: &[(&str, ItemUse)] = &[
    ("satisfaction", ItemUse::Satisfaction),
    ("recommend", ItemUse::Recommend),
    ("causes", ItemUse::Causes),
    ("harm", ItemUse::Harm),
    ("met_as_agreed", ItemUse::MetAsAgreed),
    ("power_source", ItemUse::PowerSource),
    ("prejudice_source", ItemUse::PrejudiceSource),
    ("prejudice_about", ItemUse::PrejudiceAbout),
    ("disciplines", ItemUse::Disciplines),
    ("advisors", ItemUse::Advisors),
];

const ADVISORS: &[(&str, Advisor)] = &[
    ("has_woman", Advisor::HasWoman),
    ("wants_woman", Advisor::WantsWoman),
    ("has_under_represented", Advisor::HasUnderRepresented),
    ("wants_under_represented", Advisor::WantsUnderRepresented),
];

const MISSING: &[(&str, Missing)] =
    &[("not_applicable", Missing::NotApplicable), ("refused", Missing::Refused), ("dont_know", Missing::DontKnow)];

const SCORES: &[(&str, ScoreRule)] = &[("mean", ScoreRule::Mean), ("sum", ScoreRule::Sum)];

/// Largest code, smallest code negated: what fits every export system, and sums without overflow.
const MAX_CODE: i32 = 30_000;

/// Parses and checks an instrument file; `file` is its name in messages.
///
/// # Errors
/// All faults of the file, in its order; one fault alone where it is not TOML.
pub fn parse_instrument(file: &str, text: &str) -> Result<Instrument, Vec<Fault>> {
    let faults = Faults::new(file, text);
    let read = parse_toml(text, &faults).and_then(|table| read_instrument(&Section::root(table.get_ref(), &faults), text));
    let faults = faults.sorted();
    // A reader gives nothing only after it recorded a fault.
    read.filter(|_| faults.is_empty()).ok_or(faults)
}

/// The TOML table of a text; where it is none, one fault.
pub(super) fn parse_toml<'t>(text: &'t str, faults: &Faults<'_>) -> Option<Spanned<DeTable<'t>>> {
    DeTable::parse(text)
        .map_err(|error| {
            let help = "the file is not valid TOML from here on; correct this first: other faults show once it can be read";
            faults.add(error.span().unwrap_or_default(), error.message(), help);
        })
        .ok()
}

fn read_instrument(root: &Section<'_>, source_text: &str) -> Option<Instrument> {
    let id = root.required("id", snake_id);
    let title = root.required("title", text);
    let version = root.required("version", text);
    let role = root.required("role", one_of(ROLES));
    let source = root.required("source", text);
    let sets = root.table("choice_sets", "[choice_sets]").map(|sets| read_choice_sets(&sets)).unwrap_or_default();
    let names = Names::new("item");
    let uses = Names::new("use");
    let tables = root.required_tables("item", "[[item]]", "declare at least one item with id and kind");
    // An item at fault keeps its place, so that scales find the others.
    let items: Vec<Option<Item>> = tables.into_iter().map(|table| read_item(table, &names, &uses, &sets)).collect();
    let scale_names = Names::new("scale");
    let scales: Vec<Option<Scale>> = root
        .tables("scale", "[[scale]]")
        .into_iter()
        .map(|table| read_scale(table, &scale_names, &names, &items, version.as_deref().unwrap_or_default()))
        .collect();
    root.done();
    Some(Instrument {
        id: id?,
        title: title?,
        version: version?,
        role: role?,
        source: source?,
        toml: source_text.to_owned(),
        items: items.into_iter().collect::<Option<_>>()?,
        scales: scales.into_iter().collect::<Option<_>>()?,
    })
}

fn read_choice_sets(table: &Section<'_>) -> BTreeMap<String, Vec<Choice>> {
    table.entries().filter_map(|(name, value)| Some(((*name.get_ref()).to_owned(), read_choices(value)?))).collect()
}

fn read_choices(value: Value<'_>) -> Option<Vec<Choice>> {
    let (labels, values) = (Names::new("label"), Names::new("value"));
    let choices = list(|value| read_choice(value, &labels, &values))(value)?;
    for (at, choice) in choices.iter().enumerate() {
        if choices[..at].iter().any(|before| before.code == choice.code) {
            value.report(format!("the code {} appears twice", choice.code), "every choice needs a code of its own");
        }
        // A cell that holds it could mean either.
        let as_code = |other: &Choice| other.value.is_none() && choice.value.as_deref().is_some_and(|text| text == other.code.to_string());
        if choices.iter().any(|other| other.code != choice.code && as_code(other)) {
            let text = choice.value.as_deref().unwrap_or_default();
            value.report(
                format!("the value `{text}` is the code of another choice"),
                "give that choice a `value` too, or exchange the codes",
            );
        }
    }
    Some(choices)
}

fn read_choice(value: Value<'_>, labels: &Names, values: &Names) -> Option<Choice> {
    let table = section("a choice")(value)?;
    let code = table.required("code", whole(-MAX_CODE..=MAX_CODE));
    let label = table.required("label", labels.declare(text));
    let written = table.optional("value", values.declare(text));
    let missing = table.optional("missing", one_of(MISSING));
    let yes = table.optional("yes", flag).unwrap_or(false);
    let cause = table.optional("cause", |value| {
        let id = text(value)?;
        let known = Cause::ALL.iter().map(|cause| cause.id());
        Cause::from_id(&id).or_else(|| value.fault(format!("unknown cause `{id}`"), suggest(&id, known)))
    });
    let tag = table.optional("tag", |value| {
        let id = text(value)?;
        Tag::from_id(&id).or_else(|| value.fault(format!("unknown tag `{id}`"), suggest(&id, Tag::ALL.iter().map(|tag| tag.id()))))
    });
    let discipline = table.optional("discipline", snake_id);
    let advisor = table.optional("advisor", one_of(ADVISORS));
    if missing.is_some() && (yes || cause.is_some()) {
        table.fault("a choice with `missing` is no answer, so it can have neither `yes` nor `cause`", "remove one of them");
    }
    if missing.is_some() && (tag.is_some() || discipline.is_some() || advisor.is_some()) {
        table.fault("a choice with `missing` is no answer, so it can mean nothing further", "remove one of them");
    }
    table.done();
    Some(Choice { code: code?, value: written, label: label?, missing, cause, yes, tag, discipline, advisor })
}

/// The id of an item, which must not be the name of a column that responses have anyway.
fn item_id(value: Value<'_>) -> Option<String> {
    let id = snake_id(value)?;
    if !RESERVED_IDS.contains(&id.as_str()) {
        return Some(id);
    }
    let help = format!("give it another id, such as `{id}_item`, and the heading that exports have as `import_id`");
    value.fault(format!("`{id}` cannot be the id of an item: responses have a column of that name"), help)
}

fn read_item<'a>(table: Section<'a>, names: &Names, uses: &Names, sets: &BTreeMap<String, Vec<Choice>>) -> Option<Item> {
    let id = table.required("id", names.declare(item_id)).unwrap_or_else(|| names.skipped());
    let import_ids = table.optional("import_id", text_or_list).unwrap_or_default();
    let text = table.optional("text", text);
    let kind = table.required("kind", one_of(KINDS));
    let reversed = table.optional("reversed", |value| match flag(value)? {
        true if kind.is_some_and(|kind| kind != ItemKind::Likert) => value.fault("only a likert item can be reversed", "remove `reversed`"),
        reversed => Some(reversed),
    });
    let choices = table.optional("choices", |value| match value.node.get_ref() {
        DeValue::String(name) => sets
            .get(name.as_ref())
            .cloned()
            .or_else(|| value.fault(format!("unknown choice set `{name}`"), suggest(name, sets.keys().map(String::as_str)))),
        _ => read_choices(value),
    });
    let role = table.optional("use", |value: Value<'a>| {
        uses.declare(super::value::text)(value)?;
        one_of(USES)(value)
    });
    let bound = |key| table.optional(key, whole(-MAX_CODE..=MAX_CODE));
    let (minimum, maximum) = (bound("minimum"), bound("maximum"));
    // Choices at fault leave nothing to judge the item by.
    let choices = if table.value("choices").is_some() { choices } else { Some(Vec::new()) };
    let (Some(kind), Some(choices)) = (kind, choices) else {
        table.done();
        return None;
    };
    let mut item = Item { id, import_ids, text, kind, choices, reversed: reversed.unwrap_or(false), role, minimum, maximum };
    check_choices(&mut item, &table);
    check_use(&item, &table);
    let named = !item.id.is_empty();
    table.done();
    named.then_some(item)
}

/// Whether the choices fit the kind; fills in the range of likert and nps items.
fn check_choices(item: &mut Item, table: &Section<'_>) {
    let given = table.value("choices").is_some();
    let place = |key| table.value(key).map_or(table.span.clone(), Value::span);
    let fault = |at: Range<usize>, message: String, help: &str| table.faults.add(at, message, help);
    let needs_choices = match item.kind {
        ItemKind::Single | ItemKind::Multiple => true,
        ItemKind::Likert => item.minimum.is_none() || item.maximum.is_none(),
        ItemKind::Nps | ItemKind::Number | ItemKind::Text => false,
    };
    if needs_choices && !given {
        let help = if item.kind == ItemKind::Likert { "add `choices`, or both `minimum` and `maximum`" } else { "add `choices`" };
        fault(table.span.clone(), format!("item `{}` lacks `choices`", item.id), help);
    }
    if matches!(item.kind, ItemKind::Number | ItemKind::Text) && given {
        fault(place("choices"), format!("item `{}` takes no choices", item.id), "remove `choices`, or change `kind`");
    }
    let ranged = matches!(item.kind, ItemKind::Likert | ItemKind::Number);
    for key in ["minimum", "maximum"] {
        if !ranged && table.value(key).is_some() {
            fault(place(key), format!("item `{}` takes no `{key}`", item.id), "only likert and number items have one");
        }
    }
    if let (true, Some(minimum), Some(maximum)) = (ranged, item.minimum, item.maximum)
        && minimum >= maximum
    {
        fault(
            place("minimum"),
            format!("`minimum` ({minimum}) is not below `maximum` ({maximum})"),
            "the range must hold at least two values",
        );
    }
    let codes = || item.choices.iter().filter(|choice| choice.missing.is_none()).map(|choice| choice.code);
    match item.kind {
        ItemKind::Nps => {
            if let Some(code) = codes().find(|code| !(0..=10).contains(code)) {
                fault(
                    place("choices"),
                    format!("the code {code} is not between 0 and 10"),
                    "an nps item is answered from 0 to 10; mark other choices with `missing`",
                );
            }
            (item.minimum, item.maximum) = (Some(0), Some(10));
        }
        ItemKind::Likert if !item.choices.is_empty() => {
            let (low, high) = (codes().min(), codes().max());
            if low == high {
                fault(
                    place("choices"),
                    format!("item `{}` offers fewer than two answers", item.id),
                    "a likert item needs at least two choices without `missing`",
                );
            }
            let (minimum, maximum) = (item.minimum.or(low), item.maximum.or(high));
            if let Some(code) = codes().find(|code| Some(*code) < minimum || Some(*code) > maximum) {
                fault(
                    place("choices"),
                    format!("the code {code} lies outside `minimum` and `maximum`"),
                    "widen the range, or leave both out: they follow from the choices",
                );
            }
            (item.minimum, item.maximum) = (minimum, maximum);
        }
        _ => {}
    }
}

/// Whether kind and choices serve the use that the item declares.
fn check_use(item: &Item, table: &Section<'_>) {
    let place = table.value("use").map_or(table.span.clone(), Value::span);
    let fault = |message: &str, help: &str| table.faults.add(place.clone(), format!("item `{}` {message}", item.id), help);
    let kinds: &[ItemKind] = match item.role {
        None => &[],
        Some(ItemUse::Satisfaction) => &[ItemKind::Likert],
        Some(ItemUse::Recommend) => &[ItemKind::Nps],
        Some(
            ItemUse::Causes
            | ItemUse::PowerSource
            | ItemUse::PrejudiceSource
            | ItemUse::PrejudiceAbout
            | ItemUse::Disciplines
            | ItemUse::Advisors,
        ) => &[ItemKind::Multiple],
        Some(ItemUse::Harm) => &[ItemKind::Single],
        Some(ItemUse::MetAsAgreed) => &[ItemKind::Single, ItemKind::Likert],
    };
    if !kinds.is_empty() && !kinds.contains(&item.kind) {
        let words = KINDS.iter().filter(|(_, kind)| kinds.contains(kind)).map(|(word, _)| format!("`{word}`"));
        fault("cannot have this use", &format!("its kind must be {}", words.collect::<Vec<_>>().join(" or ")));
        return;
    }
    let answers = || item.choices.iter().filter(|choice| choice.missing.is_none());
    let yes_no = matches!(item.role, Some(ItemUse::Harm | ItemUse::MetAsAgreed));
    if yes_no && (answers().all(|choice| choice.yes) || !answers().any(|choice| choice.yes)) {
        fault("does not say which choices mean yes", "add `yes = true` to those choices, and leave at least one without");
    }
    if !yes_no && answers().any(|choice| choice.yes) {
        fault("has choices with `yes`", "`yes` goes with `use = \"harm\"` and `use = \"met_as_agreed\"`");
    }
    let causes = item.role == Some(ItemUse::Causes);
    if causes != answers().any(|choice| choice.cause.is_some()) {
        let message = if causes { "names no cause in its choices" } else { "has choices with `cause`" };
        fault(message, "choices with `cause` and `use = \"causes\"` go together");
    }
    let tags: &[Tag] = match item.role {
        Some(ItemUse::PowerSource) => &Tag::ALL[..3],
        Some(ItemUse::PrejudiceSource) => &Tag::ALL[3..6],
        Some(ItemUse::PrejudiceAbout) => &Tag::ALL[6..],
        _ => &[],
    };
    if answers().any(|choice| choice.tag.is_some_and(|tag| !tags.contains(&tag))) {
        fault("has a choice with a `tag` that is not one of its use", "each tag begins with the use that it goes with, such as `power`");
    }
    if !tags.is_empty() && answers().all(|choice| choice.tag.is_none()) {
        fault("has no choice with `tag`", "say what its choices mean, such as `tag = \"power_structure\"`");
    }
    let disciplines = item.role == Some(ItemUse::Disciplines);
    if disciplines != answers().any(|choice| choice.discipline.is_some()) {
        let message = if disciplines { "names no discipline in its choices" } else { "has choices with `discipline`" };
        fault(message, "choices with `discipline` and `use = \"disciplines\"` go together");
    }
    let advisors = item.role == Some(ItemUse::Advisors);
    if advisors != answers().any(|choice| choice.advisor.is_some()) {
        let message = if advisors { "says nothing of advisors in its choices" } else { "has choices with `advisor`" };
        fault(message, "choices with `advisor` and `use = \"advisors\"` go together");
    }
}

fn read_scale<'a>(
    table: Section<'a>,
    scale_names: &Names,
    item_names: &Names,
    items: &[Option<Item>],
    default_version: &str,
) -> Option<Scale> {
    let id = table.required("id", scale_names.declare(snake_id));
    let label = table.required("label", text);
    let construct = table.required("construct", text);
    let seen = Names::new("item");
    let member = |value: Value<'a>| {
        seen.declare(text)(value)?;
        let at = item_names.mention(value)?;
        Some((at, value))
    };
    let members = table.required("items", list(member)).unwrap_or_default();
    let score = table.required("score", one_of(SCORES));
    let minimum_answered = table.optional("minimum_answered", number(0.01..=1.0));
    let version = table.optional("version", text).unwrap_or_else(|| default_version.to_owned());
    let higher_is_better = table.optional("higher_is_better", flag).unwrap_or(true);
    let mut range = None;
    for (item, value) in members.iter().filter_map(|(at, value)| Some((items.get(*at)?.as_ref()?, value))) {
        let Some((minimum, maximum)) = item.minimum.zip(item.maximum).filter(|_| item.kind == ItemKind::Likert) else {
            value.report(format!("item `{}` is not a likert item", item.id), "a scale is scored from likert items only");
            continue;
        };
        let (low, high, first) = *range.get_or_insert((minimum, maximum, item.id.as_str()));
        if (low, high) != (minimum, maximum) {
            let message = format!("item `{}` runs from {minimum} to {maximum}, item `{first}` from {low} to {high}", item.id);
            value.report(message, "all items of a scale share one range: split the scale");
        }
    }
    table.done();
    let (minimum, maximum, _) = range?;
    let items = members.into_iter().map(|(at, _)| at).collect();
    Some(Scale {
        id: id?,
        label: label?,
        construct: construct?,
        items,
        score: score?,
        minimum_answered,
        version,
        minimum,
        maximum,
        higher_is_better,
    })
}
