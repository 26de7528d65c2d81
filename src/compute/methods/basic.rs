//! Proportions, items and net promoter scores.

use super::groups::{DIRECTION, FIRST, Groups, once};
use super::labels::count;
use crate::compute::{Answer, Fault, Method, Request, Role, Setting};
use crate::stats::nps::{Recommendations, net_promoter_score, score_difference, wald_score};
use crate::stats::proportion::{Share, clopper_pearson, newcombe_difference, wilson};
use crate::stats::top_box::item_summary;
use crate::stats::{Frequency, NotEstimable};

/// The methods of this field.
pub const METHODS: &[Method] = &[
    Method {
        name: "proportion",
        aliases: &["proportion_difference", "wilson", "clopper_pearson", "newcombe"],
        summary: "Proportions with Wilson and Clopper-Pearson intervals, or with four columns of counts differences with Newcombe's interval, one for each row",
        roles: &[
            Role { name: "count", meaning: "how many have the property", columns: &["x", "count", "events", "successes"], many: false },
            Role { name: "denominator", meaning: "how many answered", columns: &["n", "denominator", "total"], many: false },
            Role {
                name: "level",
                meaning: "confidence level of the row, if rows differ",
                columns: &["conf", "confidence_level"],
                many: false,
            },
            Role { name: "count1", meaning: "of a difference: how many of the first group", columns: &["x1", "count1"], many: false },
            Role {
                name: "denominator1",
                meaning: "of a difference: size of the first group",
                columns: &["n1", "denominator1"],
                many: false,
            },
            Role { name: "count2", meaning: "of a difference: how many of the second group", columns: &["x2", "count2"], many: false },
            Role {
                name: "denominator2",
                meaning: "of a difference: size of the second group",
                columns: &["n2", "denominator2"],
                many: false,
            },
        ],
        settings: &[],
        keys: &[
            ("rows", "one object for each row of the file"),
            ("rows[].estimate", "the proportion, 0 to 1"),
            ("rows[].ci_lower, rows[].ci_upper", "Wilson score interval, or Newcombe's hybrid score interval of a difference"),
            ("rows[].clopper_pearson_ci_lower, rows[].clopper_pearson_ci_upper", "exact interval"),
            ("rows[].diff", "first proportion minus second"),
            ("n, n_excluded", "rows with all counts, rows with a missing one"),
        ],
        run: proportion,
    },
    Method {
        name: "top2box",
        aliases: &["top_box", "likert_item"],
        summary: "Distribution, top and bottom boxes with Wilson intervals, quartiles and mean of items on an ordered scale, one object for each column",
        roles: &[
            Role {
                name: "id",
                meaning: "identifies the respondent; not used",
                columns: &["respondent", "respondent_id", "id", "person", "person_id"],
                many: false,
            },
            Role { name: "item", meaning: "the items; every other column unless named", columns: &[], many: true },
        ],
        settings: &[
            Setting { name: "scale_points", meaning: "number of categories, default 5" },
            Setting { name: "scale_min", meaning: "value of the lowest category, default 1" },
            Setting { name: "top_box", meaning: "number of highest categories to count, default 2" },
            Setting { name: "bottom_box", meaning: "number of lowest categories to count, default as top_box" },
            Setting { name: "missing", meaning: "a code that stands for a missing answer, besides blank and NA" },
            Setting { name: "denominator", meaning: "always \"answered\", the non-missing answers to the item" },
        ],
        keys: &[
            ("n, n_excluded", "people who answered any item, people who answered none"),
            ("ITEM.n_valid, ITEM.n_excluded", "number of answers to the item, its denominator; and of people without one"),
            ("ITEM.counts", "answers of each category, lowest first"),
            ("ITEM.top_n, ITEM.top_p", "number and share in the top box"),
            ("ITEM.ci_lower, ITEM.ci_upper", "Wilson interval of the top share"),
            ("ITEM.bottom_n, ITEM.bottom_p", "number and share in the bottom box"),
            ("ITEM.bottom_ci_lower, ITEM.bottom_ci_upper", "Wilson interval of the bottom share"),
            ("ITEM.mean, ITEM.std_dev, ITEM.q1, ITEM.median, ITEM.q3", "moments and type-7 quartiles"),
        ],
        run: top2box,
    },
    Method {
        name: "nps",
        aliases: &["net_promoter_score", "nps_difference"],
        summary: "Net promoter score of 0 to 10 answers with the adjusted Wald interval, or with a column of two groups the difference of their scores",
        roles: &[
            Role { name: "value", meaning: "answers 0 to 10", columns: &["ltr", "value", "score", "answer"], many: false },
            Role { name: "group", meaning: "two groups to compare", columns: &["group"], many: false },
        ],
        settings: &[FIRST, DIRECTION],
        keys: &[
            ("n, promoters, passives, detractors", "counts: promoters answer 9 or 10, detractors 0 to 6"),
            ("nps", "score, -100 to 100"),
            ("ci_lower, ci_upper", "adjusted Wald interval, widened to hold the score where it would not (n = 1)"),
            ("adjwald_center, adjwald_std_error, adjwald_ci_lower, adjwald_ci_upper", "the adjusted Wald interval as published"),
            (
                "std_error_wald, wald_ci_lower, wald_ci_upper",
                "plain Wald; without width, and so no interval to rely on, when wald_degenerate",
            ),
            ("diff, std_error, z, p_value", "of two groups: difference and its test"),
        ],
        run: nps,
    },
];

