//! What a page is as a whole: well-formed, closed to the outside, accessible, the same every time.

mod looks;

use std::collections::BTreeSet;

use roxmltree::{Document as Xml, Node, ParsingOptions};

use super::*;
use crate::present::model::{
    Axis, Block, Card, Cell, Chart, Column, DotMark, DotRow, Figure, Layout, ListItem, PairedRow, Panel, PeriodRow, Section, Spark,
    StackedRow, Table, Tone, TrendSeries,
};

/// A page with every kind of block and chart, every string of it passed through `say`.
fn page(say: &dyn Fn(&str) -> String) -> ReportModel {
    let axis = || Axis { minimum: 0.0, maximum: 100.0, suffix: say("%") };
    let table = |folded| Table {
        caption: say("caption"),
        columns: vec![Column { heading: say("group"), numeric: false }, Column { heading: say("percent"), numeric: true }],
        rows: vec![
            vec![Cell::plain(say("row")), Cell { text: say("81"), tone: Tone::Unfavorable }],
            vec![Cell { text: say("other row"), tone: Tone::Favorable }, Cell::muted(say("c"))],
        ],
        folded,
    };
    let points = |values: &[Option<f64>]| values.iter().map(|v| v.map(|v| (v, v - 5.0, v + 5.0))).collect::<Vec<_>>();
    let series = |name: &str, last: f64| TrendSeries {
        label: say(name),
        points: points(&[Some(40.0), None, Some(50.0), Some(last)]),
        last: say("last"),
    };
    let periods = || (1..=4).map(|q| say(&format!("quarter {q}"))).collect::<Vec<_>>();
    let mark = DotMark { estimate: 60.0, lower: 50.0, upper: 70.0, previous: Some(61.0) };
    let charts = vec![
        Chart::DotInterval {
            axis: axis(),
            rows: vec![
                DotRow { label: say("Surgery"), mark: Some(mark), text: say("60 (50 to 70)"), flagged: true },
                DotRow { label: say("Urology"), mark: None, text: say("not shown"), flagged: false },
            ],
            reference: Some((81.0, say("program 81"))),
        },
        Chart::PairedDots {
            axis: axis(),
            first: say("by the mentee"),
            second: say("by the mentor"),
            rows: vec![
                PairedRow { label: say("absent"), first: Some((34.0, say("34%"))), second: Some((12.0, say("12%"))), text: String::new() },
                PairedRow { label: say("power"), first: None, second: Some((20.0, say("20%"))), text: say("not shown") },
            ],
        },
        Chart::Trend {
            axis: axis(),
            periods: periods(),
            series: vec![series("a", 80.0), series("b", 81.0), series("c", 79.0), series("d", 82.0)],
        },
        Chart::Steps {
            axis: axis(),
            periods: periods(),
            series: vec![series("one mentor", 70.0)],
            below: vec![PeriodRow { label: say("at risk"), texts: periods() }],
        },
        Chart::Panels {
            axis: axis(),
            periods: periods(),
            context: Some(series("whole program", 70.0)),
            panels: vec![
                Panel {
                    label: say("track"),
                    description: say("from 40 to 80"),
                    points: points(&[Some(40.0), Some(50.0), None, Some(80.0)]),
                    text: say("80"),
                },
                Panel { label: say("other track"), description: say("hidden"), points: vec![None; 4], text: say("not shown") },
            ],
        },
        Chart::StackedBars {
            categories: ["disagree", "neither", "agree"].map(say).to_vec(),
            rows: vec![
                StackedRow { label: say("item"), percents: Some(vec![1.0, 19.0, 80.0]), text: String::new() },
                StackedRow { label: say("other item"), percents: None, text: say("not shown") },
            ],
        },
    ];
    let figures = charts.into_iter().enumerate().map(|(i, chart)| {
        Block::Figure(Figure { title: say(&format!("finding {i}")), description: say("description"), chart, table: table(i > 0) })
    });
    let spark = Spark {
        description: say("from 70 to 81"),
        values: vec![Some(70.0), None, Some(80.0), Some(81.0)],
        first: say("70"),
        last: say("81"),
    };
    let card = Card {
        heading: say("Satisfied"),
        number: say("81"),
        unit: say("in 100"),
        range: say("76 to 85"),
        verdict: say("Higher"),
        comparison: say("than a year ago"),
        spark: Some(spark),
    };
    let words = vec![
        Block::Paragraph(say("paragraph")),
        Block::Table(table(false)),
        Block::Numbered(vec![ListItem { lead: say("lead"), text: say("text") }]),
        Block::Bullets(vec![say("bullet")]),
        Block::Definitions(vec![(say("term"), say("meaning"))]),
    ];
    let section = |heading: Option<&str>, layout, blocks| Section {
        heading: heading.map(say),
        subtitle: heading.map(|_| say("subtitle")),
        layout,
        blocks,
    };
    ReportModel {
        file: "page.html".into(),
        title: say("title"),
        kicker: say("kicker"),
        headline: say("headline"),
        lede: say("lede"),
        confidential: true,
        contents: true,
        sections: vec![
            section(None, Layout::Full, vec![Block::Cards(vec![card])]),
            section(Some("figures"), Layout::Full, figures.collect()),
            section(Some("left"), Layout::Half, words.clone()),
            section(Some("right"), Layout::Half, words),
            section(Some("note"), Layout::Note, vec![]),
        ],
        footer: vec![say("footer")],
    }
}

