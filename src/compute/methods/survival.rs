//! Time to an event: Kaplan-Meier curves, log-rank tests, restricted means, and competing events.

use super::cohort::{Cohort, ENTRY, EVENT, GROUP, STATUS, STRATUM, TIME};
use super::cox::subdistribution_of;
use super::predictors::Design;
use crate::compute::{Answer, Fault, Method, Request, Role, Setting};
use crate::stats::NotEstimable;
use crate::stats::incidence::{Contender, Incidence, IntervalScale, gray_test};
use crate::stats::survival::{
    KaplanMeier, Member, Scale, Spell, Step, common_horizon, log_rank, restricted_mean, restricted_mean_difference,
};

/// The methods of this field.
pub const METHODS: &[Method] = &[
    Method {
        name: "kaplan_meier",
        aliases: &["survival_curve"],
        summary: "Kaplan-Meier curves with Greenwood errors, pointwise intervals and medians, by group if there is one",
        roles: &[TIME, EVENT, ENTRY, GROUP],
        settings: &[
            Setting { name: "times", meaning: "times at which the curve is also given, such as [6,12]; none by default" },
            Setting { name: "rmst_tau", meaning: "horizon up to which the mean time is also given; none by default" },
        ],
        keys: &[
            ("time, n_risk, n_event, n_censor", "the times at which observation of somebody ended, and what happened there"),
            ("surv, std_error_greenwood", "the curve after each time, and its standard error"),
            ("ci_lower, ci_upper", "pointwise log-log interval; log_ci_lower and plain_ci_lower on the other scales"),
            (
                "median, median_ci_lower, median_ci_upper",
                "median as R gives it, with limits from the log-log band; median_log_ci_lower from the log band",
            ),
            ("median_min_t", "the smallest time at which the curve is at or below one half"),
            ("at_times", "the curve at the times asked for"),
            ("rmst, rmst_std_error", "mean time up to rmst_tau"),
            ("groups", "all of the above for each group, if there is a group column"),
        ],
        run: kaplan_meier,
    },
    Method {
        name: "logrank",
        aliases: &["log_rank"],
        summary: "The log-rank test of two or more groups, optionally stratified or weighted (G-rho)",
        roles: &[TIME, EVENT, ENTRY, GROUP, STRATUM],
        settings: &[Setting { name: "rho", meaning: "weights S(t-)^rho: 0 log-rank (the default), 1 Peto-Peto" }],
        keys: &[
            ("groups, n, observed, expected", "one cell for each group, in the order of their labels"),
            ("chi2, df, p_value", "the test"),
        ],
        run: logrank,
    },
    Method {
        name: "rmst",
        aliases: &["restricted_mean"],
        summary: "Mean time without event up to a horizon, by group, with the difference of two groups",
        roles: &[TIME, EVENT, ENTRY, GROUP],
        settings: &[Setting {
            name: "tau",
            meaning: "the horizon, to be fixed before seeing the data; by default the smallest of the groups' largest times",
        }],
        keys: &[
            ("groups, rmst, std_error", "one cell for each group, in the order of their labels"),
            ("diff, diff_std_error, ci_lower, ci_upper, p_value", "first group minus second, if there are two"),
        ],
        run: rmst,
    },
    Method {
        name: "competing_risks",
        aliases: &["aalen_johansen", "cumulative_incidence", "gray_test"],
        summary: "Cumulative incidence of each of several competing events (Aalen-Johansen), and Gray's test between groups",
        roles: &[
            TIME,
            STATUS,
            ENTRY,
            GROUP,
            STRATUM,
            Role {
                name: "predictors",
                meaning: "covariates of a Fine-Gray regression, which is done only if they are named",
                columns: &[],
                many: true,
            },
        ],
        settings: &[
            Setting {
                name: "times",
                meaning: "times at which the curves are given, such as [6,12]; by default all event times of the group",
            },
            Setting { name: "rho", meaning: "weights (1 - F(t-))^rho of Gray's test; 0 by default" },
        ],
        keys: &[
            ("groups.G.causeK.cif", "probability of an event of cause K by each time"),
            ("groups.G.causeK.std_error_greenwood, std_error_cmprsk", "Greenwood-type (the default) and Gray's standard error"),
            ("groups.G.causeK.ci_lower, ci_upper", "complementary log-log interval, none where the estimate is 0 or 1"),
            ("groups.G.causeK.cloglog_ci_lower, loglogF_ci_lower", "as etm prints it, and symmetric in log(-log F)"),
            ("groups.G.km_event_free, n_risk", "probability of no event of any cause, and number at risk, at each time"),
            ("gray.causeK.chi2, df, p_value", "Gray's test, if there is more than one group"),
            ("coef, std_error, fine_gray", "Fine-Gray regression of cause 1 on the predictors named, if any; see fine_gray"),
        ],
        run: competing_risks,
    },
];

