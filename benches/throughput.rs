//! Throughput against the parse floor, both measured in this run: `cargo bench --bench throughput`, or with `-- 20000` for another number
//! of pairs.
//!
//! The floor reads every input file with the csv crate and adds up the lengths of its cells. The ratio says how many floors the whole command takes.

#![allow(clippy::print_stdout, clippy::disallowed_methods)]

mod measure;

use std::path::{Path, PathBuf};

use measure::{median, mentorscope, parse, text, timed};

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
        checks.push(mentorscope(&["check", text(&program)]));
        runs.push(mentorscope(&["run", text(&program), "--out", text(&out)]));
    }
    let floor = median(&mut floors);
    println!("floor  {:>8.1} ms", floor.as_secs_f64() * 1e3);
    for (name, costs) in [("check", checks), ("run", runs)] {
        let time = median(&mut costs.iter().map(|cost| cost.time).collect::<Vec<_>>());
        let peak = costs.iter().filter_map(|cost| cost.peak).max().unwrap_or(0);
        let floors = time.as_secs_f64() / floor.as_secs_f64();
        println!("{name:6} {:>8.1} ms  {floors:>5.1} floors  {:>6.0} MB", time.as_secs_f64() * 1e3, peak as f64 / 1e6);
    }
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
