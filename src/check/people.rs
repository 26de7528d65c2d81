//! Finding a person of the roster by what a survey knows: id, e-mail address, its digest, or a self-generated code.

use std::collections::HashMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::codes::Codes;
use crate::ingest::Table;
use crate::program::plan::{PersonKey, RosterPlan};

/// What a cell says of who answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Respondent {
    /// This person.
    One(u32),
    /// This person, whose code it nearly is.
    Near(u32),
    /// Several people fit.
    Several,
    /// Nobody fits.
    Nobody,
}

/// The people of the roster by each name that a survey may know them by.
#[derive(Debug)]
pub struct PeopleIndex<'a> {
    ids: &'a Codes,
    emails: HashMap<String, Respondent>,
    digests: HashMap<String, Respondent>,
    codes: HashMap<String, Respondent>,
}

impl<'a> PeopleIndex<'a> {
    /// Reads those columns of the roster that one of the keys needs; rows of one person may repeat or change them.
    pub fn new(plan: &RosterPlan, table: &Table, people: &'a Codes, keys: &[PersonKey]) -> Self {
        let mut index = Self { ids: people, emails: HashMap::new(), digests: HashMap::new(), codes: HashMap::new() };
        let by_email = keys.iter().any(|key| matches!(key, PersonKey::Email | PersonKey::EmailSha256));
        let by_code = keys.iter().any(|key| matches!(key, PersonKey::Code { .. }));
        let Some(person) = table.column(&plan.person).filter(|_| by_email || by_code) else { return index };
        let column = |heading: Option<&String>| heading.and_then(|heading| table.column(heading));
        let (email, code) = (column(plan.email.as_ref().filter(|_| by_email)), column(plan.code.as_ref().filter(|_| by_code)));
        for row in table.rows() {
            let Some(known) = row.get(person).and_then(|id| people.get(id)) else { continue };
            if let Some(address) = email.and_then(|column| row.get(column)) {
                let address = address.to_lowercase();
                enter(&mut index.digests, digest(&address), known);
                enter(&mut index.emails, address, known);
            }
            if let Some(code) = code.and_then(|column| row.get(column)) {
                enter(&mut index.codes, folded(code), known);
            }
        }
        index
    }

    /// Who is meant by a trimmed, non-blank cell.
    pub fn find(&self, cell: &str, key: PersonKey) -> Respondent {
        let exact = |names: &HashMap<String, Respondent>, name: &str| names.get(name).copied().unwrap_or(Respondent::Nobody);
        match key {
            PersonKey::Id => self.ids.get(cell).map_or(Respondent::Nobody, Respondent::One),
            PersonKey::Email => exact(&self.emails, &cell.to_lowercase()),
            PersonKey::EmailSha256 => exact(&self.digests, &cell.to_lowercase()),
            PersonKey::Code { tolerance } => {
                let code = folded(cell);
                match exact(&self.codes, &code) {
                    Respondent::Nobody => self.nearest(&code, usize::from(tolerance)),
                    found => found,
                }
            }
        }
    }

    /// The one person whose code lies within the tolerance; two at any distance within it are several, for nobody can say which erred.
    fn nearest(&self, code: &str, tolerance: usize) -> Respondent {
        let mut found = Respondent::Nobody;
        for (known, person) in &self.codes {
            // The cheap bound first: so many letters at least were left out or added.
            if known.len().abs_diff(code.len()) > 4 * tolerance || strsim::levenshtein(known, code) > tolerance {
                continue;
            }
            found = match (found, person) {
                (Respondent::Nobody, Respondent::One(person)) => Respondent::Near(*person),
                (Respondent::Near(before), Respondent::One(person)) if before == *person => found,
                _ => return Respondent::Several,
            };
        }
        found
    }
}

fn enter(names: &mut HashMap<String, Respondent>, name: String, person: u32) {
    let entry = names.entry(name).or_insert(Respondent::One(person));
    if *entry != Respondent::One(person) {
        *entry = Respondent::Several;
    }
}

/// Letters and digits in upper case: people write their codes with blanks and hyphens of their own.
fn folded(code: &str) -> String {
    code.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

fn digest(address: &str) -> String {
    Sha256::digest(address.as_bytes()).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> Codes {
        Codes::new(["P1", "P2", "P3"])
    }

    fn index(people: &Codes) -> PeopleIndex<'_> {
        let roster = "person,mail,sgic\nP1,Ann@x.org,MA-07-B\nP2,bo@x.org,MA07C\nP3,bo@x.org,ZZ11K\nP3,cy@x.org,ZZ11K\n";
        let table = Table::from_bytes("roster.csv", roster.as_bytes().to_vec());
        let plan = RosterPlan {
            file: "roster.csv".into(),
            person: "person".into(),
            email: Some("mail".into()),
            code: Some("sgic".into()),
            valid_from: None,
            left_on: None,
        };
        PeopleIndex::new(&plan, &table, people, &[PersonKey::Email, PersonKey::Code { tolerance: 0 }])
    }

    #[test]
    fn people_by_address_and_by_its_digest() {
        let people = people();
        let index = index(&people);
        assert_eq!(index.find("ANN@x.org", PersonKey::Email), Respondent::One(0));
        assert_eq!(index.find("bo@x.org", PersonKey::Email), Respondent::Several);
        assert_eq!(index.find("no@x.org", PersonKey::Email), Respondent::Nobody);
        // By coreutils' sha256sum.
        let digest = "C3DF4E2393C1FC5B54964A568E4466EFC20E91DB0B3490B441576950AE5B20E8";
        assert_eq!(index.find(digest, PersonKey::EmailSha256), Respondent::One(2));
        assert_eq!(index.find(&digest.replace('C', "D"), PersonKey::EmailSha256), Respondent::Nobody);
    }

    #[test]
    fn codes_bear_what_was_declared_and_no_more() {
        let people = people();
        let index = index(&people);
        let code = |text: &str, tolerance| index.find(text, PersonKey::Code { tolerance });
        assert_eq!(code("zz 11 k", 0), Respondent::One(2));
        assert_eq!(code("ZZ1K", 0), Respondent::Nobody);
        assert_eq!(code("ZZ1K", 1), Respondent::Near(2));
        assert_eq!(code("MA07B", 1), Respondent::One(0), "an exact code is not ambiguous");
        assert_eq!(code("MA07D", 1), Respondent::Several);
        assert_eq!(code("QQQQQ", 2), Respondent::Nobody);
    }
}
