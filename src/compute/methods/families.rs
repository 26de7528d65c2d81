//! Families of tests, and goals of people.

use super::labels::Codes;
use crate::compute::{Answer, Fault, Method, Request, Role, Setting};
use crate::stats::NotEstimable;
use crate::stats::gas::{CONVENTIONAL_RHO, Goal, gas_t};
use crate::stats::multiplicity::{benjamini_hochberg, benjamini_yekutieli, bonferroni, holm};

/// The methods of this field.
pub const METHODS: &[Method] = &[
    Method {
        name: "multiplicity",
        aliases: &["p_adjust", "holm", "benjamini_hochberg"],
        summary: "Adjusted p-values of a family of tests by Holm, Benjamini-Hochberg, Bonferroni and Benjamini-Yekutieli",
        roles: &[
            Role { name: "p", meaning: "p-values; a missing one does not count in m", columns: &["p", "p_value"], many: false },
            Role { name: "label", meaning: "names of the tests; not used", columns: &["label", "test"], many: false },
        ],
        settings: &[Setting { name: "alpha", meaning: "error rate at which rejections are counted, default 0.05" }],
        keys: &[
            ("holm, bh, bonferroni, by", "adjusted p-values in the order of the rows, null where p is missing"),
            ("n, n_excluded", "number of tests m, and of missing p-values"),
            ("n_rejected_holm, n_rejected_bh, n_rejected_bonferroni, n_rejected_by", "how many are at most alpha"),
        ],
        run: multiplicity,
    },
    Method {
        name: "gas",
        aliases: &["goal_attainment"],
        summary: "Goal attainment T score of each person from rows of goals",
        roles: &[
            Role { name: "person", meaning: "whose goal it is", columns: &["person", "person_id", "id", "mentee_id"], many: false },
            Role { name: "score", meaning: "attainment, -2 to 2", columns: &["score", "x", "attainment"], many: false },
            Role { name: "weight", meaning: "weight of the goal; 1 for all if there is no column", columns: &["weight", "w"], many: false },
        ],
        settings: &[Setting { name: "rho", meaning: "assumed correlation of goal scores, default 0.3" }],
        keys: &[
            ("t", "T score of each person"),
            ("n_goals", "goals that count in it: scored, with a weight above 0"),
            ("n_goals_excluded", "goals of the person without a score or weight, which were dropped"),
            ("reasons", "why a person has no T score"),
            ("n, n_excluded", "people with a T score; goals dropped in all"),
        ],
        run: gas,
    },
];

fn multiplicity(request: &Request) -> Result<Answer, Fault> {
    let p = request.numbers("p")?;
    let alpha = request.number_setting("alpha", 0.05)?;
    let n = p.iter().flatten().count();
    let holm = holm(&p, alpha).map(|verdicts| verdicts.into_iter().map(|v| v.map(|v| v.p_adjusted)).collect::<Vec<_>>());
    let families = [("holm", holm), ("bh", benjamini_hochberg(&p)), ("bonferroni", bonferroni(&p)), ("by", benjamini_yekutieli(&p))];
    let mut answer = Answer::new();
    for (name, adjusted) in &families {
        answer = match adjusted {
            Ok(adjusted) => answer.list(name, adjusted.iter().map(|p| p.ok_or(NotEstimable::NoAnswers))),
            Err(reason) => answer.list(name, p.iter().map(|_| Err(reason.clone()))),
        };
    }
    for (name, adjusted) in families {
        let rejected = adjusted.map_or(0, |adjusted| adjusted.iter().flatten().filter(|p| **p <= alpha).count());
        answer = answer.with(&format!("n_rejected_{name}"), rejected);
    }
    Ok(answer
        .with("alpha", alpha)
        .with("n", n)
        .with("n_excluded", p.len() - n)
        .with("method", "Holm and Bonferroni (familywise error); Benjamini-Hochberg and Benjamini-Yekutieli (false discovery rate)"))
}

fn gas(request: &Request) -> Result<Answer, Fault> {
    let (people, scores) = (request.labels("person")?, request.numbers("score")?);
    let weights = request.numbers_if_any("weight")?.unwrap_or_else(|| vec![Some(1.0); scores.len()]);
    let rho = request.number_setting("rho", CONVENTIONAL_RHO)?;
    let (mut t, mut used, mut dropped, mut reasons) = (Answer::new(), Answer::new(), Answer::new(), Answer::new());
    let mut n = 0_u64;
    let people = Codes::new(&people);
    let mut goals_of: Vec<Vec<Option<Goal>>> = vec![Vec::new(); people.labels.len()];
    let mut excluded = 0;
    for (person, (score, weight)) in people.of_row.iter().zip(scores.iter().zip(&weights)) {
        match person.and_then(|person| goals_of.get_mut(person)) {
            Some(goals) => goals.push(score.zip(*weight).map(|(score, weight)| Goal { score, weight })),
            None => excluded += 1,
        }
    }
    for (person, rows) in people.labels.iter().zip(goals_of) {
        let goals: Vec<Goal> = rows.iter().copied().flatten().collect();
        let result = gas_t(&goals, rho);
        n += u64::from(result.is_ok());
        excluded += rows.len() - goals.len();
        used = used.with(person, result.as_ref().map_or(0, |r| r.n));
        dropped = dropped.with(person, rows.len() - goals.len());
        t = match result {
            Ok(result) => t.number(person, result.t_score),
            Err(reason) => {
                reasons = reasons.with(person, reason.to_string());
                t.with(person, serde_json::Value::Null)
            }
        };
    }
    Ok(Answer::new()
        .object("t", t)
        .object("n_goals", used)
        .object("n_goals_excluded", dropped)
        .object("reasons", reasons)
        .with("n", n)
        .with("n_excluded", excluded)
        .with("rho", rho)
        .with("method", "T = 50 + 10 sum(w x) / sqrt((1 - rho) sum(w^2) + rho (sum w)^2), goals without score or weight dropped"))
}
