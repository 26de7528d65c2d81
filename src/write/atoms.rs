//! The atoms of all outcomes, for the restricted edition: what the audit of a release holds the published figures against.

use crate::analyze::{Contributors, Detail, ResultSet, Unit, base_groupings};
use crate::error::{Error, Result};

use super::results::{class_word, role_word, unit_word};
use super::tables::guarded;

/// One row per outcome, span and atom: `outcome`, `metric`, `detail`, `role`, `unit`, `release_class`, `period`; a column per demographic and `cohort` with the
/// code of the group (blank: not stated); `observations`, `people` (distinct, who answer or whose relationships are counted), `rated` (distinct),
/// `numerator` and `denominator` (sums, in the unit of the metric), `least` and `most` (of a scale, the smallest and largest score). Sorted by outcome as results are, span and groups.
///
/// # Errors
/// If the table cannot be formed.
pub fn atoms_csv(results: &ResultSet, contributors: &[Contributors]) -> Result<Vec<u8>> {
    let failed = |error: csv::Error| Error::new(format!("could not form the atoms: {error}"), "report this as a defect of the program");
    let base = base_groupings(&results.groupings);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut headings: Vec<String> = ["outcome", "metric", "detail", "role", "unit", "release_class", "period"].map(str::to_string).to_vec();
    headings.extend(base.iter().map(|&grouping| results.groupings[grouping].0.clone()));
    headings.extend(["observations", "people", "rated", "numerator", "denominator", "least", "most"].map(str::to_string));
    writer.write_record(&headings).map_err(failed)?;
    for outcome in contributors {
        let detail = outcome.detail.as_ref().map_or("", |detail| detail.id());
        let fixed = [
            outcome.outcome.clone(),
            outcome.metric.id.to_string(),
            detail.to_string(),
            outcome.role.map_or("", role_word).to_string(),
            unit_word(outcome.metric.unit).to_string(),
            class_word(outcome.metric.release_class).to_string(),
        ];
        let ends = match &outcome.detail {
            Some(Detail::Scale(scale)) if outcome.metric.unit == Unit::ScalePoints => {
                [scale.minimum, scale.maximum].map(|end| end.to_string())
            }
            _ => [String::new(), String::new()],
        };
        for atom in outcome.atoms(&results.spans, &base) {
            let mut row: Vec<String> = fixed.to_vec();
            row.push(results.spans[atom.span].id.clone());
            row.extend(
                base.iter()
                    .zip(&atom.groups)
                    .map(|(&grouping, group)| group.map_or_else(String::new, |group| guarded(&results.groupings[grouping].2[group].code))),
            );
            row.extend([atom.observations, atom.people.len() as u64, atom.rated].map(|count| count.to_string()));
            row.extend([atom.numerator, atom.denominator].map(|value| value.to_string()));
            row.extend(ends.clone());
            writer.write_record(&row).map_err(failed)?;
        }
    }
    writer.into_inner().map_err(|error| failed(error.into_error().into()))
}
