//! Ids as integer codes, made once while reading.

use super::code_index::CodeIndex;

/// The ids of one kind, numbered in ascending order of the id, so that codes do not depend on row order.
///
/// Ids are identifiers of people: they never enter a release.
#[derive(Debug, Clone, Default)]
pub struct Codes {
    ids: Ids,
    index: CodeIndex,
}

/// Texts by their number.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    /// All of them, one behind the other.
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Ids {
    /// One of them.
    pub fn get(&self, number: u32) -> Option<&str> {
        let (number, end) = (number as usize, *self.ends.get(number as usize)?);
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start..end)
    }

    /// Adds one.
    pub fn push(&mut self, id: &str) {
        self.text.push_str(id);
        self.ends.push(self.text.len());
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// All of them with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &str)> {
        (0..self.len() as u32).filter_map(|number| Some((number, self.get(number)?)))
    }
}

impl Codes {
    /// Numbers the ids.
    pub fn new(ids: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut codes = Self::default();
        codes.append(ids);
        codes
    }

    /// Numbers the ids, and gives the code of each in the order in which they came.
    pub fn numbered(ids: &[&str]) -> (Self, Vec<u32>) {
        let (mut distinct, mut codes) = (Vec::new(), vec![0; ids.len()]);
        for position in ascending(ids) {
            if distinct.last() != Some(&ids[position]) {
                distinct.push(ids[position]);
            }
            codes[position] = distinct.len() as u32 - 1;
        }
        (Self::new(distinct), codes)
    }

    /// Adds ids behind those there are, in ascending order of the id; ids that are there keep their code.
    pub fn append<I: AsRef<str>>(&mut self, ids: impl IntoIterator<Item = I>) {
        let mut new: Vec<I> = ids.into_iter().filter(|id| self.get(id.as_ref()).is_none()).collect();
        if new.is_empty() {
            return;
        }
        new.sort_unstable_by(|left, right| left.as_ref().cmp(right.as_ref()));
        new.dedup_by(|left, right| left.as_ref() == right.as_ref());
        new.iter().for_each(|id| self.ids.push(id.as_ref()));
        self.index = CodeIndex::new(&self.ids);
    }

    /// The code of an id.
    pub fn get(&self, id: &str) -> Option<u32> {
        self.index.get(id, &self.ids)
    }

    /// The id of a code.
    pub fn id(&self, code: u32) -> Option<&str> {
        self.ids.get(code)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All ids in order of their code.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().map(|(_, id)| id)
    }
}

/// Positions of ids in ascending order of the id; of equal ones, in any order.
pub fn ascending(ids: &[&str]) -> Vec<usize> {
    if ids.is_sorted() {
        return (0..ids.len()).collect();
    }
    // Eight bytes behind what all ids begin with tell nearly all of them apart, and can be compared in one step.
    let common = |one: &[u8], other: &[u8]| one.iter().zip(other).take_while(|(left, right)| left == right).count();
    let first = ids.first().map_or(&[][..], |id| id.as_bytes());
    let shared = ids.iter().fold(first.len(), |shared, id| common(&first[..shared], id.as_bytes()));
    let part = |id: &str| {
        let mut part = [0; 8];
        id.as_bytes()[shared..].iter().zip(&mut part).for_each(|(byte, place)| *place = *byte);
        u64::from_be_bytes(part)
    };
    let mut keyed: Vec<(u64, usize)> = ids.iter().enumerate().map(|(position, id)| (part(id), position)).collect();
    keyed.sort_unstable_by(|left, right| left.0.cmp(&right.0).then_with(|| ids[left.1].cmp(ids[right.1])));
    keyed.into_iter().map(|(_, position)| position).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_follow_the_order_of_ids() {
        let mut codes = Codes::new(["b", "a", "b", "d"]);
        codes.append(["c", "a", "e", "c"]);
        assert!(codes.ids().eq(["a", "b", "d", "c", "e"]));
        assert_eq!(["a", "b", "c", "d", "e", "f", ""].map(|id| codes.get(id)), [Some(0), Some(1), Some(3), Some(2), Some(4), None, None]);
        assert_eq!((codes.id(3), codes.id(5), Codes::default().get("a")), (Some("c"), None, None));
    }

    #[test]
    fn ids_are_ordered_as_texts() {
        for ids in [
            vec!["ab2", "ab10", "ab", "ab2\0", "ab1", "ab100000000", "ab100000001", "ab2"],
            vec!["é", "a", "", "z", "aa"],
            vec![],
            vec!["b", "b"],
        ] {
            let mut sorted = ids.clone();
            sorted.sort();
            assert_eq!(ascending(&ids).into_iter().map(|position| ids[position]).collect::<Vec<_>>(), sorted);
        }
    }

    #[test]
    fn each_id_has_its_code() {
        let (codes, each) = Codes::numbered(&["b", "a", "b", "d"]);
        assert_eq!(each, [1, 0, 1, 2]);
        assert!(codes.ids().eq(["a", "b", "d"]));
    }
}
