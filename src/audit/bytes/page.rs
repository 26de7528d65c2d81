//! Pages: well-formed, closed to the world, and without a number that is not declared.

use base64_digest::style_hash;
use roxmltree::{Document, Node, ParsingOptions};

use super::drawing;
use super::words::{Vocabulary, plain, undeclared};
use crate::audit::decimal::Decimal;
use crate::audit::declared::Declared;
use crate::audit::phrases::holds;
use crate::audit::report::Fault;

/// Elements that run, load or send something.
const ACTIVE: [&str; 22] = [
    "script",
    "iframe",
    "frame",
    "frameset",
    "object",
    "embed",
    "applet",
    "img",
    "image",
    "picture",
    "source",
    "audio",
    "video",
    "track",
    "link",
    "base",
    "form",
    "input",
    "button",
    "foreignObject",
    "use",
    "portal",
];
/// Attributes with words that somebody reads or hears.
const WORDED: [&str; 8] = ["title", "alt", "aria-label", "aria-description", "aria-valuetext", "content", "placeholder", "summary"];
/// Attributes that any element may have and that hold no words.
const PLAIN: [&str; 43] = [
    "class",
    "id",
    "role",
    "lang",
    "charset",
    "name",
    "http-equiv",
    "tabindex",
    "scope",
    "href",
    "aria-labelledby",
    "aria-describedby",
    "aria-hidden",
    "colspan",
    "rowspan",
    "open",
    "start",
    "viewBox",
    "width",
    "height",
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "d",
    "points",
    "stroke-width",
    "text-anchor",
    "transform",
    "preserveAspectRatio",
    "focusable",
    "dominant-baseline",
    "headers",
    "hidden",
    "fill",
    "stroke",
];

/// What is needed to read a page.
pub struct Reader<'a> {
    /// The declared results.
    pub declared: &'a Declared,
    /// Fixed texts.
    pub vocabulary: &'a Vocabulary,
    /// Rounded counts that the manifest declares.
    pub counts: &'a [Decimal],
}

impl Reader<'_> {
    /// Looks through a page.
    pub fn page(&self, file: &str, bytes: &[u8], faults: &mut Vec<Fault>) {
        let Ok(html) = std::str::from_utf8(bytes) else {
            faults.push(Fault::new(file, "is not UTF-8".into()));
            return;
        };
        let document = match Document::parse_with_options(html, ParsingOptions { allow_dtd: true, ..ParsingOptions::default() }) {
            Ok(document) => document,
            Err(error) => {
                faults.push(Fault::new(file, format!("cannot be read as well-formed XML: {error}")));
                return;
            }
        };
        self.policy(file, &document, faults);
        for node in document.descendants() {
            if node.is_comment() || node.is_pi() {
                faults.push(Fault::new(file, "a comment or an instruction stands in the page".into()));
            }
            if node.is_element() {
                self.element(file, node, faults);
            }
        }
        for svg in document.descendants().filter(|node| node.tag_name().name() == "svg") {
            drawing::check(file, svg, self.declared, faults);
        }
        for table in document.descendants().filter(|node| node.tag_name().name() == "table") {
            self.order(file, table, faults);
        }
    }

    fn element(&self, file: &str, node: Node<'_, '_>, faults: &mut Vec<Fault>) {
        let tag = node.tag_name().name();
        if ACTIVE.iter().any(|active| active.eq_ignore_ascii_case(tag)) {
            faults.push(Fault::new(file, format!("<{tag}> runs, loads or sends something")));
        }
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            if name == "href" && !value.starts_with('#') {
                faults.push(Fault::new(file, format!("<{tag}> refers to something outside of the page")));
            } else if WORDED.contains(&name) {
                if name != "content" || node.attribute("name") == Some("description") {
                    self.words(file, value, &[value], false, faults);
                }
            } else if !PLAIN.contains(&name) {
                faults.push(Fault::new(file, format!("<{tag}> has an attribute {name}, which the auditor does not know")));
            }
        }
        // A piece of running text is read as a whole, with the words inside it.
        let is_inner = matches!(tag, "b" | "small" | "span" | "em" | "strong" | "i" | "code" | "sup" | "sub");
        if tag == "style" || !has_words(node) || (is_inner && node.parent_element().is_some_and(has_words)) {
            return;
        }
        if tag == "text" && drawing::is_tick(node) {
            return;
        }
        let text = text_of(node);
        let context = context(node, &text);
        self.words(file, &text, &context.iter().map(String::as_str).collect::<Vec<_>>(), tag == "text", faults);
    }

    fn words(&self, file: &str, text: &str, context: &[&str], ends: bool, faults: &mut Vec<Fault>) {
        for number in undeclared(text, self.vocabulary, self.declared, self.counts, context, ends) {
            faults.push(Fault::new(file, format!("{number} is no declared figure of its context: {:?}", plain(text))));
        }
    }

    /// The content-security policy stands before everything that it governs, and allows the page's own style sheet alone.
    fn policy(&self, file: &str, document: &Document<'_>, faults: &mut Vec<Fault>) {
        let head = document.descendants().find(|node| node.tag_name().name() == "head");
        let elements: Vec<Node<'_, '_>> = head.into_iter().flat_map(|head| head.children().filter(Node::is_element)).collect();
        let is_policy =
            |node: &Node<'_, '_>| node.attribute("http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("content-security-policy"));
        let policy = elements.iter().position(is_policy);
        let sheet = elements.iter().position(|node| node.tag_name().name() == "style");
        let text = policy.and_then(|place| elements[place].attribute("content")).unwrap_or_default();
        let directives: Vec<Vec<&str>> =
            text.split(';').map(|directive| directive.split_whitespace().collect()).filter(|words: &Vec<&str>| !words.is_empty()).collect();
        let sources = |name: &str| directives.iter().find(|words| words[0] == name).map(|words| words[1..].to_vec());
        let styles: Vec<String> = document
            .descendants()
            .filter(|node| node.tag_name().name() == "style")
            .map(|node| format!("'sha256-{}'", style_hash(&text_of_raw(node))))
            .collect();
        let allowed = sources("style-src").unwrap_or_default();
        let is_closed = sources("default-src") == Some(vec!["'none'"])
            && sources("base-uri") == Some(vec!["'none'"])
            && sources("form-action") == Some(vec!["'none'"])
            && directives.iter().all(|words| matches!(words[0], "default-src" | "style-src" | "base-uri" | "form-action"))
            && styles.iter().all(|hash| allowed == [hash.as_str()]);
        if !is_closed || policy.is_none() || sheet.is_some_and(|sheet| policy > Some(sheet)) {
            faults.push(Fault::new(file, "the content-security policy does not close the page".into()));
        }
        let sheets = document.descendants().filter(|node| node.tag_name().name() == "style").map(text_of_raw);
        for sheet in sheets {
            let sheet = sheet.to_ascii_lowercase();
            if ["url(", "@import", "expression(", "image-set("].iter().any(|word| sheet.contains(word)) {
                faults.push(Fault::new(file, "the style sheet refers to something outside of the page".into()));
            }
        }
    }

    /// Groups stand in their declared order wherever one of them is hidden: an order by value would tell its rank.
    fn order(&self, file: &str, table: Node<'_, '_>, faults: &mut Vec<Fault>) {
        let rows = table.descendants().filter(|node| node.tag_name().name() == "tr");
        let rows: Vec<(String, bool)> = rows
            .filter_map(|row| {
                let cells: Vec<String> = row.children().filter(Node::is_element).map(text_of).map(|text| plain(&text)).collect();
                let hides = cells.iter().skip(1).any(|cell| cell == "c");
                cells.first().map(|first| (first.clone(), hides))
            })
            .filter(|(heading, _)| self.declared.groups.contains(heading))
            .collect();
        let hides = rows.iter().any(|(_, hides)| *hides);
        let named: Vec<&str> = rows.iter().map(|(heading, _)| heading.as_str()).collect();
        if hides && !self.declared.is_in_order(&named) {
            faults.push(Fault::new(file, format!("a table with hidden rows does not stand in the declared order: {}", named.join(", "))));
        }
    }
}

