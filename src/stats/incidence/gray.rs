//! Gray's test that the cumulative incidence of one cause is equal in several groups.

use crate::stats::linear::Matrix;
use crate::stats::survival::{ChiSquareTest, Clock, Running, chi_square_of};
use crate::stats::{NotEstimable, finite};

/// One subject of a comparison, observed from the origin on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contender {
    /// Time from the origin of the event or of censoring, 0 or more.
    pub time: f64,
    /// 0 censored, otherwise the cause of the event: 1, 2, ...
    pub status: u32,
    /// The group, by number.
    pub group: u32,
    /// The stratum within which groups are compared; the same for all without strata.
    pub stratum: u32,
}

/// Gray's k-sample test of the subdistribution of `cause`, stratified, with weights `(1 - F(t-))^rho`.
///
/// Group k's risk set for the subdistribution is `R_k = Y_k (1 - F_k(t-)) / S_k(t-)`: those at risk, and in proportion those who
/// would still be under observation after another event. The score is `sum of d_k - d R_k / R`, a log-rank score with R in the
/// place of Y. Its covariance is Gray's, from independent martingales of the cause and of the other causes within each group,
/// under the common incidence `dF = d / sum of Y_k / S_k(t-)`.
///
/// Reference: Gray, Ann Stat 1988;16:1141-1154; numbers as cmprsk's `cuminc`. Degrees of freedom: groups minus 1. Edge cases:
/// no events of the cause; fewer than 2 groups; groups that nothing distinguishes in risk (no overlap). Delayed entry is outside
/// its domain, and so has no place in [`Contender`]. Where the rank of the covariance is less, it is the degrees of freedom.
///
/// Two groups, one degree of freedom:
/// ```
/// use mentorscope::stats::incidence::{Contender, gray_test};
/// let of = |time: f64, group: u32| Contender { time, status: 1, group, stratum: 0 };
/// let result = gray_test(&[of(1.0, 0), of(2.0, 1)], 1, 0.0)?;
/// assert_eq!(result.degrees_of_freedom, 1);
/// # Ok::<(), mentorscope::stats::NotEstimable>(())
/// ```
pub fn gray_test(contenders: &[Contender], cause: u32, rho: f64) -> Result<ChiSquareTest, NotEstimable> {
    if contenders.is_empty() {
        return Err(NotEstimable::NoAnswers);
    }
    finite(rho)?;
    for contender in contenders {
        if finite(contender.time)? < 0.0 {
            return Err(NotEstimable::InvalidInput("times must not be negative"));
        }
    }
    if cause == 0 || contenders.iter().all(|c| c.status != cause) {
        return Err(NotEstimable::NoEvents);
    }
    let clock = Clock::new(contenders.iter().map(|c| c.time));
    let mut sorted: Vec<Contender> = contenders.iter().map(|c| Contender { time: clock.tick(c.time), ..*c }).collect();
    sorted.sort_by(|p, q| p.stratum.cmp(&q.stratum).then(p.time.total_cmp(&q.time)));
    let mut groups: Vec<u32> = sorted.iter().map(|c| c.group).collect();
    groups.sort_unstable();
    groups.dedup();
    let size = groups.len();
    if size < 2 {
        return Err(NotEstimable::TooFewClusters { needed: 2, found: size as u64 });
    }
    let mut score = vec![Running::default(); size];
    let mut covariance = vec![Running::default(); size * size];
    for stratum in sorted.chunk_by(|p, q| p.stratum == q.stratum) {
        let moments = moments(stratum, &groups, cause, rho);
        for moment in &moments {
            for (total, value) in score.iter_mut().zip(&moment.score) {
                total.add(*value);
            }
        }
        add_covariance(&moments, size, &mut covariance);
    }
    let score: Vec<f64> = score.iter().map(Running::value).collect();
    let covariance = Matrix { rows: size, columns: size, values: covariance.iter().map(Running::value).collect() };
    covariance.values.iter().try_for_each(|value| finite(*value).map(|_| ()))?;
    chi_square_of(&score, &covariance).map_err(|reason| match reason {
        NotEstimable::NoVariation => NotEstimable::NoOverlap,
        other => other,
    })
}

