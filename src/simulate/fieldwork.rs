//! Who answers which survey when, and what the exports then hold.

use super::accounts::{Answered, Planted};
use super::answer::{Answer, Mood, Sheet};
use super::calendar::Calendar;
use super::effects::{SURGERY, THRESHOLD_USUAL, WOMEN, WORKSHOP_GAIN, mentee_threshold, mentor_threshold, met_probability};
use super::layout::{self, Response};
use super::life::Pair;
use super::random::Draw;
use super::registers::Ids;
use super::rows::Rows;
use super::tally::Tally;
use super::world::{Person, World};
use crate::program::instrument::{Instrument, Item, ItemKind};

/// Exports of one side and what they hold.
pub(super) struct Fieldwork {
    /// One table per quarter, without headings.
    pub(super) waves: Vec<Rows>,
    pub(super) tally: Tally,
}

/// The question that was worded otherwise in the first wave: the first likert item without a use of its own.
pub(super) fn reworded(instrument: &Instrument) -> Option<usize> {
    let plain = |item: &Item| item.kind == ItemKind::Likert && item.role.is_none() && item.text.is_some();
    instrument.items.iter().position(plain)
}

/// Whether that wave's export writes -99 for questions that were seen and not answered: every second one does.
pub(super) fn writes_skipped(wave: usize) -> bool {
    wave % 2 == 1
}

/// First day of the workshop: the first day of the quarter before the last (or of the only one).
pub(super) fn workshop_start(calendar: &Calendar) -> i32 {
    let position = calendar.quarters.len().saturating_sub(2);
    calendar.quarters.get(position).map_or(calendar.as_of, |quarter| quarter.start)
}

