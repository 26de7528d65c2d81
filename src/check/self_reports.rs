//! Demographics that a survey also asks: what people said of themselves, to hold against the roster.

use std::collections::HashMap;

use jiff::civil::Date;

use super::codes::Codes;
use super::item_columns::column_of;
use super::people::{PeopleIndex, Respondent};
use crate::ingest::Inputs;
use crate::program::instrument::Choice;
use crate::program::plan::{Demographic, DemographicSource, PersonKey, Plan};

/// Per demographic, the latest usable answer of each person id, as the position of a value; answers that are none of the demographic's values are
/// left out.
pub fn read(plan: &Plan, inputs: &Inputs) -> Vec<HashMap<String, u16>> {
    let is_asked = |demographic: &Demographic| matches!(&demographic.source, DemographicSource::Roster { survey: Some(_), .. });
    if !plan.demographics.iter().any(is_asked) {
        return Vec::new();
    }
    let ids = inputs.roster.column(&plan.roster.person);
    let people = Codes::new(inputs.roster.rows().filter_map(|row| row.get(ids?)));
    let keys: Vec<PersonKey> = plan.exports.iter().map(|export| export.person_is).collect();
    let index = PeopleIndex::new(&plan.roster, &inputs.roster, &people, &keys);
    plan.demographics.iter().map(|demographic| latest(plan, inputs, demographic, &people, &index)).collect()
}

fn latest(plan: &Plan, inputs: &Inputs, demographic: &Demographic, people: &Codes, index: &PeopleIndex<'_>) -> HashMap<String, u16> {
    let mut latest: HashMap<String, (Option<Date>, u16)> = HashMap::new();
    let DemographicSource::Roster { survey: Some(survey), .. } = &demographic.source else { return HashMap::new() };
    for (export, raw) in plan.exports.iter().zip(&inputs.exports) {
        let instrument = &plan.instruments[export.instrument];
        let item = instrument.items.iter().find(|item| item.id == survey.item);
        let (Some(item), true) = (item, instrument.id == survey.instrument) else { continue };
        let person = export.person.as_ref().and_then(|person| raw.column(person).ok());
        let (Some(column), Some(person)) = (column_of(export, item, raw), person) else { continue };
        let dates = raw.columns.response_date().map(|column| raw.date_reader(column));
        // Its findings come when the responses themselves are read.
        let _ = raw.for_each_record(|_, cells| {
            let cell = |column: usize| cells.get(column).map(str::trim).filter(|text| !text.is_empty());
            let (Some(id), Some(text)) = (cell(person), cell(column)) else { return };
            let Some(value) = value(demographic, &item.choices, text) else { return };
            let (Respondent::One(person) | Respondent::Near(person)) = index.find(id, export.person_is) else { return };
            let Some(id) = people.id(person) else { return };
            let date = dates.as_ref().and_then(|dates| dates.parse(raw.row(cells).date?).ok());
            match latest.get_mut(id) {
                None => _ = latest.insert(id.to_owned(), (date, value)),
                Some(entry) if date > entry.0 => *entry = (date, value),
                Some(_) => {}
            }
        });
    }
    latest.into_iter().map(|(id, (_, value))| (id, value)).collect()
}

/// The demographic's value that an answer names, by code or by label of either.
fn value(demographic: &Demographic, choices: &[Choice], text: &str) -> Option<u16> {
    let choice = choices.iter().find(|choice| choice.code.to_string() == text || choice.label.eq_ignore_ascii_case(text));
    let name = choice.map_or(text, |choice| choice.label.as_str());
    let is_named = |code: &str, label: &str| label.eq_ignore_ascii_case(name) || code.eq_ignore_ascii_case(name) || code == text;
    demographic.values.iter().position(|value| is_named(&value.code, &value.label)).map(|position| position as u16)
}
