//! What changes between waves is named before a trend is drawn over it.

use serde_json::Value;

use crate::support::{Program, path, run};

const BEFORE: &str = "exports/mentee_2026-Q2.csv";
const NOW: &str = "exports/mentee_2026-Q3.csv";

/// Changes the rows of the last wave and gives the findings of one rule about it, by column.
fn after(rule: &str, change: impl Fn(&mut Vec<Vec<String>>)) -> Vec<Value> {
    let program = Program::new();
    let bytes = program.read(NOW);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
    let mut rows: Vec<Vec<String>> = reader.records().map(|row| row.unwrap().iter().map(str::to_string).collect()).collect();
    change(&mut rows);
    let mut writer = csv::Writer::from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    program.write(NOW, writer.into_inner().unwrap());
    let json = run(&["check", "--format", "json", path(program.path())]).json();
    let findings = json["findings"].as_array().unwrap().iter();
    findings.filter(|finding| finding["rule"] == rule && finding["file"] == NOW).cloned().collect()
}

fn columns(findings: &[Value]) -> Vec<&str> {
    findings.iter().filter_map(|finding| finding["column"].as_str()).collect()
}

fn column(rows: &[Vec<String>], heading: &str) -> usize {
    rows[0].iter().position(|name| name == heading).unwrap()
}

/// Puts other codes for the answers of an item, those that mean missing apart.
fn recode(rows: &mut [Vec<String>], heading: &str, code: impl Fn(i32) -> i32) {
    let place = column(rows, heading);
    for row in &mut rows[3..] {
        if let Some(old) = row[place].parse::<i32>().ok().filter(|old| (1..=5).contains(old)) {
            row[place] = code(old).to_string();
        }
    }
}

#[test]
fn a_question_with_another_text_is_named_with_the_wave_before() {
    let found = after("waves.item_reworded", |rows| {
        let place = column(rows, "mentor_honest");
        rows[1][place] = "My mentor tells me the truth.".into();
    });
    assert_eq!(columns(&found), ["mentor_honest"]);
    assert!(found[0]["expected"].as_str().unwrap().contains(BEFORE));
    assert!(
        after("waves.item_reworded", |rows| rows[1].iter_mut().for_each(|text| *text = format!("<b>{text}</b> "))).is_empty(),
        "markup"
    );
}

#[test]
fn questions_dropped_and_moved_are_named() {
    let dropped = after("waves.item_dropped", |rows| {
        let place = column(rows, "mentor_honest");
        rows.iter_mut().for_each(|row| drop(row.remove(place)));
    });
    assert_eq!(columns(&dropped), ["mentor_honest"]);
    let moved = after("waves.item_moved", |rows| {
        let (one, other) = (column(rows, "mentor_honest"), column(rows, "recommend"));
        rows.iter_mut().for_each(|row| row.swap(one, other));
    });
    assert_eq!(moved.len(), 1);
}

#[test]
fn a_question_that_is_new_is_named() {
    let program = Program::new();
    let bytes = program.read(BEFORE);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
    let mut rows: Vec<Vec<String>> = reader.records().map(|row| row.unwrap().iter().map(str::to_string).collect()).collect();
    let place = column(&rows, "mentor_honest");
    rows.iter_mut().for_each(|row| drop(row.remove(place)));
    let mut writer = csv::Writer::from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    program.write(BEFORE, writer.into_inner().unwrap());
    let json = run(&["check", "--format", "json", path(program.path())]).json();
    let added: Vec<&Value> = json["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == "waves.item_added").collect();
    assert!(added.iter().any(|finding| finding["file"] == NOW && finding["column"] == "mentor_honest"), "{added:?}");
}

#[test]
fn codes_that_moved_by_a_constant_are_named_once() {
    let found = after("waves.codes_shifted", |rows| recode(rows, "mentor_honest", |code| code + 10));
    assert_eq!((columns(&found), found[0]["found"].as_str().unwrap()), (vec!["mentor_honest"], "codes +10 beside them"));
    // From 0 to 4: the codes 1 to 4 are choices too, so that only the zeros are unknown.
    let found = after("waves.codes_shifted", |rows| recode(rows, "mentor_honest", |code| code - 1));
    assert_eq!((columns(&found), found[0]["found"].as_str().unwrap()), (vec!["mentor_honest"], "codes -1 beside them"));
}

#[test]
fn a_scale_that_was_turned_round_is_left_out_of_its_wave() {
    let found = after("waves.scale_reversed", |rows| recode(rows, "mentor_honest", |code| 6 - code));
    assert_eq!(columns(&found), ["mentor_honest"]);
    assert_eq!((found[0]["severity"].as_str(), found[0]["excludes"].as_str()), (Some("error"), Some("value")));
    assert!(found[0]["found"].as_str().unwrap().contains("2026-Q3"));
}

#[test]
fn the_example_as_it_is_shows_no_turn_and_no_shift() {
    for rule in ["waves.scale_reversed", "waves.codes_shifted", "instruments.against_scale"] {
        assert!(after(rule, |_| {}).is_empty(), "{rule}");
    }
}
