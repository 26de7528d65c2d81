//! Writes SPSS system files: plain, little-endian, UTF-8, long names.

use jiff::civil::{DateTime, date};

/// One variable with the values of all cases.
pub struct Variable {
    name: String,
    label: String,
    values: Values,
    pub labels: Vec<(i32, String)>,
    /// Codes that are declared missing, at most three.
    pub missing: Vec<i32>,
}

enum Values {
    Numbers(Vec<Option<f64>>),
    Moments(Vec<Option<f64>>),
    Texts(Vec<String>),
}

pub struct Sav {
    pub cases: usize,
    pub variables: Vec<Variable>,
}

impl Variable {
    fn new(name: &str, values: Values) -> Self {
        Self { name: name.to_owned(), label: String::new(), values, labels: Vec::new(), missing: Vec::new() }
    }

    pub fn number(name: &str, values: Vec<Option<i32>>) -> Self {
        Self::new(name, Values::Numbers(values.into_iter().map(|value| value.map(f64::from)).collect()))
    }

    pub fn text(name: &str, values: Vec<String>) -> Self {
        Self::new(name, Values::Texts(values))
    }

    /// Seconds since the first day of the Gregorian calendar.
    pub fn moment(name: &str, values: Vec<DateTime>) -> Self {
        let first = date(1582, 10, 14).at(0, 0, 0, 0);
        let seconds = |moment: DateTime| moment.duration_since(first).as_secs() as f64;
        Self::new(name, Values::Moments(values.into_iter().map(|moment| Some(seconds(moment))).collect()))
    }

    pub fn labelled(mut self, label: &str) -> Self {
        label.clone_into(&mut self.label);
        self
    }

    /// Makes values that are declared missing system-missing.
    pub fn make_missing(&mut self) {
        let codes = std::mem::take(&mut self.missing);
        if let Values::Numbers(numbers) = &mut self.values {
            numbers
                .iter_mut()
                .filter(|number| number.is_some_and(|n| codes.iter().any(|code| f64::from(*code) == n)))
                .for_each(|n| *n = None);
        }
    }

    /// Bytes of a string, 0 for a number.
    fn width(&self) -> usize {
        match &self.values {
            Values::Texts(texts) => texts.iter().map(String::len).max().unwrap_or(0).clamp(1, 255),
            _ => 0,
        }
    }

    /// Eight bytes each that a case has for it.
    fn elements(&self) -> usize {
        self.width().div_ceil(8).max(1)
    }
}

impl Sav {
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = b"$FL2".to_vec();
        out.extend(padded(b"@(#) SPSS DATA FILE", 60));
        let elements: usize = self.variables.iter().map(Variable::elements).sum();
        ints(&mut out, &[2, elements, 0, 0, self.cases]);
        out.extend(100f64.to_le_bytes());
        out.extend(*b"01 Oct 2610:00:00");
        out.extend([b' '; 64]);
        out.extend([0; 3]);
        self.variables.iter().enumerate().for_each(|(number, variable)| write_variable(&mut out, number, variable));
        let mut element = 1;
        for variable in &self.variables {
            if !variable.labels.is_empty() {
                write_labels(&mut out, &variable.labels, element);
            }
            element += variable.elements();
        }
        let names: Vec<String> = self.variables.iter().enumerate().map(|(n, variable)| format!("V{n}={}", variable.name)).collect();
        for (subtype, data) in [(13, names.join("\t")), (20, "UTF-8".to_owned())] {
            ints(&mut out, &[7, subtype, 1, data.len()]);
            out.extend(data.as_bytes());
        }
        ints(&mut out, &[999, 0]);
        for case in 0..self.cases {
            for variable in &self.variables {
                match &variable.values {
                    Values::Numbers(numbers) | Values::Moments(numbers) => out.extend(numbers[case].unwrap_or(-f64::MAX).to_le_bytes()),
                    Values::Texts(texts) => out.extend(padded(texts[case].as_bytes(), variable.elements() * 8)),
                }
            }
        }
        out
    }
}

fn write_variable(out: &mut Vec<u8>, number: usize, variable: &Variable) {
    let (width, label) = (variable.width(), variable.label.as_bytes());
    let format = match variable.values {
        Values::Numbers(_) => 5 << 16 | 8 << 8,
        Values::Moments(_) => 22 << 16 | 20 << 8,
        Values::Texts(_) => 1 << 16 | width << 8,
    };
    ints(out, &[2, width, usize::from(!label.is_empty()), variable.missing.len(), format, format]);
    out.extend(padded(format!("V{number}").as_bytes(), 8));
    if !label.is_empty() {
        let label = &label[..label.len().min(255)];
        ints(out, &[label.len()]);
        out.extend(padded(label, label.len().next_multiple_of(4)));
    }
    variable.missing.iter().for_each(|code| out.extend(f64::from(*code).to_le_bytes()));
    for _ in 1..variable.elements() {
        [2, -1, 0, 0, 0, 0].iter().for_each(|value: &i32| out.extend(value.to_le_bytes()));
        out.extend([b' '; 8]);
    }
}

fn write_labels(out: &mut Vec<u8>, labels: &[(i32, String)], element: usize) {
    ints(out, &[3, labels.len()]);
    for (code, label) in labels {
        out.extend(f64::from(*code).to_le_bytes());
        out.push(u8::try_from(label.len()).unwrap());
        out.extend(padded(label.as_bytes(), (label.len() + 1).next_multiple_of(8) - 1));
    }
    ints(out, &[4, 1, element]);
}

fn ints(out: &mut Vec<u8>, values: &[usize]) {
    values.iter().for_each(|value| out.extend(i32::try_from(*value).unwrap().to_le_bytes()));
}

fn padded(text: &[u8], length: usize) -> Vec<u8> {
    let mut padded = text.to_vec();
    padded.resize(length, b' ');
    padded
}
