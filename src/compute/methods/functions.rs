//! Distributions, for checks of the numbers behind every test.

use crate::compute::{Answer, Fault, Method, Request, Role};
use crate::stats::NotEstimable;
use crate::stats::distributions as d;
use crate::stats::noncentral as nc;

/// The methods of this field.
pub const METHODS: &[Method] = &[Method {
    name: "special_functions",
    aliases: &["distributions"],
    summary: "Probabilities and quantiles of distributions, one for each row",
    roles: &[
        Role {
            name: "fn",
            meaning: "norm_, t_, chi2_, f_ or beta_ with cdf, sf or quantile; nct_ or ncf_ with cdf or sf",
            columns: &["fn", "function"],
            many: false,
        },
        Role { name: "a", meaning: "first degrees of freedom or shape", columns: &["a"], many: false },
        Role { name: "b", meaning: "second degrees of freedom or shape; noncentrality of t", columns: &["b"], many: false },
        Role { name: "c", meaning: "noncentrality of F", columns: &["c"], many: false },
        Role { name: "x", meaning: "the point, or the probability of a quantile", columns: &["x", "p", "q"], many: false },
    ],
    settings: &[],
    keys: &[("value", "the values in the order of the rows"), ("n, n_excluded", "values that have an answer, and others")],
    run: special_functions,
}];

fn special_functions(request: &Request) -> Result<Answer, Fault> {
    let names = request.labels("fn")?;
    let columns = ["a", "b", "c", "x"].map(|role| request.numbers_if_any(role));
    let mut parameters = Vec::new();
    for column in columns {
        parameters.push(column?.unwrap_or_else(|| vec![None; names.len()]));
    }
    let mut values = Vec::new();
    for (row, name) in names.iter().enumerate() {
        // A parameter that is not given is no number, which every function refuses.
        let at = |place: usize| parameters.get(place).and_then(|column| column.get(row).copied().flatten()).unwrap_or(f64::NAN);
        let (a, b, c, x) = (at(0), at(1), at(2), at(3));
        let Some(name) = name else {
            values.push(Err(NotEstimable::NoAnswers));
            continue;
        };
        values.push(match name.as_str() {
            "norm_cdf" => d::normal_cdf(x),
            "norm_sf" => d::normal_sf(x),
            "norm_quantile" => d::normal_quantile(x),
            "t_cdf" => d::t_cdf(x, a),
            "t_sf" => d::t_sf(x, a),
            "t_quantile" => d::t_quantile(x, a),
            "chi2_cdf" => d::chi_square_cdf(x, a),
            "chi2_sf" => d::chi_square_sf(x, a),
            "chi2_quantile" => d::chi_square_quantile(x, a),
            "f_cdf" => d::f_cdf(x, a, b),
            "f_sf" => d::f_sf(x, a, b),
            "f_quantile" => d::f_quantile(x, a, b),
            "beta_cdf" => d::beta_cdf(x, a, b),
            "beta_sf" => d::beta_sf(x, a, b),
            "beta_quantile" => d::beta_quantile(x, a, b),
            "nct_cdf" => nc::noncentral_t_cdf(x, a, b),
            "nct_sf" => nc::noncentral_t_sf(x, a, b),
            "ncf_cdf" => nc::noncentral_f_cdf(x, a, b, c),
            "ncf_sf" => nc::noncentral_f_sf(x, a, b, c),
            _ => {
                return Err(Fault::new(
                    format!("row {}: there is no function \"{name}\"", row + 2),
                    "there are norm_, t_, chi2_, f_ and beta_ with cdf, sf and quantile, and nct_ and ncf_ with cdf and sf",
                ));
            }
        });
    }
    let n = values.iter().filter(|value| value.is_ok()).count();
    let excluded = values.len() - n;
    Ok(Answer::new().list("value", values).with("n", n).with("n_excluded", excluded).with("method", "upper tails are computed as such"))
}
