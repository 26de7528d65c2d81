//! A place to run the command in, and the example program to run it on.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The example program as `simulate` writes it, shared by all tests; never written to.
pub fn example() -> &'static Path {
    static EXAMPLE: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    &EXAMPLE
        .get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let program = folder.path().join("program");
            assert_eq!(run(&["simulate", path(&program)]).code, 0);
            (folder, program)
        })
        .1
}

/// The draft of the example's last period, shared by all tests; never written to.
pub fn example_draft() -> &'static Path {
    static DRAFT: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    &DRAFT
        .get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let outcome = run(&["run", path(example()), "--out", path(folder.path())]);
            assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
            let draft = folder.path().join("2026-Q3");
            (folder, draft)
        })
        .1
}

/// A copy of the example program that a test may change.
pub struct Program {
    folder: tempfile::TempDir,
}

impl Program {
    /// A fresh copy of the example.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(example(), folder.path());
        Self { folder }
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The bytes of one of its files.
    pub fn read(&self, file: &str) -> Vec<u8> {
        std::fs::read(self.path().join(file)).unwrap()
    }

    /// Replaces one of its files.
    pub fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(file), bytes).unwrap();
    }

    /// Rewrites a text file.
    pub fn edit(&self, file: &str, change: impl FnOnce(String) -> String) {
        let before = String::from_utf8(self.read(file)).unwrap();
        let after = change(before.clone());
        assert_ne!(before, after, "the change to {file} changed nothing");
        self.write(file, after);
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What a run of the command gave.
pub struct Outcome {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Outcome {
    /// Standard output as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }
}

/// Runs the command. A panic or a signal fails the test.
pub fn run(arguments: &[&str]) -> Outcome {
    outcome(command(arguments).output().unwrap())
}

/// The command, to be run in some environment.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mentorscope"));
    command.args(arguments);
    command
}

/// The outcome of a finished command.
pub fn outcome(output: Output) -> Outcome {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert!(!stderr.contains("panicked"), "{stderr}");
    Outcome { code: output.status.code().expect("ended by a signal"), stdout, stderr }
}

/// A path as text.
pub fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// All files below a folder with their bytes, sorted by relative path.
pub fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(place) = open.pop() {
        for entry in std::fs::read_dir(&place).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                all.push((path.strip_prefix(folder).unwrap().to_path_buf(), std::fs::read(&path).unwrap()));
            }
        }
    }
    all.sort();
    all
}

/// The rows of a results file, each by column name.
pub fn results(csv_file: &Path) -> Vec<std::collections::BTreeMap<String, String>> {
    csv::Reader::from_path(csv_file).unwrap().deserialize().map(|row| row.unwrap()).collect()
}
