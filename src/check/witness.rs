//! What the program's own records say of causes, and the disciplines of mentors. A blank is not observed, never "no".

use super::cells::{Column, Reader};
use super::rules;
use crate::ingest::TableRow;
use crate::program::accounts::{RecordOf, RecordRule};
use crate::program::plan::Plan;

/// The declared columns of one table.
pub struct Witnesses<'p> {
    plan: &'p Plan,
    /// Position in `Plan::recorded`, and the column.
    columns: Vec<(usize, Column)>,
    disciplines: Option<Column>,
}

impl<'p> Witnesses<'p> {
    /// Looks up the columns of the register.
    pub fn of_register(plan: &'p Plan, reader: &mut Reader<'_>) -> Self {
        Self { plan, columns: columns(plan, reader, |of| of == RecordOf::Pair), disciplines: None }
    }

    /// Looks up the columns of the roster.
    pub fn of_roster(plan: &'p Plan, reader: &mut Reader<'_>) -> Self {
        let columns = columns(plan, reader, |of| of != RecordOf::Pair);
        Self { plan, columns, disciplines: reader.optional(plan.network.discipline_column.as_ref()) }
    }

    /// Position in `Plan::recorded` of each value that [`Self::read`] gives.
    pub fn positions(&self) -> impl Iterator<Item = usize> {
        self.columns.iter().map(|(position, _)| *position)
    }

    /// What a row says: 1 yes, 0 no, none not observed.
    pub fn read(&self, reader: &mut Reader<'_>, row: TableRow<'_>) -> Vec<Option<i32>> {
        self.columns.iter().map(|(position, column)| self.one(reader, row, *position, column)).collect()
    }

    fn one(&self, reader: &mut Reader<'_>, row: TableRow<'_>, position: usize, column: &Column) -> Option<i32> {
        let text = reader.text(row, column)?;
        let number = || text.parse::<f64>().ok().filter(|number| number.is_finite());
        let answer = match &self.plan.recorded[position].rule {
            RecordRule::Words(yes, _) if yes.iter().any(|word| word == text) => Some(true),
            RecordRule::Words(_, no) if no.iter().any(|word| word == text) => Some(false),
            // Where no word for "no" is declared, other words say nothing.
            RecordRule::Words(_, no) if no.is_empty() => return None,
            RecordRule::Words(..) | RecordRule::Mentees(_) => None,
            RecordRule::AtLeast(least) => number().map(|number| number >= *least),
            RecordRule::Below(limit) => number().map(|number| number < *limit),
        };
        if answer.is_none() {
            let place = reader.place(row, column);
            let finding = match &self.plan.recorded[position].rule {
                RecordRule::AtLeast(_) | RecordRule::Below(_) => rules::bad_number::finding(&place, "a number", "text"),
                _ => rules::unlisted_value::finding(&place, "one of the words for yes and no", "another word"),
            };
            reader.findings.push(finding);
        }
        answer.map(i32::from)
    }

    /// Disciplines of a person, bit `k` for the one at position `k` of the plan; none where the cell is blank or there is no such column.
    pub fn disciplines(&self, reader: &mut Reader<'_>, row: TableRow<'_>) -> Option<u32> {
        let column = self.disciplines.as_ref()?;
        let text = reader.text(row, column)?;
        let mut mask = 0;
        for part in text.split(self.plan.network.separator.as_str()).map(str::trim).filter(|part| !part.is_empty()) {
            match self.plan.network.disciplines.iter().position(|(id, _)| id == part) {
                Some(position) => mask |= 1 << position,
                None => {
                    let finding = rules::unlisted_value::finding(&reader.place(row, column), "ids of disciplines", "an unlisted one");
                    reader.findings.push(finding);
                    // What it would have named is not known, so that nothing is known not to be covered.
                    return None;
                }
            }
        }
        Some(mask)
    }
}

fn columns(plan: &Plan, reader: &mut Reader<'_>, wanted: impl Fn(RecordOf) -> bool) -> Vec<(usize, Column)> {
    let declared = plan.recorded.iter().enumerate().filter(|(_, recorded)| wanted(recorded.of));
    declared.filter_map(|(position, recorded)| Some((position, reader.optional(recorded.column.as_ref())?))).collect()
}
