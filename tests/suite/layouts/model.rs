//! The responses of a small simulated program, apart from any layout, and what a layout may lose of them.

use std::path::Path;

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};
use mentorscope::program::instrument::{Instrument, ItemKind};
use mentorscope::program::{parse_instrument, shipped_instruments};

/// One side's responses of one file.
#[derive(Clone)]
pub struct Survey {
    /// The questionnaire.
    pub instrument: Instrument,
    /// What `wave` says of the file.
    pub wave: String,
    /// The question texts as they were asked; one wave worded one otherwise.
    pub texts: Vec<String>,
    /// Whether the survey writes a code for questions that were seen and not answered.
    pub codes_seen: bool,
    /// In the order of the file.
    pub responses: Vec<Response>,
}

/// One response.
#[derive(Clone)]
pub struct Response {
    pub person: String,
    pub pair: String,
    pub start: DateTime,
    pub end: DateTime,
    /// The author's own try.
    pub preview: bool,
    /// Whether it was submitted.
    pub finished: bool,
    /// Items that were shown before the respondent left.
    pub reached: usize,
    /// One per item.
    pub answers: Vec<Answer>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Shown or not reached, and not answered.
    Blank,
    /// Not shown: an earlier answer made it pointless.
    Hidden,
    Code(i32),
    Ticked(Vec<i32>),
    Text(String),
}

/// What a layout does not carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Loss {
    /// Responses that were begun and not submitted are not in the file.
    Unsubmitted,
    /// No column says who answered.
    Respondent,
    /// Days without a time: of two responses of one day the one further down is the later.
    TimeOfDay,
    /// Days of Greenwich in place of the respondent's.
    LocalDay,
    /// The question texts, so that nobody sees that one was asked in other words.
    Wording,
    /// Choices that are no answer (does not apply, prefer not to say, don't know) are blank.
    MissingKinds,
}

impl Loss {
    pub const ALL: [Self; 6] = [Self::Unsubmitted, Self::Respondent, Self::TimeOfDay, Self::LocalDay, Self::Wording, Self::MissingKinds];

    /// Its name and its meaning, as the documentation has them.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Unsubmitted => ("left open", "responses that were begun and not submitted are not in the file"),
            Self::Respondent => ("respondent", "no column says who answered: an answer from the pair's wrong side is not noticed"),
            Self::TimeOfDay => ("time", "days without a time: of two responses of one day the one further down counts as the later"),
            Self::LocalDay => ("local day", "the day is that of Greenwich, not of the respondent"),
            Self::Wording => ("wording", "no question texts: nobody sees that a question was asked in other words"),
            Self::MissingKinds => ("kinds of missing", "does not apply, prefer not to say and don't know become not stated"),
        }
    }

    /// The responses without what is lost.
    pub fn apply(self, survey: &mut Survey, right: &dyn Fn(&str) -> String) {
        match self {
            Self::Unsubmitted => survey.responses.retain(|response| response.finished),
            Self::Respondent => survey.responses.iter_mut().filter(|r| !r.preview).for_each(|r| r.person = right(&r.pair)),
            Self::TimeOfDay => survey.responses.iter_mut().for_each(|r| r.end = r.end.with().time(Time::midnight()).build().unwrap()),
            Self::LocalDay => survey.responses.iter_mut().for_each(|r| r.end = greenwich(r.end)),
            Self::Wording => survey.texts = survey.instrument.items.iter().map(|item| item.text.clone().unwrap()).collect(),
            Self::MissingKinds => {
                for response in &mut survey.responses {
                    for (item, answer) in survey.instrument.items.iter().zip(&mut response.answers) {
                        let none = |code: i32| item.choices.iter().any(|choice| choice.code == code && choice.missing.is_some());
                        if matches!(answer, Answer::Code(code) if none(*code)) {
                            *answer = Answer::Blank;
                        }
                    }
                }
            }
        }
    }
}

