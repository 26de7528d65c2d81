//! Which column of an export holds which question, and by what it was found.

use super::export::RawExport;
use super::headings::HeadingFault;
use crate::program::plan::System;

/// What a questionnaire calls a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemNames<'a> {
    /// Its id, or the heading that `program.toml` gives for it.
    pub id: &'a str,
    /// Its text; blank where only the id is to be looked for.
    pub text: &'a str,
}

/// What a questionnaire calls a choice of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChoiceNames<'a> {
    /// Its code.
    pub code: i32,
    /// Its label.
    pub label: &'a str,
    /// The system's own value for it where that is no number, such as `SQ001`, `a` or `very_good`.
    pub value: Option<&'a str>,
}

impl ChoiceNames<'_> {
    /// The system's value, then the code, as text.
    pub(super) fn values(&self) -> impl Iterator<Item = String> {
        self.value.map(str::to_owned).into_iter().chain(std::iter::once(self.code.to_string()))
    }
}

/// By what a column was found. Earlier is surer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Matched {
    /// By its heading, or the part of it that is a code or the end of a path.
    ById,
    /// By the system's own id behind the heading (Qualtrics import ids).
    ByImportId,
    /// By the question text, letters and digits only.
    ByLabel,
    /// By the text of one row of a grid, which only one column has.
    ByRow,
}

impl Matched {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::ById => "its id",
            Self::ByImportId => "the import id",
            Self::ByLabel => "the question text",
            Self::ByRow => "the text of the row",
        }
    }
}

/// A column's question text as it is compared.
#[derive(Debug, Clone, Default)]
pub(super) struct FoldedLabel {
    whole: String,
    stem: String,
    row: String,
}

impl FoldedLabel {
    fn new(label: &str) -> Self {
        let (stem, row) = split_row(label).unwrap_or_default();
        Self { whole: fold_text(label), stem: fold_text(stem), row: fold_text(row) }
    }
}

/// Letters and digits of a text in small letters, without HTML tags and entities.
pub fn fold_text(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skip = match c {
            // A tag begins with a letter or a slash; `<` of a comparison does not.
            '<' if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!') => rest.find('>').map(|end| end + 1),
            '&' => rest.find(';').filter(|&end| (2..=9).contains(&end) && is_entity(&rest[1..end])).map(|end| end + 1),
            _ => None,
        };
        if skip.is_none() && c.is_alphanumeric() {
            folded.extend(c.to_lowercase());
        }
        rest = &rest[skip.unwrap_or(c.len_utf8())..];
    }
    folded
}

fn is_entity(name: &str) -> bool {
    name.strip_prefix('#').unwrap_or(name).bytes().all(|b| b.is_ascii_alphanumeric()) && !name.is_empty()
}

/// Question and row of a grid: `Question [Row]`, `Question (choice=Row)`, or `Question - Row` as Qualtrics writes it.
pub fn split_row(label: &str) -> Option<(&str, &str)> {
    let label = label.trim();
    if let Some(inner) = label.strip_suffix(']') {
        // Rows may hold brackets of their own.
        let mut depth = 1;
        let open = inner.char_indices().rev().find(|(_, c)| {
            depth += match c {
                ']' => 1,
                '[' => -1,
                _ => 0,
            };
            depth == 0
        })?;
        return Some((inner[..open.0].trim(), inner[open.0 + 1..].trim()));
    }
    if let Some(inner) = label.strip_suffix(')')
        && let Some((stem, row)) = inner.rsplit_once("(choice=")
    {
        return Some((stem.trim(), row.trim()));
    }
    label.rsplit_once(" - ").map(|(stem, row)| (stem.trim(), row.trim()))
}

/// Whether what follows one of a text's hyphens is the folded row: older Qualtrics files write `Question-Row` without blanks.
pub fn ends_in_row(label: &str, row: &str) -> bool {
    !row.is_empty() && label.match_indices('-').any(|(at, hyphen)| fold_text(&label[at + hyphen.len()..]) == row)
}

