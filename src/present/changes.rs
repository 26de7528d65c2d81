//! Earlier published figures that the new results give differently, in words.

use super::numbers;

/// A figure that differs from the one published before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFigure {
    /// Label of the metric.
    pub label: String,
    /// Period of the figure.
    pub period: String,
    /// Label of the group.
    pub group: String,
    /// Unit word of the results.
    pub unit: String,
    /// What was published, as the results write it.
    pub was: String,
    /// What the new results say.
    pub now: String,
}

/// The sentence on a changed figure.
pub fn changed_figure(change: &ChangedFigure) -> String {
    let text = |says: &str| numbers::tidy_text(says, change.unit == "proportion");
    format!(
        "{}, {}, {}: published as {}, now {}. The records for that time have changed since.",
        change.label,
        change.period,
        change.group,
        text(&change.was),
        text(&change.now)
    )
}
