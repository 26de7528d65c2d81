//! The ledger in numbers, its definitions, and the flow of every period.

use super::section;
use crate::analyze::Unit;
use crate::analyze::lives::{Lives, Reported, Tally};
use crate::derive::{Span, Trouble};
use crate::present::model::{Block, Cell, Section};
use crate::present::rows::number_column;
use crate::present::{numbers, tables};
use crate::program::plan::{EndKind, Plan};
use crate::stats::{Estimate, NotEstimable};

/// The ledger with the definitions that made it.
pub fn ledger(plan: &Plan, lives: &Lives) -> Section {
    let tally = &lives.tally;
    let mut blocks = Vec::new();
    if tally.missing > 0 {
        blocks.push(Block::Paragraph(missing(tally)));
    }
    let row = |(name, count): (&str, u64)| vec![Cell::plain(name), Cell::plain(numbers::count(count))];
    let counts = [
        ("In the register", tally.episodes),
        ("Over before they entered it, in no rate", tally.late),
        ("Never met within the limit", tally.failed[0]),
        ("Ended early", tally.failed[1]),
        ("Fell dormant", tally.failed[2]),
        ("Of those that failed, in contact again afterward; they stay failed", tally.resumed),
        ("Completed", tally.succeeded),
        ("Ended for a neutral reason", tally.neutral),
        ("Ended, reason not known", tally.lost),
        ("Open", tally.open),
    ];
    let rows = counts.map(row).into();
    let caption = "Relationships by how they stand on the as-of date";
    blocks.push(Block::Table(tables::table(caption.into(), "Relationships", vec![number_column("Number")], rows, false)));
    blocks.push(Block::Table(trouble(tally)));
    blocks.push(Block::Definitions(definitions(plan)));
    section(
        "The ledger of relationships",
        "Every relationship stays counted. episodes.csv has one row for each, curves.csv every step of every curve",
        blocks,
    )
}

/// What pairs that the register lacks could do to the rate.
fn missing(tally: &Tally) -> String {
    let (are, were) = if tally.missing == 1 { ("relationship is", "it") } else { ("relationships are", "all of them") };
    format!(
        "{} {are} known from surveys, goals, contacts or an earlier publication and missing from the register, as the findings say. Every rate on this page \
         leaves {were} out and may look better than it is. Failures per 100 relationship-months: {} as the register stands; {} if {were} had failed.",
        numbers::count(tally.missing),
        rate(&tally.rate),
        rate(&tally.rate_with_missing)
    )
}

/// `1.2 (0.9 to 1.5)`, or why there is none.
fn rate(rate: &Result<Estimate, NotEstimable>) -> String {
    let unit = Unit::PerHundredMonths;
    match rate {
        Err(reason) => reason.to_string(),
        Ok(estimate) => match &estimate.interval {
            Ok(ends) => {
                format!("{} ({})", numbers::exact(unit, estimate.estimate), numbers::exact_range(unit, (ends.lower, ends.upper), false))
            }
            Err(reason) => format!("{}, {reason}", numbers::exact(unit, estimate.estimate)),
        },
    }
}

fn trouble(tally: &Tally) -> crate::present::model::Table {
    let cells = |reported: &Reported| [reported.yes, reported.no, reported.unknown].map(|count| Cell::plain(numbers::count(count)));
    let rows = Tally::kinds().zip(tally.trouble_failed.iter().zip(&tally.trouble_others)).map(|(kind, (failed, others))| {
        let mut row = vec![Cell::plain(kind.map_or("Any of these", trouble_name))];
        row.extend(cells(failed));
        row.extend(cells(others));
        row
    });
    let columns = ["Failed: yes", "Failed: no", "Failed: not known", "Others: yes", "Others: no", "Others: not known"].map(number_column);
    tables::table("Trouble reported, beside failure and no part of it".into(), "Trouble", columns.into(), rows.collect(), false)
}

fn trouble_name(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::BothDissatisfied => "Both dissatisfied",
        Trouble::MenteeDissatisfied => "Only the mentee dissatisfied",
        Trouble::MentorDissatisfied => "Only the mentor dissatisfied",
        Trouble::Harm => "Harm reported",
        Trouble::NoGoalMet => "No goal met when due",
    }
}

