//! What really ails each relationship, who advises in what, and what records and reports make of it, with the shares that are to be found again.

use serde_json::{Map, Value, json};

use super::calendar::Calendar;
use super::effects::{SURGERY, blame};
use super::life::REASONS;
use super::random::Draw;
use super::world::World;
use crate::program::cause::{Cause, Locus, Tag};

/// How much more often a cause is there than the side that names it oftenest names it.
const HIDDEN: f64 = 1.25;
/// How much oftener mentees in Surgery name the mentor's lack of time.
pub(super) const MORE_UNAVAILABLE: f64 = 0.25;
/// Of those not in trouble, how many name causes, and how much more rarely each.
pub(super) const CONTENT_NAMES: (f64, f64) = (0.07, 0.6);

/// Disciplines of mentors: id and share.
pub(super) const DISCIPLINES: [(&str, f64); 5] =
    [("medicine", 0.85), ("business", 0.15), ("law", 0.08), ("technology", 0.25), ("ethics", 0.30)];
/// Mentees who have an advisor of a kind, and who want one and have none: women, under-represented people.
pub(super) const ADVISORS: [(f64, f64); 2] = [(0.55, 0.15), (0.30, 0.20)];
/// Mentees from which on a mentor counts as fully loaded.
pub(super) const LOAD_LIMIT: i32 = 5;
/// End reasons that name a cause.
pub(super) const REASON_CAUSES: [(&str, Cause); 2] = [("mentor not available", Cause::Unavailable), ("poor fit", Cause::Values)];

/// What is planted beside the life of relationships.
pub(super) struct Planted {
    /// Real causes of each pair, as bits.
    pub(super) causes: Vec<u32>,
    /// Whether the mentor assesses the mentee, as the register says; none where it does not.
    pub(super) assesses: Vec<Option<bool>>,
    /// Whether the pair was assigned and not chosen, as the register says.
    pub(super) assigned: Vec<Option<bool>>,
    /// Protected hours a month, of mentors, as the roster says.
    pub(super) hours: Vec<Option<i32>>,
    /// Disciplines of each person, as bits; of mentors only.
    pub(super) disciplines: Vec<u32>,
    /// Advisors of each person, as bits in the order of `Advisor`; of mentees only.
    pub(super) advisors: Vec<u8>,
}

/// How often a cause is there in a relationship in trouble.
fn prevalence(cause: Cause, surgery: bool) -> f64 {
    let (mentee, mentor) = shares(cause, surgery);
    (HIDDEN * mentee.max(mentor)).min(1.0)
}

/// How often mentees and mentors in trouble name a cause, real or not known to be.
fn shares(cause: Cause, surgery: bool) -> (f64, f64) {
    let (mentee, mentor) = blame(cause);
    (if surgery && cause == Cause::Unavailable { mentee + MORE_UNAVAILABLE } else { mentee }, mentor)
}

/// Probability that a side names a cause that is really there.
pub(super) fn names(cause: Cause, surgery: bool, mentor: bool) -> f64 {
    let (of_mentee, of_mentor) = shares(cause, surgery);
    (if mentor { of_mentor } else { of_mentee }) / prevalence(cause, surgery)
}

/// Draws what is planted.
pub(super) fn plant(world: &World, seed: u64) -> Planted {
    let mut draw = Draw::new(seed, 7);
    let mut planted = Planted {
        causes: Vec::new(),
        assesses: Vec::new(),
        assigned: Vec::new(),
        hours: Vec::new(),
        disciplines: Vec::new(),
        advisors: Vec::new(),
    };
    for person in &world.people {
        let disciplines =
            DISCIPLINES.iter().enumerate().filter(|(_, (_, share))| draw.chance(*share)).fold(0, |mask, (at, _)| mask | 1 << at);
        let hours = (draw.between(0, 4), draw.chance(0.8));
        let mut advisors = 0u8;
        for (kind, (has, wants)) in ADVISORS.into_iter().enumerate() {
            let luck = draw.unit();
            if luck < has {
                advisors |= 1 << (2 * kind);
            } else if luck < has + wants {
                advisors |= 2 << (2 * kind);
            }
        }
        planted.disciplines.push(if person.mentor { disciplines } else { 0 });
        planted.hours.push((person.mentor && hours.1).then_some(hours.0));
        planted.advisors.push(if person.mentor { 0 } else { advisors });
    }
    for pair in &world.pairs {
        let surgery = world.people[pair.mentee].department == SURGERY;
        let real =
            Cause::ALL.into_iter().filter(|cause| draw.chance(prevalence(*cause, surgery))).fold(0, |mask, cause| mask | cause.bit());
        let is_real = |cause: Cause| real & cause.bit() != 0;
        let (assesses, assigned) =
            (draw.chance(if is_real(Cause::Power) { 0.9 } else { 0.1 }), draw.chance(if is_real(Cause::NoChoice) { 0.9 } else { 0.15 }));
        planted.causes.push(real);
        planted.assesses.push(draw.chance(0.9).then_some(assesses));
        planted.assigned.push(draw.chance(0.9).then_some(assigned));
    }
    planted
}

