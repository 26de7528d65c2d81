//! What three witnesses say of a relationship that failed or is in trouble: the mentee, the mentor, and the program's own records.
//!
//! Each cause has from each witness a yes, a no, or nothing. Nothing is never taken for no, and no witness outvotes another: what comes out are sets.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::episodes::status;
use super::spans::{Span, SpanKind};
use crate::check::Dataset;
use crate::program::accounts::{RecordOf, RecordRule};
use crate::program::cause::{Cause, Locus};
use crate::program::plan::Plan;

/// What one witness says. Bit `k` stands for the cause at position `k` of [`Cause::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Said {
    /// Causes named.
    pub yes: u32,
    /// Causes explicitly not named: offered and left, or a record that says no.
    pub no: u32,
    /// Tags of power and prejudice, bit `k` for the one at position `k` of `Tag::ALL`; reports only.
    pub tags: u16,
}

impl Said {
    /// Whether any cause of a set is named: no only where every one of them was explicitly not.
    pub fn of(self, causes: u32) -> Option<bool> {
        if self.yes & causes != 0 {
            Some(true)
        } else if self.no & causes == causes {
            Some(false)
        } else {
            None
        }
    }

    /// Whether the witness said anything.
    pub fn spoke(self) -> bool {
        self.yes | self.no != 0
    }
}

/// How the witnesses of one cause, or of one place, stand to each other. Several may hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// The side itself says yes; of the program its own records do.
    Acknowledged,
    /// Somebody says yes, and the side itself does not.
    Attributed,
    /// Two or more say yes.
    Corroborated,
    /// One says yes, another explicitly no.
    Contested,
    /// One says yes, and nobody else says anything.
    OneWitness,
}

impl Label {
    /// All labels in the order of reports.
    pub const ALL: [Label; 5] = [Label::Acknowledged, Label::Attributed, Label::Corroborated, Label::Contested, Label::OneWitness];

    /// Short name used in results.
    pub fn id(self) -> &'static str {
        match self {
            Label::Acknowledged => "acknowledged",
            Label::Attributed => "attributed",
            Label::Corroborated => "corroborated",
            Label::Contested => "contested",
            Label::OneWitness => "one_witness",
        }
    }

    /// Name as reports print it.
    pub fn label(self) -> &'static str {
        match self {
            Label::Acknowledged => "acknowledged by that side",
            Label::Attributed => "attributed by others only",
            Label::Corroborated => "corroborated",
            Label::Contested => "contested",
            Label::OneWitness => "one witness",
        }
    }
}

/// One relationship that failed, or was in trouble, in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Position of the window among the spans.
    pub span: u16,
    /// The pair.
    pub pair: u32,
    /// Its mentee.
    pub mentee: u32,
    /// Its mentor.
    pub mentor: u32,
    /// Whether it failed in the window; else it was in trouble.
    pub failed: bool,
    /// What mentee, mentor and records say.
    pub said: [Said; 3],
}

/// Parts that a relationship is divided into by [`Account::twelfths`].
pub const TWELFTHS: u32 = 12;

impl Account {
    /// Whether any witness names a cause of the set.
    pub fn named(&self, causes: u32) -> bool {
        self.said.iter().any(|said| said.yes & causes != 0)
    }

    /// Whether any witness said anything.
    pub fn anybody_spoke(&self) -> bool {
        self.said.iter().any(|said| said.spoke())
    }

    /// How the witnesses stand to each other over a set of causes of one place; nothing where nobody names one. The fit of the two has no side of
    /// its own, and is neither acknowledged nor attributed.
    pub fn labels(&self, locus: Locus, causes: u32) -> Vec<Label> {
        let answers = self.said.map(|said| said.of(causes));
        let yes = answers.iter().filter(|answer| **answer == Some(true)).count();
        let no = answers.contains(&Some(false));
        if yes == 0 {
            return Vec::new();
        }
        let own = match locus {
            Locus::Mentee => Some(answers[0]),
            Locus::Mentor => Some(answers[1]),
            Locus::Program => Some(answers[2]),
            Locus::Pair => None,
        };
        let holds = |label: &Label| match label {
            Label::Acknowledged => own == Some(Some(true)),
            Label::Attributed => own.is_some_and(|own| own != Some(true)),
            Label::Corroborated => yes >= 2,
            Label::Contested => no,
            Label::OneWitness => yes == 1 && !no,
        };
        Label::ALL.into_iter().filter(holds).collect()
    }

