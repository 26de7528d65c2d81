//! Tables of no survey system: text files, workbooks and SPSS.

use mentorscope::program::instrument::ItemKind;

use super::model::{Response, Survey};
use super::sav::{Sav, Variable};
use super::table::{COMMA, Cell, Rows, Style, iso, ods, text, texts, xlsx};
use super::writing::{As, Export, cells, headings, joined, one_or_zero, rows, single};

const KEYS: [(&str, &str); 3] = [("person", "person_id"), ("pair", "pair_id"), ("date", "answered_on")];

/// Days as they are written with dots, numbers with a decimal comma, and a Western encoding.
pub fn western(survey: &Survey) -> Export {
    let table = table(survey, |response| text(response.end.strftime("%d.%m.%Y").to_string()));
    let text = Style { delimiter: ';', line_end: "\r\n", fraction: ",0", ..COMMA }.text(&table);
    let (bytes, _, is_lossy) = encoding_rs::WINDOWS_1252.encode(&text);
    assert!(!is_lossy);
    Export::new("csv", bytes.into_owned(), &[&KEYS[..], &[("encoding", "windows-1252")]].concat())
}

pub fn tabs(survey: &Survey) -> Export {
    let table = table(survey, |response| text(iso(response.end)));
    Export::new("tsv", Style { delimiter: '\t', ..COMMA }.bytes(&table), &KEYS)
}

pub fn workbook(survey: &Survey) -> Export {
    Export::new("xlsx", xlsx(&table(survey, |response| Cell::Moment(response.end))), &KEYS)
}

pub fn open_document(survey: &Survey) -> Export {
    Export::new("ods", ods(&table(survey, |response| Cell::Moment(response.end))), &KEYS)
}

fn table(survey: &Survey, day: impl Fn(&Response) -> Cell) -> Rows {
    let names = headings(survey, |item, _| item.id.clone(), |item, _, code, _| format!("{}_{code}", item.id));
    let header = texts(["person_id", "pair_id", "answered_on"].map(str::to_owned).into_iter().chain(names));
    rows(survey, vec![header], |_, response| {
        let own = vec![text(response.person.clone()), text(response.pair.clone()), day(response)];
        [own, cells(survey, response, As::Codes, one_or_zero)].concat()
    })
}

/// The choices of a multiple question in one cell.
pub fn joined_codes(survey: &Survey) -> Export {
    let own = ["person_id", "pair_id", "answered_on"].map(str::to_owned);
    let header = texts(own.into_iter().chain(survey.instrument.items.iter().map(|item| item.id.clone())));
    let table = rows(survey, vec![header], |_, response| {
        let mut row = texts([&response.person, &response.pair, &iso(response.end)]);
        row.extend(survey.instrument.items.iter().zip(&response.answers).map(|(item, answer)| match item.kind {
            ItemKind::Multiple => text(joined(item, answer, As::Codes, "|")),
            _ => single(item, answer, As::Codes),
        }));
        row
    });
    Export::new("csv", COMMA.bytes(&table), &[&KEYS[..], &[("separator", "|")]].concat())
}

/// A system file: labels of values, and choices that are no answer declared missing.
pub fn spss(survey: &Survey) -> Export {
    Export::new("sav", sav(survey, &["person_id", "pair_id", "answered_on"], true), &KEYS)
}

/// The same saved by a package that made declared missing values system-missing.
pub fn spss_without_kinds(survey: &Survey) -> Export {
    Export::new("sav", sav(survey, &["person_id", "pair_id", "answered_on"], false), &KEYS)
}

