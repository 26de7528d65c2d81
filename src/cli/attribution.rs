//! `restricted/data/attribution.csv`: what each witness says of each relationship that failed or was in trouble. It names people, and stays in the
//! restricted edition.

use crate::check::Dataset;
use crate::derive::{Account, AnalysisSet};
use crate::program::cause::{Cause, Locus, Tag};
use crate::write::TidyTable;

/// Columns, with whether they hold numbers.
const COLUMNS: [(&str, bool); 13] = [
    ("period", false),
    ("pair", false),
    ("mentee", false),
    ("mentor", false),
    ("state", false),
    ("level", false),
    ("locus", false),
    ("cause", false),
    ("mentee_says", false),
    ("mentor_says", false),
    ("record_says", false),
    ("labels", false),
    ("twelfths", true),
];

/// One row per window, relationship and place, one more per cause that any witness names, and one per tag of power and prejudice that a side reports.
/// A relationship of which nobody names a cause has one row, `unplaced`. Twelfths of the rows of places add up to 12 in each relationship.
pub fn attribution(dataset: &Dataset, set: &AnalysisSet) -> TidyTable {
    let mut rows = Vec::new();
    for account in &set.accounts {
        let name = |id: Option<&str>| id.unwrap_or_default().to_string();
        let who = [
            set.spans[usize::from(account.span)].id.clone(),
            name(dataset.pair_ids().id(account.pair)),
            name(dataset.people().id(account.mentee)),
            name(dataset.people().id(account.mentor)),
            if account.failed { "failed" } else { "in_trouble" }.to_string(),
        ];
        let mut push = |rest: [String; 8]| rows.push(who.iter().cloned().chain(rest).collect());
        let twelfths = account.twelfths();
        for (locus, part) in Locus::ALL.into_iter().zip(twelfths) {
            if part == 0 && !account.said.iter().any(|said| said.of(locus.mask()).is_some()) {
                continue;
            }
            push(line(account, "place", locus, "", locus.mask(), &part.to_string()));
            for cause in Cause::ALL.into_iter().filter(|cause| cause.locus() == locus && account.named(cause.bit())) {
                push(line(account, "cause", locus, cause.id(), cause.bit(), ""));
            }
        }
        if twelfths[4] > 0 {
            let empty = String::new;
            push(["place".into(), "unplaced".into(), empty(), empty(), empty(), empty(), empty(), twelfths[4].to_string()]);
        }
        for tag in Tag::ALL {
            let says = account.said.map(|said| if said.tags >> tag as u16 & 1 == 1 { "yes" } else { "" }.to_string());
            if says.iter().any(|says| !says.is_empty()) {
                let [mentee, mentor, record] = says;
                push(["tag".into(), String::new(), tag.id().into(), mentee, mentor, record, String::new(), String::new()]);
            }
        }
    }
    TidyTable { columns: COLUMNS.map(|(name, is_number)| (name.into(), is_number)).to_vec(), rows }
}

fn line(account: &Account, level: &str, locus: Locus, cause: &str, causes: u32, twelfths: &str) -> [String; 8] {
    let [mentee, mentor, record] = account.said.map(|said| {
        // Nothing is no answer, and not a no.
        said.of(causes).map_or("", |yes| if yes { "yes" } else { "no" }).to_string()
    });
    let labels: Vec<&str> = account.labels(locus, causes).into_iter().map(|label| label.id()).collect();
    [level.into(), locus.id().into(), cause.into(), mentee, mentor, record, labels.join(" "), twelfths.into()]
}
