//! What the templates see: the model with its drawings made and its ids given.

use minijinja::context;
use minijinja::value::{Serde, Value};

use super::chart::{draw_chart, draw_spark};
use super::sketch::Drawing;
use crate::error::Result;
use crate::present::model::{Block, Card, Chart, Figure, Layout, ReportModel, Section};

/// Gives ids from counters, so that they are unique on a page and owe nothing to its text.
#[derive(Default)]
struct Ids {
    drawings: usize,
    tables: usize,
}

impl Ids {
    fn drawing(&mut self) -> String {
        self.drawings += 1;
        format!("d{}", self.drawings)
    }

    fn table(&mut self) -> String {
        self.tables += 1;
        format!("t{}", self.tables)
    }
}

/// The page as the templates see it.
pub(super) fn view_page(model: &ReportModel) -> Result<Value> {
    let mut ids = Ids::default();
    let mut sections = Vec::new();
    for (i, section) in model.sections.iter().enumerate() {
        sections.push((section.layout, view_section(section, i + 1, &mut ids)?));
    }
    // Neighbors of half width stand side by side in one group.
    let groups = sections.chunk_by(|a, b| a.0 == Layout::Half && b.0 == Layout::Half);
    let groups: Vec<Value> = groups
        .map(|group| {
            let sections: Vec<Value> = group.iter().map(|(_, section)| section.clone()).collect();
            context! { halves => group[0].0 == Layout::Half, sections }
        })
        .collect();
    let contents = model.sections.iter().enumerate();
    let contents =
        contents.filter_map(|(i, section)| section.heading.as_ref().map(|heading| context! { id => format!("s{}", i + 1), heading }));
    let contents: Vec<Value> = if model.contents { contents.collect() } else { Vec::new() };
    Ok(context! {
        title => &model.title,
        kicker => &model.kicker,
        headline => &model.headline,
        lede => &model.lede,
        confidential => model.confidential,
        contents,
        groups,
        footer => &model.footer,
    })
}

fn view_section(section: &Section, number: usize, ids: &mut Ids) -> Result<Value> {
    let heading = section.heading.as_deref();
    let blocks = section.blocks.iter().map(|block| view_block(block, heading, ids)).collect::<Result<Vec<_>>>()?;
    Ok(context! {
        id => format!("s{number}"),
        heading => heading.unwrap_or_default(),
        subtitle => section.subtitle.as_deref().unwrap_or_default(),
        layout => Serde(section.layout),
        blocks,
    })
}

fn view_block(block: &Block, heading: Option<&str>, ids: &mut Ids) -> Result<Value> {
    Ok(match block {
        Block::Paragraph(text) => context! { kind => "paragraph", text },
        Block::Cards(cards) => {
            let cards = cards.iter().map(|card| view_card(card, ids)).collect::<Result<Vec<_>>>()?;
            context! { kind => "cards", cards }
        }
        Block::Figure(figure) => view_figure(figure, heading, ids)?,
        Block::Table(table) => context! { kind => "table", id => ids.table(), table => Serde(table) },
        Block::Numbered(items) => context! { kind => "numbered", items => Serde(items) },
        Block::Bullets(items) => context! { kind => "bullets", items },
        Block::Definitions(terms) => {
            let terms: Vec<Value> = terms.iter().map(|(term, text)| context! { term, text }).collect();
            context! { kind => "definitions", terms }
        }
    })
}

fn view_card(card: &Card, ids: &mut Ids) -> Result<Value> {
    let drawing = card.spark.as_ref().map(draw_spark).transpose()?.flatten();
    let description = card.spark.as_ref().map_or("", |spark| spark.description.as_str());
    Ok(context! {
        heading => &card.heading,
        number => &card.number,
        unit => &card.unit,
        range => &card.range,
        verdict => &card.verdict,
        comparison => &card.comparison,
        // Words in place of a number are set smaller.
        words => !card.number.contains(|c: char| c.is_ascii_digit()),
        spark => drawing.map(|drawing| view_drawing(&drawing, &card.heading, description, ids)),
    })
}

fn view_figure(figure: &Figure, heading: Option<&str>, ids: &mut Ids) -> Result<Value> {
    let drawings = draw_chart(&figure.chart)?;
    let (key, words): (&str, Vec<(&str, &str)>) = match &figure.chart {
        Chart::Panels { context, panels, .. } => {
            let key = context.as_ref().map_or("", |line| line.label.as_str());
            (key, panels.iter().map(|panel| (panel.label.as_str(), panel.description.as_str())).collect())
        }
        _ => ("", vec![(figure.title.as_str(), figure.description.as_str())]),
    };
    let views: Vec<Value> = drawings.iter().zip(words).map(|(drawing, (title, text))| view_drawing(drawing, title, text, ids)).collect();
    Ok(context! {
        kind => "figure",
        caption => if heading == Some(figure.title.as_str()) { "" } else { figure.title.as_str() },
        label => &figure.title,
        description => &figure.description,
        panels => matches!(figure.chart, Chart::Panels { .. }),
        key,
        drawings => views,
        id => ids.table(),
        table => Serde(&figure.table),
    })
}

fn view_drawing(drawing: &Drawing, title: &str, description: &str, ids: &mut Ids) -> Value {
    context! {
        id => ids.drawing(),
        title,
        description,
        width => drawing.width.to_string(),
        height => drawing.height.to_string(),
        body => Value::from_safe_string(drawing.body.clone()),
    }
}
