//! `program.toml` of the simulated program.

use super::Settings;
use super::accounts::{LOAD_LIMIT, REASON_CAUSES};
use super::calendar::{Calendar, Span};
use super::effects::{DEPARTMENTS, GENDERS, RACES, STAGES};
use super::fieldwork::writes_skipped;
use super::life::{FIRST_MEETING_DAYS, INTERVAL_DAYS, Meaning, REASONS};

/// The mentors' export: one file that grows every quarter.
pub(super) const MENTOR_EXPORT: &str = "exports/mentor.csv";

/// Path of the mentees' export of a quarter.
pub(super) fn mentee_export(quarter: &str) -> String {
    format!("exports/mentee_{quarter}.csv")
}

/// Path of the institution's export of a program year.
pub(super) fn institution_export(year: &str) -> String {
    format!("exports/institution_{year}.csv")
}

const RECORDS: &str = r#"[roster]
file = "roster.csv"
person = "person_id"
email = "email"                 # used by `status` only, never reported
valid_from = "valid_from"       # a new row whenever a department or a stage changes
left_on = "left_on"

"#;

const PAIRS: &str = r#"[groups]
combinations = [["department", "gender"]]

[pairs]
file = "pairs.csv"
pair = "pair_id"
mentee = "mentee_id"
mentor = "mentor_id"
start = "start_date"
registered = "registered_on"
agreed_end = "agreed_end"
first_meeting = "first_meeting"
last_contact = "last_contact"
interval_days = "meeting_interval_days"
ended = "end_date"
end_reason = "end_reason"

# What every end reason of the register means.
[pairs.status_map]
"#;

const WITNESSES: &str = r#"
# Records that say yes or no to a cause. A blank is not known.
[[recorded_cause]]
cause = "power"
of = "pair"
column = "mentor_assesses"
yes = ["yes"]
no = ["no"]

[[recorded_cause]]
cause = "no_choice"
of = "pair"
column = "matched_by"
yes = ["assigned"]
no = ["chosen"]

[[recorded_cause]]
cause = "no_protected_time"
of = "mentor"
column = "protected_hours"      # a month
yes_below = 1

[[recorded_cause]]
cause = "load"
of = "mentor"
mentees = LIMIT                     # open relationships on the day

[network]
level = "career_stage"
load_limit = LIMIT
"#;

const GOALS_AND_ACTIONS: &str = r#"
[goals]
file = "goals.csv"
goal = "goal_id"
pair = "pair_id"
set_on = "set_on"
mentee_agreed = "mentee_agreed_on"
mentor_agreed = "mentor_agreed_on"
due = "due_on"
weight = "weight"
kind = "kind"
mentee_rating = "mentee_rating"
mentor_rating = "mentor_rating"
abandoned = "abandoned_on"

# What was changed, where, when, and which metric it was meant to move.
[actions]
file = "actions.csv"
action = "action_id"
label = "action"
started = "started_on"
dimension = "dimension"
values = "values"
metric = "metric"

# What relationships are compared by, in the restricted edition.
[relationships]
mentor_kinds = ["career_stage"]
alike = ["gender"]

"#;

const RULES: &str = r#"[privacy]
minimum_people = 5
minimum_rated = 3
important = ["department"]
key_file = "mentorscope.key"

[targets]
satisfied = 0.8
met_as_agreed = 0.7
goals_met = 0.6
failed_12_months = 0.1
"#;

