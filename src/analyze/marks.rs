//! Marks of atoms: whether the same people gave the same answers in another run, without telling who or what.

use super::atoms::{Atom, parted};
use super::result::{Contributors, ResultSet};
use crate::program::plan::Role;

/// Parts into which the people behind an atom fall by chance, so that changed parts tell how few of them changed.
pub const PARTS: usize = 32;

/// Makes marks under a secret key (SipHash-2-4): without the key, none tells a person or an answer.
#[derive(Debug, Clone)]
pub struct Marker {
    key: [u64; 2],
    /// By the code of a person.
    people: Vec<u64>,
}

/// What an atom's observations add up to, in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    /// Wrapping sum over the observations: each a digest of its two people and its value.
    pub digest: u64,
    /// The same sum over each part of the people, shortened.
    pub parts: [u8; PARTS],
    /// The most observations of one person.
    pub each: u32,
}

impl Mark {
    /// The digest as hexadecimal digits.
    pub fn digest_text(&self) -> String {
        format!("{:016x}", self.digest)
    }

    /// The parts with anybody in them: two hexadecimal digits for the number of each, and two for its sum.
    pub fn parts_text(&self) -> String {
        let parts = self.parts.iter().enumerate().filter(|(_, part)| **part != 0);
        parts.map(|(place, part)| format!("{place:02x}{part:02x}")).collect()
    }

    /// The mark of these texts; damaged ones are that of no observations.
    pub fn parse(digest: &str, parts: &str, each: u32) -> Self {
        let mut mark = Self { digest: u64::from_str_radix(digest, 16).unwrap_or_default(), each, ..Self::default() };
        for start in (0..parts.len()).step_by(4) {
            let number = |from: usize| parts.get(from..from + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
            if let (Some(place), Some(part)) = (number(start), number(start + 2)) {
                mark.parts[usize::from(place) % PARTS] = part;
            }
        }
        mark
    }
}

impl Marker {
    /// The marker of a secret key and of people's ids in the order of their codes.
    pub fn new<'a>(key: [u8; 16], ids: impl Iterator<Item = &'a str>) -> Self {
        let key = [word(&key[..8]), word(&key[8..])];
        Self { key, people: ids.map(|id| siphash(key, id.as_bytes())).collect() }
    }

    /// Tells the key from others.
    pub fn name(&self) -> u64 {
        siphash(self.key, b"the key itself")
    }

    /// The mark of these observations. `salt` tells the outcome.
    fn mark(&self, contributors: &Contributors, salt: u64, rows: &[usize]) -> Mark {
        // Nothing links anonymous respondents from one run to the next: they have no identity but their answers.
        let is_linked = !contributors.measures.ungrouped && contributors.role != Some(Role::Institution);
        let person = |code: u32| if is_linked { self.people.get(code as usize).copied().unwrap_or(code.into()) } else { 0 };
        let (mut mark, mut last, mut run) = (Mark::default(), None, 0);
        for &row in rows {
            let (y, x) = contributors.value(row);
            let own = person(contributors.keys.person[row]);
            let words = [salt, own, person(contributors.keys.rated[row]), y.to_bits(), x.to_bits()];
            let mut bytes = [0; 40];
            bytes.chunks_exact_mut(8).zip(words).for_each(|(chunk, word)| chunk.copy_from_slice(&word.to_le_bytes()));
            let digest = siphash(self.key, &bytes);
            mark.digest = mark.digest.wrapping_add(digest);
            let part = &mut mark.parts[own as usize % PARTS];
            *part = part.wrapping_add((digest >> 56) as u8);
            // Rows of one span are sorted by person.
            let code = Some(contributors.keys.person[row]);
            run = if code == last { run + 1 } else { 1 };
            (last, mark.each) = (code, mark.each.max(run));
        }
        mark
    }
}

/// The [atoms](super::atoms) of an outcome with their marks.
pub fn marked_atoms(results: &ResultSet, contributors: &Contributors, marker: &Marker) -> Vec<(Atom, Mark)> {
    let salt = siphash(marker.key, format!("{} {:?}", contributors.outcome(), contributors.role).as_bytes());
    parted(results, contributors, |rows| marker.mark(contributors, salt, rows))
}

fn word(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
}

/// SipHash-2-4 (Aumasson and Bernstein 2012).
fn siphash(key: [u64; 2], bytes: &[u8]) -> u64 {
    let mut v =
        [key[0] ^ 0x736f_6d65_7073_6575, key[1] ^ 0x646f_7261_6e64_6f6d, key[0] ^ 0x6c79_6765_6e65_7261, key[1] ^ 0x7465_6462_7974_6573];
    let chunks = bytes.chunks_exact(8);
    let last = word(chunks.remainder()) | (bytes.len() as u64) << 56;
    for word in chunks.map(word).chain([last]) {
        v[3] ^= word;
        (0..2).for_each(|_| round(&mut v));
        v[0] ^= word;
    }
    v[2] ^= 0xff;
    (0..4).for_each(|_| round(&mut v));
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

fn round(v: &mut [u64; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[2] = v[2].wrapping_add(v[3]);
    v[1] = v[1].rotate_left(13) ^ v[0];
    v[3] = v[3].rotate_left(16) ^ v[2];
    v[0] = v[0].rotate_left(32).wrapping_add(v[3]);
    v[2] = v[2].wrapping_add(v[1]);
    v[3] = v[3].rotate_left(21) ^ v[0];
    v[1] = v[1].rotate_left(17) ^ v[2];
    v[2] = v[2].rotate_left(32);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_as_they_are_printed() {
        let mut mark = Mark { digest: 0x0123_4567_89ab_cdef, each: 2, ..Mark::default() };
        (mark.parts[3], mark.parts[31]) = (0xfe, 1);
        assert_eq!(Mark::parse(&mark.digest_text(), &mark.parts_text(), 2), mark);
        assert_eq!(mark.parts_text(), "03fe1f01");
        assert_eq!(Mark::parse("damaged", "x", 0), Mark::default());
    }

    #[test]
    fn digests_match_published_vectors() {
        // The reference implementation's key and inputs: the bytes 0, 1, 2, …
        let bytes: Vec<u8> = (0..16).collect();
        let key = [word(&bytes[..8]), word(&bytes[8..])];
        assert_eq!(siphash(key, &[]), 0x726f_db47_dd0e_0e31);
        assert_eq!(siphash(key, &bytes[..8]), 0x93f5_f579_9a93_2462);
        assert_eq!(siphash(key, &bytes[..15]), 0xa129_ca61_49be_45e5);
    }
}
