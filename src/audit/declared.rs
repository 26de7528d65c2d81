//! The declared release: what `data/results.csv` says. Every number in any other byte must be one of its.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::decimal::Decimal;
use super::phrases::Phrases;
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
    /// Names of the columns.
    columns: Arc<Vec<String>>,
    cells: csv::StringRecord,
}

impl Figure {
    /// A column's text; empty where there is no such column.
    pub fn text(&self, column: &str) -> &str {
        self.columns.iter().position(|own| own == column).and_then(|place| self.cells.get(place)).unwrap_or_default()
    }

    /// Every column's name with its text.
    pub fn cells(&self) -> impl Iterator<Item = (&str, &str)> {
        self.columns.iter().map(String::as_str).zip(self.cells.iter())
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
    pub columns: Arc<Vec<String>>,
    /// Figures of earlier releases, which pages may print beside those that replaced them.
    earlier: Vec<Figure>,
    /// Figures by a printed number of theirs, without sign.
    by_number: BTreeMap<Decimal, Vec<usize>>,
    /// Per figure, those of earlier releases last: what it is called.
    names: Vec<Names>,
    /// Labels of metrics, scales, causes and groups.
    phrases: Phrases,
    /// Halves of labels, in small letters.
    halves: Phrases,
    /// Numbers of the labels of metrics, scales and causes.
    labels: BTreeSet<usize>,
    /// What a context holds, remembered: headings come again and again.
    held: RefCell<HashMap<String, Rc<Held>>>,
    /// Labels of groups.
    pub groups: BTreeSet<String>,
    /// Labels of groups in the order of the file, per grouping, as the first table of that grouping has them.
    orders: BTreeMap<String, Vec<String>>,
}

/// What a figure is called, in numbers of phrases.
#[derive(Debug)]
struct Names {
    /// Its label, and what stands behind the colon in it.
    labels: [usize; 2],
    /// The two halves of a label such as `The mentor's side, contested`, which a row and a column may name.
    crossed: Option<[usize; 2]>,
    /// Its group; none of the whole program.
    group: Option<usize>,
    /// Of a group by two groupings, its parts.
    parts: Vec<usize>,
}

/// Numbers of the phrases and of the halves that a text holds.
#[derive(Debug)]
struct Held {
    phrases: Vec<usize>,
    halves: Vec<usize>,
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
        declared.columns = reader.headers().map(|row| Arc::new(row.iter().map(str::to_string).collect())).unwrap_or_default();
        let mut seen: HashMap<Vec<String>, usize> = HashMap::new();
        for (line, record) in reader.records().enumerate() {
            let Ok(cells) = record else {
                faults.push(Fault::new(RESULTS, format!("row {} cannot be read", line + 2)));
                continue;
            };
            let figure = Figure { columns: Arc::clone(&declared.columns), cells };
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
        declared
    }

