//! On which grid a figure lies, by its unit and number of people.

use super::declared::Figure;

/// How wide a share's range is at least: two people of so many must have room in it.
pub fn own_reach(people: i64) -> f64 {
    let holds = |reach: &i64| (*reach > 5 || people >= 50) && reach * people >= 200;
    [5, 10, 20, 35].into_iter().find(holds).unwrap_or(50) as f64 / 100.0
}

/// The grids that a group's rate can have, coarsest first: its number of people is known about only.
pub fn rate_grids(figure: &Figure) -> Vec<f64> {
    let most = most_people(figure);
    let least = if figure.text("n").starts_with("about") { most - 4 } else { 10 };
    let (finest, coarsest) = (rate_grid(most), rate_grid(least));
    [50, 20, 10, 5, 2, 1].into_iter().filter(|grid| (finest..=coarsest).contains(grid)).map(|grid| grid as f64 / 10.0).collect()
}

/// The most people that a figure can be of.
fn most_people(figure: &Figure) -> i64 {
    figure.text("n").strip_prefix("about ").and_then(|people| people.parse::<i64>().ok()).map_or(49, |people| people + 2)
}

/// The grid of a group's rate, in tenths: of so many people, with ten months each, a step is about three events.
fn rate_grid(people: i64) -> i64 {
    [1, 2, 5, 10, 20].into_iter().find(|grid| grid * people >= 300).unwrap_or(50)
}

/// The grid of a level, by its unit and number of people.
pub fn step(figure: &Figure) -> Option<f64> {
    let is_fine = figure.text("n").starts_with("about");
    let (coarse, fine) = match figure.text("unit") {
        "proportion" => (0.05, 0.01),
        "nps_points" => (10.0, 1.0),
        "scale_points" => (0.2, 0.1),
        "t_points" => (2.0, 1.0),
        "per_100_relationship_months" if figure.text("grouping") == "all" => (0.5, 0.1),
        "per_100_relationship_months" => {
            let mut grids = rate_grids(figure);
            return grids.iter().copied().find(|grid| is_on(figure, *grid)).or(grids.pop());
        }
        _ => return None,
    };
    Some(if is_fine { fine } else { coarse })
}

/// Whether all numbers of a figure lie on a grid.
pub fn is_on(figure: &Figure, grid: f64) -> bool {
    let numbers = ["estimate", "ci_lower", "ci_upper", "adjusted_lower", "adjusted_upper"].into_iter();
    numbers.filter_map(|column| figure.number(column)).all(|number| {
        let steps = number.value() / grid;
        (steps.round() - steps).abs() < 1e-6
    })
}

/// The grid of a difference: that of a level, or a coarse one, where a side is short or a neighbor needs it, if all numbers have it.
pub fn gap_step(figure: &Figure) -> Option<f64> {
    let step = step(figure)?;
    let may_be = |grid: &f64| *grid > step && is_on(figure, *grid);
    Some([0.1, 0.05].into_iter().filter(|_| figure.text("unit") == "proportion").find(may_be).unwrap_or(step))
}
