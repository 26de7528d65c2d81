//! The kinds of chart. Each takes its part of the model and gives a drawing; none computes a statistic.

mod dots;
mod paired;
mod periods;
mod spark;
mod stacked;

pub(super) use spark::draw_spark;

use super::canvas::Ink;
use super::sketch::{Anchor, Drawing, Point, Shape, Sketch};
use super::text::{BOLD, LINE, widest, width, wrap};
use crate::error::Result;
use crate::present::model::Chart;

/// Natural width of a chart, px.
const WIDTH: f64 = 760.0;
/// Widest column of row labels, px; longer labels wrap.
const LABELS: f64 = 275.0;
/// Distance between a label and what it names, px.
const GAP: f64 = 14.0;
/// Height of the tick labels under a value axis, px.
const TICKS: f64 = 26.0;

/// The drawings of a chart: one, or one per panel.
pub(super) fn draw_chart(chart: &Chart) -> Result<Vec<Drawing>> {
    Ok(match chart {
        Chart::DotInterval { axis, rows, reference } => vec![dots::draw_dots(axis, rows, reference.as_ref())?],
        Chart::PairedDots { axis, first, second, rows } => vec![paired::draw_paired(axis, first, second, rows)?],
        Chart::Trend { axis, periods, series } => vec![periods::draw_trend(axis, periods, series)?],
        Chart::Steps { axis, periods, series, below } => vec![periods::draw_steps(axis, periods, series, below)?],
        Chart::Panels { axis, periods, context, panels } => periods::draw_panels(axis, periods, context.as_ref(), panels)?,
        Chart::StackedBars { categories, rows } => vec![stacked::draw_stacked(categories, rows)?],
    })
}

/// Rows one below the other, each as high as its label needs.
struct Rows {
    labels: Vec<Vec<String>>,
    /// Where the row labels end, px.
    left: f64,
    /// The middle of each row, px.
    middles: Vec<f64>,
    /// Where the last row ends, px.
    bottom: f64,
}

impl Rows {
    /// Rows from `top` down, none lower than `least` px, each with room for something so many px high beside its label.
    /// Labels are given the room that bold letters take.
    fn new<'a>(rows: impl Iterator<Item = (&'a str, f64)>, top: f64, least: f64) -> Self {
        let (labels, beside): (Vec<_>, Vec<_>) = rows.map(|(label, height)| (wrap(label, LABELS / BOLD), height)).unzip();
        let mut bottom = top;
        let middles = labels.iter().zip(beside).map(|(label, height): (&Vec<String>, f64)| {
            let height = least.max((label.len() as f64 * LINE).max(height) + 12.0);
            bottom += height;
            bottom - height / 2.0
        });
        let middles = middles.collect();
        let left = widest(labels.iter().flatten()) * BOLD;
        Self { labels, left, middles, bottom }
    }

    /// Prints the label of one row at the height of its mark.
    fn label(&self, sketch: &Sketch, row: usize, y: f64, ink: Ink) -> Result<()> {
        sketch.lines((self.left, y), &self.labels[row], ink, Anchor::End)
    }
}

/// Where the names of a key stand, in lines that fit, and the height they take.
struct Key {
    places: Vec<(Point, usize)>,
    height: f64,
}

impl Key {
    /// Sets the names from `left` px on, `swatch` px of room before each.
    fn new(names: &[&str], left: f64, swatch: f64) -> Self {
        let (mut x, mut y) = (left, LINE / 2.0);
        let mut places = Vec::new();
        for (i, name) in names.iter().enumerate() {
            let room = swatch + width(name);
            if x > left && x + room > WIDTH {
                (x, y) = (left, y + LINE + 2.0);
            }
            places.push(((x, y), i));
            x += room + 24.0;
        }
        let height = if names.is_empty() { 0.0 } else { y + LINE / 2.0 + 4.0 };
        Self { places, height }
    }
}

/// How a series looks: its ink and its shape, by its place.
fn series_look(place: usize) -> (Ink, Shape, f64) {
    match place {
        0 => (Ink::Focus, Shape::Dot, 4.0),
        1 => (Ink::Second, Shape::Diamond, 5.5),
        2 => (Ink::Third, Shape::Square, 3.5),
        _ => (Ink::Context, Shape::Ring, 4.0),
    }
}
