//! People and pairs: who is paired with whom, and how each relationship goes.

use super::calendar::Calendar;
use super::effects::{DEPARTMENTS, GENDERS, RACES, SEVERAL, STAGES};
use super::life::{Pair, live};
use super::random::Draw;

/// A mentee or a mentor. Positions refer to the tables in `effects`.
pub(super) struct Person {
    pub(super) mentor: bool,
    pub(super) department: usize,
    pub(super) gender: usize,
    pub(super) race: [Option<usize>; 2],
    pub(super) stage: usize,
    /// Day from which the roster knows the person: July 1 at or before the first pair.
    pub(super) joined: i32,
    /// Day, department and stage of the one change that some people have.
    pub(super) change: Option<(i32, usize, usize)>,
    /// Day on which the person left, and whether by graduation.
    pub(super) left: Option<(i32, bool)>,
    /// Lasting tendency to be satisfied; mean 0, standard deviation 1.
    pub(super) content: f64,
    /// Probability of answering a survey.
    pub(super) answers: f64,
}

impl Person {
    /// The department on a day.
    pub(super) fn department_on(&self, day: i32) -> usize {
        match self.change {
            Some((from, department, _)) if from <= day => department,
            _ => self.department,
        }
    }

    fn new(draw: &mut Draw, mentor: bool, department: usize) -> Self {
        let share = |of_mentees: f64, of_mentors: f64| if mentor { of_mentors } else { of_mentees };
        let race = draw.pick(&RACES.map(|race| race.2));
        let race = if race == SEVERAL {
            let single = |draw: &mut Draw| draw.below(SEVERAL);
            let (first, second) = (single(draw), single(draw));
            if first == second { [Some(first.min(4)), Some(5)] } else { [Some(first.min(second)), Some(first.max(second))] }
        } else {
            [Some(race), None]
        };
        // A few always answer, most do when they find the time, some hardly ever.
        let answers = if mentor { [(0.5, 0.88), (0.3, 0.56), (0.2, 0.32)] } else { [(0.6, 0.94), (0.3, 0.68), (0.1, 0.33)] };
        Self {
            mentor,
            department,
            gender: draw.pick(&GENDERS.map(|gender| share(gender.2, gender.3))),
            race,
            stage: draw.pick(&STAGES.map(|stage| share(stage.2, stage.3))),
            joined: i32::MAX,
            change: None,
            left: None,
            content: draw.normal(),
            answers: answers[draw.pick(&answers.map(|(weight, _)| weight))].1,
        }
    }
}

/// The simulated program before anybody is asked.
pub(super) struct World {
    /// Mentees first, then mentors.
    pub(super) people: Vec<Person>,
    /// In order of their start.
    pub(super) pairs: Vec<Pair>,
}

/// Makes the people and lets the pairs live.
pub(super) fn create(calendar: &Calendar, pairs: usize, seed: u64) -> World {
    let mut draw = Draw::new(seed, 1);
    let (mentees, mentors, mut links) = assign(calendar, pairs, &mut draw);
    let first_mentor = mentees.len();
    let mut people: Vec<Person> = mentees.into_iter().chain(mentors).collect();
    for link in &mut links {
        link.1 += first_mentor;
    }
    // Stable: equal days keep the order in which the pairs were made.
    links.sort_by_key(|link| link.2);
    follow(calendar, &mut people, &links, &mut draw);

    let mut draw = Draw::new(seed, 2);
    let pairs = links.into_iter().map(|(mentee, mentor, start)| live(calendar, &people, (mentee, mentor), start, &mut draw)).collect();
    World { people, pairs }
}

/// Mentee, mentor, first day.
type Link = (usize, usize, i32);

/// Gives every department its share of the pairs, every mentee one to four mentors and every mentor one to six mentees.
fn assign(calendar: &Calendar, pairs: usize, draw: &mut Draw) -> (Vec<Person>, Vec<Person>, Vec<Link>) {
    let weights = DEPARTMENTS.map(|department| department.weight);
    let (mut mentees, mut mentors, mut links) = (Vec::new(), Vec::new(), Vec::with_capacity(pairs));
    // Mentors with room for more, per department: position and mentees still to come.
    let mut room: Vec<Vec<(usize, usize)>> = DEPARTMENTS.iter().map(|_| Vec::new()).collect();
    for (department, quota) in quotas(&weights, pairs).into_iter().enumerate() {
        let mut left = quota;
        while left > 0 {
            let count = (1 + draw.pick(&[0.50, 0.33, 0.12, 0.05])).min(left);
            left -= count;
            let mentee = mentees.len();
            mentees.push(Person::new(draw, false, department));
            let first = entry(calendar, draw);
            let mut chosen: Vec<usize> = Vec::new();
            for number in 0..count {
                let home = if draw.chance(0.85) { department } else { draw.pick(&weights) };
                let mentor = take_mentor(&mut room[home], &mut mentors, home, &chosen, draw);
                chosen.push(mentor);
                let later = first + if draw.chance(0.45) { draw.between(0, 30) } else { draw.between(60, 420) };
                let start = if number == 0 || later > last_entry(calendar) { first } else { later };
                links.push((mentee, mentor, start));
            }
        }
    }
    (mentees, mentors, links)
}

