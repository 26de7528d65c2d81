//! Whole definitions of every system: what they become, and that the instrument can be read.

mod limesurvey;
mod others;
mod qualtrics;

use proptest::prelude::*;

use super::model::{DefinedItem, Definition};
use super::{InstrumentHead, definition, instrument_toml};
use crate::program::instrument::Instrument;
use crate::program::{parse_instrument, render_faults};

/// Reads a definition, writes its instrument, and reads that.
fn round_trip(name: &str, text: &str) -> (Definition, Instrument, String) {
    let definition = definition(name, text.as_bytes().to_vec(), None).expect("a definition");
    let (instrument, toml) = instrument_of(&definition, name);
    (definition, instrument, toml)
}

fn instrument_of(definition: &Definition, file: &str) -> (Instrument, String) {
    let toml = instrument_toml(definition, InstrumentHead { id: None, role: None, role_is_guess: false, file });
    let instrument = parse_instrument("new.toml", &toml).unwrap_or_else(|faults| panic!("{}\n{toml}", render_faults(&toml, &faults)));
    assert_eq!(instrument.items.len(), definition.items.len());
    for (item, defined) in instrument.items.iter().zip(&definition.items) {
        assert_eq!(
            (&item.id, item.kind, &item.text, item.choices.len()),
            (&defined.id, defined.kind, &defined.text, defined.choices.len())
        );
        assert!(!item.reversed && item.role.is_none(), "what the file does not state is not set");
        for (choice, offered) in item.choices.iter().zip(defined.choices.iter()) {
            assert_eq!((choice.code, &choice.value, &choice.label), (offered.code, &offered.value, &offered.label));
        }
    }
    (instrument, toml)
}

fn item<'d>(definition: &'d Definition, id: &str) -> &'d DefinedItem {
    definition.items.iter().find(|item| item.id == id).unwrap_or_else(|| panic!("no item {id} in {:?}", ids(definition)))
}

fn ids(definition: &Definition) -> Vec<&str> {
    definition.items.iter().map(|item| item.id.as_str()).collect()
}

fn notes<'d>(definition: &'d Definition, question: &str) -> Vec<&'d str> {
    definition.notes.iter().filter(|note| note.question == question).map(|note| note.text.as_str()).collect()
}

#[test]
fn what_is_no_definition_is_refused() {
    for (name, text) in [
        ("a.csv", "id,score\n1,2\n"),
        ("a.qsf", "{\"SurveyEntry\": {}"),
        ("a.qsf", "{\"SurveyEntry\": {}}"),
        ("a.qsf", "{\"SurveyElements\": []}"),
        ("a.lss", "<document><DBVersion>1</DBVersion></document>"),
        ("a.lss", "<document>"),
        ("a.lss", "<html></html>"),
        ("a.lss", "<!DOCTYPE d [<!ENTITY a \"aaaa\">]><document>&a;</document>"),
        ("a.csv", "Variable / Field Name,Form Name\nx,y\n"),
        ("a.sav", "$FL2@(#)"),
        ("a.txt", ""),
    ] {
        assert!(definition(name, text.as_bytes().to_vec(), None).is_err(), "{name}: {text}");
    }
    let deep = format!("{{\"SurveyElements\": {}", "[".repeat(100_000));
    assert!(definition("a.qsf", deep.into_bytes(), None).is_err());
}

#[test]
fn xml_that_would_take_a_parser_long_is_refused_first() {
    let wide = |count: usize| (0..count).map(|i| format!(" a{i}=\"1\"")).collect::<String>();
    let attributes = format!("<document>\n<LimeSurveyDocType{}/></document>", wide(100_000));
    let nested = (0..20_000).map(|i| format!("<a xmlns:n{i}=\"urn:{i}\">")).collect::<String>();
    let entities = "<?xml version=\"1.0\"?>\n<!DOCTYPE d [<!ENTITY a \"aaaa\">]><document>&a;</document>";
    for (text, line) in [(attributes.as_str(), "line 2"), (nested.as_str(), "line 1"), (entities, "line 2")] {
        let error = definition("a.lss", text.as_bytes().to_vec(), None).expect_err("refused").to_string();
        assert!(error.contains(line) && error.contains("a.lss "), "{error}");
    }
}

#[test]
fn definitions_that_would_fill_memory_are_refused() {
    let objects = format!("{{\"SurveyElements\": [{}0]}}", "{\"a\":0},".repeat(1_000_001));
    assert!(definition("a.qsf", objects.into_bytes(), None).is_err_and(|error| error.to_string().contains("1000000 objects")));
    let elements = format!("<document>{}</document>", "<a/>".repeat(4_000_001));
    assert!(definition("a.lss", elements.into_bytes(), None).is_err_and(|error| error.to_string().contains("4000000 elements")));
    let long = format!("<document>{}</document>", " ".repeat(33 << 20));
    assert!(definition("a.lss", long.into_bytes(), None).is_err_and(|error| error.to_string().contains("has 33 MiB")));
}

#[test]
fn questions_without_an_item_can_still_be_looked_through() {
    let text = "Variable / Field Name,Form Name,Field Type,Field Label,\"Choices, Calculations, OR Slider Labels\"\nrecord_id,intake,text,Record,\n";
    let definition = definition("d.csv", text.as_bytes().to_vec(), None).expect("a dictionary");
    assert_eq!((definition.questions.len(), definition.items.len()), (1, 0));
}

/// One small change to a definition.
#[derive(Debug, Clone)]
enum Damage {
    Remove(prop::sample::Index, usize),
    Insert(prop::sample::Index, &'static str),
}

fn damage() -> impl Strategy<Value = Damage> {
    let odd =
        ["\"", "\u{0}", "|", ",", "{}", "[]", "<", "&amp;", "\t", "\n", "1", "-1", "A01", " ", "null", "é", "]]>", "${x", "#", "30001"];
    prop_oneof![
        (any::<prop::sample::Index>(), 1..40usize).prop_map(|(at, length)| Damage::Remove(at, length)),
        (any::<prop::sample::Index>(), prop::sample::select(odd.to_vec())).prop_map(|(at, odd)| Damage::Insert(at, odd)),
    ]
}

fn damaged(text: &str, damages: &[Damage]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for damage in damages {
        match damage {
            Damage::Remove(at, length) => {
                let start = at.index(chars.len());
                chars.drain(start..(start + length).min(chars.len() - 1).max(start));
            }
            Damage::Insert(at, odd) => {
                let at = at.index(chars.len());
                chars.splice(at..at, odd.chars());
            }
        }
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_can_be_read_gives_an_instrument(which in 0..4usize, damages in prop::collection::vec(damage(), 1..5)) {
        let (name, text) = [("a.qsf", qualtrics::survey()), ("a.lss", limesurvey::old()), ("a.txt", limesurvey::TSV.to_owned()), ("d.csv", others::DICTIONARY.to_owned())][which].clone();
        if let Ok(definition) = definition(name, damaged(&text, &damages).into_bytes(), None)
            && !definition.items.is_empty()
        {
            instrument_of(&definition, name);
        }
    }
}
