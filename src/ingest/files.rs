//! The bytes of files, under caps, and from inside the program's folder.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc;

use sha2::{Digest as _, Sha256};

use super::container::Container;
use crate::error::{Error, Result};
use crate::program::confined;

/// Largest text export read, in bytes (1 GiB). UTF-8 text is kept once and not copied; UTF-16 takes up to four times its size while it is decoded.
pub const TEXT_FILE_BYTES_MAX: usize = 1 << 30;
/// Largest table of the program itself, in bytes (64 MiB).
pub const TABLE_BYTES_MAX: usize = 64 << 20;
/// Largest workbook, in bytes (64 MiB); what it unpacks to has a cap of its own.
pub const WORKBOOK_BYTES_MAX: usize = 64 << 20;
/// Bytes that show the container of a file.
const HEAD_BYTES: usize = 4 << 10;

/// Bytes that are read at once, while those before them are digested.
const PIECE_BYTES: usize = 1 << 20;

/// The bytes of a file, and their SHA-256.
#[derive(Debug)]
pub(super) struct Contents {
    pub bytes: Vec<u8>,
    pub digest: [u8; 32],
}

impl From<Vec<u8>> for Contents {
    fn from(bytes: Vec<u8>) -> Self {
        let digest = Sha256::digest(&bytes).into();
        Self { bytes, digest }
    }
}

/// Reads a file of the program that is no export. Links may not lead out of the program's folder.
///
/// # Errors
/// If it is missing, not a file, unreadable, too large or outside the folder.
pub(super) fn read_table_bytes(root: &Path, relative: &Path) -> Result<Contents> {
    read_capped(&confined(root, relative)?, &root.join(relative), |_| TABLE_BYTES_MAX)
}

/// Reads an export of the program. Links may not lead out of the program's folder.
///
/// # Errors
/// As `read_table_bytes`.
pub(super) fn read_export_bytes(root: &Path, relative: &Path) -> Result<Contents> {
    read_capped(&confined(root, relative)?, &root.join(relative), export_cap)
}

/// Reads an export from any place.
///
/// # Errors
/// If it is missing, not a file, unreadable or too large.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    read_any(path).map(|contents| contents.bytes)
}

/// As `read_bytes`, with the digest.
///
/// # Errors
/// As `read_bytes`.
pub(super) fn read_any(path: &Path) -> Result<Contents> {
    read_capped(path, path, export_cap)
}

fn export_cap(container: Container) -> usize {
    if container == Container::Workbook { WORKBOOK_BYTES_MAX } else { TEXT_FILE_BYTES_MAX }
}

/// Reads a regular file of at most as many bytes as its container may have; `name` is what errors call it.
#[allow(clippy::disallowed_methods, reason = "this stage reads the data files")]
fn read_capped(path: &Path, name: &Path, cap: impl Fn(Container) -> usize) -> Result<Contents> {
    let fail = |error: std::io::Error| Error::io("read the file", name, &error);
    let metadata = std::fs::metadata(path).map_err(fail)?;
    if !metadata.is_file() {
        return Err(Error::new("this is not a file", "name an export file").at(name));
    }
    let mut file = File::open(path).map_err(fail)?;
    let mut head = Vec::with_capacity(HEAD_BYTES);
    (&mut file).take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(fail)?;
    let cap = cap(Container::of(&head));
    let expected = usize::try_from(metadata.len()).unwrap_or(usize::MAX).min(cap);
    // One byte more than allowed is enough to know, whatever the metadata said.
    let contents = read_digested(&head, file, expected, cap + 1).map_err(fail)?;
    if contents.bytes.len() > cap {
        return Err(Error::new(format!("the file is larger than {} MiB", cap >> 20), "export one period per file").at(name));
    }
    Ok(contents)
}

/// Reads on behind the head, up to `most` bytes in all, and digests what is read on another thread meanwhile.
fn read_digested(head: &[u8], mut file: impl Read, expected: usize, most: usize) -> io::Result<Contents> {
    let (known, mut filled) = (head.len(), 0);
    // Memory that the system hands out as zeros is not touched before something is read into it.
    let mut bytes = vec![0; expected.max(known)];
    bytes[..known].copy_from_slice(head);
    let (pieces, received) = mpsc::channel::<&[u8]>();
    let mut digest = std::thread::scope(|scope| {
        let digesting = scope.spawn(move || received.iter().fold(Sha256::new(), |digest, piece| digest.chain_update(piece)));
        for piece in bytes.chunks_mut(PIECE_BYTES) {
            let from = known.saturating_sub(filled).min(piece.len());
            let length = from + fill(&mut file, &mut piece[from..])?;
            filled += length;
            // The other end is there until all is sent.
            let _ = pieces.send(&piece[..length]);
            if length < piece.len() {
                break;
            }
        }
        drop(pieces);
        digesting.join().map_err(|_| io::Error::other("the digest failed"))
    })?;
    bytes.truncate(filled);
    // A file may grow while it is read.
    file.take(most.saturating_sub(filled) as u64).read_to_end(&mut bytes)?;
    digest.update(&bytes[filled..]);
    Ok(Contents { digest: digest.finalize().into(), bytes })
}

/// Fills the buffer as far as the file goes; gives how far.
fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(length) => filled += length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "files to be refused")]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn bytes_and_digest_are_those_of_the_file_whatever_its_metadata_said() {
        let all: Vec<u8> = (0..3 * PIECE_BYTES + 7).map(|at| (at % 251) as u8).collect();
        for (length, expected) in
            [(0, 0), (10, 10), (10, 3), (10, 30), (all.len(), all.len()), (all.len(), 9_000), (all.len(), 2 * all.len())]
        {
            let (head, rest) = all[..length].split_at(length.min(HEAD_BYTES));
            let contents = read_digested(head, rest, expected, 1 << 30).expect("memory");
            assert!(contents.bytes == all[..length], "{length} bytes, {expected} expected");
            assert_eq!(contents.digest, Contents::from(contents.bytes).digest);
        }
        assert_eq!(read_digested(&[], &all[..100], 0, 50).expect("memory").bytes.len(), 50);
    }

    #[test]
    fn oversized_files_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("big.csv");
        File::create(&path).and_then(|file| file.set_len(TABLE_BYTES_MAX as u64 + 1)).expect("a sparse file");
        let error = read_table_bytes(folder.path(), Path::new("big.csv")).expect_err("too large");
        assert!(error.what.contains("64 MiB") && error.place.is_some_and(|place| place.ends_with("big.csv")));
        std::fs::OpenOptions::new().write(true).open(&path).and_then(|mut file| file.write_all(b"PK\x03\x04")).expect("written");
        assert!(read_bytes(&path).expect_err("a workbook that is too large").what.contains("64 MiB"));
        File::create(&path).and_then(|file| file.set_len(TEXT_FILE_BYTES_MAX as u64 + 1)).expect("a sparse file");
        assert!(read_capped(&path, &path, |_| 1 << 10).is_err());
        assert!(read_bytes(folder.path()).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_out_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("program");
        std::fs::create_dir(&root).expect("a folder");
        std::fs::write(folder.path().join("a.csv"), "a\n1\n").expect("a file");
        std::os::unix::fs::symlink(folder.path().join("a.csv"), root.join("a.csv")).expect("a link");
        for read in [read_table_bytes, read_export_bytes] {
            let error = read(&root, Path::new("a.csv")).expect_err("outside");
            assert!(error.what.contains("symbolic link") && error.place.is_some_and(|place| place == root.join("a.csv")));
        }
        assert!(read_bytes(&root.join("a.csv")).is_ok(), "a single file is not confined");
    }
}
