//! Differential item functioning of rating items by nested proportional-odds models.

use super::{Data, Rating};
use crate::stats::distributions::chi_square_sf;
use crate::stats::{NotEstimable, finite};

/// One person's answer to the item that is studied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ItemAnswer {
    /// The person's group, numbered from 0; 0 is the reference.
    pub group: u32,
    /// What the groups are matched on, finite: usually the scale's total or the sum of its other items.
    pub score: f64,
    /// The answer's place on the item's scale.
    pub category: u64,
}

/// A likelihood-ratio test of two nested models, with what the larger one explains more.
#[derive(Clone, Debug, PartialEq)]
pub struct NestedTest {
    /// Twice the difference of the log-likelihoods.
    pub chi_square: f64,
    /// Number of parameters that the larger model has more, at least 1.
    pub degrees_of_freedom: f64,
    /// Its p-value.
    pub p_value: f64,
    /// The difference of Nagelkerke's R-square, 0 to 1.
    pub delta_r_square: f64,
}

/// How large a difference is, by the increase of R-square.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Magnitude {
    /// Below .035, or not significant.
    Negligible,
    /// From .035 to .07.
    Moderate,
    /// Above .07.
    Large,
}

/// The three tests of one item.
#[derive(Clone, Debug, PartialEq)]
pub struct OrdinalDif {
    /// Group and group by score, against score alone.
    pub total: Result<NestedTest, NotEstimable>,
    /// Group, against score alone: the same difference at every score.
    pub uniform: Result<NestedTest, NotEstimable>,
    /// Group by score, against score and group: a difference that changes with the score.
    pub non_uniform: Result<NestedTest, NotEstimable>,
    /// Nagelkerke's R-square of the model with the score alone.
    pub r_square_score: f64,
    /// The reading of `total` by Jodoin & Gierl, at significance level 1 minus the confidence level.
    pub magnitude: Result<Magnitude, NotEstimable>,
    /// Number of people.
    pub n: u64,
    /// The method by name, as a methods note prints it.
    pub method: &'static str,
}