    /// Makes ready to be asked what it [says](Self::says), with what earlier releases published.
    pub fn index(&mut self, earlier: &[Self]) {
        let shown = earlier.iter().flat_map(|earlier| &earlier.figures).filter(|figure| !figure.is_hidden());
        self.earlier = shown.cloned().collect();
        let mut labels = BTreeSet::new();
        for (place, figure) in self.figures.iter().chain(&self.earlier).enumerate() {
            for number in NUMBERS.iter().map(|column| figure.printed(column)).chain([figure.people()]).flatten() {
                let places = self.by_number.entry(number.magnitude()).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
            let (label, group) = (figure.text("label"), figure.text("group_label"));
            let part = label.split_once(": ").map_or("", |(_, part)| part);
            labels.extend([label, part]);
            if !self.groups.contains(group) {
                self.groups.insert(group.to_string());
            }
            let is_crossed = figure.text("grouping").contains(" x ");
            self.names.push(Names {
                labels: [label, part].map(|label| self.phrases.number(label)),
                crossed: part.split_once(", ").map(|(row, column)| [row, column].map(|half| self.halves.number(&half.to_lowercase()))),
                group: (figure.text("grouping") != "all").then(|| self.phrases.number(group)),
                parts: if is_crossed { group.split(", ").map(|part| self.phrases.number(part)).collect() } else { Vec::new() },
            });
        }
        self.groups.remove("");
        // What is a thing in one table and a group in another, such as Medicine, names no figure by itself.
        labels.retain(|label| !label.is_empty() && !self.groups.contains(*label));
        self.labels = labels.into_iter().map(|label| self.phrases.number(label)).collect();
        for figure in self.figures.iter().filter(|figure| figure.is_level()) {
            let (grouping, label) = (figure.text("grouping"), figure.text("group_label"));
            match self.orders.get_mut(grouping) {
                Some(order) if order.iter().any(|known| known == label) => {}
                Some(order) => order.push(label.to_string()),
                None => {
                    self.orders.insert(grouping.to_string(), vec![label.to_string()]);
                }
            }
        }
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
        let held: Vec<Rc<Held>> = context.iter().map(|text| self.held(text)).collect();
        let has = |number: usize| held.iter().any(|held| held.phrases.binary_search(&number).is_ok());
        let has_half = |number: usize| held.iter().any(|held| held.halves.binary_search(&number).is_ok());
        let names_nothing = !held.iter().flat_map(|held| &held.phrases).any(|number| self.labels.contains(number));
        // Three numbers, or two ends, are no coincidence: what they are called may be said in other words.
        let needs_no_name = names_nothing || matches!(printed, Printed::Whole(..) | Printed::Range(..));
        candidates.iter().any(|&place| {
            let names = &self.names[place];
            let is_named = needs_no_name
                || names.labels.iter().any(|&label| has(label) && self.labels.contains(&label))
                || names.crossed.is_some_and(|halves| halves.into_iter().all(has_half));
            // It belongs to a group that the context names, or to the whole program.
            let is_about = || names.group.is_none_or(has) || (!names.parts.is_empty() && names.parts.iter().all(|&part| has(part)));
            let figure = self.figures.get(place).or_else(|| self.earlier.get(place - self.figures.len()));
            is_named && is_about() && figure.is_some_and(|figure| matches(figure, printed))
        })
    }

    fn held(&self, text: &str) -> Rc<Held> {
        let mut memory = self.held.borrow_mut();
        if let Some(held) = memory.get(text) {
            return Rc::clone(held);
        }
        let held = Rc::new(Held { phrases: self.phrases.held(text), halves: self.halves.held(&text.to_lowercase()) });
        memory.insert(text.to_string(), Rc::clone(&held));
        held
    }

    /// Published values nearest to a number: its distance in printed units.
    pub fn distance(&self, value: f64) -> f64 {
        let near = Decimal { units: (value.abs() * 1000.0).round().min(1e12) as i64, places: 3 };
        let above = self.by_number.range(near..).next().map(|(number, _)| (number.value() - value.abs()).abs());
        let below = self.by_number.range(..near).next_back().map(|(number, _)| (number.value() - value.abs()).abs());
        above.unwrap_or(f64::INFINITY).min(below.unwrap_or(f64::INFINITY))
    }
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
    /// How many groups of each table show a figure, in the words of the pages: `3 of 12 groups`.
    pub fn patterns(&self) -> BTreeSet<String> {
        let mut tables: BTreeMap<Vec<&str>, (usize, usize)> = BTreeMap::new();
        for figure in self.figures.iter().filter(|figure| figure.is_level() && figure.text("grouping") != "all") {
            let table = KEY.iter().filter(|column| **column != "group").map(|column| figure.text(column)).collect();
            let (shown, all) = tables.entry(table).or_default();
            *shown += usize::from(!figure.is_hidden());
            *all += 1;
        }
        tables.into_values().map(|(shown, all)| format!("{shown} of {all} groups")).collect()
    }

    /// Whether labels of groups follow one another as the declared results have them.
    pub fn is_in_order(&self, named: &[&str]) -> bool {
        self.orders.values().any(|order| {
            let places: Vec<usize> = named.iter().filter_map(|name| order.iter().position(|label| label == name)).collect();
            places.len() == named.len() && places.is_sorted()
        })
    }

    /// Whether labels of groups of one grouping follow one another as no declared results have them.
    pub fn is_out_of_order(&self, named: &[&str]) -> bool {
        self.orders.values().any(|order| named.iter().all(|name| order.iter().any(|label| label == name))) && !self.is_in_order(named)
    }

    /// A grouping whose groups stand in another order in one table than in another.
    pub fn first_disorder(&self) -> Option<String> {
        let places: HashMap<(&str, &str), usize> = self
            .orders
            .iter()
            .flat_map(|(grouping, order)| order.iter().enumerate().map(move |(place, label)| ((grouping.as_str(), label.as_str()), place)))
            .collect();
        let is_table = |one: &Figure, other: &Figure| KEY.iter().all(|column| *column == "group" || one.text(column) == other.text(column));
        let place = |figure: &Figure| places.get(&(figure.text("grouping"), figure.text("group_label"))).copied();
        self.figures
            .windows(2)
            .find(|pair| place(&pair[0]) > place(&pair[1]) && is_table(&pair[0], &pair[1]))
            .map(|pair| pair[0].text("grouping").to_string())
    }
}
