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
    /// A mean number of people or things.
    Average,
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

/// A number that agreement, comparison or concentration gives, for groups large enough for models.
const fn model(
    id: &'static str,
    label: &'static str,
    definition: &'static str,
    unit_of_analysis: UnitOfAnalysis,
    unit: Unit,
    reference: &'static str,
) -> Metric {
    Metric {
        unit,
        release_class: ReleaseClass::Model,
        relevant_difference: None,
        reference,
        ..share(id, label, definition, unit_of_analysis, None, Level::Results)
    }
}

/// A mean number per person, of records that rate nobody.
const fn average(id: &'static str, label: &'static str, definition: &'static str) -> Metric {
    Metric {
        higher_is_better: None,
        rates_people: false,
        ..mean(id, label, definition, UnitOfAnalysis::Person, Unit::Average, 0.3, Level::Results)
    }
}

/// A share of people, from records that rate nobody.
const fn network_share(id: &'static str, label: &'static str, definition: &'static str, higher_is_better: Option<bool>) -> Metric {
    Metric { rates_people: false, ..share(id, label, definition, UnitOfAnalysis::Person, higher_is_better, Level::Results) }
}

const AGREEMENT: &str = "Shrout and Fleiss 1979 (intraclass correlation); Cohen 1968 and Fleiss and Cohen 1973 (weighted kappa); two-way clustered delta-method \
                         variance, t interval on the scale of Fisher's z";
