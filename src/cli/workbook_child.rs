//! Workbooks are read in a child process: this executable again, with a hidden command.
//!
//! A crafted workbook can make its reader ask for more memory than there is, and a process that is refused memory ends: nothing in it can
//! prevent that. So the child first limits its own memory, time and files, reads the workbook from its input and writes what it found to
//! its output. A child that ends early costs one file, not the run.

use std::ffi::OsString;
use std::io::{BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, setrlimit};

use crate::ingest::{ContainerFault, Rendering, SheetRows, WORKBOOK_BYTES_MAX, WorkbookFault, WorkbookReader, answer, read_answer};

/// Name of the hidden command.
pub const COMMAND: &str = "read-workbook";
/// Memory of the child in bytes (1.5 GiB): what the caps allow takes less than half of it.
const MEMORY_BYTES: u64 = 3 << 29;
/// Processor time of the child, in seconds.
const PROCESSOR_SECONDS: u64 = 60;
/// Time of the child by the clock: three times that, for a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// Reads workbooks in a child process.
#[derive(Debug)]
pub struct ChildReader {
    executable: Option<PathBuf>,
    patience: Duration,
}

impl ChildReader {
    /// With this executable as the child.
    pub fn this_command() -> Self {
        Self { executable: std::env::current_exe().ok(), patience: PATIENCE }
    }

    /// With another executable, which takes the same arguments.
    pub fn with(executable: PathBuf, patience: Duration) -> Self {
        Self { executable: Some(executable), patience }
    }

    fn ask(&self, bytes: &[u8], argument: Option<OsString>) -> Result<(Rendering, Vec<SheetRows>), ContainerFault> {
        let failed = |how: String| ContainerFault::from(WorkbookFault::Died(how));
        let executable = self.executable.as_ref().ok_or_else(|| failed("the path of this command is unknown".to_owned()))?;
        let mut command = Command::new(executable);
        command.arg(COMMAND).args(argument).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| failed(format!("the process that reads it did not start: {error}")))?;
        let (input, output, id) = (child.stdin.take(), child.stdout.take(), Pid::from_child(&child));
        let (done, waiting) = mpsc::channel::<()>();
        let answer = std::thread::scope(|scope| {
            scope.spawn(move || {
                // A child that has ended does not read: its status says why.
                input.and_then(|mut input| input.write_all(bytes).ok())
            });
            let patience = self.patience;
            let watch = scope.spawn(move || {
                // The channel closes as soon as the answer is there. The child is not waited for before, so that the id is still its own.
                let is_late = matches!(waiting.recv_timeout(patience), Err(mpsc::RecvTimeoutError::Timeout));
                // It has said all that it had to say, or will not.
                let _ = kill_process(id, Signal::KILL);
                is_late
            });
            let answer = output.map_or(Err(None), |output| read_answer(BufReader::new(output)));
            if answer.is_err() {
                // Let a child that ended by itself say how, before it is ended from here.
                std::thread::sleep(Duration::from_millis(20));
            }
            drop(done);
            (answer, watch.join().unwrap_or(false))
        });
        let status = child.wait();
        match answer {
            (Ok(answer), _) => Ok(answer),
            (Err(Some(fault)), _) => Err(fault),
            (Err(None), true) => Err(failed(format!("the process that reads it took more than {} s", self.patience.as_secs()))),
            (Err(None), false) => Err(failed(status.map_or_else(|error| error.to_string(), ended))),
        }
    }
}

/// How a child ended, in words.
fn ended(status: ExitStatus) -> String {
    match (status.signal(), status.code()) {
        (Some(signal), _) if signal == Signal::XCPU.as_raw() => {
            format!("the process that reads it took more than {PROCESSOR_SECONDS} s of processor time")
        }
        (Some(signal), _) if signal == Signal::ABORT.as_raw() => {
            format!("the process that reads it was refused memory beyond {} MiB", MEMORY_BYTES >> 20)
        }
        (Some(signal), _) => format!("the process that reads it was ended by signal {signal}"),
        (None, Some(code)) => format!("the process that reads it ended with code {code} and no answer"),
        (None, None) => "the process that reads it ended without an answer".to_owned(),
    }
}

impl WorkbookReader for ChildReader {
    fn render(&self, bytes: &[u8], sheet: Option<&str>) -> Result<Rendering, ContainerFault> {
        let argument = sheet.map(|sheet| OsString::from(format!("--sheet={sheet}")));
        self.ask(bytes, argument).map(|(rendering, _)| rendering)
    }

    fn sheets(&self, bytes: &[u8]) -> Result<Vec<SheetRows>, ContainerFault> {
        self.ask(bytes, Some("--all".into())).map(|(_, sheets)| sheets)
    }
}

/// Runs the hidden command: limits this process, reads a workbook from its input, writes the answer to its output.
pub fn run(sheet: Option<&str>, all: bool) -> ExitCode {
    let done = limit().and_then(|()| {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(WORKBOOK_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
        answer(&bytes, sheet, all, &mut std::io::stdout().lock())
    });
    ExitCode::from(if done.is_ok() { 0 } else { 2 })
}

/// Limits this process for the rest of its life.
fn limit() -> std::io::Result<()> {
    let most = |value: u64| Rlimit { current: Some(value), maximum: Some(value) };
    // No memory image with answers on the disk, and no files at all.
    setrlimit(Resource::Core, most(0))?;
    setrlimit(Resource::Fsize, most(0))?;
    setrlimit(Resource::Cpu, Rlimit { current: Some(PROCESSOR_SECONDS), maximum: Some(PROCESSOR_SECONDS + 5) })?;
    let memory = setrlimit(Resource::As, most(MEMORY_BYTES));
    // Elsewhere the system may not know this limit; then the caps and the limit of time remain.
    if cfg!(target_os = "linux") {
        memory?;
    }
    Ok(())
}
