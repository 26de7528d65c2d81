//! Figures: a chart with its finding, its description and its table. All drawn values are those of the rows.

use super::lookup::{self, Book, Subject};
use super::model::{Cell, Chart, DotMark, DotRow, Figure, PairedRow, Panel, TrendSeries};
use super::rows::{Mark, Row, number_column, words_column};
use super::{numbers, tables, words};
use crate::analyze::Detail;
use crate::program::cause::Locus;
use crate::program::plan::Role;

/// Panels that fit on a page.
const MOST_PANELS: usize = 12;

/// Said of every chart in which something is hidden.
const HIDDEN: &str = "What has no mark is not shown: too few answers to protect people.";

fn ends(mark: &Mark) -> [f64; 3] {
    [mark.estimate, mark.lower, mark.upper]
}

/// What stands in a chart where there is no mark.
fn missing_text(value: &str) -> String {
    match value {
        "c" => words::NOT_SHOWN.into(),
        "x" => "not known".into(),
        other => other.into(),
    }
}

fn extremes<'m>(marks: impl Iterator<Item = (&'m str, f64, String)>) -> String {
    let marks: Vec<_> = marks.collect();
    let highest = marks.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    let lowest = marks.iter().min_by(|a, b| a.1.total_cmp(&b.1));
    match (highest, lowest) {
        (Some(highest), Some(lowest)) if marks.len() > 1 => {
            format!("Highest: {}, {}. Lowest: {}, {}. ", highest.0, highest.2, lowest.0, lowest.2)
        }
        (Some(only), _) => format!("{}: {}. ", only.0, only.2),
        _ => String::new(),
    }
}

/// Lines over the reporting periods for at most four subjects of one unit; none where no number is shown.
pub fn trend<R: Row>(book: &Book<'_, R>, title: String, subjects: &[Subject<'_>]) -> Option<Figure> {
    let subjects = &subjects[..subjects.len().min(4)];
    let spans: Vec<usize> = book.periods().collect();
    let marks: Vec<Vec<Option<Mark>>> =
        subjects.iter().map(|subject| spans.iter().map(|&span| book.program(subject, span).and_then(Row::mark)).collect()).collect();
    let mut drawn: Vec<f64> = marks.iter().flatten().flatten().flat_map(ends).collect();
    let first = subjects.first().filter(|_| !drawn.is_empty())?;
    // What should be rare is drawn from zero to a little over its largest value: on a whole axis it would lie on the ground.
    let is_rare = first.metric.higher_is_better == Some(false);
    if is_rare {
        drawn.push(0.0);
    }
    let axis = numbers::axis(first.metric, first.detail, &drawn, is_rare);
    let series = subjects.iter().zip(&marks).map(|(subject, marks)| {
        let last = spans.iter().zip(marks).rev().find(|(_, mark)| mark.is_some()).and_then(|(&span, _)| book.program(subject, span));
        TrendSeries {
            label: tables::name(subject),
            points: marks.iter().map(|mark| mark.map(|mark| (mark.estimate, mark.lower, mark.upper))).collect(),
            last: last.map_or_else(|| words::NOT_SHOWN.into(), |row| row.value().text),
        }
    });
    let series: Vec<TrendSeries> = series.collect();
    let hidden = marks.iter().flatten().any(Option::is_none);
    let described = subjects.iter().map(|subject| {
        let shown = spans.iter().filter_map(|&span| book.program(subject, span).filter(|row| row.mark().is_some()).map(|row| (span, row)));
        let shown: Vec<_> = shown.collect();
        match (shown.first(), shown.last()) {
            (Some((from, a)), Some((to, b))) if from != to => {
                format!(
                    "{}: {} in {}, {} in {}. ",
                    tables::name(subject),
                    a.value().text,
                    book.spans[*from].id,
                    b.value().text,
                    book.spans[*to].id
                )
            }
            (Some((at, a)), _) => format!("{}: {} in {}. ", tables::name(subject), a.value().text, book.spans[*at].id),
            _ => String::new(),
        }
    });
    let described: String = described.collect();
    let description = format!(
        "Line chart with plausible ranges by period, axis {}. {described}{}",
        numbers::axis_words(&axis),
        if hidden { HIDDEN } else { "" }
    );
    let table = tables::periods_by_subject(book, format!("{title}, as a table"), subjects, &spans, false);
    let periods = spans.iter().map(|&span| book.spans[span].id.clone()).collect();
    Some(Figure { title, description: description.trim_end().into(), chart: Chart::Trend { axis, periods, series }, table })
}

