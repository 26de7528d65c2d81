//! What follows of hidden groups from shown ones, in releases whose bytes are sound.

use mentorscope::audit::{Judgment, Stage, System, Target, Verdict, judge};

use super::release::{Alike, Row, Small, group, has, hidden, row, total};

/// One grouping.
fn small<'a>(people: Vec<Alike<'a>>, rows: Vec<Row>) -> Small<'a> {
    Small { groupings: &["department"], people, rows, ..Small::default() }
}

#[test]
fn the_total_without_the_shown_groups() {
    let people = || vec![(&["A"] as &[_], 26, 22), (&["B"], 4, 2)];
    let rows = |a: Row| vec![total("0.8", "10 to 49"), a, hidden("department", "B")];
    let found = small(people(), rows(group("department", "A", "0.85", "10 to 49"))).leaks();
    assert!(has(&found, &["department = \"B\", 4 people", "(2, 2, 4)"]), "{found:?}");
    // Where another group is hidden with it, nothing follows.
    assert_eq!(small(people(), rows(hidden("department", "A"))).leaks(), [""; 0]);
}

#[test]
fn people_of_no_stated_group() {
    let people = vec![(&["A"] as &[_], 16, 10), (&[""], 4, 2)];
    let found = small(people, vec![total("0.6", "10 to 49"), group("department", "A", "0.65", "10 to 49")]).leaks();
    assert!(has(&found, &["department = \"\", 4 people", "(2, 2, 4)"]), "{found:?}");
}

/// Regions A and B, and C; districts A, and B and C. Nobody hides anything, but B alone is two people.
#[test]
fn two_reports_that_group_otherwise() {
    let regions = vec![total("0.5", "10 to 49"), group("region", "North", "0.5", "10 to 49"), group("region", "South", "0.5", "10 to 49")];
    let districts =
        vec![total("0.5", "10 to 49"), group("district", "West", "0.5", "10 to 49"), group("district", "East", "0.5", "10 to 49")];
    let release = |rows: Vec<Row>, earlier: Vec<Row>| Small {
        groupings: &["region", "district"],
        people: vec![(&["North", "West"], 18, 9), (&["North", "East"], 2, 1), (&["South", "East"], 20, 10)],
        rows,
        earlier,
        ..Small::default()
    };
    for (rows, earlier) in [(regions.clone(), districts.clone()), (districts.clone(), regions.clone())] {
        let found = release(rows, earlier).leaks();
        assert!(has(&found, &["2 people", "(1, 1, 2)"]), "{found:?}");
    }
    assert_eq!(release(regions, Vec::new()).leaks(), [""; 0], "one report alone tells nothing");
    assert_eq!(release(districts, Vec::new()).leaks(), [""; 0], "nor does the other");
}

#[test]
fn three_groups_of_one_person() {
    let rows = |a: Row| {
        let hidden = ["D", "E", "F"].map(|code| hidden("department", code));
        [vec![total("0.5", "10 to 49"), a], hidden.to_vec()].concat()
    };
    // How many of the three are satisfied is known; each could be meant, but not to one of them.
    for satisfied in 0..=3 {
        let ones: Vec<Alike<'_>> =
            [&["D"] as &[_], &["E"], &["F"]].into_iter().enumerate().map(|(at, code)| (code, 1, i64::from(at < satisfied))).collect();
        let others = 10 - satisfied as i64;
        let people = [vec![(&["A"] as &[_], 17, others)], ones].concat();
        // Of 17 people to the nearest 5 points.
        let share = (others as f64 / 17.0 * 20.0).round() / 20.0;
        let found = small(people.clone(), rows(group("department", "A", &format!("{share}"), "10 to 49"))).leaks();
        assert!(has(&found, &["1 people"]), "{satisfied}: {found:?}");
        assert_eq!(small(people, rows(hidden("department", "A"))).leaks(), [""; 0]);
    }
}

/// Cases that suppression alone is known to miss: `0 = x + x + 0` by non-negativity, `15 = 10 + 3 + x + x` by what is left.
#[test]
fn hidden_cells_with_little_left_between_them() {
    let verdict = |total: i64, shown: &[i64], people: i64| {
        let mut system = System::default();
        let hidden = [system.unknown(0, people, people), system.unknown(0, people, people)];
        let mut all: Vec<(usize, i64)> = hidden.iter().map(|&unknown| (unknown, 1)).collect();
        for &value in shown {
            let unknown = system.unknown(0, 20, 20);
            system.publish(&[(unknown, 1)], value, value);
            all.push((unknown, 1));
        }
        system.publish(&all, total, total);
        let targets: Vec<Target> = hidden.iter().map(|&unknown| Target::share(&system, vec![unknown])).collect();
        let counts: Vec<Target> = hidden.iter().map(|&unknown| Target::count(vec![unknown], 5)).collect();
        match judge(&system, &[targets, counts].concat(), None, false) {
            Verdict::Judged(judgments) => judgments,
            Verdict::Contradiction => panic!("the figures agree"),
        }
    };
    for judgment in verdict(0, &[0], 3) {
        assert_eq!(judgment, Judgment::Leak { stage: Stage::Exact, lower: 0, upper: 0 });
    }
    for judgment in verdict(15, &[10, 3], 5) {
        assert!(matches!(judgment, Judgment::Leak { lower: 0, upper: 2, .. }), "{judgment:?}");
    }
    assert!(verdict(17, &[10, 3], 5).iter().all(|judgment| *judgment == Judgment::Safe), "four left open");
}

