//! What failure goes with: models of the time to failure, with mentors as clusters, where the data can carry them.
//!
//! Nothing here says what causes failure, and no one's risk is computed.

use crate::analyze::ReleaseClass;
use crate::derive::{AnalysisSet, Episode, GroupingKind, status};
use crate::stats::NotEstimable;
use crate::stats::cox::{Errors, Model, Subject, Ties};
use crate::stats::logistic::{Trials, firth};
use crate::stats::multiplicity::benjamini_hochberg;
use crate::stats::survival::Spell;

/// As what these figures may be released, where a release has room for them.
pub const RELEASE_CLASS: ReleaseClass = ReleaseClass::Model;

/// Fewest relationships of a value that is told from others.
const FEWEST_OF_VALUE: usize = 10;
/// Fewest failures of any model.
const FEWEST_FAILURES: u64 = 5;
/// Fewest failures for each parameter of any model (van Smeden et al. 2016 on how crude such rules are).
const FEWEST_PER_PARAMETER: u64 = 5;
/// Fewest failures for each parameter of a model of the hazard; with fewer, Firth's penalized likelihood (Peduzzi et al. 1996).
const ENOUGH_PER_PARAMETER: u64 = 10;
/// Fewest mentors with which clustered errors can be trusted.
const FEWEST_MENTORS: u64 = 20;
/// Largest p-value of the test of proportional hazards with which a hazard ratio is withheld.
const NOT_PROPORTIONAL: f64 = 0.05;
/// Age in days by which failure is counted where the hazard is not modeled.
const TWELVE_MONTHS: i32 = 365;

/// Why a model is not given.
#[derive(Debug, Clone, PartialEq)]
pub enum Withheld {
    /// Too few failures for any model.
    TooFewFailures {
        /// How many there are.
        found: u64,
    },
    /// Too few failures for so many parameters.
    TooFewPerParameter {
        /// How many failures there are.
        found: u64,
        /// How many parameters.
        parameters: u64,
    },
    /// Too few mentors for clustered errors.
    TooFewMentors {
        /// How many there are.
        found: u64,
    },
    /// The hazards are not in proportion over time.
    NotProportional {
        /// The smallest p-value of the tests.
        p_value: f64,
    },
    /// All relationships that can be compared have the same value.
    NoVariation,
    /// The method has no answer.
    NotEstimable(NotEstimable),
}

/// What one value, or one unit more, goes with.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// The value, and what it is compared with.
    pub term: String,
    /// Hazard ratio of failure (odds ratio of failure within 12 months where Firth's method was used), with its interval.
    pub ratio: f64,
    /// Ends of the interval; none where it has no end.
    pub interval: Result<(f64, f64), NotEstimable>,
    /// Two-sided p-value.
    pub p_value: f64,
    /// Adjusted over all effects of all models of one factor (Benjamini-Hochberg); of the joint model, over its own.
    pub p_adjusted: f64,
}

/// One model.
#[derive(Debug, Clone, PartialEq)]
pub struct Association {
    /// What is looked at; none for all factors together.
    pub factor: Option<String>,
    /// Relationships in the model.
    pub relationships: u64,
    /// Failures among them.
    pub failures: u64,
    /// Their mentors.
    pub mentors: u64,
    /// Parameters.
    pub parameters: u64,
    /// Relationships left out because a value is not recorded, or is one of too few.
    pub left_out: u64,
    /// Whether the ratios are hazard ratios, and not odds ratios.
    pub hazard: bool,
    /// The smallest p-value of the test of proportional hazards, where it was made.
    pub proportional: Option<f64>,
    /// Method by name.
    pub method: &'static str,
    /// The effects, or why there are none.
    pub effects: Result<Vec<Effect>, Withheld>,
}

/// A factor: names of its terms, and their values for each episode; none where a value is not recorded.
struct Factor {
    label: String,
    terms: Vec<String>,
    values: Vec<Option<Vec<f64>>>,
}

