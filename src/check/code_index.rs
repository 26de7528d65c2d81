//! From an id to its code: by its number where ids count, else by its hash.

use std::hash::BuildHasher as _;

use polars::prelude::PlRandomState;

use super::codes::Ids;

/// Finds codes by id.
#[derive(Debug, Clone)]
pub enum CodeIndex {
    /// Ids that end in numbers.
    Counted(Counted),
    /// Any ids.
    Hashed(Hashed),
}

impl Default for CodeIndex {
    fn default() -> Self {
        Self::new(&Ids::default())
    }
}

impl CodeIndex {
    /// The index of all these ids.
    pub fn new(ids: &Ids) -> Self {
        Counted::new(ids).map_or_else(|| Self::Hashed(Hashed::new(ids)), Self::Counted)
    }

    /// The code of an id.
    pub fn get(&self, id: &str, ids: &Ids) -> Option<u32> {
        match self {
            Self::Counted(counted) => counted.get(id),
            Self::Hashed(hashed) => hashed.get(id, ids),
        }
    }
}

/// In place of the code of an id that there is not.
const GAP: u32 = u32::MAX;

/// Ids such as `P0001` to `P2500`: one length, one beginning, and numbers with few gaps. Neighbors lie beside each other here, and registers tend to
/// name them one after another.
#[derive(Debug, Clone)]
pub struct Counted {
    beginning: String,
    digits: usize,
    first: u64,
    /// Codes by number, from the first.
    codes: Vec<u32>,
}

impl Counted {
    /// Most digits of a number.
    const DIGITS: usize = 18;
    /// Numbers per id up to which gaps are few.
    const SPREAD: u64 = 4;

    fn new(ids: &Ids) -> Option<Self> {
        let (_, id) = ids.iter().next()?;
        let digits = id.bytes().rev().take_while(u8::is_ascii_digit).count().min(Self::DIGITS);
        let beginning = id[..id.len() - digits].to_owned();
        let mut counted = Self { beginning, digits, first: 0, codes: Vec::new() };
        let numbers = ids.iter().map(|(_, id)| counted.number(id)).collect::<Option<Vec<u64>>>()?;
        counted.first = numbers.iter().copied().min()?;
        let spread = numbers.iter().copied().max()? - counted.first;
        if digits == 0 || spread >= Self::SPREAD * numbers.len() as u64 {
            return None;
        }
        // At most four times as many as there are ids.
        counted.codes = vec![GAP; spread as usize + 1];
        for (code, number) in (0_u32..).zip(numbers) {
            counted.codes[(number - counted.first) as usize] = code;
        }
        Some(counted)
    }

    /// The number at the end of an id of this kind.
    fn number(&self, id: &str) -> Option<u64> {
        let digits = id.strip_prefix(self.beginning.as_str()).filter(|digits| digits.len() == self.digits)?;
        digits.bytes().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| 10 * number + u64::from(byte - b'0')))
    }

    fn get(&self, id: &str) -> Option<u32> {
        let number = self.number(id)?.checked_sub(self.first)?;
        self.codes.get(usize::try_from(number).ok()?).copied().filter(|code| *code != GAP)
    }
}

/// Codes by the hash of their id, with gaps.
#[derive(Debug, Clone)]
pub struct Hashed {
    /// A power of two of them, at most three quarters of them filled.
    slots: Vec<Slot>,
    /// Seeded at random, so that nobody can prepare ids that collide. No order follows from it.
    hasher: PlRandomState,
}

/// Last bytes of an id that stand beside its code, so that most look-ups need to look nowhere else.
const TAIL: usize = 11;

/// A code beside the end of its id, all of it where it is short, and its length as far as that can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot {
    code: u32,
    length: u8,
    tail: [u8; TAIL],
}

impl Slot {
    const EMPTY: Self = Self { code: GAP, length: 0, tail: [0; TAIL] };

    fn new(code: u32, id: &str) -> Self {
        let mut tail = [0; TAIL];
        let end = &id.as_bytes()[id.len().saturating_sub(TAIL)..];
        tail[..end.len()].copy_from_slice(end);
        Self { code, length: u8::try_from(id.len()).unwrap_or(u8::MAX), tail }
    }
}

impl Hashed {
    fn new(ids: &Ids) -> Self {
        let slots = vec![Slot::EMPTY; (ids.len() + ids.len() / 3 + 1).next_power_of_two()];
        let mut hashed = Self { slots, hasher: PlRandomState::default() };
        for (code, id) in ids.iter() {
            let mut place = hashed.first_place(id);
            while hashed.slots[place].code != GAP {
                place = hashed.next_place(place);
            }
            hashed.slots[place] = Slot::new(code, id);
        }
        hashed
    }

    fn get(&self, id: &str, ids: &Ids) -> Option<u32> {
        let mut place = self.first_place(id);
        loop {
            let slot = self.slots[place];
            if slot.code == GAP {
                return None;
            }
            if slot == Slot::new(slot.code, id) && (id.len() <= TAIL || ids.get(slot.code) == Some(id)) {
                return Some(slot.code);
            }
            place = self.next_place(place);
        }
    }

    fn first_place(&self, id: &str) -> usize {
        self.hasher.hash_one(id) as usize & (self.slots.len() - 1)
    }

    fn next_place(&self, place: usize) -> usize {
        (place + 1) & (self.slots.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::codes::Codes;
    use super::*;

    fn is_counted(codes: &Codes) -> bool {
        let ids: Vec<&str> = codes.ids().collect();
        let mut all = Ids::default();
        ids.iter().for_each(|id| all.push(id));
        matches!(CodeIndex::new(&all), CodeIndex::Counted(_))
    }

    #[test]
    fn every_id_is_found_and_no_other() {
        let long = |number: usize| match number % 4 {
            0 => format!("P{number:04}"),
            1 => format!("{number:04}-the-same-for-all"),
            2 => format!("{number:04}{}", "x".repeat(300 + number % 3)),
            _ => format!("é{number}"),
        };
        let kinds: [(bool, Vec<String>); 5] = [
            (false, (0..1_000).map(long).collect()),
            (true, (0..1_000).map(|number| format!("R{:05}", 3 * number)).collect()),
            (true, (10..99).map(|number| number.to_string()).collect()),
            (false, (0..20).map(|number| number.to_string()).collect()),
            (false, vec!["A1".into(), "A9".into(), "B2".into()]),
        ];
        for (counted, mut ids) in kinds {
            ids.sort();
            let codes = Codes::new(ids.iter().rev());
            assert_eq!(is_counted(&codes), counted, "{}", ids[0]);
            assert!(ids.iter().enumerate().all(|(code, id)| codes.get(id) == Some(code as u32)), "{}", ids[0]);
            let others = ids.iter().flat_map(|id| {
                [format!("{id} "), format!("0{id}"), format!("+{id}"), id.chars().skip(1).collect::<String>() + "é", id.replace('0', "9")]
            });
            assert!(others.filter(|other| !ids.contains(other)).all(|other| codes.get(&other).is_none()), "{}", ids[0]);
        }
        let far = Codes::new(["1", "999999999999999999", "18446744073709551616"]);
        assert_eq!(["1", "999999999999999999", "18446744073709551616", "0"].map(|id| far.get(id)), [Some(0), Some(2), Some(1), None]);
    }
}
