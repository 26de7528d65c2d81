//! Answers to any instrument, drawn from latent traits.

use super::accounts::{CONTENT_NAMES, DISCIPLINES, names, tag_share};
use super::facts::{comment, shares};
use super::random::Draw;
use crate::program::cause::Cause;
use crate::program::instrument::{Choice, Instrument, Item, ItemKind, ItemUse};

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Answer {
    /// The respondent left before the item.
    Unseen,
    /// Seen and not answered.
    Skipped,
    /// A choice by code, or a number.
    Code(i32),
    /// Choices by position: bit 0 is the first.
    Ticked(u64),
    /// Free text.
    Text(&'static str),
}

/// A respondent's state of mind about one relationship (or the institution) in one wave.
pub(super) struct Mood<'a> {
    /// Distance above the threshold of satisfaction; 0 or more is satisfied.
    pub(super) margin: f64,
    /// General level of the other items; mean 0, standard deviation 1 in a usual group.
    pub(super) general: f64,
    /// Lasting level of each scale beyond the general one.
    pub(super) lasting: &'a [f64],
    /// Probability of having met as often as agreed.
    pub(super) met: f64,
    /// Whether the relationship is failing or has failed.
    pub(super) failing: bool,
    /// Causes that are really there, as bits.
    pub(super) real: u32,
    /// Whether it is a relationship of Surgery, where mentors lack time.
    pub(super) surgery: bool,
    /// Disciplines in which the mentor advises, as bits.
    pub(super) disciplines: u32,
    /// Advisors of the mentee, as bits in the order of `Advisor`.
    pub(super) advisors: u8,
    /// Points of a five-point scale added to the scale at `Sheet::feedback`.
    pub(super) feedback_gain: f64,
    /// A number that stays with the respondent, for items about lasting facts.
    pub(super) fact: u64,
}

impl Mood<'_> {
    /// Whether the respondent is in the mood to name what is wrong.
    pub(super) fn in_trouble(&self) -> bool {
        self.failing || self.margin < -0.3
    }
}

/// An instrument prepared for answering.
pub(super) struct Sheet<'a> {
    pub(super) instrument: &'a Instrument,
    /// Scale on which the workshop is judged: the one called `feedback`, else one whose id mentions feedback, else the first.
    pub(super) feedback: Option<usize>,
    items: Vec<Prepared>,
    /// Whether the respondent is on the mentor's side.
    mentor: bool,
}

struct Prepared {
    /// Codes that are answers: ascending for likert and nps items, in order for the others.
    codes: Vec<i32>,
    /// Codes of choices that mean yes.
    yes: Vec<i32>,
    /// Codes of choices that are no answer to the question.
    missing: Vec<i32>,
    scale: Option<usize>,
    /// -1 where a high code means little of what is good.
    sign: f64,
    /// Position of the choice that says that nothing on the list applies.
    none: Option<usize>,
    /// How often each choice of an item about facts is taken.
    shares: &'static [f64],
}

impl<'a> Sheet<'a> {
    pub(super) fn new(instrument: &'a Instrument, mentor: bool) -> Self {
        let scales = &instrument.scales;
        let items = instrument.items.iter().enumerate().map(|(position, item)| {
            let scale = scales.iter().position(|scale| scale.items.contains(&position));
            let lower_is_better = scale.is_some_and(|scale| !scales[scale].higher_is_better);
            let answers = item.choices.iter().filter(|choice| choice.missing.is_none());
            let mut codes: Vec<i32> = answers.clone().map(|choice| choice.code).collect();
            if codes.is_empty() {
                let default = match item.kind {
                    ItemKind::Likert => (1, 5),
                    ItemKind::Nps => (0, 10),
                    _ => (0, 12),
                };
                codes = (item.minimum.unwrap_or(default.0)..=item.maximum.unwrap_or(default.1)).collect();
            }
            if matches!(item.kind, ItemKind::Likert | ItemKind::Nps) {
                codes.sort_unstable();
            }
            Prepared {
                codes,
                yes: answers.filter(|choice| choice.yes).map(|choice| choice.code).collect(),
                missing: item.choices.iter().filter(|choice| choice.missing.is_some()).map(|choice| choice.code).collect(),
                scale,
                sign: if item.reversed != lower_is_better { -1.0 } else { 1.0 },
                none: none_of_these(&item.choices),
                shares: shares(&item.id),
            }
        });
        let named = |name: fn(&str) -> bool| scales.iter().position(|scale| name(&scale.id));
        let feedback = named(|id| id == "feedback").or_else(|| named(|id| id.contains("feedback"))).or((!scales.is_empty()).then_some(0));
        Self { items: items.collect(), instrument, feedback, mentor }
    }

