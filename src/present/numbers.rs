//! Numbers to text: the one place of rounding for print, percent signs, minus signs and dates.

use jiff::civil::Date;

use crate::analyze::{Detail, Metric, Unit};
use crate::disclose::{Decimal, Figure, People, Rounding, Third};
use crate::present::model::Axis;

const MINUS: char = '\u{2212}';
const THIN_SPACE: char = '\u{2009}';
const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// A number as printed: true minus, thin spaces between thousands.
pub fn decimal(value: Decimal) -> String {
    grouped(&value.to_string())
}

/// A whole number as printed.
pub fn count(value: u64) -> String {
    grouped(&value.to_string())
}

/// A whole number in a release: to the nearest 5, and none under 5.
pub fn about(value: u64) -> String {
    match value {
        0 => "none".into(),
        1..=4 => "fewer than 5".into(),
        _ => format!("about {}", count((value + 2) / 5 * 5)),
    }
}

fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, ""), |(whole, fraction)| (whole, fraction));
    let mut out = String::new();
    if sign == "-" && digits.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push(MINUS);
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(THIN_SPACE);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A stored value in its printed unit: a proportion in percent.
pub fn printed(unit: Unit, value: Decimal) -> Decimal {
    if unit == Unit::Proportion { value.percent() } else { value }
}

/// `81`, `4.1`: a value without its percent sign. Whole percentages print without places, whatever digits their grid has.
pub fn bare(unit: Unit, value: Decimal) -> String {
    let text = decimal(printed(unit, value));
    if unit == Unit::Proportion { text.strip_suffix(".0").map_or(text.clone(), String::from) } else { text }
}

/// `81%`, `4.1`.
pub fn full(unit: Unit, value: Decimal) -> String {
    format!("{}{}", bare(unit, value), suffix(unit))
}

/// The percent sign where the unit has one.
pub fn suffix(unit: Unit) -> &'static str {
    if unit == Unit::Proportion { "%" } else { "" }
}

/// `76 to 86`.
pub fn range(unit: Unit, (lower, upper): (Decimal, Decimal)) -> String {
    format!("{} to {}", bare(unit, lower), bare(unit, upper))
}

/// `+10`, `−4`, `0`: a difference.
pub fn signed(unit: Unit, value: Decimal) -> String {
    let plus = if value.is_positive() { "+" } else { "" };
    format!("{plus}{}", bare(unit, value))
}

/// `−4 to +10`.
pub fn signed_range(unit: Unit, (lower, upper): (Decimal, Decimal)) -> String {
    format!("{} to {}", signed(unit, lower), signed(unit, upper))
}

/// `2 to 16` of a difference that lies wholly on one side of zero, without its sign.
pub fn magnitude_range(unit: Unit, (lower, upper): (Decimal, Decimal)) -> String {
    let ends = if upper.is_negative() { (upper.magnitude(), lower.magnitude()) } else { (lower.magnitude(), upper.magnitude()) };
    range(unit, ends)
}

/// `23 points`, `0.3 scale points`: the size of a difference.
pub fn difference(unit: Unit, value: Decimal) -> String {
    let size = bare(unit, value.magnitude());
    let word = difference_word(unit);
    let word = if size == "1" { word.strip_suffix('s').unwrap_or(word) } else { word };
    format!("{size} {word}")
}

/// `+11 points`, `−1 point`.
pub fn signed_difference(unit: Unit, value: Decimal) -> String {
    let sign = match (value.is_positive(), value.is_negative()) {
        (true, _) => "+".into(),
        (_, true) => MINUS.to_string(),
        _ => String::new(),
    };
    format!("{sign}{}", difference(unit, value))
}

fn difference_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Proportion | Unit::NpsPoints => "points",
        Unit::ScalePoints => "scale points",
        Unit::TPoints => "T points",
        Unit::PerHundredMonths => "failures per 100 relationship-months",
        Unit::Count | Unit::Coefficient | Unit::Average => "units",
    }
}

/// `10 points`: a declared relevant difference.
pub fn relevant(metric: &Metric) -> Option<String> {
    metric.relevant_difference.map(|value| difference(metric.unit, shortest(value)))
}

/// `80`: a declared target in the printed unit.
pub fn target(unit: Unit, value: f64) -> String {
    bare(unit, shortest(value))
}

/// A declared number with as many places as it needs, at most four.
fn shortest(value: f64) -> Decimal {
    (0..4u8)
        .map(|places| Decimal::round(value, Decimal::new(1, places), Rounding::HalfUp))
        .find(|rounded| (rounded.value() - value).abs() < 1e-9)
        .unwrap_or_else(|| Decimal::round(value, Decimal::new(1, 4), Rounding::HalfUp))
}

