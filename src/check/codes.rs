//! Ids as integer codes, made once while reading.

use std::collections::BTreeMap;

/// The ids of one kind, numbered in ascending order of the id, so that codes do not depend on row order.
///
/// Ids are identifiers of people: they never enter a release.
#[derive(Debug, Clone, Default)]
pub struct Codes {
    ids: Vec<String>,
    index: BTreeMap<String, u32>,
}

impl Codes {
    /// Numbers the ids.
    pub fn new(ids: impl IntoIterator<Item = String>) -> Self {
        let mut ids: Vec<String> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        let index = ids.iter().cloned().zip(0u32..).collect();
        Self { ids, index }
    }

    /// Adds ids behind those there are, in ascending order of the id; ids that are there keep their code.
    pub fn append(&mut self, ids: impl IntoIterator<Item = String>) {
        let mut new: Vec<String> = ids.into_iter().filter(|id| !self.index.contains_key(id)).collect();
        new.sort_unstable();
        new.dedup();
        for id in new {
            self.index.insert(id.clone(), self.ids.len() as u32);
            self.ids.push(id);
        }
    }

    /// The code of an id.
    pub fn get(&self, id: &str) -> Option<u32> {
        self.index.get(id).copied()
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
