//! Means of clustered answers.

use super::labels::{Codes, code};
use crate::compute::{Answer, Fault, Method, Request, Role};
use crate::stats::NotEstimable;
use crate::stats::clustered::{Observation, VarianceRule, mean};

/// The methods of this field.
pub const METHODS: &[Method] = &[Method {
    name: "clustered_mean",
    aliases: &["two_way_clustered"],
    summary: "Mean of answers that share one or two clusters, such as mentee and mentor, with cluster-robust interval",
    roles: &[
        Role { name: "value", meaning: "number whose mean is wanted", columns: &["value", "score", "y"], many: false },
        Role { name: "weight", meaning: "weight; 1 if there is none", columns: &["weight", "w"], many: false },
        Role { name: "cluster", meaning: "first cluster", columns: &["cluster", "mentee", "unit", "group"], many: false },
        Role { name: "cluster2", meaning: "second cluster, if there is one", columns: &["cluster2", "mentor"], many: false },
    ],
    settings: &[],
    keys: &[
        ("mean, std_error, ci_lower, ci_upper", "weighted mean, cluster-robust standard error, t interval on df"),
        ("df", "the smaller number of clusters, minus 1"),
        ("n_eff", "independent answers that would be as informative"),
        ("clusters, clusters2", "numbers of clusters"),
        ("variance_rule", "two-way, or the larger one-way variance"),
    ],
    run: clustered_mean,
}];

fn clustered_mean(request: &Request) -> Result<Answer, Fault> {
    let level = request.confidence_level()?;
    let values = request.numbers("value")?;
    let weights = request.numbers_if_any("weight")?;
    let first = Codes::new(&request.labels("cluster")?);
    let second = request.labels_if_any("cluster2")?.map(|labels| Codes::new(&labels));
    let observation = |row: usize| {
        let cluster_a = code(first.of_row[row]?);
        let cluster_b = match &second {
            Some(second) => code(second.of_row[row]?),
            None => cluster_a,
        };
        let weight = weights.as_ref().map_or(Some(1.0), |weights| weights[row])?;
        Some(Observation { y: values[row]?, x: 1.0, weight, cluster_a, cluster_b })
    };
    let observations: Vec<Observation> = (0..values.len()).filter_map(observation).collect();
    let excluded = values.len() - observations.len();
    let keys = ["mean", "std_error", "ci_lower", "ci_upper", "df", "n_eff"];
    let result = match mean(&observations, level) {
        Ok(result) => result,
        Err(reason) => {
            let answer = Answer::new().missing(&keys, &reason).with("n", 0).with("n_excluded", excluded);
            return Ok(answer.with("method", "clustered mean"));
        }
    };
    // Without variance the reason of the interval is the reason of all that rests on it.
    let reason = result.interval.clone().err().unwrap_or(NotEstimable::NoVariation);
    let mut answer = Answer::new()
        .number("mean", result.estimate)
        .estimate("std_error", result.std_error.ok_or(reason.clone()))
        .interval("", &result.interval)
        .number("confidence_level", level)
        .estimate("df", result.degrees_of_freedom.ok_or(reason.clone()))
        .estimate("n_eff", result.effective_n.ok_or(reason))
        .with("clusters", result.clusters_a);
    if second.is_some() {
        answer = answer.with("clusters2", result.clusters_b);
    }
    if let Some(rule) = result.variance_rule.filter(|_| second.is_some()) {
        let words = if rule == VarianceRule::TwoWay { "two-way" } else { "larger one-way" };
        answer = answer.with("variance_rule", words);
    }
    let method = if second.is_some() { result.method } else { "one-way clustered, t interval on clusters minus 1" };
    Ok(answer.with("n", result.n).with("n_excluded", excluded).with("method", method))
}
