//! What changed between waves of one instrument: questions reworded, added, dropped or moved, and scales turned round. It is named before a
//! trend is drawn over it.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::answer::{FIRST_ANSWER, missing_code};
use super::dataset::Responses;
use super::export_columns::Wording;
use super::rules::{self, Place};
use crate::finding::Findings;
use crate::ingest::in_parallel;
use crate::program::instrument::{Instrument, Missing, Scale};
use crate::program::plan::{Plan, WaveRule};

const NOT_ASKED: i16 = missing_code(Missing::NotAsked);

/// Fewest complete answers of a wave for a correlation to say anything.
const FEWEST: i64 = 30;
/// A correlation of an item with the rest of its scale beyond which its direction is not chance.
const CLEAR: f64 = 0.3;

/// Compares each export with the one of the wave before it, by their questions. `wordings` are in the order of `plan.exports`.
pub fn compare_wordings(plan: &Plan, wordings: &[Wording], findings: &mut Findings) {
    let mut waves: BTreeMap<(usize, crate::program::plan::Role), Vec<(usize, usize)>> = BTreeMap::new();
    for (number, export) in plan.exports.iter().enumerate() {
        if let (WaveRule::Fixed(period), Some(true)) = (export.wave, wordings.get(number).map(|wording| wording.usable)) {
            waves.entry((export.instrument, export.role)).or_default().push((period, number));
        }
    }
    for ((instrument, _), mut files) in waves {
        files.sort_unstable();
        for pair in files.windows(2) {
            compare(&plan.instruments[instrument], &wordings[pair[0].1], &wordings[pair[1].1], findings);
        }
    }
}

fn compare(instrument: &Instrument, before: &Wording, now: &Wording, findings: &mut Findings) {
    let place = |item: usize| {
        let heading = now.columns[item].and_then(|column| now.headings.get(column)).unwrap_or(&instrument.items[item].id);
        Place { file: &now.file, row: Some(1), column: Some(heading) }
    };
    let expected = format!("the questionnaire of {}", before.file);
    for item in 0..instrument.items.len() {
        match (before.columns[item], now.columns[item]) {
            (None, Some(_)) => findings.push(rules::item_added::finding(&place(item), expected.as_str(), "a question more")),
            (Some(_), None) => findings.push(rules::item_dropped::finding(&place(item), expected.as_str(), "no such column")),
            (Some(_), Some(_)) => {
                if let (Some(earlier), Some(later)) = (&before.texts[item], &now.texts[item])
                    && earlier != later
                {
                    findings.push(rules::item_reworded::finding(&place(item), format!("the text of {}", before.file), "another text"));
                }
            }
            (None, None) => {}
        }
    }
    let shared: Vec<usize> =
        (0..instrument.items.len()).filter(|&item| before.columns[item].is_some() && now.columns[item].is_some()).collect();
    let order = |wording: &Wording| {
        let mut items = shared.clone();
        items.sort_by_key(|&item| wording.columns[item]);
        items
    };
    let (earlier, later) = (order(before), order(now));
    if let Some(first) = (0..shared.len()).find(|&position| earlier[position] != later[position]) {
        let moved = earlier.iter().zip(&later).filter(|(before, now)| before != now).count();
        findings.push(rules::item_moved::finding(
            &place(later[first]),
            format!("the order of {}", before.file),
            format!("{moved} questions elsewhere"),
        ));
    }
}

/// Finds items that turned against their scale in some waves, leaves out their answers there, and says so.
///
/// # Errors
/// None that data could cause.
pub fn compare_directions(plan: &Plan, responses: &mut Responses, findings: &mut Findings) -> PolarsResult<()> {
    let instrument = &plan.instruments[responses.instrument];
    let computed = in_parallel(&instrument.scales, |scale| directions(&responses.frame, instrument, scale));
    let mut is_changed = false;
    for (scale, computed) in instrument.scales.iter().zip(computed) {
        // Answers that an earlier scale left out are no answers to this one.
        let directions = if is_changed { directions(&responses.frame, instrument, scale)? } else { computed? };
        for (&item, waves) in scale.items.iter().zip(&directions) {
            let id = &instrument.items[item].id;
            let against: Vec<u16> = waves.iter().filter(|(_, r)| *r <= -CLEAR).map(|(period, _)| *period).collect();
            if against.is_empty() {
                continue;
            }
            if !waves.iter().any(|(_, r)| *r >= CLEAR) {
                let file = file_of(plan, responses, against[0]);
                let place = Place { file, row: None, column: Some(id) };
                findings.push(rules::against_scale::finding(
                    &place,
                    format!("an item that goes with the scale {:?}", scale.id),
                    "the opposite",
                ));
                continue;
            }
            for period in against {
                let name = &plan.periods[usize::from(period)].id;
                let place = Place { file: file_of(plan, responses, period), row: None, column: Some(id) };
                let found = format!("the opposite in {name}");
                findings.push(rules::scale_reversed::finding(&place, format!("an item that goes with the scale {:?}", scale.id), found));
                let reversed = col("period").eq(lit(period)).and(col(id.as_str()).gt_eq(lit(FIRST_ANSWER)));
                let left_out = when(reversed).then(lit(missing_code(Missing::Invalid))).otherwise(col(id.as_str())).alias(id.as_str());
                is_changed = true;
                responses.frame = std::mem::take(&mut responses.frame).lazy().with_column(left_out).collect()?;
            }
        }
    }
    Ok(())
}

