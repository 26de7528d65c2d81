//! The exact stage: what follows from equations and bounds by arithmetic alone, in whole numbers and fractions, without a tolerance.

use std::collections::BTreeMap;

use super::fraction::Fraction;
use super::limits::Limit;
use super::system::{System, Target, Unknown};

/// Narrows the bounds of every unknown by every published sum until nothing changes. Gives false where the figures contradict each other.
pub fn propagate(system: &mut System) -> bool {
    loop {
        let mut changed = false;
        for row in &system.rows {
            let (mut least, mut most) = system.reach(&row.terms);
            if least > row.upper || most < row.lower || row.lower > row.upper {
                return false;
            }
            for &(unknown, coefficient) in &row.terms {
                let bounds = &mut system.unknowns[unknown];
                let ends = |bounds: &Unknown| {
                    let (one, other) = (coefficient * bounds.lower, coefficient * bounds.upper);
                    (one.min(other), one.max(other))
                };
                let (own_least, own_most) = ends(bounds);
                let (low, high) = (row.lower - (most - own_most), row.upper - (least - own_least));
                let (lower, upper) = if coefficient > 0 {
                    (-(-low).div_euclid(coefficient), high.div_euclid(coefficient))
                } else {
                    (-high.div_euclid(-coefficient), (-low).div_euclid(-coefficient))
                };
                if lower > bounds.lower || upper < bounds.upper {
                    bounds.lower = bounds.lower.max(lower);
                    bounds.upper = bounds.upper.min(upper);
                    changed = true;
                    if bounds.lower > bounds.upper {
                        return false;
                    }
                    let (now_least, now_most) = ends(bounds);
                    (least, most) = (least - own_least + now_least, most - own_most + now_most);
                }
            }
        }
        if !changed {
            return true;
        }
    }
}

/// A sparse row with its right side.
type Equation = (BTreeMap<usize, Fraction>, Fraction);

/// The equations among the published sums, reduced so that each has an unknown of its own.
pub struct Elimination {
    /// Reduced equations by their leading unknown.
    equations: BTreeMap<usize, Equation>,
}

impl Elimination {
    /// Reduces all equations of a system.
    ///
    /// # Errors
    /// If fractions outgrow 128 bits.
    pub fn new(system: &System) -> Result<Self, Limit> {
        let mut elimination = Self { equations: BTreeMap::new() };
        let fixed = system.unknowns.iter().enumerate().filter(|(_, bounds)| bounds.lower == bounds.upper);
        let fixed = fixed.map(|(unknown, bounds)| (vec![(unknown, 1)], bounds.lower));
        let sums = system.rows.iter().filter(|row| row.lower == row.upper).map(|row| (row.terms.clone(), row.lower));
        for (terms, sum) in fixed.chain(sums) {
            let mut equation = (terms.into_iter().map(|(unknown, c)| (unknown, Fraction::whole(c))).collect(), Fraction::whole(sum));
            elimination.reduce(&mut equation)?;
            let Some((&lead, &factor)) = equation.0.iter().next() else { continue };
            for value in equation.0.values_mut() {
                *value = value.over(factor)?;
            }
            equation.1 = equation.1.over(factor)?;
            elimination.equations.insert(lead, equation);
        }
        Ok(elimination)
    }

    /// Takes multiples of the equations away until no leading unknown is left.
    fn reduce(&self, equation: &mut Equation) -> Result<(), Limit> {
        let mut from = 0;
        // What an equation brings in stands behind its leading unknown, so that one pass from the front is enough.
        while let Some((&unknown, &factor)) = equation.0.range(from..).next() {
            from = unknown + 1;
            let Some((terms, sum)) = self.equations.get(&unknown) else { continue };
            for (&other, &coefficient) in terms {
                let value = equation.0.get(&other).copied().unwrap_or(Fraction::ZERO).minus_product(factor, coefficient)?;
                if value.is_zero() {
                    equation.0.remove(&other);
                } else {
                    equation.0.insert(other, value);
                }
            }
            equation.1 = equation.1.minus_product(factor, *sum)?;
        }
        Ok(())
    }

    /// The sum of a target, where the equations give it.
    ///
    /// # Errors
    /// If fractions outgrow 128 bits.
    pub fn value(&self, target: &Target) -> Result<Option<i64>, Limit> {
        let mut equation: Equation = (target.unknowns.iter().map(|&unknown| (unknown, Fraction::whole(1))).collect(), Fraction::ZERO);
        self.reduce(&mut equation)?;
        if !equation.0.is_empty() {
            return Ok(None);
        }
        Ok(Fraction::ZERO.minus_product(Fraction::whole(1), equation.1)?.as_whole())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_singletons_fall_to_elimination() {
        // Two rows and one column of a table whose three hidden cells stand alone: a+b, b+c and a+c are published.
        let mut system = System::default();
        let [a, b, c] = [0; 3].map(|_| system.unknown(0, 4, 4));
        for (pair, sum) in [([a, b], 3), ([b, c], 5), ([a, c], 4)] {
            system.publish(&pair.map(|unknown| (unknown, 1)), sum, sum);
        }
        let elimination = Elimination::new(&system).unwrap();
        for (unknown, value) in [(a, 1), (b, 2), (c, 3)] {
            assert_eq!(elimination.value(&Target::share(&system, vec![unknown])).unwrap(), Some(value));
        }
    }

    #[test]
    fn bounds_fall_to_propagation() {
        // 0 = x + x + 0, and 15 = 10 + 3 + x + x where nobody hides a zero.
        let mut system = System::default();
        let [a, b] = [0; 2].map(|_| system.unknown(0, 4, 4));
        let [c, d] = [0; 2].map(|_| system.unknown(1, 4, 4));
        system.publish(&[(a, 1), (b, 1)], 0, 0);
        system.publish(&[(c, 1), (d, 1)], 15 - 10 - 3, 15 - 10 - 3);
        assert!(propagate(&mut system));
        assert!(system.unknowns[..2].iter().all(|bounds| (bounds.lower, bounds.upper) == (0, 0)));
        assert!(system.unknowns[2..].iter().all(|bounds| (bounds.lower, bounds.upper) == (1, 1)));
    }

    #[test]
    fn contradictions_are_seen() {
        let mut system = System::default();
        let a = system.unknown(0, 4, 4);
        system.publish(&[(a, 1)], 7, 9);
        assert!(!propagate(&mut system));
    }
}
