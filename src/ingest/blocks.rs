//! A text parted into runs of whole records, for several threads.

use memchr::{memchr, memchr_iter, memchr2, memmem};

use super::dialect::Dialect;
use super::record::Records;
use super::source::RECORD_BYTES_READ;

/// Least bytes of a block, the last one apart. Small, so that no thread waits long for another.
const BLOCK_BYTES: usize = 1 << 20;

/// A run of whole records.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    pub start: usize,
    pub end: usize,
    /// Rows before it.
    pub rows: u64,
    /// Records before it.
    pub records: u64,
    /// Records in it.
    pub length: usize,
}

/// The whole text as blocks. Where they end depends on nothing but the text.
pub(super) fn find_blocks(text: &str, dialect: &Dialect) -> Vec<Block> {
    let mut blocks = Vec::with_capacity(text.len() / BLOCK_BYTES + 1);
    let mut next = Block { start: 0, end: 0, rows: 0, records: 0, length: 0 };
    while next.start < text.len() {
        let (end, rows, length) = plain(text.as_bytes(), next.start).unwrap_or_else(|| by_record(text, dialect, &next));
        blocks.push(Block { end, length, ..next });
        next = Block { start: end, rows: next.rows + rows, records: next.records + length as u64, ..next };
    }
    blocks.retain(|block| block.length > 0);
    blocks
}

/// End, rows and records of a block, where it is plain enough for records to be counted by line feeds alone: without quotes, carriage returns and
/// blank lines.
fn plain(bytes: &[u8], start: usize) -> Option<(usize, u64, usize)> {
    let from = start + BLOCK_BYTES;
    let end = from + memchr(b'\n', bytes.get(from..)?)? + 1;
    let block = &bytes[start..end];
    // A blank line behind a block would belong to it.
    let is_plain = bytes.get(end) != Some(&b'\n')
        && block.first() != Some(&b'\n')
        && block.len() < RECORD_BYTES_READ
        && memchr2(b'"', b'\r', block).is_none()
        && memmem::find(block, b"\n\n").is_none();
    let length = if is_plain { memchr_iter(b'\n', block).count() } else { 0 };
    is_plain.then_some((end, length as u64, length))
}

/// End, rows and records of any block.
fn by_record(text: &str, dialect: &Dialect, block: &Block) -> (usize, u64, usize) {
    let (mut last, mut length) = (block.rows, 0);
    for found in Records::new(text, dialect, block.start, block.rows) {
        if found.start - block.start >= BLOCK_BYTES {
            return (found.start, found.number - 1 - block.rows, length);
        }
        (last, length) = (found.number, length + 1);
    }
    (text.len(), last - block.rows, length)
}

#[cfg(test)]
mod tests {
    use super::super::decode::Charset;
    use super::super::source::Source;

    #[test]
    fn blocks_hold_every_record_once_however_they_were_found() {
        let plain = "id,a,b\n".to_owned() + &"1,22,333\n".repeat(300_000);
        let quoted = plain.replace("22", "\"2\n2\"");
        for text in [
            plain.replace("\n1,22,333\n1", "\n\n1,22,333\n1"),
            plain.replace('\n', "\r\n"),
            plain.clone() + &quoted + &plain,
            quoted,
            plain,
        ] {
            let source = Source::from_bytes("a.csv", text.as_bytes().to_vec(), Charset::Unicode);
            let (mut all, mut blocks) = (Vec::new(), Vec::new());
            source.for_each_row(|row| {
                all.push((row.number, row.raw.to_owned(), row.last));
                true
            });
            for block in source.blocks() {
                assert_eq!((block.records, block.rows < all[blocks.len()].0), (blocks.len() as u64, true));
                source.for_each_row_of(block, |row| blocks.push((row.number, row.raw.to_owned(), row.last)));
                assert_eq!(blocks.len() as u64, block.records + block.length as u64);
            }
            assert!(source.blocks().len() > 2 && all == blocks);
        }
    }

    #[test]
    fn nothing_is_read_after_a_record_that_is_cut() {
        let long = "x".repeat(super::RECORD_BYTES_READ + 1);
        let text = "1,2\n".repeat(super::BLOCK_BYTES) + &long + "\n" + &"1,2\n".repeat(super::BLOCK_BYTES);
        let source = Source::from_bytes("a.csv", text.into_bytes(), Charset::Unicode);
        assert_eq!(source.blocks().iter().map(|block| block.length).sum::<usize>(), super::BLOCK_BYTES + 1);
    }
}
