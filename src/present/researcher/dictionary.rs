//! What the columns of results.csv hold.

use crate::present::model::{Block, Cell, Section};
use crate::present::rows::words_column;
use crate::present::tables;

/// Columns of results.csv in their order, with what each holds.
pub const RESULT_COLUMNS: [(&str, &str); 27] = [
    ("metric", "Metric id"),
    ("label", "Name as printed"),
    ("instrument", "Id of the instrument of a scale; blank elsewhere"),
    ("scale_or_cause", "Id of the scale or cause, where the metric is one of many; blank elsewhere"),
    ("role", "Who answers: mentee, mentor, institution; blank for program records"),
    ("period", "Id of the period, of the window, or of the periods since an action"),
    ("period_kind", "period, window or since_action"),
    ("grouping", "all, the demographic's id, ids joined by x, or cohort"),
    ("group", "Code of the group; codes of a combination joined by |"),
    ("group_label", "Name of the group as printed"),
    ("contrast", "Blank (a level), change, gap (the group minus everyone else) or effect (of an action)"),
    ("reference", "What it is compared with: id of the earlier period, everyone else, id of the action; blank for levels"),
    ("unit", "Stored unit of the metric"),
    ("unit_of_analysis", "What one observation is: person, pair, goal or episode"),
    ("shown", "value; lower_third, middle_third, upper_third; at_least, at_most; c (confidential); x (no answer)"),
    ("estimate", "Published value in the stored unit, a share as 0 to 1; blank unless shown is value"),
    ("ci_lower", "Lower end of the interval, rounded outward; blank where there is none"),
    ("ci_upper", "Upper end of the interval, rounded outward; blank where there is none"),
    ("confidence_level", "Level of ci_lower and ci_upper, 0 to 1; blank where they are"),
    ("adjusted_lower", "Lower end at the Holm level, contrasts only"),
    ("adjusted_upper", "Upper end at the Holm level, contrasts only"),
    ("bound", "The end that is known, where shown is at_least or at_most; blank elsewhere"),
    ("n", "People: 5 to 9, 10 to 49, or about a number to the nearest 5; blank where nothing is shown"),
    ("verdict", "For contrasts: higher, lower, possibly_higher, possibly_lower, about_the_same, uncertain, not_shown"),
    ("method", "Method with its conventions; blank where nothing is shown"),
    ("formula_version", "Version of the formula"),
    ("reason", "Why there is no answer, where shown is x; blank elsewhere"),
];

/// The section.
pub fn section() -> Section {
    let rows = RESULT_COLUMNS.iter().map(|(name, holds)| vec![Cell::plain(*name), Cell::plain(*holds)]).collect();
    let table =
        tables::table("Columns of results.csv, one row per published statistic".into(), "Column", vec![words_column("Holds")], rows, false);
    super::section("Data dictionary", None, vec![Block::Table(table)])
}
