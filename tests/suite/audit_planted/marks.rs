//! What pages and data files tell besides the declared figures: marks, words, orders, columns.

use super::release::{Row, Small, group, has, hidden, row, total};

/// Three departments, of which one is hidden.
fn rows() -> Vec<Row> {
    vec![
        total("0.8", "10 to 49"),
        group("department", "Dermatology", "0.75", "10 to 49"),
        hidden("department", "Neurology"),
        group("department", "Surgery", "0.85", "10 to 49"),
    ]
}

/// What is wrong in a page with this in it.
fn faults(body: &str) -> Vec<String> {
    Small { rows: rows(), pages: vec![("report.html", body.to_string())], ..Small::default() }.faults()
}

#[track_caller]
fn caught(body: &str, words: &[&str]) {
    let found = faults(body);
    assert!(has(&found, words), "{body}: {found:?}");
}

/// A drawing with an axis from left to right, 5 pixels a point: 80% stands at 500.
fn across(marks: &str) -> String {
    let tick = |x: u32, text: &str| format!("<text class=\"c-muted\" x=\"{x}\" y=\"90\" text-anchor=\"middle\">{text}</text>");
    drawing(&(tick(100, "0%") + &tick(350, "50%") + &tick(600, "100%") + marks))
}

/// A drawing over periods with an axis up the page, 2.5 pixels a point: 80% stands at 100.
fn over_periods(marks: &str) -> String {
    let tick = |y: &str, text: &str| format!("<text class=\"c-muted\" x=\"40\" y=\"{y}\" text-anchor=\"end\">{text}</text>");
    let period = "<text class=\"c-muted\" x=\"600\" y=\"330\" text-anchor=\"middle\">Y1</text>";
    drawing(&(tick("304.7", "0%") + &tick("179.7", "50%") + &tick("54.7", "100%") + period + marks))
}

fn drawing(inside: &str) -> String {
    format!("<svg width=\"700\" height=\"340\" role=\"img\"><title>Satisfied mentees</title>{inside}</svg>")
}

#[test]
fn marks_between_published_values() {
    let published = [
        across("<circle class=\"c-focus\" cx=\"500\" cy=\"20\" r=\"5\"/>"),
        across("<line class=\"c-second\" x1=\"475\" y1=\"20\" x2=\"525\" y2=\"20\"/>"),
        across("<polygon class=\"c-second\" points=\"495,20 500,15 505,20 500,25\"/>"),
        over_periods("<polyline class=\"c-focus\" points=\"100,100 300,100 300,112.5 600,112.5\"/>"),
        over_periods("<polyline class=\"c-focus\" points=\"100,100 600,100\"/><circle class=\"c-focus\" cx=\"300\" cy=\"87.5\" r=\"3\"/>"),
        over_periods(
            "<polyline class=\"c-focus\" points=\"100,100 600,100\"/><polygon class=\"c-band\" points=\"100,87.5 600,87.5 600,112.5 100,112.5\"/>",
        ),
    ];
    for drawing in &published {
        assert_eq!(faults(drawing), [""; 0], "{drawing}");
    }
    let moved = [
        across("<circle class=\"c-focus\" cx=\"503\" cy=\"20\" r=\"5\"/>"),
        across("<line class=\"c-second\" x1=\"475\" y1=\"20\" x2=\"528\" y2=\"20\"/>"),
        across("<polygon class=\"c-second\" points=\"498,20 503,15 508,20 503,25\"/>"),
        // A curve that steps where one event happened.
        over_periods("<polyline class=\"c-focus\" points=\"100,100 300,100 300,104 600,104\"/>"),
        over_periods("<polyline class=\"c-focus\" points=\"100,100 600,100\"/><circle class=\"c-focus\" cx=\"300\" cy=\"90\" r=\"3\"/>"),
        over_periods(
            "<polyline class=\"c-focus\" points=\"100,100 600,100\"/><polygon class=\"c-focus band\" points=\"100,91 600,91 600,112.5 100,112.5 100,100\"/>",
        ),
    ];
    for drawing in &moved {
        caught(drawing, &["report.html", "a mark stands at"]);
    }
    for unread in
        ["<path class=\"c-focus\" d=\"M100,100 L600,90\"/>", "<rect class=\"bar\" x=\"100\" y=\"20\" width=\"403\" height=\"9\"/>"]
    {
        caught(&across(unread), &["cannot turn back into values"]);
    }
}

#[test]
fn words_with_a_number_that_nobody_declared() {
    let places = |words: &str| {
        [
            format!("<p title=\"{words}\">x</p>"),
            format!("<p aria-label=\"{words}\">x</p>"),
            format!("<p aria-description=\"{words}\">x</p>"),
            format!("<table summary=\"{words}\"><tr><td>x</td></tr></table>"),
            format!("<figure><figcaption>{words}</figcaption></figure>"),
            format!("<ul><li>{words}</li></ul>"),
            format!("<p>Mentees: <b>{words}</b></p>"),
            format!("<svg role=\"img\"><title>{words}</title></svg>"),
            format!("<svg role=\"img\"><title>Mentees</title><desc>{words}</desc></svg>"),
            format!("<svg role=\"img\"><title>Mentees</title><text x=\"1\" y=\"1\">{words}</text></svg>"),
        ]
    };
    for body in places("80% are satisfied") {
        assert_eq!(faults(&body), [""; 0], "{body}");
    }
    for words in ["82% are satisfied", "33 of 40 are satisfied", "The standard deviation is 0.83", "３ answered", "the rest: ½"] {
        for body in places(words) {
            caught(&body, &["report.html"]);
        }
    }
    // Whatever shows no picture has no words in its place either.
    caught("<p alt=\"82%\">x</p>", &["82 is no declared"]);
    caught("<p data-n=\"3\">x</p>", &["data-n"]);
}

