//! What was read, what was left out, and lists of rows.

use crate::present::model::{Block, Cell, Section, Table};
use crate::present::rows::{number_column, words_column};
use crate::present::{Facts, RestrictedLists, numbers, tables};

/// Answers in the exports = answers used + answers left out, by reason; findings by severity. In a release, numbers are to the nearest 5:
/// the exact number of answers would tell how many did not answer.
pub fn section(facts: &Facts, exact: bool) -> Section {
    let count = |n: u64| if exact { numbers::count(n) } else { numbers::about(n) };
    let row = |(label, n): &(String, u64)| vec![Cell::plain(label), Cell::plain(count(*n))];
    let mut answers = vec![("In the exports".to_string(), facts.responses_received), ("Used".to_string(), facts.responses_used)];
    answers.extend(facts.exclusions.iter().map(|(reason, n)| (format!("Left out: {reason}"), *n)));
    let table = |caption: &str, first: &str, rows: &[(String, u64)]| {
        Block::Table(tables::table(caption.into(), first, vec![number_column("Number")], rows.iter().map(row).collect(), false))
    };
    let mut blocks = vec![table("Answers to surveys, all periods", "Answers", &answers)];
    if !facts.findings.is_empty() {
        blocks.push(table("Findings of the checks", "Severity", &facts.findings));
    }
    super::section("Data quality", Some("Every answer is used or left out for a named reason".into()), blocks)
}

/// Lists of rows for the evaluation office.
pub fn lists(lists: &RestrictedLists) -> Vec<Section> {
    let one = |(title, headings, rows): &(String, Vec<String>, Vec<Vec<String>>)| {
        let rows = rows.iter().map(|row| row.iter().map(Cell::plain).collect()).collect();
        let table = Table { caption: title.clone(), columns: headings.iter().map(words_column).collect(), rows, folded: false };
        super::section(title, None, vec![Block::Table(table)])
    };
    lists.sections.iter().map(one).collect()
}
