//! What the benchmarks share: the parse floor, the command, time and peak memory.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a run of the command took.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// From start to end.
    pub time: Duration,
    /// Most memory held at once, in bytes; none where the system does not tell.
    pub peak: Option<u64>,
}

/// Runs the command; exit code 2 is a failure.
pub fn mentorscope(arguments: &[&str]) -> Cost {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_mentorscope"))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts");
    let mut peak = None;
    let status = loop {
        if let Some(status) = child.try_wait().expect("the command can be waited for") {
            break status;
        }
        peak = peak.max(high_water(child.id()));
        std::thread::sleep(Duration::from_millis(1));
    };
    assert!(status.code().is_some_and(|code| code < 2), "the command failed: {arguments:?}");
    Cost { time: start.elapsed(), peak }
}

/// The high-water mark of a process's memory, in bytes.
fn high_water(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let kibibytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    kibibytes.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kibibytes| kibibytes << 10)
}

/// How long some work takes.
pub fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// The middle one.
pub fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The floor: reads a file with the csv crate and adds up the lengths of its records.
pub fn parse(file: &Path) -> u64 {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(file).expect("a readable file");
    let mut record = csv::ByteRecord::new();
    let mut total = 0;
    while reader.read_byte_record(&mut record).expect("a readable record") {
        total += record.as_slice().len() as u64;
    }
    std::hint::black_box(total)
}

/// A path as text.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}