/// A published level: `81%`, `over two thirds`, `90% or more`, or the symbol of what is not shown.
pub fn level(unit: Unit, figure: &Figure) -> String {
    match figure {
        Figure::Point { estimate, .. } => full(unit, *estimate),
        Figure::Third(third) => band(unit, *third).into(),
        Figure::AtLeast(least, _) => format!("{} or more", full(unit, *least)),
        Figure::AtMost(most, _) => format!("{} or less", full(unit, *most)),
        Figure::Hidden(symbol) => symbol.letter().into(),
    }
}

/// In which third of its range a value lies.
pub fn band(unit: Unit, third: Third) -> &'static str {
    match (unit, third) {
        (Unit::Proportion, Third::Lower) => "under a third",
        (Unit::Proportion, Third::Middle) => "a third to two thirds",
        (Unit::Proportion, Third::Upper) => "over two thirds",
        (_, Third::Lower) => "lowest third of the range",
        (_, Third::Middle) => "middle third of the range",
        (_, Third::Upper) => "highest third of the range",
    }
}

/// How many people stand behind a published figure: `about 240`, `10 to 49`, `5 to 9`; empty where nothing is shown.
pub fn people(figure: &Figure) -> String {
    match figure {
        Figure::Point { people, .. } | Figure::AtLeast(_, people) | Figure::AtMost(_, people) => match people {
            People::FiveToNine => "5 to 9".into(),
            People::TenToFortyNine => "10 to 49".into(),
            People::About(n) => format!("about {}", count(*n)),
        },
        Figure::Third(_) => "5 to 9".into(),
        Figure::Hidden(_) => String::new(),
    }
}

/// An exact value for the restricted edition, half up in decimal: `81.3%`, `4.12`.
pub fn exact(unit: Unit, value: f64) -> String {
    format!("{}{}", exact_bare(unit, value), suffix(unit))
}

/// An exact difference: `+2.4`.
pub fn exact_signed(unit: Unit, value: f64) -> String {
    let plus = if exact_decimal(unit, value).is_positive() { "+" } else { "" };
    format!("{plus}{}", exact_bare(unit, value))
}

/// An exact interval: `76.1 to 85.8`.
pub fn exact_range(unit: Unit, (lower, upper): (f64, f64), is_difference: bool) -> String {
    let end = |value: f64| if is_difference { exact_signed(unit, value) } else { exact_bare(unit, value) };
    format!("{} to {}", end(lower), end(upper))
}

fn exact_bare(unit: Unit, value: f64) -> String {
    decimal(printed(unit, exact_decimal(unit, value)))
}

fn exact_decimal(unit: Unit, value: f64) -> Decimal {
    let step = match unit {
        Unit::Proportion => Decimal::new(1, 3),
        Unit::NpsPoints | Unit::TPoints => Decimal::new(1, 1),
        Unit::ScalePoints | Unit::PerHundredMonths | Unit::Coefficient | Unit::Average => Decimal::new(1, 2),
        Unit::Count => Decimal::new(1, 0),
    };
    Decimal::round(value, step, Rounding::HalfUp)
}

/// A p-value to three places.
pub fn p_value(value: f64) -> String {
    let step = Decimal::new(1, 3);
    if value < 0.001 { format!("under {}", decimal(step)) } else { decimal(Decimal::round(value, step, Rounding::HalfUp)) }
}

/// `95%`: a confidence level.
pub fn confidence(level: f64) -> String {
    full(Unit::Proportion, shortest(level))
}

/// Where a published value stands on an axis.
pub fn drawn(unit: Unit, value: Decimal) -> f64 {
    printed(unit, value).value()
}

/// Where an exact value stands on an axis.
pub fn drawn_exact(unit: Unit, value: f64) -> f64 {
    drawn(unit, exact_decimal(unit, value))
}

/// The axis of a metric. `drawn` are the values it must hold; where `zoom` is asked for, it reaches from ten below to ten above them.
pub fn axis(metric: &Metric, detail: Option<&Detail>, drawn: &[f64], zoom: bool) -> Axis {
    let most = drawn.iter().copied().fold(f64::MIN, f64::max);
    let least = drawn.iter().copied().fold(f64::MAX, f64::min);
    let (minimum, maximum) = match (metric.unit, detail) {
        (Unit::Proportion, _) => (0.0, 100.0),
        (Unit::NpsPoints, _) => (-100.0, 100.0),
        (Unit::TPoints, _) => (20.0, 80.0),
        (Unit::ScalePoints, Some(Detail::Scale(scale))) => (scale.minimum, scale.maximum),
        (Unit::Coefficient, _) => (0.0, 1.0),
        _ => (0.0, if drawn.is_empty() { 1.0 } else { most.max(1.0) }),
    };
    let (minimum, maximum) = if zoom && !drawn.is_empty() && matches!(metric.unit, Unit::Proportion | Unit::NpsPoints) {
        (((least / 10.0).floor() * 10.0).max(minimum), ((most / 10.0).ceil() * 10.0).min(maximum).max((least / 10.0).floor() * 10.0 + 10.0))
    } else {
        (minimum, maximum)
    };
    Axis { minimum, maximum, suffix: suffix(metric.unit).into() }
}

