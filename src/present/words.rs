//! The fixed vocabulary: words chosen by verdict and direction, nouns chosen by metric. No template and no page chooses words of its own.

use super::numbers;
use crate::analyze::{Detail, Metric, Unit, UnitOfAnalysis};
use crate::derive::{Span, SpanKind};
use crate::disclose::{Figure, ReleaseRow, Symbol, Verdict, unit_word};
use crate::program::plan::Role;

/// What stands where too few people answered.
pub const NOT_SHOWN: &str = "not shown: too few answers to protect people";

/// Whether a verdict is good news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearing {
    /// Good news.
    Favorable,
    /// Bad news.
    Unfavorable,
    /// Neither, or not beyond doubt.
    Neither,
}

/// Whether higher is better; none where it is neither.
pub fn higher_is_better(metric: &Metric, detail: Option<&Detail>) -> Option<bool> {
    match detail {
        Some(Detail::Scale(scale)) => Some(scale.higher_is_better),
        _ => metric.higher_is_better,
    }
}

/// What a verdict means for the program. Only a difference beyond its adjusted range means anything.
pub fn bearing(metric: &Metric, detail: Option<&Detail>, verdict: Verdict) -> Bearing {
    match (verdict, higher_is_better(metric, detail)) {
        (Verdict::Higher, Some(true)) | (Verdict::Lower, Some(false)) => Bearing::Favorable,
        (Verdict::Higher, Some(false)) | (Verdict::Lower, Some(true)) => Bearing::Unfavorable,
        _ => Bearing::Neither,
    }
}

/// The word of a verdict.
pub fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Higher => "Higher",
        Verdict::Lower => "Lower",
        Verdict::PossiblyHigher => "Possibly higher",
        Verdict::PossiblyLower => "Possibly lower",
        Verdict::AboutTheSame => "About the same",
        Verdict::Uncertain => "Too uncertain to say",
        Verdict::NotShown => "Not shown",
    }
}

/// The word of a published comparison and the words that follow it. `other` names what it is compared with, such as `the year before`.
pub fn comparison(row: &ReleaseRow, other: &str) -> (String, String) {
    let verdict = row.verdict.unwrap_or(Verdict::NotShown);
    let unit = row.metric.unit;
    let word = verdict_word(verdict).to_string();
    let Figure::Point { estimate, interval: Some(interval), adjusted, .. } = row.figure.get() else {
        return (String::new(), format!("Comparison with {other} {}", why_hidden(row)));
    };
    let ends = adjusted.unwrap_or(*interval);
    let rest = match verdict {
        Verdict::Higher | Verdict::Lower => {
            format!("than {other}, by about {} ({})", numbers::difference(unit, *estimate), numbers::magnitude_range(unit, ends))
        }
        Verdict::PossiblyHigher | Verdict::PossiblyLower => {
            format!("than {other}; treat with caution ({}; {})", arrow(row), numbers::signed_range(unit, ends))
        }
        Verdict::AboutTheSame => format!("as {other} ({}; {})", arrow(row), numbers::signed_range(unit, ends)),
        Verdict::Uncertain | Verdict::NotShown => {
            format!("whether it differs from {other} ({}; {})", arrow(row), numbers::signed_range(unit, ends))
        }
    };
    (word, rest)
}

/// A comparison in a few words after a name: `lower than a year ago`; none where nothing is shown.
pub fn brief(verdict: Verdict, other: &str) -> Option<String> {
    let word = lower_first(verdict_word(verdict));
    match verdict {
        Verdict::Higher | Verdict::Lower | Verdict::PossiblyHigher | Verdict::PossiblyLower => Some(format!("{word} than {other}")),
        Verdict::AboutTheSame => Some(format!("{word} as {other}")),
        Verdict::Uncertain => Some(format!("{word} whether it differs from {other}")),
        Verdict::NotShown => None,
    }
}

/// `▲ 3 points`, `▼ 3 points`, `no difference`.
fn arrow(row: &ReleaseRow) -> String {
    let unit = row.metric.unit;
    match row.figure.get().estimate() {
        Some(estimate) if estimate.is_positive() => format!("▲ {}", numbers::difference(unit, estimate)),
        Some(estimate) if estimate.is_negative() => format!("▼ {}", numbers::difference(unit, estimate)),
        _ => "no difference".into(),
    }
}

/// Why a row shows nothing.
pub fn why_hidden(row: &ReleaseRow) -> String {
    match (row.figure.get(), &row.reason) {
        (Figure::Hidden(Symbol::Unavailable), Some(reason)) => format!("not known: {reason}"),
        _ => NOT_SHOWN.into(),
    }
}

/// The earlier span in words that follow "than": `the year before`, `a year ago`, `in October to December 2025`.
pub fn earlier(span: &Span, from: &Span) -> String {
    let days = span.start - from.start;
    match (span.kind, (360..=371).contains(&days)) {
        (SpanKind::Window, true) => "the year before".into(),
        (_, true) => "a year ago".into(),
        _ => format!("in {}", from.label),
    }
}

