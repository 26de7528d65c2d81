//! Who answered, and what they said: metrics in the order in which reports list them.

use super::Level::{Behavior, Quality, Reaction};
use super::UnitOfAnalysis::{Goal, Pair, Person};
use super::build::{count, mean, share};
use super::{Metric, ReleaseClass, Unit};

pub(super) const METRICS: &[Metric] = &[
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
    )
        .of_many(),
    share(
        "scale_top",
        "Favorable on a scale",
        "Share of respondents whose scale score lies in the top two of the scale's answer steps, averaged over each respondent's relationships first",
        Person,
        Some(true),
        Reaction,
    )
        .of_many(),
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
    }
        .of_many(),
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
];
