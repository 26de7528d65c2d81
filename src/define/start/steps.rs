//! Labels that are steps of a scale in common use, from least to most.

use crate::ingest::fold_label;

/// Scales in common use, each from the least to the most.
const SCALES: [&[&str]; 19] = [
    &["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"],
    &["Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"],
    &["Strongly disagree", "Disagree", "Agree", "Strongly agree"],
    &["Strongly disagree", "Somewhat disagree", "Neither agree nor disagree", "Somewhat agree", "Strongly agree"],
    &["Strongly disagree", "Disagree", "Somewhat disagree", "Neither agree nor disagree", "Somewhat agree", "Agree", "Strongly agree"],
    &["Very dissatisfied", "Dissatisfied", "Neither satisfied nor dissatisfied", "Satisfied", "Very satisfied"],
    &["Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"],
    &["Extremely dissatisfied", "Somewhat dissatisfied", "Neither satisfied nor dissatisfied", "Somewhat satisfied", "Extremely satisfied"],
    &["Never", "Rarely", "Sometimes", "Often", "Always"],
    &["Never", "Rarely", "Sometimes", "Usually", "Always"],
    &["Very poor", "Poor", "Fair", "Good", "Very good"],
    &["Poor", "Fair", "Good", "Very good", "Excellent"],
    &["Poor", "Fair", "Good", "Excellent"],
    &["Not at all", "A little", "Moderately", "Quite a bit", "Extremely"],
    &["Not at all", "Slightly", "Moderately", "Very", "Extremely"],
    &["Not at all important", "Slightly important", "Moderately important", "Very important", "Extremely important"],
    &["Very unlikely", "Unlikely", "Neither likely nor unlikely", "Likely", "Very likely"],
    &["Not at all helpful", "Slightly helpful", "Moderately helpful", "Very helpful", "Extremely helpful"],
    &["Not at all confident", "Slightly confident", "Moderately confident", "Very confident", "Extremely confident"],
];

/// The scale that has all these labels, in order, spelled as met; of several the shortest. Fewer than two labels show no scale.
pub(super) fn scale_of(labels: &[&str]) -> Option<Vec<String>> {
    let folded: Vec<String> = labels.iter().map(|label| fold_label(label)).collect();
    let steps = |scale: &&&[&str]| {
        let known: Vec<String> = scale.iter().map(|step| fold_label(step)).collect();
        folded.iter().all(|label| known.contains(label))
    };
    if folded.len() < 2 {
        return None;
    }
    let scale = SCALES.iter().filter(steps).min_by_key(|scale| scale.len())?;
    let as_met = |step: &&str| {
        let own = fold_label(step);
        let met = folded.iter().position(|label| *label == own);
        met.map_or_else(|| (*step).to_owned(), |at| labels[at].to_owned())
    };
    Some(scale.iter().map(as_met).collect())
}

/// Words of degree with their rank.
const DEGREES: [(&str, u8); 16] = [
    ("not at all", 0),
    ("a little bit", 1),
    ("a little", 1),
    ("slightly", 1),
    ("minimally", 1),
    ("somewhat", 2),
    ("moderately", 3),
    ("fairly", 3),
    ("reasonably", 3),
    ("quite", 4),
    ("mostly", 4),
    ("very", 5),
    ("highly", 5),
    ("extremely", 6),
    ("completely", 7),
    ("totally", 7),
];

/// Labels that say the same in several degrees (*slightly confident*, *very confident*), from least to most; none where they differ otherwise.
pub(super) fn by_degree(labels: &[&str]) -> Option<Vec<String>> {
    let degree = |label: &str| {
        let folded = fold_label(label);
        // *Not knowledgeable at all*
        if let Some(rest) = folded.strip_prefix("not ").and_then(|rest| rest.strip_suffix(" at all")) {
            return Some((0, rest.to_owned()));
        }
        DEGREES.iter().find_map(|(word, rank)| folded.strip_prefix(word).map(|rest| (*rank, rest.trim().to_owned())))
    };
    let mut ranked: Vec<(u8, String, &str)> =
        labels.iter().map(|label| degree(label).map(|(rank, of)| (rank, of, *label))).collect::<Option<_>>()?;
    ranked.sort();
    let same = ranked.windows(2).all(|pair| pair[0].1 == pair[1].1 && pair[0].0 < pair[1].0);
    (same && ranked.len() >= 3).then(|| ranked.into_iter().map(|(.., label)| label.to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_show_the_scale_with_the_steps_that_nobody_chose() {
        let got = scale_of(&["agree", "Strongly Agree", "Neutral"]).expect("a scale");
        assert_eq!(got, ["Strongly disagree", "Disagree", "Neutral", "agree", "Strongly Agree"]);
        assert_eq!(scale_of(&["Agree", "Strongly agree"]).map(|steps| steps.len()), Some(4));
        let degrees = ["Extremely confident", "Not at all confident", "Somewhat confident", "Very confident"];
        let got = by_degree(&degrees).expect("degrees of one thing");
        assert_eq!(got, ["Not at all confident", "Somewhat confident", "Very confident", "Extremely confident"]);
        assert_eq!(by_degree(&["Not useful at all", "Very useful", "Very helpful"]), None);
        assert_eq!((scale_of(&["Agree"]), scale_of(&["Agree", "Medicine"])), (None, None));
    }
}
