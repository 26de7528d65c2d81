//! Verdicts: what a published comparison says. They are chosen from published values alone.

use super::figure::Figure;

/// What a comparison says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The family-adjusted interval lies above zero.
    Higher,
    /// The family-adjusted interval lies below zero.
    Lower,
    /// Only the unadjusted interval lies above zero.
    PossiblyHigher,
    /// Only the unadjusted interval lies below zero.
    PossiblyLower,
    /// The whole adjusted interval lies within the relevant difference.
    AboutTheSame,
    /// None of these.
    Uncertain,
    /// Not shown.
    NotShown,
}

impl Verdict {
    /// Short name used in results.
    pub fn id(self) -> &'static str {
        match self {
            Verdict::Higher => "higher",
            Verdict::Lower => "lower",
            Verdict::PossiblyHigher => "possibly_higher",
            Verdict::PossiblyLower => "possibly_lower",
            Verdict::AboutTheSame => "about_the_same",
            Verdict::Uncertain => "uncertain",
            Verdict::NotShown => "not_shown",
        }
    }
}

/// The verdict on a published difference. `relevant` is the metric's smallest difference worth acting on.
pub fn verdict(figure: &Figure, relevant: Option<f64>) -> Verdict {
    let Figure::Point { interval: Some((lower, upper)), adjusted, .. } = figure else { return Verdict::NotShown };
    let (adjusted_lower, adjusted_upper) = adjusted.unwrap_or((*lower, *upper));
    if adjusted_lower.is_positive() {
        Verdict::Higher
    } else if adjusted_upper.is_negative() {
        Verdict::Lower
    } else if lower.is_positive() {
        Verdict::PossiblyHigher
    } else if upper.is_negative() {
        Verdict::PossiblyLower
    } else if relevant.is_some_and(|relevant| adjusted_lower.value() >= -relevant && adjusted_upper.value() <= relevant) {
        Verdict::AboutTheSame
    } else {
        Verdict::Uncertain
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclose::{Decimal, People};

    fn difference(interval: (i64, i64), adjusted: (i64, i64)) -> Figure {
        let cents = |(lower, upper): (i64, i64)| Some((Decimal::new(lower, 2), Decimal::new(upper, 2)));
        Figure::Point { estimate: Decimal::new(0, 2), interval: cents(interval), adjusted: cents(adjusted), people: People::About(60) }
    }

    #[test]
    fn each_condition_has_its_verdict() {
        let of = |interval, adjusted| verdict(&difference(interval, adjusted), Some(0.10));
        assert_eq!(of((2, 20), (1, 22)), Verdict::Higher);
        assert_eq!(of((-20, -2), (-22, -1)), Verdict::Lower);
        assert_eq!(of((2, 20), (0, 22)), Verdict::PossiblyHigher);
        assert_eq!(of((-20, -2), (-22, 0)), Verdict::PossiblyLower);
        assert_eq!(of((-5, 8), (-9, 10)), Verdict::AboutTheSame);
        assert_eq!(of((-5, 8), (-9, 11)), Verdict::Uncertain);
        assert_eq!(verdict(&Figure::Hidden(crate::disclose::Symbol::Confidential), Some(0.1)), Verdict::NotShown);
    }
}
