//! `Plan`: a program's configuration after it was read, resolved and cross-checked.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Date;

use super::accounts::{NetworkPlan, RecordedCause};
use super::cause::Cause;
use super::instrument::Instrument;
pub use super::relationships::{ContactsPlan, RelationshipsPlan};

/// Everything a run needs to know, in one immutable value.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The program's folder.
    pub root: PathBuf,
    /// Bytes of `program.toml` as read, for the digest of the configuration.
    pub source: Vec<u8>,
    /// Name of the program, as printed.
    pub name: String,
    /// Institution, as printed.
    pub institution: String,
    /// The date that "now" means in every computation.
    pub as_of: Date,
    /// Seed of every method that draws random numbers.
    pub seed: u64,
    /// Reporting periods (quarters) in date order, not overlapping.
    pub periods: Vec<Period>,
    /// Fixed publication windows for groups, in date order, not overlapping; each covers whole periods.
    pub windows: Vec<Window>,
    /// Cohorts by date of entry of the pair, in date order, not overlapping. May be empty.
    pub cohorts: Vec<Period>,
    /// Groupings of people, in the order in which reports show them.
    pub demographics: Vec<Demographic>,
    /// Combinations of two or more demographics, by position in `demographics`.
    pub combinations: Vec<Vec<usize>>,
    /// The roster of people.
    pub roster: RosterPlan,
    /// The register of pairs.
    pub pairs: PairsPlan,
    /// Columns that bear witness to causes, in the order of `program.toml`.
    pub recorded: Vec<RecordedCause>,
    /// How the network of mentors is looked at.
    pub network: NetworkPlan,
    /// The record of goals, where the program keeps one.
    pub goals: Option<GoalsPlan>,
    /// The log of actions taken, where the program keeps one.
    pub actions: Option<ActionsPlan>,
    /// The log of contacts, and what relationships are compared by.
    pub relationships: RelationshipsPlan,
    /// Survey exports in the order of `program.toml`.
    pub exports: Vec<ExportPlan>,
    /// Instruments that the exports name, sorted by id.
    pub instruments: Vec<Instrument>,
    /// Definitions of failure, trouble and scoring.
    pub thresholds: Thresholds,
    /// Rules of publication.
    pub privacy: Privacy,
    /// Target per metric id, in the unit of the metric. Empty where none are set.
    pub targets: BTreeMap<String, f64>,
    /// The program's own templates and style sheet from its folder `reports`, by file name. Empty where it has none.
    pub report_overrides: BTreeMap<String, String>,
}

/// A named span of days, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// Short name used in files, such as `2026-Q3`.
    pub id: String,
    /// Name used in sentences, such as `July to September 2026`.
    pub label: String,
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
}

/// A publication window: consecutive whole periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Name and days.
    pub span: Period,
    /// First period, by position in `Plan::periods`.
    pub first: usize,
    /// Last period (included), by position.
    pub last: usize,
}

/// A grouping of people by one attribute.
#[derive(Debug, Clone)]
pub struct Demographic {
    /// Short name, such as `department`.
    pub id: String,
    /// Name used in sentences, such as `Department`.
    pub label: String,
    /// Where the value comes from.
    pub source: DemographicSource,
    /// Values in the order in which reports show them.
    pub values: Vec<GroupValue>,
    /// Value code to the value it is reported under. Applied before anything is counted for publication.
    pub merge: BTreeMap<String, String>,
}

impl Demographic {
    /// Whether `merge` could leave more than one group: not for a yes or no made of another demographic.
    pub fn is_mergeable(&self) -> bool {
        matches!(self.source, DemographicSource::Roster { .. }) && self.values.len().saturating_sub(self.merge.len()) > 2
    }
}

/// One value of a demographic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupValue {
    /// As the roster writes it.
    pub code: String,
    /// As reports print it.
    pub label: String,
    /// Whether this is "prefer not to say", which is a group of its own and not missing.
    pub refused: bool,
}

