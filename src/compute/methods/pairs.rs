//! Two measurements of the same people.

use super::labels::count;
use crate::compute::{Answer, Fault, Method, Request, Role, Setting};
use crate::stats::NotEstimable;
use crate::stats::mcnemar::{McNemar, PairedCounts, mcnemar};
use crate::stats::paired::{Pair, PairedDifference, paired_t};
use crate::stats::signed_rank::{SignedRank, signed_rank};

const FIRST: Role =
    Role { name: "first", meaning: "the value from which the other is subtracted", columns: &["pre", "before", "x", "first"], many: false };
const SECOND: Role = Role { name: "second", meaning: "the other value", columns: &["post", "after", "y", "second"], many: false };
const VALUES_OR_COUNTS: &[Role] = &[
    FIRST,
    SECOND,
    Role { name: "n11", meaning: "pairs with yes both times", columns: &["n11"], many: false },
    Role { name: "n10", meaning: "pairs with yes, then no", columns: &["n10"], many: false },
    Role { name: "n01", meaning: "pairs with no, then yes", columns: &["n01"], many: false },
    Role { name: "n00", meaning: "pairs with no both times", columns: &["n00"], many: false },
];
const SIGNED_KEYS: (&str, &str) = (
    "V, p_value_exact, p_value_normal_cc, p_value_normal_nocc, rank_biserial, n_zero",
    "Wilcoxon's signed-rank test, zeros dropped, midranks",
);
const MCNEMAR_KEYS: (&str, &str) = (
    "chi2, p_value_chi2, chi2_cc, p_value_cc, p_value_exact, or_matched, diff",
    "McNemar's test without and with continuity correction and exact; matched odds ratio n10 / n01; difference of shares",
);

/// The methods of this field.
pub const METHODS: &[Method] = &[
    Method {
        name: "paired",
        aliases: &["paired_t", "pre_post"],
        summary: "Paired t test with d_z and d_av and Wilcoxon's signed-rank test of two columns of values, or McNemar's test of four columns of counts",
        roles: VALUES_OR_COUNTS,
        settings: &[Setting { name: "test", meaning: "mcnemar to compare two columns of 0 and 1 by McNemar's test" }],
        keys: &[
            ("n, n_excluded", "complete pairs, rows with a missing value"),
            (
                "mean_diff, std_error, t, df, p_value, ci_lower, ci_upper",
                "paired t test of first minus second; p_value of McNemar's test for counts",
            ),
            ("d_z, d_av", "mean difference over the standard deviation of differences, and over the root of the mean variance"),
            SIGNED_KEYS,
            MCNEMAR_KEYS,
        ],
        run: paired,
    },
    Method {
        name: "wilcoxon_signed_rank",
        aliases: &["signed_rank", "wilcoxon"],
        summary: "Wilcoxon's signed-rank test of two columns of values, exact up to 50 differences other than 0",
        roles: &[FIRST, SECOND],
        settings: &[],
        keys: &[
            ("n, n_excluded", "differences other than 0, rows with a missing value"),
            SIGNED_KEYS,
            ("p_value", "exact, or normal with continuity correction beyond 50"),
        ],
        run: wilcoxon,
    },
    Method {
        name: "mcnemar",
        aliases: &[],
        summary: "McNemar's test of paired yes-or-no answers, from counts or from two columns of 0 and 1",
        roles: VALUES_OR_COUNTS,
        settings: &[],
        keys: &[
            ("n, n_discordant", "pairs, pairs whose answers differ"),
            MCNEMAR_KEYS,
            ("p_value", "exact below 25 discordant pairs, else chi2"),
        ],
        run: mcnemar_of,
    },
];

fn paired(request: &Request) -> Result<Answer, Fault> {
    if request.has("n10") || request.choice_setting("test", &["t", "mcnemar"])? == "mcnemar" {
        return mcnemar_of(request);
    }
    let level = request.confidence_level()?;
    let (pairs, excluded) = complete(request)?;
    let result = paired_t(&pairs);
    let test = result.clone().and_then(|r| r.test);
    let std_dev = result.clone().and_then(|r: PairedDifference| r.std_dev.ok_or(NotEstimable::TooFew { needed: 2, found: r.n }));
    let answer = Answer::new()
        .with("n", pairs.len())
        .with("n_excluded", excluded)
        .estimate("mean_diff", result.clone().map(|r| r.mean_difference))
        .estimate("std_dev", std_dev)
        .estimate("std_error", test.clone().map(|t| t.std_error))
        .estimate("t", test.clone().map(|t| t.estimate / t.std_error))
        .estimate("df", test.clone().map(|t| t.degrees_of_freedom))
        .estimate("p_value", test.clone().map(|t| t.p_value))
        .interval("", &test.and_then(|t| t.interval(level)))
        .estimate("d_z", result.clone().and_then(|r| r.d_z))
        .estimate("d_av", result.and_then(|r| r.d_av));
    Ok(signed(answer, &signed_rank(&pairs))
        .with("confidence_level", level)
        .with("method", "first minus second of complete pairs: paired t test (p_value); Wilcoxon signed-rank with zeros dropped beside it"))
}

