//! A workbook of no known system: one header row, or two where merged headings stand above others.

use super::adapter::{Adapter, Evidence, Layout, Probe};
use super::container::Container;
use super::matching::ChoiceNames;
use super::plain::headings_like_data;
use super::redcap::checkbox_heading;
use crate::program::plan::System;

pub(super) struct WorkbookTable;

impl Adapter for WorkbookTable {
    fn system(&self) -> System {
        System::Workbook
    }

    fn detect(&self, probe: &Probe<'_>) -> Option<Evidence> {
        (probe.container == Container::Workbook).then(|| Evidence("a workbook without marks of another system".to_owned()))
    }

    fn layout(&self, probe: &Probe<'_>) -> Layout {
        let metadata = vec![false; probe.width()];
        if !is_grouped(probe) {
            let remarks = headings_like_data(probe).into_iter().collect();
            return Layout { variant: "one header row".to_owned(), header_rows: 1, metadata, remarks, ..Layout::default() };
        }
        let ids = (0..probe.width()).map(|column| id(probe, column)).collect();
        let labels = (0..probe.width()).map(|column| probe.cell(1, column).to_owned()).collect();
        let variant = "two header rows: merged headings above others".to_owned();
        Layout { variant, header_rows: 2, ids, labels, metadata, ..Layout::default() }
    }

    fn choice_headings(&self, item: &str, choice: &ChoiceNames<'_>) -> Vec<String> {
        choice.values().flat_map(|value| [format!("{item}_{value}"), checkbox_heading(item, value)]).collect()
    }
}

/// Whether row 2 parts the columns that row 1 gives one heading. Merged headings come carried to all columns that they span.
fn is_grouped(probe: &Probe<'_>) -> bool {
    let same = |column: usize| !probe.cell(0, column).is_empty() && probe.cell(0, column) == probe.cell(0, column - 1);
    let pairs: Vec<usize> = (1..probe.width()).filter(|&column| same(column)).collect();
    let parted = |&column: &usize| {
        let (left, right) = (probe.cell(1, column - 1), probe.cell(1, column));
        !left.is_empty() && !right.is_empty() && left != right
    };
    !pairs.is_empty() && pairs.iter().all(parted) && probe.row(1).all(|cell| cell.parse::<f64>().is_err())
}

/// The name of a column with two headings: `Mentor [kind]`; of one with a single heading in row 2, that.
fn id(probe: &Probe<'_>, column: usize) -> Option<String> {
    match (probe.cell(0, column), probe.cell(1, column)) {
        (_, "") => None,
        ("", below) => Some(below.to_owned()),
        (above, below) => Some(format!("{above} [{below}]")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::adapter::probe_rows;
    use super::*;

    fn layout(text: &str) -> Layout {
        let rows = probe_rows(text);
        WorkbookTable.layout(&Probe { rows: &rows, container: Container::Workbook })
    }

    #[test]
    fn merged_headings_make_two_header_rows() {
        let found = layout("id,Mentor,Mentor,Program,\n,calm,kind,fun,note\n1,2,3,4,x\n");
        assert_eq!(found.header_rows, 2);
        let ids: Vec<_> = found.ids.iter().map(Option::as_deref).collect();
        assert_eq!(ids, [None, Some("Mentor [calm]"), Some("Mentor [kind]"), Some("Program [fun]"), Some("note")]);
    }

    #[test]
    fn repeated_headings_above_answers_do_not() {
        assert_eq!(layout("id,Q,Q\n1,2,3\n").header_rows, 1);
        assert_eq!(layout("id,Q,Q\na,yes,yes\n").header_rows, 1);
        assert_eq!(layout("id,Q,R\na,yes,no\n").header_rows, 1);
    }
}