fn plain() -> ReportModel {
    page(&|text| text.to_string())
}

fn html(model: &ReportModel) -> String {
    let theme = Theme::embedded().expect("the embedded theme is sound");
    render_page(model, &theme).expect("the page renders").html
}

fn parse(html: &str) -> Xml<'_> {
    Xml::parse_with_options(html, ParsingOptions { allow_dtd: true, ..ParsingOptions::default() }).expect("a page is well-formed XML")
}

fn named<'a>(xml: &'a Xml<'_>, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    xml.root().descendants().filter(move |node| node.has_tag_name(name))
}

fn text_of(node: Node) -> String {
    node.descendants().filter(Node::is_text).filter_map(|text| text.text()).collect()
}

#[test]
fn a_page_allows_its_one_style_sheet_and_nothing_else() {
    use sha2::{Digest, Sha256};
    let html = html(&plain());
    let xml = parse(&html);
    let style: Vec<_> = named(&xml, "style").collect();
    assert_eq!(style.len(), 1);
    let policy = named(&xml, "meta").find(|meta| meta.attribute("http-equiv") == Some("Content-Security-Policy")).expect("a policy");
    let policy = policy.attribute("content").expect("a policy has content");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    // Undo base64 by the alphabet of RFC 4648, so that the digest is compared as bytes.
    let code = policy.split("sha256-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a digest");
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: String = code.trim_end_matches('=').chars().map(|c| format!("{:06b}", alphabet.find(c).expect("a base64 letter"))).collect();
    let digest: String = Sha256::digest(text_of(style[0])).iter().map(|byte| format!("{byte:08b}")).collect();
    assert_eq!(bits[..256], digest);

    for node in xml.root().descendants().filter(Node::is_element) {
        assert!(!["script", "link", "img", "iframe", "object", "embed", "form"].contains(&node.tag_name().name()));
        for attribute in node.attributes() {
            assert!(!attribute.name().starts_with("on") && attribute.name() != "style" && attribute.name() != "fill", "{attribute:?}");
            assert!(attribute.name() != "src" && (attribute.name() != "href" || attribute.value().starts_with('#')), "{attribute:?}");
        }
    }
    assert!(!html.contains("http://") && !html.contains("https://") && !html.contains("url(") && !html.contains("@import"));
}

