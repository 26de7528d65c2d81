//! On which grid a figure lies, by its unit and number of people.

use super::declared::Figure;

/// How wide a share's range is at least: two people of so many must have room in it.
pub fn own_reach(people: i64) -> f64 {
    let holds = |reach: &i64| (*reach > 5 || people >= 50) && reach * people >= 200;
    [5, 10, 20, 35].into_iter().find(holds).unwrap_or(50) as f64 / 100.0
}

/// The most people that a figure can be of.
pub fn most_people(figure: &Figure) -> i64 {
    figure.text("n").strip_prefix("about ").and_then(|people| people.parse::<i64>().ok()).map_or(49, |people| people + 2)
}

/// The grid of a group's rate, in tenths: of so many people, with ten months each, a step is about three events.
pub fn rate_grid(people: i64) -> i64 {
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
            // As coarse as the number of people allows, which is known about only, and all numbers have it.
            let finest = rate_grid(most_people(figure)) as f64 / 10.0;
            let coarsest = rate_grid(if is_fine { most_people(figure) - 4 } else { 10 }) as f64 / 10.0;
            let grids = [5.0, 2.0, 1.0, 0.5, 0.2, 0.1].into_iter().filter(|grid| (finest..=coarsest).contains(grid));
            return grids.into_iter().find(|grid| is_on(figure, *grid)).or(Some(finest));
        }
        _ => return None,
    };
    Some(if is_fine { fine } else { coarse })
}

/// Whether all numbers of a figure lie on a grid.
fn is_on(figure: &Figure, grid: f64) -> bool {
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
