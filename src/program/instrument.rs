//! Instruments: items, choices and scales, as `surveys/*.toml` define them.

use super::cause::{Cause, Tag};
use super::plan::Role;

/// A questionnaire and its scoring.
#[derive(Debug, Clone, PartialEq)]
pub struct Instrument {
    /// Short name, such as `mentee_quarterly`.
    pub id: String,
    /// Title as printed.
    pub title: String,
    /// Version of the questionnaire; scales of different versions are not compared over time unless their own version agrees.
    pub version: String,
    /// Who answers.
    pub role: Role,
    /// Where wording and scoring come from, and their rights.
    pub source: String,
    /// Bytes of the TOML file, for its digest.
    pub toml: String,
    /// Items in the order in which they are asked.
    pub items: Vec<Item>,
    /// Scales in the order in which reports show them.
    pub scales: Vec<Scale>,
}

/// Ids that no item may have: tables of responses have columns of their own by these names.
pub const RESERVED_IDS: [&str; 12] =
    ["person", "pair", "mentee", "mentor", "period", "date", "complete", "answered", "row", "file", "span", "rated"];

/// One question.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Short name, such as `mentor_approachable`; the column heading of an export by default.
    pub id: String,
    /// Names under which the survey system exports it where that is not `id`: headings (of a `multiple` item the part before the choice),
    /// or a Qualtrics import id. The first that the file has is used.
    pub import_ids: Vec<String>,
    /// Wording; absent in scoring keys of instruments whose wording is not ours to print.
    pub text: Option<String>,
    /// What kind of answer it takes.
    pub kind: ItemKind,
    /// Choices in order; empty for number and text.
    pub choices: Vec<Choice>,
    /// Whether a high code means little of what the scale measures.
    pub reversed: bool,
    /// What this item stands for in the analysis; at most one item per instrument and use.
    pub role: Option<ItemUse>,
    /// Smallest allowed answer: always set for `likert` and `nps`, and for `number` where it has a bound.
    pub minimum: Option<i32>,
    /// Largest allowed answer, like `minimum`.
    pub maximum: Option<i32>,
}

/// The kind of answer that an item takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// An ordered choice, scored by code.
    Likert,
    /// 0 to 10, how likely to recommend.
    Nps,
    /// One choice of an unordered list.
    Single,
    /// Any number of choices.
    Multiple,
    /// A whole number.
    Number,
    /// Free text: never leaves the restricted edition.
    Text,
}

/// Uses of an item beyond its scales.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemUse {
    /// Overall satisfaction with the relationship (likert).
    Satisfaction,
    /// Willingness to recommend (nps).
    Recommend,
    /// Causes of trouble in this relationship (multiple); choices carry `cause`.
    Causes,
    /// Whether something harmful happened (single); choices with `yes = true` mean yes.
    Harm,
    /// Whether the pair met as often as agreed (single or likert); choices with `yes = true` mean yes.
    MetAsAgreed,
    /// Whose conduct power was, or a rule or custom (multiple); choices carry `tag`.
    PowerSource,
    /// Whose conduct prejudice was, or a rule or custom (multiple); choices carry `tag`.
    PrejudiceSource,
    /// What prejudice was about (multiple); choices carry `tag`.
    PrejudiceAbout,
    /// Disciplines in which the mentor advises (multiple); choices carry `discipline`.
    Disciplines,
    /// Whether the mentee has, or wants, a woman or an under-represented person as an advisor (multiple); choices carry `advisor`.
    Advisors,
}

/// What a mentee says of advisors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Advisor {
    /// Has an advisor who is a woman.
    HasWoman,
    /// Wants one and has none.
    WantsWoman,
    /// Has an advisor from a group under-represented in medicine.
    HasUnderRepresented,
    /// Wants one and has none.
    WantsUnderRepresented,
}

/// One answer that an item offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Code as exports write it, unless `value` says otherwise. A valid answer of a likert item is a whole number.
    pub code: i32,
    /// What exports write in place of the code, such as `A01`; unique within the item.
    pub value: Option<String>,
    /// Label as exports write it and as reports print it.
    pub label: String,
    /// What choosing it means when it is no answer to the question.
    pub missing: Option<Missing>,
    /// Cause of trouble that this choice names.
    pub cause: Option<Cause>,
    /// Whether choosing it means yes for `ItemUse::Harm` or `ItemUse::MetAsAgreed`.
    pub yes: bool,
    /// What it says further of power or prejudice.
    pub tag: Option<Tag>,
    /// Discipline that it names.
    pub discipline: Option<String>,
    /// What it says of advisors.
    pub advisor: Option<Advisor>,
}

impl Choice {
    /// A plain answer: a code with its label.
    pub fn new(code: i32, label: impl Into<String>) -> Self {
        Self { code, label: label.into(), value: None, missing: None, cause: None, yes: false, tag: None, discipline: None, advisor: None }
    }
}

/// Kinds of missing value. They differ in meaning and are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The respondent says that the question does not apply.
    NotApplicable,
    /// The question was not shown: its column is absent, or blank by structure.
    NotAsked,
    /// Shown and not answered.
    NotStated,
    /// The respondent prefers not to say.
    Refused,
    /// The respondent does not know.
    DontKnow,
    /// A value that the item does not allow; a finding names it.
    Invalid,
}

/// A score over several items.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// Short name, such as `mentor_support`.
    pub id: String,
    /// Name as printed.
    pub label: String,
    /// Which construct of the program's theory it covers, as printed.
    pub construct: String,
    /// Positions in `Instrument::items`.
    pub items: Vec<usize>,
    /// Mean or sum.
    pub score: ScoreRule,
    /// Minimum share of its asked and applicable items that must be answered; the program's where absent.
    pub minimum_answered: Option<f64>,
    /// Version of the scoring; trends join only equal versions.
    pub version: String,
    /// Smallest possible item score.
    pub minimum: i32,
    /// Largest possible item score.
    pub maximum: i32,
    /// Whether a higher score is better.
    pub higher_is_better: bool,
}

/// How items become a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScoreRule {
    /// Mean of the answered items.
    Mean,
    /// Mean of the answered items times the number of items.
    Sum,
}
