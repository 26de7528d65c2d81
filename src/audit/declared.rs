//! The declared release: what `data/results.csv` says. Every number in any other byte must be one of its.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::decimal::Decimal;
use super::report::Fault;

/// Name of the declared results in a release.
pub const RESULTS: &str = "data/results.csv";
/// Columns that say what a figure is about.
pub const KEY: [&str; 9] = ["metric", "instrument", "scale_or_cause", "role", "period", "grouping", "group", "contrast", "reference"];
/// Columns of published numbers.
const NUMBERS: [&str; 6] = ["estimate", "ci_lower", "ci_upper", "adjusted_lower", "adjusted_upper", "bound"];

/// One published figure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figure {
    /// Every column by name.
    pub cells: BTreeMap<String, String>,
}

impl Figure {
    /// A column's text; empty where there is no such column.
    pub fn text(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// A column's number.
    pub fn number(&self, column: &str) -> Option<Decimal> {
        Decimal::parse(self.text(column))
    }

    /// What it is about.
    pub fn key(&self) -> Vec<&str> {
        KEY.iter().map(|column| self.text(column)).collect()
    }

    /// Whether it is a level, not a comparison.
    pub fn is_level(&self) -> bool {
        self.text("contrast").is_empty()
    }

    /// Whether nothing is shown.
    pub fn is_hidden(&self) -> bool {
        matches!(self.text("shown"), "c" | "x")
    }

    /// A number as pages print it: proportions in percent.
    fn printed(&self, column: &str) -> Option<Decimal> {
        self.number(column).map(|number| if self.text("unit") == "proportion" { number.hundredfold() } else { number })
    }

    /// The rounded number of people behind it, where one is given.
    fn people(&self) -> Option<Decimal> {
        self.text("n").strip_prefix("about ").and_then(Decimal::parse)
    }

    /// Its place in words, for the private log.
    pub fn place(&self) -> String {
        self.key().into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// All figures of a release, and the forms in which pages may print them.
#[derive(Debug, Default)]
pub struct Declared {
    /// Figures in the order of the file.
    pub figures: Vec<Figure>,
    /// Column names in order.
    pub columns: Vec<String>,
    /// Figures of earlier releases, which pages may print beside those that replaced them.
    earlier: Vec<Figure>,
    /// Figures by a printed number of theirs, without sign.
    by_number: BTreeMap<Decimal, Vec<usize>>,
    /// Labels of metrics, scales and causes.
    labels: BTreeSet<String>,
    /// Labels that a context names, remembered: headings come again and again.
    named: RefCell<BTreeMap<String, BTreeSet<String>>>,
    /// Labels of groups.
    pub groups: BTreeSet<String>,
}

/// What a page prints of one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Printed {
    /// One number: an estimate or a bound.
    One(Decimal),
    /// The ends of a range.
    Range(Decimal, Decimal),
    /// An estimate with its range.
    Whole(Decimal, Decimal, Decimal),
    /// An end of a share's range, `80% or more`.
    Bound(Decimal),
    /// How many people stand behind it, `about 240`.
    People(Decimal),
}

impl Declared {
    /// Reads the declared results.
    pub fn read(bytes: &[u8], faults: &mut Vec<Fault>) -> Self {
        let mut declared = Self::default();
        let mut reader = csv::Reader::from_reader(bytes);
        declared.columns = reader.headers().map(|row| row.iter().map(str::to_string).collect()).unwrap_or_default();
        let mut seen: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        for (line, record) in reader.records().enumerate() {
            let Ok(record) = record else {
                faults.push(Fault::new(RESULTS, format!("row {} cannot be read", line + 2)));
                continue;
            };
            let cells = declared.columns.iter().cloned().zip(record.iter().map(str::to_string)).collect();
            let figure = Figure { cells };
            let key = figure.key().into_iter().map(str::to_string).collect();
            if let Some(earlier) = seen.insert(key, declared.figures.len()) {
                let differs = declared.figures[earlier] != figure;
                let what = if differs { "a cell has two values" } else { "a cell stands twice" };
                faults.push(Fault::new(RESULTS, format!("{what}: {}", figure.place())));
            }
            declared.figures.push(figure);
        }
        if declared.figures.is_empty() {
            faults.push(Fault::new(RESULTS, "there are no declared results".into()));
        }
        declared.index();
        declared
    }

    fn index(&mut self) {
        for (place, figure) in self.figures.iter().chain(&self.earlier).enumerate() {
            for number in NUMBERS.iter().map(|column| figure.printed(column)).chain([figure.people()]).flatten() {
                let places = self.by_number.entry(number.magnitude()).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
            let label = figure.text("label");
            self.labels.extend([label.to_string()]);
            self.labels.extend(label.split_once(": ").map(|(_, part)| part.to_string()));
            self.groups.insert(figure.text("group_label").to_string());
        }
        self.labels.remove("");
        self.groups.remove("");
        // What is a thing in one table and a group in another, such as Medicine, names no figure by itself.
        self.labels.retain(|label| !self.groups.contains(label));
    }

    /// Adds what earlier releases published.
    pub fn remember(&mut self, earlier: &Self) {
        self.earlier.extend(earlier.figures.iter().filter(|figure| !figure.is_hidden()).cloned());
        self.by_number.clear();
        self.index();
    }

    /// Whether a figure says this, among those that the context is about.
    pub fn says(&self, printed: Printed, context: &[&str]) -> bool {
        let first = match printed {
            Printed::One(number)
            | Printed::Range(number, _)
            | Printed::Whole(number, ..)
            | Printed::Bound(number)
            | Printed::People(number) => number,
        };
        let candidates = self.by_number.get(&first.magnitude()).map_or(&[][..], Vec::as_slice);
        let mut memory = self.named.borrow_mut();
        for text in context {
            if !memory.contains_key(*text) {
                let labels = self.labels.iter().filter(|label| holds(text, label)).cloned().collect();
                memory.insert((*text).to_string(), labels);
            }
        }
        let named: BTreeSet<&str> = context.iter().filter_map(|text| memory.get(*text)).flatten().map(String::as_str).collect();
        let figure = |place: &usize| self.figures.get(*place).or_else(|| self.earlier.get(place.checked_sub(self.figures.len())?));
        candidates.iter().filter_map(figure).any(|figure| {
            let label = figure.text("label");
            let part = label.split_once(": ").map_or("", |(_, part)| part);
            // Three numbers, or two ends, are no coincidence: what they are called may be said in other words.
            let is_named = matches!(printed, Printed::Whole(..) | Printed::Range(..))
                || named.is_empty()
                || named.contains(label)
                || named.contains(part)
                || is_crossed(part, context);
            is_named && is_about(figure, context) && matches(figure, printed)
        })
    }

    /// Published values nearest to a number: its distance in printed units.
    pub fn distance(&self, value: f64) -> f64 {
        let near = Decimal { units: (value.abs() * 1000.0).round().min(1e12) as i64, places: 3 };
        let above = self.by_number.range(near..).next().map(|(number, _)| (number.value() - value.abs()).abs());
        let below = self.by_number.range(..near).next_back().map(|(number, _)| (number.value() - value.abs()).abs());
        above.unwrap_or(f64::INFINITY).min(below.unwrap_or(f64::INFINITY))
    }
}

/// Whether a figure belongs to a group that the context names, or to the whole program.
fn is_about(figure: &Figure, context: &[&str]) -> bool {
    let group = figure.text("group_label");
    figure.text("grouping") == "all"
        || context.iter().any(|text| holds(text, group))
        || (figure.text("grouping").contains(" x ") && group.split(", ").all(|part| context.iter().any(|text| holds(text, part))))
}

/// Whether a row and a column name the two halves of a label such as `The mentor's side, contested`.
fn is_crossed(part: &str, context: &[&str]) -> bool {
    let is_named = |half: &str| context.iter().any(|text| holds(&text.to_lowercase(), &half.to_lowercase()));
    part.split_once(", ").is_some_and(|(row, column)| is_named(row) && is_named(column))
}

/// Whether a text holds a phrase as whole words.
pub fn holds(text: &str, phrase: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !phrase.is_empty()
        && text
            .match_indices(phrase)
            .any(|(at, _)| !is_word(text[..at].chars().next_back()) && !is_word(text[at + phrase.len()..].chars().next()))
}

fn matches(figure: &Figure, printed: Printed) -> bool {
    let number = |column: &str| figure.printed(column).map(Decimal::magnitude);
    let ends = |lower: &str, upper: &str, one: Decimal, other: Decimal| {
        let own = (number(lower), number(upper));
        own == (Some(one.magnitude()), Some(other.magnitude())) || own == (Some(other.magnitude()), Some(one.magnitude()))
    };
    let range = |one, other| ends("ci_lower", "ci_upper", one, other) || ends("adjusted_lower", "adjusted_upper", one, other);
    match printed {
        Printed::One(value) => number("estimate") == Some(value.magnitude()) || number("bound") == Some(value.magnitude()),
        Printed::People(value) => figure.people() == Some(value),
        Printed::Bound(value) => number("bound") == Some(value.magnitude()),
        Printed::Range(one, other) => range(one, other),
        Printed::Whole(value, one, other) => number("estimate") == Some(value.magnitude()) && range(one, other),
    }
}

impl Declared {
    /// Labels of groups in the order of the file, per grouping, as the first table of that grouping has them.
    fn orders(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut orders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for figure in self.figures.iter().filter(|figure| figure.is_level()) {
            let order = orders.entry(figure.text("grouping")).or_default();
            if !order.contains(&figure.text("group_label")) {
                order.push(figure.text("group_label"));
            }
        }
        orders
    }

    /// Whether labels of groups follow one another as the declared results have them.
    pub fn is_in_order(&self, named: &[&str]) -> bool {
        self.orders().values().any(|order| {
            let places: Vec<usize> = named.iter().filter_map(|name| order.iter().position(|label| label == name)).collect();
            places.len() == named.len() && places.is_sorted()
        })
    }

    /// Whether labels of groups of one grouping follow one another as no declared results have them.
    pub fn is_out_of_order(&self, named: &[&str]) -> bool {
        self.orders().values().any(|order| named.iter().all(|name| order.contains(name))) && !self.is_in_order(named)
    }

    /// A grouping whose groups stand in another order in one table than in another.
    pub fn first_disorder(&self) -> Option<String> {
        let orders = self.orders();
        let places: BTreeMap<(&str, &str), usize> = orders
            .iter()
            .flat_map(|(grouping, order)| order.iter().enumerate().map(move |(place, label)| ((*grouping, *label), place)))
            .collect();
        let table = |figure: &Figure| {
            figure.key().into_iter().enumerate().filter(|(at, _)| *at != 6).map(|(_, part)| part.to_string()).collect::<Vec<_>>()
        };
        let place = |figure: &Figure| places.get(&(figure.text("grouping"), figure.text("group_label"))).copied();
        self.figures
            .windows(2)
            .find(|pair| table(&pair[0]) == table(&pair[1]) && place(&pair[0]) > place(&pair[1]))
            .map(|pair| pair[0].text("grouping").to_string())
    }
}
