//! Whatever a file says, reading it gives a plan or faults inside the file, and never a panic.

use std::path::Path;

use proptest::prelude::*;

use super::super::{parse_instrument, render_faults};
use super::{OWN, PROGRAM, read_in};

/// One way to damage a line.
#[derive(Debug, Clone)]
enum Damage {
    Delete,
    Repeat,
    CutAt(usize),
    Insert(usize, char),
    SwapWith(usize),
    Replace(&'static str),
}

fn damage() -> impl Strategy<Value = Damage> {
    let odd = prop::sample::select(vec!['"', '[', ']', '{', '=', '\u{0}', 'é', '\u{202e}', '\r', '\n', '9', '-', '#', '.']);
    let lines = [
        "id = 1",
        "values = []",
        "from = \"race\"",
        "start = 2026-13-40",
        "[[period]]",
        "[pairs]",
        "merge = { A = \"A\" }",
        "end = -inf",
        "label = \" \"",
    ];
    prop_oneof![
        Just(Damage::Delete),
        Just(Damage::Repeat),
        (0..60usize).prop_map(Damage::CutAt),
        (0..60usize, odd).prop_map(|(at, odd)| Damage::Insert(at, odd)),
        any::<usize>().prop_map(Damage::SwapWith),
        prop::sample::select(lines.to_vec()).prop_map(Damage::Replace),
    ]
}

fn apply(text: &str, damages: &[(usize, Damage)]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (at, damage) in damages {
        if lines.is_empty() {
            break;
        }
        let at = at % lines.len();
        let chars = lines[at].chars().count();
        match damage {
            Damage::Delete => drop(lines.remove(at)),
            Damage::Repeat => lines.insert(at, lines[at].clone()),
            Damage::CutAt(keep) => lines[at] = lines[at].chars().take(keep % (chars + 1)).collect(),
            Damage::Insert(place, odd) => {
                let (head, tail): (String, String) =
                    (lines[at].chars().take(place % (chars + 1)).collect(), lines[at].chars().skip(place % (chars + 1)).collect());
                lines[at] = format!("{head}{odd}{tail}");
            }
            Damage::SwapWith(other) => {
                let other = other % lines.len();
                lines.swap(at, other);
            }
            Damage::Replace(line) => lines[at] = (*line).to_owned(),
        }
    }
    lines.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_programs_never_panic(damages in prop::collection::vec((any::<usize>(), damage()), 1..6)) {
        let text = apply(PROGRAM, &damages);
        if let Err(faults) = read_in(Path::new("no such folder"), &text) {
            prop_assert!(!faults.is_empty());
            for fault in &faults {
                prop_assert!(text.get(fault.span.clone()).is_some() && fault.line <= text.lines().count().max(1) + 1);
                prop_assert!(!fault.message.is_empty() && !fault.help.is_empty());
            }
            prop_assert!(render_faults(&text, &faults).contains("program.toml:"));
        }
    }

    #[test]
    fn damaged_instruments_never_panic(damages in prop::collection::vec((any::<usize>(), damage()), 1..6)) {
        let text = apply(OWN, &damages);
        if let Err(faults) = parse_instrument("own.toml", &text) {
            prop_assert!(!faults.is_empty());
            prop_assert!(render_faults(&text, &faults).contains("own.toml:"));
        }
    }
}
