//! `mentorscope status`: how the current wave stands, and whom to remind. It names people: for the evaluation office alone.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use serde_json::json;

use super::lists::{Sides, silent_sides};
use super::{Format, ProgramArgument, pipeline};
use crate::derive::derive;
use crate::error::{Error, Exit, Result};
use crate::program::plan::{Role, day_number};

/// Show the response so far, the days left, and whom to remind (confidential: names people)
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  mentorscope status my-program\n  mentorscope status my-program --format json > to-remind.json\n\nToday is the as-of date of program.toml."
)]
pub struct Arguments {
    #[command(flatten)]
    program: ProgramArgument,
    /// Period of the wave [default: the one whose answers, days of grace included, are being collected on the as-of date]
    #[arg(long, value_name = "ID")]
    period: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

struct Reminder {
    person: String,
    email: String,
    role: Role,
    pairs: Vec<String>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    let loaded = pipeline::load(&arguments.program.program)?;
    let current = loaded.wave(arguments.period.as_deref())?;
    let set = derive(&loaded.plan, &loaded.checked.dataset, current)?;
    let Sides { invited, silent } = silent_sides(&loaded.checked.dataset, &set)?;
    let period = loaded.plan.periods[current].clone();
    let last_day = day_number(period.end) + loaded.plan.thresholds.wave_grace_days;
    let days_left = (last_day - day_number(loaded.plan.as_of)).max(0);

    let emails = emails(&loaded);
    let mut by_person: BTreeMap<(String, &str), Reminder> = BTreeMap::new();
    for side in &silent {
        let role = if side.role == Role::Mentee { "mentee" } else { "mentor" };
        let reminder = by_person.entry((side.person.clone(), role)).or_insert_with(|| Reminder {
            person: side.person.clone(),
            email: emails.get(&side.person).cloned().unwrap_or_default(),
            role: side.role,
            pairs: Vec::new(),
        });
        reminder.pairs.push(side.pair.clone());
    }
    let response: Vec<(&str, usize, usize)> = invited
        .iter()
        .map(|(role, invited)| {
            let missing = silent.iter().filter(|side| side.role == *role).count();
            (if *role == Role::Mentee { "mentees" } else { "mentors" }, invited - missing, *invited)
        })
        .collect();
    match arguments.format {
        Format::Json => {
            let reminders: Vec<_> = by_person
                .values()
                .map(|reminder| json!({ "person": reminder.person, "email": reminder.email, "role": reminder.role, "pairs": reminder.pairs }))
                .collect();
            let sides: Vec<_> = response
                .iter()
                .map(|(side, answered, invited)| json!({ "side": side, "answered": answered, "invited": invited }))
                .collect();
            let object =
                json!({ "confidential": true, "period": period.id, "days_left": days_left, "response": sides, "remind": reminders });
            let text = serde_json::to_string_pretty(&object)
                .map_err(|error| Error::new(error.to_string(), "report this as a defect of the program"))?;
            anstream::println!("{text}");
        }
        Format::Text => {
            anstream::println!("CONFIDENTIAL: names people. For the evaluation office alone.\n");
            anstream::println!(
                "{} ({}), as of {}: {days_left} day{} left",
                period.label,
                period.id,
                loaded.plan.as_of,
                if days_left == 1 { "" } else { "s" }
            );
            for (side, answered, invited) in &response {
                anstream::println!("  {side}: {answered} of {invited} answers about open relationships");
            }
            print_reminders(&by_person);
        }
    }
    Ok(if loaded.has_errors() { Exit::Findings } else { Exit::Clean })
}

fn print_reminders(reminders: &BTreeMap<(String, &str), Reminder>) {
    if reminders.is_empty() {
        anstream::println!("\nEverybody has answered.");
        return;
    }
    anstream::println!("\nTo remind ({}):", reminders.len());
    // On a terminal a long list is cut; in a file or a pipe it is whole.
    let shown = if std::io::stdout().is_terminal() { 40 } else { usize::MAX };
    for ((person, role), reminder) in reminders.iter().take(shown) {
        anstream::println!("  {person}  {role}  {}  about {}", reminder.email, reminder.pairs.join(", "));
    }
    if reminders.len() > shown {
        anstream::println!("  … and {} more (`--format json` lists all)", reminders.len() - shown);
    }
}

/// E-mail addresses of the roster, by person id.
fn emails(loaded: &pipeline::Loaded) -> BTreeMap<String, String> {
    let table = &loaded.inputs.roster;
    let column = |heading: &str| table.column(heading);
    let (Some(person), Some(email)) = (column(&loaded.plan.roster.person), loaded.plan.roster.email.as_deref().and_then(column)) else {
        return BTreeMap::new();
    };
    let pairs = table.rows().filter_map(|row| Some((row.get(person)?.to_string(), row.get(email)?.to_string())));
    pairs.collect()
}
