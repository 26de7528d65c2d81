//! Cells as values: codes and numbers, each with what had to be done to read it.
//!
//! Nothing is coerced in silence: a reading says its steps, and a text that can be two numbers is handed back as that.

use std::borrow::Cow;
use std::fmt;

use super::folding::{is_invisible, is_space, narrow, not_available};

/// Something that had to be done to read a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Step {
    /// A whole number was written with a fraction of zero: `5.0`.
    Whole,
    /// Thousands were separated: `1,234.5`.
    Grouped,
    /// The decimal mark is a comma: `2,5`.
    DecimalComma,
    /// A percent sign was dropped; the number is not divided.
    Percent,
    /// A leading apostrophe, with which spreadsheets mark text, was dropped.
    Apostrophe,
    /// Full-width digits or signs were read as plain ones.
    FullWidth,
    /// No-break spaces or invisible characters around the value were dropped.
    Spaces,
    /// A typographic minus sign was read as a hyphen.
    Minus,
    /// The code stood before its label: `5 - Strongly agree`.
    CodeThenLabel,
    /// The code stood behind its label: `Strongly agree (5)`.
    LabelThenCode,
}

impl Step {
    const ALL: [Self; 10] = [
        Self::Whole,
        Self::Grouped,
        Self::DecimalComma,
        Self::Percent,
        Self::Apostrophe,
        Self::FullWidth,
        Self::Spaces,
        Self::Minus,
        Self::CodeThenLabel,
        Self::LabelThenCode,
    ];

    /// The step in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Whole => "a fraction of zero",
            Self::Grouped => "separated thousands",
            Self::DecimalComma => "a decimal comma",
            Self::Percent => "a percent sign",
            Self::Apostrophe => "a leading apostrophe",
            Self::FullWidth => "full-width characters",
            Self::Spaces => "no-break or invisible spaces",
            Self::Minus => "a typographic minus sign",
            Self::CodeThenLabel => "a code before its label",
            Self::LabelThenCode => "a code behind its label",
        }
    }
}

/// All that had to be done to read a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Steps(u16);

impl Steps {
    /// Whether the cell was read as it is written.
    pub fn is_as_written(self) -> bool {
        self.0 == 0
    }

    /// Whether the step was needed.
    pub fn contains(self, step: Step) -> bool {
        self.0 & (1 << step as u8) != 0
    }

    /// Whether nothing but the step was needed.
    pub fn is_only(self, step: Step) -> bool {
        self.0 == 1 << step as u16
    }

    /// Whether no step but these was needed.
    pub fn is_within(self, steps: &[Step]) -> bool {
        steps.iter().fold(self.0, |left, step| left & !(1 << *step as u16)) == 0
    }

    fn add(&mut self, step: Step) {
        self.0 |= 1 << step as u8;
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for step in Step::ALL.into_iter().filter(|step| self.contains(*step)) {
            write!(f, "{separator}{}", step.words())?;
            separator = ", ";
        }
        if self.is_as_written() { f.write_str("as written") } else { Ok(()) }
    }
}

/// A value, and how it was come by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading<T> {
    /// What was read.
    pub value: T,
    /// What had to be done.
    pub how: Steps,
}

/// What separates the whole part of a number from its fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalMark {
    /// `2.5`
    Point,
    /// `2,5`
    Comma,
}

impl DecimalMark {
    /// What the cells of one column show, with the number of cells that show it; none where they show nothing or both.
    pub fn of_column<'c>(cells: impl IntoIterator<Item = &'c str>) -> Option<(Self, u64)> {
        let mut evidence = DecimalEvidence::default();
        cells.into_iter().for_each(|cell| evidence.add(cell));
        evidence.mark()
    }
}

/// What the cells of a column of numbers show so far of its decimal mark.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DecimalEvidence {
    points: u64,
    commas: u64,
}

impl DecimalEvidence {
    pub(super) fn add(&mut self, cell: &str) {
        let mut how = Steps::default();
        match shape(&plain(cell, &mut how)) {
            Some(Shape::Fraction(b'.')) => self.points += 1,
            Some(Shape::Fraction(_)) => self.commas += 1,
            _ => {}
        }
    }

    /// Adds what other cells of the column show.
    pub(super) fn append(&mut self, other: &Self) {
        self.points += other.points;
        self.commas += other.commas;
    }

    pub(super) fn mark(&self) -> Option<(DecimalMark, u64)> {
        match (self.points, self.commas) {
            (0, 0) => None,
            (points, 0) => Some((DecimalMark::Point, points)),
            (0, commas) => Some((DecimalMark::Comma, commas)),
            _ => None,
        }
    }
}

