//! The simulated folder recounted from its own files, by simple arithmetic.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;

use super::{Settings, SimulatedFile, simulate};
use crate::program::{load_plan, parse_instrument, shipped_instruments};

fn simulated(pairs: usize, quarters: usize, seed: u64) -> Vec<SimulatedFile> {
    let instrument = |id: &str| {
        let (_, text) = shipped_instruments().iter().find(|(known, _)| *known == id).unwrap();
        parse_instrument(id, text).unwrap_or_else(|faults| panic!("{id}: {} faults", faults.len()))
    };
    let settings = Settings { pairs, quarters, seed };
    simulate(&settings, &instrument("mentee_quarterly"), &instrument("mentor_quarterly"), &instrument("institution_annual"))
}

/// One program large enough for its effects to show, made once.
fn large() -> &'static [SimulatedFile] {
    static FILES: OnceLock<Vec<SimulatedFile>> = OnceLock::new();
    FILES.get_or_init(|| simulated(2700, 8, 11))
}

fn bytes<'a>(files: &'a [SimulatedFile], path: &str) -> &'a [u8] {
    &files.iter().find(|file| file.path == Path::new(path)).unwrap_or_else(|| panic!("no {path}")).bytes
}

type Row = BTreeMap<String, String>;

/// Rows of a file by heading; a ragged row is an error of the reader.
fn rows(files: &[SimulatedFile], path: &str) -> Vec<Row> {
    csv::Reader::from_reader(bytes(files, path)).deserialize().map(|row| row.unwrap()).collect()
}

fn truth(files: &[SimulatedFile]) -> Value {
    serde_json::from_slice(bytes(files, "truth.json")).unwrap()
}

fn count(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap_or_else(|| panic!("no count: {value}"))).unwrap()
}

/// Quarter and its first day.
const QUARTERS: [(&str, &str); 8] = [
    ("2024-Q4", "2024-10-01"),
    ("2025-Q1", "2025-01-01"),
    ("2025-Q2", "2025-04-01"),
    ("2025-Q3", "2025-07-01"),
    ("2025-Q4", "2025-10-01"),
    ("2026-Q1", "2026-01-01"),
    ("2026-Q2", "2026-04-01"),
    ("2026-Q3", "2026-07-01"),
];

/// Answers of a mentees' export, the later of two per pair: neither header rows nor previews.
fn mentee_answers(files: &[SimulatedFile], quarter: &str) -> BTreeMap<String, Row> {
    let rows = rows(files, &format!("exports/mentee_{quarter}.csv"));
    rows.into_iter().skip(2).filter(|row| row["Status"] == "0").map(|row| (row["pair_id"].clone(), row)).collect()
}

/// Departments of each person, with the day from which each holds.
fn departments(roster: &[Row]) -> BTreeMap<&str, BTreeMap<&str, &str>> {
    let mut known: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for row in roster {
        known.entry(row["person_id"].as_str()).or_default().insert(row["valid_from"].as_str(), row["department"].as_str());
    }
    known
}

fn share(counts: (usize, usize)) -> f64 {
    counts.0 as f64 / counts.1 as f64
}

#[test]
fn equal_settings_give_equal_bytes_and_another_seed_gives_others() {
    let (first, again, other) = (simulated(60, 3, 5), simulated(60, 3, 5), simulated(60, 3, 6));
    assert!(first == again);
    let differing = first.iter().zip(&other).filter(|(a, b)| a.bytes != b.bytes).map(|(a, _)| a.path.to_string_lossy().into_owned());
    let same: Vec<&str> = vec!["actions.csv", "exports/mentor_dictionary.csv", "mentorscope.key"];
    let differing: BTreeSet<String> = differing.collect();
    assert_eq!(differing.len() + same.len(), first.len());
    assert!(same.iter().all(|path| !differing.contains(*path)));
}

#[test]
#[allow(clippy::disallowed_methods)]
fn the_program_is_valid_at_any_size() {
    for (pairs, quarters) in [(12, 2), (1, 1), (40, 6), (0, 0)] {
        let files = simulated(pairs, quarters, 1);
        let folder = tempfile::tempdir().unwrap();
        for file in &files {
            let path = folder.path().join(&file.path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &file.bytes).unwrap();
        }
        let plan = load_plan(folder.path()).unwrap_or_else(|error| panic!("{error}\n{}", error.detail.clone().unwrap_or_default()));
        assert_eq!(plan.periods.len(), quarters.max(1));
        assert_eq!(rows(&files, "pairs.csv").len(), pairs.max(1));
        for export in &plan.exports {
            assert!(files.iter().any(|file| file.path == export.file), "{:?}", export.file);
        }
        let parsed = files
            .iter()
            .filter(|file| file.path.extension().is_some_and(|end| end == "csv"))
            .map(|file| rows(&files, &file.path.to_string_lossy()));
        assert!(parsed.count() >= 8);
    }
}