/// `quarter` where periods are about three months long, else `period`.
pub fn period_word(span: &Span) -> &'static str {
    if (85..=95).contains(&(span.end - span.start)) { "quarter" } else { "period" }
}

/// What a metric counts, in the plural.
pub fn noun(metric: &Metric, role: Option<Role>) -> &'static str {
    match (metric.unit_of_analysis, metric.id) {
        (UnitOfAnalysis::Person, "satisfied" | "nps" | "met_as_agreed") => "mentees",
        (UnitOfAnalysis::Person, "mentor_satisfied" | "mentor_nps") => "mentors",
        (unit, _) => unit_word(unit, role),
    }
}

/// The unit of a level in words: `in 100 mentees`, `out of 5`.
pub fn unit_phrase(metric: &Metric, detail: Option<&Detail>, role: Option<Role>) -> String {
    match (metric.unit, detail) {
        (Unit::Proportion, _) if metric.id == "failed_12_months" => "in 100 over 12 months".into(),
        (Unit::Proportion, _) => format!("in 100 {}", noun(metric, role)),
        (Unit::ScalePoints, Some(Detail::Scale(scale))) => format!("out of {}", numbers::target(Unit::ScalePoints, scale.maximum)),
        (Unit::ScalePoints | Unit::NpsPoints, _) => "points".into(),
        (Unit::TPoints, _) => "T points".into(),
        (Unit::PerHundredMonths, _) => "per 100 relationship-months".into(),
        (Unit::Count, _) => noun(metric, role).into(),
        (Unit::Coefficient | Unit::Average, _) => String::new(),
    }
}

/// `58 in 100`, `90 or more in 100`, `over two thirds`, `4.1`: a published level in running text; none where nothing is shown.
pub fn amount(row: &ReleaseRow) -> Option<String> {
    let unit = row.metric.unit;
    let share = |text: String| if unit == Unit::Proportion { format!("{text} in 100") } else { text };
    match row.figure.get() {
        Figure::Point { estimate, .. } => Some(share(numbers::bare(unit, *estimate))),
        Figure::AtLeast(least, _) => Some(share(format!("{} or more", numbers::bare(unit, *least)))),
        Figure::AtMost(most, _) => Some(share(format!("{} or fewer", numbers::bare(unit, *most)))),
        Figure::Third(third) => Some(numbers::band(unit, *third).into()),
        Figure::Hidden(_) => None,
    }
}

/// `81 in 100 mentees`, `over two thirds of mentees`: the subject of a sentence about a share.
pub fn share_of(row: &ReleaseRow) -> Option<String> {
    let noun = noun(row.metric, row.role);
    let joint = if matches!(row.figure.get(), Figure::Third(_)) { " of" } else { "" };
    amount(row).map(|amount| format!("{amount}{joint} {noun}"))
}

/// How many stand behind a headline figure, such as `about 240 mentees`.
pub fn people_phrase(row: &ReleaseRow) -> String {
    let people = numbers::people(row.figure.get());
    let noun = if row.metric.unit_of_analysis == UnitOfAnalysis::Person { noun(row.metric, row.role) } else { "people" };
    if people.is_empty() { people } else { format!("{people} {noun}") }
}

/// Name of what rows are about: the metric's label, or that of the scale or cause; with the side that answers where both do.
pub fn name(metric: &Metric, detail: Option<&Detail>, role: Option<Role>) -> String {
    let side = match role {
        Some(Role::Mentee) => ", by mentees",
        Some(Role::Mentor) => ", by mentors",
        _ => "",
    };
    match detail {
        // Several metrics look at one scale or cause: all but the first name themselves.
        Some(detail) if !matches!(metric.id, "scale" | "scale_top" | "cronbach_alpha" | "cause") => {
            format!("{}: {}{side}", metric.label, detail.label())
        }
        Some(Detail::Scale(scale)) => match metric.id {
            "scale_top" => format!("Favorable on {}{side}", scale.label),
            "cronbach_alpha" => format!("Reliability of {}{side}", scale.label),
            _ => format!("{}{side}", scale.label),
        },
        Some(detail) => format!("{}{side}", detail.label()),
        // Records have no side that answers; the sides of silence and load are told in words.
        None if matches!(metric.id, "failed_after_answer" | "failed_after_silence" | "silence_difference") => {
            format!("{}{side}", metric.label)
        }
        None => metric.label.into(),
    }
}