/// Whether words stand in an element itself, not only in those inside it.
fn has_words(node: Node<'_, '_>) -> bool {
    node.children().any(|child| child.is_text() && !child.text().unwrap_or_default().trim().is_empty())
}

/// All words in an element, with a space between pieces.
fn text_of(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect::<Vec<_>>().join(" ")
}

fn text_of_raw(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect()
}

/// What a text is about: itself, headings of its row, column and section, the caption, the title of its drawing.
fn context(node: Node<'_, '_>, text: &str) -> Vec<String> {
    let mut context = vec![plain(text)];
    let named = |node: Node<'_, '_>, name: &str| node.tag_name().name() == name;
    // Words of a drawing are about what the drawing names; where its marks stand is checked by itself.
    if let Some(svg) = node.ancestors().find(|around| named(*around, "svg") && named(node, "text")) {
        context.push(svg.descendants().filter(|other| named(*other, "text")).map(text_of).collect::<Vec<_>>().join(" "));
        return context;
    }
    for around in node.ancestors() {
        if named(around, "tr") {
            context.extend(around.children().find(Node::is_element).map(text_of));
        }
        if named(around, "table") {
            context.extend(around.children().find(|child| named(*child, "caption")).map(text_of));
            let column = node
                .ancestors()
                .find(|cell| named(*cell, "td") || named(*cell, "th"))
                .map(|cell| cell.prev_siblings().filter(|sibling| sibling.is_element() && sibling.id() != cell.id()).count());
            let heading =
                around.descendants().find(|row| named(*row, "tr")).and_then(|row| row.children().filter(Node::is_element).nth(column?));
            context.extend(heading.map(text_of));
        }
        if named(around, "svg") || named(around, "section") || around.attribute("class").is_some_and(|class| holds(class, "card")) {
            let heads = around.children().filter(|child| matches!(child.tag_name().name(), "title" | "desc" | "h2" | "h3"));
            context.extend(heads.map(text_of));
        }
    }
    context
}

mod base64_digest {
    use sha2::{Digest, Sha256};

    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// The SHA-256 of a style sheet in base64, as a content-security policy names it.
    pub fn style_hash(text: &str) -> String {
        let digest = Sha256::digest(text.as_bytes());
        digest
            .chunks(3)
            .flat_map(|chunk| {
                let bits = chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
                (0..4).map(
                    move |place| if place <= chunk.len() { char::from(LETTERS[(bits >> (18 - 6 * place) & 63) as usize]) } else { '=' },
                )
            })
            .collect()
    }
}
