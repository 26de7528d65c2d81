//! Export files as the survey systems write them: Qualtrics, REDCap and a plain CSV file.

use super::answer::Answer;
use super::rows::Rows;
use crate::program::instrument::{Instrument, ItemKind};

/// What an export says about a response beyond its answers.
pub(super) struct Response<'a> {
    /// Person id; blank in previews.
    pub(super) person: &'a str,
    /// Pair id; blank in previews.
    pub(super) pair: &'a str,
    /// ISO date of the response.
    pub(super) date: &'a str,
    /// Second of the day on which it ended.
    pub(super) second: i32,
    /// Seconds that it took.
    pub(super) duration: i32,
    /// Number in the wave, from 1.
    pub(super) number: usize,
    /// Whether the author of the survey tried it out.
    pub(super) preview: bool,
    /// Whether the respondent reached the end.
    pub(super) finished: bool,
    pub(super) answers: &'a [Answer],
}

/// Items in order with the columns that they take: one, or one per choice of a multiple item.
fn columns(instrument: &Instrument, heading: impl Fn(&str, i32) -> String) -> Vec<String> {
    let mut out = Vec::new();
    for item in &instrument.items {
        if item.kind == ItemKind::Multiple {
            out.extend(item.choices.iter().map(|choice| heading(&item.id, choice.code)));
        } else {
            out.push(item.id.clone());
        }
    }
    out
}

fn clock(second: i32) -> String {
    format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
}

const QUALTRICS: [(&str, &str, &str); 17] = [
    ("StartDate", "Start Date", "startDate"),
    ("EndDate", "End Date", "endDate"),
    ("Status", "Response Type", "status"),
    ("IPAddress", "IP Address", "ipAddress"),
    ("Progress", "Progress", "progress"),
    ("Duration (in seconds)", "Duration (in seconds)", "duration"),
    ("Finished", "Finished", "finished"),
    ("RecordedDate", "Recorded Date", "recordedDate"),
    ("ResponseId", "Response ID", "_recordId"),
    ("RecipientLastName", "Recipient Last Name", "recipientLastName"),
    ("RecipientFirstName", "Recipient First Name", "recipientFirstName"),
    ("RecipientEmail", "Recipient Email", "recipientEmail"),
    ("ExternalReference", "External Data Reference", "externalDataReference"),
    ("LocationLatitude", "Location Latitude", "locationLatitude"),
    ("LocationLongitude", "Location Longitude", "locationLongitude"),
    ("DistributionChannel", "Distribution Channel", "distributionChannel"),
    ("UserLanguage", "User Language", "userLanguage"),
];

/// A Qualtrics table with its three header rows. In the first wave one question was worded otherwise.
pub(super) fn qualtrics_header(instrument: &Instrument, reworded: Option<usize>) -> Rows {
    let mut rows = Rows::default();
    let split = columns(instrument, |item, code| format!("{item}_{code}"));
    rows.row(QUALTRICS.iter().map(|column| column.0).chain(split.iter().map(String::as_str)).chain(["pair_id"]));

    let (mut texts, mut ids) = (Vec::new(), Vec::new());
    for (position, item) in instrument.items.iter().enumerate() {
        let text = item.text.as_deref().unwrap_or(&item.id);
        let number = position + 1;
        match item.kind {
            ItemKind::Multiple => {
                for choice in &item.choices {
                    texts.push(format!("{text} - {}", choice.label));
                    ids.push(format!("{{\"ImportId\":\"QID{number}\",\"choiceId\":\"{}\"}}", choice.code));
                }
            }
            ItemKind::Text => {
                texts.push(text.to_owned());
                ids.push(format!("{{\"ImportId\":\"QID{number}_TEXT\"}}"));
            }
            _ => {
                texts.push(if reworded == Some(position) { format!("Thinking of the past six months: {text}") } else { text.to_owned() });
                ids.push(format!("{{\"ImportId\":\"QID{number}\"}}"));
            }
        }
    }
    rows.row(QUALTRICS.iter().map(|column| column.1).chain(texts.iter().map(String::as_str)).chain(["pair_id"]));
    for (_, _, id) in QUALTRICS {
        let zone = if id.ends_with("Date") { ",\"timeZone\":\"America/New_York\"" } else { "" };
        rows.text(&format!("{{\"ImportId\":\"{id}\"{zone}}}"));
    }
    rows.row(ids.iter().map(String::as_str).chain(["{\"ImportId\":\"pair_id\"}"]));
    rows
}

