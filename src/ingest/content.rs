//! What only the cells show about a whole file: text decoded twice, a spreadsheet's hand, codes for "seen but unanswered".

use memchr::memmem;

use super::adapter::{Layout, Remark};
use super::container::Container;
use super::faults::about;
use super::headings::Headings;
use super::parallel::in_parallel;
use super::record::Cells;
use super::source::Source;
use crate::finding::{Finding, Findings, Severity};
use crate::program::plan::System;

/// Records in which traces of a spreadsheet are looked for.
const TRACE_RECORDS: u64 = 2_000;

/// The code that Qualtrics gives by default to a question that was shown and not answered.
const UNANSWERED: &str = "-99";

/// What the text as a whole gives reason to look for in every record.
#[derive(Clone, Copy)]
struct Doubts {
    mojibake: bool,
    coded: bool,
}

/// What was counted.
#[derive(Default)]
struct Counts {
    records: u64,
    /// Cells with text that was decoded in the wrong encoding.
    mojibake: u64,
    /// Cells such as `10-May`, which were a range before.
    ranges: u64,
    /// Dates of the system's own columns that have a time without seconds.
    short_times: u64,
    /// Cells of the completion mark that read TRUE or FALSE.
    capital_marks: u64,
    /// Per column: cells with the code for unanswered, and cells with anything but that code and `1`.
    unanswered: Vec<(u64, u64)>,
}

/// Looks at the cells and adds what they show to the layout and the findings. The whole file is only walked where its text calls for it.
pub(super) fn look(source: &Source, headings: &Headings, system: System, layout: &mut Layout, findings: &mut Findings) {
    let text = source.text();
    let doubts = Doubts {
        mojibake: !text.is_ascii() && has_mojibake(text),
        coded: system == System::Qualtrics && memmem::find(text.as_bytes(), UNANSWERED.as_bytes()).is_some(),
    };
    let counts = count(source, headings.len(), layout, doubts);
    if counts.mojibake > 0 {
        findings.push(Finding {
            rule: "file.mojibake",
            severity: Severity::Warning,
            expected: "text that was decoded once".to_owned(),
            found: format!("{} cells with signs such as those of UTF-8 read as windows-1252", counts.mojibake),
            remedy: "export the file again and open it in a spreadsheet as UTF-8 only; answers with such signs match no choice".to_owned(),
            ..about(&source.name)
        });
    }
    if doubts.coded {
        unanswered(headings, &counts, layout);
    }
    traces(source, system, &counts, layout);
}

fn count(source: &Source, width: usize, layout: &Layout, doubts: Doubts) -> Counts {
    let empty = || Counts { unanswered: vec![(0, 0); width], ..Counts::default() };
    let mut counts = empty();
    if !doubts.mojibake && !doubts.coded {
        let mut row = 0;
        source.for_each_row(|record| {
            row += 1;
            counts.add(layout, doubts, row, &record.cells);
            counts.records < TRACE_RECORDS
        });
        return counts;
    }
    let parts = in_parallel(source.blocks(), |block| {
        let (mut part, mut row) = (empty(), block.records);
        source.for_each_row_of(block, |record| {
            row += 1;
            part.add(layout, doubts, row, &record.cells);
        });
        part
    });
    parts.iter().for_each(|part| counts.append(part));
    counts
}

impl Counts {
    /// Adds the record that is this one of the file, from 1.
    fn add(&mut self, layout: &Layout, doubts: Doubts, row: u64, cells: &Cells<'_>) {
        if row <= layout.header_rows {
            self.mojibake += if doubts.mojibake { cells.iter().filter(|cell| has_mojibake(cell)).count() as u64 } else { 0 };
            return;
        }
        self.records += 1;
        let traced = row - layout.header_rows <= TRACE_RECORDS;
        for (column, cell) in cells.iter().enumerate() {
            if doubts.mojibake && !cell.is_ascii() && has_mojibake(cell) {
                self.mojibake += 1;
            }
            if traced && matches!(cell.len(), 5 | 6) && is_range_as_date(cell) {
                self.ranges += 1;
            }
            if doubts.coded
                && let Some((coded, other)) = self.unanswered.get_mut(column)
            {
                match cell.trim() {
                    UNANSWERED => *coded += 1,
                    "" | "1" => {}
                    _ => *other += 1,
                }
            }
        }
        let cell = |column: Option<usize>| column.and_then(|column| cells.get(column)).map_or("", str::trim);
        let dates = [layout.columns.start_date, layout.columns.end_date, layout.columns.recorded_date];
        self.short_times += u64::from(dates.iter().any(|&column| is_short_time(cell(column))));
        self.capital_marks += u64::from(matches!(cell(layout.columns.finished), "TRUE" | "FALSE"));
    }

