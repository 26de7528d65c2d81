//! The atoms as a file of the restricted edition.

use super::tables::guarded;
use crate::analyze::{Atom, Contributors, Detail, Mark, ResultSet, Unit};
use crate::error::{Error, Result};
use crate::program::plan::Role;

/// One row per atom of every outcome, in the order of outcomes, spans, periods and groups; see `docs/formats.md`. `marked` are the atoms by outcome.
///
/// # Errors
/// None that data could cause.
pub fn atoms_csv(results: &ResultSet, contributors: &[Contributors], marked: &[Vec<(Atom, Mark)>]) -> Result<Vec<u8>> {
    let failed = |error: csv::Error| Error::new(format!("could not form the atoms: {error}"), "report this as a defect of the program");
    let bases: Vec<_> = results.base_groupings.iter().map(|&position| &results.groupings[position]).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut header: Vec<String> =
        ["outcome", "metric", "detail", "role", "release_class", "span", "span_kind", "period"].map(String::from).to_vec();
    header.extend(bases.iter().map(|(id, _, _)| guarded(id)));
    header.extend(
        ["per_person", "observations", "missing", "people", "rated", "numerator", "denominator", "least", "most", "digest", "parts"]
            .map(String::from),
    );
    writer.write_record(&header).map_err(failed)?;
    for (outcome, marked) in contributors.iter().zip(marked) {
        let role = match outcome.role {
            None => "",
            Some(Role::Mentee) => "mentee",
            Some(Role::Mentor) => "mentor",
            Some(Role::Institution) => "institution",
        };
        let key = [
            guarded(&outcome.outcome()),
            outcome.metric.id.to_string(),
            guarded(outcome.detail.as_ref().map_or("", Detail::id)),
            role.to_string(),
            format!("{:?}", outcome.metric.release_class).to_lowercase(),
        ];
        // Of a scale, the smallest and the largest score: what bounds the numerator.
        let ends = match &outcome.detail {
            Some(Detail::Scale(scale)) if outcome.metric.unit == Unit::ScalePoints => {
                [scale.minimum, scale.maximum].map(|end| end.to_string())
            }
            _ => [String::new(), String::new()],
        };
        for (atom, mark) in marked {
            let mut cells = key.to_vec();
            let span = &results.spans[atom.span];
            cells.push(guarded(&span.id));
            cells.push(super::results::span_word(span.kind).to_string());
            cells.push(atom.period.map_or_else(String::new, |period| guarded(&results.spans[period].id)));
            cells.extend(
                atom.groups.iter().zip(&bases).map(|(group, base)| group.map_or_else(String::new, |group| guarded(&base.2[group].code))),
            );
            cells.extend([
                atom.per_person.to_string(),
                atom.observations.to_string(),
                atom.missing.to_string(),
                atom.people.to_string(),
                atom.rated.to_string(),
                atom.numerator.to_string(),
                atom.denominator.to_string(),
            ]);
            cells.extend(ends.clone());
            cells.extend([mark.digest_text(), mark.parts_text()]);
            writer.write_record(&cells).map_err(failed)?;
        }
    }
    writer.into_inner().map_err(|error| failed(error.into_error().into()))
}
