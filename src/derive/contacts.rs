//! What the log of contacts shows of each pair: its first contact, when it fell dormant, and when it resumed.

use polars::prelude::*;

use crate::check::Dataset;
use crate::program::plan::Plan;

/// The pairs of the register with `met` i32 (day of the first known contact), `f2` i32 (day on which the pair fell dormant if nothing ends it before),
/// `resumed` i32 (first contact after that day) and `contacts` u32 (days of contact known); null: not known.
///
/// Without a log the register's last contact is the one that counts: what lay between it and the first meeting is not known.
pub fn with_contacts(plan: &Plan, dataset: &Dataset) -> PolarsResult<DataFrame> {
    let mut pairs = dataset.pairs().clone();
    let days = |name: &str| -> PolarsResult<Vec<Option<i32>>> { Ok(pairs.column(name)?.i32()?.iter().collect()) };
    let (first, last, interval, ended) = (days("first_meeting")?, days("last_contact")?, days("interval")?, days("ended")?);
    let log = dataset.contacts();
    let logged: Vec<u32> = log.column("pair")?.u32()?.into_no_null_iter().collect();
    let logged_days: Vec<i32> = log.column("day")?.i32()?.into_no_null_iter().collect();
    let (mut met, mut dormant, mut resumed, mut known) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut from = 0;
    for (pair, limit) in interval.iter().map(|interval| 2 * interval.unwrap_or(plan.thresholds.meeting_interval_days)).enumerate() {
        let to = from + logged[from..].partition_point(|&other| other as usize <= pair);
        let of_log = &logged_days[from..to];
        from = to;
        let mut contacts: Vec<i32> = of_log.iter().copied().chain(first[pair]).chain(last[pair]).collect();
        contacts.sort_unstable();
        contacts.dedup();
        // What comes after the end is no contact of the relationship.
        contacts.retain(|&day| ended[pair].is_none_or(|ended| day <= ended));
        let has_log = !of_log.is_empty();
        met.push(if has_log { contacts.first().copied() } else { first[pair] });
        let (dormant_on, resumed_on) = if has_log {
            let broken = contacts.windows(2).find(|days| days[1] - days[0] > limit);
            let silent_from = broken.map_or_else(|| contacts.last().copied(), |days| Some(days[0]));
            (silent_from.map(|day| day + limit), broken.map(|days| days[1]))
        } else {
            let recorded = plan.pairs.last_contact.is_some();
            (last[pair].or(first[pair]).filter(|_| recorded).map(|day| day + limit), None)
        };
        dormant.push(dormant_on);
        resumed.push(resumed_on);
        known.push(contacts.len() as u32);
    }
    // Whether never having met can be known: the register records first meetings, or the log has the pair.
    pairs.with_column(Column::new("met".into(), met))?;
    pairs.with_column(Column::new("f2".into(), dormant))?;
    pairs.with_column(Column::new("resumed".into(), resumed))?;
    pairs.with_column(Column::new("contacts".into(), known))?;
    Ok(pairs)
}
