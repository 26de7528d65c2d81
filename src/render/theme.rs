//! The looks of a report: templates and the style sheet, embedded, each replaceable by a program's own.

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior};
use sha2::{Digest, Sha256};

use super::text::{clean, escape};
use crate::error::{Error, Result};

/// The template that a page is rendered from; it takes in the others.
const PAGE: &str = "page.html";
/// The style sheet.
const STYLE: &str = "report.css";
/// Every part of a theme: its file name and its embedded text.
const PARTS: [(&str, &str); 5] = [
    (PAGE, include_str!("../../reports/page.html")),
    ("cards.html", include_str!("../../reports/cards.html")),
    ("figure.html", include_str!("../../reports/figure.html")),
    ("table.html", include_str!("../../reports/table.html")),
    (STYLE, include_str!("../../reports/report.css")),
];

/// Templates and style sheet, ready to render pages.
#[derive(Debug)]
pub struct Theme {
    environment: Environment<'static>,
    templates: BTreeMap<&'static str, String>,
    style: String,
    style_hash: String,
}

impl Theme {
    /// The embedded looks.
    ///
    /// # Errors
    /// None with the parts as shipped; a test renders them all.
    pub fn embedded() -> Result<Self> {
        Self::with_own(&BTreeMap::new())
    }

    /// The embedded looks with a program's own files, by file name, in place of those of the same name.
    ///
    /// # Errors
    /// Names every file that is no part of a theme, every template that cannot be read (file, line) and a style sheet that
    /// cannot stand in a page.
    pub fn with_own(own: &BTreeMap<String, String>) -> Result<Self> {
        let mut faults: Vec<String> =
            own.keys().filter(|name| PARTS.iter().all(|(part, _)| part != name)).map(|name| unknown(name)).collect();
        let mut environment = new_environment();
        let mut style = String::new();
        let mut templates = BTreeMap::new();
        for (name, text) in PARTS {
            let text = own.get(name).map_or(text, String::as_str).replace("\r\n", "\n");
            if name == STYLE {
                style = text;
                continue;
            }
            templates.insert(name, text.clone());
            if let Err(e) = environment.add_template_owned(name, text) {
                faults.push(template_fault(&e, &templates));
            }
        }
        // Markup in the sheet could end its element; a page stays well-formed XML without these two.
        if let Some(line) = style.lines().position(|line| line.contains(['<', '&'])) {
            faults.push(format!("{STYLE}, line {}: a style sheet inside a page cannot hold `<` or `&`", line + 1));
        }
        if !faults.is_empty() {
            return Err(Error::new("the report files cannot be used", "correct or remove them").with_detail(faults.join("\n")));
        }
        let style = clean_lines(&style);
        let style_hash = base64(&Sha256::digest(&style));
        Ok(Self { environment, templates, style, style_hash })
    }

    /// Renders a page from what the templates see.
    pub(super) fn render(&self, page: Value) -> Result<String> {
        let style = Value::from_safe_string(self.style.clone());
        let style_hash = Value::from_safe_string(self.style_hash.clone());
        let context = minijinja::context! { page, style, style_hash };
        let rendered = self.environment.get_template(PAGE).and_then(|template| template.render(context));
        rendered
            .map_err(|e| Error::new("a report template failed", "correct the named line").with_detail(template_fault(&e, &self.templates)))
    }
}

/// Every value is escaped whatever the template is called or asks for; only drawings and the style sheet, which this stage
/// makes safe itself, pass as they are.
fn new_environment() -> Environment<'static> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the default delimiters are valid"));
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_formatter(write_value);
    for filter in ["safe", "escape", "e"] {
        environment.remove_filter(filter);
    }
    environment
}

fn write_value(out: &mut Output, state: &mut State, value: &Value) -> std::result::Result<(), minijinja::Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() => Ok(out.write_str(&escape(text))?),
        Some(text) => Ok(out.write_str(text)?),
        None if value.is_undefined() => minijinja::escape_formatter(out, state, value),
        None => Ok(out.write_str(&escape(&value.to_string()))?),
    }
}

fn unknown(name: &str) -> String {
    let nearest = PARTS.iter().max_by(|a, b| strsim::jaro_winkler(name, a.0).total_cmp(&strsim::jaro_winkler(name, b.0)));
    let names: Vec<_> = PARTS.iter().map(|(part, _)| *part).collect();
    let nearest = nearest.map_or(PAGE, |(part, _)| part);
    format!("{name}: no part of a report; did you mean {nearest}? The parts are {}", names.join(", "))
}

