//! SPSS system files, `.sav` and `.zsav`, by their documented layout: a header, a dictionary of tagged records, then the cases.
//!
//! No number in the file is trusted: records are read as long as there are bytes for them, nothing is allocated from a count, and what the
//! cases expand to is capped. Cells keep their codes; what codes mean stands in the dictionary, which travels with the table.
//!
//! | file | reads |
//! |---|---|
//! | `cursor` | numbers and bytes in either byte order |
//! | `records` | header and dictionary records, as bytes |
//! | `extensions` | names, long strings, labels and missing values of long strings, multiple response sets |
//! | `charset` | in which encoding the texts are |
//! | `dictionary` | the public dictionary, as text |
//! | `assemble` | records into the dictionary |
//! | `cases` | the cases: plain, byte-coded, byte-coded and deflated |
//! | `cells` | numbers, dates and times as text |
//! | `render` | the table as text |

mod assemble;
mod cases;
mod cells;
mod charset;
mod cursor;
mod dictionary;
mod extensions;
mod records;
mod render;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod writer;

pub use dictionary::{MultipleResponseSet, SavCompression, SavDictionary, SavLabel, SavMeasure, SavMissing, SavValue, SavVariable};
pub(super) use render::render;

use super::container::ContainerFault;

/// Largest size of what a file expands to, in bytes: of inflated cases, and of the table as text.
const EXPANSION_MAX: usize = 256 << 20;

/// The fault of a file whose structure breaks off or contradicts itself.
fn damaged(expected: &str, position: usize) -> ContainerFault {
    ContainerFault {
        rule: "file.spss_damaged",
        expected: expected.to_owned(),
        found: format!("something else, or the end of the file, at byte {position}"),
        remedy: "save the file again in SPSS, or export it as CSV".to_owned(),
    }
}

/// The fault of a file that holds more than is read.
fn too_large(what: &str) -> ContainerFault {
    ContainerFault {
        rule: "file.spss_too_large",
        expected: format!("at most {what}"),
        found: "more".to_owned(),
        remedy: "leave out variables or cases that are not needed, or export one period per file".to_owned(),
    }
}