    /// The relationship divided among the places that any witness names, in twelfths: a half each of two, a third of three. The last part is what
    /// no witness places. The five always add up to twelve, so that all of them together add up to the relationships.
    pub fn twelfths(&self) -> [u32; 5] {
        let named = Locus::ALL.map(|locus| self.named(locus.mask()));
        let places = named.iter().filter(|named| **named).count() as u32;
        let mut parts = [0; 5];
        match places {
            0 => parts[4] = TWELFTHS,
            places => named.iter().zip(&mut parts).filter(|(named, _)| **named).for_each(|(_, part)| *part = TWELFTHS / places),
        }
        parts
    }
}

/// A side's answer to the question about causes.
struct Report {
    period: u16,
    said: Said,
}

/// All accounts of the windows, by window and pair. A side speaks with its latest answer: of a failed relationship the latest up to the end of the
/// window, for a side that stopped answering has still said something; of one in trouble the latest in the window.
pub fn accounts(
    plan: &Plan,
    dataset: &Dataset,
    spans: &[Span],
    episodes: &DataFrame,
    trouble: &DataFrame,
    causes: [&Option<DataFrame>; 2],
) -> PolarsResult<Vec<Account>> {
    let mut accounts = failed_and_troubled(spans, episodes, trouble)?;
    let wanted: BTreeSet<u32> = accounts.iter().map(|(account, _)| account.pair).collect();
    let reports = [reports(causes[0], &wanted)?, reports(causes[1], &wanted)?];
    let records = Records::read(plan, dataset, episodes)?;
    for (account, day) in &mut accounts {
        let span = &spans[usize::from(account.span)];
        for (said, reports) in account.said.iter_mut().zip(&reports) {
            let all = reports.get(&account.pair).map_or(&[][..], Vec::as_slice);
            let latest = all.iter().rfind(|report| report.period <= span.last && (account.failed || report.period >= span.first));
            *said = latest.map_or(Said::default(), |report| report.said);
        }
        account.said[2] = records.said(plan, account, *day, span.end);
    }
    Ok(accounts.into_iter().map(|(account, _)| account).collect())
}

/// The relationships of every window, with the day at which records are read: that of the failure, or the window's last.
fn failed_and_troubled(spans: &[Span], episodes: &DataFrame, trouble: &DataFrame) -> PolarsResult<Vec<(Account, i32)>> {
    let whole = |frame: &DataFrame, name: &str| -> PolarsResult<Vec<u32>> { Ok(frame.column(name)?.u32()?.into_no_null_iter().collect()) };
    let failed = episodes.clone().lazy().filter(col("status").eq(lit(status::FAILED)).and(col("late").not())).collect()?;
    let (pairs, mentees, mentors) = (whole(&failed, "pair")?, whole(&failed, "mentee")?, whole(&failed, "mentor")?);
    let exits: Vec<i32> = failed.column("exit")?.i32()?.into_no_null_iter().collect();
    let mut found: BTreeMap<(u16, u32), (Account, i32)> = BTreeMap::new();
    let windows = || (0u16..).zip(spans).filter(|(_, span)| span.kind == SpanKind::Window);
    let account = |span, pair, mentee, mentor, failed| Account { span, pair, mentee, mentor, failed, said: Default::default() };
    for (number, span) in windows() {
        for row in (0..pairs.len()).filter(|&row| (span.start..=span.end).contains(&exits[row])) {
            found.insert((number, pairs[row]), (account(number, pairs[row], mentees[row], mentors[row], true), exits[row]));
        }
    }
    let any = ["mentee_dissatisfied", "mentor_dissatisfied", "harm"].map(|flag| col(flag).eq(lit(1)).fill_null(lit(false)));
    let troubled = trouble.clone().lazy().filter(any.into_iter().reduce(Expr::or).unwrap_or(lit(false))).collect()?;
    let (pairs, mentees, mentors) = (whole(&troubled, "pair")?, whole(&troubled, "mentee")?, whole(&troubled, "mentor")?);
    for (row, number) in troubled.column("span")?.u16()?.into_no_null_iter().enumerate() {
        let span = &spans[usize::from(number)];
        if span.kind == SpanKind::Window {
            let in_trouble = account(number, pairs[row], mentees[row], mentors[row], false);
            found.entry((number, pairs[row])).or_insert((in_trouble, span.end));
        }
    }
    Ok(found.into_values().collect())
}

