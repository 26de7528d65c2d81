//! Comma-separated rows, written into memory.

/// A table under construction. Fields are quoted only where they must be.
#[derive(Default)]
pub(super) struct Rows {
    bytes: Vec<u8>,
    begun: bool,
}

impl Rows {
    /// A table with that heading row.
    pub(super) fn with_headings<'a>(headings: impl IntoIterator<Item = &'a str>) -> Self {
        let mut rows = Self::default();
        rows.row(headings);
        rows
    }

    /// Adds a whole row.
    pub(super) fn row<'a>(&mut self, fields: impl IntoIterator<Item = &'a str>) {
        for field in fields {
            self.text(field);
        }
        self.end();
    }

    fn separate(&mut self) {
        if self.begun {
            self.bytes.push(b',');
        }
        self.begun = true;
    }

    /// Adds a field.
    pub(super) fn text(&mut self, field: &str) {
        self.separate();
        if field.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
            self.bytes.push(b'"');
            self.bytes.extend(field.replace('"', "\"\"").bytes());
            self.bytes.push(b'"');
        } else {
            self.bytes.extend_from_slice(field.as_bytes());
        }
    }

    /// Adds a number.
    pub(super) fn number(&mut self, value: i32) {
        self.separate();
        let mut digits = [0u8; 11];
        let mut at = digits.len();
        let mut left = value.unsigned_abs();
        loop {
            at -= 1;
            digits[at] = b'0' + (left % 10) as u8;
            left /= 10;
            if left == 0 {
                break;
            }
        }
        if value < 0 {
            self.bytes.push(b'-');
        }
        self.bytes.extend_from_slice(&digits[at..]);
    }

    /// Adds an empty field.
    pub(super) fn blank(&mut self) {
        self.separate();
    }

    /// Ends the row.
    pub(super) fn end(&mut self) {
        self.bytes.push(b'\n');
        self.begun = false;
    }

    /// Adds the rows of another table.
    pub(super) fn append(&mut self, other: &Rows) {
        self.bytes.extend_from_slice(&other.bytes);
    }

    /// The bytes of the file.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::Rows;

    #[test]
    fn only_fields_that_need_quotes_get_them() {
        let mut rows = Rows::with_headings(["a", "b, c"]);
        rows.number(-120);
        rows.text("say \"no\"");
        rows.end();
        rows.blank();
        rows.number(0);
        rows.end();
        assert_eq!(String::from_utf8_lossy(&rows.into_bytes()), "a,\"b, c\"\n-120,\"say \"\"no\"\"\"\n,0\n");
    }
}
