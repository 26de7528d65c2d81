//! Workbooks are read in a child process: a child that ends early costs one file, and hostile files end a reader without guard.

use std::io::{Cursor, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use calamine::Reader as _;
use mentorscope::cli::workbook_child::ChildReader;
use mentorscope::ingest::{InProcess, WorkbookReader as _};

const READER: &str = env!("CARGO_BIN_EXE_mentorscope");

/// A workbook of one sheet, with these rows and shared strings as XML.
fn workbook(data: &str, strings: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let of = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relations = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{of}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let parts = [
        ("_rels/.rels", relations("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", relations("worksheet", "worksheets/sheet1.xml")),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{of}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\"><sheetData>{data}</sheetData></worksheet>")),
        ("xl/sharedStrings.xml", strings.to_owned()),
    ];
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts.iter().filter(|(_, text)| !text.is_empty()) {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const SOUND: &str = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>b</t></is></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\"><v>2</v></c></row>";
const FAR: &str = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
const CLAIM: &str = "<sst count=\"4000000000000\" uniqueCount=\"4000000000000\"><si><t>x</t></si></sst>";

fn reader() -> ChildReader {
    ChildReader::with(PathBuf::from(READER), Duration::from_secs(60))
}

/// A reader whose child is a script.
fn script(folder: &tempfile::TempDir, text: &str, patience: Duration) -> ChildReader {
    let path = folder.path().join("reader.sh");
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    ChildReader::with(path, patience)
}

#[test]
fn the_child_reads_as_this_process_does() {
    let bytes = workbook(SOUND, "");
    for sheet in [None, Some("S")] {
        let (child, here) = (reader().render(&bytes, sheet).unwrap(), InProcess.render(&bytes, sheet).unwrap());
        assert_eq!((child.text, child.sheet, child.remarks.len()), (here.text, here.sheet, here.remarks.len()));
    }
    assert_eq!(reader().sheets(&bytes), InProcess.sheets(&bytes));
    assert_eq!(reader().render(&bytes, Some("--help")).unwrap_err().rule, "file.no_such_sheet");
}

#[test]
fn hostile_files_are_refused_by_name() {
    for bytes in [workbook(SOUND, CLAIM), workbook(FAR, "")] {
        assert!(bytes.len() < 3_000);
        let (child, here) = (reader().render(&bytes, None).unwrap_err(), InProcess.render(&bytes, None).unwrap_err());
        assert_eq!((child.rule, &child), ("file.workbook_cap", &here));
    }
}

#[test]
fn a_child_that_ends_early_costs_one_file() {
    let folder = tempfile::tempdir().unwrap();
    // More than a pipe holds, so that the writing side meets the closed end.
    let large = vec![b'P'; 1 << 20];
    let ask = |text: &str, patience| loop {
        let fault = script(&folder, text, patience).render(&large, None).unwrap_err();
        // A test beside this one may just be starting a process that still holds the script open for writing.
        if !fault.found.contains("busy") {
            break fault;
        }
    };
    for (text, found) in [
        ("kill -9 $$", "ended by signal 9"),
        ("kill -6 $$", "refused memory"),
        ("exit 3", "ended with code 3"),
        ("echo '{\"Text\":{\"sheet\":\"S\",\"notes\":[],\"bytes\":9}}'; echo short", "code 0"),
        ("cat >/dev/null; yes", "the process that reads it"),
    ] {
        let fault = ask(text, Duration::from_secs(60));
        assert!(fault.rule == "file.workbook_unreadable" && fault.found.contains(found), "{text}: {fault:?}");
    }
    let fault = ask("exec sleep 60", Duration::from_millis(300));
    assert!(fault.found.contains("took more than"), "{fault:?}");
    // And the next file is read.
    assert!(reader().render(&workbook(SOUND, ""), None).is_ok());
    let missing = ChildReader::with(folder.path().join("none"), Duration::from_secs(1)).render(&large, None).unwrap_err();
    assert!(missing.found.contains("did not start"));
}

#[cfg(target_os = "linux")]
#[test]
fn the_child_limits_itself() {
    let mut child = Command::new(READER).arg("read-workbook").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let limits = (0..200).find_map(|_| {
        std::thread::sleep(Duration::from_millis(10));
        let text = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
        text.contains("1610612736").then_some(text)
    });
    child.kill().unwrap();
    child.wait().unwrap();
    let limits = limits.expect("the limit of memory");
    let limit = |name: &str| limits.lines().find(|line| line.starts_with(name)).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(limit("Max address space"), "Max address space 1610612736 1610612736 bytes");
    assert_eq!(limit("Max cpu time"), "Max cpu time 60 65 seconds");
    assert_eq!(limit("Max file size"), "Max file size 0 0 bytes");
}

/// What the guard is for: a reader that believes these files ends the process, which nothing in it can prevent.
#[cfg(target_os = "linux")]
#[test]
fn without_the_guard_hostile_files_end_the_process() {
    const FILE: &str = "MENTORSCOPE_TEST_HOSTILE";
    if let Some(path) = std::env::var_os(FILE) {
        let limit = rustix::process::Rlimit { current: Some(3 << 29), maximum: Some(3 << 29) };
        rustix::process::setrlimit(rustix::process::Resource::As, limit).unwrap();
        let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(Cursor::new(std::fs::read(path).unwrap())).unwrap();
        let _ = book.worksheet_range("S");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let run = |bytes: &[u8]| {
        let path = folder.path().join("hostile.xlsx");
        std::fs::write(&path, bytes).unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "hostile::without_the_guard_hostile_files_end_the_process"]).env(FILE, &path);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
    };
    assert!(run(&workbook(SOUND, "")), "a sound file is read");
    assert!(!run(&workbook(SOUND, CLAIM)), "a claim of texts");
    assert!(!run(&workbook(FAR, "")), "two cells far apart");
}
