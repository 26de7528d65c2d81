//! How items about facts are answered, and what people write.

use super::random::Draw;

/// How often people choose each answer to items about facts; others get ever rarer choices.
pub(super) fn shares(item: &str) -> &'static [f64] {
    match item {
        "prejudice" => &[0.03, 0.97],
        "power" => &[0.3, 0.7],
        "training" => &[0.6, 0.4],
        "path_appraised" => &[0.4, 0.15, 0.2, 0.25],
        "coaching_share" => &[0.12, 0.38, 0.32, 0.14, 0.04],
        "psychological_need" => &[0.85, 0.06, 0.05, 0.04],
        "part_in_program" => &[0.55, 0.35, 0.1, 0.0],
        "disciplines" => &[0.85, 0.15, 0.05, 0.2, 0.3, 0.05],
        "advisor_access" => &[0.6, 0.1, 0.35, 0.12],
        _ => &[0.5, 0.3, 0.2, 0.15, 0.1],
    }
}

/// A comment that suits the side and the mood.
pub(super) fn comment(mentor: bool, content: bool, draw: &mut Draw) -> &'static str {
    const MENTEE_CONTENT: [&str; 5] = [
        "Nothing. Our meetings help me more than anything else this year.",
        "A little more time for career questions, less for the current paper.",
        "A shared agenda before each meeting would help.",
        "More contact with people outside our department, please.",
        "Meeting in person now and then: video calls are fine, but not for \"hard\" topics.",
    ];
    const MENTEE_DISCONTENT: [&str; 5] = [
        "Meetings are cancelled at short notice, often twice in a row.",
        "I would need an hour that nobody can take away.",
        "We have never written down what we expect of each other.",
        "Feedback comes late.\nBy then the application is out.",
        "I would like to know how one changes mentors here.",
    ];
    const MENTOR: [&str; 5] = [
        "Protected time in the schedule.",
        "A short guide on giving feedback, with examples.",
        "It would help if mentees sent questions a day ahead.",
        "Fewer forms; one page per quarter is plenty.",
        "Meeting other mentors twice a year, to compare notes.",
    ];
    let choices = match (mentor, content) {
        (true, _) => MENTOR,
        (false, true) => MENTEE_CONTENT,
        (false, false) => MENTEE_DISCONTENT,
    };
    choices[draw.below(choices.len())]
}
