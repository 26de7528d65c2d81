//! The program's own records: roster, pairs, goals and actions.

use super::accounts::Planted;
use super::calendar::Calendar;
use super::effects::{DEPARTMENTS, GENDERS, RACES, STAGES, Treatment};
use super::fieldwork::workshop_start;
use super::life::REASONS;
use super::random::Draw;
use super::rows::Rows;
use super::world::World;

/// Ids, wide enough for their number and never narrower than four digits.
pub(super) struct Ids {
    people: usize,
    pairs: usize,
}

impl Ids {
    pub(super) fn new(world: &World) -> Self {
        let width = |count: usize| count.to_string().len().max(4);
        Self { people: width(world.people.len()), pairs: width(world.pairs.len()) }
    }

    /// Id of the person at that position.
    pub(super) fn person(&self, position: usize) -> String {
        format!("P{:0width$}", position + 1, width = self.people)
    }

    /// Id of the pair at that position.
    pub(super) fn pair(&self, position: usize) -> String {
        format!("R{:0width$}", position + 1, width = self.pairs)
    }

    /// Id of the nth goal of a pair.
    fn goal(&self, pair: usize, number: usize) -> String {
        format!("G{:0width$}-{number}", pair + 1, width = self.pairs)
    }
}

/// The roster: a row per person, and one more for each change.
pub(super) fn roster(calendar: &Calendar, world: &World, planted: &Planted, ids: &Ids) -> Rows {
    let mut rows = Rows::with_headings([
        "person_id",
        "email",
        "department",
        "gender",
        "race",
        "career_stage",
        "valid_from",
        "left_on",
        "protected_hours",
    ]);
    for (position, person) in world.people.iter().enumerate() {
        let id = ids.person(position);
        let email = format!("{}@example.org", id.to_lowercase());
        let race: Vec<&str> = person.race.iter().flatten().map(|race| RACES[*race].0).collect();
        let hours = planted.hours[position].map_or_else(String::new, |hours| hours.to_string());
        let left = person.left.map_or("", |(day, _)| calendar.text(day));
        let first = (person.joined, person.department, person.stage);
        for (from, department, stage) in [Some(first), person.change].into_iter().flatten() {
            rows.row([
                &id,
                &email,
                DEPARTMENTS[department].code,
                GENDERS[person.gender].0,
                &race.join(";"),
                STAGES[stage].0,
                calendar.text(from),
                left,
                &hours,
            ]);
        }
    }
    rows
}

/// The register of pairs.
pub(super) fn pairs(calendar: &Calendar, world: &World, planted: &Planted, ids: &Ids) -> Rows {
    let mut rows = Rows::with_headings([
        "pair_id",
        "mentee_id",
        "mentor_id",
        "start_date",
        "registered_on",
        "agreed_end",
        "first_meeting",
        "last_contact",
        "meeting_interval_days",
        "end_date",
        "end_reason",
        "mentor_assesses",
        "matched_by",
    ]);
    let day = |day: Option<i32>| day.map_or("", |day| calendar.text(day));
    for (position, pair) in world.pairs.iter().enumerate() {
        rows.text(&ids.pair(position));
        rows.text(&ids.person(pair.mentee));
        rows.text(&ids.person(pair.mentor));
        rows.text(calendar.text(pair.start));
        rows.text(calendar.text(pair.registered));
        rows.text(calendar.text(pair.agreed_end));
        rows.text(day(pair.first_meeting));
        rows.text(day(pair.last_contact));
        match pair.interval {
            Some(days) => rows.number(days),
            None => rows.blank(),
        }
        rows.text(day(pair.end.map(|end| end.0)));
        rows.text(pair.end.map_or("", |end| REASONS[end.1].0));
        let word = |answer: Option<bool>, yes, no| answer.map_or("", |answer| if answer { yes } else { no });
        rows.text(word(planted.assesses[position], "yes", "no"));
        rows.text(word(planted.assigned[position], "assigned", "chosen"));
        rows.end();
    }
    rows
}

/// What the record of goals holds.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct GoalCounts {
    /// Goals, each once.
    pub(super) set: usize,
    /// Rows: a revised goal has two.
    pub(super) rows: usize,
    /// Goals abandoned.
    pub(super) abandoned: usize,
    /// Goals due by the day of the report and not abandoned.
    pub(super) due: usize,
    /// Of these, rated by the mentee, and rated 0 or better.
    pub(super) rated_by_mentee: usize,
    pub(super) met_by_mentee: usize,
    /// Of these, rated by the mentor, and rated 0 or better.
    pub(super) rated_by_mentor: usize,
    pub(super) met_by_mentor: usize,
    /// Of these, rated by nobody.
    pub(super) not_followed_up: usize,
}