#[test]
fn files_refer_to_what_exists_and_days_are_in_order() {
    let files = large();
    let roster = rows(files, "roster.csv");
    let people: BTreeSet<&str> = roster.iter().map(|row| row["person_id"].as_str()).collect();
    let left: BTreeMap<&str, &str> = roster.iter().map(|row| (row["person_id"].as_str(), row["left_on"].as_str())).collect();
    let pairs = rows(files, "pairs.csv");
    let by_id: BTreeMap<&str, &Row> = pairs.iter().map(|row| (row["pair_id"].as_str(), row)).collect();
    assert_eq!(by_id.len(), pairs.len());
    for pair in &pairs {
        let ended = if pair["end_date"].is_empty() { "2026-10-05" } else { &pair["end_date"] };
        assert_eq!(pair["end_date"].is_empty(), pair["end_reason"].is_empty());
        for column in ["registered_on", "first_meeting", "last_contact"] {
            let day = &pair[column];
            assert!(day.is_empty() || (pair["start_date"] <= *day && day.as_str() <= ended), "{column} {pair:?}");
        }
        for side in ["mentee_id", "mentor_id"] {
            let gone = left[pair[side].as_str()];
            assert!(people.contains(pair[side].as_str()) && (gone.is_empty() || ended <= gone), "{pair:?}");
        }
    }
    for goal in rows(files, "goals.csv") {
        let pair = by_id[goal["pair_id"].as_str()];
        assert!(pair["start_date"] <= goal["set_on"] && goal["set_on"] < goal["due_on"], "{goal:?}");
        assert!(goal["mentee_rating"].is_empty() || goal["due_on"].as_str() <= "2026-10-05", "{goal:?}");
    }
    let mut mentors = 0;
    for answer in rows(files, "exports/mentor.csv") {
        let pair = by_id[answer["pair_id"].as_str()];
        assert_eq!(pair["mentor_id"], answer["mentor_id"]);
        assert!(
            pair["start_date"] <= answer["response_date"] && (pair["end_date"].is_empty() || answer["response_date"] <= pair["end_date"])
        );
        assert_eq!(answer["mentor_quarterly_complete"] == "2", answer["mentor_quarterly_timestamp"].starts_with("20"));
        // The wave follows from the date, so no answer may lie in the days of grace of the quarter before.
        let quarter = QUARTERS.iter().rfind(|(_, start)| *start <= answer["response_date"].as_str()).unwrap();
        let (answered, began) = [answer["response_date"].as_str(), quarter.1].map(|day| day.parse::<jiff::civil::Date>().unwrap()).into();
        assert!((answered - began).get_days() > 21 && answer["record_id"].starts_with(quarter.0), "{answer:?}");
        mentors += 1;
    }
    assert!(mentors > 1000);
    for (quarter, start) in QUARTERS {
        for (pair, answer) in mentee_answers(files, quarter) {
            assert_eq!(by_id[pair.as_str()]["mentee_id"], answer["ExternalReference"]);
            assert!(answer["EndDate"].as_str() > start && answer["StartDate"] < answer["EndDate"]);
        }
    }
}

#[test]
fn truth_counts_what_the_files_hold() {
    let files = large();
    let truth = truth(files);
    let counts = &truth["counts"];
    let roster = rows(files, "roster.csv");
    assert_eq!(count(&counts["register"]["roster_rows"]), roster.len());
    assert_eq!(count(&counts["register"]["people"]), roster.iter().map(|row| &row["person_id"]).collect::<BTreeSet<_>>().len());
    for (quarter, _) in QUARTERS {
        let told = &counts["mentee_answers"][quarter];
        let all = rows(files, &format!("exports/mentee_{quarter}.csv"));
        let answers = mentee_answers(files, quarter);
        assert_eq!(count(&told["rows"]), all.len() - 2);
        assert_eq!(count(&told["previews"]), all.iter().filter(|row| row["Status"] == "1").count());
        assert_eq!(count(&told["pairs"]), answers.len());
        let unfinished = answers.values().filter(|row| row["Finished"] == "0").count();
        assert_eq!(count(&told["partial"]) + count(&told["opened_only"]), unfinished);
        let satisfied = answers.values().filter(|row| matches!(row["satisfied_overall"].as_str(), "4" | "5")).count();
        assert_eq!(count(&told["satisfied"]["yes"]), satisfied);
    }
    let mentors = rows(files, "exports/mentor.csv");
    let told: usize = QUARTERS.iter().map(|(quarter, _)| count(&counts["mentor_answers"][quarter]["rows"])).sum();
    assert_eq!(mentors.len(), told);

    let goals = rows(files, "goals.csv");
    assert_eq!(count(&counts["goals"]["rows"]), goals.len());
    let rated = |column: &str| goals.iter().filter(|row| !row[column].is_empty()).count();
    let met = |column: &str| goals.iter().filter(|row| row[column].parse::<i32>().is_ok_and(|rating| rating >= 0)).count();
    assert_eq!(count(&counts["goals"]["rated_by_mentee"]), rated("mentee_rating"));
    assert_eq!(count(&counts["goals"]["met_by_mentee"]), met("mentee_rating"));
    assert_eq!(count(&counts["goals"]["met_by_mentor"]), met("mentor_rating"));
    assert_eq!(count(&counts["goals"]["abandoned"]), rated("abandoned_on"));
}

