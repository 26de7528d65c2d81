//! The answer sentence and the few sentences under it, chosen from verdicts.

use super::View;
use super::look::{self, Comparison};
use crate::disclose::{Figure, ReleaseRow, Third, Verdict};
use crate::present::words::{self, ActionVerdict, NOT_SHOWN};

/// The headline: is it working, for whom is it not, are fewer relationships failing.
pub fn headline(view: &View<'_>) -> String {
    let first = satisfaction(view);
    let mut rest: Vec<String> = attention(view).into_iter().collect();
    rest.extend(goals(view));
    rest.extend(failures(view, rest.is_empty()));
    let sentence = match (first, rest.as_slice()) {
        (None, []) => "Too few answers to show figures and protect the people behind them".into(),
        (None, rest) => format!("Too few answers to say how satisfied mentees are; {}", joined(rest)),
        (Some(first), []) => first,
        (Some(first), rest) => format!("{first}; {}", joined(rest)),
    };
    words::upper_first(&sentence)
}

fn joined(clauses: &[String]) -> String {
    match clauses {
        [most @ .., last] if !most.is_empty() => format!("{}, and {last}", most.join(", ")),
        _ => clauses.concat(),
    }
}

fn row<'a>(view: &View<'a>, metric: &str) -> Option<&'a ReleaseRow> {
    view.book.subject(metric).and_then(|subject| view.book.program(&subject, view.span))
}

/// A change with what it is compared with, where its verdict says something.
fn change<'a>(view: &View<'a>, metric: &str) -> Option<(&'a ReleaseRow, Verdict, String)> {
    let subject = view.book.subject(metric)?;
    let (row, from) = view.book.change(&subject, view.span)?;
    let verdict = row.verdict.filter(|verdict| *verdict != Verdict::NotShown)?;
    Some((row, verdict, words::earlier(&view.book.spans[view.span], &view.book.spans[from])))
}

/// How satisfied mentees are, and whether that is more or fewer than before.
fn satisfaction(view: &View<'_>) -> Option<String> {
    let level = match row(view, "satisfied")?.figure.get() {
        Figure::Point { interval: Some((lower, _)), .. } if lower.value() > 0.5 => "most mentees are satisfied with their mentors",
        Figure::Point { interval: Some((_, upper)), .. } if upper.value() < 0.5 => {
            "fewer than half of mentees are satisfied with their mentors"
        }
        Figure::Point { .. } => "it is uncertain whether most mentees are satisfied with their mentors",
        Figure::AtLeast(least, _) if least.value() > 0.5 => "most mentees are satisfied with their mentors",
        Figure::AtLeast(..) => "at least half of mentees are satisfied with their mentors",
        Figure::AtMost(most, _) if most.value() < 0.5 => "fewer than half of mentees are satisfied with their mentors",
        Figure::AtMost(..) => "at most half of mentees are satisfied with their mentors",
        Figure::Third(Third::Upper) => "over two thirds of mentees are satisfied with their mentors",
        Figure::Third(Third::Middle) => "between a third and two thirds of mentees are satisfied with their mentors",
        Figure::Third(Third::Lower) => "under a third of mentees are satisfied with their mentors",
        Figure::Hidden(_) => return None,
    };
    Some(match change(view, "satisfied") {
        Some((_, Verdict::Higher, before)) => format!("{level}, more than {before}"),
        Some((_, Verdict::Lower, before)) => format!("{level}, fewer than {before}"),
        _ => level.into(),
    })
}

/// Who needs attention; that nobody clearly does, where differences are shown.
fn attention(view: &View<'_>) -> Option<String> {
    let first = view.departments.map(|(grouping, _)| grouping);
    let mut places = Vec::new();
    let mut others = Vec::new();
    for finding in &view.findings {
        if let Comparison::Gap { grouping, group } = finding.comparison {
            let (_, label, groups) = &view.book.groupings[grouping];
            let (list, name) =
                if Some(grouping) == first { (&mut places, groups[group].label.clone()) } else { (&mut others, words::lower_first(label)) };
            if !list.contains(&name) {
                list.push(name);
            }
        }
    }
    let differences = match others.as_slice() {
        [only] => format!("a difference by {only}"),
        _ => format!("differences by {}", words::named(&others)),
    };
    let verb = |count: usize, one: &'static str, many: &'static str| if count == 1 { one } else { many };
    let needs = verb(places.len(), "needs attention", "need attention");
    match (places.is_empty(), others.is_empty()) {
        (false, true) => Some(format!("{} {needs}", words::named(&places))),
        (true, false) => Some(format!("{differences} {}", verb(others.len(), "needs attention", "need attention"))),
        (false, false) => Some(format!("{} {needs}, as {} {differences}", words::named(&places), verb(others.len(), "does", "do"))),
        (true, true) => {
            let (grouping, window) = view.departments?;
            look::any_gap_shown(&view.book, grouping, window)
                .then(|| format!("no {} is clearly behind", words::lower_first(&view.book.groupings[grouping].1)))
        }
    }
}