/// One event time of a stratum, with one entry a group in each list.
struct Moment {
    /// Contribution to the score.
    score: Vec<f64>,
    /// `Y / S(t-)`; 0 where nobody is at risk.
    carried: Vec<f64>,
    /// Their sum.
    total: f64,
    /// Weight of this time.
    weight: f64,
    /// Increment of the common incidence over what was left of it, `dF / (1 - F(t-))`.
    hazard: f64,
    /// Effect of an event of the cause in the group on its later weight, `1 - (1 - F) / S`.
    shift_own: Vec<f64>,
    /// Effect of an event of another cause, `(1 - F) / S`.
    shift_other: Vec<f64>,
    /// Variance of the events of the cause.
    spread_own: Vec<f64>,
    /// Variance of the events of all others.
    spread_other: Vec<f64>,
}

/// One group's state before an event time.
#[derive(Clone, Copy)]
struct State {
    at_risk: u64,
    free: f64,
    incidence: f64,
}

fn moments(stratum: &[Contender], groups: &[u32], cause: u32, rho: f64) -> Vec<Moment> {
    let place = |group: u32| groups.partition_point(|&known| known < group);
    let mut states = vec![State { at_risk: 0, free: 1.0, incidence: 0.0 }; groups.len()];
    for contender in stratum {
        states[place(contender.group)].at_risk += 1;
    }
    let mut common = 0.0;
    let mut moments = Vec::new();
    for tied in stratum.chunk_by(|p, q| p.time == q.time) {
        let (mut own, mut other, mut gone) = (vec![0_u64; groups.len()], vec![0_u64; groups.len()], vec![0_u64; groups.len()]);
        for contender in tied {
            let group = place(contender.group);
            gone[group] += 1;
            own[group] += u64::from(contender.status == cause);
            other[group] += u64::from(contender.status != cause && contender.status != 0);
        }
        if own.iter().chain(&other).any(|&events| events > 0) {
            moments.push(moment(&mut states, &own, &other, &mut common, rho));
        }
        for (state, gone) in states.iter_mut().zip(gone) {
            state.at_risk -= gone;
        }
    }
    moments
}

fn moment(states: &mut [State], own: &[u64], other: &[u64], common: &mut f64, rho: f64) -> Moment {
    let events = own.iter().sum::<u64>() as f64;
    let carried: Vec<f64> = states.iter().map(|s| if s.at_risk > 0 { s.at_risk as f64 / s.free } else { 0.0 }).collect();
    let total = crate::stats::sum(carried.iter().copied());
    let left: Vec<f64> = carried.iter().zip(states.iter()).map(|(carried, s)| carried * (1.0 - s.incidence)).collect();
    let all_left = crate::stats::sum(left.iter().copied());
    let weight = (1.0 - *common).powf(rho);
    let hazard = if events > 0.0 { events / (total * (1.0 - *common)) } else { 0.0 };
    *common += events / total;
    let size = states.len();
    let mut moment = Moment {
        score: vec![0.0; size],
        carried,
        total,
        weight,
        hazard,
        shift_own: vec![1.0; size],
        shift_other: vec![0.0; size],
        spread_own: vec![0.0; size],
        spread_other: vec![0.0; size],
    };
    for (k, state) in states.iter_mut().enumerate().filter(|(_, s)| s.at_risk > 0) {
        let (y, free_before) = (state.at_risk as f64, state.free);
        let (d, others) = (own[k] as f64, other[k] as f64);
        if events > 0.0 {
            moment.score[k] = weight * (d - events * left[k] / all_left);
            let ties = if events > 1.0 { 1.0 - (events - 1.0) / (total * free_before - 1.0) } else { 1.0 };
            moment.spread_own[k] = ties * free_before * events / (total * y);
        }
        state.incidence += free_before * d / y;
        state.free = free_before * (y - d - others) / y;
        if state.free > 0.0 {
            moment.shift_own[k] = 1.0 - (1.0 - *common) / state.free;
            if others > 0.0 {
                let ties = if others > 1.0 { 1.0 - (others - 1.0) / (y - 1.0) } else { 1.0 };
                moment.shift_other[k] = (1.0 - *common) / state.free;
                moment.spread_other[k] = ties * free_before * free_before * others / (y * y);
            }
        }
    }
    moment
}