/// All models: one for each factor that the program records, then one of all together.
pub fn associations(set: &AnalysisSet, confidence_level: f64) -> Vec<Association> {
    let factors = factors(set);
    let mut models: Vec<Association> =
        factors.iter().map(|factor| model(set, Some(&factor.label), std::slice::from_ref(factor), confidence_level)).collect();
    adjust(&mut models);
    let varying: Vec<Factor> = factors.into_iter().filter(|factor| !factor.terms.is_empty()).collect();
    if varying.len() > 1 {
        let mut joint = model(set, None, &varying, confidence_level);
        adjust(std::slice::from_mut(&mut joint));
        models.push(joint);
    }
    models
}

fn adjust(models: &mut [Association]) {
    let effects = || models.iter().flat_map(|model| model.effects.iter().flatten());
    let p_values: Vec<Option<f64>> = effects().map(|effect| Some(effect.p_value)).collect();
    let Ok(adjusted) = benjamini_hochberg(&p_values) else { return };
    let places = models.iter_mut().flat_map(|model| model.effects.iter_mut().flatten());
    for (effect, adjusted) in places.zip(adjusted) {
        effect.p_adjusted = adjusted.unwrap_or(effect.p_value);
    }
}

fn factors(set: &AnalysisSet) -> Vec<Factor> {
    let compared = &set.compared;
    let grouping = |of: usize| set.groupings.iter().find(|grouping| grouping.kind == GroupingKind::Demographic(of));
    let at_risk: Vec<&Episode> = set.ledger.iter().filter(|episode| !episode.late).collect();
    let number = |label: &str, term: &str, value: &dyn Fn(&Episode) -> Option<f64>| {
        let values: Vec<Option<Vec<f64>>> = at_risk.iter().map(|episode| value(episode).map(|value| vec![value])).collect();
        let mut stated = values.iter().flatten();
        let first = stated.next();
        let varies = stated.any(|value| Some(value) != first);
        Factor { label: label.to_string(), terms: if varies { vec![term.to_string()] } else { Vec::new() }, values }
    };
    let yes = |is: Option<bool>| is.map(|is| f64::from(u8::from(is)));
    let mut factors = Vec::new();
    for &of in &compared.mentor_kinds {
        let Some(grouping) = grouping(of) else { continue };
        let labels: Vec<&str> = grouping.groups.iter().map(|group| group.label.as_str()).collect();
        let groups: Vec<Option<u16>> = at_risk.iter().map(|episode| episode.mentor_groups[of]).collect();
        factors.push(categories(format!("Mentor's {}", lower_first(&grouping.label)), &labels, &groups));
    }
    factors.push(number("Mentees of the mentor", "each mentee more", &|episode| Some(f64::from(episode.load))));
    factors.push(number("Agreed days between meetings", "30 days more", &|episode| Some(f64::from(episode.interval) / 30.0)));
    for &of in &compared.alike {
        let Some(grouping) = grouping(of) else { continue };
        let refused = |group: u16| compared.refused[of].get(usize::from(group)) == Some(&true);
        let label = format!("Mentee and mentor alike in {}", lower_first(&grouping.label));
        factors.push(number(&label, "alike, against not alike", &|episode| {
            let (mentee, mentor) = (episode.mentee_groups[of]?, episode.mentor_groups[of]?);
            (!refused(mentee) && !refused(mentor)).then(|| f64::from(u8::from(mentee == mentor)))
        }));
    }
    let [training, assessing, coaching] = compared.recorded;
    if training {
        factors.push(number("Mentor trained by the first day", "trained, against not", &|episode| yes(episode.trained)));
    }
    if assessing {
        factors.push(number("Mentor assesses the mentee", "assesses, against not", &|episode| yes(episode.assesses)));
    }
    if coaching {
        let tenths = |percent: i32| f64::from(percent) / 10.0;
        factors.push(number("Share of coaching or supervision", "10 points more", &|episode| episode.coaching_percent.map(tenths)));
    }
    factors
}

