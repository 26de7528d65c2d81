//! `ReportModel`: what a page says, as strings and drawings-to-be. No statistic is computed from here on.

use serde::Serialize;

/// One page of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportModel {
    /// File name without folder, such as `leadership.html`.
    pub file: String,
    /// Text of the browser's title bar.
    pub title: String,
    /// The line above the headline: institution, program, period, as-of date, audience.
    pub kicker: String,
    /// The headline: the answer in one sentence.
    pub headline: String,
    /// The paragraph below it.
    pub lede: String,
    /// Whether the page carries exact figures and must not leave the evaluation office.
    pub confidential: bool,
    /// Whether the page lists its sections at the top.
    pub contents: bool,
    /// Sections in reading order.
    pub sections: Vec<Section>,
    /// Last lines: meaning of the range, provenance, digest.
    pub footer: Vec<String>,
}

/// A heading with what stands under it.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Heading; none for the cards that follow the lede.
    pub heading: Option<String>,
    /// The line under the heading: what is drawn, for whom, when.
    pub subtitle: Option<String>,
    /// Where it stands on a wide page.
    pub layout: Layout,
    /// Content in reading order.
    pub blocks: Vec<Block>,
}

/// Where a section stands on a wide page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Over the whole width.
    Full,
    /// Beside the next (or previous) section that is also `Half`.
    Half,
    /// Over the whole width, set off as a note.
    Note,
}

/// A piece of a section.
#[allow(clippy::large_enum_variant, reason = "a page holds few blocks")]
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A paragraph.
    Paragraph(String),
    /// Headline figures side by side.
    Cards(Vec<Card>),
    /// A chart with its table.
    Figure(Figure),
    /// A table by itself.
    Table(Table),
    /// A numbered list of things to look at or to ask.
    Numbered(Vec<ListItem>),
    /// A plain list.
    Bullets(Vec<String>),
    /// Terms and their definitions.
    Definitions(Vec<(String, String)>),
}

/// One entry of a numbered list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListItem {
    /// What it is about, in bold; may be empty.
    pub lead: String,
    /// What it says.
    pub text: String,
}

/// A headline figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// What it measures.
    pub heading: String,
    /// The number, or words where there is none.
    pub number: String,
    /// Its unit in words, such as `in 100 mentees`.
    pub unit: String,
    /// The plausible range, or why there is none.
    pub range: String,
    /// The verdict's word, such as `Higher`; may be empty.
    pub verdict: String,
    /// The rest of the comparison.
    pub comparison: String,
    /// The path so far.
    pub spark: Option<Spark>,
}

/// A small line over periods with its first and last value printed.
#[derive(Debug, Clone, PartialEq)]
pub struct Spark {
    /// What it shows, for those who cannot see it.
    pub description: String,
    /// Value per period; a gap where nothing is published.
    pub values: Vec<Option<f64>>,
    /// Printed first value.
    pub first: String,
    /// Printed last value.
    pub last: String,
}

/// A chart, its words and its table.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The finding it shows, for the SVG title; printed above the drawing unless the section's heading says the same.
    pub title: String,
    /// Chart type, axes, range, extremes, what is hidden, for the SVG description.
    pub description: String,
    /// The drawing.
    pub chart: Chart,
    /// The same figures in rows.
    pub table: Table,
}

/// A drawing to be made. All values are published ones, in the unit of the axis.
#[derive(Debug, Clone, PartialEq)]
pub enum Chart {
    /// One row per group: a point with its range, the last period's point, a reference line.
    DotInterval {
        /// The value axis.
        axis: Axis,
        /// Rows in fixed order.
        rows: Vec<DotRow>,
        /// A reference line with its label.
        reference: Option<(f64, String)>,
    },
    /// One row per category: two sides' values, joined.
    PairedDots {
        /// The value axis.
        axis: Axis,
        /// Label of the filled dot.
        first: String,
        /// Label of the hollow diamond.
        second: String,
        /// Rows in fixed order.
        rows: Vec<PairedRow>,
    },
    /// Lines over periods with a band; at most four. The first is the one in focus.
    Trend {
        /// The value axis.
        axis: Axis,
        /// Period labels, left to right.
        periods: Vec<String>,
        /// The lines.
        series: Vec<TrendSeries>,
    },
    /// Stairs over periods with a band, such as the share of relationships that have failed by each quarter; at most four.
    Steps {
        /// The value axis.
        axis: Axis,
        /// Period labels, left to right.
        periods: Vec<String>,
        /// The stairs; each value holds until the next period.
        series: Vec<TrendSeries>,
        /// Rows of text under the periods, such as the rounded number at risk; may be empty.
        below: Vec<PeriodRow>,
    },
    /// Small multiples: one small trend per group, all on the same scales; at most twelve.
    Panels {
        /// The value axis that all share.
        axis: Axis,
        /// Period labels that all share, left to right.
        periods: Vec<String>,
        /// The line that stands in grey in each, such as the whole program; its label goes into the key.
        context: Option<TrendSeries>,
        /// The groups in fixed order.
        panels: Vec<Panel>,
    },
    /// One 100 percent bar per row, from unfavorable to favorable.
    StackedBars {
        /// Category labels, unfavorable first; 3 or 5.
        categories: Vec<String>,
        /// Rows in fixed order.
        rows: Vec<StackedRow>,
    },
}

