//! What a valid program becomes, and how faults are shown.

use std::path::Path;

use jiff::civil::date;

use super::super::instrument::{ItemKind, ItemUse, Missing, ScoreRule};
use super::super::plan::{DemographicSource, EndKind, MultipleRule, Role, SurveySource, System, Thresholds, WaveRule};
use super::super::{load_plan, parse_instrument, shipped_instruments};
use super::{OWN, PROGRAM, read, read_in};

#[test]
fn a_complete_program_is_read_in_full() {
    let plan = read(PROGRAM, OWN).expect("a valid program");
    assert_eq!((plan.name.as_str(), plan.institution.as_str()), ("Mentorship program", "Riverside Academic Medical Center"));
    assert_eq!((plan.as_of, plan.seed, plan.source.as_slice()), (date(2026, 10, 5), 20_261_005, PROGRAM.as_bytes()));

    let periods: Vec<_> = plan.periods.iter().map(|p| (p.id.as_str(), p.label.as_str(), p.start, p.end)).collect();
    assert_eq!(periods[0], ("2024-Q4", "Fall 2024", date(2024, 10, 1), date(2024, 12, 31)));
    assert_eq!(periods[1], ("2025-Q1", "January to March 2025", date(2025, 1, 1), date(2025, 3, 31)));
    let windows: Vec<_> = plan.windows.iter().map(|w| (w.span.label.as_str(), w.span.start, w.span.end, w.first, w.last)).collect();
    assert_eq!(windows[0], ("October 2024 to March 2025", date(2024, 10, 1), date(2025, 3, 31), 0, 1));
    assert_eq!(windows[1], ("April to June 2025", date(2025, 4, 1), date(2025, 6, 30), 2, 2));
    assert_eq!(plan.cohorts[1].label, "July 2026 to June 2027");

    assert_eq!(plan.roster.person, "person_id");
    assert_eq!((plan.roster.email.as_deref(), plan.roster.left_on.as_deref()), (Some("email"), Some("left_on")));
    assert_eq!(plan.combinations, [[0, 1]]);
    assert_eq!(plan.pairs.interval_days.as_deref(), Some("meeting_interval_days"));
    assert_eq!(plan.pairs.status_map["stopped meeting"], EndKind::Failure);
    let goals = plan.goals.expect("goals");
    assert_eq!((goals.rho, goals.abandoned.as_deref()), (0.4, Some("abandoned_on")));
    assert_eq!(plan.actions.expect("actions").metric, "metric");
    assert_eq!(plan.privacy.minimum_people, 10);
    assert_eq!(plan.privacy.key_file, Path::new("secret/mentorscope.key"));
    assert_eq!(plan.thresholds.confidence_level, 0.9);
    assert_eq!(plan.targets["scale:mentor_support"], 4.0);
}

#[test]
fn demographics_keep_their_sources() {
    let plan = read(PROGRAM, OWN).expect("a valid program");
    let [department, race, derived, training] = plan.demographics.as_slice() else { panic!("four demographics") };
    assert_eq!((department.values[0].label.as_str(), department.values[1].label.as_str()), ("Surgery", "MED"));
    assert_eq!(department.merge["UROL"], "SURG");
    let DemographicSource::Roster { multiple, .. } = &race.source else { panic!("race has a column") };
    assert_eq!(*multiple, Some(MultipleRule { separator: ";".into(), report_as: "MULTI".into() }));
    let DemographicSource::Members { of, members } = &derived.source else { panic!("derived") };
    assert_eq!((*of, members.as_slice()), (1, ["BLACK".to_owned(), "HISP".to_owned()].as_slice()));
    let values: Vec<_> = derived.values.iter().map(|v| (v.code.as_str(), v.label.as_str(), v.refused)).collect();
    assert_eq!(values, [("yes", "Under-represented in medicine", false), ("no", "Not under-represented in medicine", false)]);
    let DemographicSource::Roster { survey, .. } = &training.source else { panic!("training has a column") };
    let expected = SurveySource { instrument: "mentee_quarterly".into(), item: "training".into(), survey_wins: true };
    assert_eq!(*survey, Some(expected));
}

