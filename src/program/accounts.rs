//! Reads what the program's own records say of causes, and how the network of mentors is looked at.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::cause::Cause;
use super::fault::suggest;
use super::plan::{Demographic, DemographicSource, PairsPlan};
use super::value::{Value, list, number, one_of, separator, snake_id, text, whole};
use super::walker::{Names, Section, section};

/// A cause that a column of the register or the roster, or the number of mentees, says yes or no to.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedCause {
    /// The cause.
    pub cause: Cause,
    /// Whose record it is.
    pub of: RecordOf,
    /// Heading of the column; none where relationships are counted.
    pub column: Option<String>,
    /// What counts as yes.
    pub rule: RecordRule,
}

/// Whose record a column stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordOf {
    /// The pair's, in the register.
    Pair,
    /// The mentee's, in the roster.
    Mentee,
    /// The mentor's, in the roster.
    Mentor,
}

/// What counts as yes and as no. Anything else, and a blank, is not observed.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordRule {
    /// Words for yes and for no; the latter may be none.
    Words(Vec<String>, Vec<String>),
    /// A number of at least this is yes, a smaller one no.
    AtLeast(f64),
    /// A number below this is yes, a greater one or the same no.
    Below(f64),
    /// At least this many mentees with an open relationship on the day is yes, fewer no. Counted in the register.
    Mentees(u32),
}

/// How the network of mentors is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkPlan {
    /// The demographic that says at what level a mentor stands, by position.
    pub level: Option<usize>,
    /// Mentees from which on a mentor counts as fully loaded.
    pub load_limit: Option<u32>,
    /// Disciplines in which mentees need advice: id and name. The five of every program first.
    pub disciplines: Vec<(String, String)>,
    /// Heading of the roster column with the disciplines of a mentor; where none is declared, mentees' answers say them.
    pub discipline_column: Option<String>,
    /// What stands between disciplines of one cell.
    pub separator: String,
}

impl Default for NetworkPlan {
    fn default() -> Self {
        let disciplines = DISCIPLINES.map(|(id, label)| (id.to_owned(), label.to_owned())).into();
        Self { level: None, load_limit: None, disciplines, discipline_column: None, separator: ";".into() }
    }
}

/// Disciplines of every program.
const DISCIPLINES: [(&str, &str); 5] =
    [("medicine", "Medicine"), ("business", "Business"), ("law", "Law"), ("technology", "Technology"), ("ethics", "Ethics")];
/// Disciplines that a mask holds.
const MOST_DISCIPLINES: usize = 31;

const OF: &[(&str, RecordOf)] = &[("pair", RecordOf::Pair), ("mentee", RecordOf::Mentee), ("mentor", RecordOf::Mentor)];

fn cause(value: Value<'_>) -> Option<Cause> {
    let id = text(value)?;
    Cause::from_id(&id).or_else(|| value.fault(format!("unknown cause `{id}`"), suggest(&id, Cause::ALL.iter().map(|cause| cause.id()))))
}

/// Causes that end reasons name: one, or a list. A reason that is left out says nothing of causes.
pub(super) fn read_reason_causes(table: &Section<'_>, reasons: &[&str]) -> BTreeMap<String, Vec<Cause>> {
    let mut map = BTreeMap::new();
    for (reason, value) in table.entries() {
        if !reasons.contains(reason.get_ref()) {
            let help = suggest(reason.get_ref(), reasons.iter().copied());
            table.faults.add(reason.span(), format!("`{}` is no end reason of [pairs.status_map]", reason.get_ref()), help);
        }
        let causes = match value.node.get_ref() {
            DeValue::Array(_) => list(cause)(value),
            _ => cause(value).map(|cause| vec![cause]),
        };
        map.extend(causes.map(|causes| ((*reason.get_ref()).to_owned(), causes)));
    }
    map
}