#[test]
fn groups_in_the_order_of_what_is_hidden() {
    let line = |heading: &str, cell: &str| format!("<tr><th>{heading}</th><td>{cell}</td></tr>");
    let (first, second, third) = (line("Dermatology", "75%"), line("Neurology", "c"), line("Surgery", "85%"));
    let table = |lines: &[&str]| format!("<table>{}{}</table>", line("Department", "Satisfied mentees"), lines.concat());
    assert_eq!(faults(&table(&[&first, &second, &third])), [""; 0]);
    caught(&table(&[&second, &first, &third]), &["does not stand in the declared order"]);
    caught(&table(&[&third, &first, &second]), &["does not stand in the declared order"]);

    let label = |at: usize, name: &str| format!("<text class=\"c-ink\" x=\"90\" y=\"{}\" text-anchor=\"end\">{name}</text>", 20 + 20 * at);
    let chart = |names: [&str; 3]| {
        let labels: String = names.iter().enumerate().map(|(at, name)| label(at, name)).collect();
        across(&(labels + "<text class=\"c-muted\" x=\"120\" y=\"40\">not shown: too few answers</text>"))
    };
    assert_eq!(faults(&chart(["Dermatology", "Neurology", "Surgery"])), [""; 0]);
    caught(&chart(["Neurology", "Dermatology", "Surgery"]), &["do not stand in the declared order"]);

    // One table of the data in another order than the next.
    let of_meetings = rows().into_iter().map(|mut row| {
        row.extend([("metric", "met_as_agreed"), ("label", "Met as agreed")].map(|(name, text)| (name.to_string(), text.to_string())));
        row
    });
    let mut all: Vec<Row> = rows().into_iter().chain(of_meetings).collect();
    assert_eq!(Small { rows: all.clone(), ..Small::default() }.faults(), [""; 0]);
    all.swap(5, 6);
    let found = Small { rows: all, ..Small::default() }.faults();
    assert!(has(&found, &["groups of department do not stand in one order"]), "{found:?}");
}

#[test]
fn a_mean_with_its_standard_deviation() {
    let mean = |n: &str, further: &[(&str, &str)]| {
        let cells =
            [("metric", "scale"), ("label", "Scale score: Feedback"), ("unit", "scale_points"), ("grouping", "all"), ("group", "all")];
        row(&[&cells[..], &[("shown", "value"), ("estimate", "3.6"), ("n", n)], further].concat())
    };
    let release = |rows: Vec<Row>, further: Vec<(&'static str, bool)>| Small { rows, further, ..Small::default() }.faults();
    assert_eq!(release(vec![mean("10 to 49", &[])], vec![]), [""; 0]);
    for column in ["sd", "minimum", "clusters"] {
        let found = release(vec![mean("10 to 49", &[(column, "0.83")])], vec![(column, true)]);
        assert!(has(&found, &["data/results.csv", column, "does not know"]), "{found:?}");
    }
    // The interval of a mean is its standard deviation.
    let interval = [("ci_lower", "3.4"), ("ci_upper", "3.8"), ("confidence_level", "0.95")];
    assert_eq!(release(vec![mean("about 120", &interval)], vec![]), [""; 0]);
    for n in ["10 to 49", "about 60"] {
        let found = release(vec![mean(n, &interval)], vec![]);
        assert!(has(&found, &["a mean of few people has an interval"]), "{n}: {found:?}");
    }
    // Two values of one cell: the finer one undoes the other.
    let found = release(vec![mean("10 to 49", &[]), mean("10 to 49", &[("estimate", "3.4")])], vec![]);
    assert!(has(&found, &["a cell has two values"]), "{found:?}");
}

/// Curves are no sums of answers, so that the attack does not solve for them; what is drawn and written of them must still lie on the grid.
#[test]
fn an_incidence_between_the_steps_of_its_grid() {
    let incidence = |estimate: &str, n: &str| {
        let cells = [("metric", "failed_12_months"), ("label", "Failed within 12 months"), ("grouping", "all"), ("group", "all")];
        row(&[&cells[..], &[("shown", "value"), ("estimate", estimate), ("n", n)]].concat())
    };
    let faults = |row: Row| Small { rows: vec![row], ..Small::default() }.faults();
    assert_eq!(faults(incidence("0.15", "10 to 49")), [""; 0]);
    for (estimate, n) in [("0.13", "10 to 49"), ("0.125", "about 120")] {
        let found = faults(incidence(estimate, n));
        assert!(has(&found, &["finer than the grid"]), "{found:?}");
    }
}
