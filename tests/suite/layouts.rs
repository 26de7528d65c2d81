//! One program in every layout that is read: the same responses, the same stored answers and byte for byte the same results, but for what
//! the layout does not carry. What it loses is declared in one table, which the documentation repeats, and is exactly that.

mod forms;
mod harness;
mod lime;
mod model;
mod plain;
mod qualtrics;
mod redcap;
mod sav;
mod table;
mod writing;

use mentorscope::check::answer::missing_code;
use mentorscope::program::instrument::Missing;
use mentorscope::program::plan::System;

use crate::support::{path, run};
use harness::{Outcome, as_simulated, different_columns, mentees_of_one_wave, program_in, reference, with_hidden};
use model::{Loss, Survey};
use writing::Export;

/// One layout.
pub struct Layout {
    /// As the documentation calls it.
    name: &'static str,
    /// The system that must be found.
    system: System,
    /// What it does not carry.
    losses: &'static [Loss],
    /// Whether the file begins with the latest response.
    newest_first: bool,
    /// Whether its files hold the author's own tries.
    previews: bool,
    /// Whether questions are found by their text, so that one asked in other words has to be declared.
    by_text: bool,
    write: fn(&Survey) -> Export,
}

const fn layout(name: &'static str, system: System, write: fn(&Survey) -> Export) -> Layout {
    Layout { name, system, losses: &[], newest_first: false, previews: false, by_text: false, write }
}

impl Layout {
    const fn previews(self) -> Self {
        Self { previews: true, ..self }
    }

    const fn by_text(self) -> Self {
        Self { by_text: true, ..self }
    }

    const fn newest_first(self) -> Self {
        Self { newest_first: true, ..self }
    }

    const fn loses(self, losses: &'static [Loss]) -> Self {
        Self { losses, ..self }
    }
}

use Loss::{LocalDay, MissingKinds, Respondent, TimeOfDay, Unsubmitted, Wording};
use System::{Csv, GoogleForms, Kobo, LimeSurvey, MicrosoftForms, Odk, Qualtrics, Redcap, Spss, SurveyMonkey, Workbook};

/// All layouts and what each loses.
const LAYOUTS: [Layout; 33] = [
    layout("Qualtrics, CSV, codes", Qualtrics, qualtrics::codes).previews(),
    layout("Qualtrics, CSV, choice text", Qualtrics, qualtrics::choice_texts).previews(),
    layout("Qualtrics, TSV", Qualtrics, qualtrics::tabs).previews(),
    layout("Qualtrics, TSV in UTF-16", Qualtrics, qualtrics::utf_16).previews(),
    layout("Qualtrics, workbook", Qualtrics, qualtrics::workbook).previews(),
    layout("Qualtrics, legacy CSV", Qualtrics, qualtrics::legacy).previews(),
    layout("Qualtrics, SPSS", Spss, plain::spss_of_qualtrics).previews(),
    layout("REDCap, raw", Redcap, redcap::raw).loses(&[TimeOfDay, Wording]),
    layout("REDCap, labels", Redcap, redcap::labels).by_text().loses(&[TimeOfDay]),
    layout("REDCap, semicolons", Redcap, redcap::semicolon).loses(&[TimeOfDay, Wording]),
    layout("SurveyMonkey, condensed", SurveyMonkey, forms::monkey_condensed).by_text().newest_first(),
    layout("SurveyMonkey, expanded", SurveyMonkey, forms::monkey_expanded).by_text(),
    layout("SurveyMonkey, workbook", SurveyMonkey, forms::monkey_workbook).by_text(),
    layout("LimeSurvey, codes, answer codes", LimeSurvey, lime::codes).loses(&[Wording]),
    layout("LimeSurvey, codes and texts, answer codes", LimeSurvey, lime::codes_and_texts),
    layout("LimeSurvey, codes and texts, full answers", LimeSurvey, lime::codes_and_full_answers),
    layout("LimeSurvey, texts, full answers", LimeSurvey, lime::full).by_text(),
    layout("Google Forms, CSV", GoogleForms, forms::google_commas).by_text().loses(&[Unsubmitted, Respondent]),
    layout("Google Forms, TSV", GoogleForms, forms::google_tabs).by_text().loses(&[Unsubmitted, Respondent]),
    layout("Microsoft Forms, workbook", MicrosoftForms, forms::microsoft).by_text().loses(&[Unsubmitted, Respondent]),
    layout("KoboToolbox, CSV, XML values", Kobo, forms::kobo_values).loses(&[Unsubmitted, Wording]),
    layout("KoboToolbox, CSV, labels", Kobo, forms::kobo_labels).by_text().loses(&[Unsubmitted]),
    layout("KoboToolbox, workbook", Kobo, forms::kobo_workbook).loses(&[Unsubmitted, Wording]),
    layout("ODK Central, CSV", Odk, forms::odk).newest_first().loses(&[Unsubmitted, Wording]),
    layout("ODK Central, CSV, form without `end`", Odk, forms::odk_without_end).newest_first().loses(&[Unsubmitted, LocalDay, Wording]),
    layout("Plain CSV, semicolons, decimal comma, windows-1252, days only", Csv, plain::western)
        .newest_first()
        .loses(&[TimeOfDay, Wording]),
    layout("Plain table, tabs", Csv, plain::tabs).loses(&[Wording]),
    layout("Plain CSV, choices in one cell", Csv, plain::joined_codes).loses(&[Wording]),
    layout("Plain workbook, .xlsx", Workbook, plain::workbook).loses(&[Wording]),
    layout("Plain workbook, .ods", Workbook, plain::open_document).loses(&[Wording]),
    layout("SPSS", Spss, plain::spss),
    layout("SPSS, newest response first", Spss, plain::spss).newest_first(),
    layout("SPSS, missing values not kept", Spss, plain::spss_without_kinds).loses(&[MissingKinds]),
];

