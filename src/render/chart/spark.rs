//! The small line of a headline figure, with its first and last value printed.

use crate::error::Result;
use crate::present::model::{Axis, Spark};
use crate::render::canvas::Ink;
use crate::render::sketch::{Anchor, Drawing, Scale, Shape, draw};
use crate::render::text::width;

const WIDTH: f64 = 240.0;
const HEIGHT: f64 = 44.0;

/// Draws the line; nothing where no value is published.
pub(in crate::render) fn draw_spark(spark: &Spark) -> Result<Option<Drawing>> {
    let published: Vec<(usize, f64)> = spark.values.iter().enumerate().filter_map(|(i, value)| value.map(|v| (i, v))).collect();
    let (Some(&(first, first_value)), Some(&(last, last_value))) = (published.first(), published.last()) else { return Ok(None) };
    let (low, high) = published.iter().fold((f64::MAX, f64::MIN), |(low, high), &(_, v)| (low.min(v), high.max(v)));
    // A nearly flat path stays nearly flat: the height is never worth less than a tenth of the level.
    let half = f64::midpoint(high, -low).max(high.abs() / 20.0).max(1e-3);
    let middle = f64::midpoint(low, high);
    let axis = Axis { minimum: middle - half, maximum: middle + half, suffix: String::new() };
    let y = Scale::new(&axis, [], HEIGHT - 10.0, 10.0);
    let (from, to) = (width(&spark.first) + 12.0, WIDTH - width(&spark.last) - 12.0);
    let steps = spark.values.len().saturating_sub(1).max(1) as f64;
    let x = |i: usize| from + (to - from) * i as f64 / steps;

    let drawing = draw(WIDTH, HEIGHT, |sketch| {
        for run in published.chunk_by(|a, b| a.0 + 1 == b.0) {
            let path: Vec<_> = run.iter().map(|&(i, value)| (x(i), y.at(value))).collect();
            match path[..] {
                [only] => sketch.mark(only, Shape::Dot, 2.0, Ink::Focus)?,
                _ => sketch.curve(&path, Ink::Focus, 2.0)?,
            }
        }
        if first < last {
            sketch.text((x(first) - 8.0, y.at(first_value)), &spark.first, Ink::Muted, Anchor::End)?;
        }
        sketch.mark((x(last), y.at(last_value)), Shape::Dot, 3.5, Ink::Focus)?;
        sketch.text((x(last) + 8.0, y.at(last_value)), &spark.last, Ink::Words, Anchor::Start)
    })?;
    Ok(Some(drawing))
}
