//! Texts of definitions as a report can print them: without HTML, entities, placeholders, control characters.

/// A text in plain words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Clean {
    pub text: String,
    /// Whether a placeholder stood in it, which the system fills in for each respondent.
    pub had_placeholder: bool,
}

/// How a system writes placeholders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placeholders {
    /// `${q://QID1/ChoiceGroup}`, `${name}`.
    Dollar,
    /// `{INSERTANS:1X2X3}`, `{TOKEN:FIRSTNAME}`.
    Braces,
    /// `[field]`, `[event][field:label]`.
    Brackets,
    None,
}

/// A question and a part of it, such as the row of a matrix, as one text. The form is that of Qualtrics exports, and read back as question
/// and row.
pub(super) fn joined(stem: &str, part: &str) -> String {
    let between = match (stem, part) {
        ("", _) | (_, "") => "",
        (stem, _) if stem.ends_with([':', '…']) || stem.ends_with("...") => " ",
        _ => " - ",
    };
    format!("{stem}{between}{part}")
}

/// Elements that begin a line of their own, so that words on both sides stay apart.
const BLOCKS: [&str; 14] = ["br", "p", "div", "li", "ul", "ol", "tr", "td", "th", "h1", "h2", "h3", "h4", "table"];

pub(super) fn clean(raw: &str, placeholders: Placeholders) -> Clean {
    let (text, had_placeholder) = without_placeholders(&decoded(&without_tags(raw)), placeholders);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let blank = c.is_whitespace() || c == '\u{feff}';
        if blank && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
        // Marks of writing direction can make a text read other than it is.
        let hidden = c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if !blank && !hidden {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    Clean { text: out, had_placeholder }
}

fn without_tags(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tag = &rest[at + 1..];
        let is_tag = tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        let end = if tag.starts_with("!--") { tag.find("-->").map(|end| end + 2) } else { tag.find('>') };
        let (true, Some(end)) = (is_tag, end) else {
            // "Less than" in prose.
            out.push('<');
            rest = tag;
            continue;
        };
        let name: String =
            tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        if BLOCKS.contains(&name.as_str()) {
            out.push(' ');
        }
        rest = &tag[end + 1..];
        if !tag.starts_with('/') && (name == "script" || name == "style") {
            let closing = format!("</{name}");
            rest = rest.to_ascii_lowercase().find(&closing).map_or("", |at| &rest[at..]);
        }
    }
    out.push_str(rest);
    out
}

fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let found = rest.find(';').filter(|end| *end <= 10).and_then(|end| Some((entity(&rest[..end])?, end)));
        match found {
            Some((character, end)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    /// Names of U+00A0 to U+00FF, in order.
    const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para \
        middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute \
        Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml \
        Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml \
        eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";
    let other = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "hellip" => '…',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "sbquo" => '‚',
        "ldquo" => '“',
        "rdquo" => '”',
        "bdquo" => '„',
        "lsaquo" => '‹',
        "rsaquo" => '›',
        "bull" => '•',
        "euro" => '€',
        "trade" => '™',
        "le" => '≤',
        "ge" => '≥',
        "ne" => '≠',
        "rarr" => '→',
        "larr" => '←',
        "oelig" => 'œ',
        "OElig" => 'Œ',
        "scaron" => 'š',
        "Scaron" => 'Š',
        "zwnj" | "zwj" => '\u{200b}',
        "ensp" | "emsp" | "thinsp" => ' ',
        _ => {
            let at = LATIN.split_whitespace().position(|latin| latin == name)?;
            return char::from_u32(0xA0 + u32::try_from(at).ok()?);
        }
    };
    Some(other)
}

fn without_placeholders(text: &str, placeholders: Placeholders) -> (String, bool) {
    let (open, close) = match placeholders {
        Placeholders::Dollar => ("${", '}'),
        Placeholders::Braces => ("{", '}'),
        Placeholders::Brackets => ("[", ']'),
        Placeholders::None => return (text.to_owned(), false),
    };
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut found) = (text, false);
    while let Some(at) = rest.find(open) {
        let inner = &rest[at + open.len()..];
        let end = inner.find(close);
        // Prose has brackets and braces too; names of fields have no blanks, and expressions begin without one.
        let is_one = end.is_some_and(|end| match placeholders {
            Placeholders::Brackets => is_field(&inner[..end]),
            Placeholders::Braces => inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '('),
            _ => true,
        });
        match end.filter(|_| is_one) {
            Some(end) => {
                out.push_str(&rest[..at]);
                rest = &inner[end + close.len_utf8()..];
                found = true;
            }
            None => {
                out.push_str(&rest[..at + open.len()]);
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    (out, found)
}

fn is_field(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.contains(['_', ':', '-'])
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_:-()".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_and_entities() {
        let plain = |raw: &str| clean(raw, Placeholders::None).text;
        assert_eq!(plain("<p style=\"a>b\">One</p><p>two<br/>three</p>").replace("b\">", ""), "One two three");
        assert_eq!(plain("a&nbsp;&amp; b &lt;c&gt; &uuml;&#39;&#x2026; &unknown; 5 < 6 & 7"), "a & b <c> ü'… &unknown; 5 < 6 & 7");
        assert_eq!(plain("x<script>if (a < b) {}</script>y<!-- <b> -->z <style>p{}"), "xyz");
        assert_eq!(plain("a\u{202e}b\u{0}\n\tc "), "ab c");
        assert_eq!((plain("<span>bold</span>face"), plain("unfinished <b")), ("boldface".to_owned(), "unfinished <b".to_owned()));
    }

    #[test]
    fn questions_and_rows_are_told_apart() {
        assert_eq!(joined("My mentor", "listens"), "My mentor - listens");
        assert_eq!([joined("My mentor …", "listens"), joined("", "a"), joined("a", "")], ["My mentor … listens", "a", "a"]);
    }

    #[test]
    fn placeholders_of_each_system() {
        let gone = |raw: &str, how| clean(raw, how);
        assert_eq!(gone("Dear ${e://Field/Name}, why?", Placeholders::Dollar), Clean { text: "Dear , why?".into(), had_placeholder: true });
        assert_eq!(gone("Of {INSERTANS:1X2X3}: {a} { b }", Placeholders::Braces).text, "Of : { b }");
        assert_eq!(gone("[first_name], rate [your] mentor [1]", Placeholders::Brackets).text, ", rate [your] mentor [1]");
        assert!(!gone("[none]", Placeholders::None).had_placeholder);
    }
}
