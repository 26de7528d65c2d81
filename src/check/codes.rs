//! Ids as integer codes, made once while reading.

use std::hash::BuildHasher as _;

use polars::prelude::PlRandomState;

/// The ids of one kind, numbered in ascending order of the id, so that codes do not depend on row order.
///
/// Ids are identifiers of people: they never enter a release.
#[derive(Debug, Clone, Default)]
pub struct Codes {
    /// All ids, one behind the other.
    text: String,
    /// Where each id ends.
    ends: Vec<u32>,
    /// Codes by the hash of their id, with gaps; a power of two of them, at most half of them filled.
    slots: Vec<Slot>,
    /// Seeded at random, so that nobody can prepare ids that collide. No order follows from it.
    hasher: PlRandomState,
}

/// A code, and bits of its id's hash, which tell most other ids apart.
#[derive(Debug, Clone, Copy)]
struct Slot {
    code: u32,
    bits: u32,
}

/// The code of a slot without any.
const GAP: u32 = u32::MAX;

impl Codes {
    /// Numbers the ids.
    pub fn new(ids: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut codes = Self::default();
        codes.append(ids);
        codes
    }

    /// Adds ids behind those there are, in ascending order of the id; ids that are there keep their code.
    pub fn append<I: AsRef<str>>(&mut self, ids: impl IntoIterator<Item = I>) {
        let mut new: Vec<I> = ids.into_iter().filter(|id| self.get(id.as_ref()).is_none()).collect();
        if new.is_empty() {
            return;
        }
        new.sort_unstable_by(|left, right| left.as_ref().cmp(right.as_ref()));
        new.dedup_by(|left, right| left.as_ref() == right.as_ref());
        for id in new {
            self.text.push_str(id.as_ref());
            // Tables have at most `TABLE_BYTES_MAX`, which is far within the range.
            self.ends.push(self.text.len() as u32);
        }
        let mut slots = vec![Slot { code: GAP, bits: 0 }; (2 * self.len()).next_power_of_two()];
        for (code, id) in (0_u32..).zip(self.ids()) {
            let (mut place, bits) = place(&self.hasher, id, slots.len());
            while slots[place].code != GAP {
                place = (place + 1) % slots.len();
            }
            slots[place] = Slot { code, bits };
        }
        self.slots = slots;
    }

    /// The code of an id.
    pub fn get(&self, id: &str) -> Option<u32> {
        if self.is_empty() {
            return None;
        }
        let (mut place, bits) = place(&self.hasher, id, self.slots.len());
        loop {
            let slot = self.slots[place];
            if slot.code == GAP {
                return None;
            }
            if slot.bits == bits && self.id(slot.code) == Some(id) {
                return Some(slot.code);
            }
            place = (place + 1) % self.slots.len();
        }
    }

    /// The id of a code.
    pub fn id(&self, code: u32) -> Option<&str> {
        let (code, end) = (code as usize, *self.ends.get(code as usize)?);
        let start = code.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start as usize..end as usize)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All ids in order of their code.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).filter_map(|code| self.id(code))
    }
}

/// Where to look for an id among so many slots, a power of two, and the bits to compare.
fn place(hasher: &PlRandomState, id: &str, slots: usize) -> (usize, u32) {
    let hash = hasher.hash_one(id);
    // Lowest bits for the one, highest for the other.
    (hash as usize & (slots - 1), (hash >> 32) as u32)
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
    fn every_id_is_found() {
        let ids: Vec<String> = (0..1_000).map(|number| format!("P{number:04}")).collect();
        let codes = Codes::new(ids.iter().rev().map(String::as_str));
        assert!(ids.iter().enumerate().all(|(code, id)| codes.get(id) == Some(code as u32)));
    }
}
