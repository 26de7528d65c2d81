//! Whole files, written by `writer` and read back.

use proptest::prelude::*;

use super::super::container::Rendering;
use super::super::describe::describe;
use super::super::export::{Declared, RawExport};
use super::writer::{File, number, string};
use super::{MultipleResponseSet, SavMeasure, SavValue, render};
use crate::program::plan::System;

fn rendered(file: &File) -> Rendering {
    render(&file.bytes(), None).expect("a valid file")
}

fn rules(rendering: &Rendering) -> Vec<&'static str> {
    rendering.remarks.iter().map(|remark| remark.rule).collect()
}

fn sample() -> File {
    let mut date = number("D", &[Some(13_744_944_000.0), None]);
    date.format = [38, 10, 0];
    let mut score = number("SCORE", &[Some(4.0), Some(-1.0)]);
    (score.label, score.missing, score.range) = (b"How well?", vec![90.0, 99.0, -1.0], true);
    File::new(vec![string("ID", 12, &[b"R_1, \"a\"", b"R_2"]), score, number("X", &[Some(1.5), Some(-1000.25)]), date])
}

#[test]
fn all_storages_and_byte_orders_give_the_same_table() {
    for (big_endian, compression) in [(false, 0), (false, 1), (false, 2), (true, 0), (true, 1), (true, 2)] {
        let rendering = rendered(&File { big_endian, compression, ..sample() });
        assert_eq!(rendering.text, "ID,SCORE,X,D\n\"R_1, \"\"a\"\"\",4,1.5,2018-05-06\nR_2,-1,-1000.25,\n", "{big_endian} {compression}");
        assert_eq!((rendering.labels[1].as_str(), rendering.encoding.as_str(), rules(&rendering)), ("How well?", "windows-1252", vec![]));
    }
}

#[test]
fn the_dictionary_keeps_names_labels_and_missing_values() {
    let mut file = sample();
    // Element 3 is SCORE: the string before it takes up two.
    file.labels.push((vec![(-1.0, b"undetermined"), (4.0, b"Good")], vec![3]));
    file.extensions.push((13, 1, b"SCORE=Overall_score\tID=ResponseKey".to_vec()));
    file.extensions.push((11, 4, [1, 8, 0, 2, 8, 1, 3, 8, 1, 3, 8, 1].iter().flat_map(|n| file.int(*n)).collect()));
    file.extensions.push((7, 1, b"$set=D1 4 7 the set score x\n$odd=Q\n".to_vec()));
    let rendering = rendered(&file);
    assert!(rendering.text.starts_with("ResponseKey,Overall_score,X,D\n"));
    assert_eq!(rules(&rendering), ["file.spss_extension"]);
    let dictionary = rendering.dictionary.expect("a dictionary");
    assert_eq!(dictionary.file_label, "label of the file");
    let score = dictionary.variable("Overall_score").expect("a variable");
    assert_eq!((score.format.as_str(), score.measure), ("F8.2", SavMeasure::Ordinal));
    let ranges: Vec<_> = score.user_missing.iter().map(|range| (range.lo.clone(), range.hi.clone())).collect();
    let n = SavValue::Number;
    assert_eq!(ranges, [(n(90.0), n(99.0)), (n(-1.0), n(-1.0))]);
    let reasons = ["-1", "95", "4", "", "x"].map(|cell| score.missing_reason(cell));
    assert_eq!(reasons, [Some(Some("undetermined")), Some(None), None, None, None]);
    assert_eq!(score.label_of("4"), Some("Good"));
    let set = MultipleResponseSet {
        name: "$set".into(),
        label: "the set".into(),
        counted_value: Some("4".into()),
        variables: vec!["Overall_score".into(), "X".into()],
    };
    assert_eq!(dictionary.multiple_response_sets, [set]);
    assert_eq!(dictionary.variables[0].format, "A12");
    assert_eq!(dictionary.variables[3].format, "EDATE10");
}

#[test]
fn long_strings_are_joined_and_labeled() {
    let text: &'static [u8] = Box::leak(vec![b'x'; 300].into_boxed_slice());
    let mut file = File::new(vec![
        string("LONG", 255, &[&text[..255], b"ab"]),
        string("LONG0", 48, &[&text[255..], b""]),
        number("N", &[Some(1.0), None]),
    ]);
    file.extensions.push((14, 1, b"LONG=00300\0\t".to_vec()));
    let mut labels = file.int(4).to_vec();
    labels.extend(b"LONG");
    for part in [&[300][..], &[1], &[2]] {
        part.iter().for_each(|n| labels.extend(file.int(*n)));
    }
    labels.extend(b"ab");
    labels.extend(file.int(5));
    labels.extend(b"Alpha");
    file.extensions.push((21, 1, labels));
    let mut missing = file.int(4).to_vec();
    missing.extend(b"LONG\x01");
    missing.extend(file.int(8));
    missing.extend(b"ab      ");
    file.extensions.push((22, 1, missing));
    let rendering = rendered(&file);
    assert_eq!(rendering.text, format!("LONG,N\n{},1\nab,\n", "x".repeat(300)));
    let dictionary = rendering.dictionary.expect("a dictionary");
    assert_eq!((dictionary.variables.len(), dictionary.variables[0].format.as_str()), (2, "A300"));
    assert_eq!(dictionary.variables[0].missing_reason("ab"), Some(Some("Alpha")));
}