/// The record of goals: one to four per pair that met. A revised goal keeps its first version, unrated.
pub(super) fn goals(calendar: &Calendar, world: &World, ids: &Ids, seed: u64) -> (Rows, GoalCounts) {
    let mut rows = Rows::with_headings([
        "goal_id",
        "pair_id",
        "set_on",
        "mentee_agreed_on",
        "mentor_agreed_on",
        "due_on",
        "weight",
        "kind",
        "mentee_rating",
        "mentor_rating",
        "abandoned_on",
    ]);
    let mut counts = GoalCounts::default();
    let mut draw = Draw::new(seed, 3);
    for (position, pair) in world.pairs.iter().enumerate() {
        let Some(met) = pair.first_meeting else { continue };
        let last = pair.last_day(calendar);
        for number in 1..=1 + draw.pick(&[0.25, 0.4, 0.25, 0.1]) {
            // Later goals are set later in the relationship.
            let set = met + draw.between(0, 35) + (number as i32 - 1) * draw.between(0, 120);
            let due = set + draw.between(90, 330);
            let agreed = |wait: i32| (set + wait <= last).then_some(set + wait);
            let mentee_agreed = agreed(draw.between(0, 7)).filter(|_| draw.chance(0.96));
            let mentor_agreed = agreed(draw.between(0, 28)).filter(|_| draw.chance(0.86));
            let weight = 1 + draw.pick(&[0.3, 0.45, 0.25]) as i32;
            let kind = if draw.chance(0.72) { "professional" } else { "personal" };
            let revised = draw.chance(0.05).then(|| set + draw.between(20, 60));
            let gives_up = draw.chance(0.05).then(|| set + draw.between(30, 80));
            let ability = 0.4 * pair.quality + 0.9 * draw.normal() - 0.15;
            let rate = |draw: &mut Draw| ((ability + 0.45 * draw.normal() + 2.5).clamp(0.0, 4.0) as i32) - 2;
            let (mentee_rating, mentor_rating) = (rate(&mut draw), rate(&mut draw));
            let (mentee_rates, mentor_rates) = (draw.chance(0.86), draw.chance(0.74));
            if set > last {
                continue;
            }

            // Goals of a relationship that fails are dropped at its end, or forgotten.
            let failed_first = pair.failure.is_some_and(|(failed, _)| failed < due);
            let dropped = pair.end.filter(|(day, _)| failed_first && *day < due && number % 2 == 1).map(|end| end.0);
            let abandoned = gives_up.filter(|day| *day < due && *day <= last).or(dropped);
            let is_due = due <= calendar.as_of && abandoned.is_none();
            let rated = is_due && !failed_first;
            let mentee = (rated && mentee_rates).then_some(mentee_rating);
            let mentor = (rated && mentor_rates).then_some(mentor_rating);

            let id = ids.goal(position, number);
            let mut row = |set: i32, due: i32, agreed: [Option<i32>; 2], ratings: [Option<i32>; 2], abandoned: Option<i32>| {
                rows.text(&id);
                rows.text(&ids.pair(position));
                rows.text(calendar.text(set));
                agreed.iter().for_each(|day| rows.text(day.map_or("", |day| calendar.text(day))));
                rows.text(calendar.text(due));
                rows.number(weight);
                rows.text(kind);
                for rating in ratings {
                    match rating {
                        Some(rating) => rows.number(rating),
                        None => rows.blank(),
                    }
                }
                rows.text(abandoned.map_or("", |day| calendar.text(day)));
                rows.end();
                counts.rows += 1;
            };
            let revised = revised.filter(|day| *day <= last && abandoned.is_none_or(|end| *day < end));
            if let Some(day) = revised {
                row(set, due - 30, [mentee_agreed, mentor_agreed], [None, None], None);
                let again = |before: Option<i32>| before.map(|_| day);
                row(day, due, [again(mentee_agreed), again(mentor_agreed)], [mentee, mentor], abandoned);
            } else {
                row(set, due, [mentee_agreed, mentor_agreed], [mentee, mentor], abandoned);
            }

            counts.set += 1;
            counts.abandoned += usize::from(abandoned.is_some());
            counts.due += usize::from(is_due);
            counts.rated_by_mentee += usize::from(mentee.is_some());
            counts.met_by_mentee += usize::from(mentee.is_some_and(|rating| rating >= 0));
            counts.rated_by_mentor += usize::from(mentor.is_some());
            counts.met_by_mentor += usize::from(mentor.is_some_and(|rating| rating >= 0));
            counts.not_followed_up += usize::from(is_due && mentee.is_none() && mentor.is_none());
        }
    }
    (rows, counts)
}

/// Codes of the departments with that treatment, separated by semicolons.
pub(super) fn treated(treatment: Treatment) -> String {
    let codes: Vec<&str> =
        DEPARTMENTS.iter().filter(|department| department.treatment == treatment).map(|department| department.code).collect();
    codes.join(";")
}

/// The log of actions. `feedback` is the scale that the workshop was meant to move.
pub(super) fn actions(calendar: &Calendar, feedback: Option<&str>) -> Rows {
    let mut rows = Rows::with_headings(["action_id", "action", "started_on", "dimension", "values", "metric"]);
    let turning_point = calendar.text(calendar.turning_point());
    rows.row(["A1", "Protected mentoring hour", turning_point, "department", &treated(Treatment::ProtectedHour), "met_as_agreed"]);
    rows.row(["A2", "Matching by research topic", turning_point, "department", &treated(Treatment::TopicMatching), "satisfied"]);
    if let Some(scale) = feedback {
        rows.row(["A3", "Mentor feedback workshop", calendar.text(workshop_start(calendar)), "", "", &format!("scale:{scale}")]);
    }
    rows
}
