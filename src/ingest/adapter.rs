//! What an export system has to say about its files. A new system is one file with an `Adapter`, and one line here.

use csv::StringRecord;

use super::container::Container;
use super::google_forms::GoogleForms;
use super::kobo::Kobo;
use super::lime_survey::LimeSurvey;
use super::matching::ChoiceNames;
use super::microsoft_forms::MicrosoftForms;
use super::odk::Odk;
use super::plain::PlainCsv;
use super::qualtrics::Qualtrics;
use super::record::Cells;
use super::redcap::Redcap;
use super::spss_file::SpssFile;
use super::survey_monkey::SurveyMonkey;
use super::workbook_table::WorkbookTable;
use crate::program::plan::System;

/// All systems in the order in which they are tried; the last takes any table.
pub(super) const ADAPTERS: [&dyn Adapter; 11] =
    [&SpssFile, &Qualtrics, &Redcap, &SurveyMonkey, &Kobo, &Odk, &MicrosoftForms, &LimeSurvey, &GoogleForms, &WorkbookTable, &PlainCsv];

/// One export system.
pub trait Adapter: Sync {
    /// The system it reads.
    fn system(&self) -> System;

    /// Why this file looks like one of the system's; none if it does not.
    fn detect(&self, probe: &Probe<'_>) -> Option<Evidence>;

    /// Where things stand in this file.
    fn layout(&self, probe: &Probe<'_>) -> Layout;

    /// What a status cell says about the response.
    fn row_kind(&self, _status: &str) -> RowKind {
        RowKind::Usable
    }

    /// Whether the respondent finished, as far as the system says.
    fn finished(&self, _columns: &SystemColumns, _cells: &Cells<'_>) -> Option<bool> {
        None
    }

    /// Whether the system may give every choice of a question with one answer a column of its own.
    fn splits_single(&self) -> bool {
        false
    }

    /// Whether the column of a choice holds its label where it was chosen, and never words for yes and no.
    fn ticks_by_label(&self) -> bool {
        false
    }

    /// Names under which the column of an item may stand, its id first.
    fn item_names(&self, item: &str) -> Vec<String> {
        vec![item.to_owned()]
    }

    /// Headings under which the column of one choice of a multi-select item may stand, the usual one first.
    fn choice_headings(&self, item: &str, choice: &ChoiceNames<'_>) -> Vec<String>;
}

/// Why a file was taken for a system's, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence(pub String);

/// The first records of a file, headings included.
pub struct Probe<'a> {
    /// Records as the file has them.
    pub rows: &'a [StringRecord],
    /// How the file holds them.
    pub container: Container,
}

impl<'a> Probe<'a> {
    /// Records to take for a probe.
    pub(super) const ROWS: usize = 64;

    /// A cell without the blanks around it, row and column from 0; empty where there is none.
    pub fn cell(&self, row: usize, column: usize) -> &'a str {
        self.rows.get(row).and_then(|cells| cells.get(column)).unwrap_or("").trim()
    }

    /// The headings, trimmed.
    pub fn headings(&self) -> impl Iterator<Item = &'a str> {
        self.row(0)
    }

    /// One record, trimmed; empty where there is none.
    pub fn row(&self, row: usize) -> impl Iterator<Item = &'a str> {
        self.rows.get(row).into_iter().flat_map(|cells| cells.iter().map(str::trim))
    }

    /// Number of columns of row 1.
    pub fn width(&self) -> usize {
        self.rows.first().map_or(0, StringRecord::len)
    }

    /// Leading columns without a heading of their own that count the rows, as data-frame libraries write them.
    pub fn index_columns(&self) -> usize {
        let nameless = |name: &str| {
            let numbered = |prefix: &str| name.strip_prefix(prefix).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
            name.is_empty() || numbered("Unnamed: ") || numbered("...")
        };
        let counts = |column: usize| {
            let numbers: Option<Vec<u64>> = (1..self.rows.len()).map(|row| self.cell(row, column).parse().ok()).collect();
            numbers.is_some_and(|numbers| !numbers.is_empty() && numbers.windows(2).all(|pair| pair[0] < pair[1]))
        };
        (0..self.width().saturating_sub(1)).take_while(|&column| nameless(self.cell(0, column)) && counts(column)).count()
    }

    /// Cells of a column (from 0) below the first `skip` rows, trimmed, blank ones left out.
    pub fn values(&self, column: usize, skip: usize) -> impl Iterator<Item = &'a str> {
        self.rows.iter().skip(skip).filter_map(move |cells| cells.get(column)).map(str::trim).filter(|cell| !cell.is_empty())
    }
}

