//! A release by itself: what its bytes alone say. How many people stand in a group is known as a band only, so that numbers are unknowns, too.

use std::collections::BTreeMap;

use microlp::{ComparisonOp, OptimizationDirection, Problem, TerminationReason, Variable};

use super::declared::{Declared, Figure};
use super::limits::Limit;
use super::report::{Leak, Report};

/// More people than any group has.
const MANY: f64 = 1e6;
/// Half of a share's range.
const WIDTH: f64 = 0.5 - 1e-6;

/// People and favorable answers of one group, each as a part of a whole that is scaled to one hidden person-sized unit.
struct Cell {
    people: Variable,
    favorable: Variable,
}

/// One table: groups of one grouping that make up a published total.
struct Table<'a> {
    total: &'a Figure,
    groups: Vec<&'a Figure>,
}

/// Reports hidden groups of shares whose interval is too narrow, by linear programs over each table with its total.
pub fn attack(declared: &Declared, minimum_people: i64, report: &mut Report) {
    for table in tables(declared) {
        report.tried.systems += 1;
        for (place, figure) in table.groups.iter().enumerate().filter(|(_, figure)| figure.text("shown") == "c") {
            report.tried.cells += 1;
            let ends = [false, true].map(|largest| end(&table, place, minimum_people as f64, largest));
            let leak = |interval, limit| Leak { cell: figure.place(), stage: "linear", interval, limit };
            match ends {
                [Ok(Some(least)), Ok(Some(most))] if most - least < WIDTH => {
                    // As whole percents.
                    let percents = ((least * 100.0).floor() as i64, (most * 100.0).ceil() as i64, 100);
                    report.leaks.push(leak(Some(percents), None));
                }
                // Where the figures leave room for nobody, there is nobody to find out about.
                [Ok(_), Ok(_)] => {}
                _ => report.leaks.push(leak(None, Some(Limit::Linear.words()))),
            }
        }
    }
}

/// Tables of shares whose groups are single values of one grouping.
fn tables(declared: &Declared) -> Vec<Table<'_>> {
    let key = |figure: &Figure| ["metric", "instrument", "scale_or_cause", "role", "period"].map(|column| figure.text(column).to_string());
    let is_share =
        |figure: &&Figure| figure.is_level() && figure.text("unit") == "proportion" && figure.text("metric") != "failed_12_months";
    let totals: BTreeMap<[String; 5], &Figure> = declared
        .figures
        .iter()
        .filter(is_share)
        .filter(|figure| figure.text("grouping") == "all")
        .map(|figure| (key(figure), figure))
        .collect();
    let mut groups: BTreeMap<([String; 5], &str), Vec<&Figure>> = BTreeMap::new();
    for figure in declared.figures.iter().filter(is_share).filter(|figure| figure.text("grouping") != "all") {
        groups.entry((key(figure), figure.text("grouping"))).or_default().push(figure);
    }
    let hides = |groups: &[&Figure]| groups.iter().any(|figure| figure.text("shown") == "c");
    groups
        .into_iter()
        .filter(|(_, groups)| hides(groups))
        .filter_map(|((key, _), groups)| totals.get(&key).map(|total| Table { total, groups }))
        .collect()
}

/// Numbers of people that a band stands for; a hidden group has anything from nobody.
fn band(figure: &Figure) -> (f64, f64) {
    match (figure.text("n"), figure.text("n").strip_prefix("about ").and_then(|people| people.parse::<f64>().ok())) {
        ("5 to 9", _) => (5.0, 9.0),
        ("10 to 49", _) => (10.0, 49.0),
        (_, Some(people)) => (people - 2.5, people + 2.5),
        _ => (0.0, MANY),
    }
}

