//! Drawings are data: every mark's coordinate is turned back into a value through the tick labels, and must be a declared one.

use roxmltree::Node;

use super::words::plain;
use crate::audit::decimal::Decimal;
use crate::audit::declared::Declared;
use crate::audit::report::Fault;

/// Coordinates are tenths of pixels: a mark stands at most this far from its value.
const TENTH: f64 = 0.061;

/// The letter baseline of a mark's label below the mark, in pixels.
const BASELINE: f64 = 4.7;

/// A value axis: position = `start` + `scale` × value.
#[derive(Debug, Clone, Copy)]
struct Axis {
    start: f64,
    scale: f64,
    /// Positions of the outermost ticks.
    ends: (f64, f64),
    /// Whether it runs from left to right.
    is_horizontal: bool,
    /// Where its labels stand in the other direction.
    line: f64,
}

impl Axis {
    fn through(mut ticks: Vec<(f64, f64)>, is_horizontal: bool, line: f64) -> Option<Self> {
        ticks.sort_by(|one, two| one.0.total_cmp(&two.0));
        let (first, last) = (*ticks.first()?, *ticks.last()?);
        if ticks.len() < 2 || last.1 == first.1 {
            return None;
        }
        let scale = (last.0 - first.0) / (last.1 - first.1);
        let start = first.0 - scale * first.1;
        let is_linear = ticks.iter().all(|(at, value)| (start + scale * value - at).abs() < 0.2);
        is_linear.then_some(Self { start, scale, ends: (first.0, last.0), is_horizontal, line })
    }
}

fn number(node: Node<'_, '_>, name: &str) -> Option<f64> {
    node.attribute(name).and_then(|value| value.parse().ok())
}

fn class_of<'a>(node: Node<'a, '_>) -> &'a str {
    node.attribute("class").unwrap_or_default()
}

/// Text elements that are one number with a unit: position and value.
fn labels(svg: Node<'_, '_>, wanted: impl Fn(Node<'_, '_>) -> bool) -> Vec<(f64, f64, f64)> {
    let texts = svg.descendants().filter(|node| node.tag_name().name() == "text" && wanted(*node));
    texts
        .filter_map(|node| {
            let text = plain(node.text().unwrap_or_default());
            let value = Decimal::parse(text.trim_end_matches('%'))?;
            Some((number(node, "x")?, number(node, "y")?, value.value()))
        })
        .collect()
}

/// The value axes of a drawing, by their tick labels.
fn axes(svg: Node<'_, '_>) -> Vec<Axis> {
    let ticks =
        |anchor: &'static str| labels(svg, move |node| class_of(node).contains("c-muted") && node.attribute("text-anchor") == Some(anchor));
    let across = groups(ticks("middle"), |(_, y, _)| *y)
        .into_iter()
        .filter_map(|group| Axis::through(group.iter().map(|(x, _, value)| (*x, *value)).collect(), true, group[0].1));
    let up = groups(ticks("end"), |(x, ..)| *x)
        .into_iter()
        .filter(|group| group.len() > 1)
        .filter_map(|group| Axis::through(group.iter().map(|(_, y, value)| (*y - BASELINE, *value)).collect(), false, group[0].0));
    across.chain(up).collect()
}

/// Whether a text is the label of a tick, and so one of the round numbers of its axis.
pub fn is_tick(text: Node<'_, '_>) -> bool {
    let Some(svg) = text.ancestors().find(|node| node.tag_name().name() == "svg") else { return false };
    let (x, y) = (number(text, "x").unwrap_or(f64::NAN), number(text, "y").unwrap_or(f64::NAN));
    class_of(text).contains("c-muted")
        && axes(svg).iter().any(|axis| {
            let at = if axis.is_horizontal { x } else { y - BASELINE };
            let value = Decimal::parse(plain(text.text().unwrap_or_default()).trim_end_matches('%'));
            value.is_some_and(|value| (axis.start + axis.scale * value.value() - at).abs() < 0.2)
                && (axis.line - if axis.is_horizontal { y } else { x }).abs() < 0.05
        })
}

