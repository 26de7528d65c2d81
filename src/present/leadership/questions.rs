//! Questions for the meeting, chosen by what was found.

use super::look::Comparison;
use super::{View, actions, causes};
use crate::disclose::Figure;
use crate::present::model::{Block, Layout, ListItem, Section};
use crate::present::words::{self, ActionVerdict};

/// Most questions.
const MOST: usize = 3;
/// Under this share of answers, in percent, how to reach more people is a question of its own.
const LOW_RESPONSE: f64 = 0.6;

/// The section.
pub fn section(view: &View<'_>, layout: Layout) -> Section {
    let mut questions = Vec::new();
    questions.extend(flagged(view));
    questions.extend(about_actions(view));
    questions.extend(about_causes(view));
    questions.extend(about_response(view));
    questions.push("What should stay as it is, and what should be tried next?".into());
    questions.push("If something is changed next, where first, so that its effect can be told?".into());
    let least = 2;
    let specific = questions.len() - 2;
    questions.truncate(specific.clamp(least, MOST));
    let items = questions.into_iter().map(|text| ListItem { lead: String::new(), text }).collect();
    Section { heading: Some("Questions for the meeting".into()), subtitle: None, layout, blocks: vec![Block::Numbered(items)] }
}

/// Of the largest finding: could something that helped elsewhere help there?
fn flagged(view: &View<'_>) -> Option<String> {
    let finding = view.findings.first()?;
    let Comparison::Gap { grouping, group } = finding.comparison else {
        let subject = &finding.subject;
        let topic = words::topic(subject.metric, subject.detail, subject.role);
        return Some(format!("What else changed when {topic} changed for the worse, and who can find out?"));
    };
    let (_, label, groups) = &view.book.groupings[grouping];
    let name = &groups[group].label;
    let is_here = |place: &String| groups.iter().any(|other| &other.label == place);
    let helped = actions::verdicts(view).into_iter().zip(view.book.actions).find(|((_, verdict, _), action)| {
        *verdict == ActionVerdict::Helped && action.places.iter().all(is_here) && !action.places.contains(name)
    });
    Some(match helped {
        Some(((action, ..), info)) => format!("Could {name} adopt “{action}”, which helped in {}?", words::named(&info.places)),
        None if view.departments.is_some_and(|(first, _)| first == grouping) => {
            format!("What would mentees and mentors in {name} change first?")
        }
        None => {
            format!("Why does mentoring work less well for one group by {} ({name}), and who will ask them?", words::lower_first(label))
        }
    })
}

fn about_actions(view: &View<'_>) -> Vec<String> {
    let verdicts = actions::verdicts(view);
    let worse = verdicts.iter().find(|(_, verdict, _)| *verdict == ActionVerdict::Worse);
    let worse = worse.map(|(action, ..)| format!("Should “{action}” be stopped or done differently?"));
    let blind = view.book.actions.iter().find(|action| action.places.is_empty());
    let blind = blind.map(|action| {
        format!("“{}” was done everywhere at once: where should the next change start, so that its effect can be told?", action.label)
    });
    worse.into_iter().chain(blind).collect()
}

fn about_causes(view: &View<'_>) -> Option<String> {
    let [mentees, mentors] = causes::leading(view, causes::window(view)?);
    let cause = mentees.first().or(mentors.first())?;
    Some(format!("What would have to change for “{cause}” to be named less often?"))
}

fn about_response(view: &View<'_>) -> Option<String> {
    let low = |id: &str| {
        let row = view.book.subject(id).and_then(|subject| view.book.program(&subject, view.span));
        row.is_some_and(|row| match row.figure.get() {
            Figure::Point { estimate, .. } => estimate.value() < LOW_RESPONSE,
            Figure::AtMost(most, _) => most.value() < LOW_RESPONSE,
            _ => false,
        })
    };
    match (low("response_mentee"), low("response_mentor")) {
        (true, true) => Some("How can more mentees and mentors be won to answer?".into()),
        (true, false) => Some("How can more mentees be won to answer?".into()),
        (false, true) => Some("How can more mentors be won to answer?".into()),
        (false, false) if view.is_sparse => Some("How can more mentees and mentors be won to answer, so that more can be shown?".into()),
        (false, false) => None,
    }
}
