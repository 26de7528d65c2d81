//! Faults in configuration files: located, with a remedy, all shown together.

use std::cell::RefCell;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// One fault in a TOML file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, as the program names it.
    pub file: String,
    /// Bytes of the file's text that are at fault.
    pub span: Range<usize>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// The faults of one file, gathered while it is read.
pub(super) struct Faults<'a> {
    file: &'a str,
    text: &'a str,
    list: RefCell<Vec<Fault>>,
}

impl<'a> Faults<'a> {
    pub(super) fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, list: RefCell::default() }
    }

    pub(super) fn add(&self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        let span = first_line(self.text, span);
        let before = &self.text[..span.start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        self.list.borrow_mut().push(Fault {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            span,
            message: message.into(),
            help: help.into(),
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.borrow().is_empty()
    }

    /// The faults in the order of the file.
    pub(super) fn sorted(self) -> Vec<Fault> {
        let mut list = self.list.into_inner();
        list.sort_by(|a, b| (a.span.start, &a.message).cmp(&(b.span.start, &b.message)));
        list.dedup();
        list
    }
}

/// The part of a span on its first line, on character boundaries: a caret under a whole table helps nobody.
fn first_line(text: &str, span: Range<usize>) -> Range<usize> {
    let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = boundary(span.start);
    let end = boundary(span.end).max(start);
    let length = text[start..end].find(['\r', '\n']).unwrap_or(end - start);
    start..start + length
}

/// Faults of one file with its lines, a caret under each fault, and the remedy.
pub fn render_faults(text: &str, faults: &[Fault]) -> String {
    let renderer = Renderer::plain();
    let shown = faults.iter().map(|fault| {
        let place = Snippet::source(text).path(&fault.file).annotation(AnnotationKind::Primary.span(fault.span.clone()));
        let group = Level::ERROR.primary_title(&fault.message).element(place).element(Level::HELP.message(&fault.help));
        renderer.render(&[group])
    });
    shown.collect::<Vec<_>>().join("\n\n")
}

/// The name most like the one given, where one is at least half alike.
pub(super) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let name = name.to_lowercase();
    let likeness = known.map(|other| (strsim::normalized_damerau_levenshtein(&name, &other.to_lowercase()), other));
    // The first of equals wins, so that the answer does not depend on more than the order of declaration.
    let best = likeness.fold((0.0, None), |best, (score, other)| if score > best.0 { (score, Some(other)) } else { best });
    best.1.filter(|_| best.0 >= 0.5)
}

/// A remedy for a name that is not among the known ones.
pub(super) fn suggest<'n>(name: &str, known: impl Iterator<Item = &'n str> + Clone) -> String {
    const SHOWN: usize = 16;
    if let Some(other) = nearest(name, known.clone()) {
        return format!("did you mean `{other}`?");
    }
    let mut names: Vec<String> = known.clone().take(SHOWN).map(|known| format!("`{known}`")).collect();
    let more = known.count().saturating_sub(SHOWN);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    if names.is_empty() { "none is declared".to_owned() } else { format!("known: {}", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let faults = Faults::new("x.toml", "a = 1\nà = \"ü\"\r\nb = 2");
        faults.add(11..15, "m", "h");
        let fault = &faults.sorted()[0];
        assert_eq!((fault.line, fault.column, &fault.span), (2, 5, &(11..15)));
    }

    #[test]
    fn the_nearest_name_must_be_half_alike() {
        assert_eq!(suggest("fiel", ["person", "file"].into_iter()), "did you mean `file`?");
        assert_eq!(suggest("xyz", ["person", "file"].into_iter()), "known: `person`, `file`");
        assert_eq!(suggest("xyz", [].into_iter()), "none is declared");
    }

    #[test]
    fn rendering_shows_place_caret_and_help() {
        let text = "[roster]\nfiel = 1\n";
        let faults = Faults::new("program.toml", text);
        faults.add(9..13, "unknown key `fiel`", "did you mean `file`?");
        let shown = render_faults(text, &faults.sorted());
        for part in ["error: unknown key `fiel`", "program.toml:2:1", "2 | fiel = 1", "^^^^", "help: did you mean `file`?"] {
            assert!(shown.contains(part), "{part} in\n{shown}");
        }
    }
}
