//! The methods, by field.

mod agreement;
mod basic;
mod change;
mod charts;
mod clustered;
mod cohort;
mod columns;
mod cox;
mod families;
mod functions;
mod groups;
mod labels;
mod means;
mod measurement;
mod multilevel;
mod ordinal;
mod pairs;
mod predictors;
mod ranks;
mod regression;
mod roster;
mod survey;
mod survival;
mod tables;
mod two_group;

use super::Method;

/// All methods, by field, in the order of `compute --list`.
pub const METHODS: &[&[Method]] = &[
    basic::METHODS,
    means::METHODS,
    clustered::METHODS,
    two_group::METHODS,
    ranks::METHODS,
    pairs::METHODS,
    tables::METHODS,
    families::METHODS,
    survival::METHODS,
    cox::METHODS,
    roster::METHODS,
    regression::METHODS,
    ordinal::METHODS,
    measurement::METHODS,
    agreement::METHODS,
    survey::METHODS,
    multilevel::METHODS,
    change::METHODS,
    charts::METHODS,
    functions::METHODS,
];
