//! The pages: well formed, self-contained, true to the results, and saying what was planted in the example.

use std::collections::BTreeSet;

use roxmltree::{Document, Node, ParsingOptions};

use crate::support::{example_draft, path, results, run};

const RELEASED: [&str; 3] = ["leadership.html", "evaluator.html", "researcher.html"];

fn page(name: &str) -> String {
    std::fs::read_to_string(example_draft().join("release").join(name)).unwrap()
}

fn parse(html: &str) -> Document<'_> {
    Document::parse_with_options(html, ParsingOptions { allow_dtd: true, ..ParsingOptions::default() }).unwrap()
}

fn text(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect::<Vec<_>>().join(" ")
}

#[test]
fn pages_are_well_formed_self_contained_and_within_their_budget() {
    for (name, kilobytes) in RELEASED.into_iter().zip([150, 500, 1500]) {
        let html = page(name);
        assert!(html.len() <= kilobytes * 1024, "{name} has {} bytes", html.len());
        let document = parse(&html);
        for node in document.descendants().filter(Node::is_element) {
            let tag = node.tag_name().name();
            assert!(!matches!(tag, "script" | "iframe" | "object" | "embed" | "img" | "form"), "{name} has <{tag}>");
            for attribute in node.attributes() {
                let (key, value) = (attribute.name(), attribute.value());
                assert!(!key.starts_with("on") && key != "style" && key != "src", "{name} has {key}");
                let is_reference = key == "href" || key == "action";
                assert!(!is_reference || value.starts_with('#') || !value.contains("//"), "{name} links to {value}");
            }
        }
        assert!(html.contains("default-src 'none'"), "{name} has no content-security policy");
    }
}

#[test]
fn every_drawing_has_a_role_a_title_and_a_table_beside_it() {
    for name in RELEASED {
        let html = page(name);
        let document = parse(&html);
        for figure in document
            .descendants()
            .filter(|node| node.has_tag_name(("http://www.w3.org/1999/xhtml", "figure")) || node.tag_name().name() == "figure")
        {
            let drawings: Vec<_> = figure.descendants().filter(|node| node.tag_name().name() == "svg").collect();
            assert!(!drawings.is_empty(), "{name}");
            for svg in drawings {
                assert_eq!(svg.attribute("role"), Some("img"), "{name}");
                let children: Vec<&str> = svg.children().filter(Node::is_element).map(|node| node.tag_name().name()).collect();
                assert_eq!(children[0], "title", "{name}");
                assert!(children.contains(&"desc"), "{name}");
            }
            assert!(figure.descendants().any(|node| node.tag_name().name() == "table"), "{name}: a figure without its table");
        }
    }
}

/// Decimal numbers of a text, with true minus and thin spaces undone.
fn numbers(text: &str) -> Vec<String> {
    let plain = text.replace('\u{2212}', "-").replace('\u{2009}', "");
    let mut found = Vec::new();
    let mut current = String::new();
    for c in plain.chars().chain([' ']) {
        if c.is_ascii_digit() || (c == '.' && !current.is_empty() && !current.contains('.')) {
            current.push(c);
        } else if !current.is_empty() {
            found.push(current.trim_end_matches('.').to_string());
            current.clear();
        }
    }
    found
}

/// Every form in which a released value may be printed: as stored, in percent, without its sign, without needless zeros.
fn printable() -> BTreeSet<String> {
    let mut forms = BTreeSet::new();
    let mut add = |value: f64| {
        for places in 0..=3 {
            let rounded = format!("{value:.places$}");
            // Only forms that lose nothing.
            if (rounded.parse::<f64>().unwrap() - value).abs() < 1e-9 {
                forms.insert(rounded);
            }
        }
    };
    for row in results(&example_draft().join("release/data/results.csv")) {
        for column in ["estimate", "ci_lower", "ci_upper", "adjusted_lower", "adjusted_upper", "bound"] {
            if let Ok(value) = row[column].parse::<f64>() {
                add(value.abs());
                add(value.abs() * 100.0);
            }
        }
        if let Some(people) = row["n"].strip_prefix("about ") {
            add(people.parse().unwrap());
        }
    }
    forms
}

#[test]
fn no_number_on_the_leadership_page_is_missing_from_the_results() {
    let html = page("leadership.html");
    let document = parse(&html);
    let forms = printable();
    let mut checked = 0;
    // Cells, drawings' labels and cards hold statistics and nothing else but names.
    let places = ["td", "text", "desc"];
    for node in document.descendants().filter(|node| places.contains(&node.tag_name().name())) {
        for number in numbers(&without_dates(&text(node))) {
            assert!(forms.contains(&number) || is_axis_tick(&number), "{number} in {:?} is not in results.csv", text(node));
            checked += 1;
        }
    }
    assert!(checked > 100, "only {checked} numbers were found");
}

fn is_axis_tick(number: &str) -> bool {
    number.parse::<f64>().is_ok_and(|value| value % 5.0 == 0.0 && value <= 100.0)
}