/// The zone in which the simulated people live.
pub fn zone() -> TimeZone {
    TimeZone::get("America/New_York").unwrap()
}

/// The same moment in Greenwich.
pub fn greenwich(moment: DateTime) -> DateTime {
    moment.to_zoned(zone()).unwrap().with_time_zone(TimeZone::UTC).datetime()
}

/// The mentees' surveys, one per quarter, and the mentors', one for all.
pub fn read(folder: &Path) -> (Vec<Survey>, Survey) {
    let mut files: Vec<_> = std::fs::read_dir(folder.join("exports")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.file_name().unwrap().to_str().unwrap().starts_with("mentee_"));
    files.sort();
    let mentees = files.iter().map(|file| qualtrics(file)).collect();
    (mentees, redcap(&folder.join("exports/mentor.csv")))
}

pub fn instrument(id: &str) -> Instrument {
    let (_, text) = shipped_instruments().iter().find(|(name, _)| *name == id).unwrap();
    parse_instrument(id, text).unwrap()
}

/// The rows of a file as they are.
struct Sheet {
    rows: Vec<csv::StringRecord>,
}

impl Sheet {
    fn read(file: &Path) -> Self {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(file).unwrap();
        Self { rows: reader.records().map(|row| row.unwrap()).collect() }
    }

    fn cell<'s>(&'s self, row: &'s csv::StringRecord, heading: &str) -> &'s str {
        let column = self.rows[0].iter().position(|name| name == heading);
        &row[column.unwrap_or_else(|| panic!("no column {heading}"))]
    }

    fn answers(&self, row: &csv::StringRecord, instrument: &Instrument, tick: &str) -> Vec<Answer> {
        let mut answers = Vec::new();
        for item in &instrument.items {
            let one = |id: &str| Some(self.cell(row, id)).filter(|cell| !cell.is_empty() && *cell != "-99");
            answers.push(match item.kind {
                ItemKind::Multiple => {
                    let ticked = |code: &i32| self.cell(row, &format!("{}{tick}{code}", item.id)) == "1";
                    let codes: Vec<i32> = item.choices.iter().map(|choice| choice.code).filter(ticked).collect();
                    if codes.is_empty() { Answer::Blank } else { Answer::Ticked(codes) }
                }
                ItemKind::Text => one(&item.id).map_or(Answer::Blank, |text| Answer::Text(text.to_owned())),
                _ => one(&item.id).map_or(Answer::Blank, |code| Answer::Code(code.parse().unwrap())),
            });
        }
        answers
    }
}

fn moment(text: &str) -> DateTime {
    text.replace(' ', "T").parse().unwrap()
}

fn reached(answers: &[Answer], finished: bool) -> usize {
    let last = answers.iter().rposition(|answer| *answer != Answer::Blank).map_or(0, |last| last + 1);
    if finished { answers.len() } else { last }
}

fn qualtrics(file: &Path) -> Survey {
    let sheet = Sheet::read(file);
    let instrument = instrument("mentee_quarterly");
    let wave = file.file_stem().unwrap().to_str().unwrap().trim_start_matches("mentee_").to_owned();
    let texts = instrument
        .items
        .iter()
        .map(|item| match item.kind {
            ItemKind::Multiple => item.text.clone().unwrap(),
            _ => sheet.cell(&sheet.rows[1], &item.id).to_owned(),
        })
        .collect();
    let responses = sheet.rows[3..]
        .iter()
        .map(|row| {
            let finished = sheet.cell(row, "Finished") == "1";
            let answers = sheet.answers(row, &instrument, "_");
            Response {
                person: sheet.cell(row, "ExternalReference").to_owned(),
                pair: sheet.cell(row, "pair_id").to_owned(),
                start: moment(sheet.cell(row, "StartDate")),
                end: moment(sheet.cell(row, "EndDate")),
                preview: sheet.cell(row, "Status") == "1",
                finished,
                reached: reached(&answers, finished),
                answers,
            }
        })
        .collect();
    let codes_seen = sheet.rows[3..].iter().any(|row| row.iter().any(|cell| cell == "-99"));
    Survey { instrument, wave, texts, codes_seen, responses }
}

