//! Google Forms: one header row of a time stamp and full question texts, from the sheet (CSV, TSV, workbook) or from the form itself.
//!
//! Grids are `Question [row]`. Checkboxes share one cell, joined by `, ` in a sheet and by `;` in the form's own CSV; options may hold
//! commas. The time stamp follows the locale of the sheet, not the language of the form. There is no mark of completion and no respondent id.

use super::adapter::{Adapter, Evidence, Layout, Probe, Remark, SystemColumns};
use super::date_reader::DateReader;
use super::matching::{ChoiceNames, fold_text};
use crate::program::plan::System;

pub(super) struct GoogleForms;

/// The first heading, in the languages of Google's services, as `fold_text` leaves it.
const TIME_STAMP: [&str; 35] = [
    "timestamp",
    "zeitstempel",
    "horodateur",
    "marcatemporal",
    "marcadetiempo",
    "marcadetemps",
    "marcatemporaldelrespostes",
    "carimbodedatahora",
    "carimbodetempo",
    "informazionicronologiche",
    "tijdstempel",
    "sygnaturaczasowa",
    "отметкавремени",
    "позначкачасу",
    "времевоклеймо",
    "клеймозачас",
    "часовнаознака",
    "временскаознака",
    "vremenskaoznaka",
    "časováznačka",
    "časovápečiatka",
    "časovnižig",
    "időbélyeg",
    "marcajdetimp",
    "marcajdedatăşioră",
    "zamandamgası",
    "tidstämpel",
    "tidsstempel",
    "tidsmerke",
    "aikaleima",
    "χρονικήσήμανση",
    "タイムスタンプ",
    "타임스탬프",
    "时间戳记",
    "時間戳記",
];
/// The same in scripts whose signs above and below letters are not letters themselves, compared as written.
const TIME_STAMP_AS_WRITTEN: [&str; 8] =
    ["时间戳", "ประทับเวลา", "Dấu thời gian", "Stempel waktu", "Cap masa", "طابع زمني", "חותמת זמן", "टाइमस्टैम्प"];
/// Headings by which the form itself asks for the respondent's address, or gives a quiz's points, as `fold_text` leaves them.
const OWN: [&str; 16] = [
    "emailaddress",
    "username",
    "score",
    "emailadresse",
    "nutzername",
    "punkte",
    "adresseemail",
    "nomdutilisateur",
    "direccióndecorreoelectrónico",
    "nombredeusuario",
    "puntuación",
    "endereçodeemail",
    "nomedousuário",
    "pontuação",
    "indirizzoemail",
    "emailadres",
];

impl Adapter for GoogleForms {
    fn system(&self) -> System {
        System::GoogleForms
    }

    fn detect(&self, probe: &Probe<'_>) -> Option<Evidence> {
        let first = probe.cell(0, 0);
        let folded = fold_text(first);
        let named = TIME_STAMP.contains(&folded.as_str()) || TIME_STAMP_AS_WRITTEN.iter().any(|name| name.eq_ignore_ascii_case(first));
        if !named || probe.width() < 2 {
            return None;
        }
        let (mut stamps, mut others) = (0, 0);
        probe.values(0, 1).for_each(|cell| if is_stamp(cell) { stamps += 1 } else { others += 1 });
        // A logger writes short names below the same heading.
        let questions = probe.headings().skip(1).filter(|heading| is_question(heading)).count();
        let address = probe.headings().skip(1).any(|heading| OWN.contains(&fold_text(heading).as_str()));
        (others * 10 <= stamps && (questions > 0 || address)).then(|| {
            Evidence(format!(
                "the first column is a time stamp with date and time in {stamps} records, and {questions} headings are questions"
            ))
        })
    }

