//! REDCap, XLSForm, and how names are made.

use super::super::model::snake;
use super::super::{Sheets, from_sheets, is_xlsform};
use super::*;
use crate::program::instrument::ItemKind;

pub(super) const DICTIONARY: &str = "\u{feff}\"Variable / Field Name\",\"Form Name\",\"Field Type\",\"Field Label\",\"Choices, Calculations, OR Slider Labels\",\
        \"Text Validation Type OR Show Slider Number\",\"Text Validation Min\",\"Text Validation Max\",Identifier?,\"Branching Logic (Show field only if...)\",\"Matrix Group Name\"\n\
        record_id,start,text,ID,,,,,,,\n\
        email,start,text,E-mail,,email,,,y,,\n\
        agree_1,start,radio,\"<b>Rate</b> [first_name], please\",\"1, No|2, Partly, or not|3, Yes|-99, Don't know\",,,,,,m1\n\
        agree_2,start,radio,Rate more,\"1, No|2, Partly, or not|3, Yes|-99, Don't know\",,,,,[a] = '1',m1\n\
        skills,end,checkbox,Skills,\"a, Alpha | B2, Beta\",,,,,,\n\
        pain,end,slider,Pain,none | some | much,,0,10,,,\n\
        ok,end,yesno,OK?,,,,,,,\n\
        bmi,end,calc,BMI,\"round([w], 1)\",,,,,,\n\
        age,end,text,Age,,integer,18,99,,,\n\
        intro,end,descriptive,Welcome,,,,,,,\n\
        broken,end,radio,Broken,\"1, yes | no | 2, other\",,,,,,\n";

#[test]
fn redcap_dictionaries() {
    let (definition, instrument, toml) = round_trip("d.csv", DICTIONARY);
    assert_eq!(ids(&definition), ["agree_1", "agree_2", "skills", "pain", "ok", "age", "broken"]);
    assert_eq!((instrument.items[0].kind, instrument.items[0].text.as_deref()), (ItemKind::Likert, Some("Rate , please")));
    assert!(
        toml.contains("agree_1_choices")
            && toml.contains("# check: choice -99, \"Don't know\", may be no answer; if so, add missing = \"dont_know\"")
    );
    let skills: Vec<_> = instrument.items[2].choices.iter().map(|c| (c.code, c.value.as_deref())).collect();
    assert_eq!(skills, [(1, Some("a")), (2, Some("B2"))]);
    assert_eq!((instrument.items[3].minimum, instrument.items[3].maximum), (Some(0), Some(10)));
    assert_eq!((instrument.items[5].minimum, instrument.items[5].maximum), (Some(18), Some(99)));
    assert_eq!(notes(&definition, "bmi"), ["left out: calculated from other fields"]);
    assert_eq!(notes(&definition, "email"), ["left out: marked as an identifier of a person"]);
    assert!(notes(&definition, "agree_2")[0].starts_with("branching logic"));
    assert!(notes(&definition, "broken")[0].contains("1 parts without a comma"));
    assert_eq!(definition.groups, ["start", "end"]);
}

fn sheet(name: &str, text: &str) -> Sheets {
    let rows = text.lines().map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect()).collect();
    Sheets { name: name.to_owned(), rows }
}

#[test]
fn xlsforms() {
    let sheets = [
        sheet(
            "survey",
            "type|name|label::English (en)|label::Español (es)|relevant|choice_filter\n\
             start|start||||\n\
             begin group|g|Group|||\n\
             select_one colors or_other|fav|Favorite ${name}?|¿Favorito?||pastel=yes\n\
             select all that apply from colors|all|All?|¿Todos?|${fav} = 'red'|\n\
             end group|||||\n\
             begin_repeat|r|Pets|||\n\
             text|pet|Pet|||\n\
             end repeat|||||\n\
             integer|age|Age|||\n\
             note|n|Thanks|||\n\
             calculate|c||||\n\
             select_one_from_file x.csv|ext|External?|||\n\
             begin_group|h|Again|||\n\
             text|age|Age again|||\n\
             end_group|||||",
        ),
        sheet("choices", "list name|name|label::English (en)|label::Español (es)\ncolors|1.0|Red|Rojo\ncolors|b|Blue|Azul\n|x|none|\n"),
        sheet("settings", "form_title|default_language\nColors|English (en)"),
    ];
    assert!(is_xlsform(&sheets) && !is_xlsform(&sheets[1..]));
    let definition = from_sheets("form.xlsx", &sheets).expect("a form");
    let (instrument, _) = instrument_of(&definition, "form.xlsx");
    assert_eq!(instrument.title, "Colors");
    assert_eq!(ids(&definition), ["fav", "fav_other", "all", "age", "ext", "h_age"]);
    assert_eq!(item(&definition, "fav").headings, ["fav", "g/fav", "g-fav"]);
    assert_eq!(item(&definition, "h_age").headings, ["h/age", "h-age"]);
    let choices: Vec<_> = item(&definition, "fav").choices.iter().map(|c| (c.value.as_deref(), c.label.as_str())).collect();
    assert_eq!(choices, [(Some("1"), "Red"), (Some("b"), "Blue"), (Some("other"), "Other")]);
    assert_eq!((item(&definition, "all").kind, item(&definition, "all").choices.len()), (ItemKind::Multiple, 2));
    assert_eq!(item(&definition, "fav").text.as_deref(), Some("Favorite ?"));
    assert!(notes(&definition, "pet")[0].contains("inside a repeat"));
    assert_eq!(notes(&definition, "c"), ["left out: calculated, or not asked"]);
    assert!(
        notes(&definition, "fav")[0].starts_with("a choice filter") && notes(&definition, "ext")[0].starts_with("choices from another")
    );
    assert_eq!(definition.languages, ["English (en)", "Español (es)"]);
    assert_eq!(super::super::summary(&definition)["choices_colors"], serde_json::json!(["1", "b"]));
}