/// Adds one stratum's covariance of the score.
///
/// Group i's score depends on group k's events of the cause through the weight `a_ik = w c_i (delta_ik - c_k / c)` of the time, with c
/// the numbers carried, and on all of k's events through the later weights: with `C_ik(t)` the sum of `a_ik dF / (1 - F)` up to t,
/// one event at t moves the score by `a_ik + shift (C_ik(end) - C_ik(t))`.
fn add_covariance(moments: &[Moment], size: usize, covariance: &mut [Running]) {
    let weight = |m: &Moment, i: usize, k: usize| {
        if m.carried[i] == 0.0 || m.carried[k] == 0.0 {
            return 0.0;
        }
        let others = m.total - m.carried[i];
        m.weight * m.carried[i] * if i == k { others } else { -m.carried[k] } / m.total
    };
    for k in 0..size {
        let mut later: Vec<f64> = vec![0.0; size];
        for m in moments.iter().rev().filter(|m| m.carried[k] > 0.0 || m.hazard > 0.0) {
            let weights: Vec<f64> = (0..size).map(|i| weight(m, i, k)).collect();
            for i in 0..size {
                let (own_i, other_i) = (weights[i] + m.shift_own[k] * later[i], m.shift_other[k] * later[i]);
                for j in 0..size {
                    let (own_j, other_j) = (weights[j] + m.shift_own[k] * later[j], m.shift_other[k] * later[j]);
                    covariance[i * size + j].add(own_i * own_j * m.spread_own[k] + other_i * other_j * m.spread_other[k]);
                }
            }
            for (later, weight) in later.iter_mut().zip(&weights) {
                *later += weight * m.hazard;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    fn of(time: f64, status: u32, group: u32) -> Contender {
        Contender { time, status, group, stratum: 0 }
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(gray_test(&[], 1, 0.0), Err(NotEstimable::NoAnswers));
        assert_eq!(gray_test(&[of(1.0, 2, 0), of(2.0, 0, 1)], 1, 0.0), Err(NotEstimable::NoEvents));
        assert_eq!(gray_test(&[of(1.0, 1, 3), of(2.0, 0, 3)], 1, 0.0), Err(NotEstimable::TooFewClusters { needed: 2, found: 1 }));
        assert!(gray_test(&[of(-1.0, 1, 0), of(2.0, 0, 1)], 1, 0.0).is_err());
        // The groups stand in different strata.
        let apart = [of(1.0, 1, 0), of(2.0, 1, 0), Contender { stratum: 1, ..of(1.0, 1, 1) }, Contender { stratum: 1, ..of(2.0, 1, 1) }];
        assert_eq!(gray_test(&apart, 1, 0.0), Err(NotEstimable::NoOverlap));
    }

    /// The variance against the distribution of the statistic itself: over random groupings of the same outcomes its mean is its
    /// degrees of freedom. 2,000 groupings leave a standard error of .045.
    #[test]
    fn mean_over_random_groupings_is_the_degrees_of_freedom() {
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let mut contenders: Vec<Contender> = (0..150).map(|i: u32| of(f64::from(i * 37 % 61), i % 3, 0)).collect();
        let mut total = 0.0;
        let draws = 2000;
        for _ in 0..draws {
            for contender in &mut contenders {
                contender.group = random.next_u32() % 3;
            }
            total += gray_test(&contenders, 1, 0.0).unwrap().chi_square;
        }
        let mean = total / f64::from(draws);
        assert!((mean - 2.0).abs() < 0.15, "{mean}");
    }

    proptest! {
        #[test]
        fn order_and_names_of_groups_do_not_matter(rows in proptest::collection::vec((0_u8..9, 0_u32..3, 0_u32..3, 0_u32..2), 10..50)) {
            let contenders: Vec<Contender> =
                rows.iter().map(|&(time, status, group, stratum)| Contender { time: f64::from(time), status, group, stratum }).collect();
            let mut moved: Vec<Contender> =
                contenders.iter().map(|c| Contender { time: c.time * 7.0, group: 5 - c.group, stratum: 3 - c.stratum, ..*c }).collect();
            moved.reverse();
            match (gray_test(&contenders, 1, 0.0), gray_test(&moved, 1, 0.0)) {
                (Ok(a), Ok(b)) => {
                    prop_assert_eq!(a.degrees_of_freedom, b.degrees_of_freedom);
                    prop_assert!((a.chi_square - b.chi_square).abs() < 1e-6 * (1.0 + a.chi_square));
                }
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }
}
