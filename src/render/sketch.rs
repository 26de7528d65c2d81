//! A drawing in px over plotters: lines, marks, texts, and the scale of a value axis.

use plotters::coord::Shift;
use plotters::coord::ranged1d::{BoldPoints, Ranged};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::canvas::{Canvas, Ink};
use super::text::{LINE, SIZE, widest};
use crate::error::{Error, Result};
use crate::present::model::Axis;

/// A finished drawing: SVG elements to be put into an `svg` of this size.
#[derive(Debug)]
pub(super) struct Drawing {
    /// Natural width, px.
    pub(super) width: f64,
    /// Natural height, px.
    pub(super) height: f64,
    /// The elements.
    pub(super) body: String,
}

/// Shapes that tell series apart where color cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A filled circle.
    Dot,
    /// A hollow circle.
    Ring,
    /// A hollow diamond.
    Diamond,
    /// A filled square.
    Square,
}

/// Where a text stands relative to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// Its left end is at the point.
    Start,
    /// Its middle is at the point.
    Middle,
    /// Its right end is at the point.
    End,
}

/// A place in the drawing, px from the left and from the top.
pub(super) type Point = (f64, f64);

/// The pen of a drawing under way.
pub(super) struct Sketch<'a> {
    area: DrawingArea<Canvas<'a>, Shift>,
}

/// Draws on a sheet of the given size, px.
pub(super) fn draw(width: f64, height: f64, with: impl FnOnce(&Sketch) -> Result<()>) -> Result<Drawing> {
    let mut body = String::new();
    let size = ((width * 10.0).round() as u32, (height * 10.0).round() as u32);
    let canvas = Canvas { body: &mut body, size };
    with(&Sketch { area: canvas.into_drawing_area() })?;
    Ok(Drawing { width, height, body })
}

fn tenths((x, y): Point) -> (i32, i32) {
    ((x * 10.0).round() as i32, (y * 10.0).round() as i32)
}

impl Sketch<'_> {
    /// A straight line.
    pub(super) fn line(&self, from: Point, to: Point, ink: Ink, width: f64) -> Result<()> {
        self.curve(&[from, to], ink, width)
    }

    /// A line through points.
    pub(super) fn curve(&self, path: &[Point], ink: Ink, width: f64) -> Result<()> {
        let path: Vec<_> = path.iter().copied().map(tenths).collect();
        failed(self.area.draw(&PathElement::new(path, ink.color().stroke_width((width * 10.0).round() as u32))))
    }

    /// A faint area.
    pub(super) fn band(&self, outline: &[Point], ink: Ink) -> Result<()> {
        let outline: Vec<_> = outline.iter().copied().map(tenths).collect();
        failed(self.area.draw(&Polygon::new(outline, ink.band())))
    }

    /// A rectangle, filled or outlined.
    pub(super) fn block(&self, from: Point, to: Point, ink: Ink, filled: bool) -> Result<()> {
        let style = ShapeStyle { filled, ..ink.color().into() };
        failed(self.area.draw(&Rectangle::new([tenths(from), tenths(to)], style)))
    }

    /// A mark that reaches `radius` px from its center.
    pub(super) fn mark(&self, (x, y): Point, shape: Shape, radius: f64, ink: Ink) -> Result<()> {
        let size = (radius * 10.0).round() as i32;
        match shape {
            Shape::Dot => failed(self.area.draw(&Circle::new(tenths((x, y)), size, ink.color().filled()))),
            Shape::Ring => failed(self.area.draw(&Circle::new(tenths((x, y)), size, ink.color()))),
            Shape::Square => self.block((x - radius, y - radius), (x + radius, y + radius), ink, true),
            Shape::Diamond => self.curve(&[(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y), (x, y - radius)], ink, 1.0),
        }
    }

    /// One line of text, centered on its point from top to bottom.
    pub(super) fn text(&self, at: Point, text: &str, ink: Ink, anchor: Anchor) -> Result<()> {
        let side = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let color = ink.color();
        let style = TextStyle::from(("sans-serif", SIZE * 10.0)).color(&color).pos(Pos::new(side, VPos::Center));
        failed(self.area.draw(&Text::new(text, tenths(at), style)))
    }

    /// Muted lines in place of a mark, on a place cleared of what they would cross.
    pub(super) fn reason<T: AsRef<str>>(&self, (x, y): Point, lines: &[T], anchor: Anchor) -> Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let half = lines.len() as f64 * LINE / 2.0 + 2.0;
        let reach = if anchor == Anchor::End { -widest(lines) } else { widest(lines) };
        self.block((x, y - half), (x + reach, y + half), Ink::Paper, true)?;
        self.lines((x, y), lines, Ink::Muted, anchor)
    }

    /// Lines of text, centered on their point from top to bottom.
    pub(super) fn lines<T: AsRef<str>>(&self, (x, y): Point, lines: &[T], ink: Ink, anchor: Anchor) -> Result<()> {
        let top = y - (lines.len() as f64 - 1.0) * LINE / 2.0;
        for (i, line) in lines.iter().enumerate() {
            self.text((x, top + i as f64 * LINE), line.as_ref(), ink, anchor)?;
        }
        Ok(())
    }
}

