//! The two sides of a pair, and the network of mentors: metrics in the order in which reports list them.

use super::Level::{Reaction, Results};
use super::UnitOfAnalysis::{Episode, Pair, Person};
use super::build::{AGREEMENT, average, count, model, network_share, share};
use super::{Metric, ReleaseClass, Unit};

pub(super) const METRICS: &[Metric] = &[
    // The two sides of a pair.
    model(
        "side_gap",
        "Mentee's score minus mentor's",
        "Mean difference of the two sides' scores on a scale that both answer about their relationship, over relationships with both scores. Mentors usually rate themselves lower than mentees rate them, which is no failure",
        Pair,
        Unit::ScalePoints,
        "Mean of differences with two-way clustered variance and t interval",
    )
        .of_many(),
    model(
        "side_correlation",
        "Correlation of the two sides",
        "Pearson's correlation of the two sides' scores on a scale that both answer, over relationships with both scores. At least 15 relationships",
        Pair,
        Unit::Coefficient,
        "Pearson correlation; two-way clustered delta-method variance, t interval on the scale of Fisher's z",
    )
        .of_many(),
    model(
        "side_icc",
        "Agreement of the two sides on a scale",
        "Intraclass correlation ICC(A,1), absolute agreement of one reading, of the two sides' scores on a scale that both answer. At least 15 relationships",
        Pair,
        Unit::Coefficient,
        AGREEMENT,
    )
        .of_many(),
    model(
        "side_kappa",
        "Agreement of the two sides on a question",
        "Kappa with quadratic weights of the two sides' answers to a question that both answer, categories as the question offers them; Cohen's kappa for yes or no. At least 15 relationships",
        Pair,
        Unit::Coefficient,
        AGREEMENT,
    )
        .of_many(),
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
    count("pairs_both_satisfied", "Relationships with both satisfied", "Number behind both satisfied", Pair)
        .in_restricted(),
    count("pairs_mentee_only_satisfied", "Relationships with only the mentee satisfied", "Number behind only the mentee satisfied", Pair)
        .in_restricted(),
    count("pairs_mentor_only_satisfied", "Relationships with only the mentor satisfied", "Number behind only the mentor satisfied", Pair)
        .in_restricted(),
    count("pairs_neither_satisfied", "Relationships with neither satisfied", "Number behind neither satisfied", Pair)
        .in_restricted(),
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
    )
        .of_many(),
    network_share(
        "discipline",
        "Discipline covered",
        "Of the mentees of whose mentors on the last day each is known, the share with a mentor who covers the discipline",
        Some(true),
    )
        .of_many(),
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
    )
        .of_many(),
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
    }
        .of_many(),
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