/// The file whose answers belong to a period.
fn file_of<'p>(plan: &'p Plan, responses: &Responses, period: u16) -> &'p str {
    let of_instrument = || plan.exports.iter().filter(|export| export.instrument == responses.instrument && export.role == responses.role);
    let fixed = of_instrument().find(|export| export.wave == WaveRule::Fixed(usize::from(period)));
    fixed.or_else(|| of_instrument().next()).and_then(|export| export.file.to_str()).unwrap_or_default()
}

/// Per item of a scale, its correlation with the sum of the others in each period with enough complete answers.
fn directions(frame: &DataFrame, instrument: &Instrument, scale: &Scale) -> PolarsResult<Vec<Vec<(u16, f64)>>> {
    let period = frame.column("period")?.u16()?.rechunk();
    let columns = scale.items.iter().map(|&item| Ok(frame.column(&instrument.items[item].id)?.i16()?.rechunk().into_owned()));
    let columns = columns.collect::<PolarsResult<Vec<_>>>()?;
    let answers = columns.iter().map(Int16Chunked::cont_slice).collect::<PolarsResult<Vec<_>>>()?;
    let both_ends = i64::from(scale.minimum) + i64::from(scale.maximum);
    let reversed: Vec<bool> = scale.items.iter().map(|&item| instrument.items[item].reversed).collect();
    let mut waves: Vec<Wave> = Vec::new();
    let mut scores: Vec<Option<i64>> = Vec::with_capacity(answers.len());
    for (row, &period) in period.cont_slice()?.iter().enumerate() {
        // Items that were not asked in a wave are left out of the sum there; every other one must be answered.
        scores.clear();
        for (answers, &reversed) in answers.iter().zip(&reversed) {
            match answers[row] {
                NOT_ASKED => scores.push(None),
                code if code < FIRST_ANSWER => break,
                code => scores.push(Some(if reversed { both_ends - i64::from(code) } else { i64::from(code) })),
            }
        }
        if scores.len() < answers.len() {
            continue;
        }
        let period = usize::from(period);
        if waves.len() <= period {
            waves.resize(period + 1, Wave { items: vec![OfItem::default(); answers.len()], ..Wave::default() });
        }
        waves[period].add(&scores);
    }
    let of_item = |item: usize| (0u16..).zip(&waves).filter_map(|(period, wave)| Some((period, wave.sums(item).correlation()?))).collect();
    Ok((0..answers.len()).map(of_item).collect())
}

/// Exact sums over the complete answers to a scale in one period. `t` is the sum of a response's scores.
#[derive(Clone, Default)]
struct Wave {
    n: i64,
    t: i64,
    tt: i64,
    items: Vec<OfItem>,
}

/// Exact sums over the scores x of one item, and what responses that were not asked the item add to the wave's.
#[derive(Clone, Copy, Default)]
struct OfItem {
    x: i64,
    xx: i64,
    xt: i64,
    without: [i64; 3],
}

impl Wave {
    fn add(&mut self, scores: &[Option<i64>]) {
        let t: i64 = scores.iter().flatten().sum();
        self.n += 1;
        self.t += t;
        self.tt += t * t;
        for (item, score) in self.items.iter_mut().zip(scores) {
            match *score {
                Some(x) => {
                    item.x += x;
                    item.xx += x * x;
                    item.xt += x * t;
                }
                None => [1, t, t * t].into_iter().zip(&mut item.without).for_each(|(value, sum)| *sum += value),
            }
        }
    }

    /// Those of an item, x, beside the rest of its scale, y.
    fn sums(&self, item: usize) -> Sums {
        let OfItem { x, xx, xt, without } = self.items[item];
        let (n, t, tt) = (self.n - without[0], self.t - without[1], self.tt - without[2]);
        Sums { n, x, y: t - x, xx, yy: tt - 2 * xt + xx, xy: xt - xx }
    }
}

/// Exact sums over the answers of an item, x, beside those of the rest of its scale, y.
struct Sums {
    n: i64,
    x: i64,
    y: i64,
    xx: i64,
    yy: i64,
    xy: i64,
}

impl Sums {
    fn correlation(&self) -> Option<f64> {
        let scaled =
            |product: i64, left: i64, right: i64| (i128::from(self.n) * i128::from(product) - i128::from(left) * i128::from(right)) as f64;
        let spread = (scaled(self.xx, self.x, self.x) * scaled(self.yy, self.y, self.y)).sqrt();
        (self.n >= FEWEST && spread > 0.0).then(|| scaled(self.xy, self.x, self.y) / spread)
    }
}