/// Where a demographic's value comes from.
#[derive(Debug, Clone)]
pub enum DemographicSource {
    /// A roster column.
    Roster {
        /// Heading of the column.
        column: String,
        /// For multi-select values: the separator, and the value code under which people with several are reported.
        multiple: Option<MultipleRule>,
        /// A survey item that also asks it, and which side wins where they disagree.
        survey: Option<SurveySource>,
    },
    /// Derived from another demographic: `yes` if the value is among `members`, else `no`; nobody who refused the other question
    /// has a value here.
    Members {
        /// Position of the other demographic; always smaller than this one's.
        of: usize,
        /// Codes that count as `yes`.
        members: Vec<String>,
    },
    /// A level above another demographic, whose values it gathers: divisions of departments. Nobody who refused the other question has a value here.
    Levels {
        /// Position of the other demographic; always smaller than this one's.
        of: usize,
        /// For each value of the other demographic, the position of the value of this one.
        level: Vec<Option<u16>>,
    },
}

impl Demographic {
    /// The demographic whose values it gathers, by position, where it is a level.
    pub fn level_of(&self) -> Option<usize> {
        match self.source {
            DemographicSource::Levels { of, .. } => Some(of),
            DemographicSource::Roster { .. } | DemographicSource::Members { .. } => None,
        }
    }
}

/// How several values in one cell are reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MultipleRule {
    /// Character or text between values.
    pub separator: String,
    /// Code of the value under which people with several values are reported.
    pub report_as: String,
}

/// A demographic also asked in a survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveySource {
    /// Instrument id.
    pub instrument: String,
    /// Item id.
    pub item: String,
    /// Whether the survey wins over the roster.
    pub survey_wins: bool,
}

/// The roster file: one row per person, or per person and `valid_from`.
#[derive(Debug, Clone)]
pub struct RosterPlan {
    /// Path relative to the program's folder.
    pub file: PathBuf,
    /// Heading of the person id.
    pub person: String,
    /// Heading of the e-mail address: for `status`, and for exports whose respondents are known by it.
    pub email: Option<String>,
    /// Heading of the self-generated code, for exports whose respondents are known by it.
    pub code: Option<String>,
    /// Heading of the date from which the row holds.
    pub valid_from: Option<String>,
    /// Heading of the date on which the person left.
    pub left_on: Option<String>,
}

/// The register of pairs: one row per episode of a pair. Fields hold column headings.
#[derive(Debug, Clone)]
pub struct PairsPlan {
    /// Path relative to the program's folder.
    pub file: PathBuf,
    /// Heading of the pair id.
    pub pair: String,
    /// Heading of the mentee's person id.
    pub mentee: String,
    /// Heading of the mentor's person id.
    pub mentor: String,
    /// Heading of the first day of the relationship.
    pub start: String,
    /// Heading of the day on which it entered the register (delayed entry); the start where absent.
    pub registered: Option<String>,
    /// Heading of the agreed last day.
    pub agreed_end: Option<String>,
    /// Heading of the first meeting.
    pub first_meeting: Option<String>,
    /// Heading of the last known contact.
    pub last_contact: Option<String>,
    /// Heading of the agreed days between meetings.
    pub interval_days: Option<String>,
    /// Heading of the day it ended.
    pub ended: String,
    /// Heading of the end reason.
    pub end_reason: String,
    /// Every end reason, and what it means.
    pub status_map: BTreeMap<String, EndKind>,
    /// Causes that end reasons name; a reason that is not here says nothing of causes.
    pub reason_causes: BTreeMap<String, Vec<Cause>>,
}

/// What the end of a relationship means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndKind {
    /// Ended early and not benignly.
    Failure,
    /// The term or the goals were completed.
    Success,
    /// Ended for a reason that says nothing about the relationship.
    Neutral,
}