const WITNESSES: &str = "Count over sets of witnesses: none outvotes another, and nothing is never taken for no";

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
    // What three witnesses say of relationships that failed, or were in trouble. Failure is an outcome, so that these are counts of a table with it as
    // a classifying variable, or models.
    Metric {
        reference: WITNESSES,
        ..count(
            "failed_cause",
            "Failed, cause named by any witness",
            "Relationships that failed in the window and of which the mentee, the mentor or a record of the program names the cause; one relationship may have several causes",
            Episode,
        )
    },
    Metric {
        reference: WITNESSES,
        ..count(
            "failed_locus",
            "Failed, where it lay",
            "Relationships that failed in the window and of which any witness names a cause on that side; one relationship may lie in several places. Last: of which no witness names any cause",
            Episode,
        )
    },
    model(
        "failed_attribution",
        "Failed, divided among places",
        "Each relationship that failed in the window is divided equally among the places that any witness names, so that the shares add up to all failures; the last part is what no witness places",
        Episode,
        Unit::Proportion,
        "Fractions that add up to 1 in each relationship; two-way clustered variance, Wilson interval at the effective n",
    ),
    Metric {
        reference: WITNESSES,
        ..count(
            "failed_label",
            "Failed, how witnesses stand to each other",
            "Relationships that failed in the window, by place and by how the witnesses of that place stand to each other: acknowledged (the side itself says so), attributed (only others do), corroborated (two or more say so), contested (one says yes, another explicitly no), one witness (nobody else says anything). Several may hold at once",
            Episode,
        )
    },
    Metric {
        reference: WITNESSES,
        ..count(
            "failed_tag",
            "Failed, power and prejudice",
            "Relationships that failed in the window and of which a report says whose conduct power or prejudice was, that it lay in a rule or custom, or what prejudice was about. From reports only, never from who the two are",
            Episode,
        )
    },
    model(
        "failed_contested",
        "Failed, accounts contested",
        "Of the relationships that failed in the window, of which a witness names a cause in the place and a second witness says something of all its causes, the share where one says yes and another explicitly no",
        Episode,
        Unit::Proportion,
        CLUSTERED,
    ),
    model(
        "failed_cause_kappa",
        "Agreement of the two sides on a cause",
        "Cohen's kappa of mentee and mentor naming the cause, over the relationships that failed in the window and in which both answered the question and were offered the cause. At least 15 relationships, and at least 3 in which each side names the cause and 3 in which it does not",
        Episode,
        Unit::Coefficient,
        AGREEMENT,
    ),
    model(
        "failed_cause_adjusted",
        "Agreement on a cause, adjusted for prevalence",
        "Prevalence-adjusted and bias-adjusted kappa, twice the share of relationships in which both sides say the same minus 1, over the same relationships as the kappa",
        Episode,
        Unit::Coefficient,
        "Byrt, Bishop and Carlin 1993; from the Wilson interval of the share of agreement at its two-way clustered effective n",
    ),
    model(
        "mentor_blamed",
        "Mentees who name a cause on the mentor's side",
        "Of the relationships that failed in the window and whose mentee answered the question about causes, the share where the mentee names one on the mentor's side",
        Episode,
        Unit::Proportion,
        CLUSTERED,
    ),
    model(
        "mentee_blamed",
        "Mentors who name a cause on the mentee's side",
        "Of the relationships that failed in the window and whose mentor answered the question about causes, the share where the mentor names one on the mentee's side",
        Episode,
        Unit::Proportion,
        CLUSTERED,
    ),
    model(
        "blame_asymmetry",
        "Blame asymmetry",
        "How much more often mentees who answer name a cause on the mentor's side than mentors who answer name one on the mentee's side, over the relationships that failed in the window",
        Episode,
        Unit::Proportion,
        "Difference of two shares of the same relationships, two-way clustered variance, t interval",
    ),
    Metric {
        reference: WITNESSES,
        ..count(
            "troubled_cause",
            "In trouble, cause named by any witness",
            "As failed, cause named, of relationships that did not fail in the window but of which a side reported dissatisfaction or harm in it",
            Pair,
        )
    },
    Metric {
        reference: WITNESSES,
        ..count(
            "troubled_locus",
            "In trouble, where it lay",
            "As failed, where it lay, of relationships that did not fail in the window but of which a side reported dissatisfaction or harm in it",
            Pair,
        )
    },
    model(
        "troubled_contested",
        "In trouble, accounts contested",
        "As failed, accounts contested, of relationships that did not fail in the window but of which a side reported dissatisfaction or harm in it",
        Pair,
        Unit::Proportion,
        CLUSTERED,
    ),
    model(
        "troubled_blame_asymmetry",
        "Blame asymmetry, in trouble",
        "As blame asymmetry, of relationships that did not fail in the window but of which a side reported dissatisfaction or harm in it",
        Pair,
        Unit::Proportion,
        "Difference of two shares of the same relationships, two-way clustered variance, t interval",
    ),
    // The two sides of a pair.
    model(
        "side_gap",
        "Mentee's score minus mentor's",
        "Mean difference of the two sides' scores on a scale that both answer about their relationship, over relationships with both scores. Mentors usually rate themselves lower than mentees rate them, which is no failure",
        Pair,
        Unit::ScalePoints,
        "Mean of differences with two-way clustered variance and t interval",
    ),
    model(
        "side_correlation",
        "Correlation of the two sides",
        "Pearson's correlation of the two sides' scores on a scale that both answer, over relationships with both scores. At least 15 relationships",
        Pair,
        Unit::Coefficient,
        "Pearson correlation; two-way clustered delta-method variance, t interval on the scale of Fisher's z",
    ),
    model(
        "side_icc",
        "Agreement of the two sides on a scale",
        "Intraclass correlation ICC(A,1), absolute agreement of one reading, of the two sides' scores on a scale that both answer. At least 15 relationships",
        Pair,
        Unit::Coefficient,
        AGREEMENT,
    ),
    model(
        "side_kappa",
        "Agreement of the two sides on a question",
        "Kappa with quadratic weights of the two sides' answers to a question that both answer, categories as the question offers them; Cohen's kappa for yes or no. At least 15 relationships",
        Pair,
        Unit::Coefficient,
        AGREEMENT,
    ),
    share(
        "both_satisfied",
        "Both satisfied",
        "Of the relationships with an answer from both sides, the share where both chose one of the two most favorable answers to the overall item",
        Pair,
        Some(true),
        Reaction,
    ),
    share(
        "mentee_only_satisfied",
        "Only the mentee satisfied",
        "Of the relationships with an answer from both sides, the share where the mentee alone chose one of the two most favorable answers to the overall item",
        Pair,
        None,
        Reaction,
    ),
    share(
        "mentor_only_satisfied",
        "Only the mentor satisfied",
        "Of the relationships with an answer from both sides, the share where the mentor alone chose one of the two most favorable answers to the overall item",
        Pair,
        None,
        Reaction,
    ),
    share(
        "neither_satisfied",
        "Neither satisfied",
        "Of the relationships with an answer from both sides, the share where neither chose one of the two most favorable answers to the overall item",
        Pair,
        Some(false),
        Reaction,
    ),
    count("pairs_both_satisfied", "Relationships with both satisfied", "Number behind both satisfied", Pair),
    count("pairs_mentee_only_satisfied", "Relationships with only the mentee satisfied", "Number behind only the mentee satisfied", Pair),
    count("pairs_mentor_only_satisfied", "Relationships with only the mentor satisfied", "Number behind only the mentor satisfied", Pair),
    count("pairs_neither_satisfied", "Relationships with neither satisfied", "Number behind neither satisfied", Pair),
    share(
        "failed_after_answer",
        "Failed in the period after an answer",
        "Of the relationships open throughout a period and at its end in which that side answered, the share that failed in the next period; a window takes the periods in which they could fail together",
        Pair,
        Some(false),
        Results,
    ),
    share(
        "failed_after_silence",
        "Failed in the period after silence",
        "Of the relationships open throughout a period and at its end in which that side did not answer, the share that failed in the next period; a window takes the periods in which they could fail together",
        Pair,
        Some(false),
        Results,
    ),
    model(
        "silence_difference",
        "Failure after silence against failure after an answer",
        "Failed in the period after silence minus failed in the period after an answer. An association: who is silent may differ in other ways",
        Pair,
        Unit::Proportion,
        "Difference of two shares, two-way clustered variance, t interval",
    ),
    // The network of mentors.
    average(
        "mentors_now",
        "Mentors per mentee",
        "Mean number of mentors with an open relationship on the last day, over mentees with at least one",
    ),
    average(
        "mentors_ever",
        "Mentors per mentee so far",
        "Mean number of mentors that mentees with an open relationship on the last day have had up to then, those included",
    ),
    average(
        "mentor_levels",
        "Levels among a mentee's mentors",
        "Mean number of levels at which the mentors of a mentee stand on the last day, over mentees whose mentors all have a stated level",
    ),
    average(
        "disciplines_covered",
        "Disciplines covered",
        "Mean number of declared disciplines that the mentors of a mentee cover on the last day, over mentees of whose mentors each is known: by the roster, or by the mentee's answers about each in the period",
    ),
    network_share(
        "single_mentor",
        "Depend on a single mentor",
        "Of the mentees with an open relationship on the last day, the share with exactly one mentor",
        None,
    ),
    network_share(
        "mentor_level",
        "Have a mentor at a level",
        "Of the mentees whose mentors on the last day all have a stated level, the share with a mentor at the level",
        None,
    ),
    network_share(
        "discipline",
        "Discipline covered",
        "Of the mentees of whose mentors on the last day each is known, the share with a mentor who covers the discipline",
        Some(true),
    ),
    network_share(
        "woman_advisor",
        "Have the woman advisor they want",
        "Of the mentees who say that they have an advisor who is a woman, or want one and have none, the share who have one. Who said neither is not counted",
        Some(true),
    ),
    network_share(
        "under_represented_advisor",
        "Have the under-represented advisor they want",
        "Of the mentees who say that they have an advisor from an under-represented group, or want one and have none, the share who have one. Who said neither is not counted",
        Some(true),
    ),
    average(
        "mentor_load",
        "Mentees per mentor",
        "Mean number of mentees with an open relationship on the last day, over mentors with at least one",
    ),
    network_share(
        "mentors_at_limit",
        "Mentors at their limit",
        "Of the mentors with an open relationship on the last day, the share with at least as many mentees as the program declares for a full load",
        Some(false),
    ),
    Metric {
        rates_people: false,
        ..model(
            "load_gini",
            "Concentration of mentees on mentors",
            "Gini coefficient of the number of mentees over mentors with an open relationship on the last day: 0 where all have alike, towards 1 where a few have all",
            Person,
            Unit::Coefficient,
            "Gini 1912; standard error of Davidson 2009, mentors taken as independent",
        )
    },
    Metric {
        rates_people: false,
        ..model(
            "load_top_tenth",
            "Mentees of the busiest tenth of mentors",
            "Share of all open ties on the last day that the tenth of the mentors with the most mentees hold; one tie is one mentee of one mentor",
            Person,
            Unit::Proportion,
            "Ordinate of the Lorenz curve; standard error of Beach and Davidson 1983, mentors taken as independent",
        )
    },
    network_share(
        "satisfied_by_mentors",
        "Satisfied, by number of mentors",
        "Satisfied with their mentor, of mentees with one mentor in the period and of mentees with several",
        Some(true),
    ),
    Metric {
        rates_people: false,
        ..model(
            "several_satisfied",
            "Satisfied, several mentors against one",
            "Share satisfied of mentees with several mentors in the period minus that of mentees with one. An association: who has several may differ in other ways",
            Person,
            Unit::Proportion,
            "Difference of two shares, two-way clustered variance, t interval",
        )
    },
    Metric {
        unit: Unit::PerHundredMonths,
        release_class: ReleaseClass::Additive,
        relevant_difference: Some(0.5),
        rates_people: false,
        reference: "As failures per 100 relationship-months",
        ..share(
            "failures_by_mentors",
            "Failures per 100 relationship-months, by number of mentors",
            "Failures per 100 relationship-months, of the relationships of mentees with one mentor in the period and of mentees with several",
            Episode,
            Some(false),
            Results,
        )
    },
    Metric {
        rates_people: false,
        ..model(
            "several_failures",
            "Failures, several mentors against one",
            "Failures per 100 relationship-months of mentees with several mentors in the period minus those of mentees with one. An association: who has several may differ in other ways",
            Episode,
            Unit::PerHundredMonths,
            "Difference of two rates, two-way clustered variance, t interval",
        )
    },
];

