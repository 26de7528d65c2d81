//! Lines and stairs over periods, with a band for the range and gaps where nothing is published.

use super::{GAP, WIDTH, series_look};
use crate::error::Result;
use crate::present::model::{Axis, Panel, PeriodRow, TrendSeries};
use crate::render::canvas::Ink;
use crate::render::sketch::{Anchor, Drawing, Point, Scale, Shape, Sketch, draw};
use crate::render::text::{BOLD, LINE, spread, widest, width, wrap};

const HEIGHT: f64 = 240.0;
const PANEL_WIDTH: f64 = 240.0;
const PANEL_HEIGHT: f64 = 110.0;
/// Widest label at the end of a line, px; longer labels wrap.
const END_LABELS: f64 = 180.0;

/// From a mark in front of a label to the label, px.
const MARK: f64 = 12.0;

/// Estimate, lower and upper end.
type Estimate = (f64, f64, f64);
/// One per period, where published.
type Points = [Option<Estimate>];

/// Lines with a mark per published value.
pub(super) fn draw_trend(axis: &Axis, periods: &[String], series: &[TrendSeries]) -> Result<Drawing> {
    draw_series(axis, periods, series, &[], false)
}

/// Stairs, each value holding until the next period, with rows of text below.
pub(super) fn draw_steps(axis: &Axis, periods: &[String], series: &[TrendSeries], below: &[PeriodRow]) -> Result<Drawing> {
    draw_series(axis, periods, series, below, true)
}

fn draw_series(axis: &Axis, periods: &[String], series: &[TrendSeries], below: &[PeriodRow], steps: bool) -> Result<Drawing> {
    let ends: Vec<Vec<String>> = series.iter().map(|line| wrap(format!("{} {}", line.label, line.last).trim(), END_LABELS)).collect();
    // A mark before each label says again whose it is.
    let end_left = WIDTH - widest(ends.iter().flatten()) - MARK;
    let values = series.iter().flat_map(|line| extents(&line.points));
    let frame = Frame::new(axis, values, periods.len(), 8.0, HEIGHT, 6, end_left - GAP - 4.0);
    let labels = period_labels(periods, &frame);
    let label_height = labels.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0) as f64 * LINE + 10.0;
    let bottom = 8.0 + HEIGHT + label_height;

    draw(WIDTH, bottom + below.len() as f64 * (2.0 * LINE + 6.0), |sketch| {
        frame.draw_grid(sketch)?;
        for (i, lines) in &labels {
            let top = 8.0 + HEIGHT + 5.0 + LINE / 2.0;
            for (row, line) in lines.iter().enumerate() {
                let half = width(line) / 2.0;
                let x = frame.x(*i).clamp(half, WIDTH - half);
                sketch.text((x, top + row as f64 * LINE), line, Ink::Muted, Anchor::Middle)?;
            }
        }
        for (row, line) in below.iter().enumerate() {
            let top = bottom + row as f64 * (2.0 * LINE + 6.0) + LINE / 2.0;
            sketch.text((0.0, top), &line.label, Ink::Muted, Anchor::Start)?;
            for (i, _) in &labels {
                let text = line.texts.get(*i).map_or("", String::as_str);
                sketch.text((frame.x(*i), top + LINE), text, Ink::Words, Anchor::Middle)?;
            }
        }
        for (place, line) in series.iter().enumerate() {
            frame.draw_band(sketch, &line.points, series_look(place).0, steps)?;
        }
        // The first series is the one in focus: it lies on top.
        for (place, line) in series.iter().enumerate().rev() {
            let (ink, shape, radius) = series_look(place);
            frame.draw_line(sketch, &line.points, ink, 2.0, steps)?;
            for (x, y) in frame.marks(&line.points, steps) {
                sketch.mark((x, y), shape, radius, ink)?;
            }
        }
        draw_ends(sketch, &frame, series, &ends, end_left)
    })
}