/// Answers to the question about causes, of the pairs that are wanted, in order of time.
fn reports(causes: &Option<DataFrame>, wanted: &BTreeSet<u32>) -> PolarsResult<BTreeMap<u32, Vec<Report>>> {
    let mut reports: BTreeMap<u32, Vec<Report>> = BTreeMap::new();
    let Some(frame) = causes else { return Ok(reports) };
    let frame =
        frame.clone().lazy().sort(["pair", "period", "date"], SortMultipleOptions::default().with_maintain_order(true)).collect()?;
    let named =
        (0..Cause::ALL.len()).map(|number| Ok(frame.column(&format!("c{number}"))?.i32()?.clone())).collect::<PolarsResult<Vec<_>>>()?;
    let (periods, tags) = (frame.column("period")?.u16()?, frame.column("tags")?.i32()?);
    for (row, pair) in frame.column("pair")?.u32()?.iter().enumerate() {
        let (Some(pair), Some(period)) = (pair.filter(|pair| wanted.contains(pair)), periods.get(row)) else { continue };
        let mut said = Said { tags: tags.get(row).unwrap_or(0) as u16, ..Said::default() };
        for (position, column) in named.iter().enumerate() {
            match column.get(row) {
                Some(0) => said.no |= 1 << position,
                Some(_) => said.yes |= 1 << position,
                None => {}
            }
        }
        reports.entry(pair).or_default().push(Report { period, said });
    }
    Ok(reports)
}

/// The day from which a row of the roster holds, and what its declared columns say, in the order of the plan.
type Held = (i32, Vec<Option<i32>>);

/// The program's own records, as far as they are declared to say something of causes.
struct Records {
    /// By pair: causes that the end reason names, the day of the end, and what declared columns say, in the order of the plan.
    pairs: Vec<(u32, Option<i32>, Vec<Option<i32>>)>,
    /// By person: days from which rows hold, and what declared columns say.
    people: BTreeMap<u32, Vec<Held>>,
    /// By mentor: mentee, first and last day of each relationship.
    mentees: BTreeMap<u32, Vec<(u32, i32, i32)>>,
}

