//! Every command as its user runs it.

use crate::support::{Program, example, path, run};

const COMMANDS: [&str; 10] = ["demo", "init", "check", "run", "publish", "status", "simulate", "import", "metrics", "completions"];

#[test]
fn every_command_explains_itself_with_an_example() {
    for command in COMMANDS {
        let help = run(&[command, "--help"]);
        assert_eq!(help.code, 0);
        assert!(help.stdout.contains("Example"), "{command}: {}", help.stdout);
        assert!(help.stdout.contains(&format!("mentorscope {command}")), "{command}");
    }
}

#[test]
fn a_wrong_command_line_exits_with_2() {
    assert_eq!(run(&["chekc"]).code, 2);
    assert_eq!(run(&["run", "--period"]).code, 2);
    assert_eq!(run(&["--version"]).code, 0);
}

#[test]
fn the_example_checks_clean_and_every_row_is_accounted_for() {
    let outcome = run(&["check", path(example()), "--format", "json"]);
    assert_eq!(outcome.code, 0);
    let object = outcome.json();
    let files = object["files"].as_array().unwrap();
    assert_eq!(files.len(), 15);
    for file in files {
        let excluded: u64 = file["excluded"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
        assert_eq!(file["records"].as_u64().unwrap(), file["used"].as_u64().unwrap() + excluded, "{file}");
    }
    let rules: Vec<&str> = object["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap()).collect();
    for planted in ["responses.preview", "responses.break_off", "responses.repeated", "responses.item_text_differs"] {
        assert!(rules.contains(&planted), "{planted}");
    }
}

#[test]
fn output_to_a_pipe_has_no_color_and_no_progress() {
    let outcome = run(&["check", path(example())]);
    assert!(!outcome.stdout.contains('\u{1b}') && outcome.stderr.is_empty());
}

#[test]
fn init_writes_a_program_that_loads_and_keeps_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("mine");
    assert_eq!(run(&["init", path(&program)]).code, 0);
    let key = std::fs::read(program.join("mentorscope.key")).unwrap();
    assert_eq!(key.len(), 65);
    assert_eq!(run(&["init", path(&program)]).code, 0, "a second init changes nothing");
    assert_eq!(key, std::fs::read(program.join("mentorscope.key")).unwrap());
    // The exports are not there yet: the run cannot go on, and says which files it wants.
    let outcome = run(&["check", path(&program)]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("exports/"), "{}", outcome.stderr);
}

#[test]
fn init_never_overwrites_somebody_elses_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("program.toml"), "# mine").unwrap();
    assert_eq!(run(&["init", path(folder.path())]).code, 2);
    assert_eq!(std::fs::read_to_string(folder.path().join("program.toml")).unwrap(), "# mine");
    assert!(!folder.path().join("roster.csv").exists(), "nothing else was written either");
}

#[test]
fn an_unknown_period_names_the_known_ones() {
    let outcome = run(&["run", path(example()), "--period", "2026-Q9"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("2026-Q3"), "{}", outcome.stderr);
}

#[test]
fn a_typo_in_the_configuration_is_shown_with_its_line_and_the_nearest_name() {
    let program = Program::new();
    program.edit("program.toml", |text| text.replace("institution =", "instituion ="));
    let outcome = run(&["check", path(program.path())]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("program.toml:") && outcome.stderr.contains("institution") && outcome.stderr.contains('^'),
        "{}",
        outcome.stderr
    );
}

#[test]
fn status_says_who_has_not_answered() {
    let object = run(&["status", path(example()), "--format", "json"]).json();
    assert_eq!(object["confidential"], true);
    assert_eq!(object["period"], "2026-Q3");
    // The period ended on September 30, with 21 days of grace; the as-of date is October 5.
    assert_eq!(object["days_left"], 16);
    let sides = object["response"].as_array().unwrap();
    let remind = object["remind"].as_array().unwrap();
    let missing: u64 = sides.iter().map(|side| side["invited"].as_u64().unwrap() - side["answered"].as_u64().unwrap()).sum();
    let listed: usize = remind.iter().map(|person| person["pairs"].as_array().unwrap().len()).sum();
    assert_eq!(missing as usize, listed);
    assert!(remind.iter().all(|person| person["email"].as_str().unwrap().contains('@')));
}

#[test]
fn findings_can_be_sent_to_the_owner_of_the_survey() {
    let program = Program::new();
    let file = program.path().join("findings.csv");
    run(&["check", path(program.path()), "--findings", path(&file)]);
    let rows = csv::Reader::from_path(&file).unwrap().into_records().count();
    let object = run(&["check", path(program.path()), "--format", "json"]).json();
    assert_eq!(rows, object["findings"].as_array().unwrap().len());
}

#[test]
fn small_programs_get_a_page_too() {
    for (pairs, quarters) in [("12", "2"), ("1", "1"), ("40", "5")] {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(run(&["simulate", path(folder.path()), "--pairs", pairs, "--quarters", quarters, "--seed", "3"]).code, 0);
        let outcome = run(&["run", path(folder.path())]);
        assert!(outcome.code < 2, "{pairs} pairs: {}", outcome.stderr);
    }
}

#[test]
fn completions_are_written_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(run(&["completions", shell]).stdout.contains("mentorscope"));
    }
}
