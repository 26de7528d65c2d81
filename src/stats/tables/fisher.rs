//! Fisher's exact test of a two-by-two table.

use super::{OddsRatio, Table};
use crate::stats::{NotEstimable, sum, tail_probability};

/// Tables count as no more probable than the one observed up to this relative slack: probabilities that are equal on paper
/// differ by rounding.
pub const SLACK: f64 = 1e-7;

/// The largest sum of counts: beyond it an exact test takes minutes and tells nothing that chi-square does not.
pub const LARGEST_COUNTS: u64 = 100_000_000;

/// Terms below this share of the greatest one are left out of sums.
const NEGLIGIBLE: f64 = 1e-30;

pub(super) const TOO_MANY_COUNTS: NotEstimable =
    NotEstimable::InvalidInput("an exact test takes at most 100 million counts; use the chi-square test");

/// What Fisher's exact test says of a two-by-two table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fisher {
    /// Two-sided p-value: the probability of all tables with these margins that are no more probable than the one observed.
    pub p_value: f64,
    /// Probability of a first cell at most as large as observed, under independence.
    pub p_less: f64,
    /// Probability of a first cell at least as large as observed, under independence.
    pub p_greater: f64,
    /// The conditional maximum likelihood estimate of the odds ratio.
    pub odds_ratio: OddsRatio,
    /// Lower exact limit of the odds ratio; 0 where the first cell is as small as its margins allow.
    pub lower: f64,
    /// Upper exact limit of the odds ratio; infinite where the first cell is as large as its margins allow.
    pub upper: OddsRatio,
    /// Two-sided confidence level of the limits.
    pub confidence_level: f64,
    /// Sum of all counts.
    pub n: u64,
    /// The method by name.
    pub method: &'static str,
}

/// Fisher's exact test of two rows and two columns, with the conditional odds ratio and its exact limits.
///
/// Given its margins, the first cell follows the noncentral hypergeometric distribution with the odds ratio as parameter.
/// The two-sided p-value adds all probabilities up to `(1 + 1e-7)` times that of the observed table, at odds ratio 1. The
/// estimate makes the expected first cell equal the observed one; each limit leaves half of `1 - confidence_level` in one
/// tail. Roots are bisected on the log odds ratio down to the last digits. The interval and the two-sided p-value are
/// different constructions and may disagree near the level. References: Fisher, Statistical Methods for Research Workers,
/// 1970, section 21.02; Cornfield, Proc Third Berkeley Symp 1956;4:135-148 (limits). Edge cases: a table that is not two by
/// two, no counts, more of them than [`LARGEST_COUNTS`], and an empty row or column are errors; a p-value below 1e-300 may be 0.
///
/// Fisher's tea tasting (The Design of Experiments, 1935): 3 of 4 cups right, p .4857, conditional odds ratio 6.408. The upper
/// limit is 626.24.
/// ```
/// use mentorscope::stats::tables::{Table, fisher::fisher_exact};
/// let result = fisher_exact(&Table::new(2, 2, vec![3, 1, 1, 3])?, 0.95)?;
/// assert!((result.p_value - 0.4857).abs() < 5e-5);
/// assert!((result.odds_ratio.value() - 6.408).abs() < 5e-4);
/// assert!((result.upper.value() - 626.24).abs() < 5e-3);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn fisher_exact(table: &Table, confidence_level: f64) -> Result<Fisher, NotEstimable> {
    if (table.rows(), table.columns()) != (2, 2) {
        return Err(NotEstimable::InvalidInput("Fisher's odds ratio needs two rows and two columns"));
    }
    let tail = tail_probability(confidence_level)?;
    if table.reduced()?.table.total() > LARGEST_COUNTS {
        return Err(TOO_MANY_COUNTS);
    }
    let cell = FirstCell::new(table);
    let observed = table.at(0, 0);
    let at_least = |log_odds: f64| cell.around_mode(log_odds).share(|x| x >= observed);
    let at_most = |log_odds: f64| cell.around_mode(log_odds).share(|x| x <= observed);
    let (is_least, is_greatest) = (observed == cell.least, observed == cell.greatest);
    let lower = if is_least { 0.0 } else { increasing_root(|log_odds| at_least(log_odds) - tail)?.exp() };
    let upper =
        if is_greatest { OddsRatio::Infinite } else { OddsRatio::Finite(increasing_root(|log_odds| tail - at_most(log_odds))?.exp()) };
    let odds_ratio = match (is_least, is_greatest) {
        (true, _) => OddsRatio::Finite(0.0),
        (_, true) => OddsRatio::Infinite,
        _ => OddsRatio::Finite(increasing_root(|log_odds| cell.around_mode(log_odds).mean_from(observed))?.exp()),
    };
    let tails = cell.tails(observed);
    Ok(Fisher {
        p_value: tails.two_sided,
        p_less: tails.at_most,
        p_greater: tails.at_least,
        odds_ratio,
        lower,
        upper,
        confidence_level,
        n: table.total(),
        method: "Fisher exact test (two-sided: tables no more probable than the observed), conditional maximum likelihood odds ratio with exact limits",
    })
}

/// The distribution of the first cell given the margins.
struct FirstCell {
    least: u64,
    greatest: u64,
    first_row: f64,
    first_column: f64,
    /// Second row total less first column total, which the first cell exceeds by its opposite one.
    rest: f64,
}

/// Probabilities at odds ratio 1.
struct Tails {
    at_most: f64,
    at_least: f64,
    two_sided: f64,
}

impl FirstCell {
    fn new(table: &Table) -> Self {
        let (a, b, c, d) = (table.at(0, 0), table.at(0, 1), table.at(1, 0), table.at(1, 1));
        Self {
            least: a - a.min(d),
            greatest: a + b.min(c),
            first_row: a as f64 + b as f64,
            first_column: a as f64 + c as f64,
            rest: d as f64 - a as f64,
        }
    }

