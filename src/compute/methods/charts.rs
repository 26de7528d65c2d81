//! Control charts.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::labels::{counted, number, ordered};
use crate::compute::{Answer, Fault, Method, Request, Role, Setting};
use crate::stats::NotEstimable;
use crate::stats::charts::{IndividualsChart, PROVISIONAL_BELOW, Point, ProportionChart, Signals, individuals_chart, p_chart};
use crate::stats::proportion::Share;

/// The methods of this field.
pub const METHODS: &[Method] = &[Method {
    name: "control_chart",
    aliases: &["p_chart", "imr_chart", "i_mr"],
    summary: "Control chart with named signals: a p-chart of counts and denominators, or an individuals and moving range chart of values",
    roles: &[
        Role {
            name: "period",
            meaning: "period; numbers and labels that begin with a year order the rows",
            columns: &["period", "time", "quarter", "month", "date"],
            many: false,
        },
        Role { name: "count", meaning: "how many have the property (p-chart)", columns: &["x", "count"], many: false },
        Role { name: "denominator", meaning: "how many answered (p-chart)", columns: &["n", "denominator"], many: false },
        Role { name: "value", meaning: "the value of the period (individuals chart)", columns: &["value", "y"], many: false },
    ],
    settings: &[
        Setting { name: "baseline", meaning: "number of first periods, gaps included, that fix the limits; all unless given" },
        Setting { name: "baseline_n", meaning: "the same as baseline" },
    ],
    keys: &[
        ("center", "center line"),
        ("p, ucl, lcl", "p-chart: proportion and limits of each period; null for a gap"),
        ("mr_bar, sigma, ucl, lcl, mr_ucl, mr_lcl", "individuals chart: mean moving range, its sigma, and limits"),
        ("values, moving_ranges", "individuals chart: each value, and its distance from the last"),
        ("out", "whether each period lies outside its limits; null for a gap"),
        ("signals", "for each named rule, the periods in which its pattern became complete"),
        ("provisional", "whether the baseline has fewer than 12 periods"),
        ("period", "periods in order"),
    ],
    run: control_chart,
}];

fn control_chart(request: &Request) -> Result<Answer, Fault> {
    let baseline = match (request.setting("baseline"), request.setting("baseline_n")) {
        (None, None) => None,
        (Some(_), _) => Some(request.count_setting("baseline", 0)?),
        (None, Some(_)) => Some(request.count_setting("baseline_n", 0)?),
    };
    let baseline = baseline.map(|periods| usize::try_from(periods).unwrap_or(usize::MAX));
    let order = Order::read(request)?;
    if request.has("denominator") { proportions(request, &order, baseline) } else { individuals(request, &order, baseline) }
}

/// The rows in the order of their periods.
struct Order {
    rows: Vec<usize>,
    periods: Option<Vec<String>>,
    excluded: u64,
}

impl Order {
    /// Rows are put in order where periods are numbers or begin with a year of four digits; other labels, such as names of
    /// months, and a file without periods keep the order of the file. Rows without a period have no place and are left out.
    fn read(request: &Request) -> Result<Self, Fault> {
        if !request.has("period") {
            return Ok(Self { rows: (0..request.table.height()).collect(), periods: None, excluded: 0 });
        }
        let labels = request.labels("period")?;
        let mut known = ordered(labels.iter().flatten());
        if !known.iter().all(|label| number(label).is_some()) {
            known.sort_by(|a, b| natural(a, b));
        }
        if !known.iter().all(|label| number(label).is_some() || has_year(label)) {
            let mut seen = BTreeSet::new();
            known = labels.iter().flatten().filter(|label| seen.insert(*label)).cloned().collect();
        }
        let places: BTreeMap<&str, usize> = known.iter().map(String::as_str).zip(0..).collect();
        let placed = |(row, label): (usize, &Option<String>)| Some((*places.get(label.as_deref()?)?, row));
        let mut rows: Vec<(usize, usize)> = labels.iter().enumerate().filter_map(placed).collect();
        rows.sort_unstable();
        if let Some(pair) = rows.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(Fault::new(format!("there are two rows for the period \"{}\"", known[pair[0].0]), "give each period one row"));
        }
        let excluded = (labels.len() - rows.len()) as u64;
        Ok(Self { rows: rows.into_iter().map(|(_, row)| row).collect(), periods: Some(known), excluded })
    }

    fn sorted<T: Copy>(&self, values: &[T]) -> Vec<T> {
        self.rows.iter().filter_map(|row| values.get(*row).copied()).collect()
    }

    fn with_periods(&self, answer: Answer) -> Answer {
        match &self.periods {
            Some(periods) => answer.with("period", periods.clone()),
            None => answer,
        }
    }
}

/// Whether a label begins with four digits and then something else, as 2024-03 and 2024-Q1 do.
fn has_year(label: &str) -> bool {
    label.chars().take_while(char::is_ascii_digit).count() == 4
}

