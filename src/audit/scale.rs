//! How answers are counted in whole units.

use super::atoms::{Atom, Outcome};
use super::fraction::greatest_common_divisor;

/// Parts of one answer on a scale.
pub const STEPS: i64 = 240;
/// Most parts of a person: a multiple of all numbers of observations to 10.
const PARTS: i64 = 2520;

/// Smallest and largest value that one observation can have; none where an outcome has no such.
fn ends(outcome: &Outcome, unit: &str) -> Option<(f64, f64)> {
    match unit {
        "proportion" if outcome.class != "curve" => Some((0.0, 1.0)),
        "nps_points" => Some((-100.0, 100.0)),
        // T of one to six goals at -2 and at +2 lies between these.
        "t_points" => Some((20.0, 80.0)),
        "scale_points" => outcome.ends.0.parse().ok().zip(outcome.ends.1.parse().ok()),
        _ => None,
    }
}

/// How an outcome's answers are counted in whole units.
pub struct Scale {
    /// Units of a full answer.
    pub units: i64,
    /// Smallest value and range of an answer.
    pub least: f64,
    pub range: f64,
    /// Whether the outcome counts events, so that its denominator bounds nothing.
    pub is_count: bool,
    pub is_share: bool,
    /// A multiple of all numbers of observations over which people are averaged.
    pub parts: i64,
}

impl Scale {
    pub fn new(outcome: &Outcome, unit: &str, atoms: &[&Atom]) -> Option<Self> {
        let is_count = matches!(outcome.class.as_str(), "count" | "additive");
        let (least, greatest) = if is_count { (0.0, 1.0) } else { ends(outcome, unit)? };
        let units = match unit {
            _ if is_count => 1,
            "proportion" => 1,
            "nps_points" => 2,
            _ => STEPS,
        };
        let multiple = |one: i64, other: i64| (one / greatest_common_divisor(one.into(), other.into()) as i64).saturating_mul(other);
        // Whole numbers must stay small enough to multiply: weights of people with very many observations are about right, and sums that much wider.
        let parts = atoms.iter().map(|atom| atom.per_person).fold(1, multiple).min(PARTS);
        Some(Self { units, least, range: greatest - least, is_count, is_share: unit == "proportion", parts })
    }

    /// The largest sum of an atom, in units.
    pub fn most(&self, atom: &Atom) -> i64 {
        atom.observations * self.units
    }

    /// The true sum of an atom, in units.
    pub fn truth(&self, atom: &Atom) -> i64 {
        let sum = if self.is_count { atom.numerator } else { (atom.numerator - self.least * atom.denominator) / self.range };
        ((sum * self.units as f64).round() as i64).clamp(0, self.most(atom))
    }

    /// The weight of an atom's units in a cell.
    pub fn weight(&self, atom: &Atom) -> i64 {
        ((self.parts + atom.per_person / 2) / atom.per_person).max(1)
    }

    /// How far the weighted sum of an atom may lie from the true one for its weight being about right.
    pub fn slack(&self, atom: &Atom) -> f64 {
        let off = (self.parts as f64 / atom.per_person as f64 - self.weight(atom) as f64).abs();
        off * self.most(atom) as f64
    }
}