    fn append(&mut self, other: &Self) {
        self.records += other.records;
        self.mojibake += other.mojibake;
        self.ranges += other.ranges;
        self.short_times += other.short_times;
        self.capital_marks += other.capital_marks;
        for (own, more) in self.unanswered.iter_mut().zip(&other.unanswered) {
            *own = (own.0 + more.0, own.1 + more.1);
        }
    }
}

/// Takes the code for what it is where two columns have it, or one that otherwise only says "chosen".
fn unanswered(headings: &Headings, counts: &Counts, layout: &mut Layout) {
    let is_answer = |i: usize| {
        let heading = headings.as_slice()[i].trim();
        !layout.metadata.get(i).copied().unwrap_or(false) && !heading.is_empty()
    };
    let with: Vec<usize> = (0..headings.len()).filter(|&i| counts.unanswered[i].0 > 0 && is_answer(i)).collect();
    let cells: u64 = with.iter().map(|&i| counts.unanswered[i].0).sum();
    if with.is_empty() {
        return;
    }
    let ticks = with.iter().filter(|&&i| counts.unanswered[i].1 == 0).count();
    let found = format!("{cells} cells with {UNANSWERED} in {} columns, {ticks} of which otherwise hold only 1 or nothing", with.len());
    let certain = with.len() > 1 || ticks > 0;
    if certain {
        layout.not_stated.push(UNANSWERED.to_owned());
    }
    layout.remarks.push(Remark {
        rule: "file.seen_unanswered",
        expected: "blank cells where a question was not answered",
        found,
        remedy: if certain {
            "nothing to do if -99 is the survey's code for seen but unanswered; it is read as not stated, in a choice's column as not chosen"
        } else {
            "add the line `not_stated = [\"-99\"]` to this file's [[export]] if it is the code for seen but unanswered"
        },
    });
}

/// Says that a spreadsheet seems to have saved the file again.
fn traces(source: &Source, system: System, counts: &Counts, layout: &mut Layout) {
    let within = counts.records;
    let mut found = Vec::new();
    if system == System::Qualtrics && source.container == Container::Text {
        if counts.short_times > 0 {
            found.push(format!("dates without seconds in {} records", counts.short_times));
        }
        if counts.capital_marks > 0 {
            found.push(format!("TRUE or FALSE as mark of completion in {} records", counts.capital_marks));
        }
    }
    if counts.ranges > 0 {
        found.push(format!("{} cells such as 10-May, which were ranges such as 5-10 before", counts.ranges));
    }
    if !found.is_empty() {
        layout.remarks.push(Remark {
            rule: "file.saved_again",
            expected: "the file as the survey system wrote it",
            found: format!("among {within} records: {}", found.join("; ")),
            remedy: "export the file again and do not save it from a spreadsheet; dates, ranges and leading zeros may have changed",
        });
    }
}

/// `10-May` or `May-10`.
fn is_range_as_date(cell: &str) -> bool {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let Some((left, right)) = cell.split_once('-') else { return false };
    let number = |text: &str| matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit());
    (number(left) && MONTHS.contains(&right)) || (MONTHS.contains(&left) && number(right))
}

/// A date with hour and minute only.
fn is_short_time(cell: &str) -> bool {
    let Some((day, time)) = cell.split_once([' ', 'T']) else { return false };
    day.bytes().any(|b| b.is_ascii_digit()) && time.bytes().filter(|&b| b == b':').count() == 1
}