#[test]
fn ids_that_responses_have_are_not_given_to_items() {
    let rows = "record_id,f,text,Id,,,,,,,\ndate,f,text,Date,,,,,,,\nmentor,f,notes,Your mentor,,,,,,,\n";
    let (definition, instrument, _) = round_trip("d.csv", &format!("{}\n{rows}", DICTIONARY.lines().next().expect("headings")));
    assert_eq!(ids(&definition), ["date_item", "mentor_item"]);
    assert_eq!(instrument.items[0].import_ids, ["date"]);
    let toml = "id = \"a\"\ntitle = \"A\"\nversion = \"1\"\nrole = \"mentee\"\nsource = \"S\"\n[[item]]\nid = \"date\"\nkind = \"text\"\n";
    let faults = crate::program::parse_instrument("a.toml", toml).expect_err("a reserved id");
    assert!(crate::program::render_faults(toml, &faults).contains("responses have a column of that name"));
}

#[test]
fn names_in_snake_case() {
    for (name, want) in [
        ("g0[SQ001]", "g0_sq001"),
        ("Q3#1_1", "q3_1_1"),
        ("1a", "q1a"),
        ("ותק", "question"),
        ("Dr. Who?", "dr_who"),
        ("_x__y_", "x_y"),
        ("Größe, año", "grose_ano"),
    ] {
        assert_eq!(snake(name), want);
    }
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a file to be read")]
fn spss_dictionaries() {
    use crate::ingest::sav_writer::{File, number, string};

    let mut happy = number("HAPPY", &[Some(1.0)]);
    (happy.label, happy.missing) = (b"Happy?", vec![8.0, 9.0, -1.0]);
    let mut file = File::new(vec![happy, number("Q2_1", &[Some(1.0)]), number("Q2_2", &[Some(0.0)]), string("WHY", 8, &[b"x"])]);
    file.labels.push((vec![(1.0, b"No"), (2.0, b"Partly"), (3.0, b"Yes"), (8.0, b"Don't know"), (9.0, b"Filter")], vec![1]));
    file.extensions.push((11, 4, [2, 8, 1, 1, 8, 1, 1, 8, 1, 1, 8, 0].iter().flat_map(|n| file.int(*n)).collect()));
    file.extensions.push((7, 1, b"$q2=D1 1 6 Which? q2_1 q2_2\n".to_vec()));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.sav");
    std::fs::write(&path, file.bytes()).expect("written");
    let none = |_: &[u8]| -> crate::error::Result<Vec<Sheets>> { panic!("no workbook") };
    let definition = super::super::read_definition(&path, None, none).expect("a definition");
    let (instrument, toml) = instrument_of(&definition, "a.sav");
    assert_eq!(ids(&definition), ["q2", "happy", "why"]);
    assert_eq!((item(&definition, "q2").headings[0].as_str(), item(&definition, "q2").kind), ("Q2", ItemKind::Multiple));
    let happy = &instrument.items[1];
    assert_eq!((happy.kind, happy.maximum, happy.choices.len()), (ItemKind::Likert, Some(3), 4));
    assert_eq!(happy.choices[3].missing, Some(crate::program::instrument::Missing::DontKnow));
    assert!(toml.contains("reason that is not known: 9 (\"Filter\")") && toml.contains("missing without a label: -1"));
}
