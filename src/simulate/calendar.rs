//! The days of the simulated program, as numbers with a text for each.

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// A named span of days, both ends included.
#[derive(Debug, Clone)]
pub(super) struct Span {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) start: i32,
    pub(super) end: i32,
}

/// Program years: consecutive quarters, by position.
#[derive(Debug, Clone)]
pub(super) struct Year {
    pub(super) span: Span,
    pub(super) quarters: std::ops::Range<usize>,
}

/// Days count from July 1 at least a year before the program opened.
pub(super) struct Calendar {
    text: Vec<String>,
    /// Quarters in order.
    pub(super) quarters: Vec<Span>,
    /// Program years, counted back from the last quarter; the first may be short.
    pub(super) years: Vec<Year>,
    /// Academic years (July to June) in which pairs start.
    pub(super) cohorts: Vec<Span>,
    /// July 1 of every year, ascending.
    pub(super) july_firsts: Vec<i32>,
    /// First day of the program, a year before the first quarter.
    pub(super) opened: i32,
    /// The day of the report: five days after the last quarter.
    pub(super) as_of: i32,
}

/// Quarters since year 0: the last simulated one is July to September 2026.
const LAST_QUARTER: i32 = 2026 * 4 + 2;
const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

fn quarter_start(quarter: i32) -> Date {
    date((quarter.div_euclid(4)) as i16, (1 + 3 * quarter.rem_euclid(4)) as i8, 1)
}

/// "October 2025 to September 2026", or one year named once.
fn words(first_quarter: i32, last_quarter: i32) -> String {
    let (first_year, last_year) = (first_quarter.div_euclid(4), last_quarter.div_euclid(4));
    let first = MONTHS[(3 * first_quarter.rem_euclid(4)) as usize];
    let last = MONTHS[(3 * last_quarter.rem_euclid(4) + 2) as usize];
    if first_year == last_year { format!("{first} to {last} {last_year}") } else { format!("{first} {first_year} to {last} {last_year}") }
}

impl Calendar {
    /// The calendar of that many quarters.
    pub(super) fn new(quarters: usize) -> Self {
        let count = quarters as i32;
        let first = LAST_QUARTER - count + 1;
        let opened_on = quarter_start(first - 4);
        let origin = date(opened_on.year() - 1, 7, 1);
        let last_day = quarter_start(LAST_QUARTER + 1);
        let number = |day: Date| (day.duration_since(origin).as_hours() / 24) as i32;
        // Agreed ends and due dates lie up to three years ahead.
        let text = origin.series(1.day()).take(number(last_day) as usize + 3 * 366).map(|day| day.to_string()).collect();
        let span = |id: String, from: i32, to: i32| Span {
            id,
            label: words(from, to),
            start: number(quarter_start(from)),
            end: number(quarter_start(to + 1)) - 1,
        };

        let periods = (first..=LAST_QUARTER).map(|q| span(format!("{}-Q{}", q.div_euclid(4), q.rem_euclid(4) + 1), q, q)).collect();
        let years = (0..(count + 3) / 4)
            .rev()
            .map(|back| {
                let to = LAST_QUARTER - 4 * back;
                let from = (to - 3).max(first);
                let id = format!("{}-{:02}", (to - 3).div_euclid(4), to.div_euclid(4) % 100);
                Year { span: span(id, from, to), quarters: (from - first) as usize..(to - first + 1) as usize }
            })
            .collect();
        // The academic year that holds the opening day, to the one that holds the last day.
        let academic = |quarter: i32| (quarter - 2).div_euclid(4);
        let cohorts = (academic(first - 4)..=academic(LAST_QUARTER))
            .map(|year| {
                let cohort = span(format!("AY{:02}", year % 100), year * 4 + 2, year * 4 + 5);
                Span { label: format!("Started {}", cohort.label), ..cohort }
            })
            .collect();
        let july_firsts = (origin.year()..=2026).map(|year| number(date(year, 7, 1))).collect();
        let as_of = number(last_day) + 4;
        Self { text, quarters: periods, years, cohorts, july_firsts, opened: number(opened_on), as_of }
    }

    /// The ISO date of a day.
    pub(super) fn text(&self, day: i32) -> &str {
        self.text.get(day as usize).map_or("", String::as_str)
    }

    /// First day of the last program year: the day from which the planted actions and the lower failure rate hold.
    pub(super) fn turning_point(&self) -> i32 {
        self.years.last().map_or(self.as_of, |year| year.span.start)
    }
}

#[cfg(test)]
mod tests {
    use super::Calendar;

    #[test]
    fn eight_quarters_make_two_program_years() {
        let calendar = Calendar::new(8);
        let ids: Vec<&str> = calendar.quarters.iter().map(|q| q.id.as_str()).collect();
        assert_eq!((ids[0], ids[7], ids.len()), ("2024-Q4", "2026-Q3", 8));
        let last = &calendar.years[1];
        assert_eq!(
            (last.span.id.as_str(), last.span.label.as_str(), last.quarters.clone()),
            ("2025-26", "October 2025 to September 2026", 4..8)
        );
        assert_eq!(calendar.text(calendar.as_of), "2026-10-05");
        assert_eq!(calendar.text(calendar.opened), "2023-10-01");
        assert_eq!(calendar.text(calendar.turning_point()), "2025-10-01");
        assert_eq!(calendar.cohorts.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), ["AY23", "AY24", "AY25", "AY26"]);
        assert_eq!(calendar.cohorts[0].label, "Started July 2023 to June 2024");
    }

    #[test]
    fn a_short_first_year_keeps_its_own_months() {
        let calendar = Calendar::new(6);
        assert_eq!(calendar.years[0].quarters, 0..2);
        assert_eq!((calendar.years[0].span.id.as_str(), calendar.years[0].span.label.as_str()), ("2024-25", "April to September 2025"));
        assert_eq!(Calendar::new(1).years[0].span.label, "July to September 2026");
    }
}