impl RawExport {
    /// The column of a question: by id, then by the system's own id, then by its text. A grid's row is found by `Question [Row]`, or by the
    /// row's text where one column alone has it.
    ///
    /// # Errors
    /// If no column fits, or several do.
    pub fn find_item(&self, item: &ItemNames<'_>) -> Result<(usize, Matched), HeadingFault> {
        let mut fault = HeadingFault::Missing { nearest: None };
        for (number, name) in self.adapter().item_names(item.id).iter().enumerate() {
            match self.headings.find(name) {
                Ok(column) => return Ok((column, Matched::ById)),
                Err(found) if number == 0 => fault = found,
                Err(_) => {}
            }
            if let Ok(column) = self.column(name) {
                return Ok((column, self.id_match()));
            }
            if let Some(column) = self.by_path(name) {
                return Ok((column, Matched::ById));
            }
        }
        let text = fold_text(item.text);
        // An id that several columns have is no reason to take a third one by its text.
        if text.is_empty() || matches!(fault, HeadingFault::Repeated { .. }) {
            return Err(fault);
        }
        let labels = self.folded_labels();
        let whole = self.answers(|i| labels[i].whole == text);
        if let Some(found) = unique(&whole) {
            return found.map(|column| (column, Matched::ByLabel));
        }
        let (stem, row) = split_row(item.text).map_or((String::new(), text.clone()), |(stem, row)| (fold_text(stem), fold_text(row)));
        let both = self.answers(|i| !stem.is_empty() && labels[i].row == row && labels[i].stem == stem);
        if let Some(found) = unique(&both) {
            return found.map(|column| (column, Matched::ByLabel));
        }
        let rows = self.answers(|i| labels[i].row == text);
        unique(&rows).map_or(Err(fault), |found| found.map(|column| (column, Matched::ByRow)))
    }

    /// The column that one choice of a multi-select question has of its own. Where a column headed by the item bears the choice's label,
    /// it is taken before one whose heading ends in the code: older Qualtrics files number the choices by position.
    ///
    /// # Errors
    /// If no column fits, or several do.
    pub fn find_choice(&self, item: &ItemNames<'_>, choice: &ChoiceNames<'_>) -> Result<(usize, Matched), HeadingFault> {
        let label = fold_text(choice.label);
        let labels = self.folded_labels();
        let headed = |i: usize| {
            let rest = self.headings.as_slice()[i].trim().strip_prefix(item.id);
            rest.is_some_and(|rest| rest.starts_with(|c: char| !c.is_alphanumeric()))
        };
        let hyphen =
            |i: usize| self.system == System::Qualtrics && labels[i].whole.ends_with(&label) && ends_in_row(&self.labels[i], &label);
        let tail = |i: usize| !label.is_empty() && (labels[i].row == label || hyphen(i));
        let labelled = self.answers(|i| headed(i) && tail(i));
        let mut fault = match self.choice_column(item.id, choice) {
            Ok(column) => match labelled[..] {
                [one] if one != column => return Ok((one, Matched::ByLabel)),
                _ => return Ok((column, Matched::ById)),
            },
            Err(fault) => fault,
        };
        let text = fold_text(item.text);
        for found in [
            labelled,
            self.answers(|i| {
                !text.is_empty() && tail(i) && (labels[i].stem == text || labels[i].whole.strip_suffix(&label) == Some(&text))
            }),
        ] {
            match unique(&found) {
                Some(Ok(column)) => return Ok((column, Matched::ByLabel)),
                Some(Err(repeated)) => fault = repeated,
                None => {}
            }
        }
        Err(fault)
    }

    /// The heading of the column that is most like a question for which none was found, by its id or by its text.
    pub fn nearest(&self, item: &ItemNames<'_>) -> Option<&str> {
        /// Longer texts take long to compare.
        const LONGEST: usize = 300;
        const LIKE: f64 = 0.5;
        let (id, text) = (item.id.to_lowercase(), fold_text(item.text));
        let like = |a: &str, b: &str| match (a.len().min(b.len()), a.len().max(b.len())) {
            (0, _) | (_, LONGEST..) => 0.0,
            // A question with words before or after it.
            (10.., _) if a.contains(b) || b.contains(a) => 0.9,
            _ => strsim::normalized_levenshtein(a, b),
        };
        let labels = self.folded_labels();
        let headings = self.headings.as_slice();
        let score = |i: usize| like(&id, &headings[i].trim().to_lowercase()).max(like(&text, &labels[i].whole));
        let scored = self.answers(|i| !headings[i].trim().is_empty()).into_iter().map(|i| (score(i), i));
        let best = scored.fold(None, |best: Option<(f64, usize)>, next| if best.is_none_or(|b| next.0 > b.0) { Some(next) } else { best });
        best.filter(|(score, _)| *score >= LIKE).map(|(_, i)| headings[i].as_str())
    }

