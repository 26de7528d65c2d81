//! Demographics that a survey also asks: what people said of themselves, to hold against the roster.

use std::collections::BTreeMap;

use crate::ingest::Inputs;
use crate::program::instrument::Choice;
use crate::program::plan::{Demographic, DemographicSource, Plan};

/// The latest usable answer per demographic and person id, as the position of a value; answers that are none of the demographic's values are left out.
pub fn read(plan: &Plan, inputs: &Inputs) -> BTreeMap<(usize, String), u16> {
    let mut latest: BTreeMap<(usize, String), (String, u16)> = BTreeMap::new();
    for (position, demographic) in plan.demographics.iter().enumerate() {
        let DemographicSource::Roster { survey: Some(survey), .. } = &demographic.source else { continue };
        for (export, raw) in plan.exports.iter().zip(&inputs.exports) {
            let instrument = &plan.instruments[export.instrument];
            let item = instrument.items.iter().find(|item| item.id == survey.item);
            let (Some(item), true) = (item, instrument.id == survey.instrument) else { continue };
            let heading = export.items.get(&item.id).unwrap_or(&item.id);
            let person = export.person.as_ref().and_then(|person| raw.column(person).ok());
            let (Ok(column), Some(person)) = (raw.column(heading), person) else { continue };
            // Its findings come when the responses themselves are read.
            let _ = raw.for_each_record(|_, cells| {
                let cell = |column: usize| cells.get(column).map(str::trim).filter(|text| !text.is_empty());
                let (Some(id), Some(text)) = (cell(person), cell(column)) else { return };
                let Some(value) = value(demographic, &item.choices, text) else { return };
                let date = raw.row(cells).date.unwrap_or_default().to_string();
                let entry = latest.entry((position, id.to_string())).or_insert_with(|| (date.clone(), value));
                if date > entry.0 {
                    *entry = (date, value);
                }
            });
        }
    }
    latest.into_iter().map(|(key, (_, value))| (key, value)).collect()
}

/// The demographic's value that an answer names, by code or by label of either.
fn value(demographic: &Demographic, choices: &[Choice], text: &str) -> Option<u16> {
    let choice = choices.iter().find(|choice| choice.code.to_string() == text || choice.label.eq_ignore_ascii_case(text));
    let name = choice.map_or(text, |choice| choice.label.as_str());
    let is_named = |code: &str, label: &str| label.eq_ignore_ascii_case(name) || code.eq_ignore_ascii_case(name) || code == text;
    demographic.values.iter().position(|value| is_named(&value.code, &value.label)).map(|position| position as u16)
}
