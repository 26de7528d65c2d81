//! What no page may say, and that every number on the leadership page is a published one.

use std::collections::BTreeSet;

use super::texts;
use super::world::{World, facts};
use crate::disclose::{Decimal, Figure, People, Release};
use crate::present::{evaluator, leadership, numbers, researcher};

#[test]
fn leaders_meet_no_jargon() {
    let page = leadership(&World::usual().release(), &facts());
    for text in texts(&page) {
        let lower = text.to_lowercase();
        for banned in ["p-value", "significan", "caused", "trend", "holm", "regression", "confidence", "std", " n =", "aalen"] {
            assert!(!lower.contains(banned), "`{banned}` in: {text}");
        }
    }
}

#[test]
fn no_released_page_claims_more_than_an_association() {
    let release = World::usual().release();
    for page in [evaluator(&release, &facts()), researcher(&release, &facts(), &[])] {
        for text in texts(&page) {
            assert!(!text.to_lowercase().contains("caused"), "{text}");
            assert!(!text.to_lowercase().contains("significant"), "{text}");
        }
    }
}

/// The numbers in a text, without signs; thin spaces join.
fn numbers_in(text: &str) -> Vec<String> {
    let joined = text.replace('\u{2009}', "");
    let parts = joined.split(|c: char| !c.is_ascii_digit() && c != '.');
    parts.map(|part| part.trim_matches('.').to_string()).filter(|part| !part.is_empty()).collect()
}

/// Everything that a release prints, and the numbers that rules, labels and dates hold.
fn published(release: &Release) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = BTreeSet::new();
    for row in release.rows() {
        let mut add = |value: Decimal| all.insert(numbers::bare(row.metric.unit, value.magnitude()).replace('\u{2009}', ""));
        match row.figure.get() {
            Figure::Point { estimate, interval, adjusted, people } => {
                add(*estimate);
                [interval, adjusted].into_iter().flatten().for_each(|(lower, upper)| {
                    add(*lower);
                    add(*upper);
                });
                if let People::About(n) = people {
                    all.insert(n.to_string());
                }
            }
            Figure::AtLeast(value, _) | Figure::AtMost(value, _) => {
                add(*value);
            }
            Figure::Third(_) | Figure::Hidden(_) => {}
        }
    }
    // In 100, over 12 months, at the 95% level; 5 and 3 people; 10 to 49; criteria; version; dates.
    all.extend(["100", "12", "95", "5", "3", "10", "49", "0.3", "0.1.0", "5"].map(String::from));
    // When the next window ends; how many groups are shown, which the audit counts for itself.
    all.extend(["30", "2027", "4"].map(String::from));
    for label in release.spans.iter().flat_map(|span| [&span.id, &span.label]) {
        all.extend(numbers_in(label));
    }
    all
}

#[test]
fn every_number_for_leaders_is_a_published_one() {
    let release = World::usual().release();
    let published = published(&release);
    let page = leadership(&release, &facts());
    for text in texts(&page) {
        // Ends of a zoomed axis are tens.
        let is_axis = |number: &str| text.contains("axis from") && number.ends_with('0') && number.len() <= 3;
        for number in numbers_in(&text) {
            assert!(published.contains(&number) || is_axis(&number), "{number} in: {text}");
        }
    }
}
