//! A position in the bytes of a file, and numbers of either byte order.

use super::super::container::ContainerFault;
use super::damaged;

#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    pub at: usize,
    pub big_endian: bool,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize, big_endian: bool) -> Self {
        Self { bytes, at, big_endian }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The next `length` bytes; `what` names what they should hold.
    pub(super) fn take(&mut self, length: usize, what: &str) -> Result<&'a [u8], ContainerFault> {
        let end = self.at.checked_add(length).filter(|end| *end <= self.bytes.len()).ok_or_else(|| damaged(what, self.at))?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self, what: &str) -> Result<[u8; N], ContainerFault> {
        let at = self.at;
        self.take(N, what)?.try_into().map_err(|_| damaged(what, at))
    }

    pub(super) fn int(&mut self, what: &str) -> Result<i32, ContainerFault> {
        let bytes = self.array::<4>(what)?;
        Ok(if self.big_endian { i32::from_be_bytes(bytes) } else { i32::from_le_bytes(bytes) })
    }

    /// A count or length, which cannot be negative.
    pub(super) fn length(&mut self, what: &str) -> Result<usize, ContainerFault> {
        let at = self.at;
        usize::try_from(self.int(what)?).map_err(|_| damaged(what, at))
    }

    /// An offset of eight bytes.
    pub(super) fn offset(&mut self, what: &str) -> Result<usize, ContainerFault> {
        let at = self.at;
        let bytes = self.array::<8>(what)?;
        let value = if self.big_endian { i64::from_be_bytes(bytes) } else { i64::from_le_bytes(bytes) };
        usize::try_from(value).map_err(|_| damaged(what, at))
    }

    pub(super) fn float(&mut self, what: &str) -> Result<f64, ContainerFault> {
        Ok(float(self.array::<8>(what)?, self.big_endian))
    }
}

pub(super) fn float(bytes: [u8; 8], big_endian: bool) -> f64 {
    if big_endian { f64::from_be_bytes(bytes) } else { f64::from_le_bytes(bytes) }
}

pub(super) fn float_bytes(value: f64, big_endian: bool) -> [u8; 8] {
    if big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
}
