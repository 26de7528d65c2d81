//! Tables of counts.

use super::labels::{Codes, counted, counts};
use crate::compute::{Answer, Fault, Method, Request, Role, Setting};
use crate::stats::NotEstimable;
use crate::stats::tables::Table;
use crate::stats::tables::chi_square::chi_square as test_independence;
use crate::stats::tables::fisher::fisher_exact as test_two_by_two;
use crate::stats::tables::freeman_halton::{Simulation, freeman_halton};
use crate::stats::tables::trend::{ScoredShare, cochran_armitage};

const ROLES: &[Role] = &[
    Role { name: "row", meaning: "row of the table", columns: &["row", "group", "exposure"], many: false },
    Role { name: "col", meaning: "column of the table", columns: &["col", "column", "outcome", "response"], many: false },
    Role {
        name: "count",
        meaning: "how many; without it each row of the file is one",
        columns: &["count", "n", "freq", "Freq"],
        many: false,
    },
];

/// The methods of this field.
pub const METHODS: &[Method] = &[
    Method {
        name: "chi_square",
        aliases: &["chisq", "cramers_v"],
        summary: "Pearson's chi-square test of a table, without continuity correction, with Cramer's V and residuals",
        roles: ROLES,
        settings: &[],
        keys: &[
            ("n", "sum of the counts"),
            ("chi2, df, p_value", "Pearson's test after dropping empty rows and columns"),
            ("cramers_v, cramers_v_bias_corrected", "plain, and corrected by Bergsma"),
            ("min_expected, n_expected_below_5", "the smallest expected count, and how many are below 5"),
            ("chi2_yates, p_value_yates", "with continuity correction, two rows and columns only"),
            ("adjusted_residuals", "rows and columns as in rows and columns"),
            ("rows, columns", "labels left, in order"),
        ],
        run: chi_square,
    },
    Method {
        name: "fisher_exact",
        aliases: &["fisher", "freeman_halton"],
        summary: "Fisher's exact test: two by two with the conditional odds ratio and exact limits, larger tables by Freeman and Halton",
        roles: ROLES,
        settings: &[
            Setting { name: "replicates", meaning: "random tables where the exact p-value takes too long; 100000" },
            Setting { name: "seed", meaning: "seed of those; 1" },
        ],
        keys: &[
            ("n", "sum of the counts"),
            ("p_value", "two-sided: tables no more probable than the observed"),
            ("p_value_std_error, replicates, seed", "of a simulated p-value"),
            ("p_value_less, p_value_greater", "one-sided, two by two only"),
            ("cmle_or", "conditional maximum likelihood odds ratio, two by two only"),
            ("ci_lower, ci_upper", "exact limits of it"),
        ],
        run: fisher_exact,
    },
    Method {
        name: "trend",
        aliases: &["cochran_armitage", "prop_trend"],
        summary: "Cochran-Armitage test for a linear trend of proportions over scores",
        roles: &[
            Role {
                name: "score",
                meaning: "place on the scale of the trend; without it rows count 1, 2, 3",
                columns: &["score", "dose"],
                many: false,
            },
            Role { name: "count", meaning: "how many have the property", columns: &["x", "count", "events"], many: false },
            Role { name: "denominator", meaning: "how many answered", columns: &["n", "denominator", "total"], many: false },
            Role { name: "outcome", meaning: "1 or 0 for one person a row, instead of counts", columns: &["outcome", "y"], many: false },
        ],
        settings: &[],
        keys: &[
            ("n", "how many answered"),
            ("chi2, df, p_value", "the test on one degree of freedom"),
            ("z, z_abs", "the signed deviate, and its size"),
            ("slope", "change of the proportion per unit of score"),
        ],
        run: trend,
    },
];

/// A table with more cells than this is made of identifiers.
const MOST_CELLS: usize = 100_000;

/// A table with the labels of its rows and columns.
struct Labeled {
    table: Table,
    rows: Vec<String>,
    columns: Vec<String>,
    excluded: u64,
}

impl Labeled {
    fn read(request: &Request) -> Result<Self, Fault> {
        let (rows, columns) = (Codes::new(&request.labels("row")?), Codes::new(&request.labels("col")?));
        let size = rows.labels.len() * columns.labels.len();
        if size > MOST_CELLS {
            return Err(Fault::new(
                format!("the table would have {} rows and {} columns", rows.labels.len(), columns.labels.len()),
                "name columns with few different labels, with --row COLUMN and --col COLUMN",
            ));
        }
        let mut cells = vec![0_u64; size];
        let mut excluded = 0;
        for ((row, column), count) in rows.of_row.iter().zip(&columns.of_row).zip(counts(request, "count")?) {
            let (Some(row), Some(column), Some(count)) = (row, column, count) else {
                excluded += 1;
                continue;
            };
            if let Some(cell) = cells.get_mut(row * columns.labels.len() + column) {
                *cell = cell.checked_add(count).ok_or_else(too_large)?;
            }
        }
        let table = Table::new(rows.labels.len(), columns.labels.len(), cells).map_err(|_| too_large())?;
        Ok(Self { table, rows: rows.labels, columns: columns.labels, excluded })
    }
}

fn too_large() -> Fault {
    Fault::new("the counts add up to more than a 64-bit number", "check the count column")
}

