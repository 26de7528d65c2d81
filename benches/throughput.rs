//! Throughput against the parse floor, both measured in this run: `cargo bench`, or `cargo bench -- 20000` for another number of pairs.
//!
//! The floor reads every input file with the csv crate and adds up the lengths of its cells. The ratio says how many floors the whole command takes.

#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const ROUNDS: usize = 5;

fn main() {
    let pairs = std::env::args().skip(1).find(|argument| argument.parse::<u32>().is_ok()).unwrap_or_else(|| "5000".into());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = folder.path().join("program");
    mentorscope(&["simulate", text(&program), "--pairs", &pairs]);
    let inputs = csv_files(&program);
    let bytes: u64 = inputs.iter().map(|file| file.metadata().map_or(0, |metadata| metadata.len())).sum();
    println!("{pairs} pairs, {} files, {:.1} MB", inputs.len(), bytes as f64 / 1e6);

    let out = folder.path().join("draft");
    let (mut floors, mut checks, mut runs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        floors.push(timed(|| {
            std::hint::black_box(inputs.iter().map(|file| parse(file)).sum::<u64>());
        }));
        checks.push(timed(|| mentorscope(&["check", text(&program)])));
        runs.push(timed(|| mentorscope(&["run", text(&program), "--out", text(&out)])));
    }
    let floor = median(&mut floors);
    println!("floor  {:>8.1} ms", floor.as_secs_f64() * 1e3);
    for (name, times) in [("check", &mut checks), ("run", &mut runs)] {
        let time = median(times);
        println!("{name:6} {:>8.1} ms  {:>5.1} floors", time.as_secs_f64() * 1e3, time.as_secs_f64() / floor.as_secs_f64());
    }
}

fn mentorscope(arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_mentorscope")).args(arguments).output().expect("the command runs");
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn parse(file: &Path) -> u64 {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(file).expect("a readable file");
    let mut record = csv::ByteRecord::new();
    let mut total = 0;
    while reader.read_byte_record(&mut record).expect("a readable record") {
        total += record.as_slice().len() as u64;
    }
    std::hint::black_box(total)
}

fn csv_files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the simulated program").flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.extend(csv_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "csv") {
            all.push(path);
        }
    }
    all.sort();
    all
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}
