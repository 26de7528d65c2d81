//! What a method prints: one JSON object in a fixed order.

use serde_json::{Map, Value};

use crate::stats::survival::ChiSquareTest;
use crate::stats::{Interval, NotEstimable};

/// Results in the order in which they were added. What has no answer is `null`, and its reason stands in `reason` of the same object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    values: Map<String, Value>,
    reasons: Vec<String>,
}

impl Answer {
    /// An empty object.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value as it is: text, a count, a truth value, a list.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.values.insert(key.to_string(), value.into());
        self
    }

    /// Adds a number; what is not finite is `"Inf"` or `"-Inf"`, or null with its reason where it is no number at all.
    #[must_use]
    pub fn number(mut self, key: &str, value: f64) -> Self {
        if value.is_nan() {
            self.because(&NotEstimable::NotFinite);
        }
        self.with(key, number(value))
    }

    /// Adds a number, or null with its reason.
    #[must_use]
    pub fn estimate(mut self, key: &str, value: Result<f64, NotEstimable>) -> Self {
        match value {
            Ok(value) => self.number(key, value),
            Err(reason) => {
                self.because(&reason);
                self.with(key, Value::Null)
            }
        }
    }

    /// Adds `ci_lower` and `ci_upper` behind a prefix (empty for the method's own interval), or nulls with the reason.
    #[must_use]
    pub fn interval(self, prefix: &str, interval: &Result<Interval, NotEstimable>) -> Self {
        self.estimate(&format!("{prefix}ci_lower"), interval.clone().map(|i| i.lower))
            .estimate(&format!("{prefix}ci_upper"), interval.clone().map(|i| i.upper))
    }

    /// Adds a list of numbers, some of them null; the reason is the first one.
    #[must_use]
    pub fn list(mut self, key: &str, values: impl IntoIterator<Item = Result<f64, NotEstimable>>) -> Self {
        let mut cells = Vec::new();
        for value in values {
            cells.push(match value {
                Ok(value) if !value.is_nan() => number(value),
                other => {
                    let reason = other.err().unwrap_or(NotEstimable::NotFinite);
                    self.because(&reason);
                    Value::Null
                }
            });
        }
        self.with(key, cells)
    }

    /// Adds an object inside this one.
    #[must_use]
    pub fn object(self, key: &str, inner: Self) -> Self {
        let inner = inner.into_json();
        self.with(key, inner)
    }

    /// Adds nulls for keys that all lack an answer for one reason.
    #[must_use]
    pub fn missing(self, keys: &[&str], reason: &NotEstimable) -> Self {
        keys.iter().fold(self, |answer, key| answer.estimate(key, Err(reason.clone())))
    }

    /// Adds `chi2`, `df` and `p_value` behind a prefix.
    #[must_use]
    pub fn test(self, prefix: &str, test: &Result<ChiSquareTest, NotEstimable>) -> Self {
        let keys = [format!("{prefix}chi2"), format!("{prefix}df"), format!("{prefix}p_value")];
        match test {
            Ok(test) => self.number(&keys[0], test.chi_square).with(&keys[1], test.degrees_of_freedom).number(&keys[2], test.p_value),
            Err(reason) => keys.iter().fold(self, |answer, key| answer.estimate(key, Err(reason.clone()))),
        }
    }

    fn because(&mut self, reason: &NotEstimable) {
        let words = reason.to_string();
        if !self.reasons.contains(&words) {
            self.reasons.push(words);
        }
    }

    /// The object, with `reason` last where anything is null.
    pub fn into_json(mut self) -> Value {
        if !self.reasons.is_empty() {
            self.values.insert("reason".to_string(), self.reasons.join("; ").into());
        }
        Value::Object(self.values)
    }
}

/// A JSON number; JSON has no infinity, so it is written as text.
fn number(value: f64) -> Value {
    match value {
        v if v == f64::INFINITY => "Inf".into(),
        v if v == f64::NEG_INFINITY => "-Inf".into(),
        // A zero has no sign on paper.
        v => (v + 0.0).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_carry_their_reason() {
        let answer = Answer::new().estimate("a", Ok(-0.0)).missing(&["b", "c"], &NotEstimable::NoAnswers).number("d", f64::INFINITY);
        let text = answer.clone().into_json().to_string();
        assert_eq!(text, r#"{"a":0.0,"b":null,"c":null,"d":"Inf","reason":"no answers"}"#);
        let text = answer.number("e", f64::NAN).list("f", [Ok(f64::NAN)]).into_json().to_string();
        assert!(text.ends_with(r#""e":null,"f":[null],"reason":"no answers; a value is not a finite number"}"#), "{text}");
    }
}