/// A point with its range per group, the window before as a hollow circle, the whole program as a line.
/// `gaps` says whether the table tells the differences from everyone else.
pub fn group_dots<R: Row>(book: &Book<'_, R>, title: String, subject: &Subject<'_>, grouping: usize, span: usize) -> Option<Figure> {
    let unit = subject.metric.unit;
    let (_, label, groups) = &book.groupings[grouping];
    let before = book.window_before(span);
    let rows: Vec<DotRow> = groups
        .iter()
        .enumerate()
        .map(|(group, names)| {
            let row = book.level(subject, span, grouping, group);
            let mark = row.and_then(Row::mark);
            let previous = before.and_then(|before| book.level(subject, before, grouping, group)).and_then(Row::mark);
            let text = row.map_or_else(|| words::NOT_SHOWN.to_string(), |row| dot_text(row, unit));
            DotRow {
                label: names.label.clone(),
                mark: mark.map(|mark| DotMark {
                    estimate: mark.estimate,
                    lower: mark.lower,
                    upper: mark.upper,
                    previous: previous.map(|p| p.estimate),
                }),
                text,
                flagged: book.gap(subject, span, grouping, group).is_some_and(Row::flagged),
            }
        })
        .collect();
    let marks = || rows.iter().filter_map(|row| row.mark.as_ref().map(|mark| (row, mark)));
    let program =
        book.program(subject, span).and_then(|row| row.mark().map(|mark| (mark.estimate, format!("program {}", row.value().text))));
    let mut drawn: Vec<f64> =
        marks().flat_map(|(_, mark)| [Some(mark.lower), Some(mark.upper), Some(mark.estimate), mark.previous]).flatten().collect();
    drawn.extend(program.as_ref().map(|(value, _)| *value));
    let axis = numbers::axis(subject.metric, subject.detail, &drawn, true);
    let description = format!(
        "Dot and interval chart of {}, by {}, {}, axis {}. {}{}",
        words::topic(subject.metric, subject.detail, subject.role),
        words::grouping(label),
        book.spans[span].label,
        numbers::axis_words(&axis),
        extremes(marks().map(|(row, mark)| (row.label.as_str(), mark.estimate, row.text.clone()))),
        if rows.iter().any(|row| row.mark.is_none()) { HIDDEN } else { "" }
    );
    marks().next()?;
    let mut table = tables::by_group(book, subject, grouping, span);
    table.folded = true;
    Some(Figure { title, description: description.trim_end().into(), chart: Chart::DotInterval { axis, rows, reference: program }, table })
}

/// `79 (68 to 87)`, or what stands in its place.
fn dot_text<R: Row>(row: &R, unit: crate::analyze::Unit) -> String {
    if row.mark().is_none() {
        return missing_text(&row.value().text);
    }
    let text = row.value_and_range().text;
    // The axis carries the sign already.
    text.replacen(numbers::suffix(unit), "", 1)
}

/// A point with its range per scale; one figure per range of answers.
pub fn scale_dots<R: Row>(book: &Book<'_, R>, subjects: &[Subject<'_>], span: usize, who: &str) -> Vec<Figure> {
    let mut ranges: Vec<((f64, f64), Vec<Subject<'_>>)> = Vec::new();
    for subject in subjects {
        let Some(Detail::Scale(scale)) = subject.detail else { continue };
        let range = (scale.minimum, scale.maximum);
        match ranges.iter_mut().find(|(other, _)| *other == range) {
            Some((_, members)) => members.push(*subject),
            None => ranges.push((range, vec![*subject])),
        }
    }
    ranges.into_iter().filter_map(|(_, members)| scale_figure(book, &members, span, who)).collect()
}

fn scale_figure<R: Row>(book: &Book<'_, R>, subjects: &[Subject<'_>], span: usize, who: &str) -> Option<Figure> {
    let first = subjects.first()?;
    let before = book.change(first, span).map(|(_, from)| from);
    let rows: Vec<DotRow> = subjects
        .iter()
        .map(|subject| {
            let row = book.program(subject, span);
            let previous = before.and_then(|before| book.program(subject, before)).and_then(Row::mark).map(|mark| mark.estimate);
            DotRow {
                label: tables::short_name(subject),
                mark: row.and_then(Row::mark).map(|mark| DotMark {
                    estimate: mark.estimate,
                    lower: mark.lower,
                    upper: mark.upper,
                    previous,
                }),
                text: row.map_or_else(|| words::NOT_SHOWN.to_string(), |row| dot_text(row, subject.metric.unit)),
                flagged: book.change(subject, span).is_some_and(|(row, _)| row.flagged()),
            }
        })
        .collect();
    rows.iter().find(|row| row.mark.is_some())?;
    let axis = numbers::axis(first.metric, first.detail, &[], false);
    let shown = rows.iter().filter_map(|row| row.mark.as_ref().map(|mark| (row.label.as_str(), mark.estimate, row.text.clone())));
    let description = format!(
        "Dot and interval chart of scale scores {who}, {}, axis {}. {}{}",
        book.spans[span].label,
        numbers::axis_words(&axis),
        extremes(shown),
        if rows.iter().any(|row| row.mark.is_none()) { HIDDEN } else { "" }
    );
    let confidence = book.confidence_level;
    let alphas = |subject: &Subject<'_>| {
        let alpha = book.subjects().iter().find(|other| {
            let name =
                |subject: &Subject<'_>| subject.detail.map(|detail| (lookup::instrument(detail).to_string(), detail.id().to_string()));
            other.metric.id == "cronbach_alpha" && other.role == subject.role && name(other) == name(subject)
        });
        alpha.and_then(|alpha| book.program(alpha, span)).map_or_else(|| Cell::muted("z"), Row::value)
    };
    let cells = subjects.iter().map(|subject| {
        let mut cells = vec![Cell::plain(tables::short_name(subject))];
        let absent = || R::level_columns(confidence).iter().map(|_| Cell::muted("z")).collect();
        cells.extend(book.program(subject, span).map_or_else(absent, Row::level_cells));
        cells.push(alphas(subject));
        cells
    });
    let mut columns = R::level_columns(confidence);
    columns.push(number_column("Reliability (alpha)"));
    let title = format!("Scale scores {who}, {}", book.spans[span].label);
    let table = tables::table(format!("{title}, as a table"), "Scale", columns, cells.collect(), false);
    Some(Figure { title, description: description.trim_end().into(), chart: Chart::DotInterval { axis, rows, reference: None }, table })
}

