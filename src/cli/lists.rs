//! Lists of rows for the evaluation office: they name people, and stay in the restricted edition.

use polars::prelude::*;

use super::pipeline::Loaded;
use crate::check::Dataset;
use crate::derive::{AnalysisSet, status};
use crate::error::{Error, Result};
use crate::finding::Excludes;
use crate::present::RestrictedLists;
use crate::program::plan::{Role, day_number};

/// Failed pairs of the period, open pairs to follow up, and rows that were left out. Whom to follow up is told from the program's records alone: a
/// list made of answers would give away who said what.
pub fn lists(loaded: &Loaded, set: &AnalysisSet) -> Result<RestrictedLists> {
    let failed = failed_pairs(&loaded.checked.dataset, set).map_err(defect)?;
    let late = late_pairs(&loaded.checked.dataset, set).map_err(defect)?;
    let silent = silent_pairs(loaded, set).map_err(defect)?;
    let ending = ending_pairs(loaded, set).map_err(defect)?;
    let aimless = pairs_without_goal(loaded, set).map_err(defect)?;
    let thresholds = &loaded.plan.thresholds;
    let headings = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    let left_out = loaded
        .findings
        .iter()
        .filter(|finding| matches!(finding.excludes, Excludes::Row | Excludes::File))
        .map(|finding| {
            let row = finding.row.map_or_else(|| "all".to_string(), |row| row.to_string());
            vec![finding.file.clone(), row, finding.rule.to_string(), finding.remedy.clone()]
        })
        .collect();
    Ok(RestrictedLists {
        sections: vec![
            ("Relationships that failed in this period".into(), headings(&["Pair", "Mentee", "Mentor", "Failed on", "How"]), failed),
            (
                "Relationships over before they entered the register, counted in no rate".into(),
                headings(&["Pair", "Mentee", "Mentor", "Over on"]),
                late,
            ),
            (
                "To follow up: no contact for longer than agreed".into(),
                headings(&["Pair", "Mentee", "Mentor", "Last contact", "Falls dormant on"]),
                silent,
            ),
            (
                format!("To follow up: the agreed term ends within {} days, or is over", thresholds.term_notice_days),
                headings(&["Pair", "Mentee", "Mentor", "Agreed end"]),
                ending,
            ),
            (
                format!("To follow up: open for {} days or longer, and no goal agreed", thresholds.goal_grace_days),
                headings(&["Pair", "Mentee", "Mentor", "Since"]),
                aimless,
            ),
            ("Rows that were left out".into(), headings(&["File", "Row", "Rule", "What to do"]), left_out),
        ],
    })
}

fn defect(error: PolarsError) -> Error {
    Error::new(format!("could not list the pairs: {error}"), "report this as a defect of the program")
}

/// A day number as an ISO date.
pub fn iso_date(day: i32) -> String {
    use jiff::ToSpan;
    jiff::civil::date(1970, 1, 1).checked_add(day.days()).map_or_else(|_| day.to_string(), |date| date.to_string())
}

fn names(dataset: &Dataset, pair: u32, mentee: u32, mentor: u32) -> [String; 3] {
    let name = |id: Option<&str>| id.unwrap_or_default().to_string();
    [name(dataset.pair_ids().id(pair)), name(dataset.people().id(mentee)), name(dataset.people().id(mentor))]
}

fn failed_pairs(dataset: &Dataset, set: &AnalysisSet) -> PolarsResult<Vec<Vec<String>>> {
    let span = &set.spans[set.current];
    let within = col("exit").gt_eq(lit(span.start)).and(col("exit").lt_eq(lit(span.end)));
    let frame = set.episodes.clone().lazy().filter(col("status").eq(lit(status::FAILED)).and(within)).collect()?;
    let how: Vec<u8> = frame.column("how")?.u8()?.into_no_null_iter().collect();
    let word = |how: u8| match how {
        1 => "never met within the limit",
        2 => "ended early",
        _ => "fell dormant",
    };
    rows(dataset, &frame, "exit", |row, day| vec![iso_date(day), word(how[row]).to_string()])
}

/// Pairs that were registered when they were over already: nobody could have seen them fail, so that they are in no rate.
fn late_pairs(dataset: &Dataset, set: &AnalysisSet) -> PolarsResult<Vec<Vec<String>>> {
    let frame = set.episodes.clone().lazy().filter(col("late")).collect()?;
    rows(dataset, &frame, "exit", |_, day| vec![iso_date(day)])
}

/// Pairs that have neither ended nor failed, as the register has them.
fn open_pairs(loaded: &Loaded, set: &AnalysisSet) -> LazyFrame {
    let open = set.episodes.clone().lazy().filter(col("status").eq(lit(status::OPEN))).select([col("pair")]);
    let pairs = loaded.checked.dataset.pairs().clone().lazy();
    pairs.join(open, [col("pair")], [col("pair")], JoinArgs::new(JoinType::Semi)).filter(col("ended").is_null())
}

/// Pairs whose agreed end is near or past.
fn ending_pairs(loaded: &Loaded, set: &AnalysisSet) -> PolarsResult<Vec<Vec<String>>> {
    let last = day_number(loaded.plan.as_of) + loaded.plan.thresholds.term_notice_days;
    let frame = open_pairs(loaded, set)
        .filter(col("agreed_end").lt_eq(lit(last)))
        .sort(["agreed_end", "pair"], SortMultipleOptions::default())
        .collect()?;
    rows(&loaded.checked.dataset, &frame, "agreed_end", |_, day| vec![iso_date(day)])
}

