//! Levels: divisions of departments, and what can be wrong with them.

use super::super::plan::DemographicSource;
use super::{OWN, PROGRAM, read};

const DIVISION: &str = "\
[[demographic]]
id = \"division\"
label = \"Division\"
from = \"department\"
values = [
  { code = \"CUT\", label = \"Surgical specialties\", members = [\"SURG\"] },
  { code = \"TALK\", members = [\"MED\"] },
]

";

/// The program with more demographics behind its own.
fn with(more: &str) -> String {
    PROGRAM.replacen("[groups]", &format!("{more}[groups]"), 1)
}

#[test]
fn a_level_gathers_the_values_of_another_demographic() {
    let whole = "[[demographic]]\nid = \"house\"\nlabel = \"House\"\nfrom = \"division\"\nvalues = [{ code = \"ALL\", members = [\"CUT\", \"TALK\"] }]\n\n";
    let plan = read(&with(&(DIVISION.to_owned() + whole)), OWN).expect("a valid program");
    let [.., division, house] = plan.demographics.as_slice() else { panic!("six demographics") };
    let labels: Vec<_> = division.values.iter().map(|value| (value.code.as_str(), value.label.as_str())).collect();
    assert_eq!(labels, [("CUT", "Surgical specialties"), ("TALK", "TALK")]);
    assert_eq!((division.level_of(), house.level_of(), plan.demographics[2].level_of()), (Some(0), Some(4), None));
    // Urology is reported as surgery, and goes with it.
    let DemographicSource::Levels { level, .. } = &division.source else { panic!("a level") };
    assert_eq!(*level, [Some(0), Some(1), Some(0)]);
    let of_race = "[[demographic]]\nid = \"any\"\nlabel = \"Any\"\nfrom = \"race\"\nvalues = [{ code = \"ANY\", members = [\"BLACK\", \"HISP\", \"WHITE\", \"MULTI\"] }]\n\n";
    let plan = read(&with(of_race), OWN).expect("those who refused need no value");
    let DemographicSource::Levels { level, .. } = &plan.demographics[4].source else { panic!("a level") };
    assert_eq!(*level, [Some(0), Some(0), Some(0), Some(0), None]);
}

#[test]
fn faults_of_levels_are_located_and_have_a_remedy() {
    let cases = [
        ("from = \"department\"", "from = «\"departement\"", "unknown demographic `departement`", "did you mean `department`?"),
        ("from = \"department\"", "from = «\"division\"", "`from` names the demographic itself", "name another one that is declared above"),
        (
            "from = \"department\"",
            "from = «\"under_represented\"",
            "`from` names a demographic of yes and no",
            "name one that has a `column`, or a level of one",
        ),
        ("[\"MED\"]", "[«\"MEDI\"]", "demographic `department` has no value `MEDI`", "did you mean `MED`?"),
        ("[\"MED\"]", "[\"MED\", «\"SURG\"]", "`SURG` belongs to `CUT` already", "name it once, so that the parts add up to the whole"),
        ("[\"MED\"]", "[\"MED\", «\"MED\"]", "`MED` appears twice in `TALK`", "name it once, so that the parts add up to the whole"),
        ("[\"MED\"]", "[\"MED\", «\"UROL\"]", "`UROL` is reported as `SURG`", "leave it out; it goes where `SURG` goes"),
        (
            "  { code = \"TALK\", members = [\"MED\"] },\n",
            "",
            "`MED` of `department` belongs to no value of `division`",
            "add what is missing to the members of a value, or give it a value of its own",
        ),
        ("code = \"TALK\"", "code = «\"CUT\"", "the value `CUT` appears twice", "each may appear only once: rename or remove one"),
        (
            "code = \"TALK\", members = [\"MED\"]",
            "code = \"TALK\", members = «[]",
            "`members` is empty",
            "give it at least one element, or leave the key out if it is optional",
        ),
        ("{ code = \"TALK\", members = [\"MED\"] }", "«{ code = \"TALK\" }", "a value lacks the key `members`", "add the key `members`"),
        ("code = \"TALK\", ", "", "a value lacks the key `code`", "add the key `code`"),
        (
            "from = \"department\"",
            "from = \"department\"\n«merge = { CUT = \"TALK\" }",
            "`merge` does not belong here: a demographic with `from` takes its values from another",
            "remove it",
        ),
    ];
    for (out, into, message, help) in cases {
        let marked = with(&DIVISION.replacen(out, into, 1));
        let faults = read(&marked.replace('«', ""), OWN).expect_err(message);
        let [fault] = faults.as_slice() else { panic!("{into}: {faults:?}") };
        assert_eq!((fault.message.as_str(), fault.help.as_str()), (message, help), "{into}");
        if let Some(at) = marked.find('«') {
            let before = marked[..at].rsplit('\n').next().unwrap_or_default();
            assert_eq!((fault.line, fault.column), (marked[..at].matches('\n').count() + 1, before.chars().count() + 1), "{into}");
        }
    }
}

#[test]
fn two_levels_are_not_made_of_each_other() {
    let house = "[[demographic]]\nid = \"house\"\nlabel = \"House\"\nfrom = \"division\"\nvalues = [{ code = \"ALL\", members = [\"CUT\", \"TALK\"] }]\n\n";
    let text = with(&(DIVISION.replace("from = \"department\"", "from = \"house\"") + house));
    let faults = read(&text, OWN).expect_err("a cycle");
    assert_eq!(faults[0].message, "`from` names `house`, which is declared below");
    assert_eq!(faults[0].help, "declare `house` above it; two demographics cannot be made of each other");
    let refused = "[[demographic]]\nid = \"any\"\nlabel = \"Any\"\nfrom = \"race\"\nvalues = [{ code = \"ANY\", members = [\"BLACK\", \"HISP\", \"WHITE\", \"MULTI\", \"PNS\"] }]\n\n";
    let faults = read(&with(refused), OWN).expect_err("a refusal as a member");
    assert_eq!((faults[0].message.as_str(), faults.len()), ("`PNS` means prefer not to say", 1));
}
