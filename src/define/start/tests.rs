//! Programs made of small files, in memory.

use super::{Given, Start, start};
use crate::ingest::InProcess;

fn made(files: &[(&str, &str)]) -> Start {
    let given = files.iter().map(|(name, text)| Given { name: (*name).to_owned(), bytes: text.as_bytes().to_vec() }).collect();
    start(given, &InProcess).unwrap_or_else(|error| panic!("{error}: {:?}", error.detail))
}

fn file(start: &Start, name: &str) -> String {
    let file = start.files.iter().find(|file| file.path.as_os_str() == name).unwrap_or_else(|| panic!("no {name} in {:?}", start.proposed));
    String::from_utf8(file.bytes.clone()).expect("text")
}

/// The part of an instrument about one item.
fn item(toml: &str, id: &str) -> String {
    let start = toml.find(&format!("id = \"{id}\"")).unwrap_or_else(|| panic!("no item {id} in {toml}"));
    toml[start..].split("\n\n").next().unwrap_or_default().to_owned()
}

/// Twelve answers of each kind.
fn answers() -> String {
    let mut text = "pair_id,mentee_id,answered_on,happy,agree,recommend_1,why_1,why_2,why_4,topics,unit,hours,comment,email\n".to_owned();
    for i in 0..12 {
        let agree = ["Agree", "Strongly agree", "Disagree", "Prefer not to say"][i % 4];
        let topics = ["Grants; Teaching", "Teaching", "Grants; Clinic"][i % 3];
        let unit = ["Surgery", "Medicine"][i % 2];
        let row = format!(
            "R{i},P{i},2026-0{}-1{},{},{agree},{},{},{},0,{topics},{unit},{},said thing number {i},p{i}@example.org\n",
            7 + i % 3,
            i % 10,
            1 + i % 5,
            i % 11,
            i % 2,
            u8::from(i % 3 == 0),
            20 * i
        );
        text.push_str(&row);
    }
    text
}

#[test]
fn kinds_are_guessed_from_values() {
    let start = made(&[("july.csv", &answers())]);
    let toml = file(&start, "july.toml");
    assert!(item(&toml, "happy").contains("kind = \"likert\"\nminimum = 1\nmaximum = 5"), "{toml}");
    let agree = item(&toml, "agree");
    assert!(agree.contains("kind = \"likert\"") && agree.contains("{ code = 1, label = \"Strongly disagree\" }"), "{agree}");
    assert!(agree.contains("label = \"Prefer not to say\", missing = \"refused\""), "{agree}");
    assert!(item(&toml, "recommend_1").contains("kind = \"nps\""));
    let why = item(&toml, "why");
    assert!(why.contains("kind = \"multiple\"") && why.contains("{ code = 4, label = \"4\" }"), "{why}");
    let topics = item(&toml, "topics");
    assert!(topics.contains("kind = \"multiple\"") && topics.contains("label = \"Clinic\""), "{topics}");
    assert!(item(&toml, "unit").contains("kind = \"single\""));
    assert!(item(&toml, "hours").contains("kind = \"number\""));
    assert!(item(&toml, "comment").contains("kind = \"text\""));
    let blocks: Vec<&str> = toml.split("[[item]]").skip(1).collect();
    assert!(blocks.iter().all(|block| block.contains("# check:")), "every guess is to be checked");
}

#[test]
fn nothing_that_identifies_anybody_leaves_the_export() {
    let start = made(&[("july.csv", &answers())]);
    for file in start.files.iter().filter(|file| !file.answers) {
        let text = String::from_utf8_lossy(&file.bytes);
        for id in ["R3", "P3", "example.org", "thing number"] {
            assert!(!text.contains(id), "{id} stands in {}", file.path.display());
        }
    }
    let said = format!("{:?}{:?}", start.proposed, start.decide);
    assert!(!said.contains("P3") && !said.contains("thing number"), "{said}");
    let toml = file(&start, "july.toml");
    assert!(!toml.contains("id = \"email\"") && !toml.contains("id = \"mentee_id\""), "columns that name people are no questions");
}

#[test]
fn people_dates_and_waves_are_proposed() {
    let start = made(&[("july.csv", &answers())]);
    let program = file(&start, "program.toml");
    for line in [
        "pair = \"pair_id\"",
        "person = \"mentee_id\"",
        "date = \"answered_on\"",
        "wave = \"2026-Q3\"",
        "separator = \"; \"",
        "as_of = 2026-09-18",
    ] {
        assert!(program.contains(line), "{line} in {program}");
    }
    assert!(program.contains("id = \"2026-Q3\"\nstart = 2026-07-01\nend = 2026-09-30"));
    assert!(program.contains("periods = [\"2026-Q3\", \"2026-Q4\", \"2027-Q1\", \"2027-Q2\"]"));
}

#[test]
fn days_of_several_quarters_go_by_date() {
    let text = "person_id,date,q1\nP1,2026-03-30,4\nP2,2026-06-15,5\nP3,2026-10-02,5\n";
    let program = file(&made(&[("a.csv", text)]), "program.toml");
    assert!(
        program.contains("wave = \"by date\"") && program.contains("\"2026-Q1\"") && program.contains("as_of = 2026-10-02"),
        "{program}"
    );
    // The third week of a quarter is still about the one before.
    let straddling = "person_id,date,q1\nP1,2026-06-20,4\nP2,2026-07-05,5\n";
    assert!(file(&made(&[("a.csv", straddling)]), "program.toml").contains("wave = \"2026-Q2\""));
    let early = "person_id,date,q1\nP1,2026-07-05,4\nP2,2026-07-09,5\n";
    let program = file(&made(&[("a.csv", early)]), "program.toml");
    assert!(program.contains("first weeks after 2026-Q2") && program.contains("wave = \"2026-Q3\""), "{program}");
}

