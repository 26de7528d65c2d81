//! Ledgers computed by hand.

use super::program::Small;
use crate::support::results;

/// pair, mentee, mentor, start, registered, agreed end, first meeting, last contact, interval, ended, reason.
const PAIRS: [&str; 20] = [
    "P01,m01,s01,2026-05-01,,2027-04-30,2026-05-10,2026-06-20,30,,",
    // 90 days after January 1 are over on April 1.
    "P02,m02,s01,2026-01-01,,,,,,,",
    "P03,m03,s02,2026-01-01,,,2026-04-20,2026-06-25,,,",
    // Ended on the very day on which it would have counted as never met.
    "P04,m04,s02,2026-01-01,,,,,,2026-04-01,quarrel",
    // Completed on the very day on which it would have fallen dormant.
    "P05,m05,s03,2026-01-01,,2026-03-06,2026-01-05,2026-01-05,30,2026-03-06,completed",
    // Twice 45 days after December 1 are over on March 1; what the register says later does not matter.
    "P06,m06,s03,2025-10-01,,,2025-10-10,2025-12-01,,2026-05-01,quarrel",
    // Ends on the as-of date.
    "P07,m07,s04,2026-01-01,,,2026-01-10,2026-06-28,,2026-06-30,completed",
    "P08,m08,s05,2026-01-01,,,2026-01-10,2026-05-01,,2026-05-20,died",
    // The mentee of P04 with another mentor, and with the same one once more.
    "P09,m04,s04,2026-04-10,,,2026-04-20,2026-06-20,,,",
    "P10,m04,s02,2026-05-01,,,2026-05-05,2026-06-20,,,",
    // Three mentors, the third relationship is open.
    "P11,m11,s01,2026-01-05,,,2026-01-10,2026-01-20,,2026-02-01,quarrel",
    "P12,m11,s02,2026-02-10,,,,,,,",
    "P13,m11,s03,2026-05-15,,,2026-05-20,2026-06-20,,,",
    // Three mentors, all failed.
    "P14,m12,s01,2026-01-05,,,2026-01-10,2026-01-20,,2026-02-01,quarrel",
    "P15,m12,s02,2026-02-10,,,,,,,",
    "P16,m12,s03,2026-03-01,,,2026-03-05,2026-03-05,30,,",
    // Registered late; over before it was registered.
    "P17,m17,s04,2025-11-01,2026-02-01,,2025-11-05,2026-06-20,,,",
    "P18,m18,s04,2025-11-01,2026-02-01,,2025-11-05,2026-01-10,,2026-01-15,quarrel",
    // A reason that is not in the map.
    "P19,m19,s05,2026-01-01,,,2026-01-05,2026-02-20,,2026-03-01,gone",
    // Ended on its first day.
    "P20,m20,s05,2026-03-01,,,2026-03-01,2026-03-01,,2026-03-01,quarrel",
];

/// Pair, status, failure, exit, days at risk, resumed on.
const EXPECTED: [(&str, &str, &str, &str, &str, &str); 20] = [
    ("P01", "open", "", "2026-06-30", "60", ""),
    ("P02", "failed", "never met", "2026-04-01", "90", ""),
    ("P03", "failed", "never met", "2026-04-01", "90", "2026-04-20"),
    ("P04", "failed", "ended early", "2026-04-01", "90", ""),
    ("P05", "completed", "", "2026-03-06", "64", ""),
    ("P06", "failed", "dormant", "2026-03-01", "151", ""),
    ("P07", "completed", "", "2026-06-30", "180", ""),
    ("P08", "neutral", "", "2026-05-20", "139", ""),
    ("P09", "open", "", "2026-06-30", "81", ""),
    ("P10", "open", "", "2026-06-30", "60", ""),
    ("P11", "failed", "ended early", "2026-02-01", "27", ""),
    ("P12", "failed", "never met", "2026-05-11", "90", ""),
    ("P13", "open", "", "2026-06-30", "46", ""),
    ("P14", "failed", "ended early", "2026-02-01", "27", ""),
    ("P15", "failed", "never met", "2026-05-11", "90", ""),
    ("P16", "failed", "dormant", "2026-05-04", "64", ""),
    ("P17", "open", "", "2026-06-30", "149", ""),
    ("P18", "failed", "ended early", "2026-01-15", "0", ""),
    ("P19", "lost", "", "2026-03-01", "59", ""),
    ("P20", "failed", "ended early", "2026-03-02", "1", ""),
];

