//! Curves of how relationships end, and whether groups differ.

use super::section;
use crate::analyze::lives::{Curve, DAYS_PER_MONTH, FEWEST_IN_TEST, GroupTest, Lives, READ_AT};
use crate::analyze::{Unit, Value};
use crate::present::model::{Axis, Block, Cell, Chart, Figure, PeriodRow, Section, Table, TrendSeries};
use crate::present::rows::{number_column, words_column};
use crate::present::{numbers, tables};
use crate::stats::NotEstimable;

const ENDS: [&str; 3] = ["Failed", "Completed", "Neutral end"];

/// `12.1% (9.8 to 14.9)`, or why there is none.
fn probability(value: &Result<Value, NotEstimable>) -> Cell {
    let unit = Unit::Proportion;
    match value {
        Err(reason) => Cell::muted(reason.to_string()),
        Ok(Value { estimate, interval: Some(ends), .. }) => {
            Cell::plain(format!("{} ({})", numbers::exact(unit, *estimate), numbers::exact_range(unit, *ends, false)))
        }
        Ok(Value { estimate, .. }) => Cell::plain(numbers::exact(unit, *estimate)),
    }
}

fn months(days: i32) -> String {
    format!("{:.0}", f64::from(days) / DAYS_PER_MONTH)
}

/// The curve of the whole program, drawn with the number at risk.
pub fn curve(lives: &Lives) -> Section {
    let mut blocks = Vec::new();
    match lives.curves.first().filter(|curve| curve.drawn.len() > 1) {
        Some(curve) => {
            if curve.from > 0.0 {
                let from = numbers::count(curve.from as u64);
                blocks.push(Block::Paragraph(format!(
                    "Too few were registered earlier: the curve is that of relationships open {from} days after their start."
                )));
            }
            blocks.push(Block::Figure(figure(lives, curve)));
        }
        None => blocks.push(Block::Paragraph("Too few relationships for a curve.".into())),
    }
    section(
        "How relationships end, by their age",
        "Share that has ended in each way (Aalen-Johansen): the ways compete, and open relationships count as long as they are seen",
        blocks,
    )
}

fn figure(lives: &Lives, curve: &Curve) -> Figure {
    let percent = |share: f64| numbers::drawn_exact(Unit::Proportion, share);
    let series: Vec<TrendSeries> = ENDS
        .iter()
        .enumerate()
        .map(|(end, label)| {
            let point = |value: &Option<Value>| {
                value.map(|value| {
                    let (lower, upper) = value.interval.unwrap_or((value.estimate, value.estimate));
                    (percent(value.estimate), percent(lower), percent(upper))
                })
            };
            let last = curve.drawn.iter().rev().find_map(|(_, _, values)| values[end]);
            TrendSeries {
                label: (*label).to_string(),
                points: curve.drawn.iter().map(|(_, _, values)| point(&values[end])).collect(),
                last: last.map_or_else(String::new, |value| numbers::exact(Unit::Proportion, value.estimate)),
            }
        })
        .collect();
    let greatest = series.iter().flat_map(|line| &line.points).flatten().fold(0.0_f64, |most, point| most.max(point.2));
    let axis = Axis { minimum: 0.0, maximum: ((greatest / 10.0).ceil() * 10.0).clamp(10.0, 100.0), suffix: "%".into() };
    let periods: Vec<String> = curve.drawn.iter().map(|(age, _, _)| months(*age)).collect();
    let at_risk = PeriodRow {
        label: "Months since the start; relationships at risk".into(),
        texts: curve.drawn.iter().map(|(_, at_risk, _)| numbers::count(*at_risk)).collect(),
    };
    let rows = curve.drawn.iter().map(|(age, at_risk, values)| {
        let mut cells = vec![Cell::plain(months(*age)), Cell::plain(numbers::count(*at_risk))];
        cells.extend(values.iter().map(|value| probability(&(*value).ok_or(NotEstimable::NobodyAtRisk))));
        cells
    });
    let mut columns = vec![number_column("At risk")];
    columns.extend(ENDS.map(number_column));
    let caption =
        format!("Share ended by each age, with {} intervals clustered by mentee and mentor", numbers::confidence(lives.confidence_level));
    let table = Table { folded: true, ..tables::table(caption, "Months since the start", columns, rows.collect(), true) };
    let description = format!(
        "Stairs of the share of relationships that have ended in each of three ways by their age in months, axis {}, with the number at risk below.",
        numbers::axis_words(&axis)
    );
    Figure {
        title: "Share of relationships that have failed, completed or ended neutrally".into(),
        description,
        chart: Chart::Steps { axis, periods, series, below: vec![at_risk] },
        table,
    }
}

