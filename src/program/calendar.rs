//! Reads periods, windows and cohorts.

use jiff::ToSpan;
use jiff::civil::Date;

use super::plan::{Period, Window};
use super::value::{date, id, list, placed, text};
use super::walker::{Names, Section};

/// Reporting periods: in date order, one right after the other.
pub(super) fn read_periods(root: &Section<'_>, names: &Names) -> Vec<Period> {
    let remedy = "declare at least one reporting period with id, start and end";
    read_spans(root.required_tables("period", "[[period]]", remedy), "period", names, true)
}

/// Cohorts: in date order, not overlapping.
pub(super) fn read_cohorts(root: &Section<'_>) -> Vec<Period> {
    read_spans(root.tables("cohort", "[[cohort]]"), "cohort", &Names::new("cohort"), false)
}

fn read_spans(tables: Vec<Section<'_>>, what: &str, names: &Names, without_gaps: bool) -> Vec<Period> {
    let mut previous: Option<Period> = None;
    let mut spans = Vec::new();
    for table in tables {
        let id = table.required("id", names.declare(id)).unwrap_or_else(|| names.skipped());
        let label = table.optional("label", text);
        let start = table.required("start", placed(date));
        let end = table.required("end", placed(date));
        let mut dated = start.is_some() && end.is_some();
        if let (Some(start), Some(end)) = (&start, &end)
            && end.get_ref() < start.get_ref()
        {
            dated = false;
            table.faults.add(end.span(), format!("{what} `{id}` ends before it starts"), "the last day must not come before the first");
        }
        if let (Some(start), Some(previous)) = (&start, &previous)
            && let Ok(next_day) = previous.end.tomorrow()
        {
            let help = format!("{what}s stand in date order and do not overlap");
            if *start.get_ref() <= previous.end {
                let message = format!("{what} `{id}` starts before {what} `{}` has ended on {}", previous.id, previous.end);
                table.faults.add(start.span(), message, format!("{help}: let it start on {next_day} or later, or move it up"));
            } else if without_gaps && *start.get_ref() > next_day {
                let message = format!("there is a gap between {what} `{}`, which ends on {}, and {what} `{id}`", previous.id, previous.end);
                table.faults.add(start.span(), message, format!("{what}s follow one another day by day: let it start on {next_day}"));
            }
        }
        let (start, end) = (start.map(|d| d.into_inner()).unwrap_or_default(), end.map(|d| d.into_inner()).unwrap_or_default());
        let span = Period { id, label: label.unwrap_or_else(|| span_label(start, end)), start, end };
        // Without its days, nothing can be said about the span after it.
        previous = dated.then(|| span.clone());
        spans.push(span);
        table.done();
    }
    spans
}

/// Publication windows: each of consecutive periods, in date order, not overlapping.
pub(super) fn read_windows(root: &Section<'_>, periods: &[Period], period_names: &Names) -> Vec<Window> {
    let tables = root.required_tables("window", "[[window]]", "declare at least one publication window with id and the ids of its periods");
    let names = Names::new("window");
    let mut windows: Vec<Window> = Vec::new();
    for table in tables {
        let id = table.required("id", names.declare(id)).unwrap_or_else(|| names.skipped());
        let label = table.optional("label", text);
        let members = table.required("periods", list(|value| Some((period_names.mention(value), value)))).unwrap_or_default();
        for pair in members.windows(2) {
            if let ((Some(before), _), (Some(at), value)) = (pair[0], pair[1])
                && at != before + 1
            {
                let message = format!("in window `{id}`, period `{}` does not directly follow `{}`", periods[at].id, periods[before].id);
                value.report(message, "a window holds consecutive periods in date order, each once");
            }
        }
        if let (Some((Some(first), value)), Some((Some(last), _))) = (members.first(), members.last()) {
            if let Some(before) = windows.iter().find(|before| *first <= before.last) {
                let message = format!("window `{id}` starts within or before window `{}`", before.span.id);
                value.report(message, "windows stand in date order and share no period");
            }
            let (start, end) = (periods[*first].start, periods[*last].end);
            let span = Period { id, label: label.unwrap_or_else(|| span_label(start, end)), start, end };
            windows.push(Window { span, first: *first, last: *last });
        }
        table.done();
    }
    windows
}

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// A span of days in words: "July to September 2026" for whole months, else "July 15 to September 3, 2026".
pub(super) fn span_label(start: Date, end: Date) -> String {
    let month = |date: Date| MONTHS[usize::from(date.month().unsigned_abs()) - 1];
    let same_year = start.year() == end.year();
    let whole_months = start.day() == 1 && end.checked_add(1.day()).is_ok_and(|next| next.day() == 1);
    if whole_months {
        return match (same_year, start.month() == end.month()) {
            (true, true) => format!("{} {}", month(start), start.year()),
            (true, false) => format!("{} to {} {}", month(start), month(end), end.year()),
            (false, _) => format!("{} {} to {} {}", month(start), start.year(), month(end), end.year()),
        };
    }
    let day = |date: Date| format!("{} {}", month(date), date.day());
    match (start == end, same_year) {
        (true, _) => format!("{}, {}", day(start), start.year()),
        (false, true) => format!("{} to {}, {}", day(start), day(end), end.year()),
        (false, false) => format!("{}, {} to {}, {}", day(start), start.year(), day(end), end.year()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn labels_are_built_from_the_dates() {
        let cases = [
            (date(2026, 7, 1), date(2026, 9, 30), "July to September 2026"),
            (date(2025, 12, 1), date(2026, 2, 28), "December 2025 to February 2026"),
            (date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
            (date(2024, 2, 1), date(2024, 2, 28), "February 1 to February 28, 2024"),
            (date(2025, 12, 15), date(2026, 3, 1), "December 15, 2025 to March 1, 2026"),
            (date(2026, 7, 4), date(2026, 7, 4), "July 4, 2026"),
        ];
        for (start, end, label) in cases {
            assert_eq!(span_label(start, end), label);
        }
    }
}
