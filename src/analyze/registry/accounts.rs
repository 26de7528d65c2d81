//! Where failure and trouble lay: metrics in the order in which reports list them.

use super::UnitOfAnalysis::{Episode, Pair};
use super::build::{AGREEMENT, CLUSTERED, WITNESSES, count, model};
use super::{Metric, Unit};

pub(super) const METRICS: &[Metric] = &[
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
    }
        .of_many()
        .in_windows(),
    Metric {
        reference: WITNESSES,
        ..count(
            "failed_locus",
            "Failed, where it lay",
            "Relationships that failed in the window and of which any witness names a cause on that side; one relationship may lie in several places. Last: of which no witness names any cause",
            Episode,
        )
    }
        .of_many()
        .in_windows(),
    model(
        "failed_attribution",
        "Failed, divided among places",
        "Each relationship that failed in the window is divided equally among the places that any witness names, so that the shares add up to all failures; the last part is what no witness places",
        Episode,
        Unit::Proportion,
        "Fractions that add up to 1 in each relationship; two-way clustered variance, Wilson interval at the effective n",
    )
        .of_many()
        .in_windows(),
    Metric {
        reference: WITNESSES,
        ..count(
            "failed_label",
            "Failed, how witnesses stand to each other",
            "Relationships that failed in the window, by place and by how the witnesses of that place stand to each other: acknowledged (the side itself says so), attributed (only others do), corroborated (two or more say so), contested (one says yes, another explicitly no), one witness (nobody else says anything). Several may hold at once",
            Episode,
        )
    }
        .of_many()
        .in_windows(),
    Metric {
        reference: WITNESSES,
        ..count(
            "failed_tag",
            "Failed, power and prejudice",
            "Relationships that failed in the window and of which a report says whose conduct power or prejudice was, that it lay in a rule or custom, or what prejudice was about. From reports only, never from who the two are",
            Episode,
        )
    }
        .of_many()
        .in_windows(),
    model(
        "failed_contested",
        "Failed, accounts contested",
        "Of the relationships that failed in the window, of which a witness names a cause in the place and a second witness says something of all its causes, the share where one says yes and another explicitly no",
        Episode,
        Unit::Proportion,
        CLUSTERED,
    )
        .of_many()
        .in_windows(),
    model(
        "failed_cause_kappa",
        "Agreement of the two sides on a cause",
        "Cohen's kappa of mentee and mentor naming the cause, over the relationships that failed in the window and in which both answered the question and were offered the cause. At least 15 relationships, and at least 3 in which each side names the cause and 3 in which it does not",
        Episode,
        Unit::Coefficient,
        AGREEMENT,
    )
        .of_many()
        .in_windows()
        .in_restricted(),
    model(
        "failed_cause_adjusted",
        "Agreement on a cause, adjusted for prevalence",
        "Prevalence-adjusted and bias-adjusted kappa, twice the share of relationships in which both sides say the same minus 1, over the same relationships as the kappa",
        Episode,
        Unit::Coefficient,
        "Byrt, Bishop and Carlin 1993; from the Wilson interval of the share of agreement at its two-way clustered effective n",
    )
        .of_many()
        .in_windows(),
    model(
        "mentor_blamed",
        "Mentees who name a cause on the mentor's side",
        "Of the relationships that failed in the window and whose mentee answered the question about causes, the share where the mentee names one on the mentor's side",
        Episode,
        Unit::Proportion,
        CLUSTERED,
    )
        .in_windows(),
    model(
        "mentee_blamed",
        "Mentors who name a cause on the mentee's side",
        "Of the relationships that failed in the window and whose mentor answered the question about causes, the share where the mentor names one on the mentee's side",
        Episode,
        Unit::Proportion,
        CLUSTERED,
    )
        .in_windows(),
    model(
        "blame_asymmetry",
        "Blame asymmetry",
        "How much more often mentees who answer name a cause on the mentor's side than mentors who answer name one on the mentee's side, over the relationships that failed in the window",
        Episode,
        Unit::Proportion,
        "Difference of two shares of the same relationships, two-way clustered variance, t interval",
    )
        .in_windows(),
    Metric {
        reference: WITNESSES,
        ..count(
            "troubled_cause",
            "In trouble, cause named by any witness",
            "As failed, cause named, of relationships that did not fail in the window but of which a side reported dissatisfaction or harm in it",
            Pair,
        )
    }
        .of_many()
        .in_windows(),
    Metric {
        reference: WITNESSES,
        ..count(
            "troubled_locus",
            "In trouble, where it lay",
            "As failed, where it lay, of relationships that did not fail in the window but of which a side reported dissatisfaction or harm in it",
            Pair,
        )
    }
        .of_many()
        .in_windows(),
    model(
        "troubled_contested",
        "In trouble, accounts contested",
        "As failed, accounts contested, of relationships that did not fail in the window but of which a side reported dissatisfaction or harm in it",
        Pair,
        Unit::Proportion,
        CLUSTERED,
    )
        .of_many()
        .in_windows(),
    model(
        "troubled_blame_asymmetry",
        "Blame asymmetry, in trouble",
        "As blame asymmetry, of relationships that did not fail in the window but of which a side reported dissatisfaction or harm in it",
        Pair,
        Unit::Proportion,
        "Difference of two shares of the same relationships, two-way clustered variance, t interval",
    )
        .in_windows(),
];