    /// Heading that the column of one choice has by default.
    pub fn choice_heading(&self, item: &str, choice: &ChoiceNames<'_>) -> String {
        self.adapter().choice_headings(item, choice).into_iter().next().unwrap_or_default()
    }

    /// Position (from 0) of the column of one choice, by heading or by the system's own name.
    ///
    /// # Errors
    /// If no column has such a name, or several have.
    pub fn choice_column(&self, item: &str, choice: &ChoiceNames<'_>) -> Result<usize, HeadingFault> {
        let mut fault = HeadingFault::Missing { nearest: None };
        for name in self.adapter().choice_headings(item, choice) {
            match self.column(&name) {
                Ok(column) => return Ok(column),
                Err(repeated @ HeadingFault::Repeated { .. }) => return Err(repeated),
                Err(missing) => fault = missing,
            }
            if let Some(column) = self.by_path(&name) {
                return Ok(column);
            }
        }
        Err(fault)
    }

    /// Whether the column of a choice holds its label where it was chosen, and never words for yes and no.
    pub fn ticks_by_label(&self) -> bool {
        self.adapter().ticks_by_label()
    }

    /// Whether the choices of a question with one answer may have a column each.
    pub fn splits_single(&self) -> bool {
        self.adapter().splits_single()
    }

    /// What a name behind the headings is.
    fn id_match(&self) -> Matched {
        if self.system == System::Qualtrics { Matched::ByImportId } else { Matched::ById }
    }

    /// The one column whose heading is a path that ends in the name.
    fn by_path(&self, name: &str) -> Option<usize> {
        let separator = self.path?;
        let ends = |i: usize| {
            let group = self.headings.as_slice()[i].trim().strip_suffix(name);
            group.is_some_and(|group| group.ends_with(separator))
        };
        match self.answers(ends)[..] {
            [one] if !name.is_empty() => Some(one),
            _ => None,
        }
    }

    /// Columns that may hold an answer and fit.
    fn answers(&self, fits: impl Fn(usize) -> bool) -> Vec<usize> {
        let is = |flags: &[bool], i: usize| flags.get(i).copied().unwrap_or(false);
        (0..self.headings.len()).filter(|&i| !is(&self.metadata, i) && !is(&self.companions, i) && fits(i)).collect()
    }

    fn folded_labels(&self) -> &[FoldedLabel] {
        self.folded.get_or_init(|| {
            (0..self.headings.len())
                .map(|i| self.labels.get(i).map_or_else(FoldedLabel::default, |label| FoldedLabel::new(label)))
                .collect()
        })
    }
}