/// A factor with a term for each value but the commonest, with which the others are compared. Values of too few relationships are left out.
fn categories(label: String, labels: &[&str], groups: &[Option<u16>]) -> Factor {
    let size = |group: usize| groups.iter().filter(|of| of.is_some_and(|of| usize::from(of) == group)).count();
    let mut told: Vec<usize> = (0..labels.len()).filter(|&group| size(group) >= FEWEST_OF_VALUE).collect();
    // Of equally common values the first is the one to compare with.
    let Some(common) = told.iter().copied().rev().max_by_key(|&group| size(group)) else {
        return Factor { label, terms: Vec::new(), values: vec![None; groups.len()] };
    };
    told.retain(|&group| group != common);
    let terms = told.iter().map(|&group| format!("{}, against {}", labels[group], lower_first(labels[common]))).collect();
    let value = |group: &Option<u16>| {
        let group = usize::from((*group)?);
        (group == common || told.contains(&group)).then(|| told.iter().map(|&other| f64::from(u8::from(other == group))).collect())
    };
    Factor { label, terms, values: groups.iter().map(value).collect() }
}

/// A label in mid-sentence; an abbreviation keeps its capitals.
fn lower_first(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => label.to_owned(),
    }
}

const COX: &str =
    "cause-specific Cox model of failure, other ends censored, delayed entry, Efron ties, errors clustered by mentor (Lin-Wei)";
const FIRTH: &str =
    "logistic regression of failure within 12 months, Firth's penalized likelihood, profile intervals; mentors not clustered";

fn model(set: &AnalysisSet, label: Option<&String>, factors: &[Factor], confidence_level: f64) -> Association {
    let at_risk: Vec<&Episode> = set.ledger.iter().filter(|episode| !episode.late).collect();
    let rows: Vec<(&Episode, Vec<f64>)> = at_risk
        .iter()
        .enumerate()
        .filter_map(|(row, episode)| {
            let values: Option<Vec<Vec<f64>>> = factors.iter().map(|factor| factor.values[row].clone()).collect();
            Some((*episode, values?.concat()))
        })
        .collect();
    let terms: Vec<&String> = factors.iter().flat_map(|factor| &factor.terms).collect();
    let mut mentors: Vec<u32> = rows.iter().map(|(episode, _)| episode.mentor).collect();
    mentors.sort_unstable();
    mentors.dedup();
    let failures = rows.iter().filter(|(episode, _)| episode.failed()).count() as u64;
    let parameters = terms.len() as u64;
    let mut association = Association {
        factor: label.cloned(),
        relationships: rows.len() as u64,
        failures,
        mentors: mentors.len() as u64,
        parameters,
        left_out: (at_risk.len() - rows.len()) as u64,
        hazard: true,
        proportional: None,
        method: "not estimated",
        effects: Err(Withheld::NoVariation),
    };
    let withheld = |why: Withheld, association: Association| Association { effects: Err(why), ..association };
    if terms.is_empty() {
        return association;
    }
    if failures < FEWEST_FAILURES {
        return withheld(Withheld::TooFewFailures { found: failures }, association);
    }
    if failures < FEWEST_PER_PARAMETER * parameters {
        return withheld(Withheld::TooFewPerParameter { found: failures, parameters }, association);
    }
    if association.mentors < FEWEST_MENTORS {
        let found = association.mentors;
        return withheld(Withheld::TooFewMentors { found }, association);
    }
    if failures >= ENOUGH_PER_PARAMETER * parameters {
        match cox(&rows, factors, confidence_level) {
            Ok((proportional, effects)) => {
                association.method = COX;
                association.proportional = Some(proportional);
                association.effects = if proportional < NOT_PROPORTIONAL {
                    Err(Withheld::NotProportional { p_value: proportional })
                } else {
                    Ok(named(&terms, effects))
                };
                return association;
            }
            // Where a value has no failure at all, Firth's method still has an answer.
            Err(NotEstimable::Separated) => {}
            Err(reason) => return withheld(Withheld::NotEstimable(reason), association),
        }
    }
    association.hazard = false;
    // Whoever started less than 12 months ago is left out whether failed or not, else failures would be overcounted.
    let known = |episode: &Episode| {
        let seen = episode.entry == episode.start && episode.start + TWELVE_MONTHS <= set.compared.as_of;
        seen && (episode.exit - episode.start > TWELVE_MONTHS || episode.status != status::OPEN)
    };
    let trials: Vec<Trials> = rows
        .iter()
        .filter(|(episode, _)| known(episode))
        .map(|(episode, values)| Trials {
            predictors: values.clone(),
            events: u64::from(episode.failed() && episode.exit - episode.start <= TWELVE_MONTHS),
            trials: 1,
        })
        .collect();
    association.relationships = trials.len() as u64;
    association.left_out = (at_risk.len() - trials.len()) as u64;
    association.failures = trials.iter().map(|trial| trial.events).sum();
    if association.failures < FEWEST_FAILURES {
        let found = association.failures;
        return withheld(Withheld::TooFewFailures { found }, association);
    }
    if association.failures < FEWEST_PER_PARAMETER * parameters {
        let found = association.failures;
        return withheld(Withheld::TooFewPerParameter { found, parameters }, association);
    }
    association.method = FIRTH;
    association.effects = odds(&trials, confidence_level).map(|effects| named(&terms, effects)).map_err(Withheld::NotEstimable);
    association
}