fn kaplan_meier(request: &Request) -> Result<Answer, Fault> {
    let cohort = Cohort::read(request, false)?;
    let level = request.confidence_level()?;
    let times = cohort.times_setting(request)?;
    let tau = request.setting("rmst_tau").map(|_| request.number_setting("rmst_tau", 0.0)).transpose()?;
    let describe = |spells: &[Spell]| curve(spells, level, times.as_deref(), tau);
    let answer = if cohort.grouped {
        let mut groups = Answer::new();
        for (label, spells) in cohort.groups.iter().zip(cohort.spells()) {
            groups = groups.object(label, describe(&spells));
        }
        let n = cohort.rows.iter().filter(|row| row.spell().observed()).count();
        Answer::new().with("n", n).object("groups", groups)
    } else {
        describe(&cohort.spells().concat())
    };
    Ok(answer
        .with("confidence_level", level)
        .with("n_excluded", cohort.excluded)
        .with("method", "Kaplan-Meier, Greenwood standard error; ci log-log, log_ci and plain_ci cut to 0..1; median averages the times at which the curve is exactly one half, median_min_t takes the first"))
}

fn curve(spells: &[Spell], level: f64, times: Option<&[f64]>, tau: Option<f64>) -> Answer {
    let curve = match KaplanMeier::new(spells) {
        Ok(curve) => curve,
        Err(reason) => {
            let keys = ["events", "time", "n_risk", "n_event", "n_censor", "surv", "std_error_greenwood", "median", "median_min_t"];
            return Answer::new().with("n", 0).missing(&keys, &reason);
        }
    };
    let steps = &curve.steps;
    let counts = |count: fn(&Step) -> u64| steps.iter().map(count).collect::<Vec<u64>>();
    let mut answer = Answer::new()
        .with("n", curve.n)
        .with("events", curve.events)
        .with("n_never_at_risk", curve.never_at_risk)
        .list("time", steps.iter().map(|step| Ok(step.time)))
        .with("n_risk", counts(|step| step.at_risk))
        .with("n_event", counts(|step| step.events))
        .with("n_censor", counts(|step| step.censored))
        .list("surv", steps.iter().map(|step| Ok(step.survival)))
        .list("std_error_greenwood", steps.iter().map(Step::std_error));
    for (prefix, scale) in [("", Scale::LogLog), ("log_", Scale::Log), ("plain_", Scale::Plain)] {
        answer = answer
            .list(&format!("{prefix}ci_lower"), steps.iter().map(|step| step.interval(scale, level).map(|i| i.lower)))
            .list(&format!("{prefix}ci_upper"), steps.iter().map(|step| step.interval(scale, level).map(|i| i.upper)));
    }
    let (loglog, log) = (curve.median(Scale::LogLog, level), curve.median(Scale::Log, level));
    answer = answer
        .estimate("median", loglog.clone().and_then(|median| median.averaged))
        .estimate("median_min_t", loglog.clone().and_then(|median| median.smallest))
        .estimate("median_ci_lower", loglog.clone().and_then(|median| median.limits.lower))
        .estimate("median_ci_upper", loglog.and_then(|median| median.limits.upper))
        .estimate("median_log_ci_lower", log.clone().and_then(|median| median.limits.lower))
        .estimate("median_log_ci_upper", log.and_then(|median| median.limits.upper));
    if curve.zero_before_entries() {
        answer = answer.with("note", "the curve fell to 0 while others had not entered yet; begin it later, where more are at risk");
    }
    if let Some(lapse) = curve.lapse {
        answer = answer.with("nobody_at_risk_after", lapse);
    }
    if let Some(times) = times {
        let survival: Vec<_> = times.iter().map(|&time| curve.survival(time)).collect();
        let interval = |time: f64| {
            curve.survival(time)?;
            curve.step_at(time).ok_or(NotEstimable::NoEvents)?.interval(Scale::LogLog, level)
        };
        let std_error = |time: f64| {
            curve.survival(time)?;
            curve.step_at(time).map_or(Ok(0.0), Step::std_error)
        };
        answer = answer.object(
            "at_times",
            Answer::new()
                .list("times", times.iter().map(|&time| Ok(time)))
                .list("surv", survival)
                .list("std_error_greenwood", times.iter().map(|&time| std_error(time)))
                .list("ci_lower", times.iter().map(|&time| interval(time).map(|i| i.lower)))
                .list("ci_upper", times.iter().map(|&time| interval(time).map(|i| i.upper))),
        );
    }
    if let Some(tau) = tau {
        let mean = restricted_mean(&curve, tau, level);
        answer = answer
            .number("rmst_tau", tau)
            .estimate("rmst", mean.clone().map(|mean| mean.estimate))
            .estimate("rmst_std_error", mean.clone().and_then(|mean| mean.std_error.ok_or(NotEstimable::NoVariation)))
            .interval("rmst_", &mean.and_then(|mean| mean.interval));
    }
    answer
}