/// Adds a response; `skipped` is what the system writes for a question that was seen and not answered.
pub(super) fn qualtrics_row(rows: &mut Rows, instrument: &Instrument, wave: usize, response: &Response<'_>, skipped: Option<i32>) {
    let started = format!("{} {}", response.date, clock(response.second - response.duration));
    let ended = format!("{} {}", response.date, clock(response.second));
    let seen = response.answers.iter().filter(|answer| **answer != Answer::Unseen).count();
    rows.text(&started);
    rows.text(&ended);
    rows.number(i32::from(response.preview));
    rows.blank();
    rows.number(if response.finished { 100 } else { (seen * 100 / response.answers.len().max(1)) as i32 });
    rows.number(response.duration);
    rows.number(i32::from(response.finished));
    rows.text(&ended);
    rows.text(&format!("R_{}{:07}", char::from(b'a' + (wave % 26) as u8), wave * 1_000_000 + response.number));
    (0..3).for_each(|_| rows.blank());
    rows.text(response.person);
    (0..2).for_each(|_| rows.blank());
    rows.text(if response.preview { "preview" } else { "email" });
    rows.text("EN");
    for (item, answer) in instrument.items.iter().zip(response.answers) {
        if item.kind == ItemKind::Multiple {
            let ticked = if let Answer::Ticked(ticked) = answer { *ticked } else { 0 };
            for position in 0..item.choices.len() {
                if position < 64 && ticked >> position & 1 == 1 { rows.number(1) } else { rows.blank() }
            }
        } else {
            // Qualtrics leaves unanswered text fields blank.
            put(rows, *answer, skipped.filter(|_| item.kind != ItemKind::Text));
        }
    }
    rows.text(response.pair);
    rows.end();
}

fn put(rows: &mut Rows, answer: Answer, skipped: Option<i32>) {
    match (answer, skipped) {
        (Answer::Code(code), _) | (Answer::Skipped, Some(code)) => rows.number(code),
        (Answer::Text(text), _) => rows.text(text),
        (Answer::Unseen | Answer::Skipped | Answer::Ticked(_), _) => rows.blank(),
    }
}

/// Heading of a REDCap checkbox: what is not a letter or digit becomes `_`.
fn checkbox(item: &str, code: i32) -> String {
    format!("{item}___{}", code.to_string().replace('-', "_"))
}

/// A raw REDCap table of one survey form.
pub(super) fn redcap_header(instrument: &Instrument) -> Rows {
    let stamp = format!("{}_timestamp", instrument.id);
    let complete = format!("{}_complete", instrument.id);
    let fields = columns(instrument, checkbox);
    let first = ["record_id", "redcap_survey_identifier", stamp.as_str(), "mentor_id", "pair_id", "response_date"];
    Rows::with_headings(first.into_iter().chain(fields.iter().map(String::as_str)).chain([complete.as_str()]))
}

/// Adds a response. REDCap stamps only surveys that were submitted; the hidden field `response_date` holds the day in any case.
pub(super) fn redcap_row(rows: &mut Rows, instrument: &Instrument, wave: &str, response: &Response<'_>) {
    rows.text(&format!("{wave}-{:04}", response.number));
    rows.blank();
    if response.finished {
        rows.text(&format!("{} {}", response.date, clock(response.second)));
    } else {
        rows.text("[not completed]");
    }
    rows.text(response.person);
    rows.text(response.pair);
    rows.text(response.date);
    for (item, answer) in instrument.items.iter().zip(response.answers) {
        if item.kind == ItemKind::Multiple {
            let ticked = if let Answer::Ticked(ticked) = answer { *ticked } else { 0 };
            (0..item.choices.len()).for_each(|position| rows.number(i32::from(position < 64 && ticked >> position & 1 == 1)));
        } else {
            put(rows, *answer, None);
        }
    }
    rows.number(if response.finished { 2 } else { 0 });
    rows.end();
}