#[test]
fn every_relationship_has_one_dated_end() {
    let small = Small::new(&PAIRS);
    let ledger = small.ledger();
    assert_eq!(ledger.len(), PAIRS.len());
    for (pair, status, failure, exit, days, resumed) in EXPECTED {
        let row = &ledger[pair];
        let found = ["status", "failure", "exit", "days_at_risk", "resumed_on"].map(|column| row[column].as_str());
        assert_eq!(found, [status, failure, exit, days, resumed], "{pair}");
    }
    assert_eq!((ledger["P17"]["entry"].as_str(), ledger["P17"]["age_at_entry"].as_str()), ("2026-02-01", "92"));
    let never: Vec<&str> = ledger.values().filter(|row| row["never_at_risk"] == "yes").map(|row| row["pair"].as_str()).collect();
    assert_eq!(never, ["P18"]);
    assert_eq!((ledger["P01"]["agreed_end"].as_str(), ledger["P08"]["end_reason"].as_str()), ("2027-04-30", "died"));
    // On May 1, s02 has m11 and m12 since February and m04 since that day; m03's and m04's earlier relationships are over.
    assert_eq!(ledger["P10"]["mentees_of_mentor"], "3");
    assert_eq!((ledger["P01"]["mentee_rank"].as_str(), ledger["P01"]["mentor_rank"].as_str()), ("junior", "senior"));
}

#[test]
fn every_period_adds_up() {
    let small = Small::new(&PAIRS);
    small.run();
    let rows = results(&small.path().join("draft/2026-Q2/restricted/data/results.csv"));
    let count = |period: &str, metric: &str| {
        let row = rows.iter().find(|row| row["metric"] == metric && row["period"] == period && row["grouping"] == "all").unwrap();
        row["estimate"].parse::<f64>().unwrap()
    };
    let metrics = ["pairs_at_risk", "pairs_entered", "pairs_failed", "pairs_succeeded", "pairs_ended_neutral", "pairs_lost", "pairs_open"];
    assert_eq!(metrics.map(|metric| count("2026-Q1", metric)), [1.0, 14.0, 4.0, 1.0, 0.0, 1.0, 9.0]);
    assert_eq!(metrics.map(|metric| count("2026-Q2", metric)), [9.0, 4.0, 6.0, 1.0, 1.0, 0.0, 5.0]);
    // 6 failures in 598 days at risk.
    let page = std::fs::read_to_string(small.path().join("draft/2026-Q2/restricted/evaluator.html")).unwrap();
    assert!((6.0 / 598.0 * 3043.75 - 30.54_f64).abs() < 0.005);
    assert!(page.contains("30.54 ("), "the exact rate of the second quarter");
    // m02, m03 and m12 have nobody left; m04 and m11 have.
    assert!(page.contains("3 of 9"));
    assert!(page.contains("no meeting within 90 days of the start") && page.contains("ended for one of these reasons: quarrel"));
}

#[test]
fn what_is_not_known_is_never_no() {
    let small = Small::new(&PAIRS);
    small.write(
        "goals.csv",
        "goal,pair,set_on,due,mentee_rating,mentor_rating\n\
         g1,P01,2026-05-10,2026-06-01,-1,-2\n\
         g2,P09,2026-04-20,2026-06-01,,0\n\
         g3,P10,2026-05-10,2026-06-15,,\n\
         g4,P07,2026-01-10,2026-03-01,-2,\n\
         g5,P07,2026-01-10,2026-04-01,,\n\
         g6,P08,2026-01-10,2026-06-01,-2,-2\n\
         g7,P17,2026-02-10,2026-08-01,-2,-2\n",
    );
    small.write(
        "mentees.csv",
        "person,pair,date,satisfied_overall,harm\n\
         m01,P01,2026-05-15,1,1\n\
         m04,P09,2026-05-15,2,2\n\
         m04,P10,2026-05-15,5,2\n\
         m11,P13,2026-06-15,1,2\n\
         m17,P17,2026-02-25,5,2\n\
         m17,P17,2026-05-15,1,2\n",
    );
    small.write(
        "mentors.csv",
        "person,pair,date,satisfied_overall,harm\n\
         s01,P01,2026-05-15,2,\n\
         s04,P09,2026-05-15,5,2\n\
         s04,P17,2026-02-25,4,2\n",
    );
    let ledger = small.ledger();
    let columns = ["both_dissatisfied", "only_mentee_dissatisfied", "only_mentor_dissatisfied", "harm_reported", "no_goal_met_when_due"];
    let expected = [
        // Both dissatisfied; the mentee reports harm; the goal that came due was not met.
        ("P01", ["yes", "no", "no", "yes", "yes"]),
        ("P09", ["no", "yes", "no", "no", "no"]),
        // The mentor said nothing at all.
        ("P10", ["unknown", "unknown", "unknown", "unknown", "unknown"]),
        ("P13", ["unknown", "unknown", "unknown", "unknown", "unknown"]),
        // Content in the first quarter; in the second the mentee was not, and the mentor said nothing.
        ("P17", ["unknown", "unknown", "no", "no", "unknown"]),
        // One of two goals was not rated; one came due after the end.
        ("P07", ["unknown", "unknown", "unknown", "unknown", "unknown"]),
        ("P08", ["unknown", "unknown", "unknown", "unknown", "unknown"]),
    ];
    for (pair, flags) in expected {
        assert_eq!(columns.map(|column| ledger[pair][column].as_str()), flags, "{pair}");
    }
    assert_eq!(["P01", "P09", "P10"].map(|pair| ledger[pair]["any_trouble"].as_str()), ["yes", "yes", "unknown"]);
    // Failure is what the program's records say, whatever was answered.
    assert_eq!(ledger["P01"]["status"], "open");
}

