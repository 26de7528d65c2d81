//! Predictor columns as covariates.

use super::labels::{Codes, number};
use crate::compute::{Fault, Request, Role};

/// A column with more labels than this is an identifier, not a predictor.
const MOST_LABELS: usize = 50;

/// The predictors of a regression.
pub(super) const PREDICTORS: Role = Role {
    name: "predictors",
    meaning: "covariates, numbers or labels; every column left unless named. A label is compared with the first one in order",
    columns: &[],
    many: true,
};

/// A predictor column, and the covariates that stand for it.
pub(super) struct Term {
    /// The column's heading.
    pub name: String,
    /// Positions of its covariates.
    pub covariates: Vec<usize>,
}

/// The model's covariates.
pub(super) struct Design {
    /// One for each predictor column.
    pub terms: Vec<Term>,
    /// Names of the covariates.
    pub names: Vec<String>,
    /// One list for each covariate, a cell for each row of the file.
    columns: Vec<Vec<Option<f64>>>,
}

impl Design {
    /// Reads the predictors, at least one.
    pub fn read(request: &Request) -> Result<Self, Fault> {
        Self::new(request.many_labels("predictors")?)
    }

    /// A column of numbers is one covariate; a column with any label one covariate for each label but the first.
    pub fn new(columns: Vec<(String, Vec<Option<String>>)>) -> Result<Self, Fault> {
        let mut design = Self { terms: Vec::new(), names: Vec::new(), columns: Vec::new() };
        for (name, cells) in columns {
            let first = design.names.len();
            if cells.iter().flatten().all(|label| number(label).is_some()) {
                design.names.push(name.clone());
                design.columns.push(cells.iter().map(|label| label.as_deref().and_then(number)).collect());
            } else {
                design.indicators(&name, &Codes::new(&cells))?;
            }
            design.terms.push(Term { name, covariates: (first..design.names.len()).collect() });
        }
        Ok(design)
    }

    fn indicators(&mut self, name: &str, codes: &Codes) -> Result<(), Fault> {
        if codes.labels.len() > MOST_LABELS {
            return Err(Fault::new(
                format!("the column \"{name}\" has more than {MOST_LABELS} labels, too many for a predictor"),
                "name the predictors with --predictors COLUMN,COLUMN",
            ));
        }
        // A single label is a constant, which the model itself says cannot be estimated.
        let single = codes.labels.len() == 1;
        for (place, label) in codes.labels.iter().enumerate().skip(usize::from(!single)) {
            self.names.push(if single { name.to_string() } else { format!("{name}{label}") });
            self.columns.push(codes.of_row.iter().map(|own| own.map(|own| if own == place { 1.0 } else { 0.0 })).collect());
        }
        Ok(())
    }

    /// The covariates of a row, none where one is missing.
    pub fn covariates(&self, row: usize) -> Option<Vec<f64>> {
        self.columns.iter().map(|column| column.get(row).copied().flatten()).collect()
    }
}
