//! Values by group.

use super::labels::Codes;
use crate::compute::{Fault, Request, Setting};
use crate::stats::Frequency;

/// The setting that turns a comparison round.
pub(super) const FIRST: Setting =
    Setting { name: "first", meaning: "label of the group from which the other is subtracted, default the first in order" };
/// The same in words.
pub(super) const DIRECTION: Setting = Setting { name: "direction", meaning: "the same in words, such as \"b minus a\"" };

/// The values of the roles `group` and `value`, by group in the order of the groups' labels.
pub(super) struct Groups {
    /// Every label that occurs, also those without values.
    pub labels: Vec<String>,
    values: Vec<Vec<f64>>,
    /// Rows without a label or a value.
    pub excluded: u64,
}

impl Groups {
    /// Reads all groups.
    pub fn read(request: &Request) -> Result<Self, Fault> {
        let (codes, cells) = (Codes::new(&request.labels("group")?), request.numbers("value")?);
        let mut groups = Self { values: vec![Vec::new(); codes.labels.len()], labels: codes.labels, excluded: 0 };
        for (place, value) in codes.of_row.iter().zip(cells) {
            match (place.and_then(|place| groups.values.get_mut(place)), value) {
                (Some(group), Some(value)) => group.push(value),
                _ => groups.excluded += 1,
            }
        }
        Ok(groups)
    }

    /// Reads two groups. Labels without any value do not count where there are more than two. The first group is the first label in order
    /// unless a setting names another.
    pub fn two(request: &Request) -> Result<Self, Fault> {
        let mut groups = Self::read(request)?;
        if groups.labels.len() > 2 {
            let keep: Vec<bool> = groups.values.iter().map(|values| !values.is_empty()).collect();
            groups.labels = groups.labels.into_iter().zip(&keep).filter(|(_, keep)| **keep).map(|(label, _)| label).collect();
            groups.values.retain(|values| !values.is_empty());
        }
        if groups.labels.len() > 2 {
            return Err(Fault::new(
                format!("the groups are {}, and two are compared", groups.labels.join(", ")),
                "keep the rows of two groups, or name a column of two with --group COLUMN",
            ));
        }
        if let Some(first) = first_label(request) {
            let place = super::labels::place_of(&groups.labels, &first)?;
            groups.labels.rotate_left(place);
            groups.values.rotate_left(place);
        }
        Ok(groups)
    }

    /// The values of one group, each once; none where there is no such group.
    pub fn values(&self, place: usize) -> Vec<Frequency> {
        self.values.get(place).map_or(Vec::new(), |values| once(values))
    }

    /// The label of one group.
    pub fn label(&self, place: usize) -> Option<String> {
        self.labels.get(place).cloned()
    }
}

/// The label that is to come first: the setting `first`, or the words before "minus" in the setting `direction`.
fn first_label(request: &Request) -> Option<serde_json::Value> {
    let words = || request.setting("direction").and_then(|words| words.as_str()).and_then(|words| words.split_once(" minus "));
    request.setting("first").cloned().or_else(|| words().map(|(first, _)| first.trim().into()))
}

/// Each value once.
pub(super) fn once(values: &[f64]) -> Vec<Frequency> {
    values.iter().map(|&value| Frequency { value, count: 1 }).collect()
}
