//! What each metric is, how it is computed, where the formula comes from.

use crate::analyze::{Level, METRICS, Metric, ReleaseClass, Unit, UnitOfAnalysis};
use crate::disclose::ReleaseRow;
use crate::present::lookup::Book;
use crate::present::model::{Block, Section};
use crate::present::numbers;

/// The section: every metric of the registry, in its order.
pub fn section(book: &Book<'_, ReleaseRow>) -> Section {
    let terms = METRICS.iter().map(|metric| (format!("{} ({})", metric.label, metric.id), definition(book, metric))).collect();
    super::section("Definitions", Some("All metrics of the registry".into()), vec![Block::Definitions(terms)])
}

fn definition(book: &Book<'_, ReleaseRow>, metric: &Metric) -> String {
    let mut methods: Vec<&str> = Vec::new();
    for row in book.rows().iter().filter(|row| row.metric.id == metric.id) {
        // The method of a hidden figure can say that all answered alike.
        if !row.figure.get().is_hidden() && !methods.contains(&row.method) {
            methods.push(row.method);
        }
    }
    let better = match metric.higher_is_better {
        Some(true) => "Higher is better. ",
        Some(false) => "Lower is better. ",
        None => "",
    };
    let relevant = numbers::relevant(metric).map_or(String::new(), |relevant| format!("Relevant difference: {relevant}. "));
    let methods =
        if methods.is_empty() { "Method: none used in this release. ".into() } else { format!("Method: {}. ", methods.join("; ")) };
    format!(
        "{}. One observation: {}. Unit: {}. {better}{relevant}Level: {}. Released as: {}. {methods}Formula version {}. Reference: {}.",
        metric.definition,
        observation(metric.unit_of_analysis),
        unit_words(metric.unit),
        level(metric.level),
        class(metric.release_class),
        metric.formula_version,
        metric.reference
    )
}

fn observation(unit: UnitOfAnalysis) -> &'static str {
    match unit {
        UnitOfAnalysis::Person => "a person",
        UnitOfAnalysis::Pair => "a relationship",
        UnitOfAnalysis::Goal => "a goal",
        UnitOfAnalysis::Episode => "an episode of a relationship, from entry to exit or to the as-of date",
    }
}

/// A metric's unit in words.
pub fn unit_words(unit: Unit) -> &'static str {
    match unit {
        Unit::Proportion => "share, stored as 0 to 1 and printed in percent",
        Unit::NpsPoints => "points, −100 to 100",
        Unit::ScalePoints => "points of the scale",
        Unit::TPoints => "T points, 50 is as expected",
        Unit::PerHundredMonths => "failures per 100 relationship-months",
        Unit::Count => "number",
        Unit::Coefficient => "coefficient, at most 1",
        Unit::Average => "mean number",
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Quality => "quality of the evaluation",
        Level::Reaction => "reaction (Kirkpatrick 1)",
        Level::Learning => "learning (Kirkpatrick 2)",
        Level::Behavior => "behavior (Kirkpatrick 3)",
        Level::Results => "results (Kirkpatrick 4)",
    }
}

fn class(class: ReleaseClass) -> &'static str {
    match class {
        ReleaseClass::Count => "count",
        ReleaseClass::Proportion => "proportion",
        ReleaseClass::Mean => "mean",
        ReleaseClass::Additive => "ratio of a count to an amount of time",
        ReleaseClass::Curve => "point of an incidence curve",
        ReleaseClass::Model => "model",
    }
}