    /// The item of that use, with its answer.
    fn answer_for(&self, role: ItemUse, answers: &[Answer]) -> Option<(usize, Answer)> {
        let position = self.instrument.items.iter().position(|item| item.role == Some(role))?;
        Some((position, *answers.get(position)?))
    }

    /// Whether the answer is one of the two most favorable; none where there is no answer.
    pub(super) fn satisfied(&self, answers: &[Answer]) -> Option<bool> {
        let (position, Answer::Code(code)) = self.answer_for(ItemUse::Satisfaction, answers)? else { return None };
        let codes = &self.items[position].codes;
        codes.iter().position(|known| *known == code).map(|step| step + 2 >= codes.len())
    }

    /// Whether they met as often as agreed; none where there is no answer.
    pub(super) fn met(&self, answers: &[Answer]) -> Option<bool> {
        let (position, Answer::Code(code)) = self.answer_for(ItemUse::MetAsAgreed, answers)? else { return None };
        self.items[position].codes.contains(&code).then(|| self.items[position].yes.contains(&code))
    }

    /// Causes named (none of them is an answer too); none where there is no answer.
    pub(super) fn named(&self, answers: &[Answer]) -> Option<Vec<Cause>> {
        let (position, Answer::Ticked(ticked)) = self.answer_for(ItemUse::Causes, answers)? else { return None };
        let choices = self.instrument.items[position].choices.iter().enumerate().take(64);
        Some(choices.filter(|(at, _)| ticked >> at & 1 == 1).filter_map(|(_, choice)| choice.cause).collect())
    }

    /// Fills `out` with one answer per item. Items that were added later draw from a stream of their own, so that the others keep their answers.
    pub(super) fn answer(&self, mood: &Mood<'_>, [draw, aside]: [&mut Draw; 2], levels: &mut Vec<f64>, out: &mut Vec<Answer>) {
        levels.clear();
        for (scale, lasting) in mood.lasting.iter().enumerate() {
            let gain = if Some(scale) == self.feedback { mood.feedback_gain / (4.0 * SLOPE * LOADING) } else { 0.0 };
            levels.push(0.62 * mood.general + 0.785 * (0.8 * lasting + 0.6 * draw.normal()) + gain);
        }
        out.clear();
        for (position, (item, prepared)) in self.instrument.items.iter().zip(&self.items).enumerate() {
            out.push(if matches!(item.role, Some(ItemUse::PowerSource | ItemUse::PrejudiceSource | ItemUse::PrejudiceAbout)) {
                tags(item, prepared.none, self.named(out).unwrap_or_default(), aside)
            } else {
                self.one(position, item, prepared, mood, levels, draw)
            });
        }
    }

    fn one(&self, position: usize, item: &Item, prepared: &Prepared, mood: &Mood<'_>, levels: &[f64], draw: &mut Draw) -> Answer {
        if item.kind == ItemKind::Text {
            return if draw.chance(0.08) { Answer::Text(comment(self.mentor, mood.margin >= 0.0, draw)) } else { Answer::Skipped };
        }
        let luck = draw.unit();
        if luck < 0.012 {
            return Answer::Skipped;
        }
        if luck < 0.022 && !prepared.missing.is_empty() && item.kind != ItemKind::Multiple {
            return Answer::Code(prepared.missing[draw.below(prepared.missing.len())]);
        }
        match (item.role, item.kind) {
            (Some(ItemUse::Satisfaction), _) => Answer::Code(satisfaction(&prepared.codes, mood.margin)),
            (Some(ItemUse::Causes), _) => self.causes(&item.choices, prepared.none, mood, draw),
            (Some(ItemUse::MetAsAgreed), _) => yes_or_no(prepared, mood.met, draw),
            (Some(ItemUse::Harm), _) => yes_or_no(prepared, if mood.failing { 0.06 } else { 0.012 }, draw),
            (role, ItemKind::Multiple) => {
                let any = several(item, prepared, draw);
                // Of what is planted the answer says what is so.
                match role {
                    Some(ItemUse::Disciplines) => known(item, prepared.none, |choice| {
                        let place = DISCIPLINES.iter().position(|(id, _)| choice.discipline.as_deref() == Some(id));
                        place.is_some_and(|place| mood.disciplines >> place & 1 == 1)
                    }),
                    Some(ItemUse::Advisors) => {
                        known(item, prepared.none, |choice| choice.advisor.is_some_and(|advisor| mood.advisors >> advisor as u8 & 1 == 1))
                    }
                    _ => any,
                }
            }
            (_, ItemKind::Single) => Answer::Code(prepared.codes[one_of(prepared, mood.fact ^ position as u64)]),
            (_, ItemKind::Number) => {
                let few = draw.below(4) + draw.below(4);
                Answer::Code(prepared.codes[few.min(prepared.codes.len() - 1)])
            }
            (_, ItemKind::Likert | ItemKind::Nps | ItemKind::Text) => {
                let level = prepared.scale.map_or(mood.general, |scale| levels[scale]);
                // Items differ in how easily people agree with them.
                let ease = ((position * 7 % 5) as f64 - 2.0) * 0.12;
                let latent = LOADING * level + 0.66 * draw.normal() + ease + if item.kind == ItemKind::Nps { 0.45 } else { 0.0 };
                let top = (prepared.codes.len() - 1) as f64;
                let step = ((0.5 + prepared.sign * (0.2 + SLOPE * latent)) * top + 0.5).clamp(0.0, top);
                Answer::Code(prepared.codes[step as usize])
            }
        }
    }