fn without_dates(text: &str) -> String {
    let mut text = text.to_string();
    for year in 2020..2030 {
        text = text.replace(&year.to_string(), "");
    }
    text
}

#[test]
fn the_planted_truths_stand_in_the_sentences_of_the_leadership_page() {
    let html = page("leadership.html");
    let document = parse(&html);
    let everything = text(document.root_element());
    let headline = document.descendants().find(|node| node.tag_name().name() == "h1").map(text).unwrap();
    assert!(headline.contains("Surgery"), "the failing department: {headline}");
    assert!(everything.contains("Women"), "the gender gap");
    let row = |action: &str| {
        let row = document.descendants().find(|node| node.tag_name().name() == "tr" && text(*node).contains(action));
        row.map(text).unwrap_or_else(|| panic!("no row for {action}"))
    };
    assert!(row("Protected mentoring hour").contains("Helped"));
    assert!(row("Matching by research topic").contains("No clear change yet"));
    assert!(row("Mentor feedback workshop").contains("Cannot be told"));
    // Mentees blame absence, mentors avoidance or lack of preparation.
    let causes = document
        .descendants()
        .filter(|node| node.tag_name().name() == "h2")
        .map(text)
        .find(|heading| heading.starts_with("Why relationships failed"))
        .unwrap();
    assert!(causes.contains("Mentor is not available") && causes.contains("Mentee"), "{causes}");
}

#[test]
fn no_identifier_of_a_person_enters_a_release() {
    let roster =
        csv::Reader::from_path(crate::support::example().join("roster.csv")).unwrap().into_records().map(Result::unwrap).next().unwrap();
    let email = roster.iter().find(|cell| cell.contains('@')).unwrap().split('@').nth(1).unwrap().to_string();
    for (name, bytes) in crate::support::files(&example_draft().join("release")) {
        if name.extension().is_some_and(|extension| extension == "xlsx" || extension == "parquet") {
            continue;
        }
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains(&email), "{} holds e-mail addresses", name.display());
        assert!(!text.contains("exports/"), "{} holds names of input files", name.display());
    }
}

#[test]
fn words_that_claim_too_much_are_on_no_released_page() {
    for name in RELEASED {
        let html = page(name);
        let lower = text(parse(&html).root_element()).to_lowercase();
        for word in ["statistically significant", "significantly", " caused ", "proves that"] {
            assert!(!lower.contains(word), "{name} says {word:?}");
        }
    }
    let leadership = text(parse(&page("leadership.html")).root_element()).to_lowercase();
    for word in ["p-value", "regression", "cluster", "holm", "confidence interval"] {
        assert!(!leadership.contains(word), "the leadership page says {word:?}");
    }
}

#[test]
fn hidden_and_shown_cells_obey_the_floor() {
    let restricted = results(&example_draft().join("restricted/data/results.csv"));
    let key = |row: &std::collections::BTreeMap<String, String>| {
        ["metric", "scale_or_cause", "role", "period", "grouping", "group", "contrast", "reference", "instrument"]
            .map(|column| row[column].clone())
    };
    let exact: std::collections::BTreeMap<_, _> = restricted.iter().map(|row| (key(row), row)).collect();
    let mut shown = 0;
    for row in results(&example_draft().join("release/data/results.csv")) {
        let Some(exact) = exact.get(&key(&row)) else { panic!("{row:?} is in no restricted result") };
        let people: u64 = exact["n"].parse().unwrap();
        if !matches!(row["shown"].as_str(), "c" | "x") {
            assert!(people >= 5, "{row:?} is shown of {people}");
            shown += 1;
        }
        if row["shown"] == "value" {
            assert!(people >= 10, "{row:?} shows a number of {people}");
            if people < 50 && row["unit"] == "proportion" {
                let cents = row["estimate"].parse::<f64>().unwrap() * 100.0;
                assert!((cents / 5.0 - (cents / 5.0).round()).abs() < 1e-6, "{row:?} is finer than its group allows");
            }
        }
    }
    assert!(shown > 500);
}

/// A program of twelve pairs: sentences in place of blanks, with the day on which more can be shown, in bytes that pass the audit.
#[test]
fn twelve_pairs_get_a_page_of_sentences() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(&["simulate", path(folder.path()), "--pairs", "12", "--seed", "1"]).code, 0);
    assert_eq!(run(&["run", path(folder.path())]).code, 0);
    let html = std::fs::read_to_string(folder.path().join("draft/2026-Q3/release/leadership.html")).unwrap();
    let document = parse(&html);
    let has = |tag: &str| document.descendants().any(|node| node.tag_name().name() == tag);
    assert!(!has("table") && !has("svg"), "nothing is drawn of so few");
    let body = text(document.root());
    for words in ["What is safe to say", "Protected mentoring hour: ", "September 30, 2027", "at least 5 people", "Not shown: "] {
        assert!(body.contains(words), "{words}");
    }
    assert!(!body.contains("Not shown: too few"), "no blank stands in place of a figure");
}
