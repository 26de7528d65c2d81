//! SurveyMonkey, Google Forms and Microsoft Forms: question texts as headings.

use mentorscope::program::instrument::ItemKind;

use super::model::{Answer, Response, Survey};
use super::table::{COMMA, Cell, Quotes, Rows, Style, text, texts, xlsx};
use super::writing::{As, Export, cells, choices, is_ticked, label, one_cell_each, rows, single};

const PAIR: &str = "What is the code of your pair?";

/// A column per question, of a multiple one per choice.
pub fn monkey_condensed(survey: &Survey) -> Export {
    monkey(survey, |kind| kind == ItemKind::Multiple, false)
}

/// A column per choice.
pub fn monkey_expanded(survey: &Survey) -> Export {
    monkey(survey, |kind| kind != ItemKind::Text, false)
}

pub fn monkey_workbook(survey: &Survey) -> Export {
    monkey(survey, |kind| kind == ItemKind::Multiple, true)
}

fn monkey(survey: &Survey, is_split: impl Fn(ItemKind) -> bool, workbook: bool) -> Export {
    let own = [
        "Respondent ID",
        "Collector ID",
        "Start Date",
        "End Date",
        "IP Address",
        "Email Address",
        "First Name",
        "Last Name",
        "Custom Data 1",
        "pair_id",
    ];
    let (mut questions, mut below) = (texts(own), vec![Cell::Empty; own.len()]);
    for (item, asked) in survey.instrument.items.iter().zip(&survey.texts) {
        let kinds: Vec<String> = match item.kind {
            ItemKind::Text => vec!["Open-Ended Response".to_owned()],
            kind if is_split(kind) => choices(item).into_iter().map(|(_, label)| label).collect(),
            _ => vec!["Response".to_owned()],
        };
        questions.push(text(asked.clone()));
        questions.extend(vec![Cell::Empty; kinds.len() - 1]);
        below.extend(texts(kinds));
    }
    let table = rows(survey, vec![questions, below], |number, response| {
        let moment = |moment: jiff::civil::DateTime| {
            if workbook { Cell::Moment(moment) } else { text(moment.strftime("%m/%d/%Y %I:%M:%S %p").to_string()) }
        };
        let mut cells = texts([format!("1146280{number:05}"), "462937".to_owned()]);
        cells.extend([moment(response.start), moment(response.end)]);
        cells.extend(texts(["", "", "", "", &response.person, &response.pair]));
        for (item, answer) in survey.instrument.items.iter().zip(&response.answers) {
            if item.kind != ItemKind::Text && is_split(item.kind) {
                let is_chosen = |code| is_ticked(answer, code) || *answer == Answer::Code(code);
                cells.extend(choices(item).into_iter().map(|(code, label)| text(if is_chosen(code) { label } else { String::new() })));
            } else {
                cells.push(single(item, answer, As::Labels));
            }
        }
        cells
    });
    let keys = [("person", "Custom Data 1"), ("pair", "pair_id")];
    if workbook { Export::new("xlsx", xlsx(&table), &keys) } else { Export::new("csv", COMMA.bytes(&table), &keys) }
}

/// The sheet of responses, downloaded as CSV.
pub fn google_commas(survey: &Survey) -> Export {
    Export::new("csv", Style { line_end: "\r\n", ..COMMA }.bytes(&google(survey)), &[("pair", PAIR)])
}

/// The same as TSV, in which quotes are text.
pub fn google_tabs(survey: &Survey) -> Export {
    let style = Style { delimiter: '\t', quotes: Quotes::Never, line_end: "\r\n", ..COMMA };
    Export::new("tsv", style.bytes(&google(survey)), &[("pair", PAIR)])
}

/// Month, day, year without zeros in front; choices joined by a comma and a blank.
fn google(survey: &Survey) -> Rows {
    let header = texts(["Timestamp", PAIR].map(str::to_owned).into_iter().chain(survey.texts.clone()));
    rows(survey, vec![header], |_, response| {
        let stamp = response.end.strftime("%-m/%-d/%Y %-H:%M:%S").to_string();
        [texts([stamp, response.pair.clone()]), one_cell_each(survey, response, As::Labels, ", ", "")].concat()
    })
}

/// A workbook; each choice of a multiple question has a semicolon after it, and headings have blanks that do not break.
pub fn microsoft(survey: &Survey) -> Export {
    let own = ["ID", "Start time", "Completion time", "Email", "Name"].map(str::to_owned);
    let asked = survey.texts.iter().map(|text| text.replacen(' ', "\u{a0}", 1).replace('\'', "\u{2019}"));
    let header = texts(own.into_iter().chain([PAIR.to_owned()]).chain(asked));
    let table = rows(survey, vec![header], |number, response| {
        let own = vec![
            Cell::Number(i32::try_from(number).unwrap()),
            Cell::Moment(response.start),
            Cell::Moment(response.end),
            text("anonymous"),
            Cell::Empty,
            text(response.pair.clone()),
        ];
        [own, one_cell_each(survey, response, As::Labels, ";", ";")].concat()
    });
    Export::new("xlsx", xlsx(&table), &[("pair", PAIR)])
}

/// KoboToolbox: XML values, choices joined and each in a column of its own; groups before the question.
pub fn kobo_values(survey: &Survey) -> Export {
    let style = Style { delimiter: ';', quotes: Quotes::All, line_end: "\r\n", ..COMMA };
    Export::new("csv", style.bytes(&kobo(survey, As::Codes)), &[("person", "person_id"), ("pair", "pair_id")])
}

