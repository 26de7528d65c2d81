//! Every method on small files of every kind of mess: it answers, or says what is wrong, and never depends on the order of rows.

use std::collections::BTreeMap;

use mentorscope::compute::{METHODS, Method, Request, Table, run};
use proptest::prelude::*;
use serde_json::Value;

/// Methods whose rows have an order; so have those of an answer with `rows`.
const ORDERED: [&str; 4] = ["multiplicity", "special_functions", "control_chart", "trend"];

fn methods() -> Vec<&'static Method> {
    METHODS.iter().flat_map(|methods| methods.iter()).collect()
}

/// Cells of one kind, so that columns make sense often enough.
fn cell() -> BoxedStrategy<Vec<String>> {
    let column = |cells: &'static [&'static str]| proptest::collection::vec(proptest::sample::select(cells), 24);
    prop_oneof![
        4 => column(&["0", "1"]),
        2 => column(&["0", "1", "2"]),
        4 => column(&["1", "2", "3", "4", "5", ""]),
        3 => column(&["1.5", "2.25", "7", "0.125", "3", "10", "NA", "-4"]),
        1 => column(&["4"]),
        1 => column(&["", "NA"]),
        3 => column(&["a", "b"]),
        1 => column(&["a", "b", "c", "", "d"]),
        1 => column(&["1e300", "-1e300", "1e-300", "0", "1.7e308", "1e15", "1"]),
        1 => column(&["0", "-0", "1e-17", "1", "1.0000000000000002"]),
        1 => column(&["norm_sf", "t_cdf", "f_quantile", "nct_sf", "ncf_cdf", "chi2_quantile", "beta_cdf"]),
        1 => column(&["2024-02-29", "2023-01-01", "2023-02-29", "x"]),
    ]
    .prop_map(|cells: Vec<&str>| cells.into_iter().map(str::to_string).collect())
    .boxed()
}

#[derive(Clone, Debug)]
struct File {
    method: usize,
    headings: Vec<String>,
    columns: Vec<Vec<String>>,
    order: Vec<usize>,
    /// Which of the method's settings has which of the values below; none where there is no such setting.
    setting: (usize, usize),
}

/// What a setting may be given.
const VALUES: [&str; 16] = [
    "0",
    "1",
    "2",
    "-1",
    "0.5",
    "1e308",
    "1e-300",
    "18446744073709551615",
    "\"a\"",
    "\"q1\"",
    "[]",
    "[1,2,3,4,5]",
    "[0.5,-1,1e300]",
    "{\"group\":{\"a\":5,\"b\":7}}",
    "true",
    "null",
];

impl File {
    fn csv(&self, rows: &[usize]) -> String {
        let mut text = self.headings.join(",") + "\n";
        for row in rows {
            let cells: Vec<&str> = self.columns.iter().map(|column| column[*row].as_str()).collect();
            text += &(cells.join(",") + "\n");
        }
        text
    }
}

fn file() -> impl Strategy<Value = File> {
    let count = methods().len();
    let setting = (0_usize..12, 0..VALUES.len());
    (0..count, any::<u64>(), 0_usize..20, proptest::collection::vec(cell(), 12), setting).prop_flat_map(
        |(method, bits, rows, columns, setting)| {
            let roles = methods()[method].roles;
            let mut headings = Vec::new();
            for (place, role) in roles.iter().enumerate() {
                // One role in eight is absent; a role without usual headings gets columns of its own.
                if bits >> (3 * place) & 7 != 7 {
                    let usual = role.columns.get((bits >> 40) as usize % role.columns.len().max(1)).copied();
                    let own = if role.many && role.columns.is_empty() { vec!["q1", "q2", "q3"] } else { usual.into_iter().collect() };
                    headings.extend(own.into_iter().map(str::to_string));
                }
            }
            headings.sort();
            headings.dedup();
            headings.truncate(12);
            let columns = columns.into_iter().take(headings.len()).collect::<Vec<_>>();
            Just((0..rows).collect::<Vec<usize>>()).prop_shuffle().prop_map(move |order| File {
                method,
                headings: headings.clone(),
                columns: columns.clone(),
                order,
                setting,
            })
        },
    )
}

/// The answer, or none where the file does not suit the method.
fn answer(method: &Method, csv: &str, setting: (usize, usize)) -> Option<Value> {
    let table = Table::read(csv.as_bytes()).ok()?;
    let mut settings: BTreeMap<String, Value> = BTreeMap::new();
    // Fewer random numbers than usual, to be quick.
    for (name, value) in [("replicates", 99.into()), ("resamples", 10_000.into()), ("data_cutoff", "2024-06-30".into())] {
        if method.settings.iter().any(|setting| setting.name == name) {
            settings.insert(name.to_string(), value);
        }
    }
    if method.name == "roster" {
        settings.insert("status_map".to_string(), serde_json::json!({"a": 1, "b": 2, "c": 0}));
    }
    let names = method.settings.iter().map(|setting| setting.name).chain(["confidence_level"]);
    // No more random numbers than that.
    if let Some(name) = names.filter(|name| !["replicates", "resamples"].contains(name)).nth(setting.0) {
        settings.insert(name.to_string(), serde_json::from_str(VALUES[setting.1]).unwrap());
    }
    let request = Request::new(method, &table, BTreeMap::new(), settings).ok()?;
    match run(&request, method) {
        Ok(value) => Some(value),
        Err(fault) => {
            assert!(!fault.what.is_empty() && !fault.next.is_empty());
            None
        }
    }
}

/// Lists in which a null is a gap in the data rather than a question without an answer.
const GAPS: [&str; 11] = [
    "moving_ranges",
    "values",
    "out",
    "p",
    "period",
    "pair_id",
    "beyond_limits",
    "two_of_three_beyond_2_sigma",
    "four_of_five_beyond_1_sigma",
    "eight_on_one_side",
    "six_rising_or_falling",
];

/// Every null has a reason, in its object or one around it, and nothing is *not a number*.
fn check(value: &Value, key: &str, reasoned: bool) {
    match value {
        Value::Null => assert!(reasoned || GAPS.contains(&key), "{key} is null without a reason"),
        Value::Object(inner) => {
            let reasoned = reasoned || inner.contains_key("reason") || inner.contains_key("reasons");
            inner.iter().for_each(|(key, value)| check(value, key, reasoned));
        }
        Value::Array(cells) => cells.iter().for_each(|cell| check(cell, key, reasoned)),
        Value::Number(number) => assert!(number.as_f64().is_some_and(f64::is_finite)),
        Value::String(text) => assert!(text != "NaN"),
        Value::Bool(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]
    #[test]
    fn every_method_answers_any_file(file in file()) {
        let method = methods()[file.method];
        let sorted: Vec<usize> = (0..file.order.len()).collect();
        let Some(found) = answer(method, &file.csv(&sorted), file.setting) else { return Ok(()) };
        check(&found, "", false);
        let object = found.as_object().unwrap();
        for key in ["statistic", "n", "n_excluded", "method"] {
            prop_assert!(object.contains_key(key), "{} gives no {key}", method.name);
        }
        if !ORDERED.contains(&method.name) && !object.contains_key("rows") {
            let mut shuffled = answer(method, &file.csv(&file.order), file.setting).expect("the same rows in another order suit as well");
            let mut found = found.clone();
            for object in [&mut found, &mut shuffled] {
                object.as_object_mut().unwrap().remove("weights");
            }
            prop_assert_eq!(found, shuffled, "{} depends on the order of rows", method.name);
        }
    }
}
