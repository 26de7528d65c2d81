//! Qualtrics: current as CSV, TSV and workbook, with codes and with texts, and legacy.

use mentorscope::program::instrument::{Item, ItemKind};

use super::model::{Answer, Response, Survey};
use super::table::{COMMA, Cell, Quotes, Rows, Style, iso, text, texts, xlsx};
use super::writing::{As, Export, headings, is_ticked, label, rows, single};

const OWN: [(&str, &str, &str); 12] = [
    ("StartDate", "Start Date", "startDate"),
    ("EndDate", "End Date", "endDate"),
    ("Status", "Response Type", "status"),
    ("Progress", "Progress", "progress"),
    ("Duration (in seconds)", "Duration (in seconds)", "duration"),
    ("Finished", "Finished", "finished"),
    ("RecordedDate", "Recorded Date", "recordedDate"),
    ("ResponseId", "Response ID", "_recordId"),
    ("RecipientEmail", "Recipient Email", "recipientEmail"),
    ("ExternalReference", "External Data Reference", "externalDataReference"),
    ("DistributionChannel", "Distribution Channel", "distributionChannel"),
    ("UserLanguage", "User Language", "userLanguage"),
];
const KEYS: [(&str, &str); 2] = [("person", "ExternalReference"), ("pair", "pair_id")];
const TAB: Style = Style { delimiter: '\t', quotes: Quotes::Needed, ..COMMA };

pub fn codes(survey: &Survey) -> Export {
    Export::new("csv", COMMA.bytes(&table(survey, As::Codes)), &KEYS)
}

pub fn choice_texts(survey: &Survey) -> Export {
    Export::new("csv", COMMA.bytes(&table(survey, As::Labels)), &KEYS)
}

pub fn tabs(survey: &Survey) -> Export {
    Export::new("tsv", TAB.bytes(&table(survey, As::Codes)), &KEYS)
}

pub fn utf_16(survey: &Survey) -> Export {
    let text = Style { bom: true, line_end: "\r\n", ..TAB }.text(&table(survey, As::Labels));
    Export::new("tsv", text.encode_utf16().flat_map(u16::to_le_bytes).collect(), &KEYS)
}

/// Two header rows; dates are cells of dates.
pub fn workbook(survey: &Survey) -> Export {
    let mut table = table(survey, As::Codes);
    table.remove(2);
    for (row, response) in table[2..].iter_mut().zip(&survey.responses) {
        (row[0], row[1], row[6]) = (Cell::Moment(response.start), Cell::Moment(response.end), Cell::Moment(response.end));
    }
    Export::new("xlsx", xlsx(&table), &KEYS)
}

fn table(survey: &Survey, how: As) -> Rows {
    let names = headings(survey, |item, _| item.id.clone(), |item, _, code, _| format!("{}_{code}", item.id));
    let asked = headings(survey, |_, text| text.to_owned(), |_, text, _, label| format!("{text} - {label}"));
    let number = |item: &Item| survey.instrument.items.iter().position(|other| other.id == item.id).unwrap() + 1;
    let ids = headings(
        survey,
        |item, _| format!("{{\"ImportId\":\"QID{}{}\"}}", number(item), if item.kind == ItemKind::Text { "_TEXT" } else { "" }),
        |item, _, code, _| format!("{{\"ImportId\":\"QID{}\",\"choiceId\":\"{code}\"}}", number(item)),
    );
    let own_ids = OWN.iter().map(|(_, _, id)| {
        let zone = if id.ends_with("Date") { ",\"timeZone\":\"America/New_York\"" } else { "" };
        format!("{{\"ImportId\":\"{id}\"{zone}}}")
    });
    let own = |part: fn(&(&str, &str, &str)) -> String| OWN.iter().map(part).collect::<Vec<_>>();
    let header = vec![
        texts([own(|own| own.0.to_owned()), names, vec!["pair_id".into()]].concat()),
        texts([own(|own| own.1.to_owned()), asked, vec!["pair_id".into()]].concat()),
        texts(own_ids.chain(ids).chain(["{\"ImportId\":\"pair_id\"}".to_owned()])),
    ];
    rows(survey, header, |number, response| {
        let duration = (response.end - response.start).total(jiff::Unit::Second).unwrap() as i32;
        let progress = if response.finished { 100 } else { 60 };
        let own = vec![
            text(iso(response.start)),
            text(iso(response.end)),
            in_words(how, i32::from(response.preview), ["IP Address", "Survey Preview"]),
            Cell::Number(progress),
            Cell::Number(duration),
            in_words(how, i32::from(response.finished), ["False", "True"]),
            text(iso(response.end)),
            text(format!("R_{number:010}")),
            Cell::Empty,
            text(response.person.clone()),
            text(if response.preview { "preview" } else { "email" }),
            text("EN"),
        ];
        [own, answers(survey, response, how), vec![text(response.pair.clone())]].concat()
    })
}

fn in_words(how: As, code: i32, words: [&str; 2]) -> Cell {
    if how == As::Labels { text(words[code as usize]) } else { Cell::Number(code) }
}

fn answers(survey: &Survey, response: &Response, how: As) -> Vec<Cell> {
    let mut out = Vec::new();
    for (position, (item, answer)) in survey.instrument.items.iter().zip(&response.answers).enumerate() {
        // Seen and not answered; text questions stay blank, and this survey does not recode multiple ones.
        let seen = survey.codes_seen && *answer == Answer::Blank && position < response.reached;
        match item.kind {
            ItemKind::Multiple => out.extend(item.choices.iter().map(|choice| match (is_ticked(answer, choice.code), how) {
                (false, _) => Cell::Empty,
                (true, As::Codes) => Cell::Number(1),
                (true, As::Labels) => text(choice.label.clone()),
            })),
            ItemKind::Text => out.push(single(item, answer, how)),
            _ if seen => out.push(Cell::Number(-99)),
            _ => out.push(single(item, answer, how)),
        }
    }
    out
}

/// Two header rows, columns V1 to V10, choices numbered by position, a nameless last column.
pub fn legacy(survey: &Survey) -> Export {
    const NAMES: [&str; 10] = [
        "ResponseID",
        "ResponseSet",
        "Name",
        "ExternalDataReference",
        "EmailAddress",
        "IPAddress",
        "Status",
        "StartDate",
        "EndDate",
        "Finished",
    ];
    let position = |item: &Item, code: i32| item.choices.iter().position(|choice| choice.code == code).unwrap() + 1;
    let names = headings(survey, |item, _| item.id.clone(), |item, _, code, _| format!("{}_{}", item.id, position(item, code)));
    let asked = headings(survey, |_, text| text.to_owned(), |item, text, code, _| format!("{text}-{}", label(item, code)));
    let end = ["pair_id".to_owned(), String::new()];
    let header = vec![
        texts((1..=10).map(|number| format!("V{number}")).chain(names).chain(end.clone())),
        texts(NAMES.map(str::to_owned).into_iter().chain(asked).chain(end)),
    ];
    let table = rows(survey, header, |number, response| {
        let mut own = texts([&format!("R_{number:010}"), "Default Response Set", "", &response.person, "", ""]);
        own.push(Cell::Number(i32::from(response.preview)));
        own.extend([text(iso(response.start)), text(iso(response.end)), Cell::Number(i32::from(response.finished))]);
        [own, answers(survey, response, As::Codes), vec![text(response.pair.clone()), Cell::Empty]].concat()
    });
    Export::new("csv", Style { bom: true, ..COMMA }.bytes(&table), &[("person", "ExternalDataReference"), ("pair", "pair_id")])
}