/// Pairs that have been open for a while without a goal that both agreed; none where the program keeps no goals.
fn pairs_without_goal(loaded: &Loaded, set: &AnalysisSet) -> PolarsResult<Vec<Vec<String>>> {
    if loaded.plan.goals.is_none() {
        return Ok(Vec::new());
    }
    let since = day_number(loaded.plan.as_of) - loaded.plan.thresholds.goal_grace_days;
    let both = col("mentee_agreed").is_not_null().and(col("mentor_agreed").is_not_null());
    let agreed = loaded.checked.dataset.goals().clone().lazy().filter(both).select([col("pair")]);
    let frame = open_pairs(loaded, set)
        .filter(col("start").lt_eq(lit(since)))
        .join(agreed, [col("pair")], [col("pair")], JoinArgs::new(JoinType::Anti))
        .sort(["start", "pair"], SortMultipleOptions::default())
        .collect()?;
    rows(&loaded.checked.dataset, &frame, "start", |_, day| vec![iso_date(day)])
}

/// Pairs whose last contact is more than one agreed interval ago: they fall dormant after two.
fn silent_pairs(loaded: &Loaded, set: &AnalysisSet) -> PolarsResult<Vec<Vec<String>>> {
    let as_of = day_number(loaded.plan.as_of);
    let frame = open_pairs(loaded, set)
        .with_column(when(col("last_contact").is_not_null()).then(col("last_contact")).otherwise(col("first_meeting")).alias("contact"))
        .filter(col("contact").is_not_null().and((col("contact") + col("interval")).lt(lit(as_of))))
        .with_column((col("contact") + lit(2i32) * col("interval")).alias("dormant_on"))
        .sort(["dormant_on", "pair"], SortMultipleOptions::default())
        .collect()?;
    let dormant: Vec<i32> = frame.column("dormant_on")?.i32()?.into_no_null_iter().collect();
    rows(&loaded.checked.dataset, &frame, "contact", |row, day| vec![iso_date(day), iso_date(dormant[row])])
}

fn rows(dataset: &Dataset, frame: &DataFrame, day: &str, rest: impl Fn(usize, i32) -> Vec<String>) -> PolarsResult<Vec<Vec<String>>> {
    let code = |name: &str| -> PolarsResult<Vec<u32>> { Ok(frame.column(name)?.u32()?.into_no_null_iter().collect()) };
    let (pairs, mentees, mentors) = (code("pair")?, code("mentee")?, code("mentor")?);
    let days = frame.column(day)?.i32()?.into_no_null_iter();
    Ok(days
        .enumerate()
        .map(|(row, day)| {
            let mut cells = names(dataset, pairs[row], mentees[row], mentors[row]).to_vec();
            cells.extend(rest(row, day));
            cells
        })
        .collect())
}

/// One side of an open pair that has not answered in the current period.
pub struct Silent {
    /// Pair id.
    pub pair: String,
    /// Which side.
    pub role: Role,
    /// Person id.
    pub person: String,
}

/// The open sides of a period.
pub struct Sides {
    /// Number of open pairs, per side asked.
    pub invited: Vec<(Role, usize)>,
    /// Those that have not answered.
    pub silent: Vec<Silent>,
}

/// Open sides of the current period, and those of them that have not answered.
pub fn silent_sides(dataset: &Dataset, set: &AnalysisSet) -> Result<Sides> {
    open_sides(dataset, set).map_err(defect)
}

fn open_sides(dataset: &Dataset, set: &AnalysisSet) -> PolarsResult<Sides> {
    let span = &set.spans[set.current];
    let open = set
        .episodes
        .clone()
        .lazy()
        .filter(col("late").not().and(col("entry").lt_eq(lit(span.end))).and(col("exit").gt_eq(lit(span.start))))
        .select([col("pair"), col("mentee"), col("mentor")]);
    let (mut invited, mut silent) = (Vec::new(), Vec::new());
    for (role, side) in [(Role::Mentee, "mentee"), (Role::Mentor, "mentor")] {
        let open = open.clone().collect()?;
        invited.push((role, open.height()));
        let mut waiting = open.lazy();
        for answers in set.answers.iter().filter(|answers| answers.role == role) {
            let answered = answers.frame.clone().lazy().filter(col("span").eq(lit(set.current as u16))).select([col("pair")]);
            waiting = waiting.join(answered, [col("pair")], [col("pair")], JoinArgs::new(JoinType::Anti));
        }
        let waiting = waiting.sort(["pair"], SortMultipleOptions::default()).collect()?;
        let pairs = waiting.column("pair")?.u32()?.into_no_null_iter();
        for (pair, person) in pairs.zip(waiting.column(side)?.u32()?.into_no_null_iter()) {
            let name = |id: Option<&str>| id.unwrap_or_default().to_string();
            silent.push(Silent { pair: name(dataset.pair_ids().id(pair)), role, person: name(dataset.people().id(person)) });
        }
    }
    Ok(Sides { invited, silent })
}