/// Reads the program in a layout and holds it against the same program without what the layout loses.
fn round_trip(layout: &Layout) {
    let name = layout.name;
    let got = Outcome::of(program_in(layout).path());
    assert!(got.systems.iter().all(|system| *system == layout.system), "{name}: taken for {:?}", got.systems);
    got.assert_same(&reference(layout.losses, layout.newest_first, layout.previews), name);
}

fn round_trips(system: &str) {
    let chosen: Vec<&Layout> = LAYOUTS.iter().filter(|layout| layout.name.starts_with(system)).collect();
    assert!(!chosen.is_empty());
    chosen.into_iter().for_each(round_trip);
}

#[test]
fn qualtrics_round_trip() {
    round_trips("Qualtrics");
}

#[test]
fn redcap_round_trip() {
    round_trips("REDCap");
}

#[test]
fn survey_monkey_round_trip() {
    round_trips("SurveyMonkey");
}

#[test]
fn lime_survey_round_trip() {
    round_trips("LimeSurvey");
}

#[test]
fn google_forms_round_trip() {
    round_trips("Google");
}

#[test]
fn microsoft_forms_round_trip() {
    round_trips("Microsoft");
}

#[test]
fn kobo_round_trip() {
    round_trips("Kobo");
}

#[test]
fn odk_round_trip() {
    round_trips("ODK");
}

#[test]
fn plain_tables_round_trip() {
    round_trips("Plain");
}

#[test]
fn spss_round_trip() {
    round_trips("SPSS");
}

/// The order of rows says nothing where the file has the time.
#[test]
fn the_order_of_rows_does_not_matter() {
    reference(&[], true, false).assert_same(&reference(&[], false, false), "newest first");
}

/// Each loss is one that shows: the program without it gives something else.
#[test]
fn every_declared_loss_shows() {
    let whole = reference(&[], true, false);
    for loss in Loss::ALL {
        let less = reference(&[loss], true, false);
        let shows = match loss {
            Unsubmitted | Respondent => less.funnels != whole.funnels && less.restricted != whole.restricted,
            TimeOfDay | MissingKinds => less.funnels == whole.funnels && less.restricted != whole.restricted,
            // Reliability is computed from the latest of a person's answers, which a day may change.
            LocalDay => less.frames.iter().zip(&whole.frames).all(|(less, whole)| different_columns(less, whole) == ["date"]),
            Wording => less.problems() != whole.problems() && less.restricted == whole.restricted,
        };
        assert!(shows, "{loss:?}: {:?}", different_columns(&less.frames[0], &whole.frames[0]));
    }
}