#[test]
fn a_wrong_encoding_is_said() {
    let of = |code: i32, texts: &[&'static [u8]]| {
        let mut file = File::new(vec![string("A", 8, texts)]);
        let numbers = [27, 0, 0, -1, 1, 1, 2, code];
        file.extensions.push((3, 4, numbers.iter().flat_map(|n| file.int(*n)).collect()));
        rendered(&file)
    };
    let plain = of(1252, &[b"Ren\xE9e"]);
    assert_eq!((plain.text.as_str(), rules(&plain)), ("A\nRenée\n", vec![]));
    let wrong = of(1252, &["Renée".as_bytes()]);
    assert_eq!((wrong.text.as_str(), wrong.encoding.as_str(), rules(&wrong)), ("A\nRenée\n", "utf-8", vec!["file.spss_encoding"]));
    let cut = of(65001, &["abcdefgé".as_bytes()]);
    assert_eq!((cut.text.as_str(), rules(&cut)), ("A\nabcdefg\n", vec!["file.spss_text"]));
}

#[test]
fn dates_that_are_none_and_codes_in_date_variables_stay_numbers() {
    let mut date = number("D", &[Some(-5.0), Some(99.0), Some(86_400.0)]);
    (date.format, date.missing) = ([22, 20, 0], vec![99.0]);
    let rendering = rendered(&File::new(vec![date]));
    assert_eq!((rendering.text.as_str(), rules(&rendering)), ("D\n-5\n99\n1582-10-15 00:00:00\n", vec!["file.spss_dates"]));
}

#[test]
fn exports_of_qualtrics_say_who_finished() {
    let mut file = File::new(vec![
        string("RespId", 8, &[b"R_1", b"R_2", b""]),
        number("FINI", &[Some(1.0), Some(2.0), None]),
        number("Q1", &[None, Some(3.0), None]),
    ]);
    file.labels.push((vec![(1.0, b"False"), (2.0, b"True")], vec![2]));
    file.extensions.push((13, 1, b"RESPID=ResponseId\tFINI=Finished".to_vec()));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.sav");
    #[allow(clippy::disallowed_methods, reason = "a file to be read")]
    std::fs::write(&path, file.bytes()).expect("written");
    let got = describe(&path, Some(2), Some(3), &Declared::default(), &super::super::workbook::InProcess).expect("described");
    assert_eq!((got.system, got.data_records, got.columns, got.header_rows), (System::Spss, 3, 3, 1), "a blank case is a record");
    assert_eq!((got.complete, got.partial, got.value.as_deref()), (Some(1), Some(1), Some("3")));
    assert_eq!(got.variant, "system file, compressed by byte codes, columns of Qualtrics");
}

#[test]
fn cells_with_semicolons_and_lines_stay_cells() {
    let file = File::new(vec![string("A", 16, &[b"a;b\nc;d,e\nf;g", b"h;i"])]);
    let export = RawExport::from_bytes("a.sav", file.bytes(), &Declared::default());
    let mut cells = Vec::new();
    let scan = export.for_each_record(|_, row| cells.push(row.get(0).unwrap_or_default().to_owned()));
    assert_eq!((scan.records, scan.excluded, cells), (2, 0, vec!["a;b\nc;d,e\nf;g".to_owned(), "h;i".to_owned()]));
}

#[test]
fn files_cut_short_and_wrong_counts_are_said() {
    let file = File { compression: 0, stated_cases: 5, ..sample() };
    let mut bytes = file.bytes();
    let whole = rendered(&file);
    assert_eq!((whole.remarks[0].rule, whole.remarks[0].found.as_str()), ("file.spss_cases", "5 stated, 2 found"));
    let more = rendered(&File { compression: 0, stated_cases: 1, ..sample() });
    assert_eq!((more.text.lines().count(), more.remarks[0].found.as_str()), (2, "1 stated, and more after them"));
    let unknown = rendered(&File { compression: 0, stated_cases: 0, ..sample() });
    assert_eq!(unknown.text.lines().count(), 3);
    bytes.truncate(bytes.len() - 8);
    let cut = render(&bytes, None).expect("one whole case");
    assert_eq!((cut.text.lines().count(), cut.remarks[0].found.as_str()), (2, "5 stated, 1 found, and a part of one"));
    assert_eq!(render(&bytes[..200], None).expect_err("in the dictionary").rule, "file.spss_damaged");
    assert_eq!(render(b"$FL2", None).expect_err("the header").rule, "file.spss_damaged");
}

#[test]
fn claims_are_not_believed() {
    let mut file = sample();
    file.extensions.push((4, i32::MAX, vec![]));
    let mut bytes = file.bytes();
    // The count of the extension record claims what the file does not have.
    let at = bytes.windows(4).rposition(|window| window == file.int(i32::MAX)).expect("the size");
    bytes[at + 4..at + 8].copy_from_slice(&file.int(i32::MAX));
    assert_eq!(render(&bytes, None).expect_err("a claim").rule, "file.spss_damaged");
    let wide = File::new((0..10_001).map(|_| number("V", &[Some(1.0)])).collect());
    assert_eq!(render(&wide.bytes(), None).expect_err("too wide").rule, "file.too_many_columns");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_never_panic(
        big_endian: bool,
        compression in 0..3i32,
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut: prop::sample::Index,
    ) {
        let mut file = File { big_endian, compression, ..sample() };
        file.labels.push((vec![(-1.0, b"undetermined")], vec![3]));
        file.extensions.push((13, 1, b"SCORE=Overall".to_vec()));
        file.extensions.push((14, 1, b"ID=00300\0\t".to_vec()));
        file.extensions.push((19, 1, b"$set=E 1 1 4 7 the set score x\n".to_vec()));
        file.extensions.push((21, 1, file.int(7).to_vec()));
        file.extensions.push((22, 1, file.int(7).to_vec()));
        let mut bytes = file.bytes();
        for (at, value) in damages {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if cut.index(3) == 0 {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = render(&bytes, None);
    }
}
