//! Rank tests of independent groups.

use super::groups::{DIRECTION, FIRST, Groups};
use crate::compute::{Answer, Fault, Method, Request, Role};
use crate::stats::ranks::kruskal_wallis::kruskal_wallis as test_groups;
use crate::stats::ranks::mann_whitney::mann_whitney as test_two;
use crate::stats::{Frequency, NotEstimable};

const ROLES: &[Role] = &[
    Role { name: "group", meaning: "which group the row belongs to", columns: &["group", "arm", "cohort"], many: false },
    Role { name: "value", meaning: "the number compared", columns: &["value", "score", "y"], many: false },
];

/// The methods of this field.
pub const METHODS: &[Method] = &[
    Method {
        name: "mann_whitney",
        aliases: &["wilcoxon_rank_sum", "mwu"],
        summary: "Two independent groups compared by ranks: exact with ties up to 50 in each group, else normal",
        roles: ROLES,
        settings: &[FIRST, DIRECTION],
        keys: &[
            ("first, second", "labels of the two groups"),
            ("n1, n2", "values in each group"),
            ("U1, U2", "pairs in which the group's value is greater, ties by half"),
            ("prob_superiority", "U1 over all pairs: the probability that the first group's value is greater"),
            ("cliff_delta", "twice prob_superiority, less 1"),
            ("p_value", "two-sided, by the method named"),
            ("p_value_exact", "permutation distribution with midranks, up to 400 values"),
            ("p_value_normal_cc, p_value_normal_nocc", "tie-corrected normal, with and without continuity correction"),
        ],
        run: mann_whitney,
    },
    Method {
        name: "kruskal_wallis",
        aliases: &["kruskal", "dunn"],
        summary: "Several independent groups compared by ranks, with effect sizes and Holm-adjusted Dunn comparisons",
        roles: ROLES,
        settings: &[],
        keys: &[
            ("n, k", "values, and groups with any"),
            ("H, df, p_value", "tie-corrected statistic, its degrees of freedom and chi-square p-value"),
            ("epsilon_sq", "H / (n - 1)"),
            ("eta_sq_H", "(H - k + 1) / (n - k)"),
            ("groups[]", "label, n and mean_rank of each group"),
            ("dunn[]", "each two groups: mean_rank_difference, z, p_value, and p_adjusted by Holm"),
        ],
        run: kruskal_wallis,
    },
];

/// With more groups than this the comparisons of two would fill pages.
const MOST_GROUPS: usize = 200;

fn mann_whitney(request: &Request) -> Result<Answer, Fault> {
    let groups = Groups::two(request)?;
    let (first, second) = (groups.values(0), groups.values(1));
    let answer = Answer::new()
        .with("first", groups.label(0))
        .with("second", groups.label(1))
        .with("n", first.len() + second.len())
        .with("n1", first.len())
        .with("n2", second.len());
    let answer = match test_two(&first, &second) {
        Ok(test) => answer
            .number("U1", test.u)
            .number("U2", test.u_second)
            .number("prob_superiority", test.superiority)
            .number("cliff_delta", test.cliff_delta)
            .estimate("p_value", test.p_value)
            .estimate("p_value_exact", test.exact_p)
            .estimate("p_value_normal_cc", test.normal_p)
            .estimate("p_value_normal_nocc", test.normal_p_uncorrected)
            .with("n_excluded", groups.excluded)
            .with("method", test.method),
        Err(reason) => answer
            .missing(
                &["U1", "U2", "prob_superiority", "cliff_delta", "p_value", "p_value_exact", "p_value_normal_cc", "p_value_normal_nocc"],
                &reason,
            )
            .with("n_excluded", groups.excluded)
            .with("method", "Mann-Whitney test"),
    };
    Ok(answer)
}

fn kruskal_wallis(request: &Request) -> Result<Answer, Fault> {
    let groups = Groups::read(request)?;
    if groups.labels.len() > MOST_GROUPS {
        return Err(Fault::new(format!("there are {} groups", groups.labels.len()), "name a column with fewer, with --group COLUMN"));
    }
    let values: Vec<Vec<Frequency>> = (0..groups.labels.len()).map(|place| groups.values(place)).collect();
    let values: Vec<&[Frequency]> = values.iter().map(Vec::as_slice).collect();
    let test = match test_groups(&values) {
        Ok(test) => test,
        Err(reason) => {
            return Ok(Answer::new()
                .with("n", 0)
                .with("k", 0)
                .missing(&["H", "df", "p_value", "epsilon_sq", "eta_sq_H"], &reason)
                .with("n_excluded", groups.excluded)
                .with("method", "Kruskal-Wallis test"));
        }
    };
    let label = |group: usize| groups.label(group);
    let sizes = values.iter().zip(&test.mean_ranks).enumerate();
    let described = sizes.map(|(group, (values, mean_rank))| {
        Answer::new()
            .with("group", label(group))
            .with("n", values.len())
            .estimate("mean_rank", mean_rank.ok_or(NotEstimable::NoAnswers))
            .into_json()
    });
    let pairs = test.pairs.iter().map(|pair| {
        Answer::new()
            .with("first", label(pair.first))
            .with("second", label(pair.second))
            .number("mean_rank_difference", pair.mean_rank_difference)
            .number("z", pair.z)
            .number("p_value", pair.p_value)
            .number("p_adjusted", pair.p_adjusted)
            .into_json()
    });
    let df = if test.groups < 2 { Err(NotEstimable::Unidentified) } else { Ok(test.degrees_of_freedom) };
    let answer = Answer::new().with("n", test.n).with("k", test.groups).estimate("H", test.h);
    let answer = match df {
        Ok(df) => answer.with("df", df),
        Err(reason) => answer.estimate("df", Err(reason)),
    };
    Ok(answer
        .estimate("p_value", test.p_value)
        .estimate("epsilon_sq", test.epsilon_squared)
        .estimate("eta_sq_H", test.eta_squared)
        .with("groups", described.collect::<Vec<_>>())
        .with("dunn", pairs.collect::<Vec<_>>())
        .with("n_excluded", groups.excluded)
        .with("method", test.method))
}
