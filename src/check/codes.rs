//! Ids as integer codes, made once while reading.

use std::hash::{BuildHasher as _, RandomState};

/// The ids of one kind, numbered in ascending order of the id, so that codes do not depend on row order.
///
/// Ids are identifiers of people: they never enter a release.
#[derive(Debug, Clone, Default)]
pub struct Codes {
    ids: Vec<String>,
    /// Codes by the hash of their id, with gaps; a power of two of them, at most half of them filled.
    slots: Vec<u32>,
    /// Keyed, so that nobody can choose ids that collide. No order follows from it.
    hasher: RandomState,
}

/// A slot without a code.
const GAP: u32 = u32::MAX;

impl Codes {
    /// Numbers the ids.
    pub fn new(ids: impl IntoIterator<Item = impl AsRef<str> + Into<String>>) -> Self {
        let mut codes = Self::default();
        codes.append(ids);
        codes
    }

    /// Adds ids behind those there are, in ascending order of the id; ids that are there keep their code.
    pub fn append<I: AsRef<str> + Into<String>>(&mut self, ids: impl IntoIterator<Item = I>) {
        let mut new: Vec<I> = ids.into_iter().filter(|id| self.get(id.as_ref()).is_none()).collect();
        if new.is_empty() {
            return;
        }
        new.sort_unstable_by(|left, right| left.as_ref().cmp(right.as_ref()));
        new.dedup_by(|left, right| left.as_ref() == right.as_ref());
        self.ids.extend(new.into_iter().map(Into::into));
        self.slots = vec![GAP; (2 * self.ids.len()).next_power_of_two()];
        for code in 0..self.ids.len() {
            let mut slot = self.first_slot(&self.ids[code]);
            while self.slots[slot] != GAP {
                slot = (slot + 1) % self.slots.len();
            }
            self.slots[slot] = code as u32;
        }
    }

    fn first_slot(&self, id: &str) -> usize {
        // The number of slots is a power of two, so that the lowest bits are as good as any.
        self.hasher.hash_one(id) as usize & (self.slots.len() - 1)
    }

    /// The code of an id.
    pub fn get(&self, id: &str) -> Option<u32> {
        if self.ids.is_empty() {
            return None;
        }
        let mut slot = self.first_slot(id);
        loop {
            let code = self.slots[slot];
            if code == GAP || self.ids[code as usize] == id {
                return (code != GAP).then_some(code);
            }
            slot = (slot + 1) % self.slots.len();
        }
    }

    /// The id of a code.
    pub fn id(&self, code: u32) -> Option<&str> {
        self.ids.get(code as usize).map(String::as_str)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// All ids in order of their code.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_follow_the_order_of_ids() {
        let mut codes = Codes::new(["b", "a", "b", "d"]);
        codes.append(["c", "a", "e", "c"]);
        assert_eq!(codes.ids(), ["a", "b", "d", "c", "e"]);
        assert_eq!(["a", "b", "c", "d", "e", "f", ""].map(|id| codes.get(id)), [Some(0), Some(1), Some(3), Some(2), Some(4), None, None]);
        assert_eq!((codes.id(3), codes.id(5), Codes::default().get("a")), (Some("c"), None, None));
    }

    #[test]
    fn every_id_is_found() {
        let ids: Vec<String> = (0..1_000).map(|number| format!("P{number:04}")).collect();
        let codes = Codes::new(ids.iter().rev().map(String::as_str));
        assert!(ids.iter().enumerate().all(|(code, id)| codes.get(id) == Some(code as u32)));
    }
}
