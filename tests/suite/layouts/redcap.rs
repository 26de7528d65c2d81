//! REDCap: raw records, labels, and another delimiter. Days come from a hidden field, for surveys left open have no time stamp.

use super::model::{Response, Survey};
use super::table::{COMMA, Cell, Rows, Style, iso, text, texts};
use super::writing::{As, Export, cells, headings, is_ticked, one_or_zero, rows};

pub fn raw(survey: &Survey) -> Export {
    export(&codes(survey), COMMA)
}

pub fn semicolon(survey: &Survey) -> Export {
    export(&codes(survey), Style { delimiter: ';', ..COMMA })
}

fn export(table: &Rows, style: Style) -> Export {
    Export::new("csv", style.bytes(table), &[("person", "person_id"), ("pair", "pair_id"), ("date", "response_date")])
}

fn codes(survey: &Survey) -> Rows {
    let form = &survey.instrument.id;
    let fields = headings(survey, |item, _| item.id.clone(), |item, _, code, _| format!("{}___{code}", item.id));
    let own =
        ["record_id", "redcap_survey_identifier", &format!("{form}_timestamp"), "person_id", "pair_id", "response_date"].map(str::to_owned);
    let header = texts(own.into_iter().chain(fields).chain([format!("{form}_complete")]));
    rows(survey, vec![header], |number, response| {
        let answers = cells(survey, response, As::Codes, one_or_zero);
        [first(number, response), answers, vec![Cell::Number(if response.finished { 2 } else { 0 })]].concat()
    })
}

/// Field labels as headings, labels as cells.
pub fn labels(survey: &Survey) -> Export {
    let fields = headings(survey, |_, text| text.to_owned(), |_, text, _, label| format!("{text} (choice={label})"));
    let own = ["Record", "Survey Identifier", "Survey Timestamp", "Person", "Pair", "Day of the response"].map(str::to_owned);
    let header = texts(own.into_iter().chain(fields).chain(["Complete?".to_owned()]));
    let table = rows(survey, vec![header], |number, response| {
        let answers =
            cells(survey, response, As::Labels, |_, answer, code| text(if is_ticked(answer, code) { "Checked" } else { "Unchecked" }));
        [first(number, response), answers, texts([if response.finished { "Complete" } else { "Incomplete" }])].concat()
    });
    Export::new("csv", COMMA.bytes(&table), &[("person", "Person"), ("pair", "Pair"), ("date", "Day of the response")])
}

fn first(number: usize, response: &Response) -> Vec<Cell> {
    let stamp = if response.finished { iso(response.end) } else { "[not completed]".to_owned() };
    let day = response.end.date().to_string();
    texts([format!("R{number:05}"), String::new(), stamp, response.person.clone(), response.pair.clone(), day])
}
