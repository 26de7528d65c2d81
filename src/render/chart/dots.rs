//! One row per group: a point with its range, the comparison period's point, a reference line.

use super::{GAP, Rows, TICKS, WIDTH};
use crate::error::Result;
use crate::present::model::{Axis, DotRow};
use crate::render::canvas::Ink;
use crate::render::sketch::{Anchor, Drawing, Scale, Shape, Sketch, draw};
use crate::render::text::{LINE, width, wrap};

const ROW: f64 = 27.0;

/// Draws the rows in their order.
pub(super) fn draw_dots(axis: &Axis, rows: &[DotRow], reference: Option<&(f64, String)>) -> Result<Drawing> {
    // "79 (68 to 87)" stands in two columns, so that numbers align at their right and ranges at their left.
    let values: Vec<(&str, &str)> =
        rows.iter().map(|row| row.text.split_once(" (").map_or((row.text.as_str(), ""), |(v, _)| (v, &row.text[v.len() + 1..]))).collect();
    let marked = || values.iter().zip(rows).filter(|(_, row)| row.mark.is_some()).map(|(value, _)| value);
    let numbers = marked().map(|value| width(value.0)).fold(0.0, f64::max);
    let ranges = marked().map(|value| width(value.1)).fold(0.0, f64::max);
    let range_left = WIDTH - ranges;
    let right = range_left - numbers - if ranges > 0.0 { 5.0 } else { 0.0 } - GAP - 8.0;

    let labels = rows.iter().map(|row| (row.label.as_str(), 0.0));
    let left = Rows::new(labels, 0.0, ROW).left + GAP;
    let reasons: Vec<Vec<String>> =
        rows.iter().map(|row| if row.mark.is_some() { Vec::new() } else { wrap(&row.text, WIDTH - left) }).collect();
    let top = if reference.is_some() { LINE + 3.0 } else { 2.0 };
    let labels = rows.iter().zip(&reasons).map(|(row, reason)| (row.label.as_str(), reason.len() as f64 * LINE));
    let rows_at = Rows::new(labels, top, ROW);
    let bottom = rows_at.bottom;

    let drawn = rows.iter().filter_map(|row| row.mark.as_ref());
    let drawn = drawn.flat_map(|mark| [mark.lower, mark.upper, mark.estimate].into_iter().chain(mark.previous));
    let scale = Scale::new(axis, drawn.chain(reference.map(|(value, _)| *value)), left + 8.0, right - 8.0);

    draw(WIDTH, bottom + TICKS, |sketch| {
        for (value, label) in scale.ticks(6, &axis.suffix) {
            let x = scale.at(value);
            sketch.line((x, top), (x, bottom), Ink::Grid, 1.0)?;
            sketch.text((x, bottom + TICKS / 2.0), &label, Ink::Muted, Anchor::Middle)?;
        }
        if let Some((value, label)) = reference {
            let x = scale.at(*value);
            sketch.line((x, top), (x, bottom), Ink::Reference, 1.5)?;
            let half = width(label) / 2.0;
            sketch.text((x.clamp(half.min(WIDTH - half), WIDTH - half), LINE / 2.0), label, Ink::Muted, Anchor::Middle)?;
        }
        for (i, row) in rows.iter().enumerate() {
            let y = rows_at.middles[i];
            rows_at.label(sketch, i, y, if row.flagged { Ink::Strong } else { Ink::Words })?;
            if row.mark.is_none() {
                sketch.reason((left, y), &reasons[i], Anchor::Start)?;
                continue;
            }
            draw_mark(sketch, &scale, row, y)?;
            let (number, range) = values[i];
            let ink = if row.flagged { Ink::Strong } else { Ink::Words };
            sketch.text((range_left - if ranges > 0.0 { 5.0 } else { 0.0 }, y), number, ink, Anchor::End)?;
            if !range.is_empty() {
                sketch.text((range_left, y), range, Ink::Muted, Anchor::Start)?;
            }
        }
        Ok(())
    })
}

/// The range, the point, and the hollow circle of the comparison period, which stays visible where both coincide.
fn draw_mark(sketch: &Sketch, scale: &Scale, row: &DotRow, y: f64) -> Result<()> {
    let Some(mark) = &row.mark else { return Ok(()) };
    let (ink, shape, radius) = if row.flagged { (Ink::Second, Shape::Square, 5.0) } else { (Ink::Focus, Shape::Dot, 5.5) };
    let x = scale.at(mark.estimate);
    sketch.line((scale.at(mark.lower), y), (scale.at(mark.upper), y), ink, 2.5)?;
    let previous = mark.previous.map(|value| scale.at(value));
    let under = previous.filter(|before| (before - x).abs() >= 4.0);
    let over = previous.filter(|before| (before - x).abs() < 4.0);
    if let Some(before) = under {
        sketch.mark((before, y), Shape::Ring, 4.0, Ink::Context)?;
    }
    sketch.mark((x, y), shape, radius, ink)?;
    if let Some(before) = over {
        sketch.mark((before, y), Shape::Ring, 3.5, Ink::Context)?;
    }
    Ok(())
}