    fn layout(&self, probe: &Probe<'_>) -> Layout {
        let own_csv = probe.values(0, 1).any(is_form_stamp);
        let mut metadata = vec![false; probe.width()];
        for (i, heading) in probe.headings().enumerate() {
            // Further down the same words may be a question.
            metadata[i] = i == 0 || (i <= 2 && OWN.contains(&fold_text(heading).as_str()));
        }
        let grids = probe.headings().filter(|heading| heading.ends_with(']') && heading.contains(" [")).count();
        let origin = if own_csv { "the form's own CSV" } else { "responses of a sheet" };
        Layout {
            variant: if grids > 0 { format!("{origin}, {grids} columns of grids") } else { origin.to_owned() },
            header_rows: 1,
            labels: probe.headings().map(str::to_owned).collect(),
            columns: SystemColumns { end_date: Some(0), ..SystemColumns::default() },
            metadata,
            joined: Some(if own_csv { ";" } else { ", " }),
            remarks: vec![
                Remark {
                    rule: "file.time_zone_unknown",
                    expected: "the time zone of the time stamps",
                    found: "none; they follow the locale and zone of the sheet".to_owned(),
                    remedy: "nothing to do unless responses near midnight matter; dates are taken as written",
                },
                Remark {
                    rule: "file.no_completion_mark",
                    expected: "a mark of completion",
                    found: "none; Google Forms stores submitted responses only".to_owned(),
                    remedy: "nothing to do; responses are judged by the share of questions answered",
                },
            ],
            ..Layout::default()
        }
    }

    fn choice_headings(&self, item: &str, choice: &ChoiceNames<'_>) -> Vec<String> {
        vec![format!("{item} [{}]", choice.label)]
    }
}

/// A date with a time of day, in any order.
fn is_stamp(cell: &str) -> bool {
    let reader = DateReader::new(None, [cell]);
    let dated = match reader.parse(cell) {
        Ok(_) | Err(super::DateFault::OtherOrder | super::DateFault::NoSuchDay) => true,
        // `2024. 5. 3 오후 4:05:06` and times with words of other scripts.
        Err(_) => cell.bytes().filter(u8::is_ascii_digit).count() >= 8,
    };
    dated && cell.contains([':', '.']) && cell.bytes().filter(u8::is_ascii_digit).count() >= 6
}

/// `2024/02/25 3:34:51 PM GMT+1`: year first with slashes, half of the day, zone.
fn is_form_stamp(cell: &str) -> bool {
    let year = cell.split_once('/').is_some_and(|(year, _)| year.len() == 4);
    year && cell.split_whitespace().count() >= 4
}

/// Two words at least, or a question mark.
fn is_question(heading: &str) -> bool {
    heading.split_whitespace().nth(1).is_some()
        || heading.ends_with(['?', '？', '؟'])
        || (!heading.is_ascii() && heading.chars().count() > 8)
}

#[cfg(test)]
mod tests {
    use super::super::adapter::probe_rows;
    use super::super::container::Container;
    use super::*;

    fn layout(text: &str) -> Option<Layout> {
        let rows = probe_rows(text);
        let probe = Probe { rows: &rows, container: Container::Text };
        GoogleForms.detect(&probe).map(|_| GoogleForms.layout(&probe))
    }

    #[test]
    fn sheets_in_any_language() {
        let got = layout("Timestamp\tHow was it? [Talks]\tWhy?\n12/13/2018 11:06:09\t5\ta, b\n").expect("detected");
        assert_eq!((got.joined, got.columns.response_date(), got.metadata), (Some(", "), Some(0), vec![true, false, false]));
        assert_eq!(got.labels[1], "How was it? [Talks]");
        for (heading, stamp) in [
            ("Zeitstempel", "07.02.2025 00:13:31"),
            ("Informazioni cronologiche", "12/02/2026 19.07.17"),
            ("Carimbo de data/hora", "13/02/2026 19:07:17"),
            ("Отметка времени", "13.02.2026 19:07:17"),
            ("タイムスタンプ", "2026/02/13 19:07:17"),
        ] {
            assert!(layout(&format!("{heading},Email Address,How was it?\n{stamp},a@b.de,5\n")).is_some(), "{heading}");
        }
    }

    #[test]
    fn the_form_itself_joins_with_semicolons() {
        let got = layout("\"Timestamp\",\"Which helped?\"\n\"2024/02/25 3:34:51 PM GMT+1\",\"Talks;E-mail\"\n").expect("detected");
        assert_eq!((got.joined, got.variant.as_str()), (Some(";"), "the form's own CSV"));
    }

    #[test]
    fn a_log_is_no_form() {
        assert!(layout("timestamp,sensor,value\n2024-01-02 10:00:00,a,3\n").is_none());
        assert!(layout("Timestamp,How was it?\n1706000000,5\n1706000001,5\n").is_none());
        assert!(layout("date,How was it?\n2024-01-02 10:00:00,5\n").is_none());
    }
}
