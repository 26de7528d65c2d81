//! Every fault that a file can have, alone in an otherwise valid file, with place, message and remedy.

use super::super::fault::Fault;
use super::super::parse_instrument;
use super::{OWN, PROGRAM, read};

/// One change to a valid file and what must come of it.
#[derive(Default)]
struct Case {
    out: Vec<&'static str>,
    into: Vec<&'static str>,
    /// Message and remedy per fault.
    expected: Vec<(String, String)>,
}

fn cases(table: &'static str) -> Vec<Case> {
    let blocks = table.split("\n\n").filter(|block| block.starts_with("- "));
    let case = |block: &'static str| {
        let mut case = Case::default();
        for line in block.lines() {
            match line.split_at(2.min(line.len())) {
                ("- ", text) => case.out.push(text),
                ("+ ", text) => case.into.push(text),
                ("! ", text) => case.expected.push((text.to_owned(), String::new())),
                ("? ", text) => case.expected.last_mut().expect("a message before its remedy").1 = text.to_owned(),
                _ => panic!("a line without mark: {line:?}"),
            }
        }
        case
    };
    blocks.map(case).collect()
}

fn check(valid: &str, table: &'static str, at_least: usize, read: impl Fn(&str) -> Vec<Fault>) {
    let cases = cases(table);
    assert!(cases.len() >= at_least, "only {} cases were found", cases.len());
    let mut wrong = Vec::new();
    for case in cases {
        let (out, into) = (case.out.join("\n"), case.into.join("\n"));
        assert_eq!(valid.matches(&out).count(), 1, "{out:?} must occur once");
        let marked = valid.replace(&out, &into);
        let faults = read(&marked.replace('«', ""));
        let found: Vec<_> = faults.iter().map(|fault| (fault.message.clone(), fault.help.clone())).collect();
        if found != case.expected {
            wrong.push(format!("{into}\n  gives   {found:?}\n  and not {:?}", case.expected));
        }
        // One fault stands at each caret, in their order; a case without caret says nothing of the place.
        let carets: Vec<_> = marked.match_indices('«').map(|(at, _)| place(&marked[..at])).collect();
        let places: Vec<_> = faults.iter().map(|fault| (fault.line, fault.column)).collect();
        if carets.iter().any(|caret| !places.contains(caret)) || (carets.len() == 1 && places.first() != carets.first()) {
            wrong.push(format!("{into}\n  points at {places:?}\n  and not   {carets:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn place(before: &str) -> (usize, usize) {
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.replace('«', "").chars().count() + 1)
}

#[test]
fn of_programs() {
    check(PROGRAM, include_str!("program_faults.txt"), 80, |text| read(text, OWN).err().unwrap_or_default());
}

#[test]
fn of_instruments() {
    check(OWN, include_str!("instrument_faults.txt"), 30, |text| parse_instrument("own.toml", text).err().unwrap_or_default());
}

#[test]
fn sections_that_must_be_there() {
    let faults = read("", OWN).expect_err("an empty program");
    let messages: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
    let expected = [
        "the file lacks the section [pairs]",
        "the file lacks the section [program]",
        "the file lacks the section [roster]",
        "there is no [[export]]",
        "there is no [[period]]",
        "there is no [[window]]",
    ];
    assert_eq!(messages, expected);
    assert!(faults.iter().all(|fault| (fault.line, fault.column) == (1, 1)));
}

#[test]
fn faults_do_not_hide_one_another() {
    let changes = [
        ("as_of = 2026-10-05", "as_of = true"),
        ("end = 2024-12-31", "end = 1"),
        ("\"MED\", \"UROL\"]", "\"MED\", \"\"]"),
        ("wave = \"2024-Q4\"", "wave = \"2024-Q7\""),
        ("confidence_level = 0.9", "confidence_level = 2"),
        ("minimum_people = 10", "minimum_people = 1"),
    ];
    let text = changes.iter().fold(PROGRAM.to_owned(), |text, (old, new)| text.replace(old, new));
    let faults = read(&text, OWN).expect_err("a faulty program");
    let lines: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
    let expected: Vec<usize> =
        changes.iter().map(|(_, new)| text.lines().position(|line| line.contains(new)).expect("the change") + 1).collect();
    // The merge of the value that is gone is a fault of its own, a line below it.
    let merge = text.lines().position(|line| line.starts_with("merge")).expect("the merge") + 1;
    assert_eq!(lines, [&expected[..3], &[merge], &expected[3..]].concat());
}