fn chi_square(request: &Request) -> Result<Answer, Fault> {
    let labeled = Labeled::read(request)?;
    let answer = Answer::new().with("n", labeled.table.total());
    let answer = match test_independence(&labeled.table) {
        Ok(test) => {
            let chosen = |labels: &[String], kept: &[usize]| kept.iter().filter_map(|i| labels.get(*i).cloned()).collect::<Vec<_>>();
            let answer = answer
                .number("chi2", test.chi2)
                .with("df", test.degrees_of_freedom)
                .number("p_value", test.p_value)
                .number("cramers_v", test.cramers_v)
                .estimate("cramers_v_bias_corrected", test.cramers_v_bias_corrected)
                .number("min_expected", test.min_expected)
                .with("n_expected_below_5", test.expected_below_5);
            let answer = match test.yates {
                Some(yates) => answer.number("chi2_yates", yates.chi2).number("p_value_yates", yates.p_value),
                None => answer,
            };
            answer
                .with("adjusted_residuals", test.adjusted_residuals)
                .with("rows", chosen(&labeled.rows, &test.reduced.rows))
                .with("columns", chosen(&labeled.columns, &test.reduced.columns))
                .with("n_excluded", labeled.excluded)
                .with("method", test.method)
        }
        Err(reason) => {
            let keys = ["chi2", "df", "p_value", "cramers_v", "cramers_v_bias_corrected", "min_expected", "n_expected_below_5"];
            answer
                .missing(&keys, &reason)
                .missing(&["chi2_yates", "p_value_yates", "adjusted_residuals"], &reason)
                .with("n_excluded", labeled.excluded)
                .with("method", "Pearson chi-square test")
        }
    };
    Ok(answer)
}

fn fisher_exact(request: &Request) -> Result<Answer, Fault> {
    let labeled = Labeled::read(request)?;
    let level = request.confidence_level()?;
    let simulation =
        Simulation { replicates: request.bounded_setting("replicates", 100_000, 10_000_000)?, seed: request.count_setting("seed", 1)? };
    let answer = Answer::new().with("n", labeled.table.total());
    let none = |reason: &NotEstimable, answer: Answer| {
        answer.missing(&["p_value", "cmle_or", "ci_lower", "ci_upper"], reason).with("n_excluded", labeled.excluded)
    };
    let reduced = match labeled.table.reduced() {
        Ok(reduced) => reduced.table,
        Err(reason) => return Ok(none(&reason, answer).with("method", "Fisher exact test")),
    };
    if (reduced.rows(), reduced.columns()) == (2, 2) {
        return Ok(match test_two_by_two(&reduced, level) {
            Ok(test) => answer
                .number("p_value", test.p_value)
                .number("p_value_less", test.p_less)
                .number("p_value_greater", test.p_greater)
                .number("cmle_or", test.odds_ratio.value())
                .number("ci_lower", test.lower)
                .number("ci_upper", test.upper.value())
                .number("confidence_level", test.confidence_level)
                .with("n_excluded", labeled.excluded)
                .with("method", test.method),
            Err(reason) => none(&reason, answer).with("method", "Fisher exact test"),
        });
    }
    Ok(match freeman_halton(&reduced, simulation) {
        Ok(test) => {
            let answer = answer.number("p_value", test.p_value);
            let answer = match test.std_error {
                Some(std_error) => {
                    answer.number("p_value_std_error", std_error).with("replicates", test.replicates).with("seed", simulation.seed)
                }
                None => answer,
            };
            answer.with("n_excluded", labeled.excluded).with("method", test.method)
        }
        Err(reason) => none(&reason, answer).with("method", "Fisher-Freeman-Halton exact test"),
    })
}

fn trend(request: &Request) -> Result<Answer, Fault> {
    let has_counts = request.has("denominator");
    let (counts, denominators) = if has_counts {
        (request.numbers("count")?, request.numbers("denominator")?)
    } else {
        let outcomes = request.numbers("outcome")?;
        let ones = vec![Some(1.0); outcomes.len()];
        (outcomes, ones)
    };
    let scores = match request.numbers_if_any("score")? {
        Some(scores) => scores,
        // One person a row has no order of groups to fall back on.
        None if !has_counts => request.numbers("score")?,
        None => (1..=counts.len()).map(|row| Some(row as f64)).collect(),
    };
    let (mut groups, mut excluded) = (Vec::new(), 0_u64);
    for ((score, x), n) in scores.into_iter().zip(counts).zip(denominators) {
        match (score, x, n) {
            (Some(score), Some(x), Some(n)) => {
                groups.push(ScoredShare { score, count: counted(x, "count")?, denominator: counted(n, "denominator")? });
            }
            _ => excluded += 1,
        }
    }
    let answer = match cochran_armitage(&groups) {
        Ok(test) => Answer::new()
            .with("n", test.n)
            .number("chi2", test.chi2)
            .with("df", 1)
            .number("p_value", test.p_value)
            .number("z", test.z)
            .number("z_abs", test.z.abs())
            .number("slope", test.slope)
            .with("n_excluded", excluded)
            .with("method", test.method),
        Err(reason) => Answer::new()
            .with("n", groups.iter().map(|group| group.denominator).fold(0, u64::saturating_add))
            .missing(&["chi2", "df", "p_value", "z", "z_abs", "slope"], &reason)
            .with("n_excluded", excluded)
            .with("method", "Cochran-Armitage test for trend"),
    };
    Ok(answer)
}
