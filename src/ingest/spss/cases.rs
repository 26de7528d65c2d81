//! The cases of a file, one after another, as elements of eight bytes in the file's byte order.

use std::borrow::Cow;
use std::io::Read as _;

use flate2::read::ZlibDecoder;

use super::super::container::ContainerFault;
use super::cursor::{Cursor, float_bytes};
use super::records::Records;
use super::{EXPANSION_MAX, damaged, too_large};

pub(super) struct Cases<'a> {
    data: Cow<'a, [u8]>,
    at: usize,
    /// Byte codes not yet used, in reverse order; none where cases are plain.
    codes: Option<Vec<u8>>,
    bias: f64,
    system_missing: [u8; 8],
    big_endian: bool,
    /// Whether the data end inside a case.
    pub cut: bool,
    ended: bool,
    /// Cases that the file states, where it does; none beyond them is one.
    most: usize,
    read: usize,
}

impl<'a> Cases<'a> {
    pub(super) fn new(bytes: &'a [u8], records: &Records<'_>) -> Result<Self, ContainerFault> {
        let data = match records.compression {
            2 => Cow::Owned(inflate(bytes, records)?),
            _ => Cow::Borrowed(bytes.get(records.data..).unwrap_or_default()),
        };
        Ok(Self {
            data,
            at: 0,
            codes: (records.compression != 0).then(Vec::new),
            bias: records.bias,
            system_missing: float_bytes(records.system_missing, records.big_endian),
            big_endian: records.big_endian,
            cut: false,
            ended: false,
            // Programs that write case by case leave the number at zero.
            most: records.cases.filter(|&stated| stated > 0).unwrap_or(usize::MAX),
            read: 0,
        })
    }

    /// Starts again from the first case.
    pub(super) fn rewind(&mut self) {
        self.at = 0;
        self.cut = false;
        self.ended = false;
        self.read = 0;
        if let Some(codes) = &mut self.codes {
            codes.clear();
        }
    }

    /// Fills in the next case; false after the last.
    pub(super) fn next(&mut self, case: &mut [u8]) -> bool {
        if self.ended || self.read == self.most {
            return false;
        }
        self.read += 1;
        for (i, slot) in case.chunks_exact_mut(8).enumerate() {
            let Some(element) = self.element() else {
                self.ended = true;
                self.cut = i > 0;
                return false;
            };
            slot.copy_from_slice(&element);
        }
        true
    }

    /// Whether what could be another case follows those that the file states.
    pub(super) fn go_on(&mut self, case: &mut [u8]) -> bool {
        let (all, cut) = (self.read == self.most, self.cut);
        self.most = usize::MAX;
        let more = all && self.next(case);
        self.cut = cut;
        more
    }

    fn element(&mut self) -> Option<[u8; 8]> {
        let Some(codes) = &mut self.codes else { return self.raw() };
        loop {
            let Some(code) = codes.pop() else {
                let next = self.data.get(self.at..)?;
                let next = &next[..next.len().min(8)];
                if next.is_empty() {
                    return None;
                }
                codes.extend(next.iter().rev());
                self.at += next.len();
                continue;
            };
            return match code {
                0 => continue,
                252 => None,
                253 => self.raw(),
                254 => Some([b' '; 8]),
                255 => Some(self.system_missing),
                code => Some(float_bytes(f64::from(code) - self.bias, self.big_endian)),
            };
        }
    }

    fn raw(&mut self) -> Option<[u8; 8]> {
        let element = self.data.get(self.at..self.at + 8)?.try_into().ok()?;
        self.at += 8;
        Some(element)
    }
}

/// The blocks of deflated byte codes, inflated. Where each stands is said at the end of the file.
fn inflate(bytes: &[u8], records: &Records<'_>) -> Result<Vec<u8>, ContainerFault> {
    const WHAT: &str = "the table of deflated blocks";
    let mut header = Cursor::new(bytes, records.data, records.big_endian);
    header.take(8, WHAT)?;
    let (trailer, _length) = (header.offset(WHAT)?, header.offset(WHAT)?);
    let mut at = Cursor::new(bytes, trailer, records.big_endian);
    at.take(20, WHAT)?;
    let mut data = Vec::new();
    for _ in 0..at.length(WHAT)? {
        at.take(8, WHAT)?;
        let start = at.offset(WHAT)?;
        let (size, compressed) = (at.length(WHAT)?, at.length(WHAT)?);
        let block = Cursor::new(bytes, start, records.big_endian).take(compressed, "a deflated block")?;
        let before = data.len();
        let room = (EXPANSION_MAX - before) as u64 + 1;
        ZlibDecoder::new(block).take(room).read_to_end(&mut data).map_err(|_| damaged("a deflated block", start))?;
        if data.len() > EXPANSION_MAX {
            return Err(too_large("256 MiB of cases"));
        }
        if data.len() - before != size {
            return Err(damaged("a deflated block of the size that the file states", start));
        }
    }
    Ok(data)
}
