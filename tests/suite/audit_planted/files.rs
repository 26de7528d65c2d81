//! What identifies somebody, in any byte of any file; and how the files of both editions are kept.

use std::fs;

use mentorscope::audit::Files;
use mentorscope::write::sha256_hex;

use super::release::{Small, group, has, sign, total};
use crate::support::{Program, example, example_draft, files, path, run};

const KNOWN: [&str; 4] = ["P0417", "ada.o'neill@example.org", "mentee_2026-Q3.csv", "r&d survey.sav"];

fn small(label: &str) -> Small<'_> {
    let mut labeled = group("department", "A", "0.8", "10 to 49");
    labeled.insert("group_label".into(), label.into());
    Small { rows: vec![total("0.8", "10 to 49"), labeled], identifiers: KNOWN.to_vec(), ..Small::default() }
}

#[test]
fn identifiers_are_found_in_every_kind_of_file() {
    assert_eq!(small("Anesthesiology").faults(), [""; 0]);
    for known in KNOWN {
        let label = format!("Of {}", known.to_uppercase());
        let found = small(&label).faults();
        for file in ["data/results.csv", "data/results.parquet", "data/results.xlsx"] {
            assert!(has(&found, &[file, "holds 1 identifiers"]), "{known} in {file}: {found:?}");
        }
        let escaped = known.replace('&', "&amp;").replace('\'', "&#x27;");
        for body in [format!("<p>Of {escaped}.</p>"), format!("<p title=\"{escaped}\">x</p>"), format!("<p id=\"{escaped}\">x</p>")] {
            let found = Small { pages: vec![("report.html", body)], ..small("A") }.faults();
            assert!(has(&found, &["report.html", "holds 1 identifiers"]), "{known}: {found:?}");
        }
    }
}

/// A file with bytes around what its readers look at.
fn packed(file: &str, change: impl Fn(&mut Vec<u8>)) -> Vec<String> {
    let release = small("Anesthesiology");
    let mut files: Files = release.files();
    change(files.get_mut(file).unwrap());
    sign(&mut files);
    release.faults_in(&files)
}

#[test]
fn identifiers_are_found_around_what_is_read() {
    let word = b" mentee_2026-Q3.csv ";
    let comment = packed("data/results.xlsx", |bytes| {
        // The end of a ZIP archive is the length of its comment, and the comment.
        let end = bytes.len() - 2;
        bytes.splice(end.., (word.len() as u16).to_le_bytes());
        bytes.extend(word);
    });
    assert!(has(&comment, &["data/results.xlsx", "holds 1 identifiers"]), "{comment:?}");
    let footer = packed("data/results.parquet", |bytes| {
        // Between the data and the footer, whose length stands before the last four bytes.
        let end = bytes.len() - 8;
        let length = u32::from_le_bytes(bytes[end..end + 4].try_into().unwrap()) as usize;
        bytes.splice(end - length..end - length, *word);
    });
    assert_eq!(footer.len(), 1, "the file can still be read: {footer:?}");
    assert!(has(&footer, &["data/results.parquet", "holds 1 identifiers"]), "{footer:?}");
}

#[test]
fn an_identifier_stops_the_run() {
    let program = Program::new();
    let email = {
        let roster = String::from_utf8(program.read("roster.csv")).unwrap();
        roster.split(',').find(|cell| cell.contains('@')).unwrap().to_string()
    };
    // The id of an action is printed in the data, its name on pages.
    program
        .edit("actions.csv", |text| text.replacen("\nA1,Protected mentoring hour,", &format!("\n{email},Asked in exports/mentor.csv,"), 1));
    let outcome = run(&["run", path(program.path())]);
    assert_eq!(outcome.code, 2, "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stderr.contains("did not pass its audit") && !outcome.stderr.contains(&email), "{}", outcome.stderr);
    let draft = program.path().join("draft/2026-Q3");
    let log = fs::read_to_string(draft.join("restricted/audit.log")).unwrap();
    for file in ["data/results.csv", "data/results.parquet", "data/results.xlsx", "leadership.html"] {
        assert!(log.lines().any(|line| line.contains(file) && line.contains("identifiers of the inputs")), "{file}: {log}");
    }
    assert!(!draft.join("release").exists());
    assert_ne!(run(&["publish", path(program.path()), "--period", "2026-Q3"]).code, 0);
}

#[cfg(unix)]
#[test]
fn the_restricted_edition_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = example_draft().join("restricted");
    let mode = |place: &std::path::Path| fs::metadata(place).unwrap().permissions().mode() & 0o777;
    let all = files(&folder);
    assert!(all.len() > 10);
    for (name, _) in all {
        let place = folder.join(&name);
        assert_eq!(mode(&place), 0o600, "{}", name.display());
        assert_eq!(mode(place.parent().unwrap()), 0o700, "{}", name.display());
    }
}

/// A plain digest of a small file lets anyone confirm a guess of what it holds.
#[test]
fn no_plain_digest_of_an_input_is_released() {
    let release = files(&example_draft().join("release"));
    let inputs: Vec<_> = files(example())
        .into_iter()
        .filter(|(name, _)| !matches!(path(name), "program.toml" | "truth.json") && !path(name).ends_with(".md"))
        .collect();
    assert!(inputs.iter().any(|(name, _)| path(name) == "roster.csv") && inputs.len() > 10);
    for (input, bytes) in inputs {
        let digest = sha256_hex(&bytes);
        let raw: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&digest[2 * at..2 * at + 2], 16).unwrap()).collect();
        for (name, released) in &release {
            let text = String::from_utf8_lossy(released).to_lowercase();
            assert!(!text.contains(&digest), "{} in {}", input.display(), name.display());
            assert!(memchr::memmem::find(released, &raw).is_none(), "{} in {}", input.display(), name.display());
        }
    }
}
