//! Header and dictionary records, as the bytes that they are.

use super::super::container::ContainerFault;
use super::cursor::Cursor;
use super::{damaged, too_large};

/// Most variables, segments of long strings included.
const VARIABLES_MAX: usize = 1 << 16;
/// Most value labels of a file.
pub(super) const LABELS_MAX: usize = 200_000;
/// What the file writes for a number that is missing, unless it says otherwise.
const SYSTEM_MISSING: f64 = -f64::MAX;

/// A file up to its cases.
#[derive(Debug, Default)]
pub(super) struct Records<'a> {
    pub big_endian: bool,
    /// 0 none, 1 byte codes, 2 byte codes deflated.
    pub compression: i32,
    /// What is added to a byte code to store it.
    pub bias: f64,
    /// Number of cases, where the header says it.
    pub cases: Option<usize>,
    pub file_label: &'a [u8],
    pub variables: Vec<Variable<'a>>,
    /// Per element of eight bytes, the variable to which it belongs.
    pub elements: Vec<u32>,
    pub labels: Vec<LabelSet<'a>>,
    pub system_missing: f64,
    pub extensions: Extensions<'a>,
    /// Where the cases begin.
    pub data: usize,
}

/// A variable record.
#[derive(Debug)]
pub(super) struct Variable<'a> {
    pub name: &'a [u8],
    /// Bytes of a string; 0 for a number.
    pub width: usize,
    pub label: &'a [u8],
    pub missing: Vec<[u8; 8]>,
    /// Whether the first two missing values are the ends of a range.
    pub missing_range: bool,
    /// Decimals, width and type from the lowest byte on.
    pub format: i32,
    /// Its first element.
    pub element: usize,
}

/// Labels that several variables may share.
#[derive(Debug)]
pub(super) struct LabelSet<'a> {
    pub labels: Vec<([u8; 8], &'a [u8])>,
    /// Positions in `Records::variables`.
    pub variables: Vec<usize>,
}

/// Records of type 7 that are of use, by what they hold.
#[derive(Debug, Default)]
pub(super) struct Extensions<'a> {
    pub character_code: Option<i32>,
    pub encoding: &'a [u8],
    pub long_names: &'a [u8],
    pub very_long_strings: &'a [u8],
    pub display: &'a [u8],
    pub response_sets: Vec<&'a [u8]>,
    pub long_labels: &'a [u8],
    pub long_missing: &'a [u8],
}