/// The definitions, with the thresholds of program.toml.
pub fn definitions(plan: &Plan) -> Vec<(String, String)> {
    let thresholds = &plan.thresholds;
    let reasons = |kind: EndKind| {
        let of_kind = plan.pairs.status_map.iter().filter(|(_, known)| **known == kind).map(|(reason, _)| reason.as_str());
        let reasons: Vec<&str> = of_kind.collect();
        if reasons.is_empty() { "none".to_string() } else { reasons.join(", ") }
    };
    let contacts = if plan.relationships.contacts.is_some() {
        "the log of contacts, first meetings and last contacts"
    } else {
        "first meetings and last contacts; what lay between is not recorded, so that a relationship that fell dormant and resumed unseen does not show"
    };
    let pairs = &plan.pairs;
    let never_met = if pairs.first_meeting.is_some() || plan.relationships.contacts.is_some() {
        format!("no meeting within {} days of the start; dated on the last of them", thresholds.first_meeting_days)
    } else {
        "not recorded: the register has no first meetings".into()
    };
    let dormant = if pairs.last_contact.is_some() || plan.relationships.contacts.is_some() {
        format!(
            "open, and no contact for twice the agreed interval ({} days where none is agreed); dated on that day; contacts are {contacts}",
            thresholds.meeting_interval_days
        )
    } else {
        "not recorded: the register has no contacts".into()
    };
    [
        ("Failure", "the first of never met, ended early and dormant, from the program's records alone; one dated event".to_string()),
        ("Never met", never_met),
        ("Ended early", format!("ended for one of these reasons: {}", reasons(EndKind::Failure))),
        ("Dormant", dormant),
        ("Completed", format!("ended for one of these reasons: {}", reasons(EndKind::Success))),
        ("Neutral end", format!("ended for one of these reasons: {}", reasons(EndKind::Neutral))),
        (
            "On one day",
            "an end on the day on which a limit is reached is the end; a completed or neutral end on the day of a failure counts as that end".into(),
        ),
        ("At risk", "from the later of start and registration to the failure, the end, or the as-of date".into()),
        (
            "Trouble",
            "dissatisfied: one of the two least favorable answers, compared within a period. Not known: no period in which both answered, or one in which a \
             side was dissatisfied and the other did not answer. Harm: no only where every side that is asked has answered. No goal met: of the agreed goals \
             that came due while the relationship was observed, each rated and none 0 or more by either side"
                .into(),
        ),
    ]
    .map(|(term, text)| (term.to_string(), format!("{text}.")))
    .into()
}

/// Who was there, who came and who went, per period.
pub fn flows(lives: &Lives, spans: &[Span]) -> Section {
    let rows = lives.flows.iter().map(|flow| {
        let counts = [flow.at_risk, flow.entered, flow.failed, flow.succeeded, flow.neutral, flow.lost, flow.open];
        let mut cells = vec![Cell::plain(&spans[flow.span].label)];
        cells.extend(counts.map(|count| Cell::plain(numbers::count(count))));
        cells.push(Cell::plain(rate(&flow.rate)));
        cells.push(Cell::plain(format!("{} of {}", numbers::count(flow.every_mentor_failed), numbers::count(flow.mentees))));
        cells
    });
    let range = numbers::confidence(lives.confidence_level);
    let columns = [
        "At risk on the first day".to_string(),
        "Entered".into(),
        "Failed".into(),
        "Completed".into(),
        "Neutral end".into(),
        "Lost".into(),
        "Open on the last day".into(),
        format!("Failures per 100 relationship-months (exact {range} interval)"),
        "Mentees whose every relationship had failed".into(),
    ];
    let caption = "At risk and entered = failed + completed + neutral + lost + open";
    let table = tables::table(caption.into(), "Period", columns.iter().map(number_column).collect(), rows.collect(), false);
    section(
        "Relationships by period",
        "The exact interval takes failures as independent; the one above allows for people in several relationships",
        vec![Block::Table(table)],
    )
}