pub fn kobo_labels(survey: &Survey) -> Export {
    let style = Style { delimiter: ';', quotes: Quotes::All, line_end: "\r\n", ..COMMA };
    Export::new("csv", style.bytes(&kobo(survey, As::Labels)), &[("person", "Your code"), ("pair", PAIR)])
}

/// Cells of text.
pub fn kobo_workbook(survey: &Survey) -> Export {
    Export::new("xlsx", xlsx(&kobo(survey, As::Codes)), &[("person", "person_id"), ("pair", "pair_id")])
}

fn kobo(survey: &Survey, how: As) -> Rows {
    let labels = how == As::Labels;
    let mut header = texts(["start", "end"]);
    header.extend(texts(if labels { ["Your code", PAIR] } else { ["person_id", "pair_id"] }));
    for (item, asked) in survey.instrument.items.iter().zip(&survey.texts) {
        let question = if labels { asked.clone() } else { format!("mentorship/{}", item.id) };
        header.push(text(question.clone()));
        if item.kind == ItemKind::Multiple {
            let name = |(code, label): (i32, String)| if labels { label } else { code.to_string() };
            header.extend(choices(item).into_iter().map(|choice| text(format!("{question}/{}", name(choice)))));
        }
    }
    header.extend(texts(["_id", "_uuid", "_submission_time", "_validation_status", "_status", "__version__", "_index"]));
    rows(survey, vec![header], |number, response| {
        let mut cells = texts([zoned(response.start), zoned(response.end), response.person.clone(), response.pair.clone()]);
        for (item, answer) in survey.instrument.items.iter().zip(&response.answers) {
            match (item.kind, answer) {
                (ItemKind::Multiple, Answer::Ticked(codes)) => {
                    let name = |code: i32| if labels { label(item, code) } else { code.to_string() };
                    cells.push(text(codes.iter().map(|&code| name(code)).collect::<Vec<_>>().join(" ")));
                    let tick = |code: i32| if is_ticked(answer, code) { "1" } else { "0" };
                    cells.extend(texts(choices(item).iter().map(|(code, _)| tick(*code))));
                }
                (ItemKind::Multiple, _) => cells.extend(vec![Cell::Empty; item.choices.len() + 1]),
                _ => cells.push(match single(item, answer, how) {
                    Cell::Number(code) => text(code.to_string()),
                    cell => cell,
                }),
            }
        }
        let sent = super::model::greenwich(response.end).strftime("%Y-%m-%dT%H:%M:%S").to_string();
        let last =
            [&(170_000_000 + number).to_string(), &format!("u-{number}"), &sent, "", "submitted_via_web", "vX1", &number.to_string()];
        [cells, texts(last)].concat()
    })
}

/// `2026-07-01T19:21:47.000-04:00`
fn zoned(moment: jiff::civil::DateTime) -> String {
    moment.to_zoned(super::model::zone()).unwrap().strftime("%Y-%m-%dT%H:%M:%S.000%:z").to_string()
}

/// ODK Central: groups joined by `-`, choices also split; 0 where nothing was answered.
pub fn odk(survey: &Survey) -> Export {
    central(survey, true)
}

/// The same of a form that does not ask the device when the response began and ended.
pub fn odk_without_end(survey: &Survey) -> Export {
    central(survey, false)
}

fn central(survey: &Survey, has_end: bool) -> Export {
    let mut header = texts(["SubmissionDate"]);
    header.extend(texts(if has_end { &["start", "end"][..] } else { &[] }.iter().copied()));
    header.extend(texts(["person_id", "pair_id"]));
    for item in &survey.instrument.items {
        header.push(text(format!("mentorship-{}", item.id)));
        if item.kind == ItemKind::Multiple {
            header.extend(item.choices.iter().map(|choice| text(format!("mentorship-{}/{}", item.id, choice.code))));
        }
    }
    header.extend(texts(["meta-instanceID", "KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected"]));
    header.extend(texts(["Status", "ReviewState", "DeviceID", "Edits", "FormVersion"]));
    let table = rows(survey, vec![header], |number, response| {
        let sent = super::model::greenwich(response.end).strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
        let mut cells = texts([sent]);
        if has_end {
            cells.extend(texts([zoned(response.start), zoned(response.end)]));
        }
        cells.extend(texts([&response.person, &response.pair]));
        cells.extend(split_and_joined(survey, response));
        let key = format!("uuid:{number:08}");
        cells.extend(texts([&key, &key, "5", "Web user", "0", "0", "", "", "", "0", "1"]));
        cells
    });
    Export::new("csv", COMMA.bytes(&table), &[("person", "person_id"), ("pair", "pair_id")])
}

fn split_and_joined(survey: &Survey, response: &Response) -> Vec<Cell> {
    let joined = one_cell_each(survey, response, As::Codes, " ", "");
    let mut split = cells(survey, response, As::Codes, super::writing::one_or_zero).into_iter();
    let mut out = Vec::new();
    for (item, cell) in survey.instrument.items.iter().zip(joined) {
        out.push(cell);
        let columns = if item.kind == ItemKind::Multiple { item.choices.len() } else { 1 };
        let own: Vec<Cell> = split.by_ref().take(columns).collect();
        if item.kind == ItemKind::Multiple {
            out.extend(own);
        }
    }
    out
}
