//! Complementary suppression within one table: a single hidden group beside a published total is found by subtraction.

use crate::program::plan::Privacy;

/// One cell of a table that partitions a published total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Distinct people in it.
    pub people: u64,
    /// Whether it is already hidden.
    pub hidden: bool,
}

/// Hides further cells until the hidden ones, with the people of no stated group, are at least two and at least the floor in people.
///
/// `not_stated` is the number of people who are in the published total and in no cell. The choice looks at numbers of people only: the smallest shown cell goes first,
/// the earlier one where two are equal.
pub fn suppress_complement(cells: &mut [Cell], not_stated: u64, privacy: &Privacy) {
    loop {
        let hidden_people: u64 = cells.iter().filter(|cell| cell.hidden).map(|cell| cell.people).sum::<u64>() + not_stated;
        let hidden_cells = cells.iter().filter(|cell| cell.hidden && cell.people > 0).count() + usize::from(not_stated > 0);
        let safe = hidden_people == 0 || (hidden_cells >= 2 && hidden_people >= privacy.minimum_people);
        if safe {
            return;
        }
        let Some(next) = cells.iter_mut().filter(|cell| !cell.hidden).min_by_key(|cell| cell.people) else { return };
        next.hidden = true;
    }
}

/// As [`suppress_complement`], for a table of several groupings at once, whose margins are published too: each row, column or plane of it is a
/// table with a published total. `codes` holds each cell's codes, one per grouping.
///
/// Hiding in one direction can leave a cell alone in another, so that it goes round until nothing changes.
pub fn suppress_margins(cells: &mut [Cell], codes: &[Vec<&str>], privacy: &Privacy) {
    let dimensions = codes.first().map_or(0, Vec::len);
    loop {
        let before = cells.iter().filter(|cell| cell.hidden).count();
        for dimension in 0..dimensions {
            let mut values: Vec<&str> = codes.iter().map(|codes| codes[dimension]).collect();
            values.sort_unstable();
            values.dedup();
            for value in values {
                let places: Vec<usize> = (0..cells.len()).filter(|&place| codes[place][dimension] == value).collect();
                let mut slice: Vec<Cell> = places.iter().map(|&place| cells[place]).collect();
                suppress_complement(&mut slice, 0, privacy);
                places.iter().zip(slice).for_each(|(&place, cell)| cells[place] = cell);
            }
        }
        if cells.iter().filter(|cell| cell.hidden).count() == before {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn privacy() -> Privacy {
        Privacy { minimum_people: 5, minimum_rated: 3, important: Vec::new(), key_file: "key".into() }
    }

    fn cells(people: &[u64]) -> Vec<Cell> {
        people.iter().map(|&people| Cell { people, hidden: people < 5 }).collect()
    }

    #[test]
    fn one_hidden_cell_takes_the_smallest_other_with_it() {
        let mut table = cells(&[40, 3, 12, 20]);
        suppress_complement(&mut table, 0, &privacy());
        assert_eq!(table.iter().map(|cell| cell.hidden).collect::<Vec<_>>(), [false, true, true, false]);
    }

    #[test]
    fn two_hidden_cells_below_the_floor_take_a_third() {
        let mut table = cells(&[40, 2, 2, 20]);
        suppress_complement(&mut table, 0, &privacy());
        assert_eq!(table.iter().map(|cell| cell.hidden).collect::<Vec<_>>(), [false, true, true, true]);
    }

    #[test]
    fn no_cell_is_hidden_alone_in_its_row_or_column() {
        // Departments by gender; the margins are published.
        let mut table = cells(&[30, 4, 25, 20, 40, 35]);
        let codes = ["A|W", "A|M", "B|W", "B|M", "C|W", "C|M"].map(|code| code.split('|').collect::<Vec<_>>());
        suppress_margins(&mut table, &codes, &privacy());
        for dimension in 0..2 {
            for value in ["A", "B", "C", "W", "M"] {
                let hidden = table.iter().zip(&codes).filter(|(cell, codes)| codes[dimension] == value && cell.hidden).count();
                assert_ne!(hidden, 1, "{value}");
            }
        }
        assert!(table.iter().any(|cell| !cell.hidden), "not everything is hidden");
    }

    #[test]
    fn people_of_no_stated_group_count_as_a_hidden_cell() {
        let mut table = cells(&[40, 20]);
        suppress_complement(&mut table, 1, &privacy());
        assert!(table[1].hidden, "1 person of no group = total minus the two shown");
        let mut table = cells(&[40, 20]);
        suppress_complement(&mut table, 0, &privacy());
        assert!(table.iter().all(|cell| !cell.hidden));
    }
}
