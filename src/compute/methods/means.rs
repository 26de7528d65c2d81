//! Means of one group.

use super::groups::once;
use crate::compute::{Answer, Fault, Method, Request, Role, Setting};
use crate::stats::NotEstimable;
use crate::stats::bootstrap::{DEFAULT_RESAMPLES, bootstrap_mean};
use crate::stats::mean::mean;

/// The methods of this field.
pub const METHODS: &[Method] = &[Method {
    name: "mean_ci",
    aliases: &["mean", "bootstrap"],
    summary: "Mean with Student's t interval, and the BCa and percentile bootstrap intervals from a recorded seed",
    roles: &[Role { name: "value", meaning: "the values", columns: &["value", "score", "y", "x"], many: false }],
    settings: &[
        Setting { name: "resamples", meaning: "number of bootstrap resamples, at least 10000, default 20000" },
        Setting { name: "seed", meaning: "seed of the bootstrap, default 1; the same seed gives the same answer everywhere" },
    ],
    keys: &[
        ("n, n_excluded", "values used, cells missing"),
        ("mean, std_dev, std_error", "mean, standard deviation with divisor n - 1, standard error"),
        ("ci_lower, ci_upper", "Student's t interval"),
        ("boot_std_error", "standard deviation of the resampled means"),
        ("bca_ci_lower, bca_ci_upper", "bias-corrected and accelerated bootstrap interval"),
        ("percentile_ci_lower, percentile_ci_upper", "percentile bootstrap interval"),
        ("acceleration, z0", "the two constants of BCa"),
        ("resamples, seed", "what the bootstrap was run with"),
    ],
    run: mean_ci,
}];

fn mean_ci(request: &Request) -> Result<Answer, Fault> {
    let cells = request.numbers("value")?;
    let level = request.confidence_level()?;
    let resamples = request.count_setting("resamples", DEFAULT_RESAMPLES)?;
    let seed = request.count_setting("seed", 1)?;
    let values = once(&cells.iter().flatten().copied().collect::<Vec<_>>());
    let result = mean(&values, level);
    let too_few = |n| NotEstimable::TooFew { needed: 2, found: n };
    let bootstrap = bootstrap_mean(&values, level, resamples, seed);
    let number = |f: fn(&crate::stats::bootstrap::Bootstrap) -> f64| bootstrap.as_ref().map(f).map_err(Clone::clone);
    // A standard deviation of 0 has a standard error of 0, which is degenerate but known.
    let std_error = result.clone().and_then(|r| match (r.std_error, r.std_dev) {
        (Some(std_error), _) => Ok(std_error),
        (None, Some(_)) => Ok(0.0),
        (None, None) => Err(too_few(r.n)),
    });
    Ok(Answer::new()
        .with("n", values.len())
        .with("n_excluded", cells.len() - values.len())
        .estimate("mean", result.clone().map(|r| r.estimate))
        .estimate("std_dev", result.clone().and_then(|r| r.std_dev.ok_or(too_few(r.n))))
        .estimate("std_error", std_error)
        .interval("", &result.and_then(|r| r.interval))
        .estimate("boot_std_error", number(|b| b.std_error))
        .interval("bca_", &bootstrap.clone().and_then(|b| b.interval))
        .interval("percentile_", &bootstrap.clone().and_then(|b| b.percentile_interval))
        .estimate("acceleration", number(|b| b.acceleration))
        .estimate("z0", number(|b| b.bias_correction))
        .with("resamples", resamples)
        .with("seed", seed)
        .with("confidence_level", level)
        .with("method", "Student's t interval; bootstrap of the mean, BCa and percentile, ChaCha8 with the seed given"))
}