#[test]
fn exports_point_at_instruments_sorted_by_id() {
    let plan = read(PROGRAM, OWN).expect("a valid program");
    assert_eq!(plan.instruments.iter().map(|i| i.id.as_str()).collect::<Vec<_>>(), ["mentee_quarterly", "own"]);
    let [own, mentee] = plan.exports.as_slice() else { panic!("two exports") };
    assert_eq!((own.instrument, own.role, own.system, own.wave), (1, Role::Mentor, Some(System::Redcap), WaveRule::ByDate));
    assert_eq!((mentee.instrument, mentee.role, mentee.wave), (0, Role::Mentee, WaveRule::Fixed(0)));
    assert_eq!((mentee.encoding.as_deref(), mentee.items["satisfied_overall"].as_str()), (Some("windows-1252"), "Q12"));
    assert_eq!(mentee.not_stated, ["-99"]);
}

#[test]
fn optional_parts_have_defaults() {
    let cut = |text: &str, from: &str, to: &str| {
        let (start, end) = (text.find(from).expect("start of the cut"), text.find(to).unwrap_or(text.len()));
        format!("{}{}", &text[..start], &text[end..])
    };
    let text = cut(&cut(&cut(PROGRAM, "[thresholds]", "(end)"), "[goals]", "[[export]]"), "[[cohort]]", "[roster]")
        .replace("seed = 20261005\n", "");
    let plan = read(&text, OWN).expect("a valid program");
    assert_eq!((plan.seed, plan.thresholds, plan.privacy.minimum_people, plan.privacy.minimum_rated), (1, Thresholds::default(), 5, 3));
    assert!(plan.goals.is_none() && plan.actions.is_none() && plan.cohorts.is_empty() && plan.targets.is_empty());
}

#[test]
fn an_instrument_is_read_in_full() {
    let own = parse_instrument("own.toml", OWN).expect("a valid instrument");
    let item = |id: &str| own.items.iter().find(|item| item.id == id).expect("a declared item");
    assert_eq!((item("satisfied").minimum, item("satisfied").maximum), (Some(1), Some(3)), "missing codes are no answers");
    assert_eq!((item("satisfied").role, item("satisfied").choices[3].missing), (Some(ItemUse::Satisfaction), Some(Missing::NotApplicable)));
    assert!(item("hindered").reversed && item("hindered").text.is_none());
    assert_eq!((item("recommend").kind, item("recommend").minimum, item("recommend").maximum), (ItemKind::Nps, Some(0), Some(10)));
    assert!(item("harm").choices[0].yes && !item("harm").choices[1].yes);
    assert_eq!((item("harm").choices[0].value.as_deref(), &item("harm").choices[1].value), (Some("Y"), &None));
    assert_eq!(
        (item("causes").import_ids.as_slice(), item("harm").import_ids.len()),
        (["Q7".to_owned(), "Q7_Q7".to_owned()].as_slice(), 0)
    );
    let scale = &own.scales[0];
    assert_eq!((scale.items.as_slice(), scale.score, scale.minimum, scale.maximum), ([0, 1].as_slice(), ScoreRule::Mean, 1, 3));
    assert_eq!((scale.minimum_answered, scale.version.as_str(), own.toml.as_str()), (Some(0.6), "1", OWN));
}

#[test]
fn shipped_instruments_are_valid_and_sorted() {
    let shipped = shipped_instruments();
    assert!(shipped.is_sorted_by_key(|(id, _)| id));
    for (id, text) in shipped {
        let instrument = parse_instrument(id, text).unwrap_or_else(|faults| panic!("{id}: {faults:?}"));
        assert_eq!(instrument.id, *id);
    }
}

