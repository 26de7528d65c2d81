//! Control charts: proportions, and single values with their moving range.

use super::{NotEstimable, finite, sum};
use crate::stats::proportion::Share;

/// Expected range of two observations over their standard deviation, as tables of control chart factors print it.
pub const D2: f64 = 1.128;

/// Factor of the upper limit of ranges of two, as tables of control chart factors print it.
pub const D4: f64 = 3.267;

/// With fewer baseline periods than this, limits are provisional.
pub const PROVISIONAL_BELOW: u64 = 12;

/// One period on a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// What was observed.
    pub value: f64,
    /// Lower control limit.
    pub lower: f64,
    /// Upper control limit.
    pub upper: f64,
    /// Standard deviation that the limits assume; a limit is cut where the value cannot go.
    pub sigma: f64,
}

impl Point {
    /// Whether it lies outside its limits; on a limit is inside.
    pub fn is_out(&self) -> bool {
        self.value < self.lower || self.value > self.upper
    }
}

/// A p-chart.
#[derive(Clone, Debug, PartialEq)]
pub struct ProportionChart {
    /// The proportion over all baseline periods together.
    pub center: f64,
    /// The periods in order; none for a gap.
    pub points: Vec<Option<Point>>,
    /// Signals, period by period.
    pub signals: Signals,
    /// Baseline periods behind the center line.
    pub baseline_periods: u64,
    /// The method by name.
    pub method: &'static str,
}

/// A chart of individual values and their moving range.
#[derive(Clone, Debug, PartialEq)]
pub struct IndividualsChart {
    /// Mean of the baseline values.
    pub center: f64,
    /// Spread and limits; too few where the baseline has no two successive values.
    pub limits: Result<IndividualsLimits, NotEstimable>,
    /// Distance of each value from the one of the period before; none at the start and beside gaps.
    pub moving_ranges: Vec<Option<f64>>,
    /// The periods in order; none for a gap, and none at all without limits.
    pub points: Vec<Option<Point>>,
    /// Signals, period by period.
    pub signals: Signals,
    /// Baseline periods behind the center line.
    pub baseline_periods: u64,
    /// The method by name.
    pub method: &'static str,
}

/// Spread and limits of a chart of individual values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IndividualsLimits {
    /// Mean moving range of the baseline.
    pub mean_moving_range: f64,
    /// `mean_moving_range / D2`.
    pub sigma: f64,
    /// `center - 3 sigma`.
    pub lower: f64,
    /// `center + 3 sigma`.
    pub upper: f64,
    /// `D4 * mean_moving_range`, the upper limit of moving ranges; their lower one is 0.
    pub moving_range_upper: f64,
}

/// Which named rule signals in which period: the one in which its pattern becomes complete. None for a gap; a gap also ends
/// every run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signals {
    /// Outside the control limits.
    pub beyond_limits: Vec<Option<bool>>,
    /// Two of three successive periods beyond 2 sigma on one side, this one included.
    pub two_of_three_beyond_2_sigma: Vec<Option<bool>>,
    /// Four of five successive periods beyond 1 sigma on one side, this one included.
    pub four_of_five_beyond_1_sigma: Vec<Option<bool>>,
    /// Eight successive periods on one side of the center line.
    pub eight_on_one_side: Vec<Option<bool>>,
    /// Six successive periods, each above the last or each below it.
    pub six_rising_or_falling: Vec<Option<bool>>,
}

/// A p-chart: `center +- 3 sqrt(center (1 - center) / n)` for each period's own n, cut to 0 and 1.
///
/// The center is the sum of counts over the sum of denominators in the baseline: the first `baseline` periods, gaps included,
/// or all if none is given. Frozen limits stay where they are when later periods move. A period without answers is a gap: it
/// has no value and no limits. Rules beyond the limits are those of Western Electric (Statistical Quality Control Handbook,
/// 1956) and the trend rule of Nelson (J Qual Technol 1984;16:237-239). Reference: Montgomery, Statistical Quality Control,
/// chapter 7. Edge cases: no answers in the baseline, and a count above its denominator, are errors; where the center is 0 or 1,
/// both limits lie on it.
///
/// Two periods by hand, 20 of 100: `.2 +- 3 sqrt(.2 * .8 / 50)`. The wafers of the NIST/SEMATECH e-Handbook, 6.3.3.2, are a test.
/// ```
/// use mentorscope::stats::{charts::p_chart, proportion::Share};
/// let chart = p_chart(&[Share { count: 12, denominator: 50 }, Share { count: 8, denominator: 50 }], None)?;
/// assert_eq!(chart.center, 0.2);
/// let first = chart.points[0].ok_or("a gap")?;
/// assert!((first.upper - 0.369706).abs() < 1e-6 && (first.lower - 0.030294).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn p_chart(periods: &[Share], baseline: Option<usize>) -> Result<ProportionChart, NotEstimable> {
    if periods.iter().any(|p| p.count > p.denominator) {
        return Err(NotEstimable::InvalidInput("the count must not exceed its denominator"));
    }
    let base = || periods.iter().take(baseline.unwrap_or(usize::MAX)).filter(|p| p.denominator > 0);
    let total = |part: fn(&Share) -> u64| base().try_fold(0_u64, |sum, p| sum.checked_add(part(p))).ok_or(NotEstimable::NotFinite);
    let (count, denominator) = (total(|p| p.count)?, total(|p| p.denominator)?);
    if denominator == 0 {
        return Err(NotEstimable::NoAnswers);
    }
    let center = count as f64 / denominator as f64;
    let point = |period: &Share| {
        let n = period.denominator as f64;
        let sigma = (center * (1.0 - center) / n).sqrt();
        let (lower, upper) = ((center - 3.0 * sigma).max(0.0), (center + 3.0 * sigma).min(1.0));
        (period.denominator > 0).then(|| Point { value: period.count as f64 / n, lower, upper, sigma })
    };
    let points: Vec<Option<Point>> = periods.iter().map(point).collect();
    Ok(ProportionChart {
        center,
        signals: signals(&points, center),
        points,
        baseline_periods: base().count() as u64,
        method: "p-chart, 3-sigma limits for each period's own denominator",
    })
}

