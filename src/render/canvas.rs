//! The surface that plotters draws on: SVG markup with classes in place of colors.
//!
//! plotters knows whole pixels only, so everything is drawn ten times as large and divided here. It knows colors only, so
//! each [`Ink`] is a color of its own that stands for a class; the style sheet says what the class looks like on screen, in
//! the dark and on paper.

use std::fmt::{self, Write};

use plotters::prelude::{Color, DrawingBackend, RGBAColor};
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingErrorKind};

use super::text::{SIZE, escape};

/// What a line, a mark or a text is; the style sheet gives each its color.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Words and numbers.
    Words,
    /// Words that step back.
    Muted,
    /// Words that stand out.
    Strong,
    /// The page itself, to clear a place for words.
    Paper,
    /// Lines that help to read a value.
    Grid,
    /// What something is compared with.
    Context,
    /// A dashed line of comparison.
    Reference,
    /// The series in focus.
    Focus,
    /// The second series, and what a published rule marks.
    Second,
    /// The third series.
    Third,
    /// A step of the agreement scale, from the first (unfavorable) to the fifth (favorable).
    Step(u8),
    /// Words on the first or the fifth step.
    OnEnd,
    /// Words on a step between.
    OnMiddle,
}

const CLASSES: [(Ink, &str); 17] = [
    (Ink::Words, "c-ink"),
    (Ink::Muted, "c-muted"),
    (Ink::Strong, "c-strong"),
    (Ink::Paper, "c-paper"),
    (Ink::Grid, "c-grid"),
    (Ink::Context, "c-context"),
    (Ink::Reference, "c-reference"),
    (Ink::Focus, "c-focus"),
    (Ink::Second, "c-second"),
    (Ink::Third, "c-third"),
    (Ink::Step(1), "c-step1"),
    (Ink::Step(2), "c-step2"),
    (Ink::Step(3), "c-step3"),
    (Ink::Step(4), "c-step4"),
    (Ink::Step(5), "c-step5"),
    (Ink::OnEnd, "c-on-end"),
    (Ink::OnMiddle, "c-on-middle"),
];

/// Opacity that tells a band from a solid area; the style sheet says how faint a band is.
const BAND: f64 = 0.5;

impl Ink {
    /// The color that stands for it while plotters draws.
    pub(super) fn color(self) -> RGBAColor {
        // An ink without a class gets a color that no class has, which the canvas refuses.
        let index = CLASSES.iter().position(|(ink, _)| *ink == self).unwrap_or(CLASSES.len());
        RGBAColor(0, 0, u8::try_from(index).unwrap_or(u8::MAX), 1.0)
    }

    /// The color that stands for a band in this ink.
    pub(super) fn band(self) -> RGBAColor {
        self.color().mix(BAND)
    }
}

/// A color that is no ink reached the canvas.
#[derive(Debug)]
pub(super) struct UnknownInk((u8, u8, u8));

impl fmt::Display for UnknownInk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the color {:?} stands for no class of the style sheet", self.0)
    }
}

impl std::error::Error for UnknownInk {}

type Drawn = Result<(), DrawingErrorKind<UnknownInk>>;

/// A drawing under way.
pub(super) struct Canvas<'a> {
    /// SVG elements so far.
    pub(super) body: &'a mut String,
    /// Width and height in tenths of px.
    pub(super) size: (u32, u32),
}

impl Canvas<'_> {
    /// Writes one element; nothing where the color is fully transparent.
    fn element(&mut self, color: BackendColor, hollow: bool, name: &str, rest: fmt::Arguments<'_>) -> Drawn {
        if color.alpha <= 0.0 {
            return Ok(());
        }
        let class = match color.rgb {
            (0, 0, index) => CLASSES.get(usize::from(index)),
            _ => None,
        };
        let Some((_, class)) = class else { return Err(DrawingErrorKind::DrawingError(UnknownInk(color.rgb))) };
        let kind = if color.alpha < 1.0 {
            " band"
        } else if hollow {
            " hollow"
        } else {
            ""
        };
        // Writing to a string cannot fail.
        let _ = write!(self.body, "<{name} class=\"{class}{kind}\"{rest}");
        Ok(())
    }
}

/// Tenths of px as px.
struct Px(i32);

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let tenths = self.0.unsigned_abs();
        match tenths % 10 {
            0 => write!(f, "{sign}{}", tenths / 10),
            rest => write!(f, "{sign}{}.{rest}", tenths / 10),
        }
    }
}

/// Corners as the `points` of a line or polygon.
fn points(path: impl IntoIterator<Item = BackendCoord>) -> (Vec<BackendCoord>, String) {
    let path: Vec<_> = path.into_iter().collect();
    let text: Vec<_> = path.iter().map(|&(x, y)| format!("{},{}", Px(x), Px(y))).collect();
    (path, text.join(" "))
}