/// The REDCap data dictionary of that form.
pub(super) fn redcap_dictionary(instrument: &Instrument) -> Rows {
    let mut rows = Rows::with_headings([
        "Variable / Field Name",
        "Form Name",
        "Section Header",
        "Field Type",
        "Field Label",
        "Choices, Calculations, OR Slider Labels",
        "Field Note",
        "Text Validation Type OR Show Slider Number",
        "Text Validation Min",
        "Text Validation Max",
        "Identifier?",
        "Branching Logic (Show field only if...)",
        "Required Field?",
        "Custom Alignment",
        "Question Number (surveys only)",
        "Matrix Group Name",
        "Matrix Ranking?",
        "Field Annotation",
    ]);
    let mut field = |id: &str, kind: &str, label: &str, choices: &str, validation: [&str; 3], annotation: &str| {
        let [check, minimum, maximum] = validation;
        rows.row([id, &instrument.id, "", kind, label, choices, "", check, minimum, maximum, "", "", "", "", "", "", "", annotation]);
    };
    field("record_id", "text", "Record", "", [""; 3], "");
    field("mentor_id", "text", "Mentor", "", [""; 3], "@HIDDEN");
    field("pair_id", "text", "Pair", "", [""; 3], "@HIDDEN");
    field("response_date", "text", "Day of the response", "", ["date_ymd", "", ""], "@HIDDEN @TODAY");
    for item in &instrument.items {
        let label = item.text.as_deref().unwrap_or(&item.id);
        let mut choices: Vec<String> = item.choices.iter().map(|choice| format!("{}, {}", choice.code, choice.label)).collect();
        if choices.is_empty() && matches!(item.kind, ItemKind::Likert | ItemKind::Nps) {
            let from = item.minimum.unwrap_or(if item.kind == ItemKind::Nps { 0 } else { 1 });
            choices = (from..=item.maximum.unwrap_or(if item.kind == ItemKind::Nps { 10 } else { 5 }))
                .map(|code| format!("{code}, {code}"))
                .collect();
        }
        let number = |value: Option<i32>| value.map_or(String::new(), |value| value.to_string());
        match item.kind {
            ItemKind::Text => field(&item.id, "notes", label, "", [""; 3], ""),
            ItemKind::Number => field(&item.id, "text", label, "", ["integer", &number(item.minimum), &number(item.maximum)], ""),
            ItemKind::Multiple => field(&item.id, "checkbox", label, &choices.join(" | "), [""; 3], ""),
            ItemKind::Likert | ItemKind::Nps | ItemKind::Single => field(&item.id, "radio", label, &choices.join(" | "), [""; 3], ""),
        }
    }
    rows
}

/// A plain table: one header row, no pair.
pub(super) fn plain_header(instrument: &Instrument) -> Rows {
    let split = columns(instrument, |item, code| format!("{item}_{code}"));
    Rows::with_headings(["person_id", "answered_on"].into_iter().chain(split.iter().map(String::as_str)))
}

/// Adds a response to a plain table.
pub(super) fn plain_row(rows: &mut Rows, instrument: &Instrument, response: &Response<'_>) {
    rows.text(response.person);
    rows.text(response.date);
    for (item, answer) in instrument.items.iter().zip(response.answers) {
        if item.kind == ItemKind::Multiple {
            let ticked = if let Answer::Ticked(ticked) = answer { *ticked } else { 0 };
            (0..item.choices.len()).for_each(|position| rows.number(i32::from(position < 64 && ticked >> position & 1 == 1)));
        } else {
            put(rows, *answer, None);
        }
    }
    rows.end();
}