/// Ratio, interval, p-value.
type Ratio = (f64, Result<(f64, f64), NotEstimable>, f64);

fn named(terms: &[&String], effects: Vec<Ratio>) -> Vec<Effect> {
    let effect = |(term, (ratio, interval, p_value)): (&&String, Ratio)| Effect {
        term: (*term).clone(),
        ratio,
        interval,
        p_value,
        p_adjusted: p_value,
    };
    terms.iter().zip(effects).map(effect).collect()
}

/// Hazard ratios, with the smallest p-value of the tests of proportional hazards of each factor and of all.
fn cox(rows: &[(&Episode, Vec<f64>)], factors: &[Factor], confidence_level: f64) -> Result<(f64, Vec<Ratio>), NotEstimable> {
    let subjects: Vec<Subject> = rows
        .iter()
        .map(|(episode, values)| Subject {
            spell: Spell {
                entry: (episode.entry > episode.start).then(|| f64::from(episode.entry - episode.start)),
                exit: f64::from(episode.exit - episode.start),
                event: episode.failed(),
            },
            covariates: values.clone(),
            stratum: 0,
            cluster: episode.mentor,
            weight: 1.0,
        })
        .collect();
    let model = Model::new(&subjects)?;
    let fit = model.fit(Ties::Efron, Errors::Clustered)?;
    if fit.separated {
        return Err(NotEstimable::Separated);
    }
    let mut ends = 0;
    let terms: Vec<Vec<usize>> = factors
        .iter()
        .map(|factor| {
            ends += factor.terms.len();
            (ends - factor.terms.len()..ends).collect()
        })
        .filter(|term: &Vec<usize>| !term.is_empty())
        .collect();
    let tests = model.proportional_hazards(&fit, Ties::Efron, &terms)?;
    // Of several factors each is tested, and the smallest p-value is taken that many times (Bonferroni).
    let of_terms = tests.terms.iter().flatten().map(|test| test.p_value * terms.len() as f64);
    let smallest = of_terms.chain(tests.global.iter().map(|test| test.p_value)).fold(1.0_f64, f64::min);
    let ratios = fit.coefficients.iter().map(|coefficient| {
        let coefficient = coefficient.as_ref().map_err(Clone::clone)?;
        let interval = coefficient.hazard_ratio_interval(confidence_level).map(|interval| (interval.lower, interval.upper));
        Ok((coefficient.hazard_ratio.clone()?, interval, coefficient.p_value.clone()?))
    });
    Ok((smallest, ratios.collect::<Result<_, NotEstimable>>()?))
}

/// Odds ratios by Firth's method.
fn odds(trials: &[Trials], confidence_level: f64) -> Result<Vec<Ratio>, NotEstimable> {
    let fit = firth(trials, confidence_level)?;
    let ratios = fit.coefficients.iter().skip(1).map(|coefficient| {
        let coefficient = coefficient.as_ref().map_err(Clone::clone)?;
        let interval = coefficient.interval.clone().map(|interval| (interval.lower.exp(), interval.upper.exp()));
        Ok((coefficient.estimate.exp(), interval, coefficient.p_value.clone()?))
    });
    ratios.collect()
}