/// A mentor with room whom the mentee does not have yet; a new one where none is left or where chance says so.
fn take_mentor(room: &mut Vec<(usize, usize)>, mentors: &mut Vec<Person>, home: usize, taken: &[usize], draw: &mut Draw) -> usize {
    const POOL: usize = 6;
    let at = draw.below(POOL);
    match room.get(at) {
        Some((mentor, _)) if !taken.contains(mentor) => {
            let mentor = *mentor;
            room[at].1 -= 1;
            if room[at].1 == 0 {
                room.swap_remove(at);
            }
            mentor
        }
        _ => {
            let mentor = mentors.len();
            mentors.push(Person::new(draw, true, home));
            let more = draw.pick(&[0.14, 0.22, 0.26, 0.20, 0.12, 0.06]);
            if more > 0 {
                room.push((mentor, more));
            }
            mentor
        }
    }
}

/// Whole numbers in proportion to the weights that add up to the total (largest remainders).
fn quotas(weights: &[f64], total: usize) -> Vec<usize> {
    let sum: f64 = weights.iter().sum();
    let exact: Vec<f64> = weights.iter().map(|weight| weight * total as f64 / sum).collect();
    let mut whole: Vec<usize> = exact.iter().map(|share| *share as usize).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|a, b| (exact[*b] - whole[*b] as f64).total_cmp(&(exact[*a] - whole[*a] as f64)).then(a.cmp(b)));
    let missing = total - whole.iter().sum::<usize>();
    for position in order.into_iter().take(missing) {
        whole[position] += 1;
    }
    whole
}

fn last_entry(calendar: &Calendar) -> i32 {
    calendar.as_of - 15
}

/// The first day of a mentee's first pair. The year before the first quarter takes a launch and a half: programs open with a rush.
fn entry(calendar: &Calendar, draw: &mut Draw) -> i32 {
    let quarters = calendar.quarters.len() as f64;
    let first_quarter = calendar.quarters.first().map_or(calendar.as_of, |quarter| quarter.start);
    if draw.chance(6.6 / (6.6 + quarters)) {
        draw.between(calendar.opened, first_quarter - 1)
    } else {
        draw.between(first_quarter, last_entry(calendar))
    }
}

/// Gives people their day of joining, a change of stage or department, and a leave.
fn follow(calendar: &Calendar, people: &mut [Person], links: &[Link], draw: &mut Draw) {
    let mut last_start = vec![0; people.len()];
    for (mentee, mentor, start) in links {
        for person in [*mentee, *mentor] {
            last_start[person] = last_start[person].max(*start);
            people[person].joined = people[person].joined.min(*start);
        }
    }
    for (person, last) in people.iter_mut().zip(last_start) {
        person.joined = calendar.july_firsts.iter().copied().filter(|day| *day <= person.joined).max().unwrap_or(0);
        // One step up on a July 1, or one move on the first day of a quarter.
        for july in calendar.july_firsts.iter().filter(|day| **day > person.joined && **day < calendar.as_of) {
            if person.change.is_none() && person.stage + 1 < STAGES.len() && draw.chance(0.09) {
                person.change = Some((*july, person.department, person.stage + 1));
            }
        }
        if person.change.is_none() && draw.chance(0.02) {
            let from = calendar.quarters[draw.below(calendar.quarters.len())].start;
            if from > person.joined {
                person.change = Some((from, draw.below(DEPARTMENTS.len()), person.stage));
            }
        }
        // Leaves come only after the last pair had time to meet.
        let earliest = last + 75;
        let training = person.stage < 2;
        let graduation = calendar.july_firsts.iter().map(|july| july - 1).find(|day| *day > earliest && *day <= calendar.as_of);
        if let Some(day) = graduation.filter(|_| training && draw.chance(0.12)) {
            person.left = Some((day, true));
        } else {
            let day = earliest + draw.between(0, 365 * 12);
            person.left = (day <= calendar.as_of).then_some((day, false));
        }
        if let (Some((from, ..)), Some((day, _))) = (person.change, person.left)
            && from >= day
        {
            person.change = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{create, quotas};
    use crate::simulate::calendar::Calendar;

    #[test]
    fn quotas_add_up() {
        assert_eq!(quotas(&[1.0, 1.0, 1.0], 11), [4, 4, 3]);
        assert_eq!(quotas(&[120.0, 780.0], 12), [2, 10]);
    }

    #[test]
    fn mentees_have_one_to_four_mentors_and_mentors_one_to_six_mentees() {
        let calendar = Calendar::new(8);
        let world = create(&calendar, 900, 3);
        assert_eq!(world.pairs.len(), 900);
        let mut pairs_of = vec![0usize; world.people.len()];
        for pair in &world.pairs {
            pairs_of[pair.mentee] += 1;
            pairs_of[pair.mentor] += 1;
            assert!(pair.mentee != pair.mentor && world.people[pair.mentor].mentor && !world.people[pair.mentee].mentor);
        }
        for (person, pairs) in world.people.iter().zip(&pairs_of) {
            assert!((1..=if person.mentor { 6 } else { 4 }).contains(pairs));
        }
        let mentees = world.people.iter().filter(|p| !p.mentor).count();
        assert!((1.55..1.9).contains(&(900.0 / mentees as f64)), "{mentees}");
    }
}
