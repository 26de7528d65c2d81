//! Statistics as pure functions over slices: no rows, no files, no domain.
//!
//! Every function gives a struct with named fields, or [`NotEstimable`] with its reason; never NaN, infinity or a stand-in
//! number. Each one's documentation states definition, domain, convention, reference and edge cases. Results do not depend
//! on the order of the input: values are sorted before they are summed, and sums are compensated.

pub mod agreement;
pub mod bootstrap;
pub mod change;
pub mod charts;
pub mod clustered;
pub mod concentration;
pub mod cox;
pub mod distributions;
pub mod dominance;
pub mod episode;
pub mod gas;
pub mod icc;
pub mod incidence;
mod incomplete;
pub mod least_squares;
mod likelihood;
pub mod linear;
pub mod logistic;
pub mod mcnemar;
pub mod mean;
pub mod multilevel;
pub mod multiplicity;
pub mod noncentral;
pub mod nps;
pub mod odds_ratio;
pub mod ordinal;
pub mod paired;
pub mod proportion;
pub mod quantile;
pub mod ranks;
pub mod rate;
pub mod reliability;
pub mod signed_rank;
pub mod standardized;
pub mod survey;
pub mod survival;
pub mod tables;
pub mod top_box;
pub mod two_group;
pub mod welch;

use std::fmt;

/// Why a statistic has no answer.
///
/// The words of its `Display` never contain a count found in the data, so that a reason discloses nothing about small groups.
#[derive(Clone, Debug, PartialEq)]
pub enum NotEstimable {
    /// Nobody answered: the denominator is 0.
    NoAnswers,
    /// Fewer observations than the method needs.
    TooFew {
        /// The least number of observations with which the method has an answer.
        needed: u64,
        /// The number of observations given.
        found: u64,
    },
    /// Fewer clusters (mentees, mentors, departments) than a clustered variance needs.
    TooFewClusters {
        /// The least number of clusters with which the method has an answer.
        needed: u64,
        /// The smallest number of clusters found in any group and dimension.
        found: u64,
    },
    /// All values are equal where the method divides by their spread.
    NoVariation,
    /// The estimate exists, but an interval by this method would have zero width and claim a certainty that is not there.
    ZeroWidth,
    /// No event was observed.
    NoEvents,
    /// No time or opportunity was observed in which an event could have happened.
    NoExposure,
    /// Nobody was under observation at the time asked for.
    NobodyAtRisk,
    /// Every weight is 0.
    AllWeightsZero,
    /// The data cannot tell apart the quantities asked for.
    Unidentified,
    /// Answers cannot be linked to the people or pairs that the quantity is about.
    NotLinked,
    /// The predictors separate the outcomes completely, so that no finite estimate exists.
    Separated,
    /// The iteration did not settle on an answer.
    NotConverged,
    /// Not reached while anybody was observed, such as a median that fewer than half had.
    NotReached,
    /// A group of the population has nobody in the sample to stand for it.
    EmptyCell,
    /// The groups compared have nothing in common to be compared on.
    NoOverlap,
    /// An argument outside the domain of the method; names the argument and its domain.
    InvalidInput(&'static str),
    /// A value is not a finite number, or the values are too large to compute with.
    NotFinite,
}

impl fmt::Display for NotEstimable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswers => f.write_str("no answers"),
            Self::TooFew { needed, .. } => write!(f, "too few observations, at least {needed} needed"),
            Self::TooFewClusters { needed, .. } => write!(f, "too few independent groups, at least {needed} needed"),
            Self::NoVariation => f.write_str("no variation"),
            Self::ZeroWidth => f.write_str("no variation to base an interval on"),
            Self::NoEvents => f.write_str("no events"),
            Self::NoExposure => f.write_str("no observed time"),
            Self::NobodyAtRisk => f.write_str("nobody at risk"),
            Self::AllWeightsZero => f.write_str("all weights are zero"),
            Self::Unidentified => f.write_str("the data do not determine it"),
            Self::NotLinked => f.write_str("answers are anonymous and cannot be linked to pairs"),
            Self::Separated => f.write_str("complete separation, no finite estimate"),
            Self::NotConverged => f.write_str("the iteration did not converge"),
            Self::NotReached => f.write_str("not reached"),
            Self::EmptyCell => f.write_str("a group of the population has no respondents; combine groups"),
            Self::NoOverlap => f.write_str("the groups have no overlap to compare on"),
            Self::InvalidInput(what) => write!(f, "outside the method's domain: {what}"),
            Self::NotFinite => f.write_str("a value is not a finite number"),
        }
    }
}

impl std::error::Error for NotEstimable {}

/// A confidence interval, in the unit of its estimate; `lower <= upper`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
    /// Two-sided confidence level, strictly between 0 and 1.
    pub confidence_level: f64,
}

impl Interval {
    /// An interval of finite, ordered limits.
    pub(crate) fn new(lower: f64, upper: f64, confidence_level: f64) -> Result<Self, NotEstimable> {
        if lower.is_finite() && upper.is_finite() && lower <= upper {
            Ok(Self { lower, upper, confidence_level })
        } else {
            Err(NotEstimable::NotFinite)
        }
    }