/// Where things stand in a file.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// Kind of file within the system, in words.
    pub variant: String,
    /// Rows before the first record; row 1 holds the headings.
    pub header_rows: u64,
    /// Question text per column where the file has them, else empty.
    pub labels: Vec<String>,
    /// The system's own name per column, where it has one apart from the heading (Qualtrics import ids), else empty.
    pub ids: Vec<Option<String>>,
    /// Columns that the system adds, by meaning.
    pub columns: SystemColumns,
    /// Per column, whether the system added it, so that it holds no answer.
    pub metadata: Vec<bool>,
    /// Per column, whether it is the write-in text of a choice (`Q3_4_TEXT`, `Q3[other]`); such a column repeats its choice's
    /// label and is never found by it. May be shorter than the row.
    pub companions: Vec<bool>,
    /// IANA name of the time zone of dates, where the file says it.
    pub time_zone: Option<String>,
    /// Cell texts that mean: the question was not asked.
    pub not_asked: Vec<String>,
    /// Cell texts that mean: asked and not answered.
    pub not_stated: Vec<String>,
    /// Cell text that means: the choice with a text of one's own (LimeSurvey `-oth-`).
    pub other: Option<&'static str>,
    /// What stands between the choices of a multi-select item that has one column only.
    pub joined: Option<&'static str>,
    /// What stands between groups and question in a heading that is a path.
    pub path: Option<char>,
    /// Why the file is of no use although its system is known; it makes the file unusable.
    pub refused: Option<Remark>,
    /// What is wrong or unclear in the headings, as rule, expected, found, remedy (notes that leave nothing out).
    pub remarks: Vec<Remark>,
}

/// Something that an adapter has to say about a whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Stable code of the rule.
    pub rule: &'static str,
    /// What was expected.
    pub expected: &'static str,
    /// What was found; never a cell.
    pub found: String,
    /// What to do.
    pub remedy: &'static str,
}

impl Remark {
    /// That the first columns only count the rows; none where there is no such column.
    pub(super) fn index_columns(count: usize) -> Option<Self> {
        (count > 0).then(|| Self {
            rule: "file.index_column",
            expected: "the columns of the survey system",
            found: format!("columns at the start that count the rows, as data-frame libraries write them: {count}"),
            remedy: "nothing to do; they are not used",
        })
    }
}

/// Positions (from 0) of columns that the system adds. None where the file has no such column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SystemColumns {
    /// Id of the response or record.
    pub response_id: Option<usize>,
    /// The program's own reference to the person (Qualtrics external reference, REDCap survey identifier).
    pub person: Option<usize>,
    /// First sight of the questionnaire.
    pub start_date: Option<usize>,
    /// Last activity of the respondent.
    pub end_date: Option<usize>,
    /// When the system stored the response; for unfinished ones up to weeks later.
    pub recorded_date: Option<usize>,
    /// Share of pages seen, 0 to 100.
    pub progress: Option<usize>,
    /// Whether the respondent reached the end. In LimeSurvey the date of submission, which only then is there.
    pub finished: Option<usize>,
    /// Whether that mark counts from 1 (1 unfinished, 2 finished), as SPSS files of Qualtrics do.
    pub finished_from_one: bool,
    /// Why the survey ended the response early (Qualtrics `Q_TerminateFlag`); blank where it did not.
    pub screened: Option<usize>,
    /// Codes of `finished` that mean yes or no, where the file itself says what they mean (SPSS value labels).
    pub finished_codes: Vec<(String, bool)>,
    /// Kind of response: real, preview, test.
    pub status: Option<usize>,
    /// REDCap form status (0 incomplete, 1 unverified, 2 complete), one per form.
    pub completeness: Vec<usize>,
    /// REDCap event.
    pub event: Option<usize>,
    /// REDCap repeating instrument.
    pub repeat_instrument: Option<usize>,
    /// REDCap number of the repeat.
    pub repeat_instance: Option<usize>,
}