fn logrank(request: &Request) -> Result<Answer, Fault> {
    let cohort = Cohort::read(request, false)?.few_groups()?;
    let rho = request.number_setting("rho", 0.0)?;
    let members: Vec<Member> =
        cohort.rows.iter().map(|row| Member { spell: row.spell(), group: row.group, stratum: row.stratum }).collect();
    let answer = match log_rank(&members, rho) {
        Err(reason) => {
            let keys = ["n", "observed", "expected", "chi2", "df", "p_value"];
            Answer::new().missing(&keys, &reason).with("method", if rho == 0.0 { "log-rank test" } else { "G-rho test" })
        }
        Ok(result) => {
            let labels: Vec<&str> =
                result.groups.iter().filter_map(|tally| cohort.groups.get(tally.group as usize)).map(String::as_str).collect();
            Answer::new()
                .with("groups", labels)
                .with("n", result.groups.iter().map(|tally| tally.n).collect::<Vec<u64>>())
                .list("observed", result.groups.iter().map(|tally| Ok(tally.observed)))
                .list("expected", result.groups.iter().map(|tally| Ok(tally.expected)))
                .test("", &result.test)
                .with("n_total", result.n)
                .with("n_never_at_risk", result.never_at_risk)
                .with("n_strata", cohort.strata)
                .with("method", result.method)
        }
    };
    Ok(answer.with("n_excluded", cohort.excluded))
}

fn rmst(request: &Request) -> Result<Answer, Fault> {
    let cohort = Cohort::read(request, false)?;
    let level = request.confidence_level()?;
    let curves: Vec<_> = cohort.spells().iter().map(|spells| KaplanMeier::new(spells)).collect();
    let given = request.setting("tau").is_some();
    let common = common_horizon(curves.iter().flatten());
    let tau = if given { Ok(request.number_setting("tau", 0.0)?) } else { common.ok_or(NotEstimable::NobodyAtRisk) };
    let means: Vec<_> = curves
        .iter()
        .map(|curve| {
            let (curve, tau) = (curve.clone()?, tau.clone()?);
            restricted_mean(&curve, tau, level)
        })
        .collect();
    let mut answer = Answer::new()
        .estimate("tau", tau)
        .with("groups", cohort.groups.clone())
        .with("n", curves.iter().map(|curve| curve.as_ref().map_or(0, |curve| curve.n)).collect::<Vec<u64>>())
        .list("rmst", means.iter().map(|mean| mean.clone().map(|mean| mean.estimate)))
        .list("std_error", means.iter().map(|mean| mean.clone().and_then(|mean| mean.std_error.ok_or(NotEstimable::NoVariation))))
        .list("rmst_ci_lower", means.iter().map(|mean| mean.clone().and_then(|mean| mean.interval).map(|i| i.lower)))
        .list("rmst_ci_upper", means.iter().map(|mean| mean.clone().and_then(|mean| mean.interval).map(|i| i.upper)));
    if let [first, second] = means.as_slice() {
        let difference = first.clone().and_then(|first| restricted_mean_difference(&first, &second.clone()?, level));
        answer = answer
            .estimate("diff", difference.clone().map(|difference| difference.estimate))
            .estimate("diff_std_error", difference.clone().map(|difference| difference.std_error))
            .interval("", &difference.clone().and_then(|difference| difference.interval))
            .estimate("p_value", difference.and_then(|difference| difference.p_value));
    }
    let method = if given {
        "area under the Kaplan-Meier curve up to the tau given, Greenwood-type variance; first group minus second, normal test"
    } else {
        "area under the Kaplan-Meier curve up to the smallest of the groups' largest times (fix tau before seeing the data: --set tau=...), Greenwood-type variance; first group minus second, normal test"
    };
    Ok(answer.with("confidence_level", level).with("n_excluded", cohort.excluded).with("method", method))
}