fn groups<T: Copy>(items: Vec<T>, key: impl Fn(&T) -> f64) -> Vec<Vec<T>> {
    let mut groups: Vec<(f64, Vec<T>)> = Vec::new();
    for item in items {
        match groups.iter_mut().find(|(own, _)| (*own - key(&item)).abs() < 0.05) {
            Some((_, group)) => group.push(item),
            None => groups.push((key(&item), vec![item])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Points of a `points` attribute.
fn points(node: Node<'_, '_>) -> Vec<(f64, f64)> {
    let pairs = node.attribute("points").unwrap_or_default().split_whitespace();
    pairs.filter_map(|pair| pair.split_once(',')).filter_map(|(x, y)| Some((x.parse().ok()?, y.parse().ok()?))).collect()
}

/// Where marks stand along each direction: those that carry a value.
fn marks(svg: Node<'_, '_>, is_horizontal: bool) -> Vec<(f64, f64)> {
    let mut marks = Vec::new();
    for node in svg.descendants().filter(Node::is_element) {
        let class = class_of(node);
        let is_data = ["c-focus", "c-second", "c-third", "c-context", "c-reference"].iter().any(|ink| class.contains(ink));
        if !is_data {
            continue;
        }
        match node.tag_name().name() {
            "circle" => marks.extend(number(node, "cx").zip(number(node, "cy"))),
            // Over periods, straight lines lead to labels.
            "line" if is_horizontal => {
                marks.extend(number(node, "x1").zip(number(node, "y1")));
                marks.extend(number(node, "x2").zip(number(node, "y2")));
            }
            "polyline" => marks.extend(points(node)),
            "polygon" => {
                let corners = points(node);
                // A diamond stands for its middle, a band for its edge.
                if corners.len() == 4 && !class.contains("band") {
                    let sum = corners.iter().fold((0.0, 0.0), |sum, corner| (sum.0 + corner.0, sum.1 + corner.1));
                    marks.push((sum.0 / 4.0, sum.1 / 4.0));
                } else {
                    marks.extend(corners);
                }
            }
            _ => {}
        }
    }
    marks
}

/// Looks through one drawing.
pub fn check(file: &str, svg: Node<'_, '_>, declared: &Declared, faults: &mut Vec<Fault>) {
    let title = svg.children().find(|node| node.tag_name().name() == "title").and_then(|node| node.text()).unwrap_or_default().to_string();
    let place = || format!("{file}, drawing {title:?}");
    let is_unread = |node: &Node<'_, '_>| {
        node.tag_name().name() == "path"
            || (node.tag_name().name() == "rect"
                && !matches!(class_of(*node), "c-paper" | "c-focus" | "c-second" | "c-third" | "c-context"))
    };
    if svg.descendants().any(|node| is_unread(&node)) {
        faults.push(Fault::new(place(), "a mark of a kind that the auditor cannot turn back into values".into()));
    }
    order(svg, declared, &place, faults);
    let found = axes(svg);
    let is_horizontal = found.iter().any(|axis| axis.is_horizontal) && !spreads_over_periods(svg);
    let mut marks = marks(svg, is_horizontal);
    if !is_horizontal {
        // Right of the last period's label stand the signs of the key.
        let is_period = |node: &Node<'_, '_>| class_of(*node).contains("c-muted") && node.attribute("text-anchor") == Some("middle");
        let last = svg.descendants().filter(is_period).filter_map(|node| number(node, "x")).reduce(f64::max);
        marks.retain(|(x, _)| last.is_none_or(|last| *x <= last + 0.5));
    }
    let axis = found.iter().find(|axis| axis.is_horizontal != spreads_over_periods(svg)).or(found.first());
    let axis = axis.copied().or_else(|| between_first_and_last(svg, &marks));
    let Some(axis) = axis else { return };
    for (x, y) in marks {
        let at = if axis.is_horizontal { x } else { y };
        let is_edge = (at - axis.ends.0).abs() <= TENTH || (at - axis.ends.1).abs() <= TENTH;
        let value = (at - axis.start) / axis.scale;
        if !is_edge && declared.distance(value) * axis.scale.abs() > tolerance(&axis, svg) {
            faults.push(Fault::new(place(), format!("a mark stands at {value:.2}, which is no declared figure")));
        }
    }
}

/// Groups of a drawing that leaves one of them out stand in their declared order, as in a table: an order by value would tell its rank.
fn order(svg: Node<'_, '_>, declared: &Declared, place: &dyn Fn() -> String, faults: &mut Vec<Fault>) {
    let texts: Vec<(f64, f64, String)> = svg
        .descendants()
        .filter(|node| node.tag_name().name() == "text")
        .filter_map(|node| Some((number(node, "y")?, number(node, "x")?, plain(node.text().unwrap_or_default()))))
        .collect();
    let hides = texts.iter().any(|(.., text)| text == "c" || text.starts_with("not shown"));
    let mut named: Vec<&(f64, f64, String)> = texts.iter().filter(|(.., text)| declared.groups.contains(text)).collect();
    named.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
    let named: Vec<&str> = named.into_iter().map(|(.., text)| text.as_str()).collect();
    if hides && declared.is_out_of_order(&named) {
        faults.push(Fault::new(place(), format!("groups do not stand in the declared order: {}", named.join(", "))));
    }
}

/// How far a mark may stand from its value: a tenth of a pixel, and what the axis itself cannot tell where two labels alone give it.
fn tolerance(axis: &Axis, svg: Node<'_, '_>) -> f64 {
    let length = (axis.ends.1 - axis.ends.0).abs().max(1.0);
    let height = number(svg, "height").unwrap_or(length);
    if axes(svg).is_empty() { TENTH * (1.0 + 2.0 * height / length) } else { 2.0 * TENTH }
}

/// Whether values run up the page: a line over periods does.
fn spreads_over_periods(svg: Node<'_, '_>) -> bool {
    svg.descendants().any(|node| node.tag_name().name() == "polyline")
}

/// A small line without ticks: the printed first and last value give its scale.
fn between_first_and_last(svg: Node<'_, '_>, marks: &[(f64, f64)]) -> Option<Axis> {
    let (first, last) = (marks.first()?, marks.last()?);
    let value_at = |y: f64| {
        let texts = labels(svg, |_| true);
        texts.into_iter().find(|(_, at, _)| (at - BASELINE - y).abs() < 0.15).map(|(.., value)| value)
    };
    Axis::through(vec![(first.1, value_at(first.1)?), (last.1, value_at(last.1)?)], false, 0.0)
}
