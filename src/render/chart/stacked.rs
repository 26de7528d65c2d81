//! One 100 percent bar per row, from unfavorable to favorable, both ends on fixed base lines.

use super::{GAP, Key, Rows, WIDTH};
use crate::error::Result;
use crate::present::model::StackedRow;
use crate::render::canvas::Ink;
use crate::render::sketch::{Anchor, Drawing, Sketch, draw};
use crate::render::text::{LINE, spread, width, wrap};

const ROW: f64 = 36.0;
const BAR: f64 = 23.0;
/// Room above a bar for the numbers that do not fit into it, px.
const ABOVE: f64 = 15.0;

/// Draws the rows in their order, under a key of the categories.
pub(super) fn draw_stacked(categories: &[String], rows: &[StackedRow]) -> Result<Drawing> {
    let names: Vec<&str> = categories.iter().map(String::as_str).collect();
    let key = Key::new(&names, 0.0, 20.0);
    let left = Rows::new(rows.iter().map(|row| (row.label.as_str(), 0.0)), 0.0, ROW).left + GAP;
    let bars: Vec<Bar> = rows.iter().map(|row| Bar::new(row, left)).collect();
    let extra = |bar: &Bar| (bar.reason.len() as f64 * LINE).max(BAR + bar.above());
    let rows_at = Rows::new(rows.iter().zip(&bars).map(|(row, bar)| (row.label.as_str(), extra(bar))), key.height + 4.0, ROW);

    draw(WIDTH, rows_at.bottom + 2.0, |sketch| {
        for (&((x, y), i), name) in key.places.iter().zip(&names) {
            sketch.block((x, y - 6.0), (x + 13.0, y + 6.0), step(i, names.len()), true)?;
            sketch.block((x, y - 6.0), (x + 13.0, y + 6.0), Ink::Muted, false)?;
            sketch.text((x + 20.0, y), name, Ink::Muted, Anchor::Start)?;
        }
        for (i, bar) in bars.iter().enumerate() {
            let y = rows_at.middles[i] + bar.above() / 2.0;
            rows_at.label(sketch, i, y, Ink::Words)?;
            if bar.segments.is_empty() {
                sketch.lines((left, y), &bar.reason, Ink::Muted, Anchor::Start)?;
            } else {
                bar.draw(sketch, y, left)?;
            }
        }
        Ok(())
    })
}

/// The ink of a category by its place; three categories take the first, the middle and the last of five steps.
fn step(place: usize, of: usize) -> Ink {
    let place = if of == 3 { place * 2 } else { place };
    Ink::Step(u8::try_from(place + 1).unwrap_or(u8::MAX))
}

/// One bar: its segments with their numbers, and those numbers that stand above it.
struct Bar {
    /// From, to, number.
    segments: Vec<(f64, f64, String)>,
    /// Segments too narrow for their number.
    outside: Vec<usize>,
    /// Why there is no bar.
    reason: Vec<String>,
}

impl Bar {
    fn new(row: &StackedRow, left: f64) -> Self {
        let Some(percents) = &row.percents else {
            return Self { segments: Vec::new(), outside: Vec::new(), reason: wrap(&row.text, WIDTH - left) };
        };
        // Rounded percents may not add to 100; the bar is full all the same.
        let total: f64 = percents.iter().sum();
        let scale = (WIDTH - left - 2.0) / if total > 0.0 { total } else { 1.0 };
        let mut from = left;
        let segments: Vec<_> = percents
            .iter()
            .map(|percent| {
                let start = from;
                from += percent * scale;
                (start, from, format!("{percent}"))
            })
            .collect();
        let narrow = |(from, to, number): &(f64, f64, String)| to > from && width(number) + 5.0 > to - from;
        let outside = (0..segments.len()).filter(|&i| narrow(&segments[i])).collect();
        Self { segments, outside, reason: Vec::new() }
    }

    /// Room for numbers above it, px.
    fn above(&self) -> f64 {
        if self.outside.is_empty() { 0.0 } else { ABOVE }
    }

    fn draw(&self, sketch: &Sketch, middle: f64, left: f64) -> Result<()> {
        let (top, bottom) = (middle - BAR / 2.0, middle + BAR / 2.0);
        let end = self.segments.last().map_or(left, |segment| segment.1);
        for (i, (from, to, number)) in self.segments.iter().enumerate().filter(|(_, (from, to, _))| to > from) {
            let gap = if *to < end { 1.0 } else { 0.0 };
            sketch.block((*from, top), ((to - gap).max(from + 0.5), bottom), step(i, self.segments.len()), true)?;
            if !self.outside.contains(&i) {
                let ink = if i == 0 || i + 1 == self.segments.len() { Ink::OnEnd } else { Ink::OnMiddle };
                sketch.text((f64::midpoint(*from, *to), middle), number, ink, Anchor::Middle)?;
            }
        }
        sketch.block((left, top), (end, bottom), Ink::Muted, false)?;
        let wanted =
            self.outside.iter().map(|&i| (f64::midpoint(self.segments[i].0, self.segments[i].1), width(&self.segments[i].2) + 5.0));
        let wanted: Vec<_> = wanted.collect();
        for (x, &i) in spread(&wanted, left - 4.0, WIDTH).into_iter().zip(&self.outside) {
            sketch.text((x, top - LINE / 2.0 + 0.5), &self.segments[i].2, Ink::Muted, Anchor::Middle)?;
        }
        Ok(())
    }
}
