//! `mentorscope metrics`: the codebook.

use crate::analyze::{METRICS, Metric, UnitOfAnalysis};
use crate::error::{Exit, Result};
use crate::present::unit_words;

/// Print the codebook: every metric with its definition, unit, method and reference, in Markdown
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  mentorscope metrics > docs/metrics.md")]
pub struct Arguments {}

/// Runs the command.
pub fn run(_arguments: &Arguments) -> Result<Exit> {
    anstream::print!("{}", codebook());
    Ok(Exit::Clean)
}

fn codebook() -> String {
    let mut text = String::from(
        "# Metrics\n\nWritten by `mentorscope metrics` from the registry in `src/analyze/registry/`; do not edit.\n\n\
         A scale's metrics carry its id behind a colon in configuration (`scale:feedback`), and a cause's its id (`cause:unavailable`).\n",
    );
    for metric in METRICS {
        text.push_str(&entry(metric));
    }
    text
}

fn entry(metric: &Metric) -> String {
    let direction = match metric.higher_is_better {
        Some(true) => "higher is better",
        Some(false) => "lower is better",
        None => "neither",
    };
    let observation = match metric.unit_of_analysis {
        UnitOfAnalysis::Person => "person (averaged over the person's pairs first)",
        UnitOfAnalysis::Pair => "pair",
        UnitOfAnalysis::Goal => "goal",
        UnitOfAnalysis::Episode => "episode of a pair",
    };
    let relevant = metric.relevant_difference.map_or_else(|| "not compared".to_string(), |difference| difference.to_string());
    format!(
        "\n## `{}`: {}\n\n{}.\n\n| | |\n|---|---|\n| Unit of analysis | {observation} |\n| Unit | {} |\n| Direction | {direction} |\n| Relevant difference | {relevant} |\n\
         | Release class | {} |\n| Rates people | {} |\n| Level of evaluation | {} |\n| Formula version | {} |\n| Reference | {} |\n",
        metric.id,
        metric.label,
        metric.definition,
        unit_words(metric.unit),
        format!("{:?}", metric.release_class).to_lowercase(),
        if metric.rates_people { "yes" } else { "no" },
        format!("{:?}", metric.level).to_lowercase(),
        metric.formula_version,
        metric.reference,
    )
}
