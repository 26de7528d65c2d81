//! Writes small SPSS files for the tests, by the same description that the reader follows.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// One variable record with the values of all cases.
pub(crate) struct Written {
    pub name: &'static str,
    /// 0 for a number.
    pub width: usize,
    /// Type, width and decimals of the print format.
    pub format: [u8; 3],
    pub label: &'static [u8],
    /// Missing values; negative `range` marks the first two as its ends.
    pub missing: Vec<f64>,
    pub range: bool,
    pub numbers: Vec<Option<f64>>,
    pub texts: Vec<&'static [u8]>,
}

pub(crate) fn number(name: &'static str, numbers: &[Option<f64>]) -> Written {
    Written { name, width: 0, format: [5, 8, 2], label: b"", missing: vec![], range: false, numbers: numbers.to_vec(), texts: vec![] }
}

pub(crate) fn string(name: &'static str, width: usize, texts: &[&'static [u8]]) -> Written {
    let format = [1, u8::try_from(width).unwrap_or(255), 0];
    Written { name, width, format, label: b"", missing: vec![], range: false, numbers: vec![], texts: texts.to_vec() }
}

/// Labels of values, and the elements of the variables that have them.
pub(crate) type Labels = (Vec<(f64, &'static [u8])>, Vec<i32>);

/// A file to be.
pub(crate) struct File {
    pub big_endian: bool,
    pub compression: i32,
    pub variables: Vec<Written>,
    /// Elements are numbered from 1.
    pub labels: Vec<Labels>,
    /// Subtype, size of a part, data.
    pub extensions: Vec<(i32, i32, Vec<u8>)>,
    pub stated_cases: i32,
}

impl File {
    pub(crate) fn new(variables: Vec<Written>) -> Self {
        let cases = variables[0].numbers.len().max(variables[0].texts.len());
        Self {
            big_endian: false,
            compression: 1,
            variables,
            labels: vec![],
            extensions: vec![],
            stated_cases: i32::try_from(cases).expect("few"),
        }
    }

    pub(crate) fn int(&self, value: i32) -> [u8; 4] {
        if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn float(&self, value: f64) -> [u8; 8] {
        if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn long(&self, value: usize) -> [u8; 8] {
        let value = i64::try_from(value).expect("small");
        if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut out = if self.compression == 2 { b"$FL3".to_vec() } else { b"$FL2".to_vec() };
        out.extend([b' '; 60]);
        for value in [2, -1, self.compression, 0, self.stated_cases] {
            out.extend(self.int(value));
        }
        out.extend(self.float(100.0));
        out.extend(*b"01 Jan 2612:00:00");
        out.extend(padded(b"label of the file", 64));
        out.extend([0; 3]);
        for variable in &self.variables {
            self.variable(&mut out, variable);
        }
        for (labels, variables) in &self.labels {
            out.extend(self.int(3));
            out.extend(self.int(i32::try_from(labels.len()).expect("few")));
            for (value, label) in labels {
                out.extend(self.float(*value));
                out.push(u8::try_from(label.len()).expect("short"));
                out.extend(padded(label, (label.len() + 1).next_multiple_of(8) - 1));
            }
            out.extend(self.int(4));
            out.extend(self.int(i32::try_from(variables.len()).expect("few")));
            variables.iter().for_each(|variable| out.extend(self.int(*variable)));
        }
        for (subtype, size, data) in &self.extensions {
            for value in [7, *subtype, *size, i32::try_from(data.len()).expect("few") / size] {
                out.extend(self.int(value));
            }
            out.extend(data);
        }
        out.extend(self.int(999));
        out.extend(self.int(0));
        self.cases(&mut out);
        out
    }

    fn variable(&self, out: &mut Vec<u8>, variable: &Written) {
        let count = i32::try_from(variable.missing.len()).expect("few");
        let [kind, width, decimals] = variable.format;
        let format = i32::from(kind) << 16 | i32::from(width) << 8 | i32::from(decimals);
        let header = [
            2,
            i32::try_from(variable.width).expect("at most 255"),
            i32::from(!variable.label.is_empty()),
            if variable.range { -count } else { count },
            format,
            format,
        ];
        header.iter().for_each(|value| out.extend(self.int(*value)));
        out.extend(padded(variable.name.as_bytes(), 8));
        if !variable.label.is_empty() {
            out.extend(self.int(i32::try_from(variable.label.len()).expect("short")));
            out.extend(padded(variable.label, variable.label.len().next_multiple_of(4)));
        }
        variable.missing.iter().for_each(|value| out.extend(self.float(*value)));
        for _ in 1..variable.width.div_ceil(8) {
            [2, -1, 0, 0, 0, 0].iter().for_each(|value| out.extend(self.int(*value)));
            out.extend([b' '; 8]);
        }
    }

    fn cases(&self, out: &mut Vec<u8>) {
        let count = self.variables[0].numbers.len().max(self.variables[0].texts.len());
        let mut elements: Vec<(u8, Option<[u8; 8]>)> = Vec::new();
        for case in 0..count {
            for variable in &self.variables {
                if variable.width == 0 {
                    elements.push(match variable.numbers[case] {
                        None => (255, Some(self.float(-f64::MAX))),
                        Some(n) if n.fract() == 0.0 && (-99.0..=151.0).contains(&n) => ((n + 100.0) as u8, Some(self.float(n))),
                        Some(n) => (253, Some(self.float(n))),
                    });
                    continue;
                }
                for part in padded(variable.texts[case], variable.width.next_multiple_of(8)).chunks_exact(8) {
                    elements.push((if part == [b' '; 8] { 254 } else { 253 }, part.try_into().ok()));
                }
            }
        }
        if self.compression == 0 {
            elements.iter().for_each(|(_, plain)| out.extend(plain.expect("bytes")));
            return;
        }
        let mut coded = Vec::new();
        for group in elements.chunks(8) {
            let mut codes = [0; 8];
            codes.iter_mut().zip(group).for_each(|(slot, (code, _))| *slot = *code);
            coded.extend(codes);
            group.iter().filter(|(code, _)| *code == 253).for_each(|(_, plain)| coded.extend(plain.expect("bytes")));
        }
        if self.compression == 1 {
            out.extend(coded);
            return;
        }
        let start = out.len();
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&coded).expect("in memory");
        let block = encoder.finish().expect("in memory");
        let trailer = start + 24 + block.len();
        [start, trailer, 48].iter().for_each(|value| out.extend(self.long(*value)));
        out.extend(&block);
        out.extend(self.long(0));
        out.extend(self.long(0));
        out.extend(self.int(0x003f_f000));
        out.extend(self.int(1));
        out.extend(self.long(start));
        out.extend(self.long(start + 24));
        out.extend(self.int(i32::try_from(coded.len()).expect("small")));
        out.extend(self.int(i32::try_from(block.len()).expect("small")));
    }
}

fn padded(text: &[u8], length: usize) -> Vec<u8> {
    let mut padded = text.to_vec();
    padded.resize(length, b' ');
    padded
}