/// What a cell holds where a number is expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NumberReading {
    /// Nothing.
    Blank,
    /// A spelling of "not available", in its usual form.
    NotAvailable(&'static str),
    /// A number.
    Number(Reading<f64>),
    /// Two numbers fit: `1,234` is 1.234 or 1234. The column's decimal mark decides, never the cell.
    Ambiguous,
    /// No number.
    NotANumber,
}

/// A code, and the label that stands in the same cell.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeReading<'c> {
    /// The code.
    pub code: i32,
    /// The label beside it, where there is one; whether it is the code's is for the caller to check.
    pub label: Option<&'c str>,
    /// What had to be done.
    pub how: Steps,
}

/// Where the signs of a number stand.
enum Shape {
    /// Digits only.
    Whole,
    /// One mark that can only be a decimal one, for not just three digits follow.
    Fraction(u8),
    /// One mark with three digits on its right and up to three on its left: a fraction or thousands.
    Either(u8),
    /// Groups of three; the last mark, if any, is the decimal one.
    Grouped(Option<u8>),
}

/// A number of a cell. `mark` is the column's decimal mark, where it is declared or `DecimalMark::of_column` found it.
pub fn read_number(text: &str, mark: Option<DecimalMark>) -> NumberReading {
    let mut how = Steps::default();
    let cell = plain(text, &mut how);
    if cell.is_empty() {
        return NumberReading::Blank;
    }
    if let Some(usual) = not_available(&cell) {
        return NumberReading::NotAvailable(usual);
    }
    let number = match cell.strip_suffix('%') {
        Some(number) => {
            how.add(Step::Percent);
            number.trim_end()
        }
        None => &cell,
    };
    let Some(shape) = shape(number) else { return NumberReading::NotANumber };
    let decimal = match (shape, mark) {
        (Shape::Whole, _) => None,
        // A mark that can only be a fraction's is read as one unless the column says otherwise.
        (Shape::Fraction(b'.'), None | Some(DecimalMark::Point)) | (Shape::Either(b'.'), None | Some(DecimalMark::Point)) => Some(b'.'),
        (Shape::Fraction(b','), None | Some(DecimalMark::Comma)) | (Shape::Either(b','), Some(DecimalMark::Comma)) => Some(b','),
        (Shape::Either(b','), None) => return NumberReading::Ambiguous,
        (Shape::Either(_), Some(_)) => None,
        (Shape::Grouped(last), None) => last,
        (Shape::Grouped(last), Some(mark)) if last.is_none_or(|last| last == mark.byte()) => last,
        _ => return NumberReading::NotANumber,
    };
    let mut clean = String::with_capacity(number.len());
    let last_mark = decimal.and_then(|decimal| number.rfind(char::from(decimal)));
    for (at, c) in number.char_indices() {
        match c {
            '.' | ',' | '\'' | ' ' if Some(at) != last_mark => how.add(Step::Grouped),
            ',' => {
                how.add(Step::DecimalComma);
                clean.push('.');
            }
            c => clean.push(c),
        }
    }
    match clean.parse::<f64>() {
        Ok(value) if value.is_finite() => {
            if last_mark.is_some() && value.fract() == 0.0 {
                how.add(Step::Whole);
            }
            NumberReading::Number(Reading { value, how })
        }
        _ => NumberReading::NotANumber,
    }
}

/// A code of a cell, alone or with its label; none if the cell holds anything else. A range such as `5 - 10` is no code.
pub fn read_code(text: &str) -> Option<CodeReading<'_>> {
    let mut how = Steps::default();
    if let Some(code) = whole(&plain(text, &mut how), &mut how) {
        return Some(CodeReading { code, label: None, how });
    }
    let cell = text.trim_matches(|c: char| c.is_whitespace() || is_space(c) || is_invisible(c));
    let words = |label: &str| label.chars().next().is_some_and(char::is_alphabetic);
    let mut how = Steps::default();
    // `5 - Strongly agree`, `5: …`, `5 = …`, `5. …`, `(5): …`
    let (head, rest) = match cell.strip_prefix(['(', '[']) {
        Some(inner) => inner.split_once([')', ']'])?,
        None => cell.split_at(cell.find(|c: char| !(c.is_ascii_digit() || c == '-' || c == '+')).unwrap_or(cell.len())),
    };
    let label = rest.trim_start_matches(|c: char| c.is_whitespace() || is_space(c));
    let label = label.strip_prefix(|c: char| matches!(c, '-' | ':' | '=' | '.' | ')' | '|' | '\u{2010}'..='\u{2015}'));
    if let (Some(code), Some(label)) = (whole(head, &mut how), label.map(str::trim).filter(|label| words(label))) {
        how.add(Step::CodeThenLabel);
        return Some(CodeReading { code, label: Some(label), how });
    }
    let mut how = Steps::default();
    let inner = cell.strip_suffix([')', ']'])?;
    let (label, code) = inner.rsplit_once(['(', '['])?;
    let code = whole(code.trim(), &mut how)?;
    how.add(Step::LabelThenCode);
    Some(CodeReading { code, label: Some(label.trim()).filter(|label| words(label)), how }).filter(|reading| reading.label.is_some())
}