/// A refusal of the canvas as an error of ours.
fn failed<E: std::error::Error>(drawn: std::result::Result<(), E>) -> Result<()> {
    drawn.map_err(|e| Error::new(format!("a chart could not be drawn: {e}"), "report this as a defect of the program"))
}

/// From a value to its place, px.
pub(super) struct Scale {
    coord: RangedCoordf64,
    ends: (i32, i32),
}

impl Scale {
    /// The scale of an axis whose ends stand at `from` and `to` px, widened where a value lies beyond it.
    pub(super) fn new(axis: &Axis, values: impl IntoIterator<Item = f64>, from: f64, to: f64) -> Self {
        let (low, high) = values.into_iter().fold((axis.minimum, axis.maximum), |(low, high), v| (low.min(v), high.max(v)));
        // Tenths of tenths, so that rounding to whole units happens once, in the drawing.
        Self { coord: (low..high).into(), ends: ((from * 100.0).round() as i32, (to * 100.0).round() as i32) }
    }

    /// The place of a value, px.
    pub(super) fn at(&self, value: f64) -> f64 {
        f64::from(self.coord.map(&value, self.ends)) / 100.0
    }

    /// At most `most` round values with their labels.
    pub(super) fn ticks(&self, most: usize, suffix: &str) -> Vec<(f64, String)> {
        let values = self.coord.key_points(BoldPoints(most));
        let step = match values[..] {
            [first, second, ..] => second - first,
            _ => 1.0,
        };
        let decimals = (0..4).find(|&d| (step * 10f64.powi(d)).fract().abs() < 1e-6 || (step * 10f64.powi(d)).fract() > 1.0 - 1e-6);
        let decimals = decimals.map_or(4, |d| d as usize);
        let label = |value: f64| {
            let sign = if value < -step / 1e6 { "\u{2212}" } else { "" };
            format!("{sign}{:.decimals$}{suffix}", value.abs())
        };
        values.into_iter().map(|value| (value, label(value))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(minimum: f64, maximum: f64, suffix: &str) -> Vec<String> {
        let axis = Axis { minimum, maximum, suffix: suffix.into() };
        Scale::new(&axis, [], 0.0, 500.0).ticks(6, suffix).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round_and_use_a_minus_sign() {
        assert_eq!(labels(0.0, 100.0, "%"), ["0%", "20%", "40%", "60%", "80%", "100%"]);
        assert_eq!(labels(-20.0, 20.0, ""), ["\u{2212}20", "\u{2212}10", "0", "10", "20"]);
        assert_eq!(labels(3.0, 5.0, ""), ["3.0", "3.5", "4.0", "4.5", "5.0"]);
    }

    #[test]
    fn a_scale_maps_its_ends_and_takes_in_values_beyond_its_axis() {
        let axis = Axis { minimum: 0.0, maximum: 100.0, suffix: String::new() };
        let scale = Scale::new(&axis, [], 100.0, 300.0);
        assert_eq!([0.0, 50.0, 100.0].map(|v| scale.at(v)), [100.0, 200.0, 300.0]);
        let scale = Scale::new(&axis, [-100.0], 100.0, 300.0);
        assert_eq!(scale.at(0.0), 200.0);
    }
}