impl Records {
    fn read(plan: &Plan, dataset: &Dataset, episodes: &DataFrame) -> PolarsResult<Self> {
        let frame = dataset.pairs();
        let columns = declared(plan, frame, |of| of == RecordOf::Pair)?;
        let (reasons, ended) = (frame.column("reason_causes")?.u32()?, frame.column("ended")?.i32()?);
        let row = |row: usize| (reasons.get(row).unwrap_or(0), ended.get(row), columns.iter().map(|column| column.at(row)).collect());
        let pairs = (0..frame.height()).map(row).collect();

        let mut people: BTreeMap<u32, Vec<Held>> = BTreeMap::new();
        let roster = dataset.roster();
        let columns = declared(plan, roster, |of| of != RecordOf::Pair)?;
        if columns.iter().any(|column| column.values.is_some()) {
            let from = roster.column("valid_from")?.i32()?;
            for (row, person) in roster.column("person")?.u32()?.into_no_null_iter().enumerate() {
                let said = columns.iter().map(|column| column.at(row)).collect();
                people.entry(person).or_default().push((from.get(row).unwrap_or(i32::MIN), said));
            }
        }
        let mut mentees: BTreeMap<u32, Vec<(u32, i32, i32)>> = BTreeMap::new();
        if plan.recorded.iter().any(|recorded| matches!(recorded.rule, RecordRule::Mentees(_))) {
            let day = |name: &str| -> PolarsResult<Vec<i32>> { Ok(episodes.column(name)?.i32()?.into_no_null_iter().collect()) };
            let (entry, exit) = (day("entry")?, day("exit")?);
            let mentee: Vec<u32> = episodes.column("mentee")?.u32()?.into_no_null_iter().collect();
            for (row, mentor) in episodes.column("mentor")?.u32()?.into_no_null_iter().enumerate() {
                mentees.entry(mentor).or_default().push((mentee[row], entry[row], exit[row]));
            }
        }
        Ok(Self { pairs, people, mentees })
    }

    /// What the records say of a relationship on a day. An end reason speaks once the relationship has ended, within the window.
    fn said(&self, plan: &Plan, account: &Account, day: i32, window_end: i32) -> Said {
        let mut said = Said::default();
        let none = Vec::new();
        let (reason, ended, of_pair) =
            self.pairs.get(account.pair as usize).map_or((0, None, &none), |(reason, ended, said)| (*reason, *ended, said));
        if ended.is_some_and(|ended| ended <= window_end) {
            said.yes |= reason;
        }
        let (mut pair_places, mut person_places) = (0.., 0..);
        for recorded in &plan.recorded {
            let answer = match (&recorded.rule, recorded.of) {
                (RecordRule::Mentees(limit), _) => self.load(account.mentor, day).map(|mentees| mentees >= *limit),
                (_, RecordOf::Pair) => pair_places.next().and_then(|place| *of_pair.get(place)?).map(|answer| answer == 1),
                (_, RecordOf::Mentee) => person_places.next().and_then(|place| self.person(account.mentee, place, day)),
                (_, RecordOf::Mentor) => person_places.next().and_then(|place| self.person(account.mentor, place, day)),
            };
            match answer {
                Some(true) => said.yes |= recorded.cause.bit(),
                Some(false) => said.no |= recorded.cause.bit(),
                None => {}
            }
        }
        // One record that says yes is not undone by another that says no.
        said.no &= !said.yes;
        said
    }

    /// What the row that holds on a day says; the first row for days before it.
    fn person(&self, person: u32, place: usize, day: i32) -> Option<bool> {
        let rows = self.people.get(&person)?;
        let (_, said) = rows.iter().rfind(|(from, _)| *from <= day).or(rows.first())?;
        said.get(place).copied().flatten().map(|answer| answer == 1)
    }

    /// Mentees with an open relationship with the mentor on a day.
    fn load(&self, mentor: u32, day: i32) -> Option<u32> {
        let open = self.mentees.get(&mentor)?.iter().filter(|(_, entry, exit)| (*entry..=*exit).contains(&day));
        Some(open.map(|(mentee, ..)| *mentee).collect::<BTreeSet<_>>().len() as u32)
    }
}

/// A declared column; none where the file lacks it, which a finding says.
struct Declared {
    values: Option<Int32Chunked>,
}

impl Declared {
    fn at(&self, row: usize) -> Option<i32> {
        self.values.as_ref().and_then(|values| values.get(row))
    }
}

