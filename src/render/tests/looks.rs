//! What drawings and the style sheet look like: nothing cut off, nothing overprinted, every ink legible.

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::Node;

use super::super::text;
use super::{html, named, page, parse, plain, text_of};

/// Left end, right end and base line of every text of a drawing, px.
fn extents(svg: Node) -> Vec<(f64, f64, f64)> {
    let number = |node: Node, name: &str| node.attribute(name).and_then(|value| value.parse::<f64>().ok()).expect("a coordinate");
    let texts = svg.descendants().filter(|node| node.has_tag_name("text"));
    let place = |node: Node| {
        let bold = if node.attribute("class") == Some("c-strong") { text::BOLD } else { 1.0 };
        let (x, width) = (number(node, "x"), text::width(&text_of(node)) * bold);
        let left = match node.attribute("text-anchor") {
            Some("end") => x - width,
            Some(_) => x - width / 2.0,
            None => x,
        };
        (left, left + width, number(node, "y"))
    };
    texts.map(place).collect()
}

#[test]
fn no_text_of_a_drawing_is_cut_off_or_overprinted() {
    let long = "Obstetrics, Gynecology and Reproductive Sciences";
    let say = |text: &str| {
        if ["Surgery", "Urology", "absent", "power", "a", "b", "c", "track", "item"].contains(&text) {
            format!("{long} {text}")
        } else {
            text.to_string()
        }
    };
    let html = html(&page(&say));
    let xml = parse(&html);
    for svg in named(&xml, "svg") {
        let width: f64 = svg.attribute("width").and_then(|value| value.parse().ok()).expect("a width");
        let texts = extents(svg);
        for (i, a) in texts.iter().enumerate() {
            assert!(a.0 >= -0.5 && a.1 <= width + 0.5, "text {i} reaches from {} to {} of {width}: {}", a.0, a.1, text_of(svg));
            let over = texts[..i].iter().find(|b| a.0 < b.1 && b.0 < a.1 && (a.2 - b.2).abs() < 10.0);
            assert_eq!(over, None, "text {i} at {a:?} in {}", text_of(svg));
        }
    }
}

#[test]
fn gaps_stay_gaps() {
    let html = html(&plain());
    let xml = parse(&html);
    let trend = named(&xml, "svg").nth(3).expect("the trend");
    let of_first =
        |name: &str| trend.descendants().filter(|node| node.has_tag_name(name) && node.attribute("class") == Some("c-focus")).count();
    // Published, gap, published, published: one line of two points, the range of the lone one, three marks and one at the label.
    assert_eq!((of_first("polyline"), of_first("line"), of_first("circle")), (0, 2, 4));
}

#[test]
fn every_class_of_a_drawing_has_a_rule() {
    let html = html(&plain());
    let xml = parse(&html);
    let style = named(&xml, "style").next().map(text_of).expect("a style sheet");
    let drawn = named(&xml, "svg").flat_map(|svg| svg.descendants().skip(1)).filter_map(|node| node.attribute("class"));
    let classes: BTreeSet<&str> = drawn.flat_map(str::split_whitespace).collect();
    assert!(classes.len() > 10, "{classes:?}");
    for class in classes {
        assert!(style.contains(&format!(".{class} {{")), "{class}");
    }
}

/// Color tokens of the sheet: the light ones, and those with the dark ones over them.
fn tokens(style: &'static str) -> [BTreeMap<&'static str, &'static str>; 2] {
    let read = |from: &str| {
        let block = style.split_once(from).and_then(|(_, rest)| rest.split_once(":root {")).and_then(|(_, rest)| rest.split_once('}'));
        let (block, _) = block.expect("a block of tokens");
        let entries = block.split(';').filter_map(|entry| entry.trim().strip_prefix("--")?.split_once(": "));
        entries.collect::<BTreeMap<_, _>>()
    };
    let light = read("");
    let mut dark = light.clone();
    dark.extend(read("prefers-color-scheme: dark"));
    assert_ne!(light["paper"], dark["paper"]);
    [light, dark]
}

/// Contrast ratio of two colors `#RRGGBB` by WCAG 2.
fn contrast(a: &str, b: &str) -> f64 {
    let luminance = |color: &str| {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).expect("two hexadecimal digits")) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn inks_stand_out_from_what_they_are_printed_on() {
    assert!((contrast("#000000", "#FFFFFF") - 21.0).abs() < 1e-9);
    let words = ["ink", "muted", "link", "focus", "second"].map(|ink| (ink, "paper", 4.5));
    let washed = ["ink", "muted"].map(|ink| (ink, "wash", 4.5));
    let marks = ["third", "context"].map(|ink| (ink, "paper", 3.0));
    let bars = [
        ("on-end", "step1", 4.5),
        ("on-end", "step5", 4.5),
        ("on-middle", "step2", 4.5),
        ("on-middle", "step3", 4.5),
        ("on-middle", "step4", 4.5),
    ];
    for colors in tokens(include_str!("../../../reports/report.css")) {
        for (ink, ground, least) in words.into_iter().chain(washed).chain(marks).chain(bars) {
            let ratio = contrast(colors[ink], colors[ground]);
            assert!(ratio >= least, "{ink} on {ground}: {ratio:.2}");
        }
    }
}