/// `from 30 to 100 percent`: an axis in words.
pub fn axis_words(axis: &Axis) -> String {
    let end = |value: f64| decimal(shortest(value));
    let unit = if axis.suffix == "%" { " percent" } else { "" };
    format!("from {} to {}{unit}", end(axis.minimum), end(axis.maximum))
}

/// `October 5, 2026`.
pub fn date(day: Date) -> String {
    format!("{} {}, {}", month(day), day.day(), day.year())
}

/// `October 2026` of a day counted from 1970-01-01.
pub fn month_of(day: i32) -> String {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.checked_add(jiff::Span::new().days(day)).map_or_else(|_| String::new(), |day| format!("{} {}", month(day), day.year()))
}

fn month(day: Date) -> &'static str {
    MONTHS[usize::from(day.month().unsigned_abs()) - 1]
}

/// The first twelve characters of a digest.
pub fn short_digest(digest: &str) -> String {
    digest.chars().take(12).collect()
}

/// A phrase of the results, such as `0.81 (0.76 to 0.85)`, as printed; proportions in percent.
pub fn tidy_text(phrase: &str, is_proportion: bool) -> String {
    let word = |word: &str| {
        let number = word.trim_matches(['(', ')']);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let (Ok(units), Ok(places)) = (format!("{whole}{fraction}").parse::<i64>(), u8::try_from(fraction.len())) else {
            return word.to_string();
        };
        let value = Decimal::new(units, places);
        let text = if is_proportion { full(Unit::Proportion, value) } else { decimal(value) };
        word.replace(number, &text)
    };
    phrase.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_minus_thousands_and_ranges() {
        assert_eq!(decimal(Decimal::new(-4, 0)), "−4");
        assert_eq!(decimal(Decimal::new(1_234_567, 2)), "12\u{2009}345.67");
        assert_eq!(full(Unit::Proportion, Decimal::new(81, 2)), "81%");
        assert_eq!(range(Unit::Proportion, (Decimal::new(76, 2), Decimal::new(86, 2))), "76 to 86");
        assert_eq!(signed_range(Unit::Proportion, (Decimal::new(-4, 2), Decimal::new(10, 2))), "−4 to +10");
        assert_eq!(magnitude_range(Unit::Proportion, (Decimal::new(-8, 2), Decimal::new(-1, 2))), "1 to 8");
        assert_eq!(signed(Unit::Proportion, Decimal::new(0, 2)), "0");
        assert_eq!(difference(Unit::Proportion, Decimal::new(-1, 2)), "1 point");
        assert_eq!(difference(Unit::ScalePoints, Decimal::new(3, 1)), "0.3 scale points");
    }

    #[test]
    fn rounds_exact_values_half_up_in_decimal() {
        assert_eq!(exact(Unit::Proportion, 0.8125), "81.3%");
        assert_eq!(exact(Unit::ScalePoints, 1.005), "1.01");
        assert_eq!(exact_signed(Unit::Proportion, -0.0004), "0.0");
        assert_eq!(p_value(0.0004), "under 0.001");
        assert_eq!(p_value(0.0125), "0.013");
        assert_eq!(confidence(0.95), "95%");
        assert_eq!(target(Unit::Proportion, 0.8), "80");
        assert_eq!(target(Unit::PerHundredMonths, 0.75), "0.75");
    }

    #[test]
    fn prints_bands_and_approximate_numbers() {
        let people = People::TenToFortyNine;
        assert_eq!(level(Unit::Proportion, &Figure::AtLeast(Decimal::new(80, 2), people)), "80% or more");
        assert_eq!(level(Unit::Proportion, &Figure::Third(Third::Lower)), "under a third");
        assert_eq!(super::people(&Figure::AtMost(Decimal::new(5, 2), People::About(240))), "about 240");
        assert_eq!([0, 3, 7, 8, 1003].map(about), ["none", "fewer than 5", "about 5", "about 10", "about 1\u{2009}005"]);
    }

    #[test]
    fn prints_dates_in_full() {
        assert_eq!(date(jiff::civil::date(2026, 10, 5)), "October 5, 2026");
        assert_eq!(month_of(crate::program::plan::day_number(jiff::civil::date(2026, 1, 31))), "January 2026");
    }
}
