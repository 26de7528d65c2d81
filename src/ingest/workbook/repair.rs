//! A workbook without what its sheets say about the area that they fill.
//!
//! Some spreadsheets write `1:58` or `A:AMJ` where whole rows or columns have a format. The reader takes no such area, and needs none.

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::UNPACKED_BYTES_MAX;
use super::fault::WorkbookFault;

/// Writes the archive anew, its sheets with blanks where the area stood. The guard has unpacked each file within the caps before.
pub(super) fn without_dimensions(bytes: &[u8]) -> Result<Vec<u8>, WorkbookFault> {
    let fault = || WorkbookFault::Damaged("the archive, which cannot be written anew".to_owned());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| fault())?;
    let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len())));
    for index in 0..archive.len() {
        let name = archive.by_index_raw(index).map_err(|_| fault())?.name().map_err(|_| fault())?.into_owned();
        if !name.to_ascii_lowercase().ends_with(".xml") {
            writer.raw_copy_file(archive.by_index_raw(index).map_err(|_| fault())?).map_err(|_| fault())?;
            continue;
        }
        let mut part = Vec::new();
        archive.by_index(index).map_err(|_| fault())?.take(UNPACKED_BYTES_MAX).read_to_end(&mut part).map_err(|_| fault())?;
        blank_dimension(&mut part);
        writer.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).map_err(|_| fault())?;
        writer.write_all(&part).map_err(|_| fault())?;
    }
    writer.finish().map(Cursor::into_inner).map_err(|_| fault())
}

/// Writes blanks over the element before the cells that names their area, whatever its prefix.
fn blank_dimension(part: &mut [u8]) {
    let find = |bytes: &[u8], mark: &[u8]| bytes.windows(mark.len()).position(|window| window == mark);
    // Only a sheet has cells; texts that look like the element may stand behind its beginning.
    let Some(cells) = find(part, b"sheetData") else { return };
    let Some(at) = find(&part[..cells], b"dimension ") else { return };
    let start = part[..at].iter().rposition(|&byte| byte == b'<');
    let end = part[at..].iter().position(|&byte| byte == b'>').map(|length| at + length);
    if let (Some(start), Some(end)) = (start, end)
        && part[end - 1] == b'/'
    {
        part[start..=end].fill(b' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_area_of_a_sheet_is_left_out() {
        let blanked = |xml: &str| {
            let mut part = xml.as_bytes().to_vec();
            blank_dimension(&mut part);
            String::from_utf8(part).expect("UTF-8")
        };
        let sheet = "<x:worksheet><x:dimension ref=\"1:58\"/><x:sheetData><x:c/></x:sheetData></x:worksheet>";
        assert_eq!(blanked(sheet).replace(' ', ""), "<x:worksheet><x:sheetData><x:c/></x:sheetData></x:worksheet>");
        for other in ["<sst><si><t>dimension ref</t></si></sst>", "<worksheet><sheetData><t>dimension </t></sheetData></worksheet>"] {
            assert_eq!(blanked(other), other);
        }
    }
}
