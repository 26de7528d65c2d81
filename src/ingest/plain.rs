//! A CSV file with one header row, such as other systems or people write. Its columns have no meaning of their own.

use super::adapter::{Adapter, Evidence, Layout, Probe, Remark};
use super::dates::parse_date;
use super::matching::ChoiceNames;
use super::redcap::checkbox_heading;
use crate::program::plan::System;

pub(super) struct PlainCsv;

impl Adapter for PlainCsv {
    fn system(&self) -> System {
        System::Csv
    }

    fn detect(&self, _probe: &Probe<'_>) -> Option<Evidence> {
        Some(Evidence("a header row and no marks of another system".to_owned()))
    }

    fn layout(&self, probe: &Probe<'_>) -> Layout {
        Layout {
            variant: "one header row".to_owned(),
            header_rows: 1,
            metadata: vec![false; probe.width()],
            remarks: headings_like_data(probe).into_iter().collect(),
            ..Layout::default()
        }
    }

    fn choice_headings(&self, item: &str, choice: &ChoiceNames<'_>) -> Vec<String> {
        choice.values().flat_map(|value| [format!("{item}_{value}"), checkbox_heading(item, &value)]).collect()
    }
}

/// A file without headings: at least half of row 1 are numbers or dates.
pub(super) fn headings_like_data(probe: &Probe<'_>) -> Option<Remark> {
    let data = probe.headings().filter(|text| text.parse::<f64>().is_ok() || parse_date(text).is_ok()).count();
    (data * 2 >= probe.width() && data > 0).then(|| Remark {
        rule: "file.headings_look_like_data",
        expected: "headings in row 1",
        found: format!("{data} of {} cells of row 1 are numbers or dates", probe.width()),
        remedy: "export the file with its headings",
    })
}

#[cfg(test)]
mod tests {
    use super::super::adapter::probe_rows;
    use super::super::container::Container;
    use super::*;

    #[test]
    fn a_file_without_headings_is_named() {
        let remarks = |text: &str| PlainCsv.layout(&Probe { rows: &probe_rows(text), container: Container::Text }).remarks.len();
        assert_eq!(remarks("1,2026-01-02,x\n2,2026-01-03,y\n"), 1);
        assert_eq!(remarks("id,date,1\n2,2026-01-03,y\n"), 0);
    }
}