#[test]
fn a_log_of_contacts_shows_who_fell_silent_and_resumed() {
    let small = Small::new(&[
        // Last contact in June: without the log nobody would know of the silence before.
        "C1,m01,s01,2026-01-01,,,2026-01-10,2026-06-25,14,,",
        "C2,m02,s01,2026-01-01,,,2026-01-10,2026-06-25,30,,",
        // The log alone has its first meeting.
        "C3,m03,s02,2026-01-01,,,,,30,,",
        "C4,m04,s02,2026-01-01,,,,,30,,",
        // A contact after the end is none.
        "C5,m05,s02,2026-01-01,,,2026-01-10,2026-02-01,30,2026-02-10,completed",
        // It is not in the log: the register alone says what is known of it.
        "C6,m06,s03,2026-01-01,,,2026-01-10,2026-06-01,30,,",
    ]);
    small.declare("[contacts]\nfile = \"contacts.csv\"\npair = \"pair\"\nday = \"met_on\"\n");
    small.write(
        "contacts.csv",
        "pair,met_on\nC1,2026-03-15\nC1,2026-01-20\nC1,2026-04-05\nC1,2026-04-30\nC1,2026-05-25\nC1,2026-06-10\nC1,2026-01-20\n\
         C2,2026-02-20\nC2,2026-04-10\nC2,2026-05-30\nC3,2026-03-20\nC3,2026-05-15\nC5,2026-06-01\nX9,2026-03-03\n",
    );
    let ledger = small.ledger();
    let columns = ["status", "failure", "exit", "resumed_on", "contacts"];
    let expected = [
        // Twice 14 days after January 20.
        ("C1", ["failed", "dormant", "2026-02-17", "2026-03-15", "8"]),
        ("C2", ["open", "", "2026-06-30", "", "5"]),
        ("C3", ["open", "", "2026-06-30", "", "2"]),
        ("C4", ["failed", "never met", "2026-04-01", "", "0"]),
        ("C5", ["completed", "", "2026-02-10", "", "2"]),
        ("C6", ["open", "", "2026-06-30", "", "2"]),
    ];
    for (pair, cells) in expected {
        assert_eq!(columns.map(|column| ledger[pair][column].as_str()), cells, "{pair}");
    }
    let findings = std::fs::read_to_string(small.path().join("draft/2026-Q2/restricted/findings.csv")).unwrap();
    for rule in ["pairs.contact_of_unknown_pair", "pairs.not_in_register"] {
        assert!(findings.contains(rule), "{rule}: {findings}");
    }
}

#[test]
fn what_the_program_records_of_mentors_is_compared() {
    let small = Small::new(&PAIRS);
    small.declare("[relationships]\nmentor_kinds = [\"rank\"]\ntrained_on = \"trained_on\"\nassesses = \"assesses\"\ncoaching_percent = \"coaching\"\n");
    let headings = "pair,mentee,mentor,start,registered,agreed_end,first_meeting,last_contact,interval,ended,reason,assesses,coaching";
    let rows: Vec<String> =
        PAIRS.iter().zip([",yes,40", ",NO,", ",,101", ",maybe,0"].iter().cycle()).map(|(p, more)| format!("{p}{more}")).collect();
    small.write("pairs.csv", &format!("{headings}\n{}\n", rows.join("\n")));
    let roster = std::fs::read_to_string(small.path().join("roster.csv")).unwrap();
    let trained = |line: &str| match line.split(',').next().unwrap() {
        "person" => format!("{line},trained_on"),
        "s01" => format!("{line},2026-01-04"),
        _ => format!("{line},"),
    };
    small.write("roster.csv", &(roster.lines().map(trained).collect::<Vec<_>>().join("\n") + "\n"));
    let ledger = small.ledger();
    // s01 was trained between January 1 and January 5.
    assert_eq!(["P02", "P11", "P03"].map(|pair| ledger[pair]["mentor_trained"].as_str()), ["no", "yes", "no"]);
    assert_eq!(["P01", "P02", "P03", "P04"].map(|pair| ledger[pair]["mentor_assesses"].as_str()), ["yes", "no", "", ""]);
    assert_eq!(["P01", "P02", "P03", "P04"].map(|pair| ledger[pair]["coaching_percent"].as_str()), ["40", "", "", "0"]);
    let findings = std::fs::read_to_string(small.path().join("draft/2026-Q2/restricted/findings.csv")).unwrap();
    assert!(findings.contains("data.bad_flag") && findings.contains("data.bad_number"));
    // Five mentors are too few for any model, and the page says so.
    let page = std::fs::read_to_string(small.path().join("draft/2026-Q2/restricted/evaluator.html")).unwrap();
    assert!(page.contains("not given: 5 mentors"));
    assert!(page.contains("Not analyzed: whether the two are alike"));
}
