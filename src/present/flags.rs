//! The published rule by which a difference is something to look at.

use super::words::{self, Bearing};
use crate::analyze::{Contrast, Level};
use crate::disclose::{Figure, ReleaseRow, Verdict};

/// Slack for comparing a published decimal with a declared difference.
const SLACK: f64 = 1e-9;

/// Whether a published difference is unfavorable beyond its adjusted range and at least as large as the metric's relevant difference.
/// How many answered is not a finding about mentoring, and the effect of an action has a table of its own.
pub fn is_flagged(row: &ReleaseRow) -> bool {
    let is_comparison = matches!(row.contrast, Contrast::Gap | Contrast::Change { .. });
    let unfavorable = words::bearing(row.metric, row.detail.as_ref(), row.verdict.unwrap_or(Verdict::NotShown)) == Bearing::Unfavorable;
    is_comparison && row.metric.level != Level::Quality && unfavorable && size(row).is_some_and(|size| size >= 1.0 - SLACK)
}

/// The size of a published difference in relevant differences; none where the metric declares none or nothing is shown.
pub fn size(row: &ReleaseRow) -> Option<f64> {
    let relevant = row.metric.relevant_difference.filter(|relevant| *relevant > 0.0)?;
    match row.figure.get() {
        Figure::Point { estimate, .. } => Some(estimate.magnitude().value() / relevant),
        _ => None,
    }
}