impl DecimalMark {
    fn byte(self) -> u8 {
        match self {
            Self::Point => b'.',
            Self::Comma => b',',
        }
    }
}

/// The cell with plain digits and signs, and without what stands around a number. A plain cell is not copied.
fn plain<'c>(text: &'c str, how: &mut Steps) -> Cow<'c, str> {
    let trimmed = text.trim();
    if trimmed.is_ascii() {
        return Cow::Borrowed(match trimmed.strip_prefix('\'') {
            Some(rest) => {
                how.add(Step::Apostrophe);
                rest.trim_start()
            }
            None => trimmed,
        });
    }
    let mut clean = String::with_capacity(trimmed.len());
    for c in trimmed.chars() {
        match c {
            c if is_invisible(c) => how.add(Step::Spaces),
            c if is_space(c) => {
                how.add(Step::Spaces);
                clean.push(' ');
            }
            '\u{2212}' | '\u{2010}'..='\u{2014}' => {
                how.add(Step::Minus);
                clean.push('-');
            }
            '\u{2018}' | '\u{2019}' => clean.push('\''),
            c if narrow(c) != c => {
                how.add(Step::FullWidth);
                clean.push(narrow(c));
            }
            c => clean.push(c),
        }
    }
    let clean = clean.trim();
    Cow::Owned(match clean.strip_prefix('\'') {
        Some(rest) => {
            how.add(Step::Apostrophe);
            rest.trim_start().to_owned()
        }
        None => clean.to_owned(),
    })
}

/// A whole number, with a fraction of zero at most.
fn whole(text: &str, how: &mut Steps) -> Option<i32> {
    let (digits, fraction) = match text.split_once(['.', ',']) {
        Some((digits, fraction)) => (digits, Some(fraction)),
        None => (text, None),
    };
    let number = digits.strip_prefix(['-', '+']).unwrap_or(digits);
    // `05` is the code of another list, or an id that lost nothing.
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) || (number.len() > 1 && number.starts_with('0')) {
        return None;
    }
    if let Some(fraction) = fraction {
        // Three zeros may be thousands.
        if fraction.is_empty() || fraction.len() == 3 || !fraction.bytes().all(|b| b == b'0') {
            return None;
        }
        how.add(Step::Whole);
        if text.contains(',') {
            how.add(Step::DecimalComma);
        }
    }
    digits.parse().ok()
}

fn shape(number: &str) -> Option<Shape> {
    let number = number.strip_prefix(['-', '+']).unwrap_or(number).trim_start();
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'\'' | b' ')) {
        return None;
    }
    let marks: Vec<u8> = number.bytes().filter(|b| !b.is_ascii_digit()).collect();
    let parts: Vec<&str> = number.split(['.', ',', '\'', ' ']).collect();
    let (first, last) = (parts.first()?, parts.last()?);
    let [groups @ .., decimal] = marks.as_slice() else { return Some(Shape::Whole) };
    if groups.is_empty() && matches!(decimal, b'.' | b',') {
        // Leading zeros and long whole parts are no group of thousands.
        let either = last.len() == 3 && matches!(first.len(), 1..=3) && !first.starts_with('0');
        return match (either, last.is_empty()) {
            (_, true) => None,
            (true, _) => Some(Shape::Either(*decimal)),
            (false, _) => Some(Shape::Fraction(*decimal)),
        };
    }
    let (uniform, whole_groups) = match groups.first() {
        None => (true, &parts[1..]),
        Some(group) if group == decimal => (true, &parts[1..]),
        Some(_) => (false, &parts[1..parts.len() - 1]),
    };
    let grouped = matches!(first.len(), 1..=3) && whole_groups.iter().all(|part| part.len() == 3);
    let same = groups.windows(2).all(|pair| pair[0] == pair[1]);
    let fraction = uniform || (matches!(decimal, b'.' | b',') && !last.is_empty());
    (grouped && same && fraction).then_some(Shape::Grouped((!uniform).then_some(*decimal)))
}

#[cfg(test)]
#[path = "values_tests.rs"]
mod tests;
