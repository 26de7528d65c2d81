//! What a workbook is checked for before anything is built from it: the archive around it, and how much it would unpack to.
//!
//! Nothing that the archive says about itself is believed: every byte is unpacked once, counted and thrown away.

use std::cell::Cell;
use std::io::{Cursor, Read};
use std::rc::Rc;

use zip::ZipArchive;
use zip::result::ZipError;

use super::claims::{Claims, check_part};
use super::fault::{Limit, WorkbookFault};
use super::{ENTRIES_MAX, RATIO_MAX, UNPACKED_BYTES_MAX};

/// Files inside the archive that unpack to less than this may do so at any ratio: small files of blanks compress very well.
const RATIO_FROM: u64 = 1 << 20;

/// What kind of workbook an archive holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BookKind {
    /// Office Open XML.
    Xlsx,
    /// OpenDocument.
    Ods,
}

/// An archive that passed.
#[derive(Debug)]
pub(super) struct Checked {
    pub kind: BookKind,
    /// Formulas without a computed value.
    pub uncomputed: u64,
    /// Whether a sheet does not say which cells it fills in a way that the reader takes.
    pub loose_dimension: bool,
}

/// Refuses what is no workbook, and what would take more than the caps allow.
pub(super) fn check(bytes: &[u8]) -> Result<Checked, WorkbookFault> {
    // Each entry of the archive's directory begins so. Counted first, for the reader below keeps them all.
    let entries = bytes.windows(4).filter(|window| window == b"PK\x01\x02").count();
    if entries > ENTRIES_MAX * 4 {
        return Err(WorkbookFault::Cap(format!("{entries} files"), Limit::Entries));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged("the archive's directory"))?;
    if archive.len() > ENTRIES_MAX {
        return Err(WorkbookFault::Cap(format!("{} files", archive.len()), Limit::Entries));
    }
    let names = names(&mut archive)?;
    let kind = kind(&names)?;
    let mut claims = Claims::default();
    let mut left = UNPACKED_BYTES_MAX;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(message) if message == ZipError::PASSWORD_REQUIRED => WorkbookFault::Encrypted,
            _ => damaged(&format!("file {} of {} inside it", index + 1, names.len())),
        })?;
        let packed = file.compressed_size();
        let count = Rc::new(Cell::new(0));
        // One byte more than is left is enough to know.
        let mut counted = Counted { inner: file.take(left + 1), count: Rc::clone(&count) };
        let checked = check_part(&mut counted, &count, &mut claims);
        let drained = std::io::copy(&mut counted, &mut std::io::sink());
        let unpacked = count.get();
        if unpacked > left {
            let found = format!("more than {} MiB", UNPACKED_BYTES_MAX >> 20);
            return Err(WorkbookFault::Cap(found, Limit::Unpacked));
        }
        if unpacked > RATIO_FROM && unpacked / packed.max(1) > RATIO_MAX {
            let found = format!("a file of {packed} bytes that unpacks to {unpacked}");
            return Err(WorkbookFault::Cap(found, Limit::Ratio));
        }
        checked?;
        drained.map_err(|_| damaged(&format!("file {} of {} inside it", index + 1, names.len())))?;
        left -= unpacked;
    }
    Ok(Checked { kind, uncomputed: claims.uncomputed, loose_dimension: claims.loose_dimension })
}

fn damaged(place: &str) -> WorkbookFault {
    WorkbookFault::Damaged(place.to_owned())
}

/// All names in the archive, none of which may lead out of it.
fn names(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<Vec<String>, WorkbookFault> {
    let mut names = Vec::with_capacity(archive.len());
    for name in archive.file_names() {
        let name = name.map_err(|_| damaged("a name inside it"))?.replace('\\', "/");
        let leads_out = name.starts_with('/') || name.contains(['\0', ':']) || name.split('/').any(|part| part == "..");
        if leads_out {
            return Err(WorkbookFault::Cap("a name that leads out of it".to_owned(), Limit::Names));
        }
        names.push(name.to_lowercase());
    }
    Ok(names)
}

fn kind(names: &[String]) -> Result<BookKind, WorkbookFault> {
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    let refuse = |found: &str, remedy: &str| Err(WorkbookFault::Format(found.to_owned(), remedy.to_owned()));
    if has("xl/workbook.bin") {
        return refuse("a binary workbook (.xlsb)", "open it in a spreadsheet and save it as .xlsx");
    }
    if has("content.xml") && has("mimetype") {
        return Ok(BookKind::Ods);
    }
    let other_office = names.iter().any(|name| name.starts_with("word/") || name.starts_with("ppt/"));
    if has("_rels/.rels") && !other_office {
        return Ok(BookKind::Xlsx);
    }
    if other_office {
        return refuse("a text document or presentation", "export the answers as .xlsx or CSV");
    }
    refuse(&format!("an archive of {} files (.zip) and no workbook", names.len()), "unpack it, and name the file inside")
}

/// Counts what is read.
struct Counted<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.count.set(self.count.get() + length as u64);
        Ok(length)
    }
}

/// What an OLE file is, by the names in its directory: an encrypted workbook or one of the older binary format.
pub(super) fn refuse_ole(bytes: &[u8]) -> WorkbookFault {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(name.len()).any(|window| window == name)
    };
    if has("EncryptedPackage") {
        return WorkbookFault::Encrypted;
    }
    let (found, remedy) = if has("Workbook") || has("Book") {
        ("a binary workbook (.xls)", "open it in a spreadsheet and save it as .xlsx")
    } else {
        ("a document of an older office program", "export the answers as .xlsx or CSV")
    };
    WorkbookFault::Format(found.to_owned(), remedy.to_owned())
}