/// Prints each series' name at the height of its last value, neighbors kept apart.
fn draw_ends(sketch: &Sketch, frame: &Frame, series: &[TrendSeries], ends: &[Vec<String>], left: f64) -> Result<()> {
    let last = |line: &TrendSeries| line.points.iter().rposition(Option::is_some);
    let unpublished = 8.0 + HEIGHT;
    let wanted = series.iter().zip(ends).map(|(line, label)| {
        let y = last(line).and_then(|i| line.points[i]).map_or(unpublished, |(value, _, _)| frame.y.at(value));
        (y, label.len() as f64 * LINE + 3.0)
    });
    let wanted: Vec<_> = wanted.collect();
    let places = spread(&wanted, 0.0, 8.0 + HEIGHT + LINE);
    for (i, line) in series.iter().enumerate() {
        if let Some(at) = last(line) {
            let from = (frame.x(at) + 7.0, wanted[i].0);
            let to = (left - 9.0, places[i] - (ends[i].len() as f64 - 1.0) * LINE / 2.0);
            if (from.1 - to.1).abs() > 2.0 || to.0 - from.0 > GAP + 8.0 {
                sketch.line(from, to, Ink::Context, 1.0)?;
            }
        }
        let (ink, shape, radius) = series_look(i);
        sketch.mark((left, places[i] - (ends[i].len() as f64 - 1.0) * LINE / 2.0), shape, radius, ink)?;
        let ink = if last(line).is_some() { Ink::Words } else { Ink::Muted };
        sketch.lines((left + MARK, places[i]), &ends[i], ink, Anchor::Start)?;
    }
    Ok(())
}

/// One small drawing per group, all with the same scales and the context line in grey.
pub(super) fn draw_panels(axis: &Axis, periods: &[String], context: Option<&TrendSeries>, panels: &[Panel]) -> Result<Vec<Drawing>> {
    let names: Vec<Vec<String>> = panels.iter().map(|panel| wrap(&panel.label, PANEL_WIDTH / BOLD)).collect();
    let head = names.iter().map(Vec::len).max().unwrap_or(1) as f64 * LINE;
    let published = |panel: &Panel| panel.points.iter().any(Option::is_some);
    let values: Vec<f64> =
        panels.iter().flat_map(|panel| extents(&panel.points)).chain(context.into_iter().flat_map(|c| estimates(&c.points))).collect();
    let ends = widest(panels.iter().filter(|panel| published(panel)).map(|panel| &panel.text));
    let top = head + 10.0;
    let right = PANEL_WIDTH - if ends > 0.0 { ends + 10.0 } else { 0.0 };
    let frame = Frame::new(axis, values.iter().copied(), periods.len(), top, PANEL_HEIGHT, 4, right);
    // The first and the last period are named under each.
    let named = periods.first().into_iter().chain(periods.last().filter(|_| periods.len() > 1));
    let labels: Vec<_> = named.map(|label| wrap(label, (right - frame.left) / 2.0 - 6.0)).collect();
    let label_height = labels.iter().map(Vec::len).max().unwrap_or(0) as f64 * LINE + 8.0;

    let one = |(panel, name): (&Panel, &Vec<String>)| {
        draw(PANEL_WIDTH, top + PANEL_HEIGHT + label_height, |sketch| {
            sketch.lines((0.0, head - name.len() as f64 * LINE / 2.0), name, Ink::Strong, Anchor::Start)?;
            frame.draw_grid(sketch)?;
            for (label, (x, anchor)) in labels.iter().zip([(frame.left, Anchor::Start), (right, Anchor::End)]) {
                let y = top + PANEL_HEIGHT + 5.0 + label.len() as f64 * LINE / 2.0;
                sketch.lines((x, y), label, Ink::Muted, anchor)?;
            }
            let Some(last) = panel.points.iter().rposition(Option::is_some) else {
                let lines = wrap(&panel.text, PANEL_WIDTH - frame.left - 12.0);
                return sketch.reason((frame.left + 6.0, top + PANEL_HEIGHT / 2.0), &lines, Anchor::Start);
            };
            if let Some(context) = context {
                frame.draw_line(sketch, &context.points, Ink::Context, 1.5, false)?;
            }
            frame.draw_band(sketch, &panel.points, Ink::Focus, false)?;
            frame.draw_line(sketch, &panel.points, Ink::Focus, 2.0, false)?;
            for at in frame.marks(&panel.points, false) {
                sketch.mark(at, Shape::Dot, 2.5, Ink::Focus)?;
            }
            let value = panel.points[last].map_or(0.0, |(estimate, _, _)| estimate);
            sketch.text((frame.x(last) + 8.0, frame.y.at(value)), &panel.text, Ink::Words, Anchor::Start)
        })
    };
    panels.iter().zip(&names).map(one).collect()
}

fn extents(points: &Points) -> impl Iterator<Item = f64> {
    points.iter().flatten().flat_map(|&(estimate, lower, upper)| [estimate, lower, upper])
}

fn estimates(points: &Points) -> impl Iterator<Item = f64> {
    points.iter().flatten().map(|&(estimate, _, _)| estimate)
}

/// The plotting area: periods from left to right, values from bottom to top.
struct Frame {
    left: f64,
    right: f64,
    top: f64,
    height: f64,
    periods: usize,
    y: Scale,
    ticks: Vec<(f64, String)>,
}