    /// The logarithm of the probability of `x + 1` over that of `x`, which falls as x grows.
    fn log_step(&self, x: u64, log_odds: f64) -> f64 {
        let x = x as f64;
        ((self.first_row - x) / (x + 1.0) * ((self.first_column - x) / (self.rest + x + 1.0))).ln() + log_odds
    }

    fn mode(&self, log_odds: f64) -> u64 {
        let (mut low, mut high) = (self.least, self.greatest);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.log_step(middle, log_odds) > 0.0 { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// The probabilities from the greatest outwards until they are negligible, over the greatest.
    fn around_mode(&self, log_odds: f64) -> Window {
        let mode = self.mode(log_odds);
        let mut below = self.falling(mode, log_odds, Direction::Down);
        below.reverse();
        let first = mode - below.len() as u64;
        below.push(1.0);
        below.extend(self.falling(mode, log_odds, Direction::Up));
        Window { first, weights: below }
    }

    /// Probabilities beside `from` in one direction, over that of `from`, until they are negligible.
    fn falling(&self, from: u64, log_odds: f64, direction: Direction) -> Vec<f64> {
        let mut weights = Vec::new();
        let (mut x, mut weight) = (from, 1.0_f64);
        while let Some((next, log_ratio)) = self.next(x, log_odds, direction) {
            weight *= log_ratio.exp();
            // Beyond the mode each ratio is smaller than the last, so that the rest is negligible as well.
            if weight < NEGLIGIBLE {
                break;
            }
            weights.push(weight);
            x = next;
        }
        weights
    }

    fn next(&self, x: u64, log_odds: f64, direction: Direction) -> Option<(u64, f64)> {
        match direction {
            Direction::Down => (x > self.least).then(|| (x - 1, -self.log_step(x - 1, log_odds))),
            Direction::Up => (x < self.greatest).then(|| (x + 1, self.log_step(x, log_odds))),
        }
    }

    fn tails(&self, observed: u64) -> Tails {
        let mode = self.mode(0.0);
        let window = self.around_mode(0.0);
        let total = window.total().ln();
        let direction = if observed < mode { Direction::Down } else { Direction::Up };
        // The observed probability over the greatest, as a logarithm: it may be far out of the window.
        let mut level = 0.0;
        let mut x = mode;
        while x != observed {
            let toward = if observed < mode { Direction::Down } else { Direction::Up };
            let Some((next, log_ratio)) = self.next(x, 0.0, toward) else { break };
            level += log_ratio;
            x = next;
        }
        let own = 1.0 + sum(self.falling(observed, 0.0, direction));
        let outer = (level + own.ln() - total).exp();
        // The nearest value on the other side of the mode that is no more probable.
        let other = direction.opposite();
        let (mut x, mut reached) = (mode, 0.0);
        let slack = level + SLACK.ln_1p();
        let mut facing = 0.0;
        while let Some((next, log_ratio)) = self.next(x, 0.0, other) {
            reached += log_ratio;
            x = next;
            if reached <= slack {
                facing = (reached + (1.0 + sum(self.falling(x, 0.0, other))).ln() - total).exp();
                break;
            }
        }
        // At the mode, or at one of two equally probable ones, every table is as improbable as the observed one.
        let two_sided = if level + SLACK.ln_1p() >= 0.0 { 1.0 } else { (outer + facing).min(1.0) };
        let (outer, inner) = (outer.min(1.0), 1.0 - (level + (own - 1.0).ln() - total).exp());
        match direction {
            Direction::Down => Tails { at_most: outer, at_least: inner, two_sided },
            Direction::Up => Tails { at_most: inner, at_least: outer, two_sided },
        }
    }
}

#[derive(Clone, Copy)]
enum Direction {
    Down,
    Up,
}

impl Direction {
    fn opposite(self) -> Self {
        match self {
            Self::Down => Self::Up,
            Self::Up => Self::Down,
        }
    }
}

/// Relative probabilities of `first`, `first + 1` and so on.
struct Window {
    first: u64,
    weights: Vec<f64>,
}

impl Window {
    fn total(&self) -> f64 {
        sum(self.weights.iter().copied())
    }

    fn share(&self, chosen: impl Fn(u64) -> bool) -> f64 {
        let weights = self.weights.iter().zip(self.first..).filter(|(_, x)| chosen(*x)).map(|(weight, _)| *weight);
        sum(weights) / self.total()
    }

    /// The mean less a value.
    fn mean_from(&self, value: u64) -> f64 {
        sum(self.weights.iter().zip(self.first..).map(|(weight, x)| weight * (x as f64 - value as f64))) / self.total()
    }
}

/// The root of an increasing function of a log odds ratio, by widening and then halving.
fn increasing_root(f: impl Fn(f64) -> f64) -> Result<f64, NotEstimable> {
    const LARGEST: f64 = 700.0;
    let (mut low, mut high) = (-1.0, 1.0);
    while f(low) > 0.0 {
        if low <= -LARGEST {
            return Err(NotEstimable::NotConverged);
        }
        (low, high) = ((low * 2.0_f64).max(-LARGEST), low);
    }
    while f(high) < 0.0 {
        if high >= LARGEST {
            return Err(NotEstimable::NotConverged);
        }
        (low, high) = (high, (high * 2.0_f64).min(LARGEST));
    }
    // 64 halvings of at most 1,400 leave less than the last digit.
    for _ in 0..64 {
        let middle = low + (high - low) / 2.0;
        if f(middle) < 0.0 { low = middle } else { high = middle }
    }
    Ok(low + (high - low) / 2.0)
}

#[cfg(test)]
#[path = "fisher_tests.rs"]
mod tests;
