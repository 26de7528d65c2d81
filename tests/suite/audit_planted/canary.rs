//! Two departments of three mentees each: all of one answer as nobody else does, all of the other the opposite. Nothing in a release may tell which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use roxmltree::{Document, Node, ParsingOptions};

use super::program::{drafted, simulated};
use crate::support::{files, results};

/// Codes, and labels that no other text holds.
const TINY: [(&str, &str); 2] = [("WREN", "Wren Unit"), ("TIT", "Tit Unit")];
/// What the mentees of the first write in words.
const SONG: &str = "zilpzalp7391";

fn table(place: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(place).unwrap();
    reader.records().map(|row| row.unwrap().iter().map(str::to_string).collect()).collect()
}

fn rewrite(place: &Path, rows: &[Vec<String>]) {
    let mut writer = csv::Writer::from_path(place).unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.flush().unwrap();
}

fn column(rows: &[Vec<String>], name: &str) -> usize {
    rows[0].iter().position(|heading| heading == name).unwrap()
}

/// Moves mentees to the two departments.
fn assign(program: &Path, departments: &BTreeMap<String, &str>) {
    let place = program.join("roster.csv");
    let mut roster = table(&place);
    let (person, department) = (column(&roster, "person_id"), column(&roster, "department"));
    for row in &mut roster {
        if let Some(code) = departments.get(&row[person]) {
            row[department] = (*code).to_string();
        }
    }
    rewrite(&place, &roster);
}

/// Answers: those of the first department as nobody else's, those of the second the opposite.
fn answer(program: &Path, departments: &BTreeMap<String, &str>) -> usize {
    let mut canaries = 0;
    for (name, _) in files(&program.join("exports")).into_iter().filter(|(name, _)| name.to_string_lossy().starts_with("mentee_")) {
        let place = program.join("exports").join(name);
        let mut rows = table(&place);
        let [person, recommend, satisfied, vague, comment] =
            ["ExternalReference", "recommend", "satisfied_overall", "goals_vague", "comment"].map(|name| column(&rows, name));
        for row in rows.iter_mut().skip(3) {
            let answers = match departments.get(&row[person]) {
                Some(&code) if code == TINY[0].0 => ["0", "1", "5", SONG],
                Some(_) => ["10", "5", "1", ""],
                // Nobody else would give the least.
                None if row[recommend] == "0" => ["1", row[satisfied].as_str(), row[vague].as_str(), ""],
                None => continue,
            }
            .map(str::to_string);
            canaries += usize::from(answers[0] == "0");
            for (at, text) in [recommend, satisfied, vague, comment].into_iter().zip(answers) {
                row[at] = text;
            }
        }
        rewrite(&place, &rows);
    }
    canaries
}

/// All released bytes, but for the keyed digest of the inputs.
fn release(draft: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut files = files(&draft.join("release"));
    for (_, bytes) in files.iter_mut().filter(|(name, _)| name.ends_with("manifest.json")) {
        let text = String::from_utf8(bytes.clone()).unwrap();
        let at = text.find("\"inputs_hmac_sha256\": \"").unwrap() + 23;
        *bytes = [&text[..at], &text[at + 64..]].concat().into_bytes();
    }
    files
}

fn text(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect::<Vec<_>>().join(" ")
}

#[test]
fn unmistakable_answers_of_hidden_people_are_told_by_no_byte() {
    let program = simulated(240, 11, &["department"]);
    let root = program.path();
    let place = root.join("program.toml");
    let declared = TINY.map(|(code, label)| format!("  {{ code = \"{code}\", label = \"{label}\" }},\n")).concat();
    let configuration = fs::read_to_string(&place).unwrap();
    fs::write(&place, configuration.replacen("  { code = \"ANES\"", &format!("{declared}  {{ code = \"ANES\""), 1)).unwrap();

    // Six mentees who answered in the last quarter.
    let pairs = table(&root.join("pairs.csv"));
    let mentee = column(&pairs, "mentee_id");
    let registered: BTreeSet<&String> = pairs.iter().skip(1).map(|row| &row[mentee]).collect();
    let last = table(&root.join("exports/mentee_2026-Q3.csv"));
    let person = column(&last, "ExternalReference");
    let answered: BTreeSet<&String> = last.iter().skip(3).map(|row| &row[person]).filter(|id| registered.contains(id)).collect();
    let six: Vec<&String> = answered.into_iter().take(6).collect();
    let departments = |first: usize| -> BTreeMap<String, &str> {
        six.iter().enumerate().map(|(at, id)| ((*id).clone(), TINY[(at / 3 + first) % 2].0)).collect()
    };
    assign(root, &departments(0));
    assert!(answer(root, &departments(0)) >= 3);

    let draft = drafted(&program);
    let before = release(&draft);
    for (name, bytes) in &before {
        assert!(memchr::memmem::find(bytes, SONG.as_bytes()).is_none(), "{} holds what somebody wrote", name.display());
    }
    // Whatever names one of the two says nothing of it.
    let rows = results(&draft.join("release/data/results.csv"));
    let named: Vec<_> = rows.iter().filter(|row| TINY.iter().any(|(code, _)| row["group"] == *code)).collect();
    assert!(named.len() > 50);
    for row in named {
        assert!(matches!(row["shown"].as_str(), "c" | "x") && row["estimate"].is_empty() && row["n"].is_empty(), "{row:?}");
    }
    for (name, bytes) in before.iter().filter(|(name, _)| name.extension().is_some_and(|extension| extension == "html")) {
        let html = std::str::from_utf8(bytes).unwrap();
        let page = Document::parse_with_options(html, ParsingOptions { allow_dtd: true, ..ParsingOptions::default() }).unwrap();
        for node in page.descendants().filter(|node| matches!(node.tag_name().name(), "tr" | "p" | "li")).map(text) {
            let says = node.chars().any(|c| c.is_ascii_digit());
            assert!(!TINY.iter().any(|(_, label)| node.contains(label)) || !says, "{}: {node}", name.display());
        }
    }

    // All numbers of people stay as they are where the two change places; the exact results do not.
    let exact = fs::read(draft.join("restricted/data/results.csv")).unwrap();
    assign(root, &departments(1));
    drafted(&program);
    assert_ne!(exact, fs::read(draft.join("restricted/data/results.csv")).unwrap());
    for ((name, one), (_, other)) in before.iter().zip(release(&draft)) {
        assert!(*one == other, "{} tells which department answered so", name.display());
    }
}
