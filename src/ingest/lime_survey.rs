//! LimeSurvey: headings as codes, as codes with text, or as text, in any delimiter.
//!
//! Arrays are `code[sub]`; in text headings the row stands in brackets. A response is complete if it has a date of submission, whatever
//! the date: surveys without time stamps hold the same day of 1980 everywhere. `N/A` says that relevance hid a question, a blank cell that it
//! was shown and not answered.

use super::adapter::{Adapter, Evidence, Layout, Probe, Remark, SystemColumns, cell};
use super::google_forms::GoogleForms;
use super::matching::{ChoiceNames, fold_text, split_row};
use super::record::Cells;
use crate::program::plan::System;

pub(super) struct LimeSurvey;

/// What a column of the system's own says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Own {
    Id,
    Submitted,
    LastPage,
    Language,
    Seed,
    Token,
    Started,
    LastAction,
    Address,
    Referrer,
}

/// The system's columns by code, and by heading in the languages whose translation is known, as `fold_text` leaves them.
const OWN: [(Own, &[&str]); 10] = [
    (
        Own::Id,
        &[
            "id",
            "responseid",
            "answerid",
            "antwortid",
            "idderéponse",
            "iddelaréponse",
            "idderespuesta",
            "idrisposta",
            "iddarisposta",
            "idresposta",
            "iddaresposta",
            "antwoordid",
            "idodpowiedzi",
        ],
    ),
    (
        Own::Submitted,
        &[
            "submitdate",
            "datesubmitted",
            "datumabgeschickt",
            "datedesoumission",
            "fechadeenvío",
            "datainvio",
            "datadiinvio",
            "datadeenvio",
            "datumverzonden",
            "datumverstuurd",
            "datawysłania",
        ],
    ),
    (
        Own::LastPage,
        &["lastpage", "letzteseite", "dernièrepage", "dernièrepagevue", "últimapágina", "ultimapagina", "laatstepagina", "ostatniastrona"],
    ),
    (
        Own::Language,
        &[
            "startlanguage",
            "startsprache",
            "languededépart",
            "languedutilisation",
            "lenguajeinicial",
            "idiomainicial",
            "linguainiziale",
            "línguainicial",
            "begintaal",
            "starttaal",
            "językpoczątkowy",
        ],
    ),
    (Own::Seed, &["seed", "zufallsstartwert", "têtedesérie", "semilla", "seme", "semente"]),
    (
        Own::Token,
        &[
            "token",
            "accesscode",
            "zugangscode",
            "zugangsschlüssel",
            "codedaccès",
            "contraseña",
            "códigodeacceso",
            "codicediaccesso",
            "toegangscode",
        ],
    ),
    (
        Own::Started,
        &[
            "startdate",
            "datestarted",
            "datumgestartet",
            "datedelancement",
            "datededébut",
            "fechadeinicio",
            "datadiinizio",
            "datadeinício",
            "datumgestart",
        ],
    ),
    (
        Own::LastAction,
        &[
            "datestamp",
            "datelastaction",
            "datumletzteaktivität",
            "datedeladernièreaction",
            "fechadelaúltimaacción",
            "datadellultimaazione",
            "datadaúltimaação",
            "datumlaatsteactie",
        ],
    ),
    (Own::Address, &["ipaddr", "ipaddress", "ipadresse", "adresseip", "direcciónip", "indirizzoip", "endereçoip", "ipadres"]),
    (Own::Referrer, &["refurl", "referrerurl", "weiterleitungsurl", "referrer", "urlderéférence", "urlreferente", "urldereferencia"]),
];

/// A heading taken apart.
struct Heading<'h> {
    /// `g0[SQ001]`, where the heading has a code.
    code: Option<&'h str>,
    /// What follows the code, or the whole heading.
    text: &'h str,
}

impl Adapter for LimeSurvey {
    fn system(&self) -> System {
        System::LimeSurvey
    }

