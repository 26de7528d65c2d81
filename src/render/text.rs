//! Text as a drawing needs it: free of control characters, measured, wrapped, and kept apart from its neighbors.

use std::borrow::Cow;

/// Size of every letter in a drawing, px at its natural width; 9 pt where a page of A4 shrinks it.
pub(super) const SIZE: f64 = 13.5;
/// How much wider bold letters run.
pub(super) const BOLD: f64 = 1.13;
/// Distance from line to line, px.
pub(super) const LINE: f64 = 17.0;

/// The text without the characters that XML 1.0 forbids; tab and line break become a space.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let bad = |c: char| c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}' | '\u{2028}' | '\u{2029}');
    if !text.contains(bad) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter_map(|c| match c {
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => Some(' '),
        c if bad(c) => None,
        c => Some(c),
    });
    Cow::Owned(kept.collect())
}

/// The text as markup: clean, and with its five special characters escaped.
pub(super) fn escape(text: &str) -> String {
    let mut markup = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            '"' => markup.push_str("&quot;"),
            '\'' => markup.push_str("&#39;"),
            c => markup.push(c),
        }
    }
    markup
}

/// Width of a text, px, no smaller than in the widest of the common system fonts.
pub(super) fn width(text: &str) -> f64 {
    text.chars().map(em).sum::<f64>() * SIZE
}

/// Width of a character in parts of the letter size.
fn em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | 'J' | '|' | '\'' => 0.30,
        ' ' | '\u{2009}' | ',' | '.' | ':' | ';' | '/' | '-' | 'f' | '·' => 0.37,
        '(' | ')' | '[' | ']' | 'r' | 't' | '!' | '"' => 0.42,
        'c' | 's' | 'z' | 'L' | 'F' | '?' | '*' => 0.58,
        'm' | 'M' | 'W' | '%' | '@' | '—' | '…' => 1.0,
        'D' | 'G' | 'H' | 'N' | 'O' | 'Q' | 'U' | '&' => 0.79,
        'w' | '+' | '<' | '>' | '=' | '#' | '−' => 0.84,
        'A'..='Z' => 0.70,
        '\u{0300}'..='\u{036F}' | '\u{200B}'..='\u{200F}' => 0.0,
        '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FF60}' | '\u{1F000}'.. => 1.05,
        c if c.is_uppercase() => 0.80,
        _ => 0.65,
    }
}

/// The text in lines no wider than `limit` px, broken at spaces, and inside a word only where the word alone is too wide.
pub(super) fn wrap(text: &str, limit: f64) -> Vec<String> {
    let text = clean(text);
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut line = lines.pop().unwrap_or_default();
        if !line.is_empty() {
            if width(&line) + width(" ") + width(word) <= limit {
                line.push(' ');
            } else {
                lines.push(std::mem::take(&mut line));
            }
        }
        if line.is_empty() && width(word) > limit {
            for c in word.chars() {
                if !line.is_empty() && width(&line) + em(c) * SIZE > limit {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(c);
            }
        } else {
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// The widest of some lines, px.
pub(super) fn widest<T: AsRef<str>>(lines: impl IntoIterator<Item = T>) -> f64 {
    lines.into_iter().map(|line| width(line.as_ref())).fold(0.0, f64::max)
}

/// Moves centers, each with its extent, as little as will keep them from overlapping, between `low` and `high`.
/// The order of centers stays; where there is too little room for all, they run over `high`.
pub(super) fn spread(wanted: &[(f64, f64)], low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].0.total_cmp(&wanted[b].0).then(a.cmp(&b)));
    // Without their extents the centers only have to be in order: pool those that are not (isotonic regression).
    let mut offsets = Vec::with_capacity(order.len());
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (place, &i) in order.iter().enumerate() {
        let before = place.checked_sub(1).map_or(0.0, |p| offsets[p] + f64::midpoint(wanted[order[p]].1, wanted[i].1));
        offsets.push(before);
        blocks.push((wanted[i].0 - before, 1));
        while let [.., (left, n), (right, m)] = blocks[..]
            && left > right
        {
            blocks.truncate(blocks.len() - 2);
            blocks.push(((left * n as f64 + right * m as f64) / (n + m) as f64, n + m));
        }
    }
    let (Some(&first), Some(&last), Some(&end)) = (order.first(), order.last(), offsets.last()) else { return Vec::new() };
    let floor = low + wanted[first].1 / 2.0;
    let ceiling = (high - wanted[last].1 / 2.0 - end).max(floor);
    let levels = blocks.into_iter().flat_map(|(level, n)| std::iter::repeat_n(level, n));
    let mut placed = vec![0.0; wanted.len()];
    for ((level, offset), i) in levels.zip(offsets).zip(order) {
        placed[i] = level.clamp(floor, ceiling) + offset;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_dropped_and_breaks_become_spaces() {
        assert_eq!(clean("a\u{0}b\u{1b}c\nd\u{85}\u{FFFE}é"), "abc dé");
        assert!(matches!(clean("Pédiatrie"), Cow::Borrowed(_)));
    }

    #[test]
    fn width_counts_characters_not_bytes() {
        assert!((width("Pédiatrie") - width("Pediatrie")).abs() < 0.01);
        assert!(width("WWW") > 3.0 * width("iii"));
    }

    #[test]
    fn no_line_is_wider_than_its_limit_and_no_character_is_lost() {
        let text = "Physical Medicine and Rehabilitation, Otorhinolaryngology-HeadandNeckSurgeryDivision";
        let lines = wrap(text, 150.0);
        assert!(lines.iter().all(|line| width(line) <= 150.0), "{lines:?}");
        assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        assert_eq!(wrap("", 100.0), [""]);
    }

    #[test]
    fn neighbors_are_kept_apart_in_their_order() {
        assert_eq!(spread(&[(50.0, 10.0), (52.0, 10.0), (90.0, 10.0)], 0.0, 200.0), [46.0, 56.0, 90.0]);
        assert_eq!(spread(&[(0.0, 10.0), (200.0, 10.0)], 0.0, 200.0), [5.0, 195.0]);
        assert!(spread(&[], 0.0, 1.0).is_empty());
    }
}