/// Between which shares a figure puts its group.
fn shares(figure: &Figure) -> (f64, f64) {
    let value = |column: &str| figure.number(column).map(super::decimal::Decimal::value);
    let half = if figure.text("n").starts_with("about") { 0.005 } else { 0.025 };
    match figure.text("shown") {
        "value" => value("estimate").map_or((0.0, 1.0), |estimate| ((estimate - half).max(0.0), (estimate + half).min(1.0))),
        "lower_third" => (0.0, 1.0 / 3.0),
        "middle_third" => (1.0 / 3.0, 2.0 / 3.0),
        "upper_third" => (2.0 / 3.0, 1.0),
        "at_least" => (value("bound").unwrap_or(0.0), 1.0),
        "at_most" => (0.0, value("bound").unwrap_or(1.0)),
        _ => (0.0, 1.0),
    }
}

/// An end of the share of one hidden group. Shares are quotients of two unknowns: everything is scaled so that the group has one person
/// (Charnes and Cooper 1962), which keeps the program linear. None where the figures leave room for nobody.
fn end(table: &Table<'_>, place: usize, minimum_people: f64, largest: bool) -> Result<Option<f64>, Limit> {
    let mut problem = Problem::new(if largest { OptimizationDirection::Maximize } else { OptimizationDirection::Minimize });
    let scale = problem.add_var(0.0, (0.0, f64::INFINITY));
    let cells: Vec<Cell> = (0..table.groups.len())
        .map(|group| Cell {
            people: problem.add_var(0.0, (0.0, f64::INFINITY)),
            favorable: problem.add_var(if group == place { 1.0 } else { 0.0 }, (0.0, f64::INFINITY)),
        })
        .collect();
    // Those whose group is not stated.
    let others = Cell { people: problem.add_var(0.0, (0.0, f64::INFINITY)), favorable: problem.add_var(0.0, (0.0, f64::INFINITY)) };
    problem.add_constraint([(others.favorable, 1.0), (others.people, -1.0)], ComparisonOp::Le, 0.0);
    problem.add_constraint([(others.people, 1.0), (scale, -(minimum_people - 1.0))], ComparisonOp::Le, 0.0);
    for (cell, figure) in cells.iter().zip(&table.groups) {
        bounds(&mut problem, &[(cell.people, cell.favorable)], scale, figure);
    }
    let all: Vec<(Variable, Variable)> = cells.iter().chain([&others]).map(|cell| (cell.people, cell.favorable)).collect();
    bounds(&mut problem, &all, scale, table.total);
    problem.add_constraint([(cells[place].people, 1.0)], ComparisonOp::Eq, 1.0);
    // At least one person stands in it, or there is nothing to find out.
    problem.add_constraint([(scale, 1.0)], ComparisonOp::Le, 1.0);
    let outcome = match problem.solve() {
        Ok(outcome) if outcome.termination_reason() == TerminationReason::ProvenOptimal => outcome,
        Err(microlp::Error::Infeasible) => return Ok(None),
        _ => return Err(Limit::Linear),
    };
    outcome.into_solution().map(|solution| Some(solution.objective())).map_err(|_| Limit::Linear)
}

/// What a figure says of the people and the favorable answers that it sums up.
fn bounds(problem: &mut Problem, cells: &[(Variable, Variable)], scale: Variable, figure: &Figure) {
    let ((fewest, most), (lower, upper)) = (band(figure), shares(figure));
    let sum = |people: f64, favorable: f64| -> Vec<(Variable, f64)> {
        let terms = cells.iter().flat_map(|&(one, other)| [(one, people), (other, favorable)]);
        terms.filter(|(_, weight)| *weight != 0.0).collect()
    };
    let with_scale = |weight: f64| {
        let mut terms = sum(1.0, 0.0);
        terms.push((scale, weight));
        terms
    };
    problem.add_constraint(with_scale(-fewest), ComparisonOp::Ge, 0.0);
    problem.add_constraint(with_scale(-most), ComparisonOp::Le, 0.0);
    problem.add_constraint(sum(-lower, 1.0), ComparisonOp::Ge, 0.0);
    problem.add_constraint(sum(-upper, 1.0), ComparisonOp::Le, 0.0);
}