/// The whole file. `instruments` are the ids for mentees, mentors and the institution.
pub(super) fn program(calendar: &Calendar, settings: &Settings, instruments: [&str; 3]) -> String {
    let as_of = calendar.text(calendar.as_of);
    let mut out = format!(
        "# A simulated program: every person and answer is invented. truth.json says what was planted.\n\
         # {} pairs, {} quarters, seed {}.\n\n\
         [program]\nname = \"Mentorship program\"\ninstitution = \"Riverside Academic Medical Center\"\nas_of = {as_of}\nseed = {}\n\n",
        settings.pairs,
        settings.quarters,
        settings.seed,
        as_of.replace('-', "")
    );
    let span = |kind: &str, span: &Span| {
        let (start, end) = (calendar.text(span.start), calendar.text(span.end));
        format!("[[{kind}]]\nid = \"{}\"\nlabel = \"{}\"\nstart = {start}\nend = {end}\n\n", span.id, span.label)
    };
    calendar.quarters.iter().for_each(|quarter| out.push_str(&span("period", quarter)));
    out.push_str("# Program years: results of groups are published for these.\n");
    for year in &calendar.years {
        let ids: Vec<String> = calendar.quarters[year.quarters.clone()].iter().map(|quarter| format!("\"{}\"", quarter.id)).collect();
        out.push_str(&format!(
            "[[window]]\nid = \"{}\"\nlabel = \"{}\"\nperiods = [{}]\n\n",
            year.span.id,
            year.span.label,
            ids.join(", ")
        ));
    }
    out.push_str("# Academic years in which pairs start.\n");
    calendar.cohorts.iter().for_each(|cohort| out.push_str(&span("cohort", cohort)));
    out.push_str(RECORDS);
    demographics(&mut out);
    out.push_str(PAIRS);
    for (reason, meaning) in REASONS {
        let meaning = match meaning {
            Meaning::Failure => "failure",
            Meaning::Success => "success",
            Meaning::Neutral => "neutral",
        };
        out.push_str(&format!("\"{reason}\" = \"{meaning}\"\n"));
    }
    out.push_str("\n# Causes that end reasons name; a reason that is not here says nothing of causes.\n[pairs.cause]\n");
    for (reason, cause) in REASON_CAUSES {
        out.push_str(&format!("\"{reason}\" = \"{}\"\n", cause.id()));
    }
    out.push_str(&WITNESSES.replace("LIMIT", &LOAD_LIMIT.to_string()));
    out.push_str(GOALS_AND_ACTIONS);
    exports(&mut out, calendar, instruments);
    out.push_str(&format!("[thresholds]\nfirst_meeting_days = {FIRST_MEETING_DAYS}\nmeeting_interval_days = {INTERVAL_DAYS}\n\n"));
    out.push_str(RULES);
    out
}

fn demographics(out: &mut String) {
    let value = |code: &str, label: &str| {
        let refused = if code == "PNS" { ", refused = true" } else { "" };
        format!("  {{ code = \"{code}\", label = \"{label}\"{refused} }},\n")
    };
    let mut demographic = |id: &str, label: &str, values: String, more: &str| {
        out.push_str(&format!("[[demographic]]\nid = \"{id}\"\nlabel = \"{label}\"\ncolumn = \"{id}\"\nvalues = [\n{values}]\n{more}\n"));
    };
    let departments = DEPARTMENTS.iter().map(|department| value(department.code, department.label)).collect();
    demographic("department", "Department", departments, "");
    demographic("gender", "Gender", GENDERS.iter().map(|gender| value(gender.0, gender.1)).collect(), "");
    let several = "multiple = { separator = \";\", report_as = \"MULTI\" }\n";
    demographic("race", "Race and ethnicity", RACES.iter().map(|race| value(race.0, race.1)).collect(), several);
    demographic("career_stage", "Career stage", STAGES.iter().map(|stage| value(stage.0, stage.1)).collect(), "");
    out.push_str("[[demographic]]\nid = \"under_represented\"\nlabel = \"Under-represented in medicine\"\n");
    out.push_str("from = \"race\"\nmembers = [\"AIAN\", \"BLACK\", \"HISP\", \"NHPI\"]\n\n");
}

fn exports(out: &mut String, calendar: &Calendar, [mentee, mentor, institution]: [&str; 3]) {
    for (wave, quarter) in calendar.quarters.iter().enumerate() {
        let skipped = if writes_skipped(wave) { "not_stated = [\"-99\"]\n" } else { "" };
        out.push_str(&format!(
            "[[export]]\nfile = \"{}\"\ninstrument = \"{mentee}\"\nsystem = \"qualtrics\"\nwave = \"{}\"\n\
             person = \"ExternalReference\"\npair = \"pair_id\"\n{skipped}\n",
            mentee_export(&quarter.id),
            quarter.id
        ));
    }
    out.push_str(&format!(
        "# One cumulative file. Surveys broken off have no time stamp, so the day comes from a hidden field.\n\
         [[export]]\nfile = \"{MENTOR_EXPORT}\"\ninstrument = \"{mentor}\"\nsystem = \"redcap\"\nwave = \"by date\"\n\
         person = \"mentor_id\"\npair = \"pair_id\"\ndate = \"response_date\"\n\n"
    ));
    for year in &calendar.years {
        let last = &calendar.quarters[year.quarters.end - 1].id;
        out.push_str(&format!(
            "[[export]]\nfile = \"{}\"\ninstrument = \"{institution}\"\nsystem = \"csv\"\nwave = \"{last}\"\n\
             person = \"person_id\"\ndate = \"answered_on\"\n\n",
            institution_export(&year.span.id)
        ));
    }
}