    fn detect(&self, probe: &Probe<'_>) -> Option<Evidence> {
        let own: Vec<Own> = probe.headings().filter_map(own).collect();
        let has = |kind: Own| own.contains(&kind);
        // Each alone is a common word; together they are only this system's.
        let marks =
            [Own::Submitted, Own::LastPage, Own::Language, Own::Seed, Own::LastAction].into_iter().filter(|&kind| has(kind)).count();
        if (has(Own::Id) && marks >= 2) || marks >= 3 {
            return Some(Evidence(format!("{} columns such as the date of submission, last page and start language", own.len())));
        }
        let headings = || probe.headings().filter(|heading| !heading.is_empty());
        let coded = headings().filter(|heading| take_apart(heading).code.is_some()).count();
        let subs = headings().filter(|heading| take_apart(heading).code.is_some_and(|code| code.ends_with(']'))).count();
        if subs > 0 && coded * 2 > headings().count() {
            return Some(Evidence(format!("{coded} headings with a code, {subs} of them of a row in brackets")));
        }
        // Without rows in brackets, codes of its own making and the trace of another program show an export that was cut.
        let numbered = |code: &str| code.trim_start_matches(['Q', 'q']).bytes().all(|b| b.is_ascii_digit());
        let texts = headings().map(take_apart).filter(|parts| !parts.text.is_empty());
        let named: Vec<&str> = texts.filter_map(|parts| parts.code).filter(|code| !numbered(code)).collect();
        let index = probe.index_columns();
        if index > 0 && named.len() >= 5 && (named.len() + index) * 10 >= headings().count() * 9 {
            return Some(Evidence(format!("{} headings of a code and a text, after a column that counts the rows", named.len())));
        }
        let stems: Vec<&str> = headings().filter(|heading| heading.ends_with(']')).filter_map(split_row).map(|(stem, _)| stem).collect();
        let repeated = stems.windows(2).filter(|pair| pair[0] == pair[1] && pair[0].contains(' ')).count();
        let hidden = (0..probe.width()).flat_map(|i| probe.values(i, 1)).filter(|cell| *cell == "N/A").count();
        if has(Own::Id) && repeated > 0 && (marks > 0 || hidden > 0) {
            let words = format!("a response id, {} headings with a row in brackets, and {hidden} cells N/A", stems.len());
            return Some(Evidence(words));
        }
        // Rankings are this system's own; without them and without its columns a form of Google looks alike.
        let ranks = headings().filter_map(split_row).filter(|(_, row)| is_rank(row)).count();
        (ranks >= 2 && repeated > 0 && GoogleForms.detect(probe).is_none())
            .then(|| Evidence(format!("{} headings with a row in brackets, {ranks} of them places of a ranking", stems.len())))
    }

    fn layout(&self, probe: &Probe<'_>) -> Layout {
        let mut columns = SystemColumns::default();
        let mut metadata = vec![false; probe.width()];
        let mut companions = vec![false; probe.width()];
        let mut ids = vec![None; probe.width()];
        let mut labels = vec![String::new(); probe.width()];
        let mut with_text = 0;
        for (i, heading) in probe.headings().enumerate() {
            if let Some(kind) = own(heading) {
                // A question may have the same text; the system's columns come first.
                metadata[i] = place(&mut columns, kind, i);
            }
            let parts = take_apart(heading);
            with_text += usize::from(parts.code.is_some() && !parts.text.is_empty());
            ids[i] = parts.code.filter(|code| *code != heading).map(str::to_owned);
            labels[i] = parts.text.to_owned();
            metadata[i] |= is_timing(heading, probe);
            companions[i] = is_other(heading);
        }
        let index = probe.index_columns();
        metadata[..index].fill(true);
        let hidden: usize = (0..probe.width()).map(|i| probe.values(i, 1).filter(|cell| *cell == "N/A").count()).sum();
        let answers = || probe.headings().zip(&metadata).filter(|(heading, own)| !**own && !heading.is_empty()).map(|(heading, _)| heading);
        let style = match (with_text * 2 > probe.width(), answers().any(|heading| heading.contains(char::is_whitespace))) {
            (true, _) => "codes and texts",
            (false, false) => "codes",
            (false, true) => "texts",
        };
        // Codes alone are no texts to be compared.
        if style == "codes" {
            labels.clear();
        }
        let mut remarks = remarks(&columns, index, hidden);
        if columns
            .recorded_date
            .is_some_and(|i| probe.values(i, 1).next().is_some() && probe.values(i, 1).all(|cell| cell.starts_with("1980-01-01")))
        {
            columns.recorded_date = None;
            remarks.insert(
                0,
                Remark {
                    rule: "file.no_dates",
                    expected: "dates of submission",
                    found: "1980-01-01 wherever there is one: the survey does not store dates".to_owned(),
                    remedy: "name the wave of this file in its [[export]], for no response has a date; its presence still says that a response is complete",
                },
            );
        }
        Layout {
            variant: format!("{style} as headings{}", if index > 0 { ", after an index column" } else { "" }),
            header_rows: 1,
            labels,
            ids,
            remarks,
            columns,
            metadata,
            companions,
            not_asked: vec!["N/A".to_owned()],
            other: Some("-oth-"),
            ..Layout::default()
        }
    }

    fn finished(&self, columns: &SystemColumns, cells: &Cells<'_>) -> Option<bool> {
        let submitted = columns.finished?;
        Some(cell(cells, Some(submitted)).is_some_and(|text| !matches!(text, "NA" | "N/A" | "NaT" | "NULL")))
    }

    fn item_names(&self, item: &str) -> Vec<String> {
        // Codes of questions are letters and digits.
        let bare: String = item.chars().filter(char::is_ascii_alphanumeric).collect();
        let has_signs = bare != item && item.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        std::iter::once(item.to_owned()).chain(has_signs.then_some(bare)).collect()
    }

    fn choice_headings(&self, item: &str, choice: &ChoiceNames<'_>) -> Vec<String> {
        let code = choice.code;
        let mut headings = Vec::new();
        for name in self.item_names(item) {
            headings.extend(choice.values().map(|value| format!("{name}[{value}]")));
            headings.push(format!("{name}[SQ{code:03}]"));
            // Statistics packages write brackets as signs that a name may have.
            for value in choice.values().chain([format!("SQ{code:03}")]) {
                headings.push(format!("{name}_{value}"));
                headings.push(format!("{name}.{value}."));
            }
        }
        headings.push(format!("{item} [{}]", choice.label));
        headings
    }
}