/// Small multiples: one small line per group over the spans that have figures by group, the whole program in grey.
pub fn panels<R: Row>(book: &Book<'_, R>, subject: &Subject<'_>, grouping: usize) -> Option<Figure> {
    let (_, label, groups) = &book.groupings[grouping];
    let spans: Vec<usize> = if R::EXACT { book.periods().collect() } else { book.windows() };
    if spans.len() < 2 || groups.len() > MOST_PANELS {
        return None;
    }
    let points = |group: usize, grouping: usize| -> Vec<Option<(f64, f64, f64)>> {
        spans
            .iter()
            .map(|&span| book.level(subject, span, grouping, group).and_then(Row::mark).map(|mark| (mark.estimate, mark.lower, mark.upper)))
            .collect()
    };
    let panels: Vec<Panel> = groups
        .iter()
        .enumerate()
        .map(|(group, names)| {
            let points = points(group, grouping);
            let value = |place: Option<usize>| {
                place.and_then(|place| book.level(subject, spans[place], grouping, group)).map(|row| row.value().text)
            };
            let (first, last) = (points.iter().position(Option::is_some), points.iter().rposition(Option::is_some));
            let text = value(last).unwrap_or_else(|| words::NOT_SHOWN.into());
            let description = match (value(first), first, last) {
                (Some(from), Some(a), Some(b)) if a != b => format!("From {from} to {text}"),
                (Some(_), ..) => format!("{text} in one period; the rest is not shown"),
                _ => words::upper_first(words::NOT_SHOWN),
            };
            Panel { label: names.label.clone(), description, points, text }
        })
        .collect();
    let drawn: Vec<f64> = panels.iter().flat_map(|panel| panel.points.iter().flatten()).flat_map(|&(a, b, c)| [a, b, c]).collect();
    if drawn.is_empty() {
        return None;
    }
    let axis = numbers::axis(subject.metric, subject.detail, &drawn, false);
    let title = format!("{}, by {}, over time", tables::name(subject), words::grouping(label));
    let description = format!(
        "One small line chart per group, all with the axis {}; the grey line is the whole program. {HIDDEN}",
        numbers::axis_words(&axis)
    );
    let context = TrendSeries { label: "whole program".into(), points: points(0, 0), last: String::new() };
    let rows = groups.iter().enumerate().map(|(group, names)| {
        let cells = spans.iter().map(|&span| tables::group_cell(book.level(subject, span, grouping, group)));
        std::iter::once(Cell::plain(&names.label)).chain(cells).collect()
    });
    let columns = spans.iter().map(|&span| number_column(&book.spans[span].label)).collect();
    let table = tables::table(format!("{title}, as a table"), label, columns, rows.collect(), true);
    let periods = spans.iter().map(|&span| book.spans[span].id.clone()).collect();
    Some(Figure { title, description, chart: Chart::Panels { axis, periods, context: Some(context), panels }, table })
}

