//! What failure goes with, or why that cannot be told.

use crate::analyze::Unit;
use crate::analyze::lives::{Association, Effect, Lives, NotRecorded, Withheld};
use crate::present::model::{Block, Cell, Section};
use crate::present::rows::{number_column, words_column};
use crate::present::{numbers, tables};

const UNIT: Unit = Unit::Coefficient;

/// The models.
pub fn models(lives: &Lives) -> Section {
    let rows = lives.associations.iter().flat_map(rows).collect();
    let range = numbers::confidence(lives.confidence_level);
    let columns = vec![
        words_column("Compared"),
        number_column(format!("Ratio ({range} interval)")),
        number_column("p"),
        number_column("p adjusted"),
        words_column("Ratio of"),
        number_column("Relationships / failures / mentors"),
        number_column("Left out"),
        number_column("p of proportional hazards"),
    ];
    let mut blocks =
        vec![Block::Table(tables::table("Models of failure, by themselves and together".into(), "Factor", columns, rows, false))];
    let mut lines = vec![
        "Associations between relationships that differ in much else too, self-selected and not randomized: none says what brings failure about, and none \
         tells how one relationship will fare."
            .to_string(),
        "A hazard ratio above 1: failure comes sooner among those compared, as long as relationships are open. Cause-specific Cox model with delayed entry and \
         errors clustered by mentor. An odds ratio is given where failures are fewer than 10 for each parameter: failure within 12 months, among relationships \
         that started at least 12 months ago, by Firth's penalized likelihood, mentors not clustered."
            .into(),
        "Not given: with fewer than 5 failures in all or for each parameter, with fewer than 20 mentors, and where hazards are not in proportion (p under 0.05, \
         of several factors adjusted): an average ratio would then hide that the difference changes with age; see the curves."
            .into(),
        "Relationships fall dormant after twice the agreed interval, so that a longer interval by itself delays that kind of failure.".into(),
        "Values of the first day, but for the share of coaching, which is recorded during the relationship and may follow trouble. Adjusted: Benjamini-Hochberg \
         over the factors by themselves, and over the model of all together."
            .into(),
    ];
    lines.extend(lives.not_recorded.iter().map(|what| not_recorded(*what).to_string()));
    blocks.push(Block::Bullets(lines));
    super::section("What failure goes with", "Mentors' load, agreed interval, and what else the program records", blocks)
}

fn not_recorded(what: NotRecorded) -> &'static str {
    match what {
        NotRecorded::MentorKinds => "Not analyzed: kinds of mentor, for `mentor_kinds` in [relationships] of program.toml names none.",
        NotRecorded::Alike => "Not analyzed: whether the two are alike, for `alike` in [relationships] of program.toml names nothing.",
        NotRecorded::Training => "Not analyzed: training of mentors, for `trained_on` in [relationships] of program.toml names no column.",
        NotRecorded::Assessing => "Not analyzed: mentors who assess, for `assesses` in [relationships] of program.toml names no column.",
        NotRecorded::Coaching => "Not analyzed: coaching, for `coaching_percent` in [relationships] of program.toml names no column.",
    }
}

fn rows(model: &Association) -> Vec<Vec<Cell>> {
    let factor = model.factor.as_deref().unwrap_or("All together");
    let numbers_of = |model: &Association| {
        let counts = [model.relationships, model.failures, model.mentors].map(numbers::count).join(" / ");
        let proportional = model.proportional.map_or_else(String::new, numbers::p_value);
        [Cell::plain(counts), Cell::plain(numbers::count(model.left_out)), Cell::plain(proportional)]
    };
    match &model.effects {
        Ok(effects) => effects
            .iter()
            .map(|effect| {
                let mut cells = vec![Cell::plain(factor), Cell::plain(&effect.term), Cell::plain(ratio(effect))];
                cells.extend([effect.p_value, effect.p_adjusted].map(|p| Cell::plain(numbers::p_value(p))));
                cells.push(Cell::plain(if model.hazard { "hazards" } else { "odds" }));
                cells.extend(numbers_of(model));
                cells
            })
            .collect(),
        Err(why) => {
            let mut cells = vec![Cell::plain(factor), Cell::plain(""), Cell::muted(withheld(why))];
            cells.extend([(); 3].map(|()| Cell::plain("")));
            cells.extend(numbers_of(model));
            vec![cells]
        }
    }
}

fn ratio(effect: &Effect) -> String {
    let estimate = numbers::exact(UNIT, effect.ratio);
    match &effect.interval {
        Ok(ends) => format!("{estimate} ({})", numbers::exact_range(UNIT, *ends, false)),
        Err(reason) => format!("{estimate}, {reason}"),
    }
}

fn withheld(why: &Withheld) -> String {
    let failures = |count: u64| if count == 1 { "1 failure".to_string() } else { format!("{} failures", numbers::count(count)) };
    match why {
        Withheld::TooFewFailures { found } => format!("not given: {} in all", failures(*found)),
        Withheld::TooFewPerParameter { found, parameters } => format!("not given: {} for {parameters} parameters", failures(*found)),
        Withheld::TooFewMentors { found } => format!("not given: {} mentors", numbers::count(*found)),
        Withheld::NotProportional { p_value } => format!("not given: hazards not in proportion, p {}", numbers::p_value(*p_value)),
        Withheld::NoVariation => "not given: no values to compare".into(),
        Withheld::NotEstimable(reason) => format!("not given: {reason}"),
    }
}