    fn causes(&self, choices: &[Choice], none: Option<usize>, mood: &Mood<'_>, draw: &mut Draw) -> Answer {
        let trouble = mood.in_trouble();
        let mut ticked = 0u64;
        let named = choices.iter().enumerate().take(64).filter_map(|(position, choice)| Some((position, choice.cause?)));
        if trouble || draw.chance(CONTENT_NAMES.0) {
            for (position, cause) in named {
                let is_real = mood.real & cause.bit() != 0;
                let share = if is_real { names(cause, mood.surgery, self.mentor) } else { 0.0 };
                if draw.chance(if trouble { share } else { share * CONTENT_NAMES.1 }) {
                    ticked |= 1 << position;
                }
            }
        }
        if ticked == 0 {
            ticked = none.map_or(0, |position| 1 << position);
        }
        if ticked == 0 { Answer::Skipped } else { Answer::Ticked(ticked) }
    }
}

/// Steps of the answer range per latent unit.
const SLOPE: f64 = 0.21;
/// Weight of the scale in an item; 0.66 is left for the item itself, so that three items reach a reliability near 0.8.
const LOADING: f64 = 0.75;

/// The two highest codes are satisfied, however many there are.
fn satisfaction(codes: &[i32], margin: f64) -> i32 {
    let top = codes.len() - 1;
    let below = match margin {
        m if m >= 1.0 => 0,
        m if m >= 0.0 => 1,
        m if m >= -0.5 => 2,
        m if m >= -1.2 => 3,
        _ => 4,
    };
    codes[top.saturating_sub(below)]
}

fn yes_or_no(prepared: &Prepared, probability: f64, draw: &mut Draw) -> Answer {
    let yes = draw.chance(probability);
    let fitting: Vec<i32> = prepared.codes.iter().copied().filter(|code| prepared.yes.contains(code) == yes).collect();
    if fitting.is_empty() { Answer::Skipped } else { Answer::Code(fitting[draw.below(fitting.len())]) }
}

/// The choice that says that nothing on the list applies.
fn none_of_these(choices: &[Choice]) -> Option<usize> {
    choices.iter().take(64).rposition(|choice| choice.cause.is_none() && choice.missing.is_none() && choice.label.starts_with("None"))
}

fn several(item: &Item, prepared: &Prepared, draw: &mut Draw) -> Answer {
    let none = prepared.none;
    let mut ticked = 0u64;
    for (position, choice) in item.choices.iter().enumerate().take(64) {
        let share = prepared.shares.get(position).copied().unwrap_or(0.05);
        if Some(position) != none && choice.missing.is_none() && draw.chance(share) {
            ticked |= 1 << position;
        }
    }
    match (ticked, none) {
        (0, Some(position)) => Answer::Ticked(1 << position),
        (0, None) => Answer::Skipped,
        _ => Answer::Ticked(ticked),
    }
}

/// The choices that are so.
fn known(item: &Item, none: Option<usize>, is_so: impl Fn(&Choice) -> bool) -> Answer {
    let ticked =
        item.choices.iter().enumerate().take(64).filter(|(_, choice)| is_so(choice)).fold(0u64, |ticked, (at, _)| ticked | 1 << at);
    match (ticked, none) {
        (0, Some(position)) => Answer::Ticked(1 << position),
        (0, None) => Answer::Skipped,
        _ => Answer::Ticked(ticked),
    }
}

/// What a respondent who named power or prejudice says of it.
fn tags(item: &Item, none: Option<usize>, named: Vec<Cause>, draw: &mut Draw) -> Answer {
    let lucky: Vec<bool> = item.choices.iter().map(|choice| choice.tag.is_some_and(|tag| draw.chance(tag_share(tag).1))).collect();
    let chosen = |at: usize, choice: &Choice| choice.tag.is_some_and(|tag| named.contains(&tag_share(tag).0)) && lucky[at];
    let ticked = item.choices.iter().enumerate().take(64).filter(|(at, choice)| chosen(*at, choice));
    let ticked = ticked.fold(0u64, |ticked, (at, _)| ticked | 1 << at);
    match (ticked, none) {
        (0, Some(position)) => Answer::Ticked(1 << position),
        (0, None) => Answer::Skipped,
        _ => Answer::Ticked(ticked),
    }
}