/// Whether UTF-8 was read as windows-1252 somewhere in the text: a letter that begins a character in UTF-8, and then one of those
/// that only go on with it.
fn has_mojibake(text: &str) -> bool {
    let goes_on = |c: char| {
        matches!(
            c,
            '\u{80}'
                ..='\u{BF}'
                    | '\u{20AC}'
                    | '\u{201A}'
                    | '\u{0192}'
                    | '\u{201E}'
                    | '\u{2026}'
                    | '\u{2020}'
                    | '\u{2021}'
                    | '\u{02C6}'
                    | '\u{2030}'
                    | '\u{0160}'
                    | '\u{2039}'
                    | '\u{0152}'
                    | '\u{017D}'
                    | '\u{2018}'
                    | '\u{2019}'
                    | '\u{201C}'
                    | '\u{201D}'
                    | '\u{2022}'
                    | '\u{2013}'
                    | '\u{2014}'
                    | '\u{02DC}'
                    | '\u{2122}'
                    | '\u{0161}'
                    | '\u{203A}'
                    | '\u{0153}'
                    | '\u{017E}'
                    | '\u{0178}'
        )
    };
    let begins = |found: char| {
        text.match_indices(found).any(|(at, sign)| {
            let mut after = text[at + sign.len()..].chars();
            let next = after.next().is_some_and(goes_on);
            // A circumflex a begins three of them.
            next && (found != 'â' || after.next().is_some_and(goes_on))
        })
    };
    ['Ã', 'Â', 'â'].into_iter().any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Declared, RawExport};

    fn export(text: &str) -> RawExport {
        RawExport::from_bytes("a.csv", text.as_bytes().to_vec(), &Declared::default())
    }

    fn found(export: &RawExport, rule: &str) -> Option<String> {
        export.findings.as_slice().iter().find(|finding| finding.rule == rule).map(|finding| finding.found.clone())
    }

    #[test]
    fn text_decoded_twice_is_counted() {
        for text in ["cafÃ©", "Â¡Hola", "donâ€™t", "NiÃ±o"] {
            assert!(has_mojibake(text), "{text}");
        }
        for text in ["NÃO", "château", "pâté – \u{201C}bon\u{201D}", "Âge", "SÃO «x»"] {
            assert!(!has_mojibake(text), "{text}");
        }
        let got = export("id,why\n1,cafÃ©\n2,ok\n3,donâ€™t\n");
        assert!(found(&got, "file.mojibake").is_some_and(|found| found.starts_with("2 cells")));
    }

    #[test]
    fn a_code_for_unanswered_is_named_where_the_file_shows_it() {
        let head = "ResponseId,Finished,Q1_1,Q1_2,Q2,LocationAccuracy\nResponse ID,Finished,a,b,c,Location Accuracy\n";
        let shown = export(&format!("{head}R_1,1,1,-99,3,-99\nR_2,1,-99,1,-99,-1\n"));
        assert_eq!(shown.not_stated, ["-99"]);
        assert_eq!(
            found(&shown, "file.seen_unanswered").as_deref(),
            Some("3 cells with -99 in 3 columns, 2 of which otherwise hold only 1 or nothing")
        );
        let unclear = export(&format!("{head}R_1,1,1,,3,\nR_2,1,,1,-99,\n"));
        assert!(unclear.not_stated.is_empty());
        assert!(found(&unclear, "file.seen_unanswered").is_some());
    }

    #[test]
    fn a_spreadsheet_leaves_traces() {
        let got = export("StartDate,ResponseId,Finished,Q1\n1/2/2024 10:00,R_1,TRUE,10-May\n1/2/2024 10:05,R_2,FALSE,Oct-20\n");
        let words = found(&got, "file.saved_again").expect("a trace");
        assert!(words.contains("without seconds in 2 records") && words.contains("2 cells such as 10-May"), "{words}");
        assert!(found(&export("StartDate,ResponseId,Finished\n2024-01-02 10:00:00,R_1,1\n"), "file.saved_again").is_none());
    }
}
