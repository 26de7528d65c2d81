//! Relationships of a roster as durations and statuses.

use serde_json::{Map, Value};

use crate::compute::{Answer, Fault, Method, Request, Role, Setting};
use crate::stats::episode::{EndStatus, Relationship, observe};

/// The methods of this field.
pub const METHODS: &[Method] = &[Method {
    name: "roster",
    aliases: &["durations"],
    summary: "Days under observation and status of each relationship from its dates and the reason of its end",
    roles: &[
        Role { name: "id", meaning: "identifies the relationship", columns: &["pair_id", "id", "pair"], many: false },
        Role { name: "start", meaning: "first day, as YYYY-MM-DD", columns: &["start", "start_date"], many: false },
        Role { name: "end", meaning: "last day, empty while it runs", columns: &["end", "end_date"], many: false },
        Role { name: "reason", meaning: "why it ended, in the words of status_map", columns: &["reason", "end_reason"], many: false },
    ],
    settings: &[
        Setting { name: "data_cutoff", meaning: "last day that the data know of, as YYYY-MM-DD; needed" },
        Setting {
            name: "status_map",
            meaning: "what each reason means, such as {\"failed\":1,\"completed\":2,\"moved\":0}: 1 event, 2 competing event, 0 censored; \
                      needed, because a reason that it does not name has no status (blank_end, if named, must be 0)",
        },
    ],
    keys: &[
        ("rows[].pair_id", "the relationship"),
        ("rows[].valid", "whether it has a duration and a status"),
        ("rows[].days", "end (or cutoff, whichever is first) minus start"),
        ("rows[].status", "0, 1 or 2"),
        ("rows[].reason", "what is wrong where it is not valid"),
        ("n, n_excluded", "valid relationships, and others"),
        ("n_event, n_competing, n_censored", "valid relationships by status"),
    ],
    run: roster,
}];

fn roster(request: &Request) -> Result<Answer, Fault> {
    let cutoff = request.setting("data_cutoff").and_then(Value::as_str).and_then(day_number).ok_or_else(|| {
        Fault::new(
            "the setting data_cutoff is missing or no date",
            "write --set data_cutoff=2024-06-30, the last day that the data know of",
        )
    })?;
    let map = status_map(request)?;
    let (ids, starts, ends) = (request.labels("id")?, request.labels("start")?, request.labels("end")?);
    let reasons = request.labels_if_any("reason")?.unwrap_or_else(|| vec![None; ids.len()]);
    let mut counts = [0_u64; 3];
    let mut rows = Vec::new();
    for (((id, start), end), reason) in ids.iter().zip(&starts).zip(&ends).zip(&reasons) {
        let answer = Answer::new().with("pair_id", id.clone());
        let relationship = relationship(start.as_deref(), end.as_deref(), reason.as_deref(), &map);
        let observed = relationship.and_then(|r| observe(r, cutoff).map_err(|reason| reason.to_string()));
        let answer = match observed {
            Ok(observed) => {
                if let Some(count) = counts.get_mut(usize::from(observed.status.code())) {
                    *count += 1;
                }
                answer
                    .with("valid", true)
                    .with("days", observed.days)
                    .with("status", observed.status.code())
                    .with("at_cutoff", observed.at_cutoff)
            }
            Err(reason) => answer.with("valid", false).with("days", Value::Null).with("status", Value::Null).with("reason", reason),
        };
        rows.push(answer.into_json());
    }
    let [censored, event, competing] = counts;
    let n = censored + event + competing;
    let excluded = rows.len() as u64 - n;
    Ok(Answer::new()
        .with("rows", rows)
        .with("n", n)
        .with("n_excluded", excluded)
        .with("n_event", event)
        .with("n_competing", competing)
        .with("n_censored", censored)
        .with("method", "days = min(end, cutoff) - start; ends after the cutoff are censored there; length 0 is kept"))
}

/// One row's dates as day numbers.
fn relationship(start: Option<&str>, end: Option<&str>, reason: Option<&str>, map: &Map<String, Value>) -> Result<Relationship, String> {
    let start = start.ok_or("the start is missing")?;
    let start = day_number(start).ok_or("the start is no date")?;
    let end = end.map(|end| day_number(end).ok_or("the end is no date")).transpose()?;
    let end_status = reason.and_then(|reason| map.get(reason)).and_then(Value::as_u64).and_then(EndStatus::from_code);
    Ok(Relationship { start, end, end_status })
}

fn status_map(request: &Request) -> Result<Map<String, Value>, Fault> {
    let fault = |what: &str| Fault::new(what, "write --set 'status_map={\"failed\":1,\"completed\":2,\"moved\":0}'");
    let map = match request.setting("status_map") {
        Some(Value::Object(map)) => map.clone(),
        Some(_) => return Err(fault("the setting status_map is no object")),
        None => return Err(fault("the setting status_map is missing, and no reason has a meaning by itself")),
    };
    if map.values().any(|value| value.as_u64().and_then(EndStatus::from_code).is_none()) {
        return Err(fault("a status is not 0, 1 or 2"));
    }
    if map.get("blank_end").is_some_and(|value| value.as_u64() != Some(0)) {
        return Err(fault("a relationship without an end can only be censored (0)"));
    }
    Ok(map)
}

/// The number of a day in the Gregorian calendar, from 0000-03-01; nothing where the text is no day of the calendar.
fn day_number(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let mut next = |digits: usize| parts.next().filter(|p| p.len() == digits && p.bytes().all(|b| b.is_ascii_digit()))?.parse::<i64>().ok();
    let (year, month, day) = (next(4)?, next(2)?, next(2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if parts.next().is_some() || day < 1 || day > length {
        return None;
    }
    // Years begin in March, so that the leap day is the last of its year.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    Some(365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 + day - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every day from 1896 to 2104 follows the one before it.
    #[test]
    fn days_follow_each_other() {
        let mut last = day_number("1895-12-31").unwrap();
        let mut days = 0;
        for year in 1896..=2104 {
            for month in 1..=12 {
                for day in 1..=31 {
                    if let Some(number) = day_number(&format!("{year:04}-{month:02}-{day:02}")) {
                        assert_eq!(number, last + 1, "{year}-{month}-{day}");
                        last = number;
                        days += 1;
                    }
                }
            }
        }
        // 209 years, with leap days but for 1900 and 2100.
        assert_eq!(days, 209 * 365 + 51);
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in ["2023-02-29", "2023-13-01", "2023-00-10", "2023-04-31", "23-04-01", "2023-4-1", "2023-04-01T00:00", "", "soon"] {
            assert_eq!(day_number(text), None, "{text}");
        }
        assert_eq!(day_number("2025-02-28").unwrap() - day_number("2024-02-29").unwrap(), 365);
    }
}