fn proportions(request: &Request, order: &Order, baseline: Option<usize>) -> Result<Answer, Fault> {
    let (counts, denominators) = (order.sorted(&request.numbers("count")?), order.sorted(&request.numbers("denominator")?));
    let mut shares = Vec::new();
    for cells in counts.into_iter().zip(denominators) {
        // A missing cell is a period nobody reported on: a gap, like one without answers.
        shares.push(match cells {
            (Some(x), Some(n)) => Share { count: counted(x, "count")?, denominator: counted(n, "denominator")? },
            _ => Share { count: 0, denominator: 0 },
        });
    }
    let used = shares.iter().filter(|share| share.denominator > 0).count();
    let answer = Answer::new().with("n", used);
    let gaps = (shares.len() - used) as u64 + order.excluded;
    let answer = match p_chart(&shares, baseline) {
        Ok(chart) => {
            let answer = answer
                .number("center", chart.center)
                .list("p", each(&chart.points, |point| point.value))
                .list("ucl", each(&chart.points, |point| point.upper))
                .list("lcl", each(&chart.points, |point| point.lower));
            let ProportionChart { signals, baseline_periods, method, .. } = chart;
            finish(answer, order, &signals, baseline_periods).with("n_excluded", gaps).with("method", method)
        }
        Err(reason) => order
            .with_periods(answer.missing(&["center", "p", "ucl", "lcl", "out"], &reason))
            .with("n_excluded", gaps)
            .with("method", "p-chart"),
    };
    Ok(answer)
}

fn individuals(request: &Request, order: &Order, baseline: Option<usize>) -> Result<Answer, Fault> {
    let values = order.sorted(&request.numbers("value")?);
    let used = values.iter().flatten().count();
    let answer = Answer::new().with("n", used);
    let gaps = (values.len() - used) as u64 + order.excluded;
    let answer = match individuals_chart(&values, baseline) {
        Ok(chart) => {
            let IndividualsChart { center, limits, moving_ranges, signals, baseline_periods, method, .. } = chart;
            let answer = answer.number("center", center);
            let answer = match limits {
                Ok(limits) => answer
                    .number("mr_bar", limits.mean_moving_range)
                    .number("sigma", limits.sigma)
                    .number("ucl", limits.upper)
                    .number("lcl", limits.lower)
                    .number("mr_ucl", limits.moving_range_upper)
                    .number("mr_lcl", 0.0),
                Err(reason) => answer.missing(&["mr_bar", "sigma", "ucl", "lcl", "mr_ucl", "mr_lcl"], &reason),
            };
            // The first period and those beside gaps have no moving range, for which no reason need be printed.
            let answer = answer.with("values", values.clone());
            let answer = answer.with("moving_ranges", moving_ranges);
            finish(answer, order, &signals, baseline_periods).with("n_excluded", gaps).with("method", method)
        }
        Err(reason) => {
            let keys = ["center", "mr_bar", "sigma", "ucl", "lcl", "mr_ucl", "mr_lcl", "out"];
            order.with_periods(answer.missing(&keys, &reason)).with("n_excluded", gaps).with("method", "individuals and moving range chart")
        }
    };
    Ok(answer)
}

fn each(points: &[Option<Point>], part: fn(&Point) -> f64) -> Vec<Result<f64, NotEstimable>> {
    points.iter().map(|point| point.as_ref().map(part).ok_or(NotEstimable::NoAnswers)).collect()
}

fn finish(answer: Answer, order: &Order, signals: &Signals, baseline_periods: u64) -> Answer {
    let rules = Answer::new()
        .with("beyond_limits", signals.beyond_limits.clone())
        .with("two_of_three_beyond_2_sigma", signals.two_of_three_beyond_2_sigma.clone())
        .with("four_of_five_beyond_1_sigma", signals.four_of_five_beyond_1_sigma.clone())
        .with("eight_on_one_side", signals.eight_on_one_side.clone())
        .with("six_rising_or_falling", signals.six_rising_or_falling.clone());
    order
        .with_periods(answer.with("out", signals.beyond_limits.clone()))
        .object("signals", rules)
        .with("baseline_periods", baseline_periods)
        .with("provisional", baseline_periods < PROVISIONAL_BELOW)
}

/// The order of periods that are text: runs of digits compare by size, 2024-W9 before 2024-W10.
fn natural(a: &str, b: &str) -> Ordering {
    let pieces = pieces(a).into_iter().zip(pieces(b));
    let by_piece = pieces.map(|(x, y)| x.cmp(&y)).find(|order| order.is_ne());
    // Equal pieces so far: the shorter label first, and at last the plain text, since "01" and "1" are two labels.
    by_piece.unwrap_or_else(|| self::pieces(a).len().cmp(&self::pieces(b).len()).then_with(|| a.cmp(b)))
}

/// Runs of digits, by number of digits and then digit by digit, before runs of other characters.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Digits(usize, String),
    Text(String),
}

fn pieces(label: &str) -> Vec<Piece> {
    let characters: Vec<char> = label.chars().collect();
    let runs = characters.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit());
    runs.map(|run| {
        let text: String = run.iter().collect();
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            let digits = text.trim_start_matches('0').to_string();
            Piece::Digits(digits.len(), digits)
        } else {
            Piece::Text(text)
        }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_ordered_by_their_numbers() {
        let mut periods = ["2024-W10", "2024-W9", "2023-Q4", "c", "10a", "9"];
        periods.sort_by(|a, b| natural(a, b));
        assert_eq!(periods, ["9", "10a", "2023-Q4", "2024-W9", "2024-W10", "c"]);
    }
}
