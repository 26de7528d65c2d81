//! One-way analysis of variance and the intraclass correlations that follow from it.

use super::{Groups, Member};
use crate::stats::distributions::f_sf;
use crate::stats::{NotEstimable, finite, sum};

/// A one-way analysis of variance with random groups.
#[derive(Clone, Debug, PartialEq)]
pub struct OneWay {
    /// Number of groups, J.
    pub groups: u64,
    /// Number of values, N.
    pub n: u64,
    /// Mean square between groups, on J - 1 degrees of freedom.
    pub mean_square_between: Result<f64, NotEstimable>,
    /// Mean square within groups, on N - J degrees of freedom.
    pub mean_square_within: Result<f64, NotEstimable>,
    /// Between over within.
    pub f: Result<f64, NotEstimable>,
    /// Probability of a larger F when groups do not differ.
    pub p_value: Result<f64, NotEstimable>,
    /// N / J.
    pub mean_size: f64,
    /// The group size that unequal groups are worth, `(N - sum(n^2) / N) / (J - 1)`; equal to the mean size when groups are equal, else smaller.
    pub n0: Result<f64, NotEstimable>,
    /// Share of the variance that lies between groups, ICC(1), by `n0`. May be negative.
    pub icc1: Result<f64, NotEstimable>,
    /// ICC(1) with the mean size in place of `n0`.
    pub icc1_mean_size: Result<f64, NotEstimable>,
    /// Reliability of group means, ICC(2). May be negative.
    pub icc2: Result<f64, NotEstimable>,
    /// Variance of a mean of grouped values relative to independent ones, `1 + (N / J - 1) max(0, ICC(1))`.
    pub design_effect: Result<f64, NotEstimable>,
}

/// One-way analysis of variance, ICC(1), ICC(2) and the design effect of grouping.
///
/// `ICC(1) = (MSB - MSW) / (MSB + (n0 - 1) MSW)` and `ICC(2) = (MSB - MSW) / MSB`. Negative values are estimates like others and are
/// kept; only the design effect takes them for 0, since grouping is not credited with precision. References: Bliese 2000, in Klein & Kozlowski
/// (eds), Multilevel Theory; Donner, Int Stat Rev 1986;54:67-82 on `n0`; Kish, Survey Sampling 1965 on the design effect.
///
/// Edge cases: no values is no answers. One group has no mean square between (too few), and groups of one member none within; what needs them has
/// no answer. No variation within groups gives ICC(1) = ICC(2) = 1 but no F; no variation at all gives neither. Equal group means leave ICC(2)
/// without an answer, as it divides by their spread.
///
/// Dyestuff yields of Davies & Goldsmith 1972 (six batches of five): mean squares 11271.5 and 2451.25, F 4.598 (p .0044), ICC(1) .418.
/// ```
/// use mentorscope::stats::multilevel::{Member, one_way};
/// let yields = [
///     [1545.0, 1440.0, 1440.0, 1520.0, 1580.0], [1540.0, 1555.0, 1490.0, 1560.0, 1495.0], [1595.0, 1550.0, 1605.0, 1510.0, 1560.0],
///     [1445.0, 1440.0, 1595.0, 1465.0, 1545.0], [1595.0, 1630.0, 1515.0, 1635.0, 1625.0], [1520.0, 1455.0, 1450.0, 1480.0, 1445.0],
/// ];
/// let members: Vec<Member> = (0..30).map(|i| Member { group: i as u32 / 5, value: yields[i / 5][i % 5] }).collect();
/// let result = one_way(&members)?;
/// assert!((result.mean_square_between? - 11271.5).abs() < 1e-8 && (result.mean_square_within? - 2451.25).abs() < 1e-8);
/// assert!((result.icc1? - 0.4185).abs() < 5e-5 && (result.p_value? - 0.0044).abs() < 5e-5);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn one_way(members: &[Member]) -> Result<OneWay, NotEstimable> {
    let groups = Groups::new(members)?;
    let (j, n) = (groups.count(), groups.n);
    let size = n as f64;
    let deviation = |mean: f64| {
        let d = mean - groups.mean;
        // Equal means must not differ by the rounding of the grand mean.
        if d.abs() <= groups.rounding { 0.0 } else { d }
    };
    let between = finite(sum(groups.groups.iter().map(|g| g.size * deviation(g.mean).powi(2))))?;
    let within = groups.within()?;
    let few_groups = NotEstimable::TooFewClusters { needed: 2, found: j };
    let msb = if j < 2 { Err(few_groups.clone()) } else { Ok(between / (j - 1) as f64) };
    let msw = if n == j { Err(NotEstimable::TooFew { needed: j + 1, found: n }) } else { Ok(within / (n - j) as f64) };
    let squares = sum(groups.groups.iter().map(|g| g.size * g.size));
    let n0 = if j < 2 { Err(few_groups) } else { Ok((size - squares / size) / (j - 1) as f64) };
    let mean_size = size / j as f64;
    let over = |top: f64, bottom: f64| if bottom == 0.0 { Err(NotEstimable::NoVariation) } else { finite(top / bottom) };
    let both = msb.clone().and_then(|b| Ok(Squares { between: b, within: msw.clone()? }));
    let icc1 = |m: f64| both.clone().and_then(|s| over(s.between - s.within, s.between + (m - 1.0) * s.within));
    let f = both.clone().and_then(|s| over(s.between, s.within));
    let icc1_by_n0 = n0.clone().and_then(icc1);
    Ok(OneWay {
        groups: j,
        n,
        p_value: f.clone().and_then(|f| f_sf(f, (j - 1) as f64, (n - j) as f64)),
        f,
        icc1_mean_size: icc1(mean_size),
        icc2: both.clone().and_then(|s| over(s.between - s.within, s.between)),
        design_effect: icc1_by_n0.clone().map(|icc| 1.0 + (mean_size - 1.0) * icc.max(0.0)),
        icc1: icc1_by_n0,
        mean_square_between: msb,
        mean_square_within: msw,
        mean_size,
        n0,
    })
}

#[derive(Clone, Copy)]
struct Squares {
    between: f64,
    within: f64,
}