fn proportion(request: &Request) -> Result<Answer, Fault> {
    const METHOD: &str = "Wilson score interval; Clopper-Pearson exact interval";
    if request.has("count1") {
        return differences(request);
    }
    let counts = request.numbers("count")?;
    let denominators = request.numbers("denominator")?;
    let levels = request.numbers_if_any("level")?;
    let mut rows = Vec::new();
    let mut excluded = 0_u64;
    for (index, (count, denominator)) in counts.iter().zip(&denominators).enumerate() {
        let level = row_level(request, &levels, index)?;
        let share = share(*count, *denominator);
        let score = share.clone().and_then(|s| wilson(s, level));
        let exact = share.clone().and_then(|s| clopper_pearson(s, level));
        excluded += u64::from(count.is_none() || denominator.is_none());
        let answer = match share {
            Ok(share) => Answer::new().with("count", share.count).with("denominator", share.denominator),
            Err(_) => Answer::new(),
        };
        rows.push(
            answer
                .with("confidence_level", level)
                .estimate("estimate", score.clone().map(|s| s.estimate))
                .interval("", &score.and_then(|s| s.interval))
                .interval("clopper_pearson_", &exact.and_then(|s| s.interval))
                .into_json(),
        );
    }
    if rows.is_empty() {
        return Ok(Answer::new()
            .missing(&["rows"], &NotEstimable::NoAnswers)
            .with("n", 0)
            .with("n_excluded", excluded)
            .with("method", METHOD));
    }
    let n = rows.len() as u64 - excluded;
    Ok(Answer::new().with("rows", rows).with("n", n).with("n_excluded", excluded).with("method", METHOD))
}

fn differences(request: &Request) -> Result<Answer, Fault> {
    const METHOD: &str = "Newcombe hybrid score interval (method 10), first minus second";
    let columns =
        [request.numbers("count1")?, request.numbers("denominator1")?, request.numbers("count2")?, request.numbers("denominator2")?];
    let [x1, n1, x2, n2] = &columns;
    let levels = request.numbers_if_any("level")?;
    let mut rows = Vec::new();
    let mut excluded = 0_u64;
    for (index, (((x1, n1), x2), n2)) in x1.iter().zip(n1).zip(x2).zip(n2).enumerate() {
        let level = row_level(request, &levels, index)?;
        excluded += u64::from([x1, n1, x2, n2].iter().any(|cell| cell.is_none()));
        let result = share(*x1, *n1).and_then(|first| newcombe_difference(first, share(*x2, *n2)?, level));
        let answer = Answer::new().with("confidence_level", level).estimate("diff", result.clone().map(|r| r.estimate));
        let answer = match &result {
            Ok(r) => answer.with("n", r.n),
            Err(_) => answer,
        };
        rows.push(answer.interval("", &result.and_then(|r| r.interval)).into_json());
    }
    if rows.is_empty() {
        return Ok(Answer::new()
            .missing(&["rows"], &NotEstimable::NoAnswers)
            .with("n", 0)
            .with("n_excluded", excluded)
            .with("method", METHOD));
    }
    let n = rows.len() as u64 - excluded;
    Ok(Answer::new().with("rows", rows).with("n", n).with("n_excluded", excluded).with("method", METHOD))
}