/// A line's width in px.
fn stroke<S: BackendStyle>(style: &S) -> Px {
    Px(i32::try_from(style.stroke_width()).unwrap_or(i32::MAX))
}

impl DrawingBackend for Canvas<'_> {
    type ErrorType = UnknownInk;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.element(color, false, "rect", format_args!(" x=\"{}\" y=\"{}\" width=\".1\" height=\".1\"/>", Px(x), Px(y)))
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(&mut self, a: BackendCoord, b: BackendCoord, style: &S, fill: bool) -> Drawn {
        let (x, y) = (a.0.min(b.0), a.1.min(b.1));
        let (width, height) = (Px((a.0 - b.0).abs()), Px((a.1 - b.1).abs()));
        let size = format_args!(" x=\"{}\" y=\"{}\" width=\"{width}\" height=\"{height}\"/>", Px(x), Px(y));
        self.element(style.color(), !fill, "rect", size)
    }

    /// An open path is a line; a closed one is a shape with an outline.
    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        let (mut path, text) = points(path);
        if path.len() > 3 && path.first() == path.last() {
            path.pop();
            let (_, text) = points(path);
            return self.element(style.color(), true, "polygon", format_args!(" points=\"{text}\"/>"));
        }
        let width = stroke(style);
        if let [(x1, y1), (x2, y2)] = path[..] {
            let ends = format!(" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"", Px(x1), Px(y1), Px(x2), Px(y2));
            return self.element(style.color(), false, "line", format_args!("{ends} stroke-width=\"{width}\"/>"));
        }
        self.element(style.color(), false, "polyline", format_args!(" points=\"{text}\" stroke-width=\"{width}\"/>"))
    }

    fn draw_circle<S: BackendStyle>(&mut self, (x, y): BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        let radius = Px(i32::try_from(radius).unwrap_or(i32::MAX));
        let place = format_args!(" cx=\"{}\" cy=\"{}\" r=\"{radius}\"/>", Px(x), Px(y));
        self.element(style.color(), !fill, "circle", place)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, corners: I, style: &S) -> Drawn {
        let (_, text) = points(corners);
        self.element(style.color(), false, "polygon", format_args!(" points=\"{text}\"/>"))
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, (x, y): BackendCoord) -> Drawn {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        };
        // SVG sets text on its base line; a capital is about 0.7 of the letter size high.
        let drop = match style.anchor().v_pos {
            VPos::Top => 0.7,
            VPos::Center => 0.35,
            VPos::Bottom => 0.0,
        };
        let y = y + (drop * SIZE * 10.0).round() as i32;
        let text = escape(text);
        self.element(style.color(), false, "text", format_args!(" x=\"{}\" y=\"{}\"{anchor}>{text}</text>", Px(x), Px(y)))
    }

    fn estimate_text_size<T: BackendTextStyle>(&self, text: &str, _: &T) -> Result<(u32, u32), DrawingErrorKind<UnknownInk>> {
        Ok(((super::text::width(text) * 10.0) as u32, (SIZE * 10.0) as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plotters::prelude::*;

    #[test]
    fn every_ink_has_its_own_class_and_an_unknown_color_is_refused() {
        for (index, (ink, class)) in CLASSES.iter().enumerate() {
            assert_eq!(usize::from(ink.color().2), index);
            assert_eq!(CLASSES.iter().filter(|(_, other)| other == class).count(), 1);
        }
        let mut body = String::new();
        let canvas = Canvas { body: &mut body, size: (100, 100) };
        let drawn = canvas.into_drawing_area().draw(&Circle::new((5, 5), 3, RED.filled()));
        assert!(drawn.is_err());
        assert!(body.is_empty());
    }

    #[test]
    fn coordinates_keep_a_tenth_of_a_pixel() {
        assert_eq!([Px(0), Px(7), Px(-7), Px(120), Px(1234)].map(|px| px.to_string()), ["0", "0.7", "-0.7", "12", "123.4"]);
        let mut body = String::new();
        let canvas = Canvas { body: &mut body, size: (2000, 1000) };
        let area = canvas.into_drawing_area();
        area.draw(&Circle::new((155, 40), 55, Ink::Focus.color().filled())).expect("a known ink");
        area.draw(&Polygon::new(vec![(0, 0), (5, 5), (0, 9)], Ink::Focus.band())).expect("a known ink");
        drop(area);
        assert!(body.starts_with("<circle class=\"c-focus\" cx=\"15.5\" cy=\"4\" r=\"5.5\"/>"), "{body}");
        assert!(body.contains("class=\"c-focus band\""), "{body}");
    }
}