/// The record of goals: one row per goal version. Fields hold column headings.
#[derive(Debug, Clone)]
pub struct GoalsPlan {
    /// Path relative to the program's folder.
    pub file: PathBuf,
    /// Heading of the goal id.
    pub goal: String,
    /// Heading of the pair id.
    pub pair: String,
    /// Heading of the day it was set.
    pub set_on: String,
    /// Heading of the day the mentee agreed.
    pub mentee_agreed: Option<String>,
    /// Heading of the day the mentor agreed.
    pub mentor_agreed: Option<String>,
    /// Heading of the due date.
    pub due: String,
    /// Heading of the weight; 1 where absent.
    pub weight: Option<String>,
    /// Heading of the personal or professional kind.
    pub kind: Option<String>,
    /// Heading of the mentee's rating, -2 to 2.
    pub mentee_rating: String,
    /// Heading of the mentor's rating, -2 to 2.
    pub mentor_rating: Option<String>,
    /// Heading of the day the goal was abandoned.
    pub abandoned: Option<String>,
    /// Assumed correlation of goal scores in the T formula.
    pub rho: f64,
}

/// The log of actions taken: one row per action. Fields hold column headings.
#[derive(Debug, Clone)]
pub struct ActionsPlan {
    /// Path relative to the program's folder.
    pub file: PathBuf,
    /// Heading of the action id.
    pub action: String,
    /// Heading of the plain-words name.
    pub label: String,
    /// Heading of the first day.
    pub started: String,
    /// Heading of the demographic id that says where; blank means the whole program.
    pub dimension: String,
    /// Heading of the value codes, separated by semicolons.
    pub values: String,
    /// Heading of the metric id it was meant to move.
    pub metric: String,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The mentee.
    Mentee,
    /// The mentor.
    Mentor,
    /// A member of staff who answers for the institution.
    Institution,
}

/// One survey export.
#[derive(Debug, Clone)]
pub struct ExportPlan {
    /// Path relative to the program's folder.
    pub file: PathBuf,
    /// Position in `Plan::instruments`.
    pub instrument: usize,
    /// Who answers.
    pub role: Role,
    /// Export system; detected where none is declared.
    pub system: Option<System>,
    /// How a response gets its period.
    pub wave: WaveRule,
    /// Encoding label (WHATWG); UTF-8 where none is declared.
    pub encoding: Option<String>,
    /// Heading (or Qualtrics import id) of the column that says who answered. None: found by the pair and the role.
    pub person: Option<String>,
    /// What stands in that column.
    pub person_is: PersonKey,
    /// Heading of the pair id. None for `Role::Institution`, for anonymous answers, and where the person's one open pair is meant.
    pub pair: Option<String>,
    /// Whether nobody can say who answered: such answers count for the whole program, and in no figure about pairs.
    pub anonymous: bool,
    /// Heading of the response date; the system's own where none is declared.
    pub date: Option<String>,
    /// Order of day, month and year in dates that do not begin with the year; found in the column where none is declared.
    pub date_order: Option<DateOrder>,
    /// Sheet of a workbook; the only one with a table where none is declared.
    pub sheet: Option<String>,
    /// What stands between the choices of a cell that holds several; the system's own where none is declared.
    pub separator: Option<String>,
    /// Item id to heading, where they differ.
    pub items: BTreeMap<String, String>,
    /// Cell texts that mean "shown, not answered" beyond a blank, such as `-99`.
    pub not_stated: Vec<String>,
}

/// What the column that says who answered holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonKey {
    /// The roster's person id.
    Id,
    /// The e-mail address; capitals do not matter.
    Email,
    /// The SHA-256 digest, in hexadecimal, of the e-mail address in lower case.
    EmailSha256,
    /// A code that people make up of facts which only they remember.
    Code {
        /// Letters that may be wrong, missing or too many (0 to 2) where one person alone comes so near.
        tolerance: u8,
    },
}