fn sav(survey: &Survey, own: &[&str; 3], declares_missing: bool) -> Vec<u8> {
    let count = survey.responses.len();
    let strings = |of: fn(&Response) -> &String| survey.responses.iter().map(|r| of(r).clone()).collect::<Vec<_>>();
    let mut variables = vec![Variable::text(own[0], strings(|r| &r.person)), Variable::text(own[1], strings(|r| &r.pair))];
    variables.push(Variable::moment(own[2], survey.responses.iter().map(|r| r.end).collect()));
    for (position, (item, asked)) in survey.instrument.items.iter().zip(&survey.texts).enumerate() {
        let answers = || survey.responses.iter().map(|response| &response.answers[position]);
        if item.kind == ItemKind::Multiple {
            for choice in &item.choices {
                let chosen = answers().map(|answer| Some(i32::from(super::writing::is_ticked(answer, choice.code)))).collect();
                variables.push(
                    Variable::number(&format!("{}_{}", item.id, choice.code), chosen).labelled(&format!("{asked} - {}", choice.label)),
                );
            }
            continue;
        }
        let cells: Vec<Cell> = answers().map(|answer| single(item, answer, As::Codes)).collect();
        let variable = if item.kind == ItemKind::Text {
            Variable::text(&item.id, cells.into_iter().map(|cell| if let Cell::Text(text) = cell { text } else { String::new() }).collect())
        } else {
            let numbers = cells.into_iter().map(|cell| if let Cell::Number(code) = cell { Some(code) } else { None });
            let mut variable = Variable::number(&item.id, numbers.collect());
            variable.labels = item.choices.iter().map(|choice| (choice.code, choice.label.clone())).collect();
            variable.missing = item.choices.iter().filter(|choice| choice.missing.is_some()).map(|choice| choice.code).collect();
            if !declares_missing {
                variable.make_missing();
            }
            variable
        };
        variables.push(variable.labelled(asked));
    }
    Sav { cases: count, variables }.bytes()
}

/// Qualtrics' own system file: its names, 1 and 2 as mark of completion.
pub fn spss_of_qualtrics(survey: &Survey) -> Export {
    let of = |part: fn(&Response) -> String| survey.responses.iter().map(part).collect::<Vec<_>>();
    let mark = |part: fn(&Response) -> i32| survey.responses.iter().map(|response| Some(part(response))).collect();
    let mut status = Variable::number("Status", mark(|r| i32::from(r.preview)));
    status.labels = vec![(0, "IP Address".to_owned()), (1, "Survey Preview".to_owned())];
    let mut finished = Variable::number("Finished", mark(|r| 1 + i32::from(r.finished)));
    finished.labels = vec![(1, "False".to_owned()), (2, "True".to_owned())];
    let ids = (1..=survey.responses.len()).map(|number| format!("R_{number:010}")).collect();
    let mut variables = vec![
        Variable::text("StartDate", of(|r| iso(r.start))),
        Variable::text("EndDate", of(|r| iso(r.end))),
        status,
        finished,
        Variable::text("ResponseId", ids),
        Variable::text("ExternalReference", of(|r| r.person.clone())),
        Variable::text("pair_id", of(|r| r.pair.clone())),
    ];
    for (position, (item, asked)) in survey.instrument.items.iter().zip(&survey.texts).enumerate() {
        let answers = || survey.responses.iter().map(|response| &response.answers[position]);
        if item.kind == ItemKind::Multiple {
            for choice in &item.choices {
                let chosen = answers().map(|answer| super::writing::is_ticked(answer, choice.code).then_some(1)).collect();
                let mut variable = Variable::number(&format!("{}_{}", item.id, choice.code), chosen);
                variable.labels = vec![(1, choice.label.clone())];
                variables.push(variable.labelled(&format!("{asked} - {}", choice.label)));
            }
        } else if item.kind == ItemKind::Text {
            let cells = answers().map(|answer| if let super::model::Answer::Text(text) = answer { text.clone() } else { String::new() });
            variables.push(Variable::text(&format!("{}_TEXT", item.id), cells.collect()).labelled(asked));
        } else {
            let numbers = answers().map(|answer| if let super::model::Answer::Code(code) = answer { Some(*code) } else { None });
            let mut variable = Variable::number(&item.id, numbers.collect());
            variable.labels = item.choices.iter().map(|choice| (choice.code, choice.label.clone())).collect();
            variables.push(variable.labelled(asked));
        }
    }
    let bytes = Sav { cases: survey.responses.len(), variables }.bytes();
    Export::new("sav", bytes, &[("person", "ExternalReference"), ("pair", "pair_id")])
}