/// A value axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Smallest value drawn.
    pub minimum: f64,
    /// Largest value drawn.
    pub maximum: f64,
    /// Text put behind each tick label, such as `%`.
    pub suffix: String,
}

/// One row of a dot-and-interval chart.
#[derive(Debug, Clone, PartialEq)]
pub struct DotRow {
    /// Name of the group.
    pub label: String,
    /// What is drawn; none where nothing is published.
    pub mark: Option<DotMark>,
    /// The printed value, or why there is none.
    pub text: String,
    /// Whether a published rule marks it as something to look at.
    pub flagged: bool,
}

/// A point with its range.
#[derive(Debug, Clone, PartialEq)]
pub struct DotMark {
    /// The point.
    pub estimate: f64,
    /// Lower end of its range.
    pub lower: f64,
    /// Upper end of its range.
    pub upper: f64,
    /// The comparison period's point.
    pub previous: Option<f64>,
}

/// One row of a paired-dots chart.
#[derive(Debug, Clone, PartialEq)]
pub struct PairedRow {
    /// Name of the category.
    pub label: String,
    /// Value of the first side and how it prints.
    pub first: Option<(f64, String)>,
    /// Value of the second side and how it prints.
    pub second: Option<(f64, String)>,
    /// Why a side has no mark, such as `mentors: not shown`; empty where both have one.
    pub text: String,
}

/// One line of a trend chart.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendSeries {
    /// Name, printed at its end.
    pub label: String,
    /// Per period: estimate, lower, upper; a gap where nothing is published.
    pub points: Vec<Option<(f64, f64, f64)>>,
    /// How the last published value prints.
    pub last: String,
}

/// A row of text under a chart over periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodRow {
    /// What the texts are.
    pub label: String,
    /// One per period.
    pub texts: Vec<String>,
}

/// One of several small trends.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Name of the group, printed above it.
    pub label: String,
    /// First and last values and what is hidden, for those who cannot see it.
    pub description: String,
    /// Per period: estimate, lower, upper; a gap where nothing is published.
    pub points: Vec<Option<(f64, f64, f64)>>,
    /// How the last published value prints, or why there is none.
    pub text: String,
}

/// One row of a stacked bar chart.
#[derive(Debug, Clone, PartialEq)]
pub struct StackedRow {
    /// Name of the item.
    pub label: String,
    /// Percent per category (whole, may not add to 100); none where not published.
    pub percents: Option<Vec<f64>>,
    /// What stands in its place where not published.
    pub text: String,
}

/// A table of strings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What it holds.
    pub caption: String,
    /// Column headings with units.
    pub columns: Vec<Column>,
    /// Rows; as many cells as columns. The first cell is the row's heading.
    pub rows: Vec<Vec<Cell>>,
    /// Whether it stands folded under "The figures as a table" (only beside a chart that prints its values).
    pub folded: bool,
}

/// A column's heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its words.
    pub heading: String,
    /// Whether its cells are numbers, aligned right.
    pub numeric: bool,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// What it prints.
    pub text: String,
    /// What kind of thing that is.
    pub tone: Tone,
}

/// What a cell's text is, for its ink; never color alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Ordinary.
    Plain,
    /// A favorable verdict.
    Favorable,
    /// An unfavorable verdict.
    Unfavorable,
    /// Not shown, not applicable, or not known.
    Muted,
}

impl Cell {
    /// An ordinary cell.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), tone: Tone::Plain }
    }

    /// A muted cell.
    #[must_use]
    pub fn muted(text: impl Into<String>) -> Self {
        Self { text: text.into(), tone: Tone::Muted }
    }
}