/// The columns that bear witness to causes.
pub(super) fn read_recorded(root: &Section<'_>, demographics: &[Demographic], pairs: Option<&PairsPlan>) -> Vec<RecordedCause> {
    let mut all = Vec::new();
    for table in root.tables("recorded_cause", "[[recorded_cause]]") {
        let cause = table.required("cause", |value| match cause(value)? {
            Cause::Prejudice => value.fault("prejudice is never read from a record of people", "leave it to what the two sides report"),
            cause => Some(cause),
        });
        let of = table.required("of", one_of(OF));
        let column = table.optional("column", |value| {
            let heading = text(value)?;
            let is_demographic =
                demographics.iter().any(|known| matches!(&known.source, DemographicSource::Roster { column, .. } if *column == heading));
            let in_use = pairs.is_some_and(|pairs| [&pairs.mentee, &pairs.mentor, &pairs.pair].contains(&&heading));
            if (is_demographic && of != Some(RecordOf::Pair)) || in_use {
                return value
                    .fault(format!("`{heading}` says who people are, not what went wrong"), "a cause is never read from who the two are");
            }
            Some(heading)
        });
        let yes = table.optional("yes", list(text));
        let no = table.optional("no", list(text));
        let yes_from = table.optional("yes_from", number(f64::MIN..=f64::MAX));
        let yes_below = table.optional("yes_below", number(f64::MIN..=f64::MAX));
        let mentees = table.optional("mentees", whole(1..=1_000_u32));
        let given = [yes.is_some(), yes_from.is_some(), yes_below.is_some(), mentees.is_some()];
        if given.iter().filter(|given| **given).count() != 1 || (no.is_some() && yes.is_none()) {
            table.fault("a recorded cause needs one rule for yes", "give `yes` (and `no`), or `yes_from`, or `yes_below`, or `mentees`");
        }
        if mentees.is_some() && (column.is_some() || of != Some(RecordOf::Mentor)) {
            table.fault("mentees are counted in the register", "with `mentees` write `of = \"mentor\"` and no `column`");
        }
        if mentees.is_none() && table.value("column").is_none() {
            table.fault("a recorded cause lacks `column`", "name the heading of the column that says it");
        }
        if let (Some(yes), Some(no)) = (&yes, &no)
            && let Some(both) = yes.iter().find(|word| no.contains(word))
        {
            table.fault(format!("`{both}` means both yes and no"), "remove it from one of the lists");
        }
        table.done();
        let rule = match (yes, yes_from, yes_below, mentees) {
            (Some(yes), ..) => Some(RecordRule::Words(yes, no.unwrap_or_default())),
            (_, Some(least), ..) => Some(RecordRule::AtLeast(least)),
            (_, _, Some(limit), _) => Some(RecordRule::Below(limit)),
            (.., mentees) => mentees.map(RecordRule::Mentees),
        };
        if let (Some(cause), Some(of), Some(rule)) = (cause, of, rule) {
            all.push(RecordedCause { cause, of, column, rule });
        }
    }
    all
}

/// The section `[network]`, or what holds without it.
pub(super) fn read_network(root: &Section<'_>, demographics: &Names) -> NetworkPlan {
    let NetworkPlan { mut disciplines, separator: semicolon, .. } = NetworkPlan::default();
    let Some(table) = root.table("network", "[network]") else { return NetworkPlan::default() };
    let level = table.optional("level", |value| demographics.mention(value));
    let load_limit = table.optional("load_limit", whole(1..=1_000_u32));
    let own = table.optional(
        "disciplines",
        list(|value| {
            let table = section("a discipline")(value)?;
            let (id, label) = (table.required("id", snake_id), table.required("label", text));
            table.done();
            Some((id?, label?, value))
        }),
    );
    for (id, label, value) in own.unwrap_or_default() {
        if disciplines.iter().any(|(known, _)| *known == id) {
            value.report(format!("the discipline `{id}` appears twice"), "medicine, business, law, technology and ethics are always there");
        } else if disciplines.len() == MOST_DISCIPLINES {
            value.report("too many disciplines", format!("at most {MOST_DISCIPLINES} are counted"));
        } else {
            disciplines.push((id, label));
        }
    }
    let discipline_column = table.optional("discipline_column", text);
    let separator = table.optional("separator", separator);
    table.done();
    NetworkPlan { level, load_limit, discipline_column, separator: separator.unwrap_or(semicolon), disciplines }
}