/// LimeSurvey alone says that a multiple question was not shown; everywhere else, and for other questions, that is a blank cell.
#[test]
fn what_was_not_shown() {
    let items = ["advisor_access", "training"];
    let (blank, pairs) = with_hidden(items, qualtrics::codes);
    let (told, _) = with_hidden(items, lime::codes_and_full_answers);
    let hidden = pairs.iter().map(Vec::len).sum::<usize>();
    assert!(hidden > 20);
    let columns = different_columns(&told.frames[0], &blank.frames[0]);
    let split = |name: &String| name.starts_with("advisor_access___");
    assert_eq!(columns.iter().filter(|name| split(name)).count(), 5);
    assert!(columns.iter().all(|name| split(name) || name == "complete"), "{columns:?}");
    let count = |outcome: &Outcome, code: i16| {
        let column = outcome.frames[0].column("advisor_access___1").unwrap().i16().unwrap();
        column.into_no_null_iter().filter(|stored| *stored == code).count()
    };
    let (not_asked, not_stated) = (missing_code(Missing::NotAsked), missing_code(Missing::NotStated));
    assert_eq!((count(&told, not_asked), count(&blank, not_asked)), (hidden, 0));
    assert_eq!(count(&blank, not_stated), count(&told, not_stated) + hidden);
}

/// Where a question is found by its text and was asked in other words, the finding names the heading to declare.
#[test]
fn a_question_asked_in_other_words_is_named() {
    let layout = LAYOUTS.iter().find(|layout| layout.name == "Google Forms, CSV").unwrap();
    let got = Outcome::of(program_in(&Layout { by_text: false, ..*layout }).path());
    let missing: Vec<_> = got.findings.iter().filter(|finding| finding.rule == "responses.missing_column").collect();
    assert_eq!(missing.len(), 1);
    assert!(missing[0].found.contains("Thinking of the past six months: This mentor and I work well together."), "{}", missing[0].found);
}

/// The command reads a workbook in a child process; what it writes is what this process computes.
#[test]
fn the_command_writes_the_same() {
    let layout = LAYOUTS.iter().find(|layout| layout.name == "Microsoft Forms, workbook").unwrap();
    let folder = program_in(layout);
    let drafts = tempfile::tempdir().unwrap();
    let outcome = run(&["run", path(folder.path()), "--out", path(drafts.path())]);
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    let draft = std::fs::read_dir(drafts.path()).unwrap().next().unwrap().unwrap().path();
    let want = reference(layout.losses, false, false);
    assert!(std::fs::read(draft.join("release/data/results.csv")).unwrap() == want.released);
    assert!(std::fs::read(draft.join("restricted/data/results.csv")).unwrap() == want.restricted);
}

/// The documentation has the table of losses.
#[test]
fn the_losses_are_documented() {
    let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/exports.md")).unwrap();
    let mut table = String::from("| layout | keys in `[[export]]` | not carried |\n|---|---|---|\n");
    let survey = mentees_of_one_wave();
    for layout in &LAYOUTS {
        let keys: Vec<String> = (layout.write)(&survey).keys.lines().map(|line| format!("`{}`", line.split(' ').next().unwrap())).collect();
        let losses: Vec<&str> = layout.losses.iter().map(|loss| loss.words().0).collect();
        let losses = if losses.is_empty() { "nothing".to_owned() } else { losses.join(", ") };
        table += &format!("| {} | {} | {losses} |\n", layout.name, keys.join(", "));
    }
    let legend: String = Loss::ALL.iter().map(|loss| format!("- *{}*: {}\n", loss.words().0, loss.words().1)).collect();
    assert!(text.contains(&table), "write into docs/exports.md:\n\n{table}");
    assert!(text.contains(&legend), "write into docs/exports.md:\n\n{legend}");
}

/// What the writers of this test write is what the simulation writes.
#[test]
fn the_writers_agree_with_the_simulation() {
    let (simulated, written) = as_simulated();
    assert!(simulated.released == written.released && simulated.restricted == written.restricted);
}
