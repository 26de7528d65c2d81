//! Items and scales that mentee and mentor both answer about their pair.

use super::answers::Answers;
use super::outcomes::ScaleInfo;
use crate::program::instrument::{Item, ItemKind, ItemUse};
use crate::program::plan::{Plan, Role};

/// Something that both sides say of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Mirrored {
    /// Positions of the mentees' and the mentors' answers in `AnalysisSet::answers`.
    pub answers: [usize; 2],
    /// What it is.
    pub what: MirroredWhat,
}

/// See [`Mirrored`].
#[derive(Debug, Clone, PartialEq)]
pub enum MirroredWhat {
    /// A scale: positions of its outcome on each side, and the mentees' scale.
    Scale([usize; 2], ScaleInfo),
    /// An item with the same answers on both sides: the columns, the codes that are answers, and its name as printed.
    Item(Box<MirroredItem>),
}

/// An item that both sides answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirroredItem {
    /// Column on each side.
    pub columns: [String; 2],
    /// Codes that are answers, in the order of the scale; `yes` before the others for yes-or-no items.
    pub codes: Vec<i32>,
    /// Id as results print it.
    pub id: String,
    /// The mentees' wording, or the id.
    pub label: String,
}

/// What the sides share: scales of one id, range and number of items; items of one id with the same codes; and the items of overall satisfaction and of
/// meetings held, whatever their ids.
pub fn mirrored(plan: &Plan, answers: &[Answers]) -> Vec<Mirrored> {
    let of = |role: Role| answers.iter().enumerate().filter(move |(_, answers)| answers.role == role && answers.linked);
    let mut all = Vec::new();
    for (mentee, one) in of(Role::Mentee) {
        for (mentor, other) in of(Role::Mentor) {
            let (mentee_items, mentor_items) = (&plan.instruments[one.instrument].items, &plan.instruments[other.instrument].items);
            let scales = |answers: &Answers| {
                let scales = answers.outcomes.iter().enumerate().filter(|(_, outcome)| outcome.metric == "scale");
                scales.filter_map(|(place, outcome)| Some((place, outcome.scale.clone()?))).collect::<Vec<_>>()
            };
            for (place, scale) in scales(one) {
                let alike = |twin: &ScaleInfo| {
                    twin.id == scale.id
                        && (twin.minimum, twin.maximum, twin.items.len()) == (scale.minimum, scale.maximum, scale.items.len())
                };
                if let Some((twin, _)) = scales(other).into_iter().find(|(_, twin)| alike(twin)) {
                    all.push(Mirrored { answers: [mentee, mentor], what: MirroredWhat::Scale([place, twin], scale) });
                }
            }
            for item in mentee_items {
                let twin = mentor_items.iter().find(|twin| match item.role {
                    Some(wanted @ (ItemUse::Satisfaction | ItemUse::MetAsAgreed)) => twin.role == Some(wanted),
                    _ => twin.id == item.id && item.kind == ItemKind::Likert,
                });
                let codes = twin.filter(|twin| twin.kind == item.kind && twin.reversed == item.reversed).and_then(|twin| {
                    let codes = codes(item);
                    (codes == self::codes(twin) && codes.len() >= 2).then_some((twin, codes))
                });
                if let Some((twin, codes)) = codes {
                    let columns = [item.id.clone(), twin.id.clone()];
                    let label = item.text.clone().unwrap_or_else(|| item.id.clone());
                    let item = MirroredItem { columns, codes, id: item.id.clone(), label };
                    all.push(Mirrored { answers: [mentee, mentor], what: MirroredWhat::Item(Box::new(item)) });
                }
            }
        }
    }
    all
}

/// Codes that are answers, in the order of the scale. Yes-or-no items count as two categories.
fn codes(item: &Item) -> Vec<i32> {
    let answers = item.choices.iter().filter(|choice| choice.missing.is_none());
    let mut codes: Vec<i32> = answers.map(|choice| choice.code).collect();
    if codes.is_empty()
        && let (Some(minimum), Some(maximum)) = (item.minimum, item.maximum)
    {
        codes = (minimum..=maximum).collect();
    }
    if item.kind == ItemKind::Likert {
        codes.sort_unstable();
    } else if codes.len() != 2 {
        codes.clear();
    }
    codes
}