#[test]
fn surgery_and_women_are_less_satisfied_and_the_protected_hour_helps() {
    let files = large();
    let truth = truth(files);
    let roster = rows(files, "roster.csv");
    let gender: BTreeMap<&str, &str> = roster.iter().map(|row| (row["person_id"].as_str(), row["gender"].as_str())).collect();
    let departments = departments(&roster);
    // (year, what) -> (yes, of)
    let mut seen: BTreeMap<(usize, String), (usize, usize)> = BTreeMap::new();
    let mut add = |year: usize, what: String, yes: bool| {
        let counts = seen.entry((year, what)).or_default();
        *counts = (counts.0 + usize::from(yes), counts.1 + 1);
    };
    for (position, (quarter, start)) in QUARTERS.iter().enumerate() {
        let year = position / 4;
        for answer in mentee_answers(files, quarter).values() {
            let person = &answer["ExternalReference"];
            let (_, department) = departments[person.as_str()].range(..=*start).next_back().unwrap();
            if let Ok(code @ 1..=5) = answer["satisfied_overall"].parse::<i32>() {
                add(year, format!("satisfied {department}"), code >= 4);
                if *department != "SURG" {
                    add(year, format!("satisfied {}", gender[person.as_str()]), code >= 4);
                    add(year, "satisfied elsewhere".into(), code >= 4);
                }
            }
            if let Ok(code @ 1..=2) = answer["met_as_agreed"].parse::<i32>() {
                add(year, format!("met {department}"), code == 1);
            }
        }
    }
    let sum = |what: &str, codes: &[&str], year: usize| {
        codes.iter().map(|code| seen[&(year, format!("{what} {code}"))]).fold((0, 0), |sum, counts| (sum.0 + counts.0, sum.1 + counts.1))
    };
    let told = |path: &Value| (count(&path["yes"]), count(&path["of"]));
    for (year, id) in [(0, "2024-25"), (1, "2025-26")] {
        let satisfied = &truth["counts"]["satisfied"][id];
        assert_eq!(told(&satisfied["by_department_of_mentee"]["SURG"]), sum("satisfied", &["SURG"], year));
        assert_eq!(told(&satisfied["by_gender_outside_failing_department"]["W"]), sum("satisfied", &["W"], year));
        assert_eq!(told(&truth["counts"]["met_as_agreed"][id]["by_department_of_mentee"]["PEDS"]), sum("met", &["PEDS"], year));
        let surgery = share(sum("satisfied", &["SURG"], year));
        let elsewhere = share(sum("satisfied", &["elsewhere"], year));
        assert!((0.30..0.50).contains(&surgery) && (0.80..0.88).contains(&elsewhere), "{surgery} {elsewhere}");
        let gap = share(sum("satisfied", &["M"], year)) - share(sum("satisfied", &["W"], year));
        // Planted as 0.91 and 0.68.
        assert!((0.18..0.28).contains(&gap), "{gap}");
    }
    let (helped, matched, rest) = (["ANES", "PEDS", "PSYCH", "RAD"], ["DERM", "EMED", "MED", "NEURO"], ["FMED", "OBGYN", "PATH"]);
    let change = |what: &str, codes: &[&str]| share(sum(what, codes, 1)) - share(sum(what, codes, 0));
    let hour = change("met", &helped) - change("met", &rest);
    assert!((0.13..0.31).contains(&hour), "{hour}");
    let matching = change("satisfied", &matched) - change("satisfied", &rest);
    assert!(matching.abs() < 0.08, "{matching}");
}