/// Where a template fails and why, with its line.
fn template_fault(error: &minijinja::Error, templates: &BTreeMap<&str, String>) -> String {
    let place = match (error.name(), error.line()) {
        (Some(name), Some(line)) => format!("{name}, line {line}: "),
        (Some(name), None) => format!("{name}: "),
        _ => String::new(),
    };
    let why = error.detail().map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()));
    let source = error.name().and_then(|name| templates.get(name));
    let source = source.zip(error.line()).and_then(|(source, line)| source.lines().nth(line.saturating_sub(1)));
    let Some(source) = source else { return format!("{place}{why}") };
    let indent = source.len() - source.trim_start().len();
    let caret = format!("{}{}", " ".repeat(indent), "^".repeat(source.trim().chars().count().max(1)));
    format!("{place}{why}\n  | {source}\n  | {caret}")
}

/// The sheet's lines without control characters, so that the page holds the very bytes that were hashed.
fn clean_lines(style: &str) -> String {
    style.lines().map(clean).collect::<Vec<_>>().join("\n")
}

/// Base64 with padding, as a content security policy writes a digest.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let at = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let group = at(0) << 16 | at(1) << 8 | at(2);
        for i in 0..4 {
            let letter = LETTERS[(group >> (18 - 6 * i)) as usize & 63];
            text.push(if i <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(name: &str, text: &str) -> BTreeMap<String, String> {
        BTreeMap::from([(name.to_string(), text.to_string())])
    }

    #[test]
    fn no_embedded_template_lifts_escaping() {
        for (name, text) in PARTS.iter().filter(|(name, _)| *name != STYLE) {
            assert!(!text.replace(' ', "").contains("|safe") && !text.contains("autoescape"), "{name}");
        }
    }

    #[test]
    fn a_programs_own_template_is_escaped_whatever_it_asks_for() {
        let page = minijinja::context! { title => "<b>\u{1}&" };
        let text = "{% autoescape false %}{{ page.title }}{% endautoescape %}{{ page.title }}";
        let theme = Theme::with_own(&own("page.html", text)).expect("a sound template");
        assert_eq!(theme.render(page.clone()).expect("renders"), "&lt;b&gt;&amp;&lt;b&gt;&amp;");
        let unsafe_filter = Theme::with_own(&own("page.html", "{{ page.title|safe }}")).and_then(|theme| theme.render(page));
        assert!(unsafe_filter.is_err());
    }

    /// The engine's own rule escapes by the ending of a name, and leaves `.svg` and `.txt` alone.
    #[test]
    fn a_template_is_escaped_whatever_its_name() {
        for name in ["mark.svg", "mark.txt", "mark", "mark.j2"] {
            let mut environment = new_environment();
            environment.add_template(name, "<text>{{ label }}</text>").expect("a sound template");
            let drawn = environment.get_template(name).and_then(|template| template.render(minijinja::context! { label => "<script>" }));
            assert_eq!(drawn.expect("renders"), "<text>&lt;script&gt;</text>", "{name}");
        }
    }

    #[test]
    fn faults_of_own_files_are_reported_together_with_their_lines() {
        let mut files = own("pge.html", "");
        files.extend(own("table.html", "<p>\n{% for x %}"));
        files.extend(own("report.css", "a{}\nb{}</style>"));
        let error = Theme::with_own(&files).expect_err("three faults");
        let detail = error.detail.expect("has a detail");
        assert!(detail.contains("did you mean page.html?"), "{detail}");
        assert!(detail.contains("table.html, line 2"), "{detail}");
        assert!(detail.contains("report.css, line 2"), "{detail}");
    }

    #[test]
    fn an_undefined_name_is_an_error_with_its_line() {
        let theme = Theme::with_own(&own("page.html", "x\n{{ page.nothing }}")).expect("a sound template");
        let error = theme.render(minijinja::context! { title => "" }).expect_err("undefined");
        assert!(error.detail.expect("has a detail").starts_with("page.html, line 2"));
    }

    #[test]
    fn base64_agrees_with_the_examples_of_rfc_4648() {
        let pairs =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy")];
        for (text, code) in pairs {
            assert_eq!(base64(text.as_bytes()), code);
        }
    }
}