/// Order of the numbers of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateOrder {
    /// Year, month, day.
    Ymd,
    /// Month, day, year.
    Mdy,
    /// Day, month, year.
    Dmy,
}

impl DateOrder {
    /// All orders with their names in `program.toml`.
    pub const ALL: &'static [(&'static str, Self)] = &[("ymd", Self::Ymd), ("mdy", Self::Mdy), ("dmy", Self::Dmy)];

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Ymd => "year, month, day",
            Self::Mdy => "month, day, year",
            Self::Dmy => "day, month, year",
        }
    }
}

/// Systems that write exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum System {
    /// Qualtrics, current or legacy.
    Qualtrics,
    /// REDCap.
    Redcap,
    /// SurveyMonkey.
    #[serde(rename = "surveymonkey")]
    SurveyMonkey,
    /// LimeSurvey.
    #[serde(rename = "limesurvey")]
    LimeSurvey,
    /// Google Forms.
    GoogleForms,
    /// Microsoft Forms.
    MicrosoftForms,
    /// KoboToolbox.
    Kobo,
    /// ODK Central.
    Odk,
    /// An SPSS data file.
    Spss,
    /// A spreadsheet workbook of no known system.
    Workbook,
    /// A text table with one header row.
    Csv,
}

impl System {
    /// All systems, with their names in `program.toml` and in descriptions.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("qualtrics", Self::Qualtrics),
        ("redcap", Self::Redcap),
        ("surveymonkey", Self::SurveyMonkey),
        ("limesurvey", Self::LimeSurvey),
        ("google_forms", Self::GoogleForms),
        ("microsoft_forms", Self::MicrosoftForms),
        ("kobo", Self::Kobo),
        ("odk", Self::Odk),
        ("spss", Self::Spss),
        ("workbook", Self::Workbook),
        ("csv", Self::Csv),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, system)| *system == self).map_or("csv", |(name, _)| name)
    }
}

/// How a response gets its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaveRule {
    /// All rows belong to one period, by position in `Plan::periods`.
    Fixed(usize),
    /// The period whose days, plus `Thresholds::wave_grace_days` after its end, hold the response date.
    ByDate,
}

/// Definitions of failure, trouble and scoring.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    /// Days from start within which a first meeting must happen, else the pair "never met". Default 90.
    pub first_meeting_days: i32,
    /// Agreed days between meetings where the pair states none. Default 45 (dormant after twice that).
    pub meeting_interval_days: i32,
    /// Minimum share of a scale's items answered. Default 0.75; an instrument may say otherwise.
    pub minimum_answered: f64,
    /// Days after a period's end in which a response still belongs to it. Default 21.
    pub wave_grace_days: i32,
    /// Days before its agreed end in which an open relationship is listed for follow-up. Default 60.
    pub term_notice_days: i32,
    /// Days from its start after which an open relationship without an agreed goal is listed for follow-up. Default 90.
    pub goal_grace_days: i32,
    /// Minimum share of shown items answered for a response to be complete. Default 0.8.
    pub complete_share: f64,
    /// Minimum share of shown items answered for a response to be partial, else break-off. Default 0.5.
    pub partial_share: f64,
    /// Confidence level of every interval. Default 0.95.
    pub confidence_level: f64,
}

/// Rules of publication.
#[derive(Debug, Clone, PartialEq)]
pub struct Privacy {
    /// Fewest people in a published cell. Default 5, never below 5.
    pub minimum_people: u64,
    /// Fewest rated people in a published cell where people are rated. Default 3, never below 3.
    pub minimum_rated: u64,
    /// Demographic ids to keep first when something must be hidden.
    pub important: Vec<String>,
    /// File with the key for digests of inputs, relative to the program's folder.
    pub key_file: PathBuf,
}

/// Days since 1970-01-01: the form in which dates are computed with.
pub fn day_number(date: Date) -> i32 {
    jiff::civil::date(1970, 1, 1).until(date).map_or(0, |span| span.get_days())
}