fn declared(plan: &Plan, frame: &DataFrame, wanted: impl Fn(RecordOf) -> bool) -> PolarsResult<Vec<Declared>> {
    let columns = plan.recorded.iter().enumerate().filter(|(_, recorded)| wanted(recorded.of) && recorded.column.is_some());
    columns
        .map(|(position, _)| match frame.column(&format!("w{position}")) {
            Ok(column) => Ok(Declared { values: Some(column.i32()?.clone()) }),
            Err(_) => Ok(Declared { values: None }),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(yes: &[Cause], no: &[Cause]) -> Said {
        let mask = |causes: &[Cause]| causes.iter().fold(0, |mask, cause| mask | cause.bit());
        Said { yes: mask(yes), no: mask(no), tags: 0 }
    }

    fn account(said: [Said; 3]) -> Account {
        Account { span: 0, pair: 0, mentee: 0, mentor: 1, failed: true, said }
    }

    #[test]
    fn labels_are_sets_and_nothing_is_not_no() {
        use Cause::{Load, Unavailable, Unprepared, Values};
        use Label::{Acknowledged, Attributed, Contested, Corroborated, OneWitness};
        let nothing = Said::default();
        let label = |account: &Account, cause: Cause| account.labels(cause.locus(), cause.bit());
        // The mentee says that the mentor is not available, and the mentor ...
        let mentee = said(&[Unavailable], &[Unprepared]);
        assert_eq!(label(&account([mentee, nothing, nothing]), Unavailable), [Attributed, OneWitness]);
        assert_eq!(label(&account([mentee, said(&[], &[Unavailable]), nothing]), Unavailable), [Attributed, Contested]);
        assert_eq!(label(&account([mentee, said(&[Unavailable], &[]), nothing]), Unavailable), [Acknowledged, Corroborated]);
        // The record takes the mentee's part, the mentor denies it.
        let record = said(&[Unavailable], &[]);
        assert_eq!(label(&account([mentee, said(&[], &[Unavailable]), record]), Unavailable), [Attributed, Corroborated, Contested]);
        // The mentor alone admits it.
        assert_eq!(label(&account([nothing, said(&[Unavailable], &[]), nothing]), Unavailable), [Acknowledged, OneWitness]);
        assert_eq!(label(&account([nothing, said(&[], &[Unavailable]), nothing]), Unavailable), []);
        // The fit of the two belongs to both; the program's side is its record.
        assert_eq!(label(&account([said(&[Values], &[]), nothing, nothing]), Values), [OneWitness]);
        assert_eq!(label(&account([said(&[Load], &[]), nothing, said(&[], &[Load])]), Load), [Attributed, Contested]);
        assert_eq!(label(&account([nothing, nothing, said(&[Load], &[])]), Load), [Acknowledged, OneWitness]);
    }

    #[test]
    fn a_place_is_denied_only_where_every_cause_of_it_is() {
        let all = Said { yes: 0, no: Locus::Mentor.mask(), tags: 0 };
        let most = Said { no: Locus::Mentor.mask() & !Cause::HarmfulConduct.bit(), ..all };
        assert_eq!((all.of(Locus::Mentor.mask()), most.of(Locus::Mentor.mask())), (Some(false), None));
        assert_eq!(Said::default().of(Locus::Pair.mask()), None);
    }

    proptest! {
        /// However many accounts, and whatever is said: the parts add up to the relationships, exactly.
        #[test]
        fn parts_add_up_to_the_relationships(said in proptest::collection::vec(any::<[(u32, u32); 3]>(), 0..60)) {
            let accounts: Vec<Account> = said
                .into_iter()
                .map(|said| account(said.map(|(yes, no)| Said { yes: yes & 0xff_ffff & (no >> 3), no: no & !yes & 0xff_ffff, tags: 0 })))
                .collect();
            let total: u32 = accounts.iter().flat_map(|account| account.twelfths()).sum();
            prop_assert_eq!(total, TWELFTHS * accounts.len() as u32);
            for account in &accounts {
                for (locus, part) in Locus::ALL.into_iter().zip(account.twelfths()) {
                    prop_assert_eq!(part > 0, account.named(locus.mask()));
                    prop_assert_eq!(account.labels(locus, locus.mask()).is_empty(), part == 0);
                }
            }
        }
    }
}
