//! Whether a model can be drawn: the right number of cells, points and categories, and numbers that are numbers.

use crate::present::model::{Axis, Block, Chart, ReportModel, Table};

/// Everything about a model that keeps it from being rendered, one line each.
pub(super) fn faults(model: &ReportModel) -> Vec<String> {
    let mut faults = Vec::new();
    for block in model.sections.iter().flat_map(|section| &section.blocks) {
        match block {
            Block::Table(table) => check_table(table, &mut faults),
            Block::Figure(figure) => {
                check_table(&figure.table, &mut faults);
                let found = chart_faults(&figure.chart);
                faults.extend(found.into_iter().map(|fault| format!("figure `{}`: {fault}", figure.title)));
            }
            Block::Cards(cards) => {
                let sparks = cards.iter().filter_map(|card| card.spark.as_ref().map(|spark| (card, spark)));
                let broken = sparks.filter(|(_, spark)| spark.values.iter().flatten().any(|v| !sound(*v)));
                faults.extend(broken.map(|(card, _)| format!("card `{}`: a value is not a number within ±10⁹", card.heading)));
            }
            Block::Paragraph(_) | Block::Numbered(_) | Block::Bullets(_) | Block::Definitions(_) => {}
        }
    }
    faults
}

fn check_table(table: &Table, faults: &mut Vec<String>) {
    let (place, columns) = (&table.caption, table.columns.len());
    let uneven = table.rows.iter().enumerate().filter(|(_, row)| row.len() != columns);
    faults.extend(uneven.map(|(i, row)| format!("table `{place}`: row {} has {} cells for {columns} columns", i + 1, row.len())));
}

/// A value that an axis can place.
fn sound(value: f64) -> bool {
    value.is_finite() && value.abs() <= 1e9
}

fn chart_faults(chart: &Chart) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |wrong: bool, what: &str| {
        if wrong {
            faults.push(what.to_string());
        }
    };
    let values: Vec<f64> = match chart {
        Chart::DotInterval { axis, rows, reference } => {
            check(!drawable(axis), "its axis has no extent");
            let marks = rows.iter().filter_map(|row| row.mark.as_ref());
            let values = marks.flat_map(|m| [Some(m.estimate), Some(m.lower), Some(m.upper), m.previous]).flatten();
            values.chain(reference.as_ref().map(|(value, _)| *value)).collect()
        }
        Chart::PairedDots { axis, rows, .. } => {
            check(!drawable(axis), "its axis has no extent");
            rows.iter().flat_map(|row| [&row.first, &row.second]).flatten().map(|(value, _)| *value).collect()
        }
        Chart::Trend { axis, periods, series } | Chart::Steps { axis, periods, series, .. } => {
            check(!drawable(axis), "its axis has no extent");
            check(series.len() > 4, "it has more than four series");
            check(series.iter().any(|line| line.points.len() != periods.len()), "a series has not one point per period");
            if let Chart::Steps { below, .. } = chart {
                check(below.iter().any(|row| row.texts.len() != periods.len()), "a row below it has not one text per period");
            }
            series.iter().flat_map(|line| line.points.iter().flatten()).flat_map(|p| [p.0, p.1, p.2]).collect()
        }
        Chart::Panels { axis, periods, context, panels } => {
            check(!drawable(axis), "its axis has no extent");
            check(panels.len() > 12, "it has more than twelve panels");
            let points: Vec<_> = panels.iter().map(|panel| &panel.points).chain(context.iter().map(|line| &line.points)).collect();
            check(points.iter().any(|points| points.len() != periods.len()), "a panel has not one point per period");
            points.into_iter().flatten().flatten().flat_map(|p| [p.0, p.1, p.2]).collect()
        }
        Chart::StackedBars { categories, rows } => {
            check(!matches!(categories.len(), 3 | 5), "it has neither three nor five categories");
            let percents = || rows.iter().filter_map(|row| row.percents.as_ref());
            check(percents().any(|percents| percents.len() != categories.len()), "a row has not one percent per category");
            check(percents().flatten().any(|&percent| percent < 0.0), "a percent is below zero");
            percents().flatten().copied().collect()
        }
    };
    check(values.into_iter().any(|value| !sound(value)), "a value is not a number within ±10⁹");
    faults
}

/// Whether an axis has a direction and room for round ticks.
fn drawable(axis: &Axis) -> bool {
    sound(axis.minimum) && sound(axis.maximum) && axis.maximum - axis.minimum >= 1e-3
}