/// A side's state when it answered the question about causes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answered {
    /// The quarter, by position.
    pub(super) wave: usize,
    /// Whether the side was in trouble.
    pub(super) trouble: bool,
}

impl Answered {
    /// Chances of not being in the mood to name anything, and how often each cause is then named.
    fn moods(self) -> [(f64, f64); 2] {
        if self.trouble { [(0.0, 0.0), (1.0, 1.0)] } else { [(1.0 - CONTENT_NAMES.0, 0.0), CONTENT_NAMES] }
    }
}

/// Tags that go with a cause, and how often.
pub(super) fn tag_share(tag: Tag) -> (Cause, f64) {
    match tag {
        Tag::PowerMentor => (Cause::Power, 0.5),
        Tag::PowerMentee => (Cause::Power, 0.05),
        Tag::PowerStructure => (Cause::Power, 0.6),
        Tag::PrejudiceMentor => (Cause::Prejudice, 0.6),
        Tag::PrejudiceMentee => (Cause::Prejudice, 0.1),
        Tag::PrejudiceStructure => (Cause::Prejudice, 0.5),
        Tag::PrejudiceGender => (Cause::Prejudice, 0.5),
        Tag::PrejudiceRace => (Cause::Prejudice, 0.45),
        Tag::PrejudiceOther => (Cause::Prejudice, 0.2),
    }
}

/// Probability that neither side names a cause of the set, given each side's mood: how much each cause is named.
fn silent(causes: u32, surgery: bool, [mentee, mentor]: [f64; 2]) -> f64 {
    let one = |cause: Cause| {
        let real = prevalence(cause, surgery);
        1.0 - real + real * (1.0 - mentee * names(cause, surgery, false)) * (1.0 - mentor * names(cause, surgery, true))
    };
    Cause::ALL.into_iter().filter(|cause| causes & cause.bit() != 0).map(one).product()
}

/// Probabilities of naming a cause of the set: by the mentee, by the mentor, by both.
fn named(causes: u32, surgery: bool, sides: [Option<Answered>; 2]) -> [f64; 3] {
    // Who did not answer names nothing.
    let moods = sides.map(|side| side.map_or([(0.0, 0.0), (1.0, 0.0)], Answered::moods));
    let expected = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        moods[0].iter().flat_map(|mentee| moods[1].iter().map(move |mentor| mentee.0 * mentor.0 * of(mentee.1, mentor.1))).sum()
    };
    let neither = expected(&|mentee, mentor| silent(causes, surgery, [mentee, mentor]));
    let not_mentee = expected(&|mentee, _| silent(causes, surgery, [mentee, 0.0]));
    let not_mentor = expected(&|_, mentor| silent(causes, surgery, [0.0, mentor]));
    [1.0 - not_mentee, 1.0 - not_mentor, 1.0 - not_mentee - not_mentor + neither]
}

/// What is to be found again, per program year: shares as they are expected, given who failed, who answered and in what mood.
pub(super) fn expected(calendar: &Calendar, world: &World, planted: &Planted, answered: [&[Vec<Answered>]; 2]) -> Value {
    let year = |year: usize| {
        let span = &calendar.years[year].span;
        let last_wave = calendar.years[year].quarters.end - 1;
        let mut sums = Sums::default();
        let mut real: Map<String, Value> = Map::new();
        let mut failed = 0usize;
        let mut places = [0usize; 4];
        let mut causes = [0usize; Cause::ALL.len()];
        for (position, pair) in world.pairs.iter().enumerate() {
            let Some((day, _)) = pair.failure.filter(|(day, _)| (span.start..=span.end).contains(day)) else { continue };
            // A first day that was entered late hides what came before.
            if pair.registered > pair.start && day <= pair.registered {
                continue;
            }
            failed += 1;
            let truth = planted.causes[position];
            Cause::ALL.iter().zip(&mut causes).filter(|(cause, _)| truth & cause.bit() != 0).for_each(|(_, count)| *count += 1);
            Locus::ALL.iter().zip(&mut places).filter(|(locus, _)| truth & locus.mask() != 0).for_each(|(_, count)| *count += 1);
            let latest = answered.map(|all| all[position].iter().copied().rfind(|answered| answered.wave <= last_wave));
            let surgery = world.people[pair.mentee].department == SURGERY;
            let reason = pair.end.filter(|(end, _)| *end <= span.end).map(|(_, reason)| REASONS[reason].0);
            let recorded = reason == Some(REASON_CAUSES[0].0);
            sums.add(surgery, latest, recorded);
        }
        Cause::ALL.iter().zip(causes).for_each(|(cause, count)| {
            real.insert(cause.id().into(), json!(count));
        });
        let places: Map<String, Value> =
            Locus::ALL.iter().zip(places).map(|(locus, count)| (locus.id().to_owned(), json!(count))).collect();
        json!({ "failed": failed, "really_there": real, "places": places, "expected": sums.state() })
    };
    let years = calendar.years.iter().enumerate().map(|(at, span)| (span.span.id.clone(), year(at))).collect();
    json!({
        "about": "What really ails failed relationships, and the shares expected of what witnesses say, given who failed, who answered and in what mood.",
        "per_year": Value::Object(years),
        "disciplines": DISCIPLINES.iter().map(|(id, share)| ((*id).to_owned(), json!(share))).collect::<Map<_, _>>(),
        "woman_advisor": ADVISORS[0].0 / (ADVISORS[0].0 + ADVISORS[0].1),
        "under_represented_advisor": ADVISORS[1].0 / (ADVISORS[1].0 + ADVISORS[1].1),
    })
}

