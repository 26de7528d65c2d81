//! The publication plan: which cells a release may hold. It is made from the program's configuration before any data is read.

use crate::analyze::{Contrast, ResultRow, ResultSet};
use crate::derive::SpanKind;
use crate::program::plan::Plan;

/// Which tables are published.
///
/// Program-wide figures are quarterly and per window. Groups are published over complete windows only, so that no two published windows overlap and
/// none minus another gives a single quarter. Causes and models are program-wide.
#[derive(Debug, Clone)]
pub struct PublicationPlan {
    /// Windows whose figures for groups are published, in words.
    windows: Vec<String>,
}

impl PublicationPlan {
    /// The plan of a program.
    pub fn new(plan: &Plan) -> Self {
        Self { windows: plan.windows.iter().map(|window| window.span.label.clone()).collect() }
    }

    /// Whether a row belongs in a release.
    pub fn includes(&self, results: &ResultSet, row: &ResultRow) -> bool {
        if row.metric.restricted {
            return false;
        }
        let whole_program = row.grouping == 0;
        match results.spans[row.span].kind {
            // Of few failures in a quarter no cause can be told.
            SpanKind::Period => whole_program && !row.metric.windows_only,
            SpanKind::Window => whole_program || !matches!(row.metric.id, "cause" | "cronbach_alpha"),
            SpanKind::Before(_) => false,
            SpanKind::Since(_) => matches!(row.contrast, Contrast::Effect { .. }),
        }
    }

    /// The plan in words, for the researcher page.
    pub fn sentences(&self) -> Vec<String> {
        vec![
            "Figures for the whole program are published for each quarter and each publication window.".into(),
            format!(
                "Figures for groups are published for complete publication windows only, which do not overlap: {}.",
                self.windows.join("; ")
            ),
            "Causes of failure and reliability are published for the whole program only.".into(),
        ]
    }
}
