//! Short forms of declarations that share most of what they say.

use super::{Level, Metric, ReleaseClass, Unit, UnitOfAnalysis};

pub(super) const CLUSTERED: &str =
    "Cameron, Gelbach and Miller 2011 (two-way clustered variance); Korn and Graubard 1998 (effective n in a Wilson interval)";

pub(super) const fn share(
    id: &'static str,
    label: &'static str,
    definition: &'static str,
    unit_of_analysis: UnitOfAnalysis,
    higher_is_better: Option<bool>,
    level: Level,
) -> Metric {
    Metric {
        id,
        label,
        definition,
        unit_of_analysis,
        unit: Unit::Proportion,
        higher_is_better,
        release_class: ReleaseClass::Proportion,
        rates_people: true,
        relevant_difference: Some(0.10),
        primary: false,
        level,
        formula_version: 1,
        reference: CLUSTERED,
        of_many: false,
        windows_only: false,
        restricted: false,
    }
}

pub(super) const fn count(id: &'static str, label: &'static str, definition: &'static str, unit_of_analysis: UnitOfAnalysis) -> Metric {
    Metric {
        id,
        label,
        definition,
        unit_of_analysis,
        unit: Unit::Count,
        higher_is_better: None,
        release_class: ReleaseClass::Count,
        rates_people: true,
        relevant_difference: None,
        primary: false,
        level: Level::Results,
        formula_version: 1,
        reference: "Count",
        of_many: false,
        windows_only: false,
        restricted: false,
    }
}

pub(super) const fn mean(
    id: &'static str,
    label: &'static str,
    definition: &'static str,
    unit_of_analysis: UnitOfAnalysis,
    unit: Unit,
    relevant_difference: f64,
    level: Level,
) -> Metric {
    Metric {
        id,
        label,
        definition,
        unit_of_analysis,
        unit,
        higher_is_better: Some(true),
        release_class: ReleaseClass::Mean,
        rates_people: true,
        relevant_difference: Some(relevant_difference),
        primary: false,
        level,
        formula_version: 1,
        reference: "Mean with two-way clustered variance and t interval (Cameron, Gelbach and Miller 2011)",
        of_many: false,
        windows_only: false,
        restricted: false,
    }
}

/// A number that agreement, comparison or concentration gives, for groups large enough for models.
pub(super) const fn model(
    id: &'static str,
    label: &'static str,
    definition: &'static str,
    unit_of_analysis: UnitOfAnalysis,
    unit: Unit,
    reference: &'static str,
) -> Metric {
    Metric {
        unit,
        release_class: ReleaseClass::Model,
        relevant_difference: None,
        reference,
        ..share(id, label, definition, unit_of_analysis, None, Level::Results)
    }
}

/// A mean number per person, of records that rate nobody.
pub(super) const fn average(id: &'static str, label: &'static str, definition: &'static str) -> Metric {
    Metric {
        higher_is_better: None,
        rates_people: false,
        ..mean(id, label, definition, UnitOfAnalysis::Person, Unit::Average, 0.3, Level::Results)
    }
}

/// A share of people, from records that rate nobody.
pub(super) const fn network_share(
    id: &'static str,
    label: &'static str,
    definition: &'static str,
    higher_is_better: Option<bool>,
) -> Metric {
    Metric { rates_people: false, ..share(id, label, definition, UnitOfAnalysis::Person, higher_is_better, Level::Results) }
}

pub(super) const AGREEMENT: &str = "Shrout and Fleiss 1979 (intraclass correlation); Cohen 1968 and Fleiss and Cohen 1973 (weighted kappa); two-way clustered delta-method \
                         variance, t interval on the scale of Fisher's z";
pub(super) const WITNESSES: &str = "Count over sets of witnesses: none outvotes another, and nothing is never taken for no";