fn wilcoxon(request: &Request) -> Result<Answer, Fault> {
    let (pairs, excluded) = complete(request)?;
    let result = signed_rank(&pairs);
    let n = result.as_ref().map_or(0, |r| r.n);
    let method = result.as_ref().map_or("Wilcoxon signed-rank test, zeros dropped", |r| r.method);
    let answer = Answer::new().with("n", n).with("n_excluded", excluded).estimate("p_value", result.clone().map(|r| r.p_value));
    Ok(signed(answer, &result).with("method", method))
}

fn signed(answer: Answer, result: &Result<SignedRank, NotEstimable>) -> Answer {
    let number = |f: fn(&SignedRank) -> f64| result.as_ref().map(f).map_err(Clone::clone);
    answer
        .estimate("V", number(|r| r.v))
        .estimate("p_value_exact", result.clone().and_then(|r| r.p_exact))
        .estimate("p_value_normal_cc", number(|r| r.p_normal_corrected))
        .estimate("p_value_normal_nocc", number(|r| r.p_normal))
        .estimate("rank_biserial", number(|r| r.rank_biserial))
        .with("n_zero", result.as_ref().ok().map(|r| r.n_zero))
}

/// Rows that have both values.
fn complete(request: &Request) -> Result<(Vec<Pair>, u64), Fault> {
    let (first, second) = (request.numbers("first")?, request.numbers("second")?);
    let pairs: Vec<Pair> =
        first.iter().zip(&second).filter_map(|(first, second)| first.zip(*second).map(|(first, second)| Pair { first, second })).collect();
    let excluded = (first.len() - pairs.len()) as u64;
    Ok((pairs, excluded))
}

fn mcnemar_of(request: &Request) -> Result<Answer, Fault> {
    let level = request.confidence_level()?;
    let (counts, excluded) = if request.has("n10") { added_up(request)? } else { counted(request)? };
    let all = counts.as_ref().map_or(0, |c| c.n11.saturating_add(c.n10).saturating_add(c.n01).saturating_add(c.n00));
    let result = counts.and_then(|counts| mcnemar(counts, level));
    let number = |f: fn(&McNemar) -> f64| result.as_ref().map(f).map_err(Clone::clone);
    Ok(Answer::new()
        .with("n", all)
        .with("n_excluded", excluded)
        .with("n_discordant", result.as_ref().map_or(0, |r| r.n_discordant))
        .estimate("chi2", number(|r| r.chi_square))
        .estimate("p_value_chi2", number(|r| r.p_chi_square))
        .estimate("chi2_cc", number(|r| r.chi_square_corrected))
        .estimate("p_value_cc", number(|r| r.p_corrected))
        .estimate("p_value_exact", number(|r| r.p_exact))
        .estimate("p_value", number(|r| r.p_value))
        .estimate("or_matched", result.clone().and_then(|r| r.odds_ratio))
        .interval("or_", &result.clone().and_then(|r| r.odds_ratio_interval))
        .estimate("diff", number(|r| r.difference))
        .with("confidence_level", level)
        .with("method", result.as_ref().map_or("McNemar's test", |r| r.method)))
}

/// Four columns of counts, whose complete rows are added up; columns of concordant pairs may be absent.
fn added_up(request: &Request) -> Result<(Result<PairedCounts, NotEstimable>, u64), Fault> {
    let mut columns = Vec::new();
    for role in ["n11", "n10", "n01", "n00"] {
        let absent = vec![Some(0.0); request.table.height()];
        columns.push(if request.has(role) || role == "n10" || role == "n01" { request.numbers(role)? } else { absent });
    }
    let (mut totals, mut whole) = ([0.0_f64; 4], true);
    let mut excluded = 0_u64;
    for row in 0..request.table.height() {
        let cells: Vec<f64> = columns.iter().filter_map(|column| column.get(row).copied().flatten()).collect();
        if cells.len() < totals.len() {
            excluded += 1;
            continue;
        }
        whole &= cells.iter().all(|cell| count(*cell).is_some());
        totals.iter_mut().zip(cells).for_each(|(total, cell)| *total += cell);
    }
    if !whole {
        return Ok((Err(NotEstimable::InvalidInput("counts must be whole numbers of at least 0")), excluded));
    }
    let [n11, n10, n01, n00] = totals.map(|total| count(total).unwrap_or(u64::MAX));
    Ok((Ok(PairedCounts { n11, n10, n01, n00 }), excluded))
}

/// Two columns of 0 and 1.
fn counted(request: &Request) -> Result<(Result<PairedCounts, NotEstimable>, u64), Fault> {
    let (pairs, excluded) = complete(request)?;
    let mut counts = PairedCounts { n11: 0, n10: 0, n01: 0, n00: 0 };
    for pair in &pairs {
        match (pair.first, pair.second) {
            (1.0, 1.0) => counts.n11 += 1,
            (1.0, 0.0) => counts.n10 += 1,
            (0.0, 1.0) => counts.n01 += 1,
            (0.0, 0.0) => counts.n00 += 1,
            _ => {
                return Err(Fault::new(
                    "McNemar's test needs answers of 0 and 1",
                    "recode the two columns, or leave out --set test=mcnemar",
                ));
            }
        }
    }
    Ok((Ok(counts), excluded))
}