#[test]
fn failures_follow_from_the_register_and_become_rarer() {
    let files = large();
    let truth = truth(files);
    let day = |text: &str| text.parse::<jiff::civil::Date>().ok();
    let as_of = day("2026-10-05").unwrap();
    let days = |n: i64| jiff::Span::new().days(n);
    let benign = ["term complete", "goals reached", "graduated", "left the institution", "changed career path"];
    let mut failed = BTreeMap::<String, jiff::civil::Date>::new();
    // Months at risk and failures in the first twelve months, per program year.
    let (mut at_risk, mut events) = ([0.0; 2], [0usize; 2]);
    let turn = day("2025-10-01").unwrap();
    for pair in rows(files, "pairs.csv") {
        let start = day(&pair["start_date"]).unwrap();
        let end = day(&pair["end_date"]);
        let interval = pair["meeting_interval_days"].parse().unwrap_or(45);
        let never = (pair["first_meeting"].is_empty()).then(|| start + days(90));
        let dormant = day(&pair["last_contact"]).map(|last| last + days(2 * interval));
        let ended = end.filter(|_| !benign.contains(&pair["end_reason"].as_str()));
        let last = end.unwrap_or(as_of);
        let failure = [never, dormant, ended].into_iter().flatten().filter(|day| *day <= last).min();
        if let Some(failure) = failure {
            failed.insert(pair["pair_id"].clone(), failure);
        }
        let out = failure.unwrap_or(last).min(start + days(365));
        for (year, from) in [turn - days(365), turn].into_iter().enumerate() {
            let (from, to) = (start.max(from), out.min(from + days(365)));
            if from < to {
                at_risk[year] += (to - from).get_days() as f64 / 30.4;
                events[year] += usize::from(failure == Some(to));
            }
        }
    }
    assert_eq!(count(&truth["counts"]["failures"]["all"]), failed.len());
    let first = day("2024-10-01").unwrap();
    assert_eq!(
        count(&truth["counts"]["failures"]["per_year"]["2024-25"]["all"]),
        failed.values().filter(|day| (first..turn).contains(day)).count()
    );
    let per_year = |year: usize| 12.0 * events[year] as f64 / at_risk[year];
    assert!((0.10..0.18).contains(&per_year(0)) && (0.06..0.12).contains(&per_year(1)), "{} {}", per_year(0), per_year(1));
    assert!(per_year(0) > 1.2 * per_year(1));

    // The latest answers about failed relationships: each side blames the other.
    let named = |column: &str, latest: &BTreeMap<String, Row>| latest.values().filter(|row| row[column] == "1").count();
    let mut mentees = BTreeMap::new();
    for (quarter, _) in QUARTERS {
        let answered = |row: &Row| row.iter().any(|(column, cell)| column.starts_with("trouble_causes_") && cell == "1");
        mentees.extend(mentee_answers(files, quarter).into_iter().filter(|(pair, row)| failed.contains_key(pair) && answered(row)));
    }
    let answered = |row: &Row| row.iter().any(|(column, cell)| column.starts_with("trouble_causes___") && cell == "1");
    let mentors = rows(files, "exports/mentor.csv").into_iter().filter(|row| failed.contains_key(&row["pair_id"]) && answered(row));
    let mentors: BTreeMap<String, Row> = mentors.map(|row| (row["pair_id"].clone(), row)).collect();
    let told = &truth["counts"]["causes"];
    assert_eq!(count(&told["mentee"]["failed_pairs_with_answer"]), mentees.len());
    assert_eq!(count(&told["mentee"]["named"]["unavailable"]), named("trouble_causes_8", &mentees));
    assert_eq!(count(&told["mentor"]["named"]["unprepared"]), named("trouble_causes___2", &mentors));
    let others = |kind: &str, latest: &BTreeMap<String, Row>, but: &[usize]| {
        (1..=24).filter(|code| !but.contains(code)).map(|code| named(&format!("trouble_causes{kind}{code}"), latest)).max().unwrap()
    };
    assert!(named("trouble_causes_8", &mentees) > others("_", &mentees, &[8]));
    assert!(named("trouble_causes___2", &mentors).min(named("trouble_causes___3", &mentors)) > others("___", &mentors, &[2, 3]));
}

#[test]
fn the_first_wave_words_one_question_otherwise() {
    let files = large();
    let header = |quarter: &str| rows(files, &format!("exports/mentee_{quarter}.csv")).swap_remove(0);
    let (first, second) = (header("2024-Q4"), header("2025-Q1"));
    let differing: Vec<&String> = first.keys().filter(|key| first[*key] != second[*key]).collect();
    assert_eq!(differing, [truth(files)["planted"]["reworded_item"].as_str().unwrap()]);
    let cells = |quarter: &str| {
        let rows = rows(files, &format!("exports/mentee_{quarter}.csv"));
        rows.iter().flat_map(BTreeMap::values).filter(|cell| *cell == "-99").count()
    };
    assert_eq!(cells("2024-Q4"), 0);
    assert!(cells("2025-Q1") > 20);
}
