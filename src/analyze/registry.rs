//! The metric registry: each metric is declared here, once. The docs, the codebook and the reports read it from here.

use serde::Serialize;

/// What one observation of a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitOfAnalysis {
    /// A respondent; answers about several pairs are averaged within the person first.
    Person,
    /// A pair.
    Pair,
    /// A goal.
    Goal,
    /// An episode of a pair: from entry to exit or to the as-of date.
    Episode,
}

/// The unit in which a metric is stored. Reports alone turn it into printed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 0 to 1; printed in percent.
    Proportion,
    /// -100 to 100.
    NpsPoints,
    /// The scale's own range.
    ScalePoints,
    /// Goal Attainment Scaling T: 50 is "as expected".
    TPoints,
    /// Events per 100 relationship-months.
    PerHundredMonths,
    /// A whole number.
    Count,
    /// At most 1; the higher, the more consistent.
    Coefficient,
}

/// How a metric may be released. The disclosure stage has one rule per class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseClass {
    /// A number of people, pairs or goals.
    Count,
    /// A share.
    Proportion,
    /// A mean of bounded answers.
    Mean,
    /// A ratio of a count to an amount of time.
    Additive,
    /// A point of an incidence curve.
    Curve,
    /// Reliability, agreement, effect or test.
    Model,
}

/// Kirkpatrick's level of evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Whether the evaluation itself holds: response and reliability.
    Quality,
    /// 1: satisfaction.
    Reaction,
    /// 2: skill.
    Learning,
    /// 3: behavior, meetings.
    Behavior,
    /// 4: goals and retention.
    Results,
}

/// A metric's declaration.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Metric {
    /// Short name. `scale` and `cause` carry the scale or cause behind a colon in results.
    pub id: &'static str,
    /// Name as printed.
    pub label: &'static str,
    /// What it is, in words for every reader.
    pub definition: &'static str,
    /// What one observation is.
    pub unit_of_analysis: UnitOfAnalysis,
    /// The unit it is stored in.
    pub unit: Unit,
    /// Whether higher is better; none where it is neither.
    pub higher_is_better: Option<bool>,
    /// How it may be released.
    pub release_class: ReleaseClass,
    /// Whether the people rated (mentors by mentees, mentees by mentors) need protection of their own.
    pub rates_people: bool,
    /// Smallest difference worth acting on, in the stored unit; none for metrics that are not compared.
    pub relevant_difference: Option<f64>,
    /// Whether it is one of the few outcomes that the program is judged by. Their comparisons between groups are adjusted together, and they alone
    /// put a group on the leadership page.
    pub primary: bool,
    /// Level of evaluation.
    pub level: Level,
    /// Version of the formula; changes whenever a number could.
    pub formula_version: u32,
    /// Where the formula comes from.
    pub reference: &'static str,
}

const CLUSTERED: &str =
    "Cameron, Gelbach and Miller 2011 (two-way clustered variance); Korn and Graubard 1998 (effective n in a Wilson interval)";

const fn share(
    id: &'static str,
    label: &'static str,
    definition: &'static str,
    unit_of_analysis: UnitOfAnalysis,
    higher_is_better: Option<bool>,
    level: Level,
) -> Metric {
    Metric {
        id,
        label,
        definition,
        unit_of_analysis,
        unit: Unit::Proportion,
        higher_is_better,
        release_class: ReleaseClass::Proportion,
        rates_people: true,
        relevant_difference: Some(0.10),
        primary: false,
        level,
        formula_version: 1,
        reference: CLUSTERED,
    }
}

const fn count(id: &'static str, label: &'static str, definition: &'static str, unit_of_analysis: UnitOfAnalysis) -> Metric {
    Metric {
        id,
        label,
        definition,
        unit_of_analysis,
        unit: Unit::Count,
        higher_is_better: None,
        release_class: ReleaseClass::Count,
        rates_people: true,
        relevant_difference: None,
        primary: false,
        level: Level::Results,
        formula_version: 1,
        reference: "Count",
    }
}

const fn mean(
    id: &'static str,
    label: &'static str,
    definition: &'static str,
    unit_of_analysis: UnitOfAnalysis,
    unit: Unit,
    relevant_difference: f64,
    level: Level,
) -> Metric {
    Metric {
        id,
        label,
        definition,
        unit_of_analysis,
        unit,
        higher_is_better: Some(true),
        release_class: ReleaseClass::Mean,
        rates_people: true,
        relevant_difference: Some(relevant_difference),
        primary: false,
        level,
        formula_version: 1,
        reference: "Mean with two-way clustered variance and t interval (Cameron, Gelbach and Miller 2011)",
    }
}

use Level::{Behavior, Quality, Reaction, Results};
use UnitOfAnalysis::{Episode, Goal, Pair, Person};