fn competing_risks(request: &Request) -> Result<Answer, Fault> {
    let cohort = Cohort::read(request, true)?.few_groups()?;
    let level = request.confidence_level()?;
    let rho = request.number_setting("rho", 0.0)?;
    let times = cohort.times_setting(request)?;
    let mut causes: Vec<u32> = cohort.rows.iter().map(|row| row.status).filter(|&status| status != 0).chain([1, 2]).collect();
    causes.sort_unstable();
    causes.dedup();
    let mut groups = Answer::new();
    for (label, subjects) in cohort.groups.iter().zip(cohort.subjects()) {
        let incidence = Incidence::new(&subjects);
        groups = groups.object(
            label,
            match incidence {
                Ok(incidence) => curves(&incidence, &causes, times.as_deref(), level),
                Err(reason) => Answer::new().missing(&["n", "km_event_free"], &reason),
            },
        );
    }
    let n = cohort.rows.iter().filter(|row| row.spell().observed()).count();
    let mut answer = Answer::new().with("n", n).object("groups", groups);
    if cohort.groups.len() > 1 {
        let contenders: Vec<Contender> = cohort
            .rows
            .iter()
            .map(|row| Contender { time: row.time, status: row.status, group: row.group, stratum: row.stratum })
            .collect();
        let mut tests = Answer::new();
        for &cause in &causes {
            let test = if cohort.delayed {
                Err(NotEstimable::InvalidInput("Gray's test needs everybody observed from the origin on"))
            } else {
                gray_test(&contenders, cause, rho)
            };
            tests = tests.object(&format!("cause{cause}"), Answer::new().test("", &test));
        }
        answer = answer.object("gray", tests);
    }
    if request.names("predictors") {
        let regression = subdistribution_of(Answer::new(), &cohort, &Design::read(request)?, 1, level).into_json();
        for key in ["coef", "std_error"] {
            if let Some(values) = regression.get(key) {
                answer = answer.with(key, values.clone());
            }
        }
        answer = answer.with("fine_gray", regression);
    }
    Ok(answer
        .with("confidence_level", level)
        .with("n_excluded", cohort.excluded)
        .with("method", "Aalen-Johansen; std_error_greenwood is the default, std_error_cmprsk Gray's; ci complementary log-log of 1 - F (cloglog_ci the same with etm's limits at 0), loglogF_ci log-log of F, all with the Greenwood-type error; Gray's test"))
}

fn curves(incidence: &Incidence, causes: &[u32], times: Option<&[f64]>, level: f64) -> Answer {
    let own = incidence.times();
    let times = times.unwrap_or(&own);
    let mut answer = Answer::new().with("n", incidence.n()).with("n_never_at_risk", incidence.never_at_risk());
    for &cause in causes {
        let variants = incidence.variants_at(times, cause);
        let at: Vec<_> = variants.iter().map(|v| v.clone().and_then(|v| v.own_interval(level))).collect();
        let mut curve = Answer::new()
            .with("n_event", incidence.events(cause))
            .list("times", times.iter().map(|&time| Ok(time)))
            .list("cif", variants.iter().map(|v| v.clone().map(|v| v.incidence)))
            .list("std_error_greenwood", variants.iter().map(|v| v.clone().map(|v| v.greenwood)))
            .list("std_error_cmprsk", variants.iter().map(|v| v.clone().and_then(|v| v.gray)))
            .list("ci_lower", at.iter().map(|i| i.clone().map(|i| i.lower)))
            .list("ci_upper", at.iter().map(|i| i.clone().map(|i| i.upper)));
        for (name, scale) in [("cloglog", IntervalScale::ComplementaryLogLog), ("loglogF", IntervalScale::LogLog)] {
            let intervals: Vec<_> = variants.iter().map(|v| v.clone().and_then(|v| v.interval(scale, level))).collect();
            curve = curve
                .list(&format!("{name}_ci_lower"), intervals.iter().map(|i| i.clone().map(|i| i.lower)))
                .list(&format!("{name}_ci_upper"), intervals.iter().map(|i| i.clone().map(|i| i.upper)));
        }
        answer = answer.object(&format!("cause{cause}"), curve);
    }
    answer
        .list("km_event_free", times.iter().map(|&time| incidence.event_free(time)))
        .with("n_risk", times.iter().map(|&time| incidence.at_risk(time)).collect::<Vec<u64>>())
}