/// Asks one side about every pair, every quarter in which the pair exists.
pub(super) fn ask(
    calendar: &Calendar,
    world: &World,
    planted: &Planted,
    ids: &Ids,
    instrument: &Instrument,
    mentor: bool,
    seed: u64,
) -> Fieldwork {
    let sheet = Sheet::new(instrument, mentor);
    let quarters = calendar.quarters.len();
    let mut work = Fieldwork { waves: (0..quarters).map(|_| Rows::default()).collect(), tally: Tally::new(quarters, world.pairs.len()) };
    let mut draw = Draw::new(seed, if mentor { 5 } else { 4 });
    let mut aside = Draw::new(seed, if mentor { 9 } else { 8 });
    let (mut levels, mut answers, mut lasting) = (Vec::new(), Vec::new(), Vec::new());
    let mut number = vec![0usize; quarters];

    for (pair_position, pair) in world.pairs.iter().enumerate() {
        let person_position = if mentor { pair.mentor } else { pair.mentee };
        let person = &world.people[person_position];
        lasting.clear();
        lasting.extend((0..instrument.scales.len()).map(|_| draw.normal()));
        let fact = draw.bits();
        let (person_id, pair_id) = (ids.person(person_position), ids.pair(pair_position));
        let mut named = None;

        for (wave, quarter) in calendar.quarters.iter().enumerate() {
            let Some(day) = day_of_response(calendar, pair, quarter.start, quarter.end, &mut draw) else { continue };
            // A failing pair shows it about a quarter ahead.
            let failing = pair.failure.is_some_and(|(failed, _)| day >= failed - 100);
            let failed = pair.failure.is_some_and(|(failed, _)| day >= failed);
            let willing = if failed {
                0.35
            } else if failing {
                0.7
            } else {
                1.0
            };
            if !draw.chance(person.answers * willing) {
                continue;
            }
            let department = world.people[pair.mentee].department_on(quarter.start);
            let after = quarter.start >= calendar.turning_point();
            let threshold = if mentor { mentor_threshold(department) } else { mentee_threshold(department, person.gender, after) };
            let gloom = if failed {
                -1.6
            } else if failing {
                -1.1
            } else {
                0.0
            };
            let margin = 0.6 * pair.quality + 0.4 * person.content + 0.69 * draw.normal() + gloom - threshold;
            let met = met_probability(department, after) * if failing { 0.45 } else { 1.0 } + 0.06 * pair.quality;
            let workshop = !mentor && quarter.start >= workshop_start(calendar);
            let mood = Mood {
                margin,
                general: margin + THRESHOLD_USUAL,
                lasting: &lasting,
                met: met.clamp(0.02, 0.98),
                failing,
                real: planted.causes[pair_position],
                surgery: world.people[pair.mentee].department == SURGERY,
                disciplines: planted.disciplines[pair.mentor],
                advisors: planted.advisors[pair.mentee],
                feedback_gain: if workshop { WORKSHOP_GAIN } else { 0.0 },
                fact,
            };
            sheet.answer(&mood, [&mut draw, &mut aside], &mut levels, &mut answers);
            let trouble = mood.in_trouble();

            let finished = shorten(&mut answers, &mut draw);
            let duration = draw.between(150, 1500);
            let second = draw.between(7 * 3600, 22 * 3600);
            let mut row = |work: &mut Fieldwork, answers: &[Answer], day: i32, second: i32| {
                number[wave] += 1;
                let date = calendar.text(day);
                let number = number[wave];
                let response =
                    Response { person: &person_id, pair: &pair_id, date, second, duration, number, preview: false, finished, answers };
                if mentor {
                    layout::redcap_row(&mut work.waves[wave], instrument, &quarter.id, &response);
                } else {
                    layout::qualtrics_row(&mut work.waves[wave], instrument, wave, &response, skipped_code(wave));
                }
            };
            // Some answer twice: first with other answers to the plain items, an hour earlier.
            let twice = finished && draw.chance(0.02);
            if twice {
                let first = hesitant(instrument, &answers, &mut draw);
                row(&mut work, &first, day, second - 3600);
            }
            row(&mut work, &answers, day, second);

            work.tally.count_row(wave, finished, answers.first() == Some(&Answer::Unseen), twice);
            if let Some(satisfied) = sheet.satisfied(&answers) {
                work.tally.satisfied[wave][department][person.gender].add(satisfied);
            }
            if let Some(met) = sheet.met(&answers) {
                work.tally.met[wave][department].add(met);
            }
            if let Some(causes) = sheet.named(&answers) {
                named = Some(causes);
                work.tally.answered[pair_position].push(Answered { wave, trouble });
            }
        }
        if pair.failure.is_some()
            && let Some(causes) = named
        {
            work.tally.count_causes(&causes);
        }
    }
    if !mentor {
        previews(calendar, &sheet, &mut work, &mut number, [&mut draw, &mut aside]);
    }
    work
}

fn skipped_code(wave: usize) -> Option<i32> {
    writes_skipped(wave).then_some(-99)
}

/// Days after a quarter in which answers may still be about it: in these nobody is asked about the next one.
const GRACE_DAYS: i32 = 21;

/// Surveys are answered in the last weeks of a quarter, or before the pair ends; no survey for a pair that has hardly begun or was over early.
fn day_of_response(calendar: &Calendar, pair: &Pair, start: i32, end: i32, draw: &mut Draw) -> Option<i32> {
    let last = pair.last_day(calendar);
    if pair.start > end - 7 || last < start + GRACE_DAYS + 4 {
        return None;
    }
    let day = end - draw.between(0, 24);
    Some(day.min(last).max((pair.start + 5).min(end).min(last)))
}

/// Some leave after more than half of the questionnaire, a few on its first page. Whether the end was reached.
fn shorten(answers: &mut [Answer], draw: &mut Draw) -> bool {
    let luck = draw.unit();
    let keep = if luck < 0.04 {
        answers.len() * (60 + draw.below(18)) / 100
    } else if luck < 0.048 {
        0
    } else {
        return true;
    };
    answers[keep..].fill(Answer::Unseen);
    false
}