#[test]
fn a_percentage_and_how_many_give_the_count() {
    let fine = small(
        vec![(&["A"], 50, 37), (&["B"], 4, 3)],
        vec![total("0.74", "about 55"), group("department", "A", "0.74", "about 50"), hidden("department", "B")],
    );
    let found = fine.leaks();
    assert!(has(&found, &["department = \"B\", 4 people", "(3, 3, 4)"]), "{found:?}");
    let coarse = small(
        vec![(&["A"], 44, 33), (&["B"], 4, 3)],
        vec![total("0.75", "10 to 49"), group("department", "A", "0.75", "10 to 49"), hidden("department", "B")],
    );
    assert_eq!(coarse.leaks(), [""; 0], "to the nearest 5 points, several counts are possible");
    // Where a release says how many, or more than its size allows, its bytes are at fault already.
    for (estimate, n, what) in
        [("0.75", "48", "no band"), ("0.75", "about 48", "no band"), ("0.74", "10 to 49", "finer"), ("0.75", "5 to 9", "show a number")]
    {
        let told = small(Vec::new(), vec![total(estimate, n)]).faults();
        assert!(has(&told, &["data/results.csv", what]), "{n}: {told:?}");
    }
}

#[test]
fn invited_without_those_who_replied() {
    let response = |mut row: Row| {
        row.extend(
            [("metric", "response_mentee"), ("label", "Response of mentees")].map(|(name, text)| (name.to_string(), text.to_string())),
        );
        row
    };
    let rows = [total("0.6", "10 to 49"), group("department", "A", "0.65", "10 to 49"), hidden("department", "B")];
    let release = small(vec![(&["A"], 16, 10), (&["B"], 4, 2)], rows.into_iter().map(response).collect());
    let found = release.leaks();
    assert!(has(&found, &["response_mentee", "department = \"B\", 4 people", "(2, 2, 4)"]), "{found:?}");
    // Eleven of twelve replied: the number would name the twelfth.
    let named = small(vec![(&["A"], 12, 11)], vec![response(total("0.9", "10 to 49"))]).faults_with_atoms();
    assert!(has(&named, &["the true value lies outside of what its rule says", "response_mentee"]), "{named:?}");
    // And so would eleven of twelve who are satisfied.
    let named = small(vec![(&["A"], 12, 11)], vec![total("0.9", "10 to 49")]).faults_with_atoms();
    assert!(has(&named, &["the true value lies outside of what its rule says"]), "{named:?}");
}

#[test]
fn a_difference_from_everyone_else() {
    let gap = row(&[
        ("grouping", "department"),
        ("group", "A"),
        ("group_label", "A"),
        ("contrast", "gap"),
        ("reference", "everyone else"),
        ("shown", "value"),
        ("estimate", "0.15"),
        ("n", "10 to 49"),
    ]);
    let rows = |further: &[Row]| [&[group("department", "A", "0.65", "10 to 49"), hidden("department", "B")], further].concat();
    let people = || vec![(&["A"] as &[_], 16, 10), (&["B"], 4, 2)];
    let found = small(people(), rows(&[gap])).leaks();
    assert!(has(&found, &["department = \"B\", 4 people", "(2, 2, 4)"]), "{found:?}");
    assert_eq!(small(people(), rows(&[])).leaks(), [""; 0]);
}

#[test]
fn a_difference_of_rates() {
    let rate = |cells: &[(&str, &str)]| {
        let usual = [("metric", "failure_rate"), ("label", "Failures"), ("unit", "per_100_relationship_months")];
        row(&[&usual, cells].concat())
    };
    let of = |code: &'static str| [("grouping", "department"), ("group", code), ("group_label", code)];
    let whole = [("grouping", "all"), ("group", "all"), ("group_label", "all"), ("shown", "value"), ("estimate", "1.9"), ("n", "about 65")];
    let levels = [
        rate(&whole),
        rate(&[of("A").as_slice(), &[("shown", "at_most"), ("bound", "5"), ("n", "about 60")]].concat()),
        rate(&[of("B").as_slice(), &[("shown", "c")]].concat()),
    ];
    // 12 of 60 people in 600 months against nobody of 4 in 40.
    let difference = [("contrast", "gap"), ("reference", "everyone else"), ("shown", "value"), ("estimate", "2.0"), ("n", "about 60")];
    let people = || vec![(&["A"] as &[_], 60, 12), (&["B"], 4, 0)];
    assert_eq!(small(people(), levels.to_vec()).leaks(), [""; 0]);
    let found = small(people(), [levels.as_slice(), &[rate(&[of("A").as_slice(), &difference].concat())]].concat()).leaks();
    assert!(has(&found, &["failure_rate", "department = \"B\", 4 people", "(0, 0, 4)"]), "{found:?}");
}