impl<'a> Records<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, ContainerFault> {
        let layout = "the header of an SPSS system file";
        let code: [u8; 4] = bytes.get(64..68).and_then(|b| b.try_into().ok()).ok_or_else(|| damaged(layout, 64))?;
        let big_endian = match (i32::from_le_bytes(code), i32::from_be_bytes(code)) {
            (2 | 3, _) => false,
            (_, 2 | 3) => true,
            _ => return Err(damaged(layout, 64)),
        };
        let mut at = Cursor::new(bytes, 72, big_endian);
        let mut records = Self { big_endian, system_missing: SYSTEM_MISSING, compression: at.int(layout)?, ..Self::default() };
        if !(0..=2).contains(&records.compression) {
            return Err(damaged("a known compression", 72));
        }
        at.int(layout)?;
        records.cases = usize::try_from(at.int(layout)?).ok();
        records.bias = at.float(layout)?;
        at.take(17, layout)?;
        records.file_label = at.take(64, layout)?;
        at.take(3, layout)?;
        records.read_dictionary(&mut at)?;
        if records.variables.is_empty() {
            return Err(damaged("at least one variable", at.at));
        }
        records.data = at.at;
        Ok(records)
    }

    fn read_dictionary(&mut self, at: &mut Cursor<'a>) -> Result<(), ContainerFault> {
        const WHAT: &str = "a record of the dictionary";
        let mut labels = 0;
        loop {
            let start = at.at;
            match at.int(WHAT)? {
                2 => self.read_variable(at)?,
                3 => self.read_labels(at, &mut labels)?,
                6 => {
                    let lines = at.length(WHAT)?;
                    at.take(lines.saturating_mul(80), WHAT)?;
                }
                7 => self.read_extension(at)?,
                999 => {
                    at.int(WHAT)?;
                    return Ok(());
                }
                _ => return Err(damaged(WHAT, start)),
            }
        }
    }

    fn read_variable(&mut self, at: &mut Cursor<'a>) -> Result<(), ContainerFault> {
        const WHAT: &str = "a variable";
        let start = at.at;
        let kind = at.int(WHAT)?;
        let has_label = at.int(WHAT)?;
        let missing_count = at.int(WHAT)?;
        let format = at.int(WHAT)?;
        at.int(WHAT)?;
        let name = at.take(8, WHAT)?;
        let mut label: &[u8] = &[];
        if has_label != 0 {
            let length = at.length(WHAT)?;
            label = at.take(length, WHAT)?;
            at.take(length.next_multiple_of(4) - length, WHAT)?;
        }
        if !(-3..=3).contains(&missing_count) || missing_count == -1 {
            return Err(damaged("at most three missing values of a variable", start));
        }
        let missing = (0..missing_count.abs()).map(|_| at.array::<8>(WHAT)).collect::<Result<Vec<_>, _>>()?;
        let element = self.elements.len();
        if kind == -1 {
            // The rest of a string: another eight bytes of the variable before it.
            let owner = self.variables.len().checked_sub(1).ok_or_else(|| damaged(WHAT, start))?;
            self.elements.push(u32::try_from(owner).unwrap_or(u32::MAX));
            return Ok(());
        }
        let width = usize::try_from(kind).ok().filter(|width| *width <= 255).ok_or_else(|| damaged(WHAT, start))?;
        if self.variables.len() == VARIABLES_MAX {
            return Err(too_large("65,536 variables"));
        }
        self.elements.push(u32::try_from(self.variables.len()).unwrap_or(u32::MAX));
        self.variables.push(Variable { name, width, label, missing, missing_range: missing_count < 0, format, element });
        Ok(())
    }

    fn read_labels(&mut self, at: &mut Cursor<'a>, total: &mut usize) -> Result<(), ContainerFault> {
        const WHAT: &str = "value labels and their variables";
        let mut set = LabelSet { labels: Vec::new(), variables: Vec::new() };
        for _ in 0..at.length(WHAT)? {
            let value = at.array::<8>(WHAT)?;
            let [length] = at.array::<1>(WHAT)?;
            let label = at.take(usize::from(length), WHAT)?;
            at.take((usize::from(length) + 1).next_multiple_of(8) - usize::from(length) - 1, WHAT)?;
            set.labels.push((value, label));
            *total += 1;
            if *total > LABELS_MAX {
                return Err(too_large("200,000 value labels"));
            }
        }
        let start = at.at;
        if at.int(WHAT)? != 4 {
            return Err(damaged(WHAT, start));
        }
        for _ in 0..at.length(WHAT)? {
            let start = at.at;
            let element = at.length(WHAT)?.checked_sub(1).and_then(|element| self.elements.get(element));
            let variable = *element.ok_or_else(|| damaged("the number of a variable", start))? as usize;
            if set.variables.last() != Some(&variable) {
                set.variables.push(variable);
            }
        }
        self.labels.push(set);
        Ok(())
    }

    fn read_extension(&mut self, at: &mut Cursor<'a>) -> Result<(), ContainerFault> {
        const WHAT: &str = "an extension of the dictionary";
        let subtype = at.int(WHAT)?;
        let (size, count) = (at.length(WHAT)?, at.length(WHAT)?);
        let data = at.take(size.saturating_mul(count), WHAT)?;
        let mut inner = Cursor::new(data, 0, self.big_endian);
        let known = &mut self.extensions;
        match subtype {
            3 if size == 4 && count >= 8 => {
                inner.take(28, WHAT)?;
                known.character_code = Some(inner.int(WHAT)?);
            }
            4 if size == 8 && count >= 1 => self.system_missing = inner.float(WHAT)?,
            7 | 19 => known.response_sets.push(data),
            11 => known.display = data,
            13 => known.long_names = data,
            14 => known.very_long_strings = data,
            16 if size == 8 && count >= 2 => {
                inner.take(8, WHAT)?;
                // Beyond what four bytes of the header hold.
                self.cases = inner.offset(WHAT).ok().or(self.cases);
            }
            20 => known.encoding = data,
            21 => known.long_labels = data,
            22 => known.long_missing = data,
            _ => {}
        }
        Ok(())
    }
}
