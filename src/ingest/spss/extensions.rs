//! Extension records: pairs of names, long strings, multiple response sets. What cannot be read is passed over and counted.

use super::super::container::ContainerFault;
use super::cursor::Cursor;
use super::records::LABELS_MAX;
use super::too_large;

/// Pairs such as `SHORT=long` between tabs.
pub(super) fn pairs(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    text.split(|&byte| byte == b'\t').filter_map(|pair| {
        let at = pair.iter().position(|&byte| byte == b'=')?;
        Some((&pair[..at], &pair[at + 1..]))
    })
}

/// A width in decimal digits, filled up with NUL or blanks.
pub(super) fn width(text: &[u8]) -> Option<usize> {
    std::str::from_utf8(text).ok()?.trim_matches(['\0', ' ']).parse().ok()
}

/// Labels or missing values of a string longer than eight bytes.
pub(super) struct LongString<'a> {
    pub name: &'a [u8],
    /// Values; labels with them where the record holds labels.
    pub values: Vec<(&'a [u8], &'a [u8])>,
}

/// The record of labels, as far as it can be read, and whether that is all of it.
pub(super) fn long_labels(data: &[u8], big_endian: bool) -> Result<(Vec<LongString<'_>>, bool), ContainerFault> {
    let mut at = Cursor::new(data, 0, big_endian);
    let (mut found, mut total) = (Vec::new(), 0);
    while !at.is_at_end() {
        let Ok(next) = long_label(&mut at) else { return Ok((found, false)) };
        total += next.values.len();
        if total > LABELS_MAX {
            return Err(too_large("200,000 value labels"));
        }
        found.push(next);
    }
    Ok((found, true))
}

fn long_label<'a>(at: &mut Cursor<'a>) -> Result<LongString<'a>, ContainerFault> {
    const WHAT: &str = "labels of a long string";
    let length = at.length(WHAT)?;
    let name = at.take(length, WHAT)?;
    at.int(WHAT)?;
    let mut values = Vec::new();
    for _ in 0..at.length(WHAT)? {
        let length = at.length(WHAT)?;
        let value = at.take(length, WHAT)?;
        let length = at.length(WHAT)?;
        values.push((value, at.take(length, WHAT)?));
        if values.len() > LABELS_MAX {
            break;
        }
    }
    Ok(LongString { name, values })
}

/// The record of missing values, as far as it can be read, and whether that is all of it.
pub(super) fn long_missing(data: &[u8], big_endian: bool) -> (Vec<LongString<'_>>, bool) {
    let mut at = Cursor::new(data, 0, big_endian);
    let mut found = Vec::new();
    while !at.is_at_end() {
        match long_missing_values(&mut at) {
            Ok(next) => found.push(next),
            Err(_) => return (found, false),
        }
    }
    (found, true)
}

fn long_missing_values<'a>(at: &mut Cursor<'a>) -> Result<LongString<'a>, ContainerFault> {
    const WHAT: &str = "missing values of a long string";
    let length = at.length(WHAT)?;
    let name = at.take(length, WHAT)?;
    let [count] = at.array::<1>(WHAT)?;
    let length = at.length(WHAT)?;
    let mut values = Vec::new();
    for i in 0..count.min(3) {
        // Some writers repeat the length, always 8, before each value. No value begins with the bytes of that number.
        if i > 0 {
            let mut ahead = *at;
            if ahead.length(WHAT).is_ok_and(|repeated| repeated == length) {
                *at = ahead;
            }
        }
        values.push((at.take(length, WHAT)?, &[][..]));
    }
    Ok(LongString { name, values })
}

/// A multiple response set, as bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ResponseSet<'a> {
    pub name: &'a [u8],
    pub label: &'a [u8],
    pub counted_value: Option<&'a [u8]>,
    /// Short names.
    pub variables: Vec<&'a [u8]>,
}

/// One line such as `$a=C 5 label x y` or `$b=D1 1 5 label x y`.
pub(super) fn response_set(line: &[u8]) -> Option<ResponseSet<'_>> {
    let at = line.iter().position(|&byte| byte == b'=')?;
    let (name, rest) = (&line[..at], &line[at + 1..]);
    let (kind, mut rest) = rest.split_first()?;
    let mut counted_value = None;
    match kind {
        b'C' => {}
        b'D' => counted_value = Some(counted(&mut rest)?),
        b'E' => {
            // The labels of the counted values, or of the variables, are those of the choices; either way the variables are.
            rest = after_blank(rest)?;
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            rest = after_blank(&rest[digits..])?;
            counted_value = Some(counted(&mut rest)?);
        }
        _ => return None,
    }
    rest = after_blank(rest)?;
    let label = counted(&mut rest)?;
    let variables = rest.split(|&byte| byte == b' ').filter(|name| !name.is_empty()).collect();
    (!name.is_empty()).then_some(ResponseSet { name, label, counted_value, variables })
}

fn after_blank(text: &[u8]) -> Option<&[u8]> {
    text.strip_prefix(b" ")
}

/// A text behind its length and a blank.
fn counted<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let length: usize = std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()?;
    let text = after_blank(&rest[digits..])?;
    let taken = text.get(..length)?;
    *rest = &text[length..];
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn response_sets_of_each_kind() {
        let set = response_set(b"$a=C 6 my set v1 v2").expect("a set");
        assert_eq!((set.name, set.label, set.counted_value, set.variables.len()), (&b"$a"[..], &b"my set"[..], None, 2));
        let set = response_set(b"$b=D3 Yes 0  v3 v4 v5").expect("a set");
        assert_eq!((set.label, set.counted_value, set.variables.len()), (&b""[..], Some(&b"Yes"[..]), 3));
        let set = response_set(b"$c=E 11 1 1 5 third v6").expect("a set");
        assert_eq!((set.label, set.counted_value), (&b"third"[..], Some(&b"1"[..])));
        for broken in [&b"$d=D9 1 0  v"[..], b"$e", b"=C 0  v", b"$f=X 0  v", b"$g=C 99 short v"] {
            assert_eq!(response_set(broken), None);
        }
    }

    #[test]
    fn pairs_and_widths() {
        let got: Vec<_> = pairs(b"V1=LongName\tV2=b\tbroken").collect();
        assert_eq!(got, [(&b"V1"[..], &b"LongName"[..]), (b"V2", b"b")]);
        assert_eq!((width(b"00300\0"), width(b"x")), (Some(300), None));
    }
}