#[test]
fn a_folder_and_its_file_load_alike_and_windows_text_is_fine() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let file = folder.path().join("program.toml");
    std::fs::write(&file, format!("\u{feff}{}", PROGRAM.replace('\n', "\r\n"))).expect("written");
    std::fs::write(folder.path().join("own.toml"), OWN).expect("written");
    for root in [folder.path(), &file] {
        let plan = load_plan(root).expect("a valid program");
        assert_eq!((plan.root.as_path(), plan.exports.len()), (folder.path(), 2));
    }
}

#[test]
fn all_faults_of_all_files_are_shown_together() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let program =
        PROGRAM.replace("person = \"person_id\"", "persn = \"person_id\"").replace("confidence_level = 0.9", "confidence_level = 95");
    std::fs::write(folder.path().join("program.toml"), program).expect("written");
    std::fs::write(folder.path().join("own.toml"), OWN.replace("title =", "titel =")).expect("written");
    let error = load_plan(folder.path()).expect_err("a faulty program");
    assert_eq!(error.what, "program.toml has 2 faults, own.toml has 1 fault");
    let expected = "\
error: unknown key `persn` in [roster]
  --> program.toml:47:1
   |
47 | persn = \"person_id\"
   | ^^^^^
   |
   = help: did you mean `person`?

error: `confidence_level` is out of range
   --> program.toml:153:20
    |
153 | confidence_level = 95
    |                    ^^
    |
    = help: it must lie between 0.5 and 0.999

error: unknown key `titel` in the file
 --> own.toml:2:1
  |
2 | titel = \"A survey of our own\"
  | ^^^^^
  |
  = help: did you mean `title`?";
    assert_eq!(error.detail.as_deref(), Some(expected));
}

#[test]
fn what_is_no_text_or_not_there_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    assert_eq!(load_plan(folder.path()).expect_err("no file").what, "there is no program.toml");
    std::fs::write(folder.path().join("program.toml"), b"[program]\nname = \"\xff\"").expect("written");
    assert_eq!(load_plan(folder.path()).expect_err("no text").what, "program.toml is not UTF-8 text: see line 2");
    std::fs::write(folder.path().join("program.toml"), "[program]\nname = \n").expect("written");
    let error = load_plan(folder.path()).expect_err("no TOML");
    assert_eq!(error.what, "program.toml has 1 fault");
    let detail = error.detail.expect("source lines");
    assert!(detail.contains("program.toml:2:8"), "{detail}");
}

#[test]
fn an_export_may_name_its_sheet() {
    let program = PROGRAM.replacen("[[export]]", "[[export]]\nsheet = \"Answers 2\"", 1);
    let plan = read(&program, OWN).expect("a valid program");
    assert_eq!(plan.exports.iter().filter_map(|export| export.sheet.as_deref()).collect::<Vec<_>>(), ["Answers 2"]);
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_are_refused() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("program");
    std::fs::create_dir_all(root.join("reports")).expect("a folder");
    std::fs::write(folder.path().join("own.toml"), OWN).expect("a file");
    std::fs::write(folder.path().join("page.html"), "secret").expect("a file");
    std::fs::write(root.join("program.toml"), PROGRAM).expect("a file");
    symlink(folder.path().join("own.toml"), root.join("own.toml")).expect("a link");
    let faults = read_in(&root, PROGRAM).expect_err("an instrument outside");
    assert!(faults[0].message.contains("outside the program's folder"), "{}", faults[0].message);

    std::fs::remove_file(root.join("own.toml")).expect("removed");
    std::fs::write(root.join("own.toml"), OWN).expect("a file");
    assert!(load_plan(&root).is_ok());
    symlink(folder.path().join("page.html"), root.join("reports/page.html")).expect("a link");
    let error = load_plan(&root).expect_err("a template outside");
    assert!(error.what.contains("symbolic link") && error.place.is_some_and(|place| place.ends_with("page.html")));
}
