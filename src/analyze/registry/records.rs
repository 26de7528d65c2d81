//! Goals, relationships and trouble: metrics in the order in which reports list them.

use super::Level::{Behavior, Reaction, Results};
use super::UnitOfAnalysis::{Episode, Goal, Pair};
use super::build::{count, mean, share};
use super::{Metric, ReleaseClass, Unit};

pub(super) const METRICS: &[Metric] = &[
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
    }
    .of_many()
    .in_windows(),
];