/// The confidence level of a row: its own, else the one of the call.
fn row_level(request: &Request, levels: &Option<Vec<Option<f64>>>, index: usize) -> Result<f64, Fault> {
    match levels.as_ref().and_then(|levels| levels.get(index).copied().flatten()) {
        Some(level) => Ok(level),
        None => request.confidence_level(),
    }
}

fn share(x: Option<f64>, n: Option<f64>) -> Result<Share, NotEstimable> {
    let (Some(x), Some(n)) = (x, n) else { return Err(NotEstimable::NoAnswers) };
    match (count(x), count(n)) {
        (Some(count), Some(denominator)) => Ok(Share { count, denominator }),
        _ => Err(NotEstimable::InvalidInput("counts must be whole numbers of at least 0")),
    }
}

/// Keys of the answer beside those of the items.
const RESERVED: [&str; 6] = ["statistic", "n", "n_excluded", "confidence_level", "method", "reason"];

fn top2box(request: &Request) -> Result<Answer, Fault> {
    let points = usize::try_from(request.count_setting("scale_points", 5)?).unwrap_or(usize::MAX);
    if points == 0 || points > 1000 {
        return Err(Fault::new("the setting scale_points needs a whole number from 1 to 1000", "write --set scale_points=5"));
    }
    let least = request.number_setting("scale_min", 1.0)?;
    let top = request.count_setting("top_box", 2)?;
    let bottom = request.count_setting("bottom_box", top)?;
    request.choice_setting("denominator", &["answered", "non-missing answers to the item"])?;
    let code = request.setting("missing").and_then(serde_json::Value::as_f64);
    let level = request.confidence_level()?;
    let items = request.many_numbers("item")?;
    if let Some((item, _)) = items.iter().find(|(item, _)| RESERVED.contains(&item.as_str())) {
        return Err(Fault::new(format!("an item is headed \"{item}\", which is a key of the answer"), "give the item another heading"));
    }
    let people = request.table.height();
    let answered = (0..people)
        .filter(|row| items.iter().any(|(_, values)| values.get(*row).copied().flatten().is_some_and(|v| Some(v) != code)))
        .count();
    let mut answer = Answer::new();
    for (item, values) in items {
        let mut counts = vec![0_u64; points];
        let mut missing = 0_u64;
        for (row, value) in values.iter().enumerate() {
            let Some(value) = value.filter(|value| Some(*value) != code) else {
                missing += 1;
                continue;
            };
            let place = count(value - least).and_then(|place| counts.get_mut(place as usize));
            *place.ok_or_else(|| {
                Fault::new(
                    format!("row {}, column \"{item}\" holds an answer that is not on the scale of {points} points", row + 2),
                    "set scale_points and scale_min, name a code for missing answers with --set missing=…, or choose columns with --item",
                )
            })? += 1;
        }
        let summary = item_summary(&counts, least, top as usize, bottom as usize, level);
        answer = answer.object(&item, item_answer(&counts, missing, &summary));
    }
    Ok(answer
        .with("n", answered)
        .with("n_excluded", people - answered)
        .with("confidence_level", level)
        .with("method", "share of those who answered; Wilson score interval; quartiles R type 7"))
}

fn item_answer(counts: &[u64], missing: u64, summary: &Result<crate::stats::top_box::ItemSummary, NotEstimable>) -> Answer {
    let number = |f: fn(&crate::stats::top_box::ItemSummary) -> f64| summary.as_ref().map(f).map_err(Clone::clone);
    let std_dev = summary.clone().and_then(|s| s.std_dev.ok_or(NotEstimable::TooFew { needed: 2, found: s.n }));
    let interval = |top: bool| summary.clone().and_then(|s| if top { s.top.interval } else { s.bottom.interval });
    Answer::new()
        .with("n_valid", counts.iter().sum::<u64>())
        .with("n_excluded", missing)
        .with("counts", counts.to_vec())
        .with("top_n", summary.as_ref().map_or(0, |s| s.n_top))
        .estimate("top_p", number(|s| s.top.estimate))
        .interval("", &interval(true))
        .with("bottom_n", summary.as_ref().map_or(0, |s| s.n_bottom))
        .estimate("bottom_p", number(|s| s.bottom.estimate))
        .interval("bottom_", &interval(false))
        .estimate("mean", number(|s| s.mean))
        .estimate("std_dev", std_dev)
        .estimate("median", number(|s| s.median))
        .estimate("q1", number(|s| s.first_quartile))
        .estimate("q3", number(|s| s.third_quartile))
}

