//! Keys met before.

use std::hash::Hash;

use polars::prelude::{InitHashMaps as _, PlHashSet};

/// Keys met so far. Most registers name theirs in ascending order, which a glance at the last one shows.
pub struct Seen<K> {
    /// Each greater than the one before.
    ascending: Vec<K>,
    others: PlHashSet<K>,
}

impl<K: Ord + Hash> Seen<K> {
    /// None yet.
    pub fn new() -> Self {
        Self { ascending: Vec::new(), others: PlHashSet::new() }
    }

    /// Adds a key; gives whether it was not there.
    pub fn insert(&mut self, key: K) -> bool {
        if self.ascending.last().is_none_or(|last| *last < key) {
            self.ascending.push(key);
            return true;
        }
        self.ascending.binary_search(&key).is_err() && self.others.insert(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_is_new_once() {
        let mut seen = Seen::new();
        let new: Vec<bool> = [2, 5, 3, 5, 3, 2, 9, 1, 1, 4].into_iter().map(|key| seen.insert(key)).collect();
        assert_eq!(new, [true, true, true, false, false, false, true, true, false, true]);
    }
}
