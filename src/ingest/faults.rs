//! Building findings about files.

use std::collections::BTreeMap;

use super::controls::without_controls;
use crate::finding::{Excludes, Finding, Findings, Severity};

/// Findings of one rule in one file beyond which only their number is kept, so that a broken file cannot fill memory.
const LISTED_PER_RULE: u64 = 100;

/// A finding about a whole file, to be completed with struct update syntax.
pub(super) fn about(file: &str) -> Finding {
    Finding {
        rule: "file.unreadable",
        severity: Severity::Note,
        file: file.to_owned(),
        row: None,
        column: None,
        expected: String::new(),
        found: String::new(),
        remedy: String::new(),
        excludes: Excludes::Nothing,
    }
}

/// A finding that makes the whole file unusable.
pub(super) fn unusable(file: &str) -> Finding {
    Finding { severity: Severity::Error, excludes: Excludes::File, ..about(file) }
}

/// What comes out of a file, such as a heading or the name of a sheet, as it may be printed.
pub(super) fn printable(text: &str) -> String {
    without_controls(text)
}

/// Characters of a heading that a finding shows.
const HEADING_SHOWN: usize = 300;

/// A heading as a finding names its column; a file that is no table may have all its text in one.
pub(super) fn shown(heading: &str) -> String {
    match heading.char_indices().nth(HEADING_SHOWN) {
        Some((end, _)) => format!("{}…", &heading[..end]),
        None => heading.to_owned(),
    }
}

/// Collects findings, listing the first of each rule and counting the rest.
#[derive(Default)]
pub(super) struct Collector {
    listed: Findings,
    counts: BTreeMap<&'static str, (u64, Option<Finding>)>,
}

impl Collector {
    pub(super) fn push(&mut self, finding: Finding) {
        let (count, last) = self.counts.entry(finding.rule).or_default();
        *count += 1;
        if *count <= LISTED_PER_RULE {
            self.listed.push(finding);
        } else {
            *last = Some(finding);
        }
    }

    /// Adds what another collected after this one.
    pub(super) fn append(&mut self, other: Self) {
        for finding in other.listed.into_vec() {
            self.push(finding);
        }
        for (rule, (number, last)) in other.counts {
            let Some(last) = last else { continue };
            let (count, own) = self.counts.entry(rule).or_default();
            *count += number - LISTED_PER_RULE;
            *own = Some(last);
        }
    }

    /// The listed findings, then one per rule that had more.
    pub(super) fn finish(mut self) -> Findings {
        for (count, last) in self.counts.into_values() {
            if let Some(last) = last {
                let found = format!("{} more, the last in row {}", count - LISTED_PER_RULE, last.row.unwrap_or(1));
                self.listed.push(Finding { row: None, column: None, found, ..last });
            }
        }
        self.listed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_headings_are_cut_where_they_are_shown() {
        assert_eq!(shown("Why?"), "Why?");
        let long = shown(&"é".repeat(10_000));
        assert!(long.chars().count() == HEADING_SHOWN + 1 && long.ends_with('…'));
    }

    #[test]
    fn many_findings_of_a_rule_end_in_their_number() {
        let mut collector = Collector::default();
        for row in 1..=130 {
            collector.push(Finding { rule: "file.fewer_cells", row: Some(row), ..about("a.csv") });
        }
        let findings = collector.finish();
        assert_eq!(findings.as_slice().len(), 101);
        let last = findings.as_slice().last().expect("there are findings");
        assert_eq!((last.row, last.found.as_str()), (None, "30 more, the last in row 130"));
    }

    #[test]
    fn joined_collectors_say_the_same_as_one() {
        let finding = |row| Finding { rule: if row % 3 == 0 { "file.nul" } else { "file.fewer_cells" }, row: Some(row), ..about("a.csv") };
        let collect = |rows: std::ops::Range<u64>| {
            let mut collector = Collector::default();
            rows.map(finding).for_each(|finding| collector.push(finding));
            collector
        };
        for cuts in [[0, 0], [10, 20], [90, 400], [200, 500], [500, 500]] {
            let mut joined = collect(0..cuts[0]);
            joined.append(collect(cuts[0]..cuts[1]));
            joined.append(collect(cuts[1]..500));
            assert_eq!(joined.finish().as_slice(), collect(0..500).finish().as_slice(), "{cuts:?}");
        }
    }
}