/// What rows are about, in a word or two of running text.
pub fn topic(metric: &Metric, detail: Option<&Detail>, role: Option<Role>) -> String {
    match metric.id {
        "satisfied" => "satisfaction".into(),
        "mentor_satisfied" => "mentors' satisfaction".into(),
        "met_as_agreed" => "meetings held as agreed".into(),
        "goals_met" => "goals met".into(),
        "failed_12_months" => "relationships that fail".into(),
        "nps" => "recommending the mentor (net score)".into(),
        "scale" => {
            let side = if role == Some(Role::Mentor) { ", as mentors see it" } else { "" };
            format!("{}{side}", lower_first(&name(metric, detail, None)))
        }
        _ => lower_first(&name(metric, detail, role)),
    }
}

/// `A`, `A and B`, `A, B and C`.
pub fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// At most two names, then how many more.
pub fn named(items: &[String]) -> String {
    if items.len() <= 2 { listed(items) } else { format!("{}, {} and {} more", items[0], items[1], items.len() - 2) }
}

/// With a capital at its start.
pub fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Without a capital at its start, unless it starts with an abbreviation.
pub fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(chars).collect(),
        _ => text.into(),
    }
}

/// The label of a grouping in running text: `department by gender`.
pub fn grouping(label: &str) -> String {
    label.split(" by ").map(lower_first).collect::<Vec<_>>().join(" by ")
}

/// What an action did, from the published effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionVerdict {
    /// Its metric moved the right way, beyond what it did elsewhere.
    Helped,
    /// Its metric moved the wrong way, beyond what it did elsewhere.
    Worse,
    /// Neither beyond doubt.
    Unclear,
    /// There is no published effect.
    Unknown,
}

/// The verdict on an action, with its words. `everywhere` says that it was taken in the whole program.
pub fn action_verdict(effect: Option<&ReleaseRow>, everywhere: bool) -> (ActionVerdict, String) {
    let Some(row) = effect else {
        let text = if everywhere { "Cannot be told: no comparison group" } else { "Cannot be told: too early" };
        return (ActionVerdict::Unknown, text.into());
    };
    let verdict = row.verdict.unwrap_or(Verdict::NotShown);
    match bearing(row.metric, row.detail.as_ref(), verdict) {
        Bearing::Favorable => (ActionVerdict::Helped, "Helped".into()),
        Bearing::Unfavorable => (ActionVerdict::Worse, "Made it worse".into()),
        Bearing::Neither if verdict != Verdict::NotShown => (ActionVerdict::Unclear, "No clear change yet".into()),
        Bearing::Neither if everywhere => (ActionVerdict::Unknown, "Cannot be told: no comparison group".into()),
        Bearing::Neither => match (row.figure.get(), &row.reason) {
            (Figure::Hidden(Symbol::Unavailable), Some(reason)) => (ActionVerdict::Unknown, format!("Cannot be told: {reason}")),
            _ => (ActionVerdict::Unknown, "Cannot be told: too few answers to protect people".into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::metric;

    #[test]
    fn the_vocabulary_is_fixed() {
        let words = [
            (Verdict::Higher, "Higher"),
            (Verdict::Lower, "Lower"),
            (Verdict::PossiblyHigher, "Possibly higher"),
            (Verdict::PossiblyLower, "Possibly lower"),
            (Verdict::AboutTheSame, "About the same"),
            (Verdict::Uncertain, "Too uncertain to say"),
            (Verdict::NotShown, "Not shown"),
        ];
        for (verdict, word) in words {
            assert_eq!(verdict_word(verdict), word);
        }
    }

    #[test]
    fn direction_decides_what_is_good_news() {
        let [up, down, neither] = ["satisfied", "failed_12_months", "cause"].map(|id| metric(id).expect("declared"));
        assert_eq!(bearing(up, None, Verdict::Higher), Bearing::Favorable);
        assert_eq!(bearing(up, None, Verdict::Lower), Bearing::Unfavorable);
        assert_eq!(bearing(down, None, Verdict::Higher), Bearing::Unfavorable);
        assert_eq!(bearing(down, None, Verdict::Lower), Bearing::Favorable);
        assert_eq!(bearing(neither, None, Verdict::Lower), Bearing::Neither);
        for verdict in [Verdict::PossiblyLower, Verdict::PossiblyHigher, Verdict::AboutTheSame, Verdict::Uncertain, Verdict::NotShown] {
            assert_eq!(bearing(up, None, verdict), Bearing::Neither, "only what is beyond its adjusted range is news");
        }
    }

    #[test]
    fn lists_name_two_and_say_how_many_more() {
        let names = ["Surgery", "Medicine", "Pediatrics", "Psychiatry"].map(String::from);
        assert_eq!(named(&names[..1]), "Surgery");
        assert_eq!(named(&names[..2]), "Surgery and Medicine");
        assert_eq!(named(&names), "Surgery, Medicine and 2 more");
        assert_eq!(listed(&names[..3]), "Surgery, Medicine and Pediatrics");
        assert_eq!(lower_first("Race and ethnicity"), "race and ethnicity");
        assert_eq!(lower_first("MD or PhD"), "MD or PhD");
    }
}