/// What each side named as cause of failure: pairs of the two sides' subjects, ranked by the larger drawn value, in the taxonomy's order where equal.
pub fn ranked_causes<'a, R: Row>(book: &Book<'a, R>, span: usize) -> Vec<[Option<Subject<'a>>; 2]> {
    let mentees = book.subjects_of("cause", Role::Mentee);
    let mentors = book.subjects_of("cause", Role::Mentor);
    let cause = |subject: &Subject<'_>| match subject.detail {
        Some(Detail::Cause(cause)) => Some(*cause),
        _ => None,
    };
    let mut pairs: Vec<(f64, [Option<Subject<'a>>; 2])> = Vec::new();
    for which in crate::program::cause::Cause::ALL {
        let of = |side: &[Subject<'a>]| side.iter().find(|subject| cause(subject) == Some(which)).copied();
        let pair = [of(&mentees), of(&mentors)];
        let marks = pair.iter().flatten().filter_map(|subject| book.program(subject, span)?.mark());
        let largest = marks.map(|mark| mark.estimate).fold(f64::MIN, f64::max);
        if pair.iter().any(Option::is_some) {
            pairs.push((largest, pair));
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    pairs.into_iter().map(|(_, pair)| pair).collect()
}

/// Both sides' naming of each cause, joined; none where no number is shown.
pub fn cause_dots<R: Row>(book: &Book<'_, R>, title: String, span: usize, most: usize) -> Option<Figure> {
    let ranked: Vec<_> = ranked_causes(book, span).into_iter().take(most).collect();
    let row_of = |subject: &Option<Subject<'_>>| subject.and_then(|subject| book.program(&subject, span));
    let side = |subject: &Option<Subject<'_>>| row_of(subject).and_then(|row| row.mark().map(|mark| (mark.estimate, row.value().text)));
    let mut rows = Vec::new();
    let mut cells = Vec::new();
    let mut shown = Vec::new();
    for pair in &ranked {
        let Some(Detail::Cause(cause)) = pair.iter().flatten().find_map(|subject| subject.detail) else { continue };
        let [first, second] = pair;
        let text: Vec<String> = [("mentees", first), ("mentors", second)]
            .into_iter()
            .filter(|(_, subject)| side(subject).is_none())
            .map(|(who, subject)| {
                let value = row_of(subject).map_or_else(|| "c".to_string(), |row| row.value().text);
                format!("{who}: {}", if value == "c" { "not shown".into() } else { missing_text(&value) })
            })
            .collect();
        let both = [side(first), side(second)];
        if let Some((value, text)) = both.iter().flatten().max_by(|a, b| a.0.total_cmp(&b.0)) {
            shown.push((cause.label(), *value, text.clone()));
        }
        let [first_mark, second_mark] = both;
        rows.push(PairedRow { label: cause.label().into(), first: first_mark, second: second_mark, text: text.join("; ") });
        let mut line = vec![Cell::plain(cause.label()), Cell::plain(locus(cause.locus()))];
        line.extend(pair.iter().map(|subject| row_of(subject).map_or_else(|| Cell::muted("z"), Row::value_and_range)));
        cells.push(line);
    }
    if shown.is_empty() {
        return None;
    }
    let drawn: Vec<f64> = rows.iter().flat_map(|row| [&row.first, &row.second]).flatten().map(|(value, _)| *value).collect();
    let metric = ranked.first().and_then(|pair| pair.iter().flatten().next())?.metric;
    let mut axis = numbers::axis(metric, None, &drawn, true);
    axis.minimum = 0.0;
    let description = format!(
        "Paired dots: for each cause, the share of failed relationships in which mentees (dot) and mentors (diamond) named it, axis {}. {}",
        numbers::axis_words(&axis),
        extremes(shown.iter().map(|(label, value, text)| (*label, *value, text.clone())))
    );
    let columns =
        vec![words_column("Where it would lie"), number_column("Named by mentees (range)"), number_column("Named by mentors (range)")];
    let table = tables::table(
        format!("Causes named in failed relationships, {}", book.spans[span].label),
        "Cause",
        columns,
        cells,
        most < usize::MAX,
    );
    let chart = Chart::PairedDots { axis, first: "named by mentees".into(), second: "named by mentors".into(), rows };
    Some(Figure { title, description: description.trim_end().into(), chart, table })
}

fn locus(locus: Locus) -> &'static str {
    match locus {
        Locus::Mentee => "mentee's side",
        Locus::Mentor => "mentor's side",
        Locus::Pair => "the fit of the two",
        Locus::Program => "program or institution",
    }
}