/// Metrics of which there are many: each has an id behind a colon.
const OF_MANY: &[&str] = &[
    "scale",
    "scale_top",
    "cronbach_alpha",
    "cause",
    "failed_cause",
    "failed_locus",
    "failed_attribution",
    "failed_label",
    "failed_tag",
    "failed_contested",
    "failed_cause_kappa",
    "failed_cause_adjusted",
    "troubled_cause",
    "troubled_locus",
    "troubled_contested",
    "side_gap",
    "side_correlation",
    "side_icc",
    "side_kappa",
    "mentor_level",
    "discipline",
    "satisfied_by_mentors",
    "failures_by_mentors",
];

/// Of few failures in a quarter no cause can be told: these are computed for windows only.
const WINDOWS_ONLY: &[&str] = &[
    "cause",
    "failed_cause",
    "failed_locus",
    "failed_attribution",
    "failed_label",
    "failed_tag",
    "failed_contested",
    "failed_cause_kappa",
    "failed_cause_adjusted",
    "mentor_blamed",
    "mentee_blamed",
    "blame_asymmetry",
    "troubled_cause",
    "troubled_locus",
    "troubled_contested",
    "troubled_blame_asymmetry",
];

/// Counts that stand beside shares with the same people behind them: both together would tell the exact number, so that releases have the shares. And
/// kappas of single causes: whether one is told at all depends on what was answered.
const RESTRICTED: &[&str] = &[
    "pairs_both_satisfied",
    "pairs_mentee_only_satisfied",
    "pairs_mentor_only_satisfied",
    "pairs_neither_satisfied",
    "failed_cause_kappa",
];

impl Metric {
    /// Whether results of it carry the id of a scale, cause or other thing behind a colon.
    pub fn is_of_many(&self) -> bool {
        OF_MANY.contains(&self.id)
    }

    /// Whether it is computed for publication windows only.
    pub fn is_of_windows(&self) -> bool {
        WINDOWS_ONLY.contains(&self.id)
    }

    /// Whether it stays in the restricted edition, whatever the numbers of people.
    pub fn is_restricted(&self) -> bool {
        RESTRICTED.contains(&self.id)
    }
}

/// The declaration of a metric; `scale:x` and `cause:x` are declared as `scale` and `cause`.
pub fn metric(id: &str) -> Option<&'static Metric> {
    let base = id.split(':').next().unwrap_or(id);
    METRICS.iter().find(|metric| metric.id == base)
}
