//! The rules of the check stage, one per file.

use crate::finding::{Excludes, Finding, Severity};

pub mod against_scale;
pub mod ambiguous_number;
pub mod ambiguous_pair;
pub mod ambiguous_respondent;
pub mod anonymous;
pub mod bad_date;
pub mod bad_flag;
pub mod bad_number;
pub mod break_off;
pub mod codes_shifted;
pub mod column_order;
pub mod contact_before_start;
pub mod contact_of_unknown_pair;
pub mod date_order;
pub mod date_order_unknown;
pub mod dates_out_of_order;
pub mod days_contradict;
pub mod duplicate_row;
pub mod future_date;
pub mod gap_in_ids;
pub mod goal_of_the_future;
pub mod item_added;
pub mod item_dropped;
pub mod item_moved;
pub mod item_reworded;
pub mod item_text_differs;
pub mod missing_column;
pub mod missing_end_reason;
pub mod missing_field;
pub mod missing_pair;
pub mod missing_person;
pub mod missing_table_column;
pub mod no_open_pair;
pub mod not_comparable;
pub mod not_in_register;
pub mod not_started;
pub mod open_though_left;
pub mod outside_periods;
pub mod preview;
pub mod read_with_care;
pub mod reason_without_end;
pub mod repeated_response;
pub mod same_person;
pub mod scale_reversed;
pub mod screened_out;
pub mod survey_disagrees;
pub mod tolerated_code;
pub mod undeclared_mark;
pub mod unexpected_date;
pub mod unknown_action;
pub mod unknown_code;
pub mod unknown_end_reason;
pub mod unknown_goal_pair;
pub mod unknown_kind;
pub mod unknown_pair;
pub mod unknown_person;
pub mod unknown_respondent;
pub mod unknown_status;
pub mod unknown_value;
pub mod unlisted_value;
pub mod vanished;
pub mod wrong_person;

/// A rule: what it means, how much it matters, what it leaves out, and what to do.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Stable code.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is left out.
    pub excludes: Excludes,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// All rules, sorted by code.
pub const ALL: &[Rule] = &[
    unknown_action::RULE,
    bad_date::RULE,
    bad_flag::RULE,
    bad_number::RULE,
    column_order::RULE,
    dates_out_of_order::RULE,
    days_contradict::RULE,
    duplicate_row::RULE,
    future_date::RULE,
    missing_field::RULE,
    missing_table_column::RULE,
    goal_of_the_future::RULE,
    unknown_kind::RULE,
    unknown_goal_pair::RULE,
    against_scale::RULE,
    contact_before_start::RULE,
    contact_of_unknown_pair::RULE,
    gap_in_ids::RULE,
    missing_end_reason::RULE,
    not_comparable::RULE,
    not_in_register::RULE,
    not_started::RULE,
    open_though_left::RULE,
    reason_without_end::RULE,
    same_person::RULE,
    unknown_end_reason::RULE,
    unknown_person::RULE,
    vanished::RULE,
    ambiguous_number::RULE,
    ambiguous_pair::RULE,
    ambiguous_respondent::RULE,
    anonymous::RULE,
    break_off::RULE,
    date_order::RULE,
    date_order_unknown::RULE,
    item_text_differs::RULE,
    missing_column::RULE,
    missing_pair::RULE,
    missing_person::RULE,
    no_open_pair::RULE,
    outside_periods::RULE,
    preview::RULE,
    read_with_care::RULE,
    repeated_response::RULE,
    screened_out::RULE,
    tolerated_code::RULE,
    undeclared_mark::RULE,
    unexpected_date::RULE,
    unknown_code::RULE,
    unknown_pair::RULE,
    unknown_respondent::RULE,
    unknown_status::RULE,
    wrong_person::RULE,
    survey_disagrees::RULE,
    unknown_value::RULE,
    unlisted_value::RULE,
    codes_shifted::RULE,
    item_added::RULE,
    item_dropped::RULE,
    item_moved::RULE,
    item_reworded::RULE,
    scale_reversed::RULE,
];

/// Where a finding is.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// File, relative to the program's folder.
    pub file: &'a str,
    /// Row as a spreadsheet numbers it; none for the whole file.
    pub row: Option<u64>,
    /// Column heading; none for the whole row.
    pub column: Option<&'a str>,
}

impl Rule {
    fn finding(&self, place: &Place<'_>, expected: String, found: String) -> Finding {
        Finding {
            rule: self.code,
            severity: self.severity,
            file: place.file.to_string(),
            row: place.row,
            column: place.column.map(str::to_string),
            expected,
            found,
            remedy: self.remedy.to_string(),
            excludes: self.excludes,
        }
    }
}