fn nps(request: &Request) -> Result<Answer, Fault> {
    let values = request.numbers("value")?;
    let level = request.confidence_level()?;
    if let Some(value) = values.iter().flatten().find(|value| count(**value).is_none_or(|value| value > 10)) {
        return Err(Fault::new(format!("an answer is {value}"), "answers must be whole numbers from 0 to 10; leave missing ones empty"));
    }
    if request.has("group") {
        return nps_difference(request, level);
    }
    let answers = recommendations(&once(&values.iter().flatten().copied().collect::<Vec<_>>()));
    let n = values.iter().flatten().count() as u64;
    let score = net_promoter_score(answers, level);
    let wald = wald_score(answers, level);
    let number = |f: fn(&crate::stats::nps::WaldScore) -> f64| wald.as_ref().map(f).map_err(Clone::clone);
    Ok(Answer::new()
        .with("n", n)
        .with("n_excluded", values.len() as u64 - n)
        .with("promoters", answers.promoters)
        .with("passives", answers.passives)
        .with("detractors", answers.detractors)
        .estimate("nps", score.clone().map(|s| s.estimate))
        .interval("", &score.and_then(|s| s.interval))
        .estimate("adjwald_center", number(|w| w.adjusted_score))
        .estimate("adjwald_std_error", number(|w| w.adjusted_std_error))
        .interval("adjwald_", &wald.clone().and_then(|w| w.adjusted_interval))
        .estimate("std_error_wald", number(|w| w.std_error))
        .interval("wald_", &wald.clone().and_then(|w| w.interval))
        .with("wald_degenerate", wald.is_ok_and(|w| w.degenerate))
        .with("confidence_level", level)
        .with("method", "adjusted Wald interval (Rocks 2016); plain Wald, with variance over n and not cut, for comparison"))
}

fn recommendations(values: &[Frequency]) -> Recommendations {
    values.iter().fold(Recommendations { promoters: 0, passives: 0, detractors: 0 }, |mut counts, value| {
        match value.value {
            v if v >= 9.0 => counts.promoters += 1,
            v if v >= 7.0 => counts.passives += 1,
            _ => counts.detractors += 1,
        }
        counts
    })
}

fn nps_difference(request: &Request, level: f64) -> Result<Answer, Fault> {
    let groups = Groups::two(request)?;
    let (first, second) = (recommendations(&groups.values(0)), recommendations(&groups.values(1)));
    let result = score_difference(first, second, level);
    let size = |counts: Recommendations| counts.promoters + counts.passives + counts.detractors;
    let group = |place: usize, counts: Recommendations| {
        Answer::new()
            .with("label", groups.label(place))
            .with("n", size(counts))
            .with("promoters", counts.promoters)
            .with("passives", counts.passives)
            .with("detractors", counts.detractors)
            .estimate("nps", net_promoter_score(counts, level).map(|s| s.estimate))
    };
    Ok(Answer::new()
        .estimate("diff", result.clone().map(|r| r.difference))
        .estimate("std_error", result.clone().map(|r| r.std_error))
        .estimate("z", result.clone().and_then(|r| r.z))
        .estimate("p_value", result.clone().and_then(|r| r.p_value))
        .interval("", &result.clone().and_then(|r| r.interval))
        .interval("adjwald_", &result.and_then(|r| r.adjusted_interval))
        .object("first", group(0, first))
        .object("second", group(1, second))
        .with("n", size(first) + size(second))
        .with("n_excluded", groups.excluded)
        .with("confidence_level", level)
        .with("method", "first minus second, in the order of the labels; Wald interval and z test, not cut; adjusted Wald beside it"))
}