fn remarks(columns: &SystemColumns, index: usize, hidden: usize) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if columns.finished.is_none() {
        remarks.push(Remark {
            rule: "file.no_completion_mark",
            expected: "a date of submission, which complete responses have",
            found: "no such column".to_owned(),
            remedy: "export it too if completeness matters; until then responses are judged by the share of questions answered",
        });
    }
    remarks.extend(Remark::index_columns(index));
    if hidden > 0 {
        remarks.push(Remark {
            rule: "file.not_asked_text",
            expected: "blank cells, or N/A where a question was hidden",
            found: format!("{hidden} cells N/A in the first records"),
            remedy: "nothing to do; N/A is read as not asked, a blank cell as not stated",
        });
    }
    remarks
}

/// Notes where a column of the system stands. False if that is known already.
fn place(columns: &mut SystemColumns, kind: Own, i: usize) -> bool {
    let slot = match kind {
        Own::Id => &mut columns.response_id,
        Own::Submitted => &mut columns.finished,
        Own::Token => &mut columns.person,
        Own::Started => &mut columns.start_date,
        Own::LastAction => &mut columns.end_date,
        Own::LastPage | Own::Language | Own::Seed | Own::Address | Own::Referrer => return true,
    };
    if slot.is_some() {
        return false;
    }
    *slot = Some(i);
    if kind == Own::Submitted {
        columns.recorded_date = Some(i);
    }
    true
}

/// Which of the system's columns a heading names: `submitdate`, `Date submitted`, or `submitdate. Date submitted`.
fn own(heading: &str) -> Option<Own> {
    // Longer headings are questions; folding them is for nothing.
    if heading.len() > 80 {
        return None;
    }
    let kind = |text: &str| {
        let folded = fold_text(text);
        OWN.iter().find(|(_, names)| names.contains(&folded.as_str())).map(|(kind, _)| *kind)
    };
    match heading.split_once(". ").or_else(|| heading.split_once("._.")) {
        Some((code, text)) => kind(code).filter(|own| kind(text).is_none_or(|other| other == *own)),
        None => kind(heading),
    }
}

/// `code[sub]. text [sub text]`, `code[sub]`, or text alone.
fn take_apart(heading: &str) -> Heading<'_> {
    let name = heading.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(heading.len());
    let mut end = name;
    // Two brackets are the two scales of a row, or row and column.
    while let Some(close) = heading[end..].strip_prefix('[').and_then(|inner| inner.find(']')) {
        let inner = &heading[end + 1..end + 1 + close];
        if inner.is_empty() || !inner.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'#')) {
            break;
        }
        end += close + 2;
    }
    let code = &heading[..end];
    let begins = code.starts_with(|c: char| c.is_ascii_alphabetic());
    // The separator can be chosen; this other one was seen.
    match heading[end..]
        .strip_prefix(". ")
        .or_else(|| heading[end..].strip_prefix("._."))
        .or_else(|| heading[end..].strip_prefix('.').filter(|rest| rest.is_empty()))
    {
        Some(text) if begins => Heading { code: Some(code), text: text.trim() },
        None if begins && end == heading.len() && end > name => Heading { code: Some(code), text: "" },
        None if begins && end == heading.len() && heading.bytes().any(|b| b.is_ascii_digit()) => Heading { code: Some(code), text: "" },
        _ => Heading { code: None, text: heading },
    }
}

/// Whether a row in brackets is a place of a ranking: `Rank 1`, `Rang 2`, `Ranking 3`.
fn is_rank(row: &str) -> bool {
    let place = ["Rank ", "Ranking ", "Rang "].into_iter().find_map(|word| row.strip_prefix(word));
    place.is_some_and(|place| !place.is_empty() && place.bytes().all(|b| b.is_ascii_digit()))
}

/// The write-in text of "other".
fn is_other(heading: &str) -> bool {
    let lower = |text: &str| text.to_lowercase();
    let by_code = take_apart(heading).code.is_some_and(|code| code.ends_with("[other]") || code.ends_with("_other"));
    by_code
        || split_row(heading)
            .is_some_and(|(_, row)| heading.ends_with(']') && matches!(lower(row).as_str(), "other" | "sonstiges" | "autre" | "otro"))
}

/// Seconds spent on the survey, a group or a question.
fn is_timing(heading: &str, probe: &Probe<'_>) -> bool {
    let code = heading.split(". ").next().unwrap_or(heading);
    let group = code.strip_prefix("groupTime").is_some_and(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()));
    if code == "interviewtime" || group || ["Total time", "Group time: ", "Question time: "].iter().any(|text| heading.starts_with(text)) {
        return true;
    }
    let Some(stem) = code.strip_suffix("Time").filter(|stem| !stem.is_empty() && !stem.contains(' ')) else { return false };
    probe.headings().any(|other| other != heading && take_apart(other).code.is_some_and(|code| code.split('[').next() == Some(stem)))
}

#[cfg(test)]
#[path = "lime_survey_tests.rs"]
mod tests;