/// Every group at every age read, and the tests.
pub fn groups(lives: &Lives) -> Section {
    let mut blocks = Vec::new();
    for curves in lives.curves.chunk_by(|left, right| left.division.id == right.division.id) {
        let rows = curves.iter().map(group_row).collect();
        let mut columns = vec![number_column("Relationships"), number_column("Failed / completed / neutral")];
        columns.extend(READ_AT.map(|age| number_column(format!("Failed by {} months", months(age)))));
        columns.extend(ENDS[1..].iter().map(|end| number_column(format!("{end} by 12 months"))));
        blocks.push(Block::Table(tables::table(name(&curves[0]), "Group", columns, rows, false)));
    }
    let rows = lives.tests.iter().map(test_row).collect();
    let columns =
        ["End", "Groups compared", "Relationships", "Registered late, left out", "Chi-square (df)", "p", "p adjusted"].map(words_column);
    blocks.push(Block::Table(tables::table("Gray's test that groups do not differ".into(), "Division", columns.into(), rows, false)));
    blocks.push(Block::Paragraph(format!(
        "Exploratory: groups were not formed at random. Groups of the first day; fewer than {FEWEST_IN_TEST} relationships are not tested. The test takes \
         relationships as independent. Adjusted: Benjamini-Hochberg over the divisions, for each way of ending."
    )));
    section(
        "How relationships end, by group",
        "Cumulative incidence with clustered intervals; a curve stops where fewer than 5 are at risk",
        blocks,
    )
}

fn name(curve: &Curve) -> String {
    let label = &curve.division.label;
    if curve.division.by_mentor { format!("By the mentor: {label}") } else { label.clone() }
}

fn group_row(curve: &Curve) -> Vec<Cell> {
    let twelve_months = 1;
    let ends = curve.ends.map(numbers::count).join(" / ");
    let mut cells =
        vec![Cell::plain(&curve.division.groups[curve.group].1), Cell::plain(numbers::count(curve.relationships)), Cell::plain(ends)];
    cells.extend(curve.read.iter().map(|read| probability(&read[0])));
    cells.extend(curve.read[twelve_months][1..].iter().map(probability));
    cells
}

fn test_row(test: &GroupTest) -> Vec<Cell> {
    let label = &test.division.label;
    let division = if test.division.by_mentor { format!("By the mentor: {label}") } else { label.clone() };
    let mut cells = vec![
        Cell::plain(division),
        Cell::plain(ENDS[test.cause as usize - 1]),
        Cell::plain(numbers::count(test.compared.len() as u64)),
        Cell::plain(numbers::count(test.relationships)),
        Cell::plain(numbers::count(test.registered_late)),
    ];
    cells.extend(match &test.result {
        Ok((chi_square, freedom, p, adjusted)) => [
            Cell::plain(format!("{} ({freedom})", numbers::exact(Unit::Coefficient, *chi_square))),
            Cell::plain(numbers::p_value(*p)),
            Cell::plain(numbers::p_value(*adjusted)),
        ],
        Err(reason) => [Cell::muted(reason.to_string()), Cell::plain(""), Cell::plain("")],
    });
    cells
}