fn redcap(file: &Path) -> Survey {
    let sheet = Sheet::read(file);
    let instrument = instrument("mentor_quarterly");
    let texts = instrument.items.iter().map(|item| item.text.clone().unwrap()).collect();
    let responses = sheet.rows[1..]
        .iter()
        .map(|row| {
            let finished = sheet.cell(row, "mentor_quarterly_complete") == "2";
            let answers = sheet.answers(row, &instrument, "___");
            let end = match sheet.cell(row, "mentor_quarterly_timestamp") {
                "[not completed]" => moment(&format!("{} 20:30:00", sheet.cell(row, "response_date"))),
                stamp => moment(stamp),
            };
            Response {
                person: sheet.cell(row, "mentor_id").to_owned(),
                pair: sheet.cell(row, "pair_id").to_owned(),
                start: end - 10.minutes(),
                end,
                preview: false,
                finished,
                reached: reached(&answers, finished),
                answers,
            }
        })
        .collect();
    Survey { instrument, wave: "by date".to_owned(), texts, codes_seen: false, responses }
}

/// Adds what the simulation lacks and layouts may spoil: texts with every sign that means something to a file, two different and equally
/// complete responses of one day, and a respondent who is not that side of the pair.
pub fn plant(survey: &mut Survey) {
    let comment = survey.instrument.items.iter().position(|item| item.kind == ItemKind::Text).unwrap();
    let texts = ["Ana\u{ef}s: \u{201c}more time\u{201d} \u{2013} please; really, now", "=1+1\tor \"two\"\n\nthree, four; five", "-", "NA"];
    let finished: Vec<usize> = (0..survey.responses.len()).filter(|&at| usable(&survey.responses[at])).collect();
    for (text, &at) in texts.iter().zip(finished.iter().step_by(3)) {
        survey.responses[at].answers[comment] = Answer::Text((*text).to_owned());
    }
    let single: Vec<usize> = finished.iter().copied().filter(|&at| is_single(survey, at)).collect();
    let wrong = single[single.len() / 3];
    survey.responses[wrong].person = survey.responses[single[single.len() / 3 + 1]].person.clone();
    let twice = single[2 * single.len() / 3];
    let mut first = survey.responses[twice].clone();
    let earlier: Span = 90.minutes();
    (first.start, first.end) = (first.start - earlier, first.end - earlier);
    for (item, answer) in survey.instrument.items.iter().zip(&mut first.answers) {
        if let (ItemKind::Likert, Answer::Code(code @ 1..=5)) = (item.kind, answer) {
            *code = 6 - *code;
        }
    }
    survey.responses.insert(twice, first);
}

fn usable(response: &Response) -> bool {
    response.finished && !response.preview
}

/// Hides a multiple question and one with one answer from some who submitted; gives the pairs concerned.
pub fn hide(survey: &mut Survey, items: [&str; 2]) -> Vec<String> {
    let single: Vec<usize> = (0..survey.responses.len()).filter(|&at| usable(&survey.responses[at]) && is_single(survey, at)).collect();
    let chosen: Vec<usize> = single.into_iter().step_by(9).collect();
    for &at in &chosen {
        for id in items {
            let position = survey.instrument.items.iter().position(|item| item.id == id).unwrap();
            survey.responses[at].answers[position] = Answer::Hidden;
        }
    }
    chosen.into_iter().map(|at| survey.responses[at].pair.clone()).collect()
}

/// Whether nobody else answered for that pair in that file.
fn is_single(survey: &Survey, at: usize) -> bool {
    survey.responses.iter().filter(|other| other.pair == survey.responses[at].pair).count() == 1
}
