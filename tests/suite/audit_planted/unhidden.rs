//! Each cell that a run hides for its neighbors' sake is shown after all, one at a time: the auditor must say what follows then.

use std::collections::{BTreeMap, BTreeSet};

use mentorscope::audit::{Attack, Leak};

use super::certificates::{Alike, Certificates, World};
use super::program::{drafted, simulated};
use super::release::{Row, Small};
use crate::support::results;

const GROUPINGS: [&str; 2] = ["department", "gender"];

/// An outcome in a window: atoms as the run wrote them, and the figures of its release.
struct Published<'a> {
    atoms: Vec<u8>,
    world: World<'a>,
    rows: Vec<Row>,
}

/// Shares in windows in which everybody answered once.
fn published(draft: &std::path::Path) -> Vec<Published<'static>> {
    let release = results(&draft.join("release/data/results.csv"));
    let exact = results(&draft.join("restricted/data/results.csv"));
    let file = std::fs::read(draft.join("restricted/data/atoms.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(file.as_slice());
    let header = reader.headers().unwrap().clone();
    let mut systems: BTreeMap<[String; 3], Vec<csv::StringRecord>> = BTreeMap::new();
    let column = |name: &str| header.iter().position(|heading| heading == name).unwrap();
    for record in reader.records().map(Result::unwrap) {
        if &record[column("release_class")] == "proportion" && &record[column("span_kind")] == "window" {
            let system = ["outcome", "role", "span"].map(|name| record[column(name)].to_string());
            systems.entry(system).or_default().push(record);
        }
    }
    let number = |record: &csv::StringRecord, name: &str| record[column(name)].parse::<i64>().ok();
    let is_of = |row: &Row, first: &csv::StringRecord| {
        let same = |of: &str, name: &str| row[of] == first[column(name)];
        let instrument = first[column("outcome")].split(':').nth(1).unwrap_or_default();
        let is_named = same("metric", "metric") && same("scale_or_cause", "detail") && same("role", "role") && same("period", "span");
        is_named && (row["instrument"].is_empty() || row["instrument"] == instrument)
    };
    let answered_once = |records: &Vec<csv::StringRecord>| {
        let is_total = |row: &&Row| is_of(row, &records[0]) && row["grouping"] == "all" && row["contrast"].is_empty();
        let once = |row: &Row| row["n"] == row["denominator"] && row["n"] == row["rated"];
        exact.iter().find(is_total).is_some_and(once) && records.iter().all(|record| number(record, "numerator").is_some())
    };
    let systems = systems.into_values().filter(answered_once);
    systems
        .map(|records| {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&header).unwrap();
            records.iter().for_each(|record| writer.write_record(record).unwrap());
            let alike = |record: &csv::StringRecord| Alike {
                groups: GROUPINGS.iter().map(|id| record[column(id)].to_string()).collect(),
                people: number(record, "people").unwrap(),
                favorable: number(record, "numerator").unwrap(),
            };
            let answered = records.iter().filter(|record| number(record, "people") > Some(0));
            Published {
                world: World { groupings: &GROUPINGS, people: answered.map(alike).collect() },
                rows: release.iter().filter(|row| is_of(row, &records[0])).cloned().collect(),
                atoms: writer.into_inner().unwrap(),
            }
        })
        .collect()
}

/// What the ladder shows of a share; see docs/privacy.md.
fn shown(row: &Row, people: i64, favorable: i64) -> Row {
    let share = favorable as f64 / people as f64;
    let short = favorable.min(people - favorable);
    let mut cells: Vec<(&str, String)> = vec![("n", if people < 10 { "5 to 9".into() } else { "10 to 49".into() })];
    if people >= 50 {
        cells[0].1 = format!("about {}", (people + 2) / 5 * 5);
    }
    let bound = |end: &'static str, bound: i64| vec![("shown", end.to_string()), ("bound", format!("{}", bound as f64 / 100.0))];
    let ends = |reach: i64| if share < 0.5 { bound("at_most", reach) } else { bound("at_least", 100 - reach) };
    cells.extend(match people {
        ..7 => ends(50),
        7..10 => {
            let third = if 3 * favorable < people {
                "lower_third"
            } else if 3 * favorable > 2 * people {
                "upper_third"
            } else {
                "middle_third"
            };
            vec![("shown", third.to_string())]
        }
        _ if short < 3 => {
            ends([5, 10, 20, 35].into_iter().find(|reach| (*reach > 5 || people >= 50) && reach * people >= 200).unwrap_or(50))
        }
        _ => {
            let steps = if people < 50 { 20.0 } else { 100.0 };
            vec![("shown", "value".to_string()), ("estimate", format!("{}", (share * steps + 0.5).floor() / steps))]
        }
    });
    let mut row = row.clone();
    row.extend(cells.into_iter().map(|(column, text)| (column.to_string(), text)));
    row
}

fn leaks(atoms: &[u8], rows: &[Row]) -> Vec<Leak> {
    let release = Small { rows: rows.to_vec(), ..Small::default() };
    let report = release.report(&release.files(), Attack::Atoms(atoms));
    assert_eq!(report.faults, []);
    report.leaks
}

#[test]
fn no_cell_that_is_hidden_for_its_neighbors_can_be_shown_unnoticed() {
    let (mut caught, mut safe, mut missed) = (0, 0, Vec::new());
    for (pairs, seed) in [(300, 5), (500, 5), (160, 8)] {
        let program = simulated(pairs, seed, &GROUPINGS);
        for Published { atoms, world, rows } in published(&drafted(&program)) {
            let is_complementary = |row: &Row| {
                let size = world.size(&world.members(&row["grouping"], &row["group"]));
                row["contrast"].is_empty() && row["shown"] == "c" && size >= 5
            };
            let places: Vec<usize> = (0..rows.len()).filter(|&place| is_complementary(&rows[place])).collect();
            if places.is_empty() {
                continue;
            }
            let before: BTreeSet<String> = leaks(&atoms, &rows).into_iter().map(|leak| leak.cell).collect();
            for place in places {
                let members = world.members(&rows[place]["grouping"], &rows[place]["group"]);
                let mut with = rows.clone();
                with[place] = shown(&rows[place], world.size(&members), world.favorable(&members));
                if leaks(&atoms, &with).iter().any(|leak| !before.contains(&leak.cell)) {
                    caught += 1;
                    continue;
                }
                // Nothing new follows, so the auditor says: then data sets must show it.
                let system = world.system(&with);
                let truth = world.people.iter().map(|alike| alike.favorable).collect();
                let mut certificates = Certificates::new(&system, truth);
                for (names, target) in world.targets(&system, &with, 5) {
                    let is_known = names.iter().any(|name| before.iter().any(|cell| cell.contains(&format!(", {name}, "))));
                    if !is_known && !certificates.is_safe(&system, &target) {
                        let of = ["metric", "scale_or_cause", "grouping", "group", "shown", "estimate", "bound"]
                            .map(|column| with[place][column].as_str());
                        missed.push(format!("{}, where this is shown: {}", names[0], of.join(" ")));
                    }
                }
                safe += 1;
            }
        }
    }
    assert_eq!(missed, [""; 0], "nothing shows that these are safe");
    assert!(caught >= 10 && caught + safe >= 20, "{caught} were caught, {safe} shown to be safe");
}