#[test]
fn an_order_of_dates_that_nothing_shows_is_asked_for() {
    let open = made(&[("a.csv", "person_id,date,q1\nP1,02/03/2026,4\nP2,04/05/2026,5\n")]);
    let program = file(&open, "program.toml");
    assert!(
        program.contains("# date_order = \"mdy\"") && open.decide.iter().any(|what| what.contains("order of day and month")),
        "{program}"
    );
    let shown = file(&made(&[("a.csv", "person_id,date,q1\nP1,02/13/2026,4\nP2,04/05/2026,5\n")]), "program.toml");
    assert!(shown.contains("date_order = \"mdy\"") && shown.contains("as_of = 2026-04-05"), "{shown}");
}

#[test]
fn items_found_by_their_text_are_mapped() {
    let shipped = crate::program::shipped_instruments().iter().find(|(id, _)| *id == "institution_annual").expect("shipped").1;
    let instrument = crate::program::parse_instrument("a.toml", shipped).unwrap_or_else(|_| panic!("readable"));
    let texts: Vec<&str> = instrument.items.iter().filter_map(|item| item.text.as_deref()).take(20).collect();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut file_text = format!("Timestamp,{}\n", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(","));
    file_text.push_str(&format!("7/13/2026 10:00:00,{}\n", vec!["4"; texts.len()].join(",")));
    let program = file(&made(&[("staff.csv", &file_text)]), "program.toml");
    assert!(program.contains("instrument = \"institution_annual\"") && program.contains("20 of its 30 items"), "{program}");
    assert!(
        program.contains(&format!("[export.items]\n{} = ", instrument.items.iter().map(|i| i.id.as_str()).take(20).min().expect("items")))
    );
}

#[test]
fn exports_that_ask_the_same_share_one_draft() {
    let july = answers();
    let october = july.replace("2026-0", "2027-0").replace("Medicine", "Urology");
    let start = made(&[("july.csv", &july), ("october.csv", &october)]);
    let toml = file(&start, "july.toml");
    assert!(!start.files.iter().any(|file| file.path.as_os_str() == "october.toml"));
    assert!(item(&toml, "unit").contains("Urology") && item(&toml, "unit").contains("Medicine"), "labels of both");
}

#[test]
fn a_file_without_ids_is_anonymous_unless_others_are_named() {
    let plain = "happy,unit_id\n4,x\n5,y\n";
    assert!(file(&made(&[("a.csv", plain)]), "program.toml").contains("\nanonymous = true\n"));
    let named = "person_id,happy,unit_id\nP1,4,x\nP2,5,y\n";
    let program = file(&made(&[("a.csv", plain), ("b.csv", named)]), "program.toml");
    assert!(!program.contains("anonymous = true") && program.contains("stands in its place"), "{program}");
}

#[test]
fn what_is_neither_definition_nor_export_is_refused() {
    let refused = |name: &str, bytes: &[u8]| start(vec![Given { name: name.to_owned(), bytes: bytes.to_vec() }], &InProcess).is_err();
    assert!(refused("a.html", b"<html></html>") && refused("a.csv", b"") && refused("a.xlsx", b"PK\x03\x04 no workbook"));
    let two = ["a.csv", "A.csv"].map(|name| Given { name: name.to_owned(), bytes: b"x\n1\n".to_vec() });
    assert!(start(two.to_vec(), &InProcess).is_err_and(|error| error.what.contains("two of the files")));
}

/// A text with something put into it, or something taken out.
fn damaged(text: &str, at: usize, odd: &str, gone: usize) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = at % chars.len();
    let end = (at + gone).min(chars.len());
    chars.splice(at..end, odd.chars());
    chars.into_iter().collect()
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 120, failure_persistence: None, ..Default::default() })]

    #[test]
    #[allow(clippy::disallowed_methods, reason = "files to be loaded")]
    fn whatever_can_be_read_gives_a_program_that_loads(
        at in 0..100_000usize,
        odd in proptest::sample::select(vec!["", "\"", ",", "\n", "\u{0}", "\u{202e}", "é", "[", "]", "_1", "___", "9999999999", "-99", ";", "\t", "#", "\\"]),
        gone in 0..60usize,
        name in proptest::sample::select(vec!["a.csv", "program.csv", "mentor ü.txt", "mentee_quarterly.csv", "_.csv"]),
    ) {
        let given = vec![Given { name: name.to_owned(), bytes: damaged(&answers(), at, odd, gone).into_bytes() }];
        let folder = tempfile::tempdir().expect("a folder");
        match start(given, &InProcess) {
            Err(error) => assert!(!error.next.contains("defect"), "{error}: {:?}", error.detail),
            Ok(start) => {
                for file in start.files.iter().filter(|file| !file.answers && file.path.extension().is_some_and(|end| end == "toml")) {
                    std::fs::write(folder.path().join(&file.path), &file.bytes).expect("written");
                }
                if let Err(error) = crate::program::load_plan(folder.path()) {
                    panic!("{error}: {:?}", error.detail);
                }
            }
        }
    }
}
