//! From a [`ReportModel`] to a page: one HTML file with its drawings inside and nothing outside.
//!
//! Pages hold no script, ask for nothing over the network and allow one style sheet, by its digest. They are well-formed
//! XML too, so that whatever reads a page can parse it. No file is read here: a [`Theme`] is handed in.

mod canvas;
mod chart;
mod shape;
mod sketch;
mod text;
mod theme;
mod view;

use crate::error::{Error, Result};
use crate::present::model::ReportModel;

pub use theme::Theme;

/// A page ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// File name without folder.
    pub file: String,
    /// The whole page.
    pub html: String,
}

/// Renders one page. Equal models and themes give equal bytes.
///
/// # Errors
/// Names everything in the model that cannot be drawn (uneven tables, axes without extent, values that are no numbers), or
/// the line of a template that fails.
pub fn render_page(model: &ReportModel, theme: &Theme) -> Result<Document> {
    let faults = shape::faults(model);
    if !faults.is_empty() {
        let what = format!("the page {} cannot be drawn", model.file);
        return Err(Error::new(what, "report this as a defect of the program").with_detail(faults.join("\n")));
    }
    let html = theme.render(view::view_page(model)?)?;
    Ok(Document { file: model.file.clone(), html })
}

#[cfg(test)]
mod tests;
