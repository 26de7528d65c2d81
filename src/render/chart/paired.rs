//! One row per category: two sides' values, joined.

use super::{GAP, Key, Rows, WIDTH};
use crate::error::Result;
use crate::present::model::{Axis, PairedRow};
use crate::render::canvas::Ink;
use crate::render::sketch::{Anchor, Drawing, Scale, Shape, Sketch, draw};
use crate::render::text::{LINE, widest, wrap};

const ROW: f64 = 30.0;
/// From the middle of a mark to its printed value, px.
const BESIDE: f64 = 12.0;

/// Draws the rows in their order; the filled dot is `first`, the hollow diamond `second`.
pub(super) fn draw_paired(axis: &Axis, first: &str, second: &str, rows: &[PairedRow]) -> Result<Drawing> {
    let left = Rows::new(rows.iter().map(|row| (row.label.as_str(), 0.0)), 0.0, ROW).left + GAP;
    let sides = || rows.iter().flat_map(|row| [&row.first, &row.second].into_iter().flatten());
    let values = widest(sides().map(|(_, text)| text));
    // Room for a printed value outside the outermost marks.
    let inner = values + BESIDE + 4.0;
    let scale = Scale::new(axis, sides().map(|(value, _)| *value), left + inner, WIDTH - inner);
    let reasons: Vec<_> = rows.iter().map(|row| Reason::new(row, &scale, left, inner)).collect();
    let key = Key::new(&[first, second], left, 18.0);
    let labels = rows.iter().zip(&reasons).map(|(row, reason)| (row.label.as_str(), reason.lines.len() as f64 * LINE));
    let rows_at = Rows::new(labels, key.height, ROW);

    draw(WIDTH, rows_at.bottom + 4.0, |sketch| {
        for (&(at, i), name) in key.places.iter().zip([first, second]) {
            draw_side(sketch, (at.0 + 6.0, at.1), i)?;
            sketch.text((at.0 + 18.0, at.1), name, Ink::Muted, Anchor::Start)?;
        }
        for (i, row) in rows.iter().enumerate() {
            let y = rows_at.middles[i];
            rows_at.label(sketch, i, y, Ink::Words)?;
            if row.first.is_some() || row.second.is_some() {
                sketch.line((left, y), (WIDTH, y), Ink::Grid, 1.0)?;
            }
            draw_row(sketch, &scale, row, y)?;
            sketch.reason((reasons[i].x, y), &reasons[i].lines, reasons[i].anchor)?;
        }
        Ok(())
    })
}

/// Why a mark is missing, in the roomier place beside the mark that there is.
struct Reason {
    lines: Vec<String>,
    x: f64,
    anchor: Anchor,
}

impl Reason {
    fn new(row: &PairedRow, scale: &Scale, left: f64, inner: f64) -> Self {
        let text = |room: f64| if row.text.is_empty() { Vec::new() } else { wrap(&row.text, room) };
        let only = match (&row.first, &row.second) {
            (Some((value, _)), None) | (None, Some((value, _))) => Some(scale.at(*value)),
            _ => None,
        };
        // The value of a lone mark stands at its right.
        match only {
            Some(x) if x - left > WIDTH - x - inner => Self { lines: text(x - BESIDE - left), x: x - BESIDE, anchor: Anchor::End },
            Some(x) => Self { lines: text(WIDTH - x - inner - GAP), x: x + inner + GAP, anchor: Anchor::Start },
            None => Self { lines: text(WIDTH - left), x: left, anchor: Anchor::Start },
        }
    }
}

fn draw_row(sketch: &Sketch, scale: &Scale, row: &PairedRow, y: f64) -> Result<()> {
    let at = |side: &Option<(f64, String)>| side.as_ref().map(|(value, text)| (scale.at(*value), text.clone()));
    match (at(&row.first), at(&row.second)) {
        (Some((a, a_text)), Some((b, b_text))) => {
            sketch.line((a, y), (b, y), Ink::Context, 2.0)?;
            // Where both coincide, a small dot stands inside the diamond.
            draw_side(sketch, (b, y), 1)?;
            let radius = if (a - b).abs() < 5.0 { 3.5 } else { 5.5 };
            sketch.mark((a, y), Shape::Dot, radius, Ink::Focus)?;
            let ((low, low_text), (high, high_text)) = if a <= b { ((a, a_text), (b, b_text)) } else { ((b, b_text), (a, a_text)) };
            sketch.text((low - BESIDE, y), &low_text, Ink::Words, Anchor::End)?;
            sketch.text((high + BESIDE, y), &high_text, Ink::Words, Anchor::Start)
        }
        (Some((x, text)), None) => {
            draw_side(sketch, (x, y), 0)?;
            sketch.text((x + BESIDE, y), &text, Ink::Words, Anchor::Start)
        }
        (None, Some((x, text))) => {
            draw_side(sketch, (x, y), 1)?;
            sketch.text((x + BESIDE, y), &text, Ink::Words, Anchor::Start)
        }
        (None, None) => Ok(()),
    }
}

/// The mark of the first side (0) or the second (1).
fn draw_side(sketch: &Sketch, at: (f64, f64), side: usize) -> Result<()> {
    match side {
        0 => sketch.mark(at, Shape::Dot, 5.5, Ink::Focus),
        _ => sketch.mark(at, Shape::Diamond, LINE / 2.0 - 1.5, Ink::Second),
    }
}
