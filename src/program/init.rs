//! The files that a new program starts from.

use std::path::PathBuf;

/// Header-only data files; the headings are those that the program file names.
const TABLES: [(&str, &[&str]); 4] = [
    ("roster.csv", &["person_id", "email", "valid_from", "left_on", "department", "gender", "race"]),
    (
        "pairs.csv",
        &[
            "pair_id",
            "mentee_id",
            "mentor_id",
            "start_date",
            "registered_on",
            "agreed_end",
            "first_meeting",
            "last_contact",
            "meeting_interval_days",
            "end_date",
            "end_reason",
        ],
    ),
    (
        "goals.csv",
        &[
            "goal_id",
            "pair_id",
            "set_on",
            "mentee_agreed_on",
            "mentor_agreed_on",
            "due_on",
            "weight",
            "kind",
            "mentee_rating",
            "mentor_rating",
            "abandoned_on",
        ],
    ),
    ("actions.csv", &["action_id", "action", "started_on", "dimension", "values", "metric"]),
];

/// Paths (relative to the program's folder) and contents: a commented `program.toml` that loads as it is, header-only data files,
/// and a note for the folder of exports. The key for digests is not among them: it must be made anew for each program.
pub fn init_files() -> Vec<(PathBuf, String)> {
    let mut files = vec![(PathBuf::from(super::PROGRAM_FILE), include_str!("template/program.toml").to_owned())];
    files.extend(TABLES.iter().map(|(name, headings)| (PathBuf::from(name), format!("{}\n", headings.join(",")))));
    files.push((PathBuf::from("exports/README.md"), include_str!("template/exports.md").to_owned()));
    files
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::program::plan::{DemographicSource, Thresholds};
    use crate::program::read_plan;

    #[test]
    fn the_starting_files_fit_together() {
        let files = init_files();
        let program = &files[0].1;
        let plan = read_plan(Path::new(""), "program.toml", program).unwrap_or_else(|files| panic!("{:?}", files[0].faults));
        assert_eq!(plan.thresholds, Thresholds::default(), "the values shown are the defaults");

        let headings = |name: &Path| -> BTreeSet<&str> {
            let (_, text) = files.iter().find(|(path, _)| path == name).expect("every named file is among the starting files");
            text.trim_end().split(',').collect()
        };
        let columns = plan.demographics.iter().filter_map(|demographic| match &demographic.source {
            DemographicSource::Roster { column, .. } => Some(column.as_str()),
            DemographicSource::Members { .. } | DemographicSource::Levels { .. } => None,
        });
        let roster: BTreeSet<&str> = columns.chain(["person_id", "email", "valid_from", "left_on"]).collect();
        assert_eq!(headings(&plan.roster.file), roster);

        // Every text value of a record's table is a heading of its file, and every heading is such a value.
        let table = |name: &str| -> BTreeSet<&str> {
            let lines = program.lines().skip_while(|line| *line != name).skip(1).take_while(|line| !line.starts_with(['[', '#']));
            lines.filter(|line| !line.starts_with("file")).filter_map(|line| line.split('"').nth(1)).collect()
        };
        assert_eq!(headings(&plan.pairs.file), table("[pairs]"));
        assert_eq!(headings(&plan.goals.expect("goals").file), table("[goals]"));
        assert_eq!(headings(&plan.actions.expect("actions").file), table("[actions]"));
    }
}