impl SystemColumns {
    /// The date that says when the person answered: the end, else the recorded, else the start date.
    pub fn response_date(&self) -> Option<usize> {
        self.end_date.or(self.recorded_date).or(self.start_date)
    }
}

/// What a row of an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKind {
    /// A response.
    Usable,
    /// A staff member's preview of the survey.
    Preview,
    /// A generated test response.
    Test,
    /// A respondent whom the survey turned away: by the system's marks finished, and still without answers.
    ScreenedOut,
    /// Any other status: imported, spam, offline and those unknown to this tool.
    OtherStatus,
}

/// One row by the system's own columns. Cells are trimmed; a blank cell is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RowView<'r> {
    /// Response, preview or test.
    pub kind: RowKind,
    /// The status cell as the file has it.
    pub status: Option<&'r str>,
    /// Id of the response; in REDCap of the record, which has one row per event and repeat.
    pub response_id: Option<&'r str>,
    /// The program's reference to the person.
    pub person: Option<&'r str>,
    /// When the person answered, as text; see `parse_date`.
    pub date: Option<&'r str>,
    /// Whether the respondent finished, where the system says so.
    pub finished: Option<bool>,
    /// Share of pages seen, 0 to 100, where the system says so.
    pub progress: Option<u8>,
    /// REDCap event.
    pub event: Option<&'r str>,
    /// REDCap repeating instrument.
    pub repeat_instrument: Option<&'r str>,
    /// REDCap number of the repeat.
    pub repeat_instance: Option<&'r str>,
}

impl<'r> RowView<'r> {
    pub(super) fn new(adapter: &dyn Adapter, columns: &SystemColumns, cells: &Cells<'r>) -> Self {
        let at = |column: Option<usize>| cell(cells, column);
        let (kind, status) = Self::kind(adapter, columns, cells);
        Self {
            kind,
            status,
            response_id: at(columns.response_id),
            person: at(columns.person),
            // REDCap writes `[not completed]` for a survey that was opened and left.
            date: at(columns.response_date()).filter(|text| !text.starts_with('[')),
            finished: adapter.finished(columns, cells),
            progress: at(columns.progress).and_then(|text| text.parse().ok()).filter(|percent| *percent <= 100),
            event: at(columns.event),
            repeat_instrument: at(columns.repeat_instrument),
            repeat_instance: at(columns.repeat_instance),
        }
    }

    /// Kind and status cell alone, for passes that need no more.
    pub(super) fn kind(adapter: &dyn Adapter, columns: &SystemColumns, cells: &Cells<'r>) -> (RowKind, Option<&'r str>) {
        let status = cell(cells, columns.status);
        let kind = match status.map_or(RowKind::Usable, |status| adapter.row_kind(status)) {
            RowKind::Usable if cell(cells, columns.screened).is_some() => RowKind::ScreenedOut,
            kind => kind,
        };
        (kind, status)
    }
}

/// A cell without the blanks around it; none where it is blank or absent.
pub(super) fn cell<'r>(cells: &Cells<'r>, column: Option<usize>) -> Option<&'r str> {
    column.and_then(|column| cells.get(column)).map(str::trim).filter(|text| !text.is_empty())
}

/// The adapter of a declared system.
pub(super) fn of(system: System) -> &'static dyn Adapter {
    ADAPTERS.into_iter().find(|adapter| adapter.system() == system).unwrap_or(&PlainCsv)
}

/// The first adapter that takes the file, and why.
pub(super) fn detect(probe: &Probe<'_>) -> (&'static dyn Adapter, Evidence) {
    let found = ADAPTERS.into_iter().find_map(|adapter| adapter.detect(probe).map(|evidence| (adapter, evidence)));
    found.unwrap_or((&PlainCsv, Evidence("no other system's marks".to_owned())))
}

#[cfg(test)]
pub(super) fn probe_rows(text: &str) -> Vec<StringRecord> {
    let source = super::source::Source::from_bytes("a.csv", text.as_bytes().to_vec(), super::decode::Charset::Unicode);
    source.first_rows(Probe::ROWS)
}
