//! Where a response belongs: who gave it, about which pair, in which period.

use super::cells::number_or_text;
use super::people::Respondent;
use super::repeated::ANONYMOUS;
use super::responses::Context;
use super::rules::{self, Rule};
use crate::finding::Findings;
use crate::ingest::{Cells, RowKind};
use crate::program::plan::{PersonKey, Role, WaveRule, day_number};

/// Where a response belongs.
pub struct Link {
    /// Code of the person, or `ANONYMOUS`.
    pub person: u32,
    /// Code of the pair; none for staff and for anonymous answers.
    pub pair: Option<u32>,
    /// Position of the period.
    pub period: u16,
    /// Day of the response, in days since 1970-01-01.
    pub date: Option<i32>,
    /// Second of that day, where the file says it.
    pub second: Option<i32>,
}

/// Who answered, as far as the row itself says.
enum Who {
    Known(u32),
    Unsaid,
}

impl Context<'_> {
    /// Person, pair and period of a row, or the rule that leaves it out.
    pub fn link(&self, number: u64, cells: &Cells<'_>, findings: &mut Findings) -> Result<Link, Rule> {
        self.refuse_other_rows(number, cells, findings)?;
        let cell = |column: Option<usize>| column.and_then(|column| cells.get(column)).map(str::trim).filter(|text| !text.is_empty());
        if self.export.anonymous {
            let (period, date, second) = self.when(number, cell(self.columns.date), findings)?;
            return Ok(Link { person: ANONYMOUS, pair: None, period, date, second });
        }
        if self.export.role == Role::Institution {
            let person = match cell(self.columns.person) {
                Some(id) => self.staff.get(id).unwrap_or(ANONYMOUS),
                None if self.columns.person.is_some() => return self.leave_out(number, self.columns.person, findings, Fault::NoPerson),
                None => ANONYMOUS,
            };
            let (period, date, second) = self.when(number, cell(self.columns.date), findings)?;
            return Ok(Link { person, pair: None, period, date, second });
        }
        let named = self.columns.pair.map(|_| self.named_pair(number, cell(self.columns.pair), findings)).transpose()?;
        let who = self.who(number, cell(self.columns.person), named, findings)?;
        let (period, date, second) = self.when(number, cell(self.columns.date), findings)?;
        let pair = match (named, who) {
            (Some(pair), _) => pair,
            (None, Who::Known(person)) => self.only_pair(number, person, period, findings)?,
            (None, Who::Unsaid) => return self.leave_out(number, self.columns.person, findings, Fault::NoPerson),
        };
        Ok(Link { person: self.side(pair), pair: Some(pair), period, date, second })
    }

    /// Previews, tests and other rows that are no respondent's.
    fn refuse_other_rows(&self, number: u64, cells: &Cells<'_>, findings: &mut Findings) -> Result<(), Rule> {
        let (kind, status) = self.raw.kind(cells);
        let place = self.place(number, self.raw.columns.status);
        let found = || format!("a row of status {}", number_or_text(status.unwrap_or_default()));
        match kind {
            RowKind::Usable => Ok(()),
            RowKind::OtherStatus => {
                findings.push(rules::unknown_status::finding(&place, found()));
                Err(rules::unknown_status::RULE)
            }
            RowKind::ScreenedOut => {
                let place = self.place(number, self.raw.columns.screened);
                findings.push(rules::screened_out::finding(&place, "one that the survey ended early"));
                Err(rules::screened_out::RULE)
            }
            RowKind::Preview | RowKind::Test => {
                findings.push(rules::preview::finding(&place, found()));
                Err(rules::preview::RULE)
            }
        }
    }

    fn named_pair(&self, number: u64, id: Option<&str>, findings: &mut Findings) -> Result<u32, Rule> {
        let Some(id) = id else { return self.leave_out(number, self.columns.pair, findings, Fault::NoPair) };
        match self.pairs.ids.get(id) {
            Some(pair) => Ok(pair),
            None => {
                // A set: the order in which threads come does not matter.
                let mut unregistered = self.unregistered.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                unregistered.insert(id.to_string());
                self.leave_out(number, self.columns.pair, findings, Fault::UnknownPair)
            }
        }
    }

    /// The respondent, held against the pair where the row names one.
    fn who(&self, number: u64, cell: Option<&str>, pair: Option<u32>, findings: &mut Findings) -> Result<Who, Rule> {
        if self.columns.person.is_none() {
            return Ok(Who::Unsaid);
        }
        let column = self.columns.person;
        let Some(text) = cell else { return self.leave_out(number, column, findings, Fault::NoPerson) };
        let person = match self.people.find(text, self.export.person_is) {
            Respondent::One(person) => person,
            Respondent::Near(person) => {
                findings.push(rules::tolerated_code::finding(
                    &self.place(number, column),
                    "a code of the roster",
                    "a code that is nearly one",
                ));
                person
            }
            Respondent::Several => return self.leave_out(number, column, findings, Fault::SeveralPeople),
            Respondent::Nobody if pair.is_some() && self.export.person_is == PersonKey::Id => {
                return self.leave_out(number, column, findings, Fault::WrongPerson);
            }
            Respondent::Nobody => return self.leave_out(number, column, findings, Fault::UnknownPerson),
        };
        if pair.is_some_and(|pair| self.side(pair) != person) {
            return self.leave_out(number, column, findings, Fault::WrongPerson);
        }
        Ok(Who::Known(person))
    }

    /// The one pair of a person that was open on a day of the period.
    fn only_pair(&self, number: u64, person: u32, period: u16, findings: &mut Findings) -> Result<u32, Rule> {
        let (start, end) = self.periods[usize::from(period)];
        let open = |pair: &u32| self.pairs.start[*pair as usize] <= end && self.pairs.ended[*pair as usize].is_none_or(|day| day >= start);
        let mut pairs = self.pairs_of.get(&person).into_iter().flatten().copied().filter(open);
        match (pairs.next(), pairs.next()) {
            (Some(pair), None) => Ok(pair),
            (Some(_), Some(_)) => self.leave_out(number, self.columns.person, findings, Fault::SeveralPairs),
            (None, _) => self.leave_out(number, self.columns.person, findings, Fault::NoOpenPair),
        }
    }

    /// The code of the side of a pair that the export's role names.
    fn side(&self, pair: u32) -> u32 {
        let (mentee, mentor) = self.pairs.sides[pair as usize];
        if self.export.role == Role::Mentee { mentee } else { mentor }
    }

    fn leave_out<T>(&self, number: u64, column: Option<usize>, findings: &mut Findings, fault: Fault) -> Result<T, Rule> {
        let place = self.place(number, column);
        let side = if self.export.role == Role::Mentee { "the mentee of the pair" } else { "the mentor of the pair" };
        let (rule, finding) = match fault {
            Fault::NoPerson => (rules::missing_person::RULE, rules::missing_person::finding(&place, "nothing")),
            Fault::NoPair => (rules::missing_pair::RULE, rules::missing_pair::finding(&place, "nothing")),
            Fault::UnknownPair => (rules::unknown_pair::RULE, rules::unknown_pair::finding(&place, "an id that is not in the register")),
            Fault::WrongPerson => (rules::wrong_person::RULE, rules::wrong_person::finding(&place, side, "another id")),
            Fault::UnknownPerson => (
                rules::unknown_respondent::RULE,
                rules::unknown_respondent::finding(&place, "somebody of the roster", "nobody of the roster"),
            ),
            Fault::SeveralPeople => {
                (rules::ambiguous_respondent::RULE, rules::ambiguous_respondent::finding(&place, "one person of the roster", "several"))
            }
            Fault::SeveralPairs => (rules::ambiguous_pair::RULE, rules::ambiguous_pair::finding(&place, "one open pair", "several")),
            Fault::NoOpenPair => (rules::no_open_pair::RULE, rules::no_open_pair::finding(&place, "one open pair", "none")),
        };
        findings.push(finding);
        Err(rule)
    }

    /// The period, the day and the second of the day of a response.
    fn when(&self, number: u64, text: Option<&str>, findings: &mut Findings) -> Result<(u16, Option<i32>, Option<i32>), Rule> {
        let (date, second) = match text.map(|text| self.conventions.dates.parse_moment(text)) {
            None => (None, None),
            Some(Ok((date, second))) => (Some(day_number(date)), second),
            Some(Err(fault)) => {
                findings.push(rules::bad_date::finding(&self.place(number, self.columns.date), fault.to_string()));
                (None, None)
            }
        };
        if date.is_some_and(|day| day > day_number(self.plan.as_of)) {
            let place = self.place(number, self.columns.date);
            findings.push(rules::days_contradict::finding(&place, "a day up to the as-of date", "a later day"));
        }
        Ok((self.period(number, date, findings)?, date, second))
    }

    /// The period of a response: declared for the file, or the one whose days and days of grace hold its date.
    fn period(&self, number: u64, date: Option<i32>, findings: &mut Findings) -> Result<u16, Rule> {
        let grace = self.plan.thresholds.wave_grace_days;
        let place = self.place(number, self.columns.date);
        match self.export.wave {
            WaveRule::Fixed(period) => {
                let (start, end) = self.periods[period];
                if let Some(day) = date
                    && (day < start || day > end + grace)
                {
                    let expected = format!("a day of {} or within {grace} days after it", self.plan.periods[period].id);
                    findings.push(rules::unexpected_date::finding(&place, expected, "another day"));
                }
                Ok(period as u16)
            }
            WaveRule::ByDate => {
                // In the days of grace, which are also the first days of the next period, an answer is about the period that has just ended.
                let found = date.and_then(|day| {
                    self.periods.iter().position(|(start, end)| day >= start + grace.min(end - start) && day <= end + grace)
                });
                let found =
                    found.or_else(|| date.and_then(|day| self.periods.iter().position(|(start, end)| day >= *start && day <= *end)));
                found.map(|period| period as u16).ok_or_else(|| {
                    let expected = "a day of a declared period or of the days of grace after it";
                    findings.push(rules::outside_periods::finding(
                        &place,
                        expected,
                        if date.is_some() { "another day" } else { "no date" },
                    ));
                    rules::outside_periods::RULE
                })
            }
        }
    }
}

/// Why a row belongs nowhere.
enum Fault {
    NoPerson,
    NoPair,
    UnknownPair,
    WrongPerson,
    UnknownPerson,
    SeveralPeople,
    SeveralPairs,
    NoOpenPair,
}
