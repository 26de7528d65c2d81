//! Reading and checking one large Qualtrics file against the parse floor, both measured in this run: `cargo bench --bench ingest`, or with
//! `-- 200000` for another number of rows. `-- 200000 FOLDER` keeps the program in an empty folder.
//!
//! Every row names a pair and a day, has 40 answers of five codes, and is used. docs/architecture.md relates the floor to a scan by polars.

#![allow(clippy::print_stdout, clippy::disallowed_methods)]

mod measure;

use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use measure::{median, mentorscope, parse, text, timed};

const ROUNDS: usize = 5;
const ITEMS: usize = 40;
/// The quarters of 2026. Each pair answers once in each, in its second or third month.
const PERIODS: usize = 4;
const EXPORT: &str = "exports/mentee.csv";

fn main() {
    let numbers: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let rows: usize = numbers.first().and_then(|rows| rows.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = numbers.get(1).map_or_else(|| folder.path().join("program"), PathBuf::from);
    write_program(&program, rows).expect("a writable folder");
    let export = program.join(EXPORT);
    println!("{rows} rows, {ITEMS} items, {:.1} MB", export.metadata().map_or(0, |metadata| metadata.len()) as f64 / 1e6);

    let (mut floors, mut checks, mut peak) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        floors.push(timed(|| {
            std::hint::black_box(parse(&export));
        }));
        let check = mentorscope(&["check", text(&program)]);
        peak = peak.max(check.peak.unwrap_or(0));
        checks.push(check.time);
    }
    let (floor, check) = (median(&mut floors), median(&mut checks));
    println!("floor  {:>8.1} ms", floor.as_secs_f64() * 1e3);
    println!("check  {:>8.1} ms  {:>5.2} floors", check.as_secs_f64() * 1e3, check.as_secs_f64() / floor.as_secs_f64());
    println!("peak   {:>8.0} MB", peak as f64 / 1e6);
}

/// Writes the folder of a program whose one export has so many rows.
fn write_program(folder: &Path, rows: usize) -> std::io::Result<()> {
    std::fs::create_dir_all(folder.join("exports"))?;
    let pairs = rows.div_ceil(PERIODS);
    let file = |name: &str| std::fs::File::create(folder.join(name)).map(BufWriter::new);
    write!(file("program.toml")?, "{}", configuration())?;
    write!(file("survey.toml")?, "{}", questionnaire())?;
    write!(file("mentorscope.key")?, "{}", "0123456789abcdef".repeat(4))?;
    let mut roster = file("roster.csv")?;
    writeln!(roster, "person_id,department")?;
    for person in 0..pairs + pairs.div_ceil(4) {
        writeln!(roster, "P{person:07},{}", ["MED", "SURG"][person % 2])?;
    }
    let mut register = file("pairs.csv")?;
    writeln!(register, "pair_id,mentee_id,mentor_id,start_date,end_date,end_reason")?;
    for pair in 0..pairs {
        writeln!(register, "R{pair:07},P{pair:07},P{:07},2025-10-{:02},,", pairs + pair / 4, 1 + pair % 28)?;
    }
    write_export(file(EXPORT)?, rows)
}

/// Rows in an order of their own, as people answer.
fn write_export(mut export: impl std::io::Write, rows: usize) -> std::io::Result<()> {
    let system = ["StartDate", "EndDate", "Status", "Progress", "Duration (in seconds)", "Finished", "RecordedDate", "ResponseId"];
    let ids = ["startDate", "endDate", "status", "progress", "duration", "finished", "recordedDate", "_recordId"];
    let items: Vec<String> = (1..=ITEMS).map(|item| format!("Q{item}")).collect();
    let columns = || system.into_iter().chain(items.iter().map(String::as_str)).chain(["pair_id"]);
    writeln!(export, "{}", columns().collect::<Vec<_>>().join(","))?;
    writeln!(export, "{}", columns().map(|name| format!("\"Text of {name}, as asked\"")).collect::<Vec<_>>().join(","))?;
    let import_ids = ids.into_iter().map(str::to_owned).chain((1..=ITEMS).map(|item| format!("QID{item}"))).chain(["pair_id".to_owned()]);
    let import_ids: Vec<String> = import_ids.map(|id| format!("\"{{\"\"ImportId\"\":\"\"{id}\"\"}}\"")).collect();
    writeln!(export, "{}", import_ids.join(","))?;
    let mut state = 1_u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let pairs = rows.div_ceil(PERIODS);
    let mut line = String::new();
    for row in 0..rows {
        let (period, pair) = (row / pairs, (row % pairs) * 7_919 % pairs);
        let (month, day, hour, minute) = (2 + 3 * period + random(2), 1 + random(28), random(24), random(60));
        line.clear();
        let time = format!("2026-{month:02}-{day:02} {hour:02}:{minute:02}");
        // Writing to a string cannot fail.
        let _ = write!(line, "{time}:07,{time}:52,0,100,{},1,{time}:52,R_{row:015x}", 60 + random(900));
        for _ in 0..ITEMS {
            match random(50) {
                0 => line.push(','),
                _ => {
                    let _ = write!(line, ",{}", 1 + random(5));
                }
            }
        }
        writeln!(export, "{line},R{pair:07}")?;
    }
    export.flush()
}

fn configuration() -> String {
    let mut text = "[program]\nname = \"Measured\"\ninstitution = \"None\"\nas_of = 2026-12-31\n\n".to_owned();
    for (quarter, (start, end)) in [("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31")].iter().enumerate() {
        let _ = writeln!(text, "[[period]]\nid = \"Q{}\"\nstart = 2026-{start}\nend = 2026-{end}\n", quarter + 1);
    }
    text + "[[window]]\nid = \"2026\"\nlabel = \"2026\"\nperiods = [\"Q1\", \"Q2\", \"Q3\", \"Q4\"]\n\n\
        [roster]\nfile = \"roster.csv\"\nperson = \"person_id\"\n\n\
        [[demographic]]\nid = \"department\"\nlabel = \"Department\"\ncolumn = \"department\"\nvalues = [\"MED\", \"SURG\"]\n\n\
        [pairs]\nfile = \"pairs.csv\"\npair = \"pair_id\"\nmentee = \"mentee_id\"\nmentor = \"mentor_id\"\nstart = \"start_date\"\n\
        ended = \"end_date\"\nend_reason = \"end_reason\"\n\n[pairs.status_map]\n\"term complete\" = \"success\"\n\n\
        [[export]]\nfile = \"exports/mentee.csv\"\ninstrument = \"survey.toml\"\nsystem = \"qualtrics\"\nwave = \"by date\"\npair = \"pair_id\"\n\n\
        [privacy]\nkey_file = \"mentorscope.key\"\n"
}

fn questionnaire() -> String {
    let mut text = "id = \"measured\"\ntitle = \"Measured\"\nversion = \"1\"\nrole = \"mentee\"\nsource = \"made up\"\n\n".to_owned();
    for item in 1..=ITEMS {
        let _ = writeln!(text, "[[item]]\nid = \"q{item}\"\nimport_id = \"QID{item}\"\nkind = \"likert\"\nminimum = 1\nmaximum = 5\n");
    }
    let ids: Vec<String> = (1..=ITEMS).map(|item| format!("\"q{item}\"")).collect();
    for (number, items) in ids.chunks(5).enumerate() {
        let _ = writeln!(
            text,
            "[[scale]]\nid = \"s{number}\"\nlabel = \"Scale {number}\"\nconstruct = \"none\"\nscore = \"mean\"\nitems = [{}]\n",
            items.join(", ")
        );
    }
    text
}