/// The same choice every time for one respondent and item.
fn one_of(prepared: &Prepared, fact: u64) -> usize {
    let choices = prepared.codes.len();
    let weight = |choice: usize| prepared.shares.get(choice).copied().unwrap_or(0.05);
    let spread = fact.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11;
    let mut left = spread as f64 / (1u64 << 53) as f64 * (0..choices).map(weight).sum::<f64>();
    for choice in 0..choices {
        if left < weight(choice) {
            return choice;
        }
        left -= weight(choice);
    }
    choices - 1
}

#[cfg(test)]
mod tests {
    use super::{Answer, Mood, Sheet};
    use crate::program::instrument::{Choice, Instrument, Item, ItemKind, ItemUse, Missing, Scale, ScoreRule};
    use crate::program::plan::Role;
    use crate::simulate::random::Draw;

    fn item(id: &str, reversed: bool, role: Option<ItemUse>) -> Item {
        let mut choices: Vec<Choice> = (1..=5).map(|code| Choice::new(code, code.to_string())).collect();
        choices.push(Choice { missing: Some(Missing::NotApplicable), ..Choice::new(97, "Does not apply") });
        Item {
            id: id.into(),
            import_ids: Vec::new(),
            text: None,
            kind: ItemKind::Likert,
            choices,
            reversed,
            role,
            minimum: None,
            maximum: None,
        }
    }

    fn instrument() -> Instrument {
        Instrument {
            id: "small".into(),
            title: "Small".into(),
            version: "1".into(),
            role: Role::Mentee,
            source: String::new(),
            toml: String::new(),
            items: vec![
                item("a", false, None),
                item("b", true, None),
                item("c", false, None),
                item("s", false, Some(ItemUse::Satisfaction)),
            ],
            scales: vec![Scale {
                id: "feedback".into(),
                label: String::new(),
                construct: String::new(),
                items: vec![0, 1, 2],
                score: ScoreRule::Mean,
                minimum_answered: None,
                version: "1".into(),
                minimum: 1,
                maximum: 5,
                higher_is_better: true,
            }],
        }
    }

    /// Mean score of the scale, reversed items turned, and Cronbach's alpha.
    fn scale(gain: f64) -> (f64, f64) {
        let instrument = instrument();
        let sheet = Sheet::new(&instrument, false);
        let mut draw = Draw::new(9, 0);
        let (mut levels, mut answers, mut scores) = (Vec::new(), Vec::new(), Vec::<[f64; 3]>::new());
        for _ in 0..6000 {
            let (general, lasting) = (draw.normal(), [draw.normal()]);
            let mood = Mood {
                margin: 0.5,
                general,
                lasting: &lasting,
                met: 0.5,
                failing: false,
                real: 0,
                surgery: false,
                disciplines: 0,
                advisors: 0,
                feedback_gain: gain,
                fact: 1,
            };
            let mut aside = Draw::new(9, 1);
            sheet.answer(&mood, [&mut draw, &mut aside], &mut levels, &mut answers);
            assert!(matches!(answers[3], Answer::Code(4 | 97) | Answer::Skipped), "{:?}", answers[3]);
            if let (Answer::Code(a @ 1..=5), Answer::Code(b @ 1..=5), Answer::Code(c @ 1..=5)) = (answers[0], answers[1], answers[2]) {
                scores.push([f64::from(a), f64::from(6 - b), f64::from(c)]);
            }
        }
        let variance = |of: &dyn Fn(&[f64; 3]) -> f64| {
            let mean = scores.iter().map(of).sum::<f64>() / scores.len() as f64;
            (mean, scores.iter().map(|row| (of(row) - mean) * (of(row) - mean)).sum::<f64>() / scores.len() as f64)
        };
        let (total, all) = variance(&|row| row.iter().sum());
        let items: f64 = (0..3).map(|i| variance(&|row| row[i]).1).sum();
        (total / 3.0, 1.5 * (1.0 - items / all))
    }

    #[test]
    fn scales_are_reliable_and_reversed_items_are_answered_backward() {
        let (mean, alpha) = scale(0.0);
        assert!((3.5..4.1).contains(&mean) && (0.70..0.85).contains(&alpha), "{mean} {alpha}");
    }

    #[test]
    fn a_gain_in_points_arrives_in_points() {
        let gain = scale(0.2).0 - scale(0.0).0;
        assert!((0.12..0.24).contains(&gain), "{gain}");
    }
}