/// All metrics, in the order in which reports and the codebook list them.
pub const METRICS: &[Metric] = &[
    Metric {
        rates_people: false,
        ..share(
            "response_mentee",
            "Mentees who answered",
            "Of the relationships open in a period, the share whose mentee gave a complete or partial answer in it (AAPOR RR2, all cases eligible); a window takes its periods together",
            Pair,
            Some(true),
            Quality,
        )
    },
    Metric {
        rates_people: false,
        ..share(
            "response_mentor",
            "Mentors who answered",
            "Of the relationships open in a period, the share whose mentor gave a complete or partial answer in it (AAPOR RR2, all cases eligible); a window takes its periods together",
            Pair,
            Some(true),
            Quality,
        )
    },
    Metric {
        rates_people: false,
        ..count(
            "pairs_both_answered",
            "Relationships where both answered",
            "Relationships open in a period with an answer from both sides; a window adds up its periods",
            Pair,
        )
    },
    Metric {
        rates_people: false,
        ..count(
            "pairs_mentee_only",
            "Relationships where only the mentee answered",
            "Relationships open in a period with the mentee's answer only; a window adds up its periods",
            Pair,
        )
    },
    Metric {
        rates_people: false,
        ..count(
            "pairs_mentor_only",
            "Relationships where only the mentor answered",
            "Relationships open in a period with the mentor's answer only; a window adds up its periods",
            Pair,
        )
    },
    Metric {
        rates_people: false,
        ..count(
            "pairs_neither_answered",
            "Relationships where neither answered",
            "Relationships open in a period with no answer; a window adds up its periods",
            Pair,
        )
    },
    Metric {
        primary: true,
        ..share(
            "satisfied",
            "Satisfied with their mentor",
            "Share of mentees who chose one of the two most favorable answers to the overall item, averaged over each mentee's relationships first",
            Person,
            Some(true),
            Reaction,
        )
    },
    Metric {
        primary: true,
        ..share(
            "mentor_satisfied",
            "Mentors satisfied with the relationship",
            "Share of mentors who chose one of the two most favorable answers to the overall item, averaged over each mentor's relationships first",
            Person,
            Some(true),
            Reaction,
        )
    },
    Metric {
        unit: Unit::NpsPoints,
        release_class: ReleaseClass::Mean,
        relevant_difference: Some(10.0),
        reference: "Share answering 9 or 10 minus share answering 0 to 6; two-way clustered variance, t interval",
        ..share(
            "nps",
            "Would recommend their mentor (net)",
            "Mentees who answer 9 or 10 minus those who answer 0 to 6, in points, averaged over each mentee's relationships first",
            Person,
            Some(true),
            Reaction,
        )
    },
    Metric {
        unit: Unit::NpsPoints,
        release_class: ReleaseClass::Mean,
        relevant_difference: Some(10.0),
        rates_people: false,
        reference: "Share answering 9 or 10 minus share answering 0 to 6; two-way clustered variance, t interval",
        ..share(
            "mentor_nps",
            "Mentors who would recommend mentoring here (net)",
            "Mentors who answer 9 or 10 minus those who answer 0 to 6, in points, averaged over each mentor's relationships first",
            Person,
            Some(true),
            Reaction,
        )
    },
    mean(
        "scale",
        "Scale score",
        "Mean of a scale's answered items, averaged over each respondent's relationships first; a score needs the scale's minimum share of applicable items",
        Person,
        Unit::ScalePoints,
        0.3,
        Reaction,
    ),
    share(
        "scale_top",
        "Favorable on a scale",
        "Share of respondents whose scale score lies in the top two of the scale's answer steps, averaged over each respondent's relationships first",
        Person,
        Some(true),
        Reaction,
    ),
    Metric {
        unit: Unit::Coefficient,
        release_class: ReleaseClass::Model,
        rates_people: false,
        relevant_difference: None,
        reference: "Cronbach 1951; Feldt 1965 (interval)",
        ..mean(
            "cronbach_alpha",
            "Reliability of a scale",
            "Cronbach's alpha over each respondent's latest answer in the period, where it is complete; Spearman-Brown for two items",
            Person,
            Unit::Coefficient,
            0.0,
            Quality,
        )
    },
    Metric {
        primary: true,
        ..share(
            "met_as_agreed",
            "Met as often as agreed",
            "Share of mentees who say that they met their mentor as often as agreed, averaged over each mentee's relationships first",
            Person,
            Some(true),
            Behavior,
        )
    },
    Metric {
        rates_people: false,
        ..count("goals_set", "Goals set", "Goals set in the period, each counted once however often it was revised", Goal)
    },
    share(
        "goals_agreed",
        "Goals agreed by both",
        "Of the goals that came due, the share that mentee and mentor had both agreed before the midpoint between setting and due date",
        Goal,
        Some(true),
        Behavior,
    ),
    Metric {
        primary: true,
        ..share(
            "goals_met",
            "Goals met when due",
            "Of the goals that came due and that the mentee rated, the share rated at or above the expected level",
            Goal,
            Some(true),
            Results,
        )
    },
    share(
        "goals_met_mentor",
        "Goals met when due, by the mentor's rating",
        "Of the goals that came due and that the mentor rated, the share rated at or above the expected level",
        Goal,
        Some(true),
        Results,
    ),
    share(
        "goals_met_personal",
        "Personal goals met when due",
        "As goals met when due, of the goals recorded as personal",
        Goal,
        Some(true),
        Results,
    ),
    share(
        "goals_met_professional",
        "Professional goals met when due",
        "As goals met when due, of the goals recorded as professional",
        Goal,
        Some(true),
        Results,
    ),
    share(
        "goals_no_follow_up",
        "Goals never followed up",
        "Of the goals that came due and were not abandoned, the share that nobody rated",
        Goal,
        Some(false),
        Behavior,
    ),
    Metric {
        reference: "Kiresuk and Sherman 1968",
        ..mean(
            "gas_t_mentee",
            "Goal attainment T, by the mentee",
            "Goal Attainment Scaling T of the goals of a relationship that came due, from the mentee's ratings; 50 is as expected",
            Pair,
            Unit::TPoints,
            5.0,
            Results,
        )
    },
    Metric {
        reference: "Kiresuk and Sherman 1968",
        ..mean(
            "gas_t_mentor",
            "Goal attainment T, by the mentor",
            "Goal Attainment Scaling T of the goals of a relationship that came due, from the mentor's ratings; 50 is as expected",
            Pair,
            Unit::TPoints,
            5.0,
            Results,
        )
    },
    count(
        "pairs_at_risk",
        "Relationships open on the first day",
        "Relationships entered before the period and neither ended nor failed on its first day",
        Episode,
    ),
    count("pairs_entered", "Relationships entered", "Relationships that entered the register in the period", Episode),
    count(
        "pairs_failed",
        "Relationships failed",
        "Relationships that never met within the limit, ended early for a reason that counts as failure, or fell dormant, in the period",
        Episode,
    ),
    count(
        "pairs_succeeded",
        "Relationships completed",
        "Relationships that ended in the period for a reason that counts as success",
        Episode,
    ),
    count(
        "pairs_ended_neutral",
        "Relationships ended for other reasons",
        "Relationships that ended in the period for a reason that says nothing about them",
        Episode,
    ),
    count(
        "pairs_lost",
        "Relationships lost to follow-up",
        "Relationships that ended in the period and of which nobody recorded how, so that they count as neither failed nor completed",
        Episode,
    ),
    count(
        "pairs_open",
        "Relationships open on the last day",
        "Relationships neither ended nor failed on the last day of the period",
        Episode,
    ),
    Metric {
        unit: Unit::PerHundredMonths,
        release_class: ReleaseClass::Additive,
        relevant_difference: Some(0.5),
        reference: "Ratio of failures to time at risk; log-scale interval with two-way clustered variance, exact Poisson (Garwood 1936) where no relationship shares a person",
        ..share(
            "failure_rate",
            "Failures per 100 relationship-months",
            "Relationships that failed, divided by the months that relationships were at risk, times 100",
            Episode,
            Some(false),
            Results,
        )
    },
    Metric {
        release_class: ReleaseClass::Curve,
        primary: true,
        relevant_difference: Some(0.05),
        reference: "Aalen and Johansen 1978, with delayed entry and competing ends; two-way clustered infinitesimal-jackknife variance, complementary log-log interval",
        ..share(
            "failed_12_months",
            "Relationships that failed",
            "Of 100 relationships, how many fail within 12 months of their start at the rates seen in the period; completed and neutral ends compete",
            Episode,
            Some(false),
            Results,
        )
    },
    share(
        "both_dissatisfied",
        "Both dissatisfied",
        "Of the relationships with an answer from both sides, the share where both chose one of the two least favorable answers",
        Pair,
        Some(false),
        Reaction,
    ),
    share(
        "mentee_dissatisfied",
        "Only the mentee dissatisfied",
        "Of the relationships with an answer from both sides, the share where the mentee alone chose one of the two least favorable answers",
        Pair,
        Some(false),
        Reaction,
    ),
    share(
        "mentor_dissatisfied",
        "Only the mentor dissatisfied",
        "Of the relationships with an answer from both sides, the share where the mentor alone chose one of the two least favorable answers",
        Pair,
        Some(false),
        Reaction,
    ),
    share(
        "harm_reported",
        "Harm reported",
        "Of the relationships whose mentee or mentor answered the question, the share where either reported something harmful",
        Pair,
        Some(false),
        Reaction,
    ),
    Metric {
        relevant_difference: None,
        ..share(
            "cause",
            "Cause named",
            "Of the relationships that failed and for which that side answered, the share where it named the cause in its latest answer",
            Episode,
            None,
            Results,
        )
    },
];

/// The declaration of a metric; `scale:x` and `cause:x` are declared as `scale` and `cause`.
pub fn metric(id: &str) -> Option<&'static Metric> {
    let base = id.split(':').next().unwrap_or(id);
    METRICS.iter().find(|metric| metric.id == base)
}
