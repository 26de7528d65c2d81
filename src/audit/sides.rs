//! Differences between two sums in whole numbers: which pairs of sums meet them is looked at one by one, so that what follows of each side and of
//! both can be said without the difference.

use std::collections::HashMap;

use super::system::{Row, System};

/// Sums of one side with more values than this are left as they are.
const MOST: i64 = 4096;
/// Times that all differences are looked at, since each may tighten the sides of another.
const ROUNDS: usize = 8;

type Terms = Vec<(usize, i64)>;

/// Two sums, and what was published of a multiple of one and a multiple of the other.
struct Difference {
    sides: [Terms; 2],
    both: Terms,
    factors: [i64; 2],
    lower: i64,
    upper: i64,
}

impl Difference {
    /// The row as a difference; none where it has another form.
    fn of(row: &Row) -> Option<Self> {
        let first = row.terms.first()?.1;
        let second = row.terms.iter().find(|(_, coefficient)| *coefficient != first)?.1;
        let side =
            |factor: i64| -> Terms { row.terms.iter().filter(|(_, own)| *own == factor).map(|&(unknown, _)| (unknown, 1)).collect() };
        let sides = [side(first), side(second)];
        let both = row.terms.iter().map(|&(unknown, _)| (unknown, 1)).collect();
        let is_whole = sides[0].len() + sides[1].len() == row.terms.len();
        is_whole.then_some(Self { sides, both, factors: [first, second], lower: row.lower, upper: row.upper })
    }

    /// Between which values the second sum lies where the first is this, by the difference alone.
    fn second(&self, first: i64) -> (i64, i64) {
        let (low, high) = (self.lower - self.factors[0] * first, self.upper - self.factors[0] * first);
        let factor = self.factors[1];
        if factor > 0 {
            (-(-low).div_euclid(factor), high.div_euclid(factor))
        } else {
            (-high.div_euclid(-factor), (-low).div_euclid(-factor))
        }
    }
}

/// Tightens the sums on both sides of every difference, and takes out differences that say nothing more. Gives false where the figures contradict
/// each other. The feasible whole numbers stay the same.
pub fn tighten(system: &mut System) -> bool {
    let (differences, rows): (Vec<Row>, Vec<Row>) = system.rows.drain(..).partition(|row| Difference::of(row).is_some());
    let mut sums = Sums::default();
    if !rows.into_iter().all(|row| sums.add(system, row)) {
        return false;
    }
    let mut open: Vec<(Row, Difference)> =
        differences.into_iter().filter_map(|row| Difference::of(&row).map(|difference| (row, difference))).collect();
    for _ in 0..ROUNDS {
        let before = sums.rows.clone();
        let mut rest = Vec::with_capacity(open.len());
        for (row, difference) in open {
            match sums.learn(system, &difference) {
                None => return false,
                Some(true) => {}
                Some(false) => rest.push((row, difference)),
            }
        }
        open = rest;
        if sums.rows == before {
            break;
        }
    }
    system.rows = sums.rows;
    system.rows.extend(open.into_iter().map(|(row, _)| row));
    true
}

/// Sums with what is known of them.
#[derive(Default)]
struct Sums {
    rows: Vec<Row>,
    places: HashMap<Terms, usize>,
}

impl Sums {
    /// Adds a row to what is known; false where it cannot be met.
    fn add(&mut self, system: &System, row: Row) -> bool {
        let (lower, upper) = self.range(system, &row.terms);
        let (lower, upper) = (lower.max(row.lower), upper.min(row.upper));
        match self.places.get(&row.terms) {
            Some(&place) => (self.rows[place].lower, self.rows[place].upper) = (lower, upper),
            None if system.reach(&row.terms) == (lower, upper) => {}
            None => {
                self.places.insert(row.terms.clone(), self.rows.len());
                self.rows.push(Row { lower, upper, ..row });
            }
        }
        lower <= upper
    }

    /// Between which values a sum lies.
    fn range(&self, system: &System, terms: &Terms) -> (i64, i64) {
        let (least, most) = system.reach(terms);
        self.places.get(terms).map_or((least, most), |&place| (least.max(self.rows[place].lower), most.min(self.rows[place].upper)))
    }

    /// Learns from a difference, and gives whether it says nothing more; none where it cannot be met.
    fn learn(&mut self, system: &System, difference: &Difference) -> Option<bool> {
        let ranges = |sums: &Self| [&difference.sides[0], &difference.sides[1], &difference.both].map(|terms| sums.range(system, terms));
        let [first, second, both] = ranges(self);
        if first.1 - first.0 > MOST {
            return Some(false);
        }
        let between = |sum: i64, second: (i64, i64), both: (i64, i64)| (second.0.max(both.0 - sum), second.1.min(both.1 - sum));
        let mut found: Option<[(i64, i64); 3]> = None;
        for sum in first.0..=first.1 {
            let (low, high) = between(sum, second, both);
            let by_difference = difference.second(sum);
            let (low, high) = (low.max(by_difference.0), high.min(by_difference.1));
            if low <= high {
                let here = [(sum, sum), (low, high), (sum + low, sum + high)];
                let wider = |one: (i64, i64), other: (i64, i64)| (one.0.min(other.0), one.1.max(other.1));
                found = Some(found.map_or(here, |found| [0, 1, 2].map(|place| wider(found[place], here[place]))));
            }
        }
        for ((lower, upper), terms) in found?.into_iter().zip([&difference.sides[0], &difference.sides[1], &difference.both]) {
            self.add(system, Row { terms: terms.clone(), lower, upper });
        }
        let [first, second, both] = ranges(self);
        Some((first.0..=first.1).all(|sum| {
            let ((low, high), by_difference) = (between(sum, second, both), difference.second(sum));
            low > high || (by_difference.0 <= low && high <= by_difference.1)
        }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn points(unknowns: usize) -> impl Iterator<Item = Vec<i64>> {
        (0..3usize.pow(unknowns as u32))
            .map(move |number| (0..unknowns).map(|place| (number / 3usize.pow(place as u32) % 3) as i64).collect())
    }

    proptest! {
        #[test]
        fn the_same_whole_numbers_are_feasible(
            rows in proptest::collection::vec((proptest::collection::vec(0usize..=3, 5), 1i64..=7, -7i64..=7, -12i64..=12, 0i64..=6), 1..=5),
        ) {
            let mut system = System::default();
            (0..5).for_each(|_| {
                system.unknown(0, 2, 2);
            });
            for (sides, one, other, lower, slack) in rows {
                let factor = |side: usize| [0, one, other, one][side];
                let terms: Vec<(usize, i64)> = sides.into_iter().enumerate().map(|(place, side)| (place, factor(side))).collect();
                system.publish(&terms, lower, lower + slack);
            }
            let mut tight = system.clone();
            let is_possible = tighten(&mut tight);
            for point in points(5) {
                prop_assert_eq!(system.is_feasible(&point), is_possible && tight.is_feasible(&point), "{:?}", point);
            }
        }
    }

    #[test]
    fn a_difference_gives_way_to_its_sides() {
        // A gap between a group of three and one of five that only 1 of 3 and 2 of 5 make.
        let mut system = System::default();
        let [one, two] = [3, 5].map(|people| system.unknown(0, people, people));
        system.publish(&[(one, 5), (two, -3)], -1, -1);
        assert!(tighten(&mut system));
        assert_eq!(system.rows.len(), 3, "{:?}", system.rows);
        assert!(system.rows.iter().all(|row| row.terms.iter().all(|(_, factor)| *factor == 1) && row.lower == row.upper));
    }
}