/// The same answers, but a plain likert item here and there was left out.
fn hesitant(instrument: &Instrument, answers: &[Answer], draw: &mut Draw) -> Vec<Answer> {
    let plain = |item: &Item| item.kind == ItemKind::Likert && item.role.is_none();
    let leave = |(item, answer): (&Item, &Answer)| if plain(item) && draw.chance(0.05) { Answer::Skipped } else { *answer };
    instrument.items.iter().zip(answers).map(leave).collect()
}

/// The survey's author tries it out once or twice a quarter; Qualtrics marks these rows by their status.
fn previews(calendar: &Calendar, sheet: &Sheet<'_>, work: &mut Fieldwork, number: &mut [usize], [draw, aside]: [&mut Draw; 2]) {
    let (mut levels, mut answers) = (Vec::new(), Vec::new());
    let lasting = vec![0.0; sheet.instrument.scales.len()];
    for (wave, quarter) in calendar.quarters.iter().enumerate() {
        for _ in 0..1 + wave % 2 {
            let mood = Mood {
                margin: 0.0,
                general: 0.0,
                lasting: &lasting,
                met: 0.5,
                failing: false,
                real: 0,
                surgery: false,
                disciplines: 0,
                advisors: 0,
                feedback_gain: 0.0,
                fact: 0,
            };
            sheet.answer(&mood, [&mut *draw, &mut *aside], &mut levels, &mut answers);
            number[wave] += 1;
            let date = calendar.text(quarter.end - 30);
            let response = Response {
                person: "",
                pair: "",
                date,
                second: 36_000,
                duration: 60,
                number: number[wave],
                preview: true,
                finished: true,
                answers: &answers,
            };
            layout::qualtrics_row(&mut work.waves[wave], sheet.instrument, wave, &response, skipped_code(wave));
            work.tally.previews[wave] += 1;
        }
    }
}

/// Asks the people of the program about the institution, once per program year. One table per year, with the number of answers.
pub(super) fn ask_institution(calendar: &Calendar, world: &World, ids: &Ids, instrument: &Instrument, seed: u64) -> Vec<(Rows, usize)> {
    let sheet = Sheet::new(instrument, false);
    let part = instrument.items.iter().position(|item| item.id == "part_in_program");
    let (mut draw, mut aside) = (Draw::new(seed, 6), Draw::new(seed, 10));
    let (mut levels, mut answers) = (Vec::new(), Vec::new());
    let mut tables = Vec::new();
    for year in &calendar.years {
        let mut rows = layout::plain_header(instrument);
        let mut count = 0;
        for (position, person) in world.people.iter().enumerate() {
            if !present(person, year.span.end) || !draw.chance(0.5 * person.answers) {
                continue;
            }
            let lasting: Vec<f64> = (0..instrument.scales.len()).map(|_| draw.normal()).collect();
            let surgery = if person.department_on(year.span.end) == SURGERY { -0.3 } else { 0.0 };
            let women = if person.gender == WOMEN { -0.2 } else { 0.0 };
            let general = 0.7 * person.content + 0.7 * draw.normal() + surgery + women;
            let mood = Mood {
                margin: general - THRESHOLD_USUAL,
                general,
                lasting: &lasting,
                met: 0.6,
                failing: false,
                real: 0,
                surgery: false,
                disciplines: 0,
                advisors: 0,
                feedback_gain: 0.0,
                fact: draw.bits(),
            };
            sheet.answer(&mood, [&mut draw, &mut aside], &mut levels, &mut answers);
            if let Some(part) = part {
                answers[part] = Answer::Code(if person.mentor { 2 } else { 1 });
            }
            count += 1;
            let (person_id, date) = (ids.person(position), calendar.text(year.span.end - draw.between(0, 24)));
            let response = Response {
                person: &person_id,
                pair: "",
                date,
                second: 0,
                duration: 0,
                number: count,
                preview: false,
                finished: true,
                answers: &answers,
            };
            layout::plain_row(&mut rows, instrument, &response);
        }
        tables.push((rows, count));
    }
    tables
}

/// Whether the person belongs to the institution a month before that day and after.
fn present(person: &Person, day: i32) -> bool {
    person.joined <= day - 30 && person.left.is_none_or(|(left, _)| left > day)
}