#[test]
fn every_drawing_has_a_role_a_title_and_a_description_with_ids_of_its_own() {
    let html = html(&plain());
    let xml = parse(&html);
    let drawings: Vec<_> = named(&xml, "svg").collect();
    assert_eq!(drawings.len(), 8, "one spark, five charts, two panels");
    for svg in drawings {
        assert_eq!(svg.attribute("role"), Some("img"));
        let children: Vec<_> = svg.children().take(2).collect();
        assert!(children[0].has_tag_name("title") && children[1].has_tag_name("desc"));
        assert!(children.iter().all(|child| !text_of(*child).is_empty()));
        let ids: Vec<_> = children.iter().filter_map(|child| child.attribute("id")).collect();
        assert_eq!(svg.attribute("aria-labelledby"), Some(ids.join(" ").as_str()));
    }
    let ids: Vec<_> = xml.root().descendants().filter_map(|node| node.attribute("id")).collect();
    let known: BTreeSet<_> = ids.iter().copied().collect();
    assert_eq!(ids.len(), known.len(), "an id occurs twice");
    let wanted =
        xml.root().descendants().flat_map(|node| ["aria-labelledby", "href"].into_iter().filter_map(move |name| node.attribute(name)));
    assert!(wanted.flat_map(str::split_whitespace).all(|id| known.contains(id.trim_start_matches('#'))));
}

#[test]
fn no_string_of_a_model_becomes_markup_or_a_control_character() {
    let hostile = "<script>alert(1)</script>\"'&\u{0}\u{1b}\u{85}{{ 7*7 }}</style>]]>";
    let html = html(&page(&|text| format!("{text}{hostile}")));
    let xml = parse(&html);
    assert_eq!(named(&xml, "script").count(), 0);
    assert!(!html.contains("alert(1)</script>") && !html.contains(">49"));
    assert!(html.chars().all(|c| c == '\n' || !c.is_control()));
    // What was said is still there to read, as text. Drawings wrap it and say it in title and desc.
    let shown: String = xml.root().descendants().filter(|node| node.is_text()).filter_map(|node| node.text()).collect();
    let harmless = "<script>alert(1)</script>\"'&{{ 7*7 }}</style>]]>";
    for word in [
        "title",
        "kicker",
        "headline",
        "lede",
        "paragraph",
        "bullet",
        "term",
        "meaning",
        "caption",
        "footer",
        "subtitle",
        "finding 0",
        "description",
    ] {
        assert!(shown.contains(&format!("{word}{harmless}")), "{word}");
    }
}

#[test]
fn equal_models_give_equal_bytes() {
    assert_eq!(html(&plain()), html(&plain()));
}

#[test]
fn headings_descend_without_a_jump_and_tables_name_their_rows_and_columns() {
    let html = html(&plain());
    let xml = parse(&html);
    let levels = xml.root().descendants().filter_map(|node| match node.tag_name().name() {
        "h1" => Some(1),
        "h2" => Some(2),
        "h3" => Some(3),
        _ => None,
    });
    let levels: Vec<i32> = levels.collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    assert_eq!(named(&xml, "html").next().and_then(|node| node.attribute("lang")), Some("en"));
    for table in named(&xml, "table") {
        assert!(table.first_element_child().is_some_and(|first| first.has_tag_name("caption")));
        let scopes: Vec<_> = table.descendants().filter(|node| node.has_tag_name("th")).map(|th| th.attribute("scope")).collect();
        assert_eq!(scopes, [Some("col"), Some("col"), Some("row"), Some("row")]);
        let numeric = table.descendants().filter(|node| node.has_tag_name("td")).filter_map(|td| td.attribute("class"));
        assert!(numeric.into_iter().all(|class| class.split(' ').any(|name| name == "n")));
        assert!(table.parent_element().is_some_and(|region| region.attribute("tabindex") == Some("0")));
    }
}

#[test]
fn only_a_confidential_page_says_so() {
    assert!(html(&plain()).contains("class=\"strip\""));
    let released = ReportModel { confidential: false, ..plain() };
    assert!(!html(&released).contains("Confidential"));
}

#[test]
fn a_model_that_cannot_be_drawn_is_refused_with_all_its_faults() {
    let mut model = plain();
    let Block::Figure(figure) = &mut model.sections[1].blocks[2] else { panic!("a figure") };
    figure.table.rows[0].pop();
    let Chart::Trend { axis, series, .. } = &mut figure.chart else { panic!("a trend") };
    axis.maximum = axis.minimum;
    series[0].points[0] = Some((f64::NAN, 0.0, 0.0));
    series[1].points.pop();
    let theme = Theme::embedded().expect("the embedded theme is sound");
    let detail = render_page(&model, &theme).expect_err("four faults").detail.expect("has a detail");
    assert_eq!(detail.lines().count(), 4, "{detail}");
}