impl Frame {
    fn new(axis: &Axis, values: impl Iterator<Item = f64>, periods: usize, top: f64, height: f64, ticks: usize, right: f64) -> Self {
        let y = Scale::new(axis, values, top + height, top);
        let ticks = y.ticks(ticks, &axis.suffix);
        let left = widest(ticks.iter().map(|(_, label)| label)) + 8.0;
        Self { left, right, top, height, periods, y, ticks }
    }

    /// Distance between two periods, px.
    fn spacing(&self) -> f64 {
        (self.right - self.left - 20.0) / (self.periods.max(2) - 1) as f64
    }

    /// The place of a period, px.
    fn x(&self, period: usize) -> f64 {
        if self.periods < 2 { f64::midpoint(self.left, self.right) } else { self.left + 10.0 + period as f64 * self.spacing() }
    }

    fn draw_grid(&self, sketch: &Sketch) -> Result<()> {
        for (value, label) in &self.ticks {
            let y = self.y.at(*value);
            sketch.line((self.left, y), (self.right, y), Ink::Grid, 1.0)?;
            sketch.text((self.left - 8.0, y), label, Ink::Muted, Anchor::End)?;
        }
        sketch.line((self.left, self.top + self.height), (self.right, self.top + self.height), Ink::Context, 1.0)
    }

    /// Runs of consecutive published periods, with their place.
    fn runs(&self, points: &Points) -> Vec<Vec<(f64, Estimate)>> {
        let published: Vec<_> = points.iter().enumerate().filter_map(|(i, point)| point.map(|p| (i, p))).collect();
        published.chunk_by(|a, b| a.0 + 1 == b.0).map(|run| run.iter().map(|&(i, p)| (self.x(i), p)).collect()).collect()
    }

    /// The band of each run; a lone period gets the line of its range instead.
    fn draw_band(&self, sketch: &Sketch, points: &Points, ink: Ink, steps: bool) -> Result<()> {
        for run in self.runs(points) {
            if let [(x, (_, lower, upper))] = run[..] {
                sketch.line((x, self.y.at(lower)), (x, self.y.at(upper)), ink, 1.5)?;
                continue;
            }
            let edge = |pick: fn(&Estimate) -> f64| path(run.iter().map(|(x, p)| (*x, self.y.at(pick(p)))), steps);
            let mut outline = edge(|p| p.2);
            outline.extend(edge(|p| p.1).into_iter().rev());
            sketch.band(&outline, ink)?;
        }
        Ok(())
    }

    fn draw_line(&self, sketch: &Sketch, points: &Points, ink: Ink, width: f64, steps: bool) -> Result<()> {
        for run in self.runs(points).into_iter().filter(|run| run.len() > 1) {
            sketch.curve(&path(run.iter().map(|(x, p)| (*x, self.y.at(p.0))), steps), ink, width)?;
        }
        Ok(())
    }

    /// Where marks stand: at every published value of a line, at the last of stairs.
    fn marks(&self, points: &Points, steps: bool) -> Vec<Point> {
        let all: Vec<Point> = self.runs(points).concat().into_iter().map(|(x, p)| (x, self.y.at(p.0))).collect();
        let from = if steps { all.len().saturating_sub(1) } else { 0 };
        all[from..].to_vec()
    }
}

/// A path through places, straight or as stairs.
fn path(places: impl Iterator<Item = Point>, steps: bool) -> Vec<Point> {
    let mut path: Vec<Point> = Vec::new();
    for (x, y) in places {
        if let Some(&(_, before)) = path.last().filter(|_| steps) {
            path.push((x, before));
        }
        path.push((x, y));
    }
    path
}

/// As many period labels as stand side by side on at most two lines, counted from the last.
fn period_labels(periods: &[String], frame: &Frame) -> Vec<(usize, Vec<String>)> {
    let words = || periods.iter().flat_map(|label| label.split_whitespace());
    let fits = |every: &usize| {
        let room = frame.spacing() * *every as f64 - 10.0;
        widest(words()) <= room && periods.iter().all(|label| wrap(label, room).len() <= 2)
    };
    let every = (1..periods.len().max(2)).find(fits).unwrap_or(periods.len().max(1));
    let room = (frame.spacing() * every as f64 - 10.0).max(widest(words()));
    let last = periods.len().saturating_sub(1);
    (0..periods.len()).filter(|i| (last - i).is_multiple_of(every)).map(|i| (i, wrap(&periods[i], room))).collect()
}