/// The one column, or the fault of several; none for none.
fn unique(found: &[usize]) -> Option<Result<usize, HeadingFault>> {
    match found {
        [] => None,
        [one] => Some(Ok(*one)),
        several => Some(Err(HeadingFault::Repeated { columns: several.iter().map(|i| i + 1).collect() })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Declared;

    fn export(text: &str) -> RawExport {
        RawExport::from_bytes("a.csv", text.as_bytes().to_vec(), &Declared::default())
    }

    fn choice(code: i32, label: &str) -> ChoiceNames<'_> {
        ChoiceNames { code, label, value: None }
    }

    #[test]
    fn texts_are_compared_by_letters_and_digits() {
        assert_eq!(fold_text("<b>How&nbsp;often</b> is 3 < 5?\u{A0}Ångström"), "howoftenis35ångström");
        assert_eq!(fold_text("R&D; costs"), "rcosts", "as a browser would read it");
        assert_eq!(split_row("Rate [My [own] row]"), Some(("Rate", "My [own] row")));
        assert_eq!(split_row("Race (choice=Asian)"), Some(("Race", "Asian")));
        assert_eq!(split_row("Rate - Talks"), Some(("Rate", "Talks")));
        assert_eq!(split_row("Rate]"), None);
    }

    #[test]
    fn columns_are_found_by_id_import_id_text_and_row() {
        let ids = "Q1,Q2_1,Q2_2,Q2_2_TEXT,ResponseId\nHow are you?,Rate - Talks,Rate - Other,Rate - Other,Response ID\n\
            {\"ImportId\":\"QID1\"},{\"ImportId\":\"QID2_1\"},{\"ImportId\":\"QID2_2\"},{\"ImportId\":\"QID2_2_TEXT\"},{\"ImportId\":\"_recordId\"}\n1,1,1,x,R_1\n";
        let quoted: Vec<String> = ids
            .lines()
            .map(|line| {
                if line.starts_with('{') { format!("\"{}\"", line.replace('"', "\"\"").replace("},{", "}\",\"{")) } else { line.to_owned() }
            })
            .collect();
        let export = export(&(quoted.join("\n") + "\n"));
        let find = |id: &str, text: &str| export.find_item(&ItemNames { id, text }).ok();
        assert_eq!(find("Q1", ""), Some((0, Matched::ById)));
        assert_eq!(find("QID1", ""), Some((0, Matched::ByImportId)));
        assert_eq!(find("mood", "How are <i>you</i>"), Some((0, Matched::ByLabel)));
        assert_eq!(find("talks", "Rate [Talks]"), Some((1, Matched::ByLabel)));
        assert_eq!(find("talks", "Talks"), Some((1, Matched::ByRow)));
        assert_eq!(find("other", "Rate - Other"), Some((2, Matched::ByLabel)), "the write-in is no candidate");
        assert_eq!(find("id", "Response ID"), None, "a system's column is no answer");
    }

    #[test]
    fn a_label_outranks_a_suffix() {
        let text = "ResponseId,Finished,Q3_1,Q3_2\nResponse ID,Finished,Which? - Talks,Which? - E-mail\nR_1,1,1,\n";
        let export = export(text);
        let item = ItemNames { id: "Q3", text: "Which?" };
        assert_eq!(export.find_choice(&item, &choice(2, "Talks")), Ok((2, Matched::ByLabel)));
        assert_eq!(export.find_choice(&item, &choice(1, "Other")), Ok((2, Matched::ById)));
        let by_text = ItemNames { id: "why", text: "Which?" };
        assert_eq!(export.find_choice(&by_text, &choice(7, "e-mail")), Ok((3, Matched::ByLabel)));
    }

    #[test]
    fn older_files_join_question_and_choice_by_a_hyphen() {
        let text = "V1,V10,Q3_1,Q3_2,Q3_3\nResponseID,Finished,Which one-on-one helped?-E-mail,Which one-on-one helped?-Talks,Which one-on-one helped?-Mail\nR_1,1,1,,\n";
        let export = export(text);
        let item = ItemNames { id: "Q3", text: "Which one-on-one helped?" };
        assert_eq!(export.find_choice(&item, &choice(90, "Talks")), Ok((3, Matched::ByLabel)));
        assert_eq!(export.find_choice(&item, &choice(7, "E-mail")), Ok((2, Matched::ByLabel)));
        assert_eq!(export.find_choice(&ItemNames { id: "why", ..item }, &choice(7, "Talks")), Ok((3, Matched::ByLabel)));
    }

    #[test]
    fn the_nearest_column_is_named_by_its_text() {
        let export = export("Timestamp,Thinking of last year: my mentor is kind.,My mentor is calm.\n12/13/2018 11:06:09,Agree,Agree\n");
        let nearest = |id: &str, text: &str| export.nearest(&ItemNames { id, text });
        assert_eq!(nearest("kind", "My mentor is kind."), Some("Thinking of last year: my mentor is kind."));
        assert_eq!(nearest("fair", "My mentor is fair."), Some("My mentor is calm."));
        assert_eq!(nearest("zz", "Did you meet?"), None);
    }
}
