//! Cells as people and programs write them.

use super::*;

fn number(text: &str) -> Option<(f64, String)> {
    match read_number(text, None) {
        NumberReading::Number(reading) => Some((reading.value, reading.how.to_string())),
        _ => None,
    }
}

#[test]
fn numbers_say_what_was_done() {
    let cases = [
        ("5", 5.0, "as written"),
        ("-2.5", -2.5, "as written"),
        (" 5.0 ", 5.0, "a fraction of zero"),
        ("2,5", 2.5, "a decimal comma"),
        ("1,234.5", 1234.5, "separated thousands"),
        ("1.234,5", 1234.5, "separated thousands, a decimal comma"),
        ("1,234,567", 1_234_567.0, "separated thousands"),
        ("1 234,50", 1234.5, "separated thousands, a decimal comma"),
        ("80 %", 80.0, "a percent sign"),
        ("'7", 7.0, "a leading apostrophe"),
        ("\u{FF15}", 5.0, "full-width characters"),
        ("3\u{A0}", 3.0, "as written"),
        ("\u{2212}1", -1.0, "a typographic minus sign"),
        ("0,125", 0.125, "a decimal comma"),
    ];
    for (text, value, how) in cases {
        assert_eq!(number(text), Some((value, how.to_owned())), "{text:?}");
    }
}

#[test]
fn an_ambiguous_number_is_decided_by_its_column() {
    assert_eq!(read_number("1,234", None), NumberReading::Ambiguous);
    let value = |mark| match read_number("1,234", Some(mark)) {
        NumberReading::Number(reading) => reading.value,
        other => panic!("{other:?}"),
    };
    assert_eq!((value(DecimalMark::Comma), value(DecimalMark::Point)), (1.234, 1234.0));
    assert_eq!(DecimalMark::of_column(["1,234", "2,5", "3", "x"]), Some((DecimalMark::Comma, 1)));
    assert_eq!(DecimalMark::of_column(["1.5", "2,5"]), None);
    assert_eq!(read_number("2.5", Some(DecimalMark::Comma)), NumberReading::NotANumber);
}

#[test]
fn other_texts_are_no_numbers() {
    for text in ["5-10", "five", "1,23,4", "5\n6", "1e5", "1.", "12.05.2024", "%"] {
        assert_eq!(read_number(text, None), NumberReading::NotANumber, "{text:?}");
    }
    assert_eq!(read_number(" \u{A0}", None), NumberReading::Blank);
    for text in ["NA", "n/a", "N.A.", ".", "-", "\u{2013}", "None", "#N/A"] {
        assert!(matches!(read_number(text, None), NumberReading::NotAvailable(_)), "{text:?}");
    }
}

#[test]
fn codes_stand_alone_or_with_their_label() {
    let code = |text| read_code(text).map(|reading| (reading.code, reading.label));
    for text in ["5", "5.0", "5,0", "'5", "\u{FF15}", "5\u{A0}"] {
        assert_eq!(code(text), Some((5, None)), "{text:?}");
    }
    for text in [
        "5 - Strongly agree",
        "5: Strongly agree",
        "Strongly agree (5)",
        "5 \u{2013} Strongly agree",
        "(5): Strongly agree",
        "5. Strongly agree",
    ] {
        assert_eq!(code(text), Some((5, Some("Strongly agree"))), "{text:?}");
    }
    for text in ["5 - 10 years", "0-100", "5 years", "05", "5.5", "Agree", "Agree (a)", "(5)", "", "5%", "1,000"] {
        assert_eq!(code(text), None, "{text:?}");
    }
    assert!(read_code("5 - Yes").expect("a code").how.contains(Step::CodeThenLabel));
}