/// Only bad news of goals stands in the headline.
fn goals(view: &View<'_>) -> Option<String> {
    match change(view, "goals_met")? {
        (_, Verdict::Lower, before) => Some(format!("fewer goals are met than {before}")),
        _ => None,
    }
}

/// Whether more or fewer relationships fail. Uncertainty is said only where there is little else to say.
fn failures(view: &View<'_>, alone: bool) -> Option<String> {
    let (_, verdict, before) = change(view, "failed_12_months")?;
    match verdict {
        Verdict::Higher => Some(format!("more relationships fail than {before}")),
        Verdict::Lower => Some(format!("fewer relationships fail than {before}")),
        Verdict::AboutTheSame => Some(format!("about as many relationships fail as {before}")),
        Verdict::PossiblyHigher => Some(format!("possibly more relationships fail than {before}")),
        Verdict::PossiblyLower => Some(format!("possibly fewer relationships fail than {before}")),
        Verdict::Uncertain if alone || view.findings.is_empty() => Some("whether failures changed is too uncertain to say".into()),
        _ => None,
    }
}

/// Three or four sentences with the numbers.
pub fn lede(view: &View<'_>) -> String {
    let sentences = [Some(levels(view)), failure_sentence(view), largest(view), helped(view)];
    let sentences: Vec<String> = sentences.into_iter().flatten().collect();
    sentences.join(" ")
}

fn levels(view: &View<'_>) -> String {
    let satisfied = row(view, "satisfied").and_then(words::share_of).map(|share| format!("{share} were satisfied with their mentor"));
    let met = row(view, "goals_met").and_then(words::share_of).map(|share| format!("{share} that came due were met"));
    let sentence = match (satisfied, met) {
        (Some(satisfied), Some(met)) => format!("{satisfied} and {met}"),
        (Some(only), None) => only,
        (None, Some(met)) => format!("{met}; satisfaction is {NOT_SHOWN}"),
        (None, None) => return format!("Satisfaction and goals of {} are {NOT_SHOWN}.", view.period()),
    };
    words::upper_first(&format!("{sentence} ({}).", view.period()))
}

fn failure_sentence(view: &View<'_>) -> Option<String> {
    let failed = words::share_of(row(view, "failed_12_months")?)?;
    let compared = match change(view, "failed_12_months") {
        Some((row, verdict @ (Verdict::Higher | Verdict::Lower), before)) => {
            let (_, rest) = words::comparison(row, &before);
            format!(", {} {rest}", if verdict == Verdict::Higher { "more" } else { "fewer" })
        }
        Some((_, Verdict::AboutTheSame, before)) => format!(", about as many as {before}"),
        Some((_, _, before)) => format!("; whether that differs from {before} is too uncertain to say"),
        None => String::new(),
    };
    Some(words::upper_first(&format!("{failed} fail within 12 months of their start{compared}.")))
}

fn largest(view: &View<'_>) -> Option<String> {
    let finding = view.findings.first()?;
    let place = match finding.comparison {
        Comparison::Gap { grouping, group }
            if view.departments.is_some_and(|(first, _)| first == grouping) && finding.subject.metric.id == "satisfied" =>
        {
            Some((grouping, group))
        }
        _ => None,
    };
    let Some((grouping, group)) = place else {
        return Some(format!("Furthest behind: {}, {}", look::lead(view, finding), words::lower_first(&look::difference(view, finding))));
    };
    let share = view.book.level(&finding.subject, finding.row.span, grouping, group).and_then(words::share_of)?;
    let (verdict, rest) = words::comparison(finding.row, "everyone else");
    Some(format!("In {}, {share} are satisfied: {} {rest}.", view.book.groupings[grouping].2[group].label, words::lower_first(&verdict)))
}

fn helped(view: &View<'_>) -> Option<String> {
    let verdicts: Vec<(String, ActionVerdict)> =
        super::actions::verdicts(view).into_iter().map(|(action, verdict, _)| (action, verdict)).collect();
    let of = |wanted: ActionVerdict| -> Vec<String> {
        verdicts.iter().filter(|(_, verdict)| *verdict == wanted).map(|(label, _)| format!("“{label}”")).collect()
    };
    let (helped, worse) = (of(ActionVerdict::Helped), of(ActionVerdict::Worse));
    match (helped.is_empty(), worse.is_empty()) {
        _ if verdicts.is_empty() => None,
        (false, true) => Some(format!("{} helped.", words::named(&helped))),
        (false, false) => Some(format!("{} helped; {} made it worse.", words::named(&helped), words::named(&worse))),
        (true, false) => Some(format!("{} made it worse.", words::named(&worse))),
        (true, true) => Some("Of what was changed, nothing can yet be said to have helped.".into()),
    }
}