#[derive(Default)]
struct Sums {
    mentees: f64,
    mentors: f64,
    both: f64,
    blamed: [f64; 2],
    causes: [[f64; 2]; Cause::ALL.len()],
    /// Of pairs with both answers: named by the mentee, the mentor, both.
    pairs: [[f64; 3]; Cause::ALL.len()],
    /// Accounts of the mentor's side with two witnesses: named at all, and contested.
    contested: [f64; 2],
}

impl Sums {
    fn add(&mut self, surgery: bool, latest: [Option<Answered>; 2], recorded: bool) {
        let number = |answered: Option<Answered>| f64::from(u8::from(answered.is_some()));
        self.mentees += number(latest[0]);
        self.mentors += number(latest[1]);
        let place = |locus: Locus| named(locus.mask(), surgery, latest);
        self.blamed[0] += place(Locus::Mentor)[0];
        self.blamed[1] += place(Locus::Mentee)[1];
        let both = latest.iter().all(Option::is_some);
        self.both += f64::from(u8::from(both));
        for (at, cause) in Cause::ALL.into_iter().enumerate() {
            let shares = named(cause.bit(), surgery, latest);
            self.causes[at][0] += shares[0];
            self.causes[at][1] += shares[1];
            if both {
                self.pairs[at].iter_mut().zip(shares).for_each(|(sum, share)| *sum += share);
            }
        }
        let [mentee, mentor, agreed] = place(Locus::Mentor);
        let witnesses = latest.iter().flatten().count() + usize::from(recorded);
        if recorded && witnesses >= 2 {
            // The record says yes: contested where either side that answered says no.
            let all_yes = match latest {
                [Some(_), Some(_)] => agreed,
                [Some(_), None] => mentee,
                _ => mentor,
            };
            self.contested[0] += 1.0;
            self.contested[1] += 1.0 - all_yes;
        } else if both {
            self.contested[0] += mentee + mentor - agreed;
            self.contested[1] += mentee + mentor - 2.0 * agreed;
        }
    }

    fn state(&self) -> Value {
        let share = |yes: f64, of: f64| if of > 0.0 { json!(yes / of) } else { Value::Null };
        let side = |side: usize, of: f64| -> Map<String, Value> {
            Cause::ALL.iter().enumerate().map(|(at, cause)| (cause.id().to_owned(), share(self.causes[at][side], of))).collect()
        };
        let kappa = |at: usize| {
            let [a, b, both] = self.pairs[at].map(|sum| if self.both > 0.0 { sum / self.both } else { 0.0 });
            share(2.0 * (both - a * b), a + b - 2.0 * a * b)
        };
        let kappas: Map<String, Value> = Cause::ALL.iter().enumerate().map(|(at, cause)| (cause.id().to_owned(), kappa(at))).collect();
        let asymmetry = match (self.mentees > 0.0, self.mentors > 0.0) {
            (true, true) => json!(self.blamed[0] / self.mentees - self.blamed[1] / self.mentors),
            _ => Value::Null,
        };
        json!({
            "mentees_answered": self.mentees,
            "mentors_answered": self.mentors,
            "mentor_blamed": share(self.blamed[0], self.mentees),
            "mentee_blamed": share(self.blamed[1], self.mentors),
            "blame_asymmetry": asymmetry,
            "cause_by_mentees": side(0, self.mentees),
            "cause_by_mentors": side(1, self.mentors),
            "cause_kappa": kappas,
            "contested_mentor_side": share(self.contested[1], self.contested[0]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Naming by each side keeps its planted share, whatever is really there; both name a cause only where it is there.
    #[test]
    fn shares_named_are_the_planted_ones() {
        let trouble = Some(Answered { wave: 0, trouble: true });
        for cause in Cause::ALL {
            let [mentee, mentor, both] = named(cause.bit(), false, [trouble, trouble]);
            let (of_mentee, of_mentor) = blame(cause);
            assert!((mentee - of_mentee).abs() < 1e-12 && (mentor - of_mentor).abs() < 1e-12);
            let expected = of_mentee * of_mentor / prevalence(cause, false);
            assert!((both - expected).abs() < 1e-12, "{cause:?} {both} {expected}");
        }
        let content = Some(Answered { wave: 0, trouble: false });
        let [mentee, mentor, both] = named(Cause::Unavailable.bit(), true, [content, None]);
        assert!((mentee - 0.07 * 0.6 * 0.77).abs() < 1e-12 && mentor == 0.0 && both.abs() < 1e-12);
    }
}