    /// `center` plus and minus `half_width`, which must be above 0.
    pub(crate) fn around(center: f64, half_width: f64, confidence_level: f64) -> Result<Self, NotEstimable> {
        if half_width == 0.0 {
            return Err(NotEstimable::ZeroWidth);
        }
        Self::new(center - half_width, center + half_width, confidence_level)
    }

    /// The same interval cut to the range `[least, greatest]` that its quantity can take.
    #[must_use]
    pub fn clamped(self, least: f64, greatest: f64) -> Self {
        Self { lower: self.lower.max(least).min(greatest), upper: self.upper.min(greatest).max(least), ..self }
    }
}

/// One estimated quantity, with what is known of its precision.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The point estimate, in the unit that its function names.
    pub estimate: f64,
    /// Standard deviation of the values, where the quantity has one and at least 2 values were given.
    pub std_dev: Option<f64>,
    /// Standard error of the estimate, where the method gives one.
    pub std_error: Option<f64>,
    /// The confidence interval, or why there is none although there is an estimate.
    pub interval: Result<Interval, NotEstimable>,
    /// Number of observations used.
    pub n: u64,
    /// The method by name, as a methods note prints it.
    pub method: &'static str,
}

/// A difference tested against zero with Student's t.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The difference, in the unit of what is compared.
    pub estimate: f64,
    /// Its standard error, above 0.
    pub std_error: f64,
    /// Degrees of freedom of the t distribution, above 0.
    pub degrees_of_freedom: f64,
    /// Two-sided p-value of no difference, 0 to 1.
    pub p_value: f64,
    /// Number of observations used, both sides together.
    pub n: u64,
    /// The method by name, as a methods note prints it.
    pub method: &'static str,
}

impl Comparison {
    /// Tests `estimate / std_error` against t; no variation when the standard error is 0.
    pub(crate) fn new(estimate: f64, std_error: f64, degrees_of_freedom: f64, n: u64, method: &'static str) -> Result<Self, NotEstimable> {
        if std_error == 0.0 {
            return Err(NotEstimable::NoVariation);
        }
        let (estimate, std_error) = (finite(estimate)?, finite(std_error)?);
        let p_value = distributions::t_two_sided_p(estimate / std_error, degrees_of_freedom)?;
        Ok(Self { estimate, std_error, degrees_of_freedom, p_value, n, method })
    }

    /// The t interval at any confidence level. It leaves out 0 exactly when `p_value` is below `1 - confidence_level`, so an
    /// interval at the level of [`multiplicity::holm`] agrees with its decision.
    pub fn interval(&self, confidence_level: f64) -> Result<Interval, NotEstimable> {
        let critical = distributions::t_critical(confidence_level, self.degrees_of_freedom)?;
        Interval::around(self.estimate, critical * self.std_error, confidence_level)
    }
}

/// A value and how often it occurs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frequency {
    /// The value, finite.
    pub value: f64,
    /// How many observations have it.
    pub count: u64,
}

/// The sum with Neumaier's compensation: the rounding error of each addition is kept and added at the end.
///
/// Reference: Neumaier, ZAMM 1974;54:39-51. The result still depends on the order in the last bit, so callers sort first.
///
/// ```
/// assert_eq!(mentorscope::stats::sum([1.0, 1e100, 1.0, -1e100]), 2.0);
/// ```
pub fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0_f64, 0.0_f64);
    for value in values {
        let next = total + value;
        lost += if total.abs() >= value.abs() { (total - next) + value } else { (value - next) + total };
        total = next;
    }
    total + lost
}

/// The value itself when it is finite.
pub(crate) fn finite(value: f64) -> Result<f64, NotEstimable> {
    if value.is_finite() { Ok(value) } else { Err(NotEstimable::NotFinite) }
}

/// The probability left in each tail by a two-sided confidence level.
pub(crate) fn tail_probability(confidence_level: f64) -> Result<f64, NotEstimable> {
    if confidence_level > 0.0 && confidence_level < 1.0 {
        Ok((1.0 - confidence_level) / 2.0)
    } else {
        Err(NotEstimable::InvalidInput("the confidence level must lie between 0 and 1"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_plain_words_without_counts_found() {
        assert_eq!(NotEstimable::NoAnswers.to_string(), "no answers");
        assert_eq!(NotEstimable::TooFew { needed: 2, found: 1 }.to_string(), "too few observations, at least 2 needed");
    }

    #[test]
    fn compensated_sum_keeps_what_plain_addition_loses() {
        assert_eq!(sum((0..1000).map(|_| 0.1)), 100.0);
    }

    #[test]
    fn interval_leaves_out_zero_exactly_when_p_is_below_its_level() {
        for estimate in [0.5, 1.9, 2.3, 4.0] {
            let comparison = Comparison::new(estimate, 1.0, 7.0, 16, "t").unwrap();
            for alpha in [0.1, 0.05, 0.0125] {
                let interval = comparison.interval(1.0 - alpha).unwrap();
                assert_eq!(interval.lower > 0.0, comparison.p_value < alpha, "{estimate} {alpha}");
            }
        }
    }

    #[test]
    fn level_outside_its_domain_is_refused() {
        for level in [0.0, 1.0, 95.0, f64::NAN] {
            assert!(tail_probability(level).is_err());
        }
    }
}