/// Differential item functioning by likelihood-ratio tests of three nested proportional-odds models: score; score and group;
/// score, group and their product.
///
/// Effect size is the increase of Nagelkerke's R-square, `(1 - exp(2 (l0 - l) / n)) / (1 - exp(2 l0 / n))`, negligible below
/// .035, large above .07, and negligible where the total test is not significant. With a yes/no item these are the logistic
/// tests. Reference: Swaminathan & Rogers, J Educ Meas 1990;27:361-370; Zumbo, A Handbook on the Theory and Methods of DIF,
/// 1999; Jodoin & Gierl, Appl Meas Educ 2001;14:329-349; Nagelkerke, Biometrika 1991;78:691-692. Several groups: one indicator
/// each. Edge cases: groups whose scores do not overlap, or a single group, cannot be compared ([`NotEstimable::NoOverlap`]); an
/// item that all answer alike is [`NotEstimable::NoVariation`]; a test whose larger model is separated says so.
///
/// Two groups that answer alike at each score differ in nothing:
/// ```
/// use mentorscope::stats::ordinal::dif::{ItemAnswer, dif_ordinal};
/// let answers: Vec<ItemAnswer> = [(1.0, 1), (1.0, 2), (2.0, 1), (2.0, 2), (2.0, 3), (3.0, 2), (3.0, 3)]
///     .iter()
///     .flat_map(|&(score, category)| [0, 1].map(|group| ItemAnswer { group, score, category }))
///     .collect();
/// assert!(dif_ordinal(&answers, 0.95)?.total?.p_value > 0.999);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn dif_ordinal(answers: &[ItemAnswer], confidence_level: f64) -> Result<OrdinalDif, NotEstimable> {
    crate::stats::tail_probability(confidence_level)?;
    if answers.is_empty() {
        return Err(NotEstimable::NoAnswers);
    }
    overlap(answers)?;
    let others = groups(answers);
    let center = mean(answers);
    let model = |terms: Terms| -> Result<Model, NotEstimable> {
        let row = |answer: &ItemAnswer| {
            let score = answer.score - center;
            let mut predictors = vec![score];
            let indicators = others.iter().skip(1).map(|&group| if answer.group == group { 1.0 } else { 0.0 });
            match terms {
                Terms::Score => {}
                Terms::Group => predictors.extend(indicators),
                Terms::Product => predictors.extend(indicators.clone().chain(indicators.map(|indicator| indicator * score))),
            }
            Rating { predictors, category: answer.category, count: 1 }
        };
        let data = Data::new(&answers.iter().map(row).collect::<Vec<_>>())?;
        let best = data.fitted()?.1;
        let (null, n) = (data.null_log_likelihood(), data.n as f64);
        let r_square = -(2.0 * (null - best.point.value) / n).exp_m1() / -(2.0 * null / n).exp_m1();
        Ok(Model { log_likelihood: best.point.value, parameters: best.at.len(), r_square: finite(r_square)? })
    };
    let score = model(Terms::Score)?;
    let group = model(Terms::Group);
    let product = model(Terms::Product);
    let against = |small: &Result<Model, NotEstimable>, large: &Result<Model, NotEstimable>| match (small, large) {
        (Ok(small), Ok(large)) => small.against(large),
        (Err(reason), _) | (_, Err(reason)) => Err(reason.clone()),
    };
    let (r_square_score, score) = (score.r_square, Ok(score));
    let total = against(&score, &product);
    let magnitude = total.clone().map(|test| match test.delta_r_square {
        _ if test.p_value >= 1.0 - confidence_level => Magnitude::Negligible,
        change if change < 0.035 => Magnitude::Negligible,
        change if change <= 0.07 => Magnitude::Moderate,
        _ => Magnitude::Large,
    });
    Ok(OrdinalDif {
        total,
        uniform: against(&score, &group),
        non_uniform: against(&group, &product),
        r_square_score,
        magnitude,
        n: answers.len() as u64,
        method: "nested proportional-odds models, likelihood-ratio tests, change of Nagelkerke's R-square",
    })
}

#[derive(Clone, Copy)]
enum Terms {
    Score,
    Group,
    Product,
}

struct Model {
    log_likelihood: f64,
    parameters: usize,
    r_square: f64,
}

impl Model {
    fn against(&self, larger: &Self) -> Result<NestedTest, NotEstimable> {
        if larger.parameters <= self.parameters {
            return Err(NotEstimable::Unidentified);
        }
        let chi_square = (2.0 * (larger.log_likelihood - self.log_likelihood)).max(0.0);
        let degrees_of_freedom = (larger.parameters - self.parameters) as f64;
        Ok(NestedTest {
            chi_square,
            degrees_of_freedom,
            p_value: chi_square_sf(chi_square, degrees_of_freedom)?,
            delta_r_square: (larger.r_square - self.r_square).max(0.0),
        })
    }
}

fn groups(answers: &[ItemAnswer]) -> Vec<u32> {
    let mut groups: Vec<u32> = answers.iter().map(|answer| answer.group).collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

fn mean(answers: &[ItemAnswer]) -> f64 {
    let mut scores: Vec<f64> = answers.iter().map(|answer| answer.score).collect();
    scores.sort_by(f64::total_cmp);
    crate::stats::sum(scores.iter().copied()) / scores.len() as f64
}

/// At least two groups, and every group's range of scores meets that of every other.
fn overlap(answers: &[ItemAnswer]) -> Result<(), NotEstimable> {
    let groups = groups(answers);
    let mut greatest_start = f64::NEG_INFINITY;
    let mut least_end = f64::INFINITY;
    for &group in &groups {
        let scores = answers.iter().filter(|answer| answer.group == group).map(|answer| answer.score);
        let (start, end) = scores.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), score| (low.min(score), high.max(score)));
        greatest_start = greatest_start.max(start);
        least_end = least_end.min(end);
    }
    if groups.len() < 2 || greatest_start > least_end { Err(NotEstimable::NoOverlap) } else { Ok(()) }
}
