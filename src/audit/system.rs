//! What an attacker can write down: whole unknowns between bounds, and sums of them between bounds.

use super::fraction::greatest_common_divisor;

/// A published sum: `lower` ≤ Σ coefficient × unknown ≤ `upper`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Unknowns by position with their coefficients; none is zero, none appears twice.
    pub terms: Vec<(usize, i64)>,
    /// Smallest sum.
    pub lower: i64,
    /// Largest sum.
    pub upper: i64,
}

impl Row {
    /// The sum at a point.
    pub fn at(&self, point: &[i64]) -> i64 {
        self.terms.iter().map(|&(unknown, coefficient)| coefficient * point[unknown]).sum()
    }

    /// How far a sum lies outside.
    pub fn excess(&self, sum: i64) -> i64 {
        (self.lower - sum).max(sum - self.upper).max(0)
    }
}

/// One unknown: the sum of the answers of people who are alike in every grouping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unknown {
    /// Smallest value.
    pub lower: i64,
    /// Largest value.
    pub upper: i64,
    /// How many people give it, at least 1; each at most an equal part of the range.
    pub people: i64,
}

/// Unknowns and published sums.
#[derive(Debug, Clone, Default)]
pub struct System {
    /// Unknowns by position.
    pub unknowns: Vec<Unknown>,
    /// Published sums.
    pub rows: Vec<Row>,
}

impl System {
    /// Adds an unknown and gives its position.
    pub fn unknown(&mut self, lower: i64, upper: i64, people: i64) -> usize {
        self.unknowns.push(Unknown { lower, upper, people: people.max(1) });
        self.unknowns.len() - 1
    }

    /// Adds a published sum, tightened to what whole numbers can reach; nothing where it says nothing that the bounds do not.
    pub fn publish(&mut self, terms: &[(usize, i64)], lower: i64, upper: i64) {
        let mut sorted: Vec<(usize, i64)> = terms.iter().copied().filter(|(_, coefficient)| *coefficient != 0).collect();
        sorted.sort_unstable();
        let mut terms: Vec<(usize, i64)> = Vec::with_capacity(sorted.len());
        for (unknown, coefficient) in sorted {
            match terms.last_mut() {
                Some(last) if last.0 == unknown => last.1 += coefficient,
                _ => terms.push((unknown, coefficient)),
            }
        }
        terms.retain(|(_, coefficient)| *coefficient != 0);
        let divisor = terms.iter().fold(0i128, |divisor, (_, coefficient)| greatest_common_divisor(divisor, i128::from(*coefficient)));
        let divisor = i64::try_from(divisor).unwrap_or(1).max(1);
        terms.iter_mut().for_each(|term| term.1 /= divisor);
        let (lower, upper) = (-(-lower).div_euclid(divisor), upper.div_euclid(divisor));
        let (least, most) = self.reach(&terms);
        let row = Row { terms, lower: lower.max(least), upper: upper.min(most) };
        // A sum that cannot be reached is kept: it shows that figures contradict each other.
        if (row.lower > least || row.upper < most || row.lower > row.upper) && !self.rows.contains(&row) {
            self.rows.push(row);
        }
    }

    /// Smallest and largest sum that the bounds of the unknowns allow.
    pub fn reach(&self, terms: &[(usize, i64)]) -> (i64, i64) {
        terms.iter().fold((0, 0), |(least, most), &(unknown, coefficient)| {
            let Unknown { lower, upper, .. } = self.unknowns[unknown];
            let ends = (coefficient * lower, coefficient * upper);
            (least + ends.0.min(ends.1), most + ends.0.max(ends.1))
        })
    }

    /// Whether a point meets every bound and every published sum.
    pub fn is_feasible(&self, point: &[i64]) -> bool {
        self.unknowns.iter().zip(point).all(|(unknown, value)| (unknown.lower..=unknown.upper).contains(value))
            && self.rows.iter().all(|row| row.excess(row.at(point)) == 0)
    }
}

/// A cell whose answers must stay hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Unknowns that it sums up.
    pub unknowns: Vec<usize>,
    /// How far apart its smallest and largest feasible sum must be.
    pub width: i64,
    /// For shares and means: how far apart they could be if nothing were published.
    pub range: Option<i64>,
}

impl Target {
    /// A share or mean: half of its range must stay possible, which also means that neither none nor all follows.
    pub fn share(system: &System, unknowns: Vec<usize>) -> Self {
        let range: i64 = unknowns.iter().map(|&unknown| system.unknowns[unknown].upper - system.unknowns[unknown].lower).sum();
        Self { unknowns, width: (range + 1) / 2, range: Some(range) }
    }

    /// For somebody who knows one person's answers, whose range is this and which may be `inside`: what one more person could have answered must
    /// stay open. None where nobody else is left.
    pub fn without(&self, own: i64, inside: bool) -> Option<Self> {
        let left = self.range.unwrap_or(i64::MAX) - if inside { own } else { 0 };
        (left > 0).then(|| Self { width: self.width.min(own).min(left).max(1), ..self.clone() })
    }

    /// A cell of enough people that is hidden for its neighbors' sake: no narrower than the ladder would have shown it.
    #[must_use]
    pub fn as_shown(mut self, people: i64) -> Self {
        let range = self.range.unwrap_or(self.width);
        let parts = if people < 10 {
            3
        } else if people < 50 {
            20
        } else {
            100
        };
        self.width = self.width.min((range / parts).max(1));
        self
    }

    /// A count: as many whole numbers as the floor must stay possible.
    pub fn count(unknowns: Vec<usize>, floor: i64) -> Self {
        Self { unknowns, width: floor - 1, range: None }
    }

    /// Its sum at a point.
    pub fn at(&self, point: &[i64]) -> i64 {
        self.unknowns.iter().map(|&unknown| point[unknown]).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_tightened_to_whole_numbers() {
        let mut system = System::default();
        let (one, two) = (system.unknown(0, 5, 5), system.unknown(0, 5, 5));
        system.publish(&[(one, 2), (two, 2)], 3, 9);
        assert_eq!(system.rows, [Row { terms: vec![(0, 1), (1, 1)], lower: 2, upper: 4 }]);
        system.publish(&[(one, 1)], 0, 9);
        assert_eq!(system.rows.len(), 1, "what the bounds say already is not kept");
        assert!(system.is_feasible(&[2, 2]));
        assert!(!system.is_feasible(&[4, 2]));
    }
}