/// A chart of individual values: `center +- 3 mean_moving_range / D2`.
///
/// `D2` 1.128 and `D4` 3.267 are the rounded factors of published tables, as NIST and software use them; exact ones (1.12838,
/// 3.26653) move limits by 3 in 10,000 of sigma. The baseline is the first `baseline` periods, gaps included, or all if none is
/// given; moving ranges count where both periods are in it. A missing value is a gap, over which no moving range is taken. Rules
/// as in [`p_chart`]. Reference: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2. Edge cases: no value in the baseline
/// is an error; without two successive values there are no limits; equal values have limits on the center line.
///
/// That page's flow rates: center 50.81, limits 45.8159 and 55.8041.
/// ```
/// use mentorscope::stats::charts::individuals_chart;
/// let flow = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1].map(Some);
/// let chart = individuals_chart(&flow, None)?;
/// let limits = chart.limits?;
/// assert!((chart.center - 50.81).abs() < 5e-3 && (limits.mean_moving_range - 1.8778).abs() < 5e-5);
/// assert!((limits.lower - 45.8159).abs() < 5e-5 && (limits.upper - 55.8041).abs() < 5e-5);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn individuals_chart(values: &[Option<f64>], baseline: Option<usize>) -> Result<IndividualsChart, NotEstimable> {
    for value in values.iter().flatten() {
        finite(*value)?;
    }
    let length = baseline.unwrap_or(usize::MAX);
    let base: Vec<f64> = values.iter().take(length).flatten().copied().collect();
    let center = mean(&base)?;
    let ranges = values.windows(2).map(|pair| Some((pair[1]? - pair[0]?).abs()));
    let moving_ranges: Vec<Option<f64>> = values.first().map(|_| None).into_iter().chain(ranges).collect();
    let base_ranges: Vec<f64> = moving_ranges.iter().take(length).flatten().copied().collect();
    let limits = mean(&base_ranges).map_err(|_| NotEstimable::TooFew { needed: 2, found: 1 }).and_then(|mean_moving_range| {
        let sigma = finite(mean_moving_range / D2)?;
        let (lower, upper) = (finite(center - 3.0 * sigma)?, finite(center + 3.0 * sigma)?);
        Ok(IndividualsLimits { mean_moving_range, sigma, lower, upper, moving_range_upper: D4 * mean_moving_range })
    });
    let point = |value: &Option<f64>| {
        let limits = limits.as_ref().ok()?;
        value.map(|value| Point { value, lower: limits.lower, upper: limits.upper, sigma: limits.sigma })
    };
    let points: Vec<Option<Point>> = values.iter().map(point).collect();
    Ok(IndividualsChart {
        center,
        limits,
        moving_ranges,
        signals: signals(&points, center),
        points,
        baseline_periods: base.len() as u64,
        method: "individuals and moving range chart, sigma = mean moving range / 1.128",
    })
}

fn mean(values: &[f64]) -> Result<f64, NotEstimable> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let (Some(least), Some(greatest)) = (values.first(), values.last()) else { return Err(NotEstimable::NoAnswers) };
    // Clamping keeps the mean of equal values equal to them.
    Ok(finite(sum(values.iter().copied()) / values.len() as f64)?.clamp(*least, *greatest))
}

fn signals(points: &[Option<Point>], center: f64) -> Signals {
    // The last `length` points up to an index, if there are so many without a gap.
    let run = |index: usize, length: usize| -> Option<Vec<Point>> {
        let start = (index + 1).checked_sub(length)?;
        points[start..=index].iter().copied().collect()
    };
    let beyond = |p: &Point, side: f64, sigmas: f64| side * (p.value - center) > sigmas * p.sigma && p.sigma > 0.0;
    let most = |index: usize, needed: usize, of: usize, sigmas: f64| {
        run(index, of).or_else(|| run(index, needed)).is_some_and(|run| {
            [-1.0, 1.0].iter().any(|side| {
                let found = run.iter().filter(|p| beyond(p, *side, sigmas)).count();
                found >= needed && run.last().is_some_and(|p| beyond(p, *side, sigmas))
            })
        })
    };
    let one_side = |run: &[Point]| [-1.0, 1.0].iter().any(|side| run.iter().all(|p| side * (p.value - center) > 0.0));
    let steady = |run: &[Point]| [-1.0, 1.0].iter().any(|side| run.windows(2).all(|pair| side * (pair[1].value - pair[0].value) > 0.0));
    let each =
        |rule: &dyn Fn(usize) -> bool| points.iter().enumerate().map(|(index, point)| point.map(|_| rule(index))).collect::<Vec<_>>();
    Signals {
        beyond_limits: points.iter().map(|point| point.map(|p| p.is_out())).collect(),
        two_of_three_beyond_2_sigma: each(&|index| most(index, 2, 3, 2.0)),
        four_of_five_beyond_1_sigma: each(&|index| most(index, 4, 5, 1.0)),
        eight_on_one_side: each(&|index| run(index, 8).is_some_and(|run| one_side(&run))),
        six_rising_or_falling: each(&|index| run(index, 6).is_some_and(|run| steady(&run))),
    }
}

#[cfg(test)]
#[path = "charts_tests.rs"]
mod tests;
